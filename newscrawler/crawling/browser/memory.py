"""The memory of a browser: that of all processes which this process has started, and of theirs."""

from __future__ import annotations

import os
from pathlib import Path

_PROCESSES = Path("/proc")
_COUNTED = ("RssAnon:", "RssShmem:")


def memory_of_children() -> int:
    """Return the bytes that the descendants of this process use; 0 where the system does not tell (other than Linux).

    Pages of files count for none of them: the processes of a browser share these. Shared memory counts for each.
    """
    children: dict[int, list[int]] = {}
    try:
        names = [folder.name for folder in _PROCESSES.iterdir()]
    except OSError:
        return 0
    for name in filter(str.isdecimal, names):
        try:
            parent = int((_PROCESSES / name / "stat").read_bytes().rpartition(b")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            continue  # it ended
        children.setdefault(parent, []).append(int(name))
    wanted, used = list(children.get(os.getpid(), ())), 0
    while wanted:
        process = wanted.pop()
        wanted += children.get(process, ())
        used += _memory_of(process)
    return used


def _memory_of(process: int) -> int:
    try:
        lines = (_PROCESSES / str(process) / "status").read_text(encoding="ascii", errors="replace").splitlines()
        return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(_COUNTED))
    except (OSError, ValueError, IndexError):
        return 0
