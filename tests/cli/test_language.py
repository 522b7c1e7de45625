"""The command line in Chinese: chosen by `--lang` or the shell, for people only; data is the same in every language."""

from __future__ import annotations

import ast
import itertools
import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from newscrawler.cli.language import code_of
from newscrawler.cli.main import cli
from newscrawler.text.languages import languages
from newscrawler.text.messages import MESSAGES
from newscrawler.text.telling import tell_message
from support.integrity import update

ROOT = Path(__file__).resolve().parents[2]
ZH = languages()["zh"]
HAN = re.compile(r"[\u4e00-\u9fff]")


def spoken(archive: Path, *arguments: str, lang: str | None = "zh", **environment: str) -> Result:
    options = ["--lang", lang] if lang else []
    given = {"NEWSCRAWLER_ARCHIVE": str(archive), **environment}
    return CliRunner().invoke(cli, [*options, *arguments], env=given, catch_exceptions=False)


@pytest.fixture(autouse=True)
def unchanged_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command in Chinese tells its children so."""
    monkeypatch.setenv("LANGUAGE", os.environ.get("LANGUAGE", ""))


@pytest.mark.parametrize(
    ("environment", "code"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_TW.UTF-8"}, "zh"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "zh_CN:en"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LANGUAGE": "en"}, "en"),
        ({"LANG": "C", "LANGUAGE": "zh"}, "en"),
        ({"LANG": "C.UTF-8", "LANGUAGE": "zh"}, "en"),
    ],
)
def test_the_language_is_that_of_the_shell(environment: dict[str, str], code: str) -> None:
    assert code_of(environment) == code


def test_tables_summaries_and_errors_are_chinese_and_english_again_after(demo_archive: Path, tmp_path: Path) -> None:
    shutil.copytree(demo_archive.parent, tmp_path, dirs_exist_ok=True)
    archive = tmp_path / "demo.db"
    seen = "2026-01-01T01:00:00Z"
    update(
        archive,
        f"""INSERT INTO alarms (portal, section, field, kind, level, message, before, after, first_seen, last_seen)
            VALUES ('demo', '', 'editors', 'field-empty', 0.5, 'm', 'b', 'a', '{seen}', '{seen}')""",
    )
    for arguments, wanted in (
        (["stats"], ["各城市文章数", "媒体", "比例", "一篇文章在列出它的每个城市各计一次", "136 篇文章，"]),
        (["stats", "months"], ["各城市每月文章数", "全部"]),
        (["runs"], ["抓取记录", "完成", "北京时间"]),
        (["runs", "show", "20"], ["栏目", "结果"]),
        (["coverage", "--total"], ["已收录至", "最早一篇", "列表已读到末尾，依据："]),
        (["search", "防汛"], ["9 篇文章", "正文片段"]),
        (["verify"], ["：完好"]),
        (["disk"], ["原始存档", "检索索引", "字节；磁盘剩余"]),
        (["health"], ["字段缺失", "2026-01-01 09:00 北京时间"]),
        (["history", "625b12"], ["首次见到", "北京时间"]),
        (["stats", "nosuch"], ["用法：", "查看帮助", "错误：", "不在可选值之内"]),
        (["stats", "--since", "x"], ["不是有效的日期"]),
        (["stats", "--nosuch"], ["没有选项"]),
        (["search", '"防汛'], ["引号没有闭合"]),
        (["stats", "--city", "伦敦"], ["名称相近的"]),
        (["runs", "show", "zz"], ["没有以 'zz' 开头的抓取记录"]),
        (["nosuch"], ["没有命令 'nosuch'"]),
        (["stats", "--archive", str(tmp_path / "none.db")], ["还没有档案库"]),
    ):
        said = spoken(archive, *arguments).output
        assert all(words in said for words in wanted), (arguments, said)
        english = spoken(archive, *arguments, lang="en").output
        assert not any(words in english for words in wanted), (arguments, english)
    by_shell = spoken(archive, "verify", lang=None, LANG="zh_CN.UTF-8", LC_ALL="", LANGUAGE="")
    assert "：完好" in by_shell.output
    assert spoken(archive, "verify", lang="fr").exit_code == 2


@pytest.mark.slow
def test_headings_have_no_english_left(demo_archive: Path) -> None:
    """The kind: whatever a table is about, its headings are words of the language, but for names of standards."""
    for arguments in (
        ["stats"], *(["stats", name] for name in ("cities", "outlets", "editors", "reprints")), ["runs"], ["coverage"],
        ["coverage", "--urls"], ["search", "防汛"], ["disk"], ["history", "625b12"], ["portals"], ["doctor"],
        ["words", "count", "防汛", "--by", "city"], ["words", "list"], ["words", "compare", "--city", "宜昌"],
        ["words", "near", "防汛"], ["annotate", "list"], ["watch", "list"], ["suppress", "list"], ["reextract", "--dry-run"],
    ):  # fmt: skip
        lines = spoken(demo_archive, *arguments).output.splitlines()
        heads = [lines[number - 1] for number, line in enumerate(lines) if line.startswith("──")]
        assert heads, arguments
        for head in heads:
            assert HAN.search(head) and not re.search(r"[a-z]{2,}", head), (arguments, head)


def test_data_is_the_same_in_every_language(demo_archive: Path) -> None:
    for arguments in (
        ["stats", "--format", "json"], ["stats", "--format", "csv"], ["runs", "--format", "json"],
        ["search", "防汛", "--format", "json"], ["search", "防汛", "--format", "csv"], ["coverage", "--format", "json"],
        ["disk", "--format", "json"], ["history", "625b12", "--format", "json"], ["export", "-"], ["cite", "625b12"],
    ):  # fmt: skip
        one, other = (spoken(demo_archive, *arguments, lang=code).stdout for code in ("en", "zh"))
        if "disk" in arguments:
            one, other = (re.sub(r'"free": \d+', "", text) for text in (one, other))
        assert one == other, arguments


def test_a_picture_is_in_the_language_of_the_command(demo_archive: Path, tmp_path: Path) -> None:
    for report in ("months", "fields", "reprints"):
        done = spoken(demo_archive, "stats", report, "--city", "宜昌", "--plot", str(tmp_path / "out.html"))
        assert done.exit_code == 0 and "已写入" in done.stderr, done.output
        page = (tmp_path / "out.html").read_text()
        shown = re.sub(r"<(style|svg)\b.*?</\1>|<[^>]*>", " ", page, flags=re.DOTALL)
        assert "文章范围：城市：宜昌。" in shown and "来源：newscrawler 0.1.0，档案库 demo.db，" in shown
        names = re.compile(r"newscrawler|demo(\.db)?|\d+T\d+Z-demo-\w+")
        assert not re.search(r"[A-Za-z]{3,}", names.sub("", shown)), (report, shown)


def messages_of_code() -> Iterator[tuple[str, list[str]]]:
    """Every sentence that a command says or ends with: with numbers or names in place of its expressions.

    Of the packages below, what the report of a check gathers, and the errors that commands show.
    """
    gathered = re.compile(
        r"say|print_sentence|.*\b(UsageError|ClickException)|\w+\.(problems|warnings)\.append|\w+ResponsesError|ExpectedValuesError"
    )
    package = ROOT / "newscrawler"
    for path in sorted([*(package / "cli").glob("*.py"), *(package / "crawling").glob("*.py")]):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_said = isinstance(node, ast.Call) and gathered.fullmatch(ast.unparse(node.func))
            if is_said and node.args:  # type: ignore[attr-defined]
                yield f"{path.name}:{node.lineno}", _texts_of(node.args[0])  # type: ignore[attr-defined]


def _texts_of(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Call) and node.args:
        return _texts_of(node.args[0])
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.JoinedStr):
        parts = [[str(part.value)] if isinstance(part, ast.Constant) else ["12", "甲"] for part in node.values]
        return ["".join(texts) for texts in itertools.product(*parts)]
    return []


TOLD = {
    "check_fixtures.py", "check_sample.py", "check_browser.py", "definition_check.py", "saved_responses.py", "annotate.py", "coding.py", "concordance.py", "watch.py", "after_crawl.py", "backup.py", "check.py", "check_explain.py", "check_repair.py", "cite.py", "coverage.py", "crawl.py", "disk.py", "doctor.py", "export.py", "groups.py",
    "health.py", "history.py", "merge.py", "options.py", "prune.py", "refresh.py", "repair.py", "run_summary.py", "runs.py",
    "salvage.py", "search.py", "stats.py", "suppress.py", "tables.py", "verify.py", "extract.py", "fleet.py", "import_.py", "import_report.py",
    "notify.py", "portal.py", "portals.py", "reextract.py", "sample.py", "schedule.py", "serve.py", "words.py",
}  # fmt: skip
"""Modules all of whose messages are Chinese where the command is. Those of others may be English in every language."""


def test_what_a_command_says_is_told_in_chinese() -> None:
    """A message that is added or changed in these modules has to be added to the list that is translated."""
    untold = [
        (where, texts[-1])
        for where, texts in messages_of_code()
        if where.split(":")[0] in TOLD and texts and re.search("[a-z]{3}", texts[-1])
        and not any(HAN.search(tell_message(text, ZH).replace("甲", "")) for text in texts)
    ]  # fmt: skip
    # Their last value is a sentence of its own; the tests above run them.
    assert {text for _, text in untold} <= {
        "Alarm 甲", "甲 files, 甲 bytes 甲: 甲", "since the last export 甲: 甲甲", "No such command 甲.甲",
        "甲 captures 甲, 甲 bytes freed.", "甲: 甲 versions removed, and with them 甲 articles甲.",
        "甲 runs have a key that begins with 甲; give more of it:\n甲", "甲 of 甲 articles written甲; 甲",
    }  # fmt: skip


def test_every_message_can_be_told() -> None:
    for message in MESSAGES:
        values = dict.fromkeys(re.findall(r"\{(\w+)\}", message), "12")
        assert HAN.search(tell_message(message.format(**values), ZH)) or not re.search(
            "[a-z]{3}", message.format(**values)
        )
    hostile = "a: " * 3_000 + "; " * 3_000
    assert tell_message(hostile, ZH) == hostile
    assert json.dumps(tell_message("; ".join(["x: y"] * 30), ZH))
