"""Invented pages in the markup of the families that the extractor knows. All text is the project's own."""

from __future__ import annotations

from datetime import UTC, datetime

from newscrawler.extraction.article import extract_article
from newscrawler.extraction.model import RawArticle
from newscrawler.extraction.page import Page, read_page
from newscrawler.normalization.article import Article, normalize

PARAGRAPHS = (
    "清河县农业农村局昨天开出今年第一张用水清单，全县二十三个灌区按清单供水，村里再也不用半夜抢水。",
    "县水利站站长说，清单由各村自己报数，站里核对之后张榜公布，谁多用了水，榜上一看就明白。",
    "“以前浇一亩地要等三天，现在半天就轮到了。”柳湾村村民站在渠边，一边放水一边算账。",
    "到本月底，清单还会覆盖南岸的九个村，届时全县八成的水田都能按时浇上水。",
)
TITLE = "清河县开出首张用水清单 二十三个灌区按单供水"
BODY = "\n".join(PARAGRAPHS)


def paragraphs(tag: str = "p", extra: str = "") -> str:
    return "".join(f"<{tag}{extra}>　　{text}</{tag}>" for text in PARAGRAPHS)


MENU = (
    "<ul class='nav'>"
    + "".join(
        f"<li><a href='/c{i}/'>{name}</a></li>"
        for i, name in enumerate(
            (
                "首页",
                "要闻",
                "县区",
                "部门",
                "专题",
                "图片",
                "视频",
                "党建",
                "评论",
                "教育",
                "健康",
                "文旅",
                "农业",
                "乡镇",
                "公告",
                "互动",
                "投稿",
            )
        )
    )
    + "</ul>"
)
RELATED = (
    "<div class='related'><h3>相关阅读</h3><ul>"
    + "".join(
        f"<li><a href='/2019/0{i}01/{i}.html'>另一个县也开出了第{i}张用水清单并公布结果</a></li>" for i in range(1, 8)
    )
    + "</ul></div>"
)
FOOTER = (
    "<div class='footer'><p>主办：清河县融媒体中心　备案号：示例备00000000号</p>"
    "<p>违法和不良信息举报电话：000-0000000</p></div>"
)


def page(body: str, *, title: str = f"{TITLE}-清河新闻网", head: str = "") -> bytes:
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title>{head}</head>"
        f"<body>{MENU}{body}{FOOTER}</body></html>"
    ).encode()


SEED = page(
    "<div class='logo'><a href='/'><img src='/logo.png'></a></div><div class='main'><h1>" + TITLE + "</h1>"
    "<div class='info'>来源:清河党建网&nbsp;&nbsp;日期:2019-07-10 &nbsp; 编辑:柳明&nbsp;&nbsp;&nbsp;字号:<a href='#'>T</a><a href='#'>T</a></div>"
    "<div class='bdsharebuttonbox'><span>分享到:</span><a href='#' class='bds_qzone'></a></div>"
    "<div class='zhaiyao'>摘要:清河县用一张清单管水，二十三个灌区先行。</div><div class='con'>"
    + paragraphs()[: -len("</p>")]
    + "(记者 柳明 何田 通讯员 江小满)</p></div></div>"
    + RELATED
)
TRS = page(
    "<div class='xl'><div class='xl_tit'>" + TITLE + "</div><div class='xl_xx'><span>发布时间：2023-07-12 09:30</span>"
    "<span>来源：</span><span>清河日报</span><span>作者：</span><span>何田</span></div>"
    "<div class='view TRS_UEDITOR trs_paper_default trs_web'>"
    + paragraphs(extra=" style='text-indent:2em'")
    + "<p style='text-align:center'><img src='./W020230712.jpg' width='600'></p><p style='text-align:center'>灌区放水。何田 摄</p></div>"
    "<div class='bj'>责任编辑：江小满</div><script>createPageHTML(3, 0, 't20230712_4450370', 'html');</script></div>"
    + RELATED,
    title=f"{TITLE}_清河新闻网",
)
FOUNDER = page(
    "<!--enpproperty <articleid>8812</articleid><date>2024-05-10 08:15:00:0</date><author>何田</author><title>"
    + TITLE
    + "</title><keyword>用水,清单</keyword><subtitle>南岸九村月底接入</subtitle><introtitle></introtitle>"
    "<sourcename>清河晚报</sourcename><nodename>要闻</nodename>/enpproperty--><div class='bt'>"
    + TITLE
    + "</div><div class='sj'>2024-05-10 08:15</div><div class='wz'><!--enpcontent-->"
    + paragraphs()
    + "<!--/enpcontent--></div><div class='bj'>[责任编辑：江小满]</div>"
    + RELATED
)
JCMS = page(
    "<table><tr><td class='title'><!--<$[信息标题]>begin-->"
    + TITLE
    + "<!--<$[信息标题]>end--></td></tr><tr><td>发布日期：2024-05-20 16:02&nbsp;&nbsp;来源：清河县水利局&nbsp;&nbsp;浏览次数：<span>31</span>&nbsp;&nbsp;字体：[ 大 中 小 ]</td></tr>"
    "<tr><td><div id='zoom'><!--ZJEG_RSS.content.begin-->"
    + paragraphs()
    + "<p>附件：<a href='/attach/0/qd.pdf'>用水清单.pdf</a></p><!--ZJEG_RSS.content.end--></div></td></tr></table>",
    head="<meta name='ArticleTitle' content='"
    + TITLE
    + "'><meta name='PubDate' content='2024-05-20 16:02'><meta name='ContentSource' content='清河县水利局'>",
    title="清河县人民政府 部门动态",
)
VSB = page(
    "<form name='_newscontent_fromname'><h3 align='center'>"
    + TITLE
    + "</h3><p class='info'>发布时间：2022-03-04 作者：何田 来源：宣传部 点击：<script>x()</script></p>"
    "<div id='vsb_content_2'><div class='v_news_content'>"
    + paragraphs(extra=" class='vsbcontent_start'")
    + "</div></div><p>上一条：<a href='1.htm'>县里召开春耕会</a></p><p>下一条：<a href='2.htm'>县里召开防汛会</a></p></form>",
)
PEOPLE = page(
    "<div class='layout rm_txt cf'><div class='col col-1'><h1>"
    + TITLE
    + "</h1><div class='author cf'>本报记者　何　田　江小满</div>"
    "<div class='channel cf'><div class='col-1-1 fl'>2024年05月10日06:58 | 来源：<a href='#'>清河网－清河日报</a></div></div>"
    "<div class='rm_txt_con cf'>"
    + paragraphs()
    + "<div class='zdfy clearfix'></div><center></center><div class='edit cf'>(责编：柳明、江小满)</div></div></div></div>"
)
XINHUA = page(
    "<div class='header'><div class='header-time left'><span class='year'><em> 2024</em></span> <span class='day'><em>05</em>/<em> 09</em></span> <span class='time'>22:27:02</span></div>"
    "<div class='source'>来源：清河网</div></div><div class='head-line'><h1><span class='title'>"
    + TITLE
    + "</span></h1></div>"
    "<div class='main-left'><div id='detail'><span id='detailContent'>"
    + paragraphs()
    + "</span><div id='articleEdit'><span class='tiyi1'>【纠错】</span><span class='editor'>【责任编辑:柳明】</span></div></div></div>"
)
DEDE = page(
    "<div class='viewbox'><div class='title'><h2>"
    + TITLE
    + "</h2></div><div class='info'><small>时间:</small>2013-04-02 10:21<small>来源:</small>清河论坛<small>作者:</small>何田<small>点击:</small><script src='/plus/count.php?view=yes&aid=4021&mid=1' language='javascript'></script>次</div>"
    "<div class='intro'>县里用一张清单管水。</div><div class='content'><table width='100%'><tr><td>"
    + paragraphs("div")
    + "</td></tr></table></div><div class='dede_pages'><ul class='pagelist'><li><a>共2页: </a></li><li><a href='#'>上一页</a></li><li class='thisclass'><a href='#'>1</a></li><li><a href='4021_2.html'>2</a></li><li><a href='4021_2.html'>下一页</a></li></ul></div></div>"
    + RELATED
)
PHPCMS = page(
    "<div id='Article'><h1>"
    + TITLE
    + "<br /><span>2016-08-09 11:20:00&nbsp;&nbsp;&nbsp;来源：清河网&nbsp;&nbsp;评论：<a href='#'>0</a> 点击：<span id='hits'></span></span></h1>"
    "<div class='content'>"
    + paragraphs()
    + "</div></div><script src='/api.php?op=count&id=771&modelid=1'></script>"
    + RELATED
)
EMPIRE = page(
    "<div class='title_l'><h1>"
    + TITLE
    + "</h1></div><div class='info_l'>2018-09-10 15:00:11　来源：清河在线　编辑：江小满　浏览：<script src=/e/public/ViewClick/?classid=6&id=1234&addclick=1></script>次</div>"
    "<div id='text'>" + "<br /><br />".join("　　" + text for text in PARAGRAPHS) + "</div>" + RELATED
)
EPAPER = page(
    "<div class='nav-date'>2021年03月05日 星期五</div><founder-content><div id='ozoom'>"
    + paragraphs("P")
    + "</div></founder-content>".replace("<founder-content>", ""),
    title="清河日报多媒体数字报",
    head="",
).replace(
    b"<founder-content>",
    f"<founder-title>{TITLE}</founder-title><founder-author>本报记者 何田</founder-author><founder-content>".encode(),
)
ENORTH = page(
    "<div class='weizhi'><!--enorth cms block start [ name=\"v5.position\" ]-->您当前的位置 ：<a href='/index.shtml'>清河新闻网</a>"
    '&nbsp;&gt;&nbsp;<a href=\'/yw/index.shtml\'>要闻</a><!--enorth cms block end [ name="v5.position" cost="13"]--></div>'
    "<div class='end-k'><h1>"
    + TITLE
    + "</h1><div class='time hui'>时间：2024-10-25 08:03:30　 来源：清河日报　 作者：何田</div><div class='neirong'>"
    + paragraphs()
    + "<div id='news_more_page_div_id'><a href='/system/2024/10/25/031222333.shtml'>[1]</a> "
    "<a href='/system/2024/10/25/031222333_01.shtml'>[2]</a> <a href='/system/2024/10/25/031222333_01.shtml'>下一页</a></div></div>"
    "<div class='bianji'>[责任编辑：江小满]</div></div>" + RELATED
)
FOUNDER_MEDIA = page(
    "<div class='bjd-article-main'><div class='bjd-article-title'>" + TITLE + "</div><div class='bjd-article-source'>"
    "<p style='float:left'>来源：<a href='#'>清河日报客户端</a></p><p style='float:right'>2024-08-31 09:12</p></div>"
    "<div class='bjd-article-centent'>" + paragraphs() + "</div><p class='foot'>责任编辑：江小满</p></div>" + RELATED
)
CMSTOP = page(
    "<h1 class='article-title'>"
    + TITLE
    + "</h1><div class='article-infos'><span class='date'>时间：2024-10-09 10:21</span><span class='source'>来源：清河网</span>"
    "<span class='author'>编辑：江小满</span></div><div class='article-content fontSizeSmall BSHARE_POP'>"
    + paragraphs()
    + "</div><script src='/?app=system&controller=content&action=stat&contentid=409495'></script>"
    + RELATED
)
CJYUN = page(
    "<div class='art_title'>"
    + TITLE
    + "</div><div class='art_info'>2024-12-03 16:40 来源：清河县融媒体中心</div><div class='art_main'>"
    "<p><img src='https://img.cjyun.org/a/10/202512/a1b2.jpg'></p>"
    + paragraphs()
    + "<p>编辑：江小满</p></div>"
    + RELATED
)
BAIDU = page(
    "<div class='main_l'><h1>"
    + TITLE
    + "</h1><p class='info'><span id='pubtime_baidu '>2020-07-30 09:05:13</span>　来源："
    "<span id='source_baidu'><a href='#'>清河声屏报</a></span>　<span id='author_baidu'>作者：何田</span>　"
    "<span id='editor_baidu'>责任编辑：江小满</span></p><div id='wz'>" + paragraphs() + "</div></div>" + RELATED
)
WECHAT = page(
    "<div id='js_article'><div id='img-content'><h1 class='rich_media_title' id='activity-name'>"
    + TITLE
    + "</h1><div id='meta_content' class='rich_media_meta_list'>"
    "<span class='rich_media_meta rich_media_meta_text'>何田</span><span class='rich_media_meta_nickname'><a id='js_name'>清河发布</a></span><em id='publish_time'></em></div>"
    "<div class='rich_media_content' id='js_content' style='visibility: hidden;'><section><section>"
    + "</section></section><section><section>".join(f"<p><span>{text}</span></p>" for text in PARAGRAPHS)
    + "</section></section></div></div></div>"
    '<script>var ct = "1581517074";</script>',
    title="",
    head="<meta name='author' content='何田'><meta property='og:title' content='" + TITLE + "'>",
)


def read(body: bytes, url: str | None = None) -> tuple[RawArticle, Article]:
    """Return what a page says, as it stands there and normalized."""
    page = read_page(body, url=url)
    assert isinstance(page, Page)
    raw = extract_article(page)
    assert isinstance(raw, RawArticle), raw
    return raw, normalize(raw, base=datetime(2025, 1, 1, tzinfo=UTC))
