r"""Formulas as readers of HTML and EPUB show them: MathML, which holds the TeX that it is made of.

It assumes pandoc, which makes MathML of TeX, and asks it once for all formulas of a document, if there are any.  What
it does not understand stays TeX, and is reported.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias

from lxml import etree

from docconv import model as m
from docconv.pandoc import run_pandoc
from docconv.problems import Problem, Say
from docconv.writers.markup import escape

Formula: TypeAlias = m.Math | m.MathBlock

MATHML = "http://www.w3.org/1998/Math/MathML"


def mathml(document: m.Document, say: Say) -> Callable[[Formula], str]:
    """The MathML of each formula of the document; nothing for one that stays TeX, each of which is reported.

    Those of a printed page stay TeX, for they are what an extractor took the print for, and an editor is to read them
    (house choice).  Raises `ToolError` if there are formulas and no pandoc."""
    formulas = list(_placed(document))
    if document.meta.kind == "page":
        _report_all(formulas, "math-tex", "shown", "read them against the print", say)
        return lambda node: ""
    keys = list(dict.fromkeys(_key(node) for node, _ in formulas))
    plain = [(_NUMBERING.sub("", tex), is_block) for tex, is_block in keys]
    made = {key: _markup(key, shown) for key, shown in zip(keys, _set(plain), strict=True)}
    _report_each([each for each in formulas if not made[_key(each[0])]], "stays TeX", say)
    return lambda node: made.get(_key(node), "")


def report_unknown(document: m.Document, say: Say) -> None:
    """Report each formula that pandoc does not write into editions of its own as it stands.

    Raises `ToolError` if there are formulas and no pandoc."""
    formulas = list(_placed(document))
    made = _set([_key(node) for node, _ in formulas])
    _report_each([each for each, shown in zip(formulas, made, strict=True) if shown is None], "stays TeX", say)
    numbered = [
        each for each, shown in zip(formulas, made, strict=True) if shown is not None and r"\tag" in each[0].tex
    ]
    _report_each(numbered, "stands without its number", say)


def report_raw(document: m.Document, say: Say) -> None:
    """Report, once, the formulas of a document of whose edition none is set, with the first of them."""
    remedy = "make HTML, EPUB or DOCX, or allow it with --allow-loss"
    _report_all(list(_placed(document)), "math-raw", "printed", remedy, say)


def _report_all(formulas: Sequence[tuple[Formula, m.Place | None]], code: str, how: str, remedy: str, say: Say) -> None:
    if formulas:
        first, place = formulas[0]
        count = "a formula is" if len(formulas) == 1 else f"{len(formulas)} formulas are"
        say(Problem(code, f"{count} {how} as TeX, first {_quoted(first)}", place, remedy))


def _report_each(formulas: Iterable[tuple[Formula, m.Place | None]], what: str, say: Say) -> None:
    for node, place in formulas:
        remedy = "write it in TeX that pandoc knows"
        say(Problem("math-tex", f"a formula {what}: {_quoted(node)}", place, remedy))


def _placed(document: m.Document) -> Iterator[tuple[Formula, m.Place | None]]:
    """The formulas in their order, each with its place, or that of the nearest node around it that has one."""
    stack: list[tuple[m.Node | m.Document, m.Place | None]] = [(document, None)]
    while stack:
        node, around = stack.pop()
        place = getattr(node, "place", None) or around
        if isinstance(node, Formula):
            yield node, place
        stack += [(child, place) for child in m.children(node)][::-1]


_QUOTED = 60
"""Letters of a formula that a message repeats: a house choice."""


def _quoted(node: Formula) -> str:
    tex = " ".join(node.tex.split())
    return tex if len(tex) <= _QUOTED else f"{tex[:_QUOTED]}…"


_Key: TypeAlias = tuple[str, bool]
"""The TeX of a formula, and whether it is displayed."""


def _key(node: Formula) -> _Key:
    return node.tex, isinstance(node, m.MathBlock)


def _set(keys: Sequence[_Key]) -> list[etree._Element | None]:
    """The MathML of formulas, by pandoc in one call; nothing for what it does not understand."""
    if not keys:
        return []
    run = run_pandoc(["--from=native", "--to=html", "--mathml", "--wrap=preserve"], _native(keys), "formulas")
    answer = b'<html xmlns="http://www.w3.org/1999/xhtml">%s</html>' % run.stdout
    try:
        boxes = list(etree.fromstring(answer, etree.XMLParser(resolve_entities=False, huge_tree=True)))
    except etree.XMLSyntaxError:  # of characters that no page may hold
        boxes = []
    shown = [box.find(f"{{{MATHML}}}math/{{{MATHML}}}semantics") for box in boxes]
    if len(shown) != len(keys):
        return [None] * len(keys)
    return [None if each is None or _is_deep(each) else each[0] for each in shown]


_DEEPEST = 100
"""Elements in elements of a formula, beyond which it stays TeX: a house choice, far more than anybody writes."""


def _is_deep(element: etree._Element) -> bool:
    depth = 0
    for event, _ in etree.iterwalk(element, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > _DEEPEST:
            return True
    return False


def _native(keys: Iterable[_Key]) -> bytes:
    """Formulas as pandoc writes its own tree, a box each; strings are those of JSON, but for letters by number."""
    kinds = {False: "InlineMath", True: "DisplayMath"}
    formulas = (f"Math {kinds[is_block]} {json.dumps(tex, ensure_ascii=False)}" for tex, is_block in keys)
    return "[{}]".format(",".join(f'Div ("",[],[]) [Plain [{each}]]' for each in formulas)).encode()


_TAG = re.compile(r"\\tag(\*?)\s*\{([^{}\\$]*)\}")
_NUMBERING = re.compile(rf"\s*(?:{_TAG.pattern}|\\label\s*\{{[^{{}}]*\}}|\\(?:notag|nonumber)(?![A-Za-z]))")
"""What says how a formula is numbered (amsmath, 4.3), for which pandoc has no form."""


def _markup(key: _Key, shown: etree._Element | None) -> str:
    """A formula with its TeX, and with the numbers that it states; nothing if these are not plain."""
    tex, is_block = key
    tags = [label if is_bare else f"({label})" for is_bare, label in _TAG.findall(tex)]
    if shown is None or len(tags) != tex.count(r"\tag"):
        return ""
    inner = _element(shown)
    if tags:
        inner = f'<mrow>{inner}<mspace width="2em"></mspace><mtext>{escape(" ".join(tags))}</mtext></mrow>'
    display = "block" if is_block else "inline"
    return (
        f'<math xmlns="{MATHML}" display="{display}" alttext="{escape(" ".join(tex.split()))}"><semantics>{inner}'
        f'<annotation encoding="application/x-tex">{escape(tex)}</annotation></semantics></math>'
    )


def _element(element: etree._Element) -> str:
    """An element of MathML as HTML and XML both read it.  Its style, which a page of HTML may not have, is for the
    sheet."""
    name = etree.QName(element).localname
    attributes = "".join(f' {key}="{escape(value)}"' for key, value in element.attrib.items() if key != "style")
    return f"<{name}{attributes}>{escape(element.text or '')}{''.join(map(_element, element))}</{name}>"
