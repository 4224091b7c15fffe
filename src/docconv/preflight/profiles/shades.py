"""The colours of a shading: its function, asked along its way (ISO 32000-1, 7.10 and 8.7.4.5).

It assumes a shading along an axis or between circles; of meshes, of functions of two places and of those that are
programs (type 4) nothing is told.
"""

from __future__ import annotations

from collections.abc import Sequence

from pikepdf import Array, Object

from docconv.preflight.profiles.objects import MOST_TABLE, get, items, number, numbers, raw, unpacked

_STEPS = 32
_DEEPEST = 4
_MOST_PARTS = 1000


def shades(shading: object) -> list[tuple[float, ...]]:
    """The components of its colours, in even steps and where a part of its function begins; none where that is not
    told."""
    function = get(shading, "/Function")
    if raw(shading, "/ShadingType") not in (2, 3) or function is None:
        return []
    first, last = (*numbers(get(shading, "/Domain")), 0.0, 1.0)[:2] if get(shading, "/Domain") else (0.0, 1.0)
    places = [first + (last - first) * step / _STEPS for step in range(_STEPS + 1)]
    places += [at for at in numbers(get(function, "/Bounds"))[:_MOST_PARTS] if first <= at <= last]
    found = [_asked(function, at) for at in places]
    return [values for values in found if values] if all(found) else []


def _asked(function: Object, at: float) -> tuple[float, ...]:
    """The components at a place; an array has a function for each."""
    if not isinstance(function, Array):
        return evaluate(function, at)
    each = [evaluate(one, at) for one in items(function)[:32]]
    return tuple(values[0] for values in each) if all(each) else ()


def evaluate(function: object, at: float, depth: int = 0) -> tuple[float, ...]:
    """What a function of one number gives; nothing if it is of another kind, or damaged."""
    domain = numbers(get(function, "/Domain"))
    if len(domain) != 2 or depth > _DEEPEST:
        return ()
    at = min(max(at, domain[0]), domain[1])
    match raw(function, "/FunctionType"):
        case 0:
            found = _sampled(function, at, domain)
        case 2:
            found = _exponential(function, at)
        case 3:
            found = _stitched(function, at, domain, depth)
        case _:
            return ()
    limits = numbers(get(function, "/Range"))
    if len(limits) < 2 * len(found):
        return found
    return tuple(min(max(value, limits[2 * n]), limits[2 * n + 1]) for n, value in enumerate(found))


def _exponential(function: object, at: float) -> tuple[float, ...]:
    start, end = numbers(get(function, "/C0")) or [0.0], numbers(get(function, "/C1")) or [1.0]
    power = number(raw(function, "/N"), 1.0)
    share = at**power if at > 0 else float(power == 0)
    return tuple(one + share * (other - one) for one, other in zip(start, end, strict=False))


def _stitched(function: object, at: float, domain: Sequence[float], depth: int) -> tuple[float, ...]:
    parts, bounds = items(get(function, "/Functions")), numbers(get(function, "/Bounds"))
    codes = numbers(get(function, "/Encode"))
    if not parts or len(bounds) != len(parts) - 1 or len(codes) < 2 * len(parts) or len(parts) > _MOST_PARTS:
        return ()
    which = sum(1 for bound in bounds if at >= bound)
    edges = [domain[0], *bounds, domain[1]]
    inner = _between(at, edges[which], edges[which + 1], codes[2 * which], codes[2 * which + 1])
    return evaluate(parts[which], inner, depth + 1)


def _sampled(function: object, at: float, domain: Sequence[float]) -> tuple[float, ...]:
    size, bits = int((numbers(get(function, "/Size")) or [0])[0]), int(number(raw(function, "/BitsPerSample")))
    limits = numbers(get(function, "/Range"))
    count, table = len(limits) // 2, unpacked(function, MOST_TABLE)
    if bits not in (8, 16) or size < 2 or not count or table is None or len(table) < size * count * bits // 8:
        return ()
    codes = numbers(get(function, "/Encode")) or [0, size - 1]
    place = min(max(_between(at, domain[0], domain[1], codes[0], codes[1]), 0.0), size - 1.0)
    low = min(int(place), size - 2)
    step, most = bits // 8, 2**bits - 1
    scale = numbers(get(function, "/Decode")) or limits

    def sample(row: int, component: int) -> float:
        start = (row * count + component) * step
        value: float = int.from_bytes(table[start : start + step], "big") / most
        return scale[2 * component] + value * (scale[2 * component + 1] - scale[2 * component])

    return tuple(_between(place, low, low + 1, sample(low, n), sample(low + 1, n)) for n in range(count))


def _between(at: float, first: float, last: float, start: float, end: float) -> float:
    return start if last == first else start + (at - first) / (last - first) * (end - start)
