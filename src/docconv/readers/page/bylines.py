"""The forms in which persons stand in a page's lines: byline, dateline, office, speaker, signature.

Each function looks at one line's text alone and names a habit of printers, in simplified and traditional Chinese,
Japanese and Korean; what stands around the line is the business of `roles`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from docconv.chars import HAN, HANGUL, KANA, STOPS
from docconv.readers.page.forms import REMEMBERED, shown, width

# ── Lines of names ──

_ROLES = (
    "记者|記者|通讯员|通訊員|特派员|特派員|特约记者|特約記者|评论员|評論員|实习生|實習生|实习记者|见习记者|實習記者|作者|"
    "撰稿|撰文|撰写|采写|采訪|采访|整理|综合|編譯|编译|译者|譯者|翻译|翻譯|编辑|編輯|校对|校對|审校|審校|选题|出品|"
    "摄影报道|攝影報道|摄影|攝影|摄|攝|图片|圖片|文字|图文|圖文|插图|漫画|制图|繪圖|绘图|图|圖|文|译|譯|报道|報道|報導|"
    "写真|撮影|構成|取材|執筆|聞き手|翻訳|訳|作|絵|イラスト|編集|取材・文|文・写真|"
    "기자|특파원|논설위원|글·사진|글|사진|옮긴이|지은이"
)
_ROLE = re.compile(rf"(?:{_ROLES})(?:[／/・·、& ]\s*(?:{_ROLES}))*")
_ATTACHED = re.compile(
    "记者|記者|通讯员|通訊員|特派员|特派員|实习生|實習生|评论员|評論員|摄影|攝影|기자|특파원|논설위원"
)
"""Roles that a name may follow without a mark between them: 本报记者徐烨."""
_ORGANISATION = re.compile(
    rf"(?:本[报報刊社台网網]|[{HAN}]{{1,10}}(?:[报報社台臺网網刊]|日报|日報|晚报|晚報|周刊|週刊|新闻|新聞|通讯社|大学|大學|学院))"
    r"(?:全媒体|融媒体|融媒|首席|特约|特約|驻[^\s/／:：]{1,8}|駐[^\s/／:：]{1,8}|见习|实习|高级|資深|资深)*$"
)
_QUALIFIER = re.compile(r"(?:全媒体|融媒体|融媒|首席|特约|特約|见习|实习|高级|資深|资深|新媒体|视频)+$")
_BULLETS = "□■◎●○◆◇△▲☆★※◉▪•·"

_SURNAMES = frozenset(
    "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何林罗羅高郑鄭梁谢謝宋唐许許邓鄧韩韓冯馮曹曾彭萧蕭肖蔡潘田董"
    "袁于余叶葉蒋蔣杜苏蘇魏程吕呂丁任沈姚卢盧姜崔钟鐘鍾谭譚陆陸汪范石廖贾賈夏韦韋付傅方白邹鄒孟熊秦邱丘江尹薛闫閻"
    "段雷侯龙龍史陶黎贺賀顾顧毛郝龚龔邵万萬钱錢严嚴覃武戴莫孔向汤湯欧歐阳陽温溫康施文牛樊葛邢安齐齊易乔喬伍庞龐颜"
    "顏倪庄莊聂聶章鲁魯岳翟殷詹申耿关關兰蘭焦俞左柳甘祝包宁寧尚符舒阮柯纪紀梅童凌毕畢单單季裴霍涂苗盛冀祖翁曲靳路"
    "辛管柴蒙鲍鮑华華喻祁房屈解牟艾尤时時穆农農司卓古吉缪繆简簡车車项項连連戚娄婁褚宫宮骆駱景谷卞费費冉芦应應原"
    "边邊闻聞席晏苟桂全佟粟鄢柏池蔚冷明满滿刁揭商敖巫仇栾欒麻藏隋党杭鞠楚匡邝鄺官鹿成"
    "司欧諸诸东東上夏令公長长尉慕濮"
)
_KOREAN_SURNAMES = frozenset("김이박최정강조윤장임한오서신권황안송류유전홍고문양손배백허남심노곽성차주우구민진엄채원")
_HAN_NAME = re.compile(rf"[{HAN}]{{2,4}}$|[{HAN}]{{1,6}}(?:[·・][{HAN}]{{1,8}})+$")
_LATIN_NAME = re.compile(r"[A-Za-z][\w.'’-]*(?: [A-Z][\w.'’-]*){0,4}$")
_KANA_NAME = re.compile(f"[{HAN}{KANA}]{{2,6}}$|[{KANA}]+[・＝=][{KANA}・＝=]+$")
_HANGUL_NAME = re.compile(f"[{HANGUL}]{{2,4}}$")
_SEPARATORS = re.compile(r"[ \u3000／/:：、,，;；|｜＝=()（）\[\]【】〔〕\n]+|(?<=[)）])")

Token = tuple[str, str]
"""(kind, text) of a stretch of a byline: kind is "name", "role" or "" (organisation, separator)."""


@lru_cache(maxsize=REMEMBERED)
def byline(text: str) -> tuple[Token, ...] | None:
    """The stretches of a line that is a byline with its role written out, or None.

    本报记者 吴小军 李 娜 · 文／陳美玲　攝影／李佩珊 · ■ 赵 敏 · 作者：Vince Power　译者：wxy · 構成／渡辺由紀"""
    bare = text.strip()
    if not bare or width(bare) > 120 or re.search(rf"[{STOPS}!?；;“”「」《》]", bare):
        return None
    marked = bare[0] in _BULLETS
    tokens = _tokens(bare.lstrip(_BULLETS + " \u3000") if marked else bare, bare)
    return tokens if tokens is not None and _signs(tokens, marked) else None


def _signs(tokens: tuple[Token, ...], marked: bool) -> bool:
    """Whether the stretches of a line sign a story: names with a role that is written out (本报记者, 作者：), or what
    is a name wherever it stands.  One word that ends like a role (流程图, 准备工作) is no signature."""
    names = [text for kind, text in tokens if kind == "name"]
    if not names or not (marked or any(kind == "role" for kind, _ in tokens)):
        return False
    explicit = any(
        kind == "role" and (_ATTACHED.search(role) or (re.match(r"\s*[:：/／|｜＝=（(]", mark) and follows == "name"))
        for (kind, role), (_, mark), (follows, _) in zip(tokens, tokens[1:], (*tokens[2:], ("", "")), strict=False)
    ) or (tokens[-2:-1] != () and tokens[-2][0] == "role" and _ATTACHED.search(tokens[-2][1]) is not None)
    return explicit or all(_is_sure(name) for name in names)


@lru_cache(maxsize=REMEMBERED)
def bare_names(text: str) -> tuple[Token, ...] | None:
    """The stretches of a line that is nothing but names, which only its place can make a byline: 阮一峰, 寺田寅彦."""
    bare = text.strip()
    if width(bare) > 60 or re.search(rf"[{STOPS}!?；;：:“”「」《》]", bare):
        return None
    tokens = _tokens(bare, bare)
    if not tokens or not any(kind == "name" for kind, _ in tokens):
        return None
    return tokens if all(_is_sure(name) for kind, name in tokens if kind == "name") else None


_COMPOUND = re.compile("欧阳|歐陽|司马|司馬|上官|诸葛|諸葛|东方|夏侯|皇甫|尉迟|公孙|令狐|慕容|司徒")


def _is_sure(name: str) -> bool:
    """Whether a stretch is a name even where nothing says that names stand here: by its surname and its length."""
    bare = name.replace(" ", "").replace("\u3000", "")
    if _COMPOUND.match(name):
        return len(bare) <= 4
    chinese = bare[0] in _SURNAMES and 2 <= len(bare) <= 3
    korean = bare[0] in _KOREAN_SURNAMES and len(bare) == 3 and _HANGUL_NAME.match(bare) is not None
    return chinese or korean or "·" in bare or _LATIN_NAME.match(name) is not None or _looks_japanese(bare)


_JAPANESE_SURNAMES = re.compile(
    "佐藤|鈴木|高橋|田中|伊藤|渡辺|渡邊|山本|中村|小林|加藤|吉田|山田|佐々木|山口|松本|井上|木村|斎藤|斉藤|齋藤|清水|"
    "山崎|池田|橋本|阿部|石川|山下|中島|前田|藤田|小川|後藤|岡田|長谷川|村上|近藤|石井|坂本|遠藤|青木|藤井|西村|福田|"
    "太田|三浦|藤原|岡本|松田|中川|中野|原田|小野|田村|竹内|金子|和田|中山|石田|上田|森田|柴田|酒井|工藤|横山|宮崎|"
    "宮本|内田|高木|安藤|谷口|大野|丸山|今井|武田|西田|平野|村田|千葉|上野|杉山|増田|菅原|小島|久保|寺田|夏目|芥川|"
    "太宰"
)


def _looks_japanese(name: str) -> bool:
    surname = _JAPANESE_SURNAMES.match(name)
    return surname is not None and len(name) <= surname.end() + 4


def _tokens(text: str, whole: str) -> tuple[Token, ...] | None:
    """Cut a byline into names, roles and the rest; None if a stretch is none of them."""
    out: list[Token] = []
    if lead := whole[: len(whole) - len(text)]:
        out.append(("", lead))
    position = 0
    pieces: list[tuple[str, str]] = []  # (stretch, separator behind it)
    for found in _SEPARATORS.finditer(text):
        pieces.append((text[position : found.start()], found[0]))
        position = found.end()
    pieces.append((text[position:], ""))
    number = 0
    while number < len(pieces):
        stretch, separator = pieces[number]
        if re.fullmatch(f"[{HAN}]", stretch) and number + 1 < len(pieces) and separator in (" ", "\u3000"):
            # 李 娜: a name of two characters is spaced to the width of three
            after, behind = pieces[number + 1]
            if re.fullmatch(f"[{HAN}]", after):
                out += [("name", stretch + separator + after), ("", behind)]
                number += 2
                continue
        if re.fullmatch("[A-Za-z][\\w.'’-]*", stretch):  # Latin names hold spaces
            while separator == " " and number + 1 < len(pieces) and _LATIN_NAME.match(pieces[number + 1][0]):
                stretch += separator + pieces[number + 1][0]
                separator = pieces[number + 1][1]
                number += 1
        cut = [("", stretch)] if _files(stretch, out) else _stretch(stretch)
        if cut is None:
            return None
        out += [*cut, ("", separator)]
        number += 1
    return tuple((kind, part) for kind, part in out if part)


def _files(text: str, before: list[Token]) -> bool:
    """Whether a stretch says where those filed whom a stroke parts from it: 記者李佩珊／臺北報導."""
    stroke = len(before) > 1 and before[-1][1] in ("/", "／") and before[-2][0] == "name"
    return stroke and re.fullmatch(f"[{HAN}]{{2,6}}(?:報導|報道|报道)", text) is not None


@lru_cache(maxsize=REMEMBERED)
def _stretch(text: str) -> list[Token] | None:
    """What one stretch of a byline is: 记者, 记者郭佳, 本报记者, 株洲日报全媒体记者, 郭佳, 李佩珊摄 …"""
    if not text:
        return []
    if (found := _DOTTED.fullmatch(text)) and _is_name(found[3]):
        return [("role", found[1]), ("", found[2]), ("name", found[3])]
    if _FILED.fullmatch(text) or _MAIL.fullmatch(text):
        return [("", text)]
    for found in _ROLE.finditer(text):
        before, after = text[: found.start()], text[found.end() :]
        head = not before or _ORGANISATION.match(before) or _QUALIFIER.match(before) or _ORGANISATION.search(before)
        whole = not after or _ATTACHED.fullmatch(found[0]) is not None  # 文化 is no 文 by one 化
        signed = _signed(after) if head and whole else None
        if signed is not None and (before or all(_is_sure(name) for kind, name in signed if kind == "name")):
            return [("role", before + found[0]), *signed]  # but for 记者手记, which names nobody
        if not after and _is_name(before) and len(found[0]) <= 3:  # 李佩珊摄
            return [("name", before), ("role", found[0])]
    if _is_name(text):
        return [("name", text)]
    return [("", text)] if _ORGANISATION.match(text) else None


_FILED = re.compile(rf"(?:(?:发自|發自)[{HAN}]{{2,8}}|(?:报道|報道|報導))$")
"""What a byline may say behind its names: 发自上海, 报道."""
_DOTTED = re.compile(f"(記者)(・)([{HAN}{KANA}]{{2,8}})")
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w.-]{3,64}")
_NEXT_ROLE = re.compile(
    r"(?:实习|见习|特约|首席|實習|見習|特約)?(?:记者|記者|通讯员|通訊員|特派员|特派員|实习生|實習生)"
)


def _signed(text: str) -> list[Token] | None:
    """The stretches behind a role: names, the next role with its names (郑某实习记者梁某), where they filed."""
    filed = _FILED.search(text)
    bare = text[: filed.start()] if filed else text
    tail: list[Token] = [("", filed[0])] if filed else []
    if (names := _names_in(bare)) is not None:
        return [*(("name", name) for name in names), *tail]
    again = _NEXT_ROLE.search(bare, 2)
    if not again or (names := _names_in(bare[: again.start()])) is None:
        return None
    rest = _signed(bare[again.end() :])
    return None if rest is None else [*(("name", name) for name in names), ("role", again[0]), *rest, *tail]


def _names_in(text: str) -> tuple[str, ...] | None:
    """The names that a stretch is made of: none, one, or several that run on: 沈小晓任彦黄培昭.  None if it is no name.

    Names that run on are parted where each of two or three characters begins with a surname."""
    if not text:
        return ()
    if _is_name(text):
        return (text,)
    if not re.fullmatch(f"[{HAN}]{{5,16}}", text):
        return None
    best: dict[int, tuple[str, ...]] = {0: ()}
    for start in range(len(text)):
        for length in (3, 2):
            name = text[start : start + length]
            if start in best and len(name) == length and name[0] in _SURNAMES:
                best.setdefault(start + length, (*best[start], name))
    return best.get(len(text))


def _is_name(text: str) -> bool:
    return any(form.match(text) for form in (_HAN_NAME, _LATIN_NAME, _KANA_NAME, _HANGUL_NAME))


# ── Bylines that run into their paragraph ──

_DATE = r"(?:\d{4}年)?\d{1,2}月\d{1,2}日|\d{1,2}日|[一二三四五六七八九十]{1,3}月[一二三四五六七八九十]{1,3}日"
_AGENCY = (
    rf"[据據]?(?:本[报報刊台网網社](?![告表送价價销銷名考到刊])|新华社|新華社|中新社|中新网|中央社|法新社|路透社|美联社|"
    rf"(?:人民|新华|中国|央视|央广|光明|环球|东方|北青|红|大河|[{HAN}]{{1,4}}新闻)网|(?:澎湃|界面|红星|封面|上游|极目)新闻|"
    rf"[{HAN}]{{2,8}}?(?:日报|日報|晚报|晚報|早报|早報|时报|時報|商报|周报|月刊|周刊|週刊|都市报|消息报|新闻网|电视台|通讯社|社|报|報))"
)
_REPORTERS = (
    r"(?:(?:[^，。,！？“”\s（）()]{0,10}?(?:记者|記者|通讯员|通訊員|特派员|特派員))[^，。,！？；“”（）()]{1,40}?(?:报道|報道|報導)[:：]"
    rf"|(?:记者|記者|通讯员|通訊員)[{HAN} 、]{{2,16}}?(?:报道|報道|報導)(?=[ \u3000])"
    r"|[（(][^（）()]{0,40}?(?:记者|記者|通讯员|通訊員|特派员|特派員|实习生|作者)[^（）()]{1,60}[）)])"
)
_DATELINE = re.compile(
    rf"(?:{_AGENCY})(?:[{HAN}]{{0,12}}?(?:{_DATE})?[ ]?"
    r"(?:(?:电|電)(?![视視影力话話子脑腦])|(?<![资資通视視音问喜简短])[讯訊](?![员員])|消息)[ \u3000]?)?"
    rf"(?P<who>{_REPORTERS})?"
)
_BRACKETED = re.compile(
    rf"[【〔\[][^】〕\]]{{0,24}}(?:讯|訊|电|電|报道|報道|報導|消息)[】〕\]]"
    rf"(?:[^，。,！？\s]{{0,30}}?(?:记者|記者)[^，。,！？]{{1,30}}?(?:报道|報道|報導)[:：]?|{_REPORTERS})?"
)
_PLAIN_NEWS = re.compile(r"[电電讯訊][ \u3000]?$|消息$")
_JAPANESE = re.compile(
    rf"[【［][{HAN}{KANA}]{{1,12}}(?:[・=＝ 　]|共同|時事|特派員|支局|記者)[{HAN}{KANA} 　・]{{0,12}}[】］]|"
    rf"[（(]記者[・：:／/]?[{HAN}{KANA} 　]{{2,10}}[)）]"
)
_KOREAN = re.compile(
    r"[\[【(（][^\]】)）]{1,30}(?:기자|특파원|=)[^\]】)）]{0,20}[\]】)）](?:\s?[가-힣]{2,4}\s?(?:기자|특파원)\s?=\s?)?"
)


@lru_cache(maxsize=REMEMBERED)
def inline_byline(text: str) -> int:
    """The length of the byline or dateline that a paragraph begins with; 0 if it begins with none.

    据新华社香港1月2日电|香港特区… · 本报武汉5月14日讯（记者 赵 敏）|春回大地… · 【明報專訊】|2004年…"""
    for form in (_BRACKETED, _DATELINE, _JAPANESE, _KOREAN):
        if found := form.match(text):
            length = found.end()
            head = text[: found.start("who")] if form is _DATELINE and found["who"] else found[0]
            news = form is _DATELINE and _PLAIN_NEWS.search(head) is not None
            # what is left must be running text, or the line is a byline block; a dateline is none, whatever is left
            if news or ((form is not _DATELINE or found["who"]) and length < len(text) - 4):
                return length
    return 0


def inline_tokens(text: str) -> tuple[Token, ...]:
    """The names in an inline byline; every other stretch stays as it is.

    株洲日报（全媒体记者/王娜 通讯员/林国庆 文天甲）→ 王娜, 林国庆, 文天甲 with their roles"""
    out: list[Token] = []
    position = 0
    for found in re.finditer(
        r"[（(【]([^（）()【】=]+)[）)】]|(?:^|(?<=[讯訊电電]))[^，。:：（）()]*?(?=(?:报道|報道|報導)?[:：])"
        rf"|(?<![가-힣])[{''.join(sorted(_KOREAN_SURNAMES))}][가-힣]{{1,2}}\s?(?:기자|특파원)",
        text,
    ):
        inner = found[1] or found[0]
        start = found.start(1) if found[1] else found.start()
        tokens = _tokens(inner, inner)
        if tokens is None or not any(kind == "role" for kind, _ in tokens):
            continue
        out += [("", text[position:start]), *tokens]
        position = start + len(inner)
    out.append(("", text[position:]))
    return tuple((kind, part) for kind, part in out if part)


# ── Persons, offices, signatures ──

_SPEAKER = (
    r"[^\s：:（(。，]{0,16}(?:君|委員長?|議員|議長|町長|市長|村長|知事|参考人|大臣|主席|局長|部長|課長|教育長|"
    r"의원|위원장?|의장|장관|시장)"
)
_SPEECH = re.compile(
    rf"[○◯◎●◆◇□■]\s?(?:\d{{1,2}}番\s?)?(?:{_SPEAKER}|[^\s：:。，]{{1,12}}[（(][^（）()]{{2,12}}(?:君|さん|氏)[）)])"
)


def speech(text: str) -> bool:
    """Whether a text begins a speech in minutes: ○議長（山田太郎君）　ただいま… · ◎김의원 …"""
    return _SPEECH.match(text) is not None


_PROPOSER = re.compile(r"[（(]\s?[가-힣]{2,4}\s?의원\s?(?:등\s?\d+\s?인\s?)?(?:대표\s?)?발의\s*[)）]$")


def proposer(text: str) -> bool:
    """Whether a line says who brought in a bill: (홍길동의원 대표발의)"""
    return _PROPOSER.match(text.strip()) is not None


def titled_dateline(text: str) -> bool:
    """Whether a line is a dateline with the title behind it, as agencies send it: 新华社北京4月9日电 题：…"""
    length = inline_byline(text)
    return bool(length) and width(text) <= 90 and re.match(r"\s*题[:：]", text[length:]) is not None


_LINE = 120
"""Half-ems: the longest line that is looked at for a person or an office, which bounds the work (house choice)."""
_PERSON = re.compile(
    rf"[{HAN}]{{2,4}}(?:議員|议员|委員|委员|先生|女士|教授|博士|主席|同志|氏)|[가-힣]{{2,4}}\s?(?:의원|위원|교수|박사|씨)"
)


def person(text: str) -> bool:
    """Whether a line is nothing but a person with title and honours: 李某某議員 , G.B.S., J.P."""
    if width(text) > _LINE:
        return False
    bare = re.sub(r"(?<![ ,，])[ ,，]*(?:(?:[A-Z]\.){2,}[A-Z.]*|大紫荊勳賢)", "", text).strip()
    return _PERSON.fullmatch(re.sub(r"^(?:主席|議長|委員長)", "", bare)) is not None


_OFFICE = re.compile(
    rf"[{HAN}{KANA}]{{2,24}}(?:省|庁|局|部|課|室|委員会|研究所|センター|研究院|办公室|委员会|编辑部|編集部|出版社|博物馆|大学|學系|学院|医院|政策課|政府|公司|协会|協会|学会)$"
)


def office(text: str) -> bool:
    """Whether a line is an office that signs as an author: 文部科学省大臣官房政策課"""
    if width(text) > _LINE:
        return False
    bare = re.sub(rf"(?<![ ,，])[ ,，]*[{HAN}]{{2,6}}\s?\d{{6}}$", "", text.strip())  # the place with its postcode
    return _OFFICE.fullmatch(bare) is not None and not re.search("[のをがはにでとするした的了是在]", text)


def marked_names(text: str) -> bool:
    """Whether a line is names with the figures and signs of their offices: 潘某 1,2　贺某 1,2 · 윤 재 필*"""
    bare = _unmarked(text)
    if bare is None:
        return width(text) <= 8 and bare_names(text) is not None
    return not bare or bare_names(bare) is not None


def _unmarked(text: str) -> str | None:
    """Names without such figures; None if there are none of these."""
    bare = re.sub(r"[\d¹²³⁴⁵⁶⁷⁸⁹⁰*＊†‡§#]+(?:\s*[,，]\s*[\d¹²³⁴⁵⁶⁷⁸⁹⁰*＊†‡§#]+)*", " ", text)
    if bare == text:
        return None
    return re.sub(r"(?<=[가-힣]) (?=[가-힣](?: |$))|(?<=^[가-힣]) (?=[가-힣])", "", re.sub(r"\s+", " ", bare)).strip()


def signature(text: str) -> bool:
    """Whether a line can sign the end of a story: names, or an office or initials in brackets: 郭某 · （広報室 K.M）"""
    bare = shown(text).strip()
    inner = re.fullmatch(r"[（(](.{2,24})[）)]", bare)
    if inner:
        signed = byline(inner[1]) or re.search(
            r"(?:室|部|課|係|编辑部|記者|기자)(?:\s|$)|^[A-Z][.．]?\s?[A-Z][.．]?$", inner[1]
        )
        return bool(signed)
    names = bare_names(bare)
    return names is not None and all(len(name.replace(" ", "")) >= 2 for kind, name in names if kind == "name")
