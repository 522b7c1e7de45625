"""What proves the end of a listing, what shows that it goes on, and what a crawl then claims."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from newscrawler.cli.main import cli
from newscrawler.demo.model import Response
from newscrawler.demo.server import SiteServer
from support import nightly
from support.crawls import check
from support.endings import DAYS, STORIES, next_link, section, site, stored, three_pages
from support.pages import DEFINITION, article, html, listing


def test_a_page_without_a_pager_proves_no_end(crawl) -> None:
    pages = site({"/yichang/": listing(STORIES[:8], "")})
    done = crawl(pages)
    assert done.status == 0 and stored(done) == 8
    assert section(done) == {
        "mark": DAYS[7],
        "listing_end": "unproven",
        "reason": "nothing proves that this is the listing's end",
        "outcome": "unproven",
    }
    assert "nothing proves that their listings end where they were read to: 宜昌市" in done.messages
    # The next day shows one more entry and no longer the last: the mark stays where it is, as of the new run.
    pages.pages["/yichang/"] = listing(
        [("/2026/0701/7999.shtml", "青石坳的桥今天通车了", "2026-07-01"), *STORIES[:7]], ""
    )
    pages.pages["/2026/0701/7999.shtml"] = article("青石坳的桥今天通车了", "2026-07-01")
    again = crawl(pages)
    assert again.status == 0 and stored(again) == 9
    assert section(again)["mark"] == DAYS[7]
    assert again.one("SELECT complete_run = (SELECT max(id) FROM runs) AS moved FROM sections")["moved"] == 1


@nightly.by_day(5)
@pytest.mark.parametrize(
    "pagers",
    [
        (next_link(1), next_link(2), ""),
        (next_link(1), next_link(2), "<span>下一页</span>"),
        (next_link(1), next_link(2), "<a href='javascript:;'>下一页</a>"),
        (next_link(1), next_link(2), "<div class='page'></div>"),
        (next_link(1), next_link(2), next_link(2)),
        tuple(f"<script>createPageHTML(3, {n}, 'index', 'html');</script>" for n in range(3)),
        tuple(f"第{n}/3页<a href='javascript:goPage({n + 1})'>下一页</a>" for n in (1, 2, 3)),
    ],
    ids=["gone", "off", "no address", "empty", "to itself", "by count", "guessed"],
)
def test_the_end_of_a_pager_proves_the_end_of_a_listing(crawl, pagers: tuple[str, ...]) -> None:
    done = crawl(site(three_pages(*pagers)))
    assert done.status == 0, done.messages
    assert stored(done) == 24
    assert (section(done)["mark"], section(done)["outcome"]) == ("beginning", "end")


@nightly.by_day(2)
@pytest.mark.parametrize(
    ("pager", "shown"),
    [
        ("<a class='more' href='javascript:;' onclick='more(2)'>加载更多</a>", "加载更多"),
        ("共 9 页", "9 pages"),
        ("<a href='#' onclick='goto(2)'>下一页</a>", "goto(2)"),
        ("<script>var totalPage = 9; render(totalPage);</script>", "totalPage = 9"),
        ("<div class='pagination' id='p'></div><script src='/pager.js'></script>", "<div id='p'>"),
    ],
)
def test_a_listing_that_goes_on_out_of_reach_is_incomplete(crawl, pager: str, shown: str) -> None:
    pages = site({"/yichang/": listing(STORIES[:12], pager)})
    for _ in range(2):  # the second crawl stops at known entries, and is incomplete all the same
        done = crawl(pages)
        assert done.status == 1
        assert stored(done) == 12
        assert section(done)["mark"] == DAYS[11] and section(done)["listing_end"] == "more"
        assert shown in str(section(done)["reason"]) and "section 宜昌市 goes on" in done.messages
        assert "listing.next" in done.messages
    from click.testing import CliRunner

    sentence = CliRunner().invoke(cli, ["coverage", "--total", "--archive", str(done.archive)]).output
    assert "t 宜昌市: the listing goes on in a way that cannot be followed: " in sentence and shown in sentence
    assert "See http://www.t.example/yichang/; what is missing can often be had by listing.next" in sentence


def test_coverage_tells_of_a_listing_that_the_last_run_could_not_read(crawl) -> None:
    from click.testing import CliRunner

    pages = {**three_pages(next_link(1), next_link(2), "共 3 页"), "/yichang/": listing(STORIES[:8], next_link(1))}
    whole = crawl(site(pages))
    broken = crawl(site({**pages, "/yichang/": html("<h1>500</h1>", 500)}))
    assert (whole.status, broken.status) == (0, 1)
    told = CliRunner().invoke(cli, ["coverage", "--total", "--archive", str(broken.archive)]).output
    assert "t 宜昌市: the last run could not read the listing: listing page 1 answered 500." in told
    assert "read to the proven end of the listing" in told  # by the run before


def test_a_pager_that_states_too_many_pages_moves_no_mark(crawl) -> None:
    pagers = [f"<script>createPageHTML(5, {n}, 'index', 'html');</script>" for n in range(3)]
    done = crawl(site(three_pages(*pagers)))
    assert done.status == 1 and stored(done) == 24
    assert section(done)["mark"] is None and "listing page 4 answered 404" in done.messages
    empty = {"/yichang/index_3.html": listing([], "共 5 页")}
    done = crawl(site({**three_pages(*pagers), **empty}), archive=done.archive.with_name("b.db"))
    assert done.status == 1 and section(done)["listing_end"] == "more"
    assert section(done)["mark"] == DAYS[23]


def test_a_list_that_a_script_fills_is_not_called_empty(crawl) -> None:
    app = "<html><body><div id='app'></div><script>fetch('/api/list?id=7').then(show)</script></body></html>"
    done = crawl(site({"/yichang/": app}))
    assert done.status == 1 and section(done)["mark"] is None
    assert "the page is built by a script" in done.messages


@pytest.mark.slow
def test_a_page_of_links_without_an_entry_is_not_called_empty(crawl) -> None:
    links = "".join(f"<p><a href='/c/{word}/'>{word}频道</a></p>" for word in "甲乙丙丁戊己庚辛壬癸子丑")
    done = crawl(site({"/yichang/": f"<html><body>{links}</body></html>"}))
    assert done.status == 1
    assert (
        "no link of the listing looks like an article; 12 links were seen, such as http://www.t.example/c/"
        in done.messages
    )


@nightly.by_day(0, 3)
@pytest.mark.parametrize(
    ("titles", "note", "status"),
    [
        (["渡口的石阶今天修整完毕明天开放", "清河县城的石桥又添了二十盏路灯", "集市上的竹编一个上午就全部卖空"], "", 1),
        (["渡口的石阶今天修整完毕明天开放", "清河县城的石桥又添了二十盏路灯"], "", 0),
        (["乡镇动态", "部门信息", "便民服务", "办事指南"], "", 0),
        (["渡口的石阶今天修整完毕明天开放", "清河县城的石桥又添了二十盏路灯", "集市上的竹编一个上午就全部卖空"], "暂无内容", 0),
    ],
    ids=["three headlines", "two", "words of a menu", "it says that it is empty"],
)  # fmt: skip
def test_a_page_of_headlines_without_an_entry_is_not_called_empty(crawl, titles, note, status) -> None:
    links = "".join(f"<p><a href='/c/{'甲乙丙丁'[n]}/'>{title}</a></p>" for n, title in enumerate(titles))
    done = crawl(site({"/yichang/": f"<html><body>{links}{note}</body></html>"}))
    assert done.status == status
    assert ("no link of the listing looks like an article" in done.messages) is (status == 1)


@nightly.by_day(0)
@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (
            "[listing]\nentry = '.none a'\n",
            "listing.entry = '.none a' matches no link; 8 links were seen, such as http",
        ),
        ("[article]\nurl = '/none/'\n", "no link matches article.url = '/none/'; 8 links were seen, such as http"),
    ],
)
def test_a_wrong_rule_is_named(crawl, rule: str, message: str) -> None:
    done = crawl(site({"/yichang/": listing(STORIES[:8])}), definition=DEFINITION.replace("[crawl]", f"{rule}[crawl]"))
    assert done.status == 1 and message in done.messages


@nightly.by_day(1)
@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("[listing]\nentry = '.none a'\n", "listing.entry = '.none a' matches no link; 9 links were seen"),
        ("[article]\nurl = '/none/'\n", "no link matches article.url = '/none/'; 9 links were seen"),
    ],
)
def test_a_wrong_rule_is_named_where_a_pager_leads_on(crawl, rule: str, message: str, tmp_path: Path) -> None:
    """What the pager leads to is read, and a check stops at the first page: each names the rule, not that."""
    pages = site(three_pages(next_link(1), next_link(2), ""))
    definition = DEFINITION.replace("[crawl]", f"{rule}[crawl]")
    done = crawl(pages, definition=definition)
    assert done.status == 1 and f"page 1 shows no entry, and leads on: {message}" in done.messages
    with SiteServer(pages) as server:
        checked = check(tmp_path, "--via", server.url, definition=definition)
    assert checked.returncode == 1 and "--limit" not in checked.stderr
    assert f"Error: section 宜昌市: page 1 shows no entry, and leads on: {message}" in checked.stderr


@pytest.mark.slow
def test_the_summary_of_a_crawl_says_of_each_section_why_on_a_line(crawl) -> None:
    names = ["宜昌", "武汉", "黄石", "十堰", "襄阳", "鄂州", "荆门", "孝感", "荆州", "黄冈", "咸宁", "随州", "恩施"]
    home = "".join(f"<a href='/{n}/'>{name}</a> " for n, name in enumerate(names))
    done = crawl(site({}, home=f"<html><body><div>{home}</div></body></html>"))
    lines = [line for line in done.messages.splitlines() if line.startswith("t: incomplete: ")]
    assert done.status == 1 and len(lines) == 10
    assert all(line.count("section ") == 1 and line.endswith("answered 404") for line in lines)
    assert "t: … 3 more; 'newscrawler runs show KEY' lists them." in done.messages


@pytest.mark.slow
def test_a_known_listing_without_a_proven_end_is_not_read_again_to_its_end(crawl) -> None:
    """Data in pages that state no count: an empty page is their end, and the next crawl stops at known entries."""

    def page(number: int) -> Response:
        rows = [{"title": t, "url": p, "time": d} for p, t, d in STORIES[10 * number - 10 : 10 * number]]
        return Response(200, {"Content-Type": "application/json"}, json.dumps({"rows": rows}).encode())

    pages = site({f"/api?page={n}": page(n) for n in range(1, 6)})
    definition = DEFINITION.replace("[crawl]", "[sections]\n'宜昌市' = '/api?page=1'\n[crawl]")
    done = crawl(pages, definition=definition)
    assert done.status == 0 and stored(done) == 40
    assert section(done)["mark"] == "beginning" and section(done)["reason"] == "the list is empty"
    crawl(pages, definition=definition)
    assert [path for path in crawl.requests if path.startswith("/api")] == ["/api?page=1"]


# Front pages and their columns


def block(name: str, folder: str, stories: list[tuple[str, str, str]]) -> str:
    links = "".join(f"<li><a href='{path}'>{title}</a></li>" for path, title, _ in stories[:4])
    return f"<div class='b'><h2><a href='{folder}'>{name}</a><a class='m' href='{folder}'>更多&gt;&gt;</a></h2><ul>{links}</ul></div>"


COLUMNS = {
    "要闻": ("/yichang/yw/", STORIES[:16]),
    "县区": ("/yichang/xq/", STORIES[16:30]),
    "民生": ("/yichang/ms/", STORIES[30:]),
}


def front_page() -> dict[str, object]:
    pages: dict[str, object] = {
        "/yichang/": "".join(block(name, folder, stories) for name, (folder, stories) in COLUMNS.items())
    }
    for folder, stories in COLUMNS.values():
        parts = [part for part in (stories[:12], stories[12:]) if part]
        for number, part in enumerate(parts):
            script = f"<script>createPageHTML({len(parts)}, {number}, 'index', 'html');</script>"
            pages[f"{folder}index_{number}.html" if number else folder] = listing(part, script)
    return pages


@pytest.mark.slow
def test_a_front_page_is_read_by_its_columns(crawl) -> None:
    pages = site(front_page())
    done = crawl(pages)
    assert done.status == 0, done.messages
    assert stored(done) == 40
    rows = done.rows("SELECT name, city, front, complete_back_to, listing_end FROM sections ORDER BY id")
    assert [tuple(row.values()) for row in rows] == [
        ("宜昌市", "宜昌市", None, "beginning", "columns"),
        *((f"宜昌市/{name}", "宜昌市", "宜昌市", "beginning", "proven") for name in COLUMNS),
    ]
    again = crawl(pages)
    assert again.status == 0
    assert len(crawl.requests) == 6  # robots.txt, the homepage, the front page, the first page of each column


def test_a_front_page_is_as_complete_as_its_worst_column(crawl) -> None:
    pages = front_page()
    pages["/yichang/xq/index_1.html"] = html("busy", 503)
    pages["/yichang/ms/"] = listing(STORIES[30:], "")
    done = crawl(site(pages))
    assert done.status == 1
    assert section(done)["mark"] is None
    pages["/yichang/xq/"] = listing(STORIES[16:30], "")
    done = crawl(site(pages), archive=done.archive.with_name("b.db"))
    assert done.status == 0
    assert section(done)["mark"] == DAYS[29]


@pytest.mark.slow
def test_a_column_that_is_gone_from_its_front_page_is_told(crawl) -> None:
    pages = site(front_page())
    first = crawl(pages)
    pages.pages["/yichang/"] = "".join(block(name, *COLUMNS[name]) for name in ("要闻", "县区"))
    done = crawl(pages)
    assert "no longer shows the column 宜昌市/民生" in done.messages
    assert section(done) == {**section(first), "mark": "beginning"}
    assert done.one("SELECT complete_run AS run FROM sections WHERE name = '宜昌市'")["run"] == 1


@pytest.mark.slow
def test_columns_can_be_switched_off_and_named(crawl) -> None:
    off = DEFINITION.replace("[crawl]", "[listing]\ncolumns = false\n[crawl]")
    done = crawl(site(front_page()), definition=off)
    assert (done.status, section(done)["outcome"]) == (0, "unproven"), done.messages  # no standing alarm
    assert [row["name"] for row in done.rows("SELECT name FROM sections")] == ["宜昌市"]
    named = DEFINITION.replace("[crawl]", "[sections]\n'宜昌市/要闻' = '/yichang/yw/'\n[crawl]")
    done = crawl(site(front_page()), definition=named, archive=done.archive.with_name("b.db"))
    assert done.status == 0 and stored(done) == 16
    assert done.one("SELECT name, city FROM sections") == {"name": "宜昌市/要闻", "city": "宜昌市"}


@pytest.mark.slow
def test_a_front_page_that_links_to_itself_and_to_all_others_is_bounded(crawl) -> None:
    folders = [f"/yichang/{n}/" for n in range(32)]
    blocks = "".join(block(f"栏目{n}", folder, STORIES[:4]) for n, folder in enumerate(folders))
    every = block("自己", "/yichang/", STORIES[:4]) + block("首页", "/", STORIES[:4]) + blocks
    done = crawl(site({"/yichang/": every, **dict.fromkeys(folders, every)}))
    assert done.status == 1
    assert len(done.rows("SELECT 1 FROM sections")) == 31
    assert "a front page of more than 30 columns" in done.messages
    assert section(done)["mark"] != "beginning"


@pytest.mark.slow
def test_rules_for_one_section_leave_the_others_alone(crawl) -> None:
    home = "<html><body><div><a href='/yichang/'>宜昌</a> <a href='/jingzhou/'>荆州</a></div></body></html>"
    odd = listing(STORIES[:6]).replace("<ul", "<ol").replace("</ul", "</ol") + listing(STORIES[20:])
    pages = site({"/yichang/": odd, "/jingzhou/": listing(STORIES[6:12])}, home=home)
    rules = "[[listing]]\nsections = ['宜昌市']\nentry = 'ol a'\n[[listing]]\nurl = '/jing'\nnext = 'a.weiter'\n"
    done = crawl(pages, definition=DEFINITION.replace("[crawl]", f"{rules}[crawl]"))
    assert done.status == 0 and stored(done) == 12


@pytest.mark.slow
def test_addresses_that_turned_out_to_be_articles_are_known_to_the_next_crawl(crawl) -> None:
    """Two undated entries with odd addresses are a list, once the portal is known to have such articles."""
    stories = [
        (f"/p/{code}.html", f"青石坳第{n}段水渠修成通水", "2026-06-30")
        for n, code in enumerate(("kQ7xA", "b29Zd", "Tt4mm"))
    ]
    later = [
        (f"/p/{code}.html", title, "") for code, title in (("n83Vq", "枣林坡的桥通车"), ("Zu61c", "枣林坡的灯亮了"))
    ]
    pages = site(
        {"/yichang/": listing(stories)}, [*stories, *((path, title, "2026-07-01") for path, title, _ in later)]
    )
    done = crawl(pages)
    assert json.loads(done.one("SELECT article_shapes FROM portals")["article_shapes"]) == {"t.example/w/#.html": 3}
    pages.pages["/yichang/"] = listing(later)
    assert stored(crawl(pages)) == 5


# Leads to more beside the pager


@nightly.by_day(1)
@pytest.mark.parametrize(
    "lead",
    ["<a href='/yichang/2023/'>2023年</a>", "<a href='/yichang/old/'>历史新闻</a>", "<a href='/yichang/ms/'>民生</a>",
     "<a href='/yichang/index_9.html'>尾页</a>"],
)  # fmt: skip
def test_a_pager_proves_no_end_beside_a_lead_to_more(crawl, lead: str) -> None:
    done = crawl(site(three_pages(next_link(1), next_link(2), lead)))
    assert done.status == 1 and stored(done) == 24
    assert section(done)["listing_end"] == "more" and section(done)["mark"] == DAYS[23]
    assert "its pages lead to 1 other that was not read, such as" in done.messages


@pytest.mark.slow
@pytest.mark.parametrize("first", [1, 2])
def test_a_pager_that_names_its_last_page_only_is_followed_to_it(crawl, first: int) -> None:
    """Pages are counted from 0 or from 1; the address of the last one tells the form of the others."""
    names = ["", *(f"index_{n}.html" for n in range(first, first + 3))]
    pages: dict[str, object] = {
        f"/yichang/{name}": listing(STORIES[8 * n : 8 * n + 8], f"<a href='{names[-1]}'>尾页</a>" if n < 3 else "")
        for n, name in enumerate(names)
    }
    done = crawl(site(pages))
    assert done.status == 0, done.messages
    assert stored(done) == 32 and section(done)["mark"] == "beginning"
    del pages[f"/yichang/{names[2]}"]
    done = crawl(site(pages), archive=done.archive.with_name("b.db"))
    assert done.status == 1 and section(done)["mark"] == DAYS[15]


@pytest.mark.slow
@pytest.mark.parametrize("after", [html("<h1>404</h1>", 404), listing([], ""), "last", html("busy", 503)])
def test_a_form_that_asks_for_a_page_is_followed_until_nothing_new_comes(crawl, after: Response | str) -> None:
    form = "<form action='/yichang/'>第<input name='page'>页 <input type='submit' value='跳转'></form>"
    pages: dict[str, object] = {
        f"/yichang/{f'?page={n + 1}' if n else ''}": listing(STORIES[8 * n : 8 * n + 8], form) for n in range(3)
    }
    pages["/yichang/?page=4"] = pages["/yichang/?page=3"] if after == "last" else after
    done = crawl(site(pages))
    assert stored(done) == 24
    if isinstance(after, Response) and after.status == 503:
        assert done.status == 1 and "the page that may follow page 3 could not be read" in done.messages
        assert section(done)["mark"] == DAYS[23]
    else:
        assert (done.status, section(done)["mark"]) == (0, "beginning"), done.messages


@pytest.mark.slow
def test_a_list_in_a_frame_of_the_sections_own_folder_is_read(crawl) -> None:
    hot = "".join(f"<li><a href='{path}'>{title}</a></li>" for path, title, _ in STORIES[:4])
    frames = "<iframe src='/yichang/list.html'></iframe><iframe src='/ads/top.html'></iframe>"
    pages = {
        "/yichang/": f"<html><body>{frames}<ul>{hot}</ul></body></html>",
        "/yichang/list.html": listing(STORIES[:12], "<a href='list_2.html'>下一页</a>"),
        "/yichang/list_2.html": listing(STORIES[12:24]),
    }
    done = crawl(site(pages))
    assert (done.status, stored(done)) == (0, 24), done.messages
    assert "/ads/top.html" not in crawl.requests


def test_an_error_at_a_guessed_address_is_not_taken_for_its_absence(crawl) -> None:
    """The address after it would bring new entries, and skip those of the page that failed."""
    pages = three_pages("<a href='index_2.html'>尾页</a>", "<a href='index_2.html'>尾页</a>", "")
    done = crawl(site({**pages, "/yichang/index_1.html": html("busy", 503)}))
    assert done.status == 1 and stored(done) == 8
    assert section(done)["mark"] == DAYS[7]
    done = crawl(site(pages), archive=done.archive.with_name("b.db"))
    assert (done.status, stored(done), section(done)["mark"]) == (0, 24, "beginning")


def test_a_last_page_1_is_the_second_one_only_if_it_leads_back(crawl) -> None:
    """Counted from 0 it is the next page; a pager that counts down has others between."""
    pages = {
        "/yichang/": listing(STORIES[:8], "<a href='index_1.html'>尾页</a>"),
        "/yichang/index_1.html": listing(STORIES[8:16], "<a href='index.html'>首页</a> <a href='./'>上一页</a>"),
        "/enshi/": listing(STORIES[16:24], "<a href='index_1.html'>尾页</a>"),
        "/enshi/index_2.html": listing(STORIES[24:32], "<a href='index_1.html'>尾页</a>"),
        "/enshi/index_1.html": listing(STORIES[32:], "<a href='./'>首页</a> <a href='index_2.html'>上一页</a>"),
    }
    done = crawl(site(pages, home="<html><body><a href='/yichang/'>宜昌</a> <a href='/enshi/'>恩施</a></body></html>"))
    assert done.status == 1 and stored(done) == 24
    assert section(done)["mark"] == "beginning"
    assert section(done, "恩施土家族苗族自治州")["outcome"] == "more"


@pytest.mark.slow
def test_a_window_of_page_numbers_is_followed_beyond_its_edge(crawl) -> None:
    pagers = ["<b>1</b><a href='index_1.html'>2</a><a href='index_2.html'>...</a>",
              "<a href='./'>1</a><b>2</b><a href='index_2.html'>下2页</a>",
              "<a href='index_1.html'>2</a><b>3</b>"]  # fmt: skip
    done = crawl(site(three_pages(*pagers)))
    assert done.status == 0 and stored(done) == 24
    assert section(done)["mark"] == "beginning"


@pytest.mark.slow
def test_a_navigation_that_the_homepage_has_leads_to_nothing_more(crawl) -> None:
    menu = "<a href='/yichang/zt/'>专题</a> <a href='/jingzhou/'>荆州</a>"
    home = f"<html><body><div><a href='/yichang/'>宜昌</a> {menu}</div></body></html>"
    pages = {
        **three_pages(*(f"{menu} {pager}" for pager in (next_link(1), next_link(2), ""))),
        "/jingzhou/": listing([]),
    }
    done = crawl(site(pages, home=home), "--city", "宜昌")
    assert (done.status, section(done)["mark"]) == (0, "beginning")


@pytest.mark.slow
def test_articles_outside_of_the_list_are_known_by_the_sections_folder(crawl) -> None:
    stories = [(f"/yichang/2026/0630/{7000 - n}.shtml", f"青石坳第{n}段水渠修成通水", "2026-06-30") for n in range(12)]
    lead = (
        f"<div class='lead'><h2><a href='{stories[0][0]}'>{stories[0][1]}</a></h2><p>山里的水渠今天修成了。</p></div>"
    )
    right = "".join(f"<li><a href='{path}'>{title}</a></li>" for path, title, _ in stories[9:])
    page = f"{lead}{listing(stories[1:9])}<ul class='right'>{right}</ul>"
    assert stored(crawl(site({"/yichang/": page}, stories))) == 12


@pytest.mark.slow
def test_a_list_that_is_the_same_on_the_second_page_is_not_the_list(crawl) -> None:
    same = listing(STORIES[:5], "").replace("class='list'", "class='hot'")
    pages = {"/yichang/": same + next_link(1), "/yichang/index_1.html": same}
    done = crawl(site(pages))
    assert done.status == 1 and "the listing repeats itself" in done.messages


@pytest.mark.slow
@pytest.mark.parametrize(("stated", "status"), [("共8页 ", 1), ("共3页 ", 0), ("", 0)])
def test_a_server_that_shows_its_last_page_again(crawl, stated: str, status: int) -> None:
    """It is usual behind the end. Where the pager states more pages, the rest is kept back."""
    pages = three_pages(*(stated + next_link(number) for number in (1, 2, 3)))
    last = next(page for page in pages.values() if next_link(3) in page)
    done = crawl(site({**pages, "/yichang/index_3.html": last}))
    assert done.status == status and section(done)["mark"] != "beginning"
    said = "page 4 repeats what was read" if status else "nothing proves that their listings end"
    assert said in done.messages, done.messages


@nightly.by_day(1)
@pytest.mark.parametrize("is_filled", [True, False])
def test_an_empty_pager_is_an_end_where_the_server_fills_that_of_other_lists(crawl, is_filled: bool) -> None:
    link = next_link(1) if is_filled else ""
    pages = {
        "/yichang/": f"{listing(STORIES[:8], '')}<div class='fenye'>{link}</div>",
        "/yichang/index_1.html": f"{listing(STORIES[8:16], '')}<div class='fenye'></div>",
        "/jingzhou/": f"{listing(STORIES[16:18], '')}<div class='fenye'></div>",
    }
    home = "<html><body><div><a href='/yichang/'>宜昌</a> <a href='/jingzhou/'>荆州</a></div></body></html>"
    done = crawl(site(pages, STORIES[:18], home))
    assert done.status == (0 if is_filled else 1), done.messages
    marks = {row["mark"] for row in done.rows("SELECT complete_back_to AS mark FROM sections")}
    assert (marks == {"beginning"}) is is_filled


@pytest.mark.slow
def test_years_and_tabs_in_the_folder_of_a_section_are_followed(crawl) -> None:
    leads = "<a href='/yichang/2025/'>2025年</a> <a href='/yichang/ms/'>民生</a> "
    pages = {
        **three_pages(leads + next_link(1), leads + next_link(2), leads),
        "/yichang/2025/": listing(STORIES[24:32]),
        "/yichang/ms/": listing(STORIES[32:]),
    }
    portal = site(pages)
    done = crawl(portal)
    assert done.status == 0, done.messages
    assert stored(done) == 40
    names = ["宜昌市", "宜昌市/2025年", "宜昌市/民生"]
    assert [row["name"] for row in done.rows("SELECT name FROM sections ORDER BY id")] == names
    assert {row["mark"] for row in done.rows("SELECT complete_back_to AS mark FROM sections")} == {"beginning"}
    # Something new in a tab is found although the listing itself stops at known entries.
    portal.pages["/yichang/ms/"] = listing(
        [("/2026/0701/7999.shtml", "青石坳的桥今天通车了", "2026-07-01"), *STORIES[32:]]
    )
    portal.pages["/2026/0701/7999.shtml"] = article("青石坳的桥今天通车了", "2026-07-01")
    assert stored(crawl(portal)) == 41
    portal.pages["/yichang/ms/"] = html("busy", 503)
    done = crawl(portal, "--full")
    assert done.status == 1
    assert done.one("SELECT complete_run AS run FROM sections WHERE name = '宜昌市'")["run"] == 2


@pytest.mark.slow
def test_routes_of_a_page_that_a_script_fills_are_no_articles(crawl) -> None:
    """What stands behind # never reaches the server, which sends the same page for each route."""
    routes = [(f"/yichang/#/detail/{n}", title, day) for n, (_, title, day) in enumerate(STORIES[:6])]
    shell = article("青石坳的水渠", "2026-06-30")
    pages = {"/yichang/list.html": listing([*routes, *STORIES[6:8]]), "/yichang/": shell}
    home = "<html><body><div><a href='/yichang/list.html'>宜昌</a></div></body></html>"
    for _ in range(2):
        done = crawl(site(pages, home=home))
        assert done.status == 1 and stored(done) == 2
        assert section(done)["mark"] is None
        assert "entries are routes of a page that a script fills, such as http" in done.messages
        assert "/yichang/" not in crawl.requests


@pytest.mark.slow
def test_a_single_address_with_a_route_is_an_article(crawl) -> None:
    pages = {"/yichang/": listing([(f"{STORIES[0][0]}#/top", *STORIES[0][1:]), *STORIES[1:4]])}
    done = crawl(site(pages))
    assert (done.status, stored(done), section(done)["mark"]) == (0, 4, "beginning")


def test_a_link_to_more_beside_a_list_is_followed_or_told(crawl) -> None:
    more = {
        "/yichang/all.html": listing(STORIES[:8], "<a href='/yichang/all_2.html'>下一页</a>"),
        "/yichang/all_2.html": listing(STORIES[8:16], ""),
    }
    followed = crawl(
        site({"/yichang/": listing(STORIES[:4], "<p><a href='all.html'>更多宜昌新闻&gt;&gt;</a></p>"), **more})
    )
    assert followed.status == 0 and stored(followed) == 16


@pytest.mark.slow
def test_a_link_to_more_outside_of_the_folder_is_told(crawl) -> None:
    done = crawl(site({"/yichang/": listing(STORIES[:4], "<p><a href='/all.php'>往期回顾</a></p>")}))
    assert done.status == 1 and stored(done) == 4
    assert section(done)["listing_end"] == "more"
    assert "往期回顾 (http" in str(section(done)["reason"])
