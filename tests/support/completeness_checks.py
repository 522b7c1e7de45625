"""Holding an archive against what the portal really showed and served."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

from newscrawler.archive import open_archive_read_only
from newscrawler.archive.reports.coverage import STATES, coverage_table, listed_urls
from newscrawler.archive.rows import select_rows
from newscrawler.crawling.resumption import OVERLAP_ENTRIES
from newscrawler.text.urls import identity
from support.living_portal import NO_PAGER, LivingPortal
from support.stories import HOST, Served, Story

SETTLED = ("done", "gone", "foreign")
DOUBTED_FROM, DOUBTED_SHARE = 5, 0.8
"""Entries of a list, and the share of them in lists of other cities, from which the list is doubted."""


class Witness:
    """Knows what each crawl must have recorded, and what it may have lost by being killed."""

    def __init__(self, portal: LivingPortal, archive: Path) -> None:
        self.portal = portal
        self.archive = archive
        self.killed: set[int] = set()
        self.recorded: dict[str, set[str]] = {name: set() for name in portal.sections}
        """Section to the URLs that its listing is known to have shown the archive."""
        self.problems: list[str] = []
        self.marks: dict[str, tuple[str | None, int | None]] = {}
        self.bookmarks: dict[str, tuple[int, set[str]]] = {}
        """Section to the run of the bookmark that the next crawl finds, and the entries that stood there."""

    def say(self, text: str) -> None:
        self.problems.append(f"crawl {self.portal.crawl}: {text}")

    def look(self, crawl: int, *, killed: bool = False, changed_meanwhile: bool = False) -> None:
        """Check everything that holds after every crawl."""
        if killed:
            self.killed.add(crawl)
        db = open_archive_read_only(self.archive)
        db.row_factory = sqlite3.Row
        try:
            sightings = self._sightings(db)
            self._compare_sightings(crawl, sightings, killed)
            self._compare_coverage(db)
            self._compare_articles(db)
            self._compare_marks(db, changed_meanwhile=changed_meanwhile)
        finally:
            db.close()

    def _sightings(self, db: Any) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {name: set() for name in self.portal.sections}
        for row in select_rows(
            db,
            "SELECT s.name, u.url FROM listing_sightings l JOIN sections s ON s.id = l.section JOIN urls u ON u.id = l.url",
        ):
            found[row["name"]].add(row["url"])
        return found

    def _compare_sightings(self, crawl: int, sightings: dict[str, set[str]], killed: bool) -> None:
        for name, urls in sightings.items():
            shown = self.portal.shown.get((crawl, name), set())
            least = self.recorded[name] | (set() if killed else shown)
            most = self.recorded[name] | shown
            if not least <= urls:
                self.say(f"{name} showed {sorted(least - urls)}, which is not recorded")
            if not urls <= most:
                self.say(f"{name} has sightings of {sorted(urls - most)}, which it never showed")
            self.recorded[name] = urls

    def _compare_coverage(self, db: Any) -> None:
        totals = coverage_table(db, by_month=False)
        months = coverage_table(db)
        for row in (*totals, *months):
            if row["listed"] != sum(row[state] for state in STATES):
                self.say(f"coverage does not add up: {row}")
        for row in totals:
            name = row["section"]
            if row["listed"] != len(self.recorded[name]):
                self.say(f"coverage says that {name} listed {row['listed']}; it was {len(self.recorded[name])}")
            of_months = Counter({state: sum(m[state] for m in months if m["section"] == name) for state in STATES})
            if of_months != Counter({state: row[state] for state in STATES}):
                self.say(f"the months of {name} give {of_months}, its total {row}")
            for state in STATES:
                behind = {found["url"] for found in listed_urls(db, sections=[name], state=state)}
                if len(behind) != row[state]:
                    self.say(f"{len(behind)} URLs behind {state} of {name}, which says {row[state]}")
                for url in behind:
                    self._check_state(url, state)
        listed = {name for name in self.portal.sections if self.recorded[name]}
        if {row["section"] for row in totals} != listed:
            self.say(f"coverage has sections {[row['section'] for row in totals]}, listings showed {listed}")

    def _check_state(self, url: str, state: str) -> None:
        served = self.portal.served.get(url, [])
        certain = [one for one in served if one.crawl not in self.killed]
        if state == "stored" and not served:
            self.say(f"{url} counts as stored, but was never served")
        if state in ("pending", "failed", "blocked") and certain:
            self.say(f"{url} is {state}, but crawl {certain[0].crawl} was served it")
        story = self.portal.stories[url.removeprefix(HOST)]
        if state == "gone" and not (story.withdrawn or story.came_back or story.was_unready):
            self.say(f"{url} is gone, but was never withdrawn")
        if state == "foreign":
            self.say(f"{url} is foreign, but the portal has no such links")

    def _compare_articles(self, db: Any) -> None:
        stored: dict[str, list[tuple[str, str]]] = {}
        for row in select_rows(
            db,
            """SELECT a.n, a.url, v.title, t.body FROM versions v JOIN articles a ON a.n = v.article
               JOIN texts t ON t.hash = v.text ORDER BY a.n, v.number""",
        ):
            stored.setdefault(row["url"], []).append((row["title"], row["body"]))
        numbers = [row["n"] for row in select_rows(db, "SELECT DISTINCT article AS n FROM versions")]
        if len(numbers) != len(stored) or len(numbers) != db.execute("SELECT count(*) FROM articles").fetchone()[0]:
            self.say("an article is stored twice, or without a version")
        for url, versions in stored.items():
            if not _explains(self.portal.served.get(url, []), versions, self.killed):
                self.say(f"{url} has versions {versions}, but was served as {self.portal.served.get(url)}")
        for url, served in self.portal.served.items():
            if url not in stored and any(one.crawl not in self.killed for one in served):
                self.say(f"{url} was served, but is not stored")
        sections: dict[str, set[str]] = {}
        for row in select_rows(
            db,
            """SELECT a.url, s.name FROM article_sections x JOIN articles a ON a.n = x.article
               JOIN sections s ON s.id = x.section""",
        ):
            sections.setdefault(row["url"], set()).add(row["name"])
        for url in stored:
            expected = {name for name, urls in self.recorded.items() if url in urls}
            if sections.get(url, set()) != expected:
                self.say(f"{url} stands in {sections.get(url)}, but was listed in {expected}")

    def _compare_marks(self, db: Any, *, changed_meanwhile: bool) -> None:
        run = db.execute("SELECT max(id) FROM runs").fetchone()[0]
        bookmarks, self.bookmarks = self.bookmarks, self._bookmarks(db)
        for row in select_rows(db, "SELECT id, name, complete_back_to, complete_run FROM sections"):
            before = self.marks.get(row["name"], (None, None))
            self.marks[row["name"]] = (row["complete_back_to"], row["complete_run"])
            if row["complete_run"] != run:
                continue
            back_to = "" if row["complete_back_to"] == "beginning" else row["complete_back_to"]
            known = {
                found["url"]: found
                for found in select_rows(
                    db,
                    """SELECT u.url, u.state, u.next_try, min(l.first_run) AS first_run, max(l.listed_date) AS day
                       FROM listing_sightings l JOIN urls u ON u.id = l.url WHERE l.section = ? GROUP BY u.id""",
                    [row["id"]],
                )
            }
            for url, found in known.items():
                if found["state"] in SETTLED or (found["day"] and found["day"] < back_to):
                    continue
                if found["state"] == "pending" or found["next_try"] is not None:
                    self.say(
                        f"{row['name']} is complete back to {row['complete_back_to']}, but {url} is {found['state']}"
                    )
            if row["name"] in self.portal.fronts():
                self._compare_with_columns(db, row["name"], back_to, run)
            elif not changed_meanwhile:
                if row["name"] in self.portal.stuck and not back_to:
                    self._compare_with_list(row["name"], known)
                self._compare_with_full_walk(row["name"], back_to, known, before[1], bookmarks.get(row["name"]))

    def _compare_with_columns(self, db: Any, front: str, back_to: str, run: int) -> None:
        """A front page is as complete as its worst column."""
        query = "SELECT complete_back_to, complete_run FROM sections WHERE front = ?"
        columns = list(select_rows(db, query, [front]))
        if len(columns) != len(self.portal.fronts()[front]):
            self.say(f"{front} is complete back to {back_to}, with {len(columns)} columns")
        for column in columns:
            mark = "" if column["complete_back_to"] == "beginning" else column["complete_back_to"]
            if column["complete_run"] != run or mark is None or mark > back_to:
                self.say(f"{front} is complete back to {back_to}, a column back to {mark} by {column['complete_run']}")

    def _has_only_the_number_1(self, section: str) -> bool:
        """Whether the pager of a list is a row of page numbers of one page, which proves nothing."""
        return self.portal.pager == "numbers" and len(self.portal.reachable(section)) <= self.portal.page_size

    def _looks_like_a_box_of_all_cities(self, section: str) -> bool:
        """Whether most entries of a list stand in those of other cities, too: such a list is doubted, not believed."""
        city = section.partition("/")[0]
        lists = self.portal.listings
        others = {story.url for name in lists if name.partition("/")[0] != city for story in lists[name]}
        own = [story for story in lists.get(section, []) if not story.unready]
        return len(own) >= DOUBTED_FROM and sum(story.url in others for story in own) >= DOUBTED_SHARE * len(own)

    def _compare_with_list(self, section: str, known: dict[str, Any]) -> None:
        """What cannot be reached now was read when the list was shorter, if the list is called complete."""
        for story in self.portal.listings[section]:
            if story.url not in known and section not in story.slipped_in:
                self.say(f"{section} is complete, but {story.url} is unknown")

    def _bookmarks(self, db: Any) -> dict[str, tuple[int, set[str]]]:
        """Return the bookmarks that the next crawl will find."""
        query = "SELECT s.name, b.run, b.tail FROM bookmarks b JOIN sections s ON s.id = b.section"
        return {row["name"]: (row["run"], set(json.loads(row["tail"]))) for row in select_rows(db, query)}

    def _compare_with_full_walk(
        self,
        section: str,
        back_to: str,
        known: dict[str, Any],
        old_mark: int | None,
        bookmark: tuple[int, set[str]] | None,
    ) -> None:
        """What a walk to the end would show now is known, but for what was slipped in below an overlap."""
        portal = self.portal
        in_a_row = older_in_a_row = read_in_a_row = 0
        read_by, tail = bookmark or (0, set())
        regular: list[Story] = portal.reachable(section)
        for story in [*portal.pinned[section], *regular]:
            # Ten old dates in a row are where a sweep with --since has come to its end.
            hidden = older_in_a_row >= OVERLAP_ENTRIES
            if identity(story.url) in tail:  # from the bookmark on, the listing is read again
                read_by, read_in_a_row = 0, 0
            is_skipped = max(in_a_row, read_in_a_row) >= OVERLAP_ENTRIES
            deep = hidden or (is_skipped and section in story.slipped_in)
            if story.url not in known and not deep and f"{story.day}" >= back_to:
                self.say(f"{section} is complete back to {back_to or 'beginning'}, but {story.url} is unknown")
            if story in regular:
                if not hidden:
                    older_in_a_row = older_in_a_row + 1 if f"{story.day}" < back_to else 0
                first_run = known[story.url]["first_run"] if story.url in known else None
                is_old = first_run is not None and old_mark is not None and first_run <= old_mark
                is_read = first_run is not None and first_run <= read_by
                read_in_a_row = (
                    read_in_a_row + 1 if is_read else 0 if read_in_a_row < OVERLAP_ENTRIES else read_in_a_row
                )
                in_a_row = in_a_row + 1 if is_old or deep else 0 if in_a_row < OVERLAP_ENTRIES else in_a_row

    def finish(self) -> None:
        """Check what holds when crawls were given every chance: the archive equals the portal's history."""
        db = open_archive_read_only(self.archive)
        db.row_factory = sqlite3.Row
        try:
            states = {row["url"]: row for row in select_rows(db, "SELECT url, state, next_try, reason FROM urls")}
            articles = {row["url"]: row for row in select_rows(db, "SELECT * FROM articles_flat")}
            for name, listing in self.portal.listings.items():
                for story in listing:
                    if name in self.portal.stuck and story not in self.portal.reachable(name):
                        continue
                    if story.url not in self.recorded[name]:
                        self.say(f"{story.url} is listed in {name} but unknown to it after a full crawl")
                    if story.url not in articles:
                        self.say(f"{story.url} is listed, but not stored: {dict(states.get(story.url) or {})}")
            for url, row in states.items():
                if row["state"] not in SETTLED:
                    self.say(f"{url} is still {row['state']}: {row['reason']}")
            for story in self.portal.stories.values():
                stored = articles.get(story.url)
                if stored is None:
                    continue
                if stored["status"] != ("gone" if story.withdrawn else "live"):
                    self.say(f"{story.url} has status {stored['status']}, withdrawn: {story.withdrawn}")
                if not story.withdrawn and (stored["title"], stored["body"]) != (story.title, story.body):
                    self.say(f"{story.url} is stored as {stored['title']}, but says {story.title}")
            last_sweep = db.execute("SELECT max(id) FROM runs WHERE command = 'crawl'").fetchone()[0]
            for row in select_rows(db, "SELECT name, complete_back_to, complete_run FROM sections"):
                lists = self.portal.fronts().get(row["name"], [row["name"]])
                if not self.portal.stuck.isdisjoint(lists):
                    continue  # its mark may be of a time when the list was shorter
                if any(self._has_only_the_number_1(name) for name in lists):
                    continue  # or of a time when it was longer
                if any(self._looks_like_a_box_of_all_cities(name) for name in lists):
                    if row["complete_run"] == last_sweep:
                        self.say(f"{row['name']} shares nearly all entries with other cities, and is called complete")
                    continue
                is_proven = self.portal.pager != NO_PAGER
                if row["complete_back_to"] is None or (row["complete_back_to"] == "beginning") != is_proven:
                    self.say(f"{row['name']} is complete back to {row['complete_back_to']}, pager {self.portal.pager}")
            running = db.execute("SELECT count(*) FROM runs WHERE outcome = 'running'").fetchone()[0]
            if running:
                self.say(f"{running} runs are still called running")
        finally:
            db.close()


def _explains(served: list[Served], versions: list[tuple[str, str]], killed: set[int]) -> bool:
    """Whether storing these answers, those to killed crawls perhaps not, gives these versions."""
    reached = {0}
    for one in served:
        content = (one.title, one.body)
        after = set(reached) if one.crawl in killed else set()
        for count in reached:
            if count and versions[count - 1] == content:
                after.add(count)
            elif count < len(versions) and versions[count] == content:
                after.add(count + 1)
        reached = after
    return len(versions) in reached
