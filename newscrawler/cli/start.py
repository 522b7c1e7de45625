"""Where the command begins. Ctrl-C while modules are imported ends it without a traceback."""

from __future__ import annotations

import signal


def main() -> None:
    """Import the command line, then run it."""
    # A program that ignores Ctrl-C, as in the background of a shell, goes on ignoring it.
    is_usual = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if is_usual:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from newscrawler.cli.main import main as run

    if is_usual:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    run()
