"""A generated archive that several tests read, and the modules of `benchmarks/`."""

from __future__ import annotations

import importlib.util
import pickle
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from support.once import made_once

ROOT = Path(__file__).resolve().parents[2]


def benchmark(name: str) -> ModuleType:
    """A module of `benchmarks/`, which is no package."""
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        spec = importlib.util.find_spec(name)
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(ROOT / "benchmarks"))
    return module


@pytest.fixture(scope="session")
def province(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """The generated archive, as `data/province.db` in a folder of its own, and what is in it."""
    generated_province = benchmark("generated_province")

    def make(folder: Path) -> None:
        (folder / "data").mkdir()
        truth = generated_province.generate(folder / "data" / "province.db")
        (folder / "truth.pickle").write_bytes(pickle.dumps(truth))

    folder = made_once(tmp_path_factory, "province", make)
    return folder, pickle.loads((folder / "truth.pickle").read_bytes())
