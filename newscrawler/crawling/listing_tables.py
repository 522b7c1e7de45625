"""Tables of a definition for the lists of several sections: which of them one table can ask for.

Sections whose requests differ in values of their bodies share a table: the values become parameters of the addresses of
the sections, and keys of the body.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from newscrawler.crawling.data_proposal import ListingProposal
from newscrawler.listings.json_rules import JsonRules
from newscrawler.listings.page_addresses import parameters, post_address, post_body, with_parameters

_NAME = re.compile(r"[A-Za-z_]\w{0,60}", re.ASCII)
_STAND_IN = "newscrawler-value-of-"


@dataclass(frozen=True, slots=True)
class ListingTable:
    """`[listing.json]` for some sections."""

    sections: tuple[tuple[str, str], ...]
    """Their names and addresses."""
    rules: JsonRules
    method: str = "GET"
    body: str = ""
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def has_rules(self) -> bool:
        """Whether the definition needs the table: general rules read a list that is asked for by GET."""
        return self.method == "POST" or bool(self.headers) or self.rules != JsonRules()


def listing_tables(proposals: Sequence[ListingProposal]) -> list[ListingTable]:
    """Return the tables for sections, in their order; what can be asked for in the same way shares one."""
    groups: dict[tuple[Any, ...], list[ListingProposal]] = {}
    for one in proposals:
        rules = one.rules.items, one.rules.title, one.rules.url, one.rules.published
        same_body = tuple(sorted(parameters(post_address("http://x/", one.body)))) if one.method == "POST" else ()
        groups.setdefault((rules, one.method, one.headers, same_body), []).append(one)
    return [table for group in groups.values() for table in _tables(group)]


def _tables(group: Sequence[ListingProposal]) -> list[ListingTable]:
    first = group[0]
    bodies = {one.body for one in group}
    if len(bodies) == 1:
        sections = tuple((one.section, one.url) for one in group)
        return [ListingTable(sections, first.rules, first.method, first.body, first.headers)]
    values = [parameters(post_address("http://x/", one.body)) for one in group]
    differing = [name for name in values[0] if len({one[name] for one in values}) > 1]
    keys = {name: name.rpartition(".")[2] for name in differing}
    template = _template(first.body, keys)
    if not template or len(set(keys.values())) < len(keys) or not all(map(_NAME.fullmatch, keys.values())):
        return [ListingTable(((one.section, one.url),), one.rules, one.method, one.body, one.headers) for one in group]
    sections = tuple(
        (one.section, with_parameters(one.url, {keys[name]: own[name] for name in differing}))
        for one, own in zip(group, values, strict=True)
    )
    return [ListingTable(sections, first.rules, first.method, template, first.headers)]


def _template(body: str, keys: dict[str, str]) -> str:
    """Return a body with keys in place of these parameters; empty if one of them cannot be replaced."""
    stand_ins = {name: f"{_STAND_IN}{key}" for name, key in keys.items()}
    marked = post_body(with_parameters(post_address("http://x/", body), stand_ins)) or ""
    for name, key in keys.items():
        written = json.dumps(stand_ins[name]) if _is_number(body, name) else stand_ins[name]
        marked = marked.replace(written, f"{{{key}}}", 1)
    return "" if _STAND_IN in marked else marked


def _is_number(body: str, name: str) -> bool:
    """Whether a parameter is a number of a JSON body, which is written without quotes."""
    try:
        value = json.loads(body)
        for part in name.split("."):
            value = value[part]
    except (ValueError, KeyError, TypeError, RecursionError):
        return False
    return isinstance(value, int)
