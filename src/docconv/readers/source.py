"""A source as bytes with a name: what every reader is given.

The name is what the user typed; it appears in places and problems, never in an output.
"""

from __future__ import annotations

import codecs
import math
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from docconv.chars import composed
from docconv.inputs import note
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
        note("content", path)
        try:
            return cls(str(path), path.read_bytes(), path.parent)
        except IsADirectoryError:
            raise UsageError(f"{path} is a folder", remedy="name a file in it") from None
        except OSError as error:
            raise UsageError(f"cannot read {path}: {(error.strerror or str(error)).lower()}") from None

    def companion(self, suffix: str) -> Path | None:
        """The place of what lies beside the source and is its own: page.txt.images; None for a stream.

        Raises `UsageError` for a link out of the source's folder: it may have come with an archive."""
        if self.folder is None:
            return None
        path = Path(self.name + suffix)
        if path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(self.folder)):
            remedy = "name the folder with --images" if suffix == ".images" else "copy the file to its place"
            raise UsageError(f"{path} is a link out of the source's folder", remedy=remedy)
        return path

    @property
    def suffix(self) -> str:
        return Path(self.name).suffix.lower().removeprefix(".")

    def text(self) -> str:
        """The source as text, composed, with `\\n` line ends.  Raises `SourceError` if it is not text."""
        text = decode(self.data, self.name)
        return composed(text.replace("\r\n", "\n").replace("\r", "\n"))

    def controls(self) -> Iterator[tuple[str, Place]]:
        """The control characters of a text, which every reader leaves behind: no edition can hold them."""
        for number, line in enumerate(self.text().split("\n"), 1):
            for found in _CONTROL.finditer(line):
                yield found[0], Place(number, found.start() + 1, self.name)


_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")  # not the form feed, which parts pages


_MARKS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(data: bytes, name: str = "") -> str:
    """The text of `data`: by its byte order mark, as UTF-8, or in the East Asian encoding that makes most sense of it
    (GB 18030, Big5-HKSCS, CP932, EUC-JP, CP949, UTF-16 without a mark).  Raises `SourceError` if there is none."""
    encoding = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), "")
    if encoding:
        return _decoded(data, encoding, name)
    try:
        return data.decode()
    except UnicodeDecodeError:
        encoding = _likeliest(data)
    return _decoded(data, encoding or "utf-8", name)


def _decoded(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError(
            f"byte 0x{data[error.start]:02X} is not {encoding} text",
            place=Place(line, 1, name),
            remedy="save the source as UTF-8",
        ) from None


_ENCODINGS = ("gb18030", "big5hkscs", "cp932", "euc_jp", "cp949", "utf-16-le", "utf-16-be")
_SAMPLE = 64 * 1024

# The characters that make up a third and more of any running text; a text read in a wrong encoding hits them by chance
# only, in one of a hundred.
_FREQUENT = frozenset(
    "的一是不了在有人这上大国中到我们为和来个他时会地要出就分对成以年生日月市发行工作民公家新能方于学"
    "说下天今本文报记者北京全社也都里后自之前面看着起开现高政法经济党部展进同体事所多实定加其此与次第将从用区被理"
    "這國個們為來時會對發還後說過與從開關業機電經實現動員區報應當務產點長於學"
    "のにはをたがでてとしれさいるなもりらあかこすくきまそどつだよっんうえおけせみめやわ"
    "이다는에의가을를은로고서하지한기사대도인시정자일부어과리그수"
    "，。、；：？！（）「」『』《》“”…—・ー"
)
_UNLIKELY = re.compile("[\uff61-\uff9f\ue000-\uf8ff\u3400-\u4dbf\U00020000-\U0010ffff\x80-\x9f\ufffd]|[^\x00-\uffff]")


def _likeliest(data: bytes) -> str:
    """The encoding in which the text's characters are those that texts are made of; nothing if none can read it."""
    best, encoding = -math.inf, ""
    sample = data[: _SAMPLE - _SAMPLE % 2]
    for candidate in _ENCODINGS:
        try:
            # a sample may end inside a character
            text = codecs.getincrementaldecoder(candidate)().decode(sample, final=len(sample) == len(data))
        except UnicodeDecodeError:
            continue
        score = _sense(text)
        if score > best and (score > _SENSIBLE or not candidate.startswith("utf-16")):
            best, encoding = score, candidate
    return encoding


_SENSIBLE = 0.05
"""What a text must make to be UTF-16 without a mark, in which almost any bytes can be read."""


def _sense(text: str) -> float:
    """The share of frequent characters among those beyond ASCII, less that of characters no text is made of."""
    beyond = [character for character in text if character > "\x7f"]
    if not beyond:
        return 0.0
    hits = sum(character in _FREQUENT for character in beyond)
    return (hits - 2 * len(_UNLIKELY.findall(text))) / len(beyond)
