"""Crawls of real servers on loopback, each in a process of its own, as a user runs them."""

from __future__ import annotations
