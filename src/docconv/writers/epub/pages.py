"""The pages of an e-book: the canonical markup of each file, with its notes and what reading systems know of parts.

It assumes that every link and every called note is there.  A note's number and the way back to its call are
attributes and generated content, so that a pop-up shows them and the text stays what it was.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from pathlib import PurePosixPath
from typing import Any, Literal

from PIL import Image, ImageDraw

from docconv import model as m
from docconv.problems import Say
from docconv.words import words
from docconv.writers import markup
from docconv.writers.epub.parts import Part
from docconv.writers.fonts import mark_rare
from docconv.writers.formulas import mathml
from docconv.writers.labels import box_labels, note_number
from docconv.writers.options import EditionOptions
from docconv.writers.vertical import upright

Notes = Literal["popup", "duokan"]


def pages_of(document: m.Document, parts: Sequence[Part], pictures: Mapping[str, str], title: str,
             options: EditionOptions, say: Say) -> Iterator[str]:  # fmt: skip
    """The XHTML of each part.  `pictures` tells the file of a picture by its path in the document."""
    homes = _homes(parts)
    labels, number = box_labels(document), note_number(document)
    calls = _Calls(homes.keys() | {note.id for note in document.notes}, number, options.notes, document.meta.lang)
    plain = upright if options.vertical else markup.escape
    formula = mathml(document, say)

    def letters(text: str) -> str:
        return mark_rare(plain(text))

    chapter = ""  # the last heading of the first level
    for part in parts:
        rendition = markup.Rendition(
            text=letters,
            picture=lambda path: f"../{pictures[path]}",
            link=partial(_link, part, homes),
            placeholder=labels,
            note_call=calls.call,
            formula=formula,
            section=_semantics,
            places=False,
            lang=part.lang,
        )
        text = "".join(markup.block(node, rendition, level) for node, level in part.nodes)
        text += calls.notes(part.notes, rendition)
        goes_on = chapter if any(part.depths[:1]) else ""
        text = _continued(goes_on) + text if goes_on else text
        chapter = next((_title(node) for node, level in reversed(part.nodes) if level == 1 and _title(node)), chapter)
        heading = goes_on or next(filter(None, (_title(node) for node, _ in part.nodes)), title)
        yield markup.page(replace(document.meta, lang=part.lang), text, head=sheet("../style.css"), title=heading,
                          body_attributes=_depths(part))  # fmt: skip


def _continued(title: str) -> str:
    """The heading of a file that goes on with a chapter: each file has one (WCAG 1.3.1), and this is no text."""
    label = markup.escape(title)
    return f'<h1 class="continued" data-title="{label}" aria-label="{label}"></h1>\n'


def _depths(part: Part) -> str:
    """Where the nodes of a file belong that goes on with what an earlier one began: `1*12 2*3`, twelve nodes of depth
    one, three of depth two."""
    if not any(part.depths):
        return ""
    runs = (f"{depth}*{len(list(run))}" for depth, run in groupby(part.depths))
    return f' data-depths="{" ".join(runs)}"'


def cover_page(meta: m.Meta, title: str, file: str, vertical: bool) -> str:
    """The cover, as a page; it stands upright in a vertical book too, and has a sheet of its own there."""
    name = words(meta.lang).cover
    alt = markup.escape(f"{name}: {title}")
    content = f'<section epub:type="cover"><img src="{file}" alt="{alt}" role="doc-cover"/></section>\n'
    return markup.page(meta, content, head=sheet("cover.css" if vertical else "style.css"), title=name,
                       body_attributes=' class="cover"')  # fmt: skip


def sheet(address: str) -> str:
    return f'<link rel="stylesheet" type="text/css" href="{address}"/>\n'


def _homes(parts: Sequence[Part]) -> dict[str, Part]:
    """The file of every id."""
    homes: dict[str, Part] = {}
    for part in parts:
        for node in (each for top in (*(node for node, _ in part.nodes), *part.notes) for each in m.walk(top)):
            if getattr(node, "id", ""):
                homes.setdefault(node.id, part)
    return homes


def _link(here: Part, homes: dict[str, Part], target: str) -> str:
    """The address of `#id`, as seen from the file `here`."""
    home = homes[target[1:]]
    inside = home is here or any(note.id == target[1:] for note in here.notes)
    return target if inside else f"{PurePosixPath(home.file).name}{target}"


def _title(node: Any) -> str:
    heading = node.title if isinstance(node, m.Section) else node.headline if isinstance(node, m.Article) else ()
    return " ".join(m.plain(heading).split())


# ── What a section is (EPUB 3 Structural Semantics, DPUB-ARIA) ──

_MATTER = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in (
        ("preface", "自?序|序言|前言|序文|作者序|译者序|譯者序|まえがき|はしがき|はじめに|머리말|서문|preface"),
        ("foreword", "代序|他序|推[荐薦]序|推薦の言葉|추천사|foreword"),
        ("introduction", "引言|导言|導言|[导導][论論]|[绪緒][论論]|序[论論]|서론|introduction"),
        ("prologue", "楔子|引子|序章|序幕|プロローグ|프롤로그|prologue"),
        ("epilogue", "尾[声聲]|[终終]章|エピローグ|에필로그|epilogue"),
        ("afterword", "后记|後記|编后|編後|跋|あとがき|おわりに|후기|맺음말|afterword"),
        ("conclusion", "[结結][论論语語]|むすび|결론|conclusion"),
        ("appendix", "(?:附[录錄]|付録|부록|appendix).{0,12}"),
        ("bibliography", "[参參]考(?:文[献獻]|书目|書目|資料)|참고 ?문헌|bibliography|references"),
        ("acknowledgments", "[致鸣鳴][谢謝]|[谢謝][辞辭]|감사의 말|acknowledge?ments"),
        ("colophon", "版[权權][页頁]|奥付|판권"),
    )
}
FRONT = ("preface", "foreword", "introduction", "prologue")


def matter(node: Any, level: int) -> str:
    """What a section of the highest level is in its book: a chapter, a part that holds chapters, a preface …"""
    if not isinstance(node, m.Section) or level != 1 or not node.title:
        return ""
    title = _title(node)
    if named := next((name for name, form in _MATTER.items() if form.fullmatch(title)), ""):
        return named
    # one that holds chapters only: they may stand in files of their own
    return "part" if all(isinstance(child, m.Section) for child in node.body) else "chapter"


def _semantics(node: Any, level: int) -> Mapping[str, str]:
    name = matter(node, level)
    return {"epub:type": name, "role": f"doc-{name}"} if name else {}


# ── Notes ──


@dataclass(frozen=True, slots=True)
class _NoteMark:
    """The sign by which 多看 calls a note, which it wants as a picture: a ring with lines of text."""

    file: str = "images/note-mark.png"

    def paint(self) -> bytes:
        size, ink = 96, (90, 90, 90)
        image = Image.new("RGB", (4 * size, 4 * size), "white")
        draw = ImageDraw.Draw(image)
        draw.ellipse((16, 16, 4 * size - 16, 4 * size - 16), outline=ink, width=28)
        for top, right in ((130, 270), (184, 270), (238, 210)):
            draw.rounded_rectangle((114, top, right, top + 24), 12, fill=ink)
        out = io.BytesIO()
        image.reduce(4).save(out, "PNG", optimize=True)
        return out.getvalue()


NOTE_MARK = _NoteMark()


class _Calls:
    """The calls of notes, each with an id of its own, and the notes with the way back to the first in their file."""

    def __init__(self, taken: set[str], number: Callable[[str], str], form: Notes, lang: str) -> None:
        self.taken, self.number, self.form, self.words = set(taken), number, form, words(lang)
        self.first: dict[str, str] = {}

    def call(self, note: str) -> str:
        identifier = f"{note}-call"
        while identifier in self.taken:
            identifier += "-"
        self.taken.add(identifier)
        self.first.setdefault(note, identifier)
        number, marks = self.number(note), 'epub:type="noteref" role="doc-noteref"'
        ids = f'id="{markup.escape(identifier)}" href="#{markup.escape(note)}"'
        if self.form == "popup":
            return f'<a class="noteref" {marks} {ids}>{markup.escape(number)}</a>'
        image = f'<img src="../{NOTE_MARK.file}" alt="{self.words.note}{markup.escape(number)}"/>'
        return f'<a class="duokan-footnote" {marks} {ids}>{image}</a>'

    def notes(self, notes: Sequence[m.Note], r: markup.Rendition) -> str:
        """The notes of a file, in the form that was asked for; the calls behind them are those of the next file."""
        out = self._popups(notes, r) if self.form == "popup" else self._list(notes, r)
        self.first.clear()
        return out

    def _popups(self, notes: Sequence[m.Note], r: markup.Rendition) -> str:
        form = 'class="note" epub:type="footnote" role="doc-footnote"'
        return "".join(f"<aside {form} {self._named(note)}>\n{self._body(note, r)}</aside>\n" for note in notes)

    def _list(self, notes: Sequence[m.Note], r: markup.Rendition) -> str:
        items = "".join(
            f'<li class="duokan-footnote-item" {self._named(note)}>\n{self._body(note, r)}</li>\n' for note in notes
        )
        opened = f'<aside class="notes" epub:type="footnotes" aria-label="{self.words.notes}">\n'
        return f'{opened}<ol class="duokan-footnote-content">\n{items}</ol>\n</aside>\n' if items else ""

    def _named(self, note: m.Note) -> str:
        """The id, and the number among the notes of the book, which stand in other files too."""
        return f'id="{markup.escape(note.id)}" data-number="{markup.escape(self.number(note.id))}"'

    def _body(self, note: m.Note, r: markup.Rendition) -> str:
        """The note with the way back at its head, inside its first paragraph."""
        text = markup.blocks(note.body, r, 2)
        call = self.first.get(note.id)
        if not call:
            return text
        back = (f'<a class="backlink" role="doc-backlink" href="#{markup.escape(call)}" '
                f'aria-label="{self.words.back}" data-number="{markup.escape(self.number(note.id))}"></a>')  # fmt: skip
        if text.startswith("<p"):
            return text.replace(">", f">{back}", 1)
        return f"<p>{back}</p>\n{text}"
