"""Pages as those of one book: what the rules on binding and page numbers find, and where they say nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from finished import composite, draw, fill_pages, number_pages, press, saved
from pikepdf import Array, Dictionary, Name, Pdf

from docconv.cli import main
from docconv.preflight.profiles import judge
from docconv.press import PROFILES, Profile

JAPAN = replace(PROFILES["press-jp"], condition=PROFILES["press-eu"].condition)


def said(pdf: Pdf, code: str, profile: Profile = PROFILES["press-eu"]) -> list[str]:
    verdict = judge(saved(pdf), "x.pdf", profile)
    return [finding.message for each in verdict.rulings if each.code == code for finding in each.findings]


# ── binding ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("pages", "left", "letters", "shift", "found"),
    [
        (100, 72.5, 36, 0, None),  # 10.6 mm on either side
        (100, 90, 34, -20, None),  # 17 and 11 mm, mirrored
        (100, 60, 38, 0, "the inner margin is 6.2 mm, and a book of 100 pages takes 9.6"),
        (152, 72.5, 36, 0, "the inner margin is 10.4 mm, and a book of 152 pages takes 12.7"),
        (96, 60, 38, 0, None),  # stapled
        (100, 90, 30, 0, "left and right pages have the same margins, 17 mm on the left and 25 mm on the right"),
    ],
)
def test_margins_are_looked_at_in_thick_books(
    pages: int, left: float, letters: int, shift: float, found: str | None
) -> None:
    pdf = press()
    fill_pages(pdf, pages, left, letters, shift=shift)
    told = said(pdf, "press-gutter")
    assert (told == []) if found is None else told[0].startswith(found)


def test_the_inner_margin_is_on_the_other_side_in_a_book_that_opens_to_the_right() -> None:
    pdf = press()
    fill_pages(pdf, 100, 90, 35, shift=-27)  # 17 mm on the left of odd pages, 8 on their right
    assert said(pdf, "press-gutter") == []
    pdf.Root.ViewerPreferences = Dictionary(Direction=Name.R2L)
    assert said(pdf, "press-gutter") == ["the inner margin is 7.2 mm, and a book of 100 pages takes 9.6"]


def test_vertical_text_opens_to_the_right() -> None:
    pdf = press()
    upright = composite(pdf)
    upright.Encoding = Name("/Identity-V")
    draw(pdf, f"/Over gs 0 0 0 1 k BT /V 10 Tf 1 0 0 1 300 500 Tm <{'0001' * 20}> Tj ET", Font=Dictionary(V=upright))
    assert said(pdf, "press-gutter") == []  # a page alone opens to nowhere
    pdf.pages.append(pdf.pages[0])
    assert len(said(pdf, "press-gutter")) == 1
    pdf.Root.ViewerPreferences = Dictionary(Direction=Name.R2L)
    assert said(pdf, "press-gutter") == []


# ── page numbers ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("numbers", "found"),
    [
        (range(1, 13), []),
        ([0, 0, 3, 4, 5, 0, 7, 8, 9, 10, 11, 12], []),  # where a chapter opens there is none
        ([*range(1, 8), *range(1, 8)], []),  # a part that counts anew
        ([*range(1, 9), *range(51, 59)], []),  # an extract
        ([1, 2, 3, 4, 4, 5, 6, 7, 8, 9, 10, 11], ["4 stands on the page before too"]),
        ([1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13], ["4 is followed by 6"]),
        ([1, 2, 3, 9, 5, 6, 7, 8, 9, 10, 11, 12], ["9 stands where 4 is expected"]),
        ([12, 7, 3, 4, 90, 41, 5, 2, 8, 8, 1, 6], []),  # numbers that count nothing
        (range(1, 7), []),  # too few to be sure
    ],
)
def test_page_numbers_follow_each_other(numbers: Sequence[int], found: list[str]) -> None:
    pdf = press()
    number_pages(pdf, numbers)
    assert said(pdf, "press-folio") == found


def test_a_hidden_number_counts_in_japan() -> None:
    pdf = press()
    number_pages(pdf, [0, *range(2, 13)])
    assert said(pdf, "press-folio") == []
    assert said(pdf, "press-folio", JAPAN) == ["there is no page number, not even a hidden one"]
    draw(pdf, "0 0 0 1 k /Over gs BT /Digits 5 Tf 1 0 0 1 54 300 Tm <0011> Tj ET")
    assert said(pdf, "press-folio", JAPAN) == []


def test_a_file_without_page_numbers_is_not_asked_for_them() -> None:
    pdf = press()
    for _ in range(11):
        pdf.pages.append(pdf.pages[0])
    assert said(pdf, "press-folio", JAPAN) == []


def test_labels_of_roman_numbers_are_not_compared() -> None:
    pdf = press()
    number_pages(pdf, [0, 0, *range(1, 11)])
    starts = [0, Dictionary(S=Name("/r")), 2, Dictionary(S=Name.D)]
    pdf.Root.PageLabels = Dictionary(Nums=Array(starts))
    assert said(pdf, "access-navigation", PROFILES["accessible"]) == []
    starts[3] = Dictionary(S=Name.D, St=2)
    pdf.Root.PageLabels = Dictionary(Nums=Array(starts))
    told = said(pdf, "access-navigation", PROFILES["accessible"])
    assert (len(told), told[0]) == (10, "the label is 2, the number on the page 1")


# ── whole sheets ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("pages", "signature", "found"),
    [
        (1, 0, []),
        (4, 0, []),
        (8, 16, ["8 pages, no multiple of 16: the printer adds 8 blank pages, or asks"]),
        (6, 0, ["6 pages: the printer adds 2 blank pages, or asks"]),
        (7, 8, ["7 pages, no multiple of 8: the printer adds 1 blank page, or asks"]),
        (16, 16, []),
    ],
)
def test_pages_are_those_of_whole_sheets(pages: int, signature: int, found: list[str]) -> None:
    pdf = press()
    for _ in range(pages - 1):
        pdf.pages.append(pdf.pages[0])
    assert said(pdf, "press-pages", replace(PROFILES["press-eu"], signature=signature)) == found


def test_what_is_asked_of_a_press_is_asked_on_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "x.pdf"
    file.write_bytes(saved(press()))
    assert main(["check", str(file), "--profile", "press-eu", "--mono", "--signature", "16"]) == 4
    told = capsys.readouterr().out
    assert "press-mono: page 1" in told
    assert "1 page, no multiple of 16: the printer adds 15 blank pages" in told
    assert main(["check", str(file), "--mono"]) == 2
    assert "--mono is for a press" in capsys.readouterr().err
