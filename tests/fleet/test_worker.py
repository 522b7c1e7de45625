"""A worker and a collector with real crawls: what a portal has arrives in the archive; a portal changes machines."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from newscrawler.cli.main import cli
from newscrawler.demo.server import SiteServer
from newscrawler.fleet.collector import Collector
from newscrawler.fleet.config import ConfigError, load_config
from newscrawler.fleet.due import FleetPortal
from newscrawler.fleet.file_engine import FileEngine
from newscrawler.fleet.leases import Leases
from newscrawler.fleet.stores import FileStore
from newscrawler.fleet.worker import Worker
from newscrawler.portals import load_portal
from newscrawler.text.clock import stamp
from support.integrity import rows, sound, update
from support.pages import LAST_PAGE, Pages, article, listing

SECONDS = 2.0


def site(*numbers: int) -> dict[str, object]:
    entries = [(f"/2026/0305/{number}.shtml", f"第{number}座便民桥在青禾镇通车", "2026-03-05") for number in numbers]
    return {
        "/": "<html><body><div class='nav'><a href='/yichang/'>宜昌</a></div></body></html>",
        "/yichang/": listing(entries),
        **{path: article(title) for path, title, _ in entries},
    }


class Fleet:
    """A fleet in a folder."""

    def __init__(self, folder: Path, url: str, schedule: str = "", crawl: str = "") -> None:
        self.folder = folder
        definition = folder / "t.toml"
        definition.write_text(
            f'id = "t"\nname = "试验网"\nprovince = "湖北省"\nhomepage = "{url}/"\n[crawl]\ndelay = 0.01\n{crawl}\n[schedule]\nevery = "10m"\n{schedule}\n',
            encoding="utf-8",
        )
        self.portal = FleetPortal(load_portal(str(definition)), str(definition))
        self.store = FileStore(folder / "parcels")
        self.archive = folder / "all.db"
        self.collector = Collector(self.archive, self.leases("collector"), self.store, folder / "collector")
        (folder / "fleet.toml").write_text(
            f'worker = "one"\nfolder = "one"\nparcels = "parcels"\nleases = "leases.db"\narchive = "all.db"\n'
            f'portals = ["t.toml"]\nlease_seconds = {SECONDS}\n',
            encoding="utf-8",
        )

    def leases(self, name: str) -> Leases:
        return Leases(FileEngine(self.folder / "leases.db"), name, seconds=SECONDS)

    def worker(self, name: str) -> Worker:
        return Worker([self.portal], self.leases(name), self.store, self.folder / name)

    def due_again(self) -> None:
        """Let the newest crawl have begun a little before the last scheduled time."""
        leases = self.leases("clock")
        home = leases.look()["t"].entry.home
        lease = leases.lease("t", started=stamp(datetime.now(UTC) - timedelta(minutes=10)))
        assert lease is not None
        leases.release(lease, home=home)

    @contextmanager
    def collecting(self) -> Iterator[None]:
        stop = threading.Event()

        def collect() -> None:
            while not stop.is_set():
                self.collector.collect()
                stop.wait(0.1)

        thread = threading.Thread(target=collect)
        thread.start()
        yield
        stop.set()
        thread.join()
        self.collector.collect()

    def run(self, name: str) -> None:
        with self.collecting():
            self.worker(name).run(once=True)


@pytest.fixture
def private(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSCRAWLER_ALLOW_PRIVATE", "1")


def titles(archive: Path) -> list[str]:
    return [title for (title,) in rows(archive, "SELECT title FROM articles_flat ORDER BY title")]


@pytest.mark.slow
def test_a_portal_is_crawled_shipped_and_taken_over(tmp_path: Path, private: None) -> None:
    pages = Pages(site(1, 2))
    with SiteServer(pages) as server:
        fleet = Fleet(tmp_path, server.url)
        fleet.run("one")
        assert len(titles(fleet.archive)) == 2
        # The run tells under which lease it ran.
        assert [json.loads(arguments) for (arguments,) in rows(fleet.archive, "SELECT arguments FROM runs")] == [
            {"lease": 1}
        ]
        # Machine two takes over: it begins with the state of the collector, and requests no article again.
        pages.pages.update(site(1, 2, 3))
        fleet.due_again()
        server.requests.clear()
        worker = fleet.worker("two")
        worker.sticky = worker.sticky * 0
        with fleet.collecting():
            worker.run(once=True)
        assert [request.path for request in server.requests if request.path.endswith(".shtml")] == [
            "/2026/0305/3.shtml"
        ]
        assert len(titles(fleet.archive)) == 3
        # Machine one has an archive without the third article: it must not go on with it.
        pages.pages.update(site(1, 2, 3, 4))
        fleet.due_again()
        fleet.run("one")
        assert len(titles(fleet.archive)) == 3, "the portal's home is machine two"
        one = fleet.worker("one")
        one.sticky = one.sticky * 0
        with fleet.collecting():
            one.run(once=True)
        assert len(titles(fleet.archive)) == 4
        assert rows(fleet.archive, "SELECT count(*) FROM runs") == [(3,)]
        assert [token for (token,) in rows(fleet.archive, "SELECT token FROM parcels ORDER BY sequence")] == [1, 3, 5]
        sound(fleet.archive)
        done = CliRunner().invoke(
            cli, ["fleet", "status", "--config", str(tmp_path / "fleet.toml"), "--format", "json"]
        )
        assert done.exit_code == 0, done.output
        (entry,) = json.loads(done.stdout)["portals"]
        assert (entry["state"], entry["home"], entry["parcel"], entry["taken"]) == ("idle", "one", 3, 3)


def test_a_crawl_without_a_lease_sends_nothing_more(tmp_path: Path, private: None) -> None:
    """The worker's renewals fail while its crawl runs: the crawl ends by itself, the portal gets no further request."""
    pages = Pages(site(*range(1, 200)))
    with SiteServer(pages) as server:
        fleet = Fleet(tmp_path, server.url)
        worker = fleet.worker("one")
        with fleet.collecting():
            thread = threading.Thread(target=worker.run, kwargs={"once": True})
            thread.start()
            while len(server.requests) < 10:
                time.sleep(0.02)
            # Somebody else writes the entry: the lease is lost.
            engine = FileEngine(fleet.folder / "leases.db")
            deadline = time.monotonic() + SECONDS
            late = 0
            while thread.is_alive() or not late:
                # The other machine renews its lease, else this worker would have the portal again.
                engine.put("portals", "t", b'{"token": 99, "holder": "two", "session": "x"}')
                if not late and time.monotonic() > deadline + 0.2:
                    late = len(server.requests)
                    worker.stop.set()
                thread.join(0.02)
        assert len(server.requests) == late < 150
        assert titles(fleet.archive) == [], "the run counts for nothing"


@pytest.mark.slow
def test_a_drained_worker_gives_its_portals_back(tmp_path: Path, private: None) -> None:
    pages = Pages(site(*range(1, 60)))
    with SiteServer(pages) as server:
        fleet = Fleet(tmp_path, server.url)
        worker = fleet.worker("one")
        config = ["--config", str(tmp_path / "fleet.toml")]
        with fleet.collecting():
            thread = threading.Thread(target=worker.run)
            thread.start()
            while len(server.requests) < 10:
                time.sleep(0.02)
            assert CliRunner().invoke(cli, ["fleet", "drain", "nobody", *config]).exit_code == 2
            done = CliRunner().invoke(cli, ["fleet", "drain", "one", *config])
            assert done.exit_code == 0, done.output
            thread.join(120)
            assert not thread.is_alive()
        entry = fleet.leases("x").look()["t"].entry
        assert entry.holder == "" and entry.shipped and entry.started == ""
        # What it had stored arrived, and another one finishes the rest.
        stored = len(titles(fleet.archive))
        assert stored > 0
        two = fleet.worker("two")
        two.sticky = two.sticky * 0
        with fleet.collecting():
            two.run(once=True)
        assert len(titles(fleet.archive)) == 59


MISTAKES = {
    "nothing": ("", "folder: Field required"),
    "no engine": ('folder = "x"\nparcels = "p"\n', "needs either [nats]"),
    "both": ('folder = "x"\nparcels = "p"\nleases = "l"\n[nats]\nservers = ["nats://h"]\n', "not both"),
    "nats store": ('folder = "x"\nparcels = "nats"\nleases = "l"\n', "needs [nats]"),
    "unknown key": ('folder = "x"\nparcels = "p"\nleases = "l"\ncolour = 1\n', "colour: Extra inputs"),
    "user in address": ('folder = "x"\nparcels = "p"\n[nats]\nservers = ["nats://me:geheim@h"]\n', "no user stands in it"),
    "no variable": ('folder = "x"\nparcels = "p"\n[nats]\nservers = ["nats://h"]\npassword_env = "NO_SUCH"\n', "not set"),
    "no file": ('folder = "x"\nparcels = "p"\n[nats]\nservers = ["nats://h"]\ntoken_file = "/no/such"\n', "cannot be read"),
    "two places": ('folder = "x"\nparcels = "p"\n[nats]\nservers = ["nats://h"]\ntoken = "geheim"\ntoken_file = "x"\n', "keep one"),
    "not toml": ("folder = ", "is not valid TOML"),
}  # fmt: skip


@pytest.mark.parametrize("what", MISTAKES)
def test_a_mistake_in_the_configuration_names_the_key_and_no_secret(tmp_path: Path, what: str) -> None:
    text, message = MISTAKES[what]
    (tmp_path / "fleet.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        load_config(tmp_path / "fleet.toml")
    assert message in str(error.value) and str(tmp_path) in str(error.value)
    assert "geheim" not in str(error.value)
    done = CliRunner().invoke(cli, ["fleet", "status", "--config", str(tmp_path / "fleet.toml")])
    assert done.exit_code == 2 and "geheim" not in done.output


def test_secrets_of_a_configuration_are_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NATS_PASSWORD", "geheim")
    (tmp_path / "fleet.toml").write_text(
        'folder = "x"\nparcels = "p"\n[nats]\nservers = ["nats://h"]\nuser = "me"\npassword_env = "NATS_PASSWORD"\n',
        encoding="utf-8",
    )
    config = load_config(tmp_path / "fleet.toml")
    assert config.nats is not None and config.nats.access.options()["password"] == "geheim"
    assert "geheim" not in f"{config!r} {config.nats.access!r}"


def test_relative_paths_start_from_the_folder_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "secret").write_text("geheim\n")
    (tmp_path / "etc" / "fleet.toml").write_text(
        'folder = "x"\nparcels = "p"\narchive = "../a.db"\nportals = ["own/t.toml", "hbdysh", "/abs/t.toml"]\n'
        '[nats]\nservers = ["nats://h"]\nca = "ca.pem"\ntoken_file = "secret"\n',
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    base = tmp_path / "etc"
    config = load_config(Path("etc/fleet.toml"))
    assert (config.folder, config.parcels, config.archive) == (base / "x", str(base / "p"), base / "../a.db")
    assert config.portals == (str(base / "own/t.toml"), "hbdysh", "/abs/t.toml")
    assert config.nats is not None and config.nats.access.token == "geheim" and config.nats.ca == base / "ca.pem"


@pytest.mark.slow
def test_another_machine_goes_on_in_the_middle_of_a_listing(tmp_path: Path, private: None) -> None:
    """A crawl with a bound on its requests ends on the third of six pages."""
    lists = [[(f"/2026/0305/{page}{n:02}.shtml", f"第{page}{n:02}座便民桥在青禾镇通车", "2026-03-05") for n in range(12)] for page in range(1, 7)]  # fmt: skip
    paths = ["/yichang/", *(f"/yichang/{page}.shtml" for page in range(2, 7))]
    pages = Pages({"/": str(site()["/"])})
    for entries, path, following in zip(lists, paths, [*paths[1:], ""], strict=True):
        pages.pages[path] = listing(entries, f"<a href='{following}'>下一页</a>" if following else LAST_PAGE)
        pages.pages |= {url: article(title) for url, title, _ in entries}
    with SiteServer(pages) as server:
        fleet = Fleet(tmp_path, server.url, crawl="max_requests = 40")
        fleet.run("one")
        assert 20 < len(titles(fleet.archive)) < 40
        (read,) = rows(fleet.archive, "SELECT page FROM bookmarks")
        assert read[0] >= 2
        fleet.due_again()
        server.requests.clear()
        two = fleet.worker("two")
        two.sticky = two.sticky * 0
        with fleet.collecting():
            two.run(once=True)
        asked = [one.path for one in server.requests if one.path in paths]
        assert asked[0] == paths[0] and paths[1] not in asked and paths[3] in asked, asked
        assert len(titles(fleet.archive)) > 50


@pytest.mark.slow
def test_a_worker_refreshes_what_is_due(tmp_path: Path, private: None) -> None:
    """By another machine than the one that crawled: it begins with the portal's state, and ships what was edited."""
    pages = Pages(site(1, 2, 3))
    with SiteServer(pages) as server:
        fleet = Fleet(tmp_path, server.url, schedule='refresh = "03:00"')
        fleet.run("one")
        assert len(titles(fleet.archive)) == 3
        entry = fleet.leases("x").look()["t"].entry
        assert entry.command == "crawl" and entry.refreshed == entry.started
        # Eight days pass; one article was edited meanwhile.
        update(fleet.archive, "UPDATE urls SET last_fetched = '2020-01-01T00:00:00Z' WHERE last_fetched IS NOT NULL")
        pages.pages["/2026/0305/2.shtml"] = article("第2座便民桥改在秋天通车")
        leases = fleet.leases("clock")
        leases.look()
        lease = leases.lease("t", refreshed="2026-01-01T00:00:00Z", started=stamp())
        assert lease is not None
        leases.release(lease, home="one")
        server.requests.clear()
        two = fleet.worker("two")
        two.sticky = two.sticky * 0
        with fleet.collecting():
            two.run(once=True)
        asked = sorted(one.path for one in server.requests if one.path.endswith(".shtml"))
        assert asked == [f"/2026/0305/{number}.shtml" for number in (1, 2, 3)]
        assert "第2座便民桥改在秋天通车" in titles(fleet.archive)
        assert rows(fleet.archive, "SELECT command, outcome FROM runs ORDER BY id") == [
            ("crawl", "done"),
            ("refresh", "done"),
        ]
        assert rows(fleet.archive, "SELECT count(*) FROM versions") == [(4,)]
        entry = fleet.leases("x").look()["t"].entry
        assert entry.command == "refresh" and entry.refreshed > "2026-01-02" and entry.holder == ""
        sound(fleet.archive)


def test_a_worker_without_room_leases_nothing(tmp_path: Path, private: None) -> None:
    """A crawl that cannot start would count as the newest one, and nobody else would begin one."""
    with SiteServer(Pages(site(1))) as server:
        fleet = Fleet(tmp_path, server.url)
        full = Worker([fleet.portal], fleet.leases("full"), fleet.store, tmp_path / "full", least_free=2**62)
        full.run(once=True)
        assert fleet.leases("x").look() == {} and not server.requests
        assert fleet.leases("x").reports("worker")["full"]["crawling"] == []
