"""The pictures of a document: where they lie, and which of them are there.

Pictures come from the images folder (`--images`, by default `<source>.images/`), the source's own folder, and the
source itself if it is a package; from nowhere else.  No name in a source, however it is spelt, reaches a file outside
them.
"""

from __future__ import annotations

import logging
import re
import warnings
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

from docconv import model as m
from docconv.archive import Archive, open_archive
from docconv.drawings import fault_of_drawing
from docconv.inputs import alike, is_within, note, note_within
from docconv.insets import inset
from docconv.metadata import STATED
from docconv.package import open_package
from docconv.photos import DAMAGE, facts_of, format_of, open_picture
from docconv.problems import Problem, SourceError

SUFFIXES = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
}
"""The names of pictures end so, in capitals or not.  What a file is, its first bytes say."""

COVER = "cover"
"""What a picture in the images folder is called that is the cover of the book."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """`images` is the folder of pictures named by figure id; `folder` is the source's own; either may be None.
    `package` is the source itself where it holds its pictures, as DOCX, ODT, EPUB and some HTML do.  `members` are
    those of the sources of an issue: a path in it begins with the number of the source (2/photo.jpg).  `names` are
    other names by which an edition calls its pictures, with the paths that they stand for."""

    images: Path | None = None
    folder: Path | None = None
    package: bytes = field(default=b"", repr=False)
    members: tuple[Pictures, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    def find(self, path: str) -> Path | None:
        """The file that a document's path means, or None if there is none inside the two folders."""
        path = self.names.get(path, path)
        if self.members:
            member, rest = self._member(path)
            return member.find(rest)
        return next((_inside(root, spelt) for root, spelt in self._spellings(path)), None)

    def spellings(self, path: str) -> list[str]:
        """The paths that a document's path may mean, as files are there, the likeliest first: as it is written, else in
        another Unicode form (macOS takes letters apart), else in other capitals (photo.jpg, PHOTO.JPG)."""
        if self.members:
            member, rest = self._member(path)
            return [f"{path.removesuffix(rest)}{each}" for each in member.spellings(rest)]
        return list(dict.fromkeys(spelt for _, spelt in self._spellings(path)))

    def _spellings(self, path: str) -> Iterator[tuple[Path, str]]:
        suffix = PurePosixPath(path).suffix
        for root in (self.images, self.folder):
            if root is None or not path or "\0" in path:
                continue
            note_within(root, root / path)
            if _inside(root, path):
                yield root, path
            elif suffix.lower() in SUFFIXES and not _leaves(path) and is_within(root, root / path):
                there = f"{root.absolute()}/"
                note("spellings", there + path)
                note("content", root / (path.removesuffix(suffix) + suffix.swapcase()))  # for make, which knows no more
                for spelt in (each.removeprefix(there) for each in alike(there + path)):
                    note_within(root, root / spelt)
                    if _inside(root, spelt):
                        yield root, spelt

    def named(self, stem: str) -> str:
        """The name of the picture in the images folder that is called `stem`, or nothing."""
        for number, member in enumerate(self.members, 1):
            if name := member.named(stem):
                return f"{number}/{name}"
        inside = Pictures(self.images)
        found = next((spelt for suffix in SUFFIXES if stem for spelt in inside.spellings(stem + suffix)), "")
        return found or (_cover_of(self.package) if stem == COVER and self.package.startswith(b"PK") else "")

    def read(self, path: str) -> bytes:
        """The bytes of the picture that a path means; none if there is no such picture."""
        path = self.names.get(path, path)
        if self.members:
            member, rest = self._member(path)
            return member.read(rest)
        file = self.find(path)
        return file.read_bytes() if file else self._packed(path)

    def _member(self, path: str) -> tuple[Pictures, str]:
        number, _, rest = path.partition("/")
        known = number.isdecimal() and 0 < int(number) <= len(self.members)
        return (self.members[int(number) - 1], rest) if known else (Pictures(), path)

    def _packed(self, path: str) -> bytes:
        """A picture out of the package; pandoc leaves out the folder of Word's own parts."""
        if is_edition(self.package):
            return _decoded(embedded(self.package).get(path, b""))
        if not self.package.startswith(b"PK"):
            return inset(self.package, path)
        if not self.package.startswith(b"PK") or Path(path).suffix.lower() not in SUFFIXES:
            return b""
        archive = _unpacked(self.package)
        entries = {entry.filename: entry for entry in archive.entries} if archive else {}
        entry = entries.get(path) or entries.get(f"word/{path}")
        page, _, name = path.rpartition("/")
        if archive and entry is None and page in entries:
            return inset(archive.read(entries[page]) or b"", name)
        return (archive.read(entry) if archive and entry else None) or b""


def _inside(root: Path, path: str) -> Path | None:
    """The picture at a path, if it is one and lies in the folder."""
    try:
        # resolve() follows links, so a link out of the folder is outside too
        file = (root / path).resolve()
        is_there = file.is_relative_to(root.resolve()) and file.is_file()
    except (OSError, RuntimeError):  # a name too long, a link to itself
        return None
    return file if is_there and file.suffix.lower() in SUFFIXES else None


@lru_cache(maxsize=1)
def _unpacked(package: bytes) -> Archive | None:
    try:
        return open_archive(package, "the package")
    except SourceError:
        return None


@lru_cache(maxsize=1)
def _cover_of(package: bytes) -> str:
    """The entry of the cover of somebody else's e-book: docconv paints its own anew."""
    archive = _unpacked(package)
    book = open_package(archive) if archive else None
    return "" if book is None or is_edition(book.read(_OWN_CONTENTS)) else book.cover


_OWN_CONTENTS = "EPUB/nav.xhtml"


def kind_of(path: str, data: bytes) -> str:
    """The media type of a picture."""
    known = {"JPEG": ".jpg", "PNG": ".png", "GIF": ".gif", "WEBP": ".webp", "TIFF": ".tif"}
    return SUFFIXES[known.get(format_of(data)) or PurePosixPath(path).suffix.lower()]


def suffix_of(path: str, data: bytes) -> str:
    """The suffix that the bytes of a picture deserve, whatever its file is called."""
    return next(suffix for suffix, kind in SUFFIXES.items() if kind == kind_of(path, data))


def data_address(kind: str, data: bytes) -> str:
    """The address of something that lies inside a file: `kind` is its media type."""
    return f"data:{kind};base64,{b64encode(data).decode()}"


_STATED = f'<meta name="{STATED}kind" content="'.encode()


def is_edition(page: bytes) -> bool:
    """Whether a file of HTML says in its head that it is an edition by docconv, which holds its pictures."""
    return not page.startswith(b"PK") and page.find(_STATED, 0, max(page.find(b"</head>"), 0)) >= 0


def holds_pictures(source: bytes) -> bool:
    """Whether pictures may stand in a source itself: it is a package, or a page with drawings or `data:` addresses."""
    return source.startswith(b"PK\x03\x04") or is_edition(source) or b"<svg" in source or b"data:image/" in source


@lru_cache(maxsize=1)
def embedded(page: bytes) -> dict[str, bytes]:
    """The `data:` addresses of the pictures in an HTML edition, by the names that they are given: picture-1.jpg …"""
    suffixes = {kind.encode(): suffix for suffix, kind in reversed(SUFFIXES.items())}
    found = dict.fromkeys(re.findall(rb' src="(data:image/[a-z+]+;base64,[A-Za-z0-9+/=]+)"', page))
    known = ((address, suffixes.get(address[len(b"data:") : address.index(b";")], "")) for address in found)
    return {f"picture-{n}{suffix}": address for n, (address, suffix) in enumerate(known, 1) if suffix}


def _decoded(address: bytes) -> bytes:
    try:
        return b64decode(address.partition(b",")[2], validate=True)
    except ValueError:
        return b""


def place_pictures(document: m.Document, pictures: Pictures, report: Callable[[Problem], None]) -> m.Document:
    """The document with every picture that is at hand in its place, and a placeholder for every other.

    A placeholder is filled by a picture named by the figure's id; a picture that the source names but that is not
    there, or cannot be read, becomes a placeholder."""

    def settle(media: m.Media, identifier: str, place: m.Place | None, caption: str) -> m.Media:
        wanted = media.path if isinstance(media, m.Image) else media.wanted
        named = pictures.named(identifier)
        for name in dict.fromkeys((named, wanted, unquote(wanted))):
            path, *others = pictures.spellings(name) or [name]
            data = pictures.read(path)
            if not data and pictures.find(path) is None:
                continue
            if others:
                what = f"{name} may be {' or '.join((path, *others))}: {path} is taken"
                report(Problem("picture-ambiguous", what, place, "give one of them another name"))
            fault = fault_of(path, data)
            if not fault:
                for code, doubt, remedy in facts_of(path, data).doubts():
                    report(Problem(code, f"{path}: {doubt}", place, remedy))
                return m.Image(path, media.alt, media.crop)
            report(Problem("picture-unreadable", f"{path}: {fault}", place, "replace the file"))
        if identifier and wanted == f"{identifier}.jpg":
            wanted = ""  # the name of its box, which says so anyway
        if wanted and _leaves(wanted):
            report(Problem("picture-refused", f"{wanted[:80]} is outside the source's folder", place,
                           "copy the picture beside the source"))  # fmt: skip
        else:
            name = f"{identifier}.jpg" if identifier else wanted
            what = wanted or caption[:24] or identifier or media.alt[:24]
            remedy = f"add {name} to the images folder" if name else "write the character, or name a picture of it"
            report(Problem("picture-missing", f"no picture for {what}", place, remedy))
        return m.Missing(wanted, "" if media.alt == caption else media.alt, media.crop)

    def step(node: Any) -> Any:
        if isinstance(node, m.Figure):
            return replace(node, media=settle(node.media, node.id, node.place, m.plain(node.caption)))
        if isinstance(node, m.Picture):
            return replace(node, media=settle(node.media, "", node.place, ""))
        return node

    return m.rewrite(document, step)


def _leaves(path: str) -> bool:
    return "://" in path or path.startswith(("/", "\\")) or ".." in Path(path).parts


def report_unused(placed: Iterable[tuple[m.Document, Pictures]], images: Path | None,
                  report: Callable[[Problem], None], is_named: bool = False) -> None:  # fmt: skip
    """Report the pictures in an images folder that none of the documents which it serves has a place for, and those in
    formats that none has; of one that the call names, that it holds none, unless there are
    pictures to come."""
    if images is None or not images.is_dir():
        return
    placed = list(placed)
    is_asked = any(isinstance(node, m.Missing) for document, _ in placed for node in m.walk(document))
    if (
        is_named
        and not is_asked
        and not any(file.suffix.lower() in {*SUFFIXES, *_OF_STUDIOS} for file in images.iterdir())
    ):
        report(Problem("picture-unused", f"there is no picture in {images}", None, "is it the right folder?"))
    used = {pictures.find(node.path) for document, pictures in placed
            for node in m.walk(document) if isinstance(node, m.Image)}  # fmt: skip
    for file in sorted(images.iterdir()):
        if file.suffix.lower() in SUFFIXES and file.resolve() not in used and file.stem.lower() != COVER:
            report(Problem("picture-unused", f"{file.name} is the id of no figure", None, "see docconv show for ids"))
        elif file.suffix.lower() in _OF_STUDIOS:
            what = f"{file.name}: {file.suffix[1:].upper()} is placed in no edition"
            report(Problem("picture-unreadable", what, None, "save it as JPEG or PNG"))


_OF_STUDIOS = {".ai", ".avif", ".bmp", ".eps", ".heic", ".heif", ".pdf", ".psd"}
"""Formats in which cameras and studios hand pictures over, and which not every edition can show."""


def report_colours(document: m.Document, pictures: Pictures, icc: bytes, report: Callable[[Problem], None]) -> None:
    """Report what is wrong with the colours of pictures on a press that an ICC profile describes."""
    shown = ((node.media.path, node.place) for node in m.walk(document)
             if isinstance(node, m.Figure | m.Picture) and isinstance(node.media, m.Image))  # fmt: skip
    for path, place in shown:
        for code, doubt, remedy in facts_of(path, pictures.read(path)).doubts_in_print(icc):
            report(Problem(code, f"{path}: {doubt}", place, remedy))


def fault_of(path: str, data: bytes) -> str:
    """What is wrong with a picture, in a few words; nothing if it can be used."""
    if path.lower().endswith(".svg"):
        return fault_of_drawing(data)
    from PIL import Image as Pillow
    from PIL import UnidentifiedImageError

    logging.getLogger("PIL").setLevel(logging.ERROR)
    try:
        with _strict_pillow(), open_picture(data) as picture:
            picture.load()
    except UnidentifiedImageError:
        return "not a picture"
    except (Pillow.DecompressionBombWarning, Pillow.DecompressionBombError):
        return f"more than {Pillow.MAX_IMAGE_PIXELS} pixels"  # a bomb, not a picture for print
    except DAMAGE as error:
        return f"damaged picture ({str(error)[:60]})"
    return ""


@contextmanager
def _strict_pillow() -> Iterator[None]:
    """Pillow that refuses bombs, and cut pictures too: importing WeasyPrint lets those pass in the whole process."""
    from PIL import Image as Pillow
    from PIL import ImageFile

    before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what Exif says
            warnings.simplefilter("error", Pillow.DecompressionBombWarning)
            yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before
