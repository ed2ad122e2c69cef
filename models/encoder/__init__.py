"""all-MiniLM-L6-v2 as true int8 compute."""
