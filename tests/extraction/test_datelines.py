"""A dateline in a line of its own is the first line of a text, not a part of the meta line above it."""

from __future__ import annotations

import pytest

from newscrawler.extraction.meta_lines.line_tests import is_dateline
from tests.extraction.test_bylines import FIRST, LAST, read

DATELINES = [
    "新华社北京1月12日电", "本报讯", "【清河网讯】", "清河日报消息：", "清河晚报2024年7月10日讯", "清河网7月10日讯（记者 何田）",
    "清河网（www.qinghe.example）07月10日讯", "清河日报 7 月 10 日电",
]  # fmt: skip


@pytest.mark.parametrize("dateline", DATELINES)
@pytest.mark.parametrize("frame", ["<p>{}</p><p>{}</p><p>{}</p>", "{}<p>{}</p><p>{}</p>", "{}<br>{}<br>{}"])
def test_a_dateline_alone_is_text(dateline: str, frame: str) -> None:
    article = read(frame.format(dateline, FIRST, LAST))
    assert article.body == f"{dateline}\n{FIRST}\n{LAST}"
    assert (article.published, article.source) == ("2024-07-10T09:30:00+08:00", "清河日报")


@pytest.mark.parametrize(
    "link", ["清河网（<a href=/>www.qinghe.example</a>）7月10日讯", "<a href=/>清河新闻网</a>7月10日讯"]
)
def test_links_in_a_dateline_do_not_make_it_a_line_of_links(link: str) -> None:
    assert read(f"{link}<p>{FIRST}</p><p>{LAST}</p>").body.count("\n") == 2


@pytest.mark.parametrize(
    "text", ["国网供电", "新闻快讯", "7月10日来电", "2024年7月10日", "县里通讯", "手机短讯：", "联系电话：(0799)"]
)
def test_other_lines_are_no_datelines(text: str) -> None:
    assert not is_dateline(text)
