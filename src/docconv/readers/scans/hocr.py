"""hOCR: the HTML of Tesseract, Kraken, OCRopus and others, whose classes say what each element is on the page.

It assumes the classes and properties of http://kba.github.io/hocr-spec/1.2/; whatever text stands elsewhere is text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bs4 import Tag
from bs4.element import NavigableString, PreformattedString

from docconv import model as m
from docconv.problems import Say, silent
from docconv.readers.layout.things import Thing, ThingKind, attach_captions, read_things
from docconv.readers.scans.words import Box, Word, box_of, line_of, text_of
from docconv.readers.soup import decode_markup, parse
from docconv.readers.source import Source

_KINDS: dict[str, ThingKind] = {
    "ocr_header": "furniture",
    "ocr_footer": "furniture",
    "ocr_pageno": "furniture",
    "ocr_noise": "furniture",
    "ocr_caption": "caption",
    "ocr_title": "head",
    "ocr_abstract": "abstract",
    "ocr_par": "text",
    "ocr_display": "text",
    "ocr_blockquote": "text",
    "ocr_author": "text",
    "ocr_table": "lines",
    "ocr_float": "lines",
    "ocr_textfloat": "lines",
    "ocr_carea": "lines",
    "ocr_column": "lines",
    "ocrx_block": "lines",
    "ocr_page": "lines",
}
"""Elements with text; "lines" may hold paragraphs that the engine did not tell apart."""
_PICTURES = frozenset({"ocr_photo", "ocr_image", "ocr_linedrawing", "ocr_textimage"})
_LINES = frozenset({"ocr_line", "ocrx_line"})
_WORDS = frozenset({"ocrx_word", "ocr_word"})
_DEEPEST = 60
"""Elements around a text that are looked at: pages nest less deep than ten."""


def looks_like_hocr(data: bytes) -> bool:
    """Whether HTML is hOCR: it has a page, as the specification requires."""
    return re.search(rb"""class\s*=\s*["'][^"'<>]*\bocr_page\b""", data[:200_000]) is not None


def read_hocr(source: Source, say: Say = silent) -> m.Document:
    """The document of an hOCR file.  Raises `SourceError` if it is in no encoding."""
    soup = parse(decode_markup(source.data, source.name))
    system = soup.find("meta", attrs={"name": "ocr-system"})
    tesseract = isinstance(system, Tag) and "tesseract" in str(system.get("content", "")).lower()
    blocks = _Blocks(tesseract)
    for node in soup.descendants:
        if isinstance(node, Tag):
            blocks.enter(node)
        elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
            blocks.add(node)
    return read_things(attach_captions(blocks.things()), source.name, labelled=blocks.labelled)


@dataclass(slots=True)
class _Block:
    kind: ThingKind
    page: int
    order: tuple[int, int]
    lines: list[tuple[int, Box | None, list[Word]]] = field(default_factory=list)
    last: int = 0  # the word that was added last


class _Blocks:
    def __init__(self, tesseract: bool) -> None:
        self.tesseract = tesseract  # whose `ocr_header` is a line over more than one column, and no running head
        self.found: dict[tuple[int, bool], _Block] = {}
        self.page = 0
        self.labelled = False
        self.blank = False

    def enter(self, element: Tag) -> None:
        classes = _classes(element)
        self.page += "ocr_page" in classes
        if classes & _PICTURES:
            self.found[id(element), False] = _Block("picture", self.page, _order(element))

    def add(self, text: NavigableString) -> None:
        """A text in the line and the block in which it stands."""
        written = str(text)
        if not written.strip():
            self.blank = True
            return
        around = [each for each, _ in zip(text.parents, range(_DEEPEST), strict=False) if isinstance(each, Tag)]
        if any(each.name in ("head", "script", "style", "title") for each in around):
            return
        word = next((each for each in around if _classes(each) & _WORDS), None)
        line = next((each for each in around if _classes(each) & _LINES or self._is_line(each)), None)
        named = next((each for each in around if any(name in _KINDS for name in _classes(each))), None)
        block = self._block(named, line, around)
        at = id(line) if line is not None else id(named)
        if not block.lines or block.lines[-1][0] != at:
            block.lines.append((at, _box(line), []))
        words = block.lines[-1][2]
        if word is not None and block.last == id(word) and words:
            words[-1].text += written
        else:
            spaced = self.blank or written[0].isspace()
            words.append(Word(written, _box(word), spaced=bool(words) and spaced))
        block.last = id(word) if word is not None else 0
        self.blank = written[-1].isspace()

    def _is_line(self, element: Tag) -> bool:
        return element.name == "span" and any(name in _KINDS for name in _classes(element))

    def _block(self, named: Tag | None, line: Tag | None, around: list[Tag]) -> _Block:
        kind: ThingKind = "lines"
        for name in sorted(_classes(named)) if named is not None else ():
            kind = _KINDS.get(name, kind)
        if named is not None and named is line:  # a line that is named stands in a paragraph with others
            kind = "text" if self.tesseract and "ocr_header" in _classes(named) else kind
            outer = [each for each in around if each is not named and any(name in _KINDS for name in _classes(each))]
            key = id(outer[0]) if outer else 0, kind not in ("text", "lines")
        else:
            key = id(named), False
        self.labelled = self.labelled or kind == "head"
        ordered = next((each for each in around if _order(each) != (0, 0)), None)
        order = _order(ordered) if ordered is not None else (0, 0)
        return self.found.setdefault(key, _Block(kind, self.page, order))

    def things(self) -> list[Thing]:
        blocks = sorted(self.found.values(), key=lambda block: (block.page, block.order))
        return [
            Thing(block.kind, text_of([(line_of(words), box) for _, box, words in block.lines]), number, block.page,
                  level=int(block.kind == "head"))
            for number, block in enumerate(blocks, 1)
        ]  # fmt: skip


def _classes(element: Tag) -> frozenset[str]:
    value = element.get("class")
    return frozenset(value.split() if isinstance(value, str) else value or ())


def _property(element: Tag, name: str) -> list[str]:
    title = element.get("title")
    found = re.search(rf"(?:^|;)\s*{name}\s+([^;]*)", title) if isinstance(title, str) else None
    return found[1].split() if found else []


def _box(element: Tag | None) -> Box | None:
    corners = _property(element, "bbox") if element is not None else []
    return box_of(corners[:4]) if len(corners) >= 4 else None


def _order(element: Tag) -> tuple[int, int]:
    """Where the element comes in the order of reading, if it says so (`order`); those that do not come first."""
    number = _property(element, "order")
    return (1, int(number[0])) if number and re.fullmatch(r"\d{1,6}", number[0]) else (0, 0)
