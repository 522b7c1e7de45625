"""A real NATS server that is away, refuses, forgets: waited for and told, nothing lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from newscrawler.fleet.engine import UnavailableError
from newscrawler.fleet.nats_access import NatsAccess
from support.nats_server import NatsServer, server_program

pytest.importorskip("nats")

from newscrawler.fleet.nats_engine import NatsConnection, NatsEngine
from newscrawler.fleet.nats_store import NatsStore
from newscrawler.fleet.stores import MissingError

if server_program() is None:
    pytest.skip("there is no NATS server", allow_module_level=True)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[NatsServer]:
    with NatsServer(tmp_path / "nats", "--user", "fleet", "--pass", "geheim") as server:
        yield server


def access(server: NatsServer, password: str = "geheim") -> NatsAccess:
    return NatsAccess((server.url,), user="fleet", password=password, timeout=1.0)


def test_a_server_that_goes_away_and_forgets(server: NatsServer) -> None:
    engine = NatsEngine(NatsConnection(access(server)), "test")
    try:
        revision = engine.replace("portals", "p", b"one", 0)
        engine.put("reports", "worker.one", b"{}")
        assert engine.read("portals")["p"].value == b"one"
        server.kill()
        with pytest.raises(UnavailableError, match="cannot be reached now"):
            engine.read("portals")
        server.start()
        # It has kept what it had; the connection is made again.
        assert engine.read("portals")["p"].revision == revision
        server.forget()
        server.start()
        assert engine.read("portals") == {}
        assert engine.replace("portals", "p", b"two", 0) >= 1
        assert engine.read("portals")["p"].value == b"two"
    finally:
        engine.close()


def test_a_server_that_refuses_is_told_without_the_password(server: NatsServer) -> None:
    for password in ("falsch", ""):
        engine = NatsEngine(NatsConnection(access(server, password)), "test")
        try:
            with pytest.raises(UnavailableError, match="other credentials") as error:
                engine.read("portals")
            assert "falsch" not in str(error.value) and "geheim" not in str(error.value)
        finally:
            engine.close()


def test_objects_of_several_chunks(server: NatsServer, tmp_path: Path) -> None:
    connection = NatsConnection(access(server))
    store = NatsStore(connection, "test")
    try:
        source = tmp_path / "source"
        source.write_bytes(bytes(range(256)) * 2_000)
        store.put("a", source)
        store.put("empty", Path("/dev/null"))
        store.get("a", tmp_path / "target")
        assert (tmp_path / "target").read_bytes() == source.read_bytes()
        store.remove("a")
        store.remove("a")
        with pytest.raises(MissingError):
            store.get("a", tmp_path / "target")
    finally:
        connection.close()
