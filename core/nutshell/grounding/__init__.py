"""Checks whether a text supports a sentence: compares facts, scores entailment, returns a verdict with reasons."""
