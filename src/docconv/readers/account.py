r"""What letters a source has, by a count that knows nothing of the readers: surely these, and at most those.

It assumes of each notation only what is none of its text: tags, comments, addresses, names of commands.  What might be
text or notation is neither lost when it is gone nor added when it is there.
"""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from lxml import etree

from docconv.account import Piece, counted, described, lacking, letters, report, shown, stated, unseen
from docconv.archive import open_archive
from docconv.model import Document, Math, MathBlock, Node, Place
from docconv.package import open_package
from docconv.pictures import is_edition
from docconv.problems import Say
from docconv.readers.editions import indexed
from docconv.readers.rtf import by_numbers
from docconv.readers.soup import decode_markup
from docconv.readers.source import Source
from docconv.words import MISSING


class Count(NamedTuple):
    """`surely` gives the words that a source surely has.  `at_most` is its text with all notation, if it is one text,
    and `besides` what else may become words; `adds` says that its notation lets a reader add others.  `repeats` says
    that a source may state its words several times, `without` which nodes of a document these are not, as formulas that
    are none of TeX."""

    surely: Callable[[], list[Piece]]
    at_most: str = ""
    besides: str = ""
    adds: bool = True
    repeats: bool = False
    without: tuple[type[Node], ...] = ()


def account(source: Source, format: str, document: Document, left_out: Iterable[str], say: Say) -> None:
    """Say of every word of the source that the document has not, unless the reader has left it out and said so; and of
    every word that the document has alone.  Of a format that only its reader can take apart nothing is said."""
    if not (count := _COUNTS.get(format)):
        return
    found = count(source)
    words = shown(document, found.without)
    beside = [*described(document), *left_out, *(stated(document) if format in _TITLED else ())]
    there, most = counted("\n".join(piece.text for piece in words)), counted(found.at_most)
    if not most or most - there - counted("\n".join(beside)):
        missing = (unseen if found.repeats else lacking)(found.surely(), [*(piece.text for piece in words), *beside])
        elsewhere = "\n".join(map(letters, stated(document))) if missing else ""
        report("text-lost", [piece for piece in missing if letters(piece.text) not in elsewhere], say)
    if not found.adds and there - most:
        report("text-added", lacking(words, [found.at_most, found.besides]), say)


# ── Lines with marks ─────────────────────────────────────────────────────────────────────────────────────

_TAG = r"""</?[A-Za-z](?:[^<>"']|"[^"]*"|'[^']*')*+>"""
_NUMBER = r"(?:[0-9]{1,9}|[A-Za-z]{1,7}|[一二三四五六七八九十百]{1,4}|[①-⑳])"
_ITEM = rf"^[ \t\u3000>]* (?:(?:[-*+•]+|[(（]?{_NUMBER}[.．)）、:：]|\[\d+\]|[①-⑳]) [ \t]*)* (?:\[[ xX]\])?"
_PARENS = r"\((?:[^()\\]|\\.|\((?:[^()\\]|\\.|\((?:[^()\\]|\\.){0,200}\))*\)){0,1000}\)"
"""Where a link leads, with its title."""
_DEFINITION = r"""^[ \t>*+-]* \[(?!\^)(?:[^\[\]\\]|\\.){1,300}\]: \s*(?:>\s*)?
    (?:<[^<>\n]*>|[!-~]+(?=\s|$)|[^\s/.\#]*[/.\#]\S*)
    (?:\s+(?:"(?:[^"\\]|\\.){0,300}"|'(?:[^'\\]|\\.){0,300}'|\([^)]{0,300}\)))?"""
"""What says where a name leads; without an address it is text."""
_MARKDOWN = rf"""
    \A---[ \t]*\n (?s:.*?) \n(?:---|\.\.\.)[ \t]*$
    | {_TAG} | <[A-Za-z][A-Za-z0-9+.-]*:[^<>\s]*> | <![A-Z][^>]*> | &\#?\w{{1,32}};
    | ^[ \t>]* (?:(?:[-*+]|\d+[.)])[ \t]+)* (?:`{{3,}}|~{{3,}}) .* $
    | ^[ \t>]* (?:\[\^[^\]\s]+\]:[ \t]*)? :{{3,}} .* $
    | {_DEFINITION}
    | \[\^[^\]\s]+\]:?
    | \]\(\s*<[^<>\n]*> | \]{_PARENS} | \](?:\[[^\]\n]*\])+
    | \[![A-Za-z]+\][+-]? | !\[(?:{"|".join(map(re.escape, sorted(MISSING)))})[^\]\n]*(?=\])
    | \{{[#.:=\w](?:[^{{}}\n"]|"(?:[^"\\]|\\.){{0,300}}")*\}}
    | ^[ \t>]*(?:Table|Figure):
    | {_ITEM}
    | \\[A-Za-z]+ (?:\{{[A-Za-z*]*\}})? (?:\{{[lrcp|.0-9]*\}})? (?:\[[^\]\n]*\])?
"""
_BRACED = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"
"""What stands between braces, with braces in it and in these."""
_NO_TEXT = """
    addcontentsline|zihao|[hv]?phantom|rotatebox|CJKfamily|fontfamily|markboth|markright|fancy(?:head|foot|hf)
    |[lcr](?:head|foot)|[A-Za-z]*(?:[Ii]nput|[Ii]nclude|import|[Ff]ile|[Pp]ath)[A-Za-z]*|openin|openout|write|label|ref|eqref
    |pageref|autoref|[A-Za-z]*cite[A-Za-z]*|usepackage|bibliography
    |bibliographystyle|vspace|hspace|pagestyle|thispagestyle|documentclass|setlength|setcounter|addtocounter
    |newcommand|renewcommand|providecommand|newenvironment|def|let|hypersetup|setmainfont
    |setCJKmainfont|color|textcolor|href|url|rule|linespread|fontsize|definecolor|cline|cmidrule|multicolumn
    |multirow|index|hyphenation|selectfont|bibitem|DeclareMathOperator|newtheorem|title|author|date|thanks
    |parbox|raisebox|arabic|[Aa]lph|[Rr]oman|value|scalebox|resizebox|bookmarksetup"""
"""Commands of LaTeX whose arguments are no text, or not all of them."""
_SKIPPED: dict[str, str] = {
    "markdown": _MARKDOWN,
    "gfm": _MARKDOWN,
    "commonmark": _MARKDOWN,
    "pandoc-markdown": _MARKDOWN,
    "page": _MARKDOWN,
    "text": rf"{_ITEM} | ^\s*(?:作\s*者|译\s*者|譯\s*者|著\s*者|지은이|옮긴이|저\s*자)\s*[:：]",
    "aozora": r"""
        [［\[][＃\#](?:[^［］\[\]\n]|［[^［］\n]{0,99}］){0,199}[］\]] | ^-{20,}\n(?s:.*?)\n-{20,}$ | 〔[^〕\n]*〕
        """,
    "mediawiki": rf"""
        \[\[\s*(?:File|Image|Media|文件|图像|圖像|檔案|画像|ファイル|파일)\s*:[^\[\]|\n]*(?:\|[^\[\]|\n]*(?=\|))*\|? |
        {_TAG} | \{{\{{(?:[^{{}}]|\{{\{{[^{{}}]*\}}\}})*\}}\}} | \[\[ (?:[^\[\]|]*\|)* (?=[^\[\]|]*\]\])
        | \[(?:https?:|//|mailto:)[^\s\]]* | __[A-Z]+__ | ^\{{\|.*$ | ^\|[-}}].*$
        | (?<![^|!\n]) [^|!\n]*\b\w+\s*=[^|\n\[\]]*\|(?!\|) | ^[ \t]*[*#:;]+ | \[\[\s*[^\[\]|:]+:[^\[\]]*\]\]
        | ^\#[^\n]*$ | ^;.*$
        """,
    "textile": rf"""
        ^\#\#\#\..*$ |
        {_TAG} | ^(?:h[1-6]|p|bq|bc|pre|notextile|fn\d+|table)[^ \n]*\.+[ ] | ":[^\s|]+
        | ![^!\n]+!(?::\S+)? | (?<=\|)[^|\s]*\.[ ] | \[\d+\] | \([A-Za-z\#][^()]*\)
        | \{{[^{{}}]*\}} | ^[*\#]+ | ^-.*:=.*$ | \[[a-z-]+\]
        """,
    "rst": r"""
        ^[ \t]*\.\.[ ](?:table|note|tip|hint|important|warning|caution|danger|error|attention|admonition|topic|sidebar
          |rubric|centered|epigraph|pull-quote|highlights|seealso)::
        | ^\.\.[ ]raw::[^\n]*\n(?:[ \t]+[^\n]*\n|\n)* | ^[ \t]*\.\.[ ][^\n]*$ | ^[ \t]*:[^:\n]+:.*$
        | <[^<>\n]*>`__? | :[a-z:+.-]+:(?=`) | `:[a-z:+.-]+:
        | \|[^|\n]*\|_{0,2} | \[[^\]\n]*\]_ | ^[ \t]*(?:[-*+•]|\(?(?:\d+|[A-Za-z]{1,5}|\#)[.)])[ ]
        | ^\.\.[ \t]*\n(?:[ \t]+[^\n]*\n|\n)*
        """,
    "org": r"""
        ^[ \t]*\#\+(?i:begin_(?:comment|export))(?s:.{0,20000}?)^[ \t]*\#\+(?i:end_\w+)
        | ^[ \t]*:[A-Z]+:[ \t]*$(?s:.{0,5000}?)^[ \t]*:END: | ^\#\+(?i:results).*(?:\n[ \t]*:[ ].*)*
        | ^\*+[ ](?:COMMENT[ ].*|.*:(?:noexport|ARCHIVE):.*)(?:\n(?!\*).*)*
        | <[lrc]?\d*> | \[@\d+\] | \[[ Xx-]\] | ^[ \t]*\#.*$ | ^[ \t]*:[^:\n]+:.*$ | \[\[[^\[\]]*\](?=\[)
        | \[fn:[^\[\]]*\]? | \[\[[^\[\]]*\]\] | <[0-9][^<>]*>
        | \[[0-9][^\[\]]*\] | ^\*+[ ](?:TODO|DONE|COMMENT)? | ^[ \t]*(?:[-+*]|\d+[.)])[ ] | \\[A-Za-z]+
        | :[\w@:]+:[ \t]*$ | (?:SCHEDULED|DEADLINE|CLOSED):.* | (?:src|call)_\w+ | @@.*?@@
        """,
    "asciidoc": r"""
        ^(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION): | ^v\d.*$ | \((?:C|R|TM)\) | (?:stem|latexmath|asciimath|pass):
        | \({3}[^()\n]*\){3} | ^\+{4,}$(?s:.{0,20000}?)^\+{4,}$ | </?[A-Za-z][^<>]*>
        | ^//.*$ | ^:.*$ | ^\[.*\]$ | (?:image|icon|video|audio|include|if\w+|endif)::?[^\s\[]*\[[^\]\n]*\]
        | (?:link|xref|mailto|footnote|kbd|btn|menu):[^\s\[]* | https?://[^\s\[]* | <<[^<>,]*,? | \{[^{}\n]*\}
        | ^[*.-]+[ ]
        | \[[.\w-]*\](?=[\#*_`]) | ,\s*\w+=[^\],\n]* | ^[a-z]*\|===.*$ | ^[|,][^|\n]*(?<=[<^>.+*aehlms0-9])\|
        """,
    "latex": rf"""
        \\begin\{{comment\}}(?s:.{{0,20000}}?)\\end\{{comment\}} | \\iffalse\b(?s:.{{0,20000}}?)\\fi\b |
        (?s:\A.*?\\begin\{{document\}}) | (?<!\\)%.*$ | \\end\{{document\}}(?s:.*)
        | \\(?:begin|end)\{{(?:long\w*|x?tab[a-z]*\*?|array)\}}(?:\[[^\]]*\])?(?:{_BRACED})*
        | \\(?:begin|end)\{{[^{{}}]*\}}(?:\[[^\]]*\])?(?:\{{[\d.]*\\?[a-z]*\}})?
        | \\(?:def|let)\s*\\[A-Za-z@]+(?:\#\d)*(?:{_BRACED})?
        | \\(?:[hvm]?skip|m?kern)\s*-?[\d.]+\s*(?:[a-z]{{2}})? | \\item(?![A-Za-z])
        | \\(?:{_NO_TEXT})(?![A-Za-z@])\*?(?:\s*(?:\[[^\]]*\]|\([^)]*\)|{_BRACED}))*
        | \\[A-Za-z@]+\*?(?:\[[^\]\n]*\])?
        """,
}
"""What in a notation is surely no text: as regular expressions, verbose."""
_TITLED = {"text", "aozora"}
"""The notations in which title and author stand in the text itself, and are read off it."""
_ADDING = {"latex", "rst", "asciidoc", "org", "aozora"}
"""The notations in which a command may stand for words that are not written: a number, a day, a character that the
encoding lacks."""


_NUMERAL = re.compile(r"[^\n]{1,3}(?=［＃「[^」\n]{1,9}」は[^］\n]{0,9}数字)")
"""What a note of 青空文庫 replaces by a numeral that the encoding lacks."""


def _text(format: str) -> Callable[[Source], Count]:
    def count(source: Source) -> Count:
        def surely() -> list[Piece]:
            pattern = re.compile(_SKIPPED[format], re.MULTILINE | re.VERBOSE)
            plain = _NUMERAL.sub(_blank, text) if format == "aozora" else _without_raw(text)
            return _lines(pattern.sub(_blank, plain), source.name)

        text = source.text()
        notation = _NOTATION.get(format)
        at_most = notation.sub("", text) if notation else text
        besides = "".join([*(notation.findall(text) if notation else ()), *_entities(text)])
        return Count(surely, at_most, besides, adds=format in _ADDING)

    return count


_NOTATION = {
    "aozora": re.compile(r"［＃[^［］\n]{0,199}］|^-{20,}\n(?s:.*?)\n-{20,}$", re.MULTILINE),
    "markdown": re.compile(r"\A---\n(?s:.*?)\n---$", re.MULTILINE),
}
"""What of a notation is so frequent, or so common, that the quick count leaves it out."""
_RAW = re.compile(r"<!--(?:-?>)?|<(script|style|template)\b[^>]*>|<!\[CDATA\[|<\?", re.IGNORECASE)
_RAW_ENDS = {"<!--": "-->", "<![CDATA[": r"\]\]>", "<?": r"\?>"}


def _without_raw(text: str) -> str:
    """The text with blanks for comments, scripts, instructions and unparsed matter, in time in proportion to it: what
    nothing ends is looked for once."""
    out: list[str] = []
    last = 0
    endless: set[str] = set()
    for found in _RAW.finditer(text):
        name = found[1].lower() if found[1] else found[0].upper()
        if found.start() < last or name in endless:
            continue
        if name.startswith("<!--") and name.endswith(">"):
            continue  # a comment that ends where it begins
        ends = _RAW_ENDS.get(name) or rf"</{name}\s*>"
        if end := re.compile(ends, re.IGNORECASE).search(text, found.end()):
            inside = text[found.start() : end.end()]
            out += [text[last : found.start()], re.sub(r"[^\n]", " ", inside)]
            last = end.end()
        else:
            endless.add(name)
    return "".join([*out, text[last:]])


def _blank(found: re.Match[str]) -> str:
    """Blanks for what was found, so that places stay."""
    return _blanks(found[0])


def _blanks(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _lines(text: str, name: str, entry: str = "") -> list[Piece]:
    lines = enumerate(text.split("\n"), 1)
    return [
        Piece(_UNKNOWN.sub("", html.unescape(line)), Place(number, 1, name, entry))
        for number, line in lines
        if line.strip()
    ]


_UNKNOWN = re.compile(r"&\w{1,32};")
"""An entity that the page itself declares, or nobody."""


def _entities(text: str) -> Iterator[str]:
    """The characters that entities stand for."""
    return (html.unescape(found) for found in re.findall(r"&#?\w{1,32};?", text))


# ── Markup ───────────────────────────────────────────────────────────────────────────────────────────────

_UNSEEN = re.compile(rf"<[!?][^>]*>|{_TAG}|</[^>]*>", re.IGNORECASE)
_MARK = re.compile(
    r"""<a\b[^<>]{0,500}?\bhref\s*=\s*["']?\#[^<>]*>
    (?:<[^>]*>|[\W_])* (?:\d{1,4}|[a-z]{1,4}|注\s*\d*) (?:<[^>]*>|[\W_])* </a>""",
    re.IGNORECASE | re.VERBOSE,
)
"""The mark of a note, or of a way back to it: a link within the page that has a number alone."""
_HEAD = re.compile(r"<head\b(?s:.*?)</head\s*>", re.IGNORECASE)

_DRESS = re.compile(rf"{_HEAD.pattern}|<nav\b(?s:.*?)</nav>|<header class=\"masthead\"(?s:.*?)</header>"
                    r"|<a class=\"skip[^>]*>[^<]*")  # fmt: skip
"""What an edition of docconv adds to the text."""


def _html(source: Source) -> Count:
    """The text between the tags of a page, without its head; that of an index of ours stands in other files."""
    if indexed(source):
        return Count(list, repeats=True)
    text = decode_markup(source.data, source.name)
    return Count(lambda: html_pieces(text, source.name), _untagged(text), _tags(text), adds=False)


def _untagged(text: str) -> str:
    """What stands in a page between tags, quickly."""
    return html.unescape(_ANY_TAG.sub("", _without_raw(_dress(text).sub("", text))))


def _tags(text: str) -> str:
    """What a page says in its tags, in its head and beside its text: some of it may become words."""
    dress = _dress(text)
    aside = [found[0] for found in dress.finditer(text)]
    return html.unescape("".join([*aside, *_ANY_TAG.findall(dress.sub("", text))]))


def _dress(text: str) -> re.Pattern[str]:
    return _DRESS if is_edition(text[:_LONGEST_HEAD].encode(errors="replace")) else _HEAD


_LONGEST_HEAD = 2**20
_ANY_TAG = re.compile("<[^<>]*>")


def html_pieces(text: str, name: str, entry: str = "") -> list[Piece]:
    """The words between the tags of a page, line by line."""
    body = _FORMULA.sub(_tex_alone, _dress(text).sub(_blank, text))
    return _lines(_UNSEEN.sub(_blank, _MARK.sub(_blank, _without_raw(body))), name, entry)


_FORMULA = re.compile(r"<((?:\w+:)?)math\b(?s:.{0,20000}?)</\1math\s*>", re.IGNORECASE)
_TEX = re.compile(r"""(?s:.*?)<(?:\w+:)?annotation\b[^>]*\bencoding\s*=\s*["']?[^"'>]*tex[^>]*>""", re.IGNORECASE)


def _tex_alone(found: re.Match[str]) -> str:
    """A formula with blanks for all but its TeX, if it states that: the rest says the same again."""
    if not (before := _TEX.match(found[0])):
        return found[0]
    tex, closed, after = found[0][before.end() :].partition("</")
    return _blanks(before[0]) + tex + _blanks(closed + after)


def _epub(source: Source) -> Count:
    """The text between the tags of the files of somebody's e-book; its reader may add words of its contents."""
    package = open_package(open_archive(source.data, source.name))
    if package is None or is_edition(package.read("EPUB/nav.xhtml")):
        return Count(list, repeats=True)
    texts = {item.entry: decode_markup(package.read(item.entry)) for item in package.spine if item.is_text}
    labels = " ".join(entry.label for entry in (*package.contents, *package.pages))
    return Count(
        lambda: [piece for entry, text in texts.items() for piece in html_pieces(text, source.name, entry)],
        "\n".join(map(_untagged, texts.values())),
        "\n".join([labels, *map(_tags, texts.values())]),
        adds=False,
    )


_WORD_PARTS = ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_NO_WORDS = {
    f"{_W}moveFrom",
    f"{_W}del",
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
    *(f"{{urn:oasis:names:tc:opendocument:xmlns:{name}" for name in (
        "text:1.0}tracked-changes", "text:1.0}note-citation", "office:1.0}annotation", "office:1.0}forms",
        "text:1.0}sequence-decls", "text:1.0}index-title-template", "text:1.0}table-of-content-source",
    )),
}  # fmt: skip
"""Elements of DOCX and ODT whose text is not that of the document as it stands: what is deleted, or there twice."""


def _package(parts: Iterable[str], words: str) -> Callable[[Source], Count]:
    """The text of the elements called `words` in the parts of a package; of all elements, if nothing is called so."""

    def count(source: Source) -> Count:
        return Count(
            lambda: [piece for part in parts for piece in _part(source, part, words)], without=(Math, MathBlock)
        )

    return count


def _part(source: Source, part: str, words: str) -> Iterator[Piece]:
    archive = open_archive(source.data, source.name)
    data = next((archive.read(info) for info in archive.entries if info.filename == part), None)
    if data:
        yield from _xml_pieces(data, source.name, part, _NO_WORDS, words)


def _xml_pieces(data: bytes, name: str, entry: str, without: set[str], words: str = "") -> Iterator[Piece]:
    """The text nodes of XML, a piece each; `without` names elements whose text does not count."""
    inside = 0
    parser = etree.iterparse(io.BytesIO(data), events=("start", "end"), resolve_entities=False, no_network=True,
                             huge_tree=True, recover=True)  # fmt: skip
    for event, element in parser:
        skipped = element.tag in without
        if event == "start":
            inside += skipped
            continue
        if (
            not inside
            and element.text
            and not _is_label(element)
            and isinstance(element.tag, str)
            and words in ("", element.tag)
        ):
            yield Piece(element.text, Place(element.sourceline or 1, 1, name, entry))
        for child in element:
            if not inside and child.tail and not words:
                yield Piece(child.tail, Place(child.sourceline or 1, 1, name, entry))
        inside -= skipped
        element.clear(keep_tail=True)


def _is_label(element: Any) -> bool:
    """Whether an element holds the number of a note (JATS), or stands in the title of one or of all (FB2)."""
    above = [each.tag for each, _ in zip(element.iterancestors(), range(3), strict=False)]
    return (element.tag == "label" and above[:1] == ["fn"]) or (
        element.tag == "p"
        and above[:1] == ["title"]
        and (above[1:] == ["body", "FictionBook"] or element.text.isdecimal())
    )


_XML_ASIDE = {
    "xref",
    "{http://www.w3.org/1998/Math/MathML}math",
    "info",
    "articleinfo",
    "bookinfo",
    "front",
    "description",
    "binary",
    "head",
    "indexterm",
    "remark",
    "title-info",
}


def _xml(source: Source) -> Count:
    """The text nodes of a document in XML, but for its metadata."""
    data = decode_markup(source.data, source.name)
    data = re.sub(r"\A\s*<\?xml[^>]*\?>", "", data)

    def surely() -> list[Piece]:
        pieces = _xml_pieces(re.sub(r"""\sxmlns="[^"]*\"""", "", data).encode(), source.name, "", _XML_ASIDE)
        return [*pieces]

    return Count(surely)


# ── Values ───────────────────────────────────────────────────────────────────────────────────────────────

_CODES = re.compile(r"[!-~]*|data:.*")


def _json(source: Source) -> Count:
    """The strings that an extractor states, which are words unless they are names and numbers of ASCII."""

    def surely() -> list[Piece]:
        text = source.text()
        values = (
            [json.loads(line) for line in text.splitlines() if line.strip()] if _is_lines(source) else json.loads(text)
        )
        return [piece for value in _strings(values) for piece in _string_pieces(value, source.name)]

    return Count(surely, repeats=True)


def _is_lines(source: Source) -> bool:
    return source.suffix == "jsonl"


_NO_WORDS_OF = {
    *("name", "filename", "file_name", "input_path", "img_path", "image_path", "path", "uri", "origin", "metadata"),
    *("overall_ocr_res", "table_ocr_pred", "model_settings"),
}
"""What extractors state besides the text: names of files, and what they saw before they put it in order."""


def _strings(values: Any) -> Iterator[str]:
    stack = [values]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            stack.extend(each for key, each in value.items() if key not in _NO_WORDS_OF)
        elif isinstance(value, list):
            stack.extend(value)
        elif isinstance(value, str) and not _CODES.fullmatch(value):
            yield value


def _string_pieces(value: str, name: str) -> Iterator[Piece]:
    pattern = re.compile(_MARKDOWN, re.MULTILINE | re.VERBOSE)
    return (Piece(piece.text, Place(0, 0, name)) for piece in _lines(pattern.sub("\n", value), name))


def _notebook(source: Source) -> Count:
    """The cells of a notebook, whose results are no text of its author's."""

    def surely() -> list[Piece]:
        pattern = re.compile(_MARKDOWN, re.MULTILINE | re.VERBOSE)
        cells = (cell for cell in json.loads(source.text()).get("cells", ()) if cell.get("cell_type") != "raw")
        texts = (pattern.sub(_blank, "".join(cell.get("source", ""))) for cell in cells)
        return [Piece(piece.text, Place(0, 0, source.name)) for text in texts for piece in _lines(text, source.name)]

    return Count(surely)


def _outline(source: Source) -> Count:
    """The texts and notes of an outline, which are Markdown."""
    text = decode_markup(source.data, source.name)
    found = re.findall(r"""\b(?:text|_note)\s*=\s*"([^"]*)\"""", text)
    return Count(lambda: [piece for each in found for piece in _string_pieces(html.unescape(each), source.name)])


_RICH = re.compile(
    rb"\\u(-?[0-9]{1,5})|\{\\(?:\*|(?:fonttbl|stylesheet|info|colortbl|pict|listtext|pntext|header|footer)[a-z]?\b)"
    rb"|\\'[0-9A-Fa-f]{2}|\\[a-z]{1,32}(?:-?[0-9]{1,10})?\x20?|\\[^a-z]|[{}]|([^\\{}\r\n]+)"
)


def _rich_text(source: Source) -> Count:
    """The characters of an RTF that are written by their numbers in Unicode, and those of ASCII."""

    def surely() -> list[Piece]:
        units: list[int] = []
        depth, aside = 0, 0  # `aside` is the depth of a group that holds no text
        ready = by_numbers(source.data.decode("latin-1")).encode("latin-1", "replace")
        for found in _RICH.finditer(ready):
            if found[1]:
                units += [] if aside else [int(found[1]) % 65536]
            elif found[2]:
                units += [] if aside else [*found[2]]
            elif found[0] == b"}":
                aside = 0 if depth == aside else aside
                depth -= 1
            elif found[0].startswith(b"{"):
                depth += 1
                aside = aside or (depth if len(found[0]) > 1 else 0)
        text = b"".join(unit.to_bytes(2, "little") for unit in units).decode("utf-16-le", errors="ignore")
        return [Piece(text, Place(0, 0, source.name))]

    return Count(surely)


def _scan(pattern: str) -> Callable[[Source], Count]:
    """The words that stand in a scan's markup where a pattern finds them."""

    def count(source: Source) -> Count:
        text = decode_markup(source.data, source.name)
        return Count(
            lambda: [
                Piece(html.unescape(found[1]), Place(text.count("\n", 0, found.start()) + 1, 1, source.name))
                for found in re.finditer(pattern, text)
            ],
            repeats=True,
        )

    return count


_COUNTS: dict[str, Callable[[Source], Count]] = {
    **{format: _text(format) for format in _SKIPPED},
    "html": _html,
    "epub": _epub,
    "docx": _package(_WORD_PARTS, f"{_W}t"),
    "odt": _package(("content.xml",), ""),
    **{format: _xml for format in ("docbook", "jats", "fb2")},
    "layout": _json,
    "alto": _scan(r"""\bCONTENT\s*=\s*"([^"]*)\""""),
    "page-xml": _scan(
        r"<(?:\w+:)?TextEquiv\b(?![^>]*\bindex\s*=\s*[\"'][1-9])[^>]*>\s*"
        r"(?:<(?:\w+:)?PlainText>[^<]*</[^>]*>\s*)?<(?:\w+:)?Unicode>([^<]*)</"
    ),
    "hocr": _html,
    "opml": _outline,
    "ipynb": _notebook,
    "rtf": _rich_text,
}
