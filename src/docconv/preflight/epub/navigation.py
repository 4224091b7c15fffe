"""Rules on ways through the book: contents, landmarks, pages of the print edition, links, notes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from docconv.preflight.epub.book import Book, Document, Hit, is_remote, resolve
from docconv.preflight.epub.rule import Rule
from docconv.preflight.epub.tree import NCX, OPS, XHTML, Node, Spot


def contents(book: Book) -> Iterator[Hit]:
    """No contents, empty ones, or an entry without a name."""
    if not book.modern:
        return
    if book.nav is None:
        yield Hit(book.spot(book.package), "no document is named as the contents: the property nav is missing")
        return
    navs = navs_of(book, "toc")
    if len(navs) != 1:
        yield Hit(Spot(book.nav.entry), f'nav epub:type="toc" stands there {len(navs)} times')
    for nav in navs:
        links = list(nav.walk(f"{XHTML}a"))
        if not links:
            yield Hit(book.nav.spot(nav), "the contents are empty")
        for link in links:
            if not link.said() and not any(image.get("alt") for image in link.walk(f"{XHTML}img")):
                yield Hit(book.nav.spot(link), "an entry of the contents has no name")


def order(book: Book) -> Iterator[Hit]:
    """Contents that stand in another order than the text."""
    at = {document.entry: number for number, document in enumerate(book.text)}
    places = {document.entry: {name: n for n, name in enumerate(document.ids)} for document in book.text}
    last, before = (-1, -1), ""
    for link, entry, fragment in _entries(book):
        if entry not in at:
            continue
        here = (at[entry], places[entry].get(fragment, -1) if fragment else -1)
        if here < last and book.nav:
            yield Hit(book.nav.spot(link), f"{link.said()[:30]} stands behind {before[:30]}, the text before it")
        last, before = max(here, last), link.said()


def complete(book: Book) -> Iterator[Hit]:
    """A document of the text with a heading of its own to which the contents do not lead."""
    listed = {entry for _, entry, _ in _entries(book)}
    if not listed:
        return
    linear = {item.entry for item, node in book.spine if node.get("linear") != "no"}
    for document in book.text:
        if document.entry in listed or document.entry not in linear or document is book.nav or _is_title_page(document):
            continue
        if heading := next((node for node in document.headings if node.said()), None):
            yield Hit(document.spot(heading), f"the contents do not lead to {heading.said()[:30]}")


_TITLE_PAGES = {"cover", "titlepage", "halftitlepage", "halftitle", "toc", "copyright-page", "colophon", "dedication"}


def _is_title_page(document: Document) -> bool:
    return any(_TITLE_PAGES & node.types for node in document.nodes[:12])


def _entries(book: Book) -> list[tuple[Node, str, str]]:
    """The links of the contents with what they lead to; those of the NCX in EPUB 2 are EPUBCheck's."""
    nav = book.nav
    links = [link for toc in navs_of(book, "toc") for link in toc.walk(f"{XHTML}a")] if nav else []
    return [(link, *nav.link(link.get("href", ""))) for link in links] if nav else []


def navs_of(book: Book, kind: str) -> list[Node]:
    return [node for node in book.nav.root.walk(f"{XHTML}nav") if kind in node.types] if book.nav else []


def landmarks(book: Book) -> Iterator[Hit]:
    """No landmarks, or none for the contents and for the beginning of the text."""
    if not book.modern or book.nav is None:
        return
    navs = navs_of(book, "landmarks")
    if not navs:
        yield Hit(Spot(book.nav.entry), "there are no landmarks")
        return
    kinds = {kind for nav in navs for link in nav.walk(f"{XHTML}a") for kind in link.get(f"{OPS}type", "").split()}
    if absent := [kind for kind in ("toc", "bodymatter") if kind not in kinds]:
        yield Hit(book.nav.spot(navs[0]), f"no landmark for {' and '.join(absent)}")


def page_list(book: Book) -> Iterator[Hit]:
    """Page breaks of a print edition without a list of its pages; a list without its breaks or its source."""
    breaks = [(document, node) for document in book.text for node in document.nodes if "pagebreak" in node.types]
    lists = navs_of(book, "page-list")
    if breaks and not lists and book.modern:
        document, node = breaks[0]
        yield Hit(document.spot(node), "page breaks are marked, but there is no page-list")
    if lists and not breaks and book.nav:
        yield Hit(book.nav.spot(lists[0]), "there is a page-list, but no page break is marked")
    if (lists or breaks) and not (book.dublin("source") or book.meta("pageBreakSource")):
        yield Hit(
            book.spot(book.package), "pages are listed, but not of which edition: no pageBreakSource, no dc:source"
        )


def links(book: Book) -> Iterator[Hit]:
    """A link to a file or a place that is not in the book."""
    for document in book.documents:
        for link in document.root.walk(f"{XHTML}a", f"{XHTML}area"):
            href = link.get("href", "").strip()
            if not href or is_remote(href):
                continue
            if reason := _broken(book, document.entry, href):
                yield Hit(document.spot(link), reason)
    if book.ncx:
        entry, root = book.ncx
        for content in root.walk(f"{NCX}content"):
            if reason := _broken(book, entry, content.get("src", "")):
                yield Hit(Spot(entry, content.line, content.column), reason)


def _broken(book: Book, base: str, href: str) -> str:
    entry, fragment = resolve(base, href)
    if entry not in book.by_entry and entry not in book.names:
        return f"leads to {entry}, which is not in the book"
    there = book.document_at.get(entry)
    if fragment and there and fragment not in there.ids and not fragment.startswith(("epubcfi(", "xpointer(")):
        return f"leads to #{fragment}, which is not in {entry}"
    return ""


# ── notes ────────────────────────────────────────────────────────────────────────────────────────────────────────────

_NOTES = {"footnote", "endnote", "rearnote", "note", "footnotes", "endnotes", "rearnotes", "biblioentry", "glossdef"}
_MARK = re.compile(r"[\[（(〔［]?(注|註|※|\*|†|[0-9]{1,4}|[①-⑳㉑-㉟❶-❿])[\]）)〕］]?")


def notes(book: Book) -> Iterator[Hit]:
    """A reference that leads to no note, a note without a way back or that nobody calls, a reference unmarked."""
    called: set[tuple[str, str]] = set()
    for document in book.text:
        for link in document.root.walk(f"{XHTML}a"):
            if "href" not in link.attrib:
                continue
            if "noteref" in link.types:
                called.add(document.link(link.attrib["href"]))
                if reason := _note_fault(book, document, link):
                    yield Hit(document.spot(link), reason)
            elif _seems_reference(document, link) and not _leads_back(book, document, link):
                yield Hit(document.spot(link), f"{link.said()} looks like a note reference, but is not marked as one")
    yield from _uncalled(book, called)


def _note_fault(book: Book, document: Document, link: Node) -> str:
    entry, name = document.link(link.attrib["href"])
    there = book.document_at.get(entry)
    note = there.ids.get(name) if there else None
    if there is None or note is None:
        return f"the reference {link.said()} leads to no note"
    around = [note, *there.above(note)]
    if not any(_NOTES & node.types for node in [*around, *note.children()]):
        return f"the reference {link.said()} leads to {note.name} #{name}, which is not marked as a note"
    home = next((node for node in around if {"footnote", "endnote", "rearnote"} & node.types), note)
    back = [there.link(each.get("href", "")) for each in home.walk(f"{XHTML}a")]
    if not any(target == document.entry and fragment in document.ids for target, fragment in back):
        return f"the note {link.said()} has no way back"
    return ""


def _seems_reference(document: Document, link: Node) -> bool:
    """A small raised number that links to a place of the book: <sup><a href="#n1">[1]</a></sup>."""
    href = link.attrib["href"]
    if "#" not in href or is_remote(href) or {"backlink", "referrer"} & link.types or not _MARK.fullmatch(link.said()):
        return False
    parent = document.parents.get(link)
    return any(child.name == "sup" for child in link.children()) or (parent is not None and parent.name == "sup")


def _leads_back(book: Book, document: Document, link: Node) -> bool:
    """Whether a link leads to what stands before it, as that from a note to its reference does."""
    entry, name = document.link(link.attrib["href"])
    order = [each.entry for each in book.text]
    if entry != document.entry:
        return entry in order and order.index(entry) < order.index(document.entry)
    target = document.ids.get(name)
    return target is not None and (target.line, target.column) < (link.line, link.column)


def _uncalled(book: Book, called: set[tuple[str, str]]) -> Iterator[Hit]:
    for document in book.text:
        for node in document.nodes:
            if {"footnote"} & node.types and node.name in ("aside", "li", "div", "p"):
                ids = {each.attrib["id"] for each in node.walk() if "id" in each.attrib}
                ids |= {each.attrib["id"] for each in document.above(node) if "id" in each.attrib}
                if not any((document.entry, name) in called for name in ids):
                    yield Hit(document.spot(node), f"no reference leads to this note: {node.said()[:20]}")


RULES = (
    Rule("epub-nav", contents, "EPUB 3.3, The toc nav element", "give the book its contents"),
    Rule("epub-nav-order", order, "EPUB 3.3, The toc nav element", "put the contents into the order of the spine"),
    Rule("epub-nav-incomplete", complete, "EPUB 3.3, The toc nav element", "add the heading to the contents"),
    Rule("epub-landmarks", landmarks, "EPUB 3.3, The landmarks nav element", "mark contents and bodymatter"),
    Rule("epub-page-list", page_list, "EPUB Accessibility 1.1, Page navigation",
         "list the pages and name their edition"),
    Rule("epub-link", links, "EPUB 3.3, Resource locations", "correct the address"),
    Rule("epub-note", notes, "DPUB-ARIA 1.1, doc-noteref, doc-footnote, doc-backlink",
         "mark reference and note, and link them both ways"),
)  # fmt: skip
