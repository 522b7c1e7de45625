"""Where an export is written: to a file or folder that appears when it is whole, or to a stream."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TextIO

from newscrawler.archive.atomic import new_file, new_folder
from newscrawler.archive.export.errors import ExportError, WriteError

STDOUT = "-"
_BUFFER = 2**20


def is_stream(out: str) -> bool:
    """Whether this is standard output, a pipe or a device, which is written to and not replaced."""
    if out == STDOUT:
        return True
    try:
        return Path(out).exists() and not Path(out).is_file() and not Path(out).is_dir()
    except OSError:
        return False


@contextmanager
def whole_file(out: str) -> Iterator[TextIO]:
    """Give a text stream (UTF-8, line ends as written) to a file as in `whole_path`; `-` is standard output."""
    if out == STDOUT:
        with write_errors("standard output", is_replaced=False):
            if hasattr(sys.stdout, "reconfigure"):
                sys.stdout.reconfigure(encoding="utf-8", newline="")
            yield sys.stdout
            sys.stdout.flush()
    elif is_stream(out):
        with write_errors(out), _opened(out, Path(out)) as stream:
            yield stream
    else:
        with whole_path(out) as beside, beside.open("x", encoding="utf-8", newline="", buffering=_BUFFER) as stream:
            yield stream


def _opened(out: str, path: Path) -> TextIO:
    try:
        return path.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise _cannot(out, error) from None


@contextmanager
def whole_path(out: str) -> Iterator[Path]:
    """Give a path that does not exist yet; the file put there replaces the target at the end.

    On failure the target stays as it was. Raises ExportError when the target cannot be written, WriteError when
    writing broke off.
    """
    with _explained(out, new_file(_target(out))) as path:
        yield path


@contextmanager
def whole_folder(out: str) -> Iterator[Path]:
    """Give an empty folder that gets the target's name at the end; errors as in `whole_path`.

    The target must not exist, or be an empty folder.
    """
    with _explained(out, new_folder(_target(out, is_folder=True))) as folder:
        yield folder


@contextmanager
def _explained(out: str, target: AbstractContextManager[Path]) -> Iterator[Path]:
    with write_errors(out), ExitStack() as stack:
        try:
            path = stack.enter_context(target)
        except OSError as error:
            raise _cannot(out, error) from None
        yield path


def _target(out: str, *, is_folder: bool = False) -> Path:
    """Return the path with links resolved. Raises ExportError for a target that cannot be replaced."""
    target = Path(out)
    try:
        target = target.resolve()
        if target.is_dir():
            if not is_folder:
                raise ExportError(f"{out}: is a directory; name a file, as in {Path(out) / 'articles.csv'}.")
            if any(target.iterdir()):
                raise ExportError(f"{out}: exists; name a folder that does not.")
        elif is_folder and target.exists():
            raise ExportError(f"{out}: is a file; name a folder that does not exist.")
        # This fails for a name that is too long, and for a link that leads to itself.
        with suppress(FileNotFoundError):
            target.stat()
    except (OSError, RuntimeError) as error:
        raise _cannot(out, error) from None
    return target


def _cannot(out: str, error: Exception) -> ExportError:
    reason = error.strerror if isinstance(error, OSError) else error
    return ExportError(f"{out}: cannot be written: {reason}; make the folder, or name another file.")


@contextmanager
def write_errors(what: str, *, is_replaced: bool = True) -> Iterator[None]:
    """Turn an OSError into a WriteError that names what could not be written."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        left = "; nothing of it is left" if is_replaced else ""
        raise WriteError(f"{what}: could not be written: {error.strerror or error}{left}.") from None
