"""Errors of exports: before anything is written, and while it is written."""

from __future__ import annotations


class ExportError(Exception):
    """An export that cannot be made; the message says why and what to do. Nothing was written."""


class WriteError(Exception):
    """An export that failed while it was written; nothing of it is left."""
