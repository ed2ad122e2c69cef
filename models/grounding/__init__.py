"""The head of the grounding check: is a sentence supported by its source?"""
