"""The house's normal form: neighbouring texts are one, every part has a stable id, the document knows its title."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

from docconv import model as m
from docconv.chars import content
from docconv.ledger import Ledger


def merge_texts(document: m.Document, ledger: Ledger) -> m.Document:
    """Neighbouring texts become one: how a source cut its text is no part of it."""

    def step(node: Any) -> Any:
        if hasattr(node, "content") and isinstance(node.content, tuple) and _is_cut(node.content):
            return replace(node, content=_merged(node.content))
        return node

    return m.rewrite_runs(m.rewrite(document, step), lambda run: _merged(run) if _is_cut(run) else run)


def _is_cut(run: m.Inlines) -> bool:
    return any(isinstance(one, m.Text) and isinstance(two, m.Text) for one, two in pairwise(run))


def _merged(run: m.Inlines) -> m.Inlines:
    out: list[m.Inline] = []
    for node in run:
        if out and isinstance(node, m.Text) and isinstance(last := out[-1], m.Text):
            out[-1] = m.Text(last.text + node.text, place=last.place)
        else:
            out.append(node)
    return tuple(out)


def give_ids(document: m.Document, ledger: Ledger) -> m.Document:
    """Ids for what has none: articles a1, a2 …, sections a1-s1 …, figures by their captions (fig-x7k2q).

    A figure's id is a digest of its caption's letters and numbers, so that it stays when the order of figures, their
    marks or the text around them change: it names the picture file that an editor drops into the images folder."""
    taken = {node.id for node in m.walk(document) if getattr(node, "id", "")}

    next_number: dict[str, int] = {}

    def free(wanted: str) -> str:
        identifier, number = wanted, next_number.get(wanted, 2)
        while identifier in taken:
            identifier, number = f"{wanted}-{number}", number + 1
        next_number[wanted] = number
        taken.add(identifier)
        return identifier

    names = iter(_names(document))
    ids: dict[int, str] = {id(node): free(name) for node, name in names if not node.id}

    def named(node: Any) -> Any:
        changes: dict[str, Any] = {}
        if hasattr(node, "body"):
            body = tuple(named(child) for child in node.body)
            if any(a is not b for a, b in zip(body, node.body, strict=True)):
                changes["body"] = body
        if id(node) in ids:
            changes["id"] = ids[id(node)]
        return replace(node, **changes) if changes else node

    return replace(document, body=tuple(named(node) for node in document.body))


def _names(document: m.Document) -> Iterator[tuple[Any, str]]:
    """Every node that bears an id, with the one that it would have."""
    articles = 0

    def inside(body: tuple[Any, ...], prefix: str) -> Iterator[tuple[Any, str]]:
        sections = 0
        for node in body:
            if isinstance(node, m.Section):
                sections += 1
                name = f"{prefix}s{sections}"
                yield node, name
                yield from inside(node.body, f"{name}-")
            elif isinstance(node, m.Figure):
                yield node, f"fig-{_digest(node)}"
            elif isinstance(node, m.PageBreak):
                yield node, f"page-{''.join(re.findall('[A-Za-z0-9]+', node.label)[:1])}".rstrip("-")
            elif hasattr(node, "body"):
                yield from inside(node.body, prefix)

    for node in document.body:
        if isinstance(node, m.Article):
            articles += 1
            yield node, f"a{articles}"
            yield from inside(node.body, f"a{articles}-")
    yield from inside(tuple(node for node in document.body if not isinstance(node, m.Article)), "")


_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without i, l, o, 0 and 1: an editor types these ids."""


def _digest(figure: m.Figure) -> str:
    media = figure.media
    named = media.path if isinstance(media, m.Image) else media.wanted
    key = content(m.plain(figure.caption)) or named
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")
    out = ""
    for _ in range(5):
        number, rest = divmod(number, len(_LETTERS))
        out += _LETTERS[rest]
    return out


def derive_meta(document: m.Document, ledger: Ledger) -> m.Document:
    """The title and the authors that the document itself shows, where its source names none."""
    meta = document.meta
    title = meta.title or next(_titles(document), "")
    authors = meta.authors or tuple(dict.fromkeys(_authors(document)))
    return replace(document, meta=replace(meta, title=title, authors=authors))


def _titles(document: m.Document) -> Iterator[str]:
    for node in m.walk(document):
        if isinstance(node, m.Article) and node.headline:
            yield m.plain(node.headline).replace("\n", " ")
        elif isinstance(node, m.Section) and node.title:
            yield m.plain(node.title).replace("\n", " ")


def _authors(document: m.Document) -> Iterator[str]:
    """The people named in bylines, in their order."""
    return (node.name for node in m.walk(document) if isinstance(node, m.Name))
