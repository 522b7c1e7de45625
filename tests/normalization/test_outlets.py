"""Outlets out of source lines."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.normalization.outlets import outlet_of

GOLD = Path(__file__).resolve().parents[2].parent / "shared" / "corpus" / "gold.jsonl"


@pytest.mark.parametrize(
    ("text", "outlet"),
    [
        ("来源:三峡党建网", "三峡党建网"),
        ("来源:三峡党建网  日期:2019-07-10   编辑:刘志勇   字号:TT", "三峡党建网"),
        ("来源：来源：江城晚报", "江城晚报"),
        ("来 源", "来源"),
        ("文章来源：江城晚报 作者：李明", "江城晚报"),
        ("稿源： 江城晚报", "江城晚报"),
        ("信息来源：市委组织部", "市委组织部"),
        ("转自:江城晚报客户端", "江城晚报客户端"),
        ("来源 CSDN", "CSDN"),
        ("Source: River Daily", "River Daily"),
        ("【来源：江城晚报】", "江城晚报"),
        ("（来源：江城网－江城晚报）", "江城网－江城晚报"),
        ("《江城晚报》（2024年05月10日 04 版）", "江城晚报"),
        ("“江城晚报”", "江城晚报"),
        ("新华社 2019-07-10", "新华社"),
        ("江城晚报 07-10 09:30", "江城晚报"),
        ("江城网 http://www.example.cn", "江城网"),
        ("江城网 字号 大 中 小", "江城网"),
        ("江城网 | 分享到：", "江城网"),
        ("新 华 社", "新华社"),
        ("River  Daily", "River Daily"),
        ("综合江城晚报、江城网", "综合江城晚报、江城网"),
        ("21世纪经济报道", "21世纪经济报道"),
        ("新华社“新华视点”", "新华社“新华视点”"),
        ("网络", "网络"),
        ("", ""),
        ("来源：", ""),
        ("来源：未知", ""),
        ("null", ""),
        ("2019-07-10", ""),
        ("2019年7月10日 09:30", ""),
        ("https://www.example.cn/1.html", ""),
        ("本站原创", ""),
        ("来源:本网", ""),
        ("本报讯", ""),
        ("昨天江水涨了。今天退了。", ""),
        ("长" * 80, ""),
    ],
)
def test_outlet_of(text: str, outlet: str) -> None:
    assert outlet_of(text) == outlet


@given(st.text(st.characters()) | st.text("来源:：（）()【】《》 2019-07/.|江城报社网http本站", max_size=60))
def test_an_outlet_is_an_outlet_again(text: str) -> None:
    outlet = outlet_of(text)
    assert outlet_of(outlet) == outlet


@pytest.mark.parametrize("piece", ["(", "来源", "来源：", " ", "2019-", "www.", "《》", "| "])
def test_hostile_length_costs_nothing(piece: str) -> None:
    started = time.process_time()
    outlet_of(piece * 200_000)
    assert time.process_time() - started < 0.5


@pytest.mark.skipif(not GOLD.exists(), reason="the shared corpus is absent")
def test_outlets_of_real_pages_stay_as_labelled() -> None:
    sources = [source for line in GOLD.read_text("utf-8").splitlines() if (source := json.loads(line)["source"])]
    assert [outlet_of(f"来源：{source} 编辑：某某") for source in sources] == sources
