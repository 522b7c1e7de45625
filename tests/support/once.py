"""What many tests read and is slow to make: made once per test run, not once per process of `pytest -n`."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return this process's own copy of a folder that `make(folder)` fills, in the first process that asks for it.

    Others wait for the first one. When it fails there, the next process that asks tries again.
    """
    folder = _folder_of_the_run(factory) / "made-once" / name
    folder.parent.mkdir(exist_ok=True)
    with folder.with_name(f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            unfinished = factory.mktemp(name)
            make(unfinished)
            unfinished.rename(folder)
    own = factory.mktemp(name)
    shutil.copytree(folder, own, dirs_exist_ok=True)
    return own


def _folder_of_the_run(factory: pytest.TempPathFactory) -> Path:
    base = factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
