"""What a definition says about its evidence, and how `newscrawler portals` shows it."""

import datetime
import json
from pathlib import Path
from typing import get_args

import click
import pytest
from click.testing import CliRunner, Result

from newscrawler.cli import portals as portals_command
from newscrawler.cli.main import cli
from newscrawler.portals import DefinitionError, Portal, load_portal
from newscrawler.portals.evidence import Confidence
from newscrawler.portals.model import PortalKind

FOUR = 'id = "{id}"\nname = "测试新闻网"\nprovince = "{province}"\nhomepage = "http://www.ceshi.example"\n'
EVIDENCE = (
    '[evidence]\nyear = {year}\nconfidence = "{confidence}"\ncrawled = {crawled}\nbasis = "two saved pages"\n'
    'family = "enorth"\n'
)
PAPER = '[sections]\n"测试日报" = "/html/{yyyy}-{mm}/{dd}/node_1.htm"\n'


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "portals").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSCRAWLER_PORTALS", raising=False)


def define(name: str, *parts: str, province: str = "西藏", **evidence: object) -> Portal:
    values = {"year": 2026, "confidence": "high", "crawled": "false", **evidence}
    text = FOUR.format(id=name, province=province) + "".join(parts)
    if evidence:
        text += EVIDENCE.format(**values)
    Path(f"portals/{name}.toml").write_text(text, encoding="utf-8")
    return load_portal(name)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["portals", *arguments])


def listed(*arguments: str) -> dict[str, dict]:
    result = run(*arguments, "--format", "json")
    assert result.exit_code == 0, result.stderr
    return {portal["id"]: portal for portal in json.loads(result.stdout)}


def test_a_definition_says_what_it_rests_on() -> None:
    evidence = define("ceshi", crawled="2026-07-01").evidence
    assert (evidence.year, evidence.confidence, evidence.family) == (2026, "high", "enorth")
    assert (evidence.crawled, evidence.basis) == (datetime.date(2026, 7, 1), "two saved pages")
    assert define("ohne").evidence.crawled is False


def test_the_archive_stores_evidence_as_json_and_reads_it_back() -> None:
    for crawled in ("2026-07-01", "false"):
        portal = define("ceshi", crawled=crawled)
        assert Portal.model_validate_json(portal.model_dump_json(exclude_defaults=True)) == portal


@pytest.mark.parametrize("value", ["true", "0", "1", '"yes"', '"2026-13-01"', "2026-07-01T08:00:00", "[]"])
def test_crawled_is_false_or_a_day(value: str) -> None:
    with pytest.raises(DefinitionError, match=r"evidence\.crawled.*is neither false nor a date"):
        define("ceshi", crawled=value)


@pytest.mark.parametrize(
    ("evidence", "message"),
    [
        ({"confidence": "sure"}, "'high', 'medium' or 'low'"),
        ({"year": 26}, "greater than or equal to 1995"),
        ({"year": '"today"'}, "valid integer"),
    ],
)
def test_other_values_are_refused(evidence: dict[str, object], message: str) -> None:
    with pytest.raises(DefinitionError, match=message):
        define("ceshi", **evidence)


def test_a_newspaper_has_editions_only() -> None:
    assert define("none").kind is PortalKind.PORTAL
    assert define("paper", PAPER).kind is PortalKind.NEWSPAPER
    extra = PAPER.replace("[sections]", "[sections.extra]")
    assert define("extra", extra).kind is PortalKind.NEWSPAPER
    assert define("both", PAPER, '"拉萨市" = "/lasa/"\n').kind is PortalKind.PORTAL


def test_the_list_is_filtered() -> None:
    define("web", confidence="high")
    define("paper", PAPER, confidence="low")
    define("elsewhere", PAPER, province="青海", confidence="medium")
    define("bare")
    own = {"web", "paper", "elsewhere", "bare"}
    assert listed("--province", "西藏").keys() & own == {"web", "paper", "bare"}
    assert listed("--province", "西藏自治区", "--province", "青海").keys() & own == own
    assert listed("--kind", "newspaper").keys() & own == {"paper", "elsewhere"}
    assert listed("--confidence", "low", "--confidence", "medium").keys() & own == {"paper", "elsewhere"}
    assert listed("--kind", "newspaper", "--confidence", "low", "--province", "西藏").keys() & own == {"paper"}
    assert listed()["paper"]["kind"] == "newspaper"
    assert listed()["paper"]["evidence"]["crawled"] is False


def test_a_province_that_does_not_exist_is_wrong_usage() -> None:
    result = run("--province", "湖被")
    assert result.exit_code == 2
    assert "'湖被' is not a province; use one of 北京、" in result.stderr


def test_the_list_says_what_was_never_tried() -> None:
    define("untried", province="西藏", year=2021)
    result = run("--province", "西藏", "--kind", "portal")
    row = next(line.split() for line in result.stdout.splitlines() if line.startswith("untried "))
    assert row == ["untried", "测试新闻网", "西藏自治区", "portal", "high", "2021", "never"]
    assert "They were not tried on the live site" in result.stdout


def test_the_list_shows_the_day_of_a_crawl_and_nothing_where_nothing_is_known() -> None:
    define("tried", crawled="2026-07-01")
    define("bare")
    lines = {line.split()[0]: line.split() for line in run().stdout.splitlines() if line.strip()}
    assert lines["tried"][-1] == "2026-07-01"
    assert lines["bare"][-1] == "portal"


def test_the_options_offer_every_value() -> None:
    assert set(portals_command.KINDS) == set(PortalKind)
    assert set(portals_command.CONFIDENCES) == set(get_args(Confidence))
    assert isinstance(portals_command.command, click.Command)
