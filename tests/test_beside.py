"""Editions that name their pictures as files: what they name is there, wherever they go and whoever reads them."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import unquote

import pytest
from PIL import Image as Pillow

from docconv import model as m
from docconv import pipeline
from docconv.batch import Limits, Recipe, plan, run
from docconv.files import MADE, write_products
from docconv.photos import open_picture
from docconv.pictures import Pictures
from docconv.problems import UsageError
from docconv.writers.beside import NAMING, set_beside

TEXT = "# 渡口\n\n雨后，渡船开了。\n\n![渡船](sub/boat.png)\n\n他画了一只鸟![鸟](鸟.svg)。\n"
BIRD = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle r="4"/></svg>'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A manuscript with two pictures, in a folder of its own."""
    (tmp_path / "texts" / "sub").mkdir(parents=True)
    (tmp_path / "texts" / "ferry.md").write_text(TEXT, "utf-8")
    Pillow.new("RGB", (30, 20), "navy").save(tmp_path / "texts" / "sub" / "boat.png")
    (tmp_path / "texts" / "鸟.svg").write_bytes(BIRD)
    return tmp_path


def named(edition: Path) -> list[str]:
    """The pictures that an edition names."""
    text = edition.read_text("utf-8")
    found = re.findall(r'(?<= src=")[^"]+|(?<=\]\()[^)]+(?=\))|(?<="file:)[^"]+', text)
    return [unquote(each) for each in found]


def files(folder: Path) -> list[str]:
    return sorted(each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file())


@pytest.mark.parametrize("suffix", NAMING)
def test_beside_its_pictures_an_edition_names_them_from_where_it_lies(folder: Path, suffix: str) -> None:
    made = folder / "texts" / f"made{suffix}"
    pipeline.convert(folder / "texts" / "ferry.md", [made])
    assert named(made) == ["sub/boat.png", "鸟.svg"]
    above = folder / f"made{suffix}"
    pipeline.convert(folder / "texts" / "ferry.md", [above])
    assert named(above) == ["texts/sub/boat.png", "texts/鸟.svg"]
    assert not list(folder.rglob("*.images"))


@pytest.mark.parametrize("suffix", NAMING)
def test_elsewhere_they_are_written_beside_it(folder: Path, suffix: str) -> None:
    made = folder / "build" / f"made{suffix}"
    made.parent.mkdir()
    pipeline.convert(folder / "texts" / "ferry.md", [made])
    assert named(made) == [f"made{suffix}.images/boat.png", f"made{suffix}.images/鸟.svg"]
    assert all((made.parent / each).is_file() for each in named(made))


@pytest.mark.parametrize("first", [".docx", ".odt", ".epub", ".html"])
@pytest.mark.parametrize("second", [".md", ".xhtml"])
def test_read_back_an_edition_has_the_same_pictures(folder: Path, first: str, second: str) -> None:
    """Out of a package or a page they come as files, and the folder may move with the edition."""
    source, packed = folder / "texts" / "ferry.md", folder / f"packed{first}"
    pipeline.convert(source, [packed])
    (folder / "out").mkdir()
    pipeline.convert(packed, [folder / "out" / f"ferry{second}"])
    (folder / "out").rename(folder / "moved")
    again = pipeline.prepare(pipeline.Source.open(folder / "moved" / f"ferry{second}"))
    assert [each.code for each in again.problems if each.code != "read-as"] == []
    shown = [node.path for node in m.walk(again.document) if isinstance(node, m.Image)]
    assert len(shown) == 2
    with open_picture(again.pictures.read(shown[0])) as picture:
        assert (picture.size, picture.convert("RGB").getcolors()) == ((30, 20), [(600, (0, 0, 128))])
    assert b"<circle" in again.pictures.read(shown[1])


def test_an_issue_has_the_pictures_of_all_its_sources(folder: Path) -> None:
    other = folder / "texts" / "second"
    (other / "sub").mkdir(parents=True)
    (other / "ferry.md").write_text(TEXT.replace("渡口", "码头").replace("（", ""), "utf-8")
    Pillow.new("RGB", (50, 20), "red").save(other / "sub" / "boat.png")
    (other / "鸟.svg").write_bytes(BIRD)
    (folder / "out").mkdir()
    pipeline.convert([folder / "texts" / "ferry.md", other / "ferry.md"], [folder / "out" / "all.md"])
    assert files(folder / "out") == [
        "all.md", "all.md.images/.docconv-made", "all.md.images/boat-2.png", "all.md.images/boat.png",
        "all.md.images/鸟-2.svg", "all.md.images/鸟.svg",
    ]  # fmt: skip
    second = (folder / "out" / "all.md.images" / "boat-2.png").read_bytes()
    assert second == (other / "sub" / "boat.png").read_bytes()


def test_the_cover_of_a_book_goes_along(folder: Path) -> None:
    images = folder / "texts" / "ferry.md.images"
    images.mkdir()
    Pillow.new("RGB", (600, 800), "teal").save(images / "Cover.JPG")
    (folder / "out").mkdir()
    pipeline.convert(folder / "texts" / "ferry.md", [folder / "out" / "ferry.md", folder / "out" / "again.icml"])
    assert (folder / "out" / "ferry.md.images" / "cover.jpg").read_bytes() == (images / "Cover.JPG").read_bytes()
    assert "again.icml.images/cover.jpg" not in files(folder / "out")
    pipeline.convert(folder / "out" / "ferry.md", [folder / "out" / "ferry.epub"])
    with zipfile.ZipFile(folder / "out" / "ferry.epub") as book:
        assert any(Path(each).stem == "cover" and each.endswith(".jpg") for each in book.namelist())


def test_no_picture_takes_the_name_of_another_figure_or_of_the_cover(tmp_path: Path) -> None:
    Pillow.new("RGB", (3, 2)).save(tmp_path / "fig-2.png")
    Pillow.new("RGB", (3, 2)).save(tmp_path / "cover.png")
    figures = (m.Figure(m.Image("fig-2.png"), id="fig-1"), m.Figure(m.Missing(), id="fig-2"),
               m.Figure(m.Image("cover.png"), id="fig-3"))  # fmt: skip
    document = m.Document(m.Meta(), figures)
    shown, pictures, written = set_beside(document, Pictures(None, tmp_path), tmp_path / "out" / "x.md")
    assert written is not None
    assert sorted(written) == ["cover-2.png", "fig-2-2.png"]
    assert pictures.read("x.md.images/cover-2.png") == (tmp_path / "cover.png").read_bytes()
    assert [node.path for node in m.walk(shown) if isinstance(node, m.Image)] == [
        "x.md.images/fig-2-2.png", "x.md.images/cover-2.png"
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["a#b.png", "a%20b.png", "a?b.png", "a:b.png", "a\\b.png"])
def test_a_name_that_is_no_address_is_never_one(tmp_path: Path, name: str) -> None:
    Pillow.new("RGB", (3, 2)).save(tmp_path / name)
    document = m.Document(m.Meta(), (m.Figure(m.Image(name)),))
    _, _, written = set_beside(document, Pictures(None, tmp_path), tmp_path / "x.md")
    assert written is not None
    assert [re.sub(r"[\w.-]", "", each) for each in written] == [""]


# ── Built again ──


def test_built_again_the_folder_holds_what_the_edition_shows(folder: Path) -> None:
    source, made = folder / "texts" / "ferry.md", folder / "build" / "made.md"
    made.parent.mkdir()
    pipeline.convert(source, [made])
    first = {each: (made.parent / each).read_bytes() for each in files(made.parent)}
    pipeline.convert(source, [made])
    assert {each: (made.parent / each).read_bytes() for each in files(made.parent)} == first
    source.write_text(TEXT.replace("![渡船](sub/boat.png)", "渡船。"), "utf-8")
    pipeline.convert(source, [made])
    assert files(made.parent) == ["made.md", f"made.md.images/{MADE}", "made.md.images/鸟.svg"]
    source.write_text("# 渡口\n\n没有图。\n", "utf-8")
    (made.parent / "made.md.images" / "mine.txt").write_text("我的")
    pipeline.convert(source, [made])
    assert files(made.parent) == ["made.md", f"made.md.images/{MADE}", "made.md.images/mine.txt"]
    (made.parent / "made.md.images" / "mine.txt").unlink()
    pipeline.convert(source, [made])
    assert files(folder / "build") == ["made.md"]
    assert not (folder / "build" / "made.md.images").exists()


def test_a_folder_of_somebody_else_is_left_alone(folder: Path) -> None:
    source, made = folder / "texts" / "ferry.md", folder / "build" / "made.md"
    own = folder / "build" / "made.md.images"
    own.mkdir(parents=True)
    (own / "mine.png").write_bytes(b"mine")
    with pytest.raises(UsageError, match="not empty, and docconv did not make it"):
        pipeline.convert(source, [made])
    assert files(folder / "build") == ["made.md.images/mine.png"]
    source.write_text("# 渡口\n\n没有图。\n", "utf-8")
    pipeline.convert(source, [made])
    assert files(folder / "build") == ["made.md", "made.md.images/mine.png"]


def test_pictures_that_lie_in_the_folder_itself_stay(folder: Path) -> None:
    own = folder / "texts" / "made.md.images"
    own.mkdir()
    Pillow.new("RGB", (30, 20), "navy").save(own / "boat.png")
    (folder / "texts" / "page.md").write_text("# 渡口\n\n![渡船](boat.png)\n", "utf-8")
    pipeline.convert(folder / "texts" / "page.md", [folder / "texts" / "made.md"], images=own)
    assert named(folder / "texts" / "made.md") == ["made.md.images/boat.png"]
    assert (own / "boat.png").is_file()


def test_a_product_without_files_is_a_folder_that_goes(tmp_path: Path) -> None:
    write_products([(tmp_path / "a.images", {"x.png": b"x"})])
    write_products([(tmp_path / "a.images", {})])
    write_products([(tmp_path / "none.images", {})])
    assert list(tmp_path.iterdir()) == []


# ── Around it ──


def docconv(folder: Path, *arguments: str, cache: str = "") -> subprocess.CompletedProcess[bytes]:
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "DOCCONV_CACHE": cache,
                   "PYTHONPATH": str(Path(pipeline.__file__).parents[1])}  # fmt: skip
    call = [sys.executable, "-m", "docconv", *arguments]
    return subprocess.run(call, cwd=folder, capture_output=True, env=environment)


def test_stdout_names_what_lies_below_the_working_folder_and_says_what_does_not(folder: Path) -> None:
    done = docconv(folder, "convert", "texts/ferry.md", "-o", "-", "--to", "md")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"(texts/sub/boat.png)" in done.stdout
    done = docconv(folder / "texts" / "sub", "convert", "../ferry.md", "-o", "-", "--to", "xhtml")
    assert done.stderr == b"docconv: 1 picture not beside the edition; -v lists it\n"
    assert b'src="boat.png"' in done.stdout
    done = docconv(folder / "texts" / "sub", "convert", "../ferry.md", "-o", "-", "--to", "xhtml", "-v")
    assert "picture-apart: 鸟.svg is not beside the edition — -o FILE writes it there" in done.stderr.decode()


def test_the_cache_and_the_notes_for_make_know_the_folder(folder: Path) -> None:
    (folder / "build").mkdir()
    call = ("convert", "texts/ferry.md", "-o", "build/made.md", "--deps", "made.d")
    for _ in range(2):
        assert docconv(folder, *call, cache=str(folder / "cache")).returncode == 0
        assert "made.md.images/boat.png" in files(folder / "build")
        assert "build/made.md: $(if $(wildcard build/made.md.images),,docconv.gone)" in (folder / "made.d").read_text()
        for each in (folder / "build" / "made.md.images").iterdir():
            each.unlink()
        (folder / "build" / "made.md.images").rmdir()
    docconv(folder, *call, "--deps-format", "json")
    assert '"build/made.md.images"' in (folder / "made.d").read_text()


def test_a_batch_writes_them_and_notices_that_one_is_gone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)

    def status(resume: bool = True) -> list[str]:
        jobs = plan(["texts/ferry.md"], "out", ["xhtml"], Recipe())
        return [each.status for each in run(jobs, folder / "journal", resume=resume, limits=Limits())]

    assert status(resume=False) == ["done"]
    picture = folder / "out" / "texts" / "ferry.xhtml.images" / "boat.png"
    assert picture.is_file()
    assert status() == ["unchanged"]
    picture.unlink()
    assert status() == ["done"]
    assert picture.is_file()
