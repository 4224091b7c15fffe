"""ODT made ready for pandoc, whose reader of it knows no alignment, no underline and no number but 1 a A i I.

What it would lose is written into the text between two characters of Linear B, in which no manuscript is, and taken out
of pandoc's tree again.  It assumes a package that is no bomb; what is damaged is left for pandoc to refuse.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any, get_args

from lxml import etree

from docconv import model as m
from docconv.archive import DAMAGE, repacked
from docconv.lists import look_written

_MARK = "\U00010001"
_OFFICE, _STYLE, _TEXT = (f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in
                          ("office", "style", "text"))  # fmt: skip
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_ALIGNS = {"center": "center", "right": "right", "end": "right"}
_ROLES = {"kicker", "deck", "byline", *m.NAMED_ROLES}
_MOST_BASED = 50
"""How many styles may be based on one another."""

# ── Before pandoc ────────────────────────────────────────────────────────────────────────────────────────


def marked(package: bytes) -> bytes:
    """The package with marks in its text for what pandoc leaves out."""
    try:
        with zipfile.ZipFile(io.BytesIO(package)) as file:
            text, styles = (_parsed(file.read(name)) for name in ("content.xml", "styles.xml"))
    except (*DAMAGE, etree.XMLSyntaxError):
        return package
    marking = _Marking(text, styles)
    for element in text.iter(f"{_TEXT}p", f"{_TEXT}list", f"{_TEXT}span"):
        marking.mark(element)
    made: dict[str, bytes] = {}
    for name, root in (("content.xml", text), ("styles.xml", styles)):
        for style in root.iter(f"{_STYLE}text-properties"):
            style.attrib.pop(f"{_STYLE}text-underline-style", None)  # which pandoc takes for emphasis
        made[name] = etree.tostring(root, encoding="UTF-8")
    return repacked(package, made, (".xml", "mimetype"))  # of pictures pandoc wants no more than their names


def _parsed(data: bytes) -> etree._Element:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))


class _Marking:
    """The styles of a text, and the marks that they ask for."""

    def __init__(self, text: etree._Element, styles: etree._Element) -> None:
        self.styles = {(each.get(f"{_STYLE}family"), each.get(f"{_STYLE}name")): each
                       for root in (styles, text) for each in root.iter(f"{_STYLE}style")}  # fmt: skip
        self.lists = {each.get(f"{_STYLE}name"): each for root in (styles, text)
                      for each in root.iter(f"{_TEXT}list-style")}  # fmt: skip

    def mark(self, element: etree._Element) -> None:
        name = element.get(f"{_TEXT}style-name")
        if element.tag == f"{_TEXT}list":
            self._list(element)
        elif element.tag == f"{_TEXT}p" and (names := sorted({*self._paragraph(name)})):
            element.text = f"{_MARK}P{'+'.join(names)}{_MARK}{element.text or ''}"
        elif element.tag == f"{_TEXT}span" and (kind := self._line(element, name)):
            element.text = f"{_MARK}{kind}{_MARK}{element.text or ''}"
            if len(element):
                element[-1].tail = f"{element[-1].tail or ''}{_MARK}/{_MARK}"
            else:
                element.text += f"{_MARK}/{_MARK}"

    def _chain(self, family: str, name: str | None) -> Iterator[etree._Element]:
        for _ in range(_MOST_BASED):
            if (style := self.styles.get((family, name))) is None:
                return
            yield style
            name = style.get(f"{_STYLE}parent-style-name")

    def _paragraph(self, name: str | None) -> Iterator[str]:
        """What the style of a paragraph says: its side, and the roles that are styles."""
        chain = [*self._chain("paragraph", name)]
        sides = (
            each.get(f"{_FO}text-align") for style in chain for each in style.iter(f"{_STYLE}paragraph-properties")
        )
        if side := _ALIGNS.get(next((each for each in sides if each), "")):
            yield side
        named = [name or "", *(style.get(f"{_STYLE}name", "") for style in chain)]
        yield from {word for each in named for word in re.split("_20_| ", each.lower())} & _ROLES

    def _line(self, span: etree._Element, name: str | None) -> str:
        """What the style of a span draws under it: I for what is put in, U for what is underlined."""
        chain = [*self._chain("text", name)]
        if any(style.get(f"{_STYLE}name") == "Insertion" for style in chain):
            return "I"
        kinds = (each.get(f"{_STYLE}text-underline-style") for style in chain
                 for each in style.iter(f"{_STYLE}text-properties"))  # fmt: skip
        is_under = next((kind for kind in kinds if kind), "none") != "none"
        return "U" if is_under and next(span.iterancestors(f"{_TEXT}a"), None) is None else ""

    def _list(self, element: etree._Element) -> None:
        """Mark the first words of a list whose numbers pandoc takes for bullets, and have it take them for figures."""
        level = self._level(element)
        first = next(element.iter(f"{_TEXT}p", f"{_TEXT}h"), None)
        if level is None or first is None:
            return
        format_name = level.get(f"{_STYLE}num-format", "")
        if level.get("marked") is None:
            series = re.split("[, ]", format_name)[0]
            style = next((each for each in get_args(m.ListStyle) if each == series), "1")
            ends = (level.get(f"{_STYLE}num-{end}", "").strip() for end in ("prefix", "suffix"))
            level.set("marked", "".join((next(ends), style, next(ends))))
            if format_name not in ("1", "a", "A", "i", "I", ""):
                level.set(f"{_STYLE}num-format", "1")
        if look_written(level.get("marked")):
            first.text = f"{_MARK}N{level.get('marked')}{_MARK}{first.text or ''}"

    def _level(self, element: etree._Element) -> etree._Element | None:
        """How the level of a list is numbered; None for bullets."""
        around = [element, *element.iterancestors(f"{_TEXT}list")]
        name = next((each.get(f"{_TEXT}style-name") for each in around if each.get(f"{_TEXT}style-name")), None)
        levels = self.lists[name].iter(f"{_TEXT}list-level-style-number") if name in self.lists else ()
        return next((each for each in levels if each.get(f"{_TEXT}level") == str(len(around))), None)


# ── Behind it ────────────────────────────────────────────────────────────────────────────────────────────

_FOUND = re.compile(f"{_MARK}([^{_MARK}]*){_MARK}")


def unmark(tree: Any) -> None:
    """Make of the marks in pandoc's tree what they say."""
    stack = [tree]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            if value.get("t") == "OrderedList" and (mark := _taken(value, "N")):
                _box(value, [], [["numbered", mark]])
            elif value.get("t") in ("Para", "Plain") and (mark := _taken(value, "P")):
                _box(value, mark.split("+"), [])
            stack.extend(value.values())
        elif isinstance(value, list):
            if any(isinstance(each, dict) and each.get("t") == "Str" and _MARK in each["c"] for each in value):
                value[:] = _lined(value)
            stack.extend(value)


def _box(node: dict[str, Any], names: list[str], said: list[list[str]]) -> None:
    held = dict(node)
    node.update(t="Div", c=[["", names, said], [held]])


def _taken(node: dict[str, Any], kind: str) -> str:
    """What the mark of a kind says that stands before the first word of a block; it is taken away."""
    stack: list[Any] = [node["c"]]
    while stack:
        value = stack.pop()
        if isinstance(value, dict) and value.get("t") == "Str":
            found = _FOUND.match(value["c"])
            if found is None or found[1][:1] != kind:
                return ""
            value["c"] = value["c"][found.end() :]
            return found[1][1:]
        held = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        stack.extend(reversed([*held]))
    return ""


def _lined(nodes: list[Any]) -> list[Any]:
    """A run with its marks as lines under words."""
    opened: list[tuple[str, list[Any]]] = [("", [])]
    for node in nodes:
        if not (isinstance(node, dict) and node.get("t") == "Str"):
            opened[-1][1].append(node)
            continue
        for number, part in enumerate(_FOUND.split(node["c"])):
            if number % 2 == 0:
                opened[-1][1].extend([{"t": "Str", "c": part}] if part else ())
            elif part in ("U", "I"):
                opened.append((part, []))
            elif part == "/" and len(opened) > 1:
                kind, inside = opened.pop()
                under = {"t": "Underline", "c": inside}
                put_in = {"t": "Span", "c": [["", ["insertion"], []], inside]}
                opened[-1][1].append(under if kind == "U" else put_in)
    return [node for _, inside in opened for node in inside]
