"""Texts of attributes and scripts that are a name or the address of a page, and the records that they make."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newscrawler.listings.script_values import UNKNOWN

MAX_NAME = 20
"""Characters of a name of a menu."""
_HAN = re.compile(r"[\u3400-\u9fff]")
_ADDRESS = re.compile(
    r"""(?xia)
      https?://[^\s'"<>]+ | //[\w-]+(?:\.[\w-]+)+[^\s'"<>]* | www\.[\w-]+\.[^\s'"<>]+
    | \.{0,2}/[^\s'"<>]*
    | [\w%~.-]+(?:/[\w%~.-]+)*/
    | (?:[\w%~.-]+/)*[\w%~.-]+\.(?:s?html?|php|jspx?|aspx?|do|action|cgi)(?:[?\#][^\s'"<>]*)?
    | \?[\w-]+=[^\s'"<>]*
    """
)
FILE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|bmp|svg|ico|js|css|json|xml|swf|mp[34]|m3u8|flv|woff2?|ttf|eot|zip|rar|pdf|docx?|xlsx?|apk)"
    r"(?:[?#]|$)",
    re.IGNORECASE,
)
"""The end of an address that is a file, and not a page."""
_DATA = re.compile(r"""(?ia)(?:https?:)?[./]{0,3}(?:[\w%~.:-]+/)*[\w%~.-]+\.(?:jsonp?|xml)(?:\?[^\s'"<>#]*)?""")


def is_address(text: str) -> bool:
    """Whether a text of an attribute or a script is the address of a page, and nothing else."""
    return len(text) <= 2_000 and UNKNOWN not in text and bool(_ADDRESS.fullmatch(text)) and not FILE.search(text)


def is_address_of_data(text: str) -> bool:
    """Whether a text of an attribute or a script is the address of data: `/json/3905_2.json`."""
    return len(text) <= 2_000 and UNKNOWN not in text and _DATA.fullmatch(text) is not None


def may_be_asked_for(text: str) -> bool:
    """Whether a text is the address of a page or of data."""
    return is_address(text) or is_address_of_data(text)


def is_name(text: str) -> bool:
    """Whether a text may be the name of a link of a menu."""
    return 0 < len(text) <= MAX_NAME and "<" not in text and _HAN.search(text) is not None


def records_of(texts: list[str]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield names and address of each record of a group: a name begins a record, or an address if one comes first."""
    names: list[str] = []
    address = ""
    begins_with_name: bool | None = None
    for text in texts:
        names_one = is_name(text)
        if not names_one and not is_address(text):
            continue
        begins_with_name = names_one if begins_with_name is None else begins_with_name
        if names_one == begins_with_name and (address if names_one else names):
            if names and address:
                yield tuple(names), address
            names, address = [], ""
        if names_one:
            names.append(text)
        else:
            address = address or text
    if names and address:
        yield tuple(names), address


def parallel_records(groups: list[list[str]]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the records of two arrays of the same length, one of names and one of addresses."""
    names: list[str] = []
    addresses: list[str] = []
    for texts in groups:
        if len(texts) > 1 and all(map(is_name, texts)):
            names = texts
        elif len(texts) > 1 and all(map(is_address, texts)):
            addresses = texts
        if names and len(names) == len(addresses):
            yield from (((name,), address) for name, address in zip(names, addresses, strict=True))
            names, addresses = [], []
