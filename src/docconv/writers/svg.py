"""Drawings that may be shown to anybody: SVG that runs nothing and fetches nothing, however it is opened."""

from __future__ import annotations

import re

from lxml import etree

from docconv.drawings import SVG, drawing_of

_ACTIVE = {"script", "handler", "listener", "foreignObject"}
_ANIMATIONS = {"animate", "set"}
_OUTSIDE = re.compile(r"@import|(?:url|src|image|image-set)\s*\(\s*(?!['\"]?#)|\\", re.IGNORECASE)
"""CSS that fetches something; a backslash may hide it."""
_INSIDE = re.compile(r"#|data:image/(?:png|jpeg|gif|webp)[;,]", re.IGNORECASE)


def plain_svg(data: bytes) -> bytes:
    """The drawing without scripts and without anything that lies outside it; nothing if it is no drawing."""
    root = plain_drawing(data)
    return b"" if root is None else encoded(root)


def encoded(root: etree._Element) -> bytes:
    drawing: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return drawing


def plain_drawing(data: bytes) -> etree._Element | None:
    """The same as a tree; None if it is no drawing."""
    if (root := drawing_of(data)) is None:
        return None
    for element in list(root.iter()):
        if element is not root and not _is_still(element):
            element.getparent().remove(element)
            continue
        for name, value in element.attrib.items():
            local = etree.QName(name).localname.lower()
            if local.startswith("on") or (local == "href" and not _INSIDE.match(value)) or _OUTSIDE.search(value):
                del element.attrib[name]
    return root


def _is_still(element: etree._Element) -> bool:
    """Whether an element only draws.  Entities, instructions and what is not SVG do not."""
    if not isinstance(element.tag, str) or not element.tag.startswith(SVG):
        return False
    name = element.tag.removeprefix(SVG)
    if name in _ANIMATIONS and element.get("attributeName", "").lower().endswith("href"):
        return False  # it would give a link another target
    return name not in _ACTIVE and not (name == "style" and _OUTSIDE.search(element.text or ""))
