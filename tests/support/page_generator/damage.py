"""What goes wrong between template and reader: broken markup, and charsets that are not what the page says."""

from __future__ import annotations

import re

from .draw import Draw

MARKUP = {
    "none": 8.0,
    "stray end tags": 1,
    "unclosed font": 0.7,
    "unquoted attributes": 0.7,
    "no html and body tags": 0.7,
    "doubled p": 0.7,
    "upper-case tags": 0.7,
}
CHARSETS = {
    "utf-8": 8.0,
    "utf-8, nothing declared": 1,
    "utf-8 declared as gbk": 0.7,
    "utf-8 with BOM": 0.5,
    "gbk declared as gb2312": 2,
    "gbk declared as gbk": 1.5,
    "gbk, nothing declared": 0.8,
    "gbk declared as utf-8": 0.7,
    "utf-8 with an include in gbk": 0.7,
}
INCLUDE = "<!--include-->"
"""Where a page may include a piece of another charset."""


def break_markup(draw: Draw, html: str) -> str:
    """Return the page with one kind of mistake that browsers forgive."""
    kind = draw.trait("markup", MARKUP)
    rng = draw.rng("break")
    if kind == "stray end tags":
        places = [match.end() for match in re.finditer(r"</p>|</li>|<br>", html)]
        for place in sorted(rng.sample(places, min(3, len(places))), reverse=True):
            html = html[:place] + rng.choice(("</font>", "</span>", "</o:p>", "</center>")) + html[place:]
    elif kind == "unclosed font":
        html = html.replace("<p>", "<p><font color=black>", 2)
    elif kind == "unquoted attributes":
        html = re.sub(r'="([\w-]+)"', r"=\1", html)
    elif kind == "no html and body tags":
        html = re.sub(r"</?(?:html|body)>", "", html)
    elif kind == "doubled p":
        html = html.replace("<p>", "<p><p>")
    elif kind == "upper-case tags":
        html = re.sub(r"<!--.*?-->|</?[a-z0-9]+", _upper, html)
    return html


def _upper(match: re.Match[str]) -> str:
    return match.group() if match.group().startswith("<!--") else match.group().upper()


def encode(draw: Draw, html: str) -> bytes:
    """Return the page as bytes; `{charset}` in it becomes what the page declares."""
    kind = draw.trait("charset", CHARSETS)
    encoding = "gb18030" if kind.startswith("gbk") else "utf-8"
    declared = kind.rpartition(" as ")[2] if " as " in kind else encoding.replace("18030", "k")
    meta = (
        ""
        if kind.endswith("nothing declared")
        else f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">'
    )
    html = html.replace("{charset}", meta)
    if kind == "utf-8 with BOM":
        return html.encode("utf-8-sig")
    if kind != "utf-8 with an include in gbk":
        return html.replace(INCLUDE, "").encode(encoding)
    before, _, after = html.partition(INCLUDE)
    include = '<div class="links">友情链接：<a href="/">中国网</a> <a href="/">地方新闻联播网</a></div>'.encode("gbk")
    return before.encode() + include + after.encode()
