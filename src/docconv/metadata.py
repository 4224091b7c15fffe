"""Metadata by name: how `publisher: …` in a source, a meta element or `--metadata publisher=…` fills a `Meta`.

It assumes that values are clean text on one line.  A name that is not known is left alone: sources carry much else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, get_args

from docconv.model import Colophon, Contributor, ContributorRole, Meta

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
    """The metadata with those that an editor states in their place."""
    own: dict[str, Any] = {name: values[name][0] for name in ("title", "date", "publication") if values.get(name)}
    if values.get("author"):
        own["authors"] = tuple(values["author"])
    stated = colophon(values)
    changes: dict[str, Any] = {each.name: getattr(stated, each.name) for each in fields(stated)
                               if getattr(stated, each.name)}  # fmt: skip
    return replace(meta, **own, colophon=replace(meta.colophon, **changes))
