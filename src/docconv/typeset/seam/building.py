"""The boxes of a composed line: copies of the paragraph's, with the units that stand on it."""

from __future__ import annotations

from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline

from docconv.typeset.classes import Kind
from docconv.typeset.lines import Line
from docconv.typeset.seam.faces import SetText
from docconv.typeset.seam.paragraphs import Node, Source


class LineBuilder:
    """The boxes of one line: copies of the paragraph's, with the units that stand on it."""

    def __init__(self, source: Source, line: Line, context: Any, containing_block: Any, absolute: Any,
                 fixed: Any) -> None:  # fmt: skip
        self.source, self.line, self.context = source, line, context
        self.containing_block, self.absolute, self.fixed = containing_block, absolute, fixed
        self.shift = 0.0  # what stands after the last unit that was set

    def line_box(self, position_x: float) -> Any:
        root = self.source.root
        children, _ = self._children(root, position_x - self.line.lead)
        made = root.box.copy_with_children(children)
        made.remove_decoration(start=self.line.start > 0, end=self.line.next < root.end)
        made.width = position_x + self.line.width - made.content_box_x()
        made.is_composed = True
        inline._adjust_line_height(made)
        return made

    def _children(self, parent: Node, x: float) -> tuple[list[Any], float]:
        """The boxes of a node's children on this line, from `x` on; and where they end."""
        start, end = self.line.start, self.line.next
        made = []
        for node in parent.children:
            is_empty_here = node.first == node.end and (start <= node.first < end or node.first == self.source.root.end)
            if not is_empty_here and (node.first >= end or node.end <= start):
                continue
            if node.face is not None:
                box, x = self._text(node, x)
            elif isinstance(node.box, boxes.InlineBox):
                box, x = self._inline(node, x)
            else:
                box, x = self._atom(node, x)
            if box is not None:
                made.append(box)
        return made, x

    def _advance(self, x: float) -> float:
        x += self.shift
        self.shift = 0.0
        return x

    def _after(self, unit: int) -> float:
        number = unit - self.line.start
        return self.line.shifts[number] if number < len(self.line.shifts) else 0.0

    def _text(self, node: Node, x: float) -> tuple[Any, float]:
        face = node.face
        assert face is not None
        units, line = self.source.units, self.line
        first, last = max(node.first, line.start), min(node.end, line.last)
        if first >= last or units[last - 1].tail is Kind.NEWLINE:
            last = max(first, last - 1) if first < last else first
        if first >= last:
            return None, x
        x = self._advance(x)
        here = units[first:last]
        self.shift = self._after(last - 1)
        shifts = [*line.shifts[first - line.start : last - 1 - line.start], self.shift]
        texts = [unit.text for unit in here]
        box = node.box.copy_with_text("".join(texts))
        box.position_x, box.position_y = x, self.source.root.box.position_y
        shapes = [face.shapes[text] for text in texts]
        if here[-1].hyphen and last == line.last:
            shapes[-1] = face.hyphenated(texts[-1])
        box.width = sum(shape.width for shape in shapes) + sum(shifts[:-1])
        box.pango_layout = SetText(texts, box.style, shapes, shifts)
        box.height = face.height
        box.margin_top = box.margin_bottom = face.leading / 2
        box.baseline = face.baseline + box.margin_top
        return box, x + box.width

    def _inline(self, node: Node, x: float) -> tuple[Any, float]:
        x = self._advance(x) if node.first >= self.line.start else x
        box = node.box.copy_with_children([])
        box.remove_decoration(start=node.first < self.line.start, end=node.end > self.line.next)
        box.position_x, box.position_y = x, self.source.root.box.position_y
        children, x = self._children(node, x + box.margin_left + box.border_left_width + box.padding_left)
        box.children = children
        box.width = x - box.content_box_x()
        inline._adjust_line_height(box)
        return box, x + box.padding_right + box.border_right_width + box.margin_right

    def _atom(self, node: Node, x: float) -> tuple[Any, float]:
        if node.first >= self.line.last:
            return None, x
        x = self._advance(x)
        if node.made is None:
            box = inline.atomic_box(self.context, node.box, x, None, self.containing_block, self.absolute, self.fixed)
        else:
            box = node.made.deepcopy()
            box.translate(x - getattr(box, "position_x", x), 0)  # a picture has been given none
        box.position_x = x
        self.shift = self._after(node.first)
        return box, x + box.margin_width()
