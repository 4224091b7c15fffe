"""A reader of finished PDFs, anybody's: what a printing house, an archive or a screen reader would refuse, and where.

It assumes nothing of the producer.  Which limits hold is said by a profile (`docconv.press`); the rules stand in tables
by subject.  No printer's word is given: this is no certificate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256

from docconv.model import Place
from docconv.preflight.profiles import access, archive, boxes, extras, inks, pages, pictures, standards, typefaces
from docconv.preflight.profiles.finished import MOST_PAGES, Finished
from docconv.preflight.profiles.objects import DAMAGE, opened
from docconv.preflight.profiles.rule import Hit, Rule
from docconv.press import Profile
from docconv.problems import Problem
from docconv.verdicts import Finding, Ruling, Verdict

MOST_PLACES = 8
"""A rule that is broken oftener is told once, with a count."""

RULES: tuple[Rule, ...] = (*standards.RULES, *boxes.RULES, *pages.RULES, *inks.RULES, *pictures.RULES, *typefaces.RULES,
                           *extras.RULES, *archive.RULES, *access.RULES)  # fmt: skip
"""From the file to its pages and what is on them; archives and accessibility at the end."""


def judge(data: bytes, name: str, profile: Profile) -> Verdict:
    """What the rules of a profile say of a PDF.  Raises `SourceError` if the file cannot be read."""
    with opened(data, name) as pdf:
        file = Finished(pdf, profile, data)
        file.profile = profile = _as_said(profile, file)
        rulings = tuple(_asked(rule, file) for rule in RULES if rule.asked(profile))
        unread = _unread(file, rulings)
        problems = [problem for ruling in rulings for problem in _told(ruling, name)]
        problems += [Problem("preflight-unread", each, Place(page, 1, name), "make the PDF anew, or check a part of it")
                     for page, each in unread]  # fmt: skip
        return Verdict(
            file=name,
            digest=sha256(data).hexdigest(),
            pages=len(file.sheets),
            trim=_size(file),
            size=_named(_size(file)),
            version=file.version,
            profile=profile,
            rulings=rulings,
            inks=inks.palette(file),
            fonts=tuple(sorted({font.said for font, _ in file.fonts})),
            unread=tuple(each for _, each in unread),
            problems=tuple(sorted(problems, key=lambda problem: problem.place.line if problem.place else 0)),
        )


def _as_said(profile: Profile, file: Finished) -> Profile:
    """The profile with the standard that the file says it keeps, where a printer or an archive takes both: PDF/X-1a for
    X-4, PDF/A-3 for A-2."""
    if profile.standard == "pdf/x-4" and file.info.get("GTS_PDFXVersion", "").startswith("PDF/X-1"):
        return replace(profile, standard="pdf/x-1a")
    if profile.standard == "pdf/a-2u" and file.xmp.get("pdfaid:part") == "3":
        return replace(profile, standard="pdf/a-3u")
    return profile


def _asked(rule: Rule, file: Finished) -> Ruling:
    findings: list[Finding] = []
    unread = ""
    try:
        findings = _gathered(rule.find(file))
    except DAMAGE:
        unread = "damaged objects"
    return Ruling(rule.name, rule.code, rule.title, rule.clause, rule.remedy, tuple(findings), unread)


def _gathered(hits: Iterable[Hit]) -> list[Finding]:
    """The hits as findings: what is said of a page more than once, at its first place, with a count."""
    first: dict[tuple[int, str], Hit] = {}
    times: Counter[tuple[int, str]] = Counter()
    for hit in hits:
        first.setdefault((hit.page, hit.message), hit)
        times[hit.page, hit.message] += 1
    return [Finding(hit.message, hit.page, hit.at, times[key]) for key, hit in first.items()]


def _unread(file: Finished, rulings: tuple[Ruling, ...]) -> list[tuple[int, str]]:
    """What was not looked at, each with the page that it begins on, and why."""
    unread: list[tuple[int, str]] = []
    pages: dict[str, list[int]] = {}
    for number, why in file.unread:
        pages.setdefault(why, []).append(number)
    for sheet in file.sheets:
        if sheet.content.unread:
            pages.setdefault(sheet.content.unread, []).append(sheet.number)
    for why, numbers in pages.items():
        where = f"page {numbers[0]}" if len(numbers) == 1 else f"{len(numbers)} pages from page {numbers[0]} on"
        unread.append((numbers[0], f"not read: {why} on {where}"))
    if len(file.pdf.pages) > MOST_PAGES:
        unread.append((MOST_PAGES, f"the file is too long: read to page {MOST_PAGES}"))
    if not file.sheets:
        unread.append((1, "the file has no pages"))
    unread += [(1, f"not read: {each.unread} where {each.title} is asked") for each in rulings if each.unread]
    return unread


def _told(ruling: Ruling, name: str) -> list[Problem]:
    findings = ruling.findings
    if len(findings) <= MOST_PLACES:
        return [_problem(ruling, finding, name) for finding in findings]
    pages = [f"page {page}" for page in ruling.pages if page != findings[0].page][:3]
    more = f"; {ruling.count} times in all" + (f", next on {'; '.join(pages)}" if pages else "")
    return [_problem(ruling, findings[0], name, more)]


def _problem(ruling: Ruling, finding: Finding, name: str, more: str = "") -> Problem:
    where = f"page {finding.page}: " if finding.page else ""
    if finding.at:
        where = f"page {finding.page}, at {finding.at[0]:g}, {finding.at[1]:g} mm: "
    if finding.times > 1 and not more:
        more = f"; {finding.times} times on the page"
    message = f"{where}{finding.message} ({ruling.clause}){more}"
    return Problem(ruling.code, message, Place(finding.page, 1 if finding.page else 0, name), ruling.remedy)


_SIZES = {(148, 210): "A5", (210, 297): "A4", (297, 420): "A3", (105, 148): "A6", (182, 257): "B5 JIS",
          (128, 182): "B6 JIS", (127, 188): "四六判", (105, 173): "新書判", (185, 260): "16开", (210, 285): "大16开",
          (130, 184): "32开", (140, 203): "大32开", (390, 540): "对开报", (270, 390): "四开报", (152, 225): "신국판",
          (188, 257): "사륙배판"}  # fmt: skip
"""Finished sizes by the names of the trade, in mm."""


def _named(size: tuple[float, float]) -> str:
    """What a size is called in the trade; "" if it has no name."""
    near = (name for (width, height), name in _SIZES.items()
            if abs(min(size) - width) <= 0.5 and abs(max(size) - height) <= 0.5)  # fmt: skip
    return next(near, "")


def _size(file: Finished) -> tuple[float, float]:
    """The size of most pages as they are cut, in mm."""
    sizes = Counter((round(sheet.mm(sheet.trim.width), 2), round(sheet.mm(sheet.trim.height), 2))
                    for sheet in file.sheets)  # fmt: skip
    return sizes.most_common(1)[0][0] if sizes else (0.0, 0.0)
