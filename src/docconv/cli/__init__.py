"""The command line: argv → calls → exit code, and nothing else.

It assumes that errors are `DocconvError`s and says them on stderr, one a line.  Success is silent.
"""

from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

from docconv.cli import commands
from docconv.cli.options import EXIT_CODES, parser
from docconv.problems import DocconvError

__all__ = ["EXIT_CODES", "main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    if argv is None:  # a process of its own, for one document: what is made stays, and garbage is little
        gc.set_threshold(100_000, 20, 100)
    arguments = parser().parse_args(argv)
    arguments.argv = sys.argv[1:] if argv is None else list(argv)
    arguments.words = arguments.argv if argv is None else []
    signal.signal(signal.SIGTERM, _terminate)
    try:
        if arguments.makefile:
            print(Path(__file__).parents[1] / "docconv.mk")
            return 0
        if not arguments.command:
            parser().error("name a command: convert, batch, check, pictures, show, config, clean or doctor")
        return commands.run(arguments)
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
