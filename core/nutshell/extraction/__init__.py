"""Decides what was read from a page or document: its main content, title, author, date and structured data.

The page scripts collect (extension/page/), these modules decide. Nothing here needs a browser.
"""
