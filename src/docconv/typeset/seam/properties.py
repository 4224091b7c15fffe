"""The CSS by which a style sheet says how lines are composed; WeasyPrint knows none of it.

    line-break            auto · loose · normal · strict     levels of kinsoku (CSS Text 3)
    word-break            normal · keep-all                  Korean by syllable or by word (CSS Text 3)
    hanging-punctuation   none · allow-end · force-end       CSS Text 3
    text-autospace        normal · no-autospace              the gap between Han and Latin (CSS Text 4)
    line-snap             none · baseline                    lines stand on the page's grid, whose pitch is the line
                                                             height of the root (CSS Line Grid 1)
    hyphens               none · manual · auto               CSS Text 3; WeasyPrint's own
    bracket-start         flush · full · half                where opening brackets stand at the head of a line
                                                             (JLREQ 3.1.5); docconv's own
    text-spacing-trim     normal · kaiming · trim-all ·      全角, 开明, 半角, or nothing squeezed (CLREQ 3.1.6);
                          space-all                          kaiming is docconv's own, the rest CSS Text 4

All are inherited.
"""

from __future__ import annotations

from typing import Any

from weasyprint.css import properties
from weasyprint.css.tokens import get_single_keyword
from weasyprint.css.validation.properties import PROPERTIES

from docconv.typeset.breaks import Level
from docconv.typeset.lines import Brackets, Hanging
from docconv.typeset.spacing import Marks

_TRIMS = {"normal": Marks.FULL, "kaiming": Marks.KAIMING, "trim-all": Marks.HALF, "space-all": Marks.NONE}

_VALUES = {
    "line-break": ("auto", "loose", "normal", "strict"),
    "word-break": ("normal", "break-all", "keep-all"),
    "hanging-punctuation": tuple(each.value for each in Hanging),
    "text-autospace": ("normal", "no-autospace"),
    "line-snap": ("none", "baseline"),
    "bracket-start": tuple(each.value for each in Brackets),
    "text-spacing-trim": (*_TRIMS, "trim-start", "space-first", "trim-both", "auto"),
}
"""The first value is the initial one."""


def teach() -> None:
    """Make WeasyPrint accept these properties instead of reporting them as ignored."""
    for name, values in _VALUES.items():
        key = name.replace("-", "_")
        properties.KNOWN_PROPERTIES.add(name)
        properties.INITIAL_VALUES.setdefault(key, values[0])
        properties.INHERITED.add(key)
        PROPERTIES[name] = _validator(values)


def _validator(values: tuple[str, ...]) -> Any:
    def validate(tokens: Any) -> str | None:
        keyword = get_single_keyword(tokens)
        return keyword if keyword in values else None

    validate.wants_base_url = False  # type: ignore[attr-defined]
    return validate


def manner_of(style: Any, script: str) -> dict[str, Any]:
    """What a computed style says of the manner in which lines are composed."""
    return {
        "level": _level(style["line_break"], script),
        "by_word": script == "Kore" and style["word_break"] == "keep-all",
        "marks": _TRIMS.get(style["text_spacing_trim"], Marks.FULL),
        "hanging": Hanging(style["hanging_punctuation"]),
        "has_gaps": style["text_autospace"] == "normal",
        "brackets": _brackets(style),
    }


def _brackets(style: Any) -> Brackets:
    """A bracket can stand half an em before the indent only where there is one."""
    asked = Brackets(style["bracket_start"])
    indent = style["text_indent"]
    return Brackets.FLUSH if asked is Brackets.HALF and not getattr(indent, "value", 0) else asked


def _level(line_break: str, script: str) -> Level:
    """In Japanese `auto` and `strict` are JLREQ's strict level; in Chinese loose and normal are CLREQ's basic one, and
    `auto` is that of GB/T 15834."""
    if line_break == "auto" or (line_break == "strict" and script == "Jpan"):
        return Level.GB
    if script != "Jpan" and line_break == "loose":
        return Level.NORMAL
    return Level(line_break)
