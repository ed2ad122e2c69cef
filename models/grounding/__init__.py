"""The grounding model: does the source support a sentence?"""
