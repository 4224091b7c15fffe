"""How a novel in plain text is read: heads in every usual form, title and author, verse, and lines that are wrapped."""

from __future__ import annotations

import pytest
from cases import roles

from docconv import model as m
from docconv.pipeline import read
from docconv.readers.chapters import chapter_heads, looks_like_novel, value
from docconv.readers.source import Source

BODY = "　　雨下了一夜，到清晨才停。\n　　她推开窗，院子里落了一地花。"


def document(text: str) -> m.Document:
    return read(Source("a.txt", text.encode()), format="text")


def heads(text: str) -> list[str]:
    lines = text.split("\n")
    return [lines[head.at].strip() for head in chapter_heads(lines)]


def novel(*titles: str) -> str:
    return "\n\n".join(f"{title}\n\n{BODY}" for title in titles)


FORMS = """
第壹章 归来|第贰章 旧书店
卷一|卷二 秋
卷之三 新晴|卷之四
卷上|卷下
【第一章】|【第二章】 夜
正文 第一章 归来|正文 第二章 夜航
番外一：铜铃|番外二：秋信
【番外】铜铃|【番外】秋信
楔子|尾声
终章|序幕
序|跋
1화|2화
제1장|제2장 귀환
제 1 화 귀환|제 2 화
프롤로그|에필로그
プロローグ|エピローグ
其の一|其の二　夜
第一話　出会い|第二話　別れ
最終話 朝|あとがき
一|二|三
一、|二、|三、
（一）|（二）
１|２
一 归来|二 夜航|三 石榴
1. 귀환|2. 이별
01 来信|02 去信
上|下
上篇|中篇|下篇
Chapter One|Chapter Two
CHAPTER I|CHAPTER II. The River
I|II|III
第1章归来|第2章夜航
第一回 甄某梦里看石头，贾某灯下怀闺秀|第二回 某夫人仙逝扬州城，冷某人演说荣国府
☆、第1章 来信|☆、第2章 去信
第十二章：你是谁？|第十三章：我！
第一百零三章 雨|第一百零四章 风
"""


@pytest.mark.parametrize("titles", FORMS.strip().split("\n"))
def test_heads_in_all_usual_forms(titles: str) -> None:
    assert heads(novel(*titles.split("|"))) == titles.split("|")


SENTENCES = """
第一章讲述了主人公的童年，第二章写他离家。|我读到第三章。|他说第一回见到她是在冬天，|第二天他又来了|第一夜他没有睡
第三节课下课铃响了|第一集我看过了，很好看|一个人在街上走|二十年后|三部电影|上海的雨|下雨了|序列号是多少|前言不搭后语
尾声很长|1화를 읽었다.|3장의 종이|10화음|제1부에서 그는 죽는다.|第一章、第二章都写得好|一、二、三|卷起袖子|卷一根烟
番外地|Part of the story|Chapter and verse|2023年|3|文案已经写好了|1部の本|第一部電影是|結局彼は来なかった|開幕だ
1話してみて|三、四
"""


@pytest.mark.parametrize("sentence", SENTENCES.strip().replace("\n", "|").split("|"))
def test_no_head_is_made_of_a_sentence(sentence: str) -> None:
    assert heads(f"{BODY}\n　　{sentence}\n{BODY}\n\n{sentence}\n\n{BODY}\n") == []


def test_a_list_is_no_row_of_chapters_and_contents_are_none() -> None:
    assert heads("他列了三条：\n一、买米\n二、买油\n三、回家\n然后走了。\n") == []
    assert heads(f"目录\n第一章 雨\n第二章 晴\n\n{novel('第一章 雨', '第二章 晴')}") == ["第一章 雨", "第二章 晴"]


def test_volumes_hold_chapters_and_these_sections() -> None:
    text = novel("楔子", "第一卷 旧雨", "第一章 归来", "第一节 站台", "第二章 旧书店", "卷二 新晴", "第三章", "后记")
    levels = [line for line in roles(document(text)).split("\n") if "section" in line]
    assert levels == [
        "section: 楔子",
        "section: 第一卷 旧雨",
        ".section: 第一章 归来",
        "..section: 第一节 站台",
        ".section: 第二章 旧书店",
        "section: 卷二 新晴",
        ".section: 第三章",
        "section: 后记",
    ]


@pytest.mark.parametrize(
    ("front", "title", "authors"),
    [
        ("石榴院\n作者：林秋水\n", "石榴院", ("林秋水",)),
        ("《石榴院》\n\n作者：林秋水、周明\n", "石榴院", ("林秋水", "周明")),
        ("书名：石榴院\n作 者：林秋水\n", "石榴院", ("林秋水",)),
        ("石榴院\n林秋水　著\n", "石榴院", ("林秋水",)),
        ("석류원\n지은이: 임추수\n", "석류원", ("임추수",)),
        ("The Pomegranate Court\nby Lin Qiushui\n", "The Pomegranate Court", ("Lin Qiushui",)),
        ("雨の庭\n水野森\n", "雨の庭", ("水野森",)),
        ("雨の庭\n水野　森夫\n", "雨の庭", ("水野　森夫",)),
        ("石榴院\n\n献给母亲\n", "", ()),
        ("石榴院\n", "石榴院", ()),
        ("", "", ()),
    ],
)
def test_title_and_author_stand_above_the_first_chapter(front: str, title: str, authors: tuple[str, ...]) -> None:
    meta = document(f"{front}\n{novel('第一章 归来', '第二章 旧书店')}").meta
    assert (meta.title, meta.authors) == (title, authors)


def test_what_the_site_says_is_furniture_and_a_sentence_stays() -> None:
    text = (
        f"石榴院\n作者：林秋水\n更多好书请访问 www.example.com\n这是一个关于等待的故事。\n\n{novel('第一章', '第二章')}"
    )
    assert roles(document(text)).split("\n")[:2] == [
        "furniture: 更多好书请访问 www.example.com",
        "paragraph: 这是一个关于等待的故事。",
    ]


def test_poems_of_several_authors_are_verse_under_their_titles() -> None:
    poem = "{}\n\n作者：李某\n\n江上灯初起，\n船头雨未收。\n一声何处笛，\n吹落满城秋。\n\n"
    shown = roles(document(poem.format("夜泊") + poem.format("晓行")))
    assert shown.count("verse:") == 2
    assert shown.startswith("section: 夜泊\n.paragraph: 作者：李某")


def test_lines_wrapped_at_one_width_are_joined() -> None:
    lines = [
        "雨下了一夜，到清晨才停。她推开窗，院子里的石榴树落了一地",
        "花，青石板上积着薄薄的一层水，像是谁把天空打碎了，铺在地",
        "上等人来捡。",
    ]
    text = "\n\n".join("\n".join(lines) for _ in range(3))
    paragraphs = [m.plain(node.content) for node in document(text).body if isinstance(node, m.Paragraph)]
    assert paragraphs == ["".join(lines)] * 3
    indented = "\n".join("　　" + "\n".join(lines) for _ in range(3))
    assert [*m.paragraphs(document(indented))] == ["".join(lines)] * 3


def test_words_keep_their_blank_where_lines_are_joined() -> None:
    lines = [
        "It rained all night and only stopped at dawn, and she",
        "opened the window above the court where the tree had",
        "lost its flowers.",
    ]
    assert [*m.paragraphs(document("\n\n".join(["\n".join(lines)] * 3)))] == [" ".join(lines)] * 3


def test_lines_that_are_sentences_stay_paragraphs() -> None:
    text = "\n".join(["雨下了一夜，到清晨才停，院子里的石榴树落了一地花，像是谁来过。"] * 4)
    assert len([*m.paragraphs(document(text))]) == 4


@pytest.mark.parametrize(
    ("number", "counts"),
    [("十", 10), ("十二", 12), ("二十", 20), ("一百零三", 103), ("一二", 12), ("壹佰贰拾", 120), ("廿三", 23),
     ("XIV", 14), ("Ⅻ", 12), ("１２", 12), ("007", 7), ("两千", 2000)],
)  # fmt: skip
def test_numbers_in_any_figures(number: str, counts: int) -> None:
    assert value(number) == counts


def test_looks_like_novel() -> None:
    assert looks_like_novel(novel("第一章 归来", "第二章 旧书店"))
    assert looks_like_novel(novel("プロローグ", "其の一"))
    assert not looks_like_novel(BODY)
    assert not looks_like_novel("第一章 归来\n第二章 旧书店\n")
    assert not looks_like_novel(novel("本报记者 张三", "图为现场"))
