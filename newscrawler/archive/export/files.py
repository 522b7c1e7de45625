"""Files and folders that appear under their names only when they are whole.

What is written lies in a hidden folder beside the target, `.<hash of the target's name>.<random>.part`, and is renamed
at the end. The folder is locked (flock) as long as its writer lives. SIGKILL leaves it behind, unlocked: the next
export to the same target removes it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from newscrawler.archive.atomic import sync
from newscrawler.archive.export.errors import ExportError, WriteError

STDOUT = "-"
_SUFFIX = ".part"
_BUFFER = 2**20


def is_stream(out: str) -> bool:
    """Whether this is standard output, a pipe or a device: what is written to and not replaced."""
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
        with _errors_of("standard output", is_replaced=False):
            if hasattr(sys.stdout, "reconfigure"):
                sys.stdout.reconfigure(encoding="utf-8", newline="")
            yield sys.stdout
            sys.stdout.flush()
    elif is_stream(out):
        with _errors_of(out), _opened(out, Path(out)) as stream:
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
    target = _target(out)
    with _part_folder(out, target) as folder:
        beside = folder / "whole"
        yield beside
        with beside.open("rb+") as stream:
            os.fsync(stream.fileno())
        beside.replace(target)
        sync(target.parent)


@contextmanager
def whole_folder(out: str) -> Iterator[Path]:
    """Give an empty folder that gets the target's name at the end; errors as in `whole_path`.

    The target must not exist, or be an empty folder.
    """
    target = _target(out, is_folder=True)
    with _part_folder(out, target) as folder:
        beside = folder / "whole"
        beside.mkdir()
        yield beside
        for place, _, names in os.walk(beside):
            for name in names:
                with Path(place, name).open("rb+") as stream:
                    os.fsync(stream.fileno())
            sync(Path(place))
        beside.rename(target)
        sync(target.parent)


def _target(out: str, *, is_folder: bool = False) -> Path:
    """Return the path that links lead to; raises ExportError for what cannot be replaced."""
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
        # A name that is too long is found out here.
        with suppress(FileNotFoundError):
            target.lstat()
    except (OSError, RuntimeError) as error:
        raise _cannot(out, error) from None
    return target


def _cannot(out: str, error: Exception) -> ExportError:
    reason = error.strerror if isinstance(error, OSError) else error
    return ExportError(f"{out}: cannot be written: {reason}; make the folder, or name another file.")


@contextmanager
def _errors_of(what: str, *, is_replaced: bool = True) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        left = "; nothing of it is left" if is_replaced else ""
        raise WriteError(f"{what}: could not be written: {error.strerror or error}{left}.") from None


@contextmanager
def _part_folder(out: str, target: Path) -> Iterator[Path]:
    tag = hashlib.sha256(os.fsencode(target.name)).hexdigest()[:16]
    try:
        _remove_left_over(target.parent, tag)
        folder, lock = _locked_folder(target.parent, tag)
    except OSError as error:
        raise _cannot(out, error) from None
    try:
        with _errors_of(out):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _locked_folder(parent: Path, tag: str) -> tuple[Path, int]:
    """Make a folder and lock it; another export may take it for a left-over in between, then make one more."""
    while True:
        folder = parent / f".{tag}.{secrets.token_hex(4)}{_SUFFIX}"
        folder.mkdir()
        try:
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            continue
        except OSError:
            # A file system without locks: there nobody can lock it to remove it, either.
            return folder, lock
        if folder.exists():
            return folder, lock
        os.close(lock)


def _remove_left_over(parent: Path, tag: str) -> None:
    """Remove the folders of exports to this target whose writers were killed."""
    for folder in parent.glob(f".{tag}.*{_SUFFIX}"):
        try:
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            # Its writer lives.
            continue
        finally:
            os.close(lock)
