"""Characters that an Aozora text spells in JIS X 0208: 外字, accented letters, long repeat marks; and which letters
a ruby belongs to.

It assumes the body of a note without its brackets.  Sources: 青空文庫「注記一覧」外字, アクセント分解; JIS X 0213:2004,
whose rows and cells Python knows as EUC-JIS-2004.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from docconv.chars import HAN, composed, controls

UNKNOWN = "\ufffc"
"""What an unresolved 外字 counts as in a run, where it is a picture."""
GETA = "〓"
"""What stands for it where no picture can."""

REPEATS = {"／＼": "\u3033\u3035", "／″＼": "\u3034\u3035"}
"""くの字点, plain and voiced, each two characters high."""

_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")


def with_ascii_digits(text: str) -> str:
    return text.translate(_DIGITS)


# ── 外字 ─────────────────────────────────────────────────────────────────────────────────────────────────

_CODE_POINT = re.compile(r"U\+([0-9A-Fa-f]{4,6})(?![0-9A-Fa-f])")
_CELL = re.compile(r"(?<![\d-])([12])-(\d{1,2})-(\d{1,2})(?![\d-])")
_KANA = re.compile(r"(?=小書き|半?濁点)(小書き)?(?:(半?)(濁点)付き)?(小書き)?(?:平|片)?仮名「?([ぁ-ゖァ-ヺー])")
_SMALL = {"こ": "\U0001b132", "コ": "\U0001b155"}  # since Unicode 15, which not every Python knows
_ADDRESSED = re.compile(r"[^［］]*、(?:(?:第[34]水準)?[12]-\d{1,2}-\d{1,2}|U\+[0-9A-Fa-f]{4,6})(?:、[\d上下-]+)?")


def external_character(body: str) -> str:
    """The character that a 外字 note means, or nothing: 「てへん＋劣」、第3水準1-84-77 → 挘  「口＋世」、U+546D → 呭"""
    body = with_ascii_digits(body)
    if point := _CODE_POINT.search(body):
        return _character(int(point[1], 16))
    if cells := _CELL.findall(body):
        return _cell(*map(int, cells[-1]))
    return _kana(*kana.groups()) if (kana := _KANA.search(body)) else ""


def _kana(small: str, half: str, voiced: str, small_too: str, letter: str) -> str:
    """A kana that is small or has a mark of sound: 小書き片仮名ヲ → U+1B166, 小書き濁点付き片仮名カ → ヵ U+3099."""
    if small or small_too:
        name = unicodedata.name(letter).replace("LETTER ", "LETTER SMALL ")
        try:
            letter = _SMALL.get(letter) or unicodedata.lookup(name)
        except KeyError:
            return ""
    return composed(letter + ("" if not voiced else "\u309a" if half else "\u3099"))


def is_external(body: str) -> bool:
    """Whether a note is that of a 外字 even without the ※ before it."""
    return _ADDRESSED.fullmatch(with_ascii_digits(body)) is not None


def _character(point: int) -> str:
    if point > 0x10FFFF or 0xE000 <= point <= 0xF8FF or any(controls(chr(point))):
        return ""
    return chr(point)


def _cell(plane: int, row: int, cell: int) -> str:
    """The character at a row and a cell of JIS X 0213: 面-区-点."""
    if not (1 <= row <= 94 and 1 <= cell <= 94):
        return ""
    data = (b"\x8f" if plane == 2 else b"") + bytes([row + 0xA0, cell + 0xA0])
    try:
        return data.decode("euc_jis_2004")
    except UnicodeDecodeError:
        return ""


# ── アクセント分解 ───────────────────────────────────────────────────────────────────────────────────────

_LIGATURES = {"AE&": "Æ", "ae&": "æ", "OE&": "Œ", "oe&": "œ", "s&": "ß", "O/": "Ø", "o/": "ø", "!@": "¡", "?@": "¿"}
# The mark: its combining form, and the letters that bear it.  The longer list of アクセント分解 also has c', l', n', s,
# and the like, which a text cannot tell from an elision or a comma; Aozora's own converter leaves them out as well.
_ACCENTS = {
    "`": ("\u0300", "AEIOUaeiou"),
    "'": ("\u0301", "AEIOUYaeiouy"),
    "^": ("\u0302", "AEIOUaeiouCGHJScghjs"),
    "~": ("\u0303", "ANOanoEIUeiu"),
    ":": ("\u0308", "AEIOUaeiouy"),
    "&": ("\u030a", "AaUu"),
    "_": ("\u0304", "AEIOUaeiou"),
    ",": ("\u0327", "Cc"),
}
_SPELT = {
    **_LIGATURES,
    **{
        letter + mark: composed(letter + combining)
        for mark, (combining, letters) in _ACCENTS.items()
        for letter in letters
    },
}
_SPELLING = re.compile("|".join(re.escape(each) for each in sorted(_SPELT, key=len, reverse=True)))


def accented(text: str) -> str:
    """What stands between 〔 and 〕 with its accents on the letters: e'tiquette → étiquette"""
    return _SPELLING.sub(lambda found: _SPELT[found[0]], text)


# ── The letters that a ruby belongs to ───────────────────────────────────────────────────────────────────

_SCRIPTS = {
    "kanji": re.compile(f"[{HAN}ヶ{GETA}{UNKNOWN}]"),
    "hiragana": re.compile("[\u3041-\u3096\u309d\u309e]"),
    "katakana": re.compile("[\u30a1-\u30fa\u30fc-\u30fe\u3099\u309a]"),
    "wide": re.compile("[０-９Ａ-Ｚａ-ｚΑ-Ωα-ωА-яЁё－＆’，．]"),
    "latin": re.compile(r"[0-9A-Za-z\u00c0-\u024f#\-&',]"),
}


@cache
def script(character: str) -> str:
    """The class of a character as 注記一覧 ルビ divides them; a symbol is a class of its own, a mark none."""
    for name, pattern in _SCRIPTS.items():
        if pattern.match(character):
            return name
    return "symbol" if unicodedata.category(character)[0] in "SLN" else ""


def base_length(text: str) -> int:
    """How many characters at the end of `text` a ruby behind it belongs to: those of one script, or one symbol."""
    kind = script(text[-1]) if text else ""
    if kind in ("", "symbol"):
        return len(kind and text[-1])
    length = 1
    while length < len(text) and script(text[-length - 1]) == kind:
        length += 1
    return length
