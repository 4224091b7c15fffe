"""What layout extractors write as JSON: MinerU, PaddleOCR, docling, dots.ocr, marker, olmOCR, each by its own form.

It assumes that the extractor named each thing on the page (a title, a table, a running head …) and put them in
reading order.  What is said once is not guessed again, but the rest is as it is for text lifted off a page: headline,
kicker and byline are told apart, and articles put together, by `docconv.readers.page`.

A place's line is the number of the thing in the extractor's list, from 1; its column counts in the text of the thing.
"""

from __future__ import annotations

import json
from typing import cast

from docconv import model as m
from docconv.problems import Say, SourceError, silent
from docconv.readers.layout.docling import Docling
from docconv.readers.layout.mineru import read_content_list, read_content_pages, read_middle
from docconv.readers.layout.models import markdown_of_dolma, read_blocks_of_marker, read_cells
from docconv.readers.layout.paddle import read_parsing_results
from docconv.readers.layout.things import Thing, read_things
from docconv.readers.layout.values import Record, array, record
from docconv.readers.page import read_page
from docconv.readers.source import Source


def read_layout(source: Source, say: Say = silent) -> m.Document:
    """The document of an extractor's JSON file; which of them wrote it, its content says.

    Raises `SourceError` if the source is not JSON, or JSON of another kind.  A thing without text is left out, one
    with an unknown label is text; pictures keep the path that the extractor gave them, and nothing is opened."""
    value = _value(source)
    if documents := _dolma(value):
        text = markdown_of_dolma(documents)
        return read_page(Source(source.name, text.encode("utf-8", "replace"), source.folder))
    things = _things(value)
    if things is None:
        raise SourceError(
            f"{source.name}: this JSON is not a layout",
            remedy="give MinerU's content_list.json, PaddleOCR's _res.json, or the JSON of docling, dots.ocr or marker",
        )
    return read_things(things, source.name)


def _value(source: Source) -> object:
    """What the JSON says; a list of what its lines say where each line is JSON."""
    text = source.text()
    lines = [line for line in text.split("\n") if line.strip()]
    try:
        try:
            return json.loads(text)
        except json.JSONDecodeError:
            if len(lines) < 2 or not lines[0].lstrip().startswith("{"):
                raise
            return [json.loads(line) for line in lines]
    except json.JSONDecodeError as error:
        place = m.Place(error.lineno, error.colno, source.name)
        raise SourceError(f"this is not JSON: {error.msg.lower()}", place=place) from None
    except RecursionError:
        raise SourceError(f"{source.name}: the JSON nests too deep") from None
    except ValueError:  # a number of more digits than Python converts
        raise SourceError(f"{source.name}: the JSON holds a number that is too long") from None


def _dolma(value: object) -> list[Record]:
    """The documents of olmOCR, if these are some."""
    documents = [record(each) for each in (value if isinstance(value, list) else [value])]
    whole = all(isinstance(each.get("text"), str) and "metadata" in each and "added" in each for each in documents)
    return documents if documents and whole else []


def looks_like_layout(data: bytes) -> bool:
    """Whether `data` is JSON with the keys by which one of them is known."""
    start = data[:100].removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith((b"{", b"[")) and any(all(key in data for key in keys) for keys in _TELLTALES)


_TELLTALES = (
    (b'"schema_name"', b'"DoclingDocument"'),
    (b'"parsing_res_list"', b'"block_label"'),
    (b'"pdf_info"', b'"para_blocks"'),
    (b'"type"', b'"page_idx"'),
    (b'"type"', b'_content"', b'"bbox"'),  # the second form of the content list
    (b'"bbox"', b'"category"'),
    (b'"block_type"', b'"html"', b'"polygon"'),
    (b'"pdf_page_numbers"', b'"olmocr"'),
)


def _things(value: object) -> list[Thing] | None:
    """The things on the pages, in reading order; None if this is of no known form."""
    match value:
        case {"schema_name": "DoclingDocument"}:
            return Docling(cast(Record, value)).things()
        case {"document": {"json_content": dict(document)}}:  # the answer of docling-serve
            return Docling(document).things()
        case {"pdf_info": list(pages)}:
            return read_middle(pages)
        case {"parsing_res_list": list()}:
            return read_parsing_results([value])
        case {"res": {"parsing_res_list": list()} as page}:
            return read_parsing_results([page])
        case {"layoutParsingResults": list(pages)} | {"result": {"layoutParsingResults": list(pages)}}:
            # the answer of PaddleX serving
            return read_parsing_results([record(page).get("prunedResult") for page in pages])
        case {"block_type": "Document", "children": list(blocks)} | {"blocks": list(blocks), "page_info": _}:
            return read_blocks_of_marker(blocks)
        case list(entries) if any("category" in record(cell) for cell in entries):
            return read_cells([entries])
        case list(entries) if any("category" in record(cell) for page in entries for cell in array(page)):
            return read_cells([array(page) for page in entries])
        case list(entries) if any("parsing_res_list" in record(page) for page in entries):
            return read_parsing_results(entries)
        case list(entries) if any(isinstance(page, list) for page in entries):
            return read_content_pages(entries)
        case list(entries) if not entries or any("type" in record(entry) for entry in entries):
            return read_content_list(entries)
        case _:
            return None
