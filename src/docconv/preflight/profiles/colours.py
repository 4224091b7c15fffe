"""Colour spaces as a press sees them: which family, and how much of which ink a colour puts on the paper.

It assumes a colour space as ISO 32000-1, 8.6 describes it; one that is damaged is of no family.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pikepdf import Name, String

from docconv.preflight.profiles.objects import MOST_TABLE, get, items, name, number, raw, unpacked

PROCESS = ("Cyan", "Magenta", "Yellow", "Black")
_DEEPEST = 4  # an indexed space over a pattern over …


@dataclass(frozen=True, slots=True)
class Space:
    """`family`: gray, rgb, cmyk (of the device), icc-gray, icc-rgb, icc-cmyk, icc-lab, cal-gray, cal-rgb, lab, spot
    (Separation, DeviceN), indexed, pattern, or "" of a damaged one; `base` is what an indexed, spot or pattern space
    rests on."""

    family: str
    components: int = 0
    inks: tuple[str, ...] = ()
    """The colorants of a Separation or DeviceN."""
    base: Space | None = None
    table: bytes = b""
    """The colours of an indexed space."""
    profile: object = field(default=None, compare=False, repr=False)
    """The stream of its ICC profile."""

    @property
    def root(self) -> Space:
        """What colours are in at last: the base of an indexed or a pattern space."""
        return self.base.root if self.base and self.family in ("indexed", "pattern") else self

    @property
    def spots(self) -> tuple[str, ...]:
        """The inks beside those of four-colour printing."""
        return tuple(ink for ink in self.root.inks if ink not in (*PROCESS, "All", "None"))

    @property
    def is_rgb(self) -> bool:
        """Whether it is light, not ink: RGB or Lab, of the device or measured."""
        return self.solid.family in ("rgb", "icc-rgb", "cal-rgb", "lab", "icc-lab")

    @property
    def solid(self) -> Space:
        """The root, and for a spot colour what it is mixed from where there is no such ink."""
        root = self.root
        return root.base.solid if root.family == "spot" and root.base else root


GRAY, RGB, CMYK, PATTERN, NONE = (Space("gray", 1), Space("rgb", 3), Space("cmyk", 4), Space("pattern"), Space(""))
_DEVICE = {"DeviceGray": GRAY, "G": GRAY, "DeviceRGB": RGB, "RGB": RGB, "DeviceCMYK": CMYK, "CMYK": CMYK,
           "Pattern": PATTERN, "CalGray": Space("cal-gray", 1), "CalRGB": Space("cal-rgb", 3)}  # fmt: skip
_ICC_KINDS = {b"GRAY": ("icc-gray", 1), b"RGB ": ("icc-rgb", 3), b"CMYK": ("icc-cmyk", 4), b"Lab ": ("icc-lab", 3)}
_BY_COMPONENTS = {1: "icc-gray", 3: "icc-rgb", 4: "icc-cmyk"}
_DEFAULTS = {"DeviceGray": "DefaultGray", "DeviceRGB": "DefaultRGB", "DeviceCMYK": "DefaultCMYK"}


def read_space(value: object, resources: object = None, depth: int = 0) -> Space:
    """The colour space of an object, or of a name in the resources.  A device's space that the resources define by a
    Default space (8.6.5.6) is the latter."""
    if depth > _DEEPEST:
        return NONE
    if isinstance(value, Name):
        plain = name(value)
        if plain not in _DEVICE:
            named = get(resources, "/ColorSpace", value)
            return read_space(named, resources, depth + 1) if named is not None else NONE
        default = get(resources, "/ColorSpace", f"/{_DEFAULTS.get(plain, '-')}")
        return read_space(default, None, depth + 1) if default is not None else _DEVICE[plain]
    family, *rest = items(value) or [None]
    match name(family), rest:
        case "ICCBased", [stream, *_]:
            return _measured(stream)
        case "Indexed" | "I", [base, _, table, *_]:
            colours = bytes(table) if isinstance(table, String) else unpacked(table, MOST_TABLE) or b""
            return Space("indexed", 1, base=read_space(base, resources, depth + 1), table=colours)
        case "Separation", [ink, base, *_]:
            return Space("spot", 1, (name(ink),), read_space(base, resources, depth + 1))
        case "DeviceN", [inks, base, *_]:
            names = tuple(name(each) for each in items(inks))
            return Space("spot", len(names), names, read_space(base, resources, depth + 1))
        case "Pattern", [base, *_]:
            return Space("pattern", base=read_space(base, resources, depth + 1))
        case "Lab", _:
            return Space("lab", 3)
        case plain, _:
            return _DEVICE.get(plain, NONE)


def _measured(stream: object) -> Space:
    """The space of an ICC profile, by what the profile says of itself, else by its number of components."""
    components = int(number(raw(stream, "/N")))
    head = (unpacked(stream) or b"")[16:20]
    family, known = _ICC_KINDS.get(head, (_BY_COMPONENTS.get(components, ""), components))
    return Space(family, known, profile=stream)


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour as it is set: its space, and its components if they are known (those of a shading are not)."""

    space: Space
    values: tuple[float, ...] = ()

    def inks(self) -> dict[str, float]:
        """How much of each ink it puts down, 0 to 1; nothing where that is for a colour conversion to say."""
        return inks_of(self.space, self.values)

    @property
    def is_black(self) -> bool:
        """Whether it is meant as black: nearly no light, or nearly full black, or all inks."""
        space, values = self.space.root, self.values
        if space.is_rgb and len(values) == 3:
            return space.family != "lab" and max(values) <= 0.12
        inks = self.inks()
        return inks.get("Black", 0) >= 0.85 or sum(inks.get(ink, 0) for ink in PROCESS[:3]) >= 2.4

    @property
    def is_white(self) -> bool:
        if self.space.root.is_rgb:
            return bool(self.values) and min(self.values) >= 1
        return bool(self.values) and not any(self.inks().values())

    def said(self) -> str:
        """In the words of a printer: C 60 M 40 Y 40 K 100."""
        space = self.space.root
        if space.family in ("gray", "cmyk", "icc-gray", "icc-cmyk", "cal-gray", "spot"):
            inks = self.inks()
            short = " ".join(f"{_SHORT.get(ink, ink)} {share * 100:.0f}" for ink, share in inks.items() if share)
            return short or "white"
        return f"{NAMES[space.family]} {' '.join(f'{value:.2g}' for value in self.values)}".rstrip()


BLACK = Colour(GRAY, (0.0,))
"""What a page begins with."""
_SHORT = dict(zip(PROCESS, "CMYK", strict=True))
NAMES = {"gray": "DeviceGray", "rgb": "DeviceRGB", "cmyk": "DeviceCMYK", "icc-gray": "ICC gray", "icc-rgb": "ICC RGB",
         "icc-cmyk": "ICC CMYK", "icc-lab": "ICC Lab", "cal-gray": "CalGray", "cal-rgb": "CalRGB", "lab": "Lab",
         "spot": "spot colour", "indexed": "indexed colour", "pattern": "a pattern",
         "": "a damaged colour space"}  # fmt: skip


def inks_of(space: Space, values: tuple[float, ...]) -> dict[str, float]:
    """How much of each ink a colour of a space puts down."""
    match space.family:
        case "gray" | "icc-gray" | "cal-gray" if values:
            return {"Black": 1 - _share(values[0])}
        case "cmyk" | "icc-cmyk" if len(values) == 4:
            return {ink: _share(value) for ink, value in zip(PROCESS, values, strict=True)}
        case "spot" if len(values) == len(space.inks):
            shares = {ink: _share(value) for ink, value in zip(space.inks, values, strict=True) if ink != "None"}
            return dict.fromkeys(PROCESS, shares["All"]) if "All" in shares else shares
        case "indexed" if values and space.base and space.base.components:
            at = max(0, int(values[0])) * space.base.components
            held = space.table[at : at + space.base.components]
            return inks_of(space.base, tuple(each / 255 for each in held))
        case "pattern" if space.base:
            return inks_of(space.base, values)
    return {}


def _share(value: float) -> float:
    return min(1.0, max(0.0, value))
