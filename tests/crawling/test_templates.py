"""A portal's template in crawls: learnt at the end of a run, used by the next, learnt anew after a redesign."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from click.testing import CliRunner

from newscrawler.archive.templates import ALL
from newscrawler.cli.main import cli
from support.crawls import Crawl
from support.designs import NEW, OLD, SENTENCE, SLOGAN, Portal, brief, short, usual


def rules_and_bodies(done: Crawl, path: str) -> list[tuple[str, str]]:
    """Rule and text of each version of an article, the oldest first."""
    rows = done.rows(
        """SELECT json_extract(v.provenance, '$.body.rule') AS rule, x.body FROM versions v
           JOIN articles a ON a.n = v.article JOIN texts x ON x.hash = v.text WHERE a.url LIKE ? ORDER BY v.number""",
        f"%{path}",
    )
    return [(row["rule"], row["body"]) for row in rows]


def template_rows(done: Crawl) -> list[dict[str, Any]]:
    rows = done.rows("SELECT template, read_again FROM templates ORDER BY run")
    return [{**json.loads(row["template"]), "read_again": row["read_again"]} for row in rows]


def counts(done: Crawl) -> dict[str, Any]:
    counts: dict[str, Any] = json.loads(done.rows("SELECT counts FROM runs ORDER BY id DESC")[0]["counts"])
    return counts


def alarms(done: Crawl, state: str = "open") -> list[dict[str, Any]]:
    return done.rows("SELECT * FROM alarms WHERE kind = 'redesign' AND state = ?", state)


def reextract(done: Crawl) -> dict[str, int]:
    arguments = ["reextract", "--archive", str(done.archive), "--dry-run", "--format", "json"]
    outcomes: dict[str, int] = json.loads(CliRunner().invoke(cli, arguments).stdout)["outcomes"]
    return outcomes


def test_a_template_is_learnt_used_and_learnt_anew_after_a_redesign(crawl: Callable[..., Crawl]) -> None:
    portal = Portal()
    (first,) = portal.add(short(OLD, 1))
    (rejected,) = portal.add(brief(OLD, 2))
    portal.add(*(usual(OLD, number) for number in range(3, 13)))

    # The first run learns, and reads its own pages again.
    done = crawl(portal.site)
    assert done.status == 0, done.messages
    (template,) = template_rows(done)
    assert (template["body"], template["furniture"], template["read_again"]) == (OLD.place, [SLOGAN], ALL)
    before, after = rules_and_bodies(done, first)
    assert before[0] == "generic:density"
    assert after == ("template", SENTENCE)
    assert rules_and_bodies(done, rejected) == [("template", SENTENCE)]
    assert not done.rows("SELECT 1 FROM urls WHERE state != 'done'")
    assert SLOGAN not in "".join(row["body"] for row in done.rows("SELECT body FROM articles_flat"))
    learnt = counts(done)["template"]
    assert learnt == {"learnt_from": 11, "read_again": 11, "changed": 11, "found": 1}
    assert f"the text of articles stands at {OLD.place} (learnt from 11 pages)" in done.messages
    assert "11 articles were read again with it: 11 changed, 1 were found" in done.messages
    assert counts(done)["failed"] == 0
    assert counts(done)["new"] == 12
    assert reextract(done) == {"same": 12}

    # The second run uses it, and does not learn again.
    (second,) = portal.add(short(OLD, 13))
    portal.add(*(usual(OLD, number) for number in range(14, 20)))
    done = crawl(portal.site)
    assert done.status == 0, done.messages
    assert rules_and_bodies(done, second) == [("template", SENTENCE)]
    assert len(template_rows(done)) == 1
    assert "template" not in counts(done)
    assert not alarms(done)

    # A redesign: an alarm, a second template. A page in the old design is still read with the old one.
    (new,) = portal.add(short(NEW, 20))
    (late,) = portal.add(short(OLD, 21))
    portal.add(*(usual(NEW, number) for number in range(22, 29)))
    done = crawl(portal.site)
    assert done.status == 3, done.messages
    assert [row["body"] for row in template_rows(done)] == [OLD.place, NEW.place]
    assert rules_and_bodies(done, new)[-1] == ("template", SENTENCE)
    assert rules_and_bodies(done, late) == [("template", SENTENCE)]
    (alarm,) = alarms(done)
    assert (alarm["section"], alarm["field"], alarm["before"], alarm["after"]) == ("", "body", OLD.place, NEW.place)
    assert json.loads(alarm["samples"])
    assert f"it was at {OLD.place}" in done.messages
    assert {row["kind"] for row in done.rows("SELECT kind FROM alarms WHERE state = 'open'")} == {"redesign"}

    # The new design is the usual one from then on.
    portal.add(*(usual(NEW, number) for number in range(29, 34)))
    done = crawl(portal.site)
    assert done.status == 0, done.messages
    assert (len(alarms(done)), len(alarms(done, "closed"))) == (0, 1)
    assert set(reextract(done)) == {"same"}
