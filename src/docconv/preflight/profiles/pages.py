"""Rules on the pages as those of one book: how many there are, how they are bound, what numbers stand on them.

It assumes that the first page is a right-hand one where a book opens to the left, and a left-hand one where it opens to
the right.  What only looks odd is a note: a binding is agreed upon with the printer, not read off a file.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from statistics import median
from typing import NamedTuple

from docconv.preflight.profiles.finished import Finished, Sheet
from docconv.preflight.profiles.folios import Folio
from docconv.preflight.profiles.objects import get, items, name, number, raw
from docconv.preflight.profiles.rule import Hit, Rule, accessible
from docconv.press import Profile


def page_count(file: Finished) -> Iterator[Hit]:
    """A number of pages that no sheet folds to: 4 is the least, and what is asked of a file of more pages."""
    count, asked = len(file.sheets), file.profile.signature
    blank = -count % (asked or 4)
    if blank and (asked or count > 4):
        sheets = f", no multiple of {asked}" if asked else ""
        yield Hit(f"{_pages(count)}{sheets}: the printer adds {_pages(blank, 'blank ')}, or asks")


def _pages(count: int, kind: str = "") -> str:
    return f"{count} {kind}{'page' if count == 1 else 'pages'}"


# ── binding ──────────────────────────────────────────────────────────────────────────────────────────────────────────

_BOOK = 100
"""Pages from which something is bound, and not stapled."""
_GUTTERS = ((700, 22.2), (500, 19.1), (300, 15.9), (150, 12.7), (0, 9.6))
"""The least inner margin in mm of a book of more pages than so: ⅞ to ⅜ of an inch, as printers on demand ask."""
_APART = 3.0
"""From how many mm on two margins differ so that one is meant to be the inner one."""
_ALIKE = 1.0


class _Margins(NamedTuple):
    """Where the text of most pages of one kind ends, in mm from the trim."""

    left: float
    right: float


def mirrored(file: Finished) -> Iterator[Hit]:
    """Margins that do not change sides from page to page, in a book whose margins differ."""
    odd, even = _margins(file)
    if odd and even and abs(odd.left - odd.right) >= _APART and _near(odd, even):
        sides = f"{odd.left:.0f} mm on the left and {odd.right:.0f} mm on the right"
        yield Hit(f"left and right pages have the same margins, {sides}: in the binding they are not the same")


def gutter(file: Finished) -> Iterator[Hit]:
    """Text that runs into the binding of a thick book."""
    odd, even = _margins(file)
    if not odd or not even or (_near(odd, even) and abs(odd.left - odd.right) >= _APART):
        return
    inner = min(odd.right, even.left) if _opens_right(file) else min(odd.left, even.right)
    least = next(asked for pages, asked in _GUTTERS if len(file.sheets) > pages)
    if inner < least - 0.5:
        yield Hit(f"the inner margin is {inner:.1f} mm, and a book of {len(file.sheets)} pages takes {least:g}")


def direction(file: Finished) -> Iterator[Hit]:
    """Vertical text in a book that opens like one of horizontal text."""
    runs = [each for sheet in file.sheets for each in sheet.content.painted if each.kind == "text" and each.font]
    down = sum(each.box.height for each in runs if each.font and each.font.is_vertical)
    across = sum(each.box.width for each in runs if each.font and not each.font.is_vertical)
    if len(file.sheets) > 1 and down > 2 * across and not _opens_right(file):
        yield Hit("the text runs down, and the file does not say that it opens to the right (Direction)")


def _opens_right(file: Finished) -> bool:
    return name(get(file.root, "/ViewerPreferences", "/Direction")) == "R2L"


def _near(one: _Margins, other: _Margins) -> bool:
    return abs(one.left - other.left) < _ALIKE and abs(one.right - other.right) < _ALIKE


def _margins(file: Finished) -> tuple[_Margins | None, _Margins | None]:
    """Those of odd and of even pages; None where pages do not agree, or this is no book."""
    if len(file.sheets) < _BOOK:
        return None, None
    return _agreed(file.sheets[::2]), _agreed(file.sheets[1::2])


def _agreed(sheets: Sequence[Sheet]) -> _Margins | None:
    """The margins that most full pages have; None if half of them have others."""
    found = [margins for sheet in sheets if (margins := _of_page(sheet))]
    if len(found) < 20:
        return None
    usual = _Margins(median(each.left for each in found), median(each.right for each in found))
    return usual if 2 * sum(1 for each in found if _near(each, usual)) > len(found) else None


_FULL = 10  # lines of a page that tell its margins


def _of_page(sheet: Sheet) -> _Margins | None:
    trim = sheet.trim
    runs = [each.box for each in sheet.content.painted if each.kind == "text" and trim.holds(each.box, 1)]
    if len({round(each.y0) for each in runs}) < _FULL and len({round(each.x0) for each in runs}) < _FULL:
        return None
    left, right = min(each.x0 for each in runs) - trim.x0, trim.x1 - max(each.x1 for each in runs)
    return _Margins(sheet.mm(left), sheet.mm(right))


# ── page numbers ─────────────────────────────────────────────────────────────────────────────────────────────────────


def folios(file: Finished) -> Iterator[Hit]:
    """A page number that is there twice, or out of turn; or one that is left out, as where a page is lost.  Between
    parts that count anew nothing is asked, nor of pages without one."""
    numbers = {each.page: each for each in file.folios}
    for each in file.folios:
        before, after = numbers.get(each.page - 1), numbers.get(each.page + 1)
        if not before:
            continue
        place = each.page, file.sheets[each.page - 1].place(each.box)
        step = each.number - before.number
        if after and after.number - before.number == 2 and step != 1:
            yield Hit(f"{each.number} stands where {before.number + 1} is expected", *place)
        elif step != 1 and _goes_on(numbers, before, -1) and _goes_on(numbers, each, 1):
            if step == 0:
                yield Hit(f"{each.number} stands on the page before too", *place)
            elif 1 < step <= _MOST_LEFT_OUT:
                yield Hit(f"{before.number} is followed by {each.number}", *place)


_MOST_LEFT_OUT = 8  # pages: more are another part


def _goes_on(numbers: dict[int, Folio], each: Folio, step: int) -> bool:
    """Whether the page beside one goes on as is expected."""
    beside = numbers.get(each.page + step)
    return beside is not None and beside.number - each.number == step


def unnumbered(file: Finished) -> Iterator[Hit]:
    """A page without a number, not even a hidden one in the binding: who gathers the sheets goes by them."""
    counted = {each.page: each.number for each in file.folios}
    pages = sorted(counted)
    for sheet in file.sheets if pages else ():
        if sheet.number in counted:
            continue
        near = pages[min(bisect_left(pages, sheet.number), len(pages) - 1)]
        expected = (counted[near] + sheet.number - near, sheet.number)
        if not any(each.number in expected for each in file.numbers[sheet.number]):
            yield Hit("there is no page number, not even a hidden one", sheet.number)


def labelled(file: Finished) -> Iterator[Hit]:
    """A page whose label is another number than is printed on it: who goes to page 12 comes elsewhere."""
    labels = _labels(file)
    for each in file.folios:
        if (label := labels.get(each.page)) is not None and label != each.number:
            yield Hit(f"the label is {label}, the number on the page {each.number}", each.page)


def _labels(file: Finished) -> dict[int, int]:
    """The pages whose labels are numbers and nothing else, with these."""
    held = items(get(file.root, "/PageLabels", "/Nums"))
    starts = [(int(number(at)), each) for at, each in zip(held[::2], held[1::2], strict=False)]
    ends = [*(at for at, _ in starts[1:]), len(file.sheets)]
    labels: dict[int, int] = {}
    for (at, each), end in zip(starts, ends, strict=False):
        if name(get(each, "/S")) == "D" and get(each, "/P") is None:
            first = int(number(raw(each, "/St"), 1))
            labels.update((page + 1, first + page - at) for page in range(max(0, at), min(end, len(file.sheets))))
    return labels


def _japanese(profile: Profile) -> bool:
    return profile.name == "press-jp"


_BINDING = "printers' advice on binding"

RULES = (
    Rule("press-pages", "The number of pages is that of whole sheets", page_count, "imposition of folded sheets",
         "add blank pages where they are wanted"),
    Rule("press-gutter", "Inner and outer margins change sides from page to page", mirrored, _BINDING,
         "mirror the margins of left and right pages"),
    Rule("press-gutter", "The inner margin is as wide as so thick a book takes", gutter, _BINDING,
         "widen the inner margin, or ask how the book opens"),
    Rule("press-gutter", "A book of vertical text opens to the right", direction,
         "ISO 32000-1, Viewer preferences: Direction", "set Direction to R2L, and tell the printer"),
    Rule("press-folio", "Page numbers follow each other", folios, "printers' advice on page numbers",
         "look whether a page is lost, or is there twice"),
    Rule("press-folio", "Every page has a number, if only a hidden one", unnumbered, "printers' advice on 隠しノンブル",
         "set a small number in the binding", _japanese),
    Rule("access-navigation", "Page labels are the numbers on the pages", labelled, "WCAG 2.4.5, technique PDF17",
         "label the pages by what is printed on them", accessible),
)  # fmt: skip
