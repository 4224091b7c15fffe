"""What words an edition has, by a count that knows nothing of its writer, against those of the document.

It assumes of each form where its text stands: between the tags of a page, in the text elements of a package, on every
line of Markdown.  What of a PDF stands on no page is for `docconv.writers.unprinted`.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping

from docconv.account import lacking, report, shown
from docconv.model import Document, Math, MathBlock
from docconv.problems import Say


def account(document: Document, suffix: str, edition: bytes | Mapping[str, bytes], say: Say) -> None:
    """Say of every word of the document that an edition has not; its suffix names its form, and a folder of pages has
    none."""
    if isinstance(edition, Mapping):
        texts = [_page(data) for name, data in edition.items() if name.endswith(".html")]
    elif suffix in _TEXTS:
        texts = [*_TEXTS[suffix](edition)]
    else:
        return
    # formulas are those of the other program there
    without = (Math, MathBlock) if suffix in (".docx", ".odt", ".icml") else ()
    report("text-lost", lacking(shown(document, without), texts), say)


_NOT_TEXT = re.compile(
    r"<head\b.*?</head>|<nav\b.*?</nav>|<header class=\"masthead\".*?</header>|<!--.*?-->"
    r"|<semantics>.*?(?=<annotation\b)",
    re.DOTALL,
)
_TAG = re.compile(r"<[^>]*>")


def _page(data: bytes) -> str:
    """The words of a page that docconv wrote, without those of its contents, which repeat the headings.

    Those of a formula are its TeX."""
    return html.unescape(_TAG.sub("", _NOT_TEXT.sub("", data.decode())))


def _book(data: bytes) -> Iterator[str]:
    for name, content in _entries(data):
        if name.startswith("EPUB/text/") and name.endswith(".xhtml"):
            yield _page(content)


def _word(data: bytes) -> Iterator[str]:
    for name, content in _entries(data):
        if name in ("word/document.xml", "word/footnotes.xml"):
            yield html.unescape("".join(re.findall(r"<w:t(?: [^>]*)?>([^<]*)<", content.decode())))


def _open_document(data: bytes) -> Iterator[str]:
    return (html.unescape(_TAG.sub("", content.decode())) for name, content in _entries(data) if name == "content.xml")


def _story(data: bytes) -> Iterator[str]:
    found = re.findall(r"<Content>([^<]*)<|RubyString=\"([^\"]*)\"", data.decode())
    yield html.unescape("".join(text for pair in found for text in pair))


def _entries(data: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name in package.namelist():
            if name.endswith((".xml", ".xhtml")):
                yield name, package.read(name)


_ENTITY = re.compile(r"&#?\w{1,32};")
_TEXTS: dict[str, Callable[[bytes], Iterator[str]]] = {
    ".html": lambda data: iter([_page(data)]),
    ".xhtml": lambda data: iter([_page(data)]),
    ".epub": _book,
    ".docx": _word,
    ".odt": _open_document,
    ".icml": _story,
    ".md": lambda data: iter([data.decode(), *map(html.unescape, _ENTITY.findall(data.decode()))]),
}
