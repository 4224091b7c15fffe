"""Rules on the markup of documents: elements and attributes that may not stand where they do.

They hold for EPUB 3; what stands in drawings, formulas and elements of other namespaces is not looked at.  EPUBCheck
asks more, and is believed where it has answered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docconv.preflight.epub import html
from docconv.preflight.epub.book import Book, Document, Hit
from docconv.preflight.epub.rule import Rule
from docconv.preflight.epub.tree import MATHML, OPS, SVG, XHTML, Node


def places(book: Book) -> Iterator[Hit]:
    """An element that may not stand where it does, letters where none may stand, parts missing or in disorder."""
    for document in _modern(book):
        for node, within in _elements(document.root, ()):
            allowed = _content(node, within)
            for child in node.children():
                if fault := _child_fault(child, node, within, allowed):
                    yield Hit(document.spot(child), fault)
            if node.name in html.WITHOUT_TEXT and _letters(node):
                yield Hit(document.spot(node), f"{node.name} holds text: {_letters(node)[:20]}")
            if fault := _order_fault(node):
                yield Hit(document.spot(node), fault)
        for holder in document.root.walk(f"{SVG}foreignObject"):
            for child in holder.children():
                if child.tag.startswith(XHTML) and child.name not in html.FLOW and "-" not in child.name:
                    yield Hit(document.spot(child), f"{child.name} may not stand in foreignObject")


def attributes(book: Book) -> Iterator[Hit]:
    """An attribute that an element may not have, or one that it lacks."""
    for document in _modern(book):
        for node, _ in _elements(document.root, ()):
            if not _is_known(node.name):
                continue
            for name in node.attrib:
                if not _may_have(node.name, name):
                    yield Hit(document.spot(node), f"{node.name} may not have the attribute {name}")
            needed = html.REQUIRED.get(node.name)
            if needed and not any(name in node.attrib for name in needed):
                yield Hit(document.spot(node), f"{node.name} has no {' or '.join(needed)}")


def identifiers(book: Book) -> Iterator[Hit]:
    """An id that two elements have, a reference to one that none has."""
    for document in _modern(book):
        seen: set[str] = set()
        for node in document.nodes:
            own = node.get("id", "").strip()
            if own and own in seen:
                yield Hit(document.spot(node), f"the id {own[:40]} stands there twice")
            seen.add(own)
        for node, _ in _elements(document.root, ()):
            for name in sorted(html.REFERENCES & node.attrib.keys()):
                for absent in [each for each in node.attrib[name].split() if each not in seen]:
                    yield Hit(document.spot(node), f"{name} of {node.name} leads to #{absent[:40]}, which is not there")


def contents(book: Book) -> Iterator[Hit]:
    """Contents, landmarks or a page list that are made of something else than a heading and one list of links."""
    if book.nav is None or not book.modern:
        return
    for nav in book.nav.root.walk(f"{XHTML}nav"):
        if f"{OPS}type" not in nav.attrib:
            continue
        if not re.fullmatch("((h[1-6]|hgroup) )?ol ", _named(nav.children())):
            yield Hit(book.nav.spot(nav), "a nav holds something else than a heading and one ol")
        for held in nav.walk(f"{XHTML}ol"):
            if not held.children():
                yield Hit(book.nav.spot(held), "a list of a nav has no entry")
        for item in nav.walk(f"{XHTML}li"):
            if not re.fullmatch("a |(a|span) ol ", _named(item.children())):
                yield Hit(book.nav.spot(item), "an entry of a nav is no link, nor a name with an ol")
            elif _letters(item):
                yield Hit(book.nav.spot(item), f"an entry of a nav has text beside its link: {_letters(item)[:20]}")


def _is_known(name: str) -> bool:
    return name in html.CONTENT or name in html.TRANSPARENT or name in html.ANYTHING


def _modern(book: Book) -> list[Document]:
    return book.documents if book.modern else []


def _elements(node: Node, within: tuple[Node, ...]) -> Iterator[tuple[Node, tuple[Node, ...]]]:
    """The elements of HTML with those that they stand in, the outermost first; not those in templates and scripts.
    What stands in an element of another namespace begins anew."""
    waiting = [(node, within)]
    while waiting:
        each, above = waiting.pop()
        if not each.tag.startswith(XHTML):
            waiting += [(child, ()) for child in reversed(each.children())]
            continue
        yield each, above
        if each.name not in html.ANYTHING:
            waiting += [(child, (*above, each)) for child in reversed(each.children())]


def _content(node: Node, within: tuple[Node, ...]) -> frozenset[str] | None:
    """What an element may hold; None if it may be anything."""
    if node.name == "div" and within and within[-1].name == "dl":
        return html.GROUP_OF_DL
    if node.name == "time" and "datetime" not in node.attrib:
        return frozenset()
    if node.name in html.TRANSPARENT:
        around = _content(within[-1], within[:-1]) if within else html.FLOW
        own = html.TRANSPARENT[node.name]
        own -= {"source"} if "src" in node.attrib else frozenset()
        return None if around is None else around - _held_by(within) | own
    return html.CONTENT.get(node.name)


def _held_by(within: tuple[Node, ...]) -> frozenset[str]:
    """What the element around a transparent one holds as parts of its own, such as the summary of details."""
    above = html.CONTENT.get(within[-1].name, frozenset()) if within else frozenset()
    above |= html.TRANSPARENT.get(within[-1].name, frozenset()) if within else frozenset()
    return above - html.FLOW


def _child_fault(child: Node, node: Node, within: tuple[Node, ...], allowed: frozenset[str] | None) -> str:
    name = child.name
    if "-" in name or not child.tag.startswith((XHTML, SVG, MATHML)):
        return ""
    if child.tag.startswith(XHTML) and not _is_known(name):
        return f"there is no element {name[:30]}"
    if allowed is None:
        return ""
    if name not in allowed:
        return f"{name} may not stand in {node.name}"
    if name == "meta" and node.name != "head" and not {"itemprop", "property"} & child.attrib.keys():
        return f"meta may not stand in {node.name}"
    barred = html.NOT_WITHIN.get(name, frozenset()) if _is_barred(child) else frozenset()
    if found := next((each.name for each in (*within, node) if each.name in barred), ""):
        return f"{name} may not stand within {found}"
    if name == "area" and not any(each.name in ("map", "template") for each in (*within, node)):
        return "area may only stand within map"
    return ""


def _is_barred(node: Node) -> bool:
    """Whether an element is one that the bars on interactive elements are for."""
    return not (node.name == "input" and node.get("type", "").lower() == "hidden")


def _order_fault(node: Node) -> str:
    form = html.ORDER.get(node.name)
    if form is None:
        return ""
    children = [child for child in node.children() if child.tag.startswith(XHTML) and child.name not in html.SUPPORT]
    if node.name == "ruby":
        children = [child for child in children if child.name in ("rb", "rp", "rt", "rtc")]
    if re.fullmatch(form, _named(children)):
        return ""
    return f"the parts of {node.name} are not in order, or one is missing: {_named(children)[:60].strip() or 'none'}"


def _named(children: list[Node]) -> str:
    return "".join(f"{child.name} " for child in children)


def _letters(node: Node) -> str:
    """The letters that stand in an element itself."""
    return " ".join("".join([node.text or "", *(child.tail or "" for child in node.children())]).split())


def _may_have(element: str, name: str) -> bool:
    """Whether an element may have an attribute; those of other namespaces, and of ITS 2.0, are not looked at."""
    if name.startswith(("{", "data-", "its-")) or element in html.FREE:
        return True
    if name.startswith("aria-"):
        return name[5:] in html.ARIA
    if re.fullmatch("on[a-z]{3,}", name):
        return True
    return name in html.GLOBAL or name in html.ATTRIBUTES.get(element, ())


_HTML = "HTML, The elements of HTML; EPUB 3.3, XHTML content documents"

RULES = (
    Rule("epub-markup", places, _HTML, "put it where it may stand, or take another element"),
    Rule("epub-markup", attributes, _HTML, "take it out, or correct its name; what is your own begins with data-"),
    Rule("epub-markup", identifiers, "HTML, The id attribute", "give each element an id of its own"),
    Rule("epub-markup", contents, "EPUB 3.3, The nav element: restrictions",
         "make it of a heading and one list of links"),
)  # fmt: skip
