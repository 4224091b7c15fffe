"""What one store or reader asks for beyond the rest: Kindle, Kobo, Apple Books, 多看 and 微信读书.

They rest on what the vendors publish, and where they publish nothing, on what their users found out; stores change
their minds without notice.  A rule here is asked only if its store is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docconv.preflight.epub.book import Book, Document, Hit, Item, all_declarations, is_remote
from docconv.preflight.epub.css import Declaration, functions
from docconv.preflight.epub.media import LARGEST_BYTES, LARGEST_PIXELS
from docconv.preflight.epub.rule import Rule
from docconv.preflight.epub.style import is_vertical, on_running_text, vertical_documents
from docconv.preflight.epub.tree import XHTML, Node, Spot, double_hyphens

STORES = ("apple", "kindle", "kobo", "wechat")

# ── Kindle ───────────────────────────────────────────────────────────────────────────────────────────────────────────

_KINDLE_LANGUAGES_WORDS = (
    "af gsw ar eu nb br ca zh kw co da nl stq en fi fr fy gl de gu hi is ga it ja lb mr ml gv frr nn pl pt oc rm sco "
    "gd es sv ta cy afr ara eus baq nob bre cat zho chi cor cos dan nld dut eng fin fra fre fry glg deu ger guj hin "
    "isl ice gle ita jpn ltz mar mal glv nor nno por oci roh gla spa swe tam cym wel "
)
_KINDLE_LANGUAGES = frozenset(_KINDLE_LANGUAGES_WORDS.split())
"""The list of September 2022; Amazon adds to it now and then."""


def kindle_language(book: Book) -> Iterator[Hit]:
    """A language that is not on Amazon's list: Send to Kindle fails with E999."""
    for node in book.dublin("language")[:1]:
        if node.said().lower().partition("-")[0] not in _KINDLE_LANGUAGES:
            yield Hit(book.spot(node), f"the language {node.said()} is not on Amazon's list")


def kindle_comment(book: Book) -> Iterator[Hit]:
    """Two hyphens inside a comment, which also make the file no XML."""
    for item in book.items:
        if item.media_type not in ("application/xhtml+xml", "application/x-dtbncx+xml") or item.remote:
            continue
        for line in double_hyphens(book.data(item.entry) or b""):
            yield Hit(Spot(item.entry, line, 1), "-- inside a comment")


def kindle_variables(book: Book) -> Iterator[Hit]:
    """A variable of CSS: --name, var(--name)."""
    for each in all_declarations(book):
        if each.name.startswith("--") or "var" in functions(each.value):
            yield Hit(each.spot, f"{each.said()[:40]} needs CSS variables")


_DECLARED = re.compile(rb"^(\xef\xbb\xbf)?<\?xml[^>]*encoding\s*=\s*[\"']utf-8[\"']", re.I)


def kindle_encoding(book: Book) -> Iterator[Hit]:
    """A document that does not begin by saying that it is UTF-8: Kindle may take it for Latin-1."""
    for document in book.documents:
        if not _DECLARED.match(document.data[:200]):
            yield Hit(Spot(document.entry, 1, 1), 'does not begin with <?xml version="1.0" encoding="utf-8"?>')


def kindle_size(book: Book) -> Iterator[Hit]:
    """A book of more than 200 MB, or by mail of more than 50 MB."""
    if book.archive.size > 200 * 10**6:
        yield Hit(Spot(), f"the book has {book.archive.size / 10**6:.0f} MB; Send to Kindle takes 200")


def kindle_pictures(book: Book) -> Iterator[Hit]:
    """A picture that Kindle does not show, or that is longer than 5 MB."""
    for item, picture in book.pictures:
        if picture.format and picture.format not in ("JPEG", "PNG", "GIF", "SVG", "BMP", "HUGE"):
            yield Hit(item.spot, f"{item.entry} is {picture.format}; Kindle shows JPEG, PNG, GIF and SVG")
        if picture.size > LARGEST_BYTES:
            yield Hit(item.spot, f"{item.entry} has {picture.size / 2**20:.1f} MB; Kindle takes 5")


def kindle_cover(book: Book) -> Iterator[Hit]:
    """A cover of less than 1,000 × 625 pixels."""
    for item, width, height in _cover(book):
        if max(width, height) < 1000 or min(width, height) < 625:
            yield Hit(item.spot, f"the cover has {width} × {height} pixels; Kindle asks for 1,000 × 625 at least")


def kindle_fonts(book: Book) -> Iterator[Hit]:
    """A font that is no OpenType or TrueType file."""
    for item, font in book.fonts:
        if font.format in ("WOFF", "WOFF 2"):
            yield Hit(item.spot, f"{item.entry} is {font.format}; Kindle takes OpenType and TrueType")


def kindle_body_links(book: Book) -> Iterator[Hit]:
    """A link to the id of body, which Send to Kindle does not find; a picture without an address."""
    bodies = {
        (document.entry, body.get("id", "")) for document in book.documents if (body := document.body) is not None
    }
    for document in book.documents:
        for node in document.root.walk(f"{XHTML}a", f"{XHTML}img"):
            href = node.get("href", "")
            if "#" in href and not is_remote(href) and document.link(href) in bodies and document.link(href)[1]:
                yield Hit(document.spot(node), f"leads to the id of body: {href}")
            if node.name == "img" and not node.get("src"):
                yield Hit(document.spot(node), "img has no src")


# ── Kobo ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

_UNKNOWN_FUNCTIONS = frozenset(("calc", "min", "max", "clamp", "var", "env"))


def kobo_css(book: Book) -> Iterator[Hit]:
    """CSS for which the engine of sideloaded books throws the whole sheet away: calc(), var(), flex."""
    for each in all_declarations(book):
        names = _UNKNOWN_FUNCTIONS.intersection(functions(each.value))
        if names or (each.name == "display" and each.keyword in ("flex", "inline-flex", "grid", "inline-grid")):
            yield Hit(each.spot, each.said()[:60])


def kobo_margins(book: Book) -> Iterator[Hit]:
    """A margin beside running text of more than 2 em: in large type hardly a word is left on a line."""
    yield from on_running_text(book, lambda each: any(em > 2 for em in _side_margins(each)))


def _side_margins(each: Declaration) -> list[float]:
    """The margins left and right that a declaration sets in em."""
    if each.name not in ("margin", "margin-left", "margin-right"):
        return []
    values = [token.value if token.type == "dimension" and token.lower_unit == "em" else 0.0 for token in each.value]
    return values[1::2] if each.name == "margin" and len(values) > 1 else values


def kobo_pictures(book: Book) -> Iterator[Hit]:
    """A picture of more than 5 MB; a cover in GIF or of more than 3 MB."""
    for item, picture in book.pictures:
        limit = 3 if item is book.cover else 5
        if item is book.cover and picture.format == "GIF":
            yield Hit(item.spot, f"the cover {item.entry} is GIF")
        if picture.size > limit * 2**20:
            yield Hit(item.spot, f"{item.entry} has {picture.size / 2**20:.1f} MB; Kobo advises {limit}")


def kobo_fonts(book: Book) -> Iterator[Hit]:
    """A font in WOFF 2."""
    for item, font in book.fonts:
        if font.format == "WOFF 2":
            yield Hit(item.spot, f"{item.entry} is WOFF 2; Kobo takes TrueType, OpenType and WOFF")


def kobo_names(book: Book) -> Iterator[Hit]:
    """A file name with blanks or signs."""
    for item in book.items:
        if not item.remote and not re.fullmatch(r"[A-Za-z0-9._/-]+", item.entry):
            yield Hit(item.spot, f"the name {item.entry} has more than letters, digits, hyphens and full stops")


def kobo_cover(book: Book) -> Iterator[Hit]:
    """A cover that is not named as in EPUB 2 too, or that shares its page with other matter."""
    if book.cover is None:
        return
    if book.cover.id not in book.meta("cover"):
        yield Hit(book.cover.spot, f'there is no <meta name="cover" content="{book.cover.id}"/>')
    for document in book.text:
        shown = [
            node
            for node in document.root.walk(f"{XHTML}img")
            if document.link(node.get("src", ""))[0] == book.cover.entry
        ]
        if shown and (document.runs or len(document.images) > 1):
            yield Hit(document.spot(shown[0]), "the page of the cover shows other matter too")


# ── Apple Books ──────────────────────────────────────────────────────────────────────────────────────────────────────


def apple_pictures(book: Book) -> Iterator[Hit]:
    """A picture of more than 5.6 million pixels, or in another format than JPEG and PNG."""
    for item, picture in book.pictures:
        if picture.pixels > LARGEST_PIXELS or picture.format == "HUGE":
            yield Hit(item.spot, f"{item.entry} has {picture.pixels / 1e6:.1f} million pixels; Apple Books takes 5.6")
        if picture.format in ("GIF", "WEBP"):
            yield Hit(item.spot, f"{item.entry} is {picture.format}; Apple Books asks for JPEG or PNG")


def apple_cover(book: Book) -> Iterator[Hit]:
    """A cover whose shorter side has less than 1,400 pixels."""
    for item, width, height in _cover(book):
        if min(width, height) < 1400:
            yield Hit(
                item.spot, f"the cover has {width} × {height} pixels; Apple Books asks for 1,400 on the shorter side"
            )


def apple_fonts(book: Book) -> Iterator[Hit]:
    """Fonts in the book, and no word to use them."""
    if book.fonts and "true" not in book.meta("ibooks:specified-fonts"):
        item, _ = book.fonts[0]
        yield Hit(item.spot, f"{item.entry} is not used without ibooks:specified-fonts")


def apple_notes(book: Book) -> Iterator[Hit]:
    """A note in another file than its reference: it does not pop up."""
    for document, link in _references(book):
        entry, _ = document.link(link.get("href", ""))
        if entry != document.entry:
            yield Hit(document.spot(link), f"the note {link.said()} is in another file, {entry}")


def apple_positions(book: Book) -> Iterator[Hit]:
    """Text that is placed, not set: it overlaps when type grows."""
    if not book.fixed:
        for each in all_declarations(book):
            if each.name == "position" and each.keyword in ("absolute", "fixed"):
                yield Hit(each.spot, each.said())


def apple_modes(book: Book) -> Iterator[Hit]:
    """A document in which only a part is vertical."""
    upright = vertical_documents(book)
    for document in book.text:
        styled = [each for node, declarations in document.styles for each in declarations
                  if is_vertical(each) and node.name not in ("html", "body")]  # fmt: skip
        if styled and document not in upright:
            yield Hit(styled[0].spot, f"{styled[0].said()} in a horizontal document")


# ── 多看, 微信读书 ───────────────────────────────────────────────────────────────────────────────────────────────────


def wechat_notes(book: Book) -> Iterator[Hit]:
    """A note that does not pop up: a.duokan-footnote around a picture, li.duokan-footnote-item in an ol of its own."""
    for document, link in _references(book):
        if "duokan-footnote" not in link.get("class", "").split():
            yield Hit(document.spot(link), f"the reference {link.said()} is no a.duokan-footnote")
            continue
        if next(link.walk(f"{XHTML}img"), None) is None:
            yield Hit(document.spot(link), "a.duokan-footnote holds no picture")
        entry, name = document.link(link.get("href", ""))
        note = document.ids.get(name) if entry == document.entry else None
        if note is None:
            yield Hit(document.spot(link), "the note is not in the file of its reference")
        elif "duokan-footnote-item" not in note.get("class", "").split() or not any(
            "duokan-footnote-content" in above.get("class", "").split() for above in document.above(note)
        ):
            yield Hit(document.spot(note), f"#{name} is no li.duokan-footnote-item in ol.duokan-footnote-content")


def wechat_contents(book: Book) -> Iterator[Hit]:
    """No NCX, by which older readers find the contents."""
    if book.ncx is None:
        yield Hit(book.spot(book.package), "there is no NCX")


def _references(book: Book) -> Iterator[tuple[Document, Node]]:
    for document in book.text:
        for link in document.root.walk(f"{XHTML}a"):
            if "noteref" in link.types and "href" in link.attrib:
                yield document, link


def _cover(book: Book) -> list[tuple[Item, int, int]]:
    """The cover and its size in pixels; nothing for a drawing, which has none."""
    return [(item, each.width, each.height) for item, each in book.pictures if item is book.cover and each.width]


_KPG = "Kindle Publishing Guidelines"
_STK = "Send to Kindle, E999"
_KOBO = "Kobo ePub Guidelines"
_APPLE = "Apple Books Asset Guide"
_DUOKAN = "多看电子书规范扩展开放计划"

RULES = (
    Rule("epub-kindle", kindle_language, "KDP, Supported Languages", "name a language of the list", "kindle"),
    Rule("epub-kindle", kindle_comment, _STK, "leave the comment out", "kindle"),
    Rule("epub-kindle", kindle_variables, _STK, "write the values out", "kindle"),
    Rule("epub-kindle", kindle_encoding, _STK, "declare UTF-8 in the first line", "kindle"),
    Rule("epub-kindle", kindle_size, "Send to Kindle, file size", "make pictures smaller", "kindle"),
    Rule("epub-kindle", kindle_pictures, f"{_KPG}, Image Guidelines",
         "save it as JPEG or PNG of 5 MB at most", "kindle"),
    Rule("epub-kindle", kindle_cover, f"{_KPG}, Cover Image Guidelines", "take one of 1,600 × 2,560 pixels", "kindle"),
    Rule("epub-kindle", kindle_fonts, f"{_KPG}, Using Embedded Fonts", "embed it as OpenType or TrueType", "kindle"),
    Rule("epub-kindle", kindle_body_links, _STK, "link to the file alone; take the picture out", "kindle"),
    Rule("epub-kobo", kobo_css, f"{_KOBO}, Sideloading; Adobe RMSDK", "write what every engine knows", "kobo"),
    Rule("epub-kobo", kobo_margins, f"{_KOBO}, CSS", "take a percentage, or 2em at most", "kobo"),
    Rule("epub-kobo", kobo_pictures, f"{_KOBO}, Image Formatting; Cover Images",
         "make it smaller, in JPEG or PNG", "kobo"),
    Rule("epub-kobo", kobo_fonts, f"{_KOBO}, Supported Fonts", "embed it as OpenType", "kobo"),
    Rule("epub-kobo", kobo_names, f"{_KOBO}, OPF", "rename the file", "kobo"),
    Rule("epub-kobo", kobo_cover, f"{_KOBO}, Cover Images", "name the cover, and give it a page of its own", "kobo"),
    Rule("epub-apple", apple_pictures, f"{_APPLE}, Interior Images", "make it smaller, in JPEG or PNG", "apple"),
    Rule("epub-apple", apple_cover, f"{_APPLE}, Book Cover Art", "take a larger one", "apple"),
    Rule("epub-apple", apple_fonts, f"{_APPLE}, Fonts", "set ibooks:specified-fonts to true", "apple"),
    Rule("epub-apple", apple_notes, f"{_APPLE}, Pop-up Footnotes",
         "put the note into the file of its reference", "apple"),
    Rule("epub-apple", apple_positions, f"{_APPLE}, Guidelines for Flowing Books", "let the text flow", "apple"),
    Rule("epub-apple", apple_modes, f"{_APPLE}, Text Directions", "put vertical text into a file of its own", "apple"),
    Rule("epub-wechat", wechat_notes, _DUOKAN, "add the classes and the picture of 多看", "wechat"),
    Rule("epub-wechat", wechat_contents, _DUOKAN, "add an NCX", "wechat"),
)  # fmt: skip
