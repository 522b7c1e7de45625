"""Portal definitions: four keys, clear mistakes, the user's own first."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from newscrawler.portals import DefinitionError, Portal, load_portal, load_portals
from support.examples import examples

FOUR = 'id = "ceshi"\nname = "测试新闻网"\nprovince = "湖北"\nhomepage = "http://www.ceshi.example"\n'


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A working directory without definitions, and no directory named."""
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")
    monkeypatch.delenv("NEWSCRAWLER_PORTALS", raising=False)


def written(folder: Path, text: str | bytes, name: str = "ceshi.toml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def message(tmp_path: Path, text: str | bytes) -> str:
    path = written(tmp_path, text)
    with pytest.raises(DefinitionError) as caught:
        load_portal(str(path))
    lines = str(caught.value).split("\n")
    assert all(line.startswith(f"{path}: ") for line in lines), lines
    return "\n".join(line.removeprefix(f"{path}: ") for line in lines)


def test_the_shipped_definitions_load_and_are_named_after_their_ids() -> None:
    portals, errors = load_portals()
    assert errors == []
    ids = [portal.id for portal in portals]
    assert ids == sorted(set(ids))
    assert {"demo", "hbdysh"} <= set(ids)
    for portal in portals:
        assert load_portal(portal.id) == portal


def test_four_keys_are_enough(tmp_path: Path) -> None:
    portal = load_portal(str(written(tmp_path, FOUR)))
    assert (portal.id, portal.province, portal.homepage) == ("ceshi", "湖北省", "http://www.ceshi.example/")
    assert portal.province_division.code == "420000"
    assert portal.owns("https://news.ceshi.example/a") and portal.owns("http://ceshi.example")
    assert not portal.owns("http://notceshi.example/") and not portal.owns("ftp://ceshi.example/")
    assert (portal.crawl.delay, portal.crawl.concurrency) == (1.0, 4)


def test_every_key_of_the_contract_is_read(tmp_path: Path) -> None:
    text = (
        FOUR
        + r"""
allowed_hosts = ["News.Other.example"]
[sections]
"宜昌市" = "/yichang/"
"恩施州" = "http://news.other.example/es/"
[listing]
entry = "ul.list a"
next = "//a[contains(., '下一页')]"
[article]
url = '/\d{4}/\d{4}/\d+\.shtml$'
title = "h1"
source = "./div[@class='a']"
published = ".time"
editors = ".ed"
authors = ".by"
summary = ".sum"
body = "#content"
drop = [".share", ".related"]
[crawl]
delay = 0.5
concurrency = 2
encoding = "gb18030"
"""
    )
    portal = load_portal(str(written(tmp_path, text)))
    assert portal.allowed_hosts == ("news.other.example",)
    assert portal.hosts == ("ceshi.example", "news.other.example")
    assert portal.section_url(portal.sections["宜昌市"]) == "http://www.ceshi.example/yichang/"
    assert portal.article.drop == (".share", ".related")
    assert (portal.crawl.delay, portal.crawl.concurrency, portal.crawl.encoding) == (0.5, 2, "gb18030")


@pytest.mark.parametrize(
    ("extra", "key", "value", "fix"),
    [
        ('homepge = "x"', "'homepge'", "'x'", "did you mean 'homepage'?"),
        ("zzzz = 1", "'zzzz'", "1", "remove it"),
        ('[listing]\nentri = "a"', "'listing.entri'", "'a'", "did you mean 'entry'?"),
        ('[article]\ntitel = "a"', "'article.titel'", "'a'", "did you mean 'title'?"),
        ("[crawl]\ndely = 1", "'crawl.dely'", "1", "did you mean 'delay'?"),
        ('[article]\ntitle = "h1["', "'article.title'", "'h1['", "use CSS, or XPath"),
        ('[article]\ntitle = "//h1["', "'article.title'", "'//h1['", "use CSS, or XPath"),
        ('[article]\ntitle = "//h1[nothing()]"', "'article.title'", "'//h1[nothing()]'", "use CSS, or XPath"),
        ('[article]\ntitle = "//x:h1"', "'article.title'", "'//x:h1'", "use CSS, or XPath"),
        ('[article]\ntitle = "h1:nonsense"', "'article.title'", "'h1:nonsense'", "use CSS, or XPath"),
        ('[article]\ndrop = [".a", "]"]', "'article.drop.1'", "']'", "use CSS, or XPath"),
        ('[listing]\nnext = ""', "'listing.next'", "''", "at least 1 character"),
        ("[article]\nurl = '(a'", "'article.url'", "'(a'", "regular expression"),
        ("[article]\nurl = 'a{99999999999999}'", "'article.url'", "'a{99999999999999}'", "regular expression"),
        (
            'allowed_hosts = ["http://a.example/"]',
            "'allowed_hosts'",
            "'http://a.example/'",
            "use for example news.example.cn",
        ),
        ('allowed_hosts = ["cn"]', "'allowed_hosts'", "'cn'", "use for example news.example.cn"),
        ('allowed_hosts = [".."]', "'allowed_hosts'", "'..'", "use for example news.example.cn"),
        ('allowed_hosts = "a.example"', "'allowed_hosts'", "'a.example'", "is not a list"),
        ('[sections]\n"" = "/a/"', "sections", "''", "use for example"),
        ('[sections.extra]\n"" = "/a/"', "sections", "''", "use for example"),
        (
            '[sections.extra]\n"要闻" = "http://other.example/a"',
            "sections",
            "'http://other.example/a'",
            "allowed_hosts",
        ),
        ('[sections.extra]\n"要闻" = 5', "'sections.extra.要闻'", "5", "valid string"),
        ("[sections]\nextra = 5", "'sections.extra'", "5", "valid string"),
        ("[extra_sections]", "extra_sections", "", "not a known key"),
        ('[sections]\n" " = "/a/"', "sections", "''", "use for example"),
        (
            '[sections]\n"宜昌" = "ftp://ceshi.example/a"',
            "sections",
            "'ftp://ceshi.example/a'",
            "must start with http://",
        ),
        ('[sections]\n"宜昌" = "http://other.example/a"', "sections", "'http://other.example/a'", "allowed_hosts"),
        ('[sections]\n"宜昌" = 5', "'sections.宜昌'", "5", "valid string"),
        ("[crawl]\ndelay = -1", "'crawl.delay'", "-1", "greater than or equal to 0"),
        ("[crawl]\ndelay = nan", "'crawl.delay'", "nan", "does not fit"),
        ("[crawl]\ndelay = inf", "'crawl.delay'", "inf", "does not fit"),
        ("[crawl]\nconcurrency = 0", "'crawl.concurrency'", "0", "greater than or equal to 1"),
        ('[crawl]\ngroup = "Bridge 1"', "'crawl.group'", "'Bridge 1'", "should match pattern"),
        ('[crawl]\nconcurrency = "many"', "'crawl.concurrency'", "'many'", "valid integer"),
        ('[crawl]\nencoding = "gb99"', "'crawl.encoding'", "'gb99'", "use gb18030"),
        ('[crawl]\nencoding = "hex"', "'crawl.encoding'", "'hex'", "use gb18030"),
        ("crawl = 3", "'crawl'", "3", "does not fit"),
    ],
)
def test_a_mistake_names_key_value_and_fix(tmp_path: Path, extra: str, key: str, value: str, fix: str) -> None:
    text = message(tmp_path, FOUR + extra)
    assert key in text
    assert value in text
    assert fix in text


@pytest.mark.parametrize(
    ("line", "fix"),
    [
        ('id = "Ce Shi"', "[a-z0-9_]"),
        ("id = 5", "valid string"),
        ('name = ""', "at least 1 character"),
        ('province = "湖东省"', "is not a province; use one of 北京市"),
        ('homepage = "www.ceshi.example"', "must start with http://"),
        ('homepage = "ftp://ceshi.example/"', "must start with http://"),
        ('homepage = "http://"', "name a host"),
        ('homepage = "http://["', "http"),
        ('homepage = "http://ce shi.example/"', "without blanks"),
        ('homepage = "http://ceshi.example:99999/"', "http"),
        ('homepage = "http://cn/"', "name a host"),
    ],
)
def test_a_wrong_value_of_the_four_keys(tmp_path: Path, line: str, fix: str) -> None:
    key = line.partition(" ")[0]
    text = "\n".join(line if old.startswith(key) else old for old in FOUR.splitlines())
    found = message(tmp_path, text)
    assert f"key '{key}'" in found
    assert fix in found


@pytest.mark.parametrize("key", ["id", "name", "province", "homepage"])
def test_a_missing_key_is_named(tmp_path: Path, key: str) -> None:
    text = "\n".join(line for line in FOUR.splitlines() if not line.startswith(key))
    assert message(tmp_path, text).startswith(f"key '{key}' is missing; add it")


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    lines = message(tmp_path, 'id = "A"\nfoo = 1\n[crawl]\ndelay = -1\n').split("\n")
    assert len(lines) == 6


def test_a_homepage_with_a_query_keeps_it(tmp_path: Path) -> None:
    text = FOUR.replace("http://www.ceshi.example", "http://www.ceshi.example?lang=zh")
    assert load_portal(str(written(tmp_path, text))).homepage == "http://www.ceshi.example/?lang=zh"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (FOUR.encode("gb18030"), "is not UTF-8 (byte"),
        (b"id = ", "is not valid TOML"),
        (b"id = 'a'\nid = 'b'", "is not valid TOML"),
        (b"\0", "is not valid TOML"),
        (b"#\n" * 50_001, "is larger than 100000 bytes"),
        (b"a = " + b"[\n" * 40_000, "nested too deeply"),
        (b"a = " + b"1" * 5_000, "has a line of 5004 bytes"),
        (b"a" + b".a" * 20_000 + b" = 1", "has a line of 40005 bytes"),
        (b"a" + b".a" * (200 if sys.version_info >= (3, 14) else 1_900) + b" = 1", "'a'"),
        (b"a = 0x" + b"f" * 3_990, "(value a number of thousands of digits)"),
    ],
)
def test_a_file_that_is_no_definition(tmp_path: Path, data: bytes, text: str) -> None:
    found = message(tmp_path, data)
    assert text in found
    assert len(found) < 3_000


def long_string(text: str) -> str:
    """A TOML string over many lines."""
    return '"""' + "\\\n".join(text[start : start + 1_000] for start in range(0, len(text), 1_000)) + '"""'


@pytest.mark.parametrize(
    "selector", [":is(" * 3_000 + "a" + ")" * 3_000, "//a" + "[a" * 5_000 + "]" * 5_000, "a" * 90_000 + "["]
)
def test_a_selector_that_is_nested_without_end(tmp_path: Path, selector: str) -> None:
    found = message(tmp_path, f"{FOUR}[article]\ntitle = {long_string(selector)}\n")
    assert "is not a valid selector" in found
    assert len(found) < 2_000


def test_a_pattern_that_is_nested_without_end(tmp_path: Path) -> None:
    pattern = long_string("(" * 5_000 + ")" * 5_000)
    assert "regular expression" in message(tmp_path, f"{FOUR}[article]\nurl = {pattern}\n")


def test_ten_thousand_mistakes_are_told_shortly(tmp_path: Path) -> None:
    lines = message(tmp_path, FOUR + "".join(f"k{number} = 1\n" for number in range(10_000))).split("\n")
    assert len(lines) == 21
    assert lines[-1] == "and 9980 more mistakes."


def test_a_missing_file_and_a_directory(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match=r"none\.toml: the file does not exist; check the path"):
        load_portal(str(tmp_path / "none.toml"))
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(DefinitionError, match="cannot be read: Is a directory"):
        load_portal(str(tmp_path / "folder.toml"))


def test_an_unknown_id_is_answered_with_the_nearest() -> None:
    with pytest.raises(DefinitionError, match=r"no portal is called 'hbdys'; did you mean hbdysh\b"):
        load_portal("hbdys")
    with pytest.raises(DefinitionError, match="'newscrawler portals' lists them all"):
        load_portal("zzzzzzzz")
    with pytest.raises(DefinitionError, match="NEWSCRAWLER_PORTALS"):
        load_portal("")


# The user's own definitions


def own(name: str, portal_id: str) -> str:
    return FOUR.replace("测试新闻网", name).replace("ceshi", portal_id, 1)


@pytest.mark.parametrize("file_name", ["hbdysh.toml", "mine.toml", "deeper/mine.toml"])
@pytest.mark.parametrize("place", ["cwd", "variable"])
def test_own_definitions_come_before_the_shipped_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, file_name: str
) -> None:
    folder = Path("portals") if place == "cwd" else tmp_path / "named"
    path = folder / file_name
    written(path.parent, own("自己的", "hbdysh"), path.name)
    if place == "variable":
        monkeypatch.setenv("NEWSCRAWLER_PORTALS", str(folder))
    assert load_portal("hbdysh").name == "自己的"
    assert [portal.name for portal in load_portals()[0] if portal.id == "hbdysh"] == ["自己的"]
    assert load_portal("demo").name == "楚乡演示网"


def test_the_working_directory_comes_before_the_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(Path("portals"), own("这里", "ceshi"))
    written(tmp_path / "named", own("那里", "ceshi"))
    monkeypatch.setenv("NEWSCRAWLER_PORTALS", str(tmp_path / "named"))
    assert load_portal("ceshi").name == "这里"
    assert load_portal(str(tmp_path / "named" / "ceshi.toml")).name == "那里"


def test_a_wrong_definition_stops_its_own_portal_only() -> None:
    written(Path("portals"), "id = ", "hbdysh.toml")
    assert load_portal("demo").id == "demo"
    with pytest.raises(DefinitionError, match=r"portals/hbdysh\.toml: is not valid TOML"):
        load_portal("hbdysh")
    portals, errors = load_portals()
    assert [str(error)[:19] for error in errors] == ["portals/hbdysh.toml"]
    assert {"demo", "hbdysh"} <= {portal.id for portal in portals}


def test_an_unknown_id_tells_of_the_definitions_that_are_wrong() -> None:
    """Its definition may be one of them, under another file name."""
    written(Path("portals"), own("坏", "ceshi") + "foo = 1", "mine.toml")
    with pytest.raises(DefinitionError, match=r"portals/mine\.toml: key 'foo'"):
        load_portal("ceshi")


@pytest.mark.parametrize("value", ["/none/such", "x" * 5_000])
def test_a_directory_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("NEWSCRAWLER_PORTALS", value)
    portals, errors = load_portals()
    assert {"demo", "hbdysh"} <= {portal.id for portal in portals}
    assert len(errors) == 1
    assert "NEWSCRAWLER_PORTALS" in str(errors[0])
    assert "name the one that holds your definitions, or unset it" in str(errors[0])
    assert load_portal("demo").id == "demo"


# Hostile definitions

LEAVES = st.one_of(st.text(max_size=20), st.integers(), st.floats(), st.booleans())
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3), max_leaves=5)
KEYS = ["id", "name", "province", "homepage", "allowed_hosts", "sections", "listing", "article", "crawl"]
INNER = ["entry", "next", "url", "title", "drop", "delay", "concurrency", "encoding", "宜昌市", ""]


def toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + "".join(rf"\U{ord(c):08x}" for c in value if not 0xD800 <= ord(c) < 0xE000) + '"'
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{toml(key)} = {toml(item)}' for key, item in value.items())}}}"
    return repr(value)


def loads_or_refuses(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    try:
        portal = load_portal(str(path))
    except DefinitionError as error:
        assert str(path) in str(error)
    else:
        assert isinstance(portal, Portal)
        assert all(portal.owns(portal.section_url(url)) for url in portal.sections.values())


FUZZ = settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FUZZ
@given(data=st.binary(max_size=200))
@example(b"\xef\xbb\xbfid = 1")
@example(b"id = 2024-99-99")
@example(b"a = 1e999999")
def test_any_bytes_load_or_are_refused(tmp_path: Path, data: bytes) -> None:
    loads_or_refuses(tmp_path / "any.toml", data)


@FUZZ
@given(
    st.dictionaries(
        st.sampled_from(KEYS), st.one_of(VALUES, st.dictionaries(st.sampled_from(INNER), VALUES, max_size=4))
    )
)
def test_any_values_load_or_are_refused(tmp_path: Path, values: dict) -> None:
    good = {"id": "ceshi", "name": "测试", "province": "湖北", "homepage": "http://ceshi.example/"}
    lines = [f"{key} = {toml(value)}" for key, value in (good | values).items()]
    loads_or_refuses(tmp_path / "any.toml", "\n".join(lines).encode())


@FUZZ
@given(selector=st.text("abh1[]()./@*:#>+~='\"|,-\\ \0é中not|is|has", max_size=25))
def test_any_selector_loads_or_is_refused(tmp_path: Path, selector: str) -> None:
    loads_or_refuses(tmp_path / "any.toml", f"{FOUR}[article]\ntitle = {toml(selector)}".encode())


@FUZZ
@given(url=st.text("htp:/.@[]?#%a中9 \\\t-", max_size=25))
def test_any_url_loads_or_is_refused(tmp_path: Path, url: str) -> None:
    for text in (FOUR.replace('"http://www.ceshi.example"', toml(url)), f'{FOUR}[sections]\n"宜昌" = {toml(url)}'):
        loads_or_refuses(tmp_path / "any.toml", text.encode())


def test_the_repository_has_no_definitions_of_a_user() -> None:
    """Where the tests run from, nothing may shadow the shipped definitions."""
    assert not (Path(__file__).resolve().parents[2] / "portals").exists()
    assert os.environ.get("NEWSCRAWLER_PORTALS") is None


def test_a_definition_with_extra_sections_is_written_as_it_is_read(tmp_path: Path) -> None:
    portal = load_portal(str(written(tmp_path, f'{FOUR}[sections.extra]\n"要闻" = "/yaowen/"\n')))
    assert portal.sections == {} and portal.extra_sections == {"要闻": "/yaowen/"}
    dumped = portal.model_dump(mode="json", exclude_defaults=True)
    assert dumped["sections"] == {"extra": {"要闻": "/yaowen/"}}
    assert Portal.model_validate(dumped) == portal == Portal.model_validate_json(portal.model_dump_json())


# Listings and articles that are data

DATA = """
[[listing]]
sections = ["宜昌市"]
[listing.json]
items = "data.list"
url = "/news/{id}.html"
next = { pageNo = "page", last = "data.list[-1].id" }
method = "POST"
body = '{"channel": "{channel}"}'
headers = { X-Requested-With = "XMLHttpRequest" }
[article]
url = '/news/(?P<id>[^/]+)\\.html'
[article.json]
url = "/api/article?id={id}&v={version}"
title = "data.title"
body = "data.content"
"""


def test_tables_of_data_are_read_and_written_again(tmp_path: Path) -> None:
    portal = load_portal(str(written(tmp_path, FOUR + DATA)))
    rules = portal.listing_rules("宜昌市", "/x").json_rules
    assert rules is not None and rules.headers == (("X-Requested-With", "XMLHttpRequest"),)
    again = portal.model_dump(mode="json", exclude_defaults=True)
    assert again["article"]["json"]["title"] == "data.title"
    assert again["listing"][0]["json"]["headers"] == {"X-Requested-With": "XMLHttpRequest"}
    assert Portal.model_validate(again) == portal and hash(portal.article) == hash(Portal.model_validate(again).article)


@pytest.mark.parametrize(
    ("url", "data"),
    [
        ("http://www.ceshi.example/news/17.html?version=2", "http://www.ceshi.example/api/article?id=17&v=2"),
        ("http://m.ceshi.example/#/news/17.html?version=2", "http://m.ceshi.example/api/article?id=17&v=2"),
        ("http://www.ceshi.example/x?id=8&version=2", "http://www.ceshi.example/api/article?id=8&v=2"),
        (
            "http://www.ceshi.example/news/a%26b.html?version=%26x=1",
            "http://www.ceshi.example/api/article?id=a%2526b&v=%26x%3D1",
        ),
        ("http://www.ceshi.example/news/17.html", None),
        ("http://www.ceshi.example/", None),
    ],
)
def test_the_address_of_the_data_of_an_article(tmp_path: Path, url: str, data: str | None) -> None:
    assert load_portal(str(written(tmp_path, FOUR + DATA))).data_url(url) == data


@pytest.mark.parametrize(
    ("old", "new", "fix"),
    [
        ('items = "data.list"', 'items = "data["', "key 'listing.0.json.items': 'data[' is not a valid path"),
        ('items = "data.list"', 'items = "keys(@)"', "without functions"),
        ('items = "data.list"', 'itms = "data.list"', "did you mean 'items'?"),
        ('url = "/news/{id}.html"', 'url = "/news/{id.html"', "has a brace that belongs to no key"),
        ('url = "/news/{id}.html"', 'url = "/news/"', "has no key"),
        ('url = "/news/{id}.html"', 'url = "http://{id}.ceshi.example/"', "must begin with / or with http://"),
        ('url = "/news/{id}.html"', 'url = "http://10.0.0.1/{id}"', "leaves the portal's hosts"),
        ('"/api/article', '"http://other.example/api', "article.json: url = 'http://other.example/api"),
        ('"/api/article?id={id}&v={version}"', '"{id}"', "is one key; name the address of the data"),
        ('title = "data.title"', "", "key 'article.json.title' is missing; add it (url, title and body are required)"),
        ('method = "POST"', 'method = "PUT"', "'GET' or 'POST'"),
        ('method = "POST"', "", "a body needs method"),
        ("X-Requested-With", "Cookie", "contains 'Cookie'"),
        ("X-Requested-With", "X-Access-Token", "without a login"),
        ("X-Requested-With", "X-Forwarded-For", "without a login"),
        ('"XMLHttpRequest"', r'"a\r\nHost: b"', "is not a header of printable ASCII"),
        ('last = "data', '"" = "data', "is not the name of a parameter"),
    ],
)
def test_a_mistake_in_a_table_of_data(tmp_path: Path, old: str, new: str, fix: str) -> None:
    assert old in DATA
    assert fix in message(tmp_path, FOUR + DATA.replace(old, new, 1))
