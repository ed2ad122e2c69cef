"""Feeds: parsing, discovery, schedule, HTTP, subscriptions."""
