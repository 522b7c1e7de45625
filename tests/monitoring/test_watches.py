"""Watches: each channel is told of each new article once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from newscrawler.archive.merging.merge import merge
from newscrawler.archive.suppression import suppress
from newscrawler.cli.main import cli
from newscrawler.monitoring.after_run import evaluate_and_notify
from newscrawler.monitoring.message import message_of_watch
from newscrawler.research.watches import WatchedArticle
from newscrawler.text.languages import languages
from support.archives import Room, article
from support.integrity import run as newscrawler

LATER = "2099-01-01T00:00:00Z"


@pytest.fixture
def room(tmp_path: Path, hook: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    monkeypatch.setenv("HOOK_URL", f"http://127.0.0.1:{hook.server_address[1]}/x")
    (tmp_path / "newscrawler.toml").write_text('[[webhook]]\nname = "chat"\nurl_env = "HOOK_URL"\n', encoding="utf-8")
    room = Room(tmp_path / "archive.db")
    for number in (1, 2, 3):
        room.store(article(number), cities=["宜昌市"])
    yield room
    room.close()


def watch(room: Room, *arguments: object) -> Result:
    first, *rest = map(str, arguments)
    return CliRunner().invoke(cli, ["watch", first, "--archive", str(room.path), *rest])


def told(room: Room, hook: Any) -> list[dict[str, Any]]:
    """What the channel was sent by the end of a crawl."""
    before = len(hook.posts)
    assert evaluate_and_notify(str(room.path), []) == ([], [])
    return [post[1] for post in hook.posts[before:]]


def test_new_articles_are_told_once(room: Room, hook: Any) -> None:
    added = watch(room, "add", "防汛 NOT 演习", "--name", "floods", "--city", "宜昌")
    assert added.exit_code == 0 and "floods: 0 of 3 stored articles match" in added.stderr, added.output
    assert told(room, hook) == []
    room.store(article(4, title="防汛队员上堤", body="防汛。"), cities=["宜昌市"], seen=LATER)
    room.store(article(5, body="防汛演习。"), cities=["宜昌市"], seen=LATER)
    room.store(article(6, body="防汛。"), cities=["武汉市"], seen=LATER)
    (message,) = told(room, hook)
    assert "floods" in json.dumps(message, ensure_ascii=False)
    assert [(each["title"], each["url"][-7:]) for each in message["articles"]] == [("防汛队员上堤", "4.shtml")]
    assert message["alarms"] == []
    # An edit is not a new article.
    room.store(article(4, title="防汛队员上堤", body="防汛，改过。"), cities=["宜昌市"], seen="2099-01-02T00:00:00Z")
    assert told(room, hook) == []
    assert newscrawler("verify", "--archive", room.path).exit_code == 0


def test_what_could_not_be_sent_is_sent_later(room: Room, hook: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert watch(room, "add", "防汛").exit_code == 0
    room.store(article(4, body="防汛。"), seen=LATER)
    good = f"http://127.0.0.1:{hook.server_address[1]}/x"
    monkeypatch.setenv("HOOK_URL", "http://127.0.0.1:9/x")
    _, problems = evaluate_and_notify(str(room.path), [])
    assert len(problems) == 1 and "the next run tries again" in problems[0] and not hook.posts
    monkeypatch.setenv("HOOK_URL", good)
    assert len(told(room, hook)) == 1 and told(room, hook) == []


def test_a_suppressed_article_is_not_told(room: Room, hook: Any) -> None:
    assert watch(room, "add", "防汛").exit_code == 0
    room.store(article(4, body="防汛。"), seen=LATER)
    (hidden,) = [row["id"] for row in room.flat() if row["body"] == "防汛。"]
    suppress(room.connection, hidden, reason="x", by="op")
    assert told(room, hook) == []


def test_many_articles_are_one_message(room: Room, hook: Any) -> None:
    assert watch(room, "add", "防汛").exit_code == 0
    for number in range(10, 45):
        room.store(article(number, body="防汛。"), seen=LATER)
    (message,) = told(room, hook)
    assert len({each["id"] for each in message["articles"]}) == 35
    text = message_of_watch("floods", [WatchedArticle(**each) for each in message["articles"]], languages()["en"]).text
    assert text.count(".shtml") == 30 and text.endswith("and 5 more; the search shows all.")
    assert told(room, hook) == []


def test_watches_are_listed_removed_and_kept_by_a_merge(room: Room, tmp_path: Path) -> None:
    watch(room, "add", "防汛", "--name", "floods", "--city", "宜昌")
    watch(room, "add", "桥")
    rows = json.loads(watch(room, "list", "--format", "json").stdout)
    assert [(row["name"], row["words"], row["filter"]) for row in rows] == [
        ("floods", "防汛", {"cities": ["宜昌"]}), ("桥", "桥", {}),
    ]  # fmt: skip
    assert "Watches" in watch(room, "list").stdout
    room.close()
    merge([room.path], tmp_path / "merged.db")
    listed = CliRunner().invoke(cli, ["watch", "list", "--format", "json", "--archive", str(tmp_path / "merged.db")])
    assert json.loads(listed.stdout) == rows
    assert watch(room, "remove", "floods").exit_code == 0
    assert [row["name"] for row in json.loads(watch(room, "list", "--format", "json").stdout)] == ["桥"]


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["add", "桥"], 0, "matches more than half of all articles"),
        (["add", "*"], 2, "names no word"),
        (["add", "桥", "--city", "伦敦"], 2, "no city"),
        (["add", "桥", "--name", "two\nlines"], 2, "not a name of 1 to 100"),
        (["add", "桥", "--name", "x" * 101], 2, "not a name of 1 to 100"),
        (["remove", "floods"], 2, "there is no watch 'floods'; there are: none"),
    ],
)
def test_what_is_odd_is_told(room: Room, arguments: list[str], status: int, message: str) -> None:
    result = watch(room, *arguments)
    assert result.exit_code == status and message in result.output, result.output
    if status == 0:
        again = watch(room, *arguments)
        assert again.exit_code == 2 and "there is a watch '桥' already" in again.output
    (room.path.parent / "newscrawler.toml").unlink()
    assert "nobody is told" in watch(room, "add", "青禾镇").output
