"""The library of saved pages: search, retention, erasure."""
