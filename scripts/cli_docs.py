"""Write docs/cli.md from the program itself: its commands, their options, and the settings that are ours.

python scripts/cli_docs.py           # writes docs/cli.md
python scripts/cli_docs.py --check   # writes nothing, fails where the file is stale
"""

from __future__ import annotations

import argparse
import ast
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from newscrawler.archive.columns import COLUMNS
from newscrawler.cli.main import COMMANDS, cli

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "cli.md"
SETTINGS = ROOT / "newscrawler" / "settings.py"

INTRO = """\
# The command line

This page is made from the program by `make docs`. `newscrawler COMMAND --help` says the same on a terminal.

Data goes to standard output, messages to standard error. Progress is shown live on a terminal; elsewhere it is log
lines.

## Exit status

| status | meaning |
|---|---|
| 0 | Done. A page that is gone (404) or an empty section is no failure. |
| 1 | The work failed, or it is incomplete. The last lines on standard error say what is missing. |
| 2 | Wrong usage: an unknown option or name, a wrong definition, a path that is no archive. Nothing was done. |
| 3 | Done, but alarms are open: `crawl`, `refresh` and `health`. Where 1 applies, too, it is 1. |

## Environment variables

| variable | meaning |
|---|---|
| `NEWSCRAWLER_ARCHIVE` | The archive, where `--archive` does not name one. Default: `data/archive.db`. |
| `NEWSCRAWLER_PORTALS` | A directory with definitions of your own, beside `./portals/`. Searched with all below it. |
| `NEWSCRAWLER_CONFIG` | Who is told of [alarms](monitoring.md). Default: `newscrawler.toml` beside the archive. |
| `NEWSCRAWLER_ALLOW_PRIVATE` | `1` allows connections to private and loopback addresses: a mirror or a test of yours. |

Without `NEWSCRAWLER_ALLOW_PRIVATE=1` such addresses are refused, also when a public name leads to one.
`newscrawler crawl demo` needs no variable: it allows the port of its own server, for its own process.
"""

COLUMNS_INTRO = """\
## Columns

`articles_flat` has one row an article: its newest version, lists joined with 、. `newscrawler export` writes these
columns, and any SQLite program can read them: `sqlite3 data/archive.db "SELECT title, source FROM articles_flat"`.
Empty means that the page does not say.
"""

SCRAPY = """\
## Scrapy

Every definition is a Scrapy spider of its id. In a checkout, or wherever a `scrapy.cfg` names
`newscrawler.settings`, Scrapy's own commands work:

```sh
scrapy list
scrapy crawl hbdysh -a city=宜昌,恩施州 -a since=2019-01-01 -s NEWSCRAWLER_CONTACT=lab@example.org
```

Arguments (`-a`) are those of `newscrawler crawl`: `city` (several joined by commas), `since`, `limit`, `full`, `via`,
and `archive`. `scrapy crawl demo` needs a server and `-a via=`; `newscrawler crawl demo` brings its own.

These settings are ours. Set them with `-s NAME=value`, or in a settings module of your own that begins with
`from newscrawler.settings import *`.
"""

AFTER_SETTINGS = """\
The user agent is `USER_AGENT`, with the contact in its brackets. `DOWNLOAD_DELAY`, `CONCURRENT_REQUESTS_PER_DOMAIN`
and `AUTOTHROTTLE_ENABLED` come from the portal's definition ([`[crawl]`](portal-definitions.md#crawl)).
`COOKIES_ENABLED`, `TELNETCONSOLE_ENABLED`, `REMOTE_CONTROL_ENABLED` and `HTTPPROXY_ENABLED` are off;
`ROBOTSTXT_OBEY` and `DOWNLOAD_VERIFY_CERTIFICATES` are on. [architecture.md](architecture.md) says why.
"""


def page() -> str:
    """Return the whole of docs/cli.md."""
    parts = [INTRO, "## Commands\n", "\n".join(f"- [`{name}`](#{name}): {COMMANDS[name]}" for name in sorted(COMMANDS))]
    root = click.Context(cli, info_name="newscrawler")
    for name in sorted(COMMANDS):
        command = cli.get_command(root, name)
        assert command is not None
        parts.append(_command(root, name, command))
    parts += [COLUMNS_INTRO, _columns(), SCRAPY, _settings(), AFTER_SETTINGS]
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def _command(root: click.Context, name: str, command: click.Command) -> str:
    context = click.Context(command, info_name=name, parent=root)
    usage = " ".join(["newscrawler", name, *command.collect_usage_pieces(context)])
    lines = [f"### {name}", "", "```text", usage, "```", ""]
    lines += _prose(command.help or "")
    lines += ["| option | meaning |", "|---|---|"]
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            lines.append(f"| {_names(parameter)} | {_meaning(parameter)} |")
    return "\n".join(lines) + "\n"


def _prose(text: str) -> Iterator[str]:
    """Turn a command's help into Markdown: its examples become blocks of shell."""
    for paragraph in inspect.cleandoc(text).split("\n\n"):
        kept = paragraph.startswith("\b")
        lines = paragraph.removeprefix("\b").strip("\n").split("\n")
        if kept and lines[0].endswith(":") and len(lines) > 1:
            yield from (lines[0], "", "```sh", *(line.strip() for line in lines[1:]), "```", "")
        else:
            yield from (*(line.strip() for line in lines), "")


def _names(option: click.Option) -> str:
    names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    if option.is_flag:
        return names
    if isinstance(option.type, click.Choice):
        value = " or ".join(f"`{choice}`" for choice in option.type.choices)
    else:
        value = f"`{option.metavar or ('N' if isinstance(option.type, click.IntRange) else option.type.name.upper())}`"
    return f"{names} {value}"


def _meaning(option: click.Option) -> str:
    text = option.help or ""
    if isinstance(option.type, click.IntRange) and option.type.min is not None:
        text += f" At least {option.type.min}."
    if option.show_default:
        text += f" Default: `{option.default}`."
    if option.envvar:
        text += f" Also `{option.envvar}`."
    return text.replace("|", "\\|")


def _columns() -> str:
    rows = [f"| `{column.name}` | {column.type} | {column.meaning} |" for column in COLUMNS]
    return "\n".join(["| column | type | meaning |", "|---|---|---|", *rows]) + "\n"


def _settings() -> str:
    """Return a table of the NEWSCRAWLER_* settings: name, default, and the string that follows each."""
    rows = ["| setting | default | meaning |", "|---|---|---|"]
    body = ast.parse(SETTINGS.read_text(encoding="utf-8")).body
    for position, node in enumerate(body):
        if isinstance(node, ast.AnnAssign):
            target, value = node.target, node.value
        elif isinstance(node, ast.Assign):
            target, value = node.targets[0], node.value
        else:
            continue
        if not isinstance(target, ast.Name) or not target.id.startswith("NEWSCRAWLER_") or value is None:
            continue
        following = body[position + 1] if position + 1 < len(body) else None
        meaning = ""
        if isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
            meaning = re.sub(r"\s+", " ", str(following.value.value))
        rows.append(f"| `{target.id}` | `{ast.unparse(value)}` | {meaning} |")
    return "\n".join(rows) + "\n"


def main() -> int:
    """Write the page, or with --check compare it; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where docs/cli.md is stale")
    made = page()
    if not parser.parse_args().check:
        TARGET.write_text(made, encoding="utf-8")
        return 0
    if TARGET.is_file() and TARGET.read_text(encoding="utf-8") == made:
        return 0
    print("docs/cli.md does not say what the program says; run 'make docs'.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
