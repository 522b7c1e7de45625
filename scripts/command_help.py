"""The commands of the program, for the scripts that write pages about them."""

from __future__ import annotations

from collections.abc import Iterator

import click

from newscrawler.cli.groups import CommandGroup
from newscrawler.cli.main import COMMANDS, cli

ROOT_CONTEXT = click.Context(cli, info_name="newscrawler")


def top_commands() -> Iterator[tuple[str, click.Command]]:
    """Yield the commands of the first level with their names, in the order of these."""
    for name in sorted(COMMANDS):
        command = cli.get_command(ROOT_CONTEXT, name)
        assert command is not None
        yield name, command


def usages(command: click.Command, context: click.Context) -> list[str]:
    """Return what stands behind the name of a command in its usage; of a group one line per way to call it."""
    if isinstance(command, CommandGroup):
        return command.usages(context)
    return [" ".join(command.collect_usage_pieces(context))]
