"""Where a line of Korean was broken: between two words, or inside one."""

from __future__ import annotations

import random
import textwrap
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docconv import model as m
from docconv.passes.korean import Break, Habit, features, read_habit, space_at_break
from docconv.pipeline import normalise, read
from docconv.readers.source import Source

NOTHING_KNOWN = Habit()


@pytest.mark.parametrize(
    "line",
    [
        "마을 도서관은 주말에도 문을 열¦기로 하였다",  # an ending
        "이웃 나라와의 교역이 추정¦에 의한 수치보다", "강가에 심은 나무¦를 돌보는", "아이들¦이 운동장에서",
        "저녁까지¦는 끝내야 한다",
        "오래된 시장을 고치겠다고 밝¦혔다", "비가 그치면 출발할 예정¦이며, 길은 험하다", "책을 빌려 간 주민¦들은 모두",
        "올해 1¦월부터 요금이 오른다", "모두 35¦명이 모였다", "2019¦년에 처음 열렸다",  # a number and its counter
        "설명회(¦주민 대상)를 열고", "나무·¦꽃·풀을 심었다", "이른 아침¦, 시장이 열린다",  # marks
    ],
)  # fmt: skip
def test_inside_a_word_nothing_stands_for_a_break(line: str) -> None:
    assert not space_at_break(Break(*line.split("¦")), NOTHING_KNOWN)


@pytest.mark.parametrize(
    "line",
    [
        "마을 도서관은¦주말에도 문을 열기로", "길을 넓힐 수¦있는 방법을", "강가에 심은¦나무를 돌보는",
        "그는 집에¦돌아가지 않았다", "비가 그치면,¦곧 출발한다", "길이 험하였다.¦그래도 떠났다",
        "요금을 올릴¦것으로 보인다",
        "이를 위하여¦다음과 같이 정한다",
        "국내 2곳¦및 국외 3곳에서",
    ],
)  # fmt: skip
def test_between_words_a_space_does(line: str) -> None:
    assert space_at_break(Break(*line.split("¦")), NOTHING_KNOWN)


def test_a_word_that_the_text_has_elsewhere_is_one_word() -> None:
    broken = Break("그 뒤 한새", "말에서는 모두")  # a made-up name, which no weights know
    assert space_at_break(broken, NOTHING_KNOWN)
    assert not space_at_break(broken, read_habit("봄이면 한새말에서 잔치가 열린다", [broken]))


TEXT = (
    "하천 주변의 낡은 시설을 고치고 주민이 걸을 수 있는 길을 만드는 일이 올봄에 시작된다. 시는 "
    "내년까지 예산을 마련하여 공사를 마칠 예정이며, 주민의 의견을 듣기 위한 모임을 두 차례 "
    "열었다. 모임에 나온 주민들은 공사하는 동안의 소음과 교통 불편을 줄여 달라고 하였고, 시는 "
    "이를 따르겠다고 답하였다. 공사가 끝나면 물가의 풍경이 크게 달라질 것으로 보인다."
)


def _broken(lines: list[str]) -> list[tuple[Break, bool]]:
    """The breaks of lines that bear their spaces, and whether each stands between words."""
    return [
        (Break(one.strip(), other.strip(), one != one.rstrip()), " " in (one[-1], other[0]))
        for one, other in pairwise(lines)
    ]


def test_a_source_that_breaks_between_words_alone_is_known_by_it() -> None:
    lines = [line + " " for line in textwrap.wrap(TEXT, 17)]
    breaks = [Break(each.before, each.after) for each, _ in _broken(lines)]
    doubtful = Break("마을 어귀", "해돋이터에서")
    habit = read_habit("\n".join(lines), breaks)
    assert (space_at_break(doubtful, NOTHING_KNOWN), space_at_break(doubtful, habit)) == (False, True)
    assert all(space_at_break(each, habit) for each in breaks)
    assert not space_at_break(Break("길을 만", "드는 일"), habit)  # now and then such a source cuts a word all the same


@pytest.mark.parametrize("width", range(14, 30))
def test_a_source_that_keeps_the_space_at_a_line_s_end_is_obeyed(width: int) -> None:
    lines = [TEXT[start : start + width] for start in range(0, len(TEXT), width)]
    lines = [line.lstrip() + " " * other.startswith(" ") for line, other in zip(lines, [*lines[1:], ""], strict=True)]
    breaks = _broken(lines)
    habit = read_habit("\n".join(lines), [each for each, _ in breaks])
    assert [space_at_break(each, habit) for each, _ in breaks] == [truth for _, truth in breaks]


def test_a_paragraph_broken_anywhere_comes_out_as_it_was_written() -> None:
    wrong = 0
    for width in range(14, 30):
        lines = [TEXT[start : start + width].strip() for start in range(0, len(TEXT), width)]
        page = "# 물가의 길\n\n" + "\n".join(lines) + "\n\n- 3 -\n"
        document = normalise(read(Source("page.txt", page.encode()), format="page"))
        wrong += TEXT not in list(m.paragraphs(document))
    assert wrong <= 3


@given(st.text(max_size=20), st.text(max_size=20), st.booleans())
def test_any_break_is_judged(before: str, after: str, blank: bool) -> None:
    at = Break(before, after, blank)
    assert space_at_break(at, read_habit(before + "\n" + after, [at])) in (True, False)
    assert len(features(before, after)) == len(set(features(before, after)))


def test_more_text_about_a_break_changes_nothing() -> None:
    chance = random.Random(1)
    for _ in range(50):
        cut = chance.randrange(40, len(TEXT) - 40)
        near = Break(TEXT[cut - 20 : cut], TEXT[cut : cut + 20])
        far = Break(TEXT[:cut], TEXT[cut:])
        assert features(near.before, near.after) == features(far.before, far.after)
