"""Storing articles: identity, versions, and what is never lost."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newscrawler.archive.articles import Stored, article_id
from newscrawler.archive.suppression import suppress
from newscrawler.extraction.model import Attachment, Image
from newscrawler.normalization.article import Provenance
from newscrawler.normalization.people import Credit
from support.archives import HOST, PORTAL, Room, article
from support.examples import examples


def people(*pairs: tuple[str, str]) -> list[Credit]:
    return [Credit(role=role, name=name, outlet="", raw=f"{role} {name}") for role, name in pairs]


def test_the_first_sight_is_new_and_the_second_unchanged(room: Room) -> None:
    assert room.store(article(), seen="2024-05-11T00:00:00Z") is Stored.NEW
    assert room.store(article(), seen="2024-06-01T00:00:00Z") is Stored.UNCHANGED
    row = room.only()
    assert (row["first_seen"], row["last_seen"]) == ("2024-05-11T00:00:00Z", "2024-06-01T00:00:00Z")
    assert row["version_count"] == 1
    versions = room.connection.execute("SELECT seen_from, seen_to FROM versions").fetchall()
    assert versions == [("2024-05-11T00:00:00Z", "2024-06-01T00:00:00Z")]


def test_every_field_comes_back(room: Room) -> None:
    piece = article(
        subtitle="两岸村民走上新桥",
        summary="桥长六十米。",
        keywords=["便民桥", "青禾镇"],
        article_type="原创",
        published="2024-05-10T09:30:00+08:00",
        images=[Image(f"{HOST}/a.jpg", "新桥"), Image(f"{HOST}/b.jpg", "")],
    )
    room.store(piece, cities=["恩施土家族苗族自治州", "宜昌市"])
    row = room.only()
    assert row == {
        "id": article_id(PORTAL, piece.key),
        "url": piece.url,
        "portal": PORTAL,
        "province": "湖北省",
        "city": "宜昌市",  # both listed it in one run: the first of the navigation
        "city_code": "420500",
        "cities": "宜昌市、恩施土家族苗族自治州",
        "county": None,
        "county_code": None,
        "section": "宜昌市",
        "title": "青禾镇修好第1座便民桥",
        "subtitle": "两岸村民走上新桥",
        "source": "三江晚报",
        "published": "2024-05-10T09:30:00+08:00",
        "published_date": "2024-05-10",
        "published_evidence": "page",
        "listed_date": "2024-05-10",
        "editors": "秦小禾",
        "authors": "陶一帆",
        "summary": "桥长六十米。",
        "body": "5月10日，第1座便民桥在青禾镇通车。\n村民说，去镇上少走四里路。",
        "keywords": "便民桥、青禾镇",
        "article_type": "原创",
        "char_count": piece.char_count,
        "language": "zh",
        "image_count": 2,
        "first_seen": "2024-05-11T00:00:00Z",
        "last_seen": "2024-05-11T00:00:00Z",
        "status": "live",
        "version_count": 1,
        "content_hash": piece.content_hash,
        "page": None,
        "page_no": None,
        "listed_source": None,
        "missing_since": None,
        "published_at": "2024-05-10T01:30:00Z",
        "run": room.connection.execute("SELECT key FROM runs").fetchone()[0],
    }


def test_ids_are_what_they_have_always_been(tmp_path: Path) -> None:
    """Citations hold on to these ids: this number may never change."""
    assert article_id("ceshi", "ceshi.example/2024/0510/1.shtml") == "81afd573caaef7b945281b8e"
    ids = set()
    for name in ("one.db", "two.db"):
        room = Room(tmp_path / name)
        for number in range(2, 4 if name == "two.db" else 2):
            room.store(article(number))
        room.store(article(1))
        ids.add(next(row["id"] for row in room.flat() if row["url"].endswith("/1.shtml")))
        room.close()
    assert ids == {"81afd573caaef7b945281b8e"}


def test_one_key_in_two_portals_is_two_articles() -> None:
    assert article_id("a", "cms:1") != article_id("b", "cms:1")
    assert article_id("a", "b\nc") == article_id("a", "b\nc")


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "青禾镇修好第一座便民桥（更正）"},
        {"body": "5月11日，桥在青禾镇通车。"},
        {"source": "青禾日报"},
        {"published": "2024-05-09", "published_date": "2024-05-09"},
        {"subtitle": "村民走上新桥"},
        {"summary": "桥长六十米。"},
        {"credits": people(("编辑", "顾明远"), ("记者", "陶一帆"))},
        {"credits": people(("编辑", "秦小禾"), ("记者", "陶一帆"), ("通讯员", "卢青"))},
    ],
)
def test_a_change_makes_a_version_and_keeps_the_old_one(room: Room, changes: dict) -> None:
    first, second = article(), article(**changes)
    room.store(first)
    assert room.store(second, seen="2024-06-01T00:00:00Z") is Stored.CHANGED
    row = room.only()
    assert row["version_count"] == 2
    for field in ("title", "body", "source", "published"):
        assert row[field] == getattr(second, field)
    assert (row["editors"], row["authors"]) == ("、".join(second.editors), "、".join(second.authors))
    old = room.connection.execute(
        "SELECT v.title, x.body, v.source, v.published, v.seen_to FROM versions v JOIN texts x ON x.hash = v.text "
        "WHERE number = 1"
    ).fetchone()
    assert old == (first.title, first.body, first.source, first.published, "2024-05-11T00:00:00Z")
    assert room.store(second) is Stored.UNCHANGED


def test_what_only_moves_white_space_is_no_change(room: Room) -> None:
    room.store(article())
    assert room.store(article(body=article().body.replace("\n", "\n\n "))) is Stored.UNCHANGED


def test_a_text_that_returns_to_what_it_was_is_a_third_version(room: Room) -> None:
    for body in ("甲", "乙", "甲"):
        room.store(article(body=body))
    assert room.only()["version_count"] == 3
    assert [row[0] for row in room.connection.execute("SELECT number FROM versions ORDER BY id")] == [1, 2, 3]


@pytest.mark.parametrize(
    "less",
    [
        {"title": ""},
        {"body": "", "body_html": ""},
        {"title": "", "body": ""},
        {"source": ""},
        {"published": "", "published_date": "", "published_evidence": ""},
        {"credits": people(("记者", "陶一帆"))},
        {"credits": people(("编辑", "秦小禾"))},
        {"credits": []},
        {"subtitle": "", "source": ""},
        {"summary": ""},
    ],
)
def test_nothing_stored_is_overwritten_with_less(room: Room, less: dict) -> None:
    full = {"subtitle": "村民走上新桥", "summary": "桥长六十米。"}
    room.store(article(**full))
    before = room.only()
    assert room.store(article(**full | less), seen="2024-06-01T00:00:00Z") is Stored.KEPT
    assert room.only() == before | {"last_seen": "2024-06-01T00:00:00Z"}
    assert room.store(article(**full)) is Stored.UNCHANGED


def test_an_article_without_body_can_gain_one(room: Room) -> None:
    room.store(article(body="", body_html=""))
    assert room.store(article()) is Stored.CHANGED
    assert room.only()["body"] == article().body


def test_a_version_keeps_its_credits_images_and_attachments(room: Room) -> None:
    first = article(
        images=[Image(f"{HOST}/a.jpg", "新桥")],
        attachments=[Attachment(f"{HOST}/a.pdf", "名单")],
        credits=[Credit(role="摄影", name="卢青", outlet="三江晚报", raw="卢青 摄")],
        provenance={"title": Provenance("override", "原样", 1.0)},
    )
    second = article(
        body="改过的正文。", images=[], attachments=[], credits=people(("编辑", "顾明远"), ("记者", "陶一帆"))
    )
    room.store(first)
    room.store(second)
    query = room.connection.execute
    assert query("SELECT v.number, url, caption FROM images JOIN versions v ON v.id = version").fetchall() == [
        (1, f"{HOST}/a.jpg", "新桥")
    ]
    assert query(
        "SELECT v.number, url, attachments.text FROM attachments JOIN versions v ON v.id = version"
    ).fetchall() == [(1, f"{HOST}/a.pdf", "名单")]
    credits = "SELECT v.number, part, role, name, outlet, raw FROM credits JOIN versions v ON v.id = version"
    assert query(f"{credits} ORDER BY v.number, position").fetchall() == [
        (1, "other", "摄影", "卢青", "三江晚报", "卢青 摄"),
        (2, "editor", "编辑", "顾明远", None, "编辑 顾明远"),
        (2, "author", "记者", "陶一帆", None, "记者 陶一帆"),
    ]
    assert query("SELECT provenance FROM versions WHERE number = 1").fetchone() == (
        '{"title": {"rule": "override", "raw": "原样", "confidence": 1.0}}',
    )


def test_names_stand_once_and_in_the_order_of_the_page(room: Room) -> None:
    room.store(article(credits=people(("记者", "陶一帆"), ("通讯员", "卢青"), ("文", "陶一帆"), ("记者", "安然"))))
    assert room.only()["authors"] == "陶一帆、卢青、安然"


def test_one_title_at_two_urls_is_two_articles(room: Room) -> None:
    room.store(article(1, title="一周要闻", body="第一周。"))
    assert room.store(article(2, title="一周要闻", body="第二周。")) is Stored.NEW
    assert len(room.flat()) == 2


def test_even_the_same_text_at_two_urls_is_two_articles(room: Room) -> None:
    """Without a document id nobody can tell a copy from a document that moved."""
    room.store(article(1, title="通知", body="停水。"))
    assert room.store(article(2, title="通知", body="停水。")) is Stored.NEW
    assert [row["body"] for row in room.flat()] == ["停水。", "停水。"]
    assert room.connection.execute("SELECT count(DISTINCT text) FROM versions").fetchone() == (2,)


def test_one_document_in_two_channels_is_one_article(room: Room) -> None:
    copies = [article(1, key="trs:77", url=f"{HOST}/{channel}/t77.html") for channel in ("yichang", "enshi")]
    assert room.store(copies[0], cities=["宜昌市"]) is Stored.NEW
    assert room.store(copies[1], cities=["恩施土家族苗族自治州"]) is Stored.UNCHANGED
    row = room.only()
    assert row["url"] == copies[0].url
    assert row["cities"] == "宜昌市、恩施土家族苗族自治州"
    urls = room.connection.execute("SELECT url, state FROM urls WHERE article IS NOT NULL ORDER BY id").fetchall()
    assert urls == [(copy.url, "done") for copy in copies]


def test_a_copy_that_was_edited_is_a_version(room: Room) -> None:
    room.store(article(1, key="trs:77", url=f"{HOST}/a/t77.html"))
    edited = article(1, key="trs:77", url=f"{HOST}/b/t77.html")
    edited.body += "\n补充一段：通车仪式改在了下午。"
    assert room.store(edited) is Stored.CHANGED
    assert len(room.flat()) == 1


def test_two_documents_with_one_id_and_one_title_stay_two(room: Room) -> None:
    """Sites of a portal may each count their documents, and write of the same things: 降雨预报, 招聘公告."""
    texts = {
        "/a/t77.html": "今天夜里到明天，沙河以北有小到中雨，山区的道路会滑，请慢行。",
        "/b/t77.html": "未来三天柳湾一带持续降雨，水库的水位已经接近汛限。",
    }
    for _ in range(2):
        outcomes = [
            room.store(article(1, key="trs:77", url=f"{HOST}{path}", title="降雨预报", body=text))
            for path, text in texts.items()
        ]
    assert outcomes == [Stored.UNCHANGED] * 2
    assert sorted((row["url"], row["body"]) for row in room.flat()) == [
        (f"{HOST}{path}", text) for path, text in texts.items()
    ]


def test_two_documents_that_share_an_id_stay_two(room: Room) -> None:
    documents = [
        {"key": "trs:1", "url": f"{HOST}/a/t1.html", "title": "桥通车了", "body": "桥。"},
        {"key": "trs:1", "url": f"{HOST}/b/t1.html", "title": "学校开学", "body": "学校。"},
        {"key": "trs:1", "url": f"{HOST}/c/t1.html", "title": "小麦丰收", "body": "小麦。"},
    ]
    for _ in range(2):
        outcomes = [room.store(article(**document)) for document in documents]
    assert outcomes == [Stored.UNCHANGED] * 3
    assert sorted((row["url"], row["title"], row["version_count"]) for row in room.flat()) == [
        (document["url"], document["title"], 1) for document in documents
    ]


def test_forms_of_one_url_are_one_article(room: Room) -> None:
    forms = ("http://www.ceshi.example/a/1.shtml", "https://ceshi.example:443/a/1.shtml?utm_source=x#top")
    for url in forms:
        room.store(article(1, url=url))
    assert room.only()["url"] == forms[0]


def test_an_article_keeps_its_id_when_its_content_system_is_recognised_later(room: Room) -> None:
    room.store(article(1))
    before = room.only()["id"]
    room.store(article(1, key="trs:5", body="新的正文。"))
    assert room.only()["id"] == before


@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8), st.text("甲乙 \n", max_size=4)
        ),
        min_size=1,
        max_size=6,
    )
)
def test_a_history_never_loses_what_was_seen(tmp_path_factory: pytest.TempPathFactory, texts: list) -> None:
    """Whatever pages follow each other, each text that was stored as newest can be found again."""
    room = Room(tmp_path_factory.mktemp("history") / "archive.db")
    stored = []
    for title, body in texts:
        outcome = room.store(article(title=title, body=body))
        if outcome in (Stored.NEW, Stored.CHANGED):
            stored.append((title, body))
        assert room.only()["char_count"] or not any("".join(body.split()) for _, body in stored)
    history = room.connection.execute(
        "SELECT v.title, x.body FROM versions v JOIN texts x ON x.hash = v.text ORDER BY v.number"
    ).fetchall()
    assert history == stored
    room.close()


def test_another_text_without_a_field_is_a_version_and_the_old_one_keeps_the_field(room: Room) -> None:
    room.store(article())
    assert room.store(article(body="重写的正文。", source="")) is Stored.CHANGED
    assert room.connection.execute("SELECT source FROM versions ORDER BY number").fetchall() == [("三江晚报",), (None,)]


@pytest.mark.parametrize("query", ["from=list", "from=hot", "fr=index&pos=3"])
def test_an_article_of_an_archive_with_earlier_identities_stays_one_and_suppressed(room: Room, query: str) -> None:
    piece = article(url=f"{HOST}/2024/0510/104321.shtml")
    room.store(piece)
    old = f"{piece.url.partition('://')[2].removeprefix('www.')}?{query}"
    key = article_id(PORTAL, old)
    room.connection.execute("UPDATE urls SET identity = ?, url = ?", (old, f"{piece.url}?{query}"))
    room.connection.execute("UPDATE articles SET key = ?, url = ?, id = ?", (old, f"{piece.url}?{query}", key))
    suppress(room.connection, key, reason="asked by the author", by="editor")
    assert room.store(article(url=piece.url), seen="2024-06-01T00:00:00Z") is Stored.UNCHANGED
    assert room.connection.execute("SELECT id FROM articles").fetchall() == [(key,)]
    assert room.connection.execute("SELECT count(*) FROM articles_flat").fetchone() == (0,)


def test_documents_that_differ_by_their_query_stay_two(room: Room) -> None:
    piece = article(url=f"{HOST}/2024/0510/104321.shtml")
    room.store(piece)
    old = f"{piece.url.partition('://')[2].removeprefix('www.')}?id=7"
    room.connection.execute("UPDATE urls SET identity = ?", (old,))
    room.connection.execute(
        "UPDATE articles SET key = ?, url = ?, id = ?", (old, f"{piece.url}?id=7", article_id(PORTAL, old))
    )
    assert room.store(article(url=piece.url), seen="2024-06-01T00:00:00Z") is Stored.NEW
