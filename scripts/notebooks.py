"""Write the tutorials of research as notebooks, with the outputs that the pages show.

    python scripts/notebooks.py            # write docs/tutorials/research.ipynb and code-a-sample.ipynb
    python scripts/notebooks.py --check    # exit 1 when one is not what its page says

Tests run the code and the commands of a page and compare their outputs, so they are those of the notebook, too.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

TUTORIALS = Path(__file__).resolve().parents[1] / "docs" / "tutorials"
PAGES = ("research", "code-a-sample")
_BLOCK = re.compile(r"^```(python|text|console|toml)\n(.*?)^```$\n?", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
_SAVED_AS = re.compile(r"Save this as `([\w.-]+)`:\s*\Z")
"""What stands before a file that the reader is to write."""
_LINK = re.compile(r"\]\((?!https?:|#)([^)]+)\)")
_SOURCE = "https://github.com/newscrawler-cn/newscrawler/blob/main/docs/tutorials/"


def notebook(page: str) -> dict[str, Any]:
    """Return the notebook of a page.

    Python, commands and files to be saved are code cells; what the page shows below them are their outputs.
    """
    cells: list[dict[str, Any]] = []

    def add(kind: str, source: str, **more: Any) -> None:
        if source.strip():
            cells.append({"cell_type": kind, "id": f"c{len(cells)}", "metadata": {}, "source": _lines(source), **more})

    def add_code(source: str, output: str = "") -> None:
        shown = [{"output_type": "stream", "name": "stdout", "text": _lines(output)}] if output.strip() else []
        add("code", source, execution_count=None, outputs=shown)

    at = 0
    for block in _BLOCK.finditer(page):
        kind, inside = block.groups()
        before = page[at : block.start()]
        saved_as = _SAVED_AS.search(before) if kind == "toml" else None
        if kind == "toml" and saved_as is None:
            continue
        add("markdown", _LINK.sub(rf"]({_SOURCE}\1)", before))
        at = block.end()
        if kind == "python":
            add_code(inside)
        elif saved_as is not None:
            add_code(f"%%writefile {saved_as[1]}\n{inside}")
        elif kind == "console":
            for command, output in _COMMAND.findall(inside):
                add_code(f"!{command}", output)
        else:
            cells[-1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": _lines(f"{inside}\n")}]
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
