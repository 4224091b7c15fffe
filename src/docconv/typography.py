"""What an editor may set about the page and the lines of the PDF, as KEY=VALUE; a setting is a rule of CSS.

It assumes a style whose sheet names its faces `--song`, `--hei`, `--kai`, `--mono` and `--latin`, as the house's do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from difflib import get_close_matches

from docconv.paper import column_count, paper_size
from docconv.problems import UsageError

POINTS = {
    "初号": 42,
    "小初": 36,
    "一号": 27.5,
    "小一": 24,
    "二号": 21,
    "小二": 18,
    "三号": 15.75,
    "小三": 15,
    "四号": 13.75,
    "小四": 12,
    "五号": 10.5,
    "小五": 9,
    "六号": 7.875,
    "小六": 6.5,
    "七号": 5.25,
    "八号": 5,
}
"""Chinese sizes of type in points: the metal series (CLREQ 2.3.5; 二号 is two of 五号), the rest as in CTeX."""

_UNITS = {"pt": 1.0, "mm": 72 / 25.4, "q": 72 / 101.6, "h": 72 / 101.6, "级": 72 / 101.6, "級": 72 / 101.6, "px": 0.75}
"""Points in one; Q and 級 are a quarter of a millimetre (JLREQ 2.1)."""

_LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*([a-zA-Z级級]+)")


def points(size: str) -> float:
    """A size of type in points: 五号, 小五号, 10.5pt, 14Q, 3.7mm.  Raises `UsageError` for anything else."""
    name = size.strip().replace("號", "号")
    for known in (name, name.removesuffix("号"), f"{name}号"):
        if known in POINTS:
            return POINTS[known]
    found = _LENGTH.fullmatch(name)
    if found and found[2].lower() in _UNITS and float(found[1]) > 0:
        return round(float(found[1]) * _UNITS[found[2].lower()], 4)
    raise UsageError(f"{size!r} is no size of type", remedy="五号, 10.5pt, 14Q, 3.7mm …")


def rules(settings: Iterable[str]) -> dict[str, str]:
    """The CSS of settings such as `size=五号` or `kinsoku=strict` by their keys, to stand after a style's print sheet;
    of what is set twice, the last.

    Raises `UsageError` for an unknown key or value, with what is known."""
    css: dict[str, str] = {}
    for setting in settings:
        key, sign, value = (part.strip() for part in setting.partition("="))
        if not sign or key not in _RULES:
            near = get_close_matches(key, _RULES, 1)
            raise UsageError(
                f"there is no setting {setting!r}", remedy=f"{near[0]}=…?" if near else f"one of {', '.join(_RULES)}"
            )
        css.pop(key, None)
        css[key] = _RULES[key](value)
    return css


_ON_SCREEN = ("kinsoku", "punctuation", "hanging", "korean", "hyphens", "gap")
"""Settings that browsers and e-readers know too; one that does not leaves its lines as they are."""


def holds_on_screens(key: str, rule: str) -> bool:
    """Whether browsers know the rule of a setting; 开明 is docconv's own."""
    return key in _ON_SCREEN and "kaiming" not in rule


def _size(value: str) -> str:
    """The text's size; the measure stays a whole number of letters (CLREQ 2.3.5)."""
    size = points(value)
    return (
        f"html, body {{ font-size: {size:g}pt; line-height: {size * 12 / 7:.4g}pt }}\n"
        "body { width: round(down, var(--measure), 1em); margin-left: auto; margin-right: auto }"
    )


def _leading(value: str) -> str:
    return f"html, body {{ line-height: {points(value):g}pt }}"


def _choice(declaration: str, values: dict[str, str], where: str = "body") -> Callable[[str], str]:
    def rule(value: str) -> str:
        if value not in values:
            raise UsageError(f"{value!r} is no value of {declaration}", remedy=f"one of {', '.join(values)}")
        return f"{where} {{ {declaration}: {values[value]} }}"

    return rule


_TEXT = ":is(body, main, section, article, blockquote, aside) > p:not([class])"
_HEADS = ":is(header, h1, h2, h3, h4, h5, h6, .masthead)"


def _indent(value: str) -> str:
    """The first lines of paragraphs: letters of indent, none, or none after a head (CLREQ 3.5.1, KLREQ)."""
    if value in ("none", "0"):
        return f"{_TEXT} {{ text-indent: 0 }}"
    if value == "not-after-heading":
        return f"{_HEADS} + p:not([class]) {{ text-indent: 0 }}"
    if re.fullmatch(r"[1-4](?:\.5)?", value):
        return f"{_TEXT} {{ text-indent: {value}em }}"
    raise UsageError(f"{value!r} is no indent", remedy="1 or 2 letters, none, or not-after-heading")


def _face(name: str, fallback: str) -> Callable[[str], str]:
    def rule(value: str) -> str:
        families = [family.strip().strip("'\"") for family in value.split(",")]
        if not all(re.fullmatch(r"[^\"\\\n;{}]+", family) for family in families):
            raise UsageError(f"{value!r} is no name of a face", remedy="a family as fc-list names it")
        quoted = [f'"{family}"' for family in families]
        return f":root {{ --{name}: {', '.join([*quoted, fallback])} }}"

    return rule


def _paper(value: str) -> str:
    paper_size(value)
    return ""  # the page is made of the sheet's wishes, in `docconv.paper`


def _columns(value: str) -> str:
    column_count(value)
    return ""


_PUNCTUATION = {"full": "normal", "全角": "normal", "kaiming": "kaiming", "开明": "kaiming", "開明": "kaiming",
                "half": "trim-all", "半角": "trim-all", "none": "space-all"}  # fmt: skip

_RULES: dict[str, Callable[[str], str]] = {
    "paper": _paper,
    "columns": _columns,
    "size": _size,
    "leading": _leading,
    "kinsoku": _choice(
        "line-break", {"loose": "loose", "basic": "normal", "normal": "normal", "gb": "auto", "strict": "strict"}
    ),
    "punctuation": _choice("text-spacing-trim", _PUNCTUATION),
    "hanging": _choice("hanging-punctuation", {"off": "none", "allow": "allow-end", "always": "force-end"}),
    "korean": _choice(
        "word-break", {"word": "keep-all", "어절": "keep-all", "syllable": "normal", "음절": "normal"}, ":lang(ko)"
    ),
    "hyphens": _choice("hyphens", {"on": "auto", "off": "manual"}),
    "indent": _indent,
    "brackets": _choice("bracket-start", {"flush": "flush", "full": "full", "half": "half"}),
    "gap": _choice("text-autospace", {"on": "normal", "off": "no-autospace"}),
    "grid": _choice("line-snap", {"on": "baseline", "off": "none"}),
    "song": _face("song", '"Noto Serif CJK SC"'),
    "hei": _face("hei", '"Noto Sans CJK SC"'),
    "kai": _face("kai", '"Noto Serif CJK SC"'),
    "mono": _face("mono", '"Noto Sans Mono CJK SC"'),
    "latin": _face("latin", '"Noto Serif CJK SC"'),
}
"""Every setting with what makes a rule of its value."""
