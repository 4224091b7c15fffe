"""Writers: a document, a style and its pictures in; the bytes of an edition out.

A table, not a registry.  A writer is imported only when it is used, for some bring heavy libraries along.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import cast

from docconv.model import Document
from docconv.pictures import Pictures
from docconv.problems import Problem, UsageError
from docconv.styles import Style
from docconv.writers.options import DEFAULT, EpubOptions

Writer = Callable[[Document, Style, Pictures, Callable[[Problem], None]], bytes]

WRITERS = {
    ".pdf": "docconv.writers.pdf:write_pdf",
    ".epub": "docconv.writers.epub:write_epub",
    ".html": "docconv.writers.html:write_html",
    ".xhtml": "docconv.writers.markup:write_markup",
    ".docx": "docconv.writers.pandoc:write_docx",
    ".odt": "docconv.writers.pandoc:write_odt",
}


def writer_for(suffix: str, epub: EpubOptions = DEFAULT) -> Writer:
    """The writer of the edition that a suffix names, with what is asked of an e-book.  Raises `UsageError` if there is
    none."""
    if suffix.lower() not in WRITERS:
        raise UsageError(f"no edition ends in {suffix or 'nothing'!r}", remedy=f"use one of {' '.join(WRITERS)}")
    module, _, name = WRITERS[suffix.lower()].partition(":")
    writer = getattr(import_module(module), name)
    return cast(Writer, partial(writer, options=epub) if suffix.lower() == ".epub" else writer)
