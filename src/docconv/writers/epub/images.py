"""Pictures as every reading system shows them: bounded, in sRGB, on white ground, and silent about their making.

It assumes that Pillow decodes alike wherever it runs: the same picture gives the same bytes.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from lxml import etree
from PIL import Image, ImageOps

from docconv.photos import DAMAGE, open_picture
from docconv.writers.rgb import foreign_profile, has_sixteen_bits, in_eight_bits, in_srgb
from docconv.writers.svg import encoded, plain_drawing

LONGEST = 2000
"""Pixels of the longer side: as much as the page of a large reader shows."""
_QUALITY = 90

_BAD_PICTURE = (*DAMAGE, Image.DecompressionBombError)


@dataclass(frozen=True, slots=True)
class Encoded:
    """A picture to pack; `suffix` is the one that its bytes deserve, whatever its file was called."""

    suffix: str
    data: bytes
    size: tuple[int, int] = (0, 0)


def encode(data: bytes, longest: int = LONGEST) -> Encoded | None:
    """The picture as JPEG, PNG or SVG (EPUB 3.3, core media types), or as the GIF that it was if it moves.

    Pixels that need no change are not encoded anew.  None if the bytes are no picture."""
    if b"<svg" in data[:4096]:
        return _drawing(data)
    try:
        with open_picture(data) as image:
            if image.format == "GIF" and getattr(image, "is_animated", False):
                return Encoded(".gif", data, image.size)
            if image.format == "JPEG" and _is_plain(image, longest):
                image.load()  # a file that is cut short is found out here
                return Encoded(".jpg", _without_notes(data), image.size)
            photograph = image.format not in ("PNG", "GIF", "BMP")
            return _encoded(_bounded(_on_white(ImageOps.exif_transpose(image)), longest), photograph)
    except _BAD_PICTURE:
        return None


def _is_plain(image: Image.Image, longest: int) -> bool:
    upright = image.getexif().get(0x0112, 1) == 1
    return upright and image.mode in ("RGB", "L") and max(image.size) <= longest and not foreign_profile(image)


def _without_notes(data: bytes) -> bytes:
    """A JPEG without its comments, its Exif, its thumbnails: the segments APP1 … APP15 and COM, but not Adobe's APP14,
    which says how colours are coded."""
    out, at = bytearray(data[:2]), 2
    while data[at] == 0xFF and data[at + 1] != 0xDA:
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        if not (0xE1 <= data[at + 1] <= 0xEF or data[at + 1] == 0xFE) or data[at + 1] == 0xEE:
            out += data[at:end]
        at = end
    return bytes(out + data[at:])


def _on_white(image: Image.Image) -> Image.Image:
    """The picture in grey or sRGB, on white where it was transparent: a reader's page may be black."""
    if has_sixteen_bits(image):
        return in_eight_bits(image)
    image = image if image.mode in ("1", "L") and "transparency" not in image.info else in_srgb(image)
    if image.mode == "RGBA":
        layer, image = image, Image.new("RGB", image.size, "white")
        image.paste(layer, mask=layer.getchannel("A"))
    return image


def _bounded(image: Image.Image, longest: int) -> Image.Image:
    if max(image.size) > longest:
        image = image.convert("L") if image.mode == "1" else image
        image.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    return image


def _encoded(image: Image.Image, photograph: bool) -> Encoded:
    out = io.BytesIO()
    fresh = Image.new(image.mode, image.size)  # without what the file said besides
    fresh.paste(image)
    if photograph:
        fresh.save(out, "JPEG", quality=_QUALITY, optimize=True)
    else:
        fresh.save(out, "PNG", optimize=True)
    return Encoded(".jpg" if photograph else ".png", out.getvalue(), image.size)


def _drawing(data: bytes) -> Encoded | None:
    """The drawing on white ground, without anything active."""
    root = plain_drawing(data)
    if root is None:
        return None
    root.insert(0, _ground(root))
    return Encoded(".svg", encoded(root))


def _ground(root: Any) -> Any:
    """A white rectangle under the whole drawing."""
    box = (root.get("viewBox") or "").replace(",", " ").split()
    corner = dict(zip(("x", "y"), box, strict=False)) if len(box) == 4 else {}
    attributes = {**corner, "width": "100%", "height": "100%", "fill": "#fff"}
    return etree.Element("{http://www.w3.org/2000/svg}rect", attributes)
