"""Rules on style sheets: what takes the type, its size, its leading or its colours out of the reader's hands.

The cascade is followed as far as the rules need it: which elements a declaration meets, which one wins, what colours
and size of type come of it.  Conditions of at-rules are not weighed; what depends on one sets no colour.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import cssselect2
from tinycss2.color3 import parse_color

from docconv.preflight.epub.book import Book, Document, Hit, all_declarations, sheets_of
from docconv.preflight.epub.css import ABSOLUTE, Declaration, functions
from docconv.preflight.epub.rule import Rule
from docconv.preflight.epub.tree import OPS, SVG, XHTML, Node, Spot

_RUNNING = frozenset(["html", "body", "p", "div", "section", "article", "main", "li", "blockquote", "dd", "dt", "td"])
"""Elements that hold running text."""


def broken(book: Book) -> Iterator[Hit]:
    """What no reading system understands as CSS."""
    for sheet in book.sheets:
        for message, spot in sheet.errors:
            yield Hit(spot, f"is no CSS: {message}")


def important(book: Book) -> Iterator[Hit]:
    """`!important`, which overrules the reader's own settings."""
    for each in all_declarations(book):
        if each.important:
            yield Hit(each.spot, f"{each.said()} !important")


def absolute_size(book: Book) -> Iterator[Hit]:
    """Running text in a size that does not follow the reader's: font-size: 12px."""
    if not book.fixed:
        yield from on_running_text(book, lambda each: each.name == "font-size" and each.unit in ABSOLUTE)


def absolute_leading(book: Book) -> Iterator[Hit]:
    """Running text whose lines stand a fixed length apart, whatever the size of its type: line-height: 18px."""
    if not book.fixed:
        yield from on_running_text(book, lambda each: each.name == "line-height" and each.unit in ABSOLUTE)


def on_running_text(book: Book, wanted: Callable[[Declaration], bool]) -> Iterator[Hit]:
    """The declarations that meet an element with running text."""
    for each in _met(book, wanted, lambda node: node.name in _RUNNING):
        yield Hit(each.spot, each.said())


def _met(book: Book, wanted: Callable[[Declaration], bool], which: Callable[[Node], bool]) -> list[Declaration]:
    met: dict[Spot, Declaration] = {}
    for document in book.text:
        for node, declarations in document.styles:
            if which(node):
                met.update((each.spot, each) for each in declarations if wanted(each))
        matcher = _matcher(book, document, wanted)
        if matcher is None:
            continue
        for wrapper in cssselect2.ElementWrapper.from_xml_root(document.root).iter_subtree():
            if which(wrapper.etree_element):
                met.update((each.spot, each) for *_, pseudo, each in matcher.match(wrapper) if not pseudo)
    return list(met.values())


def _matcher(book: Book, document: Document, wanted: Callable[[Declaration], bool]) -> Any:
    """What tells the declarations that meet an element; None if the document's sheets have none of those wanted."""
    candidates = [each for sheet in sheets_of(book, document) for each in sheet.declarations if wanted(each)]
    book.matches -= len(candidates) * (len(document.nodes) + 20)
    if book.matches < 0:
        book.leave(document.entry, "the book has more style rules than anybody follows")
        return None
    matcher = cssselect2.Matcher()
    for each in candidates:
        for selector in _selectors(each.selector):
            matcher.add_selector(selector, each)
    return matcher if candidates else None


_NAMESPACES = {"epub": OPS[1:-1], "svg": SVG[1:-1], "h": XHTML[1:-1]}


@lru_cache(maxsize=2**16)
def _selectors(text: str) -> tuple[Any, ...]:
    try:
        return tuple(cssselect2.compile_selector_list(text, _NAMESPACES))
    except cssselect2.SelectorError:
        return ()


# ── writing mode ─────────────────────────────────────────────────────────────────────────────────────────────────────

_MODES = ("writing-mode", "-epub-writing-mode", "-webkit-writing-mode")
_VERTICAL = re.compile("vertical-|sideways-|tb")


def is_vertical(declaration: Declaration) -> bool:
    return declaration.name in _MODES and bool(_VERTICAL.match(declaration.keyword))


def vertical_documents(book: Book) -> list[Document]:
    """The documents whose text runs from top to bottom."""
    upright = []
    for document in book.text:
        roots = [node for node in document.nodes if node.name in ("html", "body")]
        styled = [each for node, declarations in document.styles if node in roots for each in declarations]
        matcher = _matcher(book, document, is_vertical)
        wrappers = cssselect2.ElementWrapper.from_xml_root(document.root).iter_subtree() if matcher else ()
        met = any(matcher.match(each) for each in wrappers if each.etree_element in roots)
        if met or any(map(is_vertical, styled)):
            upright.append(document)
    return upright


def vertical(book: Book) -> Iterator[Hit]:
    """Vertical writing that is not set on html, or without the names that older reading systems know."""
    if not any(map(is_vertical, all_declarations(book))):
        return
    for each in _met(book, is_vertical, lambda node: node.name == "body"):
        yield Hit(each.spot, f"{each.said()} is set on body: it belongs on html")
    blocks: dict[tuple[str, int], list[Declaration]] = {}
    for sheet in book.sheets:
        for each in sheet.declarations:
            if is_vertical(each):
                blocks.setdefault((sheet.entry, each.block), []).append(each)
    for together in blocks.values():
        absent = [mode for mode in _MODES if mode not in {each.name for each in together}]
        if absent:
            yield Hit(together[0].spot, f"{together[0].said()} without {' and '.join(absent)}")


def bidi(book: Book) -> Iterator[Hit]:
    """`direction` or `unicode-bidi`, which the text must say itself."""
    for each in all_declarations(book):
        if each.name in ("direction", "unicode-bidi"):
            yield Hit(each.spot, each.said())


# ── contrast ─────────────────────────────────────────────────────────────────────────────────────────────────────────

_Colour = tuple[float, float, float, float]
_WHITE: _Colour = (1.0, 1.0, 1.0, 1.0)
_BLACK: _Colour = (0.0, 0.0, 0.0, 1.0)
_LINK: _Colour = (0.0, 0.0, 0.933, 1.0)
_COLOURS = ("color", "background-color", "background", "background-image")
_TYPE = ("font-size", "font-weight")
_HEADINGS = {"h1": 2.0, "h2": 1.5, "h3": 1.17, "h4": 1.0, "h5": 0.83, "h6": 0.67}
_SIZES = {"xx-small": 9, "x-small": 10, "small": 13, "medium": 16, "large": 18, "x-large": 24, "xx-large": 32}


@dataclass(frozen=True, slots=True)
class _Look:
    """How text looks at a place: its colour on its ground, its size in CSS pixels; None is a picture for a ground."""

    colour: _Colour = _BLACK
    ground: _Colour | None = _WHITE
    size: float = 16.0
    bold: bool = False
    by: tuple[Declaration, ...] = ()
    """What the book says about colours here."""


def contrast(book: Book) -> Iterator[Hit]:
    """Text in a colour that stands out too little: under 4.5 to 1, for large type 3 to 1."""
    told: set[tuple[Spot, ...]] = set()
    for document in book.text:
        for node, look in _looks(book, document):
            if not look.by or look.ground is None or not _has_text(node):
                continue
            ratio = _ratio(_over(look.colour, look.ground), look.ground)
            large = look.size >= 24 or (look.bold and look.size >= 18.66)
            key = tuple(each.spot for each in look.by)
            if ratio < (3.0 if large else 4.5) and key not in told:
                told.add(key)
                said = "; ".join(each.said() for each in look.by)
                yield Hit(look.by[-1].spot, f"{said}: {_hex(look.colour)} on {_hex(look.ground)} is {ratio:.1f} to 1")


def _looks(book: Book, document: Document) -> Iterator[tuple[Node, _Look]]:
    """How each element looks; nothing if the book sets no colour there."""
    styles = dict(document.styles)
    matcher = _matcher(book, document, lambda each: each.name in _COLOURS + _TYPE and not each.conditional)
    coloured = any(each.name in _COLOURS for sheet in sheets_of(book, document) for each in sheet.declarations)
    if not coloured and not any(each.name in _COLOURS for each in (e for many in styles.values() for e in many)):
        return
    seen: dict[Node, _Look] = {}
    for wrapper in cssselect2.ElementWrapper.from_xml_root(document.root).iter_subtree():
        node = wrapper.etree_element
        above = seen.get(wrapper.parent.etree_element, _Look()) if wrapper.parent else _Look()
        matched = [(*rank, each) for *rank, pseudo, each in matcher.match(wrapper) if not pseudo] if matcher else []
        ranked = sorted(matched, key=lambda found: (found[-1].important, *found[:-1]))
        declared = [found[-1] for found in ranked if not found[-1].important] + styles.get(node, [])
        declared += [found[-1] for found in ranked if found[-1].important]
        seen[node] = _styled(_natural(node, above), above, declared)
        yield node, seen[node]


def _natural(node: Node, above: _Look) -> _Look:
    """How an element looks without the book's style."""
    if node.name in _HEADINGS:
        return replace(above, size=above.size * _HEADINGS[node.name], bold=True)
    if node.name in ("b", "strong", "th"):
        return replace(above, bold=True)
    if node.name == "a" and "href" in node.attrib:
        return replace(above, colour=_LINK, by=tuple(each for each in above.by if each.name != "color"))
    return above


def _styled(look: _Look, above: _Look, declared: list[Declaration]) -> _Look:
    for each in declared:
        if each.name == "color" and (colour := _colour(each)):
            look = replace(look, colour=colour, by=(*(d for d in look.by if d.name != "color"), each))
        elif each.name == "color" and each.keyword == "inherit":
            look = replace(look, colour=above.colour, by=above.by)
        elif each.name in _COLOURS and each.name != "color":
            look = _grounded(look, above, each)
        elif each.name == "font-size" and (size := _size(each, above.size)):
            look = replace(look, size=size)
        elif each.name == "font-weight":
            heavy = any(token.type == "number" and token.value >= 700 for token in each.value)
            bold = heavy or each.keyword in ("bold", "bolder")
            look = replace(look, bold=bold)
    return look


def _grounded(look: _Look, above: _Look, each: Declaration) -> _Look:
    """With another ground: one that shows through lies over the ground of the element above."""
    if any(token.type == "url" for token in each.value) or any(_PAINTS.search(name) for name in functions(each.value)):
        return replace(look, ground=None)
    colour = next(filter(None, map(_parsed, each.value)), None)
    if colour is None or colour[3] == 0:
        return look
    ground = _over(colour, above.ground) if above.ground else (colour if colour[3] == 1 else None)
    return replace(look, ground=ground, by=(*(d for d in look.by if d.name == "color"), each))


_PAINTS = re.compile("url|gradient|image|element|paint")


def _colour(declaration: Declaration) -> _Colour | None:
    return _parsed(declaration.value[0]) if len(declaration.value) == 1 else None


def _parsed(token: Any) -> _Colour | None:
    colour = parse_color(token)
    if colour is None or isinstance(colour, str):
        return None
    red, green, blue, alpha = (min(max(float(part), 0.0), 1.0) for part in colour)
    return red, green, blue, alpha


def _size(declaration: Declaration, above: float) -> float:
    """A size of type in CSS pixels; 0 if it cannot be told."""
    if declaration.keyword:
        relative = {"smaller": above / 1.2, "larger": above * 1.2}
        return relative.get(declaration.keyword, _SIZES.get(declaration.keyword, 0.0))
    if not (unit := declaration.unit):
        return 0.0
    scale = {"em": above, "rem": 16.0, "%": above / 100, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "mm": 3.78}
    return declaration.number * scale.get(unit, 0.0)


def _has_text(node: Node) -> bool:
    return node.name not in ("head", "title", "style", "script", "rt", "rp") and bool(
        (node.text or "").strip() or any((child.tail or "").strip() for child in node)
    )


def _over(colour: _Colour, ground: _Colour) -> _Colour:
    red, green, blue = (
        colour[3] * top + (1 - colour[3]) * below for top, below in zip(colour[:3], ground[:3], strict=True)
    )
    return red, green, blue, 1.0


def _ratio(one: _Colour, other: _Colour) -> float:
    """The contrast of two colours (WCAG 2.2, contrast ratio)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: _Colour) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _hex(colour: _Colour) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour[:3])


RULES = (
    Rule("epub-css-broken", broken, "CSS Syntax Level 3, Parsing", "correct the style sheet"),
    Rule("epub-css-important", important, "WCAG 2.2, 1.4.4 and 1.4.12",
         "leave !important out"),
    Rule("epub-css-size", absolute_size, "WCAG 2.2, 1.4.4", "give sizes in em, or none to running text"),
    Rule("epub-css-leading", absolute_leading, "WCAG 2.2, 1.4.12", "give line-height as a number"),
    Rule("epub-css-vertical", vertical, "EPUB 3.3, CSS Writing Modes prefixed properties",
         "set it on html, with -epub- and -webkit- before it"),
    Rule("epub-css-bidi", bidi, "EPUB 3.3, CSS requirements", "use the attribute dir"),
    Rule("epub-contrast", contrast, "WCAG 2.2, 1.4.3",
         "darken the text, lighten the ground, or leave colours to the reader"),
)  # fmt: skip
