"""Selectors for pages whose values are known: stable ones, that several pages agree on, in bounded time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from newscrawler.extraction.page import Page, read_page
from newscrawler.extraction.repair import (
    FIELDS,
    KnownPage,
    KnownValues,
    is_same_time,
    names_of_markup,
    propose_selectors,
)
from newscrawler.normalization.dates import parse_published
from newscrawler.text.clock import CHINA
from newscrawler.text.definitions import check_selector
from support import nightly
from support.redesigns import REDESIGNS, Story, before, hidden, slogan, unlabelled


def read(markup: str) -> Page:
    page = read_page(markup.encode(), content_type="text/html; charset=utf-8")
    assert isinstance(page, Page)
    return page


def iso(text: str) -> str:
    published = parse_published(text, base=datetime(2026, 4, 1, tzinfo=CHINA))
    return published.iso if published else ""


def known(markup: str, values: KnownValues) -> KnownPage:
    return KnownPage(read(markup), values, iso)


def pages_of(form: Callable[[Story], str], count: int = 6) -> list[KnownPage]:
    return [known(form(Story(number)), Story(number).known) for number in range(1, count + 1)]


@pytest.mark.parametrize(
    ("form", "field", "selector"),
    [
        (unlabelled, "title", "h1"),
        (unlabelled, "published", ".when"),
        (unlabelled, "source", ".origin"),
        (unlabelled, "editors", ".staff"),
        (unlabelled, "body", ".story-text"),
        (slogan, "title", "#headline"),
        (slogan, "body", "#words"),
        (slogan, "published", ".line > b"),
        (hidden, "body", ".rich"),
    ],
)
def test_the_first_selector_is_short_and_stable(form: Callable[[Story], str], field: str, selector: str) -> None:
    assert propose_selectors(pages_of(form), field)[0] == selector


@pytest.mark.parametrize("form", REDESIGNS.values(), ids=REDESIGNS.keys())
def test_no_selector_holds_a_position_or_the_number_of_a_document(form: Callable[[Story], str]) -> None:
    for field in FIELDS:
        for selector in propose_selectors(pages_of(form), field):
            assert check_selector(selector) == selector
            assert "nth-" not in selector and not any(c.isdigit() for c in selector.replace("h1", "").replace("h2", ""))


def test_a_label_tells_apart_elements_of_one_name() -> None:
    line = "<p class='m'><span>{day}</span><span>来源：{source}</span><span>编辑：{editor}</span></p>"
    pages = [
        known(line.format(day=story.day, source=story.source, editor=story.editor), story.known)
        for story in map(Story, range(1, 5))
    ]
    source = (
        "//*[contains(concat(' ', normalize-space(@class), ' '), ' m ')]/span[starts-with(normalize-space(), '来源')]"
    )
    assert propose_selectors(pages, "source")[0] == source


@pytest.mark.parametrize(
    "date", ["2026年3月5日", "2026/3/5 09:30", "二〇二六年三月五日", "2026-03-05T01:30:00Z", "03-05 09:30"]
)
def test_a_date_is_found_in_any_form_that_means_the_same(date: str) -> None:
    values = KnownValues(published="2026-03-05T09:30:00+08:00")
    markup = f"<div class='other'>2026-03-06</div><div class='at'>{date}</div>"
    assert propose_selectors([known(markup, values)] * 3, "published")[0] == ".at"


def test_a_name_without_digits_is_preferred_and_the_number_of_a_document_is_never_used() -> None:
    def markup(classes: str, story: Story) -> KnownPage:
        return known(f"<div id='d{story.number}77100' class='{classes}'>{story.title}</div>", story.known)

    stories = [Story(number) for number in range(1, 5)]
    assert propose_selectors([markup("t2 tit", story) for story in stories], "title")[:2] == [".tit", ".t2"]
    assert propose_selectors([markup("b4471", story) for story in stories], "title") == []
    assert propose_selectors([markup("a2b3c4d5e6f789", story) for story in stories], "title") == []


def test_dates_agree_as_far_as_both_are_precise() -> None:
    assert is_same_time("2026-03-05", "2026-03-05T09:30:00+08:00")
    assert is_same_time("2026-03-05T09:30:15+08:00", "2026-03-05T09:30:00+08:00")
    assert not is_same_time("2026-03-05T09:31:00+08:00", "2026-03-05T09:30:00+08:00")
    assert not is_same_time("2026-03-06", "2026-03-05")


def test_pages_that_do_not_agree_give_nothing() -> None:
    pages = [
        known(f"<div class='{name}'>{Story(number).source}</div>", Story(number).known)
        for number, name in enumerate(("alpha", "beta", "gamma"), 1)
    ]
    assert propose_selectors(pages, "source") == []
    assert propose_selectors(pages[:1], "source") == []
    assert propose_selectors([], "title") == []


def test_an_element_that_shows_other_values_on_most_pages_is_not_proposed() -> None:
    pages = [
        known(f"<div class='hot'>{'山口晚报' if number < 3 else '今日推荐'}</div>", KnownValues(source="山口晚报"))
        for number in range(1, 8)
    ]
    assert propose_selectors(pages, "source") == []


def test_what_is_not_known_is_not_looked_for() -> None:
    pages = [replace(page, known=KnownValues()) for page in pages_of(unlabelled)]
    assert all(propose_selectors(pages, field) == [] for field in FIELDS)


def test_names_of_markup_change_with_the_design_and_not_with_the_article() -> None:
    one, other = Story(3), Story(3 + 18)
    assert names_of_markup(read(before(one))) == names_of_markup(read(before(other)))
    assert names_of_markup(read(slogan(one))) == names_of_markup(read(slogan(other)))
    assert names_of_markup(read(before(one))) != names_of_markup(read(unlabelled(one)))


HOSTILE = {
    "deep": "<div>" * 900 + "山口晚报" + "</div>" * 900,
    "many": "<i class='a'>山口晚报</i>" * 30_000,
    "nested and empty": ("<b>" * 40 + "山口晚报" + "</b>" * 40) * 1_500,
    "many others": "<b><i>2026-03-06</i><u>山口</u>日报</b>" * 12_000,
    "long class": f"<p class='{'x ' * 200_000}'>山口晚报</p>",
    "long id": f"<p id='{'a1' * 400_000}'>山口晚报</p>",
    "long text": f"<p class='a'>{'山口晚报2026-03-05' * 100_000}</p>",
    "quotes": "<p class=\"a'] | //* ['\" id='a\"]'>山口晚报</p><p id=\"');x\">山口晚报</p>",
}


@nightly.by_day(0)
@pytest.mark.parametrize("markup", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_pages_take_bounded_time_and_give_valid_selectors(markup: str) -> None:
    page = read_page(f"<html><body>{markup}</body></html>".encode(), content_type="text/html; charset=utf-8")
    if not isinstance(page, Page):
        return
    values = KnownValues("山口晚报", "2026-03-05", "山口晚报", ("山口晚报",), ("山口晚报",), "山口晚报")
    started = time.process_time()
    for field in FIELDS:
        for selector in propose_selectors([KnownPage(page, values, iso)] * 2, field):
            assert check_selector(selector) == selector
    assert time.process_time() - started < 10
