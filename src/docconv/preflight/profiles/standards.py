"""Rules on what a file for the press says of itself: PDF/X, its output intent, its metadata.

Those that PDF/A has too are asked by `archive.py` again, under a code of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from docconv.preflight.profiles.finished import Finished, moment
from docconv.preflight.profiles.objects import get, items
from docconv.preflight.profiles.rule import Hit, Rule
from docconv.press import GTS_PDFX_VERSIONS


def version(file: Finished) -> Iterator[Hit]:
    """A version of PDF that the standard does not know."""
    highest = file.profile.version
    if file.version > highest:
        yield Hit(f"the file is PDF {file.version}, later than {highest}")


def identification(file: Finished) -> Iterator[Hit]:
    """A file that does not say that it is PDF/X, or that is another one than is asked."""
    asked = GTS_PDFX_VERSIONS[file.profile.standard]
    said = file.info.get("GTS_PDFXVersion", ""), _said_in_xmp(file)
    needed = said[0] if file.profile.standard == "pdf/x-1a" else said[1]
    where = "the document information" if file.profile.standard == "pdf/x-1a" else "the XMP metadata"
    if not any(said):
        yield Hit(f"the file does not say that it is {asked}")
    elif not needed:
        yield Hit(f"{where} does not say {asked} (pdfxid:GTS_PDFXVersion)")
    for each in dict.fromkeys(filter(None, said)):
        if each != asked and not (file.profile.standard == "pdf/x-1a" and _is_x1a(each, file)):
            yield Hit(f"the file says that it is {each}, not {asked}")


def _said_in_xmp(file: Finished) -> str:
    return file.xmp.get("pdfxid:GTS_PDFXVersion") or file.xmp.get("pdfx:GTS_PDFXVersion", "")


def _is_x1a(said: str, file: Finished) -> bool:
    """The edition of 2001, which says it in two words."""
    return said == "PDF/X-1:2001" and file.info.get("GTS_PDFXConformance") == "PDF/X-1a:2001"


def trapped(file: Finished) -> Iterator[Hit]:
    """A file that does not say whether it is trapped."""
    said = file.info.get("Trapped", ""), file.xmp.get("pdf:Trapped", "")
    if not {"True", "False"} & set(said):
        yield Hit(f"Trapped is {said[0] or said[1] or 'not stated'}")
    elif all(said) and said[0] != said[1]:
        yield Hit(f"Trapped is {said[0]} in the document information, {said[1]} in XMP")


def title(file: Finished) -> Iterator[Hit]:
    """A file without a title."""
    if not (file.info.get("Title") or file.xmp.get("dc:title")):
        yield Hit("the file has no title")


def dates(file: Finished) -> Iterator[Hit]:
    """A file that does not say when it was made and changed."""
    for key, other in (("CreationDate", "xmp:CreateDate"), ("ModDate", "xmp:ModifyDate")):
        given = file.info.get(key) or file.xmp.get(other)
        if not given:
            yield Hit(f"there is no {key}")
        elif moment(given) is None:
            yield Hit(f"{key} is no date: {given[:40]}")


def identifier(file: Finished) -> Iterator[Hit]:
    """A file without an /ID, by which a printer tells two versions apart."""
    if len(items(get(file.pdf.trailer, "/ID"))) != 2:
        yield Hit("the trailer has no ID")


def document_id(file: Finished) -> Iterator[Hit]:
    """No xmpMM:DocumentID, VersionID or RenditionClass, which PDF/X-4 asks for."""
    if file.profile.standard == "pdf/x-4":
        for key in ("xmpMM:DocumentID", "xmpMM:VersionID", "xmpMM:RenditionClass"):
            if not file.xmp.get(key):
                yield Hit(f"the XMP metadata has no {key}")


_SAME = {"Title": "dc:title", "Author": "dc:creator", "Subject": "dc:description", "Keywords": "pdf:Keywords",
         "Creator": "xmp:CreatorTool", "Producer": "pdf:Producer"}  # fmt: skip
_SAME_DATES = {"CreationDate": "xmp:CreateDate", "ModDate": "xmp:ModifyDate"}


def metadata(file: Finished) -> Iterator[Hit]:
    """XMP and the document information that say different things."""
    if not file.xmp:
        yield Hit("there is no XMP metadata, or it cannot be read")
        return
    for key, other in _SAME.items():
        ours, theirs = file.info.get(key, ""), file.xmp.get(other, "")
        if ours and _plain(ours) != _plain(theirs):
            yield Hit(f"{key} is {ours[:60]!r}, {other} {theirs[:60]!r}")
    for key, other in _SAME_DATES.items():
        ours, theirs = file.info.get(key, ""), file.xmp.get(other, "")
        if ours and moment(ours) != moment(theirs):
            yield Hit(f"{key} is {ours[:40]}, {other} {theirs[:40] or 'absent'}")


def _plain(text: str) -> list[str]:
    """The words without the marks between several authors."""
    return text.replace(",", " ").replace(";", " ").split()


def intent(file: Finished) -> Iterator[Hit]:
    """No output intent of PDF/X, two, or one whose profile is none."""
    found = [each for each in file.intents if each.kind == "GTS_PDFX"]
    if len(found) != 1:
        yield Hit(f"there are {len(found)} output intents of PDF/X" if found else "there is no output intent of PDF/X")
        return
    (own,) = found
    if not own.condition:
        yield Hit("the output intent names no OutputConditionIdentifier")
    if own.fault:
        yield Hit(own.fault)
    if not own.has_profile and (file.profile.standard == "pdf/x-4" or not own.info):
        yield Hit("the output intent holds no ICC profile")
    if own.colours == "RGB":
        yield Hit("the output intent is of RGB, not of a press")


def condition(file: Finished) -> Iterator[Hit]:
    """A file that is made for another press or paper than the profile is for."""
    asked, own = file.profile.condition, file.press_intent
    if asked and own and own.condition and own.condition != asked.identifier:
        yield Hit(f"the file is for {own.condition}, the profile {file.profile.name} for {asked.identifier}")


_X = "ISO 15930-7"

RULES = (
    Rule("press-standard", "The file says that it is the PDF/X that is asked", identification,
         f"{_X}, File identification", "export as that PDF/X"),
    Rule("press-standard", "Its version of PDF is one that the standard knows", version, f"{_X}, File header",
         "export for that version"),
    Rule("press-standard", "It says whether it is trapped", trapped, f"{_X}, Trapping",
         "set Trapped to False, or to True if it is"),
    Rule("press-standard", "It has a title", title, f"{_X}, Metadata", "give the file a title"),
    Rule("press-standard", "It says when it was made and changed", dates, f"{_X}, Metadata", "export it anew"),
    Rule("press-standard", "It has an ID", identifier, f"{_X}, File identification", "export it anew"),
    Rule("press-standard", "Its XMP names document, version and rendition", document_id, f"{_X}, Metadata",
         "export as PDF/X-4"),
    Rule("press-metadata", "XMP and the document information say the same", metadata, f"{_X}, Metadata",
         "export it anew, or delete one of both"),
    Rule("press-intent", "There is one output intent, with its ICC profile", intent, f"{_X}, Output intents",
         "embed the ICC profile that the printer names"),
    Rule("press-condition", "It is made for the press and paper of the profile", condition,
         "ICC, Characterization Data Registry", "ask the printer which is right"),
)  # fmt: skip
