"""The words of meta lines: labels of dates, sources and other things, buttons, and how the names of outlets end.

The labels are searched for in folded text (`text.credit_labels.fold_credit`); the labels of people are in
`text.credit_labels`.
"""

from __future__ import annotations

import re

from newscrawler.extraction.pattern_table import PatternTable, Row

_COLON = r"\s{0,4}[:：丨｜|]{1,3}\s{0,4}"
_DONE = "发布|发表|发稿|刊发|上传|添加|录入|更新|创建|公开|发文|成文|印发|签发|出版|见报|播出|回复|答复"
_WHEN = r"(?:日\s{0,4}期|时\s{0,4}间)"

PUBLISHED = PatternTable(
    Row(
        "date or time",
        # 清河发布 日期：… is an outlet before a label.
        rf"(?:(?:{_DONE})|(?<![\u4e00-\u9fff])(?:{_DONE})\s)?{_WHEN}{_COLON}",
        "发布时间：",
        "时间过得很快",
    ),
    Row("before a date", rf"(?:发布|发表|刊发|上传)?{_WHEN}\s{{0,4}}(?=[12][09]\d\d)", "日期 2021-04-05", "日期未定"),
    Row(
        "published",
        rf"(?<![\u4e00-\u9fff])(?:发布|发表|刊发|首发|时间)(?:于|在)?{_COLON}(?=[12][09]\d\d)",
        "发布：2021-04-05",
        "清河发布 | 2021-04-05",
    ),
    Row("published on", r"(?:发布|发表|刊发)于", "发布于", "发布会"),
    Row(
        "English",
        r"(?<![A-Za-z])(?i:(?:publish(?:ed)?|post(?:ed)?|release)(?: date| time| on| at)?|date|time)\s?:",
        "Published: 2021-04-05",
        "update: 2021-04-05",
    ),
)
"""Labels of the date of publication."""
OTHER_TIME = PatternTable(
    Row(
        "date or time of something else",
        r"(?:更新|修改|打印|访问|当前|截止|截至|报名|活动|生效|成文|废止|失效|开始|结束)(?:日期|时间)?\s?[:：]",
        "更新时间：",
        "发布时间：",
    ),
    Row(
        "time of an event",
        r"(?:考试|面试|笔试|开庭|听证|庭审|会议|演出|比赛|开赛|讲座|培训|上课|开课|直播|开播|上映|展览|展出|签到|集合|出发|施工|停[水电气]"
        r"|公示|征集|招标|投标|开标|竞价|招聘|应聘|投票|办理|受理|服务|营业|开放|采访|拍摄|录制|实施|施行|执行)(?:日期|时间)\s?[:：]",
        "考试时间：",
        "考试的时间过得很快",
    ),
    Row(
        "time of a machine or of the desk",
        r"(?:抓取|采集|采编|收录|入库|缓存|同步|导入|统计|查询|下载)(?:日期|时间)\s?[:：]",
        "抓取时间：",
        "采编时间不限",
    ),
    Row(
        "English", r"(?<![A-Za-z])(?i:(?:last )?(?:updated?|modified)(?: on| at)?)\s?:", "Updated: 2021-04-05", "update"
    ),
    Row("last change", r"最后更新|更新于", "最后更新", "最后一次放水"),
)
"""Labels of dates that are not the date of publication."""
TODAY = PatternTable(
    Row("today", r"今天是|今日是|当前时间|现在时间|北京时间：", "今天是2021年4月5日", "今天上午放水"),
    Row("weather, welcome", r"天气|欢迎您", "欢迎您访问清河网", "欢迎投稿"),
)
"""What stands beside the date of today, in the head of a portal's pages."""


def is_of_today(text: str, *, above: bool) -> bool:
    """Tell whether a line with a date is that of today in a portal's head.

    `above` says that no headline stands above it. There the lunar day shows it; below a headline papers print it beside
    the date of the issue.
    """
    return TODAY.search(text) is not None or (above and "农历" in text)


_ABOUT = "(?:文章|信息|稿件|新闻|本文|消息|内容|图文|资料|原文|资讯|作品|媒体|文稿|素材)"
SOURCE = PatternTable(
    Row("source", rf"{_ABOUT}?来\s{{0,4}}源(?:单位|网站|媒体)?[于自]?{_COLON}", "信息来源：县水利局", "水的来源是清河"),
    Row("origin", rf"(?:稿\s?源|{_ABOUT}?出\s{{0,2}}处){_COLON}", "稿源：清河日报", "出处不详"),
    Row("original", rf"原创{_COLON}", "原创：清河网", "原创作品"),
    Row("medium", rf"(?<![\u4e00-\u9fff])媒\s?体{_COLON}", "媒体：清河日报", "融媒体：清河"),
    Row("reprinted from", rf"(?:转载?自|摘自|选自|来自){_COLON}", "转载自：清河日报", "转自动驾驶模式"),
    Row(
        "publishing authority",
        rf"(?:发布机构|发布单位|发布部门|信息提供(?:单位)?|发文机关|发文机构){_COLON}",
        "发布机构：县水利局",
        "发布机构名单",
    ),
    Row("English", r"(?<![A-Za-z])(?i:source|from|origin)\s?:", "Source: 清河日报", "resource: 清河日报"),
)
"""Labels of the source with a colon or a stroke."""
SOURCE_WITHOUT_COLON = PatternTable(
    Row("in brackets", r"(?<=[(【])(?:来源|稿源)[)】]", "【来源】清河日报", "（来源：清河日报）"),
    Row(
        "before a name", r"(?:来源|稿源|出处|来自|来源于|转自|转载自)\s{1,4}(?=\S)", "来源 清河日报", "水的来源 是清河"
    ),
    Row(
        "joined to the name",
        r"(?:来源于|来源|转载自|转自|摘自|来自|出处|稿源)(?=[^\s的，。:：]{2,16}(?:[\s)）】|/]|$))",
        "来自清河日报",
        "——来自清河的报告",
    ),
    Row("alone", r"(?:来源于|来源|稿源|来自)$", "来源", "水的来源"),
    start=r"(?<![\u4e00-\u9fffA-Za-z—-])(?:以下)?(?:本文|文章|稿件|内容|信息|新闻|消息)?",
)
"""Labels of the source without a colon. What is joined to one must be called like an outlet: 来源地 is a word."""
BESIDE_LABELS = PatternTable(
    Row(
        "counts",
        r"(?:阅读|浏览|点击|访问|查看|人气|热度|点赞|评论|转发|收藏|下载|播放)(?:量|数|次数|人数|率|数量)?\s{0,3}[:：]|(?:时长|字数|篇幅)\s{0,3}[:：]",
        "点击数：",
        "点击下方链接",
    ),
    Row("share", r"分享(?:到|至)?\s{0,3}[:：]|分享到", "分享到：微信", "分享了经验"),
    Row("font", r"(?:字\s?号|字\s?体|文字大小|大小)\s{0,3}[:：]?", "字号：大 中 小", "大字报"),
    Row(
        "tags",
        r"(?:标\s?签|关\s?键\s?[词字]|Tags?|所属栏目|所属分类|栏\s?目|频\s?道|分\s?类|类\s?[别型]|专\s?题)\s{0,3}[:：]",
        "关键词：用水",
        "栏目组来到渠边",
    ),
    Row(
        "file",
        r"(?:索\s?引\s?号|文\s?号|发文字号|编\s?号|主题分类|主题词|体裁分类|信息分类|组配分类|服务对象|公开方式|公开形式|公开范围"
        r"|公开类别|公开时限|有\s?效\s?性|信息名称|文件名称|名\s{0,4}称|标\s{0,4}题|原标题)\s{0,3}[:：]",
        "索 引 号：0123",
        "文号的由来",
    ),
    Row(
        "source of something else",
        r"(?:图片|视频|音频|题图|封面|配图|照片|图|数据)(?:来源|提供)\s{0,3}[:：]",
        "图片来源：清河日报",
        "来源：清河日报",
    ),
    Row(
        "address",
        r"(?:电\s?话|邮\s?箱|地\s?址|投\s?稿|热\s?线|联系方式|(?:回复|答复|办理|承办|受理)(?:单位|部门)|IP属地|属地|原文链接|链接|网址)\s{0,3}[:：]",
        "IP属地：湖北",
        "电话响了",
    ),
    Row("position", r"(?:当前位置|您的位置|所在位置|位置)\s{0,3}[:：]", "当前位置：首页", "位置偏僻"),
)
"""Labels of what is neither date nor source nor people. What follows them is none of these either."""
TAGS = re.compile(r"标\s?签|关\s?键\s?[词字]|Tags?", re.IGNORECASE)
"""Labels of a row of tags, each of which is a link."""
BUTTON = PatternTable(
    Row("without letters", r"[\W\d_]*", "12:30 |", "清河"),
    Row("font", r".*(?:字号|字体|大中小|放大|缩小|大字|小字).*", "字号：大", "大山报"),
    Row(
        "share",
        r"(?![^关扫识订我]{4,16}(?:公众号|官方微博)$).*(?:分享|微信|微博|朋友圈|QQ|复制|链接|扫码|二维码|扫一扫).*",
        "分享到微信",
        "分田到户",
    ),
    Row(
        "react",
        r".*(?:收藏|收集|举报|参与|点赞|推荐|跟[贴帖]|留言|反馈|纠错|有话说|说两句|投稿|顶一下).*",
        "收藏本文",
        "收成",
    ),
    Row("comment", r"(?:我要|发表|查看|网友|条|共有|已有|共)?评论(?:\W*\d*\W*条?)?|\d*\W?评论", "我要评论", "清河评论"),
    Row("counts", r".*(?:阅读|[共已]阅|浏览|点击|人气|访问|\d+[条次年人]).*", "浏览次数", "第一次"),
    Row(
        "navigation",
        r".*(?:首页|正文|打印|关闭|登录|注册|返回|更多|关注|下载|进入|查看|[上下]一[期版篇条]|导航).*",
        "返回首页",
        "返乡",
    ),
    Row("listen", r".*(?:语音|播报|播放|听新闻|朗读|收听).*|时长.*|重播|倍速", "听新闻", "清河新闻"),
    Row("labels", r".*(?:原创|星期|时间|日期|来源|标签|关键词|来自|发布于).*", "星期三", "何田"),
    Row(
        "display",
        r"(?:高|标|超|蓝|普)清|流畅|全屏|静音|夜间|白天|易读|长者|关怀|无障碍|(?:关怀|长者|大字|老年|适老|极速|标准|清爽|经典)版|常用|广告|推广|赞助"
        r"|舒适|护眼|云听|和谐|时尚|车市|文娱|申论|高考|文明|安居|白酒",
        "关怀版",
        "高清平",
    ),
    Row("weekday", r"[(（]?[周週][一二三四五六日天][)）]?", "週三", "周三水"),
    Row("part of the day", r"清晨|早上|上午|中午|下午|傍晚|晚上|凌晨", "下午", "下午茶"),
    Row("account", r"\S{0,12}官方账号|账号|\S{2}号|政务号?|IP属地.*|属地.*|.*下载|.*认证", "IP属地", "清河发布"),
    Row("page of a paper", r"第?\s?[A-Z]{0,2}\d{1,3}\s?版.*", "第A01版", "新版"),
    Row("version of the page", r"(?:手机|电脑|触屏|移动|网页|桌面|PC|WAP)版", "手机版", "地方版"),
    Row("address of a site", r"[a-z\d-]{2,20}(?:\.[a-z\d-]{2,20}){0,2}\.[a-z]{2,4}", "qinghe.ca", "J.Smith"),
    Row("font size in letters", r"[A-Za-z]{1,2}[+-]?", "A+", "APP"),
    Row(
        "label alone",
        r"(?:大|中|小|T|默认|繁|简|繁体|简体|发布于|发表于|发布|编辑|作者|责编|责任编辑|记者|订阅|企鹅号|网易号|搜狐号|头条号"
        r"|百家号|转载|转发|保存|邮件|推送|显示|隐藏|标准|超大|特大|较大|特小|今日|要闻|头条|论坛|由|[Bb]y|已有|共有|[条次人篇])[:：]?",
        "责任编辑：",
        "编辑部",
    ),
    Row(
        "section",
        r"(?:国内|国际|社会|本地|县区|乡镇|部门|综合|地方|热点|图片|今日)?(?:数字报|电子报|手机报|互动|直播|专栏|微博|要闻|新闻|法治|时政|经济|教育|体育|娱乐|健康|文旅|公告|通知|视频|理论"
        r"|党建|民生|三农|房产|汽车|财经|科技|旅游|生活|社会|国内|国际|文化|动态|快讯|资讯|地方|本地|县区|市州|乡镇)",
        "国内新闻",
        "清河新闻",
    ),
    start="^",
    end="$",
)
"""Fragments of a meta line that are neither an outlet nor a person."""
OUTLET = PatternTable(
    Row("paper", r"报|社|刊|时报|周刊|杂志", "清河日报", "报名处"),
    Row("site", r"网|网站|在线|客户端|频道|之家|(?:中文|总|分|记者)站", "清河新闻网", "网友何田"),
    Row("client", r"(?<=..)[+＋]", "南方+", "A+"),
    Row("broadcaster", r"台|电视|广播|视频|卫视|之声", "清河电视台", "台风"),
    Row("media", r"新闻|传媒|媒体|融媒|发布|资讯|快讯|财经|科技|号", "清河发布", "发布会"),
    Row("authority", r"办公室|委员会|管委会|局|厅|部|政府|办|院|委", "县水利局", "局长何田"),
    Row("organisation", r"中心|集团|公司|协会|学会|联合会|博物馆|图书馆|大学|学院|医院", "县融媒体中心", "公司里"),
    Row(
        # Without these, 凤凰, 和讯 and 东方财富 are names of persons.
        "name of its own",
        r"^(?:石榴云$|冀云$|津云$|长江云$|新浪|搜狐|网易|腾讯|凤凰|央视|百度|澎湃|界面|财新|和讯|金融界|证券之星|东方财富|同花顺|雪球|虎嗅|知乎|豆瓣|红星|时代|环球"
        r"|好大夫|丁香园|寻医问药|人民号|学习强国|今日头条|一点)",
        "东方财富",
        "新浪潮",
    ),
    Row(
        "channel or account of one subject",
        r"(?<=..)(?:音乐|娱乐|体育|教育|文旅|旅游|公安|交警|消防|财经|科技|汽车|健康|时尚|房产|读书|文化|历史|军事|国际|生活"
        r"|党建|组工|检察|司法|法院|应急|气象|水利|农业|三农|交通|医保|税务|统计|工会|共青团|妇联|融媒|观察|视界|头条|快报|在线|热线)",
        "清河公安",
        "音乐课",
    ),
    end="$",
)
"""How the names of outlets end."""
OWN_NAME = re.compile(
    r"(?:新浪|搜狐|网易|腾讯|凤凰|央视|百度|澎湃|界面|财新|和讯|中新|人民|新华|东方财富|同花顺|雪球|虎嗅|知乎|豆瓣)[\u4e00-\u9fff]{2,6}"
)
"""Departments and columns of an outlet that is known by its own name: 和讯名家, 新浪综合."""
LONGEST_END = 4
"""Characters of the longest end or whole name in `OUTLET`."""


_ENGLISH_OUTLET = re.compile(
    r"(?:^|[ .])(?:daily|news|times|post|weekly|herald|online|net|radio|tv|television|press|agency|journal|review|today"
    r"|tribune|media|network|magazine|express|gazette|globe|observer|xinhua|cgtn|cctv)$",
    re.IGNORECASE,
)
"""How English names of outlets end: Qinghe Daily."""


_PLUS, _SHORTEST_WITH_PLUS = ("+", "＋"), 2


def is_outlet(text: str) -> bool:
    """Tell whether a word ends as the names of outlets do. Only its end is looked at, in a fifth of the time."""
    if text[-1:] in _PLUS:
        return len(text) > _SHORTEST_WITH_PLUS
    if text[-1:].isascii():
        return _ENGLISH_OUTLET.search(text) is not None
    return OUTLET.search(text, max(0, len(text) - LONGEST_END)) is not None


PLACE = PatternTable(
    Row("in brackets", r"[(（][^()（）]{2,8}[)）]", "（清河）", "清河（县）"),
    Row(
        "region or large city",
        r"(?:中国)?(?:北京|天津|上海|重庆|河北|山西|内蒙古|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南"
        r"|广东|广西|海南|四川|贵州|云南|西藏|陕西|甘肃|青海|宁夏|新疆|香港|澳门|台湾|广州|深圳|武汉|南京|杭州|成都|西安)[省市]?",
        "湖北",
        "湖北日报",
    ),
    Row("of the account", r"(?:(?:发表|发布)于|来自)[\u4e00-\u9fff]{2,4}", "发表于清河", "发布会"),
    start="^",
    end="$",
)
"""Where the writer or the reader sits, as some sites print it beside the outlet."""
