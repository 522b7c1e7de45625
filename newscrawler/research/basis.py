"""What a result rests on, so that it can be repeated: program, archive, filters and the number of articles."""

from __future__ import annotations

import sqlite3
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from newscrawler import __version__
from newscrawler.archive.export.selection import Selection
from newscrawler.archive.filters import ArticleFilter
from newscrawler.archive.reports.caption import filter_parts


@dataclass(frozen=True, slots=True)
class Basis:
    """What a result rests on."""

    program: str
    archive: str
    """Name of the file."""
    last_run: str | None
    """Key of the newest run that ended; None where none did."""
    filter: ArticleFilter
    articles: int
    """Articles that fit the filters."""

    def as_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return asdict(self) | {"filter": self.filter.as_dict()}

    def sentence(self) -> str:
        """Return one sentence for people."""
        filters = "; ".join(filter_parts(self.filter))
        return (
            f"{self.articles:,} articles of {self.archive}{f' ({filters})' if filters else ''}, "
            f"last run {self.last_run or 'none'}, {self.program}."
        )


def basis_of(connection: sqlite3.Connection, archive: str | Path, article_filter: ArticleFilter) -> Basis:
    """Return what a result of these filters rests on. Raises FilterError for a filter that names something unknown."""
    (articles,) = Selection.of(connection, article_filter).execute("count(*)").fetchone()
    newest = connection.execute(
        "SELECT key FROM runs WHERE finished IS NOT NULL ORDER BY finished DESC, key LIMIT 1"
    ).fetchone()
    return Basis(
        f"newscrawler {__version__}",
        Path(archive).name,
        newest[0] if newest else None,
        article_filter,
        articles,
    )
