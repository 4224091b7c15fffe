"""Writing a file, or a folder, whole or not at all.

Whoever is killed while he writes leaves a hidden file or folder behind, `.docconv-….part`, that nobody takes for
anything else; the next to write in that place removes it.  Whoever writes holds a lock on his, which the system takes
from the dead.
"""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager, suppress
from stat import S_ISREG

TYPE_CHECKING = False  # mypy takes it for typing's; with pathlib it takes longer to import than a cached call takes
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import TypeAlias

    from docconv.problems import UsageError

    Name: TypeAlias = str | os.PathLike[str]
    Products: TypeAlias = Sequence[tuple[Name, bytes | Mapping[str, bytes]]]
    """What is to be written where: the bytes of a file, or a folder's files by relative names; of an edition that has
    no folder any more, none."""

MADE = ".docconv-made"
"""The list, in a folder that docconv made, of the files in it that are docconv's."""


def write_atomically(path: Name, data: bytes) -> None:
    """Write to a temporary file in the same folder, flush it to the disk, rename it.

    A crash, a full disk or a kill leaves the old file or none, never half of one.  Raises `UsageError` if the
    folder cannot be written."""
    write_pieces(path, lambda: (data,))


def write_pieces(path: Name, pieces: Callable[[], Iterable[bytes]]) -> None:
    """The same for what is too large to have in memory; `pieces` may be asked for more than once."""
    with _refusals(path):
        remove_leftovers(os.path.dirname(path) or ".")
        for _ in range(ATTEMPTS):
            if _written(path, pieces()):
                return
        raise FileNotFoundError("somebody removes what is being written")


ATTEMPTS = 5
"""How often something is begun anew that was taken for a leftover before it was locked."""


def _written(path: Name, pieces: Iterable[bytes]) -> bool:
    """Write once; False if the temporary file was taken away meanwhile."""
    temporary = _hidden_beside(path)
    try:
        with open(temporary, "xb") as file:
            with suppress(OSError):  # not every disk has locks
                fcntl.flock(file, fcntl.LOCK_EX)
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
            if not os.path.exists(temporary):
                return False
            os.replace(temporary, path)
            return True
    finally:
        with suppress(FileNotFoundError):
            os.unlink(temporary)


def _hidden_beside(path: Name) -> str:
    return os.path.join(os.path.dirname(path), f".docconv-{os.getpid()}-{os.urandom(4).hex()}.part")


def remove_leftovers(folder: Name, older_than: float = 600) -> None:
    """Remove what was left in a folder by those who were killed while they wrote; a folder that was on its way to its
    place is put there.

    What somebody writes is locked.  Where the disk has no locks, what is older than ten minutes is nobody's: to write
    takes seconds."""
    with os.scandir(os.fspath(folder)) as entries:
        parts = [each for each in entries if each.name.startswith(".docconv-") and each.name.endswith(".part")]
    for each in parts:
        with suppress(OSError), _claimed(each, older_than) as is_left:  # another was quicker, or it is not ours
            if is_left and each.is_dir(follow_symlinks=False):
                _clear(each.path)
            elif is_left and each.is_file(follow_symlinks=False):
                os.unlink(each.path)


@contextmanager
def _claimed(part: os.DirEntry[str], older_than: float) -> Iterator[bool]:
    """Whether something is a leftover; if so, nobody else takes it for his own meanwhile."""
    is_old = time.time() - part.stat(follow_symlinks=False).st_mtime > older_than
    access = os.O_RDONLY if part.is_dir(follow_symlinks=False) else os.O_RDWR
    try:
        file = os.open(part.path, access | os.O_NOFOLLOW)
    except PermissionError:
        yield is_old
        return
    try:
        yield _locked(file, is_old)
    finally:
        os.close(file)


def _locked(file: int, otherwise: bool) -> bool:
    """Lock a file if nobody else has; what to say if there are no locks."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return otherwise
    return True


def _clear(work: str) -> None:
    """Remove the folder of somebody who was killed in `write_folder`; if that was between the two renames, do the
    second for him."""
    import shutil  # slow to import

    for name in _names(os.path.join(work, OLD)) & _names(os.path.join(work, NEW)):
        place = os.path.join(os.path.dirname(work), name)
        if os.path.lexists(place):
            return  # somebody has put another there, and has to choose
        os.rename(os.path.join(work, NEW, name), place)
    shutil.rmtree(work)


def _names(folder: str) -> set[str]:
    return set() if os.path.islink(folder) or not os.path.isdir(folder) else set(os.listdir(folder))


def write_folder(path: Name, files: Mapping[str, bytes]) -> None:
    """Build the folder beside its place, then put it there by renaming; `files` are its contents, by relative names.

    A crash, a full disk or a kill leaves the old folder, or the new one, or (between two renames) both beside the
    place, and the next to write there ends what was begun; never a mixture.  What docconv did not write stays: files
    that somebody has put into a folder of docconv's are taken along, and a folder that is not docconv's, unless it is
    empty, is refused.  Raises `UsageError` for that, and if the place cannot be written."""
    from pathlib import Path  # slow to import

    path = Path(path).resolve()
    with _refusals(path):
        remove_leftovers(path.parent)
        others = _others(path, files)
        if Path.cwd().is_relative_to(path):
            raise _refused(f"{path.name or path}/ is the folder you are in", remedy="name a folder inside it")
        with _work_folder(path) as work:
            new = work / NEW / path.name
            new.mkdir(parents=True)
            for name in others:
                _take_along(path / name, new / name)
            for name, data in files.items():
                _write(new / name, data)
            _write(new / MADE, "".join(f"{name}\n" for name in sorted(files)).encode())
            _swap(path, new, work / OLD / path.name)


def remove_folder(path: Name) -> None:
    """Remove what docconv wrote to a folder, and the folder if nothing else is in it; one that is not docconv's stays.

    Raises `UsageError` if the place cannot be written."""
    from pathlib import Path  # slow to import

    path = Path(path)
    if path.is_symlink() or not (path / MADE).is_file():
        return
    if _others(path, {}):
        write_folder(path, {})
    else:
        with _refusals(path), _work_folder(path.resolve()) as work:
            path.rename(work / OLD)


NEW, OLD = ".new.part", ".old.part"
"""The folders in a work folder: what is to come to the place, and what was there."""


@contextmanager
def _work_folder(path: Path) -> Iterator[Path]:
    """A folder beside a place, locked and in the end removed."""
    import shutil

    for _ in range(ATTEMPTS):
        work = path.parent / _hidden_beside(path)
        work.mkdir()
        with suppress(FileNotFoundError):
            lock = os.open(work, os.O_RDONLY)
            with suppress(OSError):  # not every disk has locks
                fcntl.flock(lock, fcntl.LOCK_EX)
            if work.exists():
                break
            os.close(lock)
    else:
        raise FileNotFoundError("somebody removes what is being written")
    try:
        yield work
    finally:
        if path.exists() or not (work / OLD / path.name).exists():
            shutil.rmtree(work, ignore_errors=True)
        os.close(lock)


def write_products(products: Products, if_changed: bool = False) -> None:
    """Write each where it belongs; with `if_changed` a file that is there already keeps its time stamp."""
    for path, data in products:
        if not data and not isinstance(data, bytes):
            remove_folder(path)
        elif not isinstance(data, bytes):
            write_folder(path, data)
        elif not _holds(path, data):
            write_atomically(path, data)
        elif not if_changed:
            os.utime(path)


def _holds(path: Name, data: bytes) -> bool:
    """Whether a file, and no link to one, has these bytes."""
    try:
        known = os.lstat(path)
        if not S_ISREG(known.st_mode) or known.st_size != len(data):
            return False
        with open(path, "rb", buffering=0) as file:
            return file.read() == data
    except OSError:
        return False


def _others(path: Path, files: Mapping[str, bytes]) -> list[str]:
    """What is in the folder and docconv did not write, as relative names."""
    if not path.exists():
        return []
    if not path.is_dir():
        raise _refused(f"{path} is a file, not a folder", remedy="name another output")
    there = [each.relative_to(path).as_posix() for each in _leaves(path)]
    if there and MADE not in there:
        raise _refused(f"{path} is not empty, and docconv did not make it", remedy="name a new or an empty folder")
    made = {MADE, *(path / MADE).read_text(encoding="utf-8").split("\n")} if there else set()
    others = [name for name in there if name not in made]
    if taken := sorted(set(others) & files.keys()):
        raise _refused(f"{path / taken[0]} is not docconv's, and would be overwritten", remedy="move it away")
    return others


def _leaves(folder: Path) -> Iterator[Path]:
    """The files, links and empty folders below a folder."""
    for each in sorted(folder.iterdir()):
        below = list(_leaves(each)) if each.is_dir() and not each.is_symlink() else []
        yield from below or [each]


def _take_along(old: Path, new: Path) -> None:
    """The same file in the new folder: a second name of it where the disk allows, so that it is never gone."""
    new.parent.mkdir(parents=True, exist_ok=True)
    if old.is_dir() and not old.is_symlink():
        new.mkdir()
        return
    try:
        os.link(old, new, follow_symlinks=False)
    except OSError:
        import shutil

        shutil.copy2(old, new, follow_symlinks=False)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _swap(path: Path, new: Path, old: Path) -> None:
    """Put `new` in the place of `path`, if need be by way of `old`."""
    if not path.exists():
        new.rename(path)
        return
    old.parent.mkdir()
    path.rename(old)
    try:
        new.rename(path)
    except BaseException:
        old.rename(path)
        raise


@contextmanager
def _refusals(path: Name) -> Iterator[None]:
    """What the system refuses, as an error that names the place."""
    try:
        yield
    except OSError as error:
        raise _refused(f"cannot write {path}: {(error.strerror or str(error)).lower()}") from None


def _refused(message: str, remedy: str = "") -> UsageError:
    from docconv.problems import UsageError  # slow to import, and needed when all is lost

    return UsageError(message, remedy=remedy)
