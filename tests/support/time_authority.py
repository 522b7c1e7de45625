"""A time-stamping authority of RFC 3161 for tests: `openssl ts` behind a server of this machine."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from support.replies import Reply, ReplyServer

OPENSSL = shutil.which("openssl")
needs_openssl = pytest.mark.skipif(OPENSSL is None, reason="openssl is not installed; it is the authority")
REPLY = "application/timestamp-reply"
_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
_CONFIG = """[tsa]
default_tsa = this
[this]
serial = serial
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
ess_cert_id_alg = sha256
"""
_EXTENSIONS = (
    "extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\nbasicConstraints=critical,CA:FALSE\n"
)


class Authority:
    """An authority with a root certificate of its own. `replies` replaces its replies while it is set."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self.roots = folder / "root.pem"
        self.replies: Reply | None = None
        self.asked = 0
        constraints = ("-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign")
        self._run("req", "-x509", *_KEY, "-keyout", "root.key", "-out", "root.pem", "-subj", "/CN=Root", *constraints)
        self._run("req", "-new", *_KEY, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Authority")
        (folder / "extensions").write_text(_EXTENSIONS)
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(_CONFIG)
        signed = ("-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-extfile", "extensions")
        self._run("x509", "-req", "-in", "tsa.csr", "-out", "tsa.pem", *signed)

    def reply(self, query: bytes) -> bytes:
        """The response to a query."""
        self.asked += 1
        (self._folder / "query").write_bytes(query)
        self._run("ts", "-reply", "-queryfile", "query", "-config", "tsa.cnf", "-out", "reply")
        return (self._folder / "reply").read_bytes()

    def server(self) -> ReplyServer:
        """A server of this authority."""

        def answer(path: str, headers: Mapping[str, str], body: bytes) -> Reply:
            if self.replies is not None:
                return self.replies
            assert headers["Content-Type"] == "application/timestamp-query"
            return 200, {"Content-Type": REPLY}, self.reply(body)

        return ReplyServer(lambda path, headers: answer(path, headers, b""), on_post=answer)

    def _run(self, *arguments: str) -> None:
        assert OPENSSL is not None
        subprocess.run([OPENSSL, *arguments], cwd=self._folder, check=True, capture_output=True)
