"""The command line: argv → calls → exit code, and nothing else.

It assumes that errors are `DocconvError`s and says them on stderr, one a line.  Success is silent.  Heavy modules
are imported when a command runs, so that `--help` answers at once.
"""

from __future__ import annotations

import argparse
import gc
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

from docconv import __version__
from docconv.press import PROFILES
from docconv.problems import DocconvError, UsageError

if TYPE_CHECKING:
    from docconv.problems import Problem
    from docconv.readers.source import Source
    from docconv.workflow.cache import Outcome
    from docconv.writers.options import Printing

EXIT_CODES = """\
exit codes:
  0  done                        3  a program, library or font is missing
  1  the source cannot be read   4  check or --strict found problems
  2  the call is wrong           130, 143  interrupted, terminated
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    if argv is None:  # a process of its own, for one document: what is made stays, and garbage is little
        gc.set_threshold(100_000, 20, 100)
    arguments = _parser().parse_args(argv)
    arguments.argv = sys.argv[1:] if argv is None else list(argv)
    arguments.words = arguments.argv if argv is None else []
    signal.signal(signal.SIGTERM, _terminate)
    try:
        if arguments.makefile:
            print(Path(__file__).with_name("docconv.mk"))
            return 0
        if not arguments.command:
            _parser().error("name a command: convert, batch, check, pictures, show, config, clean or doctor")
        return int(arguments.run(arguments))
    except DocconvError as error:
        print(f"docconv: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has gone: nothing more to say
        return 0


def _terminate(number: int, frame: FrameType | None) -> NoReturn:
    """Leave by an exception, so that temporary files are removed."""
    raise SystemExit(128 + number)


_REPORTS = ("text", "json", "jsonl", "sarif", "github")
"""The forms of findings, as `docconv.reports.FORMATS` has them."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="docconv",
        description="Turn messy East Asian text into books, pages and e-books.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"docconv {__version__}")
    parser.add_argument("--makefile", action="store_true", help="print the path of docconv.mk, for Makefiles")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    convert = _command(commands, "convert", _convert, "make editions of a source: PDF, EPUB, HTML")
    convert.add_argument("sources", metavar="SRC", nargs="+",
                         help="the source, or - for stdin; several make one issue or book, in their order")  # fmt: skip
    convert.add_argument("-o", "--output", metavar="OUT", action="append", required=True,
                         help="an edition by suffix: .pdf .epub .html .docx .odt .icml .md .xhtml; a folder (site/) is "
                              "HTML in pages; - is stdout; repeatable")  # fmt: skip
    convert.add_argument("--to", metavar="EDITION", default="html", help="the edition for -o - (default: html)")
    convert.add_argument("--style", metavar="NAME", default="plain", help="a style's name or its folder")
    convert.add_argument("--set", dest="settings", metavar="KEY=VALUE", action="append", default=[],
                         help="how lines of the PDF are set: size=五号, leading=18pt, kinsoku=strict, "
                              "punctuation=kaiming, hanging=allow, korean=syllable, hyphens=off, gap=off, grid=on, "
                              "song=FACE, hei=FACE, kai=FACE, mono=FACE, latin=FACE; repeatable")  # fmt: skip
    _add_page(convert)
    convert.add_argument("--title", metavar="TEXT", help="the title of the book or issue")
    convert.add_argument("-M", "--metadata", metavar="NAME=VALUE", action="append", default=[],
                         help="author, date, publication, publisher, identifier (ISBN, ISSN), series, number …; "
                              "repeatable")  # fmt: skip
    convert.add_argument("--epub-profile", choices=("3.3", "3.4"), default="3.3",
                         help="3.4 leaves out what it calls outdated: NCX, guide, prefixed CSS")  # fmt: skip
    convert.add_argument("--epub-notes", choices=("popup", "duokan"), default="popup",
                         help="the form of notes in the EPUB; duokan is that of 多看 and 微信读书")  # fmt: skip
    convert.add_argument("--vertical", action=argparse.BooleanOptionalAction, default=False,
                         help="set EPUB and HTML in vertical lines")  # fmt: skip
    convert.add_argument("--embed-fonts", action=argparse.BooleanOptionalAction, default=False,
                         help="embed the characters that EPUB or HTML uses, from the installed Noto CJK")  # fmt: skip
    _add_printing(convert)
    convert.add_argument("--ledger", metavar="FILE", type=Path, help="write every change and problem to FILE as JSON")
    convert.add_argument(
        "--strict", action=argparse.BooleanOptionalAction, default=False, help="write nothing if there is any problem"
    )
    convert.add_argument("-v", "--verbose", action="store_true", help="say on stderr what an editor should look at")
    _add_building(convert)
    _add_reading(convert)

    _add_batch(commands)
    check = _command(
        commands, "check", _check, "print what would change in sources, and what is in doubt in sources, PDFs and EPUBs"
    )
    check.add_argument("sources", metavar="SRC", nargs="+", help="a source, a finished PDF or EPUB, or - for stdin")
    check.add_argument("--format", "--report-format", dest="report", choices=_REPORTS, default="text",
                       help="the form of the findings (default: text, file:line:col: code: message)")  # fmt: skip
    check.add_argument("--profile", metavar="NAME", default="",
                       help="what is asked beyond the rest, of a PDF: press-cn, press-jp, press-kr, press-eu, "
                            "press-us, newsprint, archive, accessible; of an EPUB: apple, kindle, kobo, "
                            "wechat")  # fmt: skip
    check.add_argument("--report", dest="attachments", metavar="FILE", type=Path, action="append", default=[],
                       help="write what a profile says of a PDF, rule by rule: .pdf is a page for the printer, .json "
                            "is for programs; repeatable")  # fmt: skip
    check.add_argument("--diff", action="store_true", help="print the changes as a unified diff instead")
    check.add_argument("--problems", action="store_true", help="print problems only, no changes")
    _add_reading(check)

    listed = _command(commands, "pictures", _pictures, "list the pictures that a source wants, and which are there")
    listed.add_argument("source", metavar="SRC", help="the source, or - for stdin")
    listed.add_argument("--format", dest="report", choices=("table", "csv", "json"), default="table",
                        help="the form of the list (default: table)")  # fmt: skip
    listed.add_argument("--report-format", dest="problems", choices=_REPORTS,
                        help="say on stderr which pictures are missing or unfit, in this form")  # fmt: skip
    listed.add_argument("--sheet", metavar="FILE", type=Path, help="write a contact sheet to FILE, a PDF")
    listed.add_argument("--style", metavar="NAME", default="plain", help="the style that it will be printed in")
    listed.add_argument("--set", dest="settings", metavar="KEY=VALUE", action="append", default=[],
                        help="as for convert")  # fmt: skip
    _add_page(listed)
    _add_reading(listed)

    show = _command(commands, "show", _show, "print the document or its markup")
    show.add_argument("source", metavar="SRC", help="the source, or - for stdin")
    show.add_argument("--until", metavar="STAGE", default="markup",
                      help="read, the name of a pass, normalise, or markup (the default)")  # fmt: skip
    _add_reading(show)
    _add_configuration(commands)
    _add_clean_and_doctor(commands)
    return parser


def _add_printing(convert: argparse.ArgumentParser) -> None:
    """For whom a PDF is printed."""
    convert.add_argument("--profile", choices=tuple(PROFILES), default="accessible", metavar="NAME",
                         help=f"what the PDF is for: {', '.join(PROFILES)} (default: accessible)")  # fmt: skip
    convert.add_argument("--pdfx", choices=("4", "1a"), help="the PDF/X that the press takes (default: 4)")
    convert.add_argument("--icc", metavar="FILE", type=Path, help="the printer's own ICC profile")
    convert.add_argument("--mono", action="store_true", help="print everything in black")
    convert.add_argument("--no-marks", action="store_true", help="bleed alone around the pages, without marks")
    convert.add_argument(
        "--attach", action="store_true", help="with --profile archive: keep the source in the PDF (A-3u)"
    )


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: Callable[[argparse.Namespace], int],
    help: str,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name, help=help, description=help, epilog=EXIT_CODES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.set_defaults(run=run)
    return parser


def _add_batch(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    batch = _command(commands, "batch", _batch, "convert many files, each by itself, in several processes")
    batch.add_argument("inputs", metavar="SRC", nargs="+",
                       help="sources, folders of sources, addresses (s3://…); - reads a list from stdin")  # fmt: skip
    batch.add_argument(
        "-0", "--null", action="store_true", help="the names in the list end with NUL, as find -print0 has"
    )
    batch.add_argument(
        "--out", metavar="DIR", required=True, help="where the editions go, in the folders of their sources"
    )
    batch.add_argument("--to", metavar="EDITIONS", required=True, help="epub,html,pdf …, with commas between them")
    batch.add_argument("--root", metavar="DIR", default="",
                       help="the folder that stands for DIR; default: the current one, or all inputs' own")  # fmt: skip
    batch.add_argument("--workers", metavar="N", type=_counting, default=0, help="processes (default: one a core)")
    batch.add_argument("--timeout", metavar="SECONDS", type=float, default=300.0, help="for one file (default: 300)")
    batch.add_argument("--memory", metavar="MB", type=_counting, default=2048, help="for one process (default: 2048)")
    batch.add_argument("--resume", action="store_true", help="leave alone what is done and has not changed since")
    batch.add_argument("--keep-going", action=argparse.BooleanOptionalAction, default=True,
                       help="whether to go on after a file that cannot be converted")  # fmt: skip
    batch.add_argument("--shard", metavar="I/N", type=_shard, default=(1, 1), help="only the I-th of N parts")
    batch.add_argument("--journal", metavar="FILE", type=Path, help="default: DIR/.docconv-batch/journal.jsonl")
    batch.add_argument("--summary", metavar="FILE", type=Path, action="append", default=[],
                       help="write what became of each file to FILE: .json, or .xml for JUnit; repeatable")  # fmt: skip
    batch.add_argument("--report-format", dest="report", choices=_REPORTS,
                       help="say on stdout at the end what an editor should look at, in this form")  # fmt: skip
    batch.add_argument("--quiet", action="store_true", help="say nothing but what went wrong")
    batch.add_argument("--cluster", metavar="ADDRESS", default="", help="work on the Dask cluster at tcp://HOST:8786")
    batch.add_argument("--strict", action="store_true", help="write no editions of a file with problems")
    batch.add_argument("--style", metavar="NAME", default="plain", help="as for convert, like all that follow")
    batch.add_argument("--set", dest="settings", metavar="KEY=VALUE", action="append", default=[])
    batch.add_argument("-M", "--metadata", metavar="NAME=VALUE", action="append", default=[])
    batch.add_argument("--from", dest="format", metavar="FORMAT", default="auto")
    batch.add_argument("--lang", metavar="TAG", default="")
    batch.add_argument("--epub-profile", choices=("3.3", "3.4"), default="3.3")
    batch.add_argument("--epub-notes", choices=("popup", "duokan"), default="popup")
    batch.add_argument("--vertical", action="store_true")
    batch.add_argument("--embed-fonts", action="store_true")


def _counting(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 upwards")
    return int(text)


def _shard(text: str) -> tuple[int, int]:
    part, _, whole = text.partition("/")
    if _counting(part) > _counting(whole):
        raise argparse.ArgumentTypeError(f"{text!r} is not I/N with I from 1 to N")
    return int(part), int(whole)


def _add_page(parser: argparse.ArgumentParser) -> None:
    """The page of the PDF: settings like the others, with options of their own, for they are asked for most."""
    parser.add_argument("--paper", metavar="SIZE", dest="settings", action="append", type="paper={}".format,
                        help="A4, A5, B5-JIS, 16开, 大32开, 四六判, 신국판, tabloid … or 390x540mm")  # fmt: skip
    parser.add_argument("--columns", metavar="N", dest="settings", action="append", type="columns={}".format,
                        help="columns of the page, 1 to 12, each a whole number of letters wide")  # fmt: skip


def _add_reading(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", dest="format", metavar="FORMAT", default="auto",
                        help="page, markdown, docx, odt, rst, html, markup …; default: by the suffix")  # fmt: skip
    parser.add_argument("--lang", metavar="TAG", default="", help="zh-Hans, zh-Hant, ja, ko …; default: by the text")
    parser.add_argument("--images", metavar="DIR", type=Path, help="the pictures' folder; default: SRC.images")


def _add_building(parser: argparse.ArgumentParser) -> None:
    for edition in ("pdf", "html", "epub"):
        parser.add_argument(
            f"--{edition}-style", metavar="NAME", default="", help=f"the style of the {edition.upper()}"
        )
    parser.add_argument("--report-format", dest="report", choices=_REPORTS,
                        help="say on stderr what an editor should look at, in this form")  # fmt: skip
    parser.add_argument("--deps", metavar="FILE",
                        help="write to FILE what the editions are made of; a failure leaves it as it was")  # fmt: skip
    parser.add_argument("--deps-format", choices=("make", "json", "zero"), default="make",
                        help="a rule for GNU make, JSON, or names for xargs -0 (default: make)")  # fmt: skip
    parser.add_argument("--if-changed", action="store_true",
                        help="leave an edition alone, with its time stamp, if it would stay the same")  # fmt: skip
    parser.add_argument("--no-cache", action="store_true", help="neither use nor fill the cache")


def _convert(arguments: argparse.Namespace) -> int:
    from docconv.workflow.build import Call, build

    call = Call(arguments.words, arguments.sources, arguments.output, arguments.deps, arguments.deps_format,
                arguments.if_changed)  # fmt: skip
    try:
        build(call, lambda: _made(_configured(arguments)))
    except DocconvError as error:
        return _stop(error, arguments.report)
    return 0


def _stop(error: DocconvError, form: str | None) -> int:
    """Say an error in the form that a tool asked for, or leave it to be said in words."""
    from docconv import reports

    if form in (None, "text"):
        raise error
    sys.stderr.write(reports.FORMATS[form](reports.stopped(error)))
    return error.exit_code


def _made(arguments: argparse.Namespace) -> Outcome:
    """The editions of a source, and what is said of them."""
    from docconv import pipeline, reports
    from docconv.workflow.cache import Outcome
    from docconv.writers.options import EditionOptions

    sources = [_source(each) for each in arguments.sources]
    outputs = [each for each in arguments.output if each != "-"]
    for each in outputs:
        if any(Path(each).resolve() == Path(source.name).resolve() for source in sources):
            raise UsageError(f"{each} is the source itself", remedy="name another output")
    printing = _printing(arguments, sources)
    settings: dict[str, Any] = {
        "format": arguments.format,
        "style": {
            "": arguments.style,
            ".pdf": arguments.pdf_style,
            ".html": arguments.html_style,
            ".epub": arguments.epub_style,
        },
        "settings": arguments.settings,
        "lang": arguments.lang,
        "images": arguments.images,
        "metadata": _metadata(arguments.metadata, arguments.title),
        "epub": EditionOptions(
            arguments.epub_profile, arguments.epub_notes, arguments.embed_fonts, arguments.vertical, printing
        ),
    }
    made: list[tuple[Path, Any]] = []
    problems = pipeline.convert(sources, outputs, strict=arguments.strict, ledger_file=arguments.ledger,
                                write=made.extend, **settings)  # fmt: skip
    data = b""
    if len(outputs) < len(arguments.output):
        data = pipeline.edition(sources, f".{arguments.to.removeprefix('.')}", report=lambda problem: None, **settings)
    form = arguments.report or ("text" if arguments.verbose else "")
    said = reports.FORMATS[form](problems) if form else ""
    return Outcome([(str(path), each) for path, each in made], data, said)


def _batch(arguments: argparse.Namespace) -> int:
    import os

    from docconv import batch, reports

    arguments = _configured(arguments)
    from docconv.batch.progress import progress
    from docconv.writers import writer_for
    from docconv.writers.options import EditionOptions

    editions = list(dict.fromkeys(each.strip().removeprefix(".") for each in arguments.to.split(",")))
    for each in editions:
        writer_for(f".{each}")
    options = EditionOptions(arguments.epub_profile, arguments.epub_notes, arguments.embed_fonts, arguments.vertical)
    recipe = batch.Recipe(arguments.format, arguments.style, tuple(arguments.settings), arguments.lang,
                          _metadata(arguments.metadata, None), options, arguments.strict)  # fmt: skip
    jobs = batch.plan(_inputs(arguments), arguments.out, editions, recipe, root=arguments.root, shard=arguments.shard)
    limits = batch.Limits(arguments.timeout, arguments.memory)
    with progress(len(jobs), arguments.quiet) as watch:
        results = batch.run(
            jobs, arguments.journal or batch.journal_in(arguments.out, arguments.shard), resume=arguments.resume,
            keep_going=arguments.keep_going, workers=arguments.workers or os.cpu_count() or 1,
            cluster=arguments.cluster, limits=limits, watch=watch, summaries=arguments.summary,
        )  # fmt: skip
    if arguments.report:
        text = reports.FORMATS[arguments.report](batch.findings(results))
        sys.stdout.buffer.write(text.encode(errors="surrogateescape"))
        sys.stdout.buffer.flush()
    return batch.exit_code(results)


def _inputs(arguments: argparse.Namespace) -> list[str]:
    """What is named on the command line, and in the list on stdin."""
    import os

    listed = ""
    if "-" in arguments.inputs:
        listed = os.fsdecode(sys.stdin.buffer.read())
    names = listed.split("\0") if arguments.null else listed.splitlines()
    return [each for each in arguments.inputs if each != "-"] + [each for each in names if each]


def _printing(arguments: argparse.Namespace, sources: Sequence[Source]) -> Printing:
    """What `--profile` and what goes with it say."""
    from docconv.writers.options import Printing

    profile = PROFILES[arguments.profile]
    for name in ("pdfx", "icc", "mono", "no_marks"):
        if getattr(arguments, name) and not profile.is_press:
            presses = ", ".join(each.name for each in PROFILES.values() if each.is_press)
            raise UsageError(f"--{name.replace('_', '-')} is for a press", remedy=f"add --profile, one of {presses}")
    if arguments.attach and profile.name != "archive":
        raise UsageError("--attach is for an archive", remedy="add --profile archive")
    if arguments.pdfx == "1a":
        profile = replace(profile, standard="pdf/x-1a")
    if arguments.attach:
        profile = replace(profile, standard="pdf/a-3u")
    attached = tuple((Path(each.name).name, each.data) for each in sources) if arguments.attach else ()
    return Printing(profile, arguments.icc, arguments.mono, not arguments.no_marks, attached)


def _metadata(pairs: Sequence[str], title: str | None) -> dict[str, list[str]]:
    """What `--metadata NAME=VALUE` and `--title` say, by name."""
    from docconv.metadata import NAMES
    from docconv.readers.inlines import iso_date

    values: dict[str, list[str]] = {"title": [title]} if title else {}
    for pair in pairs:
        name, _, value = pair.partition("=")
        if name not in NAMES or not value.strip():
            raise UsageError(f"--metadata {pair}: not NAME=VALUE", remedy=f"NAME is one of {', '.join(NAMES)}")
        value = " ".join(value.split())
        values.setdefault(name, []).append(iso_date(value) or value if name == "date" else value)
    return values


def _check(arguments: argparse.Namespace) -> int:
    from docconv import pipeline, reports

    arguments = _configured(arguments)
    worst = 0
    findings: list[reports.Finding] = []
    out = ""
    for name in arguments.sources:
        try:
            source = _source(name)
            if arguments.attachments:
                finished: Any = pipeline.report_on(source, _attachments(arguments), arguments.profile, arguments.lang)
            else:
                finished = arguments.format == "auto" and pipeline.check_edition(
                    source, arguments.lang, arguments.profile
                )
            if isinstance(finished, list):
                findings += finished
                worst = max(worst, 4 if any(problem.severity != "note" for problem in finished) else 0)
                continue
            prepared = pipeline.prepare(source, arguments.format, arguments.lang, arguments.images)
        except DocconvError as error:  # one bad source does not hide the problems of the next
            print(f"docconv: {error}", file=sys.stderr)
            findings += reports.stopped(error) if arguments.report != "text" else []
            worst = max(worst, error.exit_code)
            continue
        if arguments.diff:
            raw = pipeline.read(source, format=arguments.format, lang=arguments.lang)
            out += reports.diff(source.name, raw, prepared.document)
        changes = [] if arguments.problems else prepared.ledger.changes
        findings += reports.in_order([*changes, *prepared.problems])
        if any(problem.severity != "note" for problem in prepared.problems):
            worst = max(worst, 4)
    sys.stdout.write(out if arguments.diff else reports.FORMATS[arguments.report](findings))
    return worst


def _attachments(arguments: argparse.Namespace) -> list[Path]:
    """Where the report goes; nowhere if that is not clear."""
    paths: list[Path] = arguments.attachments
    if len(arguments.sources) > 1:
        raise UsageError("--report tells of one PDF", remedy="check one after the other")
    if other := [path for path in paths if path.suffix not in (".pdf", ".json")]:
        raise UsageError(f"{other[0]}: no form of a report", remedy="name it .pdf or .json")
    if same := [path for path in paths if path.resolve() == Path(arguments.sources[0]).resolve()]:
        raise UsageError(f"{same[0]} is the source itself", remedy="name another file")
    return paths


def _pictures(arguments: argparse.Namespace) -> int:
    from docconv import pipeline, reports
    from docconv.writers.wanted import FORMATS

    arguments = _configured(arguments)
    problems: list[Problem] = []
    source = _source(arguments.source)
    if arguments.sheet and arguments.sheet.resolve() == Path(source.name).resolve():
        raise UsageError(f"{arguments.sheet} is the source itself", remedy="name another file")
    wanted = pipeline.pictures_wanted(
        source, format=arguments.format, lang=arguments.lang, images=arguments.images, style=arguments.style,
        settings=arguments.settings, sheet=arguments.sheet, report=problems.append,
    )  # fmt: skip
    if arguments.problems:
        sys.stderr.write(reports.FORMATS[arguments.problems](problems))
    sys.stdout.buffer.write(FORMATS[arguments.report](wanted).encode())
    sys.stdout.buffer.flush()
    return 0


def _show(arguments: argparse.Namespace) -> int:
    from docconv import outline, pipeline

    arguments = _configured(arguments)
    text = outline.show(pipeline.read(_source(arguments.source), format=arguments.format, lang=arguments.lang),
                        until=arguments.until)  # fmt: skip
    sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()
    return 0


def _add_configuration(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    config = _command(commands, "config", _config, "print what is configured for a source, and where")
    config.add_argument("source", metavar="SRC", nargs="?", default=".", help="a source or a folder (default: .)")
    config.add_argument("--format", dest="report", choices=("text", "json"), default="text",
                        help="the form of the list (default: text)")  # fmt: skip
    config.add_argument("--schema", action="store_true", help="print the JSON Schema of docconv.toml instead")


def _config(arguments: argparse.Namespace) -> int:
    from docconv.workflow import config

    parser = _parser()
    if arguments.schema:
        out = config.schema(parser)
    else:
        place = Path(arguments.source)
        values = config.read(parser, place if place.is_dir() else place.parent)
        out = config.as_json(values) if arguments.report == "json" else config.as_text(values)
    sys.stdout.buffer.write(out.encode())
    sys.stdout.buffer.flush()
    return 0


def _add_clean_and_doctor(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    clean = _command(commands, "clean", _clean, "empty the cache, and remove what killed runs left in folders")
    clean.add_argument("folders", metavar="FOLDER", nargs="*", type=Path, help="a folder of editions")
    doctor = _command(commands, "doctor", _doctor, "say what this machine lacks for docconv, and how to get it")
    doctor.add_argument("--format", dest="report", choices=("text", "json"), default="text",
                        help="the form of the list (default: text)")  # fmt: skip


def _clean(arguments: argparse.Namespace) -> int:
    from docconv.files import remove_leftovers
    from docconv.workflow import cache

    for folder in arguments.folders:
        if not folder.is_dir():
            raise UsageError(f"there is no folder {folder}")
        remove_leftovers(folder, older_than=0)
    if cache.folder():
        count, size = cache.trim(0)
        print(f"{count} entries, {size / 1e6:.1f} MB")
    return 0


def _doctor(arguments: argparse.Namespace) -> int:
    from docconv.workflow import doctor

    findings = doctor.examine()
    sys.stdout.buffer.write(doctor.FORMATS[arguments.report](findings).encode())
    sys.stdout.buffer.flush()
    return 3 if any(each.required and not each.found for each in findings) else 0


def _configured(arguments: argparse.Namespace) -> argparse.Namespace:
    """The arguments of a command with what is configured in the place of what is built in: for the folder of its first
    source, or for a batch's root."""
    from docconv.workflow import config

    if arguments.command == "batch":
        folder = Path("" if "://" in arguments.root else arguments.root)
    else:
        source = arguments.sources[0] if "sources" in arguments else arguments.source
        folder = Path(source).parent if source != "-" else Path()
    parser = _parser()
    config.apply(parser, arguments.command, folder, arguments.argv)
    configured = parser.parse_args(arguments.argv)
    configured.argv, configured.words = arguments.argv, arguments.words
    return configured


def _source(name: str) -> Source:
    from docconv.readers.source import Source

    return Source("-", sys.stdin.buffer.read()) if name == "-" else Source.open(Path(name))
