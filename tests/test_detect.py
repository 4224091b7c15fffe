"""What a source is taken for, and how a manuscript in plain text is read."""

from __future__ import annotations

import pytest
from cases import roles
from hypothesis import given
from hypothesis import strategies as st

from docconv import model as m
from docconv.ledger import Ledger
from docconv.pipeline import normalise, prepare, read
from docconv.readers import guess, traces
from docconv.readers.source import Source
from docconv.readers.traces import weigh

PAGE = "# 标题在此\n\n本报记者 张三\n\n今天,下雨,街上没有人,大家回家。\n\n▲街景。\n"
NOVEL = "第一回 甄士隐梦幻识通灵\n\n　　此开卷第一回也。作者自云：曾历过一番梦幻。\n　　列位看官：你道此书从何而来？\n"
POEM = "床前明月光\n疑是地上霜\n举头望明月\n低头思故乡\n"
CODE = "def f(x):\n    return x, (x)\n\nfor i in range(3):\n    print(f(i))\n"


@pytest.mark.parametrize(
    ("name", "text", "format"),
    [
        ("a.txt", PAGE, "page"),
        ("a.md", PAGE, "page"),
        ("a.txt", NOVEL, "text"),
        ("a.md", "# 题\n\n文，字。\n\n- 项\n", "markdown"),
        ("a.txt", POEM, "text"),
        ("a.txt", CODE, "text"),
        ("a.txt", "｜此処《ここ》から［＃「ここ」に傍点］先は\n\n底本：「某」\n", "aozora"),
        ("-", "<!doctype html><p>x", "html"),
        ("-", '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', "markup"),
        ("a.json", '[{"type": "text", "text": "文", "page_idx": 0}]', "layout"),
        ("a.docx", "", "docx"),
    ],
)
def test_format(name: str, text: str, format: str) -> None:
    assert guess(Source(name, text.encode()))[0] == format


def test_check_says_what_a_text_was_taken_for() -> None:
    (note,) = [problem for problem in prepare(Source("a.txt", PAGE.encode())).problems if problem.code == "read-as"]
    assert note.message == "read as page: bylines, captions without pictures, half-width marks, heads of Markdown"
    assert note.severity == "note"


def test_what_may_be_a_page_is_read_as_a_manuscript_and_said() -> None:
    text = "# 老街\n\n文／陈小舟\n\n老街修了两年，春天开门迎客。\n"
    (note,) = [each for each in prepare(Source("a.md", text.encode())).problems if each.code.startswith("read-")]
    assert (note.code, note.severity, note.remedy) == ("read-doubtful", "note", "--from page says otherwise")
    assert note.message == "read as markdown: few traces of a printed page: bylines"


PAGES = {
    "a hashed picture": f"# 题\n\n文。\n\n![](images/{'0a1b2c3d' * 8}.jpg)\n",
    "a comment for a picture": "## 머리말\n\n<!-- image -->\n\n본문이다.\n",
    "a centred div": '<div style="text-align: center;"><img src="imgs/img_in_image_box_1_2_3_4.jpg" /></div>\n\n文。\n',
    "a fence around prose": "```\n题目\n\n　　文章的第一段。\n\n　　第二段。\n```\n",
    "breaks inside words": "# 特集\n\n町の財政は厳し<br>い状況にある。\n\n次の段落も同<br>じである。\n",
    "what olmOCR says of a page": "---\nprimary_language: zh\nis_rotation_valid: True\n---\n文章的第一段。\n",
    "a form feed": "第一页的文字\n没有写完\n\f第二页接着写。\n",
    "a clipping's address": "---\n网址: http://news.example/a.html\n---\n\n文章的第一段。\n",
    "what a site puts around an article": "首页 > 新闻 > 正文\n\n# 题目\n\n文章的第一段。\n\n上一篇：旧闻\n\n分享到\n",
    "wrapped lines": "\n".join(["春天来了的时候河边的柳树先绿起来然后是田里的油菜花"] * 9) + "\n",
    "a reporter": "题目在此\n\n本报记者赵小敏\n\n春天来了。\n",
    "a dateline": "　　本报讯（记者 赵小敏）春天来了，河边的柳树先绿起来。\n",
}
MANUSCRIPTS = {
    "a word that ends like a role": "# 做饭\n\n准备工作\n\n流程图\n\n议论文\n\n先淘米，再生火。\n",
    "a pointer in code": "# 箭头\n\n```\n▼ 展开\n```\n\n看[手册](https://example.org/a)。\n",
    "credits of a translation": "# 怎样写\n\n文。\n\nvia: https://example.org/x\n\n作者：[Ann Ray][a]\n译者：[kawa](https://example.org)\n",
    "languages to choose": "English | 简体中文\n\n# 工具\n\n- 快\n- 小\n",
    "a report": "本报告所用的资讯来自公开渠道，仅供参考。\n\n第二段。\n",
    "a poem with its author": "秋夜\n\n作者：林小雨\n\n月亮落在井里\n没有人来打水\n",
}


@pytest.mark.parametrize("name", PAGES)
def test_traces_of_a_page(name: str) -> None:
    suffix = "txt" if name in ("wrapped lines", "a form feed", "a reporter", "a dateline") else "md"
    assert guess(Source(f"a.{suffix}", PAGES[name].encode()))[0] == "page"


@pytest.mark.parametrize("name", MANUSCRIPTS)
@pytest.mark.parametrize("suffix", ["md", "txt"])
def test_signs_of_a_manuscript(name: str, suffix: str) -> None:
    assert guess(Source(f"a.{suffix}", MANUSCRIPTS[name].encode()))[0] == {"md": "markdown", "txt": "text"}[suffix]


PARAGRAPH = "水车停了十年，今年春天又转了起来，来看的人站满了河岸。\n\n"
EVIDENCE: dict[str, tuple[str, str, str]] = {
    # what is weighed: the suffix of the file, a text that has it, and one that only looks so
    "an extractor's residue": ("md", "文。\n\n![](_page_3_Picture_2.jpeg)\n", "文。\n\n![](images/wheel.jpg)\n"),
    "a web clipping": ("md", "---\ntags: [clippings]\n---\n\n文。\n", "---\ntags: [水车]\n---\n\n文。\n"),
    "bylines": ("md", "# 题\n\n本报记者 杜小川\n\n文。\n", "# 题\n\n记者节的来历\n\n文。\n"),
    "datelines": ("md", "本报讯（记者 杜小川）水车又转了。\n", "本报告所用的资讯（记者的采访除外）都已公开。\n"),
    "captions without pictures": ("md", "文。\n\n▲水车。\n", "文。\n\n```\n▲\n```\n\n按 ▲ 键。\n"),
    "captions": ("md", "文。\n\n水车。何小庭摄\n", "文。\n\n何小庭在河边摄影。\n"),
    "captioned pictures": (
        "md",
        "![](a.jpg)\n图1 水车\n\n![](b.jpg)\n图2 水渠\n\n文。\n",
        "![](a.jpg)\n\n水车在转。\n\n![](b.jpg)\n\n水渠有水。\n",
    ),
    "credits and jump lines": ("md", "文。\n\n（下转第三版）\n", "文。\n\n（下转角处有一座水车）\n"),
    "running heads and folios": ("md", "第3版：副刊\n\n文。\n", "第3版修订说明见后。\n\n文。\n"),
    "marks of a layout program": ("txt", "文。\n\nkoho_04.indd 12\n", "文。\n\n文件名是 koho_04.indd。\n"),
    "a journal's first page": ("txt", "收稿日期：2031-04-02\n\n文。\n", "我们的收稿日期：每月二日。\n"),
    "half-width marks": ("txt", "水车,水渠,水塔,都在河边,都是旧的。\n", "数字 1,234 和 5,678，都写在本子上。\n"),
    "lines wrapped at one width": (
        "txt",
        "水车停了十年今年春天又转了起来来看的人站满了河岸\n" * 6,
        "水车停了十年，今年春天又转了起来，来看的人站满河岸。\n" * 6,
    ),
    "a blank line after every line": (
        "txt",
        "水车停了十年今年春天又转了起来来看的人站满了河岸\n\n" * 6,
        PARAGRAPH * 6,
    ),
    "paragraphs cut short": (
        "txt",
        "水车停了十年，今年春天又转了起来，来看的人站满了河岸，连对面的山\n\n上也有人。\n",
        PARAGRAPH * 2,
    ),
    "wide blank runs": ("md", "甲。\n\n\n\n乙。\n\n\n\n丙。\n", "甲。\n\n乙。\n\n\n\n丙。\n"),
    "editors, a line each": ("txt", "文。\n\n编辑 | 何小庭\n\n审核 | 陶山\n", "文。\n\n编辑这本书用了三年。\n"),
    "account and time": ("md", "# 题\n\n北山新闻网 2031-04-02 10:15\n\n文。\n", PARAGRAPH * 5 + "2031-04-02 10:15\n"),
    "furniture of a web page": ("md", "文。\n\n上一篇：水车\n", "文。\n\n上一篇文章讲的是水车。\n"),
    "breaks after every line": ("md", "水车在转。  \n" * 10, "水车在转。  \n水渠有水。\n" * 5),
    "numbers apart from their heads": ("txt", "1.2\n\n水车的转法\n\n文。\n", "1.2 水车的转法\n\n文。\n"),
    "no mark of Markdown": ("md", PARAGRAPH * 9, PARAGRAPH * 9 + "- 项\n"),
    "slips of OCR": ("md", "水车建于1921一1923年。\n", "水车建于1921—1923年，一共用了两年。\n"),
    "heads of one level": ("md", "# 甲\n\n# 乙\n\n# 丙\n\n# 丁\n", "# 甲\n\n## 乙\n\n## 丙\n\n## 丁\n"),
    "heads of Markdown": ("txt", "# 题\n\n文。\n", "#1 水车\n\n文。\n"),
    "metadata": ("md", "---\ntitle: 水车\n---\n\n文。\n", "---\n水车\n---\n\n文。\n"),
    "reference definitions": ("md", "看[这里][1]。\n\n[1]: https://example.org/a\n", "看[1]: 这里。\n"),
    "code with its language": ("md", "文。\n\n```sh\nmake\n```\n", "文。\n\n```\nmake\n```\n"),
    "links": ("md", "看[这里](https://example.org/a)。\n", "看[这里]（河边）。\n"),
    "lists in lists": ("md", "- 甲\n  - 乙\n  - 丙\n", "- 甲\n- 乙\n"),
    "pictures by address": ("md", "![](https://example.org/a.png)\n", "![](a.png)\n"),
    "code in lines": ("md", "按 `make` 键。\n", "按“make”键。\n"),
    "an outline of heads": ("md", "# 甲\n\n## 乙\n\n### 丙\n\n## 丁\n", "# 甲\n\n### 乙\n\n# 丙\n\n### 丁\n"),
    "tasks, contents, notes": ("md", "- [ ] 甲\n- [x] 乙\n", "- [甲]\n- [乙]\n"),
    "credits of a translation": ("md", "文。\n\n译者：[taoshan](https://example.org/t)\n", "文。\n\n译者：陶山\n"),
    "chapters": ("txt", "第一章 水车\n\n文。\n\n第二章 水渠\n\n文。\n", "第一章讲的是水车，第二章讲的是水渠。\n"),
}


def found(text: str, suffix: str) -> set[str]:
    return {each.name for each in weigh(text, markdown=suffix == "md")[1]}


@pytest.mark.parametrize("name", EVIDENCE)
def test_each_kind_of_evidence_is_found_where_it_is_and_nowhere_else(name: str) -> None:
    suffix, text, other = EVIDENCE[name]
    assert name in found(text, suffix)
    assert name not in found(other, suffix)


def test_every_kind_of_evidence_has_its_case() -> None:
    assert [*EVIDENCE] == [name for name, _ in traces._EVIDENCE]


@given(
    st.lists(st.sampled_from([text for _, *texts in EVIDENCE.values() for text in texts]), max_size=4), st.booleans()
)
def test_the_weight_is_that_of_the_evidence(texts: list[str], markdown: bool) -> None:
    weight, evidence = weigh("\n".join(texts), markdown)
    assert weight == sum(each.weight for each in evidence)
    assert all(each.weight for each in evidence)
    assert len({each.name for each in evidence}) == len(evidence)


@given(st.text(max_size=300), st.booleans())
def test_any_text_is_weighed(text: str, markdown: bool) -> None:
    weigh(text, markdown)


def test_novel() -> None:
    assert roles(normalise(read(Source("a.txt", NOVEL.encode())))) == (
        "section: 第一回 甄士隐梦幻识通灵\n"
        ".paragraph: 此开卷第一回也。作者自云：曾历过一番梦幻。\n"
        ".paragraph: 列位看官：你道此书从何而来？"
    )


def test_parts_hold_chapters() -> None:
    text = "第一部 风\n\n第一章 起\n\n甲。\n\n第二部 雨\n\n乙。\n"
    assert roles(read(Source("a.txt", text.encode()), format="text")) == (
        "section: 第一部 风\n.section: 第一章 起\n..paragraph: 甲。\nsection: 第二部 雨\n.paragraph: 乙。"
    )


def test_poem_keeps_its_lines() -> None:
    (verse,) = read(Source("a.txt", POEM.encode())).body
    assert isinstance(verse, m.Verse)
    assert m.plain(verse.stanzas[0]).split("\n") == POEM.split()


def test_listing_keeps_every_character() -> None:
    ledger = Ledger()
    document = normalise(read(Source("a.txt", CODE.encode())), ledger)
    blocks = [node.text for node in document.body if isinstance(node, m.CodeBlock)]
    assert "\n\n".join(blocks) + "\n" == CODE
    assert ledger.changes == []


def test_a_manuscript_is_not_repaired_as_a_page() -> None:
    text = "他说过了\n\n的话，我还 记得。\n\n第14版：要闻\n"
    ledger = Ledger()
    document = normalise(read(Source("a.txt", text.encode()), format="text"), ledger)
    assert roles(document) == "paragraph: 他说过了\nparagraph: 的话，我还 记得。\nparagraph: 第14版：要闻"
    assert ledger.changes == []
