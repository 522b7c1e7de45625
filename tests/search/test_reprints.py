import itertools
import random
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.archive.indexing import minhash as signatures
from newscrawler.archive.indexing import reprints
from newscrawler.archive.indexing.minhash import agreement, bands, likeness, pieces, signature
from newscrawler.archive.indexing.reprints import MIN_AGREEMENT, SIMILAR, cluster_article, rebuild_clusters
from newscrawler.archive.rows import select_rows
from newscrawler.text.han import fold
from support.archives import Room, article, open_section, start_run, store, transaction

CHARACTERS = "山水田林路桥村镇农茶橘鱼米粮船渡雨雪春秋冬夏东西南北上下左右前后大小多少高低长短来去开关书报学校老师孩子"


def body(seed: int, length: int = 400) -> str:
    draw = random.Random(seed)
    return "。".join("".join(draw.choices(CHARACTERS, k=20)) for _ in range(length // 20))


def edited(text: str, edits: int, seed: int = 1) -> str:
    letters = list(text)
    for place in random.Random(seed).sample(range(len(letters)), edits):
        letters[place] = "改"
    return "".join(letters)


def clusters(connection: sqlite3.Connection) -> set[frozenset[str]]:
    found: dict[int, set[str]] = {}
    for url, cluster in connection.execute(
        "SELECT a.url, m.cluster FROM reprint_members m JOIN articles a ON a.n = m.article"
    ):
        found.setdefault(cluster, set()).add(url.rsplit("/", 1)[1].removesuffix(".shtml"))
    return set(map(frozenset, found.values()))


def test_small_edits_cluster_and_large_ones_do_not(room: Room) -> None:
    original = body(1)
    room.store(article(1, body=original))
    room.store(article(2, body=f"本报讯（记者 某某）{original}（编辑 某某）"))
    room.store(article(3, body=original.replace("。", "，\n　　")))
    room.store(article(4, body=original[:200] + body(2, 200)))
    room.store(article(5, body=body(3)))
    assert clusters(room.connection) == {frozenset("123")}


def test_short_bodies_never_cluster(room: Room) -> None:
    for number in (1, 2):
        room.store(article(number, body=body(1, 80)))
    assert clusters(room.connection) == set()


@pytest.mark.parametrize("length", [120, 200, 400, 1200])
def test_what_is_similar_enough_is_a_candidate(length: int) -> None:
    missed = unlike = 0
    for seed in range(40):
        one = body(seed, length)
        other = one
        while True:
            more = edited(other, 1, seed)
            if likeness(pieces(one), pieces(more)) < SIMILAR + 0.03:
                break
            other, seed = more, seed + 1000
        missed += not set(bands(signature(one))) & set(bands(signature(other)))
        unlike += agreement(signature(one), [signature(other).tobytes()])[0] < MIN_AGREEMENT
    assert missed <= 2
    assert unlike == 0


def test_different_bodies_of_one_template_are_told_apart_by_their_signatures() -> None:
    frame = body(1, 200)
    signed = [signature(frame + body(number, 200)) for number in range(2, 62)]
    compared = [agreement(one, [other.tobytes()])[0] >= MIN_AGREEMENT for one, other in itertools.pairwise(signed)]
    assert sum(compared) <= 12


def test_signatures_are_the_same_for_ever() -> None:
    assert bands(signature(body(1)))[:2] == KEPT
    assert bands(signature("短")) == []


KEPT = [-1899001764553427408, -3602220704585724463]


def test_any_order_gives_the_same_clusters(tmp_path: Path) -> None:
    first = body(1)
    texts = {1: first, 2: edited(first, 8, 1), 3: edited(edited(first, 8, 1), 8, 2), 4: body(9), 5: body(9) + "完"}
    results = set()
    for number, order in enumerate(itertools.islice(itertools.permutations(texts), 0, 120, 11)):
        room = Room(tmp_path / f"{number}.db")
        for name in order:
            room.store(article(name, body=texts[name]))
        results.add(frozenset(clusters(room.connection)))
        room.close()
    assert results == {frozenset({frozenset("123"), frozenset("45")})}


def test_a_new_version_leaves_its_cluster_and_joins_another(room: Room) -> None:
    # 1 and 3 are held together by 2 alone.
    first = body(1)
    middle = edited(first, 9, 1)
    last = edited(middle, 9, 2)
    assert likeness(pieces(first), pieces(last)) < SIMILAR
    for number, text in ((1, first), (2, middle), (3, last), (4, body(5))):
        room.store(article(number, body=text))
    assert clusters(room.connection) == {frozenset("123")}
    room.store(article(2, body=body(5)))
    assert clusters(room.connection) == {frozenset("24")}
    room.store(article(2, body=middle))
    assert clusters(room.connection) == {frozenset("123")}
    with transaction(room.connection):
        rebuild_clusters(room.connection)
    assert clusters(room.connection) == {frozenset("123")}


def test_clustering_twice_changes_nothing(room: Room) -> None:
    for number in (1, 2):
        room.store(article(number, body=body(1)))
    with transaction(room.connection):
        cluster_article(room.connection, 2)
        cluster_article(room.connection, 99)
    assert clusters(room.connection) == {frozenset("12")}


def test_a_crowd_costs_a_bounded_number_of_comparisons(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    boilerplate = body(1, 300)
    count = 0

    def counted(one: signatures.Hashes, other: signatures.Hashes) -> float:
        nonlocal count
        count += 1
        return likeness(one, other)

    monkeypatch.setattr(signatures, "likeness", counted)
    most = 0
    for number in range(1, 121):
        text = boilerplate if number % 2 else boilerplate + body(number, 140)
        count = 0
        room.store(article(number, body=text))
        most = max(most, count)
    assert 1 <= most <= reprints.MAX_TEXTS
    assert frozenset(str(number) for number in range(1, 121, 2)) in clusters(room.connection)


@given(st.text("甲乙丙丁ab，", min_size=4, max_size=60), st.text("甲乙丙丁ab，", min_size=4, max_size=60))
def test_likeness_is_what_two_sets_of_pieces_have_in_common(one: str, other: str) -> None:
    def shingles(text: str) -> set[str]:
        letters = "".join(fold(text).split())
        return {letters[start : start + 4] for start in range(len(letters) - 3)}

    a, b = shingles(one), shingles(other)
    assert likeness(pieces(one), pieces(other)) == (len(a & b) / len(a | b) if a | b else 0.0)


def test_the_view_says_who_reprinted_whom_and_how_late(room: Room) -> None:
    text = body(1)
    with transaction(room.connection):
        run = start_run(room.connection, "sanjiang")
        room.connection.execute("UPDATE portals SET name = '三江晚报' WHERE id = 'sanjiang'")
        sections = {"宜昌市": open_section(room.connection, "sanjiang", "宜昌市")}
        # The named outlet is the origin though another portal shows an earlier date.
        dated = {"published": "2024-05-11T08:00:00+08:00", "published_date": "2024-05-11"}
        store(room.connection, "sanjiang", run, sections, article(8, body=text, source="", **dated))
    dated = {"published": "2024-05-10T20:00:00+08:00", "published_date": "2024-05-10"}
    room.store(article(1, body=text, source="三江晚报", **dated))
    dated = {"published": "2024-05-13T09:30:00+08:00", "published_date": "2024-05-13"}
    room.store(article(2, body=text + "（转载）", source="楚北日报网", **dated))
    rows = select_rows(room.connection, "SELECT * FROM reprints ORDER BY published")
    assert [row["origin_portal"] for row in rows] == ["sanjiang", "sanjiang"]
    assert [row["origin_evidence"] for row in rows] == ["named", "named"]
    assert [(row["days_late"], row["hours_late"]) for row in rows] == [(-1, -12.0), (2, 49.5)]


def test_without_a_named_outlet_the_earliest_is_the_origin(room: Room) -> None:
    for number, date in ((1, "2024-05-12"), (2, "2024-05-10"), (3, "")):
        room.store(article(number, body=body(1), published=date, published_date=date))
    rows = select_rows(room.connection, "SELECT * FROM reprints ORDER BY id")
    assert {row["origin_url"].rsplit("/", 1)[1] for row in rows} == {"2.shtml"}
    assert {row["origin_evidence"] for row in rows} == {"earliest"}
    assert sorted((row["days_late"], row["hours_late"]) for row in rows if row["days_late"] is not None) == [(2, None)]


def test_a_portal_that_names_itself_is_no_other(room: Room) -> None:
    # Two sections of one portal: that one names the portal does not make the other the origin.
    room.store(article(1, body=body(1), source="测试新闻网", published="2024-05-09", published_date="2024-05-09"))
    room.store(article(2, body=body(1), source="三江晚报"))
    (row,) = select_rows(room.connection, "SELECT * FROM reprints")
    assert (row["origin_url"].rsplit("/", 1)[1], row["origin_evidence"]) == ("1.shtml", "earliest")
