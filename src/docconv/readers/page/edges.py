"""The forms of what stands around the articles of a page: folio, running head, imprint, jump line, credit, buttons …

Each function looks at one line's text alone and names a habit of printers, layout programs and web sites, in simplified
and traditional Chinese, Japanese and Korean; what stands around the line is the business of `roles`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from docconv.chars import HAN
from docconv.readers.page.forms import REMEMBERED, width

# ── Credits and jump lines ──

_CREDIT = re.compile(
    r"[（(]?(?:本版|本文|文中|本組|本组|以上|本专题|本期)[^，。,]{0,6}(?:图|圖|照片|摄|攝|写真)|[（(](?:图|圖|图片|圖片|写真|照片)[:：]|"
    r"(?:图片|圖片|照片|写真|資料|사진)(?:来源|來源|提供|제공)[:：/／]|[（(][^（）()]{0,12}(?:图片|圖片|图|圖|写真)?(?:由|[:：])?[^（）()]{2,20}提供[）)]$|"
    r"写真提供[:：]|(?:사진)\s?(?:제공|=)"
)
_JUMP = re.compile(
    r"[（(【\[]?\s*(?:上接|下转|下轉|紧接|接|转|轉|接上页|續|续|→|⇒)\s*"
    r"(?:第?\s*[A-Za-z]?\d{1,3}\s*(?:版|面|頁|页)|第?[一二三四五六七八九十]{1,3}版|封[面底]|头版).{0,12}[）)】\]]?$|"
    r"[（(]?[0-9１-９]{1,2}面(?:に|から)(?:続く|続き|つづく|つづき)[）)]?$|[▶☞→]?\s*\d+면(?:에|에서) ?계속\s*$|"
    r"[（(]\s*(?:未完待续|未完待續|つづく|完)\s*[）)]$"
)


def credit(text: str) -> bool:
    """Whether a line says who made or gave the pictures: 本版图片均由…提供 · 本版摄影：本报记者 … · 写真提供：…"""
    return width(text) <= 80 and _CREDIT.match(text) is not None and not re.search("[。！？].", text)


def jump(text: str) -> bool:
    """Whether a line says where a story comes from or goes on: （上接A1版） · 下转第4版 · 3面に続く"""
    return width(text) <= 40 and _JUMP.match(text) is not None


_CONTINUED = re.compile(r"[（(【\[]\s*(?:上接|紧接|接)\s*第?\s*[A-Za-z一二三四五六七八九十\d]{1,4}\s*[版面][）)】\]]")


def continued(text: str) -> int:
    """The length of the jump line that a paragraph begins with: （上接第一版）工程旨在…; 0 if it begins with none."""
    found = _CONTINUED.match(text)
    return found.end() if found else 0


# ── Furniture of print ──

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
    r"\d{1,2}(?:[:：时時]|시\s?)\d{2}(?:[:：分]\d{2}|[分분])?(?:\s.{0,30})?$|(?:19|20)\d\d-\d\d-\d\d$"
)
_DUTY = re.compile(rf"(?:本版|值班|本期|本报)?\s?(?:{_STAFF})(?!\s?(?:後|后)\s?[記记语語])(?:[:：／/]|\s).{{1,60}}$")
_IMPRINT = re.compile(
    r"(?:国内统一|國內統一|CN\s?\d|邮发代号|ISSN|电话|電話|新闻热线|广告热线)\S.{0,60}$|"
    r"(?:网址|網址|原文链接|原文連結|本文链接)\s?[:：]\s?https?://\S+$|"
    r"(?:督印|承印|发行人|發行人|出版者?|印刷)\s?[:：].{2,60}$|文章编号\s?[:：].{4,40}$|DO[Il1]\s?[:：]\s?10\..{4,60}$|"
    r"(?:발행일|발행처).{2,80}$|제\s?\d{1,5}호$",
    re.I,
)
_SLUG = re.compile(r".{2,60}\.ind[dt]\s+\d+|(?:19|20)\d\d[/.-]\d\d?[/.-]\d\d?\s+\d\d:\d\d:\d\d$")
"""What InDesign prints beside a page: the file with its page, the time."""


def folio(text: str) -> bool:
    """Whether a line is a page's number or name: 第14版：专题 · — 15 — · 44 | 9 · 第1頁，共計8頁"""
    return width(text) <= 40 and any(form.match(text) for form in _FOLIOS)


def running_head(text: str) -> bool:
    """Whether a line is printed at the head of every page: 人民日报 2016年1月7日 星期五 · 第21巻第7号"""
    return width(text) <= 110 and not re.search("[。！？，]", text) and any(form.match(text) for form in _RUNNING_HEADS)


def duty(text: str) -> bool:
    """Whether a line names the editors of a page: 责任编辑/罗永康 校对/周建国 版式/罗永康"""
    return width(text) <= 110 and not re.search("[。！？，]", text) and _DUTY.match(text) is not None


@lru_cache(maxsize=REMEMBERED)
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


_ADDRESS = re.compile(r"(?:https?://|www\.)[\x21-\x7e]{4,}$|[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+$", re.ASCII)


def address(text: str) -> bool:
    """Whether a line is nothing but an address of the web, which belongs to a masthead or to the text."""
    return _ADDRESS.match(text.strip()) is not None


def ruled_head(text: str) -> bool:
    """Whether a line beside a folio is a running head: 第二章 | 比较美术 · ZHONGXI BIJIAO MEISHUXUE"""
    return re.fullmatch(r"[A-Z ]{6,40}|[^。，]{2,20}\s?[|｜]\s?[^。，]{2,30}", text.strip()) is not None


# ── Furniture of the web ──

_BUTTONS = (
    "分享到|分享至|分享给|点赞|點讚|在看|收藏|阅读原文|閱讀原文|查看更多|返回.{0,6}查看更多|展开全文|打印本页|打印|关闭窗口|关闭|字号|"
    "上一篇|下一篇|上一页|下一页|上一頁|下一頁|相关阅读|相关新闻|相關新聞|延伸閱讀|延伸阅读|推荐阅读|推薦閱讀|阅读推荐|往期推荐|往期回顾|猜你喜欢|热门评论|"
    "この記事をシェア|関連記事|あわせて読みたい|続きを読む|ツイート|シェアする|印刷する|前の記事|次の記事|検索|"
    "관련기사|관련 기사|공유하기|인쇄하기|글자 ?크기|이전 ?기사|다음 ?기사|본문 ?바로가기|좋아요|댓글|기사 ?제보"
)
_WEB = (
    re.compile(rf"[\[【（(「]?(?:{_BUTTONS})[\]】）)」]?(?:[:：>＞»].{{0,60}})?$"),
    re.compile(r"(?:首页|首頁|当前位置|您的位置|您当前的位置|現在の位置|ホーム|トップ|홈)\s?[:：>＞»/].{0,80}$"),
    re.compile(r"[^>＞»\n]{1,22}(?:[>＞»][^>＞»\n]{1,22}){2,}$"),
    re.compile(r"[—\-\s*~·\\]*(?:END|The End|全文完)[—\-\s*~·\\]*$", re.I),
    re.compile(r"(?:扫码|掃碼|扫一扫|长按|長按|扫描)(?:.{0,12})(?:关注|關注|二维码|二維碼|识别|下载|加入).{0,30}$"),
    re.compile(r".{0,16}点个?[“”\"]?(?:在看|赞|关注|转发|三连).{0,20}$"),
    re.compile(r"(?:이전|다음|위로|처음으로|前へ|次へ|上へ|ホーム|Prev|Next|Up|Home)\s{2,}.{0,80}$"),
    re.compile(r"(?:点击|點擊|点选)(?:上方|下方|蓝字|上面|左下角|右上角).{0,30}$"),
    re.compile(r"(?:特别声明|版权声明|免责声明|免責聲明|版權聲明|著作权声明)\s?[:：]?$"),
    re.compile(r"[<〈＜]?(?:无断转载|無断転載|무단 ?전재|저작권자|Copyright|版权所有|版權所有|©|ⓒ).{0,80}$", re.I),
    re.compile(r"(?:原创|原創)?\s?\S{2,16}\s(?:微信号|WeChat ID)\s?\S{2,24}$"),
    re.compile(r".{0,60}\]\(javascript:.{0,80}$"),  # a button: 原创 某某 [某号](javascript:void(0);) *2024-05-06 08:30*
)
_STATEMENT = re.compile(
    r"本文(?:为|為|系|由|仅代表).{0,40}(?:观点|立场|觀點|立場|发布)|转载请注明|(?:更多|精彩).{0,16}(?:客户端|公众号|下载).{0,80}(?:热线|欢迎|下载|关注)|"
    r"(?:版权|版權)声?(?:明|聲)?[:：].{0,40}(?:转载|轉載|授权)|仅供参考.{0,12}不构成.{0,8}建议|未经.{0,12}(?:许可|授权|書面).{0,12}(?:转载|不得)|"
    r"무단 ?전재.{0,12}재배포|無断で(?:転載|複製)"
)
_OPENS = 12
"""Characters before such a statement where a text is one (【版权声明】); behind more, a text speaks of one (house
choice)."""
_SITE_ITSELF = re.compile("本[网網站刊号]|本公众号|本平台|当サイト|본지|본사")


_LAST = re.compile(
    r"[—\-\s*~·\\]*(?:END|The End)[—\-\s*~·\\]*$|.{0,4}(?:推荐|推薦|相关|往期|关联|関連|관련).{0,6}$", re.I
)


def source(text: str) -> bool:
    """The label of a source that stands on the line below it: 原文链接"""
    return (
        re.fullmatch("原文链接|原文地址|参考链接|参考来源|原文連結|出典|출처", text.strip().rstrip(":：")) is not None
    )


def closes_article(text: str) -> bool:
    """Whether a line closes an article on the web, above what is recommended: END · 推荐阅读"""
    return _LAST.match(text.strip()) is not None


def day(text: str) -> bool:
    """Whether a line is nothing but a date: 2031年4月2日"""
    return re.fullmatch(_FULL_DATE, text.strip()) is not None


def web_time(text: str) -> bool:
    """Whether a line says when a web page was put up: 2022-05-26 14:27 · 입력 2020.01.01 12:00"""
    return width(text) <= 80 and _WEB_TIMES.match(text.strip()) is not None


@lru_cache(maxsize=REMEMBERED)
def web_furniture(text: str) -> bool:
    """Whether a line is of a web page and not of its article: 首页 > 新闻 > 正文 · 分享到 · 扫码关注 · 上一篇：…

    Of sentences only the statement with which sites close is one."""
    bare = text.strip()
    found = _STATEMENT.search(bare) if width(bare) <= 400 else None
    if found and (found.start() <= _OPENS or _SITE_ITSELF.search(bare)):
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


@lru_cache(maxsize=REMEMBERED)
def credit_list(text: str) -> bool:
    """Whether a line credits somebody or a source, as web pages and WeChat close: 供稿 | 宋某 · 审核：… · 来源：…"""
    bare = text.strip()
    return width(bare) <= 90 and not re.search("[。！？]", bare) and _CREDIT_LINE.match(bare) is not None


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
