"""The words of meta lines: labels of date, source and people, buttons, and how the names of outlets end."""

from __future__ import annotations

from newscrawler.extraction.pattern_table import PatternTable, Row

PUBLISHED = PatternTable(
    Row(
        "date or time",
        r"(?:发布|发表|发稿|刊发|上传|添加|录入|更新|创建|公开|发文|成文)?\s?(?:日\s{0,4}期|时\s{0,4}间)\s?[:：|]",
        "发布时间：",
        "时间过得很快",
    ),
    Row("published on", r"(?:发布|发表|刊发)于", "发布于", "发布会"),
)
"""Labels of the date of publication."""
OTHER_TIME = PatternTable(
    Row(
        "date or time of something else",
        r"(?:更新|修改|打印|访问|当前|截止|报名|活动|生效|成文)(?:日期|时间)?\s?[:：]",
        "更新时间：",
        "发布时间：",
    ),
    Row("last change", r"最后更新", "最后更新", "最后一次放水"),
)
"""Labels of dates that are not the date of publication."""
TODAY = PatternTable(
    Row("today", r"今天是|今日是|农历|当前时间|现在时间|北京时间：", "今天是2021年4月5日", "今天上午放水"),
    Row("weather, welcome", r"天气|欢迎您", "欢迎您访问清河网", "欢迎投稿"),
)
"""What stands beside the date of today, in the head of a portal's pages."""
SOURCE = PatternTable(
    Row(
        "source",
        r"(?:文章|信息|稿件|新闻|本文|消息|内容|图文|资料|原文|资讯|作品)?来\s{0,4}源(?!于网络)[于自]?",
        "信息来源：县水利局",
        "水的来源是清河",
    ),
    Row("origin", r"稿\s?源|出\s{0,2}处", "稿源：清河日报", "出处不详"),
    Row("reprinted from", r"转载?自|摘自", "转载自：清河日报", "转自动驾驶模式"),
    Row("publishing authority", r"发布机构|发布单位|信息提供", "发布机构：县水利局", "发布机构名单"),
    end=r"\s{0,4}[:：丨｜]\s{0,4}",
)
"""Labels of the source."""
SOURCE_WITHOUT_COLON = PatternTable(
    Row("before a name", r"(?:来源|稿源|来源于)\s+(?=\S)", "来源 清河日报", "来源地的水"),
    Row("alone", r"(?:来源于|来源|稿源)$", "来源", "来源不明"),
    start="^",
)
CREDIT = PatternTable(
    Row("editors", r"编辑|责编|责任|编审|选稿|主编|编译", "责编：柳明", "编钟"),
    Row("writers", r"作者|记者|通讯员|撰文|撰稿|执笔|供稿|来稿|采写|评论员|实习生|文/", "通讯员 覃丹", "通讯录"),
    Row("checkers", r"校对|审核|审校|初审|复审|终审|一审|二审|三审|监制|签发|值班", "三审：何田", "审计"),
    Row("photographers", r"摄影|图/", "摄影 江小满", "摄像头"),
)
"""Words that say that a line names people."""
BUTTON = PatternTable(
    Row("without letters", r"[\W\d_]*", "12:30 |", "清河"),
    Row("font", r".*(?:字号|字体|大中小|放大|缩小).*", "字号：大", "大字报"),
    Row("share", r".*(?:分享|微信|微博|朋友圈|QQ|复制|链接|扫码).*", "分享到微信", "分田到户"),
    Row("react", r".*(?:收藏|举报|评论|参与|点赞|推荐|跟贴|反馈|纠错|有话说).*", "我要评论", "清河论坛报"),
    Row("counts", r".*(?:阅读|浏览|点击|人气|访问|\d+[条次年]).*", "浏览次数", "第一次"),
    Row("navigation", r".*(?:首页|正文|打印|关闭|登录|注册|返回|更多|关注|下载).*", "返回首页", "返乡"),
    Row("listen", r".*(?:语音|播报|播放|听新闻|朗读).*", "听新闻", "新闻"),
    Row("labels", r".*(?:原创|星期|时间|日期|来源|标签|关键词|来自|发布于).*", "星期三", "何田"),
    Row("account", r".*(?:官方账号|澎湃号|政务|IP属地|属地|客户端下载).*", "IP属地", "清河发布"),
    Row("font size in letters", r"[A-Za-z]{1,2}[+-]?", "A+", "APP"),
    Row(
        "label alone",
        r"(?:大|中|小|T|默认|繁|简|发布于|发表于|编辑|作者|责编|责任编辑|记者|订阅|企鹅号|网易号|搜狐号)[:：]?",
        "责任编辑：",
        "编辑部",
    ),
    start="^",
    end="$",
)
"""Fragments of a meta line that are neither an outlet nor a person."""
OUTLET = PatternTable(
    Row("paper", r"报|社|刊|时报|周刊|杂志", "清河日报", "报名处"),
    Row("site", r"网|在线|客户端|频道|之家", "清河新闻网", "网友何田"),
    Row("broadcaster", r"台|电视|广播|视频", "清河电视台", "台风"),
    Row("media", r"新闻|传媒|媒体|融媒|发布|资讯|快讯|财经|科技", "清河发布", "发布会"),
    Row("authority", r"办公室|委员会|管委会|局|厅|部|政府|办|院", "县水利局", "局长何田"),
    Row("organisation", r"中心|集团|公司|协会|学会", "县融媒体中心", "公司里"),
    end="$",
)
"""How the names of outlets end."""
