"""Bad conditions: places that are no files, standard files that are closed or full, names and folders that are odd,
limits of the system.  docconv works or says what is wrong, with the exit code that is documented and no traceback.

Each test makes its condition itself, in a folder of its own; what needs root or Linux is skipped elsewhere.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import shutil
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from docconv import model
from docconv.writers.markup import to_markup

GOOD = to_markup(model.Document(model.Meta("标题", "zh-Hans"), (model.Paragraph((model.Text("一段文字。"),)),)))
WANTING = to_markup(model.Document(model.Meta("标题", "zh-Hans"), (model.Figure(model.Missing(), id="fig-1"),)))
DOCCONV = (sys.executable, "-m", "docconv")
IS_ROOT = os.geteuid() == 0
LINUX = sys.platform.startswith("linux")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a good source and one that wants a picture; the tests run in it."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    Path("good.xhtml").write_text(GOOD, "utf-8")
    Path("wanting.xhtml").write_text(WANTING, "utf-8")
    return tmp_path / "work"


def docconv(*words: str | bytes, **settings: Any) -> subprocess.CompletedProcess[bytes]:
    """What a call says; it never says a traceback."""
    done = subprocess.run([*DOCCONV, *words], capture_output=True, timeout=100, **settings)
    refuse_traces(done)
    return done


def shell(command: str, **settings: Any) -> subprocess.CompletedProcess[bytes]:
    """The same for a line of the shell, in which `docconv` is docconv."""
    line = f'docconv() {{ {shlex.join(DOCCONV)} "$@"; }}; {command}'
    done = subprocess.run(["bash", "-c", line], capture_output=True, timeout=100, **settings)
    refuse_traces(done)
    return done


def refuse_traces(done: subprocess.CompletedProcess[bytes]) -> None:
    said = (done.stdout or b"") + (done.stderr or b"")
    for trace in (b"Traceback", b"Exception ignored", b"Fatal Python", b"Error in sys"):
        assert trace not in said, said.decode(errors="replace")


def left(folder: Path) -> list[str]:
    """What lies in the folder beside its sources."""
    return sorted(each.name for each in folder.iterdir() if not each.name.endswith(".xhtml"))


# ── Outputs that are no files ──


@contextlib.contextmanager
def reading(path: Path) -> Iterator[list[bytes]]:
    """What comes out of a pipe, once it is closed."""
    os.mkfifo(path)
    heard: list[bytes] = []
    reader = threading.Thread(target=lambda: heard.append(path.read_bytes()))
    reader.start()
    yield heard
    reader.join(timeout=20)


@pytest.mark.parametrize("option", ["-o pipe.html", "-o out.html --ledger pipe.html", "-o out.html --deps pipe.html"])
def test_a_pipe_is_written_to_and_stays(folder: Path, option: str) -> None:
    with reading(folder / "pipe.html") as heard:
        assert docconv("convert", "good.xhtml", *option.split()).returncode == 0
    assert heard[0]
    assert (folder / "pipe.html").is_fifo()


def test_a_reader_of_a_pipe_that_goes_away_keeps_nobody_from_the_rest(folder: Path) -> None:
    os.mkfifo(folder / "pipe.html")
    reader = subprocess.Popen(["head", "-c", "1", "pipe.html"], stdout=subprocess.PIPE)
    Path("long.xhtml").write_text(GOOD.replace("一段文字。", "一段文字。" * 50_000), "utf-8")
    assert docconv("convert", "long.xhtml", "-o", "pipe.html", "-o", "out.html").returncode == 0
    reader.communicate(timeout=20)
    assert (folder / "out.html").is_file()


def test_a_socket_is_refused_and_stays(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as place:
        place.bind("out.html")
        done = docconv("convert", "good.xhtml", "-o", "other.html", "-o", "out.html")
    assert (done.returncode, done.stderr) == (2, "docconv: out.html is a device or a socket — name a file\n".encode())
    assert (folder / "out.html").is_socket()
    assert left(folder) == ["out.html"]


def device(path: Path, kind: int, major: int, minor: int) -> None:
    """A device of its own, in the test's folder."""
    try:
        os.mknod(path, kind | 0o666, os.makedev(major, minor))
        with path.open("rb") if kind == stat.S_IFCHR else contextlib.nullcontext():
            pass
    except OSError:
        pytest.skip("only root makes devices, and not on every disk")


@pytest.mark.skipif(not LINUX, reason="devices have these numbers on Linux")
@pytest.mark.parametrize(
    ("minor", "code", "says"), [(7, 2, b"no space left on device"), (3, 0, b"")], ids=["full", "null"]
)
@pytest.mark.parametrize("option", ["-o", "--ledger", "--deps"])
def test_a_device_is_written_to_and_stays(folder: Path, option: str, minor: int, code: int, says: bytes) -> None:
    device(folder / "device.html", stat.S_IFCHR, 1, minor)
    (folder / "out.html").write_text("old")
    done = docconv("convert", "good.xhtml", "-o", "out.html", option, "device.html")
    assert done.returncode == code
    assert says in done.stderr
    assert (folder / "device.html").is_char_device()
    assert ((folder / "out.html").read_text() == "old") == bool(code)


@pytest.mark.skipif(not LINUX, reason="devices have these numbers on Linux")
def test_a_disk_is_never_written_to(folder: Path) -> None:
    device(folder / "disk.html", stat.S_IFBLK, 7, 250)  # a loop device that nobody has set up
    done = docconv("convert", "good.xhtml", "-o", "disk.html")
    assert (done.returncode, b"disk.html is a device" in done.stderr) == (2, True)
    assert (folder / "disk.html").is_block_device()


@pytest.mark.parametrize("name", ["out.pdf", "out.html", "out.EPUB", "out.md"])
def test_a_folder_with_the_name_of_an_edition_is_no_site(folder: Path, name: str) -> None:
    (folder / name).mkdir()
    done = docconv("convert", "good.xhtml", "-o", name)
    assert (done.returncode, f"docconv: {name} is a folder" in done.stderr.decode()) == (2, True)
    assert list((folder / name).iterdir()) == []


# ── Links, modes, owners ──


def test_a_link_is_followed_and_stays(folder: Path) -> None:
    (folder / "far").mkdir()
    (folder / "far/page.html").write_text("old")
    (folder / "out.html").symlink_to("far/page.html")
    (folder / "new.html").symlink_to("far/new.html")
    assert docconv("convert", "good.xhtml", "-o", "out.html", "-o", "new.html").returncode == 0
    assert (folder / "out.html").is_symlink() and (folder / "new.html").is_symlink()
    assert b"<html" in (folder / "far/page.html").read_bytes() == (folder / "far/new.html").read_bytes()
    assert left(folder) == ["far", "new.html", "out.html"]
    assert left(folder / "far") == ["new.html", "page.html"]


def test_a_ring_of_links_is_refused(folder: Path) -> None:
    (folder / "a.html").symlink_to("b.html")
    (folder / "b.html").symlink_to("a.html")
    done = docconv("convert", "good.xhtml", "-o", "a.html")
    assert (done.returncode, b"symbolic links" in done.stderr) == (2, True)
    assert (folder / "a.html").is_symlink()


def test_a_file_that_is_replaced_hands_on_its_mode(folder: Path) -> None:
    (folder / "out.html").write_text("old")
    (folder / "out.html").chmod(0o604)
    assert docconv("convert", "good.xhtml", "-o", "out.html").returncode == 0
    assert (folder / "out.html").stat().st_mode & 0o7777 == 0o604


@pytest.mark.skipif(not IS_ROOT, reason="only root gives files away")
def test_a_file_that_is_replaced_hands_on_its_owner(folder: Path) -> None:
    (folder / "out.html").write_text("old")
    os.chown(folder / "out.html", 12345, 54321)
    assert docconv("convert", "good.xhtml", "-o", "out.html").returncode == 0
    known = (folder / "out.html").stat()
    assert (known.st_uid, known.st_gid) == (12345, 54321)


# ── All or none ──


@pytest.mark.parametrize("bad", ["-o none/b.html", "--ledger none/b.json", "--deps none/b.d", "-o file/b.html"])
def test_if_one_output_cannot_be_written_none_is(folder: Path, bad: str) -> None:
    (folder / "file").touch()
    for name in ("a.html", "d"):
        (folder / name).write_text("old")
    done = docconv("convert", "good.xhtml", "-o", "a.html", *bad.split(), *(["--deps", "d"] * ("--deps" not in bad)))
    assert done.returncode == 2
    assert left(folder) == ["a.html", "d", "file"]
    assert [(folder / name).read_text() for name in ("a.html", "d")] == ["old", "old"]


def test_stdout_that_is_full_withholds_the_rest(folder: Path) -> None:
    if not Path("/dev/full").is_char_device():
        pytest.skip("there is no /dev/full")
    done = shell("docconv convert good.xhtml -o - -o a.html >/dev/full")
    assert (done.returncode, done.stderr) == (2, b"docconv: cannot write to stdout: no space left on device\n")
    assert left(folder) == []


# ── stdout, stderr, stdin ──


@pytest.mark.parametrize("name", ["-", "/dev/stdout", "/dev/fd/1"])
def test_an_edition_goes_to_stdout(folder: Path, name: str) -> None:
    docconv("convert", "good.xhtml", "-o", "out.html")
    page = (folder / "out.html").read_bytes()
    assert docconv("convert", "good.xhtml", "-o", name).stdout == page
    shell(f"{{ echo first; docconv convert good.xhtml -o {name}; echo last; }} >log")
    assert (folder / "log").read_bytes() == b"first\n" + page + b"last\n"


def test_a_ledger_goes_to_a_stream(folder: Path) -> None:
    done = shell("docconv convert wanting.xhtml -o out.html --ledger /dev/stdout >log")
    assert done.returncode == 0
    assert json.loads((folder / "log").read_bytes())["source"] == "wanting.xhtml"
    done = shell("docconv convert wanting.xhtml -o out.html --ledger >(cat >log2); sleep 1")
    assert (folder / "log2").read_bytes() == (folder / "log").read_bytes()


COMMANDS = {
    "--help": 0,
    "convert wanting.xhtml -o -": 0,
    "convert wanting.xhtml -o out.html -v": 0,
    "convert none.xhtml -o out.html": 2,
    "convert none.xhtml": 2,
    "check wanting.xhtml": 4,
    "show good.xhtml": 0,
    "clean": 0,
    "batch good.xhtml wanting.xhtml --to html --out out --workers 1 --report-format text": 0,
}
SAYS_NOTHING = ("convert wanting.xhtml -o out.html -v", "convert none.xhtml -o out.html", "convert none.xhtml")


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("way", ["2>/dev/full", "<&- 2>&-"])
def test_nothing_depends_on_who_hears_stderr(folder: Path, command: str, way: str) -> None:
    if "full" in way and not Path("/dev/full").is_char_device():
        pytest.skip("there is no /dev/full")
    environment = {**os.environ, "DOCCONV_CACHE": str(folder / ".cache")}
    done = shell(f"docconv {command} {way}", env=environment)
    assert done.returncode == COMMANDS[command]
    assert b"docconv: " not in done.stdout


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("way", [">&-", ">/dev/full", "<&- >&- 2>&-"])
def test_what_stdout_does_not_take_is_said(folder: Path, command: str, way: str) -> None:
    if "full" in way and not Path("/dev/full").is_char_device():
        pytest.skip("there is no /dev/full")
    environment = {**os.environ, "DOCCONV_CACHE": str(folder / ".cache")}
    done = shell(f"docconv {command} {way}", env=environment)
    assert done.returncode == (COMMANDS[command] if command in SAYS_NOTHING else 2), done.stderr
    assert (b"cannot write" in done.stderr) == (done.returncode == 2 and "2>" not in way and "none" not in command)


def test_closed_files_get_no_other_files_words(folder: Path) -> None:
    """A file that is opened gets the lowest free number: what is said on stderr must not end in it."""
    assert shell("docconv convert wanting.xhtml -o out.html -v <&- >&- 2>&-").returncode == 0
    assert b"picture-missing" not in (folder / "out.html").read_bytes()


@pytest.mark.parametrize("command", ["convert - -o out.html", "check -", "show -", "batch - --to html --out out"])
def test_a_closed_stdin_is_said(command: str) -> None:
    done = shell(f"docconv {command} <&-")
    assert done.returncode == 2
    assert b"cannot read stdin: bad file descriptor" in done.stderr


@pytest.mark.parametrize("encoding", ["ascii", "gbk"])
@pytest.mark.parametrize(
    "command",
    [
        "check 字.xhtml",
        "check 字.xhtml --format json",
        "convert 字.xhtml -o out.html -v",
        "convert 无.xhtml -o out.html",
        "show 字.xhtml",
        "config 字.xhtml",
        "--help",
    ],
)
def test_the_encoding_of_the_terminal_changes_no_exit_code(folder: Path, command: str, encoding: str) -> None:
    Path("字.xhtml").write_text(WANTING, "utf-8")
    plain = docconv(*command.split())
    done = docconv(*command.split(), env={**os.environ, "PYTHONIOENCODING": encoding})
    assert done.returncode == plain.returncode
    if command != "--help":
        assert done.stdout == plain.stdout


# ── Names and folders ──


def test_a_folder_that_is_gone_is_said(folder: Path) -> None:
    source = folder / "good.xhtml"
    done = shell(f"mkdir gone; cd gone; rmdir ../gone; docconv convert {source} -o out.html")
    assert (done.returncode, b"the folder that you are in is gone" in done.stderr) == (2, True)


FAULTS: dict[str, Callable[[Path], object]] = {
    "not UTF-8": lambda path: path.write_bytes(b'lang = "\xd4\xff"\n'),
    "no TOML": lambda path: path.write_text("lang = [\n"),
    "deep": lambda path: path.write_text(f"a = {'[' * 5000}{']' * 5000}\n"),
}


@pytest.mark.parametrize("name", ["docconv.toml", "pyproject.toml", "good.xhtml.docconv.toml"])
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("command", ["convert good.xhtml -o out.html", "config good.xhtml"])
def test_a_configuration_that_is_damaged_is_said(folder: Path, name: str, fault: str, command: str) -> None:
    FAULTS[fault](folder / name)
    done = docconv(*command.split())
    if command.startswith("config") and name.startswith("good"):
        assert done.returncode == 0
        return
    assert done.returncode == 2
    assert name in done.stderr.decode()


@pytest.mark.parametrize("name", ["docconv.toml", "pyproject.toml"])
def test_a_configuration_that_is_a_pipe_or_a_folder_is_none(folder: Path, name: str) -> None:
    os.mkfifo(folder / name)
    assert docconv("convert", "good.xhtml", "-o", "out.html").returncode == 0
    (folder / name).unlink()
    (folder / name).mkdir()
    assert docconv("convert", "good.xhtml", "-o", "out.html").returncode == 0


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["a pipe", "a folder"])
def test_decisions_that_are_no_file_are_said(make: Callable[[str], None]) -> None:
    make("good.xhtml.docconv.toml")
    done = docconv("convert", "good.xhtml", "-o", "out.html")
    assert (done.returncode, b"good.xhtml.docconv.toml: is no file" in done.stderr) == (2, True)


@pytest.mark.parametrize("name", ["docconv.toml", "good.xhtml.docconv.toml", "good.xhtml"])
def test_what_may_not_be_read_is_said(folder: Path, name: str) -> None:
    (folder / name).touch()
    (folder / name).chmod(0)
    rights: list[str] = []
    if IS_ROOT:
        rights = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]
        if not shutil.which("setpriv") or subprocess.run([*rights, "true"], capture_output=True).returncode:
            pytest.skip("root may read everything, and setpriv does not take that away")
    done = subprocess.run([*rights, *DOCCONV, "convert", "good.xhtml", "-o", "out.html"], capture_output=True)
    refuse_traces(done)
    assert (done.returncode, b"permission denied" in done.stderr.lower()) == (2, True), done.stderr
    assert name in done.stderr.decode()


@pytest.mark.parametrize("length", [240, 249, 255])
@pytest.mark.parametrize(
    "command",
    [
        "convert {} -o out.html --deps d",
        "check {}",
        "show {}",
        "pictures {}",
        "batch {} --to html --out out --workers 1",
    ],
)
def test_a_name_may_be_as_long_as_the_disk_allows(folder: Path, length: int, command: str) -> None:
    name = "长" * (length // 3 - 3)
    name += "x" * (length - len(name.encode()) - 6) + ".xhtml"
    assert len(name.encode()) == length
    Path(name).write_text(GOOD, "utf-8")
    done = docconv(*command.format(name).split())
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("length", [240, 255])
def test_an_edition_may_have_the_longest_name(folder: Path, length: int) -> None:
    name = f"{'x' * (length - 5)}.html"
    assert docconv("convert", "good.xhtml", "-o", name, "--ledger", "x" * length).returncode == 0
    assert left(folder) == sorted([name, "x" * length])
    done = docconv("convert", "good.xhtml", "-o", f"{'x' * 251}.html")
    assert (done.returncode, b"file name too long" in done.stderr.lower()) == (2, True)


ODD = b"\xd4\xbb \xff"


@pytest.mark.parametrize("command", ["convert NAME.xhtml -o NAME.html --ledger NAME.json --deps NAME.d -v",
                                     "convert NAME.xhtml -o NAME.epub --deps NAME.d --deps-format json",
                                     "convert NAME.xhtml -o NAME/ --deps NAME.d --deps-format zero",
                                     "convert NAME.none -o out.html",
                                     *(f"check NAME.xhtml --format {form}" for form in
                                       ("text", "lines", "json", "jsonl", "sarif", "github")),
                                     "show NAME.xhtml", "pictures NAME.xhtml --format csv", "config NAME.xhtml",
                                     "batch NAME.xhtml --to html --out NAME --workers 1 --summary NAME.xml "
                                     "--summary NAME.json"])  # fmt: skip
def test_a_name_that_is_not_utf_8_is_a_name(folder: Path, command: str) -> None:
    name = os.fsdecode(ODD.replace(b" ", b"_"))
    try:
        Path(f"{name}.xhtml").write_text(WANTING, "utf-8")
    except OSError:
        pytest.skip("this disk has names in UTF-8 alone")
    done = docconv(*command.replace("NAME", name).split())
    expected = 2 if "none" in command else 4 if command.startswith("check") else 0
    assert done.returncode == expected, done.stderr
    made = [each for each in re.findall(r"(?:-o|--ledger|--deps|--summary) (\S+)", command) if "out" not in each]
    if expected == 0:
        assert all(Path(each.replace("NAME", name)).exists() for each in made)


NOBODY = """
import pwd

def unknown(user):
    raise KeyError(user)

pwd.getpwuid = unknown
"""


def test_a_user_without_a_name_and_a_home_converts(folder: Path) -> None:
    (folder.parent / "sitecustomize.py").write_text(NOBODY)
    environment = {name: value for name, value in os.environ.items() if name not in ("HOME", "DOCCONV_CACHE")}
    environment["PYTHONPATH"] = os.pathsep.join([str(folder.parent), *sys.path])
    for command in ("convert good.xhtml -o out.html --embed-fonts", "check good.xhtml", "config", "clean"):
        done = docconv(*command.split(), env=environment)
        assert done.returncode == 0, done.stderr
    assert left(folder) == ["out.html"]


@pytest.mark.skipif(not LINUX, reason="has no /dev/zero")
@pytest.mark.parametrize(
    "command",
    [
        "convert /dev/zero -o out.html --from page",
        "check /dev/zero",
        "show /dev/zero",
        "convert good.xhtml -o out.pdf --profile press-cn --icc /dev/zero",
    ],
)
def test_a_source_without_end_is_given_up(folder: Path, command: str) -> None:
    done = docconv(*command.split())
    assert (done.returncode, b"file too large" in done.stderr.lower()) == (2, True), done.stderr
    assert left(folder) == []


# ── make, and the moment that is stated ──


@pytest.mark.parametrize("name", ["a;b.html", "a|b.html", "a\nb.html", "a\tb.html", "f(x)/", "a\\ b.html"])
def test_an_output_that_make_cannot_name_is_refused_before_anything_is_written(folder: Path, name: str) -> None:
    done = docconv("convert", "good.xhtml", "-o", name, "--deps", "d")
    if name == "f(x)/":  # the name of a folder ends in /
        assert done.returncode == 0
        return
    assert (done.returncode, b"make has no way to name" in done.stderr) == (2, True)
    assert left(folder) == []
    assert docconv("convert", "good.xhtml", "-o", name, "--deps", "d", "--deps-format", "json").returncode == 0


@pytest.mark.parametrize("said", ["", " ", "-1", "1e9", "1.5", "٣", "4354819200", "9" * 5000])
def test_a_moment_that_is_none_is_refused_in_all_editions_alike(folder: Path, said: str) -> None:
    environment = {**os.environ, "SOURCE_DATE_EPOCH": said}
    answers = {
        docconv("convert", "good.xhtml", "-o", f"out.{edition}", env=environment).stderr
        for edition in ("html", "epub", "md")
    }
    done = docconv("batch", "good.xhtml", "--to", "html", "--out", "out", env=environment)
    assert {*answers, done.stderr} == {done.stderr}
    assert re.match(rb"docconv: SOURCE_DATE_EPOCH is .* \xe2\x80\x94 set it to seconds since 1970", done.stderr)
    assert done.returncode == 2
    assert left(folder) == []


@pytest.mark.slow
@pytest.mark.parametrize("said", ["", "-1", "x", "4354819200"])
def test_pdf_and_word_answer_the_same(folder: Path, said: str) -> None:
    for edition in ("pdf", "docx", "odt"):
        done = docconv("convert", "good.xhtml", "-o", f"out.{edition}", env={**os.environ, "SOURCE_DATE_EPOCH": said})
        assert (done.returncode, b"SOURCE_DATE_EPOCH is" in done.stderr) == (2, True)


@pytest.mark.slow
@pytest.mark.parametrize("said", ["0", "2524608000", "4354819199"])
def test_every_moment_that_editions_can_name_is_taken(said: str) -> None:
    environment = {**os.environ, "SOURCE_DATE_EPOCH": said}
    outputs = [f"out.{edition}" for edition in ("html", "epub", "pdf", "docx", "odt", "icml", "md")]
    words = [word for each in outputs for word in ("-o", each)]
    assert docconv("convert", "good.xhtml", *words, env=environment).returncode == 0


# ── A disk that is full ──


@pytest.fixture
def small_disk(folder: Path) -> list[str]:
    """The words before a command that make the folder `disk` a disk of 64 kB, for that command alone."""
    (folder / "disk").mkdir()
    words = ["unshare", "--mount", "--map-root-user", "sh", "-c",
             'mount -t tmpfs -o size=64k tmpfs disk && exec "$@"', "sh"]  # fmt: skip
    try:
        subprocess.run([*words, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this system makes no disk for a test")
    return words


def on_disk(words: list[str], line: str) -> subprocess.CompletedProcess[bytes]:
    """A line of the shell with the disk, and what lies there afterwards on stdout."""
    line = f'docconv() {{ {shlex.join(DOCCONV)} "$@"; }}; {line}; code=$?; ls -A disk; exit $code'
    done = subprocess.run([*words, "bash", "-c", line], capture_output=True, timeout=100)
    refuse_traces(done)
    return done


def test_a_full_disk_leaves_the_old_edition_and_nothing_else(folder: Path, small_disk: list[str]) -> None:
    Path("long.xhtml").write_text(GOOD.replace("一段文字。", "一段文字。" * 10_000), "utf-8")
    line = "echo old >disk/out.html; docconv convert long.xhtml -o disk/out.html -o other.html"
    done = on_disk(small_disk, f"{line}; code=$?; cat disk/out.html; (exit $code)")
    assert (done.returncode, done.stdout) == (2, b"old\nout.html\n")
    assert b"no space left on device" in done.stderr
    assert not (folder / "other.html").exists()


def test_a_cache_on_a_full_disk_keeps_nothing_and_does_the_work(folder: Path, small_disk: list[str]) -> None:
    Path("long.xhtml").write_text(GOOD.replace("一段文字。", "一段文字。" * 10_000), "utf-8")
    done = on_disk(small_disk, "DOCCONV_CACHE=disk docconv convert long.xhtml -o out.html")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert (folder / "out.html").stat().st_size > 64_000


def test_what_a_killed_run_left_in_the_cache_is_removed(folder: Path) -> None:
    environment = {**os.environ, "DOCCONV_CACHE": str(folder / "cache")}
    left_over = folder / "cache/.docconv-1-ab.part"
    left_over.mkdir(parents=True)
    (left_over / "entry").write_bytes(b"half")
    assert docconv("clean", env=environment).returncode == 0
    assert list((folder / "cache").iterdir()) == []
