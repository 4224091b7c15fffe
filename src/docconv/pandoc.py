"""Running pandoc: boxed in, with a limit on its time and its memory.

Not through `pypandoc.convert_text`, which has no time limit and wants packages as files: what comes from a pipe has no
path that could show in a message or a result.  pypandoc brings the program along.
"""

from __future__ import annotations

import contextlib
import math
import os
import resource
import subprocess
from collections.abc import Sequence
from subprocess import PIPE

from docconv.inputs import note
from docconv.problems import SourceError, ToolError

SECONDS = 120
MEMORY = "1G"
_INSTALL = "pip install pypandoc_binary"


def run_pandoc(arguments: Sequence[str], data: bytes, name: str) -> subprocess.CompletedProcess[bytes]:
    """pandoc's answer to `data`; it reads no file and opens no network.  `name` is the source's, for messages.

    Raises `ToolError` if pandoc is not there, `SourceError` if it takes too long."""
    environment = {"SOURCE_DATE_EPOCH": "315532800", **os.environ}  # 1980: the first date that an archive can name
    limits = ["+RTS", f"-M{MEMORY}", "-RTS", "--sandbox", f"--data-dir={os.devnull}"]
    path = program()
    note("system", path)
    call = [path, *limits, *arguments]
    try:
        process = subprocess.Popen(call, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=environment)
    except OSError as error:
        raise ToolError(f"pandoc does not run: {error.strerror}", remedy=_INSTALL) from None
    _let_nobody_wait(process)
    with process:
        try:
            out, errors = process.communicate(data, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            raise SourceError(f"{name}: pandoc takes longer than {SECONDS} s", remedy="divide the source") from None
        finally:
            process.kill()  # whatever ended the wait
    return subprocess.CompletedProcess(call, process.returncode, out, errors)


def _let_nobody_wait(process: subprocess.Popen[bytes]) -> None:
    """Let the system itself end pandoc, where it can, should docconv be killed and nobody be left to do so."""
    with contextlib.suppress(AttributeError, OSError):  # Linux has it
        resource.prlimit(process.pid, resource.RLIMIT_CPU, (math.ceil(SECONDS), math.ceil(SECONDS) + 1))


def program() -> str:
    """The path of pandoc.  Raises `ToolError` if there is none."""
    try:
        import pypandoc

        return str(pypandoc.get_pandoc_path())
    except (ImportError, OSError):
        raise ToolError("pandoc is not installed", remedy=_INSTALL) from None
