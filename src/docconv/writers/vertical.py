"""Vertical setting: a sheet that was written for lines, turned for columns, and figures that stand upright in them.

It assumes that lengths in the sheet are meant along and across the lines, as in a sheet for horizontal text.
"""

from __future__ import annotations

import re

from docconv.writers.markup import escape

# where each side of a box comes to lie when lines run down and follow each other to the left
_TURNED = {"top": "right", "right": "bottom", "bottom": "left", "left": "top"}

_MODE = """
/* Lines run down, and follow each other to the left (JLREQ 2.3, CLREQ 2.4) */
html {
  -epub-writing-mode: vertical-rl; -webkit-writing-mode: vertical-rl; writing-mode: vertical-rl;
  -epub-text-orientation: mixed; -webkit-text-orientation: mixed; text-orientation: mixed;
}
.tcy {
  -epub-text-combine: horizontal; -webkit-text-combine: horizontal; -ms-text-combine-horizontal: all;
  text-combine-upright: all;
}
"""

_SCREEN = """
/* Lines run down, and follow each other to the left: the page scrolls sideways */
html { writing-mode: vertical-rl; text-orientation: mixed }
body { max-height: min(38em, 100vh); box-sizing: border-box; padding: 2rem 1rem; width: auto }
.skip { top: -999em; right: 1rem; left: auto } /* what stands to the left of a vertical page can be scrolled to */
.skip:focus { top: 1rem; left: auto }
figure img { width: auto; height: auto; max-height: 100%; max-width: 90vw }
figure { max-height: 100% }
div.placeholder { width: min(24em, 90vw); writing-mode: horizontal-tb }
figcaption { max-height: 100% }
.gallery { display: block }
.wide { writing-mode: horizontal-tb; max-width: 90vw; max-height: 100%; overflow: auto }
div.math { writing-mode: horizontal-tb; max-width: 90vw }
.tcy { text-combine-upright: all }
"""


def turned(css: str) -> str:
    """The sheet for vertical text: margins, paddings and rules lie on the sides where the lines now begin and end."""
    css = re.sub(r"\b(margin|padding): ([^;}\n]*[^;}\s])", _turned_box, css)
    css = re.sub(r"\b(margin|padding|border)-(top|right|bottom|left)\b",
                 lambda found: f"{found[1]}-{_TURNED[found[2]]}", css)  # fmt: skip
    return re.sub(r"(?<!\()\bmax-(width|height)\b", lambda found: f"max-{_other(found[1])}", css)


def in_book(css: str) -> str:
    """The sheet of an e-book, for vertical lines."""
    return turned(css) + _MODE


def on_screen(css: str) -> str:
    """The sheet of a web page, for vertical lines."""
    return turned(css) + _SCREEN


def _turned_box(found: re.Match[str]) -> str:
    """`margin: top right bottom left`, with each length on the side to which its own has come."""
    lengths = found[2].split()
    if len(lengths) == 1 or len(lengths) > 4:
        return found[0]
    top, right = lengths[0], lengths[1]
    bottom = lengths[2] if len(lengths) > 2 else top
    left = lengths[3] if len(lengths) > 3 else right
    return f"{found[1]}: {left} {top} {right} {bottom}"


def _other(side: str) -> str:
    return "height" if side == "width" else "width"


_UPRIGHT = re.compile(r"(?<![0-9A-Za-z.,:/%-])(?:[0-9]{1,2}|[!?]{2})(?![0-9A-Za-z.,:/!?%-])")


def upright(text: str) -> str:
    """Text as markup in which numbers of one or two figures, !! and !? stand upright in their column (縦中横; JLREQ
    3.2.5, CLREQ 3.3.2): 11月 → ⟨11⟩月   but 2022年, 3.14, A4 lie on their side."""
    return _UPRIGHT.sub(r'<span class="tcy">\g<0></span>', escape(text))
