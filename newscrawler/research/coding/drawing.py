"""The sample of articles that is coded."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from newscrawler.archive.annotations import ArticleState
from newscrawler.archive.export.selection import Selection
from newscrawler.archive.filters import ArticleFilter
from newscrawler.research.coding.sheets import CodedArticle
from newscrawler.research.sampling import SampleDesign, choose_sample


def draw_articles(
    connection: sqlite3.Connection, article_filter: ArticleFilter, design: SampleDesign
) -> tuple[list[CodedArticle], dict[str, Any]]:
    """Draw a sample, as `newscrawler sample` does; return its articles in the order of their ranks, and its facts.

    Raises SampleError and FilterError.
    """
    choice = choose_sample(design, Selection.of(connection, article_filter))
    rows = connection.execute(
        """SELECT a.n, a.id, v.content_hash, v.text, v.title, x.body FROM json_each(?) j
           CROSS JOIN articles a ON a.n = j.value CROSS JOIN versions v ON v.id = a.version
           CROSS JOIN texts x ON x.hash = v.text""",
        [json.dumps(choice.numbers)],
    )
    by_number = {row[0]: CodedArticle(ArticleState(*row[1:4]), *row[4:]) for row in rows}
    return [by_number[number] for number in choice.numbers], dict(choice.facts)
