"""Ask this page: which sentence answers a question, or that none does."""
