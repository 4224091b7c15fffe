"""What a proof-reader of East Asian composition looks for, one function a rule, in one table with its clauses.

It assumes lines in the order of the page and blocks of running text (`lines.py`).  A rule that cannot tell says
nothing: a checker that cries wolf is switched off.  CLREQ is quoted by the titles of its sections, which keep their
names while their numbers change.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from docconv import chars
from docconv.preflight.pdf.glyphs import Glyph
from docconv.preflight.pdf.lines import TOLERANCE, Block, Line, ends_in_mark, is_flush, is_item, short_of


@dataclass
class Pages:
    """A finished document as rules see it: every line, the running text, the fonts that are not in it."""

    language: str
    lines: list[Line]
    blocks: list[Block]
    absent: dict[str, int] = field(default_factory=dict)
    """Of each font that is not in the file, the page on which it is first used."""

    @cached_property
    def broken(self) -> list[tuple[Line, Line]]:
        """Every pair of a line and the next one in its paragraph."""
        return [pair for block in self.blocks for each in block.paragraphs for pair in pairwise(each.lines)]

    def ruby(self, base: Line) -> list[Line]:
        """The lines of half-size type that stand over a line."""
        small = self._small.get(base.page, [])
        return [line for line in small if line.size <= 0.6 * base.size
                and 0.4 < (line.baseline - base.baseline) / base.size < 1.3]  # fmt: skip

    @cached_property
    def _small(self) -> dict[int, list[Line]]:
        sizes = {line.page: line.size for block in self.blocks for line in block.lines()}
        small: dict[int, list[Line]] = {}
        for line in self.lines:
            if line.size <= 0.6 * sizes.get(line.page, 0):
                small.setdefault(line.page, []).append(line)
        return small


class Hit(NamedTuple):
    """Where a rule is broken, and how; `line` is 0 when it is the page's or the document's matter."""

    page: int
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Rule:
    """`clauses`: by language, what the rule rests on; the rule is asked for these languages only, `*` is any."""

    code: str
    find: Callable[[Pages], Iterator[Hit]]
    clauses: dict[str, str]
    remedy: str

    def clause(self, language: str) -> str | None:
        for key in (language, language.partition("-")[0], "*"):
            if key in self.clauses:
                return self.clauses[key]
        return None


# ── breaking ─────────────────────────────────────────────────────────────────────────────────────────────────────────

_NO_START = frozenset("。．，、；：！？‼⁇⁈⁉" + chars.CLOSING)
_NO_START_KOREAN = frozenset(".,;:!?)]}·")
_NO_START_INSIDE = frozenset("·・‧～〜–／")
_HAN = re.compile(f"[{chars.HAN}]")
_IDEOGRAPH = re.compile(f"[{chars.IDEOGRAPHIC}]")
_LETTER = re.compile(f"[{chars.IDEOGRAPHIC}{chars.HANGUL}]")
_WESTERN = re.compile(r"[0-9A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u04ff]")


def line_start(pages: Pages) -> Iterator[Hit]:
    """A stop, a closing mark, an interpunct or a connector begins a line: …长江⏎，… ; 伊万⏎·伊里奇."""
    forbidden = _NO_START | _NO_START_KOREAN if pages.language == "ko" else _NO_START
    for block in pages.blocks:
        for line in block.lines():
            if line.first.text in forbidden and not line.first.raised and not _is_marker(line):
                yield _hit(line, f"{line.first.text} begins the line")
    for above, line in pages.broken:
        if line.first.text not in forbidden and _is_half(above, line):
            yield _hit(line, f"{line.first.text} begins the line")


def _is_half(above: Line, line: Line) -> bool:
    """Whether a line begins with a mark that joins two things, or with a half-width stop behind an ideograph."""
    if is_item(line):
        return False
    mark, behind, before = line.first.text, line.text[1:].lstrip()[:1], above.last.text
    if mark == "—":
        return behind != "—" and before != "—"  # a pair may begin a line
    if mark == "-":
        return before.isdigit() and behind.isdigit()  # elsewhere it is the sign of a number
    if mark in "~/":
        return behind.isalnum() and (before.isdigit() or _is_ideograph(before))
    if mark in ",.;:!?)]}":
        return _is_letter(before) and not behind.isdigit()
    return mark in _NO_START_INSIDE


def _is_marker(line: Line) -> bool:
    """An apostrophe before a year or a word, a single mark as a label."""
    return len(line.glyphs) == 1 or (line.first.text == "’" and line.text[1:2].isalnum() and line.first.width < 0.6)


def line_end(pages: Pages) -> Iterator[Hit]:
    """An opening bracket or quotation mark ends a line: …他说：“⏎…"""
    for above, _ in pages.broken:
        mark, before = above.last, above.text[-2:-1]
        german = mark.text in "‘“" and mark.width < 0.6 and _WESTERN.match(before)  # closes there: „so“
        if mark.text in chars.OPENING + "([{" and not mark.raised and not german:
            yield _hit(above, f"{mark.text} ends the line")


def small_kana(pages: Pages) -> Iterator[Hit]:
    """A small kana, ー or 々 begins a line, which newspapers allow and books do not."""
    for _, line in pages.broken:
        if line.first.text in "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶー々ゝゞヽヾ":
            yield _hit(line, f"{line.first.text} begins the line")


def pair_split(pages: Pages) -> Iterator[Hit]:
    """The line ends inside —— or ……."""
    for above, line in pages.broken:
        mark = above.last.text
        if mark in "—…‥⸺" and line.first.text == mark and above.text[-2:-1] != mark:
            yield _hit(above, f"{mark}{mark} is split over two lines")


def number_split(pages: Pages) -> Iterator[Hit]:
    """The line ends inside a number, or between it and its sign: ￥⏎50, 50⏎%, 12⏎345."""
    for above, line in pages.broken:
        before, after = above.last.text, line.first.text
        if above.last.raised or line.first.raised:
            continue
        sign = before in "￥¥＄$€￡£№−＋±" and after.isdigit()
        unit = before.isdigit() and after in "％%‰℃℉°"
        number = before.isdecimal() and after.isdecimal()
        decimal = before in ".," and above.text[-2:-1].isdecimal() and after.isdecimal() and before.isascii()
        if sign or unit or number or decimal:
            yield _hit(above, f"a number is split: {_tail(above)}⏎{_head(line)}")


def note_parted(pages: Pages) -> Iterator[Hit]:
    """A note reference begins a line: its word stands at the end of the line before."""
    for _, line in pages.broken:
        raised = line.first.raised and line.first.baseline > line.baseline
        bracketed = re.match(r"\[\d{1,3}\]|〔\d{1,3}〕|［\d{1,3}］", line.text)
        if (raised or bracketed) and re.match(r"[\[〔［(（]?(?:\d|[①-⑳*†‡])", line.text):
            yield _hit(line, f"the note reference {_head(line)} is parted from its word")


def hyphen_added(pages: Pages) -> Iterator[Hit]:
    """A word breaker's hyphen between two ideographs: 中-⏎国."""
    for above, line in pages.broken:
        between = _is_letter(above.text[-2:-1]) and _is_letter(line.first.text)
        if above.last.text in "-‐\u00ad" and between:
            yield _hit(above, f"a hyphen breaks {_tail(above)}⏎{_head(line)}")


def last_line_single(pages: Pages) -> Iterator[Hit]:
    """A paragraph's last line holds one character and its mark."""
    for block in pages.blocks:
        for paragraph in block.paragraphs:
            letters = "".join(glyph.text for glyph in paragraph.lines[-1].glyphs if not glyph.raised)
            bare = re.sub(r"[^\w]", "", letters)
            if len(paragraph.lines) > 1 and len(bare) == 1 and _is_ideograph(bare) and len(letters) <= 3:
                yield _hit(paragraph.lines[-1], f"the last line of a paragraph is {letters} alone")


# ── widths ───────────────────────────────────────────────────────────────────────────────────────────────────────────

_TRAILING = frozenset("。，、；：" + chars.CLOSING)  # marks with a blank behind the ink
_AFTER_TRAILING = frozenset("。，、" + chars.OPENING + chars.CLOSING)
_JAPANESE_MIDDLE = frozenset("：；")


def marks_adjacent(pages: Pages) -> Iterator[Hit]:
    """Two marks whose blanks meet take more than an em and a half: 」「 in two em."""
    trailing = _TRAILING - _JAPANESE_MIDDLE if pages.language == "ja" else _TRAILING
    for block in pages.blocks:
        for line in block.lines():
            loose = max(0.0, _stretch(line))
            for a, b in pairwise(line.glyphs):
                meet = (a.text in trailing and b.text in _AFTER_TRAILING) or (
                    a.text in chars.OPENING and b.text in chars.OPENING
                )
                width = (min(b.x1, b.x0 + b.size) - a.x0) / line.size
                if meet and 1.57 + loose < width < 2.6:
                    yield _hit(line, f"{a.text}{b.text} takes {width:.2f} em, more than 1.5")


def line_end_mark(pages: Pages) -> Iterator[Hit]:
    """A full-width mark keeps its blank half at the end of a justified line, which looks set in."""
    for block in pages.blocks:
        for line in block.full_lines() if block.justified else ():
            if ends_in_mark(line) and line.last.text not in "！？" and abs(line.x1 - block.right) <= TOLERANCE:
                yield _hit(line, f"{line.last.text} at the end of the line keeps its blank half")


def line_start_mark(pages: Pages) -> Iterator[Hit]:
    """An opening bracket keeps its blank half at the start of a line, which looks indented."""
    left = {id(line): block.left for block in pages.blocks for line in block.lines()}
    for _, line in pages.broken:
        first = line.first
        if first.text in chars.OPENING and first.width > 0.9 and abs(first.x0 - left[id(line)]) <= 0.1 * first.size:
            yield _hit(line, f"{first.text} at the start of the line keeps its blank half")


# ── mixed text ───────────────────────────────────────────────────────────────────────────────────────────────────────


def mixed_gap(pages: Pages) -> Iterator[Hit]:
    """No gap between an ideograph and a Western letter or digit, or too wide a one."""
    for block in pages.blocks:
        for paragraph in block.paragraphs:
            for line in paragraph.lines:
                is_last = line is paragraph.lines[-1]  # of the column; its paragraph may go on in the next
                loose = is_flush(line, block.right) or (block.justified and not is_last)
                most = 0.52 + max(0.0, _stretch(line)) if loose else 0.29
                for a, b, gap in _mixed(line):
                    if not 0.08 < gap < most:
                        yield _hit(line, f"the gap in {a}{b} is {max(gap, 0):.2f} em")


def _mixed(line: Line) -> Iterator[tuple[str, str, float]]:
    """Neighbours of different scripts, with the gap between their advances in em; an author's space is gap."""
    inked = [glyph for glyph in line.glyphs if glyph.text != " "]
    for a, b in pairwise(inked):
        one, other = _is_ideograph(a.text), _is_ideograph(b.text)
        if one == other or a.raised or b.raised:
            continue
        western = b if one else a
        if _WESTERN.match(western.text) and western.width < 0.9 and not _is_code(western.font):
            yield a.text, b.text, (b.x0 - a.x1) / line.size


def _is_code(font: str) -> bool:
    return re.search("mono|courier|consol|menlo|code", font, re.I) is not None and "CJK" not in font


# ── justification and grid ───────────────────────────────────────────────────────────────────────────────────────────


def loose_gap(pages: Pages) -> Iterator[Hit]:
    """A justified line of fifteen em and more has holes between its ideographs: more than a quarter em at most places.

    A single wide gap was meant: names are parted so."""
    for block in pages.blocks:
        for line in block.lines() if block.measure >= 15 else ():
            if 0.26 < (stretch := _stretch(line)) < 1.5:
                yield _hit(line, f"ideographs stand {stretch:.2f} em apart")


def right_edge(pages: Pages) -> Iterator[Hit]:
    """A full line of a justified column ends before or behind the edge."""
    for block in pages.blocks:
        for line in block.full_lines() if block.justified else ():
            short = short_of(line, block.right)
            if any(abs(ruby.x1 - block.right) <= TOLERANCE for ruby in pages.ruby(line)):
                continue  # a reading wider than its base fills the line
            if TOLERANCE < abs(short) < 4 * line.size:
                yield _hit(line, f"the line ends {abs(short):.2f} pt {'before' if short > 0 else 'behind'} the edge")


def ragged(pages: Pages) -> Iterator[Hit]:
    """The text is not justified: most full lines end short of the edge."""
    loose = [block for block in pages.blocks if not block.justified]
    lines = [(line, block) for block in loose for line in block.full_lines()]
    short = [line for line, block in lines if not is_flush(line, block.right)]
    total = sum(1 for block in pages.blocks for _ in block.full_lines())
    if total > 4 and len(short) * 2 > total:
        yield Hit(
            short[0].page, 0, f"the text is not justified: {len(short)} of {total} full lines miss the right edge"
        )


def measure_uneven(pages: Pages) -> Iterator[Hit]:
    """The measure of the body is no whole number of its characters."""
    size = _body_size(pages)
    seen: set[tuple[float, float]] = set()
    for block in pages.blocks:
        key = (round(block.size, 1), round(block.measure, 1))
        if not block.justified or key in seen or key[0] != size:
            continue
        seen.add(key)
        first = next(block.lines())
        if abs(block.measure - round(block.measure)) * block.size > TOLERANCE:
            yield _hit(first, f"the measure is {block.measure:.2f} em of {block.size:.2f} pt")
        if pages.language == "ja" and round(block.measure) > _LONGEST_JAPANESE:
            yield _hit(first, f"the measure is {block.measure:.0f} em, and {_LONGEST_JAPANESE} are the most to be read")


def small_type(pages: Pages) -> Iterator[Hit]:
    """The text is smaller than 六号 or, in Japanese, than 8 pt."""
    least = 8.0 if pages.language == "ja" else 7.875
    size = _body_size(pages)
    if 0 < size < least - 0.05:
        first = next(line for block in pages.blocks if round(block.size, 1) == size for line in block.lines())
        yield _hit(first, f"the text is set in {size:.1f} pt, and {least:g} is the least")


def _body_size(pages: Pages) -> float:
    """The size of most characters, to a tenth of a point; 0 without running text."""
    sizes = Counter[float]()
    for block in pages.blocks:
        sizes[round(block.size, 1)] += sum(len(line.glyphs) for line in block.lines())
    return max(sizes, key=lambda size: sizes[size], default=0.0)


_LONGEST_JAPANESE = 40
"""Letters to a line (JLREQ 2.4.2: more make the next line hard to find; set columns)."""


def pitch_uneven(pages: Pages) -> Iterator[Hit]:
    """A line stands farther from the one before than the others of its block."""
    for block in pages.blocks:
        steps = [(line, above.baseline - line.baseline)
                 for each in block.paragraphs for above, line in pairwise(each.lines)]  # fmt: skip
        if len(steps) < 3:
            continue
        pitch = median(step for _, step in steps)
        for line, step in steps:
            if abs(step - pitch) > 0.2:
                yield _hit(line, f"the line is {step:.1f} pt below the last, the others {pitch:.1f}")


# ── faces and characters ─────────────────────────────────────────────────────────────────────────────────────────────


def slanted(pages: Pages) -> Iterator[Hit]:
    """Ideographs are slanted by the text matrix: there is no italic of them."""
    for line in pages.lines:
        if text := _of(line, lambda glyph: abs(glyph.slant) > 0.05 and _is_letter(glyph.text)):
            yield _hit(line, f"{text} is slanted")


def emboldened(pages: Pages) -> Iterator[Hit]:
    """Ideographs are made bold by painting their outline."""
    for line in pages.lines:
        if text := _of(line, lambda glyph: glyph.stroked and _is_letter(glyph.text)):
            yield _hit(line, f"{text} is made bold by its outline")


_REGIONS = (
    (r"CJK-?(SC|TC|HK|JP|KR)(?![a-z])", ""),
    (r"^(?:Source ?Han|Noto)(?:Sans|Serif|Mono)-?(SC|TC|HC|HK|JP|KR|CN|TW|K|J)(?![a-z])", ""),
    (
        r"Mincho|Meiryo|Yu(?:Gothic|Min)|Hiragino(?!SansGB)|HiraMin|HiraKaku|Ryumin|GothicBBB|Koz(?:Min|Go)|MS-P?Gothic",
        "JP",
    ),
    (
        r"^N?SimSun|SimHei|FangSong|^KaiTi|YaHei|STSong|STHeiti|STKaiti|PingFangSC|SongtiSC|AdobeSongStd|HiraginoSansGB",
        "SC",
    ),
    (r"MingLiU|JhengHei|PingFangTC|SongtiTC|LiSong|AdobeMingStd|DFKai|BiauKai", "TC"),
    (r"Batang|Gulim|Dotum|Malgun|Myungjo|MyeongJo|Nanum|AppleSDGothic", "KR"),
)
_SAME = {"HC": "HK", "CN": "SC", "TW": "TC", "K": "KR", "J": "JP"}
_FACES = {"zh-Hans": {"SC"}, "zh-Hant": {"TC", "HK"}, "ja": {"JP"}, "ko": {"KR"}}


def region_of(font: str) -> str:
    """The region whose letter forms a face shows by default, told by its name: SC, TC, HK, JP, KR, or nothing."""
    name = re.sub("^[A-Z]{6}\\+", "", font)
    for pattern, region in _REGIONS:
        if found := re.search(pattern, name, re.I):
            code = region or found[1].upper()
            return _SAME.get(code, code)
    return ""


def wrong_region(pages: Pages) -> Iterator[Hit]:
    """A tenth and more of the ideographs are set in the face of another region: 骨, 直 and 令 differ."""
    wanted = _FACES.get(pages.language)
    count = Counter[str]()
    first: dict[str, Line] = {}
    for line in pages.lines:
        for glyph in line.glyphs:
            if _HAN.match(glyph.text):
                count[glyph.font] += 1
                first.setdefault(glyph.font, line)
    for font, number in sorted(count.items()):
        region = region_of(font)
        if wanted and region and region not in wanted and number * 10 >= count.total():
            name = re.sub("^[A-Z]{6}\\+", "", font)
            yield _hit(first[font], f"{name} is a face of region {region}, the text is {pages.language}")


def missing(pages: Pages) -> Iterator[Hit]:
    """A character has no glyph, or a glyph no character."""
    for line in pages.lines:
        if text := _of(line, lambda glyph: glyph.undefined):
            yield _hit(line, f"{text} ({_code_points(text)}) is not in the face: an empty box is shown")
        elif any(glyph.unmapped for glyph in line.glyphs):
            yield _hit(line, "a glyph that the font maps to no character: copied and read aloud, it is lost")


_FORMS = (
    ("\u2f00-\u2fdf", "a radical, not an ideograph"),
    ("\u2e80-\u2eff", "a radical, not an ideograph"),
    (
        "\uf900-\ufa0d\ufa10\ufa12\ufa15-\ufa1e\ufa20\ufa22\ufa25\ufa26\ufa2a-\ufaff\U0002f800-\U0002fa1f",
        "a compatibility ideograph",
    ),
    ("\ufe30-\ufe4f\ufe10-\ufe19", "a vertical presentation form"),
    ("\ue000-\uf8ff\U000f0000-\U0010fffd", "a private-use character"),
    ("\u200b-\u200d\u2060\ufeff", "an invisible character"),
)


def text_forms(pages: Pages) -> Iterator[Hit]:
    """What a reader copies and searches is another character than is shown: ⼀ for 一."""
    pattern = re.compile("|".join(f"([{members}])" for members, _ in _FORMS))
    for line in pages.lines:
        if found := pattern.search(line.text):
            kind = _FORMS[(found.lastindex or 1) - 1][1]
            yield _hit(line, f"{found[0]} ({_code_points(found[0])}) is {kind}")


def not_embedded(pages: Pages) -> Iterator[Hit]:
    """A font is not in the file: each reader shows another."""
    for font, page in pages.absent.items():
        yield Hit(page, 0, f"the font {font or 'without a name'} is not embedded")


# ── helpers ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _hit(line: Line, message: str) -> Hit:
    return Hit(line.page, line.number, message)


def _is_ideograph(text: str) -> bool:
    return _IDEOGRAPH.match(text) is not None


def _is_letter(text: str) -> bool:
    return _LETTER.match(text) is not None


def _are_ideographs(a: Glyph, b: Glyph) -> bool:
    return _is_ideograph(a.text) and _is_ideograph(b.text) and not a.raised and not b.raised


def _stretch(line: Line) -> float:
    """By how much justification set the ideographs of a line apart, in em."""
    gaps = [gap for a, b, gap in line.gaps() if _are_ideographs(a, b)]
    return median(gaps) if gaps else 0.0


def _of(line: Line, test: Callable[[Glyph], bool]) -> str:
    """The characters of a line that pass a test, the first eight."""
    return "".join(glyph.text for glyph in line.glyphs if test(glyph))[:8]


def _code_points(text: str) -> str:
    return " ".join(f"U+{ord(character):04X}" for character in dict.fromkeys(text))


def _head(line: Line) -> str:
    return line.text[:4]


def _tail(line: Line) -> str:
    return line.text[-4:]


_START_END = "CLREQ, Prohibition Rules for Line Start and Line End"
_ADJUST = "CLREQ, Line Adjustment"
_ANY = {"zh": "CLREQ, Typefaces", "ja": "JLREQ 2.1.2", "ko": "KLREQ, Typefaces"}

RULES = (
    Rule("pdf-line-start", line_start, {"zh": _START_END, "ja": "JLREQ 3.1.7", "ko": "KLREQ, Line Head"},
         "keep the mark with the character before it"),
    Rule("pdf-line-end", line_end, {"zh": _START_END, "ja": "JLREQ 3.1.8", "ko": "KLREQ, Line End"},
         "keep the mark with the character behind it"),
    Rule("pdf-small-kana", small_kana, {"ja": "JLREQ 3.1.7"}, "break lines strictly, unless it is a newspaper"),
    Rule("pdf-pair-split", pair_split, {"zh": "CLREQ, Prohibition Rules for Unbreakable Marks", "ja": "JLREQ 3.1.10"},
         "keep the pair on one line"),
    Rule("pdf-number-split", number_split,
         {"zh": "CLREQ, Prohibition Rules for Unbreakable Marks", "ja": "JLREQ 3.1.10", "ko": "KLREQ, Line Breaking"},
         "keep a number and its sign on one line"),
    Rule("pdf-note-parted", note_parted, {"zh": _START_END, "ja": "JLREQ 3.1.7", "ko": "KLREQ, Line Breaking"},
         "keep the reference with its word"),
    Rule("pdf-hyphen-added", hyphen_added,
         {"zh": "CLREQ, Mixed Text Composition", "ja": "JLREQ 3.1.10", "ko": "KLREQ, Line Breaking"},
         "hyphenate Western words only"),
    Rule("pdf-last-line", last_line_single, {"zh": "CLREQ, Widows and Orphans", "ja": "JLREQ 3.5.3"},
         "bring a character down, or take the line in"),
    Rule("pdf-marks-adjacent", marks_adjacent, {"zh": "CLREQ, Punctuation Width Adjustment", "ja": "JLREQ 3.1.4"},
         "trim the blanks between them to half an em"),
    Rule("pdf-line-end-mark", line_end_mark, {"zh-Hans": "CLREQ, Punctuation Width Adjustment; GB/T 15834"},
         "trim the mark to half an em"),
    Rule("pdf-line-start-mark", line_start_mark, {"zh": "CLREQ, Punctuation Width Adjustment", "ja": "JLREQ 3.1.5"},
         "trim the bracket to half an em"),
    Rule("pdf-mixed-gap", mixed_gap, {"zh": "CLREQ, Mixed Text Composition", "ja": "JLREQ 3.2.6"},
         "set a quarter of an em between them, an eighth at least"),
    Rule("pdf-loose-gap", loose_gap, {"zh": _ADJUST, "ja": "JLREQ 3.8"},
         "break elsewhere, or share the blank among more places"),
    Rule("pdf-right-edge", right_edge, {"zh": _ADJUST, "ja": "JLREQ 3.8", "ko": "KLREQ, Line Adjustment"},
         "justify the line"),
    Rule("pdf-ragged", ragged, {"zh": _ADJUST, "ja": "JLREQ 3.8", "ko": "KLREQ, Line Adjustment"},
         "justify the text, unless it is meant to be ragged"),
    Rule("pdf-measure", measure_uneven, {"zh": "CLREQ, Type Area", "ja": "JLREQ 2.4"},
         "make the measure a whole number of characters, in Japanese 40 at most"),
    Rule("pdf-size", small_type, {"zh": "CLREQ, Type Area", "ja": "JLREQ 2.3"}, "set the text larger"),
    Rule("pdf-pitch", pitch_uneven, {"zh": "CLREQ, Line Spacing", "ja": "JLREQ 2.5", "ko": "KLREQ, Line Spacing"},
         "set superscripts, ruby and other faces so that they do not push lines apart"),
    Rule("pdf-slanted", slanted, _ANY, "use emphasis dots, another face, or bold"),
    Rule("pdf-emboldened", emboldened, _ANY, "use a bold face"),
    Rule("pdf-region", wrong_region, _ANY, "set the text in the face of its language"),
    Rule("pdf-glyph-missing", missing, {"*": "PDF, glyph and ToUnicode"}, "set it in a face that has it"),
    Rule("pdf-text-form", text_forms, {"*": "Unicode, normalization"}, "write the ordinary character"),
    Rule("pdf-font-absent", not_embedded, {"*": "PDF/X, fonts embedded"}, "embed the font"),
)  # fmt: skip
"""In the order in which a proof-reader would go: breaks, widths, gaps, edges, faces, characters."""
