"""Build the documentation site into build/site, without network, and check each link and anchor of it.

    python scripts/build_site.py

The pages of docs/ are copied into build/pages, with those of the top folder (README apart) below project/. Needs the
dependency group `site`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys

from site_pages import ROOT, copy_pages, dead_links

PAGES = ROOT / "build" / "pages"
SITE = ROOT / "build" / "site"


def main() -> int:
    """Copy, build, check; return the exit status."""
    copy_pages(PAGES)
    shutil.rmtree(SITE, ignore_errors=True)
    built = subprocess.run([sys.executable, "-m", "zensical", "build", "--clean", "--strict"], cwd=ROOT, check=False)
    if built.returncode:
        return 1
    faults = list(dead_links(SITE))
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{len(list(SITE.rglob('*.html')))} pages in {SITE.relative_to(ROOT)}, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
