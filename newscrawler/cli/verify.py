"""`newscrawler verify`: is the archive whole, and what to do where it is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawler.cli.language import say
from newscrawler.cli.options import MAX_ROWS, Duration, archive_option, clear_errors, format_option, workers_option
from newscrawler.text.printable import printable

if TYPE_CHECKING:
    from newscrawler.archive.integrity.problem import Problem
    from newscrawler.archive.integrity.verify import CaptureReading


@click.command("verify")
@click.argument("collection", required=False, metavar="[COLLECTION]", type=click.Path(path_type=Path))
@click.option(
    "--key",
    type=click.Path(path_type=Path),
    metavar="PEM",
    help="The public key with which COLLECTION must be signed.",
)
@click.option(
    "--roots",
    type=click.Path(path_type=Path),
    metavar="PEM",
    help="Certificates that vouch for the authorities of timestamps. Default: those that this system trusts.",
)
@click.option(
    "--sample", type=click.IntRange(1, MAX_ROWS), metavar="N", help="Read N captures, chosen at random, instead of all."
)
@click.option(
    "--skip-checked",
    type=Duration(),
    metavar="DURATION",
    help="Skip WARC files that were found whole within this time and are unchanged. They are noted beside the archive.",
)
@workers_option
@format_option
@archive_option
def command(
    collection: Path | None,
    key: Path | None,
    roots: Path | None,
    sample: int | None,
    skip_checked: timedelta | None,
    workers: int | None,
    output: str,
    archive: str,
) -> None:
    """Check the whole archive: its file, its rows, its texts, the search index, every capture and timestamp.

    With COLLECTION, a file .wacz, check that instead: its files, their hashes, and its signature.

    Crawls may run at the same time. Nothing is changed: 'newscrawler repair' repairs, and 'newscrawler salvage' saves
    what is readable of a damaged file. --sample and --skip-checked leave out captures only.

    \b
    Examples:
      newscrawler verify
      newscrawler verify --sample 1000
      newscrawler verify --skip-checked 30d
      newscrawler verify signed.wacz --key colleague.pub
      newscrawler verify --format json

    Exit status: 0 sound, 1 something is wrong, 2 wrong usage. Notes alone do not count.
    """
    from newscrawler.archive.integrity.checked_files import CheckedFiles
    from newscrawler.archive.integrity.verify import CaptureReading

    if collection is not None:
        for name, value in (("--sample", sample), ("--skip-checked", skip_checked), ("--roots", roots)):
            if value is not None:
                raise click.UsageError(f"{name} is for an archive, not for a collection.")
        _check_collection(collection, key, output)
        return
    if key is not None:
        raise click.UsageError("--key needs a COLLECTION.")
    if sample is not None and skip_checked is not None:
        raise click.UsageError("--sample and --skip-checked exclude each other.")
    reading = CaptureReading(sample)
    if skip_checked is not None:
        reading.checked = CheckedFiles(Path(archive), skip_checked)
    try:
        check_and_report(archive, output, workers=workers, reading=reading, roots=roots)
    finally:
        # Also of a check that was ended: the next one goes on.
        if reading.checked is not None and reading.captures:
            reading.checked.save()


def _check_collection(collection: Path, key: Path | None, output: str) -> None:
    from newscrawler.archive.export.wacz_signature import digest_of_key
    from newscrawler.archive.integrity.wacz_check import check_wacz
    from newscrawler.cli.tables import print_json

    with clear_errors():
        rows = list(check_wacz(collection, digest_of_key(key) if key is not None else ""))
    problems = [row for row in rows if not row.is_note]
    if output == "json":
        print_json({"collection": str(collection), "sound": not problems, "problems": [asdict(row) for row in rows]})
    else:
        _print_problems(rows)
        say(f"{printable(str(collection))}: {_result(len(problems))}")
    if problems:
        raise click.exceptions.Exit(1)


def check_and_report(
    archive: str,
    output: str,
    *,
    repairs: list[str] | None = None,
    workers: int | None = None,
    reading: CaptureReading | None = None,
    roots: Path | None = None,
) -> None:
    """Check an archive and print what is wrong; end with status 1 if there are problems.

    `repairs` are sentences on what a repair just did, `reading` says which captures to read, and `roots` has the
    certificates that vouch for the authorities of timestamps.
    """
    from newscrawler.archive.integrity.timestamps import Roots
    from newscrawler.archive.integrity.verify import CaptureReading, check_archive
    from newscrawler.cli.tables import print_json
    from newscrawler.cli.work_progress import shown_progress

    repairs, reading = repairs or [], reading or CaptureReading()
    with clear_errors(), shown_progress("verify") as progress:
        trusted = Roots.of(roots) if roots is not None else None
        rows = list(check_archive(archive, workers=workers, reading=reading, roots=trusted, progress=progress))
    problems = [row for row in rows if not row.is_note]
    if output == "json":
        print_json(
            {
                "archive": archive,
                "sound": not problems,
                "captures": reading.captures,
                "captures_read": reading.read,
                "repaired": repairs,
                "problems": [asdict(row) for row in rows],
            }
        )
    else:
        for sentence in repairs:
            say(f"repaired: {printable(sentence)}", err=True)
        _print_problems(rows)
        result = _result(len(problems))
        if reading.read < reading.captures:
            result += f"; {reading.read:,} of {reading.captures:,} captures were read"
        say(f"{printable(archive)}: {result}")
    if problems:
        raise click.exceptions.Exit(1)


def _print_problems(rows: Sequence[Problem]) -> None:
    from newscrawler.cli.tables import print_table

    if rows:
        header = ("", "kind", "where", "what", "what to do")
        cells = [("note" if row.is_note else "problem", row.kind, row.where, row.what, row.fix) for row in rows]
        print_table("", header, cells)


def _result(problems: int) -> str:
    return f"{problems} problem{'s' * (problems != 1)}" if problems else "sound"


def repair_and_report(archive: str, output: str) -> None:
    """Repair an archive, check it, and print what was repaired and what is still wrong."""
    from newscrawler.archive.integrity.repair import DamagedError, repair_archive

    repairs: list[str] = []
    with clear_errors():
        try:
            repairs = repair_archive(archive)
        except DamagedError as error:
            say(printable(str(error)), err=True)
    check_and_report(archive, output, repairs=repairs)
