"""Cosines of vectors with each other, and the nearest."""
