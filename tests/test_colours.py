"""Colours of a style: in inks, as spot colours, in spaces beyond sRGB; on plates and on screens."""

from __future__ import annotations

import io
import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from PIL import Image

from docconv import convert
from docconv.cli import main
from docconv.preflight.profiles import judge
from docconv.press import PROFILES
from docconv.problems import Problem
from docconv.styles import HOUSE
from docconv.typeset.seam.colours import Ink, Spot
from docconv.typeset.seam.separations import Mixture, Tint
from docconv.writers.options import EditionOptions, Printing
from docconv.writers.rgb import of_inks
from docconv.writers.sheets import spot_inks

CN = PROFILES["press-cn"]
X1A = replace(CN, standard="pdf/x-1a")
RED = Spot("PANTONE 185 C", (0, 0.91, 0.76, 0))
GOLD = Spot("专金", (0.2, 0.3, 0.8, 0.1))
SPOTS = """
html { --spot-red: "PANTONE 185 C" device-cmyk(0 .91 .76 0); --spot-gold: "专金" device-cmyk(20% 30% 80% 10%) }
"""
TEXT = "# 标题\n\n正文在此。\n\n# 又一章\n\n再一段。\n"
BREAKS = "h1 { break-before: page }\n"


def styled(folder: Path, css: str, text: str = TEXT) -> Path:
    """A source beside a style that is the plain one with these rules at its end."""
    style = folder / "house"
    style.mkdir(exist_ok=True)
    sheet = (HOUSE / "plain" / "print.css").read_text("utf-8")
    (style / "print.css").write_text(f"{sheet}{SPOTS}{css}\n", "utf-8")
    source = folder / "page.md"
    source.write_text(text, "utf-8")
    return source


def printed(source: Path, profile: Any = CN, **asked: Any) -> tuple[pikepdf.Pdf, list[Problem]]:
    out = source.with_suffix(".pdf")
    options = EditionOptions(printing=Printing(profile, **asked))
    problems = convert(source, [out], style=str(source.parent / "house"), epub=options)
    return pikepdf.open(io.BytesIO(out.read_bytes())), [each for each in problems if each.code != "read-as"]


def painted(pdf: pikepdf.Pdf) -> list[tuple[str, tuple[Any, ...]]]:
    """The operators of all pages with their operands."""
    return [
        (str(operator), tuple(str(each) if isinstance(each, pikepdf.Name) else float(each) for each in operands))
        for page in pdf.pages
        for operands, operator in pikepdf.parse_content_stream(page)
        if str(operator) in ("k", "K", "cs", "CS", "scn", "SCN", "rg")
    ]


def written(pdf: pikepdf.Pdf) -> bytes:
    return b"".join(bytes(each.unparse(resolved=True)) for each in pdf.objects)


def plates(folder: Path, page: int = 1) -> dict[str, Image.Image]:
    """The plates that Ghostscript makes of page.pdf in a folder; dark is ink."""
    command = ["gs", "-q", "-dBATCH", "-dNOPAUSE", "-dSAFER", "-sDEVICE=tiffsep", "-r50", "-o", "plate.tif"]
    pages = [f"-dFirstPage={page}", f"-dLastPage={page}"]
    subprocess.run([*command, *pages, "page.pdf"], cwd=folder, check=True)
    made = {}
    for file in folder.glob("plate(*).tif"):
        with Image.open(file) as image:
            made[file.name[6:-5]] = image.convert("L")
    return made


# ── Every colour of CSS ──

EVERYWHERE = [
    "color: {}",
    "background: linear-gradient({}, white)",
    "box-shadow: 0 0 4px {}",
    "border: 3px ridge {}",
    "text-decoration: underline {}",
]


@pytest.mark.slow
@pytest.mark.parametrize("profile", ["archive", "press-cn"])
@pytest.mark.parametrize(
    "colour",
    ["device-cmyk(0 1 1 0)", "color(--spot-red 80%)", "lab(50% 60 40)", "oklch(50% .2 30)", "color(display-p3 1 0 0)"],
)
def test_a_colour_of_any_space_is_set_wherever_a_colour_stands(colour: str, profile: str, tmp_path: Path) -> None:
    css = "".join(f"p:nth-of-type({nth}) {{ {rule.format(colour)} }}" for nth, rule in enumerate(EVERYWHERE, 1))
    source = styled(tmp_path, css, "\n\n".join("一二三四五"))
    pdf, problems = printed(source, PROFILES[profile])
    assert [each for each in problems if each.code != "press-spot"] == []
    verdict = judge(source.with_suffix(".pdf").read_bytes(), "page.pdf", PROFILES[profile])
    assert {each.code for each in verdict.problems} <= {"press-spot"}
    assert (b"/DeviceCMYK" in written(pdf)) == (profile == "press-cn")


def test_a_wide_colour_is_taken_for_the_nearest_that_a_screen_has(tmp_path: Path) -> None:
    pdf, _ = printed(styled(tmp_path, "p { color: color(display-p3 0 1 0) }"), PROFILES["accessible"])
    greens = {values for name, values in painted(pdf) if name == "rg" and values[1] > 0.9}
    assert greens and all(red < 0.1 for red, _, _ in greens), greens


@settings(max_examples=30)
@given(st.tuples(*[st.floats(0, 1)] * 4))
def test_inks_have_a_look_and_black_alone_is_grey(ink: Ink) -> None:
    assert all(0 <= each <= 1 for each in of_inks(ink))
    assert of_inks((0, 0, 0, ink[3])) == (1 - ink[3],) * 3


# ── Spot colours ──


@pytest.mark.slow
@pytest.mark.parametrize("profile", [CN, X1A], ids=["x4", "x1a"])
def test_a_spot_colour_is_a_plate_with_its_name(profile: Any, tmp_path: Path) -> None:
    css = BREAKS + "h1 { color: color(--spot-red 100%); border-bottom: 2pt solid color(--spot-red .4) }"
    source = styled(tmp_path, css)
    pdf, problems = printed(source, profile)
    used = painted(pdf)
    assert {values[0] for name, values in used if name == "scn"} >= {1.0, 0.4}
    space = pdf.pages[0].Resources.ColorSpace["/Spot1"]
    assert [str(each) for each in space[:3]] == ["/Separation", "/PANTONE 185 C", "/DeviceCMYK"]
    assert [float(each) for each in space[3].C1] == list(RED.solid)
    assert [(each.code, each.message) for each in problems] == [
        ("press-spot", "the spot colour PANTONE 185 C is a plate of its own on page 1–2")
    ]
    data = source.with_suffix(".pdf").read_bytes()
    assert {each.code for each in judge(data, "page.pdf", profile).problems} == {"press-spot"}
    printed(source, profile)
    assert source.with_suffix(".pdf").read_bytes() == data
    assert "+ PANTONE 185 C" in subprocess.run(["pdftotext", "page.pdf", "-"], cwd=tmp_path, check=True,
                                               capture_output=True, text=True).stdout  # fmt: skip


@pytest.mark.slow
def test_the_plate_of_a_spot_colour_has_what_is_printed_in_it_and_no_other_has(tmp_path: Path) -> None:
    printed(styled(tmp_path, "h1 { color: color(--spot-red 1); font-size: 60pt } p { color: black }"), has_marks=False)
    made = plates(tmp_path)
    assert made["PANTONE 185 C"].getextrema()[0] < 20
    assert all(made[name].getextrema() == (255, 255) for name in ("Cyan", "Magenta", "Yellow"))


@pytest.mark.slow
def test_spot_colours_can_be_mixed_from_the_four_inks(tmp_path: Path) -> None:
    source = styled(tmp_path, "h1 { color: color(--spot-red 50%) }")
    pdf, problems = printed(source, mixes_spots=True)
    assert problems == [] and b"PANTONE" not in written(pdf)
    assert ("k", (0.0, 0.455, 0.38, 0.0)) in painted(pdf)
    pdf, problems = printed(source, replace(CN, is_mono=True))
    assert problems == [] and b"PANTONE" not in written(pdf)
    assert not [values for name, values in painted(pdf) if name == "k" and any(values[:3])]


@pytest.mark.slow
def test_the_command_line_mixes_them_for_a_press_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = styled(tmp_path, "h1 { color: color(--spot-red 1) }")
    out, style = str(tmp_path / "page.pdf"), str(tmp_path / "house")
    assert main(["convert", str(source), "-o", out, "--style", style, "--profile", "press-cn", "--mix-spots"]) == 0
    assert main(["convert", str(source), "-o", out, "--style", style, "--mix-spots"]) == 2
    assert "--mix-spots is for a press" in capsys.readouterr().err


@pytest.mark.slow
def test_what_shines_through_is_a_lighter_tint_in_x1a(tmp_path: Path) -> None:
    css = "h1 { color: color(--spot-red 80% / 50%) } p { opacity: .5; color: color(--spot-gold 1) }"
    pdf, problems = printed(styled(tmp_path, css), X1A)
    forms = [each for page in pdf.pages for each in page.Resources.XObject.values()]
    faded = {float(operands[0]) for form in forms for operands, name in pikepdf.parse_content_stream(form)
             if str(name) == "scn"}  # fmt: skip
    assert ("scn", (0.4,)) in painted(pdf) and faded == {0.5}
    assert "press-transparency" in {each.code for each in problems}


@pytest.mark.slow
def test_a_drawing_in_a_spot_colour_is_on_its_plate(tmp_path: Path) -> None:
    drawing = '<rect width="90" height="60" fill="color(--spot-gold 1)"/>'
    (tmp_path / "x.svg").write_text(f'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60">{drawing}</svg>')
    printed(styled(tmp_path, "", "# 图\n\n![](x.svg)\n"), has_marks=False)
    made = plates(tmp_path)
    (gold,) = (image for name, image in made.items() if "%" in name or name == "专金")
    assert gold.getextrema()[0] < 5 and made["Yellow"].getextrema() == (255, 255)


@pytest.mark.slow
def test_a_screen_shows_what_a_spot_colour_looks_like(tmp_path: Path) -> None:
    source = styled(tmp_path, "h1 { color: color(--spot-red 1) }")
    for name in ("accessible", "archive"):
        pdf, problems = printed(source, PROFILES[name])
        assert problems == [] and b"/Separation" not in written(pdf)
        reds = [values for name, values in painted(pdf) if name == "rg" and values[0] > 0.85 and max(values[1:]) < 0.35]
        assert reds


# ── Gradients ──


@pytest.mark.slow
@pytest.mark.parametrize(
    ("stops", "space"),
    [
        ("device-cmyk(0 1 1 0), device-cmyk(1 0 0 0)", "/DeviceCMYK"),
        ("color(--spot-red 1), color(--spot-red 10%)", "/Separation"),
        ("color(--spot-red 1), white", "/Separation"),
        ("color(--spot-red 1), color(--spot-gold 1)", "/DeviceN"),
        ("color(--spot-red 1), device-cmyk(1 0 0 0)", "/DeviceN"),
    ],
)
@pytest.mark.parametrize("profile", [CN, X1A], ids=["x4", "x1a"])
def test_a_gradient_runs_from_ink_to_ink(stops: str, space: str, profile: Any, tmp_path: Path) -> None:
    source = styled(tmp_path, f"p {{ height: 60mm; background: linear-gradient(to right, {stops}) }}", "正文")
    pdf, _ = printed(source, profile, has_marks=False)
    shadings = [each for page in pdf.pages for form in page.Resources.XObject.values()
                for each in form.Resources.Shading.values()]  # fmt: skip
    (shading,) = shadings
    found = shading.ColorSpace
    assert str(found if isinstance(found, pikepdf.Name) else found[0]) == space
    assert {each.code for each in judge(source.with_suffix(".pdf").read_bytes(), "x.pdf", profile).problems} <= {
        "press-spot"
    }
    made = plates(tmp_path)
    assert (made["Magenta"].getextrema()[0] < 20) == stops.startswith("device-cmyk")
    assert (made["Cyan"].getextrema()[0] < 20) == stops.endswith("device-cmyk(1 0 0 0)")
    assert ("PANTONE 185 C" in made) == ("--spot-red" in stops)


@pytest.mark.slow
def test_a_gradient_of_the_box_is_drawn_once(tmp_path: Path) -> None:
    """Repeated, a strip of its other edge would be seen where pixels or the bleed reach beyond it."""
    pdf, _ = printed(styled(tmp_path, "p { background: linear-gradient(to right, red, blue) }"))
    assert not any(isinstance(each, pikepdf.Stream) and "/PatternType" in each for each in pdf.objects)


SHARE = st.floats(0, 1).map(lambda each: round(each, 3))
INK = st.tuples(SHARE, SHARE, SHARE, SHARE)


@pytest.mark.slow
@settings(max_examples=3, phases=[Phase.generate])  # what is drawn is a list of cases: nothing to make smaller
@given(st.lists(st.tuples(INK, st.lists(st.tuples(INK, SHARE), min_size=1, max_size=3)), min_size=20, max_size=40))
def test_what_stands_for_several_plates_is_their_sum(cases: list[tuple[Ink, list[tuple[Ink, float]]]]) -> None:
    """As PostScript itself mixes them."""
    programs, wanted = [], []
    for process, spots in cases:
        tints = [Tint(Spot(f"Ink {nth}", solid), share) for nth, (solid, share) in enumerate(spots)]
        mixture = Mixture([(0, 0, 0, 1), *tints])
        (program,) = mixture._program.stream
        shares = " ".join(map(str, (*process, *(each.share for each in tints))))
        programs.append(f"{shares} {program} exec 4 array astore ==")
        wanted.append([min(1, base + sum(each.spot.solid[at] * each.share for each in tints))
                       for at, base in enumerate(process)])  # fmt: skip
    command = ["gs", "-q", "-dNODISPLAY", "-dBATCH", "-dSAFER", "-"]
    told = subprocess.run(command, input="\n".join(programs), check=True, capture_output=True, text=True).stdout
    found = [[float(each) for each in line.strip("[] \n").split()] for line in told.splitlines()]
    assert len(found) == len(wanted)
    assert all(one == pytest.approx(other, abs=1e-3) for one, other in zip(found, wanted, strict=True))


# ── What cannot be one ──


@pytest.mark.parametrize(
    ("declared", "reason"),
    [
        ("red", "it wants a name in quotes, and a colour"),
        ('"PANTONE 185 C"', "it wants a name in quotes, and a colour"),
        ('"PANTONE 185 C" rgb(255 0 0)', "the colour it looks like is to be in device-cmyk()"),
        ('"PANTONE 185 C" device-cmyk(0 1)', "the colour it looks like is to be in device-cmyk()"),
        ('"All" device-cmyk(0 1 1 0)', "'All' is not what a plate of its own is called"),
        ('"" device-cmyk(0 1 1 0)', "'' is not what a plate of its own is called"),
    ],
)
def test_what_is_no_ink_is_reported_with_its_line(declared: str, reason: str) -> None:
    problems: list[Problem] = []
    assert spot_inks("print.css", f"\nhtml {{ --spot-red: {declared} }}", problems.append) == {}
    (problem,) = problems
    assert (problem.code, problem.message) == ("css-ignored", f"--spot-red is no ink: {reason}")
    assert problem.place is not None and (problem.place.file, problem.place.line) == ("print.css", 2)


def test_one_ink_has_one_look() -> None:
    problems: list[Problem] = []
    css = 'html { --spot-a: "HKS 13" device-cmyk(0 1 1 0) }\np { --spot-b: "HKS 13" device-cmyk(0 .9 1 0) }'
    inks = spot_inks("print.css", css, problems.append)
    assert inks["--spot-a"] == inks["--spot-b"] == Spot("HKS 13", (0, 1, 1, 0))
    assert [(each.place and each.place.line, each.message) for each in problems] == [
        (2, "--spot-b: HKS 13 has another look already")
    ]


@pytest.mark.slow
@pytest.mark.parametrize("profile", ["accessible", "press-cn"])
def test_an_ink_that_nobody_declares_is_reported_with_its_line(profile: str, tmp_path: Path) -> None:
    source = styled(tmp_path, "p { color: color(--spot-blue 1) }")
    _, (problem,) = printed(source, PROFILES[profile])
    lines = (tmp_path / "house" / "print.css").read_text("utf-8").splitlines()
    assert problem.code == "css-ignored" and problem.place and "--spot-blue" in lines[problem.place.line - 1]
    assert "declare the ink" in problem.remedy


def test_sheets_for_screens_have_no_inks(tmp_path: Path) -> None:
    source = styled(tmp_path, "")
    screen = (HOUSE / "plain" / "screen.css").read_text("utf-8")
    own = "p { color: device-cmyk(0 1 1 0) }\nh1 { color: color(--spot-red 1) }\nh2 { color: color(display-p3 1 0 0) }"
    (tmp_path / "house" / "screen.css").write_text(f"{screen}\n{own}\n", "utf-8")
    problems = convert(source, [tmp_path / "page.html"], style=str(tmp_path / "house"))
    told = [each.message for each in problems if each.code == "css-ignored"]
    assert told == ["no screen has inks: device-cmyk(…)", "no screen has inks: color(…)"]


def test_names_of_plates_are_names_of_pdf() -> None:
    space = Mixture([Tint(Spot("DIC 584s* (金) 100%", GOLD.solid), 1.0)]).space
    assert re.fullmatch(r"/[A-Za-z0-9#]+", space[1])
    assert str(pikepdf.Object.parse(space[1].encode())) == "/DIC 584s* (金) 100%"
