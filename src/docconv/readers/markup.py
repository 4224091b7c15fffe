"""Our own canonical markup, read strictly: what `docconv.writers.markup` writes, and nothing else.

It assumes well-formed XHTML in that vocabulary.  Anything else is an error with its line, never a guess: a page
of somebody else's HTML is for `docconv.readers.html`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast, get_args

from lxml import etree

from docconv import model as m
from docconv.lists import look_stated
from docconv.metadata import colophon
from docconv.problems import Say, SourceError, silent
from docconv.readers.inlines import crop_of, link_target
from docconv.readers.source import DEEPEST, Source
from docconv.words import MISSING

XHTML = "{http://www.w3.org/1999/xhtml}"
TASKS = {"": None, "task": False, "task-done": True}
"""What the class of a list's item says of a task."""
_PARAGRAPHS: Mapping[str, tuple[m.ParagraphRole, m.ParagraphAlign]] = {
    " ".join(filter(None, ("" if role == "body" else role, align))): (role, align)
    for role in get_args(m.ParagraphRole)
    for align in get_args(m.ParagraphAlign)
}
"""What the class of a paragraph says of it."""
_NUMBER = re.compile("[1-9][0-9]{0,8}")


def read_markup(source: Source, say: Say = silent) -> m.Document:
    """The document that a canonical XHTML file holds.  Raises `SourceError` with the line of what it does not know."""
    root = parse(source.data, source.name)
    nodes, notes = read_body(root, source.name)
    return m.Document(_meta(root), nodes, notes)


def parse(data: bytes, file: str, entry: str = "") -> etree._Element:
    """The root of an XHTML file.  Raises `SourceError` if it is not well-formed."""
    # Entities and networks stay shut: an archive may come from anywhere.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise SourceError(
            f"this is not well-formed XHTML: {error.msg}",
            place=m.Place(line, max(column, 1), file, entry),
            remedy="correct the markup, or read it with --from html",
        ) from None


def read_body(root: etree._Element, file: str, entry: str = "") -> tuple[tuple[Any, ...], tuple[m.Note, ...]]:
    """The blocks and the notes of an XHTML file.  Raises `SourceError` with the line of what it does not know."""
    return _Reader(file, entry).content(root)


def _meta(root: etree._Element) -> m.Meta:
    values: dict[str, list[str]] = {}
    for element in root.iter(f"{XHTML}meta"):
        values.setdefault(element.get("name", ""), []).append(element.get("content", ""))
    titled = values.get("docconv:title", [""])[0] != "none"
    lang = root.get("lang", "")
    values["title"] = [(root.findtext(f"{XHTML}head/{XHTML}title") or "") if titled else ""]
    values["language"] = ["" if lang == "und" else lang]
    values["kind"] = values.get("docconv:kind", [])
    return meta_of(values)


def meta_of(values: Mapping[str, Sequence[str]]) -> m.Meta:
    """The metadata that named values make."""

    def one(name: str) -> str:
        return next(iter(values.get(name, ())), "")

    return m.Meta(
        title=one("title"),
        lang=one("language"),
        authors=tuple(values.get("author", ())),
        date=one("date"),
        publication=one("publication"),
        kind="page" if one("kind") == "page" else "manuscript",
        colophon=colophon(values),
    )


class _Reader:
    def __init__(self, file: str, entry: str) -> None:
        self.file, self.entry = file, entry
        self.depth = 0

    def content(self, root: etree._Element) -> tuple[tuple[Any, ...], tuple[m.Note, ...]]:
        body = root.find(f"{XHTML}body")
        if root.tag != f"{XHTML}html" or body is None:
            raise self._unknown(root)
        nodes: list[Any] = []
        notes: list[m.Note] = []
        for child in self._elements(body):
            if self._tag(child) == "aside" and child.get("class") == "note":
                notes.append(m.Note(child.get("id", ""), self._blocks(child), place=self._place(child)))
            elif notes:  # they come last
                raise self._unknown(child)
            elif self._tag(child) == "article":
                nodes.append(self._article(child))
            else:
                nodes.append(self._block(child))
        return tuple(nodes), tuple(notes)

    # ── Blocks ──

    def _blocks(self, parent: etree._Element, skip: int = 0) -> m.Blocks:
        self.depth += 1
        if self.depth > DEEPEST:
            raise SourceError(f"elements nest deeper than {DEEPEST}", place=self._place(parent))
        nodes = tuple(self._block(child) for child in list(self._elements(parent))[skip:])
        self.depth -= 1
        return nodes

    def _block(self, element: etree._Element) -> m.Block:
        tag, kind, place = self._tag(element), element.get("class", ""), self._place(element)
        match tag:
            case "p" if kind in _PARAGRAPHS:
                role, align = _PARAGRAPHS[kind]
                return m.Paragraph(self._inlines(element), role, element.get("lang", ""), align, place=place)
            case "section":
                return self._section(element)
            case "figure":
                return self._figure(element)
            case "blockquote":
                return m.Quote(self._blocks(element), place=place)
            case "ul":
                return m.List(self._items(element), place=place)
            case "ol":
                look = look_stated(element.get("type", ""), kind)
                if look is None:
                    raise self._unknown(element)
                start = 0 if element.get("start") == "0" else self._number(element, "start")
                return m.List(self._items(element), start, *look, place=place)
            case "table":
                return self._table(element)
            case "div" if kind == "verse":
                return m.Verse(tuple(self._inlines(p) for p in self._only(element, "p")), place=place)
            case "div" if kind == "math":
                return m.MathBlock(self._text(element), place=place)
            case "div" if kind == "pagebreak" and self._is_empty(element):
                return m.PageBreak(element.get("aria-label", ""), element.get("id", ""), place=place)
            case "aside" if kind in get_args(m.AsideKind):
                alert = element.get("data-alert", "")
                if alert not in get_args(m.Alert):
                    raise self._unknown(element)
                return m.Aside(self._blocks(element), cast(m.AsideKind, kind), cast(m.Alert, alert), place=place)
            case "pre":
                return self._code_block(element)
            case "hr" if self._is_empty(element):
                return m.Break(place=place)
            case _:
                raise self._unknown(element)

    def _items(self, element: etree._Element) -> tuple[m.ListItem, ...]:
        return tuple(self._item(li) for li in self._only(element, "li"))

    def _item(self, element: etree._Element) -> m.ListItem:
        kind = element.get("class", "")
        if kind not in TASKS:
            raise self._unknown(element)
        return m.ListItem(self._held(element), TASKS[kind], place=self._place(element))

    def _section(self, element: etree._Element) -> m.Section:
        first = next(iter(self._elements(element)), None)
        titled = first is not None and self._tag(first) in {"h1", "h2", "h3", "h4", "h5", "h6"}
        title = self._inlines(first) if titled and first is not None else ()
        body = self._blocks(element, skip=int(titled))
        return m.Section(title, body, element.get("id", ""), place=self._place(element))

    def _code_block(self, element: etree._Element) -> m.CodeBlock:
        if [child.tag for child in self._elements(element)] != [f"{XHTML}code"]:
            raise self._unknown(element)
        language = element[0].get("class", "").removeprefix("language-")
        return m.CodeBlock(self._text(element[0]), language, place=self._place(element))

    def _article(self, element: etree._Element) -> m.Article:
        first = next(iter(self._elements(element)), None)
        parts: dict[str, m.Inlines] = {}
        headed = first is not None and self._tag(first) == "header"
        for child in self._elements(first) if headed and first is not None else ():
            name = child.get("class", "")
            if name not in ("kicker", "headline", "deck", "byline") or name in parts:
                raise self._unknown(child)
            parts[name] = self._inlines(child)
        return m.Article(
            **parts,
            body=self._blocks(element, skip=int(headed)),
            id=element.get("id", ""),
            lang=element.get("lang", ""),
            place=self._place(element),
        )

    def _figure(self, element: etree._Element) -> m.Figure:
        inside = list(self._elements(element))
        if [self._tag(child) for child in inside[1:]] not in ([], ["figcaption"]) or not inside:
            raise self._unknown(element)
        media = self._media(inside[0])
        credit: list[m.Inline] = []
        caption = self._inlines(inside[1], credit) if len(inside) > 1 else ()
        if isinstance(media, m.Missing) and media.alt == m.plain(caption):
            media = replace(media, alt="")  # the label of a placeholder is its caption, unless it says more
        return m.Figure(media, caption, tuple(credit), element.get("id", ""), place=self._place(element))

    def _media(self, element: etree._Element) -> m.Media:
        if not self._is_empty(element):
            raise self._unknown(element)
        if self._tag(element) == "img":
            return m.Image(element.get("src", ""), element.get("alt", ""), crop_of(element.get("data-crop", "")))
        if element.get("class") != "placeholder":
            raise self._unknown(element)
        label = element.get("aria-label", "")
        crop = crop_of(element.get("data-crop", ""))
        return m.Missing(element.get("data-wanted", ""), "" if label in MISSING else label, crop)

    def _table(self, element: etree._Element) -> m.Table:
        parts: dict[str, Any] = {}
        for child in self._elements(element):
            match self._tag(child):
                case "caption" if "caption" not in parts:
                    parts["caption"] = self._inlines(child)
                case "thead" if "head" not in parts:
                    parts["head"] = self._rows(child)
                case "tbody" if "rows" not in parts:
                    parts["rows"] = self._rows(child)
                case _:
                    raise self._unknown(child)
        return m.Table(**{"rows": (), **parts}, place=self._place(element))

    def _rows(self, element: etree._Element) -> tuple[m.Row, ...]:
        rows = self._only(element, "tr")
        return tuple(m.Row(tuple(self._cell(cell) for cell in self._only(row, "td", "th"))) for row in rows)

    def _cell(self, element: etree._Element) -> m.Cell:
        align = element.get("class", "")
        return m.Cell(
            self._held(element),
            header=self._tag(element) == "th",
            colspan=self._number(element, "colspan"),
            rowspan=self._number(element, "rowspan"),
            align=align if align in ("left", "center", "right") else "",
            place=self._place(element),
        )

    def _held(self, element: etree._Element) -> m.Blocks:
        """What an item or a cell holds: blocks, or one plain paragraph written without its `p`."""
        blocks = {"p", "section", "figure", "blockquote", "ul", "ol", "table", "div", "aside", "pre", "hr"}
        if any(self._tag(child) in blocks for child in element):
            return self._blocks(element)
        content = self._inlines(element)
        return (m.Paragraph(content, place=self._place(element)),) if content else ()

    # ── Inlines ──

    def _inlines(self, element: etree._Element, credit: list[m.Inline] | None = None) -> m.Inlines:
        """A run; a figure's credit inside it goes to `credit`."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise SourceError(f"elements nest deeper than {DEEPEST}", place=self._place(element))
        out: list[m.Inline] = []
        if element.text:
            out.append(m.Text(element.text, place=self._place(element)))
        for child in element:
            if not isinstance(child.tag, str):
                raise self._unknown(child)
            if credit:  # it ends its caption
                raise self._unknown(child)
            if credit is not None and child.get("class") == "credit" and not (child.tail or "").strip():
                credit.extend(self._inlines(child))
            else:
                out.append(self._inline(child))
            if child.tail and not credit:
                out.append(m.Text(child.tail, place=self._place(element)))
        self.depth -= 1
        return tuple(out)

    def _inline(self, element: etree._Element) -> m.Inline:
        tag, kind = self._tag(element), element.get("class", "")
        holders: dict[str, Callable[[m.Inlines], m.Inline]] = {
            "em": m.Emphasis,
            "del": m.Deletion,
            "ins": m.Insertion,
            "u": m.Underline,
            "strong": m.Strong,
            "sub": m.Sub,
            "sup": m.Sup,
        }
        match tag:
            case _ if tag in holders:
                return holders[tag](self._inlines(element))
            case "a" if kind == "noteref":
                return m.NoteRef(element.get("href", "").removeprefix("#"))
            case "a":
                return m.Link(self._target(element), self._inlines(element))
            case "br" if self._is_empty(element):
                return m.LineBreak()
            case "ruby":
                return self._ruby(element)
            case "code":
                return m.Code(self._text(element))
            case "img":
                return m.Picture(self._media(element))
            case "span":
                return self._span(element, kind)
            case _:
                raise self._unknown(element)

    def _target(self, element: etree._Element) -> str:
        address = str(element.get("href", ""))
        if not address.startswith("#") and not link_target(address):
            raise SourceError(
                f'href="{address[:80]}" is no address of the web or of mail',
                place=self._place(element),
                remedy="correct the address, or read the file with --from html, which drops it",
            )
        return address

    def _ruby(self, element: etree._Element) -> m.Ruby:
        tags = [self._tag(child) for child in element]
        if tags != ["rp", "rt", "rp"] or any(child.tail for child in element):
            raise self._unknown(element)
        return m.Ruby(element.text or "", self._text(element[1]))

    def _span(self, element: etree._Element, kind: str) -> m.Inline:
        match kind:
            case "byline":
                return m.Byline(self._inlines(element))
            case "name":
                return m.Name(self._text(element), element.get("data-role", ""))
            case "math":
                return m.Math(self._text(element))
            case "placeholder":
                return m.Picture(self._media(element))
            case "" if element.get("lang"):
                return m.Foreign(element.get("lang", ""), self._inlines(element))
            case _:
                raise self._unknown(element)

    # ── Elements ──

    def _elements(self, parent: etree._Element) -> Iterable[etree._Element]:
        for text in (parent.text, *(child.tail for child in parent)):
            if text and text.strip(" \n\t\r"):
                raise SourceError(f"text stands loose: {text.strip()[:20]}", place=self._place(parent))
        return [child for child in parent if isinstance(child.tag, str)]

    def _only(self, parent: etree._Element, *tags: str) -> list[etree._Element]:
        """The elements in an element that holds none but these."""
        for child in (elements := list(self._elements(parent))):
            if self._tag(child) not in tags:
                raise self._unknown(child)
        return elements

    def _text(self, element: etree._Element) -> str:
        """The text of an element that holds nothing else."""
        for child in element:
            raise self._unknown(child)
        return element.text or ""

    def _is_empty(self, element: etree._Element) -> bool:
        return not self._text(element).strip()

    def _number(self, element: etree._Element, name: str) -> int:
        value = element.get(name, "1")
        if not _NUMBER.fullmatch(value):
            raise SourceError(f'{name}="{value}" is not a number', place=self._place(element))
        return int(value)

    def _tag(self, element: etree._Element) -> str:
        return str(element.tag).removeprefix(XHTML)

    def _place(self, element: etree._Element) -> m.Place:
        """Where the text stood in its first source, if the markup says so, else where it stands here."""
        line, _, column = element.get("data-src", "").partition(":")
        if _NUMBER.fullmatch(line):
            return m.Place(int(line), int(column) if _NUMBER.fullmatch(column) else 1, self.file)
        return m.Place(int(element.sourceline or 1), 1, self.file, self.entry)

    def _unknown(self, element: etree._Element) -> SourceError:
        kind = f' class="{element.get("class")}"' if element.get("class") else ""
        name = f"<{self._tag(element)}{kind}>" if isinstance(element.tag, str) else "a comment or instruction"
        return SourceError(
            f"{name} is not docconv markup here",
            place=m.Place(int(element.sourceline or 1), 1, self.file, self.entry),
            remedy="read the file with --from html",
        )
