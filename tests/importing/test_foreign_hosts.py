"""An import that finds no page of a portal says which hosts the sources have, and which the definition names."""

from __future__ import annotations

from pathlib import Path

import pytest

from newscrawler.importing import foreign_hosts
from newscrawler.importing.foreign_hosts import ForeignHosts
from support import nightly
from support.pages import DEFINITION
from support.warcs import Captured, write_warc
from tests.importing.test_import import YEARS, design, report, run

HOSTS = ("www.yichang.example", "news.yichang.example:8080", "old.example")
HINT = "If a host above is the portal's, add it to allowed_hosts in its definition, and import again."


def foreign(count: int, *hosts: str) -> list[Captured]:
    """Pages of other hosts: of the first most, of the last one."""
    return [
        Captured(f"http://{host}/{number}.shtml", YEARS[0], design(0, "题目", "正文。"))
        for place, host in enumerate(hosts)
        for number in range(count - place)
    ]


def defined(folder: Path) -> Path:
    path = folder / "t.toml"
    path.write_text(DEFINITION, encoding="utf-8")
    return path


@nightly.by_day(3)
@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("workers", [1, 2])
def test_the_hosts_of_both_sides_are_named(tmp_path: Path, packed: bool, workers: int) -> None:
    """Each record counts once, however it lies in the file, and whoever reads it."""
    (tmp_path / "files").mkdir()
    for number in range(2):
        write_warc(tmp_path / "files" / f"{number}.warc", foreign(3, *HOSTS), packed=packed)
    words = ("import", tmp_path / "files", "--portal", defined(tmp_path), "--workers", workers)
    done = run(*words, "--archive", tmp_path / "archive.db")
    assert done.exit_code == 1
    assert "Error: no page of the portal was found." in done.stderr
    said = "most records of other hosts: www.yichang.example (6), news.yichang.example (4), old.example (2)"
    assert said in done.stderr and HINT in done.stderr
    assert "hosts of the definition: " in done.stderr
    told = run(*words, "--archive", tmp_path / "other.db", "--format", "json", "--dry-run")
    assert report(told)["hosts"] == {"www.yichang.example": 6, "news.yichang.example": 4, "old.example": 2}
    chinese = run("--lang", "zh", *words, "--archive", tmp_path / "zh.db")
    assert "其他主机中记录最多的：www.yichang.example (6)、" in chinese.stderr.replace(", ", "、")


def test_several_portals(tmp_path: Path) -> None:
    source = write_warc(tmp_path / "a.warc.gz", foreign(3, *HOSTS))
    words = ("import", source, "--portal", defined(tmp_path), "--portal", "demo", "--archive", tmp_path / "archive.db")
    done = run(*words)
    assert done.exit_code == 1 and "no page of the portals was found." in done.stderr
    assert "www.yichang.example (3), news.yichang.example (2)" in done.stderr and HINT in done.stderr
    told = report(run(*words, "--format", "json"))["hosts"]
    assert told == {"www.yichang.example": 3, "news.yichang.example": 2, "old.example": 1}


def test_records_of_the_portal_that_are_no_pages(tmp_path: Path) -> None:
    source = write_warc(tmp_path / "a.warc.gz", [Captured("/a.shtml", YEARS[0], "gone", status="404 Not Found")])
    done = run("import", source, "--portal", defined(tmp_path), "--archive", tmp_path / "archive.db")
    assert done.exit_code == 1 and "not copied: 1 (answered 404)" in done.stderr
    assert "Records of its hosts were found, but none is a page" in done.stderr and HINT not in done.stderr


def test_folders_of_saved_pages(tmp_path: Path) -> None:
    folder = tmp_path / "www.yichang.example" / "2014"
    folder.mkdir(parents=True)
    (folder / "1.html").write_text("<html><title>一</title></html>", encoding="utf-8")
    (folder / "2.html").write_text("<!-- saved from url=(0027)http://old.example/2.html --><html></html>", "utf-8")
    words = ("--portal", defined(tmp_path), "--archive", tmp_path / "archive.db")
    done = run("import", tmp_path / "www.yichang.example", *words)
    assert done.exit_code == 1
    assert "www.yichang.example (1)" in done.stderr and "old.example (1)" in done.stderr, done.stderr
    assert "Records of its hosts" not in done.stderr


def test_a_million_hosts_need_bounded_memory_and_hide_no_large_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreign_hosts, "MAX_SERVERS", 1_000)
    monkeypatch.setattr(foreign_hosts, "KEPT_SERVERS", 100)
    hosts = ForeignHosts({"earlier.example": 50})
    most = 0
    for number in range(20_000):
        for server in (f"http://h{number}.example", "https://large.example" if number % 20 == 0 else ""):
            if server and not hosts.count(server):
                hosts.add(server)
        most = max(most, len(hosts._counts))
    found = hosts.most_frequent()
    assert list(found)[:2] == ["large.example", "earlier.example"] and len(found) <= foreign_hosts.NAMED_HOSTS
    assert found["large.example"] > 900 and found["earlier.example"] == 50
    assert most <= 1_000


def test_what_is_no_host_is_not_named() -> None:
    hosts = ForeignHosts()
    for server in ("http://", "http://x\x1b[2J.example", f"http://{'a' * 300}.example", "ftp://a.example", "http://a"):
        hosts.add(server)
    for server in ("http://A.example:80", "https://a.example.", "http://user@a.example", "http://新闻.example"):
        hosts.add(server)
    assert hosts.most_frequent() == {"a.example": 3, "新闻.example": 1}
