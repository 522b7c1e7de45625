"""The help of every command in Chinese: all of it, in lines that fit the terminal."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.cli.help_text import columns_of, wrap
from newscrawler.cli.main import cli

HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(autouse=True)
def unchanged_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", os.environ.get("LANGUAGE", ""))


def paths(command: click.Command = cli, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from paths(below, (*path, name))


def help_of(*path: str, lang: str) -> str:
    done = CliRunner().invoke(cli, ["--lang", lang, *path, "--help"], terminal_width=80, catch_exceptions=False)
    assert done.exit_code == 0
    return str(done.output)


def test_the_help_of_every_command_is_chinese_and_fits_the_terminal() -> None:
    every = list(paths())
    assert len(every) > 60
    for path in every:
        before = help_of(*path, lang="en")
        shown = help_of(*path, lang="zh")
        assert help_of(*path, lang="en") == before, "nothing of the Chinese help is kept"
        # Examples, usage and terms of lists are the same in each language; all else is told.
        prose = [line for line in shown.splitlines() if not re.match(r" {4}\S|用法|  -| {4,}\[", line)]
        for line in prose:
            assert columns_of(line) <= 80 or not HAN.search(line), (path, line)
            assert not re.search(r"\b[a-z]+ (the|of|is|are|and|to|in|a) ", line), (path, line)
        assert "选项：" in shown and "Options" not in shown and "显示此帮助并退出" in shown, path
        for line in before.splitlines():
            if line.startswith("    newscrawler "):
                assert line in shown, (path, "an example is missing")


def test_the_language_is_known_before_the_help_is_written() -> None:
    for arguments, environment, wanted in (
        (["--help"], {"LANG": "zh_CN.UTF-8"}, "命令："),
        (["--help", "--lang", "zh"], {"LANG": "C"}, "命令："),
        (["--lang=zh", "-h"], {"LANG": "C"}, "命令："),
        (["crawl", "--help"], {"LANG": "zh_CN.UTF-8"}, "把门户网站抓取到档案库"),
        (["--lang", "en", "--help"], {"LANG": "zh_CN.UTF-8"}, "Commands:"),
        (["--help"], {"LANG": "C"}, "Commands:"),
    ):
        given_environment = {"LC_ALL": "", "LC_MESSAGES": "", "LANGUAGE": "", **environment}
        shown = CliRunner().invoke(cli, arguments, env=given_environment).output
        assert wanted in shown, (arguments, environment, shown[:300])


@given(st.text(alphabet="ab ，。（）“”新闻档案\u3000", max_size=200), st.integers(4, 40))
def test_lines_end_where_chinese_lines_may(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", text)
    for line in lines[1:]:
        assert line[0] not in "，。）”"
    for line in lines[:-1]:
        assert line.rstrip()[-1] not in "（“"
    for line in lines:
        # What is wider cannot be divided: one word, or a sign with those that have to stand beside it.
        assert columns_of(line) <= width or len(re.findall(r"[新闻档案]|[ab]+", line.strip())) <= 1
