"""Which page of a newspaper its articles stand on: names and numbers, and none rather than a wrong one."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

import pytest

from newscrawler.extraction.page import Page, read_page
from newscrawler.listings.edition_dates import EditionDay
from newscrawler.listings.newspapers import read_edition_page
from newscrawler.listings.page_labels import PageLabel, read_page_label

HOST = "http://paper.t.example"
DAY = date(2024, 5, 20)
NAMES = ("要闻", "时政", "民生", "副刊")
TOWNS = ("石桥", "柳湾", "青坪", "白沙")

Shown = dict[str, tuple[str, str]]


def page_path(number: int) -> str:
    return f"/rb/20240520/q{number:02d}.html"


def articles(number: int) -> list[tuple[str, str]]:
    return [
        (f"/rb/20240520/{8_000 + number * 10 + row}.html", f"{TOWNS[row]}镇第{number}座旧水车修好了")
        for row in range(3)
    ]


def items(number: int) -> str:
    return "<ul>" + "".join(f'<li><a href="{path}">{title}</a></li>' for path, title in articles(number)) + "</ul>"


def read_whole(documents: dict[str, str]) -> Shown:
    """Return page number and name of each article, as the crawler reads them: a link says what its page is called."""
    first = next(iter(documents))
    waiting: list[tuple[str, PageLabel | None]] = [(first, None)]
    known, shown = {first}, Shown()
    while waiting:
        path, label = waiting.pop(0)
        page = read_page(documents[path].encode(), url=HOST + path, content_type="text/html; charset=utf-8")
        assert isinstance(page, Page)
        day = EditionDay.of("/rb/{yyyy}{mm}{dd}/x", DAY)
        found = read_edition_page(page, HOST + path, day, lambda url: url.startswith(HOST), label=label)
        for entry in found.entries:
            shown.setdefault(entry.url.removeprefix(HOST), (entry.page_no, entry.page))
        for link in found.pages:
            if (path := link.url.removeprefix(HOST)) in documents and path not in known:
                known.add(path)
                waiting.append((path, link.label))
    return shown


def truth(number_of: Callable[[int], str] = lambda number: f"{number:02d}") -> Shown:
    return {path: (number_of(n), NAMES[n - 1]) for n in range(1, 5) for path, _ in articles(n)}


def label(number: int) -> str:
    return f"第{number:02d}版：{NAMES[number - 1]}"


MENUS: dict[str, tuple[str, str]] = {
    "links": ("<div>{}</div>", '<a href="{path}">{label}</a> '),
    "a choice": ('<select onchange="location=this.value">{}</select>', '<option value="{path}">{label}</option>'),
    "blocks with data-href": ("<div>{}</div>", '<div data-href="{path}">{label}</div>'),
    "clicks": ("<ul>{}</ul>", "<li onclick=\"location.href='{path}'\">{label}</li>"),
    "clicks and links": (
        "<dl>{}</dl>",
        "<dd><span onclick=\"go('{path}')\">{label}</span><a href='{path}'><img src='p.gif'></a></dd>",
    ),
    "a table": ("<table><tr>{}</tr></table>", '<td><b>{label}</b><a href="{path}">版面</a></td>'),
}


@pytest.mark.parametrize("place", ["above", "below", "around"])
@pytest.mark.parametrize("kind", MENUS)
def test_a_menu_of_pages_is_no_heading_of_the_articles(kind: str, place: str) -> None:
    around, item = MENUS[kind]
    menu = around.format("".join(item.format(path=page_path(n), label=label(n)) for n in range(1, 5)))
    documents = {}
    for n in range(1, 5):
        parts = {"above": (menu, ""), "below": ("", menu), "around": (menu, menu)}[place]
        documents[page_path(n)] = f"<p>2024-05-20</p>{parts[0]}<div>{items(n)}</div>{parts[1]}"
    shown = read_whole(documents)
    assert shown
    for path, (number, name) in shown.items():
        assert number in (truth()[path][0], "")
        assert name in (truth()[path][1], "")
    if kind in ("links", "a choice", "blocks with data-href"):
        assert shown == truth()


def test_headings_of_pages_without_articles_between_them_are_headings() -> None:
    parts = [f"<h3>{label(n)}</h3>{items(n) if n != 2 else ''}" for n in range(1, 5)]
    shown = read_whole({page_path(1): "<p>2024-05-20</p>" + "".join(parts)})
    assert shown == {path: got for path, got in truth().items() if got[0] != "02"}


def test_a_directory_before_the_parts_of_an_edition() -> None:
    directory = "".join(f'<li><a href="#p{n}">{label(n)}</a></li>' for n in range(1, 5))
    names = "".join(f"<span onclick='show({n})'>{label(n)}</span>" for n in range(1, 5))
    parts = "".join(f"<h3 id='p{n}'>{label(n)}</h3>{items(n)}" for n in range(1, 5))
    shown = read_whole({page_path(1): f"<p>2024-05-20</p><ul>{directory}</ul><div>{names}</div>{parts}"})
    assert shown == truth()


def test_names_of_pages_above_columns_of_articles_say_nothing() -> None:
    names = "".join(f"<td>{label(n)}</td>" for n in range(1, 5))
    columns = "".join(f"<td>{items(n)}</td>" for n in range(1, 5))
    shown = read_whole({page_path(1): f"<p>2024-05-20</p><table><tr>{names}</tr><tr>{columns}</tr></table>"})
    assert set(shown.values()) == {("", "")}


@pytest.mark.parametrize(
    "heading",
    [
        "A0{n}版 {name} <a href='/pdf/20240520/{n}.pdf'>PDF</a>", "A0{n}版：{name}", "A0{n}版/{name}", "A0{n}版 / {name}",
        "A0{n}版：{name} <a href='/pdf/20240520/{n}.jpg'>看原版</a>", "第A0{n}版：{name}（3篇）", "A0{n}版 {name} PDF下载",
        "A0{n}版 <!-- x -->{name} [PDF] <a href='/p/{n}.pdf'><b>版</b>面</a>", "A0{n}版・{name} (3)", "{name}・A0{n}版",
        "第A0{n}版→{name}", "A0{n}版：<a href='#x'>{name}</a> <a href='/d/{n}.pdf'>下载</a>",
    ],
)  # fmt: skip
def test_what_stands_beside_the_name_of_a_page(heading: str) -> None:
    shape = "<dl><dt>{}</dt><dd>{}</dd></dl>"
    parts = "".join(
        shape.format(heading.replace("{n}", str(n)).replace("{name}", NAMES[n - 1]), items(n)) for n in range(1, 5)
    )
    assert read_whole({page_path(1): "<p>2024-05-20</p>" + parts}) == truth(lambda number: f"A0{number}")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("第05版：周末（下）", "周末（下"), ("第05版：5G 时代", "5G 时代"), ("第05版：读者·作者", "读者·作者"), ("第05版：下载时代", "下载时代"),
        ("2版/时政", "时政"), ("第05版：十五条", "十五条"),
    ],
)  # fmt: skip
def test_names_that_only_look_like_words_beside_them(text: str, name: str) -> None:
    read = read_page_label(text)
    assert read is not None
    assert read.name == name


# Numbers in addresses


@pytest.mark.parametrize(
    ("address", "numbers"),
    [
        ("/rb/20240520/v0{n}.html", ("01", "02", "03", "04")), ("/rb/20240520/col0{n}.html", ("01", "02", "03", "04")),
        ("/rb/20240520/0{n}/index.html", ("01", "02", "03", "04")), ("/rb/20240520/p{n}.html", ("1", "2", "3", "4")),
        ("/rb/i.aspx?date=20240520&page={n}", ("1", "2", "3", "4")), ("/rb/20240520/A0{n}.html", ("A01", "A02", "A03", "A04")),
        ("/rb/20240520/node_{n}.html", ("",) * 4), ("/rb/20240520/node_8{n}.html", ("",) * 4),
        ("/rb/20240520/7{n}.html", ("",) * 4),
    ],
)  # fmt: skip
def test_numbers_that_only_addresses_show(address: str, numbers: tuple[str, ...]) -> None:
    paths = [address.replace("{n}", str(n)) for n in range(1, 5)]
    menu = "".join(f"<a href='{path}'>{name}</a> " for path, name in zip(paths, NAMES, strict=True))
    documents = {path: f"<p>2024-05-20</p><div>{menu}</div>{items(n)}" for n, path in enumerate(paths, 1)}
    assert read_whole(documents) == truth(lambda number: numbers[number - 1])


@pytest.mark.parametrize("order", [(2, 1, 3, 4), (1, 2, 4, 5), (2, 3, 4, 5), (1, 3, 5, 7)])
def test_numbers_of_addresses_that_do_not_count_the_pages(order: tuple[int, ...]) -> None:
    paths = [f"/rb/20240520/v0{n}.html" for n in order]
    menu = "".join(f"<a href='{path}'>{name}</a> " for path, name in zip(paths, NAMES, strict=True))
    documents = {path: f"<p>2024-05-20</p><div>{menu}</div>{items(n)}" for n, path in enumerate(paths, 1)}
    assert read_whole(documents) == truth(lambda _: "")


# Data in scripts


def data(rows: Callable[[int], list[dict[str, object]]], page: Callable[[int, object], object]) -> str:
    return json.dumps([page(n, rows(n)) for n in range(1, 5)], ensure_ascii=False)


def rows_of(number: int) -> list[dict[str, object]]:
    return [{"mainTitle": title, "articleHref": path} for path, title in articles(number)]


FORMS: dict[str, Callable[[int, object], object]] = {
    "number and name": lambda n, rows: {"pageNo": f"{n:02d}", "pageName": NAMES[n - 1], "articles": rows},
    "members behind the articles": lambda n, rows: {"list": rows, "banci": f"{n:02d}", "banName": NAMES[n - 1]},
    "a label": lambda n, rows: {"label": label(n), "items": rows},
    "plain members": lambda n, rows: {"no": f"{n:02d}", "name": NAMES[n - 1], "items": {"rows": rows}},
    "a page of its own": lambda n, rows: {"page": {"no": f"{n:02d}", "name": NAMES[n - 1]}, "articles": rows},
    "names of versions": lambda n, rows: {
        "id": 9_000 + n,
        "verOrder": f"{n:02d}",
        "verName": NAMES[n - 1],
        "news": rows,
    },
    "a key for each page": lambda n, rows: {f"p{n}": {"版次": f"{n:02d}", "版名": NAMES[n - 1], "文章": rows}},
    "all in each row": lambda n, rows: [row | {"pageNo": f"{n:02d}", "pageName": NAMES[n - 1]} for row in rows],  # type: ignore[attr-defined]
}


@pytest.mark.parametrize("form", FORMS)
def test_pages_in_the_data_of_a_script(form: str) -> None:
    text = f'{{"name": "某某日报", "no": "88", "date": "2024-05-20", "pages": {data(rows_of, FORMS[form])}}}'
    assert read_whole({page_path(1): f"<p>2024-05-20</p><script>window.edition = {text};</script>"}) == truth()


@pytest.mark.parametrize(
    "around",
    [
        '{{"name": "某某日报", "no": "88", "list": {}}}', '{{"pageNo": 1, "pageSize": 20, "total": 12, "records": {}}}',
        '{{"pages": [{{"pageNo": 0, "pageName": "要闻", "list": {}}}]}}', '{{"code": 0, "title": "数字报", "data": {}}}',
        '{{"page_num": "3", "list": {}}}',
    ],
)  # fmt: skip
def test_numbers_of_something_else_in_the_data_of_a_script(around: str) -> None:
    rows = json.dumps([row for n in range(1, 5) for row in rows_of(n)], ensure_ascii=False)
    shown = read_whole({page_path(1): f"<p>2024-05-20</p><script>var data = {around.format(rows)};</script>"})
    assert set(shown) == set(truth())
    assert set(shown.values()) == {("", "")}
