"""Identity and resolution of URLs, hostile ones above all."""

from __future__ import annotations

import re
import time
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newscrawler.text.urls import identity, resolve

KEY = "hbdysh.cn/2019/0710/49629.shtml"


@pytest.mark.parametrize(
    "url",
    [
        "http://www.hbdysh.cn/2019/0710/49629.shtml",
        "https://hbdysh.cn/2019/0710/49629.shtml",
        "HTTP://WWW.HBDYSH.CN:80/2019/0710/49629.shtml#top",
        "https://www.hbdysh.cn:443/2019/0710/49629.shtml?",
        "//hbdysh.cn/2019//0710/./x/../49629.shtml",
        "http://user:pass@hbdysh.cn./2019/0710/49629.shtml",
        " http://hbdysh.cn/2019/0710/\n49629.shtml\u3000",
        "http://http://hbdysh.cn/2019/0710/49629.shtml",
        "http:\\\\hbdysh.cn\\2019\\0710\\49629.shtml",
        "http://hbdysh.cn/2019/0710/%34%39629.shtml",
        "http://hbdysh.cn/2019/0710/49629.shtml;jsessionid=0A1B?from=timeline&isappinstalled=0",
        "http://hbdysh.cn/2019/0710/49629.shtml?utm_source=a&utm_medium=b&spm=c.1&share_token=x&wxfrom=1",
        "http://hbdysh.cn/2019/0710/49629.shtml?PHPSESSID=1&ASPSESSIONIDABC=2&_t=1562722215&t=1562722215000",
        KEY,
    ],
)
def test_one_document_has_one_identity(url: str) -> None:
    assert identity(url) == KEY


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://a.cn/", "http://a.cn/index.shtml"),
        ("http://a.cn", "http://www.a.cn/default.aspx"),
        ("http://a.cn/x/INDEX.HTML", "http://a.cn/x/"),
        ("http://a.cn/i?b=2&a=1", "http://a.cn/i?a=1&b=2"),
        ("http://a.cn/宜昌", "http://a.cn/%e5%ae%9c%e6%98%8c"),
        ("http://湖北.example/a", "http://xn--djrx74d.example/a"),
        ("http://a.cn/#/list/1", "https://www.a.cn/index.html#/list/1"),
        # The place of the link that was clicked, where the rest names a document.
        ("http://a.cn/yc/2026/0305/1734.shtml?from=list", "http://a.cn/yc/2026/0305/1734.shtml"),
        ("http://a.cn/content_2034.html?ref=home&pos=3", "http://a.cn/content_2034.html?from=rank"),
        ("http://a.cn/show.php?id=20345&from=list", "http://a.cn/show.php?id=20345&source=index"),
        ("http://a.cn/detail?from=&id=a8f2", "http://a.cn/detail?id=a8f2"),
    ],
)
def test_folded_together(one: str, other: str) -> None:
    assert identity(one) == identity(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://a.cn/1.html", "http://a.cn/2.html"),
        ("http://a.cn/index_1.shtml", "http://a.cn/"),
        ("http://news.a.cn/", "http://a.cn/"),
        ("http://a.cn:8080/", "http://a.cn/"),
        ("http://a.cn/#/list/1", "http://a.cn/#/list/2"),
        ("http://a.cn/#!/1", "http://a.cn/"),
        ("http://a.cn/l?from=list", "http://a.cn/l"),
        ("http://a.cn/list.php?source=wz", "http://a.cn/list.php?source=wb"),
        ("http://a.cn/so.php?q=水渠&from=title", "http://a.cn/so.php?q=水渠&from=body"),
        ("http://a.cn/1734.shtml?from=20345", "http://a.cn/1734.shtml"),
        ("http://a.cn/1734.shtml?page=2", "http://a.cn/1734.shtml"),
        ("http://a.cn/list.php?id=wz&from=a", "http://a.cn/list.php?id=wz&from=b"),
        ("http://a.cn/l?sid=12", "http://a.cn/l?sid=13"),
        ("http://a.cn/l?t=12", "http://a.cn/l"),
        ("http://a.cn/l?timestamp=spring", "http://a.cn/l"),
        ("http://a.cn/A.html", "http://a.cn/a.html"),
        ("http://a.cn/a%2Fb", "http://a.cn/a/b"),
        ("http://a.cn/l?q=a%26b", "http://a.cn/l?q=a&b"),
        ("mailto:a@a.cn", "http://a.cn/"),
    ],
)
def test_kept_apart(one: str, other: str) -> None:
    assert identity(one) != identity(other)


PIECES = re.findall(
    r"\S+",
    "http: https: mailto: data: ftp:// / // \\ www. a B . .. @ : 80 8080 ? & = # #/ #! ; ;jsessionid=1 utm_a=1 "
    "from=timeline index.html /index.php % %41 %2f %e4 [ ] [::1] 中 。 ｗ ℀ xn-- http",
)
URL_LIKE = st.lists(st.sampled_from([*PIECES, "\u3000", " ", "\t", "\ud800"]), max_size=14).map("".join)


@given(st.text(st.characters()) | URL_LIKE)
@example("http://:80/x")
@example("user@http:8080/x")
@example("http://℀.com/")
@example("http://www..www.a.cn/")
@example("WWW..¡")
@example("//////a")
@example(". 0")
def test_identity_is_idempotent_and_never_raises(url: str) -> None:
    key = identity(url)
    assert identity(key) == key


@given(URL_LIKE, URL_LIKE)
def test_links_resolve_to_http_or_to_nothing(base: str, href: str) -> None:
    url = resolve(base, href)
    if url is not None:
        assert urlsplit(url).scheme in {"http", "https"}
        assert urlsplit(url).netloc


@given(st.from_regex(r"(/[a-z0-9]{1,8}){1,4}\.s?html", fullmatch=True))
def test_identity_of_scheme_and_www_variants(path: str) -> None:
    prefixes = ("http://", "https://", "http://www.", "https://www.", "//", "")
    assert len({identity(f"{prefix}a.cn{path}") for prefix in prefixes}) == 1


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("c.html", "http://www.a.cn/x/c.html"),
        ("../d/", "http://www.a.cn/d/"),
        ("//b.cn/e", "http://b.cn/e"),
        ("?page=2&amp;n=1", "http://www.a.cn/x/b.html?page=2&n=1"),
        ("#/route", "http://www.a.cn/x/b.html#/route"),
        (" http://b.cn/\n1.html\t", "http://b.cn/1.html"),
        ("\u3000/2019/1.html\xa0", "http://www.a.cn/2019/1.html"),
        ("a b.html", "http://www.a.cn/x/a%20b.html"),
        ("http:\\\\b.cn\\1.html", "http://b.cn/1.html"),
        ("http://http://b.cn/1", "http://b.cn/1"),
        ("www.b.cn/1.html", "http://www.b.cn/1.html"),
        ("/宜昌/1.html", "http://www.a.cn/宜昌/1.html"),
        ("", None),
        ("   ", None),
        ("#", None),
        ("#top", None),
        ("javascript:void(0)", None),
        (" JavaScript :history.back()", None),
        ("java\nscript:alert(1)", None),
        ("mailto:a@a.cn", None),
        ("tel:12345", None),
        ("data:text/html,x", None),
        ("ftp://a.cn/1", None),
        ("http://[bad", None),
        ("http://user@/1.html", None),
        ("x" * 9000, None),
    ],
)
def test_resolve(href: str, url: str | None) -> None:
    assert resolve("http://www.a.cn/x/b.html", href) == url


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("c.html", "c.html"),
        (" /x/c d.html", "/x/c%20d.html"),
        ("//b.cn/e", "//b.cn/e"),
        ("http://b.cn/e", "http://b.cn/e"),
        ("www.b.cn/1.html", "http://www.b.cn/1.html"),
        ("javascript:void(0)", None),
        ("magnet:?xt=1", None),
        ("#top", None),
        ("http://[bad", None),
    ],
)
def test_without_a_base_relative_links_stay_relative(href: str, url: str | None) -> None:
    assert resolve(None, href) == url


PLAIN_LINK = st.from_regex(
    r"(https?://[a-z0-9]{1,5}\.cn(:8[0-9])?(/[a-zA-Z0-9_.~-]{1,4}){0,4}"
    r"|/?/?(\./|\.\./)?([a-zA-Z0-9_~.-]{1,6}/){0,3}[a-z0-9_.-]{0,5})(\?[a-z0-9=&/]{1,9})?",
    fullmatch=True,
)


@given(PLAIN_LINK)
@example("/a//b")
@example("/a/./b")
@example("/..")
@example("//b.cn")
@example("/a/?x=/b")
def test_links_that_need_no_repair_resolve_as_the_standard_library_does(href: str) -> None:
    base = "http://www.a.cn/x/y/b.html?q=1#f"
    expected = urljoin(base, href)
    if href and urlsplit(expected).hostname and not href.startswith("www."):
        assert resolve(base, href) == expected


@pytest.mark.parametrize(
    "piece", ["/", "/..", "/./", "%", "%41", "&a=1", "http:", "www.", ";jsessionid=", "@", "?", "#", " ", "中", "\\"]
)
def test_long_urls_cost_linear_time(piece: str) -> None:
    url = "http://a.cn" + piece * 100_000
    started = time.process_time()
    identity(url)
    resolve("http://a.cn/", url)
    assert time.process_time() - started < 2
