"""The seed: its text, put back into a page of its portal's shape, comes out field by field."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

import pytest

from support.pages import Pages, listing

SEED = Path(__file__).resolve().parents[2].parent / "shared" / "seed" / "hbdysh-49629.txt"
PATH = "/2019/0710/49629.shtml"
DEFINITION = """\
id = "hbdysh"
name = "湖北党员生活网"
province = "湖北省"
homepage = "http://www.hbdysh.cn/"
[crawl]
delay = 0
"""


def seed_page(text: str) -> tuple[str, dict[str, str]]:
    """Return the page and the truth that can be read off the seed's own lines."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    divisions = lines[1].split()
    title = lines[3]
    meta = lines[4]
    summary = lines[6].removeprefix("摘要:")
    body = lines[7:]
    navigation = "".join(f'<li><a href="/{number}/">{name}</a></li>' for number, name in enumerate(divisions))
    paragraphs = "".join(f"<p>　　{escape(line)}</p>" for line in body)
    page = (
        f'<html><head><meta charset="utf-8"><title>{title}-湖北党员生活网</title></head><body>'
        f'<div class="top">今天是</div><div class="nav"><ul>{navigation}</ul></div><div class="logo">网站logo</div>'
        f'<div class="article"><h1>{title}</h1><div class="info">{meta}</div><div class="share">分享到:</div>'
        f'<div class="zhaiyao">摘要:{summary}</div><div class="content">{paragraphs}</div></div></body></html>'
    )
    return page, {"title": title, "summary": summary, "body": "\n".join(body), "navigation": navigation}


@pytest.mark.skipif(not SEED.exists(), reason="the shared seed is not beside this checkout")
def test_the_seed_comes_out_field_by_field(crawl) -> None:
    page, truth = seed_page(SEED.read_text(encoding="utf-8"))
    homepage = f"<html><body><div class='nav'><ul>{truth['navigation']}</ul></div></body></html>"
    entries = listing([(PATH, truth["title"], "2019-07-10")])
    yichang = re.search(r'href="(/\d+/)">宜昌市', truth["navigation"])
    assert yichang is not None
    done = crawl(Pages({"/": homepage, yichang[1]: entries, PATH: page}), "--city", "宜昌", definition=DEFINITION)
    assert done.status == 0, done.messages
    row = done.one("SELECT * FROM articles_flat")
    assert row["url"] == "http://www.hbdysh.cn/2019/0710/49629.shtml"
    assert row["title"] == truth["title"]
    assert row["source"] == "三峡党建网"
    assert row["published"] == "2019-07-10"
    assert row["editors"] == "刘志勇"
    assert row["authors"] == "梁剑、杨雪、覃丹"
    assert (row["city"], row["city_code"]) == ("宜昌市", "420500")
    assert (row["county"], row["county_code"]) == ("长阳土家族自治县", "420528")
    assert row["summary"] == truth["summary"]
    assert row["body"].split("\n") == truth["body"].split("\n")
    roles = done.rows("SELECT role, name FROM credits ORDER BY position")
    assert [(one["role"], one["name"]) for one in roles if one["role"] != "编辑"] == [
        ("记者", "梁剑"),
        ("记者", "杨雪"),
        ("通讯员", "覃丹"),
    ]
