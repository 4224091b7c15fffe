"""What printers, archives and screen readers ask of a finished PDF: every rule on a file that breaks it alone.

The files are made by hand (`finished.py`) from one that keeps every rule, so that what is found is what was broken.
"""

from __future__ import annotations

import io
import json
import random
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import fastjsonschema
import pikepdf
import pytest
from finished import (
    MM,
    accessible,
    archive,
    composite,
    draw,
    fill_pages,
    icc,
    image,
    number_pages,
    press,
    saved,
    say,
    spot,
)
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image

from docconv import pipeline
from docconv.cli import main
from docconv.preflight.profiles import MOST_PLACES, RULES, judge
from docconv.preflight.profiles.content import MOST_DRAWING
from docconv.preflight.profiles.finished import moment
from docconv.press import PROFILES, Profile
from docconv.problems import CODES, SourceError, UsageError
from docconv.readers.source import Source
from docconv.verdicts import page_ranges, to_json
from docconv.writers.options import EditionOptions, Printing

DOCS = Path(__file__).parents[1] / "docs"
MAKERS: dict[str, Callable[[], Pdf]] = {"press-eu": press, "archive": archive, "accessible": accessible}
X1A = Profile("press-x1a", "tests", "pdf/x-1a", PROFILES["press-eu"].condition, bleed=3, safe_zone=3, ppi_warn=300,
              ppi_fail=150, ppi_line_art=1200, hairline=0.25, overprint_black_to=24)  # fmt: skip
JAPAN = replace(PROFILES["press-jp"], condition=PROFILES["press-eu"].condition)
MONO = replace(PROFILES["press-eu"], is_mono=True)
A3 = Profile("archive-3", "tests", "pdf/a-3u")


def place(pdf: Pdf, made: Stream, size: float = 72) -> None:
    draw(pdf, f"{size} 0 0 {size} 120 120 cm /New Do", XObject=Dictionary(New=made))


def text(pdf: Pdf, colour: str, *, size: float = 10, at: str = "100 200", before: str = "/Over gs") -> None:
    draw(pdf, f"{before} {colour} BT /F {size} Tf 1 0 0 1 {at} Tm <0001> Tj ET")


def fonts(pdf: Pdf) -> pikepdf.Object:
    return pdf.pages[0].obj.Resources.Font.F.DescendantFonts[0]


def another_page(pdf: Pdf, count: int = 1) -> None:
    for _ in range(count):
        pdf.pages.append(pdf.pages[0])


def measured(pdf: Pdf, colours: bytes = b"RGB ", components: int = 3) -> Array:
    stream = Stream(pdf, icc(colours, b"mntr", (b"desc",)))
    stream.N = components
    return Array([Name.ICCBased, stream])


def attach(pdf: Pdf, data: bytes = b"\x93", **more: object) -> None:
    held = Stream(pdf, data)
    for key in [key for key in more if key == "Subtype"]:
        held[f"/{key}"] = more.pop(key)
    spec = pdf.make_indirect(
        Dictionary(Type=Name.Filespec, F=String("a.txt"), UF=String("a.txt"), EF=Dictionary(F=held))
    )
    for key, value in more.items():
        spec[f"/{key}"] = value
    pdf.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array([String("a.txt"), spec])))


def annotate(pdf: Pdf, kind: str = "Link", **more: object) -> None:
    page = pdf.pages[0].obj
    note = Dictionary(Type=Name.Annot, Subtype=Name(f"/{kind}"), Rect=Array([100, 100, 200, 120]), **more)
    page.Annots = Array([*page.get("/Annots", []), pdf.make_indirect(note)])


def set_vertically(pdf: Pdf) -> None:
    upright = composite(pdf)
    upright.Encoding = Name("/Identity-V")
    draw(pdf, f"/Over gs 0 0 0 1 k BT /V 10 Tf 1 0 0 1 300 500 Tm <{'0001' * 20}> Tj ET", Font=Dictionary(V=upright))


def run(pdf: Pdf, kind: str) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name(f"/{kind}"), JS=String("1"))


def layer(pdf: Pdf, **named: object) -> None:
    group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("Korrektur")))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([group]), D=Dictionary(**named))


def lock(pdf: Pdf) -> dict[str, object]:
    allow = pikepdf.Permissions(accessibility=False)
    return {"encryption": pikepdf.Encryption(owner="o", user="", R=3, allow=allow, aes=False, metadata=False)}


def intent(pdf: Pdf) -> pikepdf.Object:
    return pdf.Root.OutputIntents[0]


def profile_of(pdf: Pdf, data: bytes, components: int = 4) -> None:
    made = Stream(pdf, data)
    made.N = components
    intent(pdf).DestOutputProfile = made


def element(pdf: Pdf, at: int) -> pikepdf.Object:
    return pdf.Root.StructTreeRoot.K.K[at]


def retag(pdf: Pdf, at: int, kind: str) -> None:
    element(pdf, at).S = Name(f"/{kind}")


def font_in(pdf: Pdf, made: pikepdf.Object) -> None:
    pdf.pages[0].obj.Resources.Font.F = made


def whole(pdf: Pdf) -> None:
    fonts(pdf).BaseFont = Name.Two
    pdf.pages[0].obj.Resources.Font.F.BaseFont = Name.Two


def type3(pdf: Pdf) -> None:
    glyph = Stream(pdf, b"1000 0 d0 0 0 500 500 re f")
    made = Dictionary(Type=Name.Font, Subtype=Name.Type3, FontBBox=[0, 0, 1000, 1000],
                      FontMatrix=[0.001, 0, 0, 0.001, 0, 0],
                      CharProcs=Dictionary(a=glyph), Encoding=Dictionary(Differences=Array([1, Name.a])), FirstChar=1,
                      LastChar=1, Widths=[1000], Resources=Dictionary())  # fmt: skip
    made.ToUnicode = Stream(pdf, b"1 beginbfchar <01> <0061> endbfchar")
    draw(pdf, "/Over gs 0 0 0 1 k BT /T 10 Tf 1 0 0 1 100 200 Tm <01> Tj ET", Font=Dictionary(T=made))


def drop(holder: object, *keys: str) -> None:
    for key in keys:
        del holder[f"/{key}"]  # type: ignore[attr-defined]


def info(pdf: Pdf) -> pikepdf.Object:
    return pdf.trailer.Info


def box(pdf: Pdf, name: str, *, grown: float) -> None:
    old = [float(each) for each in pdf.pages[0].obj[f"/{name}"]]
    by = grown * MM
    pdf.pages[0].obj[f"/{name}"] = Array([old[0] - by, old[1] - by, old[2] + by, old[3] + by])


def plain_ground(pdf: Pdf) -> None:
    """A ground that ends at the trim."""
    x0, y0, x1, _ = (float(each) for each in pdf.pages[0].obj.TrimBox)
    draw(pdf, f"0.2 0 0 0 k {x0} {y0} {x1 - x0} 50 re f")


def mark_in_bleed(pdf: Pdf) -> None:
    x0, y0, *_ = (float(each) for each in pdf.pages[0].obj.TrimBox)
    draw(pdf, f"/All CS 1 SCN 0.25 w {x0 - 40} {y0 + 9} m {x0 - 1} {y0 + 9} l S")


def mark_in_black(pdf: Pdf) -> None:
    draw(pdf, "0 0 0 1 K 0.25 w 9 60 m 9 90 l S")


def soft_mask(pdf: Pdf) -> None:
    mask = image(pdf, 320, 320, Name.DeviceGray, bytes(320 * 320))
    place(pdf, image(pdf, 320, 320, SMask=mask))


def transfer(pdf: Pdf) -> None:
    draw(pdf, "/Curve gs", ExtGState=Dictionary(Curve=Dictionary(Type=Name.ExtGState, TR=Name.Identity)))


def lzw(pdf: Pdf) -> dict[str, object]:
    pdf.pages[0].obj.Contents.write(
        bytes([0x80, 0x0B, 0x60, 0x50, 0x22, 0x0C, 0x0C, 0x85, 0x01]), filter=Name.LZWDecode
    )
    return {"stream_decode_level": pikepdf.StreamDecodeLevel.none, "compress_streams": False}


def rgb_group(pdf: Pdf) -> None:
    form = Stream(pdf, b"0 0 0 1 k 0 0 20 20 re f")
    form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 20, 20])
    form.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceRGB)
    place(pdf, form, 1)


def second_intent(pdf: Pdf) -> None:
    other = Dictionary(intent(pdf))
    stream = Stream(pdf, icc())
    stream.N = 4
    other.DestOutputProfile = pdf.make_indirect(stream)
    pdf.Root.OutputIntents.append(other)


def drawn_backwards(pdf: Pdf) -> None:
    runs = pdf.pages[0].Contents.read_bytes().splitlines()
    pdf.pages[0].obj.Contents = Stream(pdf, b"\n".join(reversed(runs)))


BROKEN: dict[str, tuple[str | Profile, Callable[[Pdf], object]]] = {  # rule → profile, what breaks it
    "press-standard/identification": ("press-eu", lambda pdf: (say(pdf, ""), drop(info(pdf), "GTS_PDFXVersion"))),
    "press-standard/version": ("press-eu", lambda pdf: pdf.Root.update({"/Version": Name("/1.7")})),
    "press-standard/trapped": ("press-eu", lambda pdf: (
        info(pdf).update({"/Trapped": Name.Unknown}), no_xmp(pdf, "pdf:Trapped"))),
    "press-standard/title": ("press-eu", lambda pdf: (drop(info(pdf), "Title"), no_xmp(pdf, "dc:title"))),
    "press-standard/dates": ("press-eu", lambda pdf: (drop(info(pdf), "ModDate"), no_xmp(pdf, "xmp:ModifyDate"))),
    "press-standard/identifier": ("press-eu", lambda pdf: None),
    "press-standard/document-id": ("press-eu", lambda pdf: no_xmp(pdf, "xmpMM:VersionID")),
    "press-metadata/metadata": ("press-eu", lambda pdf: info(pdf).update({"/Title": String("百家姓")})),
    "press-intent/intent": ("press-eu", lambda pdf: profile_of(pdf, icc()[:100])),
    "press-condition/condition": ("press-jp", lambda pdf: None),
    "press-box/trim": ("press-eu", lambda pdf: (another_page(pdf), box(pdf, "TrimBox", grown=-0.02))),
    "press-box/bleed-box": ("press-eu", lambda pdf: box(pdf, "BleedBox", grown=-1)),
    "press-box/nesting": ("press-eu", lambda pdf: pdf.pages[0].obj.update({"/ArtBox": pdf.pages[0].obj.TrimBox})),
    "press-pages/page-count": ("press-eu", lambda pdf: another_page(pdf, 4)),
    "press-gutter/mirrored": ("press-eu", lambda pdf: fill_pages(pdf, 100, 100, 26)),
    "press-gutter/gutter": ("press-eu", lambda pdf: fill_pages(pdf, 100, 57, 39)),
    "press-gutter/direction": ("press-eu", lambda pdf: (set_vertically(pdf), another_page(pdf))),
    "press-folio/folios": ("press-eu", lambda pdf: number_pages(pdf, [1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13])),
    "press-folio/unnumbered": (JAPAN, lambda pdf: number_pages(pdf, [0, *range(2, 13)])),
    "press-bleed/bled": ("press-eu", plain_ground),
    "press-marks/marks-outside": ("press-eu", mark_in_bleed),
    "press-marks/marks-inks": ("press-eu", mark_in_black),
    "press-safe/safe-zone": ("press-eu", lambda pdf: text(pdf, "0 0 0 1 k", at="48 300")),
    "press-colour/colours": ("press-eu", lambda pdf: draw(pdf, "1 0 0 rg 100 100 50 50 re f")),
    "press-colour/groups": ("press-eu", rgb_group),
    "press-colour-managed/managed": ("press-eu", lambda pdf: place(
        pdf, image(pdf, 320, 320, measured(pdf), bytes(307200)))),
    "press-black/black-text": ("press-eu", lambda pdf: text(pdf, "0.6 0.4 0.4 1 k")),
    "press-black/black-lines": ("press-eu", lambda pdf: draw(pdf, "0.6 0.4 0.4 1 K 0.5 w 100 150 m 200 150 l S")),
    "press-black/black-areas": ("press-eu", lambda pdf: draw(pdf, "0.6 0.4 0.4 1 k 100 100 28 28 re f")),
    "press-overprint/overprint-black": ("press-eu", lambda pdf: text(pdf, "0 0 0 1 k", before="/Ground gs")),
    "press-overprint/overprint-white": ("press-eu", lambda pdf: draw(pdf, "/Over gs 0 0 0 0 k 100 100 50 50 re f")),
    "press-ink/ink": ("press-eu", lambda pdf: draw(pdf, "0.9 0.8 0.7 0.8 k 100 100 50 50 re f")),
    "press-ink/ink-added": ("press-eu", lambda pdf: draw(
        pdf, "0.8 0.8 0.7 0 k 100 100 50 50 re f /Over gs 0 0 0 0.9 k 110 110 50 50 re f")),
    "press-mono/one-plate": (MONO, lambda pdf: None),
    "press-spot/spots": ("press-eu", lambda pdf: draw(
        pdf, "/Spot cs 1 scn 100 100 50 50 re f", ColorSpace=spot("HKS 13"))),
    "press-unflattened/transparency": (X1A, soft_mask),
    "press-resolution/resolution": ("press-eu", lambda pdf: place(pdf, image(pdf, 140, 140))),
    "press-image/packing": (X1A, lambda pdf: place(pdf, image(pdf, 320, 320, Filter=Name.JPXDecode))),
    "press-resolution-low/soft": ("press-eu", lambda pdf: place(pdf, image(pdf, 250, 250))),
    "press-font/embedded": ("press-eu", lambda pdf: drop(fonts(pdf).FontDescriptor, "FontFile2")),
    "press-font/programs": ("press-eu", lambda pdf: fonts(pdf).update({"/Subtype": Name.CIDFontType0})),
    "press-font/type3": ("press-eu", type3),
    "press-font/licence": ("press-eu", lambda pdf: font_in(pdf, composite(pdf, fs_type=2))),
    "press-font-note/subset": ("press-eu", whole),
    "press-font-note/characters": ("press-eu", lambda pdf: drop(pdf.pages[0].obj.Resources.Font.F, "ToUnicode")),
    "press-glyph/glyphs": ("press-eu", lambda pdf: draw(
        pdf, "/Over gs 0 0 0 1 k BT /F 9 Tf 1 0 0 1 99 99 Tm <0000> Tj ET")),
    "press-type/emboldened": ("press-eu", lambda pdf: text(pdf, "0 0 0 1 k 2 Tr")),
    "press-type/small": ("press-eu", lambda pdf: text(pdf, "0 0 0 1 k", size=2.5)),
    "press-hairline/hairlines": ("press-eu", lambda pdf: draw(
        pdf, "0 0 0 1 K .5 0 0 .5 0 0 cm .3 w 200 300 m 400 300 l S")),
    "press-interactive/page-annotations": ("press-eu", annotate),
    "press-interactive/scripts": ("press-eu", lambda pdf: run(pdf, "JavaScript")),
    "press-interactive/forms": ("press-eu", lambda pdf: pdf.Root.update(
        {"/AcroForm": Dictionary(Fields=Array([Dictionary()]))})),
    "press-interactive/encryption": ("press-eu", lock),
    "press-interactive/layers": ("press-eu", layer),
    "press-content/drawing": ("press-eu", transfer),
    "press-interactive/attachments": ("press-eu", attach),
    "archive-standard/identification": ("archive", lambda pdf: say(pdf, "")),
    "archive-standard/header": ("archive", lambda pdf: None),
    "archive-standard/version": ("archive", lambda pdf: pdf.Root.update({"/Version": Name("/2.0")})),
    "archive-standard/identifier": ("archive", lambda pdf: None),
    "archive-metadata/metadata": ("archive", lambda pdf: {"compress_streams": False}),
    "archive-colour/device-colours": ("archive", lambda pdf: draw(pdf, "1 0 0 rg 100 100 50 50 re f")),
    "archive-colour/intents": ("archive", second_intent),
    "archive-font/fonts": ("archive", lambda pdf: drop(fonts(pdf), "CIDToGIDMap")),
    "archive-font/characters": ("archive", lambda pdf: drop(pdf.pages[0].obj.Resources.Font.F, "ToUnicode")),
    "archive-font/glyphs": ("archive", lambda pdf: draw(pdf, "0 0 0 1 k BT /F 9 Tf 1 0 0 1 99 99 Tm <0000> Tj ET")),
    "archive-content/unpacking": ("archive", lzw),
    "archive-content/drawing": ("archive", transfer),
    "archive-content/actions": ("archive", lambda pdf: run(pdf, "Launch")),
    "archive-content/page-annotations": ("archive", annotate),
    "archive-content/encryption": ("archive", lock),
    "archive-content/layers": ("archive", layer),
    "archive-attachment/attachments": ("archive", attach),
    "access-document/identification": ("accessible", lambda pdf: say(pdf, "")),
    "access-document/marked": ("accessible", lambda pdf: drop(pdf.Root, "MarkInfo")),
    "access-document/language": ("accessible", lambda pdf: drop(pdf.Root, "Lang")),
    "access-document/title": ("accessible", lambda pdf: drop(pdf.Root, "ViewerPreferences")),
    "access-document/tab-order": ("accessible", lambda pdf: drop(pdf.pages[0].obj, "Tabs")),
    "access-document/permissions": ("accessible", lock),
    "access-document/unheard": ("accessible", layer),
    "access-tagged/tagged": ("accessible", lambda pdf: draw(pdf, "0 0 0 1 k 100 100 50 50 re f")),
    "access-role/roles": ("accessible", lambda pdf: retag(pdf, 1, "Absatz")),
    "access-heading/headings": ("accessible", lambda pdf: retag(pdf, 6, "H3")),
    "access-alt/alternatives": ("accessible", lambda pdf: drop(element(pdf, 2), "Alt")),
    "access-table/tables": ("accessible", lambda pdf: drop(element(pdf, 3).K[0].K[0], "A")),
    "access-note/notes": ("accessible", lambda pdf: drop(element(pdf, 5), "ID")),
    "access-link/links": ("accessible", lambda pdf: drop(pdf.pages[0].obj.Annots[0], "Contents")),
    "access-font/embedded": ("accessible", lambda pdf: drop(fonts(pdf).FontDescriptor, "FontFile2")),
    "access-font/characters": ("accessible", lambda pdf: drop(pdf.pages[0].obj.Resources.Font.F, "ToUnicode")),
    "access-font/glyphs": ("accessible", lambda pdf: draw(pdf, "/Artifact BMC BT /F 9 Tf <0000> Tj ET EMC")),
    "access-language/languages": ("accessible", lambda pdf: renamed(pdf, "3042")),
    "access-character/private": ("accessible", lambda pdf: renamed(pdf, "e000")),
    "access-order/order": ("accessible", drawn_backwards),
    "access-navigation/outline": ("accessible", lambda pdf: [pdf.add_blank_page() for _ in range(20)]),
    "access-navigation/labels": ("accessible", lambda pdf: pdf.Root.update(
        {"/PageLabels": Dictionary(Nums=Array([2, Dictionary(S=Name.D)]))})),
    "access-navigation/labelled": ("accessible", lambda pdf: (
        number_pages(pdf, range(1, 10), mark="/Artifact BMC"), pdf.Root.update(
            {"/PageLabels": Dictionary(Nums=Array([0, Dictionary(S=Name.D, St=2)]))}))),
}  # fmt: skip


def renamed(pdf: Pdf, character: str) -> None:
    """Let the second letter of the page be another character."""
    font = pdf.pages[0].obj.Resources.Font.F
    font.ToUnicode = Stream(pdf, font.ToUnicode.read_bytes().replace(b"<5730>", f"<{character}>".encode()))


def no_xmp(pdf: Pdf, name: str) -> None:
    """Take a property out of the XMP metadata."""
    packet = pdf.Root.Metadata.read_bytes()
    head, _, rest = packet.partition(f"<{name}>".encode())
    pdf.Root.Metadata = Stream(pdf, head + rest.partition(f"</{name}>".encode())[2])


def made(rule: str) -> tuple[Pdf, Profile, dict[str, object]]:
    """A file that breaks a rule, the profile that asks for it, and how it is saved."""
    profile, change = BROKEN[rule]
    chosen = profile if isinstance(profile, Profile) else PROFILES[profile]
    pdf = press("PDF/X-1a:2003") if chosen is X1A else MAKERS.get(chosen.name, press)()
    how = change(pdf)
    return pdf, chosen, how if isinstance(how, dict) else {}


def mutilated(rule: str, data: bytes) -> bytes:
    """What can be taken from bytes alone: pikepdf writes it by itself."""
    if rule.endswith("/identifier"):
        return data.replace(b"/ID ", b"/Ix ")
    if rule == "archive-metadata/metadata":
        return data.replace(b"HzreSzNTczkc9d", b'Hz" bytes="900')
    return data.replace(data[9:15], b"\n%abcd", 1) if rule.endswith("/header") else data


@pytest.mark.parametrize("rule", [rule.name for rule in RULES])
def test_a_rule_catches_what_breaks_it_and_nothing_else(rule: str) -> None:
    pdf, profile, how = made(rule)
    data = mutilated(rule, saved(pdf, **{"version": profile.version, **how}))
    verdict = judge(data, "x.pdf", profile)
    assert {each.rule for each in verdict.rulings if each.result != "pass"} == {rule}
    (ruling,) = [each for each in verdict.rulings if each.rule == rule]
    assert ruling.result == CODES[ruling.code]
    assert any(problem.code == ruling.code and ruling.findings[0].message in problem.message
               for problem in verdict.problems)  # fmt: skip


@pytest.mark.parametrize("profile", [*PROFILES, X1A.name])
def test_a_file_that_keeps_all_rules_is_passed(profile: str) -> None:
    asked = PROFILES.get(profile, X1A)
    condition = asked.condition.identifier if asked.condition else ""
    standard = "PDF/X-1a:2003" if asked is X1A else "PDF/X-4"
    pdf = press(standard, condition, asked.bleed) if asked.is_press else MAKERS[profile]()
    verdict = judge(saved(pdf, asked.version), "x.pdf", asked)
    assert [(each.rule, each.findings) for each in verdict.rulings if each.result != "pass"] == []
    assert (verdict.passed, verdict.problems, verdict.trim) == (True, (), (148.0, 210.0))


def test_every_rule_has_a_name_and_a_code_of_its_own() -> None:
    names = [rule.name for rule in RULES]
    assert len(set(names)) == len(names)
    assert BROKEN.keys() == set(names)
    assert {rule.code for rule in RULES} <= CODES.keys()


def test_the_page_for_editors_names_every_code_and_profile() -> None:
    page = (DOCS / "preflight-press.md").read_text(encoding="utf-8")
    assert {
        f"`{name}`" for name in ({rule.code for rule in RULES} | PROFILES.keys()) if f"`{name}`" not in page
    } == set()


def test_without_a_profile_nothing_is_asked_of_the_press() -> None:
    problems = pipeline.check_edition(Source("x.pdf", saved(press())))
    assert problems is not None
    assert all(problem.code.startswith("pdf-") for problem in problems)


def test_a_file_is_judged_by_the_pdfx_that_it_says_it_is() -> None:
    verdict = judge(saved(press("PDF/X-1a:2003"), "1.4"), "x.pdf", PROFILES["press-eu"])
    assert (verdict.passed, verdict.profile.standard) == (True, "pdf/x-1a")
    pdf = archive()
    say(pdf, "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>")
    attach(pdf, Subtype=Name("/text/plain"), AFRelationship=Name.Source)
    pdf.Root.AF = Array([pdf.Root.Names.EmbeddedFiles.Names[1]])
    assert judge(saved(pdf, "1.7"), "x.pdf", PROFILES["archive"]).passed
    del pdf.Root.AF
    assert not judge(saved(pdf, "1.7"), "x.pdf", PROFILES["archive"]).passed


def messages(pdf: Pdf, code: str, profile: str = "press-eu") -> list[str]:
    return [
        problem.message for problem in judge(saved(pdf), "x.pdf", PROFILES[profile]).problems if problem.code == code
    ]


# ── what changes tones, and what acts, wherever it stands ────────────────────────────────────────────────────────────

CURVE = Dictionary(FunctionType=2, Domain=[0, 1], N=2)


def in_a_form(pdf: Pdf, states: Dictionary) -> None:
    inner, outer = Stream(pdf, b"/Curve gs 0 0 9 9 re f"), Stream(pdf, b"/Inner Do")
    for made, held in ((inner, Dictionary(ExtGState=states)), (outer, Dictionary(XObject=Dictionary(Inner=inner)))):
        made.Type, made.Subtype, made.BBox, made.Resources = Name.XObject, Name.Form, Array([0, 0, 9, 9]), held
    draw(pdf, "", XObject=Dictionary(Outer=outer))


def in_a_pattern(pdf: Pdf, states: Dictionary) -> None:
    cell = Stream(pdf, b"/Curve gs 0 0 9 9 re f")
    cell.Type, cell.PatternType, cell.PaintType, cell.TilingType = Name.Pattern, 1, 1, 1
    cell.BBox, cell.XStep, cell.YStep, cell.Resources = Array([0, 0, 9, 9]), 9, 9, Dictionary(ExtGState=states)
    draw(pdf, "", Pattern=Dictionary(Cell=cell))


def in_a_font(pdf: Pdf, states: Dictionary) -> None:
    draw(pdf, "", Font=Dictionary(Drawn=Dictionary(Type=Name.Font, Subtype=Name.Type3, FontMatrix=[1, 0, 0, 1, 0, 0],
                                                   Resources=Dictionary(ExtGState=states))))  # fmt: skip


@pytest.mark.parametrize("put", [lambda pdf, states: draw(pdf, "", ExtGState=states), in_a_form, in_a_pattern,
                                 in_a_font])  # fmt: skip
@pytest.mark.parametrize(
    ("state", "found"),
    [
        (Dictionary(TR2=CURVE), "a transfer curve (TR2)"),
        (Dictionary(TR2=Array([CURVE, CURVE, CURVE, CURVE])), "a transfer curve (TR2)"),
        (Dictionary(TR=CURVE), "a transfer curve (TR)"),
        (Dictionary(TR2=Name.Default), ""),
        (Dictionary(CA=1), ""),
    ],
)
def test_a_transfer_curve_is_found_wherever_it_stands(
    put: Callable[[Pdf, Dictionary], None], state: Dictionary, found: str
) -> None:
    for maker, profile, code in ((press, "press-eu", "press-content"), (archive, "archive", "archive-content")):
        pdf = maker()
        put(pdf, Dictionary(Curve=state))
        assert [each.partition(" (I")[0] for each in messages(pdf, code, profile)] == ([found] if found else [])


def acting(kind: str) -> Dictionary:
    return Dictionary(S=Name(f"/{kind}"))


def bookmark(pdf: Pdf, action: Dictionary) -> None:
    mark = pdf.make_indirect(Dictionary(Title=String("第一章"), A=action))
    pdf.Root.Outlines = Dictionary(Type=Name.Outlines, First=mark, Last=mark, Count=1)


ACTING: dict[str, Callable[[Pdf, Dictionary], object]] = {
    "at the opening": lambda pdf, action: pdf.Root.update({"/OpenAction": action}),
    "of the page": lambda pdf, action: pdf.pages[0].obj.update({"/AA": Dictionary(O=action)}),
    "of a bookmark": bookmark,
    "of an annotation Link": lambda pdf, action: annotate(pdf, A=action),
    "of an annotation Screen": lambda pdf, action: annotate(pdf, "Screen", AA=Dictionary(E=action)),
    "of a field": lambda pdf, action: pdf.Root.update(
        {"/AcroForm": Dictionary(Fields=Array([Dictionary(T=String("a"), AA=Dictionary(K=action))]))}),
    "after another": lambda pdf, action: bookmark(pdf, Dictionary(S=Name.GoTo, Next=Array([acting("URI"), action]))),
    "under a name": lambda pdf, action: pdf.Root.update(
        {"/Names": Dictionary(JavaScript=Dictionary(Names=Array([String("a"), action])))}),
}  # fmt: skip


@pytest.mark.parametrize("where", ACTING)
@pytest.mark.parametrize("profile", ["press-eu", "archive"])
def test_an_action_is_found_wherever_it_stands(where: str, profile: str) -> None:
    kinds = ["JavaScript"] if where == "under a name" else [
        "Launch", "Sound", "Movie", "Rendition", "ResetForm", "ImportData", "JavaScript", "SetOCGState", "GoTo3DView",
        "Hide", "Trans"]  # fmt: skip
    for kind in kinds:
        pdf = MAKERS[profile]()
        ACTING[where](pdf, acting(kind))
        code = "press-interactive" if profile == "press-eu" else "archive-content"
        assert any(f"an action {kind} {where}" in each for each in messages(pdf, code, profile))


@pytest.mark.parametrize(("kind", "press_asks", "archive_asks"), [
    ("GoTo", False, False), ("URI", False, False), ("SubmitForm", True, False), ("GoToR", True, False),
    ("Launch", True, True),
])  # fmt: skip
def test_each_standard_forbids_actions_of_its_own(kind: str, press_asks: bool, archive_asks: bool) -> None:
    for maker, profile, asks in ((press, "press-eu", press_asks), (archive, "archive", archive_asks)):
        pdf = maker()
        bookmark(pdf, acting(kind))
        assert bool(messages(pdf, f"{'press-interactive' if asks and maker is press else 'archive-content'}", profile)
                    ) is asks  # fmt: skip


def test_a_named_action_may_turn_pages_in_an_archive() -> None:
    for named, found in (("NextPage", 0), ("Print", 1)):
        pdf = archive()
        bookmark(pdf, Dictionary(S=Name.Named, N=Name(f"/{named}")))
        assert len(messages(pdf, "archive-content", "archive")) == found


# ── fonts that say their characters without a table ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("ordering", "is_known"), [
    ("Japan1", True), ("GB1", True), ("CNS1", True), ("Korea1", True), ("Identity", False)])  # fmt: skip
def test_the_glyphs_of_a_collection_of_adobes_need_no_table(ordering: str, is_known: bool) -> None:
    pdf = archive()
    del pdf.pages[0].obj.Resources.Font.F.ToUnicode
    fonts(pdf).CIDSystemInfo.Ordering = String(ordering)
    assert (messages(pdf, "archive-font", "archive") == []) is is_known
    fonts(pdf).CIDSystemInfo.Registry = String("Somebody")
    assert messages(pdf, "archive-font", "archive") != []


@pytest.mark.parametrize(
    ("glyph", "is_known"),
    [("Aacute", True), ("uni5929", True), ("u1F600", True), ("f_i", True), ("g17", False), ("C0041", False)],
)
def test_glyphs_by_names_that_adobe_lists_need_no_table(glyph: str, is_known: bool) -> None:
    pdf = archive()
    drawn = Stream(pdf, b"1000 0 d0 0 0 500 500 re f")
    made = Dictionary(Type=Name.Font, Subtype=Name.Type3, FontBBox=[0, 0, 1000, 1000], FirstChar=1, LastChar=1,
                      FontMatrix=[0.001, 0, 0, 0.001, 0, 0], Widths=[1000], Resources=Dictionary(),
                      CharProcs=Dictionary({f"/{glyph}": drawn}),
                      Encoding=Dictionary(Differences=Array([1, Name(f"/{glyph}")])))  # fmt: skip
    draw(pdf, "/Over gs 0 0 0 1 k BT /T 10 Tf 1 0 0 1 100 200 Tm <01> Tj ET", Font=Dictionary(T=made))
    assert (messages(pdf, "archive-font", "archive") == []) is is_known


def test_an_annotation_without_area_needs_no_appearance() -> None:
    for area, found in (([9, 9, 9, 9], 0), ([9, 9, 20, 20], 1)):
        pdf = archive()
        annotate(pdf, "Text", F=4)
        pdf.pages[0].obj.Annots[0].Rect = Array(area)
        assert len(messages(pdf, "archive-content", "archive")) == found


# ── where and how large things are on the page ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("drawing", "found"),
    [
        ("72 0 0 72 120 120 cm /New Do", None),  # 320 pixels on an inch
        ("0 144 -144 0 300 120 cm /New Do", "320 × 320 pixels is printed at 160 ppi, below 300"),  # turned
        ("2 0 0 2 0 0 cm 120 0 0 60 60 60 cm /New Do", "printed at 96 ppi, below 150"),  # by its worse side
        ("100 100 20 20 re W n 400 0 0 400 0 0 cm /New Do", "printed at 58 ppi"),  # a part of a larger one
        ("100 100 5 5 re W n 400 0 0 400 0 0 cm /New Do", None),  # too small a part to be seen
        ("900 900 20 20 re W n 400 0 0 400 0 0 cm /New Do", None),  # nothing of it
    ],
)
def test_the_resolution_of_a_picture_is_that_on_the_page(drawing: str, found: str | None) -> None:
    pdf = press()
    draw(pdf, drawing, XObject=Dictionary(New=image(pdf, 320, 320)))
    told = messages(pdf, "press-resolution") + messages(pdf, "press-resolution-low")
    assert (found is None and not told) or (found is not None and found in told[0])


def test_a_form_is_measured_where_it_is_drawn() -> None:
    pdf = press()
    form = Stream(pdf, b"0 0 0 1 K .5 w 0 0 m 400 0 l S")
    form.Type, form.Subtype, form.BBox, form.Matrix = (
        Name.XObject,
        Name.Form,
        Array([0, 0, 400, 9]),
        Array([2, 0, 0, 2, 0, 0]),
    )
    draw(pdf, ".2 0 0 .2 100 200 cm /Small Do", XObject=Dictionary(Small=form))
    assert "a line 0.2 pt thin, less than 0.25 pt" in messages(pdf, "press-hairline")[0]


def test_the_page_itself_may_be_a_group() -> None:
    pdf = press()
    pdf.pages[0].obj.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceRGB)
    assert "transparency is blended in RGB" in messages(pdf, "press-colour")[0]
    old = press("PDF/X-1a:2003")
    old.pages[0].obj.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceCMYK)
    assert "there is a transparency group" in messages(old, "press-unflattened")[0]


def test_a_cell_of_a_pattern_is_looked_into() -> None:
    pdf = press()
    cell = Stream(pdf, b"1 0 0 rg 0 0 9 9 re f")
    cell.Type, cell.PatternType, cell.PaintType, cell.TilingType = Name.Pattern, 1, 1, 1
    cell.BBox, cell.XStep, cell.YStep, cell.Resources = Array([0, 0, 9, 9]), 9, 9, Dictionary()
    draw(pdf, "/Pattern cs /Tile scn 100 100 50 50 re f", Pattern=Dictionary(Tile=cell))
    (message,) = messages(pdf, "press-colour")
    assert message.startswith("page 1, at 20.3, 172.1 mm: area is in DeviceRGB")


def test_what_stands_beside_the_page_is_no_text_of_it() -> None:
    pdf = press()
    draw(pdf, "/Ground gs /All cs 1 scn BT /F 4 Tf 1 0 0 1 60 12 Tm <00010002> Tj ET")
    assert judge(saved(pdf), "x.pdf", PROFILES["press-eu"]).passed


def test_marks_that_are_drawn_as_one_path_stand_each_in_its_place() -> None:
    pdf = press()
    x0, y0, x1, y1 = (float(each) for each in pdf.pages[0].obj.TrimBox)
    corners = f"{x0} {y0} m {x0} 2 m {x0} {y0 - 20} l {x1} {y1 + 20} m {x1} {y1 + 40} l S"
    draw(pdf, f"/All CS 1 SCN 0.1 w {corners}")
    assert judge(saved(pdf), "x.pdf", PROFILES["press-eu"]).passed
    draw(pdf, f"0 0 0 1 K 0.1 w {corners}")
    assert {each.code for each in judge(saved(pdf), "x.pdf", PROFILES["press-eu"]).problems} == {"press-marks"}


def test_a_frame_is_as_thick_as_what_is_seen_of_it() -> None:
    """As WeasyPrint draws a border: the clip leaves it, and one of its rectangles has no area."""
    pdf = press()
    frame = "0 0 0 1 k 100 100 m 300 100 l 300 {top} l 100 {top} l W* n 100 100 200 99 re 100 100 200 0 re f*"
    draw(pdf, frame.format(top=101))
    assert messages(pdf, "press-hairline") == []
    draw(pdf, frame.format(top=100.1))
    assert "a line 0.1 pt thin" in messages(pdf, "press-hairline")[0]


def test_what_a_clip_leaves_of_an_area_by_rounding_is_no_line() -> None:
    """As WeasyPrint draws a rule below a head, in px: the inside of the box ends where the rule begins."""
    pdf = press()
    ring = "116.8504 114.708667 559.999987 38.666667 re 116.8504 114.708667 559.999987 40. re f*"
    clip = "676.850387 154.708667 m 116.8504 154.708667 l 116.8504 153.375333 l 676.850387 153.375333 l W* n"
    draw(pdf, f"q .35 0 0 .35 0 0 cm 0 0 0 1 k {clip} {ring} Q")
    assert all("as thin as" not in each for each in messages(pdf, "press-hairline"))


@pytest.mark.parametrize(("turned", "place"), [(0, "20, 40"), (90, "150, 20"), (180, "118, 150"), (270, "40, 118")])
def test_a_place_on_a_turned_page_is_where_it_is_seen(turned: int, place: str) -> None:
    pdf = press()
    x0, _, _, y1 = (float(each) for each in pdf.pages[0].obj.TrimBox)
    draw(pdf, f"1 0 0 rg {x0 + 20 * MM} {y1 - 60 * MM} {10 * MM} {20 * MM} re f")
    pdf.pages[0].obj.Rotate = turned
    assert messages(pdf, "press-colour")[0].startswith(f"page 1, at {place} mm: ")


def test_a_place_is_counted_from_the_trimmed_page() -> None:
    pdf = press()
    x0, _, _, y1 = (float(each) for each in pdf.pages[0].obj.TrimBox)
    draw(pdf, f"1 0 0 rg {x0 + 20 * MM} {y1 - 50 * MM} {10 * MM} {10 * MM} re f")
    assert messages(pdf, "press-colour")[0].startswith("page 1, at 20, 40 mm: ")


def test_text_is_measured_by_the_widths_of_its_font() -> None:
    pdf = press()
    _, _, x1, _ = (float(each) for each in pdf.pages[0].obj.TrimBox)
    text(pdf, "0 0 0 1 k", at=f"{x1 - 19} 300")
    assert "text stands 3.2 mm" not in " ".join(messages(pdf, "press-safe"))
    text(pdf, "0 0 0 1 k", at=f"{x1 - 17} 300")
    assert "text stands 2.5 mm from the trim" in messages(pdf, "press-safe")[0]


def test_vertical_text_is_measured_downwards() -> None:
    pdf = press()
    upright = composite(pdf)
    upright.Encoding = Name("/Identity-V")
    foot = float(pdf.pages[0].obj.TrimBox[1])
    draw(pdf, f"/Over gs 0 0 0 1 k BT /V 10 Tf 1 0 0 1 200 {foot + 59} Tm <{'0001' * 5}> Tj ET",
         Font=Dictionary(V=upright))  # fmt: skip
    assert messages(pdf, "press-safe") == []
    draw(pdf, f"/Over gs 0 0 0 1 k BT /V 10 Tf 1 0 0 1 200 {foot + 55} Tm <{'0001' * 5}> Tj ET")
    assert "text stands 1.8 mm from the trim" in messages(pdf, "press-safe")[0]


def test_an_encoding_that_the_standard_names_is_read() -> None:
    """Two bytes a letter, one for Latin: what Japanese programs wrote before fonts were embedded."""
    pdf = press()
    old = composite(pdf)
    old.Encoding, old.DescendantFonts[0].DW = Name("/90ms-RKSJ-H"), 1000
    old.DescendantFonts[0].CIDSystemInfo.Ordering = String("Japan1")
    old.DescendantFonts[0].W = Array([231, 632, 500])
    del old.ToUnicode
    shown = "日本語ABC".encode("cp932").hex()
    draw(pdf, f"/Over gs 0 0 0 1 k BT /O 10 Tf 1 0 0 1 410 200 Tm <{shown}> Tj ET", Font=Dictionary(O=old))
    assert messages(pdf, "press-font-note") == []
    assert "text stands 2.5 mm from the trim" in messages(pdf, "press-safe")[0]


# ── ink ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("inverted", [False, True])
def test_the_ink_of_a_picture_is_read_off_its_heaviest_spot(inverted: bool) -> None:
    """Of a JPEG as Adobe's programs write it, which counts light; and of one that counts ink."""
    out = io.BytesIO()
    heavy = Image.new("CMYK", (320, 320), (0, 0, 0, 0))
    heavy.paste((230, 220, 210, 230), (40, 40, 240, 240))
    (heavy if inverted else heavy.point(lambda value: 255 - value)).save(out, "JPEG", quality=95)
    pdf = press()
    more = {"Filter": Name.DCTDecode, **({"Decode": Array([1, 0] * 4)} if inverted else {})}
    place(pdf, image(pdf, 320, 320, data=out.getvalue(), **more))
    (message,) = messages(pdf, "press-ink")
    assert "picture has 349 % of ink" in message or "picture has 350 % of ink" in message


def test_a_picture_that_cannot_be_read_is_told() -> None:
    pdf = press()
    place(pdf, image(pdf, 320, 320, data=b"short"))
    verdict = judge(saved(pdf), "x.pdf", PROFILES["press-eu"])
    assert (verdict.unread, verdict.passed) == (("not read: the ink of a picture on page 1",), False)


def test_a_jpeg_2000_may_say_its_colours_itself() -> None:
    out = io.BytesIO()
    Image.new("RGB", (320, 320), "red").save(out, "JPEG2000")
    pdf = press()
    place(pdf, image(pdf, 320, 320, data=out.getvalue(), Filter=Name.JPXDecode))
    del pdf.pages[0].obj.Resources.XObject.New.ColorSpace
    assert "picture is in ICC RGB" in messages(pdf, "press-colour-managed")[0]


def test_a_picture_in_the_drawing_is_measured_like_another() -> None:
    pdf = press()
    draw(pdf, "72 0 0 72 120 120 cm BI /W 8 /H 8 /BPC 8 /CS /RGB ID " + "x" * 192 + " EI")
    assert "printed at 8 ppi" in messages(pdf, "press-resolution")[0]
    assert "picture is in DeviceRGB" in messages(pdf, "press-colour")[0]


def test_the_inks_of_a_file_are_counted() -> None:
    pdf = press()
    draw(pdf, "/Spot cs 1 scn 100 100 50 50 re f", ColorSpace=spot("HKS 13"))
    verdict = judge(saved(pdf), "x.pdf", PROFILES["press-eu"])
    assert verdict.inks == {"Cyan": 1, "Magenta": 1, "Yellow": 1, "Black": 1, "HKS 13": 1}


# ── files that are made to exhaust who reads them ────────────────────────────────────────────────────────────────────


def cyclic_form(pdf: Pdf) -> None:
    form = Stream(pdf, b"/Again Do /Again Do 0 0 0 1 k 0 0 9 9 re f")
    form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 9, 9])
    form = pdf.make_indirect(form)
    form.Resources = Dictionary(XObject=Dictionary(Again=form))
    place(pdf, form)


def endless_drawing(pdf: Pdf) -> None:
    pdf.pages[0].obj.Contents = Stream(pdf, b" " * (MOST_DRAWING + 1))


def forms_in_forms(pdf: Pdf) -> None:
    """Thirty forms, each of which draws the next one twice."""
    inner = Stream(pdf, b"0 0 9 9 re f")
    for _ in range(30):
        inner.Type, inner.Subtype, inner.BBox = Name.XObject, Name.Form, Array([0, 0, 9, 9])
        held = pdf.make_indirect(inner)
        inner = Stream(pdf, b"/In Do " * 2)
        inner.Resources = Dictionary(XObject=Dictionary(In=held))
    inner.Type, inner.Subtype, inner.BBox = Name.XObject, Name.Form, Array([0, 0, 9, 9])
    place(pdf, inner)


@pytest.mark.parametrize("hostile", [cyclic_form, endless_drawing, forms_in_forms])
def test_a_hostile_file_is_read_as_far_as_is_fit(hostile: Callable[[Pdf], None]) -> None:
    pdf = press()
    hostile(pdf)
    began = time.process_time()
    verdict = judge(saved(pdf), "x.pdf", PROFILES["press-eu"])
    assert time.process_time() - began < 20
    assert not verdict.passed
    assert verdict.unread[0].startswith("not read: ")
    assert [problem.code for problem in verdict.problems if problem.message.startswith("not read")] == [
        "preflight-unread"
    ]


def test_tables_of_codes_are_read_as_far_as_a_font_goes() -> None:
    pdf = press()
    fonts(pdf).W = Array([0, 65535, 500] * 20_000)
    ranges = b"beginbfrange " + b"<0000> <ffff> <0000> " * 20_000 + b"endbfrange"
    pdf.pages[0].obj.Resources.Font.F.ToUnicode = Stream(pdf, ranges)
    began = time.process_time()
    judge(saved(pdf), "x.pdf", PROFILES["press-eu"])
    assert time.process_time() - began < 5


def test_tags_that_hold_themselves_are_met_once() -> None:
    pdf = accessible()
    pdf.Root.StructTreeRoot.K.K.append(pdf.Root.StructTreeRoot.K)
    assert judge(saved(pdf), "x.pdf", PROFILES["accessible"]).passed


def test_a_locked_file_is_refused() -> None:
    data = saved(press(), encryption=pikepdf.Encryption(owner="o", user="u", R=3, aes=False, metadata=False))
    with pytest.raises(SourceError, match="locked with a password"):
        judge(data, "x.pdf", PROFILES["press-eu"])


@pytest.mark.parametrize("profile", ["press-eu", "archive", "accessible"])
def test_a_damaged_file_is_read_or_refused(profile: str) -> None:
    data = saved(MAKERS[profile](), compress_streams=False)
    chance = random.Random(20240229)
    for _ in range(60):
        damaged = bytearray(data)
        for _ in range(chance.choice((1, 8, 60))):
            damaged[chance.randrange(len(damaged))] = chance.choice(b"\0 /<>[]()0129aRq")
        if chance.random() < 0.2:
            del damaged[chance.randrange(len(damaged)) :]
        try:
            judge(bytes(damaged), "x.pdf", PROFILES[profile])
        except SourceError as error:
            assert "x.pdf" in str(error)


def test_names_in_another_encoding_than_utf_8_are_read() -> None:
    """As programs of the nineties wrote the names of Chinese fonts."""
    data = saved(press(), compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    song = "宋体".encode("gb18030").hex("#")
    renamed = data.replace(b"/ABCDEF+Two", f"/#{song}".encode()).replace(b"/F ", b"/#cb ")
    verdict = judge(renamed, "x.pdf", PROFILES["press-eu"])
    assert verdict.fonts == ("宋体",)
    assert {each.rule for each in verdict.rulings if each.result != "pass"} == {"press-font-note/subset"}
    assert "宋体" in to_json(verdict)


# ── the report ───────────────────────────────────────────────────────────────────────────────────────────────────────


def faulty() -> Pdf:
    """A file with many faults on many pages, and long names."""
    pdf = press()
    text(pdf, "0 0 0 rg", before="")
    plain_ground(pdf)
    another_page(pdf, 40)
    draw(pdf, "/Spot cs 1 scn 100 100 50 50 re f", ColorSpace=spot("A colour with a name that does not end " * 4))
    annotate(pdf)
    return pdf


def test_what_is_broken_often_is_told_once() -> None:
    (problem,) = [
        each for each in judge(saved(faulty()), "x.pdf", PROFILES["press-eu"]).problems if each.code == "press-black"
    ]
    assert problem.message.endswith("; 41 times in all, next on page 2; page 3; page 4")
    assert problem.place is not None
    assert problem.place.line == 1
    assert MOST_PLACES < 41


def test_the_report_for_programs_keeps_its_schema() -> None:
    schema = json.loads((DOCS / "preflight-report.schema.json").read_text(encoding="utf-8"))
    validate = fastjsonschema.compile(schema)
    for name, pdf in (("press-eu", faulty()), ("archive", archive()), ("accessible", accessible())):
        report = validate(json.loads(to_json(judge(saved(pdf), "x.pdf", PROFILES[name]))))
        assert [each["rule"] for each in report["rules"]] == [rule.name for rule in RULES if rule.asked(PROFILES[name])]
    with pytest.raises(fastjsonschema.JsonSchemaException):
        validate({**report, "passed": "yes"})


def test_the_report_names_rules_pages_and_places(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, report = tmp_path / "x.pdf", tmp_path / "report.json"
    file.write_bytes(saved(faulty()))
    assert main(["check", str(file), "--profile", "press-eu", "--report", str(report), "--format", "json"]) == 4
    told = json.loads(capsys.readouterr().out)
    assert {"press-black", "press-colour", "press-bleed", "press-interactive"} <= {each["code"] for each in told}
    written = json.loads(report.read_text(encoding="utf-8"))
    rules = {each["rule"]: each for each in written["rules"]}
    assert rules["press-black/black-text"]["pages"] == [*range(1, 42)]
    assert rules["press-black/black-text"]["findings"][0]["at"] == [20.3, 151.6]
    assert (rules["press-box/trim"]["result"], rules["press-black/black-text"]["result"]) == ("pass", "warning")
    assert (written["passed"], written["pages"], written["trim"], written["size"]) == (False, 41, [148.0, 210.0], "A5")


@pytest.mark.slow
@pytest.mark.parametrize("profile", PROFILES)
def test_the_report_for_the_printer_is_one_page_that_is_passed_itself(profile: str, tmp_path: Path) -> None:
    file, report = tmp_path / "名字很长的文件.pdf", tmp_path / "report.pdf"
    file.write_bytes(saved(faulty()))
    source = Source.open(file)
    pipeline.report_on(source, [report], profile)
    first = report.read_bytes()
    pipeline.report_on(source, [report], profile)
    assert report.read_bytes() == first
    with pikepdf.open(report) as pdf:
        assert len(pdf.pages) == 1
    verdict = judge(first, "report.pdf", PROFILES["accessible"])
    assert [(each.rule, each.findings) for each in verdict.rulings if each.result not in ("pass", "note")] == []


def test_a_passed_file_ends_with_0(tmp_path: Path) -> None:
    file = tmp_path / "x.pdf"
    file.write_bytes(saved(press()))
    codes = {problem.code for problem in pipeline.check_edition(Source.open(file), "", "press-eu") or ()}
    assert not {code for code in codes if CODES[code] != "note"}
    assert main(["check", str(file), "--profile", "press-eu"]) == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--profile", "press-xx"], "there is no profile 'press-xx'"),
        (["--report", "r.pdf"], "a report needs a profile"),
        (["--profile", "press-eu", "--report", "r.docx"], "r.docx: no form of a report"),
        (["--profile", "press-eu", "--report", "x.pdf"], "x.pdf is the source itself"),
        (["y.pdf", "--profile", "press-eu", "--report", "r.pdf"], "--report tells of one PDF"),
    ],
)
def test_a_call_that_cannot_be_meant_is_refused(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("x.pdf", "y.pdf"):
        Path(name).write_bytes(saved(press()))
    assert main(["check", "x.pdf", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_a_store_of_e_books_asks_nothing_of_a_pdf() -> None:
    source = Source("x.pdf", saved(press()))
    assert pipeline.check_edition(source, "", "kindle") == pipeline.check_edition(source)
    with pytest.raises(UsageError, match="there is no profile"):
        pipeline.check_edition(source, "", "kindel")


# ── docconv's own files ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.slow
@pytest.mark.parametrize(
    ("profile", "printing"),
    [
        ("press-cn", Printing(PROFILES["press-cn"])),
        ("press-cn", Printing(replace(PROFILES["press-cn"], standard="pdf/x-1a"))),
        ("archive", Printing(PROFILES["archive"])),
        ("accessible", Printing(PROFILES["accessible"])),
    ],
)
def test_docconvs_own_pdf_is_passed(profile: str, printing: Printing, tmp_path: Path) -> None:
    seed = Path(__file__).parents[1] / "seeds" / "zhuzhou-daily-2022-11.txt"
    pipeline.convert(seed, [tmp_path / "x.pdf"], style="newspaper", epub=EditionOptions(printing=printing))
    verdict = judge((tmp_path / "x.pdf").read_bytes(), "x.pdf", PROFILES[profile])
    assert [(each.rule, each.findings) for each in verdict.rulings if each.result != "pass"] == []
    assert (verdict.profile.standard, verdict.size, verdict.passed) == (printing.profile.standard, "对开报", True)


# ── others' files ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.slow
def test_plain_weasyprint_lacks_what_makes_a_pdfx() -> None:
    weasyprint = pytest.importorskip("weasyprint")
    page = '<html lang="zh-Hans"><title>千字文</title><p>天地玄黄</p><p style="border-top:.1pt solid">宇宙</p>'
    data = weasyprint.HTML(string=page).write_pdf(pdf_variant="pdf/x-4")
    verdict = judge(data, "x.pdf", PROFILES["press-cn"])
    assert {each.code for each in verdict.rulings if each.result in ("error", "warning")} == {
        "press-intent", "press-box", "press-colour", "press-black", "press-hairline"}  # fmt: skip
    assert "there is no output intent of PDF/X" in str(verdict.problems[0])


def test_dates_of_both_kinds_are_compared() -> None:
    assert moment("D:20240102030405+08'00'") == moment("2024-01-02T03:04:05+08:00") == moment("2024-01-01T19:04Z")
    assert moment("D:2024") == moment("2024-01-01")
    assert moment("gestern") is None
    assert moment("D:20241399") is None


def test_pages_are_named_by_ranges() -> None:
    assert page_ranges([1, 2, 3, 7, 9, 10]) == "1–3, 7, 9–10"
