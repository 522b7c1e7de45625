from newscrawler.interface import Archive as Archive
from newscrawler.interface import ArchiveError as ArchiveError
from newscrawler.interface import Article as Article
from newscrawler.interface import CapturedPage as CapturedPage
from newscrawler.interface import CaptureError as CaptureError
from newscrawler.interface import CrawlError as CrawlError
from newscrawler.interface import CrawlResult as CrawlResult
from newscrawler.interface import DefinitionError as DefinitionError
from newscrawler.interface import ExtractedArticle as ExtractedArticle
from newscrawler.interface import Filters as Filters
from newscrawler.interface import NotAnArticle as NotAnArticle
from newscrawler.interface import SearchHit as SearchHit
from newscrawler.interface import SearchResults as SearchResults
from newscrawler.interface import crawl as crawl
from newscrawler.interface import extract_article as extract_article
from newscrawler.interface import open_archive as open_archive

__version__: str
__all__: list[str]
