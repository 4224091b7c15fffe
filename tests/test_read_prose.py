"""Markdown that is read without pandoc: as pandoc reads it, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docconv import model as m
from docconv.readers.markdown import read_manuscript
from docconv.readers.prose import read_prose
from docconv.readers.source import Source

NOVEL = """\
---
title: 红楼梦
author: 曹雪芹
lang: zh-Hans
date: 1791-01-02
---

# 第一回 甄士隐梦幻识通灵

此开卷第一回也。作者自云：“历过一番梦幻”(之后)，
故将真事隐去 Rust 与 C，100%。
一行。

## 二
诗云：

> 无材可去补苍天，枉入红尘若许年。␠␠
> 此系身前身后事，
> 倩谁记去作奇传？

> 又一首。

　　末段　也是。
""".replace("␠", " ")


def source(text: str) -> Source:
    return Source("novel.md", text.encode())


def is_where_it_says(node: m.Text, text: str) -> bool:
    assert node.place is not None
    line = text.split("\n")[node.place.line - 1]
    return line[node.place.column - 1 :].startswith(node.text[0])


def texts(document: m.Document) -> list[m.Text]:
    return [node for node in m.walk(document) if isinstance(node, m.Text)]


def test_a_novel_is_read() -> None:
    document = read_prose(source(NOVEL))
    assert document is not None
    assert document == read_manuscript(source(NOVEL))
    assert document.meta == m.Meta("红楼梦", "zh-Hans", ("曹雪芹",), "1791-01-02")
    assert all(is_where_it_says(node, NOVEL) for node in texts(document))


MORE = [
    "- 一", "1. 一", "a. 天", "天*地*", "天_地_", "天`地`", "天^2^", "天$1$", "天@地", "天\\\n地", "天&lt;",
    "天 <b>地", "天[^1]地", "    天", "天\n===", "|天|地|", "天\n: 地", "天\u00a0地", ">天", "> 天\n地", "# 天 #",
    "# 天 {#a}", "# 天\n\n![地](a.png)",
    "见http://a.b/", "www.a.b",
    "---\ntitle: [天]\n---\n\n天", "---\ntitle: 天\nx: 地\n---\n\n天", "---\nlang: no\n---\n\n天", "", "\n",
]  # fmt: skip


@pytest.mark.parametrize("text", MORE)
def test_what_may_mean_more_is_left_to_pandoc(text: str) -> None:
    assert read_prose(source(text)) is None


PIECES = st.sampled_from([
    "\n", "\n\n", " ", "  \n", "> ", "# ", "## ", "---\n", "title: ", "author: ", "lang: ", "zh", "天", "地。", "“玄”",
    "……", "——", "·", "\u3000", "\u3000天", "あ", "ー", "한글", "é", "①", "１", "：", "、", "（一）", "１．",
    "•", "–", "葛\U000e0100", "𠮷", "A", "ab", "1", "2022-01-02", ".", "...", "--", "-", "+", "=", "==",
    "(", ")", '"', "'", ":", ";", "!", "?", "%", "/", ",", "i. ", "http://a.b",
])  # fmt: skip


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, max_size=30).map("".join))
def test_it_is_read_as_pandoc_reads_it(text: str) -> None:
    document = read_prose(source(text))
    if document is not None:
        assert document == read_manuscript(source(text))
        assert all(is_where_it_says(node, text) for node in texts(document))
