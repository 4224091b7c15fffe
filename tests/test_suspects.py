"""What an editor is asked to look at, and what nobody need look at."""

from __future__ import annotations

import pytest

from docconv.pipeline import check
from docconv.readers.source import Source

HEAD = "# 标题在此\n\n本报记者 张三\n\n"


def said(text: str, code: str, form: str = "page") -> list[str]:
    """The messages of one code."""
    return [each.message for each in check(Source("page.txt", text.encode()), format=form) if each.code == code]


# ── Marks in pairs ──


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        # once a fault
        ("他说：“好！“说完就走了。", ["“ stands where ” should"]),
        ("在有”山城”之称的地方。", ["” stands where “ should"]),
        ("他说：“好，我去。她也说：“好，我也去。”", ["“ is never closed"]),
        ("创新”正是动力。", ["” closes nothing"]),
        ("（上接第一版】全市动工。", ["（ is closed by 】"]),
        ("他说：“（笑）好（又笑。”", ["（ is never closed"]),
        ("第一季，23%），合计很高。", ["） closes nothing"]),
        # nothing is wrong
        ("谢谢大家的评论 :)。再见 ：）", []),
        ("1）先洗手；2）再吃饭；a）或者不吃，三）都不做。", []),
        ("见表（甲(乙)、丙）和附录(丁）。", []),
    ],
)
def test_a_mark_without_its_partner_is_one_fault(text: str, faults: list[str]) -> None:
    assert said(HEAD + text, "quote-unpaired") == faults


@pytest.mark.parametrize("form", ["page", "markdown"])
def test_speech_over_paragraphs_is_opened_at_each_and_closed_at_the_last(form: str) -> None:
    speech = "他说：“先说第一件事情。\n\n“再说第二件事情。\n\n“最后说第三件事情。”\n\n大家鼓掌。"
    assert said(HEAD + speech, "quote-unpaired", form) == []
    assert said(HEAD + speech.replace("情。”", "情。"), "quote-unpaired", form) == ["“ is never closed"]


def test_a_pair_that_a_paragraph_cuts_is_a_pair() -> None:
    text = "名单（包括张三、李四以及刚刚从外地赶来的\n\n- 王五\n\n赵六）已经公布。"
    assert said(HEAD + text, "quote-unpaired") == []


def test_a_mark_that_is_lost_on_a_page_ends_with_its_paragraph() -> None:
    assert said(HEAD + "他说：“好。\n\n第二天“晴”了。\n\n走”吧。", "quote-unpaired") == [
        "“ is never closed", "” closes nothing",
    ]  # fmt: skip


def test_a_quotation_of_japanese_law_may_hold_half_a_bracket() -> None:
    text = "第二条中「甲（以下」の下に「乙）」を加え、「丙。）」を「丁」に改める。"
    assert said("見出しの文字\n\n" + text, "quote-unpaired") == []


def test_code_and_formulas_are_nobodys_to_judge() -> None:
    assert said("# 题\n\n用 `print(“a` 和 $f（x$ 即可，这是说明文字。\n", "quote-unpaired", "markdown") == []
