"""Credits out of bylines and editor lines; nothing out of sentences."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.normalization.people import AUTHOR_ROLES, EDITOR_ROLES, Role, credits_of

GOLD = Path(__file__).resolve().parents[2].parent / "shared" / "corpus" / "gold.jsonl"


def read(text: str, label: str = "") -> list[tuple[str, str]]:
    return [(credit.role, credit.name) for credit in credits_of(label, text)]


@pytest.mark.parametrize(
    ("text", "credits"),
    [
        ("编辑:刘志勇", ["编辑 刘志勇"]),
        ("编辑:刘志勇   字号:TT", ["编辑 刘志勇"]),
        ("【责任编辑：王华军】", ["编辑 王华军"]),
        ("【责任编辑】王华军", ["编辑 王华军"]),
        ("(责编：仝宗莉、赵欣悦)", ["编辑 仝宗莉", "编辑 赵欣悦"]),
        ("责 编：李明", ["编辑 李明"]),
        ("责任编辑：NF041", []),
        ("责任编辑：李明_NB12082", ["编辑 李明"]),
        ("责任编辑：李明_liming", ["编辑 李明"]),
        ("责任编辑：李小明张红霞", ["编辑 李小明", "编辑 张红霞"]),
        ("作者：清风明月", ["作者 清风明月"]),
        ("作者：高山林海", ["作者 高山林海"]),
        ("编辑：扎西顿珠 乌云其其格 阿依古丽", ["编辑 扎西顿珠", "编辑 乌云其其格", "编辑 阿依古丽"]),
        ("[责任编辑：李明 PK155]", ["编辑 李明"]),
        ("编辑：李明 liming@example.cn", ["编辑 李明"]),
        ("编辑｜李明 责编｜张红 校对｜王五一", ["编辑 李明", "编辑 张红", "校对 王五一"]),
        ("初审:李明 复审:张红 终审:王强", ["初审 李明", "复审 张红", "终审 王强"]),
        ("一审：李明 二审：张红 三审：王强", ["初审 李明", "审核 张红", "终审 王强"]),
        ("编辑/校对/审核：王强", ["编辑 王强", "校对 王强", "审核 王强"]),
        ("总 监 制：邹 明 监 制：高小明", ["监制 邹明", "监制 高小明"]),
        ("责编：李明 | 审核：张红 | 终审：王强", ["编辑 李明", "审核 张红", "终审 王强"]),
        ("选稿：李明 来稿：张红 值班主任：王强", ["选稿 李明", "供稿 张红", "值班主任 王强"]),
        ("编辑：小江南", ["编辑 小江南"]),
        ("作者：八月的江", ["作者 八月的江"]),
        ("Editor: Li Wei", ["编辑 Li Wei"]),
        ("责编：Mary Jane、李明", ["编辑 Mary Jane", "编辑 李明"]),
        ("编辑:阿卜杜拉•买买提", ["编辑 阿卜杜拉·买买提"]),
        ("编辑：李明（实习）张红", ["编辑 李明", "编辑 张红"]),
        ("编辑：李明 张红 来源：江城网", ["编辑 李明", "编辑 张红"]),
        ("编辑：李明，转载请注明出处", ["编辑 李明"]),
        ("作者：李明 打印 关闭", ["作者 李明"]),
        ("作者：李明 2025-03-04 08:00 责任编辑：张红", ["作者 李明", "编辑 张红"]),
        ("编辑：李明 3月4日 08:00", ["编辑 李明"]),
        ("编辑：李明 2025.3.4", ["编辑 李明"]),
        ("责任编辑:李明 我来说两句", ["编辑 李明"]),
        ("作者：三月四日的船", ["作者 三月四日的船"]),
    ],
)
def test_labels_with_a_colon(text: str, credits: list[str]) -> None:
    assert [f"{role} {name}" for role, name in read(text)] == credits


@pytest.mark.parametrize(
    ("text", "credits"),
    [
        ("(记者 梁剑 杨雪 通讯员 覃丹)", ["记者 梁剑", "记者 杨雪", "通讯员 覃丹"]),
        ("（通讯员 覃丹 记者 梁剑）", ["通讯员 覃丹", "记者 梁剑"]),
        ("本报记者 李明 张红 通讯员 王强", ["记者 李明", "记者 张红", "通讯员 王强"]),
        ("记者李明 通讯员张红", ["记者 李明", "通讯员 张红"]),
        ("记者李明、张红", ["记者 李明", "记者 张红"]),
        ("记者李明通讯员张红", ["记者 李明", "通讯员 张红"]),
        ("记者李明和张红", ["记者 李明", "记者 张红"]),
        ("记者欧阳小江", ["记者 欧阳小江"]),
        ("记者 李 明 王小红", ["记者 李明", "记者 王小红"]),
        ("记者 李 明 王 红", ["记者 李明", "记者 王红"]),
        ("记者 欧 阳 江", ["记者 欧阳江"]),
        ("记者 扎西次仁", ["记者 扎西次仁"]),
        ("记者 李明 报道", ["记者 李明"]),
        ("见习记者 李明 实习生 张红", ["记者 李明", "实习生 张红"]),
        ("评论员 李明", ["评论员 李明"]),
        ("记者 李明 编辑 张红 校对 王强", ["记者 李明", "编辑 张红", "校对 王强"]),
        ("（作者李明系江城大学教授）", ["作者 李明"]),
    ],
)
def test_bylines(text: str, credits: list[str]) -> None:
    assert [f"{role} {name}" for role, name in read(text)] == credits


@pytest.mark.parametrize(
    ("text", "credits"),
    [
        ("文/图 李明", ["文 李明", "图 李明"]),
        ("李明 文/图", ["文 李明", "图 李明"]),
        ("文/李明 图/张红", ["文 李明", "图 张红"]),
        ("记者李明/文 张红/摄", ["记者 李明", "摄影 张红"]),
        ("记者 李明 摄", ["摄影 李明"]),
        ("（李明摄）", ["摄影 李明"]),
        ("江城晚报全媒体图片记者李明、张红摄", ["摄影 李明", "摄影 张红"]),
        ("记者 李明 文/图", ["记者 李明", "图 李明"]),
        ("记者 李明 摄影报道", ["记者 李明", "摄影 李明"]),
        ("记者 李明 摄影 张红", ["记者 李明", "摄影 张红"]),
        ("文/李明 编辑/张红", ["文 李明", "编辑 张红"]),
    ],
)
def test_words_and_pictures(text: str, credits: list[str]) -> None:
    assert [f"{role} {name}" for role, name in read(text)] == credits


@pytest.mark.parametrize(
    ("text", "outlet", "name"),
    [
        ("三峡日报全媒体记者 李明", "三峡日报", "李明"),
        ("《三峡日报》记者 李明", "三峡日报", "李明"),
        ("三峡日报 记者 李明", "三峡日报", "李明"),
        ("新华社记者李明", "新华社", "李明"),
        ("新华社驻武汉记者 李明", "新华社", "李明"),
        ("江城新闻首席记者 李明", "江城新闻", "李明"),
        ("新华社武汉5月9日电（记者李明）昨天，江水上涨。", "新华社", "李明"),
        ("三峡日报讯（记者 李明）昨天", "三峡日报", "李明"),
        ("本报讯（记者 李明）", "", "李明"),
        ("本报记者 李明", "", "李明"),
        ("通讯员 县委组织部 李明", "县委组织部", "李明"),
        ("供稿：县委组织部（李明）", "县委组织部", "李明"),
    ],
)
def test_affiliations(text: str, outlet: str, name: str) -> None:
    assert [(credit.outlet, credit.name) for credit in credits_of("", text)] == [(outlet, name)]


def test_two_outlets_in_one_byline() -> None:
    found = credits_of("", "三峡日报记者 李明 新华社记者张红")
    assert [(credit.outlet, credit.name) for credit in found] == [("三峡日报", "李明"), ("新华社", "张红")]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("记者贺子衡陆青瑶", ["贺子衡", "陆青瑶"]),
        ("本报记者谭飞王艳明闫鹃", ["谭飞", "王艳明", "闫鹃"]),
        ("记者：梁剑杨雪", ["梁剑", "杨雪"]),
        ("通讯员 刘金石林海", ["刘金石", "林海"]),
        ("记者欧阳若兰高楠", ["欧阳若兰", "高楠"]),
        ("记者靳明远仝宗莉", ["靳明远", "仝宗莉"]),
        ("记者何田文江小满图", []),
        ("记者曾任职于多家企业", []),
        ("记者采访调查发现", []),
        ("记者高度关注", []),
        ("记者须提高警惕", []),
        ("记者周末走访", []),
    ],
)
def test_names_run_together(text: str, names: list[str]) -> None:
    assert [name for _, name in read(text)] == names


def test_a_unit_stands_for_itself_or_for_its_people() -> None:
    assert read("长阳县委组织部", "作者") == [("作者", "长阳县委组织部")]
    found = credits_of("供稿", "县委组织部 李明、张红")
    assert [(credit.outlet, credit.name) for credit in found] == [("县委组织部", "李明"), ("县委组织部", "张红")]


def test_the_label_may_come_apart_from_the_names() -> None:
    assert read("刘志勇", "编辑") == [("编辑", "刘志勇")]
    assert read("王华军】", "【责任编辑：") == [("编辑", "王华军")]
    assert read("责任编辑：王华军", "责任编辑") == [("编辑", "王华军")]
    assert read("李明", "文/图") == [("文", "李明"), ("图", "李明")]
    assert read("本报记者 李明", "作者") == [("记者", "李明")]
    assert read("梁剑 杨雪 通讯员 覃丹", "记者") == [("记者", "梁剑"), ("记者", "杨雪"), ("通讯员", "覃丹")]
    assert read("江城网", "来源") == []


def test_raw_is_what_the_page_prints() -> None:
    found = credits_of("", "（记者 梁剑 杨雪 通讯员 覃丹）")
    assert [credit.raw for credit in found] == ["记者 梁剑 杨雪", "记者 梁剑 杨雪", "通讯员 覃丹"]
    assert [credit.raw for credit in credits_of("编辑", "刘志勇  字号:TT")] == ["编辑：刘志勇"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "李明",
        "记者了解到，今年的江水比往年高。",
        "据《江城晚报》记者了解，多个项目已经开工",
        "记者从市教育局、市公安局获悉，新学期开学",
        "记者注意到，今年3月27日",
        "记者 梁剑 从长阳获悉",
        "晚报记者采访了原作者的家人",
        "作者为《江城》主笔，曾任晚报记者、资深记者、首席记者。",
        "作者曾任职于多家企业，现是自由撰稿人",
        "作者单位为江城大学",
        "本文仅代表作者观点，不代表本网立场",
        "图为：李明在田间",
        "前置1200万广角双摄，配备三颗摄像头",
        "编辑部电话：0717-1234567",
        "编辑：",
        "作者：佚名",
        "作者：网络整理",
        "责任编辑：admin",
        "小明同学，一个来自江城的普通高中生",
        "他当过编辑，也做过校对，后来成了作者。",
    ],
)
def test_no_names_where_none_are_credited(text: str) -> None:
    assert credits_of("", text) == []


def test_a_sentence_behind_a_label_is_no_name() -> None:
    assert credits_of("作者", "小明同学，一个来自江城的普通高中生") == []


def test_columns() -> None:
    assert {"编辑"} == EDITOR_ROLES
    assert {"记者", "通讯员", "作者", "文"} <= AUTHOR_ROLES
    assert Role.PHOTOGRAPHER not in AUTHOR_ROLES
    assert not EDITOR_ROLES & AUTHOR_ROLES


NAMES = st.lists(
    st.sampled_from(["李明", "张小红", "王强", "欧阳江", "阿依古丽·买买提"]), min_size=1, max_size=4, unique=True
)


@given(
    NAMES,
    st.sampled_from(["、", "，", " ", "；", "/", ", ", " 、 "]),
    st.sampled_from(["编辑：{}", "(责编:{})", "【责任编辑 {}】"]),
)
def test_any_list_of_names_comes_back(names: list[str], separator: str, pattern: str) -> None:
    assert read(pattern.format(separator.join(names))) == [("编辑", name) for name in names]


@given(NAMES, NAMES)
def test_any_byline_comes_back(reporters: list[str], correspondents: list[str]) -> None:
    text = f"（记者 {' '.join(reporters)} 通讯员 {' '.join(correspondents)}）"
    assert read(text) == [("记者", name) for name in reporters] + [("通讯员", name) for name in correspondents]


PIECES = st.text("记者通讯员编辑责任文图摄/：:（）() 、，李明张三新华社日报a1_·@《》", max_size=60)


@given(st.text(st.characters()) | PIECES, st.text(max_size=6) | st.sampled_from(["编辑", "文/图", "作者"]))
def test_anything_is_survived(text: str, label: str) -> None:
    for credit in credits_of(label, text):
        assert len(credit.name) >= 2
        assert credit.role in set(Role)


@pytest.mark.parametrize(
    "piece",
    ["驻小小", "(", "记者", "李明摄 ", "文/图/", "编 ", "·", "a@", "记者李明", "小", "1月1日电(", "文 ", "编辑：a："],
)
def test_hostile_length_costs_little(piece: str) -> None:
    started = time.process_time()
    credits_of("", piece * 100_000)
    credits_of(piece * 100_000, "记者")
    assert time.process_time() - started < 0.5


@pytest.mark.skipif(not GOLD.exists(), reason="the shared corpus is absent")
def test_names_of_real_pages_come_back() -> None:
    for line in GOLD.read_text("utf-8").splitlines():
        page = json.loads(line)
        for label, names in (("责任编辑", page["editors"]), ("作者", page["authors"])):
            expected = [name for name in names if name != "系统管理员"]
            assert [credit.name for credit in credits_of(label, "、".join(names))] == expected


def test_a_dateline_with_a_place_names_no_outlet() -> None:
    names = [(credit.name, credit.outlet) for credit in credits_of("", "本报钟祥讯（记者 祝又新 通讯员 谈蓓）")]
    assert names == [("祝又新", ""), ("谈蓓", "")]
