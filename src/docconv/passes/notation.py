"""Notation of 青空文庫 that is left in a text: the document has no form for it, or the text was read as something else.

It assumes that whoever types ［＃…］ means the notation.  Nothing is changed here.
"""

from __future__ import annotations

import re

from docconv import model as m
from docconv.ledger import Ledger

_NOTE = re.compile("［＃[^［］]{1,100}］")


def report_notation(document: m.Document, ledger: Ledger) -> m.Document:
    """The document as it is; notation that stands in its text goes into the ledger, once for all."""
    found = [
        (note[0], node.place.right(note.start()) if node.place else None)
        for node in m.walk(document)
        if isinstance(node, m.Text)
        for note in _NOTE.finditer(node.text)
    ]
    if found:
        kinds = list(dict.fromkeys(note for note, _ in found))
        what = f"notation stands in the text ({len(found)}): {', '.join(kinds[:3])}{' …' * (len(kinds) > 3)}"
        ledger.doubt("notation-kept", what, found[0][1], "put what is meant in its place")
    return document
