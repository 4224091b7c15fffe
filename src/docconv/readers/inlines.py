"""The normal form of text, which every reader delivers, and the few functions that bring runs of inlines into it.

It assumes nothing of a format.  In the normal form

- text is `composed` (NFC but for compatibility ideographs), without characters that XML 1.0 forbids, without other
  controls, and without the zero-width characters U+200B, U+2060, U+FEFF and U+00AD, which carry layout and no text;
- white space is one space, never a newline or a tab.  A newline of the source between two East Asian characters
  vanishes; between Latin words, between Hangul, and between Latin and East Asian it is a space (CSS Text 4,
  segment break transformation rules).  Spaces beside a line break vanish;
- a run (a paragraph's content, a title, a caption …) neither begins nor ends with a space, U+3000 or a line break;
- there is no empty run, no empty inline, and no two `Text` stand side by side;
- there is no empty paragraph or block; list items and table cells may be empty;
- a paragraph that is nothing but pictures is figures;
- a code block neither begins nor ends with a newline;
- an id is an XML name and unique; a link to `#id` finds it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Literal, get_args
from urllib.parse import quote, unquote, urlsplit

from docconv import model as m
from docconv.chars import composed

# ── Characters ───────────────────────────────────────────────────────────────────────────────────────────

_DROPPED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\ufeff\ud800-\udfff\ufffe\uffff]")
_NEWLINES = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile("[ \t\n]+")
_EDGE = " \t\n\xa0\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))


def clean(text: str) -> str:
    """`text`, composed, with `\\n` line ends, without the characters that the normal form drops; its spaces stay."""
    return composed(_DROPPED.sub("", _NEWLINES.sub("\n", text)))


def one_line(text: str) -> str:
    """`text` as a run of its own: a title, a name, the reading of a ruby, an attribute."""
    cleaned = clean(text)
    joined = _SPACES.sub(lambda space: _space(cleaned, space.start(), space.end()), cleaned)
    return clean(joined.strip(_EDGE))


_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff\uffa0-\uffdc]")


def _kind(character: str) -> Literal["wide", "hangul", "mark", "other"]:
    """What decides a segment break: "mark" is punctuation of ambiguous width, such as “ ” … —."""
    if _HANGUL.match(character):
        return "hangul"
    width = unicodedata.east_asian_width(character)
    if width in "WFH":
        return "wide"
    return "mark" if width == "A" and unicodedata.category(character)[0] in "PS" else "other"


# A run is joined to one string to see its white space across tags.  These stand for what is not text; `clean` has
# dropped them from the text itself.
_SEAM, _BREAK, _THING = "\x00", "\x01", "\x02"


def _space(text: str, start: int, end: int) -> str:
    """What the white space `text[start:end]` comes to: a space or nothing."""
    before, after = _near(text, start - 1, -1), _near(text, end, 1)
    if not before or not after or _BREAK in (before, after):
        return ""
    if "\n" not in text[start:end]:
        return " "
    return "" if _vanishes(_seen(text, start - 1, -1), _seen(text, end, 1)) else " "


def _near(text: str, at: int, step: int) -> str:
    """The nearest character that is not a seam, or nothing at the end."""
    while 0 <= at < len(text) and text[at] == _SEAM:
        at += step
    return text[at] if 0 <= at < len(text) else ""


def _seen(text: str, at: int, step: int) -> str:
    """The kind of the nearest character, past pictures and note marks; a mark is as wide or Hangul as the next."""
    mark = ""
    while 0 <= at < len(text) and (text[at] in (_SEAM, _THING) or _kind(text[at]) == "mark"):
        mark = mark if text[at] in (_SEAM, _THING) else "mark"
        at += step
    far = _kind(text[at]) if 0 <= at < len(text) and text[at] not in f" \t\n{_BREAK}" else ""
    return far if far in ("wide", "hangul") or not mark else mark


def _vanishes(before: str, after: str) -> bool:
    """Whether a segment break is removed: 中⏎文, 中⏎“, ”⏎中; not 中⏎A, 한⏎글, nor ”⏎“ in English."""
    kinds = {before, after}
    return "wide" in kinds and kinds <= {"wide", "mark", ""}


# ── Runs ─────────────────────────────────────────────────────────────────────────────────────────────────


def tidy(nodes: Iterable[m.Inline]) -> m.Inlines:
    """A run of inlines in the normal form."""
    run = _merged(nodes)
    joined = _SEAM.join(_leaves(run))
    edge = _EDGE + _SEAM + _BREAK
    inner = joined.strip(edge)
    start = len(joined) - len(joined.lstrip(edge))
    # the seams stay where they are: each leaf gets its own part back
    spaced = _GAPS.sub(lambda gap: _space(inner, gap.start(), gap.end()) + _seams(gap[0]), inner)
    parts = (_seams(joined[:start]) + spaced + _seams(joined[start + len(inner) :])).split(_SEAM)
    return _merged(_rebuilt(run, iter(parts)))


_GAPS = re.compile("[ \t\n](?:[ \t\n\x00]*[ \t\n])?")


def _seams(text: str) -> str:
    return _SEAM * text.count(_SEAM)


def _leaves(nodes: m.Inlines) -> Iterator[str]:
    """What each leaf of the run looks like to the white space beside it."""
    for node in nodes:
        match node:
            case m.Text(text):
                yield clean(text)
            case m.LineBreak():
                yield _BREAK
            case m.Ruby(text) | m.Code(text) | m.Math(text) | m.Name(text):
                shown = one_line(text)
                yield shown[0] + shown[-1] if shown and _SEAM not in shown else _THING
            case m.NoteRef() | m.Picture():
                yield _THING
            case _:
                yield from _leaves(node.content)


def _rebuilt(nodes: m.Inlines, leaves: Iterator[str]) -> Iterator[m.Inline]:
    """The nodes with their leaves' new text; what has come out empty is left out."""
    for node in nodes:
        match node:
            case m.Text():
                if text := composed(next(leaves)):
                    yield replace(node, text=text)
            case m.LineBreak():
                if next(leaves):
                    yield node
            case m.Code(text):
                next(leaves)
                yield replace(node, text=clean(text).replace("\n", " ").replace("\t", " ").strip())
            case m.Math(tex):
                next(leaves)
                yield replace(node, tex=one_line(tex))
            case m.Name(name, role):
                next(leaves)
                yield replace(node, name=one_line(name), role=one_line(role))
            case m.Ruby() | m.NoteRef() | m.Picture():
                next(leaves)
                yield node
            case _:
                # the parts must be made even if they come out empty: each takes its leaves
                if content := tuple(_rebuilt(node.content, leaves)):
                    yield replace(node, content=content)


def _merged(nodes: Iterable[m.Inline]) -> m.Inlines:
    """The nodes with neighbouring texts in one, and without those that show nothing."""
    out: list[m.Inline] = []
    pending: list[str] = []  # the texts that belong to out[-1]: joining them one by one would take n² time

    def close() -> None:
        if len(pending) > 1 and isinstance(out[-1], m.Text):
            out[-1] = replace(out[-1], text=composed("".join(pending)))
        pending.clear()

    for node in nodes:
        if isinstance(node, m.Code | m.Math | m.Name) and not one_line(_own_text(node)):
            continue
        if isinstance(node, m.Text):
            if not pending:
                out.append(node)
            pending.append(node.text)
            continue
        close()
        out.append(replace(node, content=_merged(node.content)) if isinstance(node, m.Holder) else node)
    close()
    return tuple(out)


def _own_text(node: m.Code | m.Math | m.Name) -> str:
    match node:
        case m.Code(text) | m.Math(text) | m.Name(text):
            return text


def ruby(parts: Iterable[tuple[Literal["base", "reading"], str]]) -> list[m.Inline]:
    """Bases and readings in their order, paired: 東/とう 京/きょう, whether they alternate or stand in two rows.

    Where the numbers differ the whole is one ruby (HTML, "ruby annotation pairing")."""
    out: list[m.Inline] = []
    bases: list[str] = []
    readings: list[str] = []

    def close() -> None:
        whole = [("".join(bases), "".join(readings))]
        pairs = zip(bases, readings, strict=True) if len(bases) == len(readings) else whole
        for base, reading in pairs:
            out.append(m.Ruby(base, reading) if base and reading else m.Text(base or reading))
        bases.clear()
        readings.clear()

    for kind, text in parts:
        if kind == "base" and readings:
            close()
        (bases if kind == "base" else readings).append(one_line(text))
    close()
    return out


# ── What stands in attributes ────────────────────────────────────────────────────────────────────────────


def identifier(raw: str) -> str:
    """An id as an XML name without colons, as XHTML and EPUB want it; the same for the element and for its links."""
    name = "".join(c if c.isalpha() or c.isdecimal() or c in "-_." else "-" for c in one_line(raw))
    return name if not name or name[0].isalpha() or name[0] == "_" else f"id-{name}"


def link_target(address: str) -> str:
    """The address if a document may hold it (http, https, mailto, `#id`), else nothing."""
    address = re.sub("[\t\n\r]", "", address).strip("".join(map(chr, range(0x21))))  # as browsers do (WHATWG URL)
    if address.startswith("#"):
        name = identifier(unquote(address[1:]))
        return f"#{name}" if name else ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    allowed = parts.netloc if parts.scheme in ("http", "https") else parts.path if parts.scheme == "mailto" else ""
    # what RFC 3986 allows stays, and so do the letters of every script
    return "".join(c if c.isalnum() or c in _URL else quote(c, errors="replace") for c in address) if allowed else ""


_URL = frozenset("-._~:/?#[]@!$&'()*+,;=%")


def media(path: str, alt: str, crop: str = "") -> m.Media:
    """The picture that a source names; one that is embedded as data has no file and is missing."""
    kept = crop_of(crop)
    path = re.sub(r"\s*\n\s*", "", _DROPPED.sub("", path)).strip()
    embedded = path.lower().startswith("data:")
    return m.Image(path, one_line(alt), kept) if path and not embedded else m.Missing("", one_line(alt), kept)


_SIDES: dict[str, m.ParagraphAlign] = {"right": "right", "center": "center", "centre": "center"}
_ALIGNS: dict[str, m.ParagraphAlign] = {
    **{f"{before}{name}": align for name, align in _SIDES.items()
       for before in ("", "align-", "text-", "text-align-", "has-text-align-")},
    "flushright": "right",
    "text-end": "right",
    "centered": "center",
}  # fmt: skip
_TEXT_ALIGN = re.compile(r"(?:^|;)\s*text-align\s*:\s*([a-z]+)", re.I)


def align_of(names: Iterable[str], style: str = "", said: str = "") -> m.ParagraphAlign | None:
    """Where classes or names of styles, a style of CSS or the attribute `align` set a paragraph; None if they say
    nothing of it."""
    if found := _TEXT_ALIGN.search(style) or re.fullmatch("([A-Za-z]+)", said.strip()):
        side = found[1].lower()
        return "right" if side in ("right", "end") else "center" if side == "center" else ""
    return next((_ALIGNS[each] for each in names if each in _ALIGNS), None)


def crop_of(value: str) -> m.Crop:
    """The side that a source wants to be kept of a picture; nothing for what is none."""
    return next((side for side in get_args(m.Crop) if side == value.strip().lower()), "")


def language(tag: str) -> str:
    """The tag if it has the form of BCP 47, else nothing."""
    tag = tag.strip().replace("_", "-")
    return tag if re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", tag) and tag.lower() != "und" else ""


def iso_date(text: str) -> str:
    """A date as ISO 8601, as far as it is known: 2022-11-05T08:00Z, 2022年11月5日, 2022/11/5, 2022; else nothing."""
    text = one_line(text)
    if re.fullmatch(r"\d{4}(-\d\d(-\d\d([T ][\d:.,+Zz-]+)?)?)?", text, re.ASCII):
        return text
    parts = re.match(r"(\d{4})\s*[年년./-]\s*(\d{1,2})\s*(?:[月월./-]\s*(\d{1,2})|[月월])?", text, re.ASCII)
    return "-".join([parts[1], *(part.zfill(2) for part in parts.groups()[1:] if part)]) if parts else ""
