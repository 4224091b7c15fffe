"""Rules on the package document: metadata, manifest, spine, cover, and what it claims about accessibility."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from docconv.preflight.epub.book import MAY_BE_REMOTE, Book, Document, Hit, Item, said
from docconv.preflight.epub.languages import fault_of, known_as
from docconv.preflight.epub.rule import Rule
from docconv.preflight.epub.style import vertical_documents
from docconv.preflight.epub.tree import MATHML, NCX, OPF, XHTML, XLINK, Node, Spot


def version(book: Book) -> Iterator[Hit]:
    """A book of EPUB 2, which has no navigation document, no landmarks and no accessibility metadata to check."""
    if not book.modern:
        yield Hit(book.spot(book.package), f"EPUB {book.package.get('version', 'without a version')}, not EPUB 3")


def manifest(book: Book) -> Iterator[Hit]:
    """A file that manifest or spine name in vain."""
    yield from book.lost


def unlisted(book: Book) -> Iterator[Hit]:
    """A file in the archive that the manifest does not name: reading systems do not see it."""
    for name in book.names:
        known = name in book.by_entry or name in (book.opf, "mimetype") or name.startswith("META-INF/")
        if not known and not name.endswith("/"):
            yield Hit(Spot(name), "is not in the manifest")


def identifier(book: Book) -> Iterator[Hit]:
    """No identifier, or not the one that the package names; an NCX that says another."""
    named = book.package.get("unique-identifier", "")
    ids = {node.get("id"): node.said() for node in book.dublin("identifier")}
    if not named or named not in ids:
        what = f"dc:identifier with the id {named!r}" if named else "unique-identifier"
        yield Hit(book.spot(book.package), f"there is no {what}")
    elif not ids[named]:
        yield Hit(book.spot(book.package), "the identifier is empty")
    elif book.ncx:
        entry, root = book.ncx
        for meta in root.walk(f"{NCX}meta"):
            if meta.get("name") == "dtb:uid" and meta.get("content", "").strip() != ids[named]:
                spot = Spot(entry, meta.line, meta.column)
                yield Hit(spot, f"the NCX is of {meta.get('content')!r}, the book is {ids[named]!r}")


def title(book: Book) -> Iterator[Hit]:
    """No title, or an empty one."""
    titles = book.dublin("title")
    if not titles:
        yield Hit(book.spot(book.package), "there is no dc:title")
    for node in titles:
        if not node.said():
            yield Hit(book.spot(node), "the title is empty")


def language(book: Book) -> Iterator[Hit]:
    """No language, a tag that is none (cn, zh_CN), or a language that the text is not in."""
    nodes = book.dublin("language")
    if not nodes:
        yield Hit(book.spot(book.package), "there is no dc:language")
        return
    for node in nodes:
        if fault := fault_of(node.said()):
            yield Hit(book.spot(node), fault)
    first = nodes[0].said()
    if not fault_of(first) and _contradicts(first, book):
        yield Hit(book.spot(nodes[0]), f"dc:language is {first}, the text is {book.language}")


_SURE = 200  # letters that tell a text without kana from a Japanese one, and simplified from traditional


def _contradicts(tag: str, book: Book) -> bool:
    """Whether a tag says something else than the text: en for a Chinese text, zh-CN for a traditional one."""
    claimed, language = known_as(tag), book.language
    if language not in ("zh-Hans", "zh-Hant", "ja", "ko"):
        return False  # of other languages the characters tell too little
    if language.startswith("zh") and claimed in ("zh-Hans", "zh-Hant", "ja"):
        return claimed != language and sum(len(text) for document in book.text for _, text in document.runs) >= _SURE
    return claimed != language and not (claimed == "zh" and language.startswith("zh"))


_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def modified(book: Book) -> Iterator[Hit]:
    """Not exactly one moment of the last change, or one that is not in UTC: 2026-01-31T12:00:00Z."""
    if not book.modern:
        return
    nodes = [node for node in book.package.walk(f"{OPF}meta")
             if node.get("property") == "dcterms:modified" and "refines" not in node.attrib]  # fmt: skip
    if len(nodes) != 1:
        yield Hit(book.spot(nodes[1] if nodes else book.package), f"dcterms:modified stands there {len(nodes)} times")
    for node in nodes:
        if not _MOMENT.fullmatch(node.said()) or not _is_moment(node.said()):
            yield Hit(book.spot(node), f"dcterms:modified is {node.said()!r}")


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def cover(book: Book) -> Iterator[Hit]:
    """No picture is named as the cover."""
    if book.cover is None:
        yield Hit(book.spot(book.package), "no picture is named as the cover")
    elif book.modern and "cover-image" not in book.cover.properties:
        yield Hit(book.cover.spot, "the cover is named as in EPUB 2 alone: the property cover-image is missing")


_RIGHT_TO_LEFT = ("ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi")


def direction(book: Book) -> Iterator[Hit]:
    """Pages that turn against the writing: vertical text from left to right, horizontal from the right."""
    spine = next(book.package.walk(f"{OPF}spine"), None)
    if spine is None or book.fixed:
        return
    turns = spine.get("page-progression-direction", "default")
    upright = vertical_documents(book)
    if turns not in ("ltr", "rtl", "default"):
        yield Hit(book.spot(spine), f"page-progression-direction is {turns!r}")
    elif len(upright) * 2 > len(book.text) and turns != "rtl":
        yield Hit(book.spot(spine), f"the text is vertical, but pages turn {_turning(turns)}")
    elif not upright and turns == "rtl" and known_as(book.language) not in _RIGHT_TO_LEFT:
        yield Hit(book.spot(spine), "the text is horizontal, but pages turn from right to left")


def _turning(turns: str) -> str:
    return "from left to right" if turns == "ltr" else "as the reading system likes"


# ── accessibility ────────────────────────────────────────────────────────────────────────────────────────────────────

_REQUIRED = ("accessMode", "accessibilityFeature", "accessibilityHazard")


def accessibility(book: Book) -> Iterator[Hit]:
    """No word about how the book can be read, or about hazards."""
    if book.modern:
        absent = [f"schema:{name}" for name in _REQUIRED if not book.meta(f"schema:{name}")]
        if absent:
            yield Hit(book.spot(book.package), f"{', '.join(absent)} {'is' if len(absent) == 1 else 'are'} missing")


_VALUES = {
    "accessMode": "auditory chartOnVisual chemOnVisual colorDependent diagramOnVisual mathOnVisual musicOnVisual "
    "tactile textOnVisual textual visual",
    "accessibilityHazard": "flashing noFlashingHazard motionSimulation noMotionSimulationHazard sound noSoundHazard "
    "unknown none unknownFlashingHazard unknownSoundHazard unknownMotionSimulationHazard",
    "accessModeSufficient": "auditory tactile textual visual",
}


def values(book: Book) -> Iterator[Hit]:
    """A value that the vocabulary does not have, or hazards that contradict each other."""
    for name, known in _VALUES.items():
        for node in book.metas(f"schema:{name}"):
            for value in re.split(r"\s*,\s*", said(node).strip()):
                if value not in known.split():
                    yield Hit(book.spot(node), f"schema:{name} is {value!r}, which is no value of it")
    hazards = set(book.meta("schema:accessibilityHazard"))
    if {"none", "unknown"} & hazards and len(hazards) > 1:
        spot = book.spot(book.metas("schema:accessibilityHazard")[0])
        yield Hit(spot, f"schema:accessibilityHazard is {' and '.join(sorted(hazards))} at once")


def claims(book: Book) -> Iterator[Hit]:
    """A claim that the book does not keep: alternativeText with a picture that has none."""
    pictures = [node for document in book.text for node in document.images]
    described = all(_described(node) for node in pictures)
    absent = {
        "alternativeText": "" if described else "a picture has no alternative text",
        "structuralNavigation": "" if _any(book, "h1", "h2", "h3", "h4", "h5", "h6") else "no document has a heading",
        "tableOfContents": "" if book.nav and _navs(book, "toc") else "there are no contents",
        "index": "" if _typed(book, "index") else "there is no index",
        "printPageNumbers": "" if _typed(book, "pagebreak") else "no page break is marked",
        "pageBreakMarkers": "" if _typed(book, "pagebreak") else "no page break is marked",
        "pageNavigation": "" if book.nav and _navs(book, "page-list") else "there is no page-list",
        "MathML": "" if any(next(d.root.walk(f"{MATHML}math"), None) is not None for d in book.text) else "no MathML",
        "rubyAnnotations": "" if _any(book, "ruby") else "there is no ruby",
    }
    for node in book.metas("schema:accessibilityFeature"):
        feature = said(node)
        if why := absent.get(feature):
            yield Hit(book.spot(node), f"{feature} is claimed, but {why}")
    yield from _modes(book, pictures, described)


def _modes(book: Book, pictures: list[Node], described: bool) -> Iterator[Hit]:
    modes = book.meta("schema:accessMode")
    if not modes:
        return
    spot = book.spot(book.metas("schema:accessMode")[0])
    covers = {id(node) for document in book.text for node in document.images if _shows_cover(book, document, node)}
    shown = [node for node in pictures if node.get("alt") != "" and id(node) not in covers]
    if shown and "visual" not in modes:
        yield Hit(spot, "the book shows pictures, but schema:accessMode does not say visual")
    if not pictures and not _any(book, "video", "canvas", "svg") and "visual" in modes:
        yield Hit(spot, "schema:accessMode says visual, but the book shows no picture")
    if "textual" not in modes and any(document.runs for document in book.text):
        yield Hit(spot, "the book has text, but schema:accessMode does not say textual")
    for node in book.metas("schema:accessModeSufficient"):
        if said(node).strip() == "textual" and not described:
            yield Hit(book.spot(node), "the text alone is said to suffice, but a picture has no alternative text")


def _shows_cover(book: Book, document: Document, image: Node) -> bool:
    """The cover alone does not make a book visual."""
    address = image.get("src") or image.get("href") or image.get(f"{XLINK}href") or ""
    return book.cover is not None and document.link(address)[0] == book.cover.entry


def _described(image: Node) -> bool:
    """Whether a picture has words in its place, or says that it needs none."""
    if image.tag == f"{XHTML}img":
        return "alt" in image.attrib or bool(image.get("aria-label") or image.get("aria-labelledby"))
    return True  # the words of a drawing stand on its svg, which may be described from far away


def _any(book: Book, *names: str) -> bool:
    return any(node.name in names for document in book.text for node in document.nodes)


def _typed(book: Book, kind: str) -> bool:
    return any(kind in node.types for document in book.text for node in document.nodes)


def _navs(book: Book, kind: str) -> list[Node]:
    return [node for node in book.nav.root.walk(f"{XHTML}nav") if kind in node.types] if book.nav else []


# ── resources ────────────────────────────────────────────────────────────────────────────────────────────────────────


def remote_items(book: Book) -> Iterator[Hit]:
    """A resource that lies outside the book and is no sound, film or font."""
    for item in book.items:
        if item.remote and not item.media_type.startswith(MAY_BE_REMOTE):
            yield Hit(item.spot, f"{item.entry[:80]} lies outside the book")


def unread_documents(book: Book) -> Iterator[Hit]:
    """A file of the spine that is no XHTML: what it shows is not looked at."""
    kinds = ("application/xhtml+xml", "image/svg+xml")
    others: list[Item] = [item for item, _ in book.spine if item.media_type not in kinds]
    for item in others:
        yield Hit(item.spot, f"{item.entry} in the spine is {item.media_type or 'of no kind'}, and is not looked at")


_A11Y = "EPUB Accessibility 1.1, Discovery metadata"

RULES = (
    Rule("epub-version", version, "EPUB 3.3, The package element", "make it EPUB 3"),
    Rule("epub-manifest", manifest, "EPUB 3.3, The manifest element; The spine element",
         "add the file, or take its line out"),
    Rule("epub-unlisted", unlisted, "EPUB 3.3, The manifest element", "list it in the manifest, or take it out"),
    Rule("epub-identifier", identifier, "EPUB 3.3, The dc:identifier element", "give one identifier everywhere"),
    Rule("epub-title", title, "EPUB 3.3, The dc:title element", "give the book its title"),
    Rule("epub-language", language, "EPUB 3.3, The dc:language element; BCP 47",
         "name the language of the text: zh-Hans, zh-Hant, ja, ko"),
    Rule("epub-modified", modified, "EPUB 3.3, Last modified date", "write it once, as 2026-01-31T12:00:00Z"),
    Rule("epub-cover", cover, "EPUB 3.3, Manifest properties vocabulary: cover-image",
         "give the picture's item the property cover-image"),
    Rule("epub-direction", direction, "EPUB 3.3, The spine element: page-progression-direction",
         "rtl for vertical text, ltr for horizontal"),
    Rule("epub-a11y", accessibility, _A11Y, "say what the book offers"),
    Rule("epub-a11y", values, "Schema.org Accessibility Properties for Discoverability Vocabulary",
         "use a value of the list"),
    Rule("epub-a11y-claim", claims, f"{_A11Y}; WCAG 2.2, 1.1.1", "claim what the book keeps, or make it keep it"),
    Rule("epub-remote", remote_items, "EPUB 3.3, Resource locations", "put the file into the book"),
    Rule("epub-unmeasured", unread_documents, "", "make it XHTML"),
)  # fmt: skip
