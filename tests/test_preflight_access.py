"""Which language text is said to be of, and what is said where a character means nothing: in tags, in the drawing."""

from __future__ import annotations

from pathlib import Path

import pytest
from finished import accessible, saved
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from docconv import convert
from docconv.preflight.profiles import judge
from docconv.press import PROFILES

PRIVATE, KANA, HANGUL = "e000", "3042", "ac00"


def page_with(character: str) -> Pdf:
    """A page that is read aloud, the second letter of whose heading is another; the rest is ideographs."""
    pdf = accessible()
    page = pdf.pages[0]
    font = page.obj.Resources.Font.F
    font.ToUnicode = Stream(pdf, font.ToUnicode.read_bytes().replace(b"<5730>", f"<{character}>".encode()))
    head, *rest = page.Contents.read_bytes().split(b"<00010002>")
    page.obj.Contents = Stream(pdf, head + b"<00010002>" + b"<0001>".join(rest))
    return pdf


def heading(pdf: Pdf) -> Dictionary:
    return pdf.Root.StructTreeRoot.K.K[0]  # type: ignore[no-any-return]


def wrap(pdf: Pdf, properties: str) -> None:
    """Put a span with properties of its own around the text of the heading."""
    drawn = pdf.pages[0].Contents.read_bytes()
    spanned = drawn.replace(b"<00010002> Tj", b"/Span " + properties.encode() + b" BDC <00010002> Tj EMC")
    pdf.pages[0].obj.Contents = Stream(pdf, spanned)


def said(pdf: Pdf) -> list[str]:
    problems = judge(saved(pdf), "x.pdf", PROFILES["accessible"]).problems
    return [each.message.split(" mm: ")[-1].split(" (")[0] for each in problems]


def test_words_in_another_language_are_told() -> None:
    assert said(page_with(KANA)) == ["kana in text that is said to be zh-Hans"]
    assert said(page_with(HANGUL)) == ["hangul in text that is said to be zh-Hans"]
    assert said(page_with("0041")) == []  # Latin letters are read by every voice


@pytest.mark.parametrize("lang", ["ja", "ja-JP", "JA_jp", "mul"])
def test_the_language_is_that_of_the_document_of_the_tag_or_of_the_span(lang: str) -> None:
    pdf = page_with(KANA)
    pdf.Root.Lang = String(lang)
    assert said(pdf) == []
    pdf = page_with(KANA)
    heading(pdf).Lang = String(lang)
    assert said(pdf) == []
    pdf = page_with(KANA)
    wrap(pdf, f"<</Lang ({lang})>>")
    assert said(pdf) == []


def test_the_nearest_language_holds() -> None:
    pdf = page_with(KANA)
    pdf.Root.StructTreeRoot.K.Lang, heading(pdf).Lang = String("ja"), String("ko")
    assert said(pdf) == ["kana in text that is said to be ko"]


def test_a_character_of_private_use_wants_words_in_its_place() -> None:
    told = "a character of private use has no words in its place"
    assert said(page_with(PRIVATE)) == [told]
    pdf = page_with(PRIVATE)
    heading(pdf).ActualText = String("某")
    assert said(pdf) == []
    pdf = page_with(PRIVATE)
    wrap(pdf, "<</ActualText (x)>>")
    assert said(pdf) == []
    pdf = page_with(PRIVATE)
    wrap(pdf, "<</E (x)>>")
    assert said(pdf) == [told]


def test_ornaments_are_not_read_aloud() -> None:
    for character in (PRIVATE, KANA):
        pdf = page_with(character)
        drawn = pdf.pages[0].Contents.read_bytes()
        shown = drawn.replace(b"<00010002>", b"<0001>") + b"\n/Artifact BMC BT /F 10 Tf 1 0 0 1 9 9 Tm <0002> Tj ET EMC"
        pdf.pages[0].obj.Contents = Stream(pdf, shown)
        assert said(pdf) == []


def without_language() -> Pdf:
    """A page every piece of whose text says its own language."""
    pdf = accessible()
    del pdf.Root.Lang
    pdf.Root.StructTreeRoot.K.Lang = String("zh-Hans")
    pdf.Root.Metadata = Stream(pdf, pdf.Root.Metadata.read_bytes().replace(b'"x-default"', b'"zh-Hans"'))
    return pdf


def test_a_file_needs_no_language_where_all_text_states_its_own() -> None:
    assert said(without_language()) == []
    pdf = without_language()
    tree = pdf.Root.StructTreeRoot.K
    del tree.Lang
    for each in tree.K:
        each.Lang = String("zh-Hans")
    assert said(pdf) == []


@pytest.mark.parametrize("what", ["text", "what is said in place of Figure", "a bookmark", "an annotation Link",
                                  "the title"])  # fmt: skip
def test_what_states_no_language_is_named(what: str) -> None:
    pdf = without_language()
    tree = pdf.Root.StructTreeRoot.K
    if what == "a bookmark":
        mark = pdf.make_indirect(Dictionary(Title=String("第一章")))
        pdf.Root.Outlines = Dictionary(First=mark, Last=mark)
    elif what == "the title":
        pdf.Root.Metadata = accessible_metadata(pdf)
    else:
        silent = {"text": 0, "an annotation Link": 1, "what is said in place of Figure": 2}[what]
        del tree.Lang
        for at, each in enumerate(tree.K):
            each.Lang = String("zh-Hans" if at != silent else "")
        if what == "an annotation Link":
            wrap_all(pdf)
    assert [each.rpartition(", and ")[2] for each in said(pdf)] == [f"{what} says none"]


def accessible_metadata(pdf: Pdf) -> Stream:
    return Stream(pdf, pdf.Root.Metadata.read_bytes().replace(b'li xml:lang="zh-Hans"', b'li xml:lang="x-default"'))


def wrap_all(pdf: Pdf) -> None:
    """Let the drawing state the language of every run."""
    drawn = pdf.pages[0].Contents.read_bytes()
    pdf.pages[0].obj.Contents = Stream(pdf, drawn.replace(b"<</MCID", b"<</Lang (zh-Hans) /MCID"))


def test_notes_and_fields_have_words_unless_nobody_sees_them() -> None:
    for kind, told in (("Highlight", "an annotation Highlight has no words in its place"),
                       ("Stamp", "an annotation Stamp has no words in its place")):  # fmt: skip
        for area, found in (([9, 9, 40, 40], [told]), ([9000, 9, 9040, 40], [])):
            pdf = accessible()
            note = pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name(f"/{kind}"), Rect=Array(area), F=4))
            pdf.pages[0].obj.Annots.append(note)
            holder = Dictionary(Type=Name.StructElem, S=Name.Annot, Pg=pdf.pages[0].obj,
                                K=Dictionary(Type=Name.OBJR, Obj=note))  # fmt: skip
            pdf.Root.StructTreeRoot.K.K.append(pdf.make_indirect(holder))
            assert [each.removeprefix("page 1: ") for each in said(pdf)] == found


def test_a_figure_may_be_replaced_by_nothing() -> None:
    pdf = accessible()
    figure = pdf.Root.StructTreeRoot.K.K[2]
    del figure.Alt
    assert said(pdf) == ["page 1: Figure has no words in its place"]
    figure.ActualText = String("")
    assert said(pdf) == []


@pytest.mark.slow
def test_docconv_says_the_language_of_words_that_the_source_marks(tmp_path: Path) -> None:
    source = tmp_path / "a.md"
    for words, found in (("すし", ["kana in text that is said to be zh-Hans"]), ("[すし]{lang=ja}", [])):
        source.write_text(f"---\ntitle: 千字文\nlang: zh-Hans\n---\n\n天地玄黄{words}宇宙洪荒。\n", encoding="utf-8")
        convert(source, [tmp_path / "a.pdf"])
        verdict = judge((tmp_path / "a.pdf").read_bytes(), "a.pdf", PROFILES["accessible"])
        assert [finding.message for each in verdict.rulings for finding in each.findings] == found
        assert verdict.passed
