"""Extractive summaries: salience, selection and composition of a page's own sentences."""
