"""A process that has imported the program, and forks a copy of itself for each command line that a test starts.

A test starts the program some hundred times; most of each start would be imports. A copy is a process of its own with a
pid, signals and an exit status as ever, and runs `python -m MODULE` or `python -c CODE` as the interpreter does.
`support.program` is the other end.
"""

from __future__ import annotations

import atexit
import fcntl
import gc
import importlib
import io
import json
import os
import pkgutil
import runpy
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from types import ModuleType
from typing import Any

from support import new_archives, program

LATE = ("newscrawler.settings", "newscrawler.__main__")
"""Modules that each copy imports for itself: what they are depends on the environment, or they run the program."""
LIBRARIES = (
    *("logging.handlers", "multiprocessing.spawn", "rich.progress", "rich.table", "sqlite_utils.db", "stringprep"),
    *("dateparser.search", "twisted.internet.asyncioreactor", "uvicorn.protocols.http.h11_impl", "yarl"),
)
"""What the program imports only when it needs it. Scrapy's own parts are taken from its settings."""
MOST_BYTES = 1 << 20


def main() -> None:
    """Serve those who connect to the socket whose descriptor is the argument, until the last one has gone."""
    listening = socket.socket(fileno=int(sys.argv[1]))
    _import_all()
    _read_tables()
    program.start_what_is_started_as_copies()
    new_archives.copy_new_archives()
    gc.collect()
    gc.freeze()
    wakeups = _wake_on_children()
    answers: dict[int, socket.socket] = {}
    clients: set[socket.socket] = set()
    selector = DefaultSelector()
    selector.register(listening, EVENT_READ)
    selector.register(wakeups, EVENT_READ)
    was_asked = False
    while True:
        ready = [key.fileobj for key, _ in selector.select(0 if was_asked and not clients else None)]
        if not ready:
            return
        for client in ready:
            assert isinstance(client, socket.socket)
            if client is wakeups:
                with suppress(BlockingIOError):
                    wakeups.recv(4096)
                _report_ended(answers)
                continue
            if client is listening:
                accepted, _ = listening.accept()
                clients.add(accepted)
                selector.register(accepted, EVENT_READ)
                was_asked = True
                continue
            received = _receive(client)
            if received is None:
                selector.unregister(client)
                clients.remove(client)
                client.close()
                continue
            request, answer, descriptors = received
            pid = os.fork()
            if pid == 0:
                selector.close()
                for open_socket in (listening, wakeups, answer, *clients, *answers.values()):
                    open_socket.close()
                _become(request, descriptors)
                return
            for descriptor in descriptors:
                os.close(descriptor)
            answers[pid] = answer
            answer.send(pid.to_bytes(4, "little"))


def _import_all() -> None:
    import newscrawler

    packages = pkgutil.walk_packages(newscrawler.__path__, "newscrawler.")
    ours = (package.name for package in packages if package.name not in LATE)
    for name in (*LIBRARIES, *_scrapy_modules(), *ours):
        with suppress(ImportError):
            importlib.import_module(name)
    if "twisted.internet.reactor" in sys.modules:
        raise RuntimeError("an import installed a reactor: all copies would share it")


def _read_tables() -> None:
    """Read the program's own data, which is the same for all copies. What the environment may change is left to them."""
    from scrapy.utils.versions import get_versions

    from newscrawler import places
    from newscrawler.archive.database.migrations import known_migrations
    from newscrawler.archive.database.schema import expected_schema
    from newscrawler.extraction.cms.loading import content_systems
    from newscrawler.text.han import fold
    from newscrawler.text.patterns import LatePattern

    # Each crawl logs the versions of what is installed, and compares its archive with what the migrations make.
    get_versions()
    expected_schema(tuple(known_migrations()))
    places.provinces()
    fold("")
    # Which there are may be the user's choice; those of the program stay read.
    content_systems()
    content_systems.cache_clear()
    for pattern in [one for one in gc.get_objects() if isinstance(one, LatePattern)]:
        _ = pattern.match


def _scrapy_modules() -> Iterator[str]:
    """Yield the modules of the classes that Scrapy's default settings name."""
    from scrapy.settings import default_settings

    for value in vars(default_settings).values():
        named = (*value.keys(), *value.values()) if isinstance(value, dict) else (value,)
        for text in named:
            if isinstance(text, str) and text.startswith("scrapy."):
                yield text.rpartition(".")[0]


def _wake_on_children() -> socket.socket:
    """Return a socket that becomes readable when a copy has ended."""
    receiver, sender = socket.socketpair()
    receiver.setblocking(False)
    sender.setblocking(False)
    signal.set_wakeup_fd(sender.detach(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    # Ctrl-C in a terminal reaches this process too; it ends with the tests.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return receiver


def _report_ended(answers: dict[int, socket.socket]) -> None:
    for pid in list(answers):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            answer = answers.pop(pid)
            with suppress(OSError):
                answer.send(status.to_bytes(4, "little"))
            answer.close()


def _receive(requests: socket.socket) -> tuple[dict[str, Any], socket.socket, list[int]] | None:
    """Return a request, the socket for its answers, and its descriptors.

    They are that of the socket for requests, those of the standard streams, and others that the copy shall have.
    """
    data, descriptors, _, _ = socket.recv_fds(requests, MOST_BYTES, 16)
    if not data:
        return None
    return json.loads(data), socket.socket(fileno=descriptors[0]), descriptors[1:]


def _become(request: dict[str, Any], descriptors: list[int]) -> None:
    """Run what the request names, in this copy. Errors and exits leave as from a program of its own."""
    wanted = (0, 1, 2, *request["passed"])
    # Far from the numbers that they shall have.
    server, *moved = [fcntl.fcntl(one, fcntl.F_DUPFD_CLOEXEC, 1000) for one in descriptors]
    for descriptor in descriptors:
        os.close(descriptor)
    for number, descriptor in zip(wanted, moved, strict=True):
        os.dup2(descriptor, number)
        os.close(descriptor)
    program.use_server(socket.socket(fileno=server))
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, request["blocked"])
    if request["start_new_session"]:
        os.setsid()
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    time.tzset()
    sys.stdin = io.TextIOWrapper(open(0, "rb", closefd=False), encoding="utf-8")  # noqa: SIM115
    sys.stdout, sys.stderr = _writer(1, "strict"), _writer(2, "backslashreplace")
    sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr  # type: ignore[misc]
    kind, what, *arguments = request["arguments"]
    if "spawn_main" in what:
        # The other names that `ps` shows are the server's.
        with suppress(OSError):
            Path("/proc/self/comm").write_text(program.WORKER)
    sys.orig_argv = [sys.executable, *request["arguments"]]
    try:
        if kind == "-m":
            sys.argv = [what, *arguments]
            sys.path[0] = str(Path.cwd())
            runpy.run_module(what, run_name="__main__", alter_sys=True)
        else:
            sys.argv = ["-c", *arguments]
            sys.path[0] = ""
            module = sys.modules["__main__"] = ModuleType("__main__")
            exec(compile(what, "<string>", "exec"), module.__dict__)
    except SystemExit as end:
        if end.code is not None and not isinstance(end.code, int):
            raise
        _end(end.code or 0)
        raise
    _end(0)


def _end(status: int) -> None:
    """End this copy as the interpreter does, but for freeing all that the server has imported: that takes 0.2 seconds.

    Returns where streams cannot be flushed; then the interpreter has to report that.
    """
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    with suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status & 0xFF)


def _writer(descriptor: int, errors: str) -> io.TextIOWrapper:
    binary = open(descriptor, "wb", closefd=False)  # noqa: SIM115
    is_interactive = descriptor == 2 or os.isatty(descriptor)
    return io.TextIOWrapper(binary, encoding="utf-8", errors=errors, line_buffering=is_interactive)
