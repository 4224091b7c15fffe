"""The output intent: for which press and paper a file is made, and the ICC profile that describes them.

The profile is the editor's, or one that this system has.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

from PIL import ImageCms

from docconv.icc import advice, find_icc
from docconv.inputs import read_whole
from docconv.photos import profile_name
from docconv.press import CONDITIONS, Condition, Profile
from docconv.problems import ToolError, UsageError


@dataclass(frozen=True, slots=True)
class Intent:
    """A printing condition, and the ICC profile of it."""

    condition: Condition
    icc: bytes

    @property
    def description(self) -> str:
        """What the profile calls itself."""
        return profile_name(self.icc)


def find_intent(profile: Profile, icc: Path | None) -> Intent:
    """The intent of a profile, or of an ICC file that an editor names instead.

    Raises `UsageError` if that is no profile of a press, or too new for the standard; `ToolError` if there is none on
    this system."""
    condition = profile.condition
    assert condition is not None
    intent = _named(condition, icc) if icc else Intent(condition, _installed(profile.name, condition).read_bytes())
    if profile.standard == "pdf/x-1a" and intent.icc[8] > _NEWEST_FOR_X1A:
        raise UsageError(f"PDF/X-1a takes ICC profiles of version 2, and this is of {intent.icc[8]}",
                         remedy="use --pdfx 4, or ask the printer for an older one")  # fmt: skip
    return intent


_NEWEST_FOR_X1A = 2
"""ISO 15930-4 is of PDF 1.4, which knows ICC.1:1998-09 and its successors of version 2."""


def _named(condition: Condition, icc: Path) -> Intent:
    """The intent of an ICC file, with the ink limit of `condition` if no condition is known by its name."""
    try:
        data = read_whole(icc)
    except OSError as fault:
        raise UsageError(f"{icc} cannot be read: {fault.strerror}", remedy="name an ICC profile") from None
    if data[36:40] != b"acsp" or data[16:20] != b"CMYK" or data[12:16] != b"prtr" or not _is_sound(data):
        raise UsageError(f"{icc} is no ICC profile of a press in CMYK", remedy="ask the printer for theirs")
    known = next((each for each in CONDITIONS if icc.name.lower() in map(str.lower, each.files)), None)
    if known is None:  # ISO 15930-7, 6.12: a condition that no registry knows is described in words
        described = Intent(condition, data).description or icc.stem
        known = Condition("Custom", described, (icc.name,), str(icc), condition.ink_limit, registry="")
    return Intent(known, data)


def _is_sound(data: bytes) -> bool:
    try:
        ImageCms.ImageCmsProfile(io.BytesIO(data))
    except (OSError, ImageCms.PyCMSError):
        return False
    return True


def _installed(name: str, condition: Condition) -> Path:
    if found := find_icc(condition):
        return found
    raise ToolError(
        f"--profile {name} is printed to {condition.identifier} ({condition.title}), and no ICC profile of that is "
        "installed",
        remedy=advice(condition),
    )
