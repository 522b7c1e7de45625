"""Every example of every help and of every page of docs is run on the demo archive, and gives something.

By day every eighth of each command, and the first.
"""

from __future__ import annotations

import re
import shlex
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from newscrawler.archive.filters import ArticleFilter
from newscrawler.cli.main import COMMANDS, cli
from newscrawler.demo.portal import build
from newscrawler.research.annotating import annotate
from support import nightly
from support.integrity import update
from support.schedules import written

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md", ROOT / "README.zh.md"]

NOT_RUN = {
    "crawl": "crawls",
    "coding create": "needs a code book; tests/research/test_coding.py runs all three",
    "coding import": "the same",
    "coding agreement": "the same",
    "refresh": "crawls",
    "portal new": "crawls",
    "import": "needs collections of other programs",
    "notify test": "needs a channel that takes messages",
    "check": "crawls, but for the saved responses of a portal of the reader's own",
    "portal check": "the same",
    "schedule": "runs until it is ended",
    "schedule run": "the same",
    "serve": "the same",
    "runs timestamp": "needs an authority; tests/integrity/test_timestamps.py has one",
    "fleet worker": "the same",
    "fleet collector": "the same",
    "fleet status": "needs a fleet",
    "fleet drain": "the same",
}
"""Commands whose examples other tests run with a server, and why this one does not."""
OTHER_ARCHIVES = (
    "data/try.db",
    "data/province.db",
    "data/cut.db",
    "yichang.sqlite",
    "mine/archive.db",
    "colleague/archive.db",
    "restored/archive.db",
    "articles.tsv",
    "tsv",
    "signed.wacz",
)
"""Archives and plug-ins that other examples of their page make; the tests of these pages run them in their order."""
FIRST = {
    "backup restore": ["backup", "create", "backups/monday"],
    "watch remove": ["watch", "add", "桥", "--name", "floods"],
    "suppress lift": ["suppress", "add", "625b12", "--reason", "an example"],
}
"""What has to be done before the examples of a command."""
ELSEWHERE = ("--scheduler", "--roots")
"""Options of commands that need other machines; tests/importing/test_cluster.py and test_timestamps.py run them."""
STANDS_FOR = {
    "hbdysh": "demo",
    "ganjiang": "demo",
    "/media/disk/2026-07-10": "backups/monday",
    "/media/disk/laptop/archive.db": "laptop.db",
    "/var/lib/node_exporter/newscrawler.prom": "newscrawler.prom",
    "20261123T0930": "20",
    "URL": "http://www.demo.newscrawler.example/2019/0706/50523.shtml",
    "ID": "625b12",
    "ARTICLE": "625b12",
    "KEY": "20",
    "TEXT": "reason",
    "FOLDER": "backups/monday",
    "NEW": "new",
    "ARCHIVE": "laptop.db",
}
"""Names in examples, and what stands for them on the machine of the tests."""


SCHEDULED = "t"
"""A portal whose definition has a schedule."""


def examples() -> Iterator[str]:
    """The lines of all helps and pages that begin with `newscrawler`, without what the shell does with them."""
    context = click.Context(cli)
    commands = [command for name in sorted(COMMANDS) if (command := cli.get_command(context, name))]
    members = [member for each in commands if isinstance(each, click.Group) for member in each.commands.values()]
    for command in [*commands, *members]:
        help_text = command.help or ""
        assert "Examples:\n" in help_text, command.name
        yield from re.findall(r"^ *newscrawler (.+)$", help_text.split("Examples:\n")[1], re.MULTILINE)
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for kind, block in re.findall(r"^```(\w*)\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
            if kind in ("sh", "console"):
                yield from re.findall(r"^(?:\$ )?(?:\.venv/bin/)?newscrawler (.+)$", block, re.MULTILINE)
        if page.name == "index.md":
            yield from re.findall(r"^\| .+`newscrawler ([^`]+)`.* \|$", text, re.MULTILINE)


def arguments_of(example: str) -> tuple[list[str], str]:
    """The arguments, and what is given on standard input."""
    command, _, given = example.partition(" < ")
    words = shlex.split(command.split(" | ")[0].split(" > ")[0], comments=True)
    names = STANDS_FOR | ({"hbdysh": SCHEDULED} if words[0] == "schedule" else {})
    return [names.get(word, word) for word in words], given


def name_of(arguments: list[str]) -> str:
    command = cli.get_command(click.Context(cli), arguments[0])
    if isinstance(command, click.Group) and len(arguments) > 1 and arguments[1] in command.commands:
        return " ".join(arguments[:2])
    return arguments[0]


@pytest.fixture
def folder(demo_archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as the examples expect it: archives with vectors, pages of the demo portal, an alarm."""
    shutil.copytree(demo_archive.parent, tmp_path / "original")
    annotate(tmp_path / "original" / "demo.db", "vectors", ArticleFilter(), workers=1)
    shutil.copytree(tmp_path / "original" / "warc", tmp_path / "warc")
    portal = build()
    pages = [portal.respond(path).body for path in portal.paths if path.endswith(".shtml")][:3]
    for name in ("saved-pages", "pages-of-one-site"):
        (tmp_path / name).mkdir()
        for number, page in enumerate(pages):
            (tmp_path / name / f"{number}.html").write_bytes(page)
    (tmp_path / "page.html").write_bytes(pages[0])
    (tmp_path / "portals").mkdir()
    written(tmp_path / "portals", 'every = "6h"')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSCRAWLER_ARCHIVE", "data/demo.db")
    # Doctor rightly complains of what our tests need.
    monkeypatch.delenv("NEWSCRAWLER_ALLOW_PRIVATE", raising=False)
    return tmp_path


def open_alarms(archive: Path) -> None:
    seen = "2026-01-01T00:00:00Z"
    for number in (12, 13):
        update(
            archive,
            f"""INSERT INTO alarms (id, portal, section, field, kind, level, message, before, after, first_seen, last_seen)
                VALUES ({number}, 'demo', '', '', 'k{number}', 0.5, 'm', 'b', 'a', '{seen}', '{seen}')""",
        )


def make_fresh(folder: Path) -> None:
    """Put the archives in place as they were at first."""
    for name in ("data", "backups", "restored", "new", "articles"):
        shutil.rmtree(folder / name, ignore_errors=True)
    shutil.copytree(folder / "original", folder / "data")
    for copied in ("laptop.db", "office.db", "data/archive.db"):
        shutil.copy(folder / "original" / "demo.db", folder / copied)


READS = {
    "annotate list", "cite", "concordance", "words count", "words list", "words compare", "words near", "columns", "coverage",
    "disk", "doctor", "events", "extract", "history", "portal list", "portals", "runs", "runs list",
    "runs show", "search", "stats",
}  # fmt: skip
"""Commands that change nothing, so that the next example needs no fresh archive."""


def test_every_example_does_what_it_says_on_the_demo_archive(folder: Path) -> None:
    run: Counter[str] = Counter()
    wrong = []
    is_fresh = False
    for example in dict.fromkeys(examples()):
        arguments, given = arguments_of(example)
        name = name_of(arguments)
        if name in NOT_RUN or arguments[0].startswith("-") or {*OTHER_ARCHIVES, *ELSEWHERE} & {*arguments}:
            continue
        run[name] += 1
        if run[name] % 8 != 1 and not nightly.is_night():
            continue
        if not is_fresh:
            make_fresh(folder)
        if not is_fresh or name in FIRST:
            if arguments[0] == "health":
                open_alarms(folder / "data" / "demo.db")
            if name in FIRST:
                assert CliRunner().invoke(cli, FIRST[name]).exit_code == 0
        is_fresh = name in READS
        data = (folder / given).read_bytes() if given else None
        done = CliRunner().invoke(cli, arguments, input=data, catch_exceptions=False)
        finds_nothing = (name == "search" or "--search" in arguments) and re.match("0 articles|$", done.stdout or "-")
        if done.exit_code not in ((0, 3) if arguments[0] == "health" else (0,)) or finds_nothing:
            wrong.append(f"{example}: status {done.exit_code}, {done.output}")
    assert not wrong, "\n".join(wrong)
    commands = {name_of(arguments_of(example)[0]) for example in examples()}
    assert commands - run.keys() <= {*NOT_RUN, "--help"}
