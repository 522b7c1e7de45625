"""The scripts of docs/guides/cluster.md for SLURM and Kubernetes, with stand-ins for what starts jobs and containers.

dask-jobqueue and dask-kubernetes are no dependencies: without them these tests are skipped.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest

from support.pages import DEFINITION
from tests.importing.test_import import rows
from tests.importing.test_kills import write_files

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "guides" / "cluster.md"
SBATCH = """#!/bin/sh
# A job runs on this machine, in the background, and in a group of its own. The script is removed when this ends.
cp "$1" "$JOBS/job"
setsid bash "$JOBS/job" > "$JOBS/log" 2>&1 &
echo $! > "$JOBS/1.pid"
echo "Submitted batch job 1"
"""
SCANCEL = """#!/bin/sh
kill -- "-$(cat "$JOBS/$1.pid")"
"""


def script(heading: str, values: Mapping[str, str]) -> str:
    """Return the Python script below a heading of the page, with values of this test in place of its own."""
    section = PAGE.read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    (code,) = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    for old, new in values.items():
        assert old in code
        code = code.replace(old, new)
    return str(code)


def sources(folder: Path) -> dict[str, str]:
    """Write what the page's command for an import reads; return the values for its own."""
    write_files(folder / "cc", records=60, pages=12, files=2)
    names = "".join(f"{path.name}\n" for path in sorted((folder / "cc").iterdir()))
    (folder / "warc.paths").write_text(names, encoding="utf-8")
    (folder / "t.toml").write_text(DEFINITION, encoding="utf-8")
    return {
        "warc.paths.gz": str(folder / "warc.paths"),
        "/scratch/cc-news": str(folder / "cc"),
        '"all"': f'"{folder / "t.toml"}"',
        "/scratch/archive.db": str(folder / "archive.db"),
    }


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The environment of a script: with `newscrawler`, and what stands in for SLURM."""
    places = tmp_path / "bin"
    places.mkdir()
    command = f'#!/bin/sh\nexec "{sys.executable}" -m newscrawler "$@"\n'
    for name, text in {"newscrawler": command, "sbatch": SBATCH, "scancel": SCANCEL}.items():
        (places / name).write_text(text, encoding="utf-8")
        (places / name).chmod(0o755)
    paths = os.pathsep.join((str(places), str(Path(sys.executable).parent), os.environ["PATH"]))
    return {**os.environ, "PATH": paths, "JOBS": str(tmp_path), "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}


def test_slurm(tmp_path: Path, environment: dict[str, str]) -> None:
    pytest.importorskip("dask_jobqueue")
    size = {
        'cores=16, processes=16, memory="64GB"': 'cores=2, processes=2, memory="2GB"',
        "jobs=4": "jobs=1",
        'interface="ib0"': 'interface="lo"',
    }
    text = script("SLURM", {**size, **sources(tmp_path)})
    try:
        done = subprocess.run(
            [sys.executable, "-c", text], env=environment, capture_output=True, text=True, timeout=120, check=False
        )
    finally:
        for path in tmp_path.glob("*.pid"):
            with suppress(ProcessLookupError):
                os.killpg(int(path.read_text()), signal.SIGKILL)
    assert done.returncode == 0, done.stderr + (tmp_path / "log").read_text()
    assert rows(tmp_path / "archive.db", "SELECT count(*) FROM articles")[0][0] > 0


class Containers:
    """What the operator does with a cluster: its containers, as processes of this machine."""

    def __init__(self, spec: Mapping[str, Any], folder: Path, environment: Mapping[str, str]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.scheduler_address = f"tcp://127.0.0.1:{probe.getsockname()[1]}"
        self._spec = spec["spec"]
        self._folder = folder
        self._environment = {**environment, "DASK_SCHEDULER_ADDRESS": self.scheduler_address}
        self._processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Containers:
        port = self.scheduler_address.rpartition(":")[2]
        self._start("scheduler", 0, "--host", "127.0.0.1", "--port", port, "--dashboard-address", "127.0.0.1:0")
        for number in range(self._spec["worker"]["replicas"]):
            self._start("worker", number, "--dashboard-address", "127.0.0.1:0")
        return self

    def _start(self, role: str, number: int, *here: str) -> None:
        (container,) = self._spec[role]["spec"]["containers"]
        # Our image begins with `newscrawler`: without a command of its own, a container would give Dask's words to it.
        words = [*container["command"], *(container.get("args") or ())]
        name = f"{role}-{number}"
        words = [word.replace("$(DASK_WORKER_NAME)", name) for word in words]
        with (self._folder / f"{name}.log").open("wb") as log:
            self._processes.append(
                subprocess.Popen([*words, *here], env=self._environment, stdout=log, stderr=log, cwd=self._folder)
            )

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for process in reversed(self._processes):
            process.terminate()
        for process in self._processes:
            process.wait(timeout=30)


def test_kubernetes(tmp_path: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    operator = pytest.importorskip("dask_kubernetes.operator")
    made: list[Containers] = []

    def stand_in(*, custom_cluster_spec: Mapping[str, Any]) -> Containers:
        made.append(Containers(custom_cluster_spec, tmp_path, environment))
        return made[-1]

    monkeypatch.setattr(operator, "KubeCluster", stand_in)
    archive = tmp_path / "archive.db"
    values = {"/data/archive.db": str(archive), "s3://bucket/newscrawler": str(tmp_path / "share")}
    words = sources(tmp_path)
    first = [sys.executable, "-m", "newscrawler", "import", str(tmp_path / "cc"), "--archive", str(archive)]
    subprocess.run([*first, "--portal", words['"all"'].strip('"')], env=environment, check=True, timeout=60)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    exec(compile(script("Kubernetes", {**values, "n_workers=32": "n_workers=1"}), str(PAGE), "exec"), {})
    assert len(made) == 1
    assert rows(archive, "SELECT command FROM runs ORDER BY id") == [("import",), ("reextract",)]
