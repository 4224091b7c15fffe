"""The measure of a page's lines, and the forms of its heads: kicker, deck, abstract, numbered document, known part …

Each function looks at one line's text alone and names a habit of printers, in simplified and traditional Chinese,
Japanese and Korean; what stands around the line is the business of `roles`.  No form here is taken from one page: a
form earns its place by being house style somewhere.
"""

from __future__ import annotations

import re
from functools import lru_cache

from docconv.chars import CLOSING, HAN, HANGUL, KANA, OPENING, STOPS
from docconv.numbering import NOTE_MARKS

# ── Measuring ──

REMEMBERED = 8192
"""Lines of which a form is remembered, since every rule asks for it again (house choice)."""

_WIDE = re.compile(f"[{HAN}{KANA}{HANGUL}\u3000-\u303f\uff00-\uff60]")


@lru_cache(maxsize=REMEMBERED)
def width(text: str) -> int:
    """The width of a line in half-ems: two for an ideograph, one for a letter."""
    return len(text) + len(_WIDE.findall(text))


_TAGS = re.compile(r"</?[a-zA-Z][^<>]{0,200}>|\*\*")
_LINKED = re.compile(r"(?<!!)\[([^\[\]\n]{1,300})\]\([^()\s]{1,500}\)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_BETWEEN = re.compile(
    rf"(?<=[{HAN}{KANA}・\u3001-\u303f\uff00-\uff60“”‘’]) (?=[{HAN}{KANA}・\u3001-\u303f\uff00-\uff60“”‘’])"
)


def shown(text: str) -> str:
    """A line as a reader sees it: without tags, escapes and emphasis marks."""
    if "<" in text or "*" in text:
        text = _TAGS.sub("", text)
    if "](" in text:
        text = _LINKED.sub(r"\1", text)
    return _ESCAPE.sub(r"\1", text) if "\\" in text else text


@lru_cache(maxsize=REMEMBERED)
def tightened(text: str) -> str:
    """A line without single spaces between ideographs and full-width marks."""
    return _BETWEEN.sub("", text)


_CLOSERS = "”’」』）)》〉】]\"'*＊"
_ENDING = re.compile(rf"[{STOPS}!?;；…｡]+[{re.escape(_CLOSERS)}]*{NOTE_MARKS}$|(?<![.\d])\.[\"')\]]*$|[：:]$")


@lru_cache(maxsize=REMEMBERED)
def ends_sentence(text: str) -> bool:
    """Whether a line ends where a paragraph may end: after a stop, with its closing quotes and brackets."""
    return _ENDING.search(text.rstrip()) is not None


def is_sentence(text: str) -> bool:
    """Whether a line is running text rather than a head: a stop or a semicolon inside or a full stop at its end."""
    return re.search(rf"[。；;]|[！？!?][^”’」』）)》\s].*[，,。]|(?<=[{HAN}{KANA}])\.$", text) is not None


# ── Heads ──

_DASHED = re.compile("[—―─–]{1,3}|-{2}")


def dashed(text: str) -> bool:
    """Whether a line begins with a dash, as decks do: ——株洲经开区…纪实"""
    return _DASHED.match(text) is not None


_ABSTRACT = re.compile(r"[【〔\[(（]?\s*(?:内容)?(?:摘\s*要|提要|导读|導讀|要旨|概要|要約|요약|초록)\s*[】〕\])）:：]")
_EDITORS_NOTE = re.compile(
    r"[【〔\[(（]?\s*(?:编者按|編者按|编者的话|開欄的話|开栏的话|编前|編前|編集部注|편집자 주)\s*[】〕\])）:：]"
)


def abstract(text: str) -> bool:
    """Whether a line begins an abstract: 【摘要】… · 要旨：…"""
    return _ABSTRACT.match(text) is not None


def editors_note(text: str) -> bool:
    """Whether a line begins a note of the editors: 编者按：…"""
    return _EDITORS_NOTE.match(text) is not None


@lru_cache(maxsize=REMEMBERED)
def headlike(text: str) -> bool:
    """Whether a line without any mark has the form of a head: short, no full stop, no comma at its end."""
    bare = text.strip()
    return (
        0 < width(bare) <= 64
        and not is_sentence(bare)
        and not re.search(r"[。，、；：,;:…—]$|[.．]$", bare)
        and bare.count("，") + bare.count(",") <= 2
    )


def set_phrase(text: str) -> bool:
    """Whether a line has the form of a standing kicker: quoted or bracketed, or two short halves: 开好局 起好步"""
    bare = text.strip()
    return (
        bare[:1] in OPENING + '"['
        or re.fullmatch(rf"[{HAN}]{{2,6}}[ \u3000·|｜—]{{1,3}}[{HAN}]{{2,6}}", bare) is not None
    )


def halved(text: str) -> bool:
    """Whether a line has the form of a headline in two halves: 坚持创新驱动 民营企业加快实现高质量发展"""
    return re.fullmatch(r"[^ \u3000，。；：]{4,14}[ \u3000][^ \u3000，。；：]{4,20}", text.strip()) is not None


def inside_word(pair: str) -> bool:
    """Whether two characters can be parts of one word: neither is a mark nor one of the words that join others."""
    return (
        len(pair) == 2
        and re.fullmatch(f"[{HAN}{KANA}]{{2}}", pair) is not None
        and not re.search("[的一是在了和有也]", pair)
    )


_PREDICATE = re.compile(
    r"是[一個个能在有由]|我们|我們|你们|他们|各位|已经|已經|可以|正在|就是|^[这這][个個些两兩种]|^(?:接下来|接下來|最[后後])|"
    r"(?:は|が)(?=.{2}).*(?<![か？?])$"
)
"""What makes a sentence of a line: a copula with its complement, a Japanese topic with something said of it."""
_KOREAN_NOUNS = (
    "(?:[정회논문합동결강예건토]|제출)의|[결효성경통학초부]과|[보광사창권공최재]고|[확원개법승할요본주노상성]인|[제권기유무북시]한|"
    "[역분관]할|[마가노]을|(?:[차길깊높넓놀종나풀받먹]|어린)이|[국평물증추참원대작단]가|전문가|[도경진회통항]로|활주로|[참기부급]여"
)
"""Nouns that end as particles and endings do: 정의, 결과, 확인, 높이 (house choice of what heads are made of)."""
_UNFINISHED = re.compile(
    "[的地得在和与與及或把被对對将將为為是了着从從向以于於而且即使由让讓给給等这這那每各个個はがをにでとのへもやたりて]$(?<!とは)|"
    f"(?<![가-힣])(?!\\S*(?:{_KOREAN_NOUNS})$)"
    "(?:\\S*(?:[은는을를의에와과고며여한할인]|으로|에서)|및|또는|\\S*하기|[가-힣]+[가이로])$|"
    "[两兩几幾][种種个個项項]$"
)


def bare_head(text: str, marks: str = "", numbered: bool = False) -> bool:
    """Whether a line without any mark is a head by its form alone, in a page where other heads are marked: short, one
    clause, nothing unfinished.  `marks` are pauses that it may have inside all the same; behind a number a head
    may be longer, say something of a thing (が開発した日本語モデル), and have lost a bracket."""
    bare = text.strip()
    if (_PREDICATE.search(bare) and not numbered) or re.fullmatch(r"[\x21-\x7e]+", bare):
        return False
    opened = sum(bare.count(mark) for mark in OPENING + "(")
    closed = sum(bare.count(mark) for mark in CLOSING + ")")
    return (
        headlike(bare)
        and width(bare) <= (64 if numbered else 44)
        and (opened == closed or numbered)
        and not re.search("[，,、]", "".join(each for each in bare if each not in marks))
        and len(re.findall("[·ㆍ․・]", bare)) < 2
        and not _UNFINISHED.search(bare)
    )


_LABELLED = re.compile(r"[^:：，。]{1,10}\s?[:：]\s?(?=\S*[\dA-Za-z@])\S")


def labelled(text: str) -> bool:
    """Whether a line is a fact with its label, which is no head: 人口：9,515人 · URL : https://…"""
    return _LABELLED.match(text) is not None


def fact(text: str) -> bool:
    """Whether a text is a label with what it says, in however many lines: 발의자 : … · 主要給付項目：…"""
    return re.match(r"[^:：，。,.]{1,12}\s?[:：]\s?\S", text) is not None and width(text) <= 200


def bracketed(text: str) -> bool:
    """Whether a line stands in round brackets as a whole: （定義）, which heads an article of a statute."""
    return re.fullmatch(r"[（(][^（）()]+[）)]", text.strip()) is not None


def article(text: str) -> bool:
    """Whether a line begins an article of a statute: 第十七条の二　法第…"""
    return re.match(r"第[〇一二三四五六七八九十百千\d]{1,6}[条條]|제\s?\d+\s?조", text) is not None


_COLUMN = re.compile(
    "(?:编后记?|编后语|编者的话|編集後記|編輯後記|編集だより|あとがき|読者の声|편집후기|editorialnote)$", re.I
)


def column_name(text: str) -> bool:
    """Whether a line names a standing column, which is an article of its own: 編集後記 · 编后语, however spaced"""
    return _COLUMN.match(re.sub(r"\s", "", text)) is not None


def contents(text: str) -> bool:
    """Whether a line heads a table of contents: 目录 · 目次 · 차례, however spaced"""
    return re.fullmatch("目录|目錄|目次|차례|목차|もくじ|contents", re.sub(r"\s", "", text), re.I) is not None


_NUMBERED_DOCUMENT = re.compile(
    r"(?:政令|法律|府令|省令|条例|規則|告示|訓令|勅令)?第[〇一二三四五六七八九十百千\d]{1,6}[号號]$|.{2,16}[〔\[［(（](?:19|20)\d\d[〕\]］)）]第?\s?\d{1,4}\s?[号號]$|"
    r"(?:법률|대통령령|의안)?\s?제\s?\d{1,6}\s?호$"
)


def document_number(text: str) -> bool:
    """Whether a line is the number of a document, above its title: 政令第百四十九号 · 国办发〔2020〕5号 · 제1695호"""
    return _NUMBERED_DOCUMENT.match(text.strip()) is not None


def build(text: str) -> str:
    """How a head is built: where its halves meet, or the mark that it opens with; nothing if it is of no build that
    other heads would repeat.  改善生态，构建… and 提升质量，奏响… are of one build."""
    bare = text.strip().lstrip("# ")
    if bare[:1] in '“「『《"”':
        return "quoted"
    halves = re.match(rf"([{HAN}]{{2,12}})[，：:,]([{HAN}]{{2,16}})$", bare)
    return f"{len(halves[1])}，" if halves else ""


def is_latin(text: str) -> bool:
    """Whether a text is of Latin letters alone."""
    return re.search(f"[{HAN}{KANA}{HANGUL}]", text) is None and re.search("[A-Za-z]{3}", text) is not None


_KNOWN = re.compile(
    "(?:参考文献|參考文獻|参考资料|参考链接|引用文献|参考書|참고 ?문헌|References|附录|附錄|致谢|謝辞|"
    "结语|結語|结论|結論|结束语|前言|引言|おわりに|はじめに|머리말|맺음말|결론|서론)$"
)


def known_head(text: str) -> bool:
    """Whether a line heads a part that many texts have: 参考文献 · おわりに · 결론"""
    return _KNOWN.match(re.sub(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])", "", text.strip(" :："))) is not None


def heads_references(text: str) -> bool:
    """Whether a line heads a list of references, whose numbers the text calls but which are no notes."""
    return known_head(text) and re.match("参|參|引用|참|Ref", text.strip(), re.I) is not None
