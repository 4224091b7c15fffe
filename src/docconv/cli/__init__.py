"""The command line: argv → calls → exit code, and nothing else.

It assumes that errors are `DocconvError`s and says them on stderr, one a line.  Success is silent.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from pathlib import Path

from docconv.cli import commands
from docconv.cli.options import EXIT_CODES, parser
from docconv.files import say
from docconv.problems import DocconvError, UsageError
from docconv.process import leave_on_signals

__all__ = ["EXIT_CODES", "main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    if argv is None:  # a process of its own, for one document: what is made stays, and garbage is little
        gc.set_threshold(100_000, 20, 100)
    leave_on_signals()
    try:
        arguments = parser().parse_args(argv)
        arguments.argv = sys.argv[1:] if argv is None else list(argv)
        arguments.words = arguments.argv if argv is None else []
        if arguments.makefile:
            say(f"{Path(__file__).parents[1] / 'docconv.mk'}\n")
            return 0
        if not arguments.command:
            parser().error("name a command: convert, batch, check, pictures, show, config, clean or doctor")
        _refuse_to_be_nowhere()
        return commands.run(arguments)
    except DocconvError as error:
        print(f"docconv: {error}", file=sys.stderr)
        return error.exit_code
    except MemoryError:
        print("docconv: this needs more memory than there is — allow more (ulimit -v), or divide it", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"docconv: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _refuse_to_be_nowhere() -> None:
    try:
        Path.cwd()
    except OSError:
        raise UsageError("the folder that you are in is gone", remedy="cd to another") from None
