"""A manuscript in plain text: a novel, a poem, a listing, as its author typed it.

It assumes that the author's lines are meant: every line is a paragraph, unless short lines stand together as a stanza
or look like code.  Nothing is taken for the trace of a printed page.
"""

from __future__ import annotations

import re
from itertools import groupby

from docconv import model as m
from docconv.readers.blocks import Heading, Item, body
from docconv.readers.inlines import clean, tidy
from docconv.readers.page import forms
from docconv.readers.source import Source


def read_text(source: Source) -> m.Document:
    """The document of a plain text: chapters by their heads (第一回, 第3章, 序), paragraphs, verse and code.

    Raises `SourceError` if the source is not text."""
    lines = clean(source.text()).split("\n")
    items: list[Item] = []
    for blank, group in groupby(enumerate(lines, 1), key=lambda pair: not pair[1].strip()):
        if not blank:
            items.extend(_group(list(group), source.name))
    return m.Document(m.Meta(), body(items))


_CHAPTER = re.compile(
    r"(?P<part>第\s?[〇零一二三四五六七八九十百千两0-9０-９]{1,7}\s?[卷部篇集編])|"
    r"第\s?[〇零一二三四五六七八九十百千两0-9０-９]{1,7}\s?[章回节節话話課课]|제\s?[0-9]{1,4}\s?[장회부화]|"
    r"(?:序[章言幕]?|楔子|引子|前言|后记|後記|尾声|尾聲|番外|あとがき|まえがき|머리말|Chapter\s+\w+)(?=$|[\s:：·])"
)
_CODE = re.compile(r"[{}\[\]();=<>|&$#]|^\s*(?:def|class|import|from|return|if|for|while|int|void|var|let|const)\b")


def _group(lines: list[tuple[int, str]], file: str) -> list[Item]:
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
    return [item for number, line in lines for item in _line(line, number, file)]


def _line(line: str, number: int, file: str) -> list[Item]:
    run = tidy([_text(line, number, file)])
    if not run:
        return []
    place = m.Place(number, len(line) - len(line.lstrip(" \t\u3000")) + 1, file)
    bare = m.plain(run)
    if re.fullmatch(r"([-*=_—＊※○☆★·]\s*){3,}", bare):
        return [m.Break(place=place)]
    found = _CHAPTER.match(bare)
    if found and forms.width(bare) <= 80 and not forms.is_sentence(bare):
        return [Heading(1 if found["part"] else 2, run, place=place)]
    return [m.Paragraph(run, place=place)]


def _text(line: str, number: int, file: str) -> m.Text:
    start = len(line) - len(line.lstrip(" \t\u3000"))
    return m.Text(line.strip(" \t\u3000") or " ", place=m.Place(number, start + 1, file))


def _is_stanza(lines: list[tuple[int, str]]) -> bool:
    """Short lines that do not fill their measure: at most 20 ideographs, the most without a full stop at the end."""
    bare = [line.strip() for _, line in lines]
    if any(forms.width(line) > 40 or _CHAPTER.match(line) for line in bare):
        return False
    return sum(line.endswith(("。", "」", "”", "：", ".")) for line in bare) * 2 < len(bare)


def _is_code(lines: list[tuple[int, str]]) -> bool:
    return sum(_CODE.search(line) is not None for _, line in lines) * 2 > len(lines)
