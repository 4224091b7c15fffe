"""What is asked for one file, and what became of it: the description of the work that every engine shares.

A job is performed from its description alone: the same job gives the same bytes in any process of any machine.  What
it read is written down with its hash, so that whoever sees the result later can tell whether it still holds.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import unquote

from docconv import __version__
from docconv import model as m
from docconv.batch import stores
from docconv.files import write_products
from docconv.problems import CheckFailed, DocconvError, Problem, ToolError
from docconv.reports import stopped, to_json
from docconv.styles import DEFAULT, find_style
from docconv.writers.options import DEFAULT as DEFAULT_EPUB
from docconv.writers.options import EditionOptions

if TYPE_CHECKING:
    from docconv.files import Name
    from docconv.pipeline import Metadata, Prepared
    from docconv.readers.source import Source

Status = Literal["done", "unchanged", "failed", "withheld", "memory", "timeout", "crashed", "pending"]
"""`withheld`: `--strict` found problems, or words would be lost.  `pending`: the run ended before its turn."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is asked of every file alike, in the terms of `pipeline.convert`."""

    format: str = "auto"
    style: str = DEFAULT
    settings: tuple[str, ...] = ()
    lang: str = ""
    metadata: Metadata = field(default_factory=dict)
    epub: EditionOptions = DEFAULT_EPUB
    strict: bool = False
    allow_loss: bool = False
    shows_changes: bool = False

    def fingerprint(self) -> str:
        """A hash of all that can change an edition beside its source: these wishes, the sheets, docconv itself."""
        look = find_style(self.style, self.settings)
        sheets = {f"{path.parent.name}/{path.name}": stores.digest(str(path)) for path in sorted(look.folder.iterdir())}
        wishes = {**asdict(self), "sheets": sheets, "docconv": __version__}
        return hashlib.sha256(json.dumps(wishes, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Job:
    """`source` and `outputs` are absolute paths or addresses; `name` is the source's in messages and summaries.
    `fingerprint` is the recipe's; `previous` is what an earlier run wrote down."""

    name: str
    source: str
    outputs: tuple[str, ...]
    recipe: Recipe
    fingerprint: str
    previous: Result | None = None

    def ended(self, status: Status, message: str = "", seconds: float = 0.0) -> Result:
        return Result(self.name, self.source, status, round(seconds, 3), message, fingerprint=self.fingerprint)


@dataclass(frozen=True, slots=True)
class Result:
    """`inputs` are the hashes of what was read, by names beside the source, and none for what was not there; `outputs`
    those of what was written, by path: the editions, and the pictures beside them.  `problems` are as `check --format
    json` has them."""

    name: str
    source: str
    status: Status
    seconds: float = 0.0
    message: str = ""
    problems: tuple[dict[str, Any], ...] = ()
    inputs: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    fingerprint: str = ""

    @property
    def is_good(self) -> bool:
        return self.status in ("done", "unchanged")

    def holds(self, job: Job) -> bool:
        """Whether the job, done now, would read the same and write the same, and what it wrote is still there."""
        return (
            self.is_good
            and self.fingerprint == job.fingerprint
            and {each for each in self.outputs if not _is_picture_of(job.outputs, each)} == set(job.outputs)
            and all(stores.digest(path) == known for path, known in self.outputs.items())
            and all(stores.digest_beside(job.source, name) == known for name, known in self.inputs.items())
        )


def _is_picture_of(outputs: Sequence[str], path: str) -> bool:
    """Whether a file lies in the folder of pictures of one of the outputs."""
    return path not in outputs and path.startswith(tuple(f"{each}.images/" for each in outputs))


def perform(job: Job) -> Result:
    """Convert one file of this machine.  Whatever goes wrong with it is a result, not an exception."""
    start = time.perf_counter()
    try:
        result = _converted(job)
    except CheckFailed as error:
        result = replace(job.ended("withheld", str(error)), problems=tuple(_findings(error.problems, job)))
    except DocconvError as error:
        result = replace(job.ended("failed", str(error)), problems=tuple(_findings(stopped(error), job)))
    except MemoryError:
        result = job.ended("memory", "needs more memory than --memory allows")
    except OSError as error:
        result = job.ended("failed", f"cannot write: {error}")
    except Exception as error:  # a fault of docconv's own: it is this file's, and the next has its turn
        result = job.ended("failed", f"unexpected {type(error).__name__}: {error}")
    seconds = round(time.perf_counter() - start, 3)
    return replace(result, message=result.message.replace(job.source, job.name), seconds=seconds)


def _converted(job: Job) -> Result:
    from docconv import pipeline
    from docconv.readers.source import Source
    from docconv.writers import writer_for

    if job.fingerprint != job.recipe.fingerprint():
        raise ToolError("this machine has another docconv, or another style of that name",
                        remedy=f"install docconv {__version__} on every machine")  # fmt: skip
    recipe = job.recipe
    source, look = Source.open(Path(job.source), recipe.shows_changes), find_style(recipe.style, recipe.settings)
    prepared = pipeline.prepare_issue([source], recipe.format, recipe.lang, None, recipe.metadata)
    editions = [(Path(each), writer_for(Path(each).suffix, recipe.epub)) for each in job.outputs]
    for each, _ in editions:
        each.parent.mkdir(parents=True, exist_ok=True)
    made: list[tuple[Name, bytes | Mapping[str, bytes]]] = []
    problems = pipeline.write_editions(prepared, editions, [look] * len(editions), source.name, recipe.strict,
                                       recipe.allow_loss, write=made.extend)  # fmt: skip
    write_products(made)
    written = [each for path, data in made
               for each in ([path] if isinstance(data, bytes) else [f"{path}/{name}" for name in data])]  # fmt: skip
    return replace(
        job.ended("done"),
        problems=tuple(_findings(problems, job)),
        inputs=_read(source, prepared),
        outputs={str(each): stores.digest(str(each)) for each in written},
    )


def _findings(problems: Sequence[Problem], job: Job) -> list[dict[str, Any]]:
    named = [replace(each, place=replace(each.place, file=job.name)) if each.place and each.place.file == job.source
             else each for each in problems]  # fmt: skip
    found: list[dict[str, Any]] = json.loads(to_json(named))
    return found


def _read(source: Source, prepared: Prepared) -> dict[str, str]:
    """What the editions were made of: the source, what lies beside it, the pictures that it names."""
    name = Path(source.name).name
    names = {*stores.companions(source.name), *filter(stores.is_picture_beside, _pictures(prepared.document))}
    known = {each: stores.digest_beside(source.name, each) for each in sorted(names)}
    return {name: hashlib.sha256(source.data).hexdigest(), **known}


def _pictures(document: m.Document) -> Iterator[str]:
    """The names under which the document's pictures are looked for, found or not."""
    for node in m.walk(document):
        if isinstance(node, m.Figure | m.Picture):
            wanted = node.media.path if isinstance(node.media, m.Image) else node.media.wanted
            yield from (wanted, unquote(wanted))
            if isinstance(node, m.Figure) and node.id:
                yield f"{node.id}.jpg"  # the name that `place_pictures` takes for the box's own
