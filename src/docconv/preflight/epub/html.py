"""What may stand where in the XHTML of EPUB 3: elements, what they hold, their attributes; tables and no more.

It assumes the HTML standard as EPUB 3.3 takes it over (HTML, 3.2.5 Content models and 4, The elements of HTML), with
the attributes of RDFa and microdata.  Where a checker of the W3C is kinder than the standard, so are the tables.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


HEADINGS = _words("h1 h2 h3 h4 h5 h6")
SUPPORT = _words("script template")
PHRASING = SUPPORT | _words(
    "a abbr area audio b bdi bdo br button canvas cite code data datalist del dfn em embed i iframe img input ins kbd "
    "label link map mark math meta meter object output picture progress q ruby s samp select slot small span strong "
    "sub sup svg textarea time u var video wbr"
)
FLOW = PHRASING | HEADINGS | _words(
    "address article aside blockquote details dialog div dl fieldset figure footer form header hgroup hr main menu nav "
    "ol p pre search section table ul"
)  # fmt: skip

CONTENT: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        _words("address article aside blockquote body caption dd dialog div dt figcaption footer form header li main "
               "nav search section td th"), FLOW),
    **dict.fromkeys(
        HEADINGS | _words("abbr b bdi bdo button cite code data dfn em i kbd label mark meter output p pre progress q "
                          "rb rt s samp small span strong sub sup time u var"), PHRASING),
    **dict.fromkeys(_words("legend summary"), PHRASING | HEADINGS | {"hgroup"}),
    **dict.fromkeys(_words("ol ul menu"), SUPPORT | {"li"}),
    **dict.fromkeys(_words("thead tbody tfoot"), SUPPORT | {"tr"}),
    **dict.fromkeys(
        _words("area base br col embed hr iframe img input link meta option param rp source textarea "
               "title track wbr"), frozenset()),
    "html": _words("head body"),
    "head": SUPPORT | _words("base link meta style title"),
    "details": FLOW | {"summary"},
    "fieldset": FLOW | {"legend"},
    "figure": FLOW | {"figcaption"},
    "datalist": PHRASING | {"option"},
    "dl": SUPPORT | _words("dd div dt"),
    "hgroup": SUPPORT | HEADINGS | {"p"},
    "picture": SUPPORT | _words("img source"),
    "optgroup": SUPPORT | {"option"},
    "select": SUPPORT | _words("hr optgroup option"),
    "ruby": PHRASING | _words("rb rp rt rtc"),
    "rtc": PHRASING | _words("rp rt"),
    "table": SUPPORT | _words("caption colgroup tbody tfoot thead tr"),
    "colgroup": SUPPORT | {"col"},
    "tr": SUPPORT | _words("td th"),
}  # fmt: skip
"""What an element may hold, by its name."""

GROUP_OF_DL = SUPPORT | _words("dd dt")
"""What a div in a dl may hold."""

TRANSPARENT: dict[str, frozenset[str]] = {
    "a": frozenset(), "ins": frozenset(), "del": frozenset(), "map": frozenset(), "canvas": frozenset(),
    "slot": frozenset(), "object": _words("param"), "audio": _words("source track"), "video": _words("source track"),
}  # fmt: skip
"""Elements that may hold what the element around them may, and something of their own."""

ANYTHING = _words("script style template")
"""Elements whose inside is not looked at."""

WITHOUT_TEXT = _words(
    "area base br col colgroup dl embed head hgroup hr html iframe img input link menu meta ol optgroup "
    "param picture select source table tbody tfoot thead tr track ul wbr"
)
"""Elements in which no letters may stand."""

ORDER: dict[str, str] = {
    "html": "(head )?(body )?",
    "table": "(caption )?(colgroup )*(thead )?((tbody )*|(tr )+)(tfoot )?",
    "dl": "((dt )+(dd )+)*|(div )+",
    "details": "(summary )(?!.*summary ).*",
    "figure": "(figcaption )?(?!.*figcaption ).*|(?!.*figcaption .).*figcaption ",
    "fieldset": "(legend )?(?!.*legend ).*",
    "hgroup": "(p )*(h[1-6] )(p )*",
    "picture": "(source )*(img )",
    "object": "(param )*(?!.*param ).*",
    "audio": "(source )*(track )*(?!.*(source|track) ).*",
    "video": "(source )*(track )*(?!.*(source|track) ).*",
    "ruby": "((rb )*((rt |rtc )+|rp ((rt |rtc )rp )+))+",
}
"""The names of what an element holds, each with a blank behind it, in the order in which they may stand; scripts,
templates and, in ruby, what is annotated, are left out."""

NOT_WITHIN: dict[str, frozenset[str]] = {
    **dict.fromkeys(_words("button details embed iframe input label menu select textarea"), _words("a button")),
    "a": _words("a button"),
    "label": _words("a button label"),
    "audio": _words("audio video"),
    "video": _words("audio video"),
    "address": _words("address"),
    "header": _words("address header footer"),
    "footer": _words("address header footer"),
    "form": _words("form"),
    "progress": _words("progress"),
    "meter": _words("meter"),
    "dfn": _words("dfn"),
    "table": _words("caption"),
}
"""Elements that may not stand in some others, at any depth."""

_RDFA = "about content datatype inlist prefix property rel resource rev typeof vocab"
_MICRODATA = "itemid itemprop itemref itemscope itemtype"
GLOBAL = _words(
    "accesskey autocapitalize autocorrect autofocus class contenteditable dir draggable enterkeyhint exportparts "
    "hidden id inert inputmode is lang nonce part popover role slot spellcheck style tabindex title translate "
    f"{_RDFA} {_MICRODATA}"
)

ARIA = _words(
    "activedescendant atomic autocomplete braillelabel brailleroledescription busy checked colcount colindex "
    "colindextext colspan controls current describedby description details disabled dropeffect errormessage expanded "
    "flowto grabbed haspopup hidden invalid keyshortcuts label labelledby level live modal multiline multiselectable "
    "orientation owns placeholder posinset pressed readonly relevant required roledescription rowcount rowindex "
    "rowindextext rowspan selected setsize sort valuemax valuemin valuenow valuetext"
)
"""The attributes of WAI-ARIA, without `aria-`."""

_MEDIA = "autoplay controls controlslist crossorigin loop muted preload src"
_SENT = "formaction formenctype formmethod formnovalidate formtarget"
_POPOVER = "popovertarget popovertargetaction"
ATTRIBUTES: dict[str, frozenset[str]] = {name: _words(text) for name, text in {
    "a": "download href hreflang name ping referrerpolicy target type",
    "area": "alt coords download href hreflang nohref ping referrerpolicy shape target type",
    "audio": _MEDIA,
    "base": "href target",
    "blockquote": "cite",
    "button": f"command commandfor disabled form {_SENT} name {_POPOVER} type value",
    "canvas": "height width",
    "col": "span",
    "colgroup": "span",
    "data": "value",
    "del": "cite datetime",
    "details": "name open",
    "dialog": "closedby open",
    "fieldset": "disabled form name",
    "form": "accept-charset action autocomplete enctype method name novalidate target",
    "html": "manifest version",
    "iframe": "allow allowfullscreen height loading name referrerpolicy sandbox src srcdoc width",
    "img": "alt border crossorigin decoding fetchpriority generator-unable-to-provide-required-alt height ismap "
           "loading name referrerpolicy sizes src srcset usemap width",
    "input": f"accept alpha alt autocomplete capture checked colorspace dirname disabled form {_SENT} height list max "
             f"maxlength min minlength multiple name pattern placeholder {_POPOVER} readonly required size src step "
             "type value width",
    "ins": "cite datetime",
    "label": "for form",
    "li": "value",
    "link": "as blocking charset color crossorigin disabled fetchpriority href hreflang imagesizes imagesrcset "
            "integrity media referrerpolicy scope sizes type updateviacache workertype",
    "map": "name",
    "meta": "charset http-equiv media name scheme",
    "meter": "form high low max min optimum value",
    "object": "data form height name type usemap width",
    "ol": "reversed start type",
    "optgroup": "disabled label",
    "option": "disabled label selected value",
    "output": "for form name",
    "param": "name value",
    "progress": "max value",
    "q": "cite",
    "script": "async blocking charset crossorigin defer fetchpriority integrity language nomodule referrerpolicy src "
              "type",
    "select": "autocomplete disabled form multiple name required size",
    "slot": "name",
    "source": "height media sizes src srcset type width",
    "style": "blocking media type",
    "table": "border",
    "td": "colspan headers rowspan",
    "template": "shadowrootclonable shadowrootdelegatesfocus shadowrootmode shadowrootserializable span src",
    "textarea": "autocomplete cols dirname disabled form maxlength minlength name placeholder readonly required rows "
                "wrap",
    "th": "abbr colspan headers rowspan scope",
    "time": "datetime",
    "track": "default kind label src srclang",
    "video": f"{_MEDIA} height playsinline poster width",
}.items()}  # fmt: skip
"""The attributes of each element beside those of all."""

REQUIRED: dict[str, tuple[str, ...]] = {
    "img": ("src", "srcset"), "bdo": ("dir",), "map": ("name",), "optgroup": ("label",), "meter": ("value",),
    "data": ("value",), "track": ("src",), "param": ("name",), "object": ("data", "type"),
}  # fmt: skip
"""Elements that need an attribute, or one of several."""

FREE = _words("embed")
"""Elements that take attributes of any name."""

REFERENCES = _words(
    "aria-activedescendant aria-controls aria-describedby aria-flowto aria-labelledby aria-owns for form headers list"
)
"""Attributes that name other elements of the document by their ids."""
