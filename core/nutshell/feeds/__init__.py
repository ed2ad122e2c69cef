"""Feeds: parsing, discovery, subscriptions, and when and how feeds are fetched."""
