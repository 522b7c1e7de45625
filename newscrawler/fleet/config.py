"""The configuration of a fleet: one TOML file, the same on all its machines or one for each.

Passwords stand in the environment or in files of their own: the key `X_env` names a variable, `X_file` a file that
holds the value of `X`. No message shows a value.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)

from newscrawler.fleet.due import FleetPortal
from newscrawler.fleet.engine import Engine, FleetError
from newscrawler.fleet.leases import SECONDS
from newscrawler.fleet.nats_access import NatsAccess
from newscrawler.fleet.stores import FileStore, Store
from newscrawler.portals import DefinitionError, is_path, load_portal, load_portals
from newscrawler.text.configuration import FOLDER, ConfigurationError, read_configuration

_SECRETS = ("password", "token")
NATS = "nats"


class ConfigError(FleetError):
    """A configuration that cannot be used; the message names file, key and fix, and shows no value."""


def _from_folder(path: Path, info: ValidationInfo) -> Path:
    return Path((info.context or {}).get(FOLDER, "")) / path


OwnPath = Annotated[Path, AfterValidator(_from_folder)]
"""A path that starts from the folder of the configuration when it is relative."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class NatsSection(_Section):
    """`[nats]`: the server of the leases."""

    servers: tuple[str, ...] = Field(min_length=1)
    user: str = ""
    password: SecretStr = SecretStr("")
    token: SecretStr = SecretStr("")
    ca: OwnPath | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_elsewhere(cls, values: Any, info: ValidationInfo) -> Any:
        if not isinstance(values, dict):
            return values
        filled = dict(values)
        for key in _SECRETS:
            variable, file = filled.pop(f"{key}_env", None), filled.pop(f"{key}_file", None)
            if sum(one is not None for one in (variable, file, filled.get(key))) > 1:
                raise ValueError(f"has {key} in several places; keep one of {key}, {key}_env and {key}_file")
            if variable is not None:
                if not isinstance(variable, str) or not os.environ.get(variable):
                    raise ValueError(f"{key}_env names a variable that is not set")
                filled[key] = os.environ[variable]
            if file is not None:
                try:
                    filled[key] = _from_folder(Path(str(file)), info).read_text(encoding="utf-8").strip()
                except (OSError, UnicodeDecodeError):
                    raise ValueError(f"{key}_file names a file that cannot be read") from None
        return filled

    @field_validator("servers")
    @classmethod
    def _addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for address in value:
            if not address.startswith(("nats://", "tls://", "ws://", "wss://")) or "@" in address:
                raise ValueError("has an address that is not of the form nats://HOST:4222; no user stands in it")
        return value

    @property
    def access(self) -> NatsAccess:
        """How the server is reached."""
        return NatsAccess(
            self.servers, self.user, self.password.get_secret_value(), self.token.get_secret_value(), self.ca
        )


class FleetConfig(_Section):
    """The whole file."""

    name: str = Field(default="newscrawler", pattern=r"^[A-Za-z0-9_-]{1,32}$")
    """Of the fleet: several fleets may use one server."""
    worker: str = Field(default_factory=lambda: socket.gethostname()[:64], pattern=r"^[A-Za-z0-9_.-]{1,64}$")
    """Of this machine. No two machines may have the same."""
    folder: OwnPath
    """Where this machine keeps the archives of the portals that it crawls, or the collector its unfinished work."""
    parcels: str = Field(min_length=1)
    """Where parcels wait: a folder that all machines see, the address of an object storage, or `nats`."""
    leases: OwnPath | None = None
    """A file with the leases, for a fleet on one machine. Many machines need [nats] instead."""
    archive: OwnPath | None = None
    """The archive of the collector."""
    portals: tuple[str, ...] = ()
    """Ids, or paths of definitions; default: all that have a schedule."""
    at_once: int = Field(default=4, ge=1, le=1000)
    """Portals that this machine crawls at the same time."""
    min_free_mb: int = Field(default=1000, ge=0)
    """Megabytes to leave free on the disk."""
    lease_seconds: float = Field(default=SECONDS, ge=1, le=3600)
    """How long a lease lasts after it was renewed last. The same on all machines."""
    nats: NatsSection | None = None

    @field_validator("parcels")
    @classmethod
    def _a_folder_or_elsewhere(cls, value: str, info: ValidationInfo) -> str:
        return value if value == NATS or "://" in value else str(_from_folder(Path(value), info))

    @field_validator("portals")
    @classmethod
    def _ids_or_paths(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        return tuple(str(_from_folder(Path(name), info)) if is_path(name) else name for name in value)

    @model_validator(mode="after")
    def _one_engine(self) -> FleetConfig:
        if (self.nats is None) == (self.leases is None):
            raise ValueError("needs either [nats], for many machines, or the key leases, for one; not both")
        if self.parcels == NATS and self.nats is None:
            raise ValueError("has parcels = 'nats', which needs [nats]")
        return self


def load_config(path: Path) -> FleetConfig:
    """Return the configuration in a file. Relative paths in it start from its folder. Raises ConfigError."""
    try:
        return read_configuration(path, FleetConfig)
    except ConfigurationError as error:
        raise ConfigError(str(error)) from None


def definitions_at_hand(config: FleetConfig) -> list[FleetPortal]:
    """Return the portals of the fleet whose definitions can be read on this machine: of others little is known."""
    if not config.portals:
        found = load_portals()[0]
        return [FleetPortal(one, one.id) for one in found if one.schedule.crawl_times is not None]
    portals = []
    for name in config.portals:
        with suppress(DefinitionError):
            portals.append(FleetPortal(load_portal(name), name))
    return portals


def connect_engine(config: FleetConfig) -> Engine:
    """Return the engine of the leases. Raises FleetError."""
    from newscrawler.fleet.file_engine import FileEngine

    if config.nats is None:
        assert config.leases is not None  # noqa: S101
        return FileEngine(config.leases)
    try:
        from newscrawler.fleet.nats_engine import NatsConnection, NatsEngine
    except ImportError:
        raise ConfigError("[nats] needs the extra fleet: pip install 'newscrawler-cn[fleet]'.") from None
    return NatsEngine(NatsConnection(config.nats.access), config.name)


def connect(config: FleetConfig) -> tuple[Engine, Store]:
    """Return the engine of the leases and the store of the parcels. Raises FleetError."""
    engine = connect_engine(config)
    store: Store
    if config.parcels == NATS:
        from newscrawler.fleet.nats_engine import NatsConnection
        from newscrawler.fleet.nats_store import NatsStore

        assert config.nats is not None  # noqa: S101
        # A connection of its own: a large parcel must not keep a lease from being renewed.
        store = NatsStore(NatsConnection(config.nats.access), config.name)
    else:
        store = FileStore(config.parcels)
    return engine, store
