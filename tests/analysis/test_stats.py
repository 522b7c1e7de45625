"""The reports of `newscrawler stats`, held against counts by other means, and their pictures."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import subprocess
import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html

from newscrawler.archive import open_archive
from newscrawler.archive.reports import chart_fonts
from newscrawler.archive.reports.chart_fonts import FontError, families_for
from newscrawler.archive.reports.charts import Bars, Chart, Grid, Lines, picture
from newscrawler.archive.reports.html_page import page
from newscrawler.archive.reports.report_charts import chart
from newscrawler.archive.reports.statistics import CITY_RULE, REPORTS
from newscrawler.archive.suppression import suppress
from newscrawler.cli.main import cli
from newscrawler.cli.stats import TITLES
from newscrawler.normalization.people import Credit
from newscrawler.research.reprint_network import graphml, network_of
from newscrawler.text.installation import install_line
from support import nightly
from support.archives import Room, article
from support.examples import examples


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["stats", *map(str, arguments)], catch_exceptions=False)


def report(archive: Path, name: str, *options: object) -> list[dict[str, Any]]:
    done = run(name, "--format", "json", "--archive", archive, *options)
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert list(found) == [name]
    rows: list[dict[str, Any]] = found[name]
    return rows


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path / "archive.db")
    yield room
    room.close()


@pytest.fixture(scope="session")
def flat(province: tuple[Path, Any]) -> list[dict[str, Any]]:
    """The rows of the generated archive, to be counted in Python."""
    connection = sqlite3.connect(province[0] / "data" / "province.db")
    connection.row_factory = sqlite3.Row
    rows = [dict(row) for row in connection.execute("SELECT * FROM articles_flat")]
    connection.close()
    return rows


@pytest.fixture
def archive(province: tuple[Path, Any]) -> Path:
    return province[0] / "data" / "province.db"


def has_chinese_font() -> bool:
    try:
        return families_for("直") != [chart_fonts.LAST]
    except FontError:
        return False


needs_font = pytest.mark.skipif(not has_chinese_font(), reason="no font with Chinese characters is installed")


# The numbers


def test_months(archive: Path, flat: list[dict[str, Any]]) -> None:
    counted = Counter((row["published_date"][:7], row["city"], row["city_code"]) for row in flat)
    rows = report(archive, "months")
    assert {(row["month"], row["city"], row["city_code"]): row["articles"] for row in rows} == counted
    assert [row["month"] for row in rows] == sorted(row["month"] for row in rows)


def test_cities_outlets_and_editors(archive: Path, flat: list[dict[str, Any]]) -> None:
    cities = Counter((row["portal"], row["city"]) for row in flat)
    assert {(row["portal"], row["city"]): row["articles"] for row in report(archive, "cities")} == cities
    outlets = report(archive, "outlets")
    assert {row["outlet"]: row["articles"] for row in outlets} == Counter(row["source"] for row in flat)
    assert [row["articles"] for row in outlets] == sorted((row["articles"] for row in outlets), reverse=True)
    paper = next(row for row in outlets if row["outlet"] == "楚江日报")
    assert paper["portals"] == len({row["portal"] for row in flat if row["source"] == "楚江日报"}) == 5
    editors = Counter((name, row["portal"]) for row in flat for name in row["editors"].split("、"))
    assert {(row["editor"], row["portal"]): row["articles"] for row in report(archive, "editors")} == editors


def test_fields(archive: Path, flat: list[dict[str, Any]]) -> None:
    for row in report(archive, "fields"):
        own = [each for each in flat if (each["portal"], each["section"]) == (row["portal"], row["section"])]
        assert row["articles"] == len(own)
        assert row["summary"] == round(sum(each["summary"] is not None for each in own) / len(own), 4)
        assert row["editors"] == 1.0 and row["authors"] == row["county"] == 0.0


def test_reprints(archive: Path, province: tuple[Path, Any]) -> None:
    rows = report(archive, "reprints")
    truth = province[1]
    assert {row["portal"]: row["reprints"] for row in rows} == dict(truth.reprints)
    assert all(row["named"] == row["reprints"] and row["origin"] == "楚江日报" for row in rows)
    connection = sqlite3.connect(archive)
    for row in rows:
        delays = connection.execute("SELECT hours_late FROM reprints WHERE portal = ?", (row["portal"],)).fetchall()
        assert row["median_hours"] == round(median(hours for (hours,) in delays), 2)
    connection.close()


def test_agenda(archive: Path, flat: list[dict[str, Any]]) -> None:
    month_of = {row["id"]: (row["portal"], row["published_date"][:7]) for row in flat if row["published_date"]}
    with closing(sqlite3.connect(archive)) as connection:
        copies = [
            (origin, *month_of[key]) for origin, key in connection.execute("SELECT origin_source, id FROM reprints")
        ]
    articles = Counter(month_of.values())
    expected = {
        (month, origin, portal): (count, articles[portal, month], round(count / articles[portal, month], 6))
        for (origin, portal, month), count in Counter(copies).items()
    }
    rows = report(archive, "agenda")
    assert {
        (row["month"], row["origin"], row["portal"]): (row["reprints"], row["portal_articles"], row["share"])
        for row in rows
    } == expected
    assert [row["month"] for row in rows] == sorted(row["month"] for row in rows)


def test_the_network_of_reprints(archive: Path, tmp_path: Path) -> None:
    import networkx

    out = tmp_path / "reprints.graphml"
    rows = report(archive, "reprints", "--graph", out)
    network = networkx.read_graphml(out)
    with closing(sqlite3.connect(archive)) as connection:
        names = dict(connection.execute("SELECT id, name FROM portals"))
    assert {(one, other, data["reprints"], data["median_hours"]) for one, other, data in network.edges(data=True)} == {
        (row["origin"], names[row["portal"]], row["reprints"], row["median_hours"]) for row in rows
    }
    assert network.nodes["楚江日报"]["reprinted"] == sum(row["reprints"] for row in rows)


def test_a_network_is_refused_where_it_means_nothing(archive: Path, tmp_path: Path) -> None:
    done = run("cities", "--graph", tmp_path / "a.graphml", "--archive", archive)
    assert done.exit_code == 2 and "stats reprints --graph" in done.stderr
    done = run("reprints", "--graph", tmp_path / "a.gexf", "--archive", archive)
    assert done.exit_code == 2 and ".graphml" in done.stderr
    assert not list(tmp_path.iterdir())


def test_an_outlet_and_a_portal_of_one_name_are_one_node_and_no_name_breaks_the_file() -> None:
    import networkx

    def row(origin: str, portal: str, reprints: int) -> dict[str, Any]:
        counts = {"reprints": reprints, "named": 0, "median_days": 1.0, "median_hours": None}
        return {"origin": origin, "origin_portal": "x", "portal": portal} | counts

    hostile = "</data>&\x00\x1b[31m\ud800晚报"
    network = network_of(
        [row("日报", "b", 5), row("晚报", "b", 3), row("日报", "b", 2), row(hostile, "a", 1)], {"b": "晚报"}
    )
    assert network.edges["日报", "晚报"]["reprints"] == 7
    assert network.nodes["晚报"] == {"label": "晚报", "reprinted": 3, "reprints": 10}
    read = networkx.read_graphml(io.BytesIO(graphml(network)))
    assert set(read.edges) == set(network.edges) and len(read) == 4


@pytest.mark.slow
@needs_font
def test_the_picture_of_a_network_is_the_same_each_time(archive: Path, tmp_path: Path) -> None:
    pictures = []
    for number in range(2):
        out = tmp_path / f"{number}.svg"
        assert run("reprints", "--graph", out, "--archive", archive).exit_code == 0
        pictures.append(out.read_bytes())
    assert pictures[0] == pictures[1]
    ElementTree.fromstring(pictures[0])


@nightly.by_day(1, 5, 8)
@pytest.mark.parametrize("name", list(REPORTS))
def test_every_report_has_its_columns_and_takes_the_filters(name: str, archive: Path) -> None:
    rows = report(archive, name)
    assert rows and all(tuple(row) == REPORTS[name].columns for row in rows)
    number = {"reprints": "reprints", "agenda": "reprints", "withdrawals": "edited"}.get(name, "articles")
    part = report(
        archive, name, "--portal", "yiling", "--since", "2024-04-01", "--until", "2024-04-30", "--city", "宜昌"
    )
    assert 0 < sum(row[number] for row in part) < sum(row[number] for row in rows)
    assert all(row.get("portal", "yiling") == "yiling" for row in part)
    assert report(archive, name, "--since", "2199-01-01") == []
    done = run(name, "--source", "没有这家", "--archive", archive)
    assert done.exit_code == 2 and "has no source" in done.stderr
    done = run(name, "--city", "没有这个地方", "--archive", archive)
    assert done.exit_code == 2 and "has no city" in done.stderr
    done = run(name, "--since", "2024-04-02", "--until", "2024-04-01", "--archive", archive)
    assert done.exit_code == 2 and "is later than the last" in done.stderr


@nightly.by_day(5)
@pytest.mark.parametrize("name", list(REPORTS))
def test_csv_and_json_say_the_same(name: str, archive: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run(name, "--format", "csv", "--archive", archive).stdout)))
    expected = [
        {key: "" if value is None else str(value) for key, value in row.items()} for row in report(archive, name)
    ]
    assert rows == expected
    none = run(name, "--format", "csv", "--since", "2199-01-01", "--archive", archive).stdout_bytes
    assert none.decode() == ",".join(REPORTS[name].columns) + "\r\n", "the header stands without rows, too"


def test_without_a_report_scripts_find_what_they_found(archive: Path) -> None:
    assert list(TITLES) == list(REPORTS)
    found = json.loads(run("--format", "json", "--archive", archive).stdout)
    assert list(found) == ["totals", "cities"]
    assert list(found["totals"]) == [
        *("articles", "versions", "characters", "first_published", "last_published", "filled"),
    ]
    assert found["cities"] == report(archive, "cities")
    told = run("--archive", archive).stdout
    assert (
        "Articles per city" in told and "Filled fields" in told and re.search(r"[\d,]+ articles, [\d,]+ versions", told)
    )


def test_what_is_missing_or_taken_down(room: Room) -> None:
    room.store(article(1, source="", published="", published_date="", credits=[]), cities=["宜昌市"])
    room.store(article(2), cities=["宜昌市"])
    room.store(article(3, credits=[Credit("编辑", "秦小禾", "", ""), Credit("编辑", "陶一帆", "", "")]))
    suppress(room.connection, article(2).url, reason="asked", by="test")
    months = report(room.path, "months")
    assert [(row["month"], row["city"]) for row in months] == [(None, "宜昌市"), ("2024-05", None)]
    assert {row["outlet"]: row["articles"] for row in report(room.path, "outlets")} == {None: 1, "三江晚报": 1}
    assert {row["editor"]: row["articles"] for row in report(room.path, "editors")} == {"秦小禾": 1, "陶一帆": 1}
    assert [row["section"] for row in report(room.path, "fields")] == ["宜昌市", None]
    for name in REPORTS:
        assert run(name, "--archive", room.path).exit_code == 0
    assert "(no date)" in run("months", "--archive", room.path).stdout


def test_an_empty_archive(tmp_path: Path) -> None:
    open_archive(tmp_path / "empty.db").close()
    for name in REPORTS:
        assert report(tmp_path / "empty.db", name) == []
        assert run(name, "--archive", tmp_path / "empty.db").exit_code == 0
        nothing = chart(name, TITLES[name], [])
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert b"no articles" in picture(nothing, "svg")


# Pictures


@nightly.by_day(4)
@needs_font
@pytest.mark.parametrize("name", list(REPORTS))
@pytest.mark.parametrize("suffix", ["png", "svg", "html"])
def test_every_report_is_drawn_without_a_missing_letter(name: str, suffix: str, archive: Path, tmp_path: Path) -> None:
    out = tmp_path / f"picture.{suffix}"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        done = run(name, "--plot", out, "--archive", archive)
    assert done.exit_code == 0, done.output
    assert f"written to {out}" in done.stderr and TITLES[name] in done.stdout
    data = out.read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == [out.name]
    if suffix == "png":
        assert data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) > 10_000
    elif suffix == "svg":
        ElementTree.fromstring(data)
        assert b"<text" not in data, "letters are outlines"
        run(name, "--plot", out, "--archive", archive)
        assert out.read_bytes() == data, "equal data give equal files"
    else:
        text = data.decode("utf-8")
        assert text.count("<svg") == 1 and "default-src 'none'" in text
        assert "<script" not in text and not re.search(r'(?:src|href)="(?!#|data:image/png;)', text)
        assert text.count("<tr>") == 1 + len(report(archive, name))


@needs_font
def test_the_font_has_the_forms_of_mainland_china() -> None:
    families = families_for(["武汉市", "直骨今"])
    assert families[0] in chart_fonts.FAMILIES
    assert not any(mark in families[0] for mark in ("JP", "KR", "TC", "HK"))


def test_without_a_font_nothing_is_drawn_and_it_is_said_what_to_install(
    monkeypatch: pytest.MonkeyPatch, archive: Path, tmp_path: Path
) -> None:
    monkeypatch.setattr(chart_fonts, "FAMILIES", ())
    done = run("months", "--plot", tmp_path / "a.png", "--archive", archive)
    assert done.exit_code == 2
    assert "apt install fonts-noto-cjk" in done.stderr
    assert list(tmp_path.iterdir()) == []
    assert families_for(["2024-05", "articles"]) == [chart_fonts.LAST], "numbers need no Chinese font"


@pytest.mark.slow
@needs_font
@settings(max_examples=examples(15), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(label=st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60))
def test_whatever_an_archive_names_can_be_drawn(label: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        svg = picture(Bars("武汉", "articles", [label, "$x^{$"], [1, 2], [label, ""]), "svg")
        ElementTree.fromstring(svg)
        assert picture(Grid("a", "share", [label], [label], [[0.5]], are_shares=True), "png")


@needs_font
def test_a_page_with_hostile_names_runs_nothing() -> None:
    evil = "--><script>alert(1)</script><img src=x onerror=alert(1)>\x1b\u202e"
    rows: list[dict[str, Any]] = [
        {"outlet": evil, "articles": 3, "portals": 1, "cities": 1, "first_published": evil, "last_published": None}
    ]
    text = page(chart("outlets", "Articles per outlet", rows), "outlets", rows)
    assert "<script" not in text and "<img" not in text
    assert not re.search("[\x00-\x08\x0b-\x1f\u202e]", text)


def test_of_many_the_largest_are_drawn_and_it_is_said() -> None:
    rows = [
        {"outlet": f"报{n}", "articles": n, "portals": 1, "cities": 1, "first_published": None, "last_published": None}
        for n in range(1, 101)
    ]
    drawn = chart("outlets", "Articles per outlet", rows)
    assert isinstance(drawn, Bars)
    assert drawn.title == "Articles per outlet (the 40 largest of 100)"
    assert drawn.labels[0] == "报100" and len(drawn.labels) == 40


def test_months_without_articles_are_columns_too() -> None:
    months = (None, "2023-11", "2024-02", "2024-99", "ever")

    def drawn(cities: int) -> Chart:
        rows = [
            {"month": month, "city": f"市{number}", "city_code": str(number), "articles": 2}
            for month in months
            for number in range(cities)
        ]
        return chart("months", "Months", rows, ["under it"])

    few, many = drawn(1), drawn(9)
    assert isinstance(few, Lines) and isinstance(many, Grid)
    assert list(few.columns) == list(many.columns) == ["2023-11", "2023-12", "2024-01", "2024-02"]
    assert few.values == [[2, 0, 0, 2]] and many.values == [[2, None, None, 2]] * 9
    assert few.caption == many.caption == ("under it",)


@needs_font
def test_a_picture_says_what_it_shows_and_where_it_is_from(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "topic.html"
    done = run(
        "months", "--search", "夜间公交", "--city", "宜昌", "--since", "2024-04-01", "--archive", archive, "--plot", out
    )
    assert done.exit_code == 0, done.output
    caption = html.fromstring(out.read_text(encoding="utf-8")).xpath("string(//figcaption)")
    assert caption.startswith("Articles with words: 夜间公交; city: 宜昌; from 2024-04-01.\nSource: newscrawler ")
    (number,) = re.findall(r"archive province.db, 5 portals, ([\d,]+) articles", caption)
    months = report(archive, "months", "--search", "夜间公交", "--city", "宜昌", "--since", "2024-04-01")
    assert int(number.replace(",", "")) == sum({row["month"]: row["month_articles"] for row in months}.values())
    assert CITY_RULE in caption and CITY_RULE in done.stdout
    assert all(0 < row["share"] <= 1 for row in months) and "share" in done.stdout


@pytest.mark.slow
@needs_font
@settings(max_examples=examples(5), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_caption_can_be_drawn(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        lines = Lines(
            "t", "articles", ["市" * 30, text], ["2024-05", "2024-06"], [[1, 2], [None, 3]], [text, "长" * 900]
        )
        ElementTree.fromstring(picture(lines, "svg"))


def test_editors_of_one_name_on_two_portals_are_two_bars() -> None:
    rows = [{"editor": "奚芳", "portal": portal, "articles": 4} for portal in ("one", "two")]
    drawn = chart("editors", "Editors", rows)
    assert isinstance(drawn, Bars)
    assert (drawn.labels, drawn.values) == (["奚芳 (one)", "奚芳 (two)"], [4, 4])


@pytest.mark.parametrize(
    ("out", "said"),
    [("a.pdf", ".png, .svg, .html"), ("a", ".png"), ("-", ".png"), ("no/such/a.svg", "make the folder")],
)
def test_where_it_cannot_be_drawn(out: str, said: str, archive: Path, tmp_path: Path) -> None:
    wanted = out if out == "-" else tmp_path / out
    done = run("months", "--plot", wanted, "--archive", archive)
    assert done.exit_code == 2, done.output
    assert said in done.stderr
    assert done.stdout == "" and list(tmp_path.iterdir()) == []


def test_without_matplotlib_the_extra_is_named_and_the_numbers_need_none(archive: Path, tmp_path: Path) -> None:
    program = "import sys; sys.modules['matplotlib'] = None; from newscrawler.cli.main import main; main()"

    def ask(*options: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", program, "stats", "months", "--archive", str(archive), *options]
        return subprocess.run(command, capture_output=True, text=True, timeout=60)

    done = ask("--plot", str(tmp_path / "a.png"))
    assert done.returncode == 2
    assert install_line("plot") in done.stderr and "Traceback" not in done.stderr
    assert ask().returncode == 0
