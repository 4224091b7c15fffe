"""WeasyPrint, imported without the search for its libraries, and without what it changes in Pillow.

For each name under which a library is not found, cffi asks `ctypes.util.find_library`, which starts ldconfig, gcc and
ld: some fifty programs, and an eighth of the time that a page takes.  On Linux the next name that WeasyPrint tries is
the library's own, and needs no search.
"""

from __future__ import annotations

import ctypes.util
import io
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from importlib import import_module

from PIL import ImageFile

from docconv.limits import refuse_little_memory


def load_weasyprint() -> None:
    """Import WeasyPrint.  Raises `OSError` if Pango, HarfBuzz or fontconfig is not there, `ToolError` if the system
    allows too little memory: Pango ends the process that gets none.

    What WeasyPrint prints about a library that is not there is held back: stdout is for products."""
    refuse_little_memory("a PDF")
    with redirect_stdout(io.StringIO()), _pillow_as_it_was(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="No fonts configured")  # `installed_faces` says that, with a remedy
        try:
            with _no_search():
                import_module("weasyprint")
        except OSError:
            import_module("weasyprint")


@contextmanager
def _pillow_as_it_was() -> Iterator[None]:
    """WeasyPrint lets Pillow open pictures that are cut short, in the whole process; it is handed whole ones alone."""
    before = ImageFile.LOAD_TRUNCATED_IMAGES
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


@contextmanager
def _no_search() -> Iterator[None]:
    if not sys.platform.startswith("linux"):
        yield
        return
    search = ctypes.util.find_library
    ctypes.util.find_library = _not_found
    try:
        yield
    finally:
        ctypes.util.find_library = search


def _not_found(name: str) -> None:
    return None
