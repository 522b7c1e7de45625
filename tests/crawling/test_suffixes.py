"""Pages that a script of TRS counts, with a suffix that only its code has, or that nothing names."""

from __future__ import annotations

import pytest

from support import nightly
from support.endings import DAYS, section, site, stored
from support.pages import listing

STORIES = [(f"/yichang/202606/t2026{n:04}_{7000 - n}.shtml", f"青石坳第{n}段水渠修成通水", DAYS[n]) for n in range(24)]
CODES = {
    "a variable": "var ext=\"htm\"; for(p=0;p<countPage;p++) document.write('<a href=index'+(p?'_'+p:'')+'.'+ext+'>'+p+'</a>');",
    "the articles'": "writePages(currentPage, countPage);",
}  # fmt: skip


@nightly.by_day(1)
@pytest.mark.parametrize(
    ("form", "suffix"), [("a variable", "htm"), ("the articles'", "shtml"), ("the articles'", "html")]
)
def test_the_pages_behind_the_first_are_read(crawl, form: str, suffix: str) -> None:
    pages = {
        f"/yichang/{f'index_{n}.{suffix}' if n else ''}": listing(
            STORIES[8 * n : 8 * n + 8], f"<script>var currentPage={n}; var countPage =3; {CODES[form]}</script>"
        )
        for n in range(3)
    }
    done = crawl(site(pages, STORIES))
    assert (done.status, stored(done)) == (0, 24), done.messages
    assert section(done)["mark"] == "beginning", done.messages


@nightly.by_day(0)
@pytest.mark.parametrize("form", CODES)
def test_pages_that_are_nowhere_are_told(crawl, form: str) -> None:
    script = f"<script>var currentPage=0; var countPage =3; {CODES[form]}</script>"
    done = crawl(site({"/yichang/": listing(STORIES[:8], script)}, STORIES))
    assert done.status == 1 and section(done)["mark"] != "beginning", done.messages
