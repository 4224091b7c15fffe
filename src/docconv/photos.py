"""The one place where pictures are opened, and what a file says of its picture: how many pixels it has, which way up,
and what its colours mean.

It assumes that anybody may have made the file: which format it has is decided by its first bytes, never by its name.
"""

from __future__ import annotations

import io
import itertools
import math
import struct
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

FORMATS: Mapping[str, tuple[bytes, ...]] = MappingProxyType(
    {
        "JPEG": (b"\xff\xd8\xff",),
        "PNG": (b"\x89PNG\r\n\x1a\n",),
        "GIF": (b"GIF87a", b"GIF89a"),
        "WEBP": (b"RIFF",),
        "TIFF": (b"II*\0", b"MM\0*"),
        "BMP": (b"BM",),
    }
)
"""The first bytes of the formats that are opened, by the names that Pillow has for them.  There are no others: Pillow
hands PostScript to Ghostscript, which runs what a file tells it to."""

FORMATS_OF_PDF = MappingProxyType(
    {"JPEG": FORMATS["JPEG"], "JPEG2000": (b"\xff\x4f\xff\x51", b"\0\0\0\x0cjP  \r\n\x87\n")}
)
"""Those that lie in a PDF as they are (ISO 32000-2, 7.4.8 and 7.4.9)."""

DAMAGE = (OSError, ValueError, SyntaxError, struct.error, TypeError, LookupError, EOFError, ArithmeticError)
"""What Pillow raises for a file that is damaged, beside its errors of too many pixels."""

_SPACES = {"1": "line art", "L": "grey", "LA": "grey", "I": "grey", "F": "grey", "CMYK": "CMYK", "LAB": "Lab"}
_ORIENTATION, _EXIF, _COLOUR_SPACE, _INTEROP = 0x0112, 0x8769, 0xA001, 0xA005
"""Tags of Exif (CIPA DC-008, 4.6)."""


def open_picture(data: bytes, formats: Mapping[str, tuple[bytes, ...]] = FORMATS) -> ImageFile:
    """A picture, opened but not yet unpacked.  Raises `UnidentifiedImageError`, which is an `OSError`, for bytes that
    begin like none of the formats, and an error of `DAMAGE` for a file that is damaged."""
    from PIL import Image, UnidentifiedImageError

    if not (name := format_of(data, formats)):
        raise UnidentifiedImageError("not a picture in a format that is opened")
    return Image.open(io.BytesIO(data), formats=[name])


def format_of(data: bytes, formats: Mapping[str, tuple[bytes, ...]] = FORMATS) -> str:
    """The format that the first bytes of a picture tell, or nothing."""
    return next((name for name, starts in formats.items() if data.startswith(starts)), "")


@dataclass(frozen=True, slots=True)
class Facts:
    """Width and height are those of the picture as it is shown, turned as its Exif says; all is nothing for a drawing
    made of lines.

    `profile` is its ICC profile; `stated` what it calls its colours without one: sRGB or Adobe RGB."""

    width: int = 0
    height: int = 0
    space: str = ""
    depth: str = ""
    profile: bytes = b""
    stated: str = ""

    @property
    def pixels(self) -> tuple[int, int]:
        return self.width, self.height

    @property
    def profile_name(self) -> str:
        """What the profile calls itself; nothing if there is none, or it is damaged."""
        from PIL import ImageCms

        try:
            return profile_name(self.profile) if self.profile else ""
        except (ImageCms.PyCMSError, OSError):
            return ""

    @property
    def colours(self) -> str:
        """The colours in a few words: grey, sRGB, CMYK (Japan Color 2001 Coated), RGB, palette."""
        name = self.profile_name or self.stated
        space = "sRGB" if self.space == "RGB" and "sRGB" in name else self.space
        if self.profile and not name:
            space += " (damaged profile)"
        elif name and space != "sRGB" and "sRGB" not in name:
            space += f" ({name[:40]})"
        return f"{space}, {self.depth}" if self.depth else space

    def doubts(self) -> Iterator[tuple[str, str, str]]:
        """What is wrong with the colours wherever the picture is shown: code, what, remedy."""
        if self.profile and not self.profile_name:
            yield "picture-colour", "its ICC profile is damaged, and left out of account", "save it anew, in sRGB"
        elif self.space == "RGB" and not self.profile and self.stated == "Adobe RGB":
            what = "its Exif says Adobe RGB, but it has no profile: it is shown as sRGB, and looks dull"
            yield "picture-colour", what, "save it with its profile, or in sRGB"
        elif self.space == "CMYK" and not self.profile:
            what = "CMYK without a profile: screens show what FOGRA39 would print, a press its inks as they are"
            yield "picture-colour-assumed", what, "save it with the profile that it was separated for"

    def doubts_in_print(self, icc: bytes) -> Iterator[tuple[str, str, str]]:
        """What is wrong with the colours besides on a press that an ICC profile describes."""
        if self.space == "CMYK" and self.profile_name and not _print_alike(self.profile, icc):
            what = f"separated for {self.profile_name}, not for {profile_name(icc)}; its inks are printed as they are"
            yield "picture-colour", what, "give it in sRGB, or separated for this press"
        elif self.space == "RGB" and not self.profile and not self.stated:
            yield "picture-colour-assumed", "RGB without a profile: printed as sRGB", "save it with its profile"


def facts_of(path: str, data: bytes) -> Facts:
    """What the file of a picture says."""
    if path.lower().endswith(".svg"):
        return Facts()
    with warnings.catch_warnings(action="ignore"), open_picture(data) as picture:  # Exif may say anything
        exif = picture.getexif()
        turned = exif.get(_ORIENTATION, 1) in (5, 6, 7, 8)
        size = picture.size[::-1] if turned else picture.size
        space = _SPACES.get(picture.mode.partition(";")[0], "RGB")
        return Facts(*size, space, _depth(picture), picture.info.get("icc_profile") or b"", _stated(picture, exif))


def _depth(picture: Any) -> str:
    """What is unusual of the depth of a picture's colours."""
    if picture.mode == "P":
        return "palette"
    return "16 bits" if picture.mode.startswith("I;16") else ""


def _stated(picture: Any, exif: Any) -> str:
    """What a picture calls its colours beside any profile: in Exif (a camera), in the chunk sRGB (PNG)."""
    if "srgb" in picture.info:
        return "sRGB"
    about = exif.get_ifd(_EXIF)
    interoperability = exif.get_ifd(_INTEROP).get(1, "")
    if about.get(_COLOUR_SPACE) == 1 or interoperability == "R98":
        return "sRGB"
    return "Adobe RGB" if interoperability == "R03" or about.get(_COLOUR_SPACE) == 2 else ""


def profile_name(icc: bytes) -> str:
    """What an ICC profile calls itself.  Raises `OSError` or `ImageCms.PyCMSError` for bytes that are none."""
    from PIL import ImageCms

    return " ".join(ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(icc))).split())


def _print_alike(one: bytes, other: bytes) -> bool:
    """Whether the same inks look the same by both profiles: there are several of one press, by different names."""
    if one == other:
        return True
    distances = [math.dist(*pair) for pair in zip(_shades(one), _shades(other), strict=True)]
    return sum(distances) / len(distances) < _ALIKE


_ALIKE = 2.0
"""ΔE of all shades in the mean: less is what makers of profiles of one press differ by."""


@lru_cache(maxsize=4)
def _shades(icc: bytes) -> list[tuple[float, float, float]]:
    """How 256 mixtures of four inks look, in Lab; nothing is known of them if the profile is not of four inks."""
    from PIL import Image, ImageCms

    mixtures = list(itertools.product((0, 85, 170, 255), repeat=4))
    patches = Image.new("CMYK", (len(mixtures), 1))
    patches.putdata(mixtures)
    source, target = ImageCms.ImageCmsProfile(io.BytesIO(icc)), ImageCms.createProfile("LAB")
    transform = ImageCms.buildTransform(source, target, "CMYK", "LAB", ImageCms.Intent.RELATIVE_COLORIMETRIC)
    made = ImageCms.applyTransform(patches, transform)
    assert made is not None  # it is None where a picture is changed in place
    bytes_of = iter(made.tobytes())
    return [(light / 2.55, (a + 128) % 256 - 128, (b + 128) % 256 - 128)
            for light, a, b in zip(bytes_of, bytes_of, bytes_of, strict=True)]  # fmt: skip
