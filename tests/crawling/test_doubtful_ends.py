"""What looks like the end of a listing and proves none: pages cut off, failures, pagers that promised more."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from newscrawler.demo.model import Response
from support import nightly
from support.endings import STORIES, next_link, section, site, three_pages
from support.pages import DEFINITION, listing


def test_a_page_that_breaks_off_moves_no_mark(crawl) -> None:
    pages = three_pages(next_link(1), "")
    whole = str(pages["/yichang/index_1.html"])
    pages["/yichang/index_1.html"] = whole[: whole.index("</ul>") - 60]
    done = crawl(site(pages))
    assert done.status == 1
    assert section(done)["mark"] is None and "breaks off" in done.messages


def test_a_page_into_which_its_server_printed_an_error_moves_no_mark(crawl) -> None:
    pages = three_pages(next_link(1), "<pre>java.sql.SQLException: Connection timed out</pre>")
    done = crawl(site(pages))
    assert done.status == 1
    assert section(done)["mark"] is None and "java.sql.SQLException" in done.messages


@pytest.mark.slow
def test_pages_that_never_have_an_end_are_whole(crawl) -> None:
    pages = {path: str(page).replace("</body></html>", "") for path, page in three_pages(next_link(1), "").items()}
    done = crawl(site(pages))
    assert done.status == 0, done.messages
    assert section(done)["mark"] == "beginning"


@nightly.by_day(0)
@pytest.mark.parametrize(
    "page",
    [
        "<div class='list'>会话已超时，请重新登录</div><div class='page'>第2页/共2页</div>",
        "<div class='list'>数据库连接错误</div><span>下一页</span>",
    ],
)
def test_a_last_page_without_an_entry_proves_no_end(crawl, page: str) -> None:
    pages = {**three_pages(next_link(1)), "/yichang/index_1.html": f"<html><body>{page}</body></html>"}
    done = crawl(site(pages))
    assert section(done)["listing_end"] == "unproven", done.messages
    assert "page 2 shows no entry" in str(section(done)["reason"])


@pytest.mark.slow
def test_a_last_page_that_says_that_it_is_empty_proves_the_end(crawl) -> None:
    empty = "<html><body><div class='list'>暂无内容</div><div class='page'>第2页/共2页</div></body></html>"
    done = crawl(site({**three_pages(next_link(1)), "/yichang/index_1.html": empty}))
    assert section(done)["listing_end"] == "proven", done.messages


@nightly.by_day(3)
@pytest.mark.parametrize(
    ("pagers", "shown"),
    [
        (("<b>1</b> <a href='/yichang/index_1.html'>2</a> <a href='javascript:void(0)'>3</a>", ""), "showed 3 pages"),
        (("共3页 " + next_link(1), ""), "showed 3 pages"),
        (("<b>1</b> <a href='/yichang/index_1.html'>2</a>", "<a href='/yichang/'>1</a> <b>2</b> <i>…</i>"), "'…'"),
        (
            (
                "<b>1</b> <a href='/yichang/index_1.html'>2</a>",
                "<a href='/yichang/'>1</a> <b>2</b> <a href='javascript:nextGroup()'>&gt;&gt;</a>",
            ),
            "'>>'",
        ),
        (
            ("<b>1</b> <a href='/yichang/index_1.html'>2</a>", "<a href='/yichang/'>1</a> <b>2</b> <em>后十页</em>"),
            "后十页",
        ),
    ],
)
def test_a_pager_that_promised_more_is_no_end(crawl, pagers: tuple[str, ...], shown: str) -> None:
    done = crawl(site(three_pages(*pagers)))
    assert done.status == 1
    assert section(done)["listing_end"] == "more" and section(done)["mark"] != "beginning"
    assert shown in str(section(done)["reason"])


@nightly.by_day(1)
@pytest.mark.parametrize(
    "pagers",
    [
        ("第1/3页 " + next_link(1), "第2/2页"),
        (next_link(1), "<div>加载中...</div>"),
        (next_link(1), "<a href='javascript:;' onclick='more()'>加载更多</a>"),
    ],
    ids=["fewer pages", "loading", "button"],
)
def test_a_pager_that_contradicts_itself_proves_no_end(crawl, pagers: tuple[str, ...]) -> None:
    done = crawl(site(three_pages(*pagers)))
    assert section(done)["listing_end"] in ("unproven", "more"), done.messages
    assert section(done)["mark"] != "beginning"


@nightly.by_day(0)
@pytest.mark.parametrize(
    "pager",
    [
        "第<span id='a'>1</span>页/共<span id='b'>1</span>页 <a href='javascript:;'>下一页</a>",
        "<span>上一页</span> 1/1 <span>下一页</span>",
        "<a class='prev disabled'>上一页</a><span>1</span><a class='next disabled'>下一页</a>",
    ],
)
def test_a_pager_of_one_page_proves_nothing_where_a_script_may_fill_the_list(crawl, tmp_path: Path, pager: str) -> None:
    script = "<script src='/js/list.js'></script>"
    assert section(crawl(site({"/yichang/": listing(STORIES[:8], pager)})))["listing_end"] == "proven"
    done = crawl(site({"/yichang/": listing(STORIES[:8], pager + script)}), archive=tmp_path / "other.db")
    assert section(done)["listing_end"] == "unproven"


def test_an_empty_list_that_a_script_may_fill_is_not_proven_to_be_empty(crawl, tmp_path: Path) -> None:
    page = "<html><body><ul><li>暂无数据</li></ul>{}</body></html>"
    assert section(crawl(site({"/yichang/": page.format("")})))["mark"] == "beginning"
    script = "<script src='/js/list.js'></script>"
    done = crawl(site({"/yichang/": page.format(script)}), archive=tmp_path / "other.db")
    assert section(done)["mark"] is None and "list.js" in str(section(done)["reason"])


def test_rows_without_an_address_among_rows_with_one_are_told(crawl) -> None:
    rows = "".join(
        f"<li><a href='{path}'>{title}</a><span>{day}</span></li>"
        if n % 2
        else f"<li data-id='{n}'><em>{title}</em><span>{day}</span></li>"
        for n, (path, title, day) in enumerate(STORIES[:12])
    )
    done = crawl(site({"/yichang/": f"<html><body><ul>{rows}</ul>第1页/共1页</body></html>"}))
    assert done.status == 1
    assert "6 rows of its list have no address" in done.messages
    assert section(done)["mark"] is None


@pytest.mark.slow
def test_a_second_line_of_a_row_is_no_row_of_its_own(crawl) -> None:
    rows = "".join(
        f"<li><a href='{path}'>{title}</a></li><li>乡里修好了水渠，灌溉更方便了。{day}</li>"
        for path, title, day in STORIES[:12]
    )
    done = crawl(site({"/yichang/": f"<html><body><ul>{rows}</ul>第1页/共1页</body></html>"}))
    assert done.status == 0, done.messages


# Data


def data(payload: object) -> Response:
    return Response(200, {"Content-Type": "application/json"}, json.dumps(payload).encode())


ROWS = [[{"title": t, "url": p, "time": d} for p, t, d in STORIES[10 * n : 10 * n + 10]] for n in range(2)]
SECTION = DEFINITION.replace("[crawl]", "[sections]\n'宜昌市' = '/api?page=1'\n[crawl]")


@nightly.by_day(2)
@pytest.mark.parametrize(
    ("last", "mark"),
    [
        ({"code": 0, "msg": "ok", "rows": []}, "beginning"),
        ({"code": 0, "msg": "没有更多了", "rows": []}, "beginning"),
        ({"code": 500, "msg": "系统忙", "rows": []}, None),
        ({"code": 0, "msg": "请在客户端查看", "rows": []}, STORIES[19][2]),
    ],
)
def test_an_empty_answer_is_an_end_only_if_it_succeeded(crawl, last: dict[str, object], mark: str | None) -> None:
    answers = {f"/api?page={n + 1}": data({"code": 0, "msg": "ok", "rows": rows}) for n, rows in enumerate(ROWS)}
    done = crawl(site({**answers, "/api?page=3": data(last)}), definition=SECTION)
    assert section(done)["mark"] == mark, done.messages
    assert done.status == (1 if mark is None else 0)


@nightly.by_day(1)
@pytest.mark.parametrize(
    "beside",
    [{"banner": {"list": [], "isEnd": True, "total": 0}}, {"ads": {"total": 3, "hasMore": False}}],
)
def test_what_another_list_says_is_no_end(crawl, beside: dict[str, object]) -> None:
    done = crawl(site({"/api?page=1": data({"data": {**beside, "list": ROWS[0]}})}), definition=SECTION)
    assert section(done)["mark"] != "beginning"


@nightly.by_day(0)
@pytest.mark.parametrize(("number", "end"), [(10, "unproven"), (9, "proven")])
def test_a_total_that_may_be_the_size_of_a_page_is_no_proof(crawl, number: int, end: str) -> None:
    answer = data({"data": {"total": number, "list": ROWS[0][:number]}})
    done = crawl(site({"/api": answer}), definition=SECTION.replace("?page=1", ""))
    assert section(done)["listing_end"] == end, done.messages


@nightly.by_day(1)
@pytest.mark.parametrize("answer", [None, {"code": 0, "rows": []}, {"code": 500, "msg": "系统忙", "rows": []}])
@pytest.mark.parametrize("before", [2, 0], ids=["a number before", "nothing on all pages"])
def test_an_answer_that_names_no_next_page_is_the_last_if_nothing_follows(
    crawl, before: int, answer: dict[str, object] | None
) -> None:
    answers = {
        "/api?page=1": data({"code": 0, "rows": ROWS[0], "next": before}),
        "/api?page=2": data({"code": 0, "rows": ROWS[1], "next": 0}),
        **({"/api?page=3": data(answer)} if answer else {}),
    }
    done = crawl(site(answers), definition=SECTION)
    # Where no answer ever named a page, an error in place of the next one may hide entries.
    is_failure = answer is not None and answer["code"] == 500 and not before
    assert (section(done)["mark"] == "beginning") is not is_failure, done.messages
    assert done.status == int(is_failure) and done.one("SELECT count(*) AS n FROM articles")["n"] == 20
