"""Creating backups of an archive that may be in use, and restoring them.

A backup is a folder laid out as RFC 8493 describes (BagIt): the archive and its captures in `data/`, with the SHA-256
of every file in `manifest-sha256.txt`, so that other tools can check it too. It gets its name only when
it is complete and checked.
"""

from __future__ import annotations

import hashlib
import platform
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from newscrawler import __version__
from newscrawler.archive.atomic import new_folder, sha256, sync
from newscrawler.archive.captures.transfer import copy, transfer_captures
from newscrawler.archive.captures.warc_files import FOLDER, captures_folder
from newscrawler.archive.database.causes import cause_of
from newscrawler.archive.database.connection import check_exists, connect
from newscrawler.archive.errors import ArchiveError
from newscrawler.archive.integrity.damage import structure_problems
from newscrawler.archive.progress import Progress, unwatched
from newscrawler.text.clock import stamp

MANIFEST = "manifest-sha256.txt"
TAGS = "tagmanifest-sha256.txt"
DATA = "data"
STEP_PAGES = 2_048
INFO = "bag-info.txt"
CREATED = "Newscrawler-Created"
SOURCE = "Internal-Sender-Identifier"
_DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


class BackupError(Exception):
    """A backup that cannot be created or restored; the message says why. No part of it is left."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was created or restored."""

    archive: Path
    """The archive's file in the new folder."""
    files: int
    size: int
    """Bytes of all files."""
    missing: list[str]
    """Captures that the archive points to and that were already missing: run `newscrawler verify`."""


def back_up(archive: str | Path, out: str | Path, *, link: bool = True, progress: Progress = unwatched) -> Backup:
    """Write a backup of an archive to a new folder; crawls may continue meanwhile.

    It holds the archive as it was at one moment. `link` allows hard links for captures.

    Raises ArchiveError for an archive that cannot be read, BackupError for any other failure.
    """
    archive, out = Path(archive), Path(out)
    check_exists(archive)
    with _new_folder(out) as folder:
        data = folder / DATA
        data.mkdir()
        copied = data / archive.name
        _copy_database(archive, copied, progress)
        with closing(connect(copied, read_only=True)) as connection:
            progress("check of the database")
            problems, _ = structure_problems(connection)
            if problems:
                raise BackupError(f"{archive}: is damaged ({problems[0]}); run 'newscrawler verify'.")
            progress("captures")
            missing = transfer_captures(connection, captures_folder(archive), data / FOLDER, link=link)
        size = _write_manifest(folder, archive, progress)
        files = _check(folder, progress)
    return Backup(out / DATA / archive.name, len(files), size, missing)


def restore(backup: str | Path, target: str | Path, *, progress: Progress = unwatched) -> Backup:
    """Restore a backup into a new folder, as copies. Its manifest is checked first.

    Raises BackupError when the backup is not complete or the folder exists.
    """
    backup, target = Path(backup), Path(target)
    if not (backup / MANIFEST).is_file():
        raise BackupError(f"{backup}: is not a backup; it has no {MANIFEST}.")
    files = _check(backup, progress)
    archives = [name for name in files if name.count("/") == 1]
    if len(archives) != 1:
        raise BackupError(f"{backup}: is not a backup of an archive; {len(archives)} files are beside its captures.")
    size = 0
    with _new_folder(target) as folder:
        for number, (name, digest) in enumerate(files.items()):
            progress("files", number, len(files))
            file = folder / name.removeprefix(f"{DATA}/")
            file.parent.mkdir(parents=True, exist_ok=True)
            length = (backup / name).stat().st_size
            if copy(backup / name, file, length) != digest:
                raise BackupError(f"{backup / name}: changed while it was read.")
            size += length
    return Backup(target / archives[0].removeprefix(f"{DATA}/"), len(files), size, [])


def source_of(archive: Path) -> str:
    """Return what tells the backups of an archive from those of others: a hash of its machine and path."""
    return hashlib.sha256(f"{platform.node()}\n{archive.resolve()}".encode(errors="surrogateescape")).hexdigest()[:16]


def _copy_database(archive: Path, target: Path, progress: Progress) -> None:
    def step(_: int, left: int, pages: int) -> None:
        progress("pages of the database", pages - left, pages)

    try:
        with closing(connect(archive, read_only=True)) as source, closing(sqlite3.connect(target)) as copied:
            # Without this transaction the copy would start again whenever another process writes.
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(copied, pages=STEP_PAGES, progress=step, sleep=0)
            # A single file can be read from a read-only disk.
            copied.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        if "full" in str(error):
            raise BackupError(f"{target.parent}: the disk is full; nothing is left of the backup.") from None
        if cause := cause_of(error):
            raise BackupError(f"{archive}: could not be backed up: {cause}; nothing is left of the backup.") from None
        raise ArchiveError(
            f"{archive}: cannot be read ({error}); 'newscrawler verify' says what can be read."
        ) from None
    sync(target)


def _write_manifest(folder: Path, archive: Path, progress: Progress) -> int:
    size = 0
    paths = _files(folder / DATA)
    with (folder / MANIFEST).open("w", encoding="utf-8", newline="\n") as manifest:
        for number, path in enumerate(paths):
            progress("digests of files", number, len(paths))
            size += path.stat().st_size
            # RFC 8493, 2.1.3: characters that end a line are percent-encoded.
            manifest.write(f"{sha256(path)}  {_quoted(path.relative_to(folder).as_posix())}\n")
    info = {
        "Bagging-Date": stamp()[:10],
        CREATED: stamp(),
        "Bag-Software-Agent": f"newscrawler {__version__}",
        "External-Identifier": quote(archive.name),
        SOURCE: source_of(archive),
        "Payload-Oxum": f"{size}.{len(paths)}",
    }
    (folder / "bagit.txt").write_text(_DECLARATION, encoding="utf-8")
    (folder / INFO).write_text("".join(f"{key}: {text}\n" for key, text in info.items()), encoding="utf-8")
    tags = (INFO, "bagit.txt", MANIFEST)
    (folder / TAGS).write_text("".join(f"{sha256(folder / name)}  {name}\n" for name in tags), encoding="utf-8")
    return size


def _check(folder: Path, progress: Progress) -> dict[str, str]:
    """Check a backup against its manifests; return file to SHA-256. Raises BackupError for any difference."""
    for name, digest in _manifest(folder / TAGS).items():
        if not _is_regular_file(folder, name) or sha256(folder / name) != digest:
            raise BackupError(f"{folder / name}: was changed since the backup; the backup cannot be trusted.")
    files = _manifest(folder / MANIFEST)
    extra = sorted({path.relative_to(folder).as_posix() for path in _files(folder / DATA)} - files.keys())
    if extra:
        raise BackupError(f"{folder / extra[0]}: is not in the manifest; the backup cannot be trusted.")
    for number, (name, digest) in enumerate(files.items()):
        progress("check of files", number, len(files))
        if not name.startswith(f"{DATA}/") or not _is_regular_file(folder, name):
            raise BackupError(f"{folder / name}: is missing, or is not a regular file; the backup is not complete.")
        if sha256(folder / name) != digest:
            raise BackupError(f"{folder / name}: was changed since the backup; the backup cannot be trusted.")
    return files


def _manifest(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BackupError(f"{path}: cannot be read ({error}); the backup is not complete.") from None
    digests = {}
    for line in lines:
        digest, _, name = line.partition("  ")
        if not name:
            raise BackupError(f"{path}: has a line that does not belong in a manifest: {line[:80]!r}.")
        digests[unquote(name)] = digest
    return digests


def _is_regular_file(folder: Path, name: str) -> bool:
    """Whether a name of a manifest, which may come from a stranger, is a regular file inside the folder."""
    parts = Path(name).parts
    if not parts or ".." in parts or Path(name).is_absolute() or "\0" in name:
        return False
    path = folder
    for part in parts:
        path /= part
        if path.is_symlink():
            return False
    return path.is_file()


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())


def _quoted(name: str) -> str:
    return name.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D")


@contextmanager
def _new_folder(target: Path) -> Iterator[Path]:
    """Give a folder that is renamed to the target at the end; on failure it is removed."""
    if target.exists() or target.is_symlink():
        raise BackupError(f"{target}: exists; name a folder that does not.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with new_folder(target) as folder:
            yield folder
            if target.exists():
                raise BackupError(f"{target}: appeared meanwhile; name a folder that does not exist.")
    except OSError as error:
        raise BackupError(
            f"{target}: could not be written: {error.strerror or error}; nothing of it is left."
        ) from None
