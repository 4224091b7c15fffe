"""Word files (DOCX), whole: what Word shows of a text is kept, and what no edition can show is told, with its words.

It assumes Office Open XML (ECMA-376) in either form, from any program.  Nothing is looked for but inside the package;
pandoc is asked for formulas alone.  What an element means that nobody knows is left open, and its text is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from docconv import model as m
from docconv.metadata import colophon
from docconv.problems import Say, silent
from docconv.readers.blocks import Item, body, paragraphs, settle_links, stories
from docconv.readers.docx.assembly import Piece, assembled
from docconv.readers.docx.office import Office, quoted
from docconv.readers.docx.package import Package, clark, inside, value
from docconv.readers.docx.story import Story
from docconv.readers.docx.symbols import text_of
from docconv.readers.inlines import iso_date, language, one_line
from docconv.readers.source import Source


def read_docx(source: Source, say: Say = silent) -> m.Document:
    """The document of a Word file; tracked changes are accepted unless the source is to show them.

    `say` is told what is left out: hidden and deleted text, comments, headers and footers, objects of other programs.
    Raises `SourceError` for a damaged file, `ToolError` for formulas without pandoc."""
    if not source.data.strip():
        return m.Document(m.Meta(), ())
    package = Package(source)
    office = Office.open(package, say, source.shows_changes)
    story = Story(office, package.main)
    pieces = story.pieces(office.document)
    head, rest = _parted(pieces)
    content = body([*_above(head), *stories(assembled(rest))])
    _tell_rest(office, story)
    document = m.Document(_meta(head, office), content, tuple(office.notes))
    return settle_links(_linked(document, office.aliases))


# ── The head of the text ─────────────────────────────────────────────────────────────────────────────────


def _parted(pieces: list[Piece]) -> tuple[list[Piece], list[Piece]]:
    """What stands at the top in the styles of titles and authors, and the text."""
    end = next((at for at, piece in enumerate(pieces) if piece.kind not in _HEAD), len(pieces))
    return pieces[:end], pieces[end:]


_HEAD = ("title", "subtitle", "author", "date", "abstract")


def _above(head: list[Piece]) -> Iterator[Item]:
    """What stands above the text: the subtitle and the abstract, further titles, a date that nobody can read."""
    titles = [piece for piece in head if piece.kind == "title"]
    for piece in head:
        role: m.ParagraphRole = "abstract" if piece.kind == "abstract" else "body"
        is_text = piece.kind == "date" and not _date(piece)
        if piece.kind in ("subtitle", "abstract") or piece in titles[1:] or is_text:
            yield from paragraphs(piece.content, role, place=piece.place)


def _date(piece: Piece) -> str:
    return iso_date(m.plain(piece.content))


def _meta(head: list[Piece], office: Office) -> m.Meta:
    """What is known of the whole: by paragraphs at the top, else by the file's properties."""
    stated = {kind: [one_line(m.plain(piece.content)) for piece in head if piece.kind == kind] for kind in _HEAD}
    properties = _properties(office.package)
    authors = stated["author"] or properties["author"]
    if authors and not stated["author"]:
        what = f"the author is taken from the properties of the file: {quoted('; '.join(authors))}"
        office.report("author-assumed", what, m.Place(0, 0, office.package.name, office.package.core),
                      "state the author with -M author=…")  # fmt: skip
    return m.Meta(
        title="".join(stated["title"][:1]) or "".join(properties["title"]),
        lang="".join(map(language, properties["language"])),
        authors=tuple(authors),
        date=_told_date(head, office),
        colophon=colophon({name: properties[name] for name in ("subject", "description")}),
    )


def _told_date(head: list[Piece], office: Office) -> str:
    """The date above the text, in digits."""
    piece = next((piece for piece in head if piece.kind == "date" and _date(piece)), None)
    if piece is None:
        return ""
    words = m.plain(piece.content)
    office.report("source-skipped", f"{words} is the date {_date(piece)}", piece.place, "", words)
    return _date(piece)


def _properties(package: Package) -> dict[str, list[str]]:
    """The properties of the file (ECMA-376 part 2, 11) that somebody has filled in, by our names."""
    core = package.xml(package.core)
    found = {ours: [one_line(each.text or "") for each in inside(core, theirs)] for ours, theirs in _PROPERTIES.items()}
    subjects = [part.strip() for text in found["subject"] for part in re.split("[;,；，、]", text)]
    people = [part.strip() for text in found["author"] for part in re.split("[;；]", text)]
    found |= {"subject": subjects, "author": [each for each in people if each.lower() not in _NOBODY]}
    return {name: [each for each in texts if each] for name, texts in found.items()}


_PROPERTIES = {
    "title": "dc:title",
    "author": "dc:creator",
    "subject": "cp:keywords",
    "description": "dc:description",
    "language": "dc:language",
}
_NOBODY = {
    *("administrator", "admin", "owner", "pc", "un-named", "unknown", "user", "user1", "users"),
    *("microsoft", "microsoft office user", "windows user", "windows 用户", "微软用户", "wps", "作者"),
    *("acer", "asus", "china", "dell", "hp", "lenovo", "thinkpad"),
    *("apache poi", "docx4j", "python-docx"),
}
"""What programs and machines write for an author (house choice)."""


# ── What is told at the end ──────────────────────────────────────────────────────────────────────────────


def _tell_rest(office: Office, story: Story) -> None:
    """Tell of notes and comments that nobody calls, and of headers and footers."""
    for kind in ("footnote", "endnote"):
        for number, element in office.uncalled(kind):
            if words := text_of(element):
                office.report("note-uncalled", f"a note that is called nowhere is left out: {quoted(words)}",
                              m.Place(0, 0, office.package.name, office.package.part(f"{kind}s")),
                              f"call it ({kind} {number}), or delete it", words)  # fmt: skip
    for number, _ in [*office.uncalled("comment")]:
        story.comment(number, m.Place(0, 0, office.package.name, office.package.part("comments")))
    _tell_furniture(office)


def _tell_furniture(office: Office) -> None:
    """Tell each running head and foot once: it is the page's, and an edition has its own."""
    relations = office.package.relations(office.package.main)
    for each in inside(office.document, "w:headerReference", "w:footerReference"):
        relation = relations.get(value(each, "r:id"))
        if relation is None or relation.is_outside or not office.is_first(relation.target):
            continue
        root = office.package.xml(relation.target)
        words = text_of(root) if root is not None else ""
        if any(character.isalnum() for character in words):
            kind = "running head" if each.tag == clark("w:headerReference") else "foot"
            what = f"a {kind} is left out: {quoted(words)}"
            place = m.Place(0, 0, office.package.name, relation.target)
            office.report("running-head", what, place, "", words)


# ── Links ────────────────────────────────────────────────────────────────────────────────────────────────


def _linked(document: m.Document, aliases: dict[str, str]) -> m.Document:
    """The document with links to what bears a bookmark, and without ids that nobody links to."""

    def lead(node: Any) -> Any:
        if isinstance(node, m.Link) and (target := aliases.get(node.target.removeprefix("#"))):
            return replace(node, target=f"#{target}") if node.target.startswith("#") else node
        return node

    document = m.rewrite(document, lead)
    linked = {node.target.removeprefix("#") for node in m.walk(document) if isinstance(node, m.Link)}

    def strip(node: Any) -> Any:
        if isinstance(node, m.Section | m.Article | m.Figure) and node.id and node.id not in linked:
            return replace(node, id="")
        return node

    return m.rewrite(document, strip)
