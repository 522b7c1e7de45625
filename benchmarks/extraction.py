"""Quality and speed of extraction, compared with the extractors that the `bench` extra installs.

    python benchmarks/extraction.py [--only NAME]... [--rounds N] [--generated N] [--worst N] [--markdown]

Every extractor reads the same pages in one process and one thread: a corpus of saved pages, reported cases, generated
pages (see `benchmarks/extraction_evidence.py`), each in the half that may be looked at and the half that is only
counted. Speed is pages of the corpus per second of CPU, the best of N rounds. Extractors that are not installed are
left out, evidence that is absent as well. Exit status: 0, or 1 when a target of ours is missed on the corpus.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
from pathlib import Path

from extraction_evidence import SEEN, SHARED, UNSEEN, Result, Sample, cases, corpus, generated, result_of
from extractors import EXTRACTORS, FIELDS, OURS, PARSING, read_all

TARGET_SPEED = {"trafilatura": 8.0, PARSING: 0.35}
"""How much faster than another extractor ours must be."""
TARGET_WRONG = {"title": 2, "published": 2, "source": 4, "editors": 3, "authors": 6}
"""The most pages of the corpus on which a field may be wrong."""
TARGET_BODY, TARGET_GOOD_BODIES = 0.965, 72

Table = list[tuple[str, str, Result]]
"""Extractor, half, result."""


def results(names: list[str], samples: list[Sample], *, quiet: bool = False) -> Table:
    """Read all samples with each extractor; return a result per extractor and half."""
    rows = []
    for name in names:
        predictions, _ = read_all(name, [sample.page for sample in samples], quiet=quiet)
        for half in (SEEN, UNSEEN):
            picked = [
                (sample, found) for sample, found in zip(samples, predictions, strict=True) if sample.half == half
            ]
            rows.append((name, half, result_of([sample for sample, _ in picked], [found for _, found in picked])))
    return rows


def markdown(title: str, rows: Table, speed: dict[str, float]) -> str:
    """Return results as a table: wrong pages of those on which a field counts, and the body."""
    lines = [f"{title}", "", f"| extractor | half | {' | '.join(FIELDS)} | body | body ≥ 0.95 | all right |"]
    lines[-1] += " pages/s |" if speed else ""
    lines.append("|---" * (len(FIELDS) + (6 if speed else 5)) + "|")
    for name, half, result in rows:
        fields = [f"{result.wrong[field]}/{result.counted[field]}" for field in FIELDS]
        cells = [name, half, *fields, f"{result.body:.3f}", str(result.good_bodies), f"{result.held}/{result.pages}"]
        lines.append(f"| {' | '.join(cells)} |" + (f" {speed[name]:.0f} |" if speed else ""))
    return "\n".join(lines) + "\n"


def pages_per_second(names: list[str], samples: list[Sample], rounds: int) -> dict[str, float]:
    """Return the best of several rounds per extractor. Rounds alternate, so a busy machine slows all alike."""
    pages = [sample.page for sample in samples]
    best = dict.fromkeys(names, float("inf"))
    for _ in range(rounds):
        for name in names:
            best[name] = min(best[name], read_all(name, pages, quiet=True)[1])
    return {name: len(pages) / seconds for name, seconds in best.items() if seconds < float("inf")}


def missed_targets(rows: Table) -> list[str]:
    """Return the fields of our results on the corpus, both halves together, that miss their target."""
    mine = [result for name, _, result in rows if name == OURS]
    pages = sum(result.pages for result in mine)
    if not pages:
        return []
    missed = [name for name, most in TARGET_WRONG.items() if sum(result.wrong[name] for result in mine) > most]
    body = sum(result.body * result.pages for result in mine) / pages
    if body < TARGET_BODY or sum(result.good_bodies for result in mine) < TARGET_GOOD_BODIES:
        missed.append("body")
    return missed


def main() -> int:
    """Run the benchmark; return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--corpus", type=Path, default=SHARED / "corpus")
    parser.add_argument("--cases", type=Path, default=SHARED / "cases")
    parser.add_argument("--generated", type=int, default=0, metavar="N", help="N generated pages of each half as well")
    parser.add_argument("--rounds", type=int, default=3, help="rounds for speed; 0 measures none")
    parser.add_argument("--only", action="append", help="extractors to run; default all that are installed")
    parser.add_argument("--worst", type=int, default=0, help="print our worst pages of the seen half, by id")
    parser.add_argument("--markdown", action="store_true", help="print the tables only")
    options = parser.parse_args()
    names = [
        name
        for name, (module, _) in EXTRACTORS.items()
        if (not options.only or name in options.only) and importlib.util.find_spec(module)
    ]
    readers = [name for name in names if name != PARSING]
    evidence = {
        "Saved pages (corpus)": corpus(options.corpus),
        "Reported cases": cases(options.cases),
        "Generated pages": generated(options.generated),
    }
    if not any(evidence.values()):
        raise SystemExit("no evidence: name a corpus with --corpus, or ask for generated pages with --generated")
    missed: list[str] = []
    for title, samples in evidence.items():
        if not samples:
            continue
        is_corpus = title == "Saved pages (corpus)"
        speed = pages_per_second(names, samples, options.rounds) if is_corpus else {}
        rows = results(readers, samples, quiet=options.markdown)
        print(markdown(f"{title}: wrong pages of those on which the field counts", rows, speed))
        missed = missed_targets(rows) if is_corpus else missed
        if not options.markdown:
            _report(rows, speed, options.worst)
    if missed:
        print(f"missed: {', '.join(missed)}", file=sys.stderr)
    return 1 if missed else 0


def _report(rows: Table, speed: dict[str, float], worst: int) -> None:
    for name, least in TARGET_SPEED.items():
        if name in speed and OURS in speed:
            print(f"newscrawler is {speed[OURS] / speed[name]:.2f} × as fast as {name}; target {least}")
    for name, half, result in rows:
        if name == OURS and half == SEEN:
            for page, wrong, body in result.wrong_pages[:worst]:
                print(f"{page}: body {body:.3f}, wrong: {', '.join(wrong)}")


if __name__ == "__main__":
    sys.exit(main())
