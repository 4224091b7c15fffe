"""The things on a page, whoever named them, and the blocks that they become.

It assumes that an extractor said of each thing what it is; what that means for a page is the same for all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Literal, TypeAlias

from docconv import model as m
from docconv.readers.inlines import clean, media, one_line
from docconv.readers.page import assemble
from docconv.readers.page.company import Labels
from docconv.readers.page.inlines import read_inlines
from docconv.readers.page.lines import Block, Kind, Line, read_blocks
from docconv.readers.page.markup import TABLE_TITLE, language, made, read_inserts, read_tables
from docconv.readers.page.paragraphs import paragraphs

ThingKind: TypeAlias = Literal[
    "text", "paragraph", "head", "item", "furniture", "note", "abstract", "caption", "picture", "table", "code", "math",
    "lines",
]  # fmt: skip


@dataclass(slots=True)
class Thing:
    """One thing on a page, whoever found it.

    `text`, `caption` and `notes` are in the inline markup of `docconv.readers.page.inlines`, save that of a table
    (HTML), code (as it is), math (TeX) and a picture (what is written in it).  `marker` is a list item's, the path of
    a picture, the language of code; `level` a head's, or 1 for a picture in the running head.  A paragraph is a text
    that can be nothing else; lines may be several paragraphs."""

    kind: ThingKind
    text: str
    number: int
    page: int = 0
    level: int = 0
    marker: str = ""
    caption: str = ""
    notes: list[str] = field(default_factory=list)
    table: m.Table | None = None


KINDS: dict[str, ThingKind] = {
    # MinerU: https://opendatalab.github.io/MinerU/reference/output_files
    "title": "head",
    "header": "furniture",
    "footer": "furniture",
    "page_number": "furniture",
    "discarded": "furniture",
    "aside_text": "furniture",
    "page_footnote": "note",
    "image_caption": "caption",
    "table_caption": "caption",
    "chart_caption": "caption",
    "image_footnote": "note",
    "table_footnote": "note",
    "chart_footnote": "note",
    # PaddleOCR: the label_list of PP-DocLayout, PP-DocLayout_plus and PP-DocLayoutV2
    "doc_title": "head",
    "paragraph_title": "head",
    "abstract_title": "head",
    "reference_title": "head",
    "content_title": "head",
    "abstract": "abstract",
    "number": "furniture",
    "footnote": "note",
    "vision_footnote": "note",
    "figure_title": "caption",
    "table_title": "caption",
    "chart_title": "caption",
    "figure_table_chart_title": "caption",
    "image": "picture",
    "figure": "picture",
    "chart": "picture",
    "seal": "picture",
    "header_image": "picture",
    "footer_image": "picture",
    "table": "table",
    "formula": "math",
    "display_formula": "math",
    "algorithm": "code",
    # docling: docling_core.types.doc.labels.DocItemLabel
    "section_header": "head",
    "list_item": "item",
    "caption": "caption",
    "page_header": "furniture",
    "page_footer": "furniture",
    "code": "code",
}
"""Labels that are not plain text; no two extractors mean different things by one."""


def read_things(things: Iterable[Thing], file: str, labelled: bool = True) -> m.Document:
    """The document of things in their reading order; `labelled` says that heads and furniture are named."""
    found = list(_blocks(things, file))
    for one, other in pairwise(found):
        one.below = other.above
    return m.rewrite(assemble(found, file, Labels(all=labelled)), _with_formula)


def attach_captions(things: list[Thing]) -> list[Thing]:
    """The things of a page with every caption in the picture or table next to it, and a formula's number in it."""
    out: list[Thing] = []
    pending: Thing | None = None  # a caption that found nothing above it
    for thing in things:
        last = out[-1] if out else None
        if thing.kind == "caption" and last is not None and _takes(last, thing):
            last.caption = thing.text
        elif thing.marker == "formula_number" and last is not None and last.kind == "math":
            last.text = rf"{bare_tex(last.text)} \tag{{{thing.text.strip('()（） ')}}}"
        elif pending is not None and pending is last and _takes(thing, pending):
            thing.caption = pending.text
            out[-1] = thing
        else:
            out.append(thing)
            pending = thing if thing.kind == "caption" else None
    return out


def _takes(thing: Thing, caption: Thing) -> bool:
    kind = "table" if TABLE_TITLE.match(caption.text) else "picture"
    return thing.kind == kind and not thing.caption and not thing.level


def _blocks(things: Iterable[Thing], file: str) -> Iterator[Block]:
    page: int | None = None
    for thing in things:
        new_page, page = page is not None and thing.page != page, thing.page
        for block in _of_thing(thing, file):
            block.lines[0] = replace(block.lines[0], new_page=new_page)
            new_page = False
            yield block
        for note in thing.notes:
            yield from _texts("note", note, thing.number)


def _of_thing(thing: Thing, file: str) -> Iterator[Block]:
    match thing.kind:
        case "picture":
            yield from _pictured(thing, file)
        case "table":
            yield from _tabled(thing, file)
        case "math":
            if tex := bare_tex(thing.text):
                yield made("math", m.MathBlock(tex), _line(thing), file)
        case "code":
            yield from _texts("paragraph", thing.caption, thing.number)
            if text := clean(thing.text).strip("\n"):
                yield made("code", m.CodeBlock(text, language(thing.marker)), _line(thing), file)
        case "item":
            yield from _itemed(thing)
        case "caption" if TABLE_TITLE.match(thing.text):  # of a table that is not there
            yield from _texts("paragraph", thing.text, thing.number)
        case "head":
            for block in _texts("head", thing.text, thing.number):
                block.level = min(max(thing.level, 1), 5)
                yield block
        case "lines":
            yield from (Block("text", lines) for lines in paragraphs(ruled(thing.text, thing.number)))
        case "text":
            yield from _parts(thing.kind, read_inserts(ruled(thing.text, thing.number), file))
        case _:
            yield from _texts(thing.kind, thing.text, thing.number)


def _texts(kind: Kind, text: str, number: int) -> Iterator[Block]:
    return _parts(kind, ruled(text, number))


def _parts(kind: Kind, parts: Iterable[Line | Block]) -> Iterator[Block]:
    """The blocks of a text: lines belong together, a blank line parts paragraphs."""
    lines: list[Line] = []
    for part in parts:
        if lines and (isinstance(part, Block) or part.above):
            yield Block(kind, lines)
            lines = []
        if isinstance(part, Block):
            yield part
        else:
            lines.append(part)
    if lines:
        yield Block(kind, lines)


def ruled(text: str, number: int) -> list[Line]:
    """The lines of a text that are not blank.  A thing is parted from the one above it by one blank line: blank runs
    are no evidence here, for the pictures that they would stand for have labels."""
    out: list[Line] = []
    above, column = 1, 0
    for raw in text.split("\n"):
        inner = raw.strip()
        if not inner:
            above += bool(out)
        else:
            indent = raw[: len(raw) - len(raw.lstrip())]
            out.append(Line(number, column + len(indent) + 1, inner, above, "\u3000" in indent))
            above = 0
        column += len(raw) + 1
    return out


def _pictured(thing: Thing, file: str) -> Iterator[Block]:
    figure = m.Figure(media(thing.marker, one_line(thing.text)))
    if thing.level:  # a logo in the running head
        yield made("furniture", m.Aside((figure,), "furniture"), _line(thing), file)
        return
    yield made("image", figure, _line(thing), file)
    yield from _texts("caption", re.sub(r"\n\s*\n", "\n", thing.caption), thing.number)


def _tabled(thing: Thing, file: str) -> Iterator[Block]:
    nodes = [thing.table] if thing.table else read_tables(thing.text) if "<" in thing.text else []
    caption = read_inlines(ruled(thing.caption, thing.number), file)
    if not any(isinstance(node, m.Table) and (node.rows or node.head) for node in nodes):
        yield from _texts("text", f"{thing.caption}\n\n{thing.text}", thing.number)
        return
    for node in nodes:
        block = made("table", node, _line(thing), file)
        if isinstance(block.node, m.Table) and caption:
            block.node, caption = replace(block.node, caption=(*caption, *_below(block.node.caption))), ()
        yield block


def _below(caption: m.Inlines) -> m.Inlines:
    return (m.LineBreak(), *caption) if caption else ()


def _line(thing: Thing) -> Line:
    return Line(thing.number, 1, "", 1)


def _itemed(thing: Thing) -> Iterator[Block]:
    """A list item, whose marker may still stand in its text."""
    lines = [replace(line, above=0) for line in ruled(thing.text, thing.number)]
    if not lines:
        return
    lines[0] = replace(lines[0], above=1)
    found = list(read_blocks(lines[:1]))
    if not thing.marker and len(found) == 1 and found[0].kind == "item":
        yield replace(found[0], lines=[*found[0].lines, *lines[1:]])
    else:
        yield Block("item", lines, marker=thing.marker)


# ── Formulas ─────────────────────────────────────────────────────────────────────────────────────────────

_FORMULA = "\ufdd0"
"""A noncharacter at the head of a code span that makes it a formula: between code marks TeX keeps its backslashes."""
_RAISED = re.compile(r"\s*[\^_]\s*\{?[\w+\-]{1,6}\}?\s*")
"""An exponent or index alone, which the page's own inlines read."""


def formula(tex: str, written: str = "") -> str:
    tex = " ".join(tex.split())
    if not tex or "`" in tex or _RAISED.fullmatch(tex):
        return written or tex
    return f"`{_FORMULA}{tex}`"


def _with_formula(node: Any) -> Any:
    if isinstance(node, m.Code) and node.text.startswith(_FORMULA):
        return m.Math(node.text[1:], place=node.place)
    return node


def bare_tex(text: str) -> str:
    """The TeX of a displayed formula without the marks around it."""
    tex = text.strip()
    for start, end in (("$$", "$$"), (r"\[", r"\]"), ("$", "$")):
        if tex.startswith(start) and tex.endswith(end) and len(tex) >= len(start) + len(end):
            tex = tex[len(start) : len(tex) - len(end)].strip()
    return tex


_MARKUP = re.compile(
    r"\\(?=[!-/:-@\[-`{-~]|begin\{|end\{|caption|centering|label\{)"
    r"|\$|\*\*|__(?=\S)|`|<(?=[/!]?[a-zA-Z-])|&(?=[a-zA-Z#])|\[(?=[^\[\]]*\]\()|~(?=~~)"
)


def literal(text: str) -> str:
    """Plain text as the inline markup of a page."""
    return _MARKUP.sub(lambda found: "".join(f"\\{mark}" for mark in found[0]), text)
