"""What stands around a page that is cut out of its sheet: crop, register and centre marks, and the line that says what
the sheet is.

It assumes a page laid out by WeasyPrint, in px from the corner of the trim, and that whoever draws it sets all of it in
the colour of registration.  Everything stands beyond the bleed, so that nothing of it is left after the cut.
"""

from __future__ import annotations

from html import escape
from typing import NamedTuple

MM = 96 / 25.4
PT = 96 / 72
_LINE = 0.25 * PT
_AWAY = 0.5 * MM
"""Between bleed and marks."""
_CROP = 5 * MM
_RADIUS = 1.5 * MM
SIZE = 5.5 * PT
_LEADING = 7.5 * PT


class Sheet(NamedTuple):
    """A page with what is around it, in px."""

    width: float
    height: float
    bleed: float
    slug: float

    @property
    def room(self) -> float:
        """How wide a line may be on one side of the mark in the middle."""
        return self.width / 2 - 14 * MM


def marks(sheet: Sheet, slug_lines: tuple[str, ...], family: str, *, double_corners: bool = False) -> str:
    """The marks of a sheet as SVG.  With `double_corners` they show the bleed too, as 二重トンボ do."""
    away = sheet.bleed + _AWAY
    corners = [_corners(sheet, away, 0.0)]
    if double_corners:
        corners.append(_corners(sheet, away, sheet.bleed))
    paths = " ".join([*corners, *(_target(sheet, side) for side in range(4))])
    drawn = f'<path fill="none" stroke="black" stroke-width="{_LINE:.4f}" d="{paths}"/>'
    return _svg(
        sheet, drawn + "".join(_text(sheet, 8 * MM, each, line, family) for each, line in enumerate(slug_lines, 1))
    )


def page_number(sheet: Sheet, text: str, family: str) -> str:
    """The number of a page in the slug, as SVG: all that is different around every page."""
    return _svg(sheet, _text(sheet, sheet.width / 2 + 6 * MM, 1, text, family))


def hidden_number(sheet: Sheet, text: str, family: str, *, is_right: bool) -> str:
    """The number of a page that shows none, small and in the binding: whoever gathers the sheets goes by it."""
    x, anchor = (_IN_BINDING, "start") if is_right else (sheet.width - _IN_BINDING, "end")
    return _svg(
        sheet,
        f'<text x="{x:.3f}" y="{sheet.height / 2:.3f}" font-size="{SIZE:.3f}" font-family="{escape(family)}" '
        f'text-anchor="{anchor}" fill="black" stroke="none">{escape(text)}</text>',
    )


_IN_BINDING = 3.5 * MM
"""From the trim, so that a knife which is a little off does not cut it."""


def _svg(sheet: Sheet, drawn: str) -> str:
    size = f'width="{sheet.width:.4f}" height="{sheet.height:.4f}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{drawn}</svg>'


def _text(sheet: Sheet, x: float, line: int, text: str, family: str) -> str:
    y = sheet.height + sheet.bleed + _AWAY + _LEADING * line
    return (
        f'<text x="{x:.3f}" y="{y:.3f}" font-size="{SIZE:.3f}" font-family="{escape(family)}" fill="black" '
        f'stroke="none">{escape(text)}</text>'
    )


def _corners(sheet: Sheet, away: float, outside: float) -> str:
    """Two lines at each corner, in line with the trim, or with what is `outside` of it."""
    parts = []
    for x, right in ((0.0, -1), (sheet.width, 1)):
        for y, down in ((0.0, -1), (sheet.height, 1)):
            parts.append(f"M{x + right * away:.4f},{y + down * outside:.4f} h{right * _CROP:.4f}")
            parts.append(f"M{x + right * outside:.4f},{y + down * away:.4f} v{down * _CROP:.4f}")
    return " ".join(parts)


def _target(sheet: Sheet, side: int) -> str:
    """A circle and a cross at the middle of a side (top, right, bottom, left): it registers the plates, and marks the
    centre."""
    away = sheet.bleed + _AWAY + 2 * _RADIUS
    x = (sheet.width / 2, sheet.width + away, sheet.width / 2, -away)[side]
    y = (-away, sheet.height / 2, sheet.height + away, sheet.height / 2)[side]
    radius, arm = _RADIUS, 2 * _RADIUS
    return (
        f"M{x - radius:.4f},{y:.4f} a{radius:.4f},{radius:.4f} 0 1 0 {2 * radius:.4f},0 "
        f"a{radius:.4f},{radius:.4f} 0 1 0 {-2 * radius:.4f},0 "
        f"M{x - arm:.4f},{y:.4f} h{2 * arm:.4f} M{x:.4f},{y - arm:.4f} v{2 * arm:.4f}"
    )
