"""Pictures: which are found, which are refused, and what is said of them."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image as Pillow
from PIL import ImageFile

from docconv import model as m
from docconv.inputs import recording, settled, unchanged
from docconv.pictures import Pictures, place_pictures, report_unused
from docconv.problems import Problem

CAPTION = (m.Text("▲校门"),)


def paint(path: Path, size: tuple[int, int] = (4, 3)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Pillow.new("RGB", size, "navy").save(path)
    return path


@pytest.fixture
def pictures(tmp_path: Path) -> Pictures:
    """A source's folder and its images folder in a folder that holds a secret."""
    paint(tmp_path / "secret.png")
    (tmp_path / "source" / "page.images").mkdir(parents=True)
    return Pictures(tmp_path / "source" / "page.images", tmp_path / "source")


def place(pictures: Pictures, figure: m.Figure | m.Paragraph) -> tuple[m.Media, list[Problem]]:
    """The media of a document's only picture, after placing, and the problems."""
    problems: list[Problem] = []
    placed = place_pictures(m.Document(m.Meta(), (figure,)), pictures, problems.append)
    report_unused([(placed, pictures)], pictures.images, problems.append)
    (media,) = [node for node in m.walk(placed) if isinstance(node, m.Image | m.Missing)]
    return media, problems


# ── Found ──


def test_a_picture_named_by_the_id_fills_the_placeholder(pictures: Pictures) -> None:
    assert pictures.images is not None
    paint(pictures.images / "fig-1.png")
    assert place(pictures, m.Figure(m.Missing(alt="门"), CAPTION, (), "fig-1")) == (m.Image("fig-1.png", "门"), [])


def test_a_picture_named_by_the_id_goes_before_the_one_that_the_source_names(pictures: Pictures) -> None:
    assert pictures.images is not None
    paint(pictures.images / "fig-1.png")
    paint(pictures.images / "old.png")
    media, problems = place(pictures, m.Figure(m.Image("old.png"), CAPTION, (), "fig-1"))
    assert media == m.Image("fig-1.png")
    assert [(each.code, each.message) for each in problems] == [("picture-unused", "old.png is the id of no figure")]


@pytest.mark.parametrize("name", ["a.png", "sub/图 1.png", "./a.png", "sub/../a.png", "A.PNG"])
def test_a_picture_in_the_folder_of_the_source_is_found(pictures: Pictures, name: str) -> None:
    assert pictures.folder is not None
    paint(pictures.folder / "sub" / "图 1.png")
    paint(pictures.folder / "a.png")
    paint(pictures.folder / "A.PNG")
    assert place(pictures, m.Figure(m.Image(name))) == (m.Image(name), [])


def test_a_name_in_percent_signs_means_the_file(pictures: Pictures) -> None:
    assert pictures.folder is not None
    paint(pictures.folder / "图 1.png")
    assert place(pictures, m.Figure(m.Image("%E5%9B%BE%201.png")))[0] == m.Image("图 1.png")


def test_a_picture_in_a_line_is_found(pictures: Pictures) -> None:
    assert pictures.folder is not None
    paint(pictures.folder / "a.png")
    inside = m.Paragraph((m.Text("甲"), m.Picture(m.Image("a.png", "外字"))))
    assert place(pictures, inside) == (m.Image("a.png", "外字"), [])


def test_a_picture_in_a_line_that_is_not_there_keeps_its_words(pictures: Pictures) -> None:
    """They are all that is known of a character that no font has."""
    problems: list[Problem] = []
    unknown = m.Missing(alt="「口＋世」")
    document = m.Document(m.Meta(), (m.Paragraph((m.Picture(unknown),)),))
    assert place_pictures(document, pictures, problems.append).body == document.body
    assert (problems[0].message, problems[0].remedy) == (
        "no picture for 「口＋世」", "write the character, or name a picture of it")  # fmt: skip


@pytest.mark.parametrize(
    ("there", "wanted"),
    [
        ("PHOTO.JPG", "photo.jpg"),
        ("photo.JPG", "photo.jpg"),
        ("Bilder/Foto.TIF", "bilder/foto.tif"),
        ("cafe\u0301.png", "caf\u00e9.png"),
        ("caf\u00e9.png", "cafe\u0301.png"),
        ("ポスト.PNG", "\u30db\u309aスト.png"),
        ("\u30db\u309aスト.png", "ポスト.png"),
    ],
)
def test_a_picture_is_found_in_other_capitals_and_in_another_form_of_its_letters(
    pictures: Pictures, there: str, wanted: str
) -> None:
    assert pictures.folder is not None
    paint(pictures.folder / there)
    assert place(pictures, m.Figure(m.Image(wanted))) == (m.Image(there), [])


def test_what_is_there_as_it_is_named_goes_before_all_that_is_alike(pictures: Pictures) -> None:
    assert pictures.folder is not None
    for name in ("A.png", "a.PNG", "a.png"):
        paint(pictures.folder / name)
    assert place(pictures, m.Figure(m.Image("a.png"))) == (m.Image("a.png"), [])


def test_of_several_that_are_alike_one_is_taken_and_said(pictures: Pictures) -> None:
    assert pictures.folder is not None
    for name in ("b.PNG", "B.png", "E\u0301.png", "\u00c9.png", "\u00e9.PNG"):
        paint(pictures.folder / name)
    media, problems = place(pictures, m.Figure(m.Image("b.png")))
    assert (media, [str(each) for each in problems]) == (
        m.Image("B.png"),
        [
            "picture-ambiguous: b.png may be B.png or b.PNG: B.png is taken — give one of them another name",
        ],
    )
    assert place(pictures, m.Figure(m.Image("e\u0301.PNG")))[0] == m.Image("\u00e9.PNG")


@pytest.mark.parametrize("name", ["fig-1.JPG", "FIG-1.jpg", "fig-1.tif", "fig-1.TIFF", "Fig-1.Png"])
def test_a_placeholder_is_filled_by_its_picture_however_that_is_spelt(pictures: Pictures, name: str) -> None:
    assert pictures.images is not None
    paint(pictures.images / name)
    assert place(pictures, m.Figure(m.Missing(), CAPTION, (), "fig-1")) == (m.Image(name), [])


def test_the_arrival_of_a_picture_in_other_capitals_is_known_to_a_build(pictures: Pictures) -> None:
    assert pictures.folder is not None
    with recording() as inputs:
        place(pictures, m.Figure(m.Image("a.png")))
    states = settled(inputs)
    assert states is not None
    assert unchanged(states)
    paint(pictures.folder / "A.Png")
    assert not unchanged(states)


# ── Refused ──


@pytest.mark.parametrize(
    "trick",
    [
        "../secret.png",
        "sub/../../secret.png",
        "/tmp/secret.png",
        "ABSOLUTE",
        "link.png",
        "folder/secret.png",
        "..%2Fsecret.png",
        "%2e%2e/secret.png",
        "%252e%252e/secret.png",
        "..\\secret.png",
        "a\0.png",
        "a.png\0../../secret.png",
        "a%00.png",
        "file:///etc/passwd",
        "https://example.org/secret.png",
        "//example.org/secret.png",
        "data:image/png;base64,iVBORw0KGgo=",
        "",
        ".",
        "..",
        "x" * 5000,
        "图" * 200 + ".png",
    ],
)
def test_no_name_reaches_out_of_the_folders(pictures: Pictures, tmp_path: Path, trick: str) -> None:
    assert pictures.folder is not None
    (pictures.folder / "link.png").symlink_to(tmp_path / "secret.png")
    (pictures.folder / "folder").symlink_to(tmp_path)
    path = str(tmp_path / "secret.png") if trick == "ABSOLUTE" else trick
    media, problems = place(pictures, m.Figure(m.Image(path, "门"), CAPTION, (), "fig-1"))
    assert media == m.Missing(path, "门")
    (problem,) = problems
    assert problem.code in ("picture-refused", "picture-missing")
    assert pictures.find(path) is None
    assert pictures.read(path) == b""


@pytest.mark.parametrize("trick", ["../secret.png", "/tmp/secret.png", "https://example.org/secret.png"])
def test_a_name_that_leads_out_is_said_to_be_refused(pictures: Pictures, trick: str) -> None:
    _, (problem,) = place(pictures, m.Figure(m.Image(trick, place=m.Place(3)), place=m.Place(3, 1, "page.txt")))
    assert str(problem) == (
        f"page.txt:3:1: picture-refused: {trick} is outside the source's folder — copy the picture beside the source"
    )


def test_a_link_loop_is_no_picture(pictures: Pictures) -> None:
    assert pictures.folder is not None
    (pictures.folder / "loop.png").symlink_to("loop.png")
    assert isinstance(place(pictures, m.Figure(m.Image("loop.png")))[0], m.Missing)


def test_only_pictures_are_found(pictures: Pictures) -> None:
    assert pictures.folder is not None
    (pictures.folder / "page.txt").write_text("文")
    assert isinstance(place(pictures, m.Figure(m.Image("page.txt")))[0], m.Missing)


def test_a_figure_id_cannot_be_a_path(pictures: Pictures) -> None:
    media, _ = place(pictures, m.Figure(m.Missing(), CAPTION, (), "../../secret"))
    assert media == m.Missing()


# ── Said ──


def test_a_missing_picture_is_asked_for_by_its_id(pictures: Pictures) -> None:
    _, (problem,) = place(pictures, m.Figure(m.Missing(), CAPTION, (), "fig-1", place=m.Place(7, 1, "page.txt")))
    assert str(problem) == "page.txt:7:1: picture-missing: no picture for ▲校门 — add fig-1.jpg to the images folder"


def png(width: int, height: int) -> bytes:
    """A PNG that claims to be of that size, and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("patience", [False, True], ids=["", "WeasyPrint imported"])
@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.png", b"", "not a picture"),
        ("a.png", b"<html>", "not a picture"),
        ("a.svg", b"no drawing", "not an SVG picture"),
        ("a.png", png(60, 60)[:60], "damaged picture"),
        ("a.png", png(100_000, 100_000), "more than 89478485 pixels"),
        ("a.png", png(13_000, 13_000), "more than 89478485 pixels"),
        ("a.png", png(0, 5), "not a picture"),
    ],
    ids=["empty", "html", "svg", "cut", "bomb", "large", "nothing"],
)
def test_a_picture_that_cannot_be_used_is_reported(
    pictures: Pictures, monkeypatch: pytest.MonkeyPatch, name: str, data: bytes, message: str, patience: bool
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", patience)  # WeasyPrint does so when it is imported
    assert pictures.folder is not None
    (pictures.folder / name).write_bytes(data)
    media, problems = place(pictures, m.Figure(m.Image(name), CAPTION, (), "fig-1"))
    assert media == m.Missing(name)
    assert problems[0].code == "picture-unreadable"
    assert problems[0].message.startswith(f"{name}: {message}")
    assert problems[0].remedy == "replace the file"


def test_a_picture_of_no_figure_is_reported(pictures: Pictures) -> None:
    assert pictures.images is not None
    paint(pictures.images / "stray.png")
    (pictures.images / "notes.txt").touch()  # not a picture: none of our business
    problems: list[Problem] = []
    paint(pictures.images / "cover.jpg")  # that of the book
    report_unused([(m.Document(m.Meta(), ()), pictures)], pictures.images, problems.append)
    assert [str(each) for each in problems] == [
        "picture-unused: stray.png is the id of no figure — see docconv show for ids"
    ]


def test_a_picture_in_a_format_of_studios_is_reported(pictures: Pictures) -> None:
    assert pictures.images is not None
    (pictures.images / "fig-1.psd").write_bytes(b"8BPS")
    media, problems = place(pictures, m.Figure(m.Missing(), CAPTION, (), "fig-1"))
    assert isinstance(media, m.Missing)
    assert [str(each) for each in problems] == [
        "picture-missing: no picture for ▲校门 — add fig-1.jpg to the images folder",
        "picture-unreadable: fig-1.psd: PSD is placed in no edition — save it as JPEG or PNG",
    ]


def test_a_stream_has_no_pictures() -> None:
    assert isinstance(place(Pictures(), m.Figure(m.Image("a.png")))[0], m.Missing)
