"""Content systems as files: the shipped ones, a user's own, and mistakes in them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from newscrawler.extraction.article import extract_article
from newscrawler.extraction.cms import content_systems
from newscrawler.extraction.model import RawArticle
from newscrawler.extraction.page import Page, read_page
from newscrawler.text.definition_error import DefinitionError
from support import cms_pages as pages
from support import nightly

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = re.search(
    r"```toml\n(# Pages of the county.*?)```", (ROOT / "docs" / "guides" / "extending.md").read_text("utf-8"), re.S
)
URL = "http://news.qinghe.example/show/4711.jhtml"
PAGE = pages.page(
    "<div class='qh-article'><div class='qh-headline'>二十三个灌区按单供水</div><h1>清河新闻网</h1>"
    f"<span class='qh-from'>清河融媒</span><div class='qh-text'>{pages.paragraphs()}"
    "<div class='qh-advert'>买水泵请到村口，价格便宜，质量可靠。</div></div></div>"
    '<script>var released = "2024-03-04 05:06";</script>'
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A working directory with an empty `cms/`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSCRAWLER_CMS", raising=False)
    (tmp_path / "cms").mkdir()
    content_systems.cache_clear()
    yield tmp_path
    content_systems.cache_clear()


def extract(body: bytes, url: str | None) -> RawArticle:
    page = read_page(body, url=url)
    assert isinstance(page, Page)
    article = extract_article(page)
    assert isinstance(article, RawArticle)
    return article


def test_the_example_of_the_docs_reads_a_page(folder: Path) -> None:
    assert EXAMPLE is not None
    (folder / "cms" / "qinghe.toml").write_text(EXAMPLE[1], "utf-8")
    article = extract(PAGE, URL)
    assert (article.cms, article.document_id) == ("qinghe", "4711")
    assert (article.title.text, article.title.rule) == ("二十三个灌区按单供水", "qinghe")
    assert article.source is not None and article.source.text == "清河融媒"
    assert article.published is not None and article.published.text == "2024-03-04 05:06"
    assert article.body == pages.BODY
    assert article.body_rule == "qinghe"
    assert extract(PAGE, None).cms == "qinghe"


def test_the_command_finds_a_users_own_system_by_variable(tmp_path: Path) -> None:
    assert EXAMPLE is not None
    (tmp_path / "systems" / "deep").mkdir(parents=True)
    (tmp_path / "systems" / "deep" / "qinghe.toml").write_text(EXAMPLE[1], "utf-8")
    (tmp_path / "page.html").write_bytes(PAGE)
    run = subprocess.run(
        [sys.executable, "-m", "newscrawler", "extract", "--url", URL, "page.html"],
        cwd=tmp_path,
        env={**os.environ, "NEWSCRAWLER_CMS": "systems"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(run.stdout)["cms"] == "qinghe"


def test_an_own_system_replaces_a_shipped_one(folder: Path) -> None:
    (folder / "cms" / "mine.toml").write_text(
        'id = "trs"\nname = "our TRS"\norder = 60\n[fingerprint]\nblocks = ["trs_paper_default"]\n'
        '[rules]\ntitle = ["div.xl_tit"]\n',
        "utf-8",
    )
    assert [system.name for system in content_systems() if system.id == "trs"] == ["our TRS"]
    article = extract(pages.TRS, None)
    assert (article.cms, article.title.rule, article.body_rule) == ("trs", "trs", "generic:density")


def test_shipped_systems_have_an_order_and_others_come_first(folder: Path) -> None:
    shipped = [(system.order, system.id) for system in content_systems()]
    assert len(shipped) >= 13
    assert shipped == sorted(shipped)
    assert len({order for order, _ in shipped}) == len(shipped) and shipped[0][0] > 0
    assert shipped[-1][1] == "gov_meta"
    (folder / "cms" / "z.toml").write_text('id = "z"\nname = "z"\n[fingerprint]\nmetas = ["Z"]\n', "utf-8")
    content_systems.cache_clear()
    assert content_systems()[0].id == "z"


def test_files_are_read_once_per_process(folder: Path) -> None:
    first = content_systems()
    (folder / "cms" / "late.toml").write_text("this is not TOML", "utf-8")
    assert content_systems() is first


VALID = 'id = "x"\nname = "x"\n[fingerprint]\nurls = ["x"]\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id = ", "is not valid TOML"),
        ('id = "x"\n' + VALID.split("\n", 1)[1].split("\n", 1)[1], "key 'name' is missing; add it"),
        ('id = "x"\nname = "x"\n', "has nothing to recognise a page by"),
        (VALID.replace('"x"]', '"(x"]'), "key 'fingerprint.urls.0': '(x' is not a valid regular expression"),
        (VALID.replace('["x"]', '"x"'), """key 'fingerprint.urls': 'x' is not a list; write it as in ["…"]"""),
        (VALID.replace('"x"]', '""]').replace("urls", "blocks"), "key 'fingerprint.blocks.0': ''"),
        (VALID + '[rules]\nbody = ["div["]\n', "key 'rules.body.0': 'div[' is not a valid selector"),
        (VALID + '[rules]\ntitel = ["h1"]\n', "did you mean 'title'?"),
        (VALID + '[rules]\ntitle = ["meta:"]\n', "key 'rules.title.0': 'meta:' has no name"),
        (VALID + '[rules]\ntitle = ["re:title"]\n', "key 'rules.title.0': 're:title' has no group"),
        (
            VALID + '[document_id]\nurls = ["x(\\\\d+)"]\n',
            "key 'document_id.urls.0': 'x(\\\\d+)' has no group for the id",
        ),
        (VALID.replace('id = "x"', 'id = "X y"'), "key 'id': 'X y' does not fit"),
    ],
)
def test_a_mistake_names_file_key_value_and_fix(folder: Path, text: str, message: str) -> None:
    (folder / "cms" / "wrong.toml").write_text(text, "utf-8")
    with pytest.raises(DefinitionError) as error:
        content_systems()
    assert str(error.value).startswith("cms/wrong.toml: ")
    assert message in str(error.value)


def test_a_directory_that_cannot_be_read_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSCRAWLER_CMS", str(folder / "none"))
    with pytest.raises(DefinitionError, match=r"NEWSCRAWLER_CMS: .*none' is not a directory that can be read"):
        content_systems()


@nightly.by_day(0)
@pytest.mark.parametrize("command", [["crawl", "demo"], ["check", "demo"], ["extract", "page.html"]])
def test_a_wrong_system_ends_a_command_before_it_works(tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "cms").mkdir()
    (tmp_path / "cms" / "wrong.toml").write_text(VALID + "colour = 3\n", "utf-8")
    (tmp_path / "page.html").write_bytes(PAGE)
    run = subprocess.run(
        [sys.executable, "-m", "newscrawler", *command], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert run.returncode == 2
    assert "cms/wrong.toml: key 'fingerprint.colour' (value 3) is not a known key" in run.stderr
    assert not (tmp_path / "data").exists()
