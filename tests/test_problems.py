"""Every code and rule: documented, and shown by a text that calls for it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docconv import model as m
from docconv.decisions import inline_decisions, read_decisions
from docconv.ledger import RULES, Decision, Ledger
from docconv.pipeline import check, convert, normalise, prepare, read
from docconv.problems import CODES, CheckFailed, UsageError
from docconv.readers.source import Source

DOCS = Path(__file__).parents[1] / "docs"
HEAD = "# 标题在此\n\n本报记者 张三\n\n"

SHOWN = {  # code → a page that calls for it
    "article-without-headline": "今天下了一场很大的雨，街上没有一个人，大家都在家里。",
    "character-control": HEAD + "今天\x07下雨。",
    "character-form": HEAD + "今天⼈⼯下⾬。",
    "character-lost": HEAD + "今天\ufffd雨。",
    "character-private": HEAD + "今天\ue000下雨。",
    "exclamation-space": "駅前で話を聞く\n\n本当に行くのか？彼はそう言って、駅の方へ歩いて行った。",
    "join-doubtful": HEAD + "会议以后，他对在场的人高声说“就到这里，大家回家去吧”\n\n会议继续举行，代表们发言。",
    "notation-kept": HEAD + "今天不［＃「不」に囲み線］下雨。",
    "numeral-form": HEAD + "该项目于22年11月启动，历时三年完成。",
    "picture-missing": HEAD + "▲学生有序排队。\n\n今天下雨。",
    "picture-refused": HEAD + "![](/etc/passwd.png)\n\n图为现场。\n\n今天下雨。",
    "quote-unpaired": HEAD + "他说：“今天下雨。",
    "suspect-amount": HEAD + "傅女士收到救助资金126万元。",
    "suspect-character": HEAD + "他己经到了。",
    "suspect-nickname": HEAD + "大家亲切地叫他“万能烧哥”。",
    "suspect-quote": HEAD + "“90”后贺斌是志愿者。",
    "suspect-repetition": HEAD + "由园区管理服务管理有限公司管理。",
    "suspect-sentence": HEAD + "今天下雨了。职教科技园内职业院校疫情防控工作。他说好。",
}
ELSEWHERE = {  # shown in the tests of the part that reports it
    "css-ignored": "test_pdf.py",
    **dict.fromkeys(("author-assumed", "change-tracked", "comment-kept", "comment-left-out"), "test_read_docx.py"),
    **dict.fromkeys(("object-unread", "running-head"), "test_read_docx.py"),
    "text-hidden": "test_read_html.py",
    "text-left-out": "test_read_html.py",
    "text-unprinted": "test_theme.py",
    "math-raw": "test_formulas.py",
    "math-tex": "test_formulas.py",
    "note-unknown": "test_problems.py",
    "note-uncalled": "test_read_markdown.py",
    "fence-open": "test_read_markdown.py",
    "markdown-command": "test_read_markdown.py",
    "tag-open": "test_read_markdown.py",
    "source-skipped": "test_read_pandoc.py",
    "reference-doubtful": "test_read_pandoc.py",
    "text-added": "test_account.py",
    "text-lost": "test_account.py",
    "decision-unused": "test_problems.py",
    "metadata-doubtful": "test_metadata.py",
    "source-empty": "test_problems.py",
    "option-idle": "test_effects.py",
    "picture-ambiguous": "test_pictures.py",
    "picture-apart": "test_beside.py",
    "picture-unreadable": "test_pictures.py",
    "picture-unused": "test_pictures.py",
    "picture-small": "test_styles.py",
    "picture-colour": "test_photos.py",
    "picture-colour-assumed": "test_photos.py",
    "cover-small": "test_epub.py",
    "font-unusable": "test_epub.py",
    "read-as": "test_detect.py",
    "read-doubtful": "test_detect.py",
    "stopped": "test_cli.py",
    **{code: "test_preflight.py" for code in CODES if code.startswith("pdf-")},
    **{code: "test_preflight_press.py" for code in CODES if code.startswith(("access-", "archive-", "pre"))},
    "press-transparency": "test_press.py",
    **{code: "test_preflight_epub.py" for code in CODES if code.startswith("epub")},
}


def test_every_code_and_rule_is_documented() -> None:
    assert re.findall("^## (.+)$", (DOCS / "problems.md").read_text(encoding="utf-8"), re.M) == sorted(CODES)
    assert re.findall("^## (.+)$", (DOCS / "rules.md").read_text(encoding="utf-8"), re.M) == sorted(RULES)


def test_every_code_is_shown() -> None:
    assert SHOWN.keys() | ELSEWHERE.keys() == CODES.keys()
    for code, file in ELSEWHERE.items():
        assert code in (Path(__file__).parent / file).read_text(encoding="utf-8")


@pytest.mark.parametrize("code", SHOWN)
def test_a_text_calls_for_a_code(code: str) -> None:
    problems = check(Source("page.txt", SHOWN[code].encode()), format="page")
    assert code in [problem.code for problem in problems]
    assert all(str(problem).startswith("page.txt:") for problem in problems if problem.place)


def test_a_control_character_is_left_out_and_reported_with_its_place() -> None:
    prepared = prepare(Source("page.txt", SHOWN["character-control"].encode("gb18030")), "page")
    (problem,) = prepared.problems
    assert (problem.code, problem.place) == ("character-control", m.Place(5, 3, "page.txt"))
    assert "今天下雨。" in [*m.paragraphs(prepared.document)]


def test_a_note_that_is_not_there() -> None:
    ledger = Ledger()
    normalise(m.Document(m.Meta(lang="ja"), (m.Paragraph((m.Text("本文"), m.NoteRef("n9"))),)), ledger)
    assert [problem.code for problem in ledger.problems] == ["note-unknown"]


def test_the_ordinary_page_calls_for_nothing() -> None:
    text = HEAD + "今天下雨,街上没有人。“好,”他说,“回家吧。”\n\n### 小节\n\n建设了400万-500万平方米的厂房(在建)。"
    assert check(Source("page.txt", text.encode()), format="page") == []


# ── Decisions ──


def test_decisions_beside_the_source_are_honoured(tmp_path: Path) -> None:
    source = tmp_path / "page.txt"
    source.write_text(HEAD + "今天,街道己经派出干部上门下\n\n乡了,大家回家。", encoding="utf-8")
    beside = tmp_path / "page.txt.docconv.toml"
    beside.write_text(
        '[[reject]]\nrule = "join-paragraph"\nline = 7\n\n[[reject]]\nrule = "widen-mark"\nline = 5\ncolumn = 3\n\n'
        '[[ignore]]\nrule = "suspect-character"\nline = 5\n',
        encoding="utf-8",
    )
    prepared = prepare(Source.open(source), "page")
    assert [*m.paragraphs(prepared.document)][2:] == ["今天,街道己经派出干部上门下", "乡了，大家回家。"]
    assert prepared.problems == []
    beside.unlink()
    assert [*m.paragraphs(prepare(Source.open(source), "page").document)][2:] == [
        "今天，街道己经派出干部上门下乡了，大家回家。"
    ]


def test_a_doubtful_join_is_made_when_it_is_accepted(tmp_path: Path) -> None:
    source = tmp_path / "page.txt"
    source.write_text(SHOWN["join-doubtful"], encoding="utf-8")
    (tmp_path / "page.txt.docconv.toml").write_text('[[accept]]\nrule = "join-paragraph"\nline = 7\n')
    prepared = prepare(Source.open(source), "page")
    assert len([*m.paragraphs(prepared.document)]) == 3
    assert prepared.problems == []


def test_letters_are_set_right_on_demand(tmp_path: Path) -> None:
    source = tmp_path / "page.txt"
    source.write_text(HEAD + "今天⼈⼯下⾬，ﾊﾟﾘ的ﬁn。\n\n⻓⻔开了︒", encoding="utf-8")
    prepared = prepare(Source.open(source), "page")
    assert [*m.paragraphs(prepared.document)][2:] == ["今天⼈⼯下⾬，ﾊﾟﾘ的ﬁn。", "⻓⻔开了︒"]
    assert [problem.message for problem in prepared.problems] == [
        "5 radicals: ⼈ for 人, ⼯ for 工, ⾬ for 雨, ⻓ for 长, ⻔ for 门, in lines 5, 7",
        "3 half width letters: ﾊﾟﾘ for パリ",
        "1 ligature: ﬁ for fi",
        "1 vertical mark: ︒ for 。",
    ]
    (tmp_path / "page.txt.docconv.toml").write_text('[[accept]]\nrule = "set-letter"\nline = 0\n')
    prepared = prepare(Source.open(source), "page")
    assert [*m.paragraphs(prepared.document)][2:] == ["今天人工下雨，パリ的fin。", "长门开了。"]
    assert prepared.problems == []
    assert normalise(prepared.document) == prepared.document


def test_decisions_inside_the_source_are_honoured() -> None:
    line = "今天,街道派出干部上门下 <!-- docconv: reject widen-mark -->"
    text = HEAD + f"{line}\n\n<!-- docconv: reject join-paragraph -->\n\n乡了,回家吧。"
    prepared = prepare(Source("page.txt", text.encode()), "page")
    assert [*m.paragraphs(prepared.document)][2:] == ["今天,街道派出干部上门下", "乡了，回家吧。"]


def test_inline_decisions_know_their_lines() -> None:
    text = "甲 <!-- docconv: reject widen-mark -->\n<!--docconv: ignore quote-unpaired-->\n\n乙\n"
    assert inline_decisions(text) == {Decision("reject", "widen-mark", 1), Decision("ignore", "quote-unpaired", 4)}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[reject]]\nrule = 'x'\nline = 1", "no rule 'x'"),
        ("[[refuse]]\nrule = 'widen-mark'\nline = 1", "refuse is no decision"),
        ("[[reject]]\nrule = 'widen-mark'", "needs a rule and a line"),
        ("[[reject]]\nrule = 'widen-mark'\nline = 1\nlin = 2", "lin is not a key"),
        ("[[reject", "decisions file"),
        ("reject = 3", "needs a rule and a line"),
    ],
)
def test_a_faulty_decisions_file_is_refused(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "x.toml"
    file.write_text(text)
    with pytest.raises(UsageError, match=said):
        read_decisions(file)


def test_a_faulty_decision_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_text('[[reject]]\nrule = "join-line"\nline = 1\n\n[[reject]]\nrule = "x"\nline = 1\n')
    with pytest.raises(UsageError, match=r"x\.toml:5:1: there is no rule 'x' to reject"):
        read_decisions(file)


def decided(folder: Path, decisions: str, text: str) -> tuple[list[str], list[str]]:
    """The paragraphs of a page under decisions, and what is said of these."""
    (folder / "page.txt").write_text(HEAD + text, encoding="utf-8")
    (folder / "page.txt.docconv.toml").write_text(decisions, encoding="utf-8")
    prepared = prepare(Source.open(folder / "page.txt"), "page")
    said = [str(each).replace(f"{folder}/", "") for each in prepared.problems if each.code == "decision-unused"]
    return [*m.paragraphs(prepared.document)][2:], said


def test_a_decision_that_meets_nothing_is_said_with_its_place(tmp_path: Path) -> None:
    decisions = '# page 1\n[[reject]]\nrule = "widen-mark"\nline = 3\n\n[[ignore]]\nrule = "suspect-quote"\nline = 0\n'
    text, said = decided(tmp_path, decisions, "今天,下雨。\n\n他说,好。")
    assert text == ["今天，下雨。", "他说，好。"]
    assert said == [
        "page.txt.docconv.toml:2:1: decision-unused: reject widen-mark meets nothing in line 3; it is in lines 5, 7"
        " — correct the decision, or delete it",
        "page.txt.docconv.toml:6:1: decision-unused: ignore suspect-quote meets nothing — correct the decision,"
        " or delete it",
    ]


@pytest.mark.parametrize("line", ["", "line = 90\n"])
def test_a_decision_by_its_words_stays_when_lines_move(tmp_path: Path, line: str) -> None:
    decisions = f'[[reject]]\nrule = "widen-mark"\nwords = "他说,"\n{line}'
    for before in ("", "又是一天。\n\n晚上没有人。\n\n"):
        text, said = decided(tmp_path, decisions, f"{before}今天,下雨。\n\n他说,好。")
        assert (text[-2:], said) == (["今天，下雨。", "他说,好。"], [])
    text, [said_of_words] = decided(tmp_path, decisions, "今天,下雨。")
    assert "reject widen-mark meets nothing by its words; it is in line 5" in said_of_words


def test_a_comment_that_decides_nothing_is_said() -> None:
    text = HEAD + "今天下雨。 <!-- docconv: reject widen-mark -->"
    [problem] = check(Source("page.txt", text.encode()), format="page")
    assert str(problem).startswith("page.txt:5:7: decision-unused: reject widen-mark meets nothing in line 5")


def test_decisions_hold_for_what_python_reads_and_normalises(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text(HEAD + "今天,下雨。\n\n他说,好。", encoding="utf-8")
    (tmp_path / "page.txt.docconv.toml").write_text('[[reject]]\nrule = "widen-mark"\nline = 5\n')
    document = read(tmp_path / "page.txt", format="page")
    assert [*m.paragraphs(normalise(document))][2:] == ["今天,下雨。", "他说，好。"]
    assert [*m.paragraphs(normalise(document, Ledger()))][2:] == ["今天,下雨。", "他说，好。"]


@pytest.mark.parametrize(("name", "text"), [("a.txt", ""), ("a.md", " \n\n\t\n"), ("a.md", "<!-- nothing -->\n"),
                                            ("a.html", "<p> </p>"), ("a.txt", "\ufeff")])  # fmt: skip
def test_a_source_without_text_is_said(name: str, text: str) -> None:
    assert "source-empty" in [each.code for each in check(Source(name, text.encode()))]


def test_a_picture_alone_is_no_empty_source(tmp_path: Path) -> None:
    assert "source-empty" not in [each.code for each in check(Source("a.md", b"![](a.png)"))]


def test_strict_names_the_problems_and_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(CheckFailed, match="suspect-character"):
        convert(Source("p.txt", SHOWN["suspect-character"].encode()), [tmp_path / "p.html"], format="page", strict=True)
    assert not [*tmp_path.iterdir()]


def test_the_document_as_read_is_untouched() -> None:
    document = read(Source("page.txt", (HEAD + "今天,下雨").encode()), format="page")
    assert "今天,下雨" in [*m.paragraphs(document)]
