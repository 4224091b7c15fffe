"""Several sources as one issue or book: nothing is lost, nothing meets its namesake, each picture is its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from PIL import Image
from strategies import documents

from docconv import model as m
from docconv.issue import apart, join
from docconv.model import Article, Document, Figure, Meta, Missing, NoteRef, PageBreak, Paragraph, Section, Text
from docconv.pipeline import prepare_issue
from docconv.problems import UsageError
from docconv.readers.source import Source

PAGE = """\
# {headline}

本报讯 昨日,各地喜迎丰收,农民喜上眉梢。

▲农民在田间收割。

本报讯 下转第{number}版
"""


def write(folder: Path, **sources: str) -> list[Source]:
    out = []
    for name, text in sources.items():
        (folder / name).mkdir()
        path = folder / name / f"{name}.md"
        path.write_text(text, encoding="utf-8")
        out.append(Source.open(path))
    return out


@given(documents(), documents())
@settings(max_examples=40)
def test_two_documents_keep_their_text_and_every_id_is_one(one: Document, two: Document) -> None:
    both = apart([one, two])
    assert both[0] == one
    ids = [node.id for document in both for node in m.walk(document) if getattr(node, "id", "")]
    assert len(ids) == len(set(ids))
    notes = {note.id for note in both[1].notes}
    assert all(node.note in notes for node in m.walk(both[1]) if isinstance(node, NoteRef))
    joined = join(both, ["一", "二"])
    expected = [text for body in (one, two) for text in m.paragraphs(Document(Meta(), body.body))]
    shown = list(m.paragraphs(Document(Meta(), joined.body)))
    assert [text for text in shown if text in expected] == expected


def test_links_and_notes_follow_their_target() -> None:
    body = (Section((Text("章"),), (Paragraph((m.Link("#s1", (Text("见"),)), NoteRef("n1"))),), "s1"),)
    chapter = Document(Meta(), body, (m.Note("n1", (Paragraph((Text("注"),)),)),))
    _, second = apart([chapter, chapter])
    assert [node.id for node in m.walk(second) if getattr(node, "id", "")] == ["s1-2", "n1-2"]
    assert [node.target for node in m.walk(second) if isinstance(node, m.Link)] == ["#s1-2"]


def test_pages_follow_each_other_behind_their_numbers() -> None:
    meta = Meta("甲", "zh-Hans", date="2022-11-16", publication="株洲日报", kind="page")
    bare = Document(meta, (Article(headline=(Text("甲"),), id="a1"),))
    marked = Document(meta, (PageBreak("第2版", "page-2"), Article(headline=(Text("乙"),), id="a2")))
    issue = join([bare, marked], ["A1", "A2"])
    assert [node.label for node in issue.body if isinstance(node, PageBreak)] == ["A1", "第2版"]
    assert issue.meta == Meta("株洲日报 2022-11-16", "zh-Hans", date="2022-11-16", publication="株洲日报", kind="page")


def test_manuscripts_stand_under_their_titles() -> None:
    text = (Paragraph((Text("文"),)),)
    chapter = Document(Meta("第一章", "zh-Hans"), (Section((Text("第一章"),), text, "s1"),))
    signed = Document(Meta("随笔", "zh-Hans", ("甲", "乙")), text)
    unsigned = Document(Meta("短章", "ja"), text)
    one, two, three = join([chapter, signed, unsigned], ["", "", ""]).body
    assert one == chapter.body[0]
    assert two == Article(headline=(Text("随笔"),), byline=(m.Name("甲"), Text(" "), m.Name("乙")), body=text, id="a")
    assert three == Section((Text("短章"),), (Paragraph((Text("文"),), lang="ja"),), "s")


def test_a_title_that_all_sources_bear_is_that_of_the_book() -> None:
    text = (Paragraph((Text("文"),)),)
    book = join([Document(Meta("红楼梦", "zh-Hans"), text)] * 2, ["", ""])
    assert (book.meta.title, book.body) == ("红楼梦", text * 2)


def test_pictures_of_one_name_are_two(tmp_path: Path) -> None:
    sources = write(tmp_path, a="# 一\n\n![图](p.png)\n", b="# 二\n\n![图](p.png)\n")
    for name, colour in (("a", "teal"), ("b", "red")):
        Image.new("RGB", (4, 4), colour).save(tmp_path / name / "p.png")
    prepared = prepare_issue(sources, "markdown")
    paths = [node.path for node in m.walk(prepared.document) if isinstance(node, m.Image)]
    assert paths == ["1/p.png", "2/p.png"]
    assert [prepared.pictures.read(each) == (tmp_path / name / "p.png").read_bytes()
            for each, name in zip(paths, "ab", strict=True)] == [True, True]  # fmt: skip
    assert prepared.pictures.read("3/p.png") == prepared.pictures.read("p.png") == b""


def test_a_box_is_filled_by_the_picture_that_it_asks_for(tmp_path: Path) -> None:
    sources = write(
        tmp_path, a=PAGE.format(headline="甲地丰收", number=2), b=PAGE.format(headline="乙地丰收", number=3)
    )
    boxes = [node.id for node in m.walk(prepare_issue(sources, "page").document) if isinstance(node, Figure)]
    assert boxes[1] == f"{boxes[0]}-2"
    images = tmp_path / "images"
    images.mkdir()
    Image.new("RGB", (4, 4), "red").save(images / f"{boxes[1]}.png")
    Image.new("RGB", (4, 4), "red").save(images / "stray.png")
    prepared = prepare_issue(sources, "page", images=images)
    media = [node.media for node in m.walk(prepared.document) if isinstance(node, Figure)]
    assert media == [Missing(), m.Image(f"2/{boxes[1]}.png")]
    unused = [each for each in prepared.problems if each.code == "picture-unused"]
    assert [each.message for each in unused] == ["stray.png is the id of no figure"]


def test_what_is_stated_stands_above_the_whole(tmp_path: Path) -> None:
    sources = write(tmp_path, A1=PAGE.format(headline="甲地丰收", number=2), A2=PAGE.format(headline="乙", number=3))
    stated = {"publication": ["株洲日报"], "date": ["2022-11-16"], "number": ["3021"]}
    meta = prepare_issue(sources, "page", metadata=stated).document.meta
    assert (meta.title, meta.date, meta.colophon.number) == ("株洲日报 2022-11-16", "2022-11-16", "3021")
    assert prepare_issue(sources, "page", metadata={**stated, "title": ["号外"]}).document.meta.title == "号外"


def test_no_source_is_no_issue(tmp_path: Path) -> None:
    from docconv.pipeline import convert

    with pytest.raises(UsageError, match="no source"):
        convert([], [tmp_path / "a.html"])
