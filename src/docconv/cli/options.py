"""The options of every command, and what `--help` says of them.

It assumes nothing of what the commands do, and imports next to nothing, so that `--help` answers at once.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, TypeAlias

from docconv import __version__
from docconv.files import say
from docconv.language_tags import is_well_formed
from docconv.press import MOST_BLEED, PROFILES, SIGNATURES

EXIT_CODES = """\
exit codes:
  0  done                        3  a program, library or font is missing
  1  the source cannot be read   4  check or --strict found problems, or words
  2  the call is wrong              would be lost (--allow-loss)
                                 129, 130, 143  hung up, interrupted, terminated
"""

_REPORTS = ("text", "lines", "json", "jsonl", "sarif", "github")
"""The forms of findings, as `docconv.reports.FORMATS` has them."""

_Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def parser() -> argparse.ArgumentParser:
    """The whole command line; `command` is the command that was named, if any."""
    whole: argparse.ArgumentParser = _Parser(
        prog="docconv",
        description="Turn messy East Asian text into books, pages and e-books.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    whole.add_argument("--version", action="version", version=f"docconv {__version__}")
    whole.add_argument("--makefile", action="store_true", help="print the path of docconv.mk, for Makefiles")
    commands = whole.add_subparsers(dest="command", metavar="COMMAND")

    for add in (_add_convert, _add_batch, _add_check, _add_pictures, _add_show, _add_config, _add_clean, _add_doctor):
        add(commands)
    return whole


class _Parser(argparse.ArgumentParser):
    """A parser that fails where its own words do not get to stdout."""

    def _print_message(self, message: str, file: Any = None) -> None:
        if message and file is sys.stdout:
            say(message)
        else:
            super()._print_message(message, file)


def _add_convert(commands: _Commands) -> None:
    convert = _command(commands, "convert", "make editions of a source: PDF, EPUB, HTML")
    convert.add_argument("sources", metavar="SRC", nargs="+",
                         help="the source, or - for stdin; several make one issue or book, in their order")  # fmt: skip
    convert.add_argument("-o", "--output", metavar="OUT", action="append", required=True, type=_output,
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
    _add_allowance(convert)
    convert.add_argument("-v", "--verbose", action="store_true", help="say on stderr what an editor should look at")
    _add_building(convert)
    _add_reading(convert)
    _add_images(convert)


def _output(text: str) -> str:
    return "-" if text in ("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1") else text


def _command(
    commands: _Commands,
    name: str,
    help: str,
) -> argparse.ArgumentParser:
    return commands.add_parser(
        name, help=help, description=help, epilog=EXIT_CODES, formatter_class=argparse.RawDescriptionHelpFormatter
    )


def _add_allowance(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--allow-loss", action=argparse.BooleanOptionalAction, default=False,
                        help="write an edition though it does not hold all words of the source")  # fmt: skip


def _add_page(parser: argparse.ArgumentParser) -> None:
    """The page of the PDF: settings like the others, with options of their own, for they are asked for most."""
    parser.add_argument("--paper", metavar="SIZE", dest="settings", action="append", type="paper={}".format,
                        help="A4, A5, B5-JIS, 16开, 大32开, 四六判, 신국판, tabloid … or 390x540mm")  # fmt: skip
    parser.add_argument("--columns", metavar="N", dest="settings", action="append", type="columns={}".format,
                        help="columns of the page, 1 to 12, each a whole number of letters wide")  # fmt: skip


def _add_printing(convert: argparse.ArgumentParser) -> None:
    """For whom a PDF is printed, and how."""
    _add_press(convert)
    convert.add_argument("--pdfx", choices=("4", "1a"), help="the PDF/X that the press takes (default: 4)")
    _add_job(convert, "print everything in black", "add blank pages to make it sheets of N pages")
    convert.add_argument("--hidden-folios", action="store_true",
                         help="a small number in the binding of pages that show none (隠しノンブル)")  # fmt: skip
    convert.add_argument("--outline-text", action="store_true",
                         help="letters as outlines, for a printer who asks for a file without fonts")  # fmt: skip
    convert.add_argument("--mix-spots", action="store_true",
                         help="mix the spot colours of a style from the four inks: no plates of their own")  # fmt: skip
    convert.add_argument("--no-marks", action="store_true", help="bleed alone around the pages, without marks")
    convert.add_argument(
        "--attach", action="store_true", help="with --profile archive: keep the source in the PDF (A-3u)"
    )


def _add_job(parser: argparse.ArgumentParser, mono: str, signature: str) -> None:
    """What a printer asks of one job, beside the profile: the same when it is made and when it is checked."""
    parser.add_argument("--bleed", metavar="MM", type=_bleed, help="of a press: how far pictures go beyond the trim")
    parser.add_argument("--ink-limit", metavar="PERCENT", type=_ink_limit, default=0,
                        help="of a press: the four inks on one spot, at most")  # fmt: skip
    parser.add_argument("--mono", action="store_true", help=f"of a press: {mono}")
    parser.add_argument("--signature", metavar="N", type=int, choices=SIGNATURES, default=0,
                        help=f"of a press: {signature}, 4, 8, 16 or 32")  # fmt: skip


def _bleed(text: str) -> float:
    try:
        bleed = float(text.removesuffix("mm"))
    except ValueError:
        bleed = -1
    if not 0 <= bleed <= MOST_BLEED:
        raise argparse.ArgumentTypeError(f"is a length from 0 to {MOST_BLEED} mm, not {text!r}")
    return bleed


def _ink_limit(text: str) -> int:
    number = text.removesuffix("%").strip()
    if not number.isdecimal() or not 100 <= int(number) <= 400:
        raise argparse.ArgumentTypeError(f"is a percentage from 100 to 400, not {text!r}")
    return int(number)


def _add_press(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--profile", choices=tuple(PROFILES), default="accessible", metavar="NAME",
                        help=f"what the PDF is for: {', '.join(PROFILES)} (default: accessible)")  # fmt: skip
    parser.add_argument("--icc", metavar="FILE", type=Path, help="the printer's own ICC profile")


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
    parser.add_argument("--allow-idle", action=argparse.BooleanOptionalAction, default=False,
                        help="options may be given that these editions do not heed, as in docconv.mk")  # fmt: skip
    parser.add_argument("--no-cache", action="store_true", help="neither use nor fill the cache")


def _add_reading(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", dest="format", metavar="FORMAT", default="auto",
                        help="page, text, markdown, layout, hocr, docx, html …; default: by the suffix, and for a "
                             "text by its content")  # fmt: skip
    parser.add_argument(
        "--lang", metavar="TAG", type=_language, default="", help="zh-Hans, zh-Hant, ja, ko …; default: by the text"
    )
    _add_track(parser)


def _add_images(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--images", metavar="DIR", type=Path, help="the pictures' folder; default: SRC.images")


def _add_track(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--track", choices=("accept", "all"), default="accept",
                        help="tracked changes of a DOCX or ODT: accept them (the default), or show all, deletions and "
                             "insertions as such and comments as notes")  # fmt: skip


def _add_batch(commands: _Commands) -> None:
    batch = _command(commands, "batch", "convert many files, each by itself, in several processes")
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
    _add_allowance(batch)
    batch.add_argument("--style", metavar="NAME", default="plain", help="as for convert, like all that follow")
    batch.add_argument("--set", dest="settings", metavar="KEY=VALUE", action="append", default=[])
    batch.add_argument("-M", "--metadata", metavar="NAME=VALUE", action="append", default=[])
    batch.add_argument("--from", dest="format", metavar="FORMAT", default="auto")
    batch.add_argument("--lang", metavar="TAG", type=_language, default="")
    _add_track(batch)
    batch.add_argument("--epub-profile", choices=("3.3", "3.4"), default="3.3")
    batch.add_argument("--epub-notes", choices=("popup", "duokan"), default="popup")
    batch.add_argument("--vertical", action="store_true")
    batch.add_argument("--embed-fonts", action="store_true")


def _language(text: str) -> str:
    if text and not is_well_formed(text):
        raise argparse.ArgumentTypeError(f"is a language tag such as zh-Hans, zh-Hant, ja, ko, not {text!r}")
    return text


def _counting(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 upwards")
    return int(text)


def _shard(text: str) -> tuple[int, int]:
    part, _, whole = text.partition("/")
    if _counting(part) > _counting(whole):
        raise argparse.ArgumentTypeError(f"{text!r} is not I/N with I from 1 to N")
    return int(part), int(whole)


def _add_check(commands: _Commands) -> None:
    check = _command(
        commands, "check", "print what would change in sources, and what is in doubt in sources, PDFs and EPUBs"
    )
    check.add_argument("sources", metavar="SRC", nargs="+", help="a source, a finished PDF or EPUB, or - for stdin")
    check.add_argument("--format", "--report-format", dest="report", choices=_REPORTS, default="text",
                       help="the form of the findings (default: text, file:line:col: code: message; lines is text "
                            "with every place of a fault)")  # fmt: skip
    check.add_argument("--profile", metavar="NAME", default="",
                       help="what is asked beyond the rest, of a PDF: press-cn, press-jp, press-kr, press-eu, "
                            "press-us, newsprint, archive, accessible; of an EPUB: apple, kindle, kobo, "
                            "wechat")  # fmt: skip
    _add_job(check, "ask for black alone", "ask for a multiple of N pages")
    check.add_argument("--report", dest="attachments", metavar="FILE", type=Path, action="append", default=[],
                       help="write what a profile says of a PDF, rule by rule: .pdf is a page for the printer, .json "
                            "is for programs; repeatable")  # fmt: skip
    check.add_argument("--diff", action="store_true", help="print the changes as a unified diff instead")
    check.add_argument("--problems", action="store_true", help="print problems only, no changes")
    _add_reading(check)
    _add_images(check)


def _add_pictures(commands: _Commands) -> None:
    listed = _command(commands, "pictures", "list the pictures that a source wants, and which are there")
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
    _add_press(listed)
    _add_reading(listed)
    _add_images(listed)


def _add_show(commands: _Commands) -> None:
    show = _command(commands, "show", "print the document or its markup")
    show.add_argument("source", metavar="SRC", help="the source, or - for stdin")
    show.add_argument("--until", metavar="STAGE", default="markup",
                      help="read, the name of a pass, normalise, or markup (the default)")  # fmt: skip
    _add_reading(show)


def _add_config(commands: _Commands) -> None:
    config = _command(commands, "config", "print what is configured for a source, and where")
    config.add_argument("source", metavar="SRC", nargs="?", default=".", help="a source or a folder (default: .)")
    config.add_argument("--format", dest="report", choices=("text", "json"), default="text",
                        help="the form of the list (default: text)")  # fmt: skip
    config.add_argument("--schema", action="store_true", help="print the JSON Schema of docconv.toml instead")


def _add_clean(commands: _Commands) -> None:
    clean = _command(commands, "clean", "empty the cache, and remove what killed runs left in folders")
    clean.add_argument("folders", metavar="FOLDER", nargs="*", type=Path, help="a folder of editions")


def _add_doctor(commands: _Commands) -> None:
    doctor = _command(commands, "doctor", "say what this machine lacks for docconv, and how to get it")
    doctor.add_argument("--format", dest="report", choices=("text", "json"), default="text",
                        help="the form of the list (default: text)")  # fmt: skip
