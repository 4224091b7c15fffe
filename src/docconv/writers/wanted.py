"""The pictures that a document wants: where each is printed, how large, how many pixels that asks for, and which are
there; as a list, and as a contact sheet.

It assumes the document with its pictures placed, and the print sheet of the style that it will be printed in.
"""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from math import ceil
from typing import Literal

from docconv import model as m
from docconv.inputs import note
from docconv.photos import Facts, facts_of
from docconv.pictures import Pictures
from docconv.problems import Problem
from docconv.styles import HOUSE, Style, find_style
from docconv.words import SheetWords, sheet_words, words
from docconv.writers.labels import file_name, shown_date
from docconv.writers.pdf import PPI, lay_out, printed_figures, write


@dataclass(frozen=True, slots=True)
class Wanted:
    """A figure as an editor looks for its picture: sizes in mm, and in pixels at 300 to the inch.

    `file` is the picture that is there, or the name under which one is found; `ppi` and `colours`, what the picture has
    at its printed size, `doubts` what is wrong with its colours; 0 and nothing if it is not there or is drawn by lines.
    """

    number: int
    id: str
    state: Literal["missing", "small", "found"]
    file: str
    page: int
    width: int
    height: int
    pixels_wide: int
    pixels_high: int
    ppi: int
    colours: str
    doubts: str
    article: str
    caption: str


def wanted_pictures(
    document: m.Document, style: Style, pictures: Pictures, ppi: int = 0, icc: bytes = b""
) -> list[Wanted]:
    """Every figure of the document, in the order of the pages, for a press that asks for so many pixels to the inch and
    that an ICC profile describes, if it is for one.  Raises what `write_pdf` does."""
    figures, ppi = list(_figures(document, "")), ppi or PPI
    printed = printed_figures(document, style, pictures)
    wanted = []
    for number, ((article, figure), (page, width, height)) in enumerate(zip(figures, printed, strict=True), 1):
        there = figure.media.path if isinstance(figure.media, m.Image) else ""
        facts = facts_of(there, pictures.read(there)) if there else Facts()
        has = round(facts.width / width * 25.4)
        state: Literal["missing", "small", "found"] = "missing" if not there else "small" if 0 < has < ppi else "found"
        needed = ceil(width / 25.4 * ppi), ceil(height / 25.4 * ppi)
        doubts = [*facts.doubts(), *(facts.doubts_in_print(icc) if icc else ())]
        wrong = "; ".join(what for code, what, _ in doubts if code == "picture-colour")
        wanted.append(Wanted(number, figure.id, state, there or file_name(figure), page, round(width), round(height),
                             *needed, has, facts.colours, wrong, article,
                             m.plain(figure.caption)))  # fmt: skip
    return wanted


def _figures(node: object, article: str) -> Iterator[tuple[str, m.Figure]]:
    """The figures below a node, each with the headline or title that it stands under."""
    for child in m.children(node):
        if isinstance(child, m.Figure):
            yield article, child
        elif isinstance(child, m.Article | m.Section):
            above = child.headline if isinstance(child, m.Article) else child.title if not article else ()
            yield from _figures(child, " ".join(m.plain(above).split()) or article)
        else:
            yield from _figures(child, article)


# ── As a list ──


def as_json(wanted: Sequence[Wanted]) -> str:
    return json.dumps([asdict(each) for each in wanted], ensure_ascii=False, indent=2) + "\n"


def as_csv(wanted: Sequence[Wanted]) -> str:
    """For a spreadsheet; a cell never begins with what one would take for a formula."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow([field.name for field in fields(Wanted)])
    for each in wanted:
        rows.writerow(
            [f"'{value}" if str(value)[:1] in ("=", "+", "@", "-") else value for value in asdict(each).values()]
        )
    return out.getvalue()


def as_table(wanted: Sequence[Wanted]) -> str:
    """For a terminal: one line a figure, East Asian letters two columns wide."""
    rows = [("", "state", "page", "mm", "pixels", "ppi", "colours", "file", "article", "caption")]
    rows += [(str(each.number), each.state, str(each.page), f"{each.width} × {each.height}",
              f"{each.pixels_wide} × {each.pixels_high}", str(each.ppi or ""), each.colours, each.file,
              each.article[:16], each.caption[:24]) for each in wanted]  # fmt: skip
    widths = [max(_columns(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell + " " * (width - _columns(cell)) for cell, width in zip(row, widths, strict=True))
             for row in rows)  # fmt: skip
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


FORMATS: dict[str, Callable[[Sequence[Wanted]], str]] = {"table": as_table, "csv": as_csv, "json": as_json}


# ── As a contact sheet ──

_SHEET = HOUSE / "contact.css"
_DPI = 150
"""Of pictures on the sheet, which is looked at and not printed from."""


def contact_sheet(
    document: m.Document, wanted: Sequence[Wanted], pictures: Pictures, report: Callable[[Problem], None]
) -> bytes:
    """A PDF of A4 with every figure, small: its picture or its box, what is wanted and what is there, its caption; by
    article."""
    shown, said = words(document.meta.lang), sheet_words(document.meta.lang)
    by_number = {each.id or str(each.number): each for each in wanted}
    sections: dict[str, list[m.Figure]] = {}
    for (article, figure), each in zip(_figures(document, ""), wanted, strict=True):
        known = replace(figure, id=each.id or str(each.number), caption=_details(figure, each, said), credit=())
        sections.setdefault(article, []).append(known)
    count = Counter(each.state for each in wanted)
    summary = m.Paragraph((m.Text(said.summary.format(len(wanted), count["found"], count["small"], count["missing"])),))
    body = tuple(m.Section((m.Text(title or shown.untitled),), tuple(figures)) for title, figures in sections.items())
    sheet = m.Document(replace(document.meta, title=_title(document.meta, said), kind="manuscript"), (summary, *body))

    def labels(figure: m.Figure) -> dict[str, str]:
        each = by_number[figure.id]
        return {"data-label": shown.missing, "data-size": f"{each.pixels_wide} × {each.pixels_high} px"}

    note("content", _SHEET)
    style = replace(find_style(), settings=_SHEET.read_text(encoding="utf-8"))
    return lay_out(sheet, style, pictures, report, write(sheet, dpi=_DPI), labels)


def _title(meta: m.Meta, said: SheetWords) -> str:
    """Of what the sheet shows the pictures."""
    whole = f"{meta.publication} {shown_date(meta)}".strip() if meta.publication else meta.title
    return f"{said.title} · {whole}" if whole else said.title


def _details(figure: m.Figure, each: Wanted, said: SheetWords) -> m.Inlines:
    """The caption, and before it which picture it is, how large it is printed, what it has and what it lacks."""
    lines: list[m.Inline] = [m.Strong((m.Text(f"{each.number} · {each.file}"),)), m.LineBreak()]
    lines += [m.Text(f"{said.page.format(each.page)} · {each.width} × {each.height} mm")]
    if has := " · ".join(filter(None, [f"{each.ppi} ppi" if each.ppi else "", each.colours])):
        lines += [m.LineBreak(), m.Text(has)]
    if each.state == "small":
        lines += [m.LineBreak(), m.Emphasis((m.Text(said.small.format(each.pixels_wide, each.pixels_high)),))]
    if each.doubts:
        lines += [m.LineBreak(), m.Emphasis((m.Text(each.doubts),))]
    return (*lines, m.LineBreak(), *figure.caption)
