"""Editions for word processors, DOCX and ODT, made by pandoc from the canonical markup.

The roles that these formats lack become styles by name (Kicker, Deck, Byline, Credit …), which the word processor
lists and which docconv reads back.  A missing picture is a grey picture of the wanted shape, with its caption.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache, partial
from typing import get_args

from lxml import etree
from PIL import Image

from docconv import model as m
from docconv.pandoc import run_pandoc
from docconv.pictures import Pictures, data_address, kind_of
from docconv.problems import Problem, ToolError
from docconv.styles import Style
from docconv.writers import markup
from docconv.writers.formulas import report_unknown
from docconv.writers.labels import note_number, shown_authors, shown_title
from docconv.writers.office import INSERTION, code_lists, finished

XHTML = "{http://www.w3.org/1999/xhtml}"
_EPUB = "{http://www.idpf.org/2007/ops}"
_ALIGNS = [align for align in get_args(m.ParagraphAlign) if align]
STYLED = ("kicker", "deck", "byline", *m.NAMED_ROLES, *_ALIGNS,
          *(f"{role} {align}" for role in m.NAMED_ROLES for align in _ALIGNS))  # fmt: skip
"""The classes of paragraphs that become styles."""


def write_with_pandoc(
    to: str, document: m.Document, style: Style, pictures: Pictures, report: Callable[[Problem], None]
) -> bytes:
    """The document in pandoc's format `to`.  Equal documents give equal bytes.

    Raises `ToolError` if pandoc is not there or fails."""
    report_unknown(document, report)
    root = _page(document, pictures)
    code_lists(root)
    return finished(convert(root, to))


write_docx = partial(write_with_pandoc, "docx")
write_odt = partial(write_with_pandoc, "odt")


def convert(root: etree._Element, to: str, reader: str = "html+epub_html_exts") -> bytes:
    """What pandoc makes of the canonical markup.  Raises `ToolError` if it is not there or fails."""
    _name_notes(root)
    page: bytes = etree.tostring(root, encoding="utf-8", method="html")
    run = run_pandoc([f"--from={reader}", f"--to={to}", "--standalone", "--wrap=none", "--output=-"], page, "edition")
    if run.returncode:
        raise ToolError(f"pandoc cannot write {to}: {run.stderr.decode(errors='replace')[:200]}")
    if to in ("docx", "odt") and not run.stdout.startswith(b"PK"):
        raise ToolError(f"what pandoc writes is no {to}", remedy="docconv doctor says which pandoc that is")
    return run.stdout


def _name_notes(root: etree._Element) -> None:
    """Mark the notes as pandoc takes them.  It would lose one that only other notes call, or nothing: its text stands
    behind the rest; and calls inside notes, of which it knows none, go."""
    notes = [each for each in root.iter(f"{XHTML}aside") if each.get("role") == "doc-footnote"]
    for note in notes:
        for call in note.iter(f"{XHTML}a"):
            if call.get("class") == "noteref":
                call.tag = "call"
    etree.strip_elements(root, "call", with_tail=False)
    called = {call.get("href", "")[1:] for call in root.iter(f"{XHTML}a") if call.get("class") == "noteref"}
    for note in notes:
        if note.get("id") in called:
            note.set(f"{_EPUB}type", "footnote")
        else:
            note.tag = "open"
    etree.strip_tags(root, "open")


def tree(document: m.Document, picture: Callable[[str], str], title: str, *, head: str = "",
         placeholder: Callable[[m.Figure], Mapping[str, str]] | None = None) -> etree._Element:  # fmt: skip
    """The canonical markup for pandoc to read, `title` and what stands in `head` being its metadata."""
    rendition = markup.Rendition(picture=picture, note_number=note_number(document), places=False,
                                 lang=document.meta.lang)  # fmt: skip
    rendition = replace(rendition, placeholder=placeholder) if placeholder else rendition
    page = markup.page(document.meta, markup.body(document, rendition), head=head)
    root = etree.fromstring(page.encode(), etree.XMLParser(resolve_entities=False, huge_tree=True))
    root.find(f"{XHTML}head/{XHTML}title").text = title  # pandoc would say "Untitled"
    return root


def _page(document: m.Document, pictures: Pictures) -> etree._Element:
    """The canonical markup with pictures inside, and a styled box around each role that pandoc does not know."""

    def address(path: str) -> str:
        data = pictures.read(path)
        return data_address(kind_of(path, data), data)

    # pandoc sets title and authors above the text
    above = shown_title(document)
    authors = "".join(f'<meta name="author" content="{markup.escape(name)}"/>\n' for name in shown_authors(document))
    root = tree(document, address, above, head=authors)
    say_labels(root)
    for element in list(root.iter(f"{XHTML}p", f"{XHTML}div")):
        name = element.get("class", "")
        if name in STYLED:
            wrap(element, {"data-custom-style": name.title()})
        elif name == "placeholder":
            _paint(element)
    say_insertions(root)
    return root


def say_insertions(root: etree._Element) -> None:
    """Make a style of what is put in, which pandoc would take for underlined."""
    for element in root.iter(f"{XHTML}ins"):
        element.tag = f"{XHTML}span"
        element.set("data-custom-style", INSERTION)


def say_labels(root: etree._Element) -> None:
    """Write as text what style sheets show: the label of an alert, and whether a task is done."""
    for box in [each for each in root.iter(f"{XHTML}aside") if each.get("data-alert")]:
        label = etree.Element(f"{XHTML}p")
        etree.SubElement(label, f"{XHTML}strong").text = box.get("aria-label", "")
        box.insert(0, label)
    for words, is_done in tasks(root):
        words.text = f"{'■' if is_done else '□'} {words.text or ''}"


def tasks(root: etree._Element) -> Iterator[tuple[etree._Element, bool]]:
    """The elements that hold the first words of each task, and whether it is done."""
    for item in [each for each in root.iter(f"{XHTML}li") if each.get("class")]:
        is_done = item.attrib.pop("class") == "task-done"
        yield first_words(item), is_done


def first_words(item: etree._Element) -> etree._Element:
    """The element that holds the first words of an item, if need be a paragraph made for them."""
    first = next(iter(item), None)
    if first is None or (item.text or "").strip() or first.tag in _RUNS:
        return item
    if first.tag == f"{XHTML}p":
        return first
    made = etree.Element(f"{XHTML}p")
    item.insert(0, made)
    return made


_RUNS = {
    f"{XHTML}{name}"
    for name in ("em", "strong", "del", "ins", "u", "a", "br", "ruby", "code", "span", "sub", "sup", "img")
}


def wrap(element: etree._Element, attributes: Mapping[str, str]) -> None:
    """Put the element into a box."""
    parent = element.getparent()
    box = etree.Element(f"{XHTML}div", dict(attributes))
    box.tail, element.tail = element.tail, None
    parent.replace(element, box)
    box.append(element)


def _paint(element: etree._Element) -> None:
    """A grey picture in the place of a placeholder."""
    element.tag = f"{XHTML}img"
    label = element.get("aria-label", "")
    element.attrib.clear()
    element.set("src", _grey())
    element.set("alt", label)


@cache
def _grey() -> str:
    out = io.BytesIO()
    Image.new("L", (900, 600), 0xE8).save(out, "PNG", optimize=True, dpi=(150, 150))
    return data_address("image/png", out.getvalue())
