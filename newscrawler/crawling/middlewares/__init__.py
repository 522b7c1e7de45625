"""Scrapy downloader middlewares: offsite requests, quotas, robots.txt, retries."""
