"""Questions about a page, answered by its own sentences."""
