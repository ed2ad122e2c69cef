"""Same event: do two items report the same event?"""
