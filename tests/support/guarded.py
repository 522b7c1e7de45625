"""Run `newscrawler` in a world of invented names, where one portal on loopback is public and all else is as it is.

python -m support.guarded WORLD ARGUMENT…

WORLD is a JSON object: `port`, of the one server on 127.0.0.1 that may be reached; `names`, host name to the
addresses that the resolver answers, one a look-up, the last one for ever; `all_hosts_are_own`, to take the portal's
list of hosts away as a line of defence; `blind_resolver`, to take away the resolver's.
"""

from __future__ import annotations

import json
import socket
import sys
from typing import Any


def main() -> None:
    world = json.loads(sys.argv[1])
    sys.argv = ["newscrawler", *sys.argv[2:]]
    _invent_names(world["names"])
    from newscrawler import settings
    from newscrawler.cli.main import main as newscrawler
    from newscrawler.crawling.downloader import network_guard as addresses
    from newscrawler.portals import Portal

    addresses.allow_endpoint("127.0.0.1", world["port"])
    settings.RETRY_TIMES = 0
    settings.DOWNLOAD_TIMEOUT = 3
    if world.get("all_hosts_are_own"):
        Portal.owns = lambda self, url: True  # type: ignore[method-assign]
    if world.get("blind_resolver"):
        settings.TWISTED_DNS_RESOLVER = "scrapy.resolver.CachingThreadedResolver"
    newscrawler()


def _invent_names(names: dict[str, list[str]]) -> None:
    left = {name: list(answers) for name, answers in names.items()}
    real = socket.gethostbyname

    def look_up(host: Any) -> str:
        name = (host.decode("ascii") if isinstance(host, bytes) else host).rstrip(".").lower()
        if answers := left.get(name):
            return answers.pop(0) if len(answers) > 1 else answers[0]
        if name.replace(".", "").replace("x", "").isalnum() and name[0].isdigit():
            return real(host)  # an odd notation of an address, which nobody is asked about
        if name == "localhost":
            return "127.0.0.1"
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    socket.gethostbyname = look_up


if __name__ == "__main__":
    main()
