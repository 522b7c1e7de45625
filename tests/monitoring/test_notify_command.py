"""`notify test`, and a configuration that cannot be used: somebody is told before an alarm is lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from newscrawler.archive import open_archive
from support.alarms import channels
from support.integrity import run

SECRET = "s3cret-token"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


def test_each_channel_gets_a_test_and_what_fails_is_told(
    archive: Path, sink: Any, hook: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK_URL", f"http://127.0.0.1:{hook.server_address[1]}/{SECRET}")
    config = f'language = "zh"\n{channels(sink, hook)}'
    archive.with_name("newscrawler.toml").write_text(config, encoding="utf-8")
    done = run("notify", "test", "--archive", archive)
    assert done.exit_code == 0, done.output
    assert done.stdout.count("sent") == 2
    assert len(sink.mails) == len(hook.posts) == 1
    assert hook.posts[0][1] == {"subject": "newscrawler：通知测试", "alarms": []}
    assert not archive.exists()
    assert run("notify", "test", "team", "--archive", archive).exit_code == 0
    assert [len(sink.mails), len(hook.posts)] == [2, 1]
    # The other channel is tried all the same, and no secret is shown.
    monkeypatch.setenv("HOOK_URL", f"http://127.0.0.1:9/{SECRET}")
    done = run("notify", "test", "--archive", archive)
    assert done.exit_code == 1 and len(sink.mails) == 3
    assert "the webhook could not be reached" in done.stdout and SECRET not in done.output


@pytest.mark.parametrize(
    ("config", "arguments", "says"),
    [
        ("", [], "no channel is configured"),
        ('[[webhook]]\nname = "own"\nurl = "http://127.0.0.1/"\n', ["team"], "no channel 'team'; there are own"),
        ("[[mail]\n", [], "is not valid TOML"),
        ('[[webhook]]\nname = "own"\nurl = "ftp://x/"\n', [], "is not an address"),
    ],
)
def test_what_cannot_be_tested(archive: Path, config: str, arguments: list[str], says: str) -> None:
    archive.with_name("newscrawler.toml").write_text(config, encoding="utf-8")
    done = run("notify", "test", *arguments, "--archive", archive)
    assert (done.exit_code, done.stdout) == (2, "") and says in done.stderr


def test_health_warns_of_a_configuration_that_cannot_be_used(archive: Path) -> None:
    open_archive(archive).close()
    config = archive.with_name("newscrawler.toml")
    config.write_text("[[mail]\n", encoding="utf-8")
    done = run("health", "--format", "json", "--archive", archive)
    assert (done.exit_code, json.loads(done.stdout)) == (0, [])
    assert f"Warning: nobody is notified of alarms: {config}: is not valid TOML" in done.stderr
    config.unlink()
    assert "Warning" not in run("health", "--archive", archive).stderr
