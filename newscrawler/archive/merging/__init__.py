"""Joining archives."""
