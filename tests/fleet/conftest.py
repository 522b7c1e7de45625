from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from newscrawler.fleet.engine import Engine
from newscrawler.fleet.file_engine import FileEngine
from support.nats_server import NatsServer, server_program


@pytest.fixture(params=["file", "nats"])
def engines(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Engine]]:
    """Makes engines of one fleet, each as another process would."""
    made: list[Engine] = []
    server: NatsServer | None = None
    if request.param == "nats":
        pytest.importorskip("nats")
        if server_program() is None:
            pytest.skip("there is no NATS server")
        server = NatsServer(tmp_path / "nats")

    def make() -> Engine:
        if server is None:
            made.append(FileEngine(tmp_path / "fleet.db"))
        else:
            from newscrawler.fleet.nats_access import NatsAccess
            from newscrawler.fleet.nats_engine import NatsConnection, NatsEngine

            made.append(NatsEngine(NatsConnection(NatsAccess((server.url,))), "test"))
        return made[-1]

    yield make
    for engine in made:
        engine.close()
    if server is not None:
        server.kill()
