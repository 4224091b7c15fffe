"""How much ink lies on one spot once everything is painted: by the map of a page, and by what Ghostscript renders."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from finished import MM, draw, icc, image, press, saved, spot
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import Image, ImageChops, ImageCms

from docconv.preflight.profiles import inkmap, judge
from docconv.preflight.profiles.finished import Finished
from docconv.preflight.profiles.inkmap import InkMap, Work
from docconv.preflight.profiles.objects import opened
from docconv.preflight.profiles.plates import most_ink
from docconv.preflight.profiles.shades import read_function, shades
from docconv.press import PROFILES, Profile

PROFILE = PROFILES["press-eu"]
BELOW = "0.8 0.7 0.6 0.1 k 100 100 150 150 re f "  # 220 %
ABOVE = "0.2 0 0.1 0.9 k 150 150 150 150 re f "  # 120 %


def set_up(drawing: str, **resources: Dictionary) -> Pdf:
    pdf = press()
    draw(pdf, drawing, **resources)
    return pdf


def mixed(above: str = ABOVE, **state: object) -> Pdf:
    """One area over another, in a state of its own."""
    return set_up(f"{BELOW} /Own gs {above}", ExtGState=Dictionary(Own=Dictionary(**state)))


def form(pdf: Pdf, drawing: str, **group: object) -> Stream:
    made = Stream(pdf, drawing.encode())
    made.Type, made.Subtype, made.BBox = Name.XObject, Name.Form, Array([0, 0, 600, 800])
    made.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceCMYK, **group)
    made.Resources = Dictionary(ExtGState=Dictionary(Own=Dictionary(BM=Name.Multiply)))
    return made


def grouped(drawing: str, group: dict[str, object], **state: object) -> Pdf:
    pdf = mixed("/Group Do", **state)
    pdf.pages[0].obj.Resources.XObject.Group = form(pdf, drawing, **group)
    return pdf


def pictured(matrix: str, black: str, **state: object) -> Pdf:
    """Black over a picture whose inks grow from left to right and from top to bottom."""
    pdf = press()
    data = b"".join(bytes([200, 180, x * 255 // 319, y * 200 // 319]) for y in range(320) for x in range(320))
    overprints = Dictionary(op=True, OP=True, OPM=1, **state)
    draw(pdf, f"q {matrix} cm /New Do Q /Own gs {black} re f", ExtGState=Dictionary(Own=overprints),
         XObject=Dictionary(New=image(pdf, 320, 320, data=data)))  # fmt: skip
    return pdf


def shadowed() -> Pdf:
    """A soft shadow, as programs for layout make it: black through a mask, multiplied."""
    pdf = press()
    soft = b"".join(bytes([max(0, 255 - abs(x - 50) * 6)]) for y in range(100) for x in range(100))
    mask = image(pdf, 100, 100, Name.DeviceGray, soft)
    shadow = image(pdf, 100, 100, Name.DeviceGray, bytes(10_000), SMask=mask)
    draw(pdf, f"{BELOW} /Own gs q 150 0 0 150 120 120 cm /New Do Q", XObject=Dictionary(New=shadow),
         ExtGState=Dictionary(Own=Dictionary(BM=Name.Multiply, ca=0.8)))  # fmt: skip
    return pdf


def spotted(name: str, **state: object) -> Pdf:
    return set_up(f"{BELOW} /Own gs /Spot cs 1 scn 150 150 150 150 re f", ColorSpace=spot(name),
                  ExtGState=Dictionary(Own=Dictionary(**state)))  # fmt: skip


OVERPRINT = {"op": True, "OP": True}
EXACT: dict[str, tuple[Callable[[], Pdf], float]] = {  # what is drawn → the ink on its heaviest spot, in percent
    "opaque": (lambda: mixed(), 220),
    "overprinting, mode 0": (lambda: mixed(**OVERPRINT, OPM=0), 220),
    "overprinting, mode 1": (lambda: mixed("0 0 0 0.9 k 150 150 150 150 re f", **OVERPRINT, OPM=1), 300),
    "a spot colour, overprinting": (lambda: spotted("HKS 13", **OVERPRINT), 320),
    "a spot colour, knocking out": (lambda: spotted("HKS 13"), 220),
    "black as a separation": (lambda: spotted("Black", **OVERPRINT, OPM=0), 310),
    "half opaque": (lambda: mixed(ca=0.5), 220),
    "multiplied": (lambda: mixed(BM=Name.Multiply), 309),
    "multiplied by half": (lambda: mixed(BM=Name.Multiply, ca=0.5), 264.5),
    "darkened": (lambda: mixed(BM=Name.Darken, ca=0.7), 276),
    "lightened": (lambda: mixed(BM=Name.Screen), 220),
    "a group, multiplied": (
        lambda: grouped("0 0 0.3 0.5 k 120 120 150 150 re f " + ABOVE, {}, BM=Name.Multiply), 309),
    "a group, half opaque": (lambda: grouped("1 1 0 0 k 120 120 150 150 re f " + ABOVE, {}, ca=0.5), 220),
    "multiplied in a group by itself": (lambda: grouped("/Own gs " + ABOVE, {"I": True}), 220),
    "multiplied in a group of the page": (lambda: grouped("/Own gs " + ABOVE, {}), 309),
    "over a picture": (lambda: pictured("150 0 0 150 100 100", "0 0 0 1 k 150 100 60 150"), 324),
    "over a mirrored picture": (lambda: pictured("-150 0 0 150 250 100", "0 0 0 1 k 150 100 60 150"), 322.5),
    "over a picture on its side": (lambda: pictured("0 150 -150 0 250 100", "1 0 0 0 k 100 120 150 40"), 325),
    "over one on its other side": (lambda: pictured("0 -150 150 0 100 250", "1 0 0 0 k 100 120 150 40"), 331),
    "over a part of a picture": (
        lambda: pictured("100 100 40 40 re W n 300 0 0 300 100 100", "0 0 0 1 k 100 100 60 150"), 261),
    "a soft shadow": (shadowed, 291),
    "hidden again": (lambda: mixed(
        "0 0 0 0.9 k 150 150 150 150 re f /Ground gs 0 0 0 0.1 k 90 90 250 250 re f", **OVERPRINT, OPM=1), 44),
}  # fmt: skip


def heaviest(pdf: Pdf, limit: float = 1000) -> float:
    data = saved(pdf)
    with opened(data, "x.pdf") as held:
        file = Finished(held, PROFILE, data)
        (sheet,) = file.sheets
        page = InkMap(sheet.trim, MM, limit, Work(file.to_ink))
        for each in file.printed_on(sheet):
            if each.kind != "text" or each.size > PROFILE.overprint_black_to:
                page.paint(each, file.shades(each, 1) if each.shading else ())
        return page.heaviest().ink


def said(pdf: Pdf, profile: Profile = PROFILE) -> list[str]:
    return [each.message for each in judge(saved(pdf), "x.pdf", profile).problems if each.code == "press-ink"]


@pytest.mark.parametrize("case", EXACT)
def test_ink_is_added_up_as_it_is_printed(case: str) -> None:
    make, expected = EXACT[case]
    assert heaviest(make()) == pytest.approx(expected, abs=1.5)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("gs") is None, reason="Ghostscript is not there")
@pytest.mark.parametrize("case", EXACT)
def test_ghostscripts_plates_have_as_much_ink(case: str, tmp_path: Path) -> None:
    make, _ = EXACT[case]
    pdf = make()
    (tmp_path / "x.pdf").write_bytes(saved(pdf))
    subprocess.run(["gs", "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-sDEVICE=tiffsep", "-r127", "-dUseTrimBox",
                    f"-sOutputFile={tmp_path}/x.tif", str(tmp_path / "x.pdf")], check=True)  # fmt: skip
    plates = [ImageChops.invert(Image.open(each).convert("L")).reduce(5) for each in tmp_path.glob("x(*).tif")]
    assert most_ink(plates) == pytest.approx(heaviest(pdf), abs=3)


CIRCLE = (
    "180 100 m 230 100 250 150 250 180 c 250 240 200 250 180 250 c 120 250 100 220 100 180 c 100 130 120 100 180 100 c"
)
BLACK = "/Over gs 0 0 0 1 k "
UNTOLD = {  # what is drawn so that no alarm is right, or that it cannot be told
    "it stands beside what is heavy": f"{BELOW} {BLACK} 250 100 50 50 re f",
    "it touches what is heavy by less than a cell": f"{BELOW} {BLACK} 249 100 50 50 re f",
    "what is heavy is hidden by a circle": f"{BELOW} /Ground gs 0 0 0 0 k {CIRCLE} f {BLACK} 160 160 40 40 re f",
    "it is clipped to a circle": f"{BELOW} {CIRCLE} W n {BLACK} 90 90 300 300 re f",
    "it is a frame": f"{BELOW} {BLACK} 90 90 100 100 re 92 92 96 96 re f*",
    "it is small black text": f"{BELOW} {BLACK} BT /F 12 Tf 1 0 0 1 110 150 Tm <00010002> Tj ET",
    "it is text that stands over the edge": f"{BELOW} {BLACK} BT /F 60 Tf 1 0 0 1 200 150 Tm <00010002> Tj ET",
    "it is text that knocks out": f"{BELOW} /Ground gs 0 0 0 1 k BT /F 60 Tf 1 0 0 1 110 150 Tm <00010002> Tj ET",
    "it is not seen": f"{BELOW} {BLACK} BT 3 Tr /F 60 Tf 1 0 0 1 110 150 Tm <00010002> Tj ET",
    "it is a part of a pattern": f"{BELOW} {BLACK} /Pattern cs /Tile scn 100 100 50 50 re f",
}


@pytest.mark.parametrize("case", UNTOLD)
def test_no_alarm_is_given_where(case: str) -> None:
    pdf = press()
    cell = Stream(pdf, b"0 0 0 1 k 0 0 1 1 re f")
    cell.Type, cell.PatternType, cell.PaintType, cell.TilingType = Name.Pattern, 1, 1, 1
    cell.BBox, cell.XStep, cell.YStep, cell.Resources = Array([0, 0, 9, 9]), 9, 9, Dictionary()
    heavy = UNTOLD[case].replace(BELOW, "0.8 0.8 0.8 0.1 k 100 100 150 150 re f ")
    draw(pdf, heavy, Pattern=Dictionary(Tile=cell))
    assert said(pdf) == []


@pytest.mark.parametrize(
    "above",
    [
        "100 100 150 150 re f",
        "243 100 50 50 re f",  # over its edge by two millimetres
        "BT /F 60 Tf 1 0 0 1 110 150 Tm <00010002> Tj ET",  # large text that all lies over it
    ],
)
def test_the_place_of_too_much_ink_is_told(above: str) -> None:
    pdf = set_up(f"0.8 0.8 0.8 0.1 k 100 100 150 150 re f {BLACK} {above}")
    (message,) = said(pdf)
    assert "what is printed over each other has 340 % of ink, more than 300" in message
    across = message.split(" at ")[1].split(",")[0]
    assert 20 <= float(across) <= 73


def test_what_has_too_much_ink_by_itself_is_told_once() -> None:
    pdf = set_up(f"0.9 0.9 0.9 0.9 k 100 100 150 150 re f {BLACK} 110 110 90 90 re f")
    (message,) = said(pdf)
    assert "area has 360 % of ink" in message


def test_a_file_that_asks_for_too_much_work_is_read_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inkmap, "MOST_WORK", 1_000_000)
    pdf = set_up(f"{BLACK} {'100 100 300 300 re f ' * 50}")
    verdict = judge(saved(pdf), "x.pdf", PROFILE)
    assert (verdict.unread, verdict.passed) == (("not read: the sum of inks on page 1",), False)


def test_more_inks_than_a_press_has_are_not_summed() -> None:
    inks = Array([Name(f"/Ink{at}") for at in range(20)])
    tint = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=[0, 1, 1, 0], N=1)
    space = Dictionary(Many=Array([Name.DeviceN, inks, Name.DeviceCMYK, tint]))
    pdf = set_up(f"{BLACK} /Many cs {'0.1 ' * 20} scn 100 100 50 50 re f", ColorSpace=space)
    assert judge(saved(pdf), "x.pdf", PROFILE).unread == ("not read: the sum of inks on page 1",)


# ── shadings, pictures in other colours, RGB ─────────────────────────────────────────────────────────────────────────


def ramp(*, start: list[float], end: list[float]) -> Dictionary:
    return Dictionary(FunctionType=2, Domain=[0, 1], C0=start, C1=end, N=1)


@pytest.mark.parametrize("as_pattern", [False, True])
def test_the_heaviest_colour_of_a_shading_is_found(as_pattern: bool) -> None:
    """It is that in its middle, where one part of its function ends."""
    light, heavy = [0.1, 0.0, 0.0, 0.0], [0.9, 0.9, 0.9, 0.7]
    parts = Array([ramp(start=light, end=heavy), ramp(start=heavy, end=light)])
    whole = Dictionary(FunctionType=3, Domain=[0, 1], Functions=parts, Bounds=[0.51], Encode=[0, 1, 0, 1])
    shading = Dictionary(ShadingType=2, ColorSpace=Name.DeviceCMYK, Coords=[100, 0, 250, 0], Function=whole)
    if as_pattern:
        pattern = Dictionary(PatternType=2, Shading=shading)
        pdf = set_up("/Pattern cs /Ramp scn 100 100 150 150 re f", Pattern=Dictionary(Ramp=pattern))
    else:
        pdf = set_up("q 100 100 150 150 re W n /Ramp sh Q", Shading=Dictionary(Ramp=shading))
    (message,) = said(pdf)
    assert "has 340 % of ink, more than 300" in message


def test_a_sampled_function_is_read_between_its_samples() -> None:
    pdf = Pdf.new()
    table = Stream(pdf, bytes([0, 255, 255, 0]))
    table.FunctionType, table.Domain, table.Range = 0, Array([0, 1]), Array([0, 1, 0, 1])
    table.Size, table.BitsPerSample = Array([2]), 8
    function = read_function(table, iter(range(1)))
    assert function is not None
    assert function(0.25) == pytest.approx((0.25, 0.75))
    assert function(7) == (1, 0)


@pytest.mark.parametrize(
    "function",
    [
        Dictionary(FunctionType=4, Domain=[0, 1]),
        Dictionary(FunctionType=3, Domain=[0, 1], Functions=Array([]), Bounds=Array([]), Encode=Array([])),
        Dictionary(FunctionType=0, Domain=[0, 1]),
        Dictionary(FunctionType=2),
    ],
)
def test_of_a_function_that_is_damaged_or_a_program_nothing_is_told(function: Dictionary) -> None:
    assert shades(Dictionary(ShadingType=2, Function=function)) == []


def test_a_picture_painted_by_numbers_has_the_ink_of_its_colours() -> None:
    pdf = press()
    for share, found in ((200, ["picture has 314 % of ink, more than 300"]), (150, [])):
        table = Stream(pdf, bytes([0, 0, 0, 0] + [share] * 4))
        space = Array([Name.Indexed, Name.DeviceCMYK, 1, table])
        numbers = bytes(320 * 160) + bytes([1]) * (320 * 160)
        held = press()
        made = held.copy_foreign(pdf.make_indirect(image(pdf, 320, 320, space, numbers)))
        draw(held, "72 0 0 72 120 120 cm /New Do", XObject=Dictionary(New=made))
        assert [each.split(" mm: ")[1].split(" (")[0] for each in said(held)] == found


def intended() -> Pdf:
    """A file with a real profile of a press."""
    pdf = press()
    (profile,) = (Path(inkmap.__file__).parents[2] / "writers/press/icc").glob("*.icc")
    made = Stream(pdf, profile.read_bytes())
    made.N = 4
    pdf.Root.OutputIntents[0].DestOutputProfile = made
    return pdf


def test_rgb_is_told_how_much_ink_it_becomes() -> None:
    pdf = intended()
    srgb = Stream(pdf, ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    srgb.N = 3
    space = Array([Name.ICCBased, pdf.make_indirect(srgb)])
    draw(
        pdf, "/Own cs 0 0 0 scn 100 100 50 50 re f 0.9 0.5 0.2 scn 160 100 50 50 re f", ColorSpace=Dictionary(Own=space)
    )
    draw(pdf, "72 0 0 72 200 200 cm /New Do",
         XObject=Dictionary(New=image(pdf, 320, 320, space, bytes(320 * 320 * 3))))  # fmt: skip
    told = [each.message for each in judge(saved(pdf), "x.pdf", PROFILE).problems]
    assert len(told) == 3
    assert "area is in ICC RGB, and becomes 316 % of ink by the profile in the file, more than 300" in told[0]
    assert "area is in ICC RGB (" in told[1]
    assert "picture is in ICC RGB, and becomes 316 % of ink" in told[2]


def test_a_damaged_profile_tells_nothing() -> None:
    pdf = press()
    broken = Stream(pdf, icc(b"RGB ", b"mntr", (b"desc",)))
    broken.N = 3
    draw(pdf, "/Own cs 0 0 0 scn 100 100 50 50 re f", ColorSpace=Dictionary(Own=Array([Name.ICCBased, broken])))
    (problem,) = judge(saved(pdf), "x.pdf", PROFILE).problems
    assert "area is in ICC RGB (" in problem.message


@pytest.mark.parametrize(
    ("drawing", "found"),
    [
        ("0.6 0.4 0.4 1 k 100 100 29 29 re f", []),  # a square centimetre
        ("0.6 0.4 0.4 1 k 100 100 28 28 re f", ["a small area in C 60 M 40 Y 40 K 100, not in K alone"]),
        ("0 0 0 1 k 100 100 9 9 re f", []),
        ("0.6 0.4 0.4 0.4 k 100 100 9 9 re f", []),  # a dark brown
        ("0.6 0.4 0.4 1 k 100 100 m 120 100 l 110 120 l f", []),  # a part of a drawing
    ],
)
def test_black_that_is_rich_is_for_large_areas(drawing: str, found: list[str]) -> None:
    problems = judge(saved(set_up(drawing)), "x.pdf", PROFILE).problems
    assert [each.message.split(" mm: ")[1].split(" (")[0] for each in problems] == found


def test_two_plates_of_one_colour_are_told() -> None:
    pdf = press()
    for at, name in enumerate(("PANTONE 185 C", "PANTONE 185 U", "HKS 13", "HKS 14")):
        draw(pdf, f"/S{at} cs 1 scn 100 {100 + 20 * at} 9 9 re f",
             ColorSpace=Dictionary({f"/S{at}": spot(name).Spot}))  # fmt: skip
    told = [each.message for each in judge(saved(pdf), "x.pdf", PROFILE).problems if each.code == "press-spot"]
    assert len(told) == 5
    assert "PANTONE 185 U and PANTONE 185 C are two plates, and one colour by their names" in told[-1]


# ── one plate ────────────────────────────────────────────────────────────────────────────────────────────────────────

MONO = replace(PROFILE, is_mono=True)


def in_black() -> Pdf:
    """A page that is printed in black alone."""
    pdf = press()
    drawn = pdf.pages[0].Contents.read_bytes().replace(b"0.9 0.2 0 0.3 K", b"0 0 0 0.3 K")
    pdf.pages[0].obj.Contents = Stream(pdf, drawn)
    pdf.pages[0].obj.Resources.XObject.Im = image(pdf, 320, 320, Name.DeviceGray, bytes(320 * 320))
    return pdf


def beside_black(pdf: Pdf) -> list[str]:
    problems = judge(saved(pdf), "x.pdf", MONO).problems
    return [each.message.split(" mm: ")[1].split(" (")[0] for each in problems if each.code == "press-mono"]


def test_a_page_in_black_alone_is_passed() -> None:
    pdf = in_black()
    draw(pdf, "0.5 g 100 100 50 50 re f 0 0 0 0 k 110 110 9 9 re f /Spot cs 0.5 scn 120 120 9 9 re f",
         ColorSpace=spot("Black"))  # fmt: skip
    draw(
        pdf,
        "72 0 0 72 200 200 cm /New Do",
        XObject=Dictionary(New=image(pdf, 320, 320, data=b"\0\0\0\x80" * 320 * 320)),
    )
    shading = Dictionary(ShadingType=2, ColorSpace=Name.DeviceCMYK, Coords=[100, 0, 250, 0],
                         Function=ramp(start=[0, 0, 0, 0], end=[0, 0, 0, 1]))  # fmt: skip
    draw(pdf, "q 100 160 50 50 re W n /Ramp sh Q", Shading=Dictionary(Ramp=shading))
    verdict = judge(saved(pdf), "x.pdf", MONO)
    assert (verdict.problems, verdict.inks) == ((), {"Cyan": 1, "Magenta": 1, "Yellow": 1, "Black": 1})


@pytest.mark.parametrize(
    ("drawing", "found"),
    [
        ("0.1 0 0 0.9 k 100 100 50 50 re f", "area is in cyan, not in black alone"),
        ("0 0.5 0.5 0 k /Over gs BT /F 10 Tf 1 0 0 1 100 200 Tm <0001> Tj ET", "text is in magenta, yellow, not"),
        ("0.2 0.2 0.2 rg 100 100 50 50 re f", "area is in DeviceRGB, not in black alone"),
        ("/Spot cs 1 scn 100 100 50 50 re f", "area is in HKS 13, not in black alone"),
        ("72 0 0 72 120 120 cm /New Do", "picture is in cyan, not in black alone"),
        ("q 100 160 50 50 re W n /Ramp sh Q", "shading is in yellow, not in black alone"),
    ],
)
def test_what_is_in_another_ink_is_told(drawing: str, found: str) -> None:
    pdf = in_black()
    shading = Dictionary(ShadingType=2, ColorSpace=Name.DeviceCMYK, Coords=[100, 0, 250, 0],
                         Function=ramp(start=[0, 0, 0, 0], end=[0, 0, 0.5, 1]))  # fmt: skip
    coloured = image(pdf, 320, 320, data=bytes(320 * 319 * 4) + b"\xff\0\0\0" * 320)
    draw(pdf, drawing, ColorSpace=spot("HKS 13"), XObject=Dictionary(New=coloured), Shading=Dictionary(Ramp=shading))
    (message,) = beside_black(pdf)
    assert message.startswith(found)
