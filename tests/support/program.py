"""Programs that tests start: `run` and `Popen` of `subprocess`, without the time that Python's imports take.

A command that begins with `sys.executable, "-m"` or `"-c"` is run by a copy of a process that has imported everything
(`support.fork_server`). The copy is a process like any other: pid, signals, exit status, streams, environment and folder
are real. Tests of the start itself use `subprocess`.
"""

from __future__ import annotations

import atexit
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

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
        server = _started_server()
        stdin, _, _, stdout, _, stderr = pipes
        streams = [given if given >= 0 else number for number, given in enumerate((stdin, stdout, stderr))]
        request = {
            "arguments": args[1:],
            "cwd": os.fspath(cwd or Path.cwd()),
            "env": env,
            "start_new_session": rest[-2],
        }
        self._answers = server.fork(request, streams)
        self.pid = int.from_bytes(self._answers.recv(4), "little")
        if not self.pid:
            raise RuntimeError("the fork server has ended; its messages stand above")
        self._child_created = True
        self._close_pipe_fds(*pipes)  # type: ignore[attr-defined]

    def _try_wait(self, wait_flags: int) -> tuple[int, int]:
        if self._answers is None:
            return super()._try_wait(wait_flags)  # type: ignore[misc, no-any-return]
        try:
            status = self._answers.recv(4, socket.MSG_DONTWAIT if wait_flags & os.WNOHANG else 0)
        except BlockingIOError:
            return 0, 0
        self._answers.close()
        if not status:
            raise RuntimeError("the fork server ended before the program that it started")
        return self.pid, int.from_bytes(status, "little")

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


class _Server:
    """The process that forks, and the way to it. It ends with this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with other:
            command = [sys.executable, "-c", _SERVE, str(other.fileno())]
            self._process = subprocess.Popen(command, pass_fds=[other.fileno()], env=_ENVIRONMENT)
        atexit.register(self._close)

    def fork(self, request: dict[str, Any], streams: Sequence[int]) -> socket.socket:
        """Ask for a copy; return the socket over which its pid and, at its end, its status arrive."""
        answers, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with other, self._lock:
            socket.send_fds(self._requests, [json.dumps(request).encode()], [other.fileno(), *streams])
        return answers

    def _close(self) -> None:
        self._requests.close()
        self._process.wait()


_server: _Server | None = None
_server_lock = threading.Lock()


def _started_server() -> _Server:
    global _server
    with _server_lock:
        if _server is None:
            _server = _Server()
        return _server


def _python_variables(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith("PYTHON")}


def wait_for_next_second() -> None:
    """Wait until the archive's clock, which counts seconds, shows another one.

    A forked crawl can start in the second in which the one before ended. Then nothing is older than it, and the names
    of their files do not sort by time.
    """
    time.sleep(1.01 - time.time() % 1)
