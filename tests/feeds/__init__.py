"""Feeds that others wrote, with what they expect of a parser."""
