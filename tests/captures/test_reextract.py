"""Rebuilding from captures, and the history that it leaves."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from newscrawler.archive.versions import list_versions
from newscrawler.cli.main import cli
from newscrawler.normalization import article as normalization
from support import program
from support.captures import FIRST, SECOND, refresh, small_site, warc_files
from support.crawls import Crawl
from support.integrity import update
from support.pages import article


def newscrawler(*arguments: object) -> Result:
    """Run a command in this process, where rules can be exchanged."""
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


@pytest.fixture
def new_rule(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Exchange the rule for outlets, as a new release would."""

    def exchange() -> None:
        known = normalization.outlet_of
        monkeypatch.setattr(normalization, "outlet_of", lambda text: known(text).replace("晚报", "晚报社"))

    return exchange


def versions_of(done: Crawl) -> list[dict[str, object]]:
    return done.rows(
        "SELECT article, number, source, seen_from, seen_to, capture, run FROM versions ORDER BY article, number"
    )


def test_the_demo_comes_out_the_same(demo_archive: Path, tmp_path: Path) -> None:
    shutil.copytree(demo_archive.parent / "warc", tmp_path / "warc")
    shutil.copy(demo_archive, tmp_path / "demo.db")
    before = Crawl(0, "", tmp_path / "demo.db").rows("SELECT * FROM versions")
    done = newscrawler("reextract", "--archive", tmp_path / "demo.db", "--format", "json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["outcomes"] == {"same": len(before)}
    assert Crawl(0, "", tmp_path / "demo.db").rows("SELECT * FROM versions") == before


def test_a_changed_rule_makes_new_versions_once(crawl: Callable[..., Crawl], new_rule: Callable[[], None]) -> None:
    done = crawl(small_site())
    old = versions_of(done)
    new_rule()
    tried = newscrawler("reextract", "--archive", done.archive, "--dry-run", "--format", "json")
    report = json.loads(tried.stdout)
    assert report["outcomes"] == {"changed": 2}
    assert report["fields"] == {"source": 2}
    assert report["samples"]["source"][0]["old"] == "山口晚报"
    assert report["samples"]["source"][0]["new"] == "山口晚报社"
    assert versions_of(done) == old, "a dry run writes nothing"
    assert done.one("SELECT count(*) AS n FROM runs")["n"] == 1

    assert newscrawler("reextract", "--archive", done.archive).exit_code == 0
    new = [row for row in versions_of(done) if row["number"] == 2]
    assert [row for row in versions_of(done) if row["number"] == 1] == old
    assert [row["source"] for row in new] == ["山口晚报社"] * 2
    for first, second in zip(old, new, strict=True):
        assert (first["seen_from"], first["seen_to"], first["capture"]) == (
            second["seen_from"],
            second["seen_to"],
            second["capture"],
        )
    assert done.one("SELECT command, outcome FROM runs WHERE id = ?", new[0]["run"]) == {
        "command": "reextract",
        "outcome": "done",
    }
    assert {row["source"] for row in done.rows("SELECT source FROM articles_flat")} == {"山口晚报社"}
    again = newscrawler("reextract", "--archive", done.archive, "--format", "json")
    assert json.loads(again.stdout)["outcomes"] == {"same": 2}
    assert len(versions_of(done)) == 4


@pytest.mark.slow
def test_articles_are_chosen_by_day_portal_and_rule(crawl: Callable[..., Crawl], new_rule: Callable[[], None]) -> None:
    done = crawl(small_site())
    new_rule()

    def count(*arguments: str) -> int:
        found = newscrawler("reextract", "--archive", done.archive, "--dry-run", "--format", "json", *arguments)
        assert found.exit_code == 0, found.output
        return int(json.loads(found.stdout)["articles"])

    assert count("--since", "2026-03-05") == 1
    assert count("--until", "2026-03-04") == 1
    assert count("--portal", "t") == 2
    (provenance,) = {
        row["p"] for row in done.rows("SELECT json_extract(provenance, '$.source.rule') AS p FROM versions")
    }
    assert count("--rule", str(provenance)) == 2
    for wrong in (("--rule", "no-such-rule"), ("--portal", "nowhere")):
        refused = newscrawler("reextract", "--archive", done.archive, "--dry-run", *wrong)
        assert refused.exit_code == 2
        assert wrong[1] in refused.stderr
    refused = newscrawler("reextract", "--archive", done.archive, "--since", "2026-03-05", "--until", "2026-03-04")
    assert (refused.exit_code, "is later than the last" in refused.stderr) == (2, True)


def test_what_cannot_be_read_again_stays_as_it_is(crawl: Callable[..., Crawl], new_rule: Callable[[], None]) -> None:
    done = crawl(small_site())
    row = done.one("SELECT * FROM captures WHERE url LIKE '%/1.shtml'")
    (path,) = warc_files(done.archive)
    data = bytearray(path.read_bytes())
    data[row["offset"] + row["length"] // 2] ^= 0x10
    path.write_bytes(data)
    new_rule()
    found = newscrawler("reextract", "--archive", done.archive, "--format", "json")
    assert found.exit_code == 1
    report = json.loads(found.stdout)
    assert report["outcomes"] == {"unreadable": 1, "changed": 1}
    assert path.name in report["reasons"]["unreadable"][0]["reason"]
    assert len(versions_of(done)) == 3


@pytest.mark.slow
def test_articles_without_captures_are_counted(crawl: Callable[..., Crawl]) -> None:
    done = crawl(small_site(), "--no-captures")
    found = newscrawler("reextract", "--archive", done.archive, "--format", "json")
    assert found.exit_code == 0
    assert json.loads(found.stdout)["outcomes"] == {"no capture": 2}


def test_a_page_that_is_no_article_any_more_keeps_its_text(
    crawl: Callable[..., Crawl], monkeypatch: pytest.MonkeyPatch
) -> None:
    from newscrawler import reading
    from newscrawler.extraction.model import NoArticle, NotAnArticle

    done = crawl(small_site())
    monkeypatch.setattr(reading, "read_with_template", lambda *_: NotAnArticle(NoArticle.LISTING, "links only"))
    found = newscrawler("reextract", "--archive", done.archive, "--format", "json")
    assert json.loads(found.stdout)["outcomes"] == {"no article": 2}
    assert len(versions_of(done)) == 2


@pytest.mark.slow
def test_history_tells_an_edit_of_the_page_from_new_rules(
    crawl: Callable[..., Crawl], new_rule: Callable[[], None]
) -> None:
    site = small_site()
    done = crawl(site)
    site.pages[FIRST] = article("山口修好了沟渠", text="后来又加了一道闸门。")
    refresh(site, done.archive)
    new_rule()
    assert newscrawler("reextract", "--archive", done.archive).exit_code == 0
    url = f"http://www.t.example{FIRST}"
    found = newscrawler("history", f"{url}?from=timeline", "--archive", done.archive, "--format", "json")
    assert found.exit_code == 0, found.output
    history = json.loads(found.stdout)
    assert history["url"] == url
    assert [version["cause"] for version in history["versions"]] == ["first seen", "the page changed", "new rules"]
    assert [version["number"] for version in history["versions"]] == [1, 2, 3]
    edit = history["versions"][1]
    assert "body" in edit["changed"]
    assert "".join(p["text"] for p in edit["differences"]["body"] if p["kind"] == "added") == "后来又加了一道闸门。"
    assert history["versions"][2]["changed"] == ["source"]
    assert (
        edit["capture_digest"] == history["versions"][2]["capture_digest"] != history["versions"][0]["capture_digest"]
    )
    # A table for people, marked without colour where no terminal is.
    shown = newscrawler("history", history["id"][:8], "--archive", done.archive)
    assert shown.exit_code == 0
    assert "{+后来又加了一道闸门。+}" in shown.stdout
    assert "\x1b[" not in shown.stdout


@pytest.mark.slow
def test_history_is_coloured_on_a_terminal(crawl: Callable[..., Crawl]) -> None:
    site = small_site()
    done = crawl(site)
    site.pages[SECOND] = article("河边搬走了粮仓", "2026-03-04", text="粮仓搬到了坡上。")
    refresh(site, done.archive)
    command = [
        sys.executable,
        "-m",
        "newscrawler",
        "history",
        f"http://www.t.example{SECOND}",
        "--archive",
        str(done.archive),
    ]
    shown = program.run(
        command, env={**os.environ, "FORCE_COLOR": "1", "COLUMNS": "200"}, capture_output=True, text=True, timeout=60
    )
    assert shown.returncode == 0, shown.stderr
    assert re.search(r"\x1b\[[0-9;]*32m粮仓搬到了坡上。", shown.stdout)


@pytest.mark.slow
def test_history_of_what_is_not_there_says_so(crawl: Callable[..., Crawl]) -> None:
    done = crawl(small_site())
    for wanted in ("http://www.t.example/none.shtml", "zzzz", ""):
        found = newscrawler("history", wanted, "--archive", done.archive)
        assert found.exit_code == 2, wanted
    with sqlite3.connect(done.archive) as connection:
        assert list_versions(connection, 10_000) == []


@pytest.mark.slow
def test_a_hostile_text_moves_no_cursor(crawl: Callable[..., Crawl]) -> None:
    site = small_site()
    done = crawl(site)
    with sqlite3.connect(done.archive) as connection:
        connection.execute("UPDATE texts SET body = body || char(27) || '[2J' || char(8238)")
    site.pages[FIRST] = article("山口修好了沟渠", text="[bold]后来[/bold]又加了一道闸门。")
    refresh(site, done.archive)
    shown = newscrawler("history", f"http://www.t.example{FIRST}", "--archive", done.archive)
    assert shown.exit_code == 0, shown.output
    assert "\x1b" not in shown.stdout
    assert "\u202e" not in shown.stdout
    assert "[bold]后来[/bold]" in shown.stdout


@pytest.mark.slow
def test_several_processes_give_what_one_gives(demo_archive: Path, tmp_path: Path) -> None:
    """The same report with the same samples, and the same rows in the same order."""
    results = []
    for workers in (1, 2):
        archive = tmp_path / str(workers) / "demo.db"
        shutil.copytree(demo_archive.parent / "warc", archive.parent / "warc")
        shutil.copy(demo_archive, archive)
        update(
            archive,
            "UPDATE versions SET source = '旧' || coalesce(source, '') WHERE id % 7 < 3",
            "UPDATE versions SET subtitle = '旧' WHERE id % 11 = 0",
            "UPDATE captures SET digest = 'aa' WHERE id IN (SELECT capture FROM versions WHERE id % 13 = 0)",
        )
        words = ("reextract", "--archive", archive, "--workers", workers, "--format", "json")
        done = newscrawler(*words)
        assert done.exit_code == 1, done.output
        rows = Crawl(0, "", archive).rows(
            "SELECT id, article, number, text, title, subtitle, source, capture, seen_from, seen_to, run FROM versions"
        )
        results.append((done.stdout, rows))
    assert results[0] == results[1]
    report = json.loads(results[0][0])
    assert {"same", "changed", "unreadable"} <= report["outcomes"].keys()
    assert len(results[0][1]) > report["outcomes"]["changed"] > 20
