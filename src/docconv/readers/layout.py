"""What layout extractors write as JSON: MinerU's content list, PaddleOCR's parsing results, docling's document.

It assumes that the extractor named each thing on the page (a title, a table, a running head …) and put them in
reading order.  What is said once is not guessed again, but the rest is as it is for text lifted off a page: headline,
kicker and byline are told apart, and articles put together, by `docconv.readers.page`.

A place's line is the number of the thing in the extractor's list, from 1; its column counts in the text of the thing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise
from typing import Any, Literal, TypeAlias, cast

from docconv import model as m
from docconv.problems import SourceError
from docconv.readers.blocks import LARGEST_SPAN, LARGEST_TABLE, bounded
from docconv.readers.inlines import clean, media, one_line
from docconv.readers.page import assemble
from docconv.readers.page.inlines import read_inlines
from docconv.readers.page.lines import Block, Kind, Line, read_blocks
from docconv.readers.page.markup import TABLE_TITLE, language, made, read_tables
from docconv.readers.source import Source

_Object: TypeAlias = dict[str, Any]


def read_layout(source: Source) -> m.Document:
    """The document of a MinerU, PaddleOCR or docling JSON file; which of them it is, its content says.

    Raises `SourceError` if the source is not JSON, or JSON of another kind.  A thing without text is left out, one
    with an unknown label is text; pictures keep the path that the extractor gave them, and nothing is opened."""
    try:
        value = json.loads(source.text())
    except json.JSONDecodeError as error:
        place = m.Place(error.lineno, error.colno, source.name)
        raise SourceError(f"this is not JSON: {error.msg.lower()}", place=place) from None
    except RecursionError:
        raise SourceError(f"{source.name}: the JSON nests too deep") from None
    except ValueError:  # a number of more digits than Python converts
        raise SourceError(f"{source.name}: the JSON holds a number that is too long") from None
    things = _things(value)
    if things is None:
        raise SourceError(
            f"{source.name}: this JSON is not a layout",
            remedy="give MinerU's content_list.json, PaddleOCR's _res.json, or docling's JSON",
        )
    found = list(_blocks(things, source.name))
    for one, other in pairwise(found):
        one.below = other.above
    return m.rewrite(assemble(found, source.name, labelled=True, furnished=True), _with_formula)


def looks_like_layout(data: bytes) -> bool:
    """Whether `data` is JSON with the keys by which one of the three is known."""
    start = data[:100].removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith((b"{", b"[")) and any(all(key in data for key in keys) for keys in _TELLTALES)


_TELLTALES = (
    (b'"schema_name"', b'"DoclingDocument"'),
    (b'"parsing_res_list"', b'"block_label"'),
    (b'"pdf_info"', b'"para_blocks"'),
    (b'"type"', b'"page_idx"'),
    (b'"type"', b'_content"', b'"bbox"'),  # the second form of the content list
)


# ── Things ───────────────────────────────────────────────────────────────────────────────────────────────

_Kind: TypeAlias = Literal[
    "text", "paragraph", "head", "item", "furniture", "note", "abstract", "caption", "picture", "table", "code", "math"
]


@dataclass(slots=True)
class _Thing:
    """One thing on a page, whoever found it.

    `text`, `caption` and `notes` are in the inline markup of `docconv.readers.page.inlines`, save that of a table
    (HTML), code (as it is), math (TeX) and a picture (what is written in it).  `marker` is a list item's, the path of
    a picture, the language of code; `level` a head's, or 1 for a picture in the running head.  A paragraph is a text
    that can be nothing else."""

    kind: _Kind
    text: str
    number: int
    page: int = 0
    level: int = 0
    marker: str = ""
    caption: str = ""
    notes: list[str] = field(default_factory=list)
    table: m.Table | None = None


_KINDS: dict[str, _Kind] = {
    # MinerU: https://opendatalab.github.io/MinerU/reference/output_files
    "title": "head",
    "header": "furniture",
    "footer": "furniture",
    "page_number": "furniture",
    "discarded": "furniture",
    "aside_text": "furniture",
    "page_footnote": "note",
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


def _things(value: object) -> list[_Thing] | None:
    """The things on the pages, in reading order; None if this is none of the three."""
    match value:
        case {"schema_name": "DoclingDocument"}:
            return _Docling(cast(_Object, value)).things()
        case {"document": {"json_content": dict(document)}}:  # the answer of docling-serve
            return _Docling(document).things()
        case {"pdf_info": list(pages)}:
            return _mineru_pages(pages)
        case {"parsing_res_list": list()}:
            return _paddle([value])
        case {"res": {"parsing_res_list": list()} as page}:
            return _paddle([page])
        case {"layoutParsingResults": list(pages)} | {"result": {"layoutParsingResults": list(pages)}}:
            return _paddle([_object(page).get("prunedResult") for page in pages])  # the answer of PaddleX serving
        case list(entries) if any("parsing_res_list" in _object(page) for page in entries):
            return _paddle(entries)
        case list(entries) if any(isinstance(page, list) for page in entries):
            return _mineru_nested(entries)
        case list(entries) if not entries or any("type" in _object(entry) for entry in entries):
            return _mineru(entries)
        case _:
            return None


# ── MinerU ───────────────────────────────────────────────────────────────────────────────────────────────


def _mineru(entries: list[object]) -> list[_Thing]:
    """`*_content_list.json`: a flat list of objects with `type` and `page_idx`.

    `text` with `text_level` (0 or none: body, 1 … a heading), `equation`; `image`, `table`, `chart` with `img_path`,
    `table_body` (HTML) and lists `image_caption`, `image_footnote` … (`img_caption`, `img_footnote` before 2.0);
    `code` with `code_body`, `list` with `list_items`; `header`, `footer`, `page_number`, `aside_text`,
    `page_footnote`.  Text is Markdown with `$…$`."""
    return [
        thing
        for number, entry in enumerate(map(_object, entries), 1)
        for thing in _mineru_entry(entry, number, _integer(entry.get("page_idx")))
    ]


def _mineru_entry(entry: _Object, number: int, page: int) -> Iterator[_Thing]:
    """What an entry holds."""
    label = _string(entry.get("type"))
    text = _string(entry.get("text"))
    path = _string(entry.get("img_path"))

    def around(end: str) -> list[str]:
        names = (f"{label}_{end}", f"{'img' if label == 'image' else 'code'}_{end}")
        return [text for name in dict.fromkeys(names) for text in _strings(entry.get(name))]

    thing = _Thing(_KINDS.get(label, "text"), text, number, page)
    thing.caption, thing.notes = "\n".join(around("caption")), around("footnote")
    match label:
        case "text" | "title":
            thing.level = _integer(entry.get("text_level")) or int(label == "title")
            thing.kind = "head" if thing.level else "text"
        case "image" | "chart" | "seal":
            thing.marker, thing.text = path, _string(entry.get("content")) or text
        case "table":
            thing.text = _string(entry.get("table_body"))
            if not thing.text:
                thing.kind, thing.marker = "picture", path
        case "equation" | "interline_equation":
            thing.kind, thing.text = "math", _string(entry.get("text"))
            if not thing.text:
                thing.kind, thing.marker = "picture", path
        case "code" | "algorithm":
            thing.text, thing.marker = _string(entry.get("code_body")), _string(entry.get("guess_lang"))
        case "list" | "index":
            listed = "text" if entry.get("sub_type") == "ref_text" else "item"
            items = _strings(entry.get("list_items"))
            yield from (_Thing(cast(_Kind, listed), item, number, page) for item in items)
    yield thing


def _mineru_nested(pages: list[object]) -> list[_Thing]:
    """`*_content_list_v2.json`: a list of pages, each a list of objects with `type` and an object `content`.

    Its `title_content`, `paragraph_content`, `page_header_content`, `image_caption` … are lists of spans."""
    entries = [(page, _object(entry)) for page, inside in enumerate(pages) for entry in _list(inside)]
    return [
        thing for number, (page, entry) in enumerate(entries, 1) for thing in _mineru_entry(_flat(entry), number, page)
    ]


_FLAT = {
    "paragraph": "text",
    "page_header": "header",
    "page_footer": "footer",
    "page_aside_text": "aside_text",
    "equation_interline": "equation",
}


def _flat(entry: _Object) -> _Object:
    """An entry of the second form in the first."""
    name, content = _string(entry.get("type")), _object(entry.get("content"))
    label = _FLAT.get(name, name)
    flat: _Object = {
        "type": label,
        "text": _spans(content.get(f"{name}_content")) or _string(content.get("math_content")),
        "text_level": content.get("level"),
        "img_path": _object(content.get("image_source")).get("path"),
        "content": content.get("content"),
        "table_body": content.get("html"),
        "code_body": _spans(content.get(f"{name}_content"), raw=True),
        "guess_lang": content.get("code_language"),
        "sub_type": "ref_text" if "ref" in _string(content.get("list_type")) else "",
        "list_items": [_spans(_object(item).get("item_content")) for item in _list(content.get("list_items"))],
    }
    for end in ("caption", "footnote"):
        flat[f"{name}_{end}"] = _spans(content.get(f"{name}_{end}"))
    return flat


def _mineru_pages(pages: list[object]) -> list[_Thing]:
    """`*_middle.json`: `pdf_info`, a list of pages with `para_blocks` and `discarded_blocks`.

    A block has `lines` of `spans`, or (`image`, `table`, `code`, `list`) inner `blocks`, such as `image_body` and
    `image_caption`."""
    found = [
        (number, _object(block))
        for number, page in enumerate(map(_object, pages))
        for name in ("para_blocks", "discarded_blocks")
        for block in _list(page.get(name))
    ]
    return [
        thing
        for number, (page, block) in enumerate(found, 1)
        for thing in _mineru_entry(_from_lines(block), number, page)
    ]


def _from_lines(block: _Object) -> _Object:
    """A block of `middle.json` as an entry of the content list."""
    label = _string(block.get("type"))
    inner = [_object(each) for each in _list(block.get("blocks"))]
    body = [each for each in inner if _string(each.get("type")).endswith("_body")] or [block]
    spans = [span for each in body for line in _lines(each) for span in map(_object, _list(line.get("spans")))]

    def first(*names: str) -> str:
        return next((text for span in spans for name in names if (text := _string(span.get(name)))), "")

    entry: _Object = {
        "type": label,
        "text": first("content") if label == "interline_equation" else _lined(block),
        "text_level": block.get("level"),
        "img_path": first("image_path", "img_path"),
        "content": first("content"),
        "table_body": first("html"),
        "code_body": "\n".join(_spans(line.get("spans"), raw=True) for each in body for line in _lines(each)),
        "guess_lang": block.get("guess_lang"),
        "sub_type": block.get("sub_type"),
        "list_items": [_lined(each) for each in inner] or _listed(block),
    }
    for end in ("caption", "footnote"):
        entry[f"{label}_{end}"] = [_lined(each) for each in inner if each.get("type") == f"{label}_{end}"]
    return entry


def _lines(block: _Object) -> list[_Object]:
    return [_object(line) for line in _list(block.get("lines"))]


def _lined(block: _Object) -> str:
    """The text of a block, a line of it to a line of print."""
    return "\n".join(_spans(line.get("spans")) for line in _lines(block))


def _listed(block: _Object) -> list[str]:
    """The items of a list block that has only lines: each begins where the extractor says so."""
    items: list[str] = []
    for line in _lines(block):
        text = _spans(line.get("spans"))
        if items and line.get("is_list_start_line") is False:
            items[-1] += f"\n{text}"
        else:
            items.append(text)
    return items


def _spans(value: object, raw: bool = False) -> str:
    """The text of spans ({type, content}), whose text is plain and whose formulas are TeX."""
    out: list[str] = []
    for span in map(_object, _list(value)):
        text = _string(span.get("content"))
        formula = "equation" in _string(span.get("type"))
        out.append(text if raw else _formula(text) if formula else _literal(text))
    return "".join(out)


# ── PaddleOCR ────────────────────────────────────────────────────────────────────────────────────────────


def _paddle(pages: list[object]) -> list[_Thing]:
    """`*_res.json` of PP-StructureV3 and PaddleOCR-VL: for each page a `parsing_res_list` of objects with
    `block_label`, `block_content`, `block_bbox` and, since PaddleX 3.2, `block_id` and `block_order`."""
    things: list[_Thing] = []
    number = 0
    for page, result in enumerate(map(_object, pages)):
        inner = _object(result.get("res")) or result
        found = [_object(block) for block in _list(inner.get("parsing_res_list"))]
        numbered = list(enumerate(found, number + 1))
        number += len(found)
        things += _captioned([_paddle_block(block, at, page) for at, block in _in_order(numbered)])
    return things


def _in_order(numbered: list[tuple[int, _Object]]) -> list[tuple[int, _Object]]:
    """The blocks by their `block_order`; those without one (pictures, running heads) keep their place in the list."""
    ranks = [block.get("block_order") for _, block in numbered]
    ordered = [at for at, rank in enumerate(ranks) if type(rank) is int]
    out = list(numbered)
    for at, source in zip(ordered, sorted(ordered, key=lambda at: cast(int, ranks[at])), strict=True):
        out[at] = numbered[source]
    return out


_HASHES = re.compile(r"(#{1,6})\s+")
_SECTION = re.compile(r"\d{1,3}((?:\.\d{1,3})*)")


def _paddle_block(block: _Object, number: int, page: int) -> _Thing:
    label, text = _string(block.get("block_label")), _string(block.get("block_content"))
    kind = _KINDS.get(label, "text")
    thing = _Thing(kind, text, number, page)
    match kind:
        case "head":
            hashes = _HASHES.match(text)  # there with `format_block_content`
            thing.text = thing.text[hashes.end() :] if hashes else thing.text
            section = _SECTION.match(thing.text)
            # as PaddleX has it: 1 is a head of the second level, 1.1 one of the third
            thing.level = 1 if label == "doc_title" else 2 + (section[1].count(".") if section else 0)
        case "picture":
            named = re.search(r"<img\b[^>]*\bsrc=[\"']([^\"']+)|!\[[^\]]*\]\(([^)\s]+)\)", text)
            thing.marker = (named[1] or named[2]) if named else _paddle_path(label, block.get("block_bbox"))
            thing.text = "" if named else text
            thing.level = int(label in ("header_image", "footer_image"))
        case "text" if label == "formula_number":
            thing.marker = label
    return thing


def _paddle_path(label: str, box: object) -> str:
    """The file to which PaddleX saves a picture, which its JSON does not name (`save_to_markdown`)."""
    corners = [_integer(corner, -1) for corner in _list(box)]
    if len(corners) != 4 or min(corners) < 0:
        return ""
    return f"imgs/img_in_{label}_box_{'_'.join(map(str, corners))}.jpg"


def _captioned(things: list[_Thing]) -> list[_Thing]:
    """The things of a page with every caption in the picture or table next to it, and a formula's number in it."""
    out: list[_Thing] = []
    pending: _Thing | None = None  # a caption that found nothing above it
    for thing in things:
        last = out[-1] if out else None
        if thing.kind == "caption" and last is not None and _takes(last, thing):
            last.caption = thing.text
        elif thing.marker == "formula_number" and last is not None and last.kind == "math":
            last.text = rf"{_tex(last.text)} \tag{{{thing.text.strip('()（） ')}}}"
        elif pending is not None and pending is last and _takes(thing, pending):
            thing.caption = pending.text
            out[-1] = thing
        else:
            out.append(thing)
            pending = thing if thing.kind == "caption" else None
    return out


def _takes(thing: _Thing, caption: _Thing) -> bool:
    kind = "table" if TABLE_TITLE.match(caption.text) else "picture"
    return thing.kind == kind and not thing.caption and not thing.level


# ── docling ──────────────────────────────────────────────────────────────────────────────────────────────

_POINTER = re.compile(r"#/(texts|groups|tables|pictures|key_value_items|form_items)/(\d{1,9})")
_MARKER = re.compile(r"[^\w\s]?\d{1,4}[^\w\s]?|[①-⑳]")
_CHECKBOXES = {"checkbox_selected": "☑ ", "checkbox_unselected": "☐ "}


class _Docling:
    """A DoclingDocument: a tree of JSON pointers (`$ref`) from `body` through `children` to `texts`, `groups`,
    `tables` and `pictures`; `furniture` is the older place of running heads (now `content_layer`).

    A text has `label`, `text`, `orig`, `level`, `marker`, `enumerated`, `code_language`, `formatting`; a picture or
    table has `captions` and `footnotes`; all have `prov` with `page_no`."""

    def __init__(self, document: _Object) -> None:
        self.document = document
        self.seen: set[str] = set()
        self.number = 0

    def things(self) -> list[_Thing]:
        floats = [_object(node) for name in ("tables", "pictures", "texts") for node in _list(self.document.get(name))]
        owned = {ref for node in floats for name in ("captions", "footnotes") for ref in _pointers(node.get(name))}
        roots = [*_pointers(_children(self.document, "body")), *_pointers(_children(self.document, "furniture"))]
        things = list(self._walk(roots, owned))
        if not things:  # a tree that leads nowhere
            names = ("texts", "tables", "pictures")
            every = [f"#/{name}/{at}" for name in names for at in range(len(_list(self.document.get(name))))]
            things = list(self._walk(every, owned))
        return things

    def _walk(self, roots: list[str], owned: set[str]) -> Iterator[_Thing]:
        stack = roots[::-1]
        while stack:
            pointer = stack.pop()
            if pointer in self.seen or pointer in owned:
                continue
            self.seen.add(pointer)
            node = self._node(pointer)
            if not node:
                continue
            self.number += not pointer.startswith("#/groups/") or node.get("label") == "inline"
            if pointer.startswith("#/pictures/"):
                yield self._picture(node, owned)
            elif pointer.startswith("#/tables/"):
                yield self._table(node)
            elif pointer.startswith(("#/key_value_items/", "#/form_items/")):
                yield from self._pairs(node)
            elif pointer.startswith("#/groups/") and node.get("label") == "inline":
                yield self._thing("text", self._joined(node), node)
            else:
                if pointer.startswith("#/texts/"):
                    yield self._text(node)
                stack += _pointers(node.get("children"))[::-1]

    def _node(self, pointer: str) -> _Object:
        """The object at a pointer; an empty one if it points nowhere."""
        found = _POINTER.fullmatch(pointer)
        nodes = _list(self.document.get(found[1])) if found else []
        return _object(nodes[int(found[2])]) if found and int(found[2]) < len(nodes) else {}

    def _thing(self, kind: _Kind, text: str, node: _Object) -> _Thing:
        page = next((_integer(_object(each).get("page_no")) for each in _list(node.get("prov"))), 0)
        caption = "\n".join(self._strings(node.get("captions")))
        return _Thing(kind, text, self.number, page, caption=caption, notes=self._strings(node.get("footnotes")))

    def _strings(self, pointers: object) -> list[str]:
        return [_literal(_string(self._node(pointer).get("text"))) for pointer in _pointers(pointers)]

    def _text(self, node: _Object) -> _Thing:
        label, text = _string(node.get("label")), _string(node.get("text"))
        thing = self._thing(_KINDS.get(label, "text"), _styled(node), node)
        match thing.kind:
            case "head":
                thing.level = 1 if label == "title" else _integer(node.get("level"), 1) + 1
            case "item":
                marker = _string(node.get("marker"))
                thing.marker = marker if node.get("enumerated") is True and _MARKER.fullmatch(marker) else ""
            case "code":
                thing.text, thing.marker = text, _string(node.get("code_language")).lower()
            case "math" if text:
                thing.text = text
            case "math":  # a formula that was found and not read: what the PDF holds of it
                thing.kind = "paragraph"
            case "text" if label in _CHECKBOXES:
                thing.text = _CHECKBOXES[label] + thing.text
        layer = _string(node.get("content_layer"))
        if layer not in ("", "body"):
            thing.kind = "note" if layer == "notes" else "furniture"
        return thing

    def _picture(self, node: _Object, owned: set[str]) -> _Thing:
        """The texts inside a picture are part of it: what it says instead of being seen."""
        inside: list[str] = []
        stack = _pointers(node.get("children"))[::-1]
        while stack:
            pointer = stack.pop()
            if pointer not in self.seen and pointer not in owned:
                self.seen.add(pointer)
                inside.append(_string(self._node(pointer).get("text")))
                stack += _pointers(self._node(pointer).get("children"))[::-1]
        thing = self._thing("picture", "\n".join(filter(None, inside)), node)
        thing.marker = _string(_object(node.get("image")).get("uri"))
        return thing

    def _table(self, node: _Object) -> _Thing:
        thing = self._thing("table", "", node)
        thing.table = _table(_object(node.get("data")))
        self.seen.update(_pointers(node.get("children")))  # what its cells hold
        return thing

    def _pairs(self, node: _Object) -> Iterator[_Thing]:
        for cell in _list(_object(node.get("graph")).get("cells")):
            yield self._thing("text", _literal(_string(_object(cell).get("text"))), node)

    def _joined(self, group: _Object) -> str:
        """The parts of one paragraph; docling drops the white space between them."""
        text, last = "", ""
        for pointer in _pointers(group.get("children")):
            self.seen.add(pointer)
            node = self._node(pointer)
            part = _string(node.get("text")) or _string(node.get("orig"))
            text += " " if _latin(last) and _latin(part[:1]) else ""
            text += _formula(part) if node.get("label") == "formula" else _styled(node)
            last = part[-1:] or last
        return text


def _children(document: _Object, name: str) -> object:
    return _object(document.get(name)).get("children")


def _pointers(value: object) -> list[str]:
    pointers = (_object(each).get("$ref", _object(each).get("cref")) for each in _list(value))
    return [pointer for pointer in pointers if isinstance(pointer, str)]


def _latin(character: str) -> bool:
    return "!" <= character <= "\u024f"


def _styled(node: _Object) -> str:
    """A text as the inline markup of a page, with its `formatting`."""
    text = _literal(_string(node.get("text")) or _string(node.get("orig")))
    style = _object(node.get("formatting"))
    for name, tag in (("bold", "b"), ("italic", "i")):
        text = f"<{tag}>{text}</{tag}>" if text and style.get(name) is True else text
    tag = {"sub": "sub", "super": "sup"}.get(_string(style.get("script")), "")
    return f"<{tag}>{text}</{tag}>" if text and tag else text


def _table(data: _Object) -> m.Table:
    """A table of `data.table_cells`, or of `data.grid` where they are missing.

    A cell has `text`, `row_span`, `col_span`, `start_row_offset_idx`, `start_col_offset_idx` and `column_header`; no
    two cover a field, and fields that none covers are empty cells."""
    cells = _cells(data)
    height = max((row + cell.rowspan for (row, _), cell in cells.items()), default=0)
    width = max((column + cell.colspan for (_, column), cell in cells.items()), default=0)
    rows = _filled(cells, height, width) if height * width <= LARGEST_TABLE else _as_listed(cells)
    head = 0
    while head < len(rows) and rows[head].cells and all(cell.header for cell in rows[head].cells):
        head += 1
    head = head if head < len(rows) else 0
    return m.Table(head=bounded(rows[:head]), rows=bounded(rows[head:]))


def _filled(cells: dict[tuple[int, int], m.Cell], height: int, width: int) -> list[m.Row]:
    """The rows with an empty cell in every field that no cell covers."""
    taken: set[tuple[int, int]] = set()
    rows: list[m.Row] = []
    for row in range(height):
        line: list[m.Cell] = []
        for column in range(width):
            if (row, column) in taken and (row, column) not in cells:
                continue
            cell = cells.get((row, column), m.Cell(()))
            free = (n for n in range(1, cell.colspan) if (row, column + n) in taken or (row, column + n) in cells)
            cell = replace(cell, colspan=next(free, cell.colspan))  # no further than the next cell
            taken |= {(row + down, column + right) for down in range(cell.rowspan) for right in range(cell.colspan)}
            line.append(cell)
        rows.append(m.Row(tuple(line)))
    return rows


def _as_listed(cells: dict[tuple[int, int], m.Cell]) -> list[m.Row]:
    """The rows of a table whose numbers make no sense: its cells in their order, none spanning another."""
    return [
        m.Row(tuple(replace(cells[at], colspan=1, rowspan=1) for at in line))
        for _, line in groupby(sorted(cells), key=lambda at: at[0])
    ]


def _cells(data: _Object) -> dict[tuple[int, int], m.Cell]:
    """The cells by row and column, each once: a grid repeats a cell in all fields that it covers."""
    listed = [_object(cell) for cell in _list(data.get("table_cells"))]
    placed = [(0, at, cell) for at, cell in enumerate(listed)] or [
        (row, column, _object(cell))
        for row, line in enumerate(_list(data.get("grid")))
        for column, cell in enumerate(_list(line))
    ]
    out: dict[tuple[int, int], m.Cell] = {}
    for row, column, cell in placed:
        at = (
            _integer(cell.get("start_row_offset_idx"), row),
            _integer(cell.get("start_col_offset_idx"), column),
        )
        text = _string(cell.get("text")).strip()
        run = read_inlines(_ruled(_literal(text), 1), "") if text else ()
        if min(at) >= 0 and max(at) < LARGEST_TABLE:
            out.setdefault(
                at,
                m.Cell(
                    (m.Paragraph(run),) if run else (),
                    header=cell.get("column_header") is True or cell.get("row_header") is True,
                    colspan=min(max(_integer(cell.get("col_span"), 1), 1), LARGEST_SPAN),
                    rowspan=min(max(_integer(cell.get("row_span"), 1), 1), LARGEST_SPAN),
                ),
            )
    return out


# ── From things to blocks ────────────────────────────────────────────────────────────────────────────────


def _blocks(things: Iterable[_Thing], file: str) -> Iterator[Block]:
    page: int | None = None
    for thing in things:
        new_page, page = page is not None and thing.page != page, thing.page
        for block in _of_thing(thing, file):
            block.lines[0] = replace(block.lines[0], new_page=new_page)
            new_page = False
            yield block
        for note in thing.notes:
            yield from _texts("note", note, thing.number)


def _of_thing(thing: _Thing, file: str) -> Iterator[Block]:
    match thing.kind:
        case "picture":
            yield from _pictured(thing, file)
        case "table":
            yield from _tabled(thing, file)
        case "math":
            if tex := _tex(thing.text):
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
        case _:
            yield from _texts(thing.kind, thing.text, thing.number)


def _texts(kind: Kind, text: str, number: int) -> Iterator[Block]:
    """The blocks of a text: lines belong together, a blank line parts paragraphs."""
    lines: list[Line] = []
    for line in _ruled(text, number):
        if line.above and lines:
            yield Block(kind, lines)
            lines = []
        lines.append(line)
    if lines:
        yield Block(kind, lines)


def _ruled(text: str, number: int) -> list[Line]:
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


def _pictured(thing: _Thing, file: str) -> Iterator[Block]:
    figure = m.Figure(media(thing.marker, one_line(thing.text)))
    if thing.level:  # a logo in the running head
        yield made("furniture", m.Aside((figure,), "furniture"), _line(thing), file)
        return
    yield made("image", figure, _line(thing), file)
    yield from _texts("caption", re.sub(r"\n\s*\n", "\n", thing.caption), thing.number)


def _tabled(thing: _Thing, file: str) -> Iterator[Block]:
    nodes = [thing.table] if thing.table else read_tables(thing.text) if "<" in thing.text else []
    caption = read_inlines(_ruled(thing.caption, thing.number), file)
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


def _line(thing: _Thing) -> Line:
    return Line(thing.number, 1, "", 1)


def _itemed(thing: _Thing) -> Iterator[Block]:
    """A list item, whose marker may still stand in its text."""
    lines = [replace(line, above=0) for line in _ruled(thing.text, thing.number)]
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


def _formula(tex: str, written: str = "") -> str:
    tex = " ".join(tex.split())
    if not tex or "`" in tex or _RAISED.fullmatch(tex):
        return written or tex
    return f"`{_FORMULA}{tex}`"


def _with_formula(node: Any) -> Any:
    if isinstance(node, m.Code) and node.text.startswith(_FORMULA):
        return m.Math(node.text[1:], place=node.place)
    return node


def _tex(text: str) -> str:
    """The TeX of a displayed formula without the marks around it."""
    tex = text.strip()
    for start, end in (("$$", "$$"), (r"\[", r"\]"), ("$", "$")):
        if tex.startswith(start) and tex.endswith(end) and len(tex) >= len(start) + len(end):
            tex = tex[len(start) : len(tex) - len(end)].strip()
    return tex


_MARKUP = re.compile(r"\\(?=[!-/:-@\[-`{-~])|\$|\*\*|__(?=\S)|`|<(?=/?[a-zA-Z])|&(?=[a-zA-Z#])|\[(?=[^\[\]]*\]\()")


def _literal(text: str) -> str:
    """Plain text as the inline markup of a page."""
    return _MARKUP.sub(lambda found: "".join(f"\\{mark}" for mark in found[0]), text)


# ── JSON ─────────────────────────────────────────────────────────────────────────────────────────────────


def _object(value: object) -> _Object:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _string(value: object) -> str:
    return clean(value) if isinstance(value, str) else ""


def _strings(value: object) -> list[str]:
    """What may be one string or a list of them."""
    return [text for each in (value if isinstance(value, list) else [value]) if (text := _string(each)).strip()]


def _integer(value: object, otherwise: int = 0) -> int:
    whole = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9  # no NaN either
    return int(cast(float, value)) if whole else otherwise
