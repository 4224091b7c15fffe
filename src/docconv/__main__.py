"""The program: what the cache remembers is done at once; everything else is the command line's."""

import sys


def main() -> int:
    """Returns the exit code."""
    try:
        from docconv.workflow.cache import recall

        known = recall(sys.argv[1:])
        if known is not None:
            known.deliver()
            return 0
    except KeyboardInterrupt:
        return 130
    except Exception:  # whatever is wrong, the command line does it again and says what it is
        pass
    from docconv import cli

    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
