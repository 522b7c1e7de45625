"""A folder of saved responses: the pages of a sample as files, and an index that says which response each one is."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from newscrawler.archive.own_files import not_following
from newscrawler.listings.page_addresses import plain, post_body
from newscrawler.text.clock import stamp

INDEX = "responses.jsonl"
"""The index: one line of JSON per response."""
MAX_RESPONSES = 2_000
MAX_INDEX_BYTES = 10_000_000
MAX_BODY_BYTES = 64 * 1024 * 1024
_SUFFIXES = (
    ("json", ".json"),
    ("javascript", ".js"),
    ("xml", ".xml"),
    ("html", ".html"),
    ("image/", ".img"),
    ("text/plain", ".txt"),
)
_FILE = re.compile(r"\d{4,6}\.[a-z]{2,4}")


class SavedResponsesError(Exception):
    """A folder that cannot take or give saved responses. The message says why."""


@dataclass(frozen=True, slots=True)
class SavedResponse:
    """One response of the index."""

    url: str
    status: int
    content_type: str
    location: str
    """The target of a redirect; empty for all other responses."""
    file: str
    """The name of the file in the folder that holds the body, decoded from gzip and the like."""
    fetched: str
    """When it was fetched (UTC), as `stamp` writes it."""


class SavedResponses:
    """Writes responses into a folder, or reads them from it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._by_url: dict[str, SavedResponse] = {}

    @classmethod
    def create(cls, folder: Path) -> SavedResponses:
        """Make the folder, which must be new or empty. Raises SavedResponsesError."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if any(folder.iterdir()):
                raise SavedResponsesError(f"{folder} is not empty; name a new folder")
            (folder / INDEX).touch(exist_ok=False)
        except OSError as error:
            raise SavedResponsesError(f"{folder} cannot be written: {error.strerror or error}") from None
        return cls(folder)

    @classmethod
    def read(cls, folder: Path) -> SavedResponses:
        """Read the index of a folder. Raises SavedResponsesError."""
        saved = cls(folder)
        try:
            with (folder / INDEX).open("rb") as stream:
                lines = stream.read(MAX_INDEX_BYTES).decode("utf-8").splitlines()
            for line in lines[:MAX_RESPONSES]:
                response = SavedResponse(**json.loads(line))
                if not _is_valid(response):
                    raise ValueError
                saved._by_url[_key(response.url)] = response
        except OSError as error:
            raise SavedResponsesError(f"{folder / INDEX} cannot be read: {error.strerror or error}") from None
        except (ValueError, TypeError, AttributeError, RecursionError):
            raise SavedResponsesError(f"{folder / INDEX} is not an index of saved responses") from None
        return saved

    def responses(self) -> list[SavedResponse]:
        """Return the index: the last response of each address."""
        return list(self._by_url.values())

    @property
    def moment(self) -> datetime | None:
        """When the last response was fetched; None without any. 昨天 and today's edition are of that day."""
        return max((datetime.fromisoformat(one.fetched) for one in self._by_url.values()), default=None)

    def add(self, url: str, status: int, content_type: str, location: str, body: bytes) -> None:
        """Save a response; the last one of an address counts, as after a failure. Raises OSError."""
        if (known := self._by_url.get(_key(url))) is None and len(self._by_url) >= MAX_RESPONSES:
            return
        suffix = next((suffix for kind, suffix in _SUFFIXES if kind in content_type.lower()), ".html")
        file = known.file if known else f"{len(self._by_url) + 1:04}{suffix}"
        response = SavedResponse(url, status, content_type, location, file, stamp())
        with open(self.folder / file, "wb", opener=not_following) as stream:
            stream.write(body)
        with open(self.folder / INDEX, "a", encoding="utf-8", opener=not_following) as index:
            index.write(json.dumps(asdict(response), ensure_ascii=False) + "\n")
        self._by_url[_key(url)] = response

    def find(self, url: str) -> tuple[SavedResponse, bytes] | None:
        """Return the saved response of an address with its body; None if it was not saved. Raises OSError."""
        response = self._by_url.get(_key(url))
        if response is None:
            return None
        with (self.folder / response.file).open("rb") as stream:
            return response, stream.read(MAX_BODY_BYTES)


def _is_valid(response: SavedResponse) -> bool:
    """Whether the values of a response have their types, and its file is in the folder. May raise ValueError."""
    texts = (response.url, response.content_type, response.location, response.file, response.fetched)
    is_typed = all(isinstance(text, str) for text in texts) and isinstance(response.status, int)
    if not is_typed or _FILE.fullmatch(response.file) is None or not 100 <= response.status < 600:
        return False
    return datetime.fromisoformat(response.fetched).tzinfo is not None


def _key(url: str) -> str:
    """Return a URL as it is requested. A redirect from http to https needs both, which have one identity."""
    return url if post_body(url) is not None else plain(url)
