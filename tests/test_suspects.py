"""What an editor is asked to look at, and what nobody need look at."""

from __future__ import annotations

import pytest

from docconv.passes.lexicon import gain, words_of
from docconv.pipeline import check
from docconv.readers.source import Source

HEAD = "# 标题在此\n\n本报记者 张三\n\n"


def said(text: str, code: str, form: str = "page") -> list[str]:
    """The messages of one code."""
    return [each.message for each in check(Source("page.txt", text.encode()), format=form) if each.code == code]


# ── Words that OCR does not know from others ──


@pytest.mark.parametrize(
    ("text", "suspects"),
    [
        ("他己经到了，我们还在路上。", ["己经 may be 已经"]),
        ("农民收人明显提高，全年总投人却很少。", ["收人 may be 收入", "投人 may be 投入"]),
        ("当地农民人均收人为六千元。", ["收人 may be 收入"]),
        ("要紧密配合市城尽快恢复。", ["市城 may be 市域"]),
        ("深人了解需要，进人新阶段。", ["深人 may be 深入", "进人 may be 进入"]),
        ("那时侯村里没有千部。", ["时侯 may be 时候", "千部 may be 干部"]),
        # two words meet
        ("你知道自己在做什么，自己有办法，让自己成为榜样。", []),
        ("增加人手，参加人类学的课，添加人员名单。", []),
        ("员工入职以后，理工入门课程免费。", []),
        ("推进人工智能，改进人民生活，增进人文交流。", []),
        ("店里吸收人才，接收人签字，短期未来看好。", []),
        ("夜深人静，资深人士说话。", []),
        ("全市城区都通水，管好城市流域。", []),
        ("写了五千部小说，跑了三千米。", []),
        ("不能据为己有，文末有一份清单。", []),
    ],
)
def test_a_slip_is_one_only_where_no_two_words_meet(text: str, suspects: list[str]) -> None:
    assert said(HEAD + text, "suspect-character") == suspects


def test_a_text_falls_into_its_likeliest_words() -> None:
    assert words_of("参加人类") == ["参加", "人类"]
    assert words_of("x人类") == ["x", "人类"]
    assert words_of("") == []
    assert gain("收人", 0, "收入") > 0 > gain("吸收人群", 1, "收入")


# ── Sentences, names, amounts ──


@pytest.mark.parametrize(
    "text",
    ["选手高举奖杯绕场一周。", "广场上鸣礼炮二十一响。", "乐队奏两国国歌。", "代表们参加上述活动。",
     "创刊号上第一篇系旧作。", "全长800米。", "下面介绍几个清理空间方法。"],
)  # fmt: skip
def test_a_sentence_with_a_verb_has_lost_nothing(text: str) -> None:
    assert said(HEAD + "今天下雨了。" + text, "suspect-sentence") == []


def test_a_name_of_known_words_is_not_coined() -> None:
    assert said(HEAD + "这种方法被称为“经济管理”。", "suspect-nickname") == []
    assert said(HEAD + "工友都叫他“万能锅叔”。", "suspect-nickname") == ["“万能锅叔” is a coined name"]


def test_money_of_a_village_is_nobodys_own() -> None:
    assert said(HEAD + "该村在200万元贷款扶持下建了大棚，村民收成好了。", "suspect-amount") == []
    assert said(HEAD + "村民王某昨天领到救助金350万元。", "suspect-amount") == ["350万元 for a private person"]


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
