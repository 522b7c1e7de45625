"""Programs whose n-th write, sync, rename or open fails, as SQLite's own tests let every call fail once.

`strace` lets the call fail inside of the kernel's interface, so no part of the program is replaced. The number counts the
calls of one kind and one thread on the named files.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILES = ("archive.db", "archive.db-wal", "archive.db-shm", "archive.db-journal")


@dataclass(frozen=True)
class Fault:
    """One kind of call that fails, with the error that it gives."""

    calls: str
    """Names of system calls, as `strace -e trace=` takes them."""
    error: str
    on_archive: bool = False
    """Whether only calls on the files of the archive fail. Python's start opens hundreds of other files."""

    def __str__(self) -> str:
        return f"{self.calls.split(',')[0]} {self.error}"


FAULTS = (
    Fault("pwrite64", "ENOSPC"),
    Fault("write", "EIO"),
    Fault("fsync,fdatasync", "EIO"),
    Fault("rename,renameat,renameat2", "EACCES"),
    Fault("ftruncate", "ENOSPC"),
    Fault("openat", "EMFILE", on_archive=True),
    Fault("link,linkat", "EPERM"),
    Fault("mmap", "ENOMEM", on_archive=True),
)

_PRINTS = re.compile(r" write\([12]<")


@dataclass(frozen=True)
class Outcome:
    """What became of a program with a fault."""

    status: int
    messages: str
    failed: bool
    """Whether a call failed. If none did, the program makes fewer calls than the number of the fault."""
    spoke: bool
    """Whether the call that failed was to print something: all is done then, and nobody can be told."""


@cache
def can_trace() -> bool:
    """Whether `strace` is here and may trace: containers can forbid it."""
    if shutil.which("strace") is None:
        return False
    return (
        subprocess.run(
            ["strace", "--seccomp-bpf", "-f", "-o", "/dev/null", "true"], capture_output=True, check=False
        ).returncode
        == 0
    )


def run_with_fault(arguments: Sequence[str], fault: Fault, number: int, folder: Path) -> Outcome:
    """Run `newscrawler` in a folder and let the `number`-th call fail."""
    with tempfile.NamedTemporaryFile() as trace:
        command = ["strace", "-f", "-qq", "-y", "--seccomp-bpf", "-o", trace.name, "-e", f"trace={fault.calls}"]
        command += ["-e", f"inject={fault.calls}:error={fault.error}:when={number}", "-e", "signal=none"]
        if fault.on_archive:
            command += [part for name in FILES for part in ("-P", str(folder / name))]
        done = subprocess.run(
            [*command, sys.executable, "-m", "newscrawler", *arguments],
            cwd=folder,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        lines = Path(trace.name).read_text(encoding="utf-8", errors="replace").splitlines()
    failed = [line for line in lines if "(INJECTED)" in line]
    return Outcome(done.returncode, done.stdout + done.stderr, bool(failed), any(map(_PRINTS.search, failed)))
