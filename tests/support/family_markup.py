"""The markup of each family of portals, around invented stories. All text is the project's own."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from support.portal_markup import PORTAL_MARKUP

_WHO = ["村民", "摆渡人", "护林员", "木匠", "讲解员", "养蜂人", "修表匠", "茶农", "邮递员", "放映员"]
_WHERE = ["柳湾", "石桥", "枫林", "沙洲", "竹坪", "云岭", "南塘", "北渡", "西坡", "东冲"]
_DID = ["修好", "搬进", "点亮", "试种", "整理", "晒干", "清理", "重开", "画完", "找回"]
_WHAT = [
    "一座旧水车",
    "两亩香芋",
    "三十盏路灯",
    "一间老戏台",
    "半屋旧报纸",
    "五口陶缸",
    "一条山路",
    "四台烘干机",
    "一本村志",
    "七段水渠",
]
_THEN = [
    "大家按户记账，账本贴在门口。",
    "孩子们放学后常来帮忙。",
    "花费不多，邻村也跟着动手。",
    "到年底还有两处要完工。",
]
_OUTLETS = ["清河晚报", "云岭日报", "南塘周刊", "石桥新闻网"]
_PEOPLE = ["柳明", "何田", "江小满", "章学谦", "宁嘉树"]


@dataclass(frozen=True)
class Story:
    """One article: what a careful reader finds on its page."""

    title: str
    source: str
    editor: str
    author: str
    published: datetime
    paragraphs: tuple[str, ...]

    @classmethod
    def invent(cls, key: str, published: datetime, number: int) -> Story:
        dice = random.Random(key)
        title = (
            f"{dice.choice(_WHERE)}{dice.choice(_WHO)}{dice.choice(_DID)}{dice.choice(_WHAT)} 第{number + 1}次开放参观"
        )
        paragraphs = tuple(
            f"清早，{dice.choice(_WHERE)}的{dice.choice(_WHO)}在{dice.choice(_WHERE)}{dice.choice(_DID)}"
            f"{dice.choice(_WHAT)}，来看的人排到了{dice.choice(_WHERE)}路口。{dice.choice(_THEN)}"
            f"这是今年的第{number * 4 + place + 1}回。"
            for place in range(4)
        )
        editor, author = dice.sample(_PEOPLE, 2)
        return cls(title, dice.choice(_OUTLETS), editor, author, published, paragraphs)

    @property
    def is_printed(self) -> bool:
        """Whether it is of a newspaper, which prints a day and neither hour nor outlet."""
        return self.published.hour == 0

    @property
    def minute(self) -> str:
        return f"{self.published:%Y-%m-%d %H:%M}"

    @property
    def chinese(self) -> str:
        return f"{self.published:%Y年%m月%d日 %H:%M}"

    def body(self, tag: str = "p") -> str:
        return "".join(f"<{tag}>　　{text}</{tag}>" for text in self.paragraphs)


@dataclass(frozen=True)
class Frame:
    """What all pages of a portal share."""

    name: str
    encoding: str

    def page(self, title: str, body: str) -> str:
        charset = "gb2312" if self.encoding.startswith("gb") else self.encoding
        return (
            f"<!DOCTYPE html><html><head><meta charset='{charset}'><title>{title}_{self.name}</title></head><body>"
            f"<div class='top'><a href='/about/'>关于我们</a> <a href='/contact/'>联系我们</a></div>{body}"
            f"<div class='footer'><p>版权所有：{self.name}　备案号：示例备00000000号</p></div></body></html>"
        )

    def article(self, story: Story, body: str) -> str:
        return self.page(story.title, body)


ArticlePage = Callable[[Frame, Story], str]
Entries = Sequence[tuple[str, Story]]


def list_page(frame: Frame, name: str, entries: Entries, pager: str) -> str:
    rows = "".join(
        f"<li><a href='{url}' title='{story.title}'>{story.title}</a><span>{story.published:%Y-%m-%d}</span></li>"
        for url, story in entries
    )
    return frame.page(name, f"<div class='main'><ul class='list'>{rows}</ul>{pager}</div>")


def plain_article(frame: Frame, story: Story) -> str:
    return frame.article(
        story,
        f"<div class='wz'><h1>{story.title}</h1><div class='info'><span>{story.minute}</span><span>来源：{story.source}</span>"
        f"</div><div class='txt'>{story.body()}</div><div class='bj'>责任编辑：{story.editor}</div></div>",
    )


def _enorth(frame: Frame, story: Story) -> str:
    return frame.article(
        story,
        "<div class='weizhi'><!--enorth cms block start [ name=\"v5.position\" ]-->您当前的位置 ：<a href='/index.shtml'>"
        '首页</a>&nbsp;&gt;&nbsp;<a href=\'/yw/\'>要闻</a><!--enorth cms block end [ name="v5.position" cost="13"]--></div>'
        f"<div id='article'><div id='title'><h2>{story.title}</h2></div><p class='info'><span>来源：{story.source}</span>"
        f"<span>{story.minute}:00</span><span>编辑：{story.editor}</span></p><div class='content'>{story.body()}</div></div>",
    )


def _trs(frame: Frame, story: Story) -> str:
    return frame.article(
        story,
        f"<table><tr><td class='bt'>{story.title}</td></tr><tr><td>{story.minute}　来源：{story.source}　"
        f"责任编辑：{story.editor}　【字体：大 中 小】</td></tr><tr><td><div class='TRS_Editor'>{story.body()}</div></td></tr></table>",
    )


def _founder_web(frame: Frame, story: Story) -> str:
    return frame.article(
        story,
        f"<!--enpproperty <articleid>1</articleid><date>{story.minute}:00:0</date><author>{story.author}</author>"
        f"<title>{story.title}</title><sourcename>{story.source}</sourcename>/enpproperty-->"
        f"<div id='lmy_information01'>发布时间：{story.chinese} 来源：{story.source}</div><h1>{story.title}</h1>"
        f"<div class='article_w'><!--enpcontent-->{story.body()}<!--/enpcontent--></div><p>[责任编辑：{story.editor}]</p>",
    )


def _founder_media(frame: Frame, story: Story) -> str:
    return frame.article(
        story,
        f"<div class='bjd-article-title'>{story.title}</div><div class='bjd-article-source'><p style='float:left'>来源："
        f"<a href='#'>{story.source}</a></p><p style='float:right'>{story.minute}</p></div>"
        f"<div class='bjd-article-centent'>{story.body()}</div><div>责任编辑：{story.editor}</div>",
    )


def _dated_shtml(frame: Frame, story: Story) -> str:
    return frame.article(
        story,
        f"<h1 class='headTitle'>{story.title}</h1><div class='info'><span class='date'>时间：{story.minute}</span> "
        f"<span class='from'>来源：{story.source}</span> <span class='author'>编辑：{story.editor}</span></div>"
        f"<div class='article-content fontSizeSmall BSHARE_POP'>{story.body()}</div>",
    )


def _cjyun(frame: Frame, story: Story) -> str:
    return frame.article(
        story,
        f"<div class='art_title'>{story.title}</div><div class='art_info'>{story.minute}　来源：{story.source}　编辑："
        f"{story.editor}</div><div class='art_main'>{story.body()}</div>",
    )


def _phpcms(frame: Frame, story: Story) -> str:
    return frame.article(
        story,
        f"<div id='Article'><h1>{story.title}<br /><span>{story.minute}&nbsp;&nbsp;来源：{story.source}&nbsp;&nbsp;"
        f"责任编辑：{story.editor}</span></h1><div class='content'>{story.body()}</div></div>",
    )


def _people(frame: Frame, story: Story) -> str:
    return frame.article(
        story,
        f"<div class='jz'>{story.title}</div><div class='left1'>{story.chinese.replace(' ', '')}　来源：<a href='#'>"
        f"{story.source}</a></div><div id='rwb_zw'>{story.body()}</div><div class='editer'>(责编：{story.editor})</div>",
    )


def newspaper_article(frame: Frame, story: Story) -> str:
    return frame.article(
        story,
        f"<!--enpproperty <articleid>1</articleid><date>{story.published:%Y-%m-%d} 00:00:00:0</date><author>{story.author}"
        f"</author><title>{story.title}</title>/enpproperty--><h2 id='Title'>{story.title}</h2><div id='ozoom'>"
        f"<founder-content>{story.body('P')}</founder-content></div><p><a href='#'>上一篇</a> <a href='#'>下一篇</a></p>",
    )


ARTICLE_PAGES: dict[str, ArticlePage] = {
    "enorth": _enorth,
    "trs": _trs,
    "founder-web": _founder_web,
    "founder-media": _founder_media,
    "dated-shtml": _dated_shtml,
    "cjyun": _cjyun,
    "cmstop": _dated_shtml,
    "phpcms": _phpcms,
    "people": _people,
}
"""The page of an article by family."""


def article_page(frame: Frame, story: Story, portal: str, family: str) -> str:
    """Return the page of an article: in the portal's own markup where it is known, else in its family's."""
    if portal in PORTAL_MARKUP:
        day = story.published
        return frame.article(
            story,
            PORTAL_MARKUP[portal].format(
                title=story.title,
                source=story.source,
                editor=story.editor,
                author=story.author,
                minute=story.minute,
                chinese=story.chinese,
                dots=f"{day.year}.{day.month}.{day.day}",
                short_year=f"{day:%y-%m-%d %H:%M}",
                body=story.body(),
            ),
        )
    return ARTICLE_PAGES.get(family, plain_article)(frame, story)


def shows(field: str, portal: str) -> bool:
    """Tell whether the markup of a portal shows a field of `Story`."""
    return portal not in PORTAL_MARKUP or f"{{{field}}}" in PORTAL_MARKUP[portal]


EditionPage = Callable[[Frame, int, Sequence[str], Entries], str]


def edition_page(frame: Frame, number: int, pages: Sequence[str], entries: Entries) -> str:
    menu = "".join(
        f"<li><a id='pageLink' href='{url}'>第{place:02d}版：要闻{place}</a></li>" for place, url in enumerate(pages, 1)
    )
    areas = "".join(f"<area shape='poly' coords='1,1,9,9' href='{url}'>" for url, _ in entries)
    rows = "".join(f"<li><h3><a href='{url}'>{story.title}</a></h3></li>" for url, story in entries)
    return frame.page(
        f"第{number:02d}版：要闻{number}",
        f"<ul class='nav'>{menu}</ul><map name='PagePicMap'>{areas}</map><div id='ScroLeft'><ul>{rows}</ul></div>",
    )


def one_page_edition(frame: Frame, number: int, pages: Sequence[str], entries: Entries) -> str:
    """北京日报: one page for the whole edition, links in `data-href`."""
    rows = "".join(f"<li><a data-href='{url}' href='javascript:;'>{story.title}</a></li>" for url, story in entries)
    return frame.page(
        "数字报", f"<div class='nav-items'><div class='nav-panel-heading'>第01版：要闻</div><ul>{rows}</ul></div>"
    )


EDITION_PAGES: dict[str, EditionPage] = {"bjrb": one_page_edition}
"""A page of an edition, of portals where it differs from `edition_page`."""
