"""The menu of cities in frames and scripts of the homepage, and cities that live on other hosts."""

from __future__ import annotations

import pytest

from newscrawler.crawling.spider.homepage import MAX_FRAMES, MAX_SCRIPT_FILES
from newscrawler.demo.model import Response
from support import nightly
from support.pages import DEFINITION, Pages, article, listing

MENU = "<a href='/yichang/'>宜昌</a> <a href='/enshi/'>恩施州</a>"


def site(homepage: str, **more: str | Response) -> Pages:
    pages: dict[str, str | Response] = {"/": f"<html><body><h2>山水要闻</h2>{homepage}</body></html>"}
    for number, city in enumerate(("yichang", "enshi")):
        entries = [(f"/{city}/2026/0305/{n}.html", f"{city}河边新修了步道{n}", "2026-03-05") for n in range(4)]
        pages[f"/{city}/"] = listing(entries)
        pages |= {path: article(title, f"2026-03-0{5 - number}") for path, title, _ in entries}
    return Pages({**pages, **{f"/{name.replace('__', '.')}": page for name, page in more.items()}})


def script(text: str, encoding: str = "utf-8", content_type: str = "application/javascript") -> Response:
    return Response(200, {"Content-Type": content_type}, text.encode(encoding))


@nightly.by_day(1)
@pytest.mark.parametrize(
    ("homepage", "more"),
    [
        ("<iframe src='/nav.html'></iframe>", {"nav__html": f"<html><body>{MENU}</body></html>"}),
        (
            "<iframe src='top.html'></iframe>",
            {"top__html": "<html><iframe src='/nav.html'></iframe></html>", "nav__html": f"<html>{MENU}</html>"},
        ),
        ("<script src='/menu.js'></script>", {"menu__js": script(f'document.write("{MENU}")')}),
        (
            "<script src='/menu.js' charset='gbk'></script>",
            {"menu__js": script("var c=[{n:'宜昌',u:'/yichang/'},{n:'恩施',u:'/enshi/'}]", "gbk")},
        ),
        ("<script src='/menu.js'></script>", {"menu__js": script(f'document.write("{MENU}")', "gb18030")}),
        ("<script>$('#nav').load('/nav.html')</script>", {"nav__html": f"<ul>{MENU}</ul>"}),
        (
            "<script src='/menu.js'></script>",
            {
                "menu__js": script("document.write('<iframe src=\"/nav.html\"></iframe>')"),
                "nav__html": f"<html>{MENU}</html>",
            },
        ),
        (
            "<script src='/gone.js'></script><iframe src='/gone.html'></iframe><iframe src='/nav.html'></iframe>",
            {"nav__html": f"<html><body>{MENU}</body></html>"},
        ),
    ],
)
def test_a_menu_in_a_part_of_the_homepage(crawl, homepage: str, more: dict[str, str | Response]) -> None:
    done = crawl(site(homepage, **more))
    assert done.status == 0, done.messages
    assert {row["name"] for row in done.rows("SELECT name FROM sections")} == {"宜昌市", "恩施土家族苗族自治州"}
    assert done.one("SELECT count(*) AS n FROM articles")["n"] == 8


@pytest.mark.slow
def test_frames_that_hold_each_other_end(crawl) -> None:
    frames = "".join(f"<iframe src='/f{n}.html'></iframe><script src='/s{n}.js'></script>" for n in range(20))
    more: dict[str, str | Response] = {f"f{n}__html": f"<html>{frames}</html>" for n in range(20)}
    more |= {f"s{n}__js": script("var x = '宜昌';") for n in range(20)}
    done = crawl(site(frames, **more))
    assert done.status == 1 and "no link on the homepage is named after a division" in done.messages
    assert sum(path.startswith("/f") for path in crawl.requests) == MAX_FRAMES
    assert sum(path.startswith("/s") for path in crawl.requests) == MAX_SCRIPT_FILES


@pytest.mark.slow
def test_a_link_to_the_homepage_itself_is_no_section(crawl) -> None:
    crawl(site("<p><a href='/'>武汉</a><a href='/yichang/'>宜昌</a><a href='/enshi/'>恩施</a></p>"))
    assert crawl.requests.count("/") == 1


def test_a_frame_that_cannot_be_read_is_told(crawl) -> None:
    broken = Response(403, {"Content-Type": "text/html"}, b"<h1>403 Forbidden</h1>")
    done = crawl(site(f"<iframe src='/nav.html'></iframe>{MENU}", nav__html=broken))
    assert done.status == 0 and "sections may be missing" in done.messages
    assert "http://www.t.example/nav.html answered 403" in done.messages


@pytest.mark.slow
def test_a_login_form_in_a_frame_is_no_block(crawl) -> None:
    login = "<html><form>用户登录 <input type='password' name='p'></form></html>"
    done = crawl(site(f"<iframe src='/login.html'></iframe>{MENU}", login__html=login))
    assert done.status == 0 and "missing" not in done.messages


def test_frames_of_other_hosts_are_not_requested(crawl) -> None:
    done = crawl(site("<iframe src='http://www.other.example/nav.html'></iframe>" + MENU))
    assert done.status == 0
    assert "/nav.html" not in crawl.requests


@pytest.mark.slow
def test_a_homepage_with_a_whole_menu_needs_no_part(crawl) -> None:
    cities = "武汉 黄石 十堰 宜昌 襄阳 鄂州 荆门 孝感 荆州"
    menu = "".join(f"<a href='/{'yichang' if city == '宜昌' else city}/'>{city}</a>" for city in cities.split())
    crawl(site(f"<p>{menu}</p><iframe src='/nav.html'></iframe><script src='/menu.js'></script>"), "--city", "宜昌")
    assert not {"/nav.html", "/menu.js"} & set(crawl.requests)


@pytest.mark.slow
def test_a_zone_is_a_section_with_its_own_code(crawl) -> None:
    definition = DEFINITION.replace("湖北省", "河北省")
    menu = "<p><a href='/yichang/'>雄安</a><a href='/enshi/'>定州</a><a href='/baoding/'>涿州</a></p>"
    done = crawl(site(menu), "--city", "雄安新区", "--city", "定州", definition=definition)
    assert done.status == 0, done.messages
    assert {tuple(row.values()) for row in done.rows("SELECT DISTINCT city, city_code FROM articles_flat")} == {
        ("雄安新区", "13Z001"),
        ("定州市", "130682"),
    }


EXTRA = DEFINITION + '[sections.extra]\n"要闻" = "/enshi/"\n'


def test_extra_sections_are_read_beside_those_of_the_homepage(crawl) -> None:
    done = crawl(site("<p><a href='/yichang/'>宜昌</a></p>"), definition=EXTRA)
    assert done.status == 0, done.messages
    sections = done.rows("SELECT name, city, url FROM sections ORDER BY id")
    assert [(row["name"], row["city"]) for row in sections] == [("宜昌市", "宜昌市"), ("要闻", None)]
    assert done.one("SELECT count(*) AS n FROM articles")["n"] == 8


@pytest.mark.slow
def test_an_extra_section_takes_the_place_of_one_of_the_same_name(crawl) -> None:
    definition = DEFINITION + '[sections.extra]\n"宜昌市" = "/enshi/"\n'
    done = crawl(site("<p><a href='/yichang/'>宜昌</a></p>"), definition=definition)
    assert done.one("SELECT name, url FROM sections") == {"name": "宜昌市", "url": "http://www.t.example/enshi/"}


@pytest.mark.slow
def test_extra_sections_are_read_although_the_homepage_names_no_city(crawl) -> None:
    done = crawl(site("<p>欢迎</p>"), "--city", "要闻", definition=EXTRA)
    assert done.status == 0 and "named after a division" in done.messages
    assert [row["name"] for row in done.rows("SELECT name FROM sections")] == ["要闻"]


def test_a_city_on_another_host_is_told_with_the_line_to_add(crawl) -> None:
    done = crawl(site(f"<p>{MENU}<a href='http://www.xy-daily.example/'>襄阳</a></p>"))
    assert done.status == 0
    (warning,) = done.rows("SELECT reason FROM run_events WHERE kind = 'warning'")
    assert "襄阳市" in warning["reason"] and 'allowed_hosts = ["xy-daily.example"]' in warning["reason"]
    assert 'allowed_hosts = ["xy-daily.example"]' in done.messages


def test_a_homepage_that_a_script_builds_is_told(crawl) -> None:
    """There is no menu to name sections from: the message says why, and what finds their lists."""
    done = crawl(site("<noscript>请启用脚本</noscript><div id='app'></div><script src='/app.js'></script>"))
    assert done.status == 1 and "the page is built by a script (an empty <div id='app'>)" in done.messages
    assert "check --browser finds the data of their lists" in done.messages
