"""What extractors put into the Markdown of a page besides lines: HTML of any depth, fences, formulas and tables of
TeX, comments that stand for what was not read.

It assumes lines.  Whatever is one thing becomes a block that is ready; a box around others goes, and what it holds
stays where it stood; what is opened and never closed is no box, and what follows it stays text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from docconv import model as m
from docconv.chars import HAN, HANGUL, KANA, without_controls
from docconv.readers.blocks import LARGEST_SPAN, blocks, bounded
from docconv.readers.html import read_fragment
from docconv.readers.inlines import clean, identifier, media, one_line
from docconv.readers.page.inlines import picture, read_inlines, read_marks, read_text
from docconv.readers.page.lines import Block, Kind, Line

_Part = Line | Block


def read_inserts(lines: list[Line], file: str) -> list[Line | Block]:
    """The lines in their order, with every insert among them as a block."""
    out: list[_Part] = []
    plain: list[Line] = []
    for part in _fences(_without_fence(lines), file):
        if isinstance(part, Line):
            plain.append(part)
            continue
        out += _Inserts(plain, file).parts()
        plain = []
        out.append(part)
    out += _Inserts(plain, file).parts()
    return list(_captioned(out, file))


def made(kind: Kind, node: m.Block, line: Line, file: str) -> Block:
    """The block of a node that is ready, every part of it placed where its line stands."""
    place = m.Place(line.number, line.column, file)
    placed = m.rewrite(node, lambda each: replace(each, place=place))
    return Block(kind, [replace(line, text="")], node=placed)


# ── Fences ───────────────────────────────────────────────────────────────────────────────────────────────

_FENCE = re.compile(r"(`{3,}+|~{3,}+)[ \t]*+([!-_a-~]*+)[ -_a-~]*+$")
_MARKDOWN = frozenset({"markdown", "md", "html"})
_PLAIN = frozenset({"", "text", "txt", "plaintext"})
_LATEX = frozenset({"latex", "tex"})
_PROSE = re.compile(f"[{HAN}{KANA}{HANGUL}\u3000-\u303f\uff00-\uff60]")
_DRAWN = re.compile("[\u2500-\u259f]")


def language(info: str) -> str:
    """The language of code by the first word behind its fence."""
    return info if re.fullmatch(r"[\w+#-]{1,20}", info) and info != "unknown" else ""


def _without_fence(lines: list[Line]) -> list[Line]:
    """A model that was asked for Markdown may wrap the whole page in a fence: that fence is not the page's."""
    if len(lines) > 2 and (found := _FENCE.match(lines[0].text)) and lines[-1].text == found[1]:
        inside = sum(1 for line in lines[1:-1] if _FENCE.match(line.text))
        if found[2].lower() in _MARKDOWN | _PLAIN and inside % 2 == 0:
            return lines[1:-1]
    return lines


def _fences(lines: list[Line], file: str) -> Iterator[_Part]:
    """The lines with what stands in a fence as code; a fence around prose goes, and so does one that is never closed:
    what stands behind it is no code."""
    ends = _fence_ends(lines)
    skipped: set[int] = set()
    at, above = 0, 0
    while at < len(lines):
        line, inside = lines[at], lines[at + 1 : ends.get(at, at)]
        found = _FENCE.match(line.text) if at not in skipped else None
        if at in skipped or (found and (at not in ends or _is_page(found, inside)) and not _is_rule(found, inside)):
            skipped.add(ends.get(at, at))
            above = max(above, line.above, 1)
        elif found and at in ends and not _is_rule(found, inside):
            if inside:
                yield made("code", _code(inside, language(found[2])), line, file)
            at = ends[at]
        else:
            yield replace(line, above=above) if above > line.above else line
            above = 0
        at += 1


def _fence_ends(lines: list[Line]) -> dict[int, int]:
    """Where each fence that is closed is closed; a fence with a word behind it always opens."""
    ends: dict[int, int] = {}
    opened: list[tuple[int, str]] = []
    for at, line in enumerate(lines):
        if found := _FENCE.match(line.text):
            if found[2] or not opened or not found[1].startswith(opened[-1][1]):
                opened.append((at, found[1]))
            else:
                ends[opened.pop()[0]] = at
    return ends


def _is_page(fence: re.Match[str], inside: list[Line]) -> bool:
    """Whether a fence was put around a part of the page."""
    info = fence[2].lower()
    if info in _LATEX:
        return bool(inside) and _ENVIRONMENT.match(inside[0].text) is not None
    return info in _MARKDOWN or (info in _PLAIN and _is_prose(inside))


def _is_rule(fence: re.Match[str], inside: list[Line]) -> bool:
    """Whether a row of tildes is a rule and no fence."""
    return fence[1][0] == "~" and not fence[2] and (not inside or _is_prose(inside))


def _is_prose(lines: list[Line]) -> bool:
    """Whether more than half of what is written is East Asian, and nothing is drawn with it (house rule)."""
    text = "".join(line.text for line in lines)
    return len(_PROSE.findall(text)) * 2 > len(text.replace(" ", "")) and not _DRAWN.search(text)


def _code(lines: list[Line], language: str) -> m.CodeBlock:
    out: list[str] = []
    for line in lines:
        out += [""] * (line.above if out else 0)
        out.append(" " * (line.column - 1) + line.text)
    return m.CodeBlock(without_controls("\n".join(out)), language)


# ── HTML, comments, displayed TeX ────────────────────────────────────────────────────────────────────────

_BOXES = (
    "address|article|aside|body|center|dd|details|div|dl|dt|fieldset|figure|footer|form|header|html|main|nav|ol|p"
    "|section|summary|table|tbody|td|tfoot|th|thead|tr|ul"
)
_LABELS: dict[str, Kind] = {
    "figcaption": "caption",
    "caption": "caption",
    "page_number": "furniture",
    "page_header": "furniture",
    "page_footer": "furniture",
    "watermark": "furniture",
    "li": "item",
    "blockquote": "quote",
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "head"),
}
"""What an element says of the text in it: HTML, and the tags that Nanonets-OCR was taught."""
_MATH = "equation|align|aligned|gather|gathered|multline|eqnarray|displaymath|math|array|cases|split"
_TABULAR = r"tabular[x*]?|longtable|tabulary"
_ENVIRONMENT = re.compile(rf"\\begin\{{(?P<name>(?:{_MATH})\*?|{_TABULAR})\}}")
_INSERT = re.compile(
    rf"(?<!\\)(?:(?P<comment><!--)|(?P<table><table\b)|(?P<rule><hr\b[^<>]*>)"
    rf"|(?P<box></?(?:{_BOXES}|{'|'.join(_LABELS)})(?:\s[^<>]{{0,1000}})?/?>))"
    r"|(?P<tabular>(?<!\\)\\begin\{(?:tabular[x*]?|longtable|tabulary)\})|(?P<code>`[^`]+`)",
    re.I,
)
_MARKED = re.compile(r"[<$`\\{!|]")
"""The characters that inserts begin with; most lines have none."""
_DISPLAY = re.compile(rf"\$\$|\\\[|\\begin\{{(?:{_MATH})\*?\}}")
_IMAGE = re.compile(r"!\[(?P<alt>[^\]]*)\]\(\s*<?(?P<src>[^)\s>]*+)>?[^)]*\)$")
_IMAGE_TAG = re.compile(r"<img\b[^<>]*>(?:(?P<said>[^<>]*)</img>)?$", re.I)
_FLOAT = re.compile(r"\\(?:(?:begin|end)\{(?:table|figure|center)\*?\}(?:\[[^\]]*\])?|centering|label\{[^{}]*\})$")
_TITLE = re.compile(r"\\caption\*?\{(.+)\}$")
_PAGE = re.compile(r"\{\d+\}-{40,}$|<--- Page Split --->$")
"""What marker and DeepSeek-OCR write between two pages."""
_GROUNDED = re.compile(r"<\|ref\|>([^<>|]{0,40})<\|/ref\|><\|det\|>\[[\d\[\], ]*\]<\|/det\|>$")
"""What DeepSeek-OCR writes above each thing: what it is, and where on the page."""
_TABLE_TAG = re.compile(r"<(/?)table\b", re.I)
_ROW_TAG = re.compile(r"</?(?:t[rdh]|thead|tbody|tfoot|caption)\b", re.I)
_CENTRED = re.compile(r"<div\b[^<>]*text-align:\s*center", re.I)
"""How PaddleX writes the titles of pictures and tables, and these themselves (`format_centered_by_html`)."""


class _Inserts:
    """A walk over lines with a cursor: `at` is the line, `column` where in it the next piece begins."""

    def __init__(self, lines: list[Line], file: str) -> None:
        self.lines, self.file = lines, file
        self.at = self.column = 0
        self.out: list[_Part] = []
        self.above = 0  # blank lines above what has been taken away
        self.parted = False  # whether an edge of a box stands before the next piece
        self.new_page = False
        self.label: tuple[str, Kind, int] | None = None  # the element that says what its text is
        self.held: list[Line] = []  # that text
        self.endless: set[str] = set()  # ends of which there is no further one
        self.tables = _table_ends(lines)

    def parts(self) -> list[_Part]:
        while self.at < len(self.lines):
            self._step(self.lines[self.at])
        self._close()
        return self.out

    def _step(self, line: Line) -> None:
        """Take what stands at the cursor, up to the next insert or the end of the line."""
        text, start = line.text, self.column
        plain = not start and _MARKED.search(text) is None
        if plain:
            self._text(line, 0, len(text))
        if plain or (not start and self._is_whole(line)):
            self._next()
            return
        ink = _INK.search(text, start)
        if ink is None:
            self._next()
            return
        at = begin = ink.start()
        if (found := _DISPLAY.match(text, begin)) and self._display(line, found):
            return
        while insert := _INSERT.search(text, at):
            if insert["code"] is None and self._insert(line, insert, begin):
                return
            at = insert.end()
        self._text(line, begin, len(text))
        self._next()

    def _next(self) -> None:
        self.at, self.column = self.at + 1, 0

    def _is_whole(self, line: Line) -> bool:
        """Whether the line says something of what stands around it, and was taken."""
        text = line.text
        if text.startswith("|"):
            self._text(line, 0, len(text))
            return True
        if _PAGE.match(text):
            self._edge(line)
            self.new_page = True
            return True
        if found := _GROUNDED.match(text):
            self._edge(line)
            if found[1] == "image":
                self._add(made("image", m.Figure(m.Missing()), self._piece(line, 0, 0), self.file))
            return True
        if found := _TITLE.match(text):
            inner = replace(line, text=found[1], column=line.column + found.start(1))
            self._add(Block("caption", [inner]))
            return True
        if _FLOAT.match(text):
            self._edge(line)
            return True
        return False

    # ── Pieces of text ──

    def _edge(self, line: Line) -> None:
        """Take the edge of a box: what follows it begins a new block."""
        if _INK.search(line.text, 0, self.column) is None:
            self.above = max(self.above, line.above)
            self.new_page = self.new_page or line.new_page
        self.parted = True

    def _piece(self, line: Line, start: int, end: int) -> Line:
        """A part of a line as a line of its own."""
        first = _INK.search(line.text, 0, start) is None
        above = max(self.above, line.above if first else 0, int(self.parted))
        new_page = self.new_page or (first and line.new_page)
        piece = Line(line.number, line.column + start, line.text[start:end].rstrip(), above,
                     first and line.indented, new_page, line.blank and end == len(line.text))  # fmt: skip
        self.above, self.parted, self.new_page = 0, False, False
        return piece

    def _text(self, line: Line, start: int, end: int) -> None:
        if _INK.search(line.text, start, end) is None:
            return
        whole = not start and end == len(line.text) and not (self.above or self.parted or self.new_page)
        piece = line if whole else self._piece(line, start, end)
        found = _IMAGE.match(piece.text) or _IMAGE_TAG.match(piece.text)
        if found and found.re is _IMAGE:
            self._add(made("image", m.Figure(media(found["src"], found["alt"])), piece, self.file))
        elif found:
            self._add(made("image", m.Figure(_said(picture(piece.text), found["said"] or "")), piece, self.file))
        elif self.label:
            self.held.append(piece)
        else:
            self.out.append(piece)

    def _add(self, block: Block) -> None:
        self._flush()
        self.out.append(block)

    # ── Inserts ──

    def _insert(self, line: Line, found: re.Match[str], begin: int) -> bool:
        """Take the text before an insert, and the insert; False if it is none."""
        name = re.sub(r"[</>\s].*", "", found[0].strip("</").lower(), flags=re.S)
        if found["comment"]:
            return self._comment(line, found, begin)
        if found["table"] or found["tabular"]:
            return self._table(line, found, begin)
        self._text(line, begin, found.start())
        if found["rule"]:
            self._add(Block("rule", [replace(self._piece(line, found.start(), found.end()), text="---")]))
        elif name == "details" and not found[0].startswith("</") and self._details(found.end()):
            return True
        else:
            self._box(found, name)
        self._edge(line)
        self.column = found.end()
        return True

    def _box(self, tag: re.Match[str], name: str) -> None:
        """Begin or end an element; one that is not closed soon says nothing of its text."""
        if tag[0].startswith("</"):
            if self.label and self.label[0] == name:
                self._close()
            return
        says = name in _LABELS or _CENTRED.match(tag[0])
        if says and self.label is None and self._where(f"</{name}", tag.end(), _LONGEST_LABEL):
            level = int(name[1]) if name[1].isdigit() else 0
            self.label = name, _LABELS.get(name, "caption"), level if name in _LABELS else _CENTRE

    def _flush(self) -> None:
        """Write out the text that the open element has gathered so far."""
        if self.label and self.held:
            _, kind, level = self.label
            marker = "•" if kind == "item" else ""
            self.out.append(Block(kind, self.held, level=level, marker=marker))
        self.held = []

    def _close(self) -> None:
        self._flush()
        self.label = None

    def _comment(self, line: Line, found: re.Match[str], begin: int) -> bool:
        """A comment that stands by itself, which may say what is not there."""
        if begin < found.start():
            return False  # inside a line it is nothing
        taken = self._taken("-->", found.end())
        if taken is None:
            return False
        self._edge(line)
        first = self._piece(line, found.start(), found.end())
        self._go_behind("-->", found.end())
        said = one_line(taken)
        if (named := re.fullmatch(r"(\w+)\s*=\s*\"(.*)\"", said)) and named[1].lower() in _PAGE_PARTS:
            self._add(Block("furniture", [replace(first, text=named[2], column=first.column)]))
        elif named and named[1] == "FigureContent":
            self._describe(named[2])
        elif said in ("image", "picture"):
            self._add(made("image", m.Figure(m.Missing()), first, self.file))
        elif said == "formula-not-decoded":
            self._add(made("image", m.Figure(m.Missing("", "formula")), first, self.file))
        else:
            self.above, self.new_page = first.above, first.new_page
        self.parted = True
        self.new_page = self.new_page or re.fullmatch(r"page\W*(?:break|\d+)?", said, re.I) is not None
        return True

    def _describe(self, text: str) -> bool:
        """Add what is written in a picture to the description of the one above; False if there is none."""
        for last in reversed(self.out[-2:]):  # its caption may stand between
            if isinstance(last, Block) and isinstance(figure := last.node, m.Figure):
                last.node = replace(figure, media=_said(figure.media, text))
                return True
        return False

    def _details(self, column: int) -> bool:
        """Take the `<details>` in which MinerU writes what it read in the picture above; False if there is none."""
        self._flush()
        taken = self._taken("</details>", column)
        if taken is None or not self._describe(
            _TAGS.sub(" ", re.sub(r"<summary>.*?</summary>", "", taken, flags=re.S))
        ):
            return False
        self._go_behind("</details>", column)
        self.parted = True
        return True

    def _table(self, line: Line, found: re.Match[str], begin: int) -> bool:
        if found["table"]:
            end = self.tables.get((self.at, found.start()))
        else:
            end = self._where(re.sub("begin", "end", found[0]), found.end())
        if end is None and found["tabular"]:
            return False
        self._text(line, begin, found.start())
        self._edge(line)
        if end is None:  # a table without a row
            close = line.text.find(">", found.end())
            self.column = close + 1 if close >= 0 else found.end()
            return True
        first = self._piece(line, found.start(), found.start())
        self._flush()
        markup = self._between((self.at, found.start()), end)
        for node in read_tables(markup) if found["table"] else _tabular(markup):
            self.out.append(made("table" if isinstance(node, m.Table) else "paragraph", node, first, self.file))
        self.at, self.column = end
        self.parted = True
        return True

    def _display(self, line: Line, found: re.Match[str]) -> bool:
        """A displayed formula; False if the marks are none of one."""
        end = {"$$": "$$", r"\[": r"\]"}.get(found[0]) or found[0].replace("begin", "end")
        taken = self._taken(end, found.end())
        if taken is None or not taken.strip() or "。" in taken or len(taken) > _LONGEST_FORMULA:
            return False
        if end == r"\]" and (_PROSE.search(taken) or not re.search(r"[\\^_=]", taken)):
            return False  # brackets, as Markdown writes them
        whole = end in ("$$", r"\]") or re.fullmatch(r"\\end\{(?:equation|displaymath|math)\*?\}", end)
        tex = taken if whole else found[0] + taken + end
        self._edge(line)
        first = self._piece(line, found.start(), found.end())
        self._add(made("math", m.MathBlock(clean(tex).strip()), first, self.file))
        self._go_behind(end, found.end())
        self.parted = True
        return True

    # ── Looking ahead ──

    def _where(self, end: str, column: int, lines: int = 0) -> tuple[int, int] | None:
        """Where a mark ends that stands behind a column of this line or on one below, within so many lines."""
        if end in self.endless:
            return None
        wanted = re.compile(re.escape(end), re.I)
        last = min(self.at + lines, len(self.lines)) if lines else len(self.lines)
        for at in range(self.at, last):
            start = column if at == self.at else 0
            found = wanted.search(self.lines[at].text, start, start + lines * 100 if lines else _ENDLESS)
            if found:
                return at, found.end()
        if not lines:
            self.endless.add(end)
        return None

    def _taken(self, end: str, column: int) -> str | None:
        """What stands between the cursor's line from a column on and a mark."""
        found = self._where(end, column)
        return None if found is None else self._between((self.at, column), (found[0], found[1] - len(end)))

    def _go_behind(self, end: str, column: int) -> None:
        found = self._where(end, column)
        if found is not None:
            self.at, self.column = found

    def _between(self, start: tuple[int, int], end: tuple[int, int]) -> str:
        out: list[str] = []
        for at in range(start[0], end[0] + 1):
            line = self.lines[at]
            text = line.text[: end[1]] if at == end[0] else line.text
            blank = "\n" * line.above if at > start[0] else ""
            out.append(blank + (text[start[1] :] if at == start[0] else text))
        return "\n".join(out)


_PAGE_PARTS = frozenset({"pageheader", "pagefooter", "pagenumber"})
"""What Azure AI Document Intelligence says of a page's margins in comments."""
_LONGEST_LABEL = 20
"""Lines, of which a hundred times as many characters: an element that is not closed within as many says nothing of its
text (house choice)."""
_CENTRE = -1
"""The level of a caption that is only centred."""
_ENDLESS = 1 << 31
_INK = re.compile(r"\S")
_LONGEST_FORMULA = 8000
"""Characters, the same."""
_TAGS = re.compile(r"</?[a-zA-Z][^<>]*>")


def _said(media: m.Media, text: str) -> m.Media:
    return replace(media, alt=one_line(f"{media.alt} {text}"))


def _table_ends(lines: list[Line]) -> dict[tuple[int, int], tuple[int, int]]:
    """Where each table begins and ends, tables in tables left out; one that is not closed ends with its last row."""
    ends: dict[tuple[int, int], tuple[int, int]] = {}
    opened: list[tuple[int, int]] = []
    for at, line in enumerate(lines):
        for found in _TABLE_TAG.finditer(line.text) if "<" in line.text else ():
            if not found[1]:
                opened.append((at, found.start()))
            elif opened:
                close = line.text.find(">", found.end())
                ends[opened.pop()] = at, close + 1 if close >= 0 else len(line.text)
    for start in opened:
        if end := _last_row(lines, *start):
            ends[start] = end
    return ends


def _last_row(lines: list[Line], at: int, column: int) -> tuple[int, int] | None:
    """Where the rows end that follow a place without a gap."""
    end: tuple[int, int] | None = None
    start = column + len("<table")
    while at < len(lines):
        text = lines[at].text
        other = _TABLE_TAG.search(text, start)
        rows = [*_ROW_TAG.finditer(text, start, other.start() if other else len(text))]
        if rows:
            close = text.find(">", rows[-1].end())
            end = at, close + 1 if close >= 0 else len(text)
        if other or not (rows or start):
            break
        at, start = at + 1, 0
    return end


# ── Notes ────────────────────────────────────────────────────────────────────────────────────────────────

_NOTE = re.compile(r"\[\^([\w-]{1,20})\]:\s*(?=\S)")
_CALL = re.compile(r"(?<!\\)\[\^([\w-]{1,20})\](?!:)")
_CALLED = "\ufdd2"
"""A noncharacter at the head of a code span that makes it the call of a note: as long as the call was."""


def read_notes(lines: list[Line], file: str) -> tuple[list[Line], tuple[m.Note, ...]]:
    """The lines without the notes that some of them call (`[^1]`, `[^1]: …`), and these notes.

    A note that nobody calls stays where it stands."""
    called = {name for line in lines if "[^" in line.text for name in _CALL.findall(line.text)}
    notes: dict[str, list[Line]] = {}
    out: list[Line] = []
    into: list[Line] | None = None
    for line in lines:
        found = _NOTE.match(line.text)
        if found:
            line = replace(line, text=line.text[found.end() :], column=line.column + found.end())
            into = notes.setdefault(found[1], []) if found[1] in called and found[1] not in notes else None
        elif line.above or line.new_page:
            into = None
        (out if into is None else into).append(line)
    marked = [_called(line, set(notes)) for line in out]
    places = {name: m.Place(held[0].number, held[0].column, file) for name, held in notes.items()}
    return marked, tuple(
        m.Note(
            identifier(f"fn-{name}"), (m.Paragraph(read_inlines(held, file), place=places[name]),), place=places[name]
        )
        for name, held in notes.items()
    )


def _called(line: Line, notes: set[str]) -> Line:
    text = _CALL.sub(lambda call: f"`{_CALLED}{call[1]}`" if call[1] in notes else call[0], line.text)
    return replace(line, text=text) if text != line.text else line


def with_calls(document: m.Document, notes: tuple[m.Note, ...]) -> m.Document:
    """The document with these notes, and the calls of them in their places."""
    known = {note.id for note in notes}

    def step(node: Any) -> Any:
        name = identifier(f"fn-{node.text[1:]}") if isinstance(node, m.Code) and node.text[:1] == _CALLED else ""
        return m.NoteRef(name, place=node.place) if name in known else node

    return replace(m.rewrite(document, step), notes=notes) if notes else document


# ── Tables ───────────────────────────────────────────────────────────────────────────────────────────────

_EQ = re.compile(r"<eq>(.*?)</eq>", re.I | re.S)
_LOOSE = re.compile(r"<(?![/!]?[a-zA-Z]|!--)")
_IN_DOLLARS = re.compile(r"(?<![\\$])\$[^$\n]{1,1000}\$")


def read_tables(markup: str) -> list[Any]:
    """The tables of a piece of HTML, and what else it holds."""
    markup = _EQ.sub(lambda found: f"${found[1]}$", markup)
    markup = _IN_DOLLARS.sub(lambda found: re.sub(r"<(?!/|t[drh]\b)", "&lt;", found[0]), _LOOSE.sub("&lt;", markup))
    return [_headed(m.rewrite_runs(node, read_marks)) for node in blocks(read_fragment(markup, []))]


def _headed(node: Any) -> Any:
    """A table whose first row is all headings has a head, though nobody says so."""
    if not isinstance(node, m.Table) or node.head or len(node.rows) < 2:
        return node
    first = node.rows[0].cells
    if not first or not all(cell.header and cell.rowspan == 1 for cell in first):
        return node
    return replace(node, head=node.rows[:1], rows=node.rows[1:])


_RULES = re.compile(
    r"\\(?:hline|toprule|bottomrule|endhead|endfirsthead|centering)\b|\\(?:cline|cmidrule)(?:\([^)]*\))?\{[^{}]*\}"
)
_SPAN = re.compile(
    r"\s*\\multi(column|row)\s*(?:\[[^\]]*\])?\{\s*(\d{1,3})\s*\}\s*(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|\*)\s*\{"
)
_STYLED = re.compile(r"\\text(?:bf|it|rm|sf|tt|sc)?\{([^{}]*)\}|\\(?:makecell|shortstack)\{([^{}]*)\}")


def _tabular(tex: str) -> list[Any]:
    """The table of a LaTeX environment (Lamport, LaTeX: A Document Preparation System, C.10.2)."""
    tex = re.sub(r"\\begin\{\w+\*?\}(?:\[[^\]]*\])?(?:\{(?:[^{}]|\{[^{}]*\})*\}){1,2}", "", tex, count=1)
    tex = _RULES.sub(" ", re.sub(r"\\end\{\w+\*?\}$", "", tex))
    head, parted, body = tex.partition(r"\midrule")
    rows = _tex_rows(head if parted else ""), _tex_rows((body if parted else head).replace(r"\midrule", " "))
    headed = [replace(row, cells=tuple(replace(cell, header=True) for cell in row.cells)) for row in rows[0]]
    table = m.Table(head=bounded(headed), rows=bounded(rows[1]))
    return [table] if table.head or table.rows else []


def _tex_rows(tex: str) -> list[m.Row]:
    rows: list[m.Row] = []
    covered: dict[int, int] = {}  # column → rows that a cell above still covers
    for raw in re.split(r"\\\\(?:\[[^\]]*\])?|\\tabularnewline\b", tex):
        if not raw.strip():
            continue
        cells: list[m.Cell] = []
        column = 0
        for text in re.split(r"(?<!\\)&", raw):
            cell = _tex_cell(text)
            if covered.get(column, 0) and not cell.body:
                covered[column] -= 1
            else:
                cells.append(cell)
                covered[column] = cell.rowspan - 1
            column += cell.colspan
        rows.append(m.Row(tuple(cells)))
    return rows


def _tex_cell(text: str) -> m.Cell:
    spans = {"column": 1, "row": 1}
    while found := _SPAN.match(text):
        spans[found[1]] = min(max(int(found[2]), 1), LARGEST_SPAN)
        text = text[found.end() :].strip().removesuffix("}")
    text = " ".join(_STYLED.sub(r"\1\2", text).split())
    run = read_text(text, m.Place(0, 1, "")) if text else ()
    return m.Cell((m.Paragraph(run),) if run else (), colspan=spans["column"], rowspan=spans["row"])


# ── Captions ─────────────────────────────────────────────────────────────────────────────────────────────

TABLE_TITLE = re.compile(r"[续續附]?表|표\s?\d|tab(?:le)?[.\s]", re.I)


def _captioned(parts: list[_Part], file: str) -> Iterator[_Part]:
    """The parts with what is called a caption in the table or picture that stands next to it.

    One under its picture stays a block: the page puts the two together.  What is only centred is a caption if it
    stands beside a picture or a table."""
    for at, part in enumerate(parts):
        if not isinstance(part, Block) or part.kind != "caption":
            yield part
            continue
        above, below = (_beside(parts, at, step) for step in (-1, 1))
        if TABLE_TITLE.match(part.text) or (below and below.kind == "table" and not (above and above.kind == "image")):
            takers = [each for each in (below, above) if each and each.kind == "table"]
        elif above and above.kind == "image":
            takers = []
        else:
            takers = [each for each in (below,) if each and each.kind == "image" and not _is_caption(parts, at + 2)]
        taker = next((each for each in takers if not getattr(each.node, "caption", ())), None)
        before = parts[at - 1] if at else None
        if taker is not None and isinstance(taker.node, m.Table | m.Figure):
            taker.node = replace(taker.node, caption=read_inlines(part.lines, file))
            taker.lines[0] = replace(taker.lines[0], new_page=taker.lines[0].new_page or part.lines[0].new_page)
        elif not above and isinstance(before, Block) and before.kind == "caption" and _beside(parts, at - 1, -1):
            before.lines += part.lines  # the whole has a title under those of its parts: (b) 扬程 / 图2 曲线
            parts[at] = before
        elif part.level == _CENTRE and not (above and above.kind == "image"):
            yield from part.lines
        else:
            part.level = 0
            yield part


def _beside(parts: list[_Part], at: int, step: int) -> Block | None:
    """The picture or table next to a part."""
    found = parts[at + step] if 0 <= at + step < len(parts) else None
    return found if isinstance(found, Block) and found.kind in ("image", "table") else None


def _is_caption(parts: list[_Part], at: int) -> bool:
    part = parts[at] if at < len(parts) else None
    return isinstance(part, Block) and part.kind == "caption"
