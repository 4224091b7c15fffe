"""Faces inside an e-book or a web page: the characters that it uses, cut out of the installed Noto or Source Han face;
or those alone that hardly any reader's own face has.

It assumes nothing of a face's licence: what its own table says (OpenType, OS/2 fsType) is kept to.  Equal texts and
equal faces give equal bytes.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docconv import model as m
from docconv.lists import marker
from docconv.problems import Problem
from docconv.words import alert_label
from docconv.writers.faces import faces_of_rare_characters, find_face, has_characters

FAMILY = "docconv-book"
"""What the sheet calls the faces, so that none of the reader's own is taken for them."""
RARE = re.compile("[\U00020000-\U0003fffd][\U000e0100-\U000e01ef]?|.[\U000e0100-\U000e01ef]")
"""A character that few faces have: an ideograph of extensions B and later, or one in a given form (IVS)."""


@dataclass(frozen=True, slots=True)
class Font:
    """A face as it lies in the edition; `file` is its relative name there."""

    file: str
    weight: str
    data: bytes
    family: str = FAMILY


def embed(document: m.Document, report: Callable[[Problem], None]) -> list[Font]:
    """A regular and a bold face with the characters that each has to set; none for a face that may not be embedded,
    or that is not installed, which is reported."""
    plain, bold = _characters(document)
    fonts = []
    for weight, style, characters in (("normal", "Regular|Medium", plain | bold), ("bold", "Bold", bold)):
        face = find_face("Serif", style, document.meta.lang)
        if face is None:
            report(Problem("font-unusable", f"no Noto Serif CJK {style} is installed", None, "install fonts-noto-cjk"))
            return []
        data = _subset(face.file, face.index, characters, report) if characters else b""
        if data:
            fonts.append(Font(f"fonts/{weight}.woff", weight, data))
    return fonts


def embed_rare(texts: Iterable[str], lang: str, report: Callable[[Problem], None]) -> list[Font]:
    """Faces with the rare characters of texts and no others, of the first installed faces that have them.  What no face
    has is reported."""
    wanted = list(dict.fromkeys(rare for text in texts for rare in RARE.findall(text)))
    fonts: list[Font] = []
    for face in faces_of_rare_characters(lang) if wanted else ():
        held = [rare for rare in wanted if has_characters(face, rare)]
        data = _subset(face.file, face.index, set("".join(held)), report) if held else b""
        if data:
            name = f"rare-{len(fonts) + 1}"
            fonts.append(Font(f"fonts/{name}.woff", "normal", data, f"docconv-{name}"))
            wanted = [rare for rare in wanted if rare not in held]
        if not wanted:
            break
    if wanted:
        shown = ", ".join(f"{rare} ({' '.join(f'U+{ord(each):04X}' for each in rare)})" for rare in wanted[:8])
        what = f"no installed face has {shown}: readers may show empty boxes"
        report(Problem("font-unusable", what, None, "install a face that has them, such as fonts-hanazono"))
    return fonts


def mark_rare(markup: str) -> str:
    """Markup of text with each rare character in a box that the sheet sets in its own face."""
    return RARE.sub(r'<span class="rare">\g<0></span>', markup)


def font_css(fonts: list[Font], address: Callable[[Font], str] = lambda font: font.file) -> str:
    """The rules that set the edition in its own faces; `address` is where each lies."""
    if not fonts:
        return ""
    faces = "".join(
        f'@font-face {{\n  font-family: "{font.family}"; font-weight: {font.weight};\n'
        f'  src: url("{address(font)}") format("woff");\n}}\n'
        for font in fonts
    )
    rare = ", ".join(f'"{font.family}"' for font in fonts if font.family != FAMILY)
    text = f'body {{ font-family: "{FAMILY}", serif }}\n' if len(rare.split()) < len(fonts) else ""
    text += f".rare {{ font-family: {rare}, serif }}\n" if rare else ""
    return f"\n/* The faces that the edition brings along */\n{faces}{text}"


def _characters(document: m.Document) -> tuple[set[str], set[str]]:
    """The characters of the text and of what stands around it, and those of headings, heads of tables and strong
    runs."""
    plain: set[str] = set("〔〕[]0123456789")
    bold: set[str] = set()
    for node in m.walk(document):
        match node:
            case m.Article():
                bold |= _of(node.headline)
            case m.Section():
                bold |= _of(node.title)
            case m.Strong() | m.Emphasis():
                bold |= _of(node.content)
            case m.Aside(alert=alert) if alert:
                bold |= set(alert_label(alert, document.meta.lang))
            case m.ListItem(done=bool()):
                plain |= set("□■")
            case m.List(items, int(start)):
                plain |= {sign for at in range(len(items)) for sign in marker(node, start + at)}
            case m.Cell(body, True):
                bold |= set("".join(m.paragraphs(m.Document(m.Meta(), body))))
            case _:
                plain |= set(_text(node))
    return _printable(plain), _printable(bold)


def _of(run: m.Inlines) -> set[str]:
    return set("".join(_text(node) for top in run for node in m.walk(top)))


def _text(node: Any) -> str:
    match node:
        case m.Text(text) | m.Code(text) | m.CodeBlock(text) | m.Math(text) | m.MathBlock(text) | m.Name(text):
            return text
        case m.Ruby(base, reading):
            return base + reading
        case _:
            return ""


def _printable(characters: set[str]) -> set[str]:
    """The characters with one blank for all white space."""
    return {character if character > " " else " " for character in characters}


RESTRICTED, WHOLE_ONLY, BITMAPS_ONLY = 0x0002, 0x0100, 0x0200
"""Bits of fsType: no embedding, no subsetting, bitmaps only."""


def _subset(file: Path, index: int, characters: set[str], report: Callable[[Problem], None]) -> bytes:
    """The face with these characters, with what East Asian composition needs of its features."""
    from fontTools.ttLib import TTFont, TTLibError  # slow to import

    logging.getLogger("fontTools").setLevel(logging.ERROR)
    try:
        # the boxes of glyphs stay right when others go, and to measure them again takes as long as all the rest
        with TTFont(file, fontNumber=index, recalcTimestamp=False, recalcBBoxes=False, lazy=True) as font:
            rights = font["OS/2"].fsType
            if not rights & (RESTRICTED | WHOLE_ONLY | BITMAPS_ONLY):
                return _cut(font, characters)
        fault = f"its licence (fsType {rights:#06x}) forbids to embed a part of it"
    except (OSError, TTLibError, KeyError) as error:
        fault = str(error)[:60]
    report(Problem("font-unusable", f"{file.name}: {fault}", None, "install a face under an open licence"))
    return b""


def _cut(font: Any, characters: set[str]) -> bytes:
    from fontTools import subset

    options = subset.Options()
    options.layout_features = [*options.layout_features, "vert", "vrt2", "halt", "vhal", "chws", "vchw", "ruby"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]  # with licence and its address
    options.notdef_outline = True
    options.hinting = False
    options.desubroutinize = True  # takes less time, and compresses better
    options.flavor = "woff"
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=sorted(map(ord, characters)))
    cutter.subset(font)
    out = io.BytesIO()
    subset.save_font(font, out, options)
    return out.getvalue()
