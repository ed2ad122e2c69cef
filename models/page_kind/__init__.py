"""The kind of a page: labels, training and cross-validation of page_kind.json."""
