"""Readers: a source in, a document out.

A table, not a registry.  A reader is imported only when it is used.  Every other format that pandoc knows goes
through the pandoc reader.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import cast

from docconv.model import Document
from docconv.problems import UsageError
from docconv.readers.language import detect_language
from docconv.readers.source import Source

Reader = Callable[[Source], Document]

READERS = {
    "page": "docconv.readers.page:read_page",
    "markup": "docconv.readers.markup:read_markup",
    "html": "docconv.readers.html:read_html",
}

PANDOC = {  # our name of a format → pandoc's
    "markdown": "markdown",
    "docx": "docx",
    "odt": "odt",
    "rst": "rst",
    "epub": "epub",
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
    "xhtml": "markup",
    "html": "html",
    "htm": "html",
    "md": "markdown",
    "markdown": "markdown",
    "tex": "latex",
    "wiki": "mediawiki",
    "dbk": "docbook",
    "adoc": "asciidoc",
    **{name: name for name in PANDOC},
}


def formats() -> list[str]:
    """The names that `--from` takes."""
    return sorted([*READERS, *PANDOC])


def read(source: Source, format: str = "auto", lang: str = "") -> Document:
    """Read a source in a format ("auto": by its suffix, then by its first bytes), in a language or the one it shows."""
    name = _guess(source) if format == "auto" else format
    if name in READERS:
        module, _, function = READERS[name].partition(":")
        document = cast(Reader, getattr(import_module(module), function))(source)
    elif name in PANDOC:
        pandoc = import_module("docconv.readers.pandoc")
        document = cast(Document, pandoc.read_pandoc(source, PANDOC[name]))
    else:
        raise UsageError(f"there is no format {name!r}", remedy=f"--from takes {', '.join(formats())}")
    return _in_language(document, lang)


def _guess(source: Source) -> str:
    """The format that a source's suffix names; that of a stream, by its first bytes."""
    if source.suffix:
        if source.suffix not in SUFFIXES:
            raise UsageError(f"{source.name}: no reader for .{source.suffix}", remedy="name the format with --from")
        return SUFFIXES[source.suffix]
    start = source.data[:1000].lstrip().lower()
    if start.startswith(b"PK\x03\x04".lower()):
        return "docx"
    if start.startswith((b"<!doctype html", b"<html")):
        return "html"
    return "markup" if start.startswith(b"<?xml") and b"xhtml" in start else "page"


def _in_language(document: Document, lang: str) -> Document:
    lang = lang or document.meta.lang or detect_language(document)
    return replace(document, meta=replace(document.meta, lang=lang))
