"""Options that would do nothing: what the call itself says is refused if nothing that it asks for heeds it.

It assumes that what is configured (docconv.toml, variables) is meant for all editions, those too that do not heed it.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from docconv.problems import UsageError

_PDF = frozenset({".pdf"})
_SCREENS = frozenset({".epub", ".html"})
_STYLED = _PDF | _SCREENS
_WHOLE = _SCREENS | {".md", ".xhtml"}
"""The editions that hold all metadata."""
_EDITIONS = _WHOLE | _PDF | {".docx", ".odt", ".icml"}

HEEDED: dict[str, frozenset[str]] = {
    **dict.fromkeys(("profile", "icc", "pdfx", "bleed", "ink_limit", "mono", "signature", "hidden_folios",
                     "outline_text", "mix_spots", "no_marks", "attach", "pdf_style"), _PDF),
    **dict.fromkeys(("epub_profile", "epub_notes", "epub_style"), frozenset({".epub"})),
    **dict.fromkeys(("vertical", "embed_fonts"), _SCREENS),
    "html_style": frozenset({".html"}),
    "style": _STYLED,
}  # fmt: skip
"""The editions that heed an option of `convert` or `batch`; a folder of pages is one of .html.  All heed the others."""

STATED: dict[str, frozenset[str]] = {
    **dict.fromkeys(("title", "author"), _EDITIONS - {".icml"}),
    **dict.fromkeys(("series", "certifier", "reading"), _WHOLE),
}
"""The editions that hold what is stated of a book; those of all metadata and PDF hold what is not named here."""


def stated(whole: argparse.ArgumentParser, words: Sequence[str]) -> dict[str, Any]:
    """What a call itself says, by the names of the options in the program; `whole` is spoilt for other calls."""
    actions = [action for each in (whole, *_commands(whole).values()) for action in each._actions]
    for action in actions:
        action.default = argparse.SUPPRESS
    return vars(whole.parse_args(list(words)))


def _commands(whole: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    [commands] = (each for each in whole._actions if isinstance(each, argparse._SubParsersAction))
    return dict(commands.choices)


def refuse_idle(arguments: argparse.Namespace) -> None:
    """Raise `UsageError` for an option that the call says and that nothing heeds which it asks for.  Who makes many
    editions by calls of their own with the same options, as make does, may allow that."""
    if getattr(arguments, "allow_idle", False):
        return
    for option, what, remedy in RULES[arguments.command](arguments, arguments.stated):
        raise UsageError(f"--{option.replace('_', '-')} would do nothing: {what}", remedy=remedy)


_Idle = Iterator[tuple[str, str, str]]
"""Options with the reason why each does nothing, and what to do."""


# ── Editions ──


def editions(arguments: argparse.Namespace) -> set[str]:
    """The suffixes of what `convert` is to make; a folder of pages is HTML."""
    return {f".{arguments.to.removeprefix('.')}" if each == "-" else _suffix(each) for each in arguments.output}


def _suffix(output: str) -> str:
    return ".html" if output.endswith("/") or Path(output).is_dir() else Path(output).suffix.lower()


def _of_convert(arguments: argparse.Namespace, told: dict[str, Any]) -> _Idle:
    made = editions(arguments)
    yield from _of_editions(made, told)
    if "to" in told and "-" not in arguments.output:
        yield "to", "no edition goes to stdout", "the suffix of -o FILE says what it is; -o - is stdout"
    if "deps_format" in told and not arguments.deps:
        yield "deps_format", "there is no --deps", "add --deps FILE"
    if arguments.if_changed and set(arguments.output) == {"-"}:
        yield "if_changed", "stdout has no time stamp", "-o FILE"
    of_their_own = {suffix for suffix in _STYLED if told.get(f"{suffix[1:]}_style")}
    if "style" in told and made & _STYLED <= of_their_own:
        yield "style", "every edition has a style of its own", "leave one of both out"


def _of_batch(arguments: argparse.Namespace, told: dict[str, Any]) -> _Idle:
    yield from _of_editions({f".{each.strip().removeprefix('.').lower()}" for each in arguments.to.split(",")}, told)
    if arguments.null and "-" not in arguments.inputs:
        yield "null", "no list is read from stdin", "add -"
    if arguments.cluster and "workers" in told:
        yield "workers", "the cluster has its own", "leave one of both out"


def _of_editions(made: Collection[str], told: dict[str, Any]) -> _Idle:
    """What none of the editions heeds; one that there is not is told elsewhere."""
    if not _EDITIONS.issuperset(made):
        return
    shown = ", ".join(sorted(made))
    for option, value in told.items():
        heeding = HEEDED.get(option, _EDITIONS)
        if value is not False and not heeding.intersection(made):
            none_yet = option == "vertical" and ".pdf" in made
            what = "docconv sets no vertical lines in a PDF yet" if none_yet else f"it is not for {shown}"
            yield option, what, f"it is for {_listed(heeding)}"
    yield from _without_sheets(made, told)
    yield from _of_settings(made, told.get("settings", ()), shown)
    names = [pair.partition("=")[0] for pair in told.get("metadata", ())]
    for name in [*names, *(["title"] if told.get("title") else [])]:
        if not (holding := STATED.get(name, _WHOLE | _PDF)).intersection(made):
            option = "title" if name == "title" and name not in names else f"metadata {name}=…"
            yield option, f"{shown} holds no {name}", f"it is for {_listed(holding)}"


def _without_sheets(made: Collection[str], told: dict[str, Any]) -> _Idle:
    """A style that has no sheet for any of the editions that it is named for: these look as they do without it."""
    from docconv.styles import DEFAULT, HOUSE

    for option, suffixes in (("style", _STYLED), *((f"{suffix[1:]}_style", {suffix}) for suffix in sorted(_STYLED))):
        name = told.get(option, DEFAULT)
        folder = Path(name) if "/" in name else HOUSE / name
        named_for = sorted(suffix for suffix in suffixes & set(made)
                           if option != "style" or not told.get(f"{suffix[1:]}_style"))  # fmt: skip
        sheets = [folder / f"{_SHEETS[suffix]}.css" for suffix in named_for]
        if name != DEFAULT and folder.is_dir() and sheets and not any(sheet.is_file() for sheet in sheets):
            yield option, f"the style {name} has no sheet for {', '.join(named_for)}", "leave it out, or name another"


_SHEETS = {".pdf": "print", ".html": "screen", ".epub": "ebook"}


def _of_settings(made: Collection[str], settings: Iterable[str], shown: str) -> _Idle:
    from docconv.typography import holds_on_screens, rules

    for setting in settings:
        [(key, rule)] = rules([setting]).items()
        heeding = _STYLED if holds_on_screens(key, rule) else _PDF
        if not heeding.intersection(made):
            option = key if key in ("paper", "columns") else f"set {key}=…"
            yield option, f"it is not for {shown}", f"it is for {_listed(heeding)}"


def _listed(suffixes: Iterable[str]) -> str:
    return ", ".join(sorted(suffixes))


# ── Sources and finished editions ──


def _of_check(arguments: argparse.Namespace, told: dict[str, Any]) -> _Idle:
    kinds = {_kind(each) for each in arguments.sources}
    is_read = "format" in told and told["format"] != "auto"  # as a source, whatever it is
    asked = [each for each in ("profile", "bleed", "ink_limit", "mono", "signature", "attachments") if told.get(each)]
    for option in asked:
        name = "report" if option == "attachments" else option
        if is_read:
            yield name, "--from reads a source, and it is for a finished edition", "leave one of both out"
        if not kinds & _judged(option, told.get("profile", "")):
            yield name, "it is for another kind of file", _REMEDIES.get(option, "name a finished PDF")
    if arguments.diff and "report" in told:
        yield "format", "--diff has a form of its own", "leave one of both out"
    if not is_read and "source" not in kinds and "unknown" not in kinds:
        for option in ("diff", "images"):
            if told.get(option):
                yield option, "it is for a source, and this is a finished edition", "leave it out, or add --from"


_REMEDIES = {"profile": "press-…, newsprint, archive, accessible are for a PDF; apple, kindle … for an EPUB"}


def _judged(option: str, profile: str) -> set[str]:
    """The kinds of files that an option of `check` is for: all, for a name of no profile, which is refused as such."""
    from docconv.preflight.epub.stores import STORES
    from docconv.press import PROFILES

    if option != "profile" or profile in PROFILES:
        return {"unknown", "pdf"}
    return {"unknown", "epub"} if profile in STORES else {"unknown", "epub", "pdf", "source"}


def _kind(name: str) -> str:
    """What kind of file `check` is given: pdf, epub, or a source; unknown if it cannot be told before it is read."""
    try:
        with Path(name).open("rb") as file:
            start = file.read(58)
    except OSError:
        return "unknown"
    if start.startswith(b"%PDF-"):
        return "pdf"
    is_epub = name.lower().endswith(".epub") or start[30:58] == b"mimetypeapplication/epub+zip"
    return "epub" if is_epub else "source"


def _of_pictures(arguments: argparse.Namespace, told: dict[str, Any]) -> _Idle:
    yield from _of_settings(_PDF, told.get("settings", ()), ".pdf")


RULES: dict[str, Callable[[argparse.Namespace, dict[str, Any]], _Idle]] = {
    "convert": _of_convert,
    "batch": _of_batch,
    "check": _of_check,
    "pictures": _of_pictures,
}
