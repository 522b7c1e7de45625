"""The very beginning of the program: Ctrl-C during imports, and what a crawl imports."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

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
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode in (-signal.SIGINT, 1)
    assert done.stdout == "" and "Traceback" not in done.stderr


def test_a_program_that_ignores_ctrl_c_goes_on_ignoring_it() -> None:
    code = INTERRUPT.format(module="click", handler="signal.SIG_IGN")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and "title" in done.stdout


UNUSED = ("aiohttp", "numpy", "pandas", "requests", "scrapy.extensions.telnet", "tldextract", "twisted.conch")
"""Libraries for what is switched off, or not used before an article. Each takes a hundredth of a second or more."""
COUNTING = """
import gc, inspect, re._compiler, sys
counts = {"stacks": 0, "patterns": 0, "old": 0}
def collected(phase, found):
    counts["old"] += phase == "stop" and found["generation"] == 2
gc.callbacks.append(collected)
def counted(module, name, key, weight):
    called = getattr(module, name)
    def call(*given, **named):
        counts[key] += weight(*given)
        return called(*given, **named)
    setattr(module, name, call)
counted(inspect, "stack", "stacks", lambda *_: 1)
counted(re._compiler, "compile", "patterns", lambda pattern, *_: len(pattern) if isinstance(pattern, str) else 0)
"""
MOST_PATTERNS = 60_000
"""Characters of all expressions that may be compiled before the first request: 48,288 when this was written."""


@pytest.mark.slow
def test_a_crawl_starts_without_what_its_first_request_does_not_need(tmp_path: Path) -> None:
    definition = tmp_path / "t.toml"
    definition.write_text('id = "t"\nname = "试验网"\nprovince = "湖北省"\nhomepage = "http://127.0.0.1:9/"\n')
    code = (
        f"{COUNTING}\n"
        f"sys.argv = ['newscrawler', 'crawl', {str(definition)!r}, '--archive', {str(tmp_path / 'a.db')!r}]\n"
        "from newscrawler.cli.start import main\n"
        "try:\n    main()\n"
        f"finally:\n    print(*counts.values(), [name for name in {UNUSED} if name in sys.modules])"
    )
    environment = {**os.environ, "NEWSCRAWLER_ALLOW_PRIVATE": "1"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=120)
    assert "the connection was refused" in done.stderr
    stacks, patterns, old, unused = done.stdout.splitlines()[-1].split(" ", 3)
    assert unused == "[]"
    assert int(patterns) < MOST_PATTERNS
    assert (stacks, old) == ("0", "0"), "sources are read to name classes, or all objects are searched for garbage"
