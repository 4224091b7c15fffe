"""Feeds packages that were tampered with to what docconv itself reads of them: EPUB, DOCX, ODT.

    pip install atheris
    python tests/fuzz/packages.py -max_total_time=60 [FOLDER OF PACKAGES TO BEGIN WITH]

An input is a package: the text of its members is changed, their names and number, and what the archive's directory
claims of them.  pandoc is not started; in its place every package is an empty document.  The preflight of EPUBs and the
search for pictures are fuzzed too.
"""

from __future__ import annotations

import io
import random
import sys
import zipfile
from contextlib import suppress

import atheris

with atheris.instrument_imports(include=["docconv"]):
    from docconv import pipeline
    from docconv.archive import refuse_bomb
    from docconv.pictures import Pictures
    from docconv.preflight.epub import check_epub
    from docconv.problems import DocconvError
    from docconv.readers import pandoc
    from docconv.readers.source import Source

FORMATS = ("epub", "docx", "odt")
NAMES = ("mimetype", "META-INF/container.xml", "EPUB/content.opf", "EPUB/nav.xhtml", "EPUB/text/article-1.xhtml",
         "../a", "/a", "a/", "", "word/document.xml", "content.xml", "EPUB/images/a.png", "\\a", "字.xml")  # fmt: skip


def read(data: bytes) -> None:
    form = FORMATS[len(data) % len(FORMATS)] if data[:4] == b"PK\3\4" else "epub"
    for attempt in (_prepare, _preflight, refuse_bomb, _pictures):
        try:
            attempt(data, f"fuzz.{form}")
        except DocconvError as error:
            assert str(error)


def _prepare(data: bytes, name: str) -> None:
    pipeline.prepare(Source(name, data))


def _preflight(data: bytes, name: str) -> None:
    check_epub(data, name, guess=lambda text: "zh-Hans", epubcheck=False)


def _pictures(data: bytes, name: str) -> None:
    pictures = Pictures(package=data)
    for path in ("EPUB/images/a.png", "media/image1.png"):
        pictures.read(path)


def mutate(data: bytes, most: int, seed: int) -> bytes:
    """Another package: a member changed, renamed, doubled or left out; or the archive itself gnawed at."""
    chance = random.Random(seed)
    members = _members(data)
    if not members or chance.random() < 0.2:
        return atheris.Mutate(data, most)
    at = chance.randrange(len(members))
    name, text = members[at]
    match chance.randrange(6):
        case 0:
            members[at] = chance.choice(NAMES), text
        case 1:
            members.insert(chance.randrange(len(members) + 1), (name, text))
        case 2:
            del members[at]
        case _:
            members[at] = name, atheris.Mutate(text, len(text) + 64) if text else b"<"
    packed = _packed(members, chance)
    return packed if len(packed) <= most else data


def _members(data: bytes) -> list[tuple[str, bytes]]:
    with suppress(Exception), zipfile.ZipFile(io.BytesIO(data)) as file:
        return [(each.filename, file.open(each).read(100_000)) for each in file.infolist()[:40]]
    return []


def _packed(members: list[tuple[str, bytes]], chance: random.Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, text in members:
            file.writestr(zipfile.ZipInfo(name), text, chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)))
    data = bytearray(out.getvalue())
    if chance.random() < 0.2:  # sizes and offsets that lie
        at = data.find(b"PK\1\2", chance.randrange(len(data)))
        if at >= 0:
            field = chance.choice((8, 10, 16, 20, 24, 28, 30, 42))
            data[at + field : at + field + 2] = chance.randbytes(2)
    return bytes(data)


def _empty(*arguments: object) -> dict[str, object]:
    return {"pandoc-api-version": [1, 23], "meta": {}, "blocks": []}


if __name__ == "__main__":
    pandoc._tree = _empty
    atheris.Setup(sys.argv, read, custom_mutator=mutate)
    atheris.Fuzz()
