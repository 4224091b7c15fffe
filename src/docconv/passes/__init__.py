"""Passes: the repairs, one small function each, in one ordered tuple with the reason for its place.

A pass is a verb on documents: it takes a document and the ledger, and returns the repaired document.
"""

from __future__ import annotations

from collections.abc import Callable

from docconv.ledger import Ledger
from docconv.model import Document

Pass = Callable[[Document, Ledger], Document]

PASSES: tuple[Pass, ...] = ()
