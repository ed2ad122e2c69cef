"""Attacks on the built extension, with counted results: `make harden`."""
