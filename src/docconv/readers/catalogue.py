"""What the package of an EPUB says of its book, as metadata: by Dublin Core, by EPUB 2's attributes and EPUB 3's
refinements, and by what Calibre adds.

It assumes a package that is open; what is not known is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from docconv import model as m
from docconv.package import Package
from docconv.readers.inlines import iso_date, language, one_line

_DC = "{http://purl.org/dc/elements/1.1/}"
_OPF = "{http://www.idpf.org/2007/opf}"
_ROLES: dict[str, m.ContributorRole] = {
    "trl": "translator", "edt": "editor", "ill": "illustrator", "art": "illustrator", "pht": "photographer",
    "nrt": "narrator",
}  # fmt: skip
"""Codes of MARC relators (id.loc.gov/vocabulary/relators)."""
_AUTHORS = {"", "aut", "cre", "aui"}
_TOOLS = {"bkp", "bkd", "mfr"}
"""Those who made the file, not the book."""
_FULL_STOP = {"zh": "：", "ja": "　", "ko": ": "}


def meta_of(package: Package) -> m.Meta:
    record = _Record(package.root)
    lang = next((tag for text, _ in record.all("language") if (tag := language(text))), "")
    people = [*record.people()]
    series, number = record.series()
    return m.Meta(
        title=record.title(lang),
        lang=lang,
        authors=tuple(dict.fromkeys(name for name, role in people if role in _AUTHORS)),
        date=record.date(),
        colophon=m.Colophon(
            identifier=record.identifier(),
            publisher=record.first("publisher"),
            rights=record.first("rights"),
            description=one_line(re.sub("<[^<>]*>", " ", record.first("description"))),
            subjects=tuple(dict.fromkeys(text for text, _ in record.all("subject"))),
            source=record.first("source"),
            series=series,
            number=number,
            contributors=tuple(
                dict.fromkeys(
                    m.Contributor(name, _ROLES.get(role, "contributor"))
                    for name, role in people
                    if role not in _AUTHORS | _TOOLS
                )
            ),
            readings=tuple(dict.fromkeys(record.readings())),
        ),
    )


class _Record:
    """The elements of the metadata, and what refines each."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self.refined: dict[str, dict[str, str]] = {}
        self.metas: list[tuple[str, str, Any]] = []
        for each in root.iter(f"{_OPF}meta", "meta"):
            name = each.get("property") or each.get("name") or ""
            text = one_line(each.get("content") or "".join(each.itertext()))
            about = each.get("refines", "").removeprefix("#")
            if about:
                self.refined.setdefault(about, {}).setdefault(name, text)
            else:
                self.metas.append((name, text, each))

    def all(self, name: str) -> Iterator[tuple[str, Any]]:
        for each in self.root.iter(f"{_DC}{name}", f"{_DC}{name.capitalize()}"):
            if text := one_line("".join(each.itertext())):
                yield text, each

    def first(self, name: str) -> str:
        return next((text for text, _ in self.all(name)), "")

    def about(self, element: Any, name: str) -> str:
        """What an attribute of EPUB 2 or a refinement of EPUB 3 says of an element."""
        return one_line(element.get(f"{_OPF}{name}") or self.refined.get(element.get("id", ""), {}).get(name, ""))

    def title(self, lang: str) -> str:
        """The title with its subtitle; without what names an edition or a series alone."""
        kinds = [(text, self.about(each, "title-type")) for text, each in self.all("title")]
        main = [text for text, kind in kinds if kind == "main"][:1] or [text for text, _ in kinds[:1]]
        below = [text for text, kind in kinds if kind in ("subtitle", "") and text not in main]
        return _FULL_STOP.get(lang[:2], ": ").join([*main, *below])

    def people(self) -> Iterator[tuple[str, str]]:
        for text, each in self.all("creator"):
            yield text, self.about(each, "role").lower()
        for text, each in self.all("contributor"):
            yield text, self.about(each, "role").lower() or "ctb"

    def readings(self) -> Iterator[tuple[str, str]]:
        for name in ("title", "creator", "contributor"):
            for text, each in self.all(name):
                reading = self.about(each, "file-as")
                if reading and reading != text and self.about(each, "role").lower() not in _TOOLS:
                    yield text, reading

    def date(self) -> str:
        """The day of publication: not that of a change to the file."""
        dates = [(self.about(each, "event").lower(), text) for text, each in self.all("date")]
        told = [text for event, text in dates if event in ("publication", "")] + [
            text for event, text in dates if event not in ("modification", "creation")
        ]
        return next((day for text in told if (day := iso_date(text))), "")

    def identifier(self) -> str:
        """The ISBN if there is one, else what the package says is its own."""
        found = [(text, each) for text, each in self.all("identifier")]
        for text, each in found:
            stated = "isbn" in f"{text} {self.about(each, 'scheme')} {self.about(each, 'identifier-type')}".lower()
            digits = re.sub("[^0-9Xx]", "", text.lower().removeprefix("urn:isbn:"))
            if (stated and len(digits) in (10, 13)) or re.fullmatch("97[89][0-9]{10}", text.replace("-", "")):
                return re.sub(r"^(?:urn:)?isbn[:\s]*", "", text, flags=re.IGNORECASE)
        own = self.root.get("unique-identifier", "")
        return next((text for text, each in found if each.get("id") == own), found[0][0] if found else "")

    def series(self) -> tuple[str, str]:
        for name, text, each in self.metas:
            about = self.refined.get(each.get("id", ""), {})
            if name == "belongs-to-collection" and about.get("collection-type", "series") == "series":
                return text, about.get("group-position", "")
        named = {name: text for name, text, _ in reversed(self.metas)}
        number = re.sub(r"\.0+$", "", named.get("calibre:series_index", ""))
        return (named["calibre:series"], number) if named.get("calibre:series") else ("", "")
