"""How many generated examples the slowest tests try."""

from hypothesis import settings


def examples(all_of_them: int) -> int:
    """Return this number with `--hypothesis-profile nightly` (`make test-all`), and a third of it otherwise."""
    return all_of_them if settings.get_current_profile_name() == "nightly" else -(-all_of_them // 3)
