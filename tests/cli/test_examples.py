"""The examples in the help of the commands work on the demo archive."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from newscrawler.cli.main import COMMANDS, cli

NOT_RUN = {"crawl", "check", "extract", "health accept", "portal check", "portal new", "refresh", "schedule", "serve"}
"""Those that crawl, which a test of their own does, do not end, or need an alarm or a file that the demo lacks."""
BEFORE = {"backup restore": ["backup", "create", "backups/monday"]}
"""What has to be done before an example."""


def commands() -> Iterator[tuple[str, click.Command]]:
    """Each command that is not a group, with the words that name it."""
    for name in sorted(COMMANDS):
        command = cli.get_command(click.Context(cli), name)
        if isinstance(command, click.Group):
            yield from ((f"{name} {member}", each) for member, each in sorted(command.commands.items()))
        elif command is not None:
            yield name, command


def first_example(command: click.Command) -> list[str]:
    lines = (command.help or "").split("Examples:\n")[1].splitlines()
    return shlex.split(lines[0].split(" | ")[0].split(" > ")[0])[1:]


RUN = [(name, each) for name, each in commands() if name not in NOT_RUN and name.split()[0] != "schedule"]


@pytest.mark.parametrize(("name", "command"), RUN, ids=[name for name, _ in RUN])
def test_the_first_example_works_on_the_demo_archive(
    name: str, command: click.Command, demo_archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(demo_archive.parent, tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSCRAWLER_ARCHIVE", "data/demo.db")
    if name == "doctor":
        # It rightly complains of what our tests need.
        monkeypatch.delenv("NEWSCRAWLER_ALLOW_PRIVATE", raising=False)
    for arguments in (BEFORE.get(name), first_example(command)):
        if arguments is not None:
            result = CliRunner().invoke(cli, arguments, catch_exceptions=False)
            assert result.exit_code == 0, result.output
