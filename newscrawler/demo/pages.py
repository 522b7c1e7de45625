"""The demo portal's HTML: the shape of a small provincial portal, with the boilerplate of real pages."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from newscrawler.demo.model import Block
from newscrawler.demo.plan import FOREIGN_URL, HOST, NAME, TODAY, Item, Plan
from newscrawler.demo.sections import Section

PAGE_SIZE = 9
_WEEKDAYS = "一二三四五六日"
_INDENTS = ("", "　　", "&nbsp;&nbsp;&nbsp;&nbsp;", "")


def _page(plan: Plan, title: str, head: str, content: str, charset: str = "utf-8") -> str:
    today = f"今天是{TODAY.year}年{TODAY.month}月{TODAY.day}日 星期{_WEEKDAYS[TODAY.weekday()]}"
    # Half of the links carry the host, as in pages that were put together by several hands.
    links = "\n".join(
        f'<li><a href="{HOST if number % 2 else ""}/{section.slug}/">{section.division.name}</a></li>'
        for number, section in enumerate(plan.sections)
    )
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" lang="zh-CN">
<head>
<meta http-equiv="Content-Type" content="text/html; charset={charset}" />
<title>{escape(title)}</title>
{head}<link rel="stylesheet" type="text/css" href="/css/style.css" />
<script type="text/javascript" src="/js/site.js"></script>
</head>
<body>
<div class="topbar"><span id="today">{today}</span>
<a href="/about/">关于我们</a> <a href="/admin/">管理登录</a></div>
<ul class="nav">
<li><a href="/">首页</a></li>
{links}
</ul>
<div class="logo"><a href="/"><img src="/images/logo.svg" alt="网站logo" /></a></div>
{content}
<div class="footer">
<p><a href="/about/">网站简介</a> | <a href="/about/#contact">联系我们</a> | <a href="http://www.sanjiang-evening.example/">三江晚报</a></p>
<p>主办:{NAME}编辑部(演示) 技术支持:江畔软件工作室</p>
<p>版权所有 {NAME} 未经授权禁止镜像 举报邮箱:post@demo.newscrawler.example</p>
</div>
</body>
</html>
"""


def home(plan: Plan) -> str:
    """The homepage: the newest articles of all sections, and a few of each."""
    latest = "\n".join(_entry(item) for item in plan.items[:10])
    boxes = "\n".join(
        f'<div class="box"><h3><a href="/{section.slug}/">{section.division.short}</a>'
        f'<a class="more" href="/{section.slug}/index.shtml">更多&gt;&gt;</a></h3>\n<ul>\n'
        + "\n".join(_entry(item) for item in plan.listings[section.slug][:3])
        + "\n</ul></div>"
        for section in plan.sections
    )
    return _page(plan, NAME, "", f'<div class="headline"><h2>要闻</h2>\n<ul>\n{latest}\n</ul></div>\n{boxes}')


def listing_path(section: Section, number: int) -> str:
    """The path of a section's listing page, counted from 1."""
    return f"/{section.slug}/index.shtml" if number == 1 else f"/{section.slug}/index_{number}.shtml"


def listings(plan: Plan, section: Section) -> list[str]:
    """All listing pages of a section, newest entries first; one page even where there is none."""
    entries = plan.listings[section.slug]
    chunks = [entries[start : start + PAGE_SIZE] for start in range(0, len(entries), PAGE_SIZE)] or [()]
    pages = []
    for number, chunk in enumerate(chunks, 1):
        rows = [_entry(item) for item in chunk]
        if section.slug == "xianning":
            rows.insert(
                min(3, len(rows)),
                f'<li><span class="date">2019-07-03</span><a href="{FOREIGN_URL}" target="_blank">'
                "三江晚报：沿江七县市联办读书会</a></li>",
            )
        body = f'<ul class="newslist">\n{chr(10).join(rows)}\n</ul>' if rows else "<p>暂无内容</p>"
        content = (
            f'<div class="position">您的位置:<a href="/">首页</a> &gt; {section.division.name}</div>\n'
            f'<div class="list">\n<h2>{section.division.name}</h2>\n{body}\n'
            f"{_pager(section, number, len(chunks))}</div>"
        )
        pages.append(_page(plan, f"{section.division.name}-{NAME}", "", content))
    return pages


def _pager(section: Section, number: int, last: int) -> str:
    def link(target: int, text: str) -> str:
        return f'<a href="{listing_path(section, target)}">{text}</a>'

    numbers = " ".join(
        f'<span class="current">{page}</span>' if page == number else link(page, str(page))
        for page in range(1, last + 1)
    )
    before = link(number - 1, "上一页") if number > 1 else "<span>上一页</span>"
    after = link(number + 1, "下一页") if number < last else "<span>下一页</span>"
    links = f"{link(1, '首页')} {before} {numbers} {after} {link(last, '尾页')}"
    return f'<div class="pager">{links} 共{last}页</div>\n'


def _entry(item: Item) -> str:
    title = item.article.title
    # Long titles are cut in the list and whole in the title attribute.
    shown = title if len(title) <= 26 else title[:25] + "…"
    mark = '<em class="top">[置顶]</em> ' if item.pinned else ""
    return (
        f'<li><span class="date">{item.listed.isoformat()}</span>{mark}'
        f'<a href="{item.path}" title="{escape(title)}" target="_blank">{escape(shown)}</a></li>'
    )


def page_path(item: Item, number: int) -> str:
    """The path of an article's page, counted from 1."""
    return item.path if number == 1 else item.path.replace(".shtml", f"_{number}.shtml")


def article(plan: Plan, section: Section, item: Item, number: int) -> str:
    """Page `number` of an article that `section` lists."""
    truth = item.article
    head = f'<meta name="keywords" content="{",".join(truth.keywords)}" />\n' if truth.keywords else ""
    head += f'<meta name="description" content="{NAME}是一家只存在于演示程序里的地方新闻网站" />\n'
    fields = [f"日期:{item.shown_date}", f"{item.editor_label}:{item.shown_editor}"]
    if truth.source is not None:
        fields.insert(0, f"来源:{truth.source}")
    parts = [
        f'<div class="position">您的位置:<a href="/">首页</a> &gt; '
        f'<a href="/{section.slug}/">{section.division.name}</a> &gt; 正文</div>',
        '<div class="article">',
        f"<h1>{escape(truth.title)}</h1>",
    ]
    if truth.subtitle:
        parts.append(f'<h2 class="subtitle">{escape(truth.subtitle)}</h2>')
    parts.append(
        f'<div class="info">{"  ".join(fields)}   字号:<a href="javascript:;" onclick="zoom(1)">T</a>'
        '<a href="javascript:;" onclick="zoom(-1)">T</a></div>'
    )
    parts.append('<div class="share">分享到:<a href="javascript:;">微博</a> <a href="javascript:;">微信</a></div>')
    if truth.summary and number == 1:
        parts.append(f'<div class="summary"><strong>摘要:</strong>{escape(truth.summary)}</div>')
    parts.append('<div class="content" id="content">')
    if item.original_title and number == 1:
        parts.append(f"<p>原标题：{escape(item.original_title)}</p>")
    parts += [_block(block, item.style) for block in item.pages[number - 1]]
    if len(item.pages) > 1:
        parts.append(_article_pager(item, number))
    parts.append("</div>")
    if item.statement:
        parts.append(f'<p class="statement">{item.statement}</p>')
    parts += [_neighbours(plan, section, item), "</div>"]
    return _page(
        plan,
        f"{truth.title}-{NAME}",
        head,
        "\n".join(parts),
        "gb2312" if item.charset == "gb18030" else "utf-8",
    )


def _block(block: Block, style: int) -> str:
    text = escape(block.text, quote=False)
    if block.kind == "subhead":
        return f"<p><strong>{text}</strong></p>"
    if block.kind == "paragraph":
        return f'<p style="text-indent: 2em;">{text}</p>' if style == 3 else f"<p>{_INDENTS[style]}{text}</p>"
    image = f'<img src="{HOST if style == 1 else ""}{block.url}" width="480" height="320" alt="" />'
    if style == 2:
        caption = f"<figcaption>{text}</figcaption>" if text else ""
        return f"<figure>{image}{caption}</figure>"
    caption = f'\n<p style="text-align: center;">{text}</p>' if text else ""
    return f'<p style="text-align: center;">{image}</p>{caption}'


def _article_pager(item: Item, number: int) -> str:
    last = len(item.pages)
    links = [
        f"<span>{page}</span>" if page == number else f'<a href="{page_path(item, page)}">{page}</a>'
        for page in range(1, last + 1)
    ]
    if number > 1:
        links.insert(0, f'<a href="{page_path(item, number - 1)}">上一页</a>')
    if number < last:
        links.append(f'<a href="{page_path(item, number + 1)}">下一页</a>')
    return f'<div class="pages">{" ".join(links)}</div>'


def _neighbours(plan: Plan, section: Section, item: Item) -> str:
    others: Sequence[Item] = [
        other for other in plan.listings[section.slug] if other is not item and other not in plan.missing
    ]
    related = "\n".join(_entry(other) for other in others[:3])
    hot = "\n".join(_entry(other) for other in plan.items[20:26])
    return (
        f'<div class="editor">({item.editor_label}:{item.shown_editor})</div>\n'
        f'<p class="next">下一篇:<a href="{others[0].path}">{escape(others[0].article.title)}</a></p>\n'
        f'<div class="related"><h3>相关链接</h3>\n<ul>\n{related}\n</ul></div>\n'
        f'<div class="hot"><h3>热点排行</h3>\n<ul>\n{hot}\n</ul></div>'
    )


def about(plan: Plan) -> str:
    """A page that is not an article."""
    return _page(
        plan,
        f"关于我们-{NAME}",
        "",
        '<div class="about"><h2>关于我们</h2><p>本站由演示程序生成，人物、单位和新闻均为虚构。</p>'
        '<p id="contact">联系我们:post@demo.newscrawler.example</p></div>',
    )


def login(plan: Plan) -> str:
    """The page under /admin/ that robots.txt keeps crawlers away from."""
    return _page(
        plan,
        f"管理登录-{NAME}",
        "",
        '<form method="post" action="/admin/"><p>用户名 <input name="user" /></p>'
        '<p>密码 <input name="password" type="password" /></p></form>',
    )


def not_found(plan: Plan) -> str:
    """The page of a 404."""
    return _page(plan, f"页面不存在-{NAME}", "", "<p>您访问的页面不存在或已删除。</p>")
