"""What a style of one's own brings along: faces and pictures that its sheets name by `url()`.

It assumes that whoever wrote the sheets may be anybody: nothing is read but files inside the style's own folder, and
nothing is fetched from anywhere.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from docconv.inputs import note_within
from docconv.model import Place
from docconv.pictures import SUFFIXES, data_address, fault_of, suffix_of
from docconv.problems import Problem
from docconv.styles import HOUSE, Sheet, Style
from docconv.writers.fonts import BITMAPS_ONLY, RESTRICTED, WHOLE_ONLY
from docconv.writers.rgb import in_rgb
from docconv.writers.svg import plain_svg

Report = Callable[[Problem], None]

FOLDER = "theme"
"""Where these files lie in an edition, and in the addresses of its sheet: theme/fonts-house.woff2."""
NOTHING = 'url("data:,")'
"""What stands for a file that is not there, or must not be used."""

_FACES = {".woff2": "font/woff2", ".woff": "font/woff", ".ttf": "font/ttf", ".otf": "font/otf"}


@dataclass(frozen=True, slots=True)
class Brought:
    """A file that a style brings along, as it lies in an edition."""

    file: str
    media_type: str
    data: bytes

    @property
    def is_face(self) -> bool:
        return self.media_type.startswith("font/")


def own_sheet(style: Style, name: Sheet, report: Report) -> tuple[str, dict[str, Brought]]:
    """The style's own sheet, with the addresses that its files have in an edition, and these files by name.

    What it names in vain is reported with its line."""
    path = style.sheet(name)
    css, reader = path.read_text(encoding="utf-8"), _Reader(path, report, is_print=name == "print")
    if name != "print" and not path.is_relative_to(HOUSE):  # of print, WeasyPrint says so
        for code, what, at, remedy in _vain(css, style.css(name)):
            report(Problem(code, what, place_at(path, css, at), remedy))
    return _OF_INTEREST.sub(reader.written, css), reader.files


def with_data(css: str, files: dict[str, Brought]) -> str:
    """A sheet that holds its files itself."""
    data = {each.file: data_address(each.media_type, each.data) for each in files.values()}
    return re.sub(rf'url\("({FOLDER}/[^"#]+)', lambda found: f'url("{data[found[1]]}', css)


_STRING = r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'"
_STEPPED_OVER = re.compile(rf"/\*.*?\*/|{_STRING}", re.DOTALL)
_OF_INTEREST = re.compile(
    rf"/\*.*?\*/|(?P<rule>@import\b[^;]*;)|\burl\(\s*(?P<address>{_STRING}|[^\s\"')]*)\s*\)|{_STRING}", re.DOTALL | re.I
)
"""Comments and strings are stepped over: what looks like an address in them is none."""


def _vain(css: str, whole: str) -> Iterator[tuple[str, str, int, str]]:
    """What a browser would pass over without a word: variables that nobody sets, colours in inks, braces that do not
    close."""
    bare = _STEPPED_OVER.sub(lambda each: re.sub(r"[^\n]", " ", each[0]), css)
    known = set(re.findall(r"(?<![\w-])(--[\w-]+)\s*:", whole))
    for found in re.finditer(r"\bvar\(\s*(--[\w-]+)\s*\)", bare):
        if found[1] not in known:
            yield "css-ignored", f"{found[1]} is set nowhere", found.start(), "set it on :root, or mend its name"
    for found in re.finditer(r"\b(?:device-cmyk|color(?=\(\s*--))\(", bare):
        yield "css-ignored", f"no screen has inks: {found[0]}…)", found.start(), "give the colour in rgb()"
    open_at: list[int] = []
    for found in re.finditer("[{}]", bare):
        if found[0] == "{":
            open_at.append(found.start())
        elif open_at:
            open_at.pop()
        else:
            yield "css-ignored", "} closes nothing", found.start(), "take it away"
    for at in open_at:
        yield "css-ignored", "{ is not closed", at, "close it"


class _Reader:
    """Follows the addresses of one sheet."""

    def __init__(self, path: Path, report: Report, *, is_print: bool) -> None:
        self._path, self._report, self._is_print = path, report, is_print
        self.files: dict[str, Brought] = {}

    def written(self, found: re.Match[str]) -> str:
        """What stands in the edition for what stands in the sheet."""
        if found["rule"]:
            self._tell(found, "css-ignored", "@import is not followed", "write its rules into the sheet")
            return re.sub(r"[^\n]", " ", found[0])
        address = (found["address"] or "").strip("\"'")
        if not address or address.startswith(("data:", "#")):
            return found[0]
        name, sign, fragment = address.partition("#")
        name = unquote(name)
        try:
            if name not in self.files:
                self.files[name] = self._brought(name)
        except _Unfit as fault:
            self._tell(found, fault.code, fault.what, fault.remedy)
            return NOTHING
        return f'url("{self.files[name].file}{sign}{fragment}")'

    def _tell(self, found: re.Match[str], code: str, what: str, remedy: str) -> None:
        self._report(Problem(code, what, place_at(self._path, found.string, found.start()), remedy))

    def _brought(self, name: str) -> Brought:
        """The file that an address in the sheet means.  Raises `_Unfit` if it must not be used, or cannot."""
        data, suffix = self._read(name), PurePosixPath(name).suffix.lower()
        if suffix in _FACES:
            if fault := _fault_of_face(data, is_cut=self._is_print):
                raise _Unfit("font-unusable", f"{name}: {fault}", "take a face under an open licence")
        elif fault := fault_of(name, data):
            raise _Unfit("picture-unreadable", f"{name}: {fault}", "replace the file")
        elif suffix == ".svg":
            data = plain_svg(data)
        elif not self._is_print:
            data = in_rgb(data, inks_alone=True)
            suffix = suffix_of(name, data)
        return Brought(self._file(name, suffix), {**SUFFIXES, **_FACES}[suffix], data)

    def _file(self, name: str, suffix: str) -> str:
        """What a file is called in an edition, as every server and system can hold it: each otherwise."""
        stem = re.sub(r"[^a-z0-9_]+", "-", PurePosixPath(name).with_suffix("").as_posix().lower()).strip("-")
        stems = {PurePosixPath(each.file).stem for each in self.files.values()}
        numbered = (f"{stem or 'file'}-{number}" for number in count(2))
        free = next(each for each in chain([stem or "file"], numbered) if each not in stems)
        return f"{FOLDER}/{free}{suffix}"

    def _read(self, name: str) -> bytes:
        folder = self._path.parent
        if ":" in name or name.startswith(("/", "\\")) or "\0" in name:
            raise _Unfit("picture-refused", f"{name[:80]} is no file of the style", "copy it into the style's folder")
        if PurePosixPath(name).suffix.lower() not in {**SUFFIXES, **_FACES}:
            known = ", ".join({**SUFFIXES, **_FACES})
            raise _Unfit("css-ignored", f"{name[:80]} is neither a picture nor a face", f"name a file in {known}")
        note_within(folder, folder / name)
        try:
            # resolve() follows links, so a link out of the folder is outside too
            file = (folder / name).resolve()
            is_inside, is_there = file.is_relative_to(folder.resolve()), file.is_file()
        except (OSError, RuntimeError):  # a name too long, a link to itself
            is_inside, is_there = True, False
        if not is_inside:
            what = f"{name[:80]} is outside the style's folder"
            raise _Unfit("picture-refused", what, "copy it into the style's folder")
        if not is_there:
            raise _Unfit("css-ignored", f"{name[:80]} is not in the style's folder", "copy it there")
        return file.read_bytes()


def place_at(path: str | Path, css: str, at: int) -> Place:
    """The place of a character of a sheet."""
    return Place(css.count("\n", 0, at) + 1, at - css.rfind("\n", 0, at), str(path))


class _Unfit(Exception):
    def __init__(self, code: str, what: str, remedy: str) -> None:
        self.code, self.what, self.remedy = code, what, remedy


def _fault_of_face(data: bytes, *, is_cut: bool) -> str:
    """Why a face must not be embedded, whole or with the letters alone that are used; nothing if it may be."""
    from fontTools.ttLib import TTFont  # slow to import

    try:
        with TTFont(io.BytesIO(data), lazy=True) as font:
            rights = font["OS/2"].fsType
    except Exception as error:  # whatever a damaged table calls forth
        return f"damaged font ({str(error)[:60]})"
    forbidden = RESTRICTED | BITMAPS_ONLY | (WHOLE_ONLY if is_cut else 0)
    return f"its licence (fsType {rights:#06x}) forbids to embed it" if rights & forbidden else ""
