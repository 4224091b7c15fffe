"""The heads of a novel in plain text: volumes, chapters and sections as authors and web sites number them.

It assumes that a head has a line of its own.  A number alone (一, 3.), or a head that runs into its title without a
blank, is one only in company: where the next number stands further down.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from docconv.words import AFTER_NUMBER, NUMBER_WORD, NUMERALS, VOLUME

_NUMBER = f"[{NUMERALS}]{{1,8}}"
_ROMAN = "[IVXLC]{1,7}|[Ⅰ-Ⅻ]{1,3}"
PART, CHAPTER, SECTION = 1, 2, 3

_FORMS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (PART, VOLUME),
    (CHAPTER, re.compile(rf"第\s?{_NUMBER}\s?[章回话話课課幕折场場夜]|제\s?\d{{1,4}}\s?[장화회막]")),
    (
        CHAPTER,
        re.compile(rf"(?:\d{{1,4}}|{_NUMBER})\s?[화話장]{AFTER_NUMBER}|(?:其|そ)[のノ之]{_NUMBER}{AFTER_NUMBER}"),
    ),
    (CHAPTER, re.compile(rf"(?:chapter|episode|scene|act)\s(?:{NUMBER_WORD}){AFTER_NUMBER}", re.I)),
    (SECTION, re.compile(rf"第\s?{_NUMBER}\s?[节節]|제\s?\d{{1,4}}\s?절{AFTER_NUMBER}")),
)
_NAMED = re.compile(
    "(?:自序|代序|序[章言幕文曲]|序|引[子言]|楔子|前[言记記]|[开開]篇|[卷開]首[语語]|[缘緣]起|尾[声聲章]|[终終末][章回幕]|最[终終][章回话話]"
    "|大?[结結]局|[幕间間][间間章]|[间閑]話|插曲|外[传傳]|内容[简簡]介|作品[简簡]介|[简簡]介|文案|人物介[绍紹]|登場人物"
    "|プロローグ|エピローグ|インターミッション|まえがき|はじめに|おわりに|あらすじ"
    "|프롤로그|에필로그|서문|서장|종장|머리말|외전|막간|줄거리|작품\\s?소개|등장인물"
    f"|Prologue|Epilogue|Interlude|Preface|Foreword|Introduction|番外[篇編编]?)(?:{_NUMBER}|{_ROMAN}|[上中下])?"
    + AFTER_NUMBER.replace("「『《", ""),
    re.I,
)
_AFTER = re.compile(
    "(?:[后後][记記]|跋|附[录錄]|[完]本感言|あとがき|작가의\\s?말|작가\\s?후기|후기|Afterword|Postscript)"
    + AFTER_NUMBER,
    re.I,
)
_BARE = re.compile(rf"[（(]?(?:(?P<number>{_NUMBER}|{_ROMAN})[）)]?|(?P<half>[上中下])[篇編编]?)[、.．]?")
_LISTED = re.compile(rf"(?P<number>{_NUMBER})[、.．\s]\s*\S.*")
_DRESS = re.compile(r"^[\s【〖\[（(<《〈『★☆◆◇■□●○◎※*=#＃§—\-~～、·]+|^(?:正文|本文|VIP章节|VIP)[\s:：]+")
_LONGEST = 60
"""House choice: the width in half-ems of a head.  It is a line that a reader takes in at once."""


@dataclass(frozen=True, slots=True)
class Head:
    """A head at an index of the lines; `level` is PART, CHAPTER or SECTION."""

    at: int
    level: int


def chapter_heads(lines: Sequence[str]) -> list[Head]:
    """The heads among the lines of a text, in their order."""
    sure: list[Head] = []
    doubtful: list[Head] = []  # 第一章归来: the title follows at once
    counted: set[tuple[str, int]] = set()
    for at, line in enumerate(lines):
        bare = bare_head(line)
        level, rest = _level(bare) if bare and _width(bare) <= _LONGEST else (0, "")
        if level and _is_title(rest):
            (doubtful if rest and not re.match(AFTER_NUMBER, rest) else sure).append(Head(at, level))
            counted.add(_count(bare, rest))
    first = next((at for at, line in enumerate(lines) if line.strip()), 0)
    found = sure + [head for head in doubtful if head.at == first or _is_next(lines[head.at], counted)]
    last = {lines[head.at].strip(): head.at for head in sorted(found, key=_at)}
    found = [head for head in found if not _is_listed(lines, head.at, last)]
    return sorted([*found, *_numbered(lines, {head.at for head in found}, CHAPTER + bool(found))], key=_at)


def _count(bare: str, rest: str) -> tuple[str, int]:
    """What a head counts, and its number: 第十二章 → 第章, 12."""
    counter = bare[: len(bare) - len(rest)]
    number = re.search(f"[{NUMERALS}]+", counter)
    return re.sub(f"[{NUMERALS}\\s]", "", counter), value(number[0]) if number else 0


def _is_next(line: str, counted: set[tuple[str, int]]) -> bool:
    """Whether the head before or after this one stands in the text too."""
    bare = bare_head(line)
    unit, number = _count(bare, _level(bare)[1])
    return bool(number) and bool({(unit, number - 1), (unit, number + 1)} & counted)


def _is_listed(lines: Sequence[str], at: int, last: dict[str, int]) -> bool:
    """Whether a head is only listed in the contents: another stands right below, and the same again further down."""
    below = next((line.strip() for line in lines[at + 1 : at + _NEAR] if line.strip()), "")
    return below in last and last[lines[at].strip()] > at


_NEAR = 10


def looks_like_novel(text: str) -> bool:
    """Whether a text is in chapters: two heads that a novel has, each with text below it."""
    lines = [line.strip() for line in text[:_SAMPLE].split("\n")]
    heads = [head.at for head in chapter_heads(lines) if head.level <= CHAPTER]
    filled = [at for at, end in zip(heads, [*heads[1:], len(lines)], strict=False) if any(lines[at + 1 : end])]
    return len(filled) >= 2


_SAMPLE = 60_000


def _at(head: Head) -> int:
    return head.at


def bare_head(line: str) -> str:
    """A head without what it is dressed up in: 【第一章】, ☆、第1章, 正文 第一章."""
    bare, count = line.strip(), 1
    while count:
        bare, count = _DRESS.subn("", bare)
    return bare


def _level(bare: str) -> tuple[int, str]:
    """The level of a head, and what follows its number; 0 for none."""
    for level, form in _FORMS:
        if found := form.match(bare):
            return level, bare[found.end() :]
    if found := _NAMED.match(bare):
        return CHAPTER, bare[found.end() :]
    if found := _AFTER.match(bare):
        return PART, bare[found.end() :]
    return 0, ""


def _is_title(rest: str) -> bool:
    """Whether what follows a number can be a title: no sentence, and no enumeration of chapters (第一章、第二章)."""
    inside = re.sub(r"[《「『“][^》」』”]*[》」』”]", "", rest)
    return not re.search(
        r"[。；;]|[가-힣]\.$|[!?！？…]+[^”’」』）)】》\s!?！？…]|[，,、：:]$|[，,].*[，,].*[，,]|^[、，,]", inside
    )


def _width(text: str) -> int:
    return sum(2 if character > "\u2e7f" else 1 for character in text)


# ── Numbers alone ────────────────────────────────────────────────────────────────────────────────────────


def _numbered(lines: Sequence[str], heads: set[int], level: int) -> list[Head]:
    """Numbers alone on a line, or before a title, that count on from one with text between them."""
    for form in (_BARE, _LISTED):
        counted = [(at, number) for at, line in enumerate(lines) if at not in heads and (number := _number(line, form))]
        runs = [run for run in _runs(counted, heads) if _are_apart(lines, run)]
        if runs:
            return [Head(at, level) for run in runs for at in run]
    return []


def _number(line: str, form: re.Pattern[str]) -> int:
    """The number that a line begins with, or is; 上, 中 and 下 count as numbers, 下 as the last."""
    bare = line.strip()
    if _width(bare) > _LONGEST or not (found := form.fullmatch(bare)) or (form is _LISTED and not _is_title(bare)):
        return 0
    if found.groupdict().get("half"):
        return {"上": 1, "中": 2, "下": 3}[found["half"]]
    return value(found["number"] or "")


def _runs(counted: Sequence[tuple[int, int]], heads: set[int]) -> Iterator[list[int]]:
    """The lines of numbers that count 1, 2, 3 …; 上 and 下 may stand without 中.  A chapter's head begins anew."""
    run: list[int] = []
    last = 0
    for at, number in counted:
        if number == last + 1 or (number == 3 and last == 1):
            run.append(at)
        else:
            yield from [run] if len(run) > 1 else []
            run = [at] if number == 1 else []
            number = number if run else -1
        last = number
    yield from [run] if len(run) > 1 else []


def _are_apart(lines: Sequence[str], run: Sequence[int]) -> bool:
    """Whether two paragraphs at least stand below each number: the items of a list have one."""
    ends = zip(run, [*run[1:], len(lines)], strict=True)
    return all(
        len([*islice(filter(str.strip, lines[at + 1 : min(end, at + _NEAR)]), _FEWEST)]) == _FEWEST for at, end in ends
    )


_FEWEST = 2
_DIGITS = {
    each: number
    for number, group in enumerate(
        ["〇零０", "一壹１", "二两兩贰貳２", "三叁參３", "四肆４", "五伍５", "六陆陸６", "七柒７", "八捌８", "九玖９"]
    )
    for each in group
}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "万": 10000, "廿": 20, "卅": 30}
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


def value(number: str) -> int:
    """A number in any figures: 十二, 一百零三, 一二, XII, Ⅻ, 12."""
    if number.isascii() and number.isalpha():
        values = [_ROMAN_VALUES[each] for each in number]
        return sum(-one if one < two else one for one, two in zip(values, [*values[1:], 0], strict=True))
    if "\u2160" <= number[:1] <= "\u216b":
        return ord(number[0]) - 0x215F
    if not any(each in _UNITS for each in number):
        return int("".join(str(_DIGITS.get(each, each)) for each in number) or 0)
    total = current = 0
    for each in number:
        unit = _UNITS.get(each, 0)
        if unit > _UNITS["卅"] or each in "十拾":
            total, current = total + max(current, 1) * unit, 0
        else:
            current = unit or int(_DIGITS.get(each, each))
            total, current = (total + current, 0) if unit else (total, current)
    return total + current
