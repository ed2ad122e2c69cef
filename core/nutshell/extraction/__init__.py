"""Decides what was read from a page: its title, author, date, description and structured data.

The page scripts collect (extension/page/metadata.js), these modules decide. Nothing here needs a browser.
"""
