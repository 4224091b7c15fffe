"""The archive of an EPUB, or of another package: its entries by name, unpacked within bounds.

It assumes nothing of the file but that it fits into memory.  What an archive claims about its size is checked before
anything is unpacked.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from io import BytesIO

from docconv.problems import SourceError

MOST_DIRECTORY = 8 * 2**20
"""Bytes of the archive's directory: some 80,000 entries."""
MOST_UNPACKED = 2**30
"""Bytes of all entries together: five times the largest book that Send to Kindle takes."""
MOST_ENTRY = 64 * 2**20
"""Bytes of an entry that is read; a film may be longer, and is not read."""
MOST_TEXT = MOST_ENTRY
"""Bytes of all markup of a package that another program is to read: some twenty million characters."""

DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError,
          struct.error, LookupError)  # fmt: skip
"""What reading an archive may raise."""


@dataclass(frozen=True, slots=True)
class Archive:
    """`entries` are in the order of the archive's directory, folders included; a name may stand there twice."""

    file: zipfile.ZipFile
    entries: tuple[zipfile.ZipInfo, ...]
    size: int
    """Bytes of the archive itself."""

    def read(self, entry: zipfile.ZipInfo) -> bytes | None:
        """The bytes of an entry; None if it is too long, enciphered or damaged."""
        if entry.file_size > MOST_ENTRY:
            return None
        try:
            with self.file.open(entry) as stream:
                return stream.read(MOST_ENTRY)
        except DAMAGE:
            return None


def open_archive(data: bytes, name: str, kind: str = "EPUB") -> Archive:
    """Raises `SourceError` if the data is no archive, or unpacks to more than anybody reads."""
    _refuse_directory(data, name)
    try:
        file = zipfile.ZipFile(BytesIO(data))
    except DAMAGE:
        raise SourceError(f"{name} is no {kind}, or its archive is damaged", remedy=f"make the {kind} anew") from None
    entries = tuple(file.infolist())
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED:
        raise SourceError(
            f"{name} unpacks to {unpacked / 2**30:,.1f} GB and is not read", remedy="check a copy of reasonable size"
        )
    return Archive(file, entries, len(data))


def repacked(package: bytes, changed: Mapping[str, bytes]) -> bytes:
    """The package with other bytes for some of its entries; all else as it was, in its order."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(package)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            data = changed.get(entry.filename)
            new.writestr(entry, old.read(entry) if data is None else data)
    return out.getvalue()


def refuse_bomb(data: bytes, name: str) -> None:
    """Raises `SourceError` if a package has more than `MOST_TEXT` of markup, whatever it claims.

    For a program that unpacks without bounds.  What is damaged is passed: that program will say how."""
    _refuse_directory(data, name)
    with suppress(*DAMAGE), zipfile.ZipFile(BytesIO(data)) as file:
        texts = [entry for entry in file.infolist() if not entry.filename.lower().endswith(_MEDIA)]
        left = MOST_TEXT
        for entry in sorted(texts, key=lambda each: -each.file_size):  # who admits it is refused at once
            left -= entry.file_size if entry.file_size > left else _unpacked_size(file, entry, left)
            if left < 0:
                raise SourceError(f"{name} unpacks to more than {MOST_TEXT >> 20} MB of text and is not read",
                                  remedy="divide it, or save it again from the program that made it")  # fmt: skip


_MEDIA = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".emf", ".wmf", ".wdp", ".bin", ".ttf",
          ".otf", ".ttc", ".woff", ".woff2", ".odttf", ".mp3", ".m4a", ".mp4", ".m4v", ".wav", ".mov")  # fmt: skip


def _unpacked_size(file: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> int:
    """How much really comes out of an entry, counted to a little more than `most`."""
    honest = copy(entry)
    honest.file_size = MOST_UNPACKED  # or zipfile would stop where the entry claims to end
    size = 0
    with suppress(*DAMAGE), file.open(honest) as stream:
        while size <= most and (piece := stream.read(2**20)):
            size += len(piece)
    return size


def _refuse_directory(data: bytes, name: str) -> None:
    """Refuse an archive whose directory alone would fill the memory (APPNOTE 4.3.16)."""
    at = data.rfind(b"PK\x05\x06", max(0, len(data) - 2**16 - 22))
    if at >= 0 and len(data) >= at + 16:
        (size,) = struct.unpack_from("<I", data, at + 12)
        if size > MOST_DIRECTORY:
            raise SourceError(f"{name} has too many entries and is not read", remedy="check a copy of reasonable size")
