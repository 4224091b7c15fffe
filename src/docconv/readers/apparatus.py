"""The notes and page numbers of pages that somebody wrote: every form in which they come becomes one.

It assumes trees as `soup.parse` makes them, in which ids are unique.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from bs4 import BeautifulSoup, Tag

from docconv.account import letters
from docconv.readers.inlines import one_line
from docconv.readers.unseen import LeftOut, around, attribute, classes, elements, local_links, roles, text_of

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_NOTE_MARKS = {"doc-noteref", "noteref", "footnote-ref", "footnote-reference", "duokan-footnote"}
_NOTE_ELEMENTS = {"li", "p", "div", "aside", "section", "dd"}
_NOTE_LISTS = {
    *("doc-endnotes", "doc-footnotes", "footnotes", "endnotes", "rearnotes", "footnote", "references"),
    "duokan-footnote-content",
}
_NOTE_ATTRIBUTES = ("data-wr-footernote", "zy-footnote")
_NOTE_PICTURES = {"qqreader-footnote", "zhangyue-footnote", "epub-footnote"}
"""Where 微信读书, 掌阅 and QQ阅读 keep the text of a note: in an attribute, or in that of a small picture."""


def mark_notes(pages: Sequence[tuple[BeautifulSoup, LeftOut]]) -> None:
    """Write every footnote of some pages as docconv does, whoever wrote it: `a.noteref` and `aside[role=doc-footnote]`.

    A link is a note's mark if it says so (pandoc, GitHub, Python-Markdown, docutils, EPUB) and its target is there; or
    if it is a number that stands high or leads to a text that leads back to it."""
    targets: dict[str, tuple[Tag, LeftOut]] = {}
    for number, (soup, left) in enumerate(pages, 1):
        _write_out(soup, number)
        targets |= {name: (each, left) for name, each in named(soup).items()}
    plain = _PlainNotes()
    for soup, left in pages:
        for anchor in local_links(soup):
            name = attribute(anchor, "href")[1:]
            marks = {*roles(anchor), *classes(anchor)}
            if name not in targets or "doc-backlink" in marks:
                continue
            target, there = targets[name]
            stated = bool(marks & _NOTE_MARKS) or anchor.has_attr("data-footnote-ref")
            note = target if stated else plain.find(anchor, target)
            if note is None or note.name not in _NOTE_ELEMENTS or any(each is note for each in around(anchor)):
                continue
            anchor["class"] = "noteref"
            left.add("note", anchor)
            if not stated and note.get("role") != "doc-footnote":
                _clear_mark(note, one_line(text_of(anchor)), there)
                note["id"] = name
            anchor["href"] = f"#{attribute(note, 'id')}"
            note.name, note["role"] = "aside", "doc-footnote"
            _open_list(note, there)


def _write_out(soup: BeautifulSoup, page: int) -> None:
    """Make a mark and a note of each element that holds the text of a note in an attribute."""
    holders = [(each, words) for each in elements(soup) if (words := _note_in(each))]
    for number, (element, words) in enumerate(holders, 1):
        name = f"note-{page}-{number}"
        note = soup.new_tag("aside", attrs={"id": name, "role": "doc-footnote"})
        note.append(words)
        (soup.body or soup).append(note)
        element.replace_with(soup.new_tag("a", attrs={"class": "noteref", "href": f"#{name}"}))


def _note_in(element: Tag) -> str:
    """The text of a note that an element holds in an attribute."""
    stated = next((each for name in _NOTE_ATTRIBUTES if (each := one_line(attribute(element, name)))), "")
    is_picture = element.name == "img" and bool(classes(element) & _NOTE_PICTURES)
    return stated or (one_line(attribute(element, "alt")) if is_picture else "")


_MARK = re.compile(
    r"[\[(（〔［【]? (?:注|註|note)? \s* (?: \d{1,4} | [a-z] | [ivxlc]{1,6} | [*†‡§※＊]{1,4} | [①-⑳㉑-㉟㊱-㊿]"
    r"| [一二三四五六七八九十]{1,3}) [\])）〕］】]?",
    re.IGNORECASE | re.VERBOSE,
)
"""How notes are called in print: 1, [1], （注1）, *, ①."""


class _PlainNotes:
    """Looks for the notes that links call which say nothing of themselves; looks at each text once."""

    def __init__(self) -> None:
        self.known: dict[int, _Block] = {}

    def find(self, anchor: Tag, target: Tag) -> Tag | None:
        """The paragraph or item that is a note."""
        mark = one_line(text_of(anchor))
        element = next((each for each in (target, *around(target)) if each.name in _NOTE_ELEMENTS), None)
        if element is None or not _MARK.fullmatch(mark):
            return None
        if id(element) not in self.known:
            self.known[id(element)] = _block(element)
        block = self.known[id(element)]
        if block.is_large or block.letters <= len(letters(mark)):
            return None
        beside = (anchor.parent,) if anchor.parent and one_line(text_of(anchor.parent)) == mark else ()
        own = {attribute(each, key) for each in (anchor, *beside, *elements(anchor)) for key in ("id", "name")}
        ways_back = [each for name in sorted(own) for each in block.links.get(name, ())]
        if ways_back and all(len(one_line(text_of(each))) <= _LONGEST_MARK for each in ways_back):
            for each in ways_back:
                each["role"] = "doc-backlink"
            return element
        high = anchor.find("sup") or any(each.name == "sup" for each in islice(anchor.parents, 2))
        begins = block.start.lstrip("[(（〔［【").startswith(mark.strip(_BRACKETS))
        return element if high and (begins or element.name == "li") else None


class _Block(NamedTuple):
    """What a text is that may be a note: its first letters, how many it has, where its links lead, and whether it is
    more than a note."""

    start: str
    letters: int
    links: dict[str, list[Tag]]
    is_large: bool


def _block(element: Tag) -> _Block:
    text = one_line(text_of(element))
    links: dict[str, list[Tag]] = {}
    for each in local_links(element):
        links.setdefault(attribute(each, "href")[1:], []).append(each)
    is_large = element.find([*_HEADINGS, "table", "section"]) is not None
    return _Block(text[:_LONGEST_MARK], len(letters(text)), links, is_large)


_BRACKETS = "[](（）)〔〕［］【】"
_LONGEST_MARK = 12
"""Characters of a way back from a note: 返回正文, [Back to 12] (house choice)."""


def _clear_mark(note: Tag, mark: str, left: LeftOut) -> None:
    """Take the number from the head of a note, for an edition sets its own."""
    bare = re.escape(mark.strip(_BRACKETS))
    for node in [*note.find_all(string=True)][:_HEAD_OF_NOTE]:
        back = any("doc-backlink" in roles(each) for each in around(node))
        kept = "" if back else re.sub(rf"^\s*[\[(（〔［【]?\s*(?:{bare})?\s*[\])）〕］】]?[.．、:：]?\s*", "", node)
        if not back:
            if letters(node[: len(node) - len(kept)]):
                left.add("note", note, node[: len(node) - len(kept)])
            node.replace_with(kept)
        if kept.strip():
            return


_HEAD_OF_NOTE = 4


def _open_list(note: Tag, left: LeftOut) -> None:
    """Make no more than a box of the list that a note stands in, and take its head away."""
    box = next((each for each in around(note) if (roles(each) | classes(each)) & _NOTE_LISTS), None)
    if box is not None:
        box.name, box["role"], box["class"], box["epub:type"] = "div", "", "", ""
        for child in box.find_all(("hr", *_HEADINGS), recursive=False):
            left.add("note", child)
            child.decompose()


def raise_page_breaks(soup: BeautifulSoup) -> None:
    """Put every page break that stands amid a paragraph before it, for no paragraph holds one."""
    for element in filter(is_page_break, elements(soup)):
        label = next((each for name in ("aria-label", "title") if (each := one_line(attribute(element, name)))), "")
        label = label or one_line(text_of(element))
        block = next((each for each in around(element) if each.name in _PARAGRAPHS), None)
        element.clear()
        element.name, element["role"], element["aria-label"] = "div", "doc-pagebreak", label
        if block is not None:
            block.insert_before(element.extract())


def is_page_break(element: Tag) -> bool:
    """Whether a page of the print edition begins at an element."""
    return bool(roles(element) & {"doc-pagebreak", "pagebreak"})


_PARAGRAPHS = ("p", "dt", "figcaption", "caption", "pre", *_HEADINGS)


def named(soup: Tag) -> dict[str, Tag]:
    """The elements of a page by their ids; a name is one too, where no id is the same."""
    found: dict[str, Tag] = {}
    inside = elements(soup)
    for key in ("name", "id"):
        found |= {name: each for each in inside if (name := attribute(each, key))}
    return found
