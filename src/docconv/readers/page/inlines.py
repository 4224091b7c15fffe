"""The inside of a line of an extracted page: tags, formulas and Markdown that extractors leave in running text.

`m<sup>2</sup>`, `m\\(^2\\)`, `m$^{2}$`, `$\\eta$`, `**重点**`, `\\(1h\\)`, `<br>`, `![](x.jpg)`.  Everything else is
text, and every stretch of text knows the column where it stood.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Collection
from dataclasses import replace

from docconv import model as m
from docconv.chars import HAN, HANGUL, KANA, ZERO_WIDTH, without_controls
from docconv.readers.inlines import link_target, media, one_line
from docconv.readers.page.lines import Line
from docconv.readers.source import DEEPEST

_LOW = r"[\^_]\s*(?:\{\s*[\w+\-*.,\[\]()]{1,12}\s*\}|[\w+\-*]{1,6})"
"""An exponent or an index alone: `^2`, `_{max}`, `^{[3]}`, which is how some write the mark of a note."""
_TOKEN = re.compile(
    rf"(?P<raised>\\\(\s*{_LOW}\s*\\\)|\$\s*{_LOW}\s*\$)"
    r"|(?P<math>\$\$(?P<display>(?:[^$\\\n]|\\.)+)\$\$|(?<!\$)\$(?P<tex>(?:[^$\\\n]|\\.)+)\$(?![\d$])"
    r"|\\\((?P<inner>(?:[^\\$\n]|\\[^()\n]){1,500}+)\\\))"
    r"|(?P<escape>\\[!-/:-@\[-`{-~])"
    r"|(?P<power>(?<=[mMk])\^[23](?!\d)|(?<=CO)_2(?!\d)|(?<=H)_2(?=O))"
    r"|(?P<tag></?(?:sup|sub|b|strong|i|em|u|br|font|span|center|div|p|a|big|small|mark|ins|del|s|strike|wbr|img)\b[^<>]*>)"
    r"|(?P<image>!\[(?P<alt>(?:(?!!\[)[^\]])*)\]\(\s*<?(?P<src>(?:(?!!\[)[^)\s>])*+)>?(?:(?!!\[)[^)])*+\))"
    r"|(?P<link>(?<!!)\[(?P<shown>[^\[\]]+)\]\((?P<href>(?:https?://|mailto:)(?:(?!\]\()[^)\s])++)\))"
    r"|(?P<code>`(?P<inside>[^`]+)`)"
    r"|(?P<bold>\*\*|__(?=\S))"
    r"|(?P<entity>&(?:[a-zA-Z][a-zA-Z0-9]{1,30}|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});)"
    r"|(?P<anchor>\[(?=[^\[\]]+\]\(#[\w-]+\))|\]\(#[\w-]+\))"
    rf"|(?P<nothing><!--(?:(?!<!--).)*?-->|[{ZERO_WIDTH}])",
    re.I,
)
_MARKS = ("raised", "math", "power", "bold")
"""What of this stands in the text of HTML, where tags and entities have been read."""
_PAIRED: dict[str, Callable[[m.Inlines], m.Inline]] = {
    "sup": m.Sup,
    "sub": m.Sub,
    "b": m.Strong,
    "strong": m.Strong,
    "i": m.Emphasis,
    "em": m.Emphasis,
    "u": m.Underline,
    "ins": m.Insertion,
    "del": m.Deletion,
    "s": m.Deletion,
    "strike": m.Deletion,
}


def read_inlines(lines: list[Line], file: str) -> m.Inlines:
    """The inlines of lines that form one block, a `LineBreak` between two lines: whether that break is the author's
    or the extractor's is for a pass to say."""
    stack = _Stack()
    for number, line in enumerate(lines):
        if number:
            if (above := lines[number - 1]).blank and _KOREAN.search(above.text):  # a word ended there
                stack.add(m.Text(" ", place=m.Place(above.number, above.column + len(above.text), file)))
            stack.add(m.LineBreak(place=m.Place(line.number, 1, file)))
        _read_line(stack, line, file)
    return _trimmed(stack.close())


def read_marks(run: m.Inlines) -> m.Inlines:
    """A run that was HTML, with the formulas and the emphasis of Markdown that extractors leave in its text."""
    out: list[m.Inline] = []
    for node in run:
        if isinstance(node, m.Text):
            stack = _Stack()
            _read_line(stack, Line(0, 1, node.text, 0), "", _MARKS)
            out += stack.close()
        elif isinstance(node, m.Holder):
            out.append(replace(node, content=read_marks(node.content)))
        else:
            out.append(node)
    return tuple(out)


_KOREAN = re.compile(f"[{HANGUL}]")


def read_text(text: str, place: m.Place) -> m.Inlines:
    """The inlines of a stretch of one line."""
    return read_inlines([Line(place.line, place.column, text, 0)], place.file)


class _Stack:
    """Open elements with what they hold so far; an element that is never closed falls back to its content."""

    def __init__(self) -> None:
        self.open: list[tuple[str, list[m.Inline]]] = [("", [])]
        self.target = ""  # where the open link leads

    def add(self, node: m.Inline) -> None:
        self.open[-1][1].append(node)

    def begin(self, tag: str) -> None:
        if len(self.open) < DEEPEST // 2:
            self.open.append((tag, []))

    def link(self, target: str) -> None:
        if target and not any(name == "a" for name, _ in self.open):
            self.target = target
            self.begin("a")

    def end(self, tag: str) -> None:
        if not any(name == tag for name, _ in self.open[1:]):
            return
        while self.open[-1][0] != tag:
            self._unwrap()
        name, content = self.open.pop()
        if content:
            self.add(m.Link(self.target, tuple(content)) if name == "a" else _PAIRED[name](tuple(content)))

    def close(self) -> list[m.Inline]:
        while len(self.open) > 1:
            self._unwrap()
        return self.open[0][1]

    def _unwrap(self) -> None:
        _, content = self.open.pop()
        self.open[-1][1].extend(content)


def _read_line(stack: _Stack, line: Line, file: str, kinds: Collection[str] = ()) -> None:
    """Add the tokens of a line, of all kinds or of some."""
    text, position, at = line.text, 0, 0
    bold = text.count("**") // 2 * 2  # an odd one out is text
    while found := _TOKEN.search(text, at):
        at = found.end()
        if (kinds and not any(found[kind] for kind in kinds)) or (found["bold"] and not bold):
            continue
        if found["math"] and not _tex(found):
            at = found.start() + 1  # a price, or escaped brackets: what they hold is read by itself
            if found["inner"] and not kinds:
                _add_text(stack, text[position : found.start()], line, position, file)
                _add_text(stack, "(", line, at, file)
                position = at = at + 1
            continue
        _add_text(stack, text[position : found.start()], line, position, file)
        position = at
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
    elif found["math"]:
        stack.add(m.Math(without_controls(_tex(found)), place=place))
    elif found["tag"]:
        _add_tag(stack, found["tag"], place)
    elif found["image"]:
        stack.add(m.Picture(m.Image(without_controls(found["src"]), without_controls(found["alt"])), place=place))
    elif found["link"]:
        shown = m.Text(without_controls(found["shown"]), place=place.right(1))
        stack.add(m.Link(without_controls(found["href"]), (shown,), place=place))
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
    name = re.sub(r"[^a-z]", " ", tag.lower()).split()[0]
    if name == "br":
        stack.add(m.LineBreak(place=place))
    elif name == "img":
        stack.add(m.Picture(picture(tag), place=place))
    elif tag.startswith("</"):
        stack.end(name)
    elif name == "a":
        stack.link(link_target(attribute(tag, "href")))
    elif name in _PAIRED:
        stack.begin(name)


def picture(tag: str) -> m.Media:
    """The picture that an `<img>` names."""
    return media(attribute(tag, "src"), attribute(tag, "alt"))


def attribute(tag: str, name: str) -> str:
    """The value of an attribute in a start tag, or nothing."""
    found = re.search(rf"\s{name}\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", tag, re.I)
    return html.unescape(next(filter(None, found.groups()), "")) if found else ""


# ── Formulas ─────────────────────────────────────────────────────────────────────────────────────────────

_SURE = re.compile(r"\\[^()\[\]]|[\^_{]")
"""What only TeX has; brackets behind a backslash are how Markdown writes brackets."""
_BARE = re.compile(r"(?:[A-Za-z](?![A-Za-z])|[\d+\-=<>()/*,.'|\s]){1,24}")
"""Single letters, figures and signs: a formula if marks of a formula stand around it."""
_WORDS = re.compile(f"[{HAN}{KANA}{HANGUL}\u3000-\u303f\uff00-\uff60]")


def _tex(found: re.Match[str]) -> str:
    """The formula that was found, or nothing if it is none: $100, \\(1h\\)."""
    tex = found["display"] or found["tex"] or found["inner"]
    inside = tex.strip()
    spaced = tex[0].isspace(), tex[-1].isspace()
    if not inside or spaced[0] is not spaced[1] or _WORDS.search(_unbraced(inside)):
        return ""
    bare = found["display"] or found["tex"] or all(spaced)
    return one_line(inside) if _SURE.search(inside) or (bare and _BARE.fullmatch(inside)) else ""


def _unbraced(tex: str) -> str:
    """TeX without what stands in braces, where there may be words: \\text{效率}."""
    tex, before = re.sub(r"\\.", " ", tex), ""
    while tex != before:
        tex, before = re.sub(r"\{[^{}]*\}", "", tex), tex
    return tex


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
