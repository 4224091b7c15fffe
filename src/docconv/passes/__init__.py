"""Passes: the repairs, one small function each, in one ordered tuple with the reason for its place.

A pass is a verb on documents: it takes a document and the ledger, and returns the repaired document.  Doing a pass
twice changes nothing more, and none of them loses, adds or alters a content character.
"""

from __future__ import annotations

from collections.abc import Callable

from docconv.ledger import Ledger
from docconv.model import Document
from docconv.passes.figures import adopt_leading_figures
from docconv.passes.folios import mark_pages
from docconv.passes.furniture import set_aside_repeats
from docconv.passes.gaps import report_gaps
from docconv.passes.joins import join_broken_paragraphs, join_wrapped_lines
from docconv.passes.letters import set_letters
from docconv.passes.marks import set_marks
from docconv.passes.notation import report_notation
from docconv.passes.spaces import drop_stray_spaces
from docconv.passes.suspects import report_suspects
from docconv.passes.tidy import derive_meta, give_ids, merge_texts

Pass = Callable[[Document, Ledger], Document]

PASSES: tuple[Pass, ...] = (
    adopt_leading_figures,  # before joins, so that a figure above the headline interrupts nothing
    join_wrapped_lines,  # before other joins: a paragraph ends where its last line does
    join_broken_paragraphs,  # before the marks: one that stands at a cut needs its neighbour
    set_letters,  # before the marks: a letter that is set right is a neighbour to them
    set_marks,
    drop_stray_spaces,  # after the marks: a space beside a full-width mark is never meant
    set_aside_repeats,  # after joins, which take a page's furniture as evidence of a cut
    mark_pages,  # by the folios, which bear the marks that the house sets
    report_suspects,  # on the repaired text, while every text still knows its exact place
    report_notation,
    report_gaps,  # when every part is in its place
    merge_texts,  # after all edits: until here every text knows its exact place
    give_ids,  # by the captions in their final form
    derive_meta,
)
