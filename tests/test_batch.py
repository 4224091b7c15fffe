"""Many files in one call: what is done stays done, and no file stops another.

The sources are canonical markup, quick to read.  What a file may do to its process is done by a `.md` whose reader a
module on PYTHONPATH replaces: it eats memory, sleeps, or dies, once or always.
"""

from __future__ import annotations

import fcntl
import json
import os
import pty
import signal
import subprocess
import sys
import time
import tracemalloc
from concurrent.futures import Executor, Future
from contextlib import nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from docconv import batch, cli, model
from docconv.batch import engines, stores
from docconv.batch.job import Job, Result
from docconv.batch.journal import Journal
from docconv.batch.worker import Limits, Worker
from docconv.problems import ToolError, UsageError
from docconv.writers.markup import to_markup

MISCHIEF = '''
"""Replaces docconv's reader of Markdown: the first word of a source says what happens."""
import os, pathlib, signal, subprocess, sys, time
from docconv.readers import pandoc as real

def read(source, *settings, real=real.read_pandoc):
    act, _, rest = source.text().partition(" ")
    if act == "eat":
        hog = ["x" * 2**20 for _ in range(4000)]
    elif act == "sleep":
        subprocess.Popen(["sleep", "987"])
        time.sleep(60)
    elif act == "die" or act == "stumble" and not (seen := pathlib.Path(source.name + ".seen")).exists():
        if act == "stumble":
            seen.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    elif act == "raise":
        raise AssertionError("a fault")
    return real(source, *settings)

real.read_pandoc = read
'''


def page(text: str) -> str:
    return to_markup(model.Document(model.Meta("标题", "zh-Hans"), (model.Paragraph((model.Text(text),)),)))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two folders with sources of the same names; the tests run above them."""
    monkeypatch.chdir(tmp_path)
    for paper in ("1998", "1999"):
        (tmp_path / paper).mkdir()
        for name in ("a01", "a02"):
            (tmp_path / paper / f"{name}.xhtml").write_text(page(f"{paper}年{name}版。"), encoding="utf-8")
    return tmp_path


@pytest.fixture
def mischief(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lib = tmp_path / ".lib"
    lib.mkdir()
    (lib / "sitecustomize.py").write_text(MISCHIEF)
    path = os.pathsep.join(filter(None, (str(lib), os.environ.get("PYTHONPATH"))))
    monkeypatch.setenv("PYTHONPATH", path)


def docconv(*arguments: str, **settings: Any) -> subprocess.CompletedProcess[bytes]:
    call = [sys.executable, "-m", "docconv", "batch", *arguments]
    return subprocess.run(call, capture_output=True, timeout=60, **settings)


def run(*arguments: str) -> tuple[int, dict[str, str]]:
    """The exit code of a run in this process, and the status of each file."""
    code = cli.main(["batch", *arguments, "--to", "html", "--out", "out", "--summary", "s.json", "--workers", "1"])
    return code, statuses(Path("s.json"))


def statuses(summary: Path) -> dict[str, str]:
    files = json.loads(summary.read_text())["files"]
    assert len({each["name"] for each in files}) == len(files)
    return {each["name"]: each["status"] for each in files}


def made(folder: Path) -> list[str]:
    return sorted(each.relative_to(folder).as_posix() for each in folder.glob("[!.]*/*"))


# ── What goes where ──


def test_the_editions_are_those_of_single_runs_in_the_folders_of_their_sources(folder: Path) -> None:
    done = docconv("1998", "1999/a01.xhtml", "--to", "html,epub", "--out", "out", "--workers", "2")
    assert done.returncode == 0, done.stderr.decode()
    assert made(folder / "out") == [f"{name}.{suffix}" for name in ("1998/a01", "1998/a02", "1999/a01")
                                    for suffix in ("epub", "html")]  # fmt: skip
    for name in ("1998/a01", "1999/a01"):
        cli.main(["convert", f"{name}.xhtml", "-o", "one.html", "-o", "one.epub"])
        for suffix in ("html", "epub"):
            assert Path("out", f"{name}.{suffix}").read_bytes() == Path(f"one.{suffix}").read_bytes()


def plan(*inputs: str, out: str = "out", **settings: Any) -> list[Job]:
    return batch.plan(inputs, out, ["html"], batch.Recipe(), **settings)


def test_a_folder_gives_its_sources_and_nothing_else(folder: Path) -> None:
    for name in ("b.jpg", ".hidden.md", "b.json", "b.md.docconv.toml", "b.md", "b.md.images/c.md", ".git/d.md",
                 "out/e.html"):  # fmt: skip
        (folder / "1998" / name).parent.mkdir(exist_ok=True)
        (folder / "1998" / name).touch()
    assert [job.name for job in plan("1998", out="1998/out")] == ["1998/a01.xhtml", "1998/a02.xhtml", "1998/b.md"]


@pytest.mark.parametrize(
    ("inputs", "root", "output"),
    [
        (["1998/a01.xhtml"], "", "out/1998/a01.html"),
        (["./1999/../1998"], "", "out/1998/a01.html"),
        (["1998"], "1998", "out/a01.html"),
        (["HERE/1998"], "", "out/1998/a01.html"),
        (["memory://x/1998/a01.xhtml"], "", "out/a01.html"),
        (["memory://x/1998/a01.xhtml"], "memory://x", "out/1998/a01.html"),
    ],
)
def test_editions_lie_below_the_root(folder: Path, inputs: list[str], root: str, output: str) -> None:
    jobs = plan(*(each.replace("HERE", str(folder)) for each in inputs), root=root)
    assert jobs[0].outputs == (str(folder / output),)


def test_inputs_from_elsewhere_lie_below_the_folder_that_they_share(folder: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir("1999")
    assert [job.outputs[0] for job in plan("../1998", ".")] == [
        str(folder / "1999/out" / each) for each in ("1998/a01.html", "1998/a02.html", "1999/a01.html", "1999/a02.html")
    ]


def test_two_sources_of_one_edition_are_an_error_before_anything_runs(folder: Path) -> None:
    (folder / "1998/a01.md").write_text("text")
    with pytest.raises(
        UsageError, match=r"1998/a01\.md and 1998/a01\.xhtml would both be written to .*/1998/a01\.html"
    ):
        plan(".")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("1998 --root 1999", "does not lie below"),
        ("1998/a01.xhtml memory://x/a.md", "no folder in common"),
        (".docconv-none/ --out x", "cannot read"),
        ("out", "no source among"),
        ("1998 --memory 10", "too little"),
    ],
)
def test_what_is_wrong_with_the_call_is_said(folder: Path, capsys: Any, arguments: str, message: str) -> None:
    (folder / "out").mkdir(exist_ok=True)
    assert cli.main(["batch", *arguments.split(), "--to", "html", "--out", "out"]) in (1, 2)
    assert message in capsys.readouterr().err


def test_no_edition_is_written_over_a_source(folder: Path) -> None:
    with pytest.raises(UsageError, match="is a source and would be written"):
        batch.plan(["1998"], ".", ["xhtml"], batch.Recipe())


def test_a_link_out_of_the_folder_is_no_source_of_it(folder: Path) -> None:
    (folder / "1999/passwd.txt").symlink_to("/etc/passwd")
    with pytest.raises(UsageError, match="link out of"):
        plan("1999")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\0"])
def test_a_list_of_names_comes_from_stdin(folder: Path, end: str) -> None:
    names = ["1998/a01.xhtml", "1999/a 02.xhtml"]
    (folder / "1999/a02.xhtml").rename(folder / names[1])
    null = ["-0"] if end == "\0" else []
    done = docconv("-", *null, "--to", "html", "--out", "out", input="".join(f"{each}{end}" for each in names).encode())
    assert done.returncode == 0, done.stderr.decode()
    assert made(folder / "out") == ["1998/a01.html", "1999/a 02.html"]


def test_shards_are_parts_of_the_whole_that_do_not_depend_on_it(folder: Path) -> None:
    for number in range(40):
        (folder / f"1998/{number}.md").touch()
    parts = [{job.source for job in plan(".", shard=(part, 3))} for part in (1, 2, 3)]
    assert sum(map(len, parts)) == len(set.union(*parts)) == 44
    assert all(len(part) > 8 for part in parts)
    assert {job.source for job in plan("1999", shard=(2, 3))} == {each for each in parts[1] if "/1999/" in each}


# ── What a file may do ──


def test_no_file_stops_another(folder: Path, mischief: None) -> None:
    for act in ("eat", "sleep", "die", "stumble", "raise", "go"):
        (folder / f"1998/{act}.md").write_text(f"{act} *on*")  # which pandoc reads
    (folder / "1998/broken.xhtml").write_text("<h9>")
    done = docconv("1998", "1998/none.md", "--to", "html", "--out", "out", "--summary", "s.json", "--summary", "s.xml",
                   "--timeout", "8", "--memory", "600", "--workers", "2", "--quiet")  # fmt: skip
    assert done.returncode == 1
    assert statuses(folder / "s.json") == {
        "1998/a01.xhtml": "done", "1998/a02.xhtml": "done", "1998/broken.xhtml": "failed", "1998/die.md": "crashed",
        "1998/eat.md": "memory", "1998/go.md": "done", "1998/none.md": "failed", "1998/raise.md": "failed",
        "1998/sleep.md": "timeout", "1998/stumble.md": "done",
    }  # fmt: skip
    said = done.stderr.decode().splitlines()
    assert len(said) == 6
    assert "docconv: 1998/die.md: crashed: the process died twice: signal SIGKILL" in said
    assert not processes("sleep 987")
    junit = ElementTree.parse(folder / "s.xml").getroot()
    assert {key: junit.get(key) for key in ("tests", "failures", "errors", "skipped")} == {
        "tests": "10", "failures": "3", "errors": "3", "skipped": "0"
    }  # fmt: skip
    assert [case.find("error").get("type") for case in junit if case.find("error") is not None] == [
        "crashed", "memory", "timeout"
    ]  # fmt: skip


def processes(words: str) -> list[str]:
    """The processes that were called with these words, in this test's folder."""
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended meanwhile
            call = (each / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            if words in call and (each / "cwd").resolve() == Path.cwd():
                found.append(call)
    return found


def test_strict_withholds_what_has_problems(folder: Path) -> None:
    (folder / "1998/b.md").write_text("![图](none.jpg)\n")
    assert run("1998", "--strict") == (4, {"1998/a01.xhtml": "done", "1998/a02.xhtml": "done", "1998/b.md": "withheld"})
    assert made(folder / "out") == ["1998/a01.html", "1998/a02.html"]


def test_a_run_may_end_with_the_first_failure(folder: Path) -> None:
    (folder / "1998/a00.xhtml").write_text("<h9>")
    code, status = run("1998", "1999", "--no-keep-going")
    assert (code, status["1998/a00.xhtml"]) == (1, "failed")
    assert "pending" in status.values()


def test_a_process_is_made_anew_after_so_many_files(folder: Path) -> None:
    recipe = batch.Recipe()
    jobs = batch.plan(["."], "out", ["html"], recipe)
    worker = Worker(Limits(files=3))
    pids = []
    for job in jobs:
        worker._running()
        pids.append(worker._child and worker._child._process.pid)
        assert worker.perform(job).status == "done"
    worker.close()
    assert pids[0] == pids[1] == pids[2] != pids[3]


# ── What is done stays done ──


def test_resume_does_what_is_not_done_or_has_changed(folder: Path) -> None:
    (folder / "1998/b.md").write_text("![图](img/b.png)\n")
    (folder / "1998/c.md").write_text("text\n")
    assert run("1998")[1] == dict.fromkeys(("1998/a01.xhtml", "1998/a02.xhtml", "1998/b.md", "1998/c.md"), "done")

    def redone(*arguments: str) -> list[str]:
        code, status = run("1998", "--resume", *arguments)
        assert code == 0
        return [name for name, each in status.items() if each == "done"]

    assert redone() == []
    (folder / "1998/a01.xhtml").touch()
    assert redone() == []
    (folder / "1998/a01.xhtml").write_text(page("别的。"), encoding="utf-8")
    assert redone() == ["1998/a01.xhtml"]
    (folder / "1998/img").mkdir()
    (folder / "1998/img/b.png").write_bytes(PICTURE)
    assert redone() == ["1998/b.md"]
    (folder / "1998/b.md.images").mkdir()
    (folder / "1998/b.md.images/cover.png").write_bytes(PICTURE)
    assert redone() == ["1998/b.md"]
    (folder / "1998/c.md.docconv.toml").write_text("")
    assert redone() == ["1998/c.md"]
    (folder / "out/1998/a02.html").write_text("spoilt")
    (folder / "out/1998/c.html").unlink()
    assert redone() == ["1998/a02.xhtml", "1998/c.md"]
    assert len(redone("--lang", "zh-Hans")) == 4
    assert redone("--lang", "zh-Hans") == []
    assert run("1998")[1]["1998/c.md"] == "done"


PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c6360000000020001"
    "e221bc330000000049454e44ae426082"
)


def test_shards_resume_from_each_others_journals(folder: Path) -> None:
    for part in ("1/2", "2/2"):
        run(".", "--shard", part)
    assert set(run(".", "--resume")[1].values()) == {"unchanged"}


@pytest.mark.parametrize("cut", [2, 20, 300])
def test_a_line_that_was_cut_is_no_line(folder: Path, cut: int) -> None:
    run("1998")
    journal = folder / "out/.docconv-batch/journal.jsonl"
    journal.write_bytes(journal.read_bytes()[:-cut])
    assert sorted(run("1998", "--resume")[1].values()) == ["done", "unchanged"]
    assert [json.loads(line)["status"] for line in journal.read_bytes().splitlines()] == ["done", "done"]
    assert set(run("1998", "--resume")[1].values()) == {"unchanged"}


def test_a_journal_does_not_grow_while_nothing_changes(folder: Path) -> None:
    for part in ("1/2", "2/2"):
        run(".", "--shard", part)
    run(".", "--resume")
    lines = (folder / "out/.docconv-batch/journal.jsonl").read_bytes()
    assert {json.loads(line)["status"] for line in lines.splitlines()} == {"done"}
    assert set(run(".", "--resume")[1].values()) == {"unchanged"}
    assert (folder / "out/.docconv-batch/journal.jsonl").read_bytes() == lines


def test_a_journal_of_another_version_is_no_hindrance(folder: Path) -> None:
    path, job = folder / "j.jsonl", Job("a", "a", (), batch.Recipe(), "")
    path.write_bytes(b'\xff\xfe\n[]\n{"source": "a"}\n{"source": 1, "problems": 2}\n\n')
    with Journal(path, [job], resume=True) as journal:
        assert journal.known(job) is None


def test_names_in_no_encoding_are_kept(folder: Path) -> None:
    name = os.fsdecode("版".encode("gb18030"))
    job = Job(name, name, (), batch.Recipe(), "")
    with Journal(folder / "j.jsonl", [job], resume=False) as journal:
        journal.add(job, job.ended("done"))
    assert list(journal.results()) == [job.ended("done")]
    with Journal(folder / "j.jsonl", [job], resume=True) as journal:
        assert journal.known(job) == job.ended("done")


def test_memory_does_not_grow_with_what_is_found(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a thousand files more, with ten kilobytes to say of each, the run holds little but the names."""

    def said(job: Job, limits: Limits) -> Result:
        return replace(job.ended("done"), problems=({"code": "x", "message": "十" * 3000},))

    def peak(count: int) -> int:
        jobs = [Job(f"{number}", f"/{number}", (), recipe, "") for number in range(count)]
        tracemalloc.start()
        batch.run(jobs, folder / "j.jsonl", workers=2, summaries=[folder / "s.json", folder / "s.xml"])
        batch.run(jobs, folder / "j.jsonl", workers=2, resume=True)
        try:
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    recipe = batch.Recipe()
    monkeypatch.setattr(engines, "carry_out", said)
    monkeypatch.setattr(os, "fsync", lambda file: None)
    peak(10)  # what is imported late
    least = peak(100)
    assert peak(1100) - least < 1000 * 1000
    assert (folder / "s.json").stat().st_size > 1000 * 9000


def test_a_journal_has_one_writer(folder: Path) -> None:
    (folder / "out/.docconv-batch").mkdir(parents=True)
    with (folder / "out/.docconv-batch/journal.jsonl").open("wb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(UsageError, match="another run writes"):
            Journal(folder / "out/.docconv-batch/journal.jsonl", [], resume=False)


def begin(*arguments: str) -> subprocess.Popen[bytes]:
    """A run that has something on the way and something done."""
    call = [sys.executable, "-m", "docconv", "batch", *arguments, "--to", "html", "--out", "out", "--summary", "s.json"]
    running = subprocess.Popen(call, stderr=subprocess.PIPE)
    journal = Path("out/.docconv-batch/journal.jsonl")
    for _ in range(600):
        if journal.exists() and journal.read_bytes().count(b"\n") >= 2:
            return running
        time.sleep(0.05)
    raise AssertionError(running.communicate()[1])


def many(folder: Path) -> None:
    for number in range(60):
        (folder / f"1998/{number:02}.xhtml").write_text(page(f"第{number}版。" * 300), encoding="utf-8")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_leaves_no_process_and_no_half_file(folder: Path, mischief: None, number: signal.Signals) -> None:
    (folder / "1998/sleep.md").write_text("sleep *on*")
    running = begin("1998/sleep.md", "1998", "--workers", "2")
    running.send_signal(number)
    said = running.communicate(timeout=20)[1]
    assert running.returncode == 128 + number, said.decode()
    assert b"Traceback" not in said
    assert not processes("docconv.batch.worker") and not processes("sleep 987")
    assert "pending" in statuses(folder / "s.json").values()
    assert not list(folder.rglob("*.part"))


def test_killed_and_resumed_nothing_is_lost(folder: Path) -> None:
    many(folder)
    running = begin("1998", "--workers", "2")
    running.kill()
    running.communicate()
    for _ in range(200):
        if not processes("docconv.batch.worker"):
            break
        time.sleep(0.05)
    assert not processes("docconv.batch.worker")
    assert not list(folder.rglob("*.part"))
    done = (folder / "out/.docconv-batch/journal.jsonl").read_bytes().count(b"\n")
    code, status = run("1998", "--resume")
    assert (code, len(status), list(status.values()).count("unchanged")) == (0, 62, done)
    assert len(made(folder / "out")) == 62


# ── What it says ──


def test_failures_are_said_and_the_count(folder: Path, capsys: Any) -> None:
    (folder / "1998/bad.xhtml").write_text("<h9>")
    run("1998")
    said = capsys.readouterr().err.splitlines()
    assert said[-1].startswith("docconv: 3/3 files, 1 failed, ")
    assert len(said) == 2 and said[0].startswith("docconv: 1998/bad.xhtml: failed: 1998/bad.xhtml:1:")
    run("1998", "--quiet")
    assert capsys.readouterr().err.splitlines() == said[:1]


@pytest.mark.parametrize("colour", [True, False])
def test_a_terminal_has_a_bar(folder: Path, colour: bool) -> None:
    pytest.importorskip("rich")
    (folder / "1998/bad.xhtml").write_text("<h9>")
    try:
        ours, theirs = pty.openpty()
    except OSError as fault:
        pytest.skip(f"needs a terminal: {fault}")
    environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    environment |= {"TERM": "xterm-256color", "COLUMNS": "100"} | ({} if colour else {"NO_COLOR": "1"})
    call = [sys.executable, "-m", "docconv", "batch", "1998", "--to", "html", "--out", "out"]
    subprocess.run(call, stderr=theirs, env=environment, timeout=60)
    os.close(theirs)
    said = os.read(ours, 100_000).decode()
    os.close(ours)
    assert "3/3" in said and "files a second" in said
    assert "docconv: 1998/bad.xhtml: failed" in said
    assert ("\x1b[38;5" in said or "\x1b[3" in said) == colour


# ── Addresses and clusters ──


@pytest.fixture
def memory() -> Any:
    fsspec = pytest.importorskip("fsspec")
    system = fsspec.filesystem("memory")
    yield system
    system.rm("/", recursive=True)


def test_sources_with_an_address_are_converted_with_what_lies_beside_them(folder: Path, memory: Any) -> None:
    text = "# 题\n\n![图](img/b.png)\n\n![图](../secret.png)\n"
    for name, data in {"in/1/b.md": text.encode(), "in/1/img/b.png": PICTURE, "in/1/b.md.images/cover.png": PICTURE,
                       "in/secret.png": PICTURE, "in/1/.x.md": b""}.items():  # fmt: skip
        memory.pipe_file(f"/{name}", data)
        Path(folder, name).parent.mkdir(parents=True, exist_ok=True)
        Path(folder, name).write_bytes(data)
    jobs = batch.plan(["memory://in"], "memory://out", ["html", "epub"], batch.Recipe(), root="memory://in")
    results = batch.run(jobs, folder / "j.jsonl")
    assert [(each.name, each.status) for each in results] == [("memory://in/1/b.md", "done")]
    cli.main(["convert", "in/1/b.md", "-o", "one.html", "-o", "one.epub"])
    for suffix in ("html", "epub"):
        assert memory.cat_file(f"/out/1/b.{suffix}") == Path(f"one.{suffix}").read_bytes()
    assert {each["file"] for each in results[0].problems} == {"memory://in/1/b.md"}
    assert [each.status for each in batch.run(jobs, folder / "j.jsonl", resume=True)] == ["unchanged"]
    memory.pipe_file("/in/1/img/b.png", b"spoilt")
    assert [each.status for each in batch.run(jobs, folder / "j.jsonl", resume=True)] == ["done"]


@pytest.mark.parametrize("address", ["memory://none/a.md", "none://x/a.md"])
def test_what_is_not_at_an_address_fails_by_itself(folder: Path, memory: Any, address: str) -> None:
    jobs = [*plan("1998/a01.xhtml"), Job("x", address, (str(folder / "x.html"),), batch.Recipe(), "")]
    assert [each.status for each in batch.run(jobs, folder / "j.jsonl")] == ["done", "failed"]


def test_a_store_that_refuses_one_file_takes_the_next(memory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(file: object) -> None:
        raise OSError("no")

    with monkeypatch.context() as patch:
        patch.setattr("fsspec.implementations.memory.MemoryFile.commit", refuse)
        for _ in range(2):
            with pytest.raises(UsageError, match="memory://out/a: no"):
                stores.write("memory://out/a", b"")
    stores.write("memory://out/a", b"new")
    assert stores.read("memory://out/a") == b"new"


def test_a_cluster_that_goes_ends_the_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Silent(Executor):
        def submit(self, *arguments: Any, **more: Any) -> Future[Any]:
            return Future()

    gone = nullcontext(engines.Engine(Silent(), 2, lambda: False))
    monkeypatch.setattr(engines, "cluster", lambda address: gone)
    monkeypatch.setattr(engines, "PULSE", 0.05)
    with pytest.raises(ToolError, match="the cluster has gone — when it is back, go on with --resume"):
        batch.run(plan("1998"), folder / "j.jsonl", cluster="tcp://x", summaries=[folder / "s.json"])
    assert set(statuses(folder / "s.json").values()) == {"pending"}


@pytest.mark.parametrize(
    ("name", "inside"),
    [("a.png", True), ("a/b.PNG", True), ("../a.png", False), ("a/../../b.png", False), ("/a.png", False),
     ("s3://b/a.png", False), ("a\\b.png", False), ("a\0.png", False), ("a.md", False), ("", False)],
)  # fmt: skip
def test_a_documents_pictures_lie_beside_it(name: str, inside: bool) -> None:
    assert stores.is_picture_beside(name) == inside


def test_the_journal_of_editions_with_an_address_is_asked_for() -> None:
    with pytest.raises(UsageError, match="--journal"):
        batch.journal_in("s3://bucket", (1, 1))
    assert batch.journal_in("file:///x", (1, 2)) == Path("/x/.docconv-batch/journal-1-of-2.jsonl")
