"""Write docs/reference/cli.md from the program: its commands, their options, and the settings that it adds to Scrapy's.

python scripts/cli_docs.py           # writes docs/reference/cli.md
python scripts/cli_docs.py --check   # writes nothing, fails if the file is out of date
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from command_help import ROOT_CONTEXT, top_commands, usages
from generated_page import write_or_check

from newscrawler.archive.columns import COLUMNS
from newscrawler.cli.groups import CommandGroup
from newscrawler.cli.main import COMMANDS

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "reference" / "cli.md"
SETTINGS = ROOT / "newscrawler" / "settings.py"
ALIASES = {("portal", "check"): "check", ("portal", "list"): "portals"}
"""Commands of groups that are top-level commands, too."""

INTRO = """\
# The command line

`make docs` writes this page from the program. `newscrawler COMMAND --help` shows the same on a terminal.

Data goes to standard output, messages to standard error. On a terminal a crawl shows its progress live; elsewhere it
writes log lines. Other work that takes long (`portal new`, `check`, `verify`, `backup`, `merge`, `reextract`, `export`)
shows a bar on a terminal, and writes a line every ten seconds elsewhere.

## Languages

`newscrawler --lang zh COMMAND` shows help, messages, tables and pictures in Chinese. Without it the shell decides,
as for other programs: `LANGUAGE`, `LC_ALL`, `LC_MESSAGES`, `LANG`. Tables and messages show times in China's time, with
the zone. Data (JSON, CSV, exports, citations) is the same in every language, with times in UTC.

## Exit status

| status | meaning |
|---|---|
| 0 | Done. A page that is gone (404) or an empty section is not a failure. |
| 1 | The work failed, or it is incomplete. The last lines on standard error say what is missing. |
| 2 | Wrong usage: an unknown option or name, a wrong definition, a path that is not an archive. Nothing was done. |
| 3 | Done, but alarms are open: `crawl`, `refresh` and `health`. If 1 applies as well, the status is 1. |

## Environment variables

| variable | meaning |
|---|---|
| `NEWSCRAWLER_ARCHIVE` | The archive, if `--archive` does not name one. Default: `data/archive.db`. |
| `NEWSCRAWLER_PORTALS` | A directory with your own definitions, besides `./portals/`, with its subdirectories. |
| `NEWSCRAWLER_CMS` | The same for [content systems](../guides/extending.md#content-systems), besides `./cms/`. |
| `NEWSCRAWLER_CONFIG` | Who receives [notifications](../guides/monitoring.md). Default: `newscrawler.toml` \
beside the archive. |
| `NEWSCRAWLER_CONTACT` | Your address, for the user agent: how portals can reach you. |
| `NEWSCRAWLER_FLEET` | The configuration of a [fleet](../guides/fleet.md). Default: `fleet.toml`. |
| `NEWSCRAWLER_LEASE` | Set by a fleet worker for its crawls: the file that says how long requests may be sent. |
| `NEWSCRAWLER_ALLOW_PRIVATE` | `1` allows connections to private and loopback addresses, for your own mirror or test. |

Without `NEWSCRAWLER_ALLOW_PRIVATE=1` such addresses are refused, also when a public name leads to one.
`newscrawler crawl demo` needs no variable: it allows the port of its own server, for its own process.

## Completion in the shell

The TAB key completes commands, options and their values. Add this to the start-up file of your shell, and open a new
terminal:

| shell | file | what to add |
|---|---|---|
| bash 4.4 or newer | `~/.bashrc` | `eval "$(_NEWSCRAWLER_COMPLETE=bash_source newscrawler)"` |
| zsh | `~/.zshrc` | `autoload -Uz compinit && compinit` and `eval "$(_NEWSCRAWLER_COMPLETE=zsh_source newscrawler)"` |
| fish | `~/.config/fish/completions/newscrawler.fish` | `_NEWSCRAWLER_COMPLETE=fish_source newscrawler \\| source` |

`newscrawler ba` and TAB then gives `newscrawler backup`. In zsh, `compinit` is needed once per file, above the other
line; your file may call it already.
"""

COLUMNS_INTRO = """\
## Columns

`articles_flat` has one row per article: its newest version, lists joined with 、. `newscrawler export` writes these
columns, and any SQLite program can read them: `sqlite3 data/archive.db "SELECT title, source FROM articles_flat"`.
Empty means that the page does not say.
"""

SCRAPY = """\
## Scrapy

Every definition is a Scrapy spider; its name is the id of the portal. In a checkout, or in any folder with a
`scrapy.cfg` that names `newscrawler.settings`, the commands of Scrapy work:

```sh
scrapy list
scrapy crawl hbdysh -a city=宜昌,恩施州 -a since=2019-01-01 -s NEWSCRAWLER_CONTACT=lab@example.org
```

Arguments (`-a`) are those of `newscrawler crawl`: `city` (several, separated by commas), `since`, `limit`, `full`,
`via`, and `archive`. `scrapy crawl demo` needs a server and `-a via=`; `newscrawler crawl demo` starts its own.

`scrapy crawl ID -O out.jsonl` (or csv, json, xml, parquet) writes the columns of `articles_flat` for each article that
was fetched, as the archive has them when the crawl ends, in UTF-8; Parquet needs the extra `export`. The log ends with
Scrapy's statistics.

`scrapy parse`, `scrapy shell`, `scrapy fetch` and `scrapy check` look at pages and store nothing: no run begins.

```sh
scrapy parse --spider hbdysh http://www.hbdysh.cn/2019/0710/49629.shtml   # the article, with its columns
scrapy parse --spider hbdysh -d 2 http://www.hbdysh.cn/                   # sections, their articles, next pages
scrapy shell http://www.hbdysh.cn/ -c 'response.css("title::text").get()'
scrapy check hbdysh                                                       # does the homepage lead to sections?
```

`parse` reads one page at a time. `-d` follows the pager of a list, and no further pages of an article. What depends on
the listing or on the archive (`section`, `id`, `first_seen` and others) is not in its items.
`newscrawler check` tries a definition as a whole. `scrapy check` without a name asks the homepage of every portal.

The program adds these settings. Set them with `-s NAME=value`, or in a settings module of your own that begins with
`from newscrawler.settings import *`.
"""

AFTER_SETTINGS = """\
The user agent is `USER_AGENT`, with the contact in its brackets. `DOWNLOAD_DELAY`, `CONCURRENT_REQUESTS_PER_DOMAIN`
and `AUTOTHROTTLE_ENABLED` come from the portal's definition ([`[crawl]`](portal-definitions.md#crawl)).
`COOKIES_ENABLED`, `TELNETCONSOLE_ENABLED`, `REMOTE_CONTROL_ENABLED` and `HTTPPROXY_ENABLED` are off, and
what they switch is not loaded;
`ROBOTSTXT_OBEY` and `DOWNLOAD_VERIFY_CERTIFICATES` are on. [architecture.md](../explanation/architecture.md) says why.
"""


def page() -> str:
    """Return the whole of docs/reference/cli.md."""
    parts = [INTRO, "## Commands\n", "\n".join(f"- [`{name}`](#{name}): {COMMANDS[name]}" for name in sorted(COMMANDS))]
    for name, command in top_commands():
        parts += _command(ROOT_CONTEXT, name, command, "###")
    parts += [COLUMNS_INTRO, _columns(), SCRAPY, _settings(), AFTER_SETTINGS]
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def _command(parent: click.Context, name: str, command: click.Command, heading: str) -> Iterator[str]:
    """Yield the part on a command; on a group also those of its commands, one level below."""
    context = click.Context(command, info_name=name, parent=parent)
    path = context.command_path
    lines = [f"{heading} {path.removeprefix('newscrawler ')}", "", "```text"]
    lines += [*(f"{path} {usage}".rstrip() for usage in usages(command, context)), "```", ""]
    lines += _prose(command.help or "")
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    if options:
        lines += ["| option | meaning |", "|---|---|"]
        lines += [f"| {_names(option)} | {_meaning(option)} |" for option in options]
    yield "\n".join(lines).rstrip("\n") + "\n"
    if isinstance(command, CommandGroup):
        for member in sorted(command.commands):
            alias = ALIASES.get((name, member))
            if alias:
                yield f"#### {name} {member}\n\nThe same as [`{alias}`](#{alias}).\n"
            else:
                yield from _command(context, member, command.commands[member], "####")


def _prose(text: str) -> Iterator[str]:
    """Yield the lines of a command's help as Markdown: examples become blocks of shell."""
    for paragraph in inspect.cleandoc(text).split("\n\n"):
        is_literal = paragraph.startswith("\b")
        lines = paragraph.removeprefix("\b").strip("\n").split("\n")
        if is_literal and lines[0].endswith(":") and len(lines) > 1:
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


if __name__ == "__main__":
    sys.exit(write_or_check(TARGET, page, __doc__))
