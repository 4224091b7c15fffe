"""PDFs for a press: boxes, inks, pictures, marks, what the file says of itself.  pikepdf reads what docconv wrote."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pikepdf
import pytest
from PIL import Image, ImageChops, ImageCms, ImageDraw, ImageFilter

from docconv import convert, icc
from docconv.cli import main
from docconv.inputs import recording
from docconv.preflight.profiles import judge
from docconv.press import CONDITIONS, FOGRA39, PROFILES, Profile
from docconv.problems import Problem, ToolError, UsageError
from docconv.styles import find_style
from docconv.writers import press
from docconv.writers.options import EditionOptions, Printing
from docconv.writers.press import intent, marks, statement
from docconv.writers.press.inks import PressInks

MM = 72 / 25.4
ICC = (icc.OWN / "FOGRA39L_coated.icc").read_bytes()
CN = PROFILES["press-cn"]
X1A = replace(CN, standard="pdf/x-1a")

TEXT = """\
---
title: 红楼梦
author: 曹雪芹
date: 1791-05-01
lang: zh-Hans
publisher: 程伟元
identifier: ISBN 978-7-02-000220-7
rights: 公有领域 & 无版权
---

# 第一回 甄士隐梦幻识通灵

此开卷第一回也。作者自云：`code` 与 **重点**，参见[链接](https://example.org)和[第二回](#two)。

![照片](photo.jpg)

满纸荒唐言，一把辛酸泪。

![](alpha.png)

| 回 | 目 |
|----|----|
| 一 | 甄 |

# 第二回 贾夫人仙逝扬州城 {#two}

诗云：一局输赢料不真。

# 第三回

![图](drawing.svg)
"""

SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100">
  <defs>
    <linearGradient id="g"><stop offset="0" stop-color="#c00"/><stop offset="1" stop-color="#00c"/></linearGradient>
  </defs>
  <rect width="200" height="100" fill="url(#g)"/>
  <path d="M0,0 L200,100" stroke="#080" stroke-width="0.05"/>
</svg>
"""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("press")
    photo = Image.linear_gradient("L").resize((400, 300))
    Image.merge("RGB", (photo, photo.transpose(Image.Transpose.ROTATE_180), photo)).save(folder / "photo.jpg")
    drawn = Image.new("RGBA", (300, 200), (0, 0, 0, 0))
    ImageDraw.Draw(drawn).ellipse((20, 20, 280, 180), fill=(10, 20, 120, 128))
    drawn.save(folder / "alpha.png")
    (folder / "drawing.svg").write_text(SVG, encoding="utf-8")
    file = folder / "book.md"
    file.write_text(TEXT, encoding="utf-8")
    return file


def printed(source: Path, profile: Profile, style: str = "book", **asked: Any) -> tuple[bytes, list[Problem]]:
    """The PDF of a source for a profile, and the problems."""
    out = source.with_suffix(".pdf")
    problems = convert(source, [out], style=style, epub=EditionOptions(printing=Printing(profile, **asked)))
    return out.read_bytes(), problems


class Job:
    """A PDF that was printed, with what was reported."""

    def __init__(self, source: Path, profile: Profile) -> None:
        self.profile = profile
        self.data, self.problems = printed(source, profile)
        self.pdf = pikepdf.open(io.BytesIO(self.data))


@pytest.fixture(scope="module")
def x4(source: Path) -> Job:
    return Job(source, CN)


@pytest.fixture(scope="module")
def x1a(source: Path) -> Job:
    return Job(source, X1A)


@pytest.fixture(params=["x4", "x1a"])
def job(request: pytest.FixtureRequest) -> Job:
    made: Job = request.getfixturevalue(request.param)
    return made


def streams(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """The content of every page, form and pattern."""
    yield from pdf.pages
    for each in pdf.objects:
        if isinstance(each, pikepdf.Stream) and ("/Resources" in each or each.get("/Subtype") == "/Form"):
            yield each


def operators(pdf: pikepdf.Pdf) -> Iterator[tuple[str, list[Any]]]:
    for stream in streams(pdf):
        for operands, operator in pikepdf.parse_content_stream(stream):
            yield str(operator), list(operands)


def pictures(pdf: pikepdf.Pdf) -> list[Any]:
    return [each for each in pdf.objects if isinstance(each, pikepdf.Stream) and each.get("/Subtype") == "/Image"]


# ── The table ──


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_a_profile_is_whole(profile: Profile) -> None:
    assert profile.is_press == (profile.condition is not None)
    if profile.is_press:
        assert profile.bleed >= 3 and profile.slug >= 10 and profile.ppi_fail < profile.ppi_warn < profile.ppi_line_art
        assert 200 < profile.ink_limit <= 320 and profile.hairline >= 0.25


def test_every_icc_file_names_one_condition() -> None:
    files = [file.lower() for condition in CONDITIONS for file in condition.files]
    assert len(files) == len(set(files))


# ── Boxes and marks ──


def test_boxes_are_those_of_the_trade(job: Job) -> None:
    for page in job.pdf.pages:
        trim, bleed, media = ([float(each) for each in page[name]] for name in ("/TrimBox", "/BleedBox", "/MediaBox"))
        assert trim[:2] == [0, 0]
        assert trim[2] / MM == pytest.approx(140, abs=0.01) and trim[3] / MM == pytest.approx(203, abs=0.01)
        assert [trim[0] - bleed[0], bleed[3] - trim[3]] == pytest.approx([3 * MM, 3 * MM], abs=0.001)
        assert (bleed[0] - media[0]) / MM >= 10 - 0.01 and (media[2] - bleed[2]) / MM >= 10 - 0.01
        assert "/ArtBox" not in page and "/CropBox" not in page


def test_marks_stand_on_every_plate_and_beyond_the_bleed(job: Job) -> None:
    name, colorant, _, function = job.pdf.pages[0].Resources.ColorSpace.All
    assert (name, colorant) == ("/Separation", "/All") and [float(each) for each in function.C1] == [1, 1, 1, 1]
    bleed = 3 * MM
    for page in job.pdf.pages:
        width, height = float(page.TrimBox[2]), float(page.TrimBox[3])
        drawn = list(_marks_of(page))
        assert len(drawn) > 20
        inside = [(x, y) for x, y in drawn if -bleed <= x <= width + bleed and -bleed <= y <= height + bleed]
        assert not inside


def _marks_of(page: Any) -> Iterator[tuple[float, float]]:
    """The points that are drawn in the colour of registration, in pt from the corner of the trim."""
    matrix, stack, registered, start = pikepdf.Matrix(), [], False, (0.0, 0.0)
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "q":
                stack.append((matrix, registered))
            case "Q":
                matrix, registered = stack.pop()
            case "cm":
                matrix = pikepdf.Matrix(*map(float, operands)) @ matrix
            case "CS":
                registered = operands[0] == "/All"
            case "w" if registered:
                assert float(operands[0]) * abs(matrix.d) == pytest.approx(0.25, abs=0.002)
            case "m":
                start = matrix.transform((float(operands[0]), float(operands[1])))
            case "l" | "c" if registered:
                yield start
                yield matrix.transform((float(operands[-2]), float(operands[-1])))


def test_japanese_corner_marks_show_trim_and_bleed() -> None:
    sheet = marks.Sheet(width=400, height=600, bleed=10, slug=40)
    single, double = (marks.marks(sheet, (), "x", double_corners=each) for each in (False, True))
    assert (single.count("h18"), single.count("h-18"), double.count("h18"), double.count("h-18")) == (2, 2, 4, 4)
    assert ",-10.0000 h" in double and ",610.0000 h" in double and ",-10.0000 h" not in single


def test_marks_can_be_left_out(source: Path) -> None:
    data, _ = printed(source, CN, has_marks=False)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert pdf.pages[0].MediaBox == pdf.pages[0].BleedBox
        assert b"/All" not in b"".join(page.Contents.read_bytes() for page in pdf.pages)


def test_the_slug_says_what_the_sheet_is(x4: Job) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not there")
    text = subprocess.run(
        ["pdftotext", "-f", "2", "-l", "2", "-", "-"], input=x4.data, stdout=subprocess.PIPE, check=True
    )
    said = " ".join(text.stdout.decode().split())
    assert "140 × 203 mm · press-cn · PDF/X-4 · FOGRA39" in said and f"2/{len(x4.pdf.pages)}" in said


BLEEDING = """
@page { size: 100mm 150mm; margin: 0; background: #8cf }
html { --figure-width: 100mm; --box: var(--figure-width); --measure: 80mm }
figure { margin: 0; width: 100mm; max-width: none }
figure img { width: 100mm; height: 60mm; max-height: none; object-fit: cover }
h1 { background: #fc0; margin: 0 }
"""


@pytest.mark.slow
def test_what_touches_the_trim_reaches_the_edge_of_the_bleed(tmp_path: Path) -> None:
    style = tmp_path / "bleeding"
    style.mkdir()
    (style / "print.css").write_text(BLEEDING + "".join(f":root{{--gallery-{n}-width:30mm}}" for n in (2, 3, 4)))
    Image.new("RGB", (1500, 900), (200, 30, 30)).save(tmp_path / "red.png")
    source = tmp_path / "page.md"
    source.write_text("# 标题\n\n![](red.png)\n\n文字。\n", encoding="utf-8")
    data, _ = printed(source, CN, str(style))
    (tmp_path / "out.pdf").write_bytes(data)
    subprocess.run(["pdftoppm", "-r", "127", "-png", "-singlefile", "out.pdf", "out"], cwd=tmp_path, check=True)
    with Image.open(tmp_path / "out.png") as raster:
        pixels = raster.convert("RGB")
    mm = 5  # pixels; 127 an inch
    slug, bleed = 12 * mm, 3 * mm
    left, right = slug + 2, pixels.width - slug - 3
    for y in range(slug + bleed, pixels.height - slug - 2, mm):
        assert pixels.getpixel((left, y)) != (255, 255, 255) and pixels.getpixel((right, y)) != (255, 255, 255), y
    ring = [pixels.getpixel((x, pixels.height - slug - 3)) for x in range(left, right, mm)]
    assert (255, 255, 255) not in ring
    reds = [y for y in range(pixels.height) if _is_red(pixels.getpixel((left, y)))]
    assert len(reds) >= 60 * mm - 2, "the picture is drawn out to the left"
    assert not any(_is_red(pixels.getpixel((slug - 3, y))) for y in reds), "and no further"


def _is_red(pixel: Any) -> bool:
    red, green, blue = pixel
    return bool(red > 150 and green < 110 and blue < 110)


# ── Inks ──


def test_nothing_is_painted_in_rgb(job: Job) -> None:
    used = {name for name, _ in operators(job.pdf)}
    assert not used & {"rg", "RG", "g", "G", "sh"} - {"sh"}
    spaces = {str(operands[0]) for name, operands in operators(job.pdf) if name in ("cs", "CS")}
    assert spaces <= {"/All", "/Pattern"}
    for each in job.pdf.objects:
        if isinstance(each, pikepdf.Dictionary | pikepdf.Stream):
            assert each.get("/ColorSpace", "/DeviceGray") in ("/DeviceGray", "/DeviceCMYK") or "/All" in each.ColorSpace
            assert each.get("/CS", "/DeviceCMYK") == "/DeviceCMYK"
    whole = b"".join(bytes(each.unparse(resolved=True)) for each in job.pdf.objects)
    assert not re.search(rb"/DeviceRGB|/CalRGB|/Lab|/ICCBased", whole)


def test_black_and_grey_are_printed_in_black_alone(job: Job) -> None:
    inks = {tuple(float(each) for each in operands) for name, operands in operators(job.pdf) if name in ("k", "K")}
    assert (0, 0, 0, 1) in inks
    coloured = {ink for ink in inks if ink[:3] != (0, 0, 0)}
    assert len(coloured) == 1, f"the stroke of the drawing is all that has a colour: {coloured}"


def test_black_type_is_printed_over_what_is_under_it_and_large_type_is_not(job: Job) -> None:
    seen = set()
    for page in job.pdf.pages:
        states = {str(name): bool(state.get("/op", False)) for name, state in page.Resources.ExtGState.items()}
        size, is_black, over, stack = 0.0, False, False, []
        for operands, operator in pikepdf.parse_content_stream(page):
            match str(operator):
                case "q":
                    stack.append((is_black, over))
                case "Q":
                    is_black, over = stack.pop()
                case "Tf":
                    size = float(operands[1]) * 0.75
                case "k":
                    is_black = [float(each) for each in operands] == [0, 0, 0, 1]
                case "cs":
                    is_black = False
                case "gs":
                    over = states.get(str(operands[0]), over) if str(operands[0]) in ("/over", "/knock") else over
                case "TJ" if is_black:
                    assert over == (size <= 24), f"{size} pt"
                    seen.add(over)
                case "f" | "S" | "Do" | "f*":
                    assert not over
    assert seen == {True, False}


@pytest.mark.parametrize(
    ("rgb", "black"), [((0, 0, 0), 1), ((1, 1, 1), 0), ((0.5, 0.5, 0.5), 0.5), ((0.957, 0.957, 0.949), 0.0457)]
)
def test_greys_have_no_colour(rgb: tuple[float, float, float], black: float) -> None:
    assert PressInks(ICC, 300).of_rgb(*rgb) == (0, 0, 0, pytest.approx(black, abs=0.001))


@pytest.mark.parametrize("limit", [300, 240, 200])
def test_no_colour_has_more_ink_than_the_paper_takes(limit: int) -> None:
    inks = PressInks(ICC, limit)
    for rgb in ((0.1, 0, 0.02), (0, 0, 0.3), (0.2, 0.1, 0), (0, 0.3, 0.1), (1, 0, 0)):
        assert sum(inks.of_rgb(*rgb)) <= limit / 100 + 0.001
    assert sum(inks.of_cmyk((1, 1, 1, 1))) <= limit / 100 + 0.001 and inks.of_cmyk((1, 1, 1, 1))[3] == 1
    assert inks.of_cmyk((0.2, 0.3, 0, 0.1)) == (0.2, 0.3, 0, 0.1)


def test_everything_can_be_printed_in_black(source: Path) -> None:
    data, _ = printed(source, replace(CN, is_mono=True))
    with pikepdf.open(io.BytesIO(data)) as pdf:
        inks = [[float(each) for each in operands] for name, operands in operators(pdf) if name in ("k", "K")]
        assert inks and all(ink[:3] == [0, 0, 0] for ink in inks)
        assert {str(picture.ColorSpace) for picture in pictures(pdf)} == {"/DeviceGray"}


@pytest.fixture(scope="module")
def novel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book of ten pages or so."""
    file = tmp_path_factory.mktemp("novel") / "novel.md"
    file.write_text(
        f"---\ntitle: 千字文\nlang: zh-Hans\n---\n\n# 第一回\n\n{'天地玄黄，宇宙洪荒。' * 650}\n", encoding="utf-8"
    )
    return file


def test_pages_without_a_number_have_a_hidden_one_in_the_binding(novel: Path) -> None:
    japan = replace(PROFILES["press-jp"], condition=CN.condition)
    found = {}
    for is_hidden in (False, True):
        data, _ = printed(novel, CN, hides_folios=is_hidden)
        verdict = judge(data, "x.pdf", japan)
        found[is_hidden] = [each.rule for each in verdict.rulings if each.findings and each.code != "press-pages"]
    assert found == {False: ["press-folio/unnumbered"], True: []}


@pytest.mark.parametrize("profile", [CN, X1A])
def test_blank_pages_make_whole_sheets(profile: Profile, novel: Path) -> None:
    asked = replace(profile, signature=16)
    data, problems = printed(novel, asked, hides_folios=True)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        boxes = {tuple(str(page[f"/{each}Box"]) for each in ("Trim", "Bleed", "Media")) for page in pdf.pages}
        assert (len(pdf.pages), len(boxes), int(pdf.Root.PageLabels.Nums[1].St)) == (16, 1, 1)
    (added,) = [each.message for each in problems if each.code == "press-pages"]
    assert re.fullmatch(r"pages \d+ to 16 are blank, to make 1 sheet of 16 pages", added)
    verdict = judge(data, "x.pdf", asked)
    assert [each.rule for each in verdict.rulings if each.findings] == []


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("gs") is None, reason="Ghostscript is not there")
def test_no_spot_of_a_page_has_more_ink_than_the_paper_takes(x4: Job, tmp_path: Path) -> None:
    """The plates as Ghostscript makes them, added up."""
    (tmp_path / "book.pdf").write_bytes(x4.data)
    made = subprocess.run(["gs", "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-sDEVICE=tiff32nc", "-r40",
                           "-o", str(tmp_path / "p%d.tif"), str(tmp_path / "book.pdf")],
                          capture_output=True, text=True, check=True)  # fmt: skip
    assert made.stdout + made.stderr == ""
    for file in sorted(tmp_path.glob("p*.tif")):
        with Image.open(file) as plates:
            inside = plates.crop((25, 25, plates.width - 25, plates.height - 25))  # the marks are on all four
            raw = inside.tobytes()
        worst = max(sum(raw[at : at + 4]) for at in range(0, len(raw), 4))
        assert worst / 2.55 <= FOGRA39.ink_limit + 2


# ── Pictures ──


def a_picture(mode: str, format: str, size: tuple[int, int] = (64, 48), **saved: Any) -> bytes:
    grey = Image.linear_gradient("L").resize(size)
    turned = grey.transpose(Image.Transpose.ROTATE_180)
    bands = {"L": (grey,), "RGB": (grey, turned, grey), "CMYK": (grey, turned, grey, turned), "LA": (grey, turned),
             "RGBA": (grey, turned, grey, turned)}  # fmt: skip
    if mode == "I;16":
        image = Image.new("I;16", size, 40000)
    elif mode in ("1", "P"):
        image = Image.merge("RGB", bands["RGB"]).convert(mode)
    else:
        image = Image.merge(mode, bands[mode])
    out = io.BytesIO()
    image.save(out, format, **saved)
    return out.getvalue()


@pytest.mark.parametrize(
    ("mode", "format", "space", "has_mask"),
    [
        ("RGB", "JPEG", "DeviceCMYK", False),
        ("RGB", "PNG", "DeviceCMYK", False),
        ("RGBA", "PNG", "DeviceCMYK", True),
        ("P", "GIF", "DeviceCMYK", False),
        ("RGB", "WEBP", "DeviceCMYK", False),
        ("CMYK", "JPEG", "DeviceCMYK", False),
        ("L", "JPEG", "DeviceGray", False),
        ("L", "PNG", "DeviceGray", False),
        ("LA", "PNG", "DeviceGray", True),
        ("1", "PNG", "DeviceGray", False),
        ("I;16", "PNG", "DeviceGray", False),
    ],
)
def test_pictures_of_every_kind_are_separated(mode: str, format: str, space: str, has_mask: bool) -> None:
    made = PressInks(ICC, 300).picture(a_picture(mode, format))
    assert (made.space, bool(made.mask), made.width, made.height) == (space, has_mask, 64, 48)
    assert made.filter == ("DCTDecode" if format == "JPEG" else "FlateDecode")
    if made.filter == "FlateDecode":
        assert len(zlib.decompress(made.data)) == 64 * 48 * (4 if space == "DeviceCMYK" else 1)
    opaque = PressInks(ICC, 300, is_opaque=True).picture(a_picture(mode, format))
    assert not opaque.mask and opaque.was_mixed == has_mask


def test_sixteen_bits_keep_their_tone() -> None:
    made = PressInks(ICC, 300).picture(a_picture("I;16", "PNG"))
    assert set(zlib.decompress(made.data)) == {40000 // 256}


def test_a_grey_picture_in_rgb_is_grey() -> None:
    out = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(out, "PNG")
    assert PressInks(ICC, 300).picture(out.getvalue()).space == "DeviceGray"


def test_a_picture_has_no_more_ink_than_the_paper_takes() -> None:
    dark = io.BytesIO()
    Image.new("RGB", (40, 600), (12, 4, 2)).save(dark, "PNG")
    for limit in (300, 240):
        raw = zlib.decompress(PressInks(ICC, limit).picture(dark.getvalue()).data)
        assert limit * 0.95 < max(sum(raw[at : at + 4]) for at in range(0, len(raw), 4)) / 2.55 <= limit


@pytest.mark.parametrize("limit", [300, 240])
def test_a_jpeg_has_no_more_ink_than_the_paper_takes(limit: int) -> None:
    """Dark noise is the worst that a JPEG can be given: what it blurs is more ink, here and there."""
    noise = [Image.effect_noise((96, 64), spread).point(lambda value: value // 8) for spread in (60, 90, 120)]
    dark = io.BytesIO()
    Image.merge("RGB", noise).save(dark, "JPEG", quality=95)
    made = PressInks(ICC, limit).picture(dark.getvalue())
    raw = Image.open(io.BytesIO(made.data)).tobytes() if made.filter == "DCTDecode" else zlib.decompress(made.data)
    assert max(sum(raw[at : at + 4]) for at in range(0, len(raw), 4)) * 100 <= limit * 255


def test_a_picture_in_cmyk_keeps_its_numbers_within_the_limit() -> None:
    out = io.BytesIO()
    Image.new("CMYK", (16, 16), (200, 30, 10, 5)).save(out, "JPEG", quality=95)
    assert PressInks(ICC, 300).picture(out.getvalue()).data == out.getvalue()
    out = io.BytesIO()
    Image.new("CMYK", (16, 16), (255, 255, 255, 255)).save(out, "JPEG", quality=95)
    made = PressInks(ICC, 240).picture(out.getvalue())
    cyan, magenta, yellow, black = Image.open(io.BytesIO(made.data)).getpixel((8, 8))  # type: ignore[misc]
    assert black > 250 and cyan + magenta + yellow + black <= 2.4 * 255 + 4


def test_a_picture_is_read_by_its_own_icc_profile() -> None:
    """The same numbers are another colour where red is green; a profile that is broken counts for nothing."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = srgb.replace(b"rXYZ", b"?XYZ").replace(b"gXYZ", b"rXYZ").replace(b"?XYZ", b"gXYZ")
    plain, tagged, other, broken = (PressInks(ICC, 300).picture(a_picture("RGB", "PNG", icc_profile=icc)).data
                                    for icc in (None, srgb, swapped, b"x" * 200))  # fmt: skip
    assert tagged == plain == broken != other


def test_pictures_with_too_few_pixels_are_reported(x4: Job) -> None:
    """78 mm are 3.07 inches: 400 pixels make 130 to the inch, 300 make 98."""
    found = {problem.code: problem.message for problem in x4.problems if problem.code.startswith("press-")}
    assert set(found) == {"press-resolution"}
    messages = [problem.message for problem in x4.problems if problem.code == "press-resolution"]
    assert any("photo.jpg is printed at 130 ppi (page" in message for message in messages), messages


def test_a_picture_that_is_soft_but_not_bad_is_a_warning(source: Path) -> None:
    _, problems = printed(source, replace(CN, ppi_warn=140, ppi_fail=90))
    assert {problem.code for problem in problems if problem.code.startswith("press")} == {"press-resolution-low"}


# ── Thin rules ──


def test_no_rule_is_thinner_than_a_hairline(job: Job) -> None:
    widths = []
    for page in job.pdf.pages:
        matrix, stack = pikepdf.Matrix(), []
        for operands, operator in pikepdf.parse_content_stream(page):
            match str(operator):
                case "q":
                    stack.append(matrix)
                case "Q":
                    matrix = stack.pop()
                case "cm":
                    matrix = pikepdf.Matrix(*map(float, operands)) @ matrix
                case "w":
                    widths.append(float(operands[0]) * abs(matrix.a * matrix.d - matrix.b * matrix.c) ** 0.5)
    assert widths and min(widths) >= 0.25 - 0.002


@pytest.mark.slow
def test_no_frame_is_thinner_than_a_hairline(tmp_path: Path) -> None:
    """A frame is two rectangles, of which the ring between is filled."""
    style = tmp_path / "thin"
    shutil.copytree(find_style("plain").folder, style)
    with (style / "print.css").open("a", encoding="utf-8") as sheet:
        sheet.write("blockquote { border: .05pt solid #000 }")
    source = tmp_path / "x.md"
    source.write_text("# 题\n\n> 引文\n", encoding="utf-8")
    data, _ = printed(source, PROFILES["press-cn"], str(style))
    with pikepdf.open(io.BytesIO(data)) as pdf:
        before: list[float] = []
        rings = []
        for name, operands in operators(pdf):
            if name == "re":
                now = [float(each) for each in operands]
                if before and 0 < before[0] - now[0] < 1 and 0 < now[2] - before[2] < 2:
                    rings.append((before[0] - now[0]) * 0.75)
                before = now
    assert rings == [pytest.approx(0.25, abs=0.001)]


# ── Transparency ──


def test_x1a_has_nothing_that_shines_through_and_says_what_was_mixed(x4: Job, x1a: Job) -> None:
    assert any("/SMask" in each for each in pictures(x4.pdf))
    for each in x1a.pdf.objects:
        if isinstance(each, pikepdf.Dictionary | pikepdf.Stream):
            assert "/SMask" not in each and "/Group" not in each and each.get("/BM", "/Normal") == "/Normal"
            assert float(each.get("/ca", 1)) == 1 and float(each.get("/CA", 1)) == 1
    assert [problem.code for problem in x1a.problems].count("press-transparency") == 1
    assert "press-transparency" not in [problem.code for problem in x4.problems]


def svg_book(tmp_path: Path, body: str) -> Path:
    (tmp_path / "x.svg").write_text(f'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60">{body}</svg>')
    source = tmp_path / "x.md"
    source.write_text("# 图\n\n![](x.svg)\n", encoding="utf-8")
    return source


def test_opacity_is_mixed_with_white_for_x1a(tmp_path: Path) -> None:
    source = svg_book(tmp_path, '<g opacity=".5"><rect width="90" height="60" fill="#000"/></g>')
    data, problems = printed(source, X1A)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert ("k", [0, 0, 0, 0.5]) in [(name, [float(each) for each in operands])
                                         for name, operands in operators(pdf) if name == "k"]  # fmt: skip
    assert "press-transparency" in [problem.code for problem in problems]


def test_what_x1a_cannot_print_is_refused(tmp_path: Path) -> None:
    fading = ('<defs><linearGradient id="g"><stop offset="0" stop-color="#c00"/>'
              '<stop offset="1" stop-color="#c00" stop-opacity="0"/></linearGradient></defs>'
              '<rect width="90" height="60" fill="url(#g)"/>')  # fmt: skip
    with pytest.raises(UsageError, match=r"PDF/X-1a cannot print a soft mask .*\(page 1\)"):
        printed(svg_book(tmp_path, fading), X1A)
    printed(svg_book(tmp_path, fading), CN)


# ── What the file says of itself ──


def test_it_is_the_pdfx_that_it_says(job: Job) -> None:
    info, version = job.pdf.docinfo, {"pdf/x-4": "PDF/X-4", "pdf/x-1a": "PDF/X-1a:2003"}[job.profile.standard]
    assert job.data.startswith(f"%PDF-{job.profile.version}".encode()) and job.pdf.pdf_version == job.profile.version
    assert info["/GTS_PDFXVersion"] == version and info["/Trapped"] == "/False"
    assert info["/Title"] == "红楼梦" and info["/Author"] == "曹雪芹"
    assert info["/CreationDate"] == info["/ModDate"] == "D:17910501000000Z"
    first, second = job.pdf.trailer.ID
    assert len(bytes(first)) == len(bytes(second)) == 32
    assert "/Encrypt" not in job.pdf.trailer


def test_xmp_says_the_same_as_the_information(job: Job) -> None:
    info = job.pdf.docinfo
    assert "/Filter" not in job.pdf.Root.Metadata
    with job.pdf.open_metadata() as xmp:
        assert xmp["dc:title"] == info["/Title"] and xmp["dc:creator"] == [info["/Author"]]
        assert xmp["xmp:CreateDate"] == xmp["xmp:ModifyDate"] == "1791-05-01T00:00:00Z"
        assert xmp["xmp:CreatorTool"] == info["/Creator"] and xmp["pdf:Producer"] == info["/Producer"]
        assert xmp["{http://www.npes.org/pdfx/ns/id/}GTS_PDFXVersion"] == info["/GTS_PDFXVersion"]
        assert xmp["pdf:Trapped"] == "False" and xmp["dc:language"] == {"zh-Hans"}
        assert xmp["dc:publisher"] == {"程伟元"} and xmp["dc:rights"] == "公有领域 & 无版权"
        assert xmp["{http://prismstandard.org/namespaces/basic/3.0/}isbn"] == xmp["dc:identifier"]
        assert xmp["{http://ns.adobe.com/xap/1.0/mm/}DocumentID"].startswith("uuid:")


def test_the_output_intent_holds_the_icc_profile(job: Job) -> None:
    (entry,) = job.pdf.Root.OutputIntents
    assert entry.S == "/GTS_PDFX" and entry.OutputConditionIdentifier == "FOGRA39"
    assert entry.RegistryName == "http://www.color.org" and entry.Info == "FOGRA39L Coated"
    assert entry.DestOutputProfile.N == 4 and entry.DestOutputProfile.read_bytes() == ICC


def test_nothing_can_be_clicked_and_nothing_runs(job: Job) -> None:
    root = job.pdf.Root
    assert not {"/AcroForm", "/OpenAction", "/AA", "/OCProperties", "/Names"} & set(root.keys())
    assert all("/Annots" not in page and "/AA" not in page for page in job.pdf.pages)
    with job.pdf.open_outline() as outline:
        assert [each.title for each in outline.root][:2] == ["第一回 甄士隐梦幻识通灵", "第二回 贾夫人仙逝扬州城"]


def test_x1a_has_no_object_streams(x1a: Job) -> None:
    assert b"/ObjStm" not in x1a.data and b"\nxref\n" in x1a.data


def test_fonts_are_embedded_subset_and_readable(job: Job) -> None:
    fonts = [each for each in job.pdf.objects if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/Font"]
    assert not [font for font in fonts if font.Subtype == "/Type3"]
    composite = [font for font in fonts if font.Subtype == "/Type0"]
    assert composite and all("/ToUnicode" in font for font in composite)
    for font in composite:
        assert re.match(r"/[A-Z]{6}\+", str(font.BaseFont))
        descriptor = font.DescendantFonts[0].FontDescriptor
        if "/FontFile3" in descriptor:
            assert descriptor.FontFile3.Subtype == "/CIDFontType0C" and descriptor.FontFile3.read_bytes()[:2] == b"\1\0"
        else:
            assert "/FontFile2" in descriptor


@pytest.mark.parametrize(
    ("licence", "allowed"), [(0, True), (4, True), (8, True), (0x102, False), (2, False), (0x200, False)]
)
def test_the_licence_of_a_font_is_kept(licence: int, allowed: bool) -> None:
    font = a_font(licence)
    assert statement.may_embed(font) is allowed
    used = SimpleNamespace(bitmap=False, family="Sung", file_content=font)
    if allowed:
        press.check_fonts([used])
    else:
        with pytest.raises(ToolError, match=r"licence of the font Sung \(.+\) does not allow"):
            press.check_fonts([used])


def a_font(licence: int) -> bytes:
    """A font of one table, with an fsType."""
    table = bytes(8) + licence.to_bytes(2, "big") + bytes(80)
    font = b"OTTO" + (1).to_bytes(2, "big") + bytes(6) + b"OS/2" + bytes(4) + (28).to_bytes(4, "big")
    return font + len(table).to_bytes(4, "big") + table


def test_a_font_of_pixels_is_refused() -> None:
    with pytest.raises(ToolError, match="the font Unifont is made of pixels"):
        press.check_fonts([SimpleNamespace(bitmap=True, family="Unifont", file_content=b"")])


def test_the_same_source_gives_the_same_bytes_in_any_folder(source: Path, x4: Job, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere"
    shutil.copytree(source.parent, moved)
    data, _ = printed(moved / source.name, CN)
    assert data == x4.data


def test_the_date_is_that_of_the_environment(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    data, _ = printed(source, CN)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert pdf.docinfo["/ModDate"] == "D:20231114221320Z"


# ── Other programs ──


@pytest.mark.parametrize("program", [
    ["qpdf", "--check", "FILE"],
    ["gs", "-q", "-dSAFER", "-dPDFSTOPONERROR", "-o", "/dev/null", "-sDEVICE=nullpage", "FILE"],
    ["mutool", "draw", "-q", "-F", "stext", "-o", "/dev/null", "FILE"],
], ids=lambda program: program[0])  # fmt: skip
def test_other_programs_open_it_without_complaint(job: Job, program: list[str], tmp_path: Path) -> None:
    if shutil.which(program[0]) is None:
        pytest.skip(f"{program[0]} is not there")
    (tmp_path / "book.pdf").write_bytes(job.data)
    made = subprocess.run([each.replace("FILE", str(tmp_path / "book.pdf")) for each in program],
                          capture_output=True, text=True, check=True)  # fmt: skip
    assert made.stderr.replace("warning: ICC support is not available", "").strip() == ""


# ── The choice of a press ──


def test_a_printers_own_icc_profile_is_used(source: Path, tmp_path: Path) -> None:
    own = tmp_path / "our-press.icc"
    own.write_bytes(ICC)
    with recording() as read:
        found = intent.find_intent(CN, own)
    assert ("content", str(own)) in read
    assert (found.condition.identifier, found.condition.title) == ("Custom", "FOGRA39L Coated")
    named = tmp_path / "psocoated_v3.icc"
    named.write_bytes(ICC)
    assert intent.find_intent(CN, named).condition.identifier == "FOGRA51"


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", ICC[:16] + b"RGB " + ICC[20:], ICC[:200]])
def test_what_is_no_icc_profile_of_a_press_is_refused(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.icc").write_bytes(data)
    with pytest.raises(UsageError, match="no ICC profile of a press"):
        intent.find_intent(CN, tmp_path / "x.icc")


def test_x1a_takes_no_icc_profile_of_version_4(tmp_path: Path) -> None:
    (tmp_path / "x.icc").write_bytes(ICC[:8] + b"\4" + ICC[9:])
    assert intent.find_intent(CN, tmp_path / "x.icc")
    with pytest.raises(UsageError, match="version 2"):
        intent.find_intent(X1A, tmp_path / "x.icc")


def test_a_missing_icc_profile_is_named_with_where_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(icc, "folders", lambda: (tmp_path,))
    with recording() as read, pytest.raises(ToolError, match=r"JC200103.*JapanColor2001Coated\.icc \(Adobe.*--icc"):
        intent.find_intent(PROFILES["press-jp"], None)
    assert ("system", str(tmp_path)) in read


def test_the_command_line_prints(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "book.pdf"
    assert (
        main(["convert", str(source), "-o", str(out), "--style", "book", "--profile", "press-eu", "--pdfx", "1a"]) == 0
    )
    assert out.read_bytes().startswith(b"%PDF-1.4")
    assert main(["convert", str(source), "-o", str(out), "--pdfx", "1a"]) == 2
    assert "--pdfx is for a press" in capsys.readouterr().err
    assert main(["convert", str(source), "-o", str(out), "--profile", "press-cn", "--icc", str(source)]) == 2


@pytest.mark.slow
def test_a_printer_may_ask_for_another_bleed_and_less_ink(source: Path, tmp_path: Path) -> None:
    out = str(tmp_path / "book.pdf")
    job = ["--profile", "press-cn", "--bleed", "5", "--ink-limit", "240"]
    assert main(["convert", str(source), "-o", out, *job]) == 0
    with pikepdf.open(out) as pdf:
        for page in pdf.pages:
            trim, bleed, media = ([float(each) for each in page.obj[name]] for name in _BOXES)
            assert [round((one - other) / MM, 3) for one, other in zip(bleed, trim, strict=True)] == [-5, -5, 5, 5]
            assert round((bleed[0] - media[0]) / MM, 3) == CN.slug
    verdict = judge(Path(out).read_bytes(), "book.pdf", replace(CN, bleed=5, most_ink=240))
    assert not {each.code for each in verdict.problems} & {"press-box", "press-bleed", "press-ink", "press-marks"}
    verdict = judge(Path(out).read_bytes(), "book.pdf", replace(CN, bleed=6, most_ink=200))
    assert {"press-box", "press-ink"} <= {each.code for each in verdict.problems}
    assert main(["check", out, *job]) == main(["check", out, "--profile", "press-cn"]), "resolution is all they say"


_BOXES = "/TrimBox", "/BleedBox", "/MediaBox"


@pytest.mark.parametrize("asked", [["--bleed", "11"], ["--bleed", "-1"], ["--bleed", "x"], ["--ink-limit", "28"]])
def test_what_no_printer_asks_for_is_refused(asked: list[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["convert", "book.md", "-o", str(tmp_path / "x.pdf"), "--profile", "press-cn", *asked])


# ── Letters as outlines ──


def seen(data: bytes, folder: Path) -> list[Image.Image]:
    (folder / "seen.pdf").write_bytes(data)
    command = [
        "gs",
        "-q",
        "-dNOPAUSE",
        "-dBATCH",
        "-sDEVICE=pnggray",
        "-r150",
        "-dTextAlphaBits=4",
        "-dGraphicsAlphaBits=4",
    ]
    subprocess.run([*command, f"-sOutputFile={folder}/p-%d.png", str(folder / "seen.pdf")], check=True)
    return [Image.open(path).copy() for path in sorted(folder.glob("p-*.png"), key=lambda path: len(path.name))]


def strays(one: Image.Image, other: Image.Image) -> bool:
    """Whether something of one page stands more than two pixels from all that is dark on another."""
    near = other.filter(ImageFilter.MinFilter(5)).point(lambda value: 255 if value < 200 else 0)
    dark = one.point(lambda value: 255 if value < 120 else 0)
    return bool(ImageChops.subtract(dark, near).getbbox())


@pytest.mark.slow
@pytest.mark.parametrize("profile", [CN, X1A], ids=["x4", "x1a"])
def test_letters_as_outlines_look_as_letters_do_and_leave_no_font(
    source: Path, profile: Profile, tmp_path: Path
) -> None:
    data, _ = printed(source, profile)
    made, _ = printed(source, profile, outlines_text=True)
    assert made == printed(source, profile, outlines_text=True)[0]
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert pdf.pdf_version == profile.version
        assert not [
            each for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/Font"
        ]
        assert not [
            name for each in streams(pdf) for _, name in pikepdf.parse_content_stream(each) if str(name) == "TJ"
        ]
    (tmp_path / "letters").mkdir()
    (tmp_path / "outlines").mkdir()
    for letters, outlines in zip(seen(data, tmp_path / "letters"), seen(made, tmp_path / "outlines"), strict=True):
        assert not strays(letters, outlines) and not strays(outlines, letters)
    assert not [each for each in judge(made, "book.pdf", profile).problems if each.code.startswith("press-font")]
