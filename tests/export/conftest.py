from collections.abc import Iterator
from pathlib import Path

import pytest
from archive.factory import Room
from click.testing import CliRunner, Result

from newscrawler.cli.main import cli


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    (tmp_path / "data").mkdir()
    room = Room(tmp_path / "data" / "archive.db")
    yield room
    room.close()


def run(archive: Path, *arguments: object) -> Result:
    return CliRunner().invoke(cli, ["export", "--archive", str(archive), *map(str, arguments)])


def done(archive: Path, *arguments: object) -> Result:
    result = run(archive, *arguments)
    assert result.exit_code == 0, result.output
    return result


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())
