"""The tags of a PDF are the markup: every element once, in the order of the source, with what stands for pictures."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import unified_diff
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pdfplumber
import pikepdf
import pytest
from PIL import Image
from samples import MANUSCRIPT, NEWSPAPER

from docconv import convert
from docconv import model as m
from docconv.cli import main
from docconv.pictures import Pictures
from docconv.pipeline import normalise, read
from docconv.preflight.profiles import judge
from docconv.press import PROFILES
from docconv.problems import Problem
from docconv.styles import find_style
from docconv.typeset.seam.folios import page_labels
from docconv.writers.markup import to_markup
from docconv.writers.pdf import write_pdf

pytestmark = pytest.mark.slow

LONG = "此开卷第一回也。作者自云因曾历过一番梦幻之后，故将真事隐去，而借通灵说此石头记一书也。" * 12


def a_long_book() -> m.Document:
    """Two chapters that pages cut, with notes and words in another language."""
    first: list[m.Block] = [m.Paragraph((m.Text(f"第{number}段。{LONG}"),)) for number in range(6)]
    first += [m.Paragraph((m.Text("参见"), m.Foreign("en", (m.Text("The Story of the Stone"),)), m.Text("。"),
                           m.NoteRef("n1")))]  # fmt: skip
    first += [m.List(tuple(m.ListItem((m.Paragraph((m.Text(f"条目{number}。{LONG}"),)),)) for number in range(3)))]
    notes = (m.Note("n1", (m.Paragraph((m.Text("注文。"),)),)),)
    sections = tuple(m.Section((m.Text(f"第{name}回"),), tuple(first if name == "一" else first[:1]), id=f"c{name}")
                     for name in "一二三")  # fmt: skip
    return m.Document(m.Meta(title="石头记", lang="zh-Hans"), sections, notes)


class Tagged:
    """A PDF and its tree."""

    def __init__(self, document: m.Document, style: str, settings: Iterable[str] = ()) -> None:
        problems: list[Problem] = []
        self.document, self.style = document, find_style(style, settings)
        self.data = write_pdf(document, self.style, Pictures(), problems.append)
        self.pdf = pikepdf.open(io.BytesIO(self.data))
        self.marked: dict[tuple[int, int], str] = {}
        self.unmarked = ""
        with pdfplumber.open(io.BytesIO(self.data)) as pages:
            for number, page in enumerate(pages.pages):
                owners = list(_owners(self.pdf.pages[number]))
                assert len(owners) == len(page.chars)
                for owner, char in zip(owners, page.chars, strict=True):
                    if owner is None:
                        self.unmarked += char["text"]
                    else:
                        self.marked[number, owner] = self.marked.get((number, owner), "") + char["text"]
        self._pages = {page.objgen: number for number, page in enumerate(self.pdf.pages)}

    @property
    def top(self) -> Any:
        return self.pdf.Root.StructTreeRoot.K[0]

    def elements(self) -> Iterator[Any]:
        yield from _below(self.pdf.Root.StructTreeRoot)

    def marks(self, element: Any) -> Iterator[tuple[int, int]]:
        """The marked content that an element holds itself: page and number."""
        for kid in element.K:
            if isinstance(kid, int):
                yield self._pages[element.Pg.objgen], kid
            elif "/MCID" in kid:
                yield self._pages[kid.Pg.objgen], int(kid.MCID)

    def tree(self) -> list[str]:
        """The tags, as `markup_tree` shows the markup; the labels of items and of missing pictures are no text."""

        def parts(element: Any) -> Iterator[str | tuple[str, Any]]:
            marks = self.marks(element)
            for kid in element.K:
                if not isinstance(kid, int) and "/S" in kid:
                    if kid.S != "/Lbl":
                        yield str(kid.S)[1:], parts(kid)
                elif isinstance(kid, int) or "/MCID" in kid:
                    mark = next(marks)
                    yield "" if element.S == "/Figure" else self.marked.get(mark, "")

        return list(_shown("Document", parts(self.top)))


ROLES = {
    "a": "Link", "article": "Art", "aside": "Div", "blockquote": "BlockQuote", "caption": "Caption", "code": "Code",
    "em": "Span", "figcaption": "Caption", "figure": "Figure", "img": "Figure", "li": "LI", "nav": "Div", "ol": "L",
    "p": "P", "pre": "P", "section": "Sect", "span": "Span", "strong": "Span", "sub": "Span", "sup": "Span",
    "table": "Table", "tbody": "TBody", "td": "TD", "th": "TH", "thead": "THead", "tr": "TR", "ul": "L",
    **{f"h{level}": f"H{level}" for level in range(1, 7)},
}  # fmt: skip
CLASSES = {"note": "Note", "math": "Formula", "verse": "Div", "placeholder": "Figure"}
LABELS = ("P", "Div", "L", "LI", "LBody", "Link")
"""What a page has beside the document: its title, or the name of the paper, and the contents."""


def markup_tree(document: m.Document) -> list[str]:
    """The elements of the canonical markup by their roles, one below the other, with their text."""
    numbers = {note.id: str(number) for number, note in enumerate(document.notes, 1)}

    def parts(element: Any, inside: str) -> Iterator[str | tuple[str, Any]]:
        if element.get("class") == "note":
            element[0].text = numbers[element.get("id")] + (element[0].text or "")
        yield element.text or ""
        for each in element:
            name = each.tag.rpartition("}")[2]
            role = ROLES.get(name, "") if each.get("class") not in CLASSES else CLASSES[each.get("class")]
            if name == "ruby":
                reading = each[1].text
                yield "Ruby", [("RB", [each.text or ""]), ("RT", [reading])]
            elif not role or (inside == "figure" and role == "Figure"):
                yield from parts(each, inside)
            elif role == "LI":
                yield role, [("LBody", parts(each, name))]
            else:
                yield role, parts(each, name)
            yield each.tail or ""

    return list(_shown("Document", parts(ElementTree.fromstring(to_markup(document))[1], "body")))


def _shown(role: str, parts: Iterable[str | tuple[str, Any]], depth: int = 0) -> Iterator[str]:
    """An element, a line for each role and each run of text, without blanks."""
    yield "  " * depth + role
    for is_text, run in groupby(parts, lambda part: isinstance(part, str)):
        if is_text:
            text = re.sub(r"[\s\xad]", "", "".join(str(each) for each in run))
            yield from ["  " * (depth + 1) + "“" + text] if text else []
        else:
            for name, kids in run:  # type: ignore[misc]
                yield from _shown(name, kids, depth + 1)


def _owners(page: Any) -> Iterator[int | None]:
    """The number of the marked content that each glyph of a page belongs to, None if it is an artifact."""
    stack: list[int | None] = []
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "BDC" | "BMC":
                named = operands[1].get("/MCID") if len(operands) > 1 else None
                stack.append(int(named) if named is not None else stack[-1] if stack else None)
            case "EMC":
                stack.pop()
            case "TJ":
                codes = sum(len(bytes(each)) // 2 for each in operands[0] if isinstance(each, pikepdf.String))
                yield from [stack[-1] if stack else None] * codes


def _below(element: Any) -> Iterator[Any]:
    for kid in element.get("/K", []):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from _below(kid)


SEED = Path(__file__).parents[1] / "seeds" / "zhuzhou-daily-2022-11.txt"


@pytest.fixture(scope="module")
def book() -> Tagged:
    return Tagged(a_long_book(), "book")


@pytest.fixture(scope="module")
def manuscript() -> Tagged:
    return Tagged(MANUSCRIPT, "plain")


@pytest.fixture(scope="module")
def newspaper() -> Tagged:
    return Tagged(NEWSPAPER, "newspaper")


@pytest.fixture(scope="module")
def page() -> m.Document:
    return normalise(read(SEED))


@pytest.fixture(params=["book", "manuscript", "newspaper"])
def tagged(request: pytest.FixtureRequest) -> Tagged:
    made: Tagged = request.getfixturevalue(request.param)
    return made


def differ(tagged: Tagged) -> list[str]:
    """Where the tree is not that of the markup, but for the labels with which the first page opens."""
    wanted, found = markup_tree(tagged.document), tagged.tree()
    labels = len(found) - len(wanted)
    assert {each.strip().partition("“")[0] for each in found[1 : 1 + labels]} <= {"", *LABELS}
    return [*unified_diff(wanted[1:], found[1 + labels :], "markup", "tags", n=1, lineterm="")]


def test_the_tree_is_that_of_the_markup(tagged: Tagged) -> None:
    assert not differ(tagged)


@pytest.mark.parametrize(
    ("style", "settings"),
    [("newspaper", ()), ("newspaper", ("paper=tabloid",)), ("magazine", ()), ("plain", ()), ("book", ())],
)
def test_the_tree_of_a_page_is_that_of_its_markup_however_it_is_made_up(
    page: m.Document, style: str, settings: tuple[str, ...]
) -> None:
    tagged = Tagged(page, style, settings)
    assert not differ(tagged)
    assert_all_is_held_once(tagged)
    assert not [str(each) for each in judge(tagged.data, "page.pdf", PROFILES["accessible"]).problems]


def test_headings_skip_no_level(tagged: Tagged) -> None:
    before = 0
    for each in tagged.elements():
        if found := re.fullmatch("/H([1-6])", str(each.S)):
            assert int(found[1]) <= before + 1
            before = int(found[1])


def test_figures_say_what_they_show_and_where(tagged: Tagged) -> None:
    height = float(tagged.pdf.pages[0].MediaBox[3])
    for figure in (each for each in tagged.elements() if each.S == "/Figure"):
        assert str(figure.Alt).strip()
        left, bottom, right, top = (float(each) for each in figure.A.BBox)
        assert 0 <= left < right and 0 <= bottom < top <= height


def test_heads_of_tables_say_what_they_head(manuscript: Tagged) -> None:
    scopes = [str(each.A.Scope) for each in manuscript.elements() if each.S == "/TH"]
    assert scopes and set(scopes) <= {"/Column", "/Row"}


@pytest.mark.parametrize("style", ["plain", "newspaper"])
def test_a_table_that_goes_on_over_a_page_is_one(style: str) -> None:
    def row(*texts: str, header: bool = False) -> m.Row:
        return m.Row(tuple(m.Cell((m.Paragraph((m.Text(each),)),), header=header) for each in texts))

    head = m.Row((m.Cell((), header=True), m.Cell((m.Paragraph((m.Text("票数"),)),), header=True, colspan=2)))
    rows = tuple(row(f"第{number}组", LONG, f"{number}票") for number in range(24))
    table = m.Table(head=(head,), rows=rows, caption=(m.Text("各组所得"),))
    tagged = Tagged(m.Document(m.Meta(title="表", lang="zh-Hans"), (table,)), style)
    assert len(tagged.pdf.pages) > 1 and not differ(tagged)
    assert tagged.unmarked.count("票数") >= 1  # the head is set again where the table goes on, and read once
    heads = {str(each.ID): each for each in tagged.elements() if each.S == "/TH"}
    for each in (each for each in tagged.elements() if each.S == "/TD"):
        (name,) = each.A.Headers
        assert (int(each.P.K[0].objgen == each.objgen), str(name)[-3:]) in [(1, "0-0"), (0, "0-1")]
        assert str(name) in heads


def test_notes_have_names_and_the_tree_knows_them(book: Tagged, manuscript: Tagged) -> None:
    for tagged in (book, manuscript):
        named = {str(each.ID): each for each in tagged.elements() if "/ID" in each}
        notes = [each for each in tagged.elements() if each.S == "/Note"]
        assert len(notes) == len(tagged.document.notes) and all("/ID" in note for note in notes)
        names = list(tagged.pdf.Root.StructTreeRoot.IDTree.Names)
        assert [str(each) for each in names[::2]] == sorted(named)


@pytest.mark.parametrize("style", ["plain", "book", "magazine", "newspaper"])
def test_words_in_another_language_say_which(style: str) -> None:
    foreign = m.Foreign("en", (m.Text("The Story of the Stone"),))
    words = m.Paragraph((m.Text(LONG), m.Strong((foreign,)), m.Text("。")))
    quoted = m.Paragraph((m.Text("紅樓夢"),), lang="ja")
    story = m.Article(id="a", headline=(m.Text("题"), foreign), body=(words, quoted), lang="zh-Hant")
    tagged = Tagged(m.Document(m.Meta(title="书", lang="zh-Hans"), (story,)), style)
    assert str(tagged.pdf.Root.Lang) == "zh-Hans"
    said = [(str(each.S)[1:], str(each.Lang)) for each in tagged.elements() if "/Lang" in each]
    assert said == [("Art", "zh-Hant"), ("Span", "en"), ("Span", "en"), ("P", "ja")]


def test_a_ruby_is_read_base_first(tmp_path: Path) -> None:
    source = tmp_path / "ruby.txt"
    source.write_text("題\n名\n\n｜東京《とうきょう》へ行く。\n", encoding="utf-8")
    convert(source, [tmp_path / "ruby.pdf"], format="aozora", lang="ja")
    with pikepdf.open(tmp_path / "ruby.pdf") as pdf:
        kinds = [[str(kid.S) for kid in each.K] for each in _below(pdf.Root.StructTreeRoot) if each.S == "/Ruby"]
    assert kinds == [["/RB", "/RT"]]


def test_a_link_with_ruby_in_it_is_one_link() -> None:
    ruby = m.Ruby("東京", "とうきょう")
    text = m.Paragraph((m.Link("https://example.org/", (m.Text("地図："), ruby)),))
    data = write_pdf(m.Document(m.Meta(title="題", lang="ja"), (text,)), find_style("plain"), Pictures(), print)
    assert [each for each in judge(data, "x.pdf", PROFILES["accessible"]).problems if each.code == "access-link"] == []
    with pikepdf.open(io.BytesIO(data)) as pdf:
        (link,) = [each for each in _below(pdf.Root.StructTreeRoot) if each.S == "/Link"]
        held = [each.get("/S") or each.Type for each in link.K if isinstance(each, pikepdf.Dictionary)]
        assert {"/Ruby", "/OBJR"} == {str(each) for each in held}


def test_running_heads_and_folios_are_artifacts(book: Tagged) -> None:
    assert "石头记" in book.unmarked and re.search(r"\d", book.unmarked)
    for page in book.pdf.pages[3:5]:
        artifacts = [operands for operands, operator in pikepdf.parse_content_stream(page) if str(operator) == "BDC"
                     and operands[0] == "/Artifact"]  # fmt: skip
        assert artifacts and all(each[1].Type == "/Pagination" for each in artifacts)


def test_all_marked_content_is_held_by_one_element(tagged: Tagged) -> None:
    assert_all_is_held_once(tagged)


def assert_all_is_held_once(tagged: Tagged) -> None:
    """Marked content is held by one element, which its page knows as its holder; other text stands in no document."""
    held = Counter(mark for each in tagged.elements() for mark in tagged.marks(each))
    assert set(held.values()) == {1} and set(tagged.marked) <= set(held)
    parents = dict(zip(*[iter(tagged.pdf.Root.StructTreeRoot.ParentTree.Nums)] * 2, strict=True))
    for each in tagged.elements():
        for page, number in tagged.marks(each):
            assert parents[tagged.pdf.pages[page].obj.StructParents][number].objgen == each.objgen
        for kid in each.K:
            assert isinstance(kid, int) or "/S" not in kid or kid.P.objgen == each.objgen


def test_pages_are_called_what_is_printed_on_them(book: Tagged) -> None:
    labels = book.pdf.Root.PageLabels.Nums
    assert (int(labels[0]), str(labels[1].S), int(labels[1].St)) == (0, "/D", 1)
    assert book.pdf.pages[4].label == "5"


@pytest.mark.parametrize(
    ("printed", "labels"),
    [
        ([], []),
        ([None, None], []),
        ([1, 2, 3], [(0, "D", 1)]),
        ([None, None, 3, None, 5], [(0, "D", 1)]),
        ([None, None, 1, 2], [(0, "r", 1), (2, "D", 1)]),
        ([None, 12, 13, 40, 41], [(0, "D", 11), (3, "D", 40)]),
    ],
)
def test_labels_follow_the_printed_numbers(printed: list[int | None], labels: list[tuple[int, str, int]]) -> None:
    assert page_labels(printed) == labels


# ── Archives ──


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    folder = tmp_path_factory.mktemp("archive")
    grey = Image.linear_gradient("L").resize((300, 200))
    Image.merge("CMYK", (grey, grey, grey, grey)).save(folder / "inks.jpg")
    Image.new("I;16", (300, 200), 40000).save(folder / "deep.png")
    source = folder / "book.md"
    source.write_text(
        "---\ntitle: 书\nlang: zh-Hans\n---\n\n# 章\n\n文。\n\n![墨](inks.jpg)\n\n文。\n\n![深](deep.png)\n"
    )
    assert main(["convert", str(source), "-o", str(folder / "2u.pdf"), "--profile", "archive"]) == 0
    assert main(["convert", str(source), "-o", str(folder / "3u.pdf"), "--profile", "archive", "--attach"]) == 0
    return folder, source.read_bytes()


@pytest.mark.parametrize(("file", "part"), [("2u", "2"), ("3u", "3")])
def test_an_archive_is_what_it_says(archived: tuple[Path, bytes], file: str, part: str) -> None:
    with pikepdf.open(archived[0] / f"{file}.pdf") as pdf, pdf.open_metadata() as xmp:
        assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"]) == (part, "U")
        assert xmp["dc:title"] == pdf.docinfo["/Title"] == "书"
        (intent,) = pdf.Root.OutputIntents
        assert intent.S == "/GTS_PDFA1" and intent.DestOutputProfile.N == 3
        assert "/ID" in pdf.trailer and "/Encrypt" not in pdf.trailer
        assert pdf.Root.MarkInfo.Marked and pdf.Root.StructTreeRoot.K
        for each in pdf.objects:
            if isinstance(each, pikepdf.Stream) and each.get("/Subtype") == "/Image":
                assert each.ColorSpace in ("/DeviceRGB", "/DeviceGray") and each.BitsPerComponent == 8
                assert not bool(each.get("/Interpolate", False))
            if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/Font":
                assert each.Subtype in ("/Type0", "/CIDFontType0", "/CIDFontType2")
                assert each.Subtype != "/Type0" or "/ToUnicode" in each
        assert not {"/AA", "/OpenAction", "/AcroForm"} & set(pdf.Root.keys())


def test_an_archive_holds_its_source(archived: tuple[Path, bytes]) -> None:
    folder, source = archived
    with pikepdf.open(folder / "3u.pdf") as pdf:
        (entry,) = pdf.Root.AF
        assert entry.AFRelationship == "/Source" and entry.UF == "book.md"
        assert pdf.attachments["book.md"].get_file().read_bytes() == source
    with pikepdf.open(folder / "2u.pdf") as pdf:
        assert not list(pdf.attachments)


def test_an_archive_is_the_same_on_every_build(archived: tuple[Path, bytes], tmp_path: Path) -> None:
    folder, _ = archived
    for name in ("book.md", "inks.jpg", "deep.png"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    command = ["convert", str(tmp_path / "book.md"), "-o", str(tmp_path / "3u.pdf"), "--profile", "archive", "--attach"]
    assert main(command) == 0
    assert (tmp_path / "3u.pdf").read_bytes() == (folder / "3u.pdf").read_bytes()


def test_a_character_that_no_font_has_is_read_by_what_the_source_says_of_it(tmp_path: Path) -> None:
    """外字: a box in the line, and for who hears it the words of the note."""
    source = tmp_path / "a.txt"
    head = "外字の話\n某\n\n" + "-" * 55 + "\n【テキスト中に現れる記号について】\n\n《》：ルビ\n" + "-" * 55 + "\n\n"
    note = "※［＃「口＋世」、ページ数-行数］"
    text = "　彼は{}と云つた。——遠く……へ｜行《い》く。\n"
    source.write_text(head + text.format(note) * 2 + "\n底本：「某」某社\n", encoding="utf-8")
    convert(source, [tmp_path / "a.pdf"], style="book")
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        figures = [each for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and each.get("/S") == "/Figure"]
        assert [str(each.Alt) for each in figures] == ["「口＋世」、ページ数-行数"] * 2
        assert all(len(each.K) == 1 and str(each.P.S) == "/P" for each in figures)
        (left, foot, right, head_), _ = ([float(value) for value in each.A.BBox] for each in figures)
        assert 0 < left < right < float(pdf.pages[-1].MediaBox[2])
        assert 0 < foot < head_ < float(pdf.pages[-1].MediaBox[3])
    assert main(["check", str(tmp_path / "a.pdf"), "--profile", "accessible"]) == 0
