"""One line of an Aozora text: ruby, 外字, and notes that speak of the words before them, as a run of inlines.

It assumes a line without its newline.  A note may speak of words that have a ruby, or of half a word; so a run keeps
its pieces with their offsets, styles as spans over the offsets, and is nested only when it is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Literal, TypeAlias

from docconv import model as m
from docconv.readers.aozora.characters import (
    GETA,
    REPEATS,
    UNKNOWN,
    accented,
    base_length,
    external_character,
    is_external,
    with_ascii_digits,
)
from docconv.readers.inlines import media, one_line, tidy

LONGEST = 500
"""Characters that a note may have: a longer one is a note to the reader, whatever it begins with."""
_REACH = 2000
"""How many characters back a note's words are looked for.  They stand directly before it, or nearly so."""
_DEPTH = 3
"""How deep notes may stand in notes: 「※［＃「てへん＋劣」、第3水準1-84-77］」に傍点 is two."""

Style: TypeAlias = Literal["strong", "emphasis", "underline", "deletion", "sup", "sub"]
_STYLES: dict[Style, Callable[[m.Inlines], m.Inline]] = {
    "strong": m.Strong,
    "emphasis": m.Emphasis,
    "underline": m.Underline,
    "deletion": m.Deletion,
    "sup": m.Sup,
    "sub": m.Sub,
}


class Notes:
    """The notes of the document so far, in their order."""

    def __init__(self) -> None:
        self.all: list[m.Note] = []

    def add(self, content: Iterable[m.Inline], place: m.Place) -> m.NoteRef | None:
        """The mark that calls a new note; None if there is nothing to note."""
        run = tidy(content)
        if not run:
            return None
        self.all.append(m.Note(f"note-{len(self.all) + 1}", (m.Paragraph(run, place=place),), place=place))
        return m.NoteRef(self.all[-1].id, place=place)

    def take_back(self, marks: Sequence[m.NoteRef]) -> Iterator[m.Inlines]:
        """The contents of the last notes, which are notes no longer."""
        taken = self.all[-len(marks) :]
        del self.all[-len(marks) :]
        for note in taken:
            yield from (block.content for block in note.body if isinstance(block, m.Paragraph))


@dataclass(frozen=True, slots=True)
class Title:
    """The words of a line that are a heading; `alone` if they are set as a line of their own (not 同行, 窓)."""

    level: int
    alone: bool
    start: int
    end: int


@dataclass(slots=True)
class _Piece:
    """An inline with its offset in the run, and the characters it counts as: none for a mark that calls a note."""

    start: int
    shown: str
    node: m.Inline

    @property
    def end(self) -> int:
        return self.start + len(self.shown)


@dataclass(slots=True)
class Run:
    """`commands` are the notes on layout, each with its offset; `open` the styles that the line did not close."""

    notes: Notes
    depth: int = 0
    pieces: list[_Piece] = field(default_factory=list)
    length: int = 0
    spans: list[tuple[int, int, Style]] = field(default_factory=list)
    open: dict[str, int] = field(default_factory=dict)
    commands: list[tuple[int, str]] = field(default_factory=list)
    title: Title | None = None
    caption: bool = False
    base: int | None = None  # where the base of the next ruby begins, if ｜ says so

    # ── What has been read ──

    def plain(self) -> str:
        return "".join(piece.shown for piece in self.pieces)

    def marks(self) -> list[m.NoteRef] | None:
        """The marks of a run that holds nothing else; None if it holds anything else, or nothing."""
        marks = [piece.node for piece in self.pieces if isinstance(piece.node, m.NoteRef)]
        return marks if marks and len(marks) == len(self.pieces) else None

    def inlines(self, start: int = 0, end: int | None = None) -> m.Inlines:
        """The run between two offsets, in the normal form."""
        last = self.length + 1 if end is None else end  # what has no length stands in the part that it begins
        end = self.length if end is None else end
        leaves = [leaf for leaf in self._leaves(start, end) if start <= leaf[0] < last]
        return tidy(_nested([(styles, node) for _, styles, node in leaves], tuple(_STYLES)))

    def _leaves(self, *cuts: int) -> Iterator[tuple[int, set[Style], m.Inline]]:
        """Every piece with its offset and styles; a text is cut where they change, a ruby has those of any part."""
        spans = [*self.spans, *((start, self.length, style) for name, start in self.open.items()
                                if (style := style_of(name)) in _STYLES)]  # fmt: skip
        changes: list[tuple[int, int, Style]] = [(cut, 0, "strong") for cut in cuts]
        changes += [change for start, end, style in spans for change in ((start, 1, style), (end, -1, style))]
        changes.sort()
        active = dict.fromkeys(_STYLES, 0)
        at = 0

        def until(offset: int, openings: bool) -> set[Style]:
            nonlocal at
            while at < len(changes) and (changes[at][0] < offset or (changes[at][0] == offset and openings)):
                active[changes[at][2]] += changes[at][1]
                at += 1
            return {style for style, count in active.items() if count > 0}

        for piece in self.pieces:
            if not isinstance(piece.node, m.Text):
                yield piece.start, until(piece.end, not piece.shown), piece.node
                continue
            start = piece.start
            while start < piece.end:
                styles = until(start, True)
                stop = min(changes[at][0], piece.end) if at < len(changes) else piece.end
                yield start, styles, _part(piece, start, stop)
                start = stop

    # ── Reading ──

    def read(self, text: str, place: m.Place) -> None:
        """A line, or a part of one that stands at a place."""
        brackets = _pairs(text)
        at = 0
        while found := _TOKEN.search(text, at):
            self.add_text(text[at : found.start()], place.right(at))
            at = self._token(found, text, place, brackets)
        self.add_text(text[at:], place.right(at))

    def add_text(self, text: str, place: m.Place) -> None:
        if text:
            self._add(text, m.Text(text, place=place))

    def _add(self, shown: str, node: m.Inline) -> None:
        self.pieces.append(_Piece(self.length, shown, node))
        self.length += len(shown)

    def _token(self, found: re.Match[str], text: str, place: m.Place, brackets: dict[int, int]) -> int:
        """One piece of notation; returns the offset in the text behind it."""
        start, here = found.start(), place.right(found.start())
        match found.lastgroup:
            case "base":
                self.base = self.length
            case "reading":
                return found.end() if self._ruby(found["reading"], here) else self._literal(found[0][0], start, here)
            case "repeat":
                self._add(REPEATS[found[0]], m.Text(REPEATS[found[0]], place=here))
            case "latin":
                spelt = accented(found["latin"])
                if spelt == found["latin"]:
                    return self._literal("〔", start, here)
                self.read(spelt, here.right(1))
            case _:
                end = brackets.get(found.end() - 2)
                if end is None or self.depth >= _DEPTH:
                    return self._literal(found[0], start, here)
                self._bracket(text[found.end() : end], found[0][0] == "※", here, text[end + 1 : end + 2])
                return end + 1
        return found.end()

    def _literal(self, character: str, at: int, place: m.Place) -> int:
        self.add_text(character, place)
        return at + len(character)

    def _bracket(self, body: str, external: bool, place: m.Place, follows: str) -> None:
        replaced = None if external else _REPLACED.match(body)
        if (external or is_external(body)) and not replaced:
            self._external(body, place)
        elif len(body) > LONGEST or not self._note(body, usual(with_ascii_digits(body)), place, follows):
            self._remark(body, place)

    def _external(self, body: str, place: m.Place) -> None:
        if character := external_character(body):
            self.add_text(character, place)
        else:
            alt = one_line(self._inside(body, place).plain().replace(UNKNOWN, GETA))
            self._add(UNKNOWN, m.Picture(m.Missing(alt=alt, place=place), place=place))

    def _inside(self, text: str, place: m.Place) -> Run:
        """A part of the notation that is notation itself: a reading, the words a note speaks of."""
        inner = Run(self.notes, self.depth + 1)
        inner.read(text, place)
        return inner

    def _remark(self, body: str, place: m.Place) -> None:
        """A note to the reader: 「後始末は」は底本では「後始未は」.  Notation that the manual does not know is none,
        and stays in the text as it stands."""
        inner = self._inside(body, place.right(2))
        if _NOTATION.search(body):
            self.add_text(f"［＃{inner.plain().replace(UNKNOWN, GETA)}］", place)
        elif mark := self.notes.add(inner.inlines(), place):
            self._add("", mark)

    # ── Ruby ──

    def _ruby(self, reading: str, place: m.Place) -> bool:
        if self.base is not None:
            start, self.base = self.base, None
        else:
            start = self.length - base_length(self._tail(letters=True))
        return start < self.length and self._annotate(start, self.length, reading, place)

    def _annotate(self, start: int, end: int, reading: str, place: m.Place) -> bool:
        """A reading over the words between two offsets; False if there is none, or a ruby stands there already."""
        inner = self._inside(reading, place.right(1))
        shown = one_line(inner.plain().replace(UNKNOWN, GETA))
        first = len(self.pieces)
        while first and self.pieces[first - 1].end > start:
            first -= 1
        over = [piece for piece in self.pieces[first:] if piece.shown and piece.start < end]
        if not shown or not all(_is_text(piece.node) for piece in over):
            return False
        base = "".join(piece.shown[max(start - piece.start, 0) : end - piece.start] for piece in over)
        if not one_line(base):
            return False
        self.pieces[first:] = self._with_ruby(self.pieces[first:], start, end, base, shown)
        for piece in inner.pieces:
            if isinstance(piece.node, m.NoteRef):
                self._add("", piece.node)
        return True

    def _with_ruby(self, pieces: list[_Piece], start: int, end: int, base: str, reading: str) -> list[_Piece]:
        """The pieces with a ruby between two offsets.  A 外字 that is a picture has no place in it: a note tells it."""
        before, after = list[_Piece](), list[_Piece]()
        place: m.Place | None = None
        for piece in pieces:
            if piece.start < start < piece.end:
                before.append(_Piece(piece.start, piece.shown[: start - piece.start], _part(piece, piece.start, start)))
            if place is None and piece.end > start and piece.node.place:
                place = piece.node.place.right(max(start - piece.start, 0))
            if isinstance(piece.node, m.Picture) and piece.start < end:
                mark = self.notes.add((m.Text(piece.node.media.alt),), piece.node.place or m.Place(1))
                after.extend([_Piece(end, "", mark)] if mark else [])
            if not piece.shown:
                after.append(_Piece(max(piece.start, end), "", piece.node))
            elif piece.end > end:
                cut = max(piece.start, end)
                after.append(_Piece(cut, piece.shown[cut - piece.start :], _part(piece, cut, piece.end)))
        node = m.Ruby(one_line(base.replace(UNKNOWN, GETA)), reading, place=place)
        return [*before, _Piece(start, base, node), *after]

    def _tail(self, *, letters: bool = False) -> str:
        """The end of the run as a string; of its letters only those behind the last ruby."""
        out: list[str] = []
        size = 0
        for piece in reversed(self.pieces[-200:]):
            if letters and isinstance(piece.node, m.Ruby):
                break
            out.append(piece.shown[-_REACH:])
            size += len(piece.shown)
            if size >= _REACH:
                break
        return "".join(reversed(out))

    # ── Notes ──

    def _note(self, body: str, plain: str, place: m.Place, follows: str) -> bool:
        """A note of the manual; False for any other."""
        if is_external(body):
            return self._replace(body)
        if mark := _RETURN_MARK.fullmatch(body):
            self._add("", m.Sub((m.Text(mark[0]),), place=place))
        elif kana := _OKURIGANA.fullmatch(body):
            self._add("", m.Sup((m.Text(kana[1]),), place=place))
        elif picture := _PICTURE.fullmatch(body):
            alt = self._inside(picture[1], place).plain().replace(UNKNOWN, GETA)
            self._add(UNKNOWN, m.Picture(media(picture[2], alt), place=place))
        elif plain == "改行":
            self._add("", m.LineBreak(place=place))
        elif _LAYOUT.fullmatch(plain):
            self.commands.append((self.length, plain))
        else:
            return self._about(body, place) or self._range(plain, place, follows)
        return True

    def _about(self, body: str, place: m.Place) -> bool:
        """A note on words before it: 「…」に傍点  「…」は中見出し  「…」に「ママ」の注記"""
        gloss = _GLOSS.fullmatch(body)
        about = gloss or _ABOUT.fullmatch(body)
        if about is None:
            return False
        names = about[2].split("、")
        if not gloss and all(style_of(name) == "layout" for name in names):
            self.commands += [(self.length, name) for name in names if CENTRED.fullmatch(name)]
            return True
        words, tail = self._inside(about[1], place).plain(), self._tail()
        at = tail.rfind(words) if words else -1
        if at < 0:
            return False
        start = self.length - len(tail) + at
        end = start + len(words)
        return self._annotate(start, end, about[2], place) if gloss else self._styles(about[2], start, end)

    def _replace(self, body: str) -> bool:
        """A 外字 in the place of what was typed for it: 2［＃「2」はローマ数字、1-13-22］ → Ⅱ"""
        about, character = _REPLACED.match(body), external_character(body)
        words, tail = about[1] if about else "", self._tail()
        at = tail.rfind(words)
        if not character or at < 0:
            return False
        start = self.length - len(tail) + at
        return self._put(character, start, start + len(words))

    def _put(self, character: str, start: int, end: int) -> bool:
        """A character in the place of those between two offsets, if they are in one text or ruby."""
        for at in range(len(self.pieces) - 1, -1, -1):
            piece = self.pieces[at]
            if piece.start <= start and end <= piece.end and isinstance(piece.node, m.Text | m.Ruby):
                shown = piece.shown[: start - piece.start] + character + piece.shown[end - piece.start :]
                node = m.Text(shown) if isinstance(piece.node, m.Text) else m.Ruby(shown, piece.node.reading)
                self.pieces[at] = _Piece(piece.start, shown, replace(node, place=piece.node.place))
                self._shift(at + 1, end, len(character) - (end - start))
                return True
            if piece.end < end:
                break
        return False

    def _shift(self, first: int, end: int, by: int) -> None:
        """Everything from a piece, or an offset, on stands so much further on."""

        def moved(offset: int) -> int:
            return offset + by if offset >= end else offset

        for piece in self.pieces[first:]:
            piece.start += by
        self.length += by
        self.spans = [(moved(start), moved(stop), style) for start, stop, style in self.spans]
        self.commands = [(moved(at), command) for at, command in self.commands]
        self.open = {name: moved(at) for name, at in self.open.items()}
        self.base = None if self.base is None else moved(self.base)

    def _range(self, name: str, place: m.Place, follows: str) -> bool:
        """The beginning or the end of a range: 傍点 … 傍点終わり"""
        closing = name.endswith("終わり")
        name = name.removesuffix("終わり")
        gloss = _GLOSSED.fullmatch(name)
        name = "gloss" if gloss else name.removeprefix("左に")
        if name in ("割り注", "割注"):
            self._inserted(name, closing, place, follows)
        elif not gloss and not all(map(style_of, name.split("、"))):
            return False
        elif not closing:
            self.open.setdefault(name, self.length)
        elif name in self.open:
            start = self.open.pop(name)
            if not gloss:
                return self._styles(name, start, self.length)
            return self._annotate(start, self.length, gloss[1] or "", place)
        return True

    def _inserted(self, name: str, closing: bool, place: m.Place, follows: str) -> None:
        """割り注: small type in two lines reads as a parenthesis, where the text itself has no bracket around it."""
        if closing:
            self.add_text("）" if self.open.pop(name, None) is not None else "", place)
        elif follows not in _BRACKETS and self._tail()[-1:] not in _BRACKETS:
            self.open[name] = self.length
            self.add_text("（", place)

    def _styles(self, names: str, start: int, end: int) -> bool:
        """Several styles at once, 縦中横、行右小書き: all of them, or none if one is unknown."""
        each = names.split("、")
        return all(map(style_of, each)) and all([self._style(name, start, end) for name in each])

    def _style(self, name: str, start: int, end: int) -> bool:
        style = style_of(name)
        if style == "title":
            self.title = Title(1 + "大中小".index(name[-4]), name[0] not in "同窓", start, end)
        elif style == "caption":
            self.caption = True
        elif style in ("strong", "emphasis", "underline", "deletion", "sup", "sub") and start < end:
            self.spans.append((start, end, style))
        return style is not None


def usual(note: str) -> str:
    """A note on layout in the words of the manual: 天から4字下げ → 4字下げ, 地より二字上げ → 地から2字上げ"""
    for pattern, form in _USUAL:
        note = pattern.sub(form, note)
    return _HAN_NUMBER.sub(lambda found: str(_HAN_DIGITS.index(found[0])), note)


_HAN_DIGITS = "〇一二三四五六七八九"
_HAN_NUMBER = re.compile(f"(?<![{_HAN_DIGITS}十])[{_HAN_DIGITS}](?=字[下上詰])")
_USUAL = (
    (re.compile("天(?:から|より)(?=.*字下げ)"), ""),
    (re.compile("地より"), "地から"),
    (re.compile("^(?:ここより|以下、?)"), "ここから"),
    (re.compile("^ここまで(?!.*終わり)(.+)"), r"ここで\1終わり"),
    (re.compile("(?<=字)(?:さげ|下(?!げ))"), "下げ"),
    (re.compile("(?<=字)(?:あげ|上(?!げ))"), "上げ"),
    (re.compile("地(?:付(?!き)|つき)"), "地付き"),
)


def style_of(name: str) -> Style | Literal["title", "caption", "layout", "gloss"] | None:
    """What a name of 注記一覧 comes to.  Of 傍点 and of 傍線 all forms are one; size and direction are layout."""
    return next((style for pattern, style in _NAMES if pattern.fullmatch(name)), None)


_NAMES: tuple[tuple[re.Pattern[str], Style | Literal["title", "caption", "layout", "gloss"]], ...] = (
    (re.compile(r".{0,4}傍点|斜体|イタリック体?"), "emphasis"),
    (re.compile(r".{0,3}傍線|鎖線|破線|波線"), "underline"),
    (re.compile(r"取消線|取り消し線|見せ消ち"), "deletion"),
    (re.compile(r"太字|太字体|ゴシック体?|ゴチック体?"), "strong"),
    (re.compile(r"上付き小文字|行右小書き|上付き"), "sup"),
    (re.compile(r"下付き小文字|行左小書き|下付き"), "sub"),
    (re.compile(r"(?:同行|窓)?[大中小]見出し"), "title"),
    (re.compile(r"キャプション"), "caption"),
    (re.compile(r"縦中横|横組み|横書き|罫囲み|枠囲み|.{0,4}[大小][きさ]な文字|[大中小]文字|分数|中央揃え"), "layout"),
    (re.compile(r"gloss"), "gloss"),
)
_TOKEN = re.compile(
    r"(?P<base>｜(?=[^｜《]+《[^《》]+》))"
    r"|《(?P<reading>[^《》]+)》"
    r"|(?P<repeat>／″?＼)"
    r"|〔(?P<latin>[^〔〕]*)〕"
    r"|(?P<note>※?［＃)"
)
_REPLACED = re.compile("「(.+)」は")
_NOTATION = re.compile(
    "(?:字下げ|字上げ|字詰め|字組み?|傍点|傍線|圏点|取消線|見出し|太字|斜体|ゴシック体?|書体|縦中横|組み|書き|文字|囲み|揃え"
    "|中央|段組み?|アキ|空き|改行|キャプション|図）?|入る|割り?注|線)(?:終わり|始まり)?$"
)
"""What a note ends with that is notation, and no word to the reader."""
_BRACKETS = ("（", "〔", "［", "(")
_RETURN_MARK = re.compile("[一二三四五六上中下天地人甲乙丙丁]レ?|レ")
_OKURIGANA = re.compile("（([\u3041-\u3096\u30a1-\u30fe\u3005]+)）")
CENTRED = re.compile("(?:ページの)?(?:左右)?中央(?:揃え)?")
"""What is set in the middle of its line, or of its page."""
_PICTURE = re.compile(r"(.*)（([^（）、]+\.(?:png|jpe?g|gif|webp|svg|bmp))[^（）]*）(?:入る|挿入)?", re.I)
_GLOSS = re.compile("「(.+)」(?:の左|の右)?に「(.+)」の?(?:ルビ|注記|傍記)(?:付き)?")
_GLOSSED = re.compile("(?:左に|右に)?(?:「(.+)」の)?(?:注記|ルビ)付き")
_ABOUT = re.compile("「(.+)」(?:の左に|の右に|に|は)([^「」]+)")
_LAYOUT = re.compile(
    r"ここ(?:から|で).+|\d*字下げ.*|天付き.*|改行天付き.*|地付き.*|地から\d*字上げ.*|\d*字上げ|地寄せ|\d*字詰め"
    r"|改ページ|改頁|改丁|改段|改見開き|(?:ページの)?(?:左右)?中央(?:揃え)?.?|この行.+|本文終わり"
    r"|\d*行(?:アキ|あき|空き)|(?:特大|大|中|小)文字、太字"
)


def _pairs(text: str) -> dict[int, int]:
    """Where each ［ of a line is closed."""
    pairs: dict[int, int] = {}
    stack: list[int] = []
    for found in _BRACKET.finditer(text):
        if found[0] == "［":
            stack.append(found.start())
        elif stack:
            pairs[stack.pop()] = found.start()
    return pairs


_BRACKET = re.compile("[［］]")


def _is_text(node: m.Inline) -> bool:
    """Whether it can be the base of a ruby: text, or a 外字 that stands as a picture."""
    return isinstance(node, m.Text) or (isinstance(node, m.Picture) and isinstance(node.media, m.Missing))


def _part(piece: _Piece, start: int, end: int) -> m.Inline:
    """A text between two offsets of its run; anything else is whole."""
    if not isinstance(piece.node, m.Text) or (start == piece.start and end == piece.end):
        return piece.node
    place = piece.node.place.right(start - piece.start) if piece.node.place else None
    return m.Text(piece.shown[start - piece.start : end - piece.start], place=place)


def _nested(leaves: Sequence[tuple[set[Style], m.Inline]], styles: tuple[Style, ...]) -> Iterator[m.Inline]:
    """The leaves with neighbours of one style in one element, the first style outermost."""
    if not styles:
        yield from (node for _, node in leaves)
        return
    for wrapped, group in groupby(leaves, lambda leaf: styles[0] in leaf[0]):
        inside = tuple(_nested(list(group), styles[1:]))
        if wrapped:
            yield _STYLES[styles[0]](inside)
        else:
            yield from inside
