"""A portal's template in crawls: learnt at the end of a run, used by the next, learnt anew after a redesign."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from newscrawler.archive import open_archive
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.templates import ALL
from newscrawler.cli.main import cli
from newscrawler.crawling import reading_again, template_learning
from newscrawler.crawling.template_learning import LearningReport, TemplateLearner
from newscrawler.crawling.template_use import TemplateUse
from newscrawler.demo.server import SiteServer
from newscrawler.portals import load_portal
from support import program
from support.cms_pages import PARAGRAPHS
from support.crawls import Crawl
from support.designs import NEW, OLD, SENTENCE, SLOGAN, Design, Portal, brief, short, usual
from support.pages import DEFINITION


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
    assert f"pages that were known had it at {OLD.place}" in done.messages
    assert {row["kind"] for row in done.rows("SELECT kind FROM alarms WHERE state = 'open'")} == {"redesign"}

    # The new design is the usual one from then on.
    portal.add(*(usual(NEW, number) for number in range(29, 34)))
    done = crawl(portal.site)
    assert done.status == 0, done.messages
    assert (len(alarms(done)), len(alarms(done, "closed"))) == (0, 1)
    assert set(reextract(done)) == {"same"}


def many(design: Design, first: int, count: int = 10) -> list[tuple[str, str, str]]:
    return [usual(design, number) for number in range(first, first + count)]


@pytest.mark.slow
def test_workers_learn_together(crawl: Callable[..., Crawl]) -> None:
    portal = Portal()
    (first,) = portal.add(short(OLD, 1))
    portal.add(*many(OLD, 3))
    definition = f"{DEFINITION}concurrency = 2\n"
    done = crawl(portal.site, "--workers", "2", definition=definition)
    assert done.status == 0, done.messages
    (template,) = template_rows(done)
    assert (template["pages"], template["body"], template["read_again"]) == (11, OLD.place, ALL)
    assert rules_and_bodies(done, first)[-1] == ("template", SENTENCE)
    assert "11 articles were read again with it: 11 changed" in done.messages
    assert len(done.rows("SELECT 1 FROM runs")) == 1


@pytest.mark.slow
def test_what_two_workers_count_of_a_redesign_is_one_number(crawl: Callable[..., Crawl]) -> None:
    portal = Portal()
    portal.add(*many(OLD, 3))
    definition = f"{DEFINITION}concurrency = 2\n"
    crawl(portal.site, definition=definition)
    portal.add(*many(NEW, 20, 6))
    done = crawl(portal.site, "--workers", "2", definition=definition)
    assert done.status == 3, done.messages
    assert len(template_rows(done)) == 2
    assert "6 of 6 pages" in alarms(done)[0]["message"]


@pytest.mark.slow
def test_without_captures_a_template_is_learnt_from_memory(crawl: Callable[..., Crawl]) -> None:
    portal = Portal()
    (first,) = portal.add(short(OLD, 1))
    portal.add(*many(OLD, 3))
    done = crawl(portal.site, "--no-captures")
    assert done.status == 0, done.messages
    assert [row["body"] for row in template_rows(done)] == [OLD.place]
    assert "11 articles cannot be read again with it: there are no captures" in done.messages
    assert [rule for rule, _ in rules_and_bodies(done, first)] == ["generic:density"]
    (second,) = portal.add(short(OLD, 20))
    done = crawl(portal.site, "--no-captures")
    assert rules_and_bodies(done, second) == [("template", SENTENCE)]


def learn_again(done: Crawl) -> LearningReport:
    """The end of another run of the portal that stored nothing."""
    portal = load_portal(str(done.archive.with_name("t.toml")))
    with closing(open_archive(done.archive)) as connection:
        (run,) = connection.execute("SELECT max(id) FROM runs").fetchone()
        learner = TemplateLearner(connection, portal, run, TemplateUse())
        for _ in learner.steps():
            pass
    return learner.report


@pytest.mark.slow
def test_only_what_a_template_may_change_is_read_from_its_capture(
    crawl: Callable[..., Crawl], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is told from the archive alone is told as by reading all pages."""
    portal = Portal()
    pages = many(OLD, 12, 12)
    plain = [(title, date, html.replace(f"<p>{SLOGAN}</p>", "")) for title, date, html in pages]
    twice = plain[3][2].replace("</h1>", f"</h1><div class='{OLD.text}'>{PARAGRAPHS[0]}</div>")
    portal.add(short(OLD, 1), usual(NEW, 2), *pages[:8], *plain[8:], (*plain[3][:2], twice))
    done = crawl(portal.site)
    (template,) = template_rows(done)
    assert template["furniture"] == [SLOGAN]

    def again() -> tuple[int, list[str], Counter[str], Counter[str]]:
        with closing(open_archive(done.archive)) as connection:
            with writing(connection):
                connection.execute("UPDATE templates SET read_again = ''")
            use = TemplateUse()
            learner = TemplateLearner(connection, load_portal(str(done.archive.with_name("t.toml"))), 1, use)
            read: list[str] = []
            whole = reading_again.read_article_again
            monkeypatch.setattr(reading_again, "read_article_again", lambda *args: read.append(args[2]) or whole(*args))
            for _ in learner.steps():
                pass
            monkeypatch.setattr(reading_again, "read_article_again", whole)
        return learner.report.changed, read, use.found, use.missing

    *numbers, found, missing = again()
    monkeypatch.setattr(reading_again.StoredArticle, "is_read_by", lambda self, templates: False)
    changed, read, *both = again()
    assert numbers[0] == changed == 0
    assert both == [found, missing]
    assert len(read) == 15
    assert counts(done)["template"]["read_again"] == 11
    # A template decided on the short one and on the eight with furniture; two have no place of their own.
    assert len(numbers[1]) == 11


@pytest.mark.slow
def test_what_a_run_has_no_time_for_is_read_by_the_next(
    crawl: Callable[..., Crawl], monkeypatch: pytest.MonkeyPatch
) -> None:
    portal = Portal()
    portal.add(short(OLD, 1), *many(OLD, 3))
    done = crawl(portal.site)
    with closing(open_archive(done.archive)) as connection, writing(connection):
        connection.execute("UPDATE templates SET read_again = ''")
    monkeypatch.setattr(template_learning, "MOST_READ_AGAIN", 4)
    found = [learn_again(done) for _ in range(4)]
    assert [(report.read_again, report.is_unfinished) for report in found] == [
        (4, True), (4, True), (3, False), (0, False)
    ]  # fmt: skip
    # They were read before: nothing changes.
    assert {report.changed for report in found} == {0}
    assert template_rows(done)[0]["read_again"] == ALL
    monkeypatch.setattr(template_learning, "MOST_SECONDS", -1.0)
    with closing(open_archive(done.archive)) as connection, writing(connection):
        connection.execute("UPDATE templates SET read_again = ''")
    report = learn_again(done)
    assert (report.read_again, report.is_unfinished) == (0, True)


@pytest.mark.slow
def test_a_template_that_cannot_be_used_is_learnt_anew(crawl: Callable[..., Crawl]) -> None:
    portal = Portal()
    portal.add(*many(OLD, 3))
    done = crawl(portal.site)
    with closing(open_archive(done.archive)) as connection, writing(connection):
        connection.execute("UPDATE templates SET template = json_set(template, '$.format', 99)")
    assert explain(done) == [{**explain(done)[0], "template": None}]
    (late,) = portal.add(short(OLD, 20))
    done = crawl(portal.site)
    assert done.status == 0, done.messages
    assert rules_and_bodies(done, late)[-1] == ("template", SENTENCE)
    newest, oldest = explain(done)
    assert (newest["template"]["body"], oldest["template"]) == (OLD.place, None)


@pytest.mark.slow
def test_pages_of_another_kind_are_no_redesign(crawl: Callable[..., Crawl]) -> None:
    portal = Portal()
    portal.add(*many(OLD, 3))
    crawl(portal.site)
    portal.add(usual(NEW, 20), usual(NEW, 21), *many(OLD, 22, 4))
    done = crawl(portal.site)
    assert done.status == 0, done.messages
    assert len(template_rows(done)) == 1
    assert counts(done)["with_template"] == 4
    assert (
        sum(section.get("without_template", {}).get("pages", 0) for section in counts(done)["sections"].values()) == 2
    )
    # A few more, beside the usual ones: they have a template of their own from then on.
    (other,) = portal.add(short(NEW, 30))
    portal.add(usual(NEW, 31), usual(NEW, 32), *many(OLD, 33, 4))
    done = crawl(portal.site)
    assert done.status == 0, done.messages
    assert [row["body"] for row in template_rows(done)] == [OLD.place, NEW.place]
    assert rules_and_bodies(done, other)[-1] == ("template", SENTENCE)
    assert not alarms(done)
    # What was learnt from five pages is learnt again from ten. Its row stays.
    portal.add(*many(NEW, 40, 5), *many(OLD, 50, 2))
    done = crawl(portal.site)
    assert [(row["body"], row["pages"]) for row in template_rows(done)] == [(OLD.place, 10), (NEW.place, 10)]


@pytest.mark.slow
def test_a_selector_of_the_definition_needs_no_template(crawl: Callable[..., Crawl]) -> None:
    portal = Portal()
    portal.add(*many(OLD, 3, 5))
    done = crawl(portal.site, definition=f'{DEFINITION}[article]\nbody = ".{OLD.text}"\n')
    assert done.status == 0, done.messages
    assert template_rows(done) == []


def explain(done: Crawl, *arguments: str) -> list[dict[str, Any]]:
    definition = str(done.archive.with_name("t.toml"))
    found = CliRunner().invoke(
        cli, ["check", definition, "--explain", "--archive", str(done.archive), "--format", "json", *arguments]
    )
    assert found.exit_code == 0, found.output
    templates: list[dict[str, Any]] = json.loads(found.stdout)
    return templates


@pytest.mark.slow
def test_check_shows_what_the_pages_taught(crawl: Callable[..., Crawl], tmp_path: Path) -> None:
    portal = Portal()
    portal.add(short(OLD, 1), *many(OLD, 3))
    done = crawl(portal.site)
    (shown,) = explain(done)
    assert shown["run"] == done.one("SELECT key FROM runs")["key"]
    assert shown["all_read_again"]
    assert (shown["template"]["body"], shown["template"]["furniture"]) == (OLD.place, [SLOGAN])
    definition = str(done.archive.with_name("t.toml"))
    arguments = ["check", definition, "--explain", "--archive", str(done.archive)]
    table = CliRunner().invoke(cli, arguments, env={"COLUMNS": "200"}).stdout
    assert OLD.place in table
    assert SLOGAN in table
    assert "11 articles" in table
    for wrong in (["--repair"], ["--via", "http://127.0.0.1:1/"], ["--save", str(tmp_path / "x")]):
        assert CliRunner().invoke(cli, [*arguments, *wrong]).exit_code == 2
    arguments[-1] = str(tmp_path / "none.db")
    missing = CliRunner().invoke(cli, arguments)
    assert missing.exit_code != 0
    assert "none.db" in missing.stderr


@pytest.mark.slow
def test_check_shows_the_template_of_its_sample(tmp_path: Path) -> None:
    portal = Portal()
    portal.add(short(OLD, 1), *many(OLD, 3))
    (tmp_path / "t.toml").write_text(DEFINITION, encoding="utf-8")
    with SiteServer(portal.site) as server:
        done = program.run(
            [sys.executable, "-m", "newscrawler", "check", "./t.toml", "--via", server.url, "--format", "json"],
            capture_output=True,
            text=True,
            timeout=90,
            cwd=tmp_path,
            env={**os.environ, "NEWSCRAWLER_ALLOW_PRIVATE": "1"},
        )
    assert json.loads(done.stdout)["template"]["body"] == OLD.place


@pytest.mark.slow
def test_history_tells_the_reading_with_the_template_from_an_edit(crawl: Callable[..., Crawl]) -> None:
    portal = Portal()
    (first,) = portal.add(short(OLD, 1))
    portal.add(*many(OLD, 3))
    done = crawl(portal.site)
    arguments = ["history", f"http://www.t.example{first}", "--archive", str(done.archive), "--format", "json"]
    versions = json.loads(CliRunner().invoke(cli, arguments).stdout)["versions"]
    assert [version["cause"] for version in versions] == ["first seen", "new rules"]
    key = done.one("SELECT key FROM runs")["key"]
    shown = (
        CliRunner().invoke(cli, ["runs", "show", key, "--archive", str(done.archive)], env={"COLUMNS": "200"}).stdout
    )
    assert re.search(r"template read_again\s+11", shown)


def test_a_portal_that_teaches_nothing_is_crawled_as_before(crawl: Callable[..., Crawl]) -> None:
    portal = Portal()
    portal.add(usual(OLD, 3), usual(OLD, 4))
    done = crawl(portal.site)
    assert done.status == 0, done.messages
    assert "learn" not in done.messages
    assert not done.rows("SELECT reason FROM run_events")
    assert template_rows(done) == []


@pytest.mark.slow
def test_ctrl_c_while_a_run_reads_again_ends_it_and_the_next_goes_on(tmp_path: Path) -> None:
    portal = Portal()
    portal.add(*many(OLD, 3, 140))
    (tmp_path / "t.toml").write_text(DEFINITION, encoding="utf-8")
    archive = tmp_path / "a.db"
    with SiteServer(portal.site) as server:
        command = [sys.executable, "-m", "newscrawler", "crawl", "./t.toml", "--archive", str(archive)]
        options: dict[str, Any] = {"cwd": tmp_path, "env": {**os.environ, "NEWSCRAWLER_ALLOW_PRIVATE": "1"}}
        process = program.Popen([*command, "--via", server.url], stderr=subprocess.PIPE, text=True, **options)
        done = Crawl(0, "", archive)
        while process.poll() is None:
            with suppress(sqlite3.Error):
                if done.rows("SELECT 1 FROM templates"):
                    break
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, messages = process.communicate(timeout=60)
        assert process.returncode == 0, messages
        assert done.rows("SELECT outcome FROM runs") == [{"outcome": "done"}]
        program.run([*command, "--via", server.url], capture_output=True, text=True, timeout=90, **options)
    assert template_rows(done)[0]["read_again"] == ALL
    assert SLOGAN not in "".join(row["body"] for row in done.rows("SELECT body FROM articles_flat"))
