"""What printing houses and archives ask of a PDF: a table of profiles by name, and no more.

It assumes nothing and imports nothing of ours: who writes a PDF and who checks one read the same table.  The limits
are those of ISO 12647-2 (sheet-fed offset) and 12647-3 (newspapers), ISO 15930 (PDF/X), ISO 19005 (PDF/A) and
ISO 14289 (PDF/UA), and what printers of each market ask for on their own sheets of advice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Standard = Literal["pdf/x-4", "pdf/x-1a", "pdf/a-2u", "pdf/a-3u", "pdf/ua-1"]

VERSIONS: dict[Standard, str] = {
    "pdf/x-4": "1.6",
    "pdf/x-1a": "1.4",
    "pdf/a-2u": "1.7",
    "pdf/a-3u": "1.7",
    "pdf/ua-1": "1.7",
}
"""The highest version of PDF that a file of each standard states."""

GTS_PDFX_VERSIONS: dict[Standard, str] = {"pdf/x-4": "PDF/X-4", "pdf/x-1a": "PDF/X-1a:2003"}
"""What GTS_PDFXVersion says (ISO 15930-7, 6.2; ISO 15930-4, 6.3)."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A printing condition: four inks on a paper, by its name in the registry of the ICC.

    `files` are names of ICC profiles that describe it, the usual one first; `source` says where one is to be had."""

    identifier: str
    title: str
    files: tuple[str, ...]
    source: str
    ink_limit: int
    """The four inks on one spot, in percent."""
    registry: str = "http://www.color.org"


FOGRA39 = Condition(
    "FOGRA39", "Offset, gloss or matt coated paper (ISO 12647-2:2004/Amd 1)",
    ("FOGRA39L_coated.icc", "ISOcoated_v2_eci.icc", "ISOcoated_v2_300_eci.icc", "CoatedFOGRA39.icc"),
    "comes with docconv", 300,
)  # fmt: skip
FOGRA47 = Condition(
    "FOGRA47", "Offset, uncoated white paper (ISO 12647-2:2004/Amd 1)",
    ("PSOuncoated_ISO12647_eci.icc", "FOGRA47L_uncoated.icc"), "eci.org", 300,
)  # fmt: skip
FOGRA51 = Condition(
    "FOGRA51", "PSO Coated v3 (ISO 12647-2:2013, premium coated paper)", ("PSOcoated_v3.icc",), "eci.org", 300
)
FOGRA52 = Condition(
    "FOGRA52", "PSO Uncoated v3 (ISO 12647-2:2013, wood-free uncoated paper)",
    ("PSOuncoated_v3_FOGRA52.icc",), "eci.org", 300,
)  # fmt: skip
JAPAN_COLOR_2001 = Condition(
    "JC200103", "Japan Color 2001 Coated", ("JapanColor2001Coated.icc",), "Adobe's ICC profiles for end users", 300
)
GRACOL_2006 = Condition(
    "CGATS TR 006", "GRACoL2006 Coated 1", ("GRACoL2006_Coated1v2.icc", "CoatedGRACoL2006.icc"), "idealliance.org", 300
)
GRACOL_2013 = Condition(
    "CGATS21-2-CRPC6", "GRACoL2013 (CRPC6)",
    ("GRACoL2013_CRPC6.icc", "GRACoL2013UNC_CRPC6.icc"), "idealliance.org", 300,
)  # fmt: skip
SWOP_2006 = Condition(
    "CGATS TR 003", "SWOP2006 Coated 3", ("SWOP2006_Coated3v2.icc", "WebCoatedSWOP2006Grade3.icc"),
    "idealliance.org", 300,
)  # fmt: skip
IFRA26 = Condition(
    "IFRA26", "Coldset offset on newsprint (ISO 12647-3)", ("ISOnewspaper26v4.icc", "IFRA26S_2004_newsprint.icc"),
    "wan-ifra.org", 240,
)  # fmt: skip
JAPAN_NEWSPAPER = Condition(
    "JCN2002", "Japan Color 2002 Newspaper", ("JapanColor2002Newspaper.icc",), "Adobe's ICC profiles for end users", 240
)
CONDITIONS = (FOGRA39, FOGRA47, FOGRA51, FOGRA52, JAPAN_COLOR_2001, GRACOL_2006, GRACOL_2013, SWOP_2006, IFRA26,
              JAPAN_NEWSPAPER)  # fmt: skip
"""The conditions that are known by the name of an ICC file."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What one market, or one use, asks of a PDF.  Lengths are in mm but for the hairline; ppi is effective: pixels
    to an inch as printed."""

    name: str
    market: str
    standard: Standard
    condition: Condition | None = None
    """None: a file for screens, in RGB."""
    bleed: float = 0
    slug: float = 0
    """Beyond the bleed on each side, where the marks stand; 0 if there are none."""
    safe_zone: float = 0
    """Text stays so far from the trim."""
    ppi_warn: int = 0
    """Below it a photograph prints soft …"""
    ppi_fail: int = 0
    """… and below that its pixels are seen."""
    ppi_line_art: int = 0
    """The same for bitmaps of one bit."""
    hairline: float = 0
    """The thinnest rule, in pt."""
    overprint_black_to: float = 0
    """Black type up to this size, in pt, is printed over what is under it."""
    most_ink: int = 0
    """In percent, what a printer asks for instead of what the paper takes; 0 if nothing is said."""
    is_mono: bool = False
    """Everything is printed in black, on one plate."""
    signature: int = 0
    """Pages of a folded sheet, if one says: the number of pages is a multiple of it."""

    @property
    def is_press(self) -> bool:
        return self.standard in GTS_PDFX_VERSIONS

    @property
    def version(self) -> str:
        return VERSIONS[self.standard]

    @property
    def ink_limit(self) -> int:
        """In percent; 0 if the file is not for print."""
        return self.most_ink or (self.condition.ink_limit if self.condition else 0)


_SHEET_FED = Profile(
    name="press-eu",
    market="offset on coated paper, Europe",
    standard="pdf/x-4",
    condition=FOGRA39,
    bleed=3,
    slug=12,
    safe_zone=3,
    ppi_warn=300,
    ppi_fail=150,
    ppi_line_art=1200,
    hairline=0.25,
    overprint_black_to=24,
)

MOST_BLEED = 10
"""In mm; the marks keep away from it."""

SIGNATURES = (4, 8, 16, 32)
"""Pages of a sheet, folded once or more."""

PROFILES: dict[str, Profile] = {
    profile.name: profile
    for profile in (
        replace(_SHEET_FED, name="press-cn", market="offset on coated paper, China"),
        replace(_SHEET_FED, name="press-jp", market="offset on coated paper, Japan", condition=JAPAN_COLOR_2001),
        replace(_SHEET_FED, name="press-kr", market="offset on coated paper, Korea"),
        _SHEET_FED,
        replace(_SHEET_FED, name="press-us", market="offset on coated paper, United States", bleed=3.175,
                condition=GRACOL_2006),
        replace(_SHEET_FED, name="newsprint", market="newspapers, coldset offset", condition=IFRA26,
                ppi_warn=200, ppi_fail=100, ppi_line_art=800, hairline=0.3),
        Profile(name="archive", market="archives and libraries", standard="pdf/a-2u"),
        Profile(name="accessible", market="readers and screen readers", standard="pdf/ua-1"),
    )
}  # fmt: skip
