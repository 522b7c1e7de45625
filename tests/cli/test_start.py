"""Ctrl-C at the very beginning of the program."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

INTERRUPT = """
import os, signal, sys
signal.signal(signal.SIGINT, {handler})
class Hook:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Hook())
sys.argv = ["newscrawler", "columns"]
from newscrawler.cli.start import main
main()
"""


@pytest.mark.parametrize("module", ["click", "newscrawler.cli.groups", "newscrawler.cli.columns"])
def test_ctrl_c_during_imports_leaves_no_traceback(module: str) -> None:
    # A process of its own: a fork of one that has imported everything imports nothing.
    code = INTERRUPT.format(module=module, handler="signal.default_int_handler")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert done.returncode in (-signal.SIGINT, 1)
    assert done.stdout == "" and "Traceback" not in done.stderr


def test_a_program_that_ignores_ctrl_c_goes_on_ignoring_it() -> None:
    code = INTERRUPT.format(module="click", handler="signal.SIG_IGN")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0 and "title" in done.stdout
