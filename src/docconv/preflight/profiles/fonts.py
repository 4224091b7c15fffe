"""Fonts as they lie in a PDF: whether they are in it, what their licence allows, what their codes mean and measure.

It assumes a font dictionary as ISO 32000-1, 9.6 to 9.10 describes it; of a damaged one, what can be told is told.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from functools import cached_property
from io import BytesIO

from fontTools.agl import toUnicode
from fontTools.cffLib import CFFFontSet
from fontTools.encodings.StandardEncoding import StandardEncoding
from fontTools.ttLib import TTFont, TTLibError
from pdfminer.cmapdb import CMapBase, CMapDB
from pdfminer.psexceptions import PSException
from pikepdf import Object, Stream

from docconv.preflight.pdf.glyphs import codes_of
from docconv.preflight.profiles.objects import DAMAGE, dictionaries, get, items, name, number, raw, text, unpacked

MOST_FONT = 64 * 2**20
"""Bytes of a font program: a whole pan-CJK face has 20 MB."""
_MOST_MAP = 4 * 2**20
_MOST_CODES = 500_000
"""Codes of a table that are read: eight times as many as a font can have."""


class Font:
    """A font as it is used by a page; `codes` are those that text shows with it."""

    def __init__(self, value: object) -> None:
        self.value = value
        self.kind = name(get(value, "/Subtype"))
        self.is_composite = self.kind == "Type0"
        descendants = dictionaries(get(value, "/DescendantFonts"))
        self.descendant: object = descendants[0] if descendants else None
        self.inner = self.descendant if self.is_composite else value
        self.descriptor = get(self.inner, "/FontDescriptor")
        self.encoding = get(value, "/Encoding")
        self.codes: set[int] = set()

    @property
    def full_name(self) -> str:
        return name(get(self.value, "/BaseFont")) or name(get(self.value, "/Name")) or "a font without a name"

    @property
    def said(self) -> str:
        """The name without the tag of a subset."""
        return re.sub(r"^[A-Z]{6}\+", "", self.full_name)

    @property
    def is_subset(self) -> bool:
        return bool(re.match(r"[A-Z]{6}\+", self.full_name))

    @property
    def is_type3(self) -> bool:
        return self.kind == "Type3"

    @cached_property
    def program(self) -> Object | None:
        """The stream of the font's outlines; None of a font that is not in the file."""
        found = [get(self.descriptor, f"/FontFile{number}") for number in ("", 2, 3)]
        return next((each for each in found if isinstance(each, Stream)), None)

    @property
    def program_kind(self) -> str:
        """In what form the outlines are in the file: Type1, TrueType, or what the stream says; "" without any."""
        for key, kind in (("/FontFile", "Type1"), ("/FontFile2", "TrueType"), ("/FontFile3", "")):
            if isinstance(stream := get(self.descriptor, key), Stream):
                return kind or name(get(stream, "/Subtype"))
        return ""

    @property
    def is_embedded(self) -> bool:
        return self.is_type3 or self.program is not None

    @cached_property
    def licence(self) -> int | None:
        """The fsType of the OS/2 table; None if the font in the file has none."""
        data = unpacked(self.program, MOST_FONT) if self.program is not None else None
        if data is None or data[:4] not in (b"\0\1\0\0", b"true", b"OTTO", b"ttcf"):
            return None
        try:
            with TTFont(BytesIO(data), lazy=True, fontNumber=0) as font:
                return int(font["OS/2"].fsType) if "OS/2" in font else None
        except (TTLibError, AssertionError, *DAMAGE):
            return None

    # ── what its codes mean ──────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def has_unicode(self) -> bool:
        """Whether it says its characters: by a table, by an encoding whose names are standard, or by the glyphs of a
        collection of Adobe's, whose characters are known (ISO 32000-1, 9.10.2; ISO 19005-2, 6.2.11.7)."""
        if isinstance(get(self.value, "/ToUnicode"), Stream):
            return True
        if self.is_composite:
            return self._is_adobe
        base = name(self.encoding) or name(get(self.encoding, "/BaseEncoding"))
        if not self.is_type3 and base in ("WinAnsiEncoding", "MacRomanEncoding", "MacExpertEncoding"):
            return True
        symbolic = int(number(raw(self.descriptor, "/Flags"))) & 4
        if self.kind == "TrueType" and not symbolic:
            return True
        return all(toUnicode(self._names.get(code, "")) for code in self.codes)

    @property
    def _is_adobe(self) -> bool:
        said = get(self.descendant, "/CIDSystemInfo")
        registry, ordering = text(get(said, "/Registry")), text(get(said, "/Ordering"))
        return registry == "Adobe" and ordering in ("GB1", "CNS1", "Japan1", "Korea1")

    @cached_property
    def _names(self) -> dict[int, str]:
        """The name of the glyph of each code of a simple font: by its encoding, else by the font in the file."""
        standard = dict(enumerate(StandardEncoding))
        names = standard if name(get(self.encoding, "/BaseEncoding")) or self.program is None else {}
        names = names or self._own_names or standard
        names = {} if self.is_type3 else dict(names)
        at = 0
        for each in items(get(self.encoding, "/Differences")):
            if isinstance(each, int):
                at = each
            else:
                names[at], at = name(each), at + 1
        return names

    @cached_property
    def _own_names(self) -> dict[int, str]:
        """The encoding of a Type 1 font that lies in the file."""
        data = unpacked(self.program, MOST_FONT) if self.program is not None else None
        try:
            if data and self.program_kind == "Type1C":
                fonts = CFFFontSet()
                fonts.decompile(BytesIO(data), None)
                own = fonts[0].Encoding
                return dict(enumerate(StandardEncoding if isinstance(own, str) else own))
            return {int(code): glyph.decode() for code, glyph in _PUT.findall(data or b"")}
        except (TTLibError, AssertionError, *DAMAGE):
            return {}

    @cached_property
    def characters(self) -> dict[int, str]:
        """What the table ToUnicode says of each code."""
        return _characters(unpacked(get(self.value, "/ToUnicode"), _MOST_MAP) or b"")

    def unmapped(self) -> list[int]:
        """The codes that are shown, and of which the font's table does not say a character."""
        if not isinstance(get(self.value, "/ToUnicode"), Stream):
            return []
        shown = self.codes.difference(self.undefined())
        return sorted(code for code in shown if self.characters.get(code, "\ufffe") in _NO_CHARACTERS)

    def undefined(self) -> list[int]:
        """The codes that are shown, and have no glyph but the box of the font (`.notdef`)."""
        if not self.is_composite:
            return []
        return sorted(code for code in self.codes
                      if self.glyph(code) == 0 and not self.characters.get(code, "x").isspace())  # fmt: skip

    @cached_property
    def blanks(self) -> frozenset[int]:
        """The codes of spaces."""
        told = {code for code, said in self.characters.items() if said and said.isspace()}
        return frozenset(told if self.is_composite else told | {32})

    @cached_property
    def telling(self) -> dict[int, str]:
        """The codes that tell their language or that they mean nothing: kana, hangul, private use."""
        return {code: kind for code, said in self.characters.items() for kind, holds in _KINDS.items()
                if holds.search(said)}  # fmt: skip

    # ── what its codes measure ───────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def is_vertical(self) -> bool:
        if isinstance(self.encoding, Stream):
            return raw(self.encoding, "/WMode") == 1
        return name(self.encoding).endswith("-V") or name(self.encoding) == "V"

    def read(self, shown: bytes) -> Sequence[int]:
        """The codes in a string that is shown."""
        if not self.is_composite:
            return shown
        if self._predefined is not None:
            return list(self._predefined.decode(shown))
        return _pairs(shown)

    def glyph(self, code: int) -> int:
        """The number (CID) of the glyph of a code."""
        return self._glyphs.get(code, code if not self._glyphs else 0)

    def advance(self, code: int) -> float:
        """How far a glyph moves on, in em; downwards in a vertical font."""
        if self.is_vertical:
            return self._step
        return self._widths.get(self.glyph(code) if self.is_composite else code, self._default) * self._unit

    @cached_property
    def advances(self) -> dict[int, float]:
        """The same for each code, asked once."""
        return _Advances(self)

    @cached_property
    def _glyphs(self) -> dict[int, int]:
        return codes_of(unpacked(self.encoding, _MOST_MAP) or b"") if isinstance(self.encoding, Stream) else {}

    @cached_property
    def _predefined(self) -> CMapBase | None:
        """The map of a font in an encoding that the standard names; such codes are read as glyphs at once."""
        plain = name(self.encoding)
        if plain in ("Identity-H", "Identity-V") or not re.fullmatch("[A-Za-z0-9-]+", plain):  # a path is no name
            return None
        try:
            return CMapDB.get_cmap(plain)
        except (PSException, *DAMAGE):
            return None

    @cached_property
    def _unit(self) -> float:
        """What a width of 1 is in em."""
        matrix = get(self.value, "/FontMatrix") if self.is_type3 else None
        found = [number(each) for each in items(matrix)]
        return found[0] if found else 0.001

    @cached_property
    def _default(self) -> float:
        if self.is_composite:
            return number(raw(self.inner, "/DW"), 1000)
        return number(raw(self.descriptor, "/MissingWidth"), 0 if self._widths else 500)

    @cached_property
    def _step(self) -> float:
        vertical = [number(each) for each in items(get(self.inner, "/DW2"))]
        return vertical[1] / 1000 if len(vertical) == 2 else -1.0

    @cached_property
    def _widths(self) -> dict[int, float]:
        if self.is_composite:
            return _cid_widths(items(get(self.inner, "/W")))
        first = int(number(raw(self.value, "/FirstChar")))
        return {first + at: number(each) for at, each in enumerate(items(get(self.value, "/Widths"))[:256])}


class _Advances(dict[int, float]):
    def __init__(self, font: Font) -> None:
        super().__init__()
        self.font = font

    def __missing__(self, code: int) -> float:
        self[code] = self.font.advance(code)
        return self[code]


_PUT = re.compile(rb"dup\s+([0-9]{1,3})\s*/([!-.0-~]{1,60})\s+put")
"""A code in the encoding of a Type 1 font, which lies in its readable part."""

_KINDS = {"kana": re.compile("[ぁ-ゖァ-ヺ]"), "hangul": re.compile("[가-힣ᄀ-ᇿㄱ-ㆎ]"),
          "private use": re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd]")}  # fmt: skip

_NO_CHARACTERS = ("", "\0", "\ufeff", "\ufffe")


def _pairs(shown: bytes) -> list[int]:
    return list(struct.unpack(f">{len(shown) // 2}H", shown[: len(shown) // 2 * 2]))


def _cid_widths(values: list[object]) -> dict[int, float]:
    """The widths of an array W: `first [w w …]` and `first last w`."""
    widths: dict[int, float] = {}
    at, left = 0, _MOST_CODES
    while at + 1 < len(values) and left > 0:
        first = int(number(values[at]))
        if each := items(values[at + 1]):
            widths.update((first + step, number(width)) for step, width in enumerate(each[:65536]))
            at, left = at + 2, left - len(each)
        else:
            last = min(int(number(values[at + 1])), first + 65535)
            width = number(values[at + 2]) if at + 2 < len(values) else 0.0
            widths.update(dict.fromkeys(range(first, last + 1), width))
            at, left = at + 3, left - (last - first)
    return widths


_RANGES = re.compile(rb"beginbfrange(.*?)endbfrange", re.S)
_SINGLES = re.compile(rb"beginbfchar(.*?)endbfchar", re.S)
_RANGE = re.compile(rb"<\s*([0-9A-Fa-f]+)\s*>\s*<\s*([0-9A-Fa-f]+)\s*>\s*(?:<([0-9A-Fa-f\s]*)>|\[([^\]]*)\])")
_SINGLE = re.compile(rb"<\s*([0-9A-Fa-f]+)\s*>\s*<([0-9A-Fa-f\s]*)>")


def _characters(table: bytes) -> dict[int, str]:
    characters: dict[int, str] = {}
    left = _MOST_CODES
    for block in _SINGLES.findall(table):
        characters.update((int(code, 16), _decoded(digits)) for code, digits in _SINGLE.findall(block))
    for block in _RANGES.findall(table):
        for low, high, only, each in _RANGE.findall(block):
            start, end = int(low, 16), min(int(high, 16), int(low, 16) + 65535)
            left -= max(1, end - start)
            if left < 0:
                return characters
            if each:
                texts = map(_decoded, re.findall(rb"<([0-9A-Fa-f\s]*)>", each))
                characters.update(zip(range(start, end + 1), texts, strict=False))
            elif first := _decoded(only):
                for step, code in enumerate(range(start, end + 1)):
                    characters[code] = first[:-1] + chr(min(0x10FFFF, ord(first[-1]) + step))
    return characters


def _decoded(digits: bytes) -> str:
    digits = b"".join(digits.split())
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode()).decode("utf-16-be", "replace")
