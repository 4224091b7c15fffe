"""Rules on pictures and fonts: format, colours, licence.  What a store allows is in `stores.py`."""

from __future__ import annotations

from collections.abc import Iterator

from docconv.preflight.epub.book import OBFUSCATIONS, Book, Hit
from docconv.preflight.epub.rule import Rule
from docconv.preflight.epub.tree import XLINK

_CORE = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp", "SVG": "image/svg+xml"}


def images(book: Book) -> Iterator[Hit]:
    """A picture that cannot be read, is another than the manifest says, or of a kind that not every reader shows and
    without another in its place."""
    shown = _alone(book)
    for item, picture in book.pictures:
        if item.media_type not in _CORE.values():
            if item.entry in shown and not book.falls_back(item, _CORE.values()):
                kind = picture.format or item.media_type
                yield Hit(item.spot, f"{item.entry} is {kind}, which not every reader shows, and has no fallback")
            continue
        if picture.format == "HUGE":
            yield Hit(item.spot, f"{item.entry} has more pixels than anybody shows")
        elif not picture.format:
            yield Hit(item.spot, f"{item.entry} is no picture, or damaged")
        elif picture.format not in _CORE:
            yield Hit(item.spot, f"{item.entry} is {picture.format}, which not every reader shows")
        elif _CORE[picture.format] != item.media_type:
            yield Hit(item.spot, f"{item.entry} is {_CORE[picture.format]}, the manifest says {item.media_type}")


def _alone(book: Book) -> set[str]:
    """The pictures that documents show for want of others: a `source` has the `img` beside it in its place."""
    shown = [(document, node) for document in book.documents for node in document.images]
    addresses = ((document, node.get(name, "")) for document, node in shown for name in ("src", "href", f"{XLINK}href"))
    return {document.link(address)[0] for document, address in addresses if address}


def colours(book: Book) -> Iterator[Hit]:
    """A picture for the press: CMYK or Lab."""
    for item, picture in book.pictures:
        if picture.colours in ("CMYK", "YCCK", "LAB"):
            yield Hit(item.spot, f"{item.entry} is in {picture.colours}")


LARGEST_PIXELS = 5_600_000
"""Pixels of a picture: what Apple Books takes."""
LARGEST_BYTES = 5 * 2**20
"""Bytes of a picture: what Kobo advises, and Kindle takes."""


def sizes(book: Book) -> Iterator[Hit]:
    """A picture that is larger than a store takes."""
    for item, picture in book.pictures:
        if picture.pixels > LARGEST_PIXELS:
            yield Hit(item.spot, f"{item.entry} has {picture.pixels / 1e6:.1f} million pixels, not 5.6")
        if picture.size > LARGEST_BYTES:
            yield Hit(item.spot, f"{item.entry} has {picture.size / 2**20:.1f} MB, not 5")


def fonts(book: Book) -> Iterator[Hit]:
    """A font that cannot be read, or whose licence forbids it to be embedded."""
    for item, font in book.fonts:
        if not font.format:
            yield Hit(item.spot, f"{item.entry} is no font, or damaged")
        elif font.forbidden:
            yield Hit(item.spot, f"{item.entry} may not be embedded, says its licence (fsType {font.licence})")
        elif font.bitmaps_only:
            yield Hit(
                item.spot, f"{item.entry} may be embedded as bitmaps only, says its licence (fsType {font.licence})"
            )


def obfuscated(book: Book) -> Iterator[Hit]:
    """A font that is made unreadable for other programs, which a part of the reading systems cannot undo."""
    for item in book.items:
        if book.ciphers.get(item.entry) in OBFUSCATIONS:
            yield Hit(item.spot, f"{item.entry} is obfuscated")


_PRESS = "Apple Books Asset Guide, Interior Images; Kobo ePub Guidelines, Image Formatting"

RULES = (
    Rule("epub-image", images, "EPUB 3.3, Core media types", "save it as JPEG, PNG, GIF, WebP or SVG, and say so"),
    Rule("epub-image-colour", colours, _PRESS,
         "save it in sRGB"),
    Rule("epub-image-size", sizes, _PRESS,
         "make it smaller"),
    Rule("epub-font", fonts, "OpenType, OS/2 table: fsType", "take another font, or leave it out"),
    Rule("epub-font-obfuscated", obfuscated, "EPUB 3.3, Font obfuscation", "embed it as it is, if its licence allows"),
)  # fmt: skip
