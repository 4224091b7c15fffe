"""The straight line: read, normalise, place pictures, check, write.  All of docconv on one screen.

    source ─read→ Document ─normalise→ Document ─place pictures→ Document ─write→ .html .epub .pdf .docx .odt .xhtml

Only this module sees readers, passes and writers together; each of them is a plain function on documents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from docconv import passes, readers, writers
from docconv.decisions import inline_decisions, read_decisions
from docconv.files import write_atomically
from docconv.ledger import Decision, Ledger
from docconv.model import Document, Place
from docconv.pictures import Pictures, place_pictures
from docconv.problems import CheckFailed, Problem, UsageError
from docconv.readers.language import language_of
from docconv.readers.source import Source
from docconv.reports import in_order, ledger_json
from docconv.styles import DEFAULT, find_style


def read(source: Source | str | Path, *, format: str = "auto", lang: str = "") -> Document:
    """The document that a source holds, as it stands: nothing repaired.

    `format` is one of `docconv.readers.formats()` or "auto" (by suffix, then by content); `lang` is a BCP 47
    tag, detected from the text if empty.  Raises `SourceError` for a damaged source, `UsageError` for an
    unknown format or a missing file."""
    if not isinstance(source, Source):
        source = Source.open(Path(source))
    return readers.read(source, format, lang)


def normalise(document: Document, ledger: Ledger | None = None) -> Document:
    """The document repaired and in the house's form.  What changed, and what is in doubt, goes into the ledger.

    Doing it twice changes nothing more.  No content character is lost, added or altered."""
    ledger = Ledger() if ledger is None else ledger
    for each in passes.PASSES:
        document = each(document, ledger)
    return document


def check(
    source: Source | str | Path, *, format: str = "auto", lang: str = "", images: Path | None = None
) -> list[Problem]:
    """The problems of a source, in the order of their places."""
    return prepare(_source(source), format, lang, images).problems


def check_edition(source: Source, lang: str = "", store: str = "") -> list[Problem] | None:
    """What is to be mended in a finished edition, whoever made it: on the pages of a PDF, by page and line; in an EPUB,
    by entry, line and column, with what `store` asks for.  None if the source is neither."""
    if source.data.startswith(b"%PDF-"):
        from docconv.preflight.pdf import check_pdf  # pdfminer is slow to import

        return check_pdf(source.data, source.name, guess=language_of, lang=lang)
    if source.suffix == "epub" or source.data[30:58] == b"mimetypeapplication/epub+zip":
        from docconv.preflight.epub import check_epub

        return check_epub(source.data, source.name, guess=language_of, lang=lang, store=store)
    return None


def convert(
    source: Source | str | Path,
    outputs: Iterable[str | Path],
    *,
    format: str = "auto",
    style: str = DEFAULT,
    settings: Iterable[str] = (),
    lang: str = "",
    images: Path | None = None,
    strict: bool = False,
    ledger_file: Path | None = None,
) -> list[Problem]:
    """Read a source once and write every edition: the suffix of an output chooses it (.html .epub .pdf .docx …).

    Outputs are written whole or not at all.  `settings` are those of `docconv.typography`, such as `size=五号`, for
    the PDF.  `images` is the folder of pictures (default `<source>.images/`).
    Every change and problem is written to `ledger_file` as JSON.  With `strict` a problem raises `CheckFailed` and
    nothing is written.  Returns the problems."""
    paths = [Path(each) for each in outputs]
    editions = [(path, writers.writer_for(path.suffix)) for path in paths]
    source, look = _source(source), find_style(style, settings)
    document, ledger, pictures = prepare(source, format, lang, images)
    made = [(path, writer(document, look, pictures, ledger.report)) for path, writer in editions]
    problems = [each for each in in_order(ledger.problems) if isinstance(each, Problem)]
    if strict and (serious := [each for each in problems if each.severity != "note"]):
        raise CheckFailed(
            "\n".join([*map(str, serious), f"{source.name}: {len(serious)} problems, and --strict allows none"])
        )
    if ledger_file is not None:
        made.append((ledger_file, ledger_json(source.name, ledger).encode()))
    for path, data in made:
        write_atomically(path, data)
    return problems


def edition(source: Source, suffix: str, *, format: str, style: str, settings: Iterable[str], lang: str,
            images: Path | None, report: Callable[[Problem], None]) -> bytes:  # fmt: skip
    """One edition as bytes, for a stream."""
    writer = writers.writer_for(suffix)
    document, ledger, pictures = prepare(source, format, lang, images)
    data = writer(document, find_style(style, settings), pictures, ledger.report)
    for problem in ledger.problems:
        report(problem)
    return data


def _source(source: Source | str | Path) -> Source:
    return source if isinstance(source, Source) else Source.open(Path(source))


class Prepared(NamedTuple):
    """A source before the writers: the repaired document with its pictures placed, and the ledger of both."""

    document: Document
    ledger: Ledger
    pictures: Pictures

    @property
    def problems(self) -> list[Problem]:
        return [each for each in in_order(self.ledger.problems) if isinstance(each, Problem)]


def prepare(source: Source, format: str = "auto", lang: str = "", images: Path | None = None) -> Prepared:
    """Everything before the writers.  The editor's decisions are those beside the source and those inside it."""
    ledger = Ledger(decisions_of(source), source.name)
    if format == "auto":
        format, evidence = readers.guess(source)
        if evidence:
            what = f"read as {format}: {evidence}"
            ledger.doubt("read-as", what, Place(1, 1, source.name), "--from says otherwise")
    if format in readers.TEXTS:
        for character, place in source.controls():
            what = f"control character U+{ord(character):04X} is left out"
            ledger.doubt("character-control", what, place, "remove it from the source")
    document = normalise(readers.read(source, format, lang), ledger)
    pictures = find_pictures(source, images)
    document = place_pictures(document, pictures, ledger.report)
    return Prepared(document, ledger, pictures)


def decisions_of(source: Source) -> frozenset[Decision]:
    """What the editor decided, in `<source>.docconv.toml` and in comments of the source."""
    beside = read_decisions(Path(f"{source.name}.docconv.toml")) if source.folder is not None else frozenset()
    inside = inline_decisions(source.text(), source.name) if b"docconv:" in source.data else frozenset()
    return beside | inside


def find_pictures(source: Source, images: Path | None) -> Pictures:
    """The folders of a source's pictures.  Raises `UsageError` if a named images folder is not there."""
    if images is not None and not images.is_dir():
        raise UsageError(f"there is no folder {images}", remedy="make it, or leave --images out")
    beside = Path(f"{source.name}.images") if source.folder is not None else None
    package = source.data if source.data.startswith(b"PK\x03\x04") else b""
    return Pictures(images or (beside if beside and beside.is_dir() else None), source.folder, package)
