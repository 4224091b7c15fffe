"""What a document lacks: a headline, a note that is called."""

from __future__ import annotations

from docconv import model as m
from docconv.ledger import Ledger


def report_gaps(document: m.Document, ledger: Ledger) -> m.Document:
    """The document as it is; what it lacks goes into the ledger."""
    notes = {note.id for note in document.notes}
    for node in m.walk(document):
        match node:
            case m.Article(headline=()):
                ledger.doubt("article-without-headline", "a story has no headline", node.place, "mark it with #")
            case m.NoteRef(called) if called not in notes:
                ledger.doubt("note-unknown", f"note {called} is called but not there", node.place, "add the note")
            case _:
                pass
    return document
