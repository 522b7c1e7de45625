"""Crawl the city sections of Chinese provincial news portals into a citable SQLite archive.

The names in `__all__` are the Python interface, which is promised. They are imported when they are first used, so that
`import newscrawler` and the start of the command stay fast. `__init__.pyi` tells type checkers where they are.
"""

__version__ = "0.1.0"

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


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module("newscrawler.interface"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
