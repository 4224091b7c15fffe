"""The characters that a symbol font shows in the place of others: Symbol's α for a, Wingdings' ✔ for ü.

It assumes the encodings of the fonts of these names.  A sign that no table has stays what it is, a character of private
use, which is reported where the text is checked.
"""

from __future__ import annotations

import re

from lxml import etree

from docconv.readers.docx.package import alternative, name_of, value


def unsymbol(text: str, font: str) -> str:
    """The text as it looks in a font; unchanged if that is no symbol font."""
    table = _FONTS.get(font.lower())
    return "".join(_sign(each, table) for each in text) if table else text


def symbol(code: str, font: str) -> str:
    """The character at a place of a font, in sixteens, often moved to the private use area (ECMA-376, 17.3.3.30)."""
    place = int(code, 16) if re.fullmatch("[0-9A-Fa-f]{1,6}", code) else 0
    if font.lower() in _FONTS:
        return unsymbol(chr(0xF000 + (place & 0xFF)), font)
    return chr(place) if 0x20 <= place < 0xD800 or 0xE000 <= place < 0xFFFE else ""


def text_of(element: etree._Element) -> str:
    """All text of an element that is no instruction, once where there are two forms of it; each paragraph is a line."""
    out: list[str] = []
    stack = [element]
    while stack:
        each = stack.pop()
        match name_of(each):
            case "w:t" | "w:delText" | "m:t" | "a:t" | "c:v":
                out.append(each.text or "")
            case "w:tab" | "w:br" | "w:cr":
                out.append(" ")
            case "w:sym":
                out.append(symbol(value(each, "w:char"), value(each, "w:font")))
            case "mc:AlternateContent":
                stack += [*alternative(each)][::-1]
            case name:
                out += ["\n"] if name in ("w:p", "a:p", "c:pt") and out else []
                stack += [*each][::-1]
    return "".join(out).strip()


def _sign(character: str, table: dict[int, str]) -> str:
    code = ord(character)
    place = code - 0xF000 if 0xF020 <= code <= 0xF0FF else code if 0x20 <= code <= 0xFF else 0
    return table.get(place, character)


def _table(*rows: tuple[int, str]) -> dict[int, str]:
    """Runs of signs, each from a place on; a blank is no sign."""
    return {first + at: sign for first, signs in rows for at, sign in enumerate(signs) if sign != " "}


_SYMBOL = _table(
    (0x21, "!∀#∃%&∋()∗+,−./0123456789:;<=>?"),
    (0x40, "≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_"),
    (0x61, "αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"),
    (0xA0, "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…"),
    (0xC0, "ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓"),
    (0xE0, "◊⟨®©™∑"),
    (0xF1, "⟩∫⌠"),
    (0xF5, "⌡"),
) | {0x20: " "}
"""The font Symbol (Adobe, Symbol encoding)."""
_WINGDINGS = _table(
    (0x21, "✏✂✁"),
    (0x28, "☎✆✉"),
    (0x36, "⌛⌨"),
    (0x3E, "✇✍"),
    (0x41, "✌"),
    (0x45, "☜☞☝☟"),
    (0x4A, "☺😐☹💣☠⚐"),
    (0x51, "✈☼💧❄"),
    (0x56, "✞"),
    (0x58, "✠✡☪☯ॐ☸♈♉♊♋♌♍♎♏♐♑♒♓"),
    (0x6C, "●❍■□"),
    (0x71, "❑❒⬧⧫◆❖⬥⌧⍓⌘❀✿❝❞"),
    (0x80, "⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿"),
    (0x9E, "·•▪○"),
    (0xA4, "◉◎"),
    (0xA7, "▪◻"),
    (0xAA, "✦★✶✴✹✵"),
    (0xB6, "☆"),
    (0xD5, "⌫⌦"),
    (0xD8, "➢"),
    (0xDC, "➲"),
    (0xDF, "←→↑↓↖↗↙↘"),
    (0xE8, "➔"),
    (0xEF, "⇦⇨⇧⇩⬄⇳"),
    (0xFB, "✘✔☒☑"),
) | {0x20: " "}
"""Those signs of Wingdings that Unicode has (Unicode 7.0, proposal L2/11-052), as texts use them."""
_WINGDINGS_2 = _table((0x4F, "✘✔☒☑"), (0x69, "⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿"), (0xA3, "□")) | {0x20: " "}
_FONTS = {"symbol": _SYMBOL, "wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2}
