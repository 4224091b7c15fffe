"""A map of the ink on a page: what lies on each cell once everything is painted, things that overprint or shine through
added up (ISO 32000-1, 8.6.7, 11.3).

It assumes little, for a wrong alarm is worse than none: of what only touches a cell, and of what has a shape, a mask or
a blend mode that is not followed, the least that it may leave is taken.  Cells are of a millimetre or larger.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from pikepdf import Object
from PIL import Image, ImageChops, ImageMath

from docconv.preflight.profiles.colours import PROCESS, Colour
from docconv.preflight.profiles.content import Group, Mix, Painted, Picture
from docconv.preflight.profiles.objects import Box, get, number, raw
from docconv.preflight.profiles.plates import Planes, Separation, most_ink, opacity, planes, total

MOST_CELLS = 512
"""Along the longer side of a page."""
MOST_WORK = 3_000_000_000
"""Cells that are mixed for a file: some seconds."""
MOST_INKS = 16

_Share: TypeAlias = float | Image.Image
"""How much there is: everywhere the same, 0 to 1, or cell by cell, to 255."""
_Shares: TypeAlias = Mapping[str, _Share]
_Cells: TypeAlias = tuple[int, int, int, int]
"""Left, top, right, bottom."""


class TooMuch(Exception):
    """A file asks for more work than is done."""


class Work:
    """What may still be done for a file; its pictures as ink, and their masks, as far as they are at hand."""

    def __init__(self, to_ink: Separation | None = None) -> None:
        self.left, self.to_ink = MOST_WORK, to_ink
        self._planes: dict[tuple[int, int], Planes | None] = {}

    def spend(self, cells: int) -> None:
        self.left -= cells
        if self.left < 0:
            raise TooMuch

    def planes(self, picture: Picture) -> Planes:
        """A picture as ink; no planes of one that is not read."""
        return self._read(picture.value, lambda: planes(picture, self.to_ink)) or {}

    def mask(self, picture: Picture) -> Image.Image | None:
        """How opaque a picture is that has a soft mask; None if that is not read."""
        value = picture.value
        held = value is not None and self._read(get(value, "/SMask"), lambda: _as_planes(opacity(value)))
        return held[""] if held else None

    def _read(self, value: Object | None, read: Callable[[], Planes | None]) -> Planes | None:
        key = value.objgen if value is not None and value.is_indirect else None
        if key is not None and key in self._planes:
            return self._planes[key]
        self.spend(int(number(raw(value, "/Width")) * number(raw(value, "/Height"))))
        if len(self._planes) >= _MOST_AT_HAND:
            self._planes.clear()
        found = read()
        if key is not None:
            self._planes[key] = found
        return found


_MOST_AT_HAND = 64  # pictures, each of a megabyte at most


def _as_planes(mask: Image.Image | None) -> Planes | None:
    return {"": mask} if mask else None


class Spot(NamedTuple):
    """The heaviest place of a page, and the ink on it, in percent."""

    ink: float
    box: Box


def adds(each: Painted) -> bool:
    """Whether something may leave more ink than it has itself, or than lay there: it overprints, or darkens.  What is
    opaque, or is seen through, leaves something between the two."""
    return (each.cover == "whole" or each.kind == "text") and (each.overprint or _darkens(each.mix))


def _darkens(mix: Mix) -> bool:
    return mix.blend in ("Multiply", "Darken") or (mix.group is not None and _darkens(mix.group.mix))


class InkMap:
    """The ink on an area of a page.  `cell` is the side of a cell; what has more ink than `limit` by itself is taken
    for as little as it may leave, for it is told by itself."""

    def __init__(self, area: Box, cell: float, limit: float, work: Work) -> None:
        self._cell = max(cell, area.width / MOST_CELLS, area.height / MOST_CELLS)
        self._area, self._limit, self._work = area, limit, work
        self._size = max(1, math.ceil(area.width / self._cell)), max(1, math.ceil(area.height / self._cell))
        self._paper = _Layer(self._size)
        self._groups: list[tuple[Group, _Layer]] = []

    def paint(self, each: Painted, colours: Sequence[Colour] = ()) -> None:
        """Paint one thing over those before; `colours` are those of a shading.  Raises `TooMuch`."""
        if each.cover == "rim" and not (each.kind == "text" and adds(each)):
            return
        layer = self._enter(each.mix.group)
        reach = each.box.within(self._area)
        touched = self._cells(reach, math.floor, math.ceil)
        if touched[0] >= touched[2] or touched[1] >= touched[3]:
            return
        shares = {ink: share for ink, share in self._shares(each, colours, touched).items() if share != 0}
        self._work.spend(_count(touched) * (len(layer.inks) + len(shares) + 1))
        if each.kind == "text":
            self._write(layer, each, shares, touched)
            return
        alpha = self._alpha(each, touched)
        is_sure = each.cover == "whole" and not each.mix.masked and alpha is not None and not _knocks(each.mix.group)
        if is_sure and _most(shares) <= self._limit + 0.5:
            covered = self._cells(reach, math.ceil, math.floor)
        else:
            covered = touched[:2] * 2
        layer.lay(each, shares, each.mix.opacity if alpha is None else alpha, touched, covered)

    def heaviest(self) -> Spot:
        """The place with the most ink."""
        layer = self._enter(None)
        if not layer.inks:
            return Spot(0.0, self._area)
        added = total(layer.inks.values())
        most = _extrema(added)[1]
        held = ImageMath.lambda_eval(lambda of: (of["a"] >= most) * 255, a=added).convert("L")
        column, row, _, _ = held.getbbox() or (0, 0, 0, 0)
        column = (held.crop((0, row, held.width, row + 1)).getbbox() or (column,))[0]
        x, y = self._area.x0 + column * self._cell, self._area.y1 - row * self._cell
        return Spot(most / 255 * 100, Box(x, y - self._cell, x + self._cell, y))

    def _enter(self, group: Group | None) -> _Layer:
        """Leave the groups that end here, and enter those that begin."""
        chain = _chain(group)
        while self._groups and self._groups[-1][0] not in chain:
            left, layer = self._groups.pop()
            below = self._groups[-1][1] if self._groups else self._paper
            self._work.spend(self._size[0] * self._size[1] * (len({*layer.inks, *below.inks}) + 1))
            below.take_in(layer, left.mix)
        for each in chain[len(self._groups) :]:
            self._groups.append((each, _Layer(self._size, is_paper=False)))
        return self._groups[-1][1] if self._groups else self._paper

    def _write(self, layer: _Layer, each: Painted, shares: _Shares, cells: _Cells) -> None:
        """Text covers no cell; but where all that lies under it is too heavy with it, its strokes are too."""
        tried = layer.cut(cells)
        tried.lay(each, shares, each.mix.opacity, *[(0, 0, cells[2] - cells[0], cells[3] - cells[1])] * 2)
        if tried.inks and _extrema(total(tried.inks.values()))[0] / 255 * 100 > self._limit:
            layer.lay(each, shares, each.mix.opacity, cells, cells)

    # ── how much ink something has ──

    def _shares(self, each: Painted, colours: Sequence[Colour], cells: _Cells) -> _Shares:
        if each.picture is not None and each.picture.space is not None:
            found = self._work.planes(each.picture)
            return {ink: self._fitted(plane, each.picture, cells) for ink, plane in found.items()}
        if each.shading is not None:
            held = [self._inks(colour) for colour in colours]
            inks = dict.fromkeys(ink for colour in held for ink in colour)
            return {ink: min(colour.get(ink, 0.0) for colour in held) for ink in inks}
        return self._inks(each.colour)

    def _inks(self, colour: Colour) -> dict[str, float]:
        if colour.space.root.is_rgb:
            return self._work.to_ink.of_colour(colour) if self._work.to_ink else {}
        return colour.inks()

    def _alpha(self, each: Painted, cells: _Cells) -> _Share | None:
        """How opaque something is; None if that is not known."""
        if each.picture is None or get(each.picture.value, "/SMask") is None:
            return each.mix.opacity
        mask, whole = self._work.mask(each.picture), each.mix.opacity
        return self._fitted(mask.point(lambda level: level * whole), each.picture, cells) if mask else None

    def _fitted(self, plane: Image.Image, picture: Picture, cells: _Cells) -> Image.Image:
        """A picture as it lies on some cells, to half a cell; nothing where there is none of it."""
        a, b, c, d, e, f = picture.matrix
        turned = _turned(plane, picture)
        x0, y0 = (min(e, e + a + c) - self._area.x0) / self._cell, (self._area.y1 - max(f, f + b + d)) / self._cell
        wide, high = abs(a + c) / self._cell, abs(b + d) / self._cell
        left, right = max(cells[0], round(x0)), min(cells[2], round(x0 + wide))
        top, bottom = max(cells[1], round(y0)), min(cells[3], round(y0 + high))
        made = Image.new("L", (cells[2] - cells[0], cells[3] - cells[1]))
        if left < right and top < bottom:
            columns = _pixels(left - x0, right - x0, wide, turned.width)
            rows = _pixels(top - y0, bottom - y0, high, turned.height)
            box = (columns[0], rows[0], columns[1], rows[1])
            part = turned.resize((right - left, bottom - top), Image.Resampling.BOX, box)
            made.paste(part, (left - cells[0], top - cells[1]))
        return made

    # ── cells ──

    def _cells(self, box: Box, low: Callable[[float], int], high: Callable[[float], int]) -> _Cells:
        """The cells of a box: those that it touches, or, rounded the other way, those that it covers."""
        near = _NEAR if low is math.floor else -_NEAR
        x0, x1 = ((each - self._area.x0) / self._cell for each in (box.x0, box.x1))
        y0, y1 = ((self._area.y1 - each) / self._cell for each in (box.y1, box.y0))
        return low(x0 + near), low(y0 + near), high(x1 - near), high(y1 - near)


_NEAR = 1e-3
"""Of a cell: what lies on its edge to so much does not reach over it."""


class _Layer:
    """What is painted on paper, or in a group before it is mixed with the page: each ink, times how opaque it is."""

    def __init__(self, size: tuple[int, int], *, is_paper: bool = True) -> None:
        self.size = size
        self.inks: dict[str, Image.Image] = {}
        self.alpha = None if is_paper else Image.new("L", size)

    def plane(self, ink: str) -> Image.Image:
        if ink not in self.inks and len(self.inks) >= MOST_INKS:
            raise TooMuch
        return self.inks.setdefault(ink, Image.new("L", self.size))

    def cut(self, cells: _Cells) -> _Layer:
        part = _Layer((cells[2] - cells[0], cells[3] - cells[1]))
        part.inks = {ink: plane.crop(cells) for ink, plane in self.inks.items()}
        return part

    def lay(self, each: Painted, shares: _Shares, alpha: _Share, touched: _Cells, covered: _Cells) -> None:
        """Lay something over what is there: on the cells that it covers it is what is seen; of those that it may only
        touch, the lighter is taken."""
        for ink in dict.fromkeys((*self.inks, *shares)):
            if _is_kept(each, ink, shares):
                continue
            plane = self.plane(ink)
            old = plane.crop(touched)
            new = _mixed(old, shares.get(ink, 0.0), alpha, each.mix.blend)
            plane.paste(_lighter(old, new, touched, covered), touched[:2])
        if self.alpha is not None:
            self.alpha.paste(_mixed(self.alpha.crop(touched), 1.0, alpha, "Normal"), touched[:2])

    def take_in(self, group: _Layer, mix: Mix) -> None:
        """Mix a group with what lies under it, as one thing."""
        assert group.alpha is not None
        alpha = _times(group.alpha, mix.opacity)
        for ink in dict.fromkeys((*self.inks, *group.inks)):
            plane = self.plane(ink)
            new = _blended(plane, _times(group.plane(ink), mix.opacity), alpha, mix.blend)
            self.inks[ink] = ImageChops.darker(plane, new) if mix.masked else new
        if self.alpha is not None:
            self.alpha = ImageChops.screen(self.alpha, alpha)


def _is_kept(each: Painted, ink: str, shares: _Shares) -> bool:
    """Whether something leaves an ink alone that lies under it: by overprinting (8.6.7, table 149)."""
    space = each.colour.space.root
    if not each.overprint:
        return False
    if space.family == "spot":
        return ink not in space.inks
    if space.family == "cmyk" and each.mode == 1 and each.picture is None and each.shading is None:
        return ink not in shares
    return ink not in PROCESS


def _lighter(old: Image.Image, new: Image.Image, touched: _Cells, covered: _Cells) -> Image.Image:
    if touched == covered:
        return new
    made = ImageChops.darker(old, new)
    left, top = covered[0] - touched[0], covered[1] - touched[1]
    if covered[0] < covered[2] and covered[1] < covered[3]:
        inside = (left, top, covered[2] - touched[0], covered[3] - touched[1])
        made.paste(new.crop(inside), (left, top))
    return made


# ── how inks are mixed: the formulas of 11.3.6 and 11.3.5, for ink and not for light, times opacity ──────────────────
# Of a blend mode that is not here, no ink at all is what it may leave.


def _mixed(old: Image.Image, share: _Share, alpha: _Share, blend: str) -> Image.Image:
    if not isinstance(share, Image.Image) and not isinstance(alpha, Image.Image):
        return old.point(_table(share, alpha, blend))
    source = share if isinstance(share, Image.Image) else Image.new("L", old.size, round(share * 255))
    opaque = alpha if isinstance(alpha, Image.Image) else Image.new("L", old.size, round(alpha * 255))
    return _blended(old, ImageChops.multiply(source, opaque), opaque, blend)


@lru_cache(1024)
def _table(share: float, alpha: float, blend: str) -> list[int]:
    """For each amount of an ink that lies there, how much there is with a share of it over it."""
    return [round(255 * _over(level / 255, share, alpha, blend)) for level in range(256)]


def _over(ink: float, share: float, alpha: float, blend: str) -> float:
    rest = (1 - alpha) * ink
    match blend:
        case "Normal" | "Compatible":
            return rest + alpha * share
        case "Multiply":
            return ink + alpha * share * (1 - ink)
        case "Darken":
            return max(ink, rest + alpha * share)
        case "ColorBurn":
            return ink
    return rest


def _blended(old: Image.Image, source: Image.Image, alpha: Image.Image, blend: str) -> Image.Image:
    """The same cell by cell; `source` is ink times opacity."""
    rest = ImageChops.multiply(old, ImageChops.invert(alpha))
    match blend:
        case "Normal" | "Compatible":
            return ImageChops.add(rest, source)
        case "Multiply":
            return ImageChops.screen(old, source)
        case "Darken":
            return ImageChops.lighter(old, ImageChops.add(rest, source))
        case "ColorBurn":
            return old
    return rest


def _times(plane: Image.Image, factor: float) -> Image.Image:
    return plane if factor == 1 else plane.point(lambda level: level * factor)


# ── helpers ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _chain(group: Group | None) -> list[Group]:
    """The groups that are mixed by themselves, from the outermost on: one in which things are painted as if it were not
    there is left out."""
    chain: list[Group] = []
    while group is not None:
        mix = group.mix
        if group.isolated or mix.masked or mix.opacity < 1 or mix.blend not in ("Normal", "Compatible"):
            chain.insert(0, group)
        group = mix.group
    return chain


def _knocks(group: Group | None) -> bool:
    return group is not None and (group.knockout or _knocks(group.mix.group))


def _turned(plane: Image.Image, picture: Picture) -> Image.Image:
    """A picture as it stands on the page: mirrored, or on its side."""
    a, b, c, d, _, _ = picture.matrix
    if abs(a) + abs(d) < abs(b) + abs(c):
        plane = plane.transpose(Image.Transpose.TRANSPOSE)
        a, d = -c, -b
    if a < 0:
        plane = plane.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return plane.transpose(Image.Transpose.FLIP_TOP_BOTTOM) if d < 0 else plane


def _pixels(first: float, last: float, whole: float, count: int) -> tuple[float, float]:
    """A part of a picture's width, in its pixels."""
    low = min(max(first / whole * count, 0.0), count - 0.01)
    return low, min(max(last / whole * count, low + 0.01), float(count))


def _most(shares: _Shares) -> float:
    """The most ink that something has by itself, in percent."""
    if not shares:
        return 0.0
    held = shares.values()
    if all(isinstance(each, Image.Image) for each in held):
        return most_ink(each for each in held if isinstance(each, Image.Image))
    return 100 * sum(each for each in held if not isinstance(each, Image.Image))


def _extrema(image: Image.Image) -> tuple[float, float]:
    low, high = image.getextrema()
    assert not isinstance(low, tuple)
    assert not isinstance(high, tuple)
    return low, high


def _count(cells: _Cells) -> int:
    return (cells[2] - cells[0]) * (cells[3] - cells[1])
