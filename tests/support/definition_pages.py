"""Saved pages of each included definition, with the values that it finds in them: `check --pages` in small.

The pages are those of the replica of the portal's family: its addresses are the definition's, its words are invented.
They say what a definition must find in markup of this form, and nothing about the live site.

`python tests/support/definition_pages.py [ID…]` writes them again, for a reviewer to read. Pages of definitions that did
not change stay the same, byte for byte.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from newscrawler.crawling.check_fixtures import compare_expected, write_expected
from newscrawler.crawling.definition_check import DefinitionReport, evaluate, read_archive
from newscrawler.crawling.saved_responses import INDEX, SavedResponses
from newscrawler.portals import Portal
from newscrawler.portals.crawl_rules import CrawlRules
from newscrawler.text.clock import CHINA, stamp
from portals.test_included import ARTICLES, REAL
from support import driver, families

FOLDER = Path(__file__).resolve().parents[1] / "portals" / "pages"
ARTICLES_PER_SECTION = 1
NO_ADDRESS_KNOWN = "/content/810020.html"
"""An invented address, for a portal no article of which was seen."""
SIZE = families.Size(per_section=3, shown=2, per_page=1, paragraphs=2)
MOMENT = datetime(2025, 3, 5, 10, 0, tzinfo=CHINA)
"""When the pages count as fetched."""


def check(portal: Portal, folder: Path) -> DefinitionReport:
    """Return what a definition finds in the saved pages of a folder, and how that differs from the expected values."""
    report = _sample(portal, read_from=folder, moment=SavedResponses.read(folder).moment)
    evaluate(report, portal)
    compare_expected(report, folder)
    return report


def write(name: str, folder: Path) -> None:
    """Write the pages of a definition's replica that a check reads, and the values that are printed on them."""
    portal = REAL[name]
    article = ARTICLES.get(name) or ARTICLES.get(str(portal.evidence.family)) or NO_ADDRESS_KNOWN
    replica = families.build(portal, article, MOMENT.date(), SIZE)
    shutil.rmtree(folder, ignore_errors=True)
    saved = SavedResponses.create(folder)
    with families.serving(replica) as address:
        report = _sample(portal, via=address, save_to=saved.folder, moment=MOMENT)
    # The addresses are those that the sample came to; the values are those of the pages, not what was found there.
    for read in report.articles:
        read["values"] = families.truth(name, replica.stories[read["url"]])
    write_expected(report, folder)
    lines = [json.loads(line) for line in (folder / INDEX).read_text("utf-8").splitlines()]
    rows = (json.dumps({**line, "fetched": stamp(MOMENT)}, ensure_ascii=False) for line in lines)
    (folder / INDEX).write_text("\n".join(rows) + "\n", encoding="utf-8")


def _sample(portal: Portal, **options: Any) -> DefinitionReport:
    # One request at a time: the order of the saved pages is then always the same.
    rules = CrawlRules(delay=0, concurrency=1, encoding=portal.crawl.encoding)
    with tempfile.TemporaryDirectory() as place:
        archive = Path(place) / "check.db"
        options |= {"articles_per_section": ARTICLES_PER_SECTION}
        driver.sample(portal.model_copy(update={"crawl": rules}), archive, **options)
        return read_archive(archive)


def main() -> None:
    """Write the pages of definitions, from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="ID", choices=[*REAL, []], help="definitions; default: all")
    for name in parser.parse_args().names or sorted(REAL):
        write(name, FOLDER / name)


if __name__ == "__main__":
    main()
