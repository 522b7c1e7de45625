"""The markup of articles of single portals, as public crawlers of 2018 to 2026 describe it, around invented stories.

`{published}` is the time in the form of the portal.
"""

from __future__ import annotations

PORTAL_MARKUP: dict[str, str] = {
    "qianlong": "<div class='row title'><div class='span12'><h1>{title}</h1><div><span class='pubDate'>{minute}</span> "
    "<span class='source'>来源：<a href='#'>{source}</a></span> <span class='editor'>编辑：{editor}</span></div></div></div>"
    "<div class='article-content'>{body}</div>",
    "hebnews": "<h1>{title}</h1><div class='post_source'>{minute}　来源：{source}</div><div class='text'>{body}</div>"
    "<div class='editer'>责任编辑：{editor}</div>",
    "hebccw": "<h1>{title}</h1><div class='post_source'>{minute}:00 来源：{source}</div>"
    "<div class='detailMessage'>{body}</div><p>责任编辑：{editor}</p>",
    "sxgov": "<h1>{title}</h1><div><span id='pubtime_baidu'>{minute}</span> <span id='source_baidu'>来源：{source}</span>"
    "</div><div id='ltext' class='gray14'>{body}</div><span id='editor_baidu'>责任编辑：{editor}</span>",
    "nmgnews": "<div id='div2' class='black24'>{title}</div><div id='div3'><span>{short_year}</span>　来源：{source}</div>"
    "<div id='div_content'>{body}</div><p>[责任编辑: {editor}]</p>",
    "northnews": "<div class='wz-tit'><h1>{title}</h1></div><div class='name'><span class='at01'>来源：{source}</span>"
    "<span class='at01'>作者：{author}</span><span>{minute}</span><span class='at01'>责任编辑：{editor}</span></div>"
    "<div class='zhengwen'>{body}</div>",
    "lnd": "<p class='yahei newstittle'>{title}</p><div class='float_left'><span id='pubtime_baidu'>{minute}</span>"
    "<span>　</span><span>来源：<a href='#'>{source}</a></span></div><div class='news'>{body}</div>",
    "cnjiwang": "<div class='path'>您当前的位置：<a href='/'>首页</a> &gt; 吉林</div><h1>{title}</h1>"
    "<div class='info'>{minute} | 来源：{source}</div><div class='content'>{body}</div><div>责任编辑：{editor}</div>",
    "dbw": "<div class='tt_news'>{title}</div><div class='dizhi hui'>时间：{minute}:00　 来源：{source}　 编辑：{editor}</div>"
    "<div id='p-detail'>{body}</div><div class='gjc'>关键词：水渠 参观</div><p>图片版权归原作者所有</p>",
    "eastday": "<div id='biaoti'>{title}</div><div>时间:<span id='pubtime_baidu'>{minute}:00</span>　来源:"
    "<span id='source_baidu'>{source}</span>　作者:<span id='author_baidu'>{author}</span>　选稿:"
    "<span id='editor_baidu'>{editor}</span></div><div id='zw'>{body}</div>",
    "xinmin": "<h1 class='a_title'>{title}</h1><div class='info'><span>来源：{source}</span> <span>作者：{author}</span> "
    "<span>编辑：{editor}</span> <span>{minute}</span></div><div class='a_content'>{body}</div>",
    "jschina": "<h2 id='title'>{title}</h2><div class='info'><span id='pubtime_baidu'>{minute}:00</span>　"
    "<span id='source_baidu'>来源：<a>{source}</a></span></div><div id='content'>{body}</div><p>责任编辑：{editor}</p>",
    "xhby": "<div id='title'>{title}</div><div><span id='source_baidu'>来源：{source}</span> "
    "<span id='pubtime_baidu'>{minute}</span></div><div id='content'>{body}</div>",
    "zjol": "<div class='contTit'>{title}</div><div class='time'><span id='pubtime_baidu'>{minute}</span>　"
    "<span id='source_baidu'>来源：{source}</span></div><div class='contTxt'><div class='TRS_Editor'>{body}</div></div>",
    "fjsen": "<h1>{title}</h1><div class='info'><span id='pubtime_baidu'>{minute}:00</span>　作者：{author}　来源:"
    "<span id='source_baidu'><a href='#'>{source}</a></span>　责任编辑:{editor}　<a href='#'>我来说两句</a></div>"
    "<table><tr><td id='new_message_id'>{body}</td></tr></table><p>您所在的位置:东南网 &gt; 福建</p>",
    "jxnews": "<div class='BiaoTi'>{title}</div><div><span id='pubtime_baidu'>{minute}:00</span>　<span id='source_baidu'>"
    "来源：<a href='#'>{source}</a></span>　<span id='editor_baidu'>编辑：{editor}</span></div><div class='Content'>"
    "<font id='Zoom'>{body}</font></div>",
    "dzwww": "<div class='layout'><h2>{title}</h2><div class='left'><span>{minute}</span> <span>来源: {source}</span></div>"
    "</div><div class='TRS_Editor'>{body}</div><p>责任编辑：{editor}</p>",
    "iqilu": "<h1>{title}</h1><p class='time'>{minute}:00</p><p class='resource'>来源：{source}</p>"
    "<div class='article-main'>{body}</div><p>责任编辑：{editor}</p>",
    "dahe": "<h1 id='4g_title'>{title}</h1><p class='time fl'>{chinese}</p><p id='source_baidu'>来源：{source}</p>"
    "<div id='mainCon'>{body}</div><p id='editor_baidu'>编辑：{editor}</p>",
    "henandaily": "<h1 class='content-title'>{title}</h1><div><span class='content-time'>{dots}</span> "
    "<span class='content-source'>来源：{source}</span></div><div class='content-content'>{body}</div>",
    "cjn": "<h1 class='art-title'>{title}</h1><div><span class='pub-time'>{minute}</span> <span class='sour'>来源：{source}"
    "</span></div><div class='art-main'><div class='TRS_Editor'>{body}</div></div><p>责编：{editor}</p>",
    "cn3x": "<div>首页 &gt;&gt; 宜昌 &gt;&gt; 正文</div><h1>{title}</h1><div>{minute}　来源：{source}　责任编辑：{editor}</div>"
    "<div class='con'>{body}</div>",
    "rednet": "<section class='box_left'><h1>{title}</h1><div><span class='p_l_10'>来源：<a>{source}</a></span><span>作者："
    "{author}</span><span>编辑：{editor}</span><span class='p_l_25'>{minute}:00</span></div>"
    "<article class='detail-article'><section>{body}</section></article></section>",
    "voc": "<div class='main_l'><h1>{title}</h1><div>来源：<span id='source_baidu'>{source}</span>　"
    "<span id='pubtime_baidu'>{minute}:00</span>　<span id='author_baidu'>作者：{author}</span></div>"
    "<div id='content'>{body}</div><p>责编：{editor}</p></div>",
    "gxnews": "<div class='article'><h1>{title}</h1><div class='article-info'><span>【时间：{minute}】【来源：{source}】"
    "【作者：{author}】【编辑：{editor}】</span></div><div class='article-content'>{body}</div></div>",
    "hinews": "<h2 class='page_h2'>{title}</h2><ul class='page_brief'><li><a href='#'>来源：{source}</a></li>"
    "<li>时间：{minute}:00</li></ul><div id='bs_content'><div>{body}</div><p>责任编辑：{editor}</p></div>",
    "scol": "<div id='webreal_scol_title'><h1>{title}</h1></div><div id='scol_time'><span id='pubtime_baidu'>{chinese}</span>"
    "　来源：<span id='source_baidu'><a href='#'>{source}</a></span>　<span id='author_baidu'>作者：{author}</span>　"
    "<span id='editor_baidu'>编辑：{editor}</span></div><div id='scol_txt'>{body}</div>",
    "gog": "<h1 class='title'>{title}</h1><div class='info'>{minute}　来源：{source}　责任编辑：{editor}</div>"
    "<div class='content'>{body}</div>",
    "yunnan": "<span id='layer213'>{title}</span><span class='xt2 yh fl'><span>{chinese}:00</span> <span>来源：{source}</span>"
    "</span><div id='layer216'>{body}</div><p>责任编辑：{editor}</p>",
    "xzxw": "<div class='tbig_title'><h1>清河一线</h1><h2>{title}</h2></div><div>{minute}    来源：{source}</div>"
    "<div class='xw_daodu_detail'>{body}</div><p>责任编辑：{editor}</p>",
    "cnwest": "<div class='layout'><h1>{title}</h1><div class='layout-left'><p>时间：{minute}:00　来源：{source}</p></div>"
    "<div id='conCon'>{body}</div><p class='bianji'>编辑：{editor}</p></div>",
    "gansudaily": "<h1>{title}</h1><div id='nleft'><span>{minute}</span><span>来源：<a href='#'>{source}</a></span><span>作者："
    "{author}</span></div><div class='artical' id='conter2018'>{body}</div><div>责任编辑：{editor}</div>",
    "gscn": "<div class='a-header'><h1>{title}</h1><div class='info'><span class='m-frt'>{minute}</span>"
    "<span>来源：{source}</span></div></div><div class='a-container'>{body}</div><p>责任编辑：{editor}</p>",
    "qhnews": "<h1 id='ArticleTitle'>{title}</h1><div><span id='ArticleCreatedAt'>{minute}:00</span>　来源："
    "<span id='ArticleSource'>{source}</span></div><div id='ArticleContent'>{body}</div><p>责任编辑：{editor}</p>",
    "nxnews": "<table><tr><td class='zwbt'>{title}</td></tr><tr><td class='listblackf14h25'>{minute}　来源："
    "<a href='#'>{source}</a></td></tr><tr><td><div class='TRS_Editor'>{body}</div></td></tr></table>【责任编辑：{editor}】",
    "jznews": "<div>您当前的位置 ：新闻中心 &gt; 荆州社会 正文</div><h1>{title}</h1><div>来源: {source}　时间:{minute}</div>"
    "<div id='zoom'>{body}</div><p>[责任编辑：{editor}]</p>",
}
