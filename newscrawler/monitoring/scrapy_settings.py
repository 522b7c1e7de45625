"""Settings of `scrapy crawl` and scrapyd: those of the project, and a judgement after each run.

`newscrawler crawl` takes `newscrawler.crawling.settings` and judges its runs itself, once all of them have ended.
"""

from newscrawler.crawling.settings import *  # noqa: F403
from newscrawler.crawling.settings import EXTENSIONS as _OF_CRAWLING

EXTENSIONS = {**_OF_CRAWLING, "newscrawler.monitoring.extension.JudgeRun": 900}
