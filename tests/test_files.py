"""Writing a file, or a folder, whole or not at all."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from docconv.files import MADE, remove_leftovers, write_atomically, write_folder
from docconv.problems import UsageError


@pytest.fixture
def umask() -> Iterator[None]:
    before = os.umask(0o027)
    yield
    os.umask(before)


def test_a_file_is_written_alone(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a.html", b"new")
    assert [each.name for each in tmp_path.iterdir()] == ["a.html"]
    assert (tmp_path / "a.html").read_bytes() == b"new"


def test_the_mode_is_that_of_any_new_file(tmp_path: Path, umask: None) -> None:
    write_atomically(tmp_path / "a.html", b"new")
    assert (tmp_path / "a.html").stat().st_mode & 0o777 == 0o640
    assert os.umask(0o027) == 0o027  # asking for it has not changed it


def test_an_older_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(b"old and longer")
    write_atomically(tmp_path / "a.html", b"new")
    assert (tmp_path / "a.html").read_bytes() == b"new"


@pytest.mark.parametrize("step", ["fsync", "rename"])
def test_a_failure_leaves_the_older_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    (tmp_path / "a.html").write_bytes(b"old")

    def fail(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    if step == "fsync":
        monkeypatch.setattr(os, "fsync", fail)
    else:
        monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(UsageError, match=r"cannot write .*a\.html: no space left on device"):
        write_atomically(tmp_path / "a.html", b"new")
    assert [each.name for each in tmp_path.iterdir()] == ["a.html"]
    assert (tmp_path / "a.html").read_bytes() == b"old"


def test_an_interruption_leaves_the_older_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.html").write_bytes(b"old")

    def interrupt(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "a.html", b"new")
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("a.html", b"old")]


@pytest.mark.parametrize(
    ("path", "message"),
    [("no/folder/a.html", "no such file or directory"), ("file/a.html", "not a directory"), (".", "is a directory")],
)
def test_a_place_that_cannot_be_written_is_said(tmp_path: Path, path: str, message: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match=message) as caught:
        write_atomically(tmp_path / path, b"new")
    assert caught.value.exit_code == 2
    assert sorted(each.name for each in tmp_path.iterdir()) == ["file"]


def test_a_long_name_is_no_trouble(tmp_path: Path) -> None:
    name = "株洲日报" * 20 + ".html"  # 245 bytes of the 255 that a name may have
    write_atomically(tmp_path / name, b"new")
    assert [each.name for each in tmp_path.iterdir()] == [name]


KILLED = """
import os, signal, sys
from pathlib import Path
from docconv import files
os.fsync = lambda file: os.kill(os.getpid(), signal.SIGKILL)
files.write_atomically(Path(sys.argv[1]), b"half")
"""


def test_what_a_killed_writer_left_is_removed_by_the_next(tmp_path: Path) -> None:
    assert subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "a.html")]).returncode == -signal.SIGKILL
    assert [each.suffix for each in tmp_path.iterdir()] == [".part"]
    write_atomically(tmp_path / "b.html", b"new")
    assert [each.name for each in tmp_path.iterdir()] == ["b.html"]


def test_what_another_writes_at_the_moment_is_left_to_him(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flush = os.fsync

    def meanwhile(file: int) -> None:
        monkeypatch.setattr(os, "fsync", flush)
        write_atomically(tmp_path / "b.html", b"his")
        remove_leftovers(tmp_path, older_than=-1)

    monkeypatch.setattr(os, "fsync", meanwhile)
    write_atomically(tmp_path / "a.html", b"mine")
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == {"a.html": b"mine", "b.html": b"his"}


def test_a_file_that_was_taken_for_a_leftover_is_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As by a machine that does not see the lock."""
    flush = os.fsync

    def remove(file: int) -> None:
        monkeypatch.setattr(os, "fsync", flush)
        for each in tmp_path.glob(".docconv-*.part"):
            shutil.rmtree(each)

    monkeypatch.setattr(os, "fsync", remove)
    write_atomically(tmp_path / "a.html", b"new")
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("a.html", b"new")]


@pytest.mark.parametrize(("age", "left"), [(60, True), (6000, False)])
def test_without_locks_age_tells_what_was_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, age: int, left: bool
) -> None:
    def refuse(*arguments: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    part = tmp_path / ".docconv-1-abc.part"
    part.touch()
    os.utime(part, (part.stat().st_mtime - age,) * 2)
    write_atomically(tmp_path / "a.html", b"new")
    assert part.exists() == left


# ── Folders ──


def held(folder: Path) -> dict[str, bytes]:
    """The files in a folder, but for docconv's list of them."""
    return {each.relative_to(folder).as_posix(): each.read_bytes()
            for each in sorted(folder.rglob("*")) if each.is_file() and each.name != MADE}  # fmt: skip


def test_a_folder_is_written_alone(tmp_path: Path, umask: None) -> None:
    write_folder(tmp_path / "site", {"index.html": b"new", "images/a.png": b"png"})
    assert [each.name for each in tmp_path.iterdir()] == ["site"]
    assert held(tmp_path / "site") == {"images/a.png": b"png", "index.html": b"new"}
    assert (tmp_path / "site" / MADE).read_text("utf-8") == "images/a.png\nindex.html\n"
    assert (tmp_path / "site").stat().st_mode & 0o777 == 0o750
    assert (tmp_path / "site/index.html").stat().st_mode & 0o777 == 0o640


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    write_folder(tmp_path / "site", {"a": b"new"})
    assert held(tmp_path / "site") == {"a": b"new"}


def test_what_docconv_made_goes_and_what_others_put_there_stays(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write_folder(site, {"a": b"old", "gone": b"old", "images/b": b"old"})
    (site / "images/mine").write_bytes(b"mine")
    (site / "deep/er").mkdir(parents=True)
    (site / "link").symlink_to("nowhere")
    write_folder(site, {"a": b"new"})
    assert held(site) == {"a": b"new", "images/mine": b"mine"}
    assert (site / "deep/er").is_dir() and (site / "link").readlink() == Path("nowhere")


def test_files_are_copied_where_they_cannot_have_two_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_folder(tmp_path / "site", {"a": b"old"})
    (tmp_path / "site/mine").write_bytes(b"mine")

    def fail(*arguments: object, **options: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", fail)
    write_folder(tmp_path / "site", {"a": b"new"})
    assert held(tmp_path / "site") == {"a": b"new", "mine": b"mine"}


def test_a_list_with_names_outside_the_folder_removes_nothing_there(tmp_path: Path) -> None:
    (tmp_path / "precious").write_bytes(b"mine")
    write_folder(tmp_path / "site", {"a": b"old"})
    (tmp_path / "site" / MADE).write_text(f"a\n../precious\n{tmp_path}/precious\n", "utf-8")
    write_folder(tmp_path / "site", {"a": b"new"})
    assert (tmp_path / "precious").read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("prepare", "message"),
    [
        (lambda site: (site / "notes.txt").write_text("mine"), "not empty, and docconv did not make it"),
        (lambda site: site.rmdir() or site.write_text("mine"), "is a file, not a folder"),
        (lambda site: write_folder(site, {"b": b""}) or (site / "a").write_text("mine"), "would be overwritten"),
        (lambda site: os.chdir(site), "is the folder you are in"),
    ],
    ids=["another's folder", "a file", "another's file", "here"],
)
def test_a_folder_that_is_not_docconvs_is_refused_and_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prepare: Callable[[Path], object], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "site").mkdir()
    prepare(tmp_path / "site")
    before = held(tmp_path)
    with pytest.raises(UsageError, match=message):
        write_folder(tmp_path / "site", {"a": b"new"})
    assert held(tmp_path) == before


@pytest.mark.parametrize("step", ["fsync", "first rename", "second rename", "interruption"])
def test_a_failure_leaves_the_older_folder_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    write_folder(tmp_path / "site", {"a": b"old"})
    (tmp_path / "site/mine").write_bytes(b"mine")
    rename, calls = Path.rename, list[Path]()

    def fail(path: Path, target: Path) -> Path:
        calls.append(path)
        if len(calls) == ("first rename", "second rename").index(step) + 1:
            raise OSError(28, "No space left on device")
        return rename(path, target)

    def stop(handle: int) -> None:
        raise KeyboardInterrupt if step == "interruption" else OSError(28, "No space left on device")

    if step.endswith("rename"):
        monkeypatch.setattr(Path, "rename", fail)
    else:
        monkeypatch.setattr(os, "fsync", stop)
    with pytest.raises((UsageError, KeyboardInterrupt)):
        write_folder(tmp_path / "site", {"a": b"new", "b": b"new"})
    assert [each.name for each in tmp_path.iterdir()] == ["site"]
    assert held(tmp_path / "site") == {"a": b"old", "mine": b"mine"}


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot write .*site: no such file or directory"):
        write_folder(tmp_path / "no/site", {"a": b""})


KILLED_IN_A_FOLDER = """
import os, signal, sys
from pathlib import Path
from docconv import files

def stop(*arguments):
    os.kill(os.getpid(), signal.SIGKILL)

rename, calls = Path.rename, []

def count(path, target):
    calls.append(path)
    stop() if len(calls) == int(sys.argv[2]) else rename(path, target)

if sys.argv[2] == "0":
    os.fsync = stop
Path.rename = count
files.write_folder(Path(sys.argv[1]), {"a": b"new", "b": b"new"})
"""


def killed_writing(site: Path, rename: int) -> None:
    """Kill a writer of the folder at one of his renames, or with 0 before; something in it is another's."""
    write_folder(site, {"a": b"old"})
    (site / "mine").write_bytes(b"mine")
    call = [sys.executable, "-c", KILLED_IN_A_FOLDER, str(site), str(rename)]
    assert subprocess.run(call).returncode == -signal.SIGKILL
    assert len(list(site.parent.glob(".docconv-*.part"))) == 1


@pytest.mark.parametrize("rename", [0, 1, 2])
def test_what_a_killed_writer_of_a_folder_left_is_removed_by_the_next(tmp_path: Path, rename: int) -> None:
    killed_writing(tmp_path / "site", rename)
    write_folder(tmp_path / "site", {"a": b"newer"})
    assert [each.name for each in tmp_path.iterdir()] == ["site"]
    assert held(tmp_path / "site") == {"a": b"newer", "mine": b"mine"}


def test_a_folder_on_its_way_to_its_place_is_put_there_by_the_next(tmp_path: Path) -> None:
    killed_writing(tmp_path / "site", rename=2)
    assert not (tmp_path / "site").exists()
    write_atomically(tmp_path / "b.html", b"new")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["b.html", "site"]
    assert held(tmp_path / "site") == {"a": b"new", "b": b"new", "mine": b"mine"}


def test_a_folder_whose_place_somebody_took_is_left_to_him(tmp_path: Path) -> None:
    killed_writing(tmp_path / "site", rename=2)
    (tmp_path / "site").mkdir()
    write_atomically(tmp_path / "b.html", b"new")
    assert list((tmp_path / "site").iterdir()) == []
    assert len(list(tmp_path.glob(".docconv-*.part/*/site/mine"))) == 2


def test_a_folder_that_another_writes_at_the_moment_is_left_to_him(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flush = os.fsync

    def meanwhile(file: int) -> None:
        monkeypatch.setattr(os, "fsync", flush)
        write_folder(tmp_path / "his", {"a": b"his"})
        remove_leftovers(tmp_path, older_than=-1)

    monkeypatch.setattr(os, "fsync", meanwhile)
    write_folder(tmp_path / "mine", {"a": b"mine"})
    assert held(tmp_path) == {"his/a": b"his", "mine/a": b"mine"}


def test_links_that_look_like_leftovers_lead_nowhere(tmp_path: Path) -> None:
    """As in a folder that came in an archive of somebody's."""
    precious, place = tmp_path / "precious", tmp_path / "place"
    for folder in (precious / "site", place / ".docconv-1-a.part/.old.part/site"):
        folder.mkdir(parents=True)
    (precious / "site/a").write_bytes(b"mine")
    (place / ".docconv-1-a.part/.new.part").symlink_to(precious)
    (place / ".docconv-2-b.part").symlink_to(precious)
    write_atomically(place / "b.html", b"new")
    assert sorted(each.name for each in place.iterdir()) == [".docconv-2-b.part", "b.html"]
    assert held(precious) == {"site/a": b"mine"}
