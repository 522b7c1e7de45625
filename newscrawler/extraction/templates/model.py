"""A template: what the pages of one portal have in common. It is kept as JSON, and read from archives of strangers."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TypeGuard

from newscrawler.extraction import RULES_VERSION

FORMAT = 1
"""The version of the form in which a template is kept. A template of another one is not used."""
LONGEST_PATH = 2_000
"""Characters of the path of a container."""
MOST_FURNITURE, LONGEST_FURNITURE = 20, 200
"""Lines of furniture, and characters of one."""
_LONGEST_JSON = 40_000
_MOST_NUMBER = 1_000_000
# What `element_paths` writes, and nothing else: an XPath may take any time.
_PATH = re.compile(
    r'(?:/(?:[a-z][a-z0-9]{0,20}|\*)(?:\[@(?:id|class)="[\w -]{1,80}"\]|\[not\(@id or @class\)\])?){1,60}'
)


@dataclass(frozen=True, slots=True)
class Template:
    """What pages of one make agree on."""

    body: str
    """The container of the main text, an XPath without positions (`newscrawler.extraction.element_paths`)."""
    pages: int
    """The articles from which it was learnt."""
    votes: int
    """On how many of them the general rules found this container."""
    furniture: tuple[str, ...] = ()
    """Lines that stand at the beginning or at the end of the text of many pages, and belong to none of them."""
    rules: str = RULES_VERSION
    """The version of the rules that read these pages."""

    def as_json(self) -> str:
        """Return the template in the form in which it is kept."""
        value = {
            "format": FORMAT,
            "rules": self.rules,
            "pages": self.pages,
            "votes": self.votes,
            "body": self.body,
            "furniture": list(self.furniture),
        }
        return json.dumps(value, ensure_ascii=False)

    @classmethod
    def of_json(cls, text: object) -> Template | None:
        """Read what `as_json` wrote; None for anything else, also for a template of another format."""
        if not isinstance(text, str) or len(text) > _LONGEST_JSON:
            return None
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return None
        if not isinstance(value, dict) or not _is_number(value.get("format")) or value["format"] != FORMAT:
            return None
        body, furniture, rules = value.get("body"), value.get("furniture"), value.get("rules")
        pages, votes = value.get("pages"), value.get("votes")
        if not is_path(body) or not _is_number(pages) or not _is_number(votes):
            return None
        if not isinstance(rules, str) or len(rules) > LONGEST_FURNITURE:
            return None
        if not isinstance(furniture, list) or len(furniture) > MOST_FURNITURE or not all(map(_is_line, furniture)):
            return None
        return cls(body, pages, votes, tuple(furniture), rules)


def is_path(value: object) -> TypeGuard[str]:
    """Tell whether a value is a path of an element, as `element_paths` writes it."""
    return isinstance(value, str) and len(value) <= LONGEST_PATH and _PATH.fullmatch(value) is not None


def _is_number(value: object) -> TypeGuard[int]:
    return type(value) is int and 0 <= value <= _MOST_NUMBER


def _is_line(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_FURNITURE
