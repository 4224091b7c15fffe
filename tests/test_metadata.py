"""What an editor states of a book, from whichever side it comes."""

from __future__ import annotations

import pytest
from hypothesis import given
from strategies import colophons

from docconv.metadata import amended, colophon, fault_of, named
from docconv.model import Colophon, Contributor, Meta, Place
from docconv.pipeline import check
from docconv.problems import UsageError
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


# ── What cannot be ──


@pytest.mark.parametrize(
    ("name", "value", "fits"),
    [
        ("identifier", "ISBN 978-7-5442-7087-8", True),
        ("identifier", "978-7-5442-7087-8", True),
        ("identifier", "urn:isbn:9787544270878", True),
        ("identifier", "ISBN 7-5442-7087-9", False),
        ("identifier", "ISBN 0-306-40615-2", True),
        ("identifier", "isbn：080442957X", True),
        ("identifier", "978-7-5442-7087-9", False),
        ("identifier", "9787544270879", False),
        ("identifier", "ISBN 978-7-5442-7087", False),
        ("source", "urn:isbn:9787544270879", False),
        ("identifier", "ISSN 1673-4165", True),
        ("identifier", "1673-4166", False),
        ("identifier", "urn:issn:0317-8471", True),
        ("identifier", "ISSN 2434-561X", True),
        ("identifier", "urn:uuid:ddc1b3ea-9f2e-5a4e-a2c6-8d1f7a1e6a11", True),
        ("identifier", "10.1000/182", True),
        ("identifier", "第12号", True),
        ("date", "2022-11-16", True),
        ("date", "2022-11", True),
        ("date", "2022", True),
        ("date", "2022-11-16T08:00Z", True),
        ("date", "2022-02-30", False),
        ("date", "2022-13", False),
        ("date", "昨天", False),
        ("publisher", "昨天", True),
    ],
)
def test_what_cannot_be_is_told(name: str, value: str, fits: bool) -> None:
    assert (fault_of(name, value) == "") is fits


@pytest.mark.parametrize("line", ["date: 昨天", "date: 2022-02-30", "identifier: ISBN 978-7-5442-7087-9"])
def test_a_source_that_states_what_cannot_be_is_told(line: str) -> None:
    problems = check(Source("a.md", f"---\ntitle: 渡口\n{line}\n---\n\n雨后。\n".encode()))
    [problem] = [each for each in problems if each.code == "metadata-doubtful"]
    assert problem.place == Place(1, 1, "a.md")
    assert problem.message.startswith(line.partition(":")[0])


@pytest.mark.parametrize("metadata", [{"date": ["昨天"]}, {"identifier": ["978-7-5442-7087-9"]}])
def test_what_cannot_be_is_not_taken(metadata: dict[str, list[str]]) -> None:
    with pytest.raises(UsageError, match="is no"):
        amended(Meta(), metadata)
