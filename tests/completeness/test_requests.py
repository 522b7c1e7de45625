"""A crawl makes hardly more requests than the least that could do its work."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

from support import program


def _benchmark() -> Any:
    file = Path(__file__).resolve().parents[2] / "benchmarks" / "request_counts.py"
    spec = importlib.util.spec_from_file_location("request_counts", file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    module.subprocess = program  # type: ignore[attr-defined]
    return module


def test_requests_of_a_first_crawl_of_one_with_nothing_and_one_with_ten_new() -> None:
    benchmark = _benchmark()
    # Two listing pages per section, each with more entries than a crawl must know to stop.
    benchmark.PAGE_ENTRIES = 12
    first, nothing, ten = benchmark.measure(240)
    assert first.requests == first.least
    assert first.articles == 240
    assert nothing.articles == 0
    assert nothing.requests == nothing.least, "one listing page a section tells that nothing is new"
    assert ten.articles == 10
    # A short list that shows a new entry is read to its end, here one page more: others may have been put in there.
    assert ten.requests == ten.least + 10
