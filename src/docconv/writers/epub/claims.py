"""What a book may claim of its accessibility: no more than its very text deserves (EPUB Accessibility 1.1, 2.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from docconv import model as m
from docconv.words import script_tag

_SUMMARIES = {
    "zh-Hans": ("文本可重排，标题分级，可由目录导航。", "图片均有替代文字。", "部分图片没有替代文字。",
                "可按印刷版页码查找。"),
    "zh-Hant": ("文本可重排，標題分級，可由目錄導覽。", "圖片均有替代文字。", "部分圖片沒有替代文字。",
                "可按印刷版頁碼查找。"),
    "ja": ("本文はリフローし、見出しと目次で移動できます。", "画像には代替テキストがあります。",
           "代替テキストのない画像があります。", "紙の版のページ番号で移動できます。"),
    "ko": ("본문은 재배치되며 제목과 차례로 이동할 수 있습니다.", "모든 그림에 대체 텍스트가 있습니다.",
           "대체 텍스트가 없는 그림이 있습니다.", "인쇄판 쪽 번호로 이동할 수 있습니다."),
    "en": ("The text reflows and can be navigated by headings and contents.", "All images have alternative text.",
           "Some images have no alternative text.", "Pages of the print edition can be found by number."),
}  # fmt: skip


def claims_of(document: m.Document, css: str, *, pages: bool, marks: bool, formulas: bool) -> Iterator[tuple[str, str]]:
    """The properties of schema.org, in the order in which they are written.  `pages` of the print are marked; `marks`
    of notes are pictures, with words in their place; there are `formulas` in MathML."""
    nodes = list(m.walk(document))
    images = [node for node in nodes if isinstance(node, m.Image)]
    described = all(image.alt.strip() for image in images)
    yield "accessMode", "textual"
    if images or marks:
        yield "accessMode", "visual"
    if described:
        yield "accessModeSufficient", "textual"
    if images or marks:
        yield "accessModeSufficient", "textual,visual"
    features = ["structuralNavigation", "tableOfContents", "readingOrder"]
    features += ["displayTransformability"] if is_transformable(css) else []
    features += ["alternativeText"] if images and described else []
    features += ["pageBreakMarkers", "pageNavigation"] if pages else []
    features += ["MathML"] if formulas else []
    features += ["rubyAnnotations"] if any(isinstance(node, m.Ruby) for node in nodes) else []
    yield from (("accessibilityFeature", feature) for feature in features)
    yield "accessibilityHazard", "none"
    yield "accessibilitySummary", _summary(document.meta.lang, bool(images), described, pages)


def is_transformable(css: str) -> bool:
    """Whether a sheet leaves face, size and colours of the text to the reader."""
    rules = re.sub(r"/\*.*?\*/|@font-face\s*{[^}]*}", "", css, flags=re.DOTALL)
    return not re.search(r"!important|font-size:[^;}]*\d(?:px|pt|mm)|(?<![-\w])color:|background", rules)


def _summary(lang: str, images: bool, described: bool, pages: bool) -> str:
    tag = script_tag(lang)
    text, good, bad, print_pages = _SUMMARIES[tag]
    sentences = [text, *([good if described else bad] if images else []), *([print_pages] if pages else [])]
    return (" " if tag in ("en", "ko") else "").join(sentences)
