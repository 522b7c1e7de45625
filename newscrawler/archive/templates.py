"""The templates of a portal, as the archive keeps them: one row per design of its pages."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from newscrawler.archive.rows import select_rows
from newscrawler.extraction.templates.model import Template
from newscrawler.text.clock import stamp

MOST_USED = 4
"""The newest templates of a portal, with which pages are read."""
MOST_KEPT = 20
"""The templates of a portal that are kept, the newest."""
ALL = "~"
"""`read_again` of a template whose articles were all read again; sorts behind every id."""


@dataclass(frozen=True, slots=True)
class KeptTemplate:
    """A row of `templates`."""

    run: int
    """Row id of the run at whose end it was learnt."""
    run_key: str
    learnt: str
    """Our clock."""
    template: Template | None
    """None: it cannot be used, because it was written by another version of the program, or is damaged."""
    read_again: str
    """The id of the article up to which articles were read again; empty: none, `ALL`: all."""


def kept_templates(connection: sqlite3.Connection, portal: str) -> list[KeptTemplate]:
    """Return what is known of the designs of a portal's pages, the newest first."""
    rows = select_rows(
        connection,
        """SELECT t.run, r.key, t.learnt, t.template, t.read_again FROM templates t JOIN runs r ON r.id = t.run
           WHERE t.portal = ? ORDER BY t.run DESC LIMIT ?""",
        (portal, MOST_KEPT),
    )
    return [
        KeptTemplate(row["run"], row["key"], row["learnt"], Template.of_json(row["template"]), row["read_again"])
        for row in rows
    ]


def templates_of(connection: sqlite3.Connection, portal: str) -> tuple[Template, ...]:
    """Return the templates with which pages of a portal are read, the newest first."""
    return usable(kept_templates(connection, portal))


def usable(kept: Sequence[KeptTemplate]) -> tuple[Template, ...]:
    """Return the templates with which pages are read, one per place of the text, the newest first."""
    newest: dict[str, Template] = {}
    for row in kept:
        if row.template is not None:
            newest.setdefault(row.template.body, row.template)
    return tuple(newest.values())[:MOST_USED]


def keep_template(connection: sqlite3.Connection, portal: str, run: int, template: Template) -> None:
    """Store what a run taught. Inside a transaction.

    A template of the newest known place takes the row of the one that it replaces: the design is the same.
    """
    newest = next(iter(kept_templates(connection, portal)), None)
    if newest is not None and newest.template is not None and newest.template.body == template.body:
        connection.execute(
            "UPDATE templates SET learnt = ?, template = ? WHERE portal = ? AND run = ?",
            (stamp(), template.as_json(), portal, newest.run),
        )
        return
    connection.execute(
        """INSERT INTO templates (portal, run, learnt, template) VALUES (?, ?, ?, ?)
           ON CONFLICT (portal, run) DO UPDATE SET learnt = excluded.learnt, template = excluded.template,
             read_again = ''""",
        (portal, run, stamp(), template.as_json()),
    )
    connection.execute(
        """DELETE FROM templates WHERE portal = ?1 AND run NOT IN
             (SELECT run FROM templates WHERE portal = ?1 ORDER BY run DESC LIMIT ?2)""",
        (portal, MOST_KEPT),
    )


def note_read_again(connection: sqlite3.Connection, portal: str, run: int, article: str) -> None:
    """Record up to which article (an id, or `ALL`) articles were read again with a template. Inside a transaction."""
    connection.execute("UPDATE templates SET read_again = ? WHERE portal = ? AND run = ?", (article, portal, run))


def drop_templates(connection: sqlite3.Connection, run: int) -> None:
    """Remove what the pages of a run taught. Inside a transaction."""
    connection.execute("DELETE FROM templates WHERE run = ?", (run,))
