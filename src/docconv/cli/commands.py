"""What each command does: arguments → calls → exit code.

Heavy modules are imported when a command runs, so that `--help` answers at once.
"""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docconv.cli.options import parser
from docconv.files import is_same, remove_leftovers, say
from docconv.press import PROFILES, Profile
from docconv.problems import DocconvError, UsageError

if TYPE_CHECKING:
    from docconv.files import Name
    from docconv.problems import Problem
    from docconv.readers.source import Source
    from docconv.workflow.cache import Outcome
    from docconv.writers.options import Printing


def run(arguments: argparse.Namespace) -> int:
    """Do what the command that was named says; returns the exit code."""
    commands = {"convert": _convert, "batch": _batch, "check": _check, "pictures": _pictures, "show": _show,
                "config": _config, "clean": _clean, "doctor": _doctor}  # fmt: skip
    return commands[arguments.command](arguments)


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

    if form in (None, *reports.IN_WORDS):
        raise error
    sys.stderr.write(reports.FORMATS[form](reports.stopped(error)))
    return error.exit_code


def _made(arguments: argparse.Namespace) -> Outcome:
    """The editions of a source, and what is said of them."""
    from docconv import pipeline, reports
    from docconv.problems import CheckFailed, Problem
    from docconv.workflow.cache import Outcome
    from docconv.writers.options import EditionOptions

    sources = [_source(each, arguments) for each in arguments.sources]
    outputs = [each for each in arguments.output if each != "-"]
    for each in outputs:
        if any(is_same(each, source.name) for source in sources):
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
        "allow_loss": arguments.allow_loss,
    }
    idle = [Problem("option-idle", f"{each} has horizontal lines: docconv sets no vertical ones in a PDF yet", None,
                    "make it in a call of its own")
            for each in arguments.output if "vertical" in arguments.stated and arguments.vertical
            and each.lower().endswith(".pdf")]  # fmt: skip
    if idle and arguments.strict:
        raise CheckFailed("--strict allows no problems", idle)
    made: list[tuple[Name, Any]] = []
    problems = idle + pipeline.convert(sources, outputs, strict=arguments.strict, ledger_file=arguments.ledger,
                                write=made.extend, **settings)  # fmt: skip
    data = b""
    if len(outputs) < len(arguments.output):
        said: list[Problem] = []
        data = pipeline.edition(sources, f".{arguments.to.removeprefix('.')}", report=said.append, **settings)
        problems += [each for each in said if each not in problems]
    form = arguments.report or ("text" if arguments.verbose else "")
    told = reports.FORMATS[form](problems) if form else reports.closing_line(problems, _check_call(arguments))
    return Outcome([(str(path), each) for path, each in made], data, told)


def _check_call(arguments: argparse.Namespace) -> str:
    """The call that lists what there is to look at in the sources of another; nothing if they came by stdin."""
    if "-" in arguments.sources:
        return ""
    read_as = {"--from": arguments.format.replace("auto", ""), "--lang": arguments.lang, "--images": arguments.images,
               "--track": arguments.track.replace("accept", "")}  # fmt: skip
    options = [word for option, value in read_as.items() if value for word in (option, str(value))]
    return shlex.join(["docconv", "check", *options, *arguments.sources])


def _printing(arguments: argparse.Namespace, sources: Sequence[Source]) -> Printing:
    """What `--profile` and what goes with it say."""
    from docconv.writers.options import Printing

    profile = _job(arguments, "pdfx", "icc", "no_marks", "hidden_folios", "outline_text", "mix_spots")
    if arguments.attach and profile.name != "archive":
        raise UsageError("--attach is for an archive", remedy="add --profile archive")
    if arguments.pdfx == "1a":
        profile = replace(profile, standard="pdf/x-1a")
    if arguments.attach:
        profile = replace(profile, standard="pdf/a-3u")
    attached = tuple((Path(each.name).name, each.data) for each in sources) if arguments.attach else ()
    return Printing(profile, arguments.icc, not arguments.no_marks, arguments.hidden_folios, arguments.outline_text,
                    arguments.mix_spots, attached)  # fmt: skip


def _job(arguments: argparse.Namespace, *for_a_press: str) -> Profile:
    """The profile that is named, with what is asked of a press beside it."""
    profile = _profile(arguments, "bleed", "ink_limit", "mono", "signature", *for_a_press)
    if arguments.bleed is not None:
        profile = replace(profile, bleed=arguments.bleed)
    return replace(profile, is_mono=arguments.mono, signature=arguments.signature, most_ink=arguments.ink_limit)


def _profile(arguments: argparse.Namespace, *for_a_press: str) -> Profile:
    """The profile that is named; some options mean something for that of a press alone, and are no more than
    configured for it otherwise."""
    profile = PROFILES.get(arguments.profile, PROFILES["accessible"])
    for name in () if profile.is_press else for_a_press:
        if name in arguments.stated:
            presses = ", ".join(each.name for each in PROFILES.values() if each.is_press)
            raise UsageError(f"--{name.replace('_', '-')} is for a press", remedy=f"add --profile, one of {presses}")
        setattr(arguments, name, {"ink_limit": 0, "signature": 0, "mono": False}.get(name))
    return profile


def _metadata(pairs: Sequence[str], title: str | None) -> dict[str, list[str]]:
    """What `--metadata NAME=VALUE` and `--title` say, by name."""
    from docconv.metadata import NAMES, REMEDIES, fault_of
    from docconv.readers.inlines import iso_date

    values: dict[str, list[str]] = {"title": [title]} if title else {}
    for pair in pairs:
        name, _, value = pair.partition("=")
        if name not in NAMES or not value.strip():
            raise UsageError(f"--metadata {pair}: not NAME=VALUE", remedy=f"NAME is one of {', '.join(NAMES)}")
        value = " ".join(value.split())
        value = iso_date(value) or value if name == "date" else value
        if fault := fault_of(name, value):
            raise UsageError(f"--metadata {pair}: {fault}", remedy=REMEDIES[name])
        values.setdefault(name, []).append(value)
    return values


def _batch(arguments: argparse.Namespace) -> int:
    import os

    from docconv import batch, reports

    arguments = _configured(arguments)
    from docconv.batch.progress import progress
    from docconv.limits import refuse_little_memory
    from docconv.writers import writer_for
    from docconv.writers.options import EditionOptions

    editions = list(dict.fromkeys(each.strip().removeprefix(".") for each in arguments.to.split(",")))
    for each in editions:
        writer_for(f".{each}")
    options = EditionOptions(arguments.epub_profile, arguments.epub_notes, arguments.embed_fonts, arguments.vertical)
    recipe = batch.Recipe(arguments.format, arguments.style, tuple(arguments.settings), arguments.lang,
                          _metadata(arguments.metadata, None), options, arguments.strict,
                          arguments.allow_loss, arguments.track == "all")  # fmt: skip
    jobs = batch.plan(_inputs(arguments), arguments.out, editions, recipe, root=arguments.root, shard=arguments.shard)
    refuse_little_memory("each process")
    limits = batch.Limits(arguments.timeout, arguments.memory)
    with progress(len(jobs), arguments.quiet) as watch:
        results = batch.run(
            jobs, arguments.journal or batch.journal_in(arguments.out, arguments.shard), resume=arguments.resume,
            keep_going=arguments.keep_going, workers=arguments.workers or os.cpu_count() or 1,
            cluster=arguments.cluster, limits=limits, watch=watch, summaries=arguments.summary,
        )  # fmt: skip
    if arguments.report:
        say(reports.FORMATS[arguments.report](batch.findings(results)))
    return batch.exit_code(results)


def _inputs(arguments: argparse.Namespace) -> list[str]:
    """What is named on the command line, and in the list on stdin."""
    import os

    from docconv.inputs import read_stdin

    listed = ""
    if "-" in arguments.inputs:
        listed = os.fsdecode(read_stdin())
    names = listed.split("\0") if arguments.null else listed.splitlines()
    return [each for each in arguments.inputs if each != "-"] + [each for each in names if each]


def _check(arguments: argparse.Namespace) -> int:
    from docconv import pipeline, reports

    arguments = _configured(arguments)
    own = _job(arguments)
    profile = own if arguments.profile in PROFILES else arguments.profile
    worst = 0
    findings: list[reports.Finding] = []
    out = ""
    for name in arguments.sources:
        try:
            source = _source(name, arguments)
            if arguments.attachments:
                finished: Any = pipeline.report_on(source, _attachments(arguments), profile, arguments.lang)
            else:
                finished = arguments.format == "auto" and pipeline.check_edition(source, arguments.lang, profile)
            if isinstance(finished, list):
                findings += finished
                worst = max(worst, 4 if any(problem.severity != "note" for problem in finished) else 0)
                continue
            prepared = pipeline.prepare(source, arguments.format, arguments.lang, arguments.images)
        except DocconvError as error:  # one bad source does not hide the problems of the next
            print(f"docconv: {error}", file=sys.stderr)
            findings += reports.stopped(error) if arguments.report not in reports.IN_WORDS else []
            worst = max(worst, error.exit_code)
            continue
        if arguments.diff:
            raw = pipeline.read(source, format=arguments.format, lang=arguments.lang)
            out += reports.diff(source.name, raw, prepared.document)
        changes = [] if arguments.problems else prepared.ledger.changes
        findings += reports.in_order([*changes, *prepared.problems])
        if any(problem.severity != "note" for problem in prepared.problems):
            worst = max(worst, 4)
    say(out if arguments.diff else reports.FORMATS[arguments.report](findings))
    return worst


def _attachments(arguments: argparse.Namespace) -> list[Path]:
    """Where the report goes; nowhere if that is not clear."""
    paths: list[Path] = arguments.attachments
    if len(arguments.sources) > 1:
        raise UsageError("--report tells of one PDF", remedy="check one after the other")
    if other := [path for path in paths if path.suffix not in (".pdf", ".json")]:
        raise UsageError(f"{other[0]}: no form of a report", remedy="name it .pdf or .json")
    if same := [path for path in paths if is_same(path, arguments.sources[0])]:
        raise UsageError(f"{same[0]} is the source itself", remedy="name another file")
    return paths


def _pictures(arguments: argparse.Namespace) -> int:
    from docconv import pipeline, reports
    from docconv.writers.options import Printing
    from docconv.writers.wanted import FORMATS

    arguments = _configured(arguments)
    problems: list[Problem] = []
    source = _source(arguments.source, arguments)
    if arguments.sheet and is_same(arguments.sheet, source.name):
        raise UsageError(f"{arguments.sheet} is the source itself", remedy="name another file")
    wanted = pipeline.pictures_wanted(
        source, format=arguments.format, lang=arguments.lang, images=arguments.images, style=arguments.style,
        settings=arguments.settings, printing=Printing(_profile(arguments, "icc"), arguments.icc),
        sheet=arguments.sheet, report=problems.append,
    )  # fmt: skip
    if arguments.problems:
        sys.stderr.write(reports.FORMATS[arguments.problems](problems))
    say(FORMATS[arguments.report](wanted))
    return 0


def _show(arguments: argparse.Namespace) -> int:
    from docconv import outline, pipeline

    arguments = _configured(arguments)
    source = _source(arguments.source, arguments)
    document = pipeline.read(source, format=arguments.format, lang=arguments.lang)
    text = outline.show(document, until=arguments.until, decisions=pipeline.decisions_of(source))
    say(text)
    return 0


def _config(arguments: argparse.Namespace) -> int:
    from docconv.workflow import config

    whole = parser()
    if arguments.schema:
        out = config.schema(whole)
    else:
        place = Path(arguments.source)
        values = config.read(whole, place if place.is_dir() else place.parent)
        out = config.as_json(values) if arguments.report == "json" else config.as_text(values)
    say(out)
    return 0


def _clean(arguments: argparse.Namespace) -> int:
    from docconv.workflow import cache

    for folder in arguments.folders:
        if not folder.is_dir():
            raise UsageError(f"there is no folder {folder}")
        remove_leftovers(folder, older_than=0)
    if cache.folder():
        count, size = cache.trim(0)
        say(f"{count} entries, {size / 1e6:.1f} MB\n")
    return 0


def _doctor(arguments: argparse.Namespace) -> int:
    from docconv.workflow import doctor

    findings = doctor.examine()
    say(doctor.FORMATS[arguments.report](findings))
    return 3 if any(each.required and not each.found for each in findings) else 0


def _configured(arguments: argparse.Namespace) -> argparse.Namespace:
    """The arguments of a command with what is configured in the place of what is built in: for the folder of its first
    source, or for a batch's root."""
    from docconv.cli import effects
    from docconv.workflow import config

    if arguments.command == "batch":
        folder = Path("" if "://" in arguments.root else arguments.root)
    else:
        source = arguments.sources[0] if "sources" in arguments else arguments.source
        folder = Path(source).parent if source != "-" else Path()
    whole = parser()
    config.apply(whole, arguments.command, folder, arguments.argv)
    configured = whole.parse_args(arguments.argv)
    configured.argv, configured.words = arguments.argv, arguments.words
    configured.stated = effects.stated(parser(), arguments.argv)
    if arguments.command in effects.RULES:
        effects.refuse_idle(configured)
    if "style" in configured.stated:  # the call stands before what is configured, of one edition too
        for each in {"pdf_style", "html_style", "epub_style"} & vars(configured).keys() - configured.stated.keys():
            setattr(configured, each, "")
    return configured


def _source(name: str, arguments: argparse.Namespace) -> Source:
    from docconv.inputs import read_stdin
    from docconv.readers.source import Source

    shows = arguments.track == "all"
    return Source("-", read_stdin(), None, shows) if name == "-" else Source.open(Path(name), shows)
