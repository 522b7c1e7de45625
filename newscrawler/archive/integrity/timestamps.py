"""Timestamps of runs by RFC 3161: an authority says that the captures of a run existed at a moment.

Whoever has the file of an archive can change it and compute all digests again. A timestamp cannot be made later: its
authority signs the hash of the captures together with the time of its own clock.
"""

from __future__ import annotations

import hashlib
import sqlite3
import ssl
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from cryptography import x509

from newscrawler.archive.database.transaction import writing
from newscrawler.archive.errors import ArchiveError, UnavailableError
from newscrawler.archive.integrity.problem import RESTORE, Problem
from newscrawler.text.clock import stamp
from newscrawler.text.installation import install_line

if TYPE_CHECKING:
    from rfc3161_client import TimeStampResponse

Ask = Callable[[bytes], bytes]
"""Sends a query of RFC 3161 (DER) to an authority and returns its response (DER). Raises UnavailableError."""
_DIGEST_BYTES = 32
_SEPARATOR = "\n"
KIND = "timestamp"
# What OpenSSL says of a chain that ends at no trusted certificate; a wrong signature is another error.
_UNTRUSTED = "certificate verify error"


@dataclass(frozen=True, slots=True)
class Roots:
    """The certificates that are trusted to vouch for authorities."""

    certificates: tuple[x509.Certificate, ...]
    is_named: bool
    """Whether the user has named them: then an authority that they do not vouch for is a problem."""

    @classmethod
    def of(cls, path: Path | None) -> Roots:
        """Return the certificates in a PEM file; without one, those that the system trusts. Raises ArchiveError."""
        if path is None:
            return cls(_trusted_by_the_system(), False)
        try:
            return cls(tuple(x509.load_pem_x509_certificates(path.read_bytes())), True)
        except (OSError, ValueError) as error:
            raise ArchiveError(f"{path}: has no certificates in PEM: {error}.") from None


@cache
def _trusted_by_the_system() -> tuple[x509.Certificate, ...]:
    found = []
    for data in ssl.create_default_context().get_ca_certs(binary_form=True):
        with suppress(ValueError), warnings.catch_warnings():
            # Some old ones have serial numbers that are no longer allowed.
            warnings.simplefilter("ignore")
            found.append(x509.load_der_x509_certificate(data))
    return tuple(found)


def runs_to_stamp(connection: sqlite3.Connection) -> list[tuple[int, str]]:
    """Return row id and key of the runs that ended, have captures and no timestamp."""
    return connection.execute(
        """SELECT r.id, r.key FROM runs r WHERE r.finished IS NOT NULL
             AND EXISTS (SELECT 1 FROM captures c WHERE c.run = r.id)
             AND NOT EXISTS (SELECT 1 FROM run_timestamps t WHERE t.run = r.id) ORDER BY r.id"""
    ).fetchall()


def stamp_run(connection: sqlite3.Connection, run: int, authority: str, ask: Ask, roots: Roots) -> str:
    """Get a timestamp for the captures of a run and store it; return the time that the authority says.

    Raises UnavailableError if there is none, or if it cannot be trusted.
    """
    client = _client()
    captures = _captures(connection, run)
    if not captures:
        raise ArchiveError("the run has no captures that could be stamped.")
    query = client.TimestampRequestBuilder().data(captures).hash_algorithm(client.HashAlgorithm.SHA256).build()
    answer = ask(query.as_bytes())
    try:
        response = client.decode_timestamp_response(answer)
        builder = client.VerifierBuilder.from_request(query)
        _verify(builder, response, captures, roots)
    except (ValueError, client.VerificationError) as error:
        raise UnavailableError(f"{authority}: gave no timestamp that can be trusted: {error}") from None
    moment = stamp(response.tst_info.gen_time)
    with writing(connection):
        connection.execute(
            "INSERT OR REPLACE INTO run_timestamps (run, authority, stamped, captures, token) VALUES (?, ?, ?, ?, ?)",
            (run, authority, moment, captures, answer),
        )
    return moment


def timestamp_problems(connection: sqlite3.Connection, roots: Roots | None) -> Iterator[Problem]:
    """Yield what is wrong with the timestamps of an archive, and notes about them."""
    (count,) = connection.execute("SELECT count(*) FROM run_timestamps").fetchone()
    if not count:
        return
    try:
        _client()
    except UnavailableError as error:
        yield Problem(KIND, "run_timestamps", f"{count:,} timestamps were not checked: {error}", "", is_note=True)
        return
    roots = roots or Roots.of(None)
    rows = connection.execute(
        """SELECT r.id, r.key, t.authority, t.stamped, t.captures, t.token FROM run_timestamps t
           JOIN runs r ON r.id = t.run ORDER BY r.id, t.stamped"""
    ).fetchall()
    for run, key, authority, stamped, captures, token in rows:
        yield from _problems_of(key, authority, stamped, captures, token, roots)
        present = {_digest(*row) for row in _rows(connection, run)}
        listed = {captures[at : at + _DIGEST_BYTES] for at in range(0, len(captures), _DIGEST_BYTES)}
        if added := present - listed:
            what = f"{len(added):,} of its captures are not among those that {authority} stamped at {stamped}"
            yield Problem(KIND, key, what, RESTORE)
        if missing := listed - present:
            what = f"{len(missing):,} of the {len(listed):,} captures that were stamped are not in the archive any more"
            yield Problem(KIND, key, what, "", is_note=True)


def _problems_of(
    key: str, authority: str, stamped: str, captures: bytes, token: bytes, roots: Roots
) -> Iterator[Problem]:
    client = _client()
    try:
        response = client.decode_timestamp_response(token)
        moment = stamp(response.tst_info.gen_time)
        _verify(client.VerifierBuilder(), response, captures, roots)
    except (ValueError, client.VerificationError) as error:
        if not roots.is_named and _UNTRUSTED in str(error):
            what = f"the certificate of {authority}, which stamped its captures, is not known here"
            yield Problem(KIND, key, what, "name the authority's root certificate with --roots", is_note=True)
        else:
            yield Problem(KIND, key, f"the timestamp of {authority} is not valid: {error}", RESTORE)
        return
    if moment != stamped:
        yield Problem(KIND, key, f"its captures were stamped at {moment}, not at {stamped}", RESTORE)


def _verify(builder: object, response: TimeStampResponse, captures: bytes, roots: Roots) -> None:
    """Raise VerificationError if a response is no timestamp of some captures, or of nobody who is trusted."""
    for certificate in roots.certificates:
        builder = builder.add_root_certificate(certificate)  # type: ignore[attr-defined]
    builder.build().verify_message(response, captures)  # type: ignore[attr-defined]


def _captures(connection: sqlite3.Connection, run: int) -> bytes:
    """Return what is stamped of a run."""
    return b"".join(sorted(_digest(*row) for row in _rows(connection, run)))


def _rows(connection: sqlite3.Connection, run: int) -> Iterator[tuple[str, str, int, str]]:
    yield from connection.execute("SELECT url, fetched, status, digest FROM captures WHERE run = ?", (run,))


def _digest(url: str, fetched: str, status: int, digest: str) -> bytes:
    return hashlib.sha256(_SEPARATOR.join((url, fetched, str(status), digest)).encode()).digest()


def _client() -> ModuleType:
    try:
        import rfc3161_client
    except ImportError as error:
        raise UnavailableError(
            f"timestamps need rfc3161-client ({error}); install it with: {install_line('timestamps')}"
        ) from None
    return rfc3161_client
