"""Rewrites sentences with the language model: prompts, tokenizer, checks of the result."""
