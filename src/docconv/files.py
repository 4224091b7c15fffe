"""Writing files and folders: whole or not at all, and several all or none.

Whoever is killed while he writes leaves a hidden folder behind, `.docconv-….part`, that nobody takes for anything else;
the next to write in that place removes it.  Whoever writes holds a lock on his, which the system takes from the dead.
"""

from __future__ import annotations

import fcntl
import os
import sys
import time
from contextlib import ExitStack, contextmanager, suppress
from errno import EAGAIN, EISDIR
from functools import partial
from stat import S_IMODE, S_ISCHR, S_ISDIR, S_ISFIFO, S_ISREG

TYPE_CHECKING = False  # mypy takes it for typing's; with pathlib it takes longer to import than a cached call takes
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import IO, TypeAlias

    from docconv.problems import UsageError

    Undo: TypeAlias = Callable[[], object]
    Put: TypeAlias = Callable[[], Undo]
    """What puts a product in its place; what it returns takes it away again."""

    Name: TypeAlias = str | os.PathLike[str]
    Pieces: TypeAlias = Callable[[], Iterable[bytes]]
    Product: TypeAlias = bytes | Pieces | Mapping[str, bytes]
    Products: TypeAlias = Sequence[tuple[Name, bytes | Mapping[str, bytes]]]
    """What is to be written where: the bytes of a file, or a folder's files by relative names; of an edition that has
    no folder any more, none."""

MADE = ".docconv-made"
"""The list, in a folder that docconv made, of the files in it that are docconv's."""
STDOUT = "-"
"""The name of a product that goes to stdout."""


def write_atomically(path: Name, data: bytes) -> None:
    """Write to a temporary file beside the place, flush it to the disk, rename it.

    A crash, a full disk or a kill leaves the old file or none, never half of one.  Raises `UsageError` if the
    place cannot be written."""
    write_products([(path, data)])


def write_pieces(path: Name, pieces: Pieces) -> None:
    """The same for what is too large to have in memory; `pieces` may be asked for more than once."""
    write_products([(path, pieces)])


def write_folder(path: Name, files: Mapping[str, bytes]) -> None:
    """Build the folder beside its place, then put it there by renaming; `files` are its contents, by relative names.

    A crash, a full disk or a kill leaves the old folder, or the new one, or (between two renames) both beside the
    place, and the next to write there ends what was begun; never a mixture.  What docconv did not write stays: files
    that somebody has put into a folder of docconv's are taken along, and a folder that is not docconv's, unless it is
    empty, is refused.  Raises `UsageError` for that, and if the place cannot be written."""
    write_products([(path, files)])


def write_products(products: Sequence[tuple[Name, Product]], if_changed: bool = False) -> None:
    """Write each where it belongs, in their order, or if one of them cannot be written, none.

    All are made beside their places before the first is put there.  A link is followed, and a file that is replaced
    hands its mode and owner on; what is no file but takes bytes (a terminal, a pipe, `/dev/stdout`) is written to,
    first of all; anything else is refused.  Of a folder without files goes what docconv wrote there, and the folder if
    nothing else is in it.  With `if_changed` a file that is there already keeps its time stamp."""
    for _ in range(ATTEMPTS):
        with ExitStack() as held:
            works: dict[str, str] = {}
            puts: list[Put] = []
            streams: list[Put] = []
            for path, data in products:
                with _refusals(path):
                    if stream := _stream(path):
                        streams.append(partial(_put, path, partial(_pour, stream, data)))
                    else:
                        puts.append(partial(_put, path, _prepared(path, data, if_changed, works, held)))
            if not all(map(os.path.exists, works.values())):
                continue
            return _put_all((*streams, *puts))
    raise _refused(f"cannot write {', '.join(os.fspath(path) for path, _ in products)}: somebody removes it meanwhile")


ATTEMPTS = 5
"""How often something is begun anew that was taken for a leftover before it was locked."""


def _put_all(puts: Iterable[Put]) -> None:
    with ExitStack() as done:
        for put in puts:
            done.callback(put())
        done.pop_all()  # all is well: nothing is undone


def _put(path: Name, step: Put) -> Undo:
    with _refusals(path):
        return step()


def is_same(one: Name, other: Name) -> bool:
    """Whether two names mean one place, through links and all."""
    return os.path.realpath(one) == os.path.realpath(other)


# ── Streams ──


def _stream(path: Name) -> str:
    """The name of a place that takes bytes and is no file: `-`, one of this process's open files, a pipe, a terminal;
    else nothing.  Raises `UsageError` for a place that takes none."""
    name = os.fspath(path)
    if name == STDOUT or _descriptor(name) is not None:
        return name
    try:
        mode = os.stat(name).st_mode
    except FileNotFoundError:
        return ""
    if S_ISREG(mode) or S_ISDIR(mode):
        return ""
    if S_ISFIFO(mode) or S_ISCHR(mode):
        return name
    raise _refused(f"{name} is a device or a socket", remedy="name a file")


def _descriptor(name: str) -> int | None:
    """The number of the open file of this process that a name stands for."""
    if name in _STREAMS:
        return _STREAMS.index(name)
    folder, number = os.path.split(name)
    return int(number) if folder in ("/dev/fd", "/proc/self/fd") and number.isdecimal() else None


_STREAMS = ("/dev/stdin", "/dev/stdout", "/dev/stderr")


def _pour(name: str, data: Product) -> Undo:
    if not isinstance(data, bytes) and not callable(data):
        raise _refused(f"{name} is no folder", remedy="name another output")
    number = _descriptor(name)
    with suppress(BrokenPipeError):  # whoever read it wants no more
        if name == STDOUT or number == 1:
            _write_all(sys.stdout.buffer, data)
            return _nothing
        access = os.O_WRONLY | os.O_NOCTTY
        with open(os.open(name, access) if number is None else os.dup(number), "wb") as file:
            _write_all(file, data)
    return _nothing


def _nothing() -> None:
    """What is to be undone where nothing was done."""


def _as_it_is() -> Undo:
    return _nothing


def say(text: str) -> None:
    """Write a text to stdout, as UTF-8 whatever the locale; a name that is none, as it is.  Raises `UsageError`."""
    write_products([(STDOUT, text.encode(errors="surrogateescape"))])


def _write_all(file: IO[bytes], data: bytes | Pieces) -> None:
    for piece in (data,) if isinstance(data, bytes) else data():
        rest = memoryview(piece)
        while rest:  # without a buffer (PYTHONUNBUFFERED) a file may take less than it is given
            taken = file.write(rest)
            if taken is None:
                raise BlockingIOError(EAGAIN, os.strerror(EAGAIN))
            rest = rest[taken:]
    file.flush()


# ── Files ──


def _prepared(path: Name, data: Product, if_changed: bool, works: dict[str, str],
              held: ExitStack) -> Put:  # fmt: skip
    """Make a product beside its place.  `works` are the work folders so far, by the folders
    that they lie in; `held` ends them."""
    if not isinstance(data, bytes) and not callable(data):
        from pathlib import Path  # slow to import

        place = Path(os.path.realpath(path))
        if not data and (os.path.islink(path) or not (place / MADE).is_file()):
            return _as_it_is  # it is not docconv's
        work = Path(_work_in(str(place.parent), works, held))
        if not data and not _others(place, {}):
            return partial(_removed, place, work / OLD / place.name)
        return _prepared_folder(place, data, work)
    name = _followed(os.fspath(path))
    if isinstance(data, bytes) and _holds(name, data):
        return partial(_touch, name, if_changed)
    temporary = os.path.join(_work_in(os.path.dirname(name) or ".", works, held), os.urandom(8).hex())
    with open(temporary, "xb") as file:
        _write_all(file, data)
        os.fsync(file.fileno())
    if os.path.exists(name):
        _hand_on(name, temporary)
    return partial(_replace, temporary, name)


def _touch(name: str, if_changed: bool) -> Undo:
    if not if_changed:
        os.utime(name)
    return _nothing


def _replace(temporary: str, name: str) -> Undo:
    """Put a file in its place; the old one keeps a second name, until all is done, where the disk has that."""
    old = f"{temporary}.old"
    is_new = not os.path.exists(name)
    try:
        os.link(name, old)
        undo: Undo = partial(os.replace, old, name)
    except OSError:
        undo = partial(os.unlink, name) if is_new else _nothing
    os.replace(temporary, name)
    return undo


def _followed(name: str) -> str:
    """The place that a name means, if it is a link, there or not.  Raises `OSError` for a folder, and a ring."""
    place = os.path.realpath(name) if os.path.islink(name) else name
    if os.path.islink(place):
        os.stat(place)  # says what is wrong with it
    if os.path.isdir(place):
        raise IsADirectoryError(EISDIR, os.strerror(EISDIR))
    return place


def _hand_on(old: str, new: str) -> None:
    """Give a file the mode of another and, where that is allowed, its owner and group."""
    known = os.stat(old)
    for owner in (known.st_uid, -1):
        try:
            os.chown(new, owner, known.st_gid)
            break
        except OSError:
            continue
    os.chmod(new, S_IMODE(known.st_mode) & 0o777)  # nobody runs an edition in another's name


def _holds(path: Name, data: bytes) -> bool:
    """Whether a file has these bytes."""
    try:
        known = os.stat(path)
        if not S_ISREG(known.st_mode) or known.st_size != len(data):
            return False
        with open(path, "rb", buffering=0) as file:
            return file.read() == data
    except OSError:
        return False


# ── Work folders ──


def _work_in(folder: str, works: dict[str, str], held: ExitStack) -> str:
    """The work folder of a folder: the one that is there, or a new one."""
    if folder not in works:
        remove_leftovers(folder)
        works[folder] = held.enter_context(_work_folder(folder))
    return works[folder]


@contextmanager
def _work_folder(folder: str) -> Iterator[str]:
    """A folder in another, locked and in the end removed, with the folders in it that are still on their way."""
    work = os.path.join(folder, f".docconv-{os.getpid()}-{os.urandom(4).hex()}.part")
    os.mkdir(work)
    try:
        lock = os.open(work, os.O_RDONLY)
        try:
            with suppress(OSError):  # not every disk has locks
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield work
        finally:
            os.close(lock)
    finally:
        with suppress(OSError):
            _clear(work)


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
    """Remove a work folder; a folder in it whose place is empty is put there: whoever was to do so was killed between
    two renames."""
    for name in _names(os.path.join(work, OLD)) & _names(os.path.join(work, NEW)):
        place = os.path.join(os.path.dirname(work), name)
        if os.path.lexists(place):
            return  # somebody has put another there, and has to choose
        os.rename(os.path.join(work, NEW, name), place)
    try:
        os.rmdir(work)
    except OSError:  # not empty
        import shutil  # slow to import

        shutil.rmtree(work)


def _names(folder: str) -> set[str]:
    return set() if os.path.islink(folder) or not os.path.isdir(folder) else set(os.listdir(folder))


# ── Folders ──


def _prepared_folder(path: Path, files: Mapping[str, bytes], work: Path) -> Put:
    """Build a folder in a work folder."""
    others = _others(path, files)
    if path.cwd().is_relative_to(path):
        raise _refused(f"{path.name or path}/ is the folder you are in", remedy="name a folder inside it")
    new = work / NEW / path.name
    new.mkdir(parents=True)
    for name in others:
        _take_along(path / name, new / name)
    for name, data in files.items():
        _write(new / name, data)
    _write(new / MADE, "".join(f"{name}\n" for name in sorted(files)).encode())
    return partial(_swap, path, new, work / OLD / path.name)


def _removed(path: Path, old: Path) -> Undo:
    """Take a folder away, by way of `old`."""
    old.parent.mkdir(exist_ok=True)
    path.rename(old)
    return partial(old.rename, path)


NEW, OLD = ".new.part", ".old.part"
"""The folders in a work folder: what is to come to the place, and what was there."""


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


def _swap(path: Path, new: Path, old: Path) -> Undo:
    """Put `new` in the place of `path`, if need be by way of `old`."""
    if not path.exists():
        new.rename(path)
        return partial(path.rename, new)
    old.parent.mkdir(exist_ok=True)
    path.rename(old)
    try:
        new.rename(path)
    except BaseException:
        old.rename(path)
        raise

    def undo() -> None:
        path.rename(new)
        old.rename(path)

    return undo


@contextmanager
def _refusals(path: Name) -> Iterator[None]:
    """What the system refuses, as an error that names the place."""
    try:
        yield
    except OSError as error:
        place = "to stdout" if path == STDOUT else path
        raise _refused(f"cannot write {place}: {(error.strerror or str(error)).lower()}") from None


def _refused(message: str, remedy: str = "") -> UsageError:
    from docconv.problems import UsageError  # slow to import, and needed when all is lost

    return UsageError(message, remedy=remedy)
