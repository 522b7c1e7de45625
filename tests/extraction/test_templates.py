"""Templates: what pages of one portal teach each other, and that no page is read worse for it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from newscrawler.extraction.article import extract_article
from newscrawler.extraction.element_paths import path_of, unique_path_of
from newscrawler.extraction.model import ArticleOverrides, NoArticle, NotAnArticle, RawArticle
from newscrawler.extraction.page import Page, read_page
from newscrawler.extraction.templates.learning import learn
from newscrawler.extraction.templates.model import Template
from newscrawler.extraction.templates.reading import read_with_template
from support import program
from support.cms_pages import PARAGRAPHS
from support.page_generator.page import GeneratedPage, make_portal
from support.page_generator.scoring import read, wrong_fields


def parsed(html: str | bytes) -> Page:
    page = read_page(html if isinstance(html, bytes) else html.encode(), url="http://www.t.example/c/1.html")
    assert not isinstance(page, NotAnArticle)
    return page


def page_of(title: str, text: str, *, date: str = "2023-05-06 09:11") -> Page:
    """A page whose text has no usual name, beside teasers that are longer than a short story."""
    teasers = "".join(
        f"<dl><dt><a href='/{i}'>别的县也有{i}件新闻要讲一讲</a></dt><dd>{PARAGRAPHS[i % 4]}</dd></dl>"
        for i in range(6)
    )
    return parsed(
        f"<html><head><title>{title}_湖东网</title></head><body><div class='k1'><h1>{title}</h1>"
        f"<div class='k2'>{date} 来源：湖东日报</div><div class='k3'>{text}</div></div>"
        f"<div class='k4'><h3>推荐阅读</h3>{teasers}</div></body></html>"
    )


def articles(count: int = 6) -> list[Page]:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS * 4)
    return [page_of(f"清河县开出第{i}张用水清单", text) for i in range(count)]


def test_pages_agree_on_the_place_of_their_text() -> None:
    template = learn(articles())
    assert template == Template('/html/body/div[@class="k1"]/div[@class="k3"]', pages=6, votes=6)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_pages_teach_nothing(count: int) -> None:
    assert learn(articles(count)) is None


def test_pages_that_are_no_articles_teach_nothing() -> None:
    login = "<html><head><title>登录</title></head><body><form>请先登录<input type='password'></form></body></html>"
    assert learn([parsed(login)] * 5) is None


def test_a_listing_in_the_same_place_stays_a_listing() -> None:
    """Portals often use one container for lists and articles; entries with dates are no text."""
    entries = "".join(
        f"<li><a href='/a/{i}.html'>清河县开出第{i}张用水清单</a> 2023-05-{i:02}</li>" for i in range(1, 25)
    )
    listing = page_of("用水清单", f"<ul>{entries}</ul>")
    found = read_with_template(listing, learn(articles()))
    assert isinstance(found, NotAnArticle)
    assert found.reason is NoArticle.LISTING


def test_a_page_of_another_make_is_read_as_without_the_template() -> None:
    other = parsed(
        "<html><head><title>南岸九村通水_湖东网</title></head><body><h1>南岸九村通水</h1><div>2023-05-06 来源：湖东日报</div>"
        f"<section>{''.join(f'<p>{text}</p>' for text in PARAGRAPHS)}</section></body></html>"
    )
    assert read_with_template(other, learn(articles())) == extract_article(other)


def test_the_definition_decides_on_the_body() -> None:
    page = articles(1)[0]
    own = ArticleOverrides(body="div.k4")
    found = read_with_template(page, learn(articles()), own)
    assert isinstance(found, RawArticle)
    assert found == extract_article(page, own)
    assert found.body_rule == "override"


def test_paths_leave_out_names_that_differ_or_could_break_them() -> None:
    page = parsed(
        "<div id='post-48213' class='text'><p class='a\"b'>一</p></div><div id='5' class='x]'><o:p>二</o:p></div>"
        "<div class='k'><i>三</i></div><div class='k'><i>四</i></div>"
    )
    paths = [path_of(element) for element in page.root.iter("p", "o:p", "i")]
    assert paths[:2] == ['/html/body/div[@class="text"]/p', '/html/body/div[@id="5"]/*[not(@id or @class)]']
    assert {unique_path_of(element) for element in page.root.iter("i")} == {"/html/body"}


def test_deep_pages_have_no_paths() -> None:
    page = parsed("<div>" * 900 + "<p>清河县开出首张用水清单，全县都能按时浇水。</p>")
    assert unique_path_of(next(page.root.iter("p"))) == ""


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return program.run([sys.executable, "-m", "newscrawler", *arguments], capture_output=True, text=True, timeout=120)


def _results(portal: list[GeneratedPage]) -> list[tuple[list[str], list[str]]]:
    """Return per page the fields that are wrong without the template and with it."""
    pages = [read_page(page.html, url=page.url) for page in portal]
    template = learn([page for page in pages if not isinstance(page, NotAnArticle)])
    return [(wrong_fields(page, read(page)), wrong_fields(page, read(page, template))) for page in portal]


def _mended(seeds: range, pages: int) -> int:
    """Check that no field is wrong only with the template; return how many are right only with it."""
    mended = 0
    for seed in seeds:
        for number, (without, with_it) in enumerate(_results(make_portal(seed, pages))):
            assert set(with_it) <= set(without), f"page {number} of portal {seed}: {with_it}, without {without}"
            mended += len(without) - len(with_it)
    return mended


def test_no_page_of_a_random_portal_is_worse_with_its_template() -> None:
    assert _mended(range(6, 14), 12) > 0


@pytest.mark.slow
@pytest.mark.parametrize("first", range(20, 120, 25))
def test_no_page_of_many_random_portals_is_worse_with_its_template(first: int) -> None:
    assert _mended(range(first, first + 25), 16) > 0


def test_pages_of_a_random_portal_share_their_template() -> None:
    first, second = make_portal(3, 2)
    assert first.html != second.html
    assert first.truth.title != second.truth.title
    assert all(first.traits[name] == second.traits[name] for name in ("family", "title", "meta line", "paragraphs"))


def short_story() -> Page:
    """A story of one sentence before a longer text about the same subject, in a box without a heading."""
    box = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    story = "<p>昨天上午，清河县的渠水流进了柳湾村的稻田。</p>"
    return page_of("清河县开出首张用水清单", f"{story}</div><div class='k5'>{box}")


def test_a_short_story_is_found_where_other_pages_have_theirs() -> None:
    found = read_with_template(short_story(), learn(articles()))
    assert isinstance(found, RawArticle)
    assert found.body == "昨天上午，清河县的渠水流进了柳湾村的稻田。"
    assert found.body_rule == "template"


def test_a_body_without_a_word_of_the_headline_does_not_replace_one_with() -> None:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    page = page_of(
        "清河县开出首张用水清单", f"<p>扫码关注我们的客户端，每天都有新消息。</p></div><div class='k5'>{text}"
    )
    assert read_with_template(page, learn(articles())) == extract_article(page)


def test_extract_together_reads_a_folder_with_its_template(tmp_path: Path) -> None:
    for number, page in enumerate([*articles(), short_story()]):
        (tmp_path / f"{number}.html").write_text(page.text, "utf-8")
    alone, together = command("extract", str(tmp_path)), command("extract", "--together", str(tmp_path))
    assert (alone.returncode, together.returncode) == (0, 0)
    bodies = [[json.loads(line)["body"] for line in done.stdout.splitlines()] for done in (alone, together)]
    assert bodies[0][:6] == bodies[1][:6]
    assert bodies[1][6] == "昨天上午，清河县的渠水流进了柳湾村的稻田。"
    assert "learnt from 7 pages" in together.stderr
    assert '/html/body/div[@class="k1"]/div[@class="k3"]' in together.stderr
    assert "template" in command("extract", "--explain", "--together", str(tmp_path)).stdout


def test_extract_together_says_when_pages_have_nothing_in_common(tmp_path: Path) -> None:
    (tmp_path / "one.html").write_bytes(make_portal(6, 1)[0].html)
    done = command("extract", "--together", str(tmp_path))
    assert done.returncode == 0
    assert "agree on no place" in done.stderr
    assert command("extract", "--together", "-").returncode == 2
