"""Write docs/reference/portals.md from the included definitions: every portal and paper, with its evidence.

python scripts/portal_docs.py           # writes docs/reference/portals.md
python scripts/portal_docs.py --check   # writes nothing, fails if the file is out of date
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from generated_page import write_or_check

from newscrawler import places
from newscrawler.portals import Portal
from newscrawler.portals.model import PortalKind
from newscrawler.text.definitions import read_definition

ROOT = Path(__file__).resolve().parents[1]
DEFINITIONS = ROOT / "newscrawler" / "portals" / "definitions"
TARGET = ROOT / "docs" / "reference" / "portals.md"

INTRO = """\
# Included portals

`make docs` writes this page from the definitions. `newscrawler portals` shows the same on a terminal.

**{untried} of these {all} definitions were never tried on the live site.** They rest on public evidence: crawlers
that others published, saved pages, and addresses in public texts. The year is that of the newest evidence. Portals
change, so a definition may be wrong today. Before you rely on one, run `newscrawler check ID`, and compare a small
crawl with the portal ([how to](../tutorials/add-a-portal.md#6-measure)). If it works, write the date into the
definition, and propose it.

| column | meaning |
|---|---|
| kind | portal: a news site. newspaper: a digital newspaper with one edition per day |
| confidence | how well its form is known ([levels](portal-definitions.md#evidence)); not whether a crawl works |
| year | year of the newest evidence |
| crawled | day of the last crawl of the live site with this definition |
| family | portals of one make ([list](portal-definitions.md#evidence)) |
| sections | how many the definition names; homepage: the cities that the homepage links to |
| evidence | kinds of sources |

{counts}

The demo portal (`newscrawler crawl demo`) is not listed: it exists only inside the program.
"""
NOT_INCLUDED = (
    (
        "`jfrb`",
        "[解放日报](https://www.jfdaily.com/journal/)",
        "上海市",
        "what an edition consists of, and how a script asks for its articles",
        "An edition is data: pages, and articles with an id and a title, without an address. The pages of an edition "
        "are read for links, and `[listing.json]` is for lists that are no editions.",
    ),
    (
        "`xjrb`",
        "[新疆日报](https://xjrb.ts.cn/)",
        "新疆维吾尔自治区",
        "the address of an edition's first page, and the images of its pages",
        "No address of an article was seen, nor that there are articles as text.",
    ),
)
"""Newspapers of which something is known, and why that is not enough for a definition."""
LEFT_OUT = """\
## Not included

Of these newspapers a part of the form is known, but not enough for a definition.

| id | name | province | known | why there is no definition |
|---|---|---|---|---|
"""
HEADER = "| id | name | kind | confidence | year | crawled | family | sections | evidence |\n" + "|---" * 9 + "|"


def page() -> str:
    """Return the whole of docs/reference/portals.md."""
    included = [read_definition(file, Portal) for file in DEFINITIONS.glob("*/*.toml")]
    portals = [portal for portal in included if portal.evidence.basis]
    untried = sum(not portal.evidence.crawled for portal in portals)
    parts = [INTRO.format(untried=untried, all=len(portals), counts=_counts(portals))]
    for province in places.provinces():
        own = [portal for portal in portals if portal.province == province.name]
        if own:
            own.sort(key=lambda portal: (portal.kind is PortalKind.NEWSPAPER, portal.id))
            parts.append("\n".join([f"## {province.name}", "", HEADER, *map(_row, own)]) + "\n")
    parts.append(LEFT_OUT + "\n".join(f"| {' | '.join(row)} |" for row in NOT_INCLUDED) + "\n")
    return "\n".join(parts)


def _counts(portals: list[Portal]) -> str:
    kinds = Counter(portal.kind.value for portal in portals)
    levels = Counter(portal.evidence.confidence for portal in portals)
    provinces = len({portal.province for portal in portals})
    shown = ", ".join(f"{levels[level]} {level}" for level in ("high", "medium", "low"))
    return (
        f"{kinds['portal']} portals and {kinds['newspaper']} newspapers of {provinces} provinces. Confidence: {shown}."
    )


def _row(portal: Portal) -> str:
    evidence = portal.evidence
    cells = (
        f"`{portal.id}`",
        f"[{portal.name}]({portal.homepage})",
        portal.kind.value,
        evidence.confidence,
        evidence.year,
        evidence.crawled or "never",
        evidence.family,
        _sections(portal),
        evidence.basis,
    )
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def _sections(portal: Portal) -> str:
    """Return how many sections the definition names, and whether the homepage gives others."""
    extra = f" and {len(portal.extra_sections)}" if portal.extra_sections else ""
    return str(len(portal.sections)) if portal.sections else f"homepage{extra}"


if __name__ == "__main__":
    sys.exit(write_or_check(TARGET, page, __doc__))
