"""The document: laws of walking, rewriting and plain text."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from strategies import documents

from docconv import model as m
from docconv.writers.markup import to_markup


@given(documents())
def test_rewriting_nothing_gives_the_same_object(document: m.Document) -> None:
    assert m.rewrite(document, lambda node: node) is document
    assert m.rewrite_runs(document, lambda run: run) is document


@given(documents())
def test_rewriting_one_branch_shares_the_others(document: m.Document) -> None:
    marked = m.Paragraph((m.Code("here"),))
    before = m.Document(document.meta, (*document.body, m.Quote((marked,))), document.notes)
    after = m.rewrite(before, lambda node: m.Break() if node is marked else node)
    assert after.body[-1] == m.Quote((m.Break(),))
    assert all(new is old for new, old in zip(after.body[:-1], before.body[:-1], strict=True))
    assert after.notes is before.notes


@given(documents())
def test_rewriting_goes_from_the_leaves_up_and_meets_every_node_once(document: m.Document) -> None:
    met: list[Any] = []

    def meet(node: Any) -> Any:
        assert all(any(child is each for each in met) for child in m.children(node))
        met.append(node)
        return node

    m.rewrite(document, meet)
    assert len(met) == sum(isinstance(node, m.Node) for node in m.walk(document))


@given(documents())
def test_walking_goes_in_reading_order(document: m.Document) -> None:
    numbered = _numbered(document)
    markup = to_markup(numbered)
    marks = [node.text for node in m.walk(numbered) if isinstance(node, m.Code) and node.text.startswith("№")]
    positions = [markup.index(f">{mark}<") for mark in marks]
    assert positions == sorted(positions)


def _numbered(document: m.Document) -> m.Document:
    """The document with a number of its own, as code, at the end of every run."""
    count = 0

    def number(run: m.Inlines) -> m.Inlines:
        nonlocal count
        count += 1
        return (*run, m.Code(f"№{count}"))

    return m.rewrite_runs(document, number)


@given(documents())
def test_runs_are_all_the_text_there_is(document: m.Document) -> None:
    """Wiping every run wipes every character but those of blocks without inlines."""
    wiped = m.rewrite_runs(document, lambda run: ())
    kept = [node for node in m.walk(document) if isinstance(node, m.CodeBlock | m.MathBlock)]
    assert [text for text in m.paragraphs(wiped) if text] == [
        node.text if isinstance(node, m.CodeBlock) else node.tex for node in kept
    ]


def test_places_do_not_count() -> None:
    assert m.Text("一", place=m.Place(1)) == m.Text("一", place=m.Place(2))
    assert m.Place(3, 4, "a").right(2) == m.Place(3, 6, "a")


def test_a_new_place_alone_is_a_change_that_rewriting_keeps() -> None:
    document = m.Document(m.Meta(), (m.Paragraph((m.Text("一"),)),))
    moved = m.rewrite(document, lambda node: m.Text(node.text, place=m.Place(9)) if isinstance(node, m.Text) else node)
    assert [node.place for node in m.walk(moved) if isinstance(node, m.Text)] == [m.Place(9)]


def test_plain_text_is_what_a_reader_sees() -> None:
    run = (
        m.Text("甲"),
        m.Strong((m.Text("乙"), m.Sup((m.Text("2"),)))),
        m.Ruby("漢", "かん"),
        m.LineBreak(),
        m.NoteRef("n"),
        m.Picture(m.Missing(alt="印")),
        m.Byline((m.Name("李", "记者"),)),
        m.Code("x"),
        m.Math("y^2"),
    )
    assert m.plain(run) == "甲乙2漢\n李xy^2"


def test_walking_does_not_recurse() -> None:
    deep: m.Block = m.Break()
    for _ in range(5000):
        deep = m.Quote((deep,))
    assert sum(1 for _ in m.walk(deep)) == 5001
