"""Grades for the summaries of real pages, given by reading them."""
