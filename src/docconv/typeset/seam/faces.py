"""The glyphs of units: what Pango makes of each, once, whatever line it stands on.

It assumes WeasyPrint's own way from a style to a Pango layout; lengths are in px.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from weasyprint.text import line_break
from weasyprint.text.ffi import FROM_UNITS, ffi, pango
from weasyprint.text.fonts import get_pango_font_key

from docconv.typeset.classes import FULL_WIDTH_MARKS, Kind, kind_of, script_of
from docconv.typeset.lines import Unit


class Font:
    """A Pango font, once however often Pango hands it out, with a layout that keeps it alive."""

    def __init__(self, pango_font: Any, layout: Any) -> None:
        self.pango_font, self._layout = pango_font, layout


class Glyph(NamedTuple):
    """A glyph of a font: lengths in px, and the text that it stands for (empty after the first of a cluster).

    `hyphen` is the glyph of a hyphen that is set right after it and reads as nothing; `lead`, blank that its body has
    before it, as a part of the advance."""

    font: Font
    number: int
    advance: float
    x: float
    y: float
    text: str
    hyphen: int | None = None
    lead: float = 0.0


class Shape(NamedTuple):
    """The glyphs of a unit and its width."""

    glyphs: tuple[Glyph, ...]
    width: float


_MARKS = frozenset({*FULL_WIDTH_MARKS, Kind.DASH, Kind.CONNECTOR, Kind.SOLIDUS, Kind.SYMBOL})
"""What comes from the face of the letters around it, and never from a Western one that is named before (CLREQ 3.2)."""

_QUOTES = frozenset("“”‘’")

_TAKES_SCRIPT = _MARKS - {Kind.MIDDLE, Kind.SYMBOL}


class Face:
    """A style's font at its size: the shapes of the units that were asked for, and the height of a line of text."""

    def __init__(self, style: Any, is_western: bool, fonts: dict[int, Font]) -> None:
        self.style, self.is_western, self._fonts = style, is_western, fonts
        self.size = style["font_size"]
        self.shapes: dict[str, Shape] = {"\n": Shape((), 0.0)}
        self._units: dict[tuple[bool, ...], dict[str, Unit]] = {}
        self._eastern_style: Any = None
        layout = line_break.Layout(style)
        layout.set_text(" ")
        line, _ = layout.get_first_line()
        metrics = line_break.first_line_metrics(line, "", layout, None, False, style)
        self.height, self.baseline = metrics[4], metrics[5]
        self.leading = line_break.strut(style)[0] - self.height

    def units(self, texts: list[str], *manner: bool) -> list[Unit]:
        """Texts as units, one for all that are alike; `manner` is whether they are raised, code, bound."""
        self._learn(texts)
        known = self._units.setdefault(manner, {})
        raised, code, bound = manner
        for text in set(texts).difference(known):
            shape = self.shapes[text]
            known[text] = Unit(text, shape.width, self.size, 0.0, 0.0, raised, code, bound)
        return [known[text] for text in texts]

    def hyphenated(self, text: str) -> Shape:
        """A part of a word with a hyphen after it; without, if the hyphen is in another font."""
        self._learn([text, "-"])
        shape, [hyphen, *_] = self.shapes[text], self.shapes["-"].glyphs
        *others, last = shape.glyphs
        if last.font is not hyphen.font:
            return shape
        last = last._replace(hyphen=hyphen.number, advance=last.advance + hyphen.advance)
        return Shape((*others, last), shape.width + hyphen.advance)

    def _learn(self, units: list[str]) -> None:
        """Shape units that are not known yet; single ideographs, which do not act on each other, all at once."""
        unknown = {unit for unit in units if unit not in self.shapes}
        ideographs = sorted(unit for unit in unknown if len(unit) == 1 and "\u4e00" <= unit <= "\u9fff")
        if ideographs:
            for glyph in self._glyphs("".join(ideographs), self.style):
                self.shapes[glyph.text] = Shape((glyph,), glyph.advance)
        for unit in sorted(unknown.difference(ideographs)):
            self.shapes[unit] = self._shape(unit)

    def _shape(self, unit: str) -> Shape:
        style = self.style
        if (len(unit) > 1 or self.is_western) and not _QUOTES.isdisjoint(unit):
            style = style.copy()  # a Chinese face has them a whole em wide (CLREQ 3.1.2)
            features = style["font_feature_settings"]
            style["font_feature_settings"] = (*(() if features == "normal" else features), ("pwid", 1))
        kind = kind_of(unit[0])
        if kind in _MARKS and not self.is_western:
            style = self._eastern()
        takes_script = kind in _TAKES_SCRIPT and not self.is_western
        glyphs = self._in_context(unit, style) if takes_script else self._glyphs(unit, style)
        width = sum(glyph.advance for glyph in glyphs)
        if unit in _QUOTES and width < 0.95 * self.size and not self.is_western:
            glyphs = self._wide_quote(unit) or glyphs
            width = sum(glyph.advance for glyph in glyphs)
        if unit == " ":
            return Shape(tuple(glyphs), width + self.style["word_spacing"])
        if unit == "·" and not self.is_western and width < 0.45 * self.size:  # half an em (CLREQ 3.1.6.4)
            half = self.size / 2
            lead = (half - width) / 2
            return Shape((glyphs[0]._replace(lead=lead, advance=half),), half)
        return Shape(tuple(glyphs), width)

    def _eastern(self) -> Any:
        """The style with the family first that its letters come from, for marks that a Western family has too."""
        if self._eastern_style is None:
            [letter, *_] = self._glyphs(self._letter(), self.style)
            _, description, _ = get_pango_font_key(letter.font.pango_font)
            family = ffi.string(pango.pango_font_description_get_family(description)).decode()
            self._eastern_style = self.style
            if self.style["font_family"][0] != family:
                self._eastern_style = self.style.copy()
                self._eastern_style["font_family"] = (family, *self.style["font_family"])
        return self._eastern_style

    def _wide_quote(self, unit: str) -> list[Glyph]:
        """A quotation mark of an em for Chinese (CLREQ 3.1.2), from a face named later, if the first has it narrow."""
        families, first = self.style["font_family"], self._eastern()["font_family"][0]
        later = families[families.index(first) + 1 :] if first in families else families
        if not script_of(self.style["lang"]).startswith("Han") or not later:
            return []
        style = self.style.copy()
        style["font_family"] = later
        glyphs = self._in_context(unit, style)
        return glyphs if sum(glyph.advance for glyph in glyphs) >= 0.95 * self.size else []

    def _letter(self) -> str:
        return "가" if (self.style["lang"] or "").startswith("ko") else "永"

    def _in_context(self, unit: str, style: Any) -> list[Glyph]:
        """A mark as it stands in Han text: fonts have other forms of —— in Latin."""
        return self._glyphs(self._letter() + unit, style)[1:]

    def _glyphs(self, text: str, style: Any) -> list[Glyph]:
        layout = line_break.Layout(style)
        layout.set_text(text)
        line, _ = layout.get_first_line()
        data = layout.text.encode()
        glyphs: list[Glyph] = []
        run = line.runs[0]
        while run != ffi.NULL:
            glyphs.extend(self._run(run.data, data, layout))
            run = run.next
        return glyphs

    def _run(self, item: Any, data: bytes, layout: Any) -> Iterator[Glyph]:
        font, string, offset = item.item.analysis.font, item.glyphs, item.item.offset
        address = int(ffi.cast("uintptr_t", font))
        known = self._fonts.setdefault(address, Font(font, layout))
        clusters = [string.log_clusters[n] for n in range(string.num_glyphs)]
        starts = sorted(set(clusters))
        stops = dict(zip(starts, [*starts[1:], item.item.length], strict=True))
        sizes = Counter(clusters)
        number = 0
        for n, start in enumerate(clusters):
            number = number + 1 if n and clusters[n - 1] == start else 0  # which glyph of its cluster it is
            text = data[offset + start : offset + stops[start]].decode()
            if sizes[start] > 1:  # a letter and its marks: each its own, else the first has all
                text = text[number] if len(text) == sizes[start] else text if number == 0 else ""
            info = string.glyphs[n]
            yield Glyph(known, info.glyph, info.geometry.width * FROM_UNITS, info.geometry.x_offset * FROM_UNITS,
                         info.geometry.y_offset * FROM_UNITS, text)  # fmt: skip


class Faces:
    """The faces of one rendering, by style."""

    def __init__(self) -> None:
        self._faces: dict[str, Face] = {}
        self._fonts: dict[int, Font] = {}

    def of(self, style: Any) -> Face:
        key = f"{line_break._font_style_cache_key(style, include_size=True)}{style['word_spacing']}"
        face = self._faces.get(key)
        if face is None:
            face = self._faces[key] = Face(style, not script_of(style["lang"]), self._fonts)
        return face


class SetText(line_break.Layout):  # type: ignore[misc]
    """What a composed text box has in place of a Pango layout: its shapes, and what stands after each; after the last,
    before the next box of the line."""

    def __init__(self, units: list[str], style: Any, shapes: list[Shape], shifts: list[float]) -> None:
        self.text, self.units, self.shapes, self.shifts = "".join(units), units, shapes, shifts
        self.justification_spacing, self.first_line_direction = 0, 0
        self.max_width: float | None = None
        if style["text_decoration_line"] != "none":
            self.setup(style)
            super().deactivate()

    def reactivate(self, style: Any) -> None:
        """Nothing: there is nothing to lay out again."""

    def deactivate(self) -> None:
        """Nothing: there is no Pango layout."""

    def become_native(self, style: Any, width: float) -> None:
        super().reactivate(style)
        self.max_width = width
