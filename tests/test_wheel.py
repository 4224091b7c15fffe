"""The wheel: docconv installed, away from its repository, has all that it needs."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = "# 标题\n\n一段文字，说明一件事情。\n"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", str(folder), str(ROOT)], check=True, capture_output=True)
    (path,) = folder.glob("docconv-*.whl")
    return path


def test_the_wheel_carries_styles_and_rules_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    styles = {f"docconv/{path.relative_to(ROOT)}" for path in (ROOT / "styles").rglob("*") if path.is_file()}
    assert styles
    assert names >= {*styles, "docconv/docconv.mk", "docconv/docconv.schema.json", "docconv/py.typed"}
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"docconv"}


def test_the_wheel_carries_the_licences_of_what_is_in_it(wheel: Path) -> None:
    names = {name.partition(".dist-info/licenses/")[2] for name in zipfile.ZipFile(wheel).namelist()}
    assert names - {""} == {"LICENSE", "LICENSES/jieba.txt", "src/docconv/writers/press/icc/README.txt"}


def test_an_installed_docconv_finds_its_styles(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    folder = tmp_path / "empty"
    folder.mkdir()
    (folder / "page.txt").write_text(PAGE, encoding="utf-8")
    outputs = [part for suffix in ("pdf", "epub", "html") for part in ("-o", f"page.{suffix}")]
    done = subprocess.run(
        [sys.executable, "-P", "-m", "docconv", "convert", "page.txt", *outputs],
        cwd=folder,
        env={"PYTHONPATH": str(tmp_path / "site"), "PATH": ""},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert sorted(path.name for path in folder.iterdir()) == ["page.epub", "page.html", "page.pdf", "page.txt"]
    where = subprocess.run(
        [sys.executable, "-P", "-c", "import docconv.styles as s; print(s.HOUSE)"],
        cwd=folder,
        env={"PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
    )
    assert where.stdout.strip() == str(tmp_path / "site" / "docconv" / "styles")
