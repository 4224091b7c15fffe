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
    found = [(file, match[1].upper()) for file in _font_files() if (match := wanted.fullmatch(file.name))]
    for file, _ in sorted(found, key=lambda each: (each[1] != region, each[1] != "", str(each[0]))):
        names = list(_names(file))
        if names:
            index = next((number for number, name in enumerate(names) if name.endswith(f" {region}")), 0)
            return Face(file, index)
    return None


def _names(file: Path) -> Iterator[str]:
    """The family names of the faces in a file."""
    for index in range(10):
        try:
            yield f"{ImageFont.truetype(str(file), 10, index=index).getname()[0]}"
        except OSError:
            return


@cache
def _font_files() -> tuple[Path, ...]:
    """Every file in the folders where systems keep fonts."""
    home = Path.home()
    shared = [Path(each) / "fonts" for each in os.environ.get("XDG_DATA_DIRS", "").split(":") if each]
    folders = (
        *(Path(each) for each in ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "C:/Windows/Fonts")),
        *shared, home / ".local/share/fonts", home / ".fonts", home / "Library/Fonts",
    )  # fmt: skip
    return tuple(Path(at) / name for folder in folders for at, _, names in os.walk(folder) for name in sorted(names))
