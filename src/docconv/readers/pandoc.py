"""Every format that pandoc reads — Markdown, RST, EPUB, LaTeX … — through pandoc's own JSON tree.

It assumes pandoc 3 (the `pypandoc_binary` wheel carries it) and asks of it the tree and nothing else: pandoc runs in
its sandbox, so it reads no further file and no network, with bounded memory and time.  The tree is translated node by
node; raw HTML in it goes through `docconv.readers.html`, which keeps what a reader would see.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeAlias, get_args
from urllib.parse import unquote

from docconv import model as m
from docconv.archive import refuse_bomb
from docconv.lists import PLAIN, Look, look_written
from docconv.metadata import NAMES, colophon
from docconv.pandoc import run_pandoc
from docconv.problems import Problem, Say, SourceError, ToolError, silent
from docconv.readers.blocks import (
    PARTS,
    ROLES,
    Heading,
    Item,
    Part,
    article,
    blocks,
    body,
    bounded,
    paragraphs,
    settle_links,
    stories,
    with_tasks,
    without_links,
)
from docconv.readers.html import FRAGMENT_DEPTH, insert, read_fragment, read_inline_fragment
from docconv.readers.inlines import (
    align_of,
    clean,
    identifier,
    iso_date,
    language,
    link_target,
    media,
    one_line,
    tidy,
)
from docconv.readers.places import with_places
from docconv.readers.rtf import by_numbers
from docconv.readers.soup import decode_markup
from docconv.readers.source import DEEPEST, Source
from docconv.words import MISSING

_Node: TypeAlias = dict[str, Any]
"""A node of pandoc's tree: {"t": its name, "c": what it holds} (pandoc-types 1.23)."""


UNCALLED = "docconv-uncalled"
"""The class of a box that calls the notes that the text calls nowhere."""
PIECE = "docconv-piece"
"""The class of code that is a piece in pandoc's own Markdown."""
NUMBERED = "numbered"
"""The attribute of a box that says how the lists in it are numbered, by their first number: `（一）`, `①`."""
SEPARATOR = "\U00010000"
"""What parts asterisks from marks in a prepared text and is left behind: a letter, for pandoc takes all else for marks.
It is of Linear B, which no manuscript is in."""


def read_pandoc(
    source: Source,
    pandoc_format: str,
    prepared: str | None = None,
    notes_differ: bool = False,
    say: Say = silent,
) -> m.Document:
    """The document that pandoc finds in a source of the format, named as pandoc names it.

    `prepared` is what pandoc reads for a text, if not the text itself; with `notes_differ` two like notes are one.
    `say` is told what pandoc warns of: what it skips, and references and notes that lead nowhere.
    Raises `SourceError` for a damaged source, `ToolError` without pandoc."""
    if not source.data.strip():
        return m.Document(m.Meta(), ())
    reader = pandoc_format + _EXTENSIONS.get(pandoc_format, "")
    data = _input(source, pandoc_format) if prepared is None else prepared.encode(errors="replace")
    is_prepared = prepared is not None
    try:
        tree, heard = _tree(data, reader, source.name, is_prepared)
    except _BadMetadata:
        # the text begins with a rule, and pandoc took what follows for YAML
        reader += "-yaml_metadata_block"
        tree, heard = _tree(data, reader, source.name, is_prepared)
    if pandoc_format == "markdown" and any(_is_ruled_text(node) for node in tree["blocks"]):
        tree, heard = _tree(data, f"{reader}-simple_tables-multiline_tables", source.name)
    if is_prepared:
        _read_pieces(tree, source.name)
    for problem in _warnings(heard, source.name):
        say(problem)
    document = settle_links(_Translator(tree, pandoc_format, notes_differ, source.name, say).document())
    text = "" if pandoc_format in _BINARY else source.text() if is_prepared else data.decode(errors="replace")
    return with_places(document, text, source.name) if text else document


# ── Running pandoc ───────────────────────────────────────────────────────────────────────────────────────

_EXTENSIONS = {
    # quotes stay as typed; a backslash and an @ are text; a <span> is raw HTML like its neighbours, for pandoc takes
    # twice the time for each that is left open in another
    "markdown": "-smart-raw_tex-latex_macros-citations-native_spans-task_lists",
    # as GitHub reads it, with pandoc's notations: quotes, lists and :) stay as typed, a bare address is a link
    "commonmark_x": "-smart-emoji-fancy_lists-raw_attribute-alerts-task_lists+autolink_bare_uris+implicit_figures"
    "+tex_math_gfm",
    "gfm": "-emoji-alerts-task_lists",
    "org": "-citations",
    "textile": "-smart-raw_tex",
    "ipynb": "+footnotes",
}
_BINARY = {"epub"}
_XML = {"docbook", "jats", "fb2", "opml"}


class _BadMetadata(Exception):
    """pandoc cannot read what it takes for YAML."""


def _input(source: Source, pandoc_format: str) -> bytes:
    """The source as pandoc wants it: a package as it is, unless it is a bomb, a text in UTF-8 with `\\n` line ends."""
    if pandoc_format in _BINARY:
        refuse_bomb(source.data, source.name)
        return source.data
    text = decode_markup(source.data, source.name) if pandoc_format in _XML else source.text()
    if pandoc_format == "latex":
        text = _labelled(_CELL_HOOK.sub("", _UNKNOWN_BEFORE_DIGIT.sub(r"\1{}", text)))
    if pandoc_format == "rtf":
        text = by_numbers(text)
    return text.encode(errors="replace")


_ITEMS = re.compile(r"\\(begin|end)\{(itemize|enumerate|description|list)\}|\\item\s*\[([^\[\]\n]*)\]|\\tightlist\b")


def _labelled(text: str) -> str:
    """The text with the labels of list items as their first words, which pandoc drops but in a description."""
    lists: list[str] = []

    def step(found: re.Match[str]) -> str:
        if found[1] == "begin":
            lists.append(found[2])
        elif found[1] == "end":
            del lists[-1:]
        elif found[0] == r"\tightlist":
            return "" if lists else found[0]
        elif lists and lists[-1] != "description":
            return rf"\item {found[3]} "
        return found[0]

    return _ITEMS.sub(step, text)


_CELL_HOOK = re.compile(r"[<>]\{(?:\s*\\[A-Za-z]+(?:\{[^{}]*\})?)+\s*\}(?=[^\n]*\})")
"""What is set before or after each cell of a column (array package, >{…}): pandoc puts it into the cells."""
_UNKNOWN_BEFORE_DIGIT = re.compile(
    r"(\\(?!(?:[hvm]?skip|m?kern|[hv]size|parindent|parskip|baselineskip|penalty|char|number|romannumeral|the|year"
    r"|hangindent|leftskip|rightskip|tabcolsep|raise|lower|move[a-z]+|advance|count|dimen|if[a-z]*)\b)[A-Za-z]+)"
    r"(?=\s+[0-9])"
)
"""A command before a number that is text: of one that it does not know pandoc takes the number for a part."""


def _tree(data: bytes, reader: str, name: str, is_prepared: bool = False) -> tuple[_Node, str]:
    """pandoc's tree of the source, and what it says of it."""
    run = run_pandoc([f"--from={reader}", "--to=json", "--verbose"], data, name)
    if run.returncode:
        message = run.stderr.decode(errors="replace")
        if "YAML" in message and "-yaml" not in reader:
            raise _BadMetadata
        raise _unreadable(message, reader, name)
    try:
        tree = dict(json.loads(run.stdout.replace(SEPARATOR.encode(), b"") if is_prepared else run.stdout))
        return tree, run.stderr.decode(errors="replace")
    except RecursionError:
        raise _too_deep(name) from None
    except (ValueError, TypeError):
        raise ToolError("pandoc answers with no tree", remedy="docconv doctor says which pandoc that is") from None


_HEARD = re.compile(r"^\[(WARNING|INFO)\] (.+(?:\n  .+)*)$", re.MULTILINE)
_WHERE = re.compile(r" at (?:\S+ )?line (\d+) column (\d+)|, defined at line (\d+) column (\d+)")
_UNUSED_NOTE = re.compile(r"Note with key '(.*)' defined at line (\d+) column (\d+) but not used\.")


def _warnings(heard: str, name: str) -> Iterator[Problem]:
    """What pandoc warns of, each thing once, and all together the commands that it does not know."""
    skipped: dict[str, m.Place] = {}
    for kind, said in dict.fromkeys(_HEARD.findall(heard)):
        message = " ".join(said.split())
        place = m.Place(1, 1, name)
        if found := _WHERE.search(message):
            line, column = (number for number in found.groups() if number)
            message, place = message[: found.start()], m.Place(int(line), int(column), name)
        if note := _UNUSED_NOTE.fullmatch(" ".join(said.split())):
            what = f"note {note[1]} is called nowhere"
            yield Problem("note-uncalled", what, m.Place(int(note[2]), int(note[3]), name), "call it where it belongs")
        elif message.startswith("Skipped "):
            skipped.setdefault(message.removeprefix("Skipped ")[:_QUOTED], place)
        elif kind == "WARNING" and message.startswith("Could not load include file"):
            what = f"{message.removeprefix('Could not load include file ')[:_QUOTED]} is not read in"
            yield Problem("source-skipped", what, place, "put its text into the source")
        elif kind == "WARNING":
            yield Problem("reference-doubtful", message[:_MESSAGE], place, "correct the reference")
    if skipped:
        more = f" and {len(skipped) - _NAMED} more" * (len(skipped) > _NAMED)
        what = f"what pandoc does not know is left out: {', '.join([*skipped][:_NAMED])}{more}"
        yield Problem("source-skipped", what, next(iter(skipped.values())), "look whether the words are there")


_QUOTED, _MESSAGE, _NAMED = 40, 120, 6
"""Letters of a thing and of a message that are quoted, and things that are named: a house choice."""


def _read_pieces(tree: _Node, name: str) -> None:
    """Put in the place of each piece in pandoc's own Markdown what pandoc reads in it."""
    pieces = [node for node in _nodes(tree) if node.get("t") == "CodeBlock" and PIECE in node["c"][0][1]]
    if pieces:
        text = "".join(f"::::::::: {PIECE}\n{node['c'][1]}\n\n:::::::::\n\n" for node in pieces)
        read, _ = _tree(text.encode(errors="replace"), f"markdown{_EXTENSIONS['markdown']}", name)
        for node, box in zip(pieces, read["blocks"], strict=True):
            node.update(box)


def _nodes(tree: Any) -> Iterator[_Node]:
    """Every node of a tree, in any order."""
    stack = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            yield node
            stack.extend(node.values())
        elif isinstance(node, list):
            stack.extend(node)


def _unreadable(message: str, reader: str, name: str) -> SourceError:
    what = re.split(r"[-+]", reader)[0]
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    shown = clean(lines[0])[:200] if lines else "it gives no reason"
    return SourceError(
        f"{name} is damaged, or is not {what}: {shown}",
        remedy="save it again from the program that made it, or name its format with --from",
    )


def _too_deep(name: str = "") -> SourceError:
    where = f"{name}: " if name else ""
    return SourceError(f"{where}blocks nest deeper than {DEEPEST}", remedy="flatten the lists and quotes")


def _is_ruled_text(node: _Node) -> bool:
    """Whether text between two rules has been taken for a table of one column (simple and multiline tables)."""
    return node["t"] == "Table" and len(node["c"][2]) == 1 and not node["c"][3][1] and not node["c"][1][1]


# ── The tree ─────────────────────────────────────────────────────────────────────────────────────────────

_SYNONYMS = {"author": "creator", "subject": "keywords", "series": "belongs-to-collection", "number": "group-position"}
_KNOWN = {
    *("title", "subtitle", "abstract", "lang", "language", "date", "publication", "docconv"),
    *(*NAMES, *_SYNONYMS, *_SYNONYMS.values()),
}
"""The metadata that is read."""
_ALIGN: dict[str, m.Align] = {"AlignLeft": "left", "AlignCenter": "center", "AlignRight": "right"}


_LIST_STYLES: dict[str, m.ListStyle] = {
    "LowerAlpha": "a",
    "UpperAlpha": "A",
    "LowerRoman": "i",
    "UpperRoman": "I",
}
_DELIMITERS: dict[str, m.ListMarks] = {"OneParen": ")", "TwoParens": "()"}


ALERTS: dict[str, m.Alert] = {
    **{name: name for name in get_args(m.Alert) if name},
    "info": "note",
    "hint": "tip",
    "success": "tip",
    "attention": "warning",
    "danger": "caution",
    "error": "caution",
}
"""What GitHub, Obsidian, VuePress and Docusaurus call their boxes."""
_ALERT = re.compile(r"\[!([A-Za-z]+)\][+-]?")


class _Translator:
    """From pandoc's tree to a document.  `depth` counts nested blocks and inlines against `DEEPEST`."""

    def __init__(self, tree: _Node, pandoc_format: str, notes_differ: bool, name: str, say: Say) -> None:
        self.tree = tree
        self.name, self.say = name, say
        self.notes_differ = notes_differ
        self.known: dict[str, str] = {}  # what a note holds → its name
        self.is_github = pandoc_format in ("commonmark_x", "gfm")
        self.is_markdown = self.is_github or pandoc_format == "markdown"
        self.depth = 0
        self.in_link = False
        self.notes: list[m.Note] = []
        self.linked = {link_target(url).removeprefix("#") for url in _addresses(tree)}

    def document(self) -> m.Document:
        meta = self.tree["meta"]
        head = [
            *(m.Paragraph(tidy(run)) for run in [self._meta_run(meta.get("subtitle"))] if tidy(run)),
            *(_in_role(item, "abstract") for item in self._meta_blocks(meta.get("abstract"))),
        ]
        self._tell_unknown(meta)
        content = body([*head, *stories(self._items(self.tree["blocks"]))])
        return m.Document(self._meta(meta), content, tuple(self.notes))

    def _meta(self, meta: dict[str, Any]) -> m.Meta:
        def text(key: str) -> str:
            return one_line(m.plain(tuple(self._meta_run(meta.get(key)))))

        return m.Meta(
            title=text("title"),
            lang=language(text("lang") or text("language")),
            authors=tuple(self._values(meta, "author")),
            date=self._date(text("date")),
            publication=text("publication"),
            kind="page" if text("docconv") == "page" else "manuscript",
            colophon=colophon({name: self._values(meta, name) for name in NAMES}),
        )

    def _date(self, text: str) -> str:
        if text and not iso_date(text):
            remedy = "write 2022-11-16, 2022-11, 2022 or 2022年11月16日"
            what = f"date: {text[:40]} is no date, and is left out"
            self.say(Problem("metadata-doubtful", what, m.Place(1, 1, self.name), remedy, words=text))
        return iso_date(text)

    def _tell_unknown(self, meta: dict[str, Any]) -> None:
        """Tell of the metadata that no edition states; of names and numbers of ASCII, which are settings, nothing."""
        for name, value in sorted(meta.items()):
            words = "" if name in _KNOWN else one_line(m.plain(tuple(self._whole(value))))
            if words and not words.isascii():
                what = f"no edition states this of the metadata: {name}: {words[:_QUOTED]}"
                self.say(Problem("source-skipped", what, m.Place(1, 1, self.name), "write it into the text", words))

    def _whole(self, value: _Node) -> list[m.Inline]:
        """All that a value of the metadata says."""
        parts: Any = value["c"].values() if value["t"] == "MetaMap" else value["c"] if value["t"] == "MetaList" else ()
        return [node for each in parts for node in self._whole(each)] if parts else self._meta_run(value)

    def _values(self, meta: dict[str, Any], name: str) -> list[str]:
        """The values of a name in the metadata, which may be one, a list, or a map of names and readings."""
        value = meta.get(name) or meta.get(_SYNONYMS.get(name, name))
        if value and value["t"] == "MetaMap" and name == "reading":
            return [f"{key}={one_line(m.plain(tuple(self._meta_run(each))))}" for key, each in value["c"].items()]
        each = value["c"] if value and value["t"] == "MetaList" else [value]
        found = (one_line(m.plain(tuple(self._meta_run(one)))) for one in each)
        return [one for one in found if one]

    def _meta_run(self, value: _Node | None) -> list[m.Inline]:
        """A value of the metadata as a run; of a map the name, of a list all."""
        match value:
            case {"t": "MetaInlines", "c": content}:
                return self._run(content)
            case {"t": "MetaString", "c": str(text)}:
                return [m.Text(text)]
            case {"t": "MetaBlocks", "c": content}:
                return self._lines(content)
            case {"t": "MetaMap", "c": entries}:
                return self._meta_run(entries.get("name") or entries.get("text"))
            case {"t": "MetaList", "c": content}:
                return [node for each in content for node in (*self._meta_run(each), m.Text(" "))]
            case _:
                return []

    def _meta_blocks(self, value: _Node | None) -> list[Item]:
        match value:
            case {"t": "MetaBlocks", "c": content}:
                return self._items(content)
            case _:
                return paragraphs(self._meta_run(value))

    # ── Blocks ──

    def _blocks(self, nodes: Sequence[_Node], cost: int = 2) -> m.Blocks:
        self._descend(cost)
        items = self._items(nodes)
        self.depth -= cost
        return blocks(items)

    def _descend(self, cost: int) -> None:
        self.depth += cost
        if self.depth > DEEPEST:
            raise _too_deep()

    def _items(self, nodes: Sequence[_Node]) -> list[Item]:
        """What blocks make.  From the first raw HTML to the last it is one piece of HTML with blocks in it."""
        raw = [number for number, node in enumerate(nodes) if _is_html(node)]
        if not raw:
            return [item for node in self._captioned(nodes) for item in self._block(node)]
        first, last = raw[0], raw[-1] + 1
        before = [item for node in nodes[:first] for item in self._block(node)]
        self._descend(FRAGMENT_DEPTH)
        inserts = [[] if _is_html(node) else self._block(node) for node in nodes[first:last]]
        self.depth -= FRAGMENT_DEPTH
        pieces = [node["c"][1] if _is_html(node) else insert(n) for n, node in enumerate(nodes[first:last])]
        after = [item for node in nodes[last:] for item in self._block(node)]
        return [*before, *read_fragment("\n".join(pieces), inserts, self.say, m.Place(0, 1, self.name)), *after]

    def _captioned(self, nodes: Sequence[_Node]) -> list[_Node]:
        """The nodes with a line `: caption` below a table as part of it, which CommonMark does not know."""
        out: list[_Node] = []
        for node in nodes:
            match node, out[-1] if self.is_github and out else {}:
                case {"t": "Para", "c": [{"t": "Str", "c": ":" | "Table:"}, {"t": "Space"}, *words]}, {
                    "t": "Table"
                } as above:
                    attributes, _, *rest = above["c"]
                    out[-1] = {"t": "Table", "c": [attributes, [None, [{"t": "Plain", "c": words}]], *rest]}
                case _:
                    out.append(node)
        return out

    def _block(self, node: _Node) -> list[Item]:
        held: Any = node.get("c")
        match node["t"], held:
            case "Plain" | "Para", content:
                return self._paragraph(content)
            case "Header", [level, attributes, content]:
                title = tidy(self._run(content))
                return [Heading(level, title, self._linked_id(attributes))] if title else []
            case "LineBlock", lines:
                return self._verse(lines)
            case "CodeBlock", [attributes, text]:
                text = clean(text).strip("\n")
                return [m.CodeBlock(text, clean(next(iter(attributes[1]), "")))] if text.strip() else []
            case "BlockQuote", [{"t": "Para", "c": [{"t": "Str", "c": str(mark)}, *first]}, *rest] if (
                self.is_github and (found := _ALERT.fullmatch(mark))
            ):
                return self._alert(found[1], first, rest)
            case "BlockQuote", content:
                inside = self._blocks(content)
                return [m.Quote(inside)] if inside else []
            case "BulletList", content:
                return self._list(content)
            case "OrderedList", [[start, style, delimiter], content]:
                look = _LIST_STYLES.get(style["t"], "1"), _DELIMITERS.get(delimiter["t"], ".")
                return self._list(content, max(start, 0), look)
            case "DefinitionList", content:
                return self._definitions(content)
            case "HorizontalRule", _:
                return [m.Break()]
            case "Table", [attributes, caption, columns, head, bodies, foot]:
                return self._table(caption, columns, head, bodies, foot)
            case "Figure", [attributes, caption, content]:
                return self._figure(attributes, caption, content)
            case "Div", [attributes, content]:
                return self._division(attributes, content)
            case _:
                return self._leave_out(node)

    def _leave_out(self, node: _Node) -> list[Any]:
        """Nothing, for raw matter of another format, and say so."""
        form, text = node.get("c", ("", "")) if node["t"] in ("RawBlock", "RawInline") else ("", "")
        if re.search(r"\w", re.sub(r"\\[A-Za-z@]+", "", text)):
            what = f"what is {form} alone is left out: {' '.join(text.split())[:_QUOTED]}"
            self.say(Problem("source-skipped", what, m.Place(0, 0, self.name), "write it in other words", text))
        return []

    def _paragraph(self, content: Sequence[_Node]) -> list[Item]:
        """A paragraph; a displayed formula in it stands between two."""
        out: list[Item] = []
        run: list[_Node] = []
        for node in content:
            if node["t"] == "Math" and node["c"][0]["t"] == "DisplayMath":
                out.extend(paragraphs(self._run(run)))
                tex = clean(node["c"][1]).strip()
                out.extend([m.MathBlock(tex)] if tex else [])
                run = []
            else:
                run.append(node)
        return [*out, *paragraphs(self._run(run))]

    def _verse(self, lines: Sequence[Sequence[_Node]]) -> list[Item]:
        stanzas: list[list[m.Inline]] = [[]]
        for line in lines:
            if line:
                stanzas[-1].extend([*self._run(line), m.LineBreak()])
            else:
                stanzas.append([])
        made = tuple(stanza for stanza in map(tidy, stanzas) if stanza)
        return [m.Verse(made)] if made else []

    def _list(self, content: Sequence[Sequence[_Node]], start: int | None = None, look: Look = PLAIN) -> list[Item]:
        items = tuple(map(self._item, content))
        if start is None and not self.is_markdown:
            items = with_tasks(items)
        return [m.List(items, start, *look)] if items else []

    def _item(self, content: Sequence[_Node]) -> m.ListItem:
        """An item of a list; `[ ]` or `[x]` before its words says of a task whether it is done (GFM 5.3)."""
        match content[0] if content and self.is_markdown else {}:
            case {"t": "Plain" | "Para", "c": [{"t": "Str", "c": "["}, {"t": "Space"}, {"t": "Str", "c": "]"}, *words]}:
                done: bool | None = False
            case {"t": "Plain" | "Para", "c": [{"t": "Str", "c": "[x]" | "[X]"}, *words]}:
                done = True
            case _:
                done, words = None, []
        if done is None or (words and words[0]["t"] not in ("Space", "SoftBreak")):
            return m.ListItem(self._blocks(content, cost=3))
        return m.ListItem(self._blocks([{"t": "Plain", "c": words}, *content[1:]], cost=3), done)

    def _alert(self, word: str, first: Sequence[_Node], rest: Sequence[_Node]) -> list[Item]:
        """A box for what must not be overlooked; one with a title of its own, or with a word that nobody knows, has
        that as its title."""
        cut = next((at for at, node in enumerate(first) if node["t"] in ("SoftBreak", "LineBreak")), len(first))
        kind = ALERTS.get(word.lower(), "")
        title = tidy(self._run(first[:cut])) or (() if kind else (m.Text(word),))
        inside = self._blocks([{"t": "Para", "c": first[cut:]}, *rest])
        head: m.Blocks = (m.Paragraph((m.Strong(title),)),) if title else ()
        return [m.Aside((*head, *inside), alert="" if title else kind)]

    def _definitions(self, content: Sequence[Any]) -> list[Item]:
        """A list of definitions as a list: the term in bold, then what it means."""
        items: list[m.ListItem] = []
        for term, meanings in content:
            bold = paragraphs([m.Strong(tuple(self._run(term)))])
            items.append(m.ListItem(blocks(bold) + tuple(b for each in meanings for b in self._blocks(each, cost=3))))
        return [m.List(tuple(items))] if items else []

    def _figure(self, attributes: Any, caption: Any, content: Sequence[_Node]) -> list[Item]:
        """The pictures of a figure, its caption under the last."""
        items = self._items(content)
        credit: list[m.Inline] = []
        words = tidy(self._lines(caption[1], credit))
        for number in range(len(items) - 1, -1, -1):
            if isinstance(picture := items[number], m.Figure):
                name = self._linked_id(attributes) or picture.id
                # the last of several with captions of their own bears that of all as well
                words = tidy([*picture.caption, m.LineBreak(), *words])
                items[number] = replace(picture, caption=words, credit=tidy([*picture.credit, *credit]), id=name)
                return items
        return [*items, *paragraphs(words), *paragraphs(credit, "credit")]

    def _division(self, attributes: Any, content: Sequence[_Node]) -> list[Item]:
        """A box: an article, an aside, a verse, a part of a head, a role or language of its paragraphs, or nothing."""
        names = _names(attributes)
        if UNCALLED in names:
            self._lines(content)
            return []
        part = next((PARTS[name] for name in names if name in PARTS), None)
        if part:
            run = tidy(self._lines(content))
            return [Part(part, run)] if run else []
        alert: m.Alert = next((ALERTS[name] for name in names if name in ALERTS and name not in ROLES), "")
        if alert or {"box", "furniture", "aside", "pullquote"} & set(names):
            inside = self._blocks(content)
            kinds: tuple[m.AsideKind, ...] = ("furniture", "pullquote")
            kind: m.AsideKind = next((kind for kind in kinds if kind in names), "box")
            alert = alert or ALERTS.get(_value(attributes, "alert") or _value(attributes, "data-alert"), "")
            return [m.Aside(inside, kind, alert)] if inside else []
        if "pagebreak" in names and (label := one_line(_value(attributes, "data-label"))):
            return [m.PageBreak(label, identifier(attributes[0]))]
        self._descend(1)
        items = self._items(content)
        self.depth -= 1
        if "article" in names:
            return [article([], items, id=identifier(attributes[0]), lang=language(_value(attributes, "lang")))]
        if "closed-section" in names:
            return [*blocks(items)]
        if "verse" in names and items and all(isinstance(item, m.Paragraph) for item in items):
            return [m.Verse(tuple(item.content for item in items if isinstance(item, m.Paragraph)))]
        role = next((ROLES[name] for name in names if name in ROLES), None)
        align = align_of(names, _value(attributes, "style"), _value(attributes, "align")) or ""
        look = look_written(_value(attributes, NUMBERED) or _value(attributes, f"data-{NUMBERED}"))
        lang = language(_value(attributes, "lang"))
        items = [_in_lang(_set(_in_role(item, role) if role else item, align, look), lang) for item in items]
        if items and isinstance(items[0], Heading) and not items[0].id:  # a section of an EPUB bears its heading's id
            items[0] = replace(items[0], id=self._linked_id(attributes))
        return items

    def _table(self, caption: Any, columns: Any, head: Any, bodies: Any, foot: Any) -> list[Item]:
        aligns = [_ALIGN.get(column[0]["t"], "") for column in columns]
        top = self._rows(head[1], aligns, header=True)
        rows: list[m.Row] = []
        for _, heads, inner_head, inner in bodies:
            rows.extend(self._rows(inner_head, aligns, header=True))
            rows.extend(self._rows(inner, aligns, heads=heads))
        rows.extend(self._rows(foot[1], aligns))
        words = tidy(self._lines(caption[1]))
        if not any(row.cells for row in (*top, *rows)):
            return paragraphs(words)
        if not any(cell.body for row in top for cell in row.cells):
            top = ()
        return [m.Table(caption=words, head=top, rows=bounded(rows))]

    def _rows(self, rows: Sequence[Any], aligns: Sequence[m.Align], *, header: bool = False,
              heads: int = 0) -> tuple[m.Row, ...]:  # fmt: skip
        """Rows whose cells know their column, which cells that span rows above may have moved."""
        out: list[m.Row] = []
        taken: dict[int, int] = {}  # column → rows still to pass
        for _, cells in rows:
            made: list[m.Cell] = []
            column = 0
            for _, align, rowspan, colspan, content in cells:
                while taken.get(column, 0) > 0:
                    column += 1
                own = _ALIGN.get(align["t"]) or (aligns[column] if column < len(aligns) else "")
                inside = self._blocks(content, cost=5)
                made.append(m.Cell(inside, header or column < heads, colspan, rowspan, own))
                for each in range(column, min(column + colspan, len(aligns))):
                    taken[each] = rowspan
                column += colspan
            taken = {each: left - 1 for each, left in taken.items() if left > 1}
            out.append(m.Row(tuple(made)))
        return bounded(out)

    def _linked_id(self, attributes: Any) -> str:
        name = identifier(attributes[0])
        return name if name in self.linked else ""

    # ── Inlines ──

    def _lines(self, nodes: Sequence[_Node], credit: list[m.Inline] | None = None) -> list[m.Inline]:
        """Blocks as one run, a line each: a caption.  What is marked as credit goes to `credit`."""
        out: list[m.Inline] = []
        for node in _leaf_blocks(nodes):
            plain = []
            for each in node:
                if credit is not None and each["t"] == "Span" and "credit" in _names(each["c"][0]):
                    credit.extend(self._run(each["c"][1]))
                else:
                    plain.append(each)
            out.extend([*self._run(plain), m.LineBreak()])
        return out

    def _run(self, nodes: Sequence[_Node]) -> list[m.Inline]:
        """A run as it stands.  With raw HTML in it, it is read as HTML with inlines in it."""
        self._descend(1)
        made = [(node, [] if _is_html(node) else self._inline(node)) for node in nodes]
        self.depth -= 1
        if not any(_is_html(node) for node in nodes):
            return [each for _, inlines in made for each in inlines]
        pieces: list[str] = []
        inserts: list[m.Inline] = []
        for node, inlines in made:
            pieces.extend([node["c"][1]] if _is_html(node) else [])
            for each in inlines:
                if isinstance(each, m.Text):
                    pieces.append(html.escape(each.text))
                else:
                    pieces.append(insert(len(inserts)))
                    inserts.append(each)
        return [*read_inline_fragment("".join(pieces), inserts, self.say, m.Place(0, 1, self.name))]

    def _inline(self, node: _Node) -> list[m.Inline]:
        held: Any = node.get("c")
        match node["t"], held:
            case "Str", text:
                return self._addresses_in(text) if "://" in text else [m.Text(text)]
            case "Space", _:
                return [m.Text(" ")]
            case "SoftBreak", _:
                return [m.Text("\n")]
            case "LineBreak", _:
                return [m.LineBreak()]
            case ("Superscript" | "Subscript") as name, content if self.is_github and not _is_index(content):
                mark = m.Text("^" if name == "Superscript" else "~")
                return [mark, *self._run(content), mark]
            case name, content if name in _HOLDERS:
                return [_HOLDERS[name](tuple(self._run(content)))]
            case "SmallCaps", content:
                return self._run(content)
            case "Quoted", [kind, content]:
                left, right = "‘’" if kind["t"] == "SingleQuote" else "“”"
                return [m.Text(left), *self._run(content), m.Text(right)]
            case "Cite", [_, content]:
                return self._run(content)
            case "Code", [_, text]:
                return [m.Code(text)]
            case "Math", [_, tex]:
                return [m.Math(tex)]
            case "Link", [_, content, [url, title]]:
                self._tell_title(title, content)
                return self._link(content, url)
            case "Image", [attributes, content, [path, title]]:
                self._tell_title(title, content)
                alt = _described(tidy(self._run(content)))
                alt = "" if path and alt in MISSING else alt  # what stands in a box without words
                picture = media(unquote(path), alt, _value(attributes, "crop") or _value(attributes, "data-crop"))
                if isinstance(picture, m.Missing):  # ![待补图片]() is what our own Markdown has for a box without words
                    return [m.Picture(replace(picture, alt="" if alt in MISSING else alt))] if alt else []
                return [m.Picture(picture)]
            case "Note", content:
                return [self._note(content)]
            case "Span", [attributes, content]:
                return self._span(attributes, content)
            case _:
                return self._leave_out(node)

    def _tell_title(self, title: str, content: Sequence[_Node]) -> None:
        """Tell of the title of a link or picture, which no edition shows, if it says more than what stands there."""
        words = one_line(title)
        if words and not words.isascii() and words not in m.plain(tidy(self._run(content))):
            what = f"the title of a link or picture is left out: {words[:_QUOTED]}"
            self.say(Problem("source-skipped", what, m.Place(0, 0, self.name), "write it into the text", words))

    def _link(self, content: Sequence[_Node], url: str) -> list[m.Inline]:
        """A link, in which there is no other; an address that stands for itself ends where a full-width mark does."""
        behind = ""
        match content:
            case [{"t": "Str", "c": str(shown)}] if self.is_github and url.endswith(shown):
                behind = shown[len(_FULL_WIDTH.split(shown)[0]) :]
                content = [{"t": "Str", "c": shown.removesuffix(behind)}]
            case _:
                pass
        was_in_link, self.in_link = self.in_link, True
        inside = tuple(self._run(_unlinked(content)))
        self.in_link = was_in_link
        target = link_target(url.removesuffix(behind))
        inside = without_links(inside, lambda link: True)  # raw HTML may have brought some
        return [*([m.Link(target, inside)] if target and inside else inside), *([m.Text(behind)] if behind else ())]

    def _addresses_in(self, text: str) -> list[m.Inline]:
        """A text whose addresses are links even where no space parts them from it: 见https://a.b/c。"""
        out: list[m.Inline] = []
        last = 0
        for found in _ADDRESS.finditer(text) if self.is_github and not self.in_link else ():
            out += [m.Text(text[last : found.start()]), m.Link(found[0], (m.Text(found[0]),))]
            last = found.end()
        return [*out, m.Text(text[last:])]

    def _note(self, content: Sequence[_Node]) -> m.NoteRef:
        key = json.dumps(content) if self.notes_differ else ""
        if key in self.known:
            return m.NoteRef(self.known[key])
        name = f"n{len(self.notes) + 1}"
        self.known |= {key: name} if key else {}
        self.notes.append(m.Note(name, ()))  # holds the number while the note is read
        self.notes[int(name[1:]) - 1] = m.Note(name, self._blocks(content))
        return m.NoteRef(name)

    def _span(self, attributes: Any, content: Sequence[_Node]) -> list[m.Inline]:
        inside, names = tuple(self._run(content)), _names(attributes)
        if not inside:
            return []
        if "byline" in names:
            return [m.Byline(inside)]
        if "name" in names:
            return [m.Name(m.plain(inside), _value(attributes, "data-role") or _value(attributes, "role"))]
        lined = next((kind for name, kind in _LINES.items() if name in names), None)
        lang = language(_value(attributes, "lang"))
        inside = (m.Foreign(lang, inside),) if lang else inside
        return [lined(inside)] if lined else [*inside]


_HOLDERS: dict[str, Callable[[m.Inlines], m.Inline]] = {
    "Emph": m.Emphasis,
    "Strong": m.Strong,
    "Strikeout": m.Deletion,
    "Underline": m.Underline,
    "Superscript": m.Sup,
    "Subscript": m.Sub,
}


def _described(run: m.Inlines) -> str:
    """The words of a run that describes a picture, with readings of ruby, and descriptions of pictures in it."""
    out: list[str] = []
    for node in run:
        match node:
            case m.Picture(media):
                out.append(media.alt)
            case m.Ruby(base, reading):
                out.append(f"{base}（{reading}）")
            case m.Emphasis() | m.Strong() | m.Deletion() | m.Insertion() | m.Underline() | m.Link() | m.Foreign():
                out.append(_described(node.content))
            case _:
                out.append(m.plain(node))
    return "".join(out)


_LINES: dict[str, Callable[[m.Inlines], m.Inline]] = {
    "insertion": m.Insertion,
    "deletion": m.Deletion,
    "underline": m.Underline,
}
"""The classes of a span that say of a line through or under it (those of tracked changes are pandoc's)."""


def _unlinked(content: Sequence[_Node]) -> list[_Node]:
    """The run without the links in it, as text that has a link may hold none: an address is one by itself."""
    out: list[_Node] = []
    for node in content:
        match node:
            case {"t": "Link", "c": [_, inside, _]}:
                out.extend(_unlinked(inside))
            case _:
                out.append(node)
    return out


def _is_index(content: Sequence[_Node]) -> bool:
    """Whether a run between two `~` or `^` is an index, as in H~2~O: anything longer is text, as in x^2+y^2 (house
    rule)."""
    match content:
        case [{"t": "Str", "c": str(text)}]:
            return re.fullmatch(r"[+−-]?[0-9]{1,3}|[A-Za-z]{1,2}|[+−-]", text) is not None
        case _:
            return False


_ADDRESS = re.compile(r"(?<!\[)https?://[A-Za-z0-9][!-;=?-~]*(?<![.,;:!?\"')*])")
_FULL_WIDTH = re.compile("[，。；：！？、（）「」『』《》〈〉【】“”‘’…]")


def _is_html(node: _Node) -> bool:
    return node["t"] in ("RawBlock", "RawInline") and node["c"][0] in ("html", "html4", "html5")


def _names(attributes: Any) -> list[str]:
    """The classes of a box, and the name of the style that it would have in a DOCX."""
    style = _value(attributes, "custom-style")
    return [*attributes[1], *([style, style.lower()] if style else [])]


def _value(attributes: Any, key: str) -> str:
    return next((str(value) for name, value in attributes[2] if name == key), "")


def _in_role(item: Item, role: m.ParagraphRole) -> Item:
    return replace(item, role=role) if isinstance(item, m.Paragraph) and item.role == "body" else item


def _set(item: Item, align: m.ParagraphAlign, look: Look | None) -> Item:
    """The thing where its box sets paragraphs, and with the numbers that it gives lists."""
    if isinstance(item, m.Paragraph) and not item.align:
        return replace(item, align=align)
    if isinstance(item, m.List) and item.start is not None and look:
        return replace(item, style=look[0], marks=look[1])
    return item


def _in_lang(item: Item, lang: str) -> Item:
    return replace(item, lang=lang) if lang and isinstance(item, m.Paragraph) and not item.lang else item


def _leaf_blocks(nodes: Iterable[_Node]) -> Iterator[list[_Node]]:
    """The runs of blocks, through the boxes around them."""
    for node in nodes:
        match node:
            case {"t": "Plain" | "Para", "c": content}:
                yield content
            case {"t": "Div", "c": [_, content]}:
                yield from _leaf_blocks(content)
            case {"t": "LineBlock", "c": content}:
                yield from content
            case _:
                pass


def _addresses(tree: Any) -> Iterator[str]:
    """The addresses of all links, those of raw HTML too."""
    stack = [tree]
    while stack:
        node = stack.pop()
        match node:
            case {"t": "Link", "c": [_, content, [url, _]]}:
                yield url
                stack.append(content)
            case {"t": "RawInline" | "RawBlock", "c": [_, text]}:
                yield from re.findall(r"""href\s*=\s*["']?(#[^"'\s>]+)""", text)
            case dict():
                stack.extend(node.values())
            case list():
                stack.extend(node)
            case _:
                pass
