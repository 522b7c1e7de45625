"""What a service lists, and what became of each capture: kept in the part, so that a killed import goes on there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO

from newscrawler.archive.captures.warc_record import uri
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.progress import Progress
from newscrawler.importing.job import Import, ImportResult
from newscrawler.importing.part import Part
from newscrawler.importing.remote.client import RemoteError, StopError
from newscrawler.importing.remote.index_lines import IndexedCapture
from newscrawler.importing.remote.services import Query, Service
from newscrawler.importing.remote.wayback import same_later
from newscrawler.importing.selection import Selection
from newscrawler.importing.warc_records import Fault, SourceRecord, WarcRecords, target_uri
from newscrawler.text.urls import identity

MAX_QUERIES = 20_000
MAX_CAPTURES = 10_000_000
"""Captures of one portal that are taken from indexes; a server could make up any number."""
MAX_PROBLEMS = 50
"""Sentences about what could not be listed; more of them tell nothing new."""
_AT_ONCE = 500
_TABLE = """CREATE TABLE IF NOT EXISTS import_plan (
  id INTEGER PRIMARY KEY, url TEXT NOT NULL, date TEXT NOT NULL, digest TEXT NOT NULL, file TEXT NOT NULL,
  offset INTEGER NOT NULL, length INTEGER NOT NULL, state TEXT NOT NULL DEFAULT '', UNIQUE (url, date, digest))"""
_COLUMNS = "id, url, date, digest, file, offset, length"


@dataclass(slots=True)
class Plan:
    """The captures that a service lists of one portal, and the fetching of those that the archive lacks."""

    job: Import
    service: Service
    part: Part
    selection: Selection
    result: ImportResult

    def list_all(self, progress: Progress) -> None:
        """Ask for all captures of the portal. What cannot be listed is a problem of the result."""
        part = self.part
        with writing(part.connection):
            part.connection.execute(_TABLE)
        hosts = sorted(self.job.portal.hosts)
        try:
            queries = part.noted("queries")
            if queries is None:
                queries = list(self.service.queries(hosts, self.job.since, self.job.until))
        except RemoteError as error:
            self._problem(str(error))
            return
        asked = part.noted("asked", 0)
        seen = {_key(query) for query in queries}
        while queries:
            if asked == MAX_QUERIES or self.result.indexed > MAX_CAPTURES:
                self._problem(f"{self.service.name} lists more than can be read; name a span by --since and --until")
                break
            progress("reading of the index", asked, asked + len(queries))
            query = queries.pop(0)
            asked += 1
            try:
                further = self._ask(query)
            except StopError as error:
                self._problem(str(error))
                break
            except (RemoteError, OSError) as error:
                self._problem(f"a part of the index cannot be read: {error}")
                further = []
            new = [one for one in further if _key(one) not in seen]
            if len(new) < len(further):
                self._problem(f"{self.service.name} answers with the same part of its index again")
            seen |= {_key(one) for one in new}
            queries = [*new, *queries]
            part.commit(result=self.result.state, queries=queries, asked=asked)
        self.result.indexed = part.connection.execute("SELECT count(*) FROM import_plan").fetchone()[0]

    def _ask(self, query: Query) -> list[Query]:
        """Ask one query and plan its captures; return the queries that follow."""
        listed = self.service.ask(query)
        if listed.problem:
            self._problem(listed.problem)
        if listed.index.unreadable:
            self.result.refused["its line of the index cannot be read"] += listed.index.unreadable
        rows = [
            (one.url, one.date, one.digest, one.file, one.offset, one.length)
            for one in listed.index.captures
            if self.selection.by_index(one.url, one.date, one.status, one.mime)
        ]
        connection = self.part.connection
        with writing(connection):
            cursor = connection.executemany(
                "INSERT OR IGNORE INTO import_plan (url, date, digest, file, offset, length) VALUES (?, ?, ?, ?, ?, ?)",
                rows,
            )
        self.result.indexed += max(0, cursor.rowcount)
        return list(listed.further)

    def fetch_all(self, progress: Progress) -> None:
        """Copy the captures that are listed and that the archive lacks."""
        limit = self.job.limit
        for done, (number, capture) in enumerate(self._planned()):
            if limit is not None and self.part.captures + self.result.repeated >= limit:
                return
            progress("fetching of the captures", done, self.result.indexed)
            try:
                state = self._take(capture)
            except StopError as error:
                self._problem(str(error))
                return
            except (RemoteError, OSError) as error:
                state = "failed"
                if self.result.count_fault(f"{capture.url} ({capture.date}): {error}"):
                    self.part.add_failure(capture.url, f"{capture.date}: {error}")
            statement = f"UPDATE import_plan SET state = '{state}' WHERE id = {number}"
            self.part.commit(statement, result=self.result.state)

    def count_known(self) -> None:
        """Count how many of the captures that are listed the archive has, and fetch nothing."""
        self.result.known += sum(self._is_known(one) for _, one in self._planned())

    def _is_known(self, capture: IndexedCapture) -> bool:
        """Whether the archive has a capture for certain, by address and second, since digests of indexes are others.

        Where the index has several captures of one second, each is fetched: only its bytes tell which one it is.
        """
        query = "SELECT count(*) FROM import_plan WHERE url = ? AND substr(date, 1, 19) = ?"
        (count,) = self.part.connection.execute(query, (capture.url, capture.date[:19])).fetchone()
        return count == 1 and self.part.has_capture(capture.url, capture.date)

    def _planned(self) -> Iterator[tuple[int, IndexedCapture]]:
        """Yield what was not dealt with, the captures of an address in the order of their times."""
        last = ("", "", "")
        query = f"""SELECT {_COLUMNS} FROM import_plan WHERE state = '' AND (url, date, digest) > (?, ?, ?)
                    ORDER BY url, date, digest LIMIT {_AT_ONCE}"""
        while rows := self.part.connection.execute(query, last).fetchall():
            for number, url, date, digest, file, offset, length in rows:
                yield number, IndexedCapture(url, date, 0, "", digest, file, offset, length)
                last = (url, date, digest)

    def _take(self, capture: IndexedCapture) -> str:
        """Copy one capture; return what became of it. Raises RemoteError, StopError and OSError."""
        result = self.result
        if self._is_known(capture):
            result.known += 1
            return "known"
        if (first := self._first_copied(capture)) is not None:
            result.repeated += 1
            origin = {"importedFrom": self.service.name, "indexedDigest": capture.digest}
            return self._add(same_later(capture, first), origin, capture)
        fetched = self.service.fetch(capture)
        result.fetched += 1
        return self._add(fetched.member, fetched.origin, capture)

    def _add(self, member: bytes, origin: Mapping[str, str], capture: IndexedCapture) -> str:
        found = next(iter(WarcRecords(BytesIO(member), self.selection)), None)
        if isinstance(found, Fault):
            raise RemoteError(f"the record cannot be read: {found.reason}")
        if found is None:
            return "refused"  # the selection has counted it
        if not _is_of(found, capture):
            raise RemoteError("another record lies where the index says")
        reason = self.part.add(found, origin)
        self.result.count(reason)
        return "refused" if reason else "copied"

    def _first_copied(self, capture: IndexedCapture) -> IndexedCapture | None:
        """Return the first capture of the address that was copied and has these bytes, by the digest of the index."""
        if not capture.digest:
            return None
        row = self.part.connection.execute(
            """SELECT url, date FROM import_plan WHERE url = ? AND digest = ? AND state = 'copied'
               ORDER BY date LIMIT 1""",
            (capture.url, capture.digest),
        ).fetchone()
        return IndexedCapture(*row) if row else None

    def _problem(self, sentence: str) -> None:
        sentence = f"{sentence.removesuffix('.')}."
        if sentence not in self.result.unread and len(self.result.unread) < MAX_PROBLEMS:
            self.result.unread.append(sentence)


def _key(query: Query) -> str:
    return json.dumps(query, sort_keys=True)


def _is_of(record: SourceRecord, capture: IndexedCapture) -> bool:
    """Whether a record is the capture that the index names: indexes fold addresses, and cut times to seconds."""
    date = record.fields.get("warc-date", "")
    return date[:19] == capture.date[:19] and identity(target_uri(record.fields)) == identity(uri(capture.url))
