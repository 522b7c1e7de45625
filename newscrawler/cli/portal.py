"""`newscrawler portal new|check|list`: portal definitions."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawler.cli.check import command as check_command
from newscrawler.cli.groups import CommandGroup
from newscrawler.cli.language import say
from newscrawler.cli.options import clear_errors
from newscrawler.cli.portals import command as list_command

if TYPE_CHECKING:
    from newscrawler.crawling.definition_check import DefinitionReport
    from newscrawler.portals import Portal

PREVIEW_ARTICLES = 10


@click.group("portal", cls=CommandGroup)
def command() -> None:
    """Write, check and list portal definitions.

    'newscrawler check' and 'newscrawler portals' are short forms of 'portal check' and 'portal list'.

    \b
    Examples:
      newscrawler portal new http://www.hbdysh.cn/
      newscrawler portal check demo
      newscrawler portal list
    """


command.add_command(check_command, "check")
command.add_command(list_command, "list")


@command.command("new")
@click.argument("url", metavar="URL")
@click.option(
    "--id", "identifier", metavar="ID", help="The portal's id: a-z, 0-9, _. Default: from the name of the host."
)
@click.option("--name", metavar="NAME", help="The portal's name. Default: from the homepage's title.")
@click.option("--province", metavar="NAME", help="Its province. Default: the one whose divisions the links name.")
@click.option("--output", type=click.Path(), metavar="PATH", help="The file to write. Default: portals/ID.toml.")
@click.option("--via", metavar="URL", help="Fetch from this address instead of the portal's own.")
def new(
    url: str, identifier: str | None, name: str | None, province: str | None, output: str | None, via: str | None
) -> None:
    """Write a first definition from a homepage: name, province, sections, pattern of article URLs.

    The command reads the homepage, the first listing page of each section and two articles per section, and shows ten
    articles. On a terminal it asks for what the homepage does not say; the options answer in advance. It overwrites
    no file.

    \b
    Examples:
      newscrawler portal new http://www.hbdysh.cn/
      newscrawler portal new https://www.news.example/ --id example_news --province 湖北

    Exit status: 0 written, 1 the homepage says too little for a definition, 2 wrong usage.
    """
    from tempfile import TemporaryDirectory

    from newscrawler.cli.crawl import set_up_logging
    from newscrawler.cli.work_progress import shown_progress
    from newscrawler.crawling.definition_check import problem_of_section, read_archive
    from newscrawler.crawling.first_definition import definition_text, id_from_url, name_from_title
    from newscrawler.crawling.options import CrawlOptions, OptionError
    from newscrawler.crawling.runner.sampling import scout
    from newscrawler.text.printable import printable

    identifier = identifier or id_from_url(url)
    path = Path(output or f"portals/{identifier}.toml")
    if path.exists():
        raise click.UsageError(f"{path} exists and is not overwritten; name another file with --output.")
    draft = _draft(identifier, name or identifier, province or "北京市", url)
    try:
        via = CrawlOptions.of({"via": via}).via
    except OptionError as error:
        raise click.UsageError(str(error)) from None
    if via:
        # The requests go to a mirror or a test server, which needs no delay.
        draft = draft.model_copy(update={"crawl": draft.crawl.model_copy(update={"delay": 0.0})})
    set_up_logging(False)
    with TemporaryDirectory(prefix="newscrawler-new-") as folder, clear_errors():
        archive = Path(folder) / "new.db"
        with shown_progress("portal new") as progress:
            spider = scout(draft, archive, via=via, is_province_given=province is not None, progress=progress)
        report = read_archive(archive)
    page = spider.homepage.page if spider else None
    if spider is None or page is None:
        reason = spider.context.fatal if spider else ""
        raise click.ClickException(reason or f"{url}: the homepage could not be read.")
    if not spider.homepage.sections and province is None:
        question = "No link on the homepage names a division of a province. The portal's province"
        province = _prompt(question, "the portal's province", "--province")
        draft = _draft(identifier, name or identifier, province, url)
    else:
        draft = spider.context.portal
    title = name or name_from_title(page.title) or _prompt("The portal's name", "the portal's name", "--name")
    text = definition_text(draft, title, report)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as stream:
        stream.write(text)
    _preview(report)
    of_sections = filter(None, map(problem_of_section, report.sections))
    for warning in dict.fromkeys((*report.warnings, *report.problems, *of_sections)):
        say(f"Warning: {printable(warning)}", err=True)
    say(f"{path} written. Read it, then try 'newscrawler check {path}'.", err=True)
    if not report.articles:
        raise click.ClickException("no article was found; complete [sections] and [article] by hand.")


def _draft(identifier: str, name: str, province: str, url: str) -> Portal:
    from newscrawler.portals import Portal
    from newscrawler.text.definitions import validate

    values = {"id": identifier, "name": name, "province": province, "homepage": url}
    with clear_errors():
        return validate(values, Portal, "the new definition")


def _prompt(question: str, what: str, option: str) -> str:
    if not sys.stdin.isatty():
        raise click.UsageError(f"the homepage does not say {what}; give it with {option}.")
    return str(click.prompt(question, err=True))


def _preview(report: DefinitionReport) -> None:
    from newscrawler.cli.tables import print_table

    names = ("title", "published", "source", "editors", "authors")
    rows = [
        (*(article["values"][name] for name in names), len(article["values"]["body"]), article["url"])
        for article in report.articles[:PREVIEW_ARTICLES]
    ]
    if rows:
        print_table(f"{len(rows)} articles", (*names, "characters", "url"), rows)
