"""What extractors put into the Markdown of a page: HTML, fences, formulas, comments; and that nothing is lost by it."""

from __future__ import annotations

import re
import time

import pytest
from cases import cases, roles
from hypothesis import given
from hypothesis import strategies as st

from docconv import model as m
from docconv.chars import content
from docconv.pipeline import normalise, read
from docconv.readers.source import Source


def page(text: str) -> m.Document:
    return read(Source("page.md", text.encode()), format="page")


@pytest.mark.parametrize(("title", "given", "expected"), cases("inserts"), ids=lambda value: str(value)[:40])
def test_inserts(title: str, given: str, expected: str) -> None:
    assert roles(normalise(page(given))) == expected, title


def test_what_is_written_in_a_picture_describes_it() -> None:
    text = '![](a.jpg)\n<!-- FigureContent="东门" -->\n\n![](b.jpg)\n\n<details>\n西门\n</details>\n\n<img>南门</img>'
    media = [node.media for node in m.walk(page(text)) if isinstance(node, m.Figure)]
    assert media == [m.Image("a.jpg", "东门"), m.Image("b.jpg", "西门"), m.Missing("", "南门")]


def test_a_note_that_is_called_is_a_note_and_another_stays() -> None:
    document = page("# 题\n\n水车又转了[^1]，看的人不少[^x]。\n\n[^1]: 停了十年，\n今年修好。\n\n[^2]: 没有人提到它。")
    assert [
        m.plain(each.content) for note in document.notes for each in note.body if isinstance(each, m.Paragraph)
    ] == ["停了十年，\n今年修好。"]
    assert [node.note for node in m.walk(document) if isinstance(node, m.NoteRef)] == [document.notes[0].id]
    written = "".join(m.paragraphs(document))
    assert "不少[^x]" in written
    assert "没有人提到它。" in written


def test_what_olmocr_says_of_a_page_is_none_of_its_text() -> None:
    front = "---\nprimary_language: zh\nis_rotation_valid: True\nrotation_correction: 0\nis_table: False\n---\n"
    document = page(f"{front}# 水车又转\n\n歇了十年的水车昨天又转了起来。")
    assert roles(document) == "headline: 水车又转\nparagraph: 歇了十年的水车昨天又转了起来。"


def test_a_place_is_that_of_the_piece_in_its_line() -> None:
    document = page("# 题\n\n<div><p>一段话。</p><p>又一段话。</p></div>")
    assert [node.place for node in m.walk(document) if isinstance(node, m.Paragraph)] == [
        m.Place(3, 9, "page.md"),
        m.Place(3, 20, "page.md"),
    ]


_WORDS = "渡口的石阶共四十级木料三根由东村人修成"
_PIECES = st.sampled_from(
    ["<div>", "</div>", '<div style="text-align: center;">', "<figure>", "</figure>", "<figcaption>", "</figcaption>",
     "<table>", "</table>", "<tr>", "</tr>", "<td>", "</td>", "<caption>", "</caption>", "<p>", "</p>", "<li>", "</li>",
     "<h2>", "</h2>", "<page_number>", "</page_number>", "<center>", "<br>", "<hr>", "<details>", "</details>",
     "$", "$$", "$x_1$", "\\(", "\\)", "\\[", "\\]", "```", "```text", "~~~", "`", "<!--", "-->",
     "\\begin{tabular}{ll}", "&", "\\\\", "\\end{tabular}", "\\begin{align}", "\\end{align}", "**", "|",
     "\n", "\n\n", "\n\n\n", " ", *_WORDS]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=40).map("".join))
def test_no_letter_is_lost(text: str) -> None:
    """Whatever is opened, closed or left open: the words of a page come out, each once, save those in comments."""
    kept = "".join(each for each in content(_without_comments(text)) if each in _WORDS)
    shown = "".join(each for each in content(_everything(page(text))) if each in _WORDS)
    assert sorted(shown) == sorted(kept)


def _without_comments(text: str) -> str:
    return re.sub(r"<!--(?:(?!<!--).)*?-->", "", text, flags=re.S)


def _everything(document: m.Document) -> str:
    """The text of a document and what stands for its pictures, its code and formulas with it."""
    alts = [node.alt for node in m.walk(document) if isinstance(node, m.Image | m.Missing)]
    return "".join([*m.paragraphs(document), *alts])


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    ["<table>", "<div>", "<li>", "<!--", "$$", "\\[", "$a", "\\(a", "```\n", "```x\n", "<table><tr><td>", "`", "</div>",
     '<div style="text-align: center;">', "<details>", "\\begin{tabular}{l}", "<img ", "![](", "**", "\\begin{align}\n",
     "<!-- a\n", "<figcaption>\n", "$$\n", "<table>\n", "<table><tr><td>\n"],
)  # fmt: skip
def test_time_is_in_proportion_to_the_page(piece: str) -> None:
    begin = time.perf_counter()
    page(piece * (50_000 // len(piece)))
    assert time.perf_counter() - begin < 10
