"""Reading anybody's EPUB: order, heads, notes, pictures, metadata, and what is refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote

import pytest
from PIL import Image

from docconv import model as m
from docconv.pictures import COVER, Pictures, place_pictures
from docconv.problems import Problem, SourceError
from docconv.readers import read
from docconv.readers.account import account
from docconv.readers.source import Source

OPS = 'xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"'
CONTAINER = """<?xml version="1.0"?>
<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>
<rootfile full-path="OPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""
KINDS = {
    "xhtml": "application/xhtml+xml",
    "svg": "image/svg+xml",
    "png": "image/png",
    "ncx": "application/x-dtbncx+xml",
}


def page(body: str) -> str:
    return f'<?xml version="1.0"?>\n<html {OPS}><head><title/></head>\n<body>{body}</body></html>'


def kind_of(name: str) -> str:
    return KINDS[name.rpartition(".")[2]]


def nav(*lines: str) -> str:
    return page('<nav epub:type="toc"><ol>' + "".join(lines) + "</ol></nav>")


def line(address: str, label: str, *inside: str) -> str:
    below = "<ol>" + "".join(inside) + "</ol>" if inside else ""
    return f'<li><a href="{address}">{label}</a>{below}</li>'


def book(
    files: Mapping[str, str | bytes],
    meta: str = "",
    properties: Mapping[str, str] | None = None,
    tail: str = "",
    outside: tuple[str, ...] = (),
    spine: tuple[str, ...] = (),
    extra: Mapping[str, str] | None = None,
) -> Source:
    """An EPUB of these files in the folder OPS; its spine has the pages but for nav.xhtml in their order."""
    own = dict.fromkeys(files, "") | {"nav.xhtml": "nav"} | dict(properties or {})
    items = "".join(
        f'<item id="i{n}" href="{quote(name)}" media-type="{kind_of(name)}" properties="{own[name]}"/>'
        for n, name in enumerate(files)
    )
    read_in_order = spine or tuple(name for name in files if name.endswith(".xhtml") and name != "nav.xhtml")
    linear = {True: "no", False: "yes"}
    numbers = {name: n for n, name in enumerate(files)}
    refs = "".join(f'<itemref idref="i{numbers[name]}" linear="{linear[name in outside]}"/>' for name in read_in_order)
    toc = ' toc="i{}"'.format(numbers["toc.ncx"]) if "toc.ncx" in files else ""
    opf = f"""<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="u">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:opf="http://www.idpf.org/2007/opf">
<dc:title>山路</dc:title><dc:language>zh-Hans</dc:language>
<dc:identifier id="u">urn:x:1</dc:identifier>{meta}</metadata>
<manifest>{items}</manifest><spine{toc}>{refs}</spine>{tail}</package>"""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", CONTAINER)
        archive.writestr("OPS/book.opf", opf)
        for name, data in {**{f"OPS/{name}": data for name, data in files.items()}, **(extra or {})}.items():
            archive.writestr(name, data)
    return Source("book.epub", stream.getvalue())


def picture(width: int, height: int) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(stream, "PNG")
    return stream.getvalue()


def outline(document: m.Document) -> list[object]:
    """The titles of sections, each with those in it; and the paragraphs."""

    def shown(blocks: tuple[m.Article | m.Block, ...]) -> list[object]:
        return [
            {m.plain(each.title): shown(each.body)}
            if isinstance(each, m.Section)
            else m.plain(each.content)
            if isinstance(each, m.Paragraph)
            else type(each).__name__
            for each in blocks
        ]

    return shown(document.body)


def test_files_come_in_the_order_of_the_spine_and_those_outside_it_behind() -> None:
    files = {"b.xhtml": page("<p>乙</p>"), "note.xhtml": page("<p>附</p>"), "a.xhtml": page("<p>甲</p>")}
    source = book(files, spine=("note.xhtml", "a.xhtml", "b.xhtml"), outside=("note.xhtml",))
    assert outline(read(source)) == ["甲", "乙", "附"]


def test_the_contents_give_the_heads_that_files_lack_and_say_how_deep_each_stands() -> None:
    files = {
        "nav.xhtml": nav(
            line("p1.xhtml", "上编", line("c1.xhtml", "第一章 茶亭"), line("c2.xhtml", "第二章 渡口")),
            line("c3.xhtml#end", "后记"),
        ),
        "p1.xhtml": page("<p class='part'>上编</p>"),
        "c1.xhtml": page("<p>第一章</p><h3>茶亭</h3><p>亭在山腰。</p><h4>泉</h4><p>泉水很冷。</p>"),
        "c2.xhtml": page("<p>渡口没有船。</p>"),
        "c3.xhtml": page("<p>船来了。</p><p><a id='end'/>记于渡口。</p>"),
    }
    assert outline(read(book(files))) == [
        {
            "上编": [
                {"第一章\n茶亭": ["亭在山腰。", {"泉": ["泉水很冷。"]}]},
                {"第二章 渡口": ["渡口没有船。", "船来了。"]},
            ]
        },
        {"后记": ["记于渡口。"]},
    ]


def test_a_head_that_is_printed_is_not_doubled() -> None:
    files = {
        "nav.xhtml": nav(line("a.xhtml", "一、茶亭"), line("b.xhtml#b", "渡口"), line("c.xhtml", "雨")),
        "a.xhtml": page("<section><h2>一、茶亭</h2><p>亭在山腰。</p></section>"),
        "b.xhtml": page("<div id='b'><p> </p><h1>二 渡口</h1></div><p>没有船。</p>"),
        "c.xhtml": page("<p>雨下了三天。</p>"),
    }
    assert outline(read(book(files))) == [{"一、茶亭": ["亭在山腰。"]}, {"二 渡口": ["没有船。", "雨下了三天。"]}]


def test_the_contents_of_epub_2_are_those_of_the_ncx() -> None:
    point = '<navPoint><navLabel><text>{}</text></navLabel><content src="{}"/>{}</navPoint>'
    ncx = '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap>{}</navMap></ncx>'
    files = {
        "toc.ncx": ncx.format(point.format("卷一", "a.xhtml", point.format("茶亭", "a.xhtml#t", ""))),
        "a.xhtml": page("<h1>卷一</h1><p>题记。</p><p id='t'>亭在山腰。</p>"),
    }
    assert outline(read(book(files))) == [{"卷一": ["题记。", {"茶亭": ["亭在山腰。"]}]}]


def test_a_title_page_is_text_and_has_no_head_of_the_contents() -> None:
    files = {
        "nav.xhtml": nav(line("t.xhtml", "扉页"), line("a.xhtml", "茶亭")),
        "t.xhtml": page("<section epub:type='titlepage'><p>山路</p><p>林一舟著</p></section>"),
        "a.xhtml": page("<h1>茶亭</h1><p>亭在山腰。</p>"),
    }
    assert outline(read(book(files))) == ["山路", "林一舟著", {"茶亭": ["亭在山腰。"]}]


CALLS = {
    "stated": (
        '<a epub:type="noteref" href="n.xhtml#n1">1</a>',
        '<aside epub:type="footnote" id="n1"><p>山名。</p></aside>',
    ),
    "rear": (
        '<a epub:type="noteref" href="n.xhtml#n1">注</a>',
        '<section epub:type="rearnotes"><h2>注释</h2><ol><li epub:type="rearnote" id="n1">山名。</li></ol></section>',
    ),
    "popup": (
        '<a epub:type="noteref" href="n.xhtml#n1">1</a>',
        '<aside epub:type="footnote" hidden="" id="n1">山名。</aside>',
    ),
    "plain": ('<a id="r1" href="n.xhtml#n1">[1]</a>', '<p><a id="n1" href="a.xhtml#r1">[1]</a> 山名。</p>'),
    "high": ('<sup><a href="n.xhtml#n1">1</a></sup>', '<p id="n1">1. 山名。</p>'),
    "back": ('<sup id="r1"><a href="n.xhtml#n1">①</a></sup>', '<p id="n1">① 山名。<a href="a.xhtml#r1">返回</a></p>'),
}  # fmt: skip


@pytest.mark.parametrize("kind", CALLS)
def test_notes_are_linked_over_files(kind: str) -> None:
    call, note = CALLS[kind]
    files = {"a.xhtml": page(f"<p>过了枫岭{call}，天黑了。</p>"), "n.xhtml": page(note)}
    said: list[Problem] = []
    document = read(book(files), say=said.append)
    paragraph = document.body[0]
    assert isinstance(paragraph, m.Paragraph)
    assert m.plain(paragraph.content) == "过了枫岭，天黑了。"
    (reference,) = (node for node in m.walk(paragraph) if isinstance(node, m.NoteRef))
    (found,) = document.notes
    assert found.id == reference.note
    assert found.body == (m.Paragraph((m.Text("山名。"),)),)
    assert len(document.body) == 1
    assert {each.code for each in said} <= {"text-left-out"}


def test_links_between_files_lead_to_heads() -> None:
    files = {
        "a.xhtml": page("<p><a href='b.xhtml'>渡口</a>、<a href='b.xhtml#x'>船</a>、<a href='x.mp3'>声</a></p>"),
        "b.xhtml": page("<h1>渡口</h1><p>没有<b id='x'>船</b>。</p>"),
    }
    paragraph, section = read(book(files)).body
    assert isinstance(paragraph, m.Paragraph)
    assert isinstance(section, m.Section)
    target = f"#{section.id}"
    text = m.Text
    assert section.id
    assert paragraph.content == (
        m.Link(target, (text("渡口"),)),
        text("、"),
        m.Link(target, (text("船"),)),
        text("、声"),
    )


def test_pictures_are_found_from_each_file_and_the_cover_is_no_figure() -> None:
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/><text>甲</text></svg>'
    )
    files: dict[str, str | bytes] = {
        "text/cover.xhtml": page(
            '<div><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
            '<image xlink:href="../img/front.png"/></svg></div>'
        ),
        "text/a.xhtml": page(f'<p>图：</p><p><img src="../img/a%20b.png" alt="亭"/></p>{drawing}'),
        "img/front.png": picture(8, 12),
        "img/a b.png": picture(3, 3),
    }
    source = book(files, properties={"img/front.png": "cover-image"})
    pictures = Pictures(package=source.data)
    problems: list[Problem] = []
    document = place_pictures(read(source), pictures, problems.append)
    images = [node for node in m.walk(document) if isinstance(node, m.Image)]
    assert images == [m.Image("OPS/img/a b.png", "亭"), m.Image("OPS/text/a.xhtml/picture-1.svg", "甲")]
    assert pictures.named(COVER) == "OPS/img/front.png"
    assert not [each for each in problems if each.code != "picture-small"]


def test_pages_of_the_print_edition() -> None:
    files = {
        "nav.xhtml": page(
            "<nav epub:type='page-list'><ol>"
            "<li><a href='a.xhtml#p2'>2</a></li><li><a href='a.xhtml#p3'>3</a></li></ol></nav>"
        ),
        "a.xhtml": page("<p id='p2'>甲</p><p>乙<span epub:type='pagebreak' id='p3' title='3'>3</span>丙</p>"),
    }
    document = read(book(files))
    assert [each.label if isinstance(each, m.PageBreak) else m.plain(each.content) for each in document.body
            if isinstance(each, m.PageBreak | m.Paragraph)] == ["2", "甲", "3", "乙丙"]  # fmt: skip


def test_the_metadata() -> None:
    source = book(
        {"a.xhtml": page("<p>甲</p>")},
        meta="""<dc:title id="t2">茶亭与渡口</dc:title><meta refines="#t2" property="title-type">subtitle</meta>
<dc:creator id="c1">林一舟</dc:creator><meta refines="#c1" property="role" scheme="marc:relators">aut</meta>
<meta refines="#c1" property="file-as">Lin, Yizhou</meta>
<dc:contributor opf:role="trl">何田</dc:contributor><dc:contributor opf:role="bkp">calibre</dc:contributor>
<dc:publisher>枫岭书社</dc:publisher><dc:date opf:event="modification">2020-01-01</dc:date>
<dc:date opf:event="publication">2019-05</dc:date>
<dc:identifier opf:scheme="ISBN">978-7-02-000220-7</dc:identifier><dc:rights>作者所有</dc:rights>
<dc:subject>散文</dc:subject><dc:subject>山</dc:subject><dc:description>&lt;p&gt;山里的书&lt;/p&gt;</dc:description>
<meta property="belongs-to-collection" id="s">山水丛书</meta><meta refines="#s" property="group-position">3</meta>""",
    )
    meta = read(source).meta
    assert (meta.title, meta.lang, meta.authors, meta.date) == ("山路：茶亭与渡口", "zh-Hans", ("林一舟",), "2019-05")
    assert meta.colophon == m.Colophon(
        identifier="978-7-02-000220-7",
        publisher="枫岭书社",
        rights="作者所有",
        description="山里的书",
        subjects=("散文", "山"),
        series="山水丛书",
        number="3",
        contributors=(m.Contributor("何田", "translator"),),
        readings=(("林一舟", "Lin, Yizhou"),),
    )


def test_the_series_of_calibre() -> None:
    meta = '<meta name="calibre:series" content="山水丛书"/><meta name="calibre:series_index" content="2.0"/>'
    colophon = read(book({"a.xhtml": page("<p>甲</p>")}, meta=meta)).meta.colophon
    assert (colophon.series, colophon.number) == ("山水丛书", "2")


def test_a_locked_book_is_refused_and_disguised_fonts_do_not_matter() -> None:
    enciphered = """<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<EncryptedData xmlns="http://www.w3.org/2001/04/xmlenc#"><EncryptionMethod Algorithm="{}"/>
<CipherData><CipherReference URI="OPS/a.xhtml"/></CipherData></EncryptedData></encryption>"""
    files = {"a.xhtml": page("<p>甲</p>")}
    locked = book(
        files, extra={"META-INF/encryption.xml": enciphered.format("http://www.w3.org/2001/04/xmlenc#aes128-cbc")}
    )
    with pytest.raises(SourceError, match="DRM"):
        read(locked)
    fonts = enciphered.format("http://www.idpf.org/2008/embedding").replace("a.xhtml", "a.otf")
    assert outline(read(book(files, extra={"META-INF/encryption.xml": fonts}))) == ["甲"]


def test_what_is_left_out_of_a_book_is_said_once() -> None:
    files = {
        "a.xhtml": page("<p>甲</p><p style='display:none'>藏一</p><video src='a.mp4'><p>影片：渡口</p></video>"),
        "b.xhtml": page("<p>乙在渡口等船</p><p class='sr-only'>藏二</p>"),
        "nav.xhtml": nav(line("a.xhtml", "甲")),
    }
    said: list[Problem] = []
    document = read(book(files, spine=("nav.xhtml", "a.xhtml", "b.xhtml")), say=said.append)
    assert outline(document) == [{"甲": ["影片：渡口", "乙在渡口等船"]}]
    told = {each.message.partition(" ")[0]: each for each in said}
    assert told["text"].words == "藏一 藏二"
    assert told["navigation"].words == "甲"
    assert told["text"].place == m.Place(3, 1, "book.epub", "OPS/a.xhtml")


def test_the_account_of_a_book_finds_what_its_document_lacks() -> None:
    files = {"nav.xhtml": nav(line("a.xhtml", "渡口")), "a.xhtml": page("<p>没有船。</p><p>e<b>\u0301</b></p>")}
    source = book(files)
    document = read(source)
    said: list[Problem] = []
    account(source, "epub", document, [], said.append)
    assert not said
    account(source, "epub", replace(document, body=()), [], said.append)
    assert {(each.code, each.place) for each in said} == {("text-lost", m.Place(3, 10, "book.epub", "OPS/a.xhtml"))}


def test_a_file_that_is_no_xml_is_read_as_html() -> None:
    assert outline(read(book({"a.xhtml": "<html><body><p>甲<br>乙<p>丙&nbsp;"}))) == ["甲\n乙", "丙"]


@pytest.mark.parametrize("files", [{}, {"META-INF/container.xml": "<x/>"}])
def test_an_archive_without_a_book_is_refused(files: dict[str, str]) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        for name, data in files.items():
            archive.writestr(name, data)
    with pytest.raises(SourceError):
        read(Source("book.epub", stream.getvalue()), "epub")
