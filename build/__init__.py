"""`python build` makes the extension's package from this repository and its locked dependencies."""
