"""Crawls that run for years: what runs met, alarms when that changes, notification, schedules."""
