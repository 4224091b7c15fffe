"""A document for the eye: `docconv show`, up to any stage of the line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docconv import model as m
from docconv.ledger import Decision, Ledger
from docconv.passes import PASSES
from docconv.problems import UsageError
from docconv.writers.markup import to_markup


def show(document: m.Document, until: str = "markup", decisions: frozenset[Decision] = frozenset()) -> str:
    """The document after a stage, under the decisions of the editor, as an outline, one node a line; after "markup",
    the canonical markup.

    A stage is "read", the name of a pass, "normalise" or "markup".  Raises `UsageError` for any other."""
    names = [each.__name__.replace("_", "-") for each in PASSES]
    stages = ["read", *names, "normalise", "markup"]
    if until not in stages:
        raise UsageError(f"there is no stage {until!r}", remedy=f"one of {', '.join(stages)}")
    for number, each in enumerate(PASSES, 1):
        if stages.index(until) >= number:
            document = each(document, Ledger(decisions))
    return to_markup(document) if until == "markup" else "\n".join(_lines(document)) + "\n"


def _lines(document: m.Document) -> Iterator[str]:
    meta = document.meta
    yield f"Document {meta.kind} {meta.lang} {meta.title}".rstrip()
    stack: list[tuple[Any, int]] = [(node, 1) for node in reversed((*document.body, *document.notes))]
    while stack:
        node, depth = stack.pop()
        place = f"{node.place.line:>5}:{node.place.column:<3}" if node.place else " " * 9
        yield f"{place} {'  ' * depth}{_label(node)}".rstrip()
        inside = [child for child in m.children(node) if isinstance(child, _BLOCKS)]
        stack.extend((child, depth + 1) for child in reversed(inside))


_BLOCKS = (m.Article, m.Section, m.Paragraph, m.Figure, m.Quote, m.List, m.ListItem, m.Table, m.Verse, m.Aside,
           m.CodeBlock, m.MathBlock, m.Break, m.PageBreak, m.Note)  # fmt: skip


def _label(node: Any) -> str:
    kind = type(node).__name__
    match node:
        case m.Article():
            parts = [f"{name}={m.plain(run)!r}" for name in ("kicker", "headline", "deck", "byline")
                     if (run := getattr(node, name))]  # fmt: skip
            return " ".join([f"{kind} {node.id}", *parts])
        case m.Section(title, _, identifier):
            return f"{kind} {identifier} {m.plain(title)!r}"
        case m.Paragraph(content, role, _, align):
            names = [each for each in (role, align) if each not in ("body", "")]
            return " ".join([kind, *names, repr(m.plain(content))])
        case m.Figure(media, caption, _, identifier):
            return f"{kind} {identifier} {type(media).__name__} {m.plain(caption)!r}"
        case m.List(_, start, style, marks) if start is not None:
            return f"{kind} {start} {style}{marks}"
        case m.Table():
            return f"{kind} {len(node.head) + len(node.rows)} rows {m.plain(node.caption)!r}"
        case m.CodeBlock(text) | m.MathBlock(text):
            return f"{kind} {text[:60]!r}"
        case m.PageBreak(label, identifier):
            return f"{kind} {identifier} {label!r}"
        case m.Aside(_, which):
            return f"{kind} {which}"
        case _:
            return kind
