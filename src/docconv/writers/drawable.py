"""Whether WeasyPrint draws a drawing within bounds of time and memory: tried in a process that may die of it.

It assumes that this can be told in advance of plain drawings alone, as most are.  What others ask of it, gradients that
are repeated, markers, filters, long paths and lists, nobody knows before it is done.
"""

from __future__ import annotations

import io
import logging
import os
import re
import resource
import subprocess
import sys
from email.message import Message
from functools import lru_cache
from pathlib import Path
from urllib.request import BaseHandler, Request
from urllib.response import addinfourl

from lxml import etree

import docconv
from docconv.drawings import SVG, depth, shapes
from docconv.limits import bound
from docconv.writers.libraries import load_weasyprint
from docconv.writers.svg import encoded, plain_drawing

SECONDS = 10
"""Of one core, for one drawing: a hundred times what the drawing of a book takes (house choice)."""
MEMORY = 2**30
"""Bytes for one drawing, with all of WeasyPrint (house choice)."""
_FEW_SHAPES = 2_000
_SHALLOW = 30
_LONG, _LONG_PATH = 1_000, 20_000
"""How much a plain drawing may draw, how deep, and how long its attributes may be: more than that is tried.  With these
the worst takes about two seconds."""


@lru_cache(maxsize=256)
def fault_in_print(data: bytes) -> str:
    """Why a drawing cannot be drawn on paper, in a few words; nothing if it can."""
    root = plain_drawing(data)
    if root is None:
        return "not an SVG picture"
    if _is_plain(root) or _is_drawn(encoded(root)):
        return ""
    return f"cannot be drawn in {SECONDS} s and {MEMORY // 2**30} GB"


def _is_plain(root: etree._Element) -> bool:
    """Whether a drawing is sure to be drawn in no time."""
    elements = list(root.iter(etree.Element))
    return (
        len(elements) <= _FEW_SHAPES
        and all(map(_is_plain_element, elements))
        and depth(root) <= _SHALLOW
        and shapes(root) <= _FEW_SHAPES
    )


def _is_plain_element(element: etree._Element) -> bool:
    if element.tag.removeprefix(SVG) not in _PLAIN:
        return False
    if element.tag == f"{SVG}style" and not _PLAIN_STYLE.fullmatch((element.text or "")[: _LONG + 1]):
        return False
    for name, value in element.items():
        most = _LONG_PATH if name in ("d", "points") else _LONG
        if name == "spreadMethod" or "marker" in f"{name}{value[:most]}":
            return False
        if len(value) > most and not name.endswith("href"):
            return False
    return True


_PLAIN = {
    *("svg", "g", "a", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "image"),
    *("title", "desc", "metadata", "defs", "symbol", "use", "clipPath", "style"),
    *("linearGradient", "radialGradient", "stop"),
}
_PLAIN_STYLE = re.compile(r"\s*(?:[.#]?[\w-]+\s*(?:,\s*[.#]?[\w-]+\s*)*\{[^{}@\\]*\}\s*)*")
"""Rules for elements, classes and ids by their names."""


def _is_drawn(data: bytes) -> bool:
    """Whether a process of its own has drawn it, and lives."""
    path = os.pathsep.join(filter(None, (str(Path(docconv.__file__).parents[1]), os.environ.get("PYTHONPATH"))))
    call = [sys.executable, "-P", "-c", f"from {__name__} import main; main()"]
    try:
        done = subprocess.run(call, input=data, capture_output=True, env={**os.environ, "PYTHONPATH": path},
                              timeout=6 * SECONDS, check=False)  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


# ── In the process ──


def main() -> None:
    """Draw the drawing from stdin, within bounds; the exit code is not 0 if WeasyPrint fails or gives up."""
    bound(resource.RLIMIT_CPU, SECONDS)
    bound(resource.RLIMIT_AS, MEMORY)
    load_weasyprint()
    import weasyprint
    from weasyprint.urls import URLFetcher

    failures, fetcher = _Failures(), URLFetcher(allowed_protocols={"drawing"}, allow_redirects=False)
    fetcher.add_handler(_DrawingHandler(sys.stdin.buffer.read()))
    logging.getLogger("weasyprint").addHandler(failures)
    page = f'<style>@page {{ size: {_WIDE}px }} img {{ width: 100% }}</style><img src="{_ADDRESS}">'
    weasyprint.HTML(string=page, url_fetcher=fetcher).write_pdf()
    sys.exit(len(failures.seen))


_ADDRESS = "drawing:"
_WIDE = 2000
"""Pixels of a page that is wider than those of books: a gradient is repeated as often as there is room."""


class _DrawingHandler(BaseHandler):
    """Hands out the drawing: what lies in it is looked at where it is drawn."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def drawing_open(self, request: Request) -> addinfourl:
        headers = Message()
        headers["Content-Type"] = "image/svg+xml"
        return addinfourl(io.BytesIO(self._data), headers, request.full_url, 200)


class _Failures(logging.Handler):
    """What WeasyPrint says of the drawing itself: whatever happens while it draws, it goes on without."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if message.endswith(_ADDRESS) or repr(_ADDRESS) in message:
            self.seen.add(message)
