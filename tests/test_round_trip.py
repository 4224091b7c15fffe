"""docconv's own editions, read back: the document that they were made of."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from PIL import Image as Pillow
from samples import MANUSCRIPT, NEWSPAPER, text
from strategies import documents

from docconv import model as m
from docconv import pipeline, readers
from docconv.pictures import Pictures
from docconv.problems import DocconvError, SourceError
from docconv.readers.source import Source
from docconv.styles import find_style
from docconv.writers.epub import LARGEST, write_epub
from docconv.writers.html import write_html
from docconv.writers.options import DEFAULT, EditionOptions
from docconv.writers.site import write_site


class Shelf(Pictures):
    """Pictures of which every one is there, and shows its own name; a cover too, which takes time to paint."""

    def named(self, stem: str) -> str:
        return f"{stem}.png"

    def read(self, path: str) -> bytes:
        out = io.BytesIO()
        Pillow.frombytes("RGB", (2, 3), sha256(path.encode()).digest()[:18]).save(out, "PNG")
        return out.getvalue()


def named_alike(document: m.Document) -> m.Document:
    """The document with its pictures named by their order: an edition names them anew."""
    paths: dict[str, str] = {}

    def step(node: Any) -> Any:
        match node:
            case m.Image(path):
                return replace(node, path=paths.setdefault(path, f"{len(paths) + 1}.png"))
            case _:
                return node

    return m.rewrite(document, step)


def as_epub(document: m.Document, options: EditionOptions = DEFAULT, shelf: Pictures | None = None) -> Source:
    data = write_epub(document, find_style(), shelf or Shelf(), lambda problem: None, options)
    return Source("book.epub", data)


def as_html(document: m.Document, shelf: Pictures | None = None) -> Source:
    return Source("page.html", write_html(document, find_style(), shelf or Shelf(), lambda problem: None))


def same(one: m.Document, other: m.Document) -> None:
    assert named_alike(one) == named_alike(other)


@settings(max_examples=100)
@given(documents().map(named_alike))
def test_an_e_book_is_read_back_to_its_document(document: m.Document) -> None:
    same(readers.read(as_epub(document)), document)


@settings(max_examples=100)
@given(documents().map(named_alike))
def test_a_page_of_html_is_read_back_to_its_document(document: m.Document) -> None:
    same(readers.read(as_html(document)), document)


@settings(max_examples=60)
@given(documents().map(named_alike))
def test_a_folder_of_html_is_read_back_to_its_document(document: m.Document) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        for file, data in write_site(document, find_style(), Shelf(), lambda problem: None).items():
            (folder / file).parent.mkdir(exist_ok=True)
            (folder / file).write_bytes(data)
        same(readers.read(Source.open(folder / "index.html")), document)


ALL = EditionOptions("3.4", "duokan", fonts=False, vertical=True)
SECTION = m.Section((m.Text("节"),), text("短文。"), id="s-in")


def long(title: str, *inside: m.Block) -> m.Section:
    """A chapter that fits into no file of an e-book."""
    body = text(*("长" * (LARGEST // 30) + "。" for _ in range(12)))
    return m.Section((m.Text(title),), (*body[:6], *inside, *body[6:]), id=f"s-{title}")


LONG = replace(
    MANUSCRIPT,
    body=(
        *text("卷首语。"),
        long("甲", long("乙", SECTION, long("丙"), *text("丙后乙中。")), SECTION, *text("乙后甲中。")),
        m.Section((), (long("丁"),)),
        *text("卷末语。"),
    ),
    notes=(),
)


@pytest.mark.parametrize(
    "options", [EditionOptions(), ALL, EditionOptions(notes="duokan")], ids=["plain", "all", "duokan"]
)
@pytest.mark.parametrize("document", [NEWSPAPER, MANUSCRIPT, LONG], ids=["newspaper", "manuscript", "long"])
def test_every_form_of_e_book_is_read_back(document: m.Document, options: EditionOptions) -> None:
    same(readers.read(as_epub(document, options)), document)


@pytest.mark.slow
def test_a_book_with_its_own_fonts_is_read_back() -> None:
    same(readers.read(as_epub(MANUSCRIPT, EditionOptions(fonts=True))), MANUSCRIPT)


def test_figures_stand_upright_and_come_back_as_text() -> None:
    document = m.Document(m.Meta(lang="ja"), text("11月23日、2022年!!", "「5」と"))
    assert b"tcy" in zipfile.ZipFile(io.BytesIO(as_epub(document, ALL).data)).read("EPUB/text/matter-1.xhtml")
    assert readers.read(as_epub(document, ALL)) == document


def test_notes_keep_their_order_whatever_file_calls_them() -> None:
    def chapter(*notes: str) -> m.Section:
        return m.Section((m.Text("章"),), (m.Paragraph((m.Text("文"), *map(m.NoteRef, notes))),))

    notes = tuple(m.Note(name, text(f"注{name}")) for name in "abc")
    document = m.Document(m.Meta(lang="zh-Hans"), (chapter("c", "a"), chapter("a", "a")), notes)
    assert readers.read(as_epub(document)) == document
    assert readers.read(as_epub(document, ALL)) == document


def test_an_issue_of_several_sources_is_read_back(tmp_path: Path) -> None:
    sources = []
    for name in ("A01", "A02"):
        (tmp_path / f"{name}.txt").write_text("# 标题\n\n本报讯（记者 王小明）11月1日，市里开会。\n\n图为会场。\n" * 2)
        (tmp_path / f"{name}.txt.images").mkdir()
        sources.append(Source.open(tmp_path / f"{name}.txt"))
    issue = pipeline.prepare_issue(sources, metadata={"publication": ["日报"], "date": ["2022-11-16"]})
    assert any(isinstance(node, m.PageBreak) for node in issue.document.body)
    same(readers.read(as_epub(issue.document)), issue.document)
    same(readers.read(as_html(issue.document)), issue.document)


@pytest.mark.parametrize("suffix", [".epub", ".html"])
def test_an_edition_gives_the_same_editions_and_pictures_again(suffix: str, tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("# 标题\n\n文。\n\n![晨雾](photo.png)\n\n![失落](lost.png)\n", "utf-8")
    Pillow.new("RGB", (30, 20), "navy").save(tmp_path / "photo.png")
    first, second = tmp_path / f"a{suffix}", tmp_path / "elsewhere" / f"a{suffix}"
    second.parent.mkdir()
    pipeline.convert(tmp_path / "page.md", [first])
    problems = pipeline.convert(first, [second, second.with_suffix(".xhtml")])
    assert [problem.code for problem in problems] == ["picture-missing"]
    assert second.read_bytes() == first.read_bytes()
    shown = second.with_suffix(".xhtml").read_text("utf-8")
    assert 'data-wanted="lost.png"' in shown
    picture = second.parent / "a.xhtml.images" / ("photo.png" if suffix == ".epub" else "picture-1.png")
    assert f'src="a.xhtml.images/{picture.name}"' in shown
    assert picture.is_file()


# ── What is not docconv's, or not any more ──


def changed(book: Source, change: Callable[[str, bytes], bytes | None]) -> Source:
    """The book with its entries changed, or left out where the change is None."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book.data)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            data = change(info.filename, old.read(info))
            if data is not None:
                new.writestr(info, data)
    return Source("book.epub", out.getvalue())


def words_of(document: m.Document) -> str:
    return "".join("".join(m.paragraphs(document)).split())


def test_a_word_that_an_editor_changes_in_an_edition_is_read() -> None:
    wanted = words_of(MANUSCRIPT).replace("字", "宇")
    book = changed(as_epub(MANUSCRIPT), lambda name, data: data.replace("字".encode(), "宇".encode()))
    page = as_html(MANUSCRIPT)
    assert words_of(readers.read(book)) == wanted
    assert words_of(readers.read(replace(page, data=page.data.replace("字".encode(), "宇".encode())))) == wanted


OTHERS = {
    "a foreign element": lambda name, data: data.replace(b"<p>", b"<p><q>x</q>") if "text/" in name else data,
    "no statement": lambda name, data: data.replace(b"docconv.kind", b"kind"),
    "a file that is gone": lambda name, data: None if name.endswith("article-2.xhtml") else data,
    "an entity": lambda name, data: data.replace(
        b"<!DOCTYPE html>", b'<!DOCTYPE html [<!ENTITY x SYSTEM "/etc/hostname">]>'
    ),
    "a picture outside": lambda name, data: (
        data.replace(b"</p>", b'<img src="../../../etc/x.png" alt=""/></p>', 1) if "text/" in name else data
    ),
    "depths without end": lambda name, data: data.replace(b"<body>", b'<body data-depths="9*99999999">'),
    "depths without a beginning": lambda name, data: data.replace(b"<body>", b'<body data-depths="1*1">'),
}


@pytest.mark.parametrize("change", OTHERS.values(), ids=OTHERS.keys())
def test_a_book_that_docconv_did_not_make_so_is_read_like_any(change: Callable[[str, bytes], bytes | None]) -> None:
    book = changed(as_epub(NEWSPAPER), change)
    try:
        other = readers.read(book)
    except DocconvError:
        return
    assert other != NEWSPAPER
    shown = (each.path for each in m.walk(other) if isinstance(each, m.Image) and each.path.startswith("."))
    assert not any(Pictures(package=book.data).read(path) for path in shown)


def test_a_book_that_unpacks_without_end_is_refused() -> None:
    data = bytearray(as_epub(NEWSPAPER).data)
    at = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 2**31)  # what the directory says of its last entry
    with pytest.raises(SourceError, match="is not read"):
        readers.read(Source("book.epub", bytes(data)))


def test_a_text_of_a_page_that_is_not_well_formed_any_more_is_read_like_any() -> None:
    page = as_html(NEWSPAPER)
    broken = replace(page, data=page.data.replace(b"</p>\n", b"<p>\n", 1))
    assert words_of(readers.read(broken)) == words_of(NEWSPAPER)
