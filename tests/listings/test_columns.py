"""The columns of front pages, in the forms that portals give to their blocks, and what is no column."""

from __future__ import annotations

import pytest

from newscrawler.extraction.page import Page, read_page
from newscrawler.listings.columns import find_columns
from newscrawler.listings.more_links import name_of_column

CITY = "http://yc.t.example/"
FOLDER = "http://www.t.example/yichang/"


def columns(markup: str, url: str = CITY) -> list[tuple[str, str, int]]:
    page = read_page(f"<html><body>{markup}</body></html>".encode(), url=url)
    assert isinstance(page, Page)
    found, _ = find_columns(page.root, page.base_url or url, url, lambda link: ".t.example" in link)
    return [(column.name, column.url.removeprefix(url), len(column.entries)) for column in found]


def headlines(number: int, folder: str = "") -> str:
    return "".join(
        f"<li><a href='{folder}202605/t20260520_{number}{n}.html'>青石坳第{number}{n}段水渠修成</a></li>"
        for n in range(4)
    )


BLOCKS = {
    "a heading that is a link": "<div class='b'><h2><a href='{0}'>{1}</a></h2><a class='more' href='{0}'>更多</a><ul>{2}</ul></div>",
    "a heading without a link": "<div class='b'><div class='tit'>{1}</div><ul>{2}</ul><a href='{0}'>更多&gt;&gt;</a></div>",
    "a picture": "<div class='b'><div class='kt'>{1}<a href='{0}'><img src='/img/more.gif'></a></div><ul>{2}</ul></div>",
    "a plus sign": "<table><tr><th>{1}</th><th><a href='{0}'>+</a></th></tr><tr><td colspan='2'><ul>{2}</ul></td></tr></table>",
    "an image with a text": "<div class='b'><div class='hd'><img src='/t.png' alt='{1}'><a href='{0}'>+</a></div><ul>{2}</ul></div>",
    "an image as the heading": "<div class='b'><h3><img src='/t.png' alt=' {1} '></h3><a href='{0}'>更多</a><ul>{2}</ul></div>",
    "an image of a link": "<div class='b'><h3><a href='{0}'><img src='/t.png' alt='{1}'></a></h3><a href='{0}'>＋</a><ul>{2}</ul></div>",
    "two images": "<div class='b'><div class='title'><img src='/m.png' alt='更多'><img alt='{1}'><a href='{0}'>[+]</a></div><ul>{2}</ul></div>",
    "no 更多": "<section><h3><a href='{0}'>{1}</a></h3><ul>{2}</ul></section>",
    "no name of a heading": "<div class='tabbox'><div class='tab'><a href='{0}'>{1}</a></div><ul>{2}</ul></div>",
    "wrappers, an arrow and a rule": "<div><p class='k'><span><a href='{0}'>{1}</a></span> &gt;</p><hr><div><ul>{2}</ul></div></div>",
    "an icon": "<section><div><i></i><a href='{0}'>{1}</a></div><ol>{2}</ol></section>",
    "cells of a table": "<table><tr><td>{1}</td><td><a href='{0}'><img src='/i/more.gif'></a></td></tr><tr><td colspan=2><ul>{2}</ul></td></tr></table>",
    "an element without a class": "<section><header><em>{1}</em><a href='{0}'>MORE+</a></header><ul>{2}</ul></section>",
    "an element of its own": "<div><div><span>·{1}</span><i></i></div><div><a href='{0}'>更多</a></div><ul>{2}</ul></div>",
    "a name far from its 更多": "<div><p><b>{1}</b></p><ul>{2}</ul><p><a href='{0}'>更多&gt;&gt;</a></p></div>",
    "a name after a script": "<div><script>var tab = 1;</script><font>{1}</font><ul>{2}</ul><a href='{0}'>更多</a></div>",
    "a title": "<div class='b'><span class='lm-name'>{1}</span><a href='{0}' title='更多'></a><ul>{2}</ul></div>",
}


@pytest.mark.parametrize("form", BLOCKS)
def test_a_block_with_a_way_to_more_is_a_column(form: str) -> None:
    names = {"yw/": "要闻", "xq/": "县区", "ms/": "民生"}
    blocks = "".join(
        BLOCKS[form].format(folder, name, headlines(n, folder)) for n, (folder, name) in enumerate(names.items())
    )
    assert columns(blocks) == [(name, folder, 4) for folder, name in names.items()]


@pytest.mark.parametrize(
    "block",
    [
        "<div><ul>{1}</ul><a href='{0}'>更多</a></div>",  # no name at all
        "<div><p>2026-05-20 08:00</p><ul>{1}</ul><a href='{0}'>更多</a></div>",  # a date
        "<div><p>本栏目由编辑部每周一整理发布，转载请注明出处来源</p><a href='{0}'>更多</a><ul>{1}</ul></div>",  # a sentence
        "<div><ul>{1}</ul><p><a href='http://b.t.example/9.html'>水渠</a><a href='{0}'>更多</a></p></div>",  # a link
    ],
)
def test_what_is_no_name_of_a_column(block: str) -> None:
    blocks = "".join(block.format(folder, headlines(n, folder)) for n, folder in enumerate(("yw/", "xq/")))
    assert [name for name, *_ in columns(blocks)] == ["column 1", "column 2"]


def test_only_a_host_or_a_folder_of_its_own_has_columns() -> None:
    def blocks(*folders: str) -> str:
        return "".join(
            f"<div><h2>栏目</h2><a href='{folder}'>更多</a><ul>{headlines(1)}</ul></div>" for folder in folders
        )

    inside = blocks("/yichang/yw/", "/yichang/ms/")
    assert len(columns(inside, FOLDER)) == 2
    assert columns(blocks("/sports/", "/edu/"), FOLDER) == []
    assert columns(blocks("/yichang/", "/yichang/index.html", "http://elsewhere.example/x/"), FOLDER) == []
    assert len(columns(blocks("/yichang/yw/", "/yichang/ms/"), "http://www.t.example/yichang.html")) == 2


def test_a_listing_with_one_way_to_more_beside_it_has_no_columns() -> None:
    ranking = f"<div class='hot'><h3>热点</h3><a href='/hot/'>更多</a><ul>{headlines(2)}</ul></div>"
    assert columns(f"<ul class='list'>{headlines(1)}</ul>{ranking}") == []


@pytest.mark.parametrize(
    "block",
    [
        "<div><div><a href='{0}'>{1}</a>：编辑每周整理</div><ul>{2}</ul></div>",  # a link in a sentence
        "<div><div><a href='{0}'>{1}</a></div><ul><li>暂无内容</li></ul></div>",  # nothing below
        "<div><div><a href='{0}'>{1}</a></div><p>广告</p><ul>{2}</ul></div>",  # something between
        "<div><a href='{0}'>{1}</a><ul>{2}</ul></div>",  # a bare link above a list
        "<ul><li>暂无</li><li><a href='{0}'>{1}</a></li>{2}</ul>",  # an item of a list that is not its first
        "<ul><li><a href='{0}'>{1}</a>（旬刊）</li>{2}</ul>",  # beside a text
        "<ul><li><a href='202605/t20260520_99.html'>{1}</a></li>{2}</ul>",  # an article
        "<ul><li><a href='{0}'>{1}</a></li><li><a href='{0}x/'>{1}一</a></li>{2}</ul>",  # a menu
    ],
)
def test_a_short_link_that_is_no_heading_is_no_column(block: str) -> None:
    blocks = (
        block.format(f"{folder}/", name, headlines(n))
        for n, (folder, name) in enumerate({"yw": "要闻", "xq": "县区"}.items())
    )
    assert columns("".join(blocks)) == []


@pytest.mark.parametrize(
    ("around", "head", "row"),
    [
        ("<table class=lm>{}</table>", "<tr><td bgcolor=#06c><a href='{}'><font><b>{}</b></font></a></td></tr>", "tr"),
        ("<table><tbody>{}</tbody></table>", "<tr class=h><td>· <a href='{}'>{}</a></td></tr>", "tr"),
        ("<ul class='blk'>{}</ul>", "<li class='t'><a href='{}'>{}</a></li>", "li"),
        ("<ol>{}</ol>", "<li><span><a href='{}'>{}</a></span> &gt;</li>", "li"),
        ("<dl>{}</dl>", "<dt><a href='{}'>{}</a></dt>", "dd"),
    ],
)
@pytest.mark.parametrize("addresses", [("yw/", "xq/"), ("channel/7001.html", "channel/7002.html")])
def test_the_first_row_of_several_lists_is_a_heading(
    around: str, head: str, row: str, addresses: tuple[str, str]
) -> None:
    def one(number: int, address: str, name: str) -> str:
        cell = "<td>·{}</td>" if row == "tr" else "{}"
        rows = "".join(
            f"<{row}>{cell.format(link)}</{row}>"
            for link in headlines(number).removeprefix("<li>").removesuffix("</li>").split("</li><li>")
        )
        return around.format(head.format(address, name) + rows)

    both = [one(n, address, name) for n, (address, name) in enumerate(zip(addresses, ("要闻", "县区"), strict=True))]
    assert columns("".join(both)) == [("要闻", addresses[0], 4), ("县区", addresses[1], 4)]
    # One such list alone may begin with anything.
    assert columns(both[0]) == columns(both[0] * 2) == []


def test_a_listing_below_its_own_name_has_no_columns() -> None:
    heads = "<div class='tab'><a href='/yw/'>要闻</a></div>"
    assert columns(f"<div>{heads}<ul>{headlines(1)}</ul></div><div><b>热点</b><ul>{headlines(2)}</ul></div>") == []


def test_names_are_short_and_many_columns_are_cut_off() -> None:
    many = "".join(f"<div><b>栏目</b><a href='/{n}/'>更多</a><ul>{headlines(n)}</ul></div>" for n in range(60))
    found = columns(many)
    assert len(found) == 31 and all(len(name) <= 20 for name, _, _ in found)


def tabs(first: str, second: str, below: str) -> list[tuple[str, str, int]]:
    row = f"<div class='tabhd'><a class='on' href='ms/'>{first}</a><a href='sh/'>{second}</a></div>"
    return columns(
        f"<div class='mod'>{row}{below}</div>" + BLOCKS["a heading that is a link"].format("yw/", "要闻", headlines(9))
    )


def test_each_tab_of_a_row_above_as_many_lists_is_a_column() -> None:
    lists = f"<ul>{headlines(1, 'ms/')}</ul><ul style='display:none'>{headlines(2, 'sh/')}</ul>"
    found = tabs("民生", "社会", f"<div class='tabbd'>{lists}</div>")
    assert found == [("民生", "ms/", 4), ("社会", "sh/", 4), ("要闻", "yw/", 4)]
    # One list below two names: the names may mean anything.
    assert tabs("民生", "社会", f"<div><ul>{headlines(1, 'ms/')}</ul></div>") != found


@pytest.mark.parametrize(
    "heading",
    [
        "<div class='hd'><span>经济</span><a href='{}' class='gd'>+</a></div>",
        "<div class='hd'>经济<a href='{}'>＋</a></div>",
        "<div class='tit'><b>经济</b><a href='{}'><i>&gt;&gt;</i></a></div>",
        "<h3>经济 <a href='{}'>更多+</a></h3>",
        "<h3><em>经济</em><a href='{}'>[更多]</a></h3>",
        "<div class='title'><a href='{}'>经济</a><a href='{}'>»</a></div>",
    ],
)
def test_a_sign_is_no_part_of_the_name_of_a_column(heading: str) -> None:
    other = f"<div><h3>民生</h3><a href='ms/'>更多</a><ul>{headlines(2, 'ms/')}</ul></div>"
    own = f"<div>{heading.format('jj/', 'jj/')}<ul>{headlines(1, 'jj/')}</ul></div>"
    assert [name for name, *_ in columns(own + other)] == ["经济", "民生"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("更多县区", "县区"),
        ("更多县区 >>", "县区"),
        ("查看更多民生新闻", "民生新闻"),
        ("经济 »", "经济"),
        ("· 要闻", "要闻"),
        ("互联网+", "互联网+"),
        ("更多", "更多"),
        ("更多新闻", "更多新闻"),
        ("2025年", "2025年"),
        ("+", "+"),
        (">>", ">>"),
    ],
)
def test_the_words_of_a_link_are_no_part_of_the_name_of_a_column(text: str, name: str) -> None:
    assert name_of_column(text) == name
