"""Editions for word processors: every character, the roles as styles, and grey pictures where pictures are missing."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
import samples
from lxml import etree
from PIL import Image

from docconv import model as m
from docconv.pictures import Pictures
from docconv.readers import read
from docconv.readers.source import Source
from docconv.styles import find_style
from docconv.writers.pandoc import write_docx, write_odt

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
WRITERS = {"docx": write_docx, "odt": write_odt}


def made(document: m.Document, suffix: str = "docx", pictures: Pictures | None = None) -> bytes:
    return WRITERS[suffix](document, find_style(), pictures or Pictures(), lambda problem: pytest.fail(str(problem)))


def back(data: bytes, suffix: str = "docx") -> m.Document:
    return read(Source(f"a.{suffix}", data))


def part(data: bytes, name: str = "word/document.xml") -> etree._Element:
    return etree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read(name))


@pytest.mark.parametrize("suffix", WRITERS)
def test_the_text_of_a_page_comes_back(suffix: str) -> None:
    document = back(made(samples.NEWSPAPER, suffix), suffix)
    assert [*m.paragraphs(document)] == [*m.paragraphs(samples.NEWSPAPER)]


def test_the_roles_of_an_article_come_back() -> None:
    document = back(made(samples.NEWSPAPER))
    articles = [node for node in m.walk(document) if isinstance(node, m.Article)]
    originals = [node for node in m.walk(samples.NEWSPAPER) if isinstance(node, m.Article)]
    assert [m.plain(each.headline) for each in articles] == [m.plain(each.headline) for each in originals]
    campus, street = articles[0], articles[-1]
    assert m.plain(campus.kicker) == m.plain(samples.CAMPUS.kicker)
    assert m.plain(campus.deck) == m.plain(samples.CAMPUS.deck)
    assert m.plain(street.byline) == m.plain(samples.STREET.byline)
    assert any(isinstance(node, m.Paragraph) and node.role == "credit" for node in m.walk(street))


def test_word_lists_the_roles_as_styles() -> None:
    data = made(samples.NEWSPAPER)
    names = {style.get(f"{W}val") for style in part(data, "word/styles.xml").iter(f"{W}name")}
    assert {"Kicker", "Deck", "Byline", "Credit"} <= names


def test_a_missing_picture_is_a_grey_one_with_its_caption() -> None:
    data = made(samples.NEWSPAPER)
    package = zipfile.ZipFile(io.BytesIO(data))
    (name,) = [name for name in package.namelist() if name.startswith("word/media/")]
    assert Image.open(io.BytesIO(package.read(name))).getextrema() == (0xE8, 0xE8)
    assert len([*part(data).iter("{*}blip")]) == 8


def test_a_picture_is_inside(tmp_path: Path) -> None:
    Image.new("RGB", (30, 20), "red").save(tmp_path / "a.png")
    figure = m.Figure(m.Image("a.png", "图"), caption=(m.Text("红。"),))
    document = m.Document(m.Meta(lang="zh-Hans"), (figure,))
    package = zipfile.ZipFile(io.BytesIO(made(document, pictures=Pictures(tmp_path))))
    (name,) = [name for name in package.namelist() if name.startswith("word/media/")]
    assert package.read(name) == (tmp_path / "a.png").read_bytes()


def test_readings_and_notes_are_not_lost() -> None:
    ruby = m.Ruby("先生", "せんせい")
    body = m.Paragraph((ruby, m.Text("と呼んだ。"), m.NoteRef("n1")))
    note = m.Note("n1", (m.Paragraph((m.Text("注。"),)),))
    data = made(m.Document(m.Meta(lang="ja"), (body,), (note,)))
    assert "先生（せんせい）と呼んだ。" in "".join(part(data).itertext())
    assert "注。" in "".join(part(data, "word/footnotes.xml").itertext())


def test_the_document_names_its_title_language_and_authors() -> None:
    document = replace(samples.NEWSPAPER, meta=m.Meta(title="题", lang="zh-Hans", authors=("甲", "乙")))
    core = part(made(document), "docProps/core.xml")
    facts = {etree.QName(each).localname: each.text for each in core}
    assert (facts["title"], facts["language"], facts["creator"]) == ("题", "zh-Hans", "甲; 乙")


@pytest.mark.parametrize("suffix", WRITERS)
def test_equal_documents_give_equal_bytes(suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = made(samples.NEWSPAPER, suffix)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert made(samples.NEWSPAPER, suffix) == first
