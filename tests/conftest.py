"""What holds for all tests: their plug-ins, with the fixtures that several folders share, and how they are started."""

import gc
import logging
import os
import signal
from collections.abc import Generator

import pytest
from hypothesis import settings

from support import new_archives, nightly, program

# A machine that is busy with something else makes no example wrong.
settings.register_profile("any machine", deadline=None, max_examples=25)
settings.register_profile("nightly", deadline=None, max_examples=100)
settings.load_profile("any machine")

# A shell that starts the tests in the background lets them ignore Ctrl-C, and the programs that they start with them.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """For `-n auto`, return twice as many processes as there are cores: tests often wait, for delays and timeouts.

    Each has a gibibyte of memory, for itself and the programs that it starts. The variable of pytest-xdist that gives
    the number wins.
    """
    if os.environ.get("PYTEST_XDIST_AUTO_NUM_WORKERS"):
        return None
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(2, min(2 * cores, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**30))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage while all test modules are imported, and never again at what they made.

    That is some millions of objects which live as long as the process.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Before `-m` selects: tell which cases of large tests are for the night."""
    nightly.leave_out_by_day(items)


def pytest_collection_finish() -> None:
    """Spare all tests what most of them would do again: migrations, imports of processes that the program starts."""
    new_archives.copy_new_archives()
    program.start_what_is_started_as_copies()


def pytest_runtest_setup() -> None:
    """Let loggers be as in a new process: what the program runs in this one may have set them to be silent."""
    logging.disable(logging.NOTSET)
    logging.getLogger().setLevel(logging.WARNING)
    for name, logger in logging.Logger.manager.loggerDict.items():
        if isinstance(logger, logging.Logger) and name.partition(".")[0] == "newscrawler":
            logger.disabled, logger.propagate = False, True
            logger.setLevel(logging.NOTSET)


pytest_plugins = ["support.fault_table", "support.crawls", "support.faults", "support.served"]
