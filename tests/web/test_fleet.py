"""The page of a fleet, in both languages: the facts of `fleet status`, no secret, nothing of a suppressed article."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from newscrawler.fleet.leases import PORTALS, REPORTS
from support.fleet_state import make_engine, samples_of
from support.web import Crawled, Server, serving

NATS = '[nats]\nservers = ["nats://127.0.0.1:9"]\nuser = "fleet"\npassword = "geheim"\n'


def configured(folder: Path, more: str = 'leases = "leases.db"\n') -> Path:
    path = folder / "fleet.toml"
    definition = 'id = "late"\nname = "试验网"\nprovince = "湖北省"\nhomepage = "http://news.example/"\n'
    (folder / "late.toml").write_text(f'{definition}[schedule]\nevery = "6h"\n', encoding="utf-8")
    late = json.dumps(str(folder / "late.toml"))
    path.write_text(f'folder = "x"\nparcels = "p"\nportals = [{late}]\n{more}', encoding="utf-8")
    return path


@pytest.fixture
def shown(copied: Path) -> Iterator[Server]:
    engine = make_engine(copied.parent / "leases.db")
    engine.put(PORTALS, "demo", b'{"token": 1, "home": "<b>three", "started": "2026-03-05T04:01:00Z"}')
    with serving(copied, "--fleet", configured(copied.parent)) as server:
        yield server


def rows_of(server: Server, path: str) -> list[list[str]]:
    answer = server.get(path)
    assert answer.status == 200
    return [
        [" ".join(cell.text_content().split()) for cell in row]
        for row in html.fromstring(answer.text).xpath("//tbody/tr")
    ]


@pytest.mark.parametrize(
    ("language", "refused", "unknown"), [("en", "parcel refused", "unknown"), ("zh", "增量包被拒收", "未知")]
)
def test_the_page_has_the_facts_of_the_status(shown: Server, language: str, refused: str, unknown: str) -> None:
    rows = rows_of(shown, f"/fleet?lang={language}")
    assert [row[0].split()[0] for row in rows[:2]] == ["one", "two"]
    assert rows[0][2] == "crawls" and rows[0][3] == "1.0"
    # What needs attention comes first.
    assert rows[2][:2] == ["refused", refused] and rows[2][-1] == "the digest differs"
    assert rows[3][0] == "late" and int(rows[3][5].replace(",", "")) > 0 and rows[3][6:8] == ["5", "3"]
    others = {row[2]: row for row in rows[4:]}
    assert others["one"][0] == "crawls" and others["one"][5] == unknown
    assert "<b>three" in others, "a name is text"
    text = shown.get(f"/fleet?lang={language}").text
    # Of most portals there is no definition here: that is not "on time".
    (late,) = [" ".join(one.text_content().split()) for one in html.fromstring(text).xpath("//dl/div/dd")[2:3]]
    assert unknown in late and late.split()[0] == "1"
    assert "group.bridge" not in text and 'href="/fleet' in shown.get("/").text


def test_metrics_have_those_of_the_fleet(shown: Server) -> None:
    text = shown.get("/metrics").text
    assert samples_of(text)["parcel_refused", "refused"] == 1
    assert 'newscrawler_articles{portal="demo"}' in text


def test_without_a_fleet_there_is_no_page(site: Server) -> None:
    assert site.get("/fleet").status == 404
    assert "/fleet" not in site.get("/").text and "fleet_up" not in site.get("/metrics").text


def test_leases_that_cannot_be_read_stop_no_page_and_tell_no_secret(copied: Path) -> None:
    pytest.importorskip("nats")
    with serving(copied, "--fleet", configured(copied.parent, NATS)) as server:
        began = time.monotonic()
        answer = server.get("/fleet?lang=en")
        assert answer.status == 200 and "cannot be read now" in answer.text
        assert time.monotonic() - began < 10
        assert not any(secret in answer.text for secret in ("geheim", "127.0.0.1:9", "nats://"))
        assert samples_of(server.get("/metrics").text)["up",] == 0
        assert server.get("/").status == 200


def test_no_reason_names_a_suppressed_article(copied: Path, crawled: Crawled) -> None:
    engine = make_engine(copied.parent / "leases.db")
    for number, trace in enumerate((crawled.hidden_url, crawled.hidden_title)):
        key = f"t{number}"
        engine.put(PORTALS, key, json.dumps({"token": 1, "shipped": "d", "sequence": 1}).encode())
        report = {"taken": "", "refused": "d", "reason": f"the part has a row too many: {trace}"}
        engine.put(REPORTS, f"portal.{key}", json.dumps(report).encode())
    with serving(copied, "--fleet", configured(copied.parent)) as server:
        text = server.get("/fleet?lang=en").text
    assert "t0" in text and "t1" in text
    assert not any(trace in text for trace in crawled.traces)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_has_no_barrier_on_a_small_phone(chromium: Any, shown: Server, language: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = chromium.new_context(viewport={"width": 360, "height": 740}, locale=language)
    page = context.new_page()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto(f"{shown.address}/fleet")
        found = Axe().run(page).response["violations"]
        assert [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()


def test_a_wrong_configuration_is_told(copied: Path) -> None:
    from click.testing import CliRunner

    from newscrawler.cli.main import cli

    path = configured(copied.parent, "")
    done = CliRunner().invoke(cli, ["serve", "--archive", str(copied), "--port", "0", "--fleet", str(path)])
    assert done.exit_code == 2 and "needs either [nats]" in done.output
