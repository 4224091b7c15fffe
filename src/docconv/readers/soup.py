"""From the bytes of a page of HTML to a tree of elements: its encoding, and the parser.

It assumes only that the source is meant as HTML.  BeautifulSoup builds the tree with lxml's parser, for two reasons:
it takes time in proportion to the source whatever the source is, where Python's own takes the square for some (200 kB
of `<!--` cost it 12 s); and it knows which end tags may be left out.  What bs4 lacks with it, the line of each element,
comes from feeding it line by line.
"""

from __future__ import annotations

import codecs
import re
import warnings
from typing import Any, cast

from bs4 import BeautifulSoup, Tag
from bs4.builder._lxml import LXMLTreeBuilder
from bs4.dammit import EncodingDetector
from lxml import etree

from docconv.readers.encodings import decoded


def decode_markup(data: bytes, name: str = "") -> str:
    """The text of an HTML or XML source: by its byte order mark, by its declaration, or as `decoded` tells it.

    What a declared encoding cannot read becomes U+FFFD."""
    declared = _python_codec(EncodingDetector.find_declared_encoding(data, is_html=True) or "")
    if not declared or data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return decoded(data, name).text
    # many a page that says GB2312 is UTF-8, whose bytes are never valid by chance
    for codec in ("utf-8", declared):
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            continue
    return data.decode(declared, errors="replace")


_SUPERSETS = {  # what a page declares → what such pages are in fact written in (WHATWG Encoding)
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "hz": "hz",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "utf-16": "utf-8",  # a declaration that can be read byte by byte is not UTF-16
    "utf-16-le": "utf-8",
    "utf-16-be": "utf-8",
}
_FAMILIES = re.compile("utf-8|gb|hz|big5|shift|cp|euc|iso|koi8|johab|mac|ascii|utf-16")


_ALIASES = {
    "x-sjis": "shift_jis",
    "windows-31j": "cp932",
    "x-euc-jp": "euc_jp",
    "x-gbk": "gbk",
    "ks_c_5601-1987": "cp949",
}


def _python_codec(label: str) -> str:
    """Python's name of an encoding that a page may be in, or nothing."""
    try:
        name = codecs.lookup(_ALIASES.get(label.strip().lower(), label.strip())).name
    except (LookupError, ValueError):
        return ""
    return _SUPERSETS.get(name, name) if _FAMILIES.match(name) else ""


def parse(markup: str) -> BeautifulSoup:
    text = _UNPARSED.sub("", re.sub("\r\n?|[\x0b\x0c]", "\n", markup))
    text = _XML_DECLARATION.sub(lambda found: "\n" * found[0].count("\n"), text, count=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # guesses at what the text might be instead
        return _Soup(text, builder=_LineBuilder(multi_valued_attributes=None, huge_tree=True))


_XML_DECLARATION = re.compile(r"<\?xml[^<>]*\?>")
_UNPARSED = re.compile("[\x00-\x08\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class _LineBuilder(LXMLTreeBuilder):
    """lxml's parser, fed line by line, so that every element knows the line on which its start tag ends."""

    line = 0

    def feed(self, markup: Any) -> None:
        self.parser = self.parser_for(None)
        for self.line, line in enumerate(markup.split("\n"), 1):
            self.parser.feed(f"{line}\n")
        try:
            self.parser.close()
        except etree.LxmlError:
            return  # there is not one element


class _Soup(BeautifulSoup):
    def handle_starttag(self, *arguments: Any, **named: Any) -> Tag | None:
        named["sourceline"] = cast(_LineBuilder, self.builder).line
        return super().handle_starttag(*arguments, **named)
