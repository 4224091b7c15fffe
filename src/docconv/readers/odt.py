"""OpenDocument texts (ODT), whole: what the word processor shows of a text is kept, and what no edition shows is told.

It assumes OpenDocument 1.2 or later, from any program.  Nothing is looked for but inside the package; pandoc is asked
for formulas alone.  What an element means that nobody knows is left open, and its text is kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from lxml import etree

from docconv import model as m
from docconv.metadata import colophon
from docconv.pandoc import run_pandoc
from docconv.problems import Problem, Say, SourceError, silent
from docconv.readers.blocks import LARGEST_SPAN, Item, blocks, body, paragraphs, settle_links, stories
from docconv.readers.docx.assembly import Piece, assembled
from docconv.readers.docx.numbering import Numbered, counted, look_of
from docconv.readers.docx.office import quoted
from docconv.readers.docx.package import Parts, child, inside, name_of, number, value
from docconv.readers.docx.runs import Formats, fitting, nested, with_formats, words_of
from docconv.readers.docx.story import LEAST_INDENT, MOST_INDENT, STYLED, labelled
from docconv.readers.docx.tables import GridCell, GridRow, table_of
from docconv.readers.inlines import clean, identifier, iso_date, language, media, one_line, tidy
from docconv.readers.source import DEEPEST, Source


def read_odt(source: Source, say: Say = silent) -> m.Document:
    """The document of a text; tracked changes are accepted unless the source is to show them.

    `say` is told what is left out.  Raises `SourceError` for a damaged file, `ToolError` if it needs pandoc."""
    if not source.data.strip():
        return m.Document(m.Meta(), ())
    parts = Parts(source, "odt")
    content = parts.xml("content.xml")
    text = child(content, "office:body", "office:text")
    if content is None or text is None:
        raise parts.damaged("it has no text")
    reader = _Reader(source, parts, content, text, say)
    return reader.document(text)


# ── Styles ───────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Style:
    """`names` are those of a style and of what it is based on, in small letters; `values` its properties; `indent` is
    how far it stands in from that, in twentieths of a point."""

    names: tuple[str, ...] = ()
    values: dict[str, str] = field(default_factory=dict)
    indent: int = 0


class _Styles:
    """The styles of a text, its own and those of the file (ODF 16)."""

    def __init__(self, roots: Iterable[etree._Element | None]) -> None:
        trees = [root for root in roots if root is not None]
        self.elements = {(value(each, "style:family"), value(each, "style:name")): each
                         for root in trees for each in inside(root, "style:style")}  # fmt: skip
        self.lists = {value(each, "style:name"): each for root in trees for each in inside(root, "text:list-style")}
        self.outline = next((each for root in trees for each in inside(root, "text:outline-style")), None)
        self.known: dict[tuple[str, str], _Style] = {}

    def find(self, family: str, name: str, depth: int = 0) -> _Style:
        element = self.elements.get((family, name))
        if element is None or depth > _MOST_BASED:
            return _Style()
        if (family, name) not in self.known:
            parent = self.find(family, value(element, "style:parent-style-name"), depth + 1)
            shown = value(element, "style:display-name") or name.replace("_20_", " ").replace("_", " ")
            own = {key: text for each in element for key, text in each.attrib.items()}
            values = parent.values | own
            indent = _indent(values) - _indent(parent.values) if _is_direct(element) else 0
            names = dict.fromkeys((shown.lower(), _SIDE.sub("", shown.lower()), *parent.names))
            self.known[family, name] = _Style(tuple(names), values, indent)
        return self.known[family, name]


def _is_direct(element: etree._Element) -> bool:
    """Whether a style is what somebody has set of one paragraph, without a name of its own (ODF 3.15.3)."""
    parent = element.getparent()
    return parent is not None and name_of(parent) == "office:automatic-styles"


def _indent(values: dict[str, str]) -> int:
    """How far in all lines of a paragraph stand."""
    return _length(values.get(f"{_FO}margin-left", "")) + min(_length(values.get(f"{_FO}text-indent", "")), 0)


def _length(text: str) -> int:
    """A length in twentieths of a point (ODF 18.3.18)."""
    found = re.fullmatch(r"(-?\d{1,6}(?:\.\d{1,9})?)(cm|mm|in|pt|pc)", text)
    return round(float(found[1]) * _UNITS[found[2]]) if found else 0


_SIDE = re.compile(" (?:right|center)$")
"""What docconv writes behind the name of a role that stands at one side (`docconv.writers.office`)."""
_UNITS = {"pt": 20, "pc": 240, "in": 1440, "cm": 1440 / 2.54, "mm": 144 / 2.54}
_MOST_BASED = 50
_STYLE, _FO, _TEXT = (f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in
                      ("style", "xsl-fo-compatible", "text"))  # fmt: skip


def _looks(style: _Style, is_link: bool) -> Iterator[tuple[str, str]]:
    """What a run is by its style."""
    values = style.values
    if any(name in ("source text", "verbatim char") for name in style.names):
        yield "code", ""
    if values.get(f"{_FO}font-weight", "normal") not in ("normal", "400"):
        yield "strong", ""
    if values.get(f"{_FO}font-style") in ("italic", "oblique"):
        yield "emphasis", ""
    if not values.get(f"{_STYLE}text-emphasize", "none").startswith("none"):
        yield "emphasis", ""
    if values.get(f"{_STYLE}text-line-through-style", "none") != "none":
        yield "deletion", ""
    if "insertion" in style.names:  # as docconv writes it, with a line of its own
        yield "insertion", ""
    elif values.get(f"{_STYLE}text-underline-style", "none") != "none" and not is_link:
        yield "underline", ""
    place = values.get(f"{_STYLE}text-position", "").split(" ")[0]
    if place == "super" or re.fullmatch(r"[1-9]\d*%", place):
        yield "sup", ""
    if place == "sub" or place.startswith("-"):
        yield "sub", ""


# ── The reader ───────────────────────────────────────────────────────────────────────────────────────────

_INDICES = ("table-of-content", "alphabetical", "illustration", "table", "object", "user")
_SHAPES = ("custom-shape", "rect", "ellipse", "circle", "line", "path", "polygon", "polyline", "connector", "caption")
_ASIDE = {
    *("office:forms", "office:event-listeners", "office:annotation-end", "office:binary-data"),
    *("text:sequence-decls", "text:variable-decls", "text:user-field-decls", "text:dde-connection-decls"),
    *("text:tracked-changes", "text:note-citation", "text:soft-page-break", "text:index-title-template"),
    *("text:table-of-content-source", "text:bibliography-source"),
    *(f"text:{name}-index-source" for name in _INDICES),
    *("table:table-column", "table:table-columns", "table:table-header-columns", "svg:title", "svg:desc"),
}
"""Elements that are no text: declarations, and what programs make of text anew."""
_BLOCKS = {"text:p", "text:h", "text:list", "text:section", "table:table", "text:numbered-paragraph", "text:index-body",
           "text:index-title"}  # fmt: skip
_DRAWN = {"draw:frame", "draw:measure", "draw:control", *(f"draw:{name}" for name in _SHAPES)}
_ALIGN: dict[str, m.ParagraphAlign] = {"center": "center", "end": "right", "right": "right"}


class _Line:
    """A paragraph while it is read."""

    def __init__(self) -> None:
        self.pieces: list[tuple[Formats, m.Inline]] = []
        self.behind: list[Item] = []
        self.anchors: list[str] = []


class _Reader:
    """One text.  `sinks` take the words of what is left out and told."""

    def __init__(self, source: Source, parts: Parts, content: etree._Element, text: etree._Element, say: Say) -> None:
        self.source, self.parts, self.say = source, parts, say
        self.styles = _Styles((parts.xml("styles.xml"), content))
        self.regions = {value(each, "text:id"): each for each in inside(text, "text:changed-region")}
        self.formulas = _formulas(text, parts)
        self.notes: list[m.Note] = []
        self.counts: dict[tuple[str, int], int] = {}  # how far each list has counted
        self.heads: dict[int, int] = {}
        self.aliases: dict[str, str] = {}
        self.inserted: set[str] = set()
        self.sinks: list[list[str]] = []
        self.line, self.depth = 0, 0

    def document(self, text: etree._Element) -> m.Document:
        pieces = self._pieces(text)
        end = next((at for at, piece in enumerate(pieces) if piece.kind not in _HEAD), len(pieces))
        content = body([*_above(pieces[:end]), *stories(assembled(pieces[end:]))])
        self._tell_furniture()
        made = m.Document(self._meta(pieces[:end]), content, tuple(self.notes))
        return settle_links(m.rewrite(made, self._lead))

    def _lead(self, node: Any) -> Any:
        if isinstance(node, m.Link) and node.target.startswith("#"):
            return replace(node, target=f"#{self.aliases.get(node.target[1:], node.target[1:])}")
        return node

    def report(self, code: str, message: str, words: str = "", remedy: str = "") -> None:
        self.say(Problem(code, message, self.place, remedy, words))

    @property
    def place(self) -> m.Place:
        return m.Place(self.line, 1, self.source.name)

    @contextmanager
    def _deeper(self) -> Iterator[None]:
        self.depth += 1
        if self.depth > DEEPEST:
            raise SourceError(f"{self.source.name}: elements nest deeper than {DEEPEST}", place=self.place,
                              remedy="flatten the lists, tables and boxes")  # fmt: skip
        yield
        self.depth -= 1

    # ── Blocks ──

    def _pieces(self, parent: etree._Element) -> list[Piece]:
        out: list[Piece] = []
        with self._deeper():
            for element in parent:
                out += self._block(element, name_of(element))
        return out

    def _blocks(self, parent: etree._Element) -> m.Blocks:
        return blocks(assembled(self._pieces(parent)))

    def _block(self, element: etree._Element, name: str) -> list[Piece]:
        match name:
            case "text:p" | "text:h":
                return self._paragraph(element, name == "text:h")
            case "text:list":
                return self._list(element, "", 0)
            case "table:table":
                return self._table(element)
            case "text:change" | "text:change-start" | "text:change-end":
                line = _Line()
                self._change(element, name, line, ())
                return self._made(element, line, False)
            case _ if name in _ASIDE:
                return []
            case _ if name in _DRAWN or name in ("draw:a", "draw:g", "office:annotation"):
                line = _Line()
                self._inline(element, line, ())
                return self._made(element, line, False)
            case _:
                return self._pieces(element)

    def _paragraph(self, element: etree._Element, is_head: bool) -> list[Piece]:
        self.line += 1
        line = _Line()
        style = self.styles.find("paragraph", value(element, "text:style-name"))
        is_hidden = style.values.get(f"{_TEXT}display") == "none"
        with self._left_out(is_hidden, "hidden text is left out", "text-hidden"):
            self._run(element, line, ())
        return self._made(element, line, is_head)

    def _made(self, element: etree._Element, line: _Line, is_head: bool) -> list[Piece]:
        style = self.styles.find("paragraph", value(element, "text:style-name"))
        known = [identifier(each) for each in line.anchors if each]
        for each in known:
            self.aliases.setdefault(each, known[0])
        raw = nested(line.pieces)
        content, level = tidy(raw), number(value(element, "text:outline-level"), 1) if is_head else 0
        kind = next((STYLED[name] for name in style.names if name in STYLED), "")
        if not kind and LEAST_INDENT <= style.indent <= MOST_INDENT:
            kind = "quote"
        piece = Piece(kind, [], content, self.place, list(style.names), id=known[0] if known else "")
        if kind == "title" or not content:
            level = 0
        if level:
            piece = replace(
                piece, kind="heading", content=labelled(self._head_number(element, level), content), level=level
            )
        elif kind in ("code", "lines of code"):
            piece = replace(piece, items=[m.CodeBlock(m.plain(raw).strip("\n"), place=self.place)])
        elif len(content) == 1 and isinstance(content[0], m.Math):
            piece = replace(piece, items=[m.MathBlock(content[0].tex, place=self.place)])
        else:
            align = _ALIGN.get(style.values.get(f"{_FO}text-align", ""), "")
            items = paragraphs(content, place=self.place) if content else []
            piece.items = [
                replace(item, align=align) if align and isinstance(item, m.Paragraph) else item for item in items
            ]
        out = [piece] if piece.content or piece.items else []
        return out + ([Piece("behind", line.behind, (), self.place, [])] if line.behind else [])

    def _head_number(self, element: etree._Element, level: int) -> Numbered | None:
        """The number that the outline gives a heading (ODF 16.34)."""
        if value(element, "text:is-list-header") == "true":
            return None
        self.heads = {at: count for at, count in self.heads.items() if at <= level}
        self.heads[level] = self.heads.get(level, 0) + 1
        return _numbered(self.styles.outline, "text:outline-level-style", "", level, self.heads)

    def _list(self, element: etree._Element, style: str, level: int) -> list[Piece]:
        """A list; headings in it are headings, and a number that no list has is text."""
        style = value(element, "text:style-name") or style
        level += 1
        goes_on = value(element, "text:continue-numbering") == "true" or value(element, "text:continue-list")
        if not goes_on:
            self.counts.pop((style, level), None)
        out: list[Piece] = []
        with self._deeper():
            for item in element:
                if name_of(item) not in ("text:list-item", "text:list-header"):
                    continue
                out += self._item(item, style, level, name_of(item) == "text:list-item")
        return out

    def _item(self, item: etree._Element, style: str, level: int, counts: bool) -> list[Piece]:
        if any(name_of(each) == "text:h" for each in item):
            return self._pieces(item)
        if counts:
            start = number(value(item, "text:start-value"), -1)
            first = _start(self.styles.lists.get(style), level)
            self.counts[style, level] = start if start >= 0 else self.counts.get((style, level), first - 1) + 1
        known = {at: count for (each, at), count in self.counts.items() if each == style}
        numbered = _numbered(self.styles.lists.get(style), "text:list-level-style-number", style, level, known)
        numbered = numbered or Numbered(style, level, "•", None, None)
        out: list[Piece] = []
        for each in item:
            inner = self._list(each, style, level) if name_of(each) == "text:list" else self._block(each, name_of(each))
            nests = name_of(each) == "text:list"
            for piece in inner:
                out.append(piece if nests and piece.numbered else _in_item(piece, numbered, counts and not out, counts))
        return out

    def _table(self, element: etree._Element) -> list[Piece]:
        place = self.place
        rows: list[GridRow] = []
        with self._deeper():
            self._rows(element, rows, False)
        return [Piece("table", [table_of(rows, place)], (), place, [])] if any(row.cells for row in rows) else []

    def _rows(self, parent: etree._Element, rows: list[GridRow], is_head: bool) -> None:
        for each in parent:
            if name_of(each) == "table:table-row":
                row = GridRow(is_head)
                for cell in each:
                    self._cell(cell, row)
                rows.append(row)
            elif name_of(each) not in _ASIDE:
                self._rows(each, rows, is_head or name_of(each) == "table:table-header-rows")

    def _cell(self, element: etree._Element, row: GridRow) -> None:
        name = name_of(element)
        if name == "table:covered-table-cell":
            with self._left_out(True, "text in a cell that others cover is left out", "text-hidden"):
                self._run(element, _Line(), ())
        elif name == "table:table-cell":
            wide, high = (number(value(element, f"table:number-{each}-spanned"), 1) for each in ("columns", "rows"))
            repeated = number(value(element, "table:number-columns-repeated"), 1)
            inner = self._blocks(element)
            for _ in range(min(max(repeated, 1), _MOST_REPEATED)):
                row.cells.append(GridCell(inner, 0, min(wide, LARGEST_SPAN), min(high, LARGEST_SPAN)))
                inner = ()

    # ── Inlines ──

    def _run(self, parent: etree._Element, line: _Line, formats: Formats) -> None:
        """What stands in an element: its own text, its children, and what follows each."""
        with self._deeper():
            self._text(parent.text or "", line, formats)
            for element in parent:
                self._inline(element, line, formats)
                self._text(element.tail or "", line, formats)

    def _inline(self, element: etree._Element, line: _Line, formats: Formats) -> None:
        name = name_of(element)
        match name:
            case "text:span":
                self._span(element, line, formats)
            case "text:a":
                self._run(element, line, with_formats(formats, ("link", value(element, "xlink:href"))))
            case "text:s":
                self._text(" " * min(number(value(element, "text:c"), 1), _MOST_REPEATED), line, formats)
            case "text:tab":
                self._text("\t", line, formats)
            case "text:line-break":
                self._add(m.LineBreak(), line, formats)
            case "text:ruby":
                self._ruby(element, line, formats)
            case "text:note":
                self._note(element, line, formats)
            case "office:annotation":
                self._comment(element, line)
            case "text:change" | "text:change-start" | "text:change-end":
                self._change(element, name, line, formats)
            case "text:bookmark" | "text:bookmark-start" | "text:reference-mark" | "text:reference-mark-start":
                line.anchors.append(value(element, "text:name"))
            case "text:bookmark-ref" | "text:reference-ref":
                self._run(element, line, with_formats(formats, ("link", f"#{value(element, 'text:ref-name')}")))
            case "text:hidden-text" | "text:hidden-paragraph":
                with self._left_out(True, "hidden text is left out", "text-hidden"):
                    self._run(element, line, formats)
            case "draw:g" | "draw:a":
                with self._deeper():
                    for each in element:
                        self._inline(each, line, formats)
            case _ if name in _DRAWN:
                self._drawn(element, line, formats)
            case _ if name in _BLOCKS:
                self._add(m.LineBreak(), line, formats)
                self._run(element, line, formats)
            case _ if name not in _ASIDE:
                self._run(element, line, formats)

    def _text(self, text: str, line: _Line, formats: Formats) -> None:
        if text:
            self._add(m.Text(text, place=self.place), line, formats)

    def _add(self, node: m.Inline, line: _Line, formats: Formats) -> None:
        if self.sinks:
            self.sinks[-1].append(words_of(node))
            return
        if self.inserted and self.source.shows_changes:
            formats = with_formats(formats, ("insertion", ""))
        line.pieces.append((fitting(node, formats), node))

    def _span(self, element: etree._Element, line: _Line, formats: Formats) -> None:
        style = self.styles.find("text", value(element, "text:style-name"))
        is_link = any(kind == "link" for kind, _ in formats)
        with self._left_out(style.values.get(f"{_TEXT}display") == "none", "hidden text is left out", "text-hidden"):
            self._run(element, line, with_formats(formats, *_looks(style, is_link)))

    def _ruby(self, element: etree._Element, line: _Line, formats: Formats) -> None:
        base, reading = (_words(child(element, name)) for name in ("text:ruby-base", "text:ruby-text"))
        node: m.Inline = m.Ruby(base, reading, place=self.place) if base and reading else m.Text(base + reading)
        self._add(node, line, formats)

    def _note(self, element: etree._Element, line: _Line, formats: Formats) -> None:
        content = child(element, "text:note-body")
        if content is None:
            return
        if self.sinks:
            self.sinks[-1].append(_words(content))
            return
        name = f"n{len(self.notes) + 1}"
        self.notes.append(m.Note(name, ()))  # holds the number while the note is read
        place = self.place
        self.notes[int(name[1:]) - 1] = m.Note(name, self._blocks(content), place=place)
        self._add(m.NoteRef(name, place=place), line, formats)

    # ── What is told ──

    @contextmanager
    def _left_out(self, is_left_out: bool, what: str, code: str) -> Iterator[None]:
        """Leave out what is read in this block, and tell its words."""
        if not is_left_out:
            yield
            return
        words: list[str] = []
        self.sinks.append(words)
        yield
        self.sinks.pop()
        if text := "".join(words).strip():
            self.report(code, f"{what}: {quoted(text)}", text, "show it if it belongs to the text")

    def _comment(self, element: etree._Element, line: _Line) -> None:
        who, words = _words(child(element, "dc:creator")), _words(element, ("text:p", "text:list"))
        if not words or self.sinks:
            return
        shows = self.source.shows_changes
        code = "comment-kept" if shows else "comment-left-out"
        remedy = "settle it; --track all makes notes of comments"
        self.report(code, f"{who}: {quoted(words)}", "" if shows else words, remedy)
        if shows:
            name = f"n{len(self.notes) + 1}"
            self.notes.append(m.Note(name, tuple(m.Paragraph((m.Text(each),)) for each in words.split("\n") if each)))
            self._add(m.NoteRef(name), line, ())

    def _change(self, element: etree._Element, name: str, line: _Line, formats: Formats) -> None:
        """A place where something was deleted, or the beginning or the end of what was inserted (ODF 5.5)."""
        region = value(element, "text:change-id")
        remedy = "accept it; --track all shows it"
        if name == "text:change-end":
            self.inserted.discard(region)
        elif name == "text:change-start" and child(self.regions.get(region), "text:insertion") is not None:
            self.inserted.add(region)
            if not self.source.shows_changes:
                self.report("change-tracked", "what was inserted here is taken", "", remedy)
        elif (deleted := child(self.regions.get(region), "text:deletion")) is not None and name == "text:change":
            words = _words(deleted, ("text:p", "text:h", "text:list", "table:table"))
            if self.source.shows_changes:
                self._text(words, line, with_formats(formats, ("deletion", "")))
            elif words:
                self.report("change-tracked", f"what was deleted is left out: {quoted(words)}", words, remedy)

    def _tell_furniture(self) -> None:
        """Tell each running head and foot once."""
        told: set[str] = set()
        for page in inside(self.parts.xml("styles.xml"), "style:master-page"):
            for each in page:
                words = _words(each)
                if any(character.isalnum() for character in words) and words not in told:
                    told.add(words)
                    kind = "foot" if "footer" in name_of(each) else "running head"
                    place = m.Place(0, 0, self.source.name, "styles.xml")
                    self.say(Problem("running-head", f"a {kind} is left out: {quoted(words)}", place, "", words))

    # ── What is drawn ──

    def _drawn(self, element: etree._Element, line: _Line, formats: Formats) -> None:
        if self.sinks:
            self.sinks[-1].append(_words(element))
            return
        picture, thing, box = child(element, "draw:image"), self._thing(element), child(element, "draw:text-box")
        if tex := self.formulas.get(value(thing, "xlink:href")):
            self._add(m.Math(tex, place=self.place), line, formats)
        elif inner := blocks(assembled(self._pieces(element if box is None else box))):
            line.behind += _captioned_box(inner)
        elif picture is not None or thing is not None:
            made = self._media(element, picture, thing)
            if value(element, "text:anchor-type") in ("as-char", "char", ""):
                self._add(m.Picture(made, place=self.place), line, formats)
            else:
                line.behind.append(m.Figure(made, place=self.place))

    def _media(self, element: etree._Element, picture: etree._Element | None, thing: etree._Element | None) -> m.Media:
        """The picture of a frame; that of an object of another program is told, and missing if it has no name."""
        alt = one_line(_words(child(element, "svg:title")) or _words(child(element, "svg:desc")))
        path = value(picture, "xlink:href").removeprefix("./")
        if thing is not None:
            self.report(
                "object-unread", f"an object is shown as its picture at best: {alt}", "", "save it as a picture"
            )
            path = path if re.search(r"\.\w+$", path) else ""
        return media(path, alt)

    def _thing(self, element: etree._Element) -> etree._Element | None:
        names = ("draw:object", "draw:object-ole", "draw:plugin", "draw:applet", "draw:floating-frame")
        return next((each for each in element if name_of(each) in names), None)

    # ── Metadata ──

    def _meta(self, head: Sequence[Piece]) -> m.Meta:
        stated = {kind: [one_line(m.plain(piece.content)) for piece in head if piece.kind == kind] for kind in _HEAD}
        core = self.parts.xml("meta.xml")
        facts = {name: [one_line(each.text or "") for each in inside(core, name) if (each.text or "").strip()]
                 for name in ("dc:title", "dc:language", "dc:description", "meta:keyword")}  # fmt: skip
        date = next(filter(None, map(iso_date, stated["date"])), "")
        if date:
            words = " ".join(stated["date"])
            self.report("source-skipped", f"{quoted(words)} is the date {date}", words)
        return m.Meta(
            title="".join(stated["title"][:1]) or "".join(facts["dc:title"][:1]),
            lang="".join(map(language, facts["dc:language"][:1])),
            authors=tuple(stated["author"]),
            date=date,
            colophon=colophon({"subject": facts["meta:keyword"], "description": facts["dc:description"]}),
        )


_HEAD = ("title", "subtitle", "author", "date", "abstract")
_MOST_REPEATED = 1000
"""Blanks or cells that one element may stand for: more is an attack."""


def _above(head: Sequence[Piece]) -> Iterator[Item]:
    """What stands above the text and is no metadata."""
    titles = [piece for piece in head if piece.kind == "title"]
    for piece in head:
        is_text = piece.kind == "date" and not iso_date(m.plain(piece.content))
        if piece.kind in ("subtitle", "abstract") or piece in titles[1:] or is_text:
            yield from paragraphs(piece.content, "abstract" if piece.kind == "abstract" else "body", place=piece.place)


def _captioned_box(inner: m.Blocks) -> list[Item]:
    """A box; one that holds a picture and the words below it is a figure with its caption."""
    match inner:
        case (m.Paragraph((m.Picture(picture), *words)),) if words:
            return [m.Figure(picture, caption=tidy(words))]
        case (m.Figure(caption=()) as figure, m.Paragraph(words)):
            return [replace(figure, caption=words)]
        case (m.Figure(),):
            return list(inner)
        case _:
            return [m.Aside(inner)]


def _words(element: etree._Element | None, only: tuple[str, ...] = ()) -> str:
    """All text of an element, or of those of its children that are named; each paragraph is a line."""
    if element is None:
        return ""
    parts = [each for each in element if name_of(each) in only] if only else [element]
    lines: list[str] = []
    for part in parts:
        text = "".join(_own_texts(part))
        lines.append(text)
    return "\n".join(lines).strip()


def _own_texts(element: etree._Element) -> Iterator[str]:
    for event, each in etree.iterwalk(element, events=("start", "end")):
        if event == "start" and (each is element or name_of(each) not in _ASIDE):
            yield "\n" if name_of(each) in ("text:p", "text:h") and each is not element else ""
            yield each.text or ""
        elif event == "end" and each is not element:
            yield each.tail or ""


# ── Numbers ──────────────────────────────────────────────────────────────────────────────────────────────


def _level_of(style: etree._Element | None, name: str, level: int) -> etree._Element | None:
    return next((each for each in inside(style, name) if number(value(each, "text:level")) == level), None)


def _start(style: etree._Element | None, level: int) -> int:
    return number(value(_level_of(style, "text:list-level-style-number", level), "text:start-value"), 1)


def _numbered(
    style: etree._Element | None, name: str, series: str, level: int, counts: dict[int, int]
) -> Numbered | None:
    """The number of an item or a heading by its style; None if that gives none (ODF 19.500)."""
    own = _level_of(style, name, level)
    form = _FORMS.get(value(own, "style:num-format").split(",")[0].strip(), "")
    if own is None or not form or level not in counts:
        return None
    shown = [at for at in range(level - max(number(value(own, "text:display-levels"), 1), 1) + 1, level + 1) if at > 0]
    figures = ".".join(counted(counts.get(at, 1), _form(style, name, at) if at < level else form) for at in shown)
    before, after = value(own, "style:num-prefix")[:_LONGEST], value(own, "style:num-suffix")[:_LONGEST]
    label = f"{before}{figures}{after}"
    look = look_of(form, before, after) if len(shown) == 1 else None
    return Numbered(series, level, label if label[-1:] in "、．。）〕】　 " else f"{label} ", counts[level], look)


def _form(style: etree._Element | None, name: str, level: int) -> str:
    return _FORMS.get(value(_level_of(style, name, level), "style:num-format").split(",")[0].strip(), "none")


_LONGEST = 60
_FORMS = {
    "1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman",
    "一": "chineseCountingThousand", "壹": "chineseLegalSimplified", "①": "decimalEnclosedCircle",
    "甲": "ideographTraditional", "子": "ideographZodiac", "ア": "aiueoFullWidth", "イ": "irohaFullWidth",
    "가": "ganada", "１": "decimalFullWidth",
}  # fmt: skip
"""How formats of numbers begin (ODF 19.500), and what they are called in Word."""


def _in_item(piece: Piece, numbered: Numbered, is_first: bool, is_item: bool) -> Piece:
    """A paragraph of an item: the first bears the number, the others go on; what is no item has none."""
    if not is_item:
        return replace(piece, numbered=numbered)
    if piece.kind == "quote":  # what is in a list is indented anyway
        piece = replace(piece, kind="")
    if not is_first:
        return replace(piece, numbered=Numbered(numbered.series, numbered.level, "", None, None), is_listed=True)
    if numbered.value is None or numbered.look is not None:
        return replace(piece, numbered=numbered, is_listed=True)
    content = labelled(numbered, piece.content)
    items = [replace(item, content=content) if isinstance(item, m.Paragraph) else item for item in piece.items]
    return replace(piece, content=content, items=items, numbered=numbered)


# ── Formulas ─────────────────────────────────────────────────────────────────────────────────────────────


def _formulas(text: etree._Element, parts: Parts) -> dict[str, str]:
    """The formulas of a text in TeX, by the names of their objects; MathML is read by pandoc, all in one call."""
    found: dict[str, etree._Element] = {}
    for each in inside(text, "draw:object"):
        name = value(each, "xlink:href")
        path = f"{name.removeprefix('./').rstrip('/')}/content.xml"
        root = parts.xml(path) if name and name not in found else None
        if root is not None and name_of(root) == "math:math":
            found[name] = root
    if not found:
        return {}
    page = "".join(f"<p>{at}:{etree.tostring(each, encoding='unicode')}</p>" for at, each in enumerate(found.values()))
    run = run_pandoc(["--from=html", "--to=json"], page.encode(), parts.name)
    read: dict[int, str] = {}
    for block in json.loads(run.stdout)["blocks"] if run.returncode == 0 else ():
        head, *rest = block["c"]
        if head["t"] == "Str" and (number_found := re.match(r"(\d+):", head["c"])):
            read[int(number_found[1])] = "".join(each["c"][1] for each in rest if each["t"] == "Math")
    return {name: clean(read.get(at, "")).strip() for at, name in enumerate(found)}
