"""The few words that an edition adds of its own, in the language of the document: 图 3, 目录, 图片缺失 …

They are labels around the text and never part of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """`figure` takes a number; `size` takes a width and a height in mm."""

    figure: str
    missing: str
    contents: str
    cover: str
    note: str
    notes: str
    back: str
    untitled: str
    skip: str
    pages: str
    size: str = "{} × {} mm"


_WORDS = {
    "zh-Hans": Words("图 {}", "待补图片", "目录", "封面", "注", "注释", "返回正文", "无题", "跳到正文", "印刷版页码"),
    "zh-Hant": Words("圖 {}", "待補圖片", "目錄", "封面", "註", "註釋", "返回正文", "無題", "跳到正文", "印刷版頁碼"),
    "ja": Words("図 {}", "画像なし", "目次", "表紙", "注", "注", "本文に戻る", "無題", "本文へ", "紙の版のページ"),
    "ko": Words("그림 {}", "그림 없음", "차례", "표지", "주", "주석", "본문으로", "제목 없음", "본문으로", "인쇄판 쪽"),
    "en": Words(
        "Figure {}",
        "Picture wanted",
        "Contents",
        "Cover",
        "Note",
        "Notes",
        "Back",
        "Untitled",
        "To the text",
        "Pages of the print",
    ),
}


def script_tag(lang: str) -> str:
    """The key of the house's tables for a BCP 47 tag: zh-TW → zh-Hant, ja-JP → ja, fr → en."""
    parts = lang.lower().replace("_", "-").split("-")
    if parts[0] == "zh":
        return "zh-Hant" if {"hant", "tw", "hk", "mo"} & set(parts[1:]) else "zh-Hans"
    return parts[0] if parts[0] in ("ja", "ko") else "en"


def words(lang: str) -> Words:
    return _WORDS[script_tag(lang)]


_ALERTS = {
    "zh-Hans": {"note": "说明", "tip": "提示", "important": "重要", "warning": "警告", "caution": "注意"},
    "zh-Hant": {"note": "說明", "tip": "提示", "important": "重要", "warning": "警告", "caution": "注意"},
    "ja": {"note": "備考", "tip": "ヒント", "important": "重要", "warning": "警告", "caution": "注意"},
    "ko": {"note": "참고", "tip": "도움말", "important": "중요", "warning": "경고", "caution": "주의"},
    "en": {"note": "Note", "tip": "Tip", "important": "Important", "warning": "Warning", "caution": "Caution"},
}


def alert_label(alert: str, lang: str) -> str:
    """What stands over a box that must not be overlooked."""
    return _ALERTS[script_tag(lang)][alert]


MISSING = frozenset(each.missing for each in _WORDS.values())
"""What a placeholder may be called that has neither caption nor alternative text."""


@dataclass(frozen=True, slots=True)
class ScreenWords:
    """What a page on a screen says besides, to those who find their way through it: `table`, `code` and `formula` take
    a number."""

    table: str
    code: str
    formula: str
    pages: str


_SCREEN = {
    "zh-Hans": ScreenWords("表 {}", "代码 {}", "公式 {}", "前后篇"),
    "zh-Hant": ScreenWords("表 {}", "程式碼 {}", "公式 {}", "前後篇"),
    "ja": ScreenWords("表 {}", "コード {}", "数式 {}", "前後のページ"),
    "ko": ScreenWords("표 {}", "코드 {}", "수식 {}", "앞뒤 글"),
    "en": ScreenWords("Table {}", "Code {}", "Formula {}", "Pages before and after"),
}


def screen_words(lang: str) -> ScreenWords:
    return _SCREEN[script_tag(lang)]


@dataclass(frozen=True, slots=True)
class SheetWords:
    """What a contact sheet says: `page` takes a number, `small` the pixels that are wanted, `summary` how many pictures
    there are in all, there, too small and missing."""

    title: str
    page: str
    small: str
    summary: str


_SHEET = {
    "zh-Hans": SheetWords("图片清单", "第 {} 页", "像素不足，需 {} × {}", "共 {} 幅：可用 {}，像素不足 {}，待补 {}"),
    "zh-Hant": SheetWords("圖片清單", "第 {} 頁", "像素不足，需 {} × {}", "共 {} 幅：可用 {}，像素不足 {}，待補 {}"),
    "ja": SheetWords("画像一覧", "{} ページ", "画素不足（{} × {} 必要）", "全 {} 点：使用可 {}、画素不足 {}、未着 {}"),
    "ko": SheetWords("그림 목록", "{}쪽", "화소 부족({} × {} 필요)", "모두 {}점: 사용 가능 {}, 화소 부족 {}, 없음 {}"),
    "en": SheetWords("Pictures", "page {}", "too few pixels: {} × {} wanted",
                     "{} pictures: {} good, {} too small, {} wanted"),
}  # fmt: skip


def sheet_words(lang: str) -> SheetWords:
    return _SHEET[script_tag(lang)]


NUMERALS = "〇零一二三四五六七八九十百千万两兩廿卅壹贰叁肆伍陆柒捌玖拾佰仟貳參陸0-9０-９"
"""What numbers of chapters are written in, as the inside of a regular expression's character class."""
AFTER_NUMBER = r"(?=$|[\s:：·・、.．—\-～~「『《（(【|｜】〗］\]》〉)）])"
"""Where the number of a head may end before its title."""
NUMBER_WORD = (
    "One|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|Eleven|Twelve|Thirteen|Fourteen|Fifteen|Sixteen|Seventeen|"
    "Eighteen|Nineteen|Twenty(?:[ -]\\w+)?|Thirty(?:[ -]\\w+)?|Forty(?:[ -]\\w+)?|Last|\\d{1,4}|[IVXLC]{1,7}|[Ⅰ-Ⅻ]{1,3}"
)
VOLUME = re.compile(
    rf"第\s?[{NUMERALS}]{{1,8}}\s?[卷巻部篇集編编輯辑冊册]|제\s?\d{{1,4}}\s?[부권편]{AFTER_NUMBER}|\d{{1,4}}\s?[부권]{AFTER_NUMBER}"
    rf"|[卷巻](?:之|の)?\s?(?:[{NUMERALS}]{{1,8}}|[上中下首末终終]){AFTER_NUMBER}"
    rf"|(?:part|book|volume|vol\.)\s(?:{NUMBER_WORD}){AFTER_NUMBER}",
    re.I,
)
"""How the head of a volume begins, which holds chapters: 第一卷, 卷之三, 제2부, Part One."""
