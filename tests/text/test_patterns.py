"""Expressions that are compiled at their first use are what `re.compile` makes."""

from __future__ import annotations

import copy
import importlib
import pickle
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import pytest

import newscrawler
from newscrawler.extraction.pattern_table import PatternTable
from newscrawler.text.patterns import LatePattern, late

PACKAGES = ("text", "extraction", "listings", "normalization")


def test_an_expression_answers_as_if_it_were_compiled() -> None:
    compiled, other = re.compile("(?P<a>B)c", re.IGNORECASE), late("(?P<a>B)c", re.IGNORECASE)
    assert (other.pattern, other.flags, other.groups) == (compiled.pattern, compiled.flags, compiled.groups)
    assert other.groupindex == compiled.groupindex
    for text in ("xbCx", "bc", ""):
        for name in ("search", "match", "fullmatch"):
            found, wanted = getattr(other, name)(text), getattr(compiled, name)(text)
            assert (found and found.span()) == (wanted and wanted.span())
        assert other.sub("-", text) == compiled.sub("-", text)
        assert other.split(text) == compiled.split(text)
        assert other.findall(text) == compiled.findall(text)


def test_it_is_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    other = late("a late one")
    compiled = []
    compile_now = re.compile

    def counted(*given: Any) -> Any:
        compiled.append(given)
        return compile_now(*given)

    monkeypatch.setattr(re, "compile", counted)
    assert not compiled
    assert other.search("a late one") and other.match("a late one") and other.search("none") is None
    assert len(compiled) == 1


def test_it_can_be_copied_and_given_to_another_process() -> None:
    assert copy.deepcopy(late("a+")).search("baa")
    assert pickle.loads(pickle.dumps(late("a+"))).search("baa")


def late_ones(value: object) -> Iterator[LatePattern]:
    """Yield the late expressions in a value and in the tables that it holds."""
    if type(value) is LatePattern:
        yield value
    elif isinstance(value, PatternTable):
        yield from late_ones(value.regex)
    elif isinstance(value, (dict, list, tuple)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from late_ones(part)


def test_every_late_expression_of_the_program_is_one() -> None:
    found: list[LatePattern] = []
    for package in PACKAGES:
        for module in pkgutil.walk_packages([f"{newscrawler.__path__[0]}/{package}"], f"newscrawler.{package}."):
            found += late_ones(vars(importlib.import_module(module.name)))
    assert len(found) > 150
    for value in found:
        assert value.flags is not None, value.pattern
