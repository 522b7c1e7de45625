"""CSV for programs."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Sequence


def print_csv(header: Sequence[str], rows: Iterable[Iterable[object]]) -> None:
    """Write CSV (RFC 4180) to standard output. Rows are asked for one by one, while they are written."""
    writer = csv.writer(sys.stdout, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
