"""Rules on what is in a file beside its pages: annotations, forms, scripts, layers, attachments, locks.

The names of what is found are shared by the profiles: what a press may not meet, an archive may not either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pikepdf import Stream

from docconv.preflight.profiles.finished import Action, Finished
from docconv.preflight.profiles.objects import box, entries, get, items, name, raw, text
from docconv.preflight.profiles.rule import Hit, Rule


def page_annotations(file: Finished) -> Iterator[Hit]:
    """A link, a note or a field on the page: a press prints it, or stumbles over it."""
    for sheet in file.sheets:
        bleed = file.bleed(sheet)
        for each in sheet.annotations:
            kind, area = name(get(each, "/Subtype")), box(get(each, "/Rect"))
            if kind not in ("PrinterMark", "TrapNet", "Popup") and area and (area.meets(bleed) or not area.width):
                yield Hit(f"an annotation, {kind or 'of no kind'}", sheet.number, sheet.place(area))


def scripts(file: Finished) -> Iterator[Hit]:
    """A script, or an action that opens, sends or plays something."""
    if get(file.root, "/Names", "/JavaScript") is not None:
        yield Hit("the file holds JavaScript")
    yield from acts(each for each in file.actions if each.kind not in ("GoTo", "URI", "Named"))
    if get(file.root, "/AA") is not None:
        yield Hit("the file acts when it is opened, printed or closed")


def acts(actions: Iterable[Action]) -> Iterator[Hit]:
    """Actions, one of a kind and place."""
    yield from (Hit(each) for each in sorted({f"an action {each.kind} {each.where}" for each in actions}))


def forms(file: Finished) -> Iterator[Hit]:
    """A form to be filled in."""
    form = get(file.root, "/AcroForm")
    if form is not None and (items(get(form, "/Fields")) or get(form, "/XFA") is not None):
        yield Hit("the file is a form (XFA)" if get(form, "/XFA") is not None else "the file is a form")


def encryption(file: Finished) -> Iterator[Hit]:
    """A lock, even one that anybody opens."""
    if file.is_enciphered:
        yield Hit("the file is enciphered")


def layers(file: Finished) -> Iterator[Hit]:
    """Layers: which of them are printed is for the printer's machine to guess."""
    if items(get(file.root, "/OCProperties", "/OCGs")):
        yield Hit(f"the file has {len(items(get(file.root, '/OCProperties', '/OCGs')))} layers")


def drawing(file: Finished) -> Iterator[Hit]:
    """A drawing that depends on a device or a program: PostScript, transfer curves, pictures with others in their
    stead."""
    told: set[str] = set()
    for each in file.reached:
        if isinstance(each, Stream):
            if name(get(each, "/Subtype")) == "PS" or name(get(each, "/Subtype2")) == "PS":
                told.add("a drawing is PostScript")
            told |= {f"a picture has {key}" for key in ("Alternates", "OPI") if get(each, f"/{key}") is not None}
        states = [each] if name(get(each, "/Type")) == "ExtGState" else []
        for state in states + [state for _, state in entries(get(each, "/ExtGState"))]:
            told |= _curves(state)
    yield from (Hit(each) for each in sorted(told))


def _curves(state: object) -> set[str]:
    """What of a graphics state changes tones (ISO 19005-2, 6.2.5; ISO 15930-7, 6.15): a function, one for each ink, or
    a name other than Default in TR2; anything in TR."""
    found = {"a transfer curve (TR)"} if raw(state, "/TR") is not None else set()
    curve = raw(state, "/TR2")
    if curve is not None and name(curve) != "Default":
        found.add("a transfer curve (TR2)")
    return found | ({"a halftone phase (HTP)"} if raw(state, "/HTP") is not None else set())


def attachments(file: Finished) -> Iterator[Hit]:
    """A file in the file."""
    for each, _ in attached(file):
        yield Hit(f"the file {each} is attached")


def attached(file: Finished) -> list[tuple[str, object]]:
    """The files that are attached, by their names, with their specifications."""
    found: list[tuple[str, object]] = []
    waiting: list[object] = [get(file.root, "/Names", "/EmbeddedFiles")]
    for node in waiting:  # a tree of names, which grows while it is read
        found += [(_named(spec), spec) for spec in items(get(node, "/Names"))[1::2]]
        if len(waiting) < _MOST_NODES:
            waiting += items(get(node, "/Kids"))[:_MOST_NODES]
    return found


_MOST_NODES = 1000


def _named(specification: object) -> str:
    told = [text(value) for key, value in entries(specification) if key in ("UF", "F")]
    return told[-1][:80] if told else "without a name"


RULES = (
    Rule("press-interactive", "There are no annotations on the page", page_annotations, "ISO 15930-7, Annotations",
         "export without links and notes"),
    Rule("press-interactive", "There are no scripts and no actions", scripts, "ISO 15930-7, Actions",
         "export without them"),
    Rule("press-interactive", "It is no form", forms, "ISO 15930-7, Interactive forms", "flatten the form"),
    Rule("press-interactive", "It is not enciphered", encryption, "ISO 15930-7, Encryption", "save it without a lock"),
    Rule("press-interactive", "It has no layers", layers, "ISO 15930-7, Optional content", "flatten the layers"),
    Rule("press-content", "Drawings depend on no device and no program", drawing,
         "ISO 15930-7, Extended graphics state; PostScript XObjects; Alternate images", "export without them"),
    Rule("press-interactive", "Nothing is attached to it", attachments, "ISO 15930-7, Embedded files",
         "send other files beside it"),
)  # fmt: skip
