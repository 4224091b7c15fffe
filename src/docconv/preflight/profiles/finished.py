"""A finished PDF as rules see it: its pages with their boxes and what they paint, its metadata, its output intents.

It assumes that the file is open while rules read it.  Everything is read once, when a rule first asks.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cached_property
from itertools import islice

import pikepdf
from lxml import etree
from pikepdf import Object, Stream

from docconv.preflight.profiles.colours import Colour
from docconv.preflight.profiles.content import Budget, Content, Painted, read_content
from docconv.preflight.profiles.folios import Folio, numbers_of, series
from docconv.preflight.profiles.fonts import Font
from docconv.preflight.profiles.objects import (
    MOST_OBJECTS,
    Box,
    box,
    dictionaries,
    entries,
    get,
    name,
    number,
    raw,
    reached,
    text,
    unpacked,
)
from docconv.preflight.profiles.plates import Separation, separation
from docconv.preflight.profiles.shades import shades
from docconv.preflight.profiles.tags import Tags, read_tags
from docconv.press import Profile

MM = 72 / 25.4
"""Points to a millimetre."""
MOST_PAGES = 5_000
"""How many pages are looked at."""
_MOST_SHADINGS = 1_000
_MOST_XMP = 4 * 2**20


class Sheet:
    """A page; `number` counts from 1, boxes are in points and absent where the page does not have them."""

    def __init__(self, number: int, page: pikepdf.Page, budget: Budget) -> None:
        self.number, self.page, self._budget = number, page, budget

    @cached_property
    def boxes(self) -> dict[str, Box]:
        """The boxes that the page states, by their names: MediaBox, TrimBox …"""
        found = ((each, box(get(self.page.obj, f"/{each}"))) for each in BOXES)
        return {each: value for each, value in found if value is not None}

    @property
    def media(self) -> Box:
        return self.boxes.get("MediaBox", Box(0, 0, 612, 792))

    @property
    def trim(self) -> Box:
        """The finished page, by what the file says of it."""
        boxes = self.boxes
        return boxes.get("TrimBox") or boxes.get("ArtBox") or boxes.get("CropBox") or self.media

    @cached_property
    def unit(self) -> float:
        """Points to a unit of the page."""
        return number(raw(self.page.obj, "/UserUnit"), 1.0) or 1.0

    @cached_property
    def content(self) -> Content:
        return read_content(self.page, self._budget)

    @property
    def annotations(self) -> list[Object]:
        return dictionaries(get(self.page.obj, "/Annots"))[:10_000] if get(self.page.obj, "/Annots") else []

    def place(self, area: Box) -> tuple[float, float]:
        """Where something is, in mm from the left and the top of the trimmed page as a reader shows it."""
        trim = self.trim
        left, top, right, bottom = area.x0 - trim.x0, trim.y1 - area.y1, trim.x1 - area.x1, area.y0 - trim.y0
        turned = {90: (bottom, left), 180: (right, bottom), 270: (top, right)}
        across, down = turned.get(int(number(raw(self.page.obj, "/Rotate"))) % 360, (left, top))
        return round(self.mm(across), 1) + 0.0, round(self.mm(down), 1) + 0.0

    def mm(self, length: float) -> float:
        return length * self.unit / MM


BOXES = ("MediaBox", "CropBox", "BleedBox", "TrimBox", "ArtBox")


@dataclass(frozen=True, slots=True)
class Intent:
    """An output intent; `fault` says what is wrong with its ICC profile, "" if nothing is or there is none."""

    kind: str
    condition: str
    info: str
    components: int
    has_profile: bool
    fault: str = ""
    colours: str = ""
    """The colours of the profile: GRAY, RGB, CMYK."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something that is done when a page is opened, a bookmark chosen …: its kind, what holds it and by which key."""

    kind: str
    holder: Object
    key: str
    value: Object

    @property
    def where(self) -> str:
        """Where it stands: in a bookmark, at the opening of the file …"""
        if self.key in ("Next", "OpenAction", "JavaScript"):
            return {"Next": "after another", "OpenAction": "at the opening", "JavaScript": "under a name"}[self.key]
        kind = name(get(self.holder, "/Type"))
        if kind in ("Catalog", "Page"):
            return f"of the {'file' if kind == 'Catalog' else 'page'}"
        if get(self.holder, "/Subtype") is not None:
            return f"of an annotation {name(get(self.holder, '/Subtype'))}"
        return "of a bookmark" if get(self.holder, "/Title") is not None else "of a field"


class Finished:
    """A PDF that is open, and the profile that it is judged by."""

    def __init__(self, pdf: pikepdf.Pdf, profile: Profile, data: bytes) -> None:
        self.pdf, self.profile, self.data = pdf, profile, data
        self.root = pdf.Root
        self.budget = Budget.of(len(data))
        self._shades: dict[tuple[int, int], list[Colour]] = {}
        self._printed: dict[int, list[Painted]] = {}
        self.unread: list[tuple[int, str]] = []
        """What rules could not look at, each with its page."""

    @cached_property
    def sheets(self) -> list[Sheet]:
        return [Sheet(at, page, self.budget) for at, page in enumerate(islice(self.pdf.pages, MOST_PAGES), 1)]

    def painted(self, *kinds: str) -> Iterator[tuple[Sheet, Painted]]:
        """All that is painted, or all of some kinds, page by page."""
        for sheet in self.sheets:
            for each in sheet.content.painted:
                if not kinds or each.kind in kinds:
                    yield sheet, each

    def printed(self, *kinds: str) -> Iterator[tuple[Sheet, Painted]]:
        """The same without what stands beside the page and its bleed, as marks and notes to the printer do, and without
        text that is not seen."""
        for sheet in self.sheets:
            for each in self.printed_on(sheet):
                if not kinds or each.kind in kinds:
                    yield sheet, each

    def printed_on(self, sheet: Sheet) -> list[Painted]:
        """The same of one page."""
        if sheet.number not in self._printed:
            bleed = self.bleed(sheet).grown(0.01)
            self._printed[sheet.number] = [each for each in sheet.content.painted
                                           if each.render not in (3, 7) and each.box.meets(bleed)]  # fmt: skip
        return self._printed[sheet.number]

    def bleed(self, sheet: Sheet) -> Box:
        """The page with its bleed: as it says, else as the profile asks."""
        return sheet.boxes.get("BleedBox") or sheet.trim.grown(self.profile.bleed * MM / sheet.unit)

    @cached_property
    def fonts(self) -> list[tuple[Font, int]]:
        """The fonts that show text, each with the page on which it does so first."""
        first: dict[int, tuple[Font, int]] = {}
        for sheet in self.sheets:
            for font in sheet.content.fonts:
                first.setdefault(id(font), (font, sheet.number))
        return list(first.values())

    @cached_property
    def numbers(self) -> dict[int, list[Folio]]:
        """The numbers that stand by themselves on each page."""
        return {sheet.number: list(numbers_of(sheet.number, sheet.content.painted)) for sheet in self.sheets}

    @cached_property
    def folios(self) -> list[Folio]:
        """Those that count the pages."""
        return series(self.numbers)

    def shades(self, each: Painted, page: int) -> list[Colour]:
        """The colours of a shading, as far as they are known."""
        shading = each.shading
        key = shading.objgen if shading is not None and shading.is_indirect else (-1, len(self._shades))
        if key not in self._shades:
            if len(self._shades) >= _MOST_SHADINGS:
                self.unread.append((page, "the colours of a shading"))
                return []
            self._shades[key] = [Colour(each.colour.space, values) for values in shades(shading)]
        return self._shades[key]

    @cached_property
    def tags(self) -> Tags:
        """The structure tree."""
        return read_tags(self.root, {sheet.page.obj.objgen: sheet.number for sheet in self.sheets})

    # ── what the file says of itself ─────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def info(self) -> dict[str, str]:
        """The document information dictionary; names and strings as text."""
        given = get(self.pdf.trailer, "/Info")
        return {key: text(value) or name(value) for key, value in entries(given)}

    @cached_property
    def xmp(self) -> dict[str, str]:
        """The properties of the XMP packet, each as prefix:name by the prefixes of the standards."""
        return _properties(self.packet) if self.packet else {}

    @cached_property
    def packet(self) -> bytes:
        """The XMP packet as it stands in the file."""
        return unpacked(get(self.root, "/Metadata"), _MOST_XMP) or b""

    @cached_property
    def title_languages(self) -> set[str]:
        """The languages in which the XMP packet has the title."""
        titles = _TITLES.findall(self.packet)
        return {lang.decode("utf-8", "replace") for title in titles for lang in _LANGUAGE.findall(title)}

    @cached_property
    def intents(self) -> list[Intent]:
        return [_intent(each) for each in dictionaries(get(self.root, "/OutputIntents"))[:20]]

    @cached_property
    def press_intent(self) -> Intent | None:
        return next((each for each in self.intents if each.kind == "GTS_PDFX"), None)

    @cached_property
    def to_ink(self) -> Separation | None:
        """The way from RGB to ink by the profile of the press in the file; None if there is no sound one."""
        own = (each for each in dictionaries(get(self.root, "/OutputIntents")) if name(get(each, "/S")) == "GTS_PDFX")
        return separation(unpacked(get(next(own, None), "/DestOutputProfile")))

    @property
    def version(self) -> str:
        """The version of PDF: that of the catalog, if it is later than that of the header."""
        return max(self.pdf.pdf_version, name(get(self.root, "/Version")))

    @cached_property
    def is_enciphered(self) -> bool:
        return "/Encrypt" in self.pdf.trailer

    @cached_property
    def streams(self) -> list[Object]:
        return [each for each in self.objects if isinstance(each, Stream)]

    @cached_property
    def objects(self) -> list[Object]:
        """Every indirect object, in the order of its number."""
        return [each for each in self.pdf.objects if isinstance(each, Object)]

    @cached_property
    def has_scripts(self) -> bool:
        return get(self.root, "/Names", "/JavaScript") is not None or any(
            each.kind == "JavaScript" for each in self.actions
        )

    @cached_property
    def reached(self) -> list[Object]:
        """Every dictionary and stream that the catalog leads to."""
        found = reached(self.root)
        if len(found) >= MOST_OBJECTS:
            self.unread.append((1, "more objects than are looked into"))
        return found

    @cached_property
    def actions(self) -> list[Action]:
        """Every action, wherever it stands: of the file, of pages, annotations, fields and bookmarks, and what follows
        on another."""
        names = get(self.root, "/Names", "/JavaScript")
        scripts = reached(names) if names is not None else []
        return [Action(name(get(each, "/S")), holder, key, each)
                for holder in self.reached for key, each in _acting(holder)] + [
            Action("JavaScript", each, "JavaScript", each) for each in scripts if name(get(each, "/S")) == "JavaScript"
        ]  # fmt: skip


def _acting(holder: Object) -> Iterator[tuple[str, Object]]:
    """The actions that a dictionary holds, each with the key (ISO 32000-1, 12.6.1 to 12.6.3)."""
    held = [(key, one) for key in ("A", "PA", "OpenAction", "Next") for one in dictionaries(get(holder, f"/{key}"))]
    held += [("AA", one) for _, each in entries(get(holder, "/AA")) for one in dictionaries(each)]
    yield from ((key, one) for key, one in held if name(get(one, "/S")) and name(get(one, "/Type")) in ("", "Action"))


def _intent(value: Object) -> Intent:
    stream = get(value, "/DestOutputProfile")
    components = int(number(raw(stream, "/N")))
    data = unpacked(stream) if stream is not None else None
    fault, colours = _read_profile(data, components) if stream is not None else ("", "")
    return Intent(
        name(get(value, "/S")),
        text(get(value, "/OutputConditionIdentifier")),
        text(get(value, "/Info")),
        components,
        stream is not None,
        fault,
        colours,
    )


_COLOURS = {b"GRAY": 1, b"RGB ": 3, b"CMYK": 4}


def _read_profile(data: bytes | None, components: int) -> tuple[str, str]:
    """What is wrong with an ICC profile as that of an output intent, and the colours that it is for (ICC.1, 7.2)."""
    if data is None or len(data) < 132 or data[36:40] != b"acsp":
        return "the output profile is no ICC profile, or damaged", ""
    (size,) = struct.unpack_from(">I", data)
    (tags,) = struct.unpack_from(">I", data, 128)
    colours = data[16:20]
    if size != len(data) or tags > 1000 or 132 + 12 * tags > size:
        return "the output profile is cut off, or damaged", ""
    plain = colours.decode("latin-1").strip()
    table = [struct.unpack_from(">4sII", data, 132 + 12 * at) for at in range(tags)]
    if any(start + length > size for _, start, length in table):
        return "the output profile is cut off, or damaged", plain
    if colours == b"CMYK" and b"A2B0" not in [name for name, _, _ in table]:
        return "the output profile does not say what its inks look like (A2B0)", plain
    if data[12:16] not in (b"prtr", b"mntr", b"spac"):
        return f"the output profile is of the class {data[12:16]!r}, not of a printer", plain
    if _COLOURS.get(colours) != components:
        return f"the output profile is for {plain}, /N says {components} components", plain
    return "", plain


_TITLES = re.compile(rb"<dc:title\b.*?</dc:title>", re.S)
_LANGUAGE = re.compile(rb"""xml:lang\s*=\s*["']([^"']*)""")

_PREFIXES = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/xap/1.0/mm/": "xmpMM",
    "http://ns.adobe.com/xap/1.0/rights/": "xmpRights",
    "http://ns.adobe.com/pdf/1.3/": "pdf",
    "http://www.npes.org/pdfx/ns/id/": "pdfxid",
    "http://ns.adobe.com/pdfx/1.3/": "pdfx",
    "http://www.aiim.org/pdfa/ns/id/": "pdfaid",
    "http://www.aiim.org/pdfua/ns/id/": "pdfuaid",
}
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"


def _properties(packet: bytes) -> dict[str, str]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True,
                             load_dtd=False)  # fmt: skip
    try:
        root = etree.fromstring(packet.strip(b"\0 \r\n\t"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return {}
    found: dict[str, str] = {}
    for description in root.iter(f"{_RDF}Description"):
        for key, value in description.attrib.items():
            _note(found, str(key), str(value))
        for child in description:
            if isinstance(child.tag, str):
                values = [" ".join((each.text or "").split()) for each in child.iter(f"{_RDF}li")]
                plain = " ".join("".join(child.itertext()).split())
                _note(found, child.tag, "; ".join(values) if values else plain)
    return found


def _note(found: dict[str, str], tag: str, value: str) -> None:
    namespace, _, local = tag.removeprefix("{").rpartition("}")
    if prefix := _PREFIXES.get(namespace):
        found.setdefault(f"{prefix}:{local}", value.strip())


_DATE = re.compile(r"(?:D:)?(\d{4})-?(\d\d)?-?(\d\d)?T?(\d\d)?:?(\d\d)?:?(\d\d)?\s*(?:(Z)|([+-])(\d\d)'?:?(\d\d)?'?)?")


def moment(date: str) -> datetime | None:
    """A date of PDF or of XMP, to the minute; None if it is none."""
    found = _DATE.match(date)
    if not found:
        return None
    year, month, day, hour, minute = (
        int(each or least) for each, least in zip(found.groups()[:5], "01100", strict=True)
    )
    away = timedelta(hours=int(found[9] or 0), minutes=int(found[10] or 0)) * (-1 if found[8] == "-" else 1)
    try:
        return datetime(year, month, day, hour, minute, tzinfo=timezone(away))
    except ValueError:
        return None
