"""Decisions about what was read from a page: which blocks are its main content."""
