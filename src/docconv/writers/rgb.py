"""Pictures that every screen shows as they are meant: in sRGB, whatever inks or other colours they were made in.

It assumes that the picture can be opened, as `place_pictures` has found.
"""

from __future__ import annotations

import io
from functools import lru_cache

from PIL import Image, ImageCms, ImageOps

from docconv.icc import OWN
from docconv.photos import open_picture
from docconv.press import FOGRA39

_JPEG_QUALITY = 92


def in_rgb(data: bytes, *, inks_alone: bool = False) -> bytes:
    """A picture in sRGB, upright, in a format that browsers show; one that is so already, or has eight bits of grey, as
    it is.  A JPEG stays one.

    With `inks_alone` only CMYK is changed: a browser knows ICC profiles of RGB, and sixteen bits."""
    try:
        with open_picture(data) as image:
            is_foreign = not inks_alone and (foreign_profile(image) or has_sixteen_bits(image))
            if not (image.mode == "CMYK" or image.format == "TIFF" or is_foreign):
                return data
            picture = ImageOps.exif_transpose(image)
            picture = in_eight_bits(picture) if has_sixteen_bits(picture) else in_srgb(picture)
            made = io.BytesIO()
            if image.format in ("JPEG", "MPO"):
                picture.save(made, "JPEG", quality=_JPEG_QUALITY, subsampling=0)
            else:
                picture.save(made, "PNG")
            return made.getvalue()
    except OSError:  # an SVG
        return data


def has_sixteen_bits(image: Image.Image) -> bool:
    return image.mode in ("I", "F") or image.mode.startswith("I;16")


def in_eight_bits(image: Image.Image) -> Image.Image:
    """Sixteen bits of grey in eight."""
    return image.convert("I").point(lambda value: value / 256).convert("L")


@lru_cache(maxsize=256)
def of_inks(ink: tuple[float, float, float, float]) -> tuple[float, float, float]:
    """How cyan, magenta, yellow and black look together, in sRGB, all from 0 to 1: as FOGRA39 prints them; black alone
    is grey, as greys are printed in black."""
    *coloured, black = ink
    if not any(coloured):
        return 1 - black, 1 - black, 1 - black
    spot = Image.new("CMYK", (1, 1), tuple(round(255 * min(1.0, max(0.0, each))) for each in ink))
    red, green, blue = _as_it_looks(spot, _fogra39()).tobytes()
    return red / 255, green / 255, blue / 255


def foreign_profile(image: Image.Image) -> bytes:
    """The ICC profile of a picture in colours, if it is another than sRGB."""
    profile: bytes = image.info.get("icc_profile") or b""
    is_known = b"sRGB" in profile or b"s\0R\0G\0B" in profile  # as it calls itself, in version 2 or 4
    return b"" if is_known or image.mode in ("1", "L", "LA") or has_sixteen_bits(image) else profile


def in_srgb(image: Image.Image) -> Image.Image:
    """A picture in colours in sRGB, as its profile shows them; inks without one, as FOGRA39 prints them."""
    profile = foreign_profile(image) or (_fogra39() if image.mode == "CMYK" else b"")
    alpha = None
    if image.mode != "CMYK":
        if "transparency" in image.info or "A" in image.getbands():
            alpha = image.convert("RGBA").getchannel("A")
        image = image.convert("RGB")
    image = _as_it_looks(image, profile) if profile else image
    image.info.clear()
    if alpha is not None:
        image.putalpha(alpha)
    return image


def _as_it_looks(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        made = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (OSError, ImageCms.PyCMSError):  # damaged, or of another space than the picture
        made = None
    return made or (image if image.mode == "RGB" else image.convert("RGB"))


@lru_cache(maxsize=1)
def _fogra39() -> bytes:
    return (OWN / FOGRA39.files[0]).read_bytes()
