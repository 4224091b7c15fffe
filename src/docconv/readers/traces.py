"""Page or manuscript: what in a text speaks for either, with the weight that it has.

It assumes text with `\\n` line ends.  Traces of print are looked for in what a reader sees, not in code, links,
addresses and HTML, and one line is one trace.  The weights are house choices, made on real pages and manuscripts: a
trace that settles the question alone weighs more than all that a manuscript may gather against it by chance.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise
from typing import NamedTuple

from docconv.chars import HAN, HANGUL, IDEOGRAPHIC, KANA
from docconv.readers.page import bylines, edges, forms, legends
from docconv.readers.page.paragraphs import measure_of_widths

ENOUGH = 4.0
"""What the evidence must weigh for a text to be read as a page: page repairs change its structure (house choice)."""
_SAMPLE = 60_000
_ALONE = 10.0


class Evidence(NamedTuple):
    """What speaks for a page (a positive weight) or for a manuscript (a negative one)."""

    name: str
    weight: float


def weigh(text: str, markdown: bool) -> tuple[float, list[Evidence]]:
    """How much more a text is like a page than like a manuscript, and each piece of evidence.

    `markdown` says that the source calls itself Markdown; plain text is not judged by Markdown's marks."""
    sample = _Sample(text[:_SAMPLE], markdown)
    found = [Evidence(name, weight) for name, measure in _EVIDENCE if (weight := measure(sample))]
    return sum(each.weight for each in found), found


# ── What is looked at ──

_FRONT = re.compile(r"\A\ufeff?---\n(?P<inside>(?:(?!---$).*\n){1,200}?)---\n", re.M)
_FENCED = re.compile(r"^[ \t]*(```+|~~~+)[^\n]*\n.*?(?:^[ \t]*\1[ \t]*$|\Z)", re.M | re.S)
_HIDDEN = re.compile(
    r"<!--.*?-->|!\[(?:[^\[\]]|\[[^\]]*\])*\]\([^)\n]*\)|`[^`\n]+`|(?<=\])\([^)\n]*\)|<https?://[^>\n]+>"
    r"|https?://[\w./%#?&=+~@:;,-]+|^[ \t]{0,3}\[[^\]\n]+\]:[ \t]*\S+.*$",
    re.M | re.S,
)
_MARKED = re.compile(r"(?:#{1,6}[ \u3000]|[-*+>|]|\d{1,3}[.)] |<|\*\*|:::)")


@dataclass
class _Sample:
    """The beginning of a source, and the parts of it that are weighed."""

    raw: str
    markdown: bool

    @cached_property
    def front(self) -> str:
        found = _FRONT.match(self.raw)
        return found["inside"] if found else ""

    @cached_property
    def fence(self) -> str | None:
        """The word behind a fence that wraps the whole source; None if none does."""
        found = re.fullmatch(r"\s*(```+|~~~+)(\w*)[ \t]*\n(.*)\n\1\s*", self.raw, re.S)
        return found[2].lower() if found and not re.search(r"^(?:```|~~~)", found[3], re.M) else None

    @cached_property
    def body(self) -> str:
        """The source without metadata, comments, code, addresses."""
        if self.fence is not None:
            return self.raw.strip().split("\n", 1)[1].rpartition("\n")[0]
        return _HIDDEN.sub("", _FENCED.sub("", _FRONT.sub("", self.raw, count=1)))

    @cached_property
    def lines(self) -> list[str]:
        return [line.strip() for line in self.body.split("\n")]

    @cached_property
    def prose(self) -> list[str]:
        """The lines as a reader sees them, without the marks of a head."""
        return [forms.tightened(forms.shown(line).lstrip("# ")) for line in self.lines if line]

    @cached_property
    def measure(self) -> int:
        """The width at which the lines of a text file were wrapped, 0 if they were not."""
        return 0 if self.markdown else measure_of_widths(map(forms.width, self.lines))

    def count(self, form: Callable[[str], object], most: int) -> int:
        """How many lines have a form, up to `most`."""
        found = 0
        for line in self.prose:
            found += bool(form(line))
            if found >= most:
                break
        return found

    def found(self, pattern: re.Pattern[str], raw: bool = True) -> int:
        return sum(1 for _ in pattern.finditer(self.raw if raw else self.body))


# ── Traces of an extractor or a browser ──

_PICTURE = re.compile(
    r"\((?:\./)?(?:images|imgs|img|figures|_page_\d+)[^)\s]*?(?:[0-9a-f]{16,}|img_in_|_Picture_|_Figure_)[^)\s]*\)"
    r"|\bimgs/img_in_|!\[(?:image|img)\]\(image_?\d{1,4}\.\w{3,4}\)",
    re.I,
)
"""MinerU names a picture by its hash, PaddleOCR by its box, marker by its page, kordoc by its number."""
_COMMENT = re.compile(
    r"<!-- ?(?:image|formula-not-decoded|page[ _-]?(?:break|number|header|footer)\b[^>]*|🖼️❌[^>]*) ?-->"
    r"|<div style=\"text-align: ?center;?\">|</?(?:page_number|page_header|page_footer|header|footer|watermark|img)>"
    r"|^\{\d+\}-{20,}$|<\|(?:ref|det|grounding)\|>",
    re.I | re.M,
)
_ROTATION = re.compile("^(?:primary_language|is_rotation_valid):", re.M)
"""What olmOCR says of a page above it."""
_BROKEN = re.compile(rf"(?<=[{IDEOGRAPHIC}、，。]) ?<br ?/?> ?(?=[{IDEOGRAPHIC}])", re.I)
_CLIPPED = re.compile(r"^(?:网址|網址|原文链接|原文連結|clipped|tags:.*clippings?)\b.*:?|^ *- clippings?$", re.M | re.I)
_WECHAT = re.compile(r"https?://mmbiz\.qpic\.cn/[^)\s]*wx_fmt=|\A\s*#+ \[[^\]]+\]\(https?://mp\.weixin\.qq\.com/")
_CLIP = re.compile(r"^<center>=+</center>$|^={40,}$|^(?:&nbsp; ?){2,}", re.M)
_SLUG = re.compile(r"\.ind[dt]\b\s+\d+|(?:19|20)\d\d[/.-]\d\d?[/.-]\d\d?\s+\d\d:\d\d:\d\d$", re.M)


def _residue(sample: _Sample) -> float:
    broken = [line for line in sample.body.split("\n") if not line.startswith("|") and _BROKEN.search(line)]
    wrapped = sample.fence is not None and sample.fence in ("markdown", "md", "text", "") and sample.prose
    form_feed = sample.raw.rstrip().count("\f") > 0
    named = sample.found(_PICTURE) or sample.found(_COMMENT) or _ROTATION.search(sample.front)
    return _ALONE * bool(form_feed or len(broken) >= 2 or wrapped or named)


def _clip(sample: _Sample) -> float:
    return _ALONE * bool(
        _CLIPPED.search(sample.front) or sample.found(_CLIP, raw=False) or _WECHAT.search(sample.raw)
    )  # fmt: skip


# ── Traces of print ──


_REPORTER = re.compile("记者|記者|通讯员|通訊員|기자|특파원")
_AUTHOR = re.compile("作者|译者|譯者|著者|지은이|옮긴이")


def _bylines(sample: _Sample) -> float:
    """Bylines; 作者： counts for less, for title pages of books have it."""
    reporters = sample.count(lambda line: _REPORTER.search(line) and bylines.byline(line), 1)
    return (
        1.5 * reporters
        + 2.5
        * sample.count(lambda line: bylines.byline(line) and not _AUTHOR.match(line) and not edges.credit_list(line), 2)
        + 1.0 * sample.count(lambda line: _AUTHOR.match(line) and bylines.byline(line), 1)
    )


def _datelines(sample: _Sample) -> float:
    found = sample.count(bylines.inline_byline, 2)
    return 4.0 * (found or any(map(bylines.inline_byline, sample.lines)))


def _pointers(sample: _Sample) -> float:
    return 4.0 * sample.count(legends.points, 2)


def _captions(sample: _Sample) -> float:
    return 1.5 * sample.count(
        lambda line: (
            forms.width(line) <= 200 and (legends.caption_tail(line) or re.match("(?:图|圖)(?:为|為|[:：])", line))
        ),
        3,
    )


def _jumps(sample: _Sample) -> float:
    return 3.0 * sample.count(lambda line: edges.jump(line) or edges.credit(line), 2)


_SHEET = re.compile(r"第?\s?[A-Za-z]?\d{1,3}\s?[版面頁页]\b|[—–\-~·•]\s?\d{1,4}\s?[—–\-~·•]$|第\s?\d{1,4}\s?[页頁]")


def _folios(sample: _Sample) -> float:
    """Running heads and folios; neither an address nor a list of editors counts."""

    def folio(line: str) -> bool:
        return edges.folio(line) or (edges.furniture(line) and _SHEET.match(line) is not None)

    counted = sample.count(lambda line: re.fullmatch(r"\d{1,3}\s?/\s?\d{2,4}", line), 1)  # 32 / 244
    return 1.5 * counted + 1.5 * sample.count(folio, 3) + 1.0 * sample.count(edges.running_head, 2)


def _slugs(sample: _Sample) -> float:
    tabs = sum(
        1 for single, run in groupby(sample.prose, lambda line: len(line) == 1 and not line.isascii())
        if single and len(list(run)) >= 4
    )  # fmt: skip
    beside = any(len(line) > 1 for line in sample.prose)  # a tab stands beside an article
    return 4.0 * bool(sample.found(_SLUG, raw=False)) + 3.0 * (tabs > 0 and beside)


_HALF = re.compile(f"(?<=[{HAN}{KANA}”》]) ?[,;](?=[ {HAN}{KANA}“《])")
_FULL = re.compile(f"(?<=[{HAN}{KANA}”》])[，；、](?=[{HAN}{KANA}“《])")


def _half_width(sample: _Sample) -> float:
    half = len(_HALF.findall(sample.body))
    if half < 3:
        return 0.0
    if half * 3 > len(_FULL.findall(sample.body)):
        return 1.0 if sample.markdown else 3.0 if half >= 8 else 2.0
    return 0.0 if sample.markdown else 1.0


def _wraps(sample: _Sample) -> float:
    """Lines of one width that end in the middle of a sentence: a share of the text, not a number of lines."""
    plain = [(one, two) for one, two in pairwise(sample.lines) if one and two and not _MARKED.match(two)]
    return _share(plain, sample, 0.35 if sample.markdown else 0.25, 0.6)


def _double_spaced(sample: _Sample) -> float:
    """The same with a blank line after every line."""
    lines = [line for line in sample.lines if line]
    gaps = sum(not line for line in sample.lines)
    if gaps * 3 < len(lines) * 2:
        return 0.0
    plain = [(one, two) for one, two in pairwise(lines) if not _MARKED.match(two)]
    return _share(plain, sample, 0.3, 0.5)


def _share(pairs: Iterable[tuple[str, str]], sample: _Sample, some: float, most: float) -> float:
    cut = sum(_is_wrapped(one, two, sample.measure) for one, two in pairs)
    share = cut / max(1, sum(forms.width(line) > 24 for line in sample.lines))
    weight = 4.0 if share >= most or (share >= some and cut >= 8) else 2.5 if share >= some else 0.0
    return (weight if not sample.markdown else weight * 0.75) if cut >= 3 else 0.0


_WORD = f"[{IDEOGRAPHIC}{HANGUL}]"


def _is_wrapped(one: str, two: str, measure: int) -> bool:
    width = forms.width(one)
    if measure and measure * 0.9 <= width <= measure + 6 and not forms.ends_sentence(one) and not _MARKED.match(one):
        return width > len(one) * 1.3  # wide letters for the most part: a column of East Asian text
    inside = re.search(f"{_WORD}[，、,]?$", one) and re.match(f"{_WORD}|[（“「《]", two)
    return bool(inside) and 24 < width <= 130 and not _MARKED.match(one) and forms.width(two) <= width * 1.15 + 4


def _cuts(sample: _Sample) -> float:
    """Paragraphs of some length that end in the middle of a sentence, with a blank line and more text under them."""
    cut = sum(
        1
        for line, below, after in zip(sample.lines, sample.lines[1:], sample.lines[2:], strict=False)
        if not below and after and forms.width(line) > 50 and re.search(f"[{IDEOGRAPHIC}，、]$", line)
        and re.match(f"[{IDEOGRAPHIC}，、。]", after) and not _MARKED.match(line) and not legends.caption_tail(line)
    )  # fmt: skip
    return 2.0 if cut >= 2 else 1.0 * cut


_JOURNAL = re.compile(
    r"^(?:文章编号|文章編號|中图分类号|文献标识码|收稿日期|基金项目|作者简介|DOI|原稿受付|투고일|심사일|게재확정일)\s?[:：]",
    re.M,
)


def _journal(sample: _Sample) -> float:
    return min(3.0, 1.5 * sample.found(_JOURNAL, raw=False))


def _blank_runs(sample: _Sample) -> float:
    runs = len(re.findall(r"\n[ \t]*\n[ \t]*\n[ \t]*\n", sample.body.strip()))
    return 1.0 * (runs >= 2)


def _captioned(sample: _Sample) -> float:
    """Pictures with a line under them that is no sentence, again and again."""
    pairs = re.findall(
        r"^!\[[^\]]*\]\([^)\n]*\)[ \t]*\n(?:[ \t]*\n)?([^\n#>|*!\[-][^\n]{3,60})\n(?:[ \t]*\n|\Z)", sample.raw, re.M
    )
    return 2.0 * (sum(legends.caption_tail(line) or legends.caption_lead(line) for line in pairs) >= 2)


def _posted(sample: _Sample) -> float:
    """The account and the time under the title of a page of the web: 某某网 2024-09-04 16:20"""
    return 2.5 * any(edges.web_time(line) for line in sample.prose[:5])


def _web(sample: _Sample) -> float:
    """What a site puts around an article: 首页 > 新闻 > 正文 · 分享到 · 上一篇：…"""
    return 1.5 * sample.count(edges.web_furniture, 3)


def _hard_breaks(sample: _Sample) -> float:
    """Two blanks at the end of nearly every line, as converters of HTML leave them."""
    lines = [line for line in sample.raw.split("\n") if line.strip()]
    ended = sum(line.endswith("  ") for line in lines)
    return 2.0 * (sample.markdown and len(lines) >= 8 and ended * 10 >= len(lines) * 8)


_TORN = re.compile(r"^(?:\d{1,2}(?:\.\d{1,2}){1,3}|第[一二三四五六七八九十\d]{1,3}章)\n\n", re.M)


def _torn(sample: _Sample) -> float:
    """A number on a line of its own, which a layout program set apart from its head."""
    return 1.5 * (not sample.markdown and sample.found(_TORN) > 0)


def _editors(sample: _Sample) -> float:
    """编辑 | 王… · 责编：… · 审核：…, one person to a line, as web pages and WeChat close."""
    last = next((line for line in reversed(sample.prose)), "")
    closing = edges.credit_list(last) and bylines.byline(last) is not None
    return 1.5 * sample.count(edges.credit_list, 3) + 1.5 * (closing and not sample.markdown)


def _bare(sample: _Sample) -> float:
    """Markdown without one mark of Markdown, of some length."""
    if not sample.markdown or len(sample.prose) < 8:
        return 0.0
    marked = sum(_MARKED.match(line) is not None for line in sample.lines)
    return 1.5 * (marked == 0 and "](" not in sample.raw)


_MISREAD = re.compile(r"\d{2,4}一\d{2,4}|\d[oO]\d|\$\\textcircled|\d [%℃]")


def _misread(sample: _Sample) -> float:
    """Slips that only OCR makes: 2001一2005年."""
    return 1.5 * bool(sample.found(_MISREAD, raw=False))


def _flat(sample: _Sample) -> float:
    """Heads of the highest level alone, as extractors write that tell no levels apart."""
    levels = [len(found[1]) for found in _HEAD.finditer(sample.body)]
    return 2.5 * (sample.markdown and len(levels) >= 4 and set(levels) == {1})


def _headed(sample: _Sample) -> float:
    """Heads of Markdown in a file that is not called so: extractors save their Markdown under any name."""
    return 1.0 * (not sample.markdown and sample.found(_HEAD) > 0)


# ── Signs of a manuscript ──

_META = re.compile(r"^(?:title|author|lang|docconv|layout|categories|category|date|slug|weight|permalink)\s*:", re.M)
_DEFINITION = re.compile(r"^[ \t]{0,3}\[[^\]\n]{1,60}\]:[ \t]*\S+", re.M)
_INFO = re.compile(r"^[ \t]*(?:`{3,}|~{3,})(?![`~])[ \t]*(?!(?:markdown|md|text)?[ \t]*$)\S+", re.M)
_NESTED = re.compile(r"^(?: {2,8}|\t)(?:[-*+]|\d{1,2}\.) \S", re.M)
_LINK = re.compile(r"(?<!!)\[[^\]\n]+\]\((?:https?://|\.{0,2}/|#|[\w-]+\.(?:md|html))[^)\n]*\)")
_REMOTE = re.compile(r"!\[[^\]\n]*\]\((?:https?://|\.{1,2}/|/)[^)\n]*\)")
_CODE = re.compile(r"(?<!`)`[^`\n]+`(?!`)")
_HEAD = re.compile(r"^(#{1,6}) \S", re.M)
_TASK = re.compile(r"^\s*[-*] \[[ xX]\] ", re.M)
_VIA = re.compile(r"^\s*(?:via|原文|译自|原文链接)\s*[:：]\s*\S*https?://|(?:译者|校对|作者|譯者)\s*[:：]\s*\[", re.M)
_ITEM = re.compile(r"^[-*+] \S", re.M)


def _metadata(sample: _Sample) -> float:
    return -_ALONE * bool(_META.search(sample.front))


def _definitions(sample: _Sample) -> float:
    return -5.0 * bool(sample.found(_DEFINITION))


def _listings(sample: _Sample) -> float:
    return -min(8.0, 3.0 * sample.found(_INFO)) if sample.fence is None else 0.0


def _links(sample: _Sample) -> float:
    return -min(6.0, 1.5 * sample.found(_LINK))


def _lists(sample: _Sample) -> float:
    if not sample.markdown:
        return 0.0
    return -3.0 * (sample.found(_NESTED) >= 2) - 1.0 * (sample.found(_ITEM) >= 3)


def _remote(sample: _Sample) -> float:
    return -min(2.0, 1.0 * sample.found(_REMOTE))


def _code(sample: _Sample) -> float:
    return -min(5.0, 0.75 * sample.found(_CODE))


def _outline(sample: _Sample) -> float:
    """Heads of several levels that nest without a gap under one title."""
    if not sample.markdown:
        return 0.0
    levels = [len(found[1]) for found in _HEAD.finditer(sample.body)]
    nested = len(levels) >= 4 and len(set(levels)) >= 2 and all(two - one <= 1 for one, two in pairwise(levels))
    return -3.0 * (nested and levels.count(levels[0]) <= 1) - 1.0 * nested


def _tasks(sample: _Sample) -> float:
    return -3.0 * bool(sample.found(_TASK)) - 4.0 * bool(re.search(r"^\[TOC\]|^\[\^[^\]]+\]:", sample.raw, re.M | re.I))


def _via(sample: _Sample) -> float:
    return -5.0 * bool(sample.found(_VIA))


_CHAPTER = re.compile(
    r"^\s*(?:#+ *|【)?(?:正文 *)?(?:第\s?[〇零一二三四五六七八九十百千两0-9０-９]{1,7}\s?[章回节節卷话話]|"
    r"卷[之]?[一二三四五六七八九十上中下]|楔子|引子|序章|プロローグ|エピローグ|제\s?\d+\s?[장화부])"
    r"(?![^\s　：:】]{0,3}[，。、])",
    re.M,
)


def _chapters(sample: _Sample) -> float:
    return -4.0 * (sum(1 for _ in _CHAPTER.finditer(sample.body)) >= 2)


_EVIDENCE: tuple[tuple[str, Callable[[_Sample], float]], ...] = (
    ("an extractor's residue", _residue),
    ("a web clipping", _clip),
    ("bylines", _bylines),
    ("datelines", _datelines),
    ("captions without pictures", _pointers),
    ("captions", _captions),
    ("captioned pictures", _captioned),
    ("credits and jump lines", _jumps),
    ("running heads and folios", _folios),
    ("marks of a layout program", _slugs),
    ("a journal's first page", _journal),
    ("half-width marks", _half_width),
    ("lines wrapped at one width", _wraps),
    ("a blank line after every line", _double_spaced),
    ("paragraphs cut short", _cuts),
    ("wide blank runs", _blank_runs),
    ("editors, a line each", _editors),
    ("account and time", _posted),
    ("furniture of a web page", _web),
    ("breaks after every line", _hard_breaks),
    ("numbers apart from their heads", _torn),
    ("no mark of Markdown", _bare),
    ("slips of OCR", _misread),
    ("heads of one level", _flat),
    ("heads of Markdown", _headed),
    ("metadata", _metadata),
    ("reference definitions", _definitions),
    ("code with its language", _listings),
    ("links", _links),
    ("lists in lists", _lists),
    ("pictures by address", _remote),
    ("code in lines", _code),
    ("an outline of heads", _outline),
    ("tasks, contents, notes", _tasks),
    ("credits of a translation", _via),
    ("chapters", _chapters),
)
"""Every kind of evidence with what measures it: first what speaks for a page, then what speaks for a manuscript."""
