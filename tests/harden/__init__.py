"""Attacks on the built extension, counted: `make harden`."""
