"""The documentation says what the program does: nothing undocumented, nothing stale, no dead link."""

import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import click
import pytest
from pydantic import BaseModel

from newscrawler.archive.columns import COLUMN_NAMES
from newscrawler.cli.main import COMMANDS, cli
from newscrawler.demo.portal import build
from newscrawler.extraction.cms import ContentSystem
from newscrawler.portals import DefinitionError, Portal, load_portal
from newscrawler.portals.rules import ArticleRules, DatedArticleRules
from newscrawler.text.definitions import read_definition

ROOT = Path(__file__).resolve().parents[2]
BASE = 'id = "news"\nname = "示例新闻网"\nprovince = "湖北省"\nhomepage = "http://www.news.example/"\n'
REQUIRED = {"article.json": ('url = "/a?id={id}"', 'title = "t"', 'body = "b"')}
TEXT_SUFFIXES = {".py", ".md", ".toml", ".csv", ".cfg", ".yaml", ".yml", ".txt", ".html", ".css", ".js", ".json", ""}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def own_files() -> list[Path]:
    """Files of the checkout, without what tools and runs leave behind."""
    left_behind = {"data", "build", "dist", "htmlcov", "portals"}
    return [
        path
        for top in sorted(ROOT.iterdir())
        if (not top.name.startswith(".") or top.name == ".ci")
        and top.name not in left_behind
        and not top.name.endswith(".egg-info")
        for path in ([top] if top.is_file() else sorted(top.rglob("*")))
        if path.is_file() and "__pycache__" not in path.parts
    ] + [ROOT / ".gitignore", ROOT / ".pre-commit-config.yaml", ROOT / "data" / "README.md"]


PAGES = [path for path in own_files() if path.suffix == ".md"]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


# The command line


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_and_option_is_documented(name: str) -> None:
    page = read("docs/reference/cli.md")
    assert f"\n### {name}\n" in page
    part = page.split(f"\n### {name}\n")[1].split("\n### ")[0]
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert command.help
    members = command.commands if isinstance(command, click.Group) else {}
    for member in members:
        assert f"\n#### {name} {member}\n" in part
    for each in (command, *members.values()):
        assert each.help
        for parameter in each.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, f"{name} {parameter.opts}"
                for option in parameter.opts:
                    assert f"`{option}`" in page, f"{name} {option}"


def test_the_page_on_the_command_line_is_what_the_program_says() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "cli_docs.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_every_setting_and_variable_is_documented() -> None:
    used = set()
    for path in (ROOT / "newscrawler").rglob("*.py"):
        used |= set(re.findall(r"\bNEWSCRAWLER_[A-Z_]+\b", path.read_text(encoding="utf-8")))
    documented = set(re.findall(r"^\| `(NEWSCRAWLER_[A-Z_]+)`", read("docs/reference/cli.md"), re.MULTILINE))
    assert used
    assert used == documented


def test_every_column_is_documented() -> None:
    page = read("docs/reference/cli.md")
    assert [name for name in COLUMN_NAMES if f"\n| `{name}` |" not in page] == []


def shown_commands(page: Path) -> Iterator[str]:
    """Command lines of the blocks of shell: a block marked sh, or the lines after a $ in one marked console."""
    for kind, block in re.findall(r"^```(\w*)\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            if kind == "sh" and line.strip():
                yield line.strip()
            elif kind == "console" and line.startswith("$ "):
                yield line[2:].strip()


def newscrawler_arguments(line: str) -> list[str] | None:
    """Arguments of the `newscrawler` in a line of shell, up to a pipe or redirection; None when there is none."""
    if "newscrawler " not in line:
        return None
    words = shlex.split(line.split(" | ")[0].split(" > ")[0].split(" < ")[0], comments=True)
    for position, word in enumerate(words):
        if word == "newscrawler" or word.endswith("/newscrawler"):
            return words[position + 1 :]
    return None


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_shown_can_be_typed(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    for line in shown_commands(page):
        if line.startswith("make "):
            assert set(line.split("#")[0].split()[1:]) <= targets, line
        arguments = newscrawler_arguments(line)
        if not arguments or arguments == ["--help"]:
            continue
        parse(arguments)


def parse(arguments: list[str]) -> None:
    """Read a command line without running it, down to the command of a group."""
    context = cli.make_context("newscrawler", arguments)
    while isinstance(context.command, click.Group):
        words = [*context._protected_args, *context.args]
        name, command, words = context.command.resolve_command(context, words)
        assert command is not None, arguments
        context = command.make_context(name, words, parent=context)


@pytest.mark.parametrize("name", ["docs/index.md", "docs/zh/index.md"])
def test_every_command_in_the_table_of_the_home_page_can_be_typed(name: str) -> None:
    commands = [
        command
        for row in re.findall(r"^\| .+ \| (.+) \|$", read(name), re.MULTILINE)
        for command in re.findall(r"`(newscrawler .+?)`", row)
    ]
    assert len(commands) > 15
    for command in commands:
        parse(shlex.split(command)[1:])


TRANSLATED = [
    ("README.md", "README.zh.md"),
    ("docs/index.md", "docs/zh/index.md"),
    ("docs/guides/install.md", "docs/zh/install.md"),
    ("docs/tutorials/first-crawl.md", "docs/zh/first-crawl.md"),
]


@pytest.mark.parametrize(("english", "chinese"), TRANSLATED)
def test_both_languages_show_the_same_commands(english: str, chinese: str) -> None:
    """In blocks and in tables; and each has its pictures."""
    shown, translated = (list(shown_commands(ROOT / name)) for name in (english, chinese))
    assert shown == translated
    rows, rows_translated = (
        [re.findall(r"`(newscrawler .+?)`", row) for row in re.findall(r"^\|.*\|$", read(name), re.MULTILINE)]
        for name in (english, chinese)
    )
    assert [row for row in rows if row] == [row for row in rows_translated if row]


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_readme_is_short(name: str) -> None:
    assert len(read(name).splitlines()) <= 66


def test_the_readme_tells_to_run_what_continuous_integration_runs() -> None:
    assert "make test" in list(shown_commands(ROOT / "README.md"))
    assert re.search(r"^exec make test\b", read(".ci/run"), re.MULTILINE)


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_readme_shows_what_the_demo_has(name: str) -> None:
    page = read(name)
    portal = build()
    assert f"demo: {len(portal.articles)} new, " in page
    assert f"{len(portal.articles)} articles written to data/demo.csv" in page
    assert all(f"gone: {url} " in page for url in portal.missing)
    tried_next = re.findall(r"^\s+'\$\(VENV\)/bin/newscrawler (.+?)'", read("Makefile"), re.MULTILINE)
    assert tried_next
    for command in tried_next:
        parse(shlex.split(command))


# Portal definitions


def keys(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Every key of a definition, dotted, with its default; PydanticUndefined where there is none."""
    for name, field in model.model_fields.items():
        if model is DatedArticleRules and name in ArticleRules.model_fields:
            continue  # the keys of [article], documented there
        # A table, or one of several of the same name.
        tables = [one for one in (field.annotation, *get_args(field.annotation)) if isinstance(one, type)]
        table = next((one for one in tables if issubclass(one, BaseModel)), None)
        if table is not None:
            yield from keys(table, f"{prefix}{field.validation_alias or name}.")
        else:
            key = field.validation_alias if isinstance(field.validation_alias, str) else prefix + name
            yield key, "required" if field.is_required() else field.default


def documented_keys() -> dict[str, tuple[str, str]]:
    """Key to default and example, as the tables of docs/reference/portal-definitions.md show them."""
    rows = re.findall(
        r"^\| `([a-z_.]+)` \| (?:.+?) \| (.+?) \| (.+?) \|$", read("docs/reference/portal-definitions.md"), re.M
    )
    return {key: (default, example) for key, default, example in rows}


def test_every_key_of_a_definition_is_documented_with_its_default() -> None:
    documented = documented_keys()
    real = dict(keys(Portal))
    assert documented.keys() == real.keys()
    for key, default in real.items():
        text = documented[key][0]
        shown = {"required": "required", "none": None, "`[]`": ()}
        value = shown[text] if text in shown else tomllib.loads(f"default = {text.strip('`')}")["default"]
        assert value == default or (value == {} and default == ()), key


@pytest.mark.parametrize("key", sorted(documented_keys()))
def test_the_example_of_every_key_is_right(key: str, tmp_path: Path) -> None:
    for example in re.findall(r"`(.+?)`", documented_keys()[key][1]):
        table, _, name = key.rpartition(".")
        if key in ("sections", "sections.extra"):
            text = f"{BASE}[{key}]\n{example}\n"
        elif table:
            beside = {line.partition(" ")[0]: line for line in REQUIRED.get(table, ())} | {name: f"{name} = {example}"}
            text = "\n".join((f"{BASE}[{table}]", *beside.values()))
        else:
            text = re.sub(rf"^{name} = .*\n", "", BASE, flags=re.MULTILINE) + f"{name} = {example}\n"
        file = tmp_path / "news.toml"
        file.write_text(text, encoding="utf-8")
        load_portal(str(file))


def definition_blocks() -> list[tuple[str, str]]:
    return [
        (name_of(page), block)
        for page in PAGES
        for block in re.findall(r"^```toml\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
        if re.search(r"^id = ", block, re.MULTILINE)
    ]


@pytest.mark.parametrize(("page", "block"), definition_blocks())
def test_every_definition_shown_is_right(page: str, block: str, tmp_path: Path) -> None:
    file = tmp_path / "shown.toml"
    file.write_text(block, encoding="utf-8")
    read_definition(file, ContentSystem if "[rules]" in block else Portal)


def test_the_complete_example_has_every_key() -> None:
    whole = next(block for _, block in definition_blocks() if "[sections]" in block and "[schedule]" in block)
    # Of `every` and `cron` a definition has one.
    portal = Portal.model_validate(tomllib.loads(whole))
    for key, default in keys(Portal):
        value: Any = portal.model_dump()
        for name in key.split("."):
            value = value[0][name] if isinstance(value, tuple) else value[name]
        assert value != default or key in {"id", "name", "province", "homepage", "schedule.every"}, (
            f"{key} is at its default"
        )


def documented_errors() -> list[tuple[str, str]]:
    part = read("docs/reference/portal-definitions.md").split("\n## Errors\n")[1]
    return re.findall(r"^\| `(\S+ = .+?)` \| (.+?) \|$", part, re.MULTILINE)


@pytest.mark.parametrize(("line", "message"), documented_errors())
def test_the_errors_shown_are_those_of_the_program(line: str, message: str, tmp_path: Path) -> None:
    key = line.split(" = ")[0]
    text = re.sub(rf"^{re.escape(key)} = .*\n", "", BASE, flags=re.MULTILINE)
    file = tmp_path / "wrong.toml"
    file.write_text(f"{line}\n{text}", encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load_portal(str(file))
    assert message in str(caught.value)
    assert str(file) in str(caught.value)


def test_the_errors_are_shown() -> None:
    assert len(documented_errors()) >= 10


# Links, dependencies, traces


def slugs(page: Path) -> set[str]:
    """Anchors of a page's headings, as GitHub makes them."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_relative_link_is_dead(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        linked = (page.parent / path).resolve() if path else page
        assert linked.exists(), f"{name_of(page)}: {target}"
        if anchor:
            assert anchor in slugs(linked), f"{name_of(page)}: {target}"


def declared_dependencies() -> list[tuple[str, str]]:
    settings = tomllib.loads(read("pyproject.toml"))
    project, groups = settings["project"], settings["dependency-groups"]
    optional = [*project["optional-dependencies"].values(), *groups.values()]
    declared = [*project["dependencies"], *(text for each in optional for text in each if isinstance(text, str))]
    matches = [re.fullmatch(r"([\w-]+)(?:\[.*\])?(?:>=([\d.]+)(?:,<([\d.]+))?)?(?:; .*)?", text) for text in declared]
    assert all(matches), declared
    return [
        (match[1], f"{match[2]}, below {match[3]}" if match[3] else match[2])
        for match in matches
        if match and match[1] != "newscrawler-cn"
    ]


@pytest.mark.parametrize(("name", "expected"), declared_dependencies())
def test_every_dependency_has_a_reason_and_its_bounds(name: str, expected: str) -> None:
    part = read("docs/explanation/architecture.md").split("\n## Dependencies\n")[1].split("\n## ")[0]
    table = [line.split(" | ") for line in part.splitlines() if line.startswith("| ")]
    rows = [row for row in table if f"`{name}`" in row[0]]
    assert len(rows) == 1, f"{name} has no row"
    names, bounds, reason = rows[0]
    together = re.findall(r"`([\w-]+)`", names)
    per_name = re.split(r", (?!below)", bounds)
    assert len(per_name) == len(together)
    assert per_name[together.index(name)] == expected
    assert len(reason) > 20


def test_nothing_mentions_the_machine_that_it_was_written_on() -> None:
    traces = re.compile("|".join(re.escape(f"/{name}/") for name in ("work", "root", "bash_jobs")))
    found = []
    for path in own_files():
        if path.suffix in TEXT_SUFFIXES:
            for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
                if traces.search(line):
                    found.append(f"{name_of(path)}:{number}: {line.strip()[:80]}")
    assert found == []
