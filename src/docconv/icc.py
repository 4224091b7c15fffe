"""Where this system keeps ICC profiles, and whether that of a printing condition is there.

It assumes nothing about the system but these folders; the profile of FOGRA39 comes with docconv.
"""

from __future__ import annotations

import os
from pathlib import Path

from docconv.inputs import at_home, note
from docconv.press import Condition

OWN = Path(__file__).parent / "writers/press/icc"


def find_icc(condition: Condition) -> Path | None:
    """The first of the files that describe a condition; names are told apart as Windows and macOS do."""
    note("system", *folders())
    for wanted in condition.files:
        for folder in folders():
            for at, _, files in os.walk(folder):
                found = next((each for each in sorted(files) if each.lower() == wanted.lower()), None)
                if found:
                    return Path(at) / found
    return None


def advice(condition: Condition) -> str:
    """How to come by the profile of a condition."""
    wanted = f"{condition.files[0]} ({condition.source})"
    return f"get {wanted} and name it with --icc, or keep it in ~/.local/share/color/icc"


def folders() -> tuple[Path, ...]:
    return (
        OWN,
        *at_home(".local/share/color/icc", ".color/icc", "Library/ColorSync/Profiles"),
        Path("/usr/local/share/color/icc"),
        Path("/usr/share/color/icc"),
        Path("/Library/ColorSync/Profiles"),
        Path("/Library/Application Support/Adobe/Color/Profiles"),
        Path("C:/Windows/System32/spool/drivers/color"),
    )
