"""Removing what only one import knew: sightings, addresses, sections, and the times that it added to versions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from newscrawler.archive.settling import place_in_section


def addresses_of(connection: sqlite3.Connection, run: int) -> list[int]:
    """Return the row ids of the addresses of which an import captured a page, or saw an entry."""
    return [
        number
        for (number,) in connection.execute(
            """SELECT url FROM listing_sightings WHERE first_run = ?1 OR last_run = ?1
               UNION SELECT u.id FROM captures c JOIN runs r ON r.id = c.run
                 JOIN urls u ON u.portal = r.portal AND u.url = c.url WHERE c.run = ?1
               UNION SELECT l.url FROM captures c JOIN runs r ON r.id = c.run
                 JOIN url_aliases l ON l.portal = r.portal AND l.alias = c.url WHERE c.run = ?1""",
            (run,),
        )
    ]


def forget_sightings(connection: sqlite3.Connection, run: int) -> None:
    """Remove the entries that only this import saw. Inside a transaction."""
    connection.execute("DELETE FROM listing_sightings WHERE first_run = ?1 AND last_run = ?1", (run,))
    connection.execute("UPDATE listing_sightings SET first_run = last_run WHERE first_run = ?", (run,))
    connection.execute("UPDATE listing_sightings SET last_run = first_run WHERE last_run = ?", (run,))


def forget_addresses(connection: sqlite3.Connection, run: int, addresses: Iterable[int]) -> None:
    """Remove addresses and sections that only this import knew, and the times that it added to versions that stay.

    Its versions and sightings must be removed before. Its captures and its record stay. Inside a transaction.
    """
    (portal,) = connection.execute("SELECT portal FROM runs WHERE id = ?", (run,)).fetchone()
    connection.execute(
        """DELETE FROM url_aliases WHERE portal = ?2 AND alias IN (SELECT url FROM captures WHERE run = ?1)
           AND NOT EXISTS (SELECT 1 FROM captures c WHERE c.url = alias AND c.run <> ?1)""",
        (run, portal),
    )
    for number in addresses:
        _restore_times(connection, number, run)
        _restore_sections(connection, number)
        _forget_address(connection, number, run)
    # A crawl begins a sweep of each of its sections.
    connection.execute(
        """DELETE FROM sections AS s WHERE portal = ? AND complete_run IS NULL
           AND NOT EXISTS (SELECT 1 FROM sweeps WHERE section = s.id)
           AND NOT EXISTS (SELECT 1 FROM listing_sightings WHERE section = s.id)
           AND NOT EXISTS (SELECT 1 FROM article_sections WHERE section = s.id)
           AND NOT EXISTS (SELECT 1 FROM articles WHERE section = s.id)""",
        (portal,),
    )


def _restore_times(connection: sqlite3.Connection, number: int, run: int) -> None:
    """Take the times of the import's captures from the versions that stay: their own captures give others."""
    row = connection.execute("SELECT article FROM urls WHERE id = ? AND article IS NOT NULL", (number,)).fetchone()
    if row is None:
        return
    (article,) = row
    of_article = """SELECT substr(c.fetched, 1, 19) || 'Z' FROM captures c WHERE c.status = 200 AND c.run {} ?2 AND
      c.url IN (SELECT url FROM urls WHERE article = ?1
        UNION ALL SELECT l.alias FROM urls u JOIN url_aliases l ON l.url = u.id WHERE u.article = ?1)"""
    own = "(SELECT substr(c.fetched, 1, 19) || 'Z' FROM captures c WHERE c.id = v.capture)"
    connection.execute(
        f"""UPDATE versions AS v SET seen_from = {own}
            WHERE article = ?1 AND seen_from IN ({of_article.format("=")}) AND seen_from < {own}""",
        (article, run),
    )
    connection.execute(
        f"""UPDATE versions AS v SET seen_to = max(seen_from, coalesce((
              SELECT max(x.fetched) FROM ({of_article.format("<>").replace("|| 'Z'", "|| 'Z' AS fetched", 1)}) x
              WHERE x.fetched <= v.seen_to), ''))
            WHERE article = ?1 AND seen_to > seen_from AND seen_to IN ({of_article.format("=")})""",
        (article, run),
    )
    connection.execute(
        """UPDATE articles AS a SET
             first_seen = max(first_seen, (SELECT min(seen_from) FROM versions WHERE article = a.n)),
             last_seen = CASE WHEN last_seen IN (SELECT substr(fetched, 1, 19) || 'Z' FROM captures WHERE run = ?2)
               THEN (SELECT max(seen_to) FROM versions WHERE article = a.n) ELSE last_seen END
           WHERE n = ?1""",
        (article, run),
    )


def _restore_sections(connection: sqlite3.Connection, number: int) -> None:
    """Compute again which sections list the article of an address."""
    connection.execute(
        """DELETE FROM article_sections WHERE article = (SELECT article FROM urls WHERE id = ?1) AND section NOT IN (
             SELECT l.section FROM listing_sightings l JOIN urls u ON u.id = l.url
             WHERE u.article = (SELECT article FROM urls WHERE id = ?1))""",
        (number,),
    )
    place_in_section(connection, number)


def _forget_address(connection: sqlite3.Connection, number: int, run: int) -> None:
    """Remove an address that no listing of a crawl showed, that has no article, and that nothing else captured."""
    is_known = connection.execute(
        """SELECT article IS NOT NULL OR EXISTS (SELECT 1 FROM listing_sightings WHERE url = u.id)
             OR EXISTS (SELECT 1 FROM captures WHERE url = u.url AND run <> ?2)
           FROM urls u WHERE id = ?1""",
        (number, run),
    ).fetchone()[0]
    if not is_known:
        connection.execute("DELETE FROM url_aliases WHERE url = ?", (number,))
        connection.execute("DELETE FROM urls WHERE id = ?", (number,))
