"""The body of an Aozora text: its lines as headings, paragraphs, and the blocks that notes fence in.

It assumes that a line is a paragraph.  Indentation is layout and goes; what it was for stays:

- an indented block, or neighbouring lines that are indented each for itself, is a quotation, or a verse if its lines
  are short and are not speech.  A hanging indent (折り返して) sets speeches and lists and is only layout;
- lines at the foot (地付き, 地から１字上げ) are signatures and dates, set to the right; what stands in the middle of a
  page (ページの左右中央), up to the next page, or of its line is centred;
- a blank line between two paragraphs, a line of asterisks, and a page break inside a section are breaks in thought.
  Where blank lines part most paragraphs they are how the text was typed, and mean nothing;
- a framed block is a box, and a line that is nothing but a note of the transcriber a paragraph of the role "note".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TypeAlias

from docconv import model as m
from docconv.readers.aozora.run import CENTRED, Notes, Run, Title
from docconv.readers.blocks import Heading, Item, blocks, paragraphs
from docconv.readers.inlines import tidy

DEEPEST = 20
"""How many blocks may stand in one another; the fences of deeper ones are ignored."""
_VERSE = 24
"""Characters of the longest line of a verse: a line of a book holds forty."""
_INDENT = " \t\u3000"


@dataclass(frozen=True, slots=True)
class Gap:
    """One blank line or several."""

    place: m.Place


Line: TypeAlias = tuple[int, str]
"""A line with its number in the source."""


def read_body(lines: Sequence[Line], file: str, notes: Notes) -> list[Item]:
    """The things in the body, in their order."""
    reader = _Body(file, notes, _last_ends(lines))
    for number, text in lines:
        reader.line(number, text)
    return reader.finish()


_END = re.compile("［＃([^［］]{1,20})終わり］")


def _last_ends(lines: Sequence[Line]) -> dict[str, int]:
    """The last line that ends a range of each name.  A style that nothing ends must not run through the whole text."""
    return {name: number for number, text in lines if "終わり］" in text for name in _END.findall(text)}


@dataclass(slots=True)
class _Block:
    """An open block: the family that its end names, what it is, and what it holds so far."""

    family: str
    kind: str
    place: m.Place
    items: list[Item | Gap] = field(default_factory=list)


@dataclass(slots=True)
class _Body:
    file: str
    notes: Notes
    last_ends: dict[str, int]
    blocks: list[_Block] = field(default_factory=lambda: [_Block("", "", m.Place(1))])
    carried: tuple[str, ...] = ()  # styles that the line before left open

    @property
    def items(self) -> list[Item | Gap]:
        return self.blocks[-1].items

    def line(self, number: int, text: str) -> None:
        place = m.Place(number, 1, self.file)
        run = Run(self.notes, open=dict.fromkeys(self.carried, 0))
        indent = len(text) - len(text.lstrip(_INDENT))
        run.read(text[indent:], place.right(indent))
        self.carried = tuple(name for name in run.open if self.last_ends.get(name, 0) > number)
        if not text:
            self._gap(place)
        elif not run.pieces:
            self._commands(run, place)
        elif marks := run.marks():
            self._unindent()
            for content in list(self.notes.take_back(marks)):
                self.items.append(m.Paragraph(content, "note", place=place))
        else:
            self._content(run, place)

    def finish(self) -> list[Item]:
        while len(self.blocks) > 1:
            self._close()
        return _settled(self.items)

    def _gap(self, place: m.Place) -> None:
        if self.items and not isinstance(self.items[-1], Gap):
            self.items.append(Gap(place))

    # ── Lines of notes alone ──

    def _commands(self, run: Run, place: m.Place) -> None:
        for _, command in run.commands:
            if command.startswith("ここから"):
                self._open(command.removeprefix("ここから"), place)
            elif command.startswith("ここで"):
                self._end(_family(command.removesuffix("終わり")))
            elif CENTRED.fullmatch(command):
                self._open(command, place)
            elif _PAGE_BREAK.fullmatch(command):
                self._end("page")
                self.items.append(m.Break(place=place))

    def _open(self, name: str, place: m.Place) -> None:
        self._unindent()
        family = _family(name)
        if family == "indent" and self.blocks[-1].family == "indent":
            self._close()  # a new indent takes the place of the old one
        if len(self.blocks) < DEEPEST:
            self.blocks.append(_Block(family, _kind(family, name), place))

    def _end(self, family: str) -> None:
        self._unindent()
        if any(block.family == family for block in self.blocks[1:]):
            while self.blocks[-1].family != family:
                self._close()
            self._close()

    def _unindent(self) -> None:
        """Ends a block of lines that are indented each for itself."""
        if self.blocks[-1].family == "lines":
            self._close()

    def _close(self) -> None:
        block = self.blocks.pop()
        self.items.extend(_made(block))

    # ── Lines of text ──

    def _content(self, run: Run, place: m.Place) -> None:
        foot = next((at for at, command in run.commands if _FOOT.match(command)), None)
        indent = next((command for at, command in run.commands if at == 0 and _INDENTED.fullmatch(command)), "")
        if run.title or run.caption or foot is not None:
            self._unindent()
        if run.title:
            self._heading(run, run.title, place)
        elif run.caption and self._takes_caption(run):
            pass
        elif foot is not None:
            self._add(run.inlines(0, foot), place)
            self._add(run.inlines(foot), place, "right")
        else:
            centred = any(CENTRED.fullmatch(command) for _, command in run.commands)
            self._indented(indent, place)
            self._add(run.inlines(), place, "center" if centred else "")
        for _, command in run.commands:
            if _PAGE_BREAK.fullmatch(command):
                self._end("page")
                self.items.append(m.Break(place=place))

    def _heading(self, run: Run, title: Title, place: m.Place) -> None:
        if title.alone:
            self.items.append(Heading(title.level, run.inlines(), place=place))
            return
        self._add(run.inlines(0, title.start), place)
        self.items.append(Heading(title.level, run.inlines(title.start, title.end), place=place))
        self._add(run.inlines(title.end), place)

    def _takes_caption(self, run: Run) -> bool:
        """Whether the line is the caption of the figure before it."""
        if self.items and isinstance(figure := self.items[-1], m.Figure) and not figure.caption:
            self.items[-1] = replace(figure, caption=run.inlines())
            return True
        return False

    def _indented(self, indent: str, place: m.Place) -> None:
        """Gathers neighbouring lines of one indent."""
        if not (self.blocks[-1].family == "lines" and self.blocks[-1].kind == indent):
            self._unindent()
            if indent and len(self.blocks) < DEEPEST:
                self.blocks.append(_Block("lines", indent, place))

    def _add(self, content: m.Inlines, place: m.Place, align: m.ParagraphAlign = "") -> None:
        if not content:
            return
        if len(content) == 1 and isinstance(content[0], m.Text) and _STARS.fullmatch(content[0].text):
            self.items.append(m.Break(place=place))
        else:
            first = next((node.place for top in content for node in m.walk(top) if node.place), place)
            self.items.extend(paragraphs(content, place=first, align=align))


_PAGE_BREAK = re.compile("改(?:ページ|頁|丁|段|見開き)")
_FOOT = re.compile("地付き|地から|地寄せ|[0-9]*字上げ")
_INDENTED = re.compile("[0-9]+字下げ")
_STAR = "[＊*×✕☆★◇◆○●□■]"
_STARS = re.compile(rf"[-─＊*\u3000 ]+|{_STAR}(?:[\u3000 ]+{_STAR})*")  # ○○○ is a word that was struck out

_FAMILIES = (
    ("heading", "見出し"),
    ("indent", "字下げ|天付き|改行"),
    ("box", "罫囲み|枠囲み"),
    ("foot", "地付き|字上げ|地寄せ"),
    ("strong", "太字|ゴシック|ゴチック"),
    ("emphasis", "斜体|傍点"),
    ("underline", "傍線|鎖線|破線|波線"),
    ("deletion", "取消線|取り消し線|見せ消ち"),
    ("page", "ページの左右中央"),
    ("center", "中央"),
    ("caption", "キャプション"),
)


def _family(name: str) -> str:
    """What a block is called in its fences, in short: ２字下げ、折り返して３字下げ → indent.  Others are layout."""
    return next((family for family, words in _FAMILIES if re.search(words, name)), "layout")


def _kind(family: str, name: str) -> str:
    if family == "indent":
        return "box" if "囲み" in name else "layout" if "折り返して" in name else "indent"
    return name if family == "heading" else family


# ── What a block makes ───────────────────────────────────────────────────────────────────────────────────


def _made(block: _Block) -> list[Item | Gap]:
    """A block that is done, as what stands in its place.  One with a heading in it is part of the text around it."""
    items = block.items
    match block.family, block.kind:
        case "heading", name:
            return _title(items, name, block.place)
        case _, "foot":
            return _aligned(items, "right")
        case _, "center":
            return _aligned(items, "center")
        case _, "page":
            lines = sum(isinstance(item, m.Paragraph) for item in items)
            return _aligned(items, "center") if lines <= _PAGE else items
        case _, style if style in _STYLES:
            return [_styled(item, _STYLES[style]) for item in items]
        case _, "box":
            inside = blocks(_settled(items))
            return [m.Aside(inside, place=block.place)] if inside else []
        case "lines" | "indent", _ if block.kind != "layout":
            return _set_off(items, block.place, least=2 if block.family == "lines" else 1)
        case _:
            return items


def _title(items: Sequence[Item | Gap], name: str, place: m.Place) -> list[Item | Gap]:
    """A heading of several lines."""
    lines = [item for item in items if isinstance(item, m.Paragraph)]
    title: list[m.Inline] = []
    for line in lines:
        title += [*([m.LineBreak(place=line.place)] if title else []), *line.content]
    level = 1 + next(at for at, size in enumerate("大中小見") if size in name) % 3
    others = [item for item in items if not isinstance(item, m.Paragraph | Gap)]
    return [*([Heading(level, tidy(title), place=place)] if title else []), *others]


_STYLES: dict[str, Callable[[m.Inlines], m.Inline]] = {
    "strong": m.Strong,
    "emphasis": m.Emphasis,
    "underline": m.Underline,
    "deletion": m.Deletion,
}
_PAGE = 15
"""Lines of a page that stand in its middle: more are the text, whose page break is missing.  House choice."""


def _aligned(items: Sequence[Item | Gap], align: m.ParagraphAlign) -> list[Item | Gap]:
    return [replace(item, align=align) if isinstance(item, m.Paragraph) else item for item in items]


def _styled(item: Item | Gap, style: Callable[[m.Inlines], m.Inline]) -> Item | Gap:
    return replace(item, content=(style(item.content),)) if isinstance(item, m.Paragraph) else item


def _set_off(items: list[Item | Gap], place: m.Place, least: int) -> list[Item | Gap]:
    """Indented lines as a verse or a quotation; blank lines behind them stand outside."""
    held = items[: max((at for at, item in enumerate(items, 1) if not isinstance(item, Gap)), default=0)]
    outside = items[len(held) :]
    lines = [item for item in held if isinstance(item, m.Paragraph)]
    if len(lines) < least or any(isinstance(item, Heading) for item in held):
        return items
    if len(lines) >= 2 and all(isinstance(item, m.Paragraph | Gap) for item in held) and _is_verse(lines):
        return [_verse(held, place), *outside]
    return [m.Quote(blocks(_settled(held)), place=place), *outside]


def _is_verse(lines: Sequence[m.Paragraph]) -> bool:
    """Whether lines are a poem's: short, none a speech, few of them sentences with a full stop."""
    texts = [m.plain(line.content) for line in lines]
    stops = sum(text.endswith("。") for text in texts)
    return stops * 2 < len(texts) and all(0 < len(text) <= _VERSE and text[0] not in "「『（" for text in texts)


def _verse(items: Iterable[Item | Gap], place: m.Place) -> m.Verse:
    stanzas: list[list[m.Inline]] = [[]]
    for item in items:
        if isinstance(item, Gap):
            stanzas.append([])
        elif isinstance(item, m.Paragraph):
            stanzas[-1] += [*([m.LineBreak(place=item.place)] if stanzas[-1] else []), *item.content]
    return m.Verse(tuple(tidy(stanza) for stanza in stanzas if stanza), place=place)


# ── Breaks ───────────────────────────────────────────────────────────────────────────────────────────────


def _settled(items: Sequence[Item | Gap]) -> list[Item]:
    """The things with their gaps settled: a break in thought parts two paragraphs, and stands alone."""
    meant = _gaps_mean_breaks(items)
    out: list[Item] = []
    for at, item in enumerate(items):
        if isinstance(item, Gap):
            before, after = items[at - 1] if at else None, items[at + 1] if at + 1 < len(items) else None
            if not (meant and _is_running(before) and _is_running(after)):
                continue
            item = m.Break(place=item.place)
        if isinstance(item, m.Break) and (not out or isinstance(out[-1], m.Break | Heading)):
            continue
        if isinstance(item, Heading) and out and isinstance(out[-1], m.Break):
            out.pop()
        out.append(item)
    if out and isinstance(out[-1], m.Break):
        out.pop()
    return out


def _gaps_mean_breaks(items: Sequence[Item | Gap]) -> bool:
    """Whether blank lines part fewer paragraphs than stand close."""
    close = sum(_is_running(a) and _is_running(b) for a, b in pairwise(items))
    threes = zip(items, items[1:], items[2:], strict=False)
    apart = sum(isinstance(b, Gap) and _is_running(a) and _is_running(c) for a, b, c in threes)
    return apart <= close


def _is_running(item: Item | Gap | None) -> bool:
    return isinstance(item, m.Paragraph) and item.role in m.RUNNING and not item.align
