"""The account of letters: what a reader or a writer loses or adds is found with its place; what they keep is none."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypandoc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import MANUSCRIPT, NEWSPAPER
from strategies import documents

from docconv import model as m
from docconv import pipeline, readers, writers
from docconv.account import Piece, lacking, letters, shown, stated, unseen
from docconv.pictures import Pictures
from docconv.problems import LOSSES, CheckFailed, Problem
from docconv.readers.source import Source
from docconv.styles import find_style
from docconv.writers.markdown import write_markdown


def pieces(*texts: str) -> list[Piece]:
    return [Piece(text, m.Place(number, 1, "a.txt")) for number, text in enumerate(texts, 1)]


def found(source: Source, format: str, document: m.Document, *left_out: str) -> list[Problem]:
    problems: list[Problem] = []
    readers.account(source, format, document, left_out, problems.append)
    return problems


# ── The comparison ──


@pytest.mark.parametrize(
    ("wanted", "there", "words"),
    [
        (["茶亭建在半山", "山下是渡口"], "山下是渡口。茶亭，建在半山！", []),  # neither marks nor order count
        (["茶亭建在半山", "山下是渡口"], "茶亭建在半山", ["山下是渡口"]),
        (["价款五千元整，当面付清"], "价款元整当面付清", ["五千"]),
        (["定价 1,234 元"], "定价 234 元", ["1"]),
        (["好", "好", "好"], "好好", ["好"]),
        (["e\u0301tude"], "\u00e9tude", []),  # one letter, however it is written
    ],
)
def test_what_is_lacking_is_named(wanted: list[str], there: str, words: list[str]) -> None:
    assert [piece.text for piece in lacking(pieces(*wanted), [there])] == words


def test_what_is_lacking_has_its_place() -> None:
    (piece,) = lacking(pieces("茶亭建在半山", "价款，五千元整，当面付清"), ["茶亭建在半山价款元整当面付清"])
    assert piece == Piece("五千", m.Place(2, 4, "a.txt"))


def test_what_is_said_twice_need_be_there_once() -> None:
    assert unseen(pieces("茶亭建在半山", "茶亭", "建在半山"), ["茶亭建在半山"]) == []
    assert [piece.text for piece in unseen(pieces("茶亭建在半山", "渡口"), ["茶亭建在半山"])] == ["渡口"]


# ── Sources ──

MARKDOWN = """\
---
title: 渡口
author: 陈一
lang: zh-Hans
---

# 第一章 渡口 {#one}

清早的江面上起了雾，**船夫**老何把*缆绳*解开。价款为~~100~~200元，见[第二章](#two)，网址为<https://example.org/a?b=1>。

> 他说：“今天不开船。”

- 甲项 12 吨
- 乙项

  1. 第一件
  2. 第二件

| 地区 | 产量（吨） |
|:-----|-----:|
| 东乡 | 1,234 |
| 西乡 | 56.7 |

: 各地产量表

注释在此[^1]。代码`print(42)`，公式 $a^2+b_3$。

```python
print("渡口", 7)
```

[^1]: 注文写于 1987 年。

# 第二章 归来 {#two}

| 行一诗句
| 行二诗句

H~2~O 与 x^2^。
"""
PANDOC = ("html", "docx", "odt", "latex", "rst", "org", "mediawiki", "textile", "docbook", "asciidoc", "ipynb", "rtf",
          "opml", "gfm", "markdown")  # fmt: skip
PLAIN = {
    "text": "渡口\n\n作者：陈一\n\n第一章 雾\n\n　　清早的江面上起了雾。\n　　船夫老何解开缆绳。\n\n第二章 归来\n\n"
    "　　1987年他回来了。\n",
    "aozora": "渡し場\n春野一\n\n　朝《あさ》の川に霧が｜立ち込《たちこ》めた。\n"
    "　※［＃「土へん＋龍」、第3水準1-15-69］の上を急がない［＃「急がない」に傍点］。\n",
    "page": "# 渡口开船\n\n本报记者 陈一\n\n清早的江面上起了雾,船夫老何把缆绳解开.\n\n▲图为渡口. 何二 摄\n\n"
    "12月25日,30人过江.\n",
    "layout": '[{"type":"text","text":"渡口开船","text_level":1,"page_idx":0},'
    '{"type":"text","text":"清早的江面上起了雾，船夫老何把缆绳解开。","page_idx":0},'
    '{"type":"table","table_body":"<table><tr><td>东乡</td><td>1234</td></tr></table>","page_idx":0}]',
    "hocr": "<html><body><div class='ocr_page'><p class='ocr_par'><span class='ocr_line' title='bbox 0 0 90 9'>"
    "清早的江面上起了雾，</span> <span class='ocr_line' title='bbox 0 10 90 19'>船夫老何解开缆绳。</span></p></div>"
    "</body></html>",
}


def written(form: str) -> Source:
    """The manuscript in a format of pandoc's."""
    done = subprocess.run([pypandoc.get_pandoc_path(), "-f", "markdown", "-t", form, "-s", "-o", "-"],
                          input=MARKDOWN.encode(), capture_output=True, check=True)  # fmt: skip
    return Source(f"a.{form}", done.stdout)


@pytest.fixture(params=(*PANDOC, *PLAIN), scope="module")
def source(request: pytest.FixtureRequest) -> tuple[Source, str]:
    """A source in each format, and the name of the format."""
    name = request.param
    if name in PLAIN:
        return Source(f"a.{name}", PLAIN[name].encode()), name
    return written(name), {"markdown": "pandoc-markdown"}.get(name, name)


def test_what_a_reader_keeps_is_no_loss(source: tuple[Source, str]) -> None:
    told: list[Problem] = []
    document = readers.read(*source, say=told.append)
    assert found(*source, document, *(problem.words for problem in told)) == []


def test_every_node_that_a_reader_drops_is_found(source: tuple[Source, str]) -> None:
    """But for what the metadata states too, and for addresses, which may be notation."""
    document = readers.read(*source)
    known = [letters(text) for text in stated(document)]
    for dropped in (node for node in m.walk(document) if isinstance(node, m.Text | m.Ruby | m.Code | m.CodeBlock)):
        words = letters("".join(piece.text for piece in shown(m.Document(m.Meta(), (m.Paragraph((dropped,)),)))))
        if not words or any(words in text for text in known):
            continue
        if words.startswith(("http", "Author", "陈一")):
            continue
        damaged = m.rewrite(document, lambda node, dropped=dropped: _without(node, dropped))
        assert [problem.code for problem in found(*source, damaged)][:1] == ["text-lost"], dropped


def _without(node: Any, dropped: Any) -> Any:
    match node:
        case m.Text() if node is dropped:
            return replace(node, text="")
        case m.Code() | m.CodeBlock() if node is dropped:
            return replace(node, text="")
        case m.Ruby() if node is dropped:
            return replace(node, base="", reading="")
        case _:
            return node


def test_every_cell_that_is_dropped_is_found() -> None:
    source = Source("a.html", b"<table>" + b"".join(
        f"<tr><td>东{n}</td><td>1{n}4</td></tr>".encode() for n in range(50)) + b"</table>")  # fmt: skip
    document = readers.read(source, "html")
    cells = [node for node in m.walk(document) if isinstance(node, m.Cell)]
    assert len(cells) == 100
    for dropped in cells:
        damaged = m.rewrite(document, lambda node, dropped=dropped: replace(node, body=()) if node is dropped else node)
        assert found(source, "html", damaged)


def test_words_that_are_twice_in_the_document_are_found() -> None:
    source = Source("a.md", "# 渡口\n\n清早的江面上起了雾。\n".encode())
    document = readers.read(source, "markdown")
    (problem,) = found(source, "markdown", replace(document, body=document.body * 2))[:1]
    assert problem.code == "text-added"


def test_what_is_said_to_be_left_out_is_no_loss() -> None:
    source = Source("a.html", '<p>渡口</p><p style="display:none">草稿</p>'.encode())
    document = readers.read(source, "html")
    assert [problem.code for problem in found(source, "html", document)] == ["text-lost"]
    assert found(source, "html", document, "草稿") == []


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(documents())
def test_any_document_that_is_written_is_read_whole(document: m.Document) -> None:
    for suffix, form in ((".html", "html"), (".docx", "docx"), (".odt", "odt")):
        told: list[Problem] = []
        data = writers.writer_for(suffix)(document, find_style(), Pictures(), told.append)
        assert isinstance(data, bytes)
        source = Source(f"a{suffix}", data)
        read = readers.read(source, form, say=told.append)
        lost = found(source, form, read, *(each.words for each in told))
        uncalled = any(each.code == "note-uncalled" for each in told)  # pandoc drops such a note, and says so
        lost = [each for each in lost if each.code == "text-lost" and not uncalled]
        assert lost == []


# ── Editions ──

SUFFIXES = (".html", ".xhtml", ".epub", ".docx", ".odt", ".icml", ".md")


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("document", [NEWSPAPER, MANUSCRIPT], ids=["newspaper", "manuscript"])
def test_an_edition_holds_every_word_and_a_word_that_it_lacks_is_found(document: m.Document, suffix: str) -> None:
    problems: list[Problem] = []
    edition = writers.writer_for(suffix)(document, find_style(), Pictures(), lambda problem: None)
    writers.account(document, suffix, edition, problems.append)
    assert problems == []
    more = replace(document, body=(*document.body, m.Paragraph((m.Text("龘龘"),), place=m.Place(9, 1, "a.md"))))
    writers.account(more, suffix, edition, problems.append)
    assert [(problem.code, "龘龘" in problem.message) for problem in problems] == [("text-lost", True)]


# ── The command ──


def test_nothing_is_written_that_would_lose_words(tmp_path: Path) -> None:
    source = tmp_path / "a.rst"
    source.write_text("渡口\n====\n\n.. raw:: latex\n\n   五千元\n\n价款。\n", encoding="utf-8")
    output = tmp_path / "a.md"
    damaged = Source(str(source), source.read_bytes())
    assert pipeline.convert(damaged, [output])  # what is said to be left out is a note
    output.unlink()
    lossy = tmp_path / "b.html"
    lossy.write_text("<p>渡口</p>" * 2, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(readers.READERS, "html", f"{__name__}:read_half")
        with pytest.raises(CheckFailed) as error:
            pipeline.convert(lossy, [output])
        assert {problem.code for problem in error.value.problems} <= LOSSES
        assert error.value.exit_code == 4
        assert not output.exists()
        pipeline.convert(lossy, [output], allow_loss=True)
        assert "渡口" in output.read_text(encoding="utf-8")


def read_half(source: Source, say: Any) -> m.Document:
    return m.Document(m.Meta(), (m.Paragraph((m.Text("渡口"),)),))


def test_the_manuscript_is_read_whole_from_markdown() -> None:
    data = write_markdown(MANUSCRIPT, find_style(), Pictures(), lambda problem: None)
    assert not [each for each in pipeline.check(Source("a.md", data)) if each.code in LOSSES]


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_text_lacks_nothing_of_itself(one: str, other: str) -> None:
    assert lacking([Piece(one)], [other, one]) == []
    assert unseen([Piece(one)], [one, other]) == []


# ── What is no loss ──

NO_LOSS = {
    "a.md": "实体 `&nbsp;` 表示空格，又 &lt;b&gt; 一处。",
    "a.tex": r"\begin{comment}草稿\end{comment}正文\kern 2pt\iffalse 旧稿\fi"
    r"\bibliographystyle{gbt7714-numerical}\zihao{4}四号",
    "a.org": "#+BEGIN_COMMENT\n评\n#+END_COMMENT\n\n- [X] 已办\n\n* COMMENT 草稿\n草稿文\n* 正文\n完\n",
    "a.adoc": "NOTE: 提示文\n\n渡口(C)，stem:[x]。\n",
    "a.wiki": "{|\n| colspan=2 | 合格\n|}\n[[File:a.jpg|thumb|200px|渡口的[[旧照]]]]\n",
    "a.html": "<p>甲</p><!--> <p>乙</p> --><p>丙</1></p>",
    "content_list.json": '[{"type":"image","img_path":"图片/渡口一.jpg","image_caption":["渡口"],"page_idx":0}]',
}


@pytest.mark.parametrize("name", NO_LOSS)
def test_what_is_notation_is_no_loss(name: str) -> None:
    source = Source(name, NO_LOSS[name].encode())
    problems: list[Problem] = []
    prepared = pipeline.prepare(source)
    for suffix in SUFFIXES:
        edition = writers.writer_for(suffix)(prepared.document, find_style(), prepared.pictures, problems.append)
        writers.account(prepared.document, suffix, edition, problems.append)
    assert not [each for each in (*prepared.problems, *problems) if each.code in LOSSES - {"math-raw"}]
