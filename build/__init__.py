"""`python build`: from this repository and its pinned packages to the extension a store gets."""
