"""The report of a check as one page, which an editor sends to the printer with the file.

It assumes a verdict whose rules fit on a page of A4, one line each; what is longer is cut, and stands in the JSON.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from docconv import __version__
from docconv.problems import ToolError
from docconv.styles import HOUSE
from docconv.verdicts import Result, Ruling, Verdict, page_ranges
from docconv.writers.libraries import load_weasyprint
from docconv.writers.markup import escape

_WORDS: dict[Result, str] = {"pass": "pass", "error": "fail", "warning": "warn", "note": "note", "unread": "not read"}
_LONGEST = 92
"""Letters of a line that says what was found."""
_SHEETS = ("roles.css", "paper.css", "report.css")


def write_verdict(verdict: Verdict) -> bytes:
    """The report as a tagged PDF of one page.  The same verdict gives the same bytes."""
    try:
        load_weasyprint()
        import weasyprint

        from docconv.typeset.seam.fonts import installed_faces
    except OSError as fault:
        raise ToolError(f"WeasyPrint finds no Pango ({fault})"[:200], remedy="install Pango, as for a PDF") from None
    fonts = installed_faces()
    try:
        html = weasyprint.HTML(string=_page(verdict), url_fetcher=_refuse)
        sheets = [weasyprint.CSS(string=(HOUSE / name).read_text(encoding="utf-8")) for name in _SHEETS]
        return bytes(html.write_pdf(stylesheets=sheets, font_config=fonts, pdf_variant="pdf/ua-1"))
    except MemoryError:
        raise
    except Exception as error:
        raise ToolError(f"WeasyPrint {weasyprint.__version__} failed: {error!r}"[:300]) from error


def _refuse(url: str, **_: Any) -> Any:
    raise ValueError(f"{url} is not fetched")


def _page(verdict: Verdict) -> str:
    title = f"Preflight of {PurePath(verdict.file).name}"
    failed, warned = verdict.count("error"), verdict.count("warning")
    state = "passed" if verdict.passed else "failed"
    unread = "something was not read" if verdict.unread else ""
    counts = [f"{count} {word}{'s' if count > 1 else ''}"
              for count, word in ((failed, "error"), (warned, "warning")) if count]  # fmt: skip
    said = "Passed" if verdict.passed else "Not passed: " + ", ".join([*counts, *filter(None, [unread])])
    rows = "".join(f"<tr><th scope='row'>{name}</th><td>{escape(value)}</td></tr>\n" for name, value in _facts(verdict))
    rules = "".join(map(_row, verdict.rulings))
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"/><title>{escape(title)}</title>'
        f'<meta name="generator" content="docconv {__version__}"/></head><body class="report">'
        f"<h1>{escape(title)}</h1>\n<p class='{state}'>{said}</p>\n<table class='facts'>{rows}</table>\n"
        f"<table class='rules'><thead><tr><th scope='col'>Result</th><th scope='col'>Rule</th>"
        f"<th scope='col'>Pages</th><th scope='col'>First finding</th></tr></thead><tbody>\n{rules}</tbody></table>\n"
        f"<p class='foot'>{_FOOT} docconv {__version__}</p></body></html>"
    )


_FOOT = "Places are in mm from the left and the top of the trimmed page. A report of what was found, no certificate."


def _facts(verdict: Verdict) -> list[tuple[str, str]]:
    profile = verdict.profile
    condition = f", {profile.condition.identifier}, ink to {profile.ink_limit} %" if profile.condition else ""
    size = f" ({verdict.size})" if verdict.size else ""
    pages = f"{verdict.pages} page{'s' if verdict.pages != 1 else ''}"
    return [
        ("File", f"{pages}, {verdict.trim[0]:g} × {verdict.trim[1]:g} mm{size}, PDF {verdict.version}"),
        ("SHA-256", verdict.digest),
        ("Profile", f"{profile.name}: {profile.market}; {profile.standard.upper()}{condition}"),
        ("Inks", _cut(", ".join(f"{ink} ({count} p.)" for ink, count in verdict.inks.items()) or "none", _LONGEST)),
        ("Fonts", _cut(f"{len(verdict.fonts)}: " + ", ".join(verdict.fonts), _LONGEST)),
        ("Not read", _cut("; ".join(verdict.unread) or "nothing", _LONGEST)),
        ("Composition", _composition(verdict)),
    ]


def _composition(verdict: Verdict) -> str:
    """How many findings the rules of composition have; they are told line by line elsewhere."""
    if not verdict.composition:
        return "nothing found"
    codes = dict.fromkeys(problem.code for problem in verdict.composition)
    return _cut(f"{len(verdict.composition)}: {', '.join(codes)}", _LONGEST)


def _row(ruling: Ruling) -> str:
    first = ruling.findings[0] if ruling.findings else None
    found = ruling.unread
    if first:
        found = (f"{first.at[0]:g}, {first.at[1]:g}: " if first.at else "") + first.message
    pages = _cut(page_ranges(ruling.pages), 16)
    return (
        f"<tr class='{ruling.result}'><td>{_WORDS[ruling.result]}</td><th scope='row'>{escape(ruling.title)}</th>"
        f"<td>{pages}</td><td>{escape(_cut(found, _LONGEST // 2 + 16))}</td></tr>\n"
    )


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
