"""Page furniture: running heads, folios, mastheads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from docconv import model as m
from docconv.chars import content
from docconv.ledger import Ledger


def set_aside_repeats(document: m.Document, ledger: Ledger) -> m.Document:
    """A running head that stands at the head of every page is kept once; so is a headline that the next page repeats.

    What is set aside stands in the ledger, so that nothing of the page is lost."""
    if document.meta.kind != "page":
        return document
    seen = {content(m.plain(node.headline)) for node in document.body if isinstance(node, m.Article)}

    def kept(body: tuple[Any, ...]) -> tuple[Any, ...]:
        out: list[Any] = []
        for node in body:
            if m.is_furniture(node):
                text = "".join(m.paragraphs(m.Document(document.meta, (node,))))
                if content(text) in seen and not ledger.rejects("set-aside", node.place):
                    ledger.changed("set-aside", node.place, text, "")
                    continue
                seen.add(content(text))
            elif isinstance(node, m.Article | m.Section):
                node = replace(node, body=kept(node.body))
            out.append(node)
        return tuple(out)

    return replace(document, body=kept(document.body))
