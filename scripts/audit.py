"""Look for what is known to be dangerous: our own code with bandit, what we build on with pip-audit.

python scripts/audit.py

Every finding of bandit is either mended or justified in `audit.toml` beside this file, by file, rule and number; none
is switched off. Ends with status 1 when there is a finding that is not justified, when a justification has lost its
finding, when pip-audit knows of a vulnerability, or when its service cannot be asked.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Run both; say what is wrong."""
    code, packages = audit_code(), audit_packages()
    sys.exit(0 if code and packages else 1)


def audit_code() -> bool:
    """Compare bandit's findings with the justified ones."""
    done = subprocess.run(
        [sys.executable, "-m", "bandit", "--quiet", "--recursive", "newscrawler", "--format", "json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    report = json.loads(done.stdout)
    places: dict[tuple[str, str], list[str]] = {}
    for finding in report["results"]:
        file = finding["filename"].removeprefix("newscrawler/")
        places.setdefault((finding["test_id"], file), []).append(
            f"{finding['filename']}:{finding['line_number']}: {finding['test_id']} {finding['issue_text']}"
        )
    found = Counter({key: len(lines) for key, lines in places.items()})
    justified = _justified()
    problems = [line for key in found if found[key] > justified[key] for line in places[key]]
    stale = [key for key in justified if found[key] < justified[key]]
    for line in problems:
        print(line)
    for rule, file in stale:
        print(f"scripts/audit.toml: {rule} in {file}: {justified[rule, file]} justified, {found[rule, file]} found")
    if problems:
        print("Mend what is above. What is sound goes into scripts/audit.toml, with the reason.")
    errors = [f"{error['filename']}: {error['reason']}" for error in report["errors"]]
    print(f"bandit: {found.total()} findings, {len(problems)} to be read anew, {len(stale)} justified but gone")
    print(*errors, sep="\n", end="")
    return not (problems or stale or errors)


def _justified() -> Counter[tuple[str, str]]:
    rules = tomllib.loads((ROOT / "scripts" / "audit.toml").read_text(encoding="utf-8"))
    return Counter({(rule, file): number for rule, table in rules.items() for file, number in table["number"].items()})


def audit_packages() -> bool:
    """Ask pip-audit about what is installed here. It needs the network."""
    done = subprocess.run(
        [sys.executable, "-m", "pip_audit", "--local", "--skip-editable", "--strict", "--progress-spinner", "off"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    said = done.stdout + done.stderr
    print(*said.strip().splitlines()[-30:], sep="\n")
    if done.returncode and ("could not be audited" in said or "onnection" in said):
        print("pip-audit: its vulnerability service could not be asked from here; nothing is known about the packages.")
    return done.returncode == 0


if __name__ == "__main__":
    main()
