"""What a source is taken for, and how a manuscript in plain text is read."""

from __future__ import annotations

import pytest
from cases import roles

from docconv import model as m
from docconv.ledger import Ledger
from docconv.pipeline import normalise, prepare, read
from docconv.readers import guess
from docconv.readers.source import Source

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
