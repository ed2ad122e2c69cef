"""In other words: a language model whose every sentence is checked, questions to a page, and the check by itself."""
