"""Exporting: RFC 4180, whole files, nothing that a spreadsheet runs, memory that stays flat."""

import csv
import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newscrawler.archive import open_archive_read_only
from newscrawler.archive.columns import COLUMN_NAMES
from newscrawler.archive.database.transaction import writing as transaction
from newscrawler.archive.export import ExportError, WriteError, columns_named, rows
from newscrawler.archive.export.exporter import export
from newscrawler.archive.export.files import whole_file
from newscrawler.archive.export.request import ExportRequest
from newscrawler.archive.filters import ArticleFilter, FilterError
from newscrawler.archive.rows import select_rows
from support import nightly
from support.archives import PORTAL, Room, article, fill, store
from support.examples import examples
from support.once import made_once
from support.program import TESTS

ALL = ArticleFilter()


def exported(room: Room, *columns: str, **options: bool) -> bytes:
    out = room.path.with_name("out.csv")
    export(room.path, ExportRequest(str(out), columns=columns_named(columns), **options))
    return out.read_bytes()


def read(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True))


def test_cells_are_quoted_as_rfc_4180_says(room: Room) -> None:
    room.store(article(title='他说"好",走了', body="第一段\n第二段", source="三江晚报"))
    data = exported(room, "title", "body", "source", "summary")
    assert data == 'title,body,source,summary\r\n"他说""好"",走了","第一段\n第二段",三江晚报,\r\n'.encode()


def test_all_columns_stand_in_the_order_of_the_contract(room: Room) -> None:
    for number in (2, 1, 3):
        room.store(article(number), cities=["宜昌市"])
    header, *rows = read(exported(room))
    assert tuple(header) == COLUMN_NAMES
    assert [row[1][-7:] for row in rows] == ["2.shtml", "1.shtml", "3.shtml"], "in the order of their storing"
    view = [dict(row) for row in select_rows(room.connection, "SELECT * FROM articles_flat")]
    expected = [{name: "" if value is None else str(value) for name, value in row.items()} for row in view]
    assert sorted(rows) == sorted(list(row.values()) for row in expected)


def test_columns_are_chosen_and_ordered(room: Room) -> None:
    room.store(article())
    assert read(exported(room, "source", "title")) == [["source", "title"], ["三江晚报", "青禾镇修好第1座便民桥"]]


def test_an_unknown_column_is_answered_with_the_nearest() -> None:
    with pytest.raises(ExportError, match="no column 'titel'; the nearest are title"):
        columns_named(["source", "titel"])
    with pytest.raises(ExportError, match="there is no column '🙂'; 'newscrawler columns' lists them"):
        columns_named(["🙂"])


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_only_excel_gets_a_mark_and_harmless_cells(room: Room, start: str) -> None:
    title = f"{start}cmd|'/C calc'!A0"
    room.store(article(title=title))
    plain, excel = exported(room, "title"), exported(room, "title", excel=True)
    assert not plain.startswith(b"\xef\xbb\xbf")
    assert read(plain) == [["title"], [title]]
    assert excel.startswith(b"\xef\xbb\xbftitle\r\n")
    assert read(excel[3:]) == [["title"], [f"'{title}"]]


def test_excel_leaves_ordinary_cells_alone(room: Room) -> None:
    room.store(article(title="增长5%=好", summary="'引号"))
    assert read(exported(room, "title", "summary", "char_count", excel=True)[3:])[1][:2] == ["增长5%=好", "'引号"]


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.tuples(TEXT.filter(bool), TEXT, TEXT))
def test_any_text_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, texts: tuple[str, str, str]) -> None:
    title, body, summary = texts
    room = Room(tmp_path_factory.mktemp("text") / "archive.db")
    room.store(article(title=title, body=body, summary=summary))
    assert read(exported(room, "title", "body", "summary"))[1:] == [[title, body, summary]]
    assert read(exported(room, "title"))[1:] == [[title]]
    assert read(exported(room, "summary"))[1:] == [[summary]]
    room.close()


# Whole or absent


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


class BrokenOffError(Exception):
    pass


@pytest.mark.parametrize("before", [None, "old\r\n"])
def test_what_breaks_off_leaves_the_old_file(tmp_path: Path, before: str | None) -> None:
    target = tmp_path / "out.csv"
    if before is not None:
        target.write_text(before, newline="")
    with pytest.raises(BrokenOffError), whole_file(str(target)) as stream:
        stream.write("new" * 100_000)
        assert len(names(tmp_path)) == (1 if before is None else 2)
        raise BrokenOffError
    assert names(tmp_path) == ([] if before is None else ["out.csv"])
    assert before is None or target.read_bytes() == before.encode()


def test_a_filter_that_fails_leaves_the_old_file(room: Room) -> None:
    target = room.path.with_name("out.csv")
    target.write_text("old")
    with pytest.raises(FilterError):
        export(room.path, ExportRequest(str(target), article_filter=ArticleFilter(cities=("北京",))))
    assert target.read_text() == "old"
    assert not list(target.parent.glob(".*"))


def test_a_directory_is_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(ExportError, match=r"is a directory; name a file, as in .*articles\.csv"),
        whole_file(str(tmp_path)),
    ):
        pass
    assert names(tmp_path) == []


@pytest.mark.parametrize("name", ["none/out.csv", "file/out.csv", "长" * 200, "loop"])
def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    before = names(tmp_path)
    with pytest.raises(ExportError, match="cannot be written"), whole_file(str(tmp_path / name)):
        pass
    assert names(tmp_path) == before


def test_the_longest_name_that_a_file_can_have_is_written(tmp_path: Path) -> None:
    target = tmp_path / ("长" * 85)
    with whole_file(str(target)) as stream:
        stream.write("a")
    assert target.read_text() == "a"


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link.csv").symlink_to(tmp_path / "real" / "out.csv")
    with whole_file(str(tmp_path / "link.csv")) as stream:
        stream.write("a")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real" / "out.csv").read_text() == "a"
    assert names(tmp_path / "real") == ["out.csv"]


def test_a_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    with whole_file("/dev/null") as stream:
        stream.write("a")
    assert Path("/dev/null").is_char_device()
    with pytest.raises(WriteError, match="could not be written: No space left"), whole_file("/dev/full") as stream:
        stream.write("a")
    assert Path("/dev/full").is_char_device()


RUN = """
import os, sys
sys.path.insert(0, {tests!r})
sys.argv = ["newscrawler", *{arguments!r}]
from newscrawler.archive.export.selection import Selection
def slow(selection):
    print("writing", file=sys.stderr, flush=True)
    sys.stdin.readline()
    yield ["x"] * len(selection.columns)
Selection.rows = slow
from newscrawler.cli.main import main
main()
"""


@nightly.by_day(2)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_an_export_that_is_ended_leaves_the_old_file(room: Room, number: signal.Signals) -> None:
    target = room.path.with_name("out.csv")
    target.write_text("old")
    arguments = ["export", "--archive", str(room.path), str(target)]
    code = RUN.format(tests=str(Path(__file__).resolve().parents[1]), arguments=arguments)
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=target.parent,
        # A shell that starts the tests in the background has them ignore it, and so would what they start.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stderr is not None
    assert process.stderr.readline() == "writing\n"
    process.send_signal(number)
    _, error = process.communicate(timeout=120)
    assert process.returncode != 0
    assert "Traceback" not in error
    assert target.read_text() == "old"
    # Nobody can tidy up after SIGKILL; the name begins with a dot and says what it is.
    left = list(target.parent.glob(".*"))
    assert [path.suffix for path in left] == ([".part"] if number == signal.SIGKILL else [])


def test_a_reader_and_a_writer_do_not_disturb_each_other(room: Room) -> None:
    with transaction(room.connection):
        for number in range(1, 1200):
            store(room.connection, PORTAL, room.run, room.sections, article(number))
    reader = open_archive_read_only(room.path)
    stream = rows(reader, ALL, ("url",))
    first = next(stream)
    room.store(article(5000))
    assert len([first, *stream]) == 1199, "an export sees the archive as it was when it began"
    reader.close()


MEASURE = """
import sys
import pyarrow.parquet, xlsxwriter
from newscrawler.archive.export import parquet
from newscrawler.archive.export.exporter import export
from newscrawler.archive.export.request import ExportRequest
from support.measured import peak_mebibytes
parquet.GROUP_ROWS = 15  # what is held in memory
small, large, *formats = sys.argv[1:]
for archive in (small, large):
    for name in formats:
        since = "nightly" if name == "csv" else None
        rows = export(archive, ExportRequest(f"{archive}.{name}", format_name=name, since_last=since)).rows
        print(name, rows, peak_mebibytes())
"""


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two archives, of one megabyte of text and of 16 times as much."""

    def make(folder: Path) -> None:
        for count in (25, 400):
            fill(folder / f"{count}.db", count, body="青禾镇的桥通了，两岸的人走得近了。" * 1_600)

    folder = made_once(tmp_path_factory, "sizes", make)
    return [folder / "25.db", folder / "400.db"]


@pytest.mark.slow
@pytest.mark.parametrize(("formats", "bound"), [(("csv", "jsonl", "parquet", "xlsx"), 16), (("sqlite",), 96)])
def test_memory_does_not_grow_with_the_archive(archives: list[Path], formats: tuple[str, ...], bound: int) -> None:
    """One process writes the small archive in all formats, then the large one; its peak tells which of them grew."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, *map(str, archives), *formats],
        env={**os.environ, "PYTHONPATH": str(TESTS)},
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    written = [line.split() for line in done.stdout.splitlines()]
    assert [(name, int(rows)) for name, rows, _ in written] == [
        (name, count) for count in (25, 400) for name in formats
    ]
    # Mebibytes, of texts of 33 megabytes, which would take more in memory than in the file. The page cache and the
    # sorter of SQLite grow to a bound of their own; for a new archive, so do the hash tables of its two indexes.
    peaks = [float(peak) for _, _, peak in written]
    assert peaks[-1] - peaks[len(formats) - 1] < bound, written
