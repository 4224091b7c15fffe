"""Writers: a document, a style and its pictures in; the bytes of an edition out.

A table, not a registry.  A writer is imported only when it is used, for some bring heavy libraries along.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import cast

from docconv.model import Document
from docconv.pictures import Pictures
from docconv.problems import Problem, UsageError
from docconv.styles import Style

Writer = Callable[[Document, Style, Pictures, Callable[[Problem], None]], bytes]

WRITERS = {
    ".pdf": "docconv.writers.pdf:write_pdf",
    ".epub": "docconv.writers.epub:write_epub",
    ".html": "docconv.writers.html:write_html",
    ".xhtml": "docconv.writers.markup:write_markup",
    ".docx": "docconv.writers.pandoc:write_docx",
    ".odt": "docconv.writers.pandoc:write_odt",
}


def writer_for(suffix: str) -> Writer:
    """The writer of the edition that a suffix names.  Raises `UsageError` if there is none."""
    if suffix.lower() not in WRITERS:
        raise UsageError(f"no edition ends in {suffix or 'nothing'!r}", remedy=f"use one of {' '.join(WRITERS)}")
    module, _, name = WRITERS[suffix.lower()].partition(":")
    return cast(Writer, getattr(import_module(module), name))
