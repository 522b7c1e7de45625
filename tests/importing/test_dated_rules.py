"""Rules by date: a page is read by the rules of its capture's time, in imports, in `reextract` and in `check`."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from newscrawler.interface import extract_article
from newscrawler.portals import DefinitionError, Portal, load_portal
from support.pages import DEFINITION, HOMEPAGE, article
from support.warcs import Captured, write_warc
from tests.importing.test_import import report, rows, run

RULES = """
[[listing]]
entry = "ul.new a"

[[listing]]
until = "2015-06-30"
entry = "ul.old a"

[[listing]]
until = 2018-01-31
sections = ["恩施州"]
entry = "ul.middle a"

[article]
url = '/\\d{4}/\\d{4}/\\d+\\.shtml$'
source = ".origin"

[[article.rules]]
until = "2018-01-31"
source = ".middle"

[[article.rules]]
until = 2015-06-30
source = ".old"
"""
# A capture of the last evening, and of the first morning, as the clocks of China and of the archive (UTC) show them.
DAYS = {
    "2009-01-01T00:00:00Z": "old",
    "2015-06-30T15:59:59Z": "old",
    "2015-06-30T16:00:00Z": "middle",
    "2018-01-31T15:59:59.5Z": "middle",
    "2018-01-31T16:00:00Z": "origin",
    "2026-01-01T00:00:00Z": "origin",
}


def portal_of(text: str) -> Portal:
    return Portal.model_validate(tomllib.loads(text))


def test_the_rules_of_a_moment() -> None:
    portal = portal_of(DEFINITION + RULES)
    for moment, name in DAYS.items():
        then = portal.at(moment)
        assert then.article.source == f".{name}" and then.article.url == portal.article.url, moment
        assert then.at(moment).article == then.article and then.hosts == portal.hosts
    listings = {"old": ("old", "old"), "middle": ("new", "middle"), "origin": ("new", "new")}
    for moment, name in DAYS.items():
        found = [portal.at(moment).listing_rules(section, "/").entry for section in ("宜昌市", "恩施州")]
        assert found == [f"ul.{one} a" for one in listings[name]], moment
    # A crawl reads the present design, wherever the dated tables stand.
    assert portal.listing_rules("恩施州", "/").entry == "ul.new a" and portal.article.source == ".origin"
    # Without dated rules nothing is copied.
    plain = portal_of(DEFINITION)
    assert plain.at("2009-01-01T00:00:00Z") is plain
    # The archive stores definitions as JSON.
    assert Portal.model_validate_json(portal.model_dump_json()) == portal
    assert portal_of(DEFINITION + '[article.rules]\nuntil = "2015-06-30"\n').article.rules[0].until.year == 2015


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ('[[article.rules]]\nsource = "a"', "article.rules"),
        ('[[article.rules]]\nuntil = "2015"', "is not a date"),
        ('[[article.rules]]\nuntil = "2015-02-30"', "is not a date"),
        ("[[article.rules]]\nuntil = 2015-06-30T00:00:00", "is not a date"),
        ("[[article.rules]]\nuntil = 20150630", "is not a date"),
        ('[[article.rules]]\nuntil = "2999-01-01"', "is not in the past"),
        ('[[listing]]\nuntil = "2999-01-01"', "is not in the past"),
        ("[[article.rules]]\nuntil = 2015-06-30\n[[article.rules]]\nuntil = 2015-06-30", "the same until"),
        ("[[article.rules]]\nuntil = 2015-06-30\n[[article.rules.rules]]\nuntil = 2014-06-30", "rules"),
        ("[article]\nuntil = 2015-06-30", "until"),
        (
            "[[article.rules]]\nuntil = 2015-06-30\n[article.rules.json]\n"
            'url = "http://other.example/{id}"\ntitle = "t"\nbody = "b"',
            "leaves the portal's hosts",
        ),
    ],
)
def test_mistakes(tmp_path: Path, text: str, fix: str) -> None:
    path = tmp_path / "t.toml"
    path.write_text(f"{DEFINITION}\n{text}\n", encoding="utf-8")
    with pytest.raises(DefinitionError, match=fix):
        load_portal(str(path))


def page(number: int) -> str:
    sources = "".join(f"<i class='{name}'>{outlet}</i>" for name, outlet in OUTLETS.items())
    return article(f"第{number}道沟渠修好了", "2014-03-05").replace("</h1>", f"</h1>{sources}", 1)


OUTLETS = {"old": "山口晚报", "middle": "河边日报", "origin": "桥头周刊"}


def lists() -> str:
    def one(name: str, number: int) -> str:
        links = "".join(
            f"<li><a href='/2014/0305/{place}.shtml'>第{place}道沟渠修好了</a> 2014-03-05</li>"
            for place in range(number, number + 5)
        )
        return f"<ul class='{name}'>{links}</ul>"

    return f"<html><body><h1>宜昌</h1>{one('new', 100)}{one('old', 200)}</body></html>"


def test_captures_are_read_by_the_rules_of_their_time(tmp_path: Path) -> None:
    definition, archive = tmp_path / "t.toml", tmp_path / "archive.db"
    definition.write_text(DEFINITION + RULES, encoding="utf-8")
    pages = [Captured(f"/2014/0305/{300 + n}.shtml", day, page(300 + n)) for n, day in enumerate(DAYS)]
    pages += [Captured("/", "2014-01-01T00:00:00Z", HOMEPAGE)]
    pages += [Captured("/yichang/", day, lists()) for day in ("2014-01-01T00:00:00Z", "2020-01-01T00:00:00Z")]
    own = ("--portal", definition, "--archive", archive)
    done = run("import", write_warc(tmp_path / "w.warc.gz", pages), *own)
    assert done.exit_code == 0, done.output
    found = rows(
        archive,
        "SELECT v.seen_from, v.source FROM articles a JOIN versions v ON v.id = a.version ORDER BY v.seen_from",
    )
    assert [source for _, source in found] == [OUTLETS[name] for name in DAYS.values()]
    seen = rows(
        archive, "SELECT u.url, l.first_seen FROM listing_sightings l JOIN urls u ON u.id = l.url ORDER BY u.url"
    )
    assert [moment[:4] for _, moment in seen] == ["2020"] * 5 + ["2014"] * 5
    # `reextract` reads the definition from the archive's portal: the same rules, the same values.
    folder = tmp_path / "portals"
    folder.mkdir()
    definition.rename(folder / "t.toml")
    again = run("reextract", "--dry-run", "--archive", archive, "--format", "json")
    assert set(report(again)["outcomes"]) == {"same"}, again.output


def test_check_and_the_python_interface_take_the_day_of_a_page(tmp_path: Path) -> None:
    from datetime import datetime

    definition, saved = tmp_path / "t.toml", tmp_path / "saved"
    definition.write_text(DEFINITION + RULES, encoding="utf-8")
    saved.mkdir()
    (saved / "300.html").write_text(page(300), encoding="utf-8")
    for day, name, said in (
        ("2014-05-01", "old", "[[article.rules]] until 2015-06-30"),
        ("2016-05-01", "middle", "[[article.rules]] until 2018-01-31"),
        ("2020-05-01", "origin", "[article], for the present design"),
    ):
        told = run("check", definition, "--pages", saved, "--captured", day)
        assert said in told.output and OUTLETS[name] in told.output, told.output
        fetched = datetime.fromisoformat(f"{day}T12:00:00+08:00")
        extracted = extract_article(page(300).encode(), portal=str(definition), fetched=fetched)
        assert getattr(extracted, "source", "") == OUTLETS[name]
    assert run("check", definition, "--captured", "2014-05-01").exit_code == 2
