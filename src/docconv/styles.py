"""Styles: a folder with `print.css`, `screen.css` and `ebook.css`, by name or by path.

The house's own styles lie in `styles/`, beside `src/` in a checkout and inside the package when installed.  A style
may leave a sheet out: the plain style's then serves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

from docconv import paper
from docconv.inputs import note
from docconv.paper import MM, Frame
from docconv.problems import UsageError
from docconv.typography import holds_on_screens, points, rules

Sheet = Literal["print", "screen", "ebook"]
DEFAULT = "plain"

_package = Path(__file__).parent / "styles"
HOUSE = _package if _package.is_dir() else Path(__file__).parents[2] / "styles"


@dataclass(frozen=True)
class Style:
    """A folder of sheets, and what an editor has set besides: `settings` is CSS after the print sheet, `screen` after
    those for screens; the rest is asked of the page that the sheet wishes for (`docconv.paper`), and its language."""

    name: str
    folder: Path
    settings: str = ""
    screen: str = ""
    paper: str = ""
    columns: int = 0
    size: float = 0
    leading: float = 0
    lang: str = ""

    def sheet(self, name: Sheet) -> Path:
        own = self.folder / f"{name}.css"
        note("content", own)
        return own if own.is_file() else HOUSE / DEFAULT / f"{name}.css"

    def css(self, name: Sheet, own: str = "") -> str:
        """The sheet, or `own` in its place, with the house's rules before it, and what is set for screens after it."""
        *common, last = self.sheets(name)
        css = "\n".join([*(path.read_text(encoding="utf-8") for path in common), own or last.read_text("utf-8")])
        return f"{css}\n/* As set */\n{self.screen}\n" if self.screen and name != "print" else css

    def sheets(self, name: Sheet) -> tuple[Path, ...]:
        common = (HOUSE / "paper.css",) if name == "print" else ()
        sheets = HOUSE / "roles.css", *common, self.sheet(name)
        note("content", *sheets)
        return sheets

    @cached_property
    def properties(self) -> dict[str, str]:
        """The custom properties of the print sheet, `--figure-width: 120mm`, those for its language too."""
        sheet = re.sub(r"/\*.*?\*/", "", self.sheet("print").read_text(encoding="utf-8"), flags=re.DOTALL)
        found = {name: value.strip() for name, value in reversed(re.findall(r"(--[\w-]+):([^;}]+)", sheet))}
        own = f"-{self.lang.partition('-')[0]}"
        return found | {name.removesuffix(own): value for name, value in found.items() if name.endswith(own)}

    @cached_property
    def frame(self) -> Frame | None:
        """The page; None if the sheet sets it itself, by `@page`.

        Raises `UsageError` if its columns are too narrow, or something is asked of a page that the sheet sets."""
        frame = paper.wished(self.properties)
        if frame is None:
            if self.paper or self.columns:
                raise UsageError(
                    f"the style {self.name} sets its page itself, by @page",
                    remedy="declare --paper, --margins, --columns, --size and --leading on html instead",
                )
            return None
        size = self.size or frame.size
        leading = self.leading or frame.leading * size / frame.size
        frame = replace(frame, size=size, leading=leading, gap=frame.gap * size / frame.size)
        if self.paper:
            frame = paper.on_paper(frame, *paper.paper_size(self.paper), self.columns)
        return paper.fitted(replace(frame, columns=self.columns or frame.columns))

    @cached_property
    def heads(self) -> tuple[float, ...]:
        """The greatest sizes of headlines over one column, two, three …, in points, for the size of the text.

        Raises `UsageError` if a sheet that wants its pages made up does not say them."""
        if self.frame is None or "--heads" not in self.properties:
            raise UsageError(
                f"the style {self.name} says --make-up: bands, and not how large heads are",
                remedy="--paper, --size, --leading, and --heads: 19pt 25pt 31pt, for one column, two …",
            )
        scale = self.frame.size / paper.points_of(self.properties["--size"])
        return tuple(paper.points_of(size) * scale for size in self.properties["--heads"].split())

    def page_css(self, pages: int = 0) -> str:
        """What stands before the style's own sheet, which may overrule it: the page that it wishes for, for a work of
        about so many pages."""
        if (frame := self.frame) is None:
            return ""
        if "--gutter" in self.properties:
            frame = paper.for_pages(frame, pages)
        widths = "".join(f"{_figure_property(row)}: {self.figure_width(row):.6g}mm; " for row in (1, 2, 3, 4))
        widths += f"--opening-width: {self.figure_width(1, opens=True):.6g}mm; "
        return f"{paper.css(frame)}html {{ {widths}}}\n"

    def figure_width(self, row: int, opens: bool = False) -> float:
        """How wide a picture is printed, in mm, that stands with others in a row of so many, or alone where it `opens`
        an article: what the sheet wishes for, in multiples of 3 mm where that is too wide.

        On a page of columns, one; or, if the sheet says `--rows: across`, what a row leaves to each, and all columns to
        a picture that opens an article."""
        name, frame = _figure_property(row), self.frame
        abreast = 2 if row == 4 else row  # four are two rows of two
        if frame and frame.columns > 1:
            if self.properties.get("--rows") != "across" or (row == 1 and not opens):
                return frame.column / MM
            return (frame.measure - (abreast - 1) * frame.gap) / abreast / MM
        found = re.fullmatch(r"([\d.]+)mm", self.properties.get(name, ""))
        if frame is None:
            if not found:
                raise UsageError(f"{self.sheet('print')} does not set {name} in mm")
            return float(found[1])
        most = (frame.measure - (abreast - 1) * 9) / abreast / MM // 3 * 3
        return min(float(found[1]), most) if found else most


def _figure_property(row: int) -> str:
    return "--figure-width" if row == 1 else f"--gallery-{row}-width"


def find_style(name: str = DEFAULT, settings: Iterable[str] = ()) -> Style:
    """The style of that name, or in that folder, with settings as `typography.rules` knows them.

    Raises `UsageError` if there is none."""
    path = Path(name)
    if not ("/" in name and path.is_dir()):
        known = sorted(each.name for each in HOUSE.iterdir() if each.is_dir())
        if name not in known:
            raise UsageError(f"there is no style {name!r}", remedy=f"one of {', '.join(known)}, or a folder (./{name})")
        path = HOUSE / name
    style, wanted = Style(path.name, path), list(settings)
    if not wanted:
        return style  # an edition for screens does not ask for the print sheet
    style = _with_settings(style, wanted)
    _ = style.frame  # an error of the call, before anything is read
    return style


def _with_settings(style: Style, settings: list[str]) -> Style:
    """The style with what is set of its page and of its lines; a size is the page's, if the sheet leaves that to us."""
    css = rules(settings)
    values = dict(each.replace(" ", "").split("=", 1) for each in settings)
    size = leading = 0.0
    if "--paper" in style.properties:
        size, leading = (points(values[key]) if css.pop(key, "") else 0 for key in ("size", "leading"))
    screen = (rule for key, rule in css.items() if holds_on_screens(key, rule))
    return replace(style, settings="\n".join(filter(None, css.values())), screen="\n".join(screen),
                   paper=values.get("paper", ""), columns=int(values.get("columns", 0)), size=size,
                   leading=leading)  # fmt: skip
