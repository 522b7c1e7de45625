"""What tests of several kinds of sources begin with."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.pages import DEFINITION


@pytest.fixture
def definition(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A portal's definition; servers of this machine may be asked."""
    monkeypatch.setenv("NEWSCRAWLER_ALLOW_PRIVATE", "1")
    path = tmp_path / "t.toml"
    path.write_text(DEFINITION, encoding="utf-8")
    return path
