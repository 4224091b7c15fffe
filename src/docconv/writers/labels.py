"""What editions say around the text: numbers of figures and notes, and the labels on boxes of missing pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from docconv import model as m
from docconv.words import words

WANTED = "3:2 · 1800 × 1200 px"
"""The picture that an editor is asked for: 152 mm wide at 300 ppi, the full measure of the plain print style."""


def figure_numbers(document: m.Document) -> dict[int, int]:
    """The running number of every figure, by `id()` of its node."""
    figures = (node for node in m.walk(document) if isinstance(node, m.Figure))
    return {id(figure): number for number, figure in enumerate(figures, 1)}


def note_number(document: m.Document) -> Callable[[str], str]:
    """The number that a note is called by; a note that is not there is called by its id."""
    numbers = {note.id: str(number) for number, note in enumerate(document.notes, 1)}
    return lambda note: numbers.get(note, note)


def box_labels(document: m.Document) -> Callable[[m.Figure], Mapping[str, str]]:
    """What the box of a missing picture says on a screen: its number, the size wanted, the file that fills it."""
    shown, numbers = words(document.meta.lang), figure_numbers(document)

    def labels(figure: m.Figure) -> dict[str, str]:
        label = f"{shown.figure.format(numbers[id(figure)])} · {shown.missing}"
        return {"data-label": label, "data-size": WANTED, "data-file": file_name(figure)}

    return labels


def file_name(figure: m.Figure) -> str:
    """The name under which a picture in the images folder fills a box."""
    return f"{figure.id}.jpg" if figure.id else getattr(figure.media, "wanted", "")
