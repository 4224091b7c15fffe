"""Reading finished EPUBs: one good book that no rule and no store objects to, and each fault as one change to it.

A change is a text in an entry and what stands there instead; what the archive itself does wrong is packed by hand.
"""

from __future__ import annotations

import hashlib
import io
import random
import struct
import time
import unicodedata
import zipfile
from dataclasses import replace

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.ttLib.tables._g_l_y_f import Glyph
from PIL import Image

from docconv import archive
from docconv.archive import open_archive
from docconv.pipeline import check_edition
from docconv.preflight.epub import MOST_PLACES, RULES, check_epub, stores
from docconv.preflight.epub.book import Hit, read_book
from docconv.preflight.epub.epubcheck import read_report
from docconv.preflight.epub.languages import fault_of
from docconv.preflight.epub.stores import STORES
from docconv.preflight.epub.tree import DEEPEST, Malformed, Spot, parse_xml
from docconv.problems import CODES, Problem, SourceError, UsageError
from docconv.readers.language import language_of
from docconv.readers.source import Source

OPF, NAV, TEXT, COVER, CSS, NCX = ("EPUB/" + name for name in (
    "package.opf", "nav.xhtml", "one.xhtml", "cover.xhtml", "style.css", "toc.ncx"))  # fmt: skip
CONTAINER = "META-INF/container.xml"


def picture(kind: str = "PNG", size: tuple[int, int] = (8, 8), mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind)
    return out.getvalue()


def font(licence: int = 0) -> bytes:
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef"])
    builder.setupCharacterMap({})
    builder.setupGlyf({".notdef": Glyph()})
    builder.setupHorizontalMetrics({".notdef": (1000, 0)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "A", "styleName": "Regular"})
    builder.setupOS2(fsType=licence)
    builder.setupPost()
    out = io.BytesIO()
    builder.save(out)
    return out.getvalue()


def xhtml(title: str, body: str) -> str:
    return f"""<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="zh-Hans" xml:lang="zh-Hans">
<head><title>{title}</title><link rel="stylesheet" type="text/css" href="style.css"/></head>
<body>
{body}
</body>
</html>"""


GOOD: dict[str, str | bytes] = {
    "mimetype": b"application/epub+zip",
    CONTAINER: """<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/>
</rootfiles></container>""",
    OPF: """<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="zh-Hans"
  prefix="ibooks: http://vocabulary.itunes.apple.com/rdf/ibooks/vocabulary-extensions-1.0/">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">urn:uuid:01234567-89ab-4def-8123-456789abcdef</dc:identifier>
<dc:title>雨</dc:title>
<dc:language>zh-Hans</dc:language>
<dc:source>雨，株洲：2022</dc:source>
<meta property="dcterms:modified">2022-11-04T00:00:00Z</meta>
<meta name="cover" content="cover-image"/>
<meta property="ibooks:specified-fonts">true</meta>
<meta property="schema:accessMode">textual</meta>
<meta property="schema:accessMode">visual</meta>
<meta property="schema:accessModeSufficient">textual</meta>
<meta property="schema:accessibilityFeature">alternativeText</meta>
<meta property="schema:accessibilityFeature">tableOfContents</meta>
<meta property="schema:accessibilityHazard">none</meta>
</metadata>
<manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>
<item id="cover" href="cover.xhtml" media-type="application/xhtml+xml"/>
<item id="cover-image" href="cover.png" media-type="image/png" properties="cover-image"/>
<item id="one" href="one.xhtml" media-type="application/xhtml+xml"/>
<item id="two" href="two.xhtml" media-type="application/xhtml+xml"/>
<item id="rain" href="rain.png" media-type="image/png"/>
<item id="face" href="face.ttf" media-type="font/ttf"/>
<item id="style" href="style.css" media-type="text/css"/>
</manifest>
<spine toc="ncx" page-progression-direction="ltr">
<itemref idref="cover"/><itemref idref="nav"/><itemref idref="one"/><itemref idref="two"/>
</spine>
</package>""",
    NAV: xhtml(
        "目录",
        """<nav epub:type="toc" id="toc"><h1>目录</h1><ol>
<li><a href="one.xhtml">第一章</a><ol><li><a href="one.xhtml#night">夜</a></li></ol></li>
<li><a href="two.xhtml">第二章</a></li>
</ol></nav>
<nav epub:type="landmarks" hidden="hidden"><ol>
<li><a epub:type="toc" href="#toc">目录</a></li><li><a epub:type="bodymatter" href="one.xhtml">正文</a></li>
</ol></nav>
<nav epub:type="page-list" hidden="hidden"><ol><li><a href="one.xhtml#p1">1</a></li></ol></nav>""",
    ),
    COVER: xhtml("封面", '<section epub:type="cover"><img src="cover.png" alt="封面：雨"/></section>'),
    TEXT: xhtml(
        "第一章",
        """<h1>第一章 大雨</h1>
<p>今天下了一场<em>大雨</em>，街上没有人。<a class="duokan-footnote" epub:type="noteref" role="doc-noteref" id="r1"
href="#n1"><img src="rain.png" alt="注一"/></a></p>
<p><span epub:type="pagebreak" role="doc-pagebreak" id="p1" aria-label="1"/>用Word写了12页，<a
href="two.xhtml">后来</a>。</p>
<h2 id="night">夜</h2>
<figure><img src="rain.png" alt="雨中的街道"/><figcaption>雨中的街道。</figcaption></figure>
<table><tr><th scope="col">日</th><th scope="col">雨</th></tr><tr><td>一</td><td>大</td></tr></table>
<aside epub:type="footnote" role="doc-footnote" id="f1"><ol class="duokan-footnote-content"><li
class="duokan-footnote-item" id="n1"><p><a href="#r1" role="doc-backlink">注一</a>即十一月四日。</p></li></ol>
</aside>""",
    ),
    "EPUB/two.xhtml": xhtml(
        "第二章", f"<h1>第二章</h1>\n<p>雨停了。</p>\n<p>{'大家都在家里等着，听见雨声越来越大。' * 12}</p>"
    ),
    NCX: """<?xml version="1.0" encoding="utf-8"?>
<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1"><head>
<meta name="dtb:uid" content="urn:uuid:01234567-89ab-4def-8123-456789abcdef"/></head>
<docTitle><text>雨</text></docTitle><navMap><navPoint id="a" playOrder="1"><navLabel><text>第一章</text></navLabel>
<content src="one.xhtml"/></navPoint></navMap></ncx>""",
    CSS: """@font-face { font-family: face; src: url(face.ttf) }
html { margin: 0 }
body { line-height: 1.75; margin: 0 5% }
p { margin: 0; text-indent: 2em }
h2 { color: #222; background-color: #fff; font-size: 1.2em }
figcaption { font-size: .85em; border-top: 1px solid }
""",
    "EPUB/cover.png": picture(size=(1600, 2560)),
    "EPUB/rain.png": picture(),
    "EPUB/face.ttf": font(),
}


def pack(entries: dict[str, str | bytes], first: str = "mimetype", method: int = zipfile.ZIP_STORED) -> bytes:
    """The entries as an archive: `first` at its beginning, mimetype packed by `method`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name in sorted(entries, key=lambda name: name != first):
            data = entries[name]
            kind = method if name == "mimetype" else zipfile.ZIP_DEFLATED
            entry = zipfile.ZipInfo(name)
            file.writestr(entry, data.encode() if isinstance(data, str) else data, kind)
    return out.getvalue()


def changed(entry: str, old: str, new: str) -> dict[str, str | bytes]:
    """The good book with one text changed, wherever it stands in the entry."""
    text = GOOD[entry]
    assert isinstance(text, str)
    assert old in text
    return GOOD | {entry: text.replace(old, new)}


def check(data: bytes, store: str = "", *, epubcheck: bool = False) -> list[Problem]:
    return check_epub(data, "a.epub", guess=language_of, store=store, epubcheck=epubcheck)


def found(entries: dict[str, str | bytes], code: str = "", store: str = "") -> list[str]:
    return [problem.message for problem in check(pack(entries), store) if not code or problem.code == code]


@pytest.mark.parametrize("store", ["", *STORES])
def test_nobody_objects_to_the_good_book(store: str) -> None:
    assert found(GOOD, store=store) == []


# ── faults: code, entry, what stands there, what stands there instead, what is said ──────────────────────────────────

P = "<p>雨停了。</p>"
TWO = "EPUB/two.xhtml"
VERTICAL = "html { -epub-writing-mode: vertical-rl; -webkit-writing-mode: vertical-rl; writing-mode: vertical-rl }"

FAULTS = [
    ("epub-xml", TWO, "</p>", "", "mismatched tag"),
    ("epub-xml", TWO, "<h1>", "<!-- a -- b --><h1>", "-- stands inside a comment"),
    ("epub-xml", TWO, "<!DOCTYPE html>", '<!DOCTYPE html [<!ENTITY a SYSTEM "b">]>', "lies outside it, a"),
    ("epub-xml", TWO, "雨停了", "雨&nbsp;停", "undefined entity"),
    ("epub-xml", TWO, 'encoding="utf-8"', 'encoding="iso-8859-1"', "is in iso-8859-1"),
    ("epub-xml", CONTAINER, "package.opf", "book.opf", "names EPUB/book.opf, which is not there"),
    ("epub-xml", OPF, "http://www.idpf.org/2007/opf", "urn:x", "is no package document"),
    ("epub-manifest", OPF, "itemref", "reference", "the spine is empty"),
    ("epub-manifest", OPF, "item", "thing", "the spine is empty"),
    ("epub-manifest", OPF, "rain.png", "snow.png", "EPUB/snow.png, which is not in the archive"),
    ("epub-manifest", OPF, '<itemref idref="two"/>', '<itemref idref="three"/>', "the spine names 'three'"),
    ("epub-unlisted", OPF, '<item id="rain" href="rain.png" media-type="image/png"/>', "", "is not in the manifest"),
    ("epub-identifier", OPF, 'unique-identifier="id"', 'unique-identifier="no"', "no dc:identifier with the id 'no'"),
    ("epub-identifier", NCX, "urn:uuid:0123", "urn:uuid:9123", "the NCX is of"),
    ("epub-title", OPF, "<dc:title>雨</dc:title>", "<dc:title> </dc:title>", "the title is empty"),
    ("epub-title", OPF, "<dc:title>雨</dc:title>", "", "there is no dc:title"),
    ("epub-language", OPF, "<dc:language>zh-Hans</dc:language>", "", "there is no dc:language"),
    ("epub-language", OPF, "<dc:language>zh-Hans", "<dc:language>cn", "there is no language 'cn'"),
    ("epub-language", OPF, "<dc:language>zh-Hans", "<dc:language>zh_CN", "'zh_CN' is no language tag"),
    ("epub-language", OPF, "<dc:language>zh-Hans", "<dc:language>en-US", "dc:language is en-US, the text is zh-Hans"),
    ("epub-language", OPF, "<dc:language>zh-Hans", "<dc:language>zh-TW", "dc:language is zh-TW"),
    ("epub-language", OPF, "<dc:language>zh-Hans", "<dc:language>ja", "dc:language is ja, the text is zh-Hans"),
    ("epub-modified", OPF, "04T00:00:00Z", "04", "dcterms:modified is '2022-11-04'"),
    ("epub-modified", OPF, "11-04T00", "13-04T00", "dcterms:modified is '2022-13-04T00:00:00Z'"),
    ("epub-modified", OPF, '"dcterms:modified"', '"dcterms:created"', "stands there 0 times"),
    ("epub-version", OPF, 'version="3.0"', 'version="2.0"', "EPUB 2.0, not EPUB 3"),
    ("epub-cover", OPF, ' properties="cover-image"', "", "the property cover-image is missing"),
    ("epub-direction", OPF, '"ltr"', '"left"', "page-progression-direction is 'left'"),
    ("epub-direction", OPF, '"ltr"', '"rtl"', "the text is horizontal, but pages turn from right to left"),
    ("epub-direction", CSS, "html { margin: 0 }", VERTICAL, "the text is vertical, but pages turn from left to right"),
    ("epub-a11y", OPF, "schema:accessibilityHazard", "schema:accessibilitySummary", "accessibilityHazard is missing"),
    ("epub-a11y", OPF, '>textual</meta>\n<meta property="schema:accessMode"',
     '>text</meta>\n<meta property="schema:accessMode"', "schema:accessMode is 'text'"),
    ("epub-a11y", OPF, ">none</meta>", '>none</meta><meta property="schema:accessibilityHazard">flashing</meta>',
     "schema:accessibilityHazard is flashing and none at once"),
    ("epub-a11y-claim", OPF, '<meta property="schema:accessMode">textual</meta>', "", "does not say textual"),
    ("epub-a11y-claim", TEXT, ' alt="雨中的街道"', "", "alternativeText is claimed, but a picture has no alternative"),
    ("epub-a11y-claim", TEXT, ' alt="雨中的街道"', "", "the text alone is said to suffice"),
    ("epub-a11y-claim", OPF, '<meta property="schema:accessMode">visual</meta>', "", "does not say visual"),
    ("epub-a11y-claim", OPF, "alternativeText", "rubyAnnotations", "there is no ruby"),
    ("epub-nav", OPF, ' properties="nav"', "", "the property nav is missing"),
    ("epub-nav", NAV, 'epub:type="toc" id', 'epub:type="lot" id', 'nav epub:type="toc" stands there 0 times'),
    ("epub-nav", NAV, ">第二章<", "><", "an entry of the contents has no name"),
    ("epub-nav-order", NAV, '<li><a href="one.xhtml">第一章', '<li><a href="two.xhtml">第二章', "stands behind 第二章"),
    ("epub-nav-incomplete", NAV, '<li><a href="two.xhtml">第二章</a></li>', "", "do not lead to 第二章"),
    ("epub-landmarks", NAV, 'epub:type="bodymatter"', 'epub:type="preface"', "no landmark for bodymatter"),
    ("epub-landmarks", NAV, 'epub:type="landmarks"', 'epub:type="lot"', "there are no landmarks"),
    ("epub-page-list", NAV, 'epub:type="page-list"', 'epub:type="lot"', "but there is no page-list"),
    ("epub-page-list", OPF, "<dc:source>雨，株洲：2022</dc:source>", "", "not of which edition"),
    ("epub-markup", TWO, P, "<p>雨<section>停</section></p>", "section may not stand in p"),
    ("epub-link", TEXT, 'href="two.xhtml"', 'href="three.xhtml"',
     "leads to EPUB/three.xhtml, which is not in the book"),
    ("epub-link", NAV, "#night", "#noon", "leads to #noon, which is not in EPUB/one.xhtml"),
    ("epub-link", NCX, "one.xhtml", "nine.xhtml", "leads to EPUB/nine.xhtml"),
    ("epub-note", TEXT, 'href="#n1"', 'href="#n2"', "leads to no note"),
    ("epub-note", TEXT, 'epub:type="footnote" role="doc-footnote"', "", "which is not marked as a note"),
    ("epub-note", TEXT, 'href="#r1" role="doc-backlink"', 'href="two.xhtml"', "has no way back"),
    ("epub-note", TEXT, 'epub:type="noteref" role="doc-noteref" ', "", "no reference leads to this note"),
    ("epub-note", TWO, P, '<p>雨<sup><a href="#n">[1]</a></sup>。</p><p id="n">注</p>', "looks like a note reference"),
    ("epub-lang", TWO, ' lang="zh-Hans"', "", "html has no lang"),
    ("epub-lang", TWO, 'xml:lang="zh-Hans"', 'xml:lang="ja"', "lang is zh-Hans, xml:lang ja"),
    ("epub-lang", TWO, "<p>", '<p lang="jp">', "there is no language 'jp'"),
    ("epub-document-title", TWO, "<title>第二章</title>", "<title></title>", "the document has no title"),
    ("epub-heading", TEXT, 'h2 id="night">夜</h2', 'h3 id="night">夜</h3', "h3 follows h1: 夜"),
    ("epub-heading", TWO, P, "<h1>又一章</h1>", "a second h1: 又一章"),
    ("epub-heading", TWO, "<h1>第二章</h1>", "<h1> </h1>", "h1 has no words"),
    ("epub-alt", TEXT, ' alt="雨中的街道"', "", "rain.png has no alt"),
    ("epub-alt", TEXT, 'alt="雨中的街道"', 'alt="rain.png"', "the alt of rain.png is its file's name"),
    ("epub-alt", TEXT, 'alt="注一"', 'alt=""', "it is all that its link has"),
    ("epub-alt", TWO, P, '<p><svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg></p>',
     "a drawing has no title"),
    ("epub-caption", TEXT, "<figcaption>雨中的街道。</figcaption>", "", "a figure has no figcaption"),
    ("epub-table", TEXT, '<th scope="col">雨', "<th>雨", "th 雨 has no scope"),
    ("epub-table", TEXT, "th", "td", "a table has no th"),
    ("epub-script", TWO, P, "<script>alert(1)</script>", "a script"),
    ("epub-script", TWO, "<p>", '<p onclick="go()">', "p has onclick"),
    ("epub-script", TEXT, 'href="two.xhtml"', 'href="javascript:go()"', "href of a is a script"),
    ("epub-remote", TWO, P, '<p><img src="https://example.org/a.png" alt="甲"/></p>', "img loads https://example.org"),
    ("epub-remote", CSS, "html {", "html { background: url(http://example.org/a.png);",
     "the style sheet loads http://"),
    ("epub-remote", TEXT, 'href="two.xhtml"', 'href="file:///etc/passwd"', "a link to file:///etc/passwd"),
    ("epub-remote", TEXT, 'href="two.xhtml"', 'href="data:text/html,a"', "a link to data:text/html,a"),
    ("epub-remote", OPF, 'href="rain.png"', 'href="http://example.org/rain.png"', "lies outside the book"),
    ("epub-resource", TEXT, 'src="rain.png" alt="雨', 'src="snow.png" alt="雨', "img loads EPUB/snow.png"),
    ("epub-resource", CSS, "url(face.ttf)", "url(../face.ttf)", "the style sheet loads face.ttf"),
    ("epub-stored-space", TEXT, "用Word", "用\u2009Word", "U+2009 in 用␣Wor"),
    ("epub-stored-space", TEXT, "没有人", "没\u200b有人", "U+200B in 街上没␣有人"),
    ("epub-typed-space", TEXT, "用Word写", "用 Word 写", "a blank in 用␣Wor"),
    ("epub-newline", TWO, "雨停了", "雨\n  停了", "a line ends between 雨 and 停"),
    ("epub-stored-indent", TWO, "雨停了", "　　雨停了", "U+3000 begins 雨停了。"),
    ("epub-css-broken", CSS, "p {", "p } {", "is no CSS: Unmatched }"),
    ("epub-css-broken", CSS, "text-indent: 2em", "text-indent 2em", "is no CSS: EOF reached"),
    ("epub-css-important", CSS, "2em", "2em !important", "text-indent: 2em !important"),
    ("epub-css-size", CSS, "line-height: 1.75", "font-size: 12pt", "font-size: 12pt"),
    ("epub-css-size", TWO, "<p>", '<p style="font-size: 14px">', "font-size: 14px"),
    ("epub-css-leading", CSS, "1.75", "20px", "line-height: 20px"),
    ("epub-css-vertical", CSS, "html {", "html { writing-mode: vertical-rl;",
     "without -epub-writing-mode and -webkit-"),
    ("epub-css-vertical", CSS, "html { margin: 0 }", VERTICAL.replace("html", "body"), "is set on body"),
    ("epub-css-bidi", CSS, "html {", "html { direction: ltr;", "direction: ltr"),
    ("epub-contrast", CSS, "#222", "#999", "#999999 on #ffffff is 2.8 to 1"),
    ("epub-contrast", CSS, "p {", "p { color: #777;", "#777777 on #ffffff is 4.5 to 1"),
    ("epub-contrast", CSS, "body {", "body { background: #333;", "#000000 on #333333"),
    ("epub-contrast", TWO, "<p>", '<p style="color: rgba(0, 0, 0, .4)">', "is 2.8 to 1"),
    ("epub-unmeasured", OPF, 'two.xhtml" media-type="application/xhtml+xml"', 'two.xhtml" media-type="application/pdf"',
     "EPUB/two.xhtml in the spine is application/pdf"),
    ("epub-image", OPF, 'href="rain.png" media-type="image/png"', 'href="rain.png" media-type="image/jpeg"',
     "is image/png"),
    ("epub-kindle", OPF, "<dc:language>zh-Hans", "<dc:language>mn", "the language mn is not on Amazon's list"),
    ("epub-kindle", TWO, "<h1>", "<!-- a -- b --><h1>", "-- inside a comment"),
    ("epub-kindle", CSS, "html {", "html { --a: 1em; text-indent: var(--a);", "needs CSS variables"),
    ("epub-kindle", TWO, '<?xml version="1.0" encoding="utf-8"?>\n', "", "does not begin with <?xml"),
    ("epub-kindle", TWO, "<body>", '<body id="b"><p><a href="#b">上</a></p>', "leads to the id of body: #b"),
    ("epub-kindle", TWO, P, '<p><img alt="无"/></p>', "img has no src"),
    ("epub-kobo", CSS, "0 5%", "calc(1em + 1%)", "margin: calc(1em + 1%)"),
    ("epub-kobo", CSS, "html {", "html { display: flex;", "display: flex"),
    ("epub-kobo", CSS, "0 5%", "0 4em", "margin: 0 4em"),
    ("epub-kobo", OPF, '<meta name="cover" content="cover-image"/>', "",
     'no <meta name="cover" content="cover-image"/>'),
    ("epub-kobo", COVER, "</section>", "</section><p>雨</p>", "the page of the cover shows other matter too"),
    ("epub-apple", OPF, 'specified-fonts">true', 'specified-fonts">false', "without ibooks:specified-fonts"),
    ("epub-apple", CSS, "html {", "html { position: absolute;", "position: absolute"),
    ("epub-apple", TWO, P, '<p epub:type="x"><a epub:type="noteref" href="one.xhtml#n1">1</a></p>',
     "in another file, EPUB/one.xhtml"),
    ("epub-apple", TWO, "<p>", '<p style="writing-mode: vertical-rl">', "in a horizontal document"),
    ("epub-wechat", TEXT, 'class="duokan-footnote"', 'class="note"', "is no a.duokan-footnote"),
    ("epub-wechat", TEXT, '<img src="rain.png" alt="注一"/>', "注", "a.duokan-footnote holds no picture"),
    ("epub-wechat", TEXT, 'class="duokan-footnote-item"', "", "#n1 is no li.duokan-footnote-item"),
    ("epub-wechat", OPF, '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>', "",
     "there is no NCX"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "entry", "old", "new", "said"), FAULTS)
def test_a_rule_catches_what_breaks_it(code: str, entry: str, old: str, new: str, said: str) -> None:
    store = code.removeprefix("epub-")
    messages = found(changed(entry, old, new), code, store if store in STORES else "")
    assert any(said in message for message in messages), messages


# ── what looks like a fault and is none: an entry, what stands there, what stands there instead ──────────────────────

KEPT = [
    (TWO, P, "<p><svg xmlns='http://www.w3.org/2000/svg' role='presentation'><path d='M0 0'/></svg>。</p>"),
    (TWO, P, '<p>雨<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" alt="雨"/>停。</p>'),
    (TWO, P, '<p>雨停了。<img src="rain.png" alt=""/></p>'),
    (TWO, P, '<p>见<a href="https://example.org/#1">网页</a>，<a href="mailto:a@example.org">来信</a>。</p>'),
    (TWO, P, '<script type="application/ld+json">{}</script><p>雨停了。</p>'),
    (TWO, P, "<pre>a 用 Word\n\u200b写</pre><p>雨停了。</p>"),
    (TWO, P, "<p>作者　何雨，<br/>\n雨停了。</p>\n<p>\n雨停了。\n</p>"),
    (TWO, P, "<p>雨停了。<ruby>雨<rt>あめ</rt></ruby>Rain stopped at 5 p.m. today.</p>"),
    (TWO, P, '<p lang="ko" xml:lang="ko">비가 그쳤다. <span lang="en" xml:lang="en">5 p.m.</span></p>'),
    (TWO, P, '<table role="presentation"><tr><td>雨</td></tr></table>'),
    (TWO, P, '<p>x<sup><a href="https://example.org/#n">2</a></sup> + y<sup>2</sup></p>'),
    (TWO, P, '<p id="b">雨停了。</p><p><sup><a href="#b">1</a></sup><sup><a href="one.xhtml#r1">2</a></sup>见前。</p>'),
    (TWO, "<h1>第二章</h1>", "<h2>第二章</h2>"),  # a book may number its headings through its files
    (TWO, "<h1>第二章</h1>", '<h1><img src="rain.png" alt="第二章"/></h1>'),
    (TWO, "</p>", "</p><!-- a - b -->"),
    (NAV, '<a href="two.xhtml">', '<a href="two.xhtml?a#">'),
    (OPF, '<itemref idref="two"/>', '<itemref idref="two" linear="no"/>'),
    (OPF, ' page-progression-direction="ltr"', ""),
    (OPF, "<dc:language>zh-Hans", "<dc:language>zh"),
    (OPF, "<dc:language>zh-Hans", "<dc:language>zh-Hans-CN"),
    (CSS, "p {", ".unused { font-size: 12px; line-height: 20px } p {"),
    (CSS, "p {", "p { border: 1px solid; letter-spacing: 1px;"),
    (CSS, "p {", "hr { font-size: 12px } p {"),
    (CSS, "h2 { color: #222", "h2 { color: #888; font-size: 2em"),  # large type needs 3 to 1
    (CSS, "p {", "p { color: #767676;"),
    (CSS, "p {", "p { color: inherit; background: none; color: currentColor;"),
    (CSS, "body {", "body { background: #222; color: #eee } a { color: #9cf } body {"),
    (CSS, "p {", "body { background: url(rain.png); color: #999 } p {"),
    (CSS, "p {", "@media (prefers-color-scheme: dark) { p { color: #eee } } p {"),
    (CSS, "p {", '@namespace epub "http://www.idpf.org/2007/ops"; [epub|type="note"] { margin: 0 } p {'),
]  # fmt: skip


@pytest.mark.parametrize(("entry", "old", "new"), KEPT)
def test_what_only_looks_like_a_fault_is_passed(entry: str, old: str, new: str) -> None:
    assert found(changed(entry, old, new)) == []


def test_every_rule_is_shown() -> None:
    by_hand = {"epub-mimetype", "epub-name", "epub-container", "epub-unmeasured", "epub-font", "epub-font-obfuscated",
               "epub-image-colour", "epub-image-size"}  # fmt: skip
    assert {code for code, *_ in FAULTS} | by_hand == {rule.code for rule in RULES}
    assert {code for code in CODES if code.startswith("epub-")} == {rule.code for rule in RULES}


# ── places ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_finding_names_file_entry_line_column_and_clause() -> None:
    (problem,) = check(pack(changed(TEXT, 'h2 id="night">夜</h2', 'h3 id="night">夜</h3')))
    assert str(problem) == (
        "a.epub:EPUB/one.xhtml:11:1: epub-heading: h3 follows h1: 夜 (WCAG 2.2, 1.3.1 and 2.4.6)"
        " — number headings by their depth, one h1 a document"
    )


def test_a_style_sheet_in_a_document_has_its_place_there() -> None:
    (problem,) = check(
        pack(changed(TWO, "</title>", "</title>\n<style>p { margin: 0 }\np { margin: 0 !important }</style>"))
    )
    assert (problem.place and (problem.place.entry, problem.place.line, problem.place.column)) == (TWO, 6, 5)


def test_what_repeats_is_told_once() -> None:
    body = "\n".join(["<p>　　雨停了。</p>"] * (MOST_PLACES + 1))
    (message,) = found(changed(TWO, P, body))
    assert f"; {MOST_PLACES + 1} times in all, next at {TWO}:8; {TWO}:9; {TWO}:10" in message


# ── the archive ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (pack(GOOD, first=OPF), "is not the first entry of the archive"),
        (pack(GOOD, method=zipfile.ZIP_DEFLATED), "is compressed"),
        (
            pack(GOOD | {"mimetype": b"application/epub+zip\n"}),
            "says 'application/epub+zip\\n', not 'application/epub+zip'",
        ),
        (
            pack({name: data for name, data in GOOD.items() if name != "mimetype"}, CONTAINER),
            "there is no entry mimetype",
        ),
    ],
)
def test_the_first_entry_says_what_the_archive_is(data: bytes, said: str) -> None:
    assert [each.message.partition(" (")[0] for each in check(data) if each.code == "epub-mimetype"] == [said]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("/etc/passwd", "the name is absolute"),
        ("C:/a.txt", "the name is absolute"),
        ("EPUB/../../a.txt", "a step that is . or .."),
        ("EPUB\\a.txt", "U+005C, which may not stand in a name"),
        ("EPUB/a?.txt", "U+003F, which may not stand in a name"),
        ("EPUB/a.", "ends in a full stop"),
        ("EPUB/" + "雨" * 100, "longer than 255 bytes"),
        ("epub/ONE.xhtml", "differs from EPUB/one.xhtml in case alone"),
    ],
)
def test_a_name_stays_in_the_archive_and_is_its_own(name: str, said: str) -> None:
    assert any(said in message for message in found(GOOD | {name: "雨"}, "epub-name"))


def test_an_entry_stands_in_the_archive_once() -> None:
    out = io.BytesIO(pack(GOOD))
    with zipfile.ZipFile(out, "a") as file, pytest.warns(UserWarning, match="Duplicate name"):
        file.writestr(TWO, "<html/>")
    assert any("the entry stands there twice" in each.message for each in check(out.getvalue()))


def test_an_entry_is_packed_by_deflate_and_not_enciphered() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_BZIP2) as file:
        for name, data in GOOD.items():
            file.writestr(name, data, zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_BZIP2)
    messages = [each.message for each in check(out.getvalue()) if each.code == "epub-container"]
    assert "is compressed by method 12, not by Deflate" in messages[0]
    data = bytearray(pack(GOOD))
    at = data.rindex(b"PK\x01\x02")  # the last entry of the directory, a font
    data[at + 8] |= 1
    assert {each.code for each in check(bytes(data))} >= {"epub-container", "epub-unmeasured"}


def test_a_book_without_container_is_judged_by_its_archive_alone() -> None:
    entries = {name: data for name, data in GOOD.items() if name != CONTAINER}
    assert found(entries) == ["there is no META-INF/container.xml (EPUB 3.3, XML conformance; META-INF/container.xml)"]


@pytest.mark.parametrize("data", [b"", b"no archive", b"PK\x03\x04" + bytes(500), pack(GOOD)[:-200]])
def test_what_is_no_archive_is_refused(data: bytes) -> None:
    with pytest.raises(SourceError, match="no EPUB, or its archive is damaged"):
        check(data)


def test_an_archive_that_unpacks_without_end_is_refused() -> None:
    data = bytearray(pack(GOOD))
    at = data.index(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 0xFFFFFFFE)  # what the directory says of the size
    with pytest.raises(SourceError, match=r"unpacks to 4\.0 GB and is not read"):
        check(bytes(data))


def test_a_directory_that_fills_the_memory_is_refused() -> None:
    data = bytearray(pack(GOOD))
    struct.pack_into("<I", data, data.rindex(b"PK\x05\x06") + 12, archive.MOST_DIRECTORY + 1)
    with pytest.raises(SourceError, match="too many entries"):
        check(bytes(data))


def test_a_long_entry_is_left_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_ENTRY", 4000)
    entries = changed(TWO, P, "<p>雨</p>" * 1000)
    assert (
        found(entries, "epub-unmeasured") == ["not read: too long, enciphered or damaged"] * 2
    )  # the cover is long too


# ── elements and attributes ──────────────────────────────────────────────────────────────────────────────────────────

MISPLACED = [
    ("<p>雨<div>停</div></p>", "div may not stand in p"),
    ("<p><a href='#a'><div id='a'>雨</div></a></p>", "div may not stand in a"),
    ("<p><colour>雨</colour></p>", "there is no element colour"),
    ("<p><center>雨</center></p>", "there is no element center"),
    ("<p foo='1'>雨</p>", "p may not have the attribute foo"),
    ("<p align='center'>雨</p>", "p may not have the attribute align"),
    ("<p aria-colour='1'>雨</p>", "p may not have the attribute aria-colour"),
    ("<img alt='甲'/>", "img has no src or srcset"),
    ("<ul><p>雨</p></ul>", "p may not stand in ul"),
    ("<ul>雨<li>停</li></ul>", "ul holds text: 雨"),
    ("<p><a href='#b' id='b'><em><a href='#b'>雨</a></em></a></p>", "a may not stand within a"),
    ("<p><button>雨<select/></button></p>", "select may not stand within button"),
    ("<table><tr><td>雨</td></tr><caption>停</caption></table>", "the parts of table are not in order"),
    ("<table><tr><p>雨</p></tr></table>", "p may not stand in tr"),
    ("<dl><dt>雨</dt></dl>", "the parts of dl are not in order, or one is missing: dt"),
    ("<p><ruby>雨<rp>(</rp><rt>あめ</rt></ruby></p>", "the parts of ruby are not in order"),
    ("<p><ruby>雨</ruby></p>", "the parts of ruby are not in order, or one is missing: none"),
    ("<figure><p>雨</p><figcaption>甲</figcaption><p>停</p></figure>", "the parts of figure are not in order"),
    ("<details><p>雨</p></details>", "the parts of details are not in order"),
    ("<p><picture><source srcset='rain.png'/></picture></p>", "the parts of picture are not in order"),
    ("<h2>雨<p>停</p></h2>", "p may not stand in h2"),
    ("<p id='c'>雨</p><p id='c'>停</p>", "the id c stands there twice"),
    ("<p aria-labelledby='d'>雨</p>", "aria-labelledby of p leads to #d, which is not there"),
    ("<header>雨<footer>停</footer></header>", "footer may not stand within header"),
    ("<li>雨</li>", "li may not stand in body"),
    (
        "<p><svg xmlns='http://www.w3.org/2000/svg'><title>雨</title><foreignObject><body xmlns='http://www.w3.org/1999/xhtml'"
        ">雨</body></foreignObject></svg></p>",
        "body may not stand in foreignObject",
    ),
    (
        "<p><svg xmlns='http://www.w3.org/2000/svg'><title>雨</title><foreignObject><p xmlns='http://www.w3.org/1999/xhtml'"
        " href='#a'>雨</p></foreignObject></svg></p>",
        "p may not have the attribute href",
    ),
]


@pytest.mark.parametrize(("markup", "said"), MISPLACED)
def test_what_may_not_stand_where_it_does_is_told(markup: str, said: str) -> None:
    messages = found(changed(TWO, P, markup), "epub-markup")
    assert len(messages) == 1
    assert said in messages[0]


PLACED = """<p>雨<a href="one.xhtml"><em>停<ins datetime="2022-11-04">了</ins></em></a>。</p>
<div><a href="one.xhtml"><div>雨</div><del><p>停</p></del></a></div>
<dl><div><dt>雨</dt><dd>水</dd></div></dl><dl><dt>雨</dt><dt>雪</dt><dd><p>水</p></dd></dl>
<p><ruby>雨<rp>(</rp><rt>あめ</rt><rp>)</rp>天<rp>(</rp><rt>てん</rt><rp>)</rp></ruby><time>2022</time></p>
<p><ruby><rb>雨</rb><rb>天</rb><rtc><rt>う</rt><rt>てん</rt></rtc></ruby></p>
<figure><figcaption>甲</figcaption><p>雨</p></figure><figure><p>雨</p><figcaption>甲</figcaption></figure>
<table><caption>雨</caption><colgroup><col/></colgroup><thead><tr><th scope="col" abbr="日">日子</th></tr></thead>
<tbody><tr><td colspan="1">一</td></tr></tbody></table>
<details open=""><summary><h3>雨</h3></summary>停</details>
<section data-own="1" aria-label="雨" its-term="no" xml:lang="zh-Hans" lang="zh-Hans" typeof="a:B"><h2>雨</h2></section>
<p><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><title>雨</title><foreignObject><p
xmlns="http://www.w3.org/1999/xhtml">雨</p></foreignObject><mine own="1"/></svg></p>
<p><math xmlns="http://www.w3.org/1998/Math/MathML" alttext="一"><mi>x</mi></math><my-own>雨</my-own></p>
<p><input type="hidden" name="a"/><label for="e">雨<input id="e" type="text"/></label></p>"""


def test_what_may_stand_where_it_does_is_not_told() -> None:
    assert found(changed(TWO, P, PLACED), "epub-markup") == []


def test_contents_are_a_heading_and_a_list_of_links() -> None:
    for old, new, said in (
        ("<h1>目录</h1>", "<p>目录</p>", "a nav holds something else than a heading and one ol"),
        ('<a href="two.xhtml">第二章</a>', "<span>第二章</span>", "an entry of a nav is no link"),
        ('<a href="two.xhtml">第二章</a>', '<a href="two.xhtml">第二章</a><ol/>', "a list of a nav has no entry"),
        ('<a href="two.xhtml">第二章</a>', '<a href="two.xhtml">第二章</a>。', "an entry of a nav has text beside"),
    ):
        assert any(said in each for each in found(changed(NAV, old, new), "epub-markup"))


def test_epubcheck_is_believed_where_it_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    book = pack(changed(TWO, P, "<p><colour>雨</colour></p>"))
    monkeypatch.setattr("docconv.preflight.epub.run_epubcheck", lambda data: [])
    assert [each.code for each in check(book, epubcheck=True)] == []
    unasked = [("epub-unmeasured", Hit(Spot(), "EPUBCheck was not asked: Java is not installed"))]
    monkeypatch.setattr("docconv.preflight.epub.run_epubcheck", lambda data: unasked)
    assert [each.code for each in check(book, epubcheck=True)] == ["epub-unmeasured", "epub-markup"]


def test_the_markup_of_epub_2_is_not_judged_by_that_of_epub_3() -> None:
    entries = changed(TWO, P, '<p align="center">雨</p>')
    entries[OPF] = str(entries[OPF]).replace('version="3.0"', 'version="2.0"')
    assert found(entries, "epub-markup") == []
    assert found(entries, "epub-version") != []


# ── what may stand so ────────────────────────────────────────────────────────────────────────────────────────────────


def with_item(line: str, **entries: str | bytes) -> dict[str, str | bytes]:
    """The good book with one more line in the manifest, and files."""
    return changed(OPF, "</manifest>", f"{line}</manifest>") | {
        name.replace("_", "/", 1).replace("_", "."): data for name, data in entries.items()
    }


@pytest.mark.parametrize("forms", [("NFC", "NFD"), ("NFD", "NFC"), ("NFD", "NFD")])
def test_names_are_the_same_composed_and_decomposed(forms: tuple[str, str]) -> None:
    archived, written = (unicodedata.normalize(form, "ガラス.xhtml") for form in forms)
    entries = changed(OPF, "two.xhtml", written)
    entries[NAV] = str(entries[NAV]).replace("two.xhtml", written)
    entries[TEXT] = str(entries[TEXT]).replace("two.xhtml", written)
    entries[f"EPUB/{archived}"] = entries.pop(TWO)
    assert found(entries) == []


def test_a_font_or_a_sound_that_the_manifest_names_may_lie_outside() -> None:
    line = '<item id="far" href="https://example.org/far.woff2" media-type="font/woff2"/>'
    entries = with_item(line)
    entries[CSS] = "@font-face { font-family: far; src: url(https://example.org/far.woff2) }"
    assert found(entries, "epub-remote") == []
    entries[OPF] = GOOD[OPF]
    assert len(found(entries, "epub-remote")) == 1


HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"


@pytest.mark.parametrize(
    ("markup", "fallback", "is_right"),
    [
        ('<img src="new.heic" alt="甲"/>', "", False),
        ('<img src="new.heic" alt="甲"/>', 'fallback="rain"', True),
        ('<img src="new.heic" alt="甲"/>', 'fallback="style"', False),
        ('<img src="new.heic" alt="甲"/>', 'fallback="new"', False),
        ('<picture><source srcset="new.heic" type="image/heic"/><img src="rain.png" alt="甲"/></picture>', "", True),
        ('<p><a href="new.heic">甲</a></p>', "", True),
    ],
)
def test_a_picture_of_a_new_kind_needs_one_in_its_place(markup: str, fallback: str, *, is_right: bool) -> None:
    line = f'<item id="new" href="new.heic" media-type="image/heic" {fallback}/>'
    entries = with_item(line, EPUB_new_heic=HEIC)
    entries[TWO] = str(GOOD[TWO]).replace(P, markup if markup.startswith("<p>") else f"<p>{markup}</p>")
    said = "EPUB/new.heic is image/heic, which not every reader shows, and has no fallback"
    assert (said in " ".join(found(entries, "epub-image"))) is not is_right


# ── XML that is made to exhaust ──────────────────────────────────────────────────────────────────────────────────────


def laughing(steps: int, word: str = "ha") -> str:
    """A head that declares entities each of which names the one before it ten times."""
    named = "".join(f'<!ENTITY e{step} "{f"&e{step - 1};" * 10}">' for step in range(1, steps))
    return f'<!DOCTYPE a [<!ENTITY e0 "{word}">{named}]>'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "lies outside it, b"),
        ('<!DOCTYPE a [<!ENTITY % b SYSTEM "http://example.org/">%b;]><a/>', "lies outside it, b"),
        (laughing(9) + "<a>&e8;</a>", "grow beyond measure"),
        (laughing(6) + "<a>" + "&e5;" * 200 + "</a>", "grow beyond measure"),
        (laughing(9, "") + "<a>&e8;</a>", "grow beyond measure"),
        ('<!DOCTYPE a [<!ENTITY b "&b;">]><a>&b;</a>', "recursive entity|grow beyond measure"),
        ("<a>" * (DEEPEST + 1) + "</a>" * (DEEPEST + 1), f"nest more than {DEEPEST} deep"),
        ("<a>" + "<b/>" * 50 + "</a>", "more than 50 elements"),
        ("<a>\x00</a>", "not well-formed"),
        ("", "no element found"),
        ('<?xml version="1.0" encoding="gb18030"?><a/>', "not readable"),
    ],
)
def test_xml_is_read_within_bounds(text: str, said: str) -> None:
    with pytest.raises(Malformed, match=said):
        parse_xml(text.encode(), 50 if "<b/>" in text else 10**6)


def test_a_book_that_would_exhaust_epubcheck_is_not_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docconv.preflight.epub.run_epubcheck", lambda data: pytest.fail("it was asked"))
    laughs = laughing(9).replace("DOCTYPE a", "DOCTYPE html")
    entries = changed(TWO, "雨停了", "&e8;")
    entries[TWO] = str(entries[TWO]).replace("<!DOCTYPE html>", laughs)
    problems = check(pack(entries), epubcheck=True)
    assert "EPUBCheck was not asked, for a file would exhaust it" in {each.message for each in problems}


def test_entities_of_the_file_itself_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their text is text, and EPUBCheck is asked."""
    asked: list[bytes] = []
    monkeypatch.setattr("docconv.preflight.epub.run_epubcheck", lambda data: asked.append(data) or ())
    entries = changed(TWO, "雨停了", "&shop;停了")
    head = '<!DOCTYPE html [<!ENTITY rain "雨"><!ENTITY shop "<b>&rain;</b>">]>'
    entries[TWO] = str(entries[TWO]).replace("<!DOCTYPE html>", head)
    assert check(pack(entries), epubcheck=True) == []
    assert len(asked) == 1
    root = parse_xml(f"{head.replace('html', 'a')}<a>一&shop;二</a>".encode())
    assert "".join(root.itertext()) == "一雨二"


def test_xhtml_of_epub_2_may_name_its_own_table_of_characters() -> None:
    doctype = '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd">'
    root = parse_xml(f'{doctype}<html><p title="&amp;">a&nbsp;b</p>c</html>'.encode())
    assert [(each.tag, each.text, each.tail, each.line, each.column) for each in root.walk("p")] == [
        ("p", "a\ufffdb", "c", 1, len(doctype) + 7)
    ]


def test_a_damaged_book_is_read_or_refused() -> None:
    """Nothing but `SourceError` leaves the reader, whatever bytes are struck out."""
    chance = random.Random(1)
    for _ in range(150):
        entries = dict(GOOD)
        for name in chance.sample(sorted(entries), 3):
            data = bytearray(entries[name] if isinstance(entries[name], bytes) else entries[name].encode())
            for _ in range(4):
                data[chance.randrange(len(data))] = chance.randrange(256)
            entries[name] = bytes(data)
        packed = bytearray(pack(entries))
        if chance.random() < 0.5:
            packed[chance.randrange(len(packed))] = chance.randrange(256)
        try:
            for store in STORES:
                check(bytes(packed), store)
        except SourceError:
            continue


def test_style_is_followed_within_bounds() -> None:
    assert found(changed(CSS, "p {", "p { color: " + "(" * 10**5 + " } p {"), "epub-css-broken")
    entries = changed(CSS, "p {", "* { color: #111 }" * 3000 + "p {") | {TWO: changed(TWO, P, P * 20_000)[TWO]}
    assert "more style rules than anybody follows" in found(entries, "epub-unmeasured")[0]


# ── pictures and fonts ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "data", "code", "said", "store"),
    [
        ("rain.png", b"no picture", "epub-image", "is no picture, or damaged", ""),
        ("rain.png", picture("BMP"), "epub-image", "is BMP, which not every reader shows", ""),
        ("rain.png", picture("JPEG"), "epub-image", "is image/jpeg, the manifest says image/png", ""),
        ("rain.png", picture("JPEG", mode="CMYK"), "epub-image-colour", "is in CMYK", ""),
        ("rain.png", picture(size=(2400, 2400), mode="1"), "epub-image-size", "5.8 million pixels, not 5.6", ""),
        ("rain.png", picture(size=(20000, 20000), mode="1"), "epub-image", "more pixels than anybody shows", ""),
        ("rain.png", picture() + bytes(6 * 2**20), "epub-image-size", "has 6.0 MB, not 5", ""),
        ("rain.png", picture("WEBP"), "epub-kindle", "is WEBP; Kindle shows JPEG, PNG, GIF and SVG", "kindle"),
        ("rain.png", picture() + bytes(6 * 2**20), "epub-kindle", "has 6.0 MB; Kindle takes 5", "kindle"),
        (
            "cover.png",
            picture(size=(600, 900)),
            "epub-kindle",
            "600 × 900 pixels; Kindle asks for 1,000 × 625",
            "kindle",
        ),
        ("cover.png", picture("GIF", size=(1600, 2560)), "epub-kobo", "the cover EPUB/cover.png is GIF", "kobo"),
        ("cover.png", picture() + bytes(4 * 2**20), "epub-kobo", "has 4.0 MB; Kobo advises 3", "kobo"),
        ("rain.png", picture(size=(2400, 2400), mode="1"), "epub-apple", "5.8 million pixels; Apple Books", "apple"),
        ("rain.png", picture("GIF"), "epub-apple", "is GIF; Apple Books asks for JPEG or PNG", "apple"),
        (
            "cover.png",
            picture(size=(1300, 2000)),
            "epub-apple",
            "1300 × 2000 pixels; Apple Books asks for 1,400",
            "apple",
        ),
        ("face.ttf", b"no font", "epub-font", "is no font, or damaged", ""),
        ("face.ttf", font(licence=2), "epub-font", "may not be embedded, says its licence (fsType 2)", ""),
        ("face.ttf", font(licence=0x200), "epub-font", "as bitmaps only", ""),
        (
            "face.ttf",
            b"wOF2" + bytes(4) + struct.pack(">I", 99) + bytes(87),
            "epub-kobo",
            "is WOFF 2; Kobo takes TrueType, OpenType and WOFF",
            "kobo",
        ),
        ("face.ttf", b"wOFF" + bytes(40), "epub-kindle", "is WOFF; Kindle takes OpenType and TrueType", "kindle"),
    ],
)
def test_pictures_and_fonts_are_what_they_should_be(name: str, data: bytes, code: str, said: str, store: str) -> None:
    messages = found(GOOD | {f"EPUB/{name}": data}, code, store)
    assert any(said in message for message in messages), messages


def test_a_book_of_200_megabytes_is_too_large_for_kindle() -> None:
    small = open_archive(pack(GOOD), "a.epub")
    assert list(stores.kindle_size(read_book(small))) == []
    (hit,) = stores.kindle_size(read_book(replace(small, size=201 * 10**6)))
    assert hit.message == "the book has 201 MB; Send to Kindle takes 200"


def test_a_file_name_is_plain_for_kobo() -> None:
    entries = changed(OPF, "rain.png", "%E9%9B%A8.png") | {TEXT: changed(TEXT, "rain.png", "雨.png")[TEXT]}
    entries["EPUB/雨.png"] = entries.pop("EPUB/rain.png")
    assert found(entries) == []
    assert "the name EPUB/雨.png has more than letters" in found(entries, store="kobo")[0]


ENCRYPTION = """<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"
 xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData><enc:EncryptionMethod Algorithm="{}"/><enc:CipherData>
<enc:CipherReference URI="EPUB/face.ttf"/></enc:CipherData></enc:EncryptedData></encryption>"""


def test_an_obfuscated_font_is_read_and_an_enciphered_one_left_alone() -> None:
    key = hashlib.sha1(b"urn:uuid:01234567-89ab-4def-8123-456789abcdef").digest()
    plain = font(licence=2)
    hidden = bytes(byte ^ key[at % 20] for at, byte in enumerate(plain[:1040])) + plain[1040:]
    entries = GOOD | {"EPUB/face.ttf": hidden}
    idpf = ENCRYPTION.format("http://www.idpf.org/2008/embedding")
    codes = {each.code for each in check(pack(entries | {"META-INF/encryption.xml": idpf}))}
    assert codes == {"epub-font", "epub-font-obfuscated"}
    cipher = ENCRYPTION.format("http://www.w3.org/2001/04/xmlenc#aes128-cbc")
    assert found(entries | {"META-INF/encryption.xml": cipher}) == ["not read: it is enciphered"]


# ── languages ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "tag", ["zh", "zh-Hans", "zh-Hant-TW", "zh-cmn-Hans-CN", "yue", "ja", "ja-JP", "ko-KR", "en-GB-oxendict", "sr-Latn",
            "es-419", "de-1996", "x-private", "zh-min-nan", "mul", "en-a-bbb-x-a"]
)  # fmt: skip
def test_a_language_that_there_is(tag: str) -> None:
    assert fault_of(tag) == ""


@pytest.mark.parametrize(
    "tag",
    [
        "",
        "cn",
        "jp",
        "zh_CN",
        "zh-CHS",
        "zh-Hanx",
        "zh-XX",
        "en-UK",
        "C",
        "chinese language",
        "中文",
        "en_US.UTF-8",
    ],
)
def test_a_language_that_there_is_not(tag: str) -> None:
    assert fault_of(tag)


def test_a_short_text_of_ideographs_may_be_japanese() -> None:
    short = {TWO: xhtml("二", "<h1>二</h1>")}
    assert found(changed(OPF, "<dc:language>zh-Hans", "<dc:language>ja") | short, "epub-language") == []
    assert found(changed(OPF, "<dc:language>zh-Hans", "<dc:language>ko") | short, "epub-language") != []


# ── EPUBCheck ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_messages_of_epubcheck_are_findings_with_their_places() -> None:
    report = {
        "checker": {"filename": "book.epub"},
        "messages": [
            {
                "ID": "RSC-005",
                "severity": "ERROR",
                "message": "no",
                "locations": [{"path": TWO, "line": 3, "column": 9}],
            },
            {"ID": "PKG-006", "severity": "FATAL", "message": "no", "locations": [{"path": "book.epub", "line": -1}]},
            {"ID": "OPF-004", "severity": "WARNING", "message": "no", "locations": [], "additionalLocations": 7},
            {
                "ID": "INF-001",
                "severity": "INFO",
                "message": "no",
                "locations": [{"path": TWO, "line": 3, "column": -1}],
            },
        ],
    }
    assert [(code, *hit.spot, hit.message) for code, hit in read_report(report)] == [
        ("epubcheck-error", TWO, 3, 9, "RSC-005: no"),
        ("epubcheck-error", "", 0, 0, "PKG-006: no"),
        ("epubcheck-warning", "", 0, 0, "OPF-004: no"),
        ("epubcheck-warning", "", 0, 0, "OPF-004: no (7 times more)"),
        ("epubcheck-note", TWO, 3, 1, "INF-001: no"),
    ]


@pytest.mark.parametrize("wanting", ["Java", "the package epubcheck"])
def test_without_epubcheck_there_is_one_note_that_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, wanting: str
) -> None:
    monkeypatch.setattr("docconv.preflight.epub.epubcheck.shutil.which", lambda name: None)
    if wanting != "Java":
        monkeypatch.setattr("docconv.preflight.epub.epubcheck.find_spec", lambda name: None)
    (problem,) = check(pack(GOOD), epubcheck=True)
    assert str(problem) == (
        f"a.epub: epub-unmeasured: EPUBCheck was not asked: {wanting} is not installed"
        ' — pip install "docconv[epubcheck]", and install Java'
    )
    assert problem.severity == "note"


@pytest.mark.slow
def test_epubcheck_is_content_with_the_good_book_and_not_with_a_bad_one() -> None:
    assert check(pack(GOOD), epubcheck=True) == []
    problems = check(pack(changed(TWO, "<p>", "<b><p>")), epubcheck=True)
    assert {each.code for each in problems} >= {"epub-xml", "epubcheck-error"}
    (message,) = {each.message for each in problems if each.code == "epubcheck-error" and "RSC-016" in each.message}
    assert message.startswith("RSC-016: Fatal Error while parsing file")


# ── anybody's books ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_unknown_store_is_refused() -> None:
    with pytest.raises(UsageError, match="there is no profile 'nook' — use one of apple, kindle, kobo, wechat"):
        check(pack(GOOD), "nook")


def test_a_book_is_known_by_its_suffix_or_by_its_first_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docconv.preflight.epub.epubcheck.shutil.which", lambda name: None)
    assert check_edition(Source("-", pack(GOOD))) is not None
    with pytest.raises(SourceError):
        check_edition(Source("a.epub", b""))
    assert check_edition(Source("a.docx", b"PK\x03\x04")) is None


def test_the_rules_take_less_than_two_seconds_for_a_novel() -> None:
    chapter = "".join(f"<p>今天下了一场大雨，街上没有人，大家都在家里等着雨停。{n}</p>\n" for n in range(12_000))
    started = time.process_time()
    assert found(changed(TWO, P, chapter)) == []
    assert time.process_time() - started < 2
