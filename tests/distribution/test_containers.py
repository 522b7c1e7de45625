"""The steps of the Containerfile and the services of compose.yaml, executed in a clean folder: tests have no container engine.

Absolute paths of the image (/src, /opt, /data) are folders below the test's. Not executed: what makes users.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import tomllib
import urllib.request
from pathlib import Path
from urllib.parse import quote

import pytest

from newscrawler.demo.server import SiteServer
from newscrawler.fleet.config import load_config
from support import program
from support.pages import Pages
from support.schedules import PAGES, overdue, runs, waited_for, written
from support.uv import UV

ROOT = Path(__file__).resolve().parents[2]
CONTAINERFILE = (ROOT / "Containerfile").read_text(encoding="utf-8")
COMPOSE = (ROOT / "compose.yaml").read_text(encoding="utf-8")


def instructions() -> list[tuple[str, str]]:
    """Return the instructions with their arguments."""
    lines = re.sub(r"\\\n", " ", CONTAINERFILE).splitlines()
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines if line and line[0] != "#")]


def values_of(name: str) -> list[str]:
    return [rest for word, rest in instructions() if word == name]


def test_the_image_runs_as_a_user_without_rights_and_keeps_nothing_outside_of_its_volume() -> None:
    assert values_of("USER")[-1].isdigit() and values_of("USER")[-1] != "0"
    assert values_of("VOLUME") == [values_of("WORKDIR")[-1]]
    (environment,) = [rest for rest in values_of("ENV") if "NEWSCRAWLER_ARCHIVE" in rest]
    assert f"NEWSCRAWLER_ARCHIVE={values_of('VOLUME')[0]}/" in environment
    assert values_of("HEALTHCHECK")
    assert COMPOSE.count("read_only: true") == 3
    assert COMPOSE.count("cap_drop: [ALL]") == COMPOSE.count("no-new-privileges:true") == 4
    assert "127.0.0.1:8001:8001" in COMPOSE


def test_the_build_sees_what_it_copies_and_nothing_else() -> None:
    allowed = {line[1:] for line in (ROOT / ".containerignore").read_text().splitlines() if line.startswith("!")}
    copied = {name for rest in values_of("COPY") if not rest.startswith("--from") for name in shlex.split(rest)[:-1]}
    assert copied == allowed
    assert (ROOT / ".dockerignore").read_text() == (ROOT / ".containerignore").read_text()
    extras = re.findall(r"--extra (\w+)", CONTAINERFILE)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(extras) <= set(project["optional-dependencies"])


def test_the_server_guide_shows_no_second_version_of_these_files() -> None:
    guide = (ROOT / "docs" / "guides" / "operation.md").read_text(encoding="utf-8")
    assert "FROM " not in guide and "services:" not in guide


@pytest.mark.slow
@pytest.mark.skipif(not UV, reason="needs uv")
def test_the_steps_of_the_image_make_a_program_that_serves(tmp_path: Path) -> None:
    def inside(text: str) -> str:
        """Put the absolute paths of the image below the test's folder."""
        return re.sub(r"(?<![\w./])/(src|opt|data)\b", rf"{tmp_path}/\1", text)

    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("NEWSCRAWLER_", "UV_", "VIRTUAL"))
    }
    environment["PATH"] += f"{os.pathsep}{Path(UV).parent}"
    folder = tmp_path
    for word, rest in instructions():
        if word == "ENV":
            for name, value in (pair.split("=", 1) for pair in shlex.split(rest)):
                environment[name] = inside(value).replace("$PATH", environment["PATH"])
        elif word == "WORKDIR":
            folder = Path(inside(rest))
            folder.mkdir(parents=True, exist_ok=True)
        elif word == "COPY" and not rest.startswith("--from"):
            *sources, target = shlex.split(rest)
            for source in sources:
                place = folder / target
                if (ROOT / source).is_dir():
                    shutil.copytree(ROOT / source, place, ignore=shutil.ignore_patterns("__pycache__"))
                else:
                    shutil.copy(ROOT / source, place)
        elif word == "RUN" and not rest.startswith(("pip install", "useradd")):
            done = subprocess.run(
                ["sh", "-c", inside(rest)], cwd=folder, env=environment, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, f"{rest}\n{done.stderr}"
    shutil.rmtree(tmp_path / "src")  # the second stage does not have it
    program = tmp_path / "opt" / "newscrawler" / "bin" / json.loads(values_of("ENTRYPOINT")[0])[0]
    crawled = subprocess.run([program, "crawl", "demo"], cwd=folder, env=environment, capture_output=True, text=True)
    assert crawled.returncode == 0, crawled.stderr
    assert (tmp_path / "data" / "archive.db").exists()
    (healthy,) = re.findall(r"CMD (\[.+\])", values_of("HEALTHCHECK")[0])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    server = subprocess.Popen([program, *json.loads(values_of("CMD")[0]), "--port", port], cwd=folder, env=environment)
    try:
        check = [word.replace("8001", port) for word in json.loads(healthy)]
        check[0] = str(program.with_name(check[0]))
        for _ in range(60):
            health = subprocess.run(check, env=environment, capture_output=True, check=False)
            if health.returncode == 0:
                break
            time.sleep(0.5)
        assert health.returncode == 0, health.stderr
    finally:
        server.terminate()
        assert server.wait(20) is not None


class Service:
    """A service of compose.yaml, started as a process: its command and volumes, in folders below the test's."""

    def __init__(self, name: str, volumes: Path) -> None:
        (text,) = re.findall(rf"^  {name}:\n((?:    .*\n)+)", COMPOSE, re.M)
        assert "build:" in text and "restart: unless-stopped" in text
        self.command = json.loads(re.findall(r"^    command: (\[.+\])", text, re.M)[0])
        self.grace = float(60 * int((re.findall(r"^    stop_grace_period: (\d+)m", text, re.M) or ["1"])[0]))
        mounts = dict(re.findall(r"^      - (\S+?):(/data\S*?)(?::ro)?$", text, re.M))
        assert mounts.pop("archive") == values_of("VOLUME")[0] == values_of("WORKDIR")[-1]
        self.folder = volumes / "archive"
        self.folder.mkdir(exist_ok=True)
        for source, place in mounts.items():
            target = self.folder / Path(place).relative_to("/data")
            if not target.exists():
                target.symlink_to(volumes / source)
        (environment,) = [rest for rest in values_of("ENV") if "NEWSCRAWLER_ARCHIVE" in rest]
        archive = Path(dict(pair.split("=", 1) for pair in shlex.split(environment))["NEWSCRAWLER_ARCHIVE"])
        self.archive = self.folder / archive.relative_to("/data")
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("NEWSCRAWLER_")},
            "NEWSCRAWLER_ARCHIVE": str(self.archive),
            "NEWSCRAWLER_CONTACT": "lab@example.org",
            "NEWSCRAWLER_ALLOW_PRIVATE": "1",  # the portal of the test is on this machine
        }

    def start(self, *more: str) -> subprocess.Popen[str]:
        return program.Popen(
            [sys.executable, "-m", "newscrawler", *self.command, *more],
            cwd=self.folder,
            env=self.environment,
            stderr=subprocess.PIPE,
            text=True,
        )


def test_the_schedule_and_the_pages_of_compose_share_a_volume(tmp_path: Path) -> None:
    (tmp_path / "portals").mkdir()
    schedule, pages = Service("schedule", tmp_path), Service("pages", tmp_path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    early = pages.start("--port", port)
    assert early.wait(60) == 2, "as the comment in compose.yaml says: until there is an archive"
    assert early.stderr is not None and "no archive" in early.stderr.read()
    with SiteServer(Pages(PAGES)) as server:
        shutil.move(written(tmp_path, 'every = "1d"\njitter = "1s"'), tmp_path / "portals" / "t.toml")
        overdue(schedule.folder)
        running = schedule.start("--via", server.url)
        serving = None
        try:
            assert waited_for(lambda: runs(schedule.archive)[1:] == [("crawl", "done")]), running.stderr
            serving = pages.start("--port", port)
            assert waited_for(lambda: answer(port, "/metrics")), serving.stderr
            assert "山口的桥通了" in answer(port, "/search")
            assert running.poll() is None and serving.poll() is None
        finally:
            for process, service in ((running, schedule), (serving, pages)):
                if process is not None:
                    process.terminate()
                    status = process.wait(service.grace)
                    assert status in (0, 128 + signal.SIGTERM, -signal.SIGTERM), process.stderr
    done = program.run(
        [sys.executable, "-m", "newscrawler", "verify"],
        cwd=schedule.folder,
        env=schedule.environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


def answer(port: str, path: str) -> str:
    """Return the page that a server sends; empty as long as it sends none."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{quote(path, safe='/?=')}", timeout=10) as response:
            return str(response.read().decode())
    except OSError:
        return ""


def test_python_of_the_image_is_a_tested_one() -> None:
    (version,) = set(re.findall(r"python:(3\.\d+)-slim", CONTAINERFILE))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"Programming Language :: Python :: {version}" in project["classifiers"]
    assert sys.version_info >= (3, 11)


def test_the_fleet_of_the_guide_is_that_of_compose(tmp_path: Path) -> None:
    guide = (ROOT / "docs" / "guides" / "operation.md").read_text(encoding="utf-8")
    (block,) = [text for text in re.findall(r"^```toml\n(.*?)^```", guide, re.M | re.S) if "[nats]" in text]
    (tmp_path / "fleet.toml").write_text(block, encoding="utf-8")
    config = load_config(tmp_path / "fleet.toml")
    assert config.nats is not None
    (server,) = config.nats.servers
    assert f"  {server.removeprefix('nats://').partition(':')[0]}:\n" in COMPOSE
    assert values_of("VOLUME")[0] in (str(config.archive.parent) if config.archive else "")
    assert f'"--config", "{values_of("VOLUME")[0]}/fleet.toml"' in COMPOSE
