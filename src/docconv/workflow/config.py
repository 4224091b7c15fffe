"""The configuration: options of the command line that stand in a file, for all sources below it.

It is `docconv.toml`, or the table `[tool.docconv]` of `pyproject.toml`, in the source's folder or the nearest above it,
up to the home folder or the top of a repository.  What a key may hold, and what it means, is what its option says.  A
path is relative to the file and leads nowhere outside its folder, whoever wrote it.  The command line stands before
variables (`DOCCONV_LANG`), these before the file, and the file before what is built in.
"""

from __future__ import annotations

import json
import os
import tomllib
from argparse import Action, ArgumentParser, ArgumentTypeError, BooleanOptionalAction, _AppendAction, _SubParsersAction
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from docconv.inputs import at_home, note
from docconv.metadata import NAMES
from docconv.model import Place
from docconv.problems import UsageError
from docconv.typography import rules

KEYS = {
    "lang": "lang",
    "images": "images",
    "track": "track",
    "strict": "strict",
    "style": "style",
    "set": "settings",
    "metadata": "metadata",
    "embed-fonts": "embed_fonts",
    "allow-idle": "allow_idle",
    "allow-loss": "allow_loss",
    "pdf.style": "convert.pdf_style pictures.style",
    "pdf.profile": "convert.profile pictures.profile",
    "pdf.pdfx": "pdfx",
    "pdf.icc": "icc",
    "pdf.bleed": "convert.bleed",
    "pdf.ink-limit": "convert.ink_limit",
    "html.style": "html_style",
    "epub.style": "epub_style",
    "epub.profile": "epub_profile",
    "epub.notes": "epub_notes",
    "epub.vertical": "vertical",
    "check.profile": "check.profile",
}
"""Every key, with the option that it stands for: of all commands that have it, or of those that are named.  A key that
stands later has the last word where two mean one option."""

FILE, PROJECT = "docconv.toml", "pyproject.toml"


@dataclass(frozen=True, slots=True)
class Value:
    """What a key holds and where that was said: a place in a file, a variable, or neither."""

    value: Any
    variable: str = ""
    place: Place | None = None
    folder: str = ""

    @property
    def origin(self) -> str:
        return f"{self.place.file}:{self.place.line}" if self.place else self.variable or "default"


def apply(parser: ArgumentParser, command: str, folder: Path, words: list[str]) -> None:
    """Make what is configured for the sources in `folder` the defaults of a command's options; `words` is its call.

    Raises `UsageError` for a file that is no configuration, with its line."""
    options = _options(parser)
    stated = vars(parser.parse_args(words))
    defaults: dict[str, Any] = {}
    for key, value in read(parser, folder).items():
        for name in _names(key, options):
            of, dest = name
            if of == command and value.origin != "default":
                given = stated[dest] if isinstance(options[name], _AppendAction) else ()
                defaults[dest] = _default(options[name], value, {pair.partition("=")[0] for pair in given})
    _subparsers(parser)[command].set_defaults(**defaults)


def read(parser: ArgumentParser, folder: Path, environment: Mapping[str, str] = os.environ) -> dict[str, Value]:
    """The value of every key for sources in `folder`.  Raises `UsageError` for a file that is no configuration."""
    options = _options(parser)
    values = {key: Value(options[_names(key, options)[0]].default or None) for key in KEYS}
    if file := find(folder):
        values |= _from_file(file, options)
    for key in KEYS:
        variable = f"DOCCONV_{key.upper().replace('.', '_').replace('-', '_')}"
        option = options[_names(key, options)[0]]
        if variable in environment and not isinstance(option, _AppendAction):
            values[key] = Value(_from_variable(option, variable, environment[variable]), variable)
    return values


# ── The options that keys stand for ──


def _subparsers(parser: ArgumentParser) -> dict[str, ArgumentParser]:
    [commands] = (each for each in parser._actions if isinstance(each, _SubParsersAction))
    return dict(commands.choices)


def _options(parser: ArgumentParser) -> dict[tuple[str, str], Action]:
    """Every option, by its command and its name in the program; the first, where some write to one name."""
    return {(command, action.dest): action
            for command, each in _subparsers(parser).items() for action in reversed(each._actions)}  # fmt: skip


def _names(key: str, options: Mapping[tuple[str, str], Action]) -> list[tuple[str, str]]:
    """The options that a key stands for."""
    named = [name.rpartition(".") for name in KEYS[key].split()]
    return [(command, dest) for wanted, _, name in named for command, dest in options
            if dest == name and wanted in ("", command)]  # fmt: skip


# ── The file ──


def find(folder: Path) -> Path | None:
    """The configuration of the sources in a folder: the nearest, as a path relative to the working folder."""
    start, home = Path(os.path.realpath(folder)), at_home("")
    for each in (start, *start.parents):
        own, project = (Path(os.path.relpath(each / name)) for name in (FILE, PROJECT))
        note("content", own, project)
        if own.is_file():
            return own
        if project.is_file() and "docconv" in _parsed(project).get("tool", {}):
            return project
        if each in home or (each / ".git").exists():
            return None
    return None


def _parsed(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(
            f"{file}: {str(error)[:1].lower()}{str(error)[1:]}", remedy="correct the configuration"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {file}: {error}") from None


def _from_file(file: Path, options: Mapping[tuple[str, str], Action]) -> dict[str, Value]:
    values = {}
    root = ("tool", "docconv") if file.name == PROJECT else ()
    table = _parsed(file)
    text = file.read_text(encoding="utf-8")
    for name in root:
        table = table[name]
    for path, value in _entries(table, ()):
        key = ".".join(path)
        place = Place(_line_of(text, (*root, *path)), 1, str(file))
        if key not in KEYS:
            near = [each for each in KEYS if each.endswith(f".{path[-1]}")] or get_close_matches(key, KEYS, 1)
            remedy = f"{near[0]}?" if near else f"one of {', '.join(KEYS)}"
            raise UsageError(f"there is no key {key!r}", place=place, remedy=remedy)
        option = options[_names(key, options)[0]]
        if fault := _fault(option, value):
            raise UsageError(f"{key} {fault}", place=place)
        if isinstance(option, _AppendAction):
            _check_names(option, value, text, (*root, *path), str(file))
        values[key] = Value(value, "", place, str(file.parent))
    return values


def _entries(table: dict[str, Any], above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The keys of nested tables with their values; tables that are values themselves stay whole."""
    for name, value in table.items():
        path = (*above, name)
        holds_keys = any(key.startswith(f"{'.'.join(path)}.") for key in KEYS)
        if isinstance(value, dict) and holds_keys:
            yield from _entries(value, path)
        else:
            yield path, value


def _line_of(text: str, path: tuple[str, ...]) -> int:
    """The line on which a key is set: the first lines of a file are TOML too, wherever no value is cut, so it is the
    one after the longest beginning that is TOML and does not know the key."""
    lines = text.splitlines()
    after = 0
    for number in range(1, len(lines) + 1):
        try:
            table: Any = tomllib.loads("\n".join(lines[:number]))
        except tomllib.TOMLDecodeError:
            continue
        for name in path:
            table = table.get(name) if isinstance(table, dict) else None
        if table is not None:
            return after + 1
        after = number
    return after


def _fault(option: Action, value: Any) -> str:
    """What is wrong with a value, in a few words."""
    if isinstance(option, BooleanOptionalAction):
        return "" if isinstance(value, bool) else f"is true or false, not {value!r}"
    if isinstance(option, _AppendAction):
        return "" if isinstance(value, dict) else f"is a table, not {value!r}"
    if not isinstance(value, str):
        return f"is a text in quotes, not {value!r}"
    if option.choices is not None and value not in option.choices:
        return f"is one of {', '.join(option.choices)}, not {value!r}"
    if callable(option.type):
        try:
            option.type(value)
        except ArgumentTypeError as fault:
            return str(fault)
    return ""


def _check_names(option: Action, table: dict[str, Any], text: str, path: tuple[str, ...], file: str) -> None:
    """Refuse a name or a value that the option does not know, with its line."""
    for name, value in table.items():
        try:
            if not all(isinstance(one, str) for one in _listed(value)):
                raise UsageError(f"{name} is a text in quotes, or a list of some, not {value!r}")
            if option.dest == "settings":
                rules(f"{name}={one}" for one in _listed(value))
            elif name not in NAMES:
                near = get_close_matches(name, NAMES, 1)
                raise UsageError(f"there is no {name!r} to state", remedy=f"{near[0]}?" if near else ", ".join(NAMES))
        except UsageError as error:
            place = Place(_line_of(text, (*path, name)), 1, file)
            raise UsageError(error.message, place=place, remedy=error.remedy) from None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _from_variable(option: Action, variable: str, text: str) -> Any:
    """The value that a variable holds."""
    known = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    value = known.get(text.lower(), text) if isinstance(option, BooleanOptionalAction) else text
    if fault := _fault(option, value):
        raise UsageError(f"the variable {variable} {fault}")
    return value


def _default(option: Action, value: Value, stated: set[str]) -> Any:
    """A value as the default of its option; names that the call states itself are left to it."""
    if isinstance(option, _AppendAction):
        return [f"{name}={one}" for name, each in value.value.items() if name not in stated for one in _listed(each)]
    is_path = option.type is Path or (option.dest.endswith("style") and "/" in value.value)
    if not is_path or not value.place:
        return option.type(value.value) if callable(option.type) else value.value
    path = Path(value.folder) / value.value
    if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(value.folder)):
        raise UsageError(f"{value.value} is outside the folder of the configuration", place=value.place,
                         remedy="name it on the command line, or put it there")  # fmt: skip
    return path if option.type is Path else f"{value.folder}/{value.value}"


# ── What it says ──


def as_text(values: Mapping[str, Value]) -> str:
    """Every key that is set, as TOML, and where; the rest as comments."""
    shown = {key: "" if value.value is None else f" {_toml(value.value)}" for key, value in values.items()}
    return "".join(f"{'# ' * (not shown[key])}{key} ={shown[key]}  # {value.origin}\n" for key, value in values.items())


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k, ensure_ascii=False)} = {_toml(v)}" for k, v in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)


def as_json(values: Mapping[str, Value]) -> str:
    plain = {key: {"value": value.value, "origin": value.origin} for key, value in values.items()}
    return json.dumps(plain, ensure_ascii=False, indent=1) + "\n"


def schema(parser: ArgumentParser) -> str:
    """A JSON Schema of docconv.toml, by which editors complete and check it."""
    options = _options(parser)
    root = _object({})
    for key in KEYS:
        *above, name = key.split(".")
        table = root
        for each in above:
            table = table["properties"].setdefault(each, _object({}))
        table["properties"][name] = _schema(options[_names(key, options)[0]])
    root = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "docconv.toml", **root}
    return json.dumps(root, ensure_ascii=False, indent=1) + "\n"


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _schema(option: Action) -> dict[str, Any]:
    about = {"description": option.help or ""}
    if isinstance(option, BooleanOptionalAction):
        return {"type": "boolean", **about}
    if isinstance(option, _AppendAction):
        text = {"type": "string"}
        return {"type": "object", "additionalProperties": {"oneOf": [text, {"type": "array", "items": text}]}, **about}
    return {"type": "string", **({"enum": list(option.choices)} if option.choices else {}), **about}
