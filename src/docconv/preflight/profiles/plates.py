"""What colours and pictures are on the plates: how much of each ink, those in RGB by the file's own output intent.

It assumes that ink is read off areas, not off pixels: a picture is looked at with no more than 512 to a side.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any, TypeAlias

from pikepdf import Object
from PIL import Image, ImageChops, ImageCms, ImageMath

from docconv.preflight.profiles.colours import PROCESS, RGB, Colour, Space, inks_of
from docconv.preflight.profiles.content import Picture
from docconv.preflight.profiles.objects import DAMAGE, MOST_PIXELS, filters, get, number, numbers, raw, unpacked
from docconv.preflight.profiles.objects import picture as opened_picture

Planes: TypeAlias = dict[str, Image.Image]
"""For each ink a picture of how much of it there is, 255 for full."""

_SAMPLED = 256  # cells along the longer side, at least
_UNREADABLE = (*DAMAGE, MemoryError, ImageCms.PyCMSError)


class Separation:
    """The way from RGB to ink, by the ICC profile of an output intent.  Raises an error of `DAMAGE` if there is none.

    Relative colorimetric with black point compensation, as programs print pictures unless they are told otherwise."""

    def __init__(self, icc: bytes | None) -> None:
        if not icc or icc[16:20] != b"CMYK":
            raise ValueError("no profile of four inks")
        self._icc = icc
        self._transforms: dict[tuple[int, int], ImageCms.ImageCmsTransform] = {}
        self._colours: dict[tuple[tuple[int, int], tuple[float, ...]], dict[str, float]] = {}
        self.of_picture(Image.new("RGB", (1, 1)), RGB)

    def of_colour(self, colour: Colour) -> dict[str, float]:
        """How much of each ink a colour becomes; nothing if that is not told."""
        space = colour.space.root
        if space.family not in ("rgb", "icc-rgb", "cal-rgb") or len(colour.values) != 3:
            return {}
        key = (_number(space), colour.values)
        if key not in self._colours:
            red, green, blue = (round(255 * min(1.0, max(0.0, value))) for value in colour.values)
            spot = self.of_picture(Image.new("RGB", (1, 1), (red, green, blue)), space).tobytes()
            self._colours[key] = {ink: share / 255 for ink, share in zip(PROCESS, spot, strict=True)}
        return self._colours[key]

    def of_picture(self, picture: Image.Image, space: Space) -> Image.Image:
        """A picture in RGB, in four inks."""
        made = ImageCms.applyTransform(picture, self._from(space))
        assert made is not None  # it is None where a picture is changed in place
        return made

    def _from(self, space: Space) -> ImageCms.ImageCmsTransform:
        """The transform from a space: by its own profile, or if that is damaged, from sRGB."""
        key = _number(space)
        if key not in self._transforms:
            given = unpacked(space.profile) if space.family == "icc-rgb" else None
            try:
                self._transforms[key] = self._made(ImageCms.ImageCmsProfile(io.BytesIO(given or b"")))
            except (OSError, ImageCms.PyCMSError):
                self._transforms[key] = self._made(ImageCms.createProfile("sRGB"))
        return self._transforms[key]

    def _made(self, given: Any) -> ImageCms.ImageCmsTransform:
        target = ImageCms.ImageCmsProfile(io.BytesIO(self._icc))
        flags = ImageCms.Flags.BLACKPOINTCOMPENSATION
        return ImageCms.buildTransform(given, target, "RGB", "CMYK", ImageCms.Intent.RELATIVE_COLORIMETRIC, flags)


def separation(icc: bytes | None) -> Separation | None:
    """The way from RGB to ink by a profile; None if that is none, or is damaged."""
    try:
        return Separation(icc)
    except _UNREADABLE:
        return None


def _number(space: Space) -> tuple[int, int]:
    """Of the object of a profile; of sRGB, where a space has none."""
    return space.profile.objgen if isinstance(space.profile, Object) else (0, 0)


def heaviest(picture: Picture, to_ink: Separation | None = None) -> float | None:
    """The most ink that an area of a picture has, in percent; None of one that cannot be read.  One in RGB has none
    unless it is told how much it becomes."""
    if picture.space is None or picture.value is None:
        return 0.0
    most = _bound(picture.space, to_ink)
    if most <= _HARMLESS:
        return most
    found = planes(picture, to_ink)
    return most_ink(found.values()) if found else None


_HARMLESS = 200
"""In percent: what any paper takes."""


def _bound(space: Space, to_ink: Separation | None) -> float:
    """No more ink than a picture in a space can have, in percent."""
    match space.family:
        case "cmyk" | "icc-cmyk":
            return 400
        case "rgb" | "icc-rgb" | "cal-rgb":
            return 400 if to_ink else 0
        case "spot":
            return 400 if "All" in space.inks else 100 * len(space.inks)
        case "indexed" if space.base and not space.base.is_rgb:
            colours = len(space.table) // max(1, space.base.components)
            return max((100 * sum(inks_of(space, (at,)).values()) for at in range(min(colours, 256))), default=0)
        case "indexed" if space.base:
            return _bound(space.base, to_ink)
    return 100


def planes(picture: Picture, to_ink: Separation | None = None) -> Planes | None:
    """A picture as ink, made small; None if it is not read."""
    value, space = picture.value, picture.space
    if value is None or space is None or picture.width * picture.height > MOST_PIXELS:
        return None
    try:
        found = _read(picture, space, value, to_ink)
    except _UNREADABLE:
        return None
    if found is None or numbers(get(value, "/Decode"))[:2] != [1, 0] or space.family == "indexed":
        return found
    return {ink: ImageChops.invert(plane) for ink, plane in found.items()}


def opacity(value: Object) -> Image.Image | None:
    """How opaque a picture is, pixel by pixel, made small; None if its mask is not read."""
    mask = get(value, "/SMask")
    width, height = int(number(raw(mask, "/Width"))), int(number(raw(mask, "/Height")))
    told = mask is not None and raw(mask, "/BitsPerComponent") == 8 and get(mask, "/Decode") is None
    if mask is None or not told or width * height > MOST_PIXELS:
        return None
    try:
        return _small(_grey(mask, width, height))
    except _UNREADABLE:
        return None


def total(each: Iterable[Image.Image]) -> Image.Image:
    """The sum of planes, in steps of a 255th of an ink."""
    first, *others = each
    added = first.convert("I")
    for other in others:
        added = ImageMath.lambda_eval(lambda of: of["a"] + of["b"], a=added, b=other.convert("I"))
    return added


def most_ink(each: Iterable[Image.Image]) -> float:
    """The largest sum of planes, in percent."""
    _, most = total(each).getextrema()
    assert not isinstance(most, tuple)  # a sum has one band
    return most / 255 * 100


def _read(picture: Picture, space: Space, value: Object, to_ink: Separation | None) -> Planes | None:
    size = picture.width, picture.height
    match space.family:
        case "cmyk" | "icc-cmyk" if picture.bits == 8:
            image = _four_colours(value, size)
            return dict(zip(PROCESS, image.split(), strict=True)) if image else None
        case "gray" | "icc-gray" | "cal-gray" if picture.bits == 8:
            return {"Black": ImageChops.invert(_small(_grey(value, *size)))}
        case "rgb" | "icc-rgb" | "cal-rgb" if to_ink and picture.bits == 8:
            image = to_ink.of_picture(_small(_light(value, size)), space)
            return dict(zip(PROCESS, image.split(), strict=True))
        case "indexed" if space.base and picture.bits in (1, 2, 4, 8):
            numbered = Image.frombytes("P", size, _data(value), "raw", _RAW[picture.bits])
            return _painted_by_number(space, numbered, to_ink)
        case "spot" if picture.bits == 8 and "All" not in space.inks:
            data, count = _data(value), len(space.inks)
            bands = (Image.frombytes("L", size, data[at::count]) for at in range(count))
            return {ink: _small(band) for ink, band in zip(space.inks, bands, strict=True) if ink != "None"}
    return None


_RAW = {1: "P;1", 2: "P;2", 4: "P;4", 8: "P"}


def _painted_by_number(space: Space, numbered: Image.Image, to_ink: Separation | None) -> Planes:
    """A picture in an indexed space: for each ink, the share that it has in the colour of each number."""
    base = space.base
    colours = [_of_number(space, base, number, to_ink) for number in range(256)] if base else []
    grey = Image.frombytes("L", numbered.size, numbered.tobytes())
    inks = dict.fromkeys(ink for colour in colours for ink in colour)
    return {ink: _small(grey.point([round(255 * colour.get(ink, 0)) for colour in colours])) for ink in inks}


def _of_number(space: Space, base: Space, number: int, to_ink: Separation | None) -> dict[str, float]:
    if not base.is_rgb:
        return inks_of(space, (float(number),))
    held = space.table[3 * number : 3 * number + 3]
    return to_ink.of_colour(Colour(base, tuple(each / 255 for each in held))) if to_ink else {}


def _four_colours(value: Object, size: tuple[int, int]) -> Image.Image | None:
    if filters(value) != ["DCTDecode"]:
        return _small(Image.frombytes("CMYK", size, _data(value)))
    jpeg = opened_picture(value)
    if jpeg.mode != "CMYK":
        return None
    jpeg.draft("CMYK", (_SAMPLED * 2, _SAMPLED * 2))
    return ImageChops.invert(_small(jpeg))  # Pillow takes all such JPEGs for Adobe's, which count light, not ink


def _grey(value: Object, width: int, height: int) -> Image.Image:
    if filters(value) != ["DCTDecode"]:
        return Image.frombytes("L", (width, height), _data(value))
    jpeg = opened_picture(value)
    jpeg.draft("L", (_SAMPLED * 2, _SAMPLED * 2))
    return jpeg.convert("L")


def _light(value: Object, size: tuple[int, int]) -> Image.Image:
    """A picture in RGB."""
    if set(filters(value)) & {"DCTDecode", "JPXDecode"}:
        image = opened_picture(value)
        image.draft("RGB", (_SAMPLED * 2, _SAMPLED * 2))
        return image.convert("RGB")
    return Image.frombytes("RGB", size, _data(value))


def _data(value: Object) -> bytes:
    data = unpacked(value)
    if data is None:
        raise ValueError("damaged, or more than is unpacked")
    return data


def _small(image: Image.Image) -> Image.Image:
    return image.reduce(max(1, max(image.size) // _SAMPLED))
