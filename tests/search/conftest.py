from collections.abc import Iterator
from pathlib import Path

import pytest

from support.archives import Room


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path / "archive.db")
    yield room
    room.close()
