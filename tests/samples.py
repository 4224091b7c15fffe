"""Two documents built by hand, for the tests of the editions.

`NEWSPAPER` is a page of a Chinese daily: four articles, eight pictures that are not at hand.  `MANUSCRIPT` has one
of everything else that a document can hold.
"""

from __future__ import annotations

from docconv import model as m
from docconv.model import (
    Article,
    Aside,
    Block,
    Document,
    Figure,
    Inlines,
    Meta,
    Missing,
    Name,
    Paragraph,
    Section,
    Text,
)


def text(*paragraphs: str) -> tuple[Block, ...]:
    return tuple(Paragraph((Text(each),)) for each in paragraphs)


def figure(number: int, caption: str) -> Figure:
    return Figure(Missing(), caption=(Text(caption),), id=f"fig-{number:08x}")


def byline(reporter: str, *correspondents: str) -> Inlines:
    names: list[Text | Name] = []
    for each in correspondents:
        names += [Text(" "), Name(each, "通讯员")] if names else [Name(each, "通讯员")]
    return (Text("株洲日报全媒体记者/"), Name(reporter, "全媒体记者"), Text(" 通讯员/"), *names)


def inline_byline(reporter: str, *correspondents: str) -> m.Byline:
    return m.Byline((Text("株洲日报（全媒体记者/"), Name(reporter, "全媒体记者"), Text(" 通讯员/"),
                   *(Name(each, "通讯员") for each in correspondents), Text("）")))  # fmt: skip


CAMPUS = Article(
    id="a-campus",
    kicker=(Text("职教科技园防疫一线见闻"),),
    headline=(Text("彰显责任担当 筑牢校园防控“铜墙铁壁”"),),
    deck=(Text("——株洲经开区筑牢职业院校疫情防控防线工作纪实"),),
    byline=byline("李逸峰", "刘爱明", "肖力章"),
    body=(
        figure(1, "▲市委常委、副市长、株洲经开区党工委第一书记王庭恺（左二）深入职业院校，督导和调度疫情防控工作。"),
        figure(2, "▲株洲经开区党工委副书记、管委会主任曾毅鹏（右）深入职业院校，督导和调度疫情防控工作。"),
        figure(3, "▲学生规范有序排队进行核酸采样。"),
        *text(
            "11月1日，奥密克戎变异毒株突袭株洲。市委、市政府果断决策，立即在全市主城区开启静默管理模式，一场众志成城的"
            "疫情防控总体战、攻坚战、阻击战在我市全面打响。截至目前，9所院校教学和生活秩序井然，8轮核酸采样72万余人次，"
            "全部为阴性，近10万师生安然无恙。",
        ),
        Section(
            (Text("督导服务有力度，保障校园安全有序"),),
            id="s-support",
            body=text(
                "接到防疫指令后，株洲经开区火速行动，周密部署，全面调度，立即成立市职教园疫情防控组。石峰区委书记、株洲"
                "经开区党委书记邹志超等领导身先士卒，多次深入职业院校督导和调度疫情防控工作。",
                "区工委委员、管委会副主任刘曙红带队负责，并派出20名干部组建10个督导服务组，由1名科级干部加1名工作人员两两"
                "一组，对口联系9所院校（10个校区），每日深入院校开展督导服务工作。各院校在核酸采样区、待检区拉线分道，"
                "地面粘贴标识线，确保前后“3+2”间隔，左右2米间隔。",
            ),
        ),
        Section(
            (Text("院校管理有强度，织牢疫情防护网"),),
            id="s-schools",
            body=text(
                "守好自己的门，看好自己的人。连日来，职教科技园各院校强化疫情防控工作，做到守土有责，守土尽责。",
                "坚持“外防输入、内防扩散”，是防疫工作的总密码。为使校园封闭管理到位，各院校对校园围墙、护栏进行全面排查，"
                "对破损处进行加固、修复并用围挡封闭，只保留一个校门进出。",
            ),
        ),
    ),
)

RELIEF = Article(
    id="a-relief",
    headline=(Text("石峰区在全省首推医疗救助网上办理"),),
    body=(
        Paragraph(
            (
                inline_byline("周菁", "谭洪汀"),
                Text(
                    "“多亏了网格员帮我在网上申请，让我很快收到区医疗保障局发放的医疗救助资金。”近日，傅女士收到了石峰区"
                    "医疗保障局发放的医疗救助资金12.6万元。"
                ),
            )
        ),
        *text(
            "据悉，《株洲市医疗救助实施细则》出台后，石峰区创新工作方式，在全省首推医疗救助申报、审批、审核全流程网上办理，"
            "有效打通了服务群众的“最后一公里”。",
        ),
        figure(4, "网格员上门指导居民申报。"),
    ),
)

PARK = Article(
    id="a-park",
    headline=(Text("天易科技城入选“国家小型微型企业创新创业示范基地”"),),
    body=(
        Paragraph(
            (
                inline_byline("王娜", "林国庆"),
                Text("近日，工业和信息化部中小企业局发布公示，天易科技城自主创新园入选。该园区建设400万～500万m"),
                m.Sup((Text("2"),)),
                Text("工业厂房、总部基地、产业物流及相关商住配套服务设施，总投资超过120亿元。"),
            )
        ),
    ),
)

STREET = Article(
    id="a-street",
    headline=(Text("战“疫”路上党旗红 坚守“疫”线勇担当"),),
    deck=(Text("——石峰区学林街道打好疫情防控阻击战纪实"),),
    byline=byline("李逸峰", "刘玲", "王欢"),
    body=(
        *text(
            "新冠肺炎疫情突如其来，打破了往日的平静。与时间赛跑，护卫辖区平安；与病毒较量，守护百姓健康。",
            "2022年的冬天，坚毅勇敢的学林人，再次逆风前行，勠力同心，用责任和担当，经受住疫情防控的考验。",
        ),
        Paragraph((Text("本版图片均由学林街道提供"),), role="credit"),
        figure(5, "志愿者在封控小区值守。"),
        figure(6, "机关干部上门为居家隔离人员贴“爱心贴”。"),
        figure(7, "志愿者在核酸检测现场维护秩序。"),
        figure(8, "志愿者协助社区干部为小区居民搬运生活物资。"),
    ),
)

FURNITURE = Aside(text("责任编辑：黄永新　美术编辑：赵珊　校对：杨卫"), kind="furniture")

NEWSPAPER = Document(
    Meta(lang="zh-Hans", publication="株洲日报", date="2022-11-16", kind="page"),
    (CAMPUS, RELIEF, PARK, STREET, FURNITURE),
)


def cells(*texts: str, header: bool = False, align: m.Align = "") -> m.Row:
    return m.Row(tuple(m.Cell(text(each), header=header, align=align if n else "") for n, each in enumerate(texts)))


MANUSCRIPT = Document(
    Meta(title="汉字与版面", lang="zh-Hans", authors=("顾千里", "黄荛圃"), date="2024"),
    (
        Section(
            (Text("第一章 字与行"),),
            id="s-1",
            body=(
                Paragraph((Text("【摘要】本文谈版心、行长与标点。"),), role="abstract"),
                Paragraph(
                    (
                        Text("汉字"),
                        m.Emphasis((Text("不作斜体"),)),
                        Text("，"),
                        m.Strong((Text("重点用粗体"),)),
                        Text("；外文如"),
                        m.Foreign("en", (Text("baseline grid"),)),
                        Text("、"),
                        m.Foreign("ja", (Text("行取り"),)),
                        Text("各用其字。见"),
                        m.Link("https://www.w3.org/TR/clreq/", (Text("《中文排版需求》"),)),
                        Text("及"),
                        m.Link("#s-2", (Text("第二章"),)),
                        Text("。H"),
                        m.Sub((Text("2"),)),
                        Text("O、m"),
                        m.Sup((Text("2"),)),
                        Text("与"),
                        m.Code("text-indent: 2em"),
                        Text("不增行距"),
                        m.NoteRef("n-1"),
                        Text("，"),
                        m.Ruby("振り仮名", "ふりがな"),
                        Text("亦然；"),
                        m.Math("e^{i\\pi}+1=0"),
                        Text("。"),
                        m.Picture(Missing()),
                    )
                ),
                m.Quote(text("学而时习之，不亦说乎？有朋自远方来，不亦乐乎？人不知而不愠，不亦君子乎？")),
                m.List(tuple(m.ListItem(text(each)) for each in ("版心四十字", "行距十八点", "段首空两字"))),
                m.List(
                    (
                        m.ListItem(text("先校文字")),
                        m.ListItem((*text("再校标点"), m.List((m.ListItem(text("引号成对")),)))),
                    ),
                    start=3,
                ),
                Section(
                    (Text("标点"),),
                    id="s-1-1",
                    body=(
                        m.Table(
                            caption=(Text("表一 字号与点数"),),
                            head=(cells("字号", "点", "用途", header=True),),
                            rows=(
                                cells("五号", "10.5", "正文"),
                                cells("小五", "9", "注文"),
                                cells("小二", "18", "篇题"),
                            ),
                        ),
                        m.Verse(
                            (
                                (Text("床前明月光，"), m.LineBreak(), Text("疑是地上霜。")),
                                (Text("举头望明月，"), m.LineBreak(), Text("低头思故乡。")),
                            )
                        ),
                        m.Break(),
                        Aside(text("方框里的话，自成一格，不入正文。")),
                    ),
                ),
            ),
        ),
        Section(
            (Text("第二章 图与码"),),
            id="s-2",
            body=(
                figure(9, "版心示意"),
                m.CodeBlock("p {\n  text-indent: 2em;  /* 段首 */\n}", language="css"),
                m.MathBlock("a^2 + b^2 = c^2"),
                Paragraph((Text("（下转第三章）"),), role="jump"),
            ),
        ),
    ),
    notes=(m.Note("n-1", text("行距不因上标、注码而变，见《中文排版需求》。")),),
)
