r"""Formulas: MathML in HTML and EPUB, TeX that comes back, and no TeX in print of which nobody is told."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from lxml import etree

from docconv import model as m
from docconv import readers
from docconv.pictures import Pictures
from docconv.pipeline import convert, prepare
from docconv.problems import CheckFailed, Problem, silent
from docconv.readers.html import read_html
from docconv.readers.source import Source
from docconv.styles import find_style
from docconv.writers import account, site_writer, writer_for
from docconv.writers.formulas import mathml

MATHML = "{http://www.w3.org/1998/Math/MathML}"
KNOWN = [
    "E=mc^2",
    r"a<b \& c>d",
    "\\begin{aligned}a&=b\\\\\nc&=d\\end{aligned}",
    r"\text{速度 “v” 与 <i>&amp;</i>}",
    r'\text{ lang="x" xml:lang="ja"/>}',
    "路程\n=\n时间",
    r"x\quad y",
    r"E=mc^2 \tag{3}",
]
UNKNOWN = [
    r"\undefined{甲}",
    "a &= b\n  \\\\ c",
    r"\frac{a",
    "'\"`<!--",
    r"x \tag{$1$}",
    "a % 注",
    r"\sqrt{" * 500 + "x" + "}" * 500,
]


def page(*nodes: m.Block, lang: str = "zh-Hans") -> m.Document:
    return m.Document(m.Meta(title="算式", lang=lang), nodes)


def inline(*formulas: str) -> m.Paragraph:
    return m.Paragraph(tuple(node for tex in formulas for node in (m.Text("设"), m.Math(tex))))


def made(document: m.Document, suffix: str, problems: list[Problem]) -> bytes:
    return writer_for(suffix)(document, find_style(), Pictures(), problems.append)


def shown(document: m.Document) -> list[etree._Element]:
    """The formulas of the document as elements of MathML."""
    show = mathml(document, silent)
    nodes = [node for node in m.walk(document) if isinstance(node, m.Math | m.MathBlock)]
    return [etree.fromstring(show(node)) for node in nodes if show(node)]


@pytest.mark.parametrize("tex", KNOWN)
def test_a_formula_is_mathml_with_its_tex(tex: str) -> None:
    one, other = shown(page(m.MathBlock(tex), inline(tex)))
    assert (one.tag, one.get("display"), other.get("display")) == (f"{MATHML}math", "block", "inline")
    semantics = one[0]
    assert [etree.QName(each).localname for each in semantics][1:] == ["annotation"]
    assert semantics[1].get("encoding") == "application/x-tex"
    assert (semantics[1].text, one.get("alttext")) == (tex, " ".join(tex.split()))
    assert not one.xpath("//@style")  # which the policy of a page refuses


def test_the_number_of_a_formula_is_shown() -> None:
    texs = (r"a=b\tag{3}", r"a=b \tag*{甲} \label{eq:甲}", r"\begin{gather}a\tag{1}\\ b\nonumber\end{gather}")
    words = ["".join(each[0][0].itertext()) for each in shown(page(*map(m.MathBlock, texs)))]
    assert words == ["a=b(3)", "a=b甲", "ab(1)"]


@pytest.mark.parametrize("tex", UNKNOWN)
def test_what_pandoc_does_not_know_stays_tex_and_is_told(tex: str) -> None:
    place = m.Place(7, 3, "a.md")
    document = page(m.Paragraph((m.Text("即"), m.Math(tex)), place=place), m.MathBlock("x"), m.MathBlock(tex))
    problems: list[Problem] = []
    text = made(document, ".html", problems).decode()
    assert [(each.code, each.place) for each in problems] == [("math-tex", place), ("math-tex", None)]
    assert " ".join(tex.split())[:40] in problems[0].message
    assert (text.count('role="math"'), text.count("<math ")) == (2, 1)


@pytest.mark.parametrize("suffix", [".html", ".epub"])
def test_formulas_of_a_printed_page_stay_tex_and_are_told(suffix: str) -> None:
    document = m.Document(m.Meta(lang="zh-Hans", kind="page"), (m.Paragraph((m.Text("即"), m.Math("x^2"))),))
    problems: list[Problem] = []
    data = made(document, suffix, problems)
    assert [(each.code, "x^2" in each.message) for each in problems] == [("math-tex", True)]
    assert readers.read(Source(f"a{suffix}", data)) == document


@pytest.mark.parametrize("suffix", [".html", ".epub"])
def test_formulas_come_back_from_the_editions(suffix: str) -> None:
    texs = [*KNOWN, *UNKNOWN]
    lines = [" ".join(tex.split()) for tex in texs]
    heading = (m.Text("论"), m.Math(KNOWN[1]))
    document = page(m.Section(heading, (*map(m.MathBlock, texs), inline(*lines)), id="s1"))
    problems: list[Problem] = []
    data = made(document, suffix, problems)
    assert readers.read(Source(f"a{suffix}", data)) == document
    account(document, suffix, data, problems.append)
    assert {each.code for each in problems} == {"math-tex"}


def test_a_page_of_ours_that_somebody_changed_keeps_its_formulas() -> None:
    document = page(m.MathBlock(KNOWN[1]), inline(KNOWN[0]))
    data = made(document, ".html", []).replace(b"<main", b"<main data-by='somebody'")
    read = read_html(Source("a.html", data))
    assert [node.tex for node in m.walk(read) if isinstance(node, m.Math | m.MathBlock)] == [KNOWN[1], KNOWN[0]]


def test_a_word_that_a_formula_of_an_edition_lacks_is_missed() -> None:
    document = page(m.MathBlock(r"\text{路程}=vt"))
    damaged = made(document, ".html", []).replace(r">\text{路程}=vt<".encode(), b">vt<")
    problems: list[Problem] = []
    account(document, ".html", damaged, problems.append)
    assert [each.code for each in problems] == ["text-lost"]


def test_a_displayed_formula_of_a_page_scrolls_by_keys_and_has_a_name() -> None:
    text = made(page(m.MathBlock("a"), inline("x"), m.MathBlock("b")), ".html", []).decode()
    assert re.findall('<div class="math" role="group" tabindex="0" aria-label="([^"]*)">', text) == ["公式 1", "公式 2"]
    assert "xmlns" not in text


def test_pandoc_is_asked_once_and_only_if_there_are_formulas(monkeypatch: pytest.MonkeyPatch) -> None:
    import docconv.writers.formulas as formulas

    calls: list[bytes] = []
    run: Callable[..., object] = formulas.run_pandoc

    def counted(arguments: Sequence[str], data: bytes, name: str) -> object:
        calls.append(data)
        return run(arguments, data, name)

    monkeypatch.setattr(formulas, "run_pandoc", counted)
    chapters = [m.Section((m.Text(f"章{at}"),), (inline("a", "b"), m.MathBlock("c")), id=f"s{at}") for at in range(3)]
    assert len(site_writer()(page(*chapters), find_style(), Pictures(), silent)) == 5
    assert len(calls) == 1
    made(page(inline()), ".html", [])
    assert len(calls) == 1


def test_a_book_says_which_files_hold_mathml() -> None:
    chapters = [m.Section((m.Text(title),), (body,), id=title) for title, body in (("a", inline("x")), ("b", inline()))]
    with zipfile.ZipFile(io.BytesIO(made(page(*chapters), ".epub", []))) as book:
        package = book.read("EPUB/content.opf").decode()
    assert re.findall(r'href="(text/[^"]*)"[^>]*properties="mathml"', package) == ["text/chapter-1.xhtml"]
    assert 'accessibilityFeature">MathML<' in package


@pytest.mark.parametrize("suffix", [".docx", ".odt"])
def test_of_word_processors_is_told_what_stays_tex_or_loses_its_number(suffix: str) -> None:
    problems: list[Problem] = []
    numbered = r"\begin{gather}a\tag{1}\end{gather}"
    made(page(inline(KNOWN[0], UNKNOWN[0]), m.MathBlock(numbered)), suffix, problems)
    assert [each.code for each in problems] == ["math-tex"] * 2
    assert [each.message.partition(":")[0] for each in problems] == [
        "a formula stays TeX", "a formula stands without its number",
    ]  # fmt: skip


@pytest.mark.parametrize("suffix", [pytest.param(".pdf", marks=pytest.mark.slow), ".icml"])
def test_formulas_in_print_are_told_once(suffix: str, tmp_path: Path) -> None:
    source, edition = tmp_path / "a.md", tmp_path / f"a{suffix}"
    source.write_text("# 算式\n\n设 $E=mc^2$，则\n\n$$a=b$$\n", "utf-8")
    with pytest.raises(CheckFailed) as failed:
        convert(source, [edition])
    assert failed.value.exit_code == 4
    (problem,) = failed.value.problems
    assert problem.code == "math-raw"
    assert "2 formulas" in problem.message
    assert "E=mc^2" in problem.message
    assert problem.place is not None
    assert problem.place.line == 3
    assert not edition.exists()
    convert(source, [edition], allow_loss=True)
    assert edition.exists()


@pytest.mark.parametrize("edition", ["a.html", "a.epub", "site/index.html"])
def test_no_word_is_missed_when_an_edition_with_formulas_is_read(edition: str, tmp_path: Path) -> None:
    source = tmp_path / "a.md"
    source.write_text("# 算式 $a_1$\n\n设 $E=mc^2$，则\n\n$$\\frac{a}{2}=b$$\n\n# 又\n\n$x<y$ 止\n", "utf-8")
    convert(source, [tmp_path / "a.html", tmp_path / "a.epub", f"{tmp_path / 'site'}/"])
    assert convert(tmp_path / edition, [tmp_path / "b.xhtml"]) == []
    convert(source, [tmp_path / "c.xhtml"])
    texts = [
        re.sub(' (?:id|data-src)="[^"]*"', "", (tmp_path / name).read_text("utf-8")) for name in ("b.xhtml", "c.xhtml")
    ]
    assert texts[0] == texts[1]


def test_of_somebodys_formula_its_tex_counts() -> None:
    shown = "<mrow><mi>v</mi><mn>34</mn></mrow><annotation encoding='application/x-tex'>v34</annotation>"
    source = Source("a.html", f"<h1>题</h1><p>设<math><semantics>{shown}</semantics></math>。</p>".encode())
    prepared = prepare(source)
    assert [each for each in prepared.problems if each.code.startswith("text-")] == []
    assert [node.tex for node in m.walk(prepared.document) if isinstance(node, m.Math)] == ["v34"]


@pytest.mark.parametrize(("drawn", "told"), [("<mfrac><mi>s</mi><mi>t</mi></mfrac>", 1), ("<mi>s</mi><mi>t</mi>", 0)])
def test_that_a_formula_without_tex_is_read_as_its_text_is_said(drawn: str, told: int) -> None:
    prepared = prepare(Source("a.html", f"<h1>题</h1><p>速度<math>{drawn}</math>。</p>".encode()))
    assert [each.code for each in prepared.problems] == ["object-unread"] * told
    assert [node.tex for node in m.walk(prepared.document) if isinstance(node, m.Math)] == ["st"]
