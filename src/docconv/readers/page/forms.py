"""The forms by which a newspaper's lines are known: byline, dateline, caption, credit, jump line, folio …

Each function looks at one line's text alone and names a habit of printers, in simplified and traditional Chinese,
Japanese and Korean; what stands around the line is `roles`' business.  No form here is taken from one page: a form
earns its place by being house style somewhere.
"""

from __future__ import annotations

import re
from functools import cache

from docconv.chars import CLOSING, HAN, HANGUL, KANA, OPENING, STOPS

# ── Measuring ──

_WIDE = re.compile(f"[{HAN}{KANA}{HANGUL}\u3000-\u303f\uff00-\uff60]")


def width(text: str) -> int:
    """The width of a line in half-ems: two for an ideograph, one for a letter."""
    return len(text) + len(_WIDE.findall(text))


_TAGS = re.compile(r"</?[a-zA-Z][^<>]{0,200}>|\*\*")
_LINKED = re.compile(r"(?<!!)\[([^\[\]\n]{1,300})\]\([^()\s]{1,500}\)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_BETWEEN = re.compile(
    rf"(?<=[{HAN}{KANA}・\u3001-\u303f\uff00-\uff60“”‘’]) (?=[{HAN}{KANA}・\u3001-\u303f\uff00-\uff60“”‘’])"
)


def shown(text: str) -> str:
    """A line as a reader sees it: without tags, escapes and emphasis marks."""
    if "<" in text or "*" in text:
        text = _TAGS.sub("", text)
    if "](" in text:
        text = _LINKED.sub(r"\1", text)
    return _ESCAPE.sub(r"\1", text) if "\\" in text else text


def tightened(text: str) -> str:
    """A line without single spaces between ideographs and full-width marks."""
    return _BETWEEN.sub("", text)


_CLOSERS = "”’」』）)》〉】]\"'*＊"
_ENDING = re.compile(rf"[{STOPS}!?;；…｡]+[{re.escape(_CLOSERS)}]*$|(?<![.\d])\.[\"')\]]*$|[：:]$")


def ends_sentence(text: str) -> bool:
    """Whether a line ends where a paragraph may end: after a stop, with its closing quotes and brackets."""
    return _ENDING.search(text.rstrip()) is not None


def is_sentence(text: str) -> bool:
    """Whether a line is running text rather than a head: a stop or a semicolon inside or a full stop at its end."""
    return re.search(rf"[。；;]|[！？!?][^”’」』）)》\s].*[，,。]|(?<=[{HAN}{KANA}])\.$", text) is not None


# ── Bylines ──

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
    """Whether the stretches of a line sign a story: names with a role that its form makes sure of (本报记者, 作者：),
    or names that are names wherever they stand.  One word that ends like a role (流程图, 准备工作) is no signature."""
    names = [text for kind, text in tokens if kind == "name"]
    if not names or not (marked or any(kind == "role" for kind, _ in tokens)):
        return False
    explicit = any(
        kind == "role" and (_ATTACHED.search(role) or (re.match(r"\s*[:：/／|｜＝=（(]", mark) and follows == "name"))
        for (kind, role), (_, mark), (follows, _) in zip(tokens, tokens[1:], (*tokens[2:], ("", "")), strict=False)
    ) or (tokens[-2:-1] != () and tokens[-2][0] == "role" and _ATTACHED.search(tokens[-2][1]) is not None)
    return explicit or all(_is_sure(name) for name in names)


def bare_names(text: str) -> tuple[Token, ...] | None:
    """The stretches of a line that is nothing but names, which only its place can make a byline: 阮一峰, 寺田寅彦."""
    bare = text.strip()
    if width(bare) > 60 or re.search(rf"[{STOPS}!?；;：:“”「」《》]", bare):
        return None
    tokens = _tokens(bare, bare)
    if not tokens or not any(kind == "name" for kind, _ in tokens):
        return None
    return tokens if all(_is_sure(name) for kind, name in tokens if kind == "name") else None


_COMPOUND = (
    "欧阳",
    "歐陽",
    "司马",
    "司馬",
    "上官",
    "诸葛",
    "諸葛",
    "东方",
    "夏侯",
    "皇甫",
    "尉迟",
    "公孙",
    "令狐",
    "慕容",
    "司徒",
)


def _is_sure(name: str) -> bool:
    """Whether a stretch is a name even where nothing says that names stand here: by its surname and its length."""
    bare = name.replace(" ", "").replace("\u3000", "")
    if name.startswith(_COMPOUND):
        return len(bare) <= 4
    chinese = bare[0] in _SURNAMES and 2 <= len(bare) <= 3
    korean = bare[0] in _KOREAN_SURNAMES and len(bare) == 3 and _HANGUL_NAME.match(bare) is not None
    return chinese or korean or "·" in bare or _LATIN_NAME.match(name) is not None or _looks_japanese(bare)


_JAPANESE_SURNAMES = tuple(
    [
        "佐藤",
        "鈴木",
        "高橋",
        "田中",
        "伊藤",
        "渡辺",
        "渡邊",
        "山本",
        "中村",
        "小林",
        "加藤",
        "吉田",
        "山田",
        "佐々木",
        "山口",
        "松本",
        "井上",
        "木村",
        "斎藤",
        "斉藤",
        "齋藤",
        "清水",
        "山崎",
        "池田",
        "橋本",
        "阿部",
        "石川",
        "山下",
        "中島",
        "前田",
        "藤田",
        "小川",
        "後藤",
        "岡田",
        "長谷川",
        "村上",
        "近藤",
        "石井",
        "坂本",
        "遠藤",
        "青木",
        "藤井",
        "西村",
        "福田",
        "太田",
        "三浦",
        "藤原",
        "岡本",
        "松田",
        "中川",
        "中野",
        "原田",
        "小野",
        "田村",
        "竹内",
        "金子",
        "和田",
        "中山",
        "石田",
        "上田",
        "森田",
        "柴田",
        "酒井",
        "工藤",
        "横山",
        "宮崎",
        "宮本",
        "内田",
        "高木",
        "安藤",
        "谷口",
        "大野",
        "丸山",
        "今井",
        "武田",
        "西田",
        "平野",
        "村田",
        "千葉",
        "上野",
        "杉山",
        "増田",
        "菅原",
        "小島",
        "久保",
        "寺田",
        "夏目",
        "芥川",
        "太宰",
        "森",
        "島",
        "原",
        "林",
        "東",
        "辻",
    ]
)


def _looks_japanese(name: str) -> bool:
    surname = next((each for each in _JAPANESE_SURNAMES if len(each) > 1 and name.startswith(each)), "")
    return bool(surname) and len(name) <= len(surname) + 4


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
        cut = _stretch(stretch)
        if cut is None:
            return None
        out += [*cut, ("", separator)]
        number += 1
    return tuple((kind, part) for kind, part in out if part)


@cache
def _stretch(text: str) -> list[Token] | None:
    """What one stretch of a byline is: 记者, 记者郭佳, 本报记者, 株洲日报全媒体记者, 郭佳, 李佩珊摄 …"""
    if not text:
        return []
    for found in _ROLE.finditer(text):
        before, after = text[: found.start()], text[found.end() :]
        head = not before or _ORGANISATION.match(before) or _QUALIFIER.match(before) or _ORGANISATION.search(before)
        whole = not after or _ATTACHED.fullmatch(found[0]) is not None  # 文化 is no 文 by one 化
        if head and whole and (signed := _signed(after)) is not None:
            return [("role", before + found[0]), *signed]
        if not after and _is_name(before) and len(found[0]) <= 3:  # 李佩珊摄
            return [("name", before), ("role", found[0])]
    if _is_name(text):
        return [("name", text)]
    return [("", text)] if _ORGANISATION.match(text) else None


_FILED = re.compile(rf"(?:(?:发自|發自)[{HAN}]{{2,8}}|(?:报道|報道|報導))$")
"""What a byline may say behind its names: 发自上海, 报道."""
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
        r"[（(]([^（）()]+)[）)]|(?<=[讯訊电電])[^，。:：（）()]*?(?=(?:报道|報道|報導)?[:：])", text
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


# ── Captions ──

_CAPTION_MARK = re.compile(r"[▲▼△▽▴▾◀◁▶▷◄►←↑→↓↖↗↘↙⬆⬇⬅➡◥◤◣◢]\s*|[◆◇●○■□◎☉](?=\s*[^\s])\s*")
_POINTERS = "▲▼△▽▴▾◀◁▶▷◄►←↑→↓↖↗↘↙⬆⬇⬅➡◥◤◣◢"
_TABLE_TITLE = re.compile(
    r"(?:[续續附]?表|[図图圖]表|표|Table)\s?[0-9０-９一二三四五六七八九十ⅠⅡⅢ]{1,3}(?:[-–.．－][0-9０-９]{1,2}){0,3}(?![0-9])|"
    r"[<〈＜【\[]\s?(?:표|表)\s?[0-9].{0,60}[>〉＞】\]]|[<〈＜][^<>〈〉＜＞]{2,40}[>〉＞]$",
    re.I,
)


def table_title(text: str) -> bool:
    """What stands above a table and names it: 表 7 植株高度 · <표 1> 자료형 · ＜하드디스크의 구성＞"""
    return width(text) <= 100 and not is_sentence(text) and _TABLE_TITLE.match(text.strip()) is not None


_LEGEND = re.compile(r"注\s?[:：]|Note\s?[:：]|(?:图版|圖版|Plate)\s?[IVX\d一二三四五]", re.I)


def legend(text: str) -> bool:
    """What explains a plate under it: 注：A. … · Plate I …"""
    return _LEGEND.match(text) is not None


_CAPTION_LEAD = re.compile(
    r"(?:上|下|左|右|左上|右上|左下|右下|中|本版|题|題|大|小|资料|資料)[图圖](?:[:：为為是，,]|\s)|[图圖](?:[:：]|[为為](?!了|什|何))|"
    r"[图圖]\s?[0-9０-９一二三四五六七八九十]{1,3}(?:[-–.][0-9]{1,2})?(?:[:：.、\s\u3000]|(?=[^0-9所中可示,，、和与與及是的]))|"
    r"(?:写真|画像|図|图片|圖片|照片)(?:[:：]|は(?!な|、))|"
    r"(?:図表?|図解|写真|圖表?|图表)\s?[0-9０-９ⅠⅡⅢⅣⅤⅥ]{1,3}(?:[-–.－][0-9０-９]{1,2}){0,3}[:：.\s\u3000]|"
    r"[（(]\s?(?:[图圖図]表?|写真|照片|사진|그림|표|Fig\.?)\s?[0-9０-９一二三四五六七八九十]{1,3}(?:[-–.][0-9]{1,2})?\s?[）)]|"
    r"[\[［(（]\s?(?:사진|그림|写真|图片|圖片)\s?[\]］)）=＝:：]|圖(?![書案像片表形示紙畫文騰解鑑利謀存樣標層])[^，]{4,28}。$|"
    r"(?:[（(][上下左右][图圖写写真]*[)）])|(?:사진|그림)\s?[0-9]*[:：.]|(?:Fig|Figure|Photo)[. ]\s?[0-9:]"
)
_CAPTION_TAIL = re.compile(
    r"(?:[摄攝]|/图|/圖|／图|／圖|供图|供圖|摄影|攝影|撮影|写真提供|資料写真|资料图片|資料圖片|资料照片|資料照片|资料图|制图|製圖|"
    r"新华社发|新華社發|发[）)]|网站图片|網站圖片|网页截图|视频截图|资料片|图源.{0,10}|图片来源.{0,12}|프레스|제공|자료사진)[）)。]?\s?$|[（(][^（）()]{2,20}(?:提供|供图|摄|攝|撮影)[）)]$|"
    r"사진[=＝][^ ]+$|[＝=][^＝=]{2,12}(?:撮影|写真|提供)$"
)


def caption_mark(text: str) -> int:
    """The length of the pointer that a caption begins with (▲ ▼ △ ↑ ●); 0 if there is none."""
    found = _CAPTION_MARK.match(text)
    if not found or byline(text) is not None:
        return 0
    return found.end()


def bulleted(text: str) -> bool:
    """Whether a line begins with a mark that captions and enumerations share: ◆ ● ■ ◎"""
    return text[:1] in "◆◇●○■□◎☉" and byline(text) is None


def points(text: str) -> bool:
    """Whether a line begins with a pointer that nothing but a caption uses: ▲ ▼ ← ↑."""
    return text[:1] in _POINTERS and text[:1] != "" and byline(text) is None


def caption_lead(text: str) -> bool:
    """上图：… · 图为… · 图1 … · 写真は… · （上图）"""
    return _CAPTION_LEAD.match(text) is not None


def caption_tail(text: str) -> bool:
    """…本报记者 何 雨 摄 · （资料图片） · …＝中村悟撮影"""
    return _CAPTION_TAIL.search(text) is not None


# ── Credits, jump lines, furniture ──

_CREDIT = re.compile(
    r"[（(]?(?:本版|本文|文中|本組|本组|以上|本专题|本期)[^，。,]{0,6}(?:图|圖|照片|摄|攝|写真)|[（(](?:图|圖|图片|圖片|写真|照片)[:：]|"
    r"(?:图片|圖片|照片|写真|資料|사진)(?:来源|來源|提供|제공)[:：/／]|[（(][^（）()]{0,12}(?:图片|圖片|图|圖|写真)?(?:由|[:：])?[^（）()]{2,20}提供[）)]$|"
    r"写真提供[:：]|(?:사진)\s?(?:제공|=)"
)
_JUMP = re.compile(
    r"[（(【\[]?\s*(?:上接|下转|下轉|紧接|接|转|轉|接上页|續|续|→|⇒)\s*"
    r"(?:第?\s*[A-Za-z]?\d{1,3}\s*(?:版|面|頁|页)|[一二三四五六七八九十]{1,3}版|封[面底]|头版).{0,12}[）)】\]]?$|"
    r"[（(]?[0-9１-９]{1,2}面(?:に|から)(?:続く|続き|つづく|つづき)[）)]?$|[▶☞→]?\s*\d+면(?:에|에서) ?계속\s*$|"
    r"[（(]\s*(?:未完待续|未完待續|つづく|完)\s*[）)]$"
)


def credit(text: str) -> bool:
    """本版图片均由…提供 · 本版摄影：本报记者 … · （圖：…提供） · 写真提供：…"""
    return width(text) <= 80 and _CREDIT.match(text) is not None and not re.search("[。！？].", text)


def jump(text: str) -> bool:
    """（上接A1版） · 下转第4版 · 3面に続く"""
    return width(text) <= 40 and _JUMP.match(text) is not None


_WEEKDAY = r"(?:星期|週|周|禮拜|礼拜)[一二三四五六日天]|[（(]?[月火水木金土日](?:曜日?)?[）)]|[월화수목금토일]요일"
_FULL_DATE = (
    r"(?:(?:19|20)\d\d|[二一][〇○零九八七六五四三二一]{3}|(?:令和|平成|昭和)\s?[0-9元]{1,2})\s?[年.\-/．년]\s?"
    r"\d{1,2}\s?[月.\-/．월](?:\s?\d{1,2}(?!\d)\s?[日일]?|(?!\s?\d))(?:号|號|号刊)?"
)
_STAFF = (
    "责任编辑|責任編輯|责编|責編|编辑|編輯|主编|主編|美编|美編|版式|校对|校對|组版|排版|版面設計|版面设计|视觉|值班主任|值班编委|"
    "見出し|整理|編集"
)
_FOLIOS = (
    re.compile(r"第?\s?[A-Za-z]?\d{1,3}\s?[版面頁页]\s?[:：]?\s?[^\s，。]{0,10}$"),
    re.compile(rf"[A-Z]\d{{1,2}}(?:版)?\s+[{HAN}]{{2,6}}$|[{HAN}]{{2,6}}\s+[A-Z]\d{{1,2}}$"),
    re.compile(
        r"[—–\-－﹣~·•|─]\s?\d{1,4}\s?[—–\-－﹣~·•|─]$|[（(]\s?\d{1,4}\s?[)）]$|第\s?\d{1,4}\s?[页頁]$|\d{1,4}\s?/\s?\d{1,4}$|"
        r"[Pp](?:age)?\.?\s?\d{1,4}$|\d{1,4}$|\d{1,4}\s?[|｜]\s?\d{1,4}$|第\s?\d{1,4}\s?[页頁]\s?[,，/／]?\s?共[计計]?\s?\d{1,4}\s?[页頁]$|"
        r"[Pp]age \d{1,4} of \d{1,4}$|\d{1,4}\s?(?:ページ|쪽|페이지)$"
    ),
)
_RUNNING_HEADS = (
    re.compile(rf"(?:{_FULL_DATE})\s*(?:{_WEEKDAY})?\s*(?:第?\d+期)?$"),
    re.compile(rf".{{2,24}}?\s(?:{_FULL_DATE})\s*(?:{_WEEKDAY})?(?:\s+.{{0,60}})?$"),
    re.compile(rf"(?:{_FULL_DATE})\s*(?:{_WEEKDAY})\s+.{{1,40}}$"),
    re.compile(r"(?:第\s?[0-9一二三四五六七八九十百]+\s?[卷巻]\s?)?第\s?[0-9一二三四五六七八九十百]+\s?[期号號]$"),
    re.compile(r".{2,24}?\s?(?:No|Vol)[. ]\s?\d+.{0,20}$", re.I),
    re.compile(
        r"(?:\d{1,4}\s+)?.{0,24}(?:19|20)\d\d\s(?:January|February|March|April|May|June|July|August|September|October|November|"
        r"December)\s.{0,30}$",
        re.I,
    ),
    re.compile(r"(?:令和|平成)\s?\d{1,2}\s?年(?:版|度)\s+.{2,16}(?:白書|報告書?)(?:\s.{0,20})?$"),
    re.compile(r"\d{1,2}[/.](?:\d{1,2})[/.](?:19|20)\d\d\s+(?:星期|週|周)[一二三四五六日]$"),
)
_WEB_TIMES = re.compile(
    r"(?:(?:发布|發布|发表|發表|更新|发稿|時間|时间|日期|入力|입력|수정|승인|등록|기사입력|작성일|公開日)[^\d]{0,6})?"
    rf"(?:{_FULL_DATE}|\d{{1,2}}月\d{{1,2}}日|(?:[^，。！？]{{1,30}}\s)?\d{{4}}-\d\d-\d\d)\s*[T ]?\s*"
    r"\d{1,2}[:：时時]\d{2}(?:[:：分]\d{2})?(?:\s.{0,30})?$|(?:19|20)\d\d-\d\d-\d\d$"
)
_DUTY = re.compile(rf"(?:本版|值班|本期|本报)?\s?(?:{_STAFF})(?!\s?(?:後|后)\s?[記记语語])(?:[:：／/]|\s).{{1,60}}$")
_IMPRINT = re.compile(
    r"(?:国内统一|國內統一|CN\s?\d|邮发代号|ISSN|电话|電話|新闻热线|广告热线)\S.{0,60}$|"
    r"(?:网址|網址|原文链接|原文連結|本文链接)\s?[:：]\s?https?://\S+$|"
    r"(?:督印|承印|发行人|發行人|出版者?|印刷)\s?[:：].{2,60}$|文章编号\s?[:：].{4,40}$|DOI\s?[:：]\s?10\..{4,60}$|"
    r"(?:발행일|발행처).{2,80}$|제\s?\d{1,5}호$",
    re.I,
)
_SLUG = re.compile(r".{2,60}\.ind[dt]\s+\d+|(?:19|20)\d\d[/.-]\d\d?[/.-]\d\d?\s+\d\d:\d\d:\d\d$")
"""What InDesign prints beside a page: the file with its page, the time."""


def folio(text: str) -> bool:
    """第14版：专题 · — 15 — · 44 | 9 · 第1頁，共計8頁"""
    return width(text) <= 40 and any(form.match(text) for form in _FOLIOS)


def running_head(text: str) -> bool:
    """人民日报 2016年1月7日 星期五 · 第21巻第7号 · 14 MIC 2024 November Vol.287"""
    return width(text) <= 110 and not re.search("[。！？，]", text) and any(form.match(text) for form in _RUNNING_HEADS)


def duty(text: str) -> bool:
    """责任编辑/罗永康 校对/周建国 版式/罗永康"""
    return width(text) <= 110 and not re.search("[。！？，]", text) and _DUTY.match(text) is not None


def furniture(text: str) -> bool:
    """Whether a line is a running head, a folio, a masthead, an imprint, a 责编 line or a layout program's slug."""
    if width(text) > 110 or re.search("[。！？]", text):
        return False
    plain = "，" not in text
    return (
        folio(text)
        or _SLUG.match(text) is not None
        or (plain and (running_head(text) or duty(text) or _IMPRINT.match(text) is not None))
    )


_ADDRESS = re.compile(r"(?:https?://|www\.)[\x21-\x7e]{4,}$")


def address(text: str) -> bool:
    """An address of the web on a line of its own: a masthead's, or the text's, as its place says."""
    return _ADDRESS.match(text.strip()) is not None


def ruled_head(text: str) -> bool:
    """A running head that shows itself beside a folio: 第二章 | 比较美术 · ZHONGXI BIJIAO MEISHUXUE"""
    return re.fullmatch(r"[A-Z ]{6,40}|[^。，]{2,20}\s?[|｜]\s?[^。，]{2,30}", text.strip()) is not None


# ── Pages of the web ──

_BUTTONS = (
    "分享到|分享至|分享给|点赞|點讚|在看|收藏|阅读原文|閱讀原文|查看更多|返回.{0,6}查看更多|展开全文|打印本页|打印|关闭窗口|关闭|字号|"
    "上一篇|下一篇|上一页|下一页|上一頁|下一頁|相关阅读|相关新闻|相關新聞|延伸閱讀|延伸阅读|推荐阅读|推薦閱讀|阅读推荐|往期推荐|往期回顾|猜你喜欢|热门评论|"
    "この記事をシェア|関連記事|あわせて読みたい|続きを読む|ツイート|シェアする|印刷する|前の記事|次の記事|検索|"
    "관련기사|관련 기사|공유하기|인쇄하기|글자 ?크기|이전 ?기사|다음 ?기사|본문 ?바로가기|좋아요|댓글|기사 ?제보"
)
_WEB = (
    re.compile(rf"[\[【（(「]?(?:{_BUTTONS})[\]】）)」]?(?:[:：>＞»].{{0,60}})?$"),
    re.compile(r"(?:首页|首頁|当前位置|您的位置|您当前的位置|現在の位置|ホーム|トップ|홈)\s?[:：>＞»/].{0,80}$"),
    re.compile(r".{1,20}(?:\s?[>＞»]\s?.{1,20}){2,}$"),
    re.compile(r"[—\-\s*~·\\]*(?:END|The End|全文完)[—\-\s*~·\\]*$", re.I),
    re.compile(r"(?:扫码|掃碼|扫一扫|长按|長按|扫描)(?:.{0,12})(?:关注|關注|二维码|二維碼|识别|下载|加入).{0,30}$"),
    re.compile(r".{0,16}点个?[“”\"]?(?:在看|赞|关注|转发|三连).{0,20}$"),
    re.compile(r"(?:이전|다음|위로|처음으로|前へ|次へ|上へ|ホーム|Prev|Next|Up|Home)\s{2,}.{0,80}$"),
    re.compile(r"(?:点击|點擊|点选)(?:上方|下方|蓝字|上面|左下角|右上角).{0,30}$"),
    re.compile(r"(?:特别声明|版权声明|免责声明|免責聲明|版權聲明|著作权声明)\s?[:：]?$"),
    re.compile(r"(?:无断转载|無断転載|무단 ?전재|저작권자|Copyright|版权所有|版權所有|©|ⓒ).{0,80}$", re.I),
    re.compile(r"(?:原创|原創)?\s?\S{2,16}\s(?:微信号|WeChat ID)\s?\S{2,24}$"),
)
_STATEMENT = re.compile(
    r"本文(?:为|為|系|仅代表).{0,40}(?:观点|立场|觀點|立場|发布)|(?:更多|精彩).{0,16}(?:客户端|公众号|下载).{0,80}(?:热线|欢迎|下载|关注)|"
    r"(?:版权|版權)声?(?:明|聲)?[:：].{0,40}(?:转载|轉載|授权)|仅供参考.{0,12}不构成.{0,8}建议|未经.{0,12}(?:许可|授权|書面).{0,12}(?:转载|不得)|"
    r"무단 ?전재.{0,12}재배포|無断で(?:転載|複製)"
)


_LAST = re.compile(
    r"[—\-\s*~·\\]*(?:END|The End)[—\-\s*~·\\]*$|.{0,4}(?:推荐|推薦|相关|往期|关联|関連|관련).{0,6}$", re.I
)


def closes_article(text: str) -> bool:
    """What stands at the end of an article on the web, before what is recommended: END · 推荐阅读"""
    return _LAST.match(text.strip()) is not None


def web_time(text: str) -> bool:
    """When a page was put up: 2022-05-26 14:27 · 입력 2020.01.01 12:00"""
    return width(text) <= 80 and _WEB_TIMES.match(text.strip()) is not None


def web_furniture(text: str) -> bool:
    """What a web page puts around an article: 首页 > 新闻 > 正文 · 分享到 · 扫码关注 · 上一篇：… · —END— · 版权声明：…

    A sentence is one only if it is the statement with which sites close."""
    bare = text.strip()
    if width(bare) <= 400 and _STATEMENT.search(bare):
        return True
    if width(bare) > 110 or re.search("[。！？]", bare):
        return False
    return web_time(bare) or any(form.match(bare) for form in _WEB)


_CREDITED = (
    "供稿|供图|题图|头图|封面图?|原文链接|原文来源|参考来源|来源|來源|稿件来源|文字来源|素材来源|图片来源|撰稿|撰文|采写|编辑|編輯|责编|責編|责任编辑|責任編輯|编审|审核|審核|初审|复审|终审|"
    "審校|审校|校对|校對|排版|美编|监制|監製|审核发布|签发|制作|製作|策划|策劃|统筹|出品|主编|执行主编|本期编辑|值班编辑|图文|翻译|译者|"
    "文字|摄影|出典|資料|編集|校閲|제작|편집|출처|자료"
)
_CREDIT_LINE = re.compile(
    rf"[（(【\[]?\s*(?:{_CREDITED})(?:[/／、&](?:{_CREDITED}))*\s*[|｜:：/／丨︱]\s*(?=\S).{{1,60}}$"
)


def credit_list(text: str) -> bool:
    """A line of the list of hands with which web pages and WeChat close: 供稿 | 宋某 · 审核：… · 来源：…"""
    bare = text.strip()
    return width(bare) <= 90 and not re.search("[。！？]", bare) and _CREDIT_LINE.match(bare) is not None


# ── Heads ──

_DASHED = re.compile("[—―─–]{1,3}|-{2}")


def dashed(text: str) -> bool:
    """A deck begins with a dash: ——株洲经开区…纪实"""
    return _DASHED.match(text) is not None


_ABSTRACT = re.compile(r"[【〔\[(（]?\s*(?:内容)?(?:摘\s?要|提要|导读|導讀|要旨|概要|要約|요약|초록)\s*[】〕\])）:：]")
_EDITORS_NOTE = re.compile(
    r"[【〔\[(（]?\s*(?:编者按|編者按|编者的话|開欄的話|开栏的话|编前|編前|編集部注|편집자 주)\s*[】〕\])）:：]"
)


def abstract(text: str) -> bool:
    """【摘要】…"""
    return _ABSTRACT.match(text) is not None


def editors_note(text: str) -> bool:
    """编者按：…"""
    return _EDITORS_NOTE.match(text) is not None


def headlike(text: str) -> bool:
    """Whether a line without any mark has the form of a head: short, no full stop, no comma at its end."""
    bare = text.strip()
    return (
        0 < width(bare) <= 64
        and not is_sentence(bare)
        and not re.search(r"[。，、；：,;:…—]$|[.．]$", bare)
        and bare.count("，") + bare.count(",") <= 2
    )


def set_phrase(text: str) -> bool:
    """Whether a line has the form of a standing kicker: quoted or bracketed, or two short halves: 开好局 起好步"""
    bare = text.strip()
    return (
        bare[:1] in OPENING + '"['
        or re.fullmatch(rf"[{HAN}]{{2,6}}[ \u3000·|｜—]{{1,3}}[{HAN}]{{2,6}}", bare) is not None
    )


def halved(text: str) -> bool:
    """Whether a line has the form of a headline in two halves: 坚持创新驱动 民营企业加快实现高质量发展"""
    return re.fullmatch(r"[^ \u3000，。；：]{4,14}[ \u3000][^ \u3000，。；：]{4,20}", text.strip()) is not None


def inside_word(pair: str) -> bool:
    """Whether two characters can be parts of one word: neither is a mark nor one of the words that join others."""
    return (
        len(pair) == 2
        and re.fullmatch(f"[{HAN}{KANA}]{{2}}", pair) is not None
        and not re.search("[的一是在了和有也]", pair)
    )


_PREDICATE = re.compile(
    r"是[一個个能在有由]|我们|我們|你们|他们|各位|已经|已經|可以|正在|就是|^[这這][个個些两兩种]|^(?:接下来|接下來|最[后後])|"
    r"(?:は|が)(?=.{2}).*(?<![か？?])$"
)
"""What makes a sentence of a line: a copula with its complement, a Japanese topic with something said of it."""
_UNFINISHED = re.compile(
    "[的地得在和与與及或把被对對将將为為是了着从從向以于於而且即使由让讓给給等这這那每各个個はがをにでとのへもやたりて]$(?<!とは)|"
    "(?:[은는을를의에와과고며여한할인]|으로|에서|및|또는|하기)$|(?<=[가-힣])[가이로]$|[两兩几幾][种種个個项項]$"
)


def bare_head(text: str, marks: str = "", numbered: bool = False) -> bool:
    """Whether a line without any mark is a head by its form alone, in a page where other heads are marked: short, one
    clause, nothing left open.  `marks` are pauses that it may have inside all the same; behind a number it
    may say something of a thing (が開発した日本語モデル)."""
    bare = text.strip()
    if (_PREDICATE.search(bare) and not numbered) or re.fullmatch(r"[\x21-\x7e]+", bare):
        return False
    opened = sum(bare.count(mark) for mark in OPENING + "(")
    closed = sum(bare.count(mark) for mark in CLOSING + ")")
    return (
        headlike(bare)
        and width(bare) <= 44
        and opened == closed
        and not re.search("[，,、]", "".join(each for each in bare if each not in marks))
        and len(re.findall("[·ㆍ․・]", bare)) < 2
        and not _UNFINISHED.search(bare)
    )


_LABELLED = re.compile(r"[^:：，。]{1,10}\s?[:：]\s?(?=\S*[\dA-Za-z@])\S")


def labelled(text: str) -> bool:
    """A fact with its label, which is no head: 人口：9,515人 · URL : https://…"""
    return _LABELLED.match(text) is not None


def fact(text: str) -> bool:
    """A label with what it says, in however many lines: 발의자 : … · 主要給付項目：…"""
    return re.match(r"[^:：，。,.]{1,12}\s?[:：]\s?\S", text) is not None and width(text) <= 200


def bracketed(text: str) -> bool:
    """A line in round brackets as a whole: （定義） above an article of a statute, an aside elsewhere."""
    return re.fullmatch(r"[（(][^（）()]+[）)]", text.strip()) is not None


def article(text: str) -> bool:
    """An article of a statute: 第十七条の二　法第…"""
    return re.match(r"第[〇一二三四五六七八九十百千\d]{1,6}[条條]|제\s?\d+\s?조", text) is not None


_COLUMN = re.compile(
    "(?:编后记?|编后语|编者的话|編集後記|編輯後記|編集だより|あとがき|読者の声|편집후기|editorialnote)$", re.I
)


def column_name(text: str) -> bool:
    """The name of a standing column, which heads an article of its own: 編集後記 · 编后语, however spaced"""
    return _COLUMN.match(re.sub(r"\s", "", text)) is not None


_SITE = (
    r"(?:网|網|网站|新闻|新聞|客户端|频道|日报|晚报|在线|号外?|资讯|论坛|博客|微博|知乎|搜狐|新浪|腾讯|网易|凤凰|百度|ニュース|オンライン|"
    r"뉴스|일보|신문|블로그|News|Paper|Times|Daily|Online|com|cn)"
)
_TRAIL = re.compile(rf"(?:\s?[_|｜]\s?|\s[-–—]\s)(?=[^。！？]{{2,40}}$)(?:[^。！？]*{_SITE}[^。！？]{{0,6}})$", re.I)


def trail(text: str) -> int:
    """Where the trail of a site begins behind a title: …的力量_澎湃号·政务_澎湃新闻-The Paper; −1 if there is none."""
    found = _TRAIL.search(text)
    if not found:
        return -1
    first = re.search(r"\s?[_|｜]\s?", text)
    return first.start() if first and first.start() >= 8 else found.start()


def contents(text: str) -> bool:
    """目录 · 目次 · 차례, however spaced"""
    return re.fullmatch("目录|目錄|目次|차례|목차|もくじ|contents", re.sub(r"\s", "", text), re.I) is not None


_NUMBERED_DOCUMENT = re.compile(
    r"(?:政令|法律|府令|省令|条例|規則|告示|訓令|勅令)?第[〇一二三四五六七八九十百千\d]{1,6}[号號]$|.{2,16}[〔\[［(（](?:19|20)\d\d[〕\]］)）]第?\s?\d{1,4}\s?[号號]$|"
    r"(?:법률|대통령령|의안)?\s?제\s?\d{1,6}\s?호$"
)


def document_number(text: str) -> bool:
    """政令第百四十九号 · 国办发〔2020〕5号 · 제1695호: it stands above a title and is no part of it"""
    return _NUMBERED_DOCUMENT.match(text.strip()) is not None


def build(text: str) -> str:
    """How a head is built: where its halves meet, or the mark that it opens with; nothing if it is of no build that
    other heads would repeat.  改善生态，构建… and 提升质量，奏响… are of one build."""
    bare = text.strip().lstrip("# ")
    if bare[:1] in '“「『《"”':
        return "quoted"
    halves = re.match(rf"([{HAN}]{{2,12}})[，：:,]([{HAN}]{{2,16}})$", bare)
    return f"{len(halves[1])}，" if halves else ""


_SPEAKER = (
    r"[^\s：:（(。，]{0,16}(?:君|委員長?|議員|議長|町長|市長|村長|知事|参考人|大臣|主席|局長|部長|課長|教育長|"
    r"의원|위원장?|의장|장관|시장)"
)
_SPEECH = re.compile(
    rf"[○◯◎●◆◇□■]\s?(?:\d{{1,2}}番\s?)?(?:{_SPEAKER}|[^\s：:。，]{{1,12}}[（(][^（）()]{{2,12}}(?:君|さん|氏)[）)])"
)


def speech(text: str) -> bool:
    """The beginning of a speech in minutes: ○議長（山田太郎君）　ただいま… · ◎김의원 …"""
    return _SPEECH.match(text) is not None


_CONTINUED = re.compile(r"[（(【\[]\s*(?:上接|紧接|接)\s*第?\s*[A-Za-z一二三四五六七八九十\d]{1,4}\s*[版面][）)】\]]")


def continued(text: str) -> int:
    """The length of the jump line that a paragraph begins with: （上接第一版）工程旨在…; 0 if it begins with none."""
    found = _CONTINUED.match(text)
    return found.end() if found else 0


_PROPOSER = re.compile(r"[（(]\s?[가-힣]{2,4}\s?의원\s?(?:등\s?\d+\s?인\s?)?(?:대표\s?)?발의\s*[)）]$")


def proposer(text: str) -> bool:
    """Who brought in a bill: (홍길동의원 대표발의)"""
    return _PROPOSER.match(text.strip()) is not None


def titled_dateline(text: str) -> bool:
    """A dateline with the title behind it, as agencies send it: 新华社北京4月9日电 题：…"""
    length = inline_byline(text)
    return bool(length) and width(text) <= 90 and re.match(r"\s*题[:：]", text[length:]) is not None


_PERSON = re.compile(
    rf"[{HAN}]{{2,4}}(?:議員|议员|委員|委员|先生|女士|教授|博士|主席|同志|氏)|[가-힣]{{2,4}}\s?(?:의원|위원|교수|박사|씨)"
)


def is_latin(text: str) -> bool:
    """Whether a text is of Latin letters alone."""
    return re.search(f"[{HAN}{KANA}{HANGUL}]", text) is None and re.search("[A-Za-z]{3}", text) is not None


def person(text: str) -> bool:
    """A person with a title on a line of its own, with what honours there are: 李某某議員 , G.B.S., J.P."""
    bare = re.sub(r"[ ,，]*(?:[A-Z]\.){2,}[A-Z.]*|[ ,，]*大紫荊勳賢", "", text).strip()
    return _PERSON.fullmatch(re.sub(r"^(?:主席|議長|委員長)", "", bare)) is not None


_KNOWN = re.compile(
    "(?:参考文献|參考文獻|参考资料|参考链接|引用文献|参考書|참고 ?문헌|References|附录|附錄|致谢|謝辞|"
    "结语|結語|结论|結論|结束语|前言|引言|おわりに|はじめに|머리말|맺음말|결론|서론)$"
)


def known_head(text: str) -> bool:
    """The head of a part that many texts have: 参考文献 · おわりに · 결론"""
    return _KNOWN.match(re.sub(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])", "", text.strip())) is not None


_OFFICE = re.compile(
    rf"[{HAN}{KANA}]{{2,24}}(?:省|庁|局|部|課|室|委員会|研究所|センター|研究院|办公室|委员会|编辑部|編集部|出版社|博物馆|大学|學系|学院|医院|政策課)$"
)


def office(text: str) -> bool:
    """An office that signs as an author: 文部科学省大臣官房政策課"""
    bare = re.sub(rf"[ ,，]*[{HAN}]{{2,6}}\s?\d{{6}}$", "", text.strip())  # the place with its postcode
    return _OFFICE.fullmatch(bare) is not None and not re.search("[のをがはにでとするした的了是在]", text)


def marked_names(text: str) -> bool:
    """Names with the figures and signs that lead to their offices: 潘某 1,2　贺某 1,2 · 윤 재 필*"""
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
    """What signs the end of a story: names, or an office or initials in brackets: 郭某 邹某 孟某 · （広報室 K.M）"""
    bare = shown(text).strip()
    inner = re.fullmatch(r"[（(](.{2,24})[）)]", bare)
    if inner:
        signed = byline(inner[1]) or re.search(
            r"(?:室|部|課|係|编辑部|記者|기자)(?:\s|$)|^[A-Z][.．]?\s?[A-Z][.．]?$", inner[1]
        )
        return bool(signed)
    names = bare_names(bare)
    return names is not None and all(len(name.replace(" ", "")) >= 2 for kind, name in names if kind == "name")


def alone(text: str) -> bool:
    """Whether a line is a unit by its form, whatever stands above and below it."""
    return (
        byline(text) is not None
        or points(text)
        or credit(text)
        or jump(text)
        or furniture(text)
        or web_time(text)
        or (dashed(text) and headlike(text))
    )  # fmt: skip
