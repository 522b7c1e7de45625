"""Import from a real pywb, which pins old libraries: `scripts/replay_with_pywb.sh` makes an environment of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

from support.pages import DEFINITION
from support.warcs import Captured, write_warc
from tests.importing.test_import import SECOND, captures, content, design, report, run

PYWB = Path(os.environ.get("PYWB_VENV", ".venv-pywb")).absolute() / "bin"


@pytest.mark.slow
@pytest.mark.skipif(not (PYWB / "wayback").exists(), reason="pywb is not installed; PYWB_VENV names its environment")
def test_what_pywb_replays_is_what_its_warc_file_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSCRAWLER_ALLOW_PRIVATE", "1")
    definition = tmp_path / "t.toml"
    definition.write_text(DEFINITION, encoding="utf-8")
    pages = [*captures(), Captured(SECOND, "2014-05-01T00:00:00Z", design(0, "河边搬走了粮仓"))]
    source = write_warc(tmp_path / "theirs.warc.gz", pages)
    assert run("import", source, "--portal", definition, "--archive", tmp_path / "a" / "t.db").exit_code == 0
    for arguments in (("init", "ours"), ("add", "ours", str(source))):
        subprocess.run([PYWB / "wb-manager", *arguments], cwd=tmp_path, check=True, capture_output=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [PYWB / "wayback", "--port", str(port), "--bind", "127.0.0.1"],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/")
        own = ("--from", "wayback", "--url", f"http://127.0.0.1:{port}/ours", "--delay", 0, "--portal", definition)
        archive = tmp_path / "b" / "t.db"
        done = run("import", *own, "--archive", archive, "--format", "json")
        assert done.exit_code == 0, done.output
        assert report(done)["copied"] == 15 and report(done)["fetched"] == 10
        assert content(archive) == content(tmp_path / "a" / "t.db")
        assert run("verify", "--archive", archive).exit_code == 0
    finally:
        server.terminate()
        server.wait()


def wait_for(address: str) -> None:
    for _ in range(600):
        try:
            with urlopen(address):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"{address} does not answer")
