"""What a source is, told by its name, its first bytes, and the traces that it bears.

A name settles most; a text file may be a page that an extractor lifted off paper or a manuscript, and only its content
says which.  Page repairs change a text's structure, so in doubt it is a manuscript.
"""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import NamedTuple

from docconv.problems import DocconvError, UsageError
from docconv.readers.source import Source


class Guess(NamedTuple):
    """What a source was taken for: its format, the evidence in a few words where its name alone did not settle it, and
    whether it may be a printed page all the same."""

    format: str
    evidence: str = ""
    doubtful: bool = False


def detect(source: Source, suffixes: dict[str, str]) -> Guess:
    """What a source is, by its name, its first bytes and its text.

    `suffixes` maps a file's suffix to its format.  Raises `UsageError` for a suffix that no reader knows."""
    suffix = PurePath(source.name).suffix.lower().removeprefix(".")
    if suffix and suffix not in suffixes:
        raise UsageError(f"{source.name}: no reader for .{suffix}", remedy="name the format with --from")
    name = _of_scans(source.data, suffixes.get(suffix) or _by_bytes(source.data))
    if name == "xml":
        raise UsageError(f"{source.name}: no reader for this XML", remedy="name the format with --from")
    if name not in ("page", "markdown"):
        return Guess(name)
    try:
        text = source.text()
    except DocconvError:
        return Guess(name)  # the reader will say what is wrong with it
    if name == "markdown" and _METADATA.match(text):
        return Guess(name)
    return _by_traces(text, name)


_METADATA = re.compile(r"---\n(?:(?!---$).*\n){0,200}?docconv:", re.MULTILINE)
"""Metadata that docconv wrote."""


def _by_bytes(data: bytes) -> str:
    """The format of a stream, which has no name."""
    start = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"pk\x03\x04"):
        return "odt" if b"opendocument" in data[:200] else "epub" if b"application/epub" in data[:200] else "docx"
    if start.startswith((b"<!doctype html", b"<html")):
        return "html"
    if start.startswith(b"<?xml") or re.match(rb"<(?:[\w.-]+:)?(?:alto|mets|pcgts)\b", start):
        return "markup" if b"xhtml" in start else "xml"
    return "layout" if start.startswith((b"{", b"[")) and b'"' in start else "page"


def _of_scans(data: bytes, name: str) -> str:
    """The format of what an engine wrote of a scan, where the name says only that it is HTML or XML."""
    if name not in ("html", "markup", "xml"):
        return name
    from docconv.readers.scans import format_of_xml, looks_like_hocr

    return "hocr" if looks_like_hocr(data) else (format_of_xml(data) if name == "xml" else "") or name


_DOUBTFUL = 2.5
"""What traces of print must weigh for an editor to be asked whether a manuscript is one (house choice)."""


def _by_traces(text: str, name: str) -> Guess:
    """Page or manuscript, and the evidence; in doubt a manuscript, for a page's repairs change what its author made."""
    if name == "page":
        from docconv.readers.aozora import looks_like_aozora

        if looks_like_aozora(text):
            return Guess("aozora", "ruby and notes in the notation of 青空文庫")
    from docconv.readers.traces import ENOUGH, weigh  # the forms of lines are slow to import

    weight, evidence = weigh(text, markdown=name == "markdown")
    traces = [each.name for each in sorted(evidence, key=lambda each: -each.weight) if each.weight > 0]
    if weight >= ENOUGH:
        return Guess("page", ", ".join(traces))
    few = f"few traces of a printed page: {', '.join(traces)}" if traces else "no trace of a printed page"
    return Guess("text" if name == "page" else name, few, weight >= _DOUBTFUL)
