"""Handlers of the requests, one module for each area."""
