"""The archives that the tests of this folder check and repair."""

from support.integrity import demo, small

__all__ = ["demo", "small"]
