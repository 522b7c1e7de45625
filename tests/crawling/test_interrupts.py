"""Crawls that are killed, stopped and doubled: nothing is lost but the open batch, and the next crawl goes on."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from newscrawler.demo.server import SiteServer
from support import nightly
from support.schedules import waited_for
from support.steady_portal import SteadyPortal, assert_same, contents, define, outcomes, rows, start


@nightly.by_day(0)
@pytest.mark.parametrize(("kills", "articles"), [(3, 60), (3, 150), (10, 150)])
def test_kills_leave_the_same_archive_as_none(tmp_path: Path, kills: int, articles: int) -> None:
    site = SteadyPortal(articles)
    definition = define(tmp_path)
    rng = random.Random(7)
    killed, whole = tmp_path / "killed.db", tmp_path / "whole.db"
    with SiteServer(site) as server:
        for left in range(kills, 0, -1):
            process: list[subprocess.Popen[str]] = []
            # A run asks for each missing article, so it is killed before its end; a slow machine stores more per run.
            missing = articles - (rows(killed, "SELECT count(*) FROM articles")[0][0] if killed.exists() else 0)
            site.call_after(rng.randrange(1, max(2, 2 * missing // (left + 1))), lambda: process[0].kill())  # noqa: B023
            process.append(start(tmp_path, killed, definition, via=server.url))
            process[0].communicate(timeout=120)
        site.call_after(0, lambda: None)
        final = start(tmp_path, killed, definition, via=server.url)
        _, messages = final.communicate(timeout=60)
        assert final.returncode == 0, messages
        assert start(tmp_path, whole, definition, via=server.url).wait(120) == 0
    assert_same(killed, whole)
    assert len(contents(whole)["articles"]) == articles
    assert outcomes(killed) == [*["interrupted"] * kills, "done"]
    assert rows(killed, "SELECT count(*) FROM runs WHERE finished IS NULL OR finished < started") == [(0,)]
    assert rows(killed, "SELECT count(*) FROM sweeps WHERE outcome = 'running'") == [(0,)]


@nightly.by_day(0)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_finishes_what_is_under_way(tmp_path: Path, number: int) -> None:
    site = SteadyPortal(60, seconds=0.05)
    definition, archive = define(tmp_path), tmp_path / "archive.db"
    process: list[subprocess.Popen[str]] = []
    with SiteServer(site) as server:
        site.call_after(20, lambda: process[0].send_signal(number))
        process.append(start(tmp_path, archive, definition, via=server.url))
        _, messages = process[0].communicate(timeout=120)
        assert process[0].returncode == 1
        assert "the next one goes on from here" in messages and "Traceback" not in messages
        assert outcomes(archive) == ["interrupted"]
        fetched = {url for url, answers in site.served.items() if answers}
        stored = {row[0] for row in rows(archive, "SELECT url FROM articles_flat")}
        assert stored == fetched and 0 < len(stored) < 60
        assert rows(archive, "SELECT DISTINCT complete_back_to FROM sections") == [(None,)]
        again = start(tmp_path, archive, definition, via=server.url)
        _, messages = again.communicate(timeout=120)
    assert again.returncode == 0, messages
    assert {url: len(answers) for url, answers in site.served.items()} == dict.fromkeys(site.served, 1)
    assert len(contents(archive)["articles"]) == 60


@pytest.mark.slow
def test_two_signals_stop_at_once(tmp_path: Path) -> None:
    site = SteadyPortal(40)
    site.hangs_on = sorted(site.stories)[-1]
    definition, archive = define(tmp_path), tmp_path / "archive.db"
    with SiteServer(site) as server:
        process = start(tmp_path, archive, definition, via=server.url)
        assert site.hanging.wait(120)
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        assert process.poll() is None, "one signal waits for what is under way"
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, messages = process.communicate(timeout=120)
        # Much sooner than the 60 seconds after which the crawl waits for the portal no more.
        assert time.monotonic() - began < 30
        assert process.returncode == 1 and "Traceback" not in messages
        assert outcomes(archive) == ["interrupted"]
        site.hangs_on = ""
        again = start(tmp_path, archive, definition, via=server.url)
        assert again.wait(120) == 0
    assert len(contents(archive)["articles"]) == 40


def test_a_second_crawl_of_a_portal_ends_at_once_and_leaves_the_first_alone(tmp_path: Path) -> None:
    site = SteadyPortal(40)
    site.hangs_on = sorted(site.stories)[-1]
    definition, archive = define(tmp_path), tmp_path / "archive.db"
    with SiteServer(site) as server:
        first = start(tmp_path, archive, definition, via=server.url)
        assert site.hanging.wait(120)
        second = start(tmp_path, archive, definition, via=server.url)
        _, messages = second.communicate(timeout=120)
        assert second.returncode == 1
        assert "another crawl or refresh of it" in messages and "Traceback" not in messages
        assert outcomes(archive) == ["running"]
        other = start(tmp_path, archive, define(tmp_path, "other"), via=server.url)
        site.hangs_on = ""
        assert other.wait(120) == 0, "another portal has a lock of its own"
        first.kill()
        first.communicate(timeout=120)
        assert start(tmp_path, archive, definition, via=server.url).wait(120) == 0
    assert sorted(outcomes(archive)) == ["done", "done", "interrupted"]


@pytest.mark.slow
def test_a_crawl_of_three_portals_is_killed_and_resumed(tmp_path: Path) -> None:
    sites = [SteadyPortal(30 + 10 * number, sections=1 + number) for number in range(3)]
    rng = random.Random(11)
    killed, whole = tmp_path / "killed.db", tmp_path / "whole.db"
    with ExitStack() as stack:
        servers = [stack.enter_context(SiteServer(site)) for site in sites]
        definitions = [define(tmp_path, f"p{n}", f"{server.url}/") for n, server in enumerate(servers)]
        for site in sites:
            process: list[subprocess.Popen[str]] = []
            site.call_after(rng.randrange(8, 30), lambda: process[0].kill())  # noqa: B023
            process.append(start(tmp_path, killed, *definitions))
            process[0].communicate(timeout=120)
            assert process[0].returncode == -signal.SIGKILL
            site.call_after(0, lambda: None)
        site = sites[1]
        site.call_after(10, lambda: process[0].send_signal(signal.SIGINT))
        process[:] = [start(tmp_path, killed, *definitions)]
        process[0].communicate(timeout=120)
        site.call_after(0, lambda: None)
        final = start(tmp_path, killed, *definitions)
        _, messages = final.communicate(timeout=60)
        assert final.returncode == 0, messages
        assert start(tmp_path, whole, *definitions).wait(60) == 0
    assert_same(killed, whole)
    assert rows(whole, "SELECT portal, count(*) FROM articles GROUP BY portal ORDER BY 1") == [
        ("p0", 30),
        ("p1", 40),
        ("p2", 50),
    ]
    assert "running" not in outcomes(killed)


def test_a_kill_while_one_article_hangs_loses_none_of_the_others(tmp_path: Path) -> None:
    """What was fetched more than three seconds before is committed, although nothing more arrives."""
    site = SteadyPortal(30)
    site.hangs_on = sorted(site.stories)[-1]
    definition, archive = define(tmp_path), tmp_path / "archive.db"
    with SiteServer(site) as server:
        process = start(tmp_path, archive, definition, via=server.url)
        assert site.hanging.wait(120)
        assert waited_for(lambda: rows(archive, "SELECT count(*) FROM articles") == [(29,)])
        assert process.poll() is None
        process.kill()
        process.communicate(timeout=120)
    assert rows(archive, "SELECT count(*) FROM articles") == [(29,)]
    assert rows(archive, "SELECT count(*) FROM captures WHERE kind = 'article'") == [(29,)]
    assert rows(archive, "SELECT count(*) FROM urls WHERE state = 'pending'") == [(1,)]
