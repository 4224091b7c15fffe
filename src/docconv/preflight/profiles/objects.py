"""The objects of a PDF: opened within bounds, and asked so that no answer surprises.

It assumes nothing of the file.  pikepdf (qpdf) mends what is damaged and bounds what is unpacked; a value of another
kind than the standard says counts as one that is not there.
"""

from __future__ import annotations

import re
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from io import BytesIO
from typing import Any, NamedTuple, cast

from PIL import Image

from docconv.photos import FORMATS_OF_PDF, open_picture
from docconv.problems import SourceError, ToolError

try:
    import pikepdf
    from pikepdf import Array, Dictionary, Name, Object, Stream, String
    from pikepdf.settings import set_qpdf_limits
except ImportError:
    raise ToolError("checking a PDF for the press needs pikepdf", remedy="pip install pikepdf") from None

MOST_UNPACKED = 128 * 2**20
"""Bytes of one stream, unpacked: a spread of a broadsheet at 300 ppi in four inks."""
MOST_PIXELS = 80_000_000
"""Pixels of a picture that is looked into."""
MOST_TABLE = 2**16
"""Bytes of a table of colours."""
MOST_OF_ALL = 8 * 2**30
"""Bytes of all streams of a file together: an illustrated magazine, every picture of which is looked into."""
MOST_OBJECTS = 2_000_000
"""Dictionaries of a file that are looked into: the tags of a long book have some hundred thousand."""
_MOST_LZW = MOST_UNPACKED // 1300
"""Bytes of an LZW stream that cannot unpack to more: qpdf bounds every filter but this one."""
_LIMITS: dict[str, Any] = {
    **dict.fromkeys(
        ("flate_max_memory", "dct_max_memory", "png_max_memory", "run_length_max_memory", "tiff_max_memory"),
        MOST_UNPACKED,
    ),
    "dct_max_progressive_scans": 100,
    "parser_max_nesting": 100,
    "parser_max_container_size": 2_000_000,
    "max_stream_filters": 4,
    "doc_max_warnings": 1000,
}

DAMAGE = (pikepdf.PdfError, pikepdf.DataDecodingError, pikepdf.DependencyError, ValueError, TypeError, LookupError,
          AttributeError, ArithmeticError, OSError, RuntimeError, NotImplementedError, EOFError, struct.error,
          zlib.error)  # fmt: skip
"""What is raised on a damaged file: by pikepdf, and by Python on objects that are not what they should be."""


@contextmanager
def opened(data: bytes, name: str) -> Iterator[pikepdf.Pdf]:
    """A PDF while it is read.  Raises `SourceError` if it is damaged beyond mending or locked with a password; what
    fails while it is read is damage too."""
    _left.set(MOST_OF_ALL)
    before: dict[str, Any] = set_qpdf_limits(**_LIMITS)  # they hold for the process: put back what others have set
    try:
        with pikepdf.open(BytesIO(data), suppress_warnings=True, inherit_page_attributes=True) as pdf:
            yield pdf
    except pikepdf.PasswordError:
        raise SourceError(f"{name} is locked with a password", remedy="check a copy without one") from None
    except DAMAGE:
        raise SourceError(f"{name} is no PDF, or damaged beyond mending", remedy="make the PDF anew") from None
    finally:
        set_qpdf_limits(**before)


def get(holder: object, *keys: str | Name) -> Object | None:
    """The value at the end of a path of keys; None where there is none, or where something is no dictionary."""
    value = holder
    for key in keys:
        if not isinstance(value, Dictionary | Stream):
            return None
        value = value.get(key)
    return value if isinstance(value, Object) else None


def raw(holder: object, *keys: str | Name) -> object:
    """The same for a value that pikepdf gives as a number or a truth value of Python's."""
    *path, last = keys
    above = get(holder, *path) if path else holder
    return above.get(last) if isinstance(above, Dictionary | Stream) else None


def number(value: object, otherwise: float = 0.0) -> float:
    found = float(value) if isinstance(value, int | float | Decimal) else otherwise
    return found if abs(found) < 1e12 else otherwise


def numbers(value: object) -> list[float]:
    """The numbers of an array, which has nothing else; else an empty list."""
    found = [each for each in items(value) if isinstance(each, int | float | Decimal)]
    return [number(each) for each in found] if isinstance(value, Array) and len(found) == len(value) else []


def items(value: object) -> list[object]:
    return [each for each in value] if isinstance(value, Array) else []


def dictionaries(value: object) -> list[Object]:
    """The dictionaries in an array, or the one that stands in its place."""
    held = items(value) if isinstance(value, Array) else [value]
    return [each for each in held if isinstance(each, Dictionary | Stream)]


def entries(value: object) -> list[tuple[str, object]]:
    """The entries of a dictionary, in the order of their keys, each key without its stroke."""
    if not isinstance(value, Dictionary | Stream):
        return []
    found = ((key, _valued(value, key)) for key in sorted(value.keys()))
    return [(key[1:] if key.isascii() else _letters(_bytes(key)).removeprefix("/"), each) for key, each in found]


def _valued(holder: Dictionary | Stream, key: str) -> object:
    return holder.get(key if key.isascii() else cast(Name, Object.parse(_written(key))))


def reached(root: Object) -> list[Object]:
    """Every dictionary and stream that an object leads to, itself included, each once; at most `MOST_OBJECTS`."""
    found: list[Object] = []
    seen: set[tuple[int, int]] = set()
    waiting = [root]
    while waiting and len(found) < MOST_OBJECTS:
        each = waiting.pop()
        if each.is_indirect:
            if each.objgen in seen:
                continue
            seen.add(each.objgen)
        if isinstance(each, Array):
            held: list[object] = list(each)
        else:
            found.append(each)
            held = [value for _, value in entries(each)]
        waiting += [one for one in reversed(held) if isinstance(one, Dictionary | Array | Stream)]
    return found


def _bytes(key: str) -> bytes:
    """A name as its bytes: pikepdf keeps those that are no UTF-8 as surrogates."""
    return key.encode("utf-8", "surrogateescape")


def _written(key: str) -> bytes:
    """A name as it may stand in a file."""
    return b"/" + b"".join(b"#%02x" % byte for byte in _bytes(key).removeprefix(b"/"))


def name(value: object) -> str:
    """A name without its stroke; "" for anything else."""
    if not isinstance(value, Name):
        return ""
    written = value.unparse().removeprefix(b"/")
    if b"#" not in written:
        return written.decode("ascii", "replace")
    return _letters(re.sub(rb"#([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), written))


def text(value: object) -> str:
    """A text string, decoded; "" for anything else."""
    if not isinstance(value, String):
        return ""
    try:
        return _CONTROL.sub("\ufffd", str(value)).strip()
    except UnicodeDecodeError:
        return _letters(bytes(value)).strip()


_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def _letters(data: bytes) -> str:
    """The letters that bytes stand for.  Names of fonts are written in UTF-8, or as on the machine that made the file:
    in Chinese encodings, if they are none of Europe."""
    for encoding in ("utf-8", "gb18030", "latin-1"):
        try:
            return _CONTROL.sub("\ufffd", data.decode(encoding))
        except UnicodeDecodeError:
            continue
    return ""


def filters(stream: Object) -> list[str]:
    value = get(stream, "/Filter")
    return [name(each) for each in items(value)] if isinstance(value, Array) else [name(value)] if value else []


def unpacked(stream: object, most: int = MOST_UNPACKED) -> bytes | None:
    """The bytes of a stream; None if it is none, is damaged, or unpacks to more than `most`."""
    if not isinstance(stream, Stream):
        return None
    if any(each in ("LZWDecode", "LZW") for each in filters(stream)) and (
        len(filters(stream)) > 1 or len(stream.read_raw_bytes()) > _MOST_LZW
    ):
        return None
    if _left.get() < 0:
        return None
    try:
        data = stream.read_bytes()
    except DAMAGE:
        _left.set(_left.get() - MOST_UNPACKED)
        return None
    _left.set(_left.get() - len(data))
    return data if len(data) <= most else None


_left = ContextVar("_left", default=0)
"""What may still be unpacked of the file that is open."""


def unpacked_length(stream: object, most: int) -> int:
    """How many bytes a stream unpacks to; something more than `most` if they are more: it is not unpacked further."""
    if not isinstance(stream, Stream):
        return 0
    if filters(stream) != ["FlateDecode"] or get(stream, "/DecodeParms") is not None:
        data = unpacked(stream, most)
        return most + 1 if data is None else len(data)
    unpacking = zlib.decompressobj()
    try:
        return len(unpacking.decompress(stream.read_raw_bytes(), most + 1))
    except zlib.error:
        return 0


def picture(stream: Object) -> Image.Image:
    """A picture in a format of its own, opened and not yet unpacked.  Raises an error of `DAMAGE` if it is none, or has
    more pixels than anybody prints."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            image = open_picture(stream.read_raw_bytes(), FORMATS_OF_PDF)
        except Image.DecompressionBombError:
            raise ValueError("too many pixels") from None
    if image.width * image.height > MOST_PIXELS:
        raise ValueError("too many pixels")
    return image


class Box(NamedTuple):
    """A rectangle in points: left, bottom, right, top."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    def grown(self, by: float) -> Box:
        return Box(self.x0 - by, self.y0 - by, self.x1 + by, self.y1 + by)

    def meets(self, other: Box) -> bool:
        return self.x0 < other.x1 and other.x0 < self.x1 and self.y0 < other.y1 and other.y0 < self.y1

    def holds(self, other: Box, slack: float = 0.0) -> bool:
        return (other.x0 >= self.x0 - slack and other.y0 >= self.y0 - slack
                and other.x1 <= self.x1 + slack and other.y1 <= self.y1 + slack)  # fmt: skip

    def within(self, other: Box) -> Box:
        """The part of it that lies in the other; a box without area if there is none."""
        x0, y0 = max(self.x0, other.x0), max(self.y0, other.y0)
        return Box(x0, y0, max(x0, min(self.x1, other.x1)), max(y0, min(self.y1, other.y1)))


def box(value: object) -> Box | None:
    """A rectangle with its corners in order; None for anything else."""
    found = numbers(value)
    if len(found) != 4:
        return None
    x0, y0, x1, y1 = found
    return Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
