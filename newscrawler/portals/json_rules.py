"""`[listing.json]` and `[article.json]`: listings and articles that are data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    SerializerFunctionWrapHandler,
    field_validator,
    model_serializer,
    model_validator,
)

from newscrawler.text.address_templates import WHOLE, address_from, check_template
from newscrawler.text.definitions import Table
from newscrawler.text.json_paths import check_path

_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
_HEADER_VALUE = re.compile(r"[\x20-\x7e]{1,500}")
_NOT_OURS = re.compile(
    r"(?i)(?:cookie|.*auth|.*token|.*session|.*secret|.*sign|.*password|host|user-agent|connection|content-length"
    r"|transfer-encoding|te|upgrade|expect|range|if-|proxy-|x-forwarded|forwarded|x-real-ip|via|from$|accept-encoding)"
)
_SECRET = re.compile(
    r"(?i)(?:.*auth.*|.*token.*|.*session.*|.*secret.*|.*sign(?:ature)?|.*password.*|nonce|.*captcha.*)"
)
_PARAMETER = re.compile(r"[\w.$\[\]-]{1,100}")
MAX_BODY = 2_000


def is_secret(name: str) -> bool:
    """Whether a header or a parameter of this name is a token or a signature, which no definition can name."""
    return _SECRET.fullmatch(name) is not None


def _pairs(value: object) -> object:
    return tuple(value.items()) if isinstance(value, dict) else value


def _check_headers(value: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    for name, text in value:
        if not _HEADER.fullmatch(name) or not _HEADER_VALUE.fullmatch(text):
            raise ValueError(f"contains {name[:60]!r}, which is not a header of printable ASCII")
        if _NOT_OURS.match(name):
            raise ValueError(f"contains {name[:60]!r}; only what a public page sends without a login can be named here")
    return value


Headers = Annotated[
    tuple[tuple[str, str], ...],
    BeforeValidator(_pairs),
    AfterValidator(_check_headers),
    PlainSerializer(dict, return_type=dict[str, str]),
]
"""Headers of a request. A tuple of pairs, so that a table that holds them can be a key."""
Path = Annotated[str, AfterValidator(check_path)]
Template = Annotated[str, AfterValidator(check_template)]


class TableWithJson(Table):
    """A table with a table `json` inside: a name that pydantic has taken, so the field is called `json_rules`."""

    @model_serializer(mode="wrap")
    def _write_json(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Write the table as TOML has it, so that it can be read again."""
        values: dict[str, Any] = dump(self)
        if "json_rules" in values:
            values["json"] = values.pop("json_rules")
        return values


class ListingJson(Table):
    """`[listing.json]`: a listing that is data. Each key is needed only where the general rules do not find it."""

    items: Path | None = None
    """Path to the objects of the entries: `data.list`."""
    title: Path | None = None
    """Path to the title, from an object."""
    url: Template | None = None
    """Template of the address of an article: `/news/{yyyy}/{mm}{dd}/{id}.html`."""
    published: Path | None = None
    """Path to the date, from an object."""
    source: Path | None = None
    """Path to the outlet, from an object."""
    next: dict[str, str] = {}  # noqa: RUF012 - pydantic copies it
    """Parameter of the request to what it is on the next page: `page`, `offset`, or a path in the answer."""
    method: Literal["GET", "POST"] = "GET"
    body: str = Field(default="", max_length=MAX_BODY)
    """Body of a POST. `{name}` stands for a parameter of the section's address."""
    headers: Headers = ()

    @field_validator("next")
    @classmethod
    def _readable(cls, value: dict[str, str]) -> dict[str, str]:
        for name, rule in value.items():
            if not _PARAMETER.fullmatch(name):
                raise ValueError(f"contains {name[:100]!r}, which is not the name of a parameter")
            check_path(rule)
        return value

    @model_validator(mode="after")
    def _body_of_a_post(self) -> ListingJson:
        if self.body and self.method != "POST":
            raise ValueError('has a body; a body needs method = "POST"')
        return self


class ArticleJson(Table):
    """`[article.json]`: articles whose text comes as data from an address of its own."""

    url: Template
    """Template of the address of the data. Its keys are named groups of `article.url`, parameters of the article's own
    address, or members of its entry in a list of data."""
    headers: Headers = ()
    title: Path
    body: Path
    """Path to the text: HTML, or paragraphs divided by line breaks."""
    source: Path | None = None
    published: Path | None = None
    editors: Path | None = None
    authors: Path | None = None
    summary: Path | None = None

    @field_validator("url")
    @classmethod
    def _names_its_host(cls, value: str) -> str:
        if WHOLE.match(value):
            raise ValueError("is one key; name the address of the data, as in /api/article?id={id}")
        return value

    def address_of(self, url: str, pattern: str | None, keys: Mapping[str, str]) -> str | None:
        """Return the address of the data of an article, which has this URL; None if a key has no value.

        `pattern` is `article.url`, whose named groups are keys before the parameters of the URL, also of its route.
        `keys` are what the entry of a listing gave.
        """
        return address_from(self.url, url, pattern, keys)
