"""Implementations of the ports: the browser (Pyodide) and the desktop (CPython)."""
