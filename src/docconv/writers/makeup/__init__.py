"""The make-up of a newspaper page: stories side by side, in columns of the page, under heads of their width.

It assumes a style whose sheet says `--make-up: bands`, `--heads` (the greatest sizes of headlines over one column,
two, three …) and `--nameplate` (how high the name of the paper is with what is around it), and that is written for
what is put around the articles here:

    div.band > div.stack > div.story > article

with --column-count, --across, --head and --head-leading of each story, and --row-N, --row-N-span and --row-N-figure of
its rows of N pictures (--first-N …, if they open it).
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import Any, NamedTuple

from docconv import model as m
from docconv.paper import points_of
from docconv.styles import Style
from docconv.typeset.seam.feet import used_lines
from docconv.words import script_tag
from docconv.writers import markup
from docconv.writers.labels import ISSUE, shown_date
from docconv.writers.makeup.plan import Band, Measures, Span, Story, make_up, split

Ratio = Callable[[m.Figure], float]


class Plan(NamedTuple):
    """A document's body as it is made up: bands of stories and what stands between them; on how many pages; and the
    width of every figure that stands in a story, in points, by `id()` of its node."""

    parts: list[tuple[str, Any]]
    pages: int
    widths: dict[int, float]

    def markup(self, document: m.Document, rendition: markup.Rendition) -> str:
        """The body's markup, with what a page that is made up has around its articles."""
        has_labels = any(kind == "page" for kind, _ in self.parts)
        out, opening = _nameplate(document.meta, has_labels), ""
        is_first = True  # furniture that stands before the first page of the print is put on it
        for kind, part in self.parts:
            if kind == "page":
                opening = markup.blocks(tuple(part), rendition)
                continue
            name = f"{kind} labelled" if has_labels else kind
            name += " new-page" if opening and not is_first else ""
            inner = _band(part, rendition) if kind == "band" else markup.blocks(tuple(part), rendition)
            out += f'<div class="{name}">\n{opening}{inner}</div>\n'
            opening, is_first = "", is_first and kind == "furniture"
        return out + opening + "".join(markup.note(each, rendition) for each in document.notes)


def has_nameplate(document: m.Document, style: Style) -> bool:
    """Whether the first page opens with the name of the paper."""
    return style.properties.get("--make-up") == "bands" and bool(document.meta.publication)


def _nameplate(meta: m.Meta, is_labelled: bool) -> str:
    """The name of the paper with its day and number, as labels: they are metadata, not text."""
    if not meta.publication:
        return ""
    number = meta.colophon.number
    issue = ISSUE[script_tag(meta.lang)].format(number) if number.isdecimal() else number
    labels = [("paper", meta.publication), ("day", shown_date(meta)), ("issue", issue)]
    lines = "".join(f'<p class="{name}" data-label="{markup.escape(label)}"></p>\n' for name, label in labels if label)
    name = "nameplate labelled" if is_labelled else "nameplate"
    return f'<header class="{name}">\n{lines}</header>\n'


def plan(document: m.Document, style: Style, ratio: Ratio, spare: float = 0) -> Plan | None:
    """How the document's pages are made up, with lines to spare on the last; None if the style leaves articles one
    under the other."""
    if style.properties.get("--make-up") != "bands":
        return None
    heads = style.heads
    assert style.frame is not None
    measures = Measures(style.frame, heads, ratio)
    parts: list[tuple[str, Any]] = []
    page = style.frame.lines
    used = 0.0
    if has_nameplate(document, style):
        used = points_of(style.properties.get("--nameplate", "0")) / style.frame.leading
    is_blank = True
    for kind, nodes in split(document.body):
        if kind == "stories":
            made, used = make_up(nodes, measures, used, spare)
            parts += [("band", band) for band in made]
        else:
            parts.append((kind, nodes))
            used = used + 3 if kind != "page" else used if is_blank else ceil(used / page) * page
        is_blank = is_blank and kind in ("furniture", "page")
    widths = {id(figure): span.width for kind, part in parts if kind == "band" for stack in part.stacks
              for story in stack.stories for row, _, span in story.rows() for figure in row}  # fmt: skip
    return Plan(parts, ceil(used / page), widths)


def _band(band: Band, rendition: markup.Rendition) -> str:
    out = ""
    for stack in band.stacks:
        stories = "".join(_story(story, stack.columns * 2 > story.measures.frame.columns, rendition)
                          for story in stack.stories)  # fmt: skip
        width = stack.stories[0].measures.frame.across(stack.columns)
        out += f'<div class="stack" style="--across: {width:.4f}pt">\n{stories}</div>\n'
    return out


def _story(story: Story, is_wide: bool, rendition: markup.Rendition) -> str:
    properties = [
        ("column-count", str(story.columns)),
        ("head", f"{story.head.size:g}pt"),
        ("head-leading", f"{story.head.leading:g}pt"),
        *_rows(story),
    ]
    style = "; ".join(f"--{name}: {value}" for name, value in properties)
    size = "wide" if is_wide else "narrow"
    return f'<div class="story {size}" style="{style}">\n{markup.block(story.node, rendition)}</div>\n'


def _rows(story: Story) -> list[tuple[str, str]]:
    """Spans and widths of the rows of pictures that the story has."""
    made: dict[str, str] = {}
    for row, opens, span in story.rows():
        name = f"{'first' if opens else 'row'}-{len(row) if len(row) < 5 else 'more'}"
        made[name] = f"{span.width:.4f}pt"
        made[f"{name}-span"] = _span(span, story)
        made[f"{name}-figure"] = "inline-block" if span.columns > 1 else "block"
    return list(made.items())


def _span(span: Span, story: Story) -> str:
    return "none" if span.columns < 2 else "all" if span.columns == story.columns else str(span.columns)


# ── What the plan did not know ──


def fitted(render: Callable[[float], tuple[Any, int]]) -> Any:
    """What `render` makes with so many lines to spare, planned again if it comes out longer than planned by less than
    half a page, or if its last page is hardly begun: a plan counts some lines more than are set."""
    rendering, pages = render(0)
    if not pages or len(rendering.pages) < 2:
        return rendering
    used, height = used_lines(rendering.pages[-1]._page_box)
    if len(rendering.pages) > pages and used < height / 2:
        return min(rendering, render(used + 2)[0], key=_blank)
    if used < height / 4:
        return min(rendering, render(-height / 8)[0], key=_blank)
    return rendering


def _blank(rendering: Any) -> tuple[int, float]:
    """How many pages there are, and how many lines of them are blank, the last left out."""
    lines = (used_lines(page._page_box) for page in rendering.pages[:-1])
    return len(rendering.pages), round(sum(height - used for used, height in lines), 1)
