"""Reading the text of 青空文庫: what each form of its notation becomes, and that broken notation breaks nothing."""

from __future__ import annotations

import re
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docconv import model as m
from docconv.chars import composed
from docconv.ledger import Ledger
from docconv.pipeline import normalise
from docconv.problems import SourceError
from docconv.readers.aozora import looks_like_aozora, read_aozora
from docconv.readers.aozora.characters import external_character
from docconv.readers.markup import read_markup
from docconv.readers.source import Source
from docconv.writers.markup import to_markup

HEAD = "題\n人\n\n"
KEY = """\
-------------------------------------------------------
【テキスト中に現れる記号について】

《》：ルビ
（例）私《わたくし》は

［＃］：入力者注　主に外字の説明や、傍点の位置の指定
（例）※［＃「てへん＋劣」、第3水準1-84-77］
-------------------------------------------------------
"""


def read(text: str, encoding: str = "utf-8") -> m.Document:
    return read_aozora(Source("book.txt", text.encode(encoding)))


def body(*lines: str) -> tuple[m.Article | m.Block, ...]:
    return read(HEAD + "\n".join(lines)).body


def shown(nodes: m.Inlines) -> str:
    """A run at a glance: [base|reading], em(…), strong(…), sup(…), sub(…), a line break as /, a note as its text."""
    return "".join(_shown(node) for node in nodes)


def _shown(node: m.Inline) -> str:
    match node:
        case m.Text(text):
            return text
        case m.Ruby(base, reading):
            return f"[{base}|{reading}]"
        case m.LineBreak():
            return "/"
        case m.NoteRef(note):
            return f"({note})"
        case m.Picture(media):
            return f"<{media.alt}>"
        case m.Emphasis(content):
            return f"em({shown(content)})"
        case m.Underline(content):
            return f"u({shown(content)})"
        case m.Strong(content) | m.Deletion(content) | m.Sup(content) | m.Sub(content):
            return f"{type(node).__name__.lower()}({shown(content)})"
        case _:
            raise AssertionError(node)


def outline(blocks: tuple[m.Article | m.Block, ...], depth: int = 0) -> str:
    """Blocks at a glance, one a line, indented by depth."""
    return "\n".join("  " * depth + line for block in blocks for line in _outline(block))


def _outline(block: m.Article | m.Block) -> Iterator[str]:
    inner: tuple[m.Block, ...] = ()
    match block:
        case m.Paragraph(content, role, _, align):
            yield "".join(f"{each}: " for each in (role, align) if each not in ("body", "")) + shown(content)
        case m.Section(title, inner):
            yield f"# {shown(title)}"
        case m.Figure(media, caption):
            path = media.path if isinstance(media, m.Image) else "?"
            yield f"figure {path} {media.alt}: {shown(caption)}"
        case m.Verse(stanzas):
            yield "verse " + " // ".join(map(shown, stanzas))
        case m.Quote(inner):
            yield "quote"
        case m.Aside(inner, kind):
            yield kind
        case m.Break():
            yield "***"
        case _:
            raise AssertionError(block)
    if inner:
        yield from outline(inner, 1).split("\n")


def line(text: str) -> str:
    (paragraph,) = body("\u3000" + text)
    assert isinstance(paragraph, m.Paragraph)
    return shown(paragraph.content)


def notes(text: str) -> list[str]:
    document = read(f"{HEAD}\u3000{text}")
    return [m.plain(block.content) for note in document.notes for block in note.body if isinstance(block, m.Paragraph)]


# ── Ruby ──


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("私《わたくし》はその人を", "[私|わたくし]はその人を"),
        ("先生一人｜麦藁帽《むぎわらぼう》を", "先生一人[麦藁帽|むぎわらぼう]を"),
        ("二《に》、三日《さんち》を", "[二|に]、[三日|さんち]を"),
        ("一言《ひとこと》二言《ふたこと》", "[一言|ひとこと][二言|ふたこと]"),
        ("雑司ヶ谷《ぞうしがや》の仝々〆〇《x》", "[雑司ヶ谷|ぞうしがや]の[仝々〆〇|x]"),
        ("にやっと《X》", "[にやっと|X]"),
        ("そのカフェー《X》", "その[カフェー|X]"),
        ("彼はＰＴＡ《ピーティーエー》の", "彼は[ＰＴＡ|ピーティーエー]の"),
        ("彼はlove letter《レター》の", "彼はlove [letter|レター]の"),
        ("霧の｜ロンドン警視庁《スコットランドヤード》", "霧の[ロンドン警視庁|スコットランドヤード]"),
        ("眼を※［＃「目＋爭」、第3水準1-88-85］《みは》る", "眼を[睜|みは]る"),
        ("東※［＃「口＋世」、U+546D、123-4］西《X》", "[東呭西|X]"),
        ("○《まる》", "[○|まる]"),
        ("〓《げた》", "[〓|げた]"),
        ("※［＃「土へん＋竒」、123-4］《き》", "[〓|き](note-1)"),
        ("［＃絵（b.png）入る］《え》", "<絵>《え》"),
        ("漢《※［＃「てへん＋劣」、第3水準1-84-77］》字", "[漢|挘]字"),
        ("字［＃「字」に傍点］《じ》", "em([字|じ])"),
        ("いう《》「《重要》」と、《」", "いう《》「《重要》」と、《」"),
        ("｜縦棒", "｜縦棒"),
        ("未［＃「未」の左に「ザル」のルビ］", "[未|ザル]"),
        ("未《いま》［＃「未」の左に「ザル」のルビ］だ", "[未|いま](note-1)だ"),
        ("吹喋［＃「喋」に「ママ」の注記］", "吹[喋|ママ]"),
        ("［＃注記付き］名※［＃二の字点、1-2-22］［＃「（銘々）」の注記付き終わり］", "[名〻|（銘々）]"),
    ],
)
def test_ruby(source: str, expected: str) -> None:
    assert line(source) == expected


# ── Styles ──


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("おくれんかな［＃「おくれんかな」に傍点］。", "em(おくれんかな)。"),
        ("「え」と、え［＃「え」に白ゴマ傍点］", "「え」と、em(え)"),
        ("［＃丸傍点］粥薬［＃丸傍点終わり］。", "em(粥薬)。"),
        ("［＃左に傍点］粥薬［＃左に傍点終わり］。", "em(粥薬)。"),
        ("本［＃「本」の左に二重傍線］と", "u(本)と"),
        ("波［＃「波」に波線］", "u(波)"),
        ("［＃傍線］粥［＃傍線終わり］と、薬［＃「薬」に傍点］", "u(粥)と、em(薬)"),
        ("不［＃「不」に取消線］可、［＃取消線］要［＃取消線終わり］", "deletion(不)可、deletion(要)"),
        ("百［＃「百」は見せ消ち］二百", "deletion(百)二百"),
        ("選考［＃「選考」は太字］と［＃太字］待つ［＃太字終わり］", "strong(選考)とstrong(待つ)"),
        ("［＃斜体］is［＃斜体終わり］", "em(is)"),
        ("［＃傍点］あ［＃太字］い［＃傍点終わり］う［＃太字終わり］", "em(あ)strong(em(い)う)"),
        ("二重瞼《ふたえまぶた》［＃「瞼」に傍点］の", "em([二重瞼|ふたえまぶた])の"),
        ("出《で》掛け［＃「出掛け」に傍点］る", "em([出|で]掛け)る"),
        ("※［＃「てへん＋劣」、第3水準1-84-77］る［＃「※［＃「てへん＋劣」、第3水準1-84-77］る」に傍点］", "em(挘る)"),
        ("と「あ」［＃「「あ」」に傍点］", "とem(「あ」)"),
        ("22［＃「22」は縦中横］日、［＃横組み］ab［＃横組み終わり］", "22日、ab"),
        ("H2［＃「2」は下付き小文字］O、m2［＃「2」は上付き小文字］", "Hsub(2)O、msup(2)"),
        ("注１）［＃「１）」は行右小書き］", "注sup(１）)"),
        ("大［＃「大」は２段階大きな文字］", "大"),
        ("浮雲似［＃二］故丘［＃一］", "浮雲似sub(二)故丘sub(一)"),
        ("吾不［＃（ル）］［＃レ］得［＃一レ］", "吾不sup(ル)sub(レ)得sub(一レ)"),
        ("庄司が［＃割り注］今の白石［＃割り注終わり］に", "庄司が（今の白石）に"),
        ("庄司が［＃割り注］（今の白石）［＃割り注終わり］に", "庄司が（今の白石）に"),
        ("前［＃改行］後", "前/後"),
    ],
)
def test_styles(source: str, expected: str) -> None:
    assert line(source) == expected
    assert not notes(source)


def test_a_style_may_run_over_lines_if_something_ends_it() -> None:
    assert outline(body("　［＃傍点］あ", "　い［＃傍点終わり］う", "　え")) == "em(あ)\nem(い)う\nえ"
    assert outline(body("　［＃傍点］あ", "　い")) == "em(あ)\nい"


# ── Characters ──


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("「てへん＋劣」、第3水準1-84-77", "挘"),
        ("「陷のつくり＋炎」、第3水準1-87-64", "燄"),
        ("「やまいだれ＋隱」、第4水準2-81-77", "癮"),
        ("ローマ数字1、1-13-21", "Ⅰ"),
        ("始め二重山括弧、1-1-52", "《"),
        ("「口＋世」、U+546D、123-4", "呭"),
        ("「さんずい＋富」、U+6E93", "溓"),
        ("半濁点付き片仮名カ、1-5-87", "カ\u309a"),
        ("濁点付き片仮名ワ、1-7-82", "ヷ"),
        ("濁点付き平仮名「あ」", "あ\u3099"),
        ("小書き片仮名ヲ、1-上-3", "\U0001b166"),
        ("小書き片仮名ン", "\U0001b167"),
        ("小書き平仮名ゐ", "\U0001b150"),
        ("小書き平仮名こ", "\U0001b132"),
        ("小書き片仮名ク", "ㇰ"),
        ("小書き半濁点付き片仮名フ、1-6-88", "ㇷ\u309a"),
        ("小書き濁点付き片仮名カ", "ヵ\u3099"),
        ("濁点付き小書き平仮名つ", "っ\u3099"),
        ("小書き平仮名ん", ""),
        ("「土へん＋竒」、123-4", ""),
        ("「？」、1-99-99", ""),
        ("「？」、2-2-1", ""),
        ("「？」、U+D800", ""),
        ("「？」、U+E000", ""),
        ("「？」、U+FFFFFF", ""),
    ],
)
def test_external_characters(note: str, expected: str) -> None:
    assert external_character(note) == expected


def test_an_external_character_that_nobody_has_is_a_picture_with_its_description() -> None:
    assert line("右の※［＃「土へん＋竒」、123-4］が") == "右の<「土へん＋竒」、123-4>が"
    assert line("右の［＃「てへん＋劣」、第3水準1-84-77］が※印") == "右の挘が※印"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("〔e'tiquette〕", "étiquette"),
        ("〔Gabriel Faure' et Camille Saint-Sae:ns.〕", "Gabriel Fauré et Camille Saint-Saëns."),
        ("〔oe&uvre, C,a va? !@Sen~or? Stra&sse stras&e〕", "œuvre, Ça va? ¡Señor? Stråsse straße"),
        ("〔l'ami〕", "〔l'ami〕"),
        ("〔中略〕", "〔中略〕"),
        ("〔che'ri〕《シェリ》", "[chéri|シェリ]"),
        ("〔e'tude〕［＃「〔e'tude〕」に傍線］", "u(étude)"),
        ("いよ／＼、ます／″＼", "いよ\u3033\u3035、ます\u3034\u3035"),
    ],
)
def test_accents_and_repeat_marks(source: str, expected: str) -> None:
    assert line(source) == expected


# ── Notes ──


@pytest.mark.parametrize(
    ("source", "expected", "note"),
    [
        (
            "後始末は［＃「後始末は」は底本では「後始未は」］君が",
            "後始末は(note-1)君が",
            "「後始末は」は底本では「後始未は」",
        ),
        ("広場へに［＃「広場へに」はママ］店", "広場へに(note-1)店", "「広場へに」はママ"),
        (
            "籠《ざる》［＃ルビの「ざる」は底本では「さる」］を",
            "[籠|ざる](note-1)を",
            "ルビの「ざる」は底本では「さる」",
        ),
        ("字［＃※［＃「てへん＋劣」、第3水準1-84-77］を疑う］", "字(note-1)", "挘を疑う"),
    ],
)
def test_other_notes_are_notes_of_the_document(source: str, expected: str, note: str) -> None:
    assert line(source) == expected
    assert notes(source) == [note]


@pytest.mark.parametrize("source", ["字［＃「無い」に傍点］", "不［＃「不」に囲み線］可", "［＃ルビ組み］字"])
def test_notation_that_has_no_form_stays_in_the_text_and_is_told(source: str) -> None:
    assert line(source) == source
    assert not notes(source)
    ledger = Ledger()
    normalise(read(f"{HEAD}\u3000{source}\n\u3000{source}"), ledger)
    (problem,) = [each for each in ledger.problems if each.code == "notation-kept"]
    assert problem.message.startswith("notation stands in the text (2): ［＃")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("第2［＃「2」はローマ数字、1-13-22］部", "第Ⅱ部"),
        ("何！！［＃「！！」は横１文字、1-8-75］。", "何‼。"),
        ("12［＃「2」はローマ数字、1-13-22］［＃「1」はローマ数字、1-13-21］", "ⅠⅡ"),
        ("口世［＃「口世」は「口＋世」、U+546D］《せ》", "[呭|せ]"),
        ("第2部［＃「2」はローマ数字、1-13-22］［＃「部」に傍点］", "第Ⅱem(部)"),
        ("注１）［＃「１）」は縦中横、行右小書き］", "注sup(１）)"),
        ("［＃縦中横、太字］12［＃縦中横、太字終わり］", "strong(12)"),
        ("砦〔［＃割り注］城［＃割り注終わり］〕と（［＃割注］甲［＃割注終わり］乙）", "砦〔城〕と（甲乙）"),
        ("と［＃割り注］城［＃割り注終わり］）", "と（城））"),
        ("ら［＃「ら」に「ママ」注記］", "[ら|ママ]"),
        ("字[#「字」に傍点]", "em(字)"),
        ("［＃「栗（山栗）」の図（a.png、横1×縦2）入る］あ", "<「栗（山栗）」の図>あ"),
    ],
)  # fmt: skip
def test_forms_beside_the_manual(source: str, expected: str) -> None:
    assert line(source) == expected
    assert not notes(source)


@pytest.mark.parametrize("words", ["天から２字下げ", "天より２字下げ", "２字下げ", "二字下げ", "２字さげ"])
def test_an_indent_in_any_words(words: str) -> None:
    assert (
        outline(body("　文", f"［＃{words}］春の海", f"［＃{words}］ひねもす", "　文"))
        == "文\nverse 春の海/ひねもす\n文"
    )


@pytest.mark.parametrize("words", ["地から２字上げ", "地より２字上げ", "地付き", "地つき", "地から二字上げ"])
def test_the_foot_in_any_words(words: str) -> None:
    assert outline(body("　文", f"［＃{words}］人")) == "文\nright: 人"


def test_a_note_on_a_line_of_its_own_is_no_footnote() -> None:
    document = read(HEAD + "　あ\n［＃ここに地図あり］\n　い")
    assert outline(document.body) == "あ\nnote: ここに地図あり\nい"
    assert not document.notes


# ── Headings ──


def test_headings_are_nested_sections() -> None:
    assert outline(
        body(
            "　序",
            "",
            "［＃２字下げ］上　先生と私［＃「上　先生と私」は大見出し］",
            "",
            "［＃５字下げ］一《いち》［＃「一」は中見出し］",
            "",
            "　あ",
            "［＃小見出し］細目［＃小見出し終わり］",
            "　い",
            "［＃改ページ］",
            "",
            "［＃ここから大見出し］",
            "下",
            "先生と遺書",
            "［＃ここで大見出し終わり］",
            "　う",
        )
    ) == "\n".join(
        ["序", "# 上　先生と私", "  # [一|いち]", "    あ", "    # 細目", "      い", "# 下/先生と遺書", "  う"]
    )


def test_run_in_headings_begin_a_section_with_the_rest_of_their_line() -> None:
    assert outline(body("　［＃同行中見出し］一［＃同行中見出し終わり］　朝。", "　昼。")) == "# 一\n  朝。\n  昼。"
    assert outline(body("夏［＃「夏」は窓大見出し］が来た。")) == "# 夏\n  が来た。"


# ── Layout ──


def test_indents_are_layout() -> None:
    assert outline(
        body("　あ", "「い」", "［＃３字下げ］う", "［＃ここから２７字詰め］", "え", "［＃ここで字詰め終わり］")
    ) == ("あ\n「い」\nう\nえ")


def test_an_indented_block_is_a_quotation_or_a_verse() -> None:
    prose = "　前略御免下さい。これはとても長い手紙の一行であり、歌ではないのであります。"
    fences = ("［＃ここから２字下げ］", "［＃ここで字下げ終わり］")
    assert outline(body("　文", fences[0], prose, fences[1], "　文")) == f"文\nquote\n  {prose[1:]}\n文"
    poem = ("まだあげ初めし前髪の", "林檎のもとに見えしとき", "", "前にさしたる花櫛の")
    assert outline(body("　文", fences[0], *poem, fences[1], "　文")) == (
        "文\nverse まだあげ初めし前髪の/林檎のもとに見えしとき // 前にさしたる花櫛の\n文"
    )
    assert outline(body(fences[0], "「はい」", "「いいえ」", fences[1])) == "quote\n  「はい」\n  「いいえ」"


def test_neighbouring_indented_lines_are_one_block() -> None:
    assert outline(body("　文", "［＃４字下げ］春の海", "［＃４字下げ］ひねもすのたり", "", "　文")) == (
        "文\nverse 春の海/ひねもすのたり\n文"
    )


def test_a_hanging_indent_is_layout() -> None:
    block = ("［＃ここから１字下げ、折り返して３字下げ］", "甲　はい。", "乙　いいえ。", "［＃ここで字下げ終わり］")
    assert outline(body(*block)) == "甲　はい。\n乙　いいえ。"


def test_a_new_indent_ends_the_old_one_and_a_heading_undoes_it() -> None:
    lines = ("［＃ここから１字下げ］", "「あ」", "［＃ここから２字下げ］", "「い」", "［＃ここで字下げ終わり］", "う。")
    assert outline(body(*lines)) == "quote\n  「あ」\nquote\n  「い」\nう。"
    lines = ("［＃ここから１字下げ］", "章［＃「章」は大見出し］", "　あ。", "［＃ここで字下げ終わり］")
    assert outline(body(*lines)) == "# 章\n  あ。"


def test_lines_at_the_foot_stand_to_the_right() -> None:
    assert (
        outline(body("　文。［＃地付き］（大正三年）", "［＃地から１字上げ］漱石"))
        == "文。\nright: （大正三年）\nright: 漱石"
    )
    block = ("［＃ここから地付き］", "東京", "漱石", "［＃ここで地付き終わり］")
    assert outline(body(*block)) == "right: 東京\nright: 漱石"


def test_what_stands_in_the_middle_is_centred() -> None:
    page = ("［＃ページの左右中央］", "渡し守の記", "亡き友へ", "［＃改ページ］", "　文。")
    assert outline(body(*page)) == "center: 渡し守の記\ncenter: 亡き友へ\n***\n文。"
    assert outline(body("［＃ここから中央揃え］", "終", "［＃ここで中央揃え終わり］", "　文。")) == "center: 終\n文。"
    assert outline(body("終［＃「終」は中央揃え］", "　文。")) == "center: 終\n文。"
    endless = ("［＃ページの左右中央］", *("　渡し場に、舟が着いた。" for _ in range(20)))
    assert "center" not in outline(body(*endless))


def test_a_block_of_lines_beside_the_text() -> None:
    for name, style in (("傍線", "u"), ("取消線", "deletion"), ("傍点", "em")):
        assert outline(body(f"［＃ここから{name}］", "　文。", f"［＃ここで{name}終わり］")) == f"{style}(文。)"


def test_frames_and_bold_blocks() -> None:
    block = (
        "［＃ここから罫囲み］",
        "入口",
        "［＃ここで罫囲み終わり］",
        "［＃ここから太字］",
        "太い",
        "［＃ここで太字終わり］",
    )
    assert outline(body(*block)) == "box\n  入口\nstrong(太い)"


def test_breaks() -> None:
    four = ("　あ", "　い", "", "　う", "　え")
    assert outline(body(*four)) == "あ\nい\n***\nう\nえ"
    assert outline(body("　あ", "", "　い", "", "　う")) == "あ\nい\nう"
    assert outline(body("　あ", "　　　×　　　×　　　×", "　い", "　○○○", "［＃改ページ］", "　う", "［＃改丁］")) == (
        "あ\n***\nい\n○○○\n***\nう"
    )


# ── Pictures ──


def test_pictures_and_captions() -> None:
    picture = "［＃「石鏃二つの図」のキャプション付きの図（fig42154_01.png、横321×縦123）入る］"
    assert outline(body("　文", picture, "石鏃二つの図［＃「石鏃二つの図」はキャプション］", "　文")) == (
        "文\nfigure fig42154_01.png 「石鏃二つの図」のキャプション付きの図: 石鏃二つの図\n文"
    )
    block = ("［＃挿絵（a.png）入る］", "［＃キャプション］第一図［＃キャプション終わり］")
    assert outline(body(*block)) == "figure a.png 挿絵: 第一図"
    assert line("印［＃花押の図（b.png、横1×縦1）入る］を") == "印<花押の図>を"


# ── Head, key, colophon ──


@pytest.mark.parametrize(
    ("head", "title", "authors"),
    [
        ("こころ\n夏目漱石", "こころ", ("夏目漱石",)),
        ("幸福の王子\nThe Happy Prince\nオスカー・ワイルド\n結城浩訳", "幸福の王子　The Happy Prince",
         ("オスカー・ワイルド", "結城浩訳")),
        ("題\n――副題――\n人", "題　――副題――", ("人",)),
        ("※［＃「てへん＋劣」、第3水準1-84-77］る\n人", "挘る", ("人",)),
        ("古事記\n武田祐吉訳", "古事記", ("武田祐吉訳",)),
        ("題", "題", ()),
    ],
)  # fmt: skip
def test_the_head_gives_title_and_authors(head: str, title: str, authors: tuple[str, ...]) -> None:
    for text in (f"{head}\n\n　文", f"{head}\n\n{KEY}\n　文"):
        document = read(text)
        assert document.meta == m.Meta(title, "ja", authors)
        assert outline(document.body) == "文"


def test_a_reading_or_a_note_in_the_title_is_kept() -> None:
    document = read("翠嵐《すいらん》の［＃「の」は底本では「に」］記\n水野森《みずのもり》\n\n　文")
    assert document.meta == m.Meta("翠嵐の記", "ja", ("水野森",))
    assert outline(document.body) == "文\nfurniture\n  [翠嵐|すいらん]の(note-1)記\n  [水野森|みずのもり]"
    assert len(document.notes) == 1


def test_a_text_without_a_head_is_all_body() -> None:
    document = read("私《わたくし》は猫である。\n名前はない。\n\n　おわり")
    assert document.meta.title == ""
    assert outline(document.body) == "[私|わたくし]は猫である。\n名前はない。\n***\nおわり"


def test_the_colophon_and_remarks_in_the_key_are_furniture_at_the_end() -> None:
    key = KEY.replace("《》", "［表記について］\n●底本のルビは略した。\n\n《》")
    colophon = "底本：「こころ」集英社文庫\n　　　1991（平成3）年\n※誤植は直した。\n\n入力：甲\n"
    document = read(f"題\n人\n\n{key}\n章［＃「章」は大見出し］\n　文\n\n\n{colophon}")
    assert outline(document.body) == "\n".join(
        ["# 章", "  文", "furniture", "  ［表記について］", "  ●底本のルビは略した。", "furniture",
         "  底本：「こころ」集英社文庫/1991（平成3）年", "  ※誤植は直した。", "  入力：甲"]
    )  # fmt: skip


def test_cp932_with_windows_line_ends() -> None:
    text = f"{HEAD}{KEY}\n　これは憚《はば》かるところの、ある日の事でございます。\n".replace("\n", "\r\n")
    assert outline(read(text, "cp932").body) == "これは[憚|はば]かるところの、ある日の事でございます。"


def test_places() -> None:
    document = read(HEAD + "\n　あい［＃「い」に傍点］《x》漢《かん》う")
    (paragraph,) = document.body
    assert isinstance(paragraph, m.Paragraph)
    assert paragraph.place == m.Place(5, 2, "book.txt")
    assert [node.place.column for node in m.walk(paragraph) if node.place][1:] == [2, 16, 21]


# ── Detection ──


def test_looks_like_aozora() -> None:
    assert looks_like_aozora(HEAD + KEY + "\n　文")
    assert looks_like_aozora("　私《わたくし》は憚《はば》かる事なく先生《せんせい》と。")
    assert looks_like_aozora("　一［＃「一」は中見出し］\n　文")
    assert not looks_like_aozora("他读《红楼梦》和《水浒传》，又读《三国演义》。")
    assert not looks_like_aozora("株洲日报讯（记者 周菁）11月5日，石峰区…")
    assert not looks_like_aozora("")


# ── Anything ──

FRAGMENTS = """
［＃ 終わり］ 傍点 「漢」に傍点］ は大見出し］ ［＃ここから２字下げ］ ［＃ここで字下げ終わり］ ［＃傍点］
［＃傍点終わり］ ［＃地付き］ ※［＃「x」］ ［＃「字」に「ママ」の注記］ ［＃割り注］ ［＃改ページ］
［＃３字下げ］ ［＃図（a.png）入る］ ［＃「か」はキャプション］ ［＃ここから罫囲み］ ［＃ここで罫囲み終わり］
［＃同行小見出し］ ［＃同行小見出し終わり］ ［＃ここから中見出し］ ［＃ここで中見出し終わり］ ［＃（ル）］
［＃レ］ ［＃注記付き］ ［＃「注」の注記付き終わり］ ［＃改行］ ×\u3000× 漢字《かんじ》 ［＃「漢字」は太字］
底本： ------------------------------ 〔e'〕 、第3水準1-84-77］
"""
characters = "｜《》［］※＃〔〕「」にはの\n\u3000漢字かなカナa' "
fragments = st.lists(st.sampled_from([*characters, "\n\n", *re.split("[ \n]+", FRAGMENTS.strip())]), max_size=40).map(
    "".join
)


@settings(max_examples=500)
@given(fragments)
def test_any_notation_becomes_a_document_in_the_normal_form(text: str) -> None:
    document = read(text)
    assert read_markup(Source("", to_markup(document).encode())) == document
    called = [
        node.note for node in m.walk(m.Section((), (*document.body, *document.notes))) if isinstance(node, m.NoteRef)
    ]
    assert len(called) == len(set(called))
    assert set(called) <= {note.id for note in document.notes}


@settings(max_examples=200)
@given(fragments)
def test_letters_stay_outside_notes(text: str) -> None:
    """Kanji outside all notes are shown, whatever the notation does to them."""
    marked = f"{HEAD}\u3000{text.replace('漢', '字')}漢"
    assert "漢" in "".join(m.paragraphs(read(marked)))


WORDS = st.text("漢字語《》｜〔〕「」かなカナ・。aé'〳 ", min_size=1, max_size=6)
COMMANDS = """
「漢」に傍点 「字語」は縦中横、行右小書き 「か」は太字 傍点 傍点終わり 割り注 割り注終わり 縦中横 縦中横終わり
３字下げ 天から４字下げ 地付き 地より２字上げ 「漢字」は大見出し 同行中見出し 同行中見出し終わり 改行 改ページ
「な」に「ママ」の注記 「語」に「ご」のルビ 「漢」に取消線 ここに図あり 「図（下）」の図（a.png、横1×縦1）入る
「字」は底本では「学」 レ （ル） 左に傍線 左に傍線終わり
"""
LINES = st.lists(st.one_of(WORDS, st.sampled_from(COMMANDS.split()).map("［＃{}］".format)), max_size=8)


@settings(max_examples=300)
@given(st.lists(LINES, min_size=1, max_size=6))
def test_every_letter_outside_notes_stands_in_the_document(lines: list[list[str]]) -> None:
    document = read(HEAD + "\n".join(f"\u3000{''.join(line)}" for line in lines))
    written = "".join(piece for line in lines for piece in line if not piece.startswith("［＃"))
    assert not _letters(written) - _letters("".join(_strings(document)))


def _letters(text: str) -> Counter[str]:
    """The letters of a text without their marks: a' between 〔 and 〕 is á."""
    return Counter(filter(str.isalpha, unicodedata.normalize("NFD", text)))


def _strings(document: m.Document) -> Iterator[str]:
    for node in m.walk(document):
        if isinstance(node, m.Text | m.Ruby | m.Picture | m.Figure):
            yield from (node.base, node.reading) if isinstance(node, m.Ruby) else ()
            yield node.text if isinstance(node, m.Text) else "" if isinstance(node, m.Ruby) else node.media.alt


def test_a_paragraph_without_an_indent_after_a_quotation_goes_on() -> None:
    usual = "\u3000天地玄黄。\n" * 5
    quoted = "［＃ここから２字下げ］\n引用の文。二つ目の文がここにある。\n［＃ここで字下げ終わり］\n"
    roles = [node.role for node in read(f"{HEAD}{usual}{quoted}と書いた。\n").body if isinstance(node, m.Paragraph)]
    assert roles == ["body"] * 5 + ["resumed"]
    for other in ("\u3000と書いた。", "「と書いた。」"):
        assert not any("resumed" in repr(node) for node in read(f"{HEAD}{usual}{quoted}{other}\n").body)


@settings(max_examples=100)
@given(st.binary(max_size=100))
def test_any_bytes_give_a_document_or_an_error_of_ours(data: bytes) -> None:
    with suppress(SourceError):
        to_markup(read_aozora(Source("", data)))
    looks_like_aozora(data.decode("latin-1"))


UNITS = (
    *(
        "｜",
        "《",
        "［＃",
        "〔",
        "漢",
        "「",
        "※［＃",
        "［＃「",
        "《》",
        "漢《かん》",
        "［＃「漢」に傍点］",
        "［＃傍点］",
        "［＃注］",
    ),
    *("一［＃「一」は太字］", "［＃ここから２字下げ］\n", "［＃「一」は大見出し］\n", "一\n\n", "［＃３字下げ］一\n"),
)


@pytest.mark.parametrize("unit", UNITS)
def test_time_is_linear(unit: str) -> None:
    start = time.process_time()
    document = read(HEAD + "\u3000" + unit * (100_000 // len(unit)))
    assert time.process_time() - start < 5
    assert all(composed(text) == text for text in m.paragraphs(document))
