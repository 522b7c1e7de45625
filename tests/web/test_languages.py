"""The catalogs, and which language a visitor gets."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import newscrawler.web
from newscrawler.text.languages import languages
from newscrawler.web.languages import choose_language

PACKAGE = Path(newscrawler.web.__file__).parent
ROOT = PACKAGE.parents[1]


@pytest.mark.parametrize(
    ("argument", "header", "expected"),
    [
        ("", "", "en"),
        ("", "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("", "en-US,en;q=0.9,zh;q=0.8", "en"),
        ("", "en;q=0.1, zh;q=0.2", "zh"),
        ("", "de, fr;q=0.5", "en"),
        ("", "de, zh-TW;q=0.5", "zh"),
        ("", "zh;q=0, en;q=0.1", "en"),
        ("", "zh;q=nonsense", "en"),
        ("", ",;;q=,zh", "zh"),
        ("zh", "en", "zh"),
        ("en", "zh", "en"),
        ("fr", "zh", "zh"),
    ],
)
def test_language(argument: str, header: str, expected: str) -> None:
    assert choose_language(argument, header).code == expected


def test_catalogs_are_up_to_date() -> None:
    """Every message of code and templates has a translation with the same values, and there is no other."""
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "messages.py", "--check"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.slow
def test_a_fault_in_a_catalog_is_named(tmp_path: Path) -> None:
    for name in ("newscrawler/web", "newscrawler/text", "scripts"):
        shutil.copytree(ROOT / name, tmp_path / name)
    catalog = tmp_path / "newscrawler/text/locale/zh/LC_MESSAGES/newscrawler.po"
    text = catalog.read_text(encoding="utf-8")
    text = text.replace('msgid "Citation"', 'msgid "Citations"').replace("%(first)s 至", "%(begin)s 至")
    catalog.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, tmp_path / "scripts/messages.py", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    for fault in ("lacks the message 'Citation'", "'Citations', which is not used", "the translation has other values"):
        assert fault in done.stdout


def test_another_language_needs_a_catalog_only(tmp_path: Path) -> None:
    """A copy of the package with a third catalog; the program that reads it is the same."""
    shutil.copytree(PACKAGE.parent, tmp_path / "newscrawler", ignore=shutil.ignore_patterns("__pycache__"))
    folder = tmp_path / "newscrawler/text/locale/fr/LC_MESSAGES"
    folder.mkdir(parents=True)
    header = 'msgid ""\nmsgstr ""\n"Language: fr\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    (folder / "newscrawler.po").write_text(f'{header}\nmsgid "Search"\nmsgstr "Recherche"\n', encoding="utf-8")
    program = (
        "from newscrawler.web.languages import choose_language; french = choose_language('', 'fr-CA');"
        "print(french.tag, french.name, french.translations.gettext('Search'), french.translations.gettext('Editors'))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["fr", "français", "Recherche", "Editors"]


def test_numbers_have_separators() -> None:
    assert [language.number(12345) for language in languages().values()] == ["12,345", "12,345"]
    assert languages()["zh"].number("2019") == "2019"


def test_templates_have_no_script_and_no_style() -> None:
    for template in (PACKAGE / "templates").glob("*.html"):
        source = template.read_text(encoding="utf-8")
        assert not re.search(r"<script|<style|\bstyle=|\bon[a-z]+=|\|safe", source), template.name


def test_templates_say_nothing_outside_of_messages() -> None:
    """Words between tags would stay English in every language."""
    for template in (PACKAGE / "templates").glob("*.html"):
        source = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", template.read_text(encoding="utf-8"), flags=re.DOTALL)
        words = re.findall(r">([^<>]*[A-Za-z]{2}[^<>]*)<", source)
        assert {word.strip() for word in words} <= {
            "HTML",
            "HTTP",
            "WARC",
            "CSV",
            "JSON",
            "BibTeX",
            "CSL-JSON",
            "SHA-256",
        }, template.name
