"""Captured listings of the past that are no plain lists: editions of newspapers, rows in scripts."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from newscrawler.listings.edition_dates import day_of_edition, edition_url
from support import nightly
from support.integrity import rows, run, verified
from support.newspapers import PAPERS, TITLES, Paper
from support.pages import article
from support.warcs import DEFINITION, HOST, Captured, write_warc

DAYS = (date(2014, 6, 30), date(2014, 7, 1))
CAPTURED = "2015-03-04T05:06:07Z"


def imported(folder: Path, pages: list[Captured], sections: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "t.toml").write_text(DEFINITION + sections, encoding="utf-8")
    source = write_warc(folder / "theirs.warc.gz", pages)
    done = run("import", source, "--portal", folder / "t.toml", "--archive", folder / "archive.db")
    assert done.exit_code == 0, done.output
    assert verified(folder / "archive.db")[0] == 0
    return folder / "archive.db"


def edition(paper: Paper, day: date, moment: str = CAPTURED) -> list[Captured]:
    return [Captured(HOST + path, moment, body) for path, body in paper.make(day).items()]


def sightings(archive: Path) -> set[tuple[str, str, str]]:
    """Path, title and day of what the sections listed."""
    found = rows(archive, "SELECT u.url, l.title, l.listed_date FROM listing_sightings l JOIN urls u ON u.id = l.url")
    return {(url.removeprefix(HOST), title, day) for url, title, day in found}


def wanted(folder: Path, archive: Path) -> set[str]:
    done = run("import", "--wanted", "--portal", folder / "t.toml", "--archive", archive)
    assert done.exit_code == 0, done.output
    return {line.removeprefix(HOST) for line in done.stdout.splitlines()}


@nightly.by_day(0, 15)
@pytest.mark.parametrize("name", PAPERS)
def test_editions_tell_what_was_printed_then(tmp_path: Path, name: str) -> None:
    paper = PAPERS[name]
    stored = next(iter(paper.articles(DAYS[0])))
    pages = [page for day in DAYS for page in edition(paper, day)]
    title = paper.articles(DAYS[0])[stored] or TITLES[0]
    pages.append(Captured(HOST + stored, CAPTURED, article(title, DAYS[0].isoformat())))
    archive = imported(tmp_path, pages, f'[sections]\n"宜昌" = "{paper.template}"\n')

    truth = {(path, shown, day.isoformat()) for day in DAYS for path, shown in paper.articles(day).items()}
    seen = sightings(archive)
    assert {(path, day) for path, _, day in seen} == {(path, day) for path, _, day in truth} and len(seen) == len(truth)
    assert {row for row in seen if row[1]} <= truth
    assert {row[0] for row in rows(archive, "SELECT first_seen FROM listing_sightings")} == {CAPTURED}
    for shown, number, page in rows(archive, "SELECT title, page_no, page_name FROM listing_sightings"):
        if shown and paper.pages:
            expected = paper.pages[shown.partition("（")[0]]
            assert number == expected[0] and page in (expected[1], ""), shown

    # The denominator, by section and month: what was listed, captured by anybody, stored.
    told = json.loads(run("coverage", "--archive", archive, "--format", "json").stdout)
    months = {row["month"]: (row["listed"], row["captured"], row["stored"]) for row in told["coverage"]}
    count = len(paper.articles(DAYS[0]))
    assert months == {"2014-06": (count, 1, 1), "2014-07": (count, 0, 0)}
    assert wanted(tmp_path, archive) == {path for path, _, _ in truth} - {stored}
    assert rows(archive, "SELECT complete_back_to FROM sections") == [(None,)], "nobody knows what was not captured"


def test_what_a_server_sent_in_place_of_an_edition_is_no_edition(tmp_path: Path) -> None:
    paper = PAPERS["one folder"]
    absent = DAYS[0] - timedelta(days=1)
    newest = dict(paper.make(DAYS[1]))
    front, second = (path for path in paper.make(absent))
    pages = [
        *edition(paper, DAYS[1]),
        *edition(paper, DAYS[0]),
        # The newest edition under the address of an older day, and a page that prints another day.
        Captured(HOST + front, CAPTURED, next(iter(newest.values()))),
        Captured(
            HOST + second,
            CAPTURED,
            "<html><title>2014-01-02 山口日报</title><a href='content_1.htm'>山口添了气象站和一座桥</a></html>",
        ),
    ]
    archive = imported(tmp_path, pages, f'[sections]\n"宜昌" = "{paper.template}"\n')
    truth = {(path, shown, day.isoformat()) for day in DAYS for path, shown in paper.articles(day).items()}
    assert sightings(archive) == truth


def test_an_edition_captured_twice_has_both_times(tmp_path: Path) -> None:
    paper = PAPERS["one folder"]
    later = "2019-03-04T05:06:07Z"
    pages = [*edition(paper, DAYS[0]), *edition(paper, DAYS[0], later)]
    archive = imported(tmp_path, pages, f'[sections]\n"宜昌" = "{paper.template}"\n')
    assert {tuple(row) for row in rows(archive, "SELECT first_seen, last_seen FROM listing_sightings")} == {
        (CAPTURED, later)
    }
    (key,) = rows(archive, "SELECT key FROM runs")[0]
    undone = run("runs", "undo", key, "--archive", archive)
    assert undone.exit_code == 0, undone.output
    assert sightings(archive) == set() and rows(archive, "SELECT name FROM sections") == []


@nightly.by_day(1)
@pytest.mark.parametrize("form", ["document.write", "array", "call"])
def test_lists_that_stand_in_scripts_count(tmp_path: Path, form: str) -> None:
    listed = [(f"/2014/0701/{100 + n}.shtml", title) for n, title in enumerate(TITLES)]
    if form == "document.write":
        rows_of_list = "\n".join(
            f"document.write('<li><a href=\"{path}\">{title}</a><span>2014-07-01</span></li>');"
            for path, title in listed
        )
    elif form == "array":
        objects = [{"title": title, "url": path, "date": "2014-07-01"} for path, title in listed]
        rows_of_list = f"var list = {json.dumps(objects, ensure_ascii=False)};"
    else:
        rows_of_list = "\n".join(f"add('{title}', '{path}', '2014-07-01');" for path, title in listed)
    body = f"<html><head><title>宜昌</title></head><body><ul id=l></ul><script>{rows_of_list}</script></body></html>"
    home = "<html><body><a href='/yichang/'>宜昌</a> <a href='/enshi/'>恩施</a></body></html>"
    pages = [
        Captured(f"{HOST}/", CAPTURED, home),
        Captured(f"{HOST}/yichang/", CAPTURED, body),
        Captured(HOST + listed[0][0], CAPTURED, article(listed[0][1], "2014-07-01")),
    ]
    archive = imported(tmp_path, pages)
    assert {(path, title) for path, title, _ in sightings(archive)} == set(listed)
    assert wanted(tmp_path, archive) == {path for path, _ in listed[1:]}
    told = json.loads(run("coverage", "--archive", archive, "--format", "json").stdout)
    assert [
        (row["section"], row["month"], row["listed"], row["captured"], row["stored"]) for row in told["coverage"]
    ] == [("宜昌市", "2014-07", 6, 1, 1)]


@pytest.mark.parametrize(
    ("template", "url", "day"),
    [
        (
            "http://p.example/html/{yyyy}-{mm}/{dd}/node_1.htm",
            "https://p.example/html/2014-07/01/node_1.htm",
            "2014-07-01",
        ),
        ("http://p.example/html/{yyyy}-{mm}/{dd}/node_1.htm", "http://p.example/html/2014-07/01/node_2.htm", None),
        ("http://p.example/html/{yyyy}-{mm}/{dd}/node_1.htm", "http://p.example/html/2014-13/01/node_1.htm", None),
        ("http://p.example/html/{yyyy}-{mm}/{dd}/node_1.htm", "http://q.example/html/2014-07/01/node_1.htm", None),
        ("http://p.example/{yy}{m}/{d}.htm", "http://p.example/147/1.htm", "2014-07-01"),
        ("http://p.example/{yyyy}/{yyyy}{mm}{dd}/", "http://p.example/2014/20140701/", "2014-07-01"),
        ("http://p.example/{yyyy}/{yyyy}{mm}{dd}/", "http://p.example/2013/20140701/", None),
        ("http://p.example/paper?d={yyyy}{mm}{dd}", "http://p.example/paper?d=20140701", "2014-07-01"),
        ("http://p.example/{yyyy}{mm}/period.xml", "http://p.example/201407/period.xml", "2014-07-01"),
    ],
)
def test_the_day_of_an_address(template: str, url: str, day: str | None) -> None:
    found = day_of_edition(template, url)
    assert (found.isoformat() if found else None) == day
    if found:
        assert edition_url(template, found).partition("://")[2] == url.partition("://")[2]
