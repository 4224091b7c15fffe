"""Markdown as people have it: a manuscript is read as GitHub reads it, with the notations that pandoc adds.

It assumes pandoc, whose reader of CommonMark keeps to the specification.  What pandoc does otherwise than GitHub, and
what GitHub does otherwise than an East Asian author means, is set right in the lines before pandoc sees them; lines of
code stay as they are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from docconv import model as m
from docconv.problems import Problem, Say, silent
from docconv.readers.pandoc import ALERTS, PIECE, SEPARATOR, UNCALLED, read_pandoc
from docconv.readers.prose import read_prose
from docconv.readers.source import Source


def read_markdown(source: Source, say: Say = silent) -> m.Document:
    """The document of a manuscript in Markdown; one that docconv wrote is read in the notation that it writes."""
    return read_prose(source) or read_manuscript(source, say)


def read_manuscript(source: Source, say: Say = silent) -> m.Document:
    """The same by pandoc, whatever is in it.

    `say` is told of commands that are left out, of a fence that nobody closes, of notes that are called nowhere, or not
    there."""
    text = source.text()
    if _OURS.match(text):
        return read_pandoc(source, "markdown", say=say)
    manuscript = _Manuscript(text)
    _tell(manuscript.remarks, source, say)
    return read_pandoc(source, "commonmark_x", manuscript.for_pandoc(), manuscript.notes_differ(), say)


def read_gfm(source: Source, say: Say = silent) -> m.Document:
    """The document of Markdown as GitHub reads it, without pandoc's notations."""
    lines = source.text().split("\n")
    flags = _code(lines).flags
    lines, remarks = _without_open_tags(lines, flags)
    _tell(remarks, source, say)
    return read_pandoc(source, "gfm", "\n".join(_tables_apart(lines, flags)), say=say)


def read_commonmark(source: Source, say: Say = silent) -> m.Document:
    """The document of Markdown as the specification reads it."""
    lines = source.text().split("\n")
    lines, remarks = _without_open_tags(lines, _code(lines).flags)
    _tell(remarks, source, say)
    return read_pandoc(source, "commonmark", "\n".join(lines), say=say)


def _tell(remarks: Iterable[_Remark], source: Source, say: Say) -> None:
    for code, line, message, remedy, words in remarks:
        say(Problem(code, message, m.Place(line, 1, source.name), remedy, words))


_OURS = re.compile(r"---\n(?:(?!---$).*\n){0,200}?docconv: (?:page|manuscript)$", re.MULTILINE)
_FRONT = re.compile(r"---[ \t]*\n(?=[\w\"'-]+ *:|#)(?:.*\n){0,500}?(?:---|\.\.\.)[ \t]*(?:\n|$)")


# ── Lines of code ────────────────────────────────────────────────────────────────────────────────────────

_FENCE = re.compile(r"([ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*)(`{3,}+(?!.*`)|~{3,}+)[ \t]*(.*)")
"""The line that opens a block of code (CommonMark 4.5), in whatever lists and quotations it stands."""
_ITEM = re.compile(r"[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+")


class _Code(NamedTuple):
    """Which lines are code or metadata; and the line, from 0, of a fence that is never closed, with what stands behind
    its mark."""

    flags: list[bool]
    opened: int | None
    info: str


def _code(lines: Sequence[str], first: int = 0) -> _Code:
    """Which lines are code, all before `first` among them."""
    flags = [True] * first
    opened: int | None = None
    mark, info, indent, is_quoted = "", "", 0, False
    for number, line in enumerate(lines[first:], first):
        if opened is not None and _ends_container(line, indent, is_quoted):
            opened = None
        if opened is not None:
            flags.append(True)
            inner = line.lstrip(" \t>").rstrip()
            if len(inner) >= len(mark) and not inner.strip(mark[0]):
                opened = None
            continue
        found = _FENCE.fullmatch(line)
        within = _indent(lines, number, found[1]) if found else None
        flags.append(within is not None or _is_indented_code(lines, flags, number))
        if found and within is not None:
            opened, mark, info, indent, is_quoted = number, found[2], found[3], within, ">" in found[1]
    return _Code(flags, opened, info)


_FAR = 100
"""Lines above a fence that are searched for the list in which it stands: a house choice, which bounds the work."""


def _indent(lines: Sequence[str], number: int, before: str) -> int | None:
    """How far the text of the list is indented in which a fence stands, 0 if it stands in none; None if it is no
    fence, but indented code."""
    width = len(before.expandtabs(4))
    if ">" in before or width == 0:
        return 0
    if before.strip():  # it opens the item itself
        return width
    for line in reversed(lines[max(number - _FAR, 0) : number]):
        found = _ITEM.match(line)
        if line.strip() and len(line) - len(line.lstrip()) < width:
            if found and len(found[0].expandtabs(4)) <= width:
                return len(found[0].expandtabs(4))
            break
    return 0 if width < 4 else None


def _is_indented_code(lines: Sequence[str], flags: Sequence[bool], number: int) -> bool:
    """Whether a line is code for its four spaces (CommonMark 4.4)."""
    line = lines[number]
    if not line.startswith(("    ", "\t")) or not line.strip():
        return False
    goes_on = number == 0 or not lines[number - 1].strip() or flags[number - 1]
    return goes_on and _indent(lines, number, line[: -len(line.lstrip(" \t"))]) is None


def _ends_container(line: str, indent: int, is_quoted: bool) -> bool:
    """Whether a line stands outside the list or quotation in which a fence was opened, and so ends it."""
    if is_quoted:
        return not line.lstrip().startswith(">")
    expanded = line.expandtabs(4)
    return bool(expanded.strip()) and len(expanded) - len(expanded.lstrip()) < indent


_PROSE = re.compile("[。！？，；：、」』]|[\uac00-\ud7a3][.,!?]|(?:[A-Za-z,']+ ){5}")


def _is_prose(lines: Iterable[str]) -> bool:
    """Whether lines are sentences rather than code: most have a full-width mark, or words in a row (house rule)."""
    written = [line for line in lines if line.strip()]
    return 2 * sum(_PROSE.search(line) is not None for line in written) > len(written)


# ── A manuscript ─────────────────────────────────────────────────────────────────────────────────────────

_COMMAND = re.compile(
    r"\s*(?:\\(?:newpage|pagebreak|clearpage|cleardoublepage)|\[\[?_?toc_?\]?\]|@\[toc\]\(.*\)|\$\{toc\})\s*", re.I
)
"""A line that asks for a new page or for contents: LaTeX's commands, and the forms of [TOC] that editors know."""
_TITLED_BOX = re.compile(r"([ \t>]*:{3,})[ \t]*([A-Za-z][\w-]*)(?:\[(.+)\]|[ \t]+([^\s{:].*?))[ \t]*")
"""A box with a title on its line, as VuePress and Docusaurus have it: `::: tip 标题`, `:::tip[标题]`."""
_NOTE = re.compile(r"([ \t>]*)\[\^([^\[\]\s]{1,200})\]:")
_NAMED = re.compile(
    r"([ \t>]*)\[(?!\^)[^\[\]]{1,200}\]:[ \t]*(?=[^\s/.#:<]*[\u3000-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef])"
    r"[^\s/.#<]+(?:\s|$)"
)
"""What would be a definition of a link (CommonMark 4.7) but for an address of East Asian words: [记者]: 你好。"""
_CALL = re.compile(r"(?<!\\)\[\^([^\[\]\s]{1,200})\](?!:)")
_BRACKETED = re.compile(r"\[(https?)(://[^\[\]\s]+)\](?![(\[:])")
"""An address in brackets that make no link, which GitHub leaves as text."""
_INLINE_NOTE = re.compile(r"(?<!\\)\^\[((?:[^\[\]]|\[[^\[\]]*\])+)\]")
_CODE_SPAN = re.compile(r"(?<!`)(`{1,10})(?!`).*?(?<!`)\1(?!`)")


_SWALLOWS = (
    "script|style|textarea|title|xmp|iframe|noembed|noframes|plaintext|svg|math|template|select|object|video|audio|canvas"
    "|noscript|button|nav|map|datalist|applet|head"
)
"""Elements whose text no reader sees, or as no text of the document."""
_OPENS = re.compile(
    rf"""(?P<code>(?<!`)(`{{1,10}})(?!`).*?(?<!`)\2(?!`)|\\.|\$\$(?:[^$\\]|\\.)+\$\$|\$(?!\s)(?:[^$\\]|\\.)*(?<!\s)\$(?!\d))
    | <(?:(?P<name>{_SWALLOWS})\b(?![^<>]*/>)[^<>]*>? | (?P<mark>!--|\?) | /?[A-Za-z][\w-]*(?:\s[^>]*)?$)""",
    re.IGNORECASE | re.VERBOSE,
)
"""What opens such an element, a comment, an instruction or a tag that does not end on its line; or code, a formula
or an escaped mark, in which nothing does."""
_CLOSES = re.compile(rf"</(?P<name>{_SWALLOWS})\s*>|--(?P<mark>>)|\?>|>", re.IGNORECASE)


def _closing(found: re.Match[str]) -> str:
    """What an opening and a closing mark have in common: a name, or how the closing one ends."""
    if found["name"]:
        return found["name"].lower()
    return "-->" if found["mark"] in ("!--", ">") else "?>" if "?" in found[0][:2] else ">"


class _Remark(NamedTuple):
    code: str
    line: int
    message: str
    remedy: str
    words: str


class _Manuscript:
    """The lines of a manuscript, made ready for pandoc, and what is to be said of them."""

    def __init__(self, text: str) -> None:
        self.lines: list[str] = []
        self.flags: list[bool] = []
        self.remarks: list[_Remark] = []
        self.notes: dict[str, int] = {}  # the label of a note → the line on which it stands
        self.doubles: dict[str, int] = {}  # a label that several notes have → how many of them there are
        self.called: dict[str, int] = {}
        self.inline: list[str] = []
        self.first_lines: list[str] = []
        self._read(text)

    def for_pandoc(self) -> str:
        """The text as pandoc's reader of CommonMark takes it."""
        spare = "".join(f"[^{label}]" for label in self.notes if label not in self.called)
        tail = [f"\n[^{_INLINE}{number}]: {text}" for number, text in enumerate(self.inline, 1)]
        tail += [f"\n::: {UNCALLED}\n{spare}\n:::\n"] if spare else []
        lines, flags = _pieces_apart(self.lines, self.flags)
        return "\n".join([*_tables_apart(lines, flags), *tail])

    def notes_differ(self) -> bool:
        """Whether each note is known by its first line, so that two calls of one are told from two like notes."""
        first = [line.strip() for line in (*self.first_lines, *self.inline)]
        return len(first) == len({*first})

    def _read(self, text: str) -> None:
        lines = text.split("\n")
        front = _FRONT.match(text)
        if not front and lines[0].rstrip() == "---":
            lines[0] = "***"  # a rule, which pandoc takes for metadata
        code = self._without_open_fence(lines, front[0].count("\n") if front else 0)
        lines, opened = _without_open_tags(_dotted(lines, code.flags), code.flags)
        self.remarks += opened
        for number, (line, is_code) in enumerate(zip(lines, code.flags, strict=True), 1):
            if is_code:
                self._keep(line, True)
            else:
                self._prepare(line, number)
        if code.opened is not None and (fence := _FENCE.fullmatch(lines[code.opened])):
            self._keep(re.sub(r"[^ \t>]", " ", fence[1]) + fence[2], True)  # what is put behind is no code
        for label, at in self.called.items():
            if label not in self.notes:
                self._say("note-unknown", at, f"note {label} is called but not there", "add the note")
        for label, at in self.notes.items():
            if label not in self.called:
                self._say("note-uncalled", at, f"note {label} is called nowhere", "call it where it belongs")
        self.remarks.sort(key=lambda remark: remark.line)

    def _keep(self, line: str, is_code: bool) -> None:
        self.lines.append(line)
        self.flags.append(is_code)

    def _say(self, code: str, line: int, message: str, remedy: str, words: str = "") -> None:
        self.remarks.append(_Remark(code, line, message, remedy, words))

    def _without_open_fence(self, lines: list[str], first: int) -> _Code:
        """Which lines are code, when a fence that is never closed has been taken for what its author meant."""
        code = _code(lines, first)
        for _ in range(_OPEN_FENCES):
            if (at := code.opened) is None or not any(line.strip() for line in lines[at + 1 :]):
                break
            language = code.info.split(" ")[0].lower()
            is_prose = language in _PROSE_LANGUAGES and (language in ("md", "markdown") or _is_prose(lines[at + 1 :]))
            what = "prose" if is_prose else "code"
            message = f"a fence is never closed; what follows is read as {what}"
            self._say("fence-open", at + 1, message, "close it where the code ends")
            if not is_prose:
                break
            lines[at] = "***" if lines[at].startswith("~~~~") and not language else ""  # a row of tildes is a rule
            code = _code(lines, first)
        return code

    def _prepare(self, line: str, number: int) -> None:
        """Keep a line of text as pandoc is to read it."""
        if _COMMAND.fullmatch(line):
            what = line.strip()
            remedy = "contents and pages are made by each edition"
            self._say("markdown-command", number, f"{what} is left out", remedy, what)
            self._keep("", False)
            return
        if line.lstrip(" >").startswith("[") and (named := _NAMED.match(line)):
            line = f"{named[1]}\\{line[named.end(1) :]}"  # no address: a speaker, a note
        if noted := _NOTE.match(line):
            self.first_lines.append(line[noted.end() :])
            line = f"{noted[1]}[^{self._noted(noted[2], number)}]:{line[noted.end() :]}"
        if "[^" in line:
            for each in _CALL.finditer(_CODE_SPAN.sub("", line)):
                self.called.setdefault(_label(each[1]), number)
        if "^[" in line and "^[" in _CODE_SPAN.sub("", line):
            line = _INLINE_NOTE.sub(self._inline_note, line)
        if "[http" in line:
            line = _BRACKETED.sub(r"[\1\\\2]", line)
        titled = _TITLED_BOX.fullmatch(line)
        for prepared in _box_with_title(titled) if titled else [line]:
            self._keep(_flanked(prepared), False)

    def _noted(self, raw: str, number: int) -> str:
        """The label of a note; one that another note has is called nowhere."""
        label = first = _label(raw)
        count = self.doubles.get(first, 1)
        while label in self.notes:
            count += 1
            label = f"{first}-{count}"
        self.notes[label], self.doubles[first] = number, count
        return label

    def _inline_note(self, found: re.Match[str]) -> str:
        self.inline.append(found[1])
        return f"[^{_INLINE}{len(self.inline)}]"


_INLINE = "docconv-inline-"
_OPEN_FENCES = 10
"""Open fences that are taken for what their author meant, which bounds the work: a house choice."""
_PROSE_LANGUAGES = ("", "text", "txt", "plain", "plaintext", "md", "markdown")


def _label(raw: str) -> str:
    return raw.casefold()


def _box_with_title(found: re.Match[str]) -> list[str]:
    """The box with its title as a paragraph of its own, which stands for the label of an alert."""
    prefix = found[1].replace(":", "")
    return [
        f"{found[1]} {'box' if found[2].lower() in ALERTS else found[2]}",
        f"{prefix}**{(found[3] or found[4]).strip('* ')}**",
        prefix,
    ]


_DOT = re.compile(r"( {0,3})[•◦▪‣]([ \t]*)(?=\S)")


def _dotted(lines: Sequence[str], flags: Sequence[bool]) -> list[str]:
    """The lines with the mark of an item where several in a row begin with a printed dot: • 甲项 / • 乙项 (house rule;
    GitHub runs them together)."""
    dots = [not is_code and _DOT.match(line) is not None for line, is_code in zip(lines, flags, strict=True)]
    rows = [
        here and (above or below) for above, here, below in zip([False, *dots], dots, [*dots[1:], False], strict=False)
    ]
    return [_DOT.sub(r"\1- ", line, count=1) if row else line for line, row in zip(lines, rows, strict=True)]


def _without_open_tags(lines: Sequence[str], flags: Sequence[bool]) -> tuple[list[str], list[_Remark]]:
    """The lines with each tag as text whose element would take up all that follows, for it is never closed; and what is
    to be said of it."""
    closed: dict[str, tuple[int, int]] = {}
    for number, line in enumerate(lines):
        closed |= {_closing(found): (number, found.start()) for found in _CLOSES.finditer(line) if ">" in line}
    closed[">"] = max(closed.values(), default=(-1, 0))
    remarks: list[_Remark] = []

    def escaped(found: re.Match[str]) -> str:
        if found["code"] or closed.get(_closing(found), (-1, 0)) > (number, found.start()):
            return found[0]
        what = f"{found[0].split()[0]} is never closed; it is read as text"
        remarks.append(_Remark("tag-open", number + 1, what, "close it, or write \\< for the mark", ""))
        return f"\\{found[0]}"

    out, formulas = [*lines], _formula_lines(lines)
    for number, line in enumerate(lines):
        if "<" in line and not flags[number] and number not in formulas:
            out[number] = _OPENS.sub(escaped, line)
    return out, remarks


def _formula_lines(lines: Sequence[str]) -> set[int]:
    """The lines of displayed formulas that go over several; a blank line ends one that is never closed."""
    found: set[int] = set()
    opened: int | None = None
    for number, line in enumerate(lines):
        if not line.strip():
            opened = None
        elif line.count("$$") % 2:
            found |= {*range(opened, number + 1)} if opened is not None else set()
            opened = number if opened is None else None
    return found


# ── Emphasis ─────────────────────────────────────────────────────────────────────────────────────────────

_RUN = re.compile(r"(?<![\\*~])(?:\*+|~~)(?![*~])")


def _flanked(line: str) -> str:
    """The line with all asterisks as strong beside full-width marks as beside letters: 前**“中文”**后.

    CommonMark (6.2) parts a mark from the letter beside it, as English does by a space; East Asian text does not."""
    if ("*" not in line and "~~" not in line) or SEPARATOR in line:
        return line
    out: list[str] = []
    last = 0
    for found in _RUN.finditer(line):
        before, after = line[found.start() - 1 : found.start()] or " ", line[found.end() : found.end() + 1] or " "
        if before.isspace() or after.isspace() or _is_mark(before) == _is_mark(after):
            continue
        if not (_is_wide(before) or _is_wide(after)):
            continue
        run = f"{SEPARATOR}{found[0]}" if _is_mark(before) else f"{found[0]}{SEPARATOR}"
        out += [line[last : found.start()], run]
        last = found.end()
    return "".join([*out, line[last:]])


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WFHA"


# ── Tables ───────────────────────────────────────────────────────────────────────────────────────────────

_DELIMITERS = re.compile(r"[ \t>]*+\|?[ \t]*+:?-+:?[ \t]*+(?:\|[ \t]*+:?-+:?[ \t]*+)*\|?[ \t]*+")
_BEGINS_BLOCK = re.compile(
    r"[ \t>]*(?:>|#{1,6}(?:[ \t]|$)|`{3}|~{3}|(?:[-*+]|\d{1,9}[.)])[ \t]|<|:{3}|(?:[-*_][ \t]*){3,}$)"
)


def _tables_apart(lines: Sequence[str], flags: Sequence[bool]) -> list[str]:
    """The lines with a blank one before a table that follows text, with bars around lines that GitHub takes for rows of
    the table above them (GFM 4.10), and with as many columns as its longest row has cells, which GitHub cuts off."""
    out: list[str] = []
    in_table = False
    head, columns = 0, 0
    for number, line in enumerate(lines):
        if flags[number] or not line.strip(" \t>"):
            in_table = False
        elif in_table and "|" not in line and not _BEGINS_BLOCK.match(line):
            line = f"| {line.strip()} |"
        elif in_table and len(out) > head + 1 and (more := _cells(line.rstrip(" \t|")) - columns) > 0:
            out[head] += " |" * (more if out[head].endswith("|") else more + 1)
            out[head + 1] += "---|" * more if out[head + 1].endswith("|") else "|---" * more
            columns += more
        elif not in_table and _heads_table(lines, flags, number):
            in_table = True
            columns = _cells(line)
            quotes = re.match(r"[ \t>]*", line)
            if out and out[-1].strip(" \t>") and quotes:
                out.append(quotes[0].rstrip() if ">" in quotes[0] else "")
            head = len(out)
        out.append(line)
    return out


def _heads_table(lines: Sequence[str], flags: Sequence[bool], number: int) -> bool:
    """Whether a line is the head of a table: the next parts as many cells."""
    below = lines[number + 1] if number + 1 < len(lines) and not flags[number + 1] else ""
    if "|" not in lines[number] and "|" not in below:
        return False
    return _DELIMITERS.fullmatch(below) is not None and _cells(below) == _cells(lines[number])


def _cells(line: str) -> int:
    row = line.strip(" \t>")
    return len(re.findall(r"(?<!\\)\|", row.removeprefix("|").removesuffix("|"))) + 1


# ── What only pandoc's own Markdown has ──

_GRID = re.compile(r"\+(?:[:=-]+\+)+[ \t]*")
_VERSE = re.compile(r"\|(?: .*)?")
_CAPTION = re.compile(r"(?:Table)?:[ \t].*")


def _pieces_apart(lines: Sequence[str], flags: Sequence[bool]) -> tuple[list[str], list[bool]]:
    """The lines with grid tables and verses (`| a line`) as code of a class of their own, which `read_pandoc` reads in
    the notation that they are in."""
    out: list[str] = []
    marked: list[bool] = []
    number = 0
    while number < len(lines):
        end = number + 1
        while not flags[number] and lines[number].startswith(("|", "+")) and _goes_on(lines, flags, end):
            end += 1
        piece = lines[number:end]
        above = lines[number - 1].strip() if number else ""
        if _is_grid(piece):
            end = _behind_caption(lines, end)
            piece = [_CODE_MARK, *lines[number:end], _CODE_MARK.split(" ")[0]]
        elif _is_verse(piece) and not above:
            piece = [_CODE_MARK, *piece, _CODE_MARK.split(" ")[0]]
        out += piece
        marked += [flags[number] or len(piece) > end - number] * len(piece)
        number = end
    return out, marked


_CODE_MARK = f"{'~' * 30} {{.{PIECE}}}"


def _goes_on(lines: Sequence[str], flags: Sequence[bool], number: int) -> bool:
    return number < len(lines) and not flags[number] and lines[number].startswith(("|", "+", " "))


def _is_grid(rows: Sequence[str]) -> bool:
    return len(rows) > 2 and _GRID.fullmatch(rows[0]) is not None and _GRID.fullmatch(rows[-1]) is not None


def _is_verse(rows: Sequence[str]) -> bool:
    """Whether rows are lines of verse, and no table that lacks something."""
    if len(rows) < 2 or not all(_VERSE.fullmatch(row) or row.startswith(" ") for row in rows):
        return False
    return not all(row.rstrip().endswith("|") for row in rows) and not any(_DELIMITERS.fullmatch(row) for row in rows)


def _behind_caption(lines: Sequence[str], end: int) -> int:
    """Where a table ends, with the caption below it if there is one."""
    has_caption = list(lines[end : end + 1]) == [""] and any(map(_CAPTION.fullmatch, lines[end + 1 : end + 2]))
    return end + 2 if has_caption else end
