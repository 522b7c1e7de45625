"""What is asked of an export, and whether it goes together."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from newscrawler.archive.columns import COLUMN_NAMES
from newscrawler.archive.export import archive_copy, manifest, parquet
from newscrawler.archive.export.csv_file import CsvWriter
from newscrawler.archive.export.errors import ExportError
from newscrawler.archive.export.files import STDOUT, is_stream
from newscrawler.archive.export.formats import ARCHIVE, COLLECTION, MEDIA_TYPES, SUFFIXES, make_writer, plugin_names
from newscrawler.archive.export.selection import Chooser
from newscrawler.archive.export.writer import Writer
from newscrawler.archive.filters import ArticleFilter


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What is to be exported, and how."""

    out: str
    """File, folder for partitions, or `-` for standard output."""
    format_name: str = ""
    """A format of ours or of a plug-in; empty: by the ending of `out`."""
    article_filter: ArticleFilter = field(default_factory=ArticleFilter)
    columns: tuple[str, ...] = COLUMN_NAMES
    excel: bool = False
    partition: tuple[str, ...] = ()
    since_last: str | None = None
    as_of: str | None = None
    manifest: bool = False
    key: Path | None = None
    """The private key (PEM) that signs a collection of captures; None: it is not signed."""
    choose: Chooser | None = None
    """Chooses some of the articles that the filter selects, for example a sample. Not with `since_last`."""


def format_of(request: ExportRequest) -> str:
    """Return the format that a request asks for, by name or by the ending of the file. Raises ExportError."""
    if not request.out:
        raise ExportError("OUT is empty; name a file, as in articles.csv, or - for standard output.")
    if request.format_name:
        return request.format_name
    suffix = Path(request.out).suffix.lower()
    if request.partition:
        # A folder may have any name, except one that promises a file of another format.
        return SUFFIXES.get(suffix, "parquet")
    if is_stream(request.out):
        return "csv"
    if suffix in SUFFIXES:
        return SUFFIXES[suffix]
    if Path(request.out).is_dir():
        raise ExportError(f"{request.out}: is a directory; name a file, as in {Path(request.out) / 'articles.csv'}.")
    plugins = plugin_names()
    if suffix[1:] in plugins:
        return suffix[1:]
    known = ", ".join((*SUFFIXES, *(f".{name}" for name in plugins)))
    raise ExportError(f"{request.out}: no format has this ending; use one of {known}, or --format.")


def check_request(archive: str | Path, request: ExportRequest, format_name: str) -> Writer | None:
    """Return the writer for a request; None for an archive or a collection of some articles, which have none.

    Raises ExportError for what does not go together, cannot be used, or would harm the archive.
    """
    writer = None
    if format_name not in MEDIA_TYPES:
        writer = CsvWriter(excel=request.excel) if format_name == "csv" else make_writer(format_name)
    if request.partition:
        _check_partition(request, format_name)
    if is_stream(request.out):
        if writer is None or not writer.is_text:
            raise ExportError(f"{format_name} cannot be written to standard output or a pipe; name a file.")
        if request.manifest:
            raise ExportError("--manifest needs a file beside which it can lie.")
    if request.manifest and not _is_text(request.out):
        raise ExportError(f"{request.out!r}: --manifest cannot record a name that is not UTF-8.")
    if request.key is not None and format_name != COLLECTION:
        raise ExportError(f"--sign is for wacz, not for {format_name}.")
    if request.excel and format_name != "csv":
        raise ExportError(f"--excel is for csv, not for {format_name}.")
    if format_name in MEDIA_TYPES:
        what = "an archive" if format_name == ARCHIVE else "a collection of captures"
        if request.since_last is not None or request.as_of is not None:
            raise ExportError(f"{what} has no column 'change' and no moment; use csv, jsonl or parquet.")
        if request.columns != COLUMN_NAMES:
            raise ExportError(f"{what} has all columns or none; leave out --columns and --no-body.")
    if request.article_filter.search and request.as_of is not None:
        raise ExportError("--search finds words of the newest versions only; it does not go together with --as-of.")
    if request.since_last is not None:
        if request.as_of is not None:
            raise ExportError("--since-last and --as-of do not go together.")
        if not request.since_last.strip():
            raise ExportError("--since-last needs a name.")
    if _is_same(request.out, archive):
        raise ExportError(f"{request.out}: is the archive itself; name another file.")
    if format_name == ARCHIVE:
        archive_copy.check_target(request.out)
    if request.manifest:
        if Path(request.out).name == manifest.NAME:
            raise ExportError(f"{request.out}: is the name of the manifest; name another file.")
        manifest.check_writable(Path(request.out).resolve().parent)
    return writer


def _check_partition(request: ExportRequest, format_name: str) -> None:
    for name in request.partition:
        if name not in parquet.PARTITIONS:
            raise ExportError(f"cannot partition by {name!r}; there are {', '.join(parquet.PARTITIONS)}.")
        if request.partition.count(name) > 1:
            raise ExportError(f"--partition names {name!r} twice.")
    if format_name != "parquet":
        raise ExportError(f"--partition writes a folder of Parquet files, and is not for {format_name}.")
    if request.since_last is not None:
        raise ExportError("--partition and --since-last do not go together; write one file.")


def _is_text(out: str) -> bool:
    try:
        out.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_same(out: str, archive: str | Path) -> bool:
    archive = Path(archive).absolute()
    own = [archive, *(archive.with_name(archive.name + end) for end in ("-wal", "-shm", "-journal"))]
    try:
        return out != STDOUT and any(Path(out).samefile(path) for path in own if path.exists())
    except (OSError, RuntimeError):
        return False
