"""What must be reached on a corpus of real pages, where one lies beside the checkout."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT.parent / "shared" / "corpus"


def _benchmark() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_extraction", ROOT / "benchmarks" / "extraction.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(not (CORPUS / "gold.jsonl").is_file(), reason="the corpus is not part of the project")
def test_targets_on_the_corpus() -> None:
    benchmark = _benchmark()
    lines = (CORPUS / "gold.jsonl").read_text("utf-8").splitlines()
    golds = [gold for gold in map(json.loads, lines) if gold["kind"] in ("article", "photo")]
    pages = [(gold, (CORPUS / "pages" / f"{gold['id']}.html").read_bytes()) for gold in golds]
    predictions, _ = benchmark.run(benchmark.ours, pages)
    result = benchmark.score(benchmark.load_scorer(CORPUS), golds, predictions)
    most = {"title": 2, "published": 2, "source": 4, "editors": 3, "authors": 6}
    assert {name: missed for name, missed in result["misses"].items() if missed > most[name]} == {}
    assert result["means"][2] >= 0.965
    assert result["good"] >= 72
