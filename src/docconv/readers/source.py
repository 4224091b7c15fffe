"""A source as bytes with a name: what every reader is given.

The name is what the user typed; it appears in places and problems, never in an output.
"""

from __future__ import annotations

import codecs
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from docconv.model import Place
from docconv.problems import SourceError, UsageError

DEEPEST = 100
"""How deep a source may nest before it is refused: far more than any text, far less than the stack."""


@dataclass(frozen=True, slots=True)
class Source:
    """`folder` is where the source's own pictures lie; None for a stream, which has none."""

    name: str
    data: bytes
    folder: Path | None = None

    @classmethod
    def open(cls, path: Path) -> Source:
        try:
            return cls(str(path), path.read_bytes(), path.parent)
        except IsADirectoryError:
            raise UsageError(f"{path} is a folder", remedy="name a file in it") from None
        except OSError as error:
            raise UsageError(f"cannot read {path}: {(error.strerror or str(error)).lower()}") from None

    @property
    def suffix(self) -> str:
        return Path(self.name).suffix.lower().removeprefix(".")

    def text(self) -> str:
        """The source as text in Unicode NFC with `\\n` line ends.  Raises `SourceError` if it is not text."""
        text = decode(self.data, self.name)
        return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


_MARKS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(data: bytes, name: str = "") -> str:
    """The text of `data`: by its byte order mark, else as UTF-8."""
    encoding = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError(
            f"byte 0x{data[error.start]:02X} is not {encoding} text",
            place=Place(line, 1, name),
            remedy="save the source as UTF-8",
        ) from None
