"""The PDF edition: what is in the file, and where it stands on the page.

It assumes the Noto CJK faces and poppler's `pdftotext`.  Pages are measured with pdfplumber, objects with pikepdf.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from base64 import b64encode
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pdfplumber
import pikepdf
import pytest
from PIL import Image as Pillow
from samples import MANUSCRIPT, NEWSPAPER, figure, text

from docconv import model as m
from docconv import pipeline
from docconv.pictures import Pictures
from docconv.problems import Problem, SourceError, ToolError, UsageError
from docconv.styles import Style, find_style
from docconv.writers.pdf import write_pdf

pytestmark = pytest.mark.slow

MM = 72 / 25.4
LABELS = r"图\d+·待补图片(\d+×\d+mm)?(fig-[0-9a-f]+\.jpg)?"


def render(document: m.Document, style: Style | None = None, pictures: Pictures | None = None) -> bytes:
    """The PDF of a document that must give no problem but formulas."""
    problems: list[Problem] = []
    data = write_pdf(document, style or find_style(), pictures or Pictures(), problems.append)
    assert {each.code for each in problems} <= {"math-raw"}
    return data


def problems_of(document: m.Document, style: Style) -> list[Problem]:
    problems: list[Problem] = []
    write_pdf(document, style, Pictures(), problems.append)
    return problems


def styled(folder: Path, css: str) -> Style:
    """The plain style with a few rules more."""
    (folder / "print.css").write_text(find_style().sheet("print").read_text("utf-8") + css, "utf-8")
    return Style("own", folder)


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.fixture(scope="module")
def newspaper() -> bytes:
    return render(NEWSPAPER)


@pytest.fixture(scope="module")
def manuscript() -> bytes:
    return render(MANUSCRIPT)


def pages(data: bytes) -> list[pdfplumber.page.Page]:
    return list(pdfplumber.open(io.BytesIO(data)).pages)


# ── Text ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_poppler_reads_the_text_of_the_document_and_no_other(newspaper: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(newspaper)
    command = ["pdftotext", "-raw", "-nopgbrk", "-y", "68", "-x", "0", "-W", "596", "-H", "710", "a.pdf", "-"]
    out = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True).stdout.decode()
    assert re.sub(LABELS, "", bare(out)) == bare("".join(m.paragraphs(NEWSPAPER)))


def test_pdfplumber_reads_the_same_letters(newspaper: bytes) -> None:
    # the letters of a page in the order in which they are drawn
    drawn = "".join(char["text"] for page in pages(newspaper) for char in page.chars if 68 < char["top"] < 780)
    assert Counter(re.sub(LABELS, "", bare(drawn))) == Counter(bare("".join(m.paragraphs(NEWSPAPER))))


def test_running_head_names_the_paper_and_the_article(newspaper: bytes) -> None:
    heads = [bare(page.crop((0, 0, page.width, 66)).extract_text()) for page in pages(newspaper)]
    assert heads[0] == "株洲日报2022年11月16日星期三"
    assert all(head.startswith("株洲日报2022年11月16日星期三") for head in heads)
    assert heads[-1].endswith("战“疫”路上党旗红坚守“疫”线勇担当")
    feet = [page.crop((0, 780, page.width, page.height)).extract_text() for page in pages(newspaper)]
    assert feet == [str(number) for number in range(1, len(feet) + 1)]


def test_headline_is_not_repeated_on_both_sides_of_the_head() -> None:
    meta = replace(NEWSPAPER.meta, title=m.plain(NEWSPAPER.body[0].headline), publication="")
    second = pages(render(replace(NEWSPAPER, meta=meta)))[1]
    assert bare(second.crop((0, 0, second.width, 66)).extract_text()) == "石峰区在全省首推医疗救助网上办理"


def test_title_of_a_manuscript_stands_at_its_head(manuscript: bytes) -> None:
    first, second = pages(manuscript)[:2]
    assert bare(first.extract_text()).startswith("汉字与版面顾千里黄荛圃第一章字与行")
    assert bare(second.extract_text()).startswith("汉字与版面第二章图与码")


# ── Page ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_measure_is_forty_letters_and_the_indent_two(newspaper: bytes) -> None:
    body = [c for page in pages(newspaper) for c in page.chars if c["size"] == 10.5 and "Serif" in c["fontname"]]
    left = min(c["x0"] for c in body if c["text"] not in "“（")  # whose blank half is left out at the start of a line
    assert left == pytest.approx((595.28 - 420) / 2, abs=0.2)
    assert max(c["x1"] for c in body if c["text"] not in "，。、；：！”）") <= left + 420.1
    starts = {round((c["x0"] - left) / 10.5, 1) for c in body if c["text"] in "接区守坚据新"}
    assert 2.0 in starts


def test_lines_keep_one_distance_through_superscripts_and_notes(manuscript: bytes) -> None:
    page = pages(manuscript)[0]
    line_ends = sorted({round(c["bottom"], 1) for c in page.chars
                        if c["size"] == 10.5 and "SerifCJKSC" in c["fontname"].replace("-", "")
                        and 250 < c["top"] < 300})  # fmt: skip
    steps = {round(b - a, 1) for a, b in pairwise(line_ends)}
    assert steps <= {18.0}


def test_boxes_of_missing_pictures_have_the_size_that_they_say(newspaper: bytes) -> None:
    seen = []
    for page in pages(newspaper):
        boxes = {(round(r["x0"]), round(r["top"])): r for r in page.rects if r["height"] > 20 * MM}
        labels = [w for w in re.findall(r"(\d+) × (\d+) mm", page.extract_text())]
        sizes = sorted(labels)
        largest = [max((r for r in boxes.values() if abs(r["x0"] - x) < 1 and abs(r["top"] - y) < 1),
                       key=lambda r: r["width"]) for x, y in boxes]  # fmt: skip
        measured = {(round(r["width"] / MM, 1), round(r["height"] / MM, 1)) for r in largest}
        for width, height in set(sizes):
            assert any(abs(w - int(width)) < 0.3 and abs(h - int(height)) < 0.3 for w, h in measured)
        seen += sizes
    assert Counter(seen) == {("45", "30"): 3, ("102", "68"): 1, ("72", "48"): 4}


def test_gallery_fills_the_measure_also_where_a_page_ends_in_it() -> None:
    """Ten heights of text before a gallery of four: wherever it is cut, its rows reach both margins."""
    cut = False
    for lines in range(22, 32):
        body = (*text("正文一行。") * lines, *(figure(number, "图说") for number in range(4)))
        rendered = pages(render(m.Document(m.Meta(lang="zh-Hans"), body)))
        for page in rendered:
            boxes = [r for r in page.rects if abs(r["width"] / MM - 72) < 0.1]
            assert not boxes or max(r["x1"] for r in boxes) - min(r["x0"] for r in boxes) == pytest.approx(420, abs=1)
        cut = cut or (all(page.rects for page in rendered[:2]) and len(rendered) > 1)
    assert cut


def test_picture_is_printed_at_the_size_that_its_box_had(tmp_path: Path) -> None:
    Pillow.new("RGB", (1206, 804), "navy").save(tmp_path / "fig-1.png")
    document = m.Document(m.Meta(lang="zh-Hans"), (m.Figure(m.Image("fig-1.png"), (m.Text("湘江晨雾"),)),))
    data = render(document, pictures=Pictures(tmp_path))
    [image] = pages(data)[0].images
    assert image["width"] / MM == pytest.approx(102, abs=0.3)
    assert image["height"] / MM == pytest.approx(68, abs=0.3)
    assert alternatives(data) == ["湘江晨雾"]


def test_heading_keeps_two_lines_of_its_text_with_it() -> None:
    for lines in range(28, 40):
        filler = text("正文一行。") * lines
        body = (*filler, m.Section((m.Text("小题"),), text("字" * 200)))
        document = m.Document(m.Meta(lang="zh-Hans"), (m.Article(headline=(m.Text("题"),), body=body, id="a"),))
        for page in pages(render(document)):
            letters = [c for c in page.chars if 68 < c["top"] < 780]
            last = max(letters, key=lambda c: (c["top"], c["x0"]))
            assert "Sans" not in last["fontname"]


@pytest.mark.parametrize(
    ("lang", "face"),
    [("zh-Hans", "SC"), ("zh-Hant", "TC"), ("zh-Hant-HK", "HK"), ("zh-TW", "TC"), ("ja", "JP"), ("ko", "KR")],
)
def test_faces_are_those_of_the_language(lang: str, face: str) -> None:
    document = m.Document(m.Meta(lang=lang), (m.Section((m.Text("直骨令"),), text("直骨令、。")), figure(1, "直")))
    names = fonts(render(document))
    assert {name.rsplit("-", 1)[1] for name in names if not name.endswith("Bold")} == {face}


def fonts(data: bytes) -> set[str]:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return {str(font.BaseFont) for page in pdf.pages for font in page.Resources.Font.values()}


def test_all_fonts_are_embedded_subsets_and_none_is_emboldened(newspaper: bytes) -> None:
    with pikepdf.open(io.BytesIO(newspaper)) as pdf:
        for page in pdf.pages:
            for font in page.Resources.Font.values():
                assert re.match(r"/[A-Z]{6}\+Noto-S(ans|erif)-CJK-SC", str(font.BaseFont))
                descriptor = font.DescendantFonts[0].FontDescriptor
                assert "/FontFile3" in descriptor or "/FontFile2" in descriptor
                assert "/ToUnicode" in font
            operators = [str(operator) for _, operator in pikepdf.parse_content_stream(page)]
            assert "Tr" not in operators


# ── Tags, outline, metadata ──────────────────────────────────────────────────────────────────────────────


def elements(data: bytes) -> list[tuple[str, str]]:
    """Kind and alternative text of every structure element, in reading order."""
    out: list[tuple[str, str]] = []

    def visit(node: pikepdf.Object) -> None:
        if isinstance(node, pikepdf.Array):
            for each in node:
                visit(each)
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            out.append((str(node.S)[1:], str(node.get("/Alt", ""))))
            visit(node.get("/K", pikepdf.Array()))

    with pikepdf.open(io.BytesIO(data)) as pdf:
        visit(pdf.Root.StructTreeRoot.K)
    return out


def alternatives(data: bytes) -> list[str]:
    return [text for kind, text in elements(data) if kind == "Figure"]


def test_file_is_tagged(newspaper: bytes) -> None:
    with pikepdf.open(io.BytesIO(newspaper)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "zh-Hans"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
    kinds = Counter(kind for kind, _ in elements(newspaper))
    assert (kinds["Art"] >= 4, kinds["H1"], kinds["H2"], kinds["Caption"]) == (True, 4, 2, 8)


def test_missing_picture_is_a_figure_that_its_caption_stands_for(newspaper: bytes) -> None:
    captions = [m.plain(node.caption) for node in m.walk(NEWSPAPER) if isinstance(node, m.Figure)]
    assert alternatives(newspaper) == captions


def test_lists_and_tables_are_tagged(manuscript: bytes) -> None:
    kinds = {kind for kind, _ in elements(manuscript)}
    assert {"L", "LI", "Lbl", "LBody", "Table", "TR", "TH", "TD", "BlockQuote", "Link"} <= kinds


def test_outline_is_the_headlines_and_their_sections(newspaper: bytes) -> None:
    with pikepdf.open(io.BytesIO(newspaper)) as pdf, pdf.open_outline() as outline:
        titles = [(item.title, [child.title for child in item.children]) for item in outline.root]
    assert titles == [
        ("彰显责任担当 筑牢校园防控“铜墙铁壁”", ["督导服务有力度，保障校园安全有序", "院校管理有强度，织牢疫情防护网"]),
        ("石峰区在全省首推医疗救助网上办理", []),
        ("天易科技城入选“国家小型微型企业创新创业示范基地”", []),
        ("战“疫”路上党旗红 坚守“疫”线勇担当", []),
    ]


def test_metadata(manuscript: bytes) -> None:
    with pikepdf.open(io.BytesIO(manuscript)) as pdf, pdf.open_metadata() as xmp:
        assert str(pdf.docinfo.Title) == xmp["dc:title"] == "汉字与版面"
        assert xmp["dc:creator"] == ["顾千里", "黄荛圃"]
        assert xmp["dc:language"] == {"zh-Hans"}
        assert xmp["pdfuaid:part"] == "1"
        assert str(pdf.docinfo.CreationDate) == "D:2024"


def test_untitled_page_is_called_by_its_first_headline(newspaper: bytes) -> None:
    with pikepdf.open(io.BytesIO(newspaper)) as pdf:
        assert str(pdf.docinfo.Title) == "彰显责任担当 筑牢校园防控“铜墙铁壁”"
        assert str(pdf.docinfo.Keywords) == "株洲日报"


def test_dates_are_of_source_date_epoch_if_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1668556800")
    document = replace(MANUSCRIPT, meta=replace(MANUSCRIPT.meta, date=""))
    with pikepdf.open(io.BytesIO(render(document))) as pdf:
        assert str(pdf.docinfo.CreationDate) == "D:20221116000000Z"
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    with pikepdf.open(io.BytesIO(render(document))) as pdf:
        assert "/CreationDate" not in pdf.docinfo


RENDER = """
import sys
sys.path.insert(0, {tests!r})
from docconv.pictures import Pictures
from docconv.styles import find_style
from docconv.writers.pdf import write_pdf
from samples import NEWSPAPER
sys.stdout.buffer.write(write_pdf(NEWSPAPER, find_style(), Pictures(), print))
"""


def test_bytes_are_the_same_in_any_place_zone_locale_and_hash_seed(newspaper: bytes, tmp_path: Path) -> None:
    script = RENDER.format(tests=str(Path(__file__).parent))
    odd = {"TZ": "Asia/Shanghai", "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    made = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, env={**os.environ, **odd}, capture_output=True,
                          check=True)  # fmt: skip
    assert made.stdout == newspaper


# ── Styles, pictures, faults ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("lang", ["zh-Hant", "ja", "ko", "en"])
def test_the_house_uses_only_what_weasyprint_lays_out(lang: str) -> None:
    assert render(replace(MANUSCRIPT, meta=replace(MANUSCRIPT.meta, lang=lang)))


def test_rule_that_weasyprint_ignores_is_a_problem_with_its_place(tmp_path: Path) -> None:
    style = styled(tmp_path, "p { writing-mode: vertical-rl }\n")
    [problem] = problems_of(NEWSPAPER, style)
    lines = style.sheet("print").read_text("utf-8").count("\n")
    assert problem.code == "css-ignored"
    assert problem.place == m.Place(lines, 5, str(tmp_path / "print.css"))
    assert "writing-mode" in problem.message


@pytest.mark.parametrize("address", ["file:///etc/hostname", "http://127.0.0.1:9/x.png", "../secret.png"])
def test_style_reaches_nothing_outside(address: str, tmp_path: Path) -> None:
    problems = problems_of(NEWSPAPER, styled(tmp_path, f"body {{ background: url({address}) }}"))
    assert {each.code for each in problems} == {"picture-refused"}


def test_a_picture_in_a_line_stands_where_its_line_has_it(tmp_path: Path) -> None:
    Pillow.new("RGB", (20, 20), "teal").save(tmp_path / "sign.png")
    sign = m.Picture(m.Image("sign.png", "符"))
    line = m.Paragraph((m.Text("天地玄黄"), sign, m.Text("宇宙洪荒"), m.Strong((sign,)), m.Text("日月盈昃")))
    document = m.Document(m.Meta(title="千字文", lang="zh-Hans"), (line,))
    [page] = pages(write_pdf(document, find_style(), Pictures(folder=tmp_path), lambda problem: None))
    one, other = sorted(page.images, key=lambda each: each["x0"])
    before, between, after = (next(char for char in page.chars if char["text"] == text) for text in "黄宇日")
    assert before["x1"] <= one["x0"] + 0.1 and one["x1"] <= between["x0"] + 0.1
    assert between["x1"] <= other["x0"] and other["x1"] <= after["x0"] + 0.1


def test_style_may_hold_a_picture_of_its_own(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Pillow.new("RGB", (1, 1), "white").save(buffer, "PNG")
    dot = f"data:image/png;base64,{b64encode(buffer.getvalue()).decode()}"
    assert problems_of(NEWSPAPER, styled(tmp_path, f"body {{ background: url({dot}) }}")) == []


def test_style_must_say_how_wide_pictures_are(tmp_path: Path) -> None:
    (tmp_path / "print.css").write_text("p { margin: 0 }", "utf-8")
    with pytest.raises(UsageError, match="does not set --"):
        problems_of(NEWSPAPER, Style("own", tmp_path))


def test_letters_without_a_font_fail_the_build_and_say_where_they_stand(tmp_path: Path) -> None:
    source = tmp_path / "book.md"
    source.write_text("# 题\n\n甲乙\n\n丙\U000f1234丁\n\n*戊\U000f5678*\n", "utf-8")
    with pytest.raises(ToolError) as caught:
        pipeline.convert(source, [tmp_path / "book.pdf", tmp_path / "book.html"])
    assert [path.name for path in tmp_path.iterdir()] == ["book.md"]
    first, second = str(caught.value).splitlines()
    assert first == f"{source}:5:1: no font has \U000f1234 (U+F1234)"
    assert second.startswith(f"{source}:7:2: no font has \U000f5678 (U+F5678) — install")


def test_document_nested_beyond_measure_is_an_error_of_the_source() -> None:
    body: m.Blocks = text("底")
    for _ in range(150):
        body = (m.Quote(body),)
    with pytest.raises(SourceError, match="nested too deeply"):
        problems_of(m.Document(m.Meta(lang="zh-Hans"), body), find_style())


def test_missing_library_is_named_with_its_package(tmp_path: Path) -> None:
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library libpango-1.0-0')", "utf-8")
    code = (
        "from docconv.problems import ToolError\n"
        "try:\n    import docconv.writers.pdf\n"
        "except ToolError as error:\n    print(error.exit_code, error)"
    )
    env = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("3 WeasyPrint finds no Pango")
    assert "apt-get install libpango-1.0-0" in done.stdout
