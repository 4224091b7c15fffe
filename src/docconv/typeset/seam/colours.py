"""Colours of whatever space, as WeasyPrint can draw and mix them: given in inks, as an ink of its own, in Lab, OKLCH or
one of the wide spaces of screens.

It assumes what the seam assumes, WeasyPrint 70.0, which draws some of these, takes others for sRGB, and fails where a
gradient or a shadow asks for their red, green and blue.  While `colours()` is entered it replaces, in that thread
alone, `parse_color` of tinycss2 where WeasyPrint reads a style or an SVG.

A spot colour is declared by a custom property, and is a space of its own with one coordinate, its tint:

    html { --spot-red: "PANTONE 185 C" device-cmyk(0 .91 .76 0) }
    h1   { color: color(--spot-red 100%) }
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from functools import lru_cache
from typing import Any, NamedTuple

from tinycss2.color5 import Color
from weasyprint.css import computed_values, tokens
from weasyprint.css.validation import expanders
from weasyprint.css.validation import properties as validation
from weasyprint.svg import utils as svg

from docconv.typeset.seam import replacing

Ink = tuple[float, float, float, float]
"""Cyan, magenta, yellow and black, from 0 to 1."""
RGB = tuple[float, float, float]


class Spot(NamedTuple):
    """An ink beside the four: what its plate is called, and what it looks like, mixed from the four."""

    name: str
    solid: Ink


class Colour(Color):  # type: ignore[misc]
    """A colour in a space of its own which, asked for its channels, gives red, green, blue and alpha."""

    def __init__(self, space: str, coordinates: Any, alpha: float, look: RGB, spot: Spot | None = None) -> None:
        super().__init__(space, coordinates, alpha)
        self.look, self.spot = look, spot

    def __iter__(self) -> Iterator[float]:
        yield from (*self.look, self.alpha)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            return Channels((*self.look, self.alpha)[key], self)
        return (*self.look, self.alpha)[key]

    def to(self, space: str) -> Any:
        return copy(self) if space in ("srgb", self.space) else super().to(space)


class Channels(tuple[float, ...]):
    """Channels of a colour that remember which it is: a gradient on a plate is mixed from its inks."""

    colour: Colour

    def __new__(cls, values: Any, colour: Colour) -> Channels:
        made = super().__new__(cls, values)
        made.colour = colour
        return made


@contextmanager
def colours(spots: Mapping[str, Spot], look: Callable[[Ink], RGB], *, in_inks: bool) -> Iterator[None]:
    """Read colours so inside this block, within `composition()`.

    `spots` are inks by the name of their space, `--spot-red`; another space that a style names is an error of its own,
    and reported as every value is that WeasyPrint does not know.  `look` is how inks look on a screen.  With `in_inks`
    colours in inks stay so, for a press; otherwise they become what they look like."""

    def seen(colour: Color) -> Color | None:
        space, alpha, spot = colour.space, colour.alpha, None
        values = tuple(each or 0.0 for each in colour.coordinates)
        if space.startswith("--"):
            spot = spots.get(space)
            if spot is None or len(values) != 1:
                return None
            values = (min(1.0, max(0.0, values[0])),)
            shown = look(mixed(spot.solid, values[0]))
        elif space == "device-cmyk":
            cyan, magenta, yellow, black = values
            shown = look((cyan, magenta, yellow, black))
        else:
            shown = _in_srgb(space, values)
        if space in _DRAWN or (in_inks and (spot or space == "device-cmyk")):
            return Colour(space, values, alpha, shown, spot)
        return Color("srgb", shown, alpha)

    def parse(original: Any, *arguments: Any) -> Any:
        colour = original(*arguments)
        is_plain = colour is None or isinstance(colour, str) or colour.space in _PLAIN
        return colour if is_plain else seen(colour)

    readers = computed_values, tokens, expanders, validation, svg
    with replacing(*((module, "parse_color", parse) for module in readers)):
        yield


_PLAIN = {"srgb", "hsl", "hwb"}
_DRAWN = {"lab", "lch", "oklab", "oklch", "xyz-d50", "xyz-d65"}
"""The spaces that WeasyPrint draws as they are meant, where it need not mix them."""


def mixed(ink: Ink, share: float) -> Ink:
    """As much of an ink: the rest is paper."""
    cyan, magenta, yellow, black = (each * share for each in ink)
    return cyan, magenta, yellow, black


@lru_cache(maxsize=256)
def _in_srgb(space: str, values: tuple[float, ...]) -> RGB:
    """A colour as sRGB shows it, with less chroma if that has it not (CSS Color 4, 13.2)."""
    from coloraide import Color as Converted  # slow to import, and few styles need it

    made = Converted(space, values).convert("srgb").fit(method="oklch-chroma")
    red, green, blue = (min(1.0, max(0.0, float(each))) for each in made.coords(nans=False))
    return red, green, blue
