"""The colours of a shading: its function, asked along its way (ISO 32000-1, 7.10 and 8.7.4.5).

It assumes a shading along an axis or between circles; of meshes, of functions of two places and of those that are
programs (type 4) nothing is told.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import TypeAlias

from pikepdf import Array

from docconv.preflight.profiles.objects import MOST_TABLE, get, items, number, numbers, raw, unpacked

Values: TypeAlias = tuple[float, ...]
Function: TypeAlias = Callable[[float], Values]

_STEPS = 32
_MOST_PARTS = 256
"""Functions of a shading, parts of parts counted: a rainbow has seven."""


def shades(shading: object) -> list[Values]:
    """The components of its colours, in even steps and where a part of its function begins; none where that is not
    told."""
    held = get(shading, "/Function")
    if raw(shading, "/ShadingType") not in (2, 3) or held is None:
        return []
    left = iter(range(_MOST_PARTS))
    functions = [read_function(each, left) for each in (items(held)[:32] if isinstance(held, Array) else [held])]
    first, last = (numbers(get(shading, "/Domain")) or [0.0, 1.0])[:2]
    places = [first + (last - first) * step / _STEPS for step in range(_STEPS + 1)]
    places += [at for at in numbers(get(held, "/Bounds"))[:_MOST_PARTS] if first <= at <= last]
    known = [each for each in functions if each is not None]
    if not functions or len(known) < len(functions):
        return []
    return [tuple(value for each in known for value in each(at)) for at in places]


def read_function(function: object, left: Iterator[int]) -> Function | None:
    """A function of one number; None if it is of another kind, or damaged, or if no more are `left` to be read."""
    domain = numbers(get(function, "/Domain"))
    if len(domain) != 2 or next(left, None) is None:
        return None
    match raw(function, "/FunctionType"):
        case 0:
            made = _sampled(function, domain)
        case 2:
            made = _exponential(function)
        case 3:
            made = _stitched(function, domain, left)
        case _:
            made = None
    return _within(made, domain, numbers(get(function, "/Range"))) if made else None


def _within(function: Function, domain: list[float], limits: list[float]) -> Function:
    """A function whose number is held within its domain, and what it gives within its range."""
    ranges = list(zip(limits[::2], limits[1::2], strict=False))

    def held(at: float) -> Values:
        found = function(min(max(at, domain[0]), domain[1]))
        if len(ranges) < len(found):
            return found
        return tuple(min(max(value, low), high) for value, (low, high) in zip(found, ranges, strict=False))

    return held


def _exponential(function: object) -> Function:
    start, end = numbers(get(function, "/C0")) or [0.0], numbers(get(function, "/C1")) or [1.0]
    power = number(raw(function, "/N"), 1.0)

    def value(at: float) -> Values:
        share = at**power if at > 0 else float(power == 0)
        return tuple(one + share * (other - one) for one, other in zip(start, end, strict=False))

    return value


def _stitched(function: object, domain: list[float], left: Iterator[int]) -> Function | None:
    held, bounds = items(get(function, "/Functions")), numbers(get(function, "/Bounds"))
    codes = numbers(get(function, "/Encode"))
    if not 0 < len(held) <= _MOST_PARTS or len(bounds) != len(held) - 1 or len(codes) < 2 * len(held):
        return None
    parts = [part for each in held if (part := read_function(each, left))]
    if len(parts) < len(held):
        return None
    edges = [domain[0], *bounds, domain[1]]

    def value(at: float) -> Values:
        which = bisect_right(bounds, at)
        return parts[which](_between(at, edges[which], edges[which + 1], codes[2 * which], codes[2 * which + 1]))

    return value


def _sampled(function: object, domain: list[float]) -> Function | None:
    size, bits = int((numbers(get(function, "/Size")) or [0])[0]), int(number(raw(function, "/BitsPerSample")))
    limits, table = numbers(get(function, "/Range")), unpacked(function, MOST_TABLE)
    count, step = len(limits) // 2, bits // 8
    if bits not in (8, 16) or size < 2 or not count or table is None or len(table) < size * count * step:
        return None
    codes = (numbers(get(function, "/Encode")) or [0.0, size - 1.0])[:2]
    scale = numbers(get(function, "/Decode")) or limits

    def sample(row: int, component: int) -> float:
        start = (row * count + component) * step
        share: float = int.from_bytes(table[start : start + step], "big") / (2**bits - 1)
        return scale[2 * component] + share * (scale[2 * component + 1] - scale[2 * component])

    def value(at: float) -> Values:
        place = min(max(_between(at, domain[0], domain[1], codes[0], codes[-1]), 0.0), size - 1.0)
        low = min(int(place), size - 2)
        return tuple(_between(place, low, low + 1, sample(low, n), sample(low + 1, n)) for n in range(count))

    return value


def _between(at: float, first: float, last: float, start: float, end: float) -> float:
    return start if last == first else start + (at - first) / (last - first) * (end - start)
