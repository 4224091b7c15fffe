"""Drawings in SVG: whether a file is one, and how much it draws.

It assumes that anybody may have made the file: a few lines that refer to each other can say a billion.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

SVG = "{http://www.w3.org/2000/svg}"

LARGEST = 16 * 2**20
"""Bytes of a drawing: the map of a country, with all its roads (house choice)."""
DEEPEST = 100
"""Elements one in another: programs that draw nest a tenth of that (house choice)."""
MOST_SHAPES = 250_000
"""What a drawing may draw, counted as often as it draws it: by `use`, patterns, masks, markers (house choice)."""
_LENGTH_OF_SHAPE = 100
"""Characters of an attribute that count as one more shape: a path may be long."""


def drawing_of(data: bytes) -> etree._Element | None:
    """The root of a drawing; None if the bytes are none.  Nothing that lies outside it is read."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return None
    return root if root.tag == f"{SVG}svg" else None


def fault_of_drawing(data: bytes) -> str:
    """What is wrong with a drawing, in a few words; nothing if it can be used."""
    if len(data) > LARGEST:
        return f"a drawing of more than {LARGEST // 2**20} MB"
    if (root := drawing_of(data)) is None:
        return "not an SVG picture"
    if depth(root) > DEEPEST:
        return f"a drawing nested more than {DEEPEST} deep"
    return f"draws more than {MOST_SHAPES} shapes" if shapes(root) > MOST_SHAPES else ""


def depth(root: etree._Element) -> int:
    """How many elements of a drawing lie one in another, at most."""
    deepest = level = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        level += 1 if event == "start" else -1
        deepest = max(deepest, level)
    return deepest


def shapes(root: etree._Element) -> int:
    """How many shapes and letters a drawing draws, where each element that refers to another draws that too (SVG 2,
    5.5, 13.3, 14.3), and a marker is drawn at every corner (13.7).  A circle of references draws nothing.

    It counts no further than to `MOST_SHAPES`."""
    named = {element.get("id"): element for element in root.iter(etree.Element) if element.get("id")}
    everywhere = [name for style in root.iter("{*}style") for name in _REFERENCE.findall(style.text or "")]
    known: dict[Any, int] = {}

    def count(element: Any) -> int:
        if element not in known:
            known[element] = 0  # until it is known: a circle ends here
            drawn = _own_shapes(element) + sum(map(count, element.iterchildren(etree.Element)))
            for name, times in (*_references(element), *((name, 1) for name in everywhere)):
                drawn += times * count(named[name]) if name in named else 0
            known[element] = min(drawn, MOST_SHAPES + 1)
        return known[element]

    try:
        return count(root)
    except RecursionError:  # a chain of references longer than any drawing has
        return MOST_SHAPES + 1


def _own_shapes(element: etree._Element) -> int:
    """What an element itself counts for: one, its letters, and its attributes if they are long."""
    letters = len(element.text or "") + sum(len(each.tail or "") for each in element) if element.tag in _TEXTS else 0
    long = sum(len(value) // _LENGTH_OF_SHAPE for name, value in element.items() if not name.endswith("href"))
    return 1 + letters + long


_TEXTS = {f"{SVG}{name}" for name in ("text", "tspan", "textPath", "a")}


def _references(element: etree._Element) -> list[tuple[str, int]]:
    """What an element refers to, and how many times it draws that."""
    corners = 1 + len(element.get("d") or element.get("points") or "") // 4
    return [(found, corners if "marker" in f"{name} {value}" else 1)
            for name, value in element.attrib.items() for found in _REFERENCE.findall(value)]  # fmt: skip


_REFERENCE = re.compile(r"""(?:^\s*|url\(\s*['"]?)#([^\s)'"]+)""")
