"""Which links of a homepage are the sections: the menu decides, not the spelling."""

from __future__ import annotations

import pytest

from newscrawler import places
from newscrawler.extraction.page import Page, read_page
from newscrawler.listings.county_menus import county_columns
from newscrawler.listings.named_links import LinkReader
from newscrawler.listings.pagers import PagerView
from newscrawler.listings.sections import Navigation, find_navigation

HOME = "http://www.t.example/"


def navigation_of(body: str, province: str = "湖北", portal_name: str = "") -> Navigation:
    page = read_page(f"<html><body>{body}</body></html>".encode(), url=HOME, encoding="utf-8")
    division = places.province(province)
    assert isinstance(page, Page) and division is not None
    reader = LinkReader()
    reader.read_page(page, HOME)
    return find_navigation(reader.links, division, lambda url: ".t.example/" in url, portal_name)


def sections_of(body: str, province: str = "湖北", portal_name: str = "") -> dict[str, str]:
    sections = navigation_of(body, province, portal_name).sections
    return {section.name: section.url.removeprefix("http://www.t.example") for section in sections}


def test_the_link_among_most_divisions_is_taken() -> None:
    found = sections_of(
        "<div class='hot'><a href='/2026/0301/1.html'>宜昌</a><a href='/zt/'>专题</a></div>"
        "<div class='nav'><select><option value='/yc/'>宜昌</option><option value='/es/'>恩施州</option></select></div>"
    )
    assert found == {"宜昌市": "/yc/", "恩施土家族苗族自治州": "/es/"}


@pytest.mark.parametrize(
    "names",
    [
        ("红网长沙站", "红网株洲站"),
        ("红网·长沙", "红网·株洲"),
        ("长沙-红网", "株洲-红网"),
        ("红网【长沙】频道", "红网【株洲】频道"),
        ("长沙频道", "株洲频道"),
        ("长沙动态", "株洲动态"),
        ("走进长沙", "走进株洲"),
        ("长沙新闻频道", "株洲新闻频道"),
        ("├─长沙", "└─株洲"),
        ("　　长沙　", "-- 株洲 --"),
        ("湖南长沙", "湖南株洲"),
        ("长沙(12)", "株洲（108篇）"),
        ("湘江播报长沙", "湘江播报株洲"),
    ],
)
def test_words_and_brands_around_a_city(names: tuple[str, str]) -> None:
    found = sections_of(f"<p><a href='/cs/'>{names[0]}</a> <a href='/zz/'>{names[1]}</a></p>", "湖南")
    assert found == {"长沙市": "/cs/", "株洲市": "/zz/"}


def test_a_single_link_with_the_portals_own_name_is_a_section() -> None:
    markup = "<p><a href='/cs/'>红网长沙站</a></p>"
    assert sections_of(markup, "湖南", "红网") == {"长沙市": "/cs/"}
    assert sections_of(markup, "湖南", "湘江在线") == {}


def test_a_menu_in_which_each_city_has_its_own_brand() -> None:
    brands = "<a href='/hh/'>爱怀化</a> <a href='/yiy/'>我的益阳</a> <a href='/shy/'>掌上邵阳</a>"
    own = {"怀化市": "/hh/", "益阳市": "/yiy/", "邵阳市": "/shy/"}
    assert sections_of(f"<p>{brands}</p>", "湖南") == own
    # Two are no menu; headlines are none; and beside a menu of cities they may be guides for tourists.
    assert sections_of(f"<p>{brands.rpartition('<a')[0]}</p>", "湖南") == {}
    assert (
        sections_of(
            "<p><a href='/1/'>爱怀化的人</a> <a href='/2/'>到益阳去看看</a> <a href='/3/'>在邵阳过年</a></p>", "湖南"
        )
        == {}
    )
    cities = "<p><a href='/cs/'>长沙</a> <a href='/zz/'>株洲</a></p>"
    assert sections_of(f"{cities}<p>{brands}</p>", "湖南") == {"长沙市": "/cs/", "株洲市": "/zz/"}


BRANDED = {
    "spans": "<div class='app-nav'><a href='http://yc.t.example/'>{}</a><a href='http://sy.t.example/'>{}</a>"
    "<a href='http://ez.t.example/'>{}</a><a href='http://sz.t.example/'>{}</a></div>",
    "items": "<ul><li><a href='http://yc.t.example/'>{}</a></li><li><a href='http://sy.t.example/'>{}</a></li>"
    "<li><a href='http://ez.t.example/'>{}</a></li><li><a href='http://sz.t.example/'>{}</a></li></ul>",
    "pictures": "<div><p><a href='http://yc.t.example/'><img alt='{}'></a></p><p><a href='http://sy.t.example/'>"
    "<img alt='{}'></a></p><p><a href='http://ez.t.example/'>{}</a></p><p><a href='http://sz.t.example/'>{}</a></p></div>",
    "beside the portal's own": "<div><a href='http://yc.t.example/'>{}</a> <a href='http://sy.t.example/'>{}</a> "
    "<a href='http://ez.t.example/'>{}</a> <a href='http://sz.t.example/'>{}</a> <a href='/sheng/'>看湖北</a></div>",
}
"""Menus of 宜昌, 十堰, 鄂州 and 随州."""


@pytest.mark.parametrize("menu", BRANDED.values(), ids=BRANDED)
@pytest.mark.parametrize(
    "names",
    [
        ("云上宜昌", "看十堰", "鄂州频道", "今日随州"),
        ("宜昌", "爱十堰", "我的鄂州频道", "掌上随州"),
        ("三峡·宜昌", "车城-十堰", "鄂州", "随州新闻"),
        ("直播宜昌", "十堰新闻网", "鄂州在线", "微随州"),
    ],
)
def test_a_brand_in_a_menu_of_cities_that_have_plain_names(menu: str, names: tuple[str, ...]) -> None:
    elsewhere = "<ul><li><a href='/yw/1.html'>宜昌：新修步道</a></li></ul><p><a href='/tq/'>十堰天气</a></p>"
    found = sections_of(menu.format(*names) + elsewhere, "湖北")
    hosts = {"宜昌市": "yc", "十堰市": "sy", "鄂州市": "ez", "随州市": "sz"}
    assert found == {city: f"http://{host}.t.example/" for city, host in hosts.items()}


@pytest.mark.parametrize(
    "beside",
    [
        # A box of its own, beside the menu; of guides for tourists, or with a city of the menu in it.
        "<p><a href='/1/'>爱黄冈</a> <a href='/2/'>我的荆门</a> <a href='/3/'>云上襄阳</a></p>",
        "<p><a href='/1/'>爱黄冈</a> <a href='/2/'>我的荆门</a> <a href='/3/'>今日宜昌</a></p>",
        # A navigation of all kinds, and a list of headlines.
        "<p><a href='/yw/'>要闻</a> <a href='/pl/'>评论</a> <a href='/sp/'>视频</a> <a href='/tp/'>图片</a> "
        "<a href='/zt/'>专题</a> <a href='/1/'>看黄冈</a> <a href='/2/'>荆门</a> <a href='/3/'>咸宁</a></p>",
        "<ul><li><a href='/2026/0301/1.html'>看黄冈</a></li><li><a href='/2026/0301/2.html'>爱荆门</a></li>"
        "<li><a href='/2026/0301/3.html'>襄阳新闻</a></li></ul>",
    ],
)
def test_a_brand_outside_the_menu_of_cities_names_no_section(beside: str) -> None:
    menu = "<div><a href='/yc/'>宜昌</a> <a href='/sy/'>十堰</a> <a href='/ez/'>鄂州</a> <a href='/sz/'>随州</a></div>"
    assert "黄冈市" not in sections_of(menu + beside, "湖北")


def test_other_words_around_a_city_of_the_menu_are_told() -> None:
    found = navigation_of(f"<div>{CITIES}<a href='/sy/'>十堰大看台</a><a href='/tq/'>宜昌大看台</a></div>")
    assert [link.names[0] for link in found.unnamed] == ["十堰大看台"]
    assert len(found.sections) == 4


def test_a_name_that_is_a_word_counts_where_other_divisions_have_the_same_words_around_them() -> None:
    assert sections_of("<p><a href='/rz/'>日照频道</a> <a href='/jn/'>济南频道</a></p>", "山东") == {
        "日照市": "/rz/",
        "济南市": "/jn/",
    }
    assert sections_of("<p><a href='/rz/'>日照频道</a></p>", "山东") == {}


@pytest.mark.parametrize(
    "names",
    [
        ("长阳", "秭归"),
        ("宜昌长阳", "宜昌秭归"),
        ("恩施市", "利川市"),
        ("沙市", "公安"),
        ("红网长沙县站", "红网浏阳站"),
        ("宜昌天气", "襄阳天气"),
        ("宜昌城区", "襄阳城区"),
        ("武汉长江大桥", "襄阳古城"),
        ("宜昌日报", "襄阳日报"),
    ],
)
def test_counties_and_other_things_are_no_sections(names: tuple[str, str]) -> None:
    markup = f"<p><a href='/a/'>{names[0]}</a> <a href='/b/'>{names[1]}</a></p>"
    assert sections_of(markup, "湖北") == sections_of(markup, "湖南") == {}


def test_counties_below_a_city_in_the_menu_change_nothing() -> None:
    found = sections_of(
        "<ul><li><a href='/jz/'>荆州</a><ul><li><a href='/jz/ss/'>沙市</a></li><li><a href='/jz/jzq/'>荆州区</a></li></ul>"
        "</li><li><a href='/es/'>恩施</a><ul><li><a href='/es/ess/'>恩施市</a></li></ul></li></ul>"
    )
    assert found == {"荆州市": "/jz/", "恩施土家族苗族自治州": "/es/"}


def test_an_address_of_several_divisions_is_the_section_of_none() -> None:
    assert sections_of("<p><a href='/yc/'>宜昌</a><a href='/soon/'>襄阳</a><a href='/soon/'>荆州</a></p>") == {
        "宜昌市": "/yc/"
    }


def test_names_in_two_scripts_of_writing() -> None:
    assert sections_of("<p><a href='/yc/'>宜昌<em>YICHANG</em></a></p>") == {"宜昌市": "/yc/"}


def test_a_city_of_the_menu_on_another_host_is_named() -> None:
    navigation = navigation_of(
        "<p><a href='/yc/'>宜昌</a><a href='http://www.xy-daily.example/'>襄阳</a></p>"
        "<div class='links'><a href='http://www.jz-city.example/'>荆州</a></div>"
    )
    assert [section.name for section in navigation.sections] == ["宜昌市"]
    assert [(link.name, link.host) for link in navigation.foreign] == [("襄阳市", "xy-daily.example")]


def test_a_menu_that_lies_on_other_hosts_as_a_whole_is_named() -> None:
    navigation = navigation_of(
        "<p><a href='http://yc.other.example/'>宜昌</a><a href='http://xy.other.example/'>襄阳</a></p>"
    )
    assert not navigation.sections
    assert [link.host for link in navigation.foreign] == ["yc.other.example", "xy.other.example"]


def test_the_name_of_the_province_means_its_city_among_cities() -> None:
    cities = "".join(f"<a href='/list.asp?id={n}'>{name}</a>" for n, name in enumerate(("长春", "四平", "延边州"), 3))
    among = sections_of(f"<div>{cities}<a href='/list.asp?id=9'>吉林</a></div>", "吉林")
    assert among["吉林市"] == "/list.asp?id=9" and len(among) == 4
    assert sections_of(f"<div>{cities}<a href='/list.asp?id=9'>吉　&nbsp;林</a></div>", "吉林") == among
    assert "吉林市" not in sections_of(f"<div>{cities}</div><p><a href='/jl/'>吉林</a></p>", "吉林")


def test_customary_names_of_cities_are_known() -> None:
    assert set(sections_of("<p><a href='/w/'>乌市</a> <a href='/k/'>克州</a> <a href='/b/'>博州</a></p>", "新疆")) == {
        "乌鲁木齐市",
        "克孜勒苏柯尔克孜自治州",
        "博尔塔拉蒙古自治州",
    }


def test_a_name_that_is_also_a_word_means_the_city_among_cities() -> None:
    cities = "<a href='/es/'>恩施</a><a href='/hg/'>黄冈</a><a href='/xg/'>今日孝感</a>"
    assert sections_of(f"<div>{cities}</div>")["孝感市"] == "/xg/"
    assert "孝感市" not in sections_of("<div><a href='/es/'>恩施</a><a href='/xg/'>今日孝感</a></div>")


CITIES = "<a href='/wh/'>武汉</a><a href='/yc/'>宜昌</a><a href='/es/'>恩施州</a><a href='/hs/'>黄石</a>"


@pytest.mark.parametrize(
    ("menu", "unnamed"),
    [
        (f"{CITIES}<a href='/sf/'>沙湖新城</a>", ["沙湖新城"]),
        (f"<ul><li>{CITIES.replace('</a><a', '</a></li><li><a')}</li><li><a href='/sf/'>江北</a></li></ul>", ["江北"]),
        (f"{CITIES}<a href='/'>首页</a><a href='/more/'>更多城市</a><a href='/2026/0301/1.html'>城市群规划</a>", []),
        (f"{CITIES}<a href='http://other.example/'>友网</a><a href='/dq/'>地市</a>", []),
        # A navigation of all kinds is no menu of cities.
        (CITIES + "".join(f"<a href='/{name}/'>{name}</a>" for name in ("国内", "国际", "财经", "体育", "文化")), []),
    ],
)
def test_what_stands_among_cities_and_names_none_is_told(menu: str, unnamed: list[str]) -> None:
    found = navigation_of(f"<div>{menu}</div>")
    assert [link.names[0] for link in found.unnamed] == unnamed
    assert len(found.sections) == 4


@pytest.mark.parametrize("around", ["<div>{}</div>", "<ul><li>{}</li></ul>", "<script>document.write('{}')</script>"])
@pytest.mark.parametrize(
    ("province", "cities", "beside"),
    [
        ("陕西", "西安 宝鸡 延安 榆林", {"韩城": ("韩城市", "610581"), "神木": ("神木市", "610881")}),
        ("湖北", "武汉 宜昌 恩施 黄石", {"枝江": ("枝江市", "420583"), "东湖高新区": ("东湖高新区", "")}),
        ("江苏", "南京 苏州 无锡 徐州", {"昆山": ("昆山市", "320583"), "苏州工业园区": ("苏州工业园区", "320500")}),
        ("广东", "广州 佛山 珠海 中山", {"顺德": ("顺德区", "440606"), "南海区": ("南海区", "440605")}),
        ("重庆", "渝中 江北 酉阳 綦江", {"万盛": ("万盛经开区", "50Z002"), "长寿经开区": ("长寿经开区", "500115")}),
    ],
)
def test_counties_and_zones_of_a_menu_of_cities(
    around: str, province: str, cities: str, beside: dict[str, tuple[str, str]]
) -> None:
    names = [*cities.split(), *beside]
    text = "".join(f'<a href="/p{number}/">{name}</a>' for number, name in enumerate(names))
    if "<li>" in around:
        text = text.replace("</a><a", "</a></li><li><a")
    found = navigation_of(around.format(text), province)
    codes = {section.name: section.division.code if section.division else "" for section in found.sections}
    assert len(codes) == len(names)
    assert codes.items() >= dict(beside.values()).items()
    assert not found.unnamed


@pytest.mark.parametrize("address", ["/p{}/", "/go/{}.html", "/list.php?cid={}", "http://c{}.t.example/xw/"])
@pytest.mark.parametrize(
    ("province", "menu", "counties"),
    [
        ("山东", "济宁 莱芜 菏泽", {"莱芜区": "370116"}),
        ("山东", "济宁 莱芜市 菏泽 首页", {"莱芜区": "370116"}),
        ("山东", "济南 章丘区 滕州 枣庄 更多", {"章丘区": "370114", "滕州市": "370481"}),
        ("福建", "泉州 石狮 漳州", {"石狮市": "350581"}),
        ("福建", "石狮 泉州 漳州 龙岩 莆田", {"石狮市": "350581"}),
        ("湖北", "宜昌 东湖高新区 黄石", {"东湖高新区": ""}),
    ],
)
def test_counties_of_a_menu_of_nothing_but_places(
    province: str, menu: str, counties: dict[str, str], address: str
) -> None:
    links = [f"<li><a href='{address.format(n)}'>{name}</a></li>" for n, name in enumerate(menu.split())]
    found = navigation_of(f"<ul>{''.join(links)}</ul><div><a href='/zt/'>专题</a></div>", province)
    codes = {section.name: section.division.code if section.division else "" for section in found.sections}
    assert codes.items() >= counties.items() and len(codes) == len(set(menu.split()) - {"首页", "更多"})
    assert not found.unnamed


@pytest.mark.parametrize(
    ("province", "menu"),
    [
        (
            "福建",
            "<a href='/qz/'>泉州</a><a href='/zt/2.html'>石狮</a><a href='/zz/'>漳州</a>",
        ),  # a page of another form
        (
            "福建",
            "<a href='/qz/'>泉州</a><a href='/zz/'>漳州</a><a href='/ss/'>石狮</a><a href='/ly/'>旅游</a>",
        ),  # a column
        ("青海", "<a href='/xn/'>西宁</a><a href='/pa/'>平安</a><a href='/hx/'>海西</a>"),  # 平安青海
        ("山东", "<a href='/jn/'>济宁</a><a href='/lw/'>莱芜</a>"),  # one city
        ("山东", "<a href='/jn/'>济宁</a><a href='/hz/'>菏泽</a><a href='/2026/0301/1.html'>莱芜</a>"),  # an article
        ("山东", "<a href='/jn/'>济宁</a><a href='/hz/'>菏泽</a><a href='/jn/ws/'>汶上</a>"),  # a column of the city
        ("河北", "<a href='/zjk/'>张家口</a><a href='/cd/'>承德</a><a href='/qx/'>桥西</a>"),  # in several cities
    ],
)
def test_what_small_menus_hold_beside_cities(province: str, menu: str) -> None:
    found = navigation_of(f"<div>{menu}</div>", province)
    cities = [section for section in found.sections if section.division and section.division.code.endswith("00")]
    assert len(found.sections) == len(cities)


@pytest.mark.parametrize(
    "more",
    [
        "<p><a href='/zj/'>枝江</a></p>",  # a link elsewhere
        "<a href='/yc/zj/'>枝江</a>",  # a column of the city
        "<a href='/2026/0301/1.html'>枝江</a>",  # an article
        "".join(
            f"<a href='/{name}/'>{name}</a>" for name in ("枝江", "当阳", "宜都", "国内", "国际")
        ),  # no menu of cities
    ],
)
def test_counties_that_are_no_sections(more: str) -> None:
    found = navigation_of(f"<div>{CITIES}{more if more.startswith('<a') else ''}</div><div>{more}</div>")
    assert {section.name for section in found.sections} == {"武汉市", "宜昌市", "恩施土家族苗族自治州", "黄石市"}


def test_a_county_of_the_menu_on_another_host_is_told() -> None:
    found = navigation_of(f"<div>{CITIES}<a href='http://zj.other.example/'>枝江</a></div>")
    assert [(one.name, one.host) for one in found.foreign] == [("枝江市", "zj.other.example")]


NUMBERED = (
    "{n}.{name}",
    "0{n} {name}",
    "（{han}）{name}",
    "{han}、{name}",
    "[{n}] {name}",
    "{n}、{name}市",
    "{sign}{name}新闻",
)
MENUS = {
    "options": ("<select onchange='location.href=this.value'><option>市州频道</option>{}</select>", "<option value='/{}/'>{}</option>"),
    "links": ("<div class='nav'>{}</div>", "<a href='/{}/'>{}</a>"),
    "data": ("<script>var menu = [{}];</script>", "{{'url': '/{}/', 'name': '{}'}},"),
}  # fmt: skip


def numbered(number: str, item: str, names: dict[str, str]) -> str:
    return "".join(
        item.format(folder, number.format(n=n, name=name, han="一二三"[n - 1], sign="①②③"[n - 1]))
        for n, (folder, name) in enumerate(names.items(), 1)
    )


@pytest.mark.parametrize("form", MENUS)
@pytest.mark.parametrize("number", NUMBERED)
def test_the_items_of_a_menu_may_be_numbered(number: str, form: str) -> None:
    around, item = MENUS[form]
    found = sections_of(around.format(numbered(number, item, {"yc": "宜昌", "jz": "荆州", "xy": "襄阳"})))
    assert found == {"宜昌市": "/yc/", "荆州市": "/jz/", "襄阳市": "/xy/"}


@pytest.mark.parametrize("text", ["3.15宜昌晚会", "2026 宜昌", "5个宜昌人", "宜昌 1:0 荆州"])
def test_a_number_of_something_else_names_no_section(text: str) -> None:
    assert sections_of(f"<a href='/a/'>{text}</a>") == {}


@pytest.mark.parametrize("number", [*NUMBERED[:5], "{sign}{name}"])
def test_counties_may_be_numbered(number: str) -> None:
    menu = numbered(number, "<a href='/{}/'>{}</a>", {"yl": "夷陵区", "zg": "秭归县", "yd": "宜都市"})
    page = read_page(f"<html><body><div>{menu}</div></body></html>".encode(), url=HOME)
    city = next(one for one in places.divisions_of(places.province("湖北")) if one.short == "宜昌")  # type: ignore[arg-type]
    assert isinstance(page, Page)
    found = county_columns(PagerView(page.root, HOME, HOME, 1), places.counties_of(city))
    assert [column.name for column in found] == ["夷陵区", "秭归县", "宜都市"]


@pytest.mark.parametrize(
    "menu",
    [
        "<select onchange='location.href=this.value'>{}</select>",
        "<form><select name='xs' onchange=\"window.open(this.options[this.selectedIndex].value)\">{}</select></form>",
    ],
)
def test_counties_may_be_the_options_of_a_list(menu: str) -> None:
    names = {"981": "市直", "98101": "夷陵", "98102": "秭归县", "98103": "宜都"}
    options = "".join(f"<option value='/list.aspx?area={number}'>{name}</option>" for number, name in names.items())
    page = read_page(f"<html><body>{menu.format(options)}</body></html>".encode(), url=HOME)
    city = next(one for one in places.divisions_of(places.province("湖北")) if one.short == "宜昌")  # type: ignore[arg-type]
    assert isinstance(page, Page)
    found = county_columns(PagerView(page.root, HOME, HOME, 1), places.counties_of(city))
    assert [(column.name, column.url.rpartition("=")[2]) for column in found] == [
        ("夷陵区", "98101"),
        ("秭归县", "98102"),
        ("宜都市", "98103"),
    ]
