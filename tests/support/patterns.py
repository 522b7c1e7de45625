"""All regular expressions of extraction: of its modules, its tables and its content systems."""

from __future__ import annotations

import importlib
import pkgutil
import re
from typing import Any

import newscrawler.extraction
from newscrawler.extraction.cms import content_systems
from newscrawler.extraction.pattern_table import PatternTable


def extraction_patterns() -> list[tuple[str, re.Pattern[Any]]]:
    """Return each expression with its name."""
    patterns: dict[str, re.Pattern[Any]] = {}
    for module in pkgutil.walk_packages(newscrawler.extraction.__path__, "newscrawler.extraction."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, re.Pattern):
                patterns[f"{module.name}.{name}"] = value
            elif isinstance(value, PatternTable):
                patterns[f"{module.name}.{name}"] = value.regex
    for system in content_systems():
        for key in ("fingerprint", "document_id"):
            for pattern in (*getattr(system, key).urls, *(system.document_id.scripts if key == "document_id" else ())):
                patterns[f"{system.id} {pattern.pattern}"] = pattern
        for rule in (rule for rules in system.rules.model_dump().values() for rule in rules if rule.startswith("re:")):
            patterns[f"{system.id} {rule}"] = re.compile(rule[3:])
    return list(patterns.items())
