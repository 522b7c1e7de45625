"""A redesign that a run has proven: its pages have their text in another place, which several of them agree on.

`drift` compares shares with their history and needs many articles for it. A place that was learnt anew is proof enough.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from newscrawler.archive.templates import kept_templates
from newscrawler.monitoring.drift import Finding, Run, Subject
from newscrawler.monitoring.measures import SAMPLES, pooled, template_use

REDESIGN = Subject("", "body", "redesign")


def evaluate_design(
    connection: sqlite3.Connection, run: Mapping[str, Any], earlier: Sequence[Run]
) -> tuple[list[Finding], set[Subject]]:
    """Return the finding about a run that learnt another design, else that all is well.

    `run` is a row of `runs`; `earlier` are the measures of the runs before it.
    """
    found, without = template_use(connection, run["id"])
    missing = sum(number for number, _ in without.values())
    learnt = _learnt(run["counts"])
    if learnt.get("redesign") != 1:
        return [], {REDESIGN} if found > missing else set()
    if not _had_place(earlier, without):
        return [], set()  # sections that never had it: a part of the portal has a design of its own
    kept = kept_templates(connection, run["portal"])
    places = [row.template.body for row in kept if row.template is not None and row.run <= run["id"]]
    message = (
        f"the portal has another design: {missing} of {found + missing} pages do not have their text where it was; its "
        f"new place was learnt from {learnt.get('learnt_from')} pages"
    )
    samples = tuple(url for _, urls in without.values() for url in urls)[:SAMPLES]
    level = round(missing / max(1, found + missing), 3)
    after, before = (*places, "none", "none")[:2]
    return [Finding(REDESIGN, message, before, after, level, samples)], set()


def _had_place(earlier: Sequence[Run], sections: Collection[str]) -> bool:
    """Tell whether most pages of some sections had the place of a template in earlier runs."""
    measures = [run[section] for run in earlier for section in sections if section in run]
    places = pooled(measures, "template").tallies["template"] if measures else Counter()
    return places["yes"] > places["no"]


def _learnt(counts: str) -> dict[str, Any]:
    """Return what a run learnt, by the numbers of its record; nothing if a damaged archive holds something else."""
    try:
        value = json.loads(counts)
    except (ValueError, RecursionError):
        return {}
    learnt = value.get("template") if isinstance(value, dict) else None
    return learnt if isinstance(learnt, dict) else {}
