"""The edition in Markdown: to read, to correct, to keep under version control, and for docconv to read back.

It assumes that pandoc writes Markdown of the canonical markup.  Roles are fenced boxes (::: deck), ruby is HTML, which
every reader of Markdown shows, and a missing picture is a picture under the name of the file that is wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import quote

from lxml import etree

from docconv import model as m
from docconv.lists import LETTERS, PLAIN, look_stated, marker
from docconv.metadata import named
from docconv.pictures import Pictures
from docconv.problems import Problem
from docconv.styles import Style
from docconv.writers import markup
from docconv.writers.labels import file_name
from docconv.writers.pandoc import STYLED, XHTML, convert, tasks, tree, wrap

_FORM = "markdown-smart-raw_tex-latex_macros-citations-native_spans-raw_attribute-simple_tables-multiline_tables"
_HEADINGS = [f"{XHTML}h{level}" for level in range(1, 7)]


def write_markdown(document: m.Document, style: Style, pictures: Pictures, report: Callable[[Problem], None]) -> bytes:
    """The document as Markdown, metadata first.  Equal documents give equal bytes.  Raises `ToolError` without
    pandoc."""
    root = tree(document, quote, document.meta.title, head="".join(_metadata(document.meta)),
                placeholder=lambda figure: {"data-file": file_name(figure)})  # fmt: skip
    linked = {link.get("href", "")[1:] for link in root.iter(f"{XHTML}a")}
    for section in [each for each in root.iter(f"{XHTML}section") if _goes_on_after(each)]:
        section.set("class", "closed-section")
    for element in list(root.iter(f"{XHTML}*")):
        _undress(element, linked)
    etree.strip_tags(root.find(f"{XHTML}body"), f"{XHTML}section", f"{XHTML}header")
    mark = _mark_breaks(root)
    for words, is_done in list(tasks(root)):
        made = etree.Element(f"{mark}-{'done' if is_done else 'open'}")
        made.tail, words.text = words.text, None
        words.insert(0, made)
    for element in root.iter(f"{XHTML}u"):
        element.tag = f"{mark}-u"
    text = convert(root, _FORM, "html+raw_html+epub_html_exts-auto_identifiers")
    for name, shown in ((mark, b"<br>"), (f"{mark}-open", b"[ ] "), (f"{mark}-done", b"[x] ")):
        text = text.replace(f"<{name}></{name}>".encode(), shown)
    for end in ("", "/"):  # which every reader of Markdown knows, where pandoc writes what it alone does
        text = text.replace(f"<{end}{mark}-u>".encode(), f"<{end}u>".encode())
    return text


def _number(element: etree._Element) -> None:
    """Put a list whose numbers Markdown has no form for into a box that says how the first is written."""
    style, marks = look_stated(element.get("type", ""), element.get("class", "")) or PLAIN
    if marks != "." or style not in ("1", *LETTERS):
        for name in ("type", "class"):
            element.attrib.pop(name, None)
        wrap(element, {"data-numbered": marker(m.List((), 1, style, marks), 1)})


def _mark_breaks(root: etree._Element) -> str:
    """Give the line breaks in headings, of which pandoc makes blanks, a name that it keeps and that no text bears."""
    text, mark = "".join(root.itertext()), "heading-break"
    while mark in text:
        mark += "-"
    for heading in root.iter(*_HEADINGS):
        for found in list(heading.iter(f"{XHTML}br")):
            found.tag = mark
    return mark


def _metadata(meta: m.Meta) -> Iterator[str]:
    """`docconv: page` says that docconv wrote the file, and what it wrote it of."""
    pairs = [("docconv", meta.kind), *(("author", author) for author in meta.authors), ("date", meta.date),
             ("publication", meta.publication), *named(meta.colophon)]  # fmt: skip
    return (f'<meta name="{name}" content="{markup.escape(value)}"/>\n' for name, value in pairs if value)


def _goes_on_after(section: etree._Element) -> bool:
    """Whether text stands behind a section or behind one of its neighbours: a heading alone would not end them."""
    beside = [each.tag == f"{XHTML}section" for each in section.getparent() if each.get("class") != "note"]
    return sorted(beside) != beside and next(iter(section), section).tag in _HEADINGS


def _undress(element: etree._Element, linked: set[str]) -> None:
    """One element in the way that pandoc understands, and without an id that nobody links to."""
    name, tag = element.get("class", ""), element.tag.removeprefix(XHTML)
    if tag == "section":
        heading, identifier = next(iter(element), None), element.attrib.pop("id", "")
        if identifier in linked and heading is not None and heading.tag in _HEADINGS:
            heading.set("id", identifier)
        element.tag = f"{XHTML}div" if name else element.tag
    elif tag == "figure" or element.tag in _HEADINGS:
        element.attrib.pop("class", None)
    elif tag == "article" or (tag == "aside" and name in ("box", "furniture", "pullquote")):
        element.tag = f"{XHTML}div"
        element.set("class", name or tag)
        element.attrib.pop("aria-label", None)
    elif tag == "ol":
        _number(element)
    elif tag == "ins":  # pandoc takes one that opens a paragraph for a box
        element.tag = f"{XHTML}span"
        element.set("class", "insertion")
    elif tag == "p" and name in STYLED:
        del element.attrib["class"]
        wrap(element, {"class": name})
    elif name == "placeholder":
        address, label = element.get("data-wanted") or element.get("data-file", ""), element.get("aria-label", "")
        crop = {"data-crop": element.get("data-crop", "")} if element.get("data-crop") else {}
        element.tag = f"{XHTML}img"
        element.attrib.clear()
        element.attrib.update({"src": quote(address), "alt": label, **crop})
    elif name == "math":
        _as_mathml(element)
    elif name == "pagebreak":
        label, identifier = element.get("aria-label", ""), element.get("id", "")
        element.attrib.clear()
        element.attrib.update({"class": name, "data-label": label} | ({"id": identifier} if identifier else {}))
    if element.get("id") and element.get("id") not in linked and name not in ("note", "pagebreak"):
        del element.attrib["id"]


def _as_mathml(element: etree._Element) -> None:
    """A formula in MathML with its TeX as an annotation, which is all that pandoc looks at."""
    tex, block = element.text or "", element.tag == f"{XHTML}div"
    element.tag, element.text = f"{XHTML}{'p' if block else 'span'}", None
    element.attrib.clear()
    formula = etree.SubElement(element, f"{XHTML}math", {"display": "block" if block else "inline"})
    meaning = etree.SubElement(formula, f"{XHTML}semantics")
    etree.SubElement(meaning, f"{XHTML}mrow")
    etree.SubElement(meaning, f"{XHTML}annotation", {"encoding": "application/x-tex"}).text = tex
