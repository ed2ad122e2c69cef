"""Cosines of vectors with vectors."""
