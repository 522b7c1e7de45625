"""Programs that tests start: `run` and `Popen` of `subprocess`, without the time that Python's imports take.

A command that begins with `sys.executable, "-m"` or `"-c"` is run by a copy of a process that has imported everything
(`support.fork_server`). The copy is a process like any other: pid, signals, exit status, streams, environment and folder
are real. Tests of the start itself use `subprocess`.

What the program starts itself can be copies as well: its crawls under the scheduler, and the processes that share work
(`start_what_is_started_as_copies`).
"""

from __future__ import annotations

import atexit
import errno
import json
import multiprocessing.popen_spawn_posix
import multiprocessing.util
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from subprocess import DEVNULL, PIPE, TimeoutExpired
from typing import IO, Any

__all__ = ["DEVNULL", "PIPE", "Popen", "TimeoutExpired", "run", "wait_for_next_second", "workers_of"]

WORKER = "spawn_main"
"""What Linux calls a copy that shares the work of another process."""

TESTS = Path(__file__).resolve().parents[1]
_SERVE = f"import sys; sys.path.insert(1, {str(TESTS)!r}); from support.fork_server import main; main()"

_ENVIRONMENT = dict(os.environ)
"""The environment of the server: none that a test has changed."""


class Popen(subprocess.Popen[Any]):
    """A started program. Takes those arguments of `subprocess.Popen` that tests use.

    An environment whose PYTHON… variables a test has changed needs an interpreter of its own, and gets one.
    """

    def __init__(
        self,
        arguments: Sequence[str | os.PathLike[str]],
        *,
        stdin: int | IO[Any] | None = None,
        stdout: int | IO[Any] | None = None,
        stderr: int | IO[Any] | None = None,
        cwd: str | os.PathLike[str] | None = None,
        env: Mapping[str, str] | None = None,
        text: bool = False,
        start_new_session: bool = False,
    ) -> None:
        command = [os.fspath(argument) for argument in arguments]
        if command[0] != sys.executable or command[1] not in ("-m", "-c"):
            raise ValueError("use subprocess for programs that are not a module or a text of this Python")
        self._answers: socket.socket | None = None
        super().__init__(
            command,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            cwd=cwd,
            env=dict(os.environ if env is None else env),
            text=text,
            start_new_session=start_new_session,
        )

    # The hooks of subprocess.Popen by which a child is begun and waited for.

    def _execute_child(self, args: list[str], *rest: Any) -> None:
        _, _, _, _, cwd, env, _, _, _, *pipes = rest[:15]
        if _python_variables(env) != _python_variables(_ENVIRONMENT):
            super()._execute_child(args, *rest)  # type: ignore[misc]
            return
        stdin, _, _, stdout, _, stderr = pipes
        streams = [given if given >= 0 else number for number, given in enumerate((stdin, stdout, stderr))]
        self.pid, self._answers = _fork(args[1:], streams, env=env, cwd=cwd, start_new_session=rest[-2])
        self._child_created = True
        self._close_pipe_fds(*pipes)  # type: ignore[attr-defined]

    def _try_wait(self, wait_flags: int) -> tuple[int, int]:
        if self._answers is None:
            return super()._try_wait(wait_flags)  # type: ignore[misc, no-any-return]
        status = _status(self._answers, wait_flags)
        return (0, 0) if status is None else (self.pid, status)

    def _internal_poll(self, *arguments: Any, **named: Any) -> int | None:
        if self._answers is None:
            return super()._internal_poll(*arguments, **named)  # type: ignore[misc, no-any-return]
        with self._waitpid_lock:  # type: ignore[attr-defined]
            if self.returncode is None:
                pid, status = self._try_wait(os.WNOHANG)
                if pid:
                    self._handle_exitstatus(status)  # type: ignore[attr-defined]
        return self.returncode


def run(
    arguments: Sequence[str | os.PathLike[str]],
    *,
    capture_output: bool = False,
    timeout: float | None = None,
    check: bool = False,
    **named: Any,
) -> subprocess.CompletedProcess[Any]:
    """As `subprocess.run`."""
    if capture_output:
        named |= {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with Popen(arguments, **named) as process:
        try:
            stdout, stderr = process.communicate(timeout=timeout)
        except BaseException:
            process.kill()
            raise
    completed = subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)
    if check:
        completed.check_returncode()
    return completed


_util: Any = multiprocessing.util
_spawn = _util.spawnv_passfds

StartedWorker = multiprocessing.popen_spawn_posix.Popen
"""A process of `multiprocessing` with an interpreter of its own."""


class _Worker(StartedWorker):
    """A process of `multiprocessing` that begins as a copy: the interpreter is not started, all else is as it was."""

    _answers: socket.socket | None = None

    def _launch(self, process_obj: Any) -> None:
        started: list[socket.socket] = []

        def start(path: bytes, arguments: Any, descriptors: Sequence[int]) -> int:
            if _python_variables(os.environ) != _python_variables(_ENVIRONMENT) or arguments[-3] != "-c":
                return int(_spawn(path, arguments, descriptors))
            pid, answers = _fork(arguments[-3:], (0, 1, 2), env=os.environ, passed=descriptors)
            started.append(answers)
            return pid

        _util.spawnv_passfds = start
        try:
            super()._launch(process_obj)  # type: ignore[misc]
        finally:
            _util.spawnv_passfds = _spawn
        self._answers = started[0] if started else None

    def poll(self, flag: int = os.WNOHANG) -> int | None:
        if self._answers is None:
            return super().poll(flag)
        if self.returncode is None and (status := _status(self._answers, flag)) is not None:
            self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode


def start_what_is_started_as_copies() -> None:
    """Let what this process starts begin as copies: the program's crawls, and the processes that share its work."""
    for name in ("newscrawler.interface.crawls", "newscrawler.monitoring.crawl_process"):
        # A module that nobody imported costs seconds, and what it starts then is started as ever.
        if name in sys.modules:
            sys.modules[name].subprocess = sys.modules[__name__]  # type: ignore[attr-defined]
    multiprocessing.popen_spawn_posix.Popen = _Worker  # type: ignore[misc]


class _Server:
    """The way to the process that forks."""

    def __init__(self, requests: socket.socket) -> None:
        self._lock = threading.Lock()
        self._requests = requests

    @classmethod
    def start(cls) -> _Server:
        """Connect to the process that forks, which the first of those that run the tests starts.

        It ends with the last of them.
        """
        # A name of Linux without a file: it goes with the socket.
        name = f"\0newscrawler-tests-{os.environ.get('PYTEST_XDIST_TESTRUNUID', os.getpid())}"
        process: subprocess.Popen[bytes] | None = None
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening:
            try:
                listening.bind(name)
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
            else:
                listening.listen()
                command = [sys.executable, "-c", _SERVE, str(listening.fileno())]
                process = subprocess.Popen(command, pass_fds=[listening.fileno()], env=_ENVIRONMENT)
        requests = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        for wait in (0.0, 0.01, 0.1, 1.0, None):
            try:
                requests.connect(name)
                break
            except ConnectionRefusedError:
                # The process that has the name is about to listen, or about to end.
                if wait is None:
                    raise
                time.sleep(wait)

        def end() -> None:
            # Closing it would not do: copies may hold it.
            requests.shutdown(socket.SHUT_RDWR)
            if process is not None:
                with suppress(TimeoutExpired):
                    process.wait(10)

        atexit.register(end)
        return cls(requests)

    def fork(self, request: dict[str, Any], descriptors: Sequence[int]) -> socket.socket:
        """Ask for a copy; return the socket over which its pid and, at its end, its status arrive."""
        answers, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with other, self._lock:
            sent = [other.fileno(), self._requests.fileno(), *descriptors]
            socket.send_fds(self._requests, [json.dumps(request).encode()], sent)
        return answers


_server: _Server | None = None
_server_lock = threading.Lock()


def use_server(requests: socket.socket) -> None:
    """In a copy: ask the server over this socket for further copies."""
    global _server
    _server = _Server(requests)


def _started_server() -> _Server:
    global _server
    with _server_lock:
        if _server is None:
            _server = _Server.start()
        return _server


def _fork(
    arguments: Sequence[str],
    streams: Sequence[int],
    *,
    env: Mapping[str, str],
    cwd: str | os.PathLike[str] | None = None,
    start_new_session: bool = False,
    passed: Sequence[int] = (),
) -> tuple[int, socket.socket]:
    """Start a copy. It has the descriptors `passed` under the same numbers, and the signals that this thread blocks."""
    request = {
        "arguments": list(arguments),
        "cwd": os.fspath(cwd or Path.cwd()),
        "env": dict(env),
        "start_new_session": start_new_session,
        "passed": list(passed),
        "blocked": [int(number) for number in signal.pthread_sigmask(signal.SIG_BLOCK, [])],
    }
    answers = _started_server().fork(request, [*streams, *passed])
    pid = int.from_bytes(answers.recv(4), "little")
    if not pid:
        raise RuntimeError("the fork server has ended; its messages stand above")
    return pid, answers


def _status(answers: socket.socket, flags: int) -> int | None:
    """Return with what status a copy ended, as `os.waitpid` has it; None while it runs and `flags` say not to wait."""
    try:
        status = answers.recv(4, socket.MSG_DONTWAIT if flags & os.WNOHANG else 0)
    except BlockingIOError:
        return None
    answers.close()
    if not status:
        raise RuntimeError("the fork server ended before the program that it started")
    return int.from_bytes(status, "little")


def _python_variables(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith("PYTHON")}


def workers_of(process: subprocess.Popen[Any]) -> list[int]:
    """Return the processes that share the work of this one. Nothing else works in its folder; Linux only."""
    found = []
    folder = Path(f"/proc/{process.pid}/cwd").readlink()
    for one in Path("/proc").iterdir():
        # Others end while this looks.
        with suppress(OSError):
            if (
                one.name.isdigit()
                and (one / "comm").read_text() == f"{WORKER}\n"
                and (one / "cwd").readlink() == folder
            ):
                found.append(int(one.name))
    return sorted(found)


def wait_for_next_second() -> None:
    """Wait until the archive's clock, which counts seconds, shows another one.

    A forked crawl can start in the second in which the one before ended. Then nothing is older than it, and the names
    of their files do not sort by time.
    """
    time.sleep(1.01 - time.time() % 1)
