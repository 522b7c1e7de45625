"""What holds for all tests: their plug-ins, with the fixtures that several folders share, and how they are started."""

import os
import signal

import pytest
from hypothesis import settings

# A machine that is busy with something else makes no example wrong.
settings.register_profile("any machine", deadline=None)
settings.register_profile("nightly", deadline=None)
settings.load_profile("any machine")

# A shell that starts the tests in the background lets them ignore Ctrl-C, and the programs that they start with them.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """For `-n auto`, return half as many processes again as there are cores: tests often wait, for delays and timeouts.

    The variable of pytest-xdist that gives the number wins.
    """
    if os.environ.get("PYTEST_XDIST_AUTO_NUM_WORKERS"):
        return None
    cores = os.cpu_count() or 1
    return cores + (cores + 1) // 2


pytest_plugins = ["support.fault_table", "support.crawls", "support.faults", "support.served"]
