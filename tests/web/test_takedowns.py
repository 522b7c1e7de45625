"""The addresses of a suppressed article, and pages that were made before it was suppressed."""

from pathlib import Path
from urllib.parse import quote

from support.web import HIDDEN_WORD, Crawled, Server


def test_its_own_addresses_are_not_there(site: Server, crawled: Crawled) -> None:
    for path in ("", ".bib", ".json", "/changes", "/event", "/capture/1.html", "/capture/1.warc.gz"):
        assert site.get(f"/article/{crawled.hidden}{path}").status == 404
    found = site.get(f"/search?q={quote(HIDDEN_WORD)}")
    assert found.status == 200 and crawled.hidden not in found.text


def test_a_takedown_holds_at_once(copied: Path, crawled: Crawled) -> None:
    """Also on pages that were made a moment before, and are kept."""
    from support.web import newscrawler, serving

    search = f"/search?q={quote(HIDDEN_WORD)}"
    with serving(copied) as server:
        assert server.get(f"/article/{crawled.hidden}").status == 404
        assert crawled.hidden not in server.get(search).text
        newscrawler("suppress", "lift", crawled.hidden_url, "--archive", copied, cwd=copied.parent)
        assert HIDDEN_WORD in server.get(f"/article/{crawled.hidden}").text
        for _ in range(8):
            assert crawled.hidden in server.get(search).text
        newscrawler("suppress", "add", crawled.hidden_url, "--reason", "again", "--archive", copied, cwd=copied.parent)
        for _ in range(8):
            assert crawled.hidden not in server.get(search).text
        assert server.get(f"/article/{crawled.hidden}").status == 404
        assert crawled.hidden not in server.get("/search.json").text
