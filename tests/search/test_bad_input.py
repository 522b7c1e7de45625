"""Searches with odd syntax, and archives that cannot be read: an answer or one clear line, never FTS5's own syntax."""

import shutil
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newscrawler.archive.database import connection as connecting
from newscrawler.cli.main import cli
from support.archives import Room, article
from support.examples import examples


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    room = Room(tmp_path_factory.mktemp("search") / "archive.db")
    room.store(article(1, title="柑橘红了", body="title与body在NEAR处写着OR"), cities=["宜昌市"])
    room.store(article(2, title="渡口停航", body="没有别的"), cities=["武汉市"])
    room.close()
    return room.path


def run(archive: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["search", "--archive", str(archive), "--format", "urls", *arguments])


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("柑橘*", 1),  # no wildcard: Han characters are found inside words anyway
        ("^柑橘", 1),
        ("title:柑橘", 0),  # no column filter: `title` is a word, next to 柑橘 it stands nowhere
        ("{title body}:柑橘", 0),
        ("-柑橘", 1),
        ("柑橘 + 渡口", 0),
        ("柑橘;渡口", 0),
        ("渡口' AND '1'='1", 0),
        ("柑橘\\", 1),
        ("柑橘%", 1),
        ("柑橘 --", 1),
        ('"OR"', 1),  # in quotes it is a word
        ("柑橘\0", 1),
    ],
)
def test_operators_of_fts_and_sql_mean_nothing(archive: Path, words: str, found: int) -> None:
    result = run(archive, "--", words)
    assert result.exit_code == 0, result.output
    assert len(result.stdout.splitlines()) == found


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("*", "names no word"),
        ("", "names no word"),
        ("。，", "names no word"),
        ('"柑橘', "quot"),
        ("柑橘 OR", "OR"),
        ("NOT", "names no word"),
        ("NOT 柑橘", "NOT"),
        ("(柑橘", "without its )"),
        ("柑橘)", "without its ("),
        ("(" * 10_000, "1,000"),
        ("柑" * 10_000, "1,000"),
        ("柑 " * 400, "32"),
    ],
)
def test_what_cannot_be_searched_is_said(archive: Path, words: str, says: str) -> None:
    result = run(archive, words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr
    assert not any(word in result.stderr.lower() for word in ("fts5", "sqlite", "syntax error near", "traceback"))


@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.sampled_from("柑橘a1 \"()*^:+-{}'AND OR NOT NEAR,;\\\0\u3000“”（）"), max_size=40))
def test_any_words_end_in_an_answer_or_in_wrong_usage(archive: Path, words: str) -> None:
    result = run(archive, "--", words)
    assert result.exit_code in (0, 2), result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert (result.exit_code == 0) or "Error: " in result.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--city", "宜晶"], "宜昌市"),
        (["--city", "x' OR 1=1 --"], "no city"),
        (["--portal", "ceshj"], "ceshi"),
        (["--county", "x"], "no county"),
        (["--since", "2024-13-01"], "is not a valid date"),
        (["--since", "2024-03-02", "--until", "2024-03-01"], "is later than the last"),
        (["--limit", "-1"], "limit"),
        (["--limit", str(2**64)], "limit"),
        (["--editor", "\udcff"], "is not UTF-8"),
        (["--status", "dead"], "live"),
    ],
)
def test_an_unknown_filter_names_the_nearest(archive: Path, arguments: list[str], says: str) -> None:
    result = run(archive, "柑橘", *arguments)
    assert (result.exit_code, result.stdout, says in result.stderr) == (2, "", True), result.stderr


def test_archives_that_cannot_be_read_are_told(archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(tmp_path / "none.db", "柑橘")
    assert (result.exit_code, "there is no archive yet" in result.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []
    archive = Path(shutil.copy(archive, tmp_path))
    monkeypatch.setattr(connecting, "READ_SECONDS", 0.1)
    holder = sqlite3.connect(archive, isolation_level=None)
    try:
        holder.execute("PRAGMA locking_mode = EXCLUSIVE")
        holder.execute("BEGIN EXCLUSIVE")
        result = run(archive, "柑橘")
        assert (result.exit_code, "is locked by another program" in result.stderr) == (1, True)
    finally:
        holder.close()
    assert run(archive, "柑橘").exit_code == 0
