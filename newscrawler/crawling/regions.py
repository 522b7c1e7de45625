"""Which sections are about different places: a county's articles stand in the list of its city, too."""

from __future__ import annotations


def region_of(code: str) -> str:
    """Return the part of a division's code (GB/T 2260) that the codes of all divisions within it begin with."""
    return code.removesuffix("00").removesuffix("00")


def lie_apart(one: str, other: str) -> bool:
    """Whether neither of two regions (`region_of`) lies in the other one."""
    return not (one.startswith(other) or other.startswith(one))
