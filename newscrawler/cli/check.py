"""`newscrawler check PORTAL`: what each rule of a definition finds, with nothing stored."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawler.cli.language import say
from newscrawler.cli.options import Day, archive_option, clear_errors, format_option

if TYPE_CHECKING:
    from newscrawler.crawling.definition_check import DefinitionReport

FIELDS = ("title", "published", "source", "editors", "authors", "summary", "body")
"""Those of `newscrawler.crawling.definition_check`; listed here, so that help does not import Scrapy."""
REPORTED = ("sections", "articles", "refused", "warnings", "problems", "template")
"""The parts of a report that `--format json` shows."""
MAX_EXAMPLE = 60
"""Characters of a value that are shown."""


@click.command("check")
@click.argument("portal", metavar="PORTAL")
@click.option("--pages", type=click.Path(), help="Read these saved pages instead of the portal.")
@click.option(
    "--captured", type=Day(), metavar="DATE", help="When the pages of --pages were captured: by the rules of that day."
)
@click.option("--save", type=click.Path(), metavar="DIR", help="Save the pages and the values found in a new folder.")
@click.option("--articles", type=click.IntRange(1, 50), default=3, show_default=True, help="Articles per section.")
@click.option("--require", multiple=True, type=click.Choice(FIELDS), help="A field that must be filled (repeatable).")
@click.option("--via", metavar="URL", help="Fetch from this address instead of the portal's own.")
@click.option("--repair", is_flag=True, help="Propose selectors for fields that a redesign broke; uses the archive.")
@click.option("--browser", is_flag=True, help="Load pages in a browser, and propose lines that make it unnecessary.")
@click.option("--explain", is_flag=True, help="Show what the pages taught earlier crawls; uses the archive.")
@format_option
@archive_option
def command(
    portal: str,
    pages: str | None,
    captured: str | None,
    save: str | None,
    articles: int,
    require: tuple[str, ...],
    via: str | None,
    repair: bool,
    browser: bool,
    explain: bool,
    output: str,
    archive: str,
) -> None:
    """Show what a definition finds on a portal, field by field. Nothing is stored.

    The command reads the first listing page of each section and a few of its articles. Empty fields are red. Every
    article must have a title, a date and a body; --require adds further fields. An override that matches in no article
    is a mistake, too.

    --save stores all pages that the command reads, and the values that it finds (expected.json). --pages reads them
    again, with listings, and fetches nothing: change the definition and see what becomes of it. What differs from
    expected.json is an error, so review that file, and correct or remove what it has wrong. --pages also takes a folder
    of article pages that you saved yourself.

    --repair is for the time after a redesign. It takes articles of the archive that were fetched again ('newscrawler
    refresh'), or the pages of a folder that --save wrote. Where the definition loses the stored values, it proposes
    selectors, proves them on these pages, and prints the lines for the definition. It fetches and changes nothing.

    --browser is for portals whose pages are filled by scripts. It loads the first page of each section and a few
    articles in Chromium, and finds the request that brought the list or the text. Where a definition can ask for
    the same data, it prints the lines, [listing.json] and [article.json], proven by what the browser showed; for the
    rest it prints [browser].

    --explain shows the templates of the portal: what its pages taught the crawls into the archive, when, and from how
    many pages. The place of the text counts where the general rules are unsure. Furniture are lines that many pages
    share and that belong to no article. The option fetches nothing.

    \b
    Examples:
      newscrawler check demo
      newscrawler check ./my-portal.toml --articles 5 --require editors
      newscrawler check ./my-portal.toml --save my-portal-pages
      newscrawler check ./my-portal.toml --pages my-portal-pages
      newscrawler check ./my-portal.toml --pages pages-of-2014 --captured 2014-05-01
      newscrawler check ./my-portal.toml --repair --archive data/archive.db
      newscrawler check ./my-portal.toml --browser
      newscrawler check ./my-portal.toml --explain --archive data/archive.db

    Exit status: 0 everything was found, all that is broken has a proven selector, or no browser is needed; 1
    something is missing (the messages say what); 2 wrong usage.
    """
    from dataclasses import asdict

    from newscrawler.cli.check_browser import propose_data
    from newscrawler.cli.check_explain import explain as explain_templates
    from newscrawler.cli.check_repair import propose
    from newscrawler.cli.check_sample import sample_portal
    from newscrawler.cli.tables import print_json
    from newscrawler.crawling.check_fixtures import (
        ExpectedValuesError,
        compare_expected,
        write_expected,
    )
    from newscrawler.crawling.definition_check import evaluate, read_pages
    from newscrawler.crawling.saved_responses import INDEX, SavedResponses, SavedResponsesError
    from newscrawler.extraction.cms import content_systems
    from newscrawler.portals import load_portal
    from newscrawler.text.printable import printable

    with clear_errors():
        definition = load_portal(portal)
        content_systems()  # mistakes in them end the command before it fetches
    if pages and not Path(pages).exists():
        raise click.UsageError(f"{pages}: there is no such file or directory; name the one with the saved pages.")
    if captured and (repair or not pages):
        raise click.UsageError("--captured is for article pages that you saved: use it with --pages alone.")
    if captured:
        day = date.fromisoformat(captured)
        until = min((one.until for one in definition.article.rules if day <= one.until), default=None)
        which = f"[[article.rules]] until {until}" if until else "[article], for the present design"
        say(f"Rules of {captured}: {which}.", err=True)
        definition = definition.at(f"{captured}T12:00:00+08:00")
    if pages and save:
        raise click.UsageError("--save stores what a portal answers, and --pages asks no portal; use one of them.")
    if explain:
        if pages or save or via or require or repair:
            raise click.UsageError("--explain reads the archive and fetches nothing; use it alone.")
        explain_templates(definition, archive, output)
        return
    if browser:
        if pages or save or require or repair:
            raise click.UsageError("--browser asks the portal; use it with --via, --articles and --format alone.")
        propose_data(definition, via, articles, output)
        return
    if repair:
        if save or via or require:
            raise click.UsageError(
                "--repair reads the archive and fetches nothing; use --save, --via and --require alone."
            )
        propose(definition, archive, pages, output)
        return
    try:
        if pages and not (Path(pages) / INDEX).exists():
            report = read_pages(definition, Path(pages))
        elif pages:
            SavedResponses.read(Path(pages))
            report = sample_portal(definition, None, articles, read_from=Path(pages))
        else:
            save_to = SavedResponses.create(Path(save)).folder if save else None
            report = sample_portal(definition, via, articles, save_to=save_to)
            if save_to is not None:
                expected = write_expected(report, save_to)
                say(f"{expected} written: the values that were found. Correct what is wrong in it.", err=True)
        evaluate(report, definition, require)
        if pages and Path(pages).is_dir():
            compare_expected(report, Path(pages))
    except (SavedResponsesError, ExpectedValuesError) as error:
        raise click.UsageError(printable(str(error))) from None
    if output == "json":
        template = asdict(report.template) if report.template is not None else None
        print_json({name: getattr(report, name) for name in REPORTED} | {"template": template})
    else:
        _print(report, require)
    for warning in report.warnings:
        say(f"Warning: {printable(warning)}", err=True)
    for problem in report.problems:
        say(f"Error: {printable(problem)}", err=True)
    if report.problems:
        raise click.exceptions.Exit(1)


def _print(report: DefinitionReport, require: tuple[str, ...]) -> None:
    from newscrawler.cli.check_explain import print_template
    from newscrawler.cli.other_links import other_links_lines
    from newscrawler.cli.tables import print_table
    from newscrawler.crawling.definition_check import REQUIRED_FIELDS
    from newscrawler.listings.article_urls import url_shape
    from newscrawler.text.printable import printable

    if report.sections:
        reasons = ["" if row["outcome"] == "limit" and row["entries"] else row["reason"] for row in report.sections]
        rows = [
            (row["section"], row["url"], row["entries"], row["dated"], row.get("other_links") or 0, reason)
            for row, reason in zip(report.sections, reasons, strict=True)
        ]
        red = [number for number, row in enumerate(report.sections) if not row["entries"] or row["outcome"] == "failed"]
        names = ("section", "url", "entries", "with a date", "other links", "reason")
        print_table("Sections", names, rows, red=red, below=("url", "reason"))
        for line in other_links_lines({row["section"]: row for row in report.sections}):
            say(printable(line))
    if report.shapes:
        examples = {url_shape(article["url"]): article["url"] for article in reversed(report.articles)}
        shapes = [(shape, number, examples.get(shape, "")) for shape, number in report.shapes.items()]
        title = "Addresses of articles (# is any number or code, w any folder)"
        print_table(title, ("shape", "articles", "example"), shapes, below=("example",))
    total = len(report.articles)
    lines: list[tuple[str, ...]] = []
    red = []
    for name in FIELDS:
        filled = [article for article in report.articles if article["values"][name]]
        rules = Counter(article["rules"].get(name, "") for article in filled)
        example = str(filled[0]["values"][name]).replace("\n", " ")[:MAX_EXAMPLE] if filled else ""
        if not filled or (len(filled) < total and name in (*REQUIRED_FIELDS, *require)):
            red.append(len(lines))
        lines.append(
            (name, f"{len(filled)} of {total}", ", ".join(f"{rule} {n}" for rule, n in rules.most_common()), example)
        )
    if report.template is not None:
        print_template("What these pages taught; a crawl reads further pages with it", report.template, [])
    print_table("Fields", ("field", "filled in", "by rule", "example"), lines, red=red, below=("example",))
    if report.refused:
        pages = [(page["url"], page["reason"]) for page in report.refused]
        print_table("Pages without an article", ("url", "reason"), pages, red=range(len(pages)), below=("reason",))
    systems = Counter(
        f"{article['cms'] or 'no known content system'}, {article['encoding']}" for article in report.articles
    )
    say("; ".join(f"{system}: {number} articles" for system, number in systems.most_common()))
