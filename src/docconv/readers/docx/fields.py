"""The fields of a Word file: what Word puts in the place of an instruction such as REF, SEQ, HYPERLINK, EQ.

It assumes that the marks of fields are told in their order.  What is shown of a field is its result, as it was when the
file was saved (ECMA-376 part 1, 17.16); some instructions have none and are shown by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree

from docconv.readers.docx.package import child, inside, is_on, number, value
from docconv.readers.docx.symbols import symbol


@dataclass(slots=True)
class Field:
    """An open field.  `words` are what stands as text in its instruction, which Word never shows."""

    form: etree._Element | None = None
    instruction: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    is_in_result: bool = False
    has_result: bool = False
    target: str = ""


class Fields:
    """The fields that are open at a place of the text."""

    def __init__(self) -> None:
        self.open: list[Field] = []

    @property
    def are_shown(self) -> bool:
        """Whether text here is seen: in results of fields, or in none."""
        return all(each.is_in_result for each in self.open)

    @property
    def target(self) -> str:
        """Where the text here leads: what the nearest field is a link to; nothing if none is."""
        return next((each.target for each in reversed(self.open) if each.target), "")

    def show(self) -> None:
        """Say that something is shown here: the fields that are open have a result."""
        for each in self.open:
            each.has_result = True

    def begin(self, form: etree._Element | None = None) -> None:
        self.open.append(Field(form))

    def separate(self) -> None:
        """The instruction of the nearest field ends; its result begins."""
        if self.open and not self.open[-1].is_in_result:
            self.open[-1].is_in_result = True
            self.open[-1].target = target_of("".join(self.open[-1].instruction))

    def end(self) -> Field | None:
        return self.open.pop() if self.open else None

    def instruct(self, text: str, words: Sequence[str] = ()) -> None:
        """Take a piece of an instruction; `words` are what of it stands in the file as text."""
        hidden = next((each for each in reversed(self.open) if not each.is_in_result), None)
        if hidden:
            hidden.instruction.append(text)
            hidden.words += words


def mark_open(root: etree._Element) -> None:
    """Take the mark from each beginning of a field that never ends: what follows it is text all the same."""
    begun: list[etree._Element] = []
    for each in inside(root, "w:fldChar"):
        kind = value(each, "w:fldCharType")
        if kind == "begin":
            begun.append(each)
        elif kind == "end" and begun:
            begun.pop()
    for each in begun:
        each.attrib.clear()


# ── What an instruction says ─────────────────────────────────────────────────────────────────────────────

_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"?|(\S+)')


def _words(instruction: str) -> list[str]:
    """The words of an instruction; what stands in quotation marks is one."""
    return [re.sub(r'\\(["\\])', r"\1", quoted) or plain for quoted, plain in _WORD.findall(instruction)]


def target_of(instruction: str) -> str:
    """The address that a field leads to: `#name` of a bookmark, or one outside; nothing if it is no link."""
    words = _words(instruction)
    kind, rest = (words[0].upper(), words[1:]) if words else ("", [])
    if kind == "HYPERLINK":
        return _hyperlink(rest)
    leads = kind in ("REF", "PAGEREF", "NOTEREF") and "\\h" in [each.lower() for each in rest]
    return f"#{rest[0]}" if leads and not rest[0].startswith("\\") else ""


def _hyperlink(words: list[str]) -> str:
    address, anchor, at = "", "", 0
    while at < len(words):
        if words[at].lower() == "\\l" and at + 1 < len(words):
            anchor, at = words[at + 1], at + 1
        elif words[at].lower() in ("\\o", "\\t"):
            at += 1
        elif not words[at].startswith("\\") and not address:
            address = words[at]
        at += 1
    return f"{address}#{anchor}" if anchor else address


class Shown(NamedTuple):
    """What a field without a result shows: a text, with a reading above it if it is ruby.  `is_whole` is false for an
    equation, of which the text alone is known."""

    text: str
    reading: str = ""
    is_whole: bool = True


def shown_of(closed: Field) -> Shown | None:
    """What Word shows of a field that has no result; None for an instruction that shows nothing."""
    instruction = "".join(closed.instruction).strip()
    kind, _, rest = instruction.partition(" ")
    match kind.upper():
        case "EQ":
            return _equation(rest)
        case "SYMBOL":
            return Shown(_symbol(_words(rest)))
        case "MACROBUTTON" | "GOTOBUTTON":
            return Shown(rest.strip().partition(" ")[2].strip())
        case "FORMCHECKBOX":
            return Shown("☒" if _is_checked(closed.form) else "☐")
        case "FORMDROPDOWN":
            return Shown(_chosen(closed.form))
        case _ if kind.upper().startswith("EQ\\"):
            return _equation(instruction[2:])
        case _:
            return None


def _symbol(words: list[str]) -> str:
    """SYMBOL 252 \\f Wingdings (17.16.5.63)."""
    if not words:
        return ""
    code = words[0][2:] if words[0].lower().startswith("0x") else f"{max(number(words[0]), 0):X}"
    lower = [each.lower() for each in words]
    font = words[lower.index("\\f") + 1] if "\\f" in lower[:-1] else ""
    return symbol(code, font)


def _is_checked(form: etree._Element | None) -> bool:
    """Whether the box of a form is ticked: by who filled it in, else by who made it (17.16.7)."""
    box = child(form, "w:checkBox")
    state = child(box, "w:checked")
    return is_on(state if state is not None else child(box, "w:default"))


def _chosen(form: etree._Element | None) -> str:
    """The entry of a list that is chosen (17.16.11)."""
    entries = [value(each) for each in inside(child(form, "w:ddList"), "w:listEntry")]
    result = child(form, "w:ddList", "w:result")
    at = number(value(result if result is not None else child(form, "w:ddList", "w:default")))
    return entries[at] if 0 <= at < len(entries) else ""


_RUBY = re.compile(
    r"(?s).*?\\o(?:\\a[clrd]|\s)*\(\s*\\s\\up ?-?\d*\s*\((?P<reading>[^()]*)\)\s*[,;]\s*(?P<base>[^()]*)\)\s*"
)
"""EQ \\* hps10 \\o\\ad(\\s\\up 9(かわ),川): how Word sets ruby in RTF, and did before `w:ruby` was there."""
_OVERSTRIKE = re.compile(r"(?s)\s*\\o(?:\\a[clrd]|\s)*\((?P<frame>[○◯□△◇])[,;](?P<inner>[^()\\]*)\)\s*")


def _equation(instruction: str) -> Shown:
    """What an equation of the old kind shows (17.16.5.21): ruby, an enclosed character, or its text in a row."""
    if found := _RUBY.fullmatch(instruction):
        return Shown(found["base"].strip(), found["reading"].strip())
    if (found := _OVERSTRIKE.fullmatch(instruction)) and found["frame"] in "○◯":
        circled = _CIRCLED.get(found["inner"].strip())
        return Shown(circled or found["inner"].strip(), is_whole=circled is not None)
    text = re.sub(r"\\\* ?\w+(?:\d+)?|\\\* ?\"[^\"]*\"|\\[A-Za-z]{1,2}\d*", " ", instruction)
    return Shown(re.sub(r"[()\s]+", " ", text).strip(), is_whole=False)


_CIRCLED = {str(each): chr(ord("①") + each - 1) for each in range(1, 21)}
