"""Our pages, asked for as a browser does: what they show, in two languages, and the headers they come with."""

import csv
import hashlib
import io
import json
import re
import time
from pathlib import Path
from urllib.parse import urljoin

import pytest
from lxml import html

from newscrawler.monitoring.metrics import metrics_text
from support.web import NEW_SENTENCE, OLD_SENTENCE, Crawled, Server, newscrawler, own_pages, path_of, serving

WORD = "村民"


def page(site: Server, path: str) -> html.HtmlElement:
    answer = site.get(path_of(path))
    assert answer.status == 200, answer.text
    return html.document_fromstring(answer.text)


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def ids(tree: html.HtmlElement, links: str) -> list[str]:
    return [link.rpartition("/")[2].split("?")[0] for link in tree.xpath(links)]


@pytest.mark.parametrize(("language", "shown"), [("zh", "zh-CN"), ("en", "en")])
def test_every_page_says_its_language(site: Server, crawled: Crawled, language: str, shown: str) -> None:
    for path in own_pages(crawled):
        answer = site.get(path_of(path), Accept_Language="fr, " + ("zh-TW" if language == "zh" else "en-GB"))
        tree = html.document_fromstring(answer.text)
        assert tree.get("lang") == shown, path
        assert tree.xpath("string(//title)").strip()
        assert len(tree.xpath("//h1")) == 1, path
        assert "Accept-Language" in answer.headers["vary"]


def test_the_language_of_the_address_comes_first_and_goes_along(site: Server) -> None:
    answer = site.get("/?lang=zh", Accept_Language="en")
    tree = html.document_fromstring(answer.text)
    assert tree.get("lang") == "zh-CN"
    own = [link for link in tree.xpath("//a/@href") if link.startswith("/")]
    others = [link for link in own if "lang=zh" not in link]
    assert others == ["/?lang=en"]
    assert tree.xpath("//form//input[@name='lang']/@value") == ["zh"]


def test_every_page_is_locked_down(site: Server, crawled: Crawled) -> None:
    for path in own_pages(crawled):
        answer = site.get(path_of(path))
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "*" not in policy, path
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        tree = html.document_fromstring(answer.text)
        assert not tree.xpath(
            "//script | //style | //img[not(starts-with(@src, '/article/'))] | //iframe | //*[@style] | //@*[starts-with(name(), 'on')]"
        ), path
        for link in tree.xpath("//a[@href]"):
            target = link.get("href")
            if target.startswith(("/", "#")) and not target.startswith("//"):
                continue
            assert re.match(r"https?://", target), (path, target)
            assert "noreferrer" in link.get("rel"), (path, target)


def test_no_link_of_ours_is_dead(site: Server, crawled: Crawled) -> None:
    """Every address that our pages lead to is answered, from every page of one visit."""
    found: dict[str, str] = {}
    for path in own_pages(crawled):
        tree = html.document_fromstring(site.get(path_of(path)).text)
        for link in tree.xpath("//a/@href | //link/@href"):
            if link.startswith("/") and not link.startswith("/nothing"):
                found.setdefault(urljoin(path, link).split("#")[0], path)
    # Of links that differ in their value only, a few are enough.
    kinds: dict[str, list[str]] = {}
    for link in found:
        kinds.setdefault(re.sub(r"=[^&]*|[0-9a-f]{24}", "=", link), []).append(link)
    for links in kinds.values():
        for link in links[:2]:
            assert site.get(link).status == 200, (link, found[link])


def test_stylesheet(site: Server) -> None:
    (path,) = page(site, "/").xpath("//link[@rel='stylesheet']/@href")
    answer = site.get(path)
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]


def test_home_has_the_totals_the_charts_and_the_newest(site: Server, crawled: Crawled) -> None:
    tree = page(site, "/?lang=en")
    shown = crawled.one("SELECT count(*) FROM articles_flat")
    assert f"Articles: {shown}. Portals: 1, with 17 sections." in words(tree)
    newest = crawled.rows("SELECT title FROM articles_flat ORDER BY published DESC LIMIT 1")[0]["title"]
    assert newest in words(tree.xpath("//ol[@class='entries']/li")[0])
    chart = tree.xpath("//figure//*[local-name()='svg'][@role='img']")[0]
    assert "in total" in chart.get("aria-label")
    # The chart's numbers are there as a table, too.
    rows = {
        row.xpath("string(th)"): int(row.xpath("string(td)"))
        for row in tree.xpath("//section[@aria-labelledby='days']//tbody/tr")
    }
    days = crawled.rows(
        "SELECT published_date AS day, count(*) AS n FROM articles_flat WHERE published_date >= "
        "(SELECT date(max(published_date), '-29 days') FROM articles_flat) GROUP BY 1"
    )
    assert rows == {row["day"]: row["n"] for row in days}


def test_cities_count_as_the_filter_does(site: Server) -> None:
    rows = page(site, "/cities").xpath("//tbody/tr")
    assert len(rows) == 17
    for row in rows[:6]:
        (link,) = row.xpath("th/a/@href")
        number = row.xpath("string(td[1])")
        name = row.xpath("string(th)").strip()
        if number == "0":
            continue
        assert f"Articles: {number}." in words(page(site, link + "&lang=en"))
        found = words(page(site, f"/search?city={name}&lang=en").xpath("//h2[@id='found']")[0])
        assert found == ("1 article" if number == "1" else f"{number} articles")


def test_search_marks_hits_and_counts(site: Server, crawled: Crawled) -> None:
    tree = page(site, f"/search?q={WORD}&lang=en")
    marks = [words(mark) for mark in tree.xpath("//mark")]
    assert marks and set(marks) == {WORD}
    expected = crawled.one(
        "SELECT count(*) FROM articles_flat WHERE title LIKE ?1 OR summary LIKE ?1 OR body LIKE ?1", f"%{WORD}%"
    )
    assert words(tree.xpath("//h2[@id='found']")[0]) == f"{expected} articles"


def test_facets_count_and_narrow(site: Server) -> None:
    tree = page(site, f"/search?q={WORD}&lang=en")
    names = [words(heading) for heading in tree.xpath("//section[@class='facets']//h3")]
    assert names == ["city", "source", "editor", "month"]
    for section in tree.xpath("//section[@class='facets']/section"):
        item = section.xpath(".//li")[0]
        number = int(item.xpath("string(span[@class='count'])"))
        narrowed = page(site, item.xpath("a/@href")[0])
        found = words(narrowed.xpath("//h2[@id='found']")[0])
        assert found == ("1 article" if number == 1 else f"{number} articles"), words(section)
        # What was chosen can be taken away again.
        assert narrowed.xpath("//section[@aria-labelledby='chosen']//a")


def test_the_chart_of_a_search_has_every_month_and_its_share(site: Server, crawled: Crawled) -> None:
    tree = page(site, f"/search?q={WORD}&lang=en").xpath("//section[@aria-labelledby='months']")[0]
    shown = {row.xpath("string(th)"): [words(one) for one in row.xpath("td")] for row in tree.xpath(".//tbody/tr")}
    wanted = crawled.rows(
        "SELECT substr(published_date, 1, 7) AS month, count(*) AS every, "
        "total(title LIKE ?1 OR summary LIKE ?1 OR body LIKE ?1) AS found FROM articles_flat GROUP BY 1 HAVING found > 0",
        f"%{WORD}%",
    )
    assert shown == {
        row["month"]: [str(int(row["found"])), f"{100 * row['found'] / row['every']:.2f} %"]
        for row in wanted
        if row["month"]
    }
    assert len(tree.xpath(".//*[local-name()='svg']")) == 2
    assert len(page(site, "/search").xpath("//section[@aria-labelledby='months']//*[local-name()='svg']")) == 1


def test_all_articles_can_be_reached_page_by_page(site: Server, crawled: Crawled) -> None:
    wanted = {row["id"] for row in crawled.rows("SELECT id FROM articles_flat")}
    for start in (
        "/search",
        "/search?city=宜昌市",
        "/search?source=三江晚报",
        f"/search?q={WORD}",
        f"/search?q={WORD}&sort=newest",
    ):
        seen: list[str] = []
        headed: list[str] = []
        path = path_of(start)
        for _ in range(20):
            tree = html.document_fromstring(site.get(path).text)
            seen += ids(tree, "//ol[@class='entries']//a/@href[starts-with(., '/article/')]")
            headed += ids(tree, "//ol[@class='entries']//h3/a/@href")
            following = tree.xpath("//nav//a[@rel='next']/@href")
            if not following:
                break
            path = following[0]
        assert len(seen) == len(set(seen)), start
        saved = site.get(path_of(start.replace("/search", "/search.json", 1))).json()
        # Reprints stand below the first of them.
        assert sorted(seen) == sorted(row["id"] for row in saved), start
        assert headed == [row["id"] for row in saved if row["id"] in headed], start
        if start == "/search":
            assert set(seen) == wanted


def test_the_result_as_csv_and_json_is_the_one_shown(site: Server, crawled: Crawled) -> None:
    for query in (f"?q={WORD}", f"?q={WORD}&sort=newest&city=宜昌", "?source=三江晚报", ""):
        rows = site.get(path_of(f"/search.json{query}")).json()
        answer = site.get(path_of(f"/search.csv{query}"))
        assert answer.headers["content-disposition"] == 'attachment; filename="articles.csv"'
        assert answer.body.startswith(b"\xef\xbb\xbf")
        table = list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig"), newline="")))
        assert [row["id"] for row in table] == [row["id"] for row in rows]
        for row in rows[:5]:
            (stored,) = crawled.rows("SELECT * FROM articles_flat WHERE id = ?", row["id"])
            assert row == stored
        shown = page(site, f"/search{query}").xpath("//ol[@class='entries']//h3/a/@href")
        assert [link.rpartition("/")[2] for link in shown] == [row["id"] for row in rows[: len(shown)]]


def test_an_empty_result_as_a_file(site: Server) -> None:
    assert site.get(path_of("/search.json?q=没有这样的词语")).json() == []
    assert site.get(path_of("/search.csv?q=没有这样的词语")).text.count("\r\n") == 1


def test_article_page_has_all_that_is_known(site: Server, crawled: Crawled) -> None:
    (stored,) = crawled.rows("SELECT * FROM articles_flat WHERE id = ?", crawled.edited)
    tree = page(site, f"/article/{crawled.edited}?lang=en")
    text = words(tree)
    assert words(tree.xpath("//h1")[0]) == " ".join(stored["title"].split())
    for line in stored["body"].split("\n"):
        assert " ".join(line.split()) in text
    for name in ("source", "summary", "editors", "city"):
        assert stored[name].split("、")[0] in text
    provenance = json.loads(
        crawled.one(
            "SELECT provenance FROM versions WHERE id = (SELECT version FROM articles WHERE id = ?)", crawled.edited
        )
    )
    table = words(tree.xpath("//section[@aria-labelledby='fields']")[0])
    for name in ("title", "source", "published", "body"):
        assert provenance[name]["rule"] in table
    captions = crawled.rows(
        "SELECT caption, url FROM images WHERE version = (SELECT version FROM articles WHERE id = ?)", crawled.edited
    )
    assert captions
    pictures = tree.xpath("//section[@aria-labelledby='images']")[0]
    for row in captions:
        assert row["caption"] in words(pictures)
        assert row["url"] in pictures.xpath(".//a/@href")
    assert stored["url"] in tree.xpath("//p[@class='actions']/a/@href")


def test_captures_are_files_and_nothing_else(site: Server, crawled: Crawled) -> None:
    for number, sentence in ((1, OLD_SENTENCE), (2, NEW_SENTENCE)):
        answer = site.get(f"/article/{crawled.edited}/capture/{number}.html")
        assert sentence in answer.text
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["content-security-policy"].startswith("sandbox")
    record = site.get(f"/article/{crawled.edited}/capture/1.warc.gz").body
    (row,) = crawled.rows(
        """SELECT c.* FROM captures c JOIN versions v ON v.capture = c.id JOIN articles a ON a.n = v.article
           WHERE a.id = ? AND v.number = 1""",
        crawled.edited,
    )
    assert len(record) == row["length"] and row["digest"]
    from warcio.archiveiterator import ArchiveIterator

    (parsed,) = [
        (one.rec_headers["WARC-Target-URI"], one.raw_stream.read()) for one in ArchiveIterator(io.BytesIO(record))
    ]
    assert parsed[0] == row["url"]
    assert hashlib.sha256(parsed[1]).hexdigest() == row["digest"]
    assert site.get(f"/article/{crawled.edited}/capture/3.html").status == 404


def test_changes_between_versions(site: Server, crawled: Crawled) -> None:
    tree = page(site, f"/article/{crawled.edited}/changes?from=1&to=2&lang=en")
    removed, added = ("".join(words(one) for one in tree.xpath(f"//{tag}")) for tag in ("del", "ins"))
    assert removed == "三班" and added == "两班，天亮才走"
    link = page(site, f"/article/{crawled.edited}").xpath(
        "//section[@aria-labelledby='history']//a[contains(@href, 'changes')]"
    )
    assert link
    # The other way round what was added was removed.
    back = page(site, f"/article/{crawled.edited}/changes?from=2&to=1")
    assert "天亮才走" in "".join(words(one) for one in back.xpath("//del"))
    assert site.get(f"/article/{crawled.edited}/changes?from=1&to=9").status == 400


def test_reprints_name_each_other_and_the_origin(site: Server, crawled: Crawled) -> None:
    for row in crawled.rows("SELECT origin_id, id FROM reprints"):
        origin = page(site, f"/article/{row['origin_id']}?lang=en").xpath("//section[@aria-labelledby='reprints']")[0]
        assert f"/article/{row['id']}?lang=en" in origin.xpath(".//a/@href")
        assert "considered the origin" in words(origin)
        reprint = page(site, f"/article/{row['id']}?lang=en").xpath("//section[@aria-labelledby='reprints']")[0]
        marked = reprint.xpath(".//li[.//span[@class='badge']]/a/@href")
        assert marked == [f"/article/{row['origin_id']}?lang=en"]


def test_a_story_stands_once_in_a_result_with_its_reprints_below(site: Server, crawled: Crawled) -> None:
    clusters = crawled.rows(
        """SELECT r.cluster, v.title, group_concat(a.id) AS ids FROM reprint_members r JOIN articles a ON a.n = r.article
           JOIN versions v ON v.id = a.version GROUP BY 1, 2 HAVING count(*) > 1"""
    )
    assert clusters
    for row in clusters:
        tree = page(site, f"/search?q={row['title']}&lang=en")
        (item,) = [one for one in tree.xpath("//ol[@class='entries']/li") if words(one.xpath("h3")[0]) == row["title"]]
        assert set(ids(item, ".//a/@href[starts-with(., '/article/')]")) == set(row["ids"].split(","))
        assert "1 reprint of it was found, too:" in words(item)
        chinese = page(site, f"/search?q={row['title']}&lang=zh")
        assert "另有 1 篇转载：" in words(chinese.xpath("//ol[@class='entries']")[0])


def test_citations_are_those_of_the_command(site: Server, crawled: Crawled) -> None:
    def cite(style: str) -> str:
        return newscrawler("cite", crawled.edited, "--style", style, "--archive", crawled.path, cwd=crawled.path.parent)

    shown = words(page(site, f"/article/{crawled.edited}").xpath("//p[@class='reference']")[0])
    assert shown == " ".join(cite("gb7714").splitlines()[0].split())
    bibtex = site.get(f"/article/{crawled.edited}.bib")
    assert bibtex.text.strip() == cite("bibtex").strip()
    assert "attachment" in bibtex.headers["content-disposition"]
    assert site.get(f"/article/{crawled.edited}.json").json() == json.loads(cite("csl-json"))


@pytest.mark.parametrize(("kind", "column"), [("outlet", "source"), ("editor", "editors")])
def test_profiles(site: Server, crawled: Crawled, kind: str, column: str) -> None:
    (row,) = crawled.rows(
        f"SELECT {column} AS name, count(*) AS n FROM articles_flat WHERE {column} IS NOT NULL AND {column} NOT LIKE '%、%' "
        "GROUP BY 1 ORDER BY 2 DESC LIMIT 1"
    )
    tree = page(site, f"/{kind}?name={row['name']}&lang=en")
    assert words(tree.xpath("//h1")[0]) == row["name"]
    listed = page(site, f"/{kind}s").xpath(f"//tr[th[normalize-space() = '{row['name']}']]/td[1]/text()")
    assert f"Articles: {listed[0]}." in words(tree)
    months = {one.xpath("string(th)"): int(one.xpath("string(td)")) for one in tree.xpath("//tbody/tr")}
    assert sum(months.values()) == int(listed[0])


def test_a_list_of_names_is_narrowed_by_a_part(site: Server, crawled: Crawled) -> None:
    for path, part, column in (("/outlets", "晚报", "source"), ("/cities", "宜昌", "city")):
        rows = page(site, f"{path}?q={part}&lang=en").xpath("//tbody/tr/th")
        wanted = {row["name"] for row in crawled.rows(f"SELECT DISTINCT {column} AS name FROM articles_flat")}
        assert {words(row) for row in rows} == {name for name in wanted if name and part in name}
    assert "No name contains this." in words(page(site, "/editors?q=没有这个人&lang=en"))
    assert site.get(f"/editors?q={'x' * 201}").status == 400


def test_cells_of_wide_tables_name_their_columns(site: Server, crawled: Crawled) -> None:
    """On a phone a row is a card; each cell then needs the name of its column."""
    for path in (
        "/coverage?lang=zh",
        "/coverage?portal=demo&section=宜昌市&lang=zh",
        "/runs?lang=zh",
        f"/article/{crawled.edited}?lang=zh",
        f"/run/{crawled.one('SELECT key FROM runs ORDER BY id LIMIT 1')}?lang=zh",
        "/withdrawals?kind=edited&lang=zh",
        "/coverage?portal=demo&section=黄冈市&state=gone&lang=zh",
    ):
        tables = page(site, path).xpath("//table[contains(@class, 'cards')]")
        assert tables, path
        for table in tables:
            heads = [words(one) for one in table.xpath("./thead/tr/th")]
            for row in table.xpath("./tbody/tr"):
                labels = [cell.get("data-label") for cell in row.xpath("./*")]
                assert len(labels) == len(heads), path
                assert all(
                    label == head
                    for label, head, cell in zip(labels, heads, row.xpath("./*"), strict=True)
                    if cell.tag == "td"
                ), path


def test_a_city_may_be_named_in_any_form(site: Server) -> None:
    assert words(page(site, "/city?name=宜昌").xpath("//h1")[0]) == "宜昌市"


def test_coverage_runs_and_their_details(site: Server, crawled: Crawled) -> None:
    rows = page(site, "/coverage?lang=en").xpath("//tbody/tr")
    assert len(rows) == crawled.one("SELECT count(DISTINCT section) FROM listing_sightings")
    assert crawled.one("SELECT count(*) FROM urls WHERE state = 'gone'") == 1
    (gone,) = page(site, "/coverage?lang=en").xpath("//a[contains(@href, 'state=gone')]/@href")
    assert "404" in words(page(site, gone).xpath("//section[@aria-labelledby='documents']")[0])
    keys = [row["key"] for row in crawled.rows("SELECT key FROM runs ORDER BY started DESC, id DESC")]
    assert [words(one) for one in page(site, "/runs").xpath("//tbody/tr/th")] == keys
    detail = words(page(site, f"/run/{keys[-1]}?lang=en"))
    for expected in ("HTTP 200", "robots.txt", "USER_AGENT", "宜昌市", "the link leaves the portal"):
        assert expected in detail


def test_metrics_are_those_of_the_file(site: Server, crawled: Crawled) -> None:
    import sqlite3

    answer = site.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    connection = sqlite3.connect(crawled.path)
    assert answer.text == metrics_text(connection)
    connection.close()


def test_alarms_are_shown(copied: Path) -> None:
    import sqlite3

    connection = sqlite3.connect(copied)
    for state in ("open", "closed"):
        connection.execute(
            "INSERT INTO alarms (portal, section, field, kind, state, level, message, before, after, samples, first_seen,"
            " last_seen) VALUES ('demo', '宜昌市', 'editors', 'field-empty', ?, 0.9, ?, '98 %', '0 %',"
            " '[\"http://www.demo.newscrawler.example/x.shtml\", \"javascript:alert(1)\"]', '2026-01-01T00:00:00Z',"
            " '2026-01-02T00:00:00Z')",
            [state, f"editors were lost, {state}"],
        )
    connection.commit()
    connection.close()
    with serving(copied) as server:
        tree = page(server, "/alarms?lang=en")
        assert "editors were lost, open" in words(tree) and "editors were lost, closed" not in words(tree)
        assert "http://www.demo.newscrawler.example/x.shtml" in tree.xpath("//a/@href")
        assert not [link for link in tree.xpath("//a/@href") if link.startswith("javascript")]
        assert "editors were lost, closed" in words(page(server, "/alarms?all=1&lang=en"))
        assert "Open alarms: 1" in words(page(server, "/?lang=en"))


def test_a_run_is_told_in_chinese(site: Server, crawled: Crawled) -> None:
    tree = page(site, f"/run/{crawled.one('SELECT key FROM runs ORDER BY id LIMIT 1')}?lang=zh")
    for part in ("record", "numbers", "filled"):
        names = [words(one) for one in tree.xpath(f"//section[@aria-labelledby='{part}']//dt")]
        assert names, part
        assert not [name for name in names if name.isascii() and not name.startswith(("HTTP ", "newscrawler"))]
    codes = tree.xpath("//section[@aria-labelledby='sections']//td[1] | //section[@aria-labelledby='events']//td[1]")
    assert codes and not [words(code) for code in codes if words(code).isascii()]


def test_the_chart_of_days_says_which(site: Server) -> None:
    """The newest article of an archive may be years old."""
    figure = page(site, "/?lang=en").xpath("//section[@aria-labelledby='days']")[0]
    last = words(figure.xpath(".//*[@class='axis']/span[2]")[0])
    assert words(figure.xpath("./h2")[0]) == f"Articles per day until {last}"
    most = words(figure.xpath(".//*[@class='top-of-axis']")[0])
    assert f"at most {most} (" in words(figure.xpath(".//figcaption")[0])


def test_what_a_crawl_stores_is_shown_while_it_runs(copied: Path) -> None:
    """Another process commits an article; the running server shows it, its day in the totals a little later."""
    import sqlite3

    with serving(copied) as server:
        before = words(page(server, "/?lang=en"))
        count = int(re.search(r"Articles: (\d+)\.", before)[1])
        connection = sqlite3.connect(copied)
        n, version = connection.execute("SELECT n, version FROM articles ORDER BY n LIMIT 1").fetchone()
        connection.execute("UPDATE versions SET title = '刚刚存下的标题' WHERE id = ?", [version])
        connection.execute("UPDATE search_documents SET published = '2031-01-01' WHERE n = ?", [n])
        connection.execute(
            "INSERT INTO suppressions (article, reason, by, since) VALUES ((SELECT id FROM articles WHERE n = 2), 'x', 'y', 'z')"
        )
        connection.execute("DELETE FROM search_documents WHERE n = 2")
        connection.commit()
        assert "刚刚存下的标题" in words(page(server, "/").xpath("//ol[@class='entries']/li")[0])
        end = time.monotonic() + 120
        while f"Articles: {count - 1}." not in words(page(server, "/?lang=en")):
            assert time.monotonic() < end
            time.sleep(0.05)
        connection.close()
