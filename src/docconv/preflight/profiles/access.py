"""Rules for those who hear a file, or read it their own way: PDF/UA-1, by the conditions of the Matterhorn Protocol.

What only a human can tell (whether words fit a picture, whether the order makes sense) is not asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Set
from itertools import pairwise

from pikepdf import Object

from docconv.preflight.profiles import typefaces
from docconv.preflight.profiles.content import Painted
from docconv.preflight.profiles.finished import Finished, Sheet
from docconv.preflight.profiles.objects import box, dictionaries, get, items, name, number, raw, text
from docconv.preflight.profiles.rule import Hit, Rule, accessible
from docconv.preflight.profiles.tags import Element, Mark


def identification(file: Finished) -> Iterator[Hit]:
    """A file that does not say that it is PDF/UA."""
    if file.xmp.get("pdfuaid:part", "") not in ("1", "2"):
        yield Hit("the XMP metadata does not say that it is PDF/UA (pdfuaid:part)")


def marked(file: Finished) -> Iterator[Hit]:
    """A file without tags, or whose tags are guessed."""
    if get(file.root, "/StructTreeRoot") is None:
        yield Hit("the file has no tags (StructTreeRoot)")
    if raw(file.root, "/MarkInfo", "/Marked") is not True:
        yield Hit("the file does not say that it is tagged (MarkInfo)")
    if raw(file.root, "/MarkInfo", "/Suspects") is True:
        yield Hit("the file says that its tags are doubtful (Suspects)")


def language(file: Finished) -> Iterator[Hit]:
    """Text of no known language: it is read out with the voice of another.  What the file says of all of it, each piece
    may say of itself (ISO 14289-1, 7.2)."""
    if text(get(file.root, "/Lang")):
        return
    silent = next(_silent(file), None)
    if silent:
        yield Hit(f"the file does not say its language, and {silent.message} says none (Lang)", silent.page)


def _silent(file: Finished) -> Iterator[Hit]:
    """What is read out, and neither says its language nor stands in what does."""
    if any(True for _ in _bookmarks(file)):
        yield Hit("a bookmark")
    if file.title_languages and file.title_languages <= {"x-default"}:
        yield Hit("the title")
    for each in file.tags.walk():
        if not each.lang and any(text(get(each.value, key)) for key in ("/Alt", "/ActualText", "/E")):
            yield Hit(f"what is said in place of {each.own}", each.page)
    held = _annotated(file)
    holders = file.tags.holders()
    for sheet in file.sheets:
        for note in sheet.annotations:
            holder = held.get(note.objgen)
            spoken = text(get(note, "/Contents")) or text(get(note, "/TU"))
            if spoken and not (text(get(note, "/Lang")) or (holder and holder.lang)):
                yield Hit(f"an annotation {name(get(note, '/Subtype'))}", sheet.number)
        for shown in sheet.content.painted:
            tag = shown.tag
            if shown.kind == "text" and not tag.artifact and not tag.lang:
                own = holders.get((sheet.page.obj.objgen, tag.owner, tag.number)) if tag.number is not None else None
                if not (own and own.lang):
                    yield Hit("text", sheet.number)


def title(file: Finished) -> Iterator[Hit]:
    """No title, or one that a reader does not show."""
    if not file.xmp.get("dc:title"):
        yield Hit("the XMP metadata has no title (dc:title)")
    if raw(file.root, "/ViewerPreferences", "/DisplayDocTitle") is not True:
        yield Hit("the name of the file is shown, not its title (DisplayDocTitle)")


def tab_order(file: Finished) -> Iterator[Hit]:
    """A page whose links the tab key visits in another order than the text has."""
    for sheet in file.sheets:
        if sheet.annotations and name(get(sheet.page.obj, "/Tabs")) != "S":
            yield Hit("links are visited in another order than they are read (Tabs)", sheet.number)


def permissions(file: Finished) -> Iterator[Hit]:
    """A lock that shuts out screen readers."""
    if file.is_enciphered and not file.pdf.allow.accessibility:
        yield Hit("the file is locked for screen readers")


def unheard(file: Finished) -> Iterator[Hit]:
    """What a screen reader cannot follow: layers without names, or switched by events; files in the file without names;
    a form that a program draws; drawings that stand for pages of other files (ISO 14289-1, 7.10, 7.11, 7.15, 7.20)."""
    layers = get(file.root, "/OCProperties")
    for each in [*dictionaries(get(layers, "/D")), *dictionaries(get(layers, "/Configs"))]:
        if not text(get(each, "/Name")):
            yield Hit("a configuration of layers has no name")
        if get(each, "/AS") is not None:
            yield Hit("layers are switched on and off by events (AS)")
    for each in file.reached:
        if get(each, "/EF") is not None and not all(text(get(each, key)) for key in ("/F", "/UF")):
            yield Hit("an attached file has no name (F, UF)")
        if name(get(each, "/Subtype")) == "Form" and get(each, "/Ref") is not None:
            yield Hit("a drawing stands for a page of another file (Ref)")
    if get(file.root, "/AcroForm", "/XFA") is not None and raw(file.root, "/NeedsRendering") is True:
        yield Hit("the file is a form that a program has to draw (XFA)")
    for sheet in file.sheets:
        if any(name(get(each, "/Subtype")) == "TrapNet" for each in sheet.annotations):
            yield Hit("an annotation TrapNet", sheet.number)


def tagged(file: Finished) -> Iterator[Hit]:
    """Something on a page that is neither tagged nor said to be an ornament."""
    known = set(file.tags.order)
    for sheet in file.sheets:
        page = sheet.page.obj.objgen
        for each in sheet.content.painted:
            tag = each.tag
            if tag.artifact:
                continue
            if tag.number is None or (page, tag.owner, tag.number) not in known:
                what = {"picture": "a picture", "text": "text"}.get(each.kind, "a drawing")
                how = "is neither tagged nor an artifact" if tag.number is None else "is in no element"
                yield Hit(f"{what} {how}", sheet.number, sheet.place(each.box))
                break
        if sheet.content.nested:
            yield Hit("an artifact stands in tagged content, or the other way round", sheet.number)


def roles(file: Finished) -> Iterator[Hit]:
    """A tag that is no standard type, and does not stand for one."""
    for own, page in file.tags.unknown.items():
        yield Hit(f"the tag {own or 'without a name'} stands for no standard type (RoleMap)", page)


def headings(file: Finished) -> Iterator[Hit]:
    """A heading that skips a rank, or says nothing; H beside H1."""
    kinds: Counter[str] = Counter()
    before = 0
    for each in file.tags.walk():
        if each.kind not in _HEADINGS:
            continue
        kinds["H" if each.kind == "H" else "Hn"] += 1
        if each.is_empty:
            yield Hit(f"an empty heading, {each.own}", each.page)
        rank = _HEADINGS[each.kind]
        if rank > before + 1:
            yield Hit(f"{each.own} follows {f'H{before}' if before else 'no heading'}: a rank is skipped", each.page)
        before = rank or before
    if len(kinds) > 1:
        yield Hit("H and H1 to H6 are mixed")


_HEADINGS = {"H": 0, **{f"H{rank}": rank for rank in range(1, 7)}}


def alternatives(file: Finished) -> Iterator[Hit]:
    """A picture or a formula without words in its place."""
    for each in file.tags.walk():
        if each.kind in ("Figure", "Formula") and not (each.words or _is_replaced(each)):
            yield Hit(f"{each.own} has no words in its place (Alt)", each.page)


def _is_replaced(element: Element) -> bool:
    """Whether something, be it nothing, is said in place of an element."""
    return get(element.value, "/ActualText") is not None


def tables(file: Finished) -> Iterator[Hit]:
    """A table whose cells do not know their headings, or that is not made of rows; a list that is not made of items."""
    elements = list(file.tags.walk())
    by_name = any(each.kind == "TD" and each.attribute("Headers") is not None for each in elements)
    for each in elements:
        scoped = name(each.attribute("Scope")) in ("Row", "Column", "Both") or (by_name and each.identifier)
        if each.kind == "TH" and not scoped:
            yield Hit("a heading cell does not say what it heads (Scope)", each.page)
        for child in each.children:
            if child.kind not in _HELD.get(each.kind, (child.kind,)):
                yield Hit(f"{each.own} holds {child.own}", each.page)
        holders = _HOLDERS.get(each.kind)
        if holders and (each.above is None or each.above.kind not in holders):
            yield Hit(f"{each.own} stands outside {holders[0]}", each.page)


_HELD = {"Table": ("TR", "THead", "TBody", "TFoot", "Caption"), "THead": ("TR",), "TBody": ("TR",), "TFoot": ("TR",),
         "TR": ("TH", "TD"), "L": ("LI", "L", "Caption"), "LI": ("Lbl", "LBody", "Artifact")}  # fmt: skip
_HOLDERS = {"TR": ("Table", "THead", "TBody", "TFoot"), "TH": ("TR",), "TD": ("TR",), "LI": ("L",), "LBody": ("LI",)}


def notes(file: Finished) -> Iterator[Hit]:
    """A note without an identifier, or with that of another."""
    seen: set[str] = set()
    for each in file.tags.walk():
        if each.kind == "Note":
            if not each.identifier:
                yield Hit("a note has no ID", each.page)
            elif each.identifier in seen:
                yield Hit(f"two notes have the ID {each.identifier[:40]}", each.page)
            seen.add(each.identifier)


def links(file: Finished) -> Iterator[Hit]:
    """A link that no tag holds, or that does not say where it leads."""
    held = _annotated(file)
    for sheet in file.sheets:
        for each in sheet.annotations:
            kind = name(get(each, "/Subtype"))
            if kind in ("Popup", "PrinterMark", "TrapNet") or int(number(raw(each, "/F"))) & 2:
                continue
            area = box(get(each, "/Rect"))
            if area is not None and not area.grown(_NEAR).meets(sheet.boxes.get("CropBox", sheet.media)):
                continue  # nobody sees it
            holder = held.get(each.objgen)
            wanted = {"Link": "Link", "Widget": "Form"}.get(kind, "Annot")
            words = text(get(each, "/Contents")) or text(get(each, "/TU")) or text(get(each, "/Parent", "/TU"))
            if holder is None or (kind == "Link" and not _is_in_link(holder)):
                yield Hit(f"an annotation {kind} is in no tag {wanted}", sheet.number)
            elif not (words or holder.words):
                told = {"Link": "a link does not say where it leads (Contents)",
                        "Widget": "a field does not say what it is for (TU)"}  # fmt: skip
                yield Hit(told.get(kind, f"an annotation {kind} has no words in its place (Contents)"), sheet.number)


_NEAR = 0.01
"""Points: a link without height is on the page too."""


def _annotated(file: Finished) -> dict[tuple[int, int], Element]:
    """For each annotation the element that holds it."""
    return {each.objgen: element for element in file.tags.walk() for each in element.objects}


def _is_in_link(element: Element) -> bool:
    return element.kind == "Link" or (element.above is not None and element.above.kind in ("Link", "Reference"))


def languages(file: Finished) -> Iterator[Hit]:
    """Kana or hangul in what is said to be of another language: it is read out with the wrong voice, or not at all.  Of
    Latin words nothing is asked: voices of East Asia read them."""
    own = text(get(file.root, "/Lang"))
    known: dict[Element | None, str] = {None: own}
    for sheet, each, holder in _telling(file, _SPOKEN.keys()):
        if holder not in known:
            known[holder] = (holder.lang if holder else "") or own
        lang = each.tag.lang or known[holder]
        for kind in sorted(each.telling & _SPOKEN.keys()):
            if lang and lang.lower().replace("_", "-").partition("-")[0] not in _SPOKEN[kind]:
                yield Hit(f"{kind} in text that is said to be {lang}", sheet.number, sheet.place(each.box))


_SPOKEN = {"kana": ("ja", "ain", "ryu", "mul", "und", "zxx"), "hangul": ("ko", "mul", "und", "zxx")}


def private(file: Finished) -> Iterator[Hit]:
    """A character of private use, which nobody can say, and no other words in its place."""
    for sheet, each, holder in _telling(file, {"private use"}):
        if not (each.tag.is_said or (holder is not None and holder.is_said)):
            yield Hit("a character of private use has no words in its place", sheet.number, sheet.place(each.box))


def _telling(file: Finished, kinds: Set[str]) -> Iterator[tuple[Sheet, Painted, Element | None]]:
    """The text in which there are characters of some kinds, with the element that holds it; no ornaments."""
    holders: dict[Mark, Element] | None = None
    for sheet in file.sheets:
        page = sheet.page.obj.objgen
        for each in sheet.content.painted:
            tag = each.tag
            if not tag.artifact and not each.telling.isdisjoint(kinds):
                holders = holders if holders is not None else file.tags.holders()
                held = holders.get((page, tag.owner, tag.number)) if tag.number is not None else None
                yield sheet, each, held


def order(file: Finished) -> Iterator[Hit]:
    """A page whose tags are in another order than its drawing: a reader may hear it in one order, and see it in
    another."""
    places: dict[tuple[int, int], list[Mark]] = {}
    for mark in file.tags.order:
        places.setdefault(mark[0], []).append(mark)
    for sheet in file.sheets:
        drawn = {key: at for at, key in enumerate(sheet.content.tags)}
        ranks = [drawn[form, mark] for _, form, mark in places.get(sheet.page.obj.objgen, []) if (form, mark) in drawn]
        back = sum(1 for one, other in pairwise(ranks) if other < one)
        if back > _MOST_BACK * max(4, len(ranks)):
            yield Hit(f"{back} of {len(ranks)} tagged runs are drawn before the one that is read first", sheet.number)


_MOST_BACK = 0.25  # notes, captions and running heads are drawn out of turn


def outline(file: Finished) -> Iterator[Hit]:
    """A long file without bookmarks; headings of the first rank that have none."""
    ranks = Counter(each.kind for each in file.tags.walk())
    top = sum(1 for _ in _bookmarks(file))
    headings = sum(ranks[f"H{rank}"] for rank in range(1, 7))
    if not top and (len(file.sheets) > 20 or headings > 3):
        yield Hit(f"there are no bookmarks, and {headings} headings")


def _bookmarks(file: Finished) -> Iterator[Object]:
    seen: set[tuple[int, int]] = set()
    each = get(file.root, "/Outlines", "/First")
    while each is not None and each.objgen not in seen and len(seen) < 10_000:
        seen.add(each.objgen)
        yield each
        each = get(each, "/Next")


def labels(file: Finished) -> Iterator[Hit]:
    """Page labels that are no numbers of pages: not in order, or not from the first page on."""
    tree = get(file.root, "/PageLabels")
    if tree is None:
        return
    numbers = items(get(tree, "/Nums"))
    starts = [int(number(each)) for each in numbers[::2]]
    if numbers and (starts[0] != 0 or starts != sorted(set(starts))):
        yield Hit("the page labels do not begin at the first page, or are out of order")


_U = "ISO 14289-1"
_M = "Matterhorn Protocol"

RULES = (
    Rule("access-document", "The file says that it is PDF/UA", identification, f"{_M} 05, Version identification",
         "export as PDF/UA", accessible),
    Rule("access-document", "It is tagged, and says so", marked, f"{_M} 06, 07; {_U}, Tagged PDF", "export with tags",
         accessible),
    Rule("access-document", "It says its language", language, f"{_M} 11, Declared natural language", "set the language",
         accessible),
    Rule("access-document", "It has a title, and shows it", title, f"{_M} 06, 07, Metadata; Dictionary",
         "give it a title, and have it shown", accessible),
    Rule("access-document", "Links are visited in the order of the text", tab_order, f"{_M} 28, Annotations",
         "set Tabs to S on every page", accessible),
    Rule("access-document", "No lock shuts out screen readers", permissions, f"{_M} 26, Security",
         "allow access for screen readers", accessible),
    Rule("access-document", "Nothing is in it that a screen reader cannot follow", unheard,
         f"{_U}, Optional content; Embedded files; XFA; XObjects; Annotations", "name it, or take it out", accessible),
    Rule("access-tagged", "All content is tagged, or an artifact", tagged, f"{_M} 01, Real content tagged",
         "tag it, or mark it as an artifact", accessible),
    Rule("access-role", "Every tag is a standard one, or stands for one", roles, f"{_M} 02, Role mapping",
         "map it to a standard tag", accessible),
    Rule("access-heading", "Headings skip no rank, and say something", headings, f"{_M} 14, Headings",
         "set the right rank", accessible),
    Rule("access-alt", "Pictures have words in their place", alternatives, f"{_M} 13, Graphics",
         "say what it shows, or mark it as an artifact", accessible),
    Rule("access-table", "Tables and lists are made of rows, cells, items", tables, f"{_M} 09, 15, Tables; 16, Lists",
         "mend the tags; set Scope", accessible),
    Rule("access-note", "Every note has an identifier of its own", notes, f"{_M} 19, Notes and references",
         "give each note an ID", accessible),
    Rule("access-link", "Links are tagged, and say where they lead", links, f"{_M} 28, Annotations",
         "tag the link; set Contents", accessible),
    Rule("access-font", "Every font is in the file", typefaces.embedded, f"{_M} 31, Fonts", "embed it", accessible),
    Rule("access-font", "Every font says its characters", typefaces.characters, f"{_M} 10, Character mappings",
         "export with ToUnicode", accessible),
    Rule("access-font", "Every character has a glyph", typefaces.glyphs, f"{_M} 31, Fonts",
         "set the character in a face that has it", accessible),
    Rule("access-language", "Words say their language where it is another", languages,
         f"{_M} 11, Declared natural language", "state the language of the words (Lang)", accessible),
    Rule("access-character", "No character is of private use, unless it is said in words", private,
         f"{_M} 10, Character mappings", "give it ActualText, or the Unicode character", accessible),
    Rule("access-order", "Tags are in the order of the drawing", order, f"{_M} 09, Appropriate tags: reading order",
         "compare with what a screen reader says", accessible),
    Rule("access-navigation", "A long file has bookmarks", outline, "WCAG 2.4.5, Multiple ways", "export bookmarks",
         accessible),
    Rule("access-navigation", "Page labels are in order", labels, "ISO 32000-1, Page labels", "number the pages",
         accessible),
)  # fmt: skip
