"""CSS selectors, and XPath where a selector starts with `/` or `./`: compiled once, for all packages.

Some XPath needs hours on a large page: siblings of siblings, a count inside of a count. lxml cannot be interrupted, so
what is not plainly cheap runs in a thread of its own, and is given up after some seconds.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from lxml.etree import XPath, _Element
from parsel.csstranslator import HTMLTranslator

SELECTOR_SECONDS = 5.0
"""How long one selector may take on one page. Honest ones take a thousandth of it."""
_STRING = re.compile(r"'[^']*'|\"[^\"]*\"")
_COSTLY = re.compile(
    r"""\b(?:following|preceding|ancestor)\b  # axes that lead to many elements from each of many
      | \[[^\]]*(?:/|::|\[)                   # a path or a predicate inside of a predicate
      | \b(?:count|sum|last|string|id|lang|text)\s*\(|\|
      | (?:(?://|\bdescendant).*?){2}   # a set of sets, which libxml2 merges in quadratic time""",
    re.VERBOSE | re.DOTALL,
)


class SelectorTimeError(Exception):
    """A selector takes too long. It is not used again by this process."""

    def __init__(self, selector: str) -> None:
        super().__init__(f"the selector {selector[:200]!r} takes longer than {SELECTOR_SECONDS:g} s")


class _TimedSelector:
    """Evaluates a selector with a time limit."""

    def __init__(self, selector: str, xpath: XPath) -> None:
        self._selector = selector
        self._xpath = xpath
        self._has_failed = False

    def __call__(self, root: _Element) -> Any:
        """Return what the selector matches. Raises SelectorTimeError and XPathError."""
        if self._has_failed:
            raise SelectorTimeError(self._selector)
        outcome: list[Callable[[], Any]] = []
        thread = threading.Thread(target=lambda: outcome.append(self._evaluate(root)), daemon=True)
        thread.start()
        thread.join(SELECTOR_SECONDS)
        if thread.is_alive():
            # The thread cannot be ended; it goes on in the background, and ends with the process at the latest.
            self._has_failed = True
            raise SelectorTimeError(self._selector)
        return outcome[0]()

    def _evaluate(self, root: _Element) -> Callable[[], Any]:
        try:
            result = self._xpath(root)
        except Exception as error:
            caught = error

            def fail() -> None:
                raise caught

            return fail
        return lambda: result


@lru_cache(maxsize=1_024)
def compile_selector(selector: str) -> Callable[[_Element], Any]:
    """Compile a CSS selector or an XPath. Raises SelectorError or XPathError."""
    expression = selector if selector.startswith(("/", "./")) else HTMLTranslator().css_to_xpath(selector)
    xpath = XPath(expression, smart_strings=False)
    return _TimedSelector(selector, xpath) if _is_costly(expression) else xpath


def _is_costly(expression: str) -> bool:
    # A comment has no elements inside of it.
    return _COSTLY.search(_STRING.sub("''", expression).replace("comment()[", "comment(")) is not None


def select(root: _Element, selector: str) -> list[_Element]:
    """Return the elements that a selector matches, without the text and attributes that an XPath may match.

    Raises SelectorTimeError.
    """
    matches = compile_selector(selector)(root)
    return [node for node in matches if isinstance(node, _Element)] if isinstance(matches, list) else []
