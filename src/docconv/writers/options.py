"""What an editor may ask of an edition, beside its style."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from docconv.press import PROFILES, Profile


@dataclass(frozen=True, slots=True)
class Printing:
    """What a PDF is made for.  `icc` is a printer's own ICC profile; `hides_folios` sets a small number in the
    binding of pages that show none; `outlines_text` leaves no fonts; `mixes_spots` leaves no inks but the four;
    `attached` are files that an archive keeps with the pages, by name."""

    profile: Profile = PROFILES["accessible"]
    icc: Path | None = None
    has_marks: bool = True
    hides_folios: bool = False
    outlines_text: bool = False
    mixes_spots: bool = False
    attached: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class EditionOptions:
    """`fonts` embeds the characters that an e-book or a web page uses, in faces of their own.

    Of an e-book, `profile` is the version of EPUB whose word on outdated features counts: 3.3 writes the NCX, the guide
    and the prefixed properties that old reading systems need, 3.4 leaves them out.  `notes` are pop-ups as EPUB has
    them, or as 多看 and 微信读书 know them; `vertical` sets lines that run down.
    Of a PDF, `printing` says for whom it is."""

    profile: Literal["3.3", "3.4"] = "3.3"
    notes: Literal["popup", "duokan"] = "popup"
    fonts: bool = False
    vertical: bool = False
    printing: Printing = Printing()


DEFAULT = EditionOptions()
