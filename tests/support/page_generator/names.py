"""People and outlets of generated pages: what a page prints, and what a reader takes from it."""

from __future__ import annotations

from random import Random

from . import words
from .draw import weighted

PEOPLE = {
    "three": 8.0,
    "two": 5,
    "double surname": 1,
    "minority": 0.7,
    "foreign": 0.5,
    "blank inside": 1.2,
    "login": 0.3,
}
OUTLETS = {
    "newspaper": 6.0,
    "portal": 4,
    "account": 3,
    "agency": 2,
    "department": 1.5,
    "broadcaster": 1.5,
    "two outlets": 1,
    "client": 1,
}


def person(rng: Random, kind: str) -> tuple[str, str]:
    """Return a name as printed, and as it is: a blank inside a name of two characters is only typography."""
    surname, given = rng.choice(words.SURNAMES), rng.sample(words.GIVEN, 2)
    if kind == "double surname":
        name = rng.choice(words.DOUBLE_SURNAMES) + "".join(given[: rng.randint(1, 2)])
    elif kind in ("minority", "foreign"):
        name = rng.choice(words.MINORITY if kind == "minority" else words.FOREIGN)
    elif kind == "blank inside":
        return f"{surname}{rng.choice((' ', '　'))}{given[0]}", surname + given[0]
    elif kind == "login":
        name = rng.choice(("gaojing", "zhoulq", "linyue", "wenbin", "xiaohe"))
    else:
        name = surname + "".join(given[: 2 if kind == "three" else 1])
    return name, name


def kind_of_person(rng: Random, *, login: bool = False) -> str:
    """Return a kind of name; logins stand for editors only."""
    return weighted(rng, {kind: weight for kind, weight in PEOPLE.items() if login or kind != "login"})


def outlet(rng: Random, kind: str) -> str:
    """Return the name of an outlet."""
    place = rng.choice(words.PLACES)
    if kind == "newspaper":
        return place + rng.choice(("日报", "晚报", "都市报", "商报", "青年报", "晨报", "日报社", "周刊"))
    if kind == "portal":
        return place + rng.choice(("网", "新闻网", "在线", "信息网", "热线", "政府网", "门户网站"))
    if kind == "account":
        return rng.choice(
            (
                f"云上{place}",
                f"{place}发布",
                f"{place}公安",
                f"{place}文旅",
                f"{place}融媒",
                f"{place}教育",
                f"平安{place}",
            )
        )
    if kind == "agency":
        return rng.choice(("新华社", "中新社", "新华网", "中国新闻网", "央视新闻", "人民网"))
    if kind == "department":
        return place + rng.choice(
            ("县人民政府办公室", "市教育局", "县融媒体中心", "区委宣传部", "县气象局", "市卫生健康委")
        )
    if kind == "broadcaster":
        return place + rng.choice(("广播电视台", "卫视", "电视台", "之声", "网络广播电视台"))
    if kind == "client":
        return place + rng.choice(("日报客户端", "新闻客户端", "发布微信公众号", "融媒体", "云"))
    return f"{place}网{rng.choice('-－—')}{rng.choice(words.PLACES)}日报"
