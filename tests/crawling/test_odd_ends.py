"""Listings whose pages mislead: pagers that lead back, pages without entries in between, lists that stand elsewhere,
lists of the oldest first. What is not proven is never called complete."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from support.crawls import Crawl
from support.pages import Pages, article, listing

CITIES = ("宜昌", "襄阳", "荆州", "荆门", "黄石", "十堰")
DAYS = [f"{date(2026, 6, 30) - timedelta(days=n)}" for n in range(20)]


def stories(city: str) -> list[tuple[str, str, str]]:
    number = CITIES.index(city)
    return [
        (f"/{day[:4]}/{day[5:7]}{day[8:]}/{number}{800 - n}.shtml", f"{city}青石坳第{n}段水渠修成通水", day)
        for n, day in enumerate(DAYS)
    ]


def following(path: str, text: str = "下一页") -> str:
    return f"<a href='{path}'>{text}</a>"


def site(**cities: dict[str, object]) -> Pages:
    """A portal with the sections of these cities; their pages by address."""
    links = "".join(f"<a href='/{number}/'>{city}</a> " for number, city in enumerate(CITIES) if city in cities)
    pages: dict[str, object] = {"/": f"<html><body><div>{links}</div></body></html>"}
    for city, listings in cities.items():
        pages |= {path: article(title, day) for path, title, day in stories(city)}
        pages |= listings
    return Pages(pages)  # type: ignore[arg-type]


def sections(done: Crawl) -> dict[str, tuple[str, str | None, int]]:
    """City to outcome, mark and number of stored articles."""
    rows = done.rows(
        """SELECT s.name, w.outcome, s.complete_back_to AS mark,
             (SELECT count(*) FROM article_sections l WHERE l.section = s.id) AS stored
           FROM sections s JOIN sweeps w ON w.section = s.id GROUP BY s.id HAVING w.id = max(w.id)"""
    )
    return {row["name"].removesuffix("市"): (row["outcome"], row["mark"], row["stored"]) for row in rows}


def test_what_misleads_is_no_end(crawl) -> None:
    back, gap, clamped, older, days, oldest = (stories(city) for city in CITIES)
    pages = site(
        # The second page of three leads back to the first one.
        宜昌={
            "/0/": listing(back[:8], following("index_1.html")),
            "/0/index_1.html": listing(back[8:16], following("/0/")),
        },
        # The second page has lost its entries.
        襄阳={
            "/1/": listing(gap[:8], following("index_1.html")),
            "/1/index_1.html": listing([], following("index_2.html")),
            "/1/index_2.html": listing(gap[16:], ""),
        },
        # The last page leads to itself: a pager that is switched off.
        荆州={
            "/2/": listing(clamped[:10], following("index_1.html")),
            "/2/index_1.html": listing(clamped[10:], following("index_1.html")),
        },
        # A blog's pager points back in time.
        荆门={
            "/3/": listing(older[:8], following("/3/page/2/", "← 较早文章")),
            "/3/page/2/": listing(older[8:16], following("/3/page/3/", "← 较早文章") + following("/3/", "较新文章 →")),
            "/3/page/3/": listing(older[16:], following("/3/page/2/", "较新文章 →")),
        },
        # An archive by days with two days without news.
        黄石={
            "/4/": listing(days[:8], following("/4/20260629.html", "前一天")),
            "/4/20260629.html": "<html><body><p>当日暂无新闻</p>" + following("/4/20260628.html", "前一天"),
            "/4/20260628.html": "<html><body><p>当日暂无新闻</p>" + following("/4/20260627.html", "前一天"),
            "/4/20260627.html": listing(days[8:], ""),
        },
        十堰={"/5/": listing(oldest[8:][::-1], "")},
    )
    done = crawl(pages)
    assert done.status == 1
    assert sections(done) == {
        "宜昌": ("unproven", DAYS[15], 16),
        "襄阳": ("more", DAYS[7], 12),
        "荆州": ("end", "beginning", 20),
        "荆门": ("end", "beginning", 20),
        "黄石": ("end", "beginning", 20),
        "十堰": ("unproven", None, 12),
    }
    assert "page 2 shows no entry, and leads on" in done.messages
    # The list of the oldest first grows at its end, below more known entries than a sweep must meet.
    pages.pages["/5/"] = listing(oldest[::-1], "")
    assert sections(crawl(pages))["十堰"][2] == 20


@pytest.mark.slow
def test_lists_that_stand_elsewhere(crawl) -> None:
    moved, script, framed = (stories(city) for city in CITIES[:3])
    frame = "<html><body><h2>要闻</h2><iframe src='{}'></iframe></body></html>"
    done = crawl(
        site(
            宜昌={
                "/0/": "<html><head><meta http-equiv='refresh' content='0;url=/new/0/'></head></html>",
                "/new/0/": listing(moved[:8], following("/new/0/2.html")),
                "/new/0/2.html": listing(moved[8:], following("/new/0/", "上一页")),
            },
            襄阳={
                "/1/": "<html><script>window.location.href = '/new/1/';</script></html>",
                "/new/1/": listing(script, ""),
            },
            荆州={
                "/2/": frame.format("/inc/list.php?c=2"),
                "/inc/list.php?c=2": listing(framed[:8], following("/inc/list.php?c=2&amp;p=2")),
                "/inc/list.php?c=2&p=2": listing(framed[8:], ""),
            },
            荆门={
                "/3/": "<html><body><p>本栏目已迁移，请访问<a href='/new/3/'>荆门新闻</a>或<a href='/old/'>旧版</a></p></body></html>"
            },
            黄石={"/4/": frame.format("http://elsewhere.example/list")},
            十堰={"/5/": "<html><body><p>暂无内容</p><a href='/about/'>关于我们</a></body></html>"},
        )
    )
    assert done.status == 1
    found = sections(done)
    # What has moved may be another section: it is read, and its mark stays.
    assert found["宜昌"] == ("end", None, 20)
    assert found["襄阳"][1:] == (None, 20)
    assert found["荆州"] == ("end", "beginning", 20)
    assert found["荆门"] == ("failed", None, 0)
    assert (
        "says that its section has moved; it links to http://www.t.example/new/3/, http://www.t.example/old/;"
        in done.messages
    )
    assert found["黄石"][0] == "failed" and "its list may stand in a frame" in done.messages
    assert found["十堰"] == ("end", "beginning", 0)
