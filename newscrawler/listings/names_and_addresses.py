"""Texts of attributes and scripts that are a name or the address of a page, and the records that they make."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from newscrawler.listings.script_strings import ScriptString
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
_CODE = re.compile(r"[A-Za-z0-9_-]{1,30}")
_FEWEST_CODES = 2
_HREF = re.compile(r"""href\s{0,3}=\s{0,3}\\?["']?([^"'\s<>\\]{1,300})""", re.IGNORECASE)
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


def records_in(strings: Sequence[ScriptString]) -> list[tuple[tuple[str, ...], str]]:
    """Return the names and addresses that stand side by side in a script or in JSON, in either order."""
    groups = _groups_of(strings)
    records = [record for texts in groups.values() for record in _records_of(texts)]
    records = records or list(_coded_records(strings, groups))
    return [*records, *_parallel_records(list(groups.values()))]


def _groups_of(strings: Sequence[ScriptString]) -> dict[int, list[str]]:
    """Return the texts of each object and array of a script, by its number.

    An object with one name or one address and nothing to pair it with is a part of what is around it:
    `{"name": "宜昌", "link": {"url": "/yc/"}}`.
    """
    texts = [(string.group, string.text.strip()) for string in strings]
    around = {string.group: string.around for string in strings if string.around > 0}
    parts: dict[int, list[bool]] = {}
    """Whether each name or address of a group is a name."""
    for group, text in texts:
        if (names_one := is_name(text)) or is_address(text):
            parts.setdefault(group, []).append(names_one)
    target: dict[int, int] = {}
    for group in sorted(around, reverse=True):  # inner ones first
        if len(of_group := parts.get(group, [])) == 1:
            target[group] = around[group]
            parts.setdefault(around[group], []).extend(of_group)
    groups: dict[int, list[str]] = {}
    for group, text in texts:
        while group in target:
            group = target[group]
        groups.setdefault(group, []).append(text)
    return groups


def _records_of(texts: list[str]) -> Iterator[tuple[tuple[str, ...], str]]:
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


def _parallel_records(groups: list[list[str]]) -> Iterator[tuple[tuple[str, ...], str]]:
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


def _coded_records(
    strings: Sequence[ScriptString], groups: dict[int, list[str]]
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the records of objects with a name and a code of which a script makes the address.

    `{name: "宜昌", code: "yc"}` with `'<a href="/hb/' + cities[i].code + '/">'` leads to /hb/yc/. There must be one
    such address, and one code in each object.
    """
    addresses = {address for string in strings if UNKNOWN in string.text for address in _made_addresses(string.text)}
    if len(addresses) != 1:
        return
    address = addresses.pop()
    found: dict[str, tuple[str, ...]] = {}
    for texts in groups.values():
        names = tuple(text for text in texts if is_name(text))
        codes = [text for text in texts if _CODE.fullmatch(text)]
        if names and len(codes) == 1:
            if codes[0] in found:
                return
            found[codes[0]] = names
    if len(found) >= _FEWEST_CODES:
        yield from ((names, address.replace(UNKNOWN, code)) for code, names in found.items())


def _made_addresses(text: str) -> list[str]:
    """Return the addresses with one unknown part in a text: in markup, or the text itself."""
    texts = _HREF.findall(text) if "href" in text.lower() else [text.strip()]
    return [one for one in texts if one.count(UNKNOWN) == 1 and is_address(one.replace(UNKNOWN, "x"))]
