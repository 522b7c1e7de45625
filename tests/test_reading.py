"""Bytes of a page to an article by its portal's definition."""

from __future__ import annotations

from datetime import datetime

from newscrawler import places
from newscrawler.extraction.model import NoArticle, NotAnArticle
from newscrawler.normalization.article import Article
from newscrawler.portals import Portal
from newscrawler.reading import read_article
from newscrawler.text.clock import CHINA

PAGE = """<html><head><title>枝江：秋粮入库</title></head><body><h1>枝江：秋粮入库</h1>
<p class="meta">发布时间：昨天 09:30 来源：三峡日报</p><p class="own">2019年7月1日</p>
<div class="text"><p>本报枝江讯 连日来，枝江市各粮食收储企业开足马力，确保农民种下的粮食卖得出、卖得好、拿得到钱。</p>
<p>截至目前，全市已收购秋粮三万余吨，收购进度比去年同期快一成，农民售粮款当天全部结清。</p></div></body></html>"""
FETCHED = datetime(2019, 7, 11, 8, 0, tzinfo=CHINA)
DEFINITION = {"id": "own", "name": "三峡日报", "province": "湖北", "homepage": "http://www.own.example/"}


def read(definition: dict[str, object] | None, body: str = PAGE, encoding: str = "utf-8") -> Article:
    portal = Portal.model_validate({**DEFINITION, **definition}) if definition is not None else None
    article = read_article(
        body.encode(encoding),
        portal,
        url="http://www.own.example/a/1.html",
        fetched=FETCHED,
        within=places.match_division("宜昌", places.province("湖北")),
    )
    assert isinstance(article, Article)
    return article


def test_general_rules_read_a_page_of_no_portal() -> None:
    article = read(None)
    assert (article.title, article.source) == ("枝江：秋粮入库", "三峡日报")
    assert article.published == "2019-07-10T09:30:00+08:00", "昨天 counts from the moment of the fetch"
    assert article.place is None
    assert article.article_type == "unknown"


def test_a_definition_adds_place_type_and_overrides() -> None:
    article = read({"article": {"published": ".own"}})
    assert article.published == "2019-07-01"
    assert article.place is not None
    assert article.place.county is not None
    assert (article.place.division.name, article.place.county.name) == ("宜昌市", "枝江市")
    assert article.article_type == "原创", "its source is the portal itself"


def test_what_is_not_an_article_is_a_reason() -> None:
    result = read_article(b"%PDF-1.4", None)
    assert isinstance(result, NotAnArticle)
    assert result.reason is NoArticle.BINARY


def test_a_document_is_known_by_its_host_and_its_number() -> None:
    """Hosts of one portal may each count their documents; m. and wap. show those of the main host."""

    def key(host: str, folder: str = "a") -> str:
        url = f"http://{host}/{folder}/201907/t20190710_4711.html"
        article = read_article(PAGE.encode(), None, url=url)
        assert isinstance(article, Article)
        return article.key

    assert key("www.own.example") == key("own.example", "b") == key("m.own.example") == "trs:own.example:4711"
    assert key("yichang.own.example") == "trs:yichang.own.example:4711"


def test_a_printed_date_that_cannot_be_true_is_kept_as_evidence() -> None:
    body = PAGE.replace("昨天 09:30", "2031-01-01 09:30")
    article = read_article(body.encode(), None, url="http://www.own.example/2019/0710/1.html", fetched=FETCHED)
    assert isinstance(article, Article)
    assert (article.published, article.published_evidence) == ("2019-07-10", "url")
    assert article.provenance["published_printed"].raw == "2031-01-01 09:30"
