"""Portals of our own, served to tests."""
