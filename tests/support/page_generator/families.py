"""Families of pages: what the common content systems and hand-made templates put round an article."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape

from .draw import Draw


@dataclass(frozen=True)
class Family:
    """The frame of a page. `container` opens the element of the body; empty means that the body has none."""

    weight: float
    article: str = "<div>"
    container: str = "<div>"
    before: str = ""
    """Stands directly before the body, inside of its element."""
    after: str = ""
    head: str = ""
    tail: str = ""
    """Scripts and comments at the end of the page."""
    layout: str = "div"
    """div or table: how the main column and the side column are put beside each other."""


FAMILIES: dict[str, Family] = {
    "enorth": Family(
        2,
        '<!--enorth cms block start [ name="v5.content" ]--><div class="main">',
        '<div class="content">',
        tail='<!--enorth cms block end [ name="v5.content" ]-->',
        after='<div id="news_more_page_div_id"></div>',
    ),
    "trs": Family(2, '<div class="main">', '<div class="view TRS_UEDITOR trs_paper_default"><div class="TRS_Editor">'),
    "cjyun": Family(
        1, '<div class="detail">', '<div class="detail-content">', tail='<img src="https://img.cjyun.org/a.png">'
    ),
    "cmstop": Family(
        1,
        '<div class="article">',
        '<div class="article-content fontSizeSmall BSHARE_POP">',
        tail='<script src="/?app=system&controller=content&action=stat&contentid=40949"></script>',
    ),
    "founder": Family(
        1.5, '<div class="wz">', '<div class="wz_contents1">', before="<!--enpcontent-->", after="<!--/enpcontent-->"
    ),
    "founder media": Family(0.7, '<div class="bjd-article">', '<div class="bjd-article-centent">'),
    "jcms": Family(
        1,
        '<div id="c">',
        '<div id="zoom">',
        before="<!--ZJEG_RSS.content.begin-->",
        after="<!--ZJEG_RSS.content.end-->",
    ),
    "dedecms": Family(
        1,
        '<div class="viewbox">',
        '<div class="content"><table width="100%"><tr><td>',
        tail='<script src="/plus/count.php?view=yes&aid=49629&mid=1"></script>',
    ),
    "empire": Family(
        1,
        '<div class="info">',
        '<div class="info_text" id="text">',
        tail='<script src="/e/public/ViewClick/?classid=6&id=1234"></script>',
    ),
    "phpcms": Family(
        1,
        '<div id="Article">',
        '<div class="content">',
        tail='<script src="/api.php?op=count&id=1234&modelid=1"></script>',
    ),
    "people": Family(1, '<div class="w1000_320 text_con">', '<div id="rwb_zw">'),
    "baidu ids": Family(2, '<div class="left">', '<div id="content">'),
    "government meta": Family(1, '<div class="box">', '<div class="xxgk_content">'),
    "table of 2005": Family(
        1.5, '<table width="760" align="center"><tr><td valign="top">', '<table><tr><td class="zw">', layout="table"
    ),
    "own, opaque names": Family(2.5, '<div class="k1">', '<div class="k7" id="layer216">'),
    "own, no names": Family(1.5, "<div>", "<div>"),
    "no container": Family(1.5, '<div class="main">', ""),
    "paragraphs in <body>": Family(1, "", ""),
    "article element": Family(1.5, "<article>", '<section class="rich_text">'),
    "client": Family(1, '<div id="app"><div class="page">', '<section><div class="detail-text">'),
}


def closing(opened: str) -> str:
    """Return the end tags of the elements that this HTML opens, in order."""
    tags = [piece.split(">")[0].split(" ")[0] for piece in opened.split("<")[1:] if piece[0] not in "!/"]
    return "".join(f"</{tag}>" for tag in reversed(tags))


@dataclass(frozen=True)
class Metadata:
    """What the head of a page says about the article."""

    title: str
    published: str
    source: str


def head_of(draw: Draw, family: str, metadata: Metadata) -> str:
    """Return the metadata that a family prints into the head; all of it is true."""
    title, source, day = escape(metadata.title), escape(metadata.source), metadata.published[:19].replace("T", " ")
    html = ""
    if family == "government meta":
        html += f'<meta name="ArticleTitle" content="{title}">\n'
        html += f'<meta name="PubDate" content="{day[:16]}">\n' if day else ""
        html += f'<meta name="ContentSource" content="{source}">\n' if source else ""
    if family == "founder":
        second = f"{day} 00:00:00" if len(day) == 10 else day
        html += f"<!--enpproperty <articleid>123456</articleid><date>{second}:0</date>" if day else "<!--enpproperty "
        html += f"<author></author><title>{title}</title><sourcename>{source}</sourcename>/enpproperty-->\n"
    if draw.trait("JSON-LD", {"no": 9, "yes": 1}) == "yes":
        facts = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": metadata.title}
        facts |= {"datePublished": metadata.published} if metadata.published else {}
        html += f'<script type="application/ld+json">{json.dumps(facts, ensure_ascii=False)}</script>\n'
    if draw.trait("OpenGraph title", {"no": 4, "yes": 1}) == "yes":
        html += f'<meta property="og:title" content="{title}">\n'
    if draw.trait("<meta> author is a login", {"no": 6, "yes": 1}) == "yes":
        html += '<meta name="author" content="admin">\n'
    return html
