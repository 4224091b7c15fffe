"""docconv turns messy East Asian text into books, pages and e-books.

    import docconv
    docconv.convert("page.txt", ["page.pdf", "page.epub", "page.html"])

The public names are here; the straight line from source to page is `docconv.pipeline`.
"""

from __future__ import annotations

TYPE_CHECKING = False  # mypy takes it for typing's, whose import is a third of the time that a cached call takes

__version__ = "0.1.0"

if TYPE_CHECKING:
    from typing import Any

    from docconv.model import Document
    from docconv.pipeline import check, convert, normalise, read
    from docconv.problems import DocconvError, Problem

__all__ = ["DocconvError", "Document", "Problem", "check", "convert", "normalise", "read"]

_HOMES = {
    "Document": "model",
    "DocconvError": "problems",
    "Problem": "problems",
    "check": "pipeline",
    "convert": "pipeline",
    "normalise": "pipeline",
    "read": "pipeline",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that `docconv --help` need not wait for the rest."""
    if name not in _HOMES:
        raise AttributeError(f"module 'docconv' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"docconv.{_HOMES[name]}"), name)
