"""`newscrawler notify test`: does each channel reach its people?"""

from __future__ import annotations

import click

from newscrawler.cli.groups import CommandGroup
from newscrawler.cli.options import archive_option


@click.group("notify", cls=CommandGroup)
def command() -> None:
    """Test the channels through which alarms are sent. 'newscrawler.toml' beside the archive lists them.

    \b
    Examples:
      newscrawler notify test
    """


@command.command("test")
@click.argument("channels", nargs=-1, metavar="[CHANNEL]…")
@archive_option
def test(channels: tuple[str, ...], archive: str) -> None:
    """Send a test message through the channels of these names. Without CHANNEL: through all.

    No alarm is sent, and none counts as sent. The archive need not exist yet.

    \b
    Examples:
      newscrawler notify test
      newscrawler notify test team --archive data/archive.db

    Exit status: 0 every channel took the message, 1 one did not, 2 wrong usage, or the configuration is broken.
    """
    from newscrawler.cli.tables import print_table
    from newscrawler.monitoring.config import ConfigError, load_config
    from newscrawler.monitoring.notify import send_test

    try:
        config = load_config(archive)
    except ConfigError as error:
        raise click.UsageError(str(error)) from None
    names = [channel.name for channel in config.channels]
    if not names:
        raise click.UsageError(
            "no channel is configured; docs/guides/monitoring.md shows how to write newscrawler.toml."
        )
    if unknown := [name for name in channels if name not in names]:
        raise click.UsageError(f"there is no channel {unknown[0]!r}; there are {'、'.join(names)}.")
    chosen = [channel for channel in config.channels if channel.name in (channels or names)]
    problems = {channel.name: send_test(channel, config) for channel in chosen}
    print_table("", ("channel", "result"), [(name, problem or "sent") for name, problem in problems.items()])
    if any(problems.values()):
        raise click.exceptions.Exit(1)
