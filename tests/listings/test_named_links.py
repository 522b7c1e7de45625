"""Each form in which a page offers an address under a name gives a named link."""

from __future__ import annotations

import time

import pytest

from newscrawler.extraction.page import Page, read_page
from newscrawler.listings.named_links import MAX_NAMED_LINKS, LinkReader
from newscrawler.listings.page_parts import page_parts
from support import nightly

HOME = "http://www.t.example/"


def page_of(body: str) -> Page:
    page = read_page(f"<html><body>{body}</body></html>".encode(), url=HOME, encoding="utf-8")
    assert isinstance(page, Page)
    return page


def links_of(body: str) -> dict[str, str]:
    """Return the address of each name."""
    reader = LinkReader()
    reader.read_page(page_of(body), HOME)
    return {name: link.url for link in reader.links for name in link.names}


@pytest.mark.parametrize(
    "markup",
    [
        "<a href='/yc/'>宜昌</a>",
        "<a href='/yc/#top'>宜<br>昌</a>",
        "<a href='/yc/'><img src='a.png' alt='宜昌'></a>",
        "<a href='/yc/'><img src='a.png' title='宜昌'></a>",
        "<a href='/yc/' title='宜昌'><i class='icon'></i></a>",
        "<a href='/yc/' aria-label='宜昌'></a>",
        "<map><area shape='rect' href='/yc/' alt='宜昌'></map>",
        "<map><area shape='rect' href='/yc/' title='宜昌'></map>",
        "<map><area shape='rect' href='/yc/' onmouseover=\"tip('宜昌')\"></map>",
        "<map><area shape='rect' onclick=\"window.open('/yc/')\" alt='宜昌'></map>",
        "<select><option value='/yc/'>宜昌</option></select>",
        "<select><option value='yc/'> 宜昌 </option></select>",
        "<select><option value='http://www.t.example/yc/'>宜昌</option></select>",
        "<select><option data-url='/yc/' value='4205'>宜昌</option></select>",
        "<select onchange=\"location.href='/'+this.value+'/'\"><option value='yc'>宜昌</option></select>",
        "<select onchange=\"window.open('/'+this.options[this.selectedIndex].value+'/')\">"
        "<option value='yc'>宜昌</option></select>",
        "<li onclick=\"location.href='/yc/'\">宜昌</li>",
        "<li onclick='location=&quot;/yc/&quot;'>宜昌</li>",
        "<li onclick='window.location.replace(\"yc/\")'>宜昌</li>",
        "<span onclick=\"window.open('/yc/','_blank')\">宜昌</span>",
        "<a href='javascript:;' onclick=\"goto('/yc/')\">宜昌</a>",
        "<a href='javascript:goto(\"/yc/\")'>宜昌</a>",
        "<a href=\"javascript:window.open('/yc/')\">宜昌</a>",
        "<script>function go(c){ window.location.href='/'+c+'/'; }</script><td onclick=\"go('yc')\">宜昌</td>",
        "<script>var go = function (c) { window.open('/' + c + '/'); }</script><a href=\"javascript:go('yc')\">宜昌</a>",
        "<input type='button' value='宜昌' onclick=\"location='/yc/'\">",
        "<div data-href='/yc/'>宜昌</div>",
        "<p data-link-url='./yc/'><b>宜昌</b></p>",
        "<script>function go(v){ if (v) location = '/' + v + '/'; }</script>"
        "<select onchange='go(this.value)'><option value=''>--</option><option value='yc'>宜昌</option></select>",
        "<script>var n = ['恩施', '宜昌']; var u = ['/es/', '/yc/'];</script>",
        "<script>var c = '恩施|宜昌'.split('|');</script><a href='/yc/'><script>document.write(c[1])</script></a>",
        "<script>var c = new Array('恩施', '宜昌');</script><a href='/yc/'><script>document.write(c[1])</script></a>",
        "<iframe srcdoc=\"<a href='/yc/'>宜昌</a>\"></iframe>",
        "<select><option value=\"javascript:window.open('/yc/')\">宜昌</option></select>",
        '<city-menu :cities=\'[{"name":"宜昌","url":"/yc/"}]\'></city-menu>',
        "<script>var r = location.protocol + '//' + location.host; document.write('<a href=' + r + '/yc/>宜昌</a>')</script>",
        "<svg><path d='M1' data-name='宜昌' data-url='/yc/'></path></svg>",
        "<svg><a xlink:href='/yc/'><text>宜昌</text></a></svg>",
        "<svg><a xlink:href='/yc/'><title>宜昌市</title><path d='M1'/><text x='9'>宜昌</text></a></svg>",
        "<svg><a xlink:href='/yc/'><title>宜昌</title><desc>点击进入宜昌市频道的新闻列表</desc><path d='M1'/></a></svg>",
        "<svg><a href='/yc/'><path d='M1'><title>宜昌</title></path></a></svg>",
        "<svg><g><title>宜昌</title><a xlink:href='/yc/'><path d='M1'/><text>420500</text></a></g></svg>",
        "<svg><a xlink:href='/yc/'><g><title>宜昌地图</title><polygon points='0,0'/></g><text><tspan>宜</tspan><tspan>昌</tspan></text></a></svg>",
        "<svg><path d='M1' onclick=\"location='/yc/'\"><title>宜昌</title></path></svg>",
        '<div data-cities=\'[{"name":"宜昌","url":"/yc/"},{"name":"恩施","url":"/es/"}]\'></div>',
        '<div data-menu=\'{"宜昌":"/yc/","恩施":"/es/"}\'></div>',
        "<a href='/yc/'><script>document.write('宜昌')</script></a>",
        "<script>document.write('<a href=\"/yc/\">宜昌</a>')</script>",
        "<script>document.write('<a href=/yc/>' + '宜' + '昌</a>')</script>",
        "<script>var m = \"<li><a href='\\/yc\\/'>宜昌<\\/a><\\/li>\"; nav.innerHTML = m;</script>",
        "<script>var menu = [{url: '/yc/', name: '宜昌', icon: '/i/yc.png'}, {url: '/es/', name: '恩施'}];</script>",
        "<script>var menu = [['宜昌', '/yc/'], ['恩施', '/es/']];</script>",
        "<script>add('宜昌', '/yc/'); add('恩施', '/es/');</script>",
        "<script>if (c == '宜昌') { location = '/yc/'; } else if (c == '恩施') { window.open('/es/'); }</script>",
        "<script type='text/template'><li><a href='/yc/'>宜昌</a></li></script>",
        '<script type=\'application/json\'>{"menu": [{"t": "\\u5b9c\\u660c", "u": "/yc/"}]}</script>',
        "<dl><dt>宜昌</dt><dd><a href='/yc/'>更多&gt;&gt;</a></dd></dl>",
        "<div><a href='/yc/'><img src='a.png'></a><p>宜昌</p></div>",
    ],
)
def test_every_form_names_the_address(markup: str) -> None:
    names = {name.replace(" ", ""): url for name, url in links_of(markup).items()}
    assert names.get("宜昌") == "http://www.t.example/yc/"


@pytest.mark.parametrize(
    "markup",
    [
        "<select><option value='420500'>宜昌</option></select>",
        "<select><option value=''>宜昌</option></select>",
        "<div data-src='/images/yc.jpg'>宜昌</div>",
        "<a href='mailto:yc@t.example'>宜昌</a>",
        "<li onclick='show(3)'>宜昌</li>",
        "<script>document.write('<a href=\"' + base + '/yc/\">宜昌</a>')</script>",
        "<li><span>宜昌</span><a href='/2026/0301/1.html'>山里来了放映队</a></li>",
        "<svg><g><title>宜昌</title><a xlink:href='/b/'><path/></a><a xlink:href='/c/'><path/></a></g></svg>",
        "<ul><li>宜昌 <a href='/a/'>更多</a></li><li>恩施 <a href='/b/'>更多</a></li></ul><p>宜昌</p>",
    ],
)
def test_what_is_no_address_or_no_name_gives_no_link(markup: str) -> None:
    assert links_of(markup).get("宜昌") in (None, "http://www.t.example/a/")


def test_links_of_one_menu_have_a_block_in_common() -> None:
    reader = LinkReader()
    reader.read_page(
        page_of("<div><script>document.write('<a href=/yc/>宜昌</a><a href=/es/>恩施</a>')</script></div>"), HOME
    )
    first, second = (set(link.blocks) for link in reader.links)
    assert first & second


def test_frames_come_and_libraries_do_not() -> None:
    page = page_of(
        "<iframe src='/nav.html'></iframe><iframe src='ad.swf'></iframe><script src='/js/jquery.min.js'></script>"
        "<script src='/js/common.js'></script><script src='/js/city_menu.js' charset='gbk'></script>"
        "<script>$('#top').load('/inc/top.html');</script>"
        '<script>document.write(\'<iframe width=100 src="/inc/left.html"></iframe><script src="/js/left.js"><\\/script>\')</script>'
    )
    parts = page_parts(page, HOME)
    assert {part.url for part in parts if not part.is_script} == {
        f"{HOME}nav.html",
        f"{HOME}inc/top.html",
        f"{HOME}inc/left.html",
    }
    assert [part.url for part in parts if part.is_script] == [
        f"{HOME}js/city_menu.js",
        f"{HOME}js/common.js",
        f"{HOME}js/left.js",
    ]
    assert next(part.charset for part in parts if "city_menu" in part.url) == "gbk"


@nightly.by_day(0, 3, 5)
@pytest.mark.parametrize(
    "body",
    [
        "<option value='/a/'>宜昌" * 40_000,
        "<li onclick=\"go('yc')\">宜昌" * 40_000,
        "<script>document.write('<a href=/yc/>宜昌</a>')</script>" * 20_000,
        '<div data-x=\'[{"宜昌":"/yc/"}]\'>' * 20_000,
        "<script>document.write('<script>document.write(\"宜昌\")<\\/script>')</script>" * 10_000,
        "<a href='/yc/'>" + "<b>宜" * 1_500,
    ],
)
def test_hostile_pages_are_read_in_bounded_time(body: str) -> None:
    page = read_page(f"<html><body>{body}</body></html>".encode(), url=HOME, encoding="utf-8")
    if not isinstance(page, Page):
        return
    began = time.process_time()
    reader = LinkReader()
    reader.read_page(page, HOME)
    assert time.process_time() - began < 20
    assert len(reader.links) <= MAX_NAMED_LINKS


BLOCKS = [
    "<div class='b'><h3>{name}</h3><a href='/{at}/'>更多</a><ul>{rows}</ul></div>",
    "<div class='b'><h3>{name}</h3><ul>{rows}</ul><p><a href='/{at}/'>更多&gt;&gt;</a></p></div>",
    "<div class='b'><div class='tit'>{name}</div><div><ul>{rows}</ul></div><a href='/{at}/'>MORE</a></div>",
    "<table><tr><th>{name}</th><td>{rows}</td><td><a href='/{at}/'>进入</a></td></tr></table>",
]


@pytest.mark.parametrize("block", BLOCKS)
def test_a_link_more_has_the_name_of_its_blocks_heading(block: str) -> None:
    rows = "".join(f"<li><a href='/x/{n}.html'>河边新修的步道今日开放{n}</a></li>" for n in range(4))
    names = {"宜昌": "yc", "襄阳": "xy", "荆州": "jz"}
    found = links_of("".join(block.format(name=name, at=at, rows=rows) for name, at in names.items()))
    assert {name: found.get(name) for name in names} == {name: f"{HOME}{at}/" for name, at in names.items()}


def test_a_link_more_below_several_blocks_has_none_of_their_names() -> None:
    rows = (
        "<h3>宜昌</h3><ul><li>一</li></ul><a href='/a/'>更多</a><h3>襄阳</h3><ul><li>二</li></ul><a href='/b/'>更多</a>"
    )
    assert not {"宜昌", "襄阳"} & set(links_of(f"<div>{rows}</div>"))
