"""The traces of print: evidence that a text was lifted off a page, and is no manuscript."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from docconv.readers.page import forms

_SAMPLE = 60_000
_RESIDUE = re.compile(
    r"!\[(?:(?!!\[)[^\]])*\]\((?:images|imgs|img)/[\w./-]+\)"
    r"|[\u4e00-\u9fff]<br\s*/?>[\u4e00-\u9fff]|^```markdown$",
    re.M,
)
_HALF = re.compile("(?<=[\u4e00-\u9fff”》])[,;](?=[\u4e00-\u9fff“《])")
_FULL = re.compile("(?<=[\u4e00-\u9fff”》])[，；](?=[\u4e00-\u9fff“《])")


def page_traces(text: str) -> list[str]:
    """The kinds of evidence that a text was lifted off a printed page."""
    sample = text[:_SAMPLE]
    lines = [line.strip() for line in sample.split("\n")]
    full = [forms.shown(line).lstrip("# ") for line in lines if line]

    def count(form: Callable[[str], object]) -> int:
        return sum(1 for line in full if form(line))

    half = len(_HALF.findall(sample))
    found = {
        "captions without pictures": count(forms.points) + count(_caption) >= 1,
        "bylines": count(lambda line: forms.byline(line) or forms.inline_byline(line)) >= 1,
        "running heads and folios": count(forms.furniture) >= 1,
        "credits and jump lines": count(lambda line: forms.credit(line) or forms.jump(line)) >= 1,
        "half-width marks": half >= 3 and half * 3 > len(_FULL.findall(sample)),
        "paragraphs cut short": _cuts(lines) >= 2,
        "lines wrapped at one width": _wraps(lines) >= 2,
        "wide blank runs": len(re.findall(r"\n[ \t]*\n[ \t]*\n[ \t]*\n", sample)) >= 2,
        "an extractor's residue": _RESIDUE.search(sample) is not None,
    }
    return [kind for kind, there in found.items() if there]


def _caption(line: str) -> bool:
    lead = re.match("(?:图|圖)(?:为|為|[:：])", line) is not None
    return forms.width(line) <= 200 and (lead or forms.caption_tail(line))


def _cuts(lines: list[str]) -> int:
    """Paragraphs of some length that end in the middle of a sentence, with a blank line and more text under them."""
    return sum(
        1
        for line, below, after in zip(lines, lines[1:], lines[2:], strict=False)
        if not below and after and forms.width(line) > 50 and not forms.ends_sentence(line)
        and not after.startswith(("#", "-", "|", ">")) and not line.startswith(("#", "-", "|", ">", "!", "<"))
    )  # fmt: skip


def _wraps(lines: list[str]) -> int:
    """Runs of three lines and more of about one width that end in the middle of a sentence."""
    runs = length = 0
    for line, below in pairwise(lines):
        width = forms.width(line)
        alike = abs(width - forms.width(below)) <= max(3, width // 8)
        length = length + 1 if 16 <= width <= 100 and alike and not forms.ends_sentence(line) else 0
        runs += length == 2
    return runs
