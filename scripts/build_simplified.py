"""Build newscrawler/text/data/simplified.tsv, the traditional to simplified map that search folds with.

    python scripts/build_simplified.py            # downloads the package by name; needs pip
    python scripts/build_simplified.py --check    # the same, but only compares with the committed file

The pairs come from the table TSCharacters of OpenCC (Apache License 2.0), as the PyPI package
`opencc-python-reimplemented` ships it. Where the table offers several simplified characters, its first is taken:
search needs one character for one, so that positions in folded text are positions in the page's text.
A change of the file is a change of the index: it needs a migration that rebuilds it.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

PACKAGE = "opencc-python-reimplemented==0.1.7"
TABLE = "opencc/dictionary/TSCharacters.txt"
OUT = Path(__file__).resolve().parents[1] / "newscrawler" / "text" / "data" / "simplified.tsv"
HEADER = f"""\
# Traditional character, tab, simplified character: one for one, in code point order.
# Made by scripts/build_simplified.py from {TABLE} of {PACKAGE} (OpenCC, Apache License 2.0).
"""


def table_text() -> str:
    """Download the package and return its table."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, PACKAGE], check=True
        )
        (wheel,) = Path(folder).glob("*.whl")
        return zipfile.ZipFile(io.BytesIO(wheel.read_bytes())).read(TABLE).decode("utf-8")


def pairs(text: str) -> dict[str, str]:
    """Read the table; chains are followed to their end, so that folding twice changes nothing more."""
    first = {}
    for line in text.splitlines():
        traditional, _, rest = line.partition("\t")
        simplified = rest.split()[0]
        if len(traditional) == len(simplified) == 1 and traditional != simplified:
            first[traditional] = simplified
    return {character: _end(character, first) for character in sorted(first)}


def _end(character: str, first: dict[str, str]) -> str:
    seen = {character}
    while (following := first.get(character)) and following not in seen:
        seen.add(following)
        character = following
    return character


def main() -> None:
    """Write or check the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare with the committed file, write nothing")
    check = parser.parse_args().check
    content = HEADER + "".join(f"{old}\t{new}\n" for old, new in pairs(table_text()).items() if old != new)
    if check:
        sys.exit(0 if OUT.read_text(encoding="utf-8") == content else f"{OUT} differs from what the package gives")
    OUT.write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
