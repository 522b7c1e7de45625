"""Pages of docs/ that are written from the program: write one again, or check that it is up to date."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path


def write_or_check(target: Path, page: Callable[[], str], description: str | None) -> int:
    """Write a page, or compare it with --check; return the exit status. `description` is for --help."""
    name = f"docs/{target.parent.name}/{target.name}"
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help=f"write nothing; fail if {name} is out of date")
    is_check = parser.parse_args().check
    text = page()
    if not is_check:
        target.write_text(text, encoding="utf-8")
        return 0
    if target.is_file() and target.read_text(encoding="utf-8") == text:
        return 0
    print(f"{name} is out of date; run 'make docs'.", file=sys.stderr)
    return 1
