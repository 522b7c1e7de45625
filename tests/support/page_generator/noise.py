"""What stands on pages beside the article: menus, teasers, comments, related links, notices."""

from __future__ import annotations

from datetime import datetime, timedelta
from html import escape
from random import Random

from . import dates, names, words
from .draw import Draw
from .prose import Writer


class Noise:
    """The noise of one page. Each method returns HTML, empty if the page has none of that kind."""

    def __init__(self, draw: Draw, site: str):
        self.draw = draw
        self.site = site
        self.writer = Writer(draw.rng("noise"))
        self.rng = draw.rng("noise text")
        self.frame = draw.rng("frame")
        """Decides on what is the same on all pages of a portal."""

    def _link(self, text: str) -> str:
        return f'<a href="/{self.rng.choice("abcxy")}/{self.rng.randrange(10**4, 10**7)}.html">{escape(text)}</a>'

    def _links(self, count: int, *, dated: bool = False) -> str:
        return "".join(
            f"<li>{self._link(self.writer.other_title())}{self._date() if dated else ''}</li>\n" for _ in range(count)
        )

    def _date(self) -> str:
        return f"<span>{dates.moment(self.rng):%Y-%m-%d}</span>"

    def top(self) -> str:
        """Return menu, logo and breadcrumb."""
        menu = self.draw.trait("menu", {"none": 1, "short": 3, "long": 2})
        html = ""
        if menu != "none":
            columns = self.frame.sample(words.COLUMNS, 6 if menu == "short" else len(words.COLUMNS))
            html += f'<div class="nav"><ul>{"".join(f"<li>{self._link(name)}</li>" for name in columns)}</ul></div>\n'
        if self.draw.trait("logo", {"image": 3, "h1": 1}) == "h1":
            html = f'<h1 class="logo"><a href="/">{self.site}</a></h1>\n{html}'
        if self.draw.trait("today's date at the top", {"no": 6, "yes": 1}) == "yes":
            html += f"<div>今天是{dates.moment(self.rng):%Y年%m月%d日} 欢迎访问{self.site}</div>\n"
        return html

    def breadcrumb(self) -> str:
        """Return the path to the page, empty in half of the pages."""
        if self.draw.trait("breadcrumb", {"no": 1, "yes": 1}) == "no":
            return ""
        sign, column = self.frame.choice((" > ", "&gt;&gt;", " / ")), self.rng.choice(words.COLUMNS)
        return f'<div class="path">{self.frame.choice(("当前位置：", "您所在的位置：", ""))}{self._link("首页")}{sign}{self._link(column)}{sign}正文</div>\n'

    def sidebar(self) -> str:
        """Return what stands in the side column."""
        kind = self.draw.trait(
            "sidebar", {"none": 3, "links": 3, "dated links": 2, "teasers": 1.5, "long teasers": 1, "other article": 1}
        )
        if kind == "none":
            return ""
        head = f"<h3>{self.frame.choice(('推荐阅读', '热点新闻', '图片新闻', '本周排行'))}</h3>\n"
        if kind in ("links", "dated links"):
            body = f"<ul>{self._links(self.rng.randint(5, 12), dated=kind == 'dated links')}</ul>"
        elif kind == "other article":
            lines = "".join(f"<p>{escape(text)}</p>\n" for text in self.writer.paragraphs(self.rng.choice((200, 600))))
            body = f"<h4>{self._link(self.writer.other_title())}</h4>\n{lines}{self._link('[阅读全文]')}"
        else:
            length = 40 if kind == "teasers" else 180
            body = "".join(
                f"<dl><dt>{self._link(self.writer.other_title())}</dt><dd>{escape(self.writer.paragraph(length))}{self._link('[详细]')}</dd></dl>\n"
                for _ in range(self.rng.randint(3, 6))
            )
        return f'<div class="{self.frame.choice(("side", "right", "fr", "w300"))}">{head}{body}</div>\n'

    def summary(self, writer: Writer) -> str:
        """Return a box with a summary above the body, in few pages."""
        if self.draw.trait("summary box", {"no": 12, "yes": 1}) == "no":
            return ""
        return f'<div class="abstract"><strong>{self.frame.choice(("摘要", "核心提示", "内容提要"))}：</strong>{escape(writer.sentence())}</div>\n'

    def original_title(self, writer: Writer) -> str:
        """Return the line with the title under which the article appeared first, in few pages."""
        if self.draw.trait("original title", {"no": 15, "yes": 1}) == "no":
            return ""
        line = f"原标题：{escape(writer.title())}"
        return f"<p>{self.rng.choice((line, f'（{line}）'))}</p>\n"

    def video_box(self) -> str:
        """Return a player's box with a source of its own, in few pages."""
        if self.draw.trait("video box", {"no": 20, "yes": 1}) == "no":
            return ""
        title, source = escape(self.writer.other_title()), names.outlet(self.rng, "broadcaster")
        return f'<div class="video"><p>视频：{title}</p><p>来源：{source}</p><a href="#">播放</a></div>\n'

    def between(self) -> str:
        """Return a box of related links that stands between two paragraphs."""
        if self.draw.trait("related between paragraphs", {"no": 10, "yes": 1}) == "no":
            return ""
        heading = self.frame.choice(("相关阅读", "相关新闻", "延伸阅读", "更多新闻"))
        return f'<div class="rel"><h4>{heading}</h4><ul>{self._links(self.rng.randint(2, 5))}</ul></div>'

    def inside(self) -> str:
        """Return what stands at the end of the container, behind the body."""
        html = ""
        related = self.draw.trait(
            "related in the container", {"no": 5, "links": 1, "dated links": 1, "paragraphs": 0.7}
        )
        if related == "paragraphs":
            html += "<p><strong>相关链接：</strong></p>\n" + "".join(
                f"<p>{self._link(self.writer.other_title())}</p>\n" for _ in range(self.rng.randint(2, 4))
            )
        elif related != "no":
            heading = self.rng.choice(
                ("相关阅读", "相关新闻", f"更多关于“{self.rng.choice(words.THINGS)}”的新闻", "相关报道：")
            )
            html += (
                f"<div>{heading}</div><ul>{self._links(self.rng.randint(2, 5), dated=related == 'dated links')}</ul>\n"
            )
        if self.draw.trait("app advert in the container", {"no": 8, "yes": 1}) == "yes":
            html += (
                f"<p>{self.frame.choice(('扫描二维码下载', '点击下载', '长按识别二维码，关注'))}{self.site}客户端</p>\n"
            )
        if self.draw.trait("share bar in the container", {"no": 5, "yes": 1}) == "yes":
            html += (
                '<div class="share">分享到：<a href="#">微信</a> <a href="#">微博</a> <a href="#">QQ空间</a></div>\n'
            )
        return html

    def after(self) -> str:
        """Return what follows the container: neighbours, related links, notices, comments."""
        html = ""
        if self.draw.trait("previous and next", {"no": 3, "yes": 1}) == "yes":
            html += f"<p>上一篇：{self._link(self.writer.other_title())}</p><p>下一篇：{self._link(self.writer.other_title())}</p>\n"
        related = self.draw.trait("related behind", {"no": 3, "links": 2, "dated links": 1})
        if related != "no":
            html += f'<div class="xg"><h3>相关新闻</h3><ul>{self._links(self.rng.randint(4, 9), dated=related == "dated links")}</ul></div>\n'
        if self.draw.trait("notice on sources", {"no": 3, "yes": 1}) == "yes":
            html += (
                f"<div>凡本网注明“来源：{self.site}”的所有作品，版权均属于{self.site}，未经授权不得转载。"
                f"凡注明“来源：XXX（非{self.site}）”的作品，均转载自其它媒体，并不代表本网赞同其观点。</div>\n"
            )
        return html + self._comments()

    def _comments(self) -> str:
        kind = self.draw.trait("comments", {"none": 6, "few": 1, "many": 1})
        if kind == "none":
            return ""
        items = ""
        when = dates.moment(self.rng)
        for _ in range(self.rng.randint(2, 4) if kind == "few" else self.rng.randint(8, 25)):
            when += timedelta(minutes=self.rng.randrange(1, 900))
            items += f'<div class="item"><span>{self._user()}</span> <span>{when:%Y-%m-%d %H:%M}</span><p>{escape(self._comment())}</p><a href="#">回复</a></div>\n'
        return f'<div class="pinglun"><h3>网友评论</h3>{items}</div>\n'

    def _user(self) -> str:
        return self.rng.choice(("网友", "手机用户", "游客", "")) + str(self.rng.randrange(100, 9999))

    def _comment(self) -> str:
        return "".join(self.writer.fill(words.COMMENTS) for _ in range(self.rng.randint(1, 3)))

    def foot(self, year: datetime) -> str:
        """Return the foot of the page."""
        kind = self.draw.trait("page foot", {"none": 1, "copyright": 3, "staff": 1})
        if kind == "none":
            return ""
        staff = (
            f"<p>值班电话：0710-{self.frame.randrange(10**6, 10**7)} 投稿邮箱：news@example.com</p>"
            if kind == "staff"
            else ""
        )
        owner = names.outlet(self.frame, "broadcaster")
        return (
            f'<div class="foot"><p>关于我们 | 广告服务 | 联系方式 | 法律声明</p>{staff}'
            f"<p>主办：{owner} 版权所有 {self.site} Copyright © {year.year}</p><p>鄂ICP备{self.frame.randrange(10**7, 10**8)}号</p></div>\n"
        )


def site_name(rng: Random) -> str:
    """Return the name of the portal itself, which is never the source of the page."""
    return rng.choice(words.PLACES) + rng.choice(words.SITES) + rng.choice(("网", "门户"))
