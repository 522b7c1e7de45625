"""After any history of changes and cut crawls the archive equals the portal's history, and says so at each step.

`python tests/support/simulation.py --seeds 300` plays more of them.
"""

from __future__ import annotations

import pytest

from support import nightly, simulation


@nightly.by_day(0)
@pytest.mark.parametrize("seed", range(10_000, 10_018))
def test_cut_crawls_leave_no_hole(seed: int) -> None:
    _, crawls, problems = simulation.play(seed)
    assert problems == []
    assert sum(crawls.values()) >= 9


@nightly.by_day(0)
@pytest.mark.parametrize("seed", [20_001, 20_004])
def test_killed_processes_leave_no_hole(seed: int) -> None:
    _, _, problems = simulation.play(seed, real_kills=True)
    assert problems == []
