"""The form of a language tag (BCP 47, RFC 5646, 2.1): zh-Hans, ja, x-mine.

It knows no language: what is well formed may be unknown.
"""

from __future__ import annotations

import re

_TAG = re.compile(
    r"(?P<language>[a-z]{2,3}|[a-z]{5,8})(?P<tongues>(-[a-z]{3}){0,3})(-(?P<script>[a-z]{4}))?"
    r"(-(?P<country>[a-z]{2}|[0-9]{3}))?(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(-[a-wyz0-9](-[a-z0-9]{2,8})+)*"
    r"(-x(-[a-z0-9]{1,8})+)?",
    re.I,
)
_PRIVATE = re.compile(r"x(-[a-z0-9]{1,8})+", re.I)
_GRANDFATHERED = frozenset(("zh-min-nan", "zh-xiang", "zh-hakka", "zh-guoyu", "zh-min"))


def is_whole(tag: str) -> bool:
    """Whether a tag is one as it stands, without parts that mean something: private, or older than its rules."""
    return _PRIVATE.fullmatch(tag) is not None or tag.lower() in _GRANDFATHERED


def parts_of(tag: str) -> re.Match[str] | None:
    """The language, tongues, script and country of a tag; None if it is not well formed."""
    return _TAG.fullmatch(tag)


def is_well_formed(tag: str) -> bool:
    return tag.isascii() and (is_whole(tag) or parts_of(tag) is not None)
