"""Lists of WARC files: in folders, on a server that gives parts of them, and by fsspec. Each file is a unit of work."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from newscrawler.importing.remote import files as remote_files
from support import nightly
from support.replies import Reply, ReplyServer
from support.warcs import Captured, write_warc
from tests.importing.test_import import YEARS, captures, content, design, report, rows, run


@dataclass
class FileServer:
    """Files below a folder, and what may go wrong with one."""

    folder: Path
    url: str = ""
    requests: list[tuple[str, str]] = field(default_factory=list)
    spoil: Callable[[str, Reply], Reply] = lambda path, reply: reply

    def reply(self, path: str, wanted: str) -> Reply:
        file = self.folder / path.lstrip("/")
        if not file.is_file():
            return 404, {}, b"no"
        data = file.read_bytes()
        first, last = (int(part) for part in wanted.removeprefix("bytes=").split("-"))
        if first >= len(data):
            return 416, {"Content-Range": f"bytes */{len(data)}"}, b""
        part = data[first : last + 1]
        return 206, {"Content-Range": f"bytes {first}-{first + len(part) - 1}/{len(data)}", "ETag": '"1"'}, part


@contextmanager
def served(folder: Path) -> Iterator[FileServer]:
    files = FileServer(folder)

    def answer(path: str, headers: Mapping[str, str]) -> Reply:
        wanted = headers.get("Range", "")
        files.requests.append((path, wanted))
        return files.spoil(path, files.reply(path, wanted))

    with ReplyServer(answer) as server:
        files.url = server.url
        yield files


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Three files below a folder as CC-NEWS has them, and the list that comes with them."""
    folder = tmp_path / "news"
    (folder / "crawl").mkdir(parents=True)
    more = [
        Captured(f"/2014/0305/{n}.shtml", YEARS[n % 3], design(n % 3, f"第{n}道沟渠修好了")) for n in range(200, 220)
    ]
    pages = [*captures(), *more]
    names = [f"crawl/{number}.warc.gz" for number in range(3)]
    for number, name in enumerate(names):
        write_warc(folder / name, pages[number * 12 : number * 12 + 12])
    (folder / "warc.paths.gz").write_bytes(gzip.compress("\n".join([*names, ""]).encode()))
    return folder


def imported(definition: Path, archive: Path, *arguments: object, status: int = 0) -> dict[str, Any]:
    done = run("import", *arguments, "--portal", definition, "--archive", archive, "--format", "json", "--delay", "0")
    assert done.exit_code == status, done.output
    return report(done)


@pytest.mark.slow
def test_a_list_gives_what_the_folder_gives(
    definition: Path, files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote_files, "BLOCK", 1_000)
    whole = tmp_path / "whole" / "archive.db"
    expected = imported(definition, whole, files / "crawl", "--workers", 1)
    listed = files / "warc.paths.gz"
    plain = tmp_path / "elsewhere.paths"
    plain.write_text("".join(f"{path}\n" for path in sorted((files / "crawl").iterdir())), encoding="utf-8")
    stored = tmp_path / "stored.paths"
    stored.write_text("".join(f"{path.as_uri()}\n" for path in sorted((files / "crawl").iterdir())), encoding="utf-8")
    bare = tmp_path / "bare.paths"
    bare.write_bytes(gzip.decompress(listed.read_bytes()))
    with served(files) as server:
        ways = (
            (listed,),
            (listed, "--workers", 2),
            (plain,),
            (stored,),
            (bare, "--url", files),
            (bare, "--url", server.url, "--workers", 1),
            (bare, "--url", server.url, "--workers", 2),
        )
        for number, arguments in enumerate(ways[:: 1 if nightly.is_night() else 3]):
            archive = tmp_path / str(number) / "archive.db"
            told = imported(definition, archive, *arguments)
            assert {**told, "run": 0} == {**expected, "run": 0}, arguments
            assert content(archive) == content(whole), arguments
            # A second import reads none of the files again.
            asked = len(server.requests)
            again = imported(definition, archive, *arguments)
            assert (again["sources"], again["passed_over"], again["copied"]) == (0, 3, 0)
            assert len(server.requests) == asked
        assert {path for path, _ in server.requests} == {f"/crawl/{number}.warc.gz" for number in range(3)}
        # Each capture says in which file it lies.
        warc = b"".join(
            gzip.decompress(path.read_bytes()) for path in (archive.parent / "warc" / "t").glob("*.warc.gz")
        )
        assert b"importedFrom: crawl/1.warc.gz" in warc
    assert run("verify", "--archive", archive).exit_code == 0


def test_a_file_that_cannot_be_had_is_told_and_the_others_are_read(
    definition: Path, files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote_files, "BLOCK", 1_000)
    monkeypatch.setattr("newscrawler.importing.remote.client.FIRST_WAIT_SECONDS", 0)
    bare = tmp_path / "bare.paths"
    bare.write_bytes(gzip.decompress((files / "warc.paths.gz").read_bytes()) + b"# a note\n\ncrawl/none.warc.gz\n")

    def spoiled(name: str, reply: Callable[[Reply], Reply]) -> Callable[[str, Reply], Reply]:
        return lambda path, given: reply(given) if name in path else given

    def of(server: FileServer) -> tuple[object, ...]:
        return "--url", server.url, "--workers", 1

    cases: dict[str, Callable[[Reply], Reply]] = {
        "404": lambda given: (404, {}, b""),
        "200": lambda given: (200, {}, given[2]),
        "answered 302": lambda given: (302, {"Location": "/crawl/2.warc.gz"}, b""),
        "another part": lambda given: (206, given[1], given[2][:-1]),
        "more than": lambda given: (206, given[1], given[2] * 3),
        "cannot be reached|times in a row": lambda given: (503, {"Retry-After": "0"}, b""),
    }
    with served(files) as server:
        for number, (says, reply) in enumerate(cases.items()):
            server.spoil = spoiled("1.warc.gz", reply)
            archive = tmp_path / str(number) / "archive.db"
            told = imported(definition, archive, bare, *of(server), status=1)
            assert any(part in told["unread"][0] for part in says.split("|")), (says, told["unread"])
            assert "none.warc.gz" in told["unread"][1] and told["copied"] > 15
            assert rows(archive, "SELECT outcome FROM runs") == [("incomplete",)]
        # What was missing is read later, and nothing else.
        server.spoil = lambda path, given: given
        server.requests.clear()
        (files / "crawl" / "none.warc.gz").write_bytes((files / "crawl" / "0.warc.gz").read_bytes())
        later = imported(definition, archive, bare, *of(server))
        assert (later["sources"], later["passed_over"]) == (2, 2)
        # A file that changes while it is read.
        counted: list[str] = []

        def changing(path: str, given: Reply) -> Reply:
            counted.append(path)
            return given[0], {**given[1], "ETag": f'"{len(counted)}"'}, given[2]

        server.spoil = changing
        told = imported(definition, tmp_path / "changed" / "archive.db", bare, *of(server), status=1)
        assert "changed while it was read" in told["unread"][0]
        # Addresses of this machine and its network are asked only if that is allowed.
        monkeypatch.delenv("NEWSCRAWLER_ALLOW_PRIVATE")
        server.requests.clear()
        told = imported(definition, tmp_path / "guarded" / "archive.db", bare, *of(server), status=1)
        assert not server.requests and len(told["unread"]) == 4


def test_lists_that_are_wrong(definition: Path, tmp_path: Path) -> None:
    wrong = {
        "ftp://files.example/1.warc.gz": "names no file that can be read",
        "simplecache::http://127.0.0.1/1.warc.gz": "names no file that can be read",
        "index.html": "no WARC file by its name",
        "x" * 5_000: "a line has more than",
    }
    archive = tmp_path / "archive.db"
    for line, says in wrong.items():
        (tmp_path / "bad.paths").write_text(f"{line}\n", encoding="utf-8")
        done = run("import", tmp_path / "bad.paths", "--portal", definition, "--archive", archive)
        assert done.exit_code == 2 and says in done.output, done.output
    (tmp_path / "bad.paths.gz").write_bytes(b"no gzip")
    done = run("import", tmp_path / "bad.paths.gz", "--portal", definition, "--archive", archive)
    assert done.exit_code == 2 and "cannot be unpacked" in done.output, done.output
    (tmp_path / "good.paths").write_text("none.warc.gz\n", encoding="utf-8")
    done = run("import", tmp_path / "good.paths", "--portal", definition, "--archive", archive, "--url", "nowhere")
    assert done.exit_code == 2 and "neither a folder nor an address" in done.output
    done = run("import", tmp_path / "good.paths", "--portal", definition, "--archive", archive)
    assert done.exit_code == 1 and "none.warc.gz" in done.output and not archive.exists()
