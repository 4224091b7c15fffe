"""The document: what a text is once its source no longer matters.

A small tree of frozen nodes.  It assumes nothing of any reader, pass or writer, and it cannot hold an
illegal document: depth is nesting (there is no heading node), there is no raw node and no free attribute.

Every node may know its `Place` in the source.  Places are evidence, not content: two documents that differ
only in places are equal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from operator import is_
from typing import Any, Literal, TypeAlias, TypeVar, cast, get_args


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a node began in its source: line and column count from 1 (line 0: somewhere in the file); `file` is the
    source's name as given, `entry` the file in it that is meant if it is an archive."""

    line: int
    column: int = 1
    file: str = ""
    entry: str = ""

    def right(self, characters: int) -> Place:
        """The place `characters` further along the same line."""
        return Place(self.line, self.column + characters, self.file, self.entry)


@dataclass(frozen=True, slots=True)
class Node:
    place: Place | None = field(default=None, compare=False, repr=False, kw_only=True)


# ── Inlines ──────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Text(Node):
    text: str


@dataclass(frozen=True, slots=True)
class Emphasis(Node):
    content: Inlines


@dataclass(frozen=True, slots=True)
class Strong(Node):
    content: Inlines


@dataclass(frozen=True, slots=True)
class Deletion(Node):
    """Words that the author has struck out and lets be seen: 价款为~~100~~200元."""

    content: Inlines


@dataclass(frozen=True, slots=True)
class Insertion(Node):
    """Words that a revision has put in and that are shown as such: the other half of a `Deletion`."""

    content: Inlines


@dataclass(frozen=True, slots=True)
class Underline(Node):
    """Words under a line of their own: 傍线, a blank of a form that is filled in, a stress that is not `Emphasis`."""

    content: Inlines


@dataclass(frozen=True, slots=True)
class Link(Node):
    """`target` is an absolute http, https or mailto address, or `#id` of a node in the same document."""

    target: str
    content: Inlines


@dataclass(frozen=True, slots=True)
class LineBreak(Node):
    pass


@dataclass(frozen=True, slots=True)
class Ruby(Node):
    """A base with its reading (JLREQ 3.3, CLREQ 3.4)."""

    base: str
    reading: str


@dataclass(frozen=True, slots=True)
class NoteRef(Node):
    """The mark that calls `Document.notes[…]` with the same id."""

    note: str


@dataclass(frozen=True, slots=True)
class Code(Node):
    text: str


@dataclass(frozen=True, slots=True)
class Math(Node):
    """A formula in TeX."""

    tex: str


@dataclass(frozen=True, slots=True)
class Sub(Node):
    content: Inlines


@dataclass(frozen=True, slots=True)
class Sup(Node):
    content: Inlines


@dataclass(frozen=True, slots=True)
class Foreign(Node):
    """A run in another language than its paragraph; `lang` is a BCP 47 tag."""

    lang: str
    content: Inlines


@dataclass(frozen=True, slots=True)
class Byline(Node):
    """A byline that runs into the paragraph it heads: 株洲日报（全媒体记者/周菁）…"""

    content: Inlines


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A person named in a byline; `role` as printed: 全媒体记者, 通讯员, 文, 摄影, or empty."""

    name: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class Picture(Node):
    """A picture inside a line of text: a 外字, an icon, a formula that was photographed."""

    media: Media


Holder: TypeAlias = (
    Emphasis | Strong | Deletion | Insertion | Underline | Link | Sub | Sup | Foreign | Byline
)  # fmt: skip
"""The inlines that hold a run of others in their `content`."""

Inline: TypeAlias = Text | Holder | LineBreak | Ruby | NoteRef | Code | Math | Name | Picture
Inlines: TypeAlias = tuple[Inline, ...]


# ── Media: a missing picture is a state of the document, not a trick of one back end ────────────────────────


Crop: TypeAlias = Literal["", "center", "left", "right", "top", "bottom"]
"""The side of a picture that stays when it is cut to the shape of its place in print; nothing: it is not cut."""


@dataclass(frozen=True, slots=True)
class Image(Node):
    """A picture that is there: `path` is relative to the images folder or to the source's folder."""

    path: str
    alt: str = ""
    crop: Crop = ""


@dataclass(frozen=True, slots=True)
class Missing(Node):
    """A picture that was printed but is not at hand.  `wanted` is the path that the source names, if any."""

    wanted: str = ""
    alt: str = ""
    crop: Crop = ""


Media: TypeAlias = Image | Missing


# ── Blocks ───────────────────────────────────────────────────────────────────────────────────────────────

ParagraphRole: TypeAlias = Literal["body", "resumed", "credit", "jump", "abstract", "note"]
"""`resumed` is body text that goes on after a quotation, a verse or a figure: it is not indented."""

RUNNING: tuple[ParagraphRole, ...] = ("body", "resumed")

NAMED_ROLES: Mapping[str, ParagraphRole] = {role: role for role in get_args(ParagraphRole) if role != "body"}
"""The roles that a class or a style names."""

ParagraphAlign: TypeAlias = Literal["", "center", "right"]
"""Where the lines of a paragraph stand that is set apart by it: a signature, a date, a dedication.  Nothing: as running
text does."""


@dataclass(frozen=True, slots=True)
class Paragraph(Node):
    """`role` tells running text from a credit (本版图片由…提供), a jump line (下转A4版), an abstract
    (【摘要】) and an editor's note (编者按)."""

    content: Inlines
    role: ParagraphRole = "body"
    lang: str = ""
    align: ParagraphAlign = ""


@dataclass(frozen=True, slots=True)
class Figure(Node):
    """A picture with its caption.  `id` is stable: the picture file that fills a placeholder bears it."""

    media: Media
    caption: Inlines = ()
    credit: Inlines = ()
    id: str = ""


@dataclass(frozen=True, slots=True)
class Quote(Node):
    body: Blocks


@dataclass(frozen=True, slots=True)
class ListItem(Node):
    """`done` tells of a task whether it is; of anything else it is None."""

    body: Blocks
    done: bool | None = None


ListStyle: TypeAlias = Literal["1", "a", "A", "i", "I", "①", "一", "甲", "ア", "イ", "가"]
"""How the numbers of a list are written, by what the first of them is."""

ListMarks: TypeAlias = Literal["", ".", ")", "()", "、", "）", "（）"]
"""What stands behind a list's number or around it."""


@dataclass(frozen=True, slots=True)
class List(Node):
    """`start` is the first number of an ordered list, None for a bullet list, which has neither style nor marks."""

    items: tuple[ListItem, ...]
    start: int | None = None
    style: ListStyle = "1"
    marks: ListMarks = "."


Align: TypeAlias = Literal["", "left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Cell(Node):
    body: Blocks
    header: bool = False
    colspan: int = 1
    rowspan: int = 1
    align: Align = ""


@dataclass(frozen=True, slots=True)
class Row(Node):
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Node):
    """`head` are the rows that repeat at the top of each page."""

    caption: Inlines = ()
    head: tuple[Row, ...] = ()
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Verse(Node):
    """Stanzas; the lines of a stanza are parted by `LineBreak`."""

    stanzas: tuple[Inlines, ...]


AsideKind: TypeAlias = Literal["box", "furniture", "pullquote"]


Alert: TypeAlias = Literal["", "note", "tip", "important", "warning", "caution"]
"""What a box is that must not be overlooked, as GitHub tells them apart."""


@dataclass(frozen=True, slots=True)
class Aside(Node):
    """Matter beside the flow: a box of its own, page furniture (running head, folio, masthead, 责编), or words of the
    text that the author shows large beside it.  An edition says what an `alert` is in the language of the text."""

    body: Blocks
    kind: AsideKind = "box"
    alert: Alert = ""


@dataclass(frozen=True, slots=True)
class CodeBlock(Node):
    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class MathBlock(Node):
    """A displayed formula in TeX."""

    tex: str


@dataclass(frozen=True, slots=True)
class Break(Node):
    """A break in thought: the blank line or row of asterisks between two paragraphs."""


@dataclass(frozen=True, slots=True)
class PageBreak(Node):
    """Where a page of the print edition begins; `label` is its number as printed: 15, 第A4版：要闻."""

    label: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Section(Node):
    title: Inlines
    body: Blocks
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article(Node):
    """One story of a page: 肩题 kicker, 主题 headline, 副题 deck, byline block, body."""

    kicker: Inlines = ()
    headline: Inlines = ()
    deck: Inlines = ()
    byline: Inlines = ()
    body: Blocks = ()
    id: str = ""
    lang: str = ""


Block: TypeAlias = (
    Paragraph | Figure | Quote | List | Table | Verse | Aside | CodeBlock | MathBlock | Break | PageBreak | Section
)  # fmt: skip
Blocks: TypeAlias = tuple[Block, ...]


# ── Document ─────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Note(Node):
    """A foot- or endnote; `NoteRef(id)` calls it."""

    id: str
    body: Blocks


ContributorRole: TypeAlias = Literal["translator", "editor", "illustrator", "photographer", "narrator", "contributor"]


@dataclass(frozen=True, slots=True)
class Contributor(Node):
    """Somebody besides the authors who had a part in the book."""

    name: str
    role: ContributorRole = "contributor"


@dataclass(frozen=True, slots=True)
class Colophon:
    """What the imprint page of a book says of it (版权页, 奥付): for catalogues and shops, not for the text.

    `identifier` is an ISBN, an ISSN or a URN; `source` is the print edition, best by its ISBN; `number` counts the
    volumes of the series or the issues of the paper; `certifier` has found the e-book accessible; `readings` give names
    and titles as they are sorted and read (夏目漱石 → なつめ そうせき)."""

    identifier: str = ""
    publisher: str = ""
    rights: str = ""
    description: str = ""
    subjects: tuple[str, ...] = ()
    source: str = ""
    series: str = ""
    number: str = ""
    certifier: str = ""
    contributors: tuple[Contributor, ...] = ()
    readings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Meta:
    """What is known of the whole: `lang` is a BCP 47 tag with script; `date` is ISO 8601, as far as known.
    `kind` tells a printed page lifted by an extractor from a manuscript: page repairs apply to pages only."""

    title: str = ""
    lang: str = ""
    authors: tuple[str, ...] = ()
    date: str = ""
    publication: str = ""
    kind: Literal["manuscript", "page"] = "manuscript"
    colophon: Colophon = field(default_factory=Colophon)


@dataclass(frozen=True, slots=True)
class Document:
    """`body` holds articles (a newspaper page), or sections and blocks (a book, a manuscript).  `decisions` are what
    the editor decided of its source: like places, they are no part of the text."""

    meta: Meta
    body: tuple[Article | Block, ...]
    notes: tuple[Note, ...] = ()
    decisions: frozenset[Any] = field(default=frozenset(), compare=False, repr=False)


# ── Walking and rewriting ────────────────────────────────────────────────────────────────────────────────

AnyNode: TypeAlias = Inline | Block | Article | ListItem | Cell | Row | Note | Image | Missing
T = TypeVar("T")


@cache
def _child_fields(kind: Any) -> tuple[str, ...]:
    return tuple(f.name for f in fields(kind) if f.name != "place" and _holds_nodes(str(f.type)))


def _holds_nodes(annotation: str) -> bool:
    return any(word in annotation for word in ("Inlines", "Blocks", "tuple[", "Media")) and "str" not in annotation


def children(node: Any) -> Iterator[Any]:
    """The nodes directly inside, in reading order."""
    for name in _child_fields(node.__class__):
        value = getattr(node, name)
        if isinstance(value, tuple):
            for child in value:
                # a Verse holds tuples of inlines
                yield from child if isinstance(child, tuple) else (child,)
        else:
            yield value


def walk(node: Any) -> Iterator[Any]:
    """The node and all below it, in document order, without recursion (a source may nest deeply)."""
    stack = [node]
    while stack:
        node = stack.pop()
        yield node
        if _child_fields(node.__class__):  # most nodes are text and have none
            stack += [*children(node)][::-1]


def _none(node: Any) -> bool:
    return False


def rewrite(node: T, function: Callable[[Any], Any], skip: Callable[[Any], bool] = _none) -> T:
    """The tree with `function` applied to every node from the leaves up, but for the branches that `skip` names.
    Untouched branches are shared."""
    if skip(node):
        return node
    changes: dict[str, Any] = {}
    for name in _child_fields(cast(Any, node).__class__):
        old = getattr(node, name)
        new: Any
        if not isinstance(old, tuple):
            new = rewrite(old, function, skip)
        elif old and isinstance(old[0], tuple):
            new = tuple(tuple(rewrite(child, function, skip) for child in part) for part in old)
        else:
            new = tuple([rewrite(child, function, skip) for child in old])
        if not _same(new, old):
            changes[name] = new
    result = replace(node, **changes) if changes else node  # type: ignore[type-var]
    return function(result) if isinstance(result, Node) else result


def _same(new: Any, old: Any) -> bool:
    """Whether both hold the same objects (not: equal ones, for a node may differ in its place alone)."""
    if not isinstance(new, tuple):
        return new is old
    if len(new) != len(old):
        return False
    return all(map(is_, new, old)) or (isinstance(new[0], tuple) and all(map(_same, new, old)))


def rewrite_runs(node: T, function: Callable[[Inlines], Inlines]) -> T:
    """The tree with `function` applied to every outermost run of inlines: a paragraph's content, a caption …

    A run is the unit in which typography and repair look at neighbours, through emphasis and links."""

    def step(current: Any) -> Any:
        changes: dict[str, Any] = {}
        for name in _run_fields(current.__class__):
            old = getattr(current, name)
            new = tuple(function(stanza) for stanza in old) if isinstance(current, Verse) else function(old)
            if not _same(new, old):
                changes[name] = new
        return replace(current, **changes) if changes else current

    return rewrite(node, step)


@cache
def _run_fields(kind: Any) -> tuple[str, ...]:
    if issubclass(kind, Holder):
        return ()
    return tuple(f.name for f in fields(kind) if "Inlines" in str(f.type))


def is_furniture(node: Any) -> bool:
    """Whether a node is page furniture: repairs of running text do not apply to it."""
    return isinstance(node, Aside) and node.kind == "furniture"


def plain(nodes: Any) -> str:
    """The text of inlines (or of one node), as a reader sees it: ruby by its base, a line break as a newline."""
    if isinstance(nodes, tuple):
        return "".join(plain(node) for node in nodes)
    match nodes:
        case Text(text) | Code(text):
            return text
        case Math(tex):
            return tex
        case Name(name):
            return name
        case Ruby(base):
            return base
        case LineBreak():
            return "\n"
        case NoteRef() | Picture():
            return ""
        case _:
            return plain(nodes.content)


def paragraphs(document: Document) -> Iterator[str]:
    """Every run of text of the document in reading order, as a reader sees it: one string a headline, paragraph,
    caption or cell.  All editions must show exactly this."""
    for node in walk(document):
        match node:
            case Article():
                yield from (plain(run) for run in (node.kicker, node.headline, node.deck, node.byline) if run)
            case Section(title):
                yield plain(title)
            case Paragraph(content):
                yield plain(content)
            case Figure() if node.caption or node.credit:
                yield plain(node.caption) + plain(node.credit)
            case Table() if node.caption:
                yield plain(node.caption)
            case Verse(stanzas):
                yield from (plain(stanza) for stanza in stanzas)
            case CodeBlock(text):
                yield text
            case MathBlock(tex):
                yield tex
            case _:
                pass
