"""Front pages whose columns have their heading in the first row of their list, and pages that join several boxes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from support import nightly
from support.endings import section, site, stored
from support.pages import listing

Story = tuple[str, str, str]
COLUMNS = {"要闻": ("yw", 3), "县区": ("xq", 5), "人文": ("rw", 11)}
"""Names, folders, and days between two articles: the columns reach back to different days."""


def stories(folder: str, days: int, number: int = 9) -> list[Story]:
    return [
        (
            f"/yichang/{folder}/2026/{day[5:7]}{day[8:]}/{7000 - n}.shtml",
            f"青石坳{folder}第{n}段水渠修成通水",
            day,
        )
        for n in range(number)
        for day in [f"{date(2026, 6, 30) - timedelta(days=n * days)}"]
    ]


ALL = [story for folder, days in COLUMNS.values() for story in stories(folder, days)]
HEADS = {
    "a row of a table": (
        "<table class=lm>{}</table>",
        "<tr><td bgcolor=#06c><a href='{}'><b>{}</b></a></td></tr>",
        "<tr><td>·{}</td></tr>",
    ),
    "an item of a list": ("<ul class='blk'>{}</ul>", "<li class='t'><a href='{}'>{}</a></li>", "<li>{}</li>"),
    "a term": ("<dl>{}</dl>", "<dt><a href='{}'>{}</a></dt>", "<dd>{}</dd>"),
}


def box(form: str, head: tuple[str, str] | None, shown: Sequence[Story]) -> str:
    around, heading, row = HEADS[form]
    rows = "".join(row.format(f"<a href='{path}'>{title}</a>") for path, title, _ in shown)
    return around.format((heading.format(*head) if head else "") + rows)


@nightly.by_day(0)
@pytest.mark.parametrize("address", ["/yichang/{}/", "/yichang/channel/{}.html"])
@pytest.mark.parametrize("form", HEADS)
def test_a_list_whose_first_row_is_its_heading_is_a_column(crawl, form: str, address: str) -> None:
    numbers = {
        folder: folder if address.endswith("/") else str(7000 + n) for n, (folder, _) in enumerate(COLUMNS.values())
    }
    pages = {
        "/yichang/": "".join(
            box(form, (address.format(numbers[folder]), name), stories(folder, days)[:4])
            for name, (folder, days) in COLUMNS.items()
        ),
        **{address.format(numbers[folder]): listing(stories(folder, days)) for folder, days in COLUMNS.values()},
    }
    done = crawl(site(pages, ALL))
    assert stored(done) == len(ALL), done.messages
    assert done.status == 0 and section(done)["mark"] == "beginning", done.messages
    names = {row["name"] for row in done.rows("SELECT name FROM sections")}
    assert names == {"宜昌市", *(f"宜昌市/{name}" for name in COLUMNS)}


@nightly.by_day(1)
@pytest.mark.parametrize("form", HEADS)
@pytest.mark.parametrize("heads", [False, True])
def test_a_page_that_joins_boxes_has_no_mark(crawl, form: str, heads: bool) -> None:
    # The third box reaches back to May, the first shows no more than two weeks of June.
    boxes = "".join(
        (f"<h3>{name}</h3>" if heads else "") + box(form, None, stories(folder, days)[:5])
        for name, (folder, days) in COLUMNS.items()
    )
    done = crawl(site({"/yichang/": f"<html><body>{boxes}</body></html>"}, ALL))
    assert stored(done) == 15 and section(done)["mark"] is None, done.messages
    assert done.status == 0, done.messages


@nightly.by_day(0)
@pytest.mark.parametrize("form", HEADS)
def test_a_list_in_parts_keeps_its_mark(crawl, form: str) -> None:
    own = stories("yw", 3, 15)
    # A back-dated article at the end of a part.
    own = [*own[:4], own[6], own[4], own[5], *own[7:]]
    parts = "".join(box(form, None, own[5 * n : 5 * n + 5]) for n in range(3))
    done = crawl(site({"/yichang/": f"<html><body>{parts}</body></html>"}, own))
    assert stored(done) == 15 and section(done)["mark"] == own[-1][2], done.messages
