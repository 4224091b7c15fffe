"""Characters that a font or a program put in the place of letters: radicals, half-width kana, ligatures, upright marks.

It assumes that somebody may mean them (a dictionary speaks of radicals), so that nothing is changed unasked: each kind
is told once, and set right where the editor accepts it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from docconv import model as m
from docconv.edits import ON_DEMAND, Edit, edit_runs
from docconv.ledger import Ledger


def set_letters(document: m.Document, ledger: Ledger) -> m.Document:
    """Compatibility forms as the letters that they stand for, where the editor accepts it.   ⼈⼯ → 人工, ﬁn → fin"""
    document = edit_runs(document, [_letters], ledger)
    found: dict[str, list[tuple[str, m.Place | None]]] = {kind: [] for kind in _FORM.groupindex}
    for node in m.walk(document):
        if isinstance(node, m.Text):
            for form in _FORM.finditer(node.text):
                place = node.place.right(form.start()) if node.place else None
                found[form.lastgroup or ""].append((form[0], place))
    for kind, forms in found.items():
        if forms:
            ledger.doubt(
                "character-form",
                _told(kind.replace("_", " "), forms),
                forms[0][1],
                "accept set-letter to set them right",
            )
    return document


def _letters(text: str) -> Iterator[Edit]:
    for found in _FORM.finditer(text):
        yield Edit(found.start(), found.end(), _letter(found[0]), "set-letter", ON_DEMAND)


def _told(kind: str, forms: list[tuple[str, m.Place | None]]) -> str:
    """What is said of all the forms of a kind at once."""
    shown = [f"{form} for {_letter(form)}" for form in dict.fromkeys(form for form, _ in forms)]
    lines = [str(line) for line in dict.fromkeys(place.line for _, place in forms if place)]
    number = sum(len(form) for form, _ in forms)
    where = f", in lines {_few(lines)}" if len(lines) > 1 else ""
    return f"{number} {kind if number > 1 else kind.removesuffix('s')}: {_few(shown)}{where}"


def _few(words: list[str]) -> str:
    return ", ".join(words[:_SHOWN]) + (" …" if len(words) > _SHOWN else "")


_SHOWN = 5
_RADICALS = dict(
    # CJK Radicals Supplement: those that are whole ideographs (Unicode, EquivalentUnifiedIdeograph)
    zip(
        "⺟⺠⺜⺝⺧⺩⺬⺮⻁⻄⻅⻆⻇⻉⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
        "母民日月牛王示竹虎西见角角贝车長长门雨青韦页风飞食马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟",
        strict=True,
    )
)
_VERTICAL = dict(
    zip("︐︑︒︓︔︕︖︵︶︷︸︹︺︻︼︽︾︿﹀﹁﹂﹃﹄", "，、。：；！？（）｛｝〔〕【】《》〈〉「」『』", strict=True)
)
_FORM = re.compile(
    f"(?P<radicals>[\u2f00-\u2fd5{''.join(_RADICALS)}])"
    "|(?P<half_width_letters>[\uff61-\uff9f]+|[\uffa0-\uffdc]+)"
    "|(?P<ligatures>[\ufb00-\ufb06])"
    f"|(?P<vertical_marks>[{''.join(_VERTICAL)}])"
)


def _letter(form: str) -> str:
    """What a form stands for; half-width kana together with their marks: ﾊﾟ → パ"""
    return _RADICALS.get(form) or _VERTICAL.get(form) or unicodedata.normalize("NFKC", form)
