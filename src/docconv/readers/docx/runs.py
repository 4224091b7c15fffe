"""The inside of a paragraph of Word: runs and their looks, fields, changes, ruby, symbols, calls of notes.

It assumes nothing of what may stand in what: an element that nobody knows is gone through, so that its text is kept.
What is not of the line, text boxes and floating pictures, is handed back to stand behind the paragraph.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias

from lxml import etree

from docconv import model as m
from docconv.readers.blocks import Item
from docconv.readers.docx import objects
from docconv.readers.docx.fields import shown_of, target_of
from docconv.readers.docx.formulas import formula_at
from docconv.readers.docx.office import quoted
from docconv.readers.docx.package import alternative, child, is_on, name_of, value
from docconv.readers.docx.styles import Look
from docconv.readers.docx.symbols import symbol, text_of, unsymbol
from docconv.readers.inlines import link_target

if TYPE_CHECKING:
    from docconv.readers.docx.story import Story

Formats: TypeAlias = tuple[tuple[str, str], ...]
"""What a piece of a line is, the outermost first: ("link", its target), ("strong", "") …"""

_HOLDERS: dict[str, Callable[[m.Inlines], m.Inline]] = {
    "insertion": m.Insertion,
    "deletion": m.Deletion,
    "strong": m.Strong,
    "emphasis": m.Emphasis,
    "underline": m.Underline,
    "sup": m.Sup,
    "sub": m.Sub,
    "code": lambda run: m.Code(m.plain(run), place=run[0].place),
}
_ORDER = ("link", *_HOLDERS)
_LASTING = ("link", "insertion", "deletion", "underline")
"""What is seen on blanks too."""
_AROUND: dict[type[m.Inline], tuple[str, ...]] = {
    m.NoteRef: ("insertion", "deletion"),
    m.Picture: ("link", "insertion", "deletion"),
}
"""What may stand around a call of a note, or a picture: neither is bold or raised."""
_CODE_STYLES = {"verbatim char", "html code", "html typewriter", "html sample", "html keyboard"}
_LINK_STYLES = {"hyperlink", "followedhyperlink"}
_UNSEEN = {"w:pPr", "w:rPr", "w:sdtPr", "w:sdtEndPr", "w:rubyPr", "w:smartTagPr", "w:customXmlPr", "w:fldData",
           "w:footnoteRef", "w:endnoteRef", "w:annotationRef", "w:separator", "w:continuationSeparator", "w:pgNum",
           "w:lastRenderedPageBreak", "w:ffData", "w:proofErr"}  # fmt: skip


PIECES = {"w:t", "w:delText", "w:sym", "w:tab", "w:br", "w:ruby", "w:drawing", "w:pict", "w:object", "w:fldChar",
          "w:instrText", "w:footnoteReference", "w:endnoteReference"}  # fmt: skip
"""What a run holds."""


class Runs:
    """One paragraph while it is read.  `anchors` are the names of its bookmarks, `behind` is what follows it."""

    def __init__(self, story: Story, look: Look) -> None:
        self.story, self.look, self.fields = story, look, story.fields
        self.pieces: list[tuple[Formats, m.Inline]] = []
        self.behind: list[Item] = []
        self.anchors: list[str] = []
        self.hidden: list[str] = []
        self.sinks: list[list[str]] = []  # of what is left out and told
        self.cuts: list[int] = []  # pieces that are displayed formulas
        self.line, self.column = story.line, 1

    @property
    def place(self) -> m.Place:
        return self.story.place(self.column, self.line)

    def parts(self) -> Iterator[m.Inlines | m.MathBlock]:
        """The line as inlines, cut by what is displayed."""
        self._tell_hidden()
        start = 0
        for cut in self.cuts:
            yield nested(self.pieces[start:cut])
            formula = self.pieces[cut][1]
            yield m.MathBlock(m.plain(formula), place=formula.place)
            start = cut + 1
        yield nested(self.pieces[start:])

    def _tell_hidden(self) -> None:
        if text := "".join(self.hidden).strip():
            what, place = f"hidden text is left out: {quoted(text)}", self.story.place(1, self.line)
            self.story.office.report("text-hidden", what, place, "show it in Word if it belongs to the text", text)
            self.hidden.clear()

    def read(self, parent: etree._Element, formats: Formats = ()) -> None:
        """Read what stands in an element."""
        with self.story.deeper():
            for element in parent:
                self.read_one(element, formats)

    def read_one(self, element: etree._Element, formats: Formats = ()) -> None:
        name = name_of(element)
        match name:
            case "w:r":
                self._run(element, formats)
            case "w:hyperlink":
                self.read(element, with_formats(formats, ("link", self._target(element))))
            case "w:fldSimple":
                self._simple_field(element, formats)
            case "w:ins" | "w:moveTo":
                self._inserted(element, formats)
            case "w:del" | "w:moveFrom":
                self._deleted(element, formats)
            case "w:bookmarkStart":
                self.anchors.append(value(element, "w:name"))
            case "m:oMath":
                self._formula(element, formats)
            case "m:oMathPara":
                self._displayed(element, formats)
            case "mc:AlternateContent":
                self.read(alternative(element), formats)
            case "w:sdt":
                if (content := child(element, "w:sdtContent")) is not None:
                    self.read(content, formats)
            case _ if name in _UNSEEN:
                pass
            case _ if name in PIECES:  # which should stand in a run
                self._piece(element, formats)
            case _:
                self.read(element, formats)

    # ── Links, fields and changes ──

    def _target(self, element: etree._Element) -> str:
        relation = self.story.relations().get(value(element, "r:id"))
        anchor = value(element, "w:anchor") or value(element, "w:docLocation")
        outside = relation.target if relation and relation.is_outside else ""
        return f"{outside}#{anchor}" if anchor else outside

    def _simple_field(self, element: etree._Element, formats: Formats) -> None:
        instruction = value(element, "w:instr")
        self.fields.begin(child(element, "w:ffData"))
        self.fields.instruct(instruction)
        self.fields.separate()
        self.read(element, with_formats(formats, ("link", target_of(instruction))))
        self._end_field(formats)

    def _field(self, element: etree._Element, formats: Formats) -> None:
        match value(element, "w:fldCharType"):
            case "begin":
                self.fields.begin(child(element, "w:ffData"))
            case "separate":
                self.fields.separate()
            case "end":
                self._end_field(formats)
            case _:
                pass

    def _end_field(self, formats: Formats) -> None:
        """Show what a field shows that has no result, and tell what stands as text in an instruction."""
        closed = self.fields.end()
        if closed is None:
            return
        shown = None if closed.has_result else shown_of(closed)
        if not self.fields.are_shown:
            self.fields.instruct(shown.text if shown else "", closed.words)
        elif shown:
            if not shown.is_whole:
                what = f"an equation of Word's old kind (EQ) is kept as a row of text: {quoted(shown.text)}"
                self.story.office.report("object-unread", what, self.place, "set it as a formula")
            self._add(m.Ruby(shown.text, shown.reading) if shown.reading else m.Text(shown.text), formats)
        elif words := "".join(closed.words).strip():
            what = f"text in the instruction of a field, which Word does not show: {quoted(words)}"
            self.story.office.report("text-hidden", what, self.place, "", words)

    def _inserted(self, element: etree._Element, formats: Formats) -> None:
        if self.story.office.shows_changes:
            return self.read(element, with_formats(formats, ("insertion", "")))
        if text := text_of(element):
            self.story.office.report("change-tracked", f"what was inserted is taken: {quoted(text)}", self.place,
                                     "accept it in Word; --track all shows it")  # fmt: skip
        return self.read(element, formats)

    def _deleted(self, element: etree._Element, formats: Formats) -> None:
        """What was deleted is shown as such, or told: here, and not in the text."""
        if self.story.office.shows_changes:
            return self.read(element, with_formats(formats, ("deletion", "")))
        place = self.place
        with self._left_out() as words:
            self.read(element, formats)
        self.tell_deletion("".join(words), place)
        return None

    def tell_deletion(self, text: str, place: m.Place) -> None:
        if text.strip():
            self.story.office.report("change-tracked", f"what was deleted is left out: {quoted(text)}", place,
                                     "accept it in Word; --track all shows it", text)  # fmt: skip

    @contextmanager
    def _left_out(self) -> Iterator[list[str]]:
        """Take what is read in this block as mere words."""
        words: list[str] = []
        self.sinks.append(words)
        yield words
        self.sinks.pop()

    # ── Runs ──

    def _run(self, element: etree._Element, formats: Formats) -> None:
        look = self.story.office.styles.of_run(child(element, "w:rPr"))
        hides = look.find("w:vanish")
        if is_on(self.look.runs.get("w:vanish") if hides is None else hides):
            self.sinks.append(self.hidden)
            self._run_content(element, formats, "")
            self.sinks.pop()
        else:
            fonts = look.own.get("w:rFonts")
            font = value(fonts, "w:ascii") or value(fonts, "w:hAnsi")
            self._run_content(element, with_formats(formats, *_looks(look, formats)), font)

    def _run_content(self, parent: etree._Element, formats: Formats, font: str) -> None:
        for element in parent:
            self._piece(element, formats, font)

    def _piece(self, element: etree._Element, formats: Formats, font: str = "") -> None:
        """A piece of a run."""
        name = name_of(element)
        match name:
            case "w:t" | "w:delText":
                self._text(self._seen(element.text or "", font), formats)
            case "w:tab" | "w:ptab":
                self._text("\t", formats)
            case "w:br" | "w:cr":
                self._add(m.LineBreak(), formats)
            case "w:noBreakHyphen":
                self._text("\u2011", formats)
            case "w:softHyphen":
                self._text("\u00ad", formats)
            case "w:sym":
                self._text(symbol(value(element, "w:char"), value(element, "w:font")), formats)
            case "w:instrText" | "w:delInstrText":
                self.fields.instruct(element.text or "")
            case "w:fldChar":
                self._field(element, formats)
            case "w:ruby":
                self._ruby(element, formats)
            case "w:footnoteReference" | "w:endnoteReference":
                self._note(name[2:].removesuffix("Reference"), element, formats)
            case "w:commentReference":
                self._comment(value(element, "w:id"), formats)
            case "w:drawing" | "w:pict" | "w:object":
                self._object(element, formats)
            case "mc:AlternateContent":
                self._run_content(alternative(element), formats, font)
            case _ if name in _UNSEEN:
                pass
            case _:
                self.read_one(element, formats)

    def _seen(self, text: str, font: str) -> str:
        """A text as it looks in its font."""
        seen = unsymbol(text, font)
        if seen != text and self.fields.are_shown and not self.sinks:
            what = f"letters in the font {font} are the signs that they look like: {quoted(text)} → {quoted(seen)}"
            self.story.office.report("source-skipped", what, self.place, "", text)
        return seen

    def _text(self, text: str, formats: Formats) -> None:
        if not self.fields.are_shown:
            self.fields.instruct(text, [text])
        elif text:
            lasting = formats if text.strip() else tuple(each for each in formats if each[0] in _LASTING)
            self._add(m.Text(text, place=self.place), lasting)
            self.column += len(text)

    def _add(self, node: m.Inline, formats: Formats) -> None:
        """A piece of the line, or words of what is left out; nothing in an instruction."""
        if not self.fields.are_shown:
            return
        self.fields.show()
        if self.sinks:
            self.sinks[-1].append(words_of(node))
            return
        if (target := self.fields.target) and ("link", target) not in formats:
            formats = with_formats(formats, ("link", target))
        self.pieces.append((fitting(node, formats), node))

    def _ruby(self, element: etree._Element, formats: Formats) -> None:
        reading, base = (text_of(each) if (each := child(element, name)) is not None else ""
                         for name in ("w:rt", "w:rubyBase"))  # fmt: skip
        node: m.Inline = m.Ruby(base, reading, place=self.place) if base and reading else m.Text(base + reading)
        if base or reading:
            self._add(node, formats)
            self.column += len(base)

    def _formula(self, element: etree._Element, formats: Formats) -> None:
        tex = formula_at(element, self.story.office.formulas)
        if not tex and (tex := text_of(element)):
            what = f"a formula is kept as a row of text: {quoted(tex)}"
            self.story.office.report("object-unread", what, self.place, "set it anew, in Word or in TeX")
        if tex:
            self._add(m.Math(tex, place=self.place), formats)

    def _displayed(self, element: etree._Element, formats: Formats) -> None:
        """Formulas on lines of their own: the paragraph is cut there."""
        before = len(self.pieces)
        self.read(element, formats)
        self.cuts += [at for at in range(before, len(self.pieces)) if isinstance(self.pieces[at][1], m.Math)]

    # ── What stands elsewhere ──

    def _note(self, kind: str, element: etree._Element, formats: Formats) -> None:
        name = "" if self.sinks else self.story.note(kind, value(element, "w:id"), self.place)
        if name:
            self._add(m.NoteRef(name, place=self.place), formats)

    def _comment(self, number: str, formats: Formats) -> None:
        if name := self.story.comment(number, self.place):
            self._add(m.NoteRef(name, place=self.place), formats)

    def _object(self, element: etree._Element, formats: Formats) -> None:
        if self.sinks:
            self.sinks[-1].append(text_of(element))
        elif self.fields.are_shown:
            for node in objects.read(element, self):
                if isinstance(node, m.Picture):
                    self._add(node, formats)
                else:
                    self.fields.show()
                    self.behind.append(node)


def _looks(look: Look, formats: Formats) -> Iterable[tuple[str, str]]:
    """What a run is by its looks."""
    names = look.names()
    is_link = any(kind == "link" for kind, _ in formats) or any(name in _LINK_STYLES for name in names)
    if any(name in _CODE_STYLES for name in names):
        yield "code", ""
    if look.is_on("w:b"):
        yield "strong", ""
    if look.is_on("w:i") or look.value("w:em") not in ("", "none"):
        yield "emphasis", ""
    if look.is_on("w:strike") or look.is_on("w:dstrike"):
        yield "deletion", ""
    if "insertion" in names:  # as docconv writes it, with a line of its own
        yield "insertion", ""
    elif not is_link and look.value("w:u") not in ("", "none"):
        yield "underline", ""
    if (index := _INDICES.get(look.value("w:vertAlign"))) is not None:
        yield index, ""


_INDICES = {"superscript": "sup", "subscript": "sub"}


def with_formats(formats: Formats, *added: tuple[str, str]) -> Formats:
    """The formats with others, in their order; a link stands in no other."""
    has_link = any(kind == "link" for kind, _ in formats)
    new = {each for each in added if each[0] != "link" or (each[1] and not has_link)}
    return tuple(sorted({*formats, *new}, key=lambda each: (_ORDER.index(each[0]), each[1]))) if new else formats


def fitting(node: m.Inline, formats: Formats) -> Formats:
    """The formats that may stand around a node."""
    kept = _AROUND.get(node.__class__)
    return formats if kept is None else tuple(each for each in formats if each[0] in kept)


def words_of(node: m.Inline) -> str:
    """A piece of a line as words, all of them."""
    return f"{node.base}{node.reading}" if isinstance(node, m.Ruby) else m.plain(node)


def nested(pieces: Iterable[tuple[Formats, m.Inline]]) -> m.Inlines:
    """Pieces of a line with what they are around them, neighbours in one."""
    out: list[m.Inline] = []
    for first, group in groupby(pieces, key=lambda piece: piece[0][:1]):
        members = [*group]
        if not first:
            out += [node for _, node in members]
            continue
        inner = nested([(formats[1:], node) for formats, node in members])
        (kind, target), *_ = first
        if kind != "link":
            out.append(_HOLDERS[kind](inner))
        elif address := link_target(target):
            out.append(m.Link(address, inner))
        else:
            out += inner
    return tuple(out)
