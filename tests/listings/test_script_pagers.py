"""Pagers whose work a script or a form does, read as text: forms that are sent, addresses that a script composes, pages
that are counted down."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.extraction.page import Page, read_page
from newscrawler.listings.page_addresses import parameters, plain, post_body
from newscrawler.listings.pagers import PagerView, read_ways
from newscrawler.listings.pagers.guesses import guess_like
from newscrawler.listings.ways import SUBMITTED, WaysOn
from support import nightly

HOST = "http://news.t.example"
STATE = "<input type='hidden' name='__VIEWSTATE' value='/wEP+a=='><input type='hidden' name='__EVENTTARGET'>"
ASPX = f"<form method='post' action='list.aspx?c=3'>{STATE}<input name='key' value='宜昌'>%s</form>"


def ways(markup: str, url: str = "/yc/", number: int = 1, encoding: str = "utf-8", counts_down: bool = False) -> WaysOn:
    page = read_page(f"<html><body><div id='m'>{markup}</div></body></html>".encode(), url=HOST + url)
    assert isinstance(page, Page)
    view = PagerView(page.root, HOST + url, HOST + url, number, encoding=encoding, counts_down=counts_down)
    return read_ways(view)


@pytest.mark.parametrize(
    ("pager", "target", "argument"),
    [
        ("<a href=\"javascript:__doPostBack('pager','2')\">下一页</a>", "pager", "2"),
        ("<a id='n' href='javascript:__doPostBack(&#39;ctl00$c$next&#39;,&#39;&#39;)'>下一页</a>", "ctl00$c$next", ""),
        ("<span>1</span> <a href=\"javascript:__doPostBack('gv','Page$2')\">2</a>", "gv", "Page$2"),
        (
            "<table><tr><td><table><tr><td><span>1</span></td>"
            + "".join(f"<td><a href=\"javascript:__doPostBack('gv','Page${n}')\">{n}</a></td>" for n in range(2, 8))
            + "</tr></table></td></tr></table>",
            "gv",
            "Page$2",
        ),
        (
            "<a href='javascript:WebForm_DoPostBackWithOptions(new WebForm_PostBackOptions(\"ctl$next\", \"\", true, \"\", "
            "\"\", false, true))'>下一页</a>",
            "ctl$next",
            "",
        ),
        ("<a onclick=\"__doPostBack('p','2');return false;\" href='#'>下一页</a>", "p", "2"),
        (
            "<select name='ddl' onchange=\"javascript:setTimeout('__doPostBack(\\'ddl\\',\\'\\')', 0)\">"
            "<option selected value='1'>1</option><option value='2'>2</option></select>",
            "ddl",
            "",
        ),
    ],
)  # fmt: skip
def test_a_post_back_sends_the_form_of_the_page(pager: str, target: str, argument: str) -> None:
    found = ways(ASPX % pager, "/list.aspx?c=3")
    (address,) = found.next_urls
    sent = parameters(address)
    assert found.pager == SUBMITTED and plain(address) == f"{HOST}/list.aspx?c=3" and not found.signs
    assert (sent["__VIEWSTATE"], sent["__EVENTTARGET"], sent.get("__EVENTARGUMENT", "")) == (
        "/wEP+a==",
        target,
        argument,
    )
    assert sent["key"] == "宜昌" and ("ddl" not in pager or sent["ddl"] == "2")


def test_a_form_is_sent_in_the_charset_of_its_page() -> None:
    found = ways(ASPX % "<a href=\"javascript:__doPostBack('p','2')\">下一页</a>", "/list.aspx?c=3", encoding="gb18030")
    assert "key=%D2%CB%B2%FD" in (post_body(found.next_urls[0]) or "")


@pytest.mark.parametrize(
    ("markup", "address", "body"),
    [
        (
            "<script>function go(n){document.f1.page.value=n;document.f1.submit();}</script><form name='f1' method='post'"
            " action='/list.do'><input type='hidden' name='page' value='1'><input type='hidden' name='id' value='7'>"
            "<a href='javascript:go(2)'>下一页</a></form>",
            "/list.do", "page=2&id=7",
        ),
        (
            "<script>function to(p){ $('#no').val(p); $('#frm').submit(); }</script><form id='frm' method='post'>"
            "<input id='no' name='pageNo' value='1'></form><b>1</b><a onclick='to(2)' href='javascript:;'>2</a>",
            "/yc/", "pageNo=2",
        ),
        (
            "<script>function to(p){ document.getElementById('no').value = p; document.forms[0].submit() }</script>"
            "<form><input id='no' name='p' value='1'></form><a href='javascript:to(2)'>下一页</a>",
            "/yc/?p=2", None,
        ),
        (
            "<form method='post' action='/l.asp'><input name='c' type='hidden' value='3'><input type='submit' name='next'"
            " value='下一页'>第1页/共4页</form>",
            "/l.asp", "c=3&next=%E4%B8%8B%E4%B8%80%E9%A1%B5",
        ),
        (
            "<form method='post' action='/l.asp'><input name='page'><input type='submit' value='跳转'>共 5 页</form>",
            "/l.asp", "page=2",
        ),
    ],
)  # fmt: skip
def test_the_code_of_a_click_sends_a_form(markup: str, address: str, body: str | None) -> None:
    (found,) = ways(markup).next_urls
    assert (plain(found), post_body(found)) == (HOST + address, body)


@pytest.mark.parametrize(
    "markup",
    [
        # Logging in, sending a comment, another host, and this page again.
        "<form method='post'><input name='page' value='1'><input type='password' name='w'><a href='javascript:go(2)'>"
        "下一页</a></form><script>function go(n){document.forms[0].page.value=n;document.forms[0].submit()}</script>",
        "<form method='post'><textarea name='t'></textarea><input type='submit' name='next' value='下一页'></form>",
        "<form method='post' action='http://other.example/'><input type='submit' name='next' value='下一页'></form>",
        "<form method='post'><input name='page' value='1'><a href='javascript:go(1)'>下一页</a></form><script>function "
        "go(n){document.forms[0].page.value=n;document.forms[0].submit()}</script>",
        "<a href='/yc/#!post:a=1'>下一页</a>",
        "<a href=\"javascript:location.href='/yc/?#!post:a=1'\">下一页</a>",
        "<div data-url='/yc/list_2.html#!post:a=1'>加载更多</div>",
    ],
)
def test_no_other_form_is_sent(markup: str) -> None:
    found = ways(markup)
    assert all(post_body(url) is None for url in (*found.next_urls, *found.guess_urls)), found


@pytest.mark.parametrize(
    ("markup", "number"),
    [
        ("<a disabled='disabled'>下一页</a>", 2),
        ("<a class='aspNetDisabled' href=\"javascript:__doPostBack('p','')\">下一页</a>", 2),
        ("<input type='submit' name='next' value='下一页' disabled>", 2),
        ("<a href=\"javascript:__doPostBack('p','2')\">下一页</a> 第2页/共2页", 2),
        ("<a href=\"javascript:__doPostBack('p','1')\">1</a> <span>2</span>", 2),
    ],
)
def test_a_form_is_not_sent_behind_the_last_page(markup: str, number: int) -> None:
    found = ways(ASPX % markup, "/list.aspx?c=3", number)
    assert found.end and not found.next_urls and not found.guess_urls, found


def test_a_row_of_numbers_with_more_behind_it_is_no_end() -> None:
    row = "<a href='?p=9'>9</a> <b>10</b> <a href=\"javascript:__doPostBack('gv','Page$11')\">...</a>"
    (address,) = ways(ASPX % row, "/list.aspx?p=10", 10).next_urls
    assert parameters(address)["__EVENTARGUMENT"] == "Page$11"
    found = ways("<a href='?p=9'>9</a> <b>10</b> <a href='javascript:more()'>&gt;&gt;</a>", "/list?p=10", 10)
    assert not found.end and (found.signs or found.hints)


@pytest.mark.parametrize(
    ("script", "markup", "url", "guesses"),
    [
        (
            "$(window).scroll(function(){ $.get(location.pathname+'/more_'+$('#pageNo').val(), add) })",
            "<input type='hidden' id='pageNo' value='2'>", "/yc", ["/yc/more_2", "/yc/more_3"],
        ),
        ("var base='/yc/list_', page=1; function more(){page++; $.get(base + page + '.html', add)}", "", "/yc/",
         ["/yc/list_1.html", "/yc/list_2.html"]),
        ("var id = 77, p = 2; $(window).scroll(function(){ load('/list/' + id + '_' + p++) })", "", "/c/77.html",
         ["/list/77_2", "/list/77_3"]),
        ("let page = 1; const next = () => fetch(`/api/list?c=7&page=${page + 1}`)", "", "/yc/",
         ["/api/list?c=7&page=2", "/api/list?c=7&page=3"]),
        ("var pageIndex=0; $('#l').load('index_' + (pageIndex + 1) + '.html #l li')", "", "/yc/", []),
        ("var pageIndex=0; $('#l').load('index_' + (pageIndex + 1) + '.html')", "", "/yc/",
         ["/yc/index_1.html", "/yc/index_2.html"]),
        ("var curr=1; $('#next').attr('href','list_'+(curr+1)+'.html')", "<a id='next'>下页面</a>", "/yc/",
         ["/yc/list_2.html", "/yc/list_3.html"]),
        ("var page = parseInt($('#p').data('page')); $.getJSON('/j/list', {page: page, cid: '7'}, add)",
         "<i id='p' data-page='2'></i>", "/yc/", ["/j/list?page=1&cid=7", "/j/list?page=2&cid=7"]),
        ("var page=1; $.ajax({url: '/ajax/l', type: 'POST', data: {page: page, c: 'yc'}, success: function(d){ add(d) }})",
         "", "/yc/", ["/ajax/l page=1&c=yc", "/ajax/l page=2&c=yc"]),
        ("var n=1; function more(){ n++; $.post('/more', 'c=7&p=' + n, add) }", "", "/yc/", []),
        # What is no next page: pictures, markup, an article, a sum with something unknown, a size, another host.
        ("var page=1; img.src = '/img/' + page + '.jpg'", "", "/yc/", []),
        ("var page=1; html += '<a href=\"/p/' + page + '\">'", "", "/yc/", []),
        ("for (var k = 0; k < a.length; k++) open('/detail/' + a[k].id + '.html')", "", "/yc/", []),
        ("var page=1; $.get('/list/' + token + '_' + page, add)", "", "/yc/", []),
        ("var page=1; $.get('/search/list?key=a&page=' + page, add)", "", "/yc/", []),
        ("var page=1; $.post('/comment/list', {page: page, id: 7}, add)", "", "/yc/", []),
        ("var page=1; $.get('/stat/click.do?page=' + page)", "", "/yc/", []),
        ("var pageSize=8; $.get('/list?size=' + pageSize, add)", "", "/yc/", []),
        ("var page=1; $.get('http://other.example/' + page + '.html', add)", "", "/yc/", []),
    ],
)  # fmt: skip
def test_addresses_that_a_script_composes(script: str, markup: str, url: str, guesses: list[str]) -> None:
    found = ways(f"{markup}<script>{script}</script>", url)
    shown = [f"{plain(one)} {body}" if (body := post_body(one)) is not None else one for one in found.guess_urls]
    assert shown == [HOST + guess for guess in guesses]
    assert not guesses or (found.must_go_on and not found.end and (found.signs or found.hints)), found


@pytest.mark.parametrize(
    ("url", "number", "guess"),
    [
        ("/yc/more_2", 2, "/yc/more_3"),
        ("/ajax/7_1.html", 2, "/ajax/7_2.html"),
        ("/yc/page/2/", 2, "/yc/page/3/"),
        ("/ajax?c=7&page=1", 2, "/ajax?c=7&page=2"),
        ("/yc/more_7", 2, None),
    ],
)
def test_the_part_after_a_part_of_a_page(url: str, number: int, guess: str | None) -> None:
    page = read_page("<li><a href='/2026/1.html'>青石坳水渠修成通水</a></li>".encode(), url=HOST + url)
    assert isinstance(page, Page)
    found = read_ways(PagerView(page.root, HOST + url, HOST + url, number))
    assert found.guess_urls == ((HOST + guess,) if guess else ())


@pytest.mark.parametrize(
    ("markup", "url", "number", "address"),
    [
        ("<a href='2.html'>上一页</a> 第3页/共3页", "/yc/3.html", 1, "/yc/2.html"),
        ("<a href='2.html'>上一页</a> 3/3页", "/yc/", 1, "/yc/2.html"),
        ("<a href='1.html'>1</a> <a href='2.html'>2</a> <b>3</b>", "/yc/3.html", 1, "/yc/2.html"),
        ("<b>12</b> <a href='11.html'>11</a> <a href='10.html'>10</a>", "/yc/", 1, "/yc/11.html"),
        ("<a href='1.html'>上一页</a> 第2页/共3页 <a href='3.html'>下一页</a>", "/yc/2.html", 2, "/yc/1.html"),
        ("第1页/共3页 <a href='2.html'>下一页</a>", "/yc/1.html", 3, None),
        ("<b>1</b> <a href='2.html'>2</a>", "/yc/1.html", 2, None),
    ],
)
def test_pages_that_are_counted_down(markup: str, url: str, number: int, address: str | None) -> None:
    found = ways(markup, url, number, counts_down=number > 1)
    assert found.next_urls == ((HOST + address,) if address else ())
    assert bool(found.end) is (address is None) and not found.signs


YEARS = "<div><a href='/yc/2026/'>2026</a> <a href='/yc/2025/'>2025</a> <a href='/yc/2024/'>2024</a></div>"
YEARS_OF_PAGE = "<div><b>2026</b> <a href='/yc/2025/'>2025</a> <a href='/yc/2024/'>2024</a></div>"


@pytest.mark.parametrize("years", [YEARS, YEARS_OF_PAGE])
@pytest.mark.parametrize(
    "pager",
    [
        "<p><a href='index_2.html'>下一页</a></p>",
        "<p><b>1</b> <a href='index_2.html'>2</a> <a href='index_3.html'>3</a></p>",
    ],
)
def test_years_beside_a_list_with_a_pager_are_no_pages_counted_down(years: str, pager: str) -> None:
    for markup in (years + pager, pager + years):
        assert ways(markup, "/yc/").next_urls == (HOST + "/yc/index_2.html",)


GUARDS = {
    "a guard with ||": "function go(p){var max=6;p=parseInt(p);if(p<1||p>max)return;location.href='index_'+p+'.html';}",
    "a guard in braces": "var max=6;function go(p){if(p>max){return false;} location.href='index_'+p+'.html';}",
    "a guard that says so": "function go(p){if(p>6){alert('已是最后一页');return;}location.href='index_'+p+'.html';}",
    "a condition with &&": "function go(p){if(p>=1&&p<=6){location.href='index_'+p+'.html';}}",
    "a guard before a window": "var max = 6;\nfunction go(p){ if (p > max) return false;\n window.open('index_'+p+'.html','_self') }",
}


@pytest.mark.parametrize("script", GUARDS.values(), ids=GUARDS)
def test_a_function_that_tests_the_number_of_a_page_leads_nowhere_behind_the_last(script: str) -> None:
    def of(number: int) -> WaysOn:
        pager = f"<a href='javascript:go({number - 1})'>上一页</a> <a href='javascript:go({number + 1})'>下一页</a>"
        return ways(f"<div>{pager}</div><script>{script}</script>", f"/yc/index_{number}.html", number)

    assert of(5).next_urls == (f"{HOST}/yc/index_6.html",)
    assert not of(6).next_urls and not of(6).guess_urls and not of(6).signs
    assert of(6).end == "its pager (下一页) ends here"


@pytest.mark.parametrize(
    "script",
    [
        "function go(p){if(busy)return;location.href='index_'+p+'.html';}",
        "function go(p){if(p==1){location.href='index.html';return;}location.href='index_'+p+'.html';}",
        "function go(p){if(isNaN(p)||p<1)return;location.href='index_'+p+'.html';}",
        "var max=60;function go(p){if(p>max)return;location.href='index_'+p+'.html';}",
    ],
)
def test_a_guard_that_does_not_hold_stops_nothing(script: str) -> None:
    markup = f"<a href='javascript:go(7)'>下一页</a><script>{script}</script>"
    assert ways(markup, "/yc/index_6.html", 6).next_urls == (f"{HOST}/yc/index_7.html",)


def test_years_beside_a_list_of_one_page_are_no_pages() -> None:
    assert ways(YEARS, "/yc/").next_urls == ()


@pytest.mark.parametrize(
    ("markup", "url", "number"),
    [
        ("<a href='2.html'>上一页</a> 第3页/共3页", "/yc/3.html", 3),
        ("<a href='1.html'>1</a> <a href='2.html'>2</a> <b>3</b>", "/yc/3.html", 3),
        ("第1页/共1页", "/yc/", 1),
    ],
)
def test_the_last_page_of_a_usual_pager_counts_nothing_down(markup: str, url: str, number: int) -> None:
    found = ways(markup, url, number)
    assert found.end and not found.next_urls


@pytest.mark.parametrize(
    ("row", "number", "address"),
    [
        ("[1] [<a href='m2.htm'>2</a>] [<a href='m3.htm'>3</a>]", 1, "/yc/m2.htm"),
        ("[<a href='./'>1</a>] [2] [<a href='m3.htm'>3</a>]", 2, "/yc/m3.htm"),
        ("【<a href='./'>1</a>】【2】【<a href='m3.htm'>3</a>】", 2, "/yc/m3.htm"),
        ("<a href='./'>1</a> | 2 | <a href='m3.htm'>3</a>", 2, "/yc/m3.htm"),
        ("<b>2</b> <a href='./'>1</a> <a href='m3.htm'>3</a>", 2, "/yc/m3.htm"),
        ("第(<a href='./'>1</a>)(2)(<a href='m3.htm'>3</a>)页", 2, "/yc/m3.htm"),
        ("[<a href='./'>1</a>] [<a href='m2.htm'>2</a>] [3]", 3, None),
    ],
)
def test_numbers_in_brackets(row: str, number: int, address: str | None) -> None:
    found = ways(row, f"/yc/m{number}.htm", number)
    assert found.next_urls == ((HOST + address,) if address else ()) and bool(found.end) is (address is None)


def test_a_button_may_hold_the_address_of_the_next_page() -> None:
    for name in ("data-url", "data-href", "data-next"):
        found = ways(f"<div class='more' {name}='/yc/list_2.html'>点击加载更多</div>", "/yc/")
        assert found.next_urls == (f"{HOST}/yc/list_2.html",)
    assert not ways("<div data-url='/ad/banner.html'>点击加载更多</div>", "/yc/").next_urls


@pytest.mark.parametrize(
    ("first", "number", "guess"),
    [
        ("/xy/", 1, "/xy/p_1.htm"),
        ("/xy/", 3, "/xy/p_3.htm"),
        ("/xy.html", 1, ""),
    ],
)
def test_listings_of_one_portal_name_their_pages_alike(first: str, number: int, guess: str) -> None:
    others = {f"{HOST}/a.html": f"{HOST}/a_9.html", f"{HOST}/yc/": f"{HOST}/yc/p_1.htm"}
    assert guess_like(HOST + first, number, others) == (HOST + guess if guess else "")


@given(st.text(st.sampled_from("$.get(page+'/x_',)`${}=\"n++;{:}\n "), max_size=300))
def test_no_script_makes_the_readers_fail(script: str) -> None:
    inline = f"<script>var page=1;{script.replace('<', '')}</script>"
    assert isinstance(ways(f"{inline}<form><a href='javascript:{script}'>下一页</a></form>"), WaysOn)


def test_hostile_scripts_and_forms_are_read_in_little_time() -> None:
    begun = time.process_time()
    ways("<script>" + "$.get('/a'+" * 5_000 + "</script>")
    ways("<script>" + "(" * 50_000 + "page</script>")
    ways("<script>" + "$.post('/a',{" * 4_000 + "</script>")
    ways("<script>" + "$.get(" + "{a:" * 15_000 + "</script>")
    ways(
        "<form>"
        + "<input name='a' value='b'>" * 5_000
        + "<a href=\"javascript:__doPostBack('p','2')\">下一页</a></form>"
    )
    ways("<div>" + "[1][2]" * 20_000 + "</div>")
    assert time.process_time() - begun < 8


@pytest.mark.slow
def test_hostile_buttons_are_read_in_little_time() -> None:
    begun = time.process_time()
    shows = "$('.m').click(function(){$('li').show()})"
    rows = "<li class='a'><a href='/1.html'>梨树湾新桥通车</a></li>" * 6_000
    styles = "li.a:nth-child(n+900){display:none}" * 400
    scripts = (
        shows,
        shows + "'.m'" * 50_000,
        "var m='.m';" * 5_000 + "m.click(" * 5_000,
        "$('.m').click(function(){" + "f(" * 3_000 + ")})",
        "$('.m').click(function(){" + "a=b." * 800 + "show()})",
        "function f(){f();g()}function g(){f()}$('.m').click(function(){f();$('li').show()})" * 200,
        "$('.m').click(function(){" + ";".join(f"a{n}.show()" for n in range(300)) + "})" + "a1=" * 30_000,
    )
    for script in scripts[:: 1 if nightly.is_night() else 3]:
        ways(f"<style>{styles}</style><ul>{rows}</ul><a class='m'>加载更多</a><script>{script}</script>")
    ways(
        "<a class='m' onclick=\"more('a',2)\">加载更多</a><script>"
        + "function more(a,b){$.get('/'+" * 5_000
        + "</script>"
    )
    ways("<a " + " ".join(f"data-u{n}='/list_{n}.html?page='" for n in range(3_000)) + ">加载更多</a>")
    ways("<p onclick='x'>加载更多</p>" * 20_000)
    ways("<p class='m'>加载更多</p>" * 5_000 + f"<script>{shows}</script>" * 20)
    assert time.process_time() - begun < 12


ORDERS = {
    "pages, page": "createPageHTML({n}, {i}, 'index', 'html')",
    "pages, page, entries": "createPageHTML({n}, {i}, 'index', 'html', {c})",
    "pages, page, entries together": "createPageHTML({n}, {i}, {c}, 'index', 'html')",
    "entries, pages, page": "createPageHTML({c}, {n}, {i}, 'index', 'html')",
    "entries, size, pages, page": "createPageHTML({c}, 8, {n}, {i}, 'index', 'html')",
    "size, pages, page": "createPageHTML(5, {n}, {i}, 'index', 'html')",
    "pages, page, size": "createPageHTML({n}, {i}, 5, 'index', 'html')",
    "page, pages": "createPageHTML({i}, {n}, 'index', 'html')",
    "page, pages, size": "createPageHTML({i}, {n}, 5, 'index', 'html')",
    "names first": "createPageHTML('html', 'index', {n}, {i})",
    "an id": "createPageHTML('fenye', {c}, {n}, {i}, 'index', 'html')",
    "an object": "createPageHTML({{total: {n}, current: {i}, prefix: 'index', suffix: 'html'}})",
    "an object of entries": "createPage({{total: {c}, page_size: 8, current: {i}, name: 'index', ext: '.html'}})",
    "an object of pages and entries": "initPage({{pageCount: {n}, count: {c}, cur: {i}, 'prefix': 'index', 'suffix': 'html'}})",
    "another name": "showPages({n}, {i}, 'index', 'html')",
}


@pytest.mark.parametrize("is_from_one", [False, True])
@pytest.mark.parametrize("pages", [(9, 70), (40, 319), (3, 21)])
@pytest.mark.parametrize("call", ORDERS.values(), ids=ORDERS)
def test_the_arguments_of_a_call_are_known_by_what_they_are(
    call: str, pages: tuple[int, int], is_from_one: bool
) -> None:
    number_of_pages, entries = pages
    for number in range(1, number_of_pages + 1):
        own = number - 1 + is_from_one
        name = f"/yc/index_{own}.html" if number > 1 else "/yc/"
        text = call.format(n=number_of_pages, i=own, c=entries)
        markup = f"<div class='page'><script>{text};</script></div>"
        found = ways(markup, name, number)
        if number < number_of_pages:
            assert found.next_urls == (f"{HOST}/yc/index_{own + 1}.html",), (text, number)
        else:
            assert found.end or found.is_last_stated, (text, number)


@pytest.mark.parametrize(
    "code",
    [
        "loadPage(1, 20, 'html')",
        "printPage(1, 2, 'a.css', 'width=20')",
        "writePage('html')",
        "showPage({url: '/a', type: 'html', page: 1, size: 20})",
        "drawPages(3, 'index', 'html')",
    ],
)
def test_a_call_of_something_else_is_no_pager(code: str) -> None:
    found = ways(f"<script>{code}</script>")
    assert not found.next_urls
    assert not found.end
    assert not found.signs


GO = "location.href = '/yc/?p=' + "
LIBRARIES = {
    "an object with a method": "$('.box').pagination({{pageCount: {n}, current: {i}, jump: true, callback: function(api){{ "
    + GO
    + "api.getCurrent(); }}}})",
    "an object with a member": "$('.box').pagination({{totalPages: {n}, curr: {i}, callback: o => {{ "
    + GO
    + "o.pageNum }}}})",
    "behind the event": "$('#pg').twbsPagination({{totalPages: {n}, startPage: {i}, onPageClick: function (event, page) {{ "
    + GO
    + "page; }}}})",
    "a template": "$('#pg').twbsPagination({{totalPages: {n}, startPage: {i}, href: '?p={{{{number}}}}'}})",
    "a template of a path": "$('#pg').simplePaginator({{totalPages: {n}, currentPage: {i}, hrefTemplate: '/yc/?p=__page__'}})",
    "a call of the page's own": "<script>function to(n){{ "
    + GO
    + "n }}</script><a href='javascript:to({next})'>下一页</a>",
}


@pytest.mark.parametrize("call", LIBRARIES.values(), ids=LIBRARIES)
def test_libraries_of_pagers_say_where_a_page_is(call: str) -> None:
    for number in (1, 2, 4):
        code = call.format(n=4, i=number, next=number + 1)
        markup = code if code.startswith("<") else f"<ul id='pg'></ul><script>{code}</script>"
        found = ways(markup, "/yc/" if number == 1 else f"/yc/?p={number}", number)
        if number < 4:
            assert found.next_urls == (f"{HOST}/yc/?p={number + 1}",)
        elif "totalPages" in code or "pageCount" in code:
            assert found.end


SUBMITS = ("this.form.submit()", "submit()", "document.forms[0].submit()", "form1.submit();")


@pytest.mark.parametrize("values", [True, False])
@pytest.mark.parametrize("code", SUBMITS)
def test_a_list_of_pages_sends_its_form(code: str, values: bool) -> None:
    def page(number: int) -> WaysOn:
        options = "".join(
            f"<option{f' value={n}' if values else ''}{' selected' if n == number else ''}>{n}</option>"
            for n in (1, 2, 3)
        )
        select = f"<select name='p' onchange='{code}'>{options}</select>"
        markup = f"<form name='form1' action='/yc/'><input type='hidden' name='c' value='7'>{select}</form>"
        return ways(markup, "/yc/" if number == 1 else f"/yc/?c=7&p={number}", number)

    assert page(1).next_urls == (f"{HOST}/yc/?c=7&p=2",)
    assert page(2).next_urls == (f"{HOST}/yc/?c=7&p=3",)
    assert page(3).end


def test_a_picture_sends_its_form() -> None:
    fields = "<input type='hidden' name='p' value='1'><input type='image' src='/x.gif' alt='下一页'>"
    assert f"{HOST}/yc/?p=2" in (*(found := ways(f"<form action='/yc/'>{fields}</form>")).next_urls, *found.guess_urls)


LINKS = {
    "a loop": 'for (var j = 0; j < nPageCount; j++) { document.write("<a href=\'" + strFile + "_" + j + ".html\'>" + (j + 1) + \'</a>\'); }',
    "in double quotes": "for (var i = 1; i < 3; i++) document.write('<li><a class=\"n\" href=\"index_' + i + '.html\">' + i + '</a></li>');",
    "without quotes": "for (var i = 1; i < 3; i++) document.write('<a href=index_' + i + '.html>' + i + '</a>');",
    "a template": "for (let i = 1; i < 3; i++) box.innerHTML += `<a href='index_${i}.html'>${i}</a>`;",
}


@pytest.mark.parametrize("code", LINKS.values(), ids=LINKS)
def test_links_that_a_script_writes_are_tried(code: str) -> None:
    script = f"<script>var nPageCount = 3; var nCurrIndex = 0; var strFile = 'index';\n{code}</script>"
    assert f"{HOST}/yc/index_1.html" in ways(script).guess_urls
    assert ways(script, "/yc/index_1.html", 2).guess_urls[0] == f"{HOST}/yc/index_2.html"


@pytest.mark.parametrize(
    "code",
    [
        "for (var i = 0; i < 5; i++) document.write('<img src=\"/pic/' + i + '.jpg\">');",
        "document.write(\"<a href='/user/\" + id + \"'>\" + name + '</a>');",
        "for (var i = 0; i < 5; i++) s += '<a href=\"/search?q=' + i + '\">' + i + '</a>';",
    ],
)
def test_other_markup_of_scripts_is_no_pager(code: str) -> None:
    found = ways(f"<script>{code}</script>")
    assert not found.guess_urls
    assert not found.signs
    assert not found.hints
