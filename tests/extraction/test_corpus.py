"""What must be reached on a corpus of real pages, where one lies beside the checkout."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT.parent / "shared" / "corpus"


@pytest.fixture
def benchmark(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The program benchmarks/extraction.py as a module."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    spec = importlib.util.spec_from_file_location("bench_extraction", ROOT / "benchmarks" / "extraction.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(not (CORPUS / "gold.jsonl").is_file(), reason="the corpus is not part of the project")
def test_targets_on_the_corpus(benchmark: ModuleType) -> None:
    rows = benchmark.results([benchmark.OURS], benchmark.corpus(CORPUS))
    assert sum(result.pages for _, _, result in rows) > 70
    assert benchmark.missed_targets(rows) == []


def test_a_small_corpus_is_scored_by_halves(benchmark: ModuleType) -> None:
    """Generated pages are evidence of the same form; the unseen half names no page."""
    rows = benchmark.results([benchmark.OURS], benchmark.generated(10))
    assert [(half, result.pages) for _, half, result in rows] == [("seen", 10), ("unseen", 10)]
    assert rows[1][2].wrong_pages == []
    table = benchmark.markdown("Generated pages", rows, {})
    assert table.count("| newscrawler |") == 2
