"""The gist model: which line says best what the page is about."""
