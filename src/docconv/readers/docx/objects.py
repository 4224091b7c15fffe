"""What is drawn in a Word file: pictures, text boxes, charts, diagrams, objects of other programs.

It assumes that what cannot be shown is worth a box: the editor is told what stood there, with all its words.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lxml import etree

from docconv import model as m
from docconv.readers.docx.office import quoted
from docconv.readers.docx.package import alternative, child, inside, name_of, value
from docconv.readers.docx.symbols import text_of
from docconv.readers.inlines import media, one_line

if TYPE_CHECKING:
    from docconv.readers.docx.runs import Runs

_ASVG = "{http://schemas.microsoft.com/office/drawing/2016/SVG/main}svgBlip"
_THINGS = {"pic:pic", "w:txbxContent", "c:chart", "cx:chart", "dgm:relIds", "v:imagedata", "v:textpath", "o:OLEObject",
           "a:txBody"}  # fmt: skip
_METAFILES = {".emf": "EMF", ".wmf": "WMF", ".emz": "EMF", ".wmz": "WMF", ".pict": "PICT", ".pct": "PICT"}
"""Drawings of Windows and of the old Macintosh, which no edition can show."""


def read(element: etree._Element, runs: Runs) -> Iterator[m.Picture | m.Block]:
    """What is in a drawing: a picture that stands in the line, or blocks that stand behind it."""
    floats = _floats(element)
    alt = _alt(element)
    for each in _things(element):
        match name_of(each):
            case "w:txbxContent":
                yield from runs.story.box(each)
            case "a:txBody":
                yield from _boxed([text_of(line) for line in inside(each, "a:p")])
            case "v:textpath":
                yield from _boxed([each.get("string", "")])
            case "c:chart" | "cx:chart":
                yield _placed(_chart(each, runs, alt), floats)
            case "dgm:relIds":
                yield from _diagram(each, runs, alt, floats)
            case "o:OLEObject":
                _tell_program(each, runs)
            case _:
                yield _placed(_picture(each, runs, alt), floats)


def _things(element: etree._Element) -> Iterator[etree._Element]:
    """The things in a drawing, none of them twice."""
    stack = [*element][::-1]
    while stack:
        each = stack.pop()
        if name_of(each) in _THINGS:
            yield each
        else:
            stack += [*(alternative(each) if name_of(each) == "mc:AlternateContent" else each)][::-1]


def _floats(element: etree._Element) -> bool:
    """Whether a drawing stands beside the text, not in the line."""
    styles = [each.get("style", "") for each in element.iter("{urn:schemas-microsoft-com:vml}*")]
    return child(element, "wp:anchor") is not None or any("position:absolute" in style for style in styles)


def _alt(element: etree._Element) -> str:
    """The words in the place of a drawing, by who made it."""
    described = next(inside(element, "wp:docPr"), None)
    shape = next((each for each in element.iter("{urn:schemas-microsoft-com:vml}*") if each.get("alt")), None)
    words = (described.get("descr") or described.get("title") or "") if described is not None else ""
    return one_line(words or ("" if shape is None else shape.get("alt", "")))


def _placed(thing: m.Media, floats: bool) -> m.Picture | m.Figure:
    return m.Figure(thing) if floats else m.Picture(thing)


def _boxed(lines: list[str]) -> Iterator[m.Block]:
    inner = tuple(m.Paragraph((m.Text(line),)) for line in map(one_line, lines) if line)
    if inner:
        yield m.Aside(inner)


def _picture(element: etree._Element, runs: Runs, alt: str) -> m.Media:
    """The picture of an element; one that no edition shows is missing, and told."""
    relations = runs.story.relations()
    blip = next(inside(element, "a:blip"), None)
    drawn = next(element.iter(_ASVG), None)
    names = [value(drawn, "r:embed"), value(blip, "r:embed"), value(element, "r:id"), value(blip, "r:link")]
    relation = next((relations[name] for name in names if name in relations), None)
    if relation is None:
        return m.Missing("", alt)
    path = relation.target.removeprefix("word/")
    if relation.is_outside:
        path = path if path.startswith(("http:", "https:")) else re.split(r"[/\\]", path)[-1]
    stem, suffix = posixpath.splitext(path)
    if (kind := _METAFILES.get(suffix.lower())) is None:
        return media(path, alt)
    runs.story.office.report("picture-unreadable", f"{path}: {kind} is placed in no edition", runs.place,
                             "save the picture as PNG or SVG and put it into the images folder")  # fmt: skip
    return m.Missing(f"{posixpath.basename(stem)}.png", alt)


def _chart(element: etree._Element, runs: Runs, alt: str) -> m.Media:
    """A box for a chart; its words and numbers are told."""
    root, is_new = _pointed(runs, value(element, "r:id"))
    words = text_of(root) if root is not None and is_new else ""
    title = next(inside(root, "c:title"), None)
    said = alt or (one_line(text_of(title)) if title is not None else "")
    _tell(runs, f"a chart is left out: {quoted(said or words)}", words, "save it as a picture")
    return m.Missing("", said)


def _diagram(element: etree._Element, runs: Runs, alt: str, floats: bool) -> Iterator[m.Picture | m.Block]:
    """A box for a diagram (SmartArt), and its words behind it."""
    root, is_new = _pointed(runs, value(element, "r:dm"))
    lines = [text_of(each) for each in inside(root, "dgm:t")] if is_new else []
    _tell(runs, f"a diagram (SmartArt) is left out, its words are kept: {quoted(alt or ' '.join(lines))}", "",
          "save it as a picture")  # fmt: skip
    yield _placed(m.Missing("", alt), floats)
    yield from _boxed(lines)


def _pointed(runs: Runs, relation: str) -> tuple[etree._Element | None, bool]:
    """The root of the part that is pointed at, and whether for the first time."""
    found = runs.story.relations().get(relation)
    if found is None or found.is_outside:
        return None, False
    return runs.story.office.package.xml(found.target), runs.story.office.is_first(found.target)


def _tell_program(element: etree._Element, runs: Runs) -> None:
    program = element.get("ProgID", "") or "another program"
    what = "a formula in the old form" if program.lower().startswith(("equation", "mathtype")) else "an object"
    _tell(runs, f"{what} ({quoted(program)}) is shown as its picture at best", "", "set it anew, in Word or in TeX"
          if what.startswith("a formula") else "save it as a picture")  # fmt: skip


def _tell(runs: Runs, what: str, words: str, remedy: str) -> None:
    runs.story.office.report("object-unread", what, runs.place, remedy, words)
