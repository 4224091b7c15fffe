"""Edits to the text of a document: found on a run's whole text, applied to its nodes, each written in the ledger.

A rule sees a run as one string, through emphasis, links and bylines, so that it can judge the neighbours of a mark.
What it must not touch it cannot: code, formulas and pictures appear as one object character, names and ruby bases
are fixed, addresses and e-mails are masked.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from docconv import model as m
from docconv.ledger import Ledger

OBJECT = "\ufffc"
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
        seen = _look(run)
        for _ in range(_MOST_ROUNDS):
            before = run
            for find in finders:
                run, seen = _edited_until(run, seen, find, ledger)
            if run is before:
                break
        return run

    return m.rewrite_runs(document, edited)


def edit_run(run: m.Inlines, find: Finder, ledger: Ledger) -> m.Inlines:
    """One run with the edits that `find` makes on its text, until it finds no more (a widened mark is a full-width
    neighbour to the next).  An edit that reaches into a fixed node is dropped."""
    return _edited_until(run, _look(run), find, ledger)[0]


_Seen: TypeAlias = tuple[list[tuple[int, Any, str]], str]
"""The leaves of a run, and its text."""


def _edited_until(run: m.Inlines, seen: _Seen, find: Finder, ledger: Ledger) -> tuple[m.Inlines, _Seen]:
    for _ in range(_MOST_ROUNDS):
        edited = _edited_once(run, seen, find, ledger)
        if edited is run:
            break
        run, seen = edited, _look(edited)
    return run, seen


_MOST_ROUNDS = 20


def _look(run: m.Inlines) -> _Seen:
    leaves = [*_leaves(run, 0)]
    text = "".join([shown for _, _, shown in leaves])
    if "." in text or "//" in text:  # every address has one of them
        text = _ADDRESS.sub(lambda found: "a" * len(found[0]), text)
    return leaves, text


def _edited_once(run: m.Inlines, seen: _Seen, find: Finder, ledger: Ledger) -> m.Inlines:
    leaves, text = seen
    edits = sorted(find(text))
    if not edits:
        return run
    bounds = [start for start, _, _ in leaves]
    edits = [piece for edit in edits for piece in _cut(edit, leaves, bounds)]
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


def _cut(edit: Edit, leaves: list[tuple[int, Any, str]], bounds: list[int]) -> Iterator[Edit]:
    """An edit in pieces, one for each of the texts that it reaches through; none if it reaches into a fixed node."""
    first, last = bisect_right(bounds, edit.start) - 1, bisect_left(bounds, edit.end) - 1
    if last <= first:
        yield edit
        return
    if not all(isinstance(leaves[at][1], m.Text) for at in range(first, last + 1)):
        return
    after = edit.after
    for at in range(first, last + 1):
        start, end = max(edit.start, bounds[at]), edit.end if at == last else bounds[at + 1]
        if start < end:
            yield Edit(start, end, after, edit.rule, edit.confidence)
            after = ""


def _leaves(run: m.Inlines, start: int) -> Iterator[tuple[int, Any, str]]:
    """The leaves of a run with the offset and the text by which each appears."""
    for node in run:
        if isinstance(node, m.Holder):
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
        elif isinstance(node, m.Holder):
            if content := _rebuilt(node.content, changed):
                out.append(replace(node, content=content))
        else:
            out.append(node)
    return tuple(out)
