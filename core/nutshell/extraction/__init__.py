"""Decisions about what was read from a page."""
