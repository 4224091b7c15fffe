"""What goes into one file of an edition that has several: an article or a chapter, with the notes that it calls.

It assumes that ids are unique in the document.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from docconv import model as m


def groups(body: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Articles and chapters, and the running text between them.

    Pictures and furniture that stand alone open the article behind them: a page of their own would be empty."""
    groups: list[tuple[Any, ...]] = []
    loose: list[Any] = []
    for node in body:
        if not isinstance(node, m.Article | m.Section):
            loose.append(node)
        elif all(stands_beside(each) for each in loose):
            groups.append((*loose, node))
            loose = []
        else:
            groups += [tuple(loose), (node,)]
            loose = []
    if loose and groups and all(stands_beside(each) for each in loose):
        groups[-1] += tuple(loose)
    elif loose:
        groups.append(tuple(loose))
    return groups


def kind_of(group: Sequence[Any]) -> tuple[str, str]:
    """What a file is called after, and its language if it has one of its own."""
    for node in group:
        match node:
            case m.Article():
                return "article", node.lang
            case m.Section():
                return "chapter", ""
            case _:
                pass
    return "matter", ""


def notes_of(parts: Iterable[Iterable[Any]], notes: Sequence[m.Note]) -> list[tuple[m.Note, ...]]:
    """The notes of each part, which is its nodes: those that it calls; those that nobody calls belong to the last."""
    bodies = {note.id: note for note in notes}
    called = [_called(nodes, bodies) for nodes in parts]
    called[-1] |= bodies.keys() - set().union(*called)
    return [tuple(note for note in notes if note.id in ids) for ids in called]


def stands_beside(node: m.Block) -> bool:
    """Whether a block stands beside the running text, and needs no file of its own."""
    beside = isinstance(node, m.Figure | m.Aside | m.Break | m.PageBreak)
    return beside or (isinstance(node, m.Paragraph) and node.role not in m.RUNNING)


def _called(nodes: Iterable[Any], notes: Mapping[str, m.Note]) -> set[str]:
    """The ids of the notes that the nodes call, and of those that these notes call."""
    ids: set[str] = set()
    waiting = list(nodes)
    while waiting:
        for node in m.walk(waiting.pop()):
            if isinstance(node, m.NoteRef) and node.note in notes and node.note not in ids:
                ids.add(node.note)
                waiting.append(notes[node.note])
    return ids
