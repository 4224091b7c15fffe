"""Composed pages, measured from the finished PDF: edges, kinsoku, widths of marks, gaps, and the text that is read.

It assumes the Noto CJK faces and poppler's `pdftotext`.  A line is what stands on one height; its right edge is that
of the ink's half of a mark that ends it (CLREQ 3.1.6.2).
"""

from __future__ import annotations

import io
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pdfplumber
import pypdfium2
import pytest
import weasyprint
from samples import NEWSPAPER

from docconv import model as m
from docconv.pictures import Pictures
from docconv.problems import Problem
from docconv.styles import Style, find_style
from docconv.typeset.breaks import NEVER_FIRST, NEVER_LAST
from docconv.typeset.classes import IDEOGRAPHIC, Kind, kind_of
from docconv.typeset.seam import composition
from docconv.writers.pdf import write_pdf

pytestmark = pytest.mark.slow

EM = 10.5
MEASURES = (8, 11, 15, 20, 24, 28, 33, 40)
MARGIN = 60

HANS = (
    "近日，工业和信息化部中小企业局发布公示（第126号），“天易科技城自主创新园”入选《国家小型微型企业创新创业示范基地》名单。该园区建设"
    "400万～500万平方米工业厂房——总部基地、产业物流……及相关商住配套服务设施，总投资超过120亿元，同比增长8.1%，气温为25℃。",
    "“多亏了网格员帮我在网上申请，让我很快收到区医疗保障局发放的医疗救助资金。”傅女士说，“真是太好了！”她向《株洲日报》（记者：周菁）"
    "介绍：去年11月16日，她用Word写了3页申请，又用 Excel 列了表格，连同《申请书》、《证明》（各一份）"
    "寄给了约翰·史密斯先生。",
    "（一）坚持“外防输入、内防扩散”，是防疫工作的总密码。「守好自己的门，看好自己的人」；做到守土有责、守土尽责！为使校园封闭管理到位，"
    "各院校对校园围墙、护栏进行全面排查，对破损处进行加固、修复并用围挡封闭，只保留一个校门进出。谁敢说个‘不’字？没有。",
    "新冠肺炎疫情突如其来，打破了往日的平静。与时间赛跑，护卫辖区平安；与病毒较量，守护百姓健康。2022年的冬天，坚毅勇敢的学林人，再次逆风"
    "前行，勠力同心，用责任和担当，经受住疫情防控的考验。截至目前，9所院校教学和生活秩序井然，8轮核酸采样72万余人次，全部为阴性。",
)
HANT = (
    "「學而時習之，不亦說乎？有朋自遠方來，不亦樂乎？」孔子說：「人不知而不慍，不亦君子乎！」這是《論語》（學而篇）的開頭；後世註家甚多，"
    "其中以朱熹的《四書章句集註》、何晏的《論語集解》最為人知……至今仍在使用——臺灣與香港的課本都收了它。",
    "臺北市立圖書館於2022年11月16日公布：全年借閱量達1250萬冊，較前一年增加8.1%。館長表示，「閱讀是城市的根」，未來將用App與讀者互動，"
    "並以「行動圖書館」服務偏鄉（含離島）。約翰·史密斯先生也在場。",
)
JA = (
    "私はその人を常に先生と呼んでいた。だからここでもただ先生と書くだけで本名は打ち明けない。これは世間を憚る遠慮というよりも、その方が私に"
    "とって自然だからである。「やあ、しばらく。」と先生は言った。「ちょっと待ってください」（笑）——そう答えて、『こころ』の頁を……開いた。",
    "コンピューターのデータをチェックするとき、ショッピングセンターのエレベーターに乗り、2022年11月16日のニュースをスマートフォンで読んだ。"
    "人々は次々とゞ集まり、「そうですか？」「いいえ！」と言い合っていた。ジョン・スミス氏はWebサイトを見ていた。",
)
KO = (
    "나는 그 사람을 항상 선생님이라고 불렀다. 그래서 여기서도 그냥 선생님이라고 쓸 뿐 본명은 밝히지 않는다. "
    "이것은 세상을 꺼리는 마음이라기보다, 그렇게 하는 것이 나에게 자연스럽기 때문이다. "
    "“안녕하세요?” 하고 선생님이 말했다. 2022년 11월 16일의 일이었다 (아마도).",
)
TEXTS = {"zh-Hans": HANS, "zh-Hant": HANT, "ja": JA, "ko": KO}


@dataclass(frozen=True)
class PageLine:
    """A line of a page: its characters in the order in which they are drawn, and whether it ends its paragraph."""

    chars: tuple[dict[str, Any], ...]
    is_last: bool
    is_first: bool

    @property
    def text(self) -> str:
        return "".join(char["text"] for char in self.chars)

    @property
    def right(self) -> float:
        """Where the line ends for the eye: the blank half of a mark does not count."""
        last = self.chars[-1]
        right = float(last["x1"])
        return right - blank_after(last) * float(last["size"])


def blank_after(char: dict[str, Any]) -> float:
    if char["x1"] - char["x0"] < 0.95 * char["size"]:
        return 0.0
    kind, face = kind_of(char["text"][-1]), char["fontname"][-2:]
    if kind is Kind.CLOSING:
        return 0.5
    if kind in (Kind.STOP, Kind.PAUSE):
        return 0.25 if face in ("TC", "HK") else 0.5
    if kind in (Kind.COLON, Kind.EXCLAMATION) and face in ("SC", "TC", "HK"):
        return 0.5 if face == "SC" else 0.25
    return 0.0


def style_of(measure: float, folder: Path, css: str = "") -> Style:
    """The plain style on a page that is as wide as the measure and two margins."""
    page = f"@page {{ size: {measure * EM + 2 * MARGIN}pt 640pt; margin: {MARGIN}pt }}\n"
    page += f"html[lang] {{ font-size: {EM}pt; line-height: 18pt }} html[lang] body {{ page: auto; width: auto }}\n"
    (folder / "print.css").write_text(find_style().sheet("print").read_text("utf-8") + page + css, "utf-8")
    return Style("own", folder)


def render(document: m.Document, style: Style) -> bytes:
    problems: list[Problem] = []
    data = write_pdf(document, style, Pictures(), problems.append)
    assert problems == []
    return data


def paragraphs(lang: str, *texts: str) -> m.Document:
    return m.Document(m.Meta(lang=lang), tuple(m.Paragraph((m.Text(text),)) for text in texts))


def lines_of(data: bytes, document: m.Document) -> list[PageLine]:
    """The lines of all paragraphs, checked against the text of the document on the way."""
    wanted = [re.sub(r"\s", "", text) for text in m.paragraphs(document)]
    number = read = 0
    found = []
    for chars in _rows(data):
        text = re.sub(r"\s", "", "".join(char["text"] for char in chars))
        assert wanted[number][read : read + len(text)] == text
        is_first, read = read == 0, read + len(text)
        is_last = read == len(wanted[number])
        found.append(PageLine(tuple(chars), is_last, is_first))
        if is_last:
            number, read = number + 1, 0
    assert number == len(wanted)
    return found


def _rows(data: bytes) -> Iterator[list[dict[str, Any]]]:
    """Characters of the text by height; smaller ones (notes, superscripts) go with the line that they stand in."""
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            row: list[dict[str, Any]] = []
            inside = [char for char in page.chars if MARGIN < char["top"] < float(page.height) - MARGIN]
            for char in inside:
                if row and char["bottom"] > max(each["bottom"] for each in row[-3:]) + 8:
                    yield row
                    row = []
                row.append(char)
            if row:
                yield row


@cache
def composed(lang: str, measure: float) -> tuple[bytes, list[PageLine]]:
    document = paragraphs(lang, *TEXTS[lang])
    with TemporaryDirectory() as folder:
        data = render(document, style_of(measure, Path(folder)))
    return data, lines_of(data, document)


# ── Edges and kinsoku ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("lang", ["zh-Hans", "zh-Hant", "ja"])
def test_every_line_but_the_last_ends_at_the_margin(lang: str, measure: float) -> None:
    lines = composed(lang, measure)[1]
    off = [(line.text, line.right - MARGIN - measure * EM) for line in lines
           if not line.is_last and abs(line.right - MARGIN - measure * EM) > 0.3]  # fmt: skip
    assert off == []
    assert all(line.right < MARGIN + measure * EM + 0.3 for line in lines)


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("lang", TEXTS)
def test_no_line_begins_or_ends_with_what_may_not(lang: str, measure: float) -> None:
    for line in composed(lang, measure)[1]:
        text = line.text.strip()
        first, last = kind_of(text[0]), kind_of(text[-1])
        assert line.is_first or first not in NEVER_FIRST, text
        assert line.is_first or first not in (Kind.SMALL_KANA, Kind.ITERATION), text
        assert line.is_last or last not in NEVER_LAST, text


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("lang", ["zh-Hans", "zh-Hant", "ja"])
def test_pairs_and_numbers_stay_whole(lang: str, measure: float) -> None:
    joined = "\n".join(line.text for line in composed(lang, measure)[1])
    assert not re.search(r"—\n—|…\n…|\d\n\d|\d\n[%℃年月日万號]", joined)


@pytest.mark.parametrize("measure", [each for each in MEASURES if each >= 15])
@pytest.mark.parametrize("lang", ["zh-Hans", "zh-Hant", "ja"])
def test_characters_stand_no_more_than_a_quarter_apart(lang: str, measure: float) -> None:
    for line in composed(lang, measure)[1]:
        for a, b in pairwise(line.chars):
            if kind_of(a["text"][0]) in IDEOGRAPHIC and kind_of(b["text"][0]) in IDEOGRAPHIC:
                assert (b["x0"] - a["x1"]) / EM <= 0.251, line.text


@pytest.mark.parametrize("measure", MEASURES)
def test_dashes_and_ellipses_have_no_gap_in_them_nor_beside_them(measure: float) -> None:
    for lang in ("zh-Hans", "zh-Hant", "ja"):
        for line in composed(lang, measure)[1]:
            for a, b in pairwise(line.chars):
                if {a["text"][0], b["text"][0]} & set("—…～"):
                    assert b["x0"] - a["x1"] < 0.1, line.text


@pytest.mark.parametrize("measure", [each for each in MEASURES if each >= 15])
def test_last_line_holds_more_than_one_character(measure: float) -> None:
    for lang in ("zh-Hans", "zh-Hant", "ja"):
        for line in composed(lang, measure)[1]:
            if line.is_last and not line.is_first:
                assert len(re.sub(r"\W", "", line.text)) > 1, line.text


# ── Marks ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("lang", "pair"),
    [(lang, pair) for lang in ("zh-Hans", "zh-Hant", "ja") for pair in ("。」", "」「", "》、", "，「", "「『", "」。")]
    + [("zh-Hans", "：“"), ("zh-Hans", "，“"), ("zh-Hans", "！”"), ("zh-Hans", "？”"), ("zh-Hant", "！」")],
)
def test_two_marks_take_an_em_and_a_half(lang: str, pair: str, tmp_path: Path) -> None:
    document = paragraphs(lang, f"天地{pair}玄黄")
    [line] = lines_of(render(document, style_of(20, tmp_path)), document)
    before, after = line.chars[1]["x1"], line.chars[4]["x0"]
    assert (after - before) / EM == pytest.approx(1.5, abs=0.01)


@pytest.mark.parametrize("lang", ["zh-Hans", "zh-Hant", "ja"])
@pytest.mark.parametrize("pair", ["。「", "」、", "）（"])
def test_a_row_of_marks_takes_half_an_em_each(lang: str, pair: str, tmp_path: Path) -> None:
    document = paragraphs(lang, f"天{pair}地")
    [line] = lines_of(render(document, style_of(20, tmp_path)), document)
    assert (line.chars[3]["x0"] - line.chars[0]["x1"]) / EM == pytest.approx(1.5, abs=0.01)


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("lang", ["zh-Hans", "zh-Hant", "ja"])
def test_an_opening_mark_at_the_start_of_a_line_loses_its_blank_half(lang: str, measure: float) -> None:
    for line in composed(lang, measure)[1]:
        if kind_of(line.text[0]) is Kind.OPENING and line.chars[0]["x1"] - line.chars[0]["x0"] > 0.95 * EM:
            indent = (1 if lang == "ja" else 2) * EM if line.is_first else 0
            assert line.chars[0]["x0"] == pytest.approx(MARGIN + indent - EM / 2, abs=0.1)


def test_interpunct_takes_half_an_em(tmp_path: Path) -> None:
    document = paragraphs("zh-Hans", "伊万·伊里奇")
    [line] = lines_of(render(document, style_of(20, tmp_path)), document)
    assert (line.chars[3]["x0"] - line.chars[1]["x1"]) / EM == pytest.approx(0.5, abs=0.01)


def test_dash_is_two_em_wide_and_of_one_piece(tmp_path: Path) -> None:
    document = paragraphs("zh-Hans", "天——地……人")
    [line] = lines_of(render(document, style_of(20, tmp_path)), document)
    wide = {char["text"][0]: char for char in line.chars}
    assert wide["地"]["x0"] - wide["天"]["x1"] == pytest.approx(2 * EM, abs=0.1)
    assert wide["人"]["x0"] - wide["地"]["x1"] == pytest.approx(2 * EM, abs=0.1)


# ── Han and Latin ────────────────────────────────────────────────────────────────────────────────────────


def gaps(document: m.Document, folder: Path) -> list[float]:
    """What stands between the boxes of neighbours on the only line, in em; stored blanks count as part of a gap."""
    [line] = lines_of(render(document, style_of(30, folder)), document)
    chars = [char for char in line.chars if char["text"] != " "]
    return [round((b["x0"] - a["x1"]) / EM, 2) for a, b in pairwise(chars)]


def room_for(before: str, inner: m.Inline, after: str, folder: Path) -> float:
    """From the end of the letter before some text to the start of the one after it, in em."""
    document = m.Document(m.Meta(lang="zh-Hans"), (m.Paragraph((m.Text(before), inner, m.Text(after))),))
    [line] = lines_of(render(document, style_of(30, folder)), document)
    return float(line.chars[-1]["x0"] - line.chars[0]["x1"]) / EM


@pytest.mark.parametrize("text", ["Word", "3"])
@pytest.mark.parametrize("blank", ["", " "])
def test_gap_between_han_and_latin_is_a_quarter_of_an_em(text: str, blank: str, tmp_path: Path) -> None:
    """On both sides, with a blank or without; beside marks there is none."""
    wide = room_for(f"用{blank}", m.Text(text), f"{blank}写", tmp_path)
    narrow = room_for("（", m.Text(text), "）", tmp_path)
    assert wide - narrow == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("text", ["用Word写", "用3写", "用W写"])
def test_the_gap_after_latin_is_in_part_the_width_of_its_last_letter(text: str, tmp_path: Path) -> None:
    """Readers that take what is wider than 0.15 em for a blank find none."""
    found = gaps(paragraphs("zh-Hans", text), tmp_path)
    assert found[0] == 0.25
    assert 0.1 <= found[-1] < 0.15


@pytest.mark.parametrize("text", ["（Word）", "，Word。", "“Word”——"])
def test_no_gap_beside_full_width_marks(text: str, tmp_path: Path) -> None:
    assert max(gaps(paragraphs("zh-Hans", f"甲{text}"), tmp_path)) < 0.02


LINK = m.Link("https://example.org/", (m.Text("Word"),))


@pytest.mark.parametrize(
    "inner",
    [m.Strong((m.Text("Word"),)), m.Emphasis((m.Text("Word"),)), LINK, m.Code("Word"),
     m.Foreign("en", (m.Text("Word"),)), m.Strong((LINK,))],
)  # fmt: skip
def test_gap_goes_through_inline_markup(inner: m.Inline, tmp_path: Path) -> None:
    wide, narrow = room_for("用", inner, "写", tmp_path), room_for("（", inner, "）", tmp_path)
    assert wide - narrow == pytest.approx(0.5, abs=0.01)


def test_no_gap_at_superscripts(tmp_path: Path) -> None:
    parts = (m.Text("此说"), m.Sup((m.Text("2"),)), m.Text("可信"))
    found = gaps(m.Document(m.Meta(lang="zh-Hans"), (m.Paragraph(parts),)), tmp_path)
    assert max(found) < 0.02


def test_an_english_apostrophe_is_narrow(tmp_path: Path) -> None:
    document = paragraphs("zh-Hans", "他说don’t的时候")
    [line] = lines_of(render(document, style_of(30, tmp_path)), document)
    [apostrophe] = [char for char in line.chars if char["text"] == "’"]
    assert apostrophe["x1"] - apostrophe["x0"] < 0.4 * EM


# ── Inline markup, notes, Korean, headlines ──────────────────────────────────────────────────────────────


def marked_up() -> m.Document:
    """Every inline in the middle of Chinese text, three times over."""
    bits: tuple[m.Inline, ...] = (
        m.Text("汉字不作斜体，重点用"), m.Strong((m.Text("粗体（即黑体）"),)), m.Text("，专名用"),
        m.Emphasis((m.Text("楷体或着重号。"),)), m.Text("外文如"), m.Foreign("en", (m.Text("baseline grid"),)),
        m.Text("、"), m.Foreign("ja", (m.Text("行取り"),)), m.Text("各用其字，见"),
        m.Link("https://www.w3.org/TR/clreq/", (m.Text("《中文排版需求》"),)), m.Text("，面积为500m"),
        m.Sup((m.Text("2"),)), m.Text("，与"), m.Code("text-indent: 2em"), m.Text("有关。注解"), m.NoteRef("n1"),
        m.Text("跟着它的词"), m.NoteRef("n1"), m.Text("走；"),
    )  # fmt: skip
    note = m.Note("n1", (m.Paragraph((m.Text("这是一条注。"),)),))
    return m.Document(m.Meta(lang="zh-Hans"), (m.Paragraph(bits * 3),), (note,))


@pytest.mark.parametrize("measure", [10, 15, 20, 24, 28, 33, 40])
def test_lines_are_full_through_inline_markup(measure: float, tmp_path: Path) -> None:
    rows = list(_rows(render(marked_up(), style_of(measure, tmp_path))))
    ends = [PageLine(tuple(row), False, False) for row in rows]
    body = [line for line in ends if line.chars[0]["size"] > 9]
    assert len(body) > 4
    for line in body[:-1]:
        assert line.right == pytest.approx(MARGIN + measure * EM, abs=0.3), line.text
        assert line.chars[0]["size"] > 8  # no note reference begins a line
        assert kind_of(line.text[0]) not in NEVER_FIRST


@pytest.mark.parametrize("measure", MEASURES[1:])
def test_korean_is_broken_between_words(measure: float) -> None:
    words = set("".join(KO).split())
    for line in composed("ko", measure)[1]:
        assert set(line.text.split()) <= words, line.text


@pytest.mark.parametrize(
    "title",
    ["石峰区在全省首推医疗救助网上办理工作取得新进展", "天易科技城入选国家小型微型企业创新创业示范基地公示"],
)
def test_a_headline_has_lines_of_one_length(title: str, tmp_path: Path) -> None:
    article = m.Article(headline=(m.Text(title),), body=(m.Paragraph((m.Text("正文。"),)),), id="a")
    data = render(m.Document(m.Meta(lang="zh-Hans"), (article,)), style_of(40, tmp_path))
    lengths = [len(row) for row in _rows(data) if row[0]["size"] > 19]
    assert len(lengths) == 2
    assert abs(lengths[0] - lengths[1]) <= 2


# ── What a style may ask for ─────────────────────────────────────────────────────────────────────────────


def lines_with(css: str, lang: str, text: str, measure: float, folder: Path) -> list[PageLine]:
    document = paragraphs(lang, text)
    return lines_of(render(document, style_of(measure, folder, f"[lang] p {{ {css}; text-indent: 0 }}")), document)


@pytest.mark.parametrize(
    ("css", "lang", "text", "first"),
    [
        ("line-break: auto", "zh-Hans", "天地玄黄宇宙洪荒日／月盈昃辰宿列张", "天地玄黄宇宙洪荒"),
        ("line-break: normal", "zh-Hans", "天地玄黄宇宙洪荒日／月盈昃辰宿列张", "天地玄黄宇宙洪荒日／"),
        ("line-break: normal", "zh-Hans", "天地玄黄宇宙洪荒日月——盈昃辰宿列张", "天地玄黄宇宙洪荒日月"),
        ("line-break: strict", "zh-Hans", "天地玄黄宇宙洪荒日月——盈昃辰宿列张", "天地玄黄宇宙洪荒日"),
        ("line-break: auto", "ja", "あいうえおかきくけしゃくはちさしすせそ", "あいうえおかきくけ"),
        ("line-break: normal", "ja", "あいうえおかきくけしゃくはちさしすせそ", "あいうえおかきくけし"),
        ("line-break: normal", "ja", "あいうえおかきくけこ？さしすせそたちつて", "あいうえおかきくけ"),
        ("line-break: loose", "ja", "あいうえおかきくけこ？さしすせそたちつて", "あいうえおかきくけこ"),
        ("word-break: keep-all", "ko", "나는 그 사람을 항상 선생님이라고 불렀다", "나는 그 사람을 항상"),
        ("word-break: normal", "ko", "나는 그 사람을 항상 선생님이라고 불렀다", "나는 그 사람을 항상 선"),
        ("hanging-punctuation: allow-end", "zh-Hans", "天地玄黄宇宙洪荒日月，盈昃辰宿列张", "天地玄黄宇宙洪荒日月，"),
    ],
)
def test_where_the_first_line_ends(css: str, lang: str, text: str, first: str, tmp_path: Path) -> None:
    [line, *_] = lines_with(f"{css}; text-align: left", lang, text, 10, tmp_path)
    assert line.text.strip() == first


def test_a_hanging_mark_stands_outside_the_measure(tmp_path: Path) -> None:
    text = "天地玄黄，宇宙洪荒日月，盈昃辰宿列张寒来暑往秋收冬藏，闰馀成岁。"
    hanging = lines_with("hanging-punctuation: force-end", "zh-Hans", text, 11, tmp_path)[0]
    assert hanging.text.endswith("，")
    assert hanging.chars[-2]["x1"] == pytest.approx(MARGIN + 11 * EM, abs=0.1)
    assert hanging.chars[-1]["x0"] == pytest.approx(MARGIN + 11 * EM, abs=0.1)


@pytest.mark.parametrize(("marks", "width"), [("normal", 14), ("kaiming", 12.5), ("trim-all", 11.5), ("space-all", 14)])
@pytest.mark.parametrize("lang", ["zh-Hans", "zh-Hant"])
def test_styles_of_marks(marks: str, width: float, lang: str, tmp_path: Path) -> None:
    """To the last letter; each of the marks before it takes what its style gives it."""
    text = "天，地“玄黄”宇宙！洪荒列。辰"
    [line] = lines_with(f"text-spacing-trim: {marks}", lang, text, 30, tmp_path)
    assert (line.chars[-1]["x0"] - MARGIN) / EM == pytest.approx(width, abs=0.02)


@pytest.mark.parametrize(("brackets", "first", "second"), [("flush", 0, 0), ("full", 0.5, 0.5), ("half", -0.5, 0)])
def test_where_brackets_stand_at_the_head_of_a_line(brackets: str, first: float, second: float, tmp_path: Path) -> None:
    """The ink, half an em into a bracket's em, from the indent of an em and from the margin (JLREQ 3.1.5)."""
    document = paragraphs("ja", "「天地玄黄、宇宙洪荒」「天地玄黄」「宇宙洪荒」")
    data = render(document, style_of(11, tmp_path, f"[lang] p {{ bracket-start: {brackets} }}"))
    one, two, *_ = lines_of(data, document)
    assert (one.text[0], two.text[0]) == ("「", "「")
    assert (one.chars[0]["x0"] + EM / 2 - MARGIN) / EM == pytest.approx(1 + first, abs=0.02)
    assert (two.chars[0]["x0"] + EM / 2 - MARGIN) / EM == pytest.approx(second, abs=0.02)


@pytest.mark.parametrize(
    ("lang", "setting", "indents"),
    [
        ("zh-Hans", "", [2, 2, 0, 2]),
        ("zh-Hans", "indent=1", [1, 1, 0, 1]),
        ("ja", "", [1, 1, 0, 1]),
        ("ko", "", [1, 1, 0, 1]),
        ("ko", "indent=none", [0, 0, 0, 0]),
        ("ko", "indent=not-after-heading", [0, 1, 0, 0]),
    ],
)
def test_how_far_the_first_lines_of_paragraphs_stand_in(lang: str, setting: str, indents: list[float]) -> None:
    """After a head, after a paragraph, where the paragraph goes on after a quotation, after a head of a section."""
    word = {"ja": "天地", "ko": "천지"}.get(lang, "天地")
    text = m.Paragraph((m.Text(word),))
    resumed = replace(text, role="resumed")
    quote, section = m.Quote((m.Paragraph((m.Text("〇〇"),)),)), m.Section((m.Text("〇"),), (text,))
    article = m.Article(headline=(m.Text("〇"),), body=(text, text, quote, resumed, section), id="a")
    style = find_style("plain", [setting] if setting else [])
    with pdfplumber.open(io.BytesIO(render(m.Document(m.Meta(lang=lang), (article,)), style))) as pdf:
        heads = [char for char in pdf.pages[0].chars if char["text"] == word[0]]
    size, starts = heads[0]["size"], [char["x0"] for char in heads]
    margin = min(starts) - min(indents) * size
    assert [(start - margin) / size for start in starts] == pytest.approx(indents, abs=0.02)


@pytest.mark.parametrize(("lang", "size", "measure"), [("zh-Hans", 10.5, 40), ("zh-Hant", 10.5, 40), ("ja", 9, 40)])
def test_size_and_measure_by_language(lang: str, size: float, measure: int) -> None:
    """五号 in Chinese (CLREQ 2.3.5), 9 pt in Japanese, and no more than 40 letters to its line (JLREQ 2.3, 2.4)."""
    document = paragraphs(lang, *TEXTS[lang])
    with pdfplumber.open(io.BytesIO(render(document, find_style()))) as pdf:
        chars = [char for char in pdf.pages[0].chars if char["top"] > 60]
    assert Counter(round(char["size"], 2) for char in chars).most_common(1)[0][0] == size
    letters = [char for char in chars if kind_of(char["text"][0]) in IDEOGRAPHIC]
    width = max(char["x1"] for char in letters) - min(char["x0"] for char in letters)
    assert width / size == pytest.approx(measure, abs=0.01)


def test_no_gap_where_the_style_wants_none(tmp_path: Path) -> None:
    [line] = lines_with("text-autospace: no-autospace", "zh-Hans", "用Word写", 30, tmp_path)
    assert max(b["x0"] - a["x1"] for a, b in pairwise(line.chars)) < 0.1


@pytest.mark.parametrize("css", ["", "body { columns: 2; column-gap: 21pt }"])
def test_lines_stand_on_the_grid_of_the_page(css: str, tmp_path: Path) -> None:
    """Through heads, captions and columns: every line of the text is a whole number of pitches below the first."""
    text, pitch = m.Paragraph((m.Text(HANS[0]),)), 18
    parts = (text, m.Section((m.Text("一节"),), (text, m.Figure(m.Missing(), (m.Text("图说"),), id="f1"), text)))
    document = m.Document(m.Meta(lang="zh-Hans"), (m.Article(headline=(m.Text("题目"),), body=parts, id="a"),))
    data = render(document, style_of(41, tmp_path, f"{css}\nbody {{ line-snap: baseline }}"))
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        bottoms = [char["bottom"] for page in pdf.pages for char in page.chars
                   if abs(char["size"] - EM) < 0.01 and MARGIN < char["top"] < 610]  # fmt: skip
    assert len(bottoms) > 300
    away = [(bottom - min(bottoms)) % pitch for bottom in bottoms]
    assert max(min(each, pitch - each) for each in away) < 0.05


def test_letters_come_from_the_latin_face_and_marks_do_not(tmp_path: Path) -> None:
    text = "他说“don’t worry”（Word 2022），——……第3次·甲～乙。"
    [line] = lines_with('font-family: "DejaVu Serif", var(--song)', "zh-Hans", text, 40, tmp_path)
    latin = {char["text"] for char in line.chars if "DejaVu" in char["fontname"]}
    assert latin == set("don’tworryWord2022 3")


def test_a_quotation_is_in_kai(tmp_path: Path) -> None:
    body = (m.Paragraph((m.Text("他说："),)), m.Quote((m.Paragraph((m.Text("路漫漫“其”修远，2022年。"),)),)))
    data = render(m.Document(m.Meta(lang="zh-Hans"), body), style_of(20, tmp_path))
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        faces = {char["text"]: char["fontname"].partition("+")[2] for char in pdf.pages[0].chars}
        widths = {char["text"]: char["width"] for char in pdf.pages[0].chars}
    assert (faces["他"], faces["路"], faces["年"]) == ("Noto-Serif-CJK-SC", "LXGW-WenKai", "LXGW-WenKai")
    assert widths["“"] == pytest.approx(EM, abs=0.1)


# ── Text and bytes ───────────────────────────────────────────────────────────────────────────────────────


def read_by_poppler(data: bytes, *, raw: bool = False) -> str:
    options = ["-raw"] if raw else []
    done = subprocess.run(["pdftotext", *options, "-nopgbrk", "-", "-"], input=data, capture_output=True, check=True)
    return done.stdout.decode()


def read_by_plumber(data: bytes) -> str:
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        return "\n".join(page.extract_text() for page in pdf.pages)


def read_by_pdfium(data: bytes) -> str:
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data)]
    return "".join(pages).replace("\r\n", "\n")


def read_by_mupdf(data: bytes) -> str:
    pymupdf = pytest.importorskip("pymupdf", reason="AGPL, and so no dependency: looked at by hand")
    return "".join(page.get_text() for page in pymupdf.open(stream=data))


READERS = {"pdftotext": read_by_poppler, "pdftotext -raw": partial(read_by_poppler, raw=True),
           "pdfplumber": read_by_plumber, "MuPDF": read_by_mupdf}  # fmt: skip


def blanks_added(read: str, text: str) -> int:
    """How many blanks a reader found that the text does not have.  Every other character must be there, in order."""
    added = position = 0
    for character in read:
        if character.isspace():
            if text[position : position + 1] == " ":
                position += 1
            elif character != "\n":
                added += 1
            continue
        position += text[position : position + 1] == " "
        assert text[position : position + 1] == character, (text[position - 5 : position + 5], character)
        position += 1
    assert position == len(text)
    return added


BARE = "@page { @top-left { content: none } @top-right { content: none } @bottom-center { content: none } }"


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("measure", [8, 20, 40])
@pytest.mark.parametrize("lang", TEXTS)
def test_readers_of_pdf_find_the_text_and_no_blank_more(lang: str, measure: float, reader: str) -> None:
    assert blanks_added(READERS[reader](bare(lang, measure)), "".join(TEXTS[lang])) == 0


@pytest.mark.parametrize("measure", [20, 40])
@pytest.mark.parametrize("lang", TEXTS)
def test_a_browser_copies_the_text_and_no_blank_more(lang: str, measure: float) -> None:
    assert blanks_added(read_by_pdfium(bare(lang, measure)), "".join(TEXTS[lang])) == 0


@cache
def bare(lang: str, measure: float) -> bytes:
    with TemporaryDirectory() as folder:
        return render(paragraphs(lang, *TEXTS[lang]), style_of(measure, Path(folder), BARE))


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("measure", [8, 20, 40])
def test_readers_find_no_blank_at_the_borders_of_inline_boxes(measure: float, reader: str, tmp_path: Path) -> None:
    latin, link = m.Strong((m.Text("Latin"),)), m.Link("https://example.org/", (m.Text("abc"),))
    parts = (m.Text("中文"), latin, m.Text("词和"), link, m.Text("及"), m.Emphasis((m.Text("粗体字"),)), m.Text("在"))
    body = m.Paragraph(parts * 5)
    data = render(m.Document(m.Meta(lang="zh-Hans"), (body,)), style_of(measure, tmp_path, BARE))
    assert blanks_added(READERS[reader](data), m.plain(body)) == 0


@pytest.mark.parametrize("reader", READERS)
def test_no_reader_finds_the_hyphen_that_a_line_ends_with(reader: str, tmp_path: Path) -> None:
    text = "他在文章里写道artificial intelligence的communication能力提高得很快understanding"
    document = paragraphs("zh-Hans", text)
    data = render(document, style_of(12, tmp_path, BARE))
    assert len([line for line in lines_of(data, document) if line.text[-1].isascii()]) >= 2
    assert blanks_added(READERS[reader](data), text) == 0


@pytest.mark.parametrize("width", [60, 90, 150, 300])
def test_boxes_of_every_kind_keep_their_text(width: int) -> None:
    """Breaks, empty anchors, boxes in the line, borders, marks on letters: each character once, in its order."""
    html = (
        '<p lang="zh-Hans" style="font: 10px Noto Serif CJK SC; text-align: justify">天地<br/>玄黄，<a id="x"></a>宇宙'
        '<span style="padding: 0 .3em; border: 1px solid">洪荒（日月）<b>盈昃。</b></span>辰\u200b宿<span style="'
        'display: inline-block">列张</span>寒来<code>cafe\u0301 x</code>暑往<span style="white-space: nowrap">秋收冬藏'
        "</span><sup>注</sup>葛城闰馀成岁<br/><br/>律吕<b><i></i></b>"
    )
    page = f"<style>@page {{ size: {width}px 400px; margin: 10px }}</style>"
    with composition():
        data = weasyprint.HTML(string=page + html).write_pdf()
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        read = "".join(char["text"] for each in pdf.pages for char in each.chars)
    plain = re.sub(r"<[^>]*>", "", html)
    assert re.sub(r"[\s\u200b]", "", read) == re.sub(r"[\s\u200b]", "", plain)


def test_the_newspaper_page_has_full_lines(tmp_path: Path) -> None:
    data = render(NEWSPAPER, find_style())
    left, right = (595.28 - 420) / 2, (595.28 + 420) / 2
    rows = [row for row in _rows(data) if row[0]["size"] == EM and "Serif" in row[0]["fontname"]]
    for row, following in pairwise(rows):
        line = PageLine(tuple(row), False, False)
        is_continued = following[0]["x0"] < left + 6 and abs(following[0]["top"] - row[0]["top"]) < 19
        if is_continued:
            assert line.right == pytest.approx(right, abs=0.3), line.text


def test_the_same_bytes_twice() -> None:
    composed.cache_clear()
    first = composed("zh-Hans", 20)[0]
    composed.cache_clear()
    assert composed("zh-Hans", 20)[0] == first
