"""What a fuzzer found once, and seeds with a few bytes changed, are read without a fault."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from fuzz.run import CORPUS
from fuzz.seeds import seeds
from fuzz.targets import TARGETS


def fault(target: str, data: bytes) -> Exception | None:
    """What a target raises."""
    try:
        TARGETS[target](data)
    except Exception as error:
        return error
    return None


@pytest.mark.parametrize("file", sorted(CORPUS.glob("*/*")), ids=lambda path: f"{path.parent.name}-{path.name[:16]}")
def test_what_was_found_is_mended(file: Path) -> None:
    assert fault(file.parent.name, file.read_bytes()) is None


@pytest.mark.parametrize("target", TARGETS)
def test_seeds_with_changed_bytes_are_read(target: str) -> None:
    random = Random(target)
    for seed in seeds(target)[:6]:
        assert fault(target, seed) is None
        for _ in range(8):
            changed = bytearray(seed)
            for _ in range(random.randint(1, 12)):
                at = random.randrange(len(changed))
                changed[at : at + random.randint(0, 3)] = random.randbytes(random.randint(0, 4))
            assert fault(target, bytes(changed)) is None, bytes(changed)
