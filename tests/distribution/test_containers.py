"""The steps of the Containerfile, executed in a clean folder, since tests have no container engine.

Absolute paths of the image (/src, /opt, /data) are folders below the test's. Not executed: what makes users.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from newscrawler.fleet.config import load_config

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
@pytest.mark.skipif(shutil.which("uv") is None, reason="needs uv")
def test_the_steps_of_the_image_make_a_program_that_serves(tmp_path: Path) -> None:
    def inside(text: str) -> str:
        """Put the absolute paths of the image below the test's folder."""
        return re.sub(r"(?<![\w./])/(src|opt|data)\b", rf"{tmp_path}/\1", text)

    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("NEWSCRAWLER_", "UV_", "VIRTUAL"))
    }
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
