"""The forms of what names and explains pictures and tables: caption, title of a table, legend of a plate.

Each function looks at one line's text alone and names a habit of printers, in simplified and traditional Chinese,
Japanese and Korean; what stands around the line is the business of `captions`.
"""

from __future__ import annotations

import re

from docconv.readers.page.bylines import byline
from docconv.readers.page.forms import is_sentence, width

_CAPTION_MARK = re.compile(r"[▲▼△▽▴▾◀◁▶▷◄►←↑→↓↖↗↘↙⬆⬇⬅➡◥◤◣◢]\s*|[◆◇●○■□◎☉](?=\s*[^\s])\s*")
_KEY = re.compile(r".\s*(?:代表|表示|を[表示])|[^▲▼◀▶◄►]\s*[=＝:：]")
"""A sign that is told the meaning of, and points at no picture: △代表加热 · ↑：気体"""
_POINTERS = "▲▼△▽▴▾◀◁▶▷◄►←↑→↓↖↗↘↙⬆⬇⬅➡◥◤◣◢"
_TABLE_TITLE = re.compile(
    r"(?:[续續附]?表|[図图圖]表|표|Table)\s?[0-9０-９一二三四五六七八九十ⅠⅡⅢ]{1,3}(?:[-–.．－][0-9０-９]{1,2}){0,3}(?![0-9])|"
    r"[<〈＜【\[]\s?(?:표|表)\s?[0-9].{0,60}[>〉＞】\]]|[<〈＜][^<>〈〉＜＞]{2,40}[>〉＞]$",
    re.I,
)


def table_title(text: str) -> bool:
    """Whether a line is the title of a table: 表 7 植株高度 · <표 1> 자료형 · ＜하드디스크의 구성＞"""
    return width(text) <= 100 and not is_sentence(text) and _TABLE_TITLE.match(text.strip()) is not None


_LEGEND = re.compile(r"注\s?[:：]|Note\s?[:：]|(?:图版|圖版|Plate)\s?[IVX\d一二三四五]", re.I)


def legend(text: str) -> bool:
    """Whether a line explains the plate above it: 注：A. … · Plate I …"""
    return _LEGEND.match(text) is not None


_CAPTION_LEAD = re.compile(
    r"(?:上|下|左|右|左上|右上|左下|右下|中|本版|题|題|大|小|资料|資料)[图圖](?:[:：为為是，,]|\s)|[图圖](?:[:：]|[为為](?!了|什|何))|"
    r"[图圖]\s?[0-9０-９一二三四五六七八九十]{1,3}(?:[-–.][0-9]{1,2})?(?:[:：.、\s\u3000]|(?=[^0-9所中可示,，、和与與及是的]))|"
    r"(?:写真|画像|図|图片|圖片|照片)(?:[:：]|は(?!な|、))|"
    r"(?:図表?|図解|写真|圖表?|图表)\s?[0-9０-９ⅠⅡⅢⅣⅤⅥ]{1,3}(?:[-–.－][0-9０-９]{1,2}){0,3}[:：.\s\u3000]|"
    r"[（(]\s?(?:[图圖図]表?|写真|照片|사진|그림|표|Fig\.?)\s?[0-9０-９一二三四五六七八九十]{1,3}(?:[-–.][0-9]{1,2})?\s?[）)]|"
    r"[\[［(（]\s?(?:사진|그림|写真|图片|圖片)\s?[\]］)）=＝:：]|圖(?![書案像片表形示紙畫文騰解鑑利謀存樣標層])[^，]{4,28}。$|"
    r"(?:[（(][上下左右][图圖写写真]*[)）])|(?:사진|그림)\s?[0-9]*[:：.]|(?:Fig|Figure|Photo)[. ]\s?[0-9:]"
)
_CAPTION_TAIL = re.compile(
    r"(?:[摄攝]|摄影|攝影|撮影)(?:[）)]。?)?\s?$|(?:/图|/圖|／图|／圖|供图|供圖|写真提供|資料写真|资料图片|資料圖片|资料照片|資料照片|资料图|制图|製圖|"
    r"新华社发|新華社發|发[）)]|网站图片|網站圖片|网页截图|视频截图|资料片|图源.{0,10}|图片来源.{0,12}|프레스|제공|자료사진)[）)。]?\s?$|[（(][^（）()]{2,20}(?:提供|供图|摄|攝|撮影)[）)]$|"
    r"사진[=＝][^ ]+$|[＝=][^＝=]{2,12}(?:撮影|写真|提供)$"
)


def caption_mark(text: str) -> int:
    """The length of the pointer that a caption begins with (▲ ▼ △ ↑ ●); 0 if there is none."""
    found = _CAPTION_MARK.match(text)
    if not found or _KEY.match(text) or byline(text) is not None:
        return 0
    return found.end()


def bulleted(text: str) -> bool:
    """Whether a line begins with a mark that captions and enumerations share: ◆ ● ■ ◎"""
    return text[:1] in "◆◇●○■□◎☉" and byline(text) is None


def points(text: str) -> bool:
    """Whether a line begins with a pointer that nothing but a caption uses: ▲ ▼ ← ↑."""
    return text[:1] in _POINTERS and text[:1] != "" and not _KEY.match(text) and byline(text) is None


def caption_lead(text: str) -> bool:
    """Whether a line begins as captions do: 上图：… · 图为… · 图1 … · 写真は… · （上图）"""
    return _CAPTION_LEAD.match(text) is not None


def caption_tail(text: str) -> bool:
    """Whether a line ends as captions do: …本报记者 何 雨 摄 · （资料图片） · …＝中村悟撮影"""
    return _CAPTION_TAIL.search(text) is not None
