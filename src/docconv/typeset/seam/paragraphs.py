"""A paragraph's boxes as units to be composed, and the way between the two.

It assumes boxes of text, plain inline boxes and boxes in the line, in Chinese, Japanese or Korean; what it cannot take
stays WeasyPrint's.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline
from weasyprint.layout.percent import resolve_percentages

from docconv.typeset.classes import FULL_WIDTH_MARKS, IDEOGRAPHIC, Kind, cut, script_of
from docconv.typeset.hyphens import Limits, parts
from docconv.typeset.lines import Aim, Manner, Paragraph, Unit
from docconv.typeset.seam.faces import Face, Faces
from docconv.typeset.seam.properties import manner_of


@dataclass(slots=True)
class Node:
    """A box of the paragraph with the units that it holds; `offsets` are where those of a text begin, in bytes; `made`,
    a box in the line as it was laid out to be measured, if nothing in it stands elsewhere."""

    box: Any
    first: int
    end: int = 0
    children: list[Node] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)
    face: Face | None = None
    made: Any = None


class Source:
    """A paragraph's boxes as units."""

    def __init__(self, root: Node, units: list[Unit], manner: Manner) -> None:
        self.root, self.units, self.manner = root, units, manner
        self.paragraph = Paragraph(units, manner)


_CENTRED_TAGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_CODE_TAGS = frozenset({"code", "kbd", "samp"})


def holds_objects(box: Any) -> bool:
    """Whether a picture or a box of its own stands in the line."""
    if isinstance(box, boxes.LineBox | boxes.InlineBox):
        return any(holds_objects(child) for child in box.children)
    return not isinstance(box, boxes.TextBox)


def read(faces: Faces, context: Any, line: Any, containing_block: Any) -> Source | None:
    """The paragraph of a line box; None if it stays WeasyPrint's."""
    style = line.style
    script = script_of(style["lang"])
    if not script or style["direction"] != "ltr" or style["text_align_last"] == "justify":
        return None
    if not all(_is_plain(child) for child in line.children):
        return None
    units: list[Unit] = []
    root = Node(line, 0)
    reading = _Reading(faces, context, containing_block, units)
    for child in line.children:
        root.children.append(reading.node(child, raised=False, code=False))
    root.end = len(units)
    cjk = (*IDEOGRAPHIC, *FULL_WIDTH_MARKS, Kind.HANGUL)
    if not any(unit.head in cjk for unit in units):
        return None
    return Source(root, units, Manner(script, style["font_size"], _aim(line), **manner_of(style, script)))


def _aim(line: Any) -> Aim:
    if line.style["text_align_all"] == "justify" and line.element_tag not in _CENTRED_TAGS:
        return Aim.FULL
    is_head = line.element_tag in _CENTRED_TAGS or line.style["text_align_all"] == "center"
    return Aim.BALANCED if is_head else Aim.RAGGED


def _is_plain(box: Any) -> bool:
    """Whether a box is text, a plain inline box or a box in the line, in a way that is composed here."""
    if not box.is_in_normal_flow() or box.is_leader or box.style["direction"] != "ltr":
        return False
    if isinstance(box, boxes.TextBox):
        style = box.style
        return (style["white_space"] in ("normal", "nowrap", "pre-line") and style["letter_spacing"] == "normal"
                and style["font_size"] > 0 and "\t" not in box.text)  # fmt: skip
    if isinstance(box, boxes.InlineBox):
        edges = (box.style[f"{edge}_{side}"] for edge in ("margin", "padding") for side in ("left", "right"))
        is_fixed = all(edge == "auto" or getattr(edge, "unit", "") == "px" for edge in edges)
        return is_fixed and all(_is_plain(child) for child in box.children)
    return isinstance(box, boxes.AtomicInlineLevelBox)


class _Reading:
    """Turns the boxes of one paragraph into units."""

    def __init__(self, faces: Faces, context: Any, containing_block: Any, units: list[Unit]) -> None:
        self.faces, self.context, self.containing_block, self.units = faces, context, containing_block, units
        self.pending = 0.0  # the edges of inline boxes that no unit has taken yet

    def node(self, box: Any, raised: bool, code: bool) -> Node:
        node = Node(box, len(self.units))
        resolve_percentages(box, self.containing_block)
        box.position_y = 0
        if isinstance(box, boxes.TextBox):
            self._text(node, raised, code)
        elif isinstance(box, boxes.InlineBox):
            shift = box.style["vertical_align"]  # super and sub are lengths by now
            raised = raised or (isinstance(shift, int | float) and shift != 0)
            self._inline(node, raised, code or box.element_tag in _CODE_TAGS)
        else:
            elsewhere: list[Any] = []
            made = inline.atomic_box(self.context, box, 0, None, self.containing_block, elsewhere, elsewhere)
            node.made = None if elsewhere else made
            self._add([Unit("\ufffc", made.margin_width(), box.style["font_size"])])
        node.end = len(self.units)
        return node

    def _add(self, units: list[Unit]) -> None:
        if units and self.pending:
            units[0] = replace(units[0], before=self.pending)
            self.pending = 0.0
        self.units += units

    def _text(self, node: Node, raised: bool, code: bool) -> None:
        box = node.box
        face = node.face = self.faces.of(box.style)
        texts = cut(box.text, western=face.is_western)
        is_bound = box.style["white_space"] == "nowrap"
        if box.style["hyphens"] != "auto" or is_bound or code or raised:
            self._add(face.units(texts, raised, code, is_bound))
        else:
            texts = self._add_hyphenated(face, texts)
        node.offsets = [0, *accumulate(len(text.encode()) for text in texts[:-1])]

    def _add_hyphenated(self, face: Face, texts: list[str]) -> list[str]:
        """Units of which long words are several, with a hyphen where a line ends after one; and their texts."""
        limits = Limits(*face.style["hyphenate_limit_chars"])
        lang = face.style["lang"] or ""
        pieces = [parts(text, lang, limits) if len(text) >= limits.word else (text,) for text in texts]
        texts = [piece for each in pieces for piece in each]
        units = face.units(texts, False, False, False)
        if len(texts) > len(pieces):
            number = 0
            for each in pieces:
                for _ in each[:-1]:
                    hyphen = face.hyphenated(texts[number]).width - units[number].width
                    units[number] = replace(units[number], hyphen=hyphen)
                    number += 1
                number += 1
        self._add(units)
        return texts

    def _inline(self, node: Node, raised: bool, code: bool) -> None:
        box = node.box
        for side in ("left", "right"):
            if getattr(box, f"margin_{side}") == "auto":
                setattr(box, f"margin_{side}", 0)
        self.pending += box.margin_left + box.border_left_width + box.padding_left
        for child in box.children:
            node.children.append(self.node(child, raised, code))
        after = box.margin_right + box.border_right_width + box.padding_right
        if len(self.units) > node.first:
            self.units[-1] = replace(self.units[-1], after=self.units[-1].after + after)
        else:
            self.pending += after


def unit_at(root: Node, skip_stack: Any) -> int:
    """The unit that WeasyPrint resumes at: {child: {child: {byte: None}}} from the line box downwards."""
    node = root
    while skip_stack is not None:
        [(index, skip_stack)] = skip_stack.items()
        if not node.children:
            return node.first + bisect_left(node.offsets, index)
        if index >= len(node.children):
            return node.end
        node = node.children[index]
    return node.first


def skip_stack_to(node: Node, unit: int) -> Any:
    """The same the other way."""
    if not node.children:
        return {node.offsets[unit - node.first]: None} if node.offsets and unit > node.first else None
    for index, child in enumerate(node.children):
        if child.first <= unit < child.end:
            return {index: skip_stack_to(child, unit)}
    raise AssertionError(unit)
