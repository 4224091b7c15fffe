"""Edits to the text of a document: found on a run's whole text, applied to its nodes, each written in the ledger.

A rule sees a run as one string, through emphasis, links and bylines, so that it can judge the neighbours of a mark.
What it must not touch it cannot: code, formulas and pictures appear as one object character, names and ruby bases
are fixed, addresses and e-mails are masked.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from docconv import model as m
from docconv.ledger import Ledger

OBJECT = "\ufffc"
_HOLDERS = (m.Emphasis, m.Strong, m.Deletion, m.Link, m.Sub, m.Sup, m.Foreign, m.Byline)
_ADDRESS = re.compile(
    r"(?:https?://|ftp://|www\.)[!-~]+|(?<![\w.+-])[\w.+-]++@[\w-]+(?:\.[\w-]+)+|(?<![\w.-])(?:[\w-]+\.)+(?:com|org|net|cn|jp|kr|tw|hk|io)\b[!-~]*",
    re.ASCII,
)


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace `[start, end)` of a run's text by `after`."""

    start: int
    end: int
    after: str
    rule: str
    confidence: float = 1.0


ON_DEMAND = 0.0
"""The confidence of an edit that is made only where the editor accepts it."""

Finder = Callable[[str], Iterable[Edit]]


def edit_runs(document: m.Document, finders: Sequence[Finder], ledger: Ledger) -> m.Document:
    """The document with the edits that each of the finders in turn makes on every run of its text, until none finds
    more."""

    def edited(run: m.Inlines) -> m.Inlines:
        for _ in range(_MOST_ROUNDS):
            before = run
            for find in finders:
                run = edit_run(run, find, ledger)
            if run is before:
                break
        return run

    return m.rewrite_runs(document, edited)


def edit_run(run: m.Inlines, find: Finder, ledger: Ledger) -> m.Inlines:
    """One run with the edits that `find` makes on its text, until it finds no more (a widened mark is a full-width
    neighbour to the next).  An edit that reaches into a fixed node is dropped."""
    for _ in range(_MOST_ROUNDS):
        edited = _edited_once(run, find, ledger)
        if edited is run:
            break
        run = edited
    return run


_MOST_ROUNDS = 20


def _edited_once(run: m.Inlines, find: Finder, ledger: Ledger) -> m.Inlines:
    leaves = [*_leaves(run, 0)]
    text = "".join(shown for _, _, shown in leaves)
    if "." in text or "//" in text:  # every address has one of them
        text = _ADDRESS.sub(lambda found: "a" * len(found[0]), text)
    edits = sorted(find(text))
    if not edits:
        return run
    changed: dict[int, m.Inlines] = {}
    starts = [edit.start for edit in edits]
    for start, node, shown in leaves:
        end = start + len(shown)
        inside = [edit for edit in edits[bisect_left(starts, start) : bisect_left(starts, end)] if edit.end <= end]
        if inside and isinstance(node, m.Text):
            pieces = tuple(_applied(node, start, inside, ledger))
            if "".join(piece.text for piece in pieces) != node.text:
                changed[id(node)] = pieces
    return _rebuilt(run, changed) if changed else run


def _leaves(run: m.Inlines, start: int) -> Iterator[tuple[int, Any, str]]:
    """The leaves of a run with the offset and the text by which each appears."""
    for node in run:
        if isinstance(node, _HOLDERS):
            for leaf in _leaves(node.content, start):
                yield leaf
                start = leaf[0] + len(leaf[2])
            continue
        shown = _shown(node)
        yield start, node, shown
        start += len(shown)


def _shown(node: m.Inline) -> str:
    match node:
        case m.Text(text):
            return text
        case m.Name(name):
            return name
        case m.Ruby(base):
            return base
        case m.LineBreak():
            return "\n"
        case _:
            return OBJECT


def _applied(node: m.Text, start: int, edits: list[Edit], ledger: Ledger) -> Iterator[m.Text]:
    """The node with its edits.  Where one changes the length the node is cut, so that places stay exact."""
    done: list[str] = []  # what stands since the last cut
    position = 0
    place = node.place
    for edit in edits:
        first, last = edit.start - start, edit.end - start
        if first < position:
            continue  # two rules want the same characters: the first has them
        before = node.text[first:last]
        where = node.place.right(first) if node.place else None
        if before == edit.after or ledger.rejects(edit.rule, where):
            continue
        if edit.confidence == ON_DEMAND and not ledger.accepts(edit.rule, where):
            continue
        ledger.changed(edit.rule, where, before, edit.after, edit.confidence)
        done += [node.text[position:first], edit.after]
        position = last
        if len(edit.after) != len(before):
            if text := "".join(done):
                yield m.Text(text, place=place)
            done, place = [], node.place.right(last) if node.place else None
    if text := "".join((*done, node.text[position:])):
        yield m.Text(text, place=place)


def _rebuilt(run: m.Inlines, changed: dict[int, m.Inlines]) -> m.Inlines:
    out: list[m.Inline] = []
    for node in run:
        if id(node) in changed:
            out.extend(changed[id(node)])
        elif isinstance(node, _HOLDERS):
            if content := _rebuilt(node.content, changed):
                out.append(replace(node, content=content))
        else:
            out.append(node)
    return tuple(out)
