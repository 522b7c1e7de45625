"""Commands and options of earlier builds that have another name now: using one is an error that names the new one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Renamed:
    """One name of an earlier build."""

    command: str
    """The first word behind `newscrawler`."""
    old: str
    """The option; empty for an argument where a command stands now."""
    new: str
    """The command to type instead; `{}` stands for the argument."""


RENAMED = (
    Renamed("backup", "", "newscrawler backup create {}"),
    Renamed("backup", "--restore", "newscrawler backup restore BACKUP FOLDER"),
    Renamed("backup", "--copy", "newscrawler backup create FOLDER --copy"),
    Renamed("export", "--describe", "newscrawler columns"),
    Renamed("health", "--accept", "newscrawler health accept N"),
    Renamed("runs", "", "newscrawler runs show {}"),
    Renamed("schedule", "--print", "newscrawler schedule print systemd|cron"),
    Renamed("suppress", "", "newscrawler suppress add {} --reason TEXT"),
    Renamed("suppress", "--undo", "newscrawler suppress lift URL|ID"),
    Renamed("suppress", "--list", "newscrawler suppress list"),
    Renamed("verify", "--repair", "newscrawler repair"),
    Renamed("verify", "--rescue", "newscrawler salvage NEW"),
)


def replacement_for_option(args: Sequence[str]) -> str:
    """Return the error for the first option of an earlier build in these words of a command line, else ''."""
    command, *words = args or [""]
    for word in words:
        option = word.partition("=")[0]
        for row in RENAMED:
            # Behind the name of a command of today its own options stand.
            if row.command == command and row.old == option and row.new.split()[2:3] != words[:1]:
                return f"'{command} {option}' is a command of its own now: '{row.new}'."
        if word == "--":
            break
    return ""


def replacement_for_argument(command: str, argument: str) -> str:
    """Return the error for an argument where this command now expects a command, else ''."""
    for row in RENAMED:
        if row.command == command and not row.old:
            new = row.new.format(argument)
            return f"{argument!r} is not a command of 'newscrawler {command}'; did you mean '{new}'?"
    return ""
