"""Problems and errors: what happened, where, and what to do about it.

A `Problem` is a value: something an editor should look at, while the work goes on.  A `DocconvError` ends the
work; it carries its exit code and its remedy, and is the only kind of exception that crosses docconv's border.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from docconv.model import Place

Severity = Literal["error", "warning", "note"]

# Every code has a heading of its own in docs/problems.md.
CODES: dict[str, Severity] = {
    "access-alt": "error",
    "access-character": "warning",
    "access-document": "error",
    "access-font": "error",
    "access-heading": "warning",
    "access-language": "note",
    "access-link": "error",
    "access-navigation": "warning",
    "access-note": "error",
    "access-order": "note",
    "access-role": "error",
    "access-table": "warning",
    "access-tagged": "error",
    "archive-attachment": "error",
    "archive-colour": "error",
    "archive-content": "error",
    "archive-font": "error",
    "archive-metadata": "error",
    "archive-standard": "error",
    "article-without-headline": "warning",
    "author-assumed": "note",
    "change-tracked": "warning",
    "character-control": "warning",
    "character-form": "warning",
    "character-lost": "warning",
    "character-private": "warning",
    "comment-kept": "note",
    "comment-left-out": "warning",
    "cover-small": "note",
    "css-ignored": "warning",
    "decision-unused": "warning",
    "epub-a11y": "warning",
    "epub-a11y-claim": "warning",
    "epub-alt": "warning",
    "epub-apple": "warning",
    "epub-caption": "note",
    "epub-container": "error",
    "epub-contrast": "warning",
    "epub-cover": "warning",
    "epub-css-bidi": "error",
    "epub-css-broken": "warning",
    "epub-css-important": "warning",
    "epub-css-leading": "warning",
    "epub-css-size": "warning",
    "epub-css-vertical": "warning",
    "epub-direction": "warning",
    "epub-document-title": "warning",
    "epub-font": "warning",
    "epub-font-obfuscated": "note",
    "epub-heading": "warning",
    "epub-identifier": "error",
    "epub-image": "error",
    "epub-image-colour": "warning",
    "epub-image-size": "note",
    "epub-kindle": "warning",
    "epub-kobo": "warning",
    "epub-landmarks": "note",
    "epub-lang": "warning",
    "epub-language": "error",
    "epub-link": "error",
    "epub-manifest": "error",
    "epub-markup": "error",
    "epub-mimetype": "error",
    "epub-modified": "error",
    "epub-name": "error",
    "epub-nav": "error",
    "epub-nav-incomplete": "warning",
    "epub-nav-order": "warning",
    "epub-newline": "warning",
    "epub-note": "warning",
    "epub-page-list": "warning",
    "epub-remote": "error",
    "epub-resource": "error",
    "epub-script": "warning",
    "epub-stored-indent": "warning",
    "epub-stored-space": "warning",
    "epub-table": "warning",
    "epub-title": "error",
    "epub-typed-space": "note",
    "epub-unlisted": "warning",
    "epub-unmeasured": "note",
    "epub-version": "warning",
    "epub-wechat": "warning",
    "epub-xml": "error",
    "epubcheck-error": "error",
    "epubcheck-note": "note",
    "epubcheck-warning": "warning",
    "exclamation-space": "note",
    "fence-open": "warning",
    "font-unusable": "warning",
    "join-doubtful": "warning",
    "markdown-command": "note",
    "math-raw": "error",
    "math-tex": "warning",
    "metadata-doubtful": "warning",
    "notation-kept": "warning",
    "note-uncalled": "warning",
    "note-unknown": "warning",
    "numeral-form": "note",
    "object-unread": "warning",
    "option-idle": "warning",
    "pdf-emboldened": "warning",
    "pdf-font-absent": "warning",
    "pdf-glyph-missing": "warning",
    "pdf-hyphen-added": "warning",
    "pdf-last-line": "note",
    "pdf-line-end": "warning",
    "pdf-line-end-mark": "warning",
    "pdf-line-start": "warning",
    "pdf-line-start-mark": "warning",
    "pdf-loose-gap": "warning",
    "pdf-marks-adjacent": "warning",
    "pdf-measure": "note",
    "pdf-mixed-gap": "warning",
    "pdf-note-parted": "warning",
    "pdf-number-split": "warning",
    "pdf-pair-split": "warning",
    "pdf-pitch": "warning",
    "pdf-ragged": "note",
    "pdf-region": "warning",
    "pdf-right-edge": "warning",
    "pdf-size": "note",
    "pdf-slanted": "warning",
    "pdf-small-kana": "note",
    "pdf-text-form": "warning",
    "pdf-unmeasured": "note",
    "picture-ambiguous": "warning",
    "picture-apart": "warning",
    "picture-colour": "warning",
    "picture-colour-assumed": "note",
    "picture-missing": "warning",
    "picture-unreadable": "warning",
    "picture-unused": "warning",
    "picture-refused": "warning",
    "picture-small": "warning",
    "preflight-unread": "warning",
    "press-black": "warning",
    "press-bleed": "warning",
    "press-box": "error",
    "press-colour": "error",
    "press-colour-managed": "note",
    "press-condition": "warning",
    "press-content": "error",
    "press-folio": "note",
    "press-font": "error",
    "press-font-note": "note",
    "press-glyph": "error",
    "press-gutter": "note",
    "press-hairline": "warning",
    "press-image": "error",
    "press-ink": "warning",
    "press-intent": "error",
    "press-interactive": "error",
    "press-marks": "warning",
    "press-metadata": "warning",
    "press-mono": "warning",
    "press-overprint": "warning",
    "press-pages": "note",
    "press-resolution": "error",
    "press-resolution-low": "warning",
    "press-safe": "warning",
    "press-spot": "note",
    "press-standard": "error",
    "press-transparency": "warning",
    "press-type": "warning",
    "press-unflattened": "error",
    "quote-unpaired": "warning",
    "read-as": "note",
    "read-doubtful": "note",
    "reference-doubtful": "warning",
    "running-head": "note",
    "source-empty": "warning",
    "source-skipped": "note",
    "stopped": "error",
    "suspect-amount": "warning",
    "suspect-character": "warning",
    "suspect-nickname": "note",
    "suspect-quote": "warning",
    "suspect-repetition": "note",
    "suspect-sentence": "note",
    "tag-open": "warning",
    "text-added": "error",
    "text-hidden": "note",
    "text-left-out": "note",
    "text-lost": "error",
    "text-unprinted": "error",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """`code` is a key of `CODES`; `message` says what, `remedy` what to do.

    `words` is all the text of a source that is left out of the document, if that is what the problem tells."""

    code: str
    message: str
    place: Place | None = None
    remedy: str = ""
    words: str = field(default="", compare=False, repr=False)

    @property
    def severity(self) -> Severity:
        return CODES[self.code]

    def __str__(self) -> str:
        """`file:line:col: code: message` — the form that editors and make understand."""
        return f"{where(self.place)}{self.code}: {self.message}" + (f" — {self.remedy}" if self.remedy else "")


LOSSES = frozenset({"math-raw", "text-added", "text-lost", "text-unprinted"})
"""The problems that end a conversion, unless it is allowed: an edition would not hold what the source holds."""

Say: TypeAlias = Callable[[Problem], None]
"""What takes the problems that somebody has to tell."""


def silent(problem: Problem) -> None:
    """Take a problem and tell nobody."""


def where(place: Place | None) -> str:
    """A place at the head of a message."""
    if place is None:
        return ""
    file = f"{place.file}:{place.entry}" if place.entry else place.file
    return f"{file or '-'}:{place.line}:{place.column}: " if place.line else f"{file}: "


class DocconvError(Exception):
    """Base of all errors.  `exit_code` is what the command line ends with."""

    exit_code = 1

    def __init__(self, message: str, *, place: Place | None = None, remedy: str = "") -> None:
        super().__init__(message)
        self.message, self.place, self.remedy = message, place, remedy

    def __str__(self) -> str:
        return f"{where(self.place)}{self.message}" + (f" — {self.remedy}" if self.remedy else "")


class SourceError(DocconvError):
    """The source cannot be read: it is damaged, in an unknown encoding, or not what its format says."""

    exit_code = 1


class UsageError(DocconvError):
    """The call asks for something that does not exist: a format, a style, a file."""

    exit_code = 2


class ToolError(DocconvError):
    """A program, library or font that the work needs is not installed."""

    exit_code = 3


class CheckFailed(DocconvError):
    """`--strict` found problems, or an edition would lose words; it carries the problems."""

    exit_code = 4

    def __init__(self, message: str, problems: Iterable[Problem]) -> None:
        super().__init__(message)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join([*map(str, self.problems), self.message])
