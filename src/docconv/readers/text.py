"""A manuscript in plain text: a novel, a poem, a listing, as its author typed it.

It assumes that the author's lines are meant: every line is a paragraph, unless short lines stand together as a stanza
or look like code, or all lines are wrapped at one width.  Nothing is taken for the trace of a printed page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import TypeAlias

from docconv import model as m
from docconv.problems import Say, silent
from docconv.readers.blocks import Heading, Item, body
from docconv.readers.chapters import CHAPTER, Head, bare_head, chapter_heads
from docconv.readers.inlines import clean, one_line, tidy
from docconv.readers.page import forms
from docconv.readers.source import Source

Line: TypeAlias = tuple[int, str]
"""A line with its number in the source."""


def read_text(source: Source, say: Say = silent) -> m.Document:
    """The document of a plain text: title and author, chapters by their heads (第一回, 卷三, プロローグ), paragraphs,
    verse and code.

    Raises `SourceError` if the source is not text."""
    text = clean(source.text()).split("\n")
    heads = {head.at + 1: head for head in _with_poems(text, chapter_heads(text))}
    lines = list(enumerate(text, 1))
    meta, front, lines = _front(lines, heads)
    measure = _measure(lines, heads)
    items: list[Item] = []
    for group in _groups(lines, heads):
        head = heads.get(group[0][0])
        items += [_heading(head, group[0], source.name)] if head else _group(group, source.name, measure)
    return m.Document(meta, body([*_furniture(front, source.name), *items]))


def _groups(lines: Sequence[Line], heads: dict[int, Head]) -> Iterator[list[Line]]:
    """The lines between blank ones; a head stands for itself."""
    for key, group in groupby(lines, lambda line: line[0] if line[0] in heads else -bool(line[1].strip())):
        if key:
            yield list(group)


def _heading(head: Head, line: Line, file: str) -> Heading:
    number, text = line
    run = tidy([_text(text, number, file)])
    return Heading(head.level, run, place=_place(text, number, file))


# ── Title, author, and what else stands above the first chapter ──────────────────────────────────────────

_AUTHOR = re.compile(
    r"(?:作\s*者|著\s*者|原著|作|著|文|지은이|글쓴이|작가|저자|글|author|written by|by)\s*[:：]\s*(\S.{0,40})"
    r"|by\s+([A-Z].{1,40})|([^\s:：，。、]{2,12})[\s　]*(?:著|지음)",
    re.I,
)
_TITLE = re.compile(r"(?:书名|書名|作品名|小说名|タイトル|제목|title)\s*[:：]\s*(\S.*)|《([^《》]+)》", re.I)
_SITE = re.compile(
    r"https?://|www\.|\.(?:com|net|org|cn|jp|kr)\b|下载|下載|转载|轉載|本站|电子书|電子書|更多.{0,6}(?:小说|好书)|最新章节|"
    r"(?:来源|來源|出处|출처|出典)\s*[:：]",
    re.I,
)
_FRONT = 12
"""House choice: lines that a text may have above its first chapter and still be only headed by them."""


def _front(lines: list[Line], heads: dict[int, Head]) -> tuple[m.Meta, list[Line], list[Line]]:
    """Title and author as the first lines tell them, the lines of the site that they come from, and the others.

    The first line is the title if an author is named below it, or the first chapter follows."""
    first = min(heads, default=0)
    above = [line for line in lines if line[1].strip() and line[0] < first] if first else _filled(lines)[:3]
    authors = [line for line in above if _AUTHOR.fullmatch(line[1].strip())] or _signed(above, heads)
    if len(authors) > 1 or len(above) > _FRONT or not (authors or len(_filled(lines)) > len(above)):
        return m.Meta(), [], lines
    sites = [line for line in above if _SITE.search(line[1]) and first]
    named = [line for line in above if line not in authors and line not in sites][:1]
    if not authors and not (first and [line for line in above if line not in sites] == named):
        named = []
    titles = [line for line in named if _is_title_line(line[1].strip()) and (not authors or line[0] < authors[0][0])]
    title, author = (line[0][1].strip() if line else "" for line in (titles, authors))
    told = _TITLE.fullmatch(title)
    by = _AUTHOR.fullmatch(author)
    names = re.split(r"[、，,／/＆&]\s*", next(filter(None, by.groups())) if by else author) if author else []
    meta = m.Meta(one_line(next(filter(None, told.groups())) if told else title), authors=tuple(map(one_line, names)))
    return meta, sites, [line for line in lines if line not in (*titles, *authors, *sites)]


def _signed(above: Sequence[Line], heads: dict[int, Head]) -> list[Line]:
    """The name right below the title where nothing else stands above several chapters."""
    if len(heads) < 2 or len(above) != 2 or above[1][0] != above[0][0] + 1:
        return []
    return (
        [above[1]]
        if re.fullmatch(r"[^\W\d_]+(?:[ \u3000・·][^\W\d_]+)?", above[1][1].strip())
        and len(above[1][1].strip()) <= _NAME
        else []
    )


_NAME = 12
"""House choice: letters of a name."""


def _is_title_line(text: str) -> bool:
    return forms.width(text) <= 40 and not forms.is_sentence(text) and text[-1] not in "，,：:、"


def _filled(lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if line[1].strip()]


def _furniture(lines: Sequence[Line], file: str) -> list[m.Block]:
    paragraphs = tuple(m.Paragraph(tidy([_text(text, number, file)])) for number, text in lines)
    return [m.Aside(paragraphs, "furniture", place=m.Place(lines[0][0], 1, file))] if paragraphs else []


def _with_poems(lines: Sequence[str], heads: list[Head]) -> list[Head]:
    """The heads of a text, or the titles of its poems where several have an author of their own below them."""
    filled = [at for at, line in enumerate(lines) if line.strip()]
    titled = [one for one, two in pairwise(filled) if _AUTHOR.fullmatch(lines[two].strip()) and bare_head(lines[one])
              and _is_title_line(lines[one].strip())]  # fmt: skip
    return [Head(at, CHAPTER) for at in titled] if len(titled) > 1 and not heads else heads


# ── Paragraphs, verse and code ───────────────────────────────────────────────────────────────────────────

_CODE = re.compile(r"[{}\[\]();=<>|&$#]|^\s*(?:def|class|import|from|return|if|for|while|int|void|var|let|const)\b")


def _group(lines: list[Line], file: str, measure: int) -> list[Item]:
    """The things of the lines between two blank ones."""
    if len(lines) > 1 and all(re.match(r"(?: {4}|\t)", line) for _, line in lines) and _is_code(lines):
        return [m.CodeBlock("\n".join(line.rstrip() for _, line in lines), place=m.Place(lines[0][0], 1, file))]
    if len(lines) > 1 and _is_code(lines) and not any(forms.width(line) > len(line) * 1.3 for _, line in lines):
        return [m.CodeBlock("\n".join(line.rstrip() for _, line in lines), place=m.Place(lines[0][0], 1, file))]
    if len(lines) > 1 and _is_stanza(lines):
        stanza: list[m.Inline] = []
        for number, line in lines:
            stanza += [_text(line, number, file), m.LineBreak()]
        return [m.Verse((tidy(stanza),), place=m.Place(lines[0][0], 1, file))]
    if measure:
        return [item for wrapped in _wrapped(lines, measure) for item in _line(wrapped, file)]
    return [item for line in lines for item in _line([line], file)]


def _line(lines: Sequence[Line], file: str) -> list[Item]:
    """A paragraph of one line, or of several that were wrapped."""
    number, line = lines[0]
    texts = [_text(line, number, file) for number, line in lines]
    run = tidy(node for text in texts for node in (text, m.Text("\n")))
    if not run:
        return []
    if re.fullmatch(r"([-*=_—＊※○☆★·]\s*){3,}", m.plain(run)):
        return [m.Break(place=_place(line, number, file))]
    return [m.Paragraph(run, place=_place(line, number, file))]


def _place(line: str, number: int, file: str) -> m.Place:
    return m.Place(number, len(line) - len(line.lstrip(" \t\u3000")) + 1, file)


def _text(line: str, number: int, file: str) -> m.Text:
    return m.Text(line.strip(" \t\u3000") or " ", place=_place(line, number, file))


def _is_stanza(lines: list[Line]) -> bool:
    """Short lines that do not fill their measure: at most 20 ideographs, the most without a full stop at the end, or
    all of one length."""
    bare = [line.strip() for _, line in lines]
    if any(forms.width(line) > 40 for line in bare):
        return False
    ended = sum(line.endswith(("。", "」", "”", "：", ".")) for line in bare)
    return ended * 2 < len(bare) or (ended * 2 == len(bare) and len(set(map(forms.width, bare))) == 1 and len(bare) > 2)


def _is_code(lines: list[Line]) -> bool:
    return sum(_CODE.search(line) is not None for _, line in lines) * 2 > len(lines)


# ── Lines that are wrapped at one width ──────────────────────────────────────────────────────────────────

_NARROWEST = 44
"""House choice: half-ems of the narrowest measure that somebody wraps prose at; verse is narrower."""
_RAGGED = 0.8
"""House choice: what a wrapped line fills of its measure at least, where words are not broken."""
_MANY = 3


def _measure(lines: Sequence[Line], heads: dict[int, Head]) -> int:
    """The width at which the prose of a text is wrapped by hand; 0 if it is not.

    Evidence is wanted all over: most lines with another one right below fill the same measure, and most of those break
    off inside a sentence."""
    above = [one[1].rstrip() for group in _groups(lines, heads) for one, two in pairwise(group) if not _indent(two[1])]
    measure = max(map(forms.width, above), default=0)
    full = [line for line in above if forms.width(line) >= measure * _RAGGED]
    broken = sum(not forms.ends_sentence(line) for line in full)
    enough = len(above) >= _MANY and len(full) * 10 >= len(above) * 8 and broken * 2 > len(full)
    return measure if enough and measure >= _NARROWEST else 0


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t\u3000"))


def _wrapped(lines: Sequence[Line], measure: int) -> Iterator[list[Line]]:
    """The lines of each paragraph: one begins with an indent, or behind a line that is not full."""
    paragraph: list[Line] = []
    for line in lines:
        if paragraph and (_indent(line[1]) or forms.width(paragraph[-1][1].rstrip()) < measure * _RAGGED):
            yield paragraph
            paragraph = []
        paragraph.append(line)
    yield paragraph
