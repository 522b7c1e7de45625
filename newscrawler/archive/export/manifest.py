"""The manifest of exports: a Frictionless `datapackage.json` (Data Package, version 2) beside them.

A folder has one data package. Each export is one of its resources, named by its file: a further export into the
folder adds a resource, or replaces the one of the same file, and leaves the others as they are. A partitioned export
is one resource of many files. Its manifest lies beside its folder, since readers of such a folder read every file in
it as Parquet. While the manifest is changed, `.datapackage.json.lock` is locked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newscrawler import __version__
from newscrawler.archive.atomic import sha256
from newscrawler.archive.columns import Column
from newscrawler.archive.export.errors import ExportError
from newscrawler.archive.export.fields import table_schema
from newscrawler.archive.export.files import whole_file, write_errors
from newscrawler.archive.export.formats import MEDIA_TYPES
from newscrawler.archive.export.writer import Writer
from newscrawler.archive.lock_files import exclusive
from newscrawler.text.clock import stamp

NAME = "datapackage.json"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_RESOURCE = "https://datapackage.org/profiles/2.0/dataresource.json"
MAX_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Part:
    """A file of an export."""

    path: str
    """Relative to the manifest."""
    rows: int


def check_writable(folder: Path) -> None:
    """Raise ExportError when there is a `datapackage.json` to which nothing can be added."""
    _read(folder / NAME)


def add_resource(folder: Path, resource: dict[str, Any]) -> None:
    """Add a resource to the data package of a folder, or replace the one of the same file or folder."""
    path = folder / NAME
    with write_errors(str(path)), exclusive(folder / f".{NAME}.lock"):
        package = _read(path) or {"$schema": PROFILE, "name": "newscrawler-export", "created": stamp()}
        others = [other for other in package.get("resources", []) if _target(other) != _target(resource)]
        taken = {other.get("name") for other in others}
        name = number = resource["name"]
        for number in range(2, len(others) + 3):
            if name not in taken:
                break
            name = f"{resource['name']}-{number}"
        package["resources"] = [*others, resource | {"name": name}]
        # A title that somebody wrote stays.
        package.setdefault("title", resource.get("title", "Articles"))
        package["licenses"] = resource.get("licenses", package.get("licenses", []))
        package["sources"] = _sources(package["resources"])
        with whole_file(str(path)) as stream:
            json.dump(package, stream, ensure_ascii=False, indent=2)
            stream.write("\n")


def _sources(resources: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the sources of all resources, each once."""
    lists = [resource.get("sources") for resource in resources]
    sources = [source for each in lists if isinstance(each, list) for source in each if isinstance(source, dict)]
    return [source for number, source in enumerate(sources) if source not in sources[:number]]


def _target(resource: dict[str, Any]) -> str | None:
    """Return the file of a resource, or the folder of its files; None when it has neither."""
    path = resource.get("path")
    first = path[0] if isinstance(path, list) and path else path
    if not isinstance(first, str):
        return None
    return first.split("/")[0] if isinstance(path, list) else first


def describe_resource(
    folder: Path,
    name: str,
    parts: Sequence[Part],
    *,
    format_name: str,
    writer: Writer | None,
    fields: Sequence[Column],
    partitions: Sequence[Column] = (),
    has_repeats: bool = False,
    facts: dict[str, Any],
) -> dict[str, Any]:
    """Return the resource of an export whose files lie in a folder. `facts` are our own properties.

    `writer` is None for an archive or a collection. `has_repeats`: an article may have several rows. The fields of
    `partitions` stand in the paths of the files, not in them.
    """
    files = [
        {
            "path": part.path,
            "bytes": (folder / part.path).stat().st_size,
            "hash": f"sha256:{sha256(folder / part.path)}",
            "rows": part.rows,
        }
        for part in parts
    ]
    resource: dict[str, Any] = {
        "$schema": _RESOURCE,
        "name": re.sub(r"[^a-z0-9._-]+", "-", Path(name).stem.lower()).strip("-._") or "articles",
        "path": [file["path"] for file in files] if partitions else files[0]["path"],
        "format": format_name,
        "mediatype": writer.media_type if writer else MEDIA_TYPES[format_name],
    }
    if writer is not None and writer.is_text:
        resource["encoding"] = "utf-8"
    if format_name == "csv":
        resource["dialect"] = {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True}
    if writer is not None:
        resource["type"] = "table"
        resource["schema"] = table_schema(fields, has_lists=writer.has_lists, has_repeats=has_repeats)
    resource["bytes"] = sum(file["bytes"] for file in files)
    if partitions:
        resource["partitions"] = table_schema(partitions, has_lists=False)["fields"]
        resource["files"] = files
    else:
        resource["hash"] = files[0]["hash"]
    return resource | {
        # Readers of tables compare `rows` with the rows of the table.
        "articles" if writer is None else "rows": sum(part.rows for part in parts),
        "program": f"newscrawler {__version__}",
        "exported": stamp(),
        **facts,
    }


def _read(path: Path) -> dict[str, Any] | None:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ValueError("it is too large")
        package: Any = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as error:
        raise ExportError(f"{path}: nothing can be added to it ({error}); move it away, or export elsewhere.") from None
    resources = package.get("resources", []) if isinstance(package, dict) else None
    if not isinstance(resources, list) or not all(isinstance(resource, dict) for resource in resources):
        raise ExportError(f"{path}: is not a data package; move it away, or export elsewhere.")
    return dict(package)
