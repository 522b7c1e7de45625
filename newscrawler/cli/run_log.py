"""One log file per crawl, in `logs/` beside the archive, that ends with a summary. The oldest files are removed."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

import click

from newscrawler.archive.own_files import not_following
from newscrawler.cli.logs import OneLineFormatter
from newscrawler.text.singular import agreed

MAX_FILES = 300
MAX_BYTES = 10 * 1024 * 1024
"""Of one file."""
_NAME = re.compile(r"\d{8}T\d{6}Z-[a-z0-9_+-]+\.log(\.1)?")

logger = logging.getLogger(__name__)


class RunLog:
    """The log file of a crawl, for what the terminal shows in another form; without a handler it writes nothing."""

    def __init__(self, handler: logging.Handler | None) -> None:
        self._handler = handler

    def write(self, text: str, level: int = logging.INFO) -> None:
        """Write a line."""
        if self._handler is not None:
            name = "newscrawler.summary"
            self._handler.handle(logging.LogRecord(name, level, __file__, 0, "%s", (agreed(text),), exc_info=None))


class _Handler(RotatingFileHandler):
    """Writes to a file that is not a symbolic link. A disk that takes no more lines is told once."""

    _is_told = False

    def _open(self) -> TextIOWrapper:
        return open(self.baseFilename, "a", encoding="utf-8", opener=not_following)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):
            super().handleError(record)
        elif not self._is_told:
            self._is_told = True
            _warn(Path(self.baseFilename).parent, error)

    def close(self) -> None:
        with suppress(OSError):  # the last lines, which were told to be missing
            super().close()


def _warn(folder: Path, error: OSError) -> None:
    logger.warning("%s: no log file can be written: %s", folder, error.strerror)


@contextmanager
def run_log(archive: str, portals: Sequence[str]) -> Iterator[RunLog]:
    """Copy what is logged in this context to a file. If no file can be written, log a warning and go on.

    An error that ends the crawl is the last line of the file.
    """
    folder = Path(archive).parent / "logs"
    names = "+".join(portals[:3]) + ("+more" if len(portals) > 3 else "")
    path = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{names}.log"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # When a file grows too large, its older part is dropped.
        handler = _Handler(path, maxBytes=MAX_BYTES, backupCount=1, encoding="utf-8")
        _prune(folder)
    except OSError as error:
        _warn(folder, error)
        yield RunLog(None)
        return
    handler.setFormatter(OneLineFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    log = RunLog(handler)
    try:
        yield log
    except click.ClickException as error:
        log.write(f"the crawl failed: {error.message}", logging.ERROR)
        raise
    except BaseException as error:
        what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        log.write(f"the crawl was ended by {what}", logging.ERROR)
        raise
    finally:
        root.removeHandler(handler)
        handler.close()


def _prune(folder: Path) -> None:
    files = sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name))
    for path in files[:-MAX_FILES]:
        path.unlink(missing_ok=True)
