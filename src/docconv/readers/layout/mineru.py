"""What MinerU writes as JSON: the content list in both its forms, and `middle.json`.

It assumes the forms of https://opendatalab.github.io/MinerU/reference/output_files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from docconv.readers.inlines import link_target
from docconv.readers.layout.things import KINDS, Thing, ThingKind, attach_captions, formula, literal
from docconv.readers.layout.values import Record, array, integer, record, string, strings


def read_content_list(entries: list[object]) -> list[Thing]:
    """`*_content_list.json`: a flat list of objects with `type` and `page_idx`.

    `text` with `text_level` (0 or none: body, 1 … a heading), `equation`; `image`, `table`, `chart` with `img_path`,
    `table_body` (HTML) and lists `image_caption`, `image_footnote` … (`img_caption`, `img_footnote` before 2.0);
    `code` with `code_body`, `list` with `list_items`; `header`, `footer`, `page_number`, `aside_text`,
    `page_footnote`.  Text is Markdown with `$…$`."""
    return [
        thing
        for number, entry in enumerate(map(record, entries), 1)
        for thing in _entry(entry, number, integer(entry.get("page_idx")))
    ]


_FENCED = re.compile(r"```([\w+#-]*)\n(.*?)\n?```", re.S)


def _entry(entry: Record, number: int, page: int) -> Iterator[Thing]:
    """What an entry holds."""
    label = string(entry.get("type"))
    text = string(entry.get("text"))
    path = string(entry.get("img_path"))

    def around(end: str) -> list[str]:
        names = (f"{label}_{end}", f"{'img' if label == 'image' else 'code'}_{end}")
        return [text for name in dict.fromkeys(names) for text in strings(entry.get(name))]

    thing = Thing(KINDS.get(label, "text"), text, number, page)
    thing.caption, thing.notes = "\n".join(around("caption")), around("footnote")
    match label:
        case "text" | "title":
            thing.level = integer(entry.get("text_level")) or int(label == "title")
            thing.kind = "head" if thing.level else "text"
        case "image" | "chart" | "seal":
            thing.marker, thing.text = path, string(entry.get("content")) or text
        case "table":
            thing.text = string(entry.get("table_body"))
            if not thing.text:
                thing.kind, thing.marker = "picture", path
        case "equation" | "interline_equation":
            thing.kind, thing.text = "math", string(entry.get("text"))
            if not thing.text:
                thing.kind, thing.marker = "picture", path
        case "code" | "algorithm":
            fenced = _FENCED.fullmatch(string(entry.get("code_body")).strip())  # since 3.0
            thing.text = fenced[2] if fenced else string(entry.get("code_body"))
            thing.marker = string(entry.get("guess_lang")) or (fenced[1] if fenced else "")
        case "list" | "index":
            listed = "text" if entry.get("sub_type") == "ref_text" else "item"
            items = strings(entry.get("list_items"))
            yield from (Thing(cast(ThingKind, listed), item, number, page) for item in items)
    yield thing


def read_content_pages(pages: list[object]) -> list[Thing]:
    """`*_content_list_v2.json`: a list of pages, each a list of objects with `type` and an object `content`; in the
    `*_model.json` of a VLM `content` is a text, and captions stand for themselves.

    Its `title_content`, `paragraph_content`, `page_header_content`, `image_caption` … are lists of spans."""
    entries = [(page, record(entry)) for page, inside in enumerate(pages) for entry in array(inside)]
    found = [thing for number, (page, entry) in enumerate(entries, 1) for thing in _entry(_flat(entry), number, page)]
    return attach_captions(found)


_FLAT = {
    "paragraph": "text",
    "page_header": "header",
    "page_footer": "footer",
    "page_aside_text": "aside_text",
    "equation_interline": "equation",
}


def _flat(entry: Record) -> Record:
    """An entry of the second form in the first."""
    name, content = string(entry.get("type")), record(entry.get("content"))
    if written := string(entry.get("content")):  # what the model itself wrote: *_model.json
        return {**entry, "text": written, "table_body": written, "code_body": written, "text_level": 0}
    label = _FLAT.get(name, name)
    flat: Record = {
        "type": label,
        "text": _spans(content.get(f"{name}_content")) or string(content.get("math_content")),
        "text_level": content.get("level"),
        "img_path": record(content.get("image_source")).get("path"),
        "content": content.get("content"),
        "table_body": content.get("html"),
        "code_body": _spans(content.get(f"{name}_content"), raw=True),
        "guess_lang": content.get("code_language"),
        "sub_type": "ref_text" if "ref" in string(content.get("list_type")) else "",
        "list_items": [_spans(record(item).get("item_content")) for item in array(content.get("list_items"))],
    }
    for end in ("caption", "footnote"):
        flat[f"{name}_{end}"] = _spans(content.get(f"{name}_{end}"))
    return flat


def read_middle(pages: list[object]) -> list[Thing]:
    """`*_middle.json`: `pdf_info`, a list of pages with `para_blocks` and `discarded_blocks`.

    A block has `lines` of `spans`, or (`image`, `table`, `code`, `list`) inner `blocks`, such as `image_body` and
    `image_caption`."""
    found = [
        (number, record(block))
        for number, page in enumerate(map(record, pages))
        for name in ("para_blocks", "discarded_blocks")
        for block in array(page.get(name))
    ]
    return [
        thing for number, (page, block) in enumerate(found, 1) for thing in _entry(_from_lines(block), number, page)
    ]


def _from_lines(block: Record) -> Record:
    """A block of `middle.json` as an entry of the content list."""
    label = string(block.get("type"))
    inner = [record(each) for each in array(block.get("blocks"))]
    body = [each for each in inner if string(each.get("type")).endswith("_body")] or [block]
    spans = [span for each in body for line in _lines(each) for span in map(record, array(line.get("spans")))]

    def first(*names: str) -> str:
        return next((text for span in spans for name in names if (text := string(span.get(name)))), "")

    entry: Record = {
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


def _lines(block: Record) -> list[Record]:
    return [record(line) for line in array(block.get("lines"))]


def _lined(block: Record) -> str:
    """The text of a block, a line of it to a line of print."""
    return "\n".join(_spans(line.get("spans")) for line in _lines(block))


def _listed(block: Record) -> list[str]:
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
    """The text of spans ({type, content}), whose text is plain and whose formulas are TeX; a link has a `url`."""
    out: list[str] = []
    for span in map(record, array(value)):
        text, kind = string(span.get("content")), string(span.get("type"))
        if raw:
            out.append(text)
        elif "equation" in kind:
            out.append(formula(text))
        elif (target := link_target(string(span.get("url")))) and text.strip():
            out.append(f'<a href="{target}">{literal(text)}</a>')
        else:
            out.append(literal(text))
    return "".join(out)
