"""The pictures of an edition that names them as files: Markdown, the canonical markup, a story for InDesign.

A picture that lies below the edition's folder is named by its path from there.  Every other one is written to the
edition's own folder of pictures (`page.md.images/`), where docconv looks for them when it reads the edition back.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import count
from pathlib import Path, PurePosixPath
from typing import Any
from unicodedata import normalize

from docconv import model as m
from docconv.files import MADE
from docconv.pictures import COVER, Pictures, suffix_of
from docconv.writers.svg import plain_svg

NAMING = (".md", ".xhtml", ".icml")
"""The editions that name their pictures."""
_OF_BOOKS = (".md", ".xhtml")
"""Those that docconv reads back, and that have a cover therefore."""


def set_beside(
    document: m.Document, pictures: Pictures, edition: Path
) -> tuple[m.Document, Pictures, dict[str, bytes] | None]:
    """The document with its pictures named as an edition at that place names them, where these are, and what is to be
    written to its folder of pictures (`images_of`); None if that is to be left as it is."""
    here = named_from(document, pictures, edition.parent, besides=images_of(edition))
    data = {path: _data(pictures, path) for path in _paths(document) if path not in here}
    names = _names(document, data)
    files = {name: data[path] for path, name in names.items()}
    cover = pictures.named(COVER) if edition.suffix.lower() in _OF_BOOKS else ""
    files |= {COVER + suffix_of(cover, shown): shown for shown in [_data(pictures, cover)] if cover}
    here |= {path: f"{images_of(edition).name}/{name}" for path, name in names.items()}
    is_used = any(address.startswith(f"{images_of(edition).name}/") for address in here.values())
    return *renamed(document, pictures, here), None if is_used and not files else files


def images_of(edition: Path) -> Path:
    """The folder of pictures of an edition: that in which docconv looks for them when it reads it."""
    return edition.with_name(f"{edition.name}.images")


def named_from(document: m.Document, pictures: Pictures, folder: Path, besides: Path | None = None) -> dict[str, str]:
    """The paths from a folder to the pictures that lie in it or below it; but for those in a folder of docconv's own
    `besides`, which is written anew."""
    root = folder.resolve()
    anew = besides.resolve() if besides and (besides / MADE).exists() else None
    found = {path: file for path in _paths(document) if (file := pictures.find(path))}
    return {path: file.relative_to(root).as_posix() for path, file in found.items()
            if file.is_relative_to(root) and not (anew and file.is_relative_to(anew))
            and _ADDRESS.fullmatch(file.relative_to(root).as_posix())}  # fmt: skip


_ADDRESS = re.compile(r"[^\\:%?#\x00-\x1f\ud800-\udfff]+")
"""A path that is an address as it stands, but for blanks and letters that every program spells as it must."""


def renamed(document: m.Document, pictures: Pictures, names: Mapping[str, str]) -> tuple[m.Document, Pictures]:
    """The document with its pictures under other names, and where these are."""

    def step(node: Any) -> Any:
        return replace(node, path=names[node.path]) if isinstance(node, m.Image) and node.path in names else node

    return m.rewrite(document, step), replace(pictures, names={new: old for old, new in names.items()})


def _paths(document: m.Document) -> Iterable[str]:
    return dict.fromkeys(node.path for node in m.walk(document) if isinstance(node, m.Image))


def _data(pictures: Pictures, path: str) -> bytes:
    """A picture as it is; a drawing without anything active, for a browser may open it by itself."""
    data = pictures.read(path)
    return plain_svg(data) or data if path.lower().endswith(".svg") else data


def _names(document: m.Document, data: Mapping[str, bytes]) -> dict[str, str]:
    """The name of each picture in the folder: its own, as every system can hold it, and never that of the cover, or by
    which it would fill another figure."""
    owners = {node.id: getattr(node.media, "path", "") for node in m.walk(document) if isinstance(node, m.Figure)}
    names: dict[str, str] = {}
    for path, picture in data.items():
        taken = {_folded(PurePosixPath(name).stem) for name in names.values()}
        taken |= {_folded(identifier) for identifier, owner in owners.items() if owner != path} | {COVER}
        stem = next(each for each in _choices(path) if _folded(each) not in taken)
        names[path] = stem + suffix_of(path, picture)
    return names


def _choices(path: str) -> Iterator[str]:
    stem = re.sub(r"[^\w.()-]+", "-", normalize("NFC", PurePosixPath(path).stem)).strip("-.") or "picture"
    stem = os.fsencode(stem)[:_LONGEST].decode(errors="ignore")
    yield stem
    yield from (f"{stem}-{number}" for number in count(2))


_LONGEST = 200
"""Bytes of a name, of the 255 that systems allow, with room for a number and a suffix."""


def _folded(name: str) -> str:
    return normalize("NFC", name.casefold())
