"""XML that nobody vouches for, and which of the forms it is.

Entities and networks stay shut: scans may come from anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from docconv.model import Place
from docconv.problems import SourceError
from docconv.readers.source import Source


def parse_xml(source: Source, wanted: tuple[str, ...], what: str) -> etree._Element:
    """The root of a source.  Raises `SourceError` if it is not well-formed, or none of the wanted elements."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
                             remove_comments=True, remove_pis=True)  # fmt: skip
    try:
        root = etree.fromstring(source.data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line, column = error.position if isinstance(error, etree.XMLSyntaxError) else (1, 1)
        place = Place(max(line, 1), max(column, 1), source.name)
        message = error.msg if isinstance(error, etree.XMLSyntaxError) else str(error)
        raise SourceError(f"this is not well-formed XML: {message}", place=place) from None
    if root is None or name_of(root) not in wanted:
        raise SourceError(f"{source.name}: this XML is no {what}")
    return root


def name_of(element: etree._Element) -> str:
    """The tag without its namespace: they differ with the version, the elements do not."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def inside(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """The elements of these names inside one, in the order of the file."""
    return (each for each in element.iter() if each is not element and (not names or name_of(each) in names))


def children(element: etree._Element, *names: str) -> list[etree._Element]:
    return [each for each in element if not names or name_of(each) in names]


_ROOTS = {
    "alto": "alto",
    "mets": "alto",
    "pcgts": "page-xml",
    "document": "abbyy",
}


def format_of_xml(data: bytes) -> str:
    """Our name of the form that XML is in by its first element; nothing if it is none of them."""
    text = data[:20_000].replace(b"\x00", b"").decode("utf-8", "ignore")
    found = re.search(r"<(?:[\w.-]+:)?(\w+)((?:\s[^<>]*)?)/?>", re.sub(r"<[!?][^<>]*>", "", text))
    name = _ROOTS.get(found[1].lower(), "") if found else ""
    return "" if found and name == "abbyy" and "FineReader_xml" not in found[2] else name
