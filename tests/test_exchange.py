"""Editions for other hands: Markdown, which docconv reads back, and a story for InDesign."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from PIL import Image
from samples import MANUSCRIPT, NEWSPAPER, text

from docconv import model as m
from docconv import pipeline
from docconv.pictures import Pictures
from docconv.problems import Problem
from docconv.readers.source import Source
from docconv.styles import find_style
from docconv.writers import writer_for


def made(document: m.Document, suffix: str, pictures: Pictures | None = None) -> bytes:
    def report(problem: Problem) -> None:
        assert problem.code == "math-raw", problem  # InDesign has formulas as TeX

    return writer_for(suffix)(document, find_style(), pictures or Pictures(), report)


def markdown(document: m.Document) -> str:
    return made(document, ".md").decode()


def settled(source: Source) -> m.Document:
    return pipeline.prepare(source).document


def nameless(document: m.Document) -> m.Document:
    """The document without the names of notes and parts, which a reader of Markdown gives anew."""
    numbers = {note.id: f"n{number}" for number, note in enumerate(document.notes, 1)}

    def step(node: Any) -> Any:
        match node:
            case m.NoteRef(note):
                return m.NoteRef(numbers[note])
            case m.Note(note):
                return replace(node, id=numbers[note])
            case m.Article() | m.Section() | m.Figure():
                return replace(node, id="")
            case m.Link(target) if target.startswith("#"):
                return replace(node, target="#")
            case _:
                return node

    return m.rewrite(document, step)


@pytest.mark.parametrize("document", [NEWSPAPER, MANUSCRIPT], ids=["newspaper", "manuscript"])
def test_markdown_is_read_back_to_its_document(document: m.Document) -> None:
    def step(node: Any) -> Any:
        return replace(node, id="") if isinstance(node, m.Figure) else node  # it is called after its caption

    start = settled(Source("a.xhtml", made(m.rewrite(document, step), ".xhtml")))
    assert nameless(settled(Source("a.md", made(start, ".md")))) == nameless(start)


def test_the_names_of_the_parts_of_a_page_stay_too() -> None:
    seed = settled(Source.open(next(Path(__file__).parents[1].glob("seeds/*.txt"))))
    assert settled(Source("a.md", made(seed, ".md"))) == seed


def test_a_page_in_markdown_is_taken_for_what_it_is() -> None:
    page = markdown(NEWSPAPER)
    assert "\ndocconv: page\n" in page
    document = settled(Source("a.md", page.encode()))
    assert document.meta.kind == "page"
    assert not pipeline.prepare(Source("a.md", page.encode())).ledger.changes


def test_roles_are_fenced_boxes_and_ruby_is_html() -> None:
    page = markdown(NEWSPAPER)
    for role in ("kicker", "deck", "byline", "credit"):
        assert f"::: {role}\n" in page
    assert "![网格员上门指导居民申报。](fig-00000004.jpg)" in page
    assert "<ruby>振り仮名<rp>（</rp><rt>ふりがな</rt><rp>）</rp></ruby>" in markdown(MANUSCRIPT)


def test_text_behind_a_section_does_not_fall_into_it() -> None:
    def section(title: str, *body: m.Block) -> m.Section:
        return m.Section((m.Text(title),), body)

    inner = (section("甲", *text("甲文。")), section("乙", section("丙", *text("丙文。")), *text("乙文。")))
    document = m.Document(m.Meta("书", "zh-Hans"), (section("篇", *inner, *text("篇末。")),))
    assert nameless(settled(Source("a.md", made(document, ".md")))) == document


@pytest.mark.parametrize("suffix", [".md", ".icml", ".docx"])
def test_no_note_is_lost(suffix: str) -> None:
    def note(name: str, *called: str) -> m.Note:
        return m.Note(name, (m.Paragraph((m.Text(f"注{name}。"), *map(m.NoteRef, called))),))

    body = (m.Paragraph((m.Text("文。"), m.NoteRef("甲"))),)
    notes = (note("甲", "甲", "乙"), note("乙", "丙"), note("丙"), note("丁"))
    data = made(m.Document(m.Meta(lang="zh-Hans"), body, notes), suffix)
    if suffix == ".docx":
        package = zipfile.ZipFile(io.BytesIO(data))
        data = package.read("word/document.xml") + package.read("word/footnotes.xml")
    for each in notes:
        assert data.decode().count(f"注{each.id}。") == 1


HARD = {
    "two lines": m.Section((m.Text("上行"), m.LineBreak(), m.Text("下行")), text("文。")),
    "a sign that is markup": text("1. 非列表，*非强调*，[非链接](x)、# 非标题、<b>、$x$、`y`、~z~、^a^、\\b")[0],
    "a name like a sentinel": text("<heading-break></heading-break>")[0],
    "a formula in emphasis": m.Paragraph((m.Emphasis((m.Math(r"a_1 < \beta\,b"), m.Text("式"))), m.Math("x"))),
    "a displayed formula": m.MathBlock("a &= b\n  \\\\ c"),
    "a credit in a caption": m.Figure(m.Missing("a b.jpg"), (m.Text("说明"),), (m.Text("王摄"),)),
    "a page of the print": m.PageBreak("第A4版：要闻", "p-4"),
    "furniture": m.Aside(text("A4 要闻"), "furniture"),
    "a table with spans": m.Table(
        rows=(m.Row((m.Cell(text("宽"), colspan=2),)), m.Row((m.Cell(text("左")), m.Cell(text("右")))))
    ),
    "struck-out words": m.Paragraph((m.Text("价款"), m.Deletion((m.Text("“一百”"),)), m.Text("两百元"))),
    "a revision": m.Paragraph(
        (m.Insertion((m.Text("三日"),)), m.Strong((m.Underline((m.Text("限期"),)),)), m.Text("内"))
    ),
    "an underlined link": m.Paragraph(
        (m.Underline((m.Link("https://example.org/", (m.Text("见此"),)), m.Text("。"))),)
    ),
    "a signature": m.Paragraph((m.Text("渡口管理处"),), align="right"),
    "a credit in the middle": m.Paragraph((m.Text("陶山 供图"),), "credit", align="center"),
    "numbers in brackets": m.List((m.ListItem(text("甲")), m.ListItem(text("乙"))), 3, "一", "（）"),
    "letters": m.List((m.ListItem(text("甲")), m.ListItem(text("乙"))), 2, "A", "."),
    "numbers in numbers": m.List(
        (m.ListItem((*text("甲"), m.List((m.ListItem(text("乙")),), 1, "①", ""))), m.ListItem(text("丙"))), 1, "1", ")"
    ),
    "an alert": m.Aside(text("水深。"), alert="note"),
    "tasks": m.List((m.ListItem(text("校对"), False), m.ListItem(text("排版"), True), m.ListItem((), True))),
    "a language": m.Paragraph((m.Foreign("ja", (m.Text("行取り"),)), m.Text("之谓"))),
}


@pytest.mark.parametrize("block", HARD.values(), ids=HARD.keys())
def test_what_markdown_hardly_knows_comes_back(block: m.Block) -> None:
    document = m.Document(m.Meta(title="题", lang="zh-Hans"), (block, *text("正文。")))
    if isinstance(block, m.Section):
        document = replace(document, body=(block,))
    assert nameless(settled(Source("a.md", made(document, ".md")))) == nameless(document)


@pytest.mark.parametrize("suffix", [".docx", ".odt", ".icml"])
def test_labels_and_states_that_a_style_sheet_would_show_are_written(suffix: str) -> None:
    tasks = m.List(
        (m.ListItem(text("校对"), False), m.ListItem((*text("排版"), m.List((m.ListItem(text("版心")),))), True))
    )
    data = made(m.Document(m.Meta(lang="ja"), (m.Aside(text("水深。"), alert="warning"), tasks)), suffix)
    if suffix != ".icml":
        package = zipfile.ZipFile(io.BytesIO(data))
        data = package.read("word/document.xml" if suffix == ".docx" else "content.xml")
    shown = "".join(etree.fromstring(data).itertext())
    assert [shown.count(words) for words in ("警告", "□ 校对", "■ 排版", "版心")] == [1, 1, 1, 1]


NUMBERED = m.List(
    (m.ListItem((*text("甲"), m.List((m.ListItem(text("丙")),), 9, "①", ""))), m.ListItem(text("乙"))), 3, "一", "（）"
)
REVISED = (
    NUMBERED,
    m.List((m.ListItem(text("丁")),), 1),
    m.Paragraph((m.Deletion((m.Text("一百"),)), m.Insertion((m.Text("二百"),)), m.Underline((m.Text("元"),)))),
    m.Paragraph((m.Text("渡口管理处"),), align="right"),
    m.Paragraph((m.Text("陶山 供图"),), "credit", align="center"),
)
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def test_word_numbers_lists_and_sets_paragraphs_as_the_document_does() -> None:
    package = zipfile.ZipFile(io.BytesIO(made(m.Document(m.Meta(lang="zh-Hans"), REVISED), ".docx")))
    parts = {name: etree.fromstring(package.read(f"word/{name}.xml")) for name in ("document", "numbering", "styles")}

    def value(element: Any, *path: str) -> str:
        for step in path:
            element = element.find(f"{WORD}{step}")
        return str(element.get(f"{WORD}val"))

    kinds = {each.get(f"{WORD}abstractNumId"): each for each in parts["numbering"].iter(f"{WORD}abstractNum")}
    numbers = {each.get(f"{WORD}numId"): kinds[value(each, "abstractNumId")] for each in parts["numbering"]
               if each.tag == f"{WORD}num"}  # fmt: skip
    used = [numbers[value(each, "numId")] for each in parts["document"].iter(f"{WORD}numPr")]
    looks = [tuple(value(kind.find(f"{WORD}lvl"), part) for part in ("start", "numFmt", "lvlText")) for kind in used]
    han, circle = ("3", "chineseCountingThousand", "（%1）"), ("9", "decimalEnclosedCircle", "%1")
    assert looks == [han, circle, han, ("1", "decimal", "%1.")]
    assert all(int(name) < 2**31 and len(value(kind, "nsid")) == 8 for name, kind in kinds.items())

    styles = {value(each, "name"): each for each in parts["styles"].iter(f"{WORD}style")}
    assert value(styles["Right"], "pPr", "jc") == "right"
    assert value(styles["Credit Center"], "pPr", "jc") == "center"
    assert value(styles["Credit Center"], "basedOn") == styles["Credit"].get(f"{WORD}styleId")
    assert value(styles["Insertion"], "rPr", "u") == "double"
    assert made(m.Document(m.Meta(lang="zh-Hans"), REVISED), ".docx") == package.fp.getvalue()  # type: ignore[union-attr]


def test_open_document_numbers_lists_and_sets_paragraphs_as_the_document_does() -> None:
    package = zipfile.ZipFile(io.BytesIO(made(m.Document(m.Meta(lang="zh-Hans"), REVISED), ".odt")))
    content, styles = package.read("content.xml").decode(), package.read("styles.xml").decode()
    assert (
        'style:num-format="一, 二, 三, ..." text:start-value="3" style:num-prefix="（" style:num-suffix="）"' in content
    )
    assert 'style:num-format="①, ②, ③, ..." text:start-value="9">' in content
    for name, look in (("Right", 'fo:text-align="end"'), ("Credit Center", 'fo:text-align="center"'),
                       ("Insertion", 'style:text-underline-type="double"')):  # fmt: skip
        assert look in styles.partition(f'style:name="{name}"')[2].partition("</style:style>")[0]


def test_open_document_is_read_back_as_it_was_written() -> None:
    tasks = m.List((m.ListItem(text("校对"), False), m.ListItem(text("排版"), True)))
    linked = m.Paragraph((m.Link("https://a.example/", (m.Text("此"),)), m.Strong((m.Underline((m.Text("限"),)),))))
    section = m.Section((m.Text("章"),), (*text("文。"), tasks, linked, m.Paragraph((m.Text("下转二版"),), "jump")))
    document = m.Document(m.Meta(lang="zh-Hans"), (*REVISED, section))
    again = settled(Source("a.odt", made(document, ".odt")))
    assert nameless(again).body == document.body
    assert "\U00010001" not in "".join(m.paragraphs(again))


def test_all_that_is_known_of_the_document_stands_at_its_head() -> None:
    colophon = m.Colophon(publisher="书局", subjects=("甲", "乙"), readings=(("夏目漱石", "なつめ そうせき"),))
    meta = m.Meta("题：“其一”", "ja", ("夏目漱石", "某"), "1914-04", "新聞", colophon=colophon)
    assert settled(Source("a.md", made(m.Document(meta, text("文。")), ".md"))).meta == meta


# ── InDesign ──


def story(document: m.Document, pictures: Pictures | None = None) -> etree._Element:
    return etree.fromstring(made(document, ".icml", pictures))


def styled(root: etree._Element) -> list[tuple[str, str]]:
    """Style and text of each paragraph."""
    return [
        (each.get("AppliedParagraphStyle", "").removeprefix("ParagraphStyle/"),
         "".join(content.text or "" for content in each.iter("Content")).replace("\u2028", "\n"))
        for each in root.iter("ParagraphStyleRange") if each.find(".//Link") is None
    ]  # fmt: skip


def test_a_story_has_the_text_of_the_document_in_the_styles_of_its_roles() -> None:
    root = story(NEWSPAPER)
    paragraphs = styled(root)
    assert [words for _, words in paragraphs] == list(m.paragraphs(NEWSPAPER))
    first = next(node for node in NEWSPAPER.body if isinstance(node, m.Article))
    for name in ("kicker", "headline", "deck", "byline"):
        assert (name.capitalize(), m.plain(getattr(first, name))) in paragraphs
    assert {"Credit", "Furniture", "Caption"} <= {style for style, _ in paragraphs}
    listed = [style.get("Name") for style in root.iter("ParagraphStyle")]
    assert {"Kicker", "Headline", "Deck", "Byline", "Credit"} <= set(listed)
    assert len(set(listed)) == len(listed)


def test_a_story_has_the_numbers_and_the_looks_of_the_document() -> None:
    root = story(m.Document(m.Meta(lang="zh-Hans"), REVISED))
    paragraphs = styled(root)
    numbered = ["（三）甲", "⑨ 丙", "（四）乙"]
    assert [words for style, words in paragraphs if style == "Numbered"] == numbered
    assert ("Right", "渡口管理处") in paragraphs
    looks = {style.get("Name"): style for style in root.iter("ParagraphStyle", "CharacterStyle")}
    assert looks["Right"].get("Justification") == "RightAlign"
    assert looks["Credit Center"].get("Justification") == "CenterAlign"
    assert looks["Underline"].get("Underline") == looks["Insertion"].get("Underline") == "true"


def test_a_missing_picture_is_a_link_that_awaits_its_file() -> None:
    links = [link.get("LinkResourceURI") for link in story(NEWSPAPER).iter("Link")]
    assert len(links) == 8
    assert "file:fig-00000004.jpg" in links


def test_a_picture_is_a_link_to_its_file_in_its_shape(tmp_path: Path) -> None:
    Image.new("RGB", (30, 60), "red").save(tmp_path / "图 1.png")
    document = m.Document(m.Meta(lang="zh-Hans"), (m.Figure(m.Image("图 1.png", "图"), caption=(m.Text("红。"),)),))
    root = story(document, Pictures(tmp_path))
    [link] = root.iter("Link")
    [bounds] = root.iter("GraphicBounds")
    assert link.get("LinkResourceURI") == "file:%E5%9B%BE%201.png"
    assert float(bounds.get("Bottom")) == 2 * float(bounds.get("Right"))


def test_ruby_is_indesigns_own() -> None:
    strong = m.Strong((m.Ruby("強", "つよ"),))
    document = m.Document(m.Meta(lang="ja"), (m.Paragraph((m.Ruby("先生", "せんせい"), m.Text("と"), strong)),))
    root = story(document)
    ruby = [(each.get("AppliedCharacterStyle"), each.get("RubyString"), each.findtext("Content"))
            for each in root.iter("CharacterStyleRange") if each.get("RubyFlag") == "1"]  # fmt: skip
    assert ruby == [("$ID/NormalCharacterStyle", "せんせい", "先生"), ("CharacterStyle/Bold", "つよ", "強")]
    assert {each.get("Name") for each in root.iter("CharacterStyle")} >= {"Bold"}
    assert "docconv" not in "".join(each.get("Name", "") for each in root.iter("CharacterStyle"))


def test_notes_are_footnotes() -> None:
    [note] = story(MANUSCRIPT).iter("Footnote")
    assert "行距不因上标" in "".join(note.itertext())


@pytest.mark.parametrize("suffix", [".md", ".icml"])
def test_equal_documents_give_equal_bytes(suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = made(MANUSCRIPT, suffix)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("LC_ALL", "C")
    assert made(MANUSCRIPT, suffix) == first
