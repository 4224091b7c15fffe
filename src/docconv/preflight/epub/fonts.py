"""What the header of a font says: its format, and whether its licence lets it be embedded.

It reads table directories and the first bytes of one table.  fontTools would unpack a whole WOFF, however long it
grows; a WOFF 2 is one packed stream, and only its format is told.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

_FORMATS = {b"\x00\x01\x00\x00": "TrueType", b"true": "TrueType", b"OTTO": "OpenType", b"ttcf": "collection",
            b"wOFF": "WOFF", b"wOF2": "WOFF 2"}  # fmt: skip
_LICENCE = 8  # where fsType stands in the table OS/2


@dataclass(frozen=True, slots=True)
class Font:
    """`format` is "" if it is no font; `licence` is fsType, 0 if it cannot be told."""

    format: str
    licence: int = 0

    @property
    def forbidden(self) -> bool:
        return self.licence & 0x000E == 0x0002

    @property
    def bitmaps_only(self) -> bool:
        return bool(self.licence & 0x0200)


def read_font(data: bytes) -> Font:
    kind = _FORMATS.get(data[:4], "")
    try:
        if kind == "collection":
            (first,) = struct.unpack_from(">I", data, 12)
            return Font(kind, _licence(data, first))
        if kind == "WOFF":
            return Font(kind, _licence_in_woff(data))
        if kind == "WOFF 2":
            return Font(kind if struct.unpack_from(">I", data, 8) == (len(data),) else "")
        return Font(kind, _licence(data, 0) if kind else 0)
    except (struct.error, zlib.error):
        return Font("")


def _licence(data: bytes, start: int) -> int:
    """From the directory of an OpenType font: tag, checksum, offset, length."""
    (count,) = struct.unpack_from(">H", data, start + 4)
    for number in range(count):
        tag, _, offset, _ = struct.unpack_from(">4sIII", data, start + 12 + 16 * number)
        if tag == b"OS/2":
            return _unsigned(data, offset + _LICENCE)
    return 0


def _licence_in_woff(data: bytes) -> int:
    """From the directory of a WOFF: tag, offset, packed length, length, checksum."""
    (count,) = struct.unpack_from(">H", data, 12)
    for number in range(count):
        tag, offset, packed, length, _ = struct.unpack_from(">4sIIII", data, 44 + 20 * number)
        if tag == b"OS/2":
            table = data[offset : offset + packed]
            head = table if packed == length else zlib.decompressobj().decompress(table, _LICENCE + 2)
            return _unsigned(head, _LICENCE)
    return 0


def _unsigned(data: bytes, at: int) -> int:
    return int(struct.unpack_from(">H", data, at)[0])
