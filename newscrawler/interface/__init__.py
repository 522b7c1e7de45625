"""The Python interface. `newscrawler` offers these names; everything else may change in any version."""

from newscrawler.archive.captures.reading import CapturedPage
from newscrawler.archive.captures.rows import CaptureError
from newscrawler.archive.errors import ArchiveError
from newscrawler.archive.search.hits import Hit as SearchHit
from newscrawler.archive.search.search import Results as SearchResults
from newscrawler.extraction.model import NotAnArticle
from newscrawler.interface.archive import Archive, open_archive
from newscrawler.interface.articles import Article, Filters
from newscrawler.interface.crawls import CrawlError, CrawlResult, crawl
from newscrawler.interface.pages import ExtractedArticle, extract_article
from newscrawler.text.definition_error import DefinitionError

__all__ = [
    "Archive",
    "ArchiveError",
    "Article",
    "CaptureError",
    "CapturedPage",
    "CrawlError",
    "CrawlResult",
    "DefinitionError",
    "ExtractedArticle",
    "Filters",
    "NotAnArticle",
    "SearchHit",
    "SearchResults",
    "crawl",
    "extract_article",
    "open_archive",
]
