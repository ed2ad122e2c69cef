"""Which items report the same event."""
