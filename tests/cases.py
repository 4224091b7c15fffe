"""Cases that an editor could write, files of a title, an input and what is expected; and what a document holds.

=== A title
the input
---
what is expected
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docconv import model as m

FOLDER = Path(__file__).parent / "cases"


def cases(name: str) -> list[tuple[str, str, str]]:
    """(title, input, expected) of every case in `cases/<name>.txt`.  ⏎ alone on a line stands for a blank line,
    ␌ for a form feed."""
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    found = []
    for part in text.split("\n=== ")[1:]:
        title, _, rest = part.partition("\n")
        given, _, expected = rest.rpartition("\n---\n")
        found.append((title, given.strip("\n").replace("⏎", "").replace("␌", "\f"), expected.strip("\n")))
    return found


def nodes(document: m.Document, kind: type) -> list[Any]:
    return [node for node in m.walk(document) if isinstance(node, kind)]


def texts(document: m.Document, role: str = "body") -> list[str]:
    """Paragraphs in the flow, whatever is set aside."""
    aside = {id(node) for box in nodes(document, m.Aside) for node in m.walk(box)}
    found = [node for node in nodes(document, m.Paragraph) if id(node) not in aside and node.role == role]
    return [m.plain(node.content) for node in found]


def furniture(document: m.Document) -> list[str]:
    return [m.plain(node.content) for box in nodes(document, m.Aside) for node in nodes(box, m.Paragraph)]


def roles(document: m.Document) -> str:
    """A document as one line a part, `role: text`, for reading at a glance.  A dot stands for each level of nesting."""
    return "\n".join(_roles(document.body, 0))


def _roles(body: tuple[object, ...], depth: int) -> Iterator[str]:
    for node in body:
        yield from ("." * depth + line for line in _lines(node, depth))


def _lines(node: object, depth: int) -> Iterator[str]:
    match node:
        case m.Article():
            for name in ("kicker", "headline", "deck", "byline"):
                if run := getattr(node, name):
                    yield f"{name}: {shown(run)}"
            yield from _roles(node.body, 0)
        case m.Section(title, body):
            yield f"section: {shown(title)}"
            yield from _roles(body, 1)
        case m.Paragraph(content, role):
            yield f"{'paragraph' if role == 'body' else role}: {shown(content)}"
        case m.Figure(media, caption):
            path = f" {media.path}" if isinstance(media, m.Image) else ""
            yield f"figure{path}: {shown(caption)}"
        case m.Aside(body, kind):
            yield f"{kind}: " + " / ".join(shown(each.content) for each in body if isinstance(each, m.Paragraph))
        case m.List():
            yield from _items(node)
        case m.Quote(body):
            yield "quote: " + " / ".join(m.paragraphs(_document(body)))
        case m.Table():
            yield from _rows(node)
        case m.Verse(stanzas):
            yield from (f"verse: {shown(stanza)}" for stanza in stanzas)
        case m.CodeBlock(text):
            yield f"code: {text}"
        case m.MathBlock(tex):
            yield f"formula: {tex}"
        case m.Break():
            yield "break"
        case m.PageBreak(label):
            yield f"page: {label}"
        case _:
            yield type(node).__name__


def _items(found: m.List) -> Iterator[str]:
    for item in found.items:
        text = tuple(each for each in item.body if not isinstance(each, m.List))
        yield f"item{'' if found.start is None else f' {found.start}'}: " + "".join(m.paragraphs(_document(text)))
        yield from _roles(tuple(each for each in item.body if isinstance(each, m.List)), 1)


def _rows(table: m.Table) -> Iterator[str]:
    if table.caption:
        yield f"table: {shown(table.caption)}"
    for row in (*table.head, *table.rows):
        cells = (" ".join(m.paragraphs(_document(cell.body))) for cell in row.cells)
        yield "row: " + " | ".join(cells)


def _document(body: m.Blocks) -> m.Document:
    return m.Document(m.Meta(), body)


def shown(run: m.Inlines) -> str:
    """A run with its inline bylines in ⟨⟩, its names in ‹›, superscripts behind ^, formulas in $ and ⏎ for a line
    break."""
    out = ""
    for node in run:
        match node:
            case m.Byline(content):
                out += f"⟨{shown(content)}⟩"
            case m.Name(name):
                out += f"‹{name}›"
            case m.Sup(content):
                out += f"^{shown(content)}"
            case m.Math(tex):
                out += f"${tex}$"
            case m.Strong(content):
                out += f"*{shown(content)}*"
            case _:
                out += m.plain(node).replace("\n", "⏎")
    return out
