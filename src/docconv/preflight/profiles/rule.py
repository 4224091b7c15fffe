"""What a rule of a profile is: what it says, where it is broken, what it rests on, what to do, and who asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from docconv.preflight.profiles.finished import Finished
from docconv.press import Profile


class Hit(NamedTuple):
    """Where a rule is broken, and how.  `page` is 0 when it is the file's matter; `at` is the place on the page, in mm
    from the left and from the top of the trimmed page."""

    message: str
    page: int = 0
    at: tuple[float, float] | None = None


def press(profile: Profile) -> bool:
    return profile.is_press


def x1a(profile: Profile) -> bool:
    return profile.standard == "pdf/x-1a"


def archive(profile: Profile) -> bool:
    return profile.standard in ("pdf/a-2u", "pdf/a-3u")


def accessible(profile: Profile) -> bool:
    return profile.standard == "pdf/ua-1"


@dataclass(frozen=True, slots=True)
class Rule:
    """`title` says what holds where the rule is kept; `clause` is quoted by the title of its section or by what it is
    called in the trade; `asked` tells whether a profile asks for it."""

    code: str
    title: str
    find: Callable[[Finished], Iterator[Hit]]
    clause: str
    remedy: str
    asked: Callable[[Profile], bool] = press

    @property
    def name(self) -> str:
        """How the report knows it, for good: press-box/trim."""
        return f"{self.code}/{self.find.__name__.replace('_', '-')}"
