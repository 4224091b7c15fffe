"""Readers: a source in, a document out.

A table, not a registry.  A reader is imported only when it is used.  Every other format that pandoc knows goes
through the pandoc reader.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import cast

from docconv.language_tags import is_well_formed
from docconv.model import Document
from docconv.problems import Say, UsageError, silent
from docconv.readers.account import account
from docconv.readers.detect import Guess, detect
from docconv.readers.language import detect_language
from docconv.readers.source import Source

__all__ = ("PANDOC", "READERS", "SUFFIXES", "TEXTS", "account", "formats", "guess", "read")

Reader = Callable[[Source, Say], Document]

READERS = {
    "page": "docconv.readers.page:read_page",
    "text": "docconv.readers.text:read_text",
    "aozora": "docconv.readers.aozora:read_aozora",
    "layout": "docconv.readers.layout:read_layout",
    "hocr": "docconv.readers.scans:read_hocr",
    "alto": "docconv.readers.scans:read_alto",
    "page-xml": "docconv.readers.scans:read_page_xml",
    "abbyy": "docconv.readers.scans:read_abbyy",
    "markup": "docconv.readers.markup:read_markup",
    "html": "docconv.readers.editions:read_html",
    "epub": "docconv.readers.editions:read_epub",
    "markdown": "docconv.readers.markdown:read_markdown",
    "gfm": "docconv.readers.markdown:read_gfm",
    "commonmark": "docconv.readers.markdown:read_commonmark",
    "docx": "docconv.readers.docx:read_docx",
    "odt": "docconv.readers.odt:read_odt",
}

PANDOC = {  # our name of a format → pandoc's
    "pandoc-markdown": "markdown",
    "rst": "rst",
    "latex": "latex",
    "org": "org",
    "textile": "textile",
    "mediawiki": "mediawiki",
    "docbook": "docbook",
    "jats": "jats",
    "fb2": "fb2",
    "rtf": "rtf",
    "typst": "typst",
    "asciidoc": "asciidoc",
    "opml": "opml",
    "ipynb": "ipynb",
}

SUFFIXES = {
    "txt": "page",
    "json": "layout",
    "jsonl": "layout",
    "hocr": "hocr",
    "xml": "xml",  # one of several: its first element says which
    "xhtml": "markup",
    "html": "html",
    "htm": "html",
    "epub": "epub",
    "md": "markdown",
    "markdown": "markdown",
    "tex": "latex",
    "wiki": "mediawiki",
    "dbk": "docbook",
    "adoc": "asciidoc",
    **dict.fromkeys(("docx", "docm", "dotx", "dotm"), "docx"),
    **dict.fromkeys(("odt", "ott"), "odt"),
    **{name: name for name in PANDOC},
}

TEXTS = (
    "page",
    "text",
    "aozora",
    "markdown",
    "gfm",
    "commonmark",
    "pandoc-markdown",
    "rst",
    "org",
    "textile",
    "mediawiki",
    "asciidoc",
    "latex",
    "typst",
)
"""The formats that are text as it stands, in any encoding that `Source.text` knows."""


def formats() -> list[str]:
    """The names that `--from` takes."""
    return sorted([*READERS, *PANDOC])


def read(source: Source, format: str = "auto", lang: str = "", say: Say = silent) -> Document:
    """Read a source in a format ("auto": as `guess` tells it), in a language or the one that it shows.

    `say` is told what of the source is left out of the document, or doubtful before anything is repaired."""
    name = guess(source).format if format == "auto" else format
    if name in READERS:
        module, _, function = READERS[name].partition(":")
        document = cast(Reader, getattr(import_module(module), function))(source, say)
    elif name in PANDOC:
        document = _read_pandoc(source, PANDOC[name], say)
    else:
        raise UsageError(f"there is no format {name!r}", remedy=f"--from takes {', '.join(formats())}")
    return _in_language(document, lang)


def _read_pandoc(source: Source, pandoc_format: str, say: Say) -> Document:
    pandoc = import_module("docconv.readers.pandoc")
    return cast(Document, pandoc.read_pandoc(source, pandoc_format, say=say))


def guess(source: Source) -> Guess:
    """The format of a source by its suffix or first bytes and, for a text file, by the traces that it bears."""
    return detect(source, SUFFIXES)


def _in_language(document: Document, lang: str) -> Document:
    if lang and not is_well_formed(lang):
        raise UsageError(f"{lang!r} is no language tag", remedy="zh-Hans, zh-Hant, ja, ko …")
    lang = lang or document.meta.lang or detect_language(document)
    return replace(document, meta=replace(document.meta, lang=lang))
