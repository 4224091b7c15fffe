"""A process that converts one file after the other, and the hand that holds it.

Whatever a file does to it (memory, time, a crash of a library) the process bears, not the run: it is killed with all
that it started and made anew.  It is told what to do through a socket, and ends when that closes, so it outlives
nobody.  Assumes POSIX.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import queue
import re
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import weakref
from concurrent.futures import CancelledError
from dataclasses import asdict, dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType
from typing import IO, NoReturn

import docconv
from docconv.batch.job import Job, Result, perform
from docconv.limits import LEAST_MEMORY, bound
from docconv.problems import UsageError


@dataclass(frozen=True, slots=True)
class Limits:
    """For one file: `seconds`, and `memory` in megabytes of address space.  After `files` of them a process is made
    anew, so that what a library forgets to free does not add up."""

    seconds: float = 300.0
    memory: int = 2048
    files: int = 500

    def __post_init__(self) -> None:
        if self.memory < LEAST_MEMORY or self.seconds <= 0:
            raise UsageError(
                f"{self.memory} MB or {self.seconds:g} s are too little", remedy=f"allow {LEAST_MEMORY} MB"
            )


class Worker:
    """The hand: one thread calls `perform`; any may call `stop`, and `kill` if that does not help."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._child: _Child | None = None
        self._stopped = False

    def perform(self, job: Job) -> Result:
        """What became of the job.  A process that died is made anew once: it may have been killed for another's sins.
        Raises `CancelledError` if the worker is stopped meanwhile."""
        death = ""
        for _ in range(2):
            child = self._running()
            try:
                result = child.answer(job, self.limits.seconds)
            except TimeoutError:
                self.close()
                return job.ended("timeout", f"took longer than {self.limits.seconds:g} s", self.limits.seconds)
            except (EOFError, OSError):
                death = self.close()
                continue
            if child.answered >= self.limits.files or result.status == "memory":
                self.close()
            return result
        self._refuse_if_stopped()
        if _WANTS_MEMORY.search(death):
            return job.ended("memory", f"needs more memory than it may have: {death}")
        return job.ended("crashed", f"the process died twice: {death}")

    def stop(self) -> None:
        """Let the process leave, so that it clears up behind itself; `perform` ends."""
        self._stopped = True
        if child := self._child:
            child.signal(signal.SIGTERM)

    def kill(self) -> None:
        if child := self._child:
            child.signal(signal.SIGKILL)

    def _running(self) -> _Child:
        if self._child is None:
            self._child = _Child(self.limits)
        self._refuse_if_stopped()
        return self._child

    def _refuse_if_stopped(self) -> None:
        if self._stopped:
            self.close()
            raise CancelledError

    def close(self) -> str:
        """End the process; how it died, if it did so by itself."""
        child, self._child = self._child, None
        return child.end() if child else ""


class _Child:
    """One process, from its start to its end."""

    def __init__(self, limits: Limits) -> None:
        here, there = socket.socketpair()
        self.answered = 0
        self._words: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115
        self._connection = Connection(here.detach())
        path = os.pathsep.join(filter(None, (str(Path(docconv.__file__).parents[1]), os.environ.get("PYTHONPATH"))))
        begin = f"from {__name__} import main; main({there.fileno()}, {limits.memory}, {limits.seconds})"
        call = [sys.executable, "-P", "-c", begin]
        with there:
            process = subprocess.Popen(
                call, pass_fds=[there.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=self._words, env={**os.environ, "PYTHONPATH": path}, start_new_session=True,
            )  # fmt: skip
        self._process = process
        self._finish = weakref.finalize(self, _finish, process, self._connection, self._words)  # a thread may just end

    def answer(self, job: Job, seconds: float) -> Result:
        self._connection.send(replace(job, previous=None))
        if not self._connection.poll(seconds):
            raise TimeoutError
        result = json.loads(self._connection.recv_bytes())
        self.answered += 1
        return Result(**{**result, "problems": tuple(result["problems"])})

    def signal(self, number: signal.Signals) -> None:
        _signal(self._process, number)

    def end(self) -> str:
        _end(self._process, self._connection)
        code = self._process.returncode
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        how += " (ulimit -t)" if code == -signal.SIGXCPU else ""
        self._words.seek(0)
        words = self._words.read()[-2000:].decode(errors="replace").split("\n")
        self._finish()
        return ", ".join(filter(None, (how, next((line for line in reversed(words) if line.strip()), ""))))


_WANTS_MEMORY = re.compile(
    "MemoryError|[Oo]ut of memory|bad_alloc|failed to (?:allocate|map)|annot allocate|Error creating thread"
)
"""What Python, C++, GLib and the loader of libraries say when they end a process that gets no memory."""


def _finish(process: subprocess.Popen[bytes], connection: Connection, words: IO[bytes]) -> None:
    _end(process, connection)
    words.close()


def _end(process: subprocess.Popen[bytes], connection: Connection) -> None:
    """Ask the process to leave; if it does not, insist."""
    connection.close()
    _signal(process, signal.SIGTERM)
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        _signal(process, signal.SIGKILL)
        process.wait()


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """A signal to the process and all that it has started, which is its group, and there as long as nobody waited."""
    with contextlib.suppress(ProcessLookupError):
        if process.returncode is None:
            os.killpg(process.pid, number)


PATIENCE = 3.0
"""Seconds that a process has to clear up behind itself."""


# ── In the process ──


def main(file: int, memory: int, seconds: float) -> None:
    """Perform the jobs that come through the socket `file`, until it closes."""
    signal.signal(signal.SIGTERM, _leave)
    bound(resource.RLIMIT_AS, memory * 2**20)
    bound(resource.RLIMIT_CORE, 0)
    from docconv import pipeline  # noqa: F401  # what every job needs is imported once

    gc.freeze()
    connection = Connection(file)
    jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(connection, jobs), daemon=True).start()
    while True:
        job = jobs.get()
        _allow(seconds)
        connection.send_bytes(json.dumps(asdict(perform(job))).encode())


def _listen(connection: Connection, jobs: queue.SimpleQueue[Job]) -> None:
    """Pass the jobs on; if whoever sends them is gone, however he went, leave at once."""
    with contextlib.suppress(EOFError, OSError):
        while True:
            jobs.put(connection.recv())
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(PATIENCE)
    os.killpg(os.getpgid(0), signal.SIGKILL)


def _allow(seconds: float) -> None:
    """Let the system itself end a job that computes for longer, even if nobody is left to do so."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    soft, hard = int(spent.ru_utime + spent.ru_stime + 2 * seconds) + 10, resource.getrlimit(resource.RLIMIT_CPU)[1]
    soft = soft if hard == resource.RLIM_INFINITY else min(soft, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)
