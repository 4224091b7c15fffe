"""The pages of the print edition, told by their folios: 第A4版：要闻, 14面, — 15 —.

It assumes that folios have been told apart as furniture.  They stay where they stand; a `PageBreak` says where the
page begins that each of them names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from docconv import model as m
from docconv.ledger import Ledger

_SHEET = re.compile(r"(?<![0-9A-Za-z])(?:第\s?)?[A-Z]?\d{1,3}\s?[版面면](?![0-9])(?:\s?[:：]\s?[^\s，。\d]{1,10})?")
"""A page of a newspaper: 第14版：专题 · A4版 · 3面."""
_LETTERED = re.compile(r"[A-Z]\d{1,2}(?:\s+[\u4e00-\u9fff]{2,6})?$|(?<=\s)[A-Z]\d{1,2}$")
"""The same by its number alone: A04 要闻."""
_NUMBER = re.compile(
    r"[—–\-~·•|（(]?\s?(?:第\s?|[Pp](?:age|\.)?\s?)?(\d{1,4})\s?(?:[页頁]|ページ|쪽)?\s?[—–\-~·•|）)]?"
)
"""A page of a book or magazine: — 15 — · 第 15 页."""


def mark_pages(document: m.Document, ledger: Ledger) -> m.Document:
    """A break before each page that a folio names.

    第14版：专题 ¶ 标题 … → ⟨14⟩ 第14版：专题 ¶ 标题 …

    Folios stand at the head of their pages if one stands above all text; else at the foot, and a page begins behind
    the folio of the page before."""
    if document.meta.kind != "page" or any(isinstance(node, m.PageBreak) for node in m.walk(document)):
        return document
    folios = [label for node in m.walk(document) if (label := folio(node))]
    labels = list(dict.fromkeys(folios))
    if not labels:
        return document
    turns = _at_the_head(document)
    # which page begins behind a folio: the one that it names, or the one after that
    begins = dict(zip(labels, labels if turns else [*labels[1:], ""], strict=True))
    return replace(document, body=_Pages(begins, "" if turns else labels[0]).marked(document.body))


def folio(node: Any) -> str:
    """The page that a piece of furniture names, or nothing."""
    if not m.is_furniture(node):
        return ""
    text = " ".join("".join(m.paragraphs(m.Document(m.Meta(), (node,)))).split())
    if found := _SHEET.search(text) or _LETTERED.search(text):
        return found[0]
    number = _NUMBER.fullmatch(text)
    return number[1] if number else ""


def _at_the_head(document: m.Document) -> bool:
    """Whether the first folio stands above all running text."""
    first = next(label for label in map(_standing, _outside(document.body)) if label)
    return first == "folio"


def _standing(node: Any) -> str:
    if folio(node):
        return "folio"
    beside = m.is_furniture(node) or isinstance(node, m.Figure | m.Break)
    return "" if beside or isinstance(node, m.Article | m.Section) else "text"


def _outside(body: tuple[Any, ...]) -> Iterator[Any]:
    """The blocks of articles and sections, in their order; furniture stands nowhere else."""
    for node in body:
        yield node
        if isinstance(node, m.Article | m.Section):
            yield from _outside(node.body)


@dataclass
class _Pages:
    """The walk that sets the breaks.  `due` is the page that begins at the next block that is no furniture."""

    begins: dict[str, str]
    due: str

    def marked(self, body: tuple[Any, ...]) -> tuple[Any, ...]:
        out: list[Any] = []
        for node in body:
            if label := folio(node):
                self.due = self.begins.pop(label, "") or self.due
            elif self.due and not m.is_furniture(node):
                out.append(m.PageBreak(self.due, place=node.place))
                self.due = ""
            nested = isinstance(node, m.Article | m.Section)
            out.append(replace(node, body=self.marked(node.body)) if nested else node)
        return tuple(out)
