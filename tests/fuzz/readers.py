"""Feeds any bytes to every reader, guided by what they reach: a source is read, or refused with a `DocconvError`.

    pip install atheris
    python tests/fuzz/readers.py -max_total_time=60 [FOLDER OF SOURCES TO BEGIN WITH]

It is no part of the test suite.  The first byte chooses the reader; pandoc's formats are left out, for each source
would start a process.  Repairs are fuzzed too.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["docconv"]):
    from docconv import pipeline
    from docconv.problems import DocconvError
    from docconv.readers.source import Source

FORMATS = ("page", "text", "aozora", "layout", "markup", "html", "hocr", "alto", "page-xml", "abbyy")


def read(data: bytes) -> None:
    form, data = FORMATS[data[0] % len(FORMATS)] if data else "page", data[1:]
    try:
        pipeline.prepare(Source(f"fuzz.{form}", data), form)
    except DocconvError as error:
        assert str(error)


if __name__ == "__main__":
    atheris.Setup(sys.argv, read)
    atheris.Fuzz()
