"""Writing a file whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from docconv.files import write_atomically
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
        monkeypatch.setattr(Path, "replace", fail)
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
