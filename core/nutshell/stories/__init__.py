"""Stories: groups of items that report the same event."""
