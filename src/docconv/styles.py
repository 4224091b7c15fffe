"""Styles: a folder with `print.css`, `screen.css` and `ebook.css`, by name or by path.

The house's own styles lie in `styles/`, beside `src/` in a checkout and inside the package when installed.  A style
may leave a sheet out: the plain style's then serves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from docconv.inputs import note
from docconv.problems import UsageError
from docconv.typography import rules

Sheet = Literal["print", "screen", "ebook"]
DEFAULT = "plain"

_package = Path(__file__).parent / "styles"
HOUSE = _package if _package.is_dir() else Path(__file__).parents[2] / "styles"


@dataclass(frozen=True, slots=True)
class Style:
    """A folder of sheets, and what an editor has set besides: CSS after the print sheet."""

    name: str
    folder: Path
    settings: str = ""

    def sheet(self, name: Sheet) -> Path:
        own = self.folder / f"{name}.css"
        note("content", own)
        return own if own.is_file() else HOUSE / DEFAULT / f"{name}.css"

    def css(self, name: Sheet) -> str:
        """The sheet with the house's rules before it."""
        return "\n".join(path.read_text(encoding="utf-8") for path in self.sheets(name))

    def sheets(self, name: Sheet) -> tuple[Path, ...]:
        common = (HOUSE / "paper.css",) if name == "print" else ()
        sheets = HOUSE / "roles.css", *common, self.sheet(name)
        note("content", *sheets)
        return sheets

    def length(self, name: Sheet, custom_property: str) -> float:
        """The value in mm of a custom property such as `--figure-width: 120mm`, from this style's own sheet.

        Sizes that are printed in the page as words (the size of a missing picture) are declared this way, so
        that the sheet stays the one place where they are set."""
        found = re.search(rf"{re.escape(custom_property)}:\s*([\d.]+)mm", self.css(name))
        if not found:
            raise UsageError(f"{self.sheet(name)} does not set {custom_property} in mm")
        return float(found[1])


def find_style(name: str = DEFAULT, settings: Iterable[str] = ()) -> Style:
    """The style of that name, or in that folder, with settings as `typography.rules` knows them.

    Raises `UsageError` if there is none."""
    path = Path(name)
    if "/" in name and path.is_dir():
        return Style(path.name, path, rules(settings))
    known = sorted(each.name for each in HOUSE.iterdir() if each.is_dir())
    if name not in known:
        raise UsageError(f"there is no style {name!r}", remedy=f"one of {', '.join(known)}, or a folder (./{name})")
    return Style(name, HOUSE / name, rules(settings))
