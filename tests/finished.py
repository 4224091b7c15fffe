"""PDFs for the tests of rules of finished files: one page that keeps every rule of its profile, made by hand."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from functools import cache

import pikepdf
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

MM = 72 / 25.4
TRIM = (148.0, 210.0)
"""A5, in mm."""
BLEED, SLUG = 3.0, 12.0
PAGE = """
q /Ground gs 0 0 0 0.1 k {bleed} re f Q
q 0 0 0 1 k /Over gs BT /F 10 Tf 1 0 0 1 100 300 Tm <00010002> Tj ET Q
q 0 0 0 1 K 0.5 w 100 290 m 200 290 l S Q
q 0.9 0.2 0 0.3 K 1 w 100 280 m 200 280 l S Q
q 72 0 0 72 100 400 cm /Im Do Q
q /All CS 1 SCN 0.25 w {mark} S Q
"""


@cache
def font(fs_type: int = 8) -> bytes:
    """A TrueType font of two glyphs beside `.notdef`."""
    pen = TTGlyphPen(None)
    for x, y in ((0, 0), (0, 800), (900, 800), (900, 0)):
        (pen.moveTo if (x, y) == (0, 0) else pen.lineTo)((x, y))
    pen.closePath()
    square = pen.glyph()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "a", "b"])
    builder.setupCharacterMap({0x5929: "a", 0x5730: "b"})
    builder.setupGlyf({".notdef": square, "a": square, "b": square})
    builder.setupHorizontalMetrics(dict.fromkeys((".notdef", "a", "b"), (1000, 0)))
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupOS2(fsType=fs_type)
    builder.setupPost()
    builder.font["head"].created = builder.font["head"].modified = 0
    builder.font.recalcTimestamp = False
    out = io.BytesIO()
    builder.save(out)
    return out.getvalue()


def icc(colours: bytes = b"CMYK", kind: bytes = b"prtr", tags: tuple[bytes, ...] = (b"A2B0", b"desc")) -> bytes:
    """The shell of an ICC profile: its head and its list of tags."""
    size = 132 + 12 * len(tags)
    table = b"".join(struct.pack(">4sII", tag, 132, 0) for tag in tags)
    head = struct.pack(">I4sI4s4s4s12s4s", size, b"none", 0x04300000, kind, colours, b"Lab ", bytes(12), b"acsp")
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table


def press(standard: str = "PDF/X-4", condition: str = "FOGRA39", bleeds: float = BLEED) -> Pdf:
    """A page that a printer takes."""
    pdf = Pdf.new()
    margin = (bleeds + SLUG) * MM
    width, height = TRIM[0] * MM, TRIM[1] * MM
    page = pdf.add_blank_page(page_size=(width + 2 * margin, height + 2 * margin))
    trim = (margin, margin, margin + width, margin + height)
    bleed = (trim[0] - bleeds * MM, trim[1] - bleeds * MM, trim[2] + bleeds * MM, trim[3] + bleeds * MM)
    page.obj.TrimBox, page.obj.BleedBox = Array(trim), Array(bleed)
    ground = f"{bleed[0]} {bleed[1]} {bleed[2] - bleed[0]} {bleed[3] - bleed[1]}"
    mark = f"{trim[0]} 2 m {trim[0]} {bleed[1] - 6} l"
    page.obj.Contents = Stream(pdf, PAGE.format(bleed=ground, mark=mark).encode())
    page.obj.Resources = _resources(pdf)
    _say(pdf, standard)
    profile = Stream(pdf, icc())
    profile.N = 4
    intent = Dictionary(Type=Name.OutputIntent, S=Name.GTS_PDFX, DestOutputProfile=profile)
    intent.OutputConditionIdentifier, intent.Info = String(condition), String(condition)
    pdf.Root.OutputIntents = Array([intent])
    return pdf


def _resources(pdf: Pdf) -> Dictionary:
    over = Dictionary(Type=Name.ExtGState, op=True, OP=True, OPM=1)
    ground = Dictionary(Type=Name.ExtGState, op=False, OP=False)
    tint = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=[1, 1, 1, 1], N=1)
    image = Stream(pdf, b"\x20\x10\x00\x40" * 320 * 320)
    image.Type, image.Subtype, image.Width, image.Height = Name.XObject, Name.Image, 320, 320
    image.ColorSpace, image.BitsPerComponent = Name.DeviceCMYK, 8
    return Dictionary(
        Font=Dictionary(F=composite(pdf)),
        XObject=Dictionary(Im=image),
        ExtGState=Dictionary(Over=over, Ground=ground),
        ColorSpace=Dictionary(All=Array([Name.Separation, Name.All, Name.DeviceCMYK, tint])),
    )


def composite(pdf: Pdf, fs_type: int = 8) -> Dictionary:
    """A Type 0 font in the file."""
    program = Stream(pdf, font(fs_type))
    descriptor = Dictionary(Type=Name.FontDescriptor, FontName=Name("/ABCDEF+Two"), Flags=4, FontFile2=program)
    inner = Dictionary(Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name("/ABCDEF+Two"), DW=1000,
                       CIDToGIDMap=Name.Identity, FontDescriptor=pdf.make_indirect(descriptor))  # fmt: skip
    inner.CIDSystemInfo = Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0)
    table = b"1 begincodespacerange <0000> <ffff> endcodespacerange 2 beginbfchar <0001> <5929> <0002> <5730> endbfchar"
    whole = Dictionary(Type=Name.Font, Subtype=Name.Type0, BaseFont=Name("/ABCDEF+Two"), Encoding=Name("/Identity-H"))
    whole.DescendantFonts, whole.ToUnicode = Array([pdf.make_indirect(inner)]), Stream(pdf, table)
    return pdf.make_indirect(whole)


XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfxid="http://www.npes.org/pdfx/ns/id/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">千字文</rdf:li></rdf:Alt></dc:title>
<xmp:CreateDate>2024-01-02T03:04:05+08:00</xmp:CreateDate><xmp:ModifyDate>2024-01-02T03:04:05+08:00</xmp:ModifyDate>
<xmpMM:DocumentID>uuid:1</xmpMM:DocumentID><xmpMM:VersionID>1</xmpMM:VersionID>
<xmpMM:RenditionClass>default</xmpMM:RenditionClass><pdf:Trapped>False</pdf:Trapped>
{more}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


def say(pdf: Pdf, more: str) -> None:
    """What the XMP metadata says beside title and dates."""
    pdf.Root.Metadata = Stream(pdf, XMP.format(more=more).encode())
    pdf.Root.Metadata.Type, pdf.Root.Metadata.Subtype = Name.Metadata, Name.XML


def _say(pdf: Pdf, standard: str) -> None:
    say(pdf, f"<pdfxid:GTS_PDFXVersion>{standard}</pdfxid:GTS_PDFXVersion>")
    date = String("D:20240102030405+08'00'")
    pdf.trailer.Info = pdf.make_indirect(Dictionary(Title=String("千字文"), CreationDate=date, ModDate=date))
    pdf.trailer.Info.Trapped, pdf.trailer.Info.GTS_PDFXVersion = Name("/False"), String(standard)


def archive() -> Pdf:
    """A page that an archive takes: PDF/A-2u."""
    pdf = press()
    say(pdf, "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>")
    del pdf.trailer.Info.GTS_PDFXVersion
    pdf.Root.OutputIntents[0].S = Name.GTS_PDFA1
    return pdf


def accessible() -> Pdf:
    """A page that is read aloud: a heading, a paragraph with a link, a figure, a table, a list, a note."""
    pdf = press()
    say(pdf, "<pdfuaid:part>1</pdfuaid:part>")
    page = pdf.pages[0]
    text = "/{tag} <</MCID {at}>> BDC BT /F 10 Tf 1 0 0 1 100 {y} Tm <00010002> Tj ET EMC\n"
    drawn = "".join(text.format(tag=tag, at=at, y=500 - 20 * at) for at, tag in enumerate(TAGS))
    page.obj.Contents = Stream(pdf, f"/Artifact BMC 0 0 10 10 re f EMC\n{drawn}".encode())
    link = pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), F=4,
                                        Contents=String("the second page"), StructParent=1))  # fmt: skip
    page.obj.Annots, page.obj.Tabs = Array([link]), Name.S
    tree = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    pdf.Root.StructTreeRoot, pdf.Root.MarkInfo = tree, Dictionary(Marked=True)
    pdf.Root.Lang, pdf.Root.ViewerPreferences = String("zh-Hans"), Dictionary(DisplayDocTitle=True)

    def element(kind: str, *kids: object, **more: object) -> pikepdf.Object:
        made = Dictionary(Type=Name.StructElem, S=Name(f"/{kind}"), Pg=page.obj, K=Array(kids), **more)
        return pdf.make_indirect(made)

    scope = Dictionary(O=Name.Table, Scope=Name.Column)
    tree.K = element(
        "Document",
        element("H1", 0),
        element("P", 1, element("Link", 2, Dictionary(Type=Name.OBJR, Obj=link))),
        element("Figure", 3, Alt=String("一匹马")),
        element("Table", element("TR", element("TH", 4, A=scope), element("TD", 5))),
        element("L", element("LI", element("Lbl", 6), element("LBody", 7))),
        element("Note", 8, ID=String("n1")),
        element("H2", 9),
    )
    return pdf


TAGS = ("H1", "P", "Link", "Figure", "TH", "TD", "Lbl", "LBody", "Note", "H2")


def saved(pdf: Pdf, version: str = "1.6", **how: object) -> bytes:
    """The bytes of a file, the same whenever they are asked for."""
    out = io.BytesIO()
    pdf.save(out, deterministic_id="encryption" not in how, force_version=version, **how)
    return out.getvalue()


def draw(pdf: Pdf, drawing: str, **resources: Dictionary) -> None:
    """Add a drawing to the page, and what it needs to the resources."""
    page = pdf.pages[0]
    page.obj.Contents = Stream(pdf, page.Contents.read_bytes() + f"\nq {drawing} Q\n".encode())
    for kind, entries in resources.items():
        held = page.obj.Resources.get(f"/{kind}", Dictionary())
        for key, value in entries.items():
            held[key] = value
        page.obj.Resources[f"/{kind}"] = held


def image(
    pdf: Pdf, width: int, height: int, space: object = Name.DeviceCMYK, data: bytes = b"", **more: object
) -> Stream:
    made = Stream(pdf, data or bytes(width * height * 4))
    made.Type, made.Subtype, made.Width, made.Height = Name.XObject, Name.Image, width, height
    made.ColorSpace, made.BitsPerComponent = space, 8
    for key, value in more.items():
        made[f"/{key}"] = value
    return made


def spot(name: str) -> Dictionary:
    tint = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=[0, 1, 1, 0], N=1)
    return Dictionary(Spot=Array([Name.Separation, Name(f"/{name}"), Name.DeviceCMYK, tint]))


def number_pages(pdf: Pdf, numbers: Sequence[int], *, at: str = "390 60", mark: str = "q") -> None:
    """As many pages as there are numbers, each with its own at its foot; 0 is for none."""
    digits = composite(pdf)
    table = b"1 begincodespacerange <0000> <ffff> endcodespacerange 1 beginbfrange <0010> <0019> <0030> endbfrange"
    digits.ToUnicode = Stream(pdf, table)
    page = pdf.pages[0]
    page.obj.Resources.Font.Digits = digits
    drawn = page.Contents.read_bytes()
    for index, number in enumerate(numbers):
        shown = "".join(f"{int(digit) + 16:04x}" for digit in str(number)) if number else ""
        foot = f"\n{mark} 0 0 0 1 k /Over gs BT /Digits 9 Tf 1 0 0 1 {at} Tm <{shown}> Tj ET {_ENDS[mark]}"
        if index:
            pdf.pages.append(page)
        pdf.pages[index].obj.Contents = Stream(pdf, drawn + foot.encode())
        drawn = drawn if mark == "q" else b""  # what is tagged is on one page


_ENDS = {"q": "Q", "/Artifact BMC": "EMC"}


def fill_pages(pdf: Pdf, count: int, left: float, letters: int, *, shift: float = 0) -> None:
    """So many pages of 24 lines, which begin at a place and are of so many letters of 10 pt; even pages are shifted."""
    page = pdf.pages[0]
    drawn = page.Contents.read_bytes()
    for index in range(count):
        x = left + shift * (index % 2)
        lines = " ".join(f"1 0 0 1 {x} {500 - 16 * line} Tm <{'0001' * letters}> Tj" for line in range(24))
        if index:
            pdf.pages.append(page)
        pdf.pages[index].obj.Contents = Stream(pdf, drawn + f"\nq 0 0 0 1 k /Over gs BT /F 10 Tf {lines} ET Q".encode())
