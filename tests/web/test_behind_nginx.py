"""The server of docs/guides/operation.md in front of the pages: its configuration, run by nginx on this machine.

What a test cannot have is left out: the certificate. The port, the file of passwords and the address of the pages are
those of the test.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.web import Crawled, Server, serving

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "operation.md"
NGINX, OPENSSL = shutil.which("nginx") or "", shutil.which("openssl") or ""
PASSWORD = "口令 one"

pytestmark = pytest.mark.skipif(not (NGINX and OPENSSL), reason="needs nginx and openssl")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def behind(crawled: Crawled, tmp_path: Path) -> Iterator[tuple[Server, Server]]:
    """The pages, and nginx in front of them."""
    guide = GUIDE.read_text(encoding="utf-8")
    (block,) = re.findall(r"^```nginx\n(.*?)^```", guide, re.M | re.S)
    (host,) = re.findall(r"server_name (\S+);", block)
    assert f"--allow-host {host}" in guide
    # As the guide makes the line: echo "reader:$(openssl passwd -apr1)"
    hashed = subprocess.run([OPENSSL, "passwd", "-apr1", PASSWORD], capture_output=True, text=True, check=True).stdout
    users = tmp_path / "users"
    users.write_text(f"reader:{hashed}", encoding="utf-8")
    port = free_port()
    with serving(crawled.path, "--allow-host", host) as pages:
        block = re.sub(r"^ *ssl_certificate.*\n", "", block, flags=re.M).replace("443 ssl", f"127.0.0.1:{port}")
        block = block.replace("http://127.0.0.1:8001", pages.address)
        block = re.sub(r"auth_basic_user_file \S+;", f"auth_basic_user_file {users};", block)
        temporary = "".join(f"{name}_temp_path {tmp_path}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))  # fmt: skip
        user = "user root; " if os.geteuid() == 0 else ""
        (tmp_path / "nginx.conf").write_text(
            f"{user}daemon off; pid {tmp_path}/pid; error_log {tmp_path}/error.log; events {{}}\n"
            f"http {{ access_log off; {temporary}\n{block} }}\n",
            encoding="utf-8",
        )
        process = subprocess.Popen([NGINX, "-c", str(tmp_path / "nginx.conf"), "-p", str(tmp_path)], stderr=subprocess.PIPE, text=True)  # fmt: skip
        try:
            for _ in range(200):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                assert process.poll() is None, process.communicate()[1]
                time.sleep(0.05)
            yield pages, Server(f"http://127.0.0.1:{port}", process)
        finally:
            process.terminate()
            process.communicate(timeout=20)


def test_only_who_knows_the_password_reads_under_the_name(behind: tuple[Server, Server]) -> None:
    pages, front = behind
    right = {"Authorization": "Basic " + base64.b64encode(f"reader:{PASSWORD}".encode()).decode()}
    wrong = {"Authorization": "Basic " + base64.b64encode(b"reader:guessed").decode()}
    name = {"Host": "news.example.org"}
    assert front.get("/", **name).status == 401
    assert front.get("/", **name, **wrong).status == 401
    answer = front.get("/search?q=%E9%98%B2%E6%B1%9B&lang=zh", **name, **right)
    assert answer.status == 200 and "新闻档案库" in answer.text
    # All links begin with /, so they stay behind the same name, and no address of the machine is in the page.
    assert "127.0.0.1" not in answer.text and "news.example.org" not in answer.text
    (style,) = re.findall(r'<link rel="stylesheet" href="([^"]+)"', answer.text)
    assert front.get(style, **name, **right).status == 200
    # Under a name that was not allowed the pages do not answer, with the password or without nginx.
    assert front.get("/", Host="other.example.org", **right).status == 421
    assert pages.get("/", Host="other.example.org").status == 421
    assert pages.get("/metrics").status == 200
