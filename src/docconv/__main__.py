"""The program: what the cache remembers is done at once; everything else is the command line's.

A Ctrl-C before and after that ends it at once and without a word, as the system does; in between, it clears up.
"""

import _signal as at_once  # type: ignore[import-not-found]  # without the names, which take longer than a cached call

if at_once.getsignal(at_once.SIGINT) is at_once.default_int_handler:
    at_once.signal(at_once.SIGINT, at_once.SIG_DFL)

import sys

from docconv.process import flushed, guard_standard_files, interruptible, leave_on_signals


def main() -> int:
    """Returns the exit code."""
    try:
        with interruptible():
            leave_on_signals()
            guard_standard_files()
            code = _recalled()
            if code is None:
                from docconv import cli

                code = cli.main()
    except KeyboardInterrupt:
        code = 130
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0
    return flushed(code)


def _recalled() -> int | None:
    """The exit code of a call that the cache remembers; None of one that has to be done."""
    try:
        from docconv.workflow.cache import recall

        known = recall(sys.argv[1:])
        if known is None:
            return None
        known.deliver()
        return 0
    except Exception:  # whatever is wrong, the command line does it again and says what it is
        return None


if __name__ == "__main__":
    sys.exit(main())
