"""The edition for InDesign: ICML, an InCopy story that is placed into a layout.

It assumes that pandoc writes ICML of the canonical markup.  Every role is a paragraph style by its name, which the
layout defines; ruby is InDesign's own; a picture is a link to its file, and a missing one is a link that
awaits the file of its box.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import quote

from lxml import etree

from docconv import model as m
from docconv.lists import LETTERS, PLAIN, label, look_stated
from docconv.photos import open_picture
from docconv.pictures import Pictures
from docconv.problems import Problem
from docconv.styles import Style
from docconv.writers.formulas import report_raw
from docconv.writers.labels import file_name, shown_title
from docconv.writers.office import INSERTION
from docconv.writers.pandoc import STYLED, XHTML, convert, first_words, say_insertions, say_labels, tree, wrap

_BOXES = {**{name: name.title() for name in STYLED}, "headline": "Headline", "verse": "Verse", "box": "Box",
          "furniture": "Furniture", "pullquote": "Pullquote", "math": "Formula"}  # fmt: skip


def write_icml(document: m.Document, style: Style, pictures: Pictures, report: Callable[[Problem], None]) -> bytes:
    """The document as a story.  Equal documents give equal bytes.  Raises `ToolError` without pandoc."""
    report_raw(document, report)
    root = tree(document, quote, shown_title(document), placeholder=lambda figure: {"data-file": file_name(figure)})
    say_labels(root)
    say_insertions(root)
    _write_numbers(root)
    readings = _marked_ruby(root)
    for element in list(root.iter(f"{XHTML}*")):
        _dress(element)
    made = etree.fromstring(convert(root, "icml"), etree.XMLParser(resolve_entities=False, huge_tree=True))
    _set_ruby(made, readings)
    _name_styles(made)
    _set_styles(made)
    _shape_pictures(made, document, pictures)
    _drop_empty(made)
    written: bytes = etree.tostring(made.getroottree(), encoding="UTF-8", xml_declaration=True, standalone=True)
    return written


def _dress(element: etree._Element) -> None:
    """Make a style of a role, and a picture of a placeholder."""
    name, tag = element.get("class", ""), element.tag.removeprefix(XHTML)
    file = element.get("data-wanted") or element.get("data-file", "")
    if name == "placeholder" and file:  # one in a line of text that has no name is no more than a label
        element.tag = f"{XHTML}img"
        element.attrib.clear()
        element.attrib.update({"src": quote(file), "alt": ""})
    elif name in ("byline", "credit") and tag == "span":
        element.set("data-custom-style", name.capitalize())
    elif name in _BOXES and tag != "span" and element.get("role") != "doc-footnote":
        # pandoc knows an aside as a note only, and text in a box of its own as no paragraph
        if tag == "aside" or name == "math":
            element.tag = f"{XHTML}p" if name == "math" else f"{XHTML}div"
        wrap(element, {"data-custom-style": _BOXES[name]})


_NUMBERED = "Numbered"


def _write_numbers(root: etree._Element) -> None:
    """Write the numbers of lists as text where InDesign, as pandoc asks it, would count otherwise."""
    for number_list in list(root.iter(f"{XHTML}ol")):
        style, marks = look_stated(number_list.get("type", ""), number_list.get("class", "")) or PLAIN
        if marks == "." and style in ("1", *LETTERS):
            continue
        look = m.List((), int(number_list.get("start", "1")), style, marks)
        for number, item in enumerate(number_list, look.start or 1):
            words = first_words(item)
            words.text = f"{label(look, number)}{words.text or ''}"
            item.tag = f"{XHTML}div"
            item.set("data-custom-style", _NUMBERED)
        number_list.tag = f"{XHTML}div"
        number_list.attrib.clear()


# ── Ruby ──

_RUBY = "docconv ruby "


def _marked_ruby(root: etree._Element) -> list[str]:
    """Leave the bases of all ruby in the text, each in a style of its own; returns the readings in their order."""
    readings: list[str] = []
    for ruby in list(root.iter(f"{XHTML}ruby")):
        readings.append("".join(reading.text or "" for reading in ruby.iter(f"{XHTML}rt")))
        ruby.tag = f"{XHTML}span"
        ruby.set("data-custom-style", f"{_RUBY}{len(readings)}")
        for child in list(ruby):
            ruby.remove(child)
    return readings


def _set_ruby(story: etree._Element, readings: list[str]) -> None:
    """Put each reading above its base, in InDesign's way."""
    for each in story.iter("CharacterStyleRange"):
        name, _, number = each.get("AppliedCharacterStyle", "").partition(_RUBY)
        if number:
            plain = name.removeprefix("CharacterStyle/").strip()
            each.set("AppliedCharacterStyle", f"CharacterStyle/{plain}" if plain else "$ID/NormalCharacterStyle")
            each.attrib.update({"RubyFlag": "1", "RubyType": "GroupRuby", "RubyString": readings[int(number) - 1]})
    _list_styles(story, "CharacterStyle", lambda name: name.partition(_RUBY)[0].strip())


# ── What pandoc leaves to be done ──


def _name_styles(story: etree._Element) -> None:
    """Give the styles of roles their names."""
    _list_styles(story, "ParagraphStyle", _plain)
    for each in story.iter("ParagraphStyleRange"):
        _, slash, name = each.get("AppliedParagraphStyle", "").partition("/")
        if slash:
            each.set("AppliedParagraphStyle", f"ParagraphStyle/{_plain(name)}")


_LOOKS: Mapping[str, Mapping[str, str]] = {
    "CharacterStyle/Underline": {"Underline": "true"},
    f"CharacterStyle/{INSERTION}": {"Underline": "true"},
    "ParagraphStyle/Right": {"Justification": "RightAlign"},
    "ParagraphStyle/Center": {"Justification": "CenterAlign"},
}
"""What styles do of which pandoc gives no more than the name."""


def _set_styles(story: etree._Element) -> None:
    for style in story.iter("CharacterStyle", "ParagraphStyle"):
        kind, _, name = style.get("Self", "").partition("/")
        for part in (name, name.rpartition(" ")[2]):
            style.attrib.update(_LOOKS.get(f"{kind}/{part}", {}))


def _plain(name: str) -> str:
    """Deck, where pandoc says Deck > Paragraph."""
    return next((part for part in reversed(name.split(" > ")) if part in (*_BOXES.values(), _NUMBERED)), name)


def _list_styles(story: etree._Element, kind: str, plain: Callable[[str], str]) -> None:
    """Give the styles in the story's list their plain names, each once."""
    known = {style.get("Name", "") for style in story.iter(kind)}
    for style in list(story.iter(kind)):
        old = style.get("Name", "")
        new = plain(old)
        if old != new and (new in known or not new):
            style.getparent().remove(style)
        elif old != new:
            style.attrib.update({"Self": f"{kind}/{new}", "Name": new})
            known.add(new)


def _shape_pictures(story: etree._Element, document: m.Document, pictures: Pictures) -> None:
    """Give the boxes of pictures their shapes: pandoc, which sees no file, makes all of them three by two."""
    paths = {f"file:{quote(node.path)}": node.path for node in m.walk(document) if isinstance(node, m.Image)}
    for box in story.iter("Rectangle"):
        link, bounds = box.find("Image/Link"), box.find("Image/Properties/GraphicBounds")
        path = paths.get(link.get("LinkResourceURI", "")) if link is not None else None
        if path is None or bounds is None or path.lower().endswith(".svg"):
            continue
        with open_picture(pictures.read(path)) as picture:
            height = float(bounds.get("Right")) * picture.height / picture.width
        bounds.set("Bottom", f"{height:.5g}")
        for each in (box, *box.iter("Image", "PathPointType")):
            for name in {"Anchor", "LeftDirection", "RightDirection", "ItemTransform"} & set(each.attrib):
                *others, y = each.get(name).split()
                sign = "-" if y.startswith("-") else ""
                each.set(name, " ".join([*others, f"{sign}{height / 2:.5g}"]))


def _drop_empty(story: etree._Element) -> None:
    """Remove the captions of pictures that have none."""
    for each in [each for each in story.iter("ParagraphStyleRange") if not len(each)]:
        after = each.getnext()
        if after is not None and after.tag == "Br":
            each.getparent().remove(after)
        each.getparent().remove(each)
