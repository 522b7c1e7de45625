"""Scrapy downloader middlewares: offsite requests, quota, robots.txt, retries."""
