"""Write the tutorials whose code is Python as notebooks, with the outputs that the pages show.

    python scripts/notebooks.py            # write docs/tutorials/research.ipynb
    python scripts/notebooks.py --check    # exit 1 when it is not what the page says

Tests run the code of the page and compare its outputs, so they are those of the notebook, too.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

TUTORIALS = Path(__file__).resolve().parents[1] / "docs" / "tutorials"
PAGES = ("research",)
_BLOCK = re.compile(r"^```(python|text)\n(.*?)^```$\n?", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?!https?:|#)([^)]+)\)")
_SOURCE = "https://github.com/newscrawler-cn/newscrawler/blob/main/docs/tutorials/"


def notebook(page: str) -> dict[str, Any]:
    """Return the notebook of a page: its Python as code cells, the blocks `text` as their outputs, the rest as text."""
    cells: list[dict[str, Any]] = []

    def add(kind: str, source: str, **more: Any) -> None:
        if source.strip():
            cells.append({"cell_type": kind, "id": f"c{len(cells)}", "metadata": {}, "source": _lines(source), **more})

    at = 0
    for block in _BLOCK.finditer(page):
        add("markdown", _LINK.sub(rf"]({_SOURCE}\1)", page[at : block.start()]))
        at = block.end()
        if block[1] == "python":
            add("code", block[2], execution_count=None, outputs=[])
        else:
            cells[-1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": _lines(f"{block[2]}\n")}]
    add("markdown", _LINK.sub(rf"]({_SOURCE}\1)", page[at:]))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def _lines(text: str) -> list[str]:
    return text.strip("\n").splitlines(keepends=True)


def text_of(page: str) -> str:
    """Return the file of a page's notebook."""
    return json.dumps(notebook(page), ensure_ascii=False, indent=1) + "\n"


def main() -> int:
    """Write or check the notebooks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="only compare")
    is_check = parser.parse_args().check
    differs = False
    for name in PAGES:
        text = text_of((TUTORIALS / f"{name}.md").read_text(encoding="utf-8"))
        out = TUTORIALS / f"{name}.ipynb"
        if is_check:
            differs |= not out.is_file() or out.read_text(encoding="utf-8") != text
        else:
            out.write_text(text, encoding="utf-8")
    return int(differs)


if __name__ == "__main__":
    sys.exit(main())
