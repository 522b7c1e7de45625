"""`newscrawler watch add|list|remove`: searches that tell of new articles."""

from __future__ import annotations

import json
from typing import Any

import click

from newscrawler.cli.groups import CommandGroup
from newscrawler.cli.language import say
from newscrawler.cli.options import Text, archive_option, changing, clear_errors, filter_options, format_option


@click.group("watch", cls=CommandGroup)
def command() -> None:
    """Be told when a crawl stores an article that a search finds.

    The channels are those of alarms: 'newscrawler.toml' beside the archive lists them, 'newscrawler notify test' tests
    them. After each crawl, each channel is told of the new articles, each article once.

    \b
    Examples:
      newscrawler watch add '洪水 NOT 演习' --city 宜昌
      newscrawler watch list
      newscrawler watch remove floods
    """


@command.command("add")
@click.argument("words", nargs=-1, required=True, type=Text())
@click.option("--name", type=Text(), metavar="NAME", help="How messages call it. Default: WORDS.")
@filter_options
@archive_option
def add(words: tuple[str, ...], name: str | None, archive: str, **filters: Any) -> None:
    """Watch a search. WORDS are written as for 'newscrawler search'.

    Articles that are first seen from now on are told; those that are stored already are not.

    \b
    Examples:
      newscrawler watch add '洪水 NOT 演习' --city 宜昌
      newscrawler watch add 脱贫 --name poverty
    """
    from newscrawler.archive.database.transaction import writing
    from newscrawler.archive.filters import ArticleFilter
    from newscrawler.monitoring.config import ConfigError, load_config
    from newscrawler.research.watches import add_watch

    searched = " ".join(words)
    with clear_errors():
        connection = changing(archive)
        with writing(connection):
            matching, stored = add_watch(connection, name or searched, searched, ArticleFilter(**filters))
    say(f"{name or searched}: {matching:,} of {stored:,} stored articles match; new ones are told", err=True)
    if matching * 2 > stored:
        say("Warning: it matches more than half of all articles, so each crawl will tell of many.", err=True)
    try:
        channels = load_config(archive).channels
    except ConfigError as error:
        say(f"Warning: nobody is told: {error}", err=True)
        return
    if not channels:
        say("Warning: nobody is told: newscrawler.toml has no channel.", err=True)


@command.command("list")
@format_option
@archive_option
def list_(output: str, archive: str) -> None:
    """List the watches.

    \b
    Examples:
      newscrawler watch list
      newscrawler watch list --format json
    """
    from contextlib import closing
    from dataclasses import asdict

    from newscrawler.archive import open_archive_read_only
    from newscrawler.cli.tables import print_json, print_table
    from newscrawler.research.watches import list_watches

    with clear_errors(), closing(open_archive_read_only(archive)) as connection:
        watches = list_watches(connection)
    if output == "json":
        rows = [asdict(watch) for watch in watches]
        print_json([{name: value for name, value in row.items() if name != "id"} for row in rows])
        return
    cells = [
        (watch.name, watch.words, json.dumps(watch.filter, ensure_ascii=False) if watch.filter else "", watch.created)
        for watch in watches
    ]
    print_table("Watches", ("name", "words", "filter", "created"), cells)


@command.command("remove")
@click.argument("name", type=Text())
@archive_option
def remove(name: str, archive: str) -> None:
    """Remove the watch NAME.

    \b
    Examples:
      newscrawler watch remove floods
    """
    from newscrawler.archive.database.transaction import writing
    from newscrawler.research.watches import remove_watch

    with clear_errors():
        connection = changing(archive)
        with writing(connection):
            remove_watch(connection, name)
    say(f"{name}: removed", err=True)
