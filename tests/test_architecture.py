"""Imports go one way, and third-party packages stay at the edge.  It reads the source, for a late import counts too."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

import docconv

ROOT = Path(docconv.__file__).parent
ROOMS = ("readers", "passes", "writers")
CORE = ("model", "chars", "words", "problems")
AT_THE_EDGE = {"readers", "writers", "pictures", "photos", "drawings", "insets", "package", "pandoc", "preflight",
               "typeset/seam", "typeset/hyphens.py", "batch/stores.py", "batch/engines.py",
               "batch/progress.py"}  # fmt: skip
SEES_ALL = ("pipeline", "outline", "cli", "batch")
MODULES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.py"))


def imported(module: str) -> set[str]:
    """What a module imports, in full: docconv.model, lxml.etree …"""
    tree = ast.parse((ROOT / module).read_text(encoding="utf-8"))
    return {name for node in ast.walk(tree) for name in _names(node, module)}


def _names(node: ast.AST, module: str) -> Iterator[str]:
    match node:
        case ast.Import(names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(source, names, level):
            assert level == 0, f"{module}: a relative import hides its room"
            # `from docconv import pipeline` imports docconv.pipeline, `from docconv.model import Text` docconv.model
            yield from (f"{source}.{alias.name}" for alias in names) if source == "docconv" else (str(source),)
        case ast.Call(ast.Name("import_module"), [ast.Constant(str(name)), *_]):
            yield name


def ours(module: str) -> set[str]:
    """Of those, the files of docconv, as the first part below it: model, readers …"""
    names = {name.split(".")[1] for name in imported(module) if name.startswith("docconv.")}
    return {name for name in names if (ROOT / name).is_dir() or (ROOT / f"{name}.py").is_file()}


def room(module: str) -> str:
    return module.partition("/")[0].removesuffix(".py")


def stands_at_the_edge(module: str) -> bool:
    return bool({module, room(module), str(PurePosixPath(module).parent)} & AT_THE_EDGE)


@pytest.mark.parametrize("module", [f"{name}.py" for name in CORE if (ROOT / f"{name}.py").is_file()])
def test_the_core_knows_only_the_core(module: str) -> None:
    assert ours(module) <= set(CORE)


@pytest.mark.parametrize("module", [each for each in MODULES if room(each) in ROOMS])
def test_readers_passes_and_writers_do_not_know_each_other(module: str) -> None:
    assert not ours(module) & (set(ROOMS) - {room(module)})
    assert not ours(module) & set(SEES_ALL)


@pytest.mark.parametrize("module", [each for each in MODULES if room(each) not in (*ROOMS, *SEES_ALL)])
def test_only_the_line_sees_readers_passes_and_writers(module: str) -> None:
    late = {"pipeline"} if module == "__init__.py" else {"cli"} if module == "__main__.py" else set()
    assert not ours(module) & {*ROOMS, *SEES_ALL} - late


@pytest.mark.parametrize("module", [each for each in MODULES if not stands_at_the_edge(each)])
def test_only_what_stands_at_the_edge_uses_other_packages(module: str) -> None:
    names = {name.partition(".")[0] for name in imported(module)}
    assert names - {"docconv"} <= sys.stdlib_module_names


@pytest.mark.parametrize("module", [each for each in MODULES if each != "photos.py"])
def test_pictures_are_opened_in_one_place(module: str) -> None:
    """Pillow would run what some formats tell it to, if it is not told which it may open."""
    calls = (node.func for node in ast.walk(ast.parse((ROOT / module).read_text(encoding="utf-8")))
             if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute))  # fmt: skip
    assert not [ast.unparse(each) for each in calls if ast.unparse(each) in ("Image.open", "Pillow.open")]


def test_imports_make_no_circle() -> None:
    graph = {module: ours(module) for module in MODULES if "/" not in module and module != "__init__.py"}
    edges = {room(module): names - {room(module)} for module, names in graph.items()}
    for name in ROOMS:
        edges[name] = {other for each in MODULES if room(each) == name for other in ours(each)} - {name}
    while leaves := {name for name, others in edges.items() if not others & edges.keys()}:
        edges = {name: others for name, others in edges.items() if name not in leaves}
    assert not edges
