"""Anybody's HTML, read for its text: what browsers would show becomes the document, all else is dropped unseen.

It assumes nothing of the source but that it is meant as HTML: tag soup, any declared encoding, any depth.  Scripts,
styles, frames, forms and comments are never looked into, addresses never opened.
docconv's own markup, with or without an edition's dress, comes back as it was.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Literal, TypeGuard, get_args

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement, PreformattedString

from docconv import model as m
from docconv.account import letters
from docconv.insets import lifted
from docconv.lists import PLAIN, look_in_css
from docconv.metadata import NAMES, colophon
from docconv.problems import Say, silent
from docconv.readers.apparatus import mark_notes, raise_page_breaks
from docconv.readers.blocks import (
    Heading,
    Item,
    Part,
    article,
    as_run,
    blocks,
    body,
    bounded,
    paragraphs,
    settle_links,
    stories,
    with_tasks,
)
from docconv.readers.inlines import (
    align_of,
    clean,
    crop_of,
    identifier,
    iso_date,
    language,
    link_target,
    media,
    one_line,
    ruby,
    tidy,
)
from docconv.readers.soup import decode_markup, parse
from docconv.readers.source import DEEPEST, Source
from docconv.readers.unseen import (
    NOTE_ROLES,
    LeftOut,
    around,
    attribute,
    classes,
    elements,
    leave_out,
    local_links,
    open_drawings,
    roles,
    text_of,
)
from docconv.words import MISSING


def read_html(source: Source, say: Say = silent) -> m.Document:
    """The document that a page of HTML shows.  Raises `SourceError` if it is in no encoding."""
    left = LeftOut(source.name)
    soup = parse(decode_markup(lifted(source.data), source.name))
    document = settle_links(_Reader(soup, left).document())
    left.tell(say)
    return document


def read_pages(pages: Sequence[tuple[BeautifulSoup, LeftOut]]) -> tuple[list[Item], tuple[m.Note, ...]]:
    """The things and the notes of pages that are one text, whose notes are marked, whose ids are unique, and whose
    links and pictures lead where they should."""
    linked = {attribute(each, "href")[1:] for soup, _ in pages for each in local_links(soup)}
    items: list[Item] = []
    notes: list[m.Note] = []
    for soup, left in pages:
        reader = _Reader(soup, left, linked=linked)
        items += reader.items()
        notes += reader.notes
    return items, tuple(notes)


FRAGMENT_DEPTH = 30
"""How much of `DEEPEST` a fragment may take."""


def read_fragment(
    markup: str, inserts: Sequence[list[Item]], say: Say = silent, place: m.Place | None = None
) -> list[Item]:
    """The blocks of a piece of HTML, in which `insert(n)` stands for `inserts[n]`, things that are read already.

    What is left out of it is said at a place in the source, if that is known."""
    left = LeftOut(place=place)
    items = _Reader(parse(markup), left, DEEPEST - FRAGMENT_DEPTH, inserts).items()
    left.tell(say)
    return items


def read_inline_fragment(
    markup: str, inserts: Sequence[m.Inline], say: Say = silent, place: m.Place | None = None
) -> m.Inlines:
    """The same for a piece of a paragraph; the run comes as it stands, its white space untouched."""
    left = LeftOut(place=place)
    run = tuple(_Reader(parse(f"<span>{markup}</span>"), left, DEEPEST - FRAGMENT_DEPTH, [], inserts).run())
    left.tell(say)
    return run


def insert(number: int) -> str:
    """The place of a thing that is read already, in the markup of a fragment."""
    return f'<span data-docconv-insert="{number}"></span>'


# ── What an element is ───────────────────────────────────────────────────────────────────────────────────

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# fmt: off
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup", "hr", "html",
    "legend", "li", "listing", "main", "menu", "ol", "p", "plaintext", "pre", "search", "section", "summary",
    "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "xmp",
)) | {*_HEADINGS}
_UNSEEN = frozenset((
    "area", "base", "basefont", "bgsound", "col", "colgroup", "command", "frame", "head", "input", "link", "meta",
    "param", "script", "source", "style", "template", "track", "wbr",
))
# fmt: on
_ROLES: dict[str, m.ParagraphRole] = {**m.NAMED_ROLES, "noindent": "resumed", "no-indent": "resumed"}
_PARTS: dict[str, Literal["kicker", "deck", "byline"]] = {
    "kicker": "kicker",
    "eyebrow": "kicker",
    "deck": "deck",
    "dek": "deck",
    "standfirst": "deck",
    "subtitle": "deck",
    "byline": "byline",
}
_BOUNDS = ("body", "html", "main", "article", "td", "th", "li", "figure", "aside", "blockquote")
"""What a paragraph's place is not asked of, nor of what stands around it: a cell has its own, a page's is its look."""
_NOT_IN_HEADINGS = ("p", "ul", "ol", "dl", "table", "blockquote", "pre", "section", "article", "hr")
_NOT_PICTURES = {"figure", "table", "pre", "math"}
_LATE = ("data-src", "data-original", "data-lazy-src", "data-actualsrc", "data-url")
"""Where the scripts of web sites keep the address of a picture that is loaded when it is scrolled to."""
_COSTS = {"table": 5, "ul": 3, "ol": 3, "dl": 3, "dir": 3, "menu": 3}
"""How much of `DEEPEST` an element takes: as many calls as its parts need, here and in every walk over the document."""


def _is(node: PageElement, *names: str) -> bool:
    """Whether it is one of these elements, and to be seen."""
    return isinstance(node, Tag) and node.name in names and not _unseen(node)


def _held(node: PageElement, *names: str) -> list[PageElement]:
    """What one of these elements holds; anything else, as soup has it in their place, stands for itself."""
    return node.contents if isinstance(node, Tag) and _is(node, *names) else [node]


def _first(element: Tag) -> Tag | None:
    """The first element inside, of those to be seen."""
    return next((node for node in element.contents if isinstance(node, Tag) and not _unseen(node)), None)


def _unseen(element: Tag) -> bool:
    return element.name in _UNSEEN


def _number(element: Tag, name: str, least: int = 1) -> int:
    digits = re.match(r"\s*(\d{1,6})", attribute(element, name), re.ASCII)
    return max(int(digits[1]), least) if digits else 1


def _align(element: Tag) -> m.Align:
    style = re.search(r"text-align\s*:\s*(\w+)", attribute(element, "style"))
    for value in (*sorted(classes(element)), style[1] if style else "", attribute(element, "align")):
        match value.lower():
            case "left" | "start":
                return "left"
            case "center":
                return "center"
            case "right" | "end":
                return "right"
            case _:
                pass
    return ""


# ── Tree to document ─────────────────────────────────────────────────────────────────────────────────────


class _Reader:
    """`inserts` and `inline_inserts` are what `insert(n)` stands for in a fragment.  A page that is part of a book has
    ids that the others link to, and its depth is that of its headings, not that of boxes around them."""

    def __init__(
        self,
        soup: BeautifulSoup,
        left: LeftOut,
        depth: int = 0,
        inserts: Sequence[list[Item]] = (),
        inline_inserts: Sequence[m.Inline] = (),
        linked: Collection[str] | None = None,
    ) -> None:
        self.soup, self.left = soup, left
        self.inserts, self.inline_inserts = inserts, inline_inserts
        self.ours = _is_ours(soup, left)
        self.depth = depth
        self.notes: list[m.Note] = []
        self.is_part = linked is not None
        if linked is None:
            open_drawings(soup)
            mark_notes([(soup, left)])
            linked = {attribute(each, "href")[1:] for each in local_links(soup)}
        raise_page_breaks(soup)
        leave_out(soup, left, linked)
        self.linked = {identifier(each) for each in linked}
        self.holders = self._find_holders()

    def _find_holders(self) -> set[int]:
        """The elements with a block somewhere inside (by `id()`), and the ids that links mean."""
        holders: set[int] = set()
        for node in self.soup.descendants:
            if not isinstance(node, Tag):
                continue
            if node.name == "a":
                self.linked.add(link_target(attribute(node, "href")).removeprefix("#"))
            if node.name in _BLOCKS or (self.inserts and node.has_attr("data-docconv-insert")):
                for parent in node.parents:
                    if id(parent) in holders:
                        break
                    holders.add(id(parent))
        return holders

    def document(self) -> m.Document:
        read = body(stories(self.items()))
        return m.Document(self._meta(), read, tuple(self.notes))

    def items(self) -> list[Item]:
        return self._items(self.soup.contents)

    def run(self) -> list[m.Inline]:
        page = self.soup.body or self.soup  # the page that the parser puts around a fragment ends no line
        return self._run(page.contents)

    def _meta(self) -> m.Meta:
        values: dict[str, list[str]] = {}
        for element in elements(self.soup, "meta"):
            name = (attribute(element, "name") or attribute(element, "property")).lower()
            if content := one_line(attribute(element, "content")):
                values.setdefault(name, []).append(content)

        def first(*names: str) -> str:
            return next((values[name][0] for name in names if name in values), "")

        html = self.soup.find("html")
        tag = attribute(html, "lang") or attribute(html, "xml:lang") if isinstance(html, Tag) else ""
        title = self.soup.find("title")
        return m.Meta(
            title=one_line(text_of(title)) if isinstance(title, Tag) and first("docconv:title") != "none" else "",
            lang=language(tag),
            authors=tuple(values.get("author", values.get("dcterms.creator", values.get("dc.creator", ())))),
            date=iso_date(first("date", "dcterms.date", "dc.date", "article:published_time")),
            publication=first("publication"),
            kind="page" if first("docconv:kind") == "page" else "manuscript",
            # a page's own "description" and "source" say other things than a colophon, unless we wrote them
            colophon=colophon(values if "docconv:kind" in values else _dublin_core(values)),
        )

    # ── Blocks ──

    def _items(self, nodes: Iterable[PageElement]) -> list[Item]:
        """What stands in a row, whatever boxes it stands in; loose text makes paragraphs.

        The walk keeps its own stack, so boxes in boxes cost no depth."""
        depth, levels = self.depth, list[int]()
        out: list[Item] = []
        loose: list[PageElement] = []
        stack: list[PageElement | None] = [*reversed([*nodes])]

        def close() -> None:
            if loose:
                out.extend(self._paragraphs(loose, loose[0].parent))
                loose.clear()

        while stack:
            node = stack.pop()
            if node is None:
                close()
            elif not isinstance(node, Tag) or (
                node.name not in _BLOCKS and id(node) not in self.holders and not self._given(node)
            ):
                loose.append(node)
            elif not _unseen(node):
                close()
                made = self._block(node)
                if made is None:  # a box: only its edges count
                    stack.append(None)
                    stack.extend(reversed(node.contents))
                out.extend([self._in_level(item, levels, depth) for item in made or ()])
        close()
        self.depth = depth
        return out

    def _given(self, element: Tag) -> list[Item]:
        """The things that an insert stands for."""
        number = attribute(element, "data-docconv-insert")
        return self.inserts[int(number)] if number.isdecimal() and int(number) < len(self.inserts) else []

    def _in_level(self, item: Item, levels: list[int], depth: int) -> Item:
        """The item; a heading makes what follows deeper, and is a bold line where that would be too deep."""
        if isinstance(item, m.Article):
            levels.clear()
        if isinstance(item, Heading):
            while levels and levels[-1] >= item.level:
                levels.pop()
            if depth + 2 * len(levels) + 4 > DEEPEST:
                return m.Paragraph((m.Strong(item.title),), place=item.place)
            levels.append(item.level)
        self.depth = depth + 2 * len(levels)
        return item

    def _blocks(self, nodes: Iterable[PageElement], cost: int = 2) -> m.Blocks:
        self.depth += cost
        items = self._items(nodes)
        self.depth -= cost
        return blocks(items)

    def _block(self, element: Tag) -> list[Item] | None:
        """The things that an element makes, or None if it is only a box around others."""
        name, place = element.name, self._place(element)
        if given := self._given(element):
            align = self._align(element)
            return [replace(each, align=align) if _may_be_set(each) else each for each in given] if align else given
        if self.depth + _COSTS.get(name, 2) + 2 > DEEPEST:
            return None
        if roles(element) & {"doc-pagebreak", "pagebreak"}:
            label = one_line(attribute(element, "aria-label") or attribute(element, "title") or text_of(element))
            return [m.PageBreak(label, self._linked_id(element), place=place)] if label else []
        match name:
            case "hr":
                return [m.Break(place=place)]
            case "pre" | "listing" | "xmp" | "plaintext" if not element.select_one("[data-docconv-insert]"):
                return self._code(element)
            case "blockquote":
                content = self._blocks(element.contents)
                return [m.Quote(content, place=place)] if content else []
            case "ul" | "ol" | "menu" | "dir":
                return self._list(element)
            case "dl":
                return self._definitions(element)
            case "table":
                return self._table(element)
            case "figure":
                return self._figure(element)
            case "article" | "section" if self.is_part:
                return None
            case "article":
                return self._article(element)
            case "aside":
                return self._aside(element)
            case "section" if self.ours or self._heads_section(element):
                return self._section(element)
            case _:
                return self._text_block(element)

    def _text_block(self, element: Tag) -> list[Item] | None:
        """A paragraph, a heading, a part of a story's head, a verse or a formula; None for a box."""
        own, place, name = classes(element), self._place(element), element.name
        part = self._part(element, own)
        if part and (id(element) not in self.holders or name in ("p", "address", *_HEADINGS)):
            content = self._tidy(element.contents)
            return [Part(part, content, place)] if content else []
        if name in _HEADINGS:
            return self._heading(element)
        if name == "div" and own & {"verse", "poem"}:
            return self._verse(element)
        if id(element) in self.holders:
            return None
        if (tex := self._display(element)) is not None:
            return [m.MathBlock(tex, place=place)] if tex else []
        role: m.ParagraphRole = next((_ROLES[each] for each in sorted(own) if each in _ROLES), "body")
        return self._paragraphs(element.contents, element, role)

    def _heading(self, element: Tag) -> list[Item]:
        """A heading; one that its author left open holds paragraphs, which stand behind it."""
        at = next((at for at, node in enumerate(element.contents) if _is(node, *_NOT_IN_HEADINGS)), None)
        title = self._tidy(element.contents[:at])
        if at is None or not title:
            title, rest = self._tidy(element.contents), []
        else:
            self.depth += 2
            rest = self._items(element.contents[at:])
            self.depth -= 2
        heading = Heading(int(element.name[1]), title, self._linked_id(element), self._place(element))
        return [heading, *rest] if title else []

    def _part(self, element: Tag, own: set[str]) -> Literal["kicker", "deck", "byline"] | None:
        if element.name == "address" or attribute(element, "rel") == "author":
            return "byline"
        if "doc-subtitle" in roles(element):
            return "deck"
        return next((_PARTS[each] for each in sorted(own) if each in _PARTS), None)

    def _paragraphs(
        self, nodes: Sequence[PageElement], element: Tag | None, role: m.ParagraphRole = "body"
    ) -> list[Item]:
        """The paragraphs of a run: but in markup of ours, a double `br` parts them, and one before an indent."""
        run = self._run(nodes)
        lang, place = self._lang(element), self._place(element)
        runs = [run] if self.ours else _split_at_breaks(run)
        align = "" if element is None else self._align(element)
        return [item for each in runs for item in paragraphs(each, role, lang, place, align)]

    def _align(self, element: Tag) -> m.ParagraphAlign:
        """Where a paragraph is set, by its own word or by that of a box around it, within its cell or figure.  A box
        of the class `right` is rather a column of the page: of boxes only `text-right` and its like count."""
        for box in (element, *around(element)):
            if box.name in _BOUNDS:
                break
            if not box.attrs and box.name != "center":
                continue
            names = [each for each in sorted(classes(box)) if box.name == "p" or "-" in each]
            said = "center" if box.name == "center" else attribute(box, "align")
            if (align := align_of(names, attribute(box, "style"), said)) is not None:
                return align
        return ""

    def _lang(self, element: Tag | None) -> str:
        """The language of a paragraph, its own or that of a box around it, unless it is the story's."""
        if element is None:
            return ""
        if element.name == "p" and (own := language(attribute(element, "lang") or attribute(element, "xml:lang"))):
            return own
        inherited = ""
        for box in (element, *around(element)):
            tag = language(attribute(box, "lang"))
            if box.name in ("article", "html"):
                return inherited if inherited and inherited != tag else ""
            inherited = inherited or tag
        return inherited

    def _code(self, element: Tag) -> list[Item]:
        text = clean(text_of(element, "\n")).strip("\n")
        if not text.strip():
            return []
        inner = element.find("code")
        names = [*classes(inner)] if isinstance(inner, Tag) else []
        names = sorted({*names, *classes(element)})
        marked = [each.split("-", 1)[1] for each in names if each.startswith(("language-", "lang-"))]
        if not marked and "sourceCode" in names:
            marked = [each for each in names if each != "sourceCode"]
        return [m.CodeBlock(text, clean(marked[0]) if marked else "", place=self._place(element))]

    def _list(self, element: Tag) -> list[Item]:
        items: list[m.ListItem] = []
        for child in element.contents:
            content = self._blocks(_held(child, "li"), cost=3)
            if content or _is(child, "li"):
                items.append(m.ListItem(content, _task(child), place=self._place(child)))
        start = _number(element, "start", least=0) if element.name == "ol" else None
        css = attribute(element, "style")
        look = PLAIN if start is None else look_in_css(attribute(element, "type"), classes(element), css)
        made = tuple(items) if self.ours or start is not None else with_tasks(tuple(items))
        return [m.List(made, start, *look, place=self._place(element))] if items else []

    def _definitions(self, element: Tag) -> list[Item]:
        """A list of definitions as a list: the term in bold, then what it means."""
        items: list[m.Blocks] = []
        term_open = False
        groups = (_held(child, "div") for child in element.contents)
        for child in (child for group in groups for child in group):
            is_term = _is(child, "dt")
            content = self._blocks(_held(child, "dt", "dd"), cost=3)
            if is_term:
                content = tuple(_bold(block) for block in content)
            if not content:
                continue
            if items and (not is_term or term_open):
                items[-1] += content
            else:
                items.append(content)
            term_open = is_term
        made = tuple(m.ListItem(content) for content in items)
        return [m.List(made, place=self._place(element))] if made else []

    def _table(self, element: Tag) -> list[Item]:
        caption: m.Inlines = ()
        head: list[m.Row] = []
        rows: list[m.Row] = []
        foot: list[m.Row] = []
        around: list[PageElement] = []
        for child in element.contents:
            if not isinstance(child, Tag) or child.name not in ("caption", "thead", "tbody", "tfoot", "tr"):
                around.append(child)
            elif child.name == "caption":
                caption = tidy([*caption, m.LineBreak(), *self._run(child.contents)])
            elif child.name == "tr":
                rows.append(self._row(child))
            else:
                kind = {"thead": head, "tbody": rows, "tfoot": foot}[child.name]
                kind.extend(self._row(row) for row in child.contents if isinstance(row, Tag) and row.name == "tr")
                around.extend(row for row in child.contents if not isinstance(row, Tag) or row.name != "tr")
        outside = list(self._blocks(around, cost=5))
        if not any(row.cells for row in (*head, *rows, *foot)):
            return [*outside, *paragraphs(caption)]
        table = m.Table(caption=caption, head=bounded(head), rows=bounded([*rows, *foot]), place=self._place(element))
        return [*outside, table]

    def _row(self, element: Tag) -> m.Row:
        cells: list[m.Cell] = []
        for child in element.contents:
            content = self._blocks(_held(child, "td", "th"), cost=5)
            if isinstance(child, Tag) and child.name in ("td", "th"):
                spans = _number(child, "colspan"), _number(child, "rowspan")
                cells.append(m.Cell(content, child.name == "th", *spans, _align(child), place=self._place(child)))
            elif content:
                cells.append(m.Cell(content))
        return m.Row(tuple(cells))

    def _figure(self, element: Tag) -> list[Item] | None:
        """The pictures of a figure, its caption under the last; None if it holds something else, such as a table."""
        images: list[Tag] = []
        captions: list[Tag] = []
        stack: list[PageElement] = [element]
        while stack:
            node = stack.pop()
            if isinstance(node, Tag):
                if node.name == "figcaption":
                    captions.append(node)
                elif node.name in ("img", "svg") or "placeholder" in classes(node):
                    images.append(node)
                elif node is not element and (node.name in _NOT_PICTURES or node.has_attr("data-docconv-insert")):
                    return None
                elif not _unseen(node):
                    stack.extend(reversed(node.contents))
            elif str(node).strip() and not isinstance(node, PreformattedString):
                return None
        if not images:
            return None
        place, name = self._place(element), identifier(attribute(element, "id"))
        credit: list[m.Inline] = []
        caption = tidy(each for caption in captions for each in (*self._run(caption.contents, credit), m.LineBreak()))
        pictures = [self._media(image) for image in images]
        last = pictures[-1]
        if isinstance(last, m.Missing) and last.alt == m.plain(caption):
            last = m.Missing(last.wanted)  # the label of a placeholder is its caption, unless it says more
        return [
            *(m.Figure(picture, place=place) for picture in pictures[:-1]),
            m.Figure(last, caption, tidy(credit), name, place=place),
        ]

    def _article(self, element: Tag) -> list[Item]:
        first = _first(element)
        header = first if first is not None and first.name in ("header", "hgroup") else None
        self.depth += 2
        lead = _as_head(self._items(header.contents), header) if header is not None else []
        rest = self._items(node for node in element.contents if node is not header)
        self.depth -= 2
        name, lang = identifier(attribute(element, "id")), language(attribute(element, "lang"))
        made = article(lead, rest, id=name, lang=lang, place=self._place(element))
        return [made] if made.headline or made.body or made.kicker or made.deck or made.byline else []

    def _heads_section(self, element: Tag) -> bool:
        first = _first(element)
        if first is not None and first.name in ("header", "hgroup"):
            return any(isinstance(node, Tag) and node.name in _HEADINGS for node in first.contents)
        return first is not None and first.name in _HEADINGS

    def _section(self, element: Tag) -> list[Item]:
        self.depth += 2
        items = self._items(element.contents)
        self.depth -= 2
        name = identifier(attribute(element, "id"))
        title: m.Inlines = ()
        if items and isinstance(first := items[0], Heading):
            name, title, items = name or first.id, first.title, items[1:]
        content = blocks(items)
        return [m.Section(title, content, name, place=self._place(element))] if title or content else []

    def _aside(self, element: Tag) -> list[Item]:
        content, place = self._blocks(element.contents), self._place(element)
        name = identifier(attribute(element, "id"))
        if name and roles(element) & NOTE_ROLES:
            self.notes.append(m.Note(name, content, place=place))
            return []
        kinds: tuple[m.AsideKind, ...] = ("furniture", "pullquote")
        kind: m.AsideKind = next((kind for kind in kinds if kind in classes(element)), "box")
        alert: m.Alert = next((each for each in get_args(m.Alert) if each == attribute(element, "data-alert")), "")
        return [m.Aside(content, kind, alert, place=place)] if content else []

    def _verse(self, element: Tag) -> list[Item] | None:
        """Stanzas, if the box holds nothing else."""
        children = [node for node in element.contents if isinstance(node, Tag) and not _unseen(node)]
        if id(element) not in self.holders:
            stanzas = [self._tidy(element.contents)]
        elif all(child.name == "p" and id(child) not in self.holders for child in children):
            stanzas = [self._tidy(child.contents) for child in children]
        else:
            return None
        made = tuple(stanza for stanza in stanzas if stanza)
        return [m.Verse(made, place=self._place(element))] if made else []

    def _display(self, element: Tag) -> str | None:
        """The formula of an element that is or holds a displayed one and nothing else."""
        if element.name == "div" and "math" in classes(element):
            return self._formula(element)
        children = [node for node in element.contents if isinstance(node, Tag) or str(node).strip()]
        only = children[0] if len(children) == 1 else None
        if not isinstance(only, Tag):
            return None
        shown = only.name == "math" and attribute(only, "display") == "block"
        return self._formula(only) if shown or {"math", "display"} <= classes(only) else None

    # ── Inlines ──

    def _tidy(self, nodes: Iterable[PageElement]) -> m.Inlines:
        return tidy(self._run(nodes))

    def _run(self, nodes: Iterable[PageElement], credit: list[m.Inline] | None = None) -> list[m.Inline]:
        """A run as it stands, its white space untouched; a figure's credit inside it goes to `credit`."""
        out: list[m.Inline] = []
        stack: list[PageElement | None] = [*reversed([*nodes])]
        while stack:
            node = stack.pop()
            if node is None:
                if out and not isinstance(out[-1], m.LineBreak):
                    out.append(m.LineBreak())
            elif not isinstance(node, Tag):
                if not isinstance(node, PreformattedString):
                    out.append(m.Text(str(node), place=self._place(node.parent)))
            elif _unseen(node):
                continue
            elif given := self._given(node):
                out.extend([*as_run(given), m.LineBreak()])
            elif credit is not None and "credit" in classes(node):
                credit.extend(self._run(node.contents))
            elif (made := self._inline(node)) is not None:
                out.extend(made)
            else:
                edge = [None] if node.name in _BLOCKS else []
                stack.extend([*edge, *reversed(node.contents), *edge])
        return out

    def _inline(self, element: Tag) -> list[m.Inline] | None:
        """The inlines that an element makes, or None if only what is in it counts."""
        match element.name:
            case "br":
                return [m.LineBreak()]
            case "img":
                return self._picture(element)
            case "ruby":
                return self._ruby(element)
            case "math":
                return [m.Math(self._formula(element))]
            case "svg":
                return self._drawing(element)
            case "code" | "kbd" | "samp" | "tt":
                return [m.Code(text_of(element))]
            case "span" if made := self._span(element):
                return made
            case _ if self.depth + 2 > DEEPEST:
                return None
            case name if name in _HOLDERS:
                return [_HOLDERS[name](self._inside(element))]
            case "span" if lined := _line_of(element):
                return [lined(self._inside(element))]
            case "sup":
                content = self._inside(element)
                # a note's mark is raised by the edition
                marks = [node for node in content if isinstance(node, m.NoteRef)]
                return [*marks] if marks and not m.plain(content).strip() else [m.Sup(content)]
            case "a":
                return self._link(element)
            case "q":
                return [m.Text("“"), *self._inside(element), m.Text("”")]
            case "span" if "byline" in classes(element):
                return [m.Byline(self._inside(element))]
            case _ if language(attribute(element, "lang")) and element.name not in _BLOCKS:
                return [*self._inside(element)]
            case _:
                return None

    def _inside(self, element: Tag) -> m.Inlines:
        """What an element holds, in its own language if it has one."""
        self.depth += 1
        content = tuple(self._run(element.contents))
        self.depth -= 1
        lang = language(attribute(element, "lang") or attribute(element, "xml:lang"))
        return (m.Foreign(lang, content),) if lang and content else content

    def _span(self, element: Tag) -> list[m.Inline] | None:
        """The spans that hold no further inlines."""
        own = classes(element)
        if given := self._given_inline(element):
            return [given]
        if "math" in own:
            return [m.Math(self._formula(element))]
        if "name" in own:
            return [m.Name(text_of(element), attribute(element, "data-role"))]
        if "placeholder" in own:
            return [m.Picture(self._media(element))]
        return None

    def _link(self, element: Tag) -> list[m.Inline]:
        target = link_target(attribute(element, "href"))
        if "noteref" in classes(element) and target.startswith("#"):
            return [m.NoteRef(target[1:])]
        content = self._inside(element)
        holds_links = any(isinstance(node, m.Link | m.NoteRef) for each in content for node in m.walk(each))
        return [m.Link(target, content)] if target and content and not holds_links else [*content]

    def _ruby(self, element: Tag) -> list[m.Inline]:
        """HTML, "The ruby element": bases and readings, alternating or in rows; `rp` is for old browsers.

        A link that is the whole base leads from base and reading."""
        parts: list[tuple[Literal["base", "reading"], str]] = []
        links: list[tuple[str, str]] = []
        last: Tag | None = None
        for node in element.descendants:
            given = self._given_inline(node)
            text = m.plain(given) if given else str(node) if isinstance(node, NavigableString) else ""
            if isinstance(given, m.Link):
                links.append((given.target, text))
            elif isinstance(node, Tag) and node.name == "a" and (target := link_target(attribute(node, "href"))):
                links.append((target, text_of(node)))
            if isinstance(node, PreformattedString) or not text.strip():
                continue
            kinds = ("rt", "rtc", "rp", "rb", "ruby")
            owner = next((each for each in around(node) if each.name in kinds), element)
            if owner.name == "rp":
                continue
            kind: Literal["base", "reading"] = "reading" if owner.name in ("rt", "rtc") else "base"
            if parts and owner is last and parts[-1][0] == kind:
                parts[-1] = (kind, parts[-1][1] + text)
            else:
                parts.append((kind, text))
            last = owner
        made = ruby(parts)
        base = "".join(text for kind, text in parts if kind == "base")
        return [m.Link(links[0][0], tuple(made))] if len(links) == 1 and links[0][1] == base and made else made

    def _given_inline(self, node: PageElement) -> m.Inline | None:
        """The inline that an insert stands for."""
        number = attribute(node, "data-docconv-insert") if isinstance(node, Tag) else ""
        return (
            self.inline_inserts[int(number)] if number.isdecimal() and int(number) < len(self.inline_inserts) else None
        )

    def _formula(self, element: Tag) -> str:
        """The TeX of a formula; what of its drawing is not in it is said to be left out.  It is said too if a drawing
        alone is read as its text."""
        tex = _tex(element)
        if _annotated(element) is None and not attribute(element, "alttext") and elements(element, *_STRUCTURE):
            self.left.add("formula", element, " ")
        notes = ("annotation", "annotation-xml")
        written = [node for node in element.descendants if isinstance(node, NavigableString)]
        drawn = "".join(node for node in written if not any(each.name in notes for each in around(node)))
        if Counter(letters(drawn)) - Counter(letters(tex)):
            self.left.add("copy", element, drawn)
        return tex

    def _drawing(self, element: Tag) -> list[m.Inline]:
        """A drawing that stands in the page itself and is no picture of its own: a box that has its words."""
        words = one_line(text_of(element)) or one_line(attribute(element, "aria-label"))
        if not words:
            self.left.add("drawing", element, " ")
        return [m.Picture(m.Missing("", words))] if words else []

    def _picture(self, element: Tag) -> list[m.Inline]:
        picture = self._media(element)
        return [m.Picture(picture)] if isinstance(picture, m.Image) or picture.alt or self.ours else []

    def _media(self, element: Tag) -> m.Media:
        if element.name == "img":
            return media(
                attribute(element, "src") if self.ours else address_of(element),
                attribute(element, "alt"),
                attribute(element, "data-crop"),
            )
        label = one_line(attribute(element, "aria-label"))
        if element.name == "svg":
            return m.Missing("", one_line(text_of(element)) or label)
        crop = crop_of(attribute(element, "data-crop"))
        return m.Missing(attribute(element, "data-wanted"), "" if label in MISSING else label, crop)

    # ── Elements ──

    def _linked_id(self, heading: Tag) -> str:
        """The id by which links mean a heading: its own, or that of an anchor in it."""
        inside = (node for node in heading.descendants if isinstance(node, Tag))
        names = (identifier(attribute(node, key)) for node in (heading, *inside) for key in ("id", "name"))
        return next((name for name in names if name and name in self.linked), "")

    def _place(self, node: PageElement | None) -> m.Place | None:
        """Where the text stood in its first source, if markup of ours says so, else where it stands here."""
        if not isinstance(node, Tag):
            return None
        line, _, column = attribute(node, "data-src").partition(":") if self.ours else ("", "", "")
        if line.isdecimal():
            return m.Place(int(line[:9]), int(column[:9]) if column.isdecimal() else 1, self.left.file)
        return self.left.at(node.sourceline)


def address_of(image: Tag) -> str:
    """Where a picture is; pages that load pictures late have that beside `src`, which is empty or a stand-in."""
    address = attribute(image, "src")
    is_stand_in = not address.strip() or address.lstrip().lower().startswith("data:") or _STAND_IN.search(address)
    sources = [image, *([*image.parent.find_all("source")] if image.parent and image.parent.name == "picture" else ())]
    late = [attribute(image, name) for name in _LATE]
    late += [_largest(attribute(each, name)) for each in sources for name in ("srcset", "data-srcset")]
    return next((each for each in late if re.search("[/.]", each)), address) if is_stand_in else address


_STAND_IN = re.compile(
    r"(?:^|[/_.-])(?:placeholder|blank|loading|spacer|lazy(?:load)?|pixel|transparent|grey|gray|1x1|empty)(?:[/_.-]|$)",
    re.I,
)
"""Names of pictures that stand in for others until a script has loaded them."""


def _largest(candidates: str) -> str:
    """The address with the largest width or density of a `srcset`."""
    found = re.findall(r"([^\s,]\S*[^\s,])(?:\s+([0-9.]{1,9})[wx])?\s*(?:,|$)", candidates)
    return (
        max(found, key=lambda each: float(each[1].strip(".") or 1) if each[1].count(".") < 2 else 1)[0] if found else ""
    )


def _dublin_core(values: dict[str, list[str]]) -> dict[str, list[str]]:
    """The values that are named as Dublin Core in HTML has it: dcterms.publisher, dc.rights …"""
    return {name: found for name in NAMES if (found := values.get(f"dcterms.{name}") or values.get(f"dc.{name}"))}


def _is_ours(soup: BeautifulSoup, left: LeftOut) -> bool:
    """Whether docconv wrote the page; if so, the masthead goes, which repeats what the metadata says."""
    names = {attribute(each, "name"): attribute(each, "content") for each in elements(soup, "meta")}
    ours = "docconv:kind" in names or names.get("generator", "").startswith("docconv")
    for masthead in soup.find_all("header", class_="masthead") if ours else ():
        left.add("copy", masthead)
        masthead.decompose()
    return ours


def _as_head(items: list[Item], header: Tag) -> list[Item]:
    """What stands in a header: a heading after the first is the deck, and so is a paragraph in an `hgroup`."""
    out: list[Item] = []
    headed = False
    for item in items:
        match item:
            case Heading(_, title) if headed:
                out.append(Part("deck", title, item.place))
            case Heading():
                headed = True
                out.append(item)
            case m.Paragraph(content) if header.name == "hgroup":
                out.append(Part("deck" if headed else "kicker", content, item.place))
            case _:
                out.append(item)
    return out


def _split_at_breaks(run: list[m.Inline]) -> Iterator[list[m.Inline]]:
    """The paragraphs of a run whose author had no `p`: <br><br>, or <br> and an indent of U+3000."""
    part: list[m.Inline] = []
    breaks = 0
    for node in run:
        if isinstance(node, m.LineBreak):
            breaks += 1
        elif not isinstance(node, m.Text) or node.text.strip(" \t\n"):
            indented = isinstance(node, m.Text) and node.text.lstrip(" \t\n\xa0").startswith("\u3000")
            if breaks > 1 or (breaks and indented):
                yield part
                part = []
            breaks = 0
        part.append(node)
    yield part


def _may_be_set(item: Item) -> TypeGuard[m.Paragraph]:
    return isinstance(item, m.Paragraph) and not item.align


def _line_of(element: Tag) -> Callable[[m.Inlines], m.Inline] | None:
    """What a line through or under the words of a `span` makes of them."""
    names = {*classes(element), *_DECORATION.findall(attribute(element, "style").lower())}
    return next((kind for name, kind in _LINES.items() if name in names), None)


_DECORATION = re.compile(r"(?<=text-decoration)(?:-line)?\s*:[^;]*?\b(underline|line-through)\b")
_HOLDERS: dict[str, Callable[[m.Inlines], m.Inline]] = {
    **dict.fromkeys(("em", "i", "cite", "dfn", "var"), m.Emphasis),
    **dict.fromkeys(("strong", "b"), m.Strong),
    **dict.fromkeys(("del", "s", "strike"), m.Deletion),
    "ins": m.Insertion,
    "u": m.Underline,
    "sub": m.Sub,
}
_LINES: dict[str, Callable[[m.Inlines], m.Inline]] = {
    "line-through": m.Deletion,
    "deletion": m.Deletion,
    "insertion": m.Insertion,
    "underline": m.Underline,
}


def _bold(block: m.Block) -> m.Block:
    return m.Paragraph((m.Strong(block.content),), place=block.place) if isinstance(block, m.Paragraph) else block


def _task(element: PageElement) -> bool | None:
    """What an item of a list says of a task: by docconv's class, or by the box that GitHub and its like put first."""
    if not isinstance(element, Tag):
        return None
    if {"task", "task-done"} & classes(element):
        return "task-done" in classes(element)
    box = next(
        (node for node in element.descendants if isinstance(node, Tag) and node.name not in ("p", "label")), None
    )
    is_box = box is not None and box.name == "input" and attribute(box, "type") == "checkbox"
    return box.has_attr("checked") if is_box and box else None


_STRUCTURE = (
    "mfrac", "msqrt", "mroot", "msub", "msup", "msubsup", "munder", "mover", "munderover", "mmultiscripts", "mtable",
    "menclose",
)  # fmt: skip
"""Elements of MathML that put their parts elsewhere than in a row (MathML Core, 3)."""


def _annotated(element: Tag) -> Tag | None:
    """What states the TeX of a formula in MathML."""
    notes = (each for each in elements(element, "annotation") if "tex" in attribute(each, "encoding").lower())
    return next(notes, None)


def _tex(element: Tag) -> str:
    r"""The TeX of a formula: its annotation (MathML), its text without \(…\) (pandoc), or its bare text."""
    source = _annotated(element)
    text = text_of(source) if source is not None else attribute(element, "alttext") or text_of(element)
    text = clean(text).strip()
    wrapped = re.fullmatch(r"\\\((.*)\\\)|\\\[(.*)\\\]", text, re.DOTALL)
    return (wrapped[1] or wrapped[2] or "").strip() if wrapped else text
