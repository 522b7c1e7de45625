"""Alarms from crawls of a real server: exit status, mail and webhooks once and on change, acceptance."""

from __future__ import annotations

import json
import logging
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from newscrawler.archive import open_archive
from newscrawler.monitoring import alarms
from newscrawler.monitoring.config import ConfigError, load_config
from newscrawler.monitoring.drift import Finding, Subject
from newscrawler.monitoring.evaluation import evaluate_newest
from newscrawler.monitoring.metrics import metrics_text, write_metrics
from newscrawler.monitoring.missed_runs import check_schedules
from newscrawler.monitoring.notify import notify
from support.alarms import channels, health, site
from support.crawls import Crawl
from support.pages import DEFINITION

SECRET = "s3cret-token"


def test_a_lost_field_ends_the_crawl_with_3_and_is_told_once(
    crawl: Callable[..., Crawl], tmp_path: Path, sink: Any, hook: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK_URL", f"http://127.0.0.1:{hook.server_address[1]}/{SECRET}")
    (tmp_path / "newscrawler.toml").write_text(channels(sink, hook), encoding="utf-8")
    assert crawl(site(2)).status == 0
    assert health(tmp_path / "archive.db").returncode == 0
    lost = crawl(site(3, editor=""))
    assert lost.status == 3, lost.messages
    assert "editors is filled in 0% of 12; it was 100% of 24" in lost.messages
    assert len(sink.mails) == len(hook.posts) == 1
    assert "Subject: newscrawler: alarms 1 opened" in sink.mails[0]
    (told,) = hook.posts[0][1]["alarms"]
    assert (told["change"], told["kind"], told["field"]) == ("opened", "field-empty", "editors")
    assert told["samples"][0].startswith("http://www.t.example/2026/0303/")
    shown = health(tmp_path / "archive.db", "t", "--format", "json")
    assert shown.returncode == 3
    (row,) = json.loads(shown.stdout)
    assert (row["before"], row["after"], row["state"]) == ("100% of 24", "0% of 12", "open")
    # Nothing new: still open, told no more.
    assert crawl(site(3, editor="")).status == 3
    assert len(sink.mails) == len(hook.posts) == 1
    # The next day is as the ones before: closed, and told.
    mended = crawl(site(4))
    assert mended.status == 0, mended.messages
    assert [len(sink.mails), len(hook.posts)] == [2, 2]
    assert "alarms 1 closed" in sink.mails[1]
    assert SECRET not in lost.messages + mended.messages
    logs = sorted((tmp_path / "logs").glob("*-t.log*"))
    assert logs
    assert all(SECRET not in path.read_text(encoding="utf-8") for path in logs)


def test_a_listing_that_went_blind_is_an_alarm_beside_status_1(crawl: Callable[..., Crawl], tmp_path: Path) -> None:
    crawl(site(2))
    broken = site(2)
    broken.pages["/enshi/"] = "<html><body><p>栏目调整中</p></body></html>"
    assert crawl(broken).status == 1
    shown = json.loads(health(tmp_path / "archive.db", "--format", "json").stdout)
    assert [(row["section"], row["kind"]) for row in shown] == [("恩施土家族苗族自治州", "section-empty")]
    assert crawl(site(2)).status == 0


@pytest.mark.slow
def test_the_general_rules_read_a_listing_whose_rule_matches_no_more(
    crawl: Callable[..., Crawl], tmp_path: Path
) -> None:
    rule = '[listing]\nentry = "ul.list a"\n'
    assert crawl(site(2), definition=DEFINITION + rule).status == 0
    redesigned = site(3)
    for slug in ("yichang", "enshi"):
        text = redesigned.pages[f"/{slug}/"]
        assert isinstance(text, str)
        redesigned.pages[f"/{slug}/"] = text.replace("ul class='list'", "ul class='news'")
    met = crawl(redesigned, definition=DEFINITION + rule)
    assert met.status == 3, met.messages
    assert met.one("SELECT count(*) AS n FROM articles")["n"] == 36
    assert met.rows("SELECT section, field, kind, state FROM alarms") == [
        {"section": "", "field": "listing", "kind": "rule-lost", "state": "open"}
    ]
    assert "'ul.list a' matches nothing; the general rules read the listing of 2 of 2 sections" in met.messages
    mended = crawl(redesigned, definition=DEFINITION + rule.replace(".list", ".news"))
    assert mended.status == 0, mended.messages
    assert mended.one("SELECT state FROM alarms")["state"] == "closed"


def stored(tmp_path: Path) -> sqlite3.Connection:
    connection: sqlite3.Connection = open_archive(tmp_path / "archive.db")
    connection.execute("""INSERT INTO portals (id, name, province, province_code, homepage, definition)
           VALUES ('t', 't', '湖北省', '420000', 'http://www.t.example/', '{}')""")
    return connection


def opened(connection: sqlite3.Connection, level: float = 0.5) -> Subject:
    subject = Subject("宜昌市", "source", "field-empty")
    finding = Finding(subject, "a <b>message</b> & more", "90% of 50", "1% of 9", level, ("http://www.t.example/1",))
    alarms.record(connection, "t", None, [finding], seen="2026-03-01T00:00:00Z")
    return subject


def test_what_could_not_be_told_is_told_later_and_changes_are_told(
    tmp_path: Path, sink: Any, hook: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK_URL", f"http://127.0.0.1:{hook.server_address[1]}/{SECRET}")
    (tmp_path / "newscrawler.toml").write_text(channels(sink, hook), encoding="utf-8")
    config = load_config(tmp_path / "archive.db")
    assert SECRET not in repr(config)
    connection = stored(tmp_path)
    subject = opened(connection)
    sink.refuses, hook.status = "@", 403
    problems = notify(connection, config)
    assert [problem.split(":")[0] for problem in problems] == ["channel team", "channel chat"]
    assert "answered 403" in problems[1]
    assert SECRET not in "".join(problems)
    sink.refuses, hook.status = "nobody", 200
    assert notify(connection, config) == []
    assert notify(connection, config) == []
    assert len(sink.mails) == 1
    opened(connection, 0.6)
    notify(connection, config)
    assert len(sink.mails) == 1
    opened(connection, 0.9)
    notify(connection, config)
    assert "1 worsened" in sink.mails[1]
    alarms.close(connection, "t", [subject], seen="2026-03-02T00:00:00Z")
    notify(connection, config)
    assert "1 closed" in sink.mails[2]
    opened(connection)
    alarms.close(connection, "t", [subject], seen="2026-03-02T00:00:00Z")
    notify(connection, config)
    assert len(sink.mails) == 3
    hook.status = 500
    opened(connection)
    assert notify(connection, config) == ["channel chat: the webhook answered 500; the next run tries again"]
    connection.close()


def test_who_was_told_is_not_told_again_for_the_sake_of_one_who_cannot_be(
    tmp_path: Path, sink: Any, hook: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK_URL", f"http://127.0.0.1:{hook.server_address[1]}/")
    text = channels(sink, hook).replace('["a@example.org"]', '["a@example.org", "gone@example.org"]')
    (tmp_path / "newscrawler.toml").write_text(text, encoding="utf-8")
    config = load_config(tmp_path / "archive.db")
    sink.refuses = "gone@"
    connection = stored(tmp_path)
    opened(connection)
    assert notify(connection, config) == ["channel team: the mail server refused 1 of 2 receivers"]
    assert notify(connection, config) == []
    assert len(sink.mails) == 1
    connection.close()


def test_crawls_that_end_together_tell_once(tmp_path: Path, hook: Any) -> None:
    text = f'[[webhook]]\nname = "chat"\nurl = "http://127.0.0.1:{hook.server_address[1]}/"\n'
    (tmp_path / "newscrawler.toml").write_text(text, encoding="utf-8")
    config = load_config(tmp_path / "archive.db")
    connection = stored(tmp_path)
    opened(connection)
    connection.close()
    hook.wait = 0.3

    def tell() -> None:
        own = open_archive(tmp_path / "archive.db")
        assert notify(own, config) == []
        own.close()

    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(tell) for _ in range(3)]:
            done.result()
    assert len(hook.posts) == 1


def test_a_channel_that_makes_no_sense_is_a_problem_and_no_crash(tmp_path: Path, sink: Any) -> None:
    """A webhook's address where mail is served, and a password that SMTP cannot carry."""
    port = sink.server_address[1]
    text = (
        f'[[webhook]]\nname = "chat"\nurl = "http://127.0.0.1:{port}/"\n'
        f'[[mail]]\nname = "team"\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\nuser = "u"\n'
        'password = "密码"\nfrom = "crawler@example.org"\nto = ["a@example.org"]\n'
    )
    (tmp_path / "newscrawler.toml").write_text(text, encoding="utf-8")
    connection = stored(tmp_path)
    opened(connection)
    problems = notify(connection, load_config(tmp_path / "archive.db"))
    connection.close()
    assert [problem.partition(";")[0] for problem in problems] == [
        "channel team: the mail could not be sent (UnicodeEncodeError)",
        "channel chat: the webhook could not be reached (BadStatusLine)",
    ]


def notified(tmp_path: Path, channel: str) -> list[str]:
    """Open an alarm and notify one channel of it; return the problems."""
    (tmp_path / "newscrawler.toml").write_text(channel, encoding="utf-8")
    connection = stored(tmp_path)
    opened(connection)
    problems = notify(connection, load_config(tmp_path / "archive.db"))
    connection.close()
    return problems


def test_a_webhook_gets_the_alarm_as_json(tmp_path: Path, hook: Any) -> None:
    url = f"http://127.0.0.1:{hook.server_address[1]}/robot?key=1"
    assert notified(tmp_path, f'[[webhook]]\nname = "own"\nurl = "{url}"\n') == []
    ((path, payload),) = hook.posts
    assert path == "/robot?key=1"
    assert payload["alarms"][0]["section"] == "宜昌市"


@pytest.mark.slow
def test_a_chat_gets_the_alarm_as_a_message(tmp_path: Path, hook: Any) -> None:
    """Through Apprise, whose own JSON form is the one that can be received on this machine."""
    url = f"json://127.0.0.1:{hook.server_address[1]}/room"
    assert notified(tmp_path, f'[[chat]]\nname = "room"\nurl = "{url}"\n') == []
    ((_, payload),) = hook.posts
    assert payload["title"] == "newscrawler: alarms 1 opened (t)"
    assert "t / 宜昌市 / source: field empty" in payload["message"]
    assert "a <b>message</b> & more" in payload["message"]
    assert "since 2026-03-01 08:00 UTC+8" in payload["message"]


@pytest.mark.slow
def test_mails_and_chats_speak_the_language_of_the_configuration(
    tmp_path: Path, sink: Any, hook: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"json://127.0.0.1:{hook.server_address[1]}/room"
    assert notified(tmp_path, f'language = "zh"\n[[chat]]\nname = "room"\nurl = "{url}"\n') == []
    ((_, payload),) = hook.posts
    assert payload["title"] == "newscrawler 告警：1 新增（t）"
    assert payload["message"].split("\n")[0] == "[新增] t / 宜昌市 / 来源: 字段缺失"
    assert "自 2026-03-01 08:00 北京时间 起" in payload["message"]
    monkeypatch.setenv("HOOK_URL", f"http://127.0.0.1:{hook.server_address[1]}/")
    (tmp_path / "newscrawler.toml").write_text('language = "zh"\n' + channels(sink, hook), encoding="utf-8")
    connection = stored(tmp_path) if not (tmp_path / "archive.db").exists() else open_archive(tmp_path / "archive.db")
    assert notify(connection, load_config(tmp_path / "archive.db")) == []
    connection.close()
    (mail,) = sink.mails
    parsed = message_from_bytes(mail.encode(), policy=default)
    assert parsed["Subject"] == "newscrawler 告警：1 新增（t）"
    assert "字段缺失" in parsed.get_content()


def test_a_language_without_a_catalog_is_refused(tmp_path: Path) -> None:
    (tmp_path / "newscrawler.toml").write_text('language = "fr"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"language: is not a language of the program; there are en, zh\."):
        load_config(tmp_path / "archive.db")


def test_a_chat_that_refuses_is_a_problem_that_shows_no_token(
    tmp_path: Path, hook: Any, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    hook.status = 403
    url = f"json://127.0.0.1:{hook.server_address[1]}/{SECRET}"
    with caplog.at_level(logging.DEBUG):
        (problem,) = notified(tmp_path, f'[[chat]]\nname = "room"\nurl = "{url}"\n')
    assert problem == "channel room: JSON did not take the message; the next run tries again"
    assert SECRET not in caplog.text + "".join(capfd.readouterr())


def test_a_chat_follows_no_redirect(tmp_path: Path, hook: Any) -> None:
    hook.status, hook.location = 307, "/elsewhere"
    (problem,) = notified(tmp_path, f'[[chat]]\nname = "room"\nurl = "json://127.0.0.1:{hook.server_address[1]}/"\n')
    assert "did not take the message" in problem
    assert [path for path, _ in hook.posts] == ["/"]


def test_an_address_that_no_service_has_is_told(tmp_path: Path) -> None:
    (problem,) = notified(tmp_path, f'[[chat]]\nname = "room"\nurl = "nosuchservice://{SECRET}"\n')
    assert "not one that Apprise understands" in problem
    assert SECRET not in problem


@pytest.mark.parametrize(
    "url",
    [
        "feishu://0123456789abcdef0123",
        "dingtalk://SECabcdef0123456789@0123456789abcdef0123/",
        "wecombot://01234567-89ab-cdef-0123-456789abcdef",
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/",
    ],
)
def test_the_chat_addresses_that_the_page_shows_are_understood(url: str) -> None:
    import apprise

    service = apprise.Apprise()
    assert service.add(url)
    assert len(service) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[[mail]]\nname = "a"\nhost = "h"\nfrom = "x"\nto = ["a@b.c"]', "mail.0.from: is not a valid e-mail address"),
        (
            '[[mail]]\nname = "a"\nhost = "h"\nfrom = "a@b.c\\r\\nBcc: d@e.f"\nto = ["a@b.c"]',
            "is not a valid e-mail address",
        ),
        ('[[webhook]]\nname = "a"\nurl = "file:///etc/passwd"', "is not an address that starts with http"),
        ('[[webhook]]\nname = "a"\nurl_env = "NOT_SET_AT_ALL"', "names a variable that is not set"),
        ('[[webhook]]\nname = "a"\nurl = "http://h/s3cret-token"\nformt = "json"', "webhook.0.formt"),
        ('[[webhook]]\nname = "a"\nurl = "http://h/1"\n[[webhook]]\nname = "a"\nurl = "http://h/2"', "the same name"),
        ('[[webhook]]\nname = "a"\nformat = "feishu"\nurl = "http://h/s3cret-token"', "write [[chat]]"),
        ('[[chat]]\nname = "a"\nurl = "s3cret-token"', "chat.0.url: is not an Apprise address"),
        ("[[mail]", "is not valid TOML"),
    ],
)
def test_a_wrong_configuration_is_refused_without_its_secrets(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "newscrawler.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path / "archive.db")
    assert message in str(caught.value)
    assert SECRET not in str(caught.value)


def test_an_accepted_alarm_is_the_new_normal(tmp_path: Path) -> None:
    connection = stored(tmp_path)
    opened(connection)
    connection.close()
    (row,) = json.loads(health(tmp_path / "archive.db", "--format", "json").stdout)
    assert health(tmp_path / "archive.db", "accept", str(row["id"])).returncode == 0
    assert health(tmp_path / "archive.db", "accept", str(row["id"])).returncode == 2
    shown = json.loads(health(tmp_path / "archive.db", "--all", "--format", "json").stdout)
    assert [row["state"] for row in shown] == ["accepted"]


def test_a_refresh_that_goes_well_says_nothing_of_the_crawls(tmp_path: Path) -> None:
    connection = stored(tmp_path)

    def run(command: str, outcome: str, number: int) -> list[tuple[str, str]]:
        connection.execute(
            "INSERT INTO runs (key, portal, command, arguments, program, started, finished, outcome, counts) "
            "VALUES (?, 't', ?, '{}', '0', '2026-03-01T06:00:00Z', '2026-03-01T07:00:00Z', ?, '{\"new\": 0}')",
            (f"k{number}", command, outcome),
        )
        evaluate_newest(connection)
        return connection.execute("SELECT kind, state FROM alarms").fetchall()

    assert run("crawl", "failed", 1) == [("run-failed", "open")]
    assert run("refresh", "done", 2) == [("run-failed", "open")]
    assert run("crawl", "interrupted", 3) == [("run-failed", "open")]
    connection.close()


def test_what_lasts_is_quiet_once_accepted_until_all_was_well(tmp_path: Path) -> None:
    connection = stored(tmp_path)
    subject = Subject("恩施土家族苗族自治州", "", "section-silent")

    def states(days: int) -> list[str]:
        finding = Finding(subject, f"no new entry for {days} days", "9 days", f"{days} days", 1.0)
        alarms.record(connection, "t", None, [finding], seen="2026-03-02T00:00:00Z")
        return [row[0] for row in connection.execute("SELECT state FROM alarms ORDER BY id")]

    assert states(30) == ["open"]
    alarms.accept(connection, 1)
    assert states(31) == ["accepted"]
    alarms.close(connection, "t", [subject], seen="2026-03-03T00:00:00Z")
    assert states(28) == ["closed", "open"]
    connection.close()


@pytest.mark.parametrize(
    ("starts", "schedule", "is_missed"),
    [
        (["01T06:00", "01T06:05", "01T06:20", "01T07:00", "01T09:00"], "", False),  # someone tried it for a day
        (["01T06:00", "04T06:05", "09T06:20", "10T07:00", "11T09:00"], "", False),  # by hand, now and then
        (["12T06:00", "13T06:00", "14T06:00", "15T06:00", "17T06:00"], "", True),
        (["17T06:00"], "", False),
        (["17T06:00"], '{"every": "6h"}', True),  # a definition that is named by its path
    ],
)
def test_a_habit_or_a_schedule_says_when_a_crawl_is_missed(
    starts: list[str], schedule: str, is_missed: bool, tmp_path: Path
) -> None:
    connection = stored(tmp_path)
    if schedule:
        text = (
            '{"id": "t", "name": "t", "province": "湖北省", "homepage": "http://www.t.example/", "schedule": '
            + schedule
            + "}"
        )
        connection.execute("UPDATE portals SET definition = ?", (text,))
    for start in starts:
        connection.execute(
            "INSERT INTO runs (key, portal, command, arguments, program, started, finished, outcome) "
            "VALUES (?, 't', 'crawl', '{}', '0', ?, ?, 'done')",
            (start, f"2026-03-{start}:00Z", f"2026-03-{start}:30Z"),
        )
    check_schedules(connection, now=datetime(2026, 3, 21, 6, 30, tzinfo=UTC))
    kinds = [row[0] for row in connection.execute("SELECT kind FROM alarms")]
    connection.close()
    assert kinds == ["run-missed"] * is_missed


def test_a_crawl_that_does_not_happen_is_told_by_health(tmp_path: Path) -> None:
    connection = stored(tmp_path)
    for day in range(1, 8):
        connection.execute(
            "INSERT INTO runs (key, portal, command, arguments, program, started, finished, outcome) "
            "VALUES (?, 't', 'crawl', '{}', '0', ?, ?, 'done')",
            (f"k{day}", f"2026-03-{day:02}T06:00:00Z", f"2026-03-{day:02}T07:00:00Z"),
        )
    connection.close()
    metrics = tmp_path / "metrics.prom"
    assert health(tmp_path / "archive.db", "--notify", "--metrics", str(metrics)).returncode == 3
    (row,) = json.loads(health(tmp_path / "archive.db", "--format", "json").stdout)
    assert row["kind"] == "run-missed"
    assert samples_of(metrics.read_text())["newscrawler_alarms_open", "t", "run-missed"] == 1


def samples_of(text: str) -> dict[tuple[str, ...], float]:
    """The samples of a metrics file: name, portal and the value of the other label, if any."""
    return {
        (sample.name, sample.labels.pop("portal"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_metrics_are_of_the_format_and_whole(demo_archive: Path, tmp_path: Path) -> None:
    connection = sqlite3.connect(f"file:{demo_archive}?mode=ro", uri=True)
    text = metrics_text(connection)
    samples = samples_of(text)
    assert samples["newscrawler_articles", "demo"] == 136
    assert samples["newscrawler_run_outcome", "demo", "done"] == 1
    assert samples["newscrawler_run_outcome", "demo", "failed"] == 0
    assert samples["newscrawler_run_responses", "demo", "404"] == 1
    assert samples["newscrawler_run_finished_timestamp_seconds", "demo"] > 1.7e9
    file = tmp_path / "m.prom"
    file.write_text("old", encoding="utf-8")
    write_metrics(connection, file)
    assert file.read_text(encoding="utf-8") == text
    assert os.listdir(tmp_path) == ["m.prom"]  # noqa: PTH208
    connection.close()
