"""What the reader keeps: search, retention, erasure."""
