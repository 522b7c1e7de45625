"""Run `newscrawler` as ever, and write down what the process came to need.

python -m support.measured REPORT SETTINGS ARGUMENT…

SETTINGS is a JSON object laid over Scrapy's settings of the project, so that a test need not wait as long as a user.
Names that end in `.invalid` are not found, as RFC 6761 has it, without asking anybody.
"""

from __future__ import annotations

import json
import re
import resource
import socket
import sys
from pathlib import Path
from typing import Any


def main() -> None:
    report, settings, *arguments = sys.argv[1:]
    sys.argv = ["newscrawler", *arguments]
    _change_settings(json.loads(settings))
    socket.gethostbyname = _without_invalid(socket.gethostbyname)
    socket.getaddrinfo = _without_invalid(socket.getaddrinfo)
    from newscrawler.cli.main import main as newscrawler

    try:
        newscrawler()
    finally:
        Path(report).write_text(json.dumps({"mebibytes": peak_mebibytes(), "cpu": _cpu_seconds()}), encoding="utf-8")


def _change_settings(changes: dict[str, Any]) -> None:
    from newscrawler import settings

    for name, value in changes.items():
        setattr(settings, name, value)


def _without_invalid(look_up: Any) -> Any:
    def guarded(host: Any, *rest: Any, **named: Any) -> Any:
        name = host.decode("ascii") if isinstance(host, bytes) else host
        if isinstance(name, str) and name.rstrip(".").endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return look_up(host, *rest, **named)

    return guarded


def peak_mebibytes() -> float:
    """Linux counts the program before `exec` into `ru_maxrss`, too; `VmHWM` is this program's alone."""
    status = Path("/proc/self/status")
    if status.exists() and (found := re.search(r"VmHWM:\s+(\d+) kB", status.read_text())):
        return int(found[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 1024)


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
