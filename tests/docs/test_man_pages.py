"""The man pages say what the help says, and roff reads them without a complaint."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from newscrawler.cli.main import COMMANDS, cli

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("man")
    subprocess.run([sys.executable, ROOT / "scripts" / "man_pages.py", folder], check=True)
    return folder


def shown(text: str) -> str:
    """What a reader sees: without requests, fonts and escapes."""
    text = re.sub(r"(?m)^\.(?:SH |TH |TP|PP|nf|fi|br)", "", text)
    return re.sub(r"\\f[BR]|\\&", "", text).replace("\\-", "-").replace("\\e", "\\")


def test_each_command_has_a_page_with_all_its_options_and_its_help(folder: Path) -> None:
    assert {path.stem for path in folder.iterdir()} == {"newscrawler", *(f"newscrawler-{name}" for name in COMMANDS)}
    context = click.Context(cli, info_name="newscrawler")
    for name, line in COMMANDS.items():
        text = (folder / f"newscrawler-{name}.1").read_text(encoding="utf-8")
        assert f"newscrawler-{name} - {line.removesuffix('.')}" in shown(text)
        command = cli.get_command(context, name)
        assert command is not None
        members = command.commands.values() if isinstance(command, click.Group) else ()
        for each in (command, *members):
            options = [option for param in each.params if isinstance(param, click.Option) for option in param.opts]
            assert all(option in shown(text) for option in options), (name, each.name)
            words = " ".join((each.help or "").replace("\b", "").split())
            assert words in " ".join(shown(text).split()), (name, each.name)


def test_no_line_of_text_is_read_as_a_request(folder: Path) -> None:
    for path in folder.iterdir():
        for line in path.read_text(encoding="utf-8").splitlines():
            assert not line.startswith("'") and (
                not line.startswith(".") or re.match(r"\.(SH|TH|TP|PP|nf|fi|br)\b", line)
            )


@pytest.mark.skipif(shutil.which("groff") is None, reason="needs groff")
def test_groff_has_no_complaint(folder: Path) -> None:
    for path in sorted(folder.iterdir())[:5]:
        done = subprocess.run(["groff", "-man", "-ww", "-z", "-K", "utf8", path], capture_output=True, text=True)
        assert done.returncode == 0 and not re.sub(
            r".*(?:can't find|cannot find) special character.*\n?", "", done.stderr
        )
