"""Merging the archive of somebody else: what it changes is told, and it lifts no takedown."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from support.archives import article
from support.integrity import rows, run, small, update, verified

__all__ = ["small"]

FORGED = {
    "another title or text": "UPDATE versions SET title = '伪造的题目', content_hash = 'x' WHERE id = 2",
    "another value in a field": "UPDATE versions SET source = '伪造日报', seen_to = '2030-01-01T00:00:00Z' WHERE id = 2",
    "another status": "UPDATE articles SET status = 'gone', last_seen = '2030-01-01T00:00:00Z' WHERE n = 2",
    "an earlier first sighting": "UPDATE articles SET first_seen = '1990-01-01T00:00:00Z' WHERE n = 2",
    "a suppression that an input brought": "INSERT INTO suppressions (article, reason, by, since) "
    "SELECT id, 'x', 'stranger', '2020-01-01T00:00:00Z' FROM articles WHERE n = 2",
}


@pytest.fixture
def copied(small: Path) -> Path:
    path = small.parent / "stranger" / "archive.db"
    path.parent.mkdir()
    shutil.copy(small, path)
    return path


@pytest.mark.parametrize("kind", FORGED)
def test_what_a_merge_changes_in_ones_own_articles_is_told(small: Path, copied: Path, kind: str) -> None:
    statements = [FORGED[kind]]
    if "status" in kind:
        statements.append("UPDATE urls SET last_fetched = '2030-01-01T00:00:00Z' WHERE article = 2")
    if "text" in kind or "field" in kind:
        statements.append("UPDATE versions SET seen_from = '2030-01-01T00:00:00Z', seen_to = seen_from WHERE id = 2")
        statements.append("UPDATE versions SET seen_to = '2030-01-01T00:00:00Z' WHERE id = 2")
    update(copied, *statements)
    done = run("merge", copied, "--archive", small)
    assert done.exit_code == 0, done.output
    assert f"note: 1 article has {kind}" in done.stderr
    assert article(2).url in done.stderr


def test_a_merge_that_changes_nothing_says_nothing(small: Path, copied: Path) -> None:
    assert "note:" not in run("merge", copied, "--archive", small).stderr


def test_rows_of_an_input_that_were_changed_are_told(small: Path, copied: Path) -> None:
    from support.integrity import execute

    execute(copied, "UPDATE articles SET first_seen = '1990-01-01T00:00:00Z' WHERE n = 2")
    done = run("merge", copied, "--archive", small)
    assert "rows of articles are not as they were stored" in done.stderr


def test_no_takedown_is_lifted(small: Path, copied: Path) -> None:
    run("suppress", "add", article(2).url, "--reason", "asked by the author", "--archive", small)
    shutil.copy(small, copied)
    update(copied, "UPDATE suppressions SET lifted = since, lifted_by = 'stranger'")
    for target in (small, small.with_name("new.db")):
        done = run("merge", copied, small, "--archive", target)
        assert done.exit_code == 0
        assert rows(target, "SELECT count(*) FROM articles_flat WHERE url = ?", article(2).url) == [(0,)]
        assert verified(target)[0] == 0
    assert "stays suppressed although an input lifted it" in run("merge", copied, "--archive", small).stderr
