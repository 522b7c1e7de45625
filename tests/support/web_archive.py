"""A web archive on a free port: the CDX server and the replay of the Wayback Machine, and Common Crawl's index and files."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import parse_qs, urlsplit

from warcio.archiveiterator import ArchiveIterator

from support.replies import Reply, ReplyServer
from support.warcs import HOST, Captured, warc_bytes

WARC = "crawl-data/theirs.warc.gz"


def timestamp(page: Captured) -> str:
    return re.sub("[^0-9]", "", page.date)


def url_of(page: Captured) -> str:
    return page.url if "://" in page.url else HOST + page.url


def sha1(data: bytes) -> str:
    return base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


def indexed(pages: Sequence[Captured]) -> tuple[bytes, list[dict[str, str]]]:
    """A WARC file of these pages, and what an index says about each of them."""
    data = warc_bytes(pages)
    places = []
    iterator = ArchiveIterator(io.BytesIO(data))
    for record in iterator:
        if record.rec_type == "response":
            record.raw_stream.read()
            places.append((iterator.get_record_offset(), iterator.get_record_length()))
    entries = []
    for page, (offset, length) in zip(pages, places, strict=True):
        mime = dict(page.headers).get("Content-Type", "unk").partition(";")[0]
        entries.append(
            {
                "urlkey": url_of(page),
                "timestamp": timestamp(page),
                "url": url_of(page),
                "mime": mime,
                "status": str(page.status),
                "digest": sha1(page.payload),
                "length": str(length),
                "offset": str(offset),
                "filename": WARC,
            }
        )
    return data, sorted(entries, key=lambda entry: (entry["urlkey"], entry["timestamp"]))


class WebArchive(ReplyServer):
    """The archive. `resumes`: its CDX server tells how to go on, as that of the Wayback Machine; else as pywb."""

    def __init__(self, pages: Sequence[Captured], *, resumes: bool = True) -> None:
        self.pages = pages
        self.resumes = resumes
        self.warc, self.entries = indexed(pages)
        self.requests: list[str] = []
        self.answered: Counter[str] = Counter()
        self.before: Callable[[str], Reply | None] = lambda path: None
        """May answer in its place."""
        super().__init__(self._answer)

    def _answer(self, path: str, headers: Mapping[str, str]) -> Reply:
        self.requests.append(path)
        return self.before(path) or self.reply(path, headers)

    def fetched(self) -> list[str]:
        """The captures that were requested."""
        return [path for path in self.requests if "id_/" in path or WARC in path]

    def reply(self, path: str, headers: Mapping[str, str]) -> Reply:
        parts = urlsplit(path)
        values = {name: found[-1] for name, found in parse_qs(parts.query).items()}
        if parts.path == "/web/cdx":
            return self._cdx(values)
        if parts.path == "/collinfo.json":
            crawls = [
                {"id": f"CC-MAIN-{year}-18", "cdx-api": f"https://index.commoncrawl.org/CC-MAIN-{year}-18-index"}
                for year in (2014, 2017, 2020)
            ]
            return 200, {}, json.dumps(crawls).encode()
        if found := re.fullmatch(r"/CC-MAIN-([0-9]{4})-18-index", parts.path):
            return self._crawl(found[1], values)
        if parts.path == f"/{WARC}":
            return self._range(headers.get("Range", ""))
        return self._replay(path)

    def _cdx(self, values: dict[str, str]) -> Reply:
        start = int(values.get("resumeKey", "0"))
        limit = int(values["limit"])
        chosen = [entry for entry in self.entries if values["from"] <= entry["timestamp"] <= values["to"]]
        some = chosen[start : start + limit]
        if not self.resumes:
            names_of_pywb = values.get("fl", ",".join(self.entries[0])).split(",")
            lines = [{name: entry[name] for name in names_of_pywb if name in entry} for entry in some]
            return 200, {}, "".join(json.dumps(line) + "\n" for line in lines).encode()
        names = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
        keys = ("urlkey", "timestamp", "url", "mime", "status", "digest", "length")
        table: list[list[str]] = [list(names), *([entry[key] for key in keys] for entry in some)]
        if start + limit < len(chosen):
            table += [[], [str(start + limit)]]
        return 200, {}, json.dumps(table if some else []).encode()

    def _crawl(self, year: str, values: dict[str, str]) -> Reply:
        chosen = [entry for entry in self.entries if entry["timestamp"].startswith(year)]
        if not chosen:
            return 404, {}, b'{"message": "No Captures found"}'
        if "showNumPages" in values:
            return 200, {}, json.dumps({"pages": (len(chosen) + 4) // 5, "pageSize": 5}).encode()
        first = int(values["page"]) * 5
        return 200, {}, "".join(json.dumps(entry) + "\n" for entry in chosen[first : first + 5]).encode()

    def _range(self, wanted: str) -> Reply:
        found = re.fullmatch("bytes=([0-9]+)-([0-9]+)", wanted)
        assert found, wanted
        return 206, {}, self.warc[int(found[1]) : int(found[2]) + 1]

    def _replay(self, path: str) -> Reply:
        found = re.fullmatch(r"/web/([0-9]{14})id_/(.+)", path)
        for page in self.pages:
            if found and (found[1], found[2]) == (timestamp(page), url_of(page)):
                moment = datetime.strptime(found[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
                headers = {f"X-Archive-Orig-{name}": value for name, value in page.headers}
                headers |= {"Memento-Datetime": format_datetime(moment, usegmt=True), "Server": "replay"}
                return page.status, {**headers, "Content-Type": "text/html"}, page.payload
        return 404, {}, b"not in this archive"
