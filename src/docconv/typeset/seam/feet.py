"""Feet of a page that is made up: what a plan by arithmetic did not know is shared out in whole lines.

It assumes the boxes of WeasyPrint 70.0 for the markup of `docconv.writers.makeup`, each page when it is laid out and
before its backgrounds are.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, floor
from typing import Any

from weasyprint.text import line_break

_MOST_ABOVE = 4
"""Lines that are added at one head at most."""


def even_feet(page_box: Any) -> None:
    """Bring the stacks of a band to one foot, and the bands of a page to its foot, by whole lines at heads."""
    found = list(_named(page_box, "band"))
    if not found:
        return
    pitch = line_break.strut(found[0].style.root_style)[0]
    holder = next(box for box in page_box.descendants() if found[0] in getattr(box, "children", ()))
    _open_page(page_box, holder, pitch)
    for band in found:
        _even_band(band, pitch)
    _fill_page(page_box, holder, pitch)


def used_lines(page_box: Any) -> tuple[float, float]:
    """How many lines of a page are used, and how many it has."""
    pitch = line_break.strut(page_box.style.root_style)[0]
    body = next(box for box in page_box.descendants() if box.element_tag == "body")
    foot = max((_foot(box) for box in body.children), default=page_box.content_box_y())
    return (foot - page_box.content_box_y()) / pitch, page_box.height / pitch


def _open_page(page_box: Any, holder: Any, pitch: float) -> None:
    """A band that opens a page has no rule above it."""
    first = next((box for box in holder.children if box.is_in_normal_flow()), None)
    above = first.content_box_y() - page_box.content_box_y() if first is not None else 0.0
    if first is None or not first.border_top_width or above < 0.9 * pitch:
        return
    first.border_top_width = 0
    for box in holder.children:
        box.translate(0, -floor(above / pitch + 0.1) * pitch)


def _even_band(band: Any, pitch: float) -> None:
    stacks = [box for box in band.children if "stack" in classes(box)]
    if len(stacks) < 2:
        return
    foot = max(map(_foot_of_stack, stacks))
    for stack in stacks:
        _lengthen(stack, floor((foot - _foot_of_stack(stack)) / pitch + 0.1), pitch)
        stack.height = foot - stack.content_box_y()


def _foot(box: Any) -> float:
    return float(box.position_y + box.margin_height() - box.margin_bottom)


def _foot_of_stack(stack: Any) -> float:
    return _foot(stack.children[-1]) if stack.children else float(stack.content_box_y())


def _lengthen(stack: Any, lines: int, pitch: float) -> None:
    """Add lines to a stack: to every story that begins here alike, half above its head and half below."""
    stories = [story for story in stack.children if not _goes_on(story)]
    lines = min(lines, _MOST_ABOVE * len(stories))
    for number, story in enumerate(stories):
        share = lines // len(stories) + (number >= len(stories) - lines % len(stories))
        if not share:
            continue
        for later in stack.children[stack.children.index(story) + 1 :]:
            later.translate(0, share * pitch)
        story.height += share * pitch
        _lower(story, share * pitch)


def _goes_on(story: Any) -> bool:
    """Whether a story has begun on the page before."""
    return bool(story.children) and all(child.is_column for child in story.children[0].children[:1])


def _lower(story: Any, distance: float) -> None:
    """Move the columns of a story and what stands below them down, and its head half as far."""
    flow = story.children[0]
    flow.height += distance
    columns = min((child.position_y for child in flow.children if child.is_column), default=flow.content_box_y())
    for child in flow.children:
        child.translate(0, distance if child.position_y >= columns else distance / 2)


def _fill_page(page_box: Any, holder: Any, pitch: float) -> None:
    """Share what is left below the last band among the spaces above the others, unless it is much."""
    blocks = [box for box in holder.children if box.is_in_normal_flow()]
    bottom = page_box.content_box_y() + page_box.height
    left = floor((bottom - _foot(blocks[-1])) / pitch + 0.1)
    gaps = [box for box in blocks[1:] if "band" in classes(box)]
    if not gaps or not 0 < left <= _MOST_ABOVE * len(gaps):
        return
    for number, band in enumerate(gaps):
        for later in blocks[blocks.index(band) :]:
            later.translate(0, ceil((left - number) / len(gaps)) * pitch)


def _named(box: Any, name: str) -> Iterator[Any]:
    return (each for each in box.descendants() if name in classes(each))


def classes(box: Any) -> list[str]:
    """The classes of a div."""
    if box.element_tag != "div" or getattr(box, "element", None) is None:
        return []
    return (box.element.get("class") or "").split()
