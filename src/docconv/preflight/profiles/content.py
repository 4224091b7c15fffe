"""What a page paints, thing by thing: text, fills, strokes, pictures, each with its place, colour and size on the page.

It assumes a content stream as ISO 32000-1, 8 and 9 describe it, and follows the graphics state through forms and cells
of patterns in one walk.  Bounds are set for what is read, not for what is right: a page that exceeds them is told.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Literal, NamedTuple, TypeAlias

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream, String

from docconv.preflight.profiles.colours import BLACK, CMYK, GRAY, RGB, Colour, Space, read_space
from docconv.preflight.profiles.fonts import Font
from docconv.preflight.profiles.objects import (
    DAMAGE,
    Box,
    box,
    filters,
    get,
    items,
    name,
    number,
    numbers,
    picture,
    raw,
    unpacked_length,
)
from docconv.preflight.profiles.objects import text as text_of

MOST_DRAWING = 4 * 2**20
"""Bytes of drawing of a page or a form that are read: forty times a full page of text."""
MOST_TOTAL = 256 * 2**20
"""Bytes of drawing of a file that are followed, …"""
MOST_OPERATORS = 5_000_000
"""how many operators …"""
MOST_THINGS = 500_000
"""… and how many things that they paint are kept."""
LEAST_DRAWING, LEAST_OPERATORS = 8 * 2**20, 200_000
"""What is followed of any file; of a long one …"""
MOST_GROWTH = 20
"""… so many bytes to each of its own, …"""
MOST_BUSY = 2
"""… and so many operators: one takes two bytes and more, packed."""
DEEPEST = 12
"""How deep forms may stand in forms."""

Matrix: TypeAlias = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
Kind = Literal["text", "fill", "stroke", "picture", "shading"]
Cover = Literal["whole", "part", "rim"]
"""What of its box something covers: all of it, what cannot be told, or its edges alone as a line or a frame does."""


class Tag(NamedTuple):
    """The marked content in which something is painted: an artifact, or a number (MCID) of the page or of a form."""

    artifact: bool = False
    number: int | None = None
    owner: tuple[int, int] = (0, 0)
    lang: str = ""
    """The language that the content itself says."""
    is_said: bool = False
    """Whether other words are said in its place (ActualText, Alt)."""


UNTAGGED = Tag()


@dataclass(frozen=True, slots=True)
class Mix:
    """How something is mixed with what lies below it (11.3); with a soft mask, how much of it is seen is not known."""

    opacity: float = 1.0
    blend: str = "Normal"
    masked: bool = False
    group: Group | None = None
    """The transparency group in which it is painted."""

    @property
    def why(self) -> str:
        """What makes it transparent; "" if nothing does."""
        if self.masked:
            return "a soft mask"
        if self.opacity < 1:
            return f"opacity {self.opacity:.2g}"
        if self.blend not in ("Normal", "Compatible"):
            return f"blend mode {self.blend}"
        return self.group.mix.why if self.group else ""


PLAIN = Mix()


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """A transparency group (11.4), which is mixed with the page as one thing; one that knocks out hides what is below
    each of its parts."""

    mix: Mix
    isolated: bool = False
    knockout: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """An image as it is painted; `space` is None for a stencil, which takes the colour of fills."""

    value: Object | None
    width: int
    height: int
    bits: int
    space: Space | None
    ppi: float = 0.0
    """Pixels to an inch as printed, along the side that has fewer."""
    matrix: Matrix = IDENTITY
    """From the unit square to the page."""


@dataclass(frozen=True, slots=True)
class Painted:
    """Something that is painted.  `size` is that of the type, the width of a line, the thickness of a fill; points."""

    kind: Kind
    box: Box
    colour: Colour
    size: float = 0.0
    overprint: bool = False
    mode: int = 0
    """Of overprinting (OPM): with 1, ink of which there is none leaves what is below."""
    mix: Mix = PLAIN
    cover: Cover = "rim"
    render: int = 0
    """How text is painted (Tr): 0 filled, 1 outlined, 2 both, 3 not at all."""
    font: Font | None = None
    codes: tuple[int, ...] = ()
    """Those of text that is no longer than a page number."""
    telling: frozenset[str] = frozenset()
    """Of text: whether there are kana, hangul or characters of private use in it."""
    picture: Picture | None = None
    shading: Object | None = None
    """What its colour comes from, if that changes from place to place."""
    tag: Tag = UNTAGGED

    @property
    def transparent(self) -> str:
        """What makes it transparent; "" if nothing does."""
        masked = self.picture and isinstance(get(self.picture.value, "/SMask"), Stream)
        return "a soft mask" if masked else self.mix.why


@dataclass(slots=True)
class Content:
    """What a page paints, in its order; `fonts` are those that show text, `groups` the colour spaces of its groups."""

    painted: list[Painted] = field(default_factory=list)
    fonts: list[Font] = field(default_factory=list)
    groups: list[Space] = field(default_factory=list)
    tags: dict[tuple[tuple[int, int], int], str] = field(default_factory=dict)
    """The numbers of marked content, with the names they are marked by, in their order."""
    nested: bool = False
    """Whether an artifact stands in tagged content, or tagged content in an artifact."""
    unread: str = ""
    """Why a part of it was not read."""


@dataclass(slots=True)
class Budget:
    """What may still be read of a file; the fonts that were met in it."""

    drawing: int = MOST_TOTAL
    operators: int = MOST_OPERATORS
    things: int = MOST_THINGS
    fonts: dict[tuple[tuple[int, int], str], Font | None] = field(default_factory=dict)

    @classmethod
    def of(cls, length: int) -> Budget:
        """What may be read of a file of so many bytes: a short one that draws without end draws the same again."""
        return cls(min(MOST_TOTAL, LEAST_DRAWING + MOST_GROWTH * length),
                   min(MOST_OPERATORS, LEAST_OPERATORS + MOST_BUSY * length))  # fmt: skip

    def spend(self, drawing: int = 0, operators: int = 0) -> None:
        """Raises `_Enough` if nothing is left, now and for every page that follows."""
        self.drawing -= drawing
        self.operators -= operators
        if self.drawing < 0 or self.operators < 0:
            raise _Enough(_TOO_MUCH)


def read_content(page: pikepdf.Page, budget: Budget) -> Content:
    """What a page paints."""
    content = Content()
    walk = _Walk(content, budget)
    bounds = box(get(page.obj, "/MediaBox")) or _EVERYWHERE
    try:
        walk.group(page.obj)
        walk.run(page, page.obj.get("/Contents"), get(page.obj, "/Resources"), State(clip=bounds))
    except _Enough as enough:
        content.unread = str(enough)
    except DAMAGE:
        content.unread = "damaged content"
    return content


_TOO_MUCH = "more drawing than is read"
_EVERYWHERE = Box(-1e9, -1e9, 1e9, 1e9)


class _Enough(Exception):
    """A bound is reached."""


def _instructions(source: pikepdf.Page | Object, streams: object, budget: Budget) -> list[_Instruction]:
    """The operators of a page or a form with their operands.  Raises `_Enough` if they are more than is read."""
    length = 0
    for part in items(streams) if isinstance(streams, Array) else [streams]:
        budget.spend()
        length += unpacked_length(part, MOST_DRAWING)
        if length > MOST_DRAWING:
            raise _Enough(_TOO_MUCH)
    budget.spend(drawing=length)
    instructions = list(pikepdf.parse_content_stream(source))
    budget.spend(operators=len(instructions))
    return instructions


_Instruction: TypeAlias = pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage


@dataclass(slots=True)
class State:
    """The graphics state; text and line parameters included."""

    clip: Box
    clips_whole: bool = True
    """Whether what is clipped to is the box itself, not a form within it."""
    ctm: Matrix = IDENTITY
    fill: Colour = BLACK
    stroke: Colour = BLACK
    fill_pattern: Object | None = None
    width: float = 1.0
    overprint: bool = False
    overprint_stroke: bool = False
    mode: int = 0
    opacity: float = 1.0
    opacity_stroke: float = 1.0
    blend: str = "Normal"
    masked: bool = False
    group: Group | None = None
    font: Font | None = None
    size: float = 0.0
    spacing: float = 0.0
    word: float = 0.0
    scale: float = 1.0
    leading: float = 0.0
    rise: float = 0.0
    render: int = 0

    def mix(self, *, stroke: bool = False) -> Mix:
        opacity = self.opacity_stroke if stroke else self.opacity
        if opacity == 1 and self.blend == "Normal" and not self.masked and self.group is None:
            return PLAIN
        return Mix(opacity, self.blend, self.masked, self.group)


class _Walk:
    """One walk through the drawing of a page."""

    def __init__(self, content: Content, budget: Budget) -> None:
        self.content, self.budget = content, budget
        self.tags: list[Tag] = []
        self.within: list[tuple[int, int]] = []
        self.fonts: dict[tuple[tuple[int, int], str], Font | None] = {}
        self.frame: Box | None = None  # the box of what a pattern fills: its cells have no place of their own

    def run(self, source: pikepdf.Page | Object, streams: object, resources: object, state: State) -> None:
        """Follow the operators of a page, a form or a cell of a pattern."""
        drawing = _Drawing(self, resources, state)
        for instruction in _instructions(source, streams, self.budget):
            if isinstance(instruction, pikepdf.ContentStreamInlineImage):
                drawing.inline_image(instruction.iimage)
            elif step := _OPERATORS.get(str(instruction.operator)):
                try:
                    step(drawing, list(instruction.operands))
                except DAMAGE:
                    self.content.unread = self.content.unread or "damaged content"

    def keep(self, painted: Painted) -> None:
        self.budget.things -= 1
        if self.budget.things < 0:
            raise _Enough("the file paints more things than are read")
        if self.frame is not None:
            painted = replace(painted, box=self.frame, cover="rim")
        self.content.painted.append(painted)

    def font(self, value: object, key: tuple[tuple[int, int], str]) -> Font | None:
        """A font of the file, made once; `key` is that of one which stands in the resources itself."""
        if not isinstance(value, Dictionary):
            return None
        held = self.budget.fonts if value.is_indirect else self.fonts
        place = (value.objgen, "") if value.is_indirect else key
        if place not in held:
            held[place] = Font(value)
        return held[place]

    def group(self, holder: Object, state: State | None = None) -> None:
        """The transparency group that a page or a form is: in that of a form nothing is transparent at first."""
        group = get(holder, "/Group")
        if name(get(group, "/S")) != "Transparency":
            return
        self.content.groups.append(read_space(raw(group, "/CS"), get(holder, "/Resources")))
        if state:
            state.group = Group(state.mix(), raw(group, "/I") is True, raw(group, "/K") is True)
            state.opacity = state.opacity_stroke = 1.0
            state.blend, state.masked = "Normal", False

    def form(self, form: Object, state: State, resources: object) -> None:
        """The drawing of a form, whose box clips it."""
        if form.objgen in self.within or len(self.within) >= DEEPEST:
            self.content.unread = self.content.unread or "forms that draw themselves"
            return
        inner = replace(state, ctm=_times(_matrix(get(form, "/Matrix")), state.ctm))
        if bounds := box(get(form, "/BBox")):
            inner.clip = inner.clip.within(_placed(bounds, inner.ctm))
            inner.clips_whole &= _is_straight(inner.ctm)
        self.group(form, inner)
        depth = len(self.tags)
        self.within.append(form.objgen)
        try:
            self.run(form, form, get(form, "/Resources") or resources, inner)
        finally:
            self.within.pop()
            del self.tags[depth:]


class _Drawing:
    """The operators of one stream, with the graphics state that they change."""

    def __init__(self, walk: _Walk, resources: object, state: State) -> None:
        self.walk, self.resources, self.state = walk, resources, state
        self.owner = walk.within[-1] if walk.within else (0, 0)
        self.saved: list[State] = []
        self.subpaths: list[list[tuple[float, float]]] = []
        self.clipping = False
        self.line: Matrix = IDENTITY
        self.text: Matrix = IDENTITY

    # ── state ──

    def save(self, _: list[object]) -> None:
        if len(self.saved) < 1000:
            self.saved.append(replace(self.state))

    def restore(self, _: list[object]) -> None:
        if self.saved:
            self.state = self.saved.pop()

    def transform(self, operands: list[object]) -> None:
        self.state.ctm = _times(_six(operands), self.state.ctm)

    def line_width(self, operands: list[object]) -> None:
        self.state.width = number(operands[0])

    def parameters(self, operands: list[object]) -> None:
        """An entry of the resources' ExtGState."""
        state, given = self.state, get(self.resources, "/ExtGState", _key(operands[0]))
        if given is None:
            return
        for key in map(str, given):
            value: object = given.get(key)
            match key:
                case "/LW":
                    state.width = number(value)
                case "/OP":
                    state.overprint_stroke = value is True
                    state.overprint = value is True if "/op" not in given else state.overprint
                case "/op":
                    state.overprint = value is True
                case "/OPM":
                    state.mode = int(number(value))
                case "/ca":
                    state.opacity = number(value, 1.0)
                case "/CA":
                    state.opacity_stroke = number(value, 1.0)
                case "/BM":
                    state.blend = name(value) or name(items(value)[0] if items(value) else None) or "Normal"
                case "/SMask":
                    state.masked = isinstance(value, Dictionary)
                case "/Font":
                    font, size = items(value)
                    state.font, state.size = self.walk.font(font, (self.owner, name(operands[0]))), number(size)

    # ── colour ──

    def space(self, operands: list[object], *, stroke: bool = False) -> None:
        space = read_space(operands[0], self.resources)
        values = (1.0,) * space.components if space.family == "spot" else (0.0,) * space.components
        self._set(Colour(space, (0.0, 0.0, 0.0, 1.0) if space.family == "cmyk" else values), stroke)

    def space_stroke(self, operands: list[object]) -> None:
        self.space(operands, stroke=True)

    def colour(self, operands: list[object], *, stroke: bool = False) -> None:
        before = self.state.stroke if stroke else self.state.fill
        values = tuple(number(each) for each in operands if not isinstance(each, Object))
        self._set(Colour(before.space, values), stroke)
        if operands and isinstance(operands[-1], Name):
            found = get(self.resources, "/Pattern", operands[-1])
            shading = get(found, "/Shading", "/ColorSpace")
            if shading is not None:
                self._set(Colour(read_space(shading, self.resources)), stroke)
            if not stroke:
                self.state.fill_pattern = found

    def colour_stroke(self, operands: list[object]) -> None:
        self.colour(operands, stroke=True)

    def _set(self, colour: Colour, stroke: bool) -> None:
        if stroke:
            self.state.stroke = colour
        else:
            self.state.fill, self.state.fill_pattern = colour, None

    # ── paths ──

    def move(self, operands: list[object]) -> None:
        self.subpaths.append([self._point(operands[0], operands[1])])

    def draw(self, operands: list[object]) -> None:
        """A line, or a curve: the points that steer it bound it."""
        if not self.subpaths:
            self.subpaths.append([])
        points = zip(operands[::2], operands[1::2], strict=False)
        self.subpaths[-1] += [self._point(x, y) for x, y in points]

    def rectangle(self, operands: list[object]) -> None:
        x, y, width, height = (number(each) for each in operands)
        corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
        self.subpaths.append([self._point(*corner) for corner in corners])

    def _point(self, x: object, y: object) -> tuple[float, float]:
        a, b, c, d, e, f = self.state.ctm
        across, up = number(x), number(y)
        return a * across + c * up + e, b * across + d * up + f

    def clip(self, _: list[object]) -> None:
        self.clipping = True

    def end_path(self, _: list[object]) -> None:
        if self.clipping and self.subpaths:
            self.state.clip = self.state.clip.within(_around(point for path in self.subpaths for point in path))
            self.state.clips_whole &= len(self.subpaths) == 1 and _is_upright(self.subpaths[0])
        self.subpaths, self.clipping = [], False

    def fill(self, _: list[object]) -> None:
        self._fill()
        self.end_path([])

    def stroke(self, _: list[object]) -> None:
        self._stroke()
        self.end_path([])

    def both(self, _: list[object]) -> None:
        self._fill()
        self._stroke()
        self.end_path([])

    def _fill(self) -> None:
        areas = [(_around(path), path) for path in self._separate()]
        solid = [(around, path) for around, path in areas if around.width and around.height]
        boxes = [around for around, _ in solid]
        for around, path in solid or areas:  # what has no area beside what has some is the inside of a frame
            self._paint("fill", around, self.state.fill, _thickness(path), cover=_cover(path, around, boxes))

    def _stroke(self) -> None:
        state = self.state
        width = state.width * _least_scale(state.ctm)  # where the scales differ, a line is as wide as the smaller one
        for path in self._separate():
            self._paint("stroke", _around(path).grown(width / 2), state.stroke, width, stroke=True)

    def _separate(self) -> list[list[tuple[float, float]]]:
        """The parts of a path, each by its points; very many are one drawing."""
        paths = [path for path in self.subpaths if len(path) > 1]  # a point alone paints nothing
        return paths if len(paths) <= _MOST_APART else [[point for path in paths for point in path]]

    def shade(self, operands: list[object]) -> None:
        space = read_space(raw(self.resources, "/Shading", _key(operands[0]), "/ColorSpace"), self.resources)
        shading = get(self.resources, "/Shading", _key(operands[0]))
        self._paint("shading", self.state.clip, Colour(space), shading=shading, cover="whole")

    # ── pictures and forms ──

    def draw_object(self, operands: list[object]) -> None:
        value = get(self.resources, "/XObject", _key(operands[0]))
        match name(get(value, "/Subtype")):
            case "Form" if isinstance(value, Stream):
                self.walk.form(value, self.state, self.resources)
            case "Image" if isinstance(value, Stream):
                stencil = raw(value, "/ImageMask") is True
                space = None if stencil else read_space(raw(value, "/ColorSpace"), self.resources)
                if raw(value, "/ColorSpace") is None and "JPXDecode" in filters(value):
                    space = _jpx_space(value)
                bits = 1 if stencil else int(number(raw(value, "/BitsPerComponent"), 8))
                width, height = int(number(raw(value, "/Width"))), int(number(raw(value, "/Height")))
                self._picture(Picture(value, width, height, bits, space))

    def inline_image(self, image: pikepdf.PdfInlineImage) -> None:
        try:
            space = None if image.image_mask else read_space(image.obj.get("/ColorSpace"), self.resources)
            bits = 1 if image.image_mask else image.bits_per_component
            self._picture(Picture(None, image.width, image.height, bits, space))
        except DAMAGE:
            self.walk.content.unread = self.walk.content.unread or "damaged content"

    def _picture(self, shown: Picture) -> None:
        a, b, c, d, _, _ = self.state.ctm
        across, up = math.hypot(a, b) / 72, math.hypot(c, d) / 72
        ppi = min(shown.width / across, shown.height / up) if across > 1e-6 and up > 1e-6 else 0.0
        colour = self.state.fill if shown.space is None else Colour(shown.space)
        around = _placed(Box(0, 0, 1, 1), self.state.ctm)
        full = shown.space is not None and _is_straight(self.state.ctm) and get(shown.value, "/Mask") is None
        self._paint("picture", around, colour, shown=replace(shown, ppi=ppi, matrix=self.state.ctm),
                    cover="whole" if full else "part")  # fmt: skip

    # ── text ──

    def begin_text(self, _: list[object]) -> None:
        self.line = self.text = IDENTITY

    def set_font(self, operands: list[object]) -> None:
        held = get(self.resources, "/Font", _key(operands[0]))
        self.state.font = self.walk.font(held, (self.owner, name(operands[0])))
        self.state.size = number(operands[1])

    def text_matrix(self, operands: list[object]) -> None:
        self.line = self.text = _six(operands)

    def move_text(self, operands: list[object]) -> None:
        self.line = self.text = _times((1, 0, 0, 1, number(operands[0]), number(operands[1])), self.line)

    def move_text_leading(self, operands: list[object]) -> None:
        self.state.leading = -number(operands[1])
        self.move_text(operands)

    def next_line(self, _: list[object]) -> None:
        self.move_text([0, -self.state.leading])

    def show(self, operands: list[object]) -> None:
        self.show_spaced([operands])

    def show_on_next_line(self, operands: list[object]) -> None:
        self.next_line([])
        self.show(operands[-1:])

    def show_with_spacing(self, operands: list[object]) -> None:
        self.state.word, self.state.spacing = number(operands[0]), number(operands[1])
        self.show_on_next_line(operands)

    def show_spaced(self, operands: list[object]) -> None:
        """Strings, and between them numbers by which the next one moves back, in thousandths of an em."""
        font, state = self.state.font, self.state
        if font is None:
            return
        advances, blanks = font.advances, font.blanks
        size, spacing, word = state.size, state.spacing, state.word
        at = 0.0  # where the next glyph stands, in text space along the line
        inked: list[float] = []
        shown: tuple[int, ...] = ()
        telling: frozenset[str] = frozenset()
        for each in operands[0] if isinstance(operands[0], list) else items(operands[0]):
            if isinstance(each, String):
                codes = font.read(bytes(each))
                font.codes.update(codes)
                if font.telling and (found := font.telling.keys() & codes):
                    telling |= {font.telling[code] for code in found}
                shown = (*shown, *codes) if len(shown) <= _SHORT else shown
                steps = [advances[code] * size + spacing for code in codes]
                if word and not font.is_composite:
                    steps = [step + word * (code == 32) for step, code in zip(steps, codes, strict=True)]
                before = _count(blanks.__contains__, codes)
                if before < len(steps):
                    after = _count(blanks.__contains__, reversed(codes))
                    inked += (at + sum(steps[:before]), at + sum(steps[: len(steps) - after]) - spacing)
                at += sum(steps)
            else:
                at -= number(each) / 1000 * size
        if inked:
            self._show(font, min(inked), max(inked), shown, telling)
        moved = (0.0, at) if font.is_vertical else (at * state.scale, 0.0)
        self.text = _times((1, 0, 0, 1, *moved), self.text)

    def _show(self, font: Font, start: float, end: float, codes: tuple[int, ...], telling: frozenset[str]) -> None:
        state = self.state
        size = state.size
        if font.is_vertical:
            reach = Box(-size / 2, start, size / 2, end)
        else:
            reach = Box(start * state.scale, state.rise - _BELOW * size, end * state.scale, state.rise + _ABOVE * size)
        matrix = _times(self.text, state.ctm)
        colour = state.stroke if state.render in (1, 5) else state.fill
        if font not in self.walk.content.fonts:
            self.walk.content.fonts.append(font)
        codes = codes if len(codes) <= _SHORT else ()
        self._paint("text", _placed(reach, matrix), colour, abs(size) * _scale(matrix), font=font,
                    stroke=state.render in (1, 5), codes=codes, telling=telling)  # fmt: skip

    # ── marked content ──

    def mark(self, operands: list[object]) -> None:
        plain = name(operands[0]) if operands else ""
        given = operands[1] if len(operands) > 1 else None
        properties = get(self.resources, "/Properties", _key(given)) if name(given) else given
        found = raw(properties, "/MCID")
        above = self.walk.tags[-1] if self.walk.tags else UNTAGGED
        lang = text_of(get(properties, "/Lang")) or above.lang
        is_said = above.is_said or any(get(properties, key) is not None for key in ("/ActualText", "/Alt"))
        if isinstance(found, int):
            self.walk.content.tags.setdefault((self.owner, found), plain)
            tag = Tag(number=found, owner=self.owner, lang=lang, is_said=is_said)
            self.walk.content.nested |= above.artifact
        elif plain == "Artifact":
            tag = Tag(artifact=True)
            self.walk.content.nested |= above.number is not None
        else:
            tag = above._replace(lang=lang, is_said=is_said)
        self.walk.tags.append(tag)

    def unmark(self, _: list[object]) -> None:
        if self.walk.tags:
            self.walk.tags.pop()

    # ── paint ──

    def _paint(self, kind: Kind, around: Box, colour: Colour, size: float = 0.0, *, stroke: bool = False,
               cover: Cover = "rim", shown: Picture | None = None, shading: Object | None = None,
               font: Font | None = None, codes: tuple[int, ...] = (),
               telling: frozenset[str] = frozenset()) -> None:  # fmt: skip
        state = self.state
        seen = around.within(state.clip)
        if kind != "text" and (not _overlaps(around, state.clip) or _is_clipped_away(around, seen)):
            return
        if kind == "fill":
            size = min(size, seen.width, seen.height)
            shading = get(state.fill_pattern, "/Shading")
            cover = "rim" if state.fill_pattern is not None and shading is None else cover
        if cover == "whole" and not state.clips_whole:
            cover = "part"
        overprint = state.overprint_stroke if stroke else state.overprint
        tag = self.walk.tags[-1] if self.walk.tags else UNTAGGED
        self.walk.keep(Painted(
            kind, around if kind == "text" else seen, colour, size, overprint, state.mode, state.mix(stroke=stroke),
            cover, state.render if kind == "text" else 0, font, codes, telling, shown, shading, tag,
        ))  # fmt: skip
        if kind == "fill" and state.fill_pattern is not None and not stroke:
            self._cell(state.fill_pattern, seen)

    def _cell(self, pattern: Object, frame: Box) -> None:
        """The drawing of one cell of a tiling pattern."""
        if not isinstance(pattern, Stream):
            return
        outer, self.walk.frame = self.walk.frame, self.walk.frame or frame
        try:
            self.walk.form(pattern, State(_EVERYWHERE, fill=self.state.fill, stroke=self.state.fill), self.resources)
        finally:
            self.walk.frame = outer


def _jpx_space(value: Stream) -> Space:
    """The colour space of a JPEG 2000, which it may say itself."""
    with picture(value) as image:
        return {"L": GRAY, "LA": GRAY, "CMYK": CMYK}.get(image.mode, Space("icc-rgb", 3))


_SHORT = 12
"""Letters of a page number, with what stands beside it."""
_MOST_APART = 64
"""How many parts of one fill are told apart: more are a drawing."""
_ABOVE, _BELOW = 0.8, 0.12
"""The ink of a line of type over and under its baseline, in em."""


def _key(operand: object) -> Name:
    """The name of a resource."""
    if not isinstance(operand, Name):
        raise TypeError("no name")
    return operand


_Step: TypeAlias = Callable[[_Drawing, list[object]], None]


def _device(space: Space, stroke: bool) -> _Step:
    plain = {1: "/DeviceGray", 3: "/DeviceRGB", 4: "/DeviceCMYK"}[space.components]

    def set_colour(drawing: _Drawing, operands: list[object]) -> None:
        found = read_space(pikepdf.Name(plain), drawing.resources) if _has_spaces(drawing.resources) else space
        drawing._set(Colour(found, tuple(number(each) for each in operands)), stroke)

    return set_colour


def _has_spaces(resources: object) -> bool:
    return get(resources, "/ColorSpace") is not None


def _setting(attribute: str, unit: float = 1.0) -> _Step:
    def set_value(drawing: _Drawing, operands: list[object]) -> None:
        setattr(drawing.state, attribute, number(operands[0]) * unit)

    return set_value


def _set_render(drawing: _Drawing, operands: list[object]) -> None:
    drawing.state.render = int(number(operands[0]))


_OPERATORS: dict[str, _Step] = {
    "q": _Drawing.save, "Q": _Drawing.restore, "cm": _Drawing.transform, "w": _Drawing.line_width,
    "gs": _Drawing.parameters,
    "cs": _Drawing.space, "CS": _Drawing.space_stroke, "sc": _Drawing.colour, "scn": _Drawing.colour,
    "SC": _Drawing.colour_stroke, "SCN": _Drawing.colour_stroke,
    "g": _device(GRAY, False), "G": _device(GRAY, True), "rg": _device(RGB, False), "RG": _device(RGB, True),
    "k": _device(CMYK, False), "K": _device(CMYK, True),
    "m": _Drawing.move, "l": _Drawing.draw, "c": _Drawing.draw, "v": _Drawing.draw, "y": _Drawing.draw,
    "re": _Drawing.rectangle, "W": _Drawing.clip, "W*": _Drawing.clip, "n": _Drawing.end_path,
    "f": _Drawing.fill, "F": _Drawing.fill, "f*": _Drawing.fill, "S": _Drawing.stroke, "s": _Drawing.stroke,
    "B": _Drawing.both, "B*": _Drawing.both, "b": _Drawing.both, "b*": _Drawing.both,
    "sh": _Drawing.shade, "Do": _Drawing.draw_object,
    "BT": _Drawing.begin_text, "Tf": _Drawing.set_font, "Tm": _Drawing.text_matrix, "Td": _Drawing.move_text,
    "TD": _Drawing.move_text_leading, "T*": _Drawing.next_line, "Tj": _Drawing.show, "TJ": _Drawing.show_spaced,
    "'": _Drawing.show_on_next_line, '"': _Drawing.show_with_spacing,
    "Tc": _setting("spacing"), "Tw": _setting("word"), "Tz": _setting("scale", 0.01), "TL": _setting("leading"),
    "Ts": _setting("rise"), "Tr": _set_render,
    "BMC": _Drawing.mark, "BDC": _Drawing.mark, "EMC": _Drawing.unmark,
}  # fmt: skip


def _count(is_so: Callable[[int], bool], codes: Iterable[int]) -> int:
    """How many codes, from the first on, are so."""
    return sum(1 for _ in takewhile(is_so, codes))


# ── geometry ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _six(operands: Iterable[object]) -> Matrix:
    a, b, c, d, e, f = (number(each) for each in operands)
    return a, b, c, d, e, f


def _matrix(value: object) -> Matrix:
    found = numbers(value)
    return _six(found) if len(found) == 6 else IDENTITY


def _times(one: Matrix, other: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, l = other  # noqa: E741
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + l)


def _placed(area: Box, matrix: Matrix) -> Box:
    a, b, c, d, e, f = matrix
    corners = ((area.x0, area.y0), (area.x1, area.y0), (area.x0, area.y1), (area.x1, area.y1))
    return _around((a * x + c * y + e, b * x + d * y + f) for x, y in corners)


def _around(points: Iterable[tuple[float, float]]) -> Box:
    xs, ys = zip(*points, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def _overlaps(one: Box, other: Box) -> bool:
    """Whether two boxes meet; a line, which has no area, meets what it crosses."""
    return one.x0 <= other.x1 and other.x0 <= one.x1 and one.y0 <= other.y1 and other.y0 <= one.y1


def _is_clipped_away(whole: Box, seen: Box) -> bool:
    """Whether nothing is left of an area, but for what a last digit leaves."""
    return min(whole.width, whole.height) > _NEAR > min(seen.width, seen.height)


def _scale(matrix: Matrix) -> float:
    """By how much a matrix enlarges upright lengths."""
    return math.hypot(matrix[2], matrix[3])


def _least_scale(matrix: Matrix) -> float:
    a, b, c, d, _, _ = matrix
    return min(math.hypot(a, b), math.hypot(c, d))


def _is_straight(matrix: Matrix) -> bool:
    """Whether what is upright stays so, or lies on its side."""
    a, b, c, d, _, _ = matrix
    return abs(b) + abs(c) < 1e-6 or abs(a) + abs(d) < 1e-6


def _is_upright(path: list[tuple[float, float]]) -> bool:
    """Whether a path is an upright rectangle: four corners, of which neighbours share one coordinate."""
    if len(path) not in (4, 5) or (len(path) == 5 and path[4] != path[0]):
        return False
    corners = path[:4]
    sides = list(zip(corners, [*corners[1:], corners[0]], strict=True))
    is_up = [abs(x0 - x1) < _NEAR for (x0, _), (x1, _) in sides]
    is_across = [abs(y0 - y1) < _NEAR for (_, y0), (_, y1) in sides]
    alternate = ([True, False, True, False], [False, True, False, True])
    return is_up in alternate and is_across == [not each for each in is_up]


_NEAR = 1e-3  # points


def _cover(path: list[tuple[float, float]], around: Box, beside: list[Box]) -> Cover:
    """What a part of a path covers: of one that lies on others, as the inside of a frame does, only the rim is sure."""
    if len(beside) > 1 and (len(beside) > _MOST_NESTED or sum(1 for each in beside if each.meets(around)) > 1):
        return "rim"
    return "whole" if _is_upright(path) else "part"


_MOST_NESTED = 16


def _thickness(path: list[tuple[float, float]]) -> float:
    """The shorter side of what is filled, if it is a rectangle, upright or turned; else that of the box around it."""
    around = _around(path)
    if len(path) in (4, 5):
        sides = [math.dist(path[at], path[at + 1]) for at in range(3)]
        if abs(sides[0] - sides[2]) < 0.01 * max(sides):
            return min(sides[0], sides[1])
    return min(around.width, around.height)
