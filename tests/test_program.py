"""A program that tests start by way of the fork server is one as any other."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from support import nightly, program

BOTH = pytest.mark.parametrize("start", [program.Popen, subprocess.Popen], ids=["forked", "started"])


def code(text: str, *arguments: str) -> list[str]:
    return [sys.executable, "-c", text, *arguments]


@nightly.by_day(0, 1, 2, 4, 6, 8, 9, 10, 12, 14, 16)
@BOTH
@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("pass", 0),
        ("import sys; sys.exit(3)", 3),
        ("raise SystemExit('in words')", 1),
        ("1 / 0", 1),
        ("raise KeyboardInterrupt", -signal.SIGINT),
        ("import os; os._exit(5)", 5),
        ("import sys; sys.exit(-1)", 255),
        ("import atexit, os; atexit.register(os._exit, 4)", 4),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL),
    ],
)
def test_the_exit_status_is_real(start: type[subprocess.Popen[bytes]], text: str, status: int) -> None:
    process = start(code(text), stderr=subprocess.DEVNULL)
    assert process.wait(120) == status
    assert process.poll() == status


@BOTH
def test_streams_arguments_folder_and_environment_are_real(start: type[subprocess.Popen[str]], tmp_path: Path) -> None:
    text = (
        "import atexit, os, sys, time\n"
        "atexit.register(lambda: print('end', file=sys.stderr))\n"
        "print(sys.argv, __name__, os.getcwd(), os.getpid(), os.environ.get('SEEN'), time.tzname[0], sys.stdin.read())"
    )
    process = start(
        code(text, "a", "乙"), cwd=tmp_path, env={"SEEN": "是", "TZ": "Asia/Tokyo"},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    output, messages = process.communicate("in", timeout=120)
    assert output == f"['-c', 'a', '乙'] __main__ {tmp_path} {process.pid} 是 JST in\n"
    assert messages == "end\n"


@BOTH
def test_output_that_cannot_be_written_at_the_end_is_an_error(start: type[subprocess.Popen[bytes]]) -> None:
    with Path("/dev/full").open("wb") as full:
        text = "import sys; sys.stdout = open(1, 'w'); print('text')"  # Whatever PYTHONUNBUFFERED says.
        process = start(code(text), stdout=full, stderr=subprocess.PIPE)
        assert b"No space left on device" in process.communicate(timeout=120)[1]
        assert process.returncode == 120


@BOTH
def test_a_program_ends_after_its_threads_and_its_last_functions(start: type[subprocess.Popen[str]]) -> None:
    text = (
        "import atexit, threading, time\n"
        "atexit.register(print, 'at last')\n"
        "threading.Thread(target=lambda: (time.sleep(0.1), print('thread'))).start()\n"
        "print('main')"
    )
    with start(code(text), stdout=subprocess.PIPE, text=True) as process:
        assert process.communicate(timeout=120)[0] == "main\nthread\nat last\n"


@BOTH
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_signals_arrive(start: type[subprocess.Popen[str]], number: int) -> None:
    process = start(
        code("import time; print('here', flush=True); time.sleep(60)"),
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "here\n"
        assert process.poll() is None
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.05)
        process.send_signal(number)
        assert process.wait(120) == -number


def test_no_program_sees_what_another_changed() -> None:
    change = "import newscrawler.settings as s, os; s.DOWNLOAD_TIMEOUT = 1; os.environ['LEFT'] = '1'"
    look = "import newscrawler.settings as s, os; print(s.DOWNLOAD_TIMEOUT, os.environ.get('LEFT'))"
    first = program.run(code(look), capture_output=True, text=True).stdout
    assert program.run(code(change)).returncode == 0
    assert program.run(code(look), capture_output=True, text=True).stdout == first


def test_what_the_environment_says_to_the_interpreter_is_heard(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("print('customized')")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    assert program.run(code("pass"), env=environment, capture_output=True, text=True).stdout == "customized\n"


def test_a_module_is_run_as_the_interpreter_runs_it(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "newscrawler", "nonsense"]
    forked, started = (
        run(command, capture_output=True, text=True, cwd=tmp_path) for run in (program.run, subprocess.run)
    )
    assert (forked.returncode, forked.stdout, forked.stderr) == (started.returncode, started.stdout, started.stderr)
    assert forked.returncode == 2
