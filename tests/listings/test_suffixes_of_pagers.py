"""The suffix of the pages that a script of TRS counts: it stands in the code, in a variable, or nowhere."""

from __future__ import annotations

import pytest
from lxml import html

from newscrawler.listings.pagers import PagerView, read_ways
from newscrawler.listings.ways import WaysOn

FOLDER = "http://t.example/yc/"
LOOPS = {
    "a variable": "var ext='{0}'; for(p=0;p<countPage;p++) document.write('<a href=index'+(p?'_'+p:'')+'.'+ext+'>'+p+'</a>');",
    "a variable with its dot": "var sExt = \".{0}\"; document.write('<a href=index_' + (currentPage+1) + sExt + '>下一页</a>');",
    "a text": "document.write('<a href=\"index_' + (currentPage + 1) + '.{0}\">下一页</a>');",
    "a text of its own": "document.write(\"<a href='index_\" + n + \".\" + \"{0}\" + \"'>下一页</a>\");",
    "an escaped text": 'document.write("<a href=\\"index_" + n + ".{0}\\">下一页</a>");',
    "a name that is put together": "var nextUrl = 'index_' + (currentPage + 1) + '.{0}'; location.href = nextUrl;",
}  # fmt: skip


def ways(script: str, before: str = "", page: str = "", number: int = 1) -> WaysOn:
    markup = f"<html><body>{before}<ul><li><a href='202606/t20260620_17.html'>青石坳第17段水渠修成</a></li></ul>{script}</body></html>"
    return read_ways(PagerView(html.fromstring(markup), FOLDER, FOLDER + page, number))


@pytest.mark.parametrize("suffix", ["htm", "shtml", "html", "jsp"])
@pytest.mark.parametrize("form", LOOPS)
def test_the_code_of_a_pager_names_its_suffix(form: str, suffix: str) -> None:
    code = f"var currentPage=0;\nvar countPage =3;\n{LOOPS[form].format(suffix)}"
    assert ways(f"<script>{code}</script>").next_urls == (f"{FOLDER}index_1.{suffix}",)
    later = code.replace("currentPage=0", "currentPage=1")
    found = ways(f"<script>{later}</script>", page=f"index_1.{suffix}", number=2)
    assert found.next_urls == (f"{FOLDER}index_2.{suffix}",)
    last = code.replace("currentPage=0", "currentPage=2")
    assert ways(f"<script>{last}</script>", page=f"index_2.{suffix}", number=3).end


def test_a_variable_of_another_script_is_read_if_the_pager_uses_it() -> None:
    code = "<script>var currentPage=0; var countPage=3; document.write('<a href=index_'+n+'.'+{}+'>下</a>');</script>"
    before = "<script>var sPageExt = 'htm'; var other = 'jsp';</script>"
    assert ways(code.format("sPageExt"), before).next_urls == (f"{FOLDER}index_1.htm",)
    # What is used is not known here: the addresses are guessed, those like the articles' first.
    unknown = ways(code.format("elsewhere"), before)
    assert (unknown.next_urls, unknown.pages) == ((), 3)


def test_a_name_of_the_files_stands_in_the_code_too() -> None:
    code = (
        "var currentPage=0; var countPage=3; document.write(\"<a href='list_\" + (currentPage+1) + '.htm>下一页</a>');"
    )
    assert ways(f"<script>{code}</script>").next_urls == (f"{FOLDER}list_1.htm",)


@pytest.mark.parametrize("code", ["", "var a = 'x.html'; var b = 'y.shtml';", "var page = 'html5';"])
def test_without_one_suffix_in_the_code_that_of_the_page_counts(code: str) -> None:
    script = f"<script>var currentPage=0; var countPage=3; {code}</script>"
    assert ways(script, page="index.shtml").next_urls == (f"{FOLDER}index_1.shtml",)
    found = ways(script)
    assert (found.next_urls, found.pages, bool(found.signs)) == ((), 3, True)
