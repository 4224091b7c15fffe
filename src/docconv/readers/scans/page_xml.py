"""PAGE XML: what Transkribus, eScriptorium and OCR-D write of a scan.

It assumes http://schema.primaresearch.org/PAGE/gts/pagecontent/ in any version: regions with lines, the lines with
their text, an order of reading beside them.
"""

from __future__ import annotations

import re

from lxml import etree

from docconv import model as m
from docconv.problems import Say, silent
from docconv.readers.layout.things import Thing, attach_captions, read_things
from docconv.readers.scans.alto import kind_of
from docconv.readers.scans.words import Box, text_of
from docconv.readers.scans.xml import children, inside, name_of, parse_xml
from docconv.readers.source import Source

_PICTURES = ("ImageRegion", "GraphicRegion", "ChartRegion", "LineDrawingRegion")


def read_page_xml(source: Source, say: Say = silent) -> m.Document:
    """The document of a PAGE XML file.  Raises `SourceError` if it is not well-formed."""
    root = parse_xml(source, ("PcGts",), "PAGE")
    things: list[Thing] = []
    for number, page in enumerate(inside(root, "Page")):
        for region in _ordered(page):
            thing = _thing(region, len(things) + 1, number)
            if thing is not None:
                things.append(thing)
    return read_things(attach_captions(things), source.name, labelled=any(thing.kind == "head" for thing in things))


def _thing(region: etree._Element, number: int, page: int) -> Thing | None:
    """What a region holds itself; regions in it stand for themselves."""
    if name_of(region) in _PICTURES:
        return Thing("picture", "", number, page)
    structure = re.search(r"structure\s*\{[^}]*type\s*:\s*([\w-]+)", region.get("custom", ""))
    kind, level = kind_of(structure[1] if structure else region.get("type", ""))
    lines = [(_text(line), _box(line)) for line in children(region, "TextLine")]
    text = text_of(lines) if lines else text_of([(line, None) for line in _text(region).split("\n")])
    return Thing(kind, text, number, page, level=level) if text else None


def _text(element: etree._Element) -> str:
    """The text that is said of an element, the first reading of it; that of its words if it has none of its own."""
    for reading in sorted(children(element, "TextEquiv"), key=lambda each: each.get("index", "").zfill(6)):
        for content in children(reading, "Unicode", "PlainText"):
            if text := (content.text or "").strip():
                return str(text)
    return " ".join(filter(None, (_text(word) for word in children(element, "Word"))))


def _box(line: etree._Element) -> Box | None:
    points = [
        point for coords in children(line, "Coords") for point in re.findall(r"(\d+),(\d+)", coords.get("points", ""))
    ]
    if not points:
        return None
    across, down = [float(x) for x, _ in points], [float(y) for _, y in points]
    return Box(min(across), min(down), max(across), max(down))


def _ordered(page: etree._Element) -> list[etree._Element]:
    """The regions in the order of reading that the file gives; those it does not mention keep their places."""
    regions = [each for each in inside(page) if name_of(each).endswith("Region")] if len(page) else []
    named = {each.get("id", ""): each for each in regions}
    wanted = [ref for ref in (each.get("regionRef", "") for each in _references(page)) if ref in named]
    wanted = list(dict.fromkeys(wanted))
    places, known = iter(wanted), set(wanted)
    return [named[next(places)] if each.get("id", "") in known else each for each in regions]


def _references(page: etree._Element) -> list[etree._Element]:
    """The references in a page's order; those of one group by their index."""
    out: list[etree._Element] = []
    for group in inside(page, "OrderedGroup", "UnorderedGroup", "OrderedGroupIndexed", "UnorderedGroupIndexed"):
        held = children(group, "RegionRefIndexed", "RegionRef")
        out += sorted(held, key=lambda each: int(each.get("index", "0")) if each.get("index", "0").isdecimal() else 0)
    return out
