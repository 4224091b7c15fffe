"""What a source is, told by its name, its first bytes, and the traces that it bears.

A name settles most; a text file may be a page that an extractor lifted off paper or a manuscript, and only its content
says which.  Page repairs change a text's structure, so they need evidence of two kinds at least.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import PurePath

from docconv.problems import DocconvError, UsageError
from docconv.readers.page import forms
from docconv.readers.source import Source


def detect(source: Source, suffixes: dict[str, str]) -> tuple[str, str]:
    """The format of a source, and the evidence for it in a few words where its name alone did not settle it.

    `suffixes` maps a file's suffix to its format.  Raises `UsageError` for a suffix that no reader knows."""
    suffix = PurePath(source.name).suffix.lower().removeprefix(".")
    if suffix and suffix not in suffixes:
        raise UsageError(f"{source.name}: no reader for .{suffix}", remedy="name the format with --from")
    name = suffixes.get(suffix) or _by_bytes(source.data)
    if name not in ("page", "markdown"):
        return name, ""
    try:
        text = source.text()
    except DocconvError:
        return name, ""  # the reader will say what is wrong with it
    if name == "markdown" and _OURS.match(text):
        return name, ""
    return _by_traces(text, name)


_OURS = re.compile(r"---\n(?:(?!---$).*\n){0,200}?docconv: (?:page|manuscript)\n", re.MULTILINE)
"""The metadata of Markdown that docconv wrote."""


def _by_bytes(data: bytes) -> str:
    """The format of a stream, which has no name."""
    start = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"pk\x03\x04"):
        return "odt" if b"opendocument" in data[:200] else "epub" if b"application/epub" in data[:200] else "docx"
    if start.startswith((b"<!doctype html", b"<html")):
        return "html"
    if start.startswith(b"<?xml") and b"xhtml" in start:
        return "markup"
    return "layout" if start.startswith((b"{", b"[")) and b'"' in start else "page"


def _by_traces(text: str, name: str) -> tuple[str, str]:
    from docconv.readers.aozora import looks_like_aozora

    if name == "page" and looks_like_aozora(text):
        return "aozora", "ruby and notes in the notation of 青空文庫"
    traces = page_traces(text)
    wanted = 2 if name == "page" else 3
    sure = {"captions without pictures", "bylines"} & set(traces)
    if len(traces) >= wanted or (name == "page" and sure):
        return "page", ", ".join(traces)
    few = f"few traces of a printed page: {', '.join(traces)}" if traces else "no trace of a printed page"
    return "text" if name == "page" else name, few


_SAMPLE = 60_000
_RESIDUE = re.compile(
    r"!\[[^\]]*\]\((?:images|imgs|img)/[\w./-]+\)|[\u4e00-\u9fff]<br\s*/?>[\u4e00-\u9fff]|^```markdown$", re.M
)
_HALF = re.compile("(?<=[\u4e00-\u9fff”》])[,;](?=[\u4e00-\u9fff“《])")
_FULL = re.compile("(?<=[\u4e00-\u9fff”》])[，；](?=[\u4e00-\u9fff“《])")


def page_traces(text: str) -> list[str]:
    """The kinds of evidence that a text was lifted off a printed page."""
    sample = text[:_SAMPLE]
    lines = [line.strip() for line in sample.split("\n")]
    full = [forms.shown(line).lstrip("# ") for line in lines if line]

    def count(form: Callable[[str], object]) -> int:
        return sum(1 for line in full if form(line))

    half = len(_HALF.findall(sample))
    found = {
        "captions without pictures": count(forms.points) + count(_caption) >= 1,
        "bylines": count(lambda line: forms.byline(line) or forms.inline_byline(line)) >= 1,
        "running heads and folios": count(forms.furniture) >= 1,
        "credits and jump lines": count(lambda line: forms.credit(line) or forms.jump(line)) >= 1,
        "half-width marks": half >= 3 and half * 3 > len(_FULL.findall(sample)),
        "paragraphs cut short": _cuts(lines) >= 2,
        "lines wrapped at one width": _wraps(lines) >= 2,
        "wide blank runs": len(re.findall(r"\n[ \t]*\n[ \t]*\n[ \t]*\n", sample)) >= 2,
        "an extractor's residue": _RESIDUE.search(sample) is not None,
    }
    return [kind for kind, there in found.items() if there]


def _caption(line: str) -> bool:
    lead = re.match("(?:图|圖)(?:为|為|[:：])", line) is not None
    return forms.width(line) <= 200 and (lead or forms.caption_tail(line))


def _cuts(lines: list[str]) -> int:
    """Paragraphs of some length that end in the middle of a sentence, with a blank line and more text under them."""
    return sum(
        1
        for line, below, after in zip(lines, lines[1:], lines[2:], strict=False)
        if not below and after and forms.width(line) > 50 and not forms.ends_sentence(line)
        and not after.startswith(("#", "-", "|", ">")) and not line.startswith(("#", "-", "|", ">", "!", "<"))
    )  # fmt: skip


def _wraps(lines: list[str]) -> int:
    """Runs of three lines and more of about one width that end in the middle of a sentence."""
    runs = length = 0
    for line, below in pairwise(lines):
        width = forms.width(line)
        alike = abs(width - forms.width(below)) <= max(3, width // 8)
        length = length + 1 if 16 <= width <= 100 and alike and not forms.ends_sentence(line) else 0
        runs += length == 2
    return runs
