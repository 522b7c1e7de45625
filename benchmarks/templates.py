"""What a portal's template changes inside of a crawl, on generated portals: articles right and wrong, and its time.

python benchmarks/templates.py --portals 50

A portal has 32 pages. The first 16 are its first run: they are read without a template, teach one, and are read again
with it. The other 16 are a later run, which reads them with the template. Odd seeds are only counted.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

from newscrawler.extraction.model import NotAnArticle
from newscrawler.extraction.page import Page, read_page
from newscrawler.extraction.templates.learning import learn
from newscrawler.extraction.templates.model import Template

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support.page_generator.page import GeneratedPage, make_portal
from support.page_generator.scoring import judge, read, wrong_fields

PAGES = 16


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--portals", type=int, default=50, help="of each half")
    portals = parser.parse_args().portals
    print("| portals | run | pages | changed | fields right only with it | right only without | body F1 | with it |")
    print("|---|---|---|---|---|---|---|---|")
    seconds: Counter[str] = Counter()
    for half, first in (("seen", 1_000), ("unseen", 1_001)):
        counts: dict[str, Counter[str]] = {"first": Counter(), "later": Counter()}
        for seed in range(first, first + 2 * portals, 2):
            pages = make_portal(seed, 2 * PAGES)
            template = _learn(pages[:PAGES], seconds)
            for run, part in (("first", pages[:PAGES]), ("later", pages[PAGES:])):
                for number, page in enumerate(part):
                    _compare(page, template, counts[run], seconds, with_it_first=number % 2 == 0)
        for run, count in counts.items():
            number = count["pages"]
            print(
                f"| {half} | {run} | {number} | {count['changed']} | {count['gained']} | {count['lost']} "
                f"| {count['without'] / number / 1e6:.3f} | {count['with'] / number / 1e6:.3f} |"
            )
    pages_read = 4 * PAGES * portals
    print(
        f"\nCPU time per page: {seconds['without'] / pages_read * 1e3:.1f} ms without, "
        f"{seconds['with'] / pages_read * 1e3:.1f} ms with a template; "
        f"{seconds['learning'] / 2 / portals:.2f} s to learn one from {PAGES} pages."
    )


def _learn(pages: list[GeneratedPage], seconds: Counter[str]) -> Template | None:
    parsed = [made for page in pages if isinstance(made := read_page(page.html, url=page.url), Page)]
    begun = time.process_time()
    template = learn(parsed)
    seconds["learning"] += time.process_time() - begun  # type: ignore[assignment]
    return template


def _compare(
    page: GeneratedPage,
    template: Template | None,
    count: Counter[str],
    seconds: Counter[str],
    *,
    with_it_first: bool,
) -> None:
    """Count a page. What is read second profits from what the first reading left in caches, so they take turns."""
    found = {}
    for name in ("with", "without") if with_it_first else ("without", "with"):
        begun = time.process_time()
        found[name] = read(page, template if name == "with" else None)
        seconds[name] += time.process_time() - begun  # type: ignore[assignment]
    without, with_it = found["without"], found["with"]
    wrong, wrong_with = set(wrong_fields(page, without)), set(wrong_fields(page, with_it))
    count["pages"] += 1
    count["changed"] += isinstance(without, NotAnArticle) != isinstance(with_it, NotAnArticle) or (
        getattr(without, "body", "") != getattr(with_it, "body", "")
    )
    count["gained"] += len(wrong - wrong_with)
    count["lost"] += len(wrong_with - wrong)
    count["without"] += round(judge(page, without)["body"] * 1e6)
    count["with"] += round(judge(page, with_it)["body"] * 1e6)


if __name__ == "__main__":
    main()
