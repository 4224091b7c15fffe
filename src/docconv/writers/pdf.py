"""The PDF edition: the canonical markup, laid out by WeasyPrint as a tagged PDF (PDF/UA-1).

It assumes that the style's print sheet is written for WeasyPrint; whatever WeasyPrint ignores or cannot use comes
back as a problem.  Nothing is fetched from anywhere: pictures come through `Pictures` alone.
"""

from __future__ import annotations

import gc
import io
import logging
import re
import threading
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from email.message import Message
from hashlib import md5
from math import ceil
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from urllib.error import URLError
from urllib.parse import quote, unquote
from urllib.request import BaseHandler, DataHandler, Request
from urllib.response import addinfourl

from docconv import __version__
from docconv import model as m
from docconv.lists import number_css
from docconv.moment import stated_moment
from docconv.paper import MM
from docconv.photos import facts_of, format_of
from docconv.pictures import SUFFIXES, Pictures, fault_of, report_colours
from docconv.problems import DocconvError, Problem, SourceError, ToolError, where
from docconv.styles import HOUSE, Style
from docconv.words import script_tag, words
from docconv.writers import markup
from docconv.writers.formulas import report_raw
from docconv.writers.labels import (
    PAGE_OF_PAPER,
    figure_numbers,
    file_name,
    headings,
    kinds_of_sections,
    listed,
    note_number,
    shown_authors,
    shown_date,
    shown_title,
    title,
)
from docconv.writers.libraries import load_weasyprint
from docconv.writers.options import DEFAULT, EditionOptions, Printing
from docconv.writers.rgb import in_rgb, of_inks
from docconv.writers.svg import plain_svg
from docconv.writers.xmp import described

try:
    load_weasyprint()
    import weasyprint
    from weasyprint.css.counters import CounterStyle
    from weasyprint.urls import URLFetcher

    from docconv.typeset.seam import composition
    from docconv.typeset.seam.colours import colours
    from docconv.typeset.seam.columns import made_up
    from docconv.typeset.seam.folios import label_pages
    from docconv.typeset.seam.fonts import installed_faces
    from docconv.typeset.seam.tags import tagging
    from docconv.writers import makeup, press, theme
    from docconv.writers.drawable import fault_in_print
    from docconv.writers.press.intent import find_intent
    from docconv.writers.press.statement import Stated
    from docconv.writers.sheets import absent_faces, parsed, place_of, refuse_absent_faces, spot_inks
    from docconv.writers.theme import Brought, own_sheet
    from docconv.writers.unprinted import unprinted
except OSError as fault:  # WeasyPrint is there, but not the libraries that it loads
    raise ToolError(
        f"WeasyPrint finds no Pango ({str(fault).splitlines()[0][:80]})",
        remedy="Debian, Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0; "
        "macOS: brew install pango",
    ) from None

Report = Callable[[Problem], None]
Labels = Callable[[m.Figure], Mapping[str, str]]
T = TypeVar("T")

SCHEME = "picture"
"""Pictures in the page that is laid out are addressed as `picture:` and the path in the document, quoted."""


def write_pdf(
    document: m.Document, style: Style, pictures: Pictures, report: Report, options: EditionOptions = DEFAULT
) -> bytes:
    """The document as a PDF file, for whom `options.printing` says.  The same arguments give the same bytes.

    Dates are those of SOURCE_DATE_EPOCH, else the document's own, else none.  Raises `SourceError` if the document
    is nested too deeply to be laid out, `ToolError` if WeasyPrint fails, or if no font has a character: it would be
    an empty box in print."""
    printing = options.printing
    report_raw(document, report)
    if printing.profile.is_press:
        return _print(document, style, pictures, report, printing)

    def written(rendering: Any, listener: _Listener) -> bytes:
        _report_small(document, rendering, pictures, listener.report)
        return write(document, printing)(rendering, listener)

    return lay_out(document, style, pictures, report, written)


def _print(document: m.Document, style: Style, pictures: Pictures, report: Report, printing: Printing) -> bytes:
    """The document as a PDF for a press."""
    intent = find_intent(printing.profile, printing.icc)
    meta = document.meta
    stated = Stated(title(document) or "PDF", meta.authors, meta.publication, meta.lang,
                          f"docconv {__version__}", _date(meta), described(meta))  # fmt: skip
    images = (node.media.path for node in m.walk(document)
              if isinstance(node, m.Figure | m.Picture) and isinstance(node.media, m.Image))  # fmt: skip
    names = {_address_key(path): path for path in images}
    if not printing.profile.is_mono:
        report_colours(document, pictures, intent.icc, report)

    def printed(rendering: Any, listener: _Listener) -> bytes:
        data = press.print_pages(rendering, printing, intent, stated, names, report)
        if listener.missing:
            raise _faceless(document, listener.missing)
        return data

    style = replace(style, settings=style.settings + press.page_rules(printing))
    return lay_out(document, style, pictures, report, printed, in_inks=True)


def _address_key(path: str) -> str:
    """WeasyPrint's name for the picture of a path."""
    return md5(f"{SCHEME}:{quote(path)}".encode(), usedforsecurity=False).hexdigest()


def write(document: m.Document, printing: Printing = DEFAULT.printing,
          dpi: int | None = None) -> Callable[[Any, _Listener], bytes]:  # fmt: skip
    """What writes a document that is laid out as a PDF file for screens or archives; pictures with no more dots to the
    inch than `dpi`."""

    def written(rendering: Any, listener: _Listener) -> bytes:
        options = {**_OPTIONS, "pdf_variant": printing.profile.standard, "attachments": _attachments(printing),
                   "dpi": dpi}  # fmt: skip
        with tagging():
            data = bytes(rendering.write_pdf(finisher=_finisher(document.meta, printing), **options))
        if listener.missing:
            raise _faceless(document, listener.missing)
        return data

    return written


PPI = 300
"""Pixels an inch that a picture needs for print (ISO 12647-2 presses at 60 lines/cm take twice as many)."""
LEAST_PPI = 150
"""Pixels an inch below which one sees them in print."""

_OPTIONS = {"pdf_tags": True, "presentational_hints": True}  # hints: the first number of a list


def _attachments(printing: Printing) -> list[Any]:
    """The files that an archive keeps with the pages, as their source (ISO 19005-3, 6.8)."""
    moment = stated_moment() or _NO_MOMENT
    return [weasyprint.Attachment(file_obj=io.BytesIO(data), name=name, description=name, created=moment,
                                  modified=moment, relationship="Source")
            for name, data in printing.attached]  # fmt: skip


_NO_MOMENT = datetime(1980, 1, 1, tzinfo=UTC)
"""1980, as in an EPUB: the moment of a file of which none is known."""


def lay_out(document: m.Document, style: Style, pictures: Pictures, report: Report,
            then: Callable[[Any, _Listener], T], labels: Labels | None = None, in_inks: bool = False) -> T:  # fmt: skip
    """What `then` makes of the document laid out, WeasyPrint's `Document`; `labels` are those of the boxes of missing
    pictures, if not the house's; with `in_inks` colours and pictures in inks stay so.  Raises what `write_pdf` does."""
    style = replace(style, lang=document.meta.lang)
    document = _with_what_can_be_drawn(document, pictures, report)
    with _listening(report) as listener, composition(), made_up(), _rare_collections():
        try:
            return _laid_out(document, style, pictures, listener, then, labels, in_inks)
        except (DocconvError, MemoryError):
            raise
        except RecursionError:
            raise SourceError("the document is nested too deeply to be laid out", remedy="flatten it") from None
        except Exception as error:
            raise ToolError(f"WeasyPrint {weasyprint.__version__} failed: {error!r}"[:300]) from error


def _with_what_can_be_drawn(document: m.Document, pictures: Pictures, report: Report) -> m.Document:
    """The document with a placeholder for each drawing that would take too long, or too much memory."""

    def step(node: Any) -> Any:
        if not isinstance(node, m.Figure | m.Picture) or not isinstance(node.media, m.Image):
            return node
        path, alt, crop = node.media.path, node.media.alt, node.media.crop
        fault = fault_in_print(pictures.read(path)) if path.lower().endswith(".svg") else ""
        if not fault:
            return node
        report(Problem("picture-unreadable", f"{path}: {fault}", node.place, "draw it more simply, or save it as PNG"))
        return replace(node, media=m.Missing(path, alt, crop))

    return m.rewrite(document, step)


def _laid_out(document: m.Document, style: Style, pictures: Pictures, listener: _Listener,
              then: Callable[[Any, _Listener], T], labels: Labels | None, in_inks: bool) -> T:  # fmt: skip
    fonts, counters = installed_faces(), CounterStyle()
    own, brought = own_sheet(style, "print", listener.report)
    spots = spot_inks(str(style.sheet("print")), own, listener.report)
    fetch = _fetcher(pictures, in_inks, brought)
    with colours(spots, of_inks, in_inks=in_inks):
        sheets = []
        for path, css in _sheets(document, style, own):
            listener.sheet, listener.sheets[path] = path, css
            with listener.hearing_all():
                sheets.append(parsed(path or "--set", css, fonts, counters, fetch))
            if path and not Path(path).is_relative_to(HOUSE):
                listener.tell(absent_faces(path, css, fonts))
            elif not path:
                refuse_absent_faces(css, own, fonts)
        listener.sheet = ""

        def render(spare: float) -> tuple[Any, int]:
            page, pages = page_markup(document, style, labels, _ratio(pictures), spare)
            html = weasyprint.HTML(string=page, url_fetcher=fetch)
            return html.render(font_config=fonts, counter_style=counters, stylesheets=sheets, **_OPTIONS), pages

        rendering = makeup.fitted(render)
        _report_unprinted(rendering, listener.report)
        return then(rendering, listener)


def _report_unprinted(rendering: Any, report: Report) -> None:
    """Report what is on no page, once: a style that hides all bylines hides many."""
    if texts := list(unprinted(rendering.pages)):
        first = texts[0] if len(texts[0]) < 40 else f"{texts[0][:18]} … {texts[0][-18:]}"
        more = f", and {len(texts) - 1} more" * (len(texts) > 1)
        what = f"not all of this is printed: {first}{more}"
        report(Problem("text-unprinted", what, remedy="see what the style hides or cuts off"))


def _sheets(document: m.Document, style: Style, own: str) -> Iterator[tuple[str, str]]:
    """The sheets in their order, each with its file if it is one: the house's, the page, the style's own, settings."""
    *common, last = style.sheets("print")
    yield from ((str(path), path.read_text(encoding="utf-8")) for path in common)
    yield "", style.page_css(_about_pages(document, style)) + number_css(document, in_print=True)
    own = own.replace(f'url("{theme.FOLDER}/', f'url("{theme.FOLDER}:')  # what the fetcher knows
    yield str(last), own.replace(theme.NOTHING, f'url("{theme.FOLDER}:")')
    yield "", style.settings


def _about_pages(document: m.Document, style: Style) -> int:
    """How thick the book will be, about: a third of a page of letters is blank."""
    if style.frame is None:
        return 0
    letters = sum(map(len, m.paragraphs(document)))
    return round(1.5 * letters * style.frame.size / (style.frame.measure * style.frame.lines))


class Printed(NamedTuple):
    """Where a figure's picture or box is printed: its page, from 1, and its size in mm."""

    page: int
    width: float
    height: float


def printed_figures(document: m.Document, style: Style, pictures: Pictures) -> list[Printed]:
    """Every figure of a document as it is printed, in their order.  Raises what `write_pdf` does."""

    return lay_out(document, style, pictures, lambda problem: None, lambda rendering, listener: _printed(rendering))


def _printed(rendering: Any) -> list[Printed]:
    found: dict[int, Printed] = {}  # by element: a figure that is cut stands on two pages
    for number, page in enumerate(rendering.pages, 1):
        for box in page._page_box.descendants():
            if box.element_tag == "figure" and id(box.element) not in found:
                found.update((id(box.element), printed) for printed in _picture_in(box, number))
    return list(found.values())


def _report_small(document: m.Document, rendering: Any, pictures: Pictures, report: Report) -> None:
    """Report the pictures that have too few pixels for the size at which they are printed."""
    figures = [node for node in m.walk(document) if isinstance(node, m.Figure)]
    printed = _printed(rendering)
    for figure, (_, width, height) in zip(figures, printed, strict=False) if len(figures) == len(printed) else ():
        path = figure.media.path if isinstance(figure.media, m.Image) else ""
        pixels = facts_of(path, pictures.read(path)).pixels if path else (0, 0)
        ppi = round(min(pixels[0] / width, pixels[1] / height) * 25.4)
        if 0 < ppi < LEAST_PPI:
            report(
                Problem(
                    "picture-small",
                    f"{path}: {pixels[0]} × {pixels[1]} pixels for {width:.0f} × {height:.0f} mm, {ppi} to the inch",
                    figure.place,
                    f"give one of {ceil(width / 25.4 * PPI)} × {ceil(height / 25.4 * PPI)} pixels",
                )
            )


def _picture_in(figure: Any, page: int) -> Iterator[Printed]:
    """The picture of a figure, as large as it is drawn in its box; or the box of a missing one."""
    mm = 25.4 / 96
    for box in figure.descendants():
        if box.element_tag == "img" and hasattr(box, "replacement"):
            width, height, ratio = box.replacement.get_intrinsic_size(1, box.style["font_size"])
            ratio = ratio or width / height
            drawn = min(box.width, box.height * ratio)
            yield Printed(page, drawn * mm, drawn / ratio * mm)
            return
        if box.element_tag == "div" and "placeholder" in box.element.get("class", "").split():
            yield Printed(page, box.border_width() * mm, box.border_height() * mm)
            return


@contextmanager
def _rare_collections() -> Iterator[None]:
    """A layout is a million objects that all stay until the end: to look for garbage among them takes a fifth of the
    time and finds none."""
    thresholds = gc.get_threshold()
    gc.set_threshold(100_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)


def _faceless(document: m.Document, characters: Iterable[str]) -> ToolError:
    """The error for characters that no font has: each with its code point, and where it stands first."""
    lines = []
    for character in characters:
        name = f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()
        lines.append(f"{where(_place_of(document, character))}no font has {character} ({name})")
    return ToolError(
        "\n".join(lines), remedy="install a font that has it; fc-list ':charset=HEX' finds one by code point"
    )


def _place_of(document: m.Document, character: str) -> m.Place | None:
    """The place of the paragraph, title or caption in which a character stands first; None for a label of ours."""
    place = None
    for node in m.walk(document):
        place = getattr(node, "place", None) or place
        held = [getattr(node, each.name) for each in fields(node)] if is_dataclass(node) else []
        if any(isinstance(text, str) and character in text for text in held):
            return place
    return None


def page_markup(document: m.Document, style: Style, labels: Labels | None = None,
                ratio: makeup.Ratio = lambda figure: 2 / 3, spare: float = 0) -> tuple[str, int]:  # fmt: skip
    """The markup that is laid out: the canonical markup with running head, picture addresses and labelled boxes; and
    on how many pages, if that is planned.  `ratio` is the height of a figure's picture by its width, `spare` how many
    lines shall be left on the last page."""
    document = _with_alternatives(document)
    plan = makeup.plan(document, style, ratio, spare)
    kinds = kinds_of_sections(document)
    rendition = markup.Rendition(
        picture=lambda path: f"{SCHEME}:{quote(path)}",
        placeholder=labels or _labels(document, style, plan.widths if plan else {}),
        note_number=note_number(document),
        section=lambda node, level: {"class": kinds[id(node)]} if id(node) in kinds else {},
        galleries=True,
        columns=True,  # a table of fixed layout has as many as its first row, and loses the rest
        places=False,
        lang=document.meta.lang,
    )
    masthead = _masthead(document)
    body = plan.markup(document, rendition) if plan else markup.body(document, rendition)
    laid_out = markup.page(
        document.meta,
        masthead + _contents(document) + _with_ruby_above(body),
        head=_metadata(document.meta),
        title=title(document),
        body_attributes=_running_heads(document, bool(masthead) or makeup.has_nameplate(document, style)),
    )
    return laid_out, plan.pages if plan else 0


def _running_heads(document: m.Document, has_masthead: bool) -> str:
    """What the sheet sets at the head of a page, and of the first page: publication and date, or the title.

    A title that is also a headline is left out: the sheet sets headlines on the other side."""
    meta = document.meta
    running = f"{meta.publication} {shown_date(meta)}".rstrip() if meta.publication else meta.title
    running = "" if running in dict(headings(document)) else running
    first = "" if has_masthead else running
    sides = PAGE_OF_PAPER.get(script_tag(meta.lang), {})
    folio = "".join(f' data-folio-{side}="{word}"' for side, word in sides.items())
    return f' data-running="{markup.escape(running)}" data-first="{markup.escape(first)}"{folio}'


_RUBY = re.compile("<ruby>([^<]*)<rp>（</rp><rt>([^<]*)</rt><rp>）</rp></ruby>")


def _with_ruby_above(xhtml: str) -> str:
    """WeasyPrint lays out no ruby: the reading comes first, as a line of its own over the base (JLREQ 3.3.1)."""
    return _RUBY.sub(r'<span class="ruby"><span class="reading">\2</span>\1</span>', xhtml)


def _with_alternatives(document: m.Document) -> m.Document:
    """Every picture with a text that stands for it: its own, else its caption, else its number (PDF/UA-1, 7.3)."""
    shown = words(document.meta.lang)
    count = 0

    def step(node: Any) -> Any:
        nonlocal count
        if isinstance(node, m.Figure):
            count += 1
            if isinstance(node.media, m.Image) and not node.media.alt:
                return replace(node, media=replace(node.media, alt=m.plain(node.caption) or shown.figure.format(count)))
        if isinstance(node, m.Picture) and isinstance(node.media, m.Image) and not node.media.alt:
            return replace(node, media=replace(node.media, alt=Path(node.media.path).stem))
        return node

    return m.rewrite(document, step)


def _ratio(pictures: Pictures) -> makeup.Ratio:
    """Height by width of what stands in a figure: its picture as it is shown, or a box if it is missing or cropped."""

    def ratio(figure: m.Figure) -> float:
        path = figure.media.path if isinstance(figure.media, m.Image) and not figure.media.crop else ""
        width, height = facts_of(path, pictures.read(path)).pixels if path else (0, 0)
        return height / width if width else 2 / 3

    return ratio


def _labels(document: m.Document, style: Style, widths: Mapping[int, float]) -> Labels:
    """What the box of a missing picture says: its number, the size that will be printed, the file that fills it."""
    shown = words(document.meta.lang)
    numbers, rows, openings = figure_numbers(document), _rows(document), _openings(document)

    def labels(figure: m.Figure) -> dict[str, str]:
        label = f"{shown.figure.format(numbers[id(figure)])} · {shown.missing}"
        result = {"data-label": label, "data-file": file_name(figure)}
        if id(figure) in rows:
            opens = id(figure) in openings
            width = widths[id(figure)] / MM if id(figure) in widths else style.figure_width(rows[id(figure)], opens)
            result["data-size"] = shown.size.format(round(width), round(width * 2 / 3))
        return result

    return labels


def _openings(document: m.Document) -> set[int]:
    """The figures with which an article or chapter opens, by `id()` of their nodes."""
    bodies = [node.body for node in document.body if isinstance(node, m.Article | m.Section)]
    return {id(body[0]) for body in bodies if body and isinstance(body[0], m.Figure)}


def _rows(document: m.Document) -> dict[int, int]:
    """How many figures stand in one gallery with each figure of the running text (1: it stands alone; at most 4).

    Figures in cells, items and boxes are left out: how wide they are printed depends on what holds them."""
    rows: dict[int, int] = {}
    for holder in m.walk(document):
        if isinstance(holder, m.Document | m.Article | m.Section):
            run: list[m.Figure] = []
            for node in (*holder.body, None):
                if isinstance(node, m.Figure):
                    run.append(node)
                    continue
                rows.update((id(figure), min(len(run), 4)) for figure in run)
                run.clear()
    return rows


def _masthead(document: m.Document) -> str:
    """The title of a book or manuscript and its authors, unless its text shows them.  A title that is a headline too is
    there `again`, for a style that has a page for it."""
    above, authors = shown_title(document), markup.escape(" ".join(shown_authors(document)))
    if not above and not authors:
        return ""
    name = "title" if above else "title again"
    title = f'<p class="{name}">{markup.escape(document.meta.title)}</p>\n' if document.meta.title else ""
    details = f'<p class="details">{authors}</p>\n' if authors else ""
    return f'<header class="masthead">\n{title}{details}</header>\n'


def _contents(document: m.Document) -> str:
    """The chapters of a long work, for a style that shows them with their pages."""
    chapters = [each for each in listed(document) if each[1]]
    if len(chapters) < _FEWEST_CHAPTERS:
        return ""
    items = "".join(f'<li class="{kind}"><a href="#{markup.escape(identifier)}">{markup.escape(title)}</a></li>\n'
                    for title, identifier, kind in chapters).replace(' class=""', "")  # fmt: skip
    title = words(document.meta.lang).contents
    return f'<nav class="contents">\n<p class="title">{title}</p>\n<ol>\n{items}</ol>\n</nav>\n'


_FEWEST_CHAPTERS = 3
"""Chapters that make a table of contents worth its page."""

_W3C_DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d))?)?)?")


def _metadata(meta: m.Meta) -> str:
    """The elements from which WeasyPrint fills the PDF's information and XMP."""
    dated = _date(meta)
    pairs = [
        *(("author", author) for author in meta.authors),
        ("keywords", meta.publication),
        ("generator", f"docconv {__version__}"),
        ("dcterms.created", dated),
        ("dcterms.modified", dated),
    ]
    return "".join(f'<meta name="{name}" content="{markup.escape(value)}"/>\n' for name, value in pairs if value)


def _date(meta: m.Meta) -> str:
    """The date of SOURCE_DATE_EPOCH, else the document's own, else none."""
    moment = stated_moment()
    date = moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else meta.date
    return date if _W3C_DATE.fullmatch(date) else ""


def _fetcher(pictures: Pictures, in_inks: bool, brought: Mapping[str, Brought]) -> Any:
    """A fetcher that knows the document's pictures, what the style brings along and pictures written out in it, and
    refuses the rest."""
    fetcher = URLFetcher(allowed_protocols={SCHEME, theme.FOLDER, "data"}, allow_redirects=False)
    fetcher.add_handler(_FileHandler(pictures, in_inks, brought))
    return fetcher


class _FileHandler(BaseHandler):
    """Opens `picture:`, `theme:` and `data:` addresses: urllib finds the handler of a scheme by the name of its method.

    WeasyPrint draws whatever it is handed, so nothing goes through here but faces and pictures of known formats."""

    handler_order = BaseHandler.handler_order - 1  # before urllib's own, which hands out anything

    def __init__(self, pictures: Pictures, in_inks: bool, brought: Mapping[str, Brought]) -> None:
        self.pictures, self.in_inks, self.brought = pictures, in_inks, {each.file: each for each in brought.values()}

    def picture_open(self, request: Request) -> addinfourl:
        path = unquote(request.full_url.removeprefix(f"{SCHEME}:"))
        return self._opened(request, SUFFIXES[Path(path).suffix.lower()], self.pictures.read(path))

    def theme_open(self, request: Request) -> addinfourl:
        name = request.full_url.partition("#")[0].replace(":", "/", 1)
        if name not in self.brought:
            raise URLError("told already")
        file = self.brought[name]
        return self._opened(request, file.media_type, file.data)

    def data_open(self, request: Request) -> addinfourl:
        """What a sheet or a drawing holds written out, which nobody has looked at yet."""
        with DataHandler().data_open(request) as response:
            kind, data = response.headers.get_content_type(), response.read()
        suffix = ".svg" if kind == SUFFIXES[".svg"] else ""
        if not data.startswith(_FACES) and (fault := fault_of(suffix, data)):
            raise URLError(fault)
        return self._opened(request, kind, data)

    def _opened(self, request: Request, kind: str, data: bytes) -> addinfourl:
        if kind == SUFFIXES[".svg"]:
            if fault := fault_in_print(data):
                raise URLError(fault)
            data = plain_svg(data)
        elif not data.startswith(_FACES) and not format_of(data):
            raise URLError("not a picture")
        headers = Message()
        headers["Content-Type"] = kind
        is_shown = kind.startswith("image/") and not self.in_inks
        return addinfourl(io.BytesIO(in_rgb(data) if is_shown else data), headers, request.full_url, 200)


_FACES = (b"wOFF", b"wOF2", b"OTTO", b"\0\1\0\0", b"true", b"ttcf")
"""The first bytes of faces (OpenType 1.9, Organization of an OpenType font; WOFF 2.0, 4.1)."""


class _Listener(logging.Handler):
    """Turns what WeasyPrint logs in this thread into problems; `sheet` is the style sheet being read, if one is."""

    def __init__(self, report: Report) -> None:
        super().__init__(logging.WARNING)
        self.report, self.sheet, self.thread, self.told = report, "", threading.get_ident(), set[Problem]()
        self.sheets: dict[str, str] = {}
        self.missing: dict[str, None] = {}
        """Characters that no font has, in the order of the pages."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread != self.thread or (record.levelno < logging.WARNING and record.msg[:7] != "Ignored"):
            return
        if glyph := re.search(r"\(U\+([0-9A-F]+)\)$", record.getMessage()):
            self.missing[chr(int(glyph[1], 16))] = None
            return
        if _is_told(record.getMessage(), self.sheets):
            return
        problem = _problem(record.getMessage(), self.sheet)
        if problem.place is None:
            problem = replace(problem, place=place_of(record.getMessage(), self.sheets))
        self.tell([problem])

    @contextmanager
    def hearing_all(self) -> Iterator[None]:
        """Hear also what WeasyPrint thinks not worth a warning: that it passes over what screens alone can do."""
        logger = logging.getLogger("weasyprint")
        level = logger.level
        logger.setLevel(logging.DEBUG)
        self.setLevel(logging.DEBUG)
        try:
            yield
        finally:
            logger.setLevel(level)
            self.setLevel(logging.WARNING)

    def tell(self, problems: Iterable[Problem]) -> None:
        """Report each of them once."""
        for problem in problems:
            if problem not in self.told:
                self.told.add(problem)
                self.report(problem)


def _is_told(message: str, sheets: Mapping[str, str]) -> bool:
    """Whether a message is of a file that the style does not bring along, which has been told with its line."""
    nothing = f"{theme.FOLDER}:"
    if message.startswith("Font-face"):
        return any(f'url("{nothing}")' in css for css in sheets.values())
    return f"'{nothing}'" in message


@contextmanager
def _listening(report: Report) -> Iterator[_Listener]:
    logger, listener = logging.getLogger("weasyprint"), _Listener(report)
    logger.addHandler(listener)
    try:
        yield listener
    finally:
        logger.removeHandler(listener)


def _problem(message: str, sheet: str) -> Problem:
    """`Ignored `hyphens: x` at 12:3, invalid value.` while print.css is read → print.css:12:3: css-ignored."""
    where = re.search(r" at (\d+):(\d+)", message)
    place = m.Place(int(where[1]), int(where[2]), sheet) if where and sheet else None
    if "disallowed protocol" in message or "Relative URI" in message:
        return Problem("picture-refused", message[:200], place, "write it into the style as a data: address")
    if message.startswith(("Failed to load image", "Failed to render SVG image")):
        message = re.sub(r"'(data:[^']{24})[^']*'", r"'\1…'", message)  # its bytes say nothing to anybody
        return Problem("picture-unreadable", message[:200], None, "replace the file")
    if unknown := re.search(r"color\((--[\w-]+)", message):
        return Problem(
            "css-ignored", message[:200], place, f'declare the ink: html {{ {unknown[1]}: "NAME" device-cmyk(…) }}'
        )
    return Problem("css-ignored", message[:200], place, "use what WeasyPrint lays out" if sheet else "")


def _finisher(meta: m.Meta, printing: Printing) -> Callable[[Any, Any], None]:
    """Completes what WeasyPrint leaves out: what else is known of the document, the labels of the pages; and takes back
    what PDF/A forbids."""
    element = described(meta, has_prism=printing.profile.standard == "pdf/ua-1") + "</rdf:RDF>"

    def finish(rendering: Any, pdf: Any) -> None:
        label_pages(pdf, rendering.pages)
        if "AF" in pdf.catalog:  # WeasyPrint lists every file twice
            pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])
        for each in pdf.objects:
            extra = getattr(each, "extra", {})
            if extra.get("Type") == "/Metadata":
                each.stream = [part.replace(b"</rdf:RDF>", element.encode()) for part in each.stream]
            if extra.get("Interpolate"):  # ISO 19005-2, 6.2.8.1
                extra["Interpolate"] = "false"

    return finish
