"""The process in which queries run: `python -m newscrawler.web.sql.worker ARCHIVE`, started by `runner.py`.

The system ends it when a query takes too long, whatever SQLite does at that moment, and refuses memory beyond a limit.
It reads one query per line of JSON from its standard input, and answers each with one line of JSON, followed by as many
bytes as that line says. It ends with its standard input.
"""

from __future__ import annotations

import json
import resource
import signal
import sqlite3
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

from newscrawler.archive.errors import ArchiveError, LockedError, UserError
from newscrawler.web.reader import LOCK_SECONDS
from newscrawler.web.sql.formats import text_of
from newscrawler.web.sql.query import Query, QueryError, run_query

SECONDS = 2.0
"""The time limit of a query."""
MEGABYTES = 512
"""The most memory of the process, in MiB. Sorting happens in memory, so a query writes no temporary files."""
TIME_OVER = -signal.SIGALRM
"""The exit status of a process whose time was over, as `subprocess` has it."""

_OPENING_SECONDS = LOCK_SECONDS + 5
_WRITING_SECONDS = 10.0
"""The time limit for writing a result in its form and sending it."""
_FILE_BYTES = 64 * 2**20
"""The most bytes of a file that the process writes: of the index of the write-ahead log, which readers share."""


def main() -> None:
    """Answer queries until the standard input ends or the memory is used up."""
    _set_limits()
    path = Path(sys.argv[1])
    for line in sys.stdin.buffer:
        head, body = _answer(path, Query(**json.loads(line)))
        sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + body)
        sys.stdout.buffer.flush()
        _let_run(0)
        if head.get("error") == "memory":
            return


def _set_limits() -> None:
    # Ctrl-C reaches all processes of a terminal; the server ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # macOS refuses a limit of the address space. There SQLite's own limit is what holds.
    with suppress(ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (MEGABYTES * 2**20, MEGABYTES * 2**20))
    sqlite3.connect(":memory:").execute(f"PRAGMA hard_heap_limit = {MEGABYTES * 2**20}").close()
    resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE_BYTES, _FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _let_run(seconds: float) -> None:
    """Let the system end this process after so many seconds; 0: not any more."""
    signal.setitimer(signal.ITIMER_REAL, seconds)


def _answer(path: Path, query: Query) -> tuple[dict[str, Any], bytes]:
    """Return the first line of the answer and the bytes after it."""
    _let_run(_OPENING_SECONDS)
    try:
        result = run_query(path, query, begun=lambda: _let_run(SECONDS))
        _let_run(_WRITING_SECONDS)
        body = text_of(result, query).encode()
    except MemoryError:
        return {"error": "memory"}, b""
    except QueryError as error:
        return _error("query", error.sentence, error.values), b""
    except LockedError as error:
        return _error("locked", str(error)), b""
    except (ArchiveError, UserError, sqlite3.Error) as error:
        return _error("archive", str(error)), b""
    except Exception as error:  # a fault of ours, or an archive that holds what no archive of ours holds
        traceback.print_exc()
        return _error("archive", repr(error)), b""
    return {"length": len(body)}, body


def _error(kind: str, message: str, values: dict[str, object] | None = None) -> dict[str, Any]:
    return {"error": kind, "message": message, "values": values or {}}


if __name__ == "__main__":
    main()
