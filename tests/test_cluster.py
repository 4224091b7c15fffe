"""The same work on a Dask cluster: the same bytes, and nothing lost when workers are killed."""

from __future__ import annotations

import gc
import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from importlib import import_module
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


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of an S3 server on the loopback, to which all processes that are started from now on turn."""
    pytest.importorskip("s3fs")
    server = pytest.importorskip("moto.server").ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {"ENDPOINT_URL": f"http://{host}:{port}", "ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "b",
                        "DEFAULT_REGION": "us-east-1", "EC2_METADATA_DISABLED": "true"}.items():  # fmt: skip
        monkeypatch.setenv(f"AWS_{name}", value)
    client = import_module("boto3").client("s3")
    yield client
    client.close()
    server.stop()


PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c6360000000020001"
    "e221bc330000000049454e44ae426082"
)


@pytest.mark.slow
def test_a_cluster_converts_what_lies_in_s3(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, s3: Any) -> None:
    monkeypatch.chdir(tmp_path)
    for bucket in ("archive", "editions"):
        s3.create_bucket(Bucket=bucket)

    def put(name: str, data: bytes) -> None:
        s3.put_object(Bucket="archive", Key=name, Body=data)
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(data)

    for number in range(4):
        put(f"1998/{number}版.md", f"# 第{number}版\n\n![图](img/a.png)\n\n一段。\n".encode())
    put("1998/img/a.png", PICTURE)
    put("1998/broken.xhtml", b"<h9>")
    call = ["s3://archive/1998", "--root", "s3://archive", "--out", "s3://editions", "--journal", "j.jsonl"]
    with cluster(processes=True) as it:

        def statuses(*options: str) -> dict[str, str]:
            assert batched(*call, "--cluster", it.scheduler_address, *options) == 1
            files = json.loads(Path("s.json").read_text())["files"]
            return {each["name"].rpartition("/")[2]: each["status"] for each in files}

        pages = ["0版.md", "1版.md", "2版.md", "3版.md"]
        assert statuses() == {**dict.fromkeys(pages, "done"), "broken.xhtml": "failed"}
        assert batched("1998", "--out", "here") == 1
        remote = {each["Key"]: s3.get_object(Bucket="editions", Key=each["Key"])["Body"].read()
                  for each in s3.list_objects_v2(Bucket="editions")["Contents"]}  # fmt: skip
        here = Path("here/1998").iterdir()
        assert remote == {f"1998/{each.name}": each.read_bytes() for each in here}
        assert len(remote) == 8
        assert statuses("--resume") == {**dict.fromkeys(pages, "unchanged"), "broken.xhtml": "failed"}
        put("1998/1版.md", "改。\n".encode())
        put("1998/2版.md.images/cover.png", PICTURE)  # in a folder that the workers have looked for in vain
        s3.delete_object(Bucket="editions", Key="1998/3版.epub")
        assert list(statuses("--resume").values()) == ["unchanged", "done", "done", "done", "failed"]
    assert batched("1998", "--out", "s3://nobodys", "--journal", "k.jsonl") == 1
    assert {each["message"] for each in json.loads(Path("s.json").read_text())["files"][:4]} == {
        f"cannot write s3://nobodys/1998/{number}版.epub: no such bucket — is the address right?" for number in range(4)
    }
    assert [each["Name"] for each in s3.list_buckets()["Buckets"]] == ["archive", "editions"]


def batched(*arguments: str) -> int:
    """The exit code of a batch in a process of its own."""
    call = [sys.executable, "-m", "docconv", "batch", *arguments, "--to", "epub,html", "--summary", "s.json", "--quiet"]
    return subprocess.run(call, timeout=120).returncode


def test_no_cluster_is_an_error_that_says_so(folder: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "SECONDS_TO_ANSWER", 0.3)
    call = "batch in --to html --out out --cluster tcp://127.0.0.1:1"
    assert cli.main(call.split()) == 2
    assert "no cluster answers at tcp://127.0.0.1:1" in capsys.readouterr().err
