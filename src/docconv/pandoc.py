"""Running pandoc: boxed in, with limits on its time and its memory that grow with what it is given.

Not through `pypandoc.convert_text`, which has no time limit and wants packages as files: what comes from a pipe has no
path that could show in a message or a result.  pypandoc brings the program along; another is asked for its version,
for what docconv makes of its answer assumes one.
"""

from __future__ import annotations

import contextlib
import io
import math
import os
import re
import resource
import shutil
import signal
import subprocess
import zipfile
from collections.abc import Sequence
from errno import EACCES, ENOENT, ENOEXEC
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from subprocess import PIPE

from docconv.inputs import note
from docconv.problems import SourceError, ToolError

SECONDS, SECONDS_A_MEGABYTE, MOST_SECONDS = 10.0, 10.0, 120.0
"""Of one core: for the least source, for each megabyte of one, and for any.  ODT takes longest: two a megabyte
(measured)."""
MEMORY, MEMORY_A_MEGABYTE, MOST_MEMORY = 256, 128, 1024
"""Megabytes of heap, likewise.  DOCX takes most: 64 a megabyte unpacked (measured)."""
WAIT = 30.0
"""Seconds on the clock beyond those of the core, for a machine that does much else."""
OLDEST = (3, 6)
"""The oldest version that will do, that of pypandoc_binary 1.15; later ones of its generation do."""
_INSTALL = "pip install pypandoc_binary"


def run_pandoc(arguments: Sequence[str], data: bytes, name: str) -> subprocess.CompletedProcess[bytes]:
    """pandoc's answer to `data`; it reads no file and opens no network.  `name` is the source's, for messages.

    Raises `ToolError` if pandoc is not there, does not run or is ended by somebody, `SourceError` if it takes too long
    or too much memory."""
    environment = {"SOURCE_DATE_EPOCH": "315532800", **os.environ}  # 1980: the first date that an archive can name
    megabytes = _unpacked(data) / 2**20
    seconds = min(SECONDS + SECONDS_A_MEGABYTE * megabytes, MOST_SECONDS)
    memory = min(round(MEMORY + MEMORY_A_MEGABYTE * megabytes), MOST_MEMORY)
    path = program()
    note("system", path)
    call = [path, "+RTS", f"-M{memory}m", "-RTS", "--sandbox", f"--data-dir={os.devnull}", *arguments]
    try:
        process = subprocess.Popen(call, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=environment)
    except OSError as error:
        remedy = _INSTALL if error.errno in (ENOENT, EACCES, ENOEXEC) else "the system allows too little (ulimit)"
        raise ToolError(f"{path} does not run: {(error.strerror or str(error)).lower()}", remedy=remedy) from None
    _hold_to(process, seconds)
    with process:
        try:
            out, errors = process.communicate(data, timeout=seconds + WAIT)
        except subprocess.TimeoutExpired:
            raise _too_long(name, seconds) from None
        finally:
            process.kill()  # whatever ended the wait
    if process.returncode < 0:
        raise _ended(name, -process.returncode, seconds)
    if process.returncode and re.search(rb"eap exhausted|out of memory", errors):
        raise SourceError(f"{name}: pandoc needs more than {memory} MB of memory", remedy="divide the source")
    return subprocess.CompletedProcess(call, process.returncode, out, errors)


def _unpacked(data: bytes) -> int:
    """Bytes that pandoc has to read: of a package, those that its entries claim."""
    if data.startswith(b"PK"):
        with contextlib.suppress(zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            return sum(entry.file_size for entry in zipfile.ZipFile(io.BytesIO(data)).infolist())
    return len(data)


def _hold_to(process: subprocess.Popen[bytes], seconds: float) -> None:
    """Let the system itself end pandoc, where it can, also should docconv be killed and nobody be left to do so."""
    with contextlib.suppress(AttributeError, OSError, ValueError):  # Linux has it; there may be a lower one already
        resource.prlimit(process.pid, resource.RLIMIT_CPU, (math.ceil(seconds), math.ceil(seconds) + 1))


def _too_long(name: str, seconds: float) -> SourceError:
    return SourceError(f"{name}: pandoc takes longer than {seconds:.0f} s", remedy="divide the source")


def _ended(name: str, number: int, seconds: float) -> SourceError | ToolError:
    """What a signal that ended pandoc says."""
    if number == signal.SIGXCPU:
        return _too_long(name, seconds)
    return ToolError(f"{name}: pandoc was ended by {signal.Signals(number).name}",
                     remedy="try again; if the system wants memory, give it some, or divide the source")  # fmt: skip


def program() -> str:
    """The path of pandoc: the one that PYPANDOC_PANDOC names, the one that came with pypandoc, or one on PATH.

    Raises `ToolError` if there is none, or one of another version."""
    named = os.environ.get("PYPANDOC_PANDOC", "")
    brought = _brought()
    path = (shutil.which(named) or named) or brought or shutil.which("pandoc") or ""
    if not path or not Path(path).is_file():
        what = f"there is no pandoc at {path}" if named else "pandoc is not installed"
        raise ToolError(what, remedy=_INSTALL)
    path = os.path.abspath(path)  # noqa: PTH100  # a file in the working folder is not looked for on PATH
    if path != brought and (fault := _fault(path, Path(path).stat().st_mtime_ns)):
        raise ToolError(f"{path} {fault}", remedy=_INSTALL)
    return path


def _brought() -> str:
    spec = find_spec("pypandoc")
    file = Path(spec.origin).with_name("files") / "pandoc" if spec and spec.origin else None
    return str(file) if file and file.is_file() else ""


@cache
def _fault(path: str, changed: int) -> str:
    """What is wrong with a pandoc that did not come with docconv; nothing if it will do."""
    try:
        done = subprocess.run([path, "--version"], capture_output=True, stdin=subprocess.DEVNULL, timeout=SECONDS,
                              check=True)  # fmt: skip
    except subprocess.TimeoutExpired:
        return "does not answer"
    except (OSError, subprocess.CalledProcessError) as error:
        return f"does not run: {getattr(error, 'strerror', None) or str(error).rpartition(' returned ')[2]}".lower()
    found = re.match(rb"pandoc(?:\.exe)? (\d+)\.(\d+)", done.stdout)
    if not found:
        return "is no pandoc"
    version = int(found[1]), int(found[2])
    wanted = ".".join(map(str, OLDEST))
    return "" if OLDEST <= version < (OLDEST[0] + 1, 0) else f"is pandoc {'.'.join(map(str, version))}, not {wanted}"
