"""What an editor states of a book, from whichever side it comes."""

from __future__ import annotations

from hypothesis import given
from strategies import colophons

from docconv.metadata import amended, colophon, named
from docconv.model import Colophon, Contributor, Meta
from docconv.readers import read
from docconv.readers.source import Source

YAML = """\
---
title: 心
author: 夏目漱石
translator: [周炎辉, 王某]
identifier: isbn:9787544270878
publisher: 南海出版公司
subject: [小说, 日本文学]
belongs-to-collection: 漱石文集
group-position: 3
reading:
  夏目漱石: なつめ そうせき
---

# 一

文。
"""
HTML = """\
<html><head><meta name="dcterms.publisher" content="南海出版公司"><meta name="description" content="摘要">
<meta name="source" content="别处"></head><body><p>文。</p></body></html>"""


@given(colophons())
def test_a_colophon_is_what_its_names_say(record: Colophon) -> None:
    values: dict[str, list[str]] = {}
    for name, value in named(record):
        values.setdefault(name, []).append(value)
    assert colophon(values) == record


def test_yaml_fills_the_colophon() -> None:
    document = read(Source("心.md", YAML.encode()), "markdown")
    assert document.meta.colophon == Colophon(
        identifier="isbn:9787544270878",
        publisher="南海出版公司",
        subjects=("小说", "日本文学"),
        series="漱石文集",
        number="3",
        contributors=(Contributor("周炎辉", "translator"), Contributor("王某", "translator")),
        readings=(("夏目漱石", "なつめ そうせき"),),
    )


def test_a_foreign_page_fills_it_by_dublin_core_alone() -> None:
    assert read(Source("a.html", HTML.encode()), "html").meta.colophon == Colophon(publisher="南海出版公司")


def test_what_an_editor_states_stands_before_what_the_source_says() -> None:
    meta = Meta("旧题", "zh-Hans", ("甲",), colophon=Colophon(publisher="旧社", rights="公有领域"))
    stated = {"title": ["新题"], "author": ["乙", "丙"], "publisher": ["新社"], "unknown": ["x"]}
    assert amended(meta, stated) == Meta(
        "新题", "zh-Hans", ("乙", "丙"), colophon=Colophon(publisher="新社", rights="公有领域")
    )
