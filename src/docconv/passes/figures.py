"""Figures in the article that they belong to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeGuard

from docconv import model as m
from docconv.ledger import Ledger


def adopt_leading_figures(document: m.Document, ledger: Ledger) -> m.Document:
    """Figures above the first headline belong to the first article: its pictures were set over its head."""
    first = next((at for at, node in enumerate(document.body) if isinstance(node, m.Article)), None)
    if first is None:
        return document
    figures: m.Blocks = tuple(node for node in document.body[:first] if _is_led(node, ledger))
    if not figures:
        return document
    for figure in figures:
        ledger.changed("adopt-figure", figure.place, "above the headline", f"in {_title(document.body[first])}", 0.9)
    others = tuple(node for node in document.body[:first] if not _is_led(node, ledger))
    article: Any = document.body[first]
    adopted = replace(article, body=(*figures, *article.body))
    return replace(document, body=(*others, adopted, *document.body[first + 1 :]))


def _is_led(node: Any, ledger: Ledger) -> TypeGuard[m.Figure]:
    return isinstance(node, m.Figure) and not ledger.rejects("adopt-figure", node.place)


def _title(node: Any) -> str:
    return m.plain(node.headline).replace("\n", " ")
