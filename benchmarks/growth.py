"""Finds input that takes longer than its length: every mark, blank and notation, repeated n and 2n times, alone and
amid a line, through reading and repair.

It assumes that processor time grows in proportion where twice as much takes at most 2.5 times as long; short times are
no evidence.  `python benchmarks/growth.py` prints what grows faster, and where the time goes; `--only TEXT` tries one.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import pstats
import signal
import string
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import product
from types import FrameType
from typing import NoReturn

from docconv import pipeline
from docconv.problems import DocconvError
from docconv.readers.source import Source

MOST = 2.5
"""How many times longer twice as much may take."""
SHORT = 0.25
"""Seconds of processor time that say nothing of growth."""
LONG = 8
"""Seconds of processor time after which a try is given up."""

MARKS = [
    *string.punctuation,
    *"、。，．：；！？「」『』（）［］【】《》〈〉“”‘’…—－～·・々〇ー",
    *"※▲■◆●○□△▼★☆→①㈱№％＃＊＆＠／＼｜＿￣＾｀＋＝＜＞",
]
BLANKS = [" ", "\t", "\u00a0", "\u3000", "\u2009", "\u200b", "\f", "\v", "\n", "\r", "\n\n", " \n", "\u2028", "\ufeff"]
LETTERS = ["字", "あ", "ア", "ｱ", "가", "a", "1", "１", "一", "é", "\u0301", "\ufe0f", "\U00020000", "\ue000", "\x07"]
NOTATIONS = [
    *("![](", "![a](b", "![a](b)", "[a](", "[a](http://", "[a](b)", "[a][b]", "[^1]", "[^1]: a\n", "[a]: b\n", "<!--"),
    *("<b>", "</b>", "<a href=", "<p", "<img src=a>", "<?xml", "<![CDATA[", "&amp;", "&#", "**", "__", "~~", "``"),
    *("```\n", "`a", "$a", "$$", "\\(", "\\[", "a\n===\n", "a\n---\n", "a\n\n---\n", "# a\n", "> ", "> a\n"),
    *("- a\n", "  - a\n", "1. a\n", "| a ", "| a |\n", "|-|\n", ": a\n", "    a\n", "http://", "www.a.b ", "a@b.c "),
    *("。”", "。”\n", "。”\n\n", "“字\n", "“字。\n\n", "”字\n", "字“字”", "（记者 王", "（记者 王\n", "记者 王\n"),
    *("本报记者 张三\n", "记者 ", "图为", "▲图\n", "下转", "上接第1版\n", "第1版 ", "2020年"),
    *("字\n", "字。\n", "字。\n\n", "字\n\n", "字 字 ", "字 字\n", "# 字 字 ", "字-\n", "a-\n"),
    *("【电】", "2020年1月1日\n", "a b ", "가 나\n", "가나다 "),
    *("がぎ\n", "「字\n", "字」\n", "10月", "{#a}", "a,", "1,000", "1.", "1-", "万", "％ ", "○年", "×", "二〇"),
    *("《字》", "｜字《じ》", "字《", "※［＃", "［＃「字」に傍点］", "［＃ここから", "［＃改ページ］\n", "〔"),
    *("0x", "ab", "Ａ", "……", "——", "…\n", "--", "...", "''", '"字', '"a"', "'a", "°", "(a)", "(a", "〇〇"),
]  # fmt: skip
FORMS = ("page", "text", "aozora", "markdown", "html")


class _TooLong(BaseException):
    """No exception that a reader might take for one of its own."""


def seconds(piece: str, form: str, amid: bool, times: int) -> float:
    """Processor time for reading and repairing the piece so many times; infinite if it is given up."""
    before, after = _LINE if amid else ("", "")
    text = f"{_HEADS.get(form, '')}{before}{piece * times}{after}"
    source = Source(f"a.{_SUFFIXES.get(form, 'txt')}", text.encode())
    signal.signal(signal.SIGVTALRM, _stop)
    gc.collect()
    start = time.process_time()
    signal.setitimer(signal.ITIMER_VIRTUAL, LONG)
    try:
        with suppress(DocconvError):
            pipeline.prepare(source, form)
        return time.process_time() - start
    except _TooLong:
        return float("inf")
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


_SUFFIXES = {"markdown": "md", "html": "html"}
_HEADS = {"page": "# 标题在此\n\n本报记者 张三\n\n今天下雨。\n\n"}
_LINE = ("今天下雨，街上", "没有一个人。\n\n明天天晴。\n")


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    raise _TooLong


def growth(piece: str, form: str, amid: bool, length: int) -> float:
    """How many times longer twice as much takes, up to about `length` characters; 1 if that is over in no time."""
    times = max(2, length // len(piece))
    whole = seconds(piece, form, amid, times)
    if whole <= SHORT:
        return 1.0
    half = seconds(piece, form, amid, times // 2)
    if whole > MOST * half:  # perhaps another process was in the way
        half, whole = max(half, seconds(piece, form, amid, times // 2)), min(whole, seconds(piece, form, amid, times))
    return whole if whole == float("inf") else whole / half


def where(piece: str, form: str, amid: bool, length: int) -> Iterator[str]:
    """The functions of docconv that take most of the time themselves, with what they call outside docconv."""
    profile = cProfile.Profile()
    profile.enable()
    seconds(piece, form, amid, max(1, length // 4 // len(piece)))
    profile.disable()
    took: Counter[tuple[str, int, str]] = Counter()
    for function, (_, _, own, _, callers) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        if "/docconv/" in function[0]:
            took[function] += own
        else:
            took.update({caller: spent[2] for caller, spent in callers.items() if "/docconv/" in caller[0]})
    for (file, line, name), spent in took.most_common(3):
        yield f"{spent:.2f} s {file.rpartition('/docconv/')[2]}:{line} {name}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", help="one piece, as Python writes it: '\\\\t'")
    parser.add_argument("--form", choices=FORMS)
    parser.add_argument("--length", type=int, default=20_000, help="characters of the longest input (default: 20000)")
    arguments = parser.parse_args()
    pieces = [*MARKS, *BLANKS, *LETTERS, *NOTATIONS]
    if arguments.only:
        pieces = [arguments.only.encode("latin-1", "backslashreplace").decode("unicode_escape")]
    worse = 0
    forms = FORMS if arguments.form is None else (arguments.form,)
    for form, piece, amid in product(forms, dict.fromkeys(pieces), (False, True)):
        factor = growth(piece, form, amid, arguments.length)
        if factor > MOST:
            worse += 1
            name = f"{form}: {piece!r}{' amid a line' if amid else ''}"
            print(f"{name}: twice as much takes {factor:.1f} times as long", flush=True)
            for line in where(piece, form, amid, arguments.length):
                print(f"    {line}", flush=True)
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
