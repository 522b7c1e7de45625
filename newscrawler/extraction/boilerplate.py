"""Lines that stand inside the container of the main text without being part of the body."""

from __future__ import annotations

import re
from enum import Enum
from itertools import islice

from newscrawler.extraction.layout import Block, Line
from newscrawler.extraction.pattern_table import PatternTable, Row

CRUMBS = PatternTable(
    Row(
        "label",
        r"^(?:首页|主页|网站首页|当前(?:所在)?位置|您(?:当前)?(?:所在)?的?位置|所在位置|您现在|现在位置|位置)",
        "当前位置：新闻",
        "县城的位置",
    ),
    Row("path", r"[>»›].*[>»›]", "新闻 > 清河 > 要闻", "新闻 > 清河"),
    Row("end", r">\s?正文$", "新闻 > 正文", "新闻正文"),
)
"""Breadcrumbs."""
_LONGEST_CRUMBS = 100


class Kind(Enum):
    """What a line of the container is."""

    __hash__ = object.__hash__
    """That of `Enum` hashes the name each time, in ten times the time."""

    BODY = "body"
    META = "meta"
    """Date, source, editor: evidence for these fields, not part of the body."""
    SUMMARY = "summary"
    BOILERPLATE = "boilerplate"
    """Buttons, share bars, notices, pagers."""
    END = "end"
    """The heading of what follows the main text: related links, comments, the pager."""
    LINK = "link"
    """A link to something else."""
    LABEL = "label"
    """The heading of a list of links."""


_META = PatternTable(
    Row(
        "source",
        r"(?:本文|文章|信息|稿件|新闻|消息|内容|资料|原文)?(?:来\s{0,4}源|稿\s?源|出\s{0,2}处)(?:于)?"
        r"\s{0,3}[:：|丨｜](?!\S*(?:官网|视频截图)$)",
        "稿件来源：清河日报",
        "来源地的水质由县环保局每月检测一次。",
    ),
    Row(
        "date",
        r"(?:发布|发表|发稿|更新|刊发)?(?:日\s{0,4}期|时\s{0,4}间)\s{0,3}[:：]\s{0,3}(?:19|20)\d\d",
        "发布时间：2021-04-05",
        "时间：周六上午九点",
    ),
    Row(
        "people",
        r"(?:本[期文网报台]|网络|值班|责任|执行|新媒体|文字|实习|图文|栏目|内容|融媒|微信|首席|统筹)?"
        r"(?:责任编辑|责编|编\s{0,4}辑|编\s?审|校\s{0,4}对|审\s{0,4}核|审\s{0,4}校|审\s{0,4}读|审\s{0,4}签"
        r"|初\s{0,4}审|复\s{0,4}审|终\s{0,4}审|一审|二审|三审|监\s{0,4}制|选\s{0,4}稿|签\s{0,4}发"
        r"|值班主任|值班领导|主\s{0,4}编|总编辑|值班总编|美编|排版|出品|运营)"
        r"(?:人|员)?\s{0,3}(?:[:：丨｜|/]|\s(?=\S{2,4}(?:\s|$)))",
        "值班编辑 柳明 校对 何田",
        "编辑部的灯亮了一夜，第二天的报纸还是晚了半小时。",
    ),
    Row(
        "original title", r"(?:本文)?原\s?(?:标题|题|文标题)\s{0,3}[:：]", "（原标题：县里的清单）", "原标题党号被点名"
    ),
    Row("first published", r"首发(?:于|时间|：)", "首发于清河日报", "首发阵容昨晚公布"),
    start=r"^(?:[【\[]?纠错[】\]]?)?[\s\[【(（*■]*",
)
_SUMMARY = re.compile(
    r"^[\s\[【(（]*(?:摘\s{0,4}要|内容提要|内容摘要|核心提示|导\s{0,4}读|导\s{0,4}语|提要"
    r"|阅读提示)\s{0,3}[\]】]?\s{0,3}[:：]"
)
_END = PatternTable(
    Row(
        "related",
        r"(?:相关|延伸|扩展|推荐|更多|热门|热点|最热|最新|猜你|为您|为你|精彩|往期|近期|编辑|今日|大家|网友"
        r"|同类|其他|其它|本周|重点|下一篇|上一篇|上篇|下篇|前一篇|后一篇|作者)"
        r"(?:热评论?|评论|新闻|阅读|链接|报道|文章|推荐|资讯|内容|专题|回顾|精彩|精选|喜欢|评论|热点|搜索|推送|日志|博文|帖子|主题|词条|图集"
        r"|视频|稿件|信息|最新文章|都在看|爱看)[^，。]{0,12}",
        "■ 相关阅读",
        "相关报道说，水渠已经修好。",
    ),
    Row("related, with a dot", r"(?:延伸|相关)\s?[·•]\s?推荐", "延伸·推荐", "延伸段明年开工"),
    Row(
        "more on a subject",
        r"更多(?:关于|有关)?[“\"「《][^”\"」》]{1,20}[”\"」》]的?(?:相关)?(?:报道|新闻|文章|资讯|内容|消息)",
        "更多有关“用水”的报道",
        "更多“小水渠”修到了村口",
    ),
    Row("neighbours", r"上一(?:篇|条|页)|下一(?:篇|条)|前一(?:篇|条)", "【上一篇】", "上一任站长姓何"),
    Row("links", r"友情链接", "友情链接：", "友情链接着两个村"),
    Row(
        "comments",
        r"网友评论|(?:网友|读者|用户|热门|最新|全部|精彩)的?(?:留言|跟[帖贴])|我要评论|发表评论|文章评论|用户评论|跟帖评论|热门评论|评论\s?[(（]?\d*[)）]?",
        "评论(12)",
        "评论员何田说，水是大事。",
    ),
    Row("scan", r"微信扫一扫", "微信扫一扫", "微信里有人问起水渠"),
    Row("back", r"返回(?:列表|首页|顶部)", "返回列表 >>", "返回家乡的人多了。"),
    start=r"^[\s\[【(（*■◆●▶>#\-—=·|｜]*",
    end=r"[\s\]】)）:：>》|]*$",
)
_NEIGHBOUR = re.compile(r"^[\s【\[]*(?:上|下|前|后)一?(?:篇|条)(?:[\s】\]]*[:：]|(?!.*。$))")
_START = r"^[\s\[【(（*■|｜>·•\-—=↑↓→←▲▼△▽▍▌※]*"
# With a mark that ends a sentence, what begins like a button is a paragraph.
_BUTTON = PatternTable(
    Row("share", r"分享(?:到|至|给|本文|朋友圈)?\s?[:：]?.{0,40}$", "分享到：微信 微博", "他分享了自己种水稻的经验"),
    Row("font size", r"(?:字\s?号|字体|【?字体).{0,30}$", "字号：大 中 小", "大字号的春联卖得最好"),
    Row("print", r"打印.{0,20}$", "打印 关闭", "彩色打印的价格是两元"),
    Row("favourite", r"收藏.{0,10}$", "收藏本文", "收藏家何田把三百件旧农具捐给了县里"),
    Row("correction", r"纠错.{0,8}$", "【纠错】", "纠错本是老师给每个孩子发的小本子"),
    Row("back, more", r"(?:返回.{0,8}|更多.{0,4})[>»\s\d|/…]*$", "更多>>", "更多的村民开始报名来修水渠"),
    start=_START,
)
_SENTENCE_END = re.compile("[。；！？]")
_NOTICE = PatternTable(
    Row("scan with WeChat", r"(?:用|打开|请用)?微信(?:扫一扫|扫码|扫描).{0,20}$", "打开微信扫一扫", "微信群里很热闹"),
    Row("scan", r"扫(?:一扫|码|描).{0,26}$", "扫一扫在手机打开当前页", "扫盲班办了十年"),
    Row("font sizes", r"\[?[大中小][\]\s|]+.{0,8}$", "大 中 小", "大水渠修好了"),
    Row("font size signs", r"T[\s|]*[+T|].{0,6}$", "T|T", "T恤每件二十元"),
    Row("close", r"关闭(?:窗口|本页)?$", "关闭窗口", "关闭了两座小煤窑"),
    Row("report", r"举报$", "举报", "举报人得到了奖励"),
    Row("likes", r"点赞\s?\d*$|赞\s?\d*$|在看$|顶\s?\d*$", "点赞 12", "赞美之声不断"),
    Row("counted reactions", r"\d+\s?(?:人参与|条?评论|跟[贴帖]|阅读|次).{0,12}$", "128 人参与", "12 名村民报了名"),
    Row("bare number", r"(?!0\d$)[\d,.+]+万?$|[+\-]\d+$", "1,204", "07"),
    Row(
        "empty label",
        r"(?:责任编辑|编辑|责编|来源|作者|记者|标签|关键词|关键字|文章关键词|Tags?)\s?[:：]?$",
        "标签：",
        "标签贴在每一袋米上",
    ),
    Row(
        "tags",
        r"(?:标\s?签|关键词|关键字|文章关键词|Tags?|所属栏目|所属分类|专题|归档)\s?[:：].{0,60}$",
        "关键词：用水 清单",
        "专题会开了半天",
    ),
    Row(
        "views", r"(?:点击|浏览|阅读|访问)(?:量|数|次数)?\s?[:：]?\s?\d*.{0,4}$", "阅读量：1024次", "阅读是他唯一的爱好"
    ),
    Row(
        "page links",
        r"(?:首页|上一页|下一页|末页|尾页|(?:点击|点此)?(?:阅读|查看|展开)?(?:余下|剩余)(?:全文|内容)|(?:点击)?阅读全文|展开(?:全文|阅读)?|查看(?:全文|更多|原文).{0,6}"
        r"|收起|加载(?:中|更多).{0,4}|全文)[>»\s\d|/…]*$",
        "阅读全文>>",
        "全文共有十二条",
    ),
    Row(
        "time to read",
        r"(?:(?:本文|全文|文章)(?:共计?|约|字数)?.{0,4}\d{2,6}\s?字[，,、；\s|]{0,4})?.{0,8}(?:阅读|读完|读).{0,8}\d{1,3}\s?分钟(?:左右)?$",
        "本文共 860 字，预计阅读需要 3 分钟",
        "全文约1200字，是他写得最长的一封信",
    ),
    Row(
        "position",
        r"(?:您|你)?(?:现在|当前|目前)?(?:所在)?的?(?:位置|栏目)\s?[:：][^>»›]{0,40}[>»›].{0,60}$",
        "您现在的位置：首页 > 要闻 > 正文",
        "位置：县城以东三里",
    ),
    Row(
        "reading aloud",
        r"(?:听新闻|听文章|听全文|语音播报|语音朗读|朗读全文|收听全文)[\s\d:：/.xX×语速倍]*$|(?:语速|倍速)\s?[\d.xX×倍]+$"
        r"|\d{1,2}:\d\d\s?/\s?\d{1,2}:\d\d$",
        "听新闻 00:00/03:21 语速 1.0x",
        "听新闻成了老人每天的习惯",
    ),
    Row("advertisement", r"(?:广\s?告|推\s?广)[\s\]】)）|—–\-=·]*$", "—— 广告 ——", "广告费比去年涨了一成"),
    Row(
        "about the text",
        r"本文(?:仅代表|观点|不代表|只代表|系作者|由作者|转载|来源于网络|为.{0,40}(?:原创|授权|专稿|独家)|已获"
        r"|经授权|内容.{0,20}不代表).{0,160}$",
        "本文仅代表作者个人观点",
        "本文讲的是一条水渠",
    ),
    Row(
        "declaration",
        r"(?:版权|免责|特别|郑重|转载|重要)(?:声明|提示|说明|须知)?\s?(?:[:：]|[】\])）](?!，)).{0,400}$|声明[:：】\]].{0,300}$",
        "免责声明：图片归原作者所有。",
        "声明发出以后，村里安静了两天。",
    ),
    Row(
        "reprints",
        r"(?:转载|转发|转摘|如需转载|欢迎转载|未经(?:授权|许可|允许|本.{0,6})).{0,80}(?:注明|授权|许可|链接"
        r"|联系|转载|后果|必究|出处).{0,120}$",
        "转载请注明出处",
        "转发的人有三百多",
    ),
    Row(
        "rights of an outlet",
        r"(?:[^，。；：！？]{0,14}(?:网|报|社|台|刊|中心|融媒体?|客户端|号|新闻|发布|传媒)\s{0,3})?"
        r"(?:版权所有|未经.{0,8}(?:授权|许可|允许|同意))[，,\s]{0,3}"
        r"(?:(?:不得|禁止|严禁|请勿|谢绝|未经|违者|侵权|如需|转载).{0,40})?$",
        "清河网 未经授权不得转载",
        "清河日报未经许可就登了这封信，村民有话要说",
    ),
    Row(
        "about the site",
        r"(?:凡本网|凡注明|本网(?:站)?(?:所有|转载|刊登)|以上(?:内容|文章|图文).{0,30}(?:观点|声明|来源|用户"
        r"|网络)|文章(?:内容)?(?:仅供|来源网络|版权)|部分(?:图片|内容|文字).{0,12}(?:来源|来自).{0,6}网络).{0,300}$",
        "凡本网注明来源的作品均为转载",
        "以上三个村都通了水",
    ),
    Row(
        "opinions of readers",
        r"(?:如果?|若)?(?:您|你)?对.{0,16}(?:频道|栏目|网站|本[网站报刊]|页面).{0,8}(?:意见|建议|疑问).{0,80}$",
        "如果您对本网有任何意见或建议，请反馈",
        "如果你对水渠有意见，可以找何田",
    ),
    Row(
        "subscription by message",
        r"(?=.{0,160}(?:订阅|定制|手机报|元/月|开通|业务))[^。]{0,60}?(?:发送?|编辑)(?:短信)?\s?[“\"]?[A-Za-z0-9#+]{1,12}[”\"]?\s?[到至]\s?\d{5,12}.{0,80}$",
        "手机报：移动用户发送 QH 到 10658000 订阅，3元/月",
        "他发送了三条短信到1065800，没有订阅",
    ),
    Row(
        "pictures from the web",
        r"(?:图片|图文|素材|内容|文字|信息|视频|配图|部分)?[、及和]?.{0,6}(?:来源|来自|源)于?(?:网络"
        r"|互联网).{0,4}(?:如有|若有|侵权|版权|如).{0,60}$|如有侵权.{0,60}$|信息来源于网络$",
        "图片来源网络，如有侵权请联系删除",
        "图片来自县档案馆",
    ),
    Row(
        "end mark",
        r"[\W_]{0,8}(?:[Tt][Hh][Ee]\s)?[Ee][Nn][Dd][\W_]{0,8}$|(?:(?<=[-—=])|(?<=[-—=]\s))(?:全文|本文)?完\s?[-—=]+$",
        "—— 完 ——",
        "ENDLESS是一支乐队的名字",
    ),
    Row("arrow to a picture", r"(?<=[↑↓▲▼△▽])$", "▼", "▲老站长在渠边"),
    Row(
        "account",
        r"(?:欢迎|敬请|请|更多|长按|点击|关注|快来|扫描|下载|安装|专注|订阅|识别).{0,80}(?:公众号|公众平台"
        r"|二维码|客户端|APP|App|订阅号|微信号|官方微信|官微|下载|下方|关注我们|蓝字|投稿|投票).{0,40}$",
        "长按识别二维码关注清河发布",
        "关注粮食安全，要从一条水渠做起。",
    ),
    Row(
        "open in the app",
        r"(?:点击|立即|马上)?打开[^，。！？]{0,8}(?:APP|App|app|客户端)[^。！？]{0,16}$"
        r"|(?:去|用|在|前往|请在)?[^，。！？]{0,8}(?:APP|App|app|客户端)(?:内|中|里)?(?:打开|阅读|查看|观看).{0,8}$",
        "打开APP阅读全文",
        "打开手机APP，村民就能看到自家的水费。",
    ),
    Row(
        "more",
        r"(?:更多|最新).{0,20}(?:请|尽在|敬请)(?:关注|点击|下载|登录|查看|访问|搜索).{0,40}$"
        r"|相关资讯请关注.{0,30}$|更多猛料.{0,60}$",
        "更多内容请关注本台",
        "最新的数字是二十三个灌区",
    ),
    Row("about the author", r"作者(?:简介|系|为|单位|曾|介绍).{0,200}$", "作者系县水利局职工", "作者当场朗诵了这首诗"),
    Row(
        "author named",
        r"作者\s?\S{2,16}\s?，(?:为|系|曾|现任?).{0,160}$",
        "作者何田，系县作协会员",
        "作者何田，昨天回到了村里",
    ),
    Row(
        "address of the text",
        r"(?:本文|原文|文章|阅读原文|本页|转载)?(?:链接|网址|地址|来源地址)\s?[:：]\s?(?:https?:|www\.)\S{0,200}$",
        "原文链接：http://www.qinghe.example/1.html",
        "原文链接：见第二版",
    ),
    Row(
        "news and texts from readers",
        r"(?:(?:如有|提供|有)?新闻线索|线索|来稿|投稿|稿件|爆料|报料)[，,]?(?:请|可|欢迎)?(?:请)?(?:直接)?(?:发送?|寄|投|拨打|致电|联系|加)(?:至|到|给|往)?.{0,80}$",
        "新闻线索请拨打热线000-0000000",
        "来稿说，水渠修好了",
    ),
    Row("original work", r"本(?:文|作品|稿).{0,30}原创.{0,10}转载.{0,40}$", "本作品为原创，转载须经同意", "本作品获奖"),
    Row("text from an app", r"本文来自.{0,40}(?:下载|关注|订阅).{0,40}$", "本文来自清河号，欢迎订阅", "本文来自采访"),
    Row(
        "hotline",
        r"(?:中新网|本网|本报|新华网|人民网)?(?:新闻)?(?:热线|投稿|爆料|报料|举报|联系|值班)(?:电话|邮箱|热线"
        r"|方式)?\s?[:：].{0,60}$",
        "本报新闻热线：000-0000000",
        "热线接通以后，站长说了三句话。",
    ),
    Row(
        "player with lengths and speeds",
        r"(?:(?:播放|暂停|重播|倍速|语速|时长|高清|标清|超清|流畅|全屏|静音|\d(?:\.\d{1,2})?\s?[xX×倍]速?|\d{1,2}[:：]\d\d(?:[:：]\d\d)?(?!$)"
        r"|\d[\d.]{0,6}万?次?(?:播放|观看))[\s:：/|·]{0,3}|(?<=\D)\d{1,2}[:：]\d\d(?:[:：]\d\d)?$)+$",
        "时长 03:20 播放",
        "播放了三部老电影",
    ),
    Row(
        "player",
        r"(?:来源|文|图)?\s?[:：]?\s?(?:视频|音频)?(?:加载中|缓冲中).{0,10}$",
        "视频加载中...",
        "视频会议",
    ),
    Row("film", r"(?:视频|音频)[:：].{2,40}$", "视频：水渠通水", "视频里，何田站在渠边。"),
    Row("player buttons", r"播放\s?暂停.{0,30}$|图集$|点击进入.{0,30}$", "播放 暂停", "播放了三部老电影"),
    Row(
        "related",
        r"(?:此前报道|相关报道|延伸阅读|相关阅读|推荐阅读|相关新闻|相关链接|更多阅读|阅读更多|往期回顾"
        r"|相关推荐)\s?[:：|]?.{0,60}$",
        "延伸阅读：另一条水渠",
        "相关部门已经到场",
    ),
    Row("reply", r"(?:\d{1,2}[、.])?回复[【“\"「].{0,40}$", "1、回复“用水”查看清单", "回复函第二天就到了"),
    Row(
        "tap",
        r"点击[“\"]?(?:菜单|下方|上方|左下|右下|文末|底部|阅读原文).{0,40}$",
        "点击文末查看原文",
        "点水成冰的天气里，村民还在修渠",
    ),
    # A headline may end in 点赞, and one may praise others: 为修渠人点个赞.
    Row(
        "praise",
        r"(?![为给替向])[^。]{0,24}点(?:(?:个|一?下|亮)[“\"【]?(?:在看|赞)|[“\"【](?:在看|赞)|在看)[”\"】]?.{0,14}$",
        "喜欢这篇文章，别忘了点个赞",
        "柳湾村修好水渠 村民点赞",
    ),
    Row(
        "browser",
        r"(?:抱歉，?|对不起，?)?(?:您|你|该|当前)?(?:的|使用的|当前的?)?浏览器.{0,12}(?:不支持|版本|过低|过旧|太旧|禁用).{0,40}$",
        "您的浏览器版本过低，暂不支持播放该视频",
        "浏览器里打开着三张水渠的图纸",
    ),
    Row(
        "foot of the site",
        r"(?:(?:关于(?:我们|本站|本网)|联系(?:我们|方式)|广告(?:服务|刊登|合作)|(?:法律|版权|网站|免责)声明|网站地图|站点地图"
        r"|人才招聘|诚聘英才|隐私(?:政策|保护)|服务条款|加入收藏|设为首页|帮助中心|商务合作|友情链接)[\s|｜丨·/—-]*){2,}$",
        "关于我们 | 广告服务 | 联系我们",
        "关于我们村的水渠",
    ),
    start=_START,
)
_TURN = r"(?:\d|上一?页|下一?页|首页|尾页|末页|第一页|最后一页|余下全文|全文阅读|共\d+页)"
# Each character can be read in one way only: what can be divided in many takes for ever on a line that is no pager.
_PAGER = re.compile(rf"^[\s【\[(（<>«»|/·…\-]*{_TURN}(?:[\s【】\[\](（)）<>«»|/·…\-]*{_TURN})*[\s】\])）<>«»|/·…\-]*$")


# What a long line that is not part of the body begins with; all others are paragraphs.
_SUSPECT = re.compile(
    r"[\s\[【(（*■|｜>·•\-—=▍▌※]{0,20}[本版免特郑转未如欢凡以文部图素内信视配声请更长点关快扫下安专识订作来稿出摘核导编提责重原首阅相延摄首新发监审校策统]"
)

_MOST_LEVELS = 5
_MOST_ROWS = 100
_NUMBER = re.compile(r"[\d.,+\-%]+")


def kind_of(line: Line) -> Kind:
    """Tell what a line inside the container of the main text is."""
    text = line.text
    if len(text) > 420 or (len(text) > 100 and not _SUSPECT.match(text)):
        return Kind.BODY
    if len(text) <= 60 and (_END.match(text) or _NEIGHBOUR.match(text)):
        return Kind.END
    if len(text) <= 200 and _META.match(text):
        return Kind.META
    if _SUMMARY.match(text):
        return Kind.SUMMARY
    if _NUMBER.fullmatch(text) and _is_cell(line):
        return Kind.BODY
    if _BUTTON.match(text) and not _SENTENCE_END.search(text):
        return Kind.BOILERPLATE
    if line.linked and len(text) <= _LONGEST_CRUMBS and CRUMBS.search(text):
        return Kind.BOILERPLATE
    if _NOTICE.match(text) or (len(text) < 60 and _PAGER.match(text)):
        return Kind.BOILERPLATE
    return Kind.BODY


def _is_cell(line: Line) -> bool:
    """Tell whether a line is all of a cell that is not all of its row, whatever the cell wraps its text in."""
    block: Block | None = line.block
    for _ in range(_MOST_LEVELS):
        if block is None or block.end - block.start > 1:
            return False
        if block.tag in ("td", "th"):
            row = block.parent
            return row is not None and (row.end - row.start > 1 or _is_column(row.parent))
        block = block.parent
    return False


def _is_column(block: Block | None) -> bool:
    """Tell whether a block is a table of one column, with several rows of a line each, or its body."""
    if block is None or not 1 < block.end - block.start <= _MOST_ROWS:
        return False
    return sum(1 for _ in islice(block.element.iter("tr"), _MOST_ROWS + 1)) == block.end - block.start


def label_cut(text: str) -> str:
    """Return a labelled text without its label: `摘要：…`."""
    return re.sub(r"^[^:：]{0,12}[:：]\s{0,4}", "", text).strip("]】 ")
