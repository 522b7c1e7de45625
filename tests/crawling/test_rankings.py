"""Rankings of the section's own articles beside its list: they are entries, and say nothing about the list's order."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from support import nightly
from support.crawls import Crawl
from support.pages import HOMEPAGE, LAST_PAGE, Pages, article

Row = tuple[str, str, str]
ROWS: list[Row] = [
    (f"/yichang/202603/{30 - n}{n:02}.html", f"青石坳第{n}座水窖蓄满", f"2026-03-{30 - n}") for n in range(18)
]
HOT = ROWS[4:12]
FORMS = {
    "below": "{list}<div class='side'><h3>点击排行</h3><ol>{hot}</ol></div>{pager}",
    "above": "<div class='hot'><h3>热点</h3><ol>{hot}</ol></div><div class='main'>{list}{pager}</div>",
    "in a table": "<table><tr><td>{list}</td><td><p>本周热文</p><ol>{hot}</ol></td></tr></table>{pager}",
}


def rows_of(rows: Sequence[Row], *, dated: bool = True) -> str:
    return "".join(
        f"<li><a href='{path}'>{title}</a>{f'<span>{day}</span>' if dated else ''}</li>" for path, title, day in rows
    )


def portal(form: str, parts: Sequence[Sequence[Row]], hot: Sequence[Sequence[Row]], *, dated: bool) -> Pages:
    """A portal whose list has these pages; `hot` are the rankings beside each of them."""
    pages: dict[str, str] = {"/": HOMEPAGE, **{path: article(title, day) for path, title, day in ROWS}}
    for number, (part, ranked) in enumerate(zip(parts, hot, strict=True), 1):
        pager = f"<a href='/yichang/index_{number + 1}.html'>下一页</a>" if number < len(parts) else LAST_PAGE
        body = form.format(
            list=f"<ul class='list'>{rows_of(part)}</ul>", hot=rows_of(ranked, dated=dated), pager=f"<p>{pager}</p>"
        )
        pages["/yichang/" + (f"index_{number}.html" if number > 1 else "")] = f"<html><body>{body}</body></html>"
    return Pages(pages)


def mark(done: Crawl) -> str | None:
    return done.one("SELECT complete_back_to FROM sections WHERE name = '宜昌市'")["complete_back_to"]


PARTS = [ROWS[:6], ROWS[6:12], ROWS[12:]]


@nightly.by_day(4)
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("dated", [True, False])
def test_a_ranking_keeps_no_list_from_its_mark(crawl: Callable[..., Crawl], form: str, dated: bool) -> None:
    done = crawl(portal(form, PARTS, [HOT, list(reversed(HOT)), HOT], dated=dated))
    assert (done.one("SELECT count(*) AS n FROM articles")["n"], mark(done)) == (18, "beginning"), done.messages


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_an_article_that_only_a_ranking_shows_is_stored(crawl: Callable[..., Crawl], form: str) -> None:
    listed = [*ROWS[:9], *ROWS[10:]]
    done = crawl(portal(form, [listed[:6], listed[6:12], listed[12:]], [HOT] * 3, dated=False))
    assert (done.one("SELECT count(*) AS n FROM articles")["n"], mark(done)) == (18, "beginning"), done.messages


@nightly.by_day(2)
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_list_that_changes_its_order_is_not_trusted_beside_a_ranking(crawl: Callable[..., Crawl], form: str) -> None:
    parts = [ROWS[:6], [*ROWS[6:9], ROWS[2], *ROWS[9:11]], ROWS[12:]]
    done = crawl(portal(form, parts, [ROWS[12:18]] * 3, dated=False))
    assert mark(done) is None and "change their order" in done.messages


@pytest.mark.slow
def test_old_articles_of_a_ranking_do_not_end_a_crawl_with_since(crawl: Callable[..., Crawl]) -> None:
    old = [(f"/yichang/202401/{n}.html", f"白鹭洲第{n}座泵站检修", f"2024-01-{n}") for n in range(10, 24)]
    site = portal(FORMS["above"], PARTS, [old, old, old], dated=True)
    done = crawl(site, "--since", "2026-03-01")
    assert {row["url"] for row in done.rows("SELECT url FROM articles")} >= {
        f"http://www.t.example{p}" for p, *_ in ROWS
    }
