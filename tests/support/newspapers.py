"""Pages of digital newspapers of many kinds, with invented words: what each shows, and what a reader must find."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

TITLES = (
    "石桥镇的旧水车又转起来了",
    "三户人家合种两亩香芋试验田",
    "老站台改成了一间乡村书屋",
    "夜班司机记下的十二个站名",
    "山口小学添了一座小气象站",
    "渔村的码头换上了新的木板",
)
NAMES = ("要闻", "民生")


@dataclass
class Paper:
    """One kind of newspaper: the template of its definition, and the documents of an edition."""

    template: str
    make: Callable[[date], dict[str, str]]
    """From a day to documents by path, those of articles excepted; the first one is the edition's first page."""
    articles: Callable[[date], dict[str, str]]
    """From a day to the paths of its articles with their titles, empty where the paper shows none."""
    pages: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Title to 版次 and 版名, as the edition shows them."""


def _titles(day: date, page: int) -> list[str]:
    return [f"{TITLES[page * 3 + number]}（{day:%m}月{day:%d}日）" for number in range(3)]


def _document(body: str, title: str = "山口日报数字报", head: str = "") -> str:
    return f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>"


def paper(
    template: str,
    page: Callable[[date, int], str],
    article: Callable[[date, int, int], str],
    *,
    href: Callable[[str, str], str] | None = None,
    label: Callable[[int, str], str] = "第{:02d}版：{}".format,
    menu: str = "<div class='menu'>{links}</div>",
    item: str = "<li><a href='{href}'>{title}</a></li>",
    area: str = "<area coords='1,1,9,9' shape='poly' href='{href}'>",
    extra: Callable[[date], str] = lambda day: "",
    numbers: tuple[str, str] = ("01", "02"),
) -> Paper:
    """Return a paper of two pages with three articles each, and a link to the edition of the day before.

    `page(day, n)` and `article(day, n, m)` give paths; `href(path, base)` is how a page writes a path.
    """
    write = href or (lambda path, base: path)

    def make(day: date) -> dict[str, str]:
        documents = {}
        for number in range(2):
            own = page(day, number)
            links = " ".join(
                f"<a href='{write(page(day, other), own)}'>{label(other + 1, NAMES[other])}</a>" for other in range(2)
            )
            shown = [
                (write(article(day, number, place), own), title) for place, title in enumerate(_titles(day, number))
            ]
            areas = "".join(area.format(href=path) for path, _ in shown)
            items = "".join(item.format(href=path, title=title) for path, title in shown)
            before = write(page(day - timedelta(days=1), 0), own)
            documents[own] = _document(
                f"{menu.format(links=links)}<map>{areas}</map><ul>{items}</ul>"
                f"<p><a href='{before}'>上一期</a> <a href='/'>首页</a></p>{extra(day)}"
            )
        return documents

    def articles(day: date) -> dict[str, str]:
        return {article(day, n, m): title for n in range(2) for m, title in enumerate(_titles(day, n))}

    pages = {TITLES[n * 3 + m]: (numbers[n], NAMES[n]) for n in range(2) for m in range(3)}
    return Paper(template, make, articles, pages)


def _relative(path: str, base: str) -> str:
    """Write a path relative to that of a page."""
    own, other = base.split("/")[1:-1], path.split("/")[1:]
    same = 0
    while same < min(len(own), len(other) - 1) and own[same] == other[same]:
        same += 1
    return "../" * (len(own) - same) + "/".join(other[same:])


def _query(path: str, base: str) -> str:
    return path.partition("?")[1] + path.partition("?")[2].replace("&", "&amp;")


def _script_list(template: str, script: Callable[[list[tuple[str, str]]], str]) -> Paper:
    """A paper whose single page names its articles in a script."""

    def folder(day: date) -> str:
        return f"/h5/{day:%Y-%m}/{day:%d}"

    def articles(day: date) -> dict[str, str]:
        return {f"{folder(day)}/content_{580 + m}_{17000 + m}.htm": title for m, title in enumerate(_titles(day, 0))}

    def make(day: date) -> dict[str, str]:
        names = [(path.rpartition("/")[2], title) for path, title in articles(day).items()]
        body = f"<div id='app'></div><script src='/js/app.js'></script><script>{script(names)}</script>"
        return {f"{folder(day)}/node_58471.htm": _document(body)}

    return Paper(template, make, articles)


def _whole(body: Callable[[list[list[tuple[str, str]]]], str]) -> Paper:
    """A paper with one document for the whole edition."""

    def path(day: date, number: int, place: int) -> str:
        return f"/mobile/{day:%Y}/{day:%Y%m%d}/{day:%Y%m%d}_{number + 1:03d}_{place + 1:02d}.html"

    def make(day: date) -> dict[str, str]:
        groups = [[(path(day, n, m), title) for m, title in enumerate(_titles(day, n))] for n in range(2)]
        return {f"/mobile/{day:%Y}/{day:%Y%m%d}/{day:%Y%m%d}_m.html": _document(body(groups))}

    def articles(day: date) -> dict[str, str]:
        return {path(day, n, m): title for n in range(2) for m, title in enumerate(_titles(day, n))}

    pages = {TITLES[n * 3 + m]: (f"0{n + 1}", NAMES[n]) for n in range(2) for m in range(3)}
    return Paper("/mobile/{yyyy}/{yyyy}{mm}{dd}/{yyyy}{mm}{dd}_m.html", make, articles, pages)


def _panels(groups: list[list[tuple[str, str]]]) -> str:
    return "".join(
        f"<div class='nav-items'><div class='nav-panel-heading'>第0{number}版：{NAMES[number - 1]}</div><ul>"
        + "".join(f"<li><a data-href='{path}'>{title}</a></li>" for path, title in group)
        + "</ul></div>"
        for number, group in enumerate(groups, 1)
    )


def _flat(groups: list[list[tuple[str, str]]]) -> str:
    menu = "".join(f"<a href='#p{number}'>第0{number}版</a>" for number in (1, 2))
    return f"<p>{menu}</p>" + "".join(
        f"<h3 id='p{number}'>第0{number}版：{NAMES[number - 1]}</h3>"
        + "".join(f"<p><a href='{path}'>{title}</a></p>" for path, title in group)
        for number, group in enumerate(groups, 1)
    )


PAPERS: dict[str, Paper] = {
    "one folder": paper(
        "/html/{yyyy}-{mm}/{dd}/node_201.htm",
        lambda d, n: f"/html/{d:%Y-%m}/{d:%d}/node_{201 + n}.htm",
        lambda d, n, m: f"/html/{d:%Y-%m}/{d:%d}/content_{n}{m}.htm?div=-1",
    ),
    "sister tree": paper(
        "/pc/column/{yyyy}{mm}/{dd}/node_01.html",
        lambda d, n: f"/pc/column/{d:%Y%m}/{d:%d}/node_0{n + 1}.html",
        lambda d, n, m: f"/pc/content/{d:%Y%m}/{d:%d}/content_{2000 + n * 10 + m}.html",
        href=_relative,
    ),
    "letters in pages": paper(
        "/sxrb/column/{yyyy}{mm}/{dd}/colA1.html",
        lambda d, n: f"/sxrb/column/{d:%Y%m}/{d:%d}/col{'AB'[n]}1.html",
        lambda d, n, m: f"/sxrb/content/{d:%Y%m}/{d:%d}/c{327400 + n * 10 + m}.html",
        href=_relative,
        label=lambda n, name: f"{'AB'[n - 1]}1：{name}",
        numbers=("A1", "B1"),
    ),
    "v01": paper(
        "/shtml/scrb/{yyyy}{mm}{dd}/v01.html",
        lambda d, n: f"/shtml/scrb/{d:%Y%m%d}/v0{n + 1}.html",
        lambda d, n, m: f"/shtml/scrb/{d:%Y%m%d}/{1068620 + n * 10 + m}.html",
        label=lambda n, name: f"0{n}版 {name}",
    ),
    "nbs": paper(
        "/html/{yyyy}-{mm}/{dd}/nbs.D110000skrb_01.htm",
        lambda d, n: f"/html/{d:%Y-%m}/{d:%d}/nbs.D110000skrb_0{n + 1}.htm",
        lambda d, n, m: f"/html/{d:%Y-%m}/{d:%d}/nw.D110000skrb_{d:%Y%m%d}_{m + 1}-0{n + 1}.htm",
        href=_relative,
    ),
    "PaperIndex": paper(
        "/content/{yyyy}{mm}{dd}/Page01DZ.htm",
        lambda d, n: f"/content/{d:%Y%m%d}/Page0{n + 1}DZ.htm",
        lambda d, n, m: f"/content/{d:%Y%m%d}/Articel0{n + 1}00{m + 1}DZ.htm",
        href=_relative,
        label=lambda n, name: f"0{n}版：{name}",
    ),
    "Joyhua": paper(
        "/szrb/{yyyy}{mm}{dd}/html/index.htm",
        lambda d, n: f"/szrb/{d:%Y%m%d}/html/{'page_02' if n else 'index'}.htm",
        lambda d, n, m: f"/szrb/{d:%Y%m%d}/html/content_{d:%Y%m%d}00{n + 1}00{m + 1}.htm",
        href=_relative,
    ),
    "folder per page": paper(
        "/epaper/html/{yyyy}/{mm}/{dd}/01/default.htm",
        lambda d, n: f"/epaper/html/{d:%Y/%m/%d}/0{n + 1}/default.htm",
        lambda d, n, m: f"/epaper/html/{d:%Y/%m/%d}/0{n + 1}/0{n + 1}_{64 + m}.htm",
        href=_relative,
    ),
    "sibling folders": paper(
        "/html/cqrb/{yyyy}-{mm}/{dd}/001/node.htm",
        lambda d, n: f"/html/cqrb/{d:%Y-%m}/{d:%d}/00{n + 1}/node.htm",
        lambda d, n, m: f"/html/cqrb/{d:%Y-%m}/{d:%d}/00{n + 1}/content_rb_{23000 + n * 10 + m}.htm",
    ),
    "query": paper(
        "/api.php?name=skrb&date={yyyy}-{mm}-{dd}&code=001",
        lambda d, n: f"/api.php?name=skrb&date={d:%Y-%m-%d}&code=00{n + 1}",
        lambda d, n, m: f"/api.php?name=skrb&date={d:%Y-%m-%d}&code=00{n + 1}&xuhao={m + 1}",
        href=_query,
        label=lambda n, name: f"第00{n}版 {name}",
        numbers=("001", "002"),
    ),
    "szbz": paper(
        "/szbz/{yyyy}{mm}{dd}/szbzA1.Html",
        lambda d, n: f"/szbz/{d:%Y%m%d}/szbzA{n + 1}.Html",
        lambda d, n, m: f"/szbz/{d:%Y%m%d}/{n * 10 + m + 31}.Html",
        href=_relative,
        label=lambda n, name: f"A{n}",
        numbers=("A1", "A2"),
    ),
    "date in the file": paper(
        "/epaper/{yyyy}{mm}{dd}_001.html",
        lambda d, n: f"/epaper/{d:%Y%m%d}_00{n + 1}.html",
        lambda d, n, m: f"/epaper/{d:%Y%m%d}_00{n + 1}_{m + 1}.html",
        href=_relative,
    ),
    "numbers only": paper(
        "/{yyyy}{mm}{dd}/1.html",
        lambda d, n: f"/{d:%Y%m%d}/{n + 1}.html",
        lambda d, n, m: f"/{d:%Y%m%d}/{n * 10 + m + 5}.html",
        href=_relative,
    ),
    "short year": paper(
        "/p/{yy}{mm}/{d}/node_1.htm",
        lambda d, n: f"/p/{d:%y%m}/{d.day}/node_{n + 1}.htm",
        lambda d, n, m: f"/p/{d:%y%m}/{d.day}/content_{700 + n * 10 + m}.htm",
        href=_relative,
    ),
    "areas only": paper(
        "/html/{yyyy}-{mm}/{dd}/node_1.htm",
        lambda d, n: f"/html/{d:%Y-%m}/{d:%d}/node_{n + 1}.htm",
        lambda d, n, m: f"/html/{d:%Y-%m}/{d:%d}/content_{700 + n * 10 + m}.htm",
        href=_relative,
        item="",
    ),
    "unlabelled pages": paper(
        "/html/{yyyy}-{mm}/{dd}/node_1.htm",
        lambda d, n: f"/html/{d:%Y-%m}/{d:%d}/node_{n + 1}.htm",
        lambda d, n, m: f"/html/{d:%Y-%m}/{d:%d}/content_{700 + n * 10 + m}.htm",
        href=_relative,
        label=lambda n, name: name,
        numbers=("", ""),
    ),
    "data-href on items": paper(
        "/html/{yyyy}-{mm}/{dd}/node_1.htm",
        lambda d, n: f"/html/{d:%Y-%m}/{d:%d}/node_{n + 1}.htm",
        lambda d, n, m: f"/html/{d:%Y-%m}/{d:%d}/content_{700 + n * 10 + m}.htm",
        item="<li data-href='{href}'>{title}</li>",
        area="",
    ),
    "other papers of the house": paper(
        "/skrb/html/{yyyy}-{mm}/{dd}/node_1.htm",
        lambda d, n: f"/skrb/html/{d:%Y-%m}/{d:%d}/node_{n + 1}.htm",
        lambda d, n, m: f"/skrb/html/{d:%Y-%m}/{d:%d}/content_{700 + n * 10 + m}.htm",
        extra=lambda d: (
            f"<p><a href='/skwb/html/{d:%Y-%m}/{d:%d}/node_1.htm'>山口晚报</a>"
            f"<a href='/m/skrb/html/{d:%Y-%m}/{d:%d}/node_1.htm'>手机版</a>"
            f"<a href='/skrb/html/{d:%Y-%m}/{d:%d}/paper.pdf'>PDF下载</a>"
            f"<a href='/skrb/html/{d:%Y-%m}/{d:%d}/index.htm'>返回目录</a></p>"
            f"<ul><li><a href='/news/{d:%Y%m%d}/5001.shtml'>门户网站今天的一条新闻在这里</a></li>"
            "<li><a href='/about/'>关于我们这一家报社的介绍</a></li></ul>"
        ),
    ),
    "calendar": paper(
        "/html/{yyyy}-{mm}/{dd}/node_1.htm",
        lambda d, n: f"/html/{d:%Y-%m}/{d:%d}/node_{n + 1}.htm",
        lambda d, n, m: f"/html/{d:%Y-%m}/{d:%d}/content_{700 + n * 10 + m}.htm",
        href=_relative,
        extra=lambda d: "".join(
            f"<a href='/html/{other:%Y-%m}/{other:%d}/node_1.htm'>{other.day}</a>"
            for other in (d - timedelta(days=ago) for ago in range(31))
        ),
    ),
    "one page, panels": _whole(_panels),
    "one page, headings": _whole(_flat),
    "script, names": _script_list(
        "/h5/{yyyy}-{mm}/{dd}/node_58471.htm",
        lambda names: "var map_58471 = { l: [" + ", ".join(f'"{name}"' for name, _ in names) + "] };",
    ),
    "script, JSON": _script_list(
        "/h5/{yyyy}-{mm}/{dd}/node_58471.htm",
        lambda names: (
            'window.data = {"list":['
            + ",".join(f'{{"title":"{title}","url":"{name}"}}' for name, title in names)
            + '],"home":"index.htm"};'
        ),
    ),
}
PAPERS["script, names"].pages = {}
