"""What WeasyPrint does not say, or not where, when it reads a style's sheets.

It assumes that what WeasyPrint logs names the selector or the address that it could not use, where it gives no line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import tinycss2
import weasyprint
from tinycss2.color5 import parse_color
from weasyprint.text.ffi import ffi, fontconfig

from docconv.model import Place
from docconv.problems import Problem, ToolError, UsageError
from docconv.typeset.seam.colours import Spot
from docconv.writers.theme import place_at


def parsed(path: str, css: str, fonts: Any, counters: Any, fetch: Any) -> Any:
    """A sheet as WeasyPrint takes it.  Raises `UsageError`, with the line, for one that it stumbles over."""
    try:
        return weasyprint.CSS(string=css, font_config=fonts, counter_style=counters, url_fetcher=fetch)
    except MemoryError:
        raise
    except Exception as fault:
        line = next((rule.source_line for rule in tinycss2.parse_stylesheet(css) if not _is_read(rule, fetch)), 1)
        raise UsageError(f"{path}:{line}: WeasyPrint cannot read this rule ({fault!r})", remedy="mend it") from None


def _is_read(rule: Any, fetch: Any) -> bool:
    try:
        weasyprint.CSS(string=rule.serialize(), url_fetcher=fetch)
    except Exception:
        return False
    return True


def place_of(message: str, sheets: Mapping[str, str]) -> Place | None:
    """Where what a message quotes stands in one of the sheets: a selector, an address, a declaration whose variables
    have come to nothing."""
    quoted = re.search(r"selector, '(.+)'$", message, re.DOTALL) or re.search(r"image at '(.+?)':", message)
    valued = re.match(r"Ignored `([\w-]+):.* at (\d+):(\d+)", message, re.DOTALL)
    for path, css in reversed(list(sheets.items())):
        if quoted and (at := css.find(quoted[1].strip())) >= 0:
            return place_at(path, css, at)
        if path and valued and re.match(rf"(?:.*\n){{{int(valued[2]) - 1}}}.*\b{valued[1]}\s*:", css):
            return Place(int(valued[2]), int(valued[3]), path)
    return None


def spot_inks(path: str, css: str, report: Callable[[Problem], None]) -> dict[str, Spot]:
    """The inks beside the four that a sheet declares, by the name of their space: `--spot-red: "PANTONE 185 C"
    device-cmyk(0 .91 .76 0)`.  What cannot be one is reported with its line."""
    found: dict[str, Spot] = {}
    bare = _without_comments(css)
    for each in re.finditer(r"(?<![\w-])(--spot-[\w-]+)\s*:\s*([^;{}]+)", bare):
        try:
            spot = _spot(each[2])
        except ValueError as fault:
            what, remedy = f"{each[1]} is no ink: {fault}", f'{each[1]}: "PANTONE 185 C" device-cmyk(0 .91 .76 0)'
        else:
            known = next((other for other in found.values() if other.name == spot.name), spot)
            found[each[1]] = known
            if known == spot:
                continue
            what, remedy = f"{each[1]}: {spot.name} has another look already", "one ink has one look"
        report(Problem("css-ignored", what, place_at(path, css, each.start()), remedy))
    return found


def _spot(value: str) -> Spot:
    """An ink as it is declared.  Raises `ValueError` with the reason why it is none."""
    parts = [each for each in tinycss2.parse_component_value_list(value) if each.type != "whitespace"]
    if [each.type for each in parts] != ["string", "function"]:
        raise ValueError("it wants a name in quotes, and a colour")
    name, colour = parts[0].value.strip(), parse_color(parts[1])
    if not name or len(name.encode()) > 127 or name.casefold() in _NO_SPOTS:  # ISO 32000-1, annex C.2
        raise ValueError(f"{name[:40]!r} is not what a plate of its own is called")
    if getattr(colour, "space", "") != "device-cmyk":
        raise ValueError("the colour it looks like is to be in device-cmyk()")
    cyan, magenta, yellow, black = colour.coordinates
    return Spot(name, (cyan, magenta, yellow, black))


_NO_SPOTS = {"all", "none", "cyan", "magenta", "yellow", "black"}


def _without_comments(css: str) -> str:
    return re.sub(r"/\*.*?\*/", lambda comment: re.sub(r"[^\n]", " ", comment[0]), css, flags=re.DOTALL)


_DECLARATION = re.compile(r"(?<![\w-])(font-family|--(?!spot-)[\w-]+)\s*:\s*([^;{}]+)")
_GENERIC = {"serif", "sans-serif", "monospace", "cursive", "fantasy", "system-ui", "emoji", "math", "fangsong",
            "inherit", "initial", "unset", "none"}  # fmt: skip


def absent_faces(path: str, css: str, fonts: Any) -> Iterator[Problem]:
    """The declarations of a sheet that name faces of which none is installed: the text is set in another."""
    bare = _without_comments(css)
    known = _installed(fonts) | _brought(bare)
    for found in _DECLARATION.finditer(bare):
        names = _faces(found[1], found[2])
        if names and not any(name.lower() in known for name in names) and "var(" not in found[2]:
            what = f"{found[1]}: {', '.join(names)} is not installed"
            yield Problem("css-ignored", what, place_at(path, css, found.start()), "install it, or name another face")


def refuse_absent_faces(settings: str, own: str, fonts: Any) -> None:
    """Raise `ToolError` for a face that is set (`song=方正书宋`) and neither installed nor brought along by the style's
    `own` sheet: fontconfig would take another in silence."""
    for key, value in re.findall(r"^:root { --(\w+): (.*), \"[^\"]*\" }$", settings, re.MULTILINE):
        names = re.findall(r"\"([^\"]+)\"", value)
        if not {name.lower() for name in names} & (_installed(fonts) | _brought(_without_comments(own))):
            raise ToolError(f"{key}={', '.join(names)}: no such face is installed",
                            remedy="install it, or name one of those that fc-list : family lists")  # fmt: skip


def _brought(bare: str) -> set[str]:
    """The families of the faces that a sheet brings along, in small letters."""
    return {name.lower() for rule in re.findall(r"@font-face\s*{([^}]*)}", bare)
            for name in re.findall(r"font-family\s*:\s*[\"']?([^\"';]+)", rule)}  # fmt: skip


def _faces(name: str, value: str) -> list[str]:
    """The families that a declaration names; of a custom property, those in quotes."""
    quoted = [first or second for first, second in re.findall(r"\"([^\"]+)\"|'([^']+)'", value)]
    if name != "font-family":
        return [each for each in quoted if re.search("song|hei|kai|mono|latin|font|face", name)]
    bare = [each.strip() for each in re.sub(r"\"[^\"]*\"|'[^']*'|!important", "", value).split(",")]
    return quoted + [each for each in bare if each and "(" not in each and each.lower() not in _GENERIC]


def _installed(fonts: Any) -> set[str]:
    """The names of all installed families, in small letters."""
    names: set[str] = set()
    every = fontconfig.FcConfigGetFonts(fonts._config, fontconfig.FcSetSystem)
    held = ffi.new("FcChar8 **")
    for number in range(every.nfont):
        which = 0
        while fontconfig.FcPatternGetString(every.fonts[number], b"family", which, held) == fontconfig.FcResultMatch:
            names.add(ffi.string(held[0]).decode("utf-8", "replace").lower())
            which += 1
    return names
