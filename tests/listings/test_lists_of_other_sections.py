"""A list that other sections own, beside the short list of a section."""

from __future__ import annotations

import pytest

from newscrawler.listings.entries import ListingRules
from newscrawler.listings.listing import read_listing
from newscrawler.listings.listing_page import ListingPage

HOST = "http://www.t.example"
OTHERS = ["/sz/2026-06/{n}/content_88{n}.htm", "/yw/2026-06/{n}/content_99{n}.htm"]


def entries(own: str, other: str, *, folder: str = "/yc/", dates: bool = False) -> set[str]:
    """Paths of the entries of a page with a short list and a long, dated one."""
    day = "<span>2026-06-20</span>" if dates else ""
    short = "".join(f"<li><a href='{own.format(n=n)}'>渡口村夜校{n}</a>{day}</li>" for n in range(20, 22))
    long = "".join(
        f"<p><a href='{other.format(n=n)}'>石板街上的老茶馆今天重新开张{n}</a> <em>2026-06-{n}</em></p>"
        for n in range(10, 22)
    )
    page = read_listing(
        f"<html><body><div class='side'>{long}</div><ul>{short}</ul></body></html>".encode(),
        url=HOST + folder,
        number=1,
        rules=ListingRules(),
        is_own=lambda url: url.startswith(HOST),
    )
    assert isinstance(page, ListingPage)
    return {entry.url.removeprefix(HOST) for entry in page.entries}


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("dates", [False, True])
def test_a_long_list_of_another_folder_is_not_that_of_the_section(other: str, dates: bool) -> None:
    own = "/yc/2026-06/{n}/content_77{n}.htm"
    assert entries(own, other, dates=dates) == {own.format(n=n) for n in (20, 21)}


def test_folders_say_nothing_where_articles_have_another_form_or_the_section_has_no_folder() -> None:
    elsewhere = "/system/2026/06/{n}/0340{n}.shtml"
    assert elsewhere.format(n=15) in entries("/yc/zt/content_77{n}.htm", elsewhere)
    assert OTHERS[0].format(n=15) in entries("/yc/2026-06/{n}/content_77{n}.htm", OTHERS[0], folder="/yc.html")


ROW = "<li><a href='{url}'>渡口村的夜校今晚开课第{n}讲</a><span>06-{n}</span></li>"
RANKED = "<tr><td>{n}</td><td><a href='{url}'>石板街上的老茶馆今天重新开张{n}</a></td><td>7{n}</td></tr>"
SECTIONS = {
    "a program": ("/plus/list.php?tid=3", "/plus/view.php?aid=61676{n}", "<a href='/plus/list.php?tid=4'>荆州</a>"),
    "a program, in a list": ("/plus/list.php?tid=3", "/plus/view.php?aid=61676{n}", "<select><option value='/plus/list.php?tid=4'>荆州</option></select>"),
    "numbered files": ("/news/list_3.html", "/news/show_61676{n}.html", "<a href='/news/list_4.html'>荆州</a>"),
}  # fmt: skip


@pytest.mark.parametrize(("own", "article", "menu"), SECTIONS.values(), ids=SECTIONS)
def test_the_folder_of_several_sections_makes_no_articles_of_a_section(own: str, article: str, menu: str) -> None:
    listed = "".join(ROW.format(url=article.format(n=n), n=n) for n in range(10, 18))
    ranking = "".join(RANKED.format(url=article.format(n=n), n=n) for n in range(40, 46))
    side = f"<div class='side'><div>一周点击</div><table>{ranking}</table></div>"
    page = read_listing(
        f"<html><body><div class='nav'>{menu}</div><ul>{listed}</ul>{side}</body></html>".encode(),
        url=HOST + own,
        number=1,
        rules=ListingRules(),
        is_own=lambda url: url.startswith(HOST),
    )
    assert isinstance(page, ListingPage)
    assert {entry.url.removeprefix(HOST) for entry in page.entries} == {article.format(n=n) for n in range(10, 18)}
