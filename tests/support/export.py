"""`newscrawler export` run in this process."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from newscrawler.cli.main import cli


def run(archive: Path, *arguments: object) -> Result:
    return CliRunner().invoke(cli, ["export", "--archive", str(archive), *map(str, arguments)])


def done(archive: Path, *arguments: object) -> Result:
    result = run(archive, *arguments)
    assert result.exit_code == 0, result.output
    return result


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())
