"""The text of 青空文庫 (Aozora Bunko): Japanese literature in plain text, with notes between ［＃ and ］.

It assumes 注記一覧, the manual of that notation (https://www.aozora.gr.jp/annotation/), and forgives what breaks it:
brackets that are never closed are text.  What the notation says becomes the document:

- 《》 is ruby.  So are words beside a word: 「喋」に「ママ」の注記, a ruby on the left; if the word has its ruby
  already they are a note.  A ruby holds no ruby and no style, and stays one under a 傍点 on half of it;
- 傍点, 傍線 and 斜体 are emphasis, 太字 strong; 上付き小文字, 行右小書き and 訓点送り仮名 stand above, 下付き小文字,
  行左小書き and 返り点 below the line; 割り注 is a parenthesis; 縦中横, 字詰め, type sizes and the like are layout;
- 見出し are sections: 大 holds 中 holds 小, 同行 and 窓 begin a section with the rest of their line;
- a 外字 is its character; one that neither JIS X 0213 nor Unicode has is a missing picture with its description;
- a picture is a figure, with the キャプション behind it; blocks are told in `docconv.readers.aozora.blocks`;
- any other note (底本では, ママ, what the manual does not know) is a note of the document where it stood.

The head gives title and authors, the colophon (底本：…) is furniture at the end.  The key to the notation is left out,
for there is no notation any more; remarks of the transcriber between its rules are furniture.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from docconv import model as m
from docconv.problems import Say, silent
from docconv.readers.aozora.blocks import Line, read_body
from docconv.readers.aozora.run import Notes, Run
from docconv.readers.blocks import body
from docconv.readers.indents import mark_resumed
from docconv.readers.inlines import clean, one_line
from docconv.readers.source import Source


def read_aozora(source: Source, say: Say = silent) -> m.Document:
    """The document of an Aozora text.  Raises `SourceError` if the source is not text."""
    text = _ASCII_NOTE.sub("［＃\\1］", source.text())
    lines = [(number, clean(line).rstrip()) for number, line in enumerate(text.split("\n"), 1)]
    head, key, lines = _head(lines)
    lines, colophon = _colophon(lines)
    notes = Notes()
    items = read_body(lines, source.name, notes)
    aside = ([[line] for line in head if _is_rich(line[1])], _remarks(key), _entries(colophon))
    furniture = [block for entries in aside for block in _furniture(entries, source.name, notes)]
    title, authors = _title(_shown(head))
    whole = m.Document(m.Meta(title, "ja", authors), (*body(items), *furniture), tuple(notes.all))
    return mark_resumed(whole)


def looks_like_aozora(text: str) -> bool:
    """Whether a text is in the notation: it has the key, a note of the manual, or kana in 《》 behind kanji all over.

    《书名》 in Chinese has no kana in it; a note or two characters alone prove nothing."""
    start, end = text[:_SAMPLE], text[-2000:]
    readings = len(_READING.findall(start))
    if _KEY.search(start) or (_COLOPHON.search(end) and "青空文庫" in end):
        return True
    return bool(_NOTE.search(start)) or (readings >= 3 and readings * 1000 >= len(start))


_ASCII_NOTE = re.compile(r"\[#([^\[\]\n]{1,100})\]")
"""A note between brackets of ASCII, as some have typed it."""
_SAMPLE = 50_000
_READING = re.compile("[\u3005-\u3007\u4e00-\u9fffヶ]《[\u3041-\u3096\u30a1-\u30fc]{1,20}》")
_NOTE = re.compile(
    "［＃(?:ここから|ここで|改ページ|改丁|地付き|[０-９0-9]+字下げ|[大中小]見出し"
    "|「[^［］\n]{1,60}」(?:[にはの][^［］\n]{0,12}(?:傍点|傍線|見出し|太字|ルビ|注記|縦中横)|、第[34]水準|は底本では))"
)
_KEY = re.compile("^【テキスト中に現れる記号について】", re.M)
_COLOPHON = re.compile("^底本[：:]", re.M)

# ── Head and colophon ────────────────────────────────────────────────────────────────────────────────────

_RULE = re.compile("-{20,}")
_HEAD = 8
"""Lines that a head may have: title, subtitle, both in the original, author, translators."""


def _head(lines: list[Line]) -> tuple[list[Line], list[Line], list[Line]]:
    """The head, the key to the notation, and what follows.  A text may have neither."""
    rules = [at for at, (_, text) in enumerate(lines[:200]) if _RULE.fullmatch(text)]
    if len(rules) >= 2 and any(_KEY.match(text) or "：ルビ" in text for _, text in lines[rules[0] : rules[1]]):
        return _filled(lines[: rules[0]]), lines[rules[0] + 1 : rules[1]], lines[rules[1] + 1 :]
    first = next((at for at, (_, text) in enumerate(lines) if text), len(lines))
    blank = next((at for at, (_, text) in enumerate(lines[first:], first) if not text), None)
    if blank is None or not _filled(lines[blank:]) or not all(_heads(text) for _, text in lines[first:blank]):
        return [], [], lines
    return (lines[first:blank], [], lines[blank:]) if blank - first <= _HEAD else ([], [], lines)


def _heads(text: str) -> bool:
    """Whether a line can stand in a head: it is no sentence, has no indent and no layout."""
    return len(text) <= 60 and text[0] not in "\u3000 「［" and text[-1] not in "。」？！"


def _filled(lines: Sequence[Line]) -> list[Line]:
    return [(number, text) for number, text in lines if text]


def _shown(lines: Sequence[Line]) -> list[str]:
    """Lines of the head as a reader sees them: a title may have a 外字."""
    return [shown for _, text in lines if (shown := one_line(_run(text).plain()))]


def _is_rich(text: str) -> bool:
    """Whether a line of the head has more than a title can hold: a ruby or a note.  Such a line is kept too."""
    return any(isinstance(node, m.Ruby | m.NoteRef | m.Picture) for node in _run(text).inlines())


def _run(text: str) -> Run:
    run = Run(Notes())
    run.read(text, m.Place(1))
    return run


_ROLE = re.compile("(?:訳|編|編訳|共訳|訳注|校訂|校註|校注|著|編著|監修)$")


def _title(head: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Title and authors: the last line is the author, or a translator and the author before him.

    Subtitles and titles in the original follow the title; a translator is named as printed, 楠山正雄訳."""
    people = len(head)
    while people > 1 and _ROLE.search(head[people - 1]):
        people -= 1
    if people > 1:
        people -= 1
    return "\u3000".join(head[: max(people, 1)]), tuple(head[max(people, 1) :])


def _colophon(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """The body, and what follows it: from 底本： or 本文終わり on."""
    for at, (_, text) in enumerate(lines):
        if (_COLOPHON.match(text) or text == "［＃本文終わり］") and len(lines) - at <= _FOOT:
            return lines[:at], lines[at:]
    return lines, []


_FOOT = 300
"""Lines that a colophon may have: a collection names many sources."""

# ── Furniture ────────────────────────────────────────────────────────────────────────────────────────────

_SIGN = re.compile("[\u3000 ]*(?:【テキスト中に現れる記号について】|[^：]{1,9}：)")


def _remarks(key: Sequence[Line]) -> list[list[Line]]:
    """What stands in the key and explains no sign of the notation."""
    groups: list[list[Line]] = [[]]
    for line in key:
        if line[1]:
            groups[-1].append(line)
        elif groups[-1]:
            groups.append([])
    return [[line] for group in groups if group and not _SIGN.match(group[0][1]) for line in group]


def _entries(lines: Sequence[Line]) -> list[list[Line]]:
    """The lines of the colophon, each with the indented lines that continue it."""
    entries: list[list[Line]] = []
    for number, text in _filled(lines):
        if text[0] in "\u3000 " and entries:
            entries[-1].append((number, text))
        else:
            entries.append([(number, text)])
    return entries


def _furniture(entries: Sequence[Sequence[Line]], file: str, notes: Notes) -> list[m.Block]:
    """One aside of these entries, each a paragraph."""
    made: list[m.Block] = []
    for entry in entries:
        content: list[m.Inline] = []
        for number, text in entry:
            run = Run(notes)
            indent = len(text) - len(text.lstrip("\u3000 "))
            run.read(text[indent:], m.Place(number, indent + 1, file))
            if shown := run.inlines():
                content += [*([m.LineBreak(place=m.Place(number, 1, file))] if content else []), *shown]
        if content:
            made.append(m.Paragraph(tuple(content), place=m.Place(entry[0][0], 1, file)))
    return [m.Aside(tuple(made), "furniture", place=made[0].place)] if made else []
