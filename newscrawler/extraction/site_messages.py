"""Lines that tell nothing of the world: what a site says of itself to its visitor, and the words of its buttons.

No sentence is listed. A message names the site, or what was asked of it; it says what happens to that; it speaks to the
visitor. A line with two of these three is one. A story about another site has at most one of them.
"""

from __future__ import annotations

import re

from newscrawler.extraction.layout import Line
from newscrawler.extraction.pattern_table import PatternTable, Row

_ITSELF = PatternTable(
    Row("the site", r"本(?:网?站|系统|平台|栏目|频道|页面?|服务)", "本站今晚改版", "本地网站"),
    Row(
        "this document",
        r"(?:(?<!应)该|此|这篇|当前)(?:稿件|文章|新闻|内容|信息|网?页面?|链接|图集|视频)",
        "该稿件",
        "应该新闻化",
    ),
    Row(
        "what was asked",
        r"(?:您|你)(?:所?(?:要|请求|访问|查找|查看|浏览|输入|提交)|的(?:浏览器|访问|请求|账号|IP))",
        "您访问的",
        "你的书",
    ),
    Row("the text behind a wall", r"本文(?:为|是|属于)?(?:付费|收费|会员|订阅)", "本文为付费内容", "本文付印"),
)
"""The site or the document as it names itself to its visitor."""
_OBJECT = re.compile(
    r"网站|网址|域名|站点|页面|网页|浏览器|系统|服务器|数据库|链接|记录|搜索|检索|查询|关键[词字]|收藏夹|账号|密码|权限|程序"
    r"|直播|投票|问卷|JavaScript|Cookie|Flash|插件"
    r"|(?:符合|相关|满足)\S{0,6}(?:内容|信息|结果|数据|记录|文章)"
)
_EVENT = re.compile("活动|调查|报名")
"""What a site offers, and what stories tell of: 活动已结束."""
_STATE = PatternTable(
    Row(
        "nothing there",
        r"不存在|暂无|为空|(?:没有|未)(?:能)?(?:找到|查到|检索到|搜索到|符合|相关|数据|记录|权限|登录|开通)",
        "暂无",
        "没有权力",
    ),
    Row("taken away", r"删除|撤[销稿回下]|下[线架]|失效|过期|隐藏|审核", "已被撤销", "撤离"),
    Row(
        "no access",
        r"无法|不能|不支持|(?:访问|浏览|阅读)受限|过低|过旧|错误|异常|失败|出错|繁忙|超时|拒绝|禁止访问",
        "无法显示",
        "无缘",
    ),
    Row(
        "work on it",
        r"维护|升级|改版|建设中|调整中|恢复(?:访问|服务|正常)|(?:停止|暂停)(?:服务|运营|更新|访问)|关[闭停]",
        "正在维护",
        "护送",
    ),
    Row("not now", r"已(?:经)?(?:结束|截止|停止)|(?:尚|还)?未开始|加载|载入", "直播尚未开始", "开始"),
    Row("another place", r"迁[移至]|跳转|转[到至向]|更换|搬[到至家]|启用新", "已迁移至", "新址"),
    Row(
        "what opens it",
        r"(?:登录|订阅|付费|购买|注册|开通\S{0,6}|刷新|关注)(?:后|即可|之后|才能)|重新(?:搜索|输入|登录|打开|访问)|稍[后候]",
        "登录后查看",
        "登录大厅",
    ),
)
"""What happens to the site or to what was asked of it."""
_ABOUT_SITE = PatternTable(
    Row(
        "about",
        r"关于(?:我们|本[站网报])|(?:[^，。]{0,8}(?:网站?|报社?|电视台|集团|中心)|我们)的?(?:简介|介绍|概况)",
        "清河日报社简介",
        "关于我们村的水渠",
    ),
    Row("contact", r"联系(?:我们|方式|本[站网])|意见反馈|在线留言", "联系我们", "联系我们的村民"),
    Row("help", r"帮助(?:中心|信息)?|常见问题(?:解答)?|使用(?:帮助|说明|指南)|新手指南", "帮助中心", "帮助中心小学"),
    Row(
        "terms",
        r"(?:用户|网站|会员|平台)?(?:注册|服务|使用|隐私)?(?:协议|条款|政策)|隐私(?:保护|声明)",
        "用户注册协议",
        "两县签订用水协议",
    ),
    Row("rights", r"(?:版权|免责|法律|网站|著作权)声明|版权(?:信息|说明)", "版权声明", "外交部声明"),
    Row(
        "offers",
        r"广告(?:服务|合作|刊例|业务)|(?:商务|诚邀)?合作(?:加盟|伙伴)?|人才招聘|诚聘英才|加入我们|招贤纳士",
        "广告服务",
        "广告业回暖",
    ),
    Row(
        "ways",
        r"网站地图|站点地图|友情链接|投稿(?:须知|指南|说明)|加入收藏|设为首页|手机版|无障碍说明",
        "网站地图",
        "手机版画",
    ),
    start=r"^\s*[【\[]?",
    end=r"[】\]]?\s*$",
)
"""The headlines of pages to which the foot of every page of a site leads."""
_ADDRESS = re.compile(r"您|请|抱歉|对不起|不好意思|感谢|谢谢|敬请|谅解|欢迎|建议(?:您|使用)")
_TECHNICAL = PatternTable(
    Row("place in a program", r"\bline:? ?\d+\b|，?行 \d+$|\bat \w+(?:\.\w+){2}", "in /db.php on line 32", "online 32"),
    Row(
        "fault",
        r"\b\w*(?:Exception|Error)\b|\b(?:Warning|Fatal error|Notice|Traceback|Stack trace)\b:?",
        "Fatal error: x",
        "Errors",
    ),
    Row(
        "database",
        r"\b(?:SQL|ODBC|OLE DB|mysql\w*|ORA-\d+|JDBC|SELECT .{1,40} FROM)\b",
        "mysql_connect() failed",
        "MySQLite",
    ),
)
"""What programs print when they fail: a fault, and where or in what."""
_FEWEST_TECHNICAL = 2
_WITHHELD = PatternTable(
    Row(
        "this document is gone",
        r"(?:该|此|这篇|当前|您(?:所?要?(?:访问|查看|浏览|请求)的))(?:稿件|文章|新闻|内容|信息|网?页面?|链接|图集|视频).{0,12}"
        r"(?:不存在|删除|撤[销稿回下]|下[线架]|失效|过期|隐藏|审核|无法|不能)",
        "该稿件已被撤销",
        "该文章写的是一条水渠",
    ),
    Row(
        "only for some",
        r"(?:本文|全文|本内容|该内容|该文章?).{0,8}(?:付费|收费|会员|订阅).{0,16}(?:阅读|查看|浏览|可见|内容|专享)",
        "本文为付费内容，请订阅后阅读全文",
        "本文写到会员制",
    ),
)
"""What says that the document itself is not shown, whatever headline stands above it."""
_COUNT_FOUND = re.compile(
    r"(?:检索|搜索|查询|找|搜|查)(?:索|询)?到(?:了)?(?:约|相关|符合\S{0,6})?\s?[\d,]{1,9}\s?(?:条|个|篇|项)"
)
_NOTHING_FOUND = re.compile(r"暂无|为空|(?:没有|未)(?:能)?(?:找到|查到|检索到|搜索到|符合|相关|数据|记录)")
_LONGEST_MESSAGE = 160
_LONGEST_BARE = 60
"""Characters of a message that speaks of a site without saying that it is its own."""
_SHORT = 20
"""Characters of a message that need not name what it is about: 正在跳转，请稍候."""
_WORDS_OF_BUTTONS = re.compile(
    r"首页|尾页|末页|[上下前后]一?[页张篇组期月年]|第|共|到|[页张条篇个次票位]|记录|结果|原图|大图|查看|详[细情]|更多|全文|阅读|展开|收起"
    r"|关闭|返回|刷新|确定|提交|重置|搜索|检索|登录|注册|下载|打印|全屏|播放|暂停|自动|点赞|分享|收藏|评论|投票|关注|粉丝|文章|浏览|人气"
    r"|转发|订阅|跳转|立即|马上|[日一二三四五六年月]|[0-9]+|万|\W|_"
)
"""Words of buttons, pagers, counters and calendars."""
_LONGEST_OF_BUTTONS = 120


def is_message(text: str) -> bool:
    """Tell whether a line is a message of the site to its visitor, or of a program that failed."""
    if len(text) > _LONGEST_MESSAGE:
        return is_technical(text) and len(text) <= 2 * _LONGEST_MESSAGE
    has_state, speaks = _STATE.search(text) is not None, speaks_to_visitor(text)
    if names_itself(text):
        return has_state or speaks
    is_named = _OBJECT.search(text) is not None and len(text) <= _LONGEST_BARE
    may_be_named = is_named or (_EVENT.search(text) is not None and len(text) <= _LONGEST_BARE)
    return (
        (has_state and (may_be_named or (speaks and len(text) <= _SHORT)))
        or (is_named and speaks)
        or is_technical(text)
    )


def names_itself(text: str) -> bool:
    """Tell whether a line names the site or the document as a page names itself: 本站, 该稿件."""
    return _ITSELF.search(text) is not None


def speaks_to_visitor(text: str) -> bool:
    """Tell whether a line asks its reader for something."""
    return _ADDRESS.search(text) is not None


def is_technical(text: str) -> bool:
    """Tell whether a line is the message of a program that failed."""
    return len(_TECHNICAL.regex.findall(text)) >= _FEWEST_TECHNICAL


def withholds_document(text: str) -> bool:
    """Tell whether a message says that the document which was asked for is gone or not shown."""
    return len(text) <= _LONGEST_MESSAGE and _WITHHELD.search(text) is not None


def states_what_was_found(text: str) -> bool:
    """Tell whether a line says how many entries a search has found."""
    return len(text) <= _LONGEST_MESSAGE and _COUNT_FOUND.search(text) is not None


def is_about_site(headline: str) -> bool:
    """Tell whether a headline is that of a page about the site itself: 关于我们, 用户协议."""
    return _ABOUT_SITE.match(headline) is not None


def says_nothing_was_found(text: str) -> bool:
    """Tell whether a message says that a list or a search has no entries."""
    return _NOTHING_FOUND.search(text) is not None


def is_of_buttons(line: Line) -> bool:
    """Tell whether a line holds nothing but words of buttons, pagers, counters and calendars."""
    return len(line.text) <= _LONGEST_OF_BUTTONS and not _WORDS_OF_BUTTONS.sub("", line.text)
