"""Records of which an index tells file, offset and length: on a server, by a range request, or in a folder."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from urllib.parse import quote

from newscrawler.archive.captures.warc_reader import MAX_RECORD_BYTES
from newscrawler.importing.remote.client import Client, RemoteError
from newscrawler.importing.remote.index_lines import IndexedCapture
from newscrawler.importing.remote.services import Fetched


class Ranges:
    """WARC files below a base: a folder, or the address of one."""

    def __init__(self, base: str | Path, client: Client) -> None:
        """Read nothing yet."""
        self._base = base
        self._client = client

    def fetch(self, capture: IndexedCapture) -> Fetched:
        """Return the bytes that the index names, and where they are from. Raises RemoteError and OSError."""
        name, length = PurePosixPath(capture.file), capture.length
        if not capture.file or name.is_absolute() or ".." in name.parts or "\\" in capture.file or "\0" in capture.file:
            raise RemoteError("the index names no file in which it lies")
        if not 0 < length <= MAX_RECORD_BYTES:
            raise RemoteError("the index names no length that a record can have")
        origin = {"importedOffset": str(capture.offset)}
        if isinstance(self._base, Path):
            return Fetched(self._of_file(self._base, capture), {"importedFrom": quote(name.as_posix()), **origin})
        address = f"{self._base}/{quote(name.as_posix(), safe='/=:+~,@')}"
        wanted = f"bytes={capture.offset}-{capture.offset + length - 1}"
        answer = self._client.get(address, max_bytes=length, headers={"Range": wanted})
        if answer.status != 206 or len(answer.body) != length:
            raise RemoteError(f"the server answered {answer.status} to a request for a part of a file")
        return Fetched(answer.body, {"importedFrom": address, **origin})

    @staticmethod
    def _of_file(folder: Path, capture: IndexedCapture) -> bytes:
        path = (folder / capture.file).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise RemoteError("the index names a file outside of the folder")
        with path.open("rb") as stream:
            stream.seek(capture.offset)
            return stream.read(capture.length)
