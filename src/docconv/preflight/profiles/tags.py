"""The tags of a PDF: its structure tree, with what each element is, says and holds, in reading order.

It assumes a tree as ISO 32000-1, 14.7 describes it; of one that bites its own tail, each element is met once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from pikepdf import Array, Object

from docconv.preflight.profiles.objects import dictionaries, entries, get, items, name, number, raw, text

MOST_ELEMENTS = 200_000
DEEPEST = 100


_STANDARD_WORDS = (
    "Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private P H H1 H2 H3 H4 H5 H6 L LI Lbl "
    "LBody Table TR TH TD THead TBody TFoot Span Quote Note Reference BibEntry Code Link Annot Ruby RB RT RP Warichu "
    "WT WP Figure Formula Form"
)
STANDARD = frozenset(_STANDARD_WORDS.split())

Mark: TypeAlias = tuple[tuple[int, int], tuple[int, int], int]
"""A run of marked content: the page, the form in it or (0, 0), and its number (MCID)."""


@dataclass(slots=True, eq=False)
class Element:
    """`kind` is a standard type, `own` the name that stands in the file."""

    kind: str
    own: str
    value: Object
    page: int = 0
    """The page of the first thing in it; 0 if it holds none."""
    children: list[Element] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    objects: list[Object] = field(default_factory=list)
    """Annotations that it holds."""
    above: Element | None = None

    @property
    def words(self) -> str:
        """What is said in its place: Alt or ActualText."""
        return text(get(self.value, "/Alt")) or text(get(self.value, "/ActualText"))

    @property
    def identifier(self) -> str:
        return text(get(self.value, "/ID"))

    @property
    def lang(self) -> str:
        """The language that it says, or one of those around it."""
        return text(get(self.value, "/Lang")) or (self.above.lang if self.above else "")

    @property
    def is_said(self) -> bool:
        """Whether other words are said in its place, or in that of one around it."""
        return bool(self.words) or (self.above is not None and self.above.is_said)

    def attribute(self, key: str) -> object:
        """An attribute of the element or of its classes."""
        given = [each for each in dictionaries(get(self.value, "/A")) if f"/{key}" in each]
        return given[0].get(f"/{key}") if given else None

    def walk(self) -> Iterator[Element]:
        waiting = [self]
        while waiting:
            each = waiting.pop()
            yield each
            waiting += reversed(each.children)

    @property
    def is_empty(self) -> bool:
        return not any(each.marks or each.objects for each in self.walk())


@dataclass(slots=True)
class Tags:
    """The elements in reading order; `order` their marks; `faults` the names of types that mean nothing."""

    root: list[Element] = field(default_factory=list)
    order: list[Mark] = field(default_factory=list)
    unknown: dict[str, int] = field(default_factory=dict)
    """Names that neither are standard types nor stand for one, each with the page of the first."""
    complete: bool = True

    def walk(self) -> Iterator[Element]:
        for each in self.root:
            yield from each.walk()

    def holders(self) -> dict[Mark, Element]:
        """For each run of marked content the element that holds it."""
        return {mark: each for each in self.walk() for mark in each.marks}


def read_tags(catalog: Object, pages: dict[tuple[int, int], int]) -> Tags:
    """The tags of a file; `pages` gives the number of each page object."""
    tree = get(catalog, "/StructTreeRoot")
    tags = Tags()
    roles = {key: name(value) for key, value in entries(get(tree, "/RoleMap"))}
    reader = _Reader(tags, roles, pages)
    if tree is not None:
        for kid in _kids(tree):
            reader.read(kid, None, (0, 0), 0)
    return tags


def _kids(holder: object) -> list[object]:
    kids = raw(holder, "/K")
    return items(kids) if isinstance(kids, Array) else [] if kids is None else [kids]


class _Reader:
    def __init__(self, tags: Tags, roles: dict[str, str], pages: dict[tuple[int, int], int]) -> None:
        self.tags, self.roles, self.pages = tags, roles, pages
        self.seen: set[tuple[int, int]] = set()
        self.count = 0

    def read(self, kid: object, above: Element | None, page: tuple[int, int], depth: int) -> None:
        """An element, a run of marked content or an annotation, and what is below it."""
        if isinstance(kid, int) and above is not None:
            self._mark(above, (page, (0, 0), kid))
        if not isinstance(kid, Object):
            return
        own_page = get(kid, "/Pg")
        page = own_page.objgen if own_page is not None else page
        match name(get(kid, "/Type")):
            case "MCR" if above is not None:
                form = get(kid, "/Stm")
                self._mark(above, (page, form.objgen if form is not None else (0, 0), int(number(raw(kid, "/MCID")))))
            case "OBJR" if above is not None and (held := get(kid, "/Obj")) is not None:
                above.objects.append(held)
                above.page = above.page or self.pages.get(page, 0)
            case _ if get(kid, "/S") is not None:
                self._element(kid, above, page, depth)

    def _mark(self, element: Element, mark: Mark) -> None:
        element.marks.append(mark)
        self.tags.order.append(mark)
        holder: Element | None = element
        while holder is not None and not holder.page:
            holder.page = self.pages.get(mark[0], 0)
            holder = holder.above

    def _element(self, kid: Object, above: Element | None, page: tuple[int, int], depth: int) -> None:
        self.count += 1
        if depth > DEEPEST or self.count > MOST_ELEMENTS or (kid.is_indirect and kid.objgen in self.seen):
            self.tags.complete = False
            return
        self.seen.add(kid.objgen)
        own = name(get(kid, "/S"))
        element = Element(self._standard(own), own, kid, above=above)
        (above.children if above is not None else self.tags.root).append(element)
        for each in _kids(kid):
            self.read(each, element, page, depth + 1)
        if not element.kind:
            self.tags.unknown.setdefault(own, element.page)

    def _standard(self, own: str) -> str:
        """The standard type that a name stands for; "" if it stands for none."""
        name = own
        for _ in range(10):
            if name in STANDARD:
                return name
            name = self.roles.get(name, "")
        return ""
