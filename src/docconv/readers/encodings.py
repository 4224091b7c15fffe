"""From bytes to text: which encoding a source is in, and which of its bytes are damaged.

It assumes text of East Asia in Unicode or in a national encoding.  A damaged byte is no reason to take the text for
something else: it stands as U+FFFD, and is told.
"""

from __future__ import annotations

import codecs
import math
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from docconv.model import Place
from docconv.problems import SourceError

LOST = "\ufffd"
"""What stands for a byte that is no text."""


class Decoded(NamedTuple):
    """A text and, for each U+FFFD in it, the bytes that it stands for: none if the source itself says U+FFFD."""

    text: str
    encoding: str
    lost: tuple[bytes, ...] = ()


@lru_cache(maxsize=1)
def decoded(data: bytes, name: str = "") -> Decoded:
    """The text of `data`: by its byte order mark, as UTF-8, or in the East Asian encoding that makes most sense of it
    (GB 18030, Big5-HKSCS, CP932, EUC-JP, CP949, UTF-16 without a mark).

    Raises `SourceError` if no reading is one that anybody would believe."""
    encoding = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), "") or _by_content(data)
    text = _read(data, encoding) if encoding else ""
    if not encoding or not _is_believable(text):
        raise _unreadable(data, encoding or "utf-8", name)
    if not _LOST.search(text):
        return Decoded(text, encoding)
    lost = tuple(bytes(ord(each) & 0xFF for each in found[0] if each != LOST) for found in _LOST.finditer(text))
    return Decoded(_LOST.sub(LOST, text), encoding, lost)


_MARKS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ESCAPES = "\udc00-\udcff"
"""How a damaged byte stands in a text that is not finished: by a surrogate, which no encoding yields."""
_DAMAGED = re.compile(f"[{_ESCAPES}]+")
_LOST = re.compile(f"[{_ESCAPES}]+|{LOST}")
_MOST_DAMAGE = 10
"""House choice: of ten characters beyond ASCII one may be damaged."""


def _is_believable(text: str) -> bool:
    """Whether somebody wrote this: few of its characters are damaged."""
    damaged = sum(1 for _ in _DAMAGED.finditer(text))
    return damaged * _MOST_DAMAGE <= len(_BEYOND.findall(text)) if damaged else True


_BEYOND = re.compile("[^\x00-\x7f]")


def _unreadable(data: bytes, encoding: str, name: str) -> SourceError:
    try:
        data.decode(encoding)
        start, what = 0, "this is no text in any encoding of East Asia"
    except UnicodeDecodeError as error:
        start, what = error.start, f"byte 0x{data[error.start]:02X} is not {encoding} text"
    line = data.count(b"\n", 0, start) + 1
    return SourceError(what, place=Place(line, 1, name), remedy="save the source as UTF-8")


# ── Reading in an encoding ───────────────────────────────────────────────────────────────────────────────


def _read(data: bytes, encoding: str) -> str:
    """The text with its damaged bytes as escapes."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        pass
    if encoding.startswith("utf-8"):
        return data.decode(encoding, "surrogateescape")
    if encoding.startswith("utf-"):
        return _wide(data, encoding)
    return "".join(_line(line, encoding) for line in data.splitlines(keepends=True))


def _wide(data: bytes, encoding: str) -> str:
    """A text of units of two or four bytes, in which a half of a pair may stand alone and the end may be missing."""
    size = 4 if encoding == "utf-32" else 2
    whole = len(data) - len(data) % size
    try:
        text = data[:whole].decode(encoding, "surrogatepass")
    except UnicodeDecodeError:  # UTF-32 beyond the last plane
        text = data[:whole].decode(encoding, "replace")
    text = _SURROGATE.sub(lambda found: _escaped(found[0].encode("utf-16-be", "surrogatepass")), text)
    return text + _escaped(data[whole:])


_SURROGATE = re.compile("[\ud800-\udfff]")


def _escaped(data: bytes) -> str:
    return "".join(chr(0xDC00 + byte) for byte in data)


_LONGEST = 100_000
"""Bytes of a line whose characters are weighed one by one."""


def _line(line: bytes, encoding: str) -> str:
    """A line in an encoding of one and more bytes a character."""
    try:
        return line.decode(encoding)
    except UnicodeDecodeError:
        pass
    return _realigned(line, encoding) if len(line) <= _LONGEST else line.decode(encoding, "surrogateescape")


def _realigned(line: bytes, encoding: str) -> str:
    """A damaged line cut into characters so that it makes the most sense: where the first byte of a character is
    damaged, a decoder takes the second for the first of the next one, and so on to the end of the line."""
    costs: list[float] = [0.0]
    pieces: list[str] = [""]
    sizes: list[int] = [0]
    for end in range(1, len(line) + 1):
        cost, piece, size = costs[-1] + _DAMAGE, _escaped(line[end - 1 : end]), 1
        if end > 1 and costs[end - 2] + _DAMAGE + 1 < cost:
            cost, piece, size = costs[end - 2] + _DAMAGE + 1, _escaped(line[end - 2 : end]), 2
        for length in range(1, min(_LONGEST_CHARACTER, end) + 1):
            character, doubt = _character(line[end - length : end], encoding)
            if character and costs[end - length] + doubt < cost:
                cost, piece, size = costs[end - length] + doubt, character, length
        costs.append(cost)
        pieces.append(piece)
        sizes.append(size)
    return "".join(reversed([*_path(pieces, sizes)]))


def _path(pieces: list[str], sizes: list[int]) -> Iterator[str]:
    """The chosen pieces from the last to the first."""
    at = len(pieces) - 1
    while at:
        yield pieces[at]
        at -= sizes[at]


_DAMAGE = 6.0
"""House choice: a damaged byte is as doubtful as a handful of rare characters."""
_LONGEST_CHARACTER = 4


@lru_cache(maxsize=20_000)
def _character(data: bytes, encoding: str) -> tuple[str, float]:
    """The one character that these bytes are, and how far it is to be doubted; nothing if they are none, or more."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return "", 0.0
    if len(text) != 1:
        return "", 0.0
    if _UNLIKELY.match(text):
        return text, _ODD
    rare = len(data) > 1 and (data[0] >= _RARE[encoding] or (data[1] < 0xA1 and encoding in _ROWS))
    return text, 0.0 if text in _FREQUENT else 0.5 if text < "\x7f" else 2.0 if rare else 1.0


_ODD = 4.0
_ROWS = ("gb18030", "euc_jp", "cp949")
"""Encodings whose national set stands in rows and columns from 0xA1 on."""
_RARE = {"gb18030": 0xD8, "big5hkscs": 0xC9, "cp932": 0x98, "euc_jp": 0xD0, "cp949": 0xC9}
"""The byte from which on the characters are those of the second level (GB 2312, Big5, JIS X 0208), or no hangul."""


# ── Which encoding ───────────────────────────────────────────────────────────────────────────────────────

_ENCODINGS = ("gb18030", "big5hkscs", "cp932", "euc_jp", "cp949")
_UNITS = ("utf-16-le", "utf-16-be")
_SAMPLE = 64 * 1024

# The characters that make up a third and more of any running text; a text read in a wrong encoding hits them by chance
# only, in one of a hundred.
_FREQUENT = frozenset(
    "的一是不了在有人这上大国中到我们为和来个他时会地要出就分对成以年生日月市发行工作民公家新能方于学"
    "说下天今本文报记者北京全社也都里后自之前面看着起开现高政法经济党部展进同体事所多实定加其此与次第将从用区被理"
    "你她过道样想只没手头些问它再如去做点意很见西水回给让已无话女气情心"
    "過樣沒頭問給讓無話氣見"
    "這國個們為來時會對發還後說過與從開關業機電經實現動員區報應當務產點長於學"
    "のにはをたがでてとしれさいるなもりらあかこすくきまそどつだよっんうえおけせみめやわ"
    "이다는에의가을를은로고서하지한기사대도인시정자일부어과리그수나만들라해적면보아제성주전장원구상조있여"
    "，。、；：？！（）「」『』《》“”‘’…—・ー"
)
_UNLIKELY = re.compile(
    "[\uff61-\uff9f\ue000-\uf8ff\u3400-\u4dbf\x80-\x9f\ufffd\ud800-\udfff]|[\x00-\x08\x0e-\x1f]|[^\x00-\uffff]"
)


def _by_content(data: bytes) -> str:
    """The encoding of bytes without a mark; nothing if none makes sense of them."""
    if data.count(0) * _MOST_DAMAGE > len(data) and (units := _likeliest(data, _UNITS)):
        return units  # every second byte of Latin in UTF-16 is 0, and hardly one of any other text
    text = data.decode(errors="surrogateescape")
    damaged = sum(map(len, _DAMAGED.findall(text)))
    if not damaged or damaged * _MOST_DAMAGE <= len(_BEYOND.findall(text)):
        return "utf-8"  # what has its form is never another encoding by chance
    return _likeliest(data, ("utf-8", *_ENCODINGS, *_UNITS))


def _likeliest(data: bytes, encodings: tuple[str, ...]) -> str:
    """The encoding in which the text's characters are those that texts are made of; nothing if there is none."""
    lines = b"\n".join(line for line in data.split(b"\n") if not line.isascii())[:_SAMPLE]
    best, likeliest, believed = -math.inf, "", False
    for encoding in encodings:
        sample = data[: _SAMPLE - _SAMPLE % 2] if encoding in _UNITS else lines
        text = sample.decode(encoding, "replace") if len(sample) > _SHORT else _read(sample, encoding)
        usual, sense = _weighed(text, encoding)
        if sense > best and (sense > _SENSIBLE or encoding not in _UNITS):
            best, likeliest, believed = sense, encoding, usual > _SENSIBLE
    return likeliest if believed else ""


def _weighed(text: str, encoding: str) -> tuple[float, float]:
    """The share of frequent characters among those beyond ASCII, and the same less that of characters no text is made
    of."""
    beyond = _BEYOND.findall(text)
    if not beyond:
        return 0.0, 0.0
    usual = sum(character in _FREQUENT for character in beyond) / len(beyond)
    kana = len(_HIRAGANA.findall(text)) if encoding == "gb18030" else 0
    return usual, usual - (2 * len(_UNLIKELY.findall(text)) + _KANA_IN_CHINESE * kana) / len(beyond)


_HIRAGANA = re.compile("[\u3041-\u3096]")
_KANA_IN_CHINESE = 0.2
"""House choice: how much kana speak against GB 18030.  EUC-JP has them at the same bytes, and not the ideographs."""
_SENSIBLE = 0.05
"""What frequent characters must make of a text for its encoding to be believed: any bytes can be read in some."""
_SHORT = 4000
"""Bytes of a sample in which one damaged byte may leave too little sense, if its line is not realigned."""
