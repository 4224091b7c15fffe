"""Colours in inks: greys in black alone, everything else through the ICC profile of the press, never more ink on a spot
than the paper takes.

It assumes colours in sRGB where a picture does not say otherwise.  Pictures that are in CMYK already keep their
numbers: who separated them knew why.
"""

from __future__ import annotations

import io
import zlib
from typing import Any

from PIL import Image, ImageChops, ImageCms, ImageMath

from docconv.photos import open_picture
from docconv.typeset.seam.colours import Ink
from docconv.typeset.seam.plates import Separated
from docconv.writers.rgb import has_sixteen_bits, in_eight_bits

GREY = 0.012
"""How far apart red, green and blue may be in a grey: #f4f4f2 is one."""

_GREY_OF_255 = 3
_JPEG_QUALITY = 92
_STRIP = 256
"""Rows that are measured at a time, so that a large picture takes little memory."""


class PressInks:
    """The inks of one press: its ICC profile, and how much of all four it takes on one spot, in percent.

    With `is_mono` everything is printed in black; with `is_opaque` pictures lie on white paper (PDF/X-1a)."""

    def __init__(self, icc: bytes, ink_limit: int, *, is_mono: bool = False, is_opaque: bool = False) -> None:
        self._icc, self._limit = icc, ink_limit / 100
        self._is_mono, self._is_opaque = is_mono, is_opaque
        self._from_srgb = _transform(ImageCms.createProfile("sRGB"), icc)
        self._known: dict[tuple[float, float, float], Ink] = {}

    def of_rgb(self, red: float, green: float, blue: float) -> Ink:
        """A colour of sRGB, from 0 to 1."""
        key = (red, green, blue)
        ink = self._known.get(key)
        if ink is None:
            ink = self._known[key] = self._separate(*key)
        return ink

    def _separate(self, red: float, green: float, blue: float) -> Ink:
        if max(red, green, blue) - min(red, green, blue) <= GREY:
            return 0, 0, 0, _round(1 - (red + green + blue) / 3)
        if self._is_mono:
            return 0, 0, 0, _round(1 - (0.299 * red + 0.587 * green + 0.114 * blue))
        spot = Image.new("RGB", (1, 1), (round(red * 255), round(green * 255), round(blue * 255)))
        cyan, magenta, yellow, black = self._applied(self._from_srgb, spot).tobytes()
        return self.of_cmyk((cyan / 255, magenta / 255, yellow / 255, black / 255))

    def of_cmyk(self, ink: Ink) -> Ink:
        """A colour that is given in inks: as it is, but within the limit; black stays, the others give way."""
        cyan, magenta, yellow, black = (min(1.0, max(0.0, each)) for each in ink)
        if self._is_mono:
            return 0, 0, 0, _round(min(1.0, black + 0.299 * cyan + 0.587 * magenta + 0.114 * yellow))
        coloured = cyan + magenta + yellow
        factor = min(1.0, (self._limit - black) / coloured) if coloured else 1.0
        return _round(cyan * factor), _round(magenta * factor), _round(yellow * factor), _round(black)

    def picture(self, data: bytes) -> Separated:
        """A picture in inks: greys in one, colours in four.  A JPEG stays one, other pictures lose nothing."""
        image = open_picture(data)
        is_jpeg = image.format in ("JPEG", "MPO")
        picture, alpha = _in_a_mode_of_print(image)
        was_mixed = alpha is not None and self._is_opaque
        if alpha is not None and was_mixed:
            paper = Image.new(picture.mode, picture.size, _WHITE[picture.mode])
            picture, alpha = Image.composite(picture, paper, alpha), None
        if picture.mode == "L" and image.mode == "L" and is_jpeg:
            return Separated(*picture.size, "DeviceGray", data, "DCTDecode")
        separated = self._in_inks(picture, image.info.get("icc_profile"))
        if picture.mode == "CMYK" and separated is picture and is_jpeg:
            return Separated(*picture.size, "DeviceCMYK", data, "DCTDecode", "APP14" in getattr(image, "app", {}))
        packed = _as_jpeg(separated, self._limit) if is_jpeg and alpha is None else None
        return (packed or _as_pixels(separated, alpha))._replace(was_mixed=was_mixed)

    def _in_inks(self, picture: Image.Image, icc: bytes | None) -> Image.Image:
        if picture.mode == "L":
            return picture
        if self._is_mono:
            return picture.convert("RGB").convert("L")
        if picture.mode == "CMYK":
            return _within(picture, self._limit)
        if grey := _grey(picture):
            return grey
        return _within(self._applied(self._reading(icc), picture), self._limit)

    def _reading(self, icc: bytes | None) -> ImageCms.ImageCmsTransform:
        """The transform from the colours of a picture: from its own profile, if that is one of RGB and sound."""
        if icc and icc[16:20] == b"RGB ":
            try:
                return _transform(ImageCms.ImageCmsProfile(io.BytesIO(icc)), self._icc)
            except (OSError, ImageCms.PyCMSError):
                pass
        return self._from_srgb

    @staticmethod
    def _applied(transform: ImageCms.ImageCmsTransform, picture: Image.Image) -> Image.Image:
        made = ImageCms.applyTransform(picture, transform)
        assert made is not None  # it is None where a picture is changed in place
        return made


def _transform(source: Any, icc: bytes) -> ImageCms.ImageCmsTransform:
    """Relative colorimetric with black point compensation: colours stay what they are, and shadows keep their steps."""
    flags = ImageCms.Flags.BLACKPOINTCOMPENSATION
    target = ImageCms.ImageCmsProfile(io.BytesIO(icc))
    return ImageCms.buildTransform(source, target, "RGB", "CMYK", ImageCms.Intent.RELATIVE_COLORIMETRIC, flags)


def _round(share: float) -> float:
    return round(share, 4)


def _in_a_mode_of_print(image: Image.Image) -> tuple[Image.Image, Image.Image | None]:
    """A picture as L, RGB or CMYK, and its alpha, if it has any that shows."""
    if has_sixteen_bits(image):
        return in_eight_bits(image), None
    if "transparency" in image.info or image.mode in ("LA", "PA", "La", "RGBa"):
        image = image.convert("LA" if image.mode in ("L", "LA", "La", "1") else "RGBA")
    alpha = None
    if image.mode in ("LA", "RGBA"):
        alpha = image.getchannel("A")
        alpha = None if alpha.getextrema() == (255, 255) else alpha
        image = image.convert(image.mode[:-1])
    if image.mode == "1":
        image = image.convert("L")
    return (image if image.mode in ("L", "RGB", "CMYK") else image.convert("RGB")), alpha


_WHITE = {"L": (255,), "RGB": (255, 255, 255), "CMYK": (0, 0, 0, 0)}


def _grey(picture: Image.Image) -> Image.Image | None:
    """A picture in RGB that has no colour in it, as greys."""
    red, green, blue = picture.split()
    for one, other in ((red, green), (green, blue)):
        _, most = ImageChops.difference(one, other).getextrema()
        if isinstance(most, tuple) or most > _GREY_OF_255:
            return None
    return green


def _within(picture: Image.Image, limit: float) -> Image.Image:
    """A picture in CMYK with no more ink on any spot than the limit; the picture itself if it keeps that."""
    most = int(limit * 255)
    made = None
    for top in range(0, picture.height, _STRIP):
        box = (0, top, picture.width, min(top + _STRIP, picture.height))
        strip = picture.crop(box)
        inks = dict(zip("cmyk", strip.split(), strict=True))
        if _total(inks) > most:
            made = made or picture.copy()
            made.paste(_reduced(inks, most), box)
    return made or picture


def _reduced(inks: dict[str, Image.Image], most: int) -> Image.Image:
    """Cyan, magenta and yellow in their proportions, as much of them as black leaves room for."""
    coloured = ImageMath.lambda_eval(lambda ink: ink["max"](ink["c"] + ink["m"] + ink["y"], 1), **inks)
    room = ImageMath.lambda_eval(lambda ink: most - ink["k"], **inks)
    parts = {"coloured": coloured, "room": room}
    bands = (
        ImageMath.lambda_eval(
            lambda ink: ink["band"] * ink["min"](ink["coloured"], ink["room"]) / ink["coloured"],
            band=inks[name],
            **parts,
        ).convert("L")
        for name in "cmy"
    )
    return Image.merge("CMYK", [*bands, inks["k"]])


def _as_jpeg(picture: Image.Image, limit: float) -> Separated | None:
    """A picture as JPEG.  What that blurs may take more ink than there was, so it is looked at again; None if it does
    so however little ink the picture has."""
    allowed = limit
    for _ in range(_ATTEMPTS):
        packed = io.BytesIO()
        picture.save(packed, "JPEG", quality=_JPEG_QUALITY, subsampling=0)
        if picture.mode == "L":
            return Separated(*picture.size, "DeviceGray", packed.getvalue(), "DCTDecode")
        with open_picture(packed.getvalue()) as made:
            too_much = _most_ink(made) - int(limit * 255)
        if too_much <= 0:
            return Separated(*picture.size, "DeviceCMYK", packed.getvalue(), "DCTDecode", inverted=True)
        allowed -= (too_much + 1) / 255
        picture = _within(picture, allowed)
    return None


_ATTEMPTS = 4


def _most_ink(picture: Image.Image) -> int:
    """The most ink of a picture in CMYK on any spot, as the sum of four bytes."""
    tops = range(0, picture.height, _STRIP)
    boxes = ((0, top, picture.width, min(top + _STRIP, picture.height)) for top in tops)
    return max(_total(dict(zip("cmyk", picture.crop(box).split(), strict=True))) for box in boxes)


def _total(inks: dict[str, Image.Image]) -> int:
    total = ImageMath.lambda_eval(lambda ink: ink["c"] + ink["m"] + ink["y"] + ink["k"], **inks)
    return int(total.getextrema()[1])


def _as_pixels(picture: Image.Image, alpha: Image.Image | None) -> Separated:
    space = "DeviceGray" if picture.mode == "L" else "DeviceCMYK"
    mask = zlib.compress(alpha.tobytes()) if alpha else b""
    return Separated(*picture.size, space, zlib.compress(picture.tobytes()), "FlateDecode", False, mask)
