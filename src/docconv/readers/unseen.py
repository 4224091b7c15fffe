"""What of a page is no text of its document: taken out of the tree, or made what stands in its place, and said.

It assumes a tree as `soup.parse` makes it.  One problem is told for each kind of what is left out, with the place of
the first and all its words; scripts, styles and templates, which no browser shows, are passed over in silence.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import islice

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement, PreformattedString, Script, Stylesheet

from docconv import model as m
from docconv.account import letters
from docconv.problems import Problem, Say
from docconv.readers.inlines import one_line
from docconv.readers.soup import parse
from docconv.readers.source import DEEPEST

_SAID = {
    "hidden": (
        "text-hidden",
        "text that the page does not display is left out",
        "take display:none, hidden or its class from its element if it belongs to the text",
    ),
    "copy": ("text-left-out", "what a page says twice, once for programs, is left out", ""),
    "navigation": ("text-left-out", "navigation is left out", "copy it into the text if it belongs there"),
    "form": ("text-left-out", "controls of a form are left out", "write their words as text"),
    "script": ("text-left-out", "text for readers without scripts is left out", "copy it into the text"),
    "note": ("text-left-out", "marks and heads of notes are left out, for each edition sets its own", ""),
    "media": ("text-left-out", "films, sounds and programs are left out; what stands in their place is kept", ""),
    "formula": ("object-unread", "formulas that state no TeX are read as their text, in a row", "write them in TeX"),
    "drawing": ("text-left-out", "a drawing without words is left out", "save it as a file, and name it with img"),
}
"""What is said of each kind: a code, what, and a remedy."""
_QUOTED = 40


@dataclass(slots=True)
class LeftOut:
    """What was left out of a source so far, by kind.  `place` is where all of it stands, if lines tell nothing;
    `is_contents` says of a page that its navigation is no text, however much of the page it is."""

    file: str = ""
    entry: str = ""
    place: m.Place | None = None
    is_contents: bool = False
    words: dict[str, list[str]] = field(default_factory=dict)
    places: dict[str, m.Place | None] = field(default_factory=dict)

    def add(self, kind: str, element: Tag, words: str = "") -> None:
        """Take down that words of an element, or all, are left out."""
        self.places.setdefault(kind, self.at(element.sourceline) or self.place)
        self.words.setdefault(kind, []).append(one_line(words or text_of(element)))

    def at(self, line: int | None) -> m.Place | None:
        return m.Place(line, 1, self.file, self.entry) if line and self.file else None

    def tell(self, say: Say) -> None:
        """Say what was left out, and begin anew."""
        for kind, words in self.words.items():
            code, what, remedy = _SAID[kind]
            text = " ".join(filter(None, words))
            if text or kind in ("media", "formula", "drawing"):
                quoted = f": {text[:_QUOTED]}{'…' if len(text) > _QUOTED else ''}" if text else ""
                number = f" ({len(words)})" if len(words) > 1 else ""
                say(Problem(code, f"{what}{quoted}{number}", self.places[kind], remedy, text))
        self.words.clear()
        self.places.clear()


def text_of(element: Tag, newline: str = " ") -> str:
    """All the text inside; a `br` is a `newline`."""
    out: list[str] = []
    for node in element.descendants:
        if isinstance(node, Tag):
            out.append(newline if node.name == "br" else "")
        elif isinstance(node, NavigableString) and not isinstance(node, _NO_TEXT):
            out.append(node)
    return "".join(out)


_NO_TEXT = (PreformattedString, Script, Stylesheet)


def attribute(element: Tag, name: str) -> str:
    value = element.get(name)
    return value if isinstance(value, str) else ""


def classes(element: Tag) -> set[str]:
    return set(attribute(element, "class").split())


def roles(element: Tag) -> set[str]:
    return {*attribute(element, "role").split(), *attribute(element, "epub:type").split()}


def elements(root: Tag, *names: str) -> list[Tag]:
    """The elements inside that have one of these names, or all, in their order: bs4's own search takes ten times as
    long."""
    return [node for node in root.descendants if isinstance(node, Tag) and (not names or node.name in names)]


def local_links(root: Tag) -> list[Tag]:
    """The links inside that lead to an id."""
    return [each for each in elements(root, "a") if attribute(each, "href")[:1] == "#" and attribute(each, "href")[1:]]


def around(node: PageElement) -> Iterator[Tag]:
    """The elements around a node, as far as they can matter: soup may nest by the thousand."""
    return islice(node.parents, DEEPEST)


# ── The walk ─────────────────────────────────────────────────────────────────────────────────────────────

NOTE_ROLES = {"doc-footnote", "doc-endnote", "footnote", "endnote", "rearnote"}
_DISPLAY = re.compile(r"(?:^|;)\s*display\s*:\s*none\b", re.IGNORECASE)
_HIDDEN_CLASSES = {
    "visually-hidden", "visuallyhidden", "sr-only", "screen-reader-text", "screenreader-text", "screen-reader-only",
    "u-visually-hidden", "a11y-hidden",
}  # fmt: skip
"""Classes of Bootstrap, WordPress, GitHub and their like for words that only a screen reader says."""
_BACK = {"footnote-back", "footnote-backref", "mw-cite-backlink", "headerlink"}
_COPIES = {"katex-html", "MathJax_Preview", "generated"}
_CONTROLS = ("button", "select", "textarea", "datalist", "keygen", "isindex")
_MEDIA = ("audio", "video", "object", "embed", "applet", "canvas", "iframe", "frameset", "noembed", "noframes")
_RAW = ("iframe", "noembed", "noframes")
"""Elements that hold markup as text, for browsers that do not know them (HTML, "Parsing HTML fragments")."""
_SILENT = ("script", "style", "template", "head")


def leave_out(soup: BeautifulSoup, left: LeftOut, linked: Collection[str]) -> None:
    """Empty what is no text, and open what stands in the place of a film, a sound or a program.

    What holds most of a page is its text, whatever it says of itself: a script is to show it.  What is linked to by one
    of the ids `linked` is shown when somebody follows the link."""
    most: int | None = None
    stack: list[PageElement] = [soup]
    while stack:
        element = stack.pop()
        if not isinstance(element, Tag) or element.name in _SILENT:
            continue
        kind = _kind(element, linked)
        if kind and kind != "media" and element.find(_is_insert):
            kind = _shown(element)
        elif kind and kind not in ("media", "copy", "note") and not left.is_contents and element.contents:
            most = len(letters(text_of(soup))) // 2 if most is None else most
            if len(letters(text_of(element))) > most:
                kind = _shown(element)
        if kind == "media":
            stack.extend(reversed(_opened(element, left)))
        elif kind:
            left.add(kind, element, _value(element))
            _empty(element)
        else:
            stack.extend(reversed(element.contents))


def open_drawings(soup: BeautifulSoup) -> None:
    """Make pictures of drawings that do nothing but hold some."""
    for drawing in elements(soup, "svg"):
        pictures = elements(drawing, "image")
        for picture in pictures:
            address = attribute(picture, "href") or attribute(picture, "xlink:href")
            picture.name, picture.attrs = "img", {"src": address, "alt": one_line(text_of(drawing))}
        for each in elements(drawing, "title", "desc", "style") if pictures else ():
            each.decompose()
        if pictures:
            drawing.name, drawing.attrs = "span", {}


def _is_insert(element: Tag) -> bool:
    """Whether an element stands for something that is read already, and that is nobody's to leave out."""
    return element.has_attr("data-docconv-insert")


def _empty(element: Tag) -> None:
    element.clear()
    element.name, element.attrs = "template", {}


def _shown(element: Tag) -> str:
    """Nothing is wrong with an element: no kind, and nothing that says so."""
    if element.name in ("nav", "noscript", "dialog", *_CONTROLS):
        element.name = "div"
    element.attrs.pop("hidden", None)
    element.attrs.pop("style", None)
    return ""


def _kind(element: Tag, linked: Collection[str]) -> str:
    """Why an element is left out; nothing if it is text."""
    name, own = element.name, classes(element)
    if name in _MEDIA:
        return "media"
    if name in _CONTROLS or (name == "input" and _value(element)):
        return "form"
    if own & _COPIES or name == "other:switch-case":
        return "copy"
    if "doc-backlink" in roles(element) or own & _BACK:
        return "note"
    if name == "nav":
        return "navigation"
    if name == "noscript":
        return "script"
    if _is_hidden(element, own):
        return _shown(element) if _is_called(element, linked) else "hidden"
    if attribute(element, "aria-hidden") == "true" and _is_copy(element):
        return "copy"
    return ""


def _is_hidden(element: Tag, own: set[str]) -> bool:
    if element.name in ("body", "html"):
        return False
    if element.name in ("title", "rp", "dialog") and not element.has_attr("open"):
        svg = any(each.name == "svg" for each in around(element)) if element.name == "title" else False
        return not svg and bool(letters(text_of(element)))
    return (
        element.has_attr("hidden")
        or _DISPLAY.search(attribute(element, "style")) is not None
        or bool(own & _HIDDEN_CLASSES)
    )


def _is_called(element: Tag, linked: Collection[str]) -> bool:
    """Whether somebody who follows a link sees a hidden element: a note, or a box of notes."""
    if attribute(element, "id") in linked:
        return True
    return any(isinstance(node, Tag) and roles(node) & NOTE_ROLES for node in (element, *element.descendants))


def _is_copy(element: Tag) -> bool:
    """Whether an element that programs are not to read says what its neighbour says."""
    words = letters(text_of(element))
    if not words:
        return False
    beside = (element.find_previous_sibling(), element.find_next_sibling())
    return any(isinstance(each, Tag) and letters(text_of(each)) == words for each in beside)


def _value(element: Tag) -> str:
    """The words that a control states in an attribute."""
    if element.name != "input" or attribute(element, "type") in ("hidden", "checkbox", "radio", "image", "file"):
        return ""
    return attribute(element, "value") or attribute(element, "placeholder")


def _opened(element: Tag, left: LeftOut) -> list[PageElement]:
    """What stands in an element's place, which becomes a box; an `object` that is a picture becomes an `img`."""
    if element.name in _RAW and element.string:
        inside = parse(str(element.string)).body
        element.clear()
        element.extend([*inside.contents] if inside else [])
    address = attribute(element, "data") or attribute(element, "src")
    kind = attribute(element, "type")
    if element.name in ("object", "embed") and (kind.startswith("image/") or _PICTURE.search(address)):
        alt = one_line(text_of(element)) or attribute(element, "alt") or attribute(element, "title")
        element.clear()
        element.name, element.attrs = "img", {"src": address, "alt": alt}
        return []
    if element.name not in ("noembed", "noframes", "frameset"):
        left.add("media", element, " ")
    stands_alone = _holds_blocks(element) or (element.parent is not None and element.parent.name in _BOXES)
    element.name, element.attrs = "div" if stands_alone else "span", {}
    return [*element.contents]


_BOXES = ("body", "div", "section", "article", "main", "figure", "blockquote", "aside", "td")
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|svg)$", re.IGNORECASE)


def _holds_blocks(element: Tag) -> bool:
    return element.find(["p", "div", "ul", "ol", "table", "section", "blockquote", "dl", "h1", "h2", "h3"]) is not None
