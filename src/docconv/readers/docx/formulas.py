"""The formulas of a Word file, in TeX.

It assumes pandoc, which alone knows how: it is given a file of nothing but formulas, each behind its number, and only
if there are any.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from lxml import etree

from docconv.pandoc import run_pandoc
from docconv.readers.docx.package import SPACES, clark, inside
from docconv.readers.inlines import clean

_NUMBER = "docconv-formula"


def formulas_of(roots: Iterable[etree._Element], name: str) -> list[str]:
    """The formulas of parts in TeX, in their order, empty where nobody knows it.  Each element remembers its place.

    Raises `ToolError` without pandoc."""
    found = [each for root in roots for each in inside(root, "m:oMath") if each.getparent().tag != each.tag]
    if not found:
        return []
    for number, each in enumerate(found):
        each.set(_NUMBER, str(number))
    run = run_pandoc(["--from=docx", "--to=json"], _file_of(found), name)
    read = dict(_numbered(json.loads(run.stdout)["blocks"])) if run.returncode == 0 else {}
    return [clean(read.get(number, "")).strip() for number in range(len(found))]


def formula_at(element: etree._Element, formulas: list[str]) -> str:
    """The TeX of a formula; nothing if it is not known."""
    number = element.get(_NUMBER, "")
    return formulas[int(number)] if number else ""


def _file_of(found: Iterable[etree._Element]) -> bytes:
    """A Word file with a paragraph for each formula."""
    root = etree.Element(clark("w:document"), nsmap={"w": SPACES["w"], "m": SPACES["m"]})
    body = etree.SubElement(root, clark("w:body"))
    for number, each in enumerate(found):
        paragraph = etree.SubElement(body, clark("w:p"))
        run = etree.SubElement(paragraph, clark("w:r"))
        etree.SubElement(run, clark("w:t")).text = f"{number}:"
        copy = deepcopy(each)
        copy.tail = None
        paragraph.append(copy)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("_rels/.rels", _RELATIONS)
        file.writestr("word/document.xml", etree.tostring(root))
    return out.getvalue()


_RELATIONS = f"""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship
Id="a" Type="{SPACES["r"]}/officeDocument" Target="word/document.xml"/></Relationships>"""


def _numbered(blocks: list[dict[str, Any]]) -> Iterable[tuple[int, str]]:
    """The formulas that pandoc has read, by their numbers."""
    for block in blocks:
        match block:
            case {"c": [{"t": "Str", "c": str(head)}, *rest]} if found := re.match(r"(\d+):", head):
                yield int(found[1]), "".join(each["c"][1] for each in rest if each["t"] == "Math")
            case _:
                pass
