"""Whether an address is that of a page of another section's listing: a template's slip leads there from a pager."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import SplitResult, parse_qsl, urlsplit

from newscrawler.listings.own_folder import INDEX
from newscrawler.text.patterns import late

_SUFFIX = late(r"\.\w{1,5}$")
_NUMBERED = late(r"[-_/]\d{1,6}(?:\.\w{1,5}|/)?")
"""What the address of a page of a listing has behind that of the first one, without its suffix."""


def other_section_of(url: str, own: Iterable[str], others: Iterable[str]) -> str:
    """Return the address of the section, one of `others`, to whose listing a page belongs by its own; empty if none.

    `own` are the addresses of the section from which a link leads there. What may be its own is no other's.
    """
    page = urlsplit(url)
    mine = [urlsplit(one) for one in own]
    if any(_continues(page, one) for one in mine):
        return ""
    hosts = {_host(one) for one in mine}
    may_be_own = any(_lies_below(page, one) for one in mine)
    for other in sorted(others):
        section = urlsplit(other)
        is_of_host = _host(section) not in hosts and section.path in ("", "/")
        is_in_folder = not may_be_own and (is_of_host or _is_beside(page, section))
        if _host(section) == _host(page) and (is_in_folder or _continues(page, section)):
            return other
    return ""


def _host(parts: SplitResult) -> str:
    return (parts.hostname or "").removeprefix("www.")


def _folder(parts: SplitResult) -> str:
    return parts.path.rpartition("/")[0] + "/"


def _lies_below(page: SplitResult, section: SplitResult) -> bool:
    """Whether a page lies in the folder of a section's page, or below it. That of the whole host says nothing."""
    return _host(page) == _host(section) and _folder(section) != "/" and page.path.startswith(_folder(section))


def _is_beside(page: SplitResult, section: SplitResult) -> bool:
    """Whether a page lies in a folder of which a section's page is the index."""
    is_index = INDEX.fullmatch(section.path.rpartition("/")[2]) is not None and not section.query
    return is_index and _folder(section) != "/" and _folder(page) == _folder(section)


def _continues(page: SplitResult, section: SplitResult) -> bool:
    """Whether an address is that of a section's page with a number behind it: /list-3_2.html, ?cid=3&page=2."""
    if _host(page) != _host(section):
        return False
    if page.path == section.path:
        wanted = set(parse_qsl(section.query))
        return bool(wanted) and wanted <= set(parse_qsl(page.query))
    stem = _SUFFIX.sub("", section.path).rstrip("/")
    is_longer = bool(stem) and not section.query and page.path.startswith(stem)
    return is_longer and _NUMBERED.fullmatch(page.path[len(stem) :]) is not None
