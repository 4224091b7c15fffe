"""What a PDF for print says of itself: the standard that it keeps, in its information and in XMP alike; the boxes of
its pages; the press that it is made for; fonts as its version of PDF knows them.

It assumes pydyf's objects as WeasyPrint leaves them, before they are written.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Sequence
from hashlib import md5
from html import escape
from typing import Any, NamedTuple

from weasyprint.pdf import pydyf

from docconv.press import GTS_PDFX_VERSIONS, Profile
from docconv.writers.press.intent import Intent

NO_DATE = "1980-01-01T00:00:00Z"
"""The date of a file of which none is known: PDF/X asks for one, and the clock would make every build another."""

_MM = 72 / 25.4


class Stated(NamedTuple):
    """What is said of a document: its date as W3C has it; what else is known of it, as an element of XMP."""

    title: str
    authors: Sequence[str]
    keywords: str
    lang: str
    creator: str
    date: str
    described: str


def set_boxes(pdf: Any, sizes: Sequence[tuple[float, float]], bleed: float, slug: float) -> None:
    """The boxes of every page, from the size of its trim in pt; `bleed` and `slug` are in mm."""
    for reference, (width, height) in zip(pdf.page_references, sizes, strict=True):
        page = pdf.objects[int(reference.split()[0])]
        for name, beyond in (("TrimBox", 0.0), ("BleedBox", bleed), ("MediaBox", bleed + slug)):
            out = round(beyond * _MM, 4)
            page[name] = pydyf.Array([-out, -out, round(width + out, 4), round(height + out, 4)])
        page["Group"] = pydyf.Dictionary({"Type": "/Group", "S": "/Transparency", "CS": "/DeviceCMYK"})


def drop_page_groups(pdf: Any) -> None:
    """PDF/X-1a knows no transparency, so no page says in which colours it is blended."""
    for reference in pdf.page_references:
        pdf.objects[int(reference.split()[0])].pop("Group", None)


def set_intent(pdf: Any, intent: Intent) -> None:
    profile = pydyf.Stream([intent.icc], pydyf.Dictionary({"N": 4}), compress=True)
    pdf.add_object(profile)
    condition = intent.condition
    entry = pydyf.Dictionary({
        "Type": "/OutputIntent",
        "S": "/GTS_PDFX",
        "OutputConditionIdentifier": pydyf.String(condition.identifier),
        "OutputCondition": pydyf.String(condition.title),
        "Info": pydyf.String(intent.description or condition.title),
        "DestOutputProfile": profile.reference,
    })  # fmt: skip
    if condition.registry:
        entry["RegistryName"] = pydyf.String(condition.registry)
    pdf.catalog["OutputIntents"] = pydyf.Array([entry])


def unwrap_outlines(pdf: Any) -> None:
    """Embed the outlines of OpenType fonts alone, as every version of PDF knows them (ISO 32000-1, table 126)."""
    for each in pdf.objects:
        if isinstance(each, pydyf.Stream) and each.extra.get("Subtype") == "/OpenType":
            each.stream = [_table(each.stream[0], b"CFF ")]
            each.extra["Subtype"] = "/CIDFontType0C"


def _table(font: bytes, name: bytes) -> bytes:
    """A table of an OpenType font; empty if it has none of that name."""
    (count,) = struct.unpack_from(">H", font, 4)
    for number in range(count):
        tag, _, offset, length = struct.unpack_from(">4sLLL", font, 12 + 16 * number)
        if tag == name:
            return font[offset : offset + length]
    return b""


def may_embed(font: bytes) -> bool:
    """Whether the licence of a font allows it to be embedded in a document for print (OpenType, OS/2 fsType): not if it
    is restricted, or only its bitmaps are free."""
    table = _table(font, b"OS/2")
    if len(table) < 10:
        return True
    (licence,) = struct.unpack_from(">H", table, 8)
    return licence & 0x000F != 0x0002 and not licence & 0x0200


def pack(pdf: Any) -> None:
    """Pack what is to be packed once for all: its identity is made of it, and pydyf would pack it each time anew."""
    for each in pdf.objects:
        if isinstance(each, pydyf.Stream) and each.compress:
            each.stream = [zlib.compress(b"\n".join(map(_bytes, each.stream)), 9)]
            each.extra["Filter"], each.compress = "/FlateDecode", False


def _bytes(part: Any) -> bytes:
    if isinstance(part, pydyf.Object):
        return bytes(part.data)
    return part if isinstance(part, bytes) else str(part).encode("ascii")


def state(pdf: Any, profile: Profile, stated: Stated) -> None:
    """Information and XMP, the same in both (ISO 15930-7, 6.2; ISO 15930-4, 6.3)."""
    date = _moment(stated.date)
    version = GTS_PDFX_VERSIONS[profile.standard]
    producer = pdf.info["Producer"]
    pdf.info.clear()
    pdf.info.update({"Title": pydyf.String(stated.title), "Creator": pydyf.String(stated.creator),
                     "Producer": producer, "CreationDate": _pdf_date(date), "ModDate": _pdf_date(date),
                     "Trapped": "/False", "GTS_PDFXVersion": pydyf.String(version)})  # fmt: skip
    if stated.authors:
        pdf.info["Author"] = pydyf.String(", ".join(stated.authors))
    if stated.keywords:
        pdf.info["Keywords"] = pydyf.String(stated.keywords)
    identity = md5(b"".join(each.data for each in pdf.objects if each.free != "f"), usedforsecurity=False).hexdigest()
    packet = _xmp(stated, date, version, producer.string, identity)
    stream = pydyf.Stream([packet.encode()], pydyf.Dictionary({"Type": "/Metadata", "Subtype": "/XML"}))
    pdf.add_object(stream)
    pdf.catalog["Metadata"] = stream.reference
    if stated.lang:
        pdf.catalog["Lang"] = pydyf.String(stated.lang)


_W3C = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:T(\d\d:\d\d)(:\d\d)?(Z|[+-]\d\d:\d\d)?)?")


def _moment(date: str) -> str:
    """A date to the second: 2024-05 → 2024-05-01T00:00:00Z."""
    found = _W3C.fullmatch(date)
    if not found:
        return NO_DATE
    year, month, day, time, seconds, zone = found.groups()
    return f"{year}-{month or '01'}-{day or '01'}T{time or '00:00'}{seconds or ':00'}{zone or 'Z'}"


def _pdf_date(date: str) -> Any:
    """2024-05-01T12:00:00+08:00 → D:20240501120000+08'00."""
    day, _, rest = date.partition("T")
    time, zone = rest[:8], rest[8:]
    return pydyf.String(f"D:{day.replace('-', '')}{time.replace(':', '')}{zone.replace(':', chr(39))}")


def _xmp(stated: Stated, date: str, version: str, producer: str, identity: str) -> str:
    uuid = f"uuid:{identity[:8]}-{identity[8:12]}-{identity[12:16]}-{identity[16:20]}-{identity[20:]}"
    title = f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(stated.title)}</rdf:li></rdf:Alt></dc:title>'
    authors = "".join(f"<rdf:li>{escape(author)}</rdf:li>" for author in stated.authors)
    creator = f"<dc:creator><rdf:Seq>{authors}</rdf:Seq></dc:creator>" if authors else ""
    keywords = f"<pdf:Keywords>{escape(stated.keywords)}</pdf:Keywords>" if stated.keywords else ""
    names = {"dc": "http://purl.org/dc/elements/1.1/", "xmp": "http://ns.adobe.com/xap/1.0/",
             "xmpMM": "http://ns.adobe.com/xap/1.0/mm/", "pdf": "http://ns.adobe.com/pdf/1.3/",
             "pdfx": "http://ns.adobe.com/pdfx/1.3/", "pdfxid": "http://www.npes.org/pdfx/ns/id/"}  # fmt: skip
    spaces = " ".join(f'xmlns:{name}="{address}"' for name, address in names.items())
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" {spaces}>
<dc:format>application/pdf</dc:format>{title}{creator}
<xmp:CreatorTool>{escape(stated.creator)}</xmp:CreatorTool><xmp:CreateDate>{date}</xmp:CreateDate>
<xmp:ModifyDate>{date}</xmp:ModifyDate><xmp:MetadataDate>{date}</xmp:MetadataDate>
<xmpMM:DocumentID>{uuid}</xmpMM:DocumentID><xmpMM:VersionID>1</xmpMM:VersionID>
<xmpMM:RenditionClass>default</xmpMM:RenditionClass>
<pdf:Producer>{escape(producer)}</pdf:Producer><pdf:Trapped>False</pdf:Trapped>{keywords}
<pdfxid:GTS_PDFXVersion>{version}</pdfxid:GTS_PDFXVersion><pdfx:GTS_PDFXVersion>{version}</pdfx:GTS_PDFXVersion>
</rdf:Description>
{stated.described}
</rdf:RDF>
</x:xmpmeta>
{(" " * 99 + chr(10)) * 20}<?xpacket end="w"?>"""
