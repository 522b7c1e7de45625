"""Portals as data: one validated TOML definition a portal, and how definitions are found."""

from newscrawler.portals.loading import DefinitionError, load_portal, load_portals
from newscrawler.portals.model import Portal

__all__ = ["DefinitionError", "Portal", "load_portal", "load_portals"]
