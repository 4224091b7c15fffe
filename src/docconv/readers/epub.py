"""Anybody's EPUB, read by our own reader of HTML: its files in reading order become one document.

It assumes that the archive is open.  What a file says of its heads stands before what the contents say; these give the
heads that no file has, and say how deep each stands.  Styles are not followed, scripts not run.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement, PreformattedString

from docconv import model as m
from docconv.account import letters
from docconv.archive import MOST_TEXT, Archive
from docconv.insets import lifted
from docconv.package import Entry, Item, Package, open_package
from docconv.problems import Problem, Say, SourceError, silent
from docconv.readers.apparatus import is_page_break, mark_notes, named
from docconv.readers.blocks import body, settle_links
from docconv.readers.catalogue import meta_of
from docconv.readers.html import address_of, read_pages
from docconv.readers.soup import decode_markup, parse
from docconv.readers.source import Source
from docconv.readers.unseen import LeftOut, attribute, elements, local_links, open_drawings, roles, text_of


def read_foreign(source: Source, archive: Archive, say: Say = silent) -> m.Document:
    """The document of an e-book.  Raises `SourceError` if there is no book in the archive, or if it is locked."""
    package = open_package(archive)
    if package is None:
        raise SourceError(f"{source.name} holds no package document", remedy="make the EPUB anew")
    if package.locked:
        raise SourceError(f"the text of {source.name} is locked (DRM): {package.locked[0]}",
                          remedy="ask whoever sold it for a copy without a lock")  # fmt: skip
    with _uncollected():
        return _read(package, source.name, say)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Leave the collector of garbage out: it looks for some in millions of elements that are all in use, again and
    again, and takes a third of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _read(package: Package, name: str, say: Say) -> m.Document:
    pages = [*_pages(package, name, say)]
    _set_heads(pages, package.contents)
    _set_page_list(pages, package.pages)
    _settle_ids(pages)
    _settle_links(pages, package)
    mark_notes([(page.soup, page.left) for page in pages])
    _settle_targets(pages)
    items, notes = read_pages([(page.soup, page.left) for page in pages])
    _tell(pages, say)
    return settle_links(m.Document(meta_of(package), body(items), notes))


# ── Files ────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Page:
    """A file of the text; `ids` are its elements by the ids that they have in it."""

    item: Item
    soup: BeautifulSoup
    left: LeftOut
    ids: dict[str, Tag] = field(default_factory=dict)

    @property
    def body(self) -> Tag:
        found = self.soup.find("body")
        return found if isinstance(found, Tag) else self.soup


def _pages(package: Package, name: str, say: Say) -> Iterator[_Page]:
    """The files of the text in reading order, but for one that shows the cover and nothing else."""
    size = sum(package.entries[item.entry].file_size for item in package.spine if item.is_text)
    if size > MOST_TEXT:
        raise SourceError(f"{name} unpacks to more than {MOST_TEXT >> 20} MB of text and is not read",
                          remedy="divide it, or save it again from the program that made it")  # fmt: skip
    for item in package.spine:
        page = _page(package, item, name)
        if page is None:
            place = m.Place(0, 1, name, item.entry)
            say(Problem("source-skipped", f"a file of the type {item.kind[:60]} is left out", place))
        elif not _is_cover(page, package.cover):
            yield page


def _page(package: Package, item: Item, name: str) -> _Page | None:
    data = package.read(item.entry)
    if item.is_picture:
        soup = parse(f'<body><img src="{item.entry}"></body>')
    elif item.is_text and data:
        soup = parse(decode_markup(lifted(data), name), is_xml=True)
        open_drawings(soup)
        for each in elements(soup, "img", "object"):
            key = "data" if each.name == "object" else "src"
            address = attribute(each, "data") if each.name == "object" else address_of(each)
            each[key] = _picture(package, item.entry, address)
    else:
        return None
    left = LeftOut(name, item.entry, is_contents="nav" in item.properties)
    return _Page(item, soup, left, named(soup))


_INSET = re.compile(r"picture-\d+\.[a-z]+")


def _picture(package: Package, base: str, address: str) -> str:
    """The entry of a picture; one that stands in the file itself is called by its name in it."""
    entry, _ = package.resolve(base, address)
    return entry or (f"{base}/{address}" if _INSET.fullmatch(address) else address)


def _is_cover(page: _Page, cover: str) -> bool:
    pictures = elements(page.soup, "img")
    return bool(cover) and [attribute(each, "src") for each in pictures] == [cover] and not _letters(page.body)


def _letters(element: Tag) -> str:
    return letters(text_of(element))


def _tell(pages: Iterable[_Page], say: Say) -> None:
    """Say what is left out of the whole book, a problem a kind, with the place of the first."""
    whole = LeftOut()
    for page in pages:
        for kind, words in page.left.words.items():
            whole.words.setdefault(kind, []).extend(words)
            whole.places.setdefault(kind, page.left.places[kind])
    whole.tell(say)


# ── Heads ────────────────────────────────────────────────────────────────────────────────────────────────

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_WHOLE = ("table", "ul", "ol", "dl", "figure", "aside", "blockquote", "pre", "p", "ruby")
"""What no heading stands in."""
_NAMELESS = {"cover", "titlepage", "halftitlepage", "title-page", "frontispiece"}
"""Files that need no head, though the contents have a word for them."""
_FAR = 400
"""Nodes between the place that a line of the contents leads to and its head, and no letter in them (house choice)."""


def _set_heads(pages: Sequence[_Page], contents: Sequence[Entry]) -> None:
    """Give each part that the contents name a head, its own if it has one, as deep as the contents say."""
    files = {page.item.entry: page for page in reversed(pages)}
    claimed: dict[int, Entry] = {}
    for entry in contents:
        page = files.get(entry.file)
        target = page.ids.get(entry.fragment, page.body) if page and not page.left.is_contents else None
        if target is None or not letters(entry.label):
            continue
        head, is_there = _head_at(target, entry.label)
        if head is not None and id(head) in claimed:
            before = claimed[id(head)]
            if before.label == entry.label or _letters(head) != letters(entry.label):
                continue
            _insert_head(head, before)  # the part whose first chapter begins where it begins
        if head is None and not is_there and not _is_nameless(target):
            head = _insert_head(target, entry)
        if head is not None:
            claimed[id(head)] = entry
    _set_levels(pages, claimed)


def _is_nameless(target: Tag) -> bool:
    return any(roles(each) & _NAMELESS for each in (target, *islice(elements(target), 3), *target.parents))


def _head_at(target: Tag, label: str) -> tuple[Tag | None, bool]:
    """The head that stands where a line of the contents leads, and whether its words are there at all: perhaps they
    begin a paragraph.  A paragraph that has no other words becomes a head, and so does one with the head below it."""
    above = next((each for each in (target, *target.parents) if each.name in _HEADINGS), None)
    if above is not None:
        return above, True
    wanted, seen = letters(label), ""
    first: Tag | None = None
    for node in islice(_from(target), _FAR):
        if isinstance(node, Tag):
            if node.name in _HEADINGS:
                if first is not None and seen + _letters(node) == wanted:
                    return _joined(first, node), True
                return (None, False) if seen else (node, True)
        elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString) and letters(node):
            block = node.find_parent(["p", "div", "header", "center"])
            if not isinstance(block, Tag):
                return None, False
            first = first or block
            seen += letters(node)
            if not wanted.startswith(seen):
                return None, seen.startswith(wanted)
            if seen == wanted and block is first and _letters(block) == seen and not block.find(["p", "div", "table"]):
                block.name = "h1"
                return block, True
    return None, seen == wanted


def _from(target: Tag) -> Iterator[PageElement]:
    yield target
    yield from target.next_elements


def _joined(first: Tag, head: Tag) -> Tag:
    """Two lines of a head as one: 第一章 above 茶亭."""
    first.name = "h1"
    first.append(BeautifulSoup("", "html.parser").new_tag("br"))
    first.extend([*head.contents])
    head.name = "span"
    return first


def _insert_head(target: Tag, entry: Entry) -> Tag:
    """The words of a line of the contents as a head, before what it leads to."""
    head = BeautifulSoup("", "html.parser").new_tag("h1", sourceline=target.sourceline)
    head.string = entry.label
    if target.name == "body" or target.parent is None:
        target.insert(0, head)
        return head
    around = [each for each in (target, *target.parents) if each.name in (*_WHOLE, *_HEADINGS)]
    (around[-1] if around else target).insert_before(head)
    return head


def _set_levels(pages: Sequence[_Page], claimed: dict[int, Entry]) -> None:
    """Let each head stand as deep as the contents say, and those that they do not name below or beside them, as in the
    files."""
    own, depth = 0, 0
    for page in pages:
        for head in elements(page.soup, *_HEADINGS):
            boxes = sum(1 for each in head.parents if each.name in ("section", "article"))
            level = max(int(head.name[1]), boxes)
            if id(head) in claimed:
                own, depth = level, claimed[id(head)].depth
                level = depth
            elif depth:
                level = depth + level - own
            head.name = f"h{min(max(level, 1), 6)}"


def _set_page_list(pages: Sequence[_Page], entries: Sequence[Entry]) -> None:
    """Mark where the pages of the print edition begin that only the list of pages knows."""
    files = {page.item.entry: page for page in reversed(pages)}
    for entry in entries:
        page = files.get(entry.file)
        target = page.ids.get(entry.fragment, page.body) if page else None
        if target is None or not entry.label or roles(target) & {"doc-pagebreak", "pagebreak"}:
            continue
        mark = BeautifulSoup("", "html.parser").new_tag("span", role="doc-pagebreak")
        mark["aria-label"] = entry.label
        if target.name in ("body", "section", "div", "article"):
            target.insert(0, mark)
        else:
            target.insert_before(mark)


# ── Links ────────────────────────────────────────────────────────────────────────────────────────────────


def _settle_ids(pages: Sequence[_Page]) -> None:
    """Give every element an id that no other has in the whole book."""
    taken: set[str] = set()
    for number, page in enumerate(pages, 1):
        for name, element in page.ids.items():
            own = name if name not in taken else f"file-{number}-{name}"
            element["id"] = own
            taken.add(own)
        page.body["id"] = page.body.get("id") or f"file-{number}"


def _settle_links(pages: Sequence[_Page], package: Package) -> None:
    """Links between files become links in the document; those to other files of the package leave their text."""
    files = {page.item.entry: page for page in reversed(pages)}
    for page in pages:
        for link in elements(page.soup, "a"):
            address = attribute(link, "href")
            if not address or re.match(r"[a-z][a-z0-9+.-]*:|//", address.strip(), re.IGNORECASE):
                continue
            entry, fragment = package.resolve(page.item.entry, address)
            there = files.get(entry)
            target = there.ids.get(fragment, there.body) if there else None
            link["href"] = f"#{attribute(target, 'id')}" if target is not None else ""


_OWNERS = ("figure", "aside", "article")


def _settle_targets(pages: Sequence[_Page]) -> None:
    """Let links that lead to what has no id in a document lead to the head above it."""
    wanted = {
        attribute(each, "href")[1:]
        for page in pages
        for each in local_links(page.soup)
        if attribute(each, "class") != "noteref"
    }
    heads: dict[str, str] = {}
    head: Tag | None = None
    waiting: list[str] = []
    for page in pages:
        waiting.clear()
        for element in elements(page.soup):
            name = attribute(element, "id")
            if element.name in _HEADINGS:
                head = element
                head["id"] = name or f"head-{len(heads)}-{element.sourceline or 0}-{page.item.entry}"
                heads |= dict.fromkeys(waiting, attribute(head, "id"))
                waiting.clear()
            elif name in wanted and element.name not in _OWNERS and not is_page_break(element):
                begins = element.name in ("body", "section", "div", "header")
                if begins or head is None:
                    waiting.append(name)
                if head is not None:
                    heads[name] = attribute(head, "id")
    for page in pages:
        for link in local_links(page.soup):
            name = attribute(link, "href")[1:]
            if name in heads and attribute(link, "class") != "noteref":
                link["href"] = f"#{heads[name]}"
