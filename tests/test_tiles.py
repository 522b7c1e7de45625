"""The squares of the schematic maps: one per division, none upon another, and about where the division lies."""

from importlib import resources

import pytest

from newscrawler import places
from newscrawler.places import Division, provinces, tiles_of

WITHOUT = {"65Z000", "65Z011", "65Z012"}
"""Divisions without a place of their own: 兵团 and two of its 师."""


@pytest.mark.parametrize("province", [None, *provinces()], ids=lambda one: one.short if one else "all")
def test_each_division_has_one_square(province: Division | None) -> None:
    tiles = tiles_of(province)
    codes = [tile.place.code for tile in tiles]
    if province is None:
        wanted = {one.code for one in provinces()}
    else:
        below = (*places.divisions_of(province), *(one.division for one in places.special_divisions_of(province)))
        wanted = {one.code for one in below if one.parent == province.code} - WITHOUT
    assert sorted(codes) == sorted(wanted)
    squares = {(tile.column, tile.row) for tile in tiles}
    assert len(squares) == len(tiles)
    if tiles:
        assert min(column for column, _ in squares) == min(row for _, row in squares) == 0


@pytest.mark.parametrize(
    ("province", "west", "east"),
    [
        ("", "新疆", "上海"), ("", "西藏", "浙江"), ("湖北", "恩施", "武汉"), ("湖北", "十堰", "黄冈"),
        ("四川", "甘孜", "达州"), ("山东", "菏泽", "烟台"), ("新疆", "喀什", "哈密"),
    ],
)  # fmt: skip
def test_west_is_left(province: str, west: str, east: str) -> None:
    columns = {tile.place.short: tile.column for tile in tiles_of(places.province(province) if province else None)}
    assert columns[west] < columns[east]


@pytest.mark.parametrize(
    ("province", "north", "south"),
    [
        ("", "黑龙江", "海南"),
        ("", "北京", "湖南"),
        ("湖北", "十堰", "恩施"),
        ("河北", "承德", "邯郸"),
        ("海南", "海口", "三亚"),
    ],
)
def test_north_is_up(province: str, north: str, south: str) -> None:
    rows = {tile.place.short: tile.row for tile in tiles_of(places.province(province) if province else None)}
    assert rows[north] < rows[south]


def test_the_source_and_its_licence_are_named() -> None:
    head = (resources.files("newscrawler.places") / "data" / "tiles.csv").read_text(encoding="utf-8").split("\n", 1)[0]
    assert "GeoNames" in head and "CC BY 4.0" in head
    assert "GeoNames" in places.MAP_SOURCE and "CC BY 4.0" in places.MAP_SOURCE
