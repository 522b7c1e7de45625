"""Reads generated pages with the project and prints how many fields are right, per field and per trait.

    python tests/support/page_generator/run.py [--pages 2000] [--seed 1] [--unseen] [--trait NAME] [--jobs N]
    python tests/support/page_generator/run.py --failures title [--pages 200]
    python tests/support/page_generator/run.py --show 42

Pages of even seeds may be looked at; those of odd seeds (`--unseen`) are counted only. Whoever writes a rule looks at
the first kind and believes the second. `--seed N` begins at the N-th page of either kind.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from newscrawler.extraction.model import NotAnArticle
from support.page_generator.page import make_page
from support.page_generator.scoring import FIELDS, Scores, judge, read


def score(seeds: list[int]) -> Scores:
    """Read the pages of these seeds."""
    scores = Scores()
    for seed in seeds:
        page = make_page(seed)
        scores.add(page, read(page))
    return scores


def score_with_jobs(seeds: list[int], jobs: int) -> Scores:
    """Read the pages of these seeds with several processes."""
    if jobs == 1:
        return score(seeds)
    total = Scores()
    with ProcessPoolExecutor(jobs) as pool:
        for part in pool.map(score, [seeds[i::jobs] for i in range(jobs)]):
            total.merge(part)
    return total


def table(scores: Scores, *, least: int, trait: str = "") -> str:
    """Return the results as text: a line per field, then the traits, the worst first."""
    lines = [f"{scores.pages} pages, {scores.rejected} rejected"]
    lines += [f"{name:10}{scores.accuracy(name):.3f}" for name in FIELDS]
    lines[-1] += f" (mean F1; at least 0.95 on {scores.good_bodies / max(1, scores.pages):.3f})"
    lines += ["", "share of pages right per trait, the trait with the worst field first", ""]
    lines.append(f"{'pages':>6}  {'all':>5}  {'  '.join(f'{name[:5]:>5}' for name in FIELDS)}  trait")
    for name, value, counts in scores.worst_traits(least):
        if trait in ("", name):
            shares = "  ".join(f"{counts[key] / counts['pages']:5.2f}" for key in ("all", *FIELDS))
            lines.append(f"{counts['pages']:6}  {shares}  {name}: {value}")
    return "\n".join(lines)


def show(seed: int) -> str:
    """Return a page, its truth and what the project reads, for people."""
    page = make_page(seed)
    found = read(page)
    lines = [page.html.decode("gb18030" if page.traits["charset"].startswith("gbk") else "utf-8", "replace"), ""]
    lines += [f"{name}: {value}" for name, value in page.traits.items()] + [""]
    if isinstance(found, NotAnArticle):
        return "\n".join([*lines, f"rejected: {found}", f"truth: {page.truth}"])
    for name, value in judge(page, found).items():
        want, have = getattr(page.truth, name), getattr(found, name)
        if name == "body":
            want, have, sign = "\n  ".join(want), "\n  ".join(have.split("\n")), f"F1 {value:.3f}"
            lines.append(
                f"{name} {sign}\n truth\n  {want}\n found\n  {have}\n may be left out\n  {page.truth.optional}"
            )
        else:
            lines.append(f"{name} {'right' if value == 1 else 'WRONG'}\n truth {want!r}\n found {have!r}")
    return "\n".join(lines)


def failures(seeds: list[int], name: str) -> str:
    """Return a line per page on which a field is wrong: seed, truth, result."""
    lines = []
    for seed in seeds:
        page = make_page(seed)
        found = read(page)
        if name not in Scores().add(page, found):
            continue
        if isinstance(found, NotAnArticle):
            lines.append(f"{seed}: rejected: {found}")
        elif name == "body":
            have, want = found.body.split("\n"), page.truth.body
            missing, extra = (
                [line[:40] for line in want if line not in have],
                [line[:40] for line in have if line not in want],
            )
            lines.append(f"{seed}: F1 {judge(page, found)['body']:.3f}, missing {missing[:4]}, extra {extra[:4]}")
        else:
            lines.append(f"{seed}: {getattr(found, name)!r}, should be {getattr(page.truth, name)!r}")
    return "\n".join([*lines, f"{len(lines)} of {len(seeds)} pages"])


def main() -> int:
    """Run the command; return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1, help="the first page, counted within its kind")
    parser.add_argument("--unseen", action="store_true", help="pages of odd seeds, which are only counted")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--least", type=int, default=20, help="leave out traits with fewer pages")
    parser.add_argument("--trait", default="", help="print the values of one trait only")
    parser.add_argument("--failures", choices=FIELDS, help="print truth and result where this field is wrong")
    parser.add_argument("--show", type=int, metavar="SEED", help="print one page, its truth and the result")
    options = parser.parse_args()
    if options.show is not None:
        if options.show % 2:
            parser.error("pages of odd seeds are only counted")
        print(show(options.show))
        return 0
    if options.failures and options.unseen:
        parser.error("pages of odd seeds are only counted")
    seeds = [2 * (options.seed + i) + options.unseen for i in range(options.pages)]
    if options.failures:
        print(failures(seeds, options.failures))
    else:
        print(table(score_with_jobs(seeds, options.jobs), least=options.least, trait=options.trait))
    return 0


if __name__ == "__main__":
    sys.exit(main())
