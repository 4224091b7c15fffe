"""Sources that want to fill the memory, never end, or read what is not theirs.  All of them are made here.

What docconv opens and starts is told by Python's audit events, which no trick in a source gets around.
"""

from __future__ import annotations

import gc
import io
import json
import random
import struct
import subprocess
import sys
import time
import warnings
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from docconv import model as m
from docconv import pipeline, readers
from docconv.archive import refuse_bomb
from docconv.photos import facts_of
from docconv.pictures import Pictures, fault_of, place_pictures
from docconv.problems import DocconvError, Problem, SourceError, UsageError
from docconv.readers.markup import read_markup
from docconv.readers.source import Source
from docconv.styles import find_style
from docconv.writers.epub import write_epub
from docconv.writers.epub.images import encode
from docconv.writers.markup import to_markup
from docconv.writers.rgb import in_rgb

# ── What is not theirs ───────────────────────────────────────────────────────────────────────────────────

SECRET = "Kanarienvogel"

WATCH = """
import os, sys

SEEN = []

def hook(event, arguments):
    if event in ("open", "os.listdir", "os.scandir") and isinstance(arguments[0], (str, bytes, os.PathLike)):
        if "/vault" in os.path.realpath(os.fsdecode(arguments[0])):
            SEEN.append((event, os.fsdecode(arguments[0])))
    elif event in ("socket.connect", "socket.getaddrinfo", "socket.bind", "os.system", "os.exec", "os.spawn"):
        SEEN.append((event, repr(arguments)))
    elif event == "subprocess.Popen" and not os.path.basename(os.fsdecode(arguments[0])).startswith("pandoc"):
        SEEN.append((event, repr(arguments[0])))

import warnings; warnings.simplefilter("ignore")
from docconv import pipeline
from docconv.problems import DocconvError
sys.addaudithook(hook)
for name in sys.argv[2:]:
    try:
        pipeline.convert(name, [f"out/{name}{suffix}" for suffix in sys.argv[1].split(",")])
    except DocconvError as error:
        print(error)
print(*SEEN, sep="\\n", file=sys.stderr)
"""

WAYS = (
    "../vault/secret.png",
    "HERE/vault/secret.png",
    "file://HERE/vault/secret.png",
    "file:../vault/secret.png",
    "inner/../../vault/secret.png",
    "./inner/..//..//vault/secret.png",
    "%2e%2e/vault/secret.png",
    "..%2Fvault%2Fsecret.png",
    "..\\vault\\secret.png",
    "C:\\vault\\secret.png",
    "C:/vault/secret.png",
    "\\\\127.0.0.1\\vault\\secret.png",
    "//127.0.0.1/vault/secret.png",
    "http://127.0.0.1:9/secret.png",
    "https://127.0.0.1:9/secret.png",
    "ftp://127.0.0.1:9/secret.png",
    "link.png",
    "linked/secret.png",
    "linked/../../vault/secret.png",
    "a.png%00/../../vault/secret.png",
    "~/vault/secret.png",
    "drawing.svg",
)

DRAWING = """<!DOCTYPE svg [<!ENTITY x SYSTEM "file://HERE/vault/secret.txt">]>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9">
<text>&x;</text><image href="../vault/secret.png"/><image xlink:href="file://HERE/vault/secret.png"/>
<use href="http://127.0.0.1:9/x.svg#x"/><style>@import "file://HERE/vault/secret.txt";</style>
<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="../vault/secret.txt" parse="text"/></svg>"""

TEXT = "HERE/vault/secret.txt"
XXE = f'<!DOCTYPE x [<!ENTITY x SYSTEM "file://{TEXT}">]>'
INCLUDE = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file://{TEXT}" parse="text"/>'
SOURCES = {
    "a.md": "\n\n".join(f"![x](<{way}>)" for way in WAYS),
    "page.txt": "\n\n".join(f"![x]({way})" for way in WAYS),
    "a.html": "".join(f'<p><img src="{way}"></p>' for way in WAYS)
    + f'<object data="{TEXT}"></object><iframe src="{TEXT}"></iframe><link rel=stylesheet href="{TEXT}">',
    "entity.html": f"{XXE}<p>&x;</p>{INCLUDE}",
    "a.rst": "\n\n".join(f".. image:: {way}" for way in WAYS),
    "include.rst": f".. include:: {TEXT}\n\n.. raw:: html\n   :file: {TEXT}\n\n.. csv-table::\n   :file: {TEXT}\n",
    "a.tex": "\n\n".join(rf"\includegraphics{{{way}}}" for way in WAYS[:6])
    + rf"\input{{{TEXT}}}\include{{{TEXT}}}\verbatiminput{{{TEXT}}}\lstinputlisting{{{TEXT}}}",
    "a.org": f'#+INCLUDE: "{TEXT}"\n\n' + "\n\n".join(f"[[file:{way}]]" for way in WAYS),
    "a.typst": f'#include "{TEXT}"\n#read("{TEXT}")\n#image("../vault/secret.png")\n',
    "a.adoc": f"include::{TEXT}[]\n\nimage::../vault/secret.png[]\n",
    "a.dbk": f"{XXE}<article><para>&x;</para>{INCLUDE}</article>",
    "a.fb2": f'{XXE}<FictionBook xmlns="http://www.gribuser.ru/xml/fictionbook/2.0"><body><section><p>&x;</p></section>'
    "</body></FictionBook>",
    "a.xhtml": f'{XXE}<html xmlns="http://www.w3.org/1999/xhtml"><body><p>&x;</p>{INCLUDE}</body></html>',
    "a.json": json.dumps([{"type": "image", "img_path": way, "page_idx": 0} for way in WAYS]),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of sources with links out of it, and beside it what they are after."""
    inside, vault = tmp_path / "inside", tmp_path / "vault"
    for each in (inside, vault, inside / "out", inside / "inner"):
        each.mkdir()
    (vault / "secret.txt").write_text(SECRET)
    (vault / "secret.png").write_bytes(picture(3, 3, SECRET.encode()))
    (inside / "link.png").symlink_to("../vault/secret.png")
    (inside / "linked").symlink_to("../vault")
    (inside / "drawing.svg").write_text(DRAWING.replace("HERE", str(tmp_path)))
    for name, text in SOURCES.items():
        (inside / name).write_text(text.replace("HERE", str(tmp_path)), encoding="utf-8")
    (inside / "a.epub").write_bytes(book([(name, b"") for name in ("../vault/new", "/vault/new")], WAYS, tmp_path))
    return inside


def convert(folder: Path, suffixes: str) -> tuple[str, str]:
    """What was said, and what was opened or started."""
    call = [sys.executable, "-c", WATCH, suffixes, *sorted([*SOURCES, "a.epub"])]
    done = subprocess.run(call, cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr.strip()


@pytest.mark.parametrize("suffixes", [".html,.epub", pytest.param(".pdf,.docx", marks=pytest.mark.slow)])
def test_no_source_reads_outside_its_folder_or_opens_the_network(folder: Path, suffixes: str) -> None:
    said, seen = convert(folder, suffixes)
    assert seen == ""
    assert SECRET not in said
    made = sorted((folder / "out").iterdir())
    assert len(made) >= 16
    for path in made:
        assert not list(secrets(path.read_bytes())), path.name
    assert sorted(each.name for each in (folder.parent / "vault").iterdir()) == ["secret.png", "secret.txt"]


@pytest.mark.parametrize("suffix", [".images", ".docconv.toml"])
def test_what_lies_beside_a_source_is_no_link_out_of_its_folder(tmp_path: Path, suffix: str) -> None:
    (tmp_path / "vault").mkdir()
    (tmp_path / "inside").mkdir()
    page = tmp_path / "inside/a.txt"
    page.write_text("字\n")
    (tmp_path / f"inside/a.txt{suffix}").symlink_to(tmp_path / "vault")
    with pytest.raises(UsageError, match=rf"a\.txt{suffix} is a link out of the source's folder"):
        pipeline.prepare(Source.open(page))


def test_pictures_may_lie_behind_a_link_inside_the_folder_or_one_that_is_named(tmp_path: Path) -> None:
    (tmp_path / "vault").mkdir()
    (tmp_path / "inside/scans").mkdir(parents=True)
    page, images = tmp_path / "inside/a.txt", tmp_path / "inside/a.txt.images"
    page.write_text("字\n")
    images.symlink_to("scans")
    assert pipeline.prepare(Source.open(page)).pictures.images == images
    images.unlink()
    images.symlink_to(tmp_path / "vault")
    assert pipeline.prepare(Source.open(page), images=images).pictures.images == images


def test_the_watch_sees_what_is_opened(folder: Path) -> None:
    (folder / "out" / "x").mkdir()
    script = WATCH.replace("for name in", "open('linked/secret.txt').close()\nfor name in")
    seen = subprocess.run([sys.executable, "-c", script, ".html"], cwd=folder, capture_output=True, text=True).stderr
    assert "linked/secret.txt" in seen


def secrets(data: bytes) -> Any:
    """Where the secret stands in a file or an entry of a package; `picture` writes it as plain bytes."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for name in package.namelist():
                yield from secrets(package.read(name))
    elif SECRET.encode() in data:
        yield data


def picture(width: int, height: int, note: bytes = b"", body: bytes | None = None) -> bytes:
    """A PNG in RGB, with a note in plain text."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    pixels = (b"\0" + b"\0\0\0" * width) * height if body is None else body
    text = chunk(b"tEXt", b"Comment\0" + note) if note else b""
    return b"\x89PNG\r\n\x1a\n" + head + text + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")


def book(entries: list[tuple[str, bytes]], pictures: tuple[str, ...] = (), here: Path = Path()) -> bytes:
    """An EPUB of one chapter with the pictures, which may lie anywhere."""
    images = "".join(f'<p><img src="{way}" alt="x"/></p>' for way in pictures).replace("HERE", str(here))
    chapter = (
        f'<html xmlns="http://www.w3.org/1999/xhtml"><head><title>t</title></head><body><p>x</p>{images}</body></html>'
    )
    items = "".join(f'<item id="i{n}" href="{way}" media-type="image/png"/>' for n, way in enumerate(pictures))
    opf = f"""<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="i">
    <metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>t</dc:title><dc:language>en</dc:language>
    <dc:identifier id="i">x</dc:identifier></metadata><manifest><item id="a" href="a.xhtml"
    media-type="application/xhtml+xml"/><item id="b" href="../../vault/secret.txt"
    media-type="application/xhtml+xml"/>{items}</manifest>
    <spine><itemref idref="a"/><itemref idref="b"/></spine></package>"""
    container = """<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
    <rootfile full-path="EPUB/p.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""
    return package([("mimetype", b"application/epub+zip"), ("META-INF/container.xml", container.encode()),
                    ("EPUB/p.opf", opf.encode()), ("EPUB/a.xhtml", chapter.encode()), *entries])  # fmt: skip


def package(entries: list[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in entries:
            file.writestr(name, data)
    return out.getvalue()


# ── Bombs ────────────────────────────────────────────────────────────────────────────────────────────────

SVG = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'>{}</svg>"
LAUGHS = "".join("<!ENTITY {} '{}'>".format("abcdefghij"[n + 1], f"&{'abcdefghij'[n]};" * 10) for n in range(9))
USE, FILL = "<use href='#u{}'/>", "<path d='M0 0' style='fill: url( #u{} )'/>"
USES = "".join(f"<g id='u{n + 1}'>{USE.format(n) * 10}</g>" for n in range(9))
PATTERNS = "".join(f"<pattern id='u{n + 1}' width='1' height='1'>{FILL.format(n) * 10}</pattern>" for n in range(9))
IMAGE_BOMBS = {
    "header.png": (lambda: picture(60_000, 60_000, body=b""), "pixels"),
    "text.png": (lambda: _with_text(picture(3, 3), 80_000_000), "damaged picture"),
    "uses.svg": (lambda: SVG.format(f"<path id='u0'/>{USES}<use href='#u9'/>").encode(), "shapes"),
    "patterns.svg": (lambda: SVG.format(f"<path id='u0'/>{PATTERNS}<path fill='url(#u9)'/>").encode(), "shapes"),
    "screen.gif": (
        lambda: b"GIF89a" + struct.pack("<HH", 65535, 65535) + b"\x80" + bytes(8)
        + b"," + struct.pack("<HHHH", 0, 0, 65535, 65535) + b"\0\2\2L\1\0;",
        "pixels",
    ),
}  # fmt: skip


def _with_text(png: bytes, size: int) -> bytes:
    """The picture with a compressed text of so many bytes before its pixels."""
    data = b"k\0\0" + zlib.compress(b"x" * size)
    chunk = struct.pack(">I", len(data)) + b"zTXt" + data + struct.pack(">I", zlib.crc32(b"zTXt" + data))
    return png[:33] + chunk + png[33:]


@pytest.mark.parametrize("name", IMAGE_BOMBS)
def test_a_picture_that_is_a_bomb_becomes_a_box(tmp_path: Path, name: str) -> None:
    make, message = IMAGE_BOMBS[name]
    (tmp_path / name).write_bytes(make())
    document = m.Document(m.Meta(), (m.Figure(m.Image(name)),))
    problems: list[Problem] = []
    start = time.process_time()
    placed = place_pictures(document, Pictures(None, tmp_path), problems.append)
    assert time.process_time() - start < 3
    assert isinstance(placed.body[0], m.Figure) and isinstance(placed.body[0].media, m.Missing)
    assert [each.code for each in problems] == ["picture-unreadable", "picture-missing"]
    assert message in problems[0].message


@pytest.mark.parametrize(
    "drawing",
    [
        "<g id='a'><use href='#a'/></g>",
        "<linearGradient id='a' href='#b'/><linearGradient id='b' href='#a'/><path fill='url(#a)'/>",
        "<style>path { fill: url(#p) }</style><pattern id='p'><path/></pattern>" + "<path/>" * 1000,
        "<path id='a'/>" + "<use href='#a'/>" * 10_000,
    ],
)
def test_a_drawing_that_refers_to_itself_is_no_bomb(tmp_path: Path, drawing: str) -> None:
    (tmp_path / "a.svg").write_text(SVG.format(drawing))
    document = m.Document(m.Meta(), (m.Figure(m.Image("a.svg")),))
    placed = place_pictures(document, Pictures(None, tmp_path), print)
    assert isinstance(placed.body[0], m.Figure) and isinstance(placed.body[0].media, m.Image)


def test_a_drawing_with_laughing_entities_stays_small(tmp_path: Path) -> None:
    svg = f"<!DOCTYPE svg [<!ENTITY a 'lol'>{LAUGHS}]>{SVG.format('<text>&j;</text>')}"
    (tmp_path / "a.svg").write_text(svg)
    document = m.Document(m.Meta("t", "en"), (m.Figure(m.Image("a.svg")),))
    assert len(write_epub(document, find_style(), Pictures(None, tmp_path), lambda problem: None)) < 200_000


MARKER = "<marker id='u{}'><path d='M0 0L1 1' style='marker: url(#u{})'/></marker>"
REFUSED = {
    "another root": ("<html xmlns='http://www.w3.org/1999/xhtml'><svg/></html>", "not an SVG picture"),
    "no XML": ("%!PS\n<svg xmlns='http://www.w3.org/2000/svg'/>", "not an SVG picture"),
    "no namespace": ("<svg width='9' height='9'/>", "not an SVG picture"),
    "markers in markers": (
        SVG.format("".join(MARKER.format(n + 1, n).replace("L1 1", "L1 1 2 2 3 3 4 4") for n in range(12))
                   + "<path d='M0 0L1 1L2 2' marker-mid='url(#u12)'/>"), "shapes"),
    "deep": (SVG.format("<g>" * 120 + "</g>" * 120), "nested"),
    "deeper": (SVG.format("<g>" * 9_000 + "</g>" * 9_000), "not an SVG picture"),
    "letters": (SVG.format(f"<text>{'字' * 300_000}</text>"), "shapes"),
    "filters": (SVG.format("<filter id='f'>" + "<feOffset/>" * 1000 + "</filter>"
                           + "<path filter='url(#f)'/>" * 1000), "shapes"),
    "large": (SVG.format(" " * 17_000_000), "more than 16 MB"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_drawing_that_is_none_or_draws_too_much_is_refused(name: str) -> None:
    drawing, message = REFUSED[name]
    start = time.process_time()
    assert message in fault_of("a.svg", drawing.encode())
    assert time.process_time() - start < 1


STOPS = "<stop stop-color='red'/><stop offset='1'/>"
DRAWN = {
    "arrow": "<marker id='m'><path d='M0 0L9 4L0 9z'/></marker><path d='M0 0L9 9' marker-end='url(#m)'/>",
    "stripes": f"<linearGradient id='g' spreadMethod='repeat' x2='.1'>{STOPS}</linearGradient>"
    "<path d='M0 0H9V9z' fill='url(#g)'/>",
    "blur": "<filter id='f'><feGaussianBlur stdDeviation='3'/></filter><path d='M0 0H9V9z' filter='url(#f)'/>",
    "map": "<path d='M0 0L{}'/>".format("3 4 5 6 " * 10_000),
}
NEVER = {
    "stripes": f"<linearGradient id='g' spreadMethod='repeat' x2='1e-8'>{STOPS}</linearGradient>"
    "<path d='M0 0H9V9z' fill='url(#g)'/>",
    "rings": f"<radialGradient id='g' spreadMethod='reflect' r='1e-8'>{STOPS}</radialGradient>"
    "<path d='M0 0H9V9z' fill='url(#g)'/>",
    "list": "<path d='M0 0H9' transform='{}'/>".format("a(" * 200_000),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", [*DRAWN, *NEVER])
def test_what_a_drawing_takes_is_found_out_where_it_does_no_harm(name: str) -> None:
    from docconv.writers.drawable import fault_in_print

    assert fault_in_print(SVG.format(DRAWN.get(name, "")).encode()) == ""
    if name in NEVER:
        start = time.process_time()
        assert fault_in_print(SVG.format(NEVER[name]).encode()) == "cannot be drawn in 10 s and 1 GB"
        assert time.process_time() - start < 1  # here, not in the process that dies of it


@pytest.mark.slow
def test_a_drawing_that_is_never_drawn_leaves_its_box_on_the_page(tmp_path: Path) -> None:
    for name in ("stripes", "rings"):
        (tmp_path / f"{name}.svg").write_text(SVG.format(NEVER[name]))
    text = "# 山\n\n雨。\n\n![雲](stripes.svg)\n\n![輪](rings.svg)\n"
    (tmp_path / "a.md").write_text(text, "utf-8")
    problems = pipeline.convert(tmp_path / "a.md", [tmp_path / "a.pdf"])
    assert [str(each) for each in problems if each.code == "picture-unreadable"] == [
        f"{tmp_path / 'a.md'}:{place}: picture-unreadable: {name}.svg: cannot be drawn in 10 s and 1 GB — "
        "draw it more simply, or save it as PNG" for place, name in (("5:3", "stripes"), ("7:3", "rings"))
    ]  # fmt: skip


PACKAGES = {
    "one.epub": lambda: package([("mimetype", b"application/epub+zip"), ("EPUB/a.xhtml", bytes(80_000_000))]),
    "picture.epub": lambda: book([("EPUB/bomb.png", bytes(100_000_000))], ("bomb.png",)),
    "many.epub": lambda: book([(f"EPUB/{number}.xhtml", b"") for number in range(20_000)]),
}


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_that_is_a_bomb_is_refused_or_read_without_it(name: str) -> None:
    source = Source(name, PACKAGES[name]())
    start = time.process_time()
    try:
        prepared = pipeline.prepare(source)
        assert not list(each for each in m.walk(prepared.document) if isinstance(each, m.Image))
    except DocconvError as error:
        assert name in str(error)
    assert time.process_time() - start < 10


def _claiming_less(data: bytes, size: int) -> bytes:
    """The package with every entry that is as long as `size` said to be 9 bytes long."""
    return data.replace(struct.pack("<I", size), struct.pack("<I", 9))


BOMBS = {
    "one": lambda: package([("a.xml", bytes(80_000_000))]),
    "many": lambda: package([(f"{number}.xml", b"<p>" + bytes(999_997)) for number in range(80)]),
    "lie": lambda: _claiming_less(package([("a.xml", bytes(80_000_000))]), 80_000_000),
    "whisper": lambda: _claiming_less(
        package([(f"{number}.xml", bytes(1_000_000)) for number in range(80)]), 1_000_000
    ),
    "directory": lambda: package([(f"{number:0200}", b"") for number in range(40_000)]),
}


@pytest.mark.parametrize(("suffix", "bomb"), [*(("docx", bomb) for bomb in BOMBS), ("odt", "one")])
def test_a_package_that_is_a_bomb_is_not_handed_to_pandoc(
    suffix: str, bomb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("docconv.readers.pandoc.run_pandoc", lambda *call: pytest.fail("it was"))
    with pytest.raises(SourceError, match=rf"a\.{suffix} (unpacks to more than 64 MB of text|has too many entries)"):
        readers.read(Source(f"a.{suffix}", BOMBS[bomb]()))


def test_pictures_may_be_large() -> None:
    data = package([("word/media/image1.EMF", bytes(80_000_000)), ("word/document.xml", b"<p/>")])
    refuse_bomb(data, "a.docx")


# ── Without end ──────────────────────────────────────────────────────────────────────────────────────────

PIECES = (
    *("1", "1,", "1.", "-a", "a.", "a@", "www.", "![", "[", "<!--", "<?xml", "<", "<b", "&", "$", "\\(", "`", "*", "_"),
    *("|", '"', " ", "字", "“", "（", "—", "…", "·", "、", "｜", "《", "※［＃", "\u0301", "记者 ", "（记者", "图"),
    *("下转", "【电", "2020年", "第1版 ", "# 字 字 "),
)  # fmt: skip


@pytest.mark.parametrize("form", ["page", "text", "aozora", "html"])
def test_time_grows_with_the_length_of_a_source(form: str) -> None:
    """Whatever a line is made of, over and over: four times as long takes some four times as long, not sixteen."""
    gc.freeze()  # what other tests have left is not to be gone through
    slow = [piece for piece in PIECES if (long := seconds(piece, form, 60_000)) > 1
            and long > 9 * seconds(piece, form, 15_000)]  # fmt: skip
    gc.unfreeze()
    assert not slow


def seconds(piece: str, form: str, length: int) -> float:
    start = time.process_time()
    with suppress(DocconvError):
        pipeline.prepare(Source("a.txt", (piece * (length // len(piece))).encode()), form)
    return time.process_time() - start


@pytest.mark.parametrize(
    "piece",
    [
        *(" ", "\t", "\u00a0", "\f", "(", "「", "。”", "（记者 王", "（记者 王\n", "![](", "[a](http://"),
        *(",", "，", ", ", "(a)", ")", "\\(", "# a\n", "~", "> ", "1) a\n", "[1] a\n", "李娜\n\n", "第1版\n字\n"),
    ],
)
def test_twice_as_much_amid_a_line_takes_twice_as_long(piece: str) -> None:
    """What benchmarks/growth.py has found once."""

    def took(length: int) -> float:
        text = f"今天下雨，街上{piece * (length // len(piece))}没有一个人。\n"
        start = time.process_time()
        pipeline.prepare(Source("a.txt", text.encode()), "page")
        return time.process_time() - start

    whole = min(took(10_000), took(10_000))
    assert whole < 0.3 or whole <= 2.5 * max(took(5_000), took(5_000))


def test_a_staircase_of_items_is_read_as_deep_as_lists_go() -> None:
    stairs = "".join(f"{' ' * 2 * number}- 项{number}\n" for number in range(300))
    document = pipeline.prepare(Source("a.txt", stairs.encode()), "page").document
    assert [*m.paragraphs(document)] == [f"项{number}" for number in range(300)]


@pytest.mark.parametrize("line", [">" * 40 + "a" * 60, "a > " * 24, "~" * 900 + "。", "，" * 900])
def test_a_line_is_over_before_it_can_be_read_in_two_ways(line: str) -> None:
    start = time.process_time()
    pipeline.prepare(Source("a.txt", f"{line}\n字\n".encode()), "page")
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        ("txt", "[雨\x07](http://a.b/\x07)"),
        ("txt", "```py\n雨\x07 = 1\n```"),
        ("txt", "    x = 1;\x07\n    y = (2);\n"),
        ("txt", "![雨\x07](a\x07.png)"),
        ("md", "```py\x07\nx\x07\n```"),
        ("html", '<pre><code class="language-py&#7;">x = 1</code></pre>'),
    ],
)
def test_no_control_character_reaches_an_edition(suffix: str, text: str) -> None:
    for form in ("page", "text") if suffix == "txt" else ("auto",):
        document = pipeline.prepare(Source(f"a.{suffix}", f"# 雨\n\n{text}\n\n今天下雨。\n".encode()), form).document
        assert read_markup(Source("a.xhtml", to_markup(document).encode())) == document


# ── Anything ─────────────────────────────────────────────────────────────────────────────────────────────

SEEDS = {
    "epub": book([("EPUB/b.png", picture(3, 3))], ("b.png",)),
    "xhtml": b'<html xmlns="http://www.w3.org/1999/xhtml" lang="en"><head><title>t</title></head><body/></html>',
    "json": json.dumps(
        [{"type": "text", "text": "字", "text_level": 1, "page_idx": 0, "bbox": [1, 2, 3, 4]},
         {"type": "table", "table_body": "<table><tr><td>1</td></tr></table>", "page_idx": 0},
         {"type": "image", "img_path": "a.jpg", "image_caption": ["x"], "page_idx": 1}]
    ).encode(),
    "html": "<ruby>字<rt>x</rt></ruby><table><tr><td rowspan=2>1<p>2</table><ul><li><a href=#x>x</a>".encode(),
    "txt": "底本：x\n［＃ここから２字下げ］｜字《じ》※［＃「字」、1-2-3］\n![x](a.jpg)\n（记者 张三）\n".encode(),
}  # fmt: skip


@pytest.mark.parametrize("suffix", SEEDS)
@settings(max_examples=30)
@given(st.integers(0, 2**32))
def test_a_source_that_was_gnawed_at_is_read_or_refused(suffix: str, seed: int) -> None:
    data = gnawed(SEEDS[suffix], random.Random(seed))
    try:
        readers.read(Source(f"a.{suffix}", data))
    except DocconvError as error:
        assert str(error)


def photo(form: str, mode: str = "RGB") -> bytes:
    """A picture with all that a file may say besides its pixels."""
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x0112] = 6  # turned by a quarter
    exif.get_ifd(0x8769)[0xA001] = 2
    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.linear_gradient("L").resize((24, 18)).convert(mode).save(out, form, exif=exif, icc_profile=icc)
    return out.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP"])
@settings(max_examples=40)
@given(st.integers(0, 2**32))
def test_a_picture_that_was_gnawed_at_is_used_or_refused(form: str, seed: int) -> None:
    """Whatever passes is opened alike by all who open it afterwards."""
    data = gnawed(photo(form), random.Random(seed))
    if not fault_of("a.png", data):
        list(facts_of("a.png", data).doubts())
        with warnings.catch_warnings(action="ignore"):  # of what Exif says
            assert in_rgb(data) and in_rgb(data, inks_alone=True)
            assert encode(data) is None or fault_of("a", encode(data).data) == ""


def gnawed(data: bytes, chance: random.Random) -> bytes:
    """The bytes with a few of them changed, doubled, left out, or put elsewhere."""
    out = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        at, end = sorted(chance.randrange(len(out) + 1) for _ in range(2))
        end = min(end, at + chance.choice((1, 2, 8, 64)))
        match chance.randrange(4):
            case 0:
                out[at:end] = chance.randbytes(end - at)
            case 1:
                out[at:at] = out[at:end] * chance.choice((1, 2, 50))
            case 2:
                del out[at:end]
            case _:
                out[at:at] = chance.choice(
                    (b"\0", b"\xff", b"<", b"]", b"-1", b"1e999", b"&#0;", b"\xed\xa0\x80", b"{")
                )
    return bytes(out)
