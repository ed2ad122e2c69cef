"""Nutshell's core: a backend with no server, for CPython >= 3.11 and Pyodide."""

__version__ = "0.1.0"
