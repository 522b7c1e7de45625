"""Log lines on the terminal and in files: one line per event, whatever a page puts into a URL."""

from __future__ import annotations

import logging

from newscrawler.text.printable import printable


class OneLineFormatter(logging.Formatter):
    """Formats a record as one line; a traceback keeps its lines."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        """Return the line of a record."""
        record.message = printable(record.message)
        return super().formatMessage(record)
