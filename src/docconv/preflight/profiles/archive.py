"""Rules of an archive: PDF/A-2u, and 3u with attached files.  They are asked by the profile of that standard alone.

What veraPDF asks beyond them, of the inside of font programs and of every kind of object, is not asked here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pikepdf import Object

from docconv.preflight.profiles import extras, standards, typefaces
from docconv.preflight.profiles.finished import Finished
from docconv.preflight.profiles.objects import (
    box,
    dictionaries,
    filters,
    get,
    items,
    name,
    number,
    raw,
    reached,
    unpacked,
)
from docconv.preflight.profiles.rule import Hit, Rule, archive


def identification(file: Finished) -> Iterator[Hit]:
    """A file that does not say that it is PDF/A, or that is another part or level than is asked."""
    asked = file.profile.standard.removeprefix("pdf/a-")[0]
    part, level = file.xmp.get("pdfaid:part", ""), file.xmp.get("pdfaid:conformance", "").upper()
    if not part:
        yield Hit("the XMP metadata does not say that it is PDF/A (pdfaid:part)")
    elif part != asked or level not in ("U", "A"):
        yield Hit(f"the file is PDF/A-{part}{level.lower()}, not PDF/A-{asked}u")


def header(file: Finished) -> Iterator[Hit]:
    """A file that does not begin with its version and a line of bytes that are no text."""
    if not re.match(rb"%PDF-1\.[0-7][ \t]*\r?\n?\r?%[\x80-\xff]{4}", file.data[:40]):
        yield Hit("the file does not begin with %PDF-1.n and a comment of four bytes above 127")


def metadata(file: Finished) -> Iterator[Hit]:
    """No XMP that can be read, or a packet whose head says its length or encoding (ISO 19005-2, 6.6.2.1).  What the
    document information says is ignored (6.1.5)."""
    if not file.xmp:
        yield Hit("there is no XMP metadata, or it cannot be read")
    elif found := _PACKET.search(file.packet):
        yield Hit(f"the head of the XMP packet says its {found[1].decode()}")


_PACKET = re.compile(rb"<\?xpacket\b[^>]*?\s(bytes|encoding)\s*=")


def device_colours(file: Finished) -> Iterator[Hit]:
    """Colours of no known device: in fifty years nobody knows what they looked like."""
    known = {each.colours for each in file.intents if each.kind == "GTS_PDFA1"}
    need = {"rgb": "RGB", "cmyk": "CMYK", "gray": ""}
    for sheet in file.sheets:
        told = set()
        for each in sheet.content.painted:
            family = each.colour.space.solid.family
            fits = family not in need or need[family] in known or (family == "gray" and known)
            if not fits and family not in told and each.render != 3:
                told.add(family)
                yield Hit(f"Device{family.upper() if family != 'gray' else 'Gray'} without an output intent for it",
                          sheet.number, sheet.place(each.box))  # fmt: skip


def intents(file: Finished) -> Iterator[Hit]:
    """An output intent whose ICC profile is none; two with different ones."""
    for each in file.intents:
        if each.kind == "GTS_PDFA1" and (each.fault or not each.has_profile):
            yield Hit(each.fault or "the output intent holds no ICC profile")
    held = [get(each, "/DestOutputProfile") for each in dictionaries(get(file.root, "/OutputIntents"))[:20]]
    if len({each.objgen for each in held if each is not None}) > 1:
        yield Hit("the output intents hold different ICC profiles")


def unpacking(file: Finished) -> Iterator[Hit]:
    """A stream that is packed by LZW or a cipher, or that lies in another file."""
    counts: dict[str, int] = {}
    for stream in file.streams:
        for each in filters(stream):
            if each in ("LZWDecode", "LZW", "Crypt"):
                counts[f"packed by {each}"] = counts.get(f"packed by {each}", 0) + 1
        if get(stream, "/F") is not None or raw(stream, "/F") is not None:
            counts["in another file"] = counts.get("in another file", 0) + 1
    for what, count in counts.items():
        yield Hit(f"a stream is {what}" if count == 1 else f"{count} streams are {what}")


def drawing(file: Finished) -> Iterator[Hit]:
    """A drawing that depends on a device or a program: PostScript, transfer curves, pictures with others in their
    stead, or to be smoothed."""
    yield from extras.drawing(file)
    if any(name(get(each, "/Subtype")) == "Image" and raw(each, "/Interpolate") is True for each in file.streams):
        yield Hit("a picture is to be smoothed (Interpolate)")
    if any(name(get(each, "/Subtype")) == "Form" and get(each, "/Ref") is not None for each in file.reached):
        yield Hit("a drawing stands for a page of another file (Ref)")
    for screen in (each for each in file.reached if raw(each, "/HalftoneType") is not None):
        if number(raw(screen, "/HalftoneType")) not in (1, 5) or raw(screen, "/HalftoneName") is not None:
            yield Hit("a screen is known to one machine alone (HT)")
    intents = {name(raw(each, "/RI")) for each in file.reached if name(get(each, "/Type")) == "ExtGState"}
    for unknown in sorted(intents - _RENDERING):
        yield Hit(f"colours are to be rendered by {unknown}, which is no intent (RI)")


_RENDERING = {"", "RelativeColorimetric", "AbsoluteColorimetric", "Perceptual", "Saturation"}


def actions(file: Finished) -> Iterator[Hit]:
    """A script, an action that opens or plays something, a form that needs a program."""
    if get(file.root, "/Names", "/JavaScript") is not None:
        yield Hit("the file holds JavaScript")
    yield from extras.acts(each for each in file.actions if each.kind not in _ALLOWED)
    for each in sorted({name(get(each.value, "/N")) for each in file.actions if each.kind == "Named"} - _TURNS):
        yield Hit(f"a named action {each}, which does more than turn pages")
    acting = [file.root, *(sheet.page.obj for sheet in file.sheets)]
    if any(get(each, "/AA") is not None for each in acting):
        yield Hit("the file acts when it is opened, printed or closed (AA)")
    if any(get(each, "/AA") is not None or get(each, "/A") is not None for each in fields(file)):
        yield Hit("a field acts when it is used (A, AA)")
    form = get(file.root, "/AcroForm")
    if get(form, "/XFA") is not None or raw(form, "/NeedAppearances") is True:
        yield Hit("the file is a form that a program has to draw")


_ALLOWED = ("GoTo", "GoToR", "GoToE", "Thread", "URI", "Named", "SubmitForm")
"""Actions of ISO 32000-1, 12.6.4 that ISO 19005-2, 6.5.1 does not forbid."""
_TURNS = {"NextPage", "PrevPage", "FirstPage", "LastPage"}


def fields(file: Finished) -> list[Object]:
    """The fields of the form, and what shows them on pages."""
    form = get(file.root, "/AcroForm", "/Fields")
    widgets = [each for sheet in file.sheets for each in sheet.annotations if name(get(each, "/Subtype")) == "Widget"]
    held = [each for each in reached(form) if get(each, "/T") is not None] if form is not None else []
    return widgets + [each for each in held if name(get(each, "/Type")) in ("", "Annot")]


def page_annotations(file: Finished) -> Iterator[Hit]:
    """An annotation that is not printed, or not drawn in the file."""
    for sheet in file.sheets:
        for each in sheet.annotations:
            kind, flags = name(get(each, "/Subtype")), int(number(raw(each, "/F")))
            if kind in ("Sound", "Movie", "Screen", "3D"):
                yield Hit(f"an annotation of the kind {kind}", sheet.number)
            elif kind != "Popup" and (not flags & 4 or flags & 0b100011):
                yield Hit(f"an annotation {kind} is not printed, or hidden (F {flags})", sheet.number)
            elif kind not in ("Popup", "Link") and get(each, "/AP", "/N") is None and _is_seen(each):
                yield Hit(f"an annotation {kind} has no appearance (AP)", sheet.number)


def _is_seen(annotation: Object) -> bool:
    """Whether an annotation has an area: one without needs no appearance."""
    area = box(get(annotation, "/Rect"))
    return area is None or bool(area.width or area.height)


def fonts(file: Finished) -> Iterator[Hit]:
    """A font that is not in the file; a TrueType one that does not say which glyph is whose."""
    yield from typefaces.embedded(file)
    for font, page in file.fonts:
        mapped = raw(font.descendant, "/CIDToGIDMap")
        if name(get(font.descendant, "/Subtype")) == "CIDFontType2" and font.is_embedded and mapped is None:
            yield Hit(f"{font.said} has no CIDToGIDMap", page)


def attachments(file: Finished) -> Iterator[Hit]:
    """An attached file that is no PDF, or of which it is not said what it is to the document."""
    associated = [each.objgen for each in dictionaries(get(file.root, "/AF"))]
    for each, specification in extras.attached(file):
        held = get(specification, "/EF", "/F") or get(specification, "/EF", "/UF")
        if file.profile.standard == "pdf/a-2u":
            if not (unpacked(held) or b"").startswith(b"%PDF-"):
                yield Hit(f"the attached file {each} is no PDF; PDF/A-3 may hold it")
            continue
        if not name(get(specification, "/AFRelationship")):
            yield Hit(f"the attached file {each} does not say what it is to the document (AFRelationship)")
        if not name(get(held, "/Subtype")):
            yield Hit(f"the attached file {each} does not say its media type")
        if specification.objgen not in associated and not _is_associated(file):  # type: ignore[attr-defined]
            yield Hit(f"the attached file {each} is not associated with the document (AF)")


def _is_associated(file: Finished) -> bool:
    return any(get(sheet.page.obj, "/AF") is not None for sheet in file.sheets)


def layers(file: Finished) -> Iterator[Hit]:
    """A set of layers without a name."""
    properties = get(file.root, "/OCProperties")
    for each in [*dictionaries(get(properties, "/D")), *dictionaries(get(properties, "/Configs"))]:
        if not raw(each, "/Name"):
            yield Hit("a configuration of layers has no name")
        if items(get(each, "/AS")):
            yield Hit("layers are switched on and off by events (AS)")


_A = "ISO 19005-2"

RULES = (
    Rule("archive-standard", "The file says that it is the PDF/A that is asked", identification,
         f"{_A}, Version and conformance level identification", "export as that PDF/A", archive),
    Rule("archive-standard", "It begins as PDF/A does", header, f"{_A}, File header", "export it anew", archive),
    Rule("archive-standard", "Its version of PDF is one that the standard knows", standards.version,
         f"{_A}, File header", "export for that version", archive),
    Rule("archive-standard", "It has an ID", standards.identifier, f"{_A}, File trailer", "export it anew", archive),
    Rule("archive-metadata", "Its XMP metadata can be read by anybody", metadata, f"{_A}, Metadata", "export it anew",
         archive),
    Rule("archive-colour", "Every colour of a device has an output intent", device_colours,
         f"{_A}, Uncalibrated colour spaces", "embed an output intent, such as sRGB", archive),
    Rule("archive-colour", "Output intents hold one ICC profile", intents, f"{_A}, Output intent",
         "embed one ICC profile", archive),
    Rule("archive-font", "Every font is in the file", fonts, f"{_A}, Embedding of font programs", "embed it", archive),
    Rule("archive-font", "Every font says its characters", typefaces.characters, f"{_A}, Unicode character maps",
         "export with ToUnicode", archive),
    Rule("archive-font", "Every character has a glyph", typefaces.glyphs, f"{_A}, Use of .notdef glyph",
         "set the character in a face that has it", archive),
    Rule("archive-content", "Streams can be unpacked for good", unpacking, f"{_A}, Stream objects: filters",
         "pack them by Flate", archive),
    Rule("archive-content", "Drawings depend on no device and no program", drawing,
         f"{_A}, Graphics: images, XObjects, graphics state", "export without them", archive),
    Rule("archive-content", "Nothing runs, plays or asks", actions, f"{_A}, Actions; Interactive forms",
         "export without it", archive),
    Rule("archive-content", "Annotations are drawn in the file, and printed", page_annotations, f"{_A}, Annotations",
         "set the flag Print; draw an appearance", archive),
    Rule("archive-content", "It is not enciphered", extras.encryption, f"{_A}, File trailer", "save it without a lock",
         archive),
    Rule("archive-content", "Layers have names", layers, f"{_A}, Optional content", "name them, or flatten", archive),
    Rule("archive-attachment", "Attached files are of a kind that is kept, and say what they are", attachments,
         "ISO 19005-3, Embedded files", "attach PDF/A alone, or export as PDF/A-3 with AFRelationship", archive),
)  # fmt: skip
