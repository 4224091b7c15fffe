"""The files of an e-book: one an article or chapter, none so long that an old reader turns its pages slowly.

It assumes of the markup only how heavy it is: weights are counted from the text, rather too high than too low.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, TypeAlias

from docconv import model as m
from docconv.writers.labels import is_volume
from docconv.writers.parts import groups, kind_of, notes_of, stands_beside

LARGEST = 260_000
"""Bytes of text in one file."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file of the book: its nodes, each with the level of its heading, and the notes called there.

    `depths` says of each node in how many articles and sections it stands that were cut: it goes on in the last node
    before it whose depth is less by one."""

    name: str
    nodes: tuple[tuple[Any, int], ...]
    lang: str
    depths: tuple[int, ...] = ()
    notes: tuple[m.Note, ...] = ()

    @property
    def file(self) -> str:
        return f"text/{self.name}.xhtml"

    @property
    def is_headed(self) -> bool:
        """Whether it begins with an article or section, and not in the middle of one."""
        running = (node for node, _ in self.nodes if not stands_beside(node))
        return isinstance(next(running, None), m.Article | m.Section)


def parts_of(document: m.Document) -> list[Part]:
    """The files of the text, in reading order; at least one."""
    counts = {"article": 0, "chapter": 0, "matter": 0}
    notes = {note.id: _weight(note, {}) for note in document.notes}
    parts: list[Part] = []
    for group in groups(document.body) or [()]:
        kind, lang = kind_of(group)
        counts[kind] += 1
        for number, pieces in enumerate(_files(group, notes), 1):
            name = f"{kind}-{counts[kind]}" + (f"-{number}" if number > 1 else "")
            nodes = tuple((piece.node, piece.level) for piece in pieces)
            parts.append(Part(name, nodes, lang or document.meta.lang, tuple(piece.depth for piece in pieces)))
    # each note in the file that calls it, for a reader opens a note only there
    called = notes_of([[node for node, _ in part.nodes] for part in parts], document.notes)
    return [replace(part, notes=own) for part, own in zip(parts, called, strict=True)]


def sections(node: Any, level: int) -> Iterator[tuple[m.Article | m.Section | m.PageBreak, int]]:
    """The articles, sections and page breaks of a node, each with its level, as the markup counts it."""
    if isinstance(node, m.PageBreak):
        yield node, level
    elif isinstance(node, m.Article | m.Section):
        yield node, level
        headed = node.headline if isinstance(node, m.Article) else node.title
        for child in node.body:
            yield from sections(child, level + bool(headed))


# ── Files: groups cut where they are too long ──


_Notes: TypeAlias = Mapping[str, int]
"""The weights of notes by their ids: they stand in the file that calls them."""


class _Piece(NamedTuple):
    """A node with the level of its heading, its weight, the number of cut nodes that it stands in, and whether it
    begins a file."""

    node: Any
    level: int
    weight: int
    depth: int
    begins: bool = False


def _files(group: Sequence[Any], notes: _Notes) -> list[list[_Piece]]:
    """A group in files of at most `LARGEST` bytes, as far as its blocks allow."""
    files: list[list[_Piece]] = [[]]
    size = 0
    for piece in (each for member in group for each in _pieces(member, 1, notes)):
        if files[-1] and (piece.begins or size + piece.weight > LARGEST):
            files.append([])
            size = 0
        files[-1].append(piece)
        size += piece.weight
    return files


def _pieces(node: Any, level: int, notes: _Notes, depth: int = 0, begins: bool = False) -> Iterator[_Piece]:
    """A node with its level and weight.  A volume is cut into its head and its chapters, and a node that is too heavy
    into its head, with as much of its beginning as a file holds, and what follows: paragraphs, and sections that may be
    cut in turn."""
    weight = _weight(node, notes)
    volume = isinstance(node, m.Section) and not depth and is_volume(node)
    if (weight <= LARGEST and not volume) or not isinstance(node, m.Article | m.Section):
        yield _Piece(node, level, weight, depth, begins)
        return
    first, size = 0, _weight(replace(node, body=()), notes)
    for child in node.body:
        size += _weight(child, notes)
        if isinstance(child, m.Section) or size > LARGEST:
            break
        first += 1
    head = replace(node, body=node.body[:first])
    yield _Piece(head, level, _weight(head, notes), depth, begins)
    headed = node.headline if isinstance(node, m.Article) else node.title
    for child in node.body[first:]:
        yield from _pieces(child, level + bool(headed), notes, depth + 1, volume and isinstance(child, m.Section))


def _weight(node: Any, notes: _Notes) -> int:
    """How many bytes a node makes, or a little more."""
    size = 0
    for each in m.walk(node):
        size += _tags(each)
        for value in _texts(each):
            size += len(value.encode("utf-8", "replace")) + (4 * len(_ESCAPED.findall(value)))
        if isinstance(each, m.NoteRef):
            size += notes.get(each.note, 0)
    return size


_ESCAPED = re.compile('[&<>"\t]')


def _tags(node: Any) -> int:
    """Bytes of markup around the text of a node."""
    match node:
        case m.Text():
            return 0
        case m.Ruby():
            return 55
        case m.Missing():
            return 250  # the box with its labels
        case m.NoteRef() | m.Note():
            return 200  # with the way back
        case m.Paragraph(role="body" | "resumed", lang="", align=""):
            return 8
        case _:
            return 80


def _texts(node: Any) -> Iterator[str]:
    match node:
        case m.Text(text) | m.Code(text) | m.CodeBlock(text) | m.Math(text) | m.MathBlock(text):
            yield text
        case m.Ruby(base, reading):
            yield from (base, reading)
        case m.Name(name, role):
            yield from (name, role)
        case m.Link(target, _):
            yield target
        case m.Image(path, alt) | m.Missing(path, alt):
            yield from (path, alt)
        case m.Figure(_, caption):
            yield m.plain(caption)  # once more, as the label of its box
        case _:
            pass
