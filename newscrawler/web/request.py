"""A request for a page: its arguments, its language, and links that keep the language."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from functools import cached_property
from typing import Any, Self, TypeVar
from urllib.parse import parse_qs, quote, quote_plus, urlencode

from starlette.requests import Request

from newscrawler.archive.errors import UserError
from newscrawler.text.languages import Language, languages
from newscrawler.web.cache import Cache
from newscrawler.web.fleet_watch import FleetWatch
from newscrawler.web.languages import choose_language
from newscrawler.web.reader import Reader

Value = TypeVar("Value")

_MOST_ARGUMENTS = 100


class BadRequestError(UserError):
    """A request that cannot be answered; the message says what is wrong and how to correct it. HTTP 400."""


class PageRequest(Request):
    """Starlette's request, with what our pages need."""

    @classmethod
    def of(cls, request: Request) -> Self:
        """Return Starlette's request in this form."""
        return cls(request.scope, request.receive)

    @property
    def reader(self) -> Reader:
        """The threads that read the archive."""
        reader: Reader = self.app.state.reader
        return reader

    @property
    def cache(self) -> Cache:
        """The cached values of this archive."""
        cache: Cache = self.app.state.cache
        return cache

    @property
    def fleet(self) -> FleetWatch | None:
        """The fleet that is shown; None where the server was started without one, or refuses the request."""
        watch: FleetWatch | None = self.app.state.fleet if "app" in self.scope else None
        return watch

    @property
    def path(self) -> str:
        """The path of the address, percent-decoded."""
        path: str = self.scope["path"]
        return path

    @property
    def query(self) -> str:
        """The query string of the address, as it was sent."""
        return str(self.scope["query_string"].decode("latin-1"))

    @cached_property
    def arguments(self) -> dict[str, list[str]]:
        """The arguments of the query that are not empty. Raises BadRequestError when there are too many."""
        try:
            return parse_qs(self.query, max_num_fields=_MOST_ARGUMENTS)
        except ValueError:
            raise BadRequestError("the address has more than {most} arguments.", most=_MOST_ARGUMENTS) from None

    @cached_property
    def language_argument(self) -> str:
        """The language that the address names; empty when it names none that we have."""
        name = parse_qs(self.query, max_num_fields=None).get("lang", [""])[0]
        return name if name in languages() else ""

    @cached_property
    def language(self) -> Language:
        """The language of the page."""
        return choose_language(self.language_argument, self.headers.get("accept-language", ""))

    async def unless_gone(self, work: Coroutine[Any, Any, Value]) -> Value | None:
        """Return what the work returns; when the client closes its connection before, cancel it and return None."""
        working, gone = asyncio.ensure_future(work), asyncio.ensure_future(self._until_gone())
        try:
            await asyncio.wait((working, gone), return_when=asyncio.FIRST_COMPLETED)
            return working.result() if working.done() else None
        finally:
            working.cancel()
            gone.cancel()

    async def _until_gone(self) -> None:
        while (await self.receive())["type"] != "http.disconnect":
            pass

    def one(self, name: str, default: str = "") -> str:
        """Return an argument that is given once; raises BadRequestError when it is given more often."""
        values = self.arguments.get(name, [default])
        if len(values) > 1:
            raise BadRequestError("{name!r} is given {times} times; give it once.", name=name, times=len(values))
        return values[0]

    def number(self, name: str, default: int, most: int) -> int:
        """Return an argument that is a number from 1 to `most`; raises BadRequestError when it is not."""
        value = self.one(name, str(default))
        if not (value.isascii() and value.isdigit() and len(value) < 10 and 1 <= int(value) <= most):
            raise BadRequestError(
                "{name!r} is {value!r}; give a number from 1 to {most:,}.", name=name, value=value[:40], most=most
            )
        return int(value)

    def link(self, path: str, /, **arguments: str | list[str] | None) -> str:
        """Return an address of ours; the language goes along when this page's address names it."""
        parts = [
            f"{name}={quote_plus(one)}"
            for name, value in arguments.items()
            if value
            for one in ([value] if isinstance(value, str) else value)
        ]
        if self.language_argument and "lang" not in arguments:
            parts.append(f"lang={self.language_argument}")
        return f"{quote(path)}?{'&'.join(parts)}" if parts else quote(path)

    def in_language(self, language: Language) -> str:
        """Return the address of this page in another language."""
        arguments = {**parse_qs(self.query), "lang": [language.code]}
        return f"{quote(self.path)}?{urlencode(arguments, doseq=True)}"
