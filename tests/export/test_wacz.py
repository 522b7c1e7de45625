"""`export OUT.wacz`: the captures of the articles as replay tools open them."""

from __future__ import annotations

import hashlib
import io
import json
import os
import socket
import subprocess
import zipfile
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from click.testing import CliRunner, Result
from warcio.archiveiterator import ArchiveIterator

from newscrawler.cli.main import cli
from support.pages import DEFINITION, article
from support.warcs import HOST, Captured, write_warc

PYWB = Path(os.environ.get("PYWB_VENV", ".venv-pywb")).absolute() / "bin"
needs_pywb = pytest.mark.skipif(not (PYWB / "wayback").exists(), reason="pywb is not installed; PYWB_VENV names it")
DAYS = ("2014-04-01T08:00:00Z", "2016-04-01T08:00:00Z", "2020-04-01T08:00:00Z")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments], catch_exceptions=False)


def page(number: int, text: str = "") -> str:
    return article(f"第{number}道沟渠修好了", "2014-03-05", text=text)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Three articles, one of them with two versions."""
    definition = tmp_path / "t.toml"
    definition.write_text(DEFINITION, encoding="utf-8")
    pages = [Captured(f"/2014/0305/{number}.shtml", DAYS[0], page(number)) for number in (1, 2, 3)]
    pages += [Captured("/2014/0305/2.shtml", DAYS[2], page(2, "后来补上一句。"))]
    source = write_warc(tmp_path / "theirs.warc.gz", pages)
    assert run("import", source, "--portal", definition, "--archive", tmp_path / "a.db").exit_code == 0
    return tmp_path / "a.db"


def opened(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as files:
        assert {info.compress_type for info in files.infolist()} == {zipfile.ZIP_STORED}
        return {name: files.read(name) for name in files.namelist()}


def test_a_collection_is_whole_and_its_parts_agree(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.wacz"
    done = run("export", out, "--archive", archive, "--manifest")
    assert done.exit_code == 0 and "3 articles" in done.output, done.output
    files = opened(out)
    package: dict[str, Any] = json.loads(files["datapackage.json"])
    assert package["wacz_version"] == "1.1.1"
    assert {one["path"] for one in package["resources"]} == files.keys() - {
        "datapackage.json",
        "datapackage-digest.json",
    }
    for one in package["resources"]:
        assert one["hash"] == f"sha256:{hashlib.sha256(files[one['path']]).hexdigest()}"
        assert one["bytes"] == len(files[one["path"]])
    sealed = json.loads(files["datapackage-digest.json"])
    assert sealed["hash"] == f"sha256:{hashlib.sha256(files['datapackage.json']).hexdigest()}"
    # Each line of the index leads to the record that it names; the lines are sorted, as readers expect.
    lines = files["indexes/index.cdx"].decode().splitlines()
    assert len(lines) == 4 and lines == sorted(lines)
    for line in lines:
        _, timestamp, block = line.split(" ", 2)
        entry = json.loads(block)
        data = files[f"archive/{entry['filename']}"][int(entry["offset"]) :][: int(entry["length"])]
        record = next(iter(ArchiveIterator(io.BytesIO(data))))
        assert record.rec_headers.get_header("WARC-Target-URI") == entry["url"]
        date = record.rec_headers.get_header("WARC-Date")
        assert "".join(character for character in date if character.isdecimal()) == timestamp
    header, *listed = map(json.loads, files["pages/pages.jsonl"].decode().splitlines())
    assert header["format"] == "json-pages-1.0"
    assert sorted((one["url"], one["ts"]) for one in listed) == sorted(
        (f"{HOST}/2014/0305/{number}.shtml", day)
        for number, day in ((1, DAYS[0]), (2, DAYS[0]), (2, DAYS[2]), (3, DAYS[0]))
    )
    # Others can import it: the articles, versions and times come out as they went in.
    copy = tmp_path / "copy.db"
    assert run("import", out, "--portal", tmp_path / "t.toml", "--archive", copy).exit_code == 0
    exports = []
    for number, path in enumerate((archive, copy)):
        table = tmp_path / f"{number}.csv"
        columns = "id,url,title,body,version_count,first_seen,last_seen,content_hash"
        assert run("export", table, "--columns", columns, "--archive", path).exit_code == 0
        exports.append(sorted(table.read_text(encoding="utf-8").splitlines()))
    assert exports[0] == exports[1]


def test_what_is_selected_is_in_it_and_what_is_missing_is_told(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.wacz"
    done = run("export", out, "--search", "第3道沟渠", "--archive", archive)
    assert done.exit_code == 0, done.output
    assert len(opened(out)["indexes/index.cdx"].splitlines()) == 1
    for options, message in ((("--columns", "id"), "leave out --columns"), (("--as-of", "2020-01-01"), "no moment")):
        refused = run("export", out, *options, "--archive", archive)
        assert refused.exit_code == 2 and message in refused.output, refused.output
    # A suppressed article is not in it; a page that names it is left out, and that is told.
    assert run("suppress", "add", f"{HOST}/2014/0305/1.shtml", "--reason", "asked", "--archive", archive).exit_code == 0
    assert run("export", out, "--archive", archive).exit_code == 0
    assert b"/1.shtml" not in b"".join(opened(out).values())
    # A WARC file that is lost, or damaged, costs its captures.
    for warc in (tmp_path / "warc" / "t").glob("*.warc.gz"):
        warc.write_bytes(warc.read_bytes()[:700])
    broken = run("export", out, "--archive", archive)
    assert "captures cannot be read and were left out" in broken.output, broken.output


@pytest.mark.slow
@needs_pywb
def test_other_programs_open_it(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.wacz"
    assert run("export", out, "--archive", archive).exit_code == 0
    if (PYWB / "wacz").exists():
        valid = subprocess.run([PYWB / "wacz", "validate", "-f", out], capture_output=True, text=True, check=False)
        assert valid.returncode == 0, valid.stdout + valid.stderr
    for arguments in (("init", "ours"), ("add", "--unpack-wacz", "ours", str(out))):
        subprocess.run([PYWB / "wb-manager", *arguments], cwd=tmp_path, check=True, capture_output=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [PYWB / "wayback", "--port", str(port), "--bind", "127.0.0.1"]
    server = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        from tests.importing.test_pywb import wait_for

        wait_for(f"http://127.0.0.1:{port}/")
        for day, text in ((DAYS[0], ""), (DAYS[2], "后来补上一句。")):
            moment = "".join(character for character in day if character.isdecimal())
            with urlopen(f"http://127.0.0.1:{port}/ours/{moment}id_/{HOST}/2014/0305/2.shtml") as answer:
                assert answer.read().decode() == page(2, text)
    finally:
        server.terminate()
        server.wait()
