"""Word files for the tests, made of a few words of XML: paragraphs, runs, and the parts around them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape

from docconv import model as m
from docconv.readers.docx.package import SPACES

_NAMESPACES = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in SPACES.items())
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


def r(text: str, look: str = "") -> str:
    """A run with its properties."""
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def p(*content: str, style: str = "", look: str = "") -> str:
    """A paragraph of runs, or of bare text, which becomes one."""
    runs = "".join(each if each.startswith("<") else r(each) for each in content)
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{look}</w:pPr>{runs}</w:p>"


def field(instruction: str, *result: str) -> str:
    """A field in runs of its own, with what it shows, if that is in the file."""
    begin, separate, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
    shown = separate + "".join(each if each.startswith("<") else r(each) for each in result) if result else ""
    return f"{begin}<w:r><w:instrText>{escape(instruction)}</w:instrText></w:r>{shown}{end}"


def table(*rows: str, look: str = "") -> str:
    return f"<w:tbl><w:tblPr>{look}</w:tblPr>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def tc(*content: str, look: str = "") -> str:
    inside = "".join(each if each.startswith("<") else p(each) for each in content)
    return f"<w:tc><w:tcPr>{look}</w:tcPr>{inside}</w:tc>"


def part(name: str, content: str) -> str:
    """A part of the package: `w:styles`, `w:numbering` …"""
    return f'<?xml version="1.0" encoding="UTF-8"?><{name} {_NAMESPACES}>{content}</{name}>'


def styles(**named: str) -> str:
    """The part of styles, each by its identifier with what stands in it."""
    each = (f'<w:style w:type="paragraph" w:styleId="{key}">{value}</w:style>' for key, value in named.items())
    return part("w:styles", "".join(each))


def levels(*formats: tuple[str, str], suffix: str = "") -> str:
    """The part of numberings with one, called 1, of which each level has a format and a text."""
    made = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{suffix}<w:lvlText w:val="{text}"/>'
        "</w:lvl>"
        for at, (form, text) in enumerate(formats)
    )
    numbers = "".join(f'<w:num w:numId="{n}"><w:abstractNumId w:val="0"/></w:num>' for n in (1,))
    return part("w:numbering", f'<w:abstractNum w:abstractNumId="0">{made}</w:abstractNum>{numbers}')


def listed(level: int = 0, number: int = 1) -> str:
    """That a paragraph has a number."""
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'


def notes(kind: str, *texts: str) -> str:
    """The part of footnotes, endnotes or comments, numbered from 1."""
    each = (f'<w:{kind} w:id="{at}" w:author="李审">{text if text.startswith("<") else p(text)}</w:{kind}>'
            for at, text in enumerate(texts, 1))  # fmt: skip
    return part(f"w:{kind}s", "".join(each))


def word(
    *body: str, parts: Mapping[str, str | bytes] | None = None, relations: Mapping[str, str] | None = None
) -> bytes:
    """A Word file.  `parts` are by their names in word/, `relations` by identifier: `kind target`, or an address."""
    entries: dict[str, str | bytes] = {
        "_rels/.rels": _relations({"rId1": "officeDocument word/document.xml"}),
        "word/document.xml": part("w:document", f"<w:body>{''.join(body)}</w:body>"),
        "word/_rels/document.xml.rels": _relations(relations or {}),
    }
    entries |= {name if name.startswith("docProps/") else f"word/{name}": each for name, each in (parts or {}).items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return out.getvalue()


def _relations(named: Mapping[str, str]) -> str:
    def one(identifier: str, what: str) -> str:
        kind, _, target = what.partition(" ")
        mode = "" if target else ' TargetMode="External"'
        return f'<Relationship Id="{identifier}" Type="{SPACES["r"]}/{kind}" Target="{escape(target or what)}"{mode}/>'

    return f'<Relationships xmlns="{_RELATIONS}">{"".join(one(*each) for each in named.items())}</Relationships>'


def t(text: str) -> m.Text:
    return m.Text(text)


def para(text: str) -> m.Paragraph:
    return m.Paragraph((t(text),))
