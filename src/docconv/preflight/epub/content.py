"""Rules on the documents: language, headings, pictures, tables, what runs or lies outside, and blanks in the text."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from itertools import pairwise

from docconv import chars
from docconv.preflight.epub.book import Book, Document, Hit, is_remote, resolve
from docconv.preflight.epub.languages import fault_of
from docconv.preflight.epub.rule import Rule
from docconv.preflight.epub.tree import SVG, XHTML, XLINK, XML, Node


def language(book: Book) -> Iterator[Hit]:
    """A document that does not say its language in both ways, or that says two; a tag that is none.

    The XHTML of EPUB 2 knows xml:lang alone."""
    for document in book.documents:
        said = [document.root.get(name, "") for name in ("lang", f"{XML}lang")]
        if not (all(said) if book.modern else any(said)):
            missing = "neither lang nor xml:lang" if not any(said) else "no lang" if not said[0] else "no xml:lang"
            yield Hit(document.spot(document.root), f"html has {missing}")
        for node in document.nodes:
            one, other = node.get("lang"), node.get(f"{XML}lang")
            if one and other and one.lower() != other.lower():
                yield Hit(document.spot(node), f"lang is {one}, xml:lang {other}")
            if (tag := one or other) and (fault := fault_of(tag)):
                yield Hit(document.spot(node), fault)


def title(book: Book) -> Iterator[Hit]:
    """A document without a title."""
    for document in book.documents:
        node = next(document.root.walk(f"{XHTML}title"), None)
        if node is None or not node.said():
            yield Hit(document.spot(node if node is not None else document.root), "the document has no title")


def headings(book: Book) -> Iterator[Hit]:
    """A heading that skips a level, a second h1, a heading without words."""
    for document in book.text:
        if document is book.nav:
            continue
        levels = [int(node.name[1]) for node in document.headings]
        for node, (above, level) in zip(document.headings[1:], pairwise(levels), strict=True):
            if level > above + 1:
                yield Hit(document.spot(node), f"h{level} follows h{above}: {node.said()[:30]}")
        for node in [node for node in document.headings if node.name == "h1"][1:]:
            yield Hit(document.spot(node), f"a second h1: {node.said()[:30]}")
        for node in document.headings:
            pictured = any(image.get("alt") for image in node.walk(f"{XHTML}img"))
            if not node.said() and not node.get("aria-label") and not pictured:
                yield Hit(document.spot(node), f"{node.name} has no words")


# ── pictures and tables ──────────────────────────────────────────────────────────────────────────────────────────────


def alternatives(book: Book) -> Iterator[Hit]:
    """A picture without words in its place, or with its file's name for words."""
    for document in book.documents:
        for node in document.root.walk(f"{XHTML}img"):
            alt, name = node.get("alt"), posixpath.basename(node.get("src", ""))
            if alt is None and not (node.get("aria-label") or node.get("aria-labelledby")):
                yield Hit(document.spot(node), f"{name} has no alt")
            elif alt and alt.strip().lower() in (name.lower(), posixpath.splitext(name)[0].lower()):
                yield Hit(document.spot(node), f"the alt of {name} is its file's name")
            elif alt is not None and not alt.strip() and (home := _bare_home(document, node)):
                yield Hit(document.spot(node), f"{name} has an empty alt, but it is all that its {home} has")
        for node in document.root.walk(f"{SVG}svg"):
            if not _is_described(node) and not any("alt" in each.attrib for each in document.above(node)):
                yield Hit(document.spot(node), "a drawing has no title, and no aria-label")


def _bare_home(document: Document, image: Node) -> str:
    """The link or figure that a picture stands in, if it has no words of its own; "" if there is none."""
    for node in document.above(image):
        if node.name in ("a", "figure"):
            return "" if node.said() else "link" if node.name == "a" else "figure"
    return ""


def _is_described(drawing: Node) -> bool:
    """Whether a drawing has a name, or is said to need none."""
    hidden = drawing.get("aria-hidden") == "true" or drawing.get("role") in ("presentation", "none")
    named = drawing.get("aria-label") or drawing.get("aria-labelledby")
    return bool(hidden or named or any(node.said() for node in drawing.walk(f"{SVG}title", f"{SVG}text")))


def captions(book: Book) -> Iterator[Hit]:
    """A figure without a caption."""
    for document in book.text:
        for node in document.root.walk(f"{XHTML}figure"):
            if next(node.walk(f"{XHTML}figcaption"), None) is None and "presentation" not in node.get("role", ""):
                yield Hit(document.spot(node), "a figure has no figcaption")


def tables(book: Book) -> Iterator[Hit]:
    """A table of data without headers, a header that does not say what it heads."""
    for document in book.text:
        for table in document.root.walk(f"{XHTML}table"):
            if table.get("role") in ("presentation", "none"):
                continue
            headers = list(table.walk(f"{XHTML}th"))
            if not headers:
                yield Hit(document.spot(table), "a table has no th")
            for header in headers:
                if "scope" not in header.attrib and "id" not in header.attrib and header.said():
                    yield Hit(document.spot(header), f"th {header.said()[:20]} has no scope")


# ── what runs, and what lies outside ─────────────────────────────────────────────────────────────────────────────────

_DATA = ("application/ld+json", "application/json", "text/plain")


def scripts(book: Book) -> Iterator[Hit]:
    """A script, a handler such as onclick, a javascript: address, a form."""
    for document in book.documents:
        for node in document.nodes:
            if node.name == "script" and node.get("type") not in _DATA:
                yield Hit(document.spot(node), "a script")
            for name, value in node.attrib.items():
                if name.startswith("on") and len(name) > 4:
                    yield Hit(document.spot(node), f"{node.name} has {name}")
                elif value.strip()[:11].lower() == "javascript:":
                    yield Hit(document.spot(node), f"{name} of {node.name} is a script")


_SOURCES = {"img": ("src", "srcset"), "image": ("href", f"{XLINK}href"), "link": ("href",), "iframe": ("src",),
            "embed": ("src",), "object": ("data",), "script": ("src",), "track": ("src",)}  # fmt: skip
_PAGES = ("a", "area")


def remote(book: Book) -> Iterator[Hit]:
    """A picture, style sheet or frame that lies outside the book; a link to a file of somebody's disk or to data:."""
    for document in book.documents:
        for node in document.nodes:
            for name in _SOURCES.get(node.name, ()):
                if _lies_outside(book, node.get(name, "")):
                    yield Hit(document.spot(node), f"{node.name} loads {node.attrib[name][:60]}")
            if node.name in _PAGES and node.get("href", "").strip()[:5].lower() in ("file:", "data:"):
                yield Hit(document.spot(node), f"a link to {node.attrib['href'][:30]}")
    for sheet in book.sheets:
        for address, spot in sheet.addresses:
            if _lies_outside(book, address):
                yield Hit(spot, f"the style sheet loads {address[:60]}")


def _lies_outside(book: Book, address: str) -> bool:
    """Whether an address leads to a file outside the book which may not lie there."""
    is_data = address.strip().lower().startswith("data:")
    return is_remote(address) and not is_data and not book.may_lie_outside(address)


def absent(book: Book) -> Iterator[Hit]:
    """A picture or a style sheet that is not in the book, or not in its manifest."""
    for document in book.documents:
        for node in document.nodes:
            for name in _SOURCES.get(node.name, ()):
                address = node.get(name, "").strip()
                if address and name != "srcset" and (reason := _missing(book, document.entry, address)):
                    yield Hit(document.spot(node), f"{node.name} loads {reason}")
    for sheet in book.sheets:
        for address, spot in sheet.addresses:
            if reason := _missing(book, sheet.entry, address):
                yield Hit(spot, f"the style sheet loads {reason}")


def _missing(book: Book, base: str, address: str) -> str:
    if is_remote(address) or address.startswith("#"):
        return ""
    entry, _ = resolve(base, address)
    if entry in book.by_entry:
        return ""
    return f"{entry}, which is not in the {'manifest' if entry in book.names else 'book'}"


# ── blanks in the text ───────────────────────────────────────────────────────────────────────────────────────────────

_EAST = chars.IDEOGRAPHIC
_WEST = r"0-9A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u04ff"
_BLANKS = "[\u00a0\u2000-\u200a\u202f\u200b\u200c\u200d\u2060\ufeff]"
_STORED = re.compile(f"(?<=[{_EAST}]){_BLANKS}+(?=[{_WEST}{_EAST}])|(?<=[{_WEST}]){_BLANKS}+(?=[{_EAST}])")
_TYPED = re.compile(f"(?<=[{_EAST}]) +(?=[{_WEST}])|(?<=[{_WEST}]) +(?=[{_EAST}])")
_BROKEN_LINE = re.compile(f"[{_EAST}{chars.FULL_WIDTH}][ \t]*\n[ \t\n]*(?=[{_EAST}{chars.FULL_WIDTH}])")
_INDENT = re.compile("^[ \t\n]*([\u3000\u00a0\u2002\u2003]+)")


def stored_blanks(book: Book) -> Iterator[Hit]:
    """Narrow, fixed and zero-width blanks that do the compositor's work beside ideographs."""
    yield from _blanks(book, _STORED)


def typed_blanks(book: Book) -> Iterator[Hit]:
    """Ordinary blanks between ideographs and Western words: 用 Word 写.  Those between ideographs may part names."""
    yield from _blanks(book, _TYPED)


def _blanks(book: Book, pattern: re.Pattern[str]) -> Iterator[Hit]:
    for document, node, text in _east_asian(book):
        if node.name in _RUNNING and document is not book.nav:
            for found in pattern.finditer(text):
                start, end = found.span()
                before, after = _legible(text[max(0, start - 3) : start]), _legible(text[end : end + 3])
                yield Hit(document.spot(node), f"{_shown(found[0])} in {before}␣{after}")


_RUNNING = ("p", "li", "dd", "blockquote", "div", "td", "figcaption")


def stored_newlines(book: Book) -> Iterator[Hit]:
    """A line of the file that ends between two characters: most reading systems show a blank there."""
    for document, node, text in _east_asian(book):
        for found in _BROKEN_LINE.finditer(text):
            yield Hit(document.spot(node), f"a line ends between {found[0][0]} and {text[found.end()]}")


def stored_indents(book: Book) -> Iterator[Hit]:
    """A first-line indent that is typed, not set: U+3000 at the head of a paragraph."""
    for document in book.text:
        for node, text in document.runs:
            if node.name in ("p", "div") and (found := _INDENT.match(text)) and text[found.end() :].strip():
                yield Hit(document.spot(node), f"{_shown(found[1])} begins {text[found.end() :][:8]}")


def _east_asian(book: Book) -> Iterator[tuple[Document, Node, str]]:
    """The runs of text in Chinese and Japanese; Korean parts its words by blanks."""
    for document in book.text:
        if (document.lang or book.language).partition("-")[0].lower() != "ko" and book.language != "ko":
            for node, text in document.runs:
                yield document, node, text


def _legible(text: str) -> str:
    return re.sub("[\ufffc\\s]+", "", text)


def _shown(blanks: str) -> str:
    return f"U+{ord(blanks[0]):04X}" if blanks.strip(" ") else "a blank"


_TEXT = "CLREQ, Mixed Text Composition; JLREQ 3.2.6"

RULES = (
    Rule("epub-lang", language, "EPUB 3.3, XHTML content documents; WCAG 2.2, 3.1.1",
         "say the language in lang and xml:lang"),
    Rule("epub-document-title", title, "WCAG 2.2, 2.4.2", "give the document a title"),
    Rule("epub-heading", headings, "WCAG 2.2, 1.3.1 and 2.4.6", "number headings by their depth, one h1 a document"),
    Rule("epub-alt", alternatives, "WCAG 2.2, 1.1.1", "say in words what the picture shows, or alt=\"\" if it adorns"),
    Rule("epub-caption", captions, "HTML, The figure element", "give the figure its caption"),
    Rule("epub-table", tables, "WCAG 2.2, 1.3.1", "mark headers as th with scope"),
    Rule("epub-script", scripts, "EPUB 3.3, Scripting", "leave scripts out: stores refuse them, readers lack them"),
    Rule("epub-remote", remote, "EPUB 3.3, Resource locations; Data URLs", "put the file into the book"),
    Rule("epub-resource", absent, "EPUB 3.3, The manifest element", "add the file to the book and to its manifest"),
    Rule("epub-stored-space", stored_blanks, _TEXT, "leave the gap to the reading system"),
    Rule("epub-typed-space", typed_blanks, _TEXT, "leave the gap to the reading system"),
    Rule("epub-newline", stored_newlines, "CSS Text Level 3, Segment Break Transformation Rules",
         "keep a paragraph on one line"),
    Rule("epub-stored-indent", stored_indents, "CLREQ, Paragraph Adjustment; JLREQ 3.5.1", "indent by text-indent"),
)  # fmt: skip
