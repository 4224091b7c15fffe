"""Letters as outlines, for printers who ask for a file without fonts.

It assumes a file that docconv has made for a press: text is set by Tm, Tf, Tr, Ts and TJ alone, and filled; its fonts
are Type 0 with two-byte codes that are the CIDs.  Every glyph becomes a form of its own, drawn where the text had it:
with its colour, its overprint and in its place among the rest.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import pikepdf
from fontTools.cffLib import CFFFontSet
from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont

from docconv.problems import ToolError

_DROPPED = {"BT", "ET", "Tr"}


def outline_text(data: bytes) -> bytes:
    """The file with all its text as outlines, and without fonts.  The same file gives the same bytes.

    Raises `ToolError` for text that is not filled: the outlines of what is stroked would be others."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        faces: dict[tuple[int, int], _Face] = {}
        holders = [each for each in _holders(pdf) if "/Font" in each.get("/Resources", {})]
        for holder in holders:
            _outline(pdf, holder, faces)
        for resources in (each.Resources for each in holders):  # many pages have the same
            if "/Font" in resources:
                del resources["/Font"]
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.preserve, deterministic_id=True,
                 min_version=pdf.pdf_version)  # fmt: skip
    return out.getvalue()


def _holders(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """What has content of its own: pages, forms and patterns that set text."""
    yield from (page.obj for page in pdf.pages)
    for each in list(pdf.objects):
        if isinstance(each, pikepdf.Stream) and (each.get("/Subtype") == "/Form" or each.get("/PatternType") == 1):
            yield each


class _Face:
    """A font of the file: widths in thousandths of an em, and forms of its glyphs by CID."""

    def __init__(self, pdf: pikepdf.Pdf, font: Any) -> None:
        self._pdf = pdf
        cids = font.DescendantFonts[0]
        self._default = float(cids.get("/DW", 1000))
        self._widths = dict(_widths(list(cids.get("/W", []))))
        self._glyphs, self._name, self.em = _program(cids.FontDescriptor)
        self.name = str(font.BaseFont)[1:].replace("#", "")
        self._forms: dict[int, Any] = {}

    def width(self, cid: int) -> float:
        return self._widths.get(cid, self._default)

    def form(self, cid: int) -> Any:
        """The form of a glyph; None if it is blank."""
        if cid not in self._forms:
            pen = _PathPen(self._glyphs)
            if (name := self._name(cid)) in self._glyphs:
                self._glyphs[name].draw(pen)
            self._forms[cid] = self._made(pen) if pen.path else None
        return self._forms[cid]

    def _made(self, pen: _PathPen) -> Any:
        xs, ys = zip(*pen.points, strict=True)
        return pikepdf.Stream(
            self._pdf, " ".join([*pen.path, "f"]).encode(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form,
            BBox=[min(xs), min(ys), max(xs), max(ys)], Resources=pikepdf.Dictionary(),
        )  # fmt: skip


def _widths(entries: list[Any]) -> Iterator[tuple[int, float]]:
    """Widths by CID, of the two forms that /W has (ISO 32000-1, 9.7.4.3)."""
    while entries:
        first, second = int(entries.pop(0)), entries.pop(0)
        if isinstance(second, pikepdf.Array):
            yield from ((first + number, float(width)) for number, width in enumerate(second))
        else:
            width = float(entries.pop(0))
            yield from ((cid, width) for cid in range(first, int(second) + 1))


def _program(descriptor: Any) -> tuple[Any, Callable[[int], str], float]:
    """The glyphs of a font by their names, what a CID calls one, and how many units an em has."""
    if "/FontFile2" in descriptor:
        font = TTFont(io.BytesIO(descriptor.FontFile2.read_bytes()))
        return font.getGlyphSet(), _nth(font.getGlyphOrder()), float(font["head"].unitsPerEm)
    program = CFFFontSet()
    program.decompile(io.BytesIO(descriptor.FontFile3.read_bytes()), None)
    top = program[0]
    name = (lambda cid: f"cid{cid:05d}") if hasattr(top, "ROS") else _nth(top.charset)
    return top.CharStrings, name, 1 / float(top.FontMatrix[0])


def _nth(names: list[str]) -> Callable[[int], str]:
    return lambda number: names[number] if number < len(names) else ""


class _PathPen(BasePen):  # type: ignore[misc]
    """Writes the operators of a path; curves of TrueType become cubic ones."""

    def __init__(self, glyphs: Any) -> None:
        super().__init__(glyphs)
        self.path: list[str] = []
        self.points: list[tuple[float, float]] = []

    def _moveTo(self, point: Any) -> None:  # noqa: N802  # as fontTools calls it
        self._add("m", point)

    def _lineTo(self, point: Any) -> None:  # noqa: N802  # as fontTools calls it
        self._add("l", point)

    def _curveToOne(self, first: Any, second: Any, point: Any) -> None:  # noqa: N802  # as fontTools calls it
        self._add("c", first, second, point)

    def _closePath(self) -> None:  # noqa: N802  # as fontTools calls it
        self.path.append("h")

    def _add(self, operator: str, *points: Any) -> None:
        self.points += points
        self.path.append(" ".join([*(f"{round(value, 2):g}" for point in points for value in point), operator]))


def _outline(pdf: pikepdf.Pdf, holder: Any, faces: dict[tuple[int, int], _Face]) -> None:
    """Set outlines for the text of one content."""
    fonts = holder.Resources.Font
    out: list[Any] = []
    forms: dict[str, Any] = {}
    face, size, rise = None, 0.0, 0.0
    matrix: tuple[float, ...] = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    for instruction in pikepdf.parse_content_stream(holder):
        operands, operator = instruction.operands, str(instruction.operator)
        match operator:
            case "Tf":
                font, size = fonts[str(operands[0])], float(operands[1])
                if font.objgen not in faces:
                    faces[font.objgen] = _Face(pdf, font)
                face = faces[font.objgen]
            case "Tm":
                matrix = tuple(map(float, operands))
            case "Ts":
                rise = float(operands[0])
            case "TJ" | "Tj":
                assert face is not None
                shown = operands[0] if operator == "TJ" else [operands[0]]
                matrix = _letters(out, forms, face, size, rise, matrix, shown)
            case "Tr" if int(operands[0]):
                raise ToolError("text that is not filled has no outlines of its own", remedy="use a bold face")
            case name if name not in _DROPPED:
                out.append(instruction)
    content = pikepdf.unparse_content_stream(out)
    if isinstance(holder, pikepdf.Stream):
        holder.write(content)
    else:
        holder.Contents = pdf.make_stream(content)
    if "/XObject" not in holder.Resources:
        holder.Resources.XObject = pikepdf.Dictionary()
    for name, form in forms.items():
        holder.Resources.XObject[name] = form


def _letters(out: list[Any], forms: dict[str, Any], face: _Face, size: float, rise: float,
             matrix: tuple[float, ...], shown: Any) -> tuple[float, ...]:  # fmt: skip
    """Draw some letters one after the other; return the matrix for the next."""
    a, b, c, d, x, y = matrix
    scale = size / face.em
    for part in shown:
        if not isinstance(part, pikepdf.String):
            moved = -float(part) / 1000 * size
            x, y = x + moved * a, y + moved * b
            continue
        codes = bytes(part)
        for at in range(0, len(codes), 2):
            cid = int.from_bytes(codes[at : at + 2], "big")
            if (form := face.form(cid)) is not None:
                name = f"/{face.name}-{cid}"
                forms[name] = form
                place = [a * scale, b * scale, c * scale, d * scale, x + rise * c, y + rise * d]
                out.append(([], pikepdf.Operator("q")))
                out.append(([round(each, 5) for each in place], pikepdf.Operator("cm")))
                out.append(([pikepdf.Name(name)], pikepdf.Operator("Do")))
                out.append(([], pikepdf.Operator("Q")))
            moved = face.width(cid) / 1000 * size
            x, y = x + moved * a, y + moved * b
    return a, b, c, d, x, y
