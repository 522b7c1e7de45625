"""`newscrawler backup create|restore`: a copy of the archive and its captures that can be checked, and its way back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawler.cli.groups import CommandGroup
from newscrawler.cli.language import say
from newscrawler.cli.options import MAX_ROWS, archive_option, clear_errors
from newscrawler.cli.work_progress import shown_progress
from newscrawler.text.printable import printable

if TYPE_CHECKING:
    from newscrawler.archive.integrity.backup import Backup


@click.group("backup", cls=CommandGroup)
def command() -> None:
    """Write a backup of the archive and its captures, or restore one.

    A backup is a folder in the BagIt format (RFC 8493): the archive as it was at one moment, and its captures, in
    data/, with the SHA-256 of every file.

    \b
    Examples:
      newscrawler backup create /media/disk/2026-07-10
      newscrawler backup restore /media/disk/2026-07-10 restored
    """


@command.command("create")
@click.argument("folder", metavar="FOLDER", type=click.Path())
@click.option("--copy", is_flag=True, help="Copy captures also where a hard link is possible.")
@click.option(
    "--keep",
    type=click.IntRange(1, MAX_ROWS),
    metavar="N",
    help="Then remove older backups of this archive beside FOLDER, so that N are left.",
)
@archive_option
def create(folder: str, copy: bool, keep: int | None, archive: str) -> None:
    """Write a backup to the new folder FOLDER. Crawls may run at the same time.

    On the same disk captures are hard links. They need no space; they protect against deletion, not against a broken
    disk. FOLDER appears only when the backup is complete and has been checked.

    --keep removes nothing unless the new backup is whole. It removes only backups of this archive that this machine
    wrote. A backup that lacks files does not count, and stays.

    \b
    Examples:
      newscrawler backup create backups/monday
      newscrawler backup create /media/disk/2026-07-10 --copy
      newscrawler backup create backups/tuesday --keep 7

    Exit status: 0 done, 1 failed, or captures were already missing (the messages name them), 2 wrong usage.
    """
    from newscrawler.archive.integrity.backup import BackupError, back_up
    from newscrawler.archive.integrity.rotation import remove_older

    with clear_errors(), shown_progress("backup") as progress:
        try:
            backup = back_up(archive, folder, link=not copy, progress=progress)
        except BackupError as error:
            raise click.ClickException(printable(str(error))) from None
    _report(backup, "backed up and checked")
    if keep is not None:
        for path in remove_older(Path(archive), Path(folder), keep):
            say(f"removed: {printable(str(path))}", err=True)


@command.command("restore")
@click.argument("backup", metavar="BACKUP", type=click.Path())
@click.argument("folder", metavar="FOLDER", type=click.Path())
def restore(backup: str, folder: str) -> None:
    """Check the backup BACKUP against its manifest and copy it to the new folder FOLDER.

    \b
    Examples:
      newscrawler backup restore backups/monday restored
      newscrawler stats --archive restored/archive.db

    Exit status: 0 done, 1 failed, 2 wrong usage.
    """
    from newscrawler.archive.integrity.backup import BackupError
    from newscrawler.archive.integrity.backup import restore as restore_backup

    with clear_errors(), shown_progress("restore") as progress:
        try:
            restored = restore_backup(backup, folder, progress=progress)
        except BackupError as error:
            raise click.ClickException(printable(str(error))) from None
    _report(restored, "restored")


def _report(backup: Backup, what: str) -> None:
    for name in backup.missing:
        say(f"missing: {printable(name)}; 'newscrawler verify' says more", err=True)
    say(f"{backup.files} files, {backup.size:,} bytes {what}: {printable(str(backup.archive))}", err=True)
    if backup.missing:
        raise click.exceptions.Exit(1)
