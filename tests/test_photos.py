"""What files of pictures say of their colours, what is wrong with that, and how they come to screens and presses."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from docconv import convert
from docconv.icc import OWN
from docconv.photos import facts_of
from docconv.press import PROFILES
from docconv.problems import Problem
from docconv.writers.options import EditionOptions, Printing
from docconv.writers.rgb import in_rgb

FOGRA39 = (OWN / "FOGRA39L_coated.icc").read_bytes()
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
SWAPPED = SRGB.replace(b"rXYZ", b"?XYZ").replace(b"gXYZ", b"rXYZ").replace(b"?XYZ", b"gXYZ")
SWAPPED = SWAPPED.replace(b"sRGB", b"SWAP").replace(b"s\0R\0G\0B", b"S\0W\0A\0P")
"""Red is green and green red: so one sees whether a profile is followed."""


def darker(icc: bytes) -> bytes:
    """A profile of another press: the same inks are half as light on it (ICC.1, lut16Type: its tables end it)."""
    names = [icc[at : at + 4] for at in range(132, 400, 12)]
    at, size = struct.unpack_from(">II", icc, 136 + 12 * names.index(b"A2B1"))
    (entries,) = struct.unpack_from(">H", icc, at + 50)
    lightness = slice(at + size - 6 * entries, at + size - 4 * entries)
    halves = [value // 2 for value in struct.unpack(f">{entries}H", icc[lightness])]
    made = icc[: lightness.start] + struct.pack(f">{entries}H", *halves) + icc[lightness.stop :]
    return made.replace(b"FOGRA39L", b"Newsrags").replace(
        "FOGRA39L".encode("utf-16-be"), "Newsrags".encode("utf-16-be")
    )


DARKER = darker(FOGRA39)


def photo(mode: str = "RGB", form: str = "JPEG", colour: Any = None, **said: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, (30, 20), colour).save(out, form, **said)
    return out.getvalue()


def exif(**tags: int | str) -> Image.Exif:
    """Exif with an orientation, a colour space, an index of interoperability."""
    made = Image.Exif()
    if "orientation" in tags:
        made[0x0112] = tags["orientation"]
    if "space" in tags:
        made.get_ifd(0x8769)[0xA001] = tags["space"]
    if "index" in tags:
        made.get_ifd(0xA005)[1] = tags["index"]
    return made


@pytest.mark.parametrize(
    ("data", "colours"),
    [
        (photo(), "RGB"),
        (photo(icc_profile=SRGB), "sRGB"),
        (photo(icc_profile=SWAPPED), "RGB (SWAP built-in)"),
        (photo(icc_profile=b"x" * 200), "RGB (damaged profile)"),
        (photo(exif=exif(space=1)), "sRGB"),
        (photo(exif=exif(space=2)), "RGB (Adobe RGB)"),
        (photo("L"), "grey"),
        (photo("1", "PNG"), "line art"),
        (photo("I;16", "PNG"), "grey, 16 bits"),
        (photo("P", "GIF"), "RGB, palette"),
        (photo("CMYK"), "CMYK"),
        (photo("CMYK", icc_profile=FOGRA39), "CMYK (FOGRA39L Coated)"),
        (photo("LAB", "TIFF"), "Lab"),
    ],
)
def test_colours_are_told_in_a_few_words(data: bytes, colours: str) -> None:
    assert facts_of("a.jpg", data).colours == colours


def test_a_drawing_has_neither_pixels_nor_colours() -> None:
    facts = facts_of("a.svg", b"<svg/>")
    assert (facts.pixels, facts.colours, [*facts.doubts()], [*facts.doubts_in_print(FOGRA39)]) == ((0, 0), "", [], [])


@pytest.mark.parametrize(
    ("orientation", "pixels"), [(1, (30, 20)), (3, (30, 20)), (6, (20, 30)), (8, (20, 30)), (99, (30, 20))]
)
def test_pixels_are_those_of_the_picture_as_it_is_turned(orientation: int, pixels: tuple[int, int]) -> None:
    assert facts_of("a.jpg", photo(exif=exif(orientation=orientation))).pixels == pixels


@pytest.mark.parametrize(
    ("data", "anywhere", "in_print"),
    [
        (photo(icc_profile=SRGB), [], []),
        (photo(icc_profile=SWAPPED), [], []),
        (photo(exif=exif(space=1)), [], []),
        (photo(), [], ["picture-colour-assumed: RGB without a profile: printed as sRGB"]),
        (photo("L"), [], []),
        (photo(icc_profile=b"x" * 200), ["picture-colour: its ICC profile is damaged, and left out of account"], []),
        (photo(exif=exif(space=2)),
         ["picture-colour: its Exif says Adobe RGB, but it has no profile: it is shown as sRGB, and looks dull"], []),
        (photo("CMYK"), ["picture-colour-assumed: CMYK without a profile: screens show what FOGRA39 would print, a "
                         "press its inks as they are"], []),
        (photo("CMYK", icc_profile=FOGRA39), [], []),
        (photo("CMYK", icc_profile=FOGRA39.replace(b"FOGRA39L", b"ISO39_v2")), [], []),  # the same by another name
        (photo("CMYK", icc_profile=DARKER), [],
         ["picture-colour: separated for Newsrags Coated, not for FOGRA39L Coated; its inks are printed as they are"]),
    ],
)  # fmt: skip
def test_doubts_about_colours(data: bytes, anywhere: list[str], in_print: list[str]) -> None:
    facts = facts_of("a.jpg", data)
    assert [f"{code}: {what}" for code, what, _ in facts.doubts()] == anywhere
    assert [f"{code}: {what}" for code, what, _ in facts.doubts_in_print(FOGRA39)] == in_print


@given(st.binary(max_size=64))
def test_exif_may_say_anything(said: bytes) -> None:
    data = photo(exif=b"Exif\0\0MM\0\x2a\0\0\0\x08" + said)
    assert facts_of("a.jpg", data).pixels in ((30, 20), (20, 30))


# ── On screens ──


def seen(data: bytes) -> tuple[Any, Any, str | None]:
    with Image.open(io.BytesIO(data)) as image:
        return image.size, image.convert("RGB").getpixel((5, 5)), image.format


def test_colours_of_any_profile_come_to_screens_as_they_are_meant() -> None:
    assert in_rgb(untouched := photo(colour="red", icc_profile=SRGB)) == untouched
    _, (red, green, _), form = seen(in_rgb(photo(colour="red", icc_profile=SWAPPED, quality=95)))
    assert green > 240 > 60 > red and form == "JPEG"
    clear = in_rgb(photo("RGBA", "PNG", (255, 0, 0, 77), icc_profile=SWAPPED))
    assert Image.open(io.BytesIO(clear)).getpixel((5, 5)) == (0, 255, 0, 77)
    assert in_rgb(photo(icc_profile=b"x" * 200)) != b""


def test_inks_come_to_screens_as_they_are_printed() -> None:
    """Pure cyan is (0, 158, 224) in print, and (0, 255, 255) to a program that does not know of paper."""
    for said in ({}, {"icc_profile": FOGRA39}):
        _, (red, green, blue), form = seen(in_rgb(photo("CMYK", colour=(255, 0, 0, 0), quality=95, **said)))
        assert red < 40 and 140 < green < 175 and 205 < blue < 240 and form == "JPEG"


def test_a_picture_that_is_changed_stays_upright() -> None:
    assert seen(in_rgb(photo("CMYK", exif=exif(orientation=6))))[0] == (20, 30)
    assert seen(in_rgb(photo(icc_profile=SWAPPED, exif=exif(orientation=6))))[0] == (20, 30)


def test_browsers_get_no_inks() -> None:
    assert in_rgb(wide := photo(icc_profile=SWAPPED), inks_alone=True) == wide
    assert in_rgb(deep := photo("I;16", "PNG"), inks_alone=True) == deep
    assert seen(in_rgb(photo("CMYK"), inks_alone=True))[2] == "JPEG"


@pytest.mark.slow
def test_every_edition_says_and_does_so(tmp_path: Path) -> None:
    (tmp_path / "inks.jpg").write_bytes(photo("CMYK", colour=(255, 0, 0, 0), icc_profile=DARKER))
    (tmp_path / "wide.jpg").write_bytes(photo(colour="red", icc_profile=SWAPPED))
    source = tmp_path / "a.md"
    source.write_text("---\ntitle: 题\nlang: zh\n---\n\n文。\n\n![图](inks.jpg)\n\n文。\n\n![像](wide.jpg)\n", "utf-8")
    press = EditionOptions(printing=Printing(PROFILES["press-cn"]))
    assert colour_problems(convert(source, [tmp_path / "a.pdf", tmp_path / "a.html"])) == []
    found = colour_problems(convert(source, [tmp_path / "press.pdf"], epub=press))
    assert [str(each) for each in found] == [
        f"{source}:8:3: picture-colour: inks.jpg: separated for Newsrags Coated, not for FOGRA39L Coated; its inks are "
        "printed as they are — give it in sRGB, or separated for this press"
    ]
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        shown = [pikepdf.PdfImage(each).as_pil_image().convert("RGB").getpixel((5, 5)) for each in pdf.objects
                 if isinstance(each, pikepdf.Stream) and each.get("/Subtype") == "/Image"]  # fmt: skip
    assert any(green > 230 and red < 60 for red, green, _ in shown)  # as the profile has it, not as the numbers
    assert any(red < 30 and 60 < green < 110 and 120 < blue < 170 for red, green, blue in shown)


def colour_problems(problems: list[Problem]) -> list[Problem]:
    return [each for each in problems if each.code.startswith("picture-colour")]
