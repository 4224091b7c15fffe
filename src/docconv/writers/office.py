"""What pandoc leaves to be done in packages for word processors: the numbers of lists, and styles that do something.

It assumes packages that pandoc has written of `coded` markup.  pandoc takes no more of a list than a style of Latin
letters and its first number; so that number says the look as well, and the finished numbering is put right.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from itertools import count
from typing import get_args

from lxml import etree

from docconv import model as m
from docconv.archive import repacked
from docconv.lists import Look, look_stated

_XHTML = "{http://www.w3.org/1999/xhtml}"
_LOOKS: tuple[Look, ...] = tuple((style, marks) for style in get_args(m.ListStyle) for marks in get_args(m.ListMarks))
_CODE = 1_000_000
"""What a first number is counted on with: no list of a text begins as late."""
INSERTION = "Insertion"
ALIGNED = ("Right", "Center")
"""The styles of what is put in, and of paragraphs that stand apart, alone or behind the name of a role."""


def code_lists(root: etree._Element) -> None:
    """Say of each list whose numbers pandoc would not write by its first number, how they look."""
    for each in root.iter(f"{_XHTML}ol"):
        look = look_stated(each.attrib.pop("type", ""), each.attrib.pop("class", ""))
        if look and (code := _LOOKS.index(look)):
            each.set("start", str(code * _CODE + min(int(each.get("start", "1")), _CODE - 1)))


def _decoded(start: str) -> tuple[Look, int] | None:
    """The look and the first number that a coded one says."""
    code, first = divmod(int(start), _CODE) if start.isdecimal() else (0, 0)
    return (_LOOKS[code], first) if 0 < code < len(_LOOKS) else None


def finished(package: bytes) -> bytes:
    """The package with the numbers of its lists as they are to look, and with styles that do what their names say."""
    with zipfile.ZipFile(io.BytesIO(package)) as file:
        held = {name: file.read(name) for name in file.namelist() if name.endswith(".xml")}
    return repacked(package, {name: change(held[name], held) for name, change in _CHANGES.items() if name in held})


def _parsed(data: bytes) -> etree._Element:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, huge_tree=True))


def _written(root: etree._Element) -> bytes:
    data: bytes = etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True, standalone=True)
    return data


def _ends(look: Look) -> tuple[str, str]:
    """What stands before and behind the numbers of a list."""
    marks = look[1]
    return (marks[0], marks[1]) if len(marks) == 2 else ("", marks)


# ── DOCX (ECMA-376 part 1) ───────────────────────────────────────────────────────────────────────────────

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FORMATS: Mapping[m.ListStyle, str] = {
    "1": "decimal",
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
    "①": "decimalEnclosedCircle",
    "一": "chineseCountingThousand",
    "甲": "ideographTraditional",
    "ア": "aiueoFullWidth",
    "イ": "irohaFullWidth",
    "가": "ganada",
}
"""What Word calls the styles (17.18.59)."""
_LETTER = 240
"""Twentieths of a point that a letter of the text takes: 12 pt, in pandoc's own template."""


def _number_docx(data: bytes, held: Mapping[str, bytes]) -> bytes:
    root = _parsed(data)
    names: dict[str, str] = {}
    free = (str(number) for number in count(10_000))
    for kind in root.iter(f"{_W}abstractNum"):
        start = next(kind.iter(f"{_W}start"), None)
        if start is None or not (said := _decoded(start.get(f"{_W}val", ""))):
            continue
        name = names[kind.get(f"{_W}abstractNumId", "")] = next(free)
        kind.set(f"{_W}abstractNumId", name)
        kind.find(f"{_W}nsid").set(f"{_W}val", f"{int(name):08X}")
        for depth, level in enumerate(kind.iter(f"{_W}lvl"), 1):
            _set_level(level, depth, *said)
    for number in root.iter(f"{_W}num"):
        kind = number.find(f"{_W}abstractNumId")
        kind.set(f"{_W}val", names.get(kind.get(f"{_W}val", ""), kind.get(f"{_W}val", "")))
        for start in number.iter(f"{_W}startOverride"):
            if said := _decoded(start.get(f"{_W}val", "")):
                start.set(f"{_W}val", str(said[1]))
    return _written(root)


def _set_level(level: etree._Element, depth: int, look: Look, first: int) -> None:
    before, behind = _ends(look)
    level.find(f"{_W}start").set(f"{_W}val", str(first))
    level.find(f"{_W}numFmt").set(f"{_W}val", _FORMATS[look[0]])
    level.find(f"{_W}lvlText").set(f"{_W}val", f"{before}%{depth}{behind}")
    for indent in level.iter(f"{_W}ind"):
        indent.set(f"{_W}hanging", str(_LETTER * max(2, 1 + len(look[1]))))


def _style_docx(data: bytes, held: Mapping[str, bytes]) -> bytes:
    root = _parsed(data)
    for style in root.iter(f"{_W}style"):
        name = style.find(f"{_W}name").get(f"{_W}val", "") if style.get(f"{_W}customStyle") else ""
        *_, last = name.rsplit(" ", 1)
        if last in ALIGNED:
            within = etree.SubElement(style, f"{_W}pPr")
            etree.SubElement(within, f"{_W}ind", {f"{_W}firstLine": "0"})
            etree.SubElement(within, f"{_W}jc", {f"{_W}val": last.lower()})
        elif name == INSERTION:
            within = etree.SubElement(style, f"{_W}rPr")
            etree.SubElement(within, f"{_W}u", {f"{_W}val": "double"})
        if (role := name.removesuffix(f" {last}")) != name:
            style.find(f"{_W}basedOn").set(f"{_W}val", role)
            if not any(each.get(f"{_W}styleId") == role for each in root.iter(f"{_W}style")):
                _add_style(root, role)
    return _written(root)


def _add_style(root: etree._Element, name: str) -> None:
    style = etree.SubElement(
        root, f"{_W}style", {f"{_W}type": "paragraph", f"{_W}customStyle": "1", f"{_W}styleId": name}
    )
    etree.SubElement(style, f"{_W}name", {f"{_W}val": name})
    etree.SubElement(style, f"{_W}basedOn", {f"{_W}val": "BodyText"})


# ── ODT (OpenDocument 1.3) ───────────────────────────────────────────────────────────────────────────────

_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_SERIES: Mapping[m.ListStyle, str] = {
    **{style: style for style in ("1", "a", "A", "i", "I")},
    "①": "①, ②, ③, ...",
    "一": "一, 二, 三, ...",
    "甲": "甲, 乙, 丙, ...",
    "ア": "ア, イ, ウ, ...",
    "イ": "イ, ロ, ハ, ...",
    "가": "가, 나, 다, ...",
}
"""How numbers are written (19.500, style:num-format): a letter, or as LibreOffice has it the first of the series."""


def _number_odt(data: bytes, held: Mapping[str, bytes]) -> bytes:
    root = _parsed(data)
    for level in root.iter(f"{_TEXT}list-level-style-number"):
        if said := _decoded(level.get(f"{_TEXT}start-value", "")):
            (style, _), first = said
            before, behind = _ends(said[0])
            level.set(f"{_STYLE}num-format", _SERIES[style])
            level.set(f"{_TEXT}start-value", str(first))
            for name, value in (("num-prefix", before), ("num-suffix", behind)):
                level.attrib.pop(f"{_STYLE}{name}", None)
                level.attrib.update({f"{_STYLE}{name}": value} if value else {})
    return _written(root)


def _style_odt(data: bytes, held: Mapping[str, bytes]) -> bytes:
    """The styles, with those that the text names and pandoc leaves out."""
    root = _parsed(data)
    styles = next(root.iter(f"{_OFFICE}styles"))
    text = _parsed(held["content.xml"])
    known = {each.get(f"{_STYLE}name") for tree in (root, text) for each in tree.iter(f"{_STYLE}style")}
    for tag, family in (("p", "paragraph"), ("span", "text")):
        named = {each.get(f"{_TEXT}style-name", "") for each in text.iter(f"{_TEXT}{tag}")}
        for name in sorted(named - known - {""}):
            _add_odt_style(styles, name, family)
    return _written(root)


def _add_odt_style(styles: etree._Element, name: str, family: str) -> None:
    role, _, last = name.rpartition(" ")
    parent = {f"{_STYLE}parent-style-name": role or "Text_20_body"} if family == "paragraph" else {}
    style = etree.SubElement(styles, f"{_STYLE}style",
                             {f"{_STYLE}name": name, f"{_STYLE}family": family, **parent})  # fmt: skip
    if last in ALIGNED:
        side = "end" if last == "Right" else "center"
        etree.SubElement(style, f"{_STYLE}paragraph-properties", {f"{_FO}text-align": side, f"{_FO}text-indent": "0in"})
    elif name == INSERTION:
        kind = {f"{_STYLE}text-underline-{part}": value for part, value in
                (("style", "solid"), ("type", "double"), ("width", "auto"), ("color", "font-color"))}  # fmt: skip
        etree.SubElement(style, f"{_STYLE}text-properties", kind)


_CHANGES: Mapping[str, Callable[[bytes, Mapping[str, bytes]], bytes]] = {
    "word/numbering.xml": _number_docx,
    "word/styles.xml": _style_docx,
    "content.xml": _number_odt,
    "styles.xml": _style_odt,
}
"""What becomes of each file of a package, given what all of them hold."""
