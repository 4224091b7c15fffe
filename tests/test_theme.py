"""A style of one's own that brings along a face and a logo: in print, on screens, in an e-book, and what it may not."""

from __future__ import annotations

import io
import json
import re
import zipfile
from base64 import b64encode
from functools import cache
from pathlib import Path
from typing import Any

import pdfplumber
import pikepdf
import pytest
from fontTools import subset
from fontTools.ttLib import TTFont
from PIL import Image
from samples import NEWSPAPER

from docconv import model as m
from docconv.cli import main
from docconv.pictures import Pictures
from docconv.preflight.profiles import judge
from docconv.press import PROFILES
from docconv.problems import Problem, UsageError
from docconv.styles import HOUSE, find_style
from docconv.writers.epub import write_epub
from docconv.writers.faces import find_face
from docconv.writers.html import write_html
from docconv.writers.options import EditionOptions, Printing
from docconv.writers.pdf import write_pdf
from docconv.writers.site import write_site

LOGO = """\
<svg xmlns="http://www.w3.org/2000/svg" width="360" height="60" viewBox="0 0 240 40">
<rect width="240" height="40" fill="#8c1c13"/>
<circle cx="20" cy="20" r="12" fill="#fff"/><rect x="44" y="12" width="180" height="16" fill="#fff"/></svg>
"""
OWN = """
@font-face { font-family: "House Song"; src: url("fonts/house%20song.woff2") format("woff2") }
:root { --house: #8c1c13 }
h1, h1.headline { font-family: "House Song", var(--song); color: #8c1c13 }
"""
LOGOS = {
    "print": ".nameplate p.paper::before { content: url(logo.svg) }\n.nameplate p.paper { font-size: 20pt }\n",
    "screen": ".masthead { background: url(logo.svg) no-repeat left top / auto 2em; padding-top: 2.5em }\n",
    "ebook": ":root { --song: serif }\nh1 { background: url('logo.svg') no-repeat; padding-top: 60px }\n",
}
SHEETS = {"print": "newspaper", "screen": "plain", "ebook": "plain"}


@cache
def face(rights: int = 0) -> bytes:
    """A face of the house's own with the letters of the headlines, and rights as its licence has them."""
    found = find_face("Serif", "Bold", "zh-Hans")
    assert found is not None
    font = TTFont(found.file, fontNumber=found.index, recalcTimestamp=False)
    options = subset.Options(drop_tables=["GSUB", "GPOS"], hinting=False, flavor="woff2")
    cutter = subset.Subsetter(options)
    cutter.populate(text="彰显责任担当 筑牢校园防控“铜墙铁壁”石峰区在全省首推医疗救助网上办理战“疫”路上党旗红坚守线勇")
    cutter.subset(font)
    for name in font["name"].names:
        if name.nameID in (1, 4, 6, 16):
            name.string = "HouseSong" if name.nameID == 6 else "House Song"
    font["OS/2"].fsType = rights
    font.flavor = "woff2"
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A whole theme, as a designer hands it over."""
    folder = tmp_path / "house"
    (folder / "fonts").mkdir(parents=True)
    (folder / "fonts" / "house song.woff2").write_bytes(face())
    (folder / "logo.svg").write_text(LOGO, "utf-8")
    for name, base in SHEETS.items():
        sheet = (HOUSE / base / f"{name}.css").read_text("utf-8")
        (folder / f"{name}.css").write_text(f"{sheet}{OWN}{LOGOS[name]}", "utf-8")
    return folder


def told(house: Path, css: str, name: str = "print") -> list[str]:
    """What is said of a rule at the end of a sheet."""
    sheet = house / f"{name}.css"
    sheet.write_text(f"{sheet.read_text('utf-8')}{css}", "utf-8")
    problems: list[Problem] = []
    write = {"print": write_pdf, "screen": write_html, "ebook": write_epub}[name]
    write(NEWSPAPER, find_style(str(house)), Pictures(), problems.append)
    lines = sheet.read_text("utf-8").count("\n")
    assert all(each.place and each.place.line == lines and each.place.file == str(sheet) for each in problems)
    return [f"{each.code}: {each.message}" for each in problems]


# ── In each edition ──


@pytest.mark.slow
@pytest.mark.parametrize("profile", ["accessible", "press-eu"])
def test_print_is_set_in_the_face_and_bears_the_logo(house: Path, profile: str) -> None:
    problems: list[Problem] = []
    options = EditionOptions(printing=Printing(PROFILES[profile]))
    first, second = (write_pdf(NEWSPAPER, find_style(str(house)), Pictures(), problems.append, options) for _ in "ab")
    assert first == second and problems == []
    with pdfplumber.open(io.BytesIO(first)) as pdf:
        heads = {char["fontname"].partition("+")[2] for char in pdf.pages[0].chars if char["size"] > 30}
        red = [each for each in pdf.pages[0].rects if each["width"] > 100 and each["height"] > 15]
    assert any(name.startswith("House") for name in heads), heads
    assert red


@pytest.mark.slow
def test_a_logo_in_the_place_of_a_name_is_read_as_the_name(house: Path) -> None:
    data = write_pdf(NEWSPAPER, find_style(str(house)), Pictures(), lambda problem: None)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        paper = pdf.Root.StructTreeRoot.K[0].K[0]
        assert (paper.S, paper.K[0].S, str(paper.K[0].Alt)) == ("/P", "/Figure", "株洲日报")


ORNAMENTS = """
@page { background: url(paper.png); @top-left { content: url(logo.svg) } }
body::before { content: url(logo.svg); position: fixed; top: 0; right: 0 }
blockquote { border-image: url("paper.png") 10 round }
h2::after { content: url(logo.svg) " 完" }
hr { content: url(paper.png) }
p.byline::before { content: url(paper.png) }
article::after { content: "（完）"; display: block }
"""


@pytest.mark.slow
def test_ornaments_are_none_of_the_text(house: Path) -> None:
    Image.new("RGB", (60, 60), "beige").save(house / "paper.png")
    with (house / "print.css").open("a", encoding="utf-8") as sheet:
        sheet.write(ORNAMENTS)
    problems: list[Problem] = []
    data = write_pdf(NEWSPAPER, find_style(str(house)), Pictures(), problems.append)
    assert problems == [] and judge(data, "a.pdf", PROFILES["accessible"]).problems == ()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        figures = [each for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and each.get("/S") == "/Figure"]
    assert len(figures) == 8 + 1  # of the text, and the name of the paper


def test_a_page_for_screens_holds_what_the_style_brings_along(house: Path) -> None:
    problems: list[Problem] = []
    page = write_html(NEWSPAPER, find_style(str(house)), Pictures(), problems.append).decode()
    assert problems == []
    assert f'url("data:font/woff2;base64,{b64encode(face()).decode()}")' in page
    assert 'url("data:image/svg+xml;base64,' in page and "font-src data:;" in page
    assert not re.search(r"url\([\"']?(?!data:|\"data:|#)", page.partition("</style>")[0])


def test_a_folder_of_pages_holds_it_as_files(house: Path) -> None:
    files = write_site(NEWSPAPER, find_style(str(house)), Pictures(), lambda problem: None)
    css = files["style.css"].decode()
    assert 'url("theme/fonts-house-song.woff2")' in css and 'url("theme/logo.svg")' in css
    assert files["theme/fonts-house-song.woff2"] == face() and b"<circle" in files["theme/logo.svg"]


@pytest.mark.parametrize("vertical", [False, True])
def test_an_e_book_packs_it(house: Path, tmp_path: Path, vertical: bool) -> None:
    problems: list[Problem] = []
    options = EditionOptions(vertical=vertical)
    data = write_epub(NEWSPAPER, find_style(str(house)), Pictures(), problems.append, options)
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        (css,) = [book.read(name).decode() for name in book.namelist() if name.endswith("/style.css")]
        (font,) = [book.read(name) for name in book.namelist() if name.endswith("theme/fonts-house-song.woff2")]
        package = next(book.read(name).decode() for name in book.namelist() if name.endswith(".opf"))
    assert problems == [] and font == face() and 'url("theme/logo.svg")' in css
    assert 'href="theme/logo.svg"' in package and 'media-type="font/woff2"' in package


@pytest.mark.slow
def test_the_e_book_is_sound(house: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = tmp_path / "a.epub"
    book.write_bytes(write_epub(NEWSPAPER, find_style(str(house)), Pictures(), lambda problem: None))
    assert main(["check", str(book)]) == 0, capsys.readouterr().out


def test_files_of_like_names_are_kept_apart(house: Path) -> None:
    names = ["a/b.svg", "a-b.svg", "a b.svg", "图.svg", "像.svg", "a-b.png"]
    (house / "a").mkdir()
    for number, name in enumerate(names):
        (house / name).write_text(LOGO.replace("#fff", f"#ff{number}"), "utf-8")
    Image.new("RGB", (2, 2)).save(house / "a-b.png")
    css = "".join(f'p:nth-child({number}) {{ background: url("{name}") }}\n' for number, name in enumerate(names))
    (house / "screen.css").write_text(css, "utf-8")
    problems: list[Problem] = []
    files = write_site(NEWSPAPER, find_style(str(house)), Pictures(), problems.append)
    assert problems == [] and [name for name in files if name.startswith("theme/")] == [
        "theme/a-b.svg", "theme/a-b-2.svg", "theme/a-b-3.svg", "theme/file.svg", "theme/file-2.svg", "theme/a-b-4.png"
    ]  # fmt: skip
    page = write_html(NEWSPAPER, find_style(str(house)), Pictures(), problems.append).decode()
    assert len(set(re.findall(r'url\("data:image/[^"]+', page))) == 6


# ── What it may not ──


@pytest.mark.parametrize("name", ["print", "screen", "ebook"])
@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("https://example.org/a.png", "picture-refused: https://example.org/a.png is no file of the style"),
        ("file:///etc/hostname.png", "picture-refused: file:///etc/hostname.png is no file of the style"),
        ("/etc/hostname.png", "picture-refused: /etc/hostname.png is no file of the style"),
        ("../secret.png", "picture-refused: ../secret.png is outside the style's folder"),
        ("link.png", "picture-refused: link.png is outside the style's folder"),
        ("%2e%2e/secret.png", "picture-refused: ../secret.png is outside the style's folder"),
        ("none.png", "css-ignored: none.png is not in the style's folder"),
        ("loop.png", "css-ignored: loop.png is not in the style's folder"),
        ("notes.txt", "css-ignored: notes.txt is neither a picture nor a face"),
        ("broken.png", "picture-unreadable: broken.png: not a picture"),
    ],
)
def test_a_style_brings_along_what_lies_in_its_folder_and_nothing_else(
    house: Path, name: str, address: str, said: str
) -> None:
    Image.new("RGB", (2, 2)).save(house.parent / "secret.png")
    (house / "link.png").symlink_to(house.parent / "secret.png")
    (house / "loop.png").symlink_to(house / "loop.png")
    (house / "notes.txt").write_text("x")
    (house / "broken.png").write_text("x")
    assert told(house, f"body {{ background: url({address}) }}\n", name) == [said]


@pytest.mark.parametrize("name", ["print", "screen", "ebook"])
def test_other_sheets_are_not_imported(house: Path, name: str) -> None:
    (house / "more.css").write_text("p { color: red }", "utf-8")
    assert told(house, '@import "more.css";\n', name) == ["css-ignored: @import is not followed"]


@pytest.mark.parametrize(
    ("rights", "name", "is_refused"),
    [(0x0002, "ebook", True), (0x0002, "print", True), (0x0200, "screen", True), (0x0100, "print", True),
     (0x0100, "ebook", False), (0x0004, "print", False), (0x0008, "screen", False)],
)  # fmt: skip
def test_the_licence_of_a_face_is_kept_to(house: Path, rights: int, name: str, is_refused: bool) -> None:
    (house / "fonts" / "sold.woff2").write_bytes(face(rights))
    found = told(house, '@font-face { font-family: "Sold"; src: url(fonts/sold.woff2) }\n', name)
    refused = f"font-unusable: fonts/sold.woff2: its licence (fsType {rights:#06x}) forbids to embed it"
    assert found == ([refused] if is_refused else [])


@pytest.mark.parametrize("data", [b"", b"wOF2" + bytes(60), b"\0\1\0\0" + bytes(200)])
def test_a_damaged_face_is_told(house: Path, data: bytes) -> None:
    (house / "bad.ttf").write_bytes(data)
    (found,) = told(house, '@font-face { font-family: "Bad"; src: url(bad.ttf) }\n', "ebook")
    assert found.startswith("font-unusable: bad.ttf: damaged font")


def test_what_looks_like_an_address_is_none(house: Path) -> None:
    css = "/* url(a.png) @import 'b'; */ p::before { content: \"url(b.png)\" } p { background: none }\n"
    assert told(house, css, "ebook") == []


@pytest.mark.parametrize("name", ["screen", "ebook"])
@pytest.mark.parametrize(
    ("css", "said"),
    [
        ("p { color: var(--typo) }", "--typo is set nowhere"),
        ("p { color: var(--typo, red) }", ""),
        ("p { color: red }}", "} closes nothing"),
        ("p { color: red", "{ is not closed"),
        ("p { --mine: red; color: var( --mine ) } /* { var(--no) */", ""),
        ("p::before { content: '}{ var(--no)' }", ""),
    ],
)
def test_what_browsers_pass_over_is_told(house: Path, name: str, css: str, said: str) -> None:
    assert told(house, f"{css}\n", name) == ([f"css-ignored: {said}"] if said else [])


def test_a_variable_that_comes_to_nothing_in_print_is_told_with_its_line(house: Path) -> None:
    (found,) = told(house, "h1.headline { color: var(--typo) }\n")
    assert found.startswith("css-ignored: Ignored `color: ` at ")


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        ("--paper: A5", "a sheet with --paper sets --size and --leading too"),
        ("--paper: A5; --size: 9pt", "a sheet with --paper sets --leading too"),
        ("--paper: A5; --size: 9pt; --leading: 15pt; --margins: 1mm 2mm", "--margins: 1mm 2mm are not four lengths"),
        ("--paper: A5; --size: 9pt; --leading: 15pt; --columns: two", "'two' is no number of columns"),
        ("--paper: A5; --size: large; --leading: 15pt", "'large' is no length in pt or mm"),
        ("--paper: papyrus; --size: 9pt; --leading: 15pt", "there is no paper 'papyrus'"),
    ],
)
def test_half_a_wish_for_a_page_is_an_error(tmp_path: Path, wishes: str, said: str) -> None:
    (tmp_path / "print.css").write_text(f"html {{ {wishes} }}", "utf-8")
    with pytest.raises(UsageError, match=re.escape(said)):
        write_pdf(NEWSPAPER, find_style(str(tmp_path)), Pictures(), lambda problem: None)


@pytest.mark.slow
def test_lines_that_a_style_cuts_off_end_in_dots(house: Path) -> None:
    problems: list[Problem] = []
    (house / "print.css").write_text(
        f"{(house / 'print.css').read_text('utf-8')}article p {{ line-clamp: 1 }}", "utf-8"
    )
    write_pdf(NEWSPAPER, find_style(str(house)), Pictures(), problems.append)
    assert [each.code for each in problems] == ["text-unprinted"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "css",
    [
        "h1.headline { display: none }",
        "h1.headline { position: relative; left: 900mm }",
        "h1.headline { visibility: hidden }",
    ],
)
def test_what_a_style_leaves_off_the_pages_is_reported_once(house: Path, css: str) -> None:
    (house / "print.css").write_text(f"{(house / 'print.css').read_text('utf-8')}{css}\n", "utf-8")
    problems: list[Problem] = []
    write_pdf(NEWSPAPER, find_style(str(house)), Pictures(), problems.append)
    heads = [m.plain(each.headline) for each in NEWSPAPER.body if isinstance(each, m.Article)]
    more = f", and {len(heads) - 1} more" if len(heads) > 1 else ""
    assert [each.message for each in problems] == [f"not all of this is printed: {heads[0]}{more}"]


# ── In the workflow ──


@pytest.mark.parametrize("edition", ["pdf", "html", "epub"])
def test_an_edition_depends_on_it(
    house: Path, tmp_path: Path, edition: str, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "a.md"
    source.write_text("# 题\n\n文。\n", "utf-8")

    def made() -> bytes:
        assert main(["convert", str(source), "-o", str(tmp_path / f"a.{edition}"), "--style", str(house),
                     "--deps", str(tmp_path / "a.json"), "--deps-format", "json"]) == 0  # fmt: skip
        return (tmp_path / f"a.{edition}").read_bytes()

    before = made()
    named: dict[str, Any] = json.loads((tmp_path / "a.json").read_text())
    assert {str(house / "logo.svg"), str(house / "fonts" / "house song.woff2")} <= set(named["used"])
    assert made() == before
    (house / "logo.svg").write_text(LOGO.replace("#fff", "#0a0"), "utf-8")
    assert edition == "pdf" or made() != before  # the page of a manuscript has no name of the paper
    assert capsys.readouterr().err == ""
