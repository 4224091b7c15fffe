"""The list of wanted pictures and the contact sheet, from real pages with real pictures."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from PIL import Image as Pillow
from PIL import ImageCms

from docconv.cli import main
from docconv.preflight.profiles import judge
from docconv.press import PROFILES

SOURCE = """\
# 甲县举办读书节

本报记者/王小明

▲开幕式现场。

据介绍，读书节为期三天，共有二十家书店参加，读者可以在现场挑选新书，也可以与作者见面。

▲小读者在挑选图书。

# 乙镇修通水渠

本报记者/李小红

渠长三公里，沿线的四个村庄都用上了水，村民们说，今年的收成有了保证。

▲=新修的水渠。
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    source = tmp_path / "page.txt"
    source.write_text(SOURCE, "utf-8")
    return source


def listed(page: Path, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    assert main(["pictures", str(page), "--from", "page", *options]) == 0
    return capsys.readouterr().out


def rows(page: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(listed(page, capsys, "--format", "json"))
    return found


def put(page: Path, name: str, size: tuple[int, int]) -> None:
    folder = Path(f"{page}.images")
    folder.mkdir(exist_ok=True)
    Pillow.new("RGB", size, "grey").save(folder / name)


def test_every_figure_is_listed_with_its_page_size_and_pixels(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = rows(page, capsys)
    assert [each["caption"] for each in found] == ["开幕式现场。", "小读者在挑选图书。", "=新修的水渠。"]
    assert [each["article"] for each in found] == ["甲县举办读书节"] * 2 + ["乙镇修通水渠"]
    assert {each["state"] for each in found} == {"missing"}
    first = found[0]
    assert (first["page"], first["width"], first["height"], first["ppi"]) == (1, 102, 68, 0)
    assert (first["pixels_wide"], first["pixels_high"]) == (1205, 804)
    assert first["file"] == f"{first['id']}.jpg"


def test_a_picture_is_found_or_too_small(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, two, _ = [each["id"] for each in rows(page, capsys)]
    put(page, f"{one}.png", (1300, 1300))
    put(page, f"{two}.jpg", (400, 200))
    found = rows(page, capsys)
    assert [each["state"] for each in found] == ["found", "small", "missing"]
    assert (found[0]["file"], found[0]["width"], found[0]["height"]) == (f"{one}.png", 102, 102)
    assert (found[1]["ppi"], found[1]["height"]) == (100, 51)


def test_the_colour_space_of_a_picture_is_told(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, two, three = [each["id"] for each in rows(page, capsys)]
    folder = Path(f"{page}.images")
    folder.mkdir(exist_ok=True)
    Pillow.new("L", (1300, 1300)).save(folder / f"{one}.png")
    Pillow.new("CMYK", (1300, 900)).save(folder / f"{two}.jpg")
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    Pillow.new("RGB", (1300, 900)).save(folder / f"{three}.png", icc_profile=lab)
    found = rows(page, capsys)
    assert [each["colours"] for each in found] == ["grey", "CMYK", "RGB (XYZ identity built-in)"]
    assert [each["doubts"] for each in found] == ["", "", ""]  # without a profile: a note, and no more
    Pillow.new("RGB", (1300, 900)).save(folder / f"{three}.png", icc_profile=b"x" * 200)
    assert rows(page, capsys)[2]["doubts"] == "its ICC profile is damaged, and left out of account"


def test_a_press_asks_for_more_of_a_picture(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, two, _ = [each["id"] for each in rows(page, capsys)]
    put(page, f"{one}.png", (1000, 700))
    put(page, f"{two}.png", (700, 500))
    assert main(["pictures", str(page), "--from", "page", "--profile", "press-cn", "--format", "json",
                 "--report-format", "text"]) == 0  # fmt: skip
    out, err = capsys.readouterr()
    first = json.loads(out)[0]
    assert (first["state"], first["pixels_wide"], first["ppi"]) == ("small", 1205, 249)
    assert (first["colours"], first["doubts"]) == ("RGB", "")
    assert f"page.txt:5:1: picture-colour-assumed: {one}.png: RGB without a profile" in err
    assert main(["pictures", str(page), "--icc", "x.icc"]) == 2


def test_a_tall_picture_counts_as_large_as_it_is_drawn(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(page, f"{rows(page, capsys)[0]['id']}.png", (500, 2000))
    first = rows(page, capsys)[0]
    assert (first["width"], first["height"], first["ppi"]) == (38, 150, 339)


def test_the_table_is_for_eyes_and_csv_for_spreadsheets(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = listed(page, capsys).splitlines()
    assert table[0].split() == ["state", "page", "mm", "pixels", "ppi", "colours", "file", "article", "caption"]
    assert len(table) == 4
    [_, *lines] = csv.reader(io.StringIO(listed(page, capsys, "--format", "csv")))
    assert lines[2][-1] == "'=新修的水渠。"  # no formula


def test_contact_sheet_shows_pictures_and_boxes(page: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, two, _ = [each["id"] for each in rows(page, capsys)]
    put(page, f"{one}.png", (1300, 1300))
    put(page, f"{two}.jpg", (400, 200))
    sheet = tmp_path / "sheet.pdf"
    listed(page, capsys, "--style", "newspaper", "--sheet", str(sheet))
    with pdfplumber.open(sheet) as pdf:
        (only,) = pdf.pages
        text, size, pictures = only.extract_text().replace(" ", ""), (only.width, only.height), len(only.images)
    assert pictures == 2 and [round(each / 72 * 25.4) for each in size] == [210, 297]  # A4, whatever the style
    for said in ("共3幅：可用1，像素不足1，待补1", "甲县举办读书节", "乙镇修通水渠", "开幕式现场。",
                 f"1·{one}.png", "第1页·54×54mm", "612ppi·RGB", "像素不足，需638×319", "638×425px"):  # fmt: skip
        assert said in text
    assert judge(sheet.read_bytes(), "sheet.pdf", PROFILES["accessible"]).passed
    first = sheet.read_bytes()
    listed(page, capsys, "--style", "newspaper", "--sheet", str(sheet))
    assert sheet.read_bytes() == first


def test_sheet_does_not_overwrite_its_source(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pictures", str(page), "--sheet", str(page)]) == 2
    assert "is the source itself" in capsys.readouterr().err


def test_a_source_without_pictures_has_an_empty_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "a.md"
    source.write_text("天地", "utf-8")
    assert listed(source, capsys, "--format", "json", "--from", "markdown") == "[]\n"
