"""The head of a page for the web: what it tells browsers, search engines and those who preview links.

It says what the document has and no more; nothing in it runs.  The data of schema.org stands in an element that
browsers do not execute, in which no text can end the element.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any, Literal

from docconv import __version__
from docconv import model as m
from docconv.words import script_tag, words
from docconv.writers.labels import headings, title
from docconv.writers.markup import escape

_DESCRIPTION = 160
"""Characters: what search engines show."""


def head(
    document: m.Document,
    policy: str,
    within: m.Document | None = None,
    address: Callable[[str], str] = "#{}".format,
) -> str:
    """The elements of the head, up to the style.  `policy` says what the page may load (Content Security Policy 3);
    `within` is the whole of which `document` is one page, `address` the way to an article by its id."""
    shown = escape(title(document) or words(document.meta.lang).untitled)
    return (
        '<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{shown}</title>\n{_metadata(document, within)}{_linked_data(document, within, address)}"
    )


def _metadata(document: m.Document, within: m.Document | None) -> str:
    meta, about = document.meta, description(document)
    kind = {"Book": "book", "Chapter": "article"}.get(_kind(document, within), "article")
    named = [
        *(("author", author) for author in meta.authors),
        ("date", meta.date),
        ("description", about),
        ("keywords", ", ".join(meta.colophon.subjects)),
        ("generator", f"docconv {__version__}"),
        ("color-scheme", "light dark"),
    ]
    properties = [
        ("og:title", title(document)),
        ("og:type", kind),
        ("og:description", about),
        ("og:site_name", meta.publication),
        ("og:locale", _locale(meta.lang)),
        (f"{kind}:{'release_date' if kind == 'book' else 'published_time'}", meta.date),
    ]
    return _elements("name", named) + _elements("property", properties)


def _elements(attribute: str, pairs: Iterable[tuple[str, str]]) -> str:
    return "".join(f'<meta {attribute}="{name}" content="{escape(value)}">\n' for name, value in pairs if value)


def description(document: m.Document) -> str:
    """What the colophon says of the document, or the beginning of its text: whole sentences if any are within reach."""
    if document.meta.colophon.description:
        return document.meta.colophon.description
    running = (
        node
        for node in m.walk(document)
        if isinstance(node, m.Paragraph) and node.role in (*m.RUNNING, "abstract") and not node.align
    )
    text = " ".join(m.plain(next(running, m.Paragraph(()))).split())
    if len(text) <= _DESCRIPTION:
        return text
    start = text[:_DESCRIPTION]
    end = max(start.rfind(mark) for mark in "。！？.!?")
    return start[: end + 1] if end > _DESCRIPTION // 3 else start + "…"


_LOCALES = {"zh-Hans": "zh_CN", "zh-Hant": "zh_TW", "ja": "ja_JP", "ko": "ko_KR"}


def _locale(lang: str) -> str:
    """The language as link previews name it, with the territory that its form is the usual one of."""
    parts = lang.split("-")
    region = next((part for part in parts[1:] if re.fullmatch("[A-Za-z]{2}", part)), "")
    return f"{parts[0].lower()}_{region.upper()}" if region else _LOCALES.get(script_tag(lang), "") if lang else ""


# ── schema.org ───────────────────────────────────────────────────────────────────────────────────────────

_Kind = Literal["NewsArticle", "Article", "Book", "Chapter"]


def _kind(document: m.Document, within: m.Document | None) -> _Kind:
    """What schema.org calls the work: a page lifted from a newspaper holds its articles; a manuscript of several
    chapters is a book."""
    if within is not None and _kind(within, None) == "Book":
        return "Chapter"
    if document.meta.kind == "page":
        return "NewsArticle"
    chapters = [node for node in document.body if isinstance(node, m.Section) and node.title]
    return "Book" if len(chapters) > 1 else "Article"


def _linked_data(document: m.Document, within: m.Document | None, address: Callable[[str], str]) -> str:
    """The document in JSON-LD: one object, or a graph of the articles of a page."""
    articles = [node for node in document.body if isinstance(node, m.Article)]
    things = [_article(node, document, within, address) for node in articles] or [_work(document, within)]
    data = things[0] if len(things) == 1 else {"@graph": things}
    text = json.dumps({"@context": "https://schema.org", **data}, ensure_ascii=False, separators=(",", ":"))
    return f'<script type="application/ld+json">{text.translate(_UNSAFE)}</script>\n'


_UNSAFE = {ord(each): f"\\u{ord(each):04x}" for each in "<>&\u2028\u2029"}
"""What could end the element or a line of it; in JSON these stand in strings alone, where an escape means the same."""


def _article(
    node: m.Article, document: m.Document, within: m.Document | None, address: Callable[[str], str]
) -> dict[str, Any]:
    names = (each.name for each in m.walk(node) if isinstance(each, m.Name))
    own = m.Document(m.Meta(), (node,))
    return _stated(
        {
            "@type": _kind(document, within),
            "url": address(node.id) if node.id else "",
            "headline": _line(node.headline),
            "alternativeHeadline": _line(node.deck),
            "author": _people(names) or _people(document.meta.authors),
            "description": description(own),
            "inLanguage": node.lang or document.meta.lang,
            **_published(document.meta),
        }
    )


def _work(document: m.Document, within: m.Document | None) -> dict[str, Any]:
    kind, meta = _kind(document, within), document.meta
    name = "headline" if kind.endswith("Article") else "name"
    record = meta.colophon
    series = {"@type": "BookSeries", "name": record.series} if record.series else {}
    whole = {"@type": "Book", "name": title(within), "author": _people(within.meta.authors)} if within else {}
    return _stated(
        {
            "@type": kind,
            name: title(document),
            "author": _people(meta.authors),
            **_contributors(record),
            "description": description(document),
            "inLanguage": meta.lang,
            "identifier": record.identifier if kind != "Chapter" else "",
            "keywords": list(record.subjects),
            "isPartOf": _stated(whole) if kind == "Chapter" else series,
            "position": record.number if series and kind != "Chapter" else "",
            "hasPart": [{"@type": "Chapter", "name": heading} for heading, _ in headings(document)]
            if kind == "Book"
            else [],
            **_published(meta),
        }
    )


def _published(meta: m.Meta) -> dict[str, Any]:
    name = meta.colophon.publisher or meta.publication
    publisher = {"@type": "Organization", "name": name} if name else {}
    return {"datePublished": meta.date, "publisher": publisher, "copyrightNotice": meta.colophon.rights}


def _contributors(record: m.Colophon) -> dict[str, list[dict[str, str]]]:
    """Those who had a part in the work, by the roles that schema.org knows."""
    roles: dict[str, list[str]] = {}
    for person in record.contributors:
        known = person.role in ("translator", "editor", "illustrator")
        roles.setdefault(person.role if known else "contributor", []).append(person.name)
    return {role: _people(names) for role, names in roles.items()}


def _people(names: Iterable[str]) -> list[dict[str, str]]:
    return [{"@type": "Person", "name": name} for name in dict.fromkeys(names)]


def _line(run: m.Inlines) -> str:
    return " ".join(m.plain(run).split())


def _stated(values: dict[str, Any]) -> dict[str, Any]:
    """What is known of a thing."""
    return {name: value for name, value in values.items() if value}
