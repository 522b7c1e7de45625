"""`check --repair`: after a redesign, lines for the definition that are proven on articles whose values are stored."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from newscrawler.crawling.definition_repair import propose_repair
from newscrawler.crawling.refreshed_pages import RefreshedPage
from newscrawler.crawling.saved_responses import SavedResponses
from newscrawler.demo.model import Response
from newscrawler.demo.server import SiteServer
from newscrawler.extraction.page import Page, read_page
from newscrawler.extraction.repair import KnownValues
from newscrawler.portals import Portal
from newscrawler.reading import read_article
from support.captures import refresh
from support.crawls import Crawl, check
from support.page_generator.page import GeneratedPage, make_portal
from support.pages import DEFINITION, HOMEPAGE, Pages, listing
from support.redesigns import REDESIGNS, Story, before, hidden, refused, unlabelled

PORTAL = Portal(id="t", name="试验网", province="湖北省", homepage="http://www.t.example/")
STORIES = [Story(number) for number in range(1, 8)]


def page_of(markup: str, story: Story) -> RefreshedPage:
    page = read_page(markup.encode(), url=address(story), content_type="text/html; charset=utf-8")
    assert isinstance(page, Page)
    return RefreshedPage(page, story.known, "2026-04-01T00:00:00Z")


def address(story: Story) -> str:
    return f"http://www.t.example{path(story)}"


def path(story: Story) -> str:
    return f"/2026/0305/{story.number}.shtml"


def with_rules(**rules: str) -> Portal:
    return Portal.model_validate(
        {**PORTAL.model_dump(include={"id", "name", "province", "homepage"}), "article": rules}
    )


def lines(report: Any) -> dict[str, str]:
    return {proposal.field: proposal.selector for proposal in report.proposals}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("redesign", "proposed", "unproven"),
    [
        ("unlabelled", {"source": ".origin", "editors": ".staff"}, set()),
        ("slogan", {"title": "#headline"}, {"editors"}),
        ("teasers", {"body": ".rich"}, {"editors"}),
        ("hidden", {"title": ".t", "body": ".rich"}, {"editors"}),
        ("refused", {"title": ".name"}, set()),
    ],
)
def test_what_a_redesign_hides_is_found_again(redesign: str, proposed: dict[str, str], unproven: set[str]) -> None:
    report = propose_repair(PORTAL, [page_of(REDESIGNS[redesign](story), story) for story in STORIES])
    assert lines(report) == proposed
    assert report.unproven.keys() == unproven
    for proposal in report.proposals:
        proof = proposal.proof
        assert (proof.articles, proof.known, proof.right, proof.wrong) == (7, 7, 7, 0)
        assert (proof.apart, proof.apart_right) == (3, 3)
    again = propose_repair(with_rules(**proposed), [page_of(REDESIGNS[redesign](story), story) for story in STORIES])
    assert again.proposals == [] and again.unproven.keys() == unproven


@pytest.mark.slow
def test_a_definition_that_reads_everything_needs_no_repair() -> None:
    report = propose_repair(with_rules(title=".gone"), [page_of(before(story), story) for story in STORIES])
    assert (report.proposals, report.unproven) == ([], {})
    assert report.notes == ["article.title = '.gone' matches on none of 7 pages; other rules read it"]


def test_a_rule_of_the_definition_that_reads_something_else_now_is_replaced() -> None:
    portal = with_rules(source=".staff", editors=".origin")
    report = propose_repair(portal, [page_of(unlabelled(story), story) for story in STORIES])
    assert lines(report) == {"source": ".origin", "editors": ".staff"}


@pytest.mark.slow
def test_fields_that_one_selector_brings_back_need_none_of_their_own() -> None:
    report = propose_repair(PORTAL, [page_of(refused(story), story) for story in STORIES])
    assert report.notes == [
        f"{name} is read again with the selectors that are proposed for the other fields"
        for name in ("body", "published", "source", "editors")
    ]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_fewer_than_three_pages_are_too_few(count: int) -> None:
    report = propose_repair(PORTAL, [page_of(hidden(story), story) for story in STORIES[:count]])
    assert report.proposals == []
    assert report.unproven == {"all fields": f"{count} pages are too few; at least 3 are needed"}


@pytest.mark.slow
def test_a_value_that_few_articles_have_proves_nothing() -> None:
    pages = [page_of(unlabelled(story), story) for story in STORIES]
    pages = pages[:2] + [replace(page, known=replace(page.known, editors=())) for page in pages[2:]]
    report = propose_repair(PORTAL, pages)
    assert report.unproven["editors"] == "its value is known of 2 articles; at least 3 are needed"


@pytest.mark.slow
def test_pages_of_forms_that_do_not_agree_are_not_repaired() -> None:
    names = ("alpha", "beta", "gamma", "delta", "eps", "zeta", "eta")
    pages = [
        page_of(unlabelled(story).replace("class='staff'", f"class='{name}'").replace("class='facts'", ""), story)
        for story, name in zip(STORIES, names, strict=True)
    ]
    report = propose_repair(PORTAL, pages)
    assert "editors" not in lines(report)
    assert report.unproven["editors"].startswith(("the best selector", "no element without a position"))


@pytest.mark.slow
def test_a_selector_that_gives_values_where_none_is_known_is_not_proposed() -> None:
    pages = [page_of(unlabelled(story), story) for story in STORIES]
    pages = pages[:4] + [replace(page, known=replace(page.known, editors=())) for page in pages[4:]]
    report = propose_repair(PORTAL, pages)
    assert lines(report) == {"source": ".origin"}
    assert report.unproven["editors"] == (
        "the best selector '.staff' gives the known value on 4 of 4 articles and a wrong one on 3 of 7"
    )


@pytest.mark.slow
def test_proven_selectors_hold_on_pages_that_were_not_at_hand() -> None:
    spoiled = with_rules(**dict.fromkeys(("title", "published", "source", "editors"), "title"))
    proposed, known, right = 0, 0, 0
    for seed in range(200, 203):
        pages = [random_page(page) for page in make_portal(seed, 16)]
        rules = lines(propose_repair(spoiled, pages[:10]))
        proposed += len(rules)
        for page in pages[10:]:
            article = read_article(
                page.page.text.encode(), with_rules(**rules), content_type="text/html; charset=utf-8"
            )
            for name in rules:
                wanted = getattr(page.known, name)
                if wanted:
                    known += 1
                    value = getattr(article, name, "")
                    right += set(value) == set(wanted) if isinstance(wanted, tuple) else value[:10] == wanted[:10]
    assert proposed >= 6
    assert right >= 0.97 * known


def random_page(generated: GeneratedPage) -> RefreshedPage:
    page = read_page(generated.html, url=generated.url)
    assert isinstance(page, Page)
    truth = generated.truth
    values = KnownValues(
        truth.title, truth.published, truth.source, truth.editors, truth.authors, "\n".join(truth.body)
    )
    return RefreshedPage(page, values, "2027-01-01T00:00:00Z")


def site(form: Callable[[Story], str], moved: Callable[[Story], bool] = lambda story: True) -> Pages:
    pages: dict[str, Any] = {
        "/": HOMEPAGE,
        "/robots.txt": Response(404, {}, b""),
        "/yichang/": listing([(path(story), story.title, story.day) for story in STORIES]),
        "/enshi/": listing([(path(STORIES[0]), STORIES[0].title, STORIES[0].day)]),
    }
    return Pages(pages | {path(story): (form if moved(story) else before)(story) for story in STORIES})


def test_a_redesigned_portal_is_repaired_from_its_archive(crawl: Callable[..., Crawl], tmp_path: Path) -> None:
    done = crawl(site(before))
    nothing = check(tmp_path, "--repair", "--archive", "archive.db")
    assert nothing.returncode == 1
    assert "0 pages are too few" in nothing.stderr and "Run 'newscrawler refresh' first" in nothing.stderr

    refresh(site(unlabelled), done.archive)
    rows = done.rows("SELECT * FROM versions")
    repaired = check(tmp_path, "--repair", "--archive", "archive.db")
    assert repaired.returncode == 0, repaired.stderr
    assert tomllib.loads(repaired.stdout) == {"article": {"source": ".origin", "editors": ".staff"}}
    assert "the known value on 7 of 7 articles, on 3 of 3 of those that were not used to find it" in repaired.stdout
    assert done.rows("SELECT * FROM versions") == rows, "nothing is written"
    assert (tmp_path / "t.toml").read_text(encoding="utf-8") == DEFINITION

    better = check(tmp_path, "--repair", "--archive", "archive.db", definition=DEFINITION + repaired.stdout)
    assert better.returncode == 0 and "there is nothing to repair" in better.stdout

    report = json.loads(check(tmp_path, "--repair", "--archive", "archive.db", "--format", "json").stdout)
    assert report["proposals"][0] == {
        "field": "source",
        "selector": ".origin",
        "proof": {"articles": 7, "known": 7, "right": 7, "wrong": 0, "apart": 3, "apart_right": 3},
    }
    assert (report["articles"], report["unproven"], report["notes"]) == (7, {}, [])


@pytest.mark.slow
def test_articles_that_are_first_seen_after_the_redesign_prove_nothing(
    crawl: Callable[..., Crawl], tmp_path: Path
) -> None:
    done = crawl(site(unlabelled, lambda story: story.number > 4))
    assert {row["editors"] for row in done.rows("SELECT editors FROM articles_flat WHERE url LIKE '%/5.shtml'")} == {
        None
    }
    refresh(site(lambda story: unlabelled(story).replace("</body>", "<!-- 2 --></body>")), done.archive)
    report = json.loads(check(tmp_path, "--repair", "--archive", "archive.db", "--format", "json").stdout)
    assert report["articles"] == 4
    assert {proposal["field"]: proposal["selector"] for proposal in report["proposals"]} == {
        "source": ".origin",
        "editors": ".staff",
    }


@pytest.mark.slow
def test_saved_pages_take_the_place_of_refreshed_ones(crawl: Callable[..., Crawl], tmp_path: Path) -> None:
    crawl(site(before))
    with SiteServer(site(hidden)) as server:
        check(tmp_path, "--save", "pages", "--articles", "7", "--via", server.url)
    done = check(tmp_path, "--repair", "--pages", "pages", "--archive", "archive.db")
    assert done.returncode == 1, "the editors have no element of their own"
    assert tomllib.loads(done.stdout) == {"article": {"title": ".t", "body": ".rich"}}
    assert "Error: editors: the best selector '.from' gives the known value on 0 of 7" in done.stderr


@pytest.mark.slow
def test_captures_that_are_lost_are_left_out(crawl: Callable[..., Crawl], tmp_path: Path) -> None:
    done = crawl(site(before))
    refresh(site(unlabelled), done.archive)
    shutil.rmtree(tmp_path / "warc")
    lost = check(tmp_path, "--repair", "--archive", "archive.db")
    assert lost.returncode == 1 and "0 pages are too few" in lost.stderr


def test_wrong_usage_is_told(crawl: Callable[..., Crawl], tmp_path: Path) -> None:
    crawl(site(before))
    (tmp_path / "mine").mkdir()
    saved = SavedResponses.create(tmp_path / "torn")
    saved.add(address(STORIES[0]), 200, "text/html", "", b"x")
    (tmp_path / "torn" / "0001.html").unlink()
    torn = check(tmp_path, "--repair", "--pages", "torn", "--archive", "archive.db")
    assert torn.returncode == 1 and "0001.html: No such file or directory" in torn.stderr
    for arguments, message in (
        (("--save", "new"), "--repair reads the archive and fetches nothing"),
        (("--require", "editors"), "--repair reads the archive and fetches nothing"),
        (("--pages", "mine"), "--repair needs pages with addresses"),
        (("--archive", "none.db"), "none.db"),
    ):
        done = check(tmp_path, "--repair", "--archive", "archive.db", *arguments)
        assert done.returncode == 2 and message in done.stderr, arguments
