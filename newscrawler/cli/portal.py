"""`newscrawler portal new URL`: a first definition, written from a homepage."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from newscrawler.cli.options import clear_errors

if TYPE_CHECKING:
    from newscrawler.cli.check import Report
    from newscrawler.portals import Portal

PREVIEWED = 10
_SEPARATOR = re.compile(r"\s*[_|｜—·]+\s*|\s+-+\s*|\s*-+\s+|-(?=[^-]*$)")
_EDGES = re.compile(r"^(?:首页|欢迎光临|欢迎访问|欢迎来到)|(?:首页|欢迎您|官方网站|官网)$")


@click.command("portal")
@click.argument("action", metavar="new", type=click.Choice(["new"]))
@click.argument("url", metavar="URL")
@click.option("--id", "identifier", metavar="ID", help="The portal's id: a-z, 0-9, _. Default: from the host's name.")
@click.option("--name", metavar="NAME", help="The portal's name. Default: from the homepage's title.")
@click.option("--province", metavar="NAME", help="Its province. Default: the one whose divisions its links name.")
@click.option("--output", type=click.Path(), metavar="PATH", help="The file to write. Default: portals/ID.toml.")
@click.option("--via", metavar="URL", help="Fetch from this address instead of the portal's own.")
def command(
    action: str,
    url: str,
    identifier: str | None,
    name: str | None,
    province: str | None,
    output: str | None,
    via: str | None,
) -> None:
    """Write a first definition from a homepage: name, province, sections, the articles' pattern.

    Reads the homepage, the first listing page of each section and two articles of each, and shows ten of them. What
    it cannot know it asks, where there is a terminal; the options answer beforehand. No file is overwritten.

    \b
    Examples:
      newscrawler portal new http://www.hbdysh.cn/
      newscrawler portal new https://www.news.example/ --id example_news --province 湖北

    Exit status: 0 written, 1 the homepage gave too little for a definition, 2 wrong usage.
    """
    from tempfile import TemporaryDirectory

    from newscrawler.cli.check import read_archive
    from newscrawler.cli.crawl import set_up_logging
    from newscrawler.crawling.options import CrawlOptions, OptionError
    from newscrawler.crawling.runner.sampling import scout

    identifier = identifier or _id_of(url)
    path = Path(output or f"portals/{identifier}.toml")
    if path.exists():
        raise click.UsageError(f"{path} exists and is not overwritten; name another file with --output.")
    draft = _draft(identifier, name or identifier, province or "北京市", url)
    try:
        via = CrawlOptions.of({"via": via}).via
    except OptionError as error:
        raise click.UsageError(str(error)) from None
    if via:
        # Not the portal is asked, but a mirror or a test of one's own.
        draft = draft.model_copy(update={"crawl": draft.crawl.model_copy(update={"delay": 0.0})})
    set_up_logging(False)
    with TemporaryDirectory(prefix="newscrawler-new-") as folder, clear_errors():
        archive = Path(folder) / "new.db"
        spider = scout(draft, archive, via=via, is_settled=province is not None)
        report = read_archive(archive)
    if spider is None or spider.page is None:
        raise click.ClickException((spider.fatal if spider else "") or f"{url}: the homepage could not be read.")
    if not spider.found and province is None:
        province = _asked("No link names a division of a province. The portal's province", "--province")
        draft = _draft(identifier, name or identifier, province, url)
    else:
        draft = spider.portal
    title = name or _name_of(spider.page.title) or _asked("The portal's name", "--name")
    text = definition_of(draft, title, report)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as stream:
        stream.write(text)
    _preview(report)
    click.echo(f"{path} written; look at it, then try 'newscrawler check {path}'.", err=True)
    if not report.articles:
        raise click.ClickException("no article was found; complete [sections] and [article] by hand.")


def _draft(identifier: str, name: str, province: str, url: str) -> Portal:
    from newscrawler.portals.loading import define

    values = {"id": identifier, "name": name, "province": province, "homepage": url}
    with clear_errors():
        return define(values, "the new definition")


def _id_of(url: str) -> str:
    """Return an id from the host's name: news.cnhubei.com becomes cnhubei."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    labels = [label for label in host.split(".") if label not in ("www", "com", "cn", "net", "org", "gov")]
    return re.sub(r"[^a-z0-9]+", "_", (labels[-1] if labels else host).lower()).strip("_") or "portal"


def _name_of(title: str) -> str:
    """Return a portal's name from its homepage's title: the part that names a site, else the first."""
    parts = [_EDGES.sub("", part.strip()).strip() for part in _SEPARATOR.split(title)]
    parts = [part for part in parts if part]
    return next((part for part in parts if part.endswith(("网", "在线", "日报", "报"))), parts[0] if parts else "")[:60]


def _asked(question: str, option: str) -> str:
    if not sys.stdin.isatty():
        raise click.UsageError(f"{question} is not to be seen on the homepage; give it with {option}.")
    return str(click.prompt(question, err=True))


def definition_of(portal: Portal, name: str, report: Report) -> str:
    """Return the definition as TOML."""
    from newscrawler.crawling.article_pattern import article_pattern

    systems = sorted({found["cms"] for found in report.articles if found["cms"]})
    lines = [
        f"# Written by 'newscrawler portal new' from {_one_line(portal.homepage)}",
        f"# Content system: {', '.join(systems) or 'none that is known'}",
        f"id = {_quoted(portal.id)}",
        f"name = {_quoted(name)}",
        f"province = {_quoted(portal.province)}",
        f"homepage = {_quoted(portal.homepage)}",
        "",
    ]
    if report.sections:
        lines.append("[sections]")
        lines += [f"{_quoted(row['section'])} = {_quoted(row['url'])}" for row in report.sections]
    else:
        lines += ["# No section was found. Name them:", "# [sections]", '# "宜昌市" = "/yichang/"']
    pattern = article_pattern(report.listed)
    if pattern and "'" not in pattern and pattern.isprintable():
        lines += ["", "[article]", f"url = '{pattern}'"]
    return "\n".join(lines) + "\n"


def _one_line(text: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in text)


def _quoted(text: str) -> str:
    """Write a TOML string; nothing that a page says can leave it."""
    import json

    return json.dumps(_one_line(text), ensure_ascii=False)


def _preview(report: Report) -> None:
    from newscrawler.cli.tables import print_table

    names = ("title", "published", "source", "editors", "authors")
    rows = [
        (*(found["values"][name] for name in names), len(found["values"]["body"]), found["url"])
        for found in report.articles[:PREVIEWED]
    ]
    if rows:
        print_table(f"{len(rows)} articles", (*names, "characters", "url"), rows)
