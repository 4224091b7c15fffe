"""The PDF that a press accepts: PDF/X-4 or X-1a, from the same layout as the PDF for screens.

It assumes a document laid out by WeasyPrint with `page_rules` after its style.  Colours and pictures become inks while
the pages are drawn (`typeset.seam.plates`), so that no second pass over the file is needed; what stands around the
pages and what the file says of itself is added before it is written.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import weasyprint

from docconv.press import Profile
from docconv.problems import Problem, ToolError, UsageError
from docconv.typeset.seam.folios import label_pages, page_numbers
from docconv.typeset.seam.plates import Placed, Plates, plates
from docconv.verdicts import page_ranges
from docconv.writers.options import Printing
from docconv.writers.press import marks, statement
from docconv.writers.press.inks import PressInks
from docconv.writers.press.intent import Intent
from docconv.writers.press.outlines import outline_text
from docconv.writers.press.statement import Stated

Report = Callable[[Problem], None]


def page_rules(printing: Printing) -> str:
    """The CSS that gives every page its bleed; marks are not WeasyPrint's, which stand in the bleed."""
    return f"\n@page {{ bleed: {printing.profile.bleed:g}mm; marks: none }}"


def print_pages(rendering: Any, printing: Printing, intent: Intent, stated: Stated, names: Mapping[str, str],
                report: Report) -> bytes:  # fmt: skip
    """The pages that WeasyPrint has laid out, as a PDF for a press.

    `names` are the paths of pictures by the key of their addresses.  Raises `UsageError` if something on a page cannot
    be printed as the profile asks, `ToolError` for a font that must not be embedded."""
    profile = printing.profile
    is_opaque = profile.standard == "pdf/x-1a"
    limit = profile.most_ink or intent.condition.ink_limit
    inks = PressInks(intent.icc, limit, is_mono=profile.is_mono, is_opaque=is_opaque)
    rendering = _in_sheets(rendering, printing, report)
    labels = page_numbers(rendering.pages) if printing.hides_folios else []
    sheet = _SheetMarks(replace(profile, condition=intent.condition), stated, len(rendering.pages), printing.has_marks,
                        labels)  # fmt: skip
    made = Plates(inks, hairline=profile.hairline, overprint_black_to=profile.overprint_black_to,
                  is_opaque=is_opaque, mixes_spots=printing.mixes_spots or profile.is_mono,
                  around=lambda page, number: sheet.around(page, number, made.spots_on(number)),
                  upon=sheet.upon)  # fmt: skip
    sizes = [(page.width * 0.75, page.height * 0.75) for page in rendering.pages]
    for page in rendering.pages:
        page.links.clear()  # PDF/X lets nothing that can be clicked lie on the page
        page.anchors.clear()

    def finish(document: Any, pdf: Any) -> None:
        check_fonts(document.fonts.values())
        statement.set_boxes(pdf, sizes, profile.bleed, profile.slug if printing.has_marks else 0)
        if is_opaque:
            statement.drop_page_groups(pdf)
        made.set_colour_spaces(pdf)
        statement.unwrap_outlines(pdf)
        label_pages(pdf, rendering.pages)
        statement.set_intent(pdf, intent)
        statement.pack(pdf)
        statement.state(pdf, profile, stated)

    with plates(made):
        data = bytes(rendering.write_pdf(finisher=finish, pdf_version=profile.version, pdf_identifier=True,
                                         presentational_hints=True))  # fmt: skip
    _report_transparency(made, report)
    _report_spots(made, report)
    _report_resolution(made.placed, profile, names, report)
    return outline_text(data) if printing.outlines_text else data


def _in_sheets(rendering: Any, printing: Printing, report: Report) -> Any:
    """The pages with as many blank ones at their end as make whole sheets."""
    signature, count = printing.profile.signature, len(rendering.pages)
    blank = -count % signature if signature else 0
    if not blank:
        return rendering
    last = rendering.pages[-1]
    rules = f"@page {{ size: {last.width}px {last.height}px; margin: 0 }} p {{ margin: 0; break-after: page }}"
    empty = weasyprint.HTML(string=f"<style>{rules}{page_rules(printing)}</style>{'<p></p>' * blank}").render()
    added = f"page {count + 1} is" if blank == 1 else f"pages {count + 1} to {count + blank} are"
    sheets = (count + blank) // signature
    report(Problem("press-pages", f"{added} blank, to make {sheets} sheet{'s' * (sheets > 1)} of {signature} pages",
                   remedy="leave pages free where they are wanted"))  # fmt: skip
    return rendering.copy([*rendering.pages, *empty.pages[:blank]])


class _SheetMarks:
    """What stands around each page: its marks, and two lines of what it is; on a page that shows no number, `labels`
    gives that which is hidden in the binding."""

    def __init__(self, profile: Profile, stated: Stated, pages: int, has_marks: bool, labels: Sequence[str]) -> None:
        self.profile, self.stated, self.pages, self.has_marks = profile, stated, pages, has_marks
        self.labels = labels
        standard = {"pdf/x-4": "PDF/X-4", "pdf/x-1a": "PDF/X-1a"}[profile.standard]
        condition = profile.condition.identifier if profile.condition else ""
        self.made_for = profile.name, standard, condition

    def around(self, page: Any, number: int, spots: Sequence[str]) -> tuple[str, ...]:
        if not self.has_marks:
            return ()
        sheet = self._sheet(page)
        facts = (
            f"{sheet.width / marks.MM:.4g} × {sheet.height / marks.MM:.4g} mm",
            *self.made_for,
            *(f"+ {name}" for name in spots),
        )
        lines = (*_lines((self.stated.title,), sheet.room), *_lines(facts, sheet.room))
        around = marks.marks(sheet, lines, self._family, double_corners=self.profile.name == "press-jp")
        return around, marks.page_number(sheet, f"{number}/{self.pages}", self._family)

    def upon(self, page: Any, number: int) -> tuple[str, ...]:
        label = self.labels[number - 1] if self.labels else ""
        return (marks.hidden_number(self._sheet(page), label, self._family, is_right=number % 2 == 1),) if label else ()

    def _sheet(self, page: Any) -> marks.Sheet:
        bleed, slug = self.profile.bleed * marks.MM, self.profile.slug * marks.MM
        return marks.Sheet(page.margin_width(), page.margin_height(), bleed, slug)

    @property
    def _family(self) -> str:
        return ", ".join(_FAMILIES.get(self.stated.lang.partition("-")[0], _FAMILIES["zh"]))


_FAMILIES = {
    "zh": ("Noto Sans CJK SC", "Source Han Sans SC", "sans-serif"),
    "ja": ("Noto Sans CJK JP", "Source Han Sans", "sans-serif"),
    "ko": ("Noto Sans CJK KR", "Source Han Sans K", "sans-serif"),
}


def _lines(parts: Sequence[str], room: float) -> list[str]:
    """Parts side by side as long as they have room in the slug, which is so many px wide; else below each other."""
    lines: list[str] = []
    for part in parts:
        longer = f"{lines[-1]} · {part}" if lines else part
        if lines and _width(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(_fit(part, room))
    return lines


def _fit(text: str, room: float) -> str:
    """As much of a text as has room."""
    shown = text
    while shown and _width(shown) > room:
        shown = shown[:-2] + "…"
    return shown


def _width(text: str) -> float:
    return sum(marks.SIZE * (1 if unicodedata.east_asian_width(each) in "WF" else 0.54) for each in text)


def check_fonts(fonts: Any) -> None:
    """Raises `ToolError` for a font that must not be embedded, or that is made of pixels (Type 3)."""
    for font in fonts:
        if font.bitmap:
            raise ToolError(
                f"the font {font.family} is made of pixels, and no press sets it", remedy="use another font"
            )
        if not statement.may_embed(font.file_content):
            raise ToolError(
                f"the licence of the font {font.family} ({_file_of(font.family)}) does not allow it to be embedded",
                remedy="use another font, or buy a licence for print",
            )


def _file_of(family: str) -> str:
    from docconv.writers.faces import file_of  # it reads every font of the system

    return str(file_of(family) or "file unknown")


def _report_transparency(made: Plates, report: Report) -> None:
    if made.refused:
        listed = "; ".join(f"{what} (page {page})" for what, page in made.refused.items())
        raise UsageError(f"PDF/X-1a cannot print {listed}", remedy="use --pdfx 4, or change the style or the picture")
    if made.mixed:
        pages = page_ranges(sorted(made.mixed))
        report(Problem("press-transparency", f"what shines through is mixed with white on page {pages}",
                       remedy="look whether it lies on white there, or use --pdfx 4"))  # fmt: skip


def _report_spots(made: Plates, report: Report) -> None:
    for spot, pages in made.spots.items():
        report(Problem("press-spot", f"the spot colour {spot.name} is a plate of its own on page {page_ranges(pages)}",
                       remedy="order the plate, or --mix-spots"))  # fmt: skip


def _report_resolution(placed: list[Placed], profile: Profile, names: Mapping[str, str], report: Report) -> None:
    """One problem for each picture that has too few pixels where it is printed largest."""
    worst: dict[str, tuple[float, Placed]] = {}
    for each in placed:
        if each.width and each.height and each.key in names:
            ppi = 72 * min(each.pixels[0] / each.width, each.pixels[1] / each.height)
            if each.key not in worst or ppi < worst[each.key][0]:
                worst[each.key] = ppi, each
    for key, (ppi, each) in worst.items():
        if ppi >= profile.ppi_warn:
            continue
        wanted = round(each.width / 72 * profile.ppi_warn)
        code = "press-resolution" if ppi < profile.ppi_fail else "press-resolution-low"
        what = f"{names[key]} is printed at {ppi:.0f} ppi (page {each.page}, {each.width / 72 * 25.4:.0f} mm wide)"
        report(Problem(code, what, remedy=f"{profile.ppi_warn} ppi need {wanted} pixels across"))
