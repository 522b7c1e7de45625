"""The error of definitions, apart from what reads them: commands that read none do not wait for pydantic."""

from __future__ import annotations


class DefinitionError(Exception):
    """A definition that cannot be used. The message names file, key, value and fix."""
