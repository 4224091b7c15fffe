"""What does the jobs: processes of this machine, or a Dask cluster.  Both are executors, and both call `carry_out`.

On a cluster too each file is converted in a process of its own, held by the worker's thread: so limits, crashes and
bytes are the same everywhere, and a bad file kills no worker of the cluster.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from typing import NamedTuple

from docconv.batch import stores
from docconv.batch.job import Job, Result
from docconv.batch.worker import PATIENCE, Limits, Worker
from docconv.problems import DocconvError, ToolError, UsageError


class Engine(NamedTuple):
    """Who does the jobs, and how many are wanted at a time.  A cluster may go while its jobs are on their way, and then
    nobody says what became of them."""

    executor: Executor
    ahead: int
    is_there: Callable[[], bool] = lambda: True


def carry_out(job: Job, limits: Limits) -> Result:
    """Do one job, unless it is done.  It may be done twice, by two machines, without harm: it writes the same."""
    try:
        if job.previous and job.previous.holds(job):
            return replace(job.previous, name=job.name, status="unchanged", seconds=0.0)
        return _done(job, _worker(limits))
    except DocconvError as error:
        return job.ended("failed", str(error))


def _done(job: Job, worker: Worker) -> Result:
    with stores.at_hand(job.source, job.outputs) as (source, places):
        local = replace(job, source=source, outputs=tuple(places.values()))
        result = worker.perform(local)
        # the document has said which pictures it wants from beside its address
        if source != job.source and stores.copy_beside(job.source, source, result.inputs):
            result = worker.perform(local)
        written = {name + path.removeprefix(place): path for name, place in places.items()
                   for path in result.outputs if path == place or path.startswith(f"{place}.images/")}  # fmt: skip
        if result.is_good:
            stores.publish(written)
        outputs = {name: result.outputs[path] for name, path in written.items()}
        return replace(result, source=job.source, outputs=outputs)


_of_thread = threading.local()


def _worker(limits: Limits) -> Worker:
    """The worker of this thread: one for all its jobs, so that libraries are imported once."""
    worker: Worker | None = getattr(_of_thread, "worker", None)
    if worker is None or worker.limits != limits:
        worker = _of_thread.worker = Worker(limits)
    return worker


@contextmanager
def processes(count: int, limits: Limits) -> Iterator[Engine]:
    """As many processes of this machine.  None is left behind, however the work ends."""
    workers: list[Worker] = []
    executor = ThreadPoolExecutor(count, initializer=lambda: workers.append(_worker(limits)))
    try:
        yield Engine(executor, 2 * count)
    finally:
        executor.shutdown(wait=False, cancel_futures=True)
        for worker in workers:
            worker.stop()
        insist = threading.Timer(PATIENCE, _kill, [workers])
        insist.start()
        executor.shutdown(wait=True)
        insist.cancel()
        for worker in workers:
            worker.close()


def _kill(workers: list[Worker]) -> None:
    for worker in workers:
        worker.kill()


@contextmanager
def cluster(address: str) -> Iterator[Engine]:
    """The workers of a Dask cluster.  docconv must be installed there."""
    try:
        distributed = import_module("distributed")
    except ImportError:
        raise ToolError("Dask is not installed", remedy="pip install 'docconv[cluster]'") from None
    try:
        client = distributed.Client(address, timeout=SECONDS_TO_ANSWER)
    except (OSError, ValueError) as error:
        raise UsageError(f"no cluster answers at {address}: {error}", remedy="start one with dask scheduler") from None
    executor: Executor = client.get_executor(pure=False)
    try:
        yield Engine(executor, AHEAD, lambda: client.status in ("running", "connecting"))
    finally:
        executor.shutdown(wait=False)
        client.close()


SECONDS_TO_ANSWER = 10.0
"""What a cluster has to say that it is there."""

AHEAD = 1000
"""Jobs that a cluster is given at a time, for its workers may come and go."""

PULSE = 5.0
"""Seconds without a result after which an engine is asked whether it is there."""
