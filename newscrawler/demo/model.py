"""The parts of a demo portal: responses to serve, and the true values of its articles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP response without the connection: status, headers by name, body bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Site(Protocol):
    """Anything that answers requests for paths; `newscrawler.demo.server` serves it."""

    def respond(self, path: str) -> Response:
        """Answer a request for `path`, which starts with a slash and may carry a query."""


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a body, in the order in which a page shows them.

    `text` is the paragraph, the subhead or the caption, which may be empty; `url` is the image's.
    """

    kind: Literal["paragraph", "subhead", "image"]
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class DemoCredit:
    """A mention of a person: role (记者, 通讯员, 编辑), name, and the outlet where the mention names it."""

    role: str
    name: str
    outlet: str | None = None


@dataclass(frozen=True, slots=True)
class DemoImage:
    """An image of the body: absolute URL on the portal's own host, and its caption or ''."""

    url: str
    caption: str


@dataclass(frozen=True, slots=True)
class DemoArticle:
    """What a careful reader finds on an article's page and in the listings: the truth to compare with."""

    url: str
    aliases: tuple[str, ...]
    """Other URLs of the same document, as when one runs in two channels."""
    title: str
    subtitle: str | None
    source: str | None
    published: str
    """ISO 8601: `2019-07-10`, or `2019-07-10T09:30:00+08:00` where the page shows a time."""
    editors: tuple[str, ...]
    """Without job numbers, which are shown but name nobody."""
    authors: tuple[str, ...]
    credits: tuple[DemoCredit, ...]
    """Authors with their roles, then editors, in the order of the page's byline."""
    summary: str | None
    body: str
    """Plain text, one paragraph a line, pages joined, with subheads, captions and in-body bylines."""
    images: tuple[DemoImage, ...]
    keywords: tuple[str, ...]
    article_type: Literal["原创", "转载", "unknown"]
    """原创 when the portal itself is the source, 转载 when another outlet is, unknown when none is named."""
    sections: tuple[str, ...]
    """Full names of the divisions whose sections list it; the first is `city`."""
    city: str
    city_code: str
    county: str | None
    """The county that the title or the dateline names."""
    county_code: str | None
    listed_date: str
    """The date beside its link in the listing of the first section."""


def body_text(blocks: tuple[Block, ...]) -> str:
    """The body as plain text, one block a line, images by their caption."""
    return "\n".join(block.text for block in blocks if block.text)
