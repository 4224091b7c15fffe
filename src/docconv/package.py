"""What an EPUB says of itself: its files, their order, its contents, its cover, and what is known of the book.

It assumes of the archive only that it opens.  Whatever is wrong is passed over: a reader wants the text; what is wrong
with a package is preflight's to say.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import unquote
from zipfile import ZipInfo

from lxml import etree

from docconv.archive import Archive

_TEXTS = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml", "text/x-oeb1-document", "application/html")
_FONT_CIPHERS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")


@dataclass(frozen=True, slots=True)
class Item:
    """A file of the book: its entry in the archive, its media type and properties, and what may stand for it."""

    entry: str
    kind: str
    properties: frozenset[str] = frozenset()
    fallback: str = ""

    @property
    def is_text(self) -> bool:
        return self.kind in _TEXTS

    @property
    def is_picture(self) -> bool:
        return self.kind.startswith("image/")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents: its words, how deep it stands, and what it leads to."""

    label: str
    depth: int
    file: str
    fragment: str


@dataclass
class Package:
    """`entry` is that of the package document, `root` what stands in it."""

    archive: Archive
    entry: str
    root: Any
    entries: Mapping[str, ZipInfo]
    items: Mapping[str, Item] = field(default_factory=dict)

    def read(self, entry: str) -> bytes:
        info = self.entries.get(entry)
        return (self.archive.read(info) if info else None) or b""

    def resolve(self, base: str, address: str) -> tuple[str, str]:
        """The entry that an address in the file `base` leads to, or nothing, and its fragment."""
        path, _, fragment = address.strip().partition("#")
        if re.match(r"[a-z][a-z0-9+.-]*:|//", path, re.IGNORECASE):
            return "", ""
        path = path.partition("?")[0]
        if not path:
            return base, unquote(fragment)
        for spelt in (unquote(path), path):
            full = posixpath.normpath(posixpath.join(posixpath.dirname(base), spelt)).lstrip("/")
            found = full if full in self.entries else self._spellings.get(_alike(full), "")
            if found:
                return found, unquote(fragment)
        return "", ""

    @cached_property
    def _spellings(self) -> dict[str, str]:
        return {_alike(name): name for name in reversed([*self.entries])}

    @cached_property
    def spine(self) -> list[Item]:
        """The files of the text in reading order, those behind the others that stand outside it; each with what a
        reading system falls back to, if it is no text."""
        inside: list[Item] = []
        outside: list[Item] = []
        for reference in self.root.iter(_named("itemref")):
            item = self._readable(reference.get("idref", ""))
            if item and item not in inside and item not in outside:
                (outside if reference.get("linear") == "no" else inside).append(item)
        return [*inside, *outside]

    def _readable(self, name: str) -> Item | None:
        item = self.items.get(name)
        for _ in range(_LONGEST_CHAIN):
            if item is None or item.is_text or item.is_picture or not item.fallback:
                break
            item = self.items.get(item.fallback)
        return item

    @cached_property
    def direction(self) -> str:
        spine = next(self.root.iter(_named("spine")), None)
        return spine.get("page-progression-direction", "") if spine is not None else ""

    @cached_property
    def cover(self) -> str:
        """The entry of the picture on the cover, or nothing."""
        metas = self.root.iter(_named("meta"))
        named = {each.get("content", "") for each in metas if each.get("name") == "cover"}
        for name, item in self.items.items():
            if "cover-image" in item.properties or (name in named and item.is_picture):
                return item.entry
        for reference in self.root.iter(_named("reference")):
            if reference.get("type", "").lower() in ("cover", "other.ms-coverimage-standard"):
                file, _ = self.resolve(self.entry, reference.get("href", ""))
                if any(item.entry == file and item.is_picture for item in self.items.values()):
                    return file
        return ""

    @cached_property
    def contents(self) -> list[Entry]:
        """The contents by the navigation document, or by the NCX."""
        nav = next((item.entry for item in self.items.values() if "nav" in item.properties), "")
        spine = next(self.root.iter(_named("spine")), None)
        ncx = self.items.get(spine.get("toc", "") if spine is not None else "")
        found = [*self._nav(nav, "toc")] if nav else []
        if not found:
            ncx = ncx or next((item for item in self.items.values() if item.kind == "application/x-dtbncx+xml"), None)
            found = [*self._ncx(ncx.entry)] if ncx else []
        return found

    @cached_property
    def pages(self) -> list[Entry]:
        """The pages of the print edition, by the navigation document or the NCX."""
        nav = next((item.entry for item in self.items.values() if "nav" in item.properties), "")
        found = [*self._nav(nav, "page-list")] if nav else []
        if not found:
            ncx = next((item for item in self.items.values() if item.kind == "application/x-dtbncx+xml"), None)
            root = tree_of(self.read(ncx.entry)) if ncx else None
            if root is not None and ncx:
                for target in root.iter(_named("pageTarget")):
                    yielded = self._point(target, ncx.entry, 1)
                    found += [yielded] if yielded else []
        return found

    def _nav(self, entry: str, kind: str) -> Iterator[Entry]:
        root = tree_of(self.read(entry))
        if root is None:
            return
        for nav in root.iter(_named("nav")):
            if kind in nav.get(f"{{{_OPS}}}type", "").split():
                for link in nav.iter(_named("a"), _named("span")):
                    depth = sum(1 for each in link.iterancestors(_named("ol")))
                    if link.getparent() is None or _local(link.getparent()) != "li":
                        continue
                    file, fragment = self.resolve(entry, link.get("href", "")) if link.get("href") else ("", "")
                    yield Entry(" ".join("".join(link.itertext()).split()), depth, file, fragment)
                return

    def _ncx(self, entry: str) -> Iterator[Entry]:
        root = tree_of(self.read(entry))
        for point in root.iter(_named("navPoint")) if root is not None else ():
            depth = 1 + sum(1 for _ in point.iterancestors(_named("navPoint")))
            if found := self._point(point, entry, depth):
                yield found

    def _point(self, point: Any, entry: str, depth: int) -> Entry | None:
        label = next((each for each in point if _local(each) == "navLabel"), None)
        content = next((each for each in point if _local(each) == "content"), None)
        if label is None or content is None:
            return None
        return Entry(" ".join("".join(label.itertext()).split()), depth, *self.resolve(entry, content.get("src", "")))

    @cached_property
    def locked(self) -> list[str]:
        """The texts of the book that are enciphered: fonts that are only disguised do not count."""
        root = tree_of(self.read("META-INF/encryption.xml"))
        if root is None:
            return []
        texts = {item.entry for item in self.items.values() if item.is_text}
        found: list[str] = []
        for data in root.iter(_named("EncryptedData")):
            method = next(data.iter(_named("EncryptionMethod")), None)
            if method is not None and method.get("Algorithm") in _FONT_CIPHERS:
                continue
            for reference in data.iter(_named("CipherReference")):
                name = unquote(reference.get("URI", ""))
                found += [name] if name in texts else []
        return found


_OPS = "http://www.idpf.org/2007/ops"
_LONGEST_CHAIN = 10
"""Fallbacks of fallbacks (house choice)."""


def open_package(archive: Archive) -> Package | None:
    """The package of an EPUB; None if nothing in the archive is one."""
    entries: dict[str, ZipInfo] = {}
    for info in archive.entries:
        entries.setdefault(info.filename, info)
    package = Package(archive, "", None, entries)
    container = tree_of(package.read("META-INF/container.xml"))
    named = [each.get("full-path", "") for each in container.iter(_named("rootfile"))] if container is not None else []
    for name in (*named, *(each for each in entries if each.lower().endswith(".opf"))):
        package.entry = package.resolve("", name)[0]
        package.root = tree_of(package.read(package.entry)) if package.entry else None
        if package.root is not None:
            package.items = dict(_items(package))
            return package
    return None


def _items(package: Package) -> Iterator[tuple[str, Item]]:
    for each in package.root.iter(_named("item")):
        entry, _ = package.resolve(package.entry, each.get("href", ""))
        if entry and each.get("id"):
            properties = frozenset(each.get("properties", "").split())
            yield each.get("id"), Item(entry, each.get("media-type", "").strip(), properties, each.get("fallback", ""))


def tree_of(data: bytes) -> Any:
    """The root of a file in XML, as far as it can be read; None if it cannot.  Nothing outside the file is read."""
    parser = etree.XMLParser(resolve_entities="internal", no_network=True, load_dtd=False, recover=True)
    try:
        return etree.fromstring(data, parser) if data else None
    except (etree.LxmlError, ValueError):
        return None


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _named(name: str) -> str:
    """An element of that name in any namespace or none."""
    return f"{{*}}{name}"


def _alike(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
