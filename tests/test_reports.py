"""Findings in every form, and the ledger."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import fastjsonschema
import pytest

from docconv import cli
from docconv.ledger import Change, Ledger
from docconv.model import Place
from docconv.pipeline import convert, prepare, read
from docconv.problems import Problem
from docconv.readers.source import Source
from docconv.reports import FORMATS, closing_line, diff, in_order

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


def test_what_is_found_often_is_told_once_with_its_next_places() -> None:
    marks = [Change("widen-mark", Place(line, 2, "a"), ",", "，") for line in range(1, 10)]
    assert FORMATS["text"](marks) == "a:1:2: widen-mark: , → ， (and 8 more: 2:2, 3:2, 4:2, 5:2, 6:2 …)\n"
    assert FORMATS["text"](marks[:3]) == "a:1:2: widen-mark: , → ， (and 2 more: 2:2, 3:2)\n"
    assert FORMATS["text"](marks[:2]) == "a:1:2: widen-mark: , → ，\na:2:2: widen-mark: , → ，\n"
    assert FORMATS["text"]([SOMEWHERE] * 3) == "a.docx: picture-unused: x.jpg (and 2 more)\n"
    assert FORMATS["lines"](marks).count("\n") == len(json.loads(FORMATS["json"](marks))) == 9


def test_each_file_and_each_code_is_told_for_itself() -> None:
    suspects = [Problem("suspect-quote", "x", Place(line, 1, file)) for file in "ab" for line in (1, 2, 3)]
    told = FORMATS["text"](in_order([*suspects, CHANGE]))
    assert [line.partition(" ")[0] for line in told.splitlines()] == [
        "a:1:1:",
        "b:1:1:",
        f"{PLACE.file}:2:1:".split()[0],
    ]


def test_pictures_on_the_web_are_one_line() -> None:
    refused = [Problem("picture-refused", f"https://a.org/{n}.png", Place(n, 1, "a"), "copy it") for n in (3, 7)]
    assert FORMATS["text"](refused) == "a:3:1: picture-refused: https://a.org/3.png — copy it (and 1 more: 7:1)\n"


def test_rules_of_finished_pages_count_for_themselves() -> None:
    loose = [Problem("pdf-loose-gap", f"page {n}", Place(n, 1, "a.pdf")) for n in range(4)]
    assert FORMATS["text"](loose) == FORMATS["lines"](loose)


MISSING, REFUSED = Problem("picture-missing", "x", PLACE), Problem("picture-refused", "x", PLACE)
NICKNAME, SHEET = Problem("suspect-nickname", "x", PLACE), Problem("css-ignored", "x", PLACE)


@pytest.mark.parametrize(
    ("problems", "said"),
    [
        ([MISSING] * 7 + [REFUSED] + [PROBLEM] * 5 + [NICKNAME] * 3,
         "8 pictures missing, 8 places to look at; docconv check p.txt lists them"),
        ([MISSING], "1 picture missing; docconv check p.txt lists it"),
        ([PROBLEM], "1 place to look at; docconv check p.txt lists it"),
        ([SHEET], "1 warning of an edition; -v lists it"),
        ([PROBLEM] * 2 + [SHEET] * 2,
         "2 places to look at; docconv check p.txt lists them; 2 warnings of editions; -v lists them"),
    ],
)  # fmt: skip
def test_the_closing_line_says_what_an_editor_must_know(problems: list[Problem], said: str) -> None:
    assert closing_line(problems, "docconv check p.txt") == f"docconv: {said}\n"


def test_the_closing_line_says_that_a_manuscript_may_be_a_page() -> None:
    said = closing_line([Problem("read-doubtful", "x", PLACE)], "docconv check p.txt")
    assert said == "docconv: read as a manuscript, in doubt; --from page says otherwise\n"


def test_there_is_no_closing_line_where_there_is_nothing_to_say() -> None:
    notes = [Problem(code, "x", PLACE) for code in ("read-as", "cover-small", "exclamation-space")]
    assert closing_line([], "docconv check p.txt") == closing_line(notes, "docconv check p.txt") == ""


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
    assert physical["artifactLocation"]["uri"] == "a%20b.epub/EPUB/one.xhtml"
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


# ── SARIF, as every command says it ──


@pytest.fixture(scope="module")
def valid() -> Callable[[str], list[dict[str, Any]]]:
    """Holds a log to the schema of OASIS, and returns its results."""
    schema = json.loads((Path(__file__).parent / "schemas/sarif-2.1.0.json").read_text(encoding="utf-8"))
    validate = fastjsonschema.compile(schema, use_default=False)

    def results(text: str) -> list[dict[str, Any]]:
        log = json.loads(text)
        validate(log)
        found: list[dict[str, Any]] = log["runs"][0]["results"]
        return found

    return results


def test_sarif_is_what_its_schema_says(valid: Callable[[str], list[dict[str, Any]]]) -> None:
    assert valid(FORMATS["sarif"]([])) == []
    assert len(valid(FORMATS["sarif"]([CHANGE, PROBLEM, INSIDE, SOMEWHERE, Problem("stopped", "nowhere")]))) == 5
    with pytest.raises(fastjsonschema.JsonSchemaException):
        valid(FORMATS["sarif"]([PROBLEM]).replace('"warning"', '"grave"'))


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("a b.txt", "a%20b.txt"),
        ("深/甲.txt", "%E6%B7%B1/%E7%94%B2.txt"),
        ("a:b#c?.txt", "a%3Ab%23c%3F.txt"),  # no scheme, no fragment, no query
        ("/tmp/a.txt", "file:///tmp/a.txt"),
        ("..\\a.txt", "../a.txt"),
        ("\udcd6.txt", "%D6.txt"),  # a name in no encoding
    ],
)
def test_files_are_references_in_sarif(file: str, uri: str) -> None:
    (result,) = json.loads(FORMATS["sarif"]([Problem("stopped", "x", Place(1, 1, file))]))["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": uri}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("call", "exit_code", "code"),
    [
        ("check 第一版.md --format sarif", 4, "picture-missing"),
        ("check 第一版.md 坏.txt --format sarif --problems", 4, "stopped"),
        ("check 第一版.epub --format sarif --profile apple", 4, "epub-xml"),
        ("check 第一版.pdf --format sarif --profile press-cn", 4, "press-intent"),
        ("convert 第一版.md -o out.html --report-format sarif", 0, "picture-missing"),
        ("convert 第一版.md -o out.html --report-format sarif --strict", 4, "picture-missing"),
        ("convert 坏.txt -o out.html --report-format sarif", 1, "stopped"),
        ("pictures 第一版.md --report-format sarif", 0, "picture-missing"),
        ("batch 第一版.md 坏.txt --to html --out out --quiet --report-format sarif", 1, "stopped"),
        ("batch 第一版.md --to html --out out --quiet --report-format sarif --strict", 4, "picture-missing"),
    ],
)
def test_every_command_speaks_valid_sarif(
    call: str, exit_code: int, code: str, valid: Callable[[str], list[dict[str, Any]]],
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(folder)
    assert cli.main(call.split()) == exit_code
    said = capfd.readouterr()
    log = next(text[text.index("{") :] for text in (said.out, said.err) if '"runs"' in text)
    results = valid(log)
    assert code in {each["ruleId"] for each in results}
    assert all(not each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].startswith("file:")
               for each in results if "locations" in each)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page that wants a picture, a PDF of it, an EPUB with an unclosed paragraph, and a file that is no text."""
    made = tmp_path_factory.mktemp("第 一")
    (made / "第一版.md").write_text("# 标题\n\n一段文字。\n\n![图](没有.jpg)\n", encoding="utf-8")
    (made / "坏.txt").write_bytes(b"\xff\xfe\xfd")
    convert(made / "第一版.md", [made / "good.epub", made / "第一版.pdf"])
    with ZipFile(made / "good.epub") as good, ZipFile(made / "第一版.epub", "w") as bad:
        for entry in good.infolist():
            bad.writestr(entry, good.read(entry).replace("字。</p>".encode(), "字。".encode()))
    return made
