"""The outlet of an article: beside the date or behind the text, in Chinese and in English."""

from __future__ import annotations

import pytest

from newscrawler.normalization.article import Article
from tests.extraction.test_bylines import FIRST, LAST, read, read_markup

BODY = f"<p>{FIRST}</p><p>{LAST}</p>"
ENGLISH = (
    "<p>Farmers in Qinghe county have begun to plant rice, six days earlier than last year, officials said.</p>"
    "<p>The new canal is twelve kilometres long, and more than five thousand people have come to see it.</p>"
)


def of_site(meta: str, foot: str = "", site: str = "清河网") -> Article:
    return read_markup(
        f"<title>柳湾灌区分三期改造_{site}</title><h1>柳湾灌区分三期改造</h1><div>{meta}</div><div>{BODY}</div>{foot}"
    )


@pytest.mark.parametrize(
    ("meta", "source"),
    [
        ("清河网 · 地方 · 2024-07-10 09:30", "清河网"),
        ("2024-07-10 09:30 清河日报 县区", "清河日报"),
        ("《清河日报》（ 2024年07月10日 第 06 版）", "清河日报"),
        ("《清河日报》（2024年07月10日 第A06版）", "清河日报"),
        ("<b>Qinghe Sports Daily</b> | 2024-07-10 09:30", "Qinghe Sports Daily"),
        ("2024-07-10 09:30 Qinghe News", "Qinghe News"),
        ("<p>Qinghe Daily</p><p>2024-07-10 09:30</p>", "Qinghe Daily"),
    ],
)
def test_an_outlet_beside_the_date(meta: str, source: str) -> None:
    article = read(BODY, meta=meta)
    assert (article.source, article.authors) == (source, [])


@pytest.mark.parametrize(
    "label", ["来源：江城日报", "稿源：江城日报", "（来源：江城日报）", "<p>责任编辑：柳明</p><p>来源：江城日报</p>"]
)
def test_a_label_behind_the_text_wins_over_the_name_of_the_site(label: str) -> None:
    assert of_site("2024-07-10 09:30 清河网", f"<p>{label}</p>").source == "江城日报"


@pytest.mark.parametrize(
    ("meta", "foot"),
    [
        ("2024-07-10 09:30 来源：清河网", "<p>来源：江城日报</p>"),
        ("2024-07-10 09:30 清河网", "<p>来源：本网</p>"),
        (
            "2024-07-10 09:30 清河网",
            "<p>下一篇</p><div class=v><a href=/v.html>放水现场</a><p>来源：江城卫视</p></div>",
        ),
        ("2024-07-10 09:30 清河网", "<p>声明：凡本网注明“来源：XXX（非本网）”的作品均转载自其它媒体</p>"),
    ],
)
def test_the_name_of_the_site_stays_where_nothing_else_is_labelled(meta: str, foot: str) -> None:
    assert of_site(meta, foot).source == "清河网"


@pytest.mark.parametrize("name", ["要闻", "综合", "专题", "文化周刊", "广告", "清河时评", "何田工作室", ""])
@pytest.mark.parametrize("number", ["第02版", "第A2版", "第 12 版"])
def test_the_name_of_a_page_changes_no_field(number: str, name: str) -> None:
    imprint = f"江城晚报 2024年07月10日 {number}{'：' if name else ''}{name}"
    article = read_markup(
        f"<title>柳湾灌区分三期改造</title><div>{imprint}</div><h1>柳湾灌区分三期改造</h1><div>{BODY}</div>"
    )
    assert (article.source, article.published, article.authors) == ("江城晚报", "2024-07-10", [])


def test_another_outlet_beside_the_date_is_not_replaced() -> None:
    assert of_site("2024-07-10 09:30 清河晚报", "<p>来源：江城日报</p>").source == "清河晚报"


def test_a_topic_below_the_date_is_no_outlet() -> None:
    topic = "<p><a href=/zt/1.shtml>2012春运：温暖回家路</a></p>"
    page = f"<h1>柳湾灌区分三期改造</h1><div>2024-07-10 09:30 编辑：柳明</div>{topic}<div>{BODY}</div><p>来源：( 江城在线 )</p>"
    assert read_markup(page).source == "江城在线"


@pytest.mark.parametrize(
    ("meta", "authors", "source"),
    [
        ("By He Ziheng and Lu Qingyao in Qinghe | Qinghe Daily | Updated: 2024-07-10 09:30", ["He Ziheng", "Lu Qingyao"], "Qinghe Daily"),
        ("By HE ZIHENG | Qinghe Daily | 2024-07-10 09:30", ["HE ZIHENG"], "Qinghe Daily"),
        ("By He Ziheng, Lu Qingyao and Wei Tian | Qinghe Daily | 2024-07-10", ["He Ziheng", "Lu Qingyao", "Wei Tian"], "Qinghe Daily"),
        ("By He Ziheng for Qinghe Daily | Updated: 2024-07-10 09:30", ["He Ziheng"], "Qinghe Daily"),
        ("Source: Qinghe News 2024-07-10 09:30 Editor: Lu Qingyao", [], "Qinghe News"),
    ],
)  # fmt: skip
def test_an_english_meta_line(meta: str, authors: list[str], source: str) -> None:
    page = (
        f"<title>Canal opens in Qinghe</title><h1>Canal opens in Qinghe</h1><p class=by>{meta}</p><div>{ENGLISH}</div>"
    )
    article = read_markup(page)
    assert (sorted(article.authors), article.source) == (sorted(authors), source)
    assert article.published.startswith("2024-07-10") and "By" not in article.body


@pytest.mark.parametrize(
    "end",
    [
        "{last}</p><p>本文转自《江城日报》。",
        "{last}</p><p>（本文转载自《江城日报》）",
        "{last}</p><p>（原载《江城日报》2023年6月8日）",
        "{last}【来源：江城日报】",
        "{last}（转自江城日报）",
    ],
)
def test_a_text_names_at_its_end_where_it_comes_from(end: str) -> None:
    article = read(f"<p>{FIRST}</p><p>{end.format(last=LAST)}</p>", meta="2024-07-10 09:30")
    assert article.source.strip("《》") == "江城日报"


@pytest.mark.parametrize(
    "end", ["（来自清河的水）", "（选自一百封来信）", "，这些水来自清河上游。", "（据江城日报一位读者回忆）"]
)
def test_other_words_at_the_end_name_no_source(end: str) -> None:
    assert read(f"<p>{FIRST}</p><p>{LAST}{end}</p>", meta="2024-07-10 09:30").source == ""


@pytest.mark.parametrize("outlet", ["南方+", "现代快报+", "石榴云", "清河中文站"])
def test_outlets_with_names_of_their_own(outlet: str) -> None:
    article = read(BODY, meta=f"{outlet}　2024-07-10 09:30")
    assert (article.source, article.authors) == (outlet, [])


@pytest.mark.parametrize(
    "meta", ["媒体：江城日报　2024-07-10", "2024-07-10　來源：江城日报　編輯：柳明", "2024-07-10 週三 江城日报"]
)
def test_labels_and_weekdays_beside_an_outlet(meta: str) -> None:
    assert read(BODY, meta=meta).source == "江城日报"


@pytest.mark.parametrize("between", [" ", "　", "</span><span>", "</td><td>"])
@pytest.mark.parametrize(("outlet", "label"), [("清河发布", "日期"), ("清河发布", "时间"), ("云溪发表", "日期")])
def test_the_end_of_an_outlet_is_no_part_of_the_next_label(between: str, outlet: str, label: str) -> None:
    article = read(BODY, meta=f"<span>来源：{outlet}{between}{label}：2024-07-10 09:30</span>")
    assert (article.source, article.published[:16]) == (outlet, "2024-07-10T09:30")
    other = read(BODY, meta=f"<span>来源：江城日报{between}发布 {label}：2024-07-10 09:30</span>")
    assert (other.source, other.published[:16]) == ("江城日报", "2024-07-10T09:30")


def test_labels_in_traditional_characters() -> None:
    article = read(BODY, meta="2024-07-10　來源：雲溪日報　記者：張來福　責任編輯：蘇小小")
    assert (article.source, article.authors, article.editors) == ("雲溪日報", ["張來福"], ["蘇小小"])
