"""A log file a crawl, in `logs/` beside the archive; the oldest ones are removed."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

from newscrawler.cli.logs import OneLineFormatter

KEPT = 300
"""Log files that are kept."""
MAX_BYTES = 10 * 1024 * 1024
_NAME = re.compile(r"\d{8}T\d{6}Z-[a-z0-9_+-]+\.log(\.1)?")

logger = logging.getLogger(__name__)


@contextmanager
def run_log(archive: str, portals: Sequence[str]) -> Iterator[None]:
    """Write what is logged meanwhile to a file of its own, too; without one where none can be made."""
    folder = Path(archive).parent / "logs"
    names = "+".join(portals[:3]) + ("+more" if len(portals) > 3 else "")
    path = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{names}.log"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # A file that grows too large is cut: its first part is dropped, its newest is kept.
        handler = RotatingFileHandler(path, maxBytes=MAX_BYTES, backupCount=1, encoding="utf-8")
        _prune(folder)
    except OSError as error:
        logger.warning("%s: no log file can be written: %s", folder, error.strerror)
        yield
        return
    handler.setFormatter(OneLineFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        handler.close()


def _prune(folder: Path) -> None:
    files = sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name))
    for path in files[:-KEPT]:
        path.unlink(missing_ok=True)
