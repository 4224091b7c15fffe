"""The CJK faces among the installed fonts: Noto or Source Han, Serif or Sans, with the glyphs of a region.

It assumes that fonts lie where systems keep them; nothing is asked of fontconfig, which not every system has.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from PIL import ImageFont

from docconv.inputs import at_home, note
from docconv.words import script_tag

_REGIONS = {"zh-Hans": "SC", "zh-Hant": "TC", "ja": "JP", "ko": "KR", "en": "JP"}


@dataclass(frozen=True, slots=True)
class Face:
    """A face: a file, and its number there."""

    file: Path
    index: int


def find_face(kind: Literal["Serif", "Sans"], weights: str, lang: str) -> Face | None:
    """The face of that kind and weight (Bold, Medium|Regular) whose glyphs suit the language, or None."""
    region = _REGIONS[script_tag(lang)]
    wanted = re.compile(rf"(?:NotoCJK|Noto{kind}CJK|SourceHan{kind})(\w*)-(?:{weights})\.(?:ttc|otf)")
    files, folders = _installed()
    note("system", *folders)
    found = [(file, match[1].upper()) for file in files if (match := wanted.fullmatch(file.name))]
    for file, _ in sorted(found, key=lambda each: (each[1] != region, each[1] != "", str(each[0]))):
        names = list(_names(file))
        if names:
            index = next((number for number, name in enumerate(names) if name.endswith(f" {region}")), 0)
            note("font", file)
            return Face(file, index)
    return None


_RARE = re.compile(
    r"(?:Jigmo|HanaMin|BabelStoneHan|PlangothicP|TW-Sung-(?:Ext|Plus)|TW-Kai-(?:Ext|Plus)).*\.(?:ttf|otf|ttc)"
)
"""Faces that are made for the characters that others lack."""


def faces_of_rare_characters(lang: str) -> Iterator[Face]:
    """The faces in which rare characters are looked for: the house's own, that of Japan, which has the forms of the
    ideographic variation database, and those that are made for them."""
    for each in (lang, "ja"):
        if face := find_face("Serif", "Regular|Medium", each):
            yield face
    for file in _installed()[0]:
        if _RARE.fullmatch(file.name):
            note("font", file)
            yield Face(file, 0)


def has_characters(face: Face, text: str) -> bool:
    """Whether a face has a character, or the form of it that a variation selector asks for."""
    simple, forms = _table(face)
    return (ord(text[1]), ord(text[0])) in forms if len(text) > 1 else ord(text) in simple


@cache
def _table(face: Face) -> tuple[frozenset[int], frozenset[tuple[int, int]]]:
    """The code points of a face, and its pairs of variation selector and code point."""
    from fontTools.ttLib import TTFont, TTLibError  # slow to import

    try:
        with TTFont(face.file, fontNumber=face.index, lazy=True) as font:
            tables = font["cmap"].tables
            forms = {(selector, each[0]) for table in tables if table.format == 14
                     for selector, pairs in table.uvsDict.items() for each in pairs}  # fmt: skip
            return frozenset(font.getBestCmap() or {}), frozenset(forms)
    except (OSError, TTLibError, KeyError):
        return frozenset(), frozenset()


def file_of(family: str) -> Path | None:
    """The file of an installed font by the name of its family, or None."""
    return next((file for file in _installed()[0] if family in _names(file)), None)


def _names(file: Path) -> Iterator[str]:
    """The family names of the faces in a file."""
    for index in range(10):
        try:
            yield f"{ImageFont.truetype(str(file), 10, index=index).getname()[0]}"
        except OSError:
            return


@cache
def _installed() -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Every file in the folders where systems keep fonts, and the folders, those too that are not there."""
    shared = [Path(each) / "fonts" for each in os.environ.get("XDG_DATA_DIRS", "").split(":") if each]
    folders = (
        *(Path(each) for each in ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "C:/Windows/Fonts")),
        *shared, *at_home(".local/share/fonts", ".fonts", "Library/Fonts"),
    )  # fmt: skip
    walks = [(Path(at), names) for folder in folders for at, _, names in os.walk(folder)]
    files = tuple(at / name for at, names in walks for name in sorted(names))
    return files, tuple(dict.fromkeys([*folders, *(at for at, _ in walks)]))
