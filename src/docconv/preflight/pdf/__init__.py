"""A reader of finished PDF pages, anybody's: what a CJK compositor would have set otherwise, with page and clause.

It assumes nothing of the producer.  A finding's place is the file, the page as line, and the line on the page, counted
from the top, as column.
"""

from __future__ import annotations

from collections.abc import Callable

from docconv.model import Place
from docconv.preflight.pdf.glyphs import Printed, read_glyphs
from docconv.preflight.pdf.lines import Line, find_blocks, find_lines
from docconv.preflight.pdf.rules import RULES, Hit, Pages, Rule
from docconv.problems import Problem

MOST_PLACES = 8
"""A rule that is broken oftener is told once, with a count."""

_SAMPLE = 20_000


def check_pdf(data: bytes, name: str, *, guess: Callable[[str], str], lang: str = "") -> list[Problem]:
    """The findings about a PDF, by page and line.

    The language is `lang`, else the catalog's /Lang, else `guess` of the text.  Raises `SourceError` if the file cannot
    be read."""
    printed = read_glyphs(data, name)
    lines = [find_lines(page) for page in printed.pages if not page.vertical]
    document = Pages(
        _language(lang or printed.language, lines, guess),
        [line for page in lines for line in page],
        find_blocks(lines),
        printed.absent,
    )
    problems = _unmeasured(printed, name)
    for rule in RULES:
        if clause := rule.clause(document.language):
            problems += _told(rule, clause, list(rule.find(document)), name)
    return sorted(problems, key=lambda problem: (problem.place.line, problem.place.column) if problem.place else (0, 0))


def _language(tag: str, pages: list[list[Line]], guess: Callable[[str], str]) -> str:
    """The language as rules know it: zh-Hans, zh-Hant, ja, ko, or another tag as it is.

    A producer that writes en-US over a Chinese book is not believed."""
    primary, *rest = tag.lower().replace("_", "-").split("-")
    if primary in ("ja", "ko"):
        return primary
    if primary == "zh" and rest:
        return "zh-Hant" if {"hant", "tw", "hk", "mo"} & set(rest) and "hans" not in rest else "zh-Hans"
    sample = "".join(line.text for page in pages for line in page)[:_SAMPLE]
    guessed = guess(sample)
    if primary == "zh":
        return guessed if guessed.startswith("zh") else "zh-Hans"
    return guessed if _is_east_asian(sample) or not tag else tag


def _is_east_asian(sample: str) -> bool:
    letters = [character for character in sample if character.isalpha()]
    ours = sum(character >= "\u2e80" for character in letters)
    return ours * 3 > len(letters)


def _unmeasured(printed: Printed, name: str) -> list[Problem]:
    """What was not checked, and why."""

    def note(page: int, message: str, remedy: str) -> Problem:
        return Problem("pdf-unmeasured", message, Place(page, 1, name), remedy)

    pages = printed.pages
    problems: list[Problem] = []
    if not pages:
        problems.append(note(1, "the file has no pages", "make the PDF anew"))
    elif not any(page.glyphs or page.turned for page in pages):
        problems.append(
            note(1, "the pages hold pictures or drawings, and no text", "check a PDF with text, not a scan")
        )
    if turned := [page.number for page in pages if page.vertical]:
        problems.append(note(turned[0], f"vertical or turned text on {_count(turned)}", "compare with a proof"))
    if damaged := [page.number for page in pages if page.damaged and printed.complete]:
        problems.append(note(damaged[0], f"damaged content on {_count(damaged)}", "make the PDF anew"))
    if not printed.complete:
        problems.append(note(pages[-1].number, f"the file is too long: read to page {pages[-1].number}", "check parts"))
    return problems


def _told(rule: Rule, clause: str, hits: list[Hit], name: str) -> list[Problem]:
    if len(hits) <= MOST_PLACES:
        return [_problem(rule, clause, hit, name) for hit in hits]
    others = "; ".join([where for where in dict.fromkeys(map(_where, hits)) if where != _where(hits[0])][:3])
    return [
        _problem(rule, clause, hits[0], name, f"; {len(hits)} times in all" + (f", next on {others}" if others else ""))
    ]


def _problem(rule: Rule, clause: str, hit: Hit, name: str, more: str = "") -> Problem:
    message = f"{_where(hit)}: {hit.message} ({clause}){more}"
    return Problem(rule.code, message, Place(hit.page, max(1, hit.line), name), rule.remedy)


def _where(hit: Hit) -> str:
    return f"page {hit.page}, line {hit.line}" if hit.line else f"page {hit.page}"


def _count(pages: list[int]) -> str:
    return f"page {pages[0]}" if len(pages) == 1 else f"{len(pages)} pages from page {pages[0]} on"
