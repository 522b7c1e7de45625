"""The table of a definition for a pull request: its numbers are those of the check, and it has no text of a page."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "tests" / "portals" / "pages" / "hubeidaily"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    script = ROOT / "scripts" / "definition_table.py"
    return subprocess.run([sys.executable, str(script), *arguments], capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_the_table_counts_and_quotes_nothing() -> None:
    done = run("hubeidaily")
    assert done.returncode == 0, done.stderr
    expected = json.loads((PAGES / "expected.json").read_text(encoding="utf-8"))
    articles = expected["articles"].values()
    assert f"| articles read | {len(articles)} |" in done.stdout
    for field in ("title", "published", "body"):
        filled = sum(bool(article.get(field)) for article in articles)
        assert f"| `{field}` | {filled} of {len(articles)} |" in done.stdout
    assert f"| sections | {len(expected['sections'])}: " in done.stdout
    assert "| reviewed values | yes |" in done.stdout
    assert "| problems | 0 |" in done.stdout
    assert not any(article["title"] in done.stdout for article in articles)


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    unknown = run("no-such-portal")
    assert unknown.returncode == 2 and "no portal is called" in unknown.stderr
    nowhere = run("hubeidaily", "--pages", str(tmp_path / "none"))
    assert nowhere.returncode == 2 and "newscrawler check hubeidaily --save" in nowhere.stderr
