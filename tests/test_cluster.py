"""The same work on a Dask cluster: the same bytes, and nothing lost when workers are killed."""

from __future__ import annotations

import gc
import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from docconv import batch, cli, model
from docconv.batch import engines
from docconv.writers.markup import to_markup

distributed = pytest.importorskip("distributed")
gc.freeze()  # Dask's hundred thousand objects would slow down the collector, and so every test behind this one


def page(text: str) -> str:
    return to_markup(model.Document(model.Meta("标题", "zh-Hans"), (model.Paragraph((model.Text(text),)),)))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    for number in range(30):
        (tmp_path / f"in/{number:02}.xhtml").write_text(page(f"第{number}版。" * 200), encoding="utf-8")
    (tmp_path / "in/broken.xhtml").write_text("<h9>")
    return tmp_path


def cluster(**settings: Any) -> Any:
    """On the loopback only."""
    return distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        protocol="tcp://",
        host="127.0.0.1",
        dashboard_address=None,
        silence_logs=50,
        **settings,
    )


@pytest.fixture
def nannies(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    with cluster(processes=True) as it:
        yield it


def pids(nannies: Any) -> list[int]:
    return [worker.pid for worker in nannies.workers.values() if worker.pid]


@pytest.mark.slow
def test_workers_that_are_killed_lose_nothing(folder: Path, nannies: Any) -> None:
    killed = []

    def kill_two() -> None:
        journal = folder / "out/.docconv-batch/journal.jsonl"
        for count in (5, 15):
            while not journal.exists() or journal.read_bytes().count(b"\n") < count:
                time.sleep(0.01)
            killed.append(pids(nannies)[-1])
            os.kill(killed[-1], signal.SIGKILL)

    killer = threading.Thread(target=kill_two)
    killer.start()
    call = ["batch", "in", "--to", "epub,html", "--out", "out", "--summary", "s.json", "--quiet"]
    assert cli.main([*call, "--cluster", nannies.scheduler_address]) == 1
    killer.join()
    assert len(killed) == 2
    files = json.loads((folder / "s.json").read_text())["files"]
    assert [each["name"] for each in files] == sorted(f"in/{each.name}" for each in (folder / "in").iterdir())
    assert {each["name"]: each["status"] for each in files if each["status"] != "done"} == {"in/broken.xhtml": "failed"}
    remote = {each.name: each.read_bytes() for each in (folder / "out/in").iterdir()}
    assert len(remote) == 60  # and no half file
    cli.main(["here" if each == "out" else each for each in call])
    assert remote == {each.name: each.read_bytes() for each in (folder / "here/in").iterdir()}
    assert cli.main([*call, "--cluster", nannies.scheduler_address, "--resume"]) == 1
    files = json.loads((folder / "s.json").read_text())["files"]
    assert [each["status"] for each in files].count("unchanged") == 30


@pytest.mark.slow
def test_a_cluster_reads_and_writes_addresses(folder: Path) -> None:
    fsspec = pytest.importorskip("fsspec")
    system = fsspec.filesystem("memory")
    system.pipe_file("/in/a.xhtml", page("一段。").encode())
    jobs = batch.plan(["memory://in"], "memory://out", ["html"], batch.Recipe())
    with cluster(processes=False) as threads:  # which share the memory
        results = batch.run(jobs, folder / "j.jsonl", cluster=threads.scheduler_address)
    assert [each.status for each in results] == ["done"]
    assert "一段。" in system.cat_file("/out/a.html").decode()
    system.rm("/", recursive=True)


def test_no_cluster_is_an_error_that_says_so(folder: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "SECONDS_TO_ANSWER", 0.3)
    call = "batch in --to html --out out --cluster tcp://127.0.0.1:1"
    assert cli.main(call.split()) == 2
    assert "no cluster answers at tcp://127.0.0.1:1" in capsys.readouterr().err
