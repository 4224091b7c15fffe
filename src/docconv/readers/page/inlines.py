"""The inside of a line of an extracted page: tags, TeX scraps and Markdown that extractors leave in running text.

`m<sup>2</sup>`, `m\\(^2\\)`, `m$^{2}$`, `**重点**`, `\\(1h\\)`, `<br>`, `![](x.jpg)`.  Everything else is text, and
every stretch of text knows the column where it stood.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from docconv import model as m
from docconv.chars import ZERO_WIDTH, without_controls
from docconv.readers.page.lines import Line
from docconv.readers.source import DEEPEST

_TOKEN = re.compile(
    r"(?P<raised>\\\(\s*[\^_]\s*\{?[\w+\-]{1,6}\}?\s*\\\)|\$\s*[\^_]\s*\{?[\w+\-]{1,6}\}?\s*\$)"
    r"|(?P<escape>\\[!-/:-@\[-`{-~])"
    r"|(?P<power>(?<=[mMk])\^[23](?!\d)|(?<=CO)_2(?!\d)|(?<=H)_2(?=O))"
    r"|(?P<tag></?(?:sup|sub|b|strong|i|em|u|br|font|span|center|div|p)\b[^<>]*>)"
    r"|(?P<image>!\[(?P<alt>(?:(?!!\[)[^\]])*)\]\(\s*<?(?P<src>[^)\s>]*)>?[^)]*\))"
    r"|(?P<link>(?<!!)\[(?P<shown>[^\[\]]+)\]\((?P<href>(?:https?://|mailto:)[^)\s]+)\))"
    r"|(?P<code>`(?P<inside>[^`]+)`)"
    r"|(?P<bold>\*\*|__(?=\S))"
    r"|(?P<entity>&(?:[a-zA-Z][a-zA-Z0-9]{1,30}|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});)"
    rf"|(?P<nothing><!--(?:(?!<!--).)*?-->|[{ZERO_WIDTH}])",
    re.I,
)
_PAIRED: dict[str, Callable[[m.Inlines], m.Inline]] = {
    "sup": m.Sup,
    "sub": m.Sub,
    "b": m.Strong,
    "strong": m.Strong,
    "i": m.Emphasis,
    "em": m.Emphasis,
}


def read_inlines(lines: list[Line], file: str) -> m.Inlines:
    """The inlines of lines that form one block, a `LineBreak` between two lines: whether that break is the author's
    or the extractor's is for a pass to say."""
    stack = _Stack()
    for number, line in enumerate(lines):
        if number:
            stack.add(m.LineBreak(place=m.Place(line.number, 1, file)))
        _read_line(stack, line, file)
    return _trimmed(stack.close())


def read_text(text: str, place: m.Place) -> m.Inlines:
    """The inlines of a stretch of one line."""
    return read_inlines([Line(place.line, place.column, text, 0)], place.file)


class _Stack:
    """Open elements with what they hold so far; an element that is never closed falls back to its content."""

    def __init__(self) -> None:
        self.open: list[tuple[str, list[m.Inline]]] = [("", [])]

    def add(self, node: m.Inline) -> None:
        self.open[-1][1].append(node)

    def begin(self, tag: str) -> None:
        if len(self.open) < DEEPEST // 2:
            self.open.append((tag, []))

    def end(self, tag: str) -> None:
        if not any(name == tag for name, _ in self.open[1:]):
            return
        while self.open[-1][0] != tag:
            self._unwrap()
        name, content = self.open.pop()
        if content:
            self.add(_PAIRED[name](tuple(content)))

    def close(self) -> list[m.Inline]:
        while len(self.open) > 1:
            self._unwrap()
        return self.open[0][1]

    def _unwrap(self) -> None:
        _, content = self.open.pop()
        self.open[-1][1].extend(content)


def _read_line(stack: _Stack, line: Line, file: str) -> None:
    text, position = line.text, 0
    bold = text.count("**") // 2 * 2  # an odd one out is text
    for found in _TOKEN.finditer(text):
        if found.lastgroup is None or (found["bold"] and not bold):
            continue
        _add_text(stack, text[position : found.start()], line, position, file)
        position = found.end()
        if found["bold"]:
            bold -= found["bold"] == "**"
        _add_token(stack, found, m.Place(line.number, line.column + found.start(), file))
    _add_text(stack, text[position:], line, position, file)


def _add_text(stack: _Stack, text: str, line: Line, offset: int, file: str) -> None:
    clean = without_controls(text).replace("\t", " ")
    if clean:
        stack.add(m.Text(clean, place=m.Place(line.number, line.column + offset, file)))


def _add_token(stack: _Stack, found: re.Match[str], place: m.Place) -> None:
    if found["escape"]:
        stack.add(m.Text(found["escape"][1], place=place))
    elif found["raised"] or found["power"]:
        raw = found["raised"] or found["power"]
        kind = m.Sup if "^" in raw else m.Sub
        stack.add(kind((m.Text(re.sub(r"[\\(){}$^_\s]", "", raw), place=place),), place=place))
    elif found["tag"]:
        _add_tag(stack, found["tag"].lower(), place)
    elif found["image"]:
        stack.add(m.Picture(m.Image(found["src"], found["alt"]), place=place))
    elif found["link"]:
        stack.add(m.Link(found["href"], (m.Text(found["shown"], place=place.right(1)),), place=place))
    elif found["code"]:
        stack.add(m.Code(without_controls(found["inside"]), place=place))
    elif found["entity"]:
        stack.add(m.Text(without_controls(html.unescape(found["entity"])) or "\ufffd", place=place))
    elif found["bold"]:
        if any(name == "strong" for name, _ in stack.open):
            stack.end("strong")
        else:
            stack.begin("strong")


def _add_tag(stack: _Stack, tag: str, place: m.Place) -> None:
    name = re.sub(r"[^a-z]", " ", tag).split()[0]
    if name == "br":
        stack.add(m.LineBreak(place=place))
    elif name in _PAIRED:
        stack.end(name) if tag.startswith("</") else stack.begin(name)


def _trimmed(nodes: list[m.Inline]) -> m.Inlines:
    """Without white space and breaks at the ends of the run."""
    while nodes and (isinstance(nodes[0], m.LineBreak) or (isinstance(nodes[0], m.Text) and not nodes[0].text.strip())):
        nodes.pop(0)
    while nodes and (
        isinstance(nodes[-1], m.LineBreak) or (isinstance(nodes[-1], m.Text) and not nodes[-1].text.strip())
    ):
        nodes.pop()
    if nodes and isinstance(first := nodes[0], m.Text):
        rest = first.text.lstrip()
        place = first.place.right(len(first.text) - len(rest)) if first.place else None
        nodes[0] = m.Text(rest, place=place)
    if nodes and isinstance(last := nodes[-1], m.Text):
        nodes[-1] = m.Text(last.text.rstrip(), place=last.place)
    return tuple(nodes)
