"""Each family of markup that the extractor knows, on an invented page of it."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from newscrawler.extraction.cms import content_systems
from support import cms_pages as pages
from support.cms_pages import read


@dataclass
class Expected:
    page: str
    url: str
    cms: str
    document: str | None
    published: str
    source: str
    editors: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)


EXPECTED = [
    Expected(
        "SEED",
        "http://www.qinghe.example/2019/0710/49629.shtml",
        "hbdysh",
        "49629",
        "2019-07-10",
        "清河党建网",
        ["柳明"],
        ["柳明", "何田", "江小满"],
    ),
    Expected(
        "TRS",
        "http://www.qinghe.example/xw/202307/t20230712_4450370.html",
        "trs",
        "4450370",
        "2023-07-12T09:30:00+08:00",
        "清河日报",
        ["江小满"],
        ["何田"],
    ),
    Expected(
        "FOUNDER",
        "http://www.qinghe.example/2024-05/10/content_8812.htm",
        "founder",
        "8812",
        "2024-05-10T08:15:00+08:00",
        "清河晚报",
        ["江小满"],
    ),
    Expected(
        "JCMS",
        "http://www.qinghe.example/art/2024/5/20/art_123_456.html",
        "jcms",
        "456",
        "2024-05-20T16:02:00+08:00",
        "清河县水利局",
    ),
    Expected(
        "VSB", "http://www.qinghe.example/info/1023/4567.htm", "vsb", "4567", "2022-03-04", "宣传部", [], ["何田"]
    ),
    Expected(
        "PEOPLE",
        "http://hb.people.com.cn/n1/2024/0510/c1004-40232587.html",
        "people",
        "40232587",
        "2024-05-10T06:58:00+08:00",
        "清河网－清河日报",
        ["柳明", "江小满"],
        ["何田", "江小满"],
    ),
    Expected(
        "XINHUA",
        "http://www.news.cn/politics/20240509/3dd6e33cc6d749fbaae01fea337ff400/c.html",
        "xinhua",
        "3dd6e33cc6d749fbaae01fea337ff400",
        "2024-05-09T22:27:02+08:00",
        "清河网",
        ["柳明"],
    ),
    Expected(
        "DEDE",
        "http://www.qinghe.example/a/yw/4021.html",
        "dedecms",
        "4021",
        "2013-04-02T10:21:00+08:00",
        "清河论坛",
        [],
        ["何田"],
    ),
    Expected(
        "PHPCMS",
        "http://www.qinghe.example/content-6-771-1.html",
        "phpcms",
        "771",
        "2016-08-09T11:20:00+08:00",
        "清河网",
    ),
    Expected(
        "EMPIRE",
        "http://www.qinghe.example/news/1234.html",
        "empirecms",
        "1234",
        "2018-09-10T15:00:11+08:00",
        "清河在线",
        ["江小满"],
    ),
    Expected(
        "EPAPER",
        "http://epaper.qinghe.example/html/2021-03/05/content_331.htm",
        "founder_epaper",
        "331",
        "2021-03-05",
        "",
        [],
        ["何田"],
    ),
    Expected(
        "ENORTH",
        "http://www.qinghe.example/system/2024/10/25/031222333.shtml",
        "enorth",
        "031222333",
        "2024-10-25T08:03:30+08:00",
        "清河日报",
        ["江小满"],
        ["何田"],
    ),
    Expected(
        "FOUNDER_MEDIA",
        "https://www.qinghe.example/content/s6a5a0689e4b0e45f3fd4cbb6.html",
        "founder_media",
        "6a5a0689e4b0e45f3fd4cbb6",
        "2024-08-31T09:12:00+08:00",
        "清河日报客户端",
        ["江小满"],
    ),
    Expected(
        "CMSTOP",
        "https://www.qinghe.example/news/2024/10/409495.shtml",
        "cmstop",
        "409495",
        "2024-10-09T10:21:00+08:00",
        "清河网",
        ["江小满"],
    ),
    Expected(
        "CJYUN",
        "https://qinghe.cjyun.org/p/481903.html",
        "cjyun",
        "481903",
        "2024-12-03T16:40:00+08:00",
        "清河县融媒体中心",
        ["江小满"],
    ),
    Expected(
        "BAIDU",
        "https://www.qinghe.example/a/30.html",
        "baidu_ids",
        None,
        "2020-07-30T09:05:13+08:00",
        "清河声屏报",
        ["江小满"],
        ["何田"],
    ),
    Expected(
        "WECHAT",
        "https://mp.weixin.qq.com/s/abcdefghijklmnopqrstuv",
        "wechat",
        "abcdefghijklmnopqrstuv",
        "2020-02-12T22:17:54+08:00",
        "清河发布",
        [],
        ["何田"],
    ),
]


@pytest.mark.parametrize("expected", EXPECTED, ids=[e.page for e in EXPECTED])
def test_fields_of_a_family(expected: Expected) -> None:
    raw, article = read(getattr(pages, expected.page), expected.url)
    assert article.title == pages.TITLE
    assert (raw.cms, raw.document_id) == (expected.cms, expected.document)
    assert (article.published, article.source) == (expected.published, expected.source)
    assert article.editors == expected.editors
    assert article.authors == expected.authors
    lines = article.body.split("\n")
    assert all(any(text in line for line in lines) for text in pages.PARAGRAPHS)
    assert len(lines) <= len(pages.PARAGRAPHS) + 1
    for field_ in ("title", "published", "body"):
        assert article.provenance[field_].rule
        assert 0 < article.provenance[field_].confidence <= 1


@pytest.mark.parametrize("expected", EXPECTED, ids=[e.page for e in EXPECTED])
def test_a_family_is_read_without_its_url_too(expected: Expected) -> None:
    _, article = read(getattr(pages, expected.page))
    assert article.title == pages.TITLE
    assert pages.PARAGRAPHS[1] in article.body
    assert article.editors == expected.editors


def test_every_system_has_a_page_here() -> None:
    assert {system.id for system in content_systems()} - {e.cms for e in EXPECTED} == {"gov_meta"}


@pytest.mark.parametrize(
    ("url", "document"),
    [
        ("/system/2025/03/04/031222333.shtml", ("enorth", "031222333")),
        ("/news/system/2025/03/04/031222333_02.shtml", ("enorth", "031222333")),
        ("/system/20250304/002695829.html", ("enorth", "002695829")),
        ("/content/sabcdefabcdefabcdefabcdef.html", ("founder_media", "abcdefabcdefabcdefabcdef")),
        ("/jsyw/202503/t20250304_sabcdefabcdefabcdefabcdef.shtml", ("founder_media", "abcdefabcdefabcdefabcdef")),
        ("/xw/202503/t20250304_4100200.shtml", ("trs", "4100200")),
        ("/sywh/202503/t5100200.htm", ("trs", "5100200")),
        ("/GB/314064/9100200.html", ("people", "9100200")),
        ("/html/2025/kejiao_0304/134373.html", ("phpcms", "134373")),
        ("/html/2017/tupian/2025/0304/142028.html", ("phpcms", "142028")),
        ("/news/2025/03/409495.shtml", ("cmstop", "409495")),
        ("/2025/0304/8706797_2.shtml", ("hbdysh", "8706797")),
        ("/p/481903.html", (None, None)),
        ("/ljxw/content/2025-03/04/content_729976.html", ("founder", "729976")),
        ("/content/2025-03/04/content_20022377.html", ("founder", "20022377")),
        ("/pc/con/202503/04/content_6143.html", ("founder_epaper", "6143")),
        ("/sxrb/content/202503/04/c231655.html", ("founder_epaper", "231655")),
        ("/html/2025-03/04/content_112264_15210855.htm", ("founder_epaper", "112264_15210855")),
        ("/about/system/2025/index.html", (None, None)),
        ("/content/sabcdef.html", (None, None)),
        ("/sywh/202599/t5100200.htm", (None, None)),
        ("/a/p/index.html", (None, None)),
    ],
)
def test_the_id_of_a_document_in_its_address(url: str, document: tuple[str | None, str | None]) -> None:
    """The addresses are invented, in the forms of the included portals."""
    raw, _ = read(pages.page(f"<h1>{pages.TITLE}</h1><div>{pages.paragraphs()}</div>"), f"http://qinghe.example{url}")
    assert (raw.cms, raw.document_id) == document


def test_the_date_of_a_web_article_is_not_that_of_a_link() -> None:
    links = "<div class='top'><a href='/content/2024-01/02/content_8.html'>清河县去年冬天的另一件事</a></div>"
    text = f"<h1>{pages.TITLE}</h1><p>2024-03-04 10:00　来源：清河日报</p><div>{pages.paragraphs()}</div>"
    _, article = read(pages.page(links + text), "http://qinghe.example/content/2024-03/04/content_9.html")
    assert article.published == "2024-03-04T10:00:00+08:00"


@pytest.mark.parametrize(
    ("written", "published"),
    [("2024-03-04 00:00:00:0", "2024-03-04"), ("2024-03-04 07:30:00:0", "2024-03-04T07:30:00+08:00")],
)
def test_midnight_is_not_a_time_of_a_newspaper(written: str, published: str) -> None:
    text = f"<!--enpproperty <date>{written}</date><author>何田</author>/enpproperty--><h2>{pages.TITLE}</h2>"
    body = f"<div id='ozoom'>{pages.paragraphs()}</div>"
    _, article = read(pages.page(text + body), "http://www.qinghe.example/pc/con/202403/04/content_6143.html")
    assert article.published == published


def test_what_a_label_names_in_an_element_of_its_own_is_not_a_writer() -> None:
    line = "<div>时间:<i>2024-03-04 10:00</i>　来源:<i>清河日报</i>　选稿:<span>江小满</span></div>"
    _, article = read(pages.page(f"<h1>{pages.TITLE}</h1>{line}<div>{pages.paragraphs()}</div>"))
    assert (article.source, article.authors) == ("清河日报", [])
    assert [(credit.role, credit.name) for credit in article.credits] == [("选稿", "江小满")]


def test_ids_for_baidu_fill_what_a_content_system_leaves_open() -> None:
    raw, article = read(pages.BAIDU, "http://www.qinghe.example/system/2020/07/30/031222333.shtml")
    assert (raw.cms, raw.document_id) == ("enorth", "031222333")
    assert article.provenance["source"].rule == "baidu_ids"


def test_the_seeds_summary_box_and_byline() -> None:
    _, article = read(pages.SEED, "http://www.qinghe.example/2019/0710/49629.shtml")
    assert article.summary == "清河县用一张清单管水，二十三个灌区先行。"
    assert article.summary not in article.body
    assert "分享到" not in article.body
    assert "字号" not in article.body
    assert article.body.endswith("(记者 柳明 何田 通讯员 江小满)")


def test_images_captions_and_further_pages() -> None:
    raw, _ = read(pages.TRS, "http://www.qinghe.example/xw/202307/t20230712_4450370.html")
    assert [(image.url, image.caption) for image in raw.images] == [
        ("http://www.qinghe.example/xw/202307/W020230712.jpg", "灌区放水。何田 摄")
    ]
    assert "<figcaption>灌区放水。何田 摄</figcaption>" in raw.body_html
    assert raw.next_pages == [
        "http://www.qinghe.example/xw/202307/t20230712_4450370_1.html",
        "http://www.qinghe.example/xw/202307/t20230712_4450370_2.html",
    ]
    raw, _ = read(pages.DEDE, "http://www.qinghe.example/a/yw/4021.html")
    assert raw.next_pages == ["http://www.qinghe.example/a/yw/4021_2.html"]


def test_attachments_and_government_metadata() -> None:
    raw, article = read(pages.JCMS, "http://www.qinghe.example/art/2024/5/20/art_123_456.html")
    assert [(a.url, a.text) for a in raw.attachments] == [("http://www.qinghe.example/attach/0/qd.pdf", "用水清单.pdf")]
    assert article.provenance["source"].rule == "gov_meta"
    assert article.provenance["body"].rule == "jcms"


def test_fields_of_founders_comment() -> None:
    raw, article = read(pages.FOUNDER, "http://www.qinghe.example/2024-05/10/content_8812.htm")
    assert article.subtitle == "南岸九村月底接入"
    assert article.keywords == ["用水", "清单"]
    assert raw.published is not None
    assert raw.published.rule == "founder"
