"""News: feed -> items -> stories -> ranked -> view, each one way."""
