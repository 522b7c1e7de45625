"""How many generated examples the slowest tests try."""

from support.nightly import is_night


def examples(all_of_them: int) -> int:
    """Return this number with `--hypothesis-profile nightly` (`make test-all`), and a third of it otherwise."""
    return all_of_them if is_night() else -(-all_of_them // 3)
