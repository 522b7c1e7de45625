"""How NATS is reached: addresses, credentials, certificates. Nothing here is ever logged."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class NatsAccess:
    """The section `[nats]` of a configuration."""

    servers: tuple[str, ...]
    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    ca: Path | None = None
    """Certificates that are trusted instead of those of the system. TLS is then required."""
    timeout: float = 5.0
    """Seconds that one request may take."""

    def options(self) -> dict[str, Any]:
        """Return the arguments of `nats.connect`. Raises OSError when the certificates cannot be read."""
        options: dict[str, Any] = {"servers": list(self.servers)}
        if self.user:
            options |= {"user": self.user, "password": self.password}
        if self.token:
            options["token"] = self.token
        if self.ca is not None:
            options["tls"] = ssl.create_default_context(cafile=str(self.ca))
        return options
