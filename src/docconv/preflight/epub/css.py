"""Style sheets as rules see them: each declaration with its selector, its conditions and its place.

It assumes CSS of any quality; tinycss2 reads what there is to read and marks the rest as errors.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import tinycss2

from docconv.preflight.epub.tree import DEEPEST, Spot

ABSOLUTE = frozenset(("px", "pt", "pc", "cm", "mm", "in", "q"))


@dataclass(frozen=True, slots=True)
class Declaration:
    """`selector` is as written, "" for an attribute `style`; `block` numbers the braces that it stands in."""

    name: str
    value: tuple[Any, ...]
    important: bool
    spot: Spot
    text: str = ""
    """The value as written."""
    selector: str = ""
    block: int = 0
    conditional: bool = False
    """Whether an at-rule such as @media decides if it holds."""

    @property
    def keyword(self) -> str:
        """The value if it is one word, in small letters."""
        return str(self.value[0].lower_value) if len(self.value) == 1 and self.value[0].type == "ident" else ""

    @property
    def unit(self) -> str:
        """The unit if the value is one length; "%" for a percentage."""
        if len(self.value) != 1:
            return ""
        token = self.value[0]
        return "%" if token.type == "percentage" else str(token.lower_unit) if token.type == "dimension" else ""

    @property
    def number(self) -> float:
        return float(self.value[0].value)

    def said(self) -> str:
        return f"{self.name}: {self.text}"


@dataclass(slots=True)
class Sheet:
    """A style sheet.  `faces` are its @font-face rules, each by its declarations; `addresses` what it loads."""

    entry: str
    declarations: list[Declaration] = field(default_factory=list)
    faces: list[list[Declaration]] = field(default_factory=list)
    addresses: list[tuple[str, Spot]] = field(default_factory=list)
    errors: list[tuple[str, Spot]] = field(default_factory=list)
    blocks: int = 0


def read_sheet(text: str, entry: str, line: int = 1, column: int = 1) -> Sheet:
    """The sheet in a file, or in an element `style` that begins at a line."""
    sheet = Sheet(entry)
    if _nests_too_deep(text):
        sheet.errors.append((f"brackets nest more than {DEEPEST} deep", Spot(entry, line, column)))
        return sheet
    _read_rules(sheet, tinycss2.parse_stylesheet(text, True, True), Spot(entry, line, column), False)
    return sheet


def read_style(text: str, spot: Spot) -> list[Declaration]:
    """The declarations of an attribute `style`; all stand at its element."""
    if _nests_too_deep(text):
        return []
    return [
        _declaration(each, spot)
        for each in tinycss2.parse_blocks_contents(text, True, True)
        if each.type == "declaration"
    ]


def _nests_too_deep(text: str) -> bool:
    depth = 0
    for bracket in re.findall(r"[][(){}]", text):
        depth = max(0, depth + (1 if bracket in "([{" else -1))
        if depth > DEEPEST:
            return True
    return False


def addresses(tokens: Iterable[Any]) -> Iterator[str]:
    """The addresses in a value: url(…)."""
    for token in tokens:
        if token.type == "url":
            yield str(token.value)
        elif token.type == "function":
            if token.lower_name == "url":
                yield from (str(each.value) for each in token.arguments if each.type == "string")
            else:
                yield from addresses(token.arguments)


def functions(tokens: Iterable[Any]) -> Iterator[str]:
    """The names of the functions in a value, nested ones too."""
    for token in tokens:
        if token.type == "function":
            yield str(token.lower_name)
            yield from functions(token.arguments)
        elif token.type.endswith("block"):
            yield from functions(token.content)


def _read_rules(sheet: Sheet, rules: Iterable[Any], base: Spot, conditional: bool) -> None:
    for rule in rules:
        if rule.type == "error":
            sheet.errors.append((rule.message, _at(rule, base)))
        elif rule.type == "qualified-rule":
            _read_block(sheet, rule, base, conditional)
        elif rule.type == "at-rule" and rule.lower_at_keyword == "import":
            targets = [*addresses(rule.prelude), *(each.value for each in rule.prelude if each.type == "string")]
            sheet.addresses += [(target, _at(rule, base)) for target in targets[:1]]
        elif rule.type == "at-rule" and rule.lower_at_keyword == "font-face" and rule.content is not None:
            sheet.faces.append(list(_declarations(sheet, rule, base)))
        elif rule.type == "at-rule" and rule.content is not None and rule.lower_at_keyword in _CONDITIONS:
            _read_rules(sheet, tinycss2.parse_rule_list(rule.content, True, True), base, True)


_CONDITIONS = ("media", "supports", "layer", "container")


def _read_block(sheet: Sheet, rule: Any, base: Spot, conditional: bool) -> None:
    sheet.blocks += 1
    sheet.errors += [(token.message, _at(token, base)) for token in rule.prelude if token.type == "error"]
    selector = tinycss2.serialize(rule.prelude).strip()
    for each in _declarations(sheet, rule, base):
        sheet.declarations.append(replace(each, selector=selector, block=sheet.blocks, conditional=conditional))


def _declarations(sheet: Sheet, rule: Any, base: Spot) -> Iterator[Declaration]:
    for each in tinycss2.parse_blocks_contents(rule.content, True, True):
        if each.type == "declaration":
            spot = _at(each, base)
            sheet.addresses += [(address, spot) for address in addresses(each.value)]
            yield _declaration(each, spot)
        elif each.type == "error":
            sheet.errors.append((each.message, _at(each, base)))


def _declaration(node: Any, spot: Spot) -> Declaration:
    """The value without the blanks and comments around and between its parts."""
    value = tuple(token for token in node.value if token.type not in ("whitespace", "comment"))
    return Declaration(node.lower_name, value, node.important, spot, " ".join(tinycss2.serialize(node.value).split()))


def _at(node: Any, base: Spot) -> Spot:
    line, column = node.source_line, node.source_column
    return Spot(base.entry, base.line + line - 1, column if line > 1 else base.column + column - 1)
