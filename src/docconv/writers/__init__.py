"""Writers: a document, a style and its pictures in; the bytes of an edition out.

A table, not a registry.  A writer is imported only when it is used, for some bring heavy libraries along.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from typing import cast

from docconv.model import Document
from docconv.pictures import Pictures
from docconv.problems import Problem, UsageError
from docconv.styles import Style
from docconv.writers.account import account
from docconv.writers.options import DEFAULT, EditionOptions

__all__ = ("WRITERS", "SiteWriter", "Writer", "account", "site_writer", "writer_for")

Writer = Callable[[Document, Style, Pictures, Callable[[Problem], None]], bytes]
SiteWriter = Callable[[Document, Style, Pictures, Callable[[Problem], None]], Mapping[str, bytes]]

WRITERS = {
    ".pdf": "docconv.writers.pdf:write_pdf",
    ".epub": "docconv.writers.epub:write_epub",
    ".html": "docconv.writers.html:write_html",
    ".xhtml": "docconv.writers.markup:write_markup",
    ".docx": "docconv.writers.pandoc:write_docx",
    ".odt": "docconv.writers.pandoc:write_odt",
    ".icml": "docconv.writers.icml:write_icml",
    ".md": "docconv.writers.markdown:write_markdown",
}


def writer_for(suffix: str, options: EditionOptions = DEFAULT) -> Writer:
    """The writer of the edition that a suffix names, and what is asked of it.  Raises `UsageError` if there is none."""
    if suffix.lower() not in WRITERS:
        remedy = f"use one of {' '.join(WRITERS)}, or end in / for a folder of HTML"
        raise UsageError(f"no edition ends in {suffix or 'nothing'!r}", remedy=remedy)
    module, _, name = WRITERS[suffix.lower()].partition(":")
    writer = getattr(import_module(module), name)
    return cast(Writer, partial(writer, options=options) if suffix.lower() in (".epub", ".html", ".pdf") else writer)


def site_writer(options: EditionOptions = DEFAULT) -> SiteWriter:
    """The writer of the edition that is a folder of pages."""
    return cast(SiteWriter, partial(import_module("docconv.writers.site").write_site, options=options))
