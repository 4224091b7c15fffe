"""Where sources lie and editions go: this machine's disk, or what fsspec reaches (s3://, gs://, memory:// …).

A name is an absolute path or an address.  An address is one that the user typed or lies below one: no document's word
leads to another place.  fsspec is imported when there is an address.
"""

from __future__ import annotations

import hashlib
import os
import posixpath
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from docconv.files import write_atomically
from docconv.inputs import is_possible
from docconv.pictures import SUFFIXES
from docconv.problems import ToolError, UsageError


def is_address(name: str) -> bool:
    return "://" in name


def absolute(name: str) -> str:
    """A name that means the same in every process."""
    name = name.removeprefix("file://")
    return name.rstrip("/") if is_address(name) else os.path.normpath(Path(name).absolute())


def files_below(folder: str) -> list[str] | None:
    """The files in a folder and in its folders, in order, but for those whose name begins with a dot; None if it is no
    folder."""
    if is_address(folder):
        with _refusals(folder):
            system, path = _system(folder)
            system.invalidate_cache(path)  # a worker of a cluster lives on, and there may be new files
            if not system.isdir(path):
                return None
            root = path.rstrip("/")
            names = [each.removeprefix(root).lstrip("/") for each in system.find(path)]
    elif Path(folder).is_dir():
        names = [str(Path(at, each).relative_to(folder)) for at, _, files in os.walk(folder) for each in files]
    else:
        return None
    return [f"{folder}/{each}" for each in sorted(names) if not any(part.startswith(".") for part in each.split("/"))]


def read(name: str) -> bytes | None:
    """The bytes of a file, or None if it is not there."""
    try:
        if not is_address(name):
            return Path(name).read_bytes()
        with _refusals(name):
            system, path = _system(name)
            return bytes(system.cat_file(path))
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return None


def write(name: str, data: bytes) -> None:
    """Write a file whole or not at all, and the folders above it."""
    if not is_address(name):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        return write_atomically(Path(name), data)
    try:
        with _refusals(name):
            system, path = _system(name)
            if path.startswith("/"):  # a store of folders
                system.makedirs(posixpath.dirname(path), exist_ok=True)
                with system.start_transaction(), system.open(path, "wb") as file:  # a new one: the last may have failed
                    file.write(data)
            else:  # of objects, each there when all of it is; its buckets are not ours to make
                system.pipe_file(path, data)
    except FileNotFoundError:
        raise UsageError(f"cannot write {name}: no such bucket", remedy="is the address right?") from None


def digest(name: str) -> str:
    """The SHA-256 of a file, or nothing if it is not there."""
    data = read(name)
    return "" if data is None else hashlib.sha256(data).hexdigest()


def companions(source: str) -> list[str]:
    """What may lie beside a source and is its own, as names beside it: decisions, and pictures in their folder."""
    name, folder = posixpath.basename(source), f"{source}.images"
    if not is_address(source) and not is_possible(f"{source}.docconv.toml"):
        return []
    pictures = [each for each in files_below(folder) or () if posixpath.dirname(each) == folder]
    return [
        f"{name}.docconv.toml",
        f"{name}.images/",
        *(f"{name}.images/{posixpath.basename(each)}" for each in pictures),
    ]


def digest_beside(source: str, name: str) -> str:
    """The hash of a file that is known by its name beside a source, or of a folder's names; nothing if that leads out
    of the source's folder."""
    folder = posixpath.dirname(source)
    if name.endswith("/"):
        return hashlib.sha256("\0".join(companions(source)).encode(errors="surrogateescape")).hexdigest()
    beside = Path(folder, name)
    if not is_address(source) and name != posixpath.basename(source) and beside.exists():
        there = os.path.realpath(beside)
        return digest(there) if Path(there).is_relative_to(os.path.realpath(folder)) else ""
    return digest(f"{folder}/{name}")


def is_picture_beside(name: str) -> bool:
    """Whether a document means by that name a picture in its own folder or below it."""
    parts = name.split("/")
    is_inside = not is_address(name) and not {"", ".."} & set(parts) and not {"\\", "\0"} & set(name)
    return is_inside and posixpath.splitext(name)[1].lower() in SUFFIXES


@contextmanager
def at_hand(source: str, outputs: Sequence[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """The source as a file of this machine with its companions, and for each output a file of this machine that it is
    to be written to; what has an address lies in a folder that is removed afterwards."""
    if not any(map(is_address, (source, *outputs))):
        yield source, {each: each for each in outputs}
        return
    with tempfile.TemporaryDirectory(prefix="docconv-") as folder:
        local = source
        if is_address(source):
            local = f"{folder}/source/{posixpath.basename(source)}"
            copy_beside(source, local, [posixpath.basename(source), *companions(source)])
        places = {each: each for each in outputs}
        for number, each in enumerate(places):
            if is_address(each):
                places[each] = f"{folder}/{number}/{posixpath.basename(each)}"
        yield local, places


def copy_beside(source: str, local: str, names: Iterable[str]) -> bool:
    """Copy what lies beside a source to the same names beside another; whether there was anything that is new."""
    copied = False
    for name in names:
        target = Path(local).parent / name
        if (
            not name.endswith("/")
            and not target.exists()
            and (data := read(f"{posixpath.dirname(source)}/{name}")) is not None
        ):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            copied = True
    return copied


def publish(places: Mapping[str, str]) -> None:
    """Bring what was written on this machine to its address."""
    for name, local in places.items():
        if name != local:
            write(name, Path(local).read_bytes())


def _system(name: str) -> tuple[Any, str]:
    try:
        fsspec = import_module("fsspec")
    except ImportError:
        raise ToolError("fsspec is not installed", remedy="pip install 'docconv[cluster]'") from None
    system, path = fsspec.url_to_fs(name)
    return system, str(path)


@contextmanager
def _refusals(name: str) -> Iterator[None]:
    """What a store refuses, in whatever words its library has, as an error that names the address."""
    try:
        yield
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError, ToolError):
        raise
    except ImportError as error:  # fsspec says which package it wants
        raise ToolError(f"{name}: {error}", remedy="install it on every machine") from None
    except Exception as error:  # each store has exceptions of its own
        raise UsageError(f"{name}: {str(error) or type(error).__name__}", remedy="is the address right?") from None
