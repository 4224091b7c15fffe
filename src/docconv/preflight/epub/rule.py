"""What a rule of the check is: a code, where it is broken, what it rests on, what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from docconv.preflight.epub.book import Book, Hit


@dataclass(frozen=True, slots=True)
class Rule:
    """`clause` is quoted by the title of its section, for numbers change; `store` is the only one that asks for it."""

    code: str
    find: Callable[[Book], Iterator[Hit]]
    clause: str
    remedy: str
    store: str = ""
