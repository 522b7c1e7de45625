"""Groups of commands: default commands, names of earlier builds."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from newscrawler.cli.main import cli
from newscrawler.cli.renamed import RENAMED, Renamed


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments], catch_exceptions=False)


def words(row: Renamed) -> list[str]:
    """A command line of an earlier build that uses this name."""
    return [row.command, row.old or "5f0c1e"]


@pytest.mark.parametrize("row", RENAMED, ids=lambda row: f"{row.command} {row.old}")
def test_a_name_of_an_earlier_build_is_an_error_that_names_the_new_one(row: Renamed, tmp_path: Path) -> None:
    for arguments in (words(row), [*words(row), "more"], [*words(row), "--archive", str(tmp_path / "a.db")]):
        result = run(*arguments)
        assert (result.exit_code, result.stdout) == (2, "")
        assert f"'{row.new.format('5f0c1e')}'" in result.stderr
    if row.old:
        assert f"'{row.new}'" in run(row.command, "x", f"{row.old}=x").stderr


@pytest.mark.parametrize("row", RENAMED, ids=lambda row: f"{row.command} {row.old}")
def test_the_new_name_is_a_command(row: Renamed) -> None:
    names = [word for word in row.new.split()[1:] if word.islower() and word.isalpha()]
    result = run(*names[:2], "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: cli {' '.join(names[:2])} ")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["backup", "crate", "x"], "did you mean 'newscrawler backup create crate'?"),
        (["portal", "nwe", "x"], "No such command 'nwe'. Did you mean new?"),
        (["portal", "zzz"], "No such command 'zzz'. The commands are check, list, new."),
        (["portal"], "Usage: cli portal COMMAND"),
        (["runs", "--archive", "a.db", "show", "x"], "the command comes before its options: 'cli runs show …'"),
        (["health", "--format", "json", "accept", "1"], "the command comes before its options: 'cli health accept …'"),
        (["health", "accept"], "Missing argument 'N…'"),
        (["health", "accept", "one"], "'one' is not a valid integer"),
        (["schedule", "print", "launchd"], "'launchd' is not one of"),
        (["schedule", "print"], "Missing argument 'systemd|cron'"),
        (["suppress", "add", "5f0c1e"], "Missing option '--reason'"),
        (["salvage"], "Missing argument 'NEW'"),
    ],
)
def test_wrong_usage_of_a_group_is_status_2(arguments: list[str], message: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


def test_a_group_without_a_command_runs_its_default(demo_archive: Path) -> None:
    archive = ("--archive", demo_archive)
    for plain, named in ((["runs"], ["runs", "list"]), (["health"], ["health", "show"])):
        for options in ([], ["--format", "json"]):
            assert run(*plain, *options, *archive).output == run(*named, *options, *archive).output
    assert run("portal", "list").output == run("portals").output


def test_help_of_a_group_shows_the_options_of_its_default_and_its_commands() -> None:
    text = run("health", "--help").stdout
    assert "--notify" in text
    assert "accept  Accept the state" in text
    assert "Usage: cli health [OPTIONS] [PORTAL]…\n       cli health COMMAND [ARGS]...\n" in text
