"""The straight line: read, normalise, place pictures, check, write.  All of docconv on one screen.

    source ─read→ Document ─normalise→ Document ─place pictures→ Document ─write→ .html .epub .pdf .docx .icml .md …

Only this module sees readers, passes and writers together; each of them is a plain function on documents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from docconv import issue, passes, readers, writers
from docconv.decisions import inline_decisions, read_decisions
from docconv.files import write_atomically, write_products
from docconv.inputs import note
from docconv.ledger import Decision, Ledger
from docconv.metadata import amended, doubts
from docconv.model import Document, Image, Missing, Name, Place, Ruby, Text, walk
from docconv.moment import stated_moment
from docconv.pictures import Pictures, holds_pictures, place_pictures, report_colours, report_unused
from docconv.press import PROFILES, Profile
from docconv.problems import LOSSES, CheckFailed, Problem, SourceError, UsageError
from docconv.readers.encodings import LOST
from docconv.readers.language import language_of
from docconv.readers.source import Source
from docconv.reports import OF_EDITIONS, in_order, ledger_json
from docconv.styles import DEFAULT, Style, find_style
from docconv.verdicts import Verdict, to_json
from docconv.writers.beside import NAMING, images_of, named_from, renamed, set_beside
from docconv.writers.options import DEFAULT as DEFAULT_EPUB
from docconv.writers.options import EditionOptions, Printing

if TYPE_CHECKING:
    from docconv.files import Products
    from docconv.writers.wanted import Wanted


def read(source: Source | str | Path, *, format: str = "auto", lang: str = "") -> Document:
    """The document that a source holds, as it stands: nothing repaired.

    `format` is one of `docconv.readers.formats()` or "auto" (by suffix, then by content); `lang` is a BCP 47
    tag, detected from the text if empty.  Raises `SourceError` for a damaged source, `UsageError` for an
    unknown format or a missing file."""
    source = _source(source)
    return replace(readers.read(source, format, lang), decisions=decisions_of(source))


def normalise(document: Document, ledger: Ledger | None = None) -> Document:
    """The document repaired and in the house's form, under the decisions of the editor.  What changed, and what is in
    doubt, goes into the ledger.

    Doing it twice changes nothing more.  No content character is lost, added or altered."""
    ledger = Ledger() if ledger is None else ledger
    ledger.decisions = ledger.decisions or document.decisions
    for each in passes.PASSES:
        document = each(document, ledger)
    return document


def check(
    source: Source | str | Path, *, format: str = "auto", lang: str = "", images: Path | None = None
) -> list[Problem]:
    """The problems of a source, in the order of their places."""
    return prepare(_source(source), format, lang, images).problems


def check_edition(source: Source, lang: str = "", profile: str | Profile = "") -> list[Problem] | None:
    """What is to be mended in a finished edition, whoever made it: on the pages of a PDF, by page and line; in an EPUB,
    by entry, line and column.  `profile` is a store's for an EPUB, or for a PDF one of `press.PROFILES` or one's own,
    and nothing to the other kind.  None if the source is neither."""
    if source.data.startswith(b"%PDF-"):
        from docconv.preflight.pdf import check_pdf  # pdfminer is slow to import

        verdict = _verdict(source, profile)
        found = check_pdf(source.data, source.name, guess=language_of, lang=lang)
        return [*verdict.problems, *found] if verdict else found
    if source.suffix == "epub" or source.data[30:58] == b"mimetypeapplication/epub+zip":
        from docconv.preflight.epub import check_epub

        store = profile if isinstance(profile, str) and profile not in PROFILES else ""
        return check_epub(source.data, source.name, guess=language_of, lang=lang, store=store)
    return None


def _verdict(source: Source, profile: str | Profile) -> Verdict | None:
    """What the profile of a PDF says of it; None without one, and with that of a store of e-books."""
    if isinstance(profile, str) and profile not in PROFILES:
        from docconv.preflight.epub.stores import STORES

        if profile and profile not in STORES:
            raise UsageError(f"there is no profile {profile!r}", remedy=f"use one of {', '.join((*PROFILES, *STORES))}")
        return None
    from docconv.preflight.profiles import judge

    return judge(source.data, source.name, PROFILES[profile] if isinstance(profile, str) else profile)


def report_on(source: Source, outputs: Iterable[Path], profile: str | Profile, lang: str = "") -> list[Problem]:
    """What `check_edition` says of a PDF, and as a report for the printer: a page (.pdf) or for programs (.json)."""
    if not source.data.startswith(b"%PDF-"):
        raise UsageError(f"{source.name} is no PDF", remedy="--report tells of a finished PDF")
    if (verdict := _verdict(source, profile)) is None:
        raise UsageError("a report needs a profile", remedy=f"--profile is one of {', '.join(PROFILES)}")
    from docconv.preflight.pdf import check_pdf
    from docconv.writers.verdict import write_verdict

    found = check_pdf(source.data, source.name, guess=language_of, lang=lang)
    verdict = replace(verdict, composition=tuple(found))
    write_products([(path, to_json(verdict).encode() if path.suffix == ".json" else write_verdict(verdict))
                    for path in outputs])  # fmt: skip
    return [*verdict.problems, *found]


Metadata: TypeAlias = Mapping[str, Sequence[str]]
"""What an editor states of a book, by the names in `docconv.metadata.NAMES`: {"title": ["红楼梦"], "author": […]}."""


def convert(
    source: Source | str | Path | Sequence[Source | str | Path],
    outputs: Iterable[str | Path],
    *,
    format: str = "auto",
    style: str | Mapping[str, str] = DEFAULT,
    settings: Iterable[str] = (),
    lang: str = "",
    images: Path | None = None,
    strict: bool = False,
    allow_loss: bool = False,
    ledger_file: Path | None = None,
    metadata: Metadata | None = None,
    epub: EditionOptions = DEFAULT_EPUB,
    write: Callable[[Products], None] | None = None,
) -> list[Problem]:
    """Read a source once and write every edition: the suffix of an output chooses it (.html .epub .pdf .docx …); an
    output that ends in / or is a folder becomes a folder of pages.

    Several sources make one issue or book, in their order.  Outputs are written whole or not at all.  `settings` are
    those of `docconv.typography`, such as `size=五号`, for the PDF; `style` may be one for each suffix.
    `images` is the folder of pictures (default `<source>.images/`); `metadata` stands before what the source says.
    Every change and problem is written to `ledger_file` as JSON.  With `strict` a problem raises `CheckFailed` and
    nothing is written, and so without `allow_loss` does one of `problems.LOSSES`.  `write` takes the products, if not
    the disk.  Returns the problems."""
    editions = [(Path(each), _writer(each, epub)) for each in outputs]
    sources, settings = _sources(source), list(settings)
    looks = [find_style(_style_of(path.suffix, style), settings) for path, _ in editions]
    prepared = prepare_issue(sources, format, lang, images, metadata)
    name = ", ".join(each.name for each in sources)
    return write_editions(prepared, editions, looks, name, strict, allow_loss, ledger_file, write)


def write_editions(prepared: Prepared, editions: Sequence[tuple[Path, writers.Writer | writers.SiteWriter]],
                   looks: Sequence[Style], name: str, strict: bool = False, allow_loss: bool = False,
                   ledger_file: Path | None = None,
                   write: Callable[[Products], None] | None = None) -> list[Problem]:  # fmt: skip
    """The editions of a document that is at hand, each in its style, as `convert` writes them; `name` is its source's,
    for messages."""
    made: list[tuple[Path, bytes | Mapping[str, bytes]]] = []
    for (path, writer), look in zip(editions, looks, strict=True):
        shown, beside = _beside(prepared, path)
        made += [*beside, (path, _edition(shown, writer, path.suffix.lower(), look))]
    problems = prepared.problems
    if strict and (serious := [each for each in problems if each.severity != "note"]):
        raise CheckFailed(f"{name}: {len(serious)} problems, and --strict allows none", serious)
    if not allow_loss:
        _refuse_losses(problems, name)
    if ledger_file is not None:
        made.append((ledger_file, ledger_json(name, prepared.ledger).encode(errors="surrogateescape")))
    (write or write_products)(made)
    return problems


def _edition(prepared: Prepared, writer: Callable[..., Any], suffix: str, look: Style) -> Any:
    """An edition as its writer makes it, bytes or a folder's; what it lacks of the document is an error."""
    stated_moment()  # one answer for all editions, also those that bear no date
    document, ledger, pictures = prepared
    made = writer(document, look, pictures, ledger.report)
    writers.account(document, suffix, made, ledger.report)
    return made


def _refuse_losses(problems: Sequence[Problem], name: str) -> None:
    """Raise `CheckFailed` if an edition would not hold what the source holds."""
    if losses := [each for each in problems if each.code in LOSSES]:
        raise CheckFailed(
            f"{name}: words would be lost, added or shown as TeX, and nothing is written (--allow-loss allows it)",
            losses,
        )


def _style_of(suffix: str, style: str | Mapping[str, str]) -> str:
    """The style of an edition: that of its suffix, else of all; a folder is HTML."""
    if isinstance(style, str):
        return style
    return style.get(suffix.lower() or ".html") or style.get("") or DEFAULT


def _writer(output: str | Path, epub: EditionOptions) -> writers.Writer | writers.SiteWriter:
    is_folder = str(output).endswith("/") or Path(output).is_dir()
    if is_folder and not str(output).endswith("/") and Path(output).suffix.lower() in writers.WRITERS:
        raise UsageError(f"{output} is a folder", remedy=f"name {output}/ for a site in it, or another output")
    return writers.site_writer(epub) if is_folder else writers.writer_for(Path(output).suffix, epub)


def edition(source: Source | Sequence[Source], suffix: str, *, format: str, style: str | Mapping[str, str],
            settings: Iterable[str], lang: str, images: Path | None, report: Callable[[Problem], None],
            metadata: Metadata | None = None, epub: EditionOptions = DEFAULT_EPUB,
            allow_loss: bool = False) -> bytes:  # fmt: skip
    """One edition as bytes, for a stream."""
    sources, writer = _sources(source), writers.writer_for(suffix, epub)
    prepared = prepare_issue(sources, format, lang, images, metadata)
    shown = _named_from_here(prepared) if suffix.lower() in NAMING else prepared
    data: bytes = _edition(shown, writer, suffix.lower(), find_style(_style_of(suffix, style), settings))
    if not allow_loss:
        _refuse_losses(prepared.problems, ", ".join(each.name for each in sources))
    for problem in prepared.ledger.problems:
        report(problem)
    return data


def _beside(prepared: Prepared, path: Path) -> tuple[Prepared, list[tuple[Path, Mapping[str, bytes]]]]:
    """What an edition at that place is made of: with pictures as files, if it names them; and these files.

    They come before it: whoever is killed in between has an old edition, which make makes again."""
    if path.suffix.lower() not in NAMING:
        return prepared, []
    document, pictures, files = set_beside(prepared.document, prepared.pictures, path)
    shown = Prepared(document, prepared.ledger, pictures)
    return shown, [] if files is None else [(images_of(path), files)]


def _named_from_here(prepared: Prepared) -> Prepared:
    """The same with pictures named from the working folder; those that lie elsewhere are reported, for a stream has no
    folder to write them to."""
    document, ledger, pictures = prepared
    names = named_from(document, pictures, Path())
    images = {node.path: node.place for node in walk(document) if isinstance(node, Image)}
    for path, place in images.items():
        if path not in names:
            ledger.doubt("picture-apart", f"{path} is not beside the edition", place, "-o FILE writes it there")
    document, pictures = renamed(document, pictures, names)
    return Prepared(document, ledger, pictures)


def pictures_wanted(
    source: Source,
    *,
    format: str = "auto",
    lang: str = "",
    images: Path | None = None,
    style: str = DEFAULT,
    settings: Iterable[str] = (),
    printing: Printing = DEFAULT_EPUB.printing,
    sheet: Path | None = None,
    report: Callable[[Problem], None] = lambda problem: None,
) -> list[Wanted]:
    """Every figure of a source: where its picture is printed, how large, and whether it is there and large enough, and
    in colours that the press takes, if it is printed on one.

    With `sheet` a contact sheet is written as a PDF.  `report` takes the problems that concern pictures."""
    from docconv.writers import wanted
    from docconv.writers.press.intent import find_intent

    document, ledger, pictures = prepare(source, format, lang, images)
    look = find_style(style, settings)
    press = find_intent(printing.profile, printing.icc).icc if printing.profile.is_press else b""
    if press:
        report_colours(document, pictures, press, ledger.report)
    found = wanted.wanted_pictures(document, look, pictures, printing.profile.ppi_warn, press)
    if sheet is not None:
        write_atomically(sheet, wanted.contact_sheet(document, found, pictures, ledger.report))
    for problem in ledger.problems:
        if problem.code.startswith("picture-"):
            report(problem)
    return found


def _source(source: Source | str | Path) -> Source:
    return source if isinstance(source, Source) else Source.open(Path(source))


def _sources(source: Source | str | Path | Sequence[Source | str | Path]) -> list[Source]:
    each = [source] if isinstance(source, Source | str | Path) else source
    if not each:
        raise UsageError("there is no source", remedy="name one")
    return [_source(one) for one in each]


def _had_its_turn(rule: str) -> bool:
    """Whether a rule or code is one of sources, and not of the editions that are still to be made."""
    return not rule.startswith(OF_EDITIONS)


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
    document, ledger = _repaired(source, format, lang)
    pictures = find_pictures(source, images)
    document = place_pictures(document, pictures, ledger.report)
    report_unused([(document, pictures)], pictures.images, ledger.report, is_named=images is not None)
    ledger.report_stale(_had_its_turn)
    return Prepared(document, ledger, pictures)


def prepare_issue(sources: Sequence[Source], format: str = "auto", lang: str = "", images: Path | None = None,
                  metadata: Metadata | None = None) -> Prepared:  # fmt: skip
    """The same for several sources that make one document, and with what the editor states of it."""
    if len(sources) == 1:
        document, ledger, pictures = prepare(sources[0], format, lang, images)
    else:
        document, ledger, pictures = _joined(sources, format, lang, images, metadata or {})
    return Prepared(replace(document, meta=amended(document.meta, metadata or {})), ledger, pictures)


def _joined(sources: Sequence[Source], format: str, lang: str, images: Path | None, metadata: Metadata) -> Prepared:
    """The sources as one document; each finds its pictures in its own folders, or all in the one that is named."""
    repaired = [_repaired(source, format, lang) for source in sources]
    ledgers = [ledger for _, ledger in repaired]
    shelves = [find_pictures(source, images) for source in sources]
    documents = issue.apart([document for document, _ in repaired])
    documents = [place_pictures(document, shelf, ledger.report)
                 for document, shelf, ledger in zip(documents, shelves, ledgers, strict=True)]  # fmt: skip
    whole = Ledger()
    for document, shelf, ledger in zip(documents, shelves, ledgers, strict=True):
        if images is None:
            report_unused([(document, shelf)], shelf.images, ledger.report)
        ledger.report_stale(_had_its_turn)
        whole.changes += ledger.changes
        whole.problems += ledger.problems
    report_unused(zip(documents, shelves, strict=True), images, whole.report, is_named=True)
    # the paper and its day make the title of an issue; whatever else is stated stands above the whole
    paper = {name: metadata.get(name, ()) for name in ("publication", "date")}
    documents = [replace(document, meta=amended(document.meta, paper)) for document in documents]
    names = ["" if source.folder is None else Path(source.name).stem for source in sources]
    return Prepared(issue.join(documents, names), whole, Pictures(members=tuple(shelves)))


def _repaired(source: Source, format: str, lang: str) -> tuple[Document, Ledger]:
    """The document of a source, read and normalised, and what was done to it."""
    ledger = Ledger(decisions_of(source), source.name)
    if format == "auto":
        format, evidence, doubtful = readers.guess(source)
        if evidence:
            what, remedy = f"read as {format}: {evidence}", "--from page" if doubtful else "--from"
            ledger.doubt("read-doubtful" if doubtful else "read-as", what, Place(1, 1, source.name),
                         f"{remedy} says otherwise")  # fmt: skip
    if format in readers.TEXTS:
        for character, place in source.controls():
            what = f"control character U+{ord(character):04X} is left out"
            ledger.doubt("character-control", what, place, "remove it from the source")
        _report_losses(source, ledger)
    document = _accounted(source, format, lang, ledger)
    if format not in readers.TEXTS:
        _report_lost(document, ledger)
    for what, remedy in doubts(document.meta):
        ledger.doubt("metadata-doubtful", what, Place(1, 1, source.name), remedy)
    if not any(map(_is_shown, walk(document))):
        ledger.doubt(
            "source-empty", "there is no text in the source", Place(1, 1, source.name), "is it the right file?"
        )
    return normalise(document, ledger), ledger


def _is_shown(node: Any) -> bool:
    return isinstance(node, Image | Missing | Name | Ruby) or bool(getattr(node, "text", "").strip())


def _accounted(source: Source, format: str, lang: str, ledger: Ledger) -> Document:
    """The document of a source; what of it is lost or added, and not said to be, is an error."""
    left_out: list[str] = []

    def say(problem: Problem) -> None:
        left_out.append(problem.words)
        ledger.report(problem)

    document = readers.read(source, format, lang, say)
    readers.account(source, format, document, left_out, ledger.report)
    return document


def _report_lost(document: Document, ledger: Ledger) -> None:
    """What was damaged before a source of marks or a package was read, once with its number."""
    texts = [node for node in walk(document) if isinstance(node, Text) and LOST in node.text]
    if texts:
        what = f"U+FFFD stands for what is damaged ({sum(node.text.count(LOST) for node in texts)})"
        ledger.doubt("character-lost", what, texts[0].place, "give the characters")


def _report_losses(source: Source, ledger: Ledger) -> None:
    """What is damaged in a text, place by place, and a number for the rest."""
    losses = list(source.losses())
    for what, place in losses[:_LOSSES]:
        damaged = f"{what} {'are' if what.startswith('bytes') else 'is'} damaged: U+FFFD stands there"
        ledger.doubt("character-lost", damaged, place, "give the character")
    if more := losses[_LOSSES:]:
        what = f"{len(more)} more characters are damaged, from here on"
        ledger.doubt("character-lost", what, more[0][1], "ask for a sound copy of the source")


_LOSSES = 10


def decisions_of(source: Source) -> frozenset[Decision]:
    """What the editor decided, in `<source>.docconv.toml` and in comments of the source."""
    file = source.companion(".docconv.toml")
    beside = read_decisions(file, _text_of(source)) if file else frozenset()
    inside = inline_decisions(source.text(), source.name) if b"docconv:" in source.data else frozenset()
    return beside | inside


def _text_of(source: Source) -> str:
    """The text whose lines decisions name; of a package, which has none, nothing."""
    try:
        return source.text()
    except SourceError:
        return ""


def find_pictures(source: Source, images: Path | None) -> Pictures:
    """The folders of a source's pictures.  Raises `UsageError` if a named images folder is not there, or the
    source's own is a link out of its folder."""
    if images is not None and not images.is_dir():
        raise UsageError(f"there is no folder {images}", remedy="make it, or leave --images out")
    beside = None if images else source.companion(".images")
    package = source.data if holds_pictures(source.data) else b""
    note("listing", *(each for each in (images or beside,) if each))
    return Pictures(images or (beside if beside and beside.is_dir() else None), source.folder, package)
