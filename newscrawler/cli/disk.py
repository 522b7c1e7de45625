"""`newscrawler disk`: what an archive needs on the disk, and for what."""

from __future__ import annotations

import click

from newscrawler.cli.language import say
from newscrawler.cli.options import archive_option, clear_errors, format_option


@click.command("disk")
@format_option
@archive_option
def command(output: str, archive: str) -> None:
    """Show what the archive needs on the disk: its files, the parts of its database, its captures by month and kind.

    Sizes are in bytes. Those of captures are of the responses, without the requests beside them. A revisit is a
    capture which says that a page was as before; it does not hold the page again. Captures of
    several archives in one folder count together among the files.

    \b
    Examples:
      newscrawler disk
      newscrawler disk --format json
    """
    import shutil
    from contextlib import closing
    from pathlib import Path

    from newscrawler.archive import open_archive_read_only
    from newscrawler.archive.captures.warc_files import captures_folder
    from newscrawler.archive.reports.disk import captures_by_month, database_parts, files_beside
    from newscrawler.cli.tables import print_json, print_table

    path = Path(archive)
    with clear_errors():
        with closing(open_archive_read_only(path)) as connection:
            parts, captures = database_parts(connection), captures_by_month(connection)
        files = files_beside(path, captures_folder(path))
        free = shutil.disk_usage(path.absolute().parent).free
    if output == "json":
        print_json({"files": files, "database": parts, "captures": captures, "free": free})
        return
    print_table("Files", ("what", "files", "bytes"), [tuple(row.values()) for row in files])
    if parts:
        print_table("Database", ("part", "bytes"), [tuple(row.values()) for row in parts])
    if captures:
        names = ("month", "kind", "records", "bytes", "revisits", "revisit bytes")
        print_table("Captures", names, [tuple(row.values()) for row in captures], droppable=("revisit bytes",))
    say(f"{sum(row['bytes'] for row in files):,} bytes in all; {free:,} bytes are free on the disk.")
