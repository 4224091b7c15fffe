"""Metadata by name: how `publisher: …` in a source, a meta element or `--metadata publisher=…` fills a `Meta`.

It assumes that values are clean text on one line.  A name that is not known is left alone: sources carry much else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from typing import Any, get_args

from docconv.model import Colophon, Contributor, ContributorRole, Meta
from docconv.problems import UsageError

_SINGLE = ("identifier", "publisher", "rights", "description", "source", "series", "number", "certifier")
_ROLES: tuple[ContributorRole, ...] = get_args(ContributorRole)

NAMES = ("title", "author", "date", "publication", *_SINGLE, "subject", *_ROLES, "reading")
"""What an editor may set.  A reading is written `name=reading`: 夏目漱石=なつめ そうせき."""

STATED = "docconv."
"""Before these names in the head of an edition, and before `language` and `kind`: what the document states of itself,
where the edition's own metadata are more (an author read off a byline) or less."""


def colophon(values: Mapping[str, Sequence[str]]) -> Colophon:
    """The colophon that named values make; of a name that comes once in a colophon, the first value counts."""
    single = {name: values[name][0] for name in _SINGLE if values.get(name)}
    people = tuple(Contributor(name, role) for role in _ROLES for name in values.get(role, ()))
    readings = tuple((name, reading) for each in values.get("reading", ()) for name, reading in [_parted(each)] if name)
    return Colophon(**single, subjects=tuple(values.get("subject", ())), contributors=people, readings=readings)


def _parted(reading: str) -> tuple[str, str]:
    name, _, sound = reading.rpartition("=")
    return name, sound


def named(record: Colophon) -> Iterable[tuple[str, str]]:
    """The same values by name: `colophon` makes an equal colophon of them."""
    yield from ((name, getattr(record, name)) for name in _SINGLE if getattr(record, name))
    yield from (("subject", subject) for subject in record.subjects)
    yield from ((person.role, person.name) for person in record.contributors)
    yield from (("reading", f"{name}={sound}") for name, sound in record.readings)


def amended(meta: Meta, values: Mapping[str, Sequence[str]]) -> Meta:
    """The metadata with those that an editor states in their place.  Raises `UsageError` for one that cannot be."""
    for name, value in ((name, value) for name, given in values.items() for value in given):
        if fault := fault_of(name, value):
            raise UsageError(f"{name}: {fault}", remedy=REMEDIES[name])
    own: dict[str, Any] = {name: values[name][0] for name in ("title", "date", "publication") if values.get(name)}
    if values.get("author"):
        own["authors"] = tuple(values["author"])
    stated = colophon(values)
    changes: dict[str, Any] = {each.name: getattr(stated, each.name) for each in fields(stated)
                               if getattr(stated, each.name)}  # fmt: skip
    return replace(meta, **own, colophon=replace(meta.colophon, **changes))


# ── What cannot be ──

REMEDIES = {"date": "2022-11-16, 2022-11, 2022 or 2022年11月16日", "identifier": "look at the print",
             "source": "look at the print"}  # fmt: skip


def doubts(meta: Meta) -> Iterator[tuple[str, str]]:
    """What cannot be of a document's metadata, and what to do."""
    stated = (("date", meta.date), ("identifier", meta.colophon.identifier), ("source", meta.colophon.source))
    for name, value in stated:
        if value and (fault := fault_of(name, value)):
            yield f"{name}: {fault}", REMEDIES[name]


def fault_of(name: str, value: str) -> str:
    """Why a value cannot be what its name says: a day that is none, a number whose last digit does not fit; nothing if
    it can."""
    if name == "date":
        return "" if _is_date(value) else f"{value[:40]} is no date"
    if name not in ("identifier", "source"):
        return ""
    known = _NUMBER.match(value.strip())
    kind, number = (known[1] or known[2] or "", known[3]) if known else ("", value)
    digits = re.sub(r"[-\s]", "", number).upper()
    is_isbn = kind.lower() == "isbn" or (not kind and re.fullmatch(r"97[89]\d{10}", digits, re.ASCII))
    is_issn = kind.lower() == "issn" or (not kind and re.fullmatch(r"\d{4}-\d{3}[\dXx]", number.strip(), re.ASCII))
    if is_isbn and not fits_isbn(digits):
        return f"{value[:40]} is no ISBN: its last digit does not fit, or digits are missing"
    if is_issn and not _fits_issn(digits):
        return f"{value[:40]} is no ISSN: its last digit does not fit, or digits are missing"
    return ""


_NUMBER = re.compile(r"(?:urn:(isbn|issn):|(isbn|issn)(?:-1[03])?[:：]?)?\s*([\dXx\s-]+)$", re.IGNORECASE | re.ASCII)


def _is_date(value: str) -> bool:
    """Whether a date may be: at least a year, and no month or day that there is not."""
    found = re.match(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", value, re.ASCII)
    if not found:
        return False
    try:
        date(*(int(part or 1) for part in found.groups()))
    except ValueError:
        return False
    return True


def fits_isbn(digits: str) -> bool:
    """ISO 2108, annex A: the last digit of thirteen, or of the ten that books had until 2006."""
    if re.fullmatch(r"97[89]\d{10}", digits, re.ASCII):
        return sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(digits)) % 10 == 0
    return re.fullmatch(r"\d{9}[\dX]", digits, re.ASCII) is not None and _weighed(digits) % 11 == 0


def _fits_issn(digits: str) -> bool:
    """ISO 3297, annex A."""
    return re.fullmatch(r"\d{7}[\dX]", digits, re.ASCII) is not None and _weighed(digits) % 11 == 0


def _weighed(digits: str) -> int:
    """The digits, each times its place from the end; X is ten."""
    values = [10 if digit == "X" else int(digit) for digit in digits]
    return sum(value * place for place, value in enumerate(reversed(values), 1))
