"""Look for known weaknesses: in our own code with bandit, in dependencies with pip-audit.

python scripts/audit.py

Every finding of bandit is either corrected or justified in `audit.toml` beside this file, by file, rule and number; no
rule is switched off. The exit status is 1 if a finding is not justified, if a justification has no finding any more, if
pip-audit knows a vulnerability, or if its service does not respond.
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
    """Run both and print the problems."""
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
        print("Correct the findings above, or justify them in scripts/audit.toml with the reason.")
    errors = [f"{error['filename']}: {error['reason']}" for error in report["errors"]]
    print(f"bandit: {found.total()} findings, {len(problems)} not justified, {len(stale)} justified but gone")
    print(*errors, sep="\n", end="")
    return not (problems or stale or errors)


def _justified() -> Counter[tuple[str, str]]:
    rules = tomllib.loads((ROOT / "scripts" / "audit.toml").read_text(encoding="utf-8"))
    return Counter({(rule, file): number for rule, table in rules.items() for file, number in table["number"].items()})


def audit_packages() -> bool:
    """Check the installed packages with pip-audit. It needs the network."""
    done = subprocess.run(
        [sys.executable, "-m", "pip_audit", "--local", "--skip-editable", "--strict", "--progress-spinner", "off"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    said = done.stdout + done.stderr
    print(*said.strip().splitlines()[-30:], sep="\n")
    if done.returncode and ("could not be audited" in said or "onnection" in said):
        print("pip-audit: the vulnerability service does not respond; nothing is known about the packages.")
    return done.returncode == 0


if __name__ == "__main__":
    main()
