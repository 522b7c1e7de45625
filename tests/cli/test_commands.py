"""The commands that read: help, tables, JSON, exit status, and nothing raw on a terminal."""

import csv
import io
import json
import os
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from newscrawler.archive import runs
from newscrawler.archive.columns import COLUMN_NAMES
from newscrawler.cli.main import COMMANDS, cli
from newscrawler.text.printable import printable
from support import nightly, program
from support.archives import Room, article

READING = ("export", "portals", "runs", "stats")
RAW = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def run(*arguments: object, **options: object) -> Result:
    result = CliRunner().invoke(cli, [str(argument) for argument in arguments], **options)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def process(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    return program.run(
        [sys.executable, "-m", "newscrawler", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        **options,
    )


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("NEWSCRAWLER_PORTALS", "NEWSCRAWLER_ARCHIVE"):
        monkeypatch.delenv(name, raising=False)


# Help


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_explains_itself_with_an_example(command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"newscrawler {command}" in result.stdout.partition("Example")[2]


@pytest.mark.parametrize("command", READING)
def test_the_archive_is_named_alike_everywhere(command: str) -> None:
    if command != "portals":
        assert "--archive" in run(command, "--help").stdout


def test_help_is_quick_and_imports_neither_scrapy_nor_sqlite_utils() -> None:
    code = (
        "import sys, runpy\nsys.argv = ['newscrawler', '--help']\n"
        "try: runpy.run_module('newscrawler', run_name='__main__')\n"
        "except SystemExit as end: assert end.code == 0\n"
        "print([name for name in ('scrapy', 'twisted', 'sqlite_utils', 'pydantic', 'rich', 'lxml') if name in sys.modules])"
    )
    # Processor time, and without the tests' own measuring of coverage: what else runs here must not count.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    command = [sys.executable, "-c", code]
    seconds = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, env=environment)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        assert done.stdout.endswith("\n[]\n")
    assert min(seconds) < 0.3


@nightly.by_day(3)
@pytest.mark.parametrize("command", READING)
def test_commands_that_read_do_not_import_scrapy(demo_archive: Path, command: str) -> None:
    arguments = ["newscrawler", command, *(["-"] if command == "export" else [])]
    if command != "portals":
        arguments += ["--archive", str(demo_archive)]
    code = (
        f"import sys\nsys.argv = {arguments!r}\nfrom newscrawler.cli.main import main\n"
        "try: main()\nexcept SystemExit as end: assert not end.code, end.code\n"
        "assert 'scrapy' not in sys.modules and 'twisted' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("typed", "meant"), [("exprot", "export"), ("stat", "stats"), ("run", "runs")])
def test_an_unknown_command_is_answered_with_the_nearest(typed: str, meant: str) -> None:
    result = run(typed)
    assert result.exit_code == 2
    assert result.stderr.count("Did you mean") == 1
    assert meant in result.stderr.partition("Did you mean")[2]
    assert result.stdout == ""


def test_a_command_that_resembles_none() -> None:
    result = run("zzzzzz")
    assert result.exit_code == 2
    assert "No such command 'zzzzzz'" in result.stderr


# Exit status and messages


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["export", "--columns", "title,sorce", "-"], "no column 'sorce'; did you mean 'source'?"),
        (["export", "--city", "宜晶市", "-"], "no city '宜晶市'; the nearest it knows: 宜昌市"),
        (["export", "--portal", "dmo", "-"], "no portal 'dmo'; the nearest it knows: demo"),
        (["stats", "--city", "广州"], "no city '广州'"),
        (["stats", "--portal", "dmo"], "no portal 'dmo'; the nearest it knows: demo"),
        (["runs", "--portal", "dmo"], "no portal 'dmo'; the nearest it knows: demo"),
        (["runs", "show", "1999"], "no run has a key that begins with '1999'"),
        (["runs", "--limit", "0"], "0 is not in the range"),
        (["export", "--since", "10.7.2019", "-"], "'10.7.2019' is not a valid date; use YYYY-MM-DD"),
        (["stats", "--until", "2019-02-30"], "'2019-02-30' is not a valid date"),
        (["stats", "--until", ""], "'' is not a valid date"),
        (["stats", "--status", "dead"], "'dead' is not one of"),
        (["export"], "Missing argument 'OUT'"),
        (["export", "/"], "is a directory; name a file"),
        (["export", "none/out.csv"], "none/out.csv: cannot be written: No such file or directory"),
    ],
)
def test_wrong_usage_is_status_2_and_one_message(demo_archive: Path, arguments: list[str], message: str) -> None:
    result = run(*arguments, "--archive", demo_archive)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    "command",
    [
        ["stats"], ["runs"], ["export", "out.csv"], ["annotate", "articles", "places"], ["reextract"],
        ["watch", "add", "桥"], ["health", "accept", "1"],
    ],
)  # fmt: skip
def test_an_archive_that_cannot_be_used_is_status_2(tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "text.db").write_text("x" * 2000)
    for name, message in (
        ("none.db", "there is no archive yet; run 'newscrawler crawl'"),
        (".", "is a directory"),
        ("text.db", "is not a SQLite file"),
        ("长" * 200, "cannot be reached"),
    ):
        result = run(*command, "--archive", name)
        assert (result.exit_code, result.stdout) == (2, ""), result.output
        assert message in result.stderr
    assert not Path("out.csv").exists() and not Path("none.db").exists()


def test_the_archive_may_stand_in_the_environment(demo_archive: Path) -> None:
    assert run("stats", env={"NEWSCRAWLER_ARCHIVE": str(demo_archive)}).exit_code == 0


def test_an_export_that_breaks_off_is_status_1(demo_archive: Path) -> None:
    done = process("export", "/dev/full", "--archive", demo_archive)
    assert done.returncode == 1
    assert done.stderr == "Error: /dev/full: could not be written: No space left on device; nothing of it is left.\n"


@pytest.mark.parametrize("command", [["export", "-"], ["stats"], ["stats", "--format", "json"], ["runs"]])
def test_standard_output_that_is_full_is_status_1(demo_archive: Path, command: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = program.run(
            [sys.executable, "-m", "newscrawler", *command, "--archive", str(demo_archive)],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
        )
    assert done.returncode == 1
    assert re.fullmatch(r"Error: .*No space left on device\.\n", done.stderr)


def test_a_damaged_archive_is_an_error_without_a_traceback(demo_archive: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    data = demo_archive.read_bytes()
    copy.write_bytes(data[: len(data) // 2])
    for command in (["stats"], ["export", "out.csv"]):
        done = process(*command, "--archive", copy)
        assert done.returncode in (1, 2), done.stderr
        assert done.stderr.startswith("Error: ")
        assert "Traceback" not in done.stderr
    assert not Path("out.csv").exists()


# Export


def test_data_goes_to_stdout_and_messages_to_stderr(demo_archive: Path) -> None:
    done = program.run(
        [sys.executable, "-m", "newscrawler", "export", "-", "--archive", str(demo_archive)],
        capture_output=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    header, *rows = csv.reader(io.StringIO(done.stdout.decode("utf-8"), newline=""), strict=True)
    assert tuple(header) == COLUMN_NAMES
    assert done.stdout.count(b"\r\n") == len(rows) + 1
    result = run("export", "out.csv", "--archive", demo_archive)
    assert (result.stdout, result.stderr) == ("", f"{len(rows)} articles written to out.csv\n")
    assert Path("out.csv").read_bytes() == done.stdout
    assert [str(path) for path in Path().iterdir()] == ["out.csv"]


@pytest.mark.parametrize("name", ["宜昌", "宜昌市", "恩施州", "恩施", "恩施土家族苗族自治州", "422800"])
def test_a_city_may_be_named_in_any_form(demo_archive: Path, name: str) -> None:
    full = "宜昌市" if name.startswith("宜昌") else "恩施土家族苗族自治州"
    result = run("export", "--city", name, "--columns", "cities", "-", "--archive", demo_archive)
    cells = result.stdout_bytes.decode().split("\r\n")[1:-1]
    with closing(sqlite3.connect(demo_archive)) as connection:
        query = "SELECT count(*) FROM articles_flat WHERE '、' || cities || '、' LIKE ?"
        assert len(cells) == connection.execute(query, (f"%、{full}、%",)).fetchone()[0] > 5
    assert all(full in cell.split("、") for cell in cells)


# Tables and JSON


def test_stats_as_json_has_stable_names(demo_archive: Path) -> None:
    value = json.loads(run("stats", "--format", "json", "--archive", demo_archive).stdout)
    assert list(value) == ["totals", "cities"]
    assert list(value["totals"]) == [
        "articles",
        "versions",
        "characters",
        "first_published",
        "last_published",
        "filled",
    ]
    assert list(value["totals"]["filled"]) == [
        "source",
        "published",
        "editors",
        "authors",
        "summary",
        "body",
        "county",
        "images",
    ]
    assert {tuple(row) for row in value["cities"]} == {
        ("portal", "city", "articles", "first_published", "last_published", "sources")
    }
    # An article counts for each of its cities, or once where it has none.
    with closing(sqlite3.connect(demo_archive)) as connection:
        cities = [row[0] or "" for row in connection.execute("SELECT cities FROM articles_flat")]
    assert len(cities) == value["totals"]["articles"] > 100
    assert sum(row["articles"] for row in value["cities"]) == sum(len(names.split("、")) for names in cities)


def test_stats_as_a_table_shows_the_same_numbers(demo_archive: Path) -> None:
    value = json.loads(run("stats", "--format", "json", "--archive", demo_archive).stdout)
    table = run("stats", "--archive", demo_archive).stdout
    for row in value["cities"]:
        line = next(line for line in table.splitlines() if f" {row['city']} " in line)
        assert re.search(rf"\b{row['articles']}\b", line)
    assert f"{value['totals']['articles']} articles" in table


RUN_KEYS = {
    "id", "key", "portal", "command", "arguments", "program", "started", "finished", "outcome", "reason", "counts"
}  # fmt: skip


def test_runs_as_json_have_stable_names(demo_archive: Path) -> None:
    (listed,) = json.loads(run("runs", "--format", "json", "--archive", demo_archive).stdout)
    assert set(listed) == RUN_KEYS
    for key in (listed["key"], listed["key"][:12]):
        shown = json.loads(run("runs", "show", key, "--format", "json", "--archive", demo_archive).stdout)
        assert set(shown) == RUN_KEYS | {"events", "robots", "article_count", "articles", "timestamps"}
        assert shown["key"] == listed["key"]
    assert {tuple(event) for event in shown["events"]} == {("kind", "url", "section", "reason", "seen")}
    assert shown["outcome"] == "done"


def test_a_run_is_shown_in_full(demo_archive: Path) -> None:
    (listed,) = json.loads(run("runs", "--format", "json", "--archive", demo_archive).stdout)
    result = run("runs", "show", listed["key"][:15], "--archive", demo_archive)
    assert result.exit_code == 0
    assert listed["key"] in result.stdout
    for word in ("宜昌市", "神农架林区", "Events", "gone"):
        assert word in result.stdout


@pytest.fixture
def two_runs(tmp_path: Path) -> Room:
    room = Room(tmp_path / "archive.db")
    runs.start_run(
        room.connection,
        dict(room.connection.execute("SELECT 'id', id FROM portals").fetchall())
        | {"name": "n", "province": "湖北省", "province_code": "420000", "homepage": "h", "definition": "{}"},
        command="crawl",
        arguments={},
    )
    room.connection.execute("UPDATE runs SET key = '20240510T000000Z-ceshi-000' || id, started = '2024-05-1' || id")
    return room


@pytest.mark.parametrize("output", ["table", "json"])
def test_an_ambiguous_key_lists_what_it_could_mean(two_runs: Room, output: str) -> None:
    result = run("runs", "show", "20240510", "--format", output, "--archive", two_runs.path)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "2 runs have a key that begins with '20240510'; give more of it" in result.stderr
    assert result.stderr.index("ceshi-0002") < result.stderr.index("ceshi-0001")


def test_runs_can_be_limited_and_chosen(two_runs: Room) -> None:
    archive = ["--archive", two_runs.path]
    listed = json.loads(run("runs", "--limit", "1", "--format", "json", *archive).stdout)
    assert [row["key"][-4:] for row in listed] == ["0002"]
    shown = json.loads(run("runs", "show", "20240510T000000Z-ceshi-0001", "--format", "json", *archive).stdout)
    assert shown["started"] == "2024-05-11"
    # Letters that mean something to LIKE mean nothing here.
    assert run("runs", "show", "2024____", *archive).exit_code == 2
    assert run("runs", "show", "%", *archive).exit_code == 2


def test_a_run_whose_counts_are_broken_is_an_error(two_runs: Room) -> None:
    for counts in ("{", "[]", "[" * 100_000):
        two_runs.connection.execute("UPDATE runs SET counts = ?", (counts,))
        result = run("runs", "--archive", two_runs.path)
        assert result.exit_code == 2
        assert "its counts are no JSON object; the archive is damaged" in result.stderr


def test_portals_as_json_have_stable_names() -> None:
    value = json.loads(run("portals", "--format", "json").stdout)
    assert {"demo", "hbdysh"} <= {portal["id"] for portal in value}
    for portal in value:
        assert {
            "id",
            "name",
            "province",
            "homepage",
            "allowed_hosts",
            "sections",
            "listing",
            "article",
            "crawl",
        } <= set(portal)


def test_a_wrong_definition_is_told_and_the_others_are_listed(tmp_path: Path) -> None:
    (tmp_path / "portals").mkdir()
    (tmp_path / "portals" / "mine\x1b[2J.toml").write_text('id = "x\x1b"\n')
    (tmp_path / "portals" / "other.toml").write_text('id = "Other"\n')
    result = run("portals", "--format", "json")
    assert result.exit_code == 1
    assert {"demo", "hbdysh"} <= {portal["id"] for portal in json.loads(result.stdout)}
    assert result.stderr.count("Error: portals/") == 2
    assert not RAW.search(result.stderr)


# Hostile text

HOSTILE = "标题\x1b[2J\x1b]0;x\x07\x9b31m\r\u202e\u061c\x7f[bold]粗[/bold]:warning:\\"


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    room = Room(tmp_path / "hostile.db")
    room.store(article(1, title=HOSTILE, url=f"http://ceshi.example/{HOSTILE}"), cities=["宜昌市"])
    execute = room.connection.execute
    execute("UPDATE sections SET city = ?, name = name || ?", (HOSTILE, HOSTILE))
    runs.add_event(room.connection, room.run, HOSTILE, url=HOSTILE, section=HOSTILE, reason=HOSTILE)
    counts = {
        "new": 1,
        HOSTILE: 2,
        "sections": {HOSTILE: {"outcome": HOSTILE, "pages": 1, "entries": 1, "reason": HOSTILE}},
    }
    runs.finish_run(room.connection, room.run, outcome="done", reason=HOSTILE, counts=counts)
    room.close()
    return room.path


@nightly.by_day(1, 2, 4, 11)
@pytest.mark.parametrize("width", ["60", "400"])
@pytest.mark.parametrize("output", ["table", "json"])
@pytest.mark.parametrize("command", [["stats"], ["runs"], ["runs", "show", "2"]])
def test_no_control_character_reaches_the_terminal(hostile: Path, command: list[str], output: str, width: str) -> None:
    done = process(*command, "--format", output, "--archive", hostile, env={**os.environ, "COLUMNS": width})
    assert done.returncode == 0, done.stderr
    assert not RAW.search(done.stdout)
    if output == "json":
        json.loads(done.stdout)


def test_markup_and_emoji_codes_are_shown_as_they_are(hostile: Path) -> None:
    shown = run("runs", "show", "2", "--archive", hostile).stdout
    text = re.sub(r"[\s│]+", "", shown)
    assert "[bold]粗[/bold]:warning:\\" in text


def test_json_gives_back_what_was_stored(hostile: Path) -> None:
    shown = json.loads(run("runs", "show", "2", "--format", "json", "--archive", hostile).stdout)
    assert shown["reason"] == HOSTILE
    assert [event["url"] for event in shown["events"]] == [HOSTILE]


def test_no_control_character_of_the_archive_reaches_an_error(hostile: Path) -> None:
    done = process("export", "--city", "标题", "-", "--archive", hostile)
    assert done.returncode == 2
    assert "标题" in done.stderr
    assert not RAW.search(done.stderr)


def test_a_log_line_is_one_line() -> None:
    assert printable("a\nb\tc\x1bd\u2028e") == "a b c\\x1bd\\x2028e"


# Pipes


@nightly.by_day(0)
@pytest.mark.parametrize(
    "command",
    [
        "export -",
        "export --help",
        "stats",
        "portals --format json",
        "--help",
        "export --columns title -",
        "stats --format json",
        "runs",
        "runs --format json",
        "portals",
    ],
)
def test_a_reader_that_goes_away_is_no_failure(demo_archive: Path, command: str) -> None:
    archive = "" if command.startswith("portals") or "--help" in command else f"--archive '{demo_archive}'"
    for reader in ("head -1", "true"):
        line = f"'{sys.executable}' -m newscrawler {command} {archive} | {reader}; echo ${{PIPESTATUS[0]}} >&2"
        done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=60)
        assert done.stderr == "0\n"


def test_the_fixture_is_as_the_crawl_left_it(demo_archive: Path, tmp_path: Path) -> None:
    """Reading commands change no byte of an archive."""
    copy = Path(shutil.copy(demo_archive, tmp_path / "copy.db"))
    for command in (["stats"], ["runs"], ["export", "out.csv"]):
        assert run(*command, "--archive", copy).exit_code == 0
    assert copy.read_bytes() == demo_archive.read_bytes()
