"""What editions say around the text: title and headings, numbers of figures and notes, labels on boxes of missing
pictures."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Literal

from docconv import model as m
from docconv.words import VOLUME, script_tag, words

WANTED = "3:2 · 1800 × 1200 px"
"""The picture that an editor is asked for: 152 mm wide at 300 ppi, the full measure of the plain print style."""


def headings(document: m.Document) -> list[tuple[str, str]]:
    """Title and id of every article, or section of the highest level, that has a title."""
    return [
        (_label(node), node.id) for node in document.body if isinstance(node, m.Article | m.Section) and _label(node)
    ]


def _label(node: m.Article | m.Section) -> str:
    return " ".join(m.plain(node.headline if isinstance(node, m.Article) else node.title).split())


def listed(document: m.Document) -> list[tuple[str, str, str]]:
    """What stands in the contents: title, id and kind of every article, volume and chapter that has a title."""
    kinds = kinds_of_sections(document)
    nodes = [
        each for top in document.body for each in (top, *getattr(top, "body", ())) if each is top or id(each) in kinds
    ]
    return [
        (_label(node), node.id, kinds.get(id(node), ""))
        for node in nodes
        if isinstance(node, m.Article | m.Section) and _label(node)
    ]


def title(document: m.Document) -> str:
    """The document's title, else its first headline."""
    return document.meta.title or next((title for title, _ in headings(document)), "")


def kinds_of_sections(document: m.Document) -> dict[int, Literal["volume", "chapter"]]:
    """The volumes (第一卷) that are nothing but chapters, and these, each by the `id()` of its node."""
    found: dict[int, Literal["volume", "chapter"]] = {}
    for node in document.body:
        if isinstance(node, m.Section) and is_volume(node):
            found[id(node)] = "volume"
            found.update({id(child): "chapter" for child in node.body if isinstance(child, m.Section)})
    return found


def is_volume(section: m.Section) -> bool:
    """Whether a section is called a volume and begins with a chapter."""
    first = next((node for node in section.body if not isinstance(node, m.PageBreak)), None)
    return isinstance(first, m.Section) and VOLUME.match(m.plain(section.title).strip("【〖[ ")) is not None


def shown_title(document: m.Document) -> str:
    """The title to set above the text, with the authors below it; none where the first headline shows it already, and
    none on a page lifted from a newspaper, which has headlines and bylines of its own."""
    meta, first = document.meta, headings(document)[:1]
    return meta.title if meta.kind == "manuscript" and meta.title not in dict(first) else ""


def shown_authors(document: m.Document) -> tuple[str, ...]:
    """The authors to set above the text: all, or those whom no byline names where its headline is the title."""
    if document.meta.kind != "manuscript" or shown_title(document):
        return document.meta.authors if document.meta.kind == "manuscript" else ()
    named = {node.name for node in m.walk(document) if isinstance(node, m.Name)}
    return tuple(author for author in document.meta.authors if author not in named)


def shown_date(meta: m.Meta) -> str:
    """The date as a newspaper of the document's language prints it: 2022年11月17日 星期四, 2022年11月."""
    parts = [int(part) for part in re.findall(r"\d+", meta.date.partition("T")[0])]
    units, days, weekday = _DATES.get(script_tag(meta.lang), ((), "", ""))
    if not units or not 1 <= len(parts) <= 3:
        return meta.date
    shown = "".join(f"{part}{unit}" for part, unit in zip(parts, units, strict=False)).strip()
    try:
        return f"{shown} {weekday.format(days[date(*parts).weekday()])}" if len(parts) == 3 else shown
    except ValueError:
        return meta.date


_DATES: dict[str, tuple[tuple[str, ...], str, str]] = {
    "zh-Hans": (("年", "月", "日"), "一二三四五六日", "星期{}"),
    "zh-Hant": (("年", "月", "日"), "一二三四五六日", "星期{}"),
    "ja": (("年", "月", "日"), "月火水木金土日", "{}曜日"),
    "ko": (("년 ", "월 ", "일"), "월화수목금토일", "{}요일"),
}

PAGE_OF_PAPER = {"zh-Hans": {"before": "第", "after": "版"}, "zh-Hant": {"before": "第", "after": "版"},
                 "ja": {"after": "面"}, "ko": {"after": "면"}}  # fmt: skip
"""What stands before and after the number of a newspaper's page."""

ISSUE = {"zh-Hans": "第{}期", "zh-Hant": "第{}期", "ja": "第{}号", "ko": "제{}호", "en": "No. {}"}


def figure_numbers(document: m.Document) -> dict[int, int]:
    """The running number of every figure, by `id()` of its node."""
    figures = (node for node in m.walk(document) if isinstance(node, m.Figure))
    return {id(figure): number for number, figure in enumerate(figures, 1)}


def note_number(document: m.Document) -> Callable[[str], str]:
    """The number that a note is called by; a note that is not there is called by its id."""
    numbers = {note.id: str(number) for number, note in enumerate(document.notes, 1)}
    return lambda note: numbers.get(note, note)


def box_labels(document: m.Document) -> Callable[[m.Figure], Mapping[str, str]]:
    """What the box of a missing picture says on a screen: its number, the size wanted, the file that fills it."""
    shown, numbers = words(document.meta.lang), figure_numbers(document)

    def labels(figure: m.Figure) -> dict[str, str]:
        label = f"{shown.figure.format(numbers[id(figure)])} · {shown.missing}"
        return {"data-label": label, "data-size": WANTED, "data-file": file_name(figure)}

    return labels


def file_name(figure: m.Figure) -> str:
    """The name under which a picture in the images folder fills a box."""
    return f"{figure.id}.jpg" if figure.id else getattr(figure.media, "wanted", "")
