"""Decides what was read: which parts of a page or a document are its content."""
