"""Marks in the form that the language sets them: full-width by their neighbours, ranges, ellipses, dashes, quotes.

Only marks change, never a letter or a number.  A mark between two letters or two digits belongs to them (3,000;
10:30; f(x); e.g.) and stays.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from docconv.chars import IDEOGRAPHIC
from docconv.edits import Edit, Finder, edit_runs
from docconv.ledger import Ledger
from docconv.model import Document
from docconv.passes.quotes import read_quotes
from docconv.words import script_tag

_WIDE = {",": "，", ".": "。", ";": "；", ":": "：", "?": "？", "!": "！", "(": "（", ")": "）"}
_EAST = rf"[{IDEOGRAPHIC}，。、；：？！（）《》〈〉「」『』【】“”‘’…—％]"
_MARK = re.compile(r"[,;:?!]")
_BRACKET = re.compile(r"[()]")
_EAST_CHARACTER = re.compile(_EAST)


def set_marks(document: Document, ledger: Ledger) -> Document:
    """Marks as the document's language sets them; first the quotes, for which way one opens is told by the marks as
    printed."""
    language = script_tag(document.meta.lang)
    finders: list[Finder] = [_pairing(_QUOTES[language])] if language in _QUOTES else []
    if language == "zh-Hans":
        finders.append(_inner_quotes)
    if language not in ("ko", "en"):  # Korean sets its marks half-width (KLREQ)
        finders += [_widened, _full_stops, _ranges]
    if language == "ja":
        finders.append(_middle_dots)
    if language in ("zh-Hans", "zh-Hant"):
        finders.append(_ellipses_and_dashes)
    return edit_runs(document, [*map(_outside_references, finders)], ledger) if finders else document


_KIND = re.compile(r"[\[［](?:[A-Z]|EB|DB|CP|DS|CM|AR)(?:/(?:OL|CD|DK|MT))?[\]］] ?(?:[.,．，]|//)")
"""The kind of a document behind its title: 题名[J].  (GB/T 7714, 4)"""
_REFERENCE = re.compile(
    r"(?!.*[。！？]).*(?:"
    r"\b(?:vol|no|pp?)\. ?\d.*(?:19|20)\d\d|(?:19|20)\d\d.*\b(?:vol|no|pp?)\. ?\d"  # 2020, vol. 3, p. 1-5.  (SIST 02)
    r"|\((?:19|20)\d\d[a-z]?(?:, [^)]{1,20})?\)\. )"  # 王明 (2020). 题名.  (APA)
    rf"|(?:, ?|[{IDEOGRAPHIC}]{{2,4}}){{1,19}}\. ?[^.]{{2,80}}\. ?[^.]{{2,60}}(?:19|20)\d\d[^.]{{0,20}}\.?$"
    r"|[\[［]\d{1,3}[\]］](?=.*[.,] )(?=.*(?:19|20)\d\d)[^，。；：？！《]+$"  # [1] 王明. 题名. 2020.
)
_LONGEST_REFERENCE = 600
"""Characters of an entry in a list of references; house choice."""


def _outside_references(find: Finder) -> Finder:
    """An entry in a list of references has marks of its own, half-width throughout: they are no text's."""

    def outside(text: str) -> Iterable[Edit]:
        return () if _is_reference(text) else find(text)

    return outside


def _is_reference(text: str) -> bool:
    """Whether a run is an entry of such a list, or several that were put together."""
    if "." not in text and "．" not in text:
        return False
    kinds = len(_KIND.findall(text))
    return len(text) <= _LONGEST_REFERENCE * max(kinds, 1) and (kinds > 0 or _REFERENCE.match(text) is not None)


def _widened(text: str) -> Iterator[Edit]:
    """Half-width marks beside East Asian text become full-width (GB/T 15834).

    突袭株洲,市委(左二) → 突袭株洲，市委（左二）   but 3,000  10:30  f(x)  U.S. stay"""
    pairs, alone = _brackets(text)
    wide = _wide_pairs(text, pairs)
    marks = sorted([*alone, *(found.start() for found in _MARK.finditer(text))])
    for step, row in ((-1, marks), (+1, reversed(marks))):
        for at in row:
            near = _near(text, at, step)
            if near >= 0 and (near in wide or _is_east(text[near])) and _is_text_mark(text, at):
                wide.add(at)  # and is a full-width neighbour to the next
    for at in sorted(wide):
        yield from _wide(text, at)


_STOP = re.compile(rf"(?<=[{IDEOGRAPHIC}）」』”’》〉】])\.(?![.A-Za-z0-9])(?=[\"'”’」』）)]*(?:\s|$|{_EAST}))")
_CLAUSE_BEFORE = re.compile(rf"[{IDEOGRAPHIC}A-Za-z0-9（）()“”‘’\"'《》「」『』%％·]*$")
_LEAST_CLAUSE, _LEAST_FIRST = 2, 5
"""East Asian letters before a full stop, and before one that ends the first clause of a run: fewer make a number of a
list or a label (一. 甲. 第一. 摘要.).  House choice."""


def _full_stops(text: str) -> Iterator[Edit]:
    """A half-width full stop behind East Asian text becomes full-width (GB/T 15834). 雨停了. 他说 → 雨停了。他说

    One between two letters may stand for the dot in a name (卡尔.马克思): it is a full stop in a run that ends in one
    and has none that is full-width."""
    found = [each.start() for each in _STOP.finditer(text)]
    ends = "。" not in text and "．" not in text and found and not text[found[-1] + 1 :].strip("\"'”’」』）) ")
    for at in found:
        clause = _CLAUSE_BEFORE.search(text, 0, at)
        start = clause.start() if clause else at
        letters = sum(map(_is_east, text[start:at]))
        follows = text[at + 1 : at + 2]
        if letters >= (_LEAST_CLAUSE if start else _LEAST_FIRST) and (ends or not _is_letter(follows)):
            yield from _wide(text, at)


def _is_letter(character: str) -> bool:
    return re.match(f"[{IDEOGRAPHIC}]", character) is not None


def _is_text_mark(text: str, at: int) -> bool:
    """Whether a mark beside East Asian text is that text's: not a Latin sentence's, nor an address's."""
    if text[at] in "()":
        return True
    before, after = _neighbour(text, at, -1), _neighbour(text, at, +1)
    if text[at] == ":" and before.isascii() and before.isalnum() and after in "/\\":
        return False  # http://
    return not _is_latin(text, at, after)


_SENTENCE = re.compile(rf"(?:^|[。！？…）」”]|[.!?][)\"']*\s)(?P<latin>[^{IDEOGRAPHIC}。！？…）」”]*)$")
_LATIN_WORD = re.compile("[A-Za-z]+")


def _is_latin(text: str, at: int, after: str) -> bool:
    """Whether a mark ends a Latin sentence, or stands in one, before East Asian text: What is that? (那是什么?)

    A name that begins a sentence is none: Visual Studio Code, 简称 VS Code."""
    if not (text[at - 1 : at].isascii() and text[at - 1 : at].isalnum()):
        return False
    sentence = _SENTENCE.search(re.sub(r".*[.!?][)）\"']*\s", "", text[max(0, at - _CLAUSE) : at], flags=re.S))
    if sentence is None or not (words := _LATIN_WORD.findall(sentence["latin"])):
        return False
    return after in '(（“‘「《"' or (text[at] in "?!" and len(words) > 1)


_CLAUSE = 200
"""Characters in which a sentence's beginning is looked for."""


def _neighbour(text: str, at: int, step: int) -> str:
    """The nearest character on a side, through blanks, closing marks and quotation marks that have no width of
    their own script: `“好”,` and `) ,` are judged by what they close."""
    near = _near(text, at, step)
    return text[near] if near >= 0 else ""


def _near(text: str, at: int, step: int) -> int:
    """Where that character stands; −1 if there is none."""
    for _ in range(_NEAR):
        at += step
        if not 0 <= at < len(text):
            break
        if text[at] not in " \u00a0\u3000\"'":
            return at
    return -1


_NEAR = 16
"""Characters in which a neighbour is looked for."""


def _is_east(character: str) -> bool:
    return bool(character) and _EAST_CHARACTER.match(character) is not None


def _brackets(text: str) -> tuple[list[tuple[int, int]], list[int]]:
    """The pairs of brackets by their beginnings, and the brackets that have no partner."""
    pairs: list[tuple[int, int]] = []
    alone: list[int] = []
    open_at: list[int] = []
    for found in _BRACKET.finditer(text):
        if found[0] == "(":
            open_at.append(found.start())
        elif open_at:
            pairs.append((open_at.pop(), found.start()))
        else:
            alone.append(found.start())
    return sorted(pairs), [*alone, *open_at]


def _wide_pairs(text: str, pairs: list[tuple[int, int]]) -> set[int]:
    """Brackets are widened in pairs: a pair that holds or touches East Asian text, or a pair that is."""
    east = [found.start() for found in _EAST_CHARACTER.finditer(text)] if pairs else []
    wide: set[int] = set()
    for start, end in pairs:
        if start - 1 in wide or _belongs_east(text, start, end, east):
            wide |= {start, end}
    return wide


def _wide(text: str, at: int) -> Iterator[Edit]:
    """A mark made full-width, without the spaces beside it: the blank of a full-width mark is in the mark."""
    before, after = at, at + 1
    while before and text[before - 1] == " ":
        before -= 1
    if text[at] == "(" and _LATIN_END.search(text, max(0, before - 2), before):
        before = at  # the blank of a Latin sentence is its own
    while after < len(text) and text[after] == " ":
        after += 1
    for start, end in ((before, at), (at + 1, after)):
        if 0 < start < end < len(text):
            yield Edit(start, end, "", "widen-mark")
    yield Edit(at, at + 1, _WIDE[text[at]], "widen-mark")


_LATIN_END = re.compile(r"[A-Za-z0-9][.,;:?!]$")
_BEFORE_BLANK = "，。、；：？！（《「『【“‘"
_BEHIND_BLANK = "，。、；：？！）》」』】”’"
"""Marks behind which a blank is dropped, and before which."""


def _belongs_east(text: str, start: int, end: int, east: list[int]) -> bool:
    if bisect_left(east, start) < bisect_left(east, end):
        return True
    before, after = text[start - 1 : start], text[end + 1 : end + 2]
    if before in (" ", "\u00a0") and (near := _neighbour(text, start, -1)) and near in _BEFORE_BLANK:
        return True  # 。 (笑): no blank stands behind a full-width mark
    if before == " " or (before.isascii() and before.isalnum()):
        return False  # f(x), print (a): the bracket belongs to the word before it
    if after in (" ", "\u00a0") and (near := _neighbour(text, end, +1)) and near in _BEHIND_BLANK:
        after = near  # (笑) 。
    return _is_east(before) or (not before and _is_east(after))


_UNIT = "万亿千百％%℃度元倍岁米吨斤克升亩"
_RANGE = re.compile(
    rf"(?<!\d)(?P<left>\d[\d.,]{{0,30}}(?:[万亿千百]?[元美]?[元]?|[%％℃度])?)\s?(?P<sign>[-~－–〜∼]|—(?!—)|-{{2}})\s?(?=\d[\d.,]{{0,30}}\s?[{_UNIT}])"
)


def _ranges(text: str) -> Iterator[Edit]:
    """A range of quantities takes ～ (GB/T 15835).   400万-500万 → 400万～500万

    Only where a unit says that both numbers are quantities: 0731-88503604, 2020-2025, A-1 stay."""
    for found in _RANGE.finditer(text):
        start = found.start()
        if re.search(r"[\w\-–—～~.]$", text[max(0, start - 1) : start], re.ASCII):
            continue  # a stretch of a longer number: a telephone, a code, a date
        left = found["left"]
        if left[-1].isdigit() and found["sign"] in "—-" and "-" in text[found.end() : found.end() + 8]:
            continue
        yield Edit(found.start("sign"), found.end("sign"), "～", "set-range", 0.9)


_NARROW_DOT = re.compile(rf"(?<=[{IDEOGRAPHIC}])[·･](?=[\w{IDEOGRAPHIC}])|(?<=\w)[·･](?=[{IDEOGRAPHIC}])")


def _middle_dots(text: str) -> Iterator[Edit]:
    """The middle dot of Japanese is an em wide (JIS X 4051, 中点).   維持·拡大 → 維持・拡大"""
    for found in _NARROW_DOT.finditer(text):
        yield Edit(found.start(), found.end(), "・", "widen-mark")


_DOTS = re.compile(r"\.{3,}|。{3,}|…+|⋯{1,2}|·{3,6}")
_HYPHENS = re.compile("-{2,}|―{2}|─{2}")


def _ellipses_and_dashes(text: str) -> Iterator[Edit]:
    """Ellipses are …… and dashes —— (GB/T 15834 4.10, 4.11).   等等...他说--好 → 等等……他说——好

    A row of more than six dots is a leader, and a single dash may be a connector: 北京—上海."""
    for form, after, rule in ((_DOTS, "……", "set-ellipsis"), (_HYPHENS, "——", "set-dash")):
        for found in form.finditer(text):
            mark, length = found[0][0], len(found[0])
            if (mark == "." and length > 6) or (mark == "…" and length > 1) or (mark == "-" and length > 2):
                continue
            if _is_east(_neighbour(text, found.start(), -1)) or _is_east(_neighbour(text, found.end() - 1, +1)):
                yield Edit(found.start(), found.end(), after, rule, 0.95)


_QUOTES: dict[str, tuple[str, str]] = {"zh-Hans": ("“", "”"), "zh-Hant": ("「", "」"), "ja": ("「", "」")}


def _pairing(house: tuple[str, str]) -> Finder:
    """Straight double quotes beside East Asian text become a pair (GB/T 15834 4.8).

    "一带一路" → “一带一路”;  an opener that met a straight closer is closed in its own style"""

    def find(text: str) -> Iterator[Edit]:
        if '"' not in text:
            return
        # a text that already uses curly quotes keeps that style
        opener, closer = ("“", "”") if re.search("[“”]", text) else house
        for start, end in read_quotes(text).pairs:
            inside, before, after = text[start + 1 : end], text[start - 1 : start], text[end + 1 : end + 2]
            if not (_EAST_CHARACTER.search(inside) or (_is_east(before) and _is_east(after))):
                continue
            if text[start] == '"':
                yield Edit(start, start + 1, opener, "pair-quote", 0.9)
            if text[end] == '"':
                yield Edit(end, end + 1, closer, "pair-quote", 0.9)

    return find


_INNER = re.compile(
    rf"(?<![A-Za-z0-9'])'(?=[{IDEOGRAPHIC}])[^'\n]*(?<=[{IDEOGRAPHIC}，。、；：？！…—）》])'(?![A-Za-z0-9'])"
)


def _inner_quotes(text: str) -> Iterator[Edit]:
    """Straight single quotes around Chinese text become a pair (GB/T 15834 4.8.3.3).   他常讲'早睡'二字"""
    for found in _INNER.finditer(text) if "'" in text else ():
        yield Edit(found.start(), found.start() + 1, "‘", "pair-quote", 0.9)
        yield Edit(found.end() - 1, found.end(), "’", "pair-quote", 0.9)
