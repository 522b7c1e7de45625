"""Paths into JSON and templates of addresses: what a definition may say, and what a portal's values can do to it."""

from __future__ import annotations

import pytest

from newscrawler.text.address_templates import check_template, fill, keys_of
from newscrawler.text.json_paths import check_path, find

DATA = {"data": {"list": [{"id": 1, "k": "a"}, {"id": 2, "k": "b"}], "中文": 3}, "total": 2}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("data.list[*].id", [1, 2]),
        ("data.list[-1].id", 2),
        ("data.list[?k=='b'].id", [2]),
        ('data."中文"', 3),
        ("missing || total", 2),
        ("data.missing.id", None),
        ("total.id", None),
    ],
)
def test_paths(path: str, found: object) -> None:
    assert find(check_path(path), DATA) == found


@pytest.mark.parametrize(
    "path",
    [
        "",
        "a..b",
        "a[",
        "length(a)",
        "[a, b]",
        "{x: a}",
        "a.[b,c]|[@,@]",
        "map(&a, b)",
        "a" * 300,
        "[" * 150,
        "!" * 190 + "a(",
    ],
)
def test_what_is_not_a_path(path: str) -> None:
    with pytest.raises(ValueError, match="JMESPath"):
        check_path(path)


@pytest.mark.parametrize(
    "template",
    [
        "",
        "/news/",
        "news/{id}",
        "/n/{id",
        "/n/{}",
        "/n/{a b}",
        "ftp://h/{id}",
        "http://{h}/x",
        "javascript:{x}",
        "//h/{x}",
    ],
)
def test_what_is_not_a_template(template: str) -> None:
    with pytest.raises(ValueError, match=r"\{id\}"):
        check_template(template)


BASE = "http://www.t.example/api/list"


@pytest.mark.parametrize(
    ("template", "value", "url"),
    [
        ("/n/{x}.html", "17", "http://www.t.example/n/17.html"),
        ("/n/{x}.html", "2026/17", "http://www.t.example/n/2026/17.html"),
        ("/n/{x}/1.html", "/a/b/", "http://www.t.example/n/a/b/1.html"),
        ("http://www.t.example/{x}", "/a/1.html", "http://www.t.example/a/1.html"),
        ("http://m.t.example/n?id={x}", "a/b&c=d", "http://m.t.example/n?id=a%2Fb%26c%3Dd"),
        ("/n/{x}", "中 文?#", "http://www.t.example/n/%E4%B8%AD%20%E6%96%87%3F%23"),
        ("/{x}", "/evil.example/", "http://www.t.example/evil.example/"),
        ("/{x}", "///evil.example/", "http://www.t.example/evil.example/"),
        ("/{x}", "\\\\evil.example/", "http://www.t.example/%5C%5Cevil.example/"),
        ("/n/{x}", "", None),
        ("/n/{x}", "9" * 400, None),
        ("{x}", "/n/17.html", "http://www.t.example/n/17.html"),
        ("{x}", "javascript:alert(1)", None),
        ("/#/detail/{x}", "17", "http://www.t.example/#/detail/17"),
    ],
)
def test_a_value_never_chooses_the_host(template: str, value: str, url: str | None) -> None:
    assert fill(check_template(template), BASE, lambda key: value) == url


def test_keys() -> None:
    assert keys_of("/{yyyy}/{mm}{dd}/{a.b}.html?x={mm}") == ["yyyy", "mm", "dd", "a.b"]
