"""Which sentences carry the page: a small network over sentence vectors."""
