"""The XML of ABBYY FineReader: pages of blocks, a block's paragraphs, their lines, and each character by itself.

It assumes http://www.abbyy.com/FineReader_xml/ in versions 6 to 10; what the engine might have read instead is left.
"""

from __future__ import annotations

from lxml import etree

from docconv import model as m
from docconv.problems import Say, silent
from docconv.readers.blocks import bounded
from docconv.readers.inlines import clean
from docconv.readers.layout.things import Thing, ThingKind, attach_captions, read_things
from docconv.readers.scans.words import Box, box_of, text_of
from docconv.readers.scans.xml import children, inside, parse_xml
from docconv.readers.source import Source

_ROLES: dict[str, ThingKind] = {
    "heading": "head",
    "tableheading": "caption",
    "tablecaption": "caption",
    "picturecaption": "caption",
    "footnote": "note",
    "endnote": "note",
    "rt": "furniture",
    "garb": "furniture",
}
"""The roles of paragraph styles (version 10) that are not running text; `rt` is a running title."""


def read_abbyy(source: Source, say: Say = silent) -> m.Document:
    """The document of an XML file of FineReader.  Raises `SourceError` if it is not well-formed."""
    root = parse_xml(source, ("document",), "FineReader document")
    styles = {style.get("id", ""): style for style in inside(root, "paragraphStyle")}
    things: list[Thing] = []
    for number, page in enumerate(inside(root, "page")):
        for block in inside(page, "block"):
            things += _block(block, styles, len(things) + 1, number)
    return read_things(attach_captions(things), source.name, labelled=any(thing.kind == "head" for thing in things))


def _block(block: etree._Element, styles: dict[str, etree._Element], number: int, page: int) -> list[Thing]:
    if "Picture" in block.get("blockType", ""):
        return [Thing("picture", "", number, page)]
    out: list[Thing] = []
    rows = children(block, "row")
    if rows:
        table = m.Table(rows=bounded([m.Row(tuple(_cell(cell) for cell in children(row, "cell"))) for row in rows]))
        out.append(Thing("table", "", number, page, table=table))
    for text in children(block, "text"):
        for paragraph in children(text, "par"):
            style = styles.get(paragraph.get("style", ""))
            kind = _ROLES.get(style.get("role", "").lower(), "text") if style is not None else "text"
            level = style.get("roleLevel", "") if style is not None else ""
            thing = Thing(kind, text_of(_lines(paragraph)), number + len(out), page)
            thing.level = (int(level) if level.isdecimal() and level != "0" else 1) if kind == "head" else 0
            out.append(thing)
    return out


def _cell(cell: etree._Element) -> m.Cell:
    paragraphs = [" ".join(text for text, _ in _lines(each) if text) for each in inside(cell, "par")]
    body = tuple(m.Paragraph((m.Text(text),)) for text in paragraphs if text)
    spans = [cell.get(name, "") for name in ("colSpan", "rowSpan")]
    columns, rows = (int(span) if span.isdecimal() and len(span) < 5 else 1 for span in spans)
    return m.Cell(body, colspan=columns, rowspan=rows)


def _lines(paragraph: etree._Element) -> list[tuple[str, Box | None]]:
    """The lines of a paragraph with their boxes: `l`, `t`, `r`, `b`."""
    return [
        (" ".join(clean(_characters(line)).split()), box_of([line.get(name) for name in "ltrb"]))
        for line in children(paragraph, "line")
    ]


def _characters(line: etree._Element) -> str:
    """The characters of a line, one to an element, or the text of a run where they have none."""
    out: list[str] = []
    for run in children(line, "formatting"):
        characters = children(run, "charParams")
        out += [_character(each) for each in characters] if characters else [run.text or ""]
    return "".join(out)


def _character(element: etree._Element) -> str:
    return (element.text or "") + "".join(variant.tail or "" for variant in element) or " "
