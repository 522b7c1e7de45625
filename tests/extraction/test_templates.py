"""Templates: what pages of one portal teach each other, and that no page is read worse for it."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from newscrawler.extraction.article import extract_article
from newscrawler.extraction.element_paths import path_of, unique_path_of
from newscrawler.extraction.model import ArticleOverrides, NoArticle, NotAnArticle, RawArticle
from newscrawler.extraction.page import Page, read_page
from newscrawler.extraction.templates.learning import learn
from newscrawler.extraction.templates.model import FORMAT, LONGEST_PATH, MOST_FURNITURE, Template
from newscrawler.extraction.templates.reading import read_with_template
from support import designs, nightly, program
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


def taught() -> list[Template]:
    template = learn(articles())
    assert template is not None
    return [template]


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
    found = read_with_template(listing, taught())
    assert isinstance(found, NotAnArticle)
    assert found.reason is NoArticle.LISTING


def test_a_page_of_another_make_is_read_as_without_the_template() -> None:
    other = parsed(
        "<html><head><title>南岸九村通水_湖东网</title></head><body><h1>南岸九村通水</h1><div>2023-05-06 来源：湖东日报</div>"
        f"<section>{''.join(f'<p>{text}</p>' for text in PARAGRAPHS)}</section></body></html>"
    )
    assert read_with_template(other, taught()) == extract_article(other)


def test_the_definition_decides_on_the_body() -> None:
    page = articles(1)[0]
    own = ArticleOverrides(body="div.k4")
    found = read_with_template(page, taught(), own)
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


@pytest.mark.slow
def test_no_page_of_a_random_portal_is_worse_with_its_template() -> None:
    assert _mended(range(60, 68), 12) > 0


@pytest.mark.slow
@pytest.mark.parametrize("first", range(20, 120, 25))
def test_no_page_of_many_random_portals_is_worse_with_its_template(first: int) -> None:
    _mended(range(first, first + 25), 16)


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
    found = read_with_template(short_story(), taught())
    assert isinstance(found, RawArticle)
    assert found.body == "昨天上午，清河县的渠水流进了柳湾村的稻田。"
    assert found.body_rule == "template"


def test_a_body_without_a_word_of_the_headline_does_not_replace_one_with() -> None:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    page = page_of(
        "清河县开出首张用水清单", f"<p>扫码关注我们的客户端，每天都有新消息。</p></div><div class='k5'>{text}"
    )
    assert read_with_template(page, taught()) == extract_article(page)


@pytest.mark.slow
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


# The same pages teach the same


@nightly.by_day(1)
@pytest.mark.parametrize("seed", [6, 38, 64])
def test_the_order_of_the_pages_does_not_matter(seed: int) -> None:
    pages = [page for made in make_portal(seed, 10) if isinstance(page := read_page(made.html, url=made.url), Page)]
    first = learn(pages)
    for turn in range(3):
        random.Random(turn).shuffle(pages)
        assert learn(pages) == first


# Furniture


def design_pages(count: int, *, slogan: str = designs.SLOGAN) -> list[Page]:
    stories = [designs.usual(designs.OLD, number)[2].replace(designs.SLOGAN, slogan) for number in range(count)]
    return [parsed(html) for html in stories]


def read_body(page: Page, template: Template) -> RawArticle:
    found = read_with_template(page, [template])
    assert isinstance(found, RawArticle)
    return found


def test_a_line_below_most_stories_belongs_to_none_of_them() -> None:
    pages = design_pages(8)
    template = learn(pages)
    assert template is not None
    assert template.furniture == (designs.SLOGAN,)
    alone, together = extract_article(pages[0]), read_body(pages[0], template)
    assert isinstance(alone, RawArticle)
    assert alone.body.split("\n") == [*together.body.split("\n"), designs.SLOGAN]
    assert designs.SLOGAN not in together.body_html
    assert (alone.body_rule, together.body_rule) == ("generic:density", "generic:density、template")


def test_a_line_that_names_people_or_repeats_the_headline_is_no_furniture() -> None:
    byline = "（记者 梁剑 通讯员 覃丹）"
    for line in (byline, "清河县开出的用水清单，请看明天的报道"):
        template = learn(design_pages(8, slogan=line))
        assert template is not None
        assert template.furniture == ()
    page = design_pages(1, slogan=byline)[0]
    assert {credit.text for credit in read_body(page, template).credits} == {"梁剑", "覃丹"}


def test_few_stories_or_stories_of_one_pattern_have_no_furniture() -> None:
    few = learn(design_pages(4))
    assert few is not None
    assert few.furniture == ()
    # All share their paragraphs, as bulletins do: nothing tells a common line from the story.
    bulletins = learn(articles(8))
    assert bulletins is not None
    assert bulletins.furniture == ()
    # One story on many pages, as in several sections.
    copies = learn(design_pages(1) * 8)
    assert copies is not None
    assert copies.furniture == ()


def test_a_line_in_the_middle_of_a_story_and_a_story_of_such_lines_stay() -> None:
    template = learn(design_pages(8))
    assert template is not None
    title, date, _ = designs.usual(designs.OLD, 1)
    text = "".join(f"<p>{line}</p>" for line in PARAGRAPHS)
    middle = parsed(designs.page(designs.OLD, title, date, f"{text}<p>{designs.SLOGAN}</p>{text}"))
    assert read_body(middle, template).body.count(designs.SLOGAN) == 1
    only = parsed(designs.page(designs.OLD, title, date, ""))
    assert read_body(only, template).body == designs.SLOGAN


def _with_slogan(page: GeneratedPage) -> Page | None:
    """A generated page with the slogan behind the last line of its text, None where that is not in one element."""
    made = read_page(page.html, url=page.url)
    last = page.truth.body[-1]
    if isinstance(made, NotAnArticle) or made.text.count(last) != 1:
        return None
    head, _, tail = made.text.partition(last)
    end = tail.lower().find("</p>")
    if not 0 <= end <= 2:
        return None
    return parsed(f"{head}{last}{tail[: end + 4]}<p>{designs.SLOGAN}</p>{tail[end + 4 :]}")


def test_furniture_of_random_portals_is_removed_and_nothing_else() -> None:
    with_line = without_line = 0
    for seed in range(6, 12):
        pages = [made for page in make_portal(seed, 12) if (made := _with_slogan(page)) is not None]
        template = learn(pages)
        for page in pages if template is not None and len(pages) >= 6 else []:
            alone, together = extract_article(page), read_with_template(page, [template] if template else [])
            if (
                isinstance(alone, NotAnArticle)
                or isinstance(together, NotAnArticle)
                or designs.SLOGAN not in alone.body
            ):
                continue
            with_line += 1
            without_line += designs.SLOGAN not in together.body
            if together.body_rule.startswith("generic:"):
                kept = [line for line in alone.body.split("\n") if line != designs.SLOGAN]
                assert together.body.split("\n") == kept
    assert with_line >= 15
    assert without_line == with_line


# What others wrote


def kept(**values: object) -> str:
    return json.dumps({**json.loads(Template("/html/body", 3, 2, ("a" * 9,)).as_json()), **values})


def test_a_template_is_read_as_it_was_written() -> None:
    template = learn(design_pages(8))
    assert template is not None
    assert Template.of_json(template.as_json()) == template


@pytest.mark.parametrize(
    "text",
    [
        None, 7, b"{}", "", "null", "[]", "{}", "[" * 100_000, "{" * 60_000, '{"format": 1}',
        kept(format=FORMAT + 1), kept(format="1"), kept(format=True), kept(format=1.0), kept(format=None),
        kept(body=None), kept(body=["/html"]), kept(body={"a": 1}), kept(body=""), kept(body="div"),
        kept(body="//*[count(//*[count(//*) > 1]) > 1]"), kept(body="/html/body | //a"), kept(body="/html/body[1]"),
        kept(body="/html/body\n"), kept(body='/html/div[@id="a"]"]'), kept(body="/html" * 400),
        kept(body="/" + "d" * LONGEST_PATH), kept(body="/html/body/text()"), kept(body="/html/@id"),
        kept(pages="3"), kept(pages=-1), kept(pages=1e300), kept(pages=10**30), kept(pages=True), kept(votes=[]),
        kept(rules=1), kept(rules=None), kept(rules="1" * 10_000),
        kept(furniture="abc"), kept(furniture=[1]), kept(furniture=[None]), kept(furniture=[[]]), kept(furniture=[""]),
        kept(furniture={"a": 1}), kept(furniture=["a"] * (MOST_FURNITURE + 1)), kept(furniture=["a" * 1_000]),
        kept(furniture=["a" * 10**6]),
    ],
)  # fmt: skip
def test_what_is_no_template_is_not_used(text: object) -> None:
    assert Template.of_json(text) is None


def test_a_hostile_portal_teaches_in_bounded_time_and_size() -> None:
    deep = "".join(f"<div class='{'x' * 70} {i}'>" for i in range(100))
    lines = "".join(f"<p>清河县第{i}条用水清单，由第{i}村自己报数。</p>" for i in range(1_000))
    head = "<title>清河县用水清单{0}</title><h1>清河县用水清单{0}</h1>"
    begun = time.process_time()
    assert learn([parsed(head.format(n) + deep + lines) for n in range(3)]) is None
    wide = learn([parsed(f"{head.format(n)}<div class='{'y' * 80}'>{lines}</div>") for n in range(6)])
    assert wide is None or len(wide.as_json()) < 10_000
    assert time.process_time() - begun < 15
    # Pages that are too long teach nothing, whatever they hold.
    long = [parsed(f"{head.format(n)}<p>{'水渠。' * 200_000}</p>") for n in range(3)]
    begun = time.process_time()
    assert learn(long) is None
    assert time.process_time() - begun < 1
