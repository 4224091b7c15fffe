"""The lines of a paragraph: where each ends, chosen over the whole paragraph, and where its units stand.

It assumes units in logical order, left to right, whose natural widths somebody has measured (for a Han character that
is one em).  Nothing here knows a font or a renderer.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import accumulate, pairwise
from math import inf
from typing import NamedTuple

from docconv.typeset.breaks import COUNTED, NEVER_FIRST, NEVER_LAST, POWERS, Level, are_groups, may_break
from docconv.typeset.classes import DOUBLE_MARKS, FULL_WIDTH_MARKS, IDEOGRAPHIC, Kind, ends
from docconv.typeset.justify import Yield, shrink, stretch
from docconv.typeset.spacing import (
    EIGHTH,
    GAP,
    GAP_LEAST,
    GAP_MOST,
    HALF,
    QUARTER,
    Blank,
    Marks,
    blank,
    has_gap,
    is_narrow,
    may_stretch,
    squeeze,
)

_BEAM = 4
"""How many places the next line may begin at are followed further."""


class Aim(Enum):
    """What good lines are."""

    FULL = "both margins are reached, characters stand evenly"
    RAGGED = "lines end where they must"
    BALANCED = "few lines of one length: headlines"


class Hanging(Enum):
    """Whether 、，。 at the end of a line stand outside the measure (CLREQ 3.1.7, JLREQ 3.8.2, ぶら下げ)."""

    NONE = "none"
    ALLOWED = "allow-end"  # where the line would be too long otherwise
    ALWAYS = "force-end"


class Brackets(Enum):
    """Where an opening bracket or quotation mark stands at the head of a line (JLREQ 3.1.5)."""

    FLUSH = "flush"  # its ink at the margin or, at the head of a paragraph, at the indent
    FULL = "full"  # in its whole em
    HALF = "half"  # its ink at the margin; at the head of a paragraph half an em before the indent


@dataclass(frozen=True, slots=True)
class Unit:
    """A character, word or box with its natural width and font size, both in one unit of length (px, pt).

    `before` and `after` are fixed spaces at the edges of its inline boxes.  A part of a word that a line may end after
    is `hyphen` wider there.  A `raised` unit (note reference, superscript) stays with its word and has no gap; `code`
    has none inside; `bound` units are not parted."""

    text: str
    width: float
    size: float
    before: float = 0.0
    after: float = 0.0
    raised: bool = False
    code: bool = False
    bound: bool = False
    hyphen: float = 0.0
    head: Kind = field(init=False)
    tail: Kind = field(init=False)

    def __post_init__(self) -> None:
        head, tail = ends(self.text)
        object.__setattr__(self, "head", head)
        object.__setattr__(self, "tail", tail)


@dataclass(frozen=True, slots=True)
class Manner:
    """How a paragraph is composed: its script (Hans, Hant, Jpan, Kore), its em, its aim, its level of kinsoku, Korean
    by word or by syllable, how wide marks are, whether 、，。 may hang or always hang at the end of a line, whether
    there is a gap between Han and Latin, and where brackets stand at the head of a line."""

    script: str
    em: float
    aim: Aim = Aim.FULL
    level: Level = Level.GB
    by_word: bool = False
    marks: Marks = Marks.FULL
    hanging: Hanging = Hanging.NONE
    has_gaps: bool = True
    brackets: Brackets = Brackets.FLUSH


class Line(NamedTuple):
    """Units `start` up to `last` stand on the line, the next begins with unit `next`.

    `shifts[n]` is added after unit start + n; the first unit stands `lead` before the line's start, and the last
    one's box ends `trail` after the line's end, where their blank halves are.  `width` leaves both out."""

    start: int
    last: int
    next: int
    shifts: list[float]
    lead: float
    trail: float
    width: float


class Paragraph:
    """Units with everything that choosing lines asks for, summed up from the first unit."""

    def __init__(self, units: Sequence[Unit], manner: Manner) -> None:
        self.units, self.manner = units, manner
        count = len(units)
        self.gaps = [0.0] * count
        """What stands after each unit, by nature: the gap to Latin, less what is squeezed out of marks."""
        self.kinds = [Yield.FIXED] * count
        self.room = [0.0] * count
        self.blanks = [0.0] * count
        self.mixed = [0.0] * count
        self.opportunities: list[int] = []
        self._given = [_blank(unit, manner) for unit in units]
        """What each mark gives up at the ends of a line; `_inner`, what it gives up within one."""
        self._inner = list(self._given)
        self._narrow()
        self._pairs()
        self._sum()
        self._chosen: dict[tuple[int, float, float], int] = {}

    def _narrow(self) -> None:
        """Set marks on half an em, where the manner asks for it: they have nothing more to give within a line."""
        run = 0  # of ？ and ！
        for n, (given, unit) in enumerate(zip(self._given, self.units, strict=True)):
            run = run + 1 if given and unit.tail is Kind.EXCLAMATION else 0
            if given and (is_narrow(unit.tail, self.manner.marks) or (run and self._is_chained(n, run))):
                self._inner[n] = Blank(0, 0)
                self.gaps[n] -= given.after * unit.size
                if n:
                    self.gaps[n - 1] -= min(given.before * unit.size, self.units[n - 1].width)

    def _is_chained(self, n: int, run: int) -> bool:
        """Whether the ？ or ！ that is number `run` in a row stands on half an em (GB/T 15834 5.1.2: two take one em,
        three take two)."""
        follows = n + 1 < len(self.units) and self.units[n + 1].tail is Kind.EXCLAMATION and self._given[n + 1]
        return self.manner.script == "Hans" and bool(follows or run % 2 == 0)

    def _pairs(self) -> None:
        """What every two neighbours are to each other; two ideographs, the most of them, take the short way."""
        units, kinds, opportunities = self.units, self.kinds, self.opportunities
        is_plain = self.manner.script != "Kore" and not any(unit.raised or unit.code or unit.bound for unit in units)
        before: Unit | None = None
        for n, unit in enumerate(units, -1):
            if is_plain and before and before.tail is Kind.HAN and unit.head is Kind.HAN:
                if before.text not in POWERS or unit.text not in COUNTED:
                    opportunities.append(n + 1)
                kinds[n] = Yield.LETTERS
            elif before:
                self._pair(n)
            before = unit

    def _pair(self, n: int) -> None:
        a, b = self.units[n], self.units[n + 1]
        kinds = (a.tail, b.head)
        if not (b.raised or (a.bound and b.bound)) and (a.hyphen or self._may_end(n, kinds)):
            self.opportunities.append(n + 1)
        if a.tail is Kind.SPACE:
            self._word_space(n)
            return
        given, taken = self._inner[n], self._inner[n + 1]
        if given or taken:
            self._marks(n, given or Blank(0, 0), taken or Blank(0, 0))
            if given and taken:  # two marks stay together
                return
        elif self._has_gap(*kinds) and not (a.raised or b.raised or (a.code and b.code)):
            em = self.manner.em
            self.gaps[n] += GAP * em
            self.kinds[n], self.room[n], self.mixed[n] = Yield.MIXED, (GAP_MOST - GAP) * em, (GAP - GAP_LEAST) * em
            return
        if may_stretch(*kinds) and not b.raised and not (a.code and b.code):
            self.kinds[n] = Yield.BESIDE_MARK if given or taken else Yield.LETTERS

    def _has_gap(self, before: Kind, after: Kind) -> bool:
        return self.manner.has_gaps and self.manner.script != "Kore" and has_gap(before, after)

    def _may_end(self, n: int, kinds: tuple[Kind, Kind]) -> bool:
        manner, a, b = self.manner, self.units[n], self.units[n + 1]
        if a.tail is Kind.SPACE and n:  # what may not begin a line does not do so after a blank either
            behind = self.units[n - 1]
            is_held = behind.tail in (Kind.OPENING, Kind.WESTERN_OPENING)
            if is_held or b.head in (Kind.CLOSING, Kind.STOP, Kind.PAUSE) or are_groups(behind.text, b.text):
                return False
        if a.raised:
            kinds = (Kind.CLOSING, b.head)
        return may_break(a.text, b.text, kinds, manner.level, manner.by_word)

    def _word_space(self, n: int) -> None:
        """An author's blank between Han and Latin is as wide as the gap that it stands for; one after ？ or ！ in
        Japanese, an em (JLREQ 3.1.6)."""
        unit, em = self.units[n], self.manner.em
        if n and self.manner.script == "Jpan" and self.units[n - 1].tail is Kind.EXCLAMATION:
            self.gaps[n] += em - unit.width
            return
        self.kinds[n], self.room[n] = Yield.WORD, max(0.0, HALF * em - unit.width)
        if n and self._has_gap(self.units[n - 1].tail, self.units[n + 1].head):
            self.gaps[n] += GAP * em - unit.width
            self.kinds[n], self.room[n], self.mixed[n] = Yield.MIXED, (GAP_MOST - GAP) * em, EIGHTH * em

    def _marks(self, n: int, given: Blank, taken: Blank) -> None:
        """What neighbouring marks lose, and what else a line that is too long may take from them."""
        a, b = self.units[n], self.units[n + 1]
        are_both = self._inner[n] is not None and self._inner[n + 1] is not None
        size = min(a.size, b.size) if are_both else (a if given.after else b).size
        lost = squeeze(given, taken, self.manner.script) if are_both else (0.0, 0.0)
        self.gaps[n] -= lost[1] * size
        if lost[0] and n:
            self.gaps[n - 1] -= lost[0] * size
        blanks = max(0.0, given.after + taken.before - lost[1]) * size if not lost[0] else 0.0
        self.blanks[n] = min(blanks, a.width)  # a mark never comes to stand before a narrow neighbour

    def _sum(self) -> None:
        totals = [unit.before + unit.width + unit.after for unit in self.units]
        self.starts = [0.0, *accumulate(a + b for a, b in zip(totals, self.gaps, strict=True))]
        self.stops = [start + total for start, total in zip(self.starts, totals, strict=False)]
        self.leads = [self._lead(n) for n in range(len(self.units))]
        self.trails = [self._trail(n) for n in range(len(self.units))]
        self.hangs = [0.0] * len(self.units)
        if self.manner.hanging is not Hanging.NONE and self.manner.script in ("Hans", "Jpan"):
            self.hangs = [self._hang(n) for n in range(len(self.units))]
        if self.manner.hanging is Hanging.ALWAYS:
            self.trails = [trail + hang for trail, hang in zip(self.trails, self.hangs, strict=True)]
            self.hangs = [0.0] * len(self.units)
        kinds = self.kinds
        self.sum_room = [0.0, *accumulate(self.room)]
        self.sum_open = [0, *accumulate(1 if kind is not Yield.FIXED else 0 for kind in kinds)]
        self.sum_shrink = [0.0, *accumulate(a + b for a, b in zip(self.blanks, self.mixed, strict=True))]
        count = len(self.units)
        edges = (1 if unit.head is Kind.OPENING else -1 if unit.tail is Kind.CLOSING else 0 for unit in self.units)
        self.quoted = [max(0, depth) for depth in accumulate(edges, initial=0)]
        """Of each unit, in how many brackets or quotation marks the place before it is."""
        self.ends = [*self.opportunities, count] if count else []
        self.forced = [number for number, end in enumerate(self.ends) if self.units[end - 1].tail is Kind.NEWLINE]
        self.lasts = [self.content_end(end, 0) for end in self.ends]
        self.reach = [self.stops[last - 1] - self._given_up(0, last) for last in self.lasts]

    def _lead(self, n: int) -> float:
        """How far before the line a mark begins that stands at its head (CLREQ 3.1.6.2, JLREQ 3.1.5)."""
        given, brackets = self._given[n], self.manner.brackets
        if not given or (brackets is Brackets.FULL and self.units[n].head is Kind.OPENING):
            return 0.0
        is_first = not n or self.units[n - 1].tail is Kind.NEWLINE
        out = HALF if brackets is Brackets.HALF and is_first and self.units[n].head is Kind.OPENING else 0.0
        return (given.before + out) * self.units[n].size

    def _trail(self, n: int) -> float:
        """What a mark at the end of a line gives up (CLREQ 3.1.6.2, GB/T 15834 5.1.10); less than nothing: a hyphen."""
        given = self._given[n]
        if self.units[n].hyphen:
            return -self.units[n].hyphen
        if self.units[n].tail is Kind.MIDDLE:  # ・ keeps its em (JLREQ 3.1.9)
            return 0.0
        if not given or self.units[n].tail is Kind.OPENING or self.manner.script == "Kore":
            return 0.0
        return given.after * self.units[n].size

    def _hang(self, n: int) -> float:
        """How much more of a mark may stand outside at the end of a line: one of 、，。 alone, not in the middle of its
        em (CLREQ 3.1.7)."""
        is_alone = not n or self.units[n - 1].tail not in FULL_WIDTH_MARKS
        can = is_alone and self._given[n] and self.units[n].tail in (Kind.STOP, Kind.PAUSE)
        return self.units[n].width - self.trails[n] if can else 0.0

    def content_end(self, end: int, start: int) -> int:
        """The unit after the last one that is set, of a line that the break at `end` closes: blanks are dropped."""
        dropped = (Kind.SPACE, Kind.NEWLINE, Kind.BLANK)
        while end > start + 1 and self.units[end - 1].tail in dropped:
            end -= 1
        return end

    def natural(self, start: int, last: int) -> float:
        """The width of units `start` up to `last` as a line, before it is filled, and with no mark outside it."""
        return self.stops[last - 1] - self.starts[start] - self.leads[start] - self._given_up(start, last)

    def _given_up(self, start: int, last: int) -> float:
        """What the last mark loses: the blank after it and, if it is centred, as much before it."""
        trail = self.trails[last - 1]
        inner = self._inner[last - 1]
        return trail * 2 if trail and inner is not None and inner.before and last - start > 1 else trail

    def line(self, start: int, first: float, width: float) -> Line:
        """The line that begins with a unit; `first` is the measure of this line, `width` that of those after it."""
        if (start, first, width) not in self._chosen:
            self._choose(start, first, width)
        return self._arrange(start, self._chosen[start, first, width], first)

    # ── Choosing ─────────────────────────────────────────────────────────────────────────────────────────

    def _choose(self, start: int, first: float, width: float) -> None:
        """Find the ends of all lines from `start` on that are best together, and keep them.

        Line by line, with the few best places that each may begin at: more would find the same lines, later."""
        final = len(self.units)
        layer, layers = {start: 0.0}, [{start: (0.0, start)}]
        best, depth = inf, 0
        while layer and min(layer.values()) < best:
            reached: dict[int, tuple[float, int]] = {}
            for node, spent in layer.items():
                for end, cost in self._candidates(node, first if node == start else width):
                    if end not in reached or spent + cost < reached[end][0]:
                        reached[end] = (spent + cost, node)
            layers.append(reached)
            if final in reached and reached[final][0] < best:
                best, depth = reached[final][0], len(layers) - 1
            going = sorted((cost, end) for end, (cost, _) in reached.items() if end != final)
            layer = {end: cost for cost, end in (going if self.manner.aim is Aim.BALANCED else going[:_BEAM])}
        node = final
        for reached in layers[depth:0:-1]:
            before = reached[node][1]
            self._chosen[before, first if before == start else width, width] = node
            node = before

    def _candidates(self, start: int, measure: float) -> list[tuple[int, float]]:
        """Ends worth trying for the line that begins at `start`, with what each costs."""
        ends, lasts, reach, shrinks = self.ends, self.lasts, self.reach, self.sum_shrink
        em, is_full = self.manner.em, self.manner.aim is Aim.FULL
        limit = self.starts[start] + self.leads[start] + measure
        low = lowest = bisect_right(ends, start)
        forced = bisect_left(self.forced, lowest)
        most = self.forced[forced] if forced < len(self.forced) else len(ends) - 1
        if is_full:  # ends before this one leave more than two letters of room
            low = min(most, max(lowest, bisect_right(reach, limit - 2 * em, lowest) - 1))
        found: list[tuple[int, float]] = []
        for number in range(low, most + 1):
            last, excess = lasts[number], reach[number] - limit
            if excess > 1e-6:
                excess -= self.hangs[last - 1]
            room = shrinks[last - 1] - shrinks[start] if is_full and last > start else 0.0
            if excess <= 1e-6 or excess <= room:
                found.append((ends[number], self._cost(start, last, ends[number], -excess)))
            elif excess > room + em:
                break
        return found or [(self._emergency(start, ends[lowest], measure), 1e6)]

    def _emergency(self, start: int, end: int, measure: float) -> int:
        """Where to end a line that has no fit end: within the word, at the last place that fits, kinsoku kept."""
        for cut in range(end - 1, start, -1):
            fits = self.natural(start, cut) <= measure + 1e-6
            if fits and self.units[cut].head not in NEVER_FIRST and self.units[cut - 1].tail not in NEVER_LAST:
                return cut
        return end

    def _shrinkable(self, start: int, last: int) -> float:
        if self.manner.aim is not Aim.FULL:
            return 0.0
        return self.sum_shrink[last - 1] - self.sum_shrink[start]

    def _cost(self, start: int, last: int, end: int, slack: float) -> float:
        """How bad a line is: 0 is perfect, 1 a stretch of 1/50 em that nobody sees, 100 an eyesore."""
        em, aim = self.manner.em, self.manner.aim
        final = end == len(self.units) or self.units[end - 1].tail is Kind.NEWLINE
        cost = 0.0
        if aim is Aim.BALANCED:
            at_blank = last < end and not final
            at_edge = not final and (self._given[last - 1] or self.units[end].head is Kind.OPENING)
            inside = 0 if final or at_blank else 12 * self.quoted[end]
            return (slack / em) ** 2 + 1e4 + inside - (60 if at_blank else 15 if at_edge else 0)
        if slack < -1e-6:
            part = -slack / max(self._shrinkable(start, last), 1e-9)
            cost = 2 + 30 * part * part
        elif final:
            cost = 0
        elif aim is Aim.RAGGED:
            cost = (slack / em) ** 2
        else:
            rest = max(0.0, slack - (self.sum_room[last - 1] - self.sum_room[start]))
            gaps = self.sum_open[last - 1] - self.sum_open[start]
            each = rest / em / max(gaps, 0.2)
            used = (slack - rest) / em / 4
            cost = (each / 0.02) ** 2 + used + (1000 * each if each > QUARTER else 0)
        if not final and self.units[last - 1].hyphen:
            cost += 30
        elif not final and self.units[last - 1].text[-1] == "-":
            cost += 100  # whoever reads it back takes an author's hyphen there for ours
        if final and start and self._is_orphan(start, last):
            cost += 400
        return cost

    def _is_orphan(self, start: int, last: int) -> bool:
        """Whether a last line holds one character, with marks or without (CLREQ 3.6.3, JLREQ 3.8.2)."""
        if last - start > 4:
            return False
        held = [unit for unit in self.units[start:last] if unit.tail not in FULL_WIDTH_MARKS]
        return len(held) == 1 and held[0].tail in IDEOGRAPHIC

    # ── Filling ──────────────────────────────────────────────────────────────────────────────────────────

    def _arrange(self, start: int, end: int, measure: float) -> Line:
        last = self.content_end(end, start)
        units = self.units
        final = end == len(units) or units[end - 1].tail is Kind.NEWLINE
        shifts = self.gaps[start : last - 1]
        natural, lead, trail = self.natural(start, last), self.leads[start], self.trails[last - 1]
        if shifts:  # a centred mark loses as much before it
            shifts[-1] -= self._given_up(start, last) - trail
        slack = measure - natural
        if slack < -1e-6:
            trail += self.hangs[last - 1]
            slack += self.hangs[last - 1]
        if slack < -1e-6 and self.manner.aim is Aim.FULL:
            losses = shrink(-slack, self.blanks[start : last - 1], self.mixed[start : last - 1])
            shifts = [shift - loss for shift, loss in zip(shifts, losses, strict=True)]
        elif slack > 0 and self.manner.aim is Aim.FULL and not final:
            gains = stretch(slack, self.kinds[start : last - 1], self.room[start : last - 1],
                            QUARTER * self.manner.em)  # fmt: skip
            shifts = [shift + gain for shift, gain in zip(shifts, gains, strict=True)]
        width = sum(unit.before + unit.width + unit.after for unit in units[start:last]) + sum(shifts) - lead - trail
        return Line(start, last, end, shifts, lead, trail, width)

    # ── Sizes that a renderer asks for ───────────────────────────────────────────────────────────────────

    def widest(self) -> float:
        """The width of the paragraph with no line ended but where it must be."""
        forced = [n + 1 for n, unit in enumerate(self.units) if unit.tail is Kind.NEWLINE]
        bounds = [0, *forced, len(self.units)]
        return max((self._bare(a, b) for a, b in pairwise(bounds) if b > a), default=0.0)

    def narrowest(self) -> float:
        """The width of the widest part that cannot be parted."""
        bounds = [0, *self.ends]
        return max((self._bare(a, b) for a, b in pairwise(bounds)), default=0.0)

    def _bare(self, start: int, end: int) -> float:
        last = self.content_end(end, start)
        return self.stops[last - 1] - self.starts[start] + self.units[last - 1].hyphen


def _blank(unit: Unit, manner: Manner) -> Blank | None:
    """What a full-width mark can give; None for any other unit, and for marks that their face sets narrow."""
    if unit.head not in FULL_WIDTH_MARKS or unit.width < 0.95 * unit.size or manner.marks is Marks.NONE:
        return None
    if unit.text[0] in DOUBLE_MARKS:
        return None
    given = blank(unit.head, manner.script)
    return given if given.before or given.after else None
