"""The documents for editors: their links lead somewhere, and what may be typed is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docconv.readers import PANDOC, READERS

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


def anchors(document: Path) -> set[str]:
    """The addresses of a document's heads, as GitHub makes them."""
    heads = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    text = re.sub(r"^    .*$|`[^`\n]*`", "", document.read_text(encoding="utf-8"), flags=re.M)
    for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", text):
        path, _, anchor = target.partition("#")
        other = document.parent / path if path else document
        assert other.exists(), target
        assert not anchor or anchor in anchors(other), target


def test_every_format_is_named() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    named = {*READERS, *("gfm", "commonmark", "pandoc-markdown", "docx", "odt", "rst", "latex", "org")}
    assert named <= {*READERS, *PANDOC}
    assert [name for name in sorted(named) if f"`{name}`" not in text and f"`.{name}`" not in text] == []
