"""LexRank as a graph."""
