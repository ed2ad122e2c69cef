"""The arithmetic of ranking as a graph: no weights, all of them are learned from the reader."""
