"""The strings of scripts are read as text."""

from __future__ import annotations

import time

import pytest

from newscrawler.listings.script_strings import UNKNOWN, read_strings, written_markup
from support import nightly


@pytest.mark.parametrize(
    ("script", "shown"),
    [
        ("document.write('宜昌')", "宜昌"),
        ("document.writeln(\"宜\" + '昌');", "宜昌"),
        ("document.write('宜昌市热线'.split('市热线')[0])", "宜昌"),
        ("document.write('欢迎-宜昌'.split(\"-\").pop())", "宜昌"),
        ("document.write('昌宜'.split('').reverse().join(''))", "宜昌"),
        ("document.write('宜昌市'.replace('市', ''))", "宜昌"),
        ("document.write('宜昌市市'.replace(/市/g, ''))", "宜昌"),
        ("document.write('湖北宜昌站'.substring(2, 4))", "宜昌"),
        ("document.write('湖北宜昌站'.substr(2, 2))", "宜昌"),
        ("document.write('宜昌站'.slice(0,2).trim())", "宜昌"),
        ("document.write('\\u5b9c\\x20\\u{660c}')", "宜 昌"),
        ("document.write(unescape('%u5B9C%u660C'))", "宜昌"),
        ("document.write(decodeURIComponent('%E5%AE%9C%E6%98%8C'))", "宜昌"),
        ("document.write(String.fromCharCode(23452, 26124))", "宜昌"),
        ("document.write('<b>' + String.fromCharCode(23452, x) + '</b>')", f"<b>{UNKNOWN}</b>"),
        ("var city = '宜昌'; document.write(city)", "宜昌"),
        ("var s = '<a href=\"/yc/\">'; s += '宜昌'; s += '</a>'; document.getElementById('n').innerHTML = s", None),
        ("document.write(`<b>${'x'}</b>`)", f"<b>{UNKNOWN}</b>"),
        ("document.write(['<b>', '宜昌', '</b>'].join(''))", "<b>宜昌</b>"),
        ("document.write('<a href=\"' + base + '/yc/\">宜昌</a>')", f'<a href="{UNKNOWN}/yc/">宜昌</a>'),
        ("// document.write('旧')\n/* document.write('旧') */ document.write('宜昌')", "宜昌"),
        ("text.replace(/['\"]/g, ''); document.write('宜昌')", "宜昌"),
    ],
)
def test_what_a_script_writes(script: str, shown: str | None) -> None:
    assert written_markup(read_strings(script)) == (shown or '<a href="/yc/">宜昌</a>')


def test_the_strings_of_one_object_have_the_same_group() -> None:
    strings = read_strings("var all = [{name: '宜昌', url: '/yc/'}, {url: '/es/', name: '恩施'}]; f('甲', '乙');")
    groups: dict[int, list[str]] = {}
    for string in strings:
        groups.setdefault(string.group, []).append(string.text)
    assert list(groups.values()) == [["宜昌", "/yc/"], ["/es/", "恩施"], ["甲", "乙"]]


def test_a_given_value_stands_for_its_variable() -> None:
    (string,) = read_strings("location.href = '/city/' + this.value + '.html'", {"this.value": "yc"})
    assert string.text == "/city/yc.html"


@nightly.by_day(0, 1, 2, 3, 4, 5)
@pytest.mark.parametrize(
    "script",
    [
        "a+" * 200_000,
        "(" * 100_000,
        "'a'+" * 100_000,
        "'a'.split('" * 50_000,
        "x=x+x;" * 30_000,
        "x='aaaaaaaaaaaa';" + "x+=x;" * 3_000,
        "/[\\" * 50_000,
        "'a'.replace('a'," * 40_000,
        "'\\" * 100_000,
        "`" * 1_000 + "${" * 100_000,
        "'a'.split('a').join(" * 20_000,
        "{[" * 100_000 + "'宜昌'",
    ],
)
def test_hostile_scripts_are_read_in_bounded_time(script: str) -> None:
    began = time.process_time()
    strings = read_strings(script)
    assert time.process_time() - began < 10
    assert sum(len(string.text) for string in strings) < 5_000_000
