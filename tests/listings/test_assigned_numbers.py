"""Variables of a script that hold the number of the next page because the script gives it to them, and others."""

from __future__ import annotations

import pytest
from lxml import html

from newscrawler.listings.pagers import PagerView
from newscrawler.listings.pagers.composed import read_composed

FIELDS = "<input type='hidden' id='pageNo' value='1'><input type='hidden' id='cid' value='83'>"


def guesses(code: str) -> list[str]:
    root = html.fromstring(f"<html><body>{FIELDS}<script>function getMore(){{{code}}}</script></body></html>")
    found = read_composed(PagerView(root, "http://t.example/yc/", "http://t.example/yc/", 1))
    return [url.removeprefix("http://t.example") for url in found.guess_urls] if found else []


@pytest.mark.parametrize(
    "code",
    [
        "var n=parseInt($('#pageNo').val())+1;$.get('/c/7/more_'+n,add)",
        "var v=Number($('#pageNo').val()),n=v+1;$.get('/c/7/more_'+n,add)",
        "var a=$('#pageNo').val()\nvar b=parseInt(a)+1\n$.get('/c/7/more_'+b,add)",
        "n = 1 + parseInt(document.getElementById('pageNo').value); load(`/c/7/more_${n}`)",
    ],
)
def test_a_variable_that_is_given_the_next_number(code: str) -> None:
    assert guesses(code)[0] == "/c/7/more_2"


@pytest.mark.parametrize(
    "code",
    [
        "var n=parseInt($('#cid').val())+1;$.get('/c/7/more_'+n,add)",  # the number of something else
        "var n=parseInt($('#pageNo').val())*10;$.get('/c/7/more_'+n,add)",  # a sum that is not read
        "var n=parseInt($('#pageNo').val())+1;n=rows.length;$.get('/c/7/more_'+n,add)",  # several values
        "var n=m, m=n+1;$.get('/c/7/more_'+n,add)",  # in a circle
        "row.n=parseInt($('#pageNo').val())+1;$.get('/c/7/more_'+n,add)",  # a member of something
        "var n=$('#pageNo').val().split(',');$.get('/c/7/more_'+n,add)",  # what a method makes of it
    ],
)
def test_a_variable_that_holds_something_else(code: str) -> None:
    assert guesses(code) == []


def test_many_variables_cost_little() -> None:
    chain = ";".join(f"v{n + 1}=v{n}" for n in range(3_000))
    assert guesses(f"v0=parseInt($('#pageNo').val())+1;{chain};" + "$.get('/c/'+v3000);" * 500) == []
