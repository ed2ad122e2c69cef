"""What in the memory is closest in meaning."""
