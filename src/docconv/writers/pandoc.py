"""Editions for word processors, DOCX and ODT, made by pandoc from the canonical markup.

The roles that these formats lack become styles by name (Kicker, Deck, Byline, Credit …), which the word processor
lists and which docconv reads back.  A missing picture is a grey picture of the wanted shape, with its caption.
"""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

from lxml import etree
from PIL import Image

from docconv import model as m
from docconv.pandoc import run_pandoc
from docconv.pictures import SUFFIXES, Pictures
from docconv.problems import Problem, ToolError
from docconv.styles import Style
from docconv.writers import markup
from docconv.writers.labels import note_number, shown_title

_XHTML = "{http://www.w3.org/1999/xhtml}"
_EPUB = "{http://www.idpf.org/2007/ops}"
_STYLED = ("kicker", "deck", "byline", "credit", "jump", "abstract", "note")


def write_with_pandoc(
    to: str, document: m.Document, style: Style, pictures: Pictures, report: Callable[[Problem], None]
) -> bytes:
    """The document in pandoc's format `to`.  Equal documents give equal bytes.

    Raises `ToolError` if pandoc is not there or fails."""
    arguments = ["--from=html+epub_html_exts", f"--to={to}", "--standalone", "--output=-"]
    run = run_pandoc(arguments, _page(document, pictures), "edition")
    if run.returncode:
        raise ToolError(f"pandoc cannot write {to}: {run.stderr.decode(errors='replace')[:200]}")
    return run.stdout


write_docx = partial(write_with_pandoc, "docx")
write_odt = partial(write_with_pandoc, "odt")


def _page(document: m.Document, pictures: Pictures) -> bytes:
    """The canonical markup with pictures inside, and a styled box around each role that pandoc does not know."""

    def address(path: str) -> str:
        kind = SUFFIXES[Path(path).suffix.lower()]
        return f"data:{kind};base64,{b64encode(pictures.read(path)).decode()}"

    rendition = markup.Rendition(
        picture=address, note_number=note_number(document), places=False, lang=document.meta.lang
    )
    # pandoc sets title and authors above the text, and would set "Untitled"
    head = "".join(f'<meta name="author" content="{markup.escape(name)}"/>\n' for name in document.meta.authors)
    above = shown_title(document)
    page = markup.page(document.meta, markup.body(document, rendition), head=head if above else "")
    root = etree.fromstring(page.encode(), etree.XMLParser(resolve_entities=False, huge_tree=True))
    root.find(f"{_XHTML}head/{_XHTML}title").text = above
    for element in list(root.iter(f"{_XHTML}p", f"{_XHTML}div")):
        name = element.get("class", "")
        if name in _STYLED:
            _wrap(element, name.capitalize())
        elif name == "placeholder":
            _paint(element)
    for note in root.iter(f"{_XHTML}aside"):
        if note.get("role") == "doc-footnote":
            note.set(f"{_EPUB}type", "footnote")  # what pandoc takes notes by
    page_bytes: bytes = etree.tostring(root, encoding="utf-8", method="html")
    return page_bytes


def _wrap(element: etree._Element, style: str) -> None:
    parent = element.getparent()
    box = etree.Element(f"{_XHTML}div", {"data-custom-style": style})
    box.tail, element.tail = element.tail, None
    parent.replace(element, box)
    box.append(element)


def _paint(element: etree._Element) -> None:
    """A grey picture in the place of a placeholder."""
    element.tag = f"{_XHTML}img"
    label = element.get("aria-label", "")
    element.attrib.clear()
    element.set("src", f"data:image/png;base64,{_grey()}")
    element.set("alt", label)


@cache
def _grey() -> str:
    out = io.BytesIO()
    Image.new("L", (900, 600), 0xE8).save(out, "PNG", optimize=True, dpi=(150, 150))
    return b64encode(out.getvalue()).decode()
