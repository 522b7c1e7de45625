"""Print the alarms of a simulated year by day, true and false.

python scripts/simulated_year.py [--days 365] [--seed 7]
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from support.year import EVENTS, FIRST, PortalOfAYear, lost_fields, simulate


def main() -> None:
    """Simulate, print the table, and what became of the fields."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "year.db"
        site = PortalOfAYear(options.seed)
        opened = simulate(archive, options.days, site)
        print(f"{options.days} daily crawls in {time.monotonic() - began:.0f} s")
        print(f"{'day':10}  {'alarm':17} {'section':8} {'field':9} {'':5} what it says")
        for found in opened:
            alarm = found.alarm
            truth = "true" if found.event else "FALSE"
            where = alarm.section or "all"
            print(f"{found.day}  {alarm.kind:17} {where:8} {alarm.field:9} {truth:5} {alarm.message}")
        last = FIRST + timedelta(days=options.days - 1)
        for event in EVENTS:
            days = [found.day for found in opened if found.event is event]
            met = f"{(days[0] - event.first).days} days after the first run that met it" if days else "NOT CAUGHT"
            if event.first <= last:
                print(f"{event.name} ({event.first}): {met}")
        print(f"alarms: {len(opened)}, of these false: {sum(found.event is None for found in opened)}")
        connection = sqlite3.connect(archive)
        articles, versions = connection.execute("SELECT count(*), sum(version_count) FROM articles_flat").fetchone()
        left = connection.execute("SELECT count(*) FROM alarms WHERE state = 'open'").fetchone()[0]
        connection.close()
        print(f"published: {len(site.pieces)}, stored: {articles} articles, {versions} versions; open alarms: {left}")
        lost = ", ".join(f"{field} of {number}" for field, number in lost_fields(archive, site).items())
        print(f"lost or wrong: {lost or 'nothing'} (title, source, editors, authors, published, body)")


if __name__ == "__main__":
    main()
