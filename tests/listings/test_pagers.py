"""Every form of pager, read from pages of our own: the next page, the proven end, the sign that cannot be followed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawler.extraction.page import Page, read_page
from newscrawler.listings.pagers import PagerView, filled_by_script, read_ways, ways_of_script
from newscrawler.listings.pagers.actions import address_in_code
from newscrawler.listings.pagers.guesses import guess_after, guess_next
from newscrawler.listings.pagers.script_text import call_arguments, evaluate, literal, split_arguments
from newscrawler.listings.ways import WaysOn

HOST = "http://news.t.example"


def ways(markup: str, url: str = f"{HOST}/yc/", number: int = 1, selector: str | None = None) -> WaysOn:
    page = read_page(f"<html><body><div id='m'>{markup}</div></body></html>".encode(), url=url)
    assert isinstance(page, Page)
    return read_ways(PagerView(page.root, page.base_url or url, url, number), selector)


def after_script(script_url: str, text: str, markup: str = "", url: str = f"{HOST}/yc/", number: int = 1) -> WaysOn:
    """What a page says when the script that it names was read."""
    page = read_page(f"<html><body><div id='m'>{markup}</div></body></html>".encode(), url=url)
    assert isinstance(page, Page)
    view = PagerView(page.root, url, url, number)
    return ways_of_script(script_url, text, view, read_ways(view))


def following(markup: str, url: str = f"{HOST}/yc/", number: int = 1) -> str:
    found = ways(markup, url, number)
    assert not found.signs and not found.hints and not found.end, found
    (next_url,) = found.next_urls
    return next_url.removeprefix(HOST)


@pytest.mark.parametrize(
    "markup",
    [
        "<a href='index_1.html'>下一页</a>",
        "<a href='index_1.html'>下页</a>",
        "<a href='index_1.html'>[下一页&nbsp;&gt;]</a>",
        "<a href='index_1.html'>下一页→</a>",
        "<a href='index_1.html'>下一頁 »</a>",
        "<a href='index_1.html'><span>下一页</span></a>",
        "<a href='index_1.html'>后一页</a>",
        "<a href='index_1.html'>Next</a>",
        "<a href='index_1.html'>下一页(1/9)</a>",
        "<a href='index_1.html'>&gt;</a>",
        "<a href='index_1.html'>››</a>",
        "<a href='index_1.html'><img src='n.gif' alt='下一页'></a>",
        "<img src='/images/prev_off.gif'> 第1页 <a href='index_1.html'><img src='/images/next_page.gif' border=0></a>",
        "<a href='index_1.html'><img src='../img/btn_next.png'></a>",
        "<a href='index_1.html'><img src='xiayiye.jpg'></a>",
        "<a href='index_1.html' title='下一页'><i class='icon'></i></a>",
        "<a href='index_1.html' aria-label='下一页'></a>",
        "<a class='next' href='index_1.html'><i class='iconfont icon-right'></i></a>",
        "<a href='index_1.html'><i class='icon-next'></i></a>",
        "<a href='index_1.html' rel='next'>…</a>",
        "<a class='load' href='index_1.html'>加载更多</a>",
        "<a href='index_1.html'>查看更多</a>",
        "<span onclick=\"location.href='index_1.html'\">下一页</span>",
        "<a href=\"javascript:location.href='index_1.html'\">下一页</a>",
        "<a href='javascript:void(0)' onclick=\"window.open('index_1.html')\">下一页</a>",
        "<input type='button' value='下一页' onclick=\"window.location='index_1.html'\">",
        "<script>function goPage(n){ location.href='index_'+(n-1)+'.html'; }</script><a href='javascript:goPage(2)'>下一页</a>",
        "<script>var to = function(p){ window.location.href = \"index_\" + p + \".html\" };</script><a onclick='to(1)'>下一页</a>",
        "<script>createPageHTML(3, 0, 'index', 'html');</script>",
        "<script>createPageHTML( '3' , '0' , \"index\" , \"html\" )</script>",
        "<script>createPageHTML1(3,0,\"index\",\"html\",60);</script>",
        "<script>$(function(){createPageHTML('page_div',3,0,'index','html',60)})</script>",
        "<script>var _cur=0,_all=3; createPageHTML(_all, _cur, 'index', 'html');</script>",
        "<script>Pager({size:3, current:0, prefix:'index', suffix:'html'});</script>",
        "<script>var m_nPageCount = 3; var m_nCurrPage = 0; var m_sPageName='index'; var m_sPageExt='html';</script>",
        "<script>var m_nRecordCount = \"26\"; var m_nPageSize = 12; var m_nCurrPage = 0; var m_sPageName='index'; var m_sPageExt='html';</script>",
        "<script>var now = 0;\nvar pageTotal = 3;\nvar nxt = now+1;\nif(pageTotal>1) document.write('<a href=\"index_'+nxt+'.html\">下页</a>');</script>",
        "<script>var totalPage=3; var curPage=1; function nextPage(){ if(curPage<totalPage) location.href='index_'+curPage+'.html'; }</script><a href='javascript:nextPage()'>下一页</a>",
        "<script>function toPage(p){window.location='/yc/index_'+(p-1)+'.html';}</script><b>1</b><a href='javascript:toPage(2);'>2</a><a href='javascript:toPage(3);'>3</a>",
        "<script>function go(n){ location.href = n == 1 ? 'index.html' : 'index_' + (n - 1) + '.html'; }</script><b>1</b><a href='javascript:go(2)'>2</a>",
        "<script>function go(n){ if (n === 1) { location.href='index.html'; } else { location.href='index_'+(n-1)+'.html'; } }</script><b>1</b><a href='javascript:go(2)'>2</a>",
        "<script>function go(n){ var u=1; if(n<2) window.location='index.html'; else window.location='index_'+(n-1)+'.html' }</script><a onclick='go(2)'>下一页</a>",
        "<b>1</b><a href='index_1.html'>2</a><a href='index_2.html'>3</a>",
        "<ul><li class='active'><span>1</span></li><li><a href='index_1.html'>2</a></li><li><a href='index_2.html'>3</a></li></ul>",
        "<div><span>[1]</span><div><a href='index_1.html'>[2]</a></div></div>",
        "<a class='on' href='./'>1</a><a href='index_1.html'>2</a> <a href='index_9.html'>末页</a>",
        "1 <a href='index_1.html'>2</a> <a href='index_2.html'>3</a>",
        "<b>1</b> <a href='index_1.html'>2</a> <a href='index_2.html'>3</a><i>…</i><span>9</span>",
        "<ul><li class='on'>1</li><li onclick=\"window.location.href='index_1.html'\">2</li><li onclick='x()'>3</li></ul>",
        "<select onchange='go()'><option value='./' selected>1</option><option value='index_1.html'>2</option></select>",
        "<select><option value='./'>第1页</option><option value='index_1.html'>第2页</option></select>",
    ],
)  # fmt: skip
def test_the_next_page_is_found(markup: str) -> None:
    assert following(markup) == "/yc/index_1.html"


@pytest.mark.parametrize(
    ("markup", "url", "number", "address"),
    [
        ("<a class='Next' href='yc/8.htm'>下页</a>", "/xw/yc.htm", 1, "/xw/yc/8.htm"),
        ("<a href='7.htm'>下页</a>", "/xw/yc/8.htm", 2, "/xw/yc/7.htm"),
        ("<a href='?p=2'>1</a><a href='?p=2'>2</a>", "/yc/", 1, "/yc/?p=2"),
        ("<a href='?p=1'>1</a><b>2</b><a href='?p=3'>3</a><a href='?p=4'>4</a>…<span>9</span>", "/yc/?p=2", 2, "/yc/?p=3"),
        ("<a href='/html/2024/0519/list.html'>前一天</a>", "/html/2024/0520/list.html", 1, "/html/2024/0519/list.html"),
        ("<script>createPageHTML('page_div',3,1,'index','shtml',60)</script>", "/yc/", 1, "/yc/index_2.shtml"),
        ("<script>createPageHTML('page_div',3,2,'index','shtml',60)</script>", "/yc/index_2.shtml", 2, "/yc/index_3.shtml"),
        ("<script>createPageHTML(3,1,'list','html')</script>", "/yc/list_1.html", 2, "/yc/list_2.html"),
        (
            "<script>var currentPage = 0;//x\nvar nextPage = currentPage+1;\nvar countPage = 3;\n"
            'document.write("<a href=\\"index"+"_" + nextPage + "."+"shtml\\">下一页</a>");</script>',
            "/yc/", 1, "/yc/index_1.shtml",
        ),
        (
            "<script>$('#p').pagination(60,{current_page:1,items_per_page:20,link_to:'index___id__.html'});</script>",
            "/yc/index_1.html", 2, "/yc/index_2.html",
        ),
        (
            "<script>laypage({cont:'p',pages:9,curr:2,jump:function(e,first){if(!first){location.href='?page='+e.curr;}}})</script>",
            "/yc/?page=2", 2, "/yc/?page=3",
        ),
        (
            "<script>laypage.render({elem:'p',count:95,limit:10,curr:1,jump:function(o,f){if(!f){go(o.curr)}}});"
            "function go(n){location.href='list_'+n+'.html'}</script>",
            "/yc/list_1.html", 1, "/yc/list_2.html",
        ),
        (
            "<form action='/yc/list.jsp'><input type='hidden' name='id' value='7'><input name='page'><input type='submit'"
            " value='跳转'>共 5 页</form>",
            "/yc/list.jsp?id=7", 1, "/yc/list.jsp?id=7&page=2",
        ),
        (
            "<script>function j(v){location.href='list_'+v+'.html'}</script><select onchange='j(this.value)'>"
            "<option value='1'>1</option><option value='2'>2</option></select>",
            "/yc/list_1.html", 1, "/yc/list_2.html",
        ),
    ],
)  # fmt: skip
def test_addresses_of_many_forms_are_read(markup: str, url: str, number: int, address: str) -> None:
    assert following(markup, HOST + url, number) == address


@pytest.mark.parametrize(
    ("markup", "number"),
    [
        ("<span>下一页</span>", 1),
        ("<a>下一页</a>", 3),
        ("<a class='disabled' href='javascript:;'>下一页</a>", 3),
        ("<a href='./'>下一页</a>", 1),
        ("<li class='disabled'><a href='#'>下一页</a></li>", 2),
        ("<script>createPageHTML(3, 2, 'index', 'html');</script>", 3),
        ("<script>createPageHTML(1, 0, 'index', 'html');</script>", 1),
        ("<a href='index_1.html'>1</a><a href='index_2.html'>2</a><b>3</b>", 3),
        ("第3/3页 <a href='javascript:goPage(3)'>下一页</a>", 3),
        ("共 3 页", 3),
        ("<script>laypage({pages:3,curr:3})</script>", 3),
        ("<script>Pager({size:3, current:2, prefix:'index', suffix:'html'});</script>", 3),
        (
            "<script>var totalPage=3; var curPage=3; function nextPage(){ location.href='index_'+curPage+'.html'; }</script>"
            "<a href='javascript:nextPage()'>下一页</a>",
            3,
        ),
    ],
)
def test_a_pager_proves_its_end(markup: str, number: int) -> None:
    found = ways(markup, number=number)
    assert found.end and not (found.next_urls or found.signs or found.hints), found


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ("<a href='javascript:;' onclick='load(2)'>下一页</a>", "load(2)"),
        ("<div class='more' onclick='more()'>加载更多</div>", "加载更多"),
        ("<b>1</b><a href='javascript:toPage(2)'>2</a><a href='javascript:toPage(3)'>3</a>", "page 2 of a row"),
        (
            "<b>1</b><a href='#' onclick='return toPage(2)'>2</a><a href='#' onclick='return toPage(3)'>3</a>",
            "page 2 of a row",
        ),
        ("<script>window.__NUXT__={state:{list:[],pagination:{page:1,pageSize:20,total:46}}}</script>", "46 entries"),
        ('<script>var s = {"total": "46", "size": 20}</script>', "46 entries"),
        ("<button>点击加载更多</button>", "加载更多"),
        ("共 <b>12</b> 页", "12 pages"),
        ("第 1/12 页", "12 pages"),
        ("<script>var pageCount = 12;</script>", "12 pages"),
        ("<div class='pagination' rows='10' count='118'></div>", "12 pages"),
        ("<div id='page' data-pages='12'></div>", "12 pages"),
        ("<div class='pagination'></div>", "filled by a script"),
        ("<script>laypage({pages:12,jump:function(e){load(e.curr)}})</script>", "12 pages"),
        ("<script>$('#p').pagination({pageCount:12,callback:function(a){load(a.getCurrent())}})</script>", "12 pages"),
        ("<script>laypage.render({elem:'p',count:total})</script>", "laypage"),
        ("<script>$(window).scroll(function(){$.get('/list?page='+n)})</script>", "scrolled"),
    ],
)
def test_a_way_on_that_cannot_be_followed_is_a_sign(markup: str, shown: str) -> None:
    found = ways(markup)
    assert not found.next_urls and not found.end
    assert any(shown in sign for sign in (*found.signs, *found.hints)), found


@pytest.mark.parametrize(
    "markup",
    [
        "<p>暂无内容</p>",
        "<a href='/xw/'>更多</a>",
        "<a href='/yc/3/'>更多</a>",
        "<a href='/gd/'>更多&gt;&gt;</a>",
        "<a href='http://other.example/'>&gt;</a>",
        "<table><tr>" + "".join(f"<td><a href='/2024/05/{d}/'>{d}</a></td>" for d in range(1, 8)) + "</tr></table>",
        "<ol><li><b>1</b> <a href='/2024/0520/1001.html'>山里的水渠修好了</a></li></ol>",
        "<li><a href='/2024/0520/1001.html'>全省共12条高速公路今年通车</a></li>",
        "<div class='slider'><a class='next' href='javascript:;'></a></div>",
        "<a href='#'><img src='/images/next.gif'></a>",
        "<a href='javascript:;' class='r'><img src='/images/next.png'></a>",
        "<p>7-10 / 2024</p><p>1-12 / 2024</p><input name='pages' value='1'>",
        "<script>var s = {page: 1, pageSize: 20, total: 18}; var video = {total: 46, autoplay: 1}</script>",
    ],
)
def test_what_is_no_pager_says_nothing(markup: str) -> None:
    found = ways(markup)
    assert found == WaysOn(), found


def test_the_rule_of_a_definition_adds_to_the_general_rules() -> None:
    assert ways("<a class='x' href='b.html'>翻</a><a href='index_1.html'>下一页</a>", selector="a.x").next_urls == (
        f"{HOST}/yc/b.html",
    )
    assert ways("<a href='index_1.html'>下一页</a>", selector="a.x").next_urls == (f"{HOST}/yc/index_1.html",)


def test_the_pages_of_enorth_are_counted_by_a_script() -> None:
    script = f"{HOST}/system/count//0013001/000000000000/count_page_list_0013001000000000000.js"
    assert ways(f"<script src='{script}'></script>").script_url == script
    first = after_script(script, "var maxpage = 304;\nvar m_nRecordsetSize=2440;")
    folder = f"{HOST}/system/count//0013001/000000000000"
    assert first.next_urls == (f"{folder}/000/000/c0013001000000000000_000000304.shtml",)
    later = ways(f"<script src='{script}'></script>", url=first.next_urls[0], number=2)
    assert later.next_urls == (f"{folder}/000/000/c0013001000000000000_000000303.shtml",)
    last = f"{folder}/000/000/c0013001000000000000_000000001.shtml"
    assert ways(f"<script src='{script}'></script>", url=last, number=305).end
    assert after_script(script, "var maxpage = 0;").end
    assert after_script(script, "<h1>404</h1>").signs


EMPTY_PAGER = "<div class='page'></div>"


@pytest.mark.parametrize(
    ("markup", "script", "number", "address"),
    [
        (EMPTY_PAGER, "createPageHTML(3, 0, 'index', 'html');", 1, "/yc/index_1.html"),
        (EMPTY_PAGER + "<script>createPageHTML(n, 1, 'index', 'html');</script>", "var n = 3;", 2, "/yc/index_2.html"),
        (EMPTY_PAGER, "var currentPage = 0; var countPage = 3; var ext = '.html';", 1, "/yc/index_1.html"),
        (EMPTY_PAGER, "var currentPage = 0; var countPage = 3;", 1, "sign"),
        (EMPTY_PAGER, "var countPage = 1; var currentPage = 0;", 1, "end"),
        (EMPTY_PAGER, "var countPage = 3; // the rest is in another file", 1, "sign"),
        (EMPTY_PAGER, "function f() {}", 1, "hint"),
        (EMPTY_PAGER, "\x00\x01 <h1>404</h1>", 1, "hint"),
    ],
)
def test_a_script_file_may_count_the_pages(markup: str, script: str, number: int, address: str) -> None:
    for name in ("/js/page_yc.js", "/yc/list.js", "/inc/fenye.js?v=3"):
        markup_with_script = f"{markup}<script src='{name}'></script>"
        before = ways(markup_with_script, number=number)
        assert before.script_url == f"{HOST}{name}" and before.hints
        after = after_script(before.script_url, script, markup_with_script, number=number)
        found = {"end": after.end, "sign": after.signs, "hint": after.hints}.get(address, after.next_urls)
        assert found == (f"{HOST}{address}",) if address.startswith("/") else found
        assert not after.script_url


def test_scripts_of_the_whole_portal_are_not_asked_for() -> None:
    for name in (
        "/js/jquery.min.js",
        "/js/common.js",
        "/js/jquery.pagination.js",
        "http://cdn.example/page.js",
        "/yc/vue.js",
    ):
        assert not ways(f"{EMPTY_PAGER}<script src='{name}'></script>").script_url, name
    # Where nothing hints at a pager, and where the pager says enough.
    assert not ways("<script src='/js/page_yc.js'></script>").script_url
    assert not ways("<a href='index_1.html'>下一页</a><script src='/js/page_yc.js'></script>").script_url


@pytest.mark.parametrize(
    ("markup", "url", "number", "guess"),
    [
        ("<div class='list' data-url='/ajax/list?p='></div>", "/yc/", 1, "/ajax/list?p=2"),
        ("<div data-url='/ajax/list?cid=3&amp;page=1'></div>", "/yc/", 1, "/ajax/list?cid=3&page=2"),
        ("<a class='more' data-next='/ajax/list?page=2'>加载更多</a>", "/yc/", 1, "/ajax/list?page=2"),
        ("<ul data-api-url='/ajax/{page}.html'></ul>", "/yc/", 1, "/ajax/2.html"),
        ("<button data-href='list_%page%.html'></button>", "/yc/", 1, "/yc/list_2.html"),
        ("<ul><li>梨树湾</li></ul>", "/ajax/list?p=3", 3, "/ajax/list?p=4"),
        # None of these is the address of a list's next page.
        ("<div data-url='http://cdn.example/list?p='></div>", "/yc/", 1, None),
        ("<div data-url='/2026/0620/17.html'></div>", "/yc/", 1, None),
        ("<ul><li data-url='/yc/17.html'>梨树湾</li><li data-url='/yc/3.html'>石桥</li></ul>", "/yc/", 1, None),
        ("<div data-url='/share?id=17&amp;p=1667'></div>", "/yc/", 1, None),
        ("<a href='/list?p=2'>旧闻</a>", "/yc/", 1, None),
        ("<div data-url='javascript:load(p)'></div>", "/yc/", 1, None),
        ("<div class='list' data-url='/ajax/list?p='></div><span>下一页</span>", "/yc/", 1, None),
        ("<ul><li>梨树湾</li></ul>", "/ajax/list?p=3", 1, None),
    ],
)
def test_addresses_from_which_a_script_loads(markup: str, url: str, number: int, guess: str | None) -> None:
    found = ways(markup, HOST + url, number)
    assert found.guess_urls == ((HOST + guess,) if guess else ()), found
    assert not guess or not found.end


@pytest.mark.parametrize(
    ("first", "number", "guesses"),
    [
        (
            "/yc/", 1,
            [*(f"/yc/index_{n}.{end}" for end in ("html", "shtml") for n in (1, 2)),
             *(f"/yc/{name}2.{end}" for name in ("list_", "", "page_") for end in ("html", "shtml"))],
        ),
        (
            "/yc/index.shtml", 2,
            [f"/yc/{name}.shtml" for name in ("index_2", "index_3", "list_3", "3", "page_3")],
        ),
        ("/yc.html", 1, ["/yc_2.html", "/yc_1.html"]),
        ("/node_7_1.htm", 1, ["/node_7_2.htm"]),
        ("/list?id=7", 1, []),
    ],
)  # fmt: skip
def test_guesses_are_few_and_usual(first: str, number: int, guesses: list[str]) -> None:
    assert guess_next(HOST + first, number, ["/a/1.html"]) == [HOST + guess for guess in guesses]


def test_expressions_are_read_and_not_run() -> None:
    assert evaluate("'index_' + (n + 1) + \".html\"", {"n": 2}) == "index_3.html"
    assert evaluate("n - 1", {"n": 3}) == "2"
    assert evaluate("alert(1)", {}) is None
    assert evaluate("'a' - 1", {}) is None
    assert evaluate("location.pathname + '?page=' + n", {"n": 2}) is None
    assert [literal(one) for one in split_arguments("'a,b', 3, x, {c: 1}")] == ["a,b", 3, None, None]
    assert call_arguments("f(1, g(2), ')')", 1) == "1, g(2), ')'"
    assert call_arguments("f(1, ", 1) is None
    assert address_in_code("go(2)", ["function go(n){ if(n>1){ location.href='i_'+n+'.html' } }"]) == "i_2.html"
    assert address_in_code("go(x)", ["function go(n){ location.href='i_'+n }"]) is None


@settings(max_examples=200)
@given(st.text(max_size=300), st.dictionaries(st.sampled_from(["n", "e.curr"]), st.integers(0, 99)))
def test_no_text_of_a_script_makes_the_reader_fail(text: str, names: dict[str, int]) -> None:
    evaluate(text, names)
    [literal(argument) for argument in split_arguments(text)]
    call_arguments("(" + text, 0)
    address_in_code(text, [text], names)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["<a href='2.html'>", "</a>", "2", "下一页", "<b>1</b>", "<span>", "共9页", "<script>createPageHTML(", "9,0,",
             "'i','html')</script>", "<select>", "<option value=2>2", "<form>", "<div class=page>", "javascript:go(2)"]
        ),
        max_size=25,
    )
)  # fmt: skip
def test_any_page_has_at_most_one_way_on(parts: list[str]) -> None:
    found = ways("".join(parts))
    assert len(found.next_urls) <= 1
    assert not (found.end and (found.next_urls or found.signs))


def test_the_request_by_which_a_script_asks_for_the_list_is_named() -> None:
    page = read_page(
        b"<html><body><div id='app'></div><script>$.post('/api/listContent',{column:7},render)</script></body></html>"
    )
    assert isinstance(page, Page)
    built, asked = filled_by_script(PagerView(page.root, HOST, HOST, 1))
    assert "an empty <div id='app'>" in built and "/api/listContent" in asked


@pytest.mark.parametrize(
    ("read", "address", "expected"),
    [
        (["/yc/", "/yc/index_1.html"], "/yc/index_2.html", "/yc/index_3.html"),
        (["/yc/"], "/yc/index_1.html", "/yc/index_2.html"),
        (["/yc/?page=2&typeid=7"], "/yc/?page=3&typeid=7", "/yc/?page=4&typeid=7"),
        (["/list-7-009.html"], "/list-7-010.html", "/list-7-011.html"),
        (["/index_9.html"], "/index_8.html", "/index_7.html"),  # counted down
        (["/index_2.html"], "/index_1.html", "/index_0.html"),
        (["/yc/7/"], "/yc/7/page/3/", ""),
        (["/yc/"], "/yc/", ""),
        (["/2026/06/"], "/2026/05/", "/2026/04/"),
        # A number of the first page is that of a section.
        (["/list.php?typeid=2"], "/list.php?page=2&typeid=2", "/list.php?page=3&typeid=2"),
        (["/list.php?typeid=2"], "/list.php?typeid=2&page=2", "/list.php?typeid=2&page=3"),
        (["/c2/"], "/c2/more.html", ""),
        (["/2/"], "/2/2/", ""),
        (["/list_1_1.html"], "/list_1_2.html", "/list_1_3.html"),
    ],
)
def test_the_page_after_one_goes_on_counting(read: list[str], address: str, expected: str) -> None:
    host = "http://www.t.example"
    first = host + read[0]
    assert guess_after(host + address, first, {host + one for one in read}.__contains__).removeprefix(host) == expected
