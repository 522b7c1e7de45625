"""The item that the spider passes to the pipelines."""

from __future__ import annotations

from dataclasses import dataclass

from newscrawler.archive.captures.queue import CaptureKey
from newscrawler.crawling.sweep import Sweep
from newscrawler.extraction.model import RawArticle
from newscrawler.normalization.article import Article
from newscrawler.normalization.listed import Listed


@dataclass(slots=True, repr=False)
class FetchedArticle:
    """An article that was fetched and extracted, on its way into the archive."""

    raw: RawArticle
    url: str
    """As the listing shows it; `raw.url` is the URL after redirects."""
    sweep: Sweep
    listed: Listed
    status: int
    etag: str | None
    last_modified: str | None
    ending: bytes = b""
    """The end of its (last) page, if that has no `</html>`."""
    size: int = 0
    """Bytes of its (last) page."""
    captures: tuple[CaptureKey, ...] = ()
    """The captures of its pages, in order; empty when captures are off."""
    article: Article | None = None
    """Set by `NormalizePipeline`."""

    def __repr__(self) -> str:
        return f"FetchedArticle({self.url!r})"
