"""The numbers that are printed on pages, as labels of the pages of a PDF: what a reader types to go to page 12 is what
stands on it.

It assumes that a page's number is all, or all but dashes and dots, of what stands in one box of its margins.
"""

from __future__ import annotations

import re
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.pdf import pydyf

_NUMBER = re.compile(r"[\W_]*(\d{1,5})[\W_]*")


def label_pages(pdf: Any, pages: Any) -> None:
    """Label the pages by what is printed on them (ISO 32000-1, 12.4.2); nothing if no page has a number."""
    if labels := page_labels([_printed(page._page_box) for page in pages]):
        entries = [
            part
            for index, style, number in labels
            for part in (index, pydyf.Dictionary({"S": f"/{style}", "St": number}))
        ]
        pdf.catalog["PageLabels"] = pydyf.Dictionary({"Nums": pydyf.Array(entries)})


def page_numbers(pages: Any) -> list[str]:
    """For each page the number that it would have, where none is printed on it; "" where one is."""
    printed = [_printed(page._page_box) for page in pages]
    labels = page_labels(printed) or [(0, "D", 1)]
    ends = [*(index for index, _, _ in labels[1:]), len(pages)]
    numbers = [_lettered(style, first + step) for (index, style, first), end in zip(labels, ends, strict=True)
               for step in range(end - index)]  # fmt: skip
    return ["" if shown is not None else number for shown, number in zip(printed, numbers, strict=True)]


def _lettered(style: str, number: int) -> str:
    if style == "D":
        return str(number)
    written = ""
    for value, letters in _ROMAN:
        written += letters * (number // value)
        number %= value
    return written


_ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


def page_labels(printed: list[int | None]) -> list[tuple[int, str, int]]:
    """Where numbers begin anew: index of the page, D or r, first number.  Pages without a number count on; those before
    the first count down to it, and are i, ii … if there are more of them than that leaves room for.

    [None, None, 3, 4] → [(0, "D", 1)]        [None, None, 1, 2] → [(0, "r", 1), (2, "D", 1)]"""
    first = next((index for index, number in enumerate(printed) if number is not None), None)
    if first is None:
        return []
    start = printed[first] or 0
    labels = [(0, "D", start - first)] if start > first else [(0, "r", 1), (first, "D", start)]
    expected = start
    for index in range(first, len(printed)):
        number = printed[index]
        if number is not None and number != expected:
            labels.append((index, "D", number))
            expected = number
        expected += 1
    return labels


def _printed(page: Any) -> int | None:
    for margin in page.children:
        if isinstance(margin, boxes.MarginBox):
            text = "".join(box.text for box in margin.descendants() if isinstance(box, boxes.TextBox))
            if found := _NUMBER.fullmatch(text):
                return int(found[1])
    return None
