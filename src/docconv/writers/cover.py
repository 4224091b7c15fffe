"""The cover of an e-book: publication, title, authors and date over a picture of waves, painted from metadata alone.

It assumes a Noto or Source Han CJK face among the installed fonts.  Where there is none the cover is the picture
without words, which is better than a page of empty boxes.  Equal metadata and equal fonts give equal bytes.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Literal

from PIL import Image, ImageDraw, ImageFont

from docconv.model import Meta
from docconv.writers.faces import find_face

WIDTH, HEIGHT = 1600, 2560
"""Pixels: the shape that Kindle asks for; Kobo and Apple Books accept it."""

_MARGIN = 140
_MEASURE = WIDTH - 2 * _MARGIN
_HORIZON = 1500  # where the picture begins; all words stand above it

_Colour = tuple[int, int, int]
_PAPER: _Colour = (246, 241, 231)
_INK: _Colour = (30, 28, 26)
_GROUNDS: tuple[tuple[_Colour, _Colour], ...] = (  # sea and sun
    ((31, 58, 95), (214, 96, 69)),
    ((122, 42, 42), (222, 170, 84)),
    ((38, 74, 66), (224, 140, 92)),
    ((62, 50, 88), (216, 176, 110)),
    ((99, 66, 40), (206, 98, 62)),
    ((40, 52, 62), (200, 72, 58)),
)

# A size of type, in pixels, and how many lines of a title look well in it.
_SIZES = ((300, 1), (264, 1), (220, 1), (230, 2), (200, 3), (176, 3), (156, 4), (138, 4), (122, 5), (108, 6),
          (96, 7), (84, 9), (74, 10), (64, 12))  # fmt: skip
_LEADING = 1.32
_LONGEST = 300  # characters

_NEVER_FIRST = frozenset(
    "，。、；：？！）》」』】〉〕］｝”’…‥·・～％‰,.;:?!)]}%々ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"
)
_NEVER_LAST = frozenset("（《「『【〈〔［｛“‘([{￥$№#")
_DASHES = frozenset("—―─…‥")


def paint_cover(meta: Meta, title: str, headlines: Sequence[str] = ()) -> bytes:
    """A cover of 1600 × 2560 pixels as PNG; `headlines` are what the issue of a paper leads with."""
    seed = zlib.crc32(f"{meta.publication}\n{title}\n{meta.date}".encode("utf-8", "replace"))
    serif, sans = _face("Serif", meta.lang), _face("Sans", meta.lang)
    image = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    sea, sun = _GROUNDS[seed % len(_GROUNDS)]
    words = serif is not None and sans is not None
    _paint_waves(image, _HORIZON if words else HEIGHT // 3, sea, sun, seed)
    if serif and sans:
        draw = ImageDraw.Draw(image)
        _write_masthead(draw, meta, sans, sea)
        if headlines and meta.publication and title.startswith(meta.publication):
            title = meta.publication  # the date stands in the masthead
        y = _write_title(draw, title, serif)
        # the names in the bylines of a page are not those of a book's authors
        _write_lines(draw, headlines or ["　".join(() if meta.kind == "page" else meta.authors)], y, sans)
    return _png(image)


def _paint_waves(image: Image.Image, horizon: int, sea: _Colour, sun: _Colour, seed: int) -> None:
    """A sun over a sea of overlapping circles (海水纹, 青海波); place and size of the sun come from the seed."""
    ImageDraw.Draw(image).rectangle((0, horizon, WIDTH, HEIGHT), fill=sea)
    size = 520 + seed // 7 % 4 * 60
    left = _MARGIN + seed // 31 % (_MEASURE - size)
    image.paste(sun, (left, horizon + 130), _disc(size))
    radius = 160
    wave = _wave(radius, sea)
    mask = _disc(2 * radius)
    for row, y in enumerate(range(horizon + 430, HEIGHT + radius, radius // 2)):
        for x in range(-radius * (1 + row % 2), WIDTH, 2 * radius):
            image.paste(wave, (x, y - radius), mask)


def _wave(radius: int, sea: _Colour) -> Image.Image:
    """One circle of the sea: rings that grow fainter towards the middle."""
    wave = Image.new("RGB", (2 * radius, 2 * radius), _mixed(sea, _PAPER, 0.72))
    for inset, tint in ((7, 0.0), (40, 0.5), (46, 0.0), (79, 0.34), (84, 0.0), (114, 0.22), (118, 0.0)):
        wave.paste(_mixed(sea, _PAPER, tint), (inset, inset), _disc(2 * (radius - inset)))
    return wave


@cache
def _disc(size: int) -> Image.Image:
    """A mask of a circle with smooth edges."""
    mask = Image.new("L", (2 * size, 2 * size))
    ImageDraw.Draw(mask).ellipse((0, 0, 2 * size - 1, 2 * size - 1), fill=255)
    return mask.reduce(2)


def _mixed(a: _Colour, b: _Colour, part: float) -> _Colour:
    red, green, blue = (round(x + (y - x) * part) for x, y in zip(a, b, strict=True))
    return red, green, blue


def _write_masthead(draw: ImageDraw.ImageDraw, meta: Meta, sans: ImageFont.FreeTypeFont, colour: _Colour) -> None:
    """Publication and date over a thick and a thin rule (文武线)."""
    face = sans.font_variant(size=54)
    date = meta.date.replace("-", ".") if re.fullmatch("[0-9-]+", meta.date) else ""
    room = _MEASURE - (face.getlength(date) + 80 if date else 0)
    name = _cut(_drawable(meta.publication, face), face, room)
    draw.text((_MARGIN, 218), name, _INK, face, anchor="ls")
    draw.text((WIDTH - _MARGIN, 218), date, _INK, face, anchor="rs")
    draw.rectangle((_MARGIN, 252, WIDTH - _MARGIN, 263), fill=colour)
    draw.rectangle((_MARGIN, 275, WIDTH - _MARGIN, 277), fill=colour)


def _write_title(draw: ImageDraw.ImageDraw, title: str, serif: ImageFont.FreeTypeFont) -> int:
    """The title; returns where it ends."""
    setting = set_title(_drawable(title, serif), serif)
    y = 400
    for line in setting.lines:
        # the ink, not the box of the character, stands on the margin: an opening bracket would look indented
        ink = setting.face.getmask(line).getbbox()
        x = _MARGIN - (ink[0] if ink else 0)
        draw.text((x, y + setting.face.size), line, _INK, setting.face, anchor="ls")
        y += round(setting.face.size * _LEADING)
    return y


def _write_lines(draw: ImageDraw.ImageDraw, lines: Sequence[str], y: int, sans: ImageFont.FreeTypeFont) -> None:
    """The authors of a book, or the headlines of an issue as far as there is room above the picture."""
    face = sans.font_variant(size=64)
    for text in lines:
        y += 112
        if y > _HORIZON - 80:
            break
        draw.text((_MARGIN, y), _cut(_drawable(text, face), face, _MEASURE), _INK, face, anchor="ls")


@dataclass(frozen=True)
class Setting:
    """A title in lines of a face."""

    face: ImageFont.FreeTypeFont
    lines: tuple[str, ...]


def set_title(title: str, serif: ImageFont.FreeTypeFont) -> Setting:
    """The title in the largest type that suits its length, in lines of about equal length.

    No line begins or ends with a mark that may not stand there (JLREQ 3.1.7, CLREQ 3.1.3); a title that fits in no
    size is cut."""
    units = list(_units(title))
    for size, most in _SIZES:
        face = serif.font_variant(size=size)
        lines = _balanced(units, face, most)
        if lines:
            return Setting(face, lines)
    face = serif.font_variant(size=_SIZES[-1][0])
    # what fits surely, for a line may end almost an em short of the measure
    room = (_MEASURE - 2 * face.size) * _SIZES[-1][1]
    return Setting(face, _balanced(list(_units(_cut(title, face, room))), face, _SIZES[-1][1] + 1))


def _units(title: str) -> Iterator[str]:
    """What no line break may part: a character with its marks, a word with the blank behind it."""
    unit = ""
    for before, after in pairwise(f"{title}\0"):
        unit += before
        if _may_part(before, after):
            yield unit
            unit = ""
    if unit.strip("\0"):
        yield unit.rstrip("\0")


def _may_part(before: str, after: str) -> bool:
    if after.isspace() or after in _NEVER_FIRST or before in _NEVER_LAST:
        return False
    if before in _DASHES and after in _DASHES:
        return False
    return before.isspace() or after == "\0" or _is_free(before) or _is_free(after)


def _is_free(character: str) -> bool:
    """Whether a line may break on either side: Han and kana; Latin and Hangul words stay whole."""
    wide = unicodedata.east_asian_width(character) in "WF" or character in _DASHES or character in "“”‘’·"
    return wide and not "\uac00" <= character <= "\ud7a3"


def _balanced(units: Sequence[str], face: ImageFont.FreeTypeFont, most: int) -> tuple[str, ...]:
    """The units in as few lines as they need, the lines about equally long; nothing if `most` lines do not hold them.

    A break at a blank or behind a mark is worth some unevenness: it is where the title takes breath."""
    widths = [face.getlength(unit) for unit in units]
    count = _lines_needed(widths)
    if count > most or max(widths, default=0) > _MEASURE:
        return ()
    ideal = sum(widths) / max(count, 1)
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for _ in range(count):
        reached: dict[int, tuple[float, tuple[int, ...]]] = {}
        for start, (cost, ends) in best.items():
            width = 0.0
            for end in range(start + 1, len(units) + 1):
                width += widths[end - 1]
                if width > _MEASURE:
                    break
                price = cost + ((width - ideal) / face.size) ** 2
                price -= 2.5 if end < len(units) and _breathes(units[end - 1], units[end]) else 0
                if end not in reached or price < reached[end][0]:
                    reached[end] = price, (*ends, end)
        best = reached
    if len(units) not in best:
        return ()
    ends = best[len(units)][1]
    return tuple("".join(units[a:b]).strip() for a, b in pairwise((0, *ends)))


def _lines_needed(widths: Sequence[float]) -> int:
    count, room = 0, 0.0
    for width in widths:
        if width > room:
            count, room = count + 1, float(_MEASURE)
        room -= width
    return count


def _breathes(before: str, after: str) -> bool:
    return before[-1].isspace() or before[-1] in "，。、；：？！,;:?!》」』】）”" or after[0] in "—―─《「『【（“"


def _cut(text: str, face: ImageFont.FreeTypeFont, room: float) -> str:
    """The text, or as much of it as fits with an ellipsis behind it."""
    if face.getlength(text) <= room:
        return text
    while text and face.getlength(f"{text}…") > room:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _drawable(text: str, face: ImageFont.FreeTypeFont) -> str:
    """The text without what the face lacks (emoji, private characters), with plain blanks, and no longer than any
    cover could show."""
    text = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    lacking = bytes(face.getmask("\U0010fffe"))
    kept = "".join(" " if c.isspace() else c for c in text if c.isspace() or bytes(face.getmask(c)) != lacking)
    return re.sub(" +", " ", kept).strip()


_WEIGHTS = {"Serif": "Bold", "Sans": "Medium|Regular"}


def _face(kind: Literal["Serif", "Sans"], lang: str) -> ImageFont.FreeTypeFont | None:
    """The CJK face of that kind whose glyphs suit the language, or None; with the simple layout engine, for the other
    is not in every Pillow."""
    face = find_face(kind, _WEIGHTS[kind], lang)
    engine = ImageFont.Layout.BASIC
    return ImageFont.truetype(str(face.file), 100, index=face.index, layout_engine=engine) if face else None


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=6)
    return out.getvalue()
