"""Questions to real pages, graded: see __main__.py."""
