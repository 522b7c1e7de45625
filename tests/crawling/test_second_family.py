"""A portal of another make, crawled with a four-line definition: every article, every field."""

from __future__ import annotations

import pytest

from support.trs import DEFINITION, TrsSite


@pytest.mark.slow
def test_every_article_and_every_field(crawl) -> None:
    site = TrsSite()
    done = crawl(site, definition=DEFINITION + "[crawl]\ndelay = 0\n")
    assert done.status == 0, done.messages
    rows = {row["url"]: row for row in done.rows("SELECT * FROM articles_flat")}
    differences = []
    for article in site.articles:
        row = next((rows[url] for url in (article.url, *article.aliases) if url in rows), None)
        if row is None:
            differences.append((article.url, "missing"))
            continue
        truth = {
            "title": article.title,
            "source": article.source,
            "published": article.published,
            "editors": "、".join(article.editors) or None,
            "authors": "、".join(article.authors) or None,
            "summary": article.summary,
            "body": article.body,
            "county": article.county,
            "listed_date": article.listed_date,
            "image_count": len(article.images),
        }
        differences += [(article.url, name, row[name], value) for name, value in truth.items() if row[name] != value]
        assert set((row["cities"] or "").split("、")) == set(article.sections)
    assert differences == []
    assert len(rows) == len(site.articles)
