"""`newscrawler check PORTAL --browser`: lines for a definition that make a browser unnecessary, with their proof."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from newscrawler.cli.check_sample import sample_portal
from newscrawler.cli.language import say

if TYPE_CHECKING:
    from scrapy import Request

    from newscrawler.crawling.browser.observation import LoadedPage
    from newscrawler.crawling.data_article import ArticleProposal
    from newscrawler.crawling.data_proposal import DataReport
    from newscrawler.crawling.listing_tables import ListingTable
    from newscrawler.portals import Portal


def propose_data(portal: Portal, via: str | None, articles: int, output: str) -> None:
    """Load a sample of a portal in a browser, and print what makes it unnecessary. Exit status 1 if nothing does."""
    from newscrawler.cli.tables import print_json
    from newscrawler.crawling.data_proposal import propose_data
    from newscrawler.crawling.listing_tables import listing_tables
    from newscrawler.crawling.requests import KIND
    from newscrawler.text.printable import printable

    listings: list[tuple[str, str, LoadedPage]] = []
    pages: list[tuple[str, LoadedPage]] = []

    def observe(request: Request, page: LoadedPage) -> None:
        if request.meta[KIND] == "listing":
            sweep = request.cb_kwargs["sweep"]
            listings.append((sweep.name, sweep.url, page))
        elif len(pages) < articles * max(1, len(listings)):
            pages.append((request.cb_kwargs["url"], page))

    use = "listing" if portal.article.json_rules is not None else "both"
    loaded = portal.model_copy(update={"browser": portal.browser.model_copy(update={"use": use})})
    sampled = sample_portal(loaded, via, articles, observe=observe)
    report = propose_data(portal, listings, pages)
    read = {section for section, _, _ in listings}
    for row in sampled.sections:
        if row["section"] not in read and row["reason"] and row["outcome"] == "failed":
            report.needed.setdefault(row["section"], row["reason"])
    if not listings and not report.needed:
        report.needed["sections"] = "; ".join(sampled.problems) or "the portal has no section that a browser can load"
    if output == "json":
        tables = [asdict(table) for table in listing_tables(report.listings)]
        print_json({**asdict(report), "tables": tables})
    else:
        click.echo("\n".join(map(printable, _lines(report, listing_tables(report.listings)))))
    for name, reason in report.needed.items():
        say(printable(f"Error: {name}: {reason}"), err=True)
    if report.needed:
        raise click.exceptions.Exit(1)


def _lines(report: DataReport, tables: Sequence[ListingTable]) -> Iterator[str]:
    """Yield the lines of the definition, with the proof and everything else as comments."""
    for one in report.listings:
        what = "the data of its list" if one.needs_script else "its page as the server sends it"
        yield f"# {one.section}: {what} has {one.same} of {one.shown} entries that the browser showed; {one.leads_on}"
    if tables:
        yield "[sections]"
        for table in tables:
            yield from (f"{_text(name)} = {_text(url)}" for name, url in table.sections)
    with_rules = [table for table in tables if table.has_rules]
    for table in with_rules:
        yield ""
        if len(tables) > 1:
            yield "[[listing]]"
            yield f"sections = [{', '.join(_text(name) for name, _ in table.sections)}]"
        yield "[listing.json]"
        rules = table.rules
        for name, value in (("items", rules.items), ("title", rules.title), ("url", rules.url)):
            if value:
                yield f"{name} = {_text(value)}"
        if rules.published:
            yield f"published = {_text(rules.published)}"
        if table.method == "POST":
            yield 'method = "POST"'
            yield f"body = {_text(table.body)}"
        if table.headers:
            yield _headers(table.headers)
    if report.article is not None:
        yield ""
        yield from _article_lines(report.article)
    lists = [name for name in report.needed if name != "articles"]
    if report.needed:
        use = "both" if lists and "articles" in report.needed else "listing" if lists else "article"
        yield ""
        yield f"# only the browser reads: {', '.join(report.needed)}"
        yield "[browser]"
        yield f'use = "{use}"'


def _article_lines(article: ArticleProposal) -> Iterator[str]:
    if not article.needs_script:
        yield f"# articles: {article.pages} pages as the server sends them have what the browser showed"
        return
    yield f"# articles: their data has title and text of the {article.pages} articles that the browser showed"
    if article.left_out:
        yield f"# not in the data: {', '.join(article.left_out)}"
    if article.pattern:
        yield "[article]"
        yield f"url = {_text(article.pattern)}"
        yield ""
    yield "[article.json]"
    yield f"url = {_text(article.url)}"
    if article.fields is not None:
        yield from (f"{name} = {_text(path)}" for name, path in asdict(article.fields).items() if path)
    if article.headers:
        yield _headers(article.headers)


def _headers(headers: Sequence[tuple[str, str]]) -> str:
    return f"headers = {{ {', '.join(f'{_text(name)} = {_text(value)}' for name, value in headers)} }}"


def _text(value: str) -> str:
    """Return a TOML string: literal where a pattern or a JSON body would need escapes."""
    if "'" not in value and ("\\" in value or '"' in value) and value.isprintable():
        return f"'{value}'"
    return json.dumps(value, ensure_ascii=False)
