"""What PaddleOCR writes as JSON: the parsing results of PP-StructureV3 and PaddleOCR-VL.

It assumes the forms that PaddleX documents, and its habits where a name of a file is wanted.
"""

from __future__ import annotations

import re
from typing import cast

from docconv.readers.layout.things import KINDS, Thing, attach_captions
from docconv.readers.layout.values import Record, array, integer, record, string


def read_parsing_results(pages: list[object]) -> list[Thing]:
    """`*_res.json` of PP-StructureV3 and PaddleOCR-VL: for each page a `parsing_res_list` of objects with
    `block_label`, `block_content`, `block_bbox` and, since PaddleX 3.2, `block_id` and `block_order`."""
    things: list[Thing] = []
    number = 0
    for page, result in enumerate(map(record, pages)):
        inner = record(result.get("res")) or result
        found = [record(block) for block in array(inner.get("parsing_res_list"))]
        numbered = list(enumerate(found, number + 1))
        number += len(found)
        things += attach_captions([_block(block, at, page) for at, block in _in_order(numbered)])
    return things


def _in_order(numbered: list[tuple[int, Record]]) -> list[tuple[int, Record]]:
    """The blocks by their `block_order`; those without one (pictures, running heads) keep their place in the list."""
    ranks = [block.get("block_order") for _, block in numbered]
    ordered = [at for at, rank in enumerate(ranks) if type(rank) is int]
    out = list(numbered)
    for at, source in zip(ordered, sorted(ordered, key=lambda at: cast(int, ranks[at])), strict=True):
        out[at] = numbered[source]
    return out


_HASHES = re.compile(r"(#{1,6})\s+")
_SECTION = re.compile(r"\d{1,3}((?:\.\d{1,3})*)")


def _block(block: Record, number: int, page: int) -> Thing:
    label, text = string(block.get("block_label")), string(block.get("block_content"))
    kind = KINDS.get(label, "text")
    thing = Thing(kind, text, number, page)
    match kind:
        case "head":
            hashes = _HASHES.match(text)  # there with `format_block_content`
            thing.text = thing.text[hashes.end() :] if hashes else thing.text
            section = _SECTION.match(thing.text)
            # as PaddleX has it: 1 is a head of the second level, 1.1 one of the third
            thing.level = 1 if label == "doc_title" else 2 + (section[1].count(".") if section else 0)
        case "picture":
            named = re.search(r"<img\b[^>]*\bsrc=[\"']([^\"']+)|!\[[^\]]*\]\(([^)\s]+)\)", text)
            thing.marker = (named[1] or named[2]) if named else _path(label, block.get("block_bbox"))
            thing.text = "" if named else text
            thing.level = int(label in ("header_image", "footer_image"))
        case "text" if label == "formula_number":
            thing.marker = label
    return thing


def _path(label: str, box: object) -> str:
    """The file to which PaddleX saves a picture, which its JSON does not name (`save_to_markdown`)."""
    corners = [integer(corner, -1) for corner in array(box)]
    if len(corners) != 4 or min(corners) < 0:
        return ""
    return f"imgs/img_in_{label}_box_{'_'.join(map(str, corners))}.jpg"
