"""What other models for documents write as JSON: dots.ocr, marker, olmOCR.

It assumes their documented forms: the prompt of dots.ocr, the renderers of marker, the Dolma documents of olmOCR.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import pairwise

from docconv.readers.inlines import link_target
from docconv.readers.layout.things import Thing, ThingKind, attach_captions, bare_tex, formula, literal
from docconv.readers.layout.values import Record, array, integer, record, string

# ── dots.ocr ─────────────────────────────────────────────────────────────────────────────────────────────

_DOTS: dict[str, ThingKind] = {
    "Caption": "caption",
    "Footnote": "note",
    "Formula": "math",
    "List-item": "item",
    "Page-footer": "furniture",
    "Page-header": "furniture",
    "Picture": "picture",
    "Section-header": "head",
    "Table": "table",
    "Text": "text",
    "Title": "head",
}
_HASHES = re.compile(r"(#{1,6})\s+")


def read_cells(pages: list[list[object]]) -> list[Thing]:
    """The cells of pages: objects with `bbox`, `category` and `text`, which is Markdown, for a table HTML, for a
    formula TeX, and for a picture nothing."""
    cells = [(page, record(cell)) for page, inside in enumerate(pages) for cell in inside]
    return attach_captions([_cell(cell, number, page) for number, (page, cell) in enumerate(cells, 1)])


def _cell(cell: Record, number: int, page: int) -> Thing:
    category = string(cell.get("category"))
    thing = Thing(_DOTS.get(category, "text"), string(cell.get("text")), number, page)
    if thing.kind == "head":
        hashes = _HASHES.match(thing.text)
        thing.text = thing.text[hashes.end() :] if hashes else thing.text
        thing.level = len(hashes[1]) if hashes else 1 + (category != "Title")
    return thing


# ── marker ───────────────────────────────────────────────────────────────────────────────────────────────

_MARKER: dict[str, ThingKind] = {
    "Caption": "caption",
    "Code": "code",
    "Equation": "math",
    "Figure": "picture",
    "Footnote": "note",
    "Form": "table",
    "ListItem": "item",
    "PageFooter": "furniture",
    "PageHeader": "furniture",
    "Picture": "picture",
    "SectionHeader": "head",
    "Table": "table",
    "TableOfContents": "table",
}
_PARTS = frozenset({"Line", "Span", "Char", "TableCell"})
"""What a block is made of: its own HTML has said it."""


def read_blocks_of_marker(blocks: list[object]) -> list[Thing]:
    """A tree of objects with `block_type`, `html` and `children`, or its leaves in a row with `page`.

    A block that has children says nothing itself but where they stand."""
    things: list[Thing] = []
    page = 0
    stack = [record(block) for block in blocks][::-1]
    while stack:
        block = stack.pop()
        kind = string(block.get("block_type"))
        page = integer(block.get("page"), page) if "page" in block else page + (kind == "Page")
        children = [each for each in map(record, array(block.get("children"))) if each.get("block_type") not in _PARTS]
        if children:
            stack += children[::-1]
        elif kind != "Page":
            things += _leaf(block, kind, len(things) + 1, page)
    return attach_captions(things)


def _leaf(block: Record, kind: str, number: int, page: int) -> Iterator[Thing]:
    markup = string(block.get("html"))
    thing = Thing(_MARKER.get(kind, "text"), "", number, page)
    match thing.kind:
        case "table":
            thing.text = _MATH.sub(lambda found: f"${html.unescape(found[1])}$", markup)
        case "code":
            inside = re.sub(r"\A\s*<pre[^>]*>|</pre>\s*\Z", "", markup)
            thing.text = html.unescape(re.sub(r"</?[a-zA-Z][^<>]*>", "", inside))
        case "math":
            found = _MATH.search(markup)
            thing.text = html.unescape(found[1]) if found else bare_tex(_shown(markup))
        case "picture":
            thing.text, thing.marker = _shown(markup), _file(string(block.get("id")))
        case _:
            thing.text = _marked_up(markup)
    if thing.kind == "head":
        level = re.search(r"<h([1-6])", markup)
        thing.level = int(level[1]) if level else 1
    yield thing


def _file(name: str) -> str:
    """The file to which marker saves a picture: /page/0/Picture/1 → _page_0_Picture_1.jpeg (`BlockId.to_path`)."""
    return f"{name.replace('/', '_')}.jpeg" if re.fullmatch(r"/page/\d+/\w+/\d+", name) else ""


_MATH = re.compile(r"<math\b[^<>]*>(.*?)</math>", re.S | re.I)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)\b([^<>]*)>")
_INLINE = frozenset({"b", "strong", "i", "em", "sup", "sub", "br"})


def _shown(markup: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", markup)).split())


def _marked_up(markup: str) -> str:
    """HTML as the inline markup of a page: the tags that it knows, the rest as it is read."""
    out: list[str] = []
    position = 0
    for found in re.finditer(f"{_MATH.pattern}|{_TAG.pattern}", markup, re.S | re.I):
        out.append(literal(html.unescape(markup[position : found.start()])))
        position = found.end()
        if found[1] is not None:
            out.append(formula(html.unescape(found[1])))
            continue
        name = found[3].lower()
        href = re.search(r"href=[\"']([^\"']*)", found[4])
        if name in _INLINE:
            out.append(f"<{found[2]}{name}>")
        elif name == "a" and (found[2] or (href and _outside(href[1]))):
            out.append(f'<a href="{href[1]}">' if href else "</a>")
        elif name in ("p", "li", "div"):
            out.append("\n\n")
    return ("".join(out) + literal(html.unescape(markup[position:]))).strip()


def _outside(address: str) -> bool:
    return link_target(html.unescape(address)).startswith(("http", "mailto"))


# ── olmOCR ───────────────────────────────────────────────────────────────────────────────────────────────


def markdown_of_dolma(documents: list[Record]) -> str:
    """The Markdown of Dolma documents, a form feed where a page begins that is not the first.

    A document has `text`, and `attributes` with `pdf_page_numbers`: (start, end, page)."""
    out: list[str] = []
    for document in documents:
        text = string(document.get("text"))
        spans = array(record(document.get("attributes")).get("pdf_page_numbers"))
        starts = {integer(start) for start, *_ in filter(None, map(array, spans))} - {0}
        cuts = [0, *sorted(start for start in starts if 0 < start < len(text)), len(text)]
        out += [text[start:end] for start, end in pairwise(cuts)]
    return "\n\f".join(out)
