"""Findings in the four forms, and the ledger."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from docconv.ledger import Change, Ledger
from docconv.model import Place
from docconv.pipeline import convert, prepare, read
from docconv.problems import Problem
from docconv.readers.source import Source
from docconv.reports import FORMATS, diff, in_order

PLACE = Place(3, 7, "深/a, b.txt")
PROBLEM = Problem("suspect-character", "市城 may be 市域", PLACE, "compare: 100%")
CHANGE = Change("drop-stray-space", Place(2, 1, PLACE.file), " ", "", 0.95)
INSIDE = Problem("picture-unused", "x.jpg", Place(9, 4, "a b.epub", "EPUB/one.xhtml"))
SOMEWHERE = Problem("picture-unused", "x.jpg", Place(0, 0, "a.docx"))
TEXT = "# 标题在此\n\n本报记者 张三\n\n今天,下雨,街上没有人,大家都回了家里\n\n去。\n"


def test_text_is_what_editors_and_make_understand() -> None:
    assert FORMATS["text"]([CHANGE, PROBLEM, SOMEWHERE]) == (
        "深/a, b.txt:2:1: drop-stray-space: ␣ → ∅\n"
        "深/a, b.txt:3:7: suspect-character: 市城 may be 市域 — compare: 100%\n"
        "a.docx: picture-unused: x.jpg\n"
    )


def test_alike_marks_of_a_line_are_counted() -> None:
    marks = [Change("widen-mark", Place(1, column, "a"), ",", "，") for column in (2, 5, 9)]
    assert FORMATS["text"](marks) == "a:1:2: widen-mark: , → ， (and 2 more on this line)\n"


def test_json_names_every_part() -> None:
    change, problem = json.loads(FORMATS["json"]([CHANGE, PROBLEM]))
    assert change == {
        "kind": "change", "code": "drop-stray-space", "file": PLACE.file, "line": 2, "column": 1, "before": " ",
        "after": "", "confidence": 0.95, "clause": "CLREQ 3.2: no space between ideographs",
    }  # fmt: skip
    assert problem["severity"] == "warning"


def test_github_escapes_what_would_end_its_fields() -> None:
    assert FORMATS["github"]([PROBLEM, SOMEWHERE]).splitlines() == [
        "::warning file=深/a%2C b.txt,line=3,col=7,title=suspect-character::市城 may be 市域 — compare: 100%25",
        "::warning file=a.docx,title=picture-unused::x.jpg",
    ]


def test_sarif_has_rules_results_and_places() -> None:
    run = json.loads(FORMATS["sarif"]([CHANGE, PROBLEM, SOMEWHERE]))["runs"][0]
    names = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [names[result["ruleIndex"]] == result["ruleId"] for result in run["results"]] == [True] * 3
    places = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    assert places[1]["region"] == {"startLine": 3, "startColumn": 7}
    assert "region" not in places[2]


def test_an_entry_of_an_archive_is_named_in_every_form() -> None:
    assert FORMATS["text"]([INSIDE]) == "a b.epub:EPUB/one.xhtml:9:4: picture-unused: x.jpg\n"
    (plain,) = json.loads(FORMATS["json"]([INSIDE]))
    assert (plain["file"], plain["entry"], plain["line"], plain["column"]) == ("a b.epub", "EPUB/one.xhtml", 9, 4)
    # the lines of the archive itself mean nothing
    assert FORMATS["github"]([INSIDE]) == ("::warning file=a b.epub,title=picture-unused::EPUB/one.xhtml:9:4: x.jpg\n")
    (result,) = json.loads(FORMATS["sarif"]([INSIDE]))["runs"][0]["results"]
    physical = result["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"]["uri"] == "a b.epub/EPUB/one.xhtml"
    assert physical["region"] == {"startLine": 9, "startColumn": 4}


def test_nothing_found() -> None:
    assert FORMATS["text"]([]) == FORMATS["github"]([]) == ""
    assert json.loads(FORMATS["json"]([])) == []
    assert json.loads(FORMATS["sarif"]([]))["runs"][0]["results"] == []


def test_findings_come_in_the_order_of_their_places() -> None:
    assert in_order([PROBLEM, CHANGE]) == [CHANGE, PROBLEM]


def test_diff_shows_paragraphs_before_and_after() -> None:
    source = Source("p.txt", TEXT.encode())
    lines = diff("p.txt", read(source, format="page"), prepare(source, "page").document).splitlines()
    assert lines[:2] == ["--- p.txt (as read)", "+++ p.txt (repaired)"]
    assert "+今天，下雨，街上没有人，大家都回了家里去。" in lines


def test_ledger_file_says_what_was_done(tmp_path: Path) -> None:
    (tmp_path / "p.txt").write_text(TEXT, encoding="utf-8")
    convert(tmp_path / "p.txt", [tmp_path / "p.html"], ledger_file=tmp_path / "l.json", format="page")
    ledger = json.loads((tmp_path / "l.json").read_text(encoding="utf-8"))
    assert [change["code"] for change in ledger["changes"]] == ["join-paragraph", *["widen-mark"] * 3]
    assert ledger["changes"][0]["line"] == 7
    assert ledger["problems"] == []


@pytest.mark.parametrize("file", ["", "a.docx"])
def test_what_has_no_place_is_somewhere_in_the_file(file: str) -> None:
    ledger = Ledger(file=file)
    ledger.doubt("picture-unused", "x.jpg", None)
    assert str(ledger.problems[0]).startswith("a.docx: " if file else "picture-unused")
