"""`newscrawler backup OUT`: a copy of the archive and its captures that can be checked, and bringing one back."""

from __future__ import annotations

import click

from newscrawler.cli.logs import printable
from newscrawler.cli.options import archive_option, clear_errors


@click.command("backup")
@click.argument("out", metavar="OUT", type=click.Path())
@click.option("--copy", is_flag=True, help="Copy captures even where a hard link would do.")
@click.option("--restore", metavar="BACKUP", type=click.Path(), help="Bring this backup back into the new folder OUT.")
@archive_option
def command(out: str, copy: bool, restore: str | None, archive: str) -> None:
    """Write a backup of the archive and its captures to the new folder OUT; crawls may go on meanwhile.

    The backup is a BagIt bag (RFC 8493): the archive as it was at one moment, and its captures, in OUT/data, with
    the SHA-256 of every file. On the same disk captures are hard links, which need no space and guard against
    deletion, not against a broken disk. OUT appears only when it is whole and was checked.

    --restore checks a backup against its manifest and copies it into OUT, which must not exist.

    \b
    Examples:
      newscrawler backup /media/disk/2026-07-10
      newscrawler backup --restore /media/disk/2026-07-10 restored

    Exit status: 0 done, 1 failed, or captures were missing before (it says which), 2 wrong usage.
    """
    from newscrawler.archive.integrity.backup import BackupError, back_up
    from newscrawler.archive.integrity.backup import restore as bring_back

    with clear_errors():
        try:
            made = bring_back(restore, out) if restore else back_up(archive, out, link=not copy)
        except BackupError as error:
            raise click.ClickException(printable(str(error))) from None
    for name in made.missing:
        click.echo(f"missing: {printable(name)}; 'newscrawler verify' says more", err=True)
    what = "brought back" if restore else "backed up and checked"
    click.echo(f"{made.files} files, {made.size:,} bytes {what}: {printable(str(made.archive))}", err=True)
    if made.missing:
        raise SystemExit(1)
