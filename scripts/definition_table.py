"""Print the table of a portal's definition for a pull request: evidence, sections, fields, saved pages.

    python scripts/definition_table.py ID [--pages FOLDER] [--articles N]

The pages are those that `newscrawler check ID --save FOLDER` saved (default: tests/portals/pages/ID). Nothing is
fetched. The table has numbers, and no text of a page, so it can be published. Exit status: 0 everything was found, 1
something is missing, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from newscrawler.portals import DefinitionError, Portal, load_portal

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Read the pages, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("portal", metavar="ID", help="id of the portal, or path of its definition")
    parser.add_argument("--pages", type=Path, help="folder that `newscrawler check --save` wrote")
    parser.add_argument("--articles", default="1", help="articles per section, as they were saved; default 1")
    arguments = parser.parse_args()
    try:
        portal = load_portal(arguments.portal)
    except DefinitionError as error:
        parser.error(str(error))
    pages: Path = arguments.pages or ROOT / "tests" / "portals" / "pages" / portal.id
    if not pages.is_dir():
        parser.error(f"{pages}: there is no such folder; write it with 'newscrawler check {portal.id} --save {pages}'.")
    command = [sys.executable, "-m", "newscrawler", "check", arguments.portal, "--pages", str(pages)]
    command += ["--articles", arguments.articles, "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not done.stdout.startswith("{"):
        parser.error(done.stderr.strip())
    print(table(portal, json.loads(done.stdout), pages))
    return done.returncode


def table(portal: Portal, report: dict[str, Any], pages: Path) -> str:
    """Return the table as Markdown."""
    articles = report["articles"]
    filled = Counter(name for article in articles for name, value in article["values"].items() if value)
    fields = list(dict.fromkeys(name for article in articles for name in article["values"]))
    evidence = portal.evidence
    rows = [
        ("portal", f"`{portal.id}` {portal.name}, {portal.province}"),
        ("homepage", portal.homepage),
        ("evidence", f"{evidence.confidence or 'none'}, {evidence.year or 'no year'}"),
        ("family", evidence.family or "none"),
        ("crawled on the live site", str(evidence.crawled or "never")),
        ("sections", f"{len(report['sections'])}: {'、'.join(row['section'] for row in report['sections'][:20])}"),
        ("entries of their listings", str(sum(row["entries"] or 0 for row in report["sections"]))),
        ("articles read", str(len(articles))),
        *((f"`{name}`", f"{filled[name]} of {len(articles)}") for name in fields),
        ("pages refused", str(len(report["refused"]))),
        ("reviewed values", "yes" if (pages / "expected.json").is_file() else "none"),
        ("warnings", str(len(report["warnings"]))),
        ("problems", str(len(report["problems"]))),
    ]
    lines = ["| | |", "|---|---|", *(f"| {name} | {value.replace('|', chr(92) + '|')} |" for name, value in rows)]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
