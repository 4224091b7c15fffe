"""The pictures that stand in a page itself: drawings in SVG, and pictures as `data:` addresses.

It assumes that the page's bytes are those of a superset of ASCII; of others, none is found.  Reader and pictures call
this on the same bytes, so that both give a picture the same name.
"""

from __future__ import annotations

import re
from base64 import b64decode
from functools import lru_cache
from html import escape
from typing import NamedTuple

from lxml import etree

from docconv.drawings import SVG, drawing_of

_SPACES = {
    b"xmlns": b"http://www.w3.org/2000/svg",
    b"xmlns:xlink": b"http://www.w3.org/1999/xlink",
    b"xmlns:epub": b"http://www.idpf.org/2007/ops",
}
_KINDS = {b"png": ".png", b"jpeg": ".jpg", b"jpg": ".jpg", b"gif": ".gif", b"webp": ".webp", b"svg+xml": ".svg"}
_SMALLEST = 100
"""Bytes of a picture: a smaller one keeps a place, or counts readers (house choice)."""
_OPENS = re.compile(
    rb"""<!--|<(?P<raw>script|style|textarea|title|xmp|template)\b|<svg\b(?P<svg>[^>]*)>"""
    rb"""|\ssrc\s*=\s*["'](?P<data>data:image/(?P<kind>[a-z+]+);base64,(?P<code>[A-Za-z0-9+/=\s%]+))["']""",
    re.IGNORECASE,
)
_TAG = re.compile(rb"<(/?)svg\b[^>]*?(/?)>", re.IGNORECASE)


class Inset(NamedTuple):
    """A picture in a page, between two of its bytes."""

    start: int
    end: int
    name: str
    data: bytes
    words: str


@lru_cache(maxsize=4)
def insets(page: bytes) -> tuple[Inset, ...]:
    """The pictures of a page in their order, by the names picture-1.svg, picture-2.png …"""
    found: list[Inset] = []
    names: dict[bytes, str] = {}
    at = 0
    small = page.lower()
    gone: set[bytes] = set()
    while opened := _OPENS.search(page, at):
        at = opened.end()
        if opened["data"]:
            suffix, data = _KINDS.get(opened["kind"].lower(), ""), _decoded(opened["code"])
            if suffix and len(data) >= _SMALLEST:
                name = names.setdefault(data, f"picture-{len(names) + 1}{suffix}")
                found.append(Inset(*opened.span("data"), name, data, ""))
        elif opened["svg"] is not None:
            end = _end_of(page, opened.start()) if b"svg" not in gone else opened.start()
            if end == opened.start():  # and so do all behind it
                gone.add(b"svg")
            data = _whole(page[opened.start() : end])
            root = drawing_of(data) if data else None
            if root is not None and root.find(f".//{SVG}image") is None and root.get("aria-hidden") != "true":
                name = names.setdefault(data, f"picture-{len(names) + 1}.svg")
                found.append(Inset(opened.start(), end, name, data, _words(root)))
            at = max(end, at)
        else:
            close = b"-->" if opened["raw"] is None else b"</" + opened["raw"].lower()
            if close not in gone:
                end = small.find(close, at)
                at = max(end, at)
                if end < 0:
                    gone.add(close)
    return tuple(found)


def lifted(page: bytes) -> bytes:
    """The page with an `img` for each picture that stands in it; its lines stay."""
    out: list[bytes] = []
    at = 0
    for inset in insets(page):
        out.append(page[at : inset.start])
        if page[inset.start : inset.start + 1] == b"<":
            alt = escape(inset.words).encode()
            lines = b"\n" * page.count(b"\n", inset.start, inset.end)
            out.append(b'<img %ssrc="%s" alt="%s"/>' % (lines, inset.name.encode(), alt))
        else:
            out.append(inset.name.encode())
        at = inset.end
    out.append(page[at:])
    return b"".join(out)


def inset(page: bytes, name: str) -> bytes:
    """The picture of that name in a page; nothing if there is none."""
    return next((each.data for each in insets(page) if each.name == name), b"")


def _end_of(page: bytes, start: int) -> int:
    """Where a drawing ends that begins at `start`; where it begins, if it never ends."""
    depth = 0
    for tag in _TAG.finditer(page, start):
        depth += -1 if tag[1] else 0 if tag[2] else 1
        if depth <= 0:
            return tag.end()
    return start


def _words(drawing: etree._Element) -> str:
    """What is written in a drawing, or what it is called."""
    pieces: list[str] = []
    for event, element in etree.iterwalk(drawing, events=("start", "end")):
        if event == "start" and element.tag not in (f"{SVG}style", f"{SVG}script"):
            pieces.append(element.text or "")
        elif event == "end" and element is not drawing:
            pieces.append(element.tail or "")
    return " ".join("".join(pieces).split()) or drawing.get("aria-label", "")


def _whole(drawing: bytes) -> bytes:
    """A drawing as a file of its own, with the namespaces that a page leaves out or states at its root."""
    end = drawing.find(b">")
    head = drawing[:end]
    missing = [name for name in _SPACES if not re.search(rb"\s" + name + rb"\s*=", head)]
    spaces = b"".join(b' %s="%s"' % (name, _SPACES[name]) for name in missing)
    return drawing[:4] + spaces + drawing[4:] if drawing else b""


def _decoded(code: bytes) -> bytes:
    try:
        return b64decode(re.sub(rb"\s|%0[AaDd]", b"", code).replace(b"%2B", b"+").replace(b"%2F", b"/"))
    except ValueError:
        return b""
