"""Paragraphs that a column, a page, a caption or the extractor's line width cut in two.

A join is made on evidence and carries its confidence; below the threshold it is reported, not made.  The evidence is
what an editor would use: does the first part end, does the second begin, is a bracket or a quotation still open,
does the second part stand indented as a paragraph does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from docconv import model as m
from docconv.chars import CLOSING, IDEOGRAPHIC, OPENING
from docconv.ledger import Ledger
from docconv.numbering import NOTE_MARKS, number_of, starts_anew
from docconv.passes import korean
from docconv.words import script_tag

THRESHOLD = 0.7
DOUBT = 0.4

_ENDED = re.compile(rf"[。！？!?…；;.．｡][”’」』）)》〉】\"'\]*]*(?:{NOTE_MARKS}|[（(][^（）()]{{1,12}}[）)])$")
"""A stop with the marks behind it, or with an aside: 我很高兴。（鼓掌）"""
_PAIRS = dict(zip(OPENING + "(", CLOSING + ")", strict=True))


# ── Lines that the extractor wrapped ──


def join_wrapped_lines(document: m.Document, ledger: Ledger) -> m.Document:
    """Breaks inside a paragraph of a page go: they are the column's, not the author's.

    …签字仪式在北京举⏎行。多年来… → …签字仪式在北京举行。多年来…
    A space takes the place of a break between two Latin words or two Korean ones (CSS Text 4, 4.1.1); whether a
    Korean line ended where a word did is judged break by break."""
    if document.meta.kind != "page":
        return document
    habits = _read_habits(document)

    def step(node: Any) -> Any:
        match node:
            case m.Paragraph(role="body" | "resumed" | "abstract" | "note" | "credit"):
                return replace(node, content=_unbroken(node.content, habits, ledger))
            case m.Figure():
                return replace(node, caption=_unbroken(node.caption, habits, ledger, _LABEL))
            case _:
                return node

    return m.rewrite(document, step, skip=m.is_furniture)


@dataclass(frozen=True, slots=True)
class _Habits:
    """How a text goes about spaces: its language, whether it puts one between an ideograph and a Latin word (house
    style differs), and how its Korean lines end."""

    lang: str
    latin: bool
    korean: korean.Habit


def _read_habits(document: m.Document) -> _Habits:
    text = "\n".join(m.paragraphs(document))
    return _Habits(document.meta.lang, _spaces_latin(text), korean.read_habit(text, _breaks(document)))


def _breaks(document: m.Document) -> Iterator[korean.Break]:
    """The ends of the lines of a text's paragraphs."""
    for node in m.walk(document):
        if isinstance(node, m.Paragraph):
            for number, each in enumerate(node.content):
                if isinstance(each, m.LineBreak):
                    yield _break(_end(node.content[:number], _SHOWN), _start(node.content, number + 1, _SHOWN))


def _break(before: str, after: str) -> korean.Break:
    """The break between two texts: of each, the line that meets it."""
    line, following = before.rpartition("\n")[2], after.partition("\n")[0]
    return korean.Break(line.strip(), following.strip(), line != line.rstrip())


def _spaces_latin(text: str) -> bool:
    """Whether a text has more Latin words parted from ideographs by a space than not."""
    with_space = len(re.findall(f"[{IDEOGRAPHIC}] [A-Za-z]|[A-Za-z] [{IDEOGRAPHIC}]", text))
    without = len(re.findall(f"[{IDEOGRAPHIC}][A-Za-z]|[A-Za-z][{IDEOGRAPHIC}]", text))
    return with_space > without


_LABEL = re.compile(r"(?:[图圖図]|그림|사진|写真|Fig(?:ure)?|Photo|Plate)[. ]{0,2}[0-9０-９]")
"""What begins a caption of its own, or the same one in another language, on the next line."""


def _unbroken(run: m.Inlines, habits: _Habits, ledger: Ledger, kept: re.Pattern[str] | None = None) -> m.Inlines:
    """A run without the breaks of its lines, but for those before what `kept` finds."""
    if not any(isinstance(node, m.LineBreak) for node in run):
        return run
    out: list[m.Inline] = []
    for number, node in enumerate(run):
        if not isinstance(node, m.LineBreak) or ledger.rejects("join-line", node.place):
            out.append(node)
            continue
        before, after = _end(out, _SHOWN), _start(run, number + 1, _SHOWN)
        if kept and kept.match(after):
            out.append(node)
            continue
        glue = _glue(before, after, habits)
        before, after = before.rstrip(), after.lstrip()
        _strip_end(out)
        if glue:
            out.append(m.Text(glue, place=node.place))
        ledger.changed("join-line", node.place, f"{before[-4:]}⏎{after[:4]}", before[-4:] + glue + after[:4], 0.95)
    return tuple(_strip_starts(out, run))


_SEEN = 400
"""Characters of a text that a join looks at: enough for a quotation that it has left open."""
_SHOWN = 16
"""Characters on either side of a break by which it is judged: two words or three."""


def _end(nodes: Sequence[m.Inline], seen: int = _SEEN) -> str:
    """The last characters of a run."""
    parts: list[str] = []
    length = 0
    for node in reversed(nodes):
        parts.append(m.plain(node)[-seen:])
        length += len(parts[-1])
        if length >= seen:
            break
    return "".join(reversed(parts))


def _start(nodes: Sequence[m.Inline], first: int = 0, seen: int = _SEEN) -> str:
    """The first characters of a run, from a node on."""
    parts: list[str] = []
    length = 0
    for number in range(first, len(nodes)):
        parts.append(m.plain(nodes[number])[:seen])
        length += len(parts[-1])
        if length >= seen:
            break
    return "".join(parts)


def _strip_end(out: list[m.Inline]) -> None:
    if out and isinstance(last := out[-1], m.Text):
        if rest := last.text.rstrip(" "):
            out[-1] = m.Text(rest, place=last.place)
        else:
            out.pop()


def _strip_starts(out: list[m.Inline], run: m.Inlines) -> Iterator[m.Inline]:
    """Without the space that a line began with, where a break stood before it."""
    after_break = {id(node) for one, node in pairwise(run) if isinstance(one, m.LineBreak)}
    for node in out:
        if id(node) in after_break and isinstance(node, m.Text):
            rest = node.text.lstrip(" ")
            place = node.place.right(len(node.text) - len(rest)) if node.place else None
            if rest:
                yield m.Text(rest, place=place)
        else:
            yield node


def _glue(before: str, after: str, habits: _Habits) -> str:
    """What stands for a break between two texts: nothing between ideographs, a space between words."""
    at = _break(before, after)
    one, other = at.before[-1:], at.after[:1]
    if one.isdigit() and other.isdigit():
        return ""
    if korean.is_korean(one, other):
        return " " if korean.space_at_break(at, habits.korean) else ""
    if _is_word(one) and _is_word(other):
        return " "
    if script_tag(habits.lang) in ("ko", "en"):
        return " "
    if habits.latin and ((_is_word(one) and _is_ideograph(other)) or (_is_ideograph(one) and _is_word(other))):
        return " "
    if one in ",;" and _is_word(other):
        return " "
    return " " if _LATIN_END.search(before.rstrip()) and _LATIN_START.match(after.lstrip()) else ""


_LATIN_END = re.compile(r"(?:^|[ (\"'])[A-Za-z][^\W_]*[ \d]{0,4}[\"')\],.;:?!]{1,3}$|[A-Za-z]$", re.ASCII)
_LATIN_START = re.compile("[\"'(\\[]?[A-Za-z]{2}")
"""Where a line of Latin words ends, with the marks that follow them, and where the next begins."""


def _is_word(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _is_ideograph(character: str) -> bool:
    return re.match(f"[{IDEOGRAPHIC}]", character) is not None


# ── Paragraphs cut in two ──


def join_broken_paragraphs(document: m.Document, ledger: Ledger) -> m.Document:
    """A paragraph that was cut becomes one again; a figure or running head in the cut moves behind it.

    …确保“头雁”不缺 / [figure] / 阵，工作不断档… → …确保“头雁”不缺阵，工作不断档… / [figure]"""
    if document.meta.kind != "page":
        return document
    joiner = _Joiner(_read_habits(document), ledger, _loses_stops(document), _is_settled(document))

    def step(node: Any) -> Any:
        if isinstance(node, m.Article | m.Section | m.Quote | m.Aside):
            return replace(node, body=joiner.joined(node.body))
        return node

    result = m.rewrite(document, step, skip=m.is_furniture)
    return replace(result, body=joiner.joined(result.body))


class _Joiner:
    def __init__(self, habits: _Habits, ledger: Ledger, careless: bool, settled: bool) -> None:
        self.habits, self.ledger, self.careless, self.settled = habits, ledger, careless, settled

    def joined(self, body: tuple[Any, ...]) -> tuple[Any, ...]:
        out: list[Any] = []
        between: list[Any] = []  # what stands after the last paragraph and may stand inside it
        parts: list[m.Inline] = []  # the content of the last paragraph, as far as it has grown
        noted = False  # whether the block directly above is a note
        for node in body:
            last = out[-1] if out and isinstance(out[-1], m.Paragraph) else None
            if last is not None and (isinstance(node, m.Figure | m.Aside) or _is_note(node)):
                between.append(node)
                noted = _is_note(node)
                continue
            if last is not None and isinstance(node, m.Paragraph) and self._join(last, parts, node, between):
                noted = False
                continue
            if noted and isinstance(node, m.Paragraph) and self._join_note(between, node):
                continue
            noted = False
            if last is not None and len(parts) != len(last.content):
                out[-1] = replace(last, content=tuple(parts))
            out += [*between, node]
            between = []
            parts = list(node.content) if isinstance(node, m.Paragraph) else []
        if out and isinstance(last := out[-1], m.Paragraph) and len(parts) != len(last.content):
            out[-1] = replace(last, content=tuple(parts))
        return (*out, *between)

    def _join_note(self, between: list[Any], other: m.Paragraph) -> bool:
        """Add a paragraph to the note above it if both are one."""
        note = between[-1]
        parts = list(note.content)
        joined = self._join(note, parts, other, [])
        if joined:
            between[-1] = replace(note, content=tuple(parts))
        return joined

    def _join(self, one: m.Paragraph, parts: list[m.Inline], other: m.Paragraph, between: list[Any]) -> bool:
        """Add the second paragraph to the parts of the first if both are one."""
        if self.ledger.rejects("join-paragraph", other.place):
            return False
        before, after = _end(parts), _start(other.content)
        confidence = cut_confidence(one, other, before, after, between)
        if self.careless and _is_one_line(one):
            confidence -= _CARELESS
        if (self.settled or confidence < THRESHOLD) and not self.ledger.accepts("join-paragraph", other.place):
            if confidence >= DOUBT:
                text = f"“…{before[-8:]}” and “{after[:8]}…” may be one paragraph"
                self.ledger.doubt("join-doubtful", text, other.place, "accept join-paragraph here if they are")
            return False
        glue = _glue(before, after, self.habits)
        self.ledger.changed(
            "join-paragraph", other.place, f"{before[-8:]}¶{after[:8]}", before[-8:] + glue + after[:8], confidence
        )
        parts += [m.Text(glue, place=other.place)] if glue else []
        parts += other.content
        return True


_CARELESS = 0.35
"""What the lack of a stop weighs less on a page that loses many (house choice)."""
_LINE = 65
"""Characters: no printed line is longer (house choice)."""
_PARAGRAPH = 30
"""Characters: what is longer is no head, and ends in a stop (house choice)."""


def _is_settled(document: m.Document) -> bool:
    """Whether a page has been normalised before: then its texts no longer show the lines that they were cut from, and
    what was kept apart stays apart."""
    return any(isinstance(node, m.Article) and node.id for node in document.body)


def _loses_stops(document: m.Document) -> bool:
    """Whether an extractor lost the stops of this page: a quarter of its paragraphs, ten and more, end without any,
    each written as one line that is longer than a line of print.  A few would be cut by columns."""
    lines = [
        m.plain(node.content)
        for node in m.walk(document)
        if isinstance(node, m.Paragraph) and node.role in m.RUNNING and _is_one_line(node)
    ]
    lines = [text for text in lines if len(text) > _PARAGRAPH]
    open_lines = sorted(len(text) for text in lines if not _ENDED.search(text))
    return len(open_lines) >= 10 and len(open_lines) * 4 > len(lines) and open_lines[len(open_lines) // 2] > _LINE


def _is_one_line(paragraph: m.Paragraph) -> bool:
    """Whether a paragraph stood in one line of the source."""
    places = {node.place.line for node in paragraph.content if node.place}
    return len(places) <= 1


_STARTS_NEW = re.compile(
    r"[（(]?[一二三四五六七八九十]{1,3}[）)、.．]|[（(]?\d{1,2}[）)、.．](?!\d)|[①-⑳■□●○◆◇★▲△※【]|"
    r"[가나라마바사아자차카타파하][.)][ \u3000]|"
    r"[A-Z]\d? ?[、.．]|[（(][A-Za-zＡ-Ｚア-ン][）)]|[^：，。；\s]{2,8}：(?=\S)"
)
"""What begins a paragraph: a number, a mark, a label with its colon (商品名稱：…).  A line that begins with 다. ends a
sentence of Korean."""
_GOES_ON = re.compile(
    "[的了着过地得之与和及或而并所们等上下中里内外后前是在有也都就才又还把被让将使、，。；：！？）”’」』》】をにはがのでともへや]"
)


def cut_confidence(one: m.Paragraph, other: m.Paragraph, first: str, second: str, between: list[Any]) -> float:
    """How sure it is that two paragraphs are the halves of one: 0 … 1.

    `first` and `second` are the texts about the cut, `between` is what stands in it."""
    if one.role not in (*m.RUNNING, "abstract", "note") or other.role not in m.RUNNING:
        return 0.0
    if _is_indented(other) or one.align or other.align:
        return 0.0
    if not first or not second or any(isinstance(node, m.Byline) for node in other.content[:1]):
        return 0.0
    if _ENDED.search(first) or _STARTS_NEW.match(second) or starts_anew(second):
        return 0.0
    if _is_latin(first) != _is_latin(second) and min(len(first), len(second)) > _SCRIPT:
        return 0.0  # the abstract of a paper, and its text
    if len(first) <= _FACT and _LABELLED.match(first):
        return 0.0
    if len(first) <= _FACT and _ROW.match(first) and _ROW.match(second):
        return 0.0
    if _is_bracketed(second) or _are_numbered(one, second):
        return 0.0
    last = first[-1]
    if last in "，、,—～·" or last in OPENING + "(":
        return 0.97
    if last in "：:":
        furniture = any(isinstance(node, m.Aside) for node in between)
        return 0.75 if furniture and second[:1] not in OPENING else 0.3
    confidence = 0.9 if one.role == "note" else 0.8
    if _open_pair(first) and _closes_first(second):
        confidence += 0.15
    if _GOES_ON.match(second):
        confidence += 0.1
    if between:
        confidence += 0.05
    if len(first) < 12 and not between and not _has_pause(first):
        confidence -= 0.3  # a short line without a stop is rather a head or a salutation
    if last in '”’」』》"':
        confidence -= 0.15
    return min(max(confidence, 0.0), 0.99)


def _has_pause(text: str) -> bool:
    """Whether a text has a pause inside, that of its number (一、) and those of figures (1,200) left out."""
    number = number_of(text)
    return re.search(r"[，、]|,(?!\d)", text[number.length if number else 0 :]) is not None


_FACT = 30
"""Characters: a label with its fact in one line is no longer (house choice)."""
_LABELLED = re.compile(r"[^：:，。]{1,8}\s?[:：]\s?(?=\S*[\dA-Za-z@])\S")
_ROW = re.compile("[^\u3000，。、]{1,8}\u3000+[^\u3000]")
"""A row of facts: 電話　000-0000."""
_SCRIPT = 30
"""Characters by which a paragraph's script is told (house choice)."""


def _is_latin(text: str) -> bool:
    """Whether a text is written in Latin letters for the most part."""
    return sum(character.isascii() for character in text) * 4 > len(text) * 3


def _is_bracketed(text: str) -> bool:
    """Whether a paragraph stands in brackets as a whole: （本保險為不分紅保險單。）"""
    return text[:1] in "（(" and re.search(r"[。.][）)]$", text) is not None


def _are_numbered(one: m.Paragraph, second: str) -> bool:
    """Whether both paragraphs begin with a number of one style: 1… / 2…"""
    number, other = number_of(_start(one.content, seen=_SHOWN)), number_of(second)
    return number is not None and other is not None and number.style == other.style


def _is_note(node: Any) -> bool:
    """Whether a block is a note at the foot of a column, where the paragraph above it goes on behind it."""
    return isinstance(node, m.Paragraph) and node.role == "note"


def _is_indented(paragraph: m.Paragraph) -> bool:
    """A paragraph that stands two ideographic spaces in began there."""
    return paragraph.place is not None and paragraph.place.column == 3


def _open_pair(text: str) -> str:
    """The closing mark that a text still waits for, if any."""
    stack: list[str] = []
    for character in text:
        if character in _PAIRS:
            stack.append(_PAIRS[character])
        elif stack and character == stack[-1]:
            stack.pop()
    return stack[-1] if stack else ""


def _closes_first(text: str) -> bool:
    """Whether a text closes a pair that it has not opened."""
    depth = 0
    for character in text:
        if character in _PAIRS:
            depth += 1
        elif character in _PAIRS.values():
            depth -= 1
            if depth < 0:
                return True
    return False
