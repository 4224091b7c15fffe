"""From the bytes of a page of HTML to a tree of elements: its encoding, and the parser.

It assumes only that the source is meant as HTML.  The tree is BeautifulSoup's, but turbohtml says what stands in it: it
builds what the HTML standard says of elements that are left open or crossed, knows the line of each, and takes time
in proportion to the source, for no element stands deeper than 512, as in browsers.  What is well-formed XHTML is read
as XML, where `<title/>` and `<a id="p7"/>` hold nothing.
"""

from __future__ import annotations

import codecs
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from html.entities import html5
from typing import Any, TypeAlias

import turbohtml
from bs4 import BeautifulSoup, Tag
from bs4.builder import HTMLTreeBuilder
from bs4.dammit import EncodingDetector
from bs4.element import (
    Comment,
    Doctype,
    NavigableString,
    PageElement,
    ProcessingInstruction,
    Script,
    Stylesheet,
    TemplateString,
)
from lxml import etree

from docconv.readers.encodings import decoded


def decode_markup(data: bytes, name: str = "") -> str:
    """The text of an HTML or XML source: by its byte order mark, by its declaration, or as `decoded` tells it.

    What a declared encoding cannot read becomes U+FFFD."""
    declared = _python_codec(EncodingDetector.find_declared_encoding(data, is_html=True) or "")
    if not declared or data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return decoded(data, name).text
    # many a page that says GB2312 is UTF-8, whose bytes are never valid by chance
    for codec in ("utf-8", declared):
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            continue
    return data.decode(declared, errors="replace")


_SUPERSETS = {  # what a page declares → what such pages are in fact written in (WHATWG Encoding)
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "hz": "hz",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "utf-16": "utf-8",  # a declaration that can be read byte by byte is not UTF-16
    "utf-16-le": "utf-8",
    "utf-16-be": "utf-8",
}
_FAMILIES = re.compile("utf-8|gb|hz|big5|shift|cp|euc|iso|koi8|johab|mac|ascii|utf-16")


_ALIASES = {
    "x-sjis": "shift_jis",
    "windows-31j": "cp932",
    "x-euc-jp": "euc_jp",
    "x-gbk": "gbk",
    "ks_c_5601-1987": "cp949",
}


def _python_codec(label: str) -> str:
    """Python's name of an encoding that a page may be in, or nothing."""
    try:
        name = codecs.lookup(_ALIASES.get(label.strip().lower(), label.strip())).name
    except (LookupError, ValueError):
        return ""
    return _SUPERSETS.get(name, name) if _FAMILIES.match(name) else ""


def parse(markup: str, is_xml: bool = False) -> BeautifulSoup:
    """The tree of a page, as the HTML standard builds it; as XML has it, if the page or its caller says that it is
    XHTML and that is true."""
    text = _UNPARSED.sub("", re.sub("\r\n?|[\x0b\x0c]", "\n", markup))
    tree = _xhtml(text) if is_xml or _SAYS_XHTML.search(text[:_PROLOGUE]) else None
    if tree is None:
        text = _XML_DECLARATION.sub(lambda found: "\n" * found[0].count("\n"), text, count=1)
        tree = _events(turbohtml.parse(_bounded(text)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # guesses at what the text might be instead
        return BeautifulSoup("", builder=_Builder(tree))


_UNPARSED = re.compile("[\x00-\x08\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_XML_DECLARATION = re.compile(r"<\?xml[^<>]*\?>")

Event: TypeAlias = tuple[str, Any, Mapping[str, str], int]
"""What stands in a tree, in its order: ("<", name, attributes, line), (">", "", {}, 0), ("text", text, {}, 0) …"""


class _Builder(HTMLTreeBuilder):
    """A tree of bs4 from the events of another."""

    def __init__(self, events: Iterable[Event]) -> None:
        super().__init__(multi_valued_attributes={})
        self.events = events

    def prepare_markup(self, *arguments: Any, **named: Any) -> Iterator[tuple[Any, None, None, bool]]:
        yield "", None, None, False

    def feed(self, markup: Any) -> None:
        """Put the tree together by hand: bs4's own ways of doing so take twice as long."""
        current: Tag | None = self.soup
        last: PageElement | None = current
        for kind, value, attributes, line in self.events:
            assert current is not None
            node: PageElement
            if kind == ">":
                current = current.parent
                continue
            if kind == "<":
                node = Tag(None, self, value, None, None, {**attributes}, current, last, sourceline=line or None)
            else:
                strings = _STRINGS.get(current.name, NavigableString) if kind == "text" else _KINDS[kind]
                node = strings(value)
                node.setup(current, last)
            current.contents.append(node)
            if last is not None:
                last.next_element = node
            last = node
            current = node if isinstance(node, Tag) else current


_STRINGS = {"script": Script, "style": Stylesheet, "template": TemplateString}
_KINDS = {"comment": Comment, "instruction": ProcessingInstruction, "doctype": Doctype}


# ── HTML ─────────────────────────────────────────────────────────────────────────────────────────────────


def _events(document: turbohtml.Document) -> Iterator[Event]:
    """What stands in a tree of turbohtml, but for the copies of a `font` or `b` inside another: a source of n tags that
    never end is a tree of n² elements."""
    seen: set[tuple[int, int]] = set()
    path: list[str] = []
    stack: list[Any] = [*reversed([*document])]
    while stack:
        node = stack.pop()
        if node is None:
            path.pop()
            yield (">", "", {}, 0)
        elif isinstance(node, turbohtml.Element):
            inside = reversed([*node])
            if node.tag in _FORMATTING and (at := node.position):
                if at in seen and node.tag in path:
                    stack.extend(inside)
                    continue
                seen.add(at)
            path.append(node.tag)
            stack.append(None)
            stack.extend(inside)
            attributes = {name: node.attr(name) or "" for name in node.attrs}
            yield ("<", node.tag, attributes, node.source_line or 0)
        elif isinstance(node, turbohtml.Text):
            yield ("text", node.data, {}, 0)
        elif isinstance(node, turbohtml.Comment):
            yield ("comment", node.data, {}, 0)
        elif isinstance(node, turbohtml.ProcessingInstruction):
            yield ("instruction", node.data, {}, 0)
        elif isinstance(node, turbohtml.DocumentFragment):  # what a template holds
            stack.extend(reversed([*node]))


_FORMATTING = ("a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u")
_MOST_OPEN = 12
"""Different tags of this kind that a page may leave open at once; one more is taken away, its text stays (house
choice: the standard has each of them begin anew in every paragraph that follows, so that n tags are n² elements)."""
_MOST_BODIES = 100
"""Tags `html` and `body` whose attributes are compared with those of all before (house choice)."""
_COUNTED = re.compile(rf"<(/?)({'|'.join(_FORMATTING)}|html|body)(?=[\s/>])[^>]*>", re.IGNORECASE)


def _bounded(text: str) -> str:
    """A page that no parser takes more than proportional time and room for."""
    open_tags: dict[str, list[str]] = {}
    known: set[str] = set()
    bodies = 0

    def kept(found: re.Match[str]) -> str:
        nonlocal bodies
        name, tag = found[2].lower(), found[0]
        own = open_tags.setdefault(name, [])
        if name in ("html", "body"):
            bodies += 1
            return tag if bodies <= _MOST_BODIES else f"<{found[1]}{name}{_lines(tag)}>"
        if found[1]:
            if own:
                known.discard(own.pop())
        elif tag not in known:
            if len(known) >= _MOST_OPEN:
                return _lines(tag)
            if name in ("a", "nobr"):  # which end where the next begins
                known.difference_update(own)
                own.clear()
            known.add(tag)
            own.append(tag)
        return tag

    return _COUNTED.sub(kept, text)


def _lines(tag: str) -> str:
    return "\n" * tag.count("\n")


# ── XHTML ────────────────────────────────────────────────────────────────────────────────────────────────

_PROLOGUE = 4000
"""Characters in which a page says what it is (house choice)."""
_SAYS_XHTML = re.compile(r'^\s*<\?xml\s|<html\s[^>]*xmlns\s*=\s*["\']http://www\.w3\.org/1999/xhtml["\']')
_NAMESPACES = {
    "http://www.w3.org/1999/xhtml": "",
    "http://www.w3.org/2000/svg": "",
    "http://www.w3.org/1998/Math/MathML": "",
    "http://www.idpf.org/2007/ops": "epub:",
    "http://www.w3.org/1999/xlink": "xlink:",
    "http://www.w3.org/XML/1998/namespace": "xml:",
}


def _xhtml(text: str) -> Iterator[Event] | None:
    """The tree of a page that is well-formed XML; None of any other.

    Names of characters that HTML knows are read as such; what a page declares itself is read within libxml2's bounds,
    what stands in other files is not."""
    own = set(re.findall(r"<!ENTITY\s+([\w.-]+)", text[: max(text.find("<html"), 0)]))
    named = _NAMED.sub(lambda found: found[0] if found[1] in own else html5.get(f"{found[1]};", found[0]), text)
    data = re.sub(r"^\s*<\?xml[^<>]*\?>", lambda found: _lines(found[0]), named).lstrip(" ").encode()
    parser = etree.XMLParser(resolve_entities="internal", no_network=True, load_dtd=False, encoding="utf-8")
    try:
        root = etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError):
        return None
    return _xml_events(root) if _local(root.tag) in ("html", "svg") else None


_NAMED = re.compile("&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]*);")


def _local(name: str) -> str:
    """The name of an element or attribute, with a prefix if its namespace is none of a page's own."""
    namespace, _, local = name.rpartition("}")
    return _NAMESPACES.get(namespace[1:], "" if not namespace else "other:") + local


def _xml_events(root: etree._Element) -> Iterator[Event]:
    for event, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event == "start":
            attributes = {_local(name): value for name, value in node.attrib.items()}
            yield ("<", _local(node.tag), attributes, node.sourceline or 0)
            if node.text:
                yield ("text", node.text, {}, 0)
        elif event == "end":
            yield (">", "", {}, 0)
        elif event == "comment":
            yield ("comment", node.text or "", {}, 0)
        if event != "start" and node.tail and node is not root:
            yield ("text", node.tail, {}, 0)
