"""The work of checking an archive grows with its articles, not with their square."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from newscrawler.archive import open_archive
from newscrawler.archive.database.row_digests import changed_rows, digest_all, sum_digests
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.indexing.fulltext import rebuild_index
from newscrawler.archive.indexing.reprints import rebuild_clusters
from newscrawler.archive.integrity.consistency import broken_rules, repair_rows
from newscrawler.archive.integrity.derived_checks import index_problems, reprint_problems
from newscrawler.archive.integrity.hash_checks import hash_problems
from support.archives import fill

SIZES = (60, 240)
WORK: dict[str, Callable[..., object]] = {
    "row digests": lambda connection: list(changed_rows(connection)),
    "rules": lambda connection: list(broken_rules(connection)),
    "pointers": lambda connection: connection.execute("PRAGMA foreign_key_check").fetchall(),
    "hashes": lambda connection: list(hash_problems(connection)),
    "search index": lambda connection: list(index_problems(connection)),
    "reprints": lambda connection: list(reprint_problems(connection)),
    "digests again": digest_all,
    "sums again": sum_digests,
    "repair of rows": repair_rows,
    "index again": rebuild_index,
    "clusters again": rebuild_clusters,
}


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("linear")
    for size in SIZES:
        fill(folder / f"{size}.db", size)
    return [folder / f"{size}.db" for size in SIZES]


@pytest.mark.parametrize("name", WORK)
def test_four_times_the_articles_take_four_times_the_steps(archives: list[Path], name: str) -> None:
    """Steps of SQLite's machine are counted, so it does not matter what else the computer does."""
    steps = []
    for archive in archives:
        with closing(open_archive(archive)) as connection, writing(connection):
            counted = 0

            def count() -> int:
                nonlocal counted
                counted += 1
                return 0

            connection.set_progress_handler(count, 100)
            WORK[name](connection)
            connection.set_progress_handler(None, 0)
            steps.append(counted)
    assert steps[1] < 6 * steps[0] + 20, steps
