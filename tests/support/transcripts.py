"""Sessions that a page shows: the commands of its blocks marked `console`, each with the output below it.

In an output, an ellipsis (…) at the end or the beginning of a line, or inside of it, stands for any text; a line that
is only an ellipsis stands for any lines. Spaces at the ends of lines do not count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Shown:
    """A command of a page, and the output that the page shows of it."""

    command: str
    output: str


def shown_sessions(page: Path) -> list[Shown]:
    """Return the commands of a page in their order."""
    blocks = re.findall(r"^```console\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [
        Shown(command, output)
        for block in blocks
        for command, output in re.findall(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)
    ]


def difference(shown: str, real: str) -> str:
    """Return the first shown line that the real output does not have at its place; empty when all are there."""
    lines = [line.rstrip() for line in real.splitlines()]
    at, may_skip = 0, False
    for line in (line.rstrip() for line in shown.splitlines()):
        if line == "…":
            may_skip = True
            continue
        pattern = re.compile(".*".join(map(re.escape, line.split("…"))))
        places = range(at, len(lines)) if may_skip else range(at, min(at + 1, len(lines)))
        found = next((place for place in places if pattern.fullmatch(lines[place])), None)
        if found is None:
            return line
        at, may_skip = found + 1, False
    return "" if may_skip or at == len(lines) else f"(more output: {lines[at]})"
