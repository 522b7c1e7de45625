"""Portals as data: one validated TOML definition per portal, and how definitions are found."""

from newscrawler.portals.loading import load_portal, load_portals, portal_of
from newscrawler.portals.model import Portal
from newscrawler.text.definitions import DefinitionError

__all__ = ["DefinitionError", "Portal", "load_portal", "load_portals", "portal_of"]
