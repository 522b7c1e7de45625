"""The project on a real scrapyd, by the very commands of docs/guides/scrapyd.md; only the port and the paths are the test's.

The server has an environment of its own in `.scrapyd-venv/`, made once. It takes newscrawler's dependencies from the
environment of the tests, which saves installing them again; newscrawler itself comes from the egg alone.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from filelock import FileLock

from newscrawler.demo.server import DemoServer
from support.pages import DEFINITION

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / ".scrapyd-venv"
BLOCKS = re.findall(
    r"```sh\n(.*?)```", (ROOT / "docs" / "guides" / "scrapyd.md").read_text(encoding="utf-8"), re.DOTALL
)
INSTALL, SERVE, DEPLOY, SCHEDULE = BLOCKS
PACKAGES = re.findall(r"'([^']+)'", INSTALL)
FILES = ("pyproject.toml", "scrapy.cfg", "README.md", "LICENSE", "NOTICE.md")


@pytest.fixture(scope="module")
def environment() -> Path:
    """The virtual environment that scrapyd runs in, made when there is none for these packages and this Python."""
    HOME.mkdir(exist_ok=True)
    (HOME / ".gitignore").write_text("*\n")
    python, made = HOME / "env" / "bin" / "python", HOME / "made-from.json"
    ours = sysconfig.get_path("purelib")
    wanted = json.dumps([sys.version, ours, PACKAGES])
    with FileLock(HOME / "lock", timeout=600):
        if not made.exists() or made.read_text() != wanted:
            shutil.rmtree(HOME / "env", ignore_errors=True)
            subprocess.run([sys.executable, "-m", "venv", HOME / "env"], check=True)
            query = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
            own = subprocess.run(query, check=True, capture_output=True, text=True).stdout.strip()
            # A path in a .pth file is searched last, and .pth files in it are not read: no editable newscrawler.
            (Path(own) / "tests.pth").write_text(f"{ours}\n")
            install = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *PACKAGES]
            done = subprocess.run(install, capture_output=True, text=True, timeout=500)
            if done.returncode:
                reason = f"scrapyd cannot be installed: {done.stderr.strip().splitlines()[-1:]}"
                if os.environ.get("CI"):
                    pytest.fail(reason)
                pytest.skip(reason)
            made.write_text(wanted)
    shadow = subprocess.run([python, "-c", "import newscrawler"], cwd="/", capture_output=True, text=True)
    assert "No module named 'newscrawler'" in shadow.stderr, "the egg would not be what runs"
    return HOME / "env"


@dataclass
class Scrapyd:
    """A server, and the folder that stands for the reader's checkout."""

    url: str
    checkout: Path
    log: Path

    def run(self, commands: str) -> str:
        """Run a block of the page as the reader would."""
        done = subprocess.run(
            ["bash", "-e", "-c", commands], cwd=self.checkout, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def ask(self, path: str) -> dict[str, Any]:
        with urlopen(f"{self.url}/{path}", timeout=20) as response:
            answer = json.load(response)
        assert isinstance(answer, dict)
        return answer

    def finished(self, job: str) -> str:
        """Wait for a job's end; return its log."""
        ends = time.monotonic() + 90
        while time.monotonic() < ends:
            jobs = self.ask("listjobs.json?project=newscrawler")
            if any(found["id"] == job for found in jobs["finished"]):
                (log,) = self.checkout.with_name("scrapyd").glob(f"logs/*/*/{job}.log")
                return log.read_text(encoding="utf-8")
            time.sleep(0.3)
        pytest.fail(f"the job did not end: {self.log.read_text()}")


@pytest.fixture
def scrapyd(environment: Path, tmp_path: Path) -> Iterator[Scrapyd]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    checkout, home = tmp_path / "checkout", tmp_path / "scrapyd"
    shutil.copytree(ROOT / "newscrawler", checkout / "newscrawler", ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy(ROOT / name, checkout)
    configuration = checkout / "scrapy.cfg"
    configuration.write_text(configuration.read_text().replace(":6800", f":{port}"))
    (home / "portals").mkdir(parents=True)
    (home / "portals" / "mine.toml").write_text(DEFINITION.replace('"t"', '"mine"'), encoding="utf-8")
    (home / "env").symlink_to(environment)
    (home / "scrapyd.conf").write_text(f"[scrapyd]\nhttp_port = {port}\npoll_interval = 0.5\n")
    log = tmp_path / "server.log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            ["bash", "-e", "-c", SERVE],
            cwd=checkout,
            env={**os.environ, "NEWSCRAWLER_ALLOW_PRIVATE": "1"},
            stdout=stream,
            stderr=stream,
        )
    server = Scrapyd(f"http://127.0.0.1:{port}", checkout, log)
    try:
        for _ in range(200):
            assert process.poll() is None, log.read_text()
            with suppress(OSError):
                server.ask("daemonstatus.json")
                break
            time.sleep(0.1)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def test_the_project_is_deployed_and_crawls_from_its_egg(scrapyd: Scrapyd, tmp_path: Path) -> None:
    deployed = scrapyd.run(DEPLOY)
    assert '"status": "ok"' in deployed
    for portal in ("demo", "hbdysh", "mine"):
        assert portal in scrapyd.ask("listspiders.json?project=newscrawler")["spiders"]
        assert portal in deployed
    archive = tmp_path / "news" / "archive.db"
    archive.parent.mkdir()
    with DemoServer() as demo:
        command = SCHEDULE.replace("hbdysh", f"demo --arg via={demo.url}").replace("/srv/news", str(archive.parent))
        found = re.search(r"[0-9a-f]{32}", scrapyd.run(command))
        assert found is not None
        log = scrapyd.finished(found[0])
    assert "Traceback" not in log
    assert "Deprecat" not in log
    connection = sqlite3.connect(archive)
    try:
        query = "SELECT count(*), count(body), min(city), min(city_code), min(portal) FROM articles_flat"
        assert connection.execute(query).fetchall() == [(20, 20, "宜昌市", "420500", "demo")]
        assert connection.execute("SELECT command, outcome FROM runs").fetchall() == [("crawl", "done")]
        assert connection.execute("SELECT count(*) > 0 FROM run_measures").fetchone() == (1,), "it was not judged"
    finally:
        connection.close()
    assert list(archive.parent.glob("warc/demo/*.warc.gz"))
