"""Portals as data: one validated TOML definition per portal, and how definitions are found."""

from newscrawler.portals.loading import is_path, load_portal, load_portals, portal_of
from newscrawler.portals.model import Portal
from newscrawler.text.definition_error import DefinitionError

__all__ = ["DefinitionError", "Portal", "is_path", "load_portal", "load_portals", "portal_of"]
