"""The points of pages whose kind has a form: what readers come for, from the page's data and its text.

A recipe's time, ingredients and steps; a product's price; the answers to a question; the names in a list. Everything is
traced to its place on the page. A page without what its form needs keeps the points that were selected.
"""
