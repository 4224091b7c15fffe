"""One flow of a Word file, the body or a note: paragraphs, lists, tables and what stands among them.

It assumes that a field may begin in one paragraph and end in another, and that numbers count in the order of the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from lxml import etree

from docconv import model as m
from docconv.problems import SourceError
from docconv.readers.blocks import blocks, paragraphs
from docconv.readers.docx.assembly import Piece, assembled
from docconv.readers.docx.fields import Fields
from docconv.readers.docx.numbering import Numbered
from docconv.readers.docx.office import Office, quoted
from docconv.readers.docx.package import Relation, alternative, child, name_of, number, value
from docconv.readers.docx.runs import PIECES, Runs
from docconv.readers.docx.styles import Look
from docconv.readers.docx.symbols import text_of
from docconv.readers.docx.tables import read_table
from docconv.readers.inlines import identifier, tidy
from docconv.readers.source import DEEPEST

_PROPERTIES = {"w:sectPr", "w:tblPr", "w:tblGrid", "w:tcPr", "w:trPr", "w:sdtPr", "w:sdtEndPr", "w:customXmlPr"}
STYLED: dict[str, str] = {
    **dict.fromkeys(("caption", "table caption", "image caption", "figurecaption", "figure caption"), "caption"),
    **dict.fromkeys(("quote", "intense quote", "block text", "block quote", "block quotation", "quotations"), "quote"),
    **dict.fromkeys(("source code", "sourcecode"), "code"),
    **dict.fromkeys(("html preformatted", "preformatted text"), "lines of code"),
    **{name: name for name in ("box", "furniture", "pullquote", "verse", "definition", "definition term")},
    **{name: name for name in ("title", "subtitle", "author", "date", "abstract")},
}
"""What the names of styles mean, in Word and in what pandoc and docconv write."""


class Story:
    """`part` is the part of the package that the flow stands in; its paragraphs are counted from 1."""

    def __init__(self, office: Office, part: str) -> None:
        self.office, self.part = office, part
        self.fields = Fields()
        self.line = 0
        self.depth = 0
        self.held: Runs | None = None  # a paragraph that goes on in the next
        self.anchors: list[str] = []  # bookmarks before a paragraph

    def place(self, column: int = 1, line: int = 0) -> m.Place:
        """A place in a paragraph, by default the one that is read."""
        entry = "" if self.part == self.office.package.main else self.part
        return m.Place(line or self.line, column, self.office.package.name, entry)

    def relations(self) -> dict[str, Relation]:
        return self.office.package.relations(self.part)

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """Count what nests in this block.  Raises `SourceError` if it does so without end."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise SourceError(f"{self.office.package.name}: elements nest deeper than {DEEPEST}",
                              place=self.place(), remedy="flatten the tables and boxes")  # fmt: skip
        yield
        self.depth -= 1

    def pieces(self, container: etree._Element) -> list[Piece]:
        """What stands in a container, in its order."""
        return [*self._pieces(container), *self._rest()]

    def blocks(self, container: etree._Element) -> m.Blocks:
        """The same as blocks: a cell, a note, a box."""
        before, self.held = self.held, None
        with self.deeper():
            made = blocks(assembled(self.pieces(container)))
        self.held = before
        return made

    def _pieces(self, container: etree._Element) -> Iterator[Piece]:
        for element in container:
            name = name_of(element)
            match name:
                case "w:p":
                    yield from self._paragraph(element)
                case "w:tbl":
                    yield from read_table(element, self)
                case "mc:AlternateContent":
                    with self.deeper():
                        yield from self._pieces(alternative(element))
                case "w:sdt":
                    with self.deeper():
                        yield from (each for one in element if name_of(one) not in _PROPERTIES for each in
                                    self._pieces(one))  # fmt: skip
                case "w:bookmarkStart":
                    self.anchors.append(value(element, "w:name"))
                case "w:altChunk" | "w:subDoc":
                    self._tell_chunk(element)
                case "w:r" | "w:hyperlink" | "m:oMath" | "m:oMathPara" | "w:fldSimple":
                    yield from self._loose(element)
                case _ if name in PIECES:
                    yield from self._loose(element)
                case _ if name not in _PROPERTIES:
                    with self.deeper():
                        yield from self._pieces(element)

    def _tell_chunk(self, element: etree._Element) -> None:
        relation = self.relations().get(value(element, "r:id"))
        what = f"a document inside the document is left out: {relation.target if relation else ''}"
        self.office.report("object-unread", what, self.place(), "open the file in Word and save it again")

    def _rest(self) -> Iterator[Piece]:
        """A paragraph that should go on, where nothing follows."""
        held, self.held = self.held, None
        if held:
            yield from self._made(held, None)

    # ── Paragraphs ──

    def _paragraph(self, element: etree._Element) -> Iterator[Piece]:
        self.line += 1
        look = self.office.styles.of_paragraph(child(element, "w:pPr"))
        goes = self._goes(look)
        runs = Runs(self, look)
        if self.held:
            runs.pieces, runs.behind, runs.anchors = self.held.pieces, self.held.behind, self.held.anchors
            self.held = None
        runs.anchors, self.anchors = runs.anchors + self.anchors, []
        numbered = None if goes else self.office.numbering.next(look)
        runs.read(element)
        if goes:
            self.held = runs
        else:
            yield from self._made(runs, numbered)

    def _goes(self, look: Look) -> bool:
        """Whether a paragraph goes on in the next: its mark was deleted, or it is the large first letter of that."""
        marks = look.own.get("w:rPr")
        is_deleted = child(marks, "w:del") is not None or child(marks, "w:moveFrom") is not None
        if value(look.own.get("w:framePr"), "w:dropCap") not in ("", "none"):
            return True
        return is_deleted and not self.office.shows_changes

    def _loose(self, element: etree._Element) -> Iterator[Piece]:
        """What should stand in a paragraph and stands in none."""
        runs = Runs(self, self.office.styles.of_paragraph(None))
        runs.read_one(element)
        yield from self._made(runs, None)

    def _made(self, runs: Runs, numbered: Numbered | None) -> Iterator[Piece]:
        """What a paragraph makes: itself, the formulas that are displayed in it, and what stands behind it."""
        name = self._named(runs.anchors)
        for part in runs.parts():
            place = self.place(line=runs.line)
            if isinstance(part, m.MathBlock):
                yield Piece("formula", [part], (), part.place, [])
            elif content := tidy(part):
                yield self._text(
                    content, part, runs.look, numbered, Piece("", [], (), place, runs.look.names(), id=name)
                )
                numbered, name = None, ""
        if numbered and not runs.look.level():
            yield self._text((), (), runs.look, numbered, Piece("", [], (), self.place(line=runs.line), []))
        if runs.behind:
            yield Piece("behind", runs.behind, (), self.place(line=runs.line), [])

    def _text(self, content: m.Inlines, raw: m.Inlines, look: Look, numbered: Numbered | None, piece: Piece) -> Piece:
        """A piece of text as its style, its level and its number have it."""
        kind = next((STYLED[name] for name in piece.names if name in STYLED), "")
        if level := look.level():
            return replace(piece, kind="heading", content=labelled(numbered, _whole(content)), level=level)
        if kind in ("code", "lines of code"):
            return replace(piece, kind=kind, items=[m.CodeBlock(m.plain(raw).strip("\n"), place=piece.place)])
        is_listed = numbered is not None and (numbered.value is None or numbered.look is not None)
        if not is_listed:
            content = labelled(numbered, content)
        items = paragraphs(content, place=piece.place) if content else []
        if not is_listed and (align := _ALIGN.get(look.value("w:jc"), "")):
            items = [replace(item, align=align) if isinstance(item, m.Paragraph) else item for item in items]
        if not kind and not numbered and _is_indented(look):
            kind = "quote"
        return replace(piece, kind=kind, items=items, content=content, numbered=numbered, is_listed=is_listed)

    def _named(self, anchors: Sequence[str]) -> str:
        """The id of what bears bookmarks: the first; the others mean it too."""
        known = [identifier(each) for each in anchors if each and each != "_GoBack"]
        for each in known:
            self.office.aliases.setdefault(each, known[0])
        return known[0] if known else ""

    # ── What stands elsewhere ──

    def box(self, element: etree._Element) -> Iterator[m.Block]:
        """A text box, a flow of its own in this one."""
        fields, self.fields = self.fields, Fields()
        inside_box = self.blocks(element)
        self.fields = fields
        if inside_box:
            yield m.Aside(inside_box)

    def note(self, kind: str, number: str, place: m.Place) -> str:
        """The name of a note, which is read when it is first called; nothing if there is none."""
        office = self.office
        if (kind, number) in office.known:
            return office.known[kind, number]
        element = office.entries(kind).get(number)
        if element is None:
            office.report("note-unknown", f"a note that is not there is called ({kind} {number})", place,
                          "remove the call, or write the note")  # fmt: skip
            return ""
        name = office.known[kind, number] = f"n{len(office.notes) + 1}"
        office.notes.append(m.Note(name, ()))  # holds the number while the note is read
        office.notes[int(name[1:]) - 1] = m.Note(name, self.elsewhere(kind, element), place=place)
        return name

    def elsewhere(self, kind: str, element: etree._Element) -> m.Blocks:
        """The blocks of a note or comment."""
        story = Story(self.office, self.office.package.part(f"{kind}s"))
        story.depth = self.depth + 1
        if story.depth > DEEPEST:
            raise SourceError(f"{self.office.package.name}: notes call notes without end", place=self.place())
        story.line = self.office.lines[kind].get(value(element, "w:id"), 0)
        return story.blocks(element)

    def comment(self, number: str, place: m.Place) -> str:
        """Tell a comment; the name of its note, where changes are shown."""
        element = self.office.entries("comment").get(number)
        if element is None or ("comment", number) in self.office.known:
            return ""
        shows = self.office.shows_changes
        words = text_of(element)
        who = value(element, "w:author")
        if words:
            code, left_out = ("comment-kept", "") if shows else ("comment-left-out", words)
            remedy = "settle it in Word; --track all makes notes of comments"
            self.office.report(code, f"{who}: {quoted(words)}", place, remedy, left_out)
        if shows and words:
            return self.note("comment", number, place)
        self.office.known["comment", number] = ""
        return ""


_ALIGN: dict[str, m.ParagraphAlign] = {"center": "center", "right": "right", "end": "right"}


def _is_indented(look: Look) -> bool:
    """Whether a paragraph stands further in than its style has it, as quotations do."""
    own, styled = _indent(look.own.get("w:ind")), _indent(look.styled.get("w:ind"))
    is_item = any(name.startswith("list") for name in look.names())
    return not is_item and "w:ind" in look.own and LEAST_INDENT <= own - styled <= MOST_INDENT


LEAST_INDENT, MOST_INDENT = 200, 2400
"""How far in a quotation stands, in twentieths of a point: less is no indent, more is a signature (house choice)."""


def _indent(element: etree._Element | None) -> int:
    left = number(value(element, "w:left") or value(element, "w:start"))
    return left - number(value(element, "w:hanging"))


def _whole(title: m.Inlines) -> m.Inlines:
    """A heading without what holds for all of it: bold letters are its look, no stress."""
    match title:
        case (m.Strong(inner),):
            return inner
        case _:
            return title


def labelled(numbered: Numbered | None, content: m.Inlines) -> m.Inlines:
    """A paragraph behind its number."""
    if numbered is None or numbered.value is None or not numbered.label:
        return content
    return tidy((m.Text(numbered.label), *content))
