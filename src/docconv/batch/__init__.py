"""Thousands of files in one call: no file stops another, and what is done stays done.

    what the user typed ─plan→ jobs ─engine→ results ─→ journal, progress, summaries

`plan` says what is to be done, `engines` do it (processes of this machine, or a Dask cluster), `job` is what they have
in common: one file, what is asked for, what became of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import replace
from itertools import islice
from pathlib import Path
from queue import Empty, SimpleQueue

from docconv.batch import engines, stores, summary
from docconv.batch.engines import Engine
from docconv.batch.job import Job, Recipe, Result
from docconv.batch.journal import Journal
from docconv.batch.plan import plan
from docconv.batch.summary import findings
from docconv.batch.worker import Limits
from docconv.problems import ToolError, UsageError

__all__ = ["Job", "Limits", "Recipe", "Result", "exit_code", "findings", "journal_in", "plan", "run"]


def run(
    jobs: Sequence[Job],
    journal: Path,
    *,
    resume: bool = False,
    keep_going: bool = True,
    workers: int = 1,
    cluster: str = "",
    limits: Limits = Limits(),  # noqa: B008  # frozen
    watch: Callable[[Result], None] = lambda result: None,
    summaries: Sequence[Path] = (),
) -> Sequence[Result]:
    """Do the jobs and return what became of each, in their order.

    Every result is in the journal before `watch` sees it, and no longer in memory; with `resume`, a job that an earlier
    run did is left alone if what it read and wrote is as it was.  Without `keep_going` nothing new is begun after a
    failure.  The summaries (.json, or JUnit's .xml) are written however the run ends; a job that was not done is
    pending in them.  An interrupt ends the run and all its processes."""
    with Journal(journal, jobs, resume) as book:
        try:
            for job, result in _results(jobs, book, keep_going, workers, cluster, limits):
                book.add(job, result)
                watch(result)
        finally:
            for path in summaries:
                summary.write(path, book.results())
        return book.results()


def journal_in(out: str, shard: tuple[int, int]) -> Path:
    """The journal's place in the folder of the editions; each shard has one of its own."""
    if stores.is_address(stores.absolute(out)):
        raise UsageError(f"the journal cannot lie at {out}", remedy="name a file of this machine with --journal")
    part = "" if shard[1] == 1 else f"-{shard[0]}-of-{shard[1]}"
    return Path(stores.absolute(out), ".docconv-batch", f"journal{part}.jsonl")


def exit_code(results: Sequence[Result]) -> int:
    """1 if a file could not be converted, 4 if some were only withheld, 0 if all is done."""
    bad = {result.status for result in results if not result.is_good}
    return 0 if not bad else 4 if bad == {"withheld"} else 1


def _results(
    jobs: Iterable[Job], book: Journal, keep_going: bool, workers: int, cluster: str, limits: Limits
) -> Iterator[tuple[Job, Result]]:
    """The jobs with their results, as they come.  No more are on their way than keep all workers busy."""
    waiting, has_failed = iter(jobs), False
    on_their_way: dict[Future[Result], Job] = {}
    ended: SimpleQueue[Future[Result]] = SimpleQueue()
    with engines.cluster(cluster) if cluster else engines.processes(workers, limits) as engine:
        while True:
            for job in islice(waiting, engine.ahead - len(on_their_way)):
                future = engine.executor.submit(engines.carry_out, replace(job, previous=book.known(job)), limits)
                on_their_way[future] = job
                future.add_done_callback(ended.put)
            if not on_their_way:
                return
            future = _next(ended, engine)
            job = on_their_way.pop(future)
            result = _result(future, job)
            if result is None:
                if not has_failed:
                    raise _gone()
                continue
            yield job, result
            if not result.is_good and not keep_going:
                has_failed, waiting = True, iter(())
                for each in on_their_way:
                    each.cancel()


def _next(ended: SimpleQueue[Future[Result]], engine: Engine) -> Future[Result]:
    while True:
        try:
            return ended.get(timeout=engines.PULSE)
        except Empty:
            if not engine.is_there():
                raise _gone() from None


def _gone() -> ToolError:
    return ToolError("the cluster has gone", remedy="when it is back, go on with --resume")


def _result(future: Future[Result], job: Job) -> Result | None:
    """What a future brought; None if it was called off."""
    try:
        return future.result()
    except CancelledError:
        return None
    except Exception as error:  # of the engine: a cluster gives a job up whose workers died one after the other
        return job.ended("crashed", f"{type(error).__name__}: {error}")
