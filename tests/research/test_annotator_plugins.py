"""Annotators of installed packages: small distributions on sys.path, as the guide has them, used by the program."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from support import nightly
from support.archives import Room, article

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "guides" / "extending.md").read_text(encoding="utf-8")
PART = GUIDE[GUIDE.index("## Annotators") :]
CODE = re.findall(r"```python\n(.*?)```", PART, re.DOTALL)
POINTS = re.findall(r"\[project.entry-points.\"newscrawler.annotators\"\]\n(.*?)\n```", PART, re.DOTALL)


def install(folder: Path, code: str, points: str) -> None:
    """Lay out what pip leaves behind: a module, and the metadata of its distribution."""
    folder.mkdir(exist_ok=True)
    module = points.split('"')[1].partition(":")[0]
    (folder / f"{module}.py").write_text(code, encoding="utf-8")
    metadata = folder / f"{module}-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[newscrawler.annotators]\n{points.replace(chr(34), '')}\n")


@pytest.fixture
def room(tmp_path: Path) -> Room:
    room = Room(tmp_path / "archive.db")
    room.store(
        article(1, title="修路花了300万元", body="村里的路修好了，山那边的村也通了路。一共12.5万元。"),
        cities=["宜昌市"],
    )
    room.store(article(2, title="江边的城", body="江水从城边流过，河也是。"), cities=["武汉市"])
    room.store(article(3, title="又修了一条路", body="两个村之间的路，翻过一座山。"), cities=["武汉市"])
    return room


def newscrawler(site: Path, room: Room, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "newscrawler", *map(str, arguments), "--archive", str(room.path)]
    return subprocess.run(
        command, env=os.environ | {"PYTHONPATH": str(site)}, check=False, capture_output=True, text=True, timeout=90
    )


def test_an_installed_annotator_annotates(room: Room, tmp_path: Path) -> None:
    site = tmp_path / "site"
    install(site, CODE[0], POINTS[0])
    done = newscrawler(site, room, "annotate", "articles", "money", "--workers", 2)
    assert done.returncode == 0 and "2 annotations of 3 articles" in done.stderr, done.stderr
    exported = newscrawler(site, room, "annotate", "export", "-", "--format", "jsonl", "--kind", "money")
    rows = [json.loads(line) for line in exported.stdout.splitlines()]
    assert [(row["field"], row["value"], row["tool"]) for row in rows] == [
        ("title", "300万元", "money"), ("body", "12.5万元", "money"),
    ]  # fmt: skip
    unknown = newscrawler(site, room, "annotate", "articles", "mony")
    assert unknown.returncode == 2 and "there are money, people, places, vectors, words" in unknown.stderr


@pytest.mark.slow
def test_an_installed_model_makes_vectors_and_is_asked_for_texts(room: Room, tmp_path: Path) -> None:
    site = tmp_path / "site"
    install(site, CODE[1], POINTS[1])
    assert newscrawler(site, room, "annotate", "articles", "letters").returncode == 0
    found = json.loads(newscrawler(site, room, "search", "--meaning", "村路村路山路", "--format", "json").stdout)
    titles = [hit["title"] for hit in found["hits"]]
    assert set(titles[:2]) == {"修路花了300万元", "又修了一条路"} and len(titles) == 3
    # Without the package there is no model for a text; an article's own vector is stored.
    nothing = tmp_path / "nothing"
    without = newscrawler(nothing, room, "search", "--meaning", "路")
    assert without.returncode == 2 and "there is no annotator 'letters'" in without.stderr
    assert newscrawler(nothing, room, "search", "--like", found["hits"][0]["id"]).returncode == 0


@nightly.by_day(3)
@pytest.mark.parametrize(
    ("code", "status", "message"),
    [
        ("raise RuntimeError('not on a Tuesday')", 2, "cannot be loaded (RuntimeError: not on a Tuesday)"),
        ("class MoneyAnnotator:\n    kind = 'money'\n    version = '1'\n", 2, "lacks annotate"),
        ("class MoneyAnnotator:\n    kind = 'vectors'\n    version = '1'\n", 2, "lacks embed"),
        (CODE[0].replace("yield Annotation", "raise ValueError('no ink'); yield Annotation"), 1, "no ink"),
    ],
)
def test_a_broken_annotator_is_named(code: str, status: int, message: str, room: Room, tmp_path: Path) -> None:
    install(tmp_path / "site", code, POINTS[0])
    done = newscrawler(tmp_path / "site", room, "annotate", "articles", "money")
    assert done.returncode == status and message in done.stderr and "money" in done.stderr, done.stderr
