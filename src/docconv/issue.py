"""An issue: the documents of several sources, one behind the other, as one document.

It assumes that they are in normal form, every part with its id.  The pages of a paper follow each other, each behind a
break that bears its number; manuscripts become the chapters of a book, or the articles of a magazine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any, Literal

from docconv import model as m


def apart(documents: Sequence[m.Document]) -> list[m.Document]:
    """The documents with ids that tell every part, note and picture from those of the documents before.

    The first to use an id keeps it; links and calls of notes follow."""
    taken: set[str] = set()
    out: list[m.Document] = []
    for document in documents:
        ids = {node.id for node in m.walk(document) if getattr(node, "id", "")}
        new = {old: _free(old, taken | ids) for old in sorted(ids & taken)}
        out.append(_renamed(document, new) if new else document)
        taken |= ids | set(new.values())
    return out


def _free(name: str, taken: set[str]) -> str:
    number = 2
    while f"{name}-{number}" in taken:
        number += 1
    return f"{name}-{number}"


def _renamed(document: m.Document, new: dict[str, str]) -> m.Document:
    def step(node: Any) -> Any:
        match node:
            case m.NoteRef(note) if note in new:
                return replace(node, note=new[note])
            case m.Link(target) if target[:1] == "#" and target[1:] in new:
                return replace(node, target=f"#{new[target[1:]]}")
            case _:
                return replace(node, id=new[node.id]) if getattr(node, "id", "") in new else node

    return m.rewrite(document, step)


def join(documents: Sequence[m.Document], names: Sequence[str]) -> m.Document:
    """The documents as one.  Pictures of the second are called `2/…`; `names` are those of the sources, by which the
    pages of a paper are called that bear no folio."""
    metas = [document.meta for document in documents]
    lang = Counter(meta.lang for meta in metas).most_common(1)[0][0]
    titles = {meta.title for meta in metas}
    body: list[Any] = []
    notes: list[m.Note] = []
    taken = {node.id for document in documents for node in m.walk(document) if getattr(node, "id", "")}
    for number, (document, name) in enumerate(zip(documents, names, strict=True), 1):
        document = _in_language(_shelved(document, number), lang)
        if document.meta.kind == "page":
            body += _page(document, name, taken)
        else:
            # a title that all bear is the book's
            body += _story(document, taken) if len(titles) > 1 else document.body
        notes += document.notes
    return m.Document(_meta(metas, lang), tuple(body), tuple(notes))


def _shelved(document: m.Document, number: int) -> m.Document:
    """The document with its pictures on the shelf of its source."""

    def step(node: Any) -> Any:
        return replace(node, path=f"{number}/{node.path}") if isinstance(node, m.Image) else node

    return m.rewrite(document, step)


def _in_language(document: m.Document, lang: str) -> m.Document:
    """The document with its language on its parts, if it is another than the issue's."""
    own = document.meta.lang
    if own == lang:
        return document

    def step(node: Any) -> Any:
        return replace(node, lang=own) if isinstance(node, m.Article | m.Paragraph) and not node.lang else node

    def stated(node: Any) -> Any:
        # what stands in an article has its language from there
        return step(node) if isinstance(node, m.Article) else m.rewrite(node, step)

    return replace(document, body=tuple(map(stated, document.body)), notes=tuple(map(stated, document.notes)))


def _page(document: m.Document, name: str, taken: set[str]) -> tuple[Any, ...]:
    if not name or any(isinstance(node, m.PageBreak) for node in m.walk(document)):
        return document.body
    return m.PageBreak(name, _new("page", taken)), *document.body


def _new(wanted: str, taken: set[str]) -> str:
    identifier = _free(wanted, taken) if wanted in taken else wanted
    taken.add(identifier)
    return identifier


def _story(document: m.Document, taken: set[str]) -> tuple[Any, ...]:
    """A manuscript under its title; one that shows its title as a heading, or holds articles, stands as it is."""
    meta, heads = document.meta, [_head(node) for node in document.body]
    if not meta.title or meta.title in heads or any(isinstance(node, m.Article) for node in document.body):
        return document.body
    title: m.Inlines = (m.Text(meta.title),)
    if not meta.authors:
        return (m.Section(title, _blocks(document), _new("s", taken)),)
    names: list[m.Inline] = []
    for author in meta.authors:
        names += [m.Text(" "), m.Name(author)] if names else [m.Name(author)]
    lang = meta.lang if any(isinstance(node, m.Paragraph) and node.lang == meta.lang for node in document.body) else ""
    return (m.Article(headline=title, byline=tuple(names), body=_blocks(document), id=_new("a", taken), lang=lang),)


def _head(node: Any) -> str:
    return " ".join(m.plain(node.title).split()) if isinstance(node, m.Section) else ""


def _blocks(document: m.Document) -> m.Blocks:
    return tuple(node for node in document.body if not isinstance(node, m.Article))


def _meta(metas: Sequence[m.Meta], lang: str) -> m.Meta:
    """What is known of the whole: the first that each says, and everybody who wrote for it.

    An issue of a paper is called by paper and date."""
    first = {name: next((value for meta in metas if (value := getattr(meta, name))), "")
             for name in ("date", "publication")}  # fmt: skip
    kind: Literal["manuscript", "page"] = "page" if any(meta.kind == "page" for meta in metas) else "manuscript"
    issue = " ".join(filter(None, (first["publication"], first["date"]))) if first["publication"] else ""
    title = issue if kind == "page" and issue else next((meta.title for meta in metas if meta.title), "")
    authors = tuple(dict.fromkeys(name for meta in metas for name in meta.authors))
    return m.Meta(title, lang, authors, **first, kind=kind, colophon=_colophon([meta.colophon for meta in metas]))


def _colophon(records: Sequence[m.Colophon]) -> m.Colophon:
    out = records[0]
    for record in records[1:]:
        missing = {each.name: getattr(record, each.name) for each in fields(out) if not getattr(out, each.name)}
        out = replace(out, **missing)
    return out
