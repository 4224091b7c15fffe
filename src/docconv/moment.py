"""The moment that editions say they were made at, which SOURCE_DATE_EPOCH states: never the clock's.

It assumes the variable as reproducible-builds.org specifies it: seconds since 1970, or not set at all.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime

from docconv.problems import UsageError

VARIABLE = "SOURCE_DATE_EPOCH"
LAST = datetime(2107, 12, 31, 23, 59, 59, tzinfo=UTC)
"""The last moment that every edition can name: that of an archive (APPNOTE.TXT 4.4.6, as MS-DOS has it)."""


def stated_moment() -> datetime | None:
    """What SOURCE_DATE_EPOCH says; None if it is not set.

    Raises `UsageError` if it says no moment from 1970 to 2107: who sets it wants it to be heeded."""
    said = os.environ.get(VARIABLE)
    if said is None:
        return None
    if not (said.isascii() and said.isdecimal() and int(said[-20:]) <= LAST.timestamp() and len(said) <= 20):
        raise UsageError(f"{VARIABLE} is {said[:40]!r}",
                         remedy=f"set it to seconds since 1970, up to {LAST.year}, or unset it")  # fmt: skip
    return datetime.fromtimestamp(int(said), UTC)
