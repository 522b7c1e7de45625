"""`newscrawler.toml`: who is notified of alarms, and through which channels.

The file lies beside the archive; NEWSCRAWLER_CONFIG names another one. Passwords and addresses, which contain tokens,
can be kept in the environment instead: the key `X_env` names the variable that holds the value of `X`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from newscrawler.text.configuration import ConfigurationError, read_configuration
from newscrawler.text.languages import SOURCE, languages

CONFIG_VARIABLE = "NEWSCRAWLER_CONFIG"
FILE = "newscrawler.toml"
_SECRETS = ("password", "url")
_CHAT_SERVICES = ("feishu", "dingtalk", "wecom", "slack")
"""Values of `format` in builds before 0.1.0."""


class ConfigError(Exception):
    """A configuration that cannot be used; the message names file, key and what is wrong, and shows no value."""


class _Channel(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    name: str = Field(min_length=1, max_length=64)
    """Identifies the channel. The archive keeps under it what the channel has received."""

    @model_validator(mode="before")
    @classmethod
    def _from_environment(cls, values: Any) -> Any:
        """Replace each key `X_env` by `X` with the value of the variable."""
        if not isinstance(values, dict):
            return values
        filled = dict(values)
        for key in _SECRETS:
            if (variable := filled.pop(f"{key}_env", None)) is not None:
                if key in filled:
                    raise ValueError(f"has both {key} and {key}_env; keep one")
                if not isinstance(variable, str) or not os.environ.get(variable):
                    raise ValueError(f"{key}_env names a variable that is not set")
                filled[key] = os.environ[variable]
        return filled


class Mail(_Channel):
    """`[[mail]]`: alarms by e-mail."""

    host: str
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: SecretStr = SecretStr("")
    sender: str = Field(alias="from")
    to: tuple[str, ...] = Field(min_length=1)

    @field_validator("sender", "to")
    @classmethod
    def _addresses(cls, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        for address in (value,) if isinstance(value, str) else value:
            if "@" not in address or any(c in address for c in "\r\n"):
                raise ValueError("is not a valid e-mail address")
        return value


class Webhook(_Channel):
    """`[[webhook]]`: alarms as JSON, posted to an address of your own."""

    url: SecretStr

    @model_validator(mode="before")
    @classmethod
    def _no_format(cls, values: Any) -> Any:
        if isinstance(values, dict) and values.get("format") in _CHAT_SERVICES:
            raise ValueError(
                "has no key 'format' any more: write [[chat]] with the service's Apprise url, as in "
                "'feishu://TOKEN', 'dingtalk://SECRET@TOKEN', 'wecombot://KEY' or 'slack://A/B/C'"
            )
        return values

    @field_validator("url")
    @classmethod
    def _http(cls, value: SecretStr) -> SecretStr:
        parts = urlsplit(value.get_secret_value())
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("is not an address that starts with http:// or https://")
        return value


class Chat(_Channel):
    """`[[chat]]`: alarms as a message through a service that Apprise knows. Needs the extra `notify`."""

    url: SecretStr
    """An Apprise address, as in `dingtalk://SECRET@TOKEN`; https://appriseit.com/services/ lists all forms."""

    @field_validator("url")
    @classmethod
    def _has_scheme(cls, value: SecretStr) -> SecretStr:
        if "://" not in value.get_secret_value():
            raise ValueError("is not an Apprise address; see https://appriseit.com/services/")
        return value


class Config(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    language: str = SOURCE
    """The language of mails and chat messages: the code of a catalog, as in `zh`."""
    mail: tuple[Mail, ...] = ()
    webhook: tuple[Webhook, ...] = ()
    chat: tuple[Chat, ...] = ()

    @field_validator("language")
    @classmethod
    def _has_catalog(cls, value: str) -> str:
        if value not in languages():
            raise ValueError(f"is not a language of the program; there are {', '.join(languages())}")
        return value

    @property
    def channels(self) -> tuple[Mail | Webhook | Chat, ...]:
        """All channels."""
        return (*self.mail, *self.webhook, *self.chat)

    @model_validator(mode="after")
    def _names_differ(self) -> Config:
        names = [channel.name for channel in self.channels]
        if len(set(names)) < len(names):
            raise ValueError("two channels have the same name; give each its own")
        return self


def load_config(archive: str | Path) -> Config:
    """Return the configuration of an archive; an empty one where there is no file. Raises ConfigError."""
    given = os.environ.get(CONFIG_VARIABLE)
    path = Path(given) if given else Path(archive).parent / FILE
    if not given and not path.is_file():
        return Config()
    try:
        return read_configuration(path, Config)
    except ConfigurationError as error:
        raise ConfigError(str(error)) from None
