"""A source as bytes with a name: what every reader is given.

The name is what the user typed; it appears in places and problems, never in an output.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from docconv.chars import composed
from docconv.inputs import is_possible, read_whole
from docconv.model import Place
from docconv.problems import UsageError
from docconv.readers.encodings import LOST, decoded

DEEPEST = 100
"""How deep a source may nest before it is refused: far more than any text, far less than the stack."""


@dataclass(frozen=True, slots=True)
class Source:
    """`folder` is where the source's own pictures lie; None for a stream, which has none.  `shows_changes` keeps the
    tracked changes and the comments of an office file, which are else accepted and told."""

    name: str
    data: bytes
    folder: Path | None = None
    shows_changes: bool = False

    @classmethod
    def open(cls, path: Path, shows_changes: bool = False) -> Source:
        try:
            return cls(str(path), read_whole(path), path.parent, shows_changes)
        except IsADirectoryError:
            raise UsageError(f"{path} is a folder", remedy="name a file in it") from None
        except OSError as error:
            raise UsageError(f"cannot read {path}: {(error.strerror or str(error)).lower()}") from None

    def companion(self, suffix: str) -> Path | None:
        """The place of what lies beside the source and is its own: page.txt.images; None for a stream,
        and where no file could have such a name.

        Raises `UsageError` for a link out of the source's folder: it may have come with an archive."""
        if self.folder is None:
            return None
        path = Path(self.name + suffix)
        if not is_possible(path):
            return None
        if path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(self.folder)):
            remedy = "name the folder with --images" if suffix == ".images" else "copy the file to its place"
            raise UsageError(f"{path} is a link out of the source's folder", remedy=remedy)
        return path

    @property
    def suffix(self) -> str:
        return Path(self.name).suffix.lower().removeprefix(".")

    def text(self) -> str:
        """The source as text, composed, with `\\n` line ends.  Raises `SourceError` if it is not text."""
        text = decoded(self.data, self.name).text
        return composed(text.replace("\r\n", "\n").replace("\r", "\n"))

    def controls(self) -> Iterator[tuple[str, Place]]:
        """The control characters of a text, which every reader leaves behind: no edition can hold them."""
        for number, line in enumerate(self.text().split("\n"), 1):
            for found in _CONTROL.finditer(line):
                yield found[0], Place(number, found.start() + 1, self.name)

    def losses(self) -> Iterator[tuple[str, Place]]:
        """What is damaged in a text: every U+FFFD, with what stands in its place in the source."""
        _, encoding, lost = decoded(self.data, self.name)
        told = iter(lost)
        for number, line in enumerate(self.text().split("\n"), 1):
            for found in re.finditer(LOST, line):
                if damaged := next(told, b""):
                    what = f"{'bytes' if len(damaged) > 1 else 'byte'} 0x{damaged.hex().upper()} of {encoding} text"
                else:
                    what = "a character that was saved as U+FFFD"
                yield what, Place(number, found.start() + 1, self.name)


_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")  # not the form feed, which parts pages
