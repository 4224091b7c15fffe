"""The extracted page: what each of its lines is, and how it reads when it is repaired."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from cases import cases, roles, shown
from hypothesis import given
from hypothesis import strategies as st

from docconv import model as m
from docconv.chars import composed, content
from docconv.ledger import Ledger
from docconv.passes import PASSES
from docconv.passes.marks import set_marks
from docconv.passes.quotes import read_quotes
from docconv.pipeline import normalise, read
from docconv.readers.markup import read_markup
from docconv.readers.source import Source
from docconv.writers.markup import to_markup


def page(text: str, lang: str = "") -> m.Document:
    return read(Source("page.txt", text.encode()), format="page", lang=lang)


SUBJECTS = ("page", "wraps", "heads", "captions", "bylines", "edges", "web", "conflicts")
CASES = [pytest.param(*each, id=f"{subject}: {each[0]}") for subject in SUBJECTS for each in cases(subject)]


@pytest.mark.parametrize(("title", "given", "expected"), CASES)
def test_structure_and_joins(title: str, given: str, expected: str) -> None:
    assert roles(normalise(page(given))) == expected, title


@pytest.mark.parametrize(("title", "given", "expected"), cases("marks"), ids=lambda value: str(value)[:40])
def test_marks(title: str, given: str, expected: str) -> None:
    document = m.Document(m.Meta(lang="zh-Hans", kind="page"), (m.Paragraph((m.Text(given),)),))
    (paragraph,) = normalise(document).body
    assert isinstance(paragraph, m.Paragraph)
    assert shown(paragraph.content) == expected, title


_MARKED = st.lists(
    st.sampled_from([*"\"'“”「」27½好天，。 a()?!,·", "他又说", "[J].", "[1] ", "2020", "vol. 3"]), max_size=15
)


@given(_MARKED.map("".join), st.sampled_from(["zh-Hans", "zh-Hant", "ja"]))
def test_marks_are_set_once_and_for_all(text: str, lang: str) -> None:
    again = Ledger()
    document = set_marks(m.Document(m.Meta(lang=lang), (m.Paragraph((m.Text(text),)),)), Ledger())
    assert set_marks(document, again) == document
    assert again.changes == []


@given(_MARKED.map("".join))
def test_each_quotation_mark_is_read_once(text: str) -> None:
    pairs, lone = read_quotes(text)
    read = [at for pair in pairs for at in pair] + lone
    assert len(set(read)) == len(read)
    assert all(start < end for start, end in pairs)
    assert all(text[at] == '"' for at in lone)


def test_the_middle_dot_of_japanese_is_an_em_wide() -> None:
    text = (m.Text("·項目の維持·拡大とA·Bやイタリア·ローマ、J·ジョーンズ"),)
    (paragraph,) = normalise(m.Document(m.Meta(lang="ja", kind="page"), (m.Paragraph(text),))).body
    assert m.plain(paragraph) == "·項目の維持・拡大とA·Bやイタリア・ローマ、J・ジョーンズ"
    (paragraph,) = normalise(m.Document(m.Meta(lang="zh-Hans", kind="page"), (m.Paragraph(text),))).body
    assert "維持·拡大" in m.plain(paragraph)


def test_places_are_those_of_the_source() -> None:
    ledger = Ledger()
    normalise(page("# 标题在此\n\n本报记者 张三\n\n　　今天,有\\(雨\\),明天...晴。"), ledger)
    commas = [change.place for change in ledger.changes if change.before == ","]
    assert [(place.line, place.column) for place in commas if place] == [(5, 5), (5, 12)]
    (dots,) = [change.place for change in ledger.changes if change.before == "..."]
    assert dots is not None
    assert (dots.line, dots.column) == (5, 15)


def test_a_doubtful_join_is_reported_and_not_made() -> None:
    ledger = Ledger()
    text = (
        "# 标题在此\n\n本报记者 张三\n\n会议结束以后，他对在场的人高声说“今天就到这里，大家回家去吧”\n\n"
        "会议继续举行，代表们发言。"
    )
    document = normalise(page(text), ledger)
    assert [problem.code for problem in ledger.problems] == ["join-doubtful"]
    assert len([node for node in m.walk(document) if isinstance(node, m.Paragraph)]) == 2


_LINES = st.sampled_from(
    ["# 标题", "## ——副题", "### 小节", "本报记者 张三 李 四", "▲图注。", "图为现场", "第14版:要闻", "— 3 —",
     "", "", "",
     "正文,没有完", "正文完了。", "　　缩进的正文。", "a, b (c) d", "![](x.jpg)", "> 引", "- 项", "1. 项", "| a | b |",
     "|--|--|", "```", "<table><tr><td>甲</td></tr></table>", "m<sup>2</sup>", "**粗**", "“未完", "...", "---", "\f页",
     "（下转2版）", "写真は現場", "한국어,", "\\(1\\)", "本版图片由某提供", "【摘要】要点", "http://a.cn/x,y",
     "&amp;&#0;"]
)  # fmt: skip
_PAGES = st.one_of(st.lists(_LINES, max_size=14).map("\n".join), st.text(max_size=200))


@given(_PAGES)
def test_no_content_is_lost_added_or_altered(text: str) -> None:
    raw = page(text)
    _, letters = _repaired(raw)
    assert letters == Counter(_contents(raw))


def _repaired(raw: m.Document) -> tuple[m.Document, Counter[str]]:
    """A document when it is repaired, and how often each letter stands in it and in what was set aside."""
    ledger = Ledger()
    document = normalise(raw, ledger)
    aside = "".join(change.before for change in ledger.changes if change.rule == "set-aside")
    return document, Counter(_contents(document) + content(aside))


def _contents(document: m.Document) -> str:
    return content("".join(m.paragraphs(document)))


_PLAIN = st.lists(
    st.text(
        st.characters(
            categories=("L", "M", "N", "P", "Zs"), exclude_characters="#<>&\\*_$^|`~[]()!-+=0123456789①②③➀➊ー"
        ),
        max_size=60,
    ).map(str.strip),
    max_size=12,
).map("\n\n".join)  # nothing that is markup, and nothing that numbers an item


_OPENING = "这是我们在中国的报纸上看到的，他说的是大家都知道的事。\n\n"  # enough to tell an encoding by


@given(_PLAIN, st.sampled_from(["utf-8", "utf-16", "gb18030"]))
def test_what_is_read_and_repaired_is_what_was_written(text: str, encoding: str) -> None:
    source = Source("page.txt", (_OPENING + text).encode(encoding))
    _, letters = _repaired(read(source, format="page"))
    assert letters == Counter(content(composed(_OPENING + text)))


_FORMS = [line for subject in SUBJECTS for _, given, _ in cases(subject) for line in given.split("\n")]
_MIXED = st.lists(st.one_of(st.sampled_from(_FORMS), st.just("")), max_size=20).map("\n".join)


@given(_MIXED)
def test_a_page_of_all_forms_keeps_every_letter(text: str) -> None:
    raw = page(text)
    document, letters = _repaired(raw)
    assert letters == Counter(_contents(raw))
    assert normalise(document) == document


_SIGNS = re.compile(
    r"!\[[^\]]*\]\([^)]*\)|\]\([^)]*\)|</?[a-z][^>]*>|&nbsp;|^[#>|\-*\s]*[-|:\s]+$|[#>|*`$\\^~=_{}\[\]()+<]|docconv:",
    re.M,
)
"""What is markup on a page, or may be."""
_MARKERS = re.compile(r"^\s*(?:\d{1,3}[.)、．]|[（(]\d{1,2}[）)]|[①-⑳]|[▲▼△▽▴▾◀◁▶▷◄►←↑→↓◆◇●○■□◎☉]\s*)+", re.M)
"""What a list or a caption writes anew: the numbers of items, the pointers of captions."""


@given(st.lists(st.sampled_from([line for line in _FORMS if not _SIGNS.search(line) and not _MARKERS.match(line)]),
                max_size=16), st.sampled_from(["\n", "\n\n", "\n\n\n\n"]))  # fmt: skip
def test_what_stands_in_the_lines_of_a_page_stands_in_its_document(lines: list[str], gap: str) -> None:
    _, letters = _repaired(page(gap.join(lines)))
    assert letters == Counter(content("".join(lines)))


@pytest.mark.parametrize("stop", ["", "。"])
def test_a_page_that_loses_its_stops_keeps_its_paragraphs(stop: str) -> None:
    told = (
        "镇子建在两条河的交汇处，最早的居民是从上游搬来的渔民，他们在高处搭起木屋，在低处晒网，"
        "春天涨水的时候木屋的下层常常被淹，所以人都住在上层，下层只放船和桨以及过冬的柴火"
    )
    text = "# 镇志选录\n\n" + "\n\n".join(f"{head}里{told}{stop}" for head in "东南西北上下左右前后内外")
    paragraphs = [node for node in m.walk(normalise(page(text))) if isinstance(node, m.Paragraph)]
    assert len(paragraphs) == 12


_ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "gb18030", "big5hkscs", "cp932", "euc_jp", "cp949")


@pytest.mark.parametrize("encoding", _ENCODINGS)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_encoding_is_read_to_the_same_document(encoding: str, newline: str) -> None:
    texts = {
        "big5hkscs": "# 農漁牧折損逾九億\n\n明報記者 李佩珊\n\n這次災情慘重,農作物的損失在上升。\n\n我們是這樣說的。",
        "cp932": "# 太陽系に第10惑星か\n\n文・写真　佐藤健一\n\nこの天体は遠くにあるため、当時は確認できなかった。",
        "cp949": "# 서울시 새 정책 발표\n\n김철수 기자\n\n서울시는 오늘 새로운 정책을 발표하였다.",
    }
    texts["euc_jp"] = texts["cp932"]
    text = texts.get(encoding, "# 标题在此\n\n本报记者 张三\n\n这是我们的报纸,不是在说大话。")
    data = text.replace("\n", newline).encode(encoding)
    assert normalise(read(Source("page.txt", data), format="page")) == normalise(page(text))


def test_lists_in_lists_without_end_are_read() -> None:
    text = "# 题\n\n" + "\n".join(f"{'  ' * depth}- 项" for depth in range(1500))
    assert content("".join(m.paragraphs(normalise(page(text))))) == "题" + "项" * 1500


@given(_PAGES)
def test_repairing_twice_changes_nothing_more(text: str) -> None:
    once = normalise(page(text))
    assert normalise(once) == once


def test_what_a_page_without_stops_keeps_apart_stays_apart() -> None:
    """That each of its paragraphs was one line of the source is no longer to be seen when it has been repaired."""
    line = "街上没有一个人，大家都在家里看书写字，" * 4
    open_ends = [f"{line}第{number}天还在下雨" for number in "甲乙丙丁戊己庚辛壬癸子丑"]
    wrapped = ["今天下雨，街上没有一个人，大家都在家里看书写字，谁也不想出门去走一\n走。"] * 36
    once = normalise(page("\n\n".join(["# 雨", *open_ends, *wrapped])))
    assert len([text for text in m.paragraphs(once) if text.endswith("还在下雨")]) == len(open_ends)
    assert normalise(once) == once


def test_spaces_that_a_source_wrote_in_two_ways_are_one_run() -> None:
    once = normalise(page("# 雨\n\n今天下雨，&nbsp;&nbsp;<span>&nbsp;</span>街上没有一个人。"))
    assert [*m.paragraphs(once)][-1] == "今天下雨，街上没有一个人。"


def test_an_item_without_text_is_kept_as_it_is_read_back() -> None:
    document = normalise(page("# 雨\n\n- <b>\n- </b>\n\n今天下雨。"))
    assert read_markup(Source("a.xhtml", to_markup(document).encode())) == document


@given(_PAGES)
def test_every_pass_keeps_the_normal_form(text: str) -> None:
    normal = normalise(page(text))
    for each in PASSES:
        assert each(normal, Ledger()) == normal, each.__name__


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    from docconv.problems import DocconvError

    try:
        normalise(read(Source("page.txt", data), format="page"))
    except DocconvError as error:
        assert error.message
