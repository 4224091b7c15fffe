"""What the system allows a process, of memory and of time.

It assumes POSIX; where a limit does not exist (macOS knows none of addresses), nothing is limited.
"""

from __future__ import annotations

import resource
from contextlib import suppress

from docconv.problems import ToolError

LEAST_MEMORY = 512
"""Megabytes of addresses without which docconv does not lay out pages: below 350, Pango ends the process (measured)."""


def bound(kind: int, most: int) -> None:
    """Let the system hold this process to `most` of a resource, and never to more than it does already."""
    hard = resource.getrlimit(kind)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    with suppress(ValueError, OSError):
        resource.setrlimit(kind, (most, most))


def refuse_little_memory(purpose: str) -> None:
    """Raise `ToolError` if the system allows this process less than `LEAST_MEMORY`."""
    allowed = resource.getrlimit(resource.RLIMIT_AS)[0]
    if allowed != resource.RLIM_INFINITY and allowed < LEAST_MEMORY * 2**20:
        raise ToolError(f"the system allows {allowed // 2**20} MB of memory, and {purpose} takes {LEAST_MEMORY}",
                        remedy=f"ulimit -v {LEAST_MEMORY * 2**10}, or more")  # fmt: skip
