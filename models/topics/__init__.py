"""What the reader's own feeds are about, as a graph."""
