"""What holds for all tests: their plug-ins, with the fixtures that several folders share, and how they are started."""

import signal

from hypothesis import settings

# A machine that is busy with something else makes no example wrong.
settings.register_profile("any machine", deadline=None)
settings.register_profile("nightly", deadline=None)
settings.load_profile("any machine")

# A shell that starts the tests in the background lets them ignore Ctrl-C, and the programs that they start with them.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

pytest_plugins = ["support.fault_table", "support.crawls", "support.faults"]
