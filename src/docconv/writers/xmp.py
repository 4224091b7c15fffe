"""What is known of a document, as XMP: language, rights, publisher, ISBN or ISSN, subjects; of a paper, which it is.

It assumes that title, authors and dates are stated already, by whoever writes the PDF.
"""

from __future__ import annotations

import re
from html import escape

from docconv import model as m

_DC = "http://purl.org/dc/elements/1.1/"
_PRISM = "http://prismstandard.org/namespaces/basic/3.0/"


def described(meta: m.Meta, *, has_prism: bool = True) -> str:
    """The element of XMP that describes a document.  PDF/A knows nothing of PRISM (ISO 19005-2, 6.6.2.3), and goes
    without."""
    record = meta.colophon
    listed = (
        ("language", "Bag", (meta.lang or "und",)),
        ("publisher", "Bag", (record.publisher,)),
        ("subject", "Bag", record.subjects),
        ("contributor", "Bag", tuple(each.name for each in record.contributors)),
        ("rights", "Alt", (record.rights,)),
        ("description", "Alt", (record.description,)),
    )
    inner = "".join(_list(name, kind, values) for name, kind, values in listed)
    inner += _plain("dc:identifier", record.identifier) + _plain("dc:source", record.source)
    if has_prism:
        number = re.sub("[^0-9X]", "", record.identifier.upper())
        inner += _plain("prism:publicationName", meta.publication) + _plain("prism:number", record.number)
        inner += _plain("prism:isbn", record.identifier if len(number) in (10, 13) else "")
        inner += _plain("prism:issn", record.identifier if len(number) == 8 else "")
    spaces = f'xmlns:dc="{_DC}"' + (f' xmlns:prism="{_PRISM}"' if has_prism else "")
    return f'<rdf:Description rdf:about="" {spaces}>{inner}</rdf:Description>'


def _list(name: str, kind: str, values: tuple[str, ...]) -> str:
    lang = ' xml:lang="x-default"' if kind == "Alt" else ""
    items = "".join(f"<rdf:li{lang}>{escape(value)}</rdf:li>" for value in values if value)
    return f"<dc:{name}><rdf:{kind}>{items}</rdf:{kind}></dc:{name}>" if items else ""


def _plain(name: str, value: str) -> str:
    return f"<{name}>{escape(value)}</{name}>" if value else ""
