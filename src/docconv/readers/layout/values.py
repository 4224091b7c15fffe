"""The values of JSON that nobody vouches for: each is what it should be, or empty.

It assumes nothing of what a program may have written where its documentation promises an object, a list or a text.
"""

from __future__ import annotations

from typing import Any, TypeAlias, cast

from docconv.readers.inlines import clean

Record: TypeAlias = dict[str, Any]


def record(value: object) -> Record:
    return value if isinstance(value, dict) else {}


def array(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def string(value: object) -> str:
    return clean(value) if isinstance(value, str) else ""


def strings(value: object) -> list[str]:
    """What may be one string or a list of them."""
    return [text for each in (value if isinstance(value, list) else [value]) if (text := string(each)).strip()]


def integer(value: object, otherwise: int = 0) -> int:
    whole = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9  # no NaN either
    return int(cast(float, value)) if whole else otherwise
