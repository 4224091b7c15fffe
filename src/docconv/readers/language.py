"""The language of a text, told by its characters.

Kana make it Japanese and Hangul Korean.  Chinese is simplified or traditional by which of the two national sets
holds those of its characters that the other lacks (GB 2312, Big5): no list of our own is needed.
"""

from __future__ import annotations

import re
from functools import cache

from docconv.model import Document, paragraphs

_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa]")
_HANGUL = re.compile("[\uac00-\ud7a3\u1100-\u11ff\u3130-\u318f]")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_SAMPLE = 20_000


def detect_language(document: Document) -> str:
    """A BCP 47 tag with script: zh-Hans, zh-Hant, ja, ko, or en for a text without any East Asian character."""
    sample: list[str] = []
    length = 0
    for text in paragraphs(document):
        sample.append(text)
        length += len(text)
        if length > _SAMPLE:
            break
    return language_of("".join(sample))


def language_of(text: str) -> str:
    kana, hangul, han = len(_KANA.findall(text)), len(_HANGUL.findall(text)), _HAN.findall(text)
    # a Chinese text quotes a Japanese word or a Korean name: one letter in twenty makes the language
    if hangul and hangul * 2 >= len(han) + kana:
        return "ko"
    if kana * 20 > len(han):
        return "ja"
    if not han:
        return "en"
    simplified = sum(_only_in(character, "gb2312", "big5") for character in han)
    traditional = sum(_only_in(character, "big5", "gb2312") for character in han)
    return "zh-Hant" if traditional > simplified else "zh-Hans"


@cache
def _only_in(character: str, one: str, other: str) -> bool:
    return _encodes(character, one) and not _encodes(character, other)


def _encodes(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
