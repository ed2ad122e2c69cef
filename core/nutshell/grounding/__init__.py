"""Is a sentence supported by a text? Facts compared, an entailment-like score, a verdict with reasons."""
