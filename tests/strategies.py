"""Hypothesis strategies for documents in normal form: what any reader may hand over and any pass must keep.

Normal form, as it is understood here: no empty `Text` and no two side by side; no control character, surrogate or
line end in a `Text` (there is `LineBreak`); no white space at either end of a run; no run, paragraph, stanza or base
of a ruby that is empty where the model asks for one; links do not nest; ids are unique, and every called note is there.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any, get_args

from hypothesis import strategies as st

from docconv import model as m
from docconv.words import MISSING

ALERTS = ("", "", "note", "warning")
LOOKS = get_args(m.ListStyle), get_args(m.ListMarks)
STYLES = (m.Emphasis, m.Strong, m.Deletion, m.Insertion, m.Underline, m.Sub, m.Sup)
LANGUAGES = ("zh-Hans", "zh-Hant", "ja", "ko", "en")
ADDRESSES = ("https://example.org/?a=1&b=“2”", "http://例え.jp/路", "mailto:a@example.org")

TRICKY = "字、。「」（）—…·～０Aa1 \u3000\u00a0&<>\"'#%\\{}]𠮷é々ーパ한ㄅ\u200b\u2060\ufeff\ufa19"
# Cc, Cs: no XML holds them; Zl, Zp: line ends; U+FFFE, U+FFFF: no characters at all
_ANY = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\ufffe\uffff")


def documents(depth: int = 2) -> st.SearchStrategy[m.Document]:
    """Any document in normal form, small enough to be read in a millisecond; quotes, lists, tables and sections nest
    `depth` deep."""
    body = st.lists(st.one_of(articles(depth), blocks(depth)), max_size=3).map(tuple)
    notes = st.lists(st.builds(m.Note, st.just(""), bodies(0)), max_size=2).map(tuple)
    names = st.lists(identifiers(), unique=True, min_size=6, max_size=6)
    return st.builds(_named, st.builds(m.Document, metas(), body, notes), names, st.integers(0, 4))


def metas() -> st.SearchStrategy[m.Meta]:
    some = st.one_of(st.just(""), texts())
    return st.builds(
        m.Meta,
        title=some,
        lang=st.sampled_from(LANGUAGES),
        authors=st.lists(texts(), max_size=2).map(tuple),
        date=st.sampled_from(("", "2022", "2022-11", "2022-11-09")),
        publication=some,
        kind=st.sampled_from(("manuscript", "page")),
        colophon=st.one_of(st.just(m.Colophon()), colophons()),
    )


def colophons() -> st.SearchStrategy[m.Colophon]:
    some, many = st.one_of(st.just(""), texts()), st.lists(texts(), max_size=2).map(tuple)
    people = st.builds(m.Contributor, texts(), st.sampled_from(("translator", "editor")))
    readings = st.lists(st.tuples(texts(), texts().filter(lambda text: "=" not in text)), max_size=1).map(tuple)
    ordered = st.lists(people, max_size=2).map(lambda each: tuple(sorted(each, key=lambda one: one.role == "editor")))
    return st.builds(m.Colophon, identifier=some, publisher=some, rights=some, description=some, subjects=many,
                     source=some, series=some, number=some, certifier=some, contributors=ordered,
                     readings=readings)  # fmt: skip


def articles(depth: int) -> st.SearchStrategy[m.Article]:
    part, byline = st.one_of(st.just(()), runs()), st.one_of(st.just(()), bylines())
    body, lang = st.one_of(st.just(()), bodies(depth)), st.one_of(st.just(""), languages())
    return st.builds(m.Article, kicker=part, headline=part, deck=part, byline=byline, body=body, lang=lang)


@cache
def bodies(depth: int) -> st.SearchStrategy[m.Blocks]:
    return st.lists(blocks(depth), min_size=1, max_size=2).map(tuple)


@cache
def blocks(depth: int) -> st.SearchStrategy[m.Block]:
    leaves: list[st.SearchStrategy[m.Block]] = [
        paragraphs(),
        figures(),
        st.builds(m.Verse, st.lists(runs(), min_size=1, max_size=2).map(tuple)),
        st.builds(m.CodeBlock, lines(), st.sampled_from(("", "python", "c++"))),
        st.builds(m.MathBlock, lines()),
        st.just(m.Break()),
        st.builds(m.PageBreak, texts()),
    ]
    return st.one_of(*leaves, *_nests(depth - 1)) if depth else st.one_of(leaves)


def _nests(depth: int) -> list[st.SearchStrategy[m.Block]]:
    held = st.one_of(st.just(()), paragraphs().map(lambda only: (only,)), bodies(depth))
    items = st.lists(
        st.builds(m.ListItem, held, st.sampled_from((None, None, False, True))), min_size=1, max_size=3
    ).map(tuple)
    some = st.one_of(st.just(()), runs())
    return [
        st.builds(m.Quote, bodies(depth)),
        st.builds(m.List, items),
        st.builds(m.List, items, st.integers(0, 12), *map(st.sampled_from, LOOKS)),
        st.builds(m.Aside, bodies(depth), st.sampled_from(("box", "furniture", "pullquote")), st.sampled_from(ALERTS)),
        st.builds(m.Section, some, st.one_of(st.just(()), bodies(depth))),
        tables(held),
    ]


def tables(held: st.SearchStrategy[m.Blocks]) -> st.SearchStrategy[m.Table]:
    spans = st.integers(1, 3)
    cells = st.builds(m.Cell, held, st.booleans(), spans, spans, st.sampled_from(("", "left", "center", "right")))
    row = st.builds(m.Row, st.lists(cells, min_size=1, max_size=2).map(tuple))
    rows = st.lists(row, min_size=1, max_size=2).map(tuple)
    caption = st.one_of(st.just(()), runs())
    return st.builds(m.Table, caption=caption, head=st.one_of(st.just(()), rows), rows=rows)


@cache
def paragraphs() -> st.SearchStrategy[m.Paragraph]:
    roles = st.sampled_from(("body", "body", *m.NAMED_ROLES))
    headed = st.tuples(st.builds(m.Byline, bylines()), runs()).map(lambda parts: (parts[0], *parts[1]))
    aligns = st.sampled_from(("", "", *get_args(m.ParagraphAlign)))
    return st.builds(m.Paragraph, st.one_of(runs(), headed), roles, st.one_of(st.just(""), languages()), aligns)


@cache
def figures() -> st.SearchStrategy[m.Figure]:
    some = st.one_of(st.just(()), runs())
    return st.builds(m.Figure, media(), some, some).map(_labelled_once)


def _labelled_once(figure: m.Figure) -> m.Figure:
    """The figure, whose placeholder is called by its caption unless it says something else."""
    if isinstance(figure.media, m.Missing) and figure.media.alt == m.plain(figure.caption):
        return replace(figure, media=m.Missing(figure.media.wanted))
    return figure


@cache
def media() -> st.SearchStrategy[m.Media]:
    paths = st.one_of(texts().map(lambda text: f"{text}.jpg"), st.just("图/a b.png"))
    alt = st.one_of(st.just(""), texts().filter(lambda text: text not in MISSING))
    return st.one_of(st.builds(m.Image, paths, alt), st.builds(m.Missing, st.one_of(st.just(""), paths), alt))


@cache
def bylines() -> st.SearchStrategy[m.Inlines]:
    names: st.SearchStrategy[m.Inline] = st.builds(m.Name, texts(), st.one_of(st.just(""), texts()))
    return st.lists(st.one_of(names, st.builds(m.Text, texts())), min_size=1, max_size=3).map(_run)


@cache
def runs(depth: int = 1, link: bool = True) -> st.SearchStrategy[m.Inlines]:
    """A run of inlines; inside a link (`link` false) there is no other link and no note mark."""
    text: st.SearchStrategy[m.Inline] = st.builds(m.Text, st.one_of(st.text(TRICKY, min_size=1, max_size=6), texts()))
    others: list[st.SearchStrategy[m.Inline]] = [
        st.just(m.LineBreak()),
        st.builds(m.Ruby, texts(2), texts(3)),
        st.builds(m.Code, texts()),
        st.builds(m.Math, texts()),
        st.builds(m.Picture, media()),
    ]
    if link:
        others.append(st.builds(m.NoteRef, st.sampled_from("01")))
    if depth:
        inner = runs(depth - 1, link)
        others += [st.builds(kind, inner) for kind in STYLES]
        others.append(st.builds(m.Foreign, languages(), inner))
        if link:
            others.append(st.builds(m.Link, st.sampled_from((*ADDRESSES, "#")), runs(depth - 1, link=False)))
    # text is what most of a text is
    return st.lists(st.one_of(text, st.one_of(others)), min_size=1, max_size=4).map(_run)


def _run(nodes: list[m.Inline]) -> m.Inlines:
    """The nodes as one run in normal form."""
    out: list[m.Inline] = []
    for node in nodes:
        if isinstance(node, m.Text) and out and isinstance(out[-1], m.Text):
            out[-1] = m.Text(out[-1].text + node.text)
        else:
            out.append(node)
    if isinstance(out[0], m.Text):
        out[0] = m.Text(out[0].text.lstrip())
    if isinstance(out[-1], m.Text):
        out[-1] = m.Text(out[-1].text.rstrip())
    return tuple(node for node in out if node != m.Text("")) or (m.Text("字"),)


@cache
def texts(max_size: int = 6) -> st.SearchStrategy[str]:
    """A few characters that stand on one line, with no white space at either end."""
    some = st.one_of(st.text(TRICKY, min_size=1, max_size=max_size), st.text(_ANY, min_size=1, max_size=max_size))
    return some.map(lambda text: text.strip() or "字")


@cache
def lines() -> st.SearchStrategy[str]:
    """Lines of code or TeX: blanks and tabs anywhere."""
    return st.text(f"{TRICKY}\n\t", min_size=1, max_size=8)


@cache
def identifiers() -> st.SearchStrategy[str]:
    """XML names without a colon."""
    return st.builds(str.__add__, st.text("aZ_图", min_size=1, max_size=1), st.text("aZ_图0.-", max_size=4))


@cache
def languages() -> st.SearchStrategy[str]:
    return st.sampled_from((*LANGUAGES, "fr", "zh-Hant-HK"))


def _named(document: m.Document, names: list[str], free: int) -> m.Document:
    """The document with unique ids on its notes and on the first `free` blocks that can bear one, and with note marks
    and links that lead to them."""
    spare = iter(names)
    notes = document.notes
    if not notes and any(isinstance(node, m.NoteRef) for node in m.walk(document)):
        notes = (m.Note("", (m.Paragraph((m.Text("注"),)),)),)
    called = [next(spare) for _ in notes]
    notes = tuple(replace(note, id=name) for note, name in zip(notes, called, strict=True))
    document = replace(document, notes=notes)
    named: list[str] = []

    def step(node: Any) -> Any:
        match node:
            case m.Article() | m.Section() | m.Figure() | m.PageBreak() if len(named) < free:
                named.append(next(spare))
                return replace(node, id=named[-1])
            case m.NoteRef(number):
                return m.NoteRef(called[int(number) % len(called)])
            case m.Link("#"):
                return replace(node, target=f"#{named[0]}" if named else ADDRESSES[0])
            case _:
                return node

    return m.rewrite(document, step)
