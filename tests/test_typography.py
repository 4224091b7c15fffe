"""Settings of the lines: sizes of type, and what becomes of KEY=VALUE."""

from __future__ import annotations

from pathlib import Path

import pytest

from docconv.cli import main
from docconv.problems import UsageError
from docconv.styles import find_style
from docconv.typography import points, rules


@pytest.mark.parametrize(
    ("size", "pt"),
    [("五号", 10.5), ("小五", 9), ("小五号", 9), ("五號", 10.5), ("初号", 42), ("六号", 7.875), ("10.5pt", 10.5),
     ("14Q", 9.9213), ("13級", 9.2126), ("3.7mm", 10.4882), ("12 PT", 12)],
)  # fmt: skip
def test_sizes_of_type(size: str, pt: float) -> None:
    assert points(size) == pytest.approx(pt, abs=1e-4)


@pytest.mark.parametrize("size", ["", "10", "九号", "0pt", "-3pt", "5furlong", "1e3pt", "五号; color: red"])
def test_what_is_no_size(size: str) -> None:
    with pytest.raises(UsageError, match="is no size of type"):
        points(size)


@pytest.mark.parametrize(
    ("setting", "rule"),
    [
        ("kinsoku=strict", "body { line-break: strict }"),
        ("punctuation=开明", "body { text-spacing-trim: kaiming }"),
        ("hanging=allow", "body { hanging-punctuation: allow-end }"),
        ("korean=음절", ":lang(ko) { word-break: normal }"),
        ("brackets=half", "body { bracket-start: half }"),
        (
            "indent=not-after-heading",
            ":is(header, h1, h2, h3, h4, h5, h6, .masthead) + p:not([class]) { text-indent: 0 }",
        ),
        ("grid=on", "body { line-snap: baseline }"),
        ("leading=28Q", "html, body { line-height: 19.8425pt }"),
        ("kai=FZKai-Z03, KaiTi", ':root { --kai: "FZKai-Z03", "KaiTi", "Noto Serif CJK SC" }'),
    ],
)
def test_a_setting_is_a_rule(setting: str, rule: str) -> None:
    assert rules([setting]) == {setting.partition("=")[0]: rule}


def test_of_a_setting_made_twice_the_last_holds_in_its_place() -> None:
    assert [*rules(["leading=18pt", "size=9pt", "leading = 20pt"])] == ["size", "leading"]
    assert rules(["leading=18pt", "leading=20pt"]) == rules(["leading=20pt"])


def test_settings_that_screens_know_hold_in_every_edition() -> None:
    asked = ["hanging=allow", "gap=off", "punctuation=开明", "size=五号", "grid=on"]
    held = "body { hanging-punctuation: allow-end }\nbody { text-autospace: no-autospace }"
    style = find_style("plain", asked)
    for sheet in ("screen", "ebook"):
        assert style.css(sheet).endswith(f"/* As set */\n{held}\n")
    assert "As set" not in style.css("print") and "As set" not in find_style().css("screen")


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("kinsoko=strict", "there is no setting 'kinsoko=strict' — kinsoku=…"),
        ("kinsoku", "there is no setting 'kinsoku'"),
        ("indent=9", "1 or 2 letters, none, or not-after-heading"),
        ("hanging=yes", "one of off, allow, always"),
        ('song=A"; } * { display: none', "is no name of a face"),
        ("song=", "is no name of a face"),
    ],
)
def test_what_is_no_setting(setting: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        rules([setting])
    assert message in str(caught.value)


def test_the_command_line_says_so_and_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "a.md"
    source.write_text("天地", "utf-8")
    assert main(["convert", str(source), "-o", str(tmp_path / "a.pdf"), "--set", "size=big"]) == 2
    assert "docconv: 'big' is no size of type — 五号, 10.5pt" in capsys.readouterr().err
    assert not (tmp_path / "a.pdf").exists()
