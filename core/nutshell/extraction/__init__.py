"""Decides what was read from a page: its main content, title, author, date, description and structured data.

The page scripts collect (extension/page/), these modules decide. Nothing here needs a browser.
"""
