"""What WeasyPrint draws, written for printing plates: every colour in inks, every picture separated, nothing drawn too
thin, and what touches the trim drawn out into the bleed.

It assumes what the seam assumes, WeasyPrint 70.0, and replaces while `plates()` is entered, in that thread alone:

    weasyprint.pdf.Stream               writes operators    → `PlateStream`, which knows no RGB
    weasyprint.images.RasterImage       embeds a picture    → as the inks separate it
    weasyprint.document.draw_page       draws a page        → and what stands around it
    weasyprint.draw.draw_border         draws thin frames   → as thick as a press can hold
    weasyprint.draw.draw_background     fills a box         → out into the bleed
    weasyprint.draw.draw_replacedbox    draws a picture     → out into the bleed
    weasyprint.draw.rounded_box         clips to a box      → out into the bleed
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from math import hypot
from typing import Any, NamedTuple, Protocol, TypeAlias
from xml.etree import ElementTree

from weasyprint import document as documents
from weasyprint import draw as drawing
from weasyprint import images
from weasyprint import pdf as writing
from weasyprint.layout import replaced
from weasyprint.matrix import Matrix
from weasyprint.pdf import pydyf
from weasyprint.pdf.stream import Stream

from docconv.typeset.seam import replacing
from docconv.typeset.seam.colours import Ink, Spot, mixed
from docconv.typeset.seam.separations import Mixture, Tint, number, separation

BLACK: Ink = (0, 0, 0, 1)
_TOUCHES = 0.5
"""In px: a box whose edge is so near the trim was meant to reach it."""


class Separated(NamedTuple):
    """A picture in inks: bytes as they stand in the PDF, with the filter that unpacks them."""

    width: int
    height: int
    space: str
    data: bytes
    filter: str
    inverted: bool = False
    mask: bytes = b""
    """How opaque it is, a byte a pixel and packed; empty if it is so all over."""
    was_mixed: bool = False
    """Whether something shone through it that was mixed with the white of the paper."""


class Inks(Protocol):
    """What the seam is told about a press."""

    def of_rgb(self, red: float, green: float, blue: float) -> Ink: ...

    def of_cmyk(self, ink: Ink) -> Ink: ...

    def picture(self, data: bytes) -> Separated: ...


class Placed(NamedTuple):
    """A picture on a page: the key of its address, its pixels, and how large it is printed, in pt."""

    page: int
    key: str
    pixels: tuple[int, int]
    width: float
    height: float


_Drawn: TypeAlias = Callable[[Any, int], Sequence[str]]
"""What is drawn for a page and its number, as SVGs in px from the corner of the trim."""


class Plates:
    """One rendering for a press: what it is told, and what it finds out."""

    def __init__(self, inks: Inks, *, hairline: float, overprint_black_to: float, is_opaque: bool, mixes_spots: bool,
                 around: _Drawn, upon: _Drawn) -> None:  # fmt: skip
        self.inks, self.hairline, self.overprint_black_to = inks, hairline, overprint_black_to
        self.mixes_spots = mixes_spots
        """Spot colours are mixed from the four inks."""
        self.is_opaque = is_opaque
        """Nothing shines through: alpha is mixed with the white of the paper (PDF/X-1a)."""
        self.around = around
        """What stands around a page, in the colour of registration …"""
        self.upon = upon
        """… and what is added upon it."""
        self.placed: list[Placed] = []
        self.mixed: set[int] = set()
        """Pages on which something shone through and was mixed with white."""
        self.refused: dict[str, int] = {}
        """What cannot be printed without transparency, and the page where it stands first."""
        self.pages = 0
        self.known: dict[Any, Ink | Tint] = {}
        self.spots: dict[Spot, list[int]] = {}
        """The spot colours that are used, in the order in which they are met, each with its pages."""
        self.mixtures: list[Mixture] = []
        """The colour spaces of gradients between inks of several plates."""

    def plate(self, spot: Spot, page: int) -> str:
        """What the plate of a spot colour is called among the colour spaces, on a page that it prints on."""
        pages = self.spots.setdefault(spot, [])
        if page not in pages[-1:]:
            pages.append(page)
        return f"Spot{list(self.spots).index(spot) + 1}"

    def spots_on(self, page: int) -> list[str]:
        """The names of the spot colours that a page has, as far as it is drawn."""
        return [spot.name for spot, pages in self.spots.items() if page in pages[-1:]]

    def set_colour_spaces(self, pdf: Any) -> None:
        """Name the plates in a PDF that is drawn; WeasyPrint's own spaces of Lab are left out."""
        for each in pdf.objects:
            if isinstance(each, dict) and "lab-d50" in each:
                each.clear()
                each["All"] = separation("All", (1, 1, 1, 1))
                each.update((f"Spot{nth}", separation(*spot)) for nth, spot in enumerate(self.spots, 1))
        for mixture in self.mixtures:
            mixture.join(pdf)


@contextmanager
def plates(made: Plates) -> Iterator[None]:
    """Write PDF for a press inside this block, within `composition()`: that lets one thread in at a time."""
    pen = _Platemaker(made)
    with replacing(
        (writing, "Stream", pen.stream),
        (images.RasterImage, "get_x_object", pen.x_object),
        (documents, "draw_page", pen.draw_page),
        (drawing, "draw_border", pen.draw_border),
        (drawing, "draw_background", pen.draw_background),
        (drawing, "draw_replacedbox", pen.draw_replacedbox),
        (drawing, "rounded_box", pen.rounded_box),
    ):
        yield


class _Platemaker:
    """The replacements."""

    def __init__(self, made: Plates) -> None:
        self.made = made
        self.page: Any = None
        self._drawn: dict[str, list[Any]] = {}
        """What has been drawn around a page, and is the same around the next."""

    def stream(self, original: Any, *arguments: Any, **options: Any) -> PlateStream:
        self.made.pages += 1
        return PlateStream(*arguments, made=self.made, page=self.made.pages, **options)

    def x_object(self, original: Any, image: Any, interpolate: bool, dpi_ratio: float) -> Any:
        picture = self.made.inks.picture(image.image_data.data)
        if picture.was_mixed:
            self.made.mixed.update(each.page for each in self.made.placed if each.key == image.id)
        return _x_object(picture)

    def draw_page(self, original: Any, page: Any, stream: PlateStream) -> None:
        self.page = page
        original(page, stream)
        for svg in self.made.upon(page, stream.page):
            self._draw(svg, stream)
        for svg in self.made.around(page, stream.page):
            if svg not in self._drawn:
                start = len(stream.stream)
                with stream.registered():
                    self._draw(svg, stream)
                self._drawn[svg] = stream.stream[start:]
            else:
                stream.stream += self._drawn[svg]

    def _draw(self, svg: str, stream: PlateStream) -> None:
        picture = images.SVGImage(ElementTree.fromstring(svg), None, None, _Context(self.page))
        picture.draw(stream, self.page.margin_width(), self.page.margin_height(), None)

    def draw_border(self, original: Any, stream: Any, box: Any) -> None:
        """A frame is filled, not stroked: its sides are made as thick as a hairline is; one around nothing is none."""
        if not (box.border_width() and box.border_height()):
            return
        thinnest = self.made.hairline / 0.75
        thin = [name for name in _WIDTHS if 0 < getattr(box, name) < thinnest]
        if thin:
            box = copy(box)
            for name in thin:
                setattr(box, name, thinnest)
        original(stream, box)

    def draw_background(self, original: Any, stream: Any, background: Any, *arguments: Any, **options: Any) -> None:
        """The background of a box that touches the trim reaches to the edge of the bleed; so does its picture, if it
        covered the box.  That of the page does by itself."""
        if background is not None and background.layers:
            layers = [self._bled(stream, layer) for layer in background.layers]
            background = background._replace(layers=layers)
        original(stream, background, *arguments, **options)

    def _bled(self, stream: Any, layer: Any) -> Any:
        before = layer.painting_area
        after = None if layer.unbounded else self._reach(stream, before)
        if not layer.unbounded and layer.image is not None and 0 not in layer.size:
            left, top = layer.positioning_area[:2]
            picture = (layer.position[0] + left, layer.position[1] + top, *layer.size)
            if _covers(picture, before):  # once: where it began anew, a strip of its other edge would be seen
                layer = layer._replace(repeat=("no-repeat", "no-repeat"))
                if after is not None:
                    x, y, width, height = _grown(picture, before, after)
                    layer = layer._replace(position=(x - left, y - top), size=(width, height))
        return layer if after is None else layer._replace(painting_area=after)

    def draw_replacedbox(self, original: Any, stream: Any, box: Any) -> None:
        """A picture that touches the trim is drawn a little larger, out to the edge of the bleed."""
        width, height, x, y = replaced.replacedbox_layout(box) if box.width and box.height else (0, 0, 0, 0)
        after = self._reach(stream, (x, y, width, height)) if width > 0 and height > 0 else None
        if after is None or box.style["visibility"] != "visible":
            original(stream, box)
            return
        x, y, width, height = _grown((x, y, width, height), (x, y, width, height), after)
        with stream.stacked():
            stream.rectangle(*after)
            stream.clip()
            stream.end()
            stream.set_alpha(1)
            stream.transform(e=x, f=y)
            with stream.stacked():
                box.replacement.draw(stream, width, height, box.style)

    def rounded_box(self, original: Any, stream: Any, radii: Any) -> None:
        """What is cut to the edges of a box is cut to them where they reach into the bleed."""
        original(stream, (*(self._reach(stream, radii[:4]) or radii[:4]), *radii[4:]))

    def _is_upright(self, stream: Any) -> bool:
        """Whether what is drawn stands on the page as it was laid out, neither turned nor scaled."""
        (a, b, _), (c, d, _), (e, f, _) = stream.whole_matrix
        height = self.page.margin_height() * 0.75
        return all(abs(each) < 1e-3 for each in (a - 0.75, b, c, d + 0.75, e, f - height))

    def _reach(self, stream: Any, area: Any) -> Any:
        """An area drawn out into the bleed on the sides where it touches the trim; None if it touches none."""
        if self.page is None:
            return None
        x, y, width, height = area
        right, bottom = x + width, y + height
        bleed, paper_width, paper_height = self.page.bleed, self.page.margin_width(), self.page.margin_height()
        reached = (
            -bleed["left"] if abs(x) < _TOUCHES else x,
            -bleed["top"] if abs(y) < _TOUCHES else y,
            paper_width + bleed["right"] if abs(right - paper_width) < _TOUCHES else right,
            paper_height + bleed["bottom"] if abs(bottom - paper_height) < _TOUCHES else bottom,
        )
        if reached == (x, y, right, bottom) or not self._is_upright(stream):
            return None
        return reached[0], reached[1], reached[2] - reached[0], reached[3] - reached[1]


_WIDTHS = ("border_top_width", "border_right_width", "border_bottom_width", "border_left_width")


class _Context:
    """What WeasyPrint asks of a layout to set text in an SVG."""

    def __init__(self, page: Any) -> None:
        self.font_config = page.style.font_config


def _covers(picture: Any, area: Any) -> bool:
    x, y, width, height = picture
    left, top, across, down = area
    slack = _TOUCHES
    return bool(x <= left + slack and y <= top + slack
                and x + width >= left + across - slack and y + height >= top + down - slack)  # fmt: skip


def _grown(picture: Any, before: Any, after: Any) -> tuple[float, float, float, float]:
    """A picture that covered `before`, larger in the same proportions so that it covers `after`; where that does not
    grow, it stays."""
    factor = max(after[2] / before[2], after[3] / before[3])
    place = []
    for axis in (0, 1):
        near, far = before[axis] - after[axis], after[axis] + after[axis + 2] - before[axis] - before[axis + 2]
        anchor = near / (near + far) if near + far > 0 else 0.5  # 1: all of it grows towards the near edge
        fixed = before[axis] + before[axis + 2] * anchor
        place.append(fixed + (picture[axis] - fixed) * factor)
    return place[0], place[1], picture[2] * factor, picture[3] * factor


def _x_object(picture: Separated) -> Any:
    extra = pydyf.Dictionary({
        "Type": "/XObject",
        "Subtype": "/Image",
        "Width": picture.width,
        "Height": picture.height,
        "ColorSpace": f"/{picture.space}",
        "BitsPerComponent": 8,
        "Filter": f"/{picture.filter}",
    })  # fmt: skip
    if picture.inverted:
        extra["Decode"] = pydyf.Array((1, 0) * 4)
    if picture.mask:
        extra["SMask"] = _x_object(picture._replace(space="DeviceGray", data=picture.mask, filter="FlateDecode",
                                                    inverted=False, mask=b""))  # fmt: skip
    return pydyf.Stream([picture.data], extra)


class PlateStream(Stream):  # type: ignore[misc]
    """A stream of operators that paint with inks."""

    def __init__(self, *arguments: Any, made: Plates, page: int, base: Any = None, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.made, self.page = made, page
        self._base = base or Matrix()
        self._overprints = [False]
        self._opacity = [1.0]
        self._registered = False
        self._scaled: tuple[Any, float] = (None, 1.0)
        self._steps: list[tuple[Any, Sequence[Ink | Tint]]] = []
        """The parts of a gradient, each with the inks at its ends, until it is known what all are mixed of."""

    def clone(self, **options: Any) -> PlateStream:
        kept = {"fonts": self._fonts, "page_rectangle": self.page_rectangle, "resources": self._resources,
                "images": self._images, "tags": self._tags, "color_profiles": self._color_profiles,
                "output_intent": self._output_intent, "compress": self.compress}  # fmt: skip
        return PlateStream(made=self.made, page=self.page, base=self.whole_matrix, **kept | options)

    @property
    def whole_matrix(self) -> Any:
        """From what is drawn to the page, in pt: through groups and patterns too."""
        return self.ctm @ self._base

    @property
    def _scale(self) -> float:
        """How many pt a unit of what is drawn has on the page."""
        if self.ctm is not self._scaled[0]:
            self._scaled = self.ctm, abs(self.whole_matrix.determinant) ** 0.5
        return self._scaled[1]

    # ── Colours ──

    @contextmanager
    def registered(self) -> Iterator[None]:
        """What is drawn inside this block stands on every plate."""
        self._resources.setdefault("ColorSpace", pydyf.Dictionary())
        with self.stacked():
            self._registered = True
            yield
        self._registered = False
        self._current_color = self._current_color_stroke = None

    def set_color(self, color: Any, stroke: bool = False) -> None:
        alpha = color.alpha
        if self._registered:
            key: Any = ("All", 1)
        else:
            key = self._mixed(self._ink(color), alpha) if self.made.is_opaque else self._ink(color)
            if not self.made.is_opaque:
                self.set_alpha(alpha, stroke)
        if key == (self._current_color_stroke if stroke else self._current_color):
            return
        if stroke:
            self._current_color_stroke = key
        else:
            self._current_color = key
        if self._registered:
            self.stream.append(b"/All CS 1 SCN" if stroke else b"/All cs 1 scn")
        elif isinstance(key, Tint):
            plate, share = self.made.plate(key.spot, self.page), number(key.share)
            self.stream.append((f"/{plate} CS {share} SCN" if stroke else f"/{plate} cs {share} scn").encode())
        else:
            self.stream.append(_operands(key) + (b" K" if stroke else b" k"))

    def _ink(self, color: Any) -> Ink | Tint:
        key = color.space, *color.coordinates
        ink = self.made.known.get(key)
        if ink is None:
            ink = self.made.known[key] = self._new_ink(color)
        return ink

    def _new_ink(self, color: Any) -> Ink | Tint:
        inks, spot = self.made.inks, getattr(color, "spot", None)
        if spot is not None:
            (share,) = color.coordinates
            spot = spot._replace(solid=inks.of_cmyk(spot.solid))
            return inks.of_cmyk(mixed(spot.solid, share)) if self.made.mixes_spots else Tint(spot, share)
        if color.space == "device-cmyk":
            return inks.of_cmyk(color.coordinates)
        red, green, blue = (min(1.0, max(0.0, float(each or 0))) for each in color.to("srgb")[:3])
        return inks.of_rgb(red, green, blue)

    def _mixed(self, ink: Ink | Tint, alpha: float) -> Ink | Tint:
        if alpha >= 1:
            return ink
        if alpha > 0:
            self.made.mixed.add(self.page)
        return ink._replace(share=ink.share * alpha) if isinstance(ink, Tint) else mixed(ink, alpha)

    # ── Gradients ──

    def create_interpolation_function(self, domain: Any, c0: Any, c1: Any, n: Any) -> Any:
        """A part of a gradient; WeasyPrint gives its ends in sRGB, or in one value of alpha."""
        function = Stream.create_interpolation_function(domain, c0, c1, n)
        if len(c0) == 3:
            self._steps.append((function, [self._end(each) for each in (c0, c1)]))
        return function

    def _end(self, channels: Any) -> Ink | Tint:
        colour = getattr(channels, "colour", None)
        return self._ink(colour) if colour is not None else self.made.inks.of_rgb(*(float(each) for each in channels))

    def add_shading(self, shading_type: Any, domain: Any, coords: Any, extend: Any, function: Any,
                    color_space: Any = None) -> Any:  # fmt: skip
        """A gradient from ink to ink: of the four; of one spot colour, whose other end may be the white of the paper;
        of all that are met."""
        shading = super().add_shading(shading_type, domain, coords, extend, function, color_space)
        steps, self._steps = self._steps, []
        if not steps:  # of alpha
            return shading
        mixture = Mixture([end for _, ends in steps for end in ends])
        for part, ends in steps:
            part["C0"], part["C1"] = (pydyf.Array(mixture.components(end)) for end in ends)
        shading["ColorSpace"] = mixture.space
        self.made.mixtures.append(mixture)
        for spot in mixture.spots:
            self.made.plate(spot, self.page)
        return shading

    @property
    def _default_color_space(self) -> str:
        return "/DeviceCMYK"

    # ── What shines through ──

    def set_alpha(self, alpha: float, stroke: bool = False, fill: bool | None = None) -> None:
        if not self.made.is_opaque:
            super().set_alpha(alpha, stroke, fill)
        elif fill or not stroke:
            self._opacity[-1] = alpha

    def set_alpha_state(self, *arguments: Any, **options: Any) -> Any:
        if self.made.is_opaque:
            self._refuse("a soft mask (a gradient into transparency, a blurred shadow, a mask in an SVG)")
        return super().set_alpha_state(*arguments, **options)

    def set_blend_mode(self, mode: str) -> None:
        if self.made.is_opaque and mode.lower() != "normal":
            self._refuse(f"the blend mode {mode}")
        super().set_blend_mode(mode)

    def _refuse(self, what: str) -> None:
        self.made.refused.setdefault(what, self.page)

    def add_group(self, x: float, y: float, width: float, height: float) -> Any:
        group = super().add_group(x, y, width, height)
        if self.made.is_opaque:
            del group.extra["Group"]
        return group

    def add_pattern(self, *arguments: Any) -> Any:
        """A pattern stands on the page by the matrix that it is given, which holds that of this stream."""
        pattern = super().add_pattern(*arguments)
        pattern._base = arguments[-1] @ self._base
        return pattern

    def draw_x_object(self, reference: str) -> None:
        self._overprint(False)
        if reference in self._images:
            self._place(reference)
        opacity = self._opacity[-1] if self.made.is_opaque else 1
        if opacity < 1:
            self.made.mixed.add(self.page)
            self._fade(self._resources["XObject"][reference], opacity)
        super().draw_x_object(reference)

    def _fade(self, group: Any, opacity: float) -> None:
        """Mix every ink of a group, and of the groups in it, with the white of the paper."""
        if group is None:
            self._refuse("opacity on a picture")
            return
        resources = group.extra["Resources"]
        if resources["Shading"] or resources["Pattern"]:
            self._refuse("opacity on a gradient or a pattern")
        group.stream = [_fade_operator(part, opacity) for part in group.stream]
        for inner in resources["XObject"].values():
            self._fade(inner, opacity)

    def _place(self, reference: str) -> None:
        (a, b, _), (c, d, _), _ = self.whole_matrix
        image = self._images[reference]["image"]
        pixels = image.width, image.height
        self.made.placed.append(Placed(self.page, image.id, pixels, hypot(a, b), hypot(c, d)))

    # ── Thin rules, black type ──

    def set_line_width(self, width: float) -> None:
        thinnest = 0 if self._registered or not self._scale else self.made.hairline / self._scale
        super().set_line_width(max(width, thinnest))

    def show_text(self, text: str) -> None:
        _, size = self._current_font or (None, 0)
        is_black = self._current_color == BLACK
        self._overprint(is_black and size * self._scale <= self.made.overprint_black_to)
        super().show_text(text)

    def fill(self, even_odd: bool = False) -> None:
        self._overprint(False)
        super().fill(even_odd)

    def stroke(self) -> None:
        self._overprint(False)
        super().stroke()

    def fill_and_stroke(self, even_odd: bool = False) -> None:
        self._overprint(False)
        super().fill_and_stroke(even_odd)

    def paint_shading(self, name: str) -> None:
        self._overprint(False)
        super().paint_shading(name)

    def _overprint(self, wanted: bool) -> None:
        """Switch overprinting before something is painted, if it is to change."""
        if wanted == self._overprints[-1]:
            return
        self._overprints[-1] = wanted
        key, word = ("over", "true") if wanted else ("knock", "false")
        states = self._resources["ExtGState"]
        if key not in states:
            states[key] = pydyf.Dictionary({"Type": "/ExtGState", "OP": word, "op": word, "OPM": 1})
        pydyf.Stream.set_state(self, key)  # by name: WeasyPrint's own takes the state, and makes it a name

    def push_state(self) -> None:
        super().push_state()
        self._overprints.append(self._overprints[-1])
        self._opacity.append(self._opacity[-1])

    def pop_state(self) -> None:
        super().pop_state()
        self._overprints.pop()
        self._opacity.pop()


def _operands(ink: Ink) -> bytes:
    return " ".join(map(number, ink)).encode()


def _fade_operator(part: Any, opacity: float) -> Any:
    if not isinstance(part, bytes) or not part.endswith(_PAINTS):
        return part
    return b" ".join(number(float(word) * opacity).encode() if word[:1].isdigit() else word for word in part.split())


_PAINTS = b" k", b" K", b" scn", b" SCN"
