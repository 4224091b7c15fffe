"""The account of letters: whether a text has every letter and digit of another, and where it has not.

It assumes that both texts are `composed`.  Marks and blanks are not counted, for a reader or an edition may set them
otherwise; nor is the order, for a note or a caption may stand elsewhere.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, NamedTuple

from docconv import model as m
from docconv.chars import composed
from docconv.problems import Problem, Say


class Piece(NamedTuple):
    """Words of a text, with their place if it is known."""

    text: str
    place: m.Place | None = None


def lacking(pieces: Sequence[Piece], texts: Iterable[str]) -> list[Piece]:
    """The words of `pieces` that `texts` have not, or not as often, in the order of the pieces."""
    there = "\n".join(texts)  # apart, or an accent would join the letter of the text before it
    missing = counted("\n".join(piece.text for piece in pieces)) - counted(there)
    return [*_located(pieces, letters(there), missing)] if missing else []


def counted(text: str) -> Counter[str]:
    """How often a text has each letter and digit: all characters are counted first, for that is fastest."""
    return Counter({each: number for each, number in Counter(composed(text)).items() if each.isalnum()})


def unseen(pieces: Sequence[Piece], texts: Iterable[str]) -> list[Piece]:
    """The words of `pieces` that stand nowhere in `texts`, for pieces that may repeat each other: an extractor states a
    line, and once more each of its parts."""
    there = letters("".join(texts))
    known = {size: {*_grams(there, size)} for size in range(1, _GRAM + 1)}
    found: list[Piece] = []
    for piece in pieces:
        at = _places(piece.text)
        text = "".join(piece.text[each] for each in at)
        grams = _grams(text, min(_GRAM, len(text)))
        found += _runs(piece, at, [gram in known[len(gram)] for gram in grams], text)
    return found


def report(code: str, pieces: Sequence[Piece], say: Say) -> None:
    """Say of each piece that its words are lost or added, and how many more there are."""
    what, remedy = _SAID[code]
    for piece in pieces[:_REPORTED]:
        words = piece.text if len(piece.text) <= _QUOTED else f"{piece.text[:_QUOTED]}…"
        say(Problem(code, f"{what}: {words}", piece.place, remedy))
    if more := pieces[_REPORTED:]:
        say(Problem(code, f"{what} in {len(more)} more places", more[0].place, remedy))


_SAID = {
    "text-lost": ("words of the source are lost", "write them otherwise, or allow it with --allow-loss"),
    "text-added": ("words are not in the source", "look at the place, or allow it with --allow-loss"),
}
_REPORTED = 10
_QUOTED = 40


def letters(text: str) -> str:
    """The letters and digits of a text alone."""
    return _OTHERS.sub("", composed(text))


_OTHERS = re.compile(r"[\W_]+")  # what is left is what str.isalnum() tells of
_GRAM = 5
"""Letters that tell a place in a text from others: a house choice, for words of two letters stand in many places."""


def _grams(text: str, size: int) -> Iterator[str]:
    return (text[at : at + size] for at in range(len(text) - size + 1)) if size else iter(())


def _places(text: str) -> list[int]:
    """Where the letters and digits of a text stand in it."""
    return [at for at, character in enumerate(text) if not _OTHERS.match(character)]


def _located(pieces: Sequence[Piece], there: str, missing: Counter[str]) -> Iterator[Piece]:
    """The words of pieces in which letters are that are missing, as far as they account for them."""
    suspects = [(piece, _places(piece.text)) for piece in pieces if not missing.keys().isdisjoint(piece.text)]
    grams = [[*_grams("".join(piece.text[each] for each in at), min(_GRAM, len(at)))] for piece, at in suspects]
    left = _occurrences(grams, there)
    for (piece, at), own in zip(suspects, grams, strict=True):
        if not missing:
            return
        known: list[bool] = []
        for gram in own:
            known.append(left[gram] > 0)
            left[gram] -= 1
        for found in _runs(piece, at, known, missing):
            missing = missing - counted(found.text)
            yield found
    yield from _guessed(pieces, missing)


def _occurrences(grams: Iterable[Sequence[str]], there: str) -> Counter[str]:
    """How often a text has each of some grams."""
    wanted = {gram for each in grams for gram in each}
    sizes = {len(gram) for gram in wanted}
    return Counter(gram for size in sizes for gram in _grams(there, size) if gram in wanted)


def _guessed(pieces: Sequence[Piece], missing: Counter[str]) -> Iterator[Piece]:
    """Where letters that no place lacks for sure may be missing: first in the pieces that have little else."""
    holders = [piece for piece in pieces if not missing.keys().isdisjoint(piece.text)]
    for piece in sorted(holders, key=lambda piece: sum(letter not in missing for letter in letters(piece.text))):
        at = [place for place in _places(piece.text) if piece.text[place] in missing]
        if at:
            for found in _runs(piece, at, [False], missing):
                missing = missing - counted(found.text)
                yield found


def _runs(piece: Piece, at: Sequence[int], known: Sequence[bool], missing: Container[str]) -> Iterator[Piece]:
    """The parts of a piece none of whose letters stands in a gram that is known, from the first that is missing to the
    last; `at` is where its letters stand, and `known` says of the gram that begins with each whether it is."""
    size = len(at) - len(known) + 1
    covered = [False] * len(at)
    for start, is_known in enumerate(known):
        if is_known:
            covered[start : start + size] = [True] * size
    for is_covered, run in groupby(zip(covered, at, strict=True), lambda each: each[0]):
        places = [place for _, place in run if piece.text[place] in missing]
        if places and not is_covered:
            first, last = places[0], places[-1]
            lines = piece.text.count("\n", 0, first)
            column = first - (piece.text.rfind("\n", 0, first) + 1)
            yield Piece(" ".join(piece.text[first : last + 1].split()), _moved(piece.place, lines, column))


def _moved(place: m.Place | None, lines: int, column: int) -> m.Place | None:
    """The place so many lines below another, in that column; or that column further in the same line."""
    if place is None or not lines:
        return place and place.right(column)
    return replace(place, line=place.line + lines, column=column + 1)


# ── What a document has ──────────────────────────────────────────────────────────────────────────────────

_WORDS: dict[type[Any], tuple[str, ...]] = {
    m.Text: ("text",),
    m.Ruby: ("base", "reading"),
    m.Code: ("text",),
    m.Math: ("tex",),
    m.Name: ("name",),
    m.CodeBlock: ("text",),
    m.MathBlock: ("tex",),
}
"""The fields of nodes that an edition shows as text."""
_DESCRIPTIONS: dict[type[Any], tuple[str, ...]] = {
    m.Image: ("alt",),
    m.Missing: ("alt",),
    m.CodeBlock: ("language",),
    m.PageBreak: ("label",),
}
"""Those that it keeps, but shows to no reader, or not always."""


def shown(document: m.Document, without: tuple[type[Any], ...] = ()) -> list[Piece]:
    """The words of a document that its editions show, with their places, but for those of some kinds of node."""
    return [
        Piece(text, node.place)
        for node in m.walk(document)
        if (names := _WORDS.get(node.__class__)) and not isinstance(node, without)
        for name in names
        if (text := getattr(node, name))
    ]


def described(document: m.Document) -> Iterator[str]:
    """What a document says of its nodes: descriptions of pictures, languages of code, numbers of pages."""
    for node in m.walk(document):
        for name in _DESCRIPTIONS.get(node.__class__, ()):
            yield getattr(node, name)


def stated(document: m.Document) -> Iterator[str]:
    """What the metadata of a document says."""
    meta, colophon = document.meta, document.meta.colophon
    yield from (meta.title, meta.date, meta.publication, *meta.authors)
    yield from (colophon.identifier, colophon.publisher, colophon.rights, colophon.description, *colophon.subjects)
    yield from (colophon.source, colophon.series, colophon.number, colophon.certifier)
    yield from (each.name for each in colophon.contributors)
    yield from (each for pair in colophon.readings for each in pair)
