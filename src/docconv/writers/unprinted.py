"""What of a text stands on no page: nothing, or a style hides it, or cuts it off.

It assumes pages that WeasyPrint 70.0 has laid out from our own markup, each box with the element that it is made of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any


def unprinted(pages: Any) -> Iterator[str]:
    """The texts, each of one element, of which less is on the pages than the markup has, in their order.  Contents,
    which repeat the headings, are a style's to leave out, and so is a title that the first heading repeats."""
    printed, body = Counter[int](), None
    for page in pages:
        paper = page._page_box
        width, height = paper.margin_width(), paper.margin_height()
        for box in paper.descendants(placeholders=True):
            text = getattr(box, "text", None)
            if text is None:
                body = box.element if box.element_tag == "body" else body
            elif box.style["visibility"] == "visible" and box.position_x < width and box.position_y < height:
                printed[id(box.element)] += _letters(text)
    for element in (each for part in body if part.tag != "nav" for each in part.iter()) if body is not None else ():
        text = "".join([element.text or "", *(child.tail or "" for child in element)])
        repeats = "again" in element.get("class", "").split()
        if isinstance(element.tag, str) and not repeats and _letters(text) > printed[id(element)]:
            yield " ".join(text.split())


def _letters(text: str) -> int:
    return sum(1 for letter in text if not letter.isspace() and letter not in _NOT_SEEN)


_NOT_SEEN = "\u00ad\u200b\u2060\ufeff"
