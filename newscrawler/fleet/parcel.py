"""Parcels as files: a line with the manifest, and behind it the bytes of the files that it names.

The id of a parcel is the SHA-256 of its manifest, which has the digests of all files. So nobody can alter a parcel
whose id is known.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from newscrawler import __version__
from newscrawler.archive.atomic import sha256
from newscrawler.archive.captures import cdxj
from newscrawler.archive.captures.warc_files import FOLDER, SUFFIX
from newscrawler.archive.parcels import ParcelRow
from newscrawler.fleet.engine import FleetError
from newscrawler.text.clock import stamp

MAGIC = b"newscrawler parcel 1\n"
_ANY_MAGIC = re.compile(rb"newscrawler parcel [1-9]")
PART = "part.db"
MAX_MANIFEST_BYTES = 2**20
MAX_BYTES = 16 * 2**30
"""The largest parcel that is taken in."""
_CHUNK = 2**20
_FILE = re.compile(rf"{re.escape(PART)}|{FOLDER}/[a-z0-9_]{{1,64}}/[\w.-]{{1,200}}", re.ASCII)


class ParcelError(FleetError):
    """A parcel that is refused; the message says why."""


class NewerParcelError(ParcelError):
    """A parcel that only a later version of this program can read. It is good, and is kept until then."""


class ParcelFile(BaseModel):
    """A file in a parcel."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    size: int = Field(ge=0, le=MAX_BYTES)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")

    @field_validator("name")
    @classmethod
    def _of_a_parcel(cls, value: str) -> str:
        name = value.rpartition("/")[2]
        if not _FILE.fullmatch(value) or (value != PART and name != cdxj.NAME and not name.endswith(SUFFIX)):
            raise ValueError("is not the name of a file of a parcel")
        return value


class Manifest(BaseModel):
    """What a parcel is."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    portal: str = Field(pattern=r"^[a-z0-9_]{1,64}$")
    worker: str = Field(min_length=1, max_length=64)
    token: int = Field(ge=0, lt=2**62)
    sequence: int = Field(ge=0, lt=2**31)
    """From 1; 0: the state of a portal that has no parcel."""
    previous: str = Field(pattern=r"^([0-9a-f]{64})?$")
    """The parcel before this one; in a state: the newest parcel that it holds."""
    made: str = Field(max_length=32)
    program: str = Field(default="", max_length=64)
    files: tuple[ParcelFile, ...] = Field(max_length=10_000)

    def row(self, identity: str) -> ParcelRow:
        """Return what an archive keeps of the parcel of this id."""
        return ParcelRow(identity, self.portal, self.sequence, self.previous, self.worker, self.token, self.made)


def pack(folder: Path, target: IO[bytes], **values: str | int) -> ParcelRow:
    """Write the part in a folder as a parcel; return what an archive keeps of it. Raises OSError."""
    names = [PART, *sorted(path.relative_to(folder).as_posix() for path in (folder / FOLDER).glob("*/*"))]
    files = [ParcelFile(name=name, size=(folder / name).stat().st_size, sha256=sha256(folder / name)) for name in names]
    manifest = Manifest.model_validate({"made": stamp(), "program": __version__, **values, "files": files})
    line = manifest.model_dump_json().encode()
    target.write(MAGIC + line + b"\n")
    for file in files:
        with (folder / file.name).open("rb") as stream:
            shutil.copyfileobj(stream, target, _CHUNK)
    return manifest.row(hashlib.sha256(line).hexdigest())


def read_manifest(source: IO[bytes], identity: str) -> Manifest:
    """Read the manifest of a parcel, whose id must be this one. Raises ParcelError."""
    if (magic := source.read(len(MAGIC))) != MAGIC:
        if _ANY_MAGIC.match(magic):
            raise NewerParcelError("it has a form that only a newer newscrawler reads; upgrade this one")
        raise ParcelError("it is not a parcel")
    line = source.readline(MAX_MANIFEST_BYTES + 1).removesuffix(b"\n")
    if hashlib.sha256(line).hexdigest() != identity:
        raise ParcelError("its manifest is not the one that its worker announced")
    try:
        return Manifest.model_validate_json(line)
    except ValidationError as error:
        mistake = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, mistake["loc"]))
        raise ParcelError(f"its manifest cannot be read: {where}: {mistake['msg']}") from None


def unpack(source: IO[bytes], identity: str, folder: Path) -> Manifest:
    """Write the files of a parcel into an empty folder. Raises ParcelError for a parcel that is not whole, OSError."""
    manifest = read_manifest(source, identity)
    names = [file.name for file in manifest.files]
    if len(set(names)) < len(names) or names[:1] != [PART]:
        raise ParcelError("its manifest names a file twice, or no archive")
    if sum(file.size for file in manifest.files) > MAX_BYTES:
        raise ParcelError(f"it is larger than {MAX_BYTES:,} bytes")
    if any(file.name != PART and file.name.split("/")[1] != manifest.portal for file in manifest.files):
        raise ParcelError("it has captures of another portal")
    for file in manifest.files:
        path = folder / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with path.open("xb") as target:
            for chunk in _chunks(source, file.size):
                digest.update(chunk)
                target.write(chunk)
        if digest.hexdigest() != file.sha256:
            raise ParcelError(f"{file.name} was cut off or altered")
    if source.read(1):
        raise ParcelError("it goes on after its last file")
    return manifest


def _chunks(source: IO[bytes], size: int) -> Iterator[bytes]:
    while size > 0 and (chunk := source.read(min(_CHUNK, size))):
        size -= len(chunk)
        yield chunk
