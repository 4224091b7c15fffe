"""What the header of a picture says: format, size, colours.  No pixel is decoded."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

from PIL import Image

from docconv.photos import DAMAGE, open_picture
from docconv.preflight.epub.tree import Malformed, parse_xml


@dataclass(frozen=True, slots=True)
class Picture:
    """`format` is as Pillow calls it, or SVG; HUGE if it has more pixels than Pillow opens, "" if it cannot be read."""

    format: str
    width: int = 0
    height: int = 0
    colours: str = ""
    """The mode as Pillow calls it; that of the profile if it says CMYK."""
    size: int = 0
    """In bytes."""

    @property
    def pixels(self) -> int:
        return self.width * self.height


def read_picture(data: bytes) -> Picture:
    if data.lstrip()[:1] == b"<":
        try:
            root = parse_xml(data)
        except Malformed:
            return Picture("", size=len(data))
        return Picture("SVG" if root.name == "svg" else "", size=len(data))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of many pixels: only the header is read
        try:
            with open_picture(data) as image:
                space = (image.info.get("icc_profile") or b"")[16:20]
                return Picture(image.format or "", *image.size, "CMYK" if space == b"CMYK" else image.mode, len(data))
        except Image.DecompressionBombError:
            return Picture("HUGE", size=len(data))
        except DAMAGE:
            return Picture("", size=len(data))
