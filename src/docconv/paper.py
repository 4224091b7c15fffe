"""The page of a print style: its paper, its margins, and columns of a whole number of letters.

It assumes that the style's sheet wishes for all of it in custom properties of `html`:

    --paper      a name or W × H               --size      of the text, in pt
    --margins    top outer bottom inner, pt    --leading   from line to line, in pt
    --columns    how many                      --gap       between two columns, in pt
    --letters    to a column, at most
    --ruled      what the rules and padding of @page take from the height of the text, in pt

A wish for one language has its tag at the end: --size-ja.  What is wished for is rounded: a column is a whole number of
letters wide and the text a whole number of lines high (CLREQ 2.4, JLREQ 2.4.1); the gaps and margins take what is left.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

from docconv.problems import UsageError

MM = 72 / 25.4
"""Points in a millimetre."""

PAPERS = {
    "A3": (297, 420), "A4": (210, 297), "A5": (148, 210), "A6": (105, 148),
    "B4-JIS": (257, 364), "B5-JIS": (182, 257), "B6-JIS": (128, 182), "B5": (176, 250),
    "Letter": (215.9, 279.4), "Legal": (215.9, 355.6),
    "16开": (185, 260), "大16开": (210, 285), "32开": (130, 184), "大32开": (140, 203), "小32开": (125, 175),
    "四六判": (127, 188), "菊判": (152, 218), "新書判": (103, 182), "文庫判": (105, 148),
    "신국판": (152, 225), "국판": (148, 210), "46판": (127, 188), "46배판": (188, 257), "국배판": (210, 297),
    "broadsheet": (390, 540), "对开": (390, 540), "tabloid": (270, 390), "四开": (270, 390), "berliner": (315, 470),
    "ブランケット判": (406, 546), "タブロイド判": (273, 406), "대판": (391, 545), "타블로이드": (272, 391),
}  # fmt: skip
"""Finished sizes in mm: ISO 216, JIS P 0138, GB/T 788 and the trade's names."""

_KNOWN = {name.lower(): size for name, size in PAPERS.items()}
_UNITS = {"": 1.0, "mm": 1.0, "cm": 10.0, "in": 25.4, "pt": 1 / MM}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*(mm|cm|in|pt|)\s*[x×* ]\s*(\d+(?:\.\d+)?)\s*(mm|cm|in|pt|)", re.I)
_SMALLEST, _LARGEST = 50, 2000

LEAST_MEASURE = 8
"""Letters in the narrowest column in which lines can be filled."""


def paper_size(name: str) -> tuple[float, float]:
    """Width and height in mm: A4, 大16开, 四六判, tabloid, 390x540mm.  Raises `UsageError` for anything else."""
    key = " ".join(name.split()).replace("開", "开").replace("對", "对").lower()
    if key in _KNOWN:
        return _KNOWN[key]
    if found := _SIZE.fullmatch(key):
        unit = found[4] or found[2]
        width, height = float(found[1]) * _UNITS[found[2] or unit], float(found[3]) * _UNITS[unit]
        if min(width, height) >= _SMALLEST and max(width, height) <= _LARGEST:
            return width, height
        raise UsageError(f"{name} is no size of paper", remedy=f"sides from {_SMALLEST} to {_LARGEST} mm")
    near = get_close_matches(key, _KNOWN, 1, 0.4)
    meant = next((each for each in PAPERS if near and each.lower() == near[0]), "")
    raise UsageError(
        f"there is no paper {name!r}", remedy=f"{meant}?" if meant else f"{', '.join(PAPERS)}, or 390x540mm"
    )


def column_count(value: str) -> int:
    """How many columns a setting asks for.  Raises `UsageError` for anything but 1 to 12."""
    if not value.isdecimal() or not 1 <= int(value) <= 12:
        raise UsageError(f"{value!r} is no number of columns", remedy="1 to 12")
    return int(value)


@dataclass(frozen=True, slots=True)
class Frame:
    """A page, in points: what a sheet wishes for, or (`fitted`) what comes of it."""

    width: float
    height: float
    top: float
    outer: float
    bottom: float
    inner: float
    columns: int
    gap: float
    size: float
    leading: float
    ruled: float = 0
    letters: int = 0
    column: float = 0
    lines: int = 0

    @property
    def measure(self) -> float:
        """From the left edge of the first column to the right edge of the last."""
        return self.across(self.columns)

    def across(self, columns: int) -> float:
        """The width of so many columns with the gaps between them."""
        return columns * self.column + (columns - 1) * self.gap

    @property
    def tallest(self) -> float:
        """The greatest height of a picture: a head, its caption and some text have room on its page."""
        return 0.7 * self.lines * self.leading


def wished(properties: Mapping[str, str]) -> Frame | None:
    """What a sheet wishes for by its custom properties; None if it sets its page itself.

    Raises `UsageError` for a wish that is no such thing, or only half of one."""
    if "--paper" not in properties:
        return None
    width, height = paper_size(properties["--paper"])
    if missing := [name for name in ("--size", "--leading") if name not in properties]:
        raise UsageError(
            f"a sheet with --paper sets {' and '.join(missing)} too", remedy="--size: 10.5pt; --leading: 17pt"
        )
    margins = [points_of(each) for each in properties.get("--margins", "60pt 60pt 60pt 60pt").split()]
    if len(margins) != 4:
        raise UsageError(
            f"--margins: {properties['--margins']} are not four lengths", remedy="top, outer, bottom, inner"
        )
    top, outer, bottom, inner = margins
    return Frame(width * MM, height * MM, top, outer, bottom, inner, column_count(properties.get("--columns", "1")),
                 points_of(properties.get("--gap", "20pt")), points_of(properties["--size"]),
                 points_of(properties["--leading"]), points_of(properties.get("--ruled", "0")),
                 int(properties.get("--letters", 0)))  # fmt: skip


def points_of(length: str) -> float:
    """A length in points.  Raises `UsageError` if it is none in pt or mm."""
    found = re.fullmatch(r"([\d.]+)(pt|mm|)", length.strip())
    if not found:
        raise UsageError(f"{length!r} is no length in pt or mm", remedy="as in --margins: 60pt 50pt 60pt 50pt")
    return float(found[1]) * (MM if found[2] == "mm" else 1)


def on_paper(frame: Frame, width: float, height: float, columns: int = 0) -> Frame:
    """The same design on another paper, in mm, and in other columns: margins grow and shrink with the paper; as many
    columns as are about as wide as the design's own, if none are asked for."""
    width, height = width * MM, height * MM
    across, down = (_within(0.72, each, 1.35) for each in (width / frame.width, height / frame.height))
    new = replace(frame, width=width, height=height, top=frame.top * max(down, 0.85), bottom=frame.bottom * down,
                  outer=frame.outer * across, inner=frame.inner * across)  # fmt: skip
    own = fitted(frame).column
    room = new.width - new.outer - new.inner
    return replace(new, columns=columns or max(1, round((room + frame.gap) / (own + frame.gap))))


def _within(least: float, value: float, most: float) -> float:
    return min(max(value, least), most)


def fitted(frame: Frame) -> Frame:
    """The page with columns of whole letters and text of whole lines.  Raises `UsageError` if they are too narrow."""
    room = frame.width - frame.outer - frame.inner
    letters = int((room - (frame.columns - 1) * frame.gap + 0.01) / frame.columns / frame.size)
    if letters < LEAST_MEASURE:
        raise UsageError(
            f"{frame.columns} columns of {max(letters, 0)} letters of {frame.size:g} pt are too narrow",
            remedy="fewer columns, smaller type or wider paper",
        )
    column = min(letters, frame.letters or letters) * frame.size
    over = room - frame.columns * column - (frame.columns - 1) * frame.gap
    share = min(over, (frame.columns - 1) * frame.gap / 4)  # of the gaps, which may grow by a quarter
    gap = frame.gap + (share / (frame.columns - 1) if frame.columns > 1 else 0)
    rest = (over - share) / 2
    lines = max(1, int((frame.height - frame.top - frame.ruled - frame.bottom + 0.01) / frame.leading))
    bottom = frame.height - frame.top - frame.ruled - lines * frame.leading
    return replace(frame, outer=frame.outer + rest, inner=frame.inner + rest, bottom=bottom, gap=gap, column=column,
                   lines=lines)  # fmt: skip


_GUTTERS = ((700, 6), (500, 4), (300, 2))
"""What the inner margin of a thicker book has more, in mm: the deeper it is bound, the less of the page is seen."""


def for_pages(frame: Frame, pages: int) -> Frame:
    """The page of a book so thick: its text moves outwards by what the binding takes."""
    more = next((more for limit, more in _GUTTERS if pages > limit), 0) * MM
    more = min(more, max(0.0, frame.outer - 10 * MM))
    return replace(frame, inner=frame.inner + more, outer=frame.outer - more)


NARROW = 20
"""Letters of a column in which the first lines of Chinese paragraphs stand in by one letter, not two (CLREQ 3.5.1)."""


def css(frame: Frame) -> str:
    """A fitted page as rules, to stand after the sheet."""
    f = frame
    mirrored = abs(f.inner - f.outer) > 0.01
    left = f"@page :left {{ margin-left: {f.outer:.4f}pt; margin-right: {f.inner:.4f}pt }}\n" if mirrored else ""
    return (
        f"@page {{ size: {f.width / MM:.7g}mm {f.height / MM:.7g}mm; "
        f"margin: {f.top:.4f}pt {f.outer:.4f}pt {f.bottom - 0.02:.4f}pt {f.inner:.4f}pt }}\n{left}"
        f"html {{ font-size: {f.size:g}pt; line-height: {f.leading:g}pt; --measure: {f.measure:.4f}pt; "
        f"--column: {f.column:g}pt; --column-count: {f.columns}; --column-gap: {f.gap:.4f}pt; "
        f"--tallest: {min(150 * MM, f.tallest):.4g}pt; --tallest-of-page: {f.tallest:.4g}pt }}\n"
        + ("p { text-indent: 1em }\n" if f.column < NARROW * f.size - 0.01 else "")
    )
