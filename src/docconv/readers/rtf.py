r"""RTF made ready for pandoc: characters that are written by their bytes in a code page become characters by number.

It assumes RTF 1.9.1, and one East Asian code page in a file.  pandoc reads such bytes (\'b6\'c9) as Latin, and prints
those that stand for a character in programs that know no Unicode.
"""

from __future__ import annotations

import re

_CHARSETS = {128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030", 136: "big5hkscs"}
"""The code pages of fonts by their character sets (RTF 1.9.1, fcharset)."""
_PAGES = {932: "cp932", 936: "gb18030", 949: "cp949", 950: "big5hkscs", 1361: "johab"}
_BYTES = r"(?:\\'[0-9A-Fa-f]{2})"
_TOKEN = re.compile(
    rf"\\\\|\\uc([0-9])\b|\\u(-?[0-9]{{1,5}})\x20?({_BYTES}*)|({_BYTES}(?:{_BYTES}|[@-Z^-z|~](?={_BYTES}))*)"
)
"""A backslash, the number of bytes that stand for a character, a character, or bytes; among these a letter of ASCII may
be the second of two."""


def by_numbers(text: str) -> str:
    """The text with every East Asian character by its number in Unicode, where the code page says what bytes mean."""
    page, instead = _page(text), 1

    def step(found: re.Match[str]) -> str:
        nonlocal instead
        if found[1]:
            instead = int(found[1])
        elif found[2] and found[3]:
            return _number(int(found[2])) + found[3][4 * instead :]
        elif found[4] and page:
            return _decoded(found[4], page) or found[0]
        return found[0]

    ready = _TOKEN.sub(step, text)
    return re.sub(r"\\ansicpg[0-9]+", r"\\ansicpg1252", ready, count=1) if page else ready


def _page(text: str) -> str:
    """The East Asian code page of the file or of one of its fonts; none, or that of the first."""
    stated = re.search(r"\\ansicpg([0-9]{1,5})", text)
    fonts = [int(found) for found in re.findall(r"\\fcharset([0-9]{1,3})", text)]
    pages = [_PAGES.get(int(stated[1]), "")] if stated else []
    return next((page for page in (*pages, *(_CHARSETS.get(font, "") for font in fonts)) if page), "")


def _decoded(run: str, page: str) -> str:
    """The characters of some bytes; nothing if they are none of the code page."""
    data = bytes(int(each[2:], 16) if len(each) > 1 else ord(each) for each in re.findall(rf"{_BYTES}|.", run))
    try:
        text = data.decode(page)
    except UnicodeDecodeError:
        return ""
    return "".join(each if each.isascii() and each not in "\\{}" else _number(ord(each)) for each in text)


def _number(code: int) -> str:
    """A character by its number, as two of UTF-16 if it takes two."""
    units = chr(code % 65536 if code < 0 else code).encode("utf-16-le", "surrogatepass")
    numbers = (int.from_bytes(units[at : at + 2], "little", signed=True) for at in range(0, len(units), 2))
    return "".join(f"{{\\uc0\\u{number} }}" for number in numbers)
