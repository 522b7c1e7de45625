"""Why a browser could not load a page."""

from __future__ import annotations

from scrapy.exceptions import IgnoreRequest


class BrowserError(IgnoreRequest):
    """There is no browser, or it could not load a page. The message is a sentence for the operator."""
