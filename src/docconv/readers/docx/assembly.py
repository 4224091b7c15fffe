"""Of the paragraphs of Word, which stand one below the other, what holds them together: lists, quotations, captions.

It assumes that numbers are counted; what stands in a list is told by its level and by the number that comes next.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from docconv import model as m
from docconv.readers.blocks import PARTS, ROLES, Heading, Item, Part, blocks, with_tasks
from docconv.readers.docx.numbering import Numbered


@dataclass(slots=True)
class Piece:
    """What one paragraph or table makes.  `kind` is what its style says: caption, quote, code, title …; `names` are
    its styles; `is_listed` if its number is that of a list, not a part of its text."""

    kind: str
    items: list[Item]
    content: m.Inlines
    place: m.Place | None
    names: list[str]
    level: int = 0
    numbered: Numbered | None = None
    is_listed: bool = False
    id: str = ""


def assembled(pieces: Sequence[Piece]) -> list[Item]:
    """The blocks of a flow."""
    out: list[Item] = []
    for kind, group in groupby(_captioned(pieces), key=_holder):
        members = [*group]
        match kind:
            case "list":
                out += _lists(members)
            case "lines of code":
                out.append(
                    m.CodeBlock("\n".join(item.text for item in _items(members) if isinstance(item, m.CodeBlock)))
                )
            case "definition":
                out.append(_definitions(members))
            case "quote":
                out.append(m.Quote(blocks(_items(members)), place=members[0].place))
            case "box" | "furniture" | "pullquote":
                out.append(m.Aside(blocks(_items(members)), kind, place=members[0].place))
            case "verse":
                out.append(m.Verse(tuple(each.content for each in members if each.content)))
            case _:
                out += [item for each in members for item in _styled(each)]
    return out


_HOLDERS = ("lines of code", "definition", "quote", "box", "furniture", "pullquote", "verse")


def _holder(piece: Piece) -> str:
    """What a piece stands in together with its neighbours."""
    if piece.is_listed or (piece.numbered and piece.numbered.level):
        return "list"
    return "definition" if piece.kind == "definition term" else piece.kind if piece.kind in _HOLDERS else ""


def _items(pieces: Iterable[Piece]) -> list[Item]:
    return [item for each in pieces for item in each.items]


def _styled(piece: Piece) -> list[Item]:
    """A paragraph as the role or the part of a head that its style names."""
    if piece.kind == "heading":
        return [Heading(piece.level, piece.content, piece.id, piece.place)]
    part = next((PARTS[name] for name in piece.names if name in PARTS), None)
    if part and piece.content:
        return [Part(part, piece.content, piece.place)]
    role = next((ROLES[name] for name in piece.names if name in ROLES), None)
    if role:
        return [replace(item, role=role) if isinstance(item, m.Paragraph) else item for item in piece.items]
    return piece.items


# ── Captions ─────────────────────────────────────────────────────────────────────────────────────────────

_OF_TABLE = re.compile(r"\s*(?:表|附表|Table|Tab\.|표|别表)", re.I)
_OF_FIGURE = re.compile(r"\s*(?:图|圖|図|附图|Fig|그림|사진|照片|写真)", re.I)


def _captioned(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces with each caption in its figure or table: by its words, else by what stands beside it, a figure above
    it before a table below (house rule)."""
    out: list[Piece] = []
    waiting: Piece | None = None  # a caption for the table below
    for at, piece in enumerate(pieces):
        above, below = out[-1] if out else None, pieces[at + 1] if at + 1 < len(pieces) else None
        if piece.kind == "caption" and piece.content:
            words = m.plain(piece.content)
            wants_table, wants_figure = _OF_TABLE.match(words), _OF_FIGURE.match(words)
            if not wants_table and _give(above, (m.Figure,), piece):
                continue
            if not wants_figure and below is not None and _bare(below, m.Table):
                waiting = piece
                continue
            if not wants_figure and _give(above, (m.Table,), piece):
                continue
            if not wants_table and below is not None and _bare(below, m.Figure):
                waiting = piece
                continue
        if waiting:
            _give(piece, (m.Table, m.Figure), waiting)
            waiting = None
        out.append(piece)
    return out


def _bare(piece: Piece, kind: type[m.Table] | type[m.Figure]) -> bool:
    first = piece.items[0] if len(piece.items) == 1 else None
    return isinstance(first, kind) and not first.caption


def _give(piece: Piece | None, kinds: tuple[type[m.Table] | type[m.Figure], ...], caption: Piece) -> bool:
    """Give a caption to the last picture, or to the table, of a piece; whether there is one without."""
    match piece.items[-1] if piece and piece.items else None:
        case m.Figure(caption=()) as figure if m.Figure in kinds and piece:
            piece.items[-1] = replace(figure, caption=caption.content, id=caption.id or figure.id)
        case m.Table(caption=()) as table if m.Table in kinds and piece:
            piece.items[-1] = replace(table, caption=caption.content)
        case _:
            return False
    return True


def _definitions(pieces: Sequence[Piece]) -> m.List:
    """Terms and what they mean as a list, the term in bold."""
    items: list[list[Item]] = []
    for piece in pieces:
        if piece.kind == "definition term" or not items:
            items.append([])
        bold = (m.Strong(piece.content),) if piece.kind == "definition term" else piece.content
        items[-1] += [m.Paragraph(bold, place=piece.place)]
    return m.List(tuple(m.ListItem(blocks(each)) for each in items), place=pieces[0].place)


# ── Lists ────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Open:
    """A list that is open, with the blocks of each of its items."""

    first: Numbered
    last: int | None
    place: m.Place | None
    items: list[list[Item]] = field(default_factory=list)

    def goes_on(self, number: Numbered) -> bool:
        if number.value is None or self.last is None:
            return number.value is self.last
        return number.value == self.last + 1 and number.look == self.first.look

    def made(self) -> m.List:
        items = tuple(m.ListItem(blocks(each)) for each in self.items)
        style, marks = self.first.look or ("1", ".")
        if self.first.value is None:
            return m.List(with_tasks(items), place=self.place)
        return m.List(items, self.first.value, style, marks, place=self.place)


def _lists(pieces: Sequence[Piece]) -> list[Item]:
    """Paragraphs of lists as lists in one another."""
    out: list[Item] = []
    opened: list[_Open] = []

    def close(level: int) -> None:
        """End the lists that are deeper than a level."""
        while opened and opened[-1].first.level > level:
            done = opened.pop().made()
            (opened[-1].items[-1] if opened else out).append(done)

    for piece in pieces:
        number = piece.numbered
        if number is None:
            continue
        if not piece.is_listed:  # its number is text, and it belongs to the item above
            close(number.level - 1)
            (opened[-1].items[-1] if opened else out).extend(_styled(piece))
            continue
        close(number.level)
        at_level = opened[-1] if opened and opened[-1].first.level == number.level else None
        if at_level and number.value is None and not number.label:  # an empty bullet: the item goes on
            at_level.items[-1].extend(piece.items)
            continue
        if at_level and not at_level.goes_on(number):
            close(number.level - 1)
            at_level = None
        if at_level is None:
            opened.append(at_level := _Open(number, number.value, piece.place))
        at_level.items.append(list(piece.items))
        at_level.last = number.value
    close(-1)
    return out
