"""Whether a language tag is well formed, and its parts real (BCP 47).

It knows the two-letter languages and countries and the scripts in use; a language of three letters is taken for real.
"""

from __future__ import annotations

from docconv.language_tags import is_whole, parts_of

_LANGUAGES_WORDS = (
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en "
    "eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja "
    "jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb "
    "nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq "
    "sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu "
)
_LANGUAGES = frozenset(_LANGUAGES_WORDS.split())
_SCRIPTS_WORDS = (
    "adlm arab armn beng bopo brai cans cher copt cyrl deva egyp ethi geor goth grek gujr guru hang hani hans hant "
    "hebr hira hrkt jpan kana khmr knda kore laoo latf latg latn limb lisu mand mlym mong mymr nkoo orya phag plrd "
    "runr samr sinh sund syrc tale talu taml telu tfng thaa thai tibt vaii yiii zinh zmth zsye zsym zxxx zyyy zzzz "
)
_SCRIPTS = frozenset(_SCRIPTS_WORDS.split())
_COUNTRIES_WORDS = (
    "ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bl bm bn bo bq br bs bt bv bw by bz "
    "ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg eh er es et fi fj fk fm fo "
    "fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je "
    "jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mf mg mh mk ml mm mn mo "
    "mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw "
    "py qa re ro rs ru rw sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st sv sx sy sz tc td tf tg th tj tk tl tm "
    "tn to tr tt tv tw tz ua ug um us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw "
)
_COUNTRIES = frozenset(_COUNTRIES_WORDS.split())
_CHINESE = frozenset(["cdo", "cjy", "cmn", "cpx", "czh", "czo", "gan", "hak", "hsn", "lzh", "mnp", "nan", "wuu", "yue"])
"""Tongues that may stand behind zh: zh-yue."""


def fault_of(tag: str) -> str:
    """What is wrong with a language tag; "" if nothing is."""
    if is_whole(tag):
        return ""
    found = parts_of(tag)
    if found is None:
        return f"{tag!r} is no language tag"
    language, script, country = (found[name] and found[name].lower() for name in ("language", "script", "country"))
    if len(language) != 3 and language not in _LANGUAGES:
        return f"{tag!r}: there is no language {language!r}"
    tongues = [each for each in found["tongues"].lower().split("-") if each]
    if language == "zh" and (strange := [each for each in tongues if each not in _CHINESE]):
        return f"{tag!r}: there is no Chinese tongue {strange[0]!r}"
    if script and script not in _SCRIPTS:
        return f"{tag!r}: there is no script {script!r}"
    if country and country.isalpha() and country not in _COUNTRIES:
        return f"{tag!r}: there is no country {country!r}"
    return ""


def known_as(tag: str) -> str:
    """A tag as rules know it: zh-Hans, zh-Hant, ja, ko, or the language alone; zh if its script is not told."""
    primary, *rest = tag.lower().replace("_", "-").split("-")
    if primary in ("zh", "yue", "cmn"):
        if {"hant", "tw", "hk", "mo"} & set(rest) and "hans" not in rest:
            return "zh-Hant"
        return "zh-Hans" if {"hans", "cn", "sg", "my"} & set(rest) else "zh"
    return {"jpn": "ja", "kor": "ko", "zho": "zh", "chi": "zh", "eng": "en"}.get(primary, primary)
